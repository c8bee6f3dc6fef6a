/* The authorization table against an expectation that was written by hand from what people may expect,
 * not from the rules; and against the table in docs/rights.md. */
#include "domain/access/rules.h"
#include "support/test.h"

/* One letter per bit, in the order of enum RequestMay:
 * s see, m message, n read notes, a asking side, d decide, w work, l lead, t task, o own, u supply,
 * N write notes. */
static Str letters(uint32_t may)
{
    static const char names[] = "smnadwltouN";
    char text[sizeof names];
    size_t n = 0;
    for (size_t i = 0; i < sizeof names - 1; i++)
        if ((may & (1U << i)) != 0)
            text[n++] = names[i];
    return str_dup(test_arena(), (Str){ text, n });
}

typedef struct Expected {
    int line;
    Relation relation;
    uint32_t roles;
    const char *ordinary, *confidential, *draft, *confidential_draft;
} Expected;

#define LEAD_MEMBER (ROLE_AGENT | ROLE_LEAD)

/* Combinations that are not listed give nothing. */
static const Expected expected[] = {
    { __LINE__, RELATION_REQUESTER, ROLE_REQUESTER, "sma", "sma", "sma", "sma" },
    { __LINE__, RELATION_BENEFICIARY, ROLE_REQUESTER, "sma", "sma", "sma", "sma" },
    { __LINE__, RELATION_SUBMITTER, ROLE_REQUESTER, "sma", "", "sma", "sma" },
    { __LINE__, RELATION_PARTICIPANT, ROLE_REQUESTER, "sm", "sm", "", "" },
    { __LINE__, RELATION_ASKEE, ROLE_REQUESTER, "smd", "smd", "", "" },

    { __LINE__, RELATION_TEAM, ROLE_AGENT, "smnwtN", "smnwtN", "", "" },
    { __LINE__, RELATION_TEAM, LEAD_MEMBER, "smnwltN", "smnwltN", "", "" },
    { __LINE__, RELATION_TEAM, ROLE_LEAD, "smnwltN", "smnwltN", "", "" },
    { __LINE__, RELATION_TEAM, ROLE_OWNER, "sn", "", "", "" },
    { __LINE__, RELATION_TEAM, ROLE_ADMIN, "sn", "", "", "" },
    { __LINE__, RELATION_TEAM, ROLE_AUDITOR, "sn", "", "", "" },
    { __LINE__, RELATION_TEAM, ROLE_SUPPLIER, "u", "", "", "" },

    { __LINE__, RELATION_TASK_TEAM, ROLE_AGENT, "smntN", "", "", "" },
    { __LINE__, RELATION_TASK_TEAM, LEAD_MEMBER, "smntN", "", "", "" },
    { __LINE__, RELATION_TASK_TEAM, ROLE_LEAD, "smntN", "", "", "" },
    { __LINE__, RELATION_TASK_TEAM, ROLE_OWNER, "sn", "", "", "" },
    { __LINE__, RELATION_TASK_TEAM, ROLE_ADMIN, "sn", "", "", "" },
    { __LINE__, RELATION_TASK_TEAM, ROLE_AUDITOR, "sn", "", "", "" },
    { __LINE__, RELATION_TASK_TEAM, ROLE_SUPPLIER, "u", "", "", "" },

    { __LINE__, RELATION_OWNER_TEAM, ROLE_AGENT, "sno", "", "", "" },
    { __LINE__, RELATION_OWNER_TEAM, LEAD_MEMBER, "sno", "", "", "" },
    { __LINE__, RELATION_OWNER_TEAM, ROLE_LEAD, "sno", "", "", "" },
    { __LINE__, RELATION_OWNER_TEAM, ROLE_OWNER, "sno", "", "", "" },
    { __LINE__, RELATION_OWNER_TEAM, ROLE_ADMIN, "sn", "", "", "" },
    { __LINE__, RELATION_OWNER_TEAM, ROLE_AUDITOR, "sn", "", "", "" },

    { __LINE__, RELATION_DELEGATE, ROLE_REQUESTER, "smntN", "", "", "" },

    { __LINE__, RELATION_ROLE, ROLE_AGENT, "smnwtN", "", "", "" },
    { __LINE__, RELATION_ROLE, LEAD_MEMBER, "smnwltN", "", "", "" },
    { __LINE__, RELATION_ROLE, ROLE_LEAD, "smnwltN", "", "", "" },
    { __LINE__, RELATION_ROLE, ROLE_OWNER, "sno", "", "", "" },
    { __LINE__, RELATION_ROLE, ROLE_ADMIN, "sn", "", "", "" },
    { __LINE__, RELATION_ROLE, ROLE_AUDITOR, "sn", "", "", "" },
};

