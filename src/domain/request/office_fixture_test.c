#include "domain/request/office_fixture.h"

#include "domain/model/folder.h"

#define ARENA_BYTES ((size_t)256 << 20)

#define HEAD(key, record, kind, team)                                                                \
    "model: " key "\nrecord: " record "\nkind: " kind "\nservice: s\ncategory: c\nowner: owners\n"   \
    "team: " team "\nname: { en: N-" key ", sv: S-" key ", zh: Z-" key " }\n"                        \
    "summary: { en: X, sv: X, zh: X }\ntargets:\n"                                                   \
    "  - { when: \"request.urgency = critical\", respond: 1h, fulfil: 1d }\n"                        \
    "  - { respond: 4h, fulfil: 3d, update: 1d, warn: 75%, escalate: [{ at: breach, to: lead }] }\n" \
    "review: 2031-06-01\n"

static const char laptop[] = HEAD(
    "laptop", "request", "goods",
    "workplace") "audience: \"person.kind = employee\"\n"
                 "entitlement:\n"
                 "  - check: \"count(model = laptop and beneficiary = $beneficiary and outcome in (fulfilled, partly, "
                 "empty) and created > now - 3y) < 1\"\n"
                 "    message: { en: One laptop in three years., sv: X, zh: X }\n"
                 "form:\n"
                 "  - id: device\n    ask: { en: Which machine?, sv: X, zh: X }\n    type: choice\n    required: true\n"
                 "    options: { standard: { en: Standard, sv: X, zh: X }, light: { en: Light, sv: X, zh: X }, "
                 "developer: { en: Developer, sv: X, zh: X } }\n"
                 "  - { id: reason, ask: { en: Why this one?, sv: X, zh: X }, type: text, show: \"device != standard\", "
                 "required: true }\n"
                 "  - { id: colour, ask: { en: Which colour?, sv: X, zh: X }, type: text, reapprove: false }\n"
                 "cost:\n  - { when: \"device = standard\", amount: 900 EUR }\n  - { when: \"device = light\", amount: 1400 "
                 "EUR }\n  - { amount: 2400 EUR }\n"
                 "assess:\n  - { id: in_stock, ask: { en: In stock?, sv: X, zh: X }, type: yes_no, required: true }\n"
                 "approvals:\n"
                 "  - { stage: manager, who: manager(beneficiary), unless: \"device = standard\" }\n"
                 "  - { stage: budget, who: team(finance), rule: any, when: \"cost > 1500 EUR\" }\n"
                 "plan:\n"
                 "  - { task: order, team: procurement, supplier: acme, when: \"assess.in_stock = no\" }\n"
                 "  - { task: set_up, team: workplace, effort: 1h, after: [order], sign_off: lead(workplace), "
                 "checklist: [{ en: Name it, sv: X, zh: X }, { en: Update it, sv: X, zh: X }] }\n"
                 "  - { task: check, team: workplace, after: [set_up], test: true }\n"
                 "  - { task: hand_over, owner: requester, after: [check], accept: true }\n"
                 "close_after: 5wd\n";

static const char question[] = HEAD(
    "question", "request", "information",
    "workplace") "form:\n  - { id: details, ask: { en: What?, sv: X, zh: X }, type: long_text, required: true }\n"
                 "  - { id: urgency, ask: { en: How soon?, sv: X, zh: X }, type: choice, options: { low: { en: L, sv: L, zh: L "
                 "}, normal: { en: N, sv: N, zh: N }, high: { en: H, sv: H, zh: H }, critical: { en: C, sv: C, zh: C } }, "
                 "default: normal }\n"
                 "priority: { impact: person, urgency: answer.urgency }\n"
                 "close_after: 5wd\n";

static const char concern[] = HEAD(
    "concern", "request", "complaint",
    "people") "confidential: true\n"
              "form:\n  - { id: details, ask: { en: What?, sv: X, zh: X }, type: long_text, required: true }\n"
              "plan:\n  - { task: listen, team: people }\n"
              "close_after: 5wd\n";

