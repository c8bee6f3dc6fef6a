/* rows.c - root rows of requests that were read lately, kept beside the reading connection.
 *
 * request.parts rises in the transaction of every change of the row (a trigger sees to it) and of its parts, so
 * a row that was read in one snapshot is that of every other one in which it has the same number.  A list asks
 * the database which requests it shows, with the condition of what its reader may see, and takes those rows
 * that have not changed from here: fifty columns of fifty rows are two thirds of what a list costs.  The writer
 * keeps and takes nothing, as everywhere (app/memory.h).
 */
#include "app/memory.h"
#include "domain/request/lists_q.h"
#include "domain/request/view.h"

enum {
    SLOTS = 2048, /* rows kept for one connection; one that comes takes the place of another */
    TEXTS_BYTES = 8 * 1024, /* a row with longer texts is not kept */
};

typedef struct KeptRow {
    RequestRow row; /* its texts lie in `texts` */
    size_t len;
    char texts[];
} KeptRow;

typedef struct KeptRows {
    KeptRow *slots[SLOTS];
} KeptRows;

static const size_t text_places[] = { REQUEST_ROW_TEXTS };

static Str *text_at(RequestRow *row, size_t place)
{
    return (Str *)(void *)((char *)row + place);
}

/* Copies the texts of `row` to `to` and lets it point there. */
static void move_texts(RequestRow *row, char *to)
{
    for (size_t i = 0; i < COUNT_OF(text_places); i++) {
        Str *s = text_at(row, text_places[i]);
        if (s->len == 0) {
            *s = STR("");
            continue;
        }
        memcpy(to, s->ptr, s->len);
        s->ptr = to;
        to += s->len;
    }
}

static size_t texts_len(RequestRow *row)
{
    size_t n = 0;

    for (size_t i = 0; i < COUNT_OF(text_places); i++)
        n += text_at(row, text_places[i])->len;
    return n;
}

static void kept_end(void *what)
{
    KeptRows *k = what;

    for (size_t i = 0; i < SLOTS; i++)
        free(k->slots[i]);
    free(k);
}

/* NULL: nothing is kept or taken here. */
static KeptRows *kept_of(Ctx *cx)
{
    if (memory_snapshot(cx) == 0)
        return NULL;
    KeptRows *k = memory_get(cx, MEMORY_ROWS);
    if (k == NULL) {
        k = calloc(1, sizeof *k);
        if (k != NULL)
            memory_keep(cx, MEMORY_ROWS, k, kept_end);
    }
    return k;
}

static KeptRow **slot_of(KeptRows *k, int64_t id)
{
    return &k->slots[(uint64_t)id % SLOTS];
}

static void keep(KeptRows *k, const RequestRow *row)
{
    RequestRow copy = *row;
    KeptRow **slot = slot_of(k, row->id);
    size_t len = texts_len(&copy);
    KeptRow *one = len <= TEXTS_BYTES ? malloc(sizeof *one + len) : NULL;

    if (one == NULL)
        return;
    move_texts(&copy, one->texts);
    one->row = copy;
    one->len = len;
    free(*slot);
    *slot = one;
}

/* The row with this number, copied into the call's arena; false: it is not here. */
static bool take(Ctx *cx, KeptRows *k, int64_t id, int64_t parts, RequestRow *ret)
{
    KeptRow *one = k != NULL ? *slot_of(k, id) : NULL;

    if (one == NULL || one->row.id != id || one->row.parts != parts)
        return false;
    char *texts = arena_bytes(cx->arena, one->len);
    if (texts == NULL)
        return false;
    memcpy(texts, one->texts, one->len);
    *ret = one->row;
    for (size_t i = 0; i < COUNT_OF(text_places); i++) {
        Str *s = text_at(ret, text_places[i]);
        if (s->len > 0)
            s->ptr = texts + (s->ptr - one->texts);
    }
    return true;
}

Rc row_of_request(Ctx *cx, GrantedRequest g, RequestRow *ret)
{
    KeptRows *k = kept_of(cx);
    RequestPartsRow now;

    if (k == NULL)
        return q_request_get(cx, g, ret);
    TRY(q_request_parts(cx, g, &now));
    if (take(cx, k, granted_request_id(g), now.parts, ret))
        return RC_OK;
    TRY(q_request_get(cx, g, ret));
    keep(k, ret);
    return RC_OK;
}

/* Reads those that `missing` names and puts each where the list has it. */
static Rc read_missing(Ctx *cx, ScopeRequests s, KeptRows *k, const ListedRows *listed,
                       const IdList *missing, RequestRow *at)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    RequestRow row;
    size_t found = 0;
    Str ids;

    TRY(ids_json(cx->arena, missing, &ids));
    TRY(q_requests_by_ids(cx, s, ids, &rows));
    while (q_requests_by_ids_next(&rows, &row)) {
        size_t i = 0;
        while (i < listed->n && listed->at[i].id != row.id)
            i++;
        if (i == listed->n)
            return RC_INTERNAL;
        at[i] = row;
        found++;
        if (k != NULL)
            keep(k, &row);
    }
    TRY(rows_result(&rows));
    return found == missing->n ? RC_OK : RC_INTERNAL; /* the list saw them in this very snapshot */
}

Rc rows_of_listed(Ctx *cx, ScopeRequests s, const ListedRows *listed, RequestRows *ret)
{
    KeptRows *k = kept_of(cx);
    RequestRows list = { 0 };
    IdList missing = { 0 };

    TRY(LIST_ROOM(cx->arena, &list, listed->n));
    for (; list.n < listed->n; list.n++) {
        const ListedRow *l = &listed->at[list.n];
        if (!take(cx, k, l->id, l->parts, &list.at[list.n]))
            TRY(LIST_PUSH(cx->arena, &missing, l->id));
    }
    if (missing.n > 0)
        TRY(read_missing(cx, s, k, listed, &missing, list.at));
    *ret = list;
    return RC_OK;
}
