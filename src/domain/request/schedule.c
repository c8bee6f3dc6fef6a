/* schedule.c - see schedule.h. */
#include "domain/request/schedule.h"

#include "domain/request/aggregate.h"
#include "domain/request/lists_q.h"
#include "domain/request/schedule_q.h"
#include "domain/request/view.h"

#define TIMER_OF_SCHEDULE "schedule"

enum { ANSWERS_BYTES = 1024 * 1024, WHY_BYTES = 1000, OF_MY_TEAMS = -1 };

LIST_OF(ScheduleRow, ScheduleRows);
LIST_OF(RequestNamesRow, NameRows);

/* ---- moments ---- */

static const char *const unit_words[] = { "day", "workday", "week", "month" };

Str schedule_unit_word(ScheduleUnit unit)
{
    return str_z(unit_words[unit]);
}

bool schedule_unit_from_word(Str word, ScheduleUnit *ret)
{
    for (size_t i = 0; i < COUNT_OF(unit_words); i++) {
        if (str_eq_z(word, unit_words[i])) {
            *ret = (ScheduleUnit)i;
            return true;
        }
    }
    return false;
}

static int32_t days_of_month(int32_t year, int32_t month)
{
    return (int32_t)(clock_days(year, month + 1, 1) - clock_days(year, month, 1));
}

/* The k-th moment, before it is moved out of a day off. */
static Ms moment(const ScheduleRule *r, const Zone *zone, const CalendarLine *line, int64_t k)
{
    CivilTime t = zone_civil(zone, r->first_ms);
    int64_t n = k * r->every;

    switch (r->unit) {
    case EVERY_WORKDAY:
        if (line != NULL)
            return n == 0 ? r->first_ms : calendar_add_days(line, r->first_ms, (int32_t)n);
        t.day += (int32_t)n;
        break;
    case EVERY_DAY: t.day += (int32_t)n; break;
    case EVERY_WEEK: t.day += (int32_t)(7 * n); break;
    case EVERY_MONTH: {
        int64_t month = t.month - 1 + n;
        t.year += (int32_t)(month / 12);
        t.month = (int32_t)(month % 12) + 1;
        if (t.day > days_of_month(t.year, t.month))
            t.day = days_of_month(t.year, t.month);
        break;
    }
    }
    return zone_instant(zone, &t);
}

static Ms moved(const ScheduleRule *r, const Zone *zone, const CalendarLine *line, int64_t k)
{
    Ms at = moment(r, zone, line, k);

    return r->workdays && line != NULL && at != MS_NONE ? calendar_next_open(line, at) : at;
}

Ms schedule_next(const ScheduleRule *r, const Zone *zone, const CalendarLine *line, Ms after)
{
    /* A step is never shorter than its number of days, so it is not later than this one. */
    int64_t low = 0, high = 0;

    if (after >= r->first_ms)
        high = (after - r->first_ms) / (r->every * MS_DAY) + 3;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        Ms at = moved(r, zone, line, mid);
        if (at == MS_NONE || at > after)
            high = mid;
        else
            low = mid + 1;
    }
    Ms next = moved(r, zone, line, low);
    bool over = r->until_ms != MS_NONE && next > r->until_ms;
    return next == MS_NONE || next <= after || over ? MS_NONE : next;
}

Text schedule_words(const ScheduleRule *r)
{
    bool one = r->every == 1;

    switch (r->unit) {
    case EVERY_DAY: return one ? TEXT("every day") : TEXT("every {0} days", r->every);
    case EVERY_WORKDAY:
        return one ? TEXT("every working day") : TEXT("every {0} working days", r->every);
    case EVERY_WEEK: return one ? TEXT("every week") : TEXT("every {0} weeks", r->every);
    case EVERY_MONTH: return one ? TEXT("every month") : TEXT("every {0} months", r->every);
    }
    return (Text){ 0 };
}

static ScheduleRule rule_of(const ScheduleRow *row)
{
    ScheduleRule r = { .every = row->every,
                       .workdays = row->workdays,
                       .first_ms = row->first_ms,
                       .until_ms = ms_or_none(row->until_ms) };
    if (!schedule_unit_from_word(row->unit, &r.unit))
        r.unit = EVERY_DAY; /* the table allows no other */
    return r;
}

