#include "domain/request/assign.h"
#include "core/random.h"
#include "domain/request/office_fixture.h"

enum { ANN = 1, BEN, CHO, DAN };

static AssignCandidate fit(int64_t person)
{
    return (AssignCandidate){
        .person = person, .away_ms = MS_NONE, .works_ms = 1000, .hours_min = 4800, .share = 1000
    };
}

static AssignFacts facts(AssignWay way)
{
    AssignFacts f = { .way = way, .at = 1000, .effort_min = 60, .limit_percent = 100 };
    for (int64_t person = ANN; person <= DAN; person++)
        EXPECT_RC(RC_OK, LIST_PUSH(test_arena(), &f.candidates, fit(person)));
    return f;
}

static AssignChoice choose(const AssignFacts *f)
{
    AssignChoice c = { 0 };
    EXPECT_RC(RC_OK, assign_choose(f, test_arena(), &c));
    EXPECT_INT((int64_t)f->candidates.n, (int64_t)c.why.n);
    return c;
}

TEST(assign_leaves_out_who_cannot_and_says_why)
{
    AssignFacts f = facts(ASSIGN_FAIR);
    f.candidates.at[0].party = true;
    f.candidates.at[1].away_ms = 5000;
    f.candidates.at[2].works_ms = MS_NONE;
    EXPECT_RC(RC_OK, LIST_PUSH(test_arena(), &f.candidates.at[3].lacks, STR("welding")));
    AssignChoice c = choose(&f);
    EXPECT_INT(0, c.person);
    static const AssignWhy want[] = { ASSIGN_PARTY, ASSIGN_AWAY, ASSIGN_NO_HOURS, ASSIGN_SKILL };
    for (size_t i = 0; i < COUNT_OF(want); i++)
        EXPECT_INT_AT((int)i, want[i], c.why.at[i]);
    AssignFacts nobody = { .way = ASSIGN_FAIR };
    EXPECT_INT(0, choose(&nobody).person);
}

TEST(assign_goes_up_to_the_limit_and_not_over_it)
{
    AssignFacts f = facts(ASSIGN_LEAST_LOADED);
    f.candidates.n = 1;
    f.candidates.at[0].load_min = 4740; /* and 60 are all the hours of two weeks */
    EXPECT_INT(ANN, choose(&f).person);
    f.candidates.at[0].load_min++;
    AssignChoice c = choose(&f);
    EXPECT_INT(0, c.person);
    EXPECT_INT(ASSIGN_FULL, c.why.at[0]);
    f.limit_percent = 101;
    EXPECT_INT(ANN, choose(&f).person);
    f.candidates.at[0].share = 0; /* works no hours at all */
    EXPECT_INT(ASSIGN_NO_HOURS, choose(&f).why.at[0]);
}

TEST(assign_takes_turns_or_weighs_the_load_as_the_team_says)
{
    AssignFacts f = facts(ASSIGN_ROUND_ROBIN);
    const int64_t loads[] = { 300, 100, 200, 400 }, lasts[] = { 30, 40, 10, 20 },
                  shares[] = { 1000, 250, 1000, 1000 };
    for (size_t i = 0; i < 4; i++) {
        f.candidates.at[i].load_min = loads[i];
        f.candidates.at[i].last_ms = lasts[i];
        f.candidates.at[i].share = shares[i];
    }
    AssignChoice c = choose(&f);
    EXPECT_INT(CHO, c.person);
    EXPECT_INT(ASSIGN_CHOSEN, c.why.at[2]);
    EXPECT_INT(ASSIGN_TURN, c.why.at[0]);
    f.way = ASSIGN_LEAST_LOADED;
    c = choose(&f);
    EXPECT_INT(BEN, c.person);
    EXPECT_INT(ASSIGN_LOAD, c.why.at[2]);
    f.way = ASSIGN_FAIR; /* 160 minutes are more for a quarter than 260 for the whole */
    c = choose(&f);
    EXPECT_INT(CHO, c.person);
    EXPECT_INT(ASSIGN_SHARE, c.why.at[1]);
    f.way = ASSIGN_MANUAL; /* what is suggested */
    EXPECT_INT(CHO, choose(&f).person);
}

