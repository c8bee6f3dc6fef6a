/* event.c - see event.h.  Followers: event_follower.c. */
#include "app/event.h"

#include "app/event_q.h"
#include "core/json.h"
#include "core/random.h"

enum {
    DATA_BYTES = 64 * 1024, /* longest data of one event */
    SALT_BYTES = 16,
};

static OptInt id_or_none(int64_t id)
{
    return id == 0 ? OPT_NONE : OPT_INT(id);
}

/* null stays null: that a text was absent is no secret. */
static Rc salted_hash(Arena *a, Str salt, Str text, Str *ret)
{
    *ret = STR_NULL;
    if (str_is_null(text))
        return RC_OK;
    char *both = arena_try(a, salt.len + text.len);
    if (both == NULL)
        return RC_LIMIT;
    memcpy(both, salt.ptr, salt.len);
    if (text.len > 0)
        memcpy(both + salt.len, text.ptr, text.len);
    *ret = sha256_hex(a, (Str){ both, salt.len + text.len });
    return RC_OK;
}

/* Writes one change; `ret_salt` gets the salt when it holds words. */
static Rc write_change(Arena *a, JsonOut *o, const EventChange *c, Str *ret_salt)
{
    json_object(o);
    json_field_text(o, "field", c->field);
    if (c->text) {
        uint8_t salt[SALT_BYTES];
        Str from, to;
        random_bytes(salt, sizeof salt);
        *ret_salt = hex_encode(a, salt, sizeof salt);
        TRY(salted_hash(a, *ret_salt, c->from, &from));
        TRY(salted_hash(a, *ret_salt, c->to, &to));
        json_field_text(o, "from_hash", from);
        json_field_text(o, "to_hash", to);
    } else {
        json_field_text(o, "from", c->from);
        json_field_text(o, "to", c->to);
    }
    json_object_end(o);
    return RC_OK;
}

/* The column data.  `salts` has room for one per change. */
static Rc write_data(Arena *a, Buf *to, const Event *ev, Str *salts)
{
    JsonOut o;

    json_out_init(&o, to);
    json_object(&o);
    if (ev->changes_n > 0) {
        json_key_lit(&o, "changes");
        json_array(&o);
        for (size_t i = 0; i < ev->changes_n; i++)
            TRY(write_change(a, &o, &ev->changes[i], &salts[i]));
        json_array_end(&o);
    }
    if (!str_is_empty(ev->data)) {
        json_key_lit(&o, "data");
        json_raw(&o, ev->data);
    }
    json_object_end(&o);
    return buf_result(to);
}

LIST_OF(EventTextInsertRow, Texts);

static Rc take_texts(Arena *a, Texts *to, const Event *ev, int64_t id, const Str *salts)
{
    for (size_t i = 0; i < ev->changes_n; i++) {
        const EventChange *c = &ev->changes[i];
        EventTextInsertRow row = { id, c->field, c->from, c->to, salts[i] };
        if (c->text)
            TRY(LIST_PUSH(a, to, row));
    }
    return RC_OK;
}

Rc event_add(Ctx *cx, const Event *ev, int64_t *ret_id)
{
    CLEANUP(buf_done) Buf data = { 0 };
    const Subject *who = cx->subject;
    EventInsertRow row;
    OptInt seq = OPT_NONE;
    Texts texts = { 0 };

    buf_init(&data, DATA_BYTES);
    Str *salts = ARENA_ARRAY(cx->arena, Str, ev->changes_n + 1);
    if (salts == NULL)
        return RC_LIMIT;
    TRY(write_data(cx->arena, &data, ev, salts));
    if (ev->request_id != 0) {
        EventSeqNextRow next;
        TRY(q_event_seq_next(cx, ev->request_id, &next));
        seq = OPT_INT(next.event_seq);
    }
    TRY(q_event_insert(cx, cx->now_ms, str_z(ev->kind), id_or_none(who->person_id),
                       id_or_none(ev->on_behalf_of), who->origin, cx->call_ref,
                       id_or_none(ev->request_id), seq, str_z(ev->object), ev->object_id,
                       ev->internal, buf_str(&data), str_is_null(ev->step) ? STR("") : ev->step,
                       &row));
    TRY(take_texts(cx->arena, &texts, ev, row.id, salts));
    TRY(q_event_text_insert(cx, texts.at, texts.n));
    if (ret_id != NULL)
        *ret_id = row.id;
    return RC_OK;
}

/* ---- what happened elsewhere ---- */

Rc event_ids(Ctx *cx, int64_t n, int64_t *ret_first)
{
    EventIdsRow row;

    TRY(q_event_ids(cx, n, &row));
    *ret_first = row.first;
    return RC_OK;
}

LIST_OF(EventInsertPastRow, PastRows);

struct PastEvents {
    Arena *arena;
    PastRows rows;
    Texts texts;
};

Rc past_events_new(Arena *a, PastEvents **ret)
{
    PastEvents *e = arena_try(a, sizeof *e);

    if (e == NULL)
        return RC_LIMIT;
    *e = (PastEvents){ .arena = a };
    *ret = e;
    return RC_OK;
}

Rc past_events_add(PastEvents *to, const Event *ev, int64_t id, Ms at, Str ref, int64_t seq)
{
    CLEANUP(buf_done) Buf data = { 0 };
    Arena *a = to->arena;

    buf_init(&data, DATA_BYTES);
    Str *salts = ARENA_ARRAY(a, Str, ev->changes_n + 1);
    if (salts == NULL)
        return RC_LIMIT;
    TRY(write_data(a, &data, ev, salts));
    EventInsertPastRow row = { .id = id,
                               .at = at,
                               .kind = str_z(ev->kind),
                               .ref = ref,
                               .request = ev->request_id,
                               .seq = seq,
                               .object = str_z(ev->object),
                               .object_id = ev->object_id,
                               .data = str_dup(a, buf_str(&data)) };
    TRY(LIST_PUSH(a, &to->rows, row));
    return take_texts(a, &to->texts, ev, id, salts);
}

size_t past_events_n(const PastEvents *e)
{
    return e->rows.n;
}

Rc past_events_write(Ctx *cx, PastEvents *e)
{
    TRY(q_event_insert_past(cx, e->rows.at, e->rows.n));
    TRY(q_event_text_insert(cx, e->texts.at, e->texts.n));
    e->rows.n = e->texts.n = 0;
    return RC_OK;
}

Rc event_replayed(Ctx *cx, int64_t first_id, int64_t last_id)
{
    int64_t longer = 0;

    TRY(q_event_span_longer(cx, first_id, last_id, &longer));
    return longer > 0 ? RC_OK : q_event_span_insert(cx, first_id, last_id, NULL);
}

static Str text_of(const Json *object, Str key)
{
    const Json *v = json_get(object, key);
    return v != NULL && v->kind == JSON_TEXT ? v->text : STR_NULL;
}

Rc event_changes_of(Arena *a, const Json *whole, EventChanges *ret)
{
    const Json *list = json_get(whole, STR("changes"));
    for (size_t i = 0; list != NULL && list->kind == JSON_ARRAY && i < list->n; i++) {
        const Json *c = list->items[i];
        EventChange change = {
            .field = text_of(c, STR("field")),
            .from = text_of(c, STR("from")),
            .to = text_of(c, STR("to")),
            .text = json_get(c, STR("from_hash")) != NULL,
        };
        TRY(LIST_PUSH(a, ret, change));
    }
    return RC_OK;
}