static const Zone *zone_of(Str name)
{
    const Zone *zone = zone_get(name);

    return zone != NULL ? zone : zone_utc();
}

/* Working days of the team that has the item; the usual ones when the item is gone. */
static Rc line_of(Ctx *cx, Str item, const Zone *zone, const CalendarLine **ret)
{
    CatalogModel m;
    Rc rc = catalog_model(cx, item, &m);

    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    return worktime_of_team(cx, rc == RC_OK ? m.team_id : 0, zone, ret);
}

/* ---- checks ---- */

static Rc check_rule(Ctx *cx, const ScheduleRule *r, bool fresh)
{
    if (r->every < 1 || r->every > SCHEDULE_EVERY_MAX)
        fail_add(cx, STR("/every"), "out_of_range", TEXT("Choose a number from 1 to 999."));
    if (fresh && r->first_ms <= cx->now_ms)
        fail_add(cx, STR("/first"), "past", TEXT("Choose a time that is still to come."));
    if (r->first_ms - cx->now_ms > 10 * 366 * MS_DAY)
        fail_add(cx, STR("/first"), "out_of_range", TEXT("Choose a time within ten years."));
    if (r->until_ms != MS_NONE && r->until_ms < r->first_ms)
        fail_add(cx, STR("/until"), "before_first",
                 TEXT("The end cannot come before the first time."));
    return fail_result(cx);
}

static Rc check_answers(Ctx *cx, GrantedSubmit g, Str item, Str title, const AnswerInputs *answers)
{
    RequestCreate in = { .item = item, .answers = *answers, .title = title };
    DraftParts parts;
    FieldErrors errors = { 0 };

    Rc rc = create_read(cx, g, &in, ANSWERS_COMPLETE, &errors, &parts);
    fail_adopt(cx, &errors);
    TRY(rc);
    for (size_t i = 0; i < parts.form.n; i++) {
        const Answer *a = &parts.form.at[i];
        if (a->question->type == QUESTION_FILE && a->value.type == COND_KEY
            && a->value.text.len > 0)
            return fail_field(cx, RC_INVALID, "answers", "has_files",
                              TEXT("A request with files cannot be repeated: a file belongs to one "
                                   "request."));
    }
    return RC_OK;
}

static Rc json_text_of(Ctx *cx, const Json *v, Str *ret)
{
    CLEANUP(buf_done) Buf buf = { 0 };
    JsonOut o;

    buf_init(&buf, ANSWERS_BYTES);
    json_out_init(&o, &buf);
    if (v == NULL) {
        json_object(&o);
        json_object_end(&o);
    } else {
        json_value(&o, v);
    }
    TRY(buf_result(&buf));
    *ret = str_dup(cx->arena, buf_str(&buf));
    return RC_OK;
}

/* A team of the subject, who works in it. */
static Rc own_team(Ctx *cx, Str key, OptInt *ret)
{
    TeamRefs mine = { 0 };

    *ret = OPT_NONE;
    if (key.len == 0)
        return RC_OK;
    TRY(person_teams(cx, cx->subject->person_id, &mine));
    for (size_t i = 0; i < mine.n; i++)
        if (str_eq(mine.at[i].key, key))
            *ret = OPT_INT(mine.at[i].id);
    if (!ret->set)
        return fail_field(cx, RC_INVALID, "team", "not_yours",
                          TEXT("Choose a team in which you are."));
    return RC_OK;
}

/* Everybody of the team reads the answers, also of those who may not read the request. */
static Rc check_shared(Ctx *cx, Str item, bool of_team)
{
    CatalogModel m;
    bool confidential = false;

    if (!of_team)
        return RC_OK;
    TRY(catalog_model(cx, item, &m));
    TRY(confidence_of(cx, m.model, m.team_id, &confidential));
    if (confidential)
        return fail_field(cx, RC_INVALID, "team", "confidential",
                          TEXT("Requests of this item are confidential. They cannot be a team's "
                               "repeating work."));
    return RC_OK;
}

/* ---- commands ---- */

