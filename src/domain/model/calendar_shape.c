/* calendar_shape.c - the shape of a calendar, and what makes it impossible. */
#include "domain/model/folder.h"
#include "domain/model/shape.h"

static const char *const day_words[7] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

enum { DAY_MIN = 1440 };

static bool clock_minutes(Str s, int32_t *ret)
{
    int64_t h, m;

    if (s.len != 5 || s.ptr[2] != ':' || !str_to_i64(str_sub(s, 0, 2), &h)
        || !str_to_i64(str_skip(s, 3), &m) || h < 0 || m < 0 || m > 59 || h * 60 + m > DAY_MIN)
        return false;
    *ret = (int32_t)(h * 60 + m);
    return true;
}

/* ["08:00-12:00", "22:00-06:00"]: only the last one may run past midnight. */
static Rc read_windows(Doc *d, const Yaml *y, const char *what, CalendarWindows *to)
{
    if (!doc_is(d, y, YAML_IS_LIST, what))
        return RC_OK;
    if (y->n > CALENDAR_WINDOWS_MAX) {
        doc_error(d, y->pos, "too_many", "%s has %zu entries; at most %d are allowed.", what, y->n,
                  CALENDAR_WINDOWS_MAX);
        return RC_OK;
    }
    for (size_t i = 0; i < y->n; i++) {
        CalendarWindow w;
        Str rest, from;
        if (!doc_text(d, y->items[i], "Hours", &rest))
            continue;
        Str whole = rest;
        from = str_cut(&rest, '-');
        const CalendarWindow *last = to->n > 0 ? &to->at[to->n - 1] : NULL;
        if (!clock_minutes(from, &w.from_min) || !clock_minutes(rest, &w.to_min)
            || w.from_min == DAY_MIN)
            doc_error(d, y->items[i]->pos, "bad_hours",
                      "\"%.*s\" is no time of a day; write \"08:00-17:00\", or \"22:00-06:00\" for "
                      "hours past midnight.",
                      STR_ARG(whole));
        else if (last != NULL && (last->to_min <= last->from_min || w.from_min < last->to_min))
            doc_error(
                d, y->items[i]->pos, "bad_hours",
                "The hours of a day ascend and do not overlap; only the last ones may run past "
                "midnight.");
        else
            TRY(LIST_PUSH(d->arena, to, w));
    }
    return RC_OK;
}

static Rc write_windows(Arena *a, const CalendarWindows *from, Yaml **ret)
{
    Yaml *list = yaml_list(a, false);

    for (size_t k = 0; k < from->n; k++) {
        CalendarWindow w = from->at[k];
        Str text = str_fmt(a, "%02d:%02d-%02d:%02d", (int)w.from_min / 60, (int)w.from_min % 60,
                           (int)w.to_min / 60, (int)w.to_min % 60);
        TRY(yaml_add(a, list, yaml_scalar(a, text, YAML_QUOTED)));
    }
    *ret = list;
    return RC_OK;
}

static Rc read_hours(Doc *d, const Yaml *y, void *to)
{
    CalendarDoc *c = to;

    c->hours_pos = y->pos;
    if (!doc_is(d, y, YAML_IS_MAP, "hours"))
        return RC_OK;
    doc_known_keys(d, y, day_words, COUNT_OF(day_words), "hours");
    for (size_t i = 0; i < COUNT_OF(day_words); i++) {
        const Yaml *day = yaml_get(y, day_words[i]);
        if (day != NULL)
            TRY(read_windows(d, day, "The hours of a day", &c->rules.hours[i]));
    }
    return RC_OK;
}

static Rc write_hours(Arena *a, const void *from, Yaml **ret)
{
    const CalendarDoc *c = from;
    Yaml *map = yaml_map(a), *list;

    for (size_t i = 0; i < COUNT_OF(day_words); i++) {
        TRY(write_windows(a, &c->rules.hours[i], &list));
        TRY(yaml_put(a, map, str_z(day_words[i]), list));
    }
    *ret = map;
    return RC_OK;
}

/* ---- days ---- */

static const char *const holiday_keys[] = { "date", "name" };
static const char *const yearly_keys[] = { "day", "name" };
static const char *const break_keys[] = { "date", "closed", "name" };

/* A list of bounded length. */
static bool is_list(Doc *d, const Yaml *y, const char *what, size_t max)
{
    if (!doc_is(d, y, YAML_IS_LIST, what))
        return false;
    if (y->n <= max)
        return true;
    doc_error(d, y->pos, "too_many", "%s has %zu entries; at most %zu are allowed.", what, y->n,
              max);
    return false;
}

