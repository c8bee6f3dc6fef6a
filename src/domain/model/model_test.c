#include "domain/model/model_fixture.h"
#include "domain/model/model_words.h"
#include "support/test.h"

#define ARENA_BYTES (32u << 20)

TEST(model_parse_reads_every_part)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
    const ModelVersion *m = fixture_model(a, fixture_file(a, FIXTURE_SHOP "/models/bike.yaml"));

    EXPECT_STR("bike", m->key);
    EXPECT_INT(RECORD_REQUEST, m->record);
    EXPECT_INT(KIND_GOODS, m->kind);
    EXPECT_STR("vehicles/bikes", m->category);
    EXPECT_STR("Tjänstecykel", m->name.in[LANG_SV]);
    EXPECT_STR("cycle", m->synonyms[LANG_EN].at[1]);
    EXPECT(m->audience.cond != NULL);
    EXPECT_INT(1, (int64_t)m->prerequisites.n);
    EXPECT_STR("您有头盔。", m->prerequisites.at[0].in[LANG_ZH]);
    EXPECT_INT(1, (int64_t)m->entitlement.n);
    EXPECT_STR("You already have one.", m->entitlement.at[0].message.in[LANG_EN]);

    EXPECT_INT(15, (int64_t)m->form.n);
    const Question *load = model_question(m, STR("load"));
    EXPECT(load != NULL && load->required && load->show.cond != NULL && load->reapprove);
    EXPECT_INT(3000, load->min.number);
    const Question *extras = model_question(m, STR("extras"));
    EXPECT_INT(3, (int64_t)extras->options.n);
    EXPECT_INT(2, (int64_t)extras->default_.n);
    EXPECT_STR("lock", question_option(extras, STR("lock"))->key);
    EXPECT(question_option(extras, STR("horn")) == NULL);
    const Question *share = model_question(m, STR("share"));
    EXPECT_INT(50000, share->max.money.minor);
    EXPECT_STR("EUR", share->currency);
    EXPECT(!model_question(m, STR("needed_by"))->reapprove);
    EXPECT_STR("person.email", model_question(m, STR("reach_me"))->prefill);
    EXPECT_INT(3, (int64_t)model_question(m, STR("parts"))->columns.n);
    EXPECT(model_question(m, STR("in_stock")) == NULL);
    EXPECT(model_assess_question(m, STR("in_stock"))->required);

    EXPECT_INT(3, (int64_t)m->cost.n);
    EXPECT(m->cost.at[2].when.cond == NULL && m->cost.at[2].amount.cond != NULL);
    EXPECT_STR("person", m->priority.impact.word);
    EXPECT_INT(SPAN_WORK_DAYS, m->targets.at[1].fulfil.unit);
    EXPECT_STR("week", m->targets.at[1].calendar);

    EXPECT_INT(4, (int64_t)m->approvals.n);
    const Stage *safety = model_stage(m, STR("safety"));
    EXPECT_INT(RULE_QUORUM, safety->rule);
    EXPECT_INT(2, safety->rule_n);
    EXPECT_INT(2, (int64_t)safety->who.n);
    EXPECT(safety->verify);
    EXPECT_STR("What you looked at", safety->evidence.in[LANG_EN]);
    EXPECT(model_stage(m, STR("manager"))->unless.cond != NULL);

    const PlanTask *tune = model_task(m, STR("tune"));
    EXPECT_STR("workshop", tune->team);
    EXPECT_INT(2, tune->effort.n);
    EXPECT_STR("gears", tune->skills.at[1]);
    EXPECT_STR("order", tune->after.at[0]);
    EXPECT_INT(2, (int64_t)tune->checklist.n);
    EXPECT(tune->signed_off && tune->sign_off.kind == WHO_LEAD);
    EXPECT(model_task(m, STR("ride"))->test);
    EXPECT_INT(TASK_BY_REQUESTER, model_task(m, STR("hand_over"))->owner);
    EXPECT(model_task(m, STR("call"))->at.cond != NULL);
    EXPECT_INT(3, m->close_after.n);
    EXPECT_INT(2, (int64_t)m->follow_up.remind.n);
    EXPECT_INT(1, follow_up_remind(&m->follow_up, 0).n);
    EXPECT_INT(0, follow_up_remind(&m->follow_up, 2).n);
    EXPECT_INT(3, m->follow_up.close.n);
    EXPECT(m->schedule);
    EXPECT(!m->feedback);
    EXPECT_MS(ms("2031-06-01T00:00Z"), m->review);
}