static Rc note_schedule(Ctx *cx, const char *kind, int64_t id, int64_t request_id,
                        const EventChange *changes, size_t n, int64_t *ret_event)
{
    Event ev = {
        .kind = kind, .object = "schedule", .object_id = id, .changes = changes, .changes_n = n
    };
    if (request_id != 0)
        ev.data = str_fmt(cx->arena, "{\"request\":%lld}", (long long)request_id);
    return event_add(cx, &ev, ret_event);
}

static Rc put_timer(Ctx *cx, int64_t id, Ms next)
{
    return timer_put(cx, TIMER_OF_SCHEDULE, id, STR(""), next);
}

static Rc check_room(Ctx *cx, GrantedSelf g)
{
    ScheduleCountRow count;

    TRY(q_schedule_count(cx, g, &count));
    if (count.n >= SCHEDULES_MAX)
        return fail(cx, RC_LIMIT, "too_many",
                    TEXT("These are too many repeating requests. End some that you do not need."));
    return RC_OK;
}

Rc schedule_create(Ctx *cx, GrantedSubmit g, const ScheduleInput *in, int64_t *ret_id)
{
    GrantedSelf self;
    OptInt team;
    Str answers, title = str_trim(in->title);
    const CalendarLine *line = NULL;
    ScheduleInsertRow made;
    Person me;

    TRY(in->fault);
    TRY(access_self(cx, &self));
    TRY(check_answers(cx, g, in->item, title, &in->answers));
    TRY(own_team(cx, in->team, &team));
    TRY(check_shared(cx, in->item, team.set));
    TRY(check_rule(cx, &in->rule, true));
    TRY(check_room(cx, self));
    TRY(json_text_of(cx, in->answers_json, &answers));
    TRY(person_get(cx, cx->subject->person_id, &me));
    const Zone *zone = zone_of(me.zone);
    TRY(line_of(cx, in->item, zone, &line));
    Ms next = schedule_next(&in->rule, zone, line, in->rule.first_ms - 1);
    if (next == MS_NONE)
        return fail_field(cx, RC_INVALID, "until", "before_first",
                          TEXT("The end cannot come before the first time."));
    TRY(q_schedule_insert(cx, self, team, granted_submit_person(g), in->item, title, answers,
                          in->rule.every, schedule_unit_word(in->rule.unit), in->rule.workdays,
                          me.zone, in->rule.first_ms, ms_opt(in->rule.until_ms), OPT_INT(next),
                          cx->now_ms, &made));
    TRY(put_timer(cx, made.id, next));
    EventChange change = { STR("item"), STR_NULL, in->item, false };
    TRY(note_schedule(cx, "schedule.created", made.id, 0, &change, 1, NULL));
    *ret_id = made.id;
    return RC_OK;
}

static Rc edited_rule(Ctx *cx, const ScheduleEdit *in, ScheduleRule *r)
{
    if (!in->has_rule)
        return RC_OK;
    bool moved_first = in->rule.first_ms != r->first_ms;
    *r = in->rule;
    return check_rule(cx, r, moved_first);
}

static Rc edited_answers(Ctx *cx, const ScheduleRow *row, const ScheduleEdit *in, Str title,
                         Str *ret)
{
    GrantedSubmit g;

    *ret = row->answers;
    if (in->answers_json == NULL)
        return RC_OK;
    TRY(access_submit(cx, row->beneficiary_id, &g));
    TRY(check_answers(cx, g, row->item, title, &in->answers));
    return json_text_of(cx, in->answers_json, ret);
}

/* Whose owner has left goes on when somebody of the team has it run: that person asks from then on. */
static Rc take_over(Ctx *cx, int64_t *io_owner, int64_t *io_beneficiary)
{
    GrantedSubmit g;
    Person p;

    TRY(person_get(cx, *io_owner, &p));
    if (p.active)
        return RC_OK;
    if (*io_beneficiary == *io_owner)
        *io_beneficiary = cx->subject->person_id;
    *io_owner = cx->subject->person_id;
    /* asked again: the staff of a team, who alone change what is theirs, ask for anybody */
    return access_submit(cx, *io_beneficiary, &g);
}

static const char *event_of(Str from, Str to)
{
    if (str_eq(from, to))
        return "schedule.changed";
    if (str_eq_z(to, "ended"))
        return "schedule.ended";
    return str_eq_z(to, "paused") ? "schedule.paused" : "schedule.resumed";
}

