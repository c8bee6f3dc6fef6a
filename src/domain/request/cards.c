/* cards.c - tags and files of many requests. */
#include "domain/request/lists.h"

#include "domain/request/cards_q.h"
#include "domain/request/view.h"

/* The place of an id among those asked for; n: nowhere. */
static size_t place_of(const int64_t *ids, size_t n, int64_t id)
{
    size_t i = 0;

    while (i < n && ids[i] != id)
        i++;
    return i;
}

static Rc read_tags(Ctx *cx, ScopeRequests s, Str json, const int64_t *ids, size_t n,
                    CardParts *parts)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    CardsTagsRow row;

    TRY(q_cards_tags(cx, s, json, &rows));
    while (q_cards_tags_next(&rows, &row)) {
        size_t i = place_of(ids, n, row.request_id);
        if (i < n)
            TRY(LIST_PUSH(cx->arena, &parts[i].tags, row.tag));
    }
    return rows_result(&rows);
}

static Rc read_files(Ctx *cx, ScopeRequests s, Str json, const int64_t *ids, size_t n,
                     CardParts *parts)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    CardsFilesRow row;

    TRY(q_cards_files(cx, s, json, &rows));
    while (q_cards_files_next(&rows, &row)) {
        size_t i = place_of(ids, n, row.request_id);
        if (i < n)
            parts[i].files = row.files;
    }
    return rows_result(&rows);
}

Rc cards_parts(Ctx *cx, ScopeRequests s, const int64_t *ids, size_t n, CardParts **ret)
{
    CardParts *parts = arena_array(cx->arena, n, sizeof *parts);
    IdList list = { 0 };
    Str json;

    if (parts == NULL && n > 0)
        return RC_LIMIT;
    for (size_t i = 0; i < n; i++) {
        parts[i] = (CardParts){ 0 };
        TRY(LIST_PUSH(cx->arena, &list, ids[i]));
    }
    TRY(ids_json(cx->arena, &list, &json));
    TRY(read_tags(cx, s, json, ids, n, parts));
    TRY(read_files(cx, s, json, ids, n, parts));
    *ret = parts;
    return RC_OK;
}
