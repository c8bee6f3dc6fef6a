/* words.c - see words.h.  One row of tables per language, then the functions that use them. */
#include "app/words.h"

#include "core/buf.h"

#include <assert.h>
#include <inttypes.h>

/* Patterns: %W %w weekday long and short, %D day, %M %m month long and short, %N month as a number,
 * %Y year, %H hour, %I minute, %O the clock (with its own pattern), %P the weekday after "since". */
typedef struct LangWords {
    const char *weekday[7], *weekday_short[7], *weekday_past[7]; /* Monday first */
    const char *month[12], *month_short[12];
    const char *clock;
    const char *day, *day_year, *brief, *brief_year, *moment, *moment_year, *past, *past_year,
        *month_year;
    const char *today, *yesterday;
    const char *today_at, *yesterday_at, *tomorrow_at;
    const char *group, *point;
    const char *days, *hours, *minutes;
    bool symbol_first; /* €2,400 and not 2 400 € */
} LangWords;

#define NBSP  "\u00a0"
#define MINUS "\u2212"

static const LangWords words[LANG_COUNT] = {
    [LANG_EN] = {
        .weekday = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" },
        .weekday_short = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" },
        .weekday_past = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" },
        .month = { "January", "February", "March", "April", "May", "June", "July", "August",
                   "September", "October", "November", "December" },
        .month_short = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
                         "Dec" },
        .clock = "%H:%I",
        .day = "%W %D %M", .day_year = "%W %D %M %Y",
        .brief = "%w %D %m", .brief_year = "%D %m %Y",
        .moment = "%w %D %m, %O", .moment_year = "%D %m %Y, %O",
        .past = "%D %M", .past_year = "%D %M %Y", .month_year = "%m %Y",
        .today = "today", .yesterday = "yesterday",
        .today_at = "today, %O", .yesterday_at = "yesterday, %O", .tomorrow_at = "tomorrow, %O",
        .group = ",", .point = ".",
        .days = "d", .hours = "h", .minutes = "min",
        .symbol_first = true,
    },
    [LANG_SV] = {
        .weekday = { "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag" },
        .weekday_short = { "mån", "tis", "ons", "tors", "fre", "lör", "sön" },
        .weekday_past = { "i måndags", "i tisdags", "i onsdags", "i torsdags", "i fredags",
                          "i lördags", "i söndags" },
        .month = { "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti",
                   "september", "oktober", "november", "december" },
        .month_short = { "jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt",
                         "nov", "dec" },
        .clock = "%H.%I",
        .day = "%W %D %M", .day_year = "%W %D %M %Y",
        .brief = "%w %D %m", .brief_year = "%D %m %Y",
        .moment = "%w %D %m %O", .moment_year = "%D %m %Y %O",
        .past = "den %D %M", .past_year = "den %D %M %Y", .month_year = "%m %Y",
        .today = "i dag", .yesterday = "i går",
        .today_at = "i dag %O", .yesterday_at = "i går %O", .tomorrow_at = "i morgon %O",
        .group = NBSP, .point = ",",
        .days = "d", .hours = "h", .minutes = "min",
        .symbol_first = false,
    },
    [LANG_ZH] = {
        .weekday = { "星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日" },
        .weekday_short = { "周一", "周二", "周三", "周四", "周五", "周六", "周日" },
        .weekday_past = { "周一", "周二", "周三", "周四", "周五", "周六", "周日" },
        .month = { "1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月" },
        .month_short = { "1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月",
                         "12月" },
        .clock = "%H:%I",
        .day = "%N月%D日（%w）", .day_year = "%Y年%N月%D日（%w）",
        .brief = "%N月%D日 %w", .brief_year = "%Y年%N月%D日",
        .moment = "%N月%D日 %w %O", .moment_year = "%Y年%N月%D日 %O",
        .past = "%N月%D日", .past_year = "%Y年%N月%D日", .month_year = "%Y年%N月",
        .today = "今天", .yesterday = "昨天",
        .today_at = "今天 %O", .yesterday_at = "昨天 %O", .tomorrow_at = "明天 %O",
        .group = ",", .point = ".",
        .days = "天", .hours = "小时", .minutes = "分钟",
        .symbol_first = true,
    },
};

/* Large enough for any pattern above with any value in it. */
#define WORDS_MAX 160

typedef struct Line {
    char at[WORDS_MAX];
    size_t len;
} Line;

static void line_add(Line *l, const char *text)
{
    size_t n = strlen(text);

    assert(n <= sizeof l->at - l->len);
    memcpy(l->at + l->len, text, n);
    l->len += n;
}

