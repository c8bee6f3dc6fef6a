/* answers_value.c - see answers_value.h. */
#include "app/fold.h"
#include "domain/model/answers_value.h"

#include <assert.h>

void answer_fault(AnswerCheck *c, Str pointer, const char *code, Text text)
{
    c->faults++;
    if (LIST_PUSH(c->arena, c->errors, ((FieldError){ pointer, str_z(code), text })) != RC_OK)
        c->rc = RC_LIMIT;
}

static bool fault(AnswerCheck *c, const AnswerInput *in, const char *code, Text text)
{
    answer_fault(c, in->pointer, code, text);
    return false;
}

static bool wrong_type(AnswerCheck *c, const AnswerInput *in, Text text)
{
    return fault(c, in, "wrong_type", text);
}

/* ---- words ---- */

/* CR LF of form fields becomes LF; other text stays. */
static Str without_cr(Arena *a, Str s)
{
    char *to;
    size_t n = 0;

    if (str_find(s, '\r') == s.len)
        return s;
    to = arena_try(a, s.len);
    if (to == NULL)
        return s;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != '\r' || i + 1 == s.len || s.ptr[i + 1] != '\n')
            to[n++] = s.ptr[i];
    return (Str){ to, n };
}

/* Blanks and line ends at both ends. */
static Str trimmed(Str s)
{
    while (s.len > 0 && (s.ptr[0] == ' ' || s.ptr[0] == '\t' || s.ptr[0] == '\n'))
        s = str_skip(s, 1);
    while (s.len > 0
           && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t' || s.ptr[s.len - 1] == '\n'))
        s.len--;
    return s;
}

static bool text_bounds(AnswerCheck *c, const Question *q, const AnswerInput *in, Str s)
{
    int64_t chars = (int64_t)str_chars(s);
    int64_t max = q->max.type == COND_NUMBER ? q->max.number / 1000 : ANSWER_TEXT_MAX;

    if (q->type == QUESTION_TEXT && q->max.type != COND_NUMBER)
        max = ANSWER_LINE_MAX;
    if (s.len > ANSWER_TEXT_MAX || chars > max)
        return fault(c, in, "too_long",
                     TEXT_N("Write at most %d character. You wrote {0}.",
                            "Write at most %d characters. You wrote {0}.", max, chars));
    if (q->min.type == COND_NUMBER && chars < q->min.number / 1000)
        return fault(c, in, "too_short",
                     TEXT_N("Write at least %d character.", "Write at least %d characters.",
                            q->min.number / 1000));
    return true;
}

static bool read_text(AnswerCheck *c, const Question *q, const AnswerInput *in, CondValue *ret)
{
    bool lines = q->type == QUESTION_LONG_TEXT;
    Str s = in->text;

    if (in->form == ANSWER_FIELD && lines)
        s = without_cr(c->arena, s);
    s = trimmed(s);
    if (s.len == 0)
        return true;
    if (!str_is_clean_text(s, lines))
        return fault(
            c, in, "unclean_text",
            lines ? TEXT(
                "This text has signs in it that cannot be stored. Write it again without them.")
                  : TEXT("This is a single line of text, without signs that cannot be seen."));
    if (s.len > ANSWER_TEXT_MAX)
        return text_bounds(c, q, in, s);
    if (text_nfc(c->arena, s, &s) != RC_OK) {
        c->rc = RC_LIMIT;
        return false;
    }
    *ret = (CondValue){ .type = COND_TEXT, .text = s };
    return text_bounds(c, q, in, s);
}

/* ---- choosing ---- */

static bool read_option(AnswerCheck *c, const Question *q, const AnswerInput *in, CondValue *ret)
{
    const Option *o = question_option(q, in->text);

    if (o == NULL)
        return fault(c, in, "unknown_option",
                     TEXT("This is not one of the choices. Choose one from the list."));
    *ret = (CondValue){ .type = COND_KEY, .text = o->key };
    return true;
}

/* A key that the database knows: person, team, entry, item, upload. */
static bool read_known(AnswerCheck *c, const Question *q, const AnswerInput *in, CondValue *ret)
{
    const AnswerLookup *l = c->lookup;
    Str s = str_trim(in->text);
    Rc rc = RC_OK;

    if (s.len > 128 || !str_is_clean_text(s, false)) {
        rc = RC_NOT_FOUND;
    } else if (l != NULL) {
        switch (q->type) {
        case QUESTION_PERSON: rc = l->person == NULL ? RC_OK : l->person(l->arg, s); break;
        case QUESTION_TEAM: rc = l->team == NULL ? RC_OK : l->team(l->arg, s); break;
        case QUESTION_LIST:
        case QUESTION_ITEM: rc = l->entry == NULL ? RC_OK : l->entry(l->arg, q->list, s); break;
        case QUESTION_FILE: rc = l->upload == NULL ? RC_OK : l->upload(l->arg, s); break;
        case QUESTION_TEXT:
        case QUESTION_LONG_TEXT:
        case QUESTION_CHOICE:
        case QUESTION_SEVERAL:
        case QUESTION_YES_NO:
        case QUESTION_NUMBER:
        case QUESTION_MONEY:
        case QUESTION_DATE:
        case QUESTION_DATETIME:
        case QUESTION_TABLE:
        case QUESTION_TYPE_COUNT: assert(!"only what the database knows comes here"); break;
        }
    }
    bool known = rc == RC_OK;
    if (!known && rc != RC_NOT_FOUND) { /* nobody knows */
        c->rc = rc;
        return false;
    }
    if (!known && q->type == QUESTION_PERSON)
        return fault(
            c, in, "not_found",
            TEXT("There is nobody with the login {0}. Choose a person from the suggestions.", s));
    if (!known && q->type == QUESTION_FILE)
        return fault(c, in, "not_found", TEXT("This file is not here any more. Add it again."));
    if (!known)
        return fault(c, in, "not_found",
                     TEXT("{0} is not in the list. Choose one from the list.", s));
    *ret = (CondValue){ .type = question_cond_type(q), .text = str_dup(c->arena, s) };
    return true;
}

static bool read_yes_no(AnswerCheck *c, const AnswerInput *in, CondValue *ret)
{
    bool yes = str_eq_z(in->text, "true"), no = str_eq_z(in->text, "false");

    if (in->form == ANSWER_FIELD) {
        yes = yes || str_eq_z(in->text, "yes");
        no = no || str_eq_z(in->text, "no");
    }
    if (in->form == ANSWER_TEXT || (!yes && !no))
        return wrong_type(c, in, TEXT("Answer yes or no."));
    *ret = (CondValue){ .type = COND_YES_NO, .yes = yes };
    return true;
}

/* ---- numbers and money ---- */

/* "1 500,50" as people in Sweden write it; programs write points only. */
static Str plain_number(Arena *a, Str s)
{
    char *to = arena_try(a, s.len + 1);
    size_t n = 0;
    bool point = str_find(s, '.') < s.len;

    if (to == NULL)
        return s;
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        uint32_t ch = str_next_char(s, &at);
        if (ch == ' ' || ch == 0xA0 || ch == 0x202F)
            continue;
        if (ch == 0x2212) { /* minus sign */
            to[n++] = '-';
        } else if (ch == ',' && !point) {
            to[n++] = '.';
        } else {
            memcpy(to + n, s.ptr + from, at - from);
            n += at - from;
        }
    }
    return (Str){ to, n };
}

