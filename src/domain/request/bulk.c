/* bulk.c - one act on many requests, and back. */
#include "domain/request/bulk.h"

#include "app/event.h"
#include "core/clock.h"
#include "domain/request/bulk_q.h"
#include "domain/request/tag.h"
#include "domain/request/talk.h"
#include "domain/request/team_field.h"

static const struct {
    const char *word, *label;
    bool undo, text, value; /* it can be taken back; it needs words, a value */
    bool alone;             /* not for many at once */
} kinds[BULK_COUNT] = {
    [BULK_ASSIGN] = { "assign", T("Assign"), true, false, false, false },
    [BULK_TRANSFER] = { "transfer", T("Hand over"), false, true, true, false },
    [BULK_PRIORITY] = { "priority", T("Change the priority"), true, true, true, false },
    [BULK_WATCH] = { "watch", T("Follow"), true, false, false, false },
    [BULK_UNWATCH] = { "unwatch", T("Follow no more"), true, false, false, false },
    [BULK_TAG] = { "tag", T("Give a tag"), true, false, true, false },
    [BULK_UNTAG] = { "untag", T("Take a tag away"), true, false, true, false },
    [BULK_REJECT] = { "reject", T("Reject"), false, true, false, false },
    [BULK_CANCEL] = { "cancel", T("Cancel request"), false, true, false, false },
    [BULK_FULFIL] = { "fulfil", T("Fulfilled"), false, true, false, false },
    [BULK_MERGE] = { "merge", T("Merge into another request"), true, false, true, false },
    [BULK_ANSWER] = { "answer", T("Change an answer"), true, false, true, true },
    [BULK_FIELD] = { "field", T("Change a field"), true, false, true, true },
};

const char *bulk_word(BulkKind kind)
{
    return kinds[kind].word;
}

Text bulk_label(BulkKind kind)
{
    return (Text){ .msgid = kinds[kind].label };
}

bool bulk_from_word(Str word, BulkKind *ret)
{
    for (int i = 0; i < BULK_COUNT; i++) {
        if (str_eq_z(word, kinds[i].word)) {
            *ret = (BulkKind)i;
            return true;
        }
    }
    return false;
}

bool bulk_is_for_many(BulkKind kind)
{
    return !kinds[kind].alone;
}

bool bulk_can_undo(BulkKind kind)
{
    return kinds[kind].undo;
}

bool bulk_needs_text(BulkKind kind)
{
    return kinds[kind].text;
}

/* ---- one request ---- */

typedef struct Turn {
    Ctx *cx;
    BulkKind kind;
    const BulkInput *in;
    Str named;          /* do: number or id */
    int64_t request_id; /* 0: not seen */
    Str number, before, after;
} Turn;

static Rc grant_named(Ctx *cx, Str named, GrantedRequest *ret)
{
    int64_t id = 0;

    if (str_to_i64(named, &id))
        /* asked again by the act itself and by state_of */
        return access_request(cx, id, MAY_SEE, ret);
    /* asked again by the act itself and by state_of */
    return access_request_number(cx, named, MAY_SEE, ret);
}

static Str yes_no(bool yes)
{
    return yes ? STR("yes") : STR("no");
}

static Rc has_tag(Ctx *cx, GrantedRequest g, Str tag, bool *ret)
{
    ViewTags tags;

    *ret = false;
    TRY(tag_list(cx, g, &tags));
    for (size_t i = 0; i < tags.n; i++)
        *ret = *ret || str_eq(tags.at[i].tag, tag);
    return RC_OK;
}

static Rc follows(Ctx *cx, GrantedRequest g, bool *ret)
{
    RequestView v;

    *ret = false;
    TRY(request_view(cx, g, &v));
    for (size_t i = 0; i < v.participants.n; i++)
        *ret = *ret
               || (v.participants.at[i].person.id == cx->subject->person_id
                   && str_eq_z(v.participants.at[i].kind, "watcher"));
    return RC_OK;
}