TEST(assign_prefers_who_is_at_work_soonest_and_who_has_the_request)
{
    AssignFacts f = facts(ASSIGN_LEAST_LOADED);
    f.candidates.at[1].works_ms = 2000; /* tomorrow, with nothing to do */
    f.candidates.at[0].load_min = f.candidates.at[2].load_min = f.candidates.at[3].load_min = 100;
    AssignChoice c = choose(&f);
    EXPECT_INT(ANN, c.person); /* equal otherwise: the lower id */
    EXPECT_INT(ASSIGN_LATER, c.why.at[1]);
    f.has_request = BEN;
    c = choose(&f);
    EXPECT_INT(BEN, c.person);
    EXPECT_INT(ASSIGN_HAS_IT, c.why.at[1]);
    EXPECT_INT(ASSIGN_OTHER, c.why.at[0]);
    f.candidates.at[1].away_ms = 3000; /* but not when they cannot */
    EXPECT_INT(ANN, choose(&f).person);
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return *state >> 33;
}

static int64_t below(uint64_t *state, uint64_t n)
{
    return (int64_t)(next_random(state) % n);
}

static AssignFacts random_facts(uint64_t *s)
{
    AssignFacts f = { .way = (AssignWay)below(s, ASSIGN_WAYS),
                      .at = 1000,
                      .effort_min = below(s, 200),
                      .limit_percent = 1 + below(s, 150),
                      .has_request = below(s, 3) == 0 ? 1 + below(s, 8) : 0 };
    int64_t n = below(s, 8);
    for (int64_t i = 0; i < n; i++) {
        AssignCandidate c = { .person = i + 1,
                              .party = below(s, 8) == 0,
                              .away_ms = below(s, 6) == 0 ? 2000 : MS_NONE,
                              .works_ms = below(s, 9) == 0 ? MS_NONE : 1000 + below(s, 2) * 500,
                              .load_min = below(s, 4) * 300,
                              .hours_min = below(s, 3) * 2400,
                              .share = below(s, 5) * 250,
                              .last_ms = below(s, 3) * 100 };
        if (below(s, 6) == 0)
            EXPECT_RC(RC_OK, LIST_PUSH(test_arena(), &c.lacks, STR("welding")));
        EXPECT_RC(RC_OK, LIST_PUSH(test_arena(), &f.candidates, c));
    }
    return f;
}

static Str record_of(const AssignFacts *f, const AssignChoice *c)
{
    CLEANUP(buf_done) Buf buf = { 0 };
    JsonOut o;

    buf_init(&buf, 64 * 1024);
    json_out_init(&o, &buf);
    assign_record_json(&o, f, c);
    return str_dup(test_arena(), buf_str(&buf));
}

TEST(assign_chosen_again_from_the_record_is_the_same_person_for_the_same_reasons)
{
    uint64_t s = 20260711;
    size_t seen[ASSIGN_WHYS] = { 0 };

    for (int i = 0; i < 3000; i++) {
        AssignFacts f = random_facts(&s), back;
        AssignChoice c = choose(&f), stored;
        const Json *json = NULL;
        EXPECT_RC_AT(i, RC_OK, json_parse(test_arena(), record_of(&f, &c), &json, NULL));
        EXPECT_RC_AT(i, RC_OK, assign_record_parse(test_arena(), json, &back, &stored));
        AssignChoice again = choose(&back);
        EXPECT_INT_AT(i, c.person, again.person);
        EXPECT_INT_AT(i, c.person, stored.person);
        EXPECT_STR_AT(i, str_dup_z(test_arena(), record_of(&f, &c)), record_of(&back, &again));
        int chosen = 0;
        for (size_t k = 0; k < c.why.n; k++) {
            seen[c.why.at[k]]++;
            chosen += c.why.at[k] == ASSIGN_CHOSEN || c.why.at[k] == ASSIGN_HAS_IT;
            EXPECT_INT_AT(i, c.why.at[k], stored.why.at[k]);
        }
        EXPECT_INT_AT(i, c.person != 0 ? 1 : 0, chosen);
        /* The order of the candidates does not matter. */
        AssignFacts turned = f;
        turned.candidates = (AssignCandidates){ 0 };
        for (size_t k = f.candidates.n; k > 0; k--)
            EXPECT_RC(RC_OK, LIST_PUSH(test_arena(), &turned.candidates, f.candidates.at[k - 1]));
        EXPECT_INT_AT(i, c.person, choose(&turned).person);
        arena_reset(test_arena());
    }
    for (size_t i = 0; i < ASSIGN_WHYS; i++)
        EXPECT_AT((int)i, seen[i] > 0);
}

