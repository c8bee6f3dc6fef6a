/* lives.c - whole lives through the commands that pages and programs use.
 *
 * Somebody asks for something as in one of the demo's stories; then whoever has the next step takes it, early
 * or late, until the request is closed or "now" has come.  Between two steps people write.  An act that the
 * rules refuse changes nothing, and the clock goes on.
 */
#include "generate/generate.h"

#include "cli/demo.h"
#include "domain/request/talk.h"
#include "domain/request/upkeep.h"

enum {
    LIVES_AT_ONCE = 20, /* a statement costs what its transaction has touched before */
    STEPS_MAX = 60,
    LIFE_CAP = 64 << 20,
    STARTS_TRIED = 8,
};

/* Most asked for first. */
static const char *const items[] = {
    "password",       "incident",       "question",
    "laptop",         "app-access",     "vpn",
    "monitor",        "software",       "badge",
    "purchase",       "phone",          "room-fault",
    "expense",        "desk-move",      "visitor",
    "training",       "certificate",    "building-fault",
    "shared-mailbox", "change",         "contract-review",
    "lost-device",    "complaint",      "compliment",
    "hr-concern",     "parental-leave", "new-account",
    "problem",
};

typedef struct Life {
    Ctx cx; /* of the act at hand: its person, its time */
    World *w;
    GrantedPeople people;
    Subject subject;
    int64_t id, requester, worker;
    Str item;
    RequestView view;
    Rc (*act)(struct Life *l);
} Life;

static Str get(const Yaml *map, const char *key)
{
    const Yaml *v = yaml_get(map, key);
    return v != NULL && v->kind == YAML_IS_SCALAR ? v->text : STR_NULL;
}

static Rc act_as(Life *l, int64_t person)
{
    if (l->subject.person_id != person) {
        TRY(person_subject(&l->cx, l->people, person, &l->subject));
        l->subject.origin = STR("web");
    }
    l->cx.subject = &l->subject;
    l->cx.lang = l->subject.lang;
    l->cx.zone = l->subject.zone;
    return RC_OK;
}

static Rc grant(Life *l, GrantedRequest *ret)
{
    return access_request(&l->cx, l->id, MAY_SEE, ret);
}

/* Some do more than others. */
static int64_t worker_of(Life *l, int64_t team)
{
    for (size_t i = 0; i < l->w->teams_n; i++)
        if (l->w->teams[i].team_id == team)
            return l->w->teams[i].ids[draw_zipf(&l->w->draw, l->w->teams[i].n)];
    return l->worker;
}

static Str words(Life *l)
{
    return text_sentence(l->cx.arena, &l->w->draw, l->subject.lang);
}

/* ---- acts ---- */

static Rc say(Life *l)
{
    GrantedRequest g;
    MessageInput in = { .text = words(l) };
    MessageMade made;

    TRY(grant(l, &g));
    return message_add(&l->cx, g, &in, &made);
}

static Rc take_note(Life *l)
{
    GrantedRequest g;
    NoteInput in = { .text = words(l) };
    int64_t id;

    TRY(grant(l, &g));
    return note_add(&l->cx, g, &in, &id);
}

static Rc on_request(Life *l, RequestAct *in)
{
    GrantedRequest g;

    TRY(grant(l, &g));
    return request_act(&l->cx, g, in, NULL);
}

static Rc take_over(Life *l)
{
    return on_request(l, &(RequestAct){ .kind = ACT_ASSIGN, .assignee = l->subject.login });
}

static Rc ask(Life *l)
{
    return on_request(l, &(RequestAct){ .kind = ACT_ASK, .text = words(l), .assignee = STR_NULL });
}

static Rc pend(Life *l)
{
    Ms until = l->cx.now_ms + (1 + (Ms)draw_below(&l->w->draw, 6)) * MS_DAY;

    return on_request(l, &(RequestAct){ .kind = ACT_PEND,
                                        .text = words(l),
                                        .pending = STR("supplier"),
                                        .assignee = STR_NULL,
                                        .until_ms = OPT_INT(until) });
}

static Rc confirm(Life *l)
{
    return on_request(l, &(RequestAct){ .kind = ACT_CONFIRM, .assignee = STR_NULL });
}

static Rc withdraw(Life *l)
{
    return on_request(
        l, &(RequestAct){ .kind = ACT_WITHDRAW, .text = words(l), .assignee = STR_NULL });
}

/* As it was assessed in one of the stories about this item. */
static Rc assess(Life *l)
{
    RequestAct in = { .kind = ACT_ASSESS, .assignee = STR_NULL };
    const Yaml *stories = l->w->stories, *found = NULL;
    size_t seen = 0;

    for (size_t i = 0; i < stories->n; i++) {
        const Yaml *steps = yaml_get(stories->items[i], "story");
        if (!str_eq(get(stories->items[i], "item"), l->item) || steps == NULL)
            continue;
        for (size_t k = 0; k < steps->n; k++)
            if (str_eq_z(get(steps->items[k], "do"), "assess")
                && draw_below(&l->w->draw, ++seen) == 0)
                found = yaml_get(steps->items[k], "answers");
    }
    TRY(demo_answers(&l->cx, l->cx.now_ms, found, &in.answers));
    return on_request(l, &in);
}

