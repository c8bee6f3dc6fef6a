/* request_create.c - new requests, drafts, edits, and what asking would bring. */
#include "app/fold.h"
#include "domain/request/aggregate.h"
#include "domain/request/talk.h"

static const char *const channels[] = { "portal", "mail", "phone",     "walk_in",
                                        "chat",   "api",  "monitoring" };

bool is_word(Str s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq_z(s, words[i]))
            return true;
    return false;
}

static bool is_staff(const Subject *s)
{
    return (s->roles & (ROLE_AGENT | ROLE_LEAD)) != 0;
}

/* ---- do they exist? ---- */

static Rc person_exists(void *arg, Str login)
{
    int64_t id;
    return person_id(arg, login, &id);
}

static Rc team_exists(void *arg, Str key)
{
    int64_t id;
    return team_id(arg, key, &id);
}

static Rc entry_exists(void *arg, Str list, Str key)
{
    const ManagedList *l = NULL;

    TRY(catalog_list(arg, list, &l));
    const ListEntry *e = catalog_list_entry(l, key);
    return e != NULL && !e->retired ? RC_OK : RC_NOT_FOUND;
}

static Rc upload_exists(void *arg, Str id)
{
    const Ctx *cx = arg;
    GrantedSelf self;
    Upload u;

    if (cx->subject->person_id == 0) /* the clock has no files */
        return RC_NOT_FOUND;
    TRY(access_self(arg, &self));
    return upload_get(arg, self, id, &u);
}

AnswerLookup request_lookup(Ctx *cx)
{
    return (AnswerLookup){ person_exists, team_exists, entry_exists, upload_exists, cx };
}

/* ---- what came in ---- */

/* Who asks, besides for whom. */
static Rc find_requester(Ctx *cx, const RequestCreate *in, int64_t beneficiary, int64_t *ret)
{
    static const char *const told[] = { "phone", "walk_in", "mail", "chat" };
    int64_t self = cx->subject->person_id, id = 0;

    if (in->requester.len > 0) {
        if (person_id(cx, in->requester, &id) != RC_OK)
            return fail_field(cx, RC_INVALID, "requester", "not_found",
                              TEXT("There is no such person."));
        if (id != self && id != beneficiary && !is_staff(cx->subject))
            return fail(cx, RC_FORBIDDEN, "forbidden",
                        TEXT("Only staff can write down what others ask for."));
    } else {
        bool noted = is_staff(cx->subject) && is_word(in->channel, told, COUNT_OF(told));
        id = noted ? beneficiary : self;
    }
    *ret = id;
    return RC_OK;
}

static Rc check_words(Ctx *cx, const RequestCreate *in, bool asks_urgency)
{
    if (!str_is_null(in->channel) && !is_word(in->channel, channels, COUNT_OF(channels)))
        fail_add(cx, STR("/channel"), "unknown_word",
                 TEXT("This is no channel that Errand knows."));
    if (!str_is_null(in->impact) && !is_word(in->impact, IMPACT_WORDS, COUNT_OF(IMPACT_WORDS)))
        fail_add(cx, STR("/impact"), "unknown_word",
                 TEXT("Choose person, team, site or organisation."));
    if (!str_is_null(in->urgency) && !is_word(in->urgency, URGENCY_WORDS, COUNT_OF(URGENCY_WORDS)))
        fail_add(cx, STR("/urgency"), "unknown_word",
                 TEXT("Choose low, normal, high or critical."));
    if (in->title.len > 0
        && (!str_is_clean_text(in->title, false) || str_chars(in->title) > REQUEST_TITLE_MAX))
        fail_add(cx, STR("/title"), "too_long",
                 TEXT("A title is one line of at most 200 characters."));
    TRY(fail_result(cx));
    if (str_is_null(in->impact) && str_is_null(in->urgency))
        return RC_OK;
    /* What the form asked is an answer like any other. */
    if (str_is_null(in->impact) && asks_urgency)
        return RC_OK;
    if (!is_staff(cx->subject))
        return fail(cx, RC_FORBIDDEN, "forbidden", TEXT("The priority follows from your answers."));
    return words_check(cx, "reason", in->reason, true);
}