Rc schedule_edit(Ctx *cx, int64_t id, const ScheduleEdit *in)
{
    static const char *const states[] = { "active", "paused", "ended" };
    GrantedSelf self;
    ScheduleRow row;
    Str title, answers, state;
    const CalendarLine *line = NULL;
    int64_t changed = 0;

    TRY(access_self(cx, &self));
    TRY(q_schedule_one(cx, self, id, &row));
    if (in->fault == RC_OK)
        TRY(version_check(cx, in->version, row.version));
    if (str_eq_z(row.state, "ended"))
        return fail_whole(cx, RC_CONFLICT, "wrong_state", TEXT("This has ended. Make a new one."));
    TRY(in->fault);
    ScheduleRule rule = rule_of(&row);
    TRY(edited_rule(cx, in, &rule));
    state = str_is_null(in->state) ? row.state : in->state;
    if (!is_word(state, states, COUNT_OF(states)))
        return fail_field(cx, RC_INVALID, "state", "unknown_word",
                          TEXT("Choose active, paused or ended."));
    title = str_is_null(in->title) ? row.title : str_trim(in->title);
    TRY(edited_answers(cx, &row, in, title, &answers));
    int64_t owner = row.owner_id, beneficiary = row.beneficiary_id;
    if (str_eq_z(state, "active"))
        TRY(take_over(cx, &owner, &beneficiary));
    const Zone *zone = zone_of(row.zone);
    TRY(line_of(cx, row.item, zone, &line));
    Ms next = MS_NONE;
    if (str_eq_z(state, "active")) {
        next = schedule_next(&rule, zone, line,
                             cx->now_ms >= rule.first_ms ? cx->now_ms : rule.first_ms - 1);
        if (next == MS_NONE)
            state = STR("ended");
    }
    TRY(q_schedule_save(cx, self, id, row.version, owner, beneficiary, title, answers, rule.every,
                        schedule_unit_word(rule.unit), rule.workdays, rule.first_ms,
                        ms_opt(rule.until_ms), state, ms_opt(next), &changed));
    if (changed != 1)
        return version_check(cx, OPT_INT(row.version), row.version + 1);
    TRY(put_timer(cx, id, next));
    EventChange change = { STR("state"), row.state, state, false };
    return note_schedule(cx, event_of(row.state, state), id, 0, &change,
                         str_eq(row.state, state) ? 0 : 1, NULL);
}

/* ---- at the moment ---- */

typedef struct Turn {
    Ctx *cx; /* as the owner */
    const ScheduleRow *row;
    RequestMade made;
} Turn;

/* In a savepoint of its own: what cannot be made leaves nothing behind. */
static Rc make_request(DbConn *c, void *arg)
{
    Turn *t = arg;
    Ctx *cx = t->cx;
    GrantedSubmit g;
    const Json *json = NULL;
    RequestCreate in = { .item = t->row->item, .title = t->row->title, .channel = STR("portal") };

    UNUSED(c);
    TRY(json_parse(cx->arena, t->row->answers, &json, NULL));
    TRY(answers_from_json(cx->arena, json, &in.answers));
    /* asked again where it is submitted */
    TRY(access_submit(cx, t->row->beneficiary_id, &g));
    TRY(check_shared(cx, t->row->item, t->row->team_id.set));
    return request_create(cx, g, &in, &t->made);
}

/* Why, in the owner's language. */
static Str sentence_of(Ctx *cx, Rc rc)
{
    Reader reader = { cx->lang, cx->zone, cx->now_ms };
    Text text = cx->detail;

    if (text.msgid == NULL && cx->errors.n > 0)
        text = cx->errors.at[0].text;
    if (text.msgid == NULL && rc == RC_NOT_FOUND)
        text = TEXT("There is no such item in the catalog.");
    if (text.msgid == NULL)
        text = TEXT("The answers do not fit the item any more.");
    return str_shortened(words_text(cx->arena, &reader, &text), WHY_BYTES);
}