static bool read_number(AnswerCheck *c, const Question *q, const AnswerInput *in, CondValue *ret)
{
    CondValue v = { .type = COND_NUMBER };
    Str s = in->form == ANSWER_FIELD ? plain_number(c->arena, in->text) : str_trim(in->text);

    if (in->form == ANSWER_TRUTH || !decimal_parse(s, &v.number))
        return fault(c, in, "not_a_number",
                     TEXT("Write a number, for example 12 or 0.5 (at most three decimals)."));
    if (q->min.type == COND_NUMBER && v.number < q->min.number)
        return fault(c, in, "too_small",
                     TEXT("Write {0} or more.", decimal_text(c->arena, q->min.number)));
    if (q->max.type == COND_NUMBER && v.number > q->max.number)
        return fault(c, in, "too_big",
                     TEXT("Write {0} or less.", decimal_text(c->arena, q->max.number)));
    *ret = v;
    return true;
}

/* Amount and currency from "1500.00 EUR", from two fields, or from an amount and the model's currency. */
static bool money_parts(AnswerCheck *c, const Question *q, const AnswerInput *in, Money *ret)
{
    Str amount = str_trim(in->text), currency = str_trim(in->currency);

    if (in->form == ANSWER_FIELD) {
        if (amount.len > 4 && str_starts(str_sub(amount, amount.len - 4, amount.len - 3), STR(" "))
            && amount.ptr[amount.len - 1] >= 'A' && amount.ptr[amount.len - 1] <= 'Z') {
            currency = str_skip(amount, amount.len - 3);
            amount = str_sub(amount, 0, amount.len - 4);
        }
        amount = plain_number(c->arena, amount);
        if (currency.len == 0)
            currency = q->currency.len > 0 ? q->currency : c->currency;
    }
    return money_parse(amount, currency, ret);
}

