/* clock_words.c - the words of targets and clocks: measures, thresholds, conditions over clock facts. */
#include "domain/target/clock_inner.h"

#include <pthread.h>

static const char *const measures[MEASURE_COUNT] = { "respond", "approve", "fulfil", "update",
                                                     "task" };

Str measure_word(Measure m)
{
    return str_z(measures[m]);
}

bool measure_from_word(Str word, Measure *ret)
{
    for (int i = 0; i < MEASURE_COUNT; i++) {
        if (str_eq_z(word, measures[i])) {
            *ret = (Measure)i;
            return true;
        }
    }
    return false;
}

/* ---- thresholds ---- */

#define PERCENT_MAX 1000

static bool is_left(Str s, ClockMark *m)
{
    return timespan_parse(s, &m->left)
           && (m->left.unit == SPAN_MINUTES || m->left.unit == SPAN_HOURS
               || m->left.unit == SPAN_DAYS || m->left.unit == SPAN_WORK_HOURS);
}

bool clock_mark_parse(Str text, ClockMark *ret)
{
    static const Str left = STR_INIT(" left");
    ClockMark m = { 0 };
    Str s = str_trim(text);
    int64_t percent = 0;

    if (str_eq_z(s, "breach")) {
        m.breach = true;
    } else if (str_ends(s, STR("%"))) {
        if (!str_to_i64(str_sub(s, 0, s.len - 1), &percent) || percent < 1 || percent > PERCENT_MAX)
            return false;
        m.percent = (int32_t)percent;
    } else if (!is_left(str_ends(s, left) ? str_sub(s, 0, s.len - left.len) : s, &m)) {
        return false;
    }
    *ret = m;
    return true;
}

Str clock_mark_text(Arena *a, const ClockMark *m)
{
    if (m->breach)
        return STR("breach");
    if (m->percent != 0)
        return str_fmt(a, "%d%%", m->percent);
    return str_fmt(a, "%.*s left", STR_ARG(timespan_text(a, m->left)));
}

bool clock_mark_to_parse(Str text, ClockMark *ret)
{
    static const Str team = STR_INIT("team "), transfer = STR_INIT("transfer ");
    Str s = str_trim(text), key;

    if (str_eq_z(s, "assignee")) {
        ret->to = MARK_ASSIGNEE;
    } else if (str_eq_z(s, "lead")) {
        ret->to = MARK_LEAD;
    } else if (str_eq_z(s, "manager")) {
        ret->to = MARK_MANAGER;
    } else if (str_starts(s, team) && str_is_key(key = str_trim(str_skip(s, team.len)))) {
        ret->to = MARK_TEAM;
        ret->team = key;
    } else if (str_starts(s, transfer) && str_is_key(key = str_trim(str_skip(s, transfer.len)))) {
        ret->to = MARK_TRANSFER;
        ret->team = key;
    } else {
        return false;
    }
    return true;
}

Str clock_mark_to_text(Arena *a, const ClockMark *m)
{
    switch (m->to) {
    case MARK_ASSIGNEE: break;
    case MARK_LEAD: return STR("lead");
    case MARK_MANAGER: return STR("manager");
    case MARK_TEAM: return str_fmt(a, "team %.*s", STR_ARG(m->team));
    case MARK_TRANSFER: return str_fmt(a, "transfer %.*s", STR_ARG(m->team));
    }
    return STR("assignee");
}

/* ---- conditions over clock facts ---- */

#define WORDS(name, ...) static const Str name[] = { __VA_ARGS__ }
#define W(word)          STR_INIT(word)
WORDS(states, W("draft"), W("submitted"), W("assessing"), W("awaiting_approval"), W("fulfilling"),
      W("pending"), W("fulfilled"), W("closed"));
WORDS(outcomes, W("fulfilled"), W("partly"), W("rejected"), W("withdrawn"), W("cancelled"),
      W("merged"));
WORDS(pendings, W("requester"), W("supplier"), W("date"), W("other"));
WORDS(levels, W("low"), W("normal"), W("high"), W("critical"));
WORDS(impacts, W("person"), W("team"), W("site"), W("organisation"));
WORDS(records, W("request"), W("incident"), W("problem"), W("change"));
WORDS(kinds, W("action"), W("information"), W("access"), W("goods"), W("feedback"), W("compliment"),
      W("complaint"));
WORDS(channels, W("portal"), W("mail"), W("phone"), W("walk_in"), W("chat"), W("api"),
      W("monitoring"));
WORDS(task_states, W("waiting"), W("ready"), W("started"), W("finished"), W("skipped"),
      W("cancelled"));

