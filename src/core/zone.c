/* zone.c - time zones from TZif files (RFC 9636): the table of changes, and the POSIX TZ rule of
 * the footer for everything after its last entry.
 */
#include "core/clock.h"

#include "core/log.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>

#define ZONE_DIR       "/usr/share/zoneinfo/"
#define ZONE_NAME_MAX  64u
#define ZONE_FILE_MAX  (64u * 1024u)
#define ZONE_CACHE     1024u /* a power of two; tzdata has about 600 names */
#define ZONE_CACHE_MAX 768u
/* No zone is further from UTC than this (RFC 9636 section 3.2 asks for -25h .. 26h). */
#define OFFSET_MAX_S (26 * 3600)

/* When a rule of the footer starts: Mm.w.d, Jn or n, and the local second of that day. */
typedef struct RuleDay {
    enum { RULE_MONTH, RULE_JULIAN, RULE_DAY } kind;
    int32_t month, week, day; /* RULE_MONTH: day 0 = Sunday; else day alone */
    int32_t second;
} RuleDay;

typedef struct Rule {
    bool set, has_dst;
    int32_t std_offset_s, dst_offset_s;
    RuleDay dst_from, dst_to;
} Rule;

struct Zone {
    char name[ZONE_NAME_MAX + 1];
    size_t n;               /* changes */
    int64_t *at_s;          /* n, ascending; seconds since 1970 */
    int32_t *offset_s;      /* n, in force from at_s[i] on */
    int32_t first_offset_s; /* before at_s[0] */
    Rule rule;              /* in force from at_s[n - 1] on */
};

/* ---- reading a file ---- */

typedef struct Reader {
    const unsigned char *at, *end;
} Reader;

static bool read_be(Reader *r, size_t bytes, int64_t *ret)
{
    uint64_t v;

    if ((size_t)(r->end - r->at) < bytes)
        return false;
    v = bytes > 0 && (r->at[0] & 0x80u) != 0 ? UINT64_MAX : 0; /* two's complement */
    for (size_t i = 0; i < bytes; i++)
        v = v << 8 | r->at[i];
    r->at += bytes;
    *ret = (int64_t)v;
    return true;
}

typedef struct Counts {
    int64_t version, is_ut, is_std, leap, time, type, chars;
} Counts;

static bool read_header(Reader *r, Counts *c)
{
    int64_t *const numbers[] = { &c->is_ut, &c->is_std, &c->leap, &c->time, &c->type, &c->chars };

    if (r->end - r->at < 44 || memcmp(r->at, "TZif", 4) != 0)
        return false;
    c->version = r->at[4];
    r->at += 20;
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        if (!read_be(r, 4, numbers[i]) || *numbers[i] < 0 || *numbers[i] > 65536)
            return false;
    return c->type >= 1 && c->type <= 256;
}

static size_t block_bytes(const Counts *c, size_t time_size)
{
    return (size_t)c->time * (time_size + 1) + (size_t)c->type * 6 + (size_t)c->chars
           + (size_t)c->leap * (time_size + 4) + (size_t)c->is_std + (size_t)c->is_ut;
}

/* The data block: times, the type index of each, then the types (offset, dst flag, name). */
static bool read_block(Reader *r, const Counts *c, size_t time_size, Zone *z)
{
    size_t n = (size_t)c->time, types = (size_t)c->type;

    if (c->leap != 0 || (size_t)(r->end - r->at) < block_bytes(c, time_size))
        return false; /* leap seconds: "right/" files, whose seconds are not POSIX seconds */
    const unsigned char *index = r->at + n * time_size;
    Reader type_at = { index + n, r->end };
    int32_t offsets[256];
    for (size_t i = 0; i < types; i++) {
        int64_t offset;
        if (!read_be(&type_at, 4, &offset) || offset < -OFFSET_MAX_S || offset > OFFSET_MAX_S)
            return false;
        offsets[i] = (int32_t)offset;
        type_at.at += 2;
    }
    z->n = n;
    z->first_offset_s = offsets[0];
    z->at_s = calloc(n + 1, sizeof *z->at_s);
    z->offset_s = calloc(n + 1, sizeof *z->offset_s);
    if (z->at_s == NULL || z->offset_s == NULL)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!read_be(r, time_size, &z->at_s[i]) || index[i] >= types
            || (i > 0 && z->at_s[i] <= z->at_s[i - 1]))
            return false;
        z->offset_s[i] = offsets[index[i]];
    }
    r->at += block_bytes(c, time_size) - n * time_size;
    return true;
}

/* ---- the footer, a POSIX TZ string: CET-1CEST,M3.5.0,M10.5.0/3 ---- */

static char peek(const Str *s)
{
    return s->len > 0 ? s->ptr[0] : '\0';
}