void fail_adopt(Ctx *cx, const FieldErrors *errors)
{
    for (size_t i = 0; i < errors->n; i++) {
        const FieldError *e = &errors->at[i];
        fail_add(cx, e->pointer, str_dup_z(cx->arena, e->code), e->text);
    }
}

Rc check_not_before(Ctx *cx, const ModelVersion *m, OptInt at)
{
    if (!at.set)
        return RC_OK;
    if (!m->schedule)
        return fail_field(cx, RC_INVALID, "not_before", "not_offered",
                          TEXT("This item is not planned for a later day."));
    if (at.value <= cx->now_ms)
        return fail_field(cx, RC_INVALID, "not_before", "past",
                          TEXT("Choose a time that is still to come."));
    return RC_OK;
}

/* The parts of a request from what came in; `ret` can be judged but has no row. */
Rc create_read(Ctx *cx, GrantedSubmit g, const RequestCreate *in, AnswersMode mode,
               FieldErrors *errors, DraftParts *ret)
{
    DraftParts p = { .reason = STR("") };
    AnswerLookup lookup = request_lookup(cx);
    int64_t beneficiary = granted_submit_person(g);
    PersonRef requester;
    TeamRef team;

    Rc rc = catalog_model(cx, in->item, &p.model);
    if (rc == RC_NOT_FOUND)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such item in the catalog."));
    TRY(rc);
    TRY(check_words(cx, in, p.model.model->priority.urgency.asked));
    TRY(check_not_before(cx, p.model.model, in->not_before_ms));
    p.not_before_ms = in->not_before_ms;
    TRY(find_requester(cx, in, beneficiary, &p.requester));
    TRY(request_facts_person(cx, beneficiary, &g, &p.facts));
    TRY(person_ref(cx, p.requester, &requester));
    TRY(team_ref(cx, p.model.team_id, &team));
    p.channel = str_is_null(in->channel) ? str_z(channels[0]) : in->channel;
    p.facts.requester = requester.login;
    p.facts.channel = p.channel;
    p.facts.team = team.key;
    p.facts.record = str_z(record_word(p.model.model->record));
    TRY(answers_check(cx->arena, p.model.model, &in->answers, &p.facts, &lookup, mode, cx->now_ms,
                      &p.form, errors));
    model_priority(p.model.model, &p.form, &p.impact, &p.urgency);
    if (!str_is_null(in->impact))
        p.impact = in->impact;
    if (!str_is_null(in->urgency))
        p.urgency = in->urgency;
    if (!str_is_null(in->impact) || !str_is_null(in->urgency))
        p.reason = str_is_null(in->reason) ? STR("") : in->reason;
    p.facts.impact = p.impact;
    p.facts.urgency = p.urgency;
    TRY(level_now(cx, p.requester, p.impact, p.urgency, &p.level, &p.matrix));
    p.facts.level = level_word(p.level);
    p.cost = model_cost(p.model.model, &p.form, &p.facts, cx->now_ms);
    p.facts.risk = model_risk_word(
        p.model.model, (int64_t)model_risk(p.model.model, &p.form, &p.facts, p.cost, cx->now_ms));
    p.title = str_trim(in->title);
    *ret = p;
    return RC_OK;
}

/* ---- writing ---- */

Rc search_text(Ctx *cx, Str title, Str record, int64_t serial, Str *ret)
{
    Str number = request_number(cx->arena, record, serial);
    return text_fold(cx->arena, str_fmt(cx->arena, "%.*s %.*s", STR_ARG(number), STR_ARG(title)),
                     ret);
}

static bool is_file(const Answer *a)
{
    return a->question->type == QUESTION_FILE && a->value.type == COND_KEY && a->value.text.len > 0;
}

bool answers_have(const AnswerSet *s, Str key)
{
    for (size_t i = 0; i < s->n; i++) {
        const CondValue *v = &s->at[i].value;
        if (v->type == COND_KEY && str_eq(v->text, key))
            return true;
        for (size_t k = 0; v->type == COND_KEYS && k < v->keys_n; k++)
            if (str_eq(v->keys[k], key))
                return true;
    }
    return false;
}

