/* Figures of own requests over random lives, against a slow count from the log of each request. */
#include "domain/calendar/calendar.h"
#include "domain/report/figures.h"
#include "domain/request/clocks.h"
#include "domain/request/office_fixture.h"

enum { LIVES = 24, ACTS = 14 };

/* xorshift64: the same lives on every machine. */
static size_t pick(uint64_t *s, size_t n)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return (size_t)(*s % n);
}

/* One thing that somebody tries; what is refused changes nothing. */
static void try_something(Office *o, uint64_t *s, int64_t id)
{
    static const char *const people[] = { "robin", "sam", "ada", "sam", "noor" };
    static const ActKind kinds[] = { ACT_ASSIGN, ACT_ASK,     ACT_PEND,   ACT_RESUME, ACT_FULFIL,
                                     ACT_FULFIL, ACT_CONFIRM, ACT_REOPEN, ACT_CANCEL };
    RequestAct in = { .kind = kinds[pick(s, COUNT_OF(kinds))], .text = STR("Because.") };
    GrantedRequest g;

    office_as(o, people[pick(s, COUNT_OF(people))]);
    if (in.kind == ACT_PEND)
        in.pending = pick(s, 2) ? STR("supplier") : STR("other");
    if (in.kind == ACT_ASSIGN)
        in.assignee = o->cx->subject->login;
    fixture_exec(o->cx, "SAVEPOINT tried");
    Rc rc = access_request(o->cx, id, MAY_SEE, &g);
    if (rc == RC_OK && pick(s, 5) == 0)
        rc = office_say(o, id, "Well?");
    else if (rc == RC_OK)
        rc = request_act(o->cx, g, &in, NULL);
    fixture_exec(o->cx, rc == RC_OK ? "RELEASE tried" : "ROLLBACK TO tried");
    o->cx->errors = (FieldErrors){ 0 };
    o->cx->failed = false;
}

/* The verdict as the log alone gives it. */
static Verdict verdict_of_log(const ClockTales *tales, Measure measure)
{
    bool any = false, missed = false, runs = false, late = false;

    for (size_t i = 0; i < tales->n; i++) {
        const ViewClock *k = &tales->at[i].clock;
        if (k->measure != measure || k->goal.len == 0)
            continue;
        if (k->stopped_ms == MS_NONE) {
            runs = true;
            late = late || k->breached;
        } else if (k->due_ms != MS_NONE) {
            missed = missed || k->breached;
        } else {
            continue;
        }
        any = true;
    }
    if (!any)
        return VERDICT_NONE;
    return late ? VERDICT_LATE : runs ? VERDICT_RUNNING : missed ? VERDICT_MISSED : VERDICT_KEPT;
}

typedef struct Slow {
    int64_t verdicts[PROMISES][VERDICT_COUNT];
    int64_t answered, worked, work_sum, plain_sum;
} Slow;

static void count_slowly(Office *o, int64_t id, Slow *to)
{
    GrantedRequest g;
    ClockTales tales;
    const CalendarLine *line = NULL;
    Ctx *cx = o->cx;

    EXPECT_RC(RC_OK, access_request(cx, id, MAY_SEE, &g));
    EXPECT_RC(RC_OK, clocks_explain(cx, g, &tales));
    to->verdicts[PROMISED_FULFIL][verdict_of_log(&tales, MEASURE_FULFIL)]++;
    to->verdicts[PROMISED_ANSWER][verdict_of_log(&tales, MEASURE_RESPOND)]++;
    Str first = str_fmt(
        cx->arena,
        "SELECT coalesce(min(at_ms), 0) FROM event WHERE request_id = %lld AND internal = 0 AND "
        "actor_id <> (SELECT id FROM person WHERE login = 'robin') AND kind <> 'request.viewed'",
        (long long)id);
    Str begun =
        str_fmt(cx->arena, "SELECT submitted_ms FROM request WHERE id = %lld", (long long)id);
    Ms answered = fixture_int(cx, str_dup_z(cx->arena, first));
    Ms sent = fixture_int(cx, str_dup_z(cx->arena, begun));
    if (answered == 0)
        return;
    to->answered++;
    to->plain_sum += answered - sent;
    Str calendar = STR("");
    for (size_t i = 0; i < tales.n && calendar.len == 0; i++)
        if (tales.at[i].clock.measure == MEASURE_FULFIL)
            calendar = tales.at[i].clock.calendar;
    if (calendar.len == 0)
        return;
    EXPECT_RC(RC_OK, calendar_get(cx, calendar, &line));
    to->worked++;
    to->work_sum += calendar_between(line, sent, answered);
}

