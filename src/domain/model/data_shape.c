/* data_shape.c - the shapes of lists, teams and people. */
#include "domain/model/folder.h"
#include "domain/model/shape.h"

#define AT(Struct, member) .offset = offsetof(Struct, member)
#define SHAPE(name_, Struct, rows, pos_)                                                           \
    {                                                                                              \
        .name = name_, .fields = rows, .n = COUNT_OF(rows), .size = sizeof(Struct), .pos = pos_    \
    }
#define POS(Struct) ((ptrdiff_t)offsetof(Struct, pos))

/* ---- lists ---- */

static const ShapeField entry_fields[] = {
    { .key = "key",
      .kind = FIELD_KEY,
      AT(ListEntry, key),
      .flags = FIELD_REQUIRED,
      .about = "stays for ever" },
    { .key = "name",
      .kind = FIELD_WORDS,
      AT(ListEntry, name),
      .flags = FIELD_REQUIRED,
      .about = "what people read" },
    { .key = "kind",
      .kind = FIELD_KEY,
      AT(ListEntry, kind),
      .about = "what sort of thing it is, as in notebook or printer" },
    { .key = "owners",
      .kind = FIELD_LOGINS,
      AT(ListEntry, owners),
      .max = 20,
      .about = "who decides about it: owner(answer.question)" },
    { .key = "team",
      .kind = FIELD_KEY,
      AT(ListEntry, team),
      .about = "the team that owns it: its members decide too" },
    { .key = "users",
      .kind = FIELD_LOGINS,
      AT(ListEntry, users),
      .max = 50,
      .about = "who uses it: it is offered to them first" },
    { .key = "retired",
      .kind = FIELD_BOOL,
      AT(ListEntry, retired),
      .about = "kept for old requests, not offered any more" },
};
static const Shape entry_shape = SHAPE("An entry", ListEntry, entry_fields, POS(ListEntry));

static const ShapeField list_fields[] = {
    { .key = "list",
      .kind = FIELD_KEY,
      AT(ManagedList, key),
      .flags = FIELD_REQUIRED,
      .about = "key of the list" },
    { .key = "name",
      .kind = FIELD_WORDS,
      AT(ManagedList, name),
      .flags = FIELD_REQUIRED,
      .about = "what people read" },
    { .key = "entries",
      .kind = FIELD_LIST,
      AT(ManagedList, entries),
      .flags = FIELD_REQUIRED | FIELD_ALWAYS,
      .shape = &entry_shape,
      .max = 5000,
      .about = "in the order in which they are offered" },
};
const Shape list_shape = SHAPE("A list", ManagedList, list_fields, -1);

/* ---- zones: of calendars and people ---- */

Rc shape_read_zone(Doc *d, const Yaml *y, void *to)
{
    Str s;

    if (!doc_text(d, y, "zone", &s))
        return RC_OK;
    if (zone_get(s) != NULL)
        *(Str *)to = s;
    else
        doc_error(d, y->pos, "unknown_zone",
                  "There is no time zone %.*s; write a name such as Europe/Stockholm.", STR_ARG(s));
    return RC_OK;
}

Rc shape_write_zone(Arena *a, const void *from, Yaml **ret)
{
    Str s = *(const Str *)from;

    *ret = s.len > 0 ? yaml_scalar(a, s, YAML_TEXT) : NULL;
    return RC_OK;
}

/* ---- teams and people ---- */

static const ShapeField team_fields[] = {
    { .key = "key",
      .kind = FIELD_KEY,
      AT(CatalogTeam, key),
      .flags = FIELD_REQUIRED,
      .about = "key of the team" },
    { .key = "name",
      .kind = FIELD_WORDS,
      AT(CatalogTeam, name),
      .flags = FIELD_REQUIRED,
      .about = "what people read" },
    { .key = "summary",
      .kind = FIELD_WORDS,
      AT(CatalogTeam, summary),
      .about = "what the team does" },
    { .key = "members",
      .kind = FIELD_LOGINS,
      AT(CatalogTeam, members),
      .flags = FIELD_ALWAYS,
      .max = 5000,
      .about = "logins" },
    { .key = "leads",
      .kind = FIELD_LOGINS,
      AT(CatalogTeam, leads),
      .flags = FIELD_ALWAYS,
      .max = 100,
      .about = "logins" },
    { .key = "calendar",
      .kind = FIELD_KEY,
      AT(CatalogTeam, calendar),
      .about = "its working time" },
    { .key = "confidential",
      .kind = FIELD_BOOL,
      AT(CatalogTeam, confidential),
      .about = "only members see its queue" },
    { .key = "supplier",
      .kind = FIELD_KEY,
      AT(CatalogTeam, supplier),
      .about = "the supplier it works for" },
};
static const Shape team_shape = SHAPE("A team", CatalogTeam, team_fields, POS(CatalogTeam));