static bool read_name(Doc *d, const Yaml *entry, Str *ret)
{
    const Yaml *y = yaml_get(entry, "name");

    *ret = STR_NULL;
    if (y == NULL)
        return true;
    if (!doc_text(d, y, "name", ret))
        return false;
    if (str_is_clean_text(*ret, false) && str_chars(*ret) <= CALENDAR_NAME_MAX_CHARS)
        return true;
    doc_error(d, y->pos, "too_long", "The name of a day is one line of at most %d characters.",
              CALENDAR_NAME_MAX_CHARS);
    return false;
}

static bool read_day(Doc *d, const Yaml *y, Ms *ret)
{
    Str s;

    if (!doc_text(d, y, "date", &s))
        return false;
    if (clock_parse_date(s, ret))
        return true;
    doc_error(d, y->pos, "bad_date", "\"%.*s\" is no date; write it as 2027-06-01.", STR_ARG(s));
    return false;
}

/* The scalar of an entry that is a plain day or { key: day, name: ... }; NULL with an error. */
static const Yaml *day_of(Doc *d, const Yaml *y, const char *const *keys, size_t n,
                          const char *what, Str *ret_name)
{
    *ret_name = STR_NULL;
    if (y->kind == YAML_IS_SCALAR)
        return y;
    if (!doc_is(d, y, YAML_IS_MAP, what))
        return NULL;
    doc_known_keys(d, y, keys, n, what);
    const Yaml *day = yaml_get(y, keys[0]);
    if (day == NULL)
        doc_error(d, y->pos, "missing_key", "%s needs the key %s.", what, keys[0]);
    return read_name(d, y, ret_name) ? day : NULL;
}

static Rc read_holidays(Doc *d, const Yaml *y, void *to)
{
    CalendarHolidays *list = to;

    if (!is_list(d, y, "holidays", CALENDAR_HOLIDAYS_MAX))
        return RC_OK;
    for (size_t i = 0; i < y->n; i++) {
        CalendarHoliday h;
        const Yaml *day =
            day_of(d, y->items[i], holiday_keys, COUNT_OF(holiday_keys), "A holiday", &h.name);
        if (day != NULL && read_day(d, day, &h.date))
            TRY(LIST_PUSH(d->arena, list, h));
    }
    return RC_OK;
}

/* A plain day, or a mapping when it has a name. */
static Rc write_day(Arena *a, const char *key, Str day, Yaml *closed, Str name, Yaml *list)
{
    Yaml *map;

    if (name.len == 0 && closed == NULL)
        return yaml_add(a, list, yaml_scalar(a, day, YAML_PLAIN));
    map = yaml_map(a);
    TRY(yaml_put(a, map, str_z(key), yaml_scalar(a, day, YAML_PLAIN)));
    if (closed != NULL)
        TRY(yaml_put(a, map, STR("closed"), closed));
    if (name.len > 0)
        TRY(yaml_put(a, map, STR("name"), yaml_scalar(a, name, YAML_TEXT)));
    return yaml_add(a, list, map);
}

static Rc write_holidays(Arena *a, const void *from, Yaml **ret)
{
    const CalendarHolidays *list = from;
    Yaml *out = yaml_list(a, true);

    for (size_t i = 0; i < list->n; i++)
        TRY(write_day(a, "date", clock_date(a, list->at[i].date), NULL, list->at[i].name, out));
    *ret = out->n > 0 ? out : NULL;
    return RC_OK;
}

/* "12-25" */
static bool month_and_day(Arena *a, Str s, CalendarYearly *ret)
{
    Ms date;

    if (s.len != 5 || !clock_parse_date(str_fmt(a, "2000-%.*s", STR_ARG(s)), &date))
        return false;
    CivilTime t = clock_civil_utc(date);
    ret->month = t.month;
    ret->day = t.day;
    return true;
}

static Rc read_yearly(Doc *d, const Yaml *y, void *to)
{
    CalendarYearlies *list = to;

    if (!is_list(d, y, "yearly_holidays", CALENDAR_YEARLY_MAX))
        return RC_OK;
    for (size_t i = 0; i < y->n; i++) {
        CalendarYearly one;
        Str s;
        const Yaml *day = day_of(d, y->items[i], yearly_keys, COUNT_OF(yearly_keys),
                                 "A yearly holiday", &one.name);
        if (day == NULL || !doc_text(d, day, "day", &s))
            continue;
        if (month_and_day(d->arena, s, &one))
            TRY(LIST_PUSH(d->arena, list, one));
        else
            doc_error(d, day->pos, "bad_date",
                      "\"%.*s\" is no day of a year; write month and day as 12-25.", STR_ARG(s));
    }
    return RC_OK;
}