static bool accept(Str *s, char c)
{
    if (peek(s) != c)
        return false;
    *s = str_skip(*s, 1);
    return true;
}

static bool tz_number(Str *s, int32_t max, int32_t *ret)
{
    int32_t v = 0;
    size_t n = 0;

    for (; n < s->len && n < 4 && s->ptr[n] >= '0' && s->ptr[n] <= '9'; n++)
        v = v * 10 + (s->ptr[n] - '0');
    *s = str_skip(*s, n);
    *ret = v;
    return n > 0 && v <= max;
}

static bool tz_name(Str *s)
{
    size_t n = 0;

    if (accept(s, '<')) {
        n = str_find(*s, '>');
        *s = str_skip(*s, n);
        return n >= 3 && accept(s, '>');
    }
    while (n < s->len && ((s->ptr[n] | 0x20) >= 'a' && (s->ptr[n] | 0x20) <= 'z'))
        n++;
    *s = str_skip(*s, n);
    return n >= 3;
}

/* [+-]h[:m[:s]]; hours up to 167 are the extension of TZif version 3. */
static bool tz_seconds(Str *s, int32_t *ret)
{
    int32_t h, m = 0, sec = 0;
    bool minus = accept(s, '-');

    if (!minus)
        accept(s, '+');
    if (!tz_number(s, 167, &h))
        return false;
    if (accept(s, ':')) {
        if (!tz_number(s, 59, &m))
            return false;
        if (accept(s, ':') && !tz_number(s, 59, &sec))
            return false;
    }
    *ret = (minus ? -1 : 1) * (h * 3600 + m * 60 + sec);
    return true;
}

static bool tz_offset(Str *s, int32_t *ret_east)
{
    int32_t west;

    if (!tz_seconds(s, &west) || west < -OFFSET_MAX_S || west > OFFSET_MAX_S)
        return false;
    *ret_east = -west; /* POSIX counts westwards */
    return true;
}

static bool tz_day(Str *s, RuleDay *d)
{
    if (!accept(s, ','))
        return false;
    if (accept(s, 'M')) {
        d->kind = RULE_MONTH;
        if (!tz_number(s, 12, &d->month) || d->month < 1 || !accept(s, '.')
            || !tz_number(s, 5, &d->week) || d->week < 1 || !accept(s, '.')
            || !tz_number(s, 6, &d->day))
            return false;
    } else if (accept(s, 'J')) {
        d->kind = RULE_JULIAN;
        if (!tz_number(s, 365, &d->day) || d->day < 1)
            return false;
    } else {
        d->kind = RULE_DAY;
        if (!tz_number(s, 365, &d->day))
            return false;
    }
    d->second = 2 * 3600;
    return !accept(s, '/') || tz_seconds(s, &d->second);
}

static bool tz_parse(Str s, Rule *r)
{
    *r = (Rule){ .set = true };
    if (!tz_name(&s) || !tz_offset(&s, &r->std_offset_s))
        return false;
    if (s.len == 0)
        return true;
    r->has_dst = true;
    r->dst_offset_s = r->std_offset_s + 3600;
    if (!tz_name(&s) || (peek(&s) != ',' && !tz_offset(&s, &r->dst_offset_s)))
        return false;
    return tz_day(&s, &r->dst_from) && tz_day(&s, &r->dst_to) && s.len == 0;
}

static bool read_footer(Reader *r, Zone *z)
{
    Str s = { (const char *)r->at, (size_t)(r->end - r->at) };

    if (!accept(&s, '\n'))
        return false;
    size_t n = str_find(s, '\n');
    if (n == s.len)
        return false;
    return n == 0 || tz_parse(str_sub(s, 0, n), &z->rule);
}

Zone *zone_read(Str tzif)
{
    Reader r = { (const unsigned char *)tzif.ptr, (const unsigned char *)tzif.ptr + tzif.len };
    Counts c;
    Zone *z = calloc(1, sizeof *z);
    bool ok = z != NULL && tzif.len > 0 && read_header(&r, &c);

    if (ok && c.version == 0) {
        ok = read_block(&r, &c, 4, z);
    } else if (ok) { /* version 2 and later repeat everything with 64-bit times */
        size_t skip = block_bytes(&c, 4);
        ok = (size_t)(r.end - r.at) >= skip;
        if (ok)
            r.at += skip;
        ok = ok && read_header(&r, &c) && read_block(&r, &c, 8, z) && read_footer(&r, z);
    }
    if (!ok) {
        zone_free(z);
        return NULL;
    }
    return z;
}

void zone_free(Zone *z)
{
    if (z == NULL)
        return;
    free(z->at_s);
    free(z->offset_s);
    free(z);
}

/* ---- offsets ---- */