static const uint32_t role_sets[] = { ROLE_REQUESTER, ROLE_AGENT, LEAD_MEMBER,  ROLE_LEAD,
                                      ROLE_OWNER,     ROLE_ADMIN, ROLE_AUDITOR, ROLE_SUPPLIER };

static const Expected *find(Relation relation, uint32_t roles)
{
    static const Expected nothing = { 0, 0, 0, "", "", "", "" };
    for (size_t i = 0; i < COUNT_OF(expected); i++)
        if (expected[i].relation == relation && expected[i].roles == roles)
            return &expected[i];
    return &nothing;
}

/* Cells of the matrix in which the rules and the expectation differ. */
static size_t differences(const AccessRule *rules, size_t n, bool report)
{
    size_t count = 0;
    for (int relation = RELATION_REQUESTER; relation <= RELATION_ROLE; relation++) {
        for (size_t r = 0; r < COUNT_OF(role_sets); r++) {
            const Expected *e = find((Relation)relation, role_sets[r]);
            const char *const wanted[] = { e->ordinary, e->confidential, e->draft,
                                           e->confidential_draft };
            for (unsigned state = 0; state < 4; state++) {
                AccessState s = { .draft = (state & 2) != 0, .confidential = (state & 1) != 0 };
                Str got = letters(access_may(rules, n, (Relation)relation, role_sets[r], s));
                if (str_eq_z(got, wanted[state]))
                    continue;
                count++;
                if (report)
                    printf("%s, roles %u, draft %d, confidential %d: wanted \"%s\", got \"%.*s\"\n",
                           relation_name((Relation)relation), role_sets[r], s.draft, s.confidential,
                           wanted[state], STR_ARG(got));
            }
        }
    }
    return count;
}

TEST(access_rules_say_what_people_expect)
{
    EXPECT_INT(0, (int64_t)differences(access_rules, access_rules_n, true));
}

/* A rule that nobody would miss is a rule too many, or a cell that nobody checks. */
TEST(access_every_rule_and_every_part_of_it_is_checked)
{
    AccessRule copy[64];

    EXPECT(access_rules_n <= COUNT_OF(copy));
    for (size_t i = 0; i < access_rules_n; i++) {
        memcpy(copy, access_rules, access_rules_n * sizeof *copy);
        memmove(&copy[i], &copy[i + 1], (access_rules_n - i - 1) * sizeof *copy);
        EXPECT_AT((int)i, differences(copy, access_rules_n - 1, false) > 0);
        uint32_t others = access_may(copy, access_rules_n - 1, access_rules[i].relation,
                                     access_rules[i].roles, (AccessState){ 0 });

        for (uint32_t bit = 1; bit <= MAY_NOTE; bit <<= 1) {
            memcpy(copy, access_rules, access_rules_n * sizeof *copy);
            copy[i].may ^= bit;
            if ((others & bit) == 0) /* else another line gives it too */
                EXPECT_AT((int)i, differences(copy, access_rules_n, false) > 0);
        }
        for (uint32_t role = ROLE_REQUESTER; role <= ROLE_SUPPLIER; role <<= 1) {
            if ((access_rules[i].roles & role) == 0)
                continue;
            memcpy(copy, access_rules, access_rules_n * sizeof *copy);
            copy[i].roles &= ~role;
            EXPECT_AT((int)i, differences(copy, access_rules_n, false) > 0);
        }
        memcpy(copy, access_rules, access_rules_n * sizeof *copy);
        copy[i].draft = !copy[i].draft;
        EXPECT_AT((int)i, differences(copy, access_rules_n, false) > 0);
        memcpy(copy, access_rules, access_rules_n * sizeof *copy);
        copy[i].confidential = !copy[i].confidential;
        EXPECT_AT((int)i, differences(copy, access_rules_n, false) > 0);
    }
}