TEST(model_raci_is_filled_from_plan_and_owner)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
    const ModelVersion *m = fixture_model(a, fixture_file(a, FIXTURE_SHOP "/models/bike.yaml"));

    EXPECT_INT((int64_t)m->plan.n, (int64_t)m->raci.n);
    EXPECT_INT(2, (int64_t)model_raci(m, STR("tune"))->responsible.n);
    EXPECT(model_raci(m, STR("tune"))->given);
    const RaciLine *ride = model_raci(m, STR("ride"));
    EXPECT(!ride->given);
    EXPECT_STR("workshop", ride->responsible.at[0]);
    EXPECT_STR("workshop", ride->accountable);
    EXPECT_STR("requester", model_raci(m, STR("hand_over"))->responsible.at[0]);
}

TEST(model_parse_fills_what_is_left_out)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
    const ModelVersion *m =
        fixture_model(a, STR("model: x\nrecord: change\nkind: action\nteam: t\nname: { sv: X }\n"));

    EXPECT_INT(RECORD_CHANGE, m->record);
    EXPECT(!m->confidential && m->feedback && !m->schedule);
    EXPECT_INT(5, m->close_after.n);
    EXPECT_INT(SPAN_WORK_DAYS, m->close_after.unit);
    EXPECT_INT(2, follow_up_remind(&m->follow_up, 2).n);
    EXPECT_INT(SPAN_WORK_DAYS, follow_up_remind(&m->follow_up, 2).unit);
    EXPECT_INT(0, follow_up_remind(&m->follow_up, 3).n);
    EXPECT_INT(0, m->follow_up.close.n);
    EXPECT_STR("person", m->priority.impact.word);
    EXPECT_STR("normal", m->priority.urgency.word);
    EXPECT_MS(MS_NONE, m->review);
    EXPECT(str_is_null(m->owner));
}

/* The contract's own way to say it. */
TEST(model_reapprove_no_is_understood)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
    CLEANUP(buf_done) Buf b = { 0 };
    const ModelVersion *m = fixture_model(
        a, STR("model: x\nrecord: request\nkind: goods\nteam: t\nname: { en: X }\nform:\n"
               "  - { id: a, ask: { en: A }, type: text, reapprove: no }\n"));

    EXPECT(!model_question(m, STR("a"))->reapprove);
    buf_init(&b, 65536);
    model_export(m, &b);
    EXPECT(str_contains(buf_str(&b), STR("reapprove: false")));
}

TEST(model_missing_texts_names_each_place)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
    MissingTexts missing;
    const ModelVersion *m = fixture_model(a, STR("model: x\nrecord: request\nkind: goods\nteam: "
                                                 "t\nowner: t\nname: { en: X, sv: X, zh: X }\n"
                                                 "form:\n  - { id: a, ask: { en: A, zh: A }, type: "
                                                 "choice, options: { o: { sv: O, zh: O } } }\n"
                                                 "plan:\n  - { task: t, team: t, name: { zh: T, "
                                                 "en: T }, checklist: [{ en: C, sv: C }] }\n"));

    EXPECT_RC(RC_OK, model_missing_texts(a, m, &missing));
    EXPECT_INT(4, (int64_t)missing.n);
    EXPECT_STR("form.a.ask", missing.at[0].where);
    EXPECT_INT(LANG_SV, missing.at[0].lang);
    EXPECT_STR("form.a.options.o", missing.at[1].where);
    EXPECT_INT(LANG_EN, missing.at[1].lang);
    EXPECT_STR("plan.t.name", missing.at[2].where);
    EXPECT_STR("plan.t.checklist.1", missing.at[3].where);
    EXPECT_INT(LANG_ZH, missing.at[3].lang);
}