static Rc write_yearly(Arena *a, const void *from, Yaml **ret)
{
    const CalendarYearlies *list = from;
    Yaml *out = yaml_list(a, true);

    for (size_t i = 0; i < list->n; i++) {
        const CalendarYearly *y = &list->at[i];
        TRY(write_day(a, "day", str_fmt(a, "%02d-%02d", (int)y->month, (int)y->day), NULL, y->name,
                      out));
    }
    *ret = out->n > 0 ? out : NULL;
    return RC_OK;
}

static Rc read_breaks(Doc *d, const Yaml *y, void *to)
{
    CalendarBreaks *list = to;

    if (!is_list(d, y, "breaks", CALENDAR_HOLIDAYS_MAX))
        return RC_OK;
    for (size_t i = 0; i < y->n; i++) {
        CalendarBreak b = { 0 };
        const Yaml *entry = y->items[i], *date, *closed;
        if (!doc_is(d, entry, YAML_IS_MAP, "A break"))
            continue;
        doc_known_keys(d, entry, break_keys, COUNT_OF(break_keys), "A break");
        date = yaml_get(entry, "date");
        closed = yaml_get(entry, "closed");
        if (date == NULL || closed == NULL) {
            doc_error(d, entry->pos, "missing_key", "A break needs the keys date and closed.");
            continue;
        }
        if (!read_day(d, date, &b.date) || !read_name(d, entry, &b.name))
            continue;
        TRY(read_windows(d, closed, "closed", &b.closed));
        TRY(LIST_PUSH(d->arena, list, b));
    }
    return RC_OK;
}

static Rc write_breaks(Arena *a, const void *from, Yaml **ret)
{
    const CalendarBreaks *list = from;
    Yaml *out = yaml_list(a, true), *closed;

    for (size_t i = 0; i < list->n; i++) {
        TRY(write_windows(a, &list->at[i].closed, &closed));
        TRY(write_day(a, "date", clock_date(a, list->at[i].date), closed, list->at[i].name, out));
    }
    *ret = out->n > 0 ? out : NULL;
    return RC_OK;
}

/* ---- the rest ---- */

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

static bool read_feed(Doc *d, const Yaml *y, const char *what, Str *ret)
{
    if (!doc_text(d, y, what, ret))
        return false;
    if (calendar_feed_name_is_safe(*ret))
        return true;
    doc_error(
        d, y->pos, "bad_feed",
        "\"%.*s\" is no name of a feed; write the name of a file such as sweden.ics, which lies "
        "in the folder of feeds.",
        STR_ARG(*ret));
    return false;
}

static Rc read_feeds(Doc *d, const Yaml *y, void *to)
{
    return doc_list(d, y, "feeds", CALENDAR_FEEDS_MAX, read_feed, to);
}

static Rc write_feeds(Arena *a, const void *from, Yaml **ret)
{
    const StrList *list = from;

    *ret = NULL;
    return list->n > 0 ? strings_to_yaml(a, list, YAML_PLAIN, ret) : RC_OK;
}

#define AT(member)   .offset = offsetof(CalendarDoc, member)
#define CUSTOM(name) .kind = FIELD_CUSTOM, .read = read_##name, .write = write_##name

