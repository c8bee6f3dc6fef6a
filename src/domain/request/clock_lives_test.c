/* Random lives: after every act, of people or of the program, the clocks in the rows are those that the log
 * gives, the state is the one that the log gives, and the reasons told are of the same clocks.
 *
 * Forty lives; TEST_LONG in the environment: 2,000. */
#include "app/timer.h"
#include "domain/request/assign.h"
#include "domain/request/clock_replay.h"
#include "domain/request/office_fixture.h"
#include "domain/request/plan.h"
#include "domain/request/priority.h"

#include <stdlib.h>

/* splitmix64: the same lives on every machine; the seed is told when one fails. */
static uint64_t next(uint64_t *s)
{
    *s += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *s;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static size_t pick(uint64_t *s, size_t n)
{
    return (size_t)(next(s) % n);
}

static const char *const people[] = { "robin", "kim", "dora", "sam",  "ada",  "noor",
                                      "bo",    "ivy", "fay",  "finn", "olga", "gus" };

/* What came up, over all lives. */
static struct {
    int acts, cycles, pauses, stopped, late, fired, goals, versions, calendars, told;
    int choices, levels, escalated;
    int given, away, ways, matrices, snoozed, agreed, transfers, adhoc, converted, planned, silent;
} seen;

static void as_nobody(Ctx *cx)
{
    static const Subject nobody = { .origin = STR_INIT("job") };
    cx->subject = &nobody;
}

static void add_step(Ctx *cx, TargetInput *in, const char *at, const char *to)
{
    TargetStepInput step = { str_z(at), str_z(to) };
    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in->escalate, step));
}

/* A version of one of the targets: goals, conditions and thresholds at random. */
static TargetInput some_target(Ctx *cx, uint64_t *s, size_t which)
{
    static const char *const spans[] = { "30m", "2h", "4wh", "1wd", "3wd", "1d", "12wh" };
    static const char *const measures[] = { "approve", "task", "task", "fulfil" };
    static const char *const pauses[] = { "", "pending = requester",
                                          "pending in (requester, supplier)", "state = draft" };
    static const char *const whens[] = { "level >= high", "urgency = critical",
                                         "record = request" };
    TargetInput in = { .measure = str_z(measures[which]) };

    in.name.in[LANG_EN] = STR("Some target");
    in.team = which == 1 ? STR("workplace") : STR("");
    in.supplier = which == 2 ? STR("acme") : STR("");
    in.pause = which == 1 || which == 2 ? STR("") : str_z(pauses[pick(s, COUNT_OF(pauses))]);
    in.retired = pick(s, 9) == 0;
    if (pick(s, 2))
        EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in.lines,
                                   (TargetLineInput){ str_z(whens[pick(s, COUNT_OF(whens))]),
                                                      str_z(spans[pick(s, COUNT_OF(spans))]),
                                                      STR("office") }));
    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in.lines,
                               (TargetLineInput){ STR(""), str_z(spans[pick(s, COUNT_OF(spans))]),
                                                  STR("office") }));
    if (pick(s, 2))
        EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in.warn, pick(s, 2) ? STR("75%") : STR("20m left")));
    add_step(cx, &in, "breach", pick(s, 2) ? "lead" : "manager");
    if (pick(s, 3) == 0)
        add_step(cx, &in, "150%", "team procurement");
    if (pick(s, 4) == 0)
        add_step(cx, &in, pick(s, 2) ? "120%" : "breach",
                 pick(s, 2) ? "transfer workplace" : "transfer finance");
    return in;
}