static Rc decide(Life *l)
{
    GrantedRequest g;
    size_t luck = draw_below(&l->w->draw, 100);
    ApprovalDecision in = { .decision = luck < 92   ? STR("approve")
                                        : luck < 97 ? STR("reject")
                                                    : STR("return"),
                            .reason = words(l) };

    for (size_t i = 0; i < l->view.approvals.n; i++) {
        const ViewApproval *a = &l->view.approvals.at[i];
        if (!str_eq_z(a->state, "asked") || a->approver.id != l->subject.person_id)
            continue;
        TRY(access_approval(&l->cx, a->id, MAY_SEE, &g));
        return approval_decide(&l->cx, g, a->id, &in);
    }
    return RC_NOT_FOUND;
}

static const ViewTask *next_task(const Life *l)
{
    for (size_t i = 0; i < l->view.tasks.n; i++)
        if (str_eq_z(l->view.tasks.at[i].state, "ready")
            || str_eq_z(l->view.tasks.at[i].state, "started"))
            return &l->view.tasks.at[i];
    return NULL;
}

static const ViewTask *task_to_sign(const Life *l)
{
    for (size_t i = 0; i < l->view.tasks.n; i++)
        if (str_eq_z(l->view.tasks.at[i].sign_off, "asked") && l->view.tasks.at[i].signers.n > 0)
            return &l->view.tasks.at[i];
    return NULL;
}

static Rc finish(Life *l)
{
    const ViewTask *t = next_task(l);
    GrantedRequest g;
    TaskAct in = { .kind = TASK_ACT_FINISH, .text = words(l), .assignee = STR_NULL };

    TRY(access_task(&l->cx, t->id, 0, &g));
    for (size_t i = 0; i < t->checklist.n; i++)
        if (t->checklist.at[i].done_ms == MS_NONE)
            TRY(task_check(&l->cx, g, t->id,
                           (TaskCheck){ t->checklist.at[i].position, true, RC_OK }));
    if (t->test)
        in.passed = OPT_INT(draw_chance(&l->w->draw, 93));
    return task_act(&l->cx, g, t->id, &in);
}

static Rc sign(Life *l)
{
    const ViewTask *t = task_to_sign(l);
    GrantedRequest g;
    TaskAct in = { .kind = TASK_ACT_SIGN_OFF,
                   .text = words(l),
                   .ok = OPT_INT(draw_chance(&l->w->draw, 95)),
                   .assignee = STR_NULL };

    TRY(access_task(&l->cx, t->id, 0, &g));
    return task_act(&l->cx, g, t->id, &in);
}

/* ---- one act, all or nothing ---- */

static Rc attempt(DbConn *c, void *arg)
{
    Life *l = arg;

    UNUSED(c);
    return l->act(l);
}

static Rc do_as(Life *l, int64_t person, Rc (*act)(Life *))
{
    TRY(act_as(l, person));
    l->act = act;
    Rc rc = db_savepoint(l->cx.db, attempt, l);
    if (rc == RC_INTERNAL || rc == RC_STALE)
        return rc;
    l->cx.errors = (FieldErrors){ 0 };
    l->cx.failed = false;
    return RC_OK;
}

/* What the worker sees: all of it, or how it stands. */
static Rc look(Life *l, bool all)
{
    GrantedRequest g;

    TRY(act_as(l, l->worker));
    TRY(grant(l, &g));
    return all ? request_view(&l->cx, g, &l->view) : request_head(&l->cx, g, &l->view.head);
}

/* ---- who is next ---- */

static int64_t approver_of(const Life *l)
{
    for (size_t i = 0; i < l->view.approvals.n; i++)
        if (str_eq_z(l->view.approvals.at[i].state, "asked"))
            return l->view.approvals.at[i].approver.id;
    return l->requester;
}

static int64_t doer_of(Life *l, const ViewTask *t)
{
    if (t->for_requester)
        return t->owner.id != 0 ? t->owner.id : l->requester;
    return t->assignee.id != 0 ? t->assignee.id : worker_of(l, t->team.id);
}

static Rc next_step(Life *l)
{
    Str code = l->view.head.step_code;
    const ViewTask *t = next_task(l);

    if (str_eq_z(code, "assess"))
        return do_as(l, l->worker, assess);
    if (str_eq_z(code, "approve"))
        return do_as(l, approver_of(l), decide);
    if (str_eq_z(code, "sign_off") && task_to_sign(l) != NULL)
        return do_as(l, task_to_sign(l)->signers.at[0].id, sign);
    if (str_eq_z(code, "answer"))
        return do_as(l, l->requester, say);
    if (str_eq_z(code, "confirm"))
        return draw_chance(&l->w->draw, 60) ? do_as(l, l->requester, confirm) : RC_OK;
    return t != NULL ? do_as(l, doer_of(l, t), finish) : RC_OK;
}