static Figures figures_as(Office *o, const char *login)
{
    ReportShown shown;

    office_as(o, login);
    EXPECT_RC(RC_OK, report_show(o->cx, &(ReportAsk){ STR(REPORT_OWN), STR_NULL }, &shown));
    EXPECT(shown.fresh);
    return shown.figures;
}

static ReportFilter everything(void)
{
    return (ReportFilter){ .source = STR(REPORT_OWN),
                           .opened_from = MS_NONE,
                           .opened_before = MS_NONE,
                           .closed_from = MS_NONE,
                           .closed_before = MS_NONE,
                           .open_at = MS_NONE,
                           .size = 100 };
}

static void expect_behind(Office *o, int line, int64_t want, const ReportFilter *f)
{
    ReportLines lines = { 0 };
    int64_t next = 0;

    EXPECT_RC(RC_OK, report_list(o->cx, f, &lines, &next));
    EXPECT_INT(0, next);
    if ((int64_t)lines.n != want)
        test_fail(__FILE__, line, "%lld counted, %zu listed", (long long)want, lines.n);
}

static void expect_words_behind(Office *o, const FigureWords *w, size_t offset)
{
    for (size_t i = 0; i < w->n; i++) {
        ReportFilter f = everything();
        *(Str *)(void *)((char *)&f + offset) = w->at[i].word;
        expect_behind(o, __LINE__, w->at[i].n, &f);
        for (size_t p = 0; p < PROMISES; p++) {
            const Verdicts *v = &w->at[i].promised[p];
            const int64_t want[VERDICT_COUNT] = { 0, v->kept, v->judged - v->kept, v->running,
                                                  v->late };
            for (size_t k = VERDICT_KEPT; k < VERDICT_COUNT; k++) {
                f.promised[p] = (Verdict)k;
                expect_behind(o, __LINE__, want[k], &f);
            }
            f.promised[p] = VERDICT_NONE;
        }
    }
}

static void expect_lists(Office *o, const Figures *f)
{
    ReportFilter all = everything();

    expect_behind(o, __LINE__, f->requests, &all);
    all.open = true;
    expect_behind(o, __LINE__, f->open, &all);
    all = everything();
    all.reopened = true;
    expect_behind(o, __LINE__, f->reopened, &all);
    all = everything();
    all.reassigned = true;
    expect_behind(o, __LINE__, f->reassigned, &all);
    expect_words_behind(o, &f->states, offsetof(ReportFilter, state));
    expect_words_behind(o, &f->priorities, offsetof(ReportFilter, priority));
    expect_words_behind(o, &f->teams, offsetof(ReportFilter, team));
    expect_words_behind(o, &f->models, offsetof(ReportFilter, model));
    expect_words_behind(o, &f->channels, offsetof(ReportFilter, channel));
    expect_words_behind(o, &f->categories, offsetof(ReportFilter, category));
    for (size_t i = 0; i < FIGURE_HOURS; i++) {
        all = everything();
        all.hour = OPT_INT((int64_t)i);
        expect_behind(o, __LINE__, f->arrivals[i], &all);
    }
    for (size_t i = 0; i < f->months.n; i++) {
        const FigureMonth *m = &f->months.at[i];
        Ms from = clock_days(m->year, m->month, 1) * MS_DAY;
        Ms to = clock_days(m->year, m->month + 1, 1) * MS_DAY;
        all = everything();
        all.opened_from = from;
        all.opened_before = to;
        expect_behind(o, __LINE__, m->opened, &all);
        all.promised[PROMISED_FULFIL] = VERDICT_KEPT;
        expect_behind(o, __LINE__, m->promised[PROMISED_FULFIL].kept, &all);
        all = everything();
        all.closed_from = from;
        all.closed_before = to;
        expect_behind(o, __LINE__, m->closed, &all);
        all = everything();
        all.open_at = from;
        expect_behind(o, __LINE__, m->backlog, &all);
    }
}