/* --- docs/rights.md ------------------------------------------------------------------------- */

static Str read_document(void)
{
    char *text = ARENA_ARRAY(test_arena(), char, 64 * 1024);
    FILE *file = fopen("docs/rights.md", "rb");
    size_t n = 0;

    if (file == NULL)
        test_fail(__FILE__, __LINE__, "docs/rights.md: run the tests from the top of the project");
    n = fread(text, 1, 64 * 1024, file);
    fclose(file);
    return (Str){ text, n };
}

static Str role_words(uint32_t roles)
{
    static const char *const words[] = { "person", "agent",   "lead",    "owner",
                                         "admin",  "auditor", "supplier" };
    Str text = STR("");
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if ((roles & (1U << i)) != 0)
            text = str_fmt(test_arena(), "%.*s%s%s", STR_ARG(text), text.len > 0 ? ", " : "",
                           words[i]);
    return text;
}

static Str may_words(uint32_t may)
{
    static const char *const words[] = { "see",    "say",    "read notes", "asking side",
                                         "decide", "work",   "lead",       "task",
                                         "own",    "supply", "write notes" };
    Str text = STR("");
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if ((may & (1U << i)) != 0)
            text = str_fmt(test_arena(), "%.*s%s%s", STR_ARG(text), text.len > 0 ? ", " : "",
                           words[i]);
    return text;
}

static void expect_line(Str document, Str line)
{
    if (!str_contains(document, line))
        test_fail(__FILE__, __LINE__, "docs/rights.md lacks the line: %.*s", STR_ARG(line));
}

static size_t table_lines(Str document, const char *first_cell_end)
{
    size_t n = 0;
    for (Str rest = document; !str_is_null(rest);) {
        Str line = str_cut(&rest, '\n');
        n += str_starts(line, STR("| ")) && str_ends(line, str_z(first_cell_end));
    }
    return n;
}

TEST(access_rules_are_documented)
{
    Str document = read_document();
    for (size_t i = 0; i < access_rules_n; i++) {
        const AccessRule *r = &access_rules[i];
        expect_line(document, str_fmt(test_arena(), "| %s | %.*s | %s | %s | %.*s | rule |",
                                      relation_name(r->relation), STR_ARG(role_words(r->roles)),
                                      r->draft ? "yes" : "no", r->confidential ? "yes" : "no",
                                      STR_ARG(may_words(r->may))));
    }
    EXPECT_INT((int64_t)access_rules_n, (int64_t)table_lines(document, "| rule |"));
}

TEST(access_presence_rules_say_what_people_expect)
{
    /* r read, w write, s skills, d delegate; ties in the order of enum PresenceTie. */
    static const char *const wanted[] = { "rwd", "rws", "r", "rwsd" };
    static const char *const ties[] = { "oneself", "a lead of theirs", "a manager of theirs",
                                        "an administrator" };
    static const char *const words[] = { "read", "write", "skills", "delegate" };
    Str document = read_document();

    EXPECT_INT(0, access_presence_may(0));
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        uint32_t may = access_presence_may(1U << i);
        Str text = STR("");
        for (size_t bit = 0; bit < 4; bit++) {
            EXPECT_AT((int)i, ((may >> bit) & 1) == (strchr(wanted[i], "rwsd"[bit]) != NULL));
            if ((may >> bit) & 1)
                text = str_fmt(test_arena(), "%.*s%s%s", STR_ARG(text), text.len > 0 ? ", " : "",
                               words[bit]);
        }
        expect_line(document,
                    str_fmt(test_arena(), "| %s | %.*s | presence |", ties[i], STR_ARG(text)));
    }
    EXPECT_INT((int64_t)presence_rules_n, (int64_t)table_lines(document, "| presence |"));
}