/* "device light"; "device " where nothing is chosen. */
static Rc answer_of(Ctx *cx, GrantedRequest g, Str question, Str *ret)
{
    RequestView v;
    Str key = STR("");

    TRY(request_view(cx, g, &v));
    for (size_t i = 0; i < v.form.n; i++) {
        const Answer *a = &v.form.at[i];
        if (str_eq(a->question->id, question) && a->value.type == COND_KEY)
            key = a->value.text;
    }
    *ret = str_fmt(cx->arena, "%.*s %.*s", STR_ARG(question), STR_ARG(key));
    return RC_OK;
}

/* "colour blue"; "colour " where it is empty. */
static Rc field_of(Ctx *cx, GrantedRequest g, Str key, Str *ret)
{
    FieldValues values = { 0 };
    Str text = STR("");

    TRY(field_list(cx, g, &values));
    for (size_t i = 0; i < values.n; i++)
        if (str_eq(values.at[i].field->key, key))
            text = values.at[i].text;
    *ret = str_fmt(cx->arena, "%.*s %.*s", STR_ARG(key), STR_ARG(text));
    return RC_OK;
}

/* Its value begins with what it is about: a question, a field. */
static bool is_about(BulkKind kind)
{
    return kind == BULK_ANSWER || kind == BULK_FIELD;
}

/* What the act changes, as it is now. */
static Rc state_of(Ctx *cx, GrantedRequest g, BulkKind kind, Str tag, Str *ret)
{
    RequestHead h;
    bool yes;

    *ret = STR("");
    if (kind == BULK_ANSWER)
        return answer_of(cx, g, tag, ret);
    if (kind == BULK_FIELD)
        return field_of(cx, g, tag, ret);
    if (kind == BULK_TAG || kind == BULK_UNTAG) {
        TRY(has_tag(cx, g, tag, &yes));
        *ret = yes_no(yes);
    } else if (kind == BULK_WATCH || kind == BULK_UNWATCH) {
        TRY(follows(cx, g, &yes));
        *ret = yes_no(yes);
    } else if (kind == BULK_MERGE) {
        TRY(request_head(cx, g, &h));
        *ret = yes_no(str_eq_z(h.outcome, "merged"));
    } else if (kind == BULK_ASSIGN || kind == BULK_PRIORITY) {
        TRY(request_head(cx, g, &h));
        if (kind == BULK_PRIORITY)
            *ret = h.overruled ? h.level : STR("");
        else
            *ret = h.assignee.id != 0 ? h.assignee.login : STR("");
    }
    return RC_OK;
}

static Rc follow(Ctx *cx, GrantedRequest g, bool yes)
{
    Str self = cx->subject->login;

    return yes ? participant_add(cx, g, &(ParticipantAdd){ .login = self, .kind = STR("watcher") })
               : participant_remove(cx, g, self, STR("watcher"));
}

static Rc act_on(Ctx *cx, GrantedRequest g, ActKind kind, const BulkInput *in)
{
    RequestAct act = { .kind = kind, .text = in->text, .fault = in->fault };

    if (kind == ACT_ASSIGN)
        act = (RequestAct){ .kind = kind, .assignee = in->value, .fault = in->fault };
    if (kind == ACT_MERGE)
        act.into = in->value;
    if (kind == ACT_TRANSFER) {
        act.team = in->value;
        act.next_step = in->next_step;
    }
    return request_act(cx, g, &act, NULL);
}

/* `state` as answer_of says it. */
static Rc answer_with(Ctx *cx, GrantedRequest g, Str state, Rc fault)
{
    RequestEdit edit = { .has_answers = true, .title = STR_NULL, .fault = fault };
    Str question = str_cut(&state, ' ');

    edit.impact = edit.urgency = edit.level = STR_NULL;
    TRY(answers_from_field(cx->arena, question, str_is_null(state) ? STR("") : state,
                           &edit.answers));
    return request_edit(cx, g, &edit);
}

/* `state` as field_of says it. */
static Rc field_with(Ctx *cx, GrantedRequest g, Str state, Rc fault)
{
    FieldSet in = { .fault = fault };
    Str key = str_cut(&state, ' ');

    TRY(LIST_PUSH(cx->arena, &in.list,
                  ((FieldSetOne){ .key = key,
                                  .value = str_is_null(state) ? STR("") : state,
                                  .was = STR_NULL })));
    return field_set(cx, g, &in);
}