/* The second, counted in UTC, at which a rule day starts in `year` under `offset_s`. */
static int64_t rule_second(const RuleDay *d, int32_t year, int32_t offset_s)
{
    int64_t start = clock_days(year, 1, 1), day = 0;
    bool leap = clock_days(year + 1, 1, 1) - start == 366;

    switch (d->kind) {
    case RULE_MONTH: {
        int64_t first = clock_days(year, d->month, 1);
        int64_t next_month = clock_days(year, d->month + 1, 1);
        int64_t weekday = ((first + 4) % 7 + 7) % 7; /* 0 = Sunday */
        day = first + (d->day - weekday + 7) % 7 + (d->week - 1) * 7;
        while (day >= next_month) /* week 5 means the last one */
            day -= 7;
        break;
    }
    case RULE_JULIAN: /* 1..365, the leap day is never counted */
        day = start + d->day - 1 + (leap && d->day >= 60);
        break;
    case RULE_DAY: /* 0..365, the leap day is counted */ day = start + d->day; break;
    }
    return day * 86400 + d->second - offset_s;
}

static int32_t year_of(int64_t at_s)
{
    /* Beyond the range of Ms the year no longer matters; the clamp keeps the product in range. */
    int64_t limit = INT64_MAX / MS_SECOND;
    int64_t s = at_s > limit ? limit : at_s < -limit ? -limit : at_s;

    return clock_civil_utc(s * MS_SECOND).year;
}

/* Rules give at most two changes per year; those of three years cover any instant and its
 * neighbours, whatever the offset.  Ascending. */
typedef struct Change {
    int64_t at_s;
    int32_t offset_s; /* from at_s on */
} Change;

#define RULE_CHANGES 6u

static void rule_changes(const Rule *r, int64_t around_s, Change ret[static RULE_CHANGES])
{
    int32_t year = year_of(around_s);
    size_t n = 0;

    for (int32_t y = year - 1; y <= year + 1; y++) {
        Change from = { rule_second(&r->dst_from, y, r->std_offset_s), r->dst_offset_s };
        Change to = { rule_second(&r->dst_to, y, r->dst_offset_s), r->std_offset_s };
        /* Where both fall together (DST all year is written so) the start of DST wins. */
        bool dst_first = from.at_s < to.at_s;
        ret[n++] = dst_first ? from : to;
        ret[n++] = dst_first ? to : from;
    }
}

static int32_t rule_offset(const Rule *r, int64_t at_s)
{
    Change changes[RULE_CHANGES];

    if (!r->has_dst)
        return r->std_offset_s;
    rule_changes(r, at_s, changes);
    int32_t offset_s = r->std_offset_s;
    for (size_t i = 0; i < RULE_CHANGES && changes[i].at_s <= at_s; i++)
        offset_s = changes[i].offset_s;
    return offset_s;
}