static Rc tell_failure(Ctx *owner, const ScheduleRow *row)
{
    GrantedSelf self;
    int64_t event = 0;

    TRY(note_schedule(owner, "schedule.failed", row->id, 0, NULL, 0, &event));
    TRY(access_self(owner, &self));
    return q_schedule_notify(owner, self, event, STR("schedule_failed"), owner->now_ms, NULL);
}

/* The owner has left: it rests, and the leads of the team whose work it is hear of it. */
static Rc rest(Ctx *cx, GrantedTimers all, const ScheduleRow *row)
{
    Text text = TEXT("The one who asks is no longer active.");
    Reader reader = { cx->lang, cx->zone, cx->now_ms };
    EventChange change = { STR("state"), STR("active"), STR("paused"), false };
    PersonRefs leads = { 0 };
    int64_t event = 0;

    TRY(q_schedule_ran(cx, all, row->id, STR("paused"), OPT_NONE, OPT_NONE, OPT_NONE,
                       OPT_INT(cx->now_ms), words_text(cx->arena, &reader, &text), 0, NULL));
    TRY(note_schedule(cx, "schedule.paused", row->id, 0, &change, 1, &event));
    if (row->team_id.set)
        TRY(team_leads(cx, row->team_id.value, &leads));
    for (size_t i = 0; i < leads.n; i++)
        TRY(q_schedule_told(cx, all, leads.at[i].id, event, cx->now_ms, NULL));
    return put_timer(cx, row->id, MS_NONE);
}

/* The owner as they are now; one who has left asks for nothing. */
static Rc owner_of(Ctx *cx, int64_t person_id, Subject *ret, bool *ret_active)
{
    GrantedPeople g;
    Person p;

    TRY(access_internal_people(cx, INTERNAL_SCHEDULE, &g));
    TRY(person_get(cx, person_id, &p));
    TRY(person_subject(cx, g, person_id, ret));
    ret->origin = STR("job");
    *ret_active = p.active;
    return RC_OK;
}

/* A TimerFn. */
static Rc run_schedule(Ctx *cx, const Timer *timer, void *arg)
{
    GrantedTimers all;
    ScheduleRow row;
    Subject owner = { 0 };
    bool found = false, active = false;
    const CalendarLine *line = NULL;
    Str why = STR("");

    UNUSED(arg);
    TRY(access_internal_timers(cx, INTERNAL_TIMER, &all));
    TRY(q_schedule_due(cx, all, timer->object_id, &row, &found));
    if (!found)
        return RC_OK;
    TRY(owner_of(cx, row.owner_id, &owner, &active));
    Ctx as = { .arena = cx->arena,
               .db = cx->db,
               .now_ms = cx->now_ms,
               .subject = &owner,
               .lang = owner.lang,
               .zone = owner.zone,
               .call_ref = cx->call_ref };
    Turn turn = { .cx = &as, .row = &row };
    if (!active)
        return rest(cx, all, &row);
    Rc rc = db_savepoint(cx->db, make_request, &turn);
    if (rc == RC_BUSY || rc == RC_INTERNAL)
        return rc; /* not theirs: the timer tries it again */
    if (rc != RC_OK)
        why = sentence_of(&as, rc);

    ScheduleRule rule = rule_of(&row);
    const Zone *zone = zone_of(row.zone);
    TRY(line_of(cx, row.item, zone, &line));
    Ms next = schedule_next(&rule, zone, line, cx->now_ms);
    bool made = rc == RC_OK;
    TRY(q_schedule_ran(cx, all, row.id, next == MS_NONE ? STR("ended") : STR("active"),
                       ms_opt(next), made ? OPT_INT(cx->now_ms) : OPT_NONE,
                       made ? OPT_INT(turn.made.id) : OPT_NONE,
                       made ? OPT_NONE : OPT_INT(cx->now_ms), why, made, NULL));
    TRY(made ? note_schedule(&as, "schedule.ran", row.id, turn.made.id, NULL, 0, NULL)
             : tell_failure(&as, &row));
    if (next == MS_NONE)
        TRY(note_schedule(cx, "schedule.ended", row.id, 0, NULL, 0, NULL));
    return put_timer(cx, row.id, next);
}

void schedule_timers_register(void)
{
    timer_register(TIMER_OF_SCHEDULE, run_schedule, NULL);
}

