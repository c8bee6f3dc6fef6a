/* cards.c - tags, files and tasks of many requests. */
#include "domain/request/lists.h"

#include "app/loc.h"
#include "core/json.h"
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

/* ---- tasks ---- */

static Rc keys_of(Arena *a, Str json, StrList *ret)
{
    const Json *list = NULL;

    TRY(json_parse(a, json, &list, NULL));
    for (size_t i = 0; list->kind == JSON_ARRAY && i < list->n; i++)
        TRY(LIST_PUSH(a, ret, list->items[i]->text));
    return RC_OK;
}

static Ms ms_of(OptInt v)
{
    return v.set ? v.value : MS_NONE;
}

Rc task_spans(Ctx *cx, ScopeRequests s, const int64_t *ids, size_t n, TaskSpans *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    IdList list = { 0 };
    TaskSpanRow row;
    Str json;

    for (size_t i = 0; i < n; i++)
        TRY(LIST_PUSH(cx->arena, &list, ids[i]));
    TRY(ids_json(cx->arena, &list, &json));
    TRY(q_cards_tasks(cx, s, json, &rows));
    while (q_cards_tasks_next(&rows, &row)) {
        TaskSpan t = { .request_id = row.request_id,
                       .key = row.key,
                       .title = loc_text(cx, row.title),
                       .state = row.state,
                       .at_ms = ms_of(row.at_ms),
                       .due_ms = ms_of(row.due_ms),
                       .started_ms = ms_of(row.started_ms),
                       .finished_ms = ms_of(row.finished_ms),
                       .effort_min = row.effort_min };
        TRY(keys_of(cx->arena, row.after, &t.after));
        TRY(LIST_PUSH(cx->arena, ret, t));
    }
    return rows_result(&rows);
}