TEST(model_sheet_lists_what_publishing_wants)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
    SheetParts parts;
    Str codes = STR("");
    const ModelVersion *m =
        fixture_model(a, STR("model: x\nrecord: request\nkind: goods\nteam: t\nname: { en: X }\n"));

    EXPECT_RC(RC_OK, model_sheet_missing(a, m, &parts));
    for (size_t i = 0; i < parts.n; i++)
        codes = str_fmt(a, "%.*s %s", STR_ARG(codes), parts.at[i].code);
    EXPECT_STR(" summary service category owner targets plan review", codes);
    m = fixture_model(a, fixture_file(a, FIXTURE_SHOP "/models/bike.yaml"));
    EXPECT_RC(RC_OK, model_sheet_missing(a, m, &parts));
    EXPECT_INT(0, (int64_t)parts.n);
}

TEST(model_words_of_enums_come_back)
{
    RecordKind record;

    for (int i = 0; i < 4; i++) {
        EXPECT(record_from_word(str_z(record_word((RecordKind)i)), &record));
        EXPECT_INT(i, record);
    }
    EXPECT(!record_from_word(STR("ticket"), &record));
}

TEST(model_key_in_words_reads_like_a_name)
{
    EXPECT_STR("Set up", key_in_words(test_arena(), STR("set_up")));
    EXPECT_STR("Hr concern", key_in_words(test_arena(), STR("hr-concern")));
    EXPECT_STR("", key_in_words(test_arena(), STR("")));
}

TEST(model_reference_in_the_documents_is_current)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
    CLEANUP(buf_done) Buf b = { 0 };

    buf_init(&b, 1u << 20);
    model_reference(&b);
    if (str_eq(fixture_file(a, "docs/models-reference.md"), buf_str(&b)))
        return;
    FILE *f = fopen("build/models-reference.md", "w");
    EXPECT(f != NULL && fwrite(b.ptr, 1, b.len, f) == b.len);
    EXPECT(f != NULL && fclose(f) == 0);
    test_fail(__FILE__, __LINE__, "copy build/models-reference.md to docs/");
}

/* ---- canonical text ---- */

TEST(model_export_quotes_what_other_readers_would_misread)
{
    static const char *const words[] = {
        "Yes",         "no",    "null",        "~",       "24",           "4.5",
        "2031-01-01",  "- a",   "a: b",        "a #b",    "a, b",         "[a]",
        "{a}",         "\"q\"", "back\\slash", "line\\n", "tab\\t",       "end:",
        "'single'",    "&a",    "*a",          "!a",      "%a",           "@a",
        "`a`",         "Why?",  "|",           ">",       "\xE2\x80\xA8", "\xEF\xBB\xBFnote",
        "plain words", "åäö",   "密码，好",    "a'b",     "x:y",          "true",
        "0x10",        "+46",   "<<",          "=",
    };

    for (size_t i = 0; i < COUNT_OF(words); i++) {
        CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
        CLEANUP(buf_done) Buf first = { 0 }, again = { 0 };
        ModelVersion m = { .key = STR("x"),
                           .team = STR("t"),
                           .review = MS_NONE,
                           .feedback = true,
                           .close_after = { 5, SPAN_WORK_DAYS },
                           .priority = { .impact = { .word = STR("person") },
                                         .urgency = { .word = STR("normal") } } };
        m.name.in[LANG_EN] = str_z(words[i]);
        buf_init(&first, 65536);
        buf_init(&again, 65536);
        model_export(&m, &first);
        const ModelVersion *back = fixture_model(a, buf_str(&first));
        EXPECT_STR(words[i], back->name.in[LANG_EN]);
        model_export(back, &again);
        EXPECT_STR(buf_str(&first), buf_str(&again));
    }
}

/* ---- random models ---- */

static uint64_t seed;

static uint32_t dice(uint32_t sides)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % sides;
}

static void add_words(Buf *b, const char *key)
{
    static const char *const words[] = {
        "Plain words",
        "\"With: signs, and \\\"quotes\\\"\"",
        "åäö å",
        "中文，标点。",
        "'single ''quoted'''",
        "\"two\\nlines\"",
        "\"24\"",
        "\"yes\"",
        "A rather long text that goes on for a while so that its line has to be broken somewhere",
        "\"- dash\"",
        "plain # not a comment\"",
        "\"tab\\there\"",
    };
    bool comma = false;

    buf_add_fmt(b, "%s: { ", key);
    for (int i = 0; i < LANG_COUNT; i++) {
        if (i > 0 && dice(3) == 0)
            continue;
        size_t w = dice(COUNT_OF(words));
        buf_add_fmt(b, "%s%s: %s", comma ? ", " : "", lang_key((Lang)i),
                    w == 10 ? "plain-word" : words[w]);
        comma = true;
    }
    buf_add_lit(b, " }");
}