static Rc do_to(Ctx *cx, GrantedRequest g, BulkKind kind, const BulkInput *in)
{
    switch (kind) {
    case BULK_ASSIGN: return act_on(cx, g, ACT_ASSIGN, in);
    case BULK_TRANSFER: return act_on(cx, g, ACT_TRANSFER, in);
    case BULK_PRIORITY:
        return request_edit(
            cx, g, &(RequestEdit){ .level = in->value, .reason = in->text, .fault = in->fault });
    case BULK_ANSWER: return answer_with(cx, g, in->value, in->fault);
    case BULK_FIELD: return field_with(cx, g, in->value, in->fault);
    case BULK_WATCH:
    case BULK_UNWATCH: return follow(cx, g, kind == BULK_WATCH);
    case BULK_TAG: return tag_add(cx, g, &(TagAct){ .tag = in->value, .fault = in->fault });
    case BULK_UNTAG: return tag_remove(cx, g, &(TagAct){ .tag = in->value, .fault = in->fault });
    case BULK_REJECT: return act_on(cx, g, ACT_REJECT, in);
    case BULK_CANCEL: return act_on(cx, g, ACT_CANCEL, in);
    case BULK_FULFIL: return act_on(cx, g, ACT_FULFIL, in);
    case BULK_MERGE: return act_on(cx, g, ACT_MERGE, in);
    case BULK_COUNT: break;
    }
    return RC_INTERNAL;
}

/* In a savepoint of its own. */
static Rc do_one(DbConn *c, void *arg)
{
    Turn *t = arg;
    Ctx *cx = t->cx;
    GrantedRequest g;
    RequestHead h;
    Str tag = str_lower_ascii(cx->arena, t->in->value), value = t->in->value;

    UNUSED(c);
    if (is_about(t->kind))
        tag = str_cut(&value, ' ');
    TRY(grant_named(cx, t->named, &g));
    TRY(request_head(cx, g, &h));
    t->request_id = h.id;
    t->number = h.number;
    TRY(state_of(cx, g, t->kind, tag, &t->before));
    TRY(do_to(cx, g, t->kind, t->in));
    t->after = t->kind == BULK_ASSIGN || t->kind == BULK_PRIORITY || is_about(t->kind)
                   ? t->in->value
                   : yes_no(t->kind == BULK_TAG || t->kind == BULK_WATCH || t->kind == BULK_MERGE);
    if (t->kind == BULK_TAG || t->kind == BULK_UNTAG) { /* undoing names it again */
        t->before = str_fmt(cx->arena, "%.*s %.*s", STR_ARG(t->before), STR_ARG(tag));
        t->after = str_fmt(cx->arena, "%.*s %.*s", STR_ARG(t->after), STR_ARG(tag));
    }
    return RC_OK;
}

/* The sentence of a failed savepoint, which the call then forgets. */
static Str take_failure(Ctx *cx)
{
    Reader reader = { cx->lang, cx->zone, cx->now_ms };
    Text said = cx->errors.n > 0 ? cx->errors.at[0].text : cx->detail;

    if (said.msgid == NULL)
        said = TEXT("It could not be done.");
    Str why = words_text(cx->arena, &reader, &said);
    cx->type = STR("");
    cx->detail = (Text){ 0 };
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    return why;
}

/* What is nobody's refusal ends the whole call. */
static bool is_refusal(Rc rc)
{
    return rc != RC_OK && rc != RC_BUSY && rc != RC_INTERNAL;
}

static Rc one_of_many(Ctx *cx, Rc (*run)(DbConn *c, void *arg), Turn *t, Str *ret_why)
{
    Rc rc = db_savepoint(cx->db, run, t);

    if (rc != RC_OK && !is_refusal(rc))
        return rc;
    *ret_why = rc == RC_OK ? STR("") : take_failure(cx);
    return RC_OK;
}

/* ---- many ---- */