TEST(access_rights_of_routes_are_documented)
{
    static const struct {
        Right right;
        const char *name;
    } rights[] = {
        { RIGHT_PUBLIC, "public" },
        { RIGHT_SIGNED_IN, "signed in" },
        { RIGHT_STAFF, "staff" },
        { RIGHT_CATALOG_READ, "catalog, read" },
        { RIGHT_CATALOG_WRITE, "catalog, write" },
        { RIGHT_PEOPLE_READ, "people, read" },
        { RIGHT_PEOPLE_WRITE, "people, write" },
        { RIGHT_AUDIT, "audit" },
    };
    static const char *const scopes[] = { "read", "request", "catalog", "people" };
    Str document = read_document();

    EXPECT_INT(RIGHT_COUNT - 1, (int64_t)COUNT_OF(rights));
    for (size_t i = 0; i < COUNT_OF(rights); i++) {
        uint32_t roles = 0;
        for (uint32_t role = ROLE_REQUESTER; role <= ROLE_SUPPLIER; role <<= 1)
            if (access_right(&(Subject){ .person_id = 1, .roles = role }, rights[i].right))
                roles |= role;
        Subject all = { .person_id = 1, .roles = 127 };
        Str write_scope = STR("-");
        for (size_t k = 0; k < COUNT_OF(scopes); k++) {
            all.scopes = 1U << k;
            if (rights[i].right != RIGHT_PUBLIC && access_route(&all, rights[i].right, true))
                write_scope = str_z(scopes[k]);
        }
        expect_line(document, str_fmt(test_arena(), "| %s | %.*s | %.*s | route |", rights[i].name,
                                      STR_ARG(rights[i].right == RIGHT_PUBLIC ? STR("anybody")
                                                                              : role_words(roles)),
                                      STR_ARG(write_scope)));
    }
    EXPECT_INT((int64_t)COUNT_OF(rights), (int64_t)table_lines(document, "| route |"));
}

TEST(access_route_needs_person_role_and_scope)
{
    Subject nobody = { .roles = 127, .scopes = SCOPE_ALL };
    Subject reader = { .person_id = 1, .roles = ROLE_REQUESTER | ROLE_ADMIN, .scopes = SCOPE_READ };
    Subject writer = { .person_id = 1,
                       .roles = ROLE_REQUESTER | ROLE_ADMIN,
                       .scopes = SCOPE_REQUEST };

    EXPECT(access_route(&nobody, RIGHT_PUBLIC, true));
    EXPECT(!access_route(&nobody, RIGHT_SIGNED_IN, false));
    EXPECT(!access_right(&nobody, RIGHT_STAFF));
    EXPECT(!access_right(&nobody, RIGHT_NONE));
    EXPECT(!access_right(&reader, RIGHT_NONE));
    EXPECT(!access_right(&reader, RIGHT_COUNT));
    EXPECT(access_route(&reader, RIGHT_SIGNED_IN, false));
    EXPECT(!access_route(&reader, RIGHT_SIGNED_IN, true));
    EXPECT(access_route(&reader, RIGHT_PEOPLE_READ, false));
    EXPECT(!access_route(&reader, RIGHT_PEOPLE_WRITE, true));
    EXPECT(access_route(&writer, RIGHT_SIGNED_IN, true));
    EXPECT(!access_route(&writer, RIGHT_SIGNED_IN, false));
    EXPECT(!access_route(&writer, RIGHT_PEOPLE_WRITE, true));
    EXPECT(!access_right(&writer, RIGHT_CATALOG_WRITE));
}