/* The number of table entries at or before `at_s`. */
static size_t changes_until(const Zone *z, int64_t at_s)
{
    size_t low = 0, high = z->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (z->at_s[mid] <= at_s)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static int32_t offset_at(const Zone *z, int64_t at_s)
{
    size_t i = changes_until(z, at_s);

    if (i < z->n)
        return i == 0 ? z->first_offset_s : z->offset_s[i - 1];
    if (z->rule.set)
        return rule_offset(&z->rule, at_s);
    return z->n == 0 ? z->first_offset_s : z->offset_s[z->n - 1];
}

/* The next instant after `at_s` at which the offset may change, or INT64_MAX. */
static int64_t next_change(const Zone *z, int64_t at_s)
{
    Change changes[RULE_CHANGES];
    size_t i = changes_until(z, at_s);

    if (i < z->n)
        return z->at_s[i];
    if (!z->rule.set || !z->rule.has_dst)
        return INT64_MAX;
    rule_changes(&z->rule, at_s, changes);
    for (size_t k = 0; k < RULE_CHANGES; k++)
        if (changes[k].at_s > at_s)
            return changes[k].at_s;
    return INT64_MAX;
}

int32_t zone_offset_s(const Zone *z, int64_t at_s)
{
    return offset_at(z, at_s);
}

int64_t zone_next_change_s(const Zone *z, int64_t after_s)
{
    return next_change(z, after_s);
}

bool zone_table_s(const Zone *z, int64_t *ret_first_s, int64_t *ret_last_s)
{
    if (z->n == 0)
        return false;
    *ret_first_s = z->at_s[0];
    *ret_last_s = z->at_s[z->n - 1];
    return true;
}

int64_t zone_first_shown_s(const Zone *z, int64_t local_s)
{
    int64_t from_s = local_s - OFFSET_MAX_S - 1; /* its clocks show less than local_s */

    for (;;) {
        int64_t at_s = local_s - offset_at(z, from_s);
        int64_t end_s = next_change(z, from_s);
        if (at_s < end_s)
            return at_s > from_s ? at_s : from_s;
        from_s = end_s;
    }
}

CivilTime zone_civil(const Zone *z, Ms at)
{
    int32_t offset_s = offset_at(z, floor_div(at, MS_SECOND));
    Ms shifted;

    if (__builtin_add_overflow(at, offset_s * MS_SECOND, &shifted))
        shifted = at;
    CivilTime t = clock_civil_utc(shifted);
    t.offset_s = offset_s;
    return t;
}

Ms zone_instant(const Zone *z, const CivilTime *local)
{
    Ms wall = clock_from_civil_utc(local);
    int64_t wall_s = floor_div(wall, MS_SECOND);

    if (wall_s > INT64_MAX / MS_SECOND - MS_DAY || wall_s < -(INT64_MAX / MS_SECOND - MS_DAY))
        return wall; /* hundreds of millions of years away: no room to shift */
    int64_t until_s = wall_s + OFFSET_MAX_S;
    int64_t from_s = wall_s - OFFSET_MAX_S;
    /* Go through the spans of constant offset that can hold the instant, earliest first. */
    int64_t gap_s = 0;
    bool has_gap = false;
    for (int32_t offset_s = offset_at(z, from_s);;) {
        int64_t end_s = next_change(z, from_s);
        if (wall_s - offset_s < end_s && (!has_gap || wall_s - offset_s >= from_s))
            return wall - offset_s * MS_SECOND;
        int32_t next_offset_s = offset_at(z, end_s);
        /* Not yet reached at the end of this span, already past at the start of the next: a gap.
         * Reading the clock as if it had not been moved puts it on by the gap's length, unless the clock
         * is soon moved back and shows the time after all. */
        if (!has_gap && wall_s - next_offset_s < end_s) {
            has_gap = true;
            gap_s = offset_s;
        }
        if (end_s > until_s)
            return wall - (has_gap ? gap_s : offset_s) * MS_SECOND;
        from_s = end_s;
        offset_s = next_offset_s;
    }
}

/* ---- the cache ---- */

static pthread_mutex_t cache_lock = PTHREAD_MUTEX_INITIALIZER;
static Zone *cache[ZONE_CACHE]; /* open addressing; entries are never removed */
static size_t cache_count;

/* Letters, digits, + - _ in parts joined by single slashes: nothing that could leave the folder. */
static bool name_is_safe(Str name)
{
    char before = '/';

    if (name.len == 0 || name.len > ZONE_NAME_MAX)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!letter && c != '+' && c != '-' && c != '_' && (c != '/' || before == '/'))
            return false;
        before = c;
    }
    /* Copies of everything that tzdata installs beside the names proper. */
    return before != '/' && !str_starts(name, STR("posix/")) && !str_starts(name, STR("right/"));
}

/* At most ZONE_FILE_MAX bytes into `to`; 0: there is no such file, or it is longer. */
static size_t read_file(Str name, char *to)
{
    char path[sizeof ZONE_DIR + ZONE_NAME_MAX];
    size_t n = 0;

    snprintf(path, sizeof path, ZONE_DIR "%.*s", STR_ARG(name));
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    while (n < ZONE_FILE_MAX) {
        ssize_t got = read(fd, to + n, ZONE_FILE_MAX - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    close(fd);
    return n < ZONE_FILE_MAX ? n : 0;
}

static Zone *zone_load(Str name)
{
    char *bytes = malloc(ZONE_FILE_MAX);
    size_t n = bytes != NULL ? read_file(name, bytes) : 0;
    Zone *z = n > 0 ? zone_read((Str){ bytes, n }) : NULL;

    if (z != NULL)
        memcpy(z->name, name.ptr, name.len);
    free(bytes);
    return z;
}

bool zone_file(Arena *a, Str name, Str *ret)
{
    char *bytes = name_is_safe(name) ? malloc(ZONE_FILE_MAX) : NULL;
    size_t n = bytes != NULL ? read_file(name, bytes) : 0;

    *ret = n > 0 ? str_dup(a, (Str){ bytes, n }) : STR_NULL;
    free(bytes);
    return n > 0;
}

const Zone *zone_get(Str name)
{
    if (!name_is_safe(name))
        return NULL;
    size_t slot = (size_t)str_hash(name) % ZONE_CACHE;
    pthread_mutex_lock(&cache_lock);
    while (cache[slot] != NULL && !str_eq_z(name, cache[slot]->name))
        slot = (slot + 1) % ZONE_CACHE;
    if (cache[slot] == NULL && cache_count < ZONE_CACHE_MAX) {
        cache[slot] = zone_load(name);
        cache_count += cache[slot] != NULL;
    }
    const Zone *z = cache[slot];
    pthread_mutex_unlock(&cache_lock);
    return z;
}

const Zone *zone_utc(void)
{
    static const Zone utc = { .name = "UTC" };

    return &utc;
}