static bool is_level(Str word)
{
    return str_eq_z(word, "low") || str_eq_z(word, "normal") || str_eq_z(word, "high")
           || str_eq_z(word, "critical");
}

static Rc check_whole(Ctx *cx, const BulkInput *in, BulkKind *ret)
{
    TRY(in->fault);
    if (in->requests.n == 0)
        return fail_field(cx, RC_INVALID, "requests", "required",
                          TEXT("Choose at least one request."));
    if (in->requests.n > BULK_MOST)
        return fail_field(cx, RC_INVALID, "requests", "too_many",
                          TEXT("At most 1,000 requests at once."));
    if (!bulk_from_word(in->act, ret) || !bulk_is_for_many(*ret))
        return fail_field(cx, RC_INVALID, "act", "unknown_word", TEXT("Choose what to do."));
    if (kinds[*ret].value && in->value.len == 0)
        return fail_field(cx, RC_INVALID, "value", "required", TEXT("Write something here."));
    if (*ret == BULK_PRIORITY && !is_level(in->value))
        return fail_field(cx, RC_INVALID, "value", "unknown_word",
                          TEXT("Choose low, normal, high or critical."));
    if (kinds[*ret].text && str_trim(in->text).len == 0)
        return fail_field(cx, RC_INVALID, "text", "required", TEXT("Write something here."));
    return RC_OK;
}

static Rc audit(Ctx *cx, const char *kind, int64_t id, const char *act)
{
    EventChange change = { STR("act"), STR_NULL, str_z(act), false };
    return event_add(
        cx,
        &(Event){
            .kind = kind, .object = "bulk", .object_id = id, .changes = &change, .changes_n = 1 },
        NULL);
}

static bool named_before(const StrList *list, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (str_eq(list->at[k], list->at[i]))
            return true;
    return false;
}

Rc bulk_begin(Ctx *cx, GrantedSelf g, const BulkInput *in, int64_t *ret_id)
{
    BulkInsertRow made;
    BulkKind kind;

    TRY(check_whole(cx, in, &kind));
    TRY(q_bulk_insert(cx, g, str_z(kinds[kind].word), in->value, in->text, in->next_step,
                      cx->now_ms, &made));
    for (size_t i = 0; i < in->requests.n; i++) {
        Str named = str_shortened(str_trim(in->requests.at[i]), 64);
        if (named_before(&in->requests, i))
            continue;
        TRY(q_bulk_part_insert(cx, g, made.id, (int64_t)i + 1, OPT_NONE, named, false, STR(""),
                               STR(""), STR(""), true, NULL));
    }
    *ret_id = made.id;
    return RC_OK;
}

Rc bulk_alone(Ctx *cx, GrantedSelf g, Str number, BulkKind kind, const BulkInput *in,
              int64_t *ret_id)
{
    Turn t = { cx, kind, in, number, 0, number, STR(""), STR("") };
    BulkInsertRow made;

    *ret_id = 0;
    TRY(do_one(cx->db, &t));
    if (!kinds[kind].undo || str_eq(t.before, t.after))
        return RC_OK;
    TRY(q_bulk_insert(cx, g, str_z(kinds[kind].word), STR(""), STR(""), STR(""), cx->now_ms,
                      &made));
    TRY(q_bulk_part_insert(cx, g, made.id, 1, OPT_INT(t.request_id), t.number, true, STR(""),
                           t.before, t.after, false, NULL));
    *ret_id = made.id;
    return RC_OK;
}

LIST_OF(BulkPartRow, BulkPartRows);