static const char incident[] = HEAD(
    "incident", "incident", "action",
    "workplace") "form:\n  - { id: symptom, ask: { en: What is wrong?, sv: X, zh: X }, type: long_text, required: true }\n"
                 "  - { id: reason, ask: { en: Why?, sv: X, zh: X }, type: text }\n"
                 "plan:\n  - { task: restore, team: workplace }\n"
                 "close_after: 5wd\n";

static const char paper[] = HEAD(
    "paper", "request", "action",
    "procurement") "form:\n  - { id: scan, ask: { en: The paper, sv: X, zh: X }, type: file, required: true }\n"
                   "  - { id: second, ask: { en: Another one, sv: X, zh: X }, type: file }\n"
                   "approvals:\n"
                   "  - { stage: money, who: team(finance), rule: all }\n"
                   "  - { stage: proof, who: person(kim), verify: true, evidence: { en: What you saw, sv: X, zh: X } }\n"
                   "plan:\n  - { task: sign, team: procurement }\n"
                   "close_after: 1d\n";

static const char badge[] = HEAD(
    "badge", "request", "access",
    "workplace") "form:\n  - { id: until, ask: { en: Until?, sv: X, zh: X }, type: date, required: true }\n"
                 "plan:\n  - { task: give, team: workplace }\n"
                 "  - { task: take_back, team: workplace, after: [give], at: answer.until }\n"
                 "priority: { urgency: ask }\nclose_after: 5wd\n";

static const char repair[] = HEAD(
    "repair", "request", "action",
    "workplace") "form:\n  - { id: thing, ask: { en: Which one?, sv: X, zh: X }, type: item, required: true }\n"
                 "  - id: parts\n    ask: { en: Parts, sv: X, zh: X }\n    type: table\n"
                 "    columns: [{ id: part, ask: { en: Part, sv: X, zh: X }, type: item }]\n"
                 "approvals:\n  - { stage: owner, who: owner(answer.thing) }\n"
                 "plan:\n  - { task: mend, team: workplace }\n"
                 "close_after: 1d\n";

static const char account[] = HEAD(
    "account", "request", "access",
    "workplace") "form:\n  - { id: login, ask: { en: Which login?, sv: X, zh: X }, type: text, required: true }\n"
                 "  - { id: days, ask: { en: How long?, sv: X, zh: X }, type: number }\n"
                 "approvals:\n  - { stage: manager, who: manager(beneficiary), unless: \"days is empty\" }\n"
                 "plan:\n"
                 "  - { task: create, team: workplace, action: create-account, with: { login: answer.login, days: "
                 "answer.days, kind: mail } }\n"
                 "  - { task: letter, team: procurement, after: [create], action: send-letter }\n"
                 "close_after: 1d\n";

static const char visit[] = HEAD(
    "visit", "request", "action",
    "workplace") "form:\n  - { id: who, ask: { en: Who comes?, sv: X, zh: X }, type: text, required: true }\n"
                 "approvals:\n  - { stage: manager, who: manager(beneficiary), unless: 'who = \"nobody\"' }\n"
                 "plan:\n  - { task: receive, team: workplace }\n"
                 "close_after: 5wd\n"
                 "follow_up: { remind: [1wd, 2wd], close: 3wd }\n"
                 "schedule: true\n";

static const char tool[] = HEAD(
    "tool", "request", "access",
    "workplace") "form:\n  - { id: role, ask: { en: Which role?, sv: X, zh: X }, type: choice, required: true, options: { "
                 "reader: { en: R, sv: X, zh: X }, editor: { en: E, sv: X, zh: X }, admin: { en: A, sv: X, zh: X } } }\n"
                 "risk:\n"
                 "  - { when: \"role = admin\", level: high, why: { en: Sees all, sv: Ser allt, zh: X } }\n"
                 "  - { when: \"role = editor\", level: low, why: { en: May change, sv: X, zh: X } }\n"
                 "  - { when: \"person.kind = customer\", level: medium, why: { en: From outside, sv: X, zh: X } }\n"
                 "approvals:\n  - { stage: manager, who: manager(beneficiary) }\n"
                 "  - { stage: second, who: team(finance), when: \"request.risk >= high\" }\n"
                 "plan:\n  - { task: grant, team: workplace }\n"
                 "close_after: 5wd\n";