static const ShapeField teams_fields[] = {
    { .key = "teams",
      .kind = FIELD_LIST,
      .offset = 0,
      .flags = FIELD_REQUIRED | FIELD_ALWAYS,
      .shape = &team_shape,
      .max = 2000,
      .about = "all teams" },
};
const Shape teams_shape = SHAPE("The file of teams", CatalogTeams, teams_fields, -1);

static const char *const role_words[] = {
    "agent", "lead", "owner", "admin", "auditor", "supplier"
};
static const char *const person_kinds[] = { "employee", "customer", "vendor" };
static const char *const language_words[LANG_COUNT] = { "en", "sv", "zh" };

static Rc read_role(Doc *d, const Yaml *y, void *to)
{
    Str s;

    if (!doc_text(d, y, "role", &s))
        return RC_OK;
    for (size_t i = 0; i < COUNT_OF(role_words); i++) {
        if (str_eq_z(s, role_words[i])) {
            *(Str *)to = s;
            return RC_OK;
        }
    }
    doc_error(d, y->pos, "bad_word",
              "role is one of: agent, lead, owner, admin, auditor, supplier; not %.*s.",
              STR_ARG(s));
    return RC_OK;
}

static Rc read_person_kind(Doc *d, const Yaml *y, void *to)
{
    Str s;

    if (!doc_text(d, y, "kind", &s))
        return RC_OK;
    for (size_t i = 0; i < COUNT_OF(person_kinds); i++) {
        if (str_eq_z(s, person_kinds[i])) {
            *(Str *)to = s;
            return RC_OK;
        }
    }
    doc_error(d, y->pos, "bad_word",
              "kind of a person is one of: employee, customer, vendor; not %.*s.", STR_ARG(s));
    return RC_OK;
}

static Rc write_plain_word(Arena *a, const void *from, Yaml **ret)
{
    Str s = *(const Str *)from;

    *ret = s.len > 0 ? yaml_scalar(a, s, YAML_TEXT) : NULL;
    return RC_OK;
}

static const ShapeField role_fields[] = {
    { .key = "role",
      .kind = FIELD_CUSTOM,
      AT(CatalogRole, role),
      .flags = FIELD_REQUIRED,
      .read = read_role,
      .write = write_plain_word,
      .form = "agent, lead, owner, admin, auditor or supplier",
      .about = "the role" },
    { .key = "team",
      .kind = FIELD_KEY,
      AT(CatalogRole, team),
      .about = "for this team; for all without it" },
};
static const Shape role_shape = SHAPE("A role", CatalogRole, role_fields, POS(CatalogRole));

static const ShapeField person_fields[] = {
    { .key = "login",
      .kind = FIELD_LOGIN,
      AT(CatalogPerson, login),
      .flags = FIELD_REQUIRED,
      .about = "sign-in name" },
    { .key = "name",
      .kind = FIELD_NAME,
      AT(CatalogPerson, name),
      .flags = FIELD_REQUIRED,
      .about = "as it is written" },
    { .key = "email", .kind = FIELD_LOGIN, AT(CatalogPerson, email), .about = "address" },
    { .key = "kind",
      .kind = FIELD_CUSTOM,
      AT(CatalogPerson, kind),
      .flags = FIELD_REQUIRED,
      .read = read_person_kind,
      .write = write_plain_word,
      .form = "employee, customer or vendor",
      .about = "relation to the organisation" },
    { .key = "org",
      .kind = FIELD_NAME,
      AT(CatalogPerson, org),
      .about = "name of the organisation" },
    { .key = "manager",
      .kind = FIELD_LOGIN,
      AT(CatalogPerson, manager),
      .about = "login; none at the top" },
    { .key = "site",
      .kind = FIELD_KEY,
      AT(CatalogPerson, site),
      .about = "entry of the list sites" },
    { .key = "language",
      .kind = FIELD_LANG,
      AT(CatalogPerson, language),
      .flags = FIELD_ALWAYS,
      .words = language_words,
      .words_n = LANG_COUNT,
      .about = "language of pages and mails" },
    { .key = "zone",
      .kind = FIELD_CUSTOM,
      AT(CatalogPerson, zone),
      .read = shape_read_zone,
      .write = shape_write_zone,
      .form = "name of a time zone",
      .about = "where it is what time for this person" },
    { .key = "roles",
      .kind = FIELD_LIST,
      AT(CatalogPerson, roles),
      .flags = FIELD_ALWAYS,
      .shape = &role_shape,
      .max = 50,
      .about = "what this person may do" },
};
static const Shape person_shape =
    SHAPE("A person", CatalogPerson, person_fields, POS(CatalogPerson));

static const ShapeField people_fields[] = {
    { .key = "people",
      .kind = FIELD_LIST,
      .offset = 0,
      .flags = FIELD_REQUIRED | FIELD_ALWAYS,
      .shape = &person_shape,
      .max = 20000,
      .about = "all people" },
};
const Shape people_shape = SHAPE("The file of people", CatalogPeople, people_fields, -1);
