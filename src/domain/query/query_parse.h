/* query_parse.h - the parser's state and the parts of it in other files; for this folder only. */
#pragma once

#include "domain/query/query_lex.h"

typedef struct Parser {
    Arena            *arena;
    const CondSchema *names;
    Tokens            tokens;
    size_t            at;
    uint32_t          depth;
    bool              in_sum;
    Str               sum_table; /* inside sum(...): the table of its columns */
    CondError        *error;
} Parser;

const Token *parser_peek(const Parser *p);
const Token *parser_next(Parser *p);
bool         parser_sign(Parser *p, const char *sign); /* takes it if it comes next */
bool         parser_word(Parser *p, const char *word);
Rc           parser_fail(Parser *p, uint32_t column, Str code, Text text);
Rc           parser_expected(Parser *p, const Token *t, const char *what); /* a msgid */
CHECKED Rc   parser_node(Parser *p, Cond node, const Cond **ret);
/* An expression of a date or datetime. */
CHECKED Rc parser_moment(Parser *p, const Cond **ret);

/* After the word count: "(" conditions over requests ")". */
CHECKED Rc parse_count(Parser *p, const Token *word, const Cond **ret);

/* The pieces of the grammar (query_parse.c) and what they are made of (query_operand.c). */
bool       cond_is_test(const Cond *c); /* answers yes or no, by its operator */
bool       cond_is_keylike(CondType t);
CHECKED Rc parse_or(Parser *p, const Cond **ret);
CHECKED Rc parse_add(Parser *p, const Cond **ret);
/* What `left` is compared with, by a sign or in a list. */
CHECKED Rc parse_operand(Parser *p, const Cond *left, const Cond **ret);
CHECKED Rc parser_constant(Parser *p, uint32_t column, CondValue v, const Cond **ret);
CHECKED Rc parser_name(Parser *p, const CondName *name, uint32_t column, const Cond **ret);
Rc         parser_unknown(Parser *p, const Token *t);
Rc         parser_clash(Parser *p, uint32_t column, const char *sign, const Cond *a, const Cond *b);