/* Another working week from now on, at random; the due times of what runs follow. */
static void change_calendar(Ctx *cx, uint64_t *s)
{
    static CalendarWindow windows[3] = { { 540, 1020 }, { 480, 960 }, { 1320, 360 } };
    CalendarRules rules = { .key = STR("office"),
                            .zone = pick(s, 2) ? STR("Europe/Stockholm") : STR("Asia/Shanghai"),
                            .day_hours = 8000 };
    CalendarPublication in = { .key = rules.key, .rules = &rules, .from = MS_NONE };
    GrantedCatalog g;
    int64_t after = 0;

    for (size_t i = 0; i < 7; i++)
        if (i == 0 || pick(s, 4) > 0)
            rules.hours[i] = (CalendarWindows){ &windows[pick(s, 3)], 1, 1 };
    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &g));
    EXPECT_RC(RC_OK, calendar_publish(cx, g, &in));
    as_nobody(cx);
    do
        EXPECT_RC(RC_OK, clocks_of_calendar(cx, STR("office"), 10, &after));
    while (after != 0);
    seen.calendars++;
}

static const char *const targets[] = { "word", "own-tasks", "contract", "all" };

static void make_targets(Ctx *cx, uint64_t *s)
{
    GrantedCatalog g;

    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &g));
    for (size_t i = 0; i < COUNT_OF(targets); i++) {
        TargetInput in = some_target(cx, s, i);
        in.key = str_z(targets[i]);
        in.retired = false;
        EXPECT_RC(RC_OK, target_create(cx, g, &in));
    }
}

static void change_target(Ctx *cx, uint64_t *s)
{
    GrantedCatalog g;
    size_t which = pick(s, COUNT_OF(targets));
    TargetInput in = some_target(cx, s, which);

    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &g));
    if (pick(s, 3) == 0)
        in.from_ms = OPT_INT(cx->now_ms + (Ms)pick(s, (size_t)MS_DAY));
    Rc rc = target_change(cx, g, str_z(targets[which]), &in);
    if (rc == RC_OK)
        seen.versions++;
    else
        EXPECT_RC(RC_INVALID, rc); /* another version waits already */
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
}

/* ---- what people try ---- */

static Rc try_act(Office *o, uint64_t *s, GrantedRequest g)
{
    static const ActKind kinds[] = { ACT_SUBMIT, ACT_ASSESS, ACT_ASSIGN,     ACT_ASK,
                                     ACT_PEND,   ACT_RESUME, ACT_FULFIL,     ACT_CONFIRM,
                                     ACT_REOPEN, ACT_PEND,   ACT_NOT_SOLVED, ACT_ASK };
    Ctx *cx = o->cx;
    RequestAct in = { .kind = kinds[pick(s, COUNT_OF(kinds))],
                      .text = STR("Because."),
                      .pending = STR_NULL,
                      .assignee = STR_NULL };

    if (in.kind == ACT_ASSIGN)
        in.assignee = pick(s, 4) ? cx->subject->login : STR("");
    if (in.kind == ACT_ASSESS)
        in.answers = office_answers(o, pick(s, 2) ? "{\"in_stock\":true}" : "{\"in_stock\":false}");
    if (in.kind == ACT_PEND) {
        in.until_ms = OPT_INT(cx->now_ms + MS_HOUR * (Ms)(1 + pick(s, 30)));
        in.pending = pick(s, 2) ? STR("supplier") : STR_NULL;
    }
    return request_act(cx, g, &in, NULL);
}

static Rc try_decision(Ctx *cx, uint64_t *s, GrantedRequest g, const RequestView *v)
{
    static const char *const words[] = { "approve", "approve", "approve", "return", "delegate" };
    ApprovalDecision in = { .decision = str_z(words[pick(s, COUNT_OF(words))]),
                            .reason = STR("So.") };

    if (v->approvals.n == 0)
        return RC_CONFLICT;
    if (str_eq_z(in.decision, "delegate"))
        in.to = str_z(people[pick(s, COUNT_OF(people))]);
    return approval_decide(cx, g, v->approvals.at[pick(s, v->approvals.n)].id, &in);
}

static Rc try_task(Ctx *cx, uint64_t *s, GrantedRequest g, const RequestView *v)
{
    TaskAct in = { .kind = (TaskActKind)pick(s, TASK_ACT_COUNT),
                   .text = STR("So."),
                   .passed = OPT_INT((int64_t)pick(s, 3) > 0),
                   .ok = OPT_INT((int64_t)pick(s, 3) > 0),
                   .assignee = cx->subject->login };

    if (v->tasks.n == 0)
        return RC_CONFLICT;
    return task_act(cx, g, v->tasks.at[pick(s, v->tasks.n)].id, &in);
}

