/* assignment.c - sharing out work: facts from the database, the choice kept, the step taken. */
#include "core/log.h"
#include "domain/request/aggregate.h"
#include "domain/request/assign.h"
#include "domain/request/assign_q.h"
#include "domain/request/view.h"

#define WEEKS      (14 * MS_DAY)
#define LOOK_AGAIN (15 * MS_MINUTE)
#define RECORD_CAP (256 * 1024)

/* ---- how a team shares out ---- */

Rc team_assignment_get(Ctx *cx, int64_t team_id, TeamAssignment *ret)
{
    TeamAssignmentGetRow row = { 0 };
    bool found;

    *ret = (TeamAssignment){ ASSIGN_MANUAL, ASSIGN_LIMIT, 0 };
    TRY(q_team_assignment_get(cx, team_id, &row, &found));
    if (!found)
        return RC_OK;
    ret->limit_percent = row.limit_percent;
    ret->version = row.version;
    return assign_way_from_word(row.way, &ret->way) ? RC_OK : RC_INTERNAL;
}

Rc team_assignment_set(Ctx *cx, GrantedLoad g, TeamAssignment in)
{
    int64_t team = granted_load_team(g);
    TeamAssignment was;
    EventChange changes[2];
    size_t n = 0;
    int64_t changed = 0;

    TRY(team_assignment_get(cx, team, &was));
    TRY(version_check(cx, OPT_INT(in.version), was.version));
    if (in.limit_percent < 1 || in.limit_percent > 500)
        return fail_field(cx, RC_INVALID, "limit", "out_of_range",
                          TEXT("Choose 1 to 500 percent."));
    if (was.way != in.way)
        changes[n++] =
            (EventChange){ STR("way"), assign_way_word(was.way), assign_way_word(in.way), false };
    if (was.limit_percent != in.limit_percent)
        changes[n++] =
            (EventChange){ STR("limit"), str_fmt(cx->arena, "%lld", (long long)was.limit_percent),
                           str_fmt(cx->arena, "%lld", (long long)in.limit_percent), false };
    if (n == 0)
        return RC_OK;
    TRY(q_team_assignment_put(cx, g, team, assign_way_word(in.way), in.limit_percent, was.version,
                              &changed));
    if (changed != 1)
        return version_check(cx, OPT_INT(was.version), was.version + 1);
    if (in.way != ASSIGN_MANUAL)
        TRY(q_assign_due_team(cx, g, team, cx->now_ms, NULL));
    Event ev = { .kind = "team.assignment",
                 .object = "team",
                 .object_id = team,
                 .changes = changes,
                 .changes_n = n };
    return event_add(cx, &ev, NULL);
}

/* ---- facts ---- */

typedef struct Loads {
    LoadOfRow *at;
    size_t n, cap;
} Loads;

/* A number tells, too: confidential work counts only where everybody who is told works for the team that
 * has it (`inside`). */
static Rc loads_of(Ctx *cx, GrantedLoad g, const TeamMembers *members, bool inside, Loads *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    LoadOfRow row;
    IdList ids = { 0 };
    Str json;

    *ret = (Loads){ 0 };
    for (size_t i = 0; i < members->n; i++)
        TRY(LIST_PUSH(cx->arena, &ids, members->at[i].person.id));
    TRY(ids_json(cx->arena, &ids, &json));
    TRY(q_load_of(cx, g, json, ASSIGN_TASK_MIN, inside ? granted_load_team(g) : 0, &rows));
    while (q_load_of_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

static const LoadOfRow *load_in(const Loads *loads, int64_t person)
{
    static const LoadOfRow none = { 0 };
    for (size_t i = 0; i < loads->n; i++)
        if (loads->at[i].person_id == person)
            return &loads->at[i];
    return &none;
}

static Rc share_of(Ctx *cx, int64_t person, int64_t *ret)
{
    WorkHours h;

    TRY(work_hours_get(cx, person, &h));
    *ret = h.weekly_min.set ? h.weekly_min.value * 1000 / FULL_TIME_MIN : 1000;
    return RC_OK;
}

static bool listed(const StrList *list, Str key)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->at[i], key))
            return true;
    return false;
}

