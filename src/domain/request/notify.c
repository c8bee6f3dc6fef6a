/* notify.c - who is told of an event: notifications, and the names of live pages. */
#include "domain/request/lists.h"
#include "domain/request/lists_q.h"
#include "domain/request/upkeep.h"
#include "domain/request/upkeep_q.h"
#include "domain/request/view.h"

enum { DATA_CAP = 256 * 1024 }; /* bytes for the parsed data of one event */

/* ---- who takes part ---- */

typedef struct Told {
    Ctx *cx;
    GrantedRequest g;
    const EventRow *ev;
    NotifyRequestRow request;
    IdList persons; /* told already by this event */
} Told;

/* Never the one who did it, and each person once. */
static Rc tell(Told *t, int64_t person, Str kind)
{
    if (person == 0 || person == t->ev->actor_id)
        return RC_OK;
    for (size_t i = 0; i < t->persons.n; i++)
        if (t->persons.at[i] == person)
            return RC_OK;
    TRY(LIST_PUSH(t->cx->arena, &t->persons, person));
    return q_notification_insert(t->cx, t->g, person, t->ev->id, kind, t->ev->at, NULL);
}

/* What waits in a queue is counted on its badge; a line for everybody in the team would be noise. */
static bool is_for_queue(Str code)
{
    return str_eq_z(code, "new") || str_eq_z(code, "task");
}

/* Something went wrong that nobody waits for: the leads see to it, or all where there is none. */
static bool is_for_leads(Str code)
{
    return str_eq_z(code, "action_failed");
}

static Rc tell_team(Told *t, int64_t team, Str code)
{
    TeamMembers members = { 0 };
    bool leads = false;

    if (is_for_queue(code))
        return RC_OK;
    TRY(team_members(t->cx, team, &members));
    for (size_t i = 0; i < members.n; i++)
        leads = leads || (is_for_leads(code) && members.at[i].lead);
    for (size_t i = 0; i < members.n; i++)
        if (!leads || members.at[i].lead)
            TRY(tell(t, members.at[i].person.id, code));
    return RC_OK;
}

static Rc tell_holder(Told *t, Str word, Str code)
{
    Holder who;

    if (!holder_from_word(word, &who))
        return RC_OK;
    switch (who.kind) {
    case HOLDER_NOBODY: return RC_OK;
    case HOLDER_PERSON: return tell(t, who.id, code);
    case HOLDER_TEAM: return tell_team(t, who.id, code);
    case HOLDER_REQUESTER:
        TRY(tell(t, t->request.requester_id, code));
        return tell(t, t->request.beneficiary_id, code);
    case HOLDER_BENEFICIARY: return tell(t, t->request.beneficiary_id, code);
    }
    return RC_OK;
}

static Str text_of(const Json *object, Str key)
{
    const Json *v = json_get(object, key);
    return v != NULL && v->kind == JSON_TEXT ? v->text : STR("");
}

static Rc tell_named(Told *t, const Json *data)
{
    const Json *list = json_get(data, STR("tell"));

    for (size_t i = 0; list != NULL && list->kind == JSON_ARRAY && i < list->n; i++)
        TRY(tell_holder(t, text_of(list->items[i], STR("who")),
                        text_of(list->items[i], STR("code"))));
    return RC_OK;
}

static Rc tell_company(Told *t, Str kind)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    NotifyParticipantsRow row;

    TRY(q_notify_participants(t->cx, t->g, &rows));
    while (q_notify_participants_next(&rows, &row))
        TRY(tell(t, row.person_id, kind));
    return rows_result(&rows);
}

/* A message goes to everybody who takes part; a note to those who work on it. */
static Rc tell_message(Told *t)
{
    Str kind = STR("message");

    TRY(tell(t, t->request.requester_id, kind));
    TRY(tell(t, t->request.beneficiary_id, kind));
    TRY(tell(t, t->request.assignee_id.value, kind));
    TRY(tell_company(t, kind));
    return t->request.confidential ? RC_OK : tell(t, t->request.submitter_id, kind);
}