static void add_question(Buf *b, int n, bool column)
{
    static const char *const types[] = {
        "text",   "yes_no", "number", "money",     "date",    "datetime", "person", "team",
        "choice", "list",   "item",   "long_text", "several", "file",     "table",
    };
    size_t type = dice(column ? 11 : COUNT_OF(types));

    buf_add_fmt(b, "{ id: q%d, ", n);
    add_words(b, "ask");
    buf_add_fmt(b, ", type: %s", types[type]);
    if (dice(3) == 0) {
        buf_add_lit(b, ", ");
        add_words(b, dice(2) == 0 ? "help" : "example");
    }
    if (type == 8 || type == 12)
        buf_add_lit(b,
                    ", options: { a: { en: A }, b2: { en: B, sv: \"B, c\" }, \"24\": { zh: 中 } }");
    if (type == 8 && dice(2) == 0)
        buf_add_lit(b, ", default: \"24\"");
    if (type == 12 && dice(2) == 0)
        buf_add_lit(b, ", min: 1, max: 2, default: [a, \"24\"]");
    if (type == 9)
        buf_add_lit(b, ", list: colours");
    if (type == 2)
        buf_add_fmt(b, ", min: %d, max: %d.125, default: %d.5", -(int)dice(9), 10 + (int)dice(9),
                    (int)dice(9));
    if (type == 3 && dice(2) == 0)
        buf_add_lit(b, ", min: 0.50 EUR, max: 1000.00 EUR, currency: EUR");
    if (type == 4)
        buf_add_lit(b, ", min: 2030-01-01");
    if (type == 1 && dice(2) == 0)
        buf_add_fmt(b, ", default: %s", dice(2) == 0 ? "true" : "false");
    if (!column && type == 0 && dice(2) == 0)
        buf_add_lit(b, ", prefill: person.name");
    if (!column && dice(3) == 0)
        buf_add_lit(b, ", reapprove: false");
    if (!column && dice(3) == 0)
        buf_add_lit(b, ", required_if: 'person.kind = vendor and request.channel != mail'");
    else if (dice(2) == 0)
        buf_add_lit(b, ", required: true");
    if (!column && n > 0 && dice(3) == 0)
        buf_add_fmt(b, ", show: \"q%d is not empty\"", (int)dice((uint32_t)n));
    if (type == 14) {
        buf_add_lit(b, ", columns: [");
        for (int i = 0; i <= (int)dice(3); i++) {
            buf_add_fmt(b, i > 0 ? ", " : "");
            add_question(b, i, true);
        }
        buf_add_lit(b, "]");
    }
    buf_add_lit(b, " }");
}

static void add_approvals(Buf *b)
{
    static const char *const who[] = { "manager(beneficiary)", "[team(a), lead(b), person(c)]",
                                       "manager( manager(requester) )", "team(t)" };
    static const char *const rules[] = { "", ", rule: any", ", rule: all", ", rule: quorum 2",
                                         ", rule: percent 60" };

    buf_add_lit(b, "approvals:\n");
    for (int i = 0; i <= (int)dice(4); i++) {
        buf_add_fmt(b, "  - { stage: s%d, who: %s%s", i, who[dice(4)], rules[dice(5)]);
        if (dice(2) == 0)
            buf_add_fmt(b, ", when: 'cost > %d EUR'", (int)dice(5000));
        if (dice(3) == 0) {
            buf_add_lit(b, ", verify: true, ");
            add_words(b, "evidence");
        }
        buf_add_lit(b, " }\n");
    }
}