/* ---- reading ---- */

/* Names of the persons, teams and last requests of a page, read together; of a request only when the
 * subject sees it. */
static Rc read_names(Ctx *cx, const ScheduleRows *list, NameRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    RequestNamesRow row;
    ScopeRequests s;
    IdList persons = { 0 }, teams = { 0 }, requests = { 0 };
    Str json;

    for (size_t i = 0; i < list->n; i++) {
        TRY(LIST_PUSH(cx->arena, &persons, list->at[i].owner_id));
        TRY(LIST_PUSH(cx->arena, &persons, list->at[i].beneficiary_id));
        TRY(LIST_PUSH(cx->arena, &teams, list->at[i].team_id.value));
        TRY(LIST_PUSH(cx->arena, &requests, list->at[i].last_request.value));
    }
    TRY(person_refs_load(cx, persons.at, persons.n));
    TRY(team_refs_load(cx, teams.at, teams.n));
    TRY(ids_json(cx->arena, &requests, &json));
    TRY(access_requests(cx, &s));
    TRY(q_request_names(cx, s, json, &rows));
    while (q_request_names_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

static Str number_of(Ctx *cx, const NameRows *names, OptInt id)
{
    for (size_t i = 0; id.set && i < names->n; i++)
        if (names->at[i].id == id.value)
            return request_number(cx->arena, names->at[i].record, names->at[i].serial);
    return STR_NULL;
}

static Rc from_row(Ctx *cx, const ScheduleRow *row, const NameRows *names, Schedule *ret)
{
    CatalogModel m;
    Schedule s = { .id = row->id,
                   .version = row->version,
                   .item = row->item,
                   .title = row->title,
                   .answers = row->answers,
                   .rule = rule_of(row),
                   .zone = row->zone,
                   .state = row->state,
                   .next_ms = ms_or_none(row->next_ms),
                   .last_ms = ms_or_none(row->last_ms),
                   .failed_ms = ms_or_none(row->failed_ms),
                   .created_ms = row->created_ms,
                   .why = row->why,
                   .made = row->made };

    TRY(person_ref(cx, row->owner_id, &s.owner));
    TRY(person_ref(cx, row->beneficiary_id, &s.beneficiary));
    TRY(team_ref(cx, row->team_id.value, &s.team));
    Rc rc = catalog_model(cx, row->item, &m);
    if (rc == RC_OK)
        s.item_name = m.model->name;
    else if (rc != RC_NOT_FOUND)
        return rc;
    s.last_number = number_of(cx, names, row->last_request);
    *ret = s;
    return RC_OK;
}

Rc schedule_list(Ctx *cx, const ScheduleFilter *f, Schedules *ret, int64_t *ret_next)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    GrantedSelf self;
    ScheduleRow row;
    ScheduleRows found = { 0 };
    NameRows names = { 0 };
    Schedules list = { 0 };
    int64_t size = f->size < 1 ? 1 : f->size > 100 ? 100 : f->size;

    TRY(access_self(cx, &self));
    TRY(q_schedule_rows(cx, self, f->teams ? OF_MY_TEAMS : 0, f->ended,
                        f->before_id <= 0 ? INT64_MAX : f->before_id, size + 1, &rows));
    while (q_schedule_rows_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &found, row));
    TRY(rows_result(&rows));
    *ret_next = 0;
    if (found.n > (size_t)size) {
        found.n = (size_t)size;
        *ret_next = found.at[found.n - 1].id;
    }
    TRY(read_names(cx, &found, &names));
    for (size_t i = 0; i < found.n; i++) {
        Schedule s;
        TRY(from_row(cx, &found.at[i], &names, &s));
        TRY(LIST_PUSH(cx->arena, &list, s));
    }
    *ret = list;
    return RC_OK;
}

Rc schedule_get(Ctx *cx, int64_t id, Schedule *ret)
{
    GrantedSelf self;
    ScheduleRow row;
    NameRows names = { 0 };

    TRY(access_self(cx, &self));
    TRY(q_schedule_one(cx, self, id, &row));
    TRY(read_names(cx, &(ScheduleRows){ &row, 1, 1 }, &names));
    return from_row(cx, &row, &names, ret);
}