static const ShapeField calendar_fields[] = {
    { .key = "calendar",
      .kind = FIELD_KEY,
      AT(rules.key),
      .flags = FIELD_REQUIRED,
      .about = "key of the calendar" },
    { .key = "zone",
      .kind = FIELD_CUSTOM,
      AT(rules.zone),
      .flags = FIELD_REQUIRED,
      .read = shape_read_zone,
      .write = shape_write_zone,
      .form = "name of a time zone",
      .about = "whose local time the hours are" },
    { .key = "hours",
      CUSTOM(hours),
      .offset = 0, /* the whole document: its place is kept, too */
      .flags = FIELD_REQUIRED,
      .form =
          "mapping of mon ... sun to lists of \"08:00-17:00\"; \"22:00-06:00\" runs past midnight",
      .about = "working time" },
    { .key = "holidays",
      CUSTOM(holidays),
      AT(rules.holidays),
      .form = "list of dates, or of { date, name }",
      .about = "days without working time" },
    { .key = "yearly_holidays",
      CUSTOM(yearly),
      AT(rules.yearly),
      .form = "list of days such as 12-25, or of { day, name }",
      .about = "days without working time in every year" },
    { .key = "breaks",
      CUSTOM(breaks),
      AT(rules.breaks),
      .form = "list of { date, closed: [\"12:00-15:00\"], name }",
      .about = "hours of one date in which nobody works" },
    { .key = "feeds",
      CUSTOM(feeds),
      AT(feeds),
      .form = "list of names of iCalendar files in the folder of feeds",
      .about = "more holidays, read again every day" },
    { .key = "day_hours",
      CUSTOM(day_hours),
      AT(rules.day_hours),
      .form = "number of hours",
      .about = "what one day of effort means; 8 without it" },
};
const Shape calendar_shape = { "A calendar", calendar_fields, COUNT_OF(calendar_fields),
                               sizeof(CalendarDoc), -1 };

/* ---- order and checks ---- */

static int by_holiday(const void *a, const void *b)
{
    Ms x = ((const CalendarHoliday *)a)->date, y = ((const CalendarHoliday *)b)->date;
    return (x > y) - (x < y);
}

static int by_yearly(const void *a, const void *b)
{
    const CalendarYearly *x = a, *y = b;
    int32_t m = x->month * 32 + x->day, n = y->month * 32 + y->day;
    return (m > n) - (m < n);
}

static int by_break(const void *a, const void *b)
{
    Ms x = ((const CalendarBreak *)a)->date, y = ((const CalendarBreak *)b)->date;
    return (x > y) - (x < y);
}

#define SORT(list, by)                                                                             \
    if ((list).n > 1)                                                                              \
    qsort((list).at, (list).n, sizeof *(list).at, (by))

static void twice(Doc *d, Str day, const char *what)
{
    doc_error(d, (SourcePos){ 1, 1 }, "duplicate_id", "There are two %s %.*s; keep one.", what,
              STR_ARG(day));
}

static void check_order(Doc *d, CalendarRules *r)
{
    SORT(r->holidays, by_holiday);
    SORT(r->yearly, by_yearly);
    SORT(r->breaks, by_break);
    for (size_t i = 1; i < r->holidays.n; i++)
        if (r->holidays.at[i].date == r->holidays.at[i - 1].date)
            twice(d, clock_date(d->arena, r->holidays.at[i].date), "holidays");
    for (size_t i = 1; i < r->yearly.n; i++)
        if (by_yearly(&r->yearly.at[i], &r->yearly.at[i - 1]) == 0)
            twice(d,
                  str_fmt(d->arena, "%02d-%02d", (int)r->yearly.at[i].month,
                          (int)r->yearly.at[i].day),
                  "yearly holidays");
    for (size_t i = 1; i < r->breaks.n; i++)
        if (r->breaks.at[i].date == r->breaks.at[i - 1].date)
            twice(d, clock_date(d->arena, r->breaks.at[i].date), "breaks");
}

/* What the compiler says, in the words of diagnoses; windows and zone were read before. */
static const char *code_of(Str fault)
{
    static const char *const words[][2] = { { "no_opening", "no_hours" },
                                            { "overlapping_windows", "overlapping_windows" },
                                            { "bad_date", "bad_date" },
                                            { "too_many", "too_many" },
                                            { "bad_zone", "unknown_zone" } };

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_eq_z(fault, words[i][0]))
            return words[i][1];
    return "bad_hours";
}

Rc calendar_doc_check(Doc *d, CalendarDoc *c)
{
    CLEANUP(arena_free_at) Arena *scratch = arena_new(16 * 1024 * 1024);
    const Reader english = { LANG_EN, zone_utc(), 0 };
    size_t errors = d->d->errors;
    Calendar *calendar;
    CalendarFault fault;

    check_order(d, &c->rules);
    if (c->rules.zone.len == 0 || d->d->errors != errors)
        return RC_OK; /* said already */
    Rc rc = calendar_compile(scratch, &c->rules, zone_get(c->rules.zone), &calendar, &fault);
    if (rc != RC_INVALID)
        return rc;
    Str text = words_text(d->arena, &english, &fault.text);
    doc_error(d, c->hours_pos.line > 0 ? c->hours_pos : (SourcePos){ 1, 1 },
              code_of(str_z(fault.code)), "%.*s", STR_ARG(text));
    return RC_OK;
}
