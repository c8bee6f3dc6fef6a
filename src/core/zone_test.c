#include "support/test.h"

#include <fcntl.h>

static const char *const zone_names[] = {
    "Europe/Stockholm",    "Asia/Shanghai",     "America/New_York",
    "Australia/Lord_Howe", "Europe/London",     "Asia/Kolkata",
    "America/Sao_Paulo",   "Africa/Casablanca", "Pacific/Apia",
    "Pacific/Kiritimati",  "America/St_Johns",  "Asia/Kathmandu",
    "Europe/Dublin",       "Antarctica/Troll",  "America/Nuuk",
    "Asia/Gaza",           "Pacific/Chatham",   "UTC",
};

/* What the C library, which has a reader of its own, says. */
static int32_t libc_offset(int64_t at_s)
{
    struct tm t;
    time_t at = (time_t)at_s;

    EXPECT(localtime_r(&at, &t) != NULL);
    return (int32_t)t.tm_gmtoff;
}

static void use_libc_zone(const char *name)
{
    EXPECT(setenv("TZ", name, 1) == 0);
    tzset();
}

static void leave_libc_zone(void)
{
    EXPECT(setenv("TZ", "UTC", 1) == 0);
    tzset();
}

/* Finds every change of offset between 1900 and 2200 and compares both sides of each. */
TEST(zone_offsets_agree_with_the_c_library)
{
    const int64_t from = ms("1900-01-01T00:00Z") / 1000, to = ms("2200-01-01T00:00Z") / 1000;

    for (size_t i = 0; i < COUNT_OF(zone_names); i++) {
        const Zone *z = zone_get(str_z(zone_names[i]));
        EXPECT_AT((int)i, z != NULL);
        use_libc_zone(zone_names[i]);
        for (int64_t at = from; at < to; at += (test_is_short() ? 40 : 5) * 86400) {
            int64_t low = at, high = at + 5 * 86400;
            int32_t before = libc_offset(low);
            EXPECT_INT_AT((int)i, before, zone_civil(z, low * 1000).offset_s);
            if (libc_offset(high) == before)
                continue;
            while (high - low > 1) {
                int64_t mid = low + (high - low) / 2;
                if (libc_offset(mid) == before)
                    low = mid;
                else
                    high = mid;
            }
            EXPECT_INT_AT((int)i, libc_offset(low), zone_civil(z, low * 1000 + 999).offset_s);
            EXPECT_INT_AT((int)i, libc_offset(high), zone_civil(z, high * 1000).offset_s);
        }
    }
    leave_libc_zone();
}

TEST(zone_instant_undoes_zone_civil)
{
    Ms step = (test_is_short() ? 40 : 1) * (7 * MS_HOUR + 1);

    for (size_t i = 0; i < COUNT_OF(zone_names); i++) {
        const Zone *z = zone_get(str_z(zone_names[i]));
        EXPECT_AT((int)i, z != NULL);
        for (Ms at = ms("1935-01-01T00:00Z"); at < ms("2060-01-01T00:00Z"); at += step) {
            CivilTime t = zone_civil(z, at);
            Ms back = zone_instant(z, &t);
            /* In an overlap the earlier of the two instants with this local time comes back. */
            CivilTime again = zone_civil(z, back);
            EXPECT_AT((int)i, back <= at);
            EXPECT_INT_AT((int)i, back + again.offset_s * MS_SECOND, at + t.offset_s * MS_SECOND);
            if (back < at)
                EXPECT_AT((int)i, at - back <= MS_DAY);
        }
    }
}

