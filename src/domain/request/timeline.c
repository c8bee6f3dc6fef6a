/* timeline.c - the events of a request as people and programs read them. */
#include "app/event.h"
#include "app/loc.h"
#include "domain/request/lists_q.h"
#include "domain/request/talk.h"
#include "domain/request/timeline.h"

LIST_OF(TimelineRow, TimelineRows);
LIST_OF(TimelineTextsRow, TextRows);
LIST_OF(MessageRow, MessageRows);
LIST_OF(NoteRow, NoteRows);
LIST_OF(RequestNamesRow, NameRows);

/* Everything that a page of entries mentions, read once for all of them. */
typedef struct Sources {
    Ctx *cx;
    GrantedRequest g;
    TimelineRows rows;
    const Json **data; /* for each row */
    EventChanges *changes;
    TextRows texts;
    MessageRows messages;
    NoteRows notes;
    ViewFiles files;
    NameRows requests; /* linked ones that the person sees */
    TimelineNames names;
} Sources;

/* ---- reading ---- */

static Rc read_rows(Ctx *cx, GrantedRequest g, const TimelineFilter *f, int64_t size,
                    TimelineRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    TimelineRow row;
    bool notes = granted_may(g, MAY_NOTES) && !f->only_public;

    if (f->newest)
        TRY(q_timeline_last(cx, g, f->after_seq, f->before_seq, notes, f->only_talk, size, &rows));
    else
        TRY(q_timeline_first(cx, g, f->after_seq, f->before_seq, notes, f->only_talk, size, &rows));
    while (f->newest ? q_timeline_last_next(&rows, &row) : q_timeline_first_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

/* Oldest first, and not the one that only told of more. */
static void trim_rows(TimelineRows *rows, bool newest, size_t size, bool *ret_more)
{
    *ret_more = rows->n > size;
    if (*ret_more)
        rows->n = size;
    for (size_t i = 0; newest && i < rows->n / 2; i++) {
        TimelineRow other = rows->at[i];
        rows->at[i] = rows->at[rows->n - 1 - i];
        rows->at[rows->n - 1 - i] = other;
    }
}

static Rc read_data(Sources *s)
{
    Arena *a = s->cx->arena;

    s->data = ARENA_ARRAY(a, const Json *, s->rows.n + 1);
    s->changes = ARENA_ARRAY(a, EventChanges, s->rows.n + 1);
    if (s->data == NULL || s->changes == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < s->rows.n; i++) {
        const Json *whole = NULL;
        TRY(json_parse(a, s->rows.at[i].data, &whole, NULL));
        s->data[i] = json_get(whole, STR("data"));
        TRY(event_changes_of(a, whole, &s->changes[i]));
    }
    return RC_OK;
}

static Rc read_texts(Sources *s)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    TimelineTextsRow row;
    int64_t first = s->rows.at[0].seq, last = s->rows.at[s->rows.n - 1].seq;

    /* asked again: the rows leave out what is internal already */
    TRY(q_timeline_texts(s->cx, s->g, first, last, granted_may(s->g, MAY_NOTES), &rows));
    while (q_timeline_texts_next(&rows, &row))
        TRY(LIST_PUSH(s->cx->arena, &s->texts, row));
    return rows_result(&rows);
}

/* The first and last object of a kind on this page; false: there is none. */
static bool object_span(const Sources *s, const char *object, int64_t *ret_first, int64_t *ret_last)
{
    bool any = false;
    for (size_t i = 0; i < s->rows.n; i++) {
        const TimelineRow *row = &s->rows.at[i];
        if (!str_eq_z(row->object, object))
            continue;
        *ret_first = any && *ret_first < row->object_id ? *ret_first : row->object_id;
        *ret_last = any && *ret_last > row->object_id ? *ret_last : row->object_id;
        any = true;
    }
    return any;
}

static Rc read_messages(Sources *s)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    MessageRow row;
    int64_t first = 0, last = 0;

    if (!object_span(s, "message", &first, &last))
        return RC_OK;
    TRY(q_message_span(s->cx, s->g, first, last, &rows));
    while (q_message_span_next(&rows, &row))
        TRY(LIST_PUSH(s->cx->arena, &s->messages, row));
    return rows_result(&rows);
}

static Rc read_notes(Sources *s)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    NoteRow row;
    int64_t first = 0, last = 0;

    /* asked again: read_rows left the events of notes out, so that there is no span */
    if (!granted_may(s->g, MAY_NOTES) || !object_span(s, "note", &first, &last))
        return RC_OK;
    TRY(q_note_span(s->cx, s->g, first, last, &rows));
    while (q_note_span_next(&rows, &row))
        TRY(LIST_PUSH(s->cx->arena, &s->notes, row));
    return rows_result(&rows);
}