static void add_plan(Buf *b)
{
    int n = 1 + (int)dice(5);

    buf_add_lit(b, "plan:\n");
    for (int i = 0; i < n; i++) {
        buf_add_fmt(b, "  - task: t%d\n    %s\n", i, dice(4) == 0 ? "owner: requester" : "team: t");
        if (i > 0 && dice(2) == 0)
            buf_add_fmt(b, "    after: [t%d]\n", (int)dice((uint32_t)i));
        if (dice(3) == 0)
            buf_add_fmt(b, "    effort: %dm\n    test: true\n", 1 + (int)dice(90));
        if (dice(4) == 0)
            buf_add_lit(b, "    sign_off: lead(t)\n    checklist: [{ en: One }, { sv: Två }]\n    "
                           "skills: [x, y]\n");
        if (dice(4) == 0)
            buf_add_lit(b, "    at: now + 2d\n    when: request.level >= high\n");
    }
    if (dice(2) == 0)
        buf_add_fmt(b, "raci: { t%d: { R: %s, C: [a], I: [requester] } }\n", (int)dice((uint32_t)n),
                    dice(2) == 0 ? "t" : "[t, u]");
}

static void random_model(Buf *b)
{
    buf_clear(b);
    buf_add_lit(b, "team: t\nkind: goods\nmodel: x\nowner: o\nrecord: request\n");
    add_words(b, "name");
    buf_add_lit(b, "\n");
    if (dice(2) == 0) {
        add_words(b, "summary");
        buf_add_lit(b,
                    "\nsynonyms: { sv: [a, \"b, c\"], en: [\"yes\", 中] }\nconfidential: true\n");
    }
    buf_add_lit(b, "form:\n");
    for (int i = 0, n = 1 + (int)dice(8); i < n; i++) {
        buf_add_lit(b, "  - ");
        add_question(b, i, false);
        buf_add_lit(b, "\n");
    }
    if (dice(2) == 0)
        buf_add_lit(b, "cost:\n  - { when: 'person.site = \"a\"', amount: '1.50 EUR * 2' }\n  - { "
                       "amount: 100.00 EUR }\n");
    if (dice(2) == 0)
        add_approvals(b);
    if (dice(2) == 0)
        buf_add_lit(b, "targets: [{ when: \"request.level = high\", respond: 1h }, { fulfil: 3wd, "
                       "calendar: c }]\n");
    if (dice(2) == 0)
        buf_add_lit(b,
                    "risk: [{ when: \"request.level = high\", level: high, why: { en: Much } }, { "
                    "level: low, why: { en: Little, zh: 小 } }]\n");
    if (dice(2) == 0)
        add_plan(b);
    if (dice(2) == 0)
        buf_add_lit(
            b,
            "feedback: none\nclose_after: 36h\nreview: 2030-02-28\npriority: { urgency: high }\n");
    else if (dice(2) == 0)
        buf_add_lit(b, "priority: { impact: site, urgency: ask }\n");
}

TEST(model_may_ask_for_the_urgency_and_counts_as_normal_until_somebody_says)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
    CLEANUP(buf_done) Buf out = { 0 };
    static const char text[] = "model: x\nrecord: request\nkind: goods\nteam: t\nname: { en: X }\n"
                               "priority: { urgency: ask }\n";
    const ModelVersion *m = fixture_model(a, str_z(text));

    EXPECT(m->priority.urgency.asked);
    EXPECT_STR("normal", m->priority.urgency.word);
    EXPECT(!m->priority.impact.asked);
    buf_init(&out, 1u << 20);
    model_export(m, &out);
    EXPECT(str_contains(buf_str(&out), STR("urgency: ask")));
}

TEST(model_export_of_random_models_reads_back_to_the_same_bytes)
{
    CLEANUP(buf_done) Buf text = { 0 }, first = { 0 }, again = { 0 };

    buf_init(&text, 1u << 20);
    buf_init(&first, 1u << 20);
    buf_init(&again, 1u << 20);
    for (uint64_t round = 0; round < (test_is_short() ? 40 : 400); round++) {
        CLEANUP(arena_free_at) Arena *a = arena_new(ARENA_BYTES);
        seed = round;
        random_model(&text);
        const ModelVersion *m = fixture_model(a, buf_str(&text));
        buf_clear(&first);
        buf_clear(&again);
        model_export(m, &first);
        EXPECT_RC(RC_OK, buf_result(&first));
        model_export(fixture_model(a, buf_str(&first)), &again);
        EXPECT_STR(buf_str(&first), buf_str(&again));
    }
}
