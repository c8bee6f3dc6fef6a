/* conversation.c - messages, notes, participants, links. */
#include "core/random.h"
#include "domain/request/aggregate.h"
#include "domain/request/unsent.h"
#include "domain/request/plan.h"
#include "domain/request/talk.h"
#include "domain/request/talk_q.h"
#include "domain/request/view.h"

Rc words_check(Ctx *cx, const char *pointer, Str text, bool needed)
{
    if (text.len > REQUEST_TEXT_MAX)
        return fail_field(cx, RC_INVALID, pointer, "too_long",
                          TEXT("This text is too long: at most 64 kB."));
    if (!str_is_clean_text(text, true))
        return fail_field(cx, RC_INVALID, pointer, "unclean_text",
                          TEXT("This text has characters that cannot be kept."));
    if (needed && str_trim(text).len == 0)
        return fail_field(cx, RC_INVALID, pointer, "required", TEXT("Write something here."));
    return RC_OK;
}

/* ---- writing ---- */

/* The event commits to the words without holding them: the salt stands beside the words and goes when
 * these are erased. */
static Rc commitment(Ctx *cx, Str text, Str *ret_salt, Str *ret_hash)
{
    uint8_t fresh[16];

    random_bytes(fresh, sizeof fresh);
    Str salt = hex_encode(cx->arena, fresh, sizeof fresh);
    char *both = arena_try(cx->arena, salt.len + text.len);
    if (both == NULL)
        return RC_LIMIT;
    memcpy(both, salt.ptr, salt.len);
    if (text.len > 0)
        memcpy(both + salt.len, text.ptr, text.len);
    *ret_salt = salt;
    *ret_hash = sha256_hex(cx->arena, (Str){ both, salt.len + text.len });
    return RC_OK;
}

/* What a message or note leaves in the event table. */
static Rc said(Ctx *cx, GrantedRequest g, const char *kind, const char *object, int64_t id,
               int64_t task_id, Str hash, Str more, bool internal)
{
    RequestRow row;

    TRY(q_request_get(cx, g, &row));
    Str task = task_id != 0 ? str_fmt(cx->arena, ",\"task_id\":%lld", (long long)task_id) : STR("");
    Event ev = {
        .kind = kind,
        .object = object,
        .object_id = id,
        .on_behalf_of = behalf_of(cx, &row),
        .internal = internal,
        .data = str_fmt(cx->arena, "{\"hash\":\"%.*s\"%.*s%.*s,\"people\":[%lld,%lld,%lld]}",
                        STR_ARG(hash), STR_ARG(task), STR_ARG(more), (long long)row.requester_id,
                        (long long)row.beneficiary_id, (long long)row.assignee_id.value),
    };
    return aggregate_note(cx, g, &ev, NULL);
}

/* What the staff says to the requester is a moment of the clocks: its event holds what they saw. */
static Rc moment(Ctx *cx, const Aggregate *r, ClockWorld *world, Str *ret)
{
    CLEANUP(buf_done) Buf buf = { 0 };
    JsonOut o;

    TRY(clock_world(cx, r, &r->state, step_time(cx, r), world));
    buf_init(&buf, 4 * 1024);
    json_out_init(&o, &buf);
    clock_world_json(&o, world);
    TRY(buf_result(&buf));
    *ret = str_fmt(cx->arena, ",\"clock\":%.*s", STR_ARG(buf_str(&buf)));
    return RC_OK;
}

Rc message_write(Ctx *cx, Aggregate *r, int64_t task_id, Str text, const StrList *files,
                 int64_t *ret_id)
{
    GrantedRequest g = r->g;
    bool counts = r->state.submitted_ms != MS_NONE && clock_is_staff(cx, r);
    ClockWorld world;
    MessageInsertRow made;
    Str salt, hash, more = STR("");

    if (counts)
        TRY(moment(cx, r, &world, &more));

    TRY(commitment(cx, text, &salt, &hash));
    TRY(q_message_insert(cx, g, id_opt(task_id), cx->subject->person_id, text, cx->now_ms, salt,
                         OPT_NONE, &made));
    TRY(files_attach(cx, g, files, "message", made.id, false, "attachments"));
    TRY(said(cx, g, "message.added", "message", made.id, task_id, hash, more, false));
    *ret_id = made.id;
    return counts ? clocks_follow(cx, r, &world, true) : RC_OK;
}

static Rc check_said(Ctx *cx, Str text, const StrList *files)
{
    return words_check(cx, "text", text, files->n == 0);
}

static Rc check_task(Ctx *cx, const Aggregate *r, int64_t task_id)
{
    if (task_id == 0)
        return RC_OK;
    for (size_t i = 0; i < r->state.tasks.n; i++)
        if (r->state.tasks.at[i].row == task_id)
            return RC_OK;
    return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such task."));
}