static void line_char(Line *l, char c)
{
    assert(l->len < sizeof l->at);
    l->at[l->len++] = c;
}

/* Digits by hand: a list shows a hundred instants, and printf would be half of the page's time.
 * Negative numbers have no place in a date. */
static void line_number(Line *l, int64_t v, int least_digits)
{
    char digits[24];
    int n = 0;

    if (least_digits == 2 && v >= 0 && v < 100) { /* nearly always */
        line_char(l, (char)('0' + v / 10));
        line_char(l, (char)('0' + v % 10));
        return;
    }
    for (uint64_t rest = v < 0 ? 0 : (uint64_t)v; rest > 0 || n < least_digits; rest /= 10)
        digits[n++] = (char)('0' + rest % 10);
    while (n > 0)
        line_char(l, digits[--n]);
}

static Str line_str(Arena *a, const Line *l)
{
    return str_dup(a, (Str){ l->at, l->len });
}

static void line_pattern(Line *l, const LangWords *w, const char *pattern, const CivilTime *t)
{
    for (const char *p = pattern; *p != '\0'; p++) {
        if (*p != '%') {
            line_char(l, *p);
            continue;
        }
        switch (*++p) {
        case 'W': line_add(l, w->weekday[t->weekday]); break;
        case 'w': line_add(l, w->weekday_short[t->weekday]); break;
        case 'P': line_add(l, w->weekday_past[t->weekday]); break;
        case 'D': line_number(l, t->day, 1); break;
        case 'M': line_add(l, w->month[t->month - 1]); break;
        case 'm': line_add(l, w->month_short[t->month - 1]); break;
        case 'N': line_number(l, t->month, 1); break;
        case 'Y': line_number(l, t->year, 4); break;
        case 'H': line_number(l, t->hour, 2); break;
        case 'I': line_number(l, t->minute, 2); break;
        case 'O': line_pattern(l, w, w->clock, t); break;
        default: assert(false);
        }
    }
}

/* The pattern that says `w` when the present day is `days_ago` days later and, in the same year or
 * not, so that nobody reads last year's December as this one. */
static const char *pattern_of(const LangWords *l, WhenForm form, int64_t days_ago, bool same_year)
{
    switch (form) {
    case WHEN_MOMENT:
        if (days_ago == 0)
            return l->today_at;
        if (days_ago == 1)
            return l->yesterday_at;
        return same_year ? l->moment : l->moment_year;
    case WHEN_SHORT:
        if (days_ago == 0)
            return l->today_at;
        if (days_ago == -1)
            return l->tomorrow_at;
        return same_year ? l->brief : l->brief_year;
    case WHEN_PAST:
        if (days_ago == 0)
            return l->today;
        if (days_ago == 1)
            return l->yesterday;
        if (days_ago > 1 && days_ago < 7)
            return "%P";
        return same_year ? l->past : l->past_year;
    case WHEN_CLOCK: return l->clock;
    case WHEN_MONTH: return l->month_year;
    case WHEN_DAY:
    case WHEN_DATE: break;
    }
    return same_year ? l->day : l->day_year;
}

Str words_when(Arena *a, const Reader *r, When w)
{
    if (w.at == MS_NONE)
        return STR_NULL;

    const LangWords *l = &words[r->lang];
    CivilTime now = zone_civil(r->zone, r->now_ms);
    CivilTime t = w.form == WHEN_DATE || w.form == WHEN_MONTH ? clock_civil_utc(w.at)
                                                              : zone_civil(r->zone, w.at);
    int64_t days_ago =
        clock_days(now.year, now.month, now.day) - clock_days(t.year, t.month, t.day);
    Line line = { .len = 0 };

    line_pattern(&line, l, pattern_of(l, w.form, days_ago, now.year == t.year), &t);
    return line_str(a, &line);
}

Str words_exact(Arena *a, const Reader *r, Ms at)
{
    if (at == MS_NONE)
        return STR_NULL;

    CivilTime t = zone_civil(r->zone, at);
    int east_min = t.offset_s / 60;
    Line line = { .len = 0 };
    line_number(&line, t.year, 4);
    line_char(&line, '-');
    line_number(&line, t.month, 2);
    line_char(&line, '-');
    line_number(&line, t.day, 2);
    line_char(&line, ' ');
    line_number(&line, t.hour, 2);
    line_char(&line, ':');
    line_number(&line, t.minute, 2);
    line_char(&line, ':');
    line_number(&line, t.second, 2);
    line_add(&line, east_min < 0 ? " -" : " +");
    line_number(&line, abs(east_min) / 60, 2);
    line_char(&line, ':');
    line_number(&line, abs(east_min) % 60, 2);
    return line_str(a, &line);
}