static bool read_money(AnswerCheck *c, const Question *q, const AnswerInput *in, CondValue *ret)
{
    CondValue v = { .type = COND_MONEY };
    const CondValue *bounds[] = { &q->min, &q->max };

    if ((in->form != ANSWER_FIELD && in->form != ANSWER_MONEY) || !money_parts(c, q, in, &v.money))
        return fault(c, in, "not_money",
                     TEXT("Write an amount and its currency, for example 1500.00 EUR."));
    if (q->currency.len > 0 && !str_eq_z(q->currency, v.money.currency))
        return fault(c, in, "currency", TEXT("Give this amount in {0}.", q->currency));
    for (size_t i = 0; i < COUNT_OF(bounds); i++) {
        if (bounds[i]->type != COND_MONEY)
            continue;
        Money bound = bounds[i]->money;
        if (memcmp(bound.currency, v.money.currency, sizeof bound.currency) != 0)
            return fault(
                c, in, "currency",
                TEXT("Give this amount in {0}.", str_dup(c->arena, str_z(bound.currency))));
        if (i == 0 && v.money.minor < bound.minor)
            return fault(c, in, "too_small", TEXT("Write {0} or more.", bound));
        if (i == 1 && v.money.minor > bound.minor)
            return fault(c, in, "too_big", TEXT("Write {0} or less.", bound));
    }
    *ret = v;
    return true;
}

/* ---- dates ---- */

static bool read_date(AnswerCheck *c, const Question *q, const AnswerInput *in, CondValue *ret)
{
    CondValue v = { .type = COND_DATE };

    if (!clock_parse_date(str_trim(in->text), &v.at))
        return fault(c, in, "not_a_date",
                     TEXT("Write a date as year-month-day, for example 2027-06-01."));
    if (q->min.type == COND_DATE && v.at < q->min.at)
        return fault(c, in, "too_small", TEXT("Choose {0} or later.", when_date(q->min.at)));
    if (q->max.type == COND_DATE && v.at > q->max.at)
        return fault(c, in, "too_big", TEXT("Choose {0} or earlier.", when_date(q->max.at)));
    *ret = v;
    return true;
}

/* "2027-06-01T10:00" of a form is local time of the person; programs write the offset. */
static bool local_time(const Zone *zone, Str s, Ms *ret)
{
    CivilTime t;
    int64_t hour, minute;
    Ms day;

    if (s.len != 16 || (s.ptr[10] != 'T' && s.ptr[10] != ' ') || s.ptr[13] != ':'
        || !clock_parse_date(str_sub(s, 0, 10), &day) || !str_to_i64(str_sub(s, 11, 13), &hour)
        || !str_to_i64(str_skip(s, 14), &minute) || hour < 0 || hour > 23 || minute < 0
        || minute > 59)
        return false;
    t = clock_civil_utc(day);
    t.hour = (int32_t)hour;
    t.minute = (int32_t)minute;
    *ret = zone_instant(zone != NULL ? zone : zone_utc(), &t);
    return true;
}