TEST(zone_instant_of_gaps_and_overlaps)
{
    static const struct {
        int line;
        const char *zone;
        const char *local;
        const char *at;
    } cases[] = {
        { __LINE__, "Europe/Stockholm", "2030-07-01T12:00:00Z", "2030-07-01T10:00:00Z" },
        { __LINE__, "Europe/Stockholm", "2030-01-01T12:00:00Z", "2030-01-01T11:00:00Z" },
        { __LINE__, "Europe/Stockholm", "2030-03-31T01:59:59.999Z", "2030-03-31T00:59:59.999Z" },
        { __LINE__, "Europe/Stockholm", "2030-03-31T02:00:00Z", "2030-03-31T01:00:00Z" },
        { __LINE__, "Europe/Stockholm", "2030-03-31T02:30:00Z", "2030-03-31T01:30:00Z" },
        { __LINE__, "Europe/Stockholm", "2030-03-31T03:00:00Z", "2030-03-31T01:00:00Z" },
        { __LINE__, "Europe/Stockholm", "2030-10-27T01:59:59Z", "2030-10-26T23:59:59Z" },
        { __LINE__, "Europe/Stockholm", "2030-10-27T02:00:00Z", "2030-10-27T00:00:00Z" },
        { __LINE__, "Europe/Stockholm", "2030-10-27T02:59:59Z", "2030-10-27T00:59:59Z" },
        { __LINE__, "Europe/Stockholm", "2030-10-27T03:00:00Z", "2030-10-27T02:00:00Z" },
        { __LINE__, "Europe/Stockholm", "2080-07-01T12:00:00Z", "2080-07-01T10:00:00Z" },
        { __LINE__, "America/New_York", "2030-03-10T02:30:00Z", "2030-03-10T07:30:00Z" },
        { __LINE__, "America/New_York", "2030-11-03T01:30:00Z", "2030-11-03T05:30:00Z" },
        { __LINE__, "Australia/Lord_Howe", "2030-10-06T02:15:00Z", "2030-10-05T15:45:00Z" },
        { __LINE__, "Australia/Lord_Howe", "2031-04-06T01:45:00Z", "2031-04-05T14:45:00Z" },
        { __LINE__, "Asia/Shanghai", "2030-07-01T12:00:00Z", "2030-07-01T04:00:00Z" },
        { __LINE__, "Asia/Shanghai", "1988-04-17T02:30:00Z", "1988-04-16T18:30:00Z" },
        { __LINE__, "Pacific/Apia", "2011-12-30T12:00:00Z", "2011-12-30T22:00:00Z" },
        { __LINE__, "Asia/Kathmandu", "2030-01-01T00:00:00Z", "2029-12-31T18:15:00Z" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const Zone *z = zone_get(str_z(cases[i].zone));
        EXPECT_AT(cases[i].line, z != NULL);
        CivilTime local = clock_civil_utc(ms(cases[i].local));
        EXPECT_MS_AT(cases[i].line, ms(cases[i].at), zone_instant(z, &local));
    }
}

TEST(zone_civil_gives_the_local_weekday_and_offset)
{
    CivilTime t = zone_civil(zone_get(STR("Asia/Shanghai")), ms("2030-01-06T16:00Z"));

    EXPECT(t.year == 2030 && t.month == 1 && t.day == 7 && t.hour == 0 && t.weekday == 0);
    EXPECT_INT(8 * 3600, t.offset_s);
    t = zone_civil(zone_utc(), ms("2030-01-06T16:00Z"));
    EXPECT(t.day == 6 && t.hour == 16 && t.weekday == 6 && t.offset_s == 0);
}

TEST(zone_holds_at_the_ends_of_time)
{
    static const Ms ends[] = { INT64_MAX, INT64_MIN + 1, INT64_MAX - MS_DAY, INT64_MIN + MS_DAY };
    CivilTime beyond = { .year = INT32_MAX, .month = 1, .day = 1 };

    for (size_t i = 0; i < COUNT_OF(zone_names); i++)
        for (size_t k = 0; k < COUNT_OF(ends); k++) {
            const Zone *z = zone_get(str_z(zone_names[i]));
            CivilTime t = zone_civil(z, ends[k]);
            Ms back = zone_instant(z, &t);
            EXPECT(k % 2 == 0 ? back > 0 : back < 0);
        }
    EXPECT_INT(INT64_MAX, zone_instant(zone_get(STR("Europe/Stockholm")), &beyond));
}

TEST(zone_get_refuses_names_that_are_not_zones)
{
    static const char *const refused[] = {
        "",
        "Nowhere/City",
        "europe/stockholm",
        "../zoneinfo/UTC",
        "/usr/share/zoneinfo/UTC",
        "Europe/../UTC",
        "Europe/./Paris",
        "Europe",
        "Europe/",
        "Europe//Stockholm",
        ".",
        "..",
        "zone.tab",
        "tzdata.zi",
        "right/Europe/Stockholm",
        "posix/Europe/Stockholm",
        "Europe/Stockholm\n",
        "UTC ",
        "Etc/GMT+1/x",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    };

    for (size_t i = 0; i < COUNT_OF(refused); i++)
        EXPECT_AT((int)i, zone_get(str_z(refused[i])) == NULL);
    EXPECT(zone_get(STR("UTC\0")) == NULL && zone_get(STR_NULL) == NULL);
    EXPECT(zone_get(STR("Etc/GMT+1")) != NULL);
}

TEST(zone_get_gives_the_same_zone_again)
{
    EXPECT(zone_get(STR("Europe/Paris")) == zone_get(STR("Europe/Paris")));
    EXPECT(zone_get(STR("Europe/Paris")) != zone_get(STR("Europe/Oslo")));
}

/* ---- files made by hand ---- */

typedef struct File {
    char bytes[512];
    size_t len;
} File;

static void put(File *f, const void *bytes, size_t n)
{
    EXPECT(n <= sizeof f->bytes - f->len);
    memcpy(f->bytes + f->len, bytes, n);
    f->len += n;
}

static void put_be(File *f, int64_t v, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--) {
        char c = (char)((uint64_t)v >> (8 * i) & 0xFF);
        put(f, &c, 1);
    }
}

