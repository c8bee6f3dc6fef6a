/* fields.c - the field table of the query language.
 *
 * A row says a name, its type, how its value lies in the database, and how it is read from a request in
 * memory.  Both must say the same of every request: find_test.c compares them over random lives and
 * random queries.
 */
#include "domain/view/fields.h"

#include "domain/view/fields_q.h"

/* ---- words ---- */

static const char *const records[] = { "request", "incident", "problem", "change" };
static const char *const kinds[] = { "action",   "information", "access",   "goods",
                                     "feedback", "compliment",  "complaint" };
static const char *const states[] = { "draft",      "submitted", "assessing", "awaiting_approval",
                                      "fulfilling", "pending",   "fulfilled", "closed" };
static const char *const phases[] = { "draft",      "submitted", "assessing", "awaiting_approval",
                                      "fulfilling", "fulfilled", "closed" };
static const char *const outcomes[] = { "fulfilled", "partly",    "rejected",
                                        "withdrawn", "cancelled", "merged" };
static const char *const channels[] = { "portal", "mail", "phone",     "walk_in",
                                        "chat",   "api",  "monitoring" };
static const char *const levels[] = { "low", "normal", "high", "critical" };
static const char *const impacts[] = { "person", "team", "site", "organisation" };
static const char *const person_kinds[] = { "employee", "customer", "vendor" };
static const char *const steps[] = {
    "submit", "assess",   "approve", "approver", "task", "accept",
    "action", "sign_off", "moment",  "answer",   "wait", "confirm"
};
static const char *const stages[] = { "waiting", "ready", "started", "done" };
static const char *const links[] = { "related",      "caused_by",   "needs",
                                     "converted_to", "follow_up",   "part_of",
                                     "duplicate_of", "merged_into", "split_from" };

/* ---- values of a request in memory ---- */

static bool word(Str s, CondValue *ret)
{
    *ret = (CondValue){ .type = COND_KEY, .text = s };
    return s.len > 0;
}

static bool person(const PersonRef *p, CondValue *ret)
{
    *ret = (CondValue){ .type = COND_PERSON, .text = p->login };
    return p->id != 0;
}

static bool instant(Ms at, CondValue *ret)
{
    *ret = (CondValue){ .type = COND_DATETIME, .at = at };
    return at != MS_NONE;
}

static bool number(size_t n, CondValue *ret)
{
    *ret = (CondValue){ .type = COND_NUMBER, .number = (int64_t)n * 1000 };
    return true;
}

static bool yes(bool b, CondValue *ret)
{
    *ret = (CondValue){ .type = COND_YES_NO, .yes = b };
    return true;
}

#define HEAD(r) (&(r)->view->head)
#define GETTER(name, expression)                                                                   \
    static bool get_##name(const FindRecord *r, CondValue *ret)                                    \
    {                                                                                              \
        return expression;                                                                         \
    }

GETTER(number, word(HEAD(r)->number, ret))
GETTER(record, word(HEAD(r)->record, ret))
GETTER(model, word(HEAD(r)->item, ret))
GETTER(kind, word(HEAD(r)->kind, ret))
GETTER(state, word(HEAD(r)->state, ret))
GETTER(phase, word(HEAD(r)->phase, ret))
GETTER(outcome, word(HEAD(r)->outcome, ret))
GETTER(channel, word(HEAD(r)->channel, ret))
GETTER(open, yes(!str_eq_z(HEAD(r)->state, "closed"), ret))
GETTER(confidential, yes(HEAD(r)->confidential, ret))
GETTER(priority, word(HEAD(r)->level, ret))
GETTER(impact, word(HEAD(r)->impact, ret))
GETTER(urgency, word(HEAD(r)->urgency, ret))
GETTER(team, word(HEAD(r)->team.key, ret))
GETTER(owner, word(HEAD(r)->owner.id != 0 ? HEAD(r)->owner.key : STR(""), ret))
GETTER(assignee, person(&HEAD(r)->assignee, ret))
GETTER(requester, person(&HEAD(r)->requester, ret))
GETTER(beneficiary, person(&HEAD(r)->beneficiary, ret))
GETTER(submitter, person(&HEAD(r)->submitter, ret))
GETTER(requester_org, word(r->requester_org, ret))
GETTER(requester_site, word(r->requester.site, ret))
GETTER(requester_kind, word(r->requester.kind, ret))
GETTER(next_step, word(HEAD(r)->step_code, ret))
GETTER(waiting_since, instant(HEAD(r)->step_ms, ret))
GETTER(created, instant(HEAD(r)->created_ms, ret))
GETTER(submitted, instant(HEAD(r)->submitted_ms, ret))
GETTER(fulfilled, instant(HEAD(r)->fulfilled_ms, ret))
GETTER(closed, instant(HEAD(r)->closed_ms, ret))
GETTER(updated, instant(HEAD(r)->updated_ms, ret))
GETTER(due, instant(HEAD(r)->next_due_ms, ret))
GETTER(fulfil_by, instant(HEAD(r)->due_ms, ret))
GETTER(not_before, instant(HEAD(r)->not_before_ms, ret))
GETTER(agreed, instant(HEAD(r)->agreed_ms, ret))
GETTER(tasks, number(r->view->tasks.n, ret))
GETTER(breached, yes(r->breached, ret))
GETTER(unread, yes(r->unread, ret))