TEST(assign_refuses_records_that_are_none)
{
    static const char *const cases[] = {
        "{}",
        "{\"way\":\"fair\"}",
        "{\"way\":\"mood\",\"candidates\":[]}",
        "{\"way\":\"fair\",\"candidates\":[{\"why\":\"chosen\"}]}",
        "{\"way\":\"fair\",\"candidates\":[{\"person\":1,\"why\":\"so\"}]}",
        "{\"way\":\"fair\",\"skills\":[1],\"candidates\":[]}",
    };
    AssignFacts f;
    AssignChoice c;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const Json *json = NULL;
        EXPECT_RC_AT((int)i, RC_OK, json_parse(test_arena(), str_z(cases[i]), &json, NULL));
        EXPECT_RC_AT((int)i, RC_INVALID, assign_record_parse(test_arena(), json, &f, &c));
    }
}

/* ---- in the office ---- */

static Rc turn(Office *o)
{
    static const Subject nobody = { .origin = STR_INIT("job") };
    bool more;

    o->cx->subject = &nobody;
    o->cx->identity = NULL;
    return request_assignments(o->cx, 50, &more);
}

static Rc set_way(Office *o, const char *who, AssignWay way, int64_t limit)
{
    GrantedLoad g;
    TeamAssignment is;

    office_as(o, who);
    TRY(access_load(o->cx, o->workplace, true, &g));
    TRY(team_assignment_get(o->cx, o->workplace, &is));
    return team_assignment_set(o->cx, g, (TeamAssignment){ way, limit, is.version });
}

static const char *holder(Office *o, int64_t id)
{
    office_as(o, "sam");
    return str_dup_z(o->cx->arena, office_view(o, id).head.assignee.login);
}

static void away(Office *o, const char *login)
{
    AbsenceInput in = { .kind = STR("sick") };
    GrantedPresence g;
    int64_t id;

    office_as(o, login);
    in.from = clock_rfc3339(o->cx->arena, o->cx->now_ms);
    in.to = clock_rfc3339(o->cx->arena, o->cx->now_ms + MS_DAY);
    EXPECT_RC(RC_OK, access_presence(o->cx, o->cx->subject->person_id, PRESENCE_WRITE, &g));
    EXPECT_RC(RC_OK, absence_add(o->cx, g, &in, &id));
}

DB_TEST(assignment_is_by_hand_until_a_lead_says_otherwise)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    EXPECT_RC(RC_OK, turn(&o));
    EXPECT_STR("", holder(&o, id));
    EXPECT_RC(RC_FORBIDDEN, set_way(&o, "sam", ASSIGN_FAIR, 100)); /* an agent */
    EXPECT_RC(RC_FORBIDDEN, set_way(&o, "bo", ASSIGN_FAIR, 100));  /* of another team */
    EXPECT_RC(RC_FORBIDDEN, set_way(&o, "robin", ASSIGN_FAIR, 100));
    EXPECT_RC(RC_INVALID, set_way(&o, "ada", ASSIGN_FAIR, 0));
    EXPECT_RC(RC_OK, set_way(&o, "adm", ASSIGN_MANUAL, 80));
    EXPECT_RC(RC_OK, set_way(&o, "ada", ASSIGN_ROUND_ROBIN, 100)); /* the queue too */
    office_as(&o, "ada");
    TeamAssignment is;
    GrantedLoad g;
    EXPECT_RC(RC_OK, access_load(cx, o.workplace, true, &g));
    EXPECT_RC(RC_OK, team_assignment_get(cx, o.workplace, &is));
    EXPECT_INT(2, is.version);
    EXPECT_RC(RC_STALE, team_assignment_set(cx, g, (TeamAssignment){ ASSIGN_FAIR, 0, 1 }));
    EXPECT_RC(RC_STALE, team_assignment_set(cx, g, (TeamAssignment){ ASSIGN_FAIR, 100, 0 }));
    EXPECT_RC(RC_OK, turn(&o));
    EXPECT_STR("sam", holder(&o, id)); /* it is nobody's turn yet: the first of them */
    office_expect_replay(&o, id, __LINE__);
    office_as(&o, "robin");
    int64_t next = office_ask(&o, "question", "{\"details\":\"And how else?\"}");
    EXPECT_RC(RC_OK, turn(&o));
    EXPECT(strcmp("sam", holder(&o, next)) != 0); /* their turn is over */
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM assignment_due"));
}

