/* query_value.c - values of the condition language: spans, exact decimals, money. */
#include "domain/query/query.h"

#include <assert.h>

const char *cond_type_name(CondType t)
{
    static const char *const names[] = {
        [COND_EMPTY] = T("nothing"),       [COND_TEXT] = T("a text"),
        [COND_KEY] = T("a key"),           [COND_KEYS] = T("a list of keys"),
        [COND_PERSON] = T("a person"),     [COND_NUMBER] = T("a number"),
        [COND_MONEY] = T("money"),         [COND_YES_NO] = T("yes or no"),
        [COND_DATE] = T("a date"),         [COND_DATETIME] = T("a moment"),
        [COND_SPAN] = T("a span of time"), [COND_TABLE] = T("a table"),
    };

    assert((size_t)t < COUNT_OF(names));
    return names[t];
}

const char *cond_type_word(CondType t)
{
    static const char *const words[] = {
        [COND_EMPTY] = "empty", [COND_TEXT] = "text",         [COND_KEY] = "key",
        [COND_KEYS] = "keys",   [COND_PERSON] = "person",     [COND_NUMBER] = "number",
        [COND_MONEY] = "money", [COND_YES_NO] = "yes_no",     [COND_DATE] = "date",
        [COND_SPAN] = "span",   [COND_DATETIME] = "datetime", [COND_TABLE] = "table",
    };

    assert((size_t)t < COUNT_OF(words));
    return words[t];
}

bool cond_value_is_empty(const CondValue *v)
{
    switch (v->type) {
    case COND_EMPTY: return true;
    case COND_TEXT:
    case COND_KEY:
    case COND_PERSON: return v->text.len == 0;
    case COND_KEYS:
    case COND_TABLE: return v->keys_n == 0;
    case COND_NUMBER:
    case COND_MONEY:
    case COND_YES_NO:
    case COND_DATE:
    case COND_DATETIME: return false;
    case COND_SPAN: return v->span.n == 0;
    }
    return true;
}

/* ---- spans ---- */

static const struct {
    const char *word;
    SpanUnit unit;
} span_units[] = {
    { "m", SPAN_MINUTES }, { "h", SPAN_HOURS },       { "d", SPAN_DAYS },
    { "y", SPAN_YEARS },   { "wh", SPAN_WORK_HOURS }, { "wd", SPAN_WORK_DAYS },
};

bool timespan_parse(Str s, TimeSpan *ret)
{
    size_t digits = 0;
    int64_t n;

    while (digits < s.len && s.ptr[digits] >= '0' && s.ptr[digits] <= '9')
        digits++;
    if (digits == 0 || !str_to_i64(str_sub(s, 0, digits), &n) || n < 1 || n > 100000)
        return false;
    for (size_t i = 0; i < COUNT_OF(span_units); i++) {
        if (str_eq_z(str_skip(s, digits), span_units[i].word)) {
            *ret = (TimeSpan){ (int32_t)n, span_units[i].unit };
            return true;
        }
    }
    return false;
}

Str timespan_text(Arena *a, TimeSpan s)
{
    if (s.n == 0)
        return STR("");
    for (size_t i = 0; i < COUNT_OF(span_units); i++)
        if (span_units[i].unit == s.unit)
            return str_fmt(a, "%d%s", (int)s.n, span_units[i].word);
    assert(!"a span has one of the six units");
    return STR("");
}

bool timespan_is_working(TimeSpan s)
{
    return s.n != 0 && (s.unit == SPAN_WORK_HOURS || s.unit == SPAN_WORK_DAYS);
}

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* The years that the calendar functions are asked about; far beyond them lies only nonsense. */
#define YEAR_MIN 1
#define YEAR_MAX 9999

static bool move_years(Ms at, int64_t years, const Zone *zone, Ms *ret)
{
    CivilTime t = zone_civil(zone ? zone : zone_utc(), at);
    int64_t year = t.year + years;

    if (year < YEAR_MIN || year > YEAR_MAX)
        return false;
    t.year = (int32_t)year;
    if (t.month == 2 && t.day == 29 && !is_leap(year))
        t.day = 28;
    *ret = zone_instant(zone ? zone : zone_utc(), &t);
    return true;
}

