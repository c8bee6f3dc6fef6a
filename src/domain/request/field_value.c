/* field_value.c - what requests have in the fields of their teams. */
#include "domain/request/team_field.h"

#include "app/fold.h"
#include "domain/request/aggregate.h"
#include "domain/request/view.h"
#include "domain/request/team_field_q.h"

LIST_OF(FieldValueRow, ValueRows);

/* ---- a row as a value ---- */

static Rc person_value(Ctx *cx, int64_t id, FieldValue *v)
{
    TRY(person_ref(cx, id, &v->person));
    v->value = (CondValue){ .type = COND_PERSON, .text = v->person.login };
    v->text = v->person.login;
    return RC_OK;
}

static Rc value_from_row(Ctx *cx, const FieldValueRow *row, FieldValue *v)
{
    Arena *a = cx->arena;
    int64_t n = row->number.value;
    CondValue money;

    v->filled = true;
    v->at_ms = row->at_ms;
    TRY(person_ref(cx, row->by_id, &v->by));
    switch (v->field->kind) {
    case FIELD_TEXT:
        v->text = row->text;
        v->value = (CondValue){ .type = COND_TEXT, .text = row->text };
        return RC_OK;
    case FIELD_CHOICE:
        v->text = row->word;
        v->value = (CondValue){ .type = COND_KEY, .text = row->word };
        return RC_OK;
    case FIELD_NUMBER:
        v->text = decimal_text(a, n);
        v->value = (CondValue){ .type = COND_NUMBER, .number = n };
        return RC_OK;
    case FIELD_MONEY:
        money = money_of(row->number, row->currency);
        v->value = money;
        v->text = money_text(a, money.money);
        return RC_OK;
    case FIELD_DATE:
        v->text = clock_date(a, n);
        v->value = (CondValue){ .type = COND_DATE, .at = n };
        return RC_OK;
    case FIELD_YES_NO:
        v->text = n == 1 ? STR("yes") : STR("no");
        v->value = (CondValue){ .type = COND_YES_NO, .yes = n == 1 };
        return RC_OK;
    case FIELD_PERSON: return person_value(cx, n, v);
    case FIELD_KINDS: break;
    }
    return RC_INTERNAL;
}

static Rc load_names(Ctx *cx, const TeamFields *fields, const ValueRows *rows)
{
    IdList ids = { 0 };

    for (size_t i = 0; i < rows->n; i++) {
        const TeamField *f = team_field_by_id(fields, rows->at[i].field_id);
        TRY(LIST_PUSH(cx->arena, &ids, rows->at[i].by_id));
        if (f != NULL && f->kind == FIELD_PERSON)
            TRY(LIST_PUSH(cx->arena, &ids, rows->at[i].number.value));
    }
    return person_refs_load(cx, ids.at, ids.n);
}

static const FieldValueRow *row_of(const ValueRows *rows, int64_t field)
{
    for (size_t i = 0; i < rows->n; i++)
        if (rows->at[i].field_id == field)
            return &rows->at[i];
    return NULL;
}