static void put_header(File *f, char version, int32_t leap, int32_t times, int32_t types)
{
    put(f, "TZif", 4);
    put(f, &version, 1);
    put(f, (char[15]){ 0 }, 15);
    put_be(f, 0, 4);
    put_be(f, 0, 4);
    put_be(f, leap, 4);
    put_be(f, times, 4);
    put_be(f, types, 4);
    put_be(f, 4, 4);
}

static void put_type(File *f, int32_t offset_s)
{
    put_be(f, offset_s, 4);
    put(f, "\0\0", 2);
}

/* Version 2, no changes, the footer rules alone. */
static Zone *zone_of_rule(const char *rule)
{
    File f = { .len = 0 };

    put_header(&f, '2', 0, 0, 1);
    put_type(&f, 0);
    put(&f, "LMT\0", 4);
    put_header(&f, '2', 0, 0, 1);
    put_type(&f, 0);
    put(&f, "LMT\0", 4);
    put(&f, "\n", 1);
    put(&f, rule, strlen(rule));
    put(&f, "\n", 1);
    return zone_read((Str){ f.bytes, f.len });
}

static int32_t offset_and_free(Zone *z, const char *at)
{
    EXPECT(z != NULL);
    int32_t offset_s = zone_civil(z, ms(at)).offset_s;
    zone_free(z);
    return offset_s;
}