static bool get_title(const FindRecord *r, CondValue *ret)
{
    *ret = (CondValue){ .type = COND_TEXT, .text = HEAD(r)->title };
    return HEAD(r)->title.len > 0;
}

static bool get_text(const FindRecord *r, CondValue *ret)
{
    *ret = (CondValue){ .type = COND_TEXT, .text = r->text };
    return r->text.len > 0;
}

static bool get_cost(const FindRecord *r, CondValue *ret)
{
    *ret = HEAD(r)->cost;
    return ret->type == COND_MONEY;
}

static bool is_open_task(const ViewTask *t)
{
    return str_eq_z(t->state, "waiting") || str_eq_z(t->state, "ready")
           || str_eq_z(t->state, "started");
}

static bool get_tasks_open(const FindRecord *r, CondValue *ret)
{
    size_t n = 0;

    for (size_t i = 0; i < r->view->tasks.n; i++)
        n += is_open_task(&r->view->tasks.at[i]);
    return number(n, ret);
}

static bool get_tasks_stage(const FindRecord *r, CondValue *ret)
{
    return word(view_tasks_stage(&r->view->tasks), ret);
}

/* Several values: room for all of them, STR_NULL where there is none. */
static Str *room(const FindRecord *r, size_t n, CondValue *ret)
{
    Str *keys = arena_array(r->arena, n, sizeof *keys);

    *ret = (CondValue){ .type = COND_KEYS, .keys = keys };
    return keys;
}

static bool get_watcher(const FindRecord *r, CondValue *ret)
{
    const ViewParticipants *list = &r->view->participants;
    Str *keys = room(r, list->n, ret);

    for (size_t i = 0; keys != NULL && i < list->n; i++)
        keys[ret->keys_n++] = list->at[i].person.login;
    return ret->keys_n > 0;
}

static bool get_approver(const FindRecord *r, CondValue *ret)
{
    const ViewApprovals *list = &r->view->approvals;
    Str *keys = room(r, list->n, ret);

    for (size_t i = 0; keys != NULL && i < list->n; i++)
        if (str_eq_z(list->at[i].state, "asked") && list->at[i].approver.id != 0)
            keys[ret->keys_n++] = list->at[i].approver.login;
    return ret->keys_n > 0;
}

static bool get_task_team(const FindRecord *r, CondValue *ret)
{
    const ViewTasks *list = &r->view->tasks;
    Str *keys = room(r, list->n, ret);

    for (size_t i = 0; keys != NULL && i < list->n; i++) {
        const ViewTask *t = &list->at[i];
        if (t->team.id != 0 && (str_eq_z(t->state, "ready") || str_eq_z(t->state, "started")))
            keys[ret->keys_n++] = t->team.key;
    }
    return ret->keys_n > 0;
}

static bool get_tag(const FindRecord *r, CondValue *ret)
{
    const ViewTags *list = &r->view->tags;
    Str *keys = room(r, list->n, ret);

    for (size_t i = 0; keys != NULL && i < list->n; i++)
        keys[ret->keys_n++] = list->at[i].tag;
    return ret->keys_n > 0;
}

static bool get_link(const FindRecord *r, CondValue *ret)
{
    const ViewLinks *list = &r->view->links;
    Str *keys = room(r, list->n, ret);

    for (size_t i = 0; keys != NULL && i < list->n; i++)
        keys[ret->keys_n++] = list->at[i].kind;
    return ret->keys_n > 0;
}