static Rc between(Life *l)
{
    Draw *d = &l->w->draw;

    if (str_eq_z(l->view.head.state, "fulfilled"))
        return RC_OK; /* a word now would open it again */
    if (l->view.head.assignee.id == 0 && draw_chance(d, 60))
        TRY(do_as(l, l->worker, take_over));
    if (draw_chance(d, 12))
        TRY(do_as(l, draw_chance(d, 50) ? l->worker : l->requester, say));
    if (draw_chance(d, 4))
        TRY(do_as(l, l->worker, take_note));
    if (draw_chance(d, 4))
        TRY(do_as(l, l->worker, ask));
    if (draw_chance(d, 3))
        TRY(do_as(l, l->worker, pend));
    return draw_chance(d, 1) ? do_as(l, l->requester, withdraw) : RC_OK;
}

/* From minutes to days, each doubling as likely as the next. */
static Ms a_while(Draw *d)
{
    return (Ms)(1 + draw_zipf(d, 4 * 24 * 60)) * MS_MINUTE + (Ms)draw_below(d, MS_MINUTE);
}

static Rc live(Life *l)
{
    Ms end = l->w->now;

    for (int i = 0; i < STEPS_MAX; i++) {
        l->cx.now_ms += a_while(&l->w->draw);
        if (l->cx.now_ms > end)
            break;
        TRY(request_clock_until(&l->cx, l->id, l->cx.now_ms));
        TRY(look(l, true));
        if (str_eq_z(l->view.head.state, "closed"))
            return RC_OK;
        TRY(i == 0 || draw_chance(&l->w->draw, 80) ? next_step(l) : RC_OK);
        TRY(look(l, false));
        if (str_eq_z(l->view.head.state, "closed"))
            return RC_OK;
        TRY(between(l));
    }
    return request_clock_until(&l->cx, l->id, end);
}

/* ---- the beginning ---- */

/* A story about this item, before others one in the language of who asks. */
static const Yaml *story_of(Life *l)
{
    const Yaml *stories = l->w->stories, *found = NULL;
    size_t seen = 0;

    for (size_t i = 0; i < stories->n; i++)
        if (str_eq(get(stories->items[i], "item"), l->item) && draw_below(&l->w->draw, ++seen) == 0)
            found = stories->items[i];
    return found;
}

static Rc begin(Life *l)
{
    const Yaml *e = story_of(l);
    GrantedSubmit g;
    RequestMade made;
    RequestCreate in = { .item = l->item,
                         .channel = draw_chance(&l->w->draw, 70) ? STR("portal") : STR("mail"),
                         .title = STR_NULL,
                         .requester = l->subject.login,
                         .impact = STR_NULL,
                         .urgency = STR_NULL };

    if (e == NULL)
        return RC_NOT_FOUND;
    if (draw_chance(&l->w->draw, 70))
        in.title = words(l);
    TRY(demo_answers(&l->cx, l->cx.now_ms, yaml_get(e, "answers"), &in.answers));
    TRY(access_submit(&l->cx, l->requester, &g));
    TRY(request_create(&l->cx, g, &in, &made));
    l->id = made.id;
    return RC_OK;
}

/* Who may not ask for one thing asks for another. */
static Rc begin_some(Life *l)
{
    for (int i = 0; i < STARTS_TRIED && l->id == 0; i++) {
        l->item = str_z(items[draw_zipf(&l->w->draw, COUNT_OF(items))]);
        TRY(do_as(l, l->requester, begin));
    }
    return l->id != 0 ? RC_OK : RC_NOT_FOUND;
}

static Rc first_look(Life *l)
{
    GrantedRequest g;
    RequestHead head;

    TRY(grant(l, &g));
    TRY(request_head(&l->cx, g, &head));
    l->worker = worker_of(l, head.team.id);
    return l->worker != 0 ? RC_OK : RC_NOT_FOUND;
}

static Rc play(Life *l)
{
    TRY(act_as(l, l->requester));
    TRY(begin_some(l));
    TRY(first_look(l));
    return live(l);
}

/* ---- all of them ---- */

static int64_t played; /* so many before this transaction */

/* The k-th of n beginnings, which lie evenly over the days. */
static Ms begin_of(const World *w, int64_t k)
{
    return w->lives_since + (w->now - w->lives_since) / w->lives * k;
}

static Rc play_some(Ctx *cx, World *w)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(LIFE_CAP);
    GrantedPeople people;
    int64_t to = played + LIVES_AT_ONCE < w->lives ? played + LIVES_AT_ONCE : w->lives;

    TRY(access_internal_people(cx, INTERNAL_DEMO, &people));
    for (int64_t k = played; k < to; k++) {
        Life l = { .cx = *cx, .w = w, .people = people };
        l.cx.arena = a;
        l.cx.now_ms = begin_of(w, k);
        l.requester = w->person_first + (int64_t)draw_zipf(&w->draw, w->people);
        Rc rc = play(&l);
        if (rc != RC_OK) {
            tell_failure(&l.cx, str_dup_z(a, l.item), rc);
            return rc;
        }
        arena_reset(a);
    }
    return RC_OK;
}

Rc lives(World *w)
{
    for (played = 0; played < w->lives; played += LIVES_AT_ONCE)
        TRY(as_operator(w, w->now, play_some));
    return RC_OK;
}