static const char items[] =
    "list: items\nname: { en: Things, sv: X, zh: X }\nentries:\n"
    "  - { key: pc-1, name: { en: First machine, sv: X, zh: X }, kind: notebook, team: finance, users: [mika] }\n"
    "  - { key: pc-2, name: { en: Second machine, sv: X, zh: X }, owners: [dora] }\n"
    "  - { key: pc-0, name: { en: Old machine, sv: X, zh: X }, owners: [dora], retired: true }\n";

static const char start[] =
    "bundle: start\nservice: s\ncategory: c\nowner: owners\nname: { en: N-start, sv: S-start, zh: Z-start }\n"
    "summary: { en: X, sv: X, zh: X }\naudience: \"person.kind = employee\"\n"
    "shared:\n"
    "  - { id: last, ask: { en: Last day?, sv: X, zh: X }, type: date, required: true }\n"
    "  - { id: device, ask: { en: Which machine?, sv: X, zh: X }, type: choice, options: { standard: { en: S, sv: X, zh: X }, "
    "light: { en: L, sv: X, zh: X } } }\n"
    "  - { id: quiet, ask: { en: Quiet?, sv: X, zh: X }, type: yes_no }\n"
    "parts:\n"
    "  - { item: badge, answers: { until: shared.last } }\n"
    "  - { item: laptop, answers: { device: shared.device }, when: \"not (device is empty)\" }\n"
    "  - { item: concern, answers: { details: Somebody is new }, when: \"quiet = yes\" }\n"
    "  - { item: badge, answers: { until: shared.last }, when: \"quiet = yes\" }\n"
    "  - { item: laptop, answers: { device: light }, when: \"quiet = no\" }\n";

static void add_document(Ctx *cx, DocumentKind kind, const char *text, CatalogFolder *f)
{
    Diagnostics d;
    CatalogDocument doc = { .kind = kind, .body = str_z(text) };
    Rc rc;

    diagnostics_init(&d, cx->arena);
    if (kind == DOCUMENT_LIST) {
        rc = list_parse(cx->arena, doc.body, STR("l.yaml"), &doc.list, &d);
        doc.key = rc == RC_OK ? doc.list->key : STR_NULL;
    } else if (kind == DOCUMENT_BUNDLE) {
        rc = bundle_parse(cx->arena, doc.body, STR("b.yaml"), &doc.bundle, &d);
        doc.key = rc == RC_OK ? doc.bundle->key : STR_NULL;
    } else {
        rc = model_parse(cx->arena, doc.body, STR("m.yaml"), &doc.model, &d);
        doc.key = rc == RC_OK ? doc.model->key : STR_NULL;
    }
    if (rc != RC_OK)
        test_fail(__FILE__, __LINE__, "%.30s, line %u: %.*s", text, d.n ? d.at[0].pos.line : 0,
                  STR_ARG(d.n ? d.at[0].text : STR("?")));
    EXPECT_RC(RC_OK, LIST_PUSH(cx->arena, &f->documents, doc));
}

static void publish(Ctx *cx)
{
    static const char *const models[] = { laptop, question, concern, incident, paper,
                                          badge,  repair,   account, visit,    tool };
    CatalogFolder f = { 0 };
    PlanLines plan;
    GrantedCatalog g;

    for (size_t i = 0; i < COUNT_OF(models); i++)
        add_document(cx, DOCUMENT_MODEL, models[i], &f);
    add_document(cx, DOCUMENT_BUNDLE, start, &f);
    add_document(cx, DOCUMENT_LIST, items, &f);
    EXPECT_RC(RC_OK, access_internal_catalog(cx, INTERNAL_DEMO, &g));
    EXPECT_RC(RC_OK, catalog_apply(cx, g, &f, false, &plan));
}