static void publish_office_hours(Ctx *cx)
{
    static CalendarWindow day[] = { { 540, 1020 } };
    CalendarRules rules = { .key = STR("office"),
                            .zone = STR("Europe/Stockholm"),
                            .day_hours = 8000 };
    CalendarPublication in = { .key = rules.key, .rules = &rules, .from = MS_NONE };
    GrantedCatalog g;

    for (size_t i = 0; i < 5; i++)
        rules.hours[i] = (CalendarWindows){ day, 1, 1 };
    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &g));
    EXPECT_RC(RC_OK, calendar_publish(cx, g, &in));
}

/* A target in working hours, beside those of the models, which are in plain ones. */
static void make_target(Ctx *cx)
{
    TargetInput in = { .key = STR("hours"), .measure = STR("fulfil") };
    GrantedCatalog g;

    in.name.in[LANG_EN] = STR("In working hours");
    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &in.lines,
                               (TargetLineInput){ STR(""), STR("9wh"), STR("office") }));
    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &g));
    EXPECT_RC(RC_OK, target_create(cx, g, &in));
}

static void expect_series(Ctx *cx, const Figures *f)
{
    int64_t hours[FIGURE_HOURS] = { 0 }, waits = 0, ms = 0, n = 0, lost = 0, work = 0;
    ReportFilter all = everything();
    ReportLines lines = { 0 };
    const CalendarLine *line = NULL;
    int64_t next = 0;

    EXPECT_RC(RC_OK, calendar_get(cx, STR("office"), &line));
    EXPECT_RC(RC_OK, report_list(cx, &all, &lines, &next));
    for (size_t i = 0; i < lines.n; i++) {
        /* In January Stockholm is an hour ahead; the week begins on a Monday, 1970 on a Thursday. */
        Ms local = lines.at[i].opened_ms + MS_HOUR;
        hours[(local / MS_DAY + 3) % 7 * 24 + local % MS_DAY / MS_HOUR]++;
    }
    for (size_t i = 0; i < FIGURE_HOURS; i++)
        EXPECT_INT(hours[i], f->arrivals[i]);
    for (size_t i = 0; i < f->waits.n; i++) {
        waits += f->waits.at[i].n;
        ms += f->waits.at[i].ms;
        work += f->waits.at[i].work_ms;
        all = everything();
        all.wait = f->waits.at[i].why;
        lines = (ReportLines){ 0 };
        EXPECT_RC(RC_OK, report_list(cx, &all, &lines, &next));
        EXPECT_INT(
            fixture_int(
                cx, str_dup_z(cx->arena, str_fmt(cx->arena,
                                                 "SELECT count(DISTINCT request_id) FROM pending"
                                                 " WHERE kind = '%.*s'",
                                                 STR_ARG(all.wait)))),
            (int64_t)lines.n);
    }
    EXPECT_INT(fixture_int(cx, "SELECT count(*) FROM pending"), waits);
    for (n = 0; n < waits; n++) {
        Str since =
            str_fmt(cx->arena, "SELECT since_ms FROM pending ORDER BY id LIMIT 1 OFFSET %lld",
                    (long long)n);
        Str ended =
            str_fmt(cx->arena,
                    "SELECT coalesce(ended_ms, %lld) FROM pending ORDER BY id LIMIT 1 OFFSET %lld",
                    (long long)cx->now_ms, (long long)n);
        Ms from = fixture_int(cx, str_dup_z(cx->arena, since));
        Ms to = fixture_int(cx, str_dup_z(cx->arena, ended));
        lost += to - from;
        ms -= to - from;
        work -= calendar_between(line, from, to);
    }
    EXPECT(lost > 0);
    EXPECT_INT(0, ms);
    EXPECT_INT(0, work);
    /* Only of the models that are counted. */
    EXPECT_INT(1, (int64_t)f->changes.n);
    EXPECT_STR("question", f->changes.at[0].model);
    EXPECT_INT(1, f->changes.at[0].number);
}

