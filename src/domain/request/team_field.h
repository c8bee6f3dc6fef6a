/* team_field.h - fields that a team has for its own requests, without a change of the database.
 *
 * A field has a key (in queries field.KEY, unlike any other of the organisation), names in the three languages, a kind
 * that stays, and for a choice its options.  Leads of the team and administrators make and change them.  A field that
 * is retired is no longer filled in; what was written stays, is shown and is found.
 *
 * Values are written on requests in the queue of the team by who works on them (MAY_WORK).  They stay when the request
 * is handed over, but then nobody changes them.  Whoever sees the request sees its fields, as they see its tags;
 * suppliers do not.  General rules (grants, errors): request.h.  Docs: docs/domain/field.md.
 */
#pragma once

#include "domain/request/request.h"

#define TEAM_FIELD_KEY_MAX  40   /* characters */
#define TEAM_FIELD_NAME_MAX 60   /* characters */
#define TEAM_FIELDS_MOST    50   /* of one team, retired ones among them */
#define FIELD_OPTIONS_MOST  100  /* of one choice */
#define FIELD_TEXT_MAX      200  /* characters of a text */

typedef enum FieldKind {
    FIELD_TEXT,   /* one line */
    FIELD_NUMBER, /* thousandths */
    FIELD_MONEY,
    FIELD_DATE,
    FIELD_CHOICE, /* one of its options */
    FIELD_PERSON, /* anybody active */
    FIELD_YES_NO,
    FIELD_KINDS,
} FieldKind;
Str          field_kind_word(FieldKind kind);  /* "yes_no" */
const char  *field_kind_label(FieldKind kind); /* msgid */
CHECKED bool field_kind_from_word(Str word, FieldKind *ret);

typedef struct FieldOption {
    Str      key;
    LangText name;
} FieldOption;
LIST_OF(FieldOption, FieldOptions);

typedef struct TeamField {
    int64_t      id, team_id;
    Str          key;
    LangText     name;
    FieldKind    kind;
    FieldOptions options;
    bool         retired;
    int64_t      place; /* among the fields of its team, from 1 */
    int64_t      version;
    Ms           changed_ms;
} TeamField;
LIST_OF(TeamField, TeamFields);

/* All fields of all teams, by team and then in its order; kept in memory from call to call (app/memory.h). */
CHECKED Rc team_fields(Ctx *cx, TeamFields *ret);
/* Errors: RC_NOT_FOUND. */
CHECKED Rc team_field_get(Ctx *cx, Str key, TeamField *ret);
const TeamField *team_field_by_id(const TeamFields *list, int64_t id); /* NULL: none */

typedef struct TeamFieldInput {
    Str          key;  /* create: a key without '/', at most TEAM_FIELD_KEY_MAX characters */
    LangText     name; /* English is needed, the others are not; at most TEAM_FIELD_NAME_MAX characters each */
    Str          kind; /* create: a word */
    FieldOptions options; /* of a choice: at least one; one that is left out can no longer be chosen */
    bool         retired;
    OptInt       place;   /* change: absent leaves it where it is; those between both places move by one */
    OptInt       version; /* change */
} TeamFieldInput;
/* A new one comes last.  `g` from access_load(cx, team_id, true, &g).  Events "field.created", "field.changed" (nothing when nothing
 * changed) of the team.
 * Errors: RC_INVALID (key, name, kind, options, place), RC_CONFLICT (key taken), RC_LIMIT, RC_NOT_FOUND (no such field of
 * this team), RC_STALE. */
CHECKED Rc team_field_create(Ctx *cx, GrantedLoad g, const TeamFieldInput *in);
CHECKED Rc team_field_change(Ctx *cx, GrantedLoad g, Str key, const TeamFieldInput *in);

/* "blue = Blue / Blå / 蓝", a line for each option: key, then its names in English, Swedish and Chinese. */
CHECKED Rc field_options_read(Ctx *cx, Str lines, FieldOptions *ret);
Str        field_options_text(Arena *a, const FieldOptions *options);

/* ---- values ---- */

/* What one request has in one field. */
typedef struct FieldValue {
    const TeamField *field;
    int64_t   request_id;
    bool      filled;
    CondValue value;  /* KEY for a choice, PERSON: text is the login */
    Str       text;   /* its one form: "12.5", "1500.00 EUR", "2027-01-31", an option's key, a login, "yes"; "" empty */
    PersonRef person; /* of a person */
    PersonRef by;     /* who wrote it */
    Ms        at_ms;
} FieldValue;
LIST_OF(FieldValue, FieldValues);

/* Those of the request's own team that are not retired, filled in or not, and every other one that is filled in; by
 * field.  Needs MAY_SEE. */
CHECKED Rc field_list(Ctx *cx, GrantedRequest g, FieldValues *ret);
/* All that these requests have, in one statement; those that the subject does not see are left out. */
CHECKED Rc field_values(Ctx *cx, ScopeRequests s, const int64_t *ids, size_t n, FieldValues *ret);
/* For people: the name of an option or person, a date, an amount.  Empty: msgid NULL. */
Text field_words(const FieldValue *v);

typedef struct FieldSetOne {
    Str key;
    Str value; /* as FieldValue.text; "": empties it */
    Str was;   /* what stood there when it was shown; STR_NULL: does not matter */
} FieldSetOne;
LIST_OF(FieldSetOne, FieldSets);
typedef struct FieldSet {
    FieldSets list;
    OptInt    version; /* of the request */
    Rc        fault;
} FieldSet;
/* Writes them, in the caller's transaction, with an event "field.set" or "field.emptied" for each that changes; the words of
 * a value stand with the event's words.  One that is as it was is not touched.  Needs MAY_WORK.
 * Errors: RC_FORBIDDEN, RC_CONFLICT (a replayed request), RC_STALE (version, or somebody else changed one since `was`),
 * then `fault`, RC_INVALID at "field.KEY" ("not_found" for a field that is not the request's team's, or is retired). */
CHECKED Rc field_set(Ctx *cx, GrantedRequest g, const FieldSet *in);