/* What the last command said is not for the next one. */
static void forget(Ctx *cx)
{
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    cx->type = STR("");
    cx->detail = (Text){ 0 };
}

static void forget_calls(void *arg)
{
    arena_reset(arg);
}

Office office_open(Ctx *cx)
{
    static const char *const logins[] = { "robin", "mika", "kim", "dora", "sam",  "noor",
                                          "ada",   "bo",   "ivy", "fay",  "finn", "hana",
                                          "sid",   "olga", "aud", "adm",  "gus",  "eve" };
    int64_t id[COUNT_OF(logins)];
    enum {
        ROBIN,
        MIKA,
        KIM,
        DORA,
        SAM,
        NOOR,
        ADA,
        BO,
        IVY,
        FAY,
        FINN,
        HANA,
        SID,
        OLGA,
        AUD,
        ADM,
        GUS
    };
    static const Subject nobody = { .origin = STR_INIT("job") };
    static Arena *roomy; /* many calls share it, where each would have its own */
    Office o = { .cx = cx };

    if (roomy == NULL)
        roomy = arena_new(ARENA_BYTES);
    arena_reset(roomy);
    arena_at_end(test_arena(), forget_calls, roomy); /* with the test its calls let go of all */
    cx->arena = roomy;
    cx->identity = NULL;
    cx->subject = &nobody;
    forget(cx);
    for (size_t i = 0; i < COUNT_OF(logins); i++)
        id[i] = fixture_person(cx, logins[i]);
    o.workplace = fixture_team(cx, "workplace");
    o.procurement = fixture_team(cx, "procurement");
    o.finance = fixture_team(cx, "finance");
    o.people = fixture_team(cx, "people");
    o.owners = fixture_team(cx, "owners");
    o.acme = fixture_supplier_team(cx, "acme", "acme");
    fixture_manager(cx, id[ROBIN], id[KIM]);
    fixture_manager(cx, id[MIKA], id[KIM]);
    fixture_manager(cx, id[KIM], id[DORA]);
    fixture_member(cx, o.workplace, id[SAM], false);
    fixture_member(cx, o.workplace, id[NOOR], false);
    fixture_member(cx, o.workplace, id[ADA], true);
    fixture_member(cx, o.procurement, id[BO], false);
    fixture_member(cx, o.procurement, id[IVY], false);
    fixture_member(cx, o.finance, id[FAY], false);
    fixture_member(cx, o.finance, id[FINN], false);
    fixture_member(cx, o.people, id[HANA], false);
    fixture_member(cx, o.owners, id[OLGA], true);
    fixture_member(cx, o.acme, id[SID], false);
    fixture_role(cx, id[AUD], "auditor", 0);
    fixture_role(cx, id[ADM], "admin", 0);
    fixture_role(cx, id[GUS], "agent", 0);
    publish(cx);
    return o;
}

static int64_t person_of(Ctx *cx, const char *login)
{
    int64_t id = 0;
    EXPECT_RC(RC_OK, person_id(cx, str_z(login), &id));
    return id;
}

void office_as(Office *o, const char *login)
{
    forget(o->cx);
    fixture_act_as(o->cx, person_of(o->cx, login));
    /* Teams change between acts; a call would begin with an empty cache. */
    o->cx->identity = NULL;
}

AnswerInputs office_answers(Office *o, const char *json)
{
    const Json *object = NULL;
    AnswerInputs in = { 0 };

    EXPECT_RC(RC_OK, json_parse(o->cx->arena, str_z(json), &object, NULL));
    EXPECT_RC(RC_OK, answers_from_json(o->cx->arena, object, &in));
    return in;
}

Rc office_create(Office *o, const char *item, const char *answers, const char *beneficiary,
                 bool draft, RequestMade *ret)
{
    GrantedSubmit g;
    RequestCreate in = { .item = str_z(item),
                         .answers = office_answers(o, answers),
                         .title = STR_NULL,
                         .draft = draft };

    forget(o->cx);
    TRY(access_submit(
        o->cx, beneficiary != NULL ? person_of(o->cx, beneficiary) : o->cx->subject->person_id,
        &g));
    return request_create(o->cx, g, &in, ret);
}