TEST(zone_footer_rules)
{
    static const struct {
        int line;
        const char *rule;
        const char *at;
        int32_t offset_s;
    } cases[] = {
        { __LINE__, "CET-1", "2030-07-01T00:00Z", 3600 },
        { __LINE__, "<+0530>-5:30", "2030-07-01T00:00Z", 19800 },
        { __LINE__, "<-02>2:00:30", "2030-07-01T00:00Z", -7230 },
        { __LINE__, "CET-1CEST,M3.5.0,M10.5.0/3", "2030-03-31T00:59:59Z", 3600 },
        { __LINE__, "CET-1CEST,M3.5.0,M10.5.0/3", "2030-03-31T01:00:00Z", 7200 },
        { __LINE__, "CET-1CEST,M3.5.0,M10.5.0/3", "2030-10-27T00:59:59Z", 7200 },
        { __LINE__, "CET-1CEST,M3.5.0,M10.5.0/3", "2030-10-27T01:00:00Z", 3600 },
        /* Southern half: summer spans the new year. */
        { __LINE__, "AEST-10AEDT,M10.1.0,M4.1.0/3", "2030-01-01T00:00Z", 39600 },
        { __LINE__, "AEST-10AEDT,M10.1.0,M4.1.0/3", "2030-07-01T00:00Z", 36000 },
        /* Summer time that is behind winter time, as Dublin is written. */
        { __LINE__, "IST-1GMT0,M10.5.0,M3.5.0/1", "2030-01-15T00:00Z", 0 },
        { __LINE__, "IST-1GMT0,M10.5.0,M3.5.0/1", "2030-07-15T00:00Z", 3600 },
        /* Hours before midnight of the day and beyond its end (RFC 9636 section 3.3.1). */
        { __LINE__, "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2030-03-31T00:59:59Z", -7200 },
        { __LINE__, "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2030-03-31T01:00:00Z", -3600 },
        { __LINE__, "EET-2EEST,M3.4.4/50,M10.4.4/50", "2030-03-29T23:59:59Z", 7200 },
        { __LINE__, "EET-2EEST,M3.4.4/50,M10.4.4/50", "2030-03-30T00:00:00Z", 10800 },
        /* Days by number: J skips the leap day, the plain form counts it. */
        { __LINE__, "AAA0BBB,J60/0,J300/0", "2028-02-29T12:00Z", 0 },
        { __LINE__, "AAA0BBB,J60/0,J300/0", "2028-03-01T00:00Z", 3600 },
        { __LINE__, "AAA0BBB,J60/0,J300/0", "2027-03-01T00:00Z", 3600 },
        { __LINE__, "AAA0BBB,59/0,299/0", "2028-02-29T00:00Z", 3600 },
        { __LINE__, "AAA0BBB,59/0,299/0", "2027-02-28T23:59Z", 0 },
        { __LINE__, "AAA0BBB,59/0,299/0", "2027-03-01T00:00Z", 3600 },
        /* Summer time all year. */
        { __LINE__, "XXX3EDT4,0/0,J365/23", "2030-12-31T23:59Z", -14400 },
        { __LINE__, "XXX3EDT4,0/0,J365/23", "2031-01-01T04:00Z", -14400 },
        { __LINE__, "XXX3EDT4,0/0,J365/23", "2030-06-01T00:00Z", -14400 },
        { __LINE__, "", "2030-06-01T00:00Z", 0 },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        EXPECT_INT_AT(cases[i].line, cases[i].offset_s,
                      offset_and_free(zone_of_rule(cases[i].rule), cases[i].at));
}

TEST(zone_footer_refuses)
{
    static const char *const refused[] = {
        "C",
        "CE-1",
        "CET",
        "CET-",
        "CET-x",
        "CET-27",
        "CET-1:60",
        "CET-1:00:60",
        "<>0",
        "<ab>0",
        "<abc0",
        "CET-1CEST",
        "CET-1CEST,",
        "CET-1CEST,M3.5.0",
        "CET-1CEST,M0.5.0,M10.5.0",
        "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.0.0,M10.5.0",
        "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,M3.5,M10.5.0",
        "CET-1CEST,J0,J365",
        "CET-1CEST,J1,J366",
        "CET-1CEST,0,366",
        "CET-1CEST,M3.5.0/168,M10.5.0",
        "CET-1CEST,M3.5.0,M10.5.0x",
        "CET-1CEST-27,M3.5.0,M10.5.0",
        "CET-1CEST,M3.5.0/,M10.5.0",
        "CET-1 ",
        "CET-00001",
    };

    for (size_t i = 0; i < COUNT_OF(refused); i++)
        EXPECT_AT((int)i, zone_of_rule(refused[i]) == NULL);
}

TEST(zone_read_without_memory_gives_nothing)
{
    size_t nth = 1;
    Zone *z = NULL;

    for (; z == NULL; nth++) {
        EXPECT(nth < 20);
        test_fail_allocation(nth);
        z = zone_of_rule("CET-1CEST,M3.5.0,M10.5.0/3");
        EXPECT(test_fail_allocation(0) == (z == NULL));
    }
    EXPECT(nth > 3); /* the zone and its two columns */
    zone_free(z);
    /* A name that could not be read for want of memory is not remembered as unknown. */
    test_fail_allocation(1);
    EXPECT(zone_get(STR("Asia/Dushanbe")) == NULL);
    EXPECT(test_fail_allocation(0));
    EXPECT(zone_get(STR("Asia/Dushanbe")) != NULL);
}

TEST(zone_reads_version_1_files)
{
    File f = { .len = 0 };

    put_header(&f, '\0', 0, 2, 2);
    put_be(&f, -1000, 4);
    put_be(&f, 1000, 4);
    put(&f, "\1\0", 2);
    put_type(&f, 3600);
    put_type(&f, -7200);
    put(&f, "AAA\0", 4);
    Zone *z = zone_read((Str){ f.bytes, f.len });
    EXPECT(z != NULL);
    EXPECT_INT(3600, zone_civil(z, -1000001).offset_s); /* before the first change: type 0 */
    EXPECT_INT(-7200, zone_civil(z, -1000000).offset_s);
    EXPECT_INT(-7200, zone_civil(z, 999999).offset_s);
    EXPECT_INT(3600, zone_civil(z, 1000000).offset_s);
    EXPECT_INT(3600, zone_civil(z, ms("2500-01-01T00:00Z")).offset_s);
    zone_free(z);
}

TEST(zone_refuses_malformed_files)
{
    static const struct {
        int line;
        int32_t leap, types;
        int64_t first;
        const char *index;
        int32_t offset_s;
        bool ok;
    } cases[] = {
        { __LINE__, 0, 1, -5, "\0\0", 93600, true },
        { __LINE__, 0, 1, -5, "\0\0", 93601, false }, /* further than any zone */
        { __LINE__, 0, 1, -5, "\0\0", -93600, true },
        { __LINE__, 0, 1, -5, "\0\0", -93601, false },
        { __LINE__, 0, 1, -5, "\0\1", 0, false }, /* a type that is not there */
        { __LINE__, 0, 1, 7, "\0\0", 0, false },  /* changes not in order */
        { __LINE__, 0, 1, 6, "\0\0", 0, true },
        { __LINE__, 0, 0, -5, "\0\0", 0, false }, /* no type */
        { __LINE__, 1, 1, -5, "\0\0", 0, false }, /* leap seconds */
        { __LINE__, 0, 257, -5, "\0\0", 0, false },
        { __LINE__, -1, 1, -5, "\0\0", 0, false },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        File f = { .len = 0 };
        put_header(&f, '\0', cases[i].leap, 2, cases[i].types);
        put_be(&f, cases[i].first, 4);
        put_be(&f, 7, 4);
        put(&f, cases[i].index, 2);
        put_type(&f, cases[i].offset_s);
        put(&f, "AAA\0", 4);
        put(&f, (char[16]){ 0 }, 16);
        Zone *z = zone_read((Str){ f.bytes, f.len });
        EXPECT_AT(cases[i].line, (z != NULL) == cases[i].ok);
        zone_free(z);
    }
    EXPECT(zone_read(STR_NULL) == NULL && zone_read(STR("")) == NULL);
    zone_free(NULL);
}

/* A real file cut at every length and with every byte changed: refused or read, never more. */
TEST(zone_survives_damaged_files)
{
    char bytes[8192];
    int fd = open("/usr/share/zoneinfo/Europe/Stockholm", O_RDONLY | O_CLOEXEC);
    EXPECT(fd >= 0);
    ssize_t got = read(fd, bytes, sizeof bytes);
    close(fd);
    EXPECT(got > 100 && got < (ssize_t)sizeof bytes);
    size_t n = (size_t)got;

    for (size_t cut = 0; cut < n; cut++) {
        char *exact = malloc(cut + 1); /* so that a read past the end is reported */
        EXPECT(exact != NULL);
        memcpy(exact, bytes, cut);
        EXPECT_AT((int)cut, zone_read((Str){ exact, cut }) == NULL);
        free(exact);
    }
    for (size_t i = 0; i < n; i++) {
        bytes[i] = (char)(bytes[i] ^ 0xFF);
        Zone *z = zone_read((Str){ bytes, n });
        if (z != NULL) {
            CivilTime t = zone_civil(z, ms("2030-03-31T01:00Z"));
            EXPECT(zone_instant(z, &t) > 0);
        }
        zone_free(z);
        bytes[i] = (char)(bytes[i] ^ 0xFF);
    }
}