Str words_span(Arena *a, const Reader *r, Span s)
{
    const LangWords *l = &words[r->lang];
    uint64_t ms = s.ms < 0 ? (uint64_t)0 - (uint64_t)s.ms : (uint64_t)s.ms;
    int64_t min = (int64_t)(ms / (uint64_t)MS_MINUTE);
    int64_t part[3] = { min / (24 * 60), min / 60 % 24, min % 60 };
    const char *unit[3] = { l->days, l->hours, l->minutes };
    Line line = { .len = 0 };
    int first = part[0] > 0 ? 0 : part[1] > 0 ? 1 : 2;

    if (s.ms < 0 && min > 0)
        line_add(&line, MINUS);
    for (int i = first; i < 3 && i < first + 2; i++) {
        if (i > first && part[i] == 0)
            break;
        if (i > first)
            line_add(&line, " ");
        line_number(&line, part[i], 1);
        line_add(&line, NBSP);
        line_add(&line, unit[i]);
    }
    return line_str(a, &line);
}

static void line_grouped(Line *l, const LangWords *w, uint64_t v)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%" PRIu64, v);

    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            line_add(l, w->group);
        line_char(l, digits[i]);
    }
}

static uint64_t magnitude(int64_t v)
{
    return v < 0 ? (uint64_t)0 - (uint64_t)v : (uint64_t)v;
}

Str words_number(Arena *a, const Reader *r, int64_t n)
{
    Line line = { .len = 0 };

    if (n < 0)
        line_add(&line, MINUS);
    line_grouped(&line, &words[r->lang], magnitude(n));
    return line_str(a, &line);
}

int money_digits(const char *currency)
{
    /* ISO 4217, table A.1: the ones that differ from two. */
    static const struct {
        char code[4];
        int digits;
    } odd[] = {
        { "BIF", 0 }, { "CLP", 0 }, { "DJF", 0 }, { "GNF", 0 }, { "ISK", 0 }, { "JPY", 0 },
        { "KMF", 0 }, { "KRW", 0 }, { "PYG", 0 }, { "RWF", 0 }, { "UGX", 0 }, { "VND", 0 },
        { "VUV", 0 }, { "XAF", 0 }, { "XOF", 0 }, { "XPF", 0 }, { "BHD", 3 }, { "IQD", 3 },
        { "JOD", 3 }, { "KWD", 3 }, { "LYD", 3 }, { "OMR", 3 }, { "TND", 3 },
    };

    for (size_t i = 0; i < COUNT_OF(odd); i++)
        if (memcmp(odd[i].code, currency, 3) == 0)
            return odd[i].digits;
    return 2;
}

/* The sign of a currency in a language; its code where readers might take the sign for another. */
static const char *currency_sign(Lang lang, const char *currency)
{
    if (strcmp(currency, "EUR") == 0)
        return "€";
    if (strcmp(currency, "GBP") == 0)
        return "£";
    if (strcmp(currency, "SEK") == 0 && lang == LANG_SV)
        return "kr";
    if (strcmp(currency, "CNY") == 0 && lang == LANG_ZH)
        return "¥";
    return currency;
}

Str words_money(Arena *a, const Reader *r, Money m)
{
    const LangWords *l = &words[r->lang];
    const char *sign = currency_sign(r->lang, m.currency);
    int digits = money_digits(m.currency);
    uint64_t unit = digits == 0 ? 1 : digits == 2 ? 100 : 1000;
    uint64_t v = magnitude(m.minor);
    Line line = { .len = 0 };

    if (m.minor < 0)
        line_add(&line, MINUS);
    if (l->symbol_first) {
        line_add(&line, sign);
        if (sign == m.currency)
            line_add(&line, NBSP);
    }
    line_grouped(&line, l, v / unit);
    if (v % unit != 0) { /* round amounts are the rule; ",00" everywhere is noise */
        line_add(&line, l->point);
        line_number(&line, (int64_t)(v % unit), digits);
    }
    if (!l->symbol_first) {
        line_add(&line, NBSP);
        line_add(&line, sign);
    }
    return line_str(a, &line);
}

