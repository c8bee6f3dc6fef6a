/* request_facts.c - what a step needs of the world: verdicts of conditions, persons, teams, times. */
#include "domain/request/aggregate.h"

/* Reminders of a question to the requester: every second working day, three times. */
enum { REMIND_TEAM_DAYS = 5, REMIND_TEAM_MAX = 3 };

/* ---- facts for conditions ---- */

static AnswerPerson person_facts(const Person *p)
{
    return (AnswerPerson){
        .login = p->login,
        .name = p->name,
        .email = p->email,
        .kind = p->kind,
        .org = p->org,
        .site = p->site,
        .language = str_z(lang_key(p->lang)),
        .manager = p->manager,
    };
}

static Rc facts_about(Ctx *cx, int64_t person_id, RequestFacts *ret)
{
    Person p;

    TRY(person_get(cx, person_id, &p));
    *ret = (RequestFacts){ .person = person_facts(&p), .zone = zone_get(p.zone) };
    return RC_OK;
}

Rc facts_of_request(Ctx *cx, const Aggregate *r, RequestFacts *ret)
{
    RequestFacts f;
    PersonRef requester;
    TeamRef team;

    TRY(facts_about(cx, r->row.beneficiary_id, &f));
    TRY(person_ref(cx, r->row.requester_id, &requester));
    TRY(team_ref(cx, r->state.team, &team));
    f.requester = requester.login;
    f.channel = r->row.channel;
    f.impact = r->row.impact;
    f.urgency = r->row.urgency;
    f.level = level_word(r->row.level);
    f.team = team.key;
    f.record = r->row.record;
    f.risk = r->row.risk;
    *ret = f;
    return RC_OK;
}

/* ---- counting for entitlements ---- */

/* The callback of conditions cannot fail; how it went is kept here. */
typedef struct Counter {
    Ctx *cx;
    GrantedSubmit g;
    int64_t self, beneficiary, requester;
    const Zone *zone;
    Ms now;
    Rc rc;
} Counter;

/* ",a,b,": as the queries compare it; "" for none. */
static Str keys_text(Arena *a, const Str *keys, size_t n)
{
    Str list = STR("");
    for (size_t i = 0; i < n; i++)
        list = str_fmt(a, "%.*s%.*s,", STR_ARG(i == 0 ? STR(",") : list), STR_ARG(keys[i]));
    return list;
}

/* Words whose bit is set; ",," among them stands for the empty one. */
static Str bits_text(Arena *a, const char *const *words, size_t n, uint32_t bits)
{
    Str list = STR("");
    for (size_t i = 0; i < n; i++)
        if (bits & (1u << i))
            list = str_fmt(a, "%.*s%s,", STR_ARG(list.len == 0 ? STR(",") : list), words[i]);
    return list;
}

/* 0: anybody; -1: nobody at all, an unknown login. */
static Rc counted_person(const Counter *c, const CountPerson *who, int64_t *ret)
{
    int64_t id = 0;
    switch (who->who) {
    case COUNT_ANYBODY: break;
    case COUNT_REQUESTER: id = c->requester; break;
    case COUNT_BENEFICIARY: id = c->beneficiary; break;
    case COUNT_LOGIN: {
        Rc rc = person_id(c->cx, who->login, &id);
        if (rc == RC_NOT_FOUND)
            id = -1;
        else if (rc != RC_OK)
            return rc;
        break;
    }
    }
    *ret = id;
    return RC_OK;
}