/* Of its parts those that the reader sees. */
static bool children(const FindRecord *r, bool open_only, CondValue *ret)
{
    const ViewLinks *list = &r->view->links;
    size_t n = 0;

    for (size_t i = 0; i < list->n; i++) {
        const ViewLink *l = &list->at[i];
        n += !l->outgoing && str_eq_z(l->kind, "part_of")
             && !(open_only && str_eq_z(l->state, "closed"));
    }
    return number(n, ret);
}

/* Merged into it, as far as the reader sees them. */
static bool duplicates(const FindRecord *r, CondValue *ret)
{
    const ViewLinks *list = &r->view->links;
    size_t n = 0;

    for (size_t i = 0; i < list->n; i++)
        n += list->at[i].merged;
    return number(n, ret);
}

GETTER(me_too, number((size_t)r->view->head.me_too, ret))
GETTER(duplicates, duplicates(r, ret))
GETTER(children, children(r, false, ret))
GETTER(children_open, children(r, true, ret))

/* ---- what a list is ordered by ---- */

static int64_t key_created(const FoundRow *r)
{
    return r->created_ms;
}

static int64_t key_updated(const FoundRow *r)
{
    return r->updated_ms;
}

static int64_t key_due(const FoundRow *r)
{
    return r->next_due_ms;
}

static int64_t key_priority(const FoundRow *r)
{
    return r->level;
}

/* ---- the table ---- */

#define KEYS(list)            .keys = (list), .keys_n = COUNT_OF(list)
#define WORDS(list)           .type = COND_KEY, .store = STORE_WORD, KEYS(list)
#define PERSON                .type = COND_PERSON, .store = STORE_PERSON
#define INSTANT               .type = COND_DATETIME, .store = STORE_INSTANT
#define NUMBER                .type = COND_NUMBER, .store = STORE_NUMBER
#define YES_NO                .type = COND_YES_NO, .store = STORE_YES
#define ONE(fragment, getter) .value = &f_find_##fragment, .get = get_##getter
#define SEVERAL(fragment, getter)                                                                  \
    .has = &f_find_##fragment, .any = &f_find_##fragment##_any, .get = get_##getter
#define SORTED(fragment, getter) .sort = &f_find_##fragment, .key = key_##getter