/* Suppliers talk at their own tasks and nowhere else. */
static Rc check_speaker(Ctx *cx, const Aggregate *r, int64_t task_id)
{
    bool theirs = false;

    if (granted_may(r->g, MAY_SEE))
        return access_more(cx, r->g, MAY_SAY);
    if (task_id != 0)
        TRY(supplier_has_task(cx, task_id, &theirs));
    return theirs ? RC_OK : fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such task."));
}

/* A reply ends a question that waits, or reopens what was fulfilled; the engine knows. */
static bool is_reply(const Aggregate *r)
{
    bool asked = r->state.pending.open && r->state.pending.kind == PENDING_REQUESTER;
    bool over = r->state.phase == PHASE_FULFILLED
                || (r->state.back_until_ms != MS_NONE && r->state.outcome != OUTCOME_MERGED);
    return granted_may(r->g, MAY_ASK_SIDE) && (asked || over);
}

static Rc reply(Ctx *cx, Aggregate *r)
{
    EngineInput step = { .kind = INPUT_REPLY, .as = AS_PARTY, .until_ms = MS_NONE };
    StepWords words = { 0 };
    return aggregate_step(cx, r, &step, &words);
}

/* Closed, or fulfilled with its grace over: only the asking side goes on, in a linked request. */
static bool is_over(const Aggregate *r, Ms now)
{
    bool late = r->state.close_at_ms != MS_NONE && now >= r->state.close_at_ms;
    if (r->state.back_until_ms != MS_NONE && now < r->state.back_until_ms)
        return !granted_may(r->g, MAY_ASK_SIDE); /* their word brings it back */
    return r->state.phase == PHASE_CLOSED || (r->state.phase == PHASE_FULFILLED && late);
}

static Rc say_late(Ctx *cx, Aggregate *r, const MessageInput *in, MessageMade *ret)
{
    RequestMade follow;

    TRY(follow_up_make(cx, r, in->text, &in->attachments, &follow));
    *ret = (MessageMade){ .follow_up_id = follow.id, .follow_up = follow.number };
    return RC_OK;
}

Rc answered_by_file(Ctx *cx, GrantedRequest g)
{
    Aggregate r;

    if (!granted_may(g, MAY_ASK_SIDE))
        return RC_OK;
    TRY(aggregate_load(cx, g, true, &r));
    if (r.state.pending.open && r.state.pending.kind == PENDING_REQUESTER)
        TRY(reply(cx, &r));
    return snooze_wake(cx, g);
}

/* One conversation, in the one that stays. */
static Rc check_not_merged(Ctx *cx, const Aggregate *r)
{
    return r->state.outcome == OUTCOME_MERGED
               ? fail_whole(cx, RC_CONFLICT, "merged",
                            TEXT("This request was merged into another one. Write there."))
               : RC_OK;
}

Rc message_add(Ctx *cx, GrantedRequest g, const MessageInput *in, MessageMade *ret)
{
    Aggregate r;
    MessageMade made = { 0 };

    TRY(aggregate_load(cx, g, true, &r));
    TRY(check_speaker(cx, &r, in->task_id));
    TRY(check_not_merged(cx, &r));
    bool over = is_over(&r, cx->now_ms);
    if (over && !granted_may(r.g, MAY_ASK_SIDE))
        return fail_whole(cx, RC_CONFLICT, "wrong_state", TEXT("This request is closed."));
    TRY(in->fault);
    TRY(check_said(cx, in->text, &in->attachments));
    TRY(check_task(cx, &r, in->task_id));
    TRY(unsent_check_seen(cx, g, in->seen_seq));
    if (over)
        return say_late(cx, &r, in, ret);
    bool to_step = is_reply(&r);
    TRY(message_write(cx, &r, in->task_id, in->text, &in->attachments, &made.id));
    if (to_step) {
        r.row.version++; /* the message raised it */
        TRY(reply(cx, &r));
    }
    TRY(snooze_wake(cx, g));
    *ret = made;
    return RC_OK;
}

Rc note_add(Ctx *cx, GrantedRequest g, const NoteInput *in, int64_t *ret_id)
{
    Aggregate r;
    NoteInsertRow made;
    Str salt, hash;

    TRY(access_more(cx, g, MAY_NOTE));
    TRY(in->fault);
    TRY(aggregate_load(cx, g, true, &r));
    TRY(check_said(cx, in->text, &in->attachments));
    TRY(check_task(cx, &r, in->task_id));
    TRY(commitment(cx, in->text, &salt, &hash));
    TRY(q_note_insert(cx, g, id_opt(in->task_id), cx->subject->person_id, in->text, cx->now_ms,
                      salt, OPT_NONE, &made));
    TRY(files_attach(cx, g, &in->attachments, "note", made.id, true, "attachments"));
    TRY(said(cx, g, "note.added", "note", made.id, in->task_id, hash, STR(""), true));
    *ret_id = made.id;
    return RC_OK;
}