static Rc count_requests(const Counter *c, const CountQuery *q, int64_t *ret)
{
    Ctx *cx = c->cx;
    Ms from, before;
    int64_t beneficiary, requester;

    Str models = keys_text(cx->arena, q->models, q->models_n);
    Str states = bits_text(cx->arena, COUNT_STATES, COUNT_OF(COUNT_STATES), q->states);
    Str outcomes = bits_text(cx->arena, COUNT_OUTCOMES, COUNT_OF(COUNT_OUTCOMES), q->outcomes);
    count_bounds(q, c->now, c->zone, &from, &before);
    TRY(counted_person(c, &q->beneficiary, &beneficiary));
    TRY(counted_person(c, &q->requester, &requester));
    if (beneficiary == c->beneficiary) {
        CountForBeneficiaryRow row;
        TRY(q_count_for_beneficiary(cx, c->g, requester, c->self, from, before, models, states,
                                    outcomes, &row));
        *ret = row.n;
    } else if (requester != 0) {
        CountForRequesterRow row;
        TRY(q_count_for_requester(cx, c->g, requester, beneficiary, c->self, from, before, models,
                                  states, outcomes, &row));
        *ret = row.n;
    } else {
        CountForAnyRow row;
        TRY(q_count_for_any(cx, c->g, beneficiary, c->self, from, before, models, states, outcomes,
                            &row));
        *ret = row.n;
    }
    return RC_OK;
}

static bool count_for_condition(void *arg, const CountQuery *q, int64_t *ret)
{
    Counter *c = arg;
    if (c->rc == RC_OK)
        c->rc = count_requests(c, q, ret);
    return c->rc == RC_OK;
}

static Counter *counter_make(Ctx *cx, GrantedSubmit g, int64_t self, int64_t beneficiary,
                             int64_t requester, const Zone *zone, Ms now)
{
    Counter *c = ARENA_NEW(cx->arena, Counter);
    *c = (Counter){ cx, g, self, beneficiary, requester, zone, now, RC_OK };
    return c;
}

Rc request_facts_person(Ctx *cx, int64_t person_id, const GrantedSubmit *g, RequestFacts *ret)
{
    RequestFacts f;

    TRY(facts_about(cx, person_id, &f));
    f.requester = cx->subject->login;
    f.channel = STR("portal");
    f.impact = str_z(IMPACT_WORDS[0]);
    f.urgency = str_z(URGENCY_WORDS[1]);
    f.level = level_word(2);
    f.record = str_z(record_word(RECORD_REQUEST));
    if (g != NULL) {
        f.count = count_for_condition;
        f.count_arg =
            counter_make(cx, *g, 0, person_id, cx->subject->person_id, f.zone, cx->now_ms);
    }
    *ret = f;
    return RC_OK;
}

Rc facts_entry(Ctx *cx, const Aggregate *r, GrantedSubmit g, Ms now, Text *ret_refused)
{
    RequestFacts f;
    const Entitlement *missing = NULL;

    TRY(facts_of_request(cx, r, &f));
    Counter *c =
        counter_make(cx, g, r->row.id, r->row.beneficiary_id, r->row.requester_id, f.zone, now);
    f.count = count_for_condition;
    f.count_arg = c;
    *ret_refused = (Text){ 0 };
    if (!model_audience_holds(r->model, &f, now)) {
        *ret_refused = TEXT("This item is not offered to the person you ask for.");
        return RC_OK;
    }
    missing = model_entitled(r->model, &r->form, &f, now);
    TRY(c->rc);
    if (missing != NULL)
        *ret_refused = TEXT("{0}", missing->message);
    return RC_OK;
}

/* ---- persons ---- */

static Rc ids_add(Arena *a, IdList *list, int64_t id)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i] == id)
            return RC_OK;
    return id == 0 ? RC_OK : LIST_PUSH(a, list, id);
}

static Rc add_login(Ctx *cx, Str login, IdList *ret)
{
    int64_t id = 0;
    Rc rc = person_id(cx, login, &id);
    if (rc == RC_NOT_FOUND)
        return RC_OK; /* not active any more: nobody */
    TRY(rc);
    return ids_add(cx->arena, ret, id);
}

static Rc add_members(Ctx *cx, int64_t team, IdList *ret)
{
    TeamMembers members = { 0 };

    TRY(team_members(cx, team, &members));
    for (size_t i = 0; i < members.n; i++)
        TRY(ids_add(cx->arena, ret, members.at[i].person.id));
    return RC_OK;
}

static Rc add_leads(Ctx *cx, int64_t team, IdList *ret)
{
    PersonRefs leads = { 0 };

    TRY(team_leads(cx, team, &leads));
    for (size_t i = 0; i < leads.n; i++)
        TRY(ids_add(cx->arena, ret, leads.at[i].id));
    return RC_OK;
}