DB_TEST(assignment_passes_over_who_is_away_and_waits_when_nobody_fits)
{
    Office o = office_open(cx);
    AssignShowns choices;

    EXPECT_RC(RC_OK, set_way(&o, "ada", ASSIGN_LEAST_LOADED, 100));
    away(&o, "sam");
    away(&o, "ada");
    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    EXPECT_RC(RC_OK, turn(&o));
    EXPECT_STR("noor", holder(&o, id));
    away(&o, "noor");
    office_as(&o, "robin");
    int64_t second = office_ask(&o, "question", "{\"details\":\"And now?\"}");
    EXPECT_RC(RC_OK, turn(&o));
    EXPECT_STR("", holder(&o, second));
    office_as(&o, "sam"); /* the reason stands at the request */
    EXPECT_RC(RC_OK, assignment_choices(cx, office_grant(&o, second), &choices));
    EXPECT(choices.n >= 1);
    EXPECT_INT(0, choices.at[0].chosen.id);
    EXPECT_INT(3, (int64_t)choices.at[0].lines.n);
    int64_t kept = fixture_int(cx, "SELECT count(*) FROM assignment_choice");
    office_later(&o, 15 * MS_MINUTE);
    EXPECT_RC(RC_OK, turn(&o)); /* nothing new: nothing is kept */
    EXPECT_INT(kept, fixture_int(cx, "SELECT count(*) FROM assignment_choice"));
    office_later(&o, MS_DAY);
    EXPECT_RC(RC_OK, turn(&o));
    EXPECT_STR("sam", holder(&o, second));
    office_as(&o, "robin"); /* the asking side reads nothing of this */
    EXPECT_RC(RC_FORBIDDEN, assignment_choices(cx, office_grant(&o, second), &choices));
    office_expect_replay(&o, second, __LINE__);
}

/* Who has a task in a request reads its notes, and learns nothing of how much the others have to do. */
DB_TEST(assignment_is_explained_to_those_who_work_in_the_team_only)
{
    Office o = office_open(cx);
    AssignShown s;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"standard\"}");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_assess(&o, id, "{\"in_stock\":false}"));
    EXPECT_RC(RC_OK, assignment_suggest(cx, office_grant(&o, id), &s));
    office_as(&o, "bo");
    EXPECT(granted_may(office_grant(&o, id), MAY_NOTES));
    EXPECT_RC(RC_FORBIDDEN, assignment_suggest(cx, office_grant(&o, id), &s));
    office_as(&o, "robin");
    EXPECT_RC(RC_FORBIDDEN, assignment_suggest(cx, office_grant(&o, id), &s));
}