static const char *const levels[] = { "low", "normal", "high", "critical", "" };

static Rc try_priority(Ctx *cx, uint64_t *s, GrantedRequest g)
{
    static const char *const impacts[] = { "person", "team", "site", "organisation" };
    RequestEdit in = { .title = STR_NULL,
                       .impact = STR_NULL,
                       .urgency = STR_NULL,
                       .level = STR_NULL,
                       .reason = STR("Now.") };

    if (pick(s, 3))
        in.urgency = str_z(levels[pick(s, 4)]);
    if (pick(s, 2))
        in.impact = str_z(impacts[pick(s, 4)]);
    if (pick(s, 3) == 0)
        in.level = str_z(levels[pick(s, 5)]);
    return request_edit(cx, g, &in);
}

/* Corrected answers, to any of the models: most fit only one of them. */
static Rc try_answers(Office *o, uint64_t *s, GrantedRequest g)
{
    static const char *const answers[] = {
        "{\"device\":\"light\",\"reason\":\"a\"}",
        "{\"device\":\"developer\",\"reason\":\"b\"}",
        "{\"urgency\":\"critical\"}",
        "{\"urgency\":\"low\"}",
        "{\"who\":\"nobody\"}",
        "{\"until\":\"2030-03-01\"}",
    };
    RequestEdit in = { .has_answers = true,
                       .title = STR_NULL,
                       .impact = STR_NULL,
                       .urgency = STR_NULL,
                       .level = STR_NULL };

    in.answers = office_answers(o, answers[pick(s, COUNT_OF(answers))]);
    return request_edit(o->cx, g, &in);
}

static Rc try_words(Ctx *cx, uint64_t *s, GrantedRequest g)
{
    MessageInput in = { .text = STR("Well?") };
    NoteInput note = { .text = STR("Hm.") };
    MessageMade made;
    int64_t id;

    return pick(s, 4) ? message_add(cx, g, &in, &made) : note_add(cx, g, &note, &id);
}

static Rc try_aside(Ctx *cx, uint64_t *s, GrantedRequest g, const RequestView *v)
{
    SnoozeInput in = { .until_ms = cx->now_ms + MS_HOUR * (Ms)(1 + pick(s, 60)),
                       .reason = STR("Later."),
                       .everybody = pick(s, 2) };

    if (pick(s, 4) == 0)
        return snooze_end(cx, g);
    if (v->tasks.n > 0 && pick(s, 2))
        in.task_id = v->tasks.at[pick(s, v->tasks.n)].id;
    TRY(snooze_put(cx, g, &in));
    seen.snoozed++;
    return RC_OK;
}

static Rc try_agreed(Ctx *cx, uint64_t *s, GrantedRequest g)
{
    AgreedInput in = { .reason = STR("We said so.") };

    if (pick(s, 4))
        in.at_ms = OPT_INT(cx->now_ms + MS_HOUR * (Ms)(1 + pick(s, 90)));
    TRY(agreed_move(cx, g, &in));
    seen.agreed++;
    return RC_OK;
}

static Rc try_handover(Ctx *cx, uint64_t *s, GrantedRequest g, const RequestView *v)
{
    static const char *const teams[] = { "workplace", "procurement", "finance" };
    RequestAct in = {
        .kind = ACT_TRANSFER, .text = STR("It is yours."), .pending = STR_NULL, .assignee = STR_NULL
    };

    if (str_eq_z(v->handover.state, "offered"))
        in.kind = pick(s, 3) ? ACT_ACCEPT_TRANSFER : ACT_DECLINE_TRANSFER;
    else
        in.team = str_z(teams[pick(s, COUNT_OF(teams))]);
    TRY(request_act(cx, g, &in, NULL));
    seen.transfers += in.kind == ACT_ACCEPT_TRANSFER;
    return RC_OK;
}

