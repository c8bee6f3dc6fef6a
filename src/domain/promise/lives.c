/* lives.c - earlier requests for the backtest: from a table of text, and our own. */
#include "core/csv.h"
#include "domain/promise/promise.h"
#include "domain/promise/promise_q.h"

#include <stdlib.h>

/* ---- a table of text ---- */

#define HISTORY_ROWS 1000000

typedef struct Line {
    Str number, model, kind, event;
    Ms at;
    size_t no; /* of the line */
} Line;
LIST_OF(Line, Lines);

static int by_number_and_time(const void *a, const void *b)
{
    const Line *x = a, *y = b;
    int order = str_cmp(x->number, y->number);

    if (order != 0)
        return order;
    if (x->at != y->at)
        return x->at > y->at ? 1 : -1;
    return (x->no > y->no) - (x->no < y->no);
}

/* A text as a stream. */
static long give(void *arg, char *to, size_t n)
{
    Str *left = arg;

    if (n > left->len)
        n = left->len;
    if (n > 0)
        memcpy(to, left->ptr, n);
    *left = str_skip(*left, n);
    return (long)n;
}

static const char *const COLUMNS[] = { "number", "model", "kind", "event", "time" };

static bool names_columns(const CsvRow *row)
{
    if (row->fault != CSV_FINE || row->n != COUNT_OF(COLUMNS))
        return false;
    for (size_t i = 0; i < row->n; i++)
        if (!str_eq_z(str_trim(row->fields[i]), COLUMNS[i]))
            return false;
    return true;
}

/* NULL: it is fine, and copied. */
static const char *read_line(Arena *a, const CsvRow *row, Line *ret)
{
    Str field[COUNT_OF(COLUMNS)];

    switch (row->fault) {
    case CSV_FINE: break;
    case CSV_NOT_UTF8: return T("it is not UTF-8");
    case CSV_TOO_LONG:
    case CSV_TOO_MANY: return T("it is too long");
    case CSV_QUOTE_OPEN:
    case CSV_QUOTE_BEHIND:
    case CSV_QUOTE_INSIDE: return T("its quotes do not fit together");
    }
    if (row->n < COUNT_OF(COLUMNS))
        return T("it has less than five fields");
    if (row->n > COUNT_OF(COLUMNS))
        return T("it has more than five fields");
    for (size_t i = 0; i < COUNT_OF(COLUMNS); i++) {
        field[i] = str_trim(row->fields[i]);
        if (field[i].len == 0)
            return T("a field is empty");
        if (i < 4)
            field[i] = str_dup(a, field[i]);
    }
    *ret = (Line){ field[0], field[1], field[2], field[3], MS_NONE, (size_t)row->line };
    return clock_parse_rfc3339(field[4], &ret->at) ? NULL
                                                   : T("its time is not like 2030-01-07T09:00:00Z");
}

static Rc refuse(const Line *l, const char *why, Text *ret_why)
{
    *ret_why = TEXT("Line {0}: {1}.", (int64_t)l->no, why);
    return RC_INVALID;
}

/* The lines of one request, in the order of time. */
static Rc make_life(Arena *a, const Line *lines, size_t n, PromiseLife *ret, Text *ret_why)
{
    PromiseLife l = {
        .model = lines[0].model, .kind = lines[0].kind, .sent_ms = MS_NONE, .ended_ms = MS_NONE
    };

    for (size_t i = 0; i < n; i++) {
        bool done = str_eq_z(lines[i].event, "done"), gone = str_eq_z(lines[i].event, "gone");
        bool sent = str_eq_z(lines[i].event, "sent");
        if (!str_eq(lines[i].model, l.model) || !str_eq(lines[i].kind, l.kind))
            return refuse(&lines[i], T("the same number has another model or kind before"),
                          ret_why);
        if (sent != (i == 0))
            return refuse(&lines[i],
                          T("a request begins with one line of event sent, its earliest"), ret_why);
        if (l.ended_ms != MS_NONE)
            return refuse(&lines[i], T("the request has ended before"), ret_why);
        if (sent)
            l.sent_ms = lines[i].at;
        else if (done || gone)
            l.ended_ms = lines[i].at;
        else
            TRY(LIST_PUSH(a, &l.phases, (PromisePhase){ lines[i].event, lines[i].at }));
        l.done |= done;
    }
    *ret = l;
    return RC_OK;
}

Rc promise_lives_read(Arena *a, Str csv, PromiseLives *ret, Text *ret_why)
{
    CLEANUP(csv_close) Csv *reader = csv_open(give, &csv);
    Lines lines = { 0 };
    PromiseLives lives = { 0 };
    CsvRow row;

    if (csv_next(reader, &row) != RC_OK || !names_columns(&row)) {
        *ret_why = TEXT("The first line has to be number,model,kind,event,time.");
        return RC_INVALID;
    }
    while (csv_next(reader, &row) == RC_OK) { /* a text does not fail, it only ends */
        Line l = { .no = (size_t)row.line };
        const char *why = read_line(a, &row, &l);
        if (why != NULL)
            return refuse(&l, why, ret_why);
        TRY(LIST_PUSH(a, &lines, l));
    }
    if (lines.n > 1)
        qsort(lines.at, lines.n, sizeof *lines.at, by_number_and_time);
    for (size_t i = 0; i < lines.n;) {
        size_t n = 1;
        PromiseLife l;
        while (i + n < lines.n && str_eq(lines.at[i + n].number, lines.at[i].number))
            n++;
        TRY(make_life(a, &lines.at[i], n, &l, ret_why));
        TRY(LIST_PUSH(a, &lives, l));
        i += n;
    }
    *ret = lives;
    return RC_OK;
}

/* ---- our own ---- */

/* They were read from the last to the first. */
static void turn_round(PromisePhases *list)
{
    for (size_t i = 0, k = list->n; i + 1 < k; i++, k--) {
        PromisePhase p = list->at[i];
        list->at[i] = list->at[k - 1];
        list->at[k - 1] = p;
    }
}

Rc promise_lives_own(Ctx *cx, PromiseLives *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    PromiseHistoryRow row;
    PromisePhases phases = { 0 };
    PromiseLives lives = { 0 };

    if (!access_is_operator(cx->subject))
        return fail(cx, RC_FORBIDDEN, "forbidden", TEXT("Only the operator does this."));
    TRY(q_promise_history(cx, HISTORY_ROWS, &rows));
    while (lives.n < PROMISE_LIVES_MAX && q_promise_history_next(&rows, &row)) {
        if (row.phase.len > 0) {
            TRY(LIST_PUSH(cx->arena, &phases, (PromisePhase){ row.phase, row.entered_ms }));
            continue;
        }
        PromiseLife l = { .model = row.model_key,
                          .kind = row.kind,
                          .sent_ms = row.entered_ms,
                          .ended_ms = row.ended_ms.set ? row.ended_ms.value : MS_NONE,
                          .done = row.done,
                          .apart = row.confidential,
                          .phases = phases };
        turn_round(&l.phases);
        phases = (PromisePhases){ 0 };
        TRY(LIST_PUSH(cx->arena, &lives, l));
    }
    if (lives.n < PROMISE_LIVES_MAX)
        TRY(rows_result(&rows));
    *ret = lives;
    return RC_OK;
}