DB_TEST(assignment_never_gives_people_their_own_requests_and_suggests_without_a_trace)
{
    Office o = office_open(cx);
    AssignShown s;

    office_as(&o, "sam");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    office_as(&o, "noor");
    EXPECT_RC(RC_OK, assignment_suggest(cx, office_grant(&o, id), &s));
    EXPECT_STR("noor", s.chosen.login);
    for (size_t i = 0; i < s.lines.n; i++)
        if (str_eq_z(s.lines.at[i].person.login, "sam"))
            EXPECT(!s.lines.at[i].chosen);
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM assignment_choice"));
    EXPECT_RC(RC_OK, set_way(&o, "ada", ASSIGN_FAIR, 100));
    away(&o, "noor");
    EXPECT_RC(RC_OK, turn(&o));
    EXPECT_STR("ada", holder(&o, id));
    const Json *json = NULL;
    AssignFacts f;
    AssignChoice stored, again;
    AssignShowns choices;
    office_as(&o, "noor");
    EXPECT_RC(RC_OK, assignment_choices(cx, office_grant(&o, id), &choices));
    for (size_t i = 0; i < choices.n; i++) {
        EXPECT_RC(RC_OK, json_parse(cx->arena, choices.at[i].record, &json, NULL));
        EXPECT_RC(RC_OK, assign_record_parse(cx->arena, json, &f, &stored));
        EXPECT_RC(RC_OK, assign_choose(&f, cx->arena, &again));
        EXPECT_INT(stored.person, again.person);
    }
}

DB_TEST(team_loads_count_open_work_and_the_hours_that_are_left)
{
    Office o = office_open(cx); /* Monday, 9:00 */
    MemberLoads loads;
    GrantedLoad g;

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"How?\"}");
    office_as(&o, "sam");
    office_assign(&o, id, "sam");
    away(&o, "noor");
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, access_load(cx, o.workplace, false, &g));
    EXPECT_RC(RC_OK, team_loads(cx, g, &loads));
    EXPECT_INT(3, (int64_t)loads.n);
    EXPECT_STR("sam", loads.at[0].person.login); /* who has most comes first */
    EXPECT_INT(ASSIGN_TASK_MIN, loads.at[0].load_min);
    EXPECT_INT(5 * 480, loads.at[0].next_week_min);
    for (size_t i = 0; i < loads.n; i++)
        if (str_eq_z(loads.at[i].person.login, "noor"))
            EXPECT(loads.at[i].away_ms != MS_NONE
                   && loads.at[i].this_week_min < loads.at[0].this_week_min);
    office_as(&o, "bo");
    EXPECT_RC(RC_FORBIDDEN, access_load(cx, o.workplace, false, &g));
    office_as(&o, "aud");
    EXPECT_RC(RC_OK, access_load(cx, o.workplace, false, &g));
    EXPECT_RC(RC_FORBIDDEN, access_load(cx, o.workplace, true, &g));
}

static int64_t load_of(Office *o, const char *viewer, int64_t team, const char *whose)
{
    MemberLoads loads;
    GrantedLoad g;
    int64_t is = -1;

    office_as(o, viewer);
    EXPECT_RC(RC_OK, access_load(o->cx, team, false, &g));
    EXPECT_RC(RC_OK, team_loads(o->cx, g, &loads));
    for (size_t i = 0; i < loads.n; i++)
        if (str_eq_z(loads.at[i].person.login, whose))
            is = loads.at[i].load_min * 100 + loads.at[i].pieces;
    return is;
}

DB_TEST(team_loads_count_confidential_work_for_its_own_team_alone)
{
    Office o = office_open(cx);

    /* hana works for the team people, and for workplace too. */
    fixture_exec(cx, "INSERT INTO team_member (team_id, person_id, lead) SELECT t.id, p.id, 0 "
                     "FROM team t JOIN person p ON p.login = 'hana' WHERE t.key = 'workplace'");
    int64_t before = load_of(&o, "sam", o.workplace, "hana");
    office_as(&o, "robin");
    int64_t id = office_ask(&o, "concern", "{\"details\":\"x\"}");
    office_as(&o, "hana");
    office_assign(&o, id, "hana");
    EXPECT_INT(before, load_of(&o, "sam", o.workplace, "hana"));
    EXPECT_INT(before, load_of(&o, "hana", o.workplace, "hana")); /* the page of another team */
    EXPECT_INT(0, load_of(&o, "aud", o.people, "hana"));
    EXPECT_INT(0, load_of(&o, "adm", o.people, "hana"));
    EXPECT_INT(ASSIGN_TASK_MIN * 100 + 1, load_of(&o, "hana", o.people, "hana"));
}