static Rc parts_of(Ctx *cx, GrantedSelf g, int64_t id, BulkPartRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    BulkPartRow row;

    TRY(q_bulk_parts(cx, g, id, &rows));
    while (q_bulk_parts_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

static Rc head_of(Ctx *cx, GrantedSelf g, int64_t id, BulkDone *ret)
{
    BulkOneRow row;
    bool found;

    TRY(q_bulk_one(cx, g, id, &row, &found));
    if (!found || !bulk_from_word(row.act, &ret->kind))
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such act."));
    ret->id = id;
    ret->at_ms = row.at_ms;
    ret->undone_ms = row.undone_ms.set ? row.undone_ms.value : MS_NONE;
    ret->may_undo = kinds[ret->kind].undo && !row.undone_ms.set
                    && cx->now_ms < row.at_ms + BULK_UNDO_DAYS * MS_DAY;
    return RC_OK;
}

Rc bulk_get(Ctx *cx, GrantedSelf g, int64_t id, BulkDone *ret)
{
    BulkDone done = { 0 };
    BulkPartRows rows = { 0 };

    TRY(head_of(cx, g, id, &done));
    TRY(parts_of(cx, g, id, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const BulkPartRow *r = &rows.at[i];
        TRY(LIST_PUSH(cx->arena, &done.parts,
                      (BulkPart){ .number = r->number,
                                  .ok = r->ok,
                                  .waits = r->waits,
                                  .why = r->why,
                                  .undone = r->undone,
                                  .undo_why = r->undo_why }));
        done.done_n += r->ok;
        done.left_n += r->waits;
    }
    done.may_undo = done.may_undo && done.done_n > 0;
    *ret = done;
    return RC_OK;
}

/* ---- back ---- */

/* "yes vpn": whether it had the tag, and which. */
static Str tag_named(Str state)
{
    (void)str_cut(&state, ' ');
    return state;
}

static Rc give_back(Ctx *cx, GrantedRequest g, const Turn *t)
{
    Reader reader = { cx->lang, cx->zone, cx->now_ms };
    Text taken_back = TEXT("Taken back");
    Str before = t->before;

    switch (t->kind) {
    case BULK_ASSIGN:
        return request_act(cx, g, &(RequestAct){ .kind = ACT_ASSIGN, .assignee = before }, NULL);
    case BULK_PRIORITY:
        return request_edit(
            cx, g,
            &(RequestEdit){ .level = before,
                            .reason = words_text(cx->arena, &reader, &taken_back) });
    case BULK_TAG: return tag_remove(cx, g, &(TagAct){ .tag = tag_named(before) });
    case BULK_UNTAG: return tag_add(cx, g, &(TagAct){ .tag = tag_named(before) });
    case BULK_WATCH:
    case BULK_UNWATCH: return follow(cx, g, t->kind == BULK_UNWATCH);
    case BULK_MERGE: return request_act(cx, g, &(RequestAct){ .kind = ACT_UNMERGE }, NULL);
    case BULK_ANSWER: return answer_with(cx, g, before, RC_OK);
    case BULK_FIELD: return field_with(cx, g, before, RC_OK);
    case BULK_TRANSFER:
    case BULK_REJECT:
    case BULK_CANCEL:
    case BULK_FULFIL:
    case BULK_COUNT: break;
    }
    return RC_INTERNAL;
}

/* In a savepoint of its own. */
static Rc undo_one(DbConn *c, void *arg)
{
    Turn *t = arg;
    Ctx *cx = t->cx;
    GrantedRequest g;
    Str now, wanted = t->after, rest = t->after;

    UNUSED(c);
    /* asked again by state_of */
    TRY(access_request(cx, t->request_id, MAY_SEE, &g));
    Str about = is_about(t->kind) ? str_cut(&rest, ' ') : tag_named(t->after);
    TRY(state_of(cx, g, t->kind, about, &now));
    if (t->kind == BULK_TAG || t->kind == BULK_UNTAG)
        wanted = str_cut(&wanted, ' ');
    if (!str_eq(now, wanted))
        return fail(cx, RC_CONFLICT, "changed", TEXT("It has been changed since."));
    return str_eq(t->before, t->after) ? RC_OK : give_back(cx, g, t);
}

static Rc check_undo(Ctx *cx, const BulkDone *done)
{
    if (!kinds[done->kind].undo)
        return fail(cx, RC_CONFLICT, "for_ever", TEXT("This act cannot be taken back."));
    if (done->undone_ms != MS_NONE)
        return fail(cx, RC_CONFLICT, "undone", TEXT("This act was taken back already."));
    if (!done->may_undo)
        return fail(cx, RC_CONFLICT, "too_late", TEXT("An act can be taken back for 30 days."));
    return RC_OK;
}

Rc bulk_undo(Ctx *cx, GrantedSelf g, int64_t id)
{
    Reader reader = { cx->lang, cx->zone, cx->now_ms };
    Text not_tried = TEXT("It was not tried.");
    BulkDone done = { 0 };

    TRY(head_of(cx, g, id, &done));
    TRY(check_undo(cx, &done));
    TRY(q_bulk_undone(cx, g, id, cx->now_ms, NULL));
    return q_bulk_turn_round(cx, g, id, words_text(cx->arena, &reader, &not_tried), NULL);
}

/* ---- in pieces ---- */

enum { PIECE_BYTES = 32 * 1024 * 1024 };

static Rc waiting(Ctx *cx, GrantedSelf g, int64_t id, int64_t most, BulkPartRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    BulkPartRow row;

    TRY(q_bulk_waiting(cx, g, id, most, &rows));
    while (q_bulk_waiting_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

static Rc try_part(Ctx *cx, GrantedSelf g, int64_t id, BulkKind kind, const BulkInput *in,
                   const BulkPartRow *r)
{
    Turn t = { cx, kind, in, r->number, 0, r->number, STR(""), STR("") };
    Str why;

    TRY(one_of_many(cx, do_one, &t, &why));
    return q_bulk_part_tried(cx, g, id, r->position,
                             t.request_id != 0 ? OPT_INT(t.request_id) : OPT_NONE, t.number,
                             why.len == 0, why, t.before, t.after, NULL);
}

static Rc part_back(Ctx *cx, GrantedSelf g, int64_t id, BulkKind kind, const BulkPartRow *r)
{
    Turn t = { .cx = cx,
               .kind = kind,
               .request_id = r->request_id.value,
               .before = r->before,
               .after = r->after };
    Str why;

    TRY(one_of_many(cx, undo_one, &t, &why));
    return q_bulk_part_undone(cx, g, id, r->position, why.len == 0, why, NULL);
}

/* In an arena of its own: what a thousand requests need does not lie in the call's. */
static Rc do_piece(Ctx *cx, GrantedSelf g, int64_t id, BulkPiece piece, int64_t *ret_left)
{
    Ms end = clock_monotonic_ms() + piece.ms;
    BulkPartRows rows = { 0 };
    BulkPieceRow act;
    BulkLeftRow left;
    BulkKind kind;
    bool found;

    TRY(q_bulk_piece(cx, g, id, &act, &found));
    if (!found || !bulk_from_word(act.act, &kind))
        return RC_NOT_FOUND;
    BulkInput in = { .value = act.value, .text = act.words, .next_step = act.next_step };
    TRY(waiting(cx, g, id, piece.most, &rows));
    for (size_t i = 0; i < rows.n && (i == 0 || clock_monotonic_ms() < end); i++) {
        if (act.undone_ms.set)
            TRY(part_back(cx, g, id, kind, &rows.at[i]));
        else
            TRY(try_part(cx, g, id, kind, &in, &rows.at[i]));
    }
    TRY(q_bulk_left(cx, g, id, &left));
    *ret_left = left.n;
    if (rows.n == 0 || left.n > 0)
        return RC_OK;
    TRY(q_bulk_end(cx, g, id, NULL));
    return audit(cx, act.undone_ms.set ? "bulk.undone" : "bulk.done", id, kinds[kind].word);
}

Rc bulk_go_on(Ctx *cx, GrantedSelf g, int64_t id, BulkPiece piece, int64_t *ret_left)
{
    CLEANUP(arena_free_at) Arena *own = arena_new(PIECE_BYTES);
    Ctx inner = *cx;

    inner.arena = own;
    inner.identity = NULL;
    inner.views = NULL; /* what an act reads is not shown */
    Rc rc = do_piece(&inner, g, id, piece, ret_left);
    return rc == RC_NOT_FOUND ? fail(cx, rc, "not_found", TEXT("There is no such act.")) : rc;
}