static Rc tell_note(Told *t)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    NotifyWorkersRow row;

    TRY(tell(t, t->request.assignee_id.value, STR("note")));
    TRY(q_notify_workers(t->cx, t->g, &rows));
    while (q_notify_workers_next(&rows, &row))
        TRY(tell(t, row.assignee_id, STR("note")));
    return rows_result(&rows);
}

static Rc tell_event(Told *t, const Json *data)
{
    const EventRow *ev = t->ev;

    if (str_eq_z(ev->kind, "note.added"))
        return tell_note(t);
    TRY(tell_named(t, data)); /* of internal ones only staff are named */
    if (ev->internal)
        return RC_OK;
    if (str_eq_z(ev->kind, "message.added"))
        return tell_message(t);
    if (str_eq_z(ev->kind, "participant.added"))
        return tell(t, ev->object_id, STR("participant"));
    if (str_eq_z(ev->kind, "request.outcome"))
        return tell_company(t, STR("outcome"));
    return RC_OK;
}

static Rc on_event(Ctx *cx, const EventRow *ev, void *arg)
{
    Told t = { .cx = cx, .ev = ev };
    const Json *whole = NULL;

    UNUSED(arg);
    if (ev->request_id == 0)
        return RC_OK;
    TRY(access_internal_request(cx, INTERNAL_NOTIFY, ev->request_id, &t.g));
    TRY(q_notify_request(cx, t.g, &t.request));
    TRY(json_parse(cx->arena, ev->data, &whole, NULL));
    return tell_event(&t, json_get(whole, STR("data")));
}

const Follower *request_notify_follower(void)
{
    static const Follower follower = { .name = "notify", .on_event = on_event };
    return &follower;
}

/* ---- live pages ---- */

static void say_id(LiveSay *say, const char *kind, int64_t id, int64_t version, void *arg)
{
    char name[48];
    int n = snprintf(name, sizeof name, "%s:%lld", kind, (long long)id);

    if (n > 0 && (size_t)n < sizeof name)
        say((Str){ name, (size_t)n }, version, arg);
}

static int64_t int_of(const Json *object, Str key)
{
    const Json *v = json_get(object, key);
    return v != NULL && v->kind == JSON_INT ? v->integer : 0;
}

void request_live_names(const EventRow *ev, LiveSay *say, void *arg)
{
    CLEANUP(arena_free_at) Arena *a = NULL;
    const Json *whole = NULL;

    if (ev->request_id == 0)
        return;
    say_id(say, "request", ev->request_id, ev->seq, arg);
    a = arena_new(DATA_CAP);
    if (json_parse(a, ev->data, &whole, NULL) != RC_OK)
        return;
    const Json *data = json_get(whole, STR("data")), *people = json_get(data, STR("people"));
    for (size_t i = 0; people != NULL && people->kind == JSON_ARRAY && i < people->n; i++)
        if (people->items[i]->kind == JSON_INT && people->items[i]->integer != 0)
            say_id(say, "person", people->items[i]->integer, ev->id, arg);
    if (int_of(data, STR("queue")) != 0)
        say_id(say, "queue", int_of(data, STR("queue")), ev->id, arg);
    if (int_of(data, STR("old_queue")) != 0)
        say_id(say, "queue", int_of(data, STR("old_queue")), ev->id, arg);
}

/* One server, one speaker. */
static struct {
    LiveSay *say;
    void *arg;
} speaker;

static Rc nothing(Ctx *cx, const EventRow *ev, void *arg)
{
    UNUSED(cx);
    UNUSED(ev);
    UNUSED(arg);
    return RC_OK;
}

static void speak(const EventRow *events, size_t n, void *arg)
{
    UNUSED(arg);
    for (size_t i = 0; i < n; i++)
        request_live_names(&events[i], speaker.say, speaker.arg);
}

void request_live_follower(LiveSay *say, void *arg, Follower *ret)
{
    speaker.say = say;
    speaker.arg = arg;
    *ret = (Follower){ .name = "live", .on_event = nothing, .after_commit = speak };
}

/* ---- reading them ---- */