static Rc lacking(Ctx *cx, int64_t person, const StrList *needed, StrList *ret)
{
    StrList have;

    *ret = (StrList){ 0 };
    if (needed->n == 0)
        return RC_OK;
    TRY(skills_get(cx, person, &have));
    for (size_t i = 0; i < needed->n; i++)
        if (!listed(&have, needed->at[i]))
            TRY(LIST_PUSH(cx->arena, ret, needed->at[i]));
    return RC_OK;
}

static Rc candidate(Ctx *cx, const Aggregate *r, const Team *team, const AssignFacts *f,
                    int64_t person, AssignCandidate *ret)
{
    AssignCandidate c = { .person = person,
                          .party = person == r->state.requester || person == r->state.beneficiary
                                   || person == r->state.submitter };

    TRY(person_away_until(cx, person, f->at, &c.away_ms));
    TRY(person_works_from(cx, person, team->calendar, f->at, &c.works_ms));
    TRY(person_work_minutes(cx, person, team->calendar, f->at, f->at + WEEKS, &c.hours_min));
    TRY(share_of(cx, person, &c.share));
    TRY(lacking(cx, person, &f->skills, &c.lacks));
    *ret = c;
    return RC_OK;
}

static Rc add_turns(Ctx *cx, int64_t team, AssignFacts *f)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    TurnsOfRow row;

    TRY(q_turns_of(cx, team, &rows));
    while (q_turns_of_next(&rows, &row))
        for (size_t i = 0; i < f->candidates.n; i++)
            if (f->candidates.at[i].person == row.person_id)
                f->candidates.at[i].last_ms = row.last_ms;
    return rows_result(&rows);
}

/* What a task takes; ENGINE_NO_INDEX: the request, which takes what its team's open tasks take. */
static Rc add_needs(Ctx *cx, const Aggregate *r, size_t task, AssignFacts *f)
{
    for (size_t i = 0; i < r->state.tasks.n; i++) {
        const EngineTask *t = &r->state.tasks.at[i];
        const PlanTask *plan = t->origin == ORIGIN_MODEL ? model_task(r->model, t->key) : NULL;
        bool open = t->state == TASK_WAITING || t->state == TASK_READY || t->state == TASK_STARTED;
        bool counts = task != ENGINE_NO_INDEX ? i == task
                                              : open && t->team == r->state.team && t->assignee == 0
                                                    && t->action != ACTION_DUE;
        if (!counts)
            continue;
        int64_t effort = i < r->tasks.n ? r->tasks.at[i].effort_min : 0;
        f->effort_min += effort > 0 ? effort : ASSIGN_TASK_MIN;
        for (size_t k = 0; plan != NULL && k < plan->skills.n; k++)
            if (!listed(&f->skills, plan->skills.at[k]))
                TRY(LIST_PUSH(cx->arena, &f->skills, plan->skills.at[k]));
    }
    if (f->effort_min == 0)
        f->effort_min = ASSIGN_TASK_MIN;
    return RC_OK;
}

static Rc gather(Ctx *cx, GrantedLoad g, const Aggregate *r, size_t task, AssignFacts *ret)
{
    int64_t team_id = granted_load_team(g);
    TeamAssignment how;
    TeamMembers members;
    Loads loads;
    Team team;

    TRY(team_get(cx, team_id, &team));
    TRY(team_assignment_get(cx, team_id, &how));
    AssignFacts f = { .way = how.way, .at = cx->now_ms, .limit_percent = how.limit_percent };
    if (task != ENGINE_NO_INDEX)
        f.has_request = r->state.assignee;
    TRY(add_needs(cx, r, task, &f));
    TRY(team_members(cx, team_id, &members));
    TRY(loads_of(cx, g, &members, granted_confidential(r->g), &loads));
    for (size_t i = 0; i < members.n; i++) {
        AssignCandidate c;
        TRY(candidate(cx, r, &team, &f, members.at[i].person.id, &c));
        c.load_min = load_in(&loads, c.person)->minutes;
        TRY(LIST_PUSH(cx->arena, &f.candidates, c));
    }
    TRY(add_turns(cx, team_id, &f));
    *ret = f;
    return RC_OK;
}

/* ---- keeping a choice ---- */

static Rc record_text(Ctx *cx, const AssignFacts *f, const AssignChoice *c, Str *ret)
{
    CLEANUP(buf_done) Buf buf = { 0 };
    JsonOut o;

    buf_init(&buf, RECORD_CAP);
    json_out_init(&o, &buf);
    assign_record_json(&o, f, c);
    TRY(buf_result(&buf));
    *ret = str_dup(cx->arena, buf_str(&buf));
    return RC_OK;
}