/* The id of an active team; 0 when there is none of that key. */
static Rc team_of(Ctx *cx, Str key, int64_t *ret)
{
    *ret = 0;
    Rc rc = team_id(cx, key, ret);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Keys of one answer: one of a choice, several, none of anything else. */
static void answer_keys(const Answer *answer, const Str **ret, size_t *ret_n)
{
    *ret_n = 0;
    if (answer == NULL)
        return;
    if (answer->value.type == COND_KEYS) {
        *ret = answer->value.keys;
        *ret_n = answer->value.keys_n;
    } else if (answer->value.type == COND_KEY) {
        *ret = &answer->value.text;
        *ret_n = 1;
    }
}

static Rc add_team(Ctx *cx, Str key, IdList *ret)
{
    int64_t team = 0;

    TRY(team_of(cx, key, &team));
    return team != 0 ? add_members(cx, team, ret) : RC_OK;
}

static Rc add_owners(Ctx *cx, const Answer *answer, IdList *ret)
{
    const ManagedList *list = NULL;
    const Str *keys = NULL;
    size_t n = 0;

    answer_keys(answer, &keys, &n);
    if (n == 0 || !question_is_entry(answer->question))
        return RC_OK;
    Rc rc = catalog_list(cx, answer->question->list, &list);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    for (size_t i = 0; i < n; i++) {
        const ListEntry *e = catalog_list_entry(list, keys[i]);
        for (size_t k = 0; e != NULL && k < e->owners.n; k++)
            TRY(add_login(cx, e->owners.at[k], ret));
        if (e != NULL && e->team.len > 0)
            TRY(add_team(cx, e->team, ret));
    }
    return RC_OK;
}

static Rc add_answered(Ctx *cx, const Answer *answer, IdList *ret)
{
    const Str *keys = NULL;
    size_t n = 0;

    if (answer == NULL)
        return RC_OK;
    if (answer->value.type == COND_PERSON)
        return add_login(cx, answer->value.text, ret);
    answer_keys(answer, &keys, &n);
    for (size_t i = 0; i < n && answer->question->type == QUESTION_TEAM; i++)
        TRY(add_team(cx, keys[i], ret));
    return RC_OK;
}

static Rc party_of(Ctx *cx, const Aggregate *r, const Who *w, int64_t *ret)
{
    const Answer *answer;
    IdList found = { 0 };

    *ret = 0;
    switch (w->party) {
    case PARTY_REQUESTER: *ret = r->row.requester_id; break;
    case PARTY_BENEFICIARY: *ret = r->row.beneficiary_id; break;
    case PARTY_ANSWER:
        answer = answer_get(&r->form, w->name);
        if (answer != NULL && answer->value.type == COND_PERSON)
            TRY(add_login(cx, answer->value.text, &found));
        *ret = found.n > 0 ? found.at[0] : 0;
        break;
    }
    return RC_OK;
}

/* The manager at the depth asked for; `above` gets those over that one, nearest first. */
static Rc add_manager(Ctx *cx, const Aggregate *r, const Who *w, IdList *ret, IdList *above)
{
    PersonRefs chain = { 0 };
    int64_t person = 0;

    TRY(party_of(cx, r, w, &person));
    if (person != 0)
        TRY(person_managers(cx, person, &chain));
    size_t at = (size_t)w->depth;
    if (at >= 1 && at <= chain.n)
        TRY(ids_add(cx->arena, ret, chain.at[at - 1].id));
    *above = (IdList){ 0 };
    for (size_t i = at; i < chain.n; i++)
        TRY(ids_add(cx->arena, above, chain.at[i].id));
    return RC_OK;
}

static Rc add_who(Ctx *cx, const Aggregate *r, const Who *w, IdList *ret, IdList *above)
{
    int64_t team = 0;

    switch (w->kind) {
    case WHO_MANAGER: return add_manager(cx, r, w, ret, above);
    case WHO_LEAD:
    case WHO_TEAM:
        TRY(team_of(cx, w->name, &team));
        if (team == 0)
            return RC_OK;
        return w->kind == WHO_LEAD ? add_leads(cx, team, ret) : add_members(cx, team, ret);
    case WHO_OWNER: return add_owners(cx, answer_get(&r->form, w->name), ret);
    case WHO_PERSON: return add_login(cx, w->name, ret);
    case WHO_ANSWER: return add_answered(cx, answer_get(&r->form, w->name), ret);
    }
    return RC_OK;
}

Rc facts_who(Ctx *cx, const Aggregate *r, const Who *who, IdList *ret)
{
    IdList list = { 0 }, above = { 0 };

    TRY(add_who(cx, r, who, &list, &above));
    *ret = list;
    return RC_OK;
}

/* Managers of the beneficiary, for stages whose people name no manager. */
static Rc usual_managers(Ctx *cx, const Aggregate *r, IdList *ret)
{
    static const Who first = { .kind = WHO_MANAGER, .depth = 0, .party = PARTY_BENEFICIARY };
    IdList nobody = { 0 };

    return add_manager(cx, r, &first, &nobody, ret);
}

static bool stage_is_over(const Aggregate *r, Str key)
{
    bool known = false;
    for (size_t i = 0; i < r->state.approvals.n; i++) {
        const EngineApproval *a = &r->state.approvals.at[i];
        if (!str_eq(a->stage, key))
            continue;
        known = true;
        if (a->state == APPROVAL_WAITING || a->state == APPROVAL_RETURNED)
            return false;
    }
    return known;
}

/* Persons are looked up only for stages that may open in this step. */
static Rc stage_persons(Ctx *cx, const Aggregate *r, const Stage *stage, FactStage *fact)
{
    bool has_managers = false;

    for (size_t i = 0; i < stage->who.n; i++) {
        const Who *w = &stage->who.at[i];
        TRY(add_who(cx, r, w, &fact->who, &fact->managers));
        has_managers = has_managers || w->kind == WHO_MANAGER;
    }
    return has_managers ? RC_OK : usual_managers(cx, r, &fact->managers);
}

static Rc task_facts(Ctx *cx, const Aggregate *r, const PlanTask *task, FactTask *fact)
{
    if (task->owner == TASK_BY_TEAM) {
        TRY(team_of(cx, task->team, &fact->team));
        /* A team that was switched off after publication: its work falls to the request's team. */
        if (fact->team == 0)
            fact->team = r->state.team;
    }
    if (task->signed_off)
        TRY(facts_who(cx, r, &task->sign_off, &fact->signers));
    return RC_OK;
}

/* ---- a step ---- */

/* The plan while the requester owes an answer is the model's (follow_up); a team that waits for something
 * else is reminded at a usual distance. */
static void reminders(const Aggregate *r, const EngineInput *in, const CalendarLine *line,
                      const Zone *zone, Ms now, EngineFacts *f)
{
    const TimeSpan team_days = { .n = REMIND_TEAM_DAYS, .unit = SPAN_WORK_DAYS };
    const EnginePending *p = &r->state.pending;
    bool goes_on = in->kind == INPUT_TIMER && p->open;
    bool asked = in->kind == INPUT_ASK || (goes_on && p->kind == PENDING_REQUESTER);
    size_t sent = goes_on ? (size_t)p->reminded + 1 : 0; /* this step's among them */

    f->remind_ms = f->silence_ms = MS_NONE;
    if (asked) {
        f->remind_ms = clock_after(line, zone, now, follow_up_remind(&r->model->follow_up, sent));
        if (f->remind_ms == MS_NONE)
            f->silence_ms = clock_after(line, zone, now, r->model->follow_up.close);
    } else if (in->kind == INPUT_PEND ? in->until_ms == MS_NONE
                                      : goes_on && sent < REMIND_TEAM_MAX) {
        f->remind_ms = clock_after(line, zone, now, team_days);
    }
}

static Rc judge(Ctx *cx, const Aggregate *r, Ms now, RequestFacts *facts, EngineFacts *ret)
{
    ModelRecord record = {
        .model = r->model,
        .answers = &r->form,
        .assess = &r->assess,
        .facts = facts,
        .cost = r->cost,
    };
    CondRecord names = model_record(&record);

    return engine_judge(r->model, &names, now, cx->arena, ret);
}

/* Entitlement and audience, which only a submission asks. */
static Rc judge_entry(Ctx *cx, const Aggregate *r, Ms now, RequestFacts *facts, EngineFacts *ret)
{
    GrantedSubmit g;
    ModelRecord record = {
        .model = r->model, .answers = &r->form, .facts = facts, .cost = r->cost
    };

    TRY(access_submit(cx, r->row.beneficiary_id, &g));
    Counter *c = counter_make(cx, g, r->row.id, r->row.beneficiary_id, r->row.requester_id,
                              facts->zone, now);
    facts->count = count_for_condition;
    facts->count_arg = c;
    CondRecord names = model_record(&record);
    TRY(engine_judge_entry(r->model, &names, now, ret));
    return c->rc;
}

Rc facts_of_stages(Ctx *cx, const Aggregate *r, Ms now, EngineFacts *ret)
{
    RequestFacts facts;
    EngineFacts f = { 0 };

    TRY(facts_of_request(cx, r, &facts));
    TRY(judge(cx, r, now, &facts, &f));
    for (size_t i = 0; i < f.stages.n; i++)
        if (f.stages.at[i].applies)
            TRY(stage_persons(cx, r, &r->model->approvals.at[i], &f.stages.at[i]));
    *ret = f;
    return RC_OK;
}

/* By whose calendar this request's days are counted: that of the target that holds for it, else its
 * team's, else the usual hours. */
static Rc worktime_of(Ctx *cx, const Aggregate *r, RequestFacts *facts, const Zone *zone, Ms now,
                      const CalendarLine **ret)
{
    ModelRecord record = { .model = r->model,
                           .answers = &r->form,
                           .assess = &r->assess,
                           .facts = facts,
                           .cost = r->cost };
    const Target *target = model_target(r->model, &record, now);

    if (target != NULL && target->calendar.len > 0)
        return worktime_of_key(cx, target->calendar, zone, ret);
    return worktime_of_team(cx, r->state.team, zone, ret);
}

Rc facts_of_step(Ctx *cx, const Aggregate *r, const EngineInput *in, Ms now, EngineFacts *ret)
{
    RequestFacts facts;
    EngineFacts f = { 0 };
    bool last_resort = false; /* a stage or a sign-off may fall to the leads of the owner team */

    TRY(facts_of_request(cx, r, &facts));
    TRY(judge(cx, r, now, &facts, &f));
    if (in->kind == INPUT_SUBMIT && !r->goes_on)
        TRY(judge_entry(cx, r, now, &facts, &f));
    for (size_t i = 0; i < f.stages.n; i++) {
        FactStage *fact = &f.stages.at[i];
        bool may_open = fact->applies && (!stage_is_over(r, fact->key) || in->kind == INPUT_EDIT);
        last_resort = last_resort || may_open;
        if (may_open)
            TRY(stage_persons(cx, r, &r->model->approvals.at[i], fact));
    }
    for (size_t i = 0; i < f.tasks.n; i++) {
        const PlanTask *task = &r->model->plan.at[i];
        last_resort = last_resort || task->signed_off;
        TRY(task_facts(cx, r, task, &f.tasks.at[i]));
    }
    if (r->row.owner_id.set && last_resort)
        TRY(add_leads(cx, r->row.owner_id.value, &f.owner_leads));
    if (r->row.owner_id.set && (in->kind == INPUT_ADHOC || r->state.adhoc == ADHOC_ASKED))
        TRY(add_members(cx, r->row.owner_id.value, &f.owners));
    TRY(facts_of_delegations(cx, r, now, &f));
    f.hash = answers_hash(cx->arena, &r->form, &r->cost);
    const Zone *zone = facts.zone != NULL ? facts.zone : zone_utc();
    const CalendarLine *line = NULL;
    TRY(worktime_of(cx, r, &facts, zone, now, &line));
    f.close_at_ms = clock_after(line, zone, now, r->model->close_after);
    reminders(r, in, line, zone, now, &f);
    *ret = f;
    return RC_OK;
}