/* {0} the number, {1} the title, {2} who did it. */
static const struct {
    const char *kind, *text;
} texts[] = {
    { "approve", T("{2} waits for your approval: {0} {1}") },
    { "delegated", T("You decide in a colleague's place now: {0} {1}") },
    { "standing_in", T("You stand in for a colleague at {0} {1}") },
    { "approval_withdrawn", T("Your approval is no longer needed: {0} {1}") },
    { "stuck", T("Nobody may approve {0} {1}. Name somebody who can.") },
    { "returned", T("{2} sent {0} {1} back for correction") },
    { "rejected", T("{0} {1} was rejected") },
    { "task", T("{2} gave you work: {0} {1}") },
    { "action_failed",
      T("A step of {0} {1} could not be done by itself. Your team has to do it.") },
    { "sign_off", T("{2} asks you for a second look: {0} {1}") },
    { "sent_back", T("A step of {0} {1} has to be done again") },
    { "answer", T("{2} asks you something about {0} {1}") },
    { "replied", T("{2} answered: {0} {1}") },
    { "remind", T("{0} {1} still waits for an answer") },
    { "last_remind", T("{0} {1} is closed unless you answer soon. The request says by when.") },
    { "silent", T("{0} {1} was closed because no answer came. An answer brings it back.") },
    { "silent_team", T("{0} {1} was closed because the requester did not answer") },
    { "resumed", T("{0} {1} goes on") },
    { "awake", T("You put {0} {1} aside until now") },
    { "agreed", T("{2} agreed another day for {0} {1}") },
    { "lowered", T("{2} lowered the priority of {0} {1}") },
    { "fulfilled", T("{0} {1} is fulfilled. Confirm it, or say what is missing.") },
    { "closed", T("{0} {1} is closed") },
    { "reopened", T("{0} {1} was reopened") },
    { "withdrawn", T("{2} withdrew {0} {1}") },
    { "cancelled", T("{2} cancelled {0} {1}") },
    { "merged", T("{2} merged {0} {1} into another request about the same thing") },
    { "unmerged", T("{0} {1} goes on by itself again") },
    { "handover", T("{2} offers your team {0} {1}") },
    { "handover_accepted", T("{2} took over {0} {1}") },
    { "handover_declined", T("{2} did not take over {0} {1}") },
    { "adhoc_approved", T("{0} {1} may leave its model") },
    { "adhoc_refused", T("{0} {1} may not leave its model") },
    { "message", T("{2} wrote about {0} {1}") },
    { "note", T("{2} noted something at {0} {1}") },
    { "participant", T("{2} added you to {0} {1}") },
    { "outcome", T("{0} {1} has ended") },
    { "clock_soon", T("Time runs short for {0} {1}") },
    { "clock_late", T("{0} {1} is late. Say why when you know.") },
    { "clock_help", T("{0} {1} needs help. Your team may read it and offer to take it over.") },
    { "escalated", T("{0} {1} was escalated to your team, which takes it over") },
    { "escalated_away", T("{0} {1} was escalated to another team. Its history says why.") },
    { "expected_later", T("{0} {1} is expected later than before") },
};

static Text sentence(const Notification *n)
{
    Text t = { .msgid = T("Something happened at {0} {1}"), .n = 3 };

    if (str_eq_z(n->kind, "schedule_failed"))
        return TEXT("One of your repeating requests could not be made. The page Repeating requests "
                    "says why.");
    if (str_eq_z(n->kind, "delegation"))
        return n->behalf.id != 0
                   ? TEXT("{0} named you to stand in for {1}", n->actor.name, n->behalf.name)
                   : TEXT("{0} named you to stand in for them", n->actor.name);
    if (str_eq_z(n->kind, "work_left"))
        return TEXT("{0} is away, has open work, and nobody stands in", n->behalf.name);
    if (str_is_null(n->number))
        return TEXT("Something happened at a request that you no longer see");
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (str_eq_z(n->kind, texts[i].kind))
            t.msgid = texts[i].text;
    t.args[0] = arg_str(n->number);
    t.args[1] = arg_str(n->title);
    t.args[2] = n->actor.id != 0 ? arg_str(n->actor.name) : arg_msg(T("Errand"));
    return t;
}