enum Fact {
    FACT_STATE,
    FACT_PHASE,
    FACT_OUTCOME,
    FACT_PENDING,
    FACT_LEVEL,
    FACT_IMPACT,
    FACT_URGENCY,
    FACT_RECORD,
    FACT_KIND,
    FACT_MODEL,
    FACT_TEAM,
    FACT_CHANNEL,
    FACT_ORG,
    FACT_APPROVING,
    FACT_ASSIGNED,
    FACT_ANSWERED,
    FACT_TASK_KEY,
    FACT_TASK_STATE,
    FACT_TASK_TEAM,
    FACT_TASK_SUPPLIER,
    FACT_TASK_ATTEMPT,
};

#define KEYS(n, i, list)                                                                           \
    {                                                                                              \
        .name = STR_INIT(n), .type = COND_KEY, .keys = (list), .keys_n = COUNT_OF(list), .id = (i) \
    }
#define ORDERED(n, i, list)                                                                        \
    {                                                                                              \
        .name = STR_INIT(n), .type = COND_KEY, .keys = (list), .keys_n = COUNT_OF(list),           \
        .ordered = true, .id = (i)                                                                 \
    }
#define ANY(n, i, t)                                                                               \
    {                                                                                              \
        .name = STR_INIT(n), .type = (t), .id = (i)                                                \
    }

static const CondName names[] = {
    KEYS("state", FACT_STATE, states),
    KEYS("phase", FACT_PHASE, states),
    KEYS("outcome", FACT_OUTCOME, outcomes),
    KEYS("pending", FACT_PENDING, pendings),
    ORDERED("level", FACT_LEVEL, levels),
    ORDERED("impact", FACT_IMPACT, impacts),
    ORDERED("urgency", FACT_URGENCY, levels),
    KEYS("record", FACT_RECORD, records),
    KEYS("kind", FACT_KIND, kinds),
    ANY("model", FACT_MODEL, COND_KEY),
    ANY("team", FACT_TEAM, COND_KEY),
    KEYS("channel", FACT_CHANNEL, channels),
    ANY("org", FACT_ORG, COND_TEXT),
    ANY("approving", FACT_APPROVING, COND_YES_NO),
    ANY("assigned", FACT_ASSIGNED, COND_YES_NO),
    ANY("answered", FACT_ANSWERED, COND_YES_NO),
    ANY("task.key", FACT_TASK_KEY, COND_KEY),
    KEYS("task.state", FACT_TASK_STATE, task_states),
    ANY("task.team", FACT_TASK_TEAM, COND_KEY),
    ANY("task.supplier", FACT_TASK_SUPPLIER, COND_KEY),
    ANY("task.attempt", FACT_TASK_ATTEMPT, COND_NUMBER),
};

static const CondSchema schema = {
    .at = names,
    .n = COUNT_OF(names),
    .who =
        T("here; there are state, phase, outcome, pending, level, impact, urgency, record, kind, "
          "model, team, channel, org, approving, assigned, answered, task.state and its kin"),
};

const CondSchema *clock_schema(void)
{
    return &schema;
}

Rc clock_cond(Arena *a, Str text, TargetCond *ret, CondError *ret_error)
{
    TargetCond c = { .text = str_dup(a, str_trim(text)) };

    if (c.text.len > 0)
        TRY(cond_parse(a, c.text, &schema, &c.cond, ret_error));
    *ret = c;
    return RC_OK;
}

static bool give_key(Str s, CondValue *ret)
{
    *ret = (CondValue){ .type = COND_KEY, .text = s };
    return s.len > 0;
}

static bool give_yes(bool yes, CondValue *ret)
{
    *ret = (CondValue){ .type = COND_YES_NO, .yes = yes };
    return true;
}

static bool give_task(const ClockTask *t, int32_t id, CondValue *ret)
{
    if (t == NULL)
        return false;
    switch (id) {
    case FACT_TASK_KEY: return give_key(t->key, ret);
    case FACT_TASK_STATE: return give_key(t->state, ret);
    case FACT_TASK_TEAM: return give_key(t->team, ret);
    case FACT_TASK_SUPPLIER: return give_key(t->supplier, ret);
    case FACT_TASK_ATTEMPT:
        *ret = (CondValue){ .type = COND_NUMBER, .number = t->attempt * 1000 };
        return true;
    default: return false;
    }
}