const Field find_fields[] = {
    { "state", T("Its state"), WORDS(states), .past = PAST_STATE, ONE(state, state) },
    { "phase", T("Its state, and while it is pending the state below"), WORDS(phases),
      ONE(phase, phase) },
    { "open", T("Not closed yet"), YES_NO, ONE(open, open) },
    { "outcome", T("How it ended; empty while it is under way"), WORDS(outcomes),
      ONE(outcome, outcome) },
    { "number", T("Its number"), .example = "REQ-12", .type = COND_KEY, .store = STORE_WORD,
      ONE(number, number) },
    { "record", T("Which kind of record"), WORDS(records), ONE(record, record) },
    { "model", T("Which item of the catalog"), .example = "laptop", .type = COND_KEY,
      .store = STORE_WORD, ONE(model, model) },
    { "kind", T("What is asked for"), WORDS(kinds), ONE(kind, kind) },
    { "channel", T("How it came in"), WORDS(channels), ONE(channel, channel) },
    { "title", T("Its title"), .example = "\"new laptop\"", .type = COND_TEXT, .store = STORE_TITLE,
      ONE(title, title) },
    { "text", T("Every word of it: number, title, answers, messages, resolution"),
      .example = "\"vpn log\"", .type = COND_TEXT, .store = STORE_WORDS, .get = get_text },
    { "priority", T("Its priority"), .type = COND_KEY, .store = STORE_RANK, KEYS(levels),
      .past = PAST_PRIORITY, ONE(priority, priority), SORTED(priority, priority) },
    { "impact", T("Whom it affects"), .type = COND_KEY, .store = STORE_RANK, KEYS(impacts),
      ONE(impact, impact) },
    { "urgency", T("How urgent it is"), .type = COND_KEY, .store = STORE_RANK, KEYS(levels),
      ONE(urgency, urgency) },
    { "confidential", T("Only for those it is about and its own team"), YES_NO,
      ONE(confidential, confidential) },
    { "team", T("The team whose queue it is in"), .type = COND_KEY, .store = STORE_TEAM,
      .past = PAST_TEAM, ONE(team, team) },
    { "owner", T("The team that answers for the item"), .type = COND_KEY, .store = STORE_TEAM,
      ONE(owner, owner) },
    { "task_team", T("Teams that have a task to do now"), .type = COND_KEYS, .store = STORE_TEAM,
      SEVERAL(task_team, task_team) },
    { "assignee", T("Who works on it"), PERSON, .past = PAST_ASSIGNEE, ONE(assignee, assignee) },
    { "requester", T("Who asks"), PERSON, ONE(requester, requester) },
    { "beneficiary", T("Whom it is for"), PERSON, ONE(beneficiary, beneficiary) },
    { "submitter", T("Who sent it"), PERSON, ONE(submitter, submitter) },
    { "watcher", T("Who takes part or follows"), .type = COND_KEYS, .store = STORE_PERSON,
      SEVERAL(watcher, watcher) },
    { "approver", T("Who is asked to approve now"), .type = COND_KEYS, .store = STORE_PERSON,
      SEVERAL(approver, approver) },
    { "requester.org", T("The organisation of who asks"), .example = "acme", .type = COND_KEY,
      .store = STORE_WORD, ONE(requester_org, requester_org) },
    { "requester.site", T("The site of who asks"), .example = "lund", .type = COND_KEY,
      .store = STORE_WORD, ONE(requester_site, requester_site) },
    { "requester.kind", T("Employee, customer or supplier"), WORDS(person_kinds),
      ONE(requester_kind, requester_kind) },
    { "next_step", T("What happens next"), WORDS(steps), ONE(waits_for, next_step) },
    { "waiting_since", T("Since when it waits for that"), INSTANT,
      ONE(waiting_since, waiting_since) },
    { "created", T("When it was written down"), INSTANT, ONE(created, created),
      SORTED(created, created) },
    { "submitted", T("When it was sent"), INSTANT, ONE(submitted, submitted) },
    { "updated", T("When something last happened"), INSTANT, ONE(updated, updated),
      SORTED(updated, updated) },
    { "fulfilled", T("When it was fulfilled"), INSTANT, ONE(fulfilled, fulfilled) },
    { "closed", T("When it was closed"), INSTANT, ONE(closed, closed) },
    { "due", T("When the next of its targets ends"), INSTANT, ONE(next_due, due),
      SORTED(next_due_sort, due) },
    { "fulfil_by", T("When it is to be fulfilled"), INSTANT, ONE(due, fulfil_by) },
    { "not_before", T("When work begins at the earliest"), INSTANT, ONE(not_before, not_before) },
    { "agreed", T("The day that was agreed"), INSTANT, ONE(agreed, agreed) },
    { "breached", T("A target was missed"), YES_NO, .lead = LEAD_NOW, ONE(breached, breached) },
    { "unread", T("Somebody else did something since you opened it"), YES_NO, .lead = LEAD_READER,
      ONE(unread, unread) },
    { "cost", T("What it costs"), .type = COND_MONEY, .store = STORE_MONEY, ONE(cost, cost),
      .currency = &f_find_cost_currency },
    { "tasks", T("How many tasks it has"), NUMBER, ONE(tasks, tasks) },
    { "tasks.open", T("How many of them are not done"), NUMBER, ONE(tasks_open, tasks_open) },
    { "tasks.stage", T("How far its tasks are"), WORDS(stages), ONE(tasks_stage, tasks_stage) },
    { "children", T("How many requests are part of it"), NUMBER, .lead = LEAD_READER,
      ONE(children, children) },
    { "children.open", T("How many of those are not closed"), NUMBER, .lead = LEAD_READER,
      ONE(children_open, children_open) },
    { "me_too", T("How many others have the same"), NUMBER, ONE(me_too, me_too) },
    { "duplicates", T("How many requests were merged into it"), NUMBER, .lead = LEAD_READER,
      ONE(duplicates, duplicates) },
    { "tag", T("Its tags"), .example = "vpn", .type = COND_KEYS, .store = STORE_WORD,
      SEVERAL(tag, tag) },
    { "link", T("How it hangs together with others"), .type = COND_KEYS, .store = STORE_WORD,
      KEYS(links), .lead = LEAD_READER, SEVERAL(link, link) },
};
const size_t find_fields_n = COUNT_OF(find_fields);
