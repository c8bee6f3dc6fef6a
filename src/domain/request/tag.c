/* tag.c - tags of a request. */
#include "domain/request/tag.h"

#include "domain/request/aggregate.h"
#include "domain/request/tag_q.h"

/* Whose act it is, then the state, then the words. */
static Rc tag_check(Ctx *cx, GrantedRequest g, const TagAct *in, Str *ret)
{
    RequestRow row;

    TRY(access_more(cx, g, MAY_NOTE));
    TRY(q_request_lock(cx, g, &row));
    TRY(history_check(cx, &row));
    TRY(in->fault);
    Str tag = str_lower_ascii(cx->arena, str_trim(in->tag));
    if (tag.len > TAG_MAX || !str_is_key(tag) || str_contains(tag, STR("/")))
        return fail_field(cx, RC_INVALID, "tag", "bad_tag",
                          TEXT("A tag has letters a to z, digits, - and _, at most 40 of them."));
    *ret = tag;
    return RC_OK;
}

/* The word itself may be erased some day, so it stands with the words. */
static Rc tag_event(Ctx *cx, GrantedRequest g, const char *kind, Str from, Str to)
{
    EventChange change = { STR("tag"), from, to, true };
    Event ev = { .kind = kind,
                 .object = "request",
                 .object_id = granted_request_id(g),
                 .changes = &change,
                 .changes_n = 1 };
    return aggregate_note(cx, g, &ev, NULL);
}

Rc tag_add(Ctx *cx, GrantedRequest g, const TagAct *in)
{
    TagCountRow count;
    int64_t changed = 0;
    Str tag;

    TRY(tag_check(cx, g, in, &tag));
    TRY(q_tag_insert(cx, g, tag, cx->subject->person_id, cx->now_ms, &changed));
    if (changed == 0)
        return RC_OK;
    TRY(q_tag_count(cx, g, &count));
    if (count.n > TAGS_MOST)
        return fail_field(cx, RC_LIMIT, "tag", "too_many",
                          TEXT("A request has at most 20 tags. Take one away first."));
    return tag_event(cx, g, "tag.added", STR_NULL, tag);
}

Rc tag_remove(Ctx *cx, GrantedRequest g, const TagAct *in)
{
    int64_t changed = 0;
    Str tag;

    TRY(tag_check(cx, g, in, &tag));
    TRY(q_tag_delete(cx, g, tag, &changed));
    if (changed == 0)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("The request does not have this tag."));
    return tag_event(cx, g, "tag.removed", tag, STR_NULL);
}

LIST_OF(TagRowsRow, TagRows);

Rc tag_list(Ctx *cx, GrantedRequest g, ViewTags *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    TagRowsRow row;
    TagRows found = { 0 };
    IdList ids = { 0 };
    ViewTags list = { 0 };

    TRY(access_more(cx, g, MAY_SEE));
    TRY(q_tag_rows(cx, g, &rows));
    while (q_tag_rows_next(&rows, &row)) {
        TRY(LIST_PUSH(cx->arena, &found, row));
        TRY(LIST_PUSH(cx->arena, &ids, row.added_by));
    }
    TRY(rows_result(&rows));
    TRY(person_refs_load(cx, ids.at, ids.n));
    for (size_t i = 0; i < found.n; i++) {
        ViewTag t = { .tag = found.at[i].tag, .at_ms = found.at[i].at_ms };
        TRY(person_ref(cx, found.at[i].added_by, &t.added_by));
        TRY(LIST_PUSH(cx->arena, &list, t));
    }
    *ret = list;
    return RC_OK;
}