static Rc read_record(Ctx *cx, Str text, AssignFacts *ret_f, AssignChoice *ret_c)
{
    const Json *record = NULL;

    TRY(json_parse(cx->arena, text, &record, NULL));
    return assign_record_parse(cx->arena, record, ret_f, ret_c);
}

/* Nobody fits, as before, and for the same reasons: that is known already. */
static Rc is_known(Ctx *cx, const Aggregate *r, OptInt task, const AssignFacts *f,
                   const AssignChoice *c, bool *ret)
{
    ChoiceLastRow row;
    AssignFacts was;
    AssignChoice before;
    bool found;

    *ret = false;
    if (c->person != 0)
        return RC_OK;
    TRY(q_choice_last(cx, r->g, task, &row, &found));
    if (!found)
        return RC_OK;
    TRY(read_record(cx, row.record, &was, &before));
    *ret = before.person == 0 && before.why.n == c->why.n;
    for (size_t i = 0; *ret && i < c->why.n; i++)
        *ret = before.why.at[i] == c->why.at[i]
               && was.candidates.at[i].person == f->candidates.at[i].person;
    return RC_OK;
}

static Rc keep(Ctx *cx, GrantedLoad g, const Aggregate *r, OptInt task, const AssignFacts *f,
               const AssignChoice *c)
{
    int64_t team = granted_load_team(g);
    bool known;
    Str record;

    TRY(is_known(cx, r, task, f, c, &known));
    if (known)
        return RC_OK;
    TRY(record_text(cx, f, c, &record));
    TRY(q_choice_insert(cx, r->g, task, team, f->at, id_opt(c->person), record, NULL));
    return c->person != 0 ? q_turn_put(cx, g, team, c->person, f->at, NULL) : RC_OK;
}

/* ---- giving ---- */

static Rc gives_itself(Ctx *cx, int64_t team, bool *ret)
{
    TeamAssignment how;

    TRY(team_assignment_get(cx, team, &how));
    *ret = how.way != ASSIGN_MANUAL;
    return RC_OK;
}

/* While others decide, nobody of the team has anything to do. */
static bool request_waits(const RequestState *s)
{
    return s->assignee == 0 && (s->phase == PHASE_ASSESSING || s->phase == PHASE_FULFILLING);
}

static bool task_waits(const EngineTask *t)
{
    return t->state == TASK_READY && t->assignee == 0 && t->owner == TASK_BY_TEAM && t->team != 0
           && t->action != ACTION_DUE;
}

/* Chooses for the request (ENGINE_NO_INDEX) or one task, and takes the step. */
static Rc give(Ctx *cx, Aggregate *r, size_t task, int64_t team, bool *ret_given)
{
    EngineInput in = { .kind = task == ENGINE_NO_INDEX ? INPUT_ASSIGN : INPUT_TASK_ASSIGN,
                       .as = AS_SYSTEM | AS_TEAM | AS_TASK,
                       .until_ms = MS_NONE };
    StepWords words = { 0 };
    OptInt row = OPT_NONE;
    AssignFacts f;
    AssignChoice c;
    GrantedLoad g;
    bool itself;

    *ret_given = true;
    TRY(gives_itself(cx, team, &itself));
    if (!itself)
        return RC_OK;
    TRY(access_internal_load(cx, team, &g));
    TRY(gather(cx, g, r, task, &f));
    TRY(assign_choose(&f, cx->arena, &c));
    if (task != ENGINE_NO_INDEX) {
        row = OPT_INT(r->state.tasks.at[task].row);
        in.task = r->state.tasks.at[task].key;
    }
    TRY(keep(cx, g, r, row, &f, &c));
    *ret_given = c.person != 0;
    in.to = c.person;
    return c.person != 0 ? aggregate_step(cx, r, &in, &words) : RC_OK;
}

typedef struct Due {
    Ctx *cx;
    int64_t id;
} Due;

