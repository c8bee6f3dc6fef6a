/* times.h - what the programs share that measure parts of Errand from inside: times, and who asks. */
#pragma once

#include "domain/view/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS_MOST = 1000 };

typedef struct Times {
    double at[ROUNDS_MOST]; /* milliseconds */
    size_t n;
    bool late; /* a statement was stopped, because it took longer than one may */
} Times;

static inline double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static inline int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* "|half of them|99 of 100"; -1 for what was late. */
static inline void print_times(Times *t)
{
    qsort(t->at, t->n, sizeof t->at[0], by_size);
    printf("|%.2f|%.2f", t->late ? -1 : t->at[t->n / 2], t->late ? -1 : t->at[t->n * 99 / 100]);
}

static inline void took(Times *t, double began, Rc rc)
{
    t->at[t->n++] = now_ms() - began;
    t->late |= rc != RC_OK;
}

/* A statement without rights, names and heads; all of its rows are stepped through. */
static inline Rc run_bare(Ctx *cx, const char *sql)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    DbQuery q = {
        .name = "bare", .number = -1, .sqlite = sql, .postgres = sql, .binds = 0, .columns = 1
    };

    TRY(db_query(cx->db, cx->arena, &q, NULL, &rows));
    while (rows_next(&rows))
        continue;
    return rows_result(&rows);
}

/* The person with this login, as the command line would act for them; in cx->arena. */
static inline Rc subject_of(Ctx *cx, const char *login, Subject *ret)
{
    static const Subject nobody = { .origin = STR_INIT("cli"), .scopes = SCOPE_ALL };
    GrantedPeople people;
    int64_t id = 0;

    cx->subject = &nobody;
    TRY(db_read_begin(cx->db));
    TRY(access_internal_people(cx, INTERNAL_DEMO, &people));
    TRY(person_id(cx, str_z(login), &id));
    TRY(person_subject(cx, people, id, ret));
    db_read_end(cx->db);
    return RC_OK;
}