/* Files that came along from another request are attached already. */
static Rc is_attached(Ctx *cx, const Aggregate *r, Str upload, bool *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    FileRow row;

    *ret = answers_have(&r->form, upload);
    if (*ret || r->carried == 0)
        return RC_OK;
    TRY(q_attachment_rows(cx, r->g, false, &rows));
    while (!*ret && q_attachment_rows_next(&rows, &row))
        *ret = str_eq(row.public_id, upload);
    return *ret ? RC_OK : rows_result(&rows);
}

/* Uploads that the answers name and the request does not have yet. */
static Rc answer_files(Ctx *cx, const Aggregate *r, const AnswerSet *s, StrList *ret)
{
    for (size_t i = 0; i < s->n; i++) {
        bool there = true;
        if (is_file(&s->at[i]))
            TRY(is_attached(cx, r, s->at[i].value.text, &there));
        if (!there)
            TRY(LIST_PUSH(cx->arena, ret, s->at[i].value.text));
    }
    return RC_OK;
}

/* Words of a person as they are compared; STR_NULL where that is the text itself, or it is none. */
static Rc folded_words(Ctx *cx, const AnswerSet *s, const AnswerRow *row, Str *ret)
{
    bool words = false;

    *ret = STR_NULL;
    for (size_t i = 0; i < s->n && !words; i++)
        words = s->at[i].value.type == COND_TEXT && str_eq(s->at[i].question->id, row->question);
    if (!words)
        return RC_OK;
    TRY(text_fold(cx->arena, row->text, ret));
    if (str_eq(*ret, row->text))
        *ret = STR_NULL;
    return RC_OK;
}

Rc answers_store(Ctx *cx, Aggregate *r, const AnswerSet *s, bool assess)
{
    AnswerRows rows = { 0 };
    StrList files = { 0 };

    TRY(answers_to_rows(cx->arena, s, &rows));
    TRY(q_answer_delete(cx, r->g, assess, NULL));
    for (size_t i = 0; i < rows.n; i++) {
        const AnswerRow *row = &rows.at[i];
        Str question = row->question, folded;
        TRY(folded_words(cx, s, row, &folded));
        if (assess)
            question = str_fmt(cx->arena, "assess.%.*s", STR_ARG(question));
        TRY(q_answer_insert(cx, r->g, question, row->row, row->field, row->text, folded,
                            row->number, row->currency, NULL));
    }
    TRY(answer_files(cx, r, s, &files));
    if (files.n > 0)
        TRY(files_attach(cx, r->g, &files, "answer", 0, false, "answers"));
    *(assess ? &r->assess : &r->form) = *s;
    return RC_OK;
}

OptInt cost_minor(const CondValue *cost)
{
    return cost->type == COND_MONEY ? OPT_INT(cost->money.minor) : OPT_NONE;
}

Str cost_currency(const CondValue *cost)
{
    return cost->type == COND_MONEY ? str_z(cost->money.currency) : STR("");
}

/* The item's name in the language of the one who asks. */
static Rc usual_title(Ctx *cx, const DraftParts *p, Str *ret)
{
    Person who = { .lang = cx->lang };
    if (p->requester != cx->subject->person_id)
        TRY(person_get(cx, p->requester, &who));
    *ret = lang_text(&p->model.model->name, who.lang, NULL);
    return RC_OK;
}

/* Why the priority is not the one that the model gives. */
static void note_priority(const DraftParts *p, EventChange *ret)
{
    *ret = (EventChange){ STR("reason"), STR_NULL, p->reason, true };
}

static Rc created_event(Ctx *cx, const Aggregate *r, const DraftParts *p)
{
    EventChange changes[2] = { { STR("title"), STR_NULL, r->row.title, true } };
    if (p->reason.len > 0)
        note_priority(p, &changes[1]);
    Event ev = {
        .kind = "request.created",
        .request_id = r->row.id,
        .object = "request",
        .object_id = r->row.id,
        .on_behalf_of = behalf_of(cx, &r->row),
        .changes = changes,
        .changes_n = p->reason.len > 0 ? 2 : 1,
    };
    return event_add(cx, &ev, NULL);
}

