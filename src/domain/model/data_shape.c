/* data_shape.c - the shapes of lists, calendars, teams and people. */
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

/* ---- calendars ---- */

static const char *const day_words[7] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

static bool clock_minutes(Str s, int32_t *ret)
{
    int64_t h, m;

    if (s.len != 5 || s.ptr[2] != ':' || !str_to_i64(str_sub(s, 0, 2), &h)
        || !str_to_i64(str_skip(s, 3), &m) || h < 0 || m < 0 || m > 59 || h * 60 + m > 24 * 60)
        return false;
    *ret = (int32_t)(h * 60 + m);
    return true;
}

/* ["08:00-12:00", "13:00-17:00"] */
static Rc read_ranges(Doc *d, const Yaml *y, HoursRanges *to)
{
    if (!doc_is(d, y, YAML_IS_LIST, "The hours of a day"))
        return RC_OK;
    for (size_t i = 0; i < y->n && i < 12; i++) {
        HoursRange r;
        Str rest, from;
        if (!doc_text(d, y->items[i], "Hours", &rest))
            continue;
        Str whole = rest;
        from = str_cut(&rest, '-');
        if (!clock_minutes(from, &r.from_min) || !clock_minutes(rest, &r.to_min)
            || r.from_min >= r.to_min)
            doc_error(d, y->items[i]->pos, "bad_hours",
                      "\"%.*s\" is no time of a day; write \"08:00-17:00\".", STR_ARG(whole));
        else if (to->n > 0 && r.from_min < to->at[to->n - 1].to_min)
            doc_error(d, y->items[i]->pos, "bad_hours",
                      "The hours of a day ascend and do not overlap.");
        else
            TRY(LIST_PUSH(d->arena, to, r));
    }
    return RC_OK;
}

static Rc read_hours(Doc *d, const Yaml *y, void *to)
{
    HoursRanges *hours = to;

    if (!doc_is(d, y, YAML_IS_MAP, "hours"))
        return RC_OK;
    doc_known_keys(d, y, day_words, COUNT_OF(day_words), "hours");
    for (size_t i = 0; i < COUNT_OF(day_words); i++) {
        const Yaml *day = yaml_get(y, day_words[i]);
        if (day != NULL)
            TRY(read_ranges(d, day, &hours[i]));
    }
    return RC_OK;
}

static Rc write_hours(Arena *a, const void *from, Yaml **ret)
{
    const HoursRanges *hours = from;
    Yaml *map = yaml_map(a);

    for (size_t i = 0; i < COUNT_OF(day_words); i++) {
        Yaml *list = yaml_list(a, false);
        for (size_t k = 0; k < hours[i].n; k++) {
            HoursRange r = hours[i].at[k];
            TRY(yaml_add(
                a, list,
                yaml_scalar(a,
                            str_fmt(a, "%02d:%02d-%02d:%02d", (int)r.from_min / 60,
                                    (int)r.from_min % 60, (int)r.to_min / 60, (int)r.to_min % 60),
                            YAML_QUOTED)));
        }
        TRY(yaml_put(a, map, str_z(day_words[i]), list));
    }
    *ret = map;
    return RC_OK;
}

static Rc read_zone(Doc *d, const Yaml *y, void *to)
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

static Rc write_zone(Arena *a, const void *from, Yaml **ret)
{
    Str s = *(const Str *)from;

    *ret = s.len > 0 ? yaml_scalar(a, s, YAML_TEXT) : NULL;
    return RC_OK;
}

static Rc read_day_hours(Doc *d, const Yaml *y, void *to)
{
    int64_t n;
    Str s;

    if (!doc_text(d, y, "day_hours", &s))
        return RC_OK;
    if (decimal_parse(s, &n) && n > 0 && n <= 24000)
        *(int64_t *)to = n;
    else
        doc_error(d, y->pos, "bad_number",
                  "day_hours is a number of hours up to 24, as in 8 or 7.5.");
    return RC_OK;
}

static Rc write_day_hours(Arena *a, const void *from, Yaml **ret)
{
    *ret = yaml_scalar(a, decimal_text(a, *(const int64_t *)from), YAML_PLAIN);
    return RC_OK;
}

static const ShapeField calendar_fields[] = {
    { .key = "calendar",
      .kind = FIELD_KEY,
      AT(CalendarDoc, key),
      .flags = FIELD_REQUIRED,
      .about = "key of the calendar" },
    { .key = "zone",
      .kind = FIELD_CUSTOM,
      AT(CalendarDoc, zone),
      .flags = FIELD_REQUIRED,
      .read = read_zone,
      .write = write_zone,
      .form = "name of a time zone",
      .about = "whose local time the hours are" },
    { .key = "hours",
      .kind = FIELD_CUSTOM,
      AT(CalendarDoc, hours),
      .flags = FIELD_REQUIRED,
      .read = read_hours,
      .write = write_hours,
      .form = "mapping of mon ... sun to lists of \"08:00-17:00\"",
      .about = "working time" },
    { .key = "holidays",
      .kind = FIELD_DATES,
      AT(CalendarDoc, holidays),
      .max = 1000,
      .about = "days without working time" },
    { .key = "day_hours",
      .kind = FIELD_CUSTOM,
      AT(CalendarDoc, day_hours),
      .read = read_day_hours,
      .write = write_day_hours,
      .form = "number of hours",
      .about = "what one day of effort means; 8 without it" },
};
const Shape calendar_shape = SHAPE("A calendar", CalendarDoc, calendar_fields, -1);

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
      .read = read_zone,
      .write = write_zone,
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