/* In a savepoint of its own. */
static Rc give_one(DbConn *c, void *arg)
{
    const Due *due = arg;
    Ctx *cx = due->cx;
    GrantedRequest g;
    Aggregate r;
    bool given, all = true;

    UNUSED(c);
    TRY(access_internal_request(cx, INTERNAL_ASSIGN, due->id, &g));
    TRY(aggregate_load(cx, g, true, &r));
    if (request_waits(&r.state)) {
        TRY(give(cx, &r, ENGINE_NO_INDEX, r.state.team, &given));
        all = given;
    }
    for (size_t i = 0; i < r.state.tasks.n; i++) {
        if (!task_waits(&r.state.tasks.at[i]))
            continue;
        TRY(give(cx, &r, i, r.state.tasks.at[i].team, &given));
        all = all && given;
    }
    return all ? q_assign_due_drop(cx, g, NULL)
               : q_assign_due_put(cx, g, cx->now_ms + LOOK_AGAIN, NULL);
}

static Rc leave_it(Ctx *cx, int64_t id, Rc why)
{
    GrantedRequest g;

    log_warn("assign", "request %lld could not be given to anybody: %s", (long long)id,
             rc_name(why));
    TRY(access_internal_request(cx, INTERNAL_ASSIGN, id, &g));
    return q_assign_due_put(cx, g, cx->now_ms + LOOK_AGAIN, NULL);
}

static Rc read_due(Ctx *cx, int64_t max, IdList *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    AssignDuesRow row;
    GrantedTimers g;

    TRY(access_internal_timers(cx, INTERNAL_ASSIGN, &g));
    TRY(q_assign_dues(cx, g, cx->now_ms, max, &rows));
    while (q_assign_dues_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row.request_id));
    return rows_result(&rows);
}

Rc request_assignments(Ctx *cx, int64_t max, bool *ret_more)
{
    IdList ids = { 0 };

    TRY(read_due(cx, max + 1, &ids));
    *ret_more = ids.n > (size_t)max;
    for (size_t i = 0; i < ids.n && i < (size_t)max; i++) {
        Due due = { cx, ids.at[i] };
        Rc rc = db_savepoint(cx->db, give_one, &due);
        cx->type = STR("");
        cx->detail = (Text){ 0 };
        if (rc == RC_BUSY)
            return rc;
        if (rc != RC_OK)
            TRY(leave_it(cx, ids.at[i], rc));
    }
    return RC_OK;
}

/* Something waits for a person in a team that shares out by itself. */
static Rc waits_for_somebody(Ctx *cx, const Aggregate *r, bool *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    AssigningTeamsRow row;
    bool any = request_waits(&r->state);

    *ret = false;
    for (size_t i = 0; i < r->state.tasks.n; i++)
        any = any || task_waits(&r->state.tasks.at[i]);
    if (!any)
        return RC_OK;
    TRY(q_assigning_teams(cx, &rows));
    while (q_assigning_teams_next(&rows, &row)) {
        *ret = *ret || (request_waits(&r->state) && r->state.team == row.team_id);
        for (size_t i = 0; i < r->state.tasks.n; i++)
            *ret =
                *ret
                || (task_waits(&r->state.tasks.at[i]) && r->state.tasks.at[i].team == row.team_id);
    }
    return rows_result(&rows);
}

Rc assignment_settle(Ctx *cx, const Aggregate *r)
{
    bool waits;

    TRY(waits_for_somebody(cx, r, &waits));
    return waits ? q_assign_due_put(cx, r->g, cx->now_ms, NULL) : RC_OK;
}

/* ---- showing ---- */

static Arg hours_arg(Ctx *cx, int64_t minutes)
{
    return arg_str(minutes % 60 == 0 ? str_fmt(cx->arena, "%lld", (long long)(minutes / 60))
                                     : str_fmt(cx->arena, "%.1f", (double)minutes / 60));
}

static Text chosen_text(Ctx *cx, const AssignFacts *f, const AssignCandidate *c)
{
    switch (f->way) {
    case ASSIGN_ROUND_ROBIN: return TEXT("It is their turn.");
    case ASSIGN_LEAST_LOADED:
        return (Text){ .msgid = T("Has the least planned: {0} h."),
                       .args = { hours_arg(cx, c->load_min) },
                       .n = 1 };
    case ASSIGN_MANUAL:
    case ASSIGN_FAIR:
    case ASSIGN_WAYS: break;
    }
    return (Text){ .msgid = T("Has the least for the time they work: {0} h planned."),
                   .args = { hours_arg(cx, c->load_min) },
                   .n = 1 };
}