Str words_size(Arena *a, const Reader *r, Size s)
{
    static const char *const units[] = { "B", "kB", "MB", "GB", "TB" };
    const LangWords *l = &words[r->lang];
    Line line = { .len = 0 };
    uint64_t tenths = s.bytes < UINT64_MAX / 10 ? s.bytes * 10 : UINT64_MAX;
    size_t u = 0;

    while (tenths >= 10000 && u + 1 < COUNT_OF(units)) {
        tenths = tenths / 1000 + (tenths % 1000 >= 500);
        u++;
    }
    if (u < 2 || tenths >= 1000) { /* whole kilobytes; tenths below 100 MB and 100 GB */
        line_grouped(&line, l, tenths / 10 + (tenths % 10 >= 5));
    } else {
        line_grouped(&line, l, tenths / 10);
        if (tenths % 10 != 0) {
            line_add(&line, l->point);
            line_number(&line, (int64_t)(tenths % 10), 1);
        }
    }
    line_add(&line, NBSP);
    line_add(&line, units[u]);
    return line_str(a, &line);
}

Str words_arg(Arena *a, const Reader *r, const Arg *arg)
{
    switch (arg->kind) {
    case ARG_STR:
    case ARG_MARKUP: return arg->str; /* markup only ever reaches pages, see web/out.h */
    case ARG_MSG: return i18n_text(r->lang, arg->msg);
    case ARG_INT: return str_fmt(a, "%" PRId64, arg->number);
    case ARG_WHEN: return words_when(a, r, arg->when);
    case ARG_SPAN: return words_span(a, r, arg->span);
    case ARG_MONEY: return words_money(a, r, arg->money);
    case ARG_SIZE: return words_size(a, r, arg->size);
    case ARG_LANG: return lang_text(&arg->lang, r->lang, NULL);
    }
    return STR_NULL;
}

bool text_next(Str *rest, Str *ret_piece, int *ret_slot)
{
    *ret_slot = TEXT_NO_SLOT;
    if (rest->len == 0)
        return false;
    for (size_t i = 0; i + 1 < rest->len; i++) {
        const char *p = rest->ptr + i;
        size_t width = 0;
        if (p[0] == '%' && p[1] == 'd') {
            *ret_slot = TEXT_COUNT_SLOT;
            width = 2;
        } else if (p[0] == '{' && i + 2 < rest->len && p[1] >= '0' && p[1] < '0' + TEXT_ARGS_MAX
                   && p[2] == '}') {
            *ret_slot = p[1] - '0';
            width = 3;
        }
        if (width > 0) {
            *ret_piece = (Str){ rest->ptr, i };
            *rest = str_skip(*rest, i + width);
            return true;
        }
    }
    *ret_piece = *rest;
    *rest = STR_NULL;
    return true;
}

Str text_pattern(const Reader *r, const Text *t)
{
    return t->many != NULL ? i18n_plural(r->lang, t->msgid, t->many, t->count)
                           : i18n_text(r->lang, t->msgid);
}

enum { TEXT_BYTES = 512 * 1024 };

static Str value_of(int slot, Str number, const Str *values, size_t n)
{
    if (slot == TEXT_COUNT_SLOT)
        return number;
    return slot != TEXT_NO_SLOT && (size_t)slot < n ? values[slot] : STR_NULL;
}

static char *put_str(char *to, Str s)
{
    if (s.len > 0)
        memcpy(to, s.ptr, s.len);
    return to + s.len;
}

Str words_text(Arena *a, const Reader *r, const Text *t)
{
    if (t->msgid == NULL)
        return STR_NULL;

    Str rest = text_pattern(r, t);
    if (t->n == 0 && t->many == NULL)
        return rest;

    /* Values first, then the room for all of it.  Arguments are bounded where they came in; 64 KiB is the
     * longest field there is. */
    Str values[TEXT_ARGS_MAX], number = STR_NULL, whole = rest, piece;
    size_t len = 0;
    int slot;
    for (size_t i = 0; i < t->n; i++)
        values[i] = words_arg(a, r, &t->args[i]);
    while (text_next(&rest, &piece, &slot)) {
        if (slot == TEXT_COUNT_SLOT && str_is_null(number))
            number = words_number(a, r, t->count);
        len += piece.len + value_of(slot, number, values, t->n).len;
    }
    char *text = len <= TEXT_BYTES ? arena_bytes(a, len) : NULL;
    if (text == NULL)
        return STR("");
    for (char *to = text; text_next(&whole, &piece, &slot);)
        to = put_str(put_str(to, piece), value_of(slot, number, values, t->n));
    return (Str){ text, len };
}