/* Of a view: its name, how many requests it found, how many of them are new. */
static Rc add_digests(Ctx *cx, GrantedSelf g, Notifications *io)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    NotificationDigestsRow row;
    IdList ids = { 0 };
    Str json;

    for (size_t i = 0; i < io->n; i++)
        if (str_eq_z(io->at[i].kind, "digest"))
            TRY(LIST_PUSH(cx->arena, &ids, io->at[i].id));
    if (ids.n == 0)
        return RC_OK;
    TRY(ids_json(cx->arena, &ids, &json));
    TRY(q_notification_digests(cx, g, json, &rows));
    while (q_notification_digests_next(&rows, &row))
        for (size_t i = 0; i < io->n; i++)
            if (io->at[i].id == row.id)
                io->at[i].text =
                    row.found > 999
                        ? TEXT("{0}: more than 999 requests, {1} of them new", row.name, row.fresh)
                        : TEXT("{0}: {1} found, {2} of them new", row.name, row.found, row.fresh);
    return rows_result(&rows);
}

LIST_OF(NotificationRow, NotificationRows);
LIST_OF(RequestNamesRow, NameRows);

static Rc read_names(Ctx *cx, const NotificationRows *rows, NameRows *ret)
{
    CLEANUP(rows_close) Rows found = { 0 };
    RequestNamesRow row;
    ScopeRequests s;
    IdList ids = { 0 };
    Str json;

    for (size_t i = 0; i < rows->n; i++)
        TRY(LIST_PUSH(cx->arena, &ids, rows->at[i].request_id.value));
    TRY(ids_json(cx->arena, &ids, &json));
    TRY(access_requests(cx, &s));
    TRY(q_request_names(cx, s, json, &found));
    while (q_request_names_next(&found, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&found);
}

static Rc load_actors(Ctx *cx, const NotificationRows *rows)
{
    IdList ids = { 0 };

    for (size_t i = 0; i < rows->n; i++)
        TRY(LIST_PUSH(cx->arena, &ids, rows->at[i].actor_id.value));
    return person_refs_load(cx, ids.at, ids.n);
}

static Rc from_row(Ctx *cx, const NotificationRow *row, const NameRows *names, Notification *ret)
{
    Notification n = {
        .id = row->id,
        .kind = row->kind,
        .request_id = row->request_id.value,
        .at_ms = row->at_ms,
        .read_ms = ms_or_none(row->read_ms),
    };
    for (size_t i = 0; i < names->n; i++) {
        if (names->at[i].id != n.request_id)
            continue;
        n.number = request_number(cx->arena, names->at[i].record, names->at[i].serial);
        n.title = names->at[i].title;
    }
    TRY(person_ref(cx, row->actor_id.value, &n.actor));
    TRY(person_ref(cx, row->behalf_id.value, &n.behalf));
    n.text = sentence(&n);
    *ret = n;
    return RC_OK;
}

Rc notification_list(Ctx *cx, GrantedSelf g, bool only_unread, int64_t before_id, int64_t size,
                     Notifications *ret, int64_t *ret_next)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    NotificationRow row;
    NotificationRows found = { 0 };
    NameRows names = { 0 };
    Notifications list = { 0 };

    size = page_size(size);
    TRY(q_notification_rows(cx, g, only_unread, page_before(before_id), size + 1, &rows));
    while (q_notification_rows_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &found, row));
    TRY(rows_result(&rows));
    *ret_next = 0;
    if (found.n > (size_t)size) {
        found.n = (size_t)size;
        *ret_next = found.at[found.n - 1].id;
    }
    TRY(read_names(cx, &found, &names));
    TRY(load_actors(cx, &found));
    for (size_t i = 0; i < found.n; i++) {
        Notification n;
        TRY(from_row(cx, &found.at[i], &names, &n));
        TRY(LIST_PUSH(cx->arena, &list, n));
    }
    TRY(add_digests(cx, g, &list));
    *ret = list;
    return RC_OK;
}

Rc notification_read(Ctx *cx, GrantedSelf g, int64_t id, int64_t request_id)
{
    return q_notification_mark(cx, g, id, request_id, cx->now_ms, NULL);
}