DB_TEST(report_own_figures_of_random_lives_are_those_of_the_log_and_lists_have_as_many)
{
    Office o = office_open(cx);
    uint64_t s = 20300107;
    Slow slow = { 0 };
    ReportFilter all = everything();
    ReportLines lines = { 0 };
    int64_t next = 0;

    publish_office_hours(cx);
    make_target(cx);
    office_later(&o, MS_MINUTE);
    for (size_t i = 0; i < LIVES; i++) {
        office_as(&o, "robin");
        int64_t id = office_ask(&o, "question",
                                pick(&s, 3) == 0 ? "{\"details\":\"x\",\"urgency\":\"critical\"}"
                                                 : "{\"details\":\"x\"}");
        for (size_t k = pick(&s, ACTS); k > 0; k--) {
            office_later(&o, (Ms)pick(&s, 9 * (size_t)MS_HOUR));
            try_something(&o, &s, id);
        }
    }
    Figures f = figures_as(&o, "aud");
    /* Besides those that were asked for there are some that follow up on others. */
    EXPECT_RC(RC_OK, report_list(cx, &all, &lines, &next));
    EXPECT(lines.n >= LIVES && next == 0);
    for (size_t i = 0; i < lines.n; i++)
        count_slowly(&o, lines.at[i].id, &slow);
    EXPECT_INT((int64_t)lines.n, f.requests);
    for (size_t p = 0; p < PROMISES; p++) {
        const int64_t *v = slow.verdicts[p];
        EXPECT_INT(v[VERDICT_KEPT], f.promised[p].kept);
        EXPECT_INT(v[VERDICT_KEPT] + v[VERDICT_MISSED], f.promised[p].judged);
        EXPECT_INT(v[VERDICT_RUNNING], f.promised[p].running);
        EXPECT_INT(v[VERDICT_LATE], f.promised[p].late);
    }
    EXPECT_INT(slow.answered, f.time[SPREAD_ANSWER].n);
    EXPECT_INT(slow.plain_sum / slow.answered, (int64_t)f.time[SPREAD_ANSWER].mean);
    EXPECT_INT(slow.worked, f.work[SPREAD_ANSWER].n);
    EXPECT_INT(slow.work_sum / slow.worked, (int64_t)f.work[SPREAD_ANSWER].mean);
    EXPECT(slow.work_sum < slow.plain_sum);
    /* All of it came up. */
    EXPECT(f.promised[PROMISED_FULFIL].kept > 0 && f.promised[PROMISED_ANSWER].kept > 0);
    EXPECT(f.promised[PROMISED_FULFIL].judged > f.promised[PROMISED_FULFIL].kept);
    EXPECT(f.promised[PROMISED_FULFIL].late > 0);
    expect_lists(&o, &f);
    expect_series(cx, &f);
}

static Str kept_form(Arena *a, const Figures *f)
{
    CLEANUP(buf_done) Buf b = { 0 };
    JsonOut out;

    buf_init(&b, 1 << 20);
    json_out_init(&out, &b);
    figures_write(&out, f);
    report_json(f, STR_NULL, true, &b);
    report_csv(f, STR_NULL, &b);
    return str_dup(a, buf_str(&b));
}

/* Shanghai is 8 hours ahead, all year. */
DB_TEST(report_arrivals_without_a_calendar_are_in_the_zone_of_who_asks)
{
    Office o = office_open(cx);
    int64_t shift = 0;

    office_as(&o, "robin");
    office_ask(&o, "question", "{\"details\":\"x\"}");
    office_as(&o, "sam");
    cx->zone = zone_utc();
    Figures utc = figures_as(&o, "sam");
    cx->zone = zone_get(STR("Asia/Shanghai"));
    Figures far = figures_as(&o, "sam");
    for (int64_t i = 0; i < FIGURE_HOURS; i++)
        shift += i * (far.arrivals[i] - utc.arrivals[i]);
    EXPECT_INT(8, (shift + FIGURE_HOURS) % FIGURE_HOURS);
}

DB_TEST(report_figures_and_lists_are_the_same_whatever_hidden_requests_there_are)
{
    Office o = office_open(cx);
    ReportFilter all = everything();

    office_as(&o, "robin");
    office_ask(&o, "question", "{\"details\":\"x\"}");
    Figures before = figures_as(&o, "sam");
    Str text = kept_form(cx->arena, &before);
    office_as(&o, "robin");
    office_ask(&o, "concern", "{\"details\":\"y\"}");
    Figures after = figures_as(&o, "sam");
    EXPECT_INT(1, after.requests);
    EXPECT(str_eq(text, kept_form(cx->arena, &after)));
    expect_behind(&o, __LINE__, 1, &all);
    /* The team that sees it counts it. */
    Figures theirs = figures_as(&o, "hana");
    EXPECT_INT(1, theirs.requests);
    expect_behind(&o, __LINE__, 1, &all);
}