static void say_why(const Ctx *cx, const char *what)
{
    const Text *t = cx->errors.n > 0 ? &cx->errors.at[0].text : &cx->detail;
    if (t->msgid != NULL)
        test_fail(__FILE__, __LINE__, "%s: %.*s %s", what,
                  STR_ARG(cx->errors.n > 0 ? cx->errors.at[0].pointer : cx->type), t->msgid);
}

int64_t office_ask(Office *o, const char *item, const char *answers)
{
    RequestMade made = { 0 };
    Rc rc = office_create(o, item, answers, NULL, false, &made);
    if (rc != RC_OK)
        say_why(o->cx, item);
    EXPECT_RC(RC_OK, rc);
    return made.id;
}

GrantedRequest office_grant(Office *o, int64_t id)
{
    GrantedRequest g;
    forget(o->cx);
    EXPECT_RC(RC_OK, access_request(o->cx, id, 0, &g));
    return g;
}

Rc office_act(Office *o, int64_t id, ActKind kind, const char *text)
{
    RequestAct in = { .kind = kind, .text = str_z(text) };
    return request_act(o->cx, office_grant(o, id), &in, NULL);
}

void office_assign(Office *o, int64_t id, const char *login)
{
    RequestAct act = { .kind = ACT_ASSIGN, .assignee = str_z(login) };

    EXPECT_RC(RC_OK, request_act(o->cx, office_grant(o, id), &act, NULL));
}

Rc office_assess(Office *o, int64_t id, const char *answers)
{
    RequestAct in = { .kind = ACT_ASSESS, .answers = office_answers(o, answers) };
    return request_act(o->cx, office_grant(o, id), &in, NULL);
}

Rc office_decide(Office *o, int64_t id, const char *stage, const char *decision, const char *reason)
{
    GrantedRequest g = office_grant(o, id);
    Aggregate r;
    ApprovalDecision in = { .decision = str_z(decision), .reason = str_z(reason) };

    EXPECT_RC(RC_OK, aggregate_load(o->cx, g, false, &r));
    for (size_t i = 0; i < r.state.approvals.n; i++)
        if (str_eq_z(r.state.approvals.at[i].stage, stage)
            && engine_may_decide(&r.state, i, o->cx->subject->person_id))
            return approval_decide(o->cx, g, r.state.approvals.at[i].row, &in);
    for (size_t i = r.state.approvals.n; i-- > 0;)
        if (str_eq_z(r.state.approvals.at[i].stage, stage))
            return approval_decide(o->cx, g, r.state.approvals.at[i].row, &in);
    return RC_NOT_FOUND;
}

Rc office_sees(Office *o, int64_t id)
{
    GrantedRequest g;
    return access_request(o->cx, id, MAY_SEE, &g);
}

static GrantedRequest clock_grant(Office *o, int64_t id)
{
    GrantedRequest g;
    EXPECT_RC(RC_OK, access_internal_request(o->cx, INTERNAL_TIMER, id, &g));
    return g;
}

int64_t office_supplied(Office *o)
{
    office_as(o, "robin");
    int64_t id = office_ask(o, "laptop", "{\"device\":\"standard\"}");
    office_as(o, "sam");
    EXPECT_RC(RC_OK, office_assess(o, id, "{\"in_stock\":false}"));
    office_as(o, "sid");
    EXPECT_RC(RC_NOT_FOUND, office_sees(o, id));
    return id;
}

int64_t office_task_id(Office *o, int64_t id, const char *key)
{
    Aggregate r;

    EXPECT_RC(RC_OK, aggregate_load(o->cx, clock_grant(o, id), false, &r));
    for (size_t i = 0; i < r.state.tasks.n; i++)
        if (str_eq_z(r.state.tasks.at[i].key, key))
            return r.state.tasks.at[i].row;
    test_fail(__FILE__, __LINE__, "no task %s", key);
}