static Rc rows_load(Ctx *cx, GrantedRequest g, ValueRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    FieldValueRow row;

    TRY(q_field_rows(cx, g, &rows));
    while (q_field_rows_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

/* The fields stay in cx->arena, so that values may point to them. */
static Rc fields_load(Ctx *cx, const TeamFields **ret)
{
    TeamFields *fields = ARENA_NEW(cx->arena, TeamFields);

    *ret = fields;
    return team_fields(cx, fields);
}

static Rc list_of(Ctx *cx, GrantedRequest g, int64_t team, FieldValues *ret)
{
    const TeamFields *fields;
    ValueRows rows = { 0 };
    FieldValues list = { 0 };

    TRY(fields_load(cx, &fields));
    if (fields->n > 0)
        TRY(rows_load(cx, g, &rows));
    TRY(load_names(cx, fields, &rows));
    for (size_t i = 0; i < fields->n; i++) {
        const TeamField *f = &fields->at[i];
        const FieldValueRow *row = row_of(&rows, f->id);
        FieldValue v = {
            .field = f, .request_id = granted_request_id(g), .text = STR(""), .at_ms = MS_NONE
        };
        if (row == NULL && (f->retired || f->team_id != team))
            continue;
        if (row != NULL)
            TRY(value_from_row(cx, row, &v));
        TRY(LIST_PUSH(cx->arena, &list, v));
    }
    *ret = list;
    return RC_OK;
}

Rc field_list(Ctx *cx, GrantedRequest g, FieldValues *ret)
{
    RequestRow row;

    TRY(access_more(cx, g, MAY_SEE));
    TRY(row_of_request(cx, g, &row));
    return list_of(cx, g, row.team_id, ret);
}

Rc field_values(Ctx *cx, ScopeRequests s, const int64_t *ids, size_t n, FieldValues *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    const TeamFields *fields;
    FieldValueRow row;
    ValueRows found = { 0 };
    IdList list = { 0 };
    Str json;

    TRY(fields_load(cx, &fields));
    for (size_t i = 0; i < n; i++)
        TRY(LIST_PUSH(cx->arena, &list, ids[i]));
    TRY(ids_json(cx->arena, &list, &json));
    TRY(q_field_rows_of(cx, s, json, &rows));
    while (q_field_rows_of_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &found, row));
    TRY(rows_result(&rows));
    TRY(load_names(cx, fields, &found));
    for (size_t i = 0; i < found.n; i++) {
        FieldValue v = { .field = team_field_by_id(fields, found.at[i].field_id),
                         .request_id = found.at[i].request_id };
        if (v.field == NULL)
            continue;
        TRY(value_from_row(cx, &found.at[i], &v));
        TRY(LIST_PUSH(cx->arena, ret, v));
    }
    return RC_OK;
}

static const FieldOption *option_of(const TeamField *f, Str key)
{
    for (size_t i = 0; i < f->options.n; i++)
        if (str_eq(f->options.at[i].key, key))
            return &f->options.at[i];
    return NULL;
}

Text field_words(const FieldValue *v)
{
    const FieldOption *o;

    if (!v->filled)
        return (Text){ 0 };
    switch (v->field->kind) {
    case FIELD_CHOICE:
        o = option_of(v->field, v->text);
        return o != NULL ? TEXT("{0}", &o->name) : TEXT("{0}", v->text);
    case FIELD_MONEY: return TEXT("{0}", v->value.money);
    case FIELD_DATE: return TEXT("{0}", when_date(v->value.at));
    case FIELD_PERSON: return TEXT("{0}", v->person.name);
    case FIELD_YES_NO: return v->value.yes ? TEXT("Yes") : TEXT("No");
    case FIELD_TEXT:
    case FIELD_NUMBER:
    case FIELD_KINDS: break;
    }
    return TEXT("{0}", v->text);
}

/* ---- writing ---- */

static Rc wrong(Ctx *cx, Str key, const char *code, Text text)
{
    Str pointer = str_fmt(cx->arena, "field.%.*s", STR_ARG(key));
    return fail_field(cx, RC_INVALID, str_dup_z(cx->arena, pointer), code, text);
}

static Rc read_text(Ctx *cx, Str key, Str text, FieldValueRow *ret)
{
    if (!str_is_clean_text(text, false) || str_chars(text) > FIELD_TEXT_MAX)
        return wrong(cx, key, "too_long",
                     TEXT("Write one line of at most {0} characters.", FIELD_TEXT_MAX));
    ret->text = text;
    return text_fold(cx->arena, text, &ret->word);
}

static Rc read_money(Ctx *cx, Str key, Str text, FieldValueRow *ret)
{
    Money m;

    if (!money_parse_text(text, &m))
        return wrong(cx, key, "malformed",
                     TEXT("Write an amount with its currency, as in 1500 EUR."));
    ret->number = OPT_INT(m.minor);
    ret->currency = str_dup(cx->arena, str_z(m.currency));
    return RC_OK;
}

static Rc read_person(Ctx *cx, Str key, Str login, FieldValueRow *ret)
{
    Person p;
    Rc rc = person_by_login(cx, login, &p);

    if (rc == RC_NOT_FOUND)
        return wrong(cx, key, "unknown_person", TEXT("There is nobody with the login {0}.", login));
    TRY(rc);
    ret->number = OPT_INT(p.id);
    return RC_OK;
}

/* The text of a value as its row; the text is not empty. */
static Rc read_value(Ctx *cx, const TeamField *f, Str text, FieldValueRow *ret)
{
    int64_t n = 0;
    Ms at = 0;
    bool yes = str_eq_z(text, "yes") || str_eq_z(text, "true");

    *ret = (FieldValueRow){ .text = STR_NULL, .word = STR_NULL, .currency = STR_NULL };
    switch (f->kind) {
    case FIELD_TEXT: return read_text(cx, f->key, text, ret);
    case FIELD_MONEY: return read_money(cx, f->key, text, ret);
    case FIELD_PERSON: return read_person(cx, f->key, text, ret);
    case FIELD_CHOICE:
        if (option_of(f, text) == NULL)
            return wrong(cx, f->key, "unknown_word", TEXT("Choose one of the options."));
        ret->word = text;
        return RC_OK;
    case FIELD_NUMBER:
        if (!decimal_parse(text, &n))
            return wrong(cx, f->key, "malformed", TEXT("Write a number, as in 12.5."));
        ret->number = OPT_INT(n);
        return RC_OK;
    case FIELD_DATE:
        if (!clock_parse_date(text, &at))
            return wrong(cx, f->key, "not_a_date", TEXT("Give a date."));
        ret->number = OPT_INT(at);
        return RC_OK;
    case FIELD_YES_NO:
        if (!yes && !str_eq_z(text, "no") && !str_eq_z(text, "false"))
            return wrong(cx, f->key, "unknown_word", TEXT("Choose yes or no."));
        ret->number = OPT_INT(yes ? 1 : 0);
        return RC_OK;
    case FIELD_KINDS: break;
    }
    return RC_INTERNAL;
}

static Rc field_event(Ctx *cx, GrantedRequest g, Str key, Str from, Str to)
{
    EventChange change = { str_fmt(cx->arena, "field.%.*s", STR_ARG(key)),
                           from.len > 0 ? from : STR_NULL, to.len > 0 ? to : STR_NULL, true };
    Event ev = { .kind = to.len > 0 ? "field.set" : "field.emptied",
                 .object = "request",
                 .object_id = granted_request_id(g),
                 .changes = &change,
                 .changes_n = 1 };
    return aggregate_note(cx, g, &ev, NULL);
}

static Rc write_one(Ctx *cx, GrantedRequest g, const FieldValue *now, Str text)
{
    FieldValue is = { .field = now->field, .text = STR("") };
    FieldValueRow row;

    if (text.len > 0) {
        TRY(read_value(cx, now->field, text, &row));
        row.by_id = cx->subject->person_id;
        TRY(value_from_row(cx, &row, &is));
    }
    if (str_eq(is.text, now->text))
        return RC_OK;
    if (text.len > 0)
        TRY(q_field_put(cx, g, now->field->id, row.text, row.word, row.number, row.currency,
                        cx->subject->person_id, cx->now_ms, NULL));
    else
        TRY(q_field_drop(cx, g, now->field->id, NULL));
    return field_event(cx, g, now->field->key, now->text, is.text);
}

static const FieldValue *named(const FieldValues *list, Str key)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->at[i].field->key, key))
            return &list->at[i];
    return NULL;
}