/* ---- reading ---- */

static Rc files_of(Ctx *cx, const ViewFiles *all, const char *object, int64_t id, ViewFiles *ret)
{
    *ret = (ViewFiles){ 0 };
    for (size_t i = 0; i < all->n; i++)
        if (all->at[i].object_id == id && str_eq_z(all->at[i].object, object))
            TRY(LIST_PUSH(cx->arena, ret, all->at[i]));
    return RC_OK;
}

LIST_OF(MessageRow, MessageRows);
LIST_OF(NoteRow, NoteRows);

static Rc messages_from(Ctx *cx, GrantedRequest g, const MessageRows *rows, Messages *ret)
{
    ViewFiles files = { 0 };
    IdList ids = { 0 };
    Messages list = { 0 };

    TRY(attachment_list(cx, g, &files));
    for (size_t i = 0; i < rows->n; i++)
        TRY(LIST_PUSH(cx->arena, &ids, rows->at[i].author_id));
    TRY(person_refs_load(cx, ids.at, ids.n));
    for (size_t i = 0; i < rows->n; i++) {
        const MessageRow *row = &rows->at[i];
        Message m = {
            .id = row->id, .task_id = row->task_id.value, .text = row->text, .at_ms = row->at_ms
        };
        TRY(person_ref(cx, row->author_id, &m.author));
        TRY(files_of(cx, &files, "message", m.id, &m.files));
        TRY(LIST_PUSH(cx->arena, &list, m));
    }
    *ret = list;
    return RC_OK;
}

/* One row more than asked for tells whether there is another page. */
static int64_t bounded(int64_t size)
{
    return size < 1 ? 1 : size > 100 ? 100 : size;
}

Rc message_list(Ctx *cx, GrantedRequest g, int64_t after_id, int64_t size, Messages *ret,
                int64_t *ret_next)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    MessageRow row;
    MessageRows list = { 0 };

    /* asked again by attachment_list */
    TRY(access_more(cx, g, MAY_SEE));
    size = bounded(size);
    TRY(q_message_rows(cx, g, after_id, size + 1, &rows));
    while (q_message_rows_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &list, row));
    TRY(rows_result(&rows));
    *ret_next = 0;
    if (list.n > (size_t)size) {
        list.n = (size_t)size;
        *ret_next = list.at[list.n - 1].id;
    }
    return messages_from(cx, g, &list, ret);
}

Rc message_get(Ctx *cx, GrantedRequest g, int64_t id, Message *ret)
{
    MessageRow row;
    MessageRows one = { .at = &row, .n = 1 };
    Messages list;

    /* asked again by attachment_list */
    TRY(access_more(cx, g, MAY_SEE));
    TRY(q_message_one(cx, g, id, &row));
    TRY(messages_from(cx, g, &one, &list));
    *ret = list.at[0];
    return RC_OK;
}

static Rc notes_from(Ctx *cx, GrantedRequest g, const NoteRows *rows, Notes *ret)
{
    ViewFiles files = { 0 };
    IdList ids = { 0 };
    Notes list = { 0 };

    TRY(attachment_list(cx, g, &files));
    for (size_t i = 0; i < rows->n; i++)
        TRY(LIST_PUSH(cx->arena, &ids, rows->at[i].author_id));
    TRY(person_refs_load(cx, ids.at, ids.n));
    for (size_t i = 0; i < rows->n; i++) {
        const NoteRow *row = &rows->at[i];
        Note n = {
            .id = row->id, .task_id = row->task_id.value, .text = row->text, .at_ms = row->at_ms
        };
        TRY(person_ref(cx, row->author_id, &n.author));
        TRY(files_of(cx, &files, "note", n.id, &n.files));
        TRY(LIST_PUSH(cx->arena, &list, n));
    }
    *ret = list;
    return RC_OK;
}

Rc note_list(Ctx *cx, GrantedRequest g, int64_t after_id, int64_t size, Notes *ret,
             int64_t *ret_next)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    NoteRow row;
    NoteRows list = { 0 };

    TRY(access_more(cx, g, MAY_NOTES));
    size = bounded(size);
    TRY(q_note_rows(cx, g, after_id, size + 1, &rows));
    while (q_note_rows_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &list, row));
    TRY(rows_result(&rows));
    *ret_next = 0;
    if (list.n > (size_t)size) {
        list.n = (size_t)size;
        *ret_next = list.at[list.n - 1].id;
    }
    return notes_from(cx, g, &list, ret);
}

Rc note_get(Ctx *cx, GrantedRequest g, int64_t id, Note *ret)
{
    NoteRow row;
    NoteRows one = { .at = &row, .n = 1 };
    Notes list;

    TRY(access_more(cx, g, MAY_NOTES));
    TRY(q_note_one(cx, g, id, &row));
    TRY(notes_from(cx, g, &one, &list));
    *ret = list.at[0];
    return RC_OK;
}