bool timespan_move(Ms at, TimeSpan s, int sign, const Zone *zone, Ms *ret)
{
    int64_t unit_ms = 0, delta;
    Ms moved;

    switch (s.unit) {
    case SPAN_MINUTES: unit_ms = MS_MINUTE; break;
    case SPAN_HOURS: unit_ms = MS_HOUR; break;
    case SPAN_DAYS: unit_ms = MS_DAY; break;
    case SPAN_YEARS: return move_years(at, (int64_t)s.n * sign, zone, ret);
    case SPAN_WORK_HOURS:
    case SPAN_WORK_DAYS: return false;
    }
    if (__builtin_mul_overflow(unit_ms, (int64_t)s.n * sign, &delta)
        || __builtin_add_overflow(at, delta, &moved))
        return false;
    *ret = moved;
    return true;
}

/* ---- decimals ---- */

/* Reads "-12.345" as a whole number of 10^-digits.  Trailing zeros beyond the digits are accepted
 * ("1.50" for a number of one digit), other digits there are not. */
static bool decimal_scaled(Str s, int digits, int64_t max, int64_t *ret)
{
    bool negative = s.len > 0 && s.ptr[0] == '-';
    size_t at = negative ? 1 : 0, whole = 0;
    int64_t v = 0;
    int decimals = 0;
    bool point = false;

    for (; at < s.len; at++) {
        char c = s.ptr[at];
        if (c == '.' && !point && whole > 0 && at + 1 < s.len) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9')
            return false;
        whole++;
        if (point && decimals == digits) {
            if (c != '0')
                return false;
            continue;
        }
        decimals += point ? 1 : 0;
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, c - '0', &v))
            return false;
    }
    if (whole == 0)
        return false;
    for (; decimals < digits; decimals++)
        if (__builtin_mul_overflow(v, 10, &v))
            return false;
    if (v > max)
        return false;
    *ret = negative ? -v : v;
    return true;
}

/* Writes v as a decimal of `digits`; `keep` says whether trailing zeros stay. */
static Str decimal_write(Arena *a, int64_t v, int digits, bool keep)
{
    char text[40];
    size_t at = sizeof text;
    uint64_t rest = v < 0 ? (uint64_t)0 - (uint64_t)v : (uint64_t)v;
    bool written = keep;

    for (int i = 0; i < digits; i++, rest /= 10) {
        if (rest % 10 != 0)
            written = true;
        if (written)
            text[--at] = (char)('0' + rest % 10);
    }
    if (written && digits > 0)
        text[--at] = '.';
    do {
        text[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (v < 0)
        text[--at] = '-';
    return str_dup(a, (Str){ text + at, sizeof text - at });
}

#define NUMBER_DIGITS 3
#define NUMBER_MAX    INT64_C(1000000000000000000) /* 10^15 in thousandths */

bool decimal_parse(Str s, int64_t *ret_thousandths)
{
    return decimal_scaled(s, NUMBER_DIGITS, NUMBER_MAX, ret_thousandths);
}

Str decimal_text(Arena *a, int64_t thousandths)
{
    return decimal_write(a, thousandths, NUMBER_DIGITS, false);
}

/* ---- money ---- */

bool money_parse(Str amount, Str currency, Money *ret)
{
    Money m = { 0, { 0, 0, 0, 0 } };
    int64_t max = INT64_C(1000000000000000); /* 10^15 units of the currency */

    if (currency.len != 3)
        return false;
    for (size_t i = 0; i < 3; i++) {
        if (currency.ptr[i] < 'A' || currency.ptr[i] > 'Z')
            return false;
        m.currency[i] = currency.ptr[i];
    }
    int digits = money_digits(m.currency);
    for (int i = 0; i < digits; i++)
        max *= 10;
    if (!decimal_scaled(amount, digits, max, &m.minor))
        return false;
    *ret = m;
    return true;
}

bool money_parse_text(Str s, Money *ret)
{
    Str rest = str_trim(s);
    Str amount = str_cut(&rest, ' ');

    return money_parse(amount, str_trim(rest), ret);
}

Str money_amount(Arena *a, Money m)
{
    return decimal_write(a, m.minor, money_digits(m.currency), true);
}

Str money_text(Arena *a, Money m)
{
    int digits = money_digits(m.currency);
    int64_t unit = 1;

    for (int i = 0; i < digits; i++)
        unit *= 10;
    Str amount =
        m.minor % unit == 0 ? decimal_write(a, m.minor / unit, 0, true) : money_amount(a, m);
    return str_fmt(a, "%.*s %s", STR_ARG(amount), m.currency);
}