/* Another step than the model has, after its owner said yes. */
static Rc try_adhoc(Office *o, uint64_t *s, int64_t id)
{
    AdhocTask task = { .title = STR("Look again"),
                       .team = pick(s, 2) ? STR("procurement") : STR_NULL };
    GrantedRequest g;
    int64_t made;

    if (pick(s, 2)) {
        office_as(o, "sam");
        TRY(office_sees(o, id));
        TRY(office_act(o, id, ACT_ADHOC, "Other than usual."));
        office_as(o, "olga");
        return office_decide(o, id, "adhoc", pick(s, 4) ? "approve" : "reject", "So.");
    }
    office_as(o, "sam");
    TRY(access_request(o->cx, id, MAY_SEE, &g));
    TRY(task_add(o->cx, g, &task, &made));
    seen.adhoc++;
    return RC_OK;
}

static Rc try_convert(Ctx *cx, uint64_t *s, GrantedRequest g, int64_t *io_id)
{
    RequestAct in = { .kind = ACT_CONVERT,
                      .text = STR("It is broken."),
                      .pending = STR_NULL,
                      .assignee = STR_NULL,
                      .record = STR("incident"),
                      .item = STR("incident") };
    ActDone done = { 0 };

    if (pick(s, 8))
        return RC_CONFLICT; /* it would end every life */
    TRY(request_act(cx, g, &in, &done));
    seen.converted++;
    *io_id = done.made_id;
    return RC_OK;
}

/* One thing that somebody tries; most tries are refused, and a refusal must change nothing.
 * `*io_id`: the request that goes on. */
static Rc try_something(Office *o, uint64_t *s, int64_t *io_id)
{
    Ctx *cx = o->cx;
    GrantedRequest g;
    RequestView v;

    TRY(access_request(cx, *io_id, MAY_SEE, &g));
    TRY(request_view(cx, g, &v));
    switch (pick(s, 14)) {
    case 0:
    case 1: return try_act(o, s, g);
    case 2:
    case 3: return try_decision(cx, s, g, &v);
    case 4:
    case 5: return try_task(cx, s, g, &v);
    case 6: return try_priority(cx, s, g);
    case 7: return try_answers(o, s, g);
    case 8: return try_words(cx, s, g);
    case 9: return try_aside(cx, s, g, &v);
    case 10: return try_agreed(cx, s, g);
    case 11: return try_handover(cx, s, g, &v);
    case 12: return try_adhoc(o, s, *io_id);
    default: return try_convert(cx, s, g, io_id);
    }
}

/* ---- what happens around it ---- */

static Rc give_delegation(Ctx *cx, uint64_t *s, GrantedPresence g)
{
    static const char *const whats[] = { "approvals", "tasks", "both" };
    Ms from = cx->now_ms + (Ms)pick(s, 2) * MS_HOUR;
    DelegationInput in = { .to = str_z(people[pick(s, COUNT_OF(people))]),
                           .what = str_z(whats[pick(s, 3)]),
                           .from = clock_rfc3339(cx->arena, from),
                           .until =
                               clock_rfc3339(cx->arena, from + MS_HOUR * (Ms)(1 + pick(s, 50))) };
    int64_t id;

    TRY(delegation_give(cx, g, &in, &id));
    seen.given++;
    return RC_OK;
}

static Rc take_leave(Ctx *cx, uint64_t *s, GrantedPresence g)
{
    Ms from = cx->now_ms + (Ms)pick(s, 2) * MS_HOUR;
    AbsenceInput in = { .from = clock_rfc3339(cx->arena, from),
                        .to = clock_rfc3339(cx->arena, from + MS_HOUR * (Ms)(1 + pick(s, 50))),
                        .kind = STR("holiday"),
                        .note = STR("") };
    int64_t id;

    TRY(absence_add(cx, g, &in, &id));
    seen.away++;
    return RC_OK;
}