Rc office_task(Office *o, int64_t id, const char *key, TaskAct in)
{
    GrantedRequest g;
    int64_t task = office_task_id(o, id, key);

    forget(o->cx);
    TRY(access_task(o->cx, task, 0, &g));
    return task_act(o->cx, g, task, &in);
}

Rc office_say(Office *o, int64_t id, const char *text)
{
    MessageInput in = { .text = str_z(text) };
    MessageMade made;
    return message_add(o->cx, office_grant(o, id), &in, &made);
}

RequestView office_view(Office *o, int64_t id)
{
    RequestView v;
    EXPECT_RC(RC_OK, request_view(o->cx, office_grant(o, id), &v));
    return v;
}

const char *office_state(Office *o, int64_t id)
{
    RequestRow row;
    EXPECT_RC(RC_OK, q_request_get(o->cx, clock_grant(o, id), &row));
    return str_dup_z(o->cx->arena, row.state);
}

void office_nobody(Office *o)
{
    static const Subject nobody = { .origin = STR_INIT("job") };

    o->cx->subject = &nobody;
    o->cx->identity = NULL;
}

Rc office_timers(Office *o, int64_t max, bool *ret_more)
{
    office_nobody(o);
    request_timers_register();
    return timers_run(o->cx, timer_owner(), max, ret_more);
}

/* A timer whose function met a fault is undone and waits to be tried again; one that would overlook the
 * fault would be gone. */
static Rc fire_due(Ctx *cx, void *arg)
{
    bool more;

    UNUSED(arg);
    TRY(timers_run(cx, STR("one"), 50, &more));
    if (!db_fault_hit(cx->db))
        return RC_OK;
    return fixture_int(cx, "SELECT count(*) FROM timer WHERE tries > 0") > 0 ? RC_INTERNAL : RC_OK;
}

void office_timers_faulty(Office *o)
{
    office_nobody(o);
    request_timers_register();
    fault_run(o->cx, fire_due, NULL);
    EXPECT_STR("", fixture_text(
                       o->cx, "SELECT coalesce(max(kind || why), '') FROM timer WHERE tries > 0"));
}

void office_later(Office *o, Ms by)
{
    o->cx->now_ms += by;
}

void office_expect_replay(Office *o, int64_t id, int line)
{
    Rc rc = request_replay(o->cx, clock_grant(o, id));
    if (rc != RC_OK)
        test_fail(__FILE__, line, "the events of request %lld do not give its state: %s %s",
                  (long long)id, rc_name(rc),
                  o->cx->detail.msgid != NULL ? o->cx->detail.msgid : "");
    int64_t unread = fixture_int(
        o->cx,
        str_dup_z(
            o->cx->arena,
            str_fmt(o->cx->arena,
                    "SELECT count(*) FROM request r WHERE r.id = %lld AND r.state <> 'draft'"
                    " AND NOT EXISTS (SELECT 1 FROM request_reader x WHERE x.request_id = r.id"
                    " AND x.relation = 'team' AND x.principal = 4 * r.team_id + 2)",
                    (long long)id)));
    if (unread != 0)
        test_fail(__FILE__, line, "the team of request %lld does not read it", (long long)id);
    if (fixture_int(o->cx,
                    "SELECT count(*) FROM request_reader x JOIN request r ON r.id = x.request_id"
                    " WHERE x.closed = 1 AND r.state <> 'closed'")
        != 0)
        test_fail(__FILE__, line, "a reader of an open request stands among those of closed ones");
}

Str office_upload(Office *o, const char *name, int64_t size)
{
    GrantedSelf g;
    Upload u = { 0 };
    UploadInput in = { .name = str_z(name), .type = STR("text/plain"), .size = size };

    in.sha256 = sha256_hex(o->cx->arena, in.name);
    EXPECT_RC(RC_OK, access_self(o->cx, &g));
    EXPECT_RC(RC_OK, upload_add(o->cx, g, &in, &u));
    return u.id;
}
