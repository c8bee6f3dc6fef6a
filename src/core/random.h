/* random.h - bytes from the kernel, text forms of secrets, and SHA-256.  No own cryptography. */
#pragma once

#include "core/str.h"

void random_bytes(void *to, size_t n); /* ends the process when the kernel refuses */
/* A fresh secret of 256 bits as 43 characters of base64url. */
Str random_secret(Arena *a);
/* URL-safe, without padding. */
Str          base64url_encode(Arena *a, const void *bytes, size_t n);
CHECKED bool base64url_decode(Arena *a, Str s, Str *ret);

typedef struct Sha256 { uint8_t bytes[32]; } Sha256;
Sha256 sha256(Str s);
Str    sha256_hex(Arena *a, Str s);
Str    hex_encode(Arena *a, const void *bytes, size_t n);
/* Compares in constant time; different lengths are simply different. */
bool secret_eq(Str a, Str b);