/* Ends the first that is there. */
static Rc come_back(Ctx *cx, uint64_t *s, GrantedPresence g)
{
    Absences away;
    Delegations given;

    TRY(absence_list(cx, g, &away));
    TRY(delegation_list(cx, g, &given));
    if (pick(s, 2) && away.n > 0)
        return absence_end(cx, g, away.at[0].id);
    return given.n > 0 ? delegation_end(cx, g, given.at[0].id) : RC_CONFLICT;
}

static Rc share_out(Office *o, uint64_t *s)
{
    GrantedLoad g;
    TeamAssignment how = { (AssignWay)pick(s, ASSIGN_WAYS), 1 + (int64_t)pick(s, 150), 0 }, was;
    int64_t team = pick(s, 2) ? o->workplace : o->procurement;

    TRY(access_load(o->cx, team, true, &g));
    TRY(team_assignment_get(o->cx, team, &was));
    how.version = was.version;
    TRY(team_assignment_set(o->cx, g, how));
    seen.ways++;
    return RC_OK;
}

static Rc change_matrix(Ctx *cx, uint64_t *s)
{
    GrantedPeople g;
    PriorityMatrix is;
    int8_t cells[4][4];

    TRY(access_people(cx, true, &g));
    TRY(priority_matrix_get(cx, g, STR("default"), &is));
    if (is.version > 0 && pick(s, 3) == 0)
        return priority_matrix_drop(cx, g, STR("default"), is.version);
    memset(cells, (int)(1 + pick(s, 4)), sizeof cells);
    TRY(priority_matrix_put(cx, g, STR("default"), is.version, cells));
    seen.matrices++;
    return RC_OK;
}

static Rc around_it(Office *o, uint64_t *s)
{
    Ctx *cx = o->cx;
    GrantedPresence g;
    int64_t who;

    office_as(o, people[pick(s, COUNT_OF(people))]);
    who = cx->subject->person_id;
    office_as(o, "adm");
    switch (pick(s, 7)) {
    case 0:
    case 1: TRY(access_presence(cx, who, PRESENCE_DELEGATE, &g)); return give_delegation(cx, s, g);
    case 2: TRY(access_presence(cx, who, PRESENCE_WRITE, &g)); return take_leave(cx, s, g);
    case 3:
        TRY(access_presence(cx, who, PRESENCE_DELEGATE | PRESENCE_WRITE, &g));
        return come_back(cx, s, g);
    case 4:
    case 5: return share_out(o, s);
    default: return change_matrix(cx, s);
    }
}

/* A turn of what the program does by itself. */
static void by_itself(Office *o)
{
    bool more;

    office_nobody(o);
    EXPECT_RC(RC_OK, office_timers(o, 50, &more));
    EXPECT_RC(RC_OK, office_timers(o, 50, &more));
    EXPECT_RC(RC_OK, request_assignments(o->cx, 50, &more));
    EXPECT_INT(0, fixture_int(o->cx, "SELECT count(*) FROM timer WHERE tries > 0"));
}

static void expect_same(Ctx *cx, int64_t id, uint64_t seed, int i)
{
    GrantedRequest g;
    StrList differences = { 0 };

    as_nobody(cx);
    EXPECT_RC(RC_OK, access_internal_request(cx, INTERNAL_TIMER, id, &g));
    EXPECT_RC(RC_OK, clocks_check(cx, g, &differences));
    if (differences.n > 0)
        test_fail(__FILE__, __LINE__, "seed %llu, act %d: %.*s", (unsigned long long)seed, i,
                  STR_ARG(differences.at[0]));
    Rc rc = request_replay(cx, g);
    if (rc != RC_OK)
        test_fail(__FILE__, __LINE__, "seed %llu, act %d: the log gives another state: %s",
                  (unsigned long long)seed, i, cx->detail.msgid != NULL ? cx->detail.msgid : "");
}