static Rc skill_names(Ctx *cx, const StrList *keys, Str *ret)
{
    const ManagedList *list = NULL;

    *ret = STR("");
    Rc rc = catalog_list(cx, STR("skills"), &list);
    if (rc != RC_NOT_FOUND)
        TRY(rc);
    for (size_t i = 0; i < keys->n; i++) {
        const ListEntry *e = list != NULL ? catalog_list_entry(list, keys->at[i]) : NULL;
        Str name = e != NULL ? lang_text(&e->name, cx->lang, NULL) : keys->at[i];
        *ret = str_fmt(cx->arena, "%.*s%s%.*s", STR_ARG(*ret), i > 0 ? ", " : "", STR_ARG(name));
    }
    return RC_OK;
}

static Rc why_text(Ctx *cx, const AssignFacts *f, const AssignCandidate *c, AssignWhy why,
                   Text *ret)
{
    Str names;
    Text t = TEXT("Somebody else has the request already.");

    switch (why) {
    case ASSIGN_CHOSEN: t = chosen_text(cx, f, c); break;
    case ASSIGN_HAS_IT: t = TEXT("Has the request already."); break;
    case ASSIGN_PARTY: t = TEXT("It is their own request."); break;
    case ASSIGN_AWAY: t = person_away_text(cx->zone, c->away_ms); break;
    case ASSIGN_NO_HOURS: t = TEXT("No working time is in sight."); break;
    case ASSIGN_SKILL:
        TRY(skill_names(cx, &c->lacks, &names));
        t = TEXT("Lacks what it takes: {0}.", names);
        break;
    case ASSIGN_FULL:
        t = (Text){ .msgid = T("Full: {0} h planned, {1} h of work in two weeks."),
                    .args = { hours_arg(cx, c->load_min), hours_arg(cx, c->hours_min) },
                    .n = 2 };
        break;
    case ASSIGN_LATER: t = TEXT("At work again {0}.", when_moment(c->works_ms)); break;
    case ASSIGN_TURN: t = TEXT("Got work more recently."); break;
    case ASSIGN_LOAD:
        t = (Text){ .msgid = T("Has more planned: {0} h."),
                    .args = { hours_arg(cx, c->load_min) },
                    .n = 1 };
        break;
    case ASSIGN_SHARE:
        t = (Text){ .msgid = T("Has more for the time they work: {0} h planned."),
                    .args = { hours_arg(cx, c->load_min) },
                    .n = 1 };
        break;
    case ASSIGN_OTHER:
    case ASSIGN_WHYS: break;
    }
    *ret = t;
    return RC_OK;
}

static bool is_chosen(AssignWhy why)
{
    return why == ASSIGN_CHOSEN || why == ASSIGN_HAS_IT;
}

static Rc shown(Ctx *cx, const AssignFacts *f, const AssignChoice *c, AssignShown *ret)
{
    ret->at_ms = f->at;
    ret->way = f->way;
    TRY(person_ref(cx, c->person, &ret->chosen));
    for (int first = 1; first >= 0; first--)
        for (size_t i = 0; i < f->candidates.n; i++) {
            AssignLine line = { .chosen = is_chosen(c->why.at[i]) };
            if (line.chosen != (first == 1))
                continue;
            TRY(person_ref(cx, f->candidates.at[i].person, &line.person));
            TRY(why_text(cx, f, &f->candidates.at[i], c->why.at[i], &line.why));
            TRY(LIST_PUSH(cx->arena, &ret->lines, line));
        }
    return RC_OK;
}

static Rc task_title(Ctx *cx, const Aggregate *r, int64_t task, Str *ret)
{
    *ret = STR("");
    for (size_t i = 0; i < r->tasks.n; i++)
        if (r->tasks.at[i].id == task)
            *ret = loc_text(cx, r->tasks.at[i].title);
    return RC_OK;
}

LIST_OF(ChoiceRowsRow, ChoiceRows);

