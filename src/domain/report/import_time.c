/* import_time.c - instants as other systems write them. */
#include "domain/report/report.h"

typedef struct Parts {
    CivilTime t;
    int32_t offset_min;
    bool has_offset, has_half, afternoon, has_epoch;
    int64_t epoch;
} Parts;

static bool digits(Str *s, size_t least, size_t most, int32_t *ret)
{
    size_t n = 0;
    int32_t v = 0;

    while (n < most && n < s->len && s->ptr[n] >= '0' && s->ptr[n] <= '9')
        v = v * 10 + (s->ptr[n++] - '0');
    if (n < least)
        return false;
    *s = str_skip(*s, n);
    *ret = v;
    return true;
}

static bool literal(Str *s, char c)
{
    if (c == ' ') {
        size_t n = 0;
        while (n < s->len && s->ptr[n] == ' ')
            n++;
        *s = str_skip(*s, n);
        return n > 0;
    }
    if (s->len == 0 || s->ptr[0] != c)
        return false;
    *s = str_skip(*s, 1);
    return true;
}

static bool month_name(Str *s, int32_t *ret)
{
    static const char *const names[] = { "jan", "feb", "mar", "apr", "may", "jun",
                                         "jul", "aug", "sep", "oct", "nov", "dec" };
    for (int32_t i = 0; i < 12; i++) {
        if (str_eq_nocase(str_sub(*s, 0, 3), str_z(names[i]))) {
            *s = str_skip(*s, 3);
            *ret = i + 1;
            return true;
        }
    }
    return false;
}

static bool half_day(Str *s, Parts *p)
{
    p->has_half = true;
    p->afternoon = str_eq_nocase(str_sub(*s, 0, 2), STR("pm"));
    if (!p->afternoon && !str_eq_nocase(str_sub(*s, 0, 2), STR("am")))
        return false;
    *s = str_skip(*s, 2);
    return true;
}

/* Z, +01, +0100, +01:00 */
static bool offset(Str *s, Parts *p)
{
    int32_t hours = 0, minutes = 0;

    p->has_offset = true;
    if (literal(s, 'Z'))
        return true;
    bool west = s->len > 0 && s->ptr[0] == '-';
    if (!west && (s->len == 0 || s->ptr[0] != '+'))
        return false;
    *s = str_skip(*s, 1);
    if (!digits(s, 2, 2, &hours))
        return false;
    bool colon = literal(s, ':');
    if (!digits(s, 2, 2, &minutes) && colon)
        return false;
    if (hours > 23 || minutes > 59)
        return false;
    p->offset_min = (west ? -1 : 1) * (hours * 60 + minutes);
    return true;
}

static bool fraction(Str *s, Parts *p)
{
    size_t n = 0;
    int32_t ms = 0;

    while (n < 9 && n < s->len && s->ptr[n] >= '0' && s->ptr[n] <= '9') {
        if (n < 3)
            ms = ms * 10 + (s->ptr[n] - '0');
        n++;
    }
    for (size_t i = n; i < 3; i++)
        ms *= 10;
    p->t.ms = ms;
    *s = str_skip(*s, n);
    return n > 0;
}

static bool seconds_since(Str *s, Parts *p)
{
    size_t n = 0;

    while (n < s->len && n < 12
           && ((s->ptr[n] >= '0' && s->ptr[n] <= '9') || (n == 0 && s->ptr[0] == '-')))
        n++;
    p->has_epoch = str_to_i64(str_sub(*s, 0, n), &p->epoch);
    *s = str_skip(*s, n);
    return p->has_epoch;
}

static bool read_by(Str *s, Str format, Parts *p);

static bool directive(Str *s, char c, Parts *p)
{
    switch (c) {
    case 'Y': return digits(s, 4, 4, &p->t.year);
    case 'y':
        if (!digits(s, 2, 2, &p->t.year))
            return false;
        p->t.year += p->t.year < 69 ? 2000 : 1900; /* as POSIX has it */
        return true;
    case 'm': return digits(s, 1, 2, &p->t.month);
    case 'b': return month_name(s, &p->t.month);
    case 'd': return digits(s, 1, 2, &p->t.day);
    case 'H':
    case 'I': return digits(s, 1, 2, &p->t.hour);
    case 'p': return half_day(s, p);
    case 'M': return digits(s, 1, 2, &p->t.minute);
    case 'S': return digits(s, 1, 2, &p->t.second);
    case 'f': return fraction(s, p);
    case 'z': return offset(s, p);
    case 's': return seconds_since(s, p);
    case 'F': return read_by(s, STR("%Y-%m-%d"), p);
    case 'T': return read_by(s, STR("%H:%M:%S"), p);
    case '%': return literal(s, '%');
    default: return false;
    }
}

static bool read_by(Str *s, Str format, Parts *p)
{
    for (size_t i = 0; i < format.len; i++) {
        if (format.ptr[i] != '%') {
            if (!literal(s, format.ptr[i]))
                return false;
        } else if (++i == format.len || !directive(s, format.ptr[i], p)) {
            return false;
        }
    }
    return true;
}

static bool make_instant(Parts *p, const Zone *zone, Ms *ret)
{
    if (p->has_epoch) {
        *ret = p->epoch * MS_SECOND;
        return true;
    }
    if (p->has_half) {
        if (p->t.hour < 1 || p->t.hour > 12)
            return false;
        p->t.hour = p->t.hour % 12 + (p->afternoon ? 12 : 0);
    }
    if (p->t.year < 1900 || p->t.year > 2999 || p->t.hour > 23 || p->t.minute > 59
        || p->t.second > 59)
        return false;
    /* A day that does not exist would roll over. */
    int64_t days = clock_days(p->t.year, p->t.month, p->t.day);
    CivilTime back = clock_civil_utc(days * MS_DAY);
    if (back.month != p->t.month || back.day != p->t.day)
        return false;
    if (p->has_offset)
        *ret = clock_from_civil_utc(&p->t) - p->offset_min * MS_MINUTE;
    else if (zone == zone_utc())
        *ret = clock_from_civil_utc(&p->t);
    else
        *ret = zone_instant(zone, &p->t);
    return true;
}

bool import_time(Str text, Str format, const Zone *zone, Ms *ret)
{
    Parts p = { .t = { .year = 0, .month = 0, .day = 0 } };

    if (str_is_null(format))
        return clock_parse_rfc3339(text, ret);
    return read_by(&text, format, &p) && text.len == 0 && make_instant(&p, zone, ret);
}

bool import_format_is_good(Str format)
{
    bool year = false, month = false, day = false, epoch = false, half = false, twelve = false;

    for (size_t i = 0; i < format.len; i++) {
        if (format.ptr[i] != '%')
            continue;
        char c = ++i < format.len ? format.ptr[i] : '\0';
        if (c == '\0' || strchr("YymbdHIpMSfzsFT%", c) == NULL)
            return false;
        year = year || c == 'Y' || c == 'y' || c == 'F';
        month = month || c == 'm' || c == 'b' || c == 'F';
        day = day || c == 'd' || c == 'F';
        epoch = epoch || c == 's';
        half = half || c == 'p';
        twelve = twelve || c == 'I';
    }
    return epoch || (year && month && day && half == twelve);
}