static void count(const ClockTale *t)
{
    seen.cycles++;
    seen.stopped += t->clock.stopped_ms != MS_NONE;
    seen.late += t->clock.breached;
    for (size_t i = 0; i < t->facts.n; i++) {
        seen.pauses += t->facts.at[i].what == TOLD_PAUSED;
        seen.fired += t->facts.at[i].what == TOLD_REACHED;
        seen.goals += t->facts.at[i].what == TOLD_GOAL;
    }
}

/* What the explanation says last of a clock is what the rows say of it. */
static void expect_told(Office *o, int64_t id)
{
    Ctx *cx = o->cx;
    GrantedRequest g;
    ClockTales tales;
    Aggregate r;
    ViewClocks views;

    office_as(o, "ada");
    EXPECT_RC(RC_OK, access_request(cx, id, MAY_SEE, &g));
    EXPECT_RC(RC_OK, clocks_explain(cx, g, &tales));
    EXPECT_RC(RC_OK, aggregate_load(cx, g, false, &r));
    EXPECT_RC(RC_OK, clocks_view(cx, &r, &views));
    for (size_t i = 0; i < views.n; i++) {
        const ClockTale *found = NULL;
        for (size_t k = 0; k < tales.n; k++)
            if (str_eq(tales.at[k].clock.target, views.at[i].target)
                && str_eq(tales.at[k].clock.task, views.at[i].task)
                && tales.at[k].clock.cycle == views.at[i].cycle)
                found = &tales.at[k];
        EXPECT(found != NULL);
        if (found == NULL)
            continue;
        seen.told++;
        EXPECT(found->clock.due_ms == views.at[i].due_ms);
        EXPECT(found->clock.breached == views.at[i].breached);
        EXPECT(found->clock.left_ms == views.at[i].left_ms);
        EXPECT(found->facts.n > 0 && found->facts.at[0].what == TOLD_BEGAN);
        EXPECT((found->facts.at[found->facts.n - 1].what == TOLD_STOPPED)
               == (found->clock.stopped_ms != MS_NONE));
    }
    for (size_t i = 0; i < tales.n; i++)
        count(&tales.at[i]);
}

/* Each choice, made again from the facts that were stored with it, is the same for the same reasons. */
static void expect_choices(Office *o, int64_t id)
{
    Ctx *cx = o->cx;
    GrantedRequest g;
    AssignShowns shows;

    EXPECT_RC(RC_OK, access_request(cx, id, MAY_SEE, &g));
    EXPECT_RC(RC_OK, assignment_choices(cx, g, &shows));
    for (size_t i = 0; i < shows.n; i++) {
        const Json *record = NULL;
        AssignFacts facts;
        AssignChoice was, again;
        EXPECT_RC(RC_OK, json_parse(cx->arena, shows.at[i].record, &record, NULL));
        EXPECT_RC(RC_OK, assign_record_parse(cx->arena, record, &facts, &was));
        EXPECT_RC(RC_OK, assign_choose(&facts, cx->arena, &again));
        EXPECT_INT(was.person, again.person);
        EXPECT_INT(was.person, shows.at[i].chosen.id);
        EXPECT_INT((int64_t)was.why.n, (int64_t)again.why.n);
        for (size_t k = 0; k < was.why.n && k < again.why.n; k++)
            EXPECT_INT(was.why.at[k], again.why.at[k]);
        seen.choices++;
    }
}

/* What the log says last of the priority. */
static ClockWorld last_world(Ctx *cx, GrantedRequest g)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ClockWorld w = { 0 };
    ClockEventsRow row;

    EXPECT_RC(RC_OK, q_clock_events(cx, g, &rows));
    while (q_clock_events_next(&rows, &row)) {
        const Json *step = NULL;
        if (row.step.len == 0)
            continue;
        EXPECT_RC(RC_OK, json_parse(cx->arena, row.step, &step, NULL));
        EXPECT(clock_world_read(json_get(step, STR("clock")), &w));
    }
    EXPECT_RC(RC_OK, rows_result(&rows));
    return w;
}

