/* query_lex.h - the words of the condition language; for this folder only. */
#pragma once

#include "domain/query/query.h"

typedef enum TokenKind {
    TOKEN_END,
    TOKEN_WORD,     /* a name, a key, a keyword: text */
    TOKEN_STRING,   /* "..." with its escapes resolved: text */
    TOKEN_NUMBER,   /* 1500, 0.5: text, number */
    TOKEN_SPAN,     /* 4wh: text, span */
    TOKEN_DATE,     /* 2027-06-01: text, at */
    TOKEN_DATETIME, /* 2027-06-01T10:00Z: text, at */
    TOKEN_SIGN,     /* ( ) , = != < <= > >= ~ + - *: text */
} TokenKind;

typedef struct Token {
    TokenKind kind;
    Str       text;
    int64_t   number; /* thousandths */
    TimeSpan  span;
    Ms        at;
    uint32_t  column; /* 1-based, in characters */
} Token;

typedef struct Tokens {
    Token *at; /* the last one is TOKEN_END */
    size_t n, cap;
} Tokens;

/* Cuts the text into tokens.  Errors as cond_parse. */
CHECKED Rc cond_lex(Arena *a, Str text, Tokens *ret, CondError *ret_error);

/* "WHAT is expected here, not ...": what is a msgid. */
Text token_expected(const Token *t, const char *what);
/* Fills the error and returns RC_INVALID. */
Rc cond_error(CondError *e, uint32_t column, Str code, Text text);
