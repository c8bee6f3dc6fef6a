/* query_fixture.h - a record by hand for tests of the condition language. */
#pragma once

#include "domain/query/query.h"

/* One value of the record; rows of a table by row, else row 0. */
typedef struct FixtureValue {
    const char *name;
    size_t      row;
    CondValue   value;
} FixtureValue;

typedef struct FixtureRecord {
    const FixtureValue *at;
    size_t              n;
    size_t              rows;  /* of every table */
    int64_t             count; /* what count(...) answers; -1: cannot say */
} FixtureRecord;

extern const CondSchema fixture_schema;
CondRecord              fixture_record(FixtureRecord *r);

#define FIXTURE_TEXT(s)                                                                            \
    {                                                                                              \
        .type = COND_TEXT, .text = STR_INIT(s)                                                     \
    }
#define FIXTURE_KEY(s)                                                                             \
    {                                                                                              \
        .type = COND_KEY, .text = STR_INIT(s)                                                      \
    }
#define FIXTURE_PERSON(s)                                                                          \
    {                                                                                              \
        .type = COND_PERSON, .text = STR_INIT(s)                                                   \
    }
#define FIXTURE_NUMBER(th)                                                                         \
    {                                                                                              \
        .type = COND_NUMBER, .number = (th)                                                        \
    }
#define FIXTURE_MONEY(m, c)                                                                        \
    {                                                                                              \
        .type = COND_MONEY, .money = {(m), c }                                                     \
    }
#define FIXTURE_YES(b)                                                                             \
    {                                                                                              \
        .type = COND_YES_NO, .yes = (b)                                                            \
    }