/* The priority is what the named matrix makes of impact and urgency, or a lead's word with a reason; the
 * log says the same of it. */
static void expect_priority(Office *o, int64_t id)
{
    Ctx *cx = o->cx;
    GrantedRequest g;
    Aggregate r;
    PriorityMatrix m;

    as_nobody(cx);
    EXPECT_RC(RC_OK, access_internal_request(cx, INTERNAL_TIMER, id, &g));
    EXPECT_RC(RC_OK, aggregate_load(cx, g, false, &r));
    EXPECT_RC(RC_OK, request_matrix(cx, g, &m));
    for (int i = 0; i < 16 && m.id != 0; i++) {
        Str cell = str_fmt(
            cx->arena,
            "SELECT CAST(substr(cells, %d, 1) AS INTEGER) FROM priority_matrix WHERE id = %lld",
            i + 1, (long long)m.id);
        m.cells[i / 4][i % 4] = (int8_t)fixture_int(cx, str_dup_z(cx->arena, cell));
    }
    if (r.row.level_reason.len == 0) {
        EXPECT_INT(matrix_level(&m, r.row.impact, r.row.urgency), r.row.level);
        seen.levels++;
    }
    if (r.state.submitted_ms == MS_NONE)
        return;
    ClockWorld w = last_world(cx, g);
    EXPECT(str_eq(w.level, level_word(r.row.level)));
    EXPECT(str_eq(w.impact, r.row.impact));
    EXPECT(str_eq(w.urgency, r.row.urgency));
}

/* Each hand-over by time has the threshold as its cause that names the team it went to. */
static void expect_causes(Office *o)
{
    Ctx *cx = o->cx;

    int64_t all = fixture_int(
        cx, "SELECT count(*) FROM event WHERE kind IN ('request.escalated', 'task.escalated')");
    int64_t told = fixture_int(
        cx, "SELECT count(*) FROM event e WHERE e.kind IN ('request.escalated', 'task.escalated')"
            " AND e.actor_id IS NULL AND EXISTS (SELECT 1 FROM event c JOIN team t"
            " ON c.data LIKE '%\"moved\":\"' || t.key || '\"%' WHERE c.kind = 'clock.reached'"
            " AND c.request_id = e.request_id AND e.data LIKE '%\"cause\":' || c.id || '%'"
            " AND e.data LIKE '%\"team:' || t.id || '\"%')");
    EXPECT_INT(all, told);
    seen.escalated += (int)all;
}

static int64_t begin(Office *o, uint64_t *s)
{
    static const struct {
        const char *item, *answers;
    } asks[] = {
        { "laptop", "{\"device\":\"light\",\"reason\":\"x\"}" },
        { "laptop", "{\"device\":\"standard\"}" },
        { "question", "{\"details\":\"How?\",\"urgency\":\"high\"}" },
        { "badge", "{\"until\":\"2030-02-01\"}" },
        { "visit", "{\"who\":\"Kim\"}" },
        { "visit", "{\"who\":\"nobody\"}" },
    };
    Ctx *cx = o->cx;
    size_t which = pick(s, COUNT_OF(asks));
    RequestCreate in = { .item = str_z(asks[which].item),
                         .answers = office_answers(o, asks[which].answers),
                         .title = STR_NULL,
                         .channel = STR_NULL,
                         .impact = STR_NULL,
                         .urgency = STR_NULL };
    GrantedSubmit g;
    RequestMade made;

    if (which == 3)
        in.urgency = str_z(levels[pick(s, 4)]); /* the model asks for it */
    if (which >= 4 && pick(s, 2)) {
        in.not_before_ms = OPT_INT(cx->now_ms + MS_HOUR * (Ms)(1 + pick(s, 60)));
        seen.planned++;
    }
    EXPECT_RC(RC_OK, access_submit(cx, cx->subject->person_id, &g));
    EXPECT_RC(RC_OK, request_create(cx, g, &in, &made));
    return made.id;
}

