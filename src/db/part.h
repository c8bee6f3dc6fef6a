/* part.h - SQL that is put together at run time: of fragments, signs and values, and of nothing else.
 *
 * A fragment is a piece of SQL from an .sql file, compiled and checked at build time for both databases
 * (docs/queries.md, "Parts").  No function here takes a text for SQL, so that no input can become SQL:
 * what a person wrote is a value, and values are bound.
 *
 *     DbPart *p;
 *     TRY(part_new(arena, DB_SQLITE, &p));
 *     part_fragment(p, &f_request_state, NULL);
 *     part_word(p, SQL_EQ);
 *     part_value(p, db_text(STR("closed")));
 *     TRY(part_result(p));
 */
#pragma once

#include "db/db.h"

typedef enum DbDialect { DB_SQLITE, DB_POSTGRES } DbDialect;

/* As the generator writes it; a "?" stands for each value. */
typedef struct DbFragment {
    const char *sqlite, *postgres;
    int         values;
} DbFragment;

typedef enum SqlWord {
    SQL_OPEN,  /* ( */
    SQL_CLOSE, /* ) */
    SQL_COMMA,
    SQL_AND,
    SQL_OR,
    SQL_NOT_TRUE, /* IS NOT TRUE: the answer no, also where there is none */
    SQL_IS_NULL,
    SQL_NOT_NULL,
    SQL_EQ,
    SQL_NE,
    SQL_LT,
    SQL_LE,
    SQL_GT,
    SQL_GE,
    SQL_IN,
    SQL_TRUE,
    SQL_FALSE,
    SQL_DESC,
    SQL_PLUS,
    SQL_CASE,
    SQL_WHEN,
    SQL_THEN,
    SQL_ELSE,
    SQL_END,
    SQL_WORDS, /* how many there are */
} SqlWord;

typedef struct DbPart DbPart;

/* Lives in the arena.  Errors: RC_LIMIT. */
CHECKED Rc part_new(Arena *a, DbDialect d, DbPart **ret);
/* These keep the first error for part_result. */
void part_word(DbPart *p, SqlWord w);
void part_value(DbPart *p, DbValue v); /* a text is not copied */
/* `values`: as many as the fragment takes; NULL for none. */
void part_fragment(DbPart *p, const DbFragment *f, const DbValue *values);
/* Errors: RC_LIMIT (the arena's cap, more than PART_VALUES_MAX values). */
CHECKED Rc part_result(const DbPart *p);

#define PART_VALUES_MAX 8000 /* values of one part; SQLite takes 32,766 in a statement */

/* The text so far, for tests: with a "?" for each value. */
Str    part_text(const DbPart *p);
size_t part_values(const DbPart *p);

/* A query with its parts in their places.  For generated code. */
typedef struct DbJoined {
    DbQuery        query; /* number -1: a connection keeps the statements of the texts that it met last */
    const DbValue *binds;
} DbJoined;
CHECKED Rc db_join(Arena *a, const DbQuery *q, const DbValue *binds, const DbPart *const *parts,
                   size_t n, const DbJoined **ret);