/* "person:17" -> 17; 0 for anything else. */
static int64_t id_of(Str word, const char *kind)
{
    Str prefix = str_z(kind);
    int64_t id = 0;

    if (!str_starts(word, prefix) || word.len < prefix.len + 2 || word.ptr[prefix.len] != ':')
        return 0;
    return str_to_i64(str_skip(word, prefix.len + 1), &id) ? id : 0;
}

/* Linked requests are named only to those who see them. */
static Rc read_linked(Sources *s)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    IdList ids = { 0 };
    ScopeRequests scope;
    RequestNamesRow row;
    Str json;

    for (size_t i = 0; i < s->rows.n; i++)
        for (size_t k = 0; k < s->changes[i].n; k++)
            if (id_of(s->changes[i].at[k].to, "request") != 0)
                TRY(LIST_PUSH(s->cx->arena, &ids, id_of(s->changes[i].at[k].to, "request")));
    if (ids.n == 0 || s->cx->subject->person_id == 0)
        return RC_OK;
    TRY(access_requests(s->cx, &scope));
    TRY(ids_json(s->cx->arena, &ids, &json));
    TRY(q_request_names(s->cx, scope, json, &rows));
    while (q_request_names_next(&rows, &row))
        TRY(LIST_PUSH(s->cx->arena, &s->requests, row));
    return rows_result(&rows);
}

static Rc add_json_id(Arena *a, const Json *data, Str key, IdList *ids)
{
    const Json *v = json_get(data, key);
    return v != NULL && v->kind == JSON_INT ? LIST_PUSH(a, ids, v->integer) : RC_OK;
}

static Rc load_persons(Sources *s)
{
    Arena *a = s->cx->arena;
    IdList ids = { 0 };

    for (size_t i = 0; i < s->rows.n; i++) {
        TRY(LIST_PUSH(a, &ids, s->rows.at[i].actor_id.value));
        TRY(LIST_PUSH(a, &ids, s->rows.at[i].behalf_id.value));
        TRY(add_json_id(a, s->data[i], STR("person"), &ids));
        TRY(add_json_id(a, s->data[i], STR("delegate"), &ids));
        for (size_t k = 0; k < s->changes[i].n; k++) {
            TRY(LIST_PUSH(a, &ids, id_of(s->changes[i].at[k].from, "person")));
            TRY(LIST_PUSH(a, &ids, id_of(s->changes[i].at[k].to, "person")));
        }
    }
    for (size_t i = 0; i < s->messages.n; i++)
        TRY(LIST_PUSH(a, &ids, s->messages.at[i].author_id));
    for (size_t i = 0; i < s->notes.n; i++)
        TRY(LIST_PUSH(a, &ids, s->notes.at[i].author_id));
    return person_refs_load(s->cx, ids.at, ids.n);
}

/* ---- one entry ---- */

static Str request_name(const Sources *s, int64_t id)
{
    for (size_t i = 0; i < s->requests.n; i++)
        if (s->requests.at[i].id == id)
            return request_number(s->cx->arena, s->requests.at[i].record, s->requests.at[i].serial);
    return STR_NULL;
}

/* What a stored word stands for, to a program and to people. */
static Rc resolve(const Sources *s, Str word, Str *ret, Str *ret_name)
{
    int64_t person = id_of(word, "person"), team = id_of(word, "team"),
            request = id_of(word, "request");
    PersonRef p;
    TeamRef t;

    *ret = *ret_name = word;
    if (person != 0) {
        TRY(person_ref(s->cx, person, &p));
        *ret = p.login;
        *ret_name = p.name;
    } else if (team != 0) {
        TRY(team_ref(s->cx, team, &t));
        *ret = t.key;
        *ret_name = t.name;
    } else if (request != 0) {
        *ret = *ret_name = request_name(s, request);
    }
    return RC_OK;
}

static Rc words_of(const Sources *s, const TimelineRow *row, const EventChange *change,
                   EntryChange *ret)
{
    *ret = (EntryChange){ .field = change->field, .erased = true };
    for (size_t i = 0; i < s->texts.n; i++) {
        const TimelineTextsRow *text = &s->texts.at[i];
        if (text->event_id != row->id || !str_eq(text->field, change->field))
            continue;
        *ret = (EntryChange){ .field = change->field,
                              .from = text->from_text,
                              .to = text->to_text,
                              .from_name = text->from_text,
                              .to_name =
                                  str_is_null(text->to_person) ? text->to_text : text->to_person };
    }
    return RC_OK;
}

