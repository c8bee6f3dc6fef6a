/* common_words.h - words that passwords are commonly made of.  For password.c only. */
#pragma once

#include "core/str.h"

extern const Str common_words[];
extern const size_t common_words_n;