static bool read_datetime(AnswerCheck *c, const AnswerInput *in, CondValue *ret)
{
    CondValue v = { .type = COND_DATETIME };
    Str s = str_trim(in->text);
    bool ok = clock_parse_rfc3339(s, &v.at);

    if (!ok && in->form == ANSWER_FIELD)
        ok = local_time(c->facts->zone, s, &v.at);
    if (!ok)
        return fault(c, in, "not_a_date",
                     TEXT("Write a date and a time, for example 2027-06-01T10:00."));
    *ret = v;
    return true;
}

/* ---- all ---- */

/* JSON says what a value is; a field of a form is text always. */
static bool form_fits(const Question *q, AnswerForm form)
{
    switch (form) {
    case ANSWER_FIELD: return true;
    case ANSWER_TEXT: return q->type != QUESTION_MONEY && q->type != QUESTION_YES_NO;
    case ANSWER_NUMBER: return q->type == QUESTION_NUMBER;
    case ANSWER_TRUTH: return q->type == QUESTION_YES_NO;
    case ANSWER_MONEY: return q->type == QUESTION_MONEY;
    case ANSWER_WRONG: return false;
    }
    return false;
}

bool answer_value(AnswerCheck *c, const Question *q, const AnswerInput *in, CondValue *ret)
{
    static const char *const wanted[QUESTION_TYPE_COUNT] = {
        [QUESTION_TEXT] = T("This answer is a text."),
        [QUESTION_LONG_TEXT] = T("This answer is a text."),
        [QUESTION_CHOICE] = T("This answer is the key of one choice."),
        [QUESTION_SEVERAL] = T("This answer is a list of keys."),
        [QUESTION_YES_NO] = T("Answer yes or no."),
        [QUESTION_NUMBER] = T("This answer is a number."),
        [QUESTION_MONEY] = T("This answer is an amount and a currency."),
        [QUESTION_DATE] = T("This answer is a date."),
        [QUESTION_DATETIME] = T("This answer is a date and a time."),
        [QUESTION_PERSON] = T("This answer is the login of a person."),
        [QUESTION_TEAM] = T("This answer is the key of a team."),
        [QUESTION_LIST] = T("This answer is the key of one choice."),
        [QUESTION_ITEM] = T("This answer is the key of one choice."),
        [QUESTION_FILE] = T("This answer is the id of an uploaded file."),
        [QUESTION_TABLE] = T("This answer is a list of rows."),
    };

    *ret = (CondValue){ .type = COND_EMPTY };
    if ((in->form == ANSWER_TEXT || in->form == ANSWER_FIELD) && trimmed(in->text).len == 0)
        return true;
    if (!form_fits(q, in->form))
        return wrong_type(c, in, (Text){ .msgid = wanted[q->type] });
    switch (q->type) {
    case QUESTION_TEXT:
    case QUESTION_LONG_TEXT: return read_text(c, q, in, ret);
    case QUESTION_CHOICE:
    case QUESTION_SEVERAL: return read_option(c, q, in, ret);
    case QUESTION_YES_NO: return read_yes_no(c, in, ret);
    case QUESTION_NUMBER: return read_number(c, q, in, ret);
    case QUESTION_MONEY: return read_money(c, q, in, ret);
    case QUESTION_DATE: return read_date(c, q, in, ret);
    case QUESTION_DATETIME: return read_datetime(c, in, ret);
    case QUESTION_PERSON:
    case QUESTION_TEAM:
    case QUESTION_LIST:
    case QUESTION_ITEM:
    case QUESTION_FILE: return read_known(c, q, in, ret);
    case QUESTION_TABLE:
    case QUESTION_TYPE_COUNT: break;
    }
    return wrong_type(c, in, (Text){ .msgid = wanted[QUESTION_TABLE] });
}