static Rc entry_changes(const Sources *s, size_t i, Entry *e)
{
    for (size_t k = 0; k < s->changes[i].n; k++) {
        const EventChange *change = &s->changes[i].at[k];
        EntryChange c = { .field = change->field };
        if (change->text) {
            TRY(words_of(s, &s->rows.at[i], change, &c));
        } else {
            TRY(resolve(s, change->from, &c.from, &c.from_name));
            TRY(resolve(s, change->to, &c.to, &c.to_name));
        }
        TRY(LIST_PUSH(s->cx->arena, &e->changes, c));
    }
    return RC_OK;
}

/* Words that were said with an act, in one of these fields. */
static Str said_with(const Entry *e)
{
    static const char *const fields[] = { "reason", "resolution", "summary", "note" };
    for (size_t i = 0; i < e->changes.n; i++)
        for (size_t k = 0; k < COUNT_OF(fields); k++)
            if (str_eq_z(e->changes.at[i].field, fields[k]))
                return e->changes.at[i].to;
    return STR_NULL;
}

static Rc add_files(const Sources *s, const char *object, int64_t id, Entry *e)
{
    for (size_t i = 0; i < s->files.n; i++)
        if (s->files.at[i].object_id == id && str_eq_z(s->files.at[i].object, object))
            TRY(LIST_PUSH(s->cx->arena, &e->files, s->files.at[i]));
    return RC_OK;
}

/* A message that came along was said by its author at its own time. */
static Rc add_said(const Sources *s, Entry *e)
{
    for (size_t i = 0; i < s->messages.n && str_eq_z(e->object, "message"); i++) {
        const MessageRow *m = &s->messages.at[i];
        if (m->id != e->object_id)
            continue;
        e->text = m->text;
        e->at_ms = m->at_ms;
        TRY(person_ref(s->cx, m->author_id, &e->actor));
        return add_files(s, "message", m->id, e);
    }
    for (size_t i = 0; i < s->notes.n && str_eq_z(e->object, "note"); i++) {
        const NoteRow *n = &s->notes.at[i];
        if (n->id != e->object_id)
            continue;
        e->text = n->text;
        e->at_ms = n->at_ms;
        TRY(person_ref(s->cx, n->author_id, &e->actor));
        return add_files(s, "note", n->id, e);
    }
    e->gone = str_eq_z(e->kind, "message.merged"); /* it went back with the merge */
    return RC_OK;
}

static Rc make_entry(const Sources *s, size_t i, Entry *ret)
{
    const TimelineRow *row = &s->rows.at[i];
    Entry e = {
        .seq = row->seq,
        .event_id = row->id,
        .kind = row->kind,
        .at_ms = row->at_ms,
        .object = row->object,
        .object_id = row->object_id,
        .internal = row->internal,
        .by_system = json_get(s->data[i], STR("follows")) != NULL || !row->actor_id.set,
    };
    TRY(person_ref(s->cx, row->actor_id.value, &e.actor));
    TRY(person_ref(s->cx, row->behalf_id.value, &e.on_behalf_of));
    TRY(entry_changes(s, i, &e));
    e.text = said_with(&e);
    TRY(add_said(s, &e));
    TRY(timeline_sentence(s->cx, &s->names, &e, s->data[i], &e.what));
    *ret = e;
    return RC_OK;
}

static int64_t bounded(int64_t size)
{
    return size < 1 ? 1 : size > 100 ? 100 : size;
}

Rc timeline(Ctx *cx, GrantedRequest g, const TimelineFilter *f, Entries *ret, bool *ret_more)
{
    Sources s = { .cx = cx, .g = g };
    Entries list = { 0 };
    int64_t size = bounded(f->size);

    TRY(access_more(cx, g, MAY_SEE));
    TRY(read_rows(cx, g, f, size + 1, &s.rows));
    trim_rows(&s.rows, f->newest, (size_t)size, ret_more);
    if (s.rows.n == 0) {
        *ret = list;
        return RC_OK;
    }
    TRY(read_data(&s));
    TRY(read_texts(&s));
    TRY(read_messages(&s));
    TRY(read_notes(&s));
    TRY(read_linked(&s));
    if (f->view != NULL)
        s.files = f->view->files;
    else
        TRY(attachment_list(cx, g, &s.files));
    TRY(timeline_names(cx, g, f->view, &s.names));
    TRY(load_persons(&s));
    for (size_t i = 0; i < s.rows.n; i++) {
        Entry e;
        TRY(make_entry(&s, i, &e));
        TRY(LIST_PUSH(cx->arena, &list, e));
    }
    *ret = list;
    return RC_OK;
}