static Rc in_savepoint(Office *o, uint64_t *s, int64_t *io_id, bool around, uint64_t seed, int i)
{
    Ctx *cx = o->cx;
    int64_t id = io_id != NULL ? *io_id : 0;

    fixture_exec(cx, "SAVEPOINT tried");
    Rc rc = around ? around_it(o, s) : try_something(o, s, &id);
    if (rc == RC_INTERNAL || rc == RC_STALE)
        test_fail(__FILE__, __LINE__, "seed %llu, act %d: %s", (unsigned long long)seed, i,
                  rc_name(rc));
    fixture_exec(cx, rc == RC_OK ? "RELEASE tried" : "ROLLBACK TO tried");
    if (rc == RC_OK && io_id != NULL)
        *io_id = id;
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    return rc;
}

/* Nobody does anything, and the program goes on. */
static void silence(Office *o, size_t days)
{
    for (size_t i = 0; i < days; i++) {
        office_later(o, MS_DAY);
        by_itself(o);
    }
}

static void live(Ctx *cx, uint64_t seed)
{
    Office o = office_open(cx);
    uint64_t s = seed;

    request_timers_register();
    snooze_timers_register();
    change_calendar(cx, &s);
    make_targets(cx, &s);
    office_later(&o, MS_MINUTE);
    office_as(&o, "robin");
    int64_t id = begin(&o, &s);
    expect_same(cx, id, seed, -1);
    for (int i = 0; i < 60; i++) {
        if (pick(&s, 10) == 0)
            silence(&o, pick(&s, 12));
        office_later(&o, (Ms)pick(&s, 3 * (size_t)MS_HOUR));
        bool around = pick(&s, 5) == 0, turned = pick(&s, 2) == 0;
        int64_t before = id;
        if (around)
            (void)in_savepoint(&o, &s, NULL, true, seed, i);
        office_as(&o, people[pick(&s, COUNT_OF(people))]);
        Rc rc = in_savepoint(&o, &s, &id, false, seed, i);
        seen.acts += rc == RC_OK;
        if (turned)
            by_itself(&o);
        if (pick(&s, 12) == 0) {
            office_as(&o, "olga");
            change_target(cx, &s);
        }
        bool calendar = pick(&s, 15) == 0;
        if (calendar)
            change_calendar(cx, &s);
        if (rc == RC_OK || calendar || turned)
            expect_same(cx, id, seed, i);
        if (before != id)
            expect_same(cx, before, seed, i);
    }
    seen.silent += (int)fixture_int(cx, "SELECT count(*) FROM event WHERE kind = 'request.silent'");
    office_as(&o, "ada");
    if (office_sees(&o, id) == RC_OK) {
        expect_told(&o, id);
        expect_choices(&o, id);
    }
    expect_priority(&o, id);
    expect_causes(&o);
}

static uint64_t seed_of_life; /* of the next one */

static void one_life(Ctx *cx)
{
    live(cx, next(&seed_of_life));
}

TEST(clock_random_lives_recompute_to_what_the_rows_show)
{
    int lives = test_is_long() ? 300 : test_is_short() ? 1 : 40;

    seed_of_life = 88172645463325252u;
    for (int i = 0; i < lives; i++)
        db_test_run(one_life);
    if (test_is_short())
        return;
    EXPECT(seen.acts > 150);
    EXPECT(seen.cycles > 60 && seen.stopped > 10 && seen.late > 5);
    EXPECT(seen.pauses > 5 && seen.fired > 5 && seen.goals > 3 && seen.versions > 5);
    EXPECT(seen.calendars > 20 && seen.told > 20);
    EXPECT(seen.choices > 5 && seen.levels > 5 && seen.escalated > 3);
    EXPECT(seen.given > 5 && seen.away > 5 && seen.ways > 5 && seen.matrices > 5);
    EXPECT(seen.snoozed > 3 && seen.agreed > 3 && seen.transfers > 0 && seen.adhoc > 0);
    EXPECT(seen.converted > 0 && seen.planned > 0 && seen.silent > 0);
}