/* Has somebody else written it since it was shown?  One that says what stands there anyway is no conflict. */
static bool is_stale(const FieldSetOne *one, const FieldValue *now)
{
    return now != NULL && !str_is_null(one->was) && !str_eq(one->was, now->text)
           && !str_eq(str_trim(one->value), now->text);
}

/* Where nothing was changed on the page, what somebody else wrote meanwhile stays. */
static bool is_untouched(const FieldSetOne *one)
{
    return !str_is_null(one->was) && str_eq(str_trim(one->value), one->was);
}

Rc field_set(Ctx *cx, GrantedRequest g, const FieldSet *in)
{
    RequestRow row;
    FieldValues now;

    TRY(access_more(cx, g, MAY_WORK));
    TRY(q_request_lock(cx, g, &row));
    TRY(history_check(cx, &row));
    TRY(version_check(cx, in->version, row.version));
    TRY(list_of(cx, g, row.team_id, &now));
    for (size_t i = 0; i < in->list.n; i++) {
        const FieldValue *v = named(&now, in->list.at[i].key);
        if (!is_untouched(&in->list.at[i]) && is_stale(&in->list.at[i], v))
            return fail(cx, RC_STALE, "stale",
                        TEXT("Somebody else wrote something into {0} just now: {1}",
                             &v->field->name, v->text));
    }
    TRY(in->fault);
    for (size_t i = 0; i < in->list.n; i++) {
        const FieldSetOne *one = &in->list.at[i];
        const FieldValue *v = named(&now, one->key);
        if (is_untouched(one))
            continue;
        if (v == NULL || v->field->team_id != row.team_id || v->field->retired)
            return wrong(cx, one->key, "not_found",
                         TEXT("The team of this request has no such field."));
        TRY(write_one(cx, g, v, str_trim(one->value)));
    }
    return RC_OK;
}