static bool give(void *arg, const CondName *name, size_t row, CondValue *ret)
{
    const ClockView *v = arg;
    const ClockFacts *f = v->facts;

    UNUSED(row);
    switch (name->id) {
    case FACT_STATE: return give_key(f->state, ret);
    case FACT_PHASE: return give_key(f->phase, ret);
    case FACT_OUTCOME: return give_key(f->outcome, ret);
    case FACT_PENDING: return give_key(f->pending, ret);
    case FACT_LEVEL: return give_key(f->level, ret);
    case FACT_IMPACT: return give_key(f->impact, ret);
    case FACT_URGENCY: return give_key(f->urgency, ret);
    case FACT_RECORD: return give_key(f->record, ret);
    case FACT_KIND: return give_key(f->kind, ret);
    case FACT_MODEL: return give_key(f->model, ret);
    case FACT_TEAM: return give_key(f->team, ret);
    case FACT_CHANNEL: return give_key(f->channel, ret);
    case FACT_ORG: *ret = (CondValue){ .type = COND_TEXT, .text = f->org }; return f->org.len > 0;
    case FACT_APPROVING: return give_yes(f->approving, ret);
    case FACT_ASSIGNED: return give_yes(f->assigned, ret);
    case FACT_ANSWERED: return give_yes(v->answered, ret);
    default: return give_task(v->task, name->id, ret);
    }
}

Rc clock_holds(const TargetCond *c, const ClockView *v, bool absent, bool *ret)
{
    ClockView view = *v;
    CondRecord rec = { .get = give, .arg = &view };

    if (c->cond == NULL) {
        *ret = absent;
        return RC_OK;
    }
    return cond_eval(c->cond, &rec, v->at, ret);
}

/* ---- what is usual ---- */

#define IN_WORK "phase in (assessing, awaiting_approval, fulfilling)"
#define RESTS   "pending = requester or phase = draft"
#define OVER    "phase in (fulfilled, closed)"

static const char *const usual_texts[MEASURE_COUNT][3] = {
    [MEASURE_RESPOND] = { IN_WORK, RESTS, "answered = yes or assigned = yes or " OVER },
    [MEASURE_APPROVE] = { "approving = yes", "pending = requester", "approving = no" },
    [MEASURE_FULFIL] = { IN_WORK, RESTS, OVER },
    [MEASURE_UPDATE] = { IN_WORK, RESTS, "answered = yes or " OVER },
    [MEASURE_TASK] = { "task.state in (ready, started)",
                       "pending = requester or task.state = waiting",
                       "task.state in (finished, skipped, cancelled)" },
};
static struct {
    Arena *memory; /* of the conditions: kept until the end */
    TargetCond cond[MEASURE_COUNT][3];
} usual;
static pthread_once_t usual_once = PTHREAD_ONCE_INIT;

static void parse_usual(void)
{
    CondError error;

    usual.memory = arena_new(1024 * 1024);

    for (int m = 0; m < MEASURE_COUNT; m++)
        for (int i = 0; i < 3; i++)
            if (clock_cond(usual.memory, str_z(usual_texts[m][i]), &usual.cond[m][i], &error)
                != RC_OK)
                usual.cond[m][i] = (TargetCond){ 0 };
}

TargetCond clock_usual(Measure m, UsualCond which)
{
    pthread_once(&usual_once, parse_usual);
    return usual.cond[m][which];
}

/* ---- spans as programs read them ---- */

/* A number and its letter, where there is any; a list writes hundreds of these: no formatting. */
static char *put_part(char *to, int64_t v, char letter)
{
    char digits[20];
    size_t n = 0;

    for (; v > 0; v /= 10)
        digits[n++] = (char)('0' + v % 10);
    if (n == 0)
        return to;
    while (n > 0)
        *to++ = digits[--n];
    *to++ = letter;
    return to;
}

Str span_iso(Arena *a, int64_t ms)
{
    int64_t s = (ms < 0 ? -ms : ms) / MS_SECOND; /* a part of a second is nothing yet */
    char text[40];
    char *to = text;

    if (s == 0)
        return STR("PT0S");
    if (ms < 0)
        *to++ = '-';
    *to++ = 'P';
    *to++ = 'T';
    to = put_part(to, s / 3600, 'H');
    to = put_part(to, s / 60 % 60, 'M');
    to = put_part(to, s % 60, 'S');
    return str_dup(a, (Str){ text, (size_t)(to - text) });
}

Text span_text(TimeSpan s, bool calendar)
{
    switch (s.unit) {
    case SPAN_MINUTES: return s.n > 0 ? TEXT_N("%d minute", "%d minutes", s.n) : (Text){ 0 };
    case SPAN_HOURS:
        return calendar ? TEXT_N("%d hour", "%d hours", s.n)
                        : TEXT_N("%d hour, day and night", "%d hours, day and night", s.n);
    case SPAN_DAYS: return TEXT_N("%d day", "%d days", s.n);
    case SPAN_YEARS: return TEXT_N("%d year", "%d years", s.n);
    case SPAN_WORK_HOURS: return TEXT_N("%d working hour", "%d working hours", s.n);
    case SPAN_WORK_DAYS: return TEXT_N("%d working day", "%d working days", s.n);
    }
    return (Text){ 0 };
}