static Rc choice_rows(Ctx *cx, GrantedRequest g, ChoiceRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ChoiceRowsRow row;

    *ret = (ChoiceRows){ 0 };
    TRY(q_choice_rows(cx, g, &rows));
    while (q_choice_rows_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

Rc assignment_choices(Ctx *cx, GrantedRequest g, AssignShowns *ret)
{
    ChoiceRows rows;
    AssignShowns list = { 0 };
    Aggregate r;

    TRY(access_more(cx, g, MAY_NOTES));
    TRY(aggregate_load(cx, g, false, &r));
    TRY(choice_rows(cx, g, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        AssignShown s = { .id = rows.at[i].id,
                          .task_id = rows.at[i].task_id.value,
                          .record = rows.at[i].record };
        AssignFacts f;
        AssignChoice c;
        TRY(read_record(cx, s.record, &f, &c));
        TRY(shown(cx, &f, &c, &s));
        TRY(task_title(cx, &r, s.task_id, &s.task));
        TRY(LIST_PUSH(cx->arena, &list, s));
    }
    *ret = list;
    return RC_OK;
}

Rc assignment_suggest(Ctx *cx, GrantedRequest g, AssignShown *ret)
{
    GrantedLoad load;
    Aggregate r;
    AssignFacts f;
    AssignChoice c;
    AssignShown s = { 0 };

    /* asked again by access_load: who works in the team of a request reads its notes */
    TRY(access_more(cx, g, MAY_NOTES));
    TRY(aggregate_load(cx, g, false, &r));
    TRY(access_load(cx, r.state.team, false, &load));
    TRY(gather(cx, load, &r, ENGINE_NO_INDEX, &f));
    TRY(assign_choose(&f, cx->arena, &c));
    TRY(shown(cx, &f, &c, &s));
    TRY(record_text(cx, &f, &c, &s.record));
    *ret = s;
    return RC_OK;
}

/* ---- the page of a team ---- */

/* Monday, 00:00, of the next week where the reader is. */
static Ms next_monday(const Ctx *cx)
{
    const Zone *zone = cx->zone != NULL ? cx->zone : zone_utc();
    CivilTime t = zone_civil(zone, cx->now_ms);

    t.day += 7 - t.weekday;
    t.hour = t.minute = t.second = t.ms = 0;
    return zone_instant(zone, &t);
}

static Rc member_load(Ctx *cx, const Team *team, Ms monday, int64_t limit, MemberLoad *m)
{
    int64_t weeks;

    TRY(person_away_until(cx, m->person.id, cx->now_ms, &m->away_ms));
    TRY(share_of(cx, m->person.id, &m->share));
    TRY(person_work_minutes(cx, m->person.id, team->calendar, cx->now_ms, monday,
                            &m->this_week_min));
    TRY(person_work_minutes(cx, m->person.id, team->calendar, monday, monday + 7 * MS_DAY,
                            &m->next_week_min));
    TRY(person_work_minutes(cx, m->person.id, team->calendar, cx->now_ms, cx->now_ms + WEEKS,
                            &weeks));
    m->over = m->load_min * 100 > weeks * limit;
    TRY(skills_get(cx, m->person.id, &m->skills));
    return delegates_of(cx, &m->person.id, 1, DELEGATION_TASKS, cx->now_ms, &m->delegate);
}

Rc team_loads(Ctx *cx, GrantedLoad g, MemberLoads *ret)
{
    TeamAssignment how;
    TeamMembers members;
    MemberLoads list = { 0 };
    bool inside = false;
    Loads loads;
    Team team;

    TRY(team_get(cx, granted_load_team(g), &team));
    TRY(team_assignment_get(cx, team.id, &how));
    TRY(team_members(cx, team.id, &members));
    members_by_name(cx->lang, &members);
    for (size_t i = 0; i < members.n; i++)
        inside = inside || members.at[i].person.id == cx->subject->person_id;
    TRY(loads_of(cx, g, &members, inside, &loads));
    for (size_t i = 0; i < members.n; i++) {
        MemberLoad m = { .person = members.at[i].person, .lead = members.at[i].lead };
        const LoadOfRow *load = load_in(&loads, m.person.id);
        m.load_min = load->minutes;
        m.pieces = load->pieces;
        TRY(member_load(cx, &team, next_monday(cx), how.limit_percent, &m));
        size_t k = list.n;
        TRY(LIST_PUSH(cx->arena, &list, m));
        for (; k > 0 && list.at[k - 1].load_min < m.load_min; k--)
            list.at[k] = list.at[k - 1];
        list.at[k] = m;
    }
    *ret = list;
    return RC_OK;
}