Rc draft_make(Ctx *cx, GrantedSubmit g, const DraftParts *p, Aggregate *ret)
{
    const ModelVersion *m = p->model.model;
    Str record = str_z(record_word(m->record)), title = p->title, search;
    bool confidential = false;
    NumberNextRow number;
    RequestInsertRow made;
    GrantedRequest grant;
    int64_t level, matrix;

    TRY(level_now(cx, p->requester, p->impact, p->urgency, &level, &matrix));
    TRY(confidence_of(cx, m, p->model.team_id, &confidential));
    if (title.len == 0)
        TRY(usual_title(cx, p, &title));
    TRY(q_number_next(cx, record, &number));
    TRY(search_text(cx, title, record, number.serial, &search));
    TRY(q_request_insert(cx, g, record, number.serial, m->key, p->model.version_id,
                         str_z(request_kind_word(m->kind)), title, search, p->impact, p->urgency,
                         level, STR(""), confidential, p->requester, cx->subject->person_id,
                         p->channel, p->model.team_id, id_opt(p->model.owner_id),
                         cost_minor(&p->cost), cost_currency(&p->cost), p->not_before_ms,
                         cx->subject->demo, cx->now_ms, &made));
    RequestParties parties = {
        .request_id = made.id,
        .requester_id = p->requester,
        .beneficiary_id = granted_submit_person(g),
        .submitter_id = cx->subject->person_id,
        .team_id = p->model.team_id,
        .owner_team_id = p->model.owner_id,
        .confidential = confidential,
    };
    TRY(access_request_created(cx, g, &parties, &grant));
    if (matrix != 0)
        TRY(level_keep(cx, grant, matrix));
    TRY(aggregate_load_new(cx, grant, ret));
    ret->carried = p->carry_from;
    if (p->carry_from != 0)
        TRY(q_attachment_carry(cx, grant, p->carry_from, cx->now_ms, NULL));
    TRY(answers_store(cx, ret, &p->form, false));
    TRY(created_event(cx, ret, p));
    return risk_settle(cx, ret);
}

static Rc submit_new(Ctx *cx, Aggregate *r)
{
    EngineInput in = { .kind = INPUT_SUBMIT,
                       .as = AS_PARTY,
                       .until_ms = ms_or_none(r->row.not_before_ms) };
    StepWords words = { .reason = STR_NULL, .field = "reason" };
    return aggregate_step(cx, r, &in, &words);
}

/* Only a confidential one that was sent for others is hidden from its maker, unless their team has it. */
static Rc is_visible(Ctx *cx, const Aggregate *r, bool *ret)
{
    GrantedRequest seen;
    int64_t self = cx->subject->person_id;

    *ret = true;
    if (!granted_confidential(r->g) || self == r->row.requester_id || self == r->row.beneficiary_id)
        return RC_OK;
    Ctx look = *cx; /* what it says about a refusal is not for the caller */
    /* asked again by access_request itself: to a confidential one there is no way but seeing it */
    Rc rc = access_request(&look, r->row.id, MAY_SEE, &seen);
    *ret = rc == RC_OK;
    return rc == RC_NOT_FOUND || rc == RC_FORBIDDEN ? RC_OK : rc;
}

Rc request_make(Ctx *cx, GrantedSubmit g, const DraftParts *p, bool draft, RequestMade *ret)
{
    Aggregate r;

    TRY(draft_make(cx, g, p, &r));
    if (!draft)
        TRY(submit_new(cx, &r));
    RequestMade made = {
        .id = r.row.id,
        .number = request_number(cx->arena, r.row.record, r.row.serial),
        .state = r.row.state,
        .grant = r.g,
    };
    TRY(is_visible(cx, &r, &made.visible));
    *ret = made;
    return RC_OK;
}

Rc request_create(Ctx *cx, GrantedSubmit g, const RequestCreate *in, RequestMade *ret)
{
    DraftParts parts;
    FieldErrors errors = { 0 };

    Rc rc = create_read(cx, g, in, in->draft ? ANSWERS_DRAFT : ANSWERS_COMPLETE, &errors, &parts);
    fail_adopt(cx, &errors);
    TRY(rc);
    return request_make(cx, g, &parts, in->draft, ret);
}
