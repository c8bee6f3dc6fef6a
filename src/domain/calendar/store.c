/* store.c - calendars in the database, and the compiled ones in memory.
 *
 * A compiled version is found by the hashes of its rules and of its zone's data, so a transaction that
 * is rolled back leaves nothing wrong behind.  What was handed out is held until the arena of the call ends
 * (core/kept.h); a line of versions holds each of them.
 */
#include "domain/calendar/store.h"

#include "app/event.h"
#include "core/kept.h"
#include "core/log.h"
#include "core/random.h"
#include "domain/calendar/calendar_q.h"
#include "domain/calendar/inner.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>

#define FROM_EVER  (INT64_MIN + 1) /* from_ms of a first version */
#define KEPT_ARENA (16u * 1024 * 1024)
#define HASH_BYTES 64u
#define FEED_FRESH (30 * MS_DAY) /* the years for which repeated days are written out go on */

/* ---- what is kept in memory ---- */

typedef struct KeptZone KeptZone;
struct KeptZone {
    KeptZone *next;
    char hash[HASH_BYTES];
    Zone *zone;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static KeptZone *zones; /* there are few: one for each file that a zone ever had */

static const Zone *find_zone(Str hash)
{
    const Zone *found = NULL;

    pthread_mutex_lock(&lock);
    for (KeptZone *k = zones; k != NULL && found == NULL; k = k->next)
        if (memcmp(k->hash, hash.ptr, HASH_BYTES) == 0)
            found = k->zone;
    pthread_mutex_unlock(&lock);
    return found;
}

/* The zone as a version was made with; kept as long as the program runs, as zone_get's. */
static Rc stored_zone(Ctx *cx, Str hash, const Zone **ret)
{
    ZoneDataGetRow row;

    if ((*ret = find_zone(hash)) != NULL)
        return RC_OK;
    TRY(q_zone_data_get(cx, hash, &row));
    Zone *z = zone_read(row.bytes);
    KeptZone *k = z != NULL ? calloc(1, sizeof *k) : NULL;
    if (k == NULL) {
        zone_free(z);
        return RC_INTERNAL;
    }
    memcpy(k->hash, hash.ptr, HASH_BYTES);
    k->zone = z;
    pthread_mutex_lock(&lock);
    k->next = zones; /* twice the same does no harm */
    zones = k;
    pthread_mutex_unlock(&lock);
    *ret = z;
    return RC_OK;
}

/* Compiles a version into an arena. */
static Rc compile_version(Ctx *cx, Arena *a, const VersionHead *head, const Calendar **ret)
{
    CalendarVersionTextRow text;
    const Zone *zone;
    CalendarRules r, extra;
    CalendarFault fault;
    Calendar *c;

    TRY(q_calendar_version_text(cx, head->id, &text));
    TRY(stored_zone(cx, head->zone_hash, &zone));
    TRY(calendar_rules_read(cx->arena, text.rules, &r));
    TRY(calendar_rules_read(cx->arena, text.feed_days, &extra));
    for (size_t i = 0; i < extra.holidays.n; i++)
        TRY(LIST_PUSH(cx->arena, &r.holidays, extra.holidays.at[i]));
    Rc rc = calendar_compile(a, &r, zone, &c, &fault);
    if (rc != RC_OK) {
        log_error("calendar", "version %lld does not compile", (long long)head->id);
        return rc == RC_INVALID ? RC_INTERNAL : rc;
    }
    *ret = c;
    return RC_OK;
}

/* Held for `line`. */
static Rc version_of(Ctx *cx, const VersionHead *head, Arena *line, bool *ret_kept,
                     const Calendar **ret)
{
    char both[2 * HASH_BYTES];
    Str key = { both, sizeof both };

    if (head->rules_hash.len != HASH_BYTES || head->zone_hash.len != HASH_BYTES)
        return RC_INTERNAL;
    memcpy(both, head->rules_hash.ptr, HASH_BYTES);
    memcpy(both + HASH_BYTES, head->zone_hash.ptr, HASH_BYTES);
    *ret_kept = true;
    if ((*ret = kept_find(KEPT_CALENDAR, key, line)) != NULL)
        return RC_OK;
    Arena *a = arena_new(KEPT_ARENA);
    Rc rc = compile_version(cx, a, head, ret);
    if (rc != RC_OK) {
        arena_free(a);
        return rc;
    }
    *ret = kept_add(KEPT_CALENDAR, key, a, *ret, line, ret_kept);
    return RC_OK;
}

LIST_OF(VersionHead, VersionHeads);
LIST_OF(CalendarSpan, CalendarSpans);

static Rc heads_of(Ctx *cx, Str key, VersionHeads *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    VersionHead row;

    TRY(q_calendar_version_all(cx, key, &rows));
    while (q_calendar_version_all_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    TRY(rows_result(&rows));
    return ret->n > 0 ? RC_OK : RC_NOT_FOUND;
}

static Rc token_now(Ctx *cx, int64_t *ret)
{
    CalendarTokenRow row = { 0 };
    bool found = false;

    TRY(q_calendar_token(cx, &row, &found));
    *ret = found ? row.token : 0;
    return RC_OK;
}

static void end_line(void *arg)
{
    arena_free(arg);
}

/* The versions of a calendar one after the other, in `a`. */
static Rc make_line(Ctx *cx, Str key, Arena *a, bool *ret_kept, const CalendarLine **ret)
{
    VersionHeads heads = { 0 };
    CalendarSpans spans = { 0 };
    bool kept = true;

    *ret_kept = true;
    TRY(heads_of(cx, key, &heads));
    for (size_t i = 0; i < heads.n; i++) {
        CalendarSpan span = { .from = heads.at[i].from_ms };
        TRY(version_of(cx, &heads.at[i], a, &kept, &span.calendar));
        *ret_kept = *ret_kept && kept;
        TRY(LIST_PUSH(cx->arena, &spans, span));
    }
    return calendar_line(a, spans.at, spans.n, ret);
}

Rc calendar_get(Ctx *cx, Str key, const CalendarLine **ret)
{
    int64_t token;
    const CalendarLine *line;
    bool kept = true;

    *ret = NULL;
    if (key.len == 0)
        return RC_OK;
    TRY(token_now(cx, &token));
    Str name = str_fmt(cx->arena, "%lld %.*s", (long long)token, STR_ARG(key));
    if ((*ret = kept_find(KEPT_LINE, name, cx->arena)) != NULL)
        return RC_OK;
    Arena *a = arena_new(KEPT_ARENA);
    Rc rc = make_line(cx, key, a, &kept, &line);
    if (rc != RC_OK) {
        arena_free(a);
        return rc;
    }
    if (kept) {
        *ret = kept_add(KEPT_LINE, name, a, line, cx->arena, &kept);
        return RC_OK;
    }
    arena_at_end(cx->arena, end_line, a);
    *ret = line;
    return RC_OK;
}

/* ---- versions ---- */

static Rc words_of(Arena *a, Str text, StrList *ret)
{
    while (text.len > 0) {
        Str one = str_cut(&text, ' ');
        if (one.len > 0)
            TRY(LIST_PUSH(a, ret, one));
    }
    return RC_OK;
}

Rc calendar_versions(Ctx *cx, Str key, CalendarVersions *ret)
{
    VersionHeads heads = { 0 };
    CalendarVersions list = { 0 };

    TRY(heads_of(cx, key, &heads));
    for (size_t i = 0; i < heads.n; i++) {
        const VersionHead *h = &heads.at[i];
        CalendarVersion v = { .id = h->id,
                              .number = h->number,
                              .from = h->from_ms == FROM_EVER ? MS_NONE : h->from_ms,
                              .cause = h->cause,
                              .made_ms = h->made_ms,
                              .document_version_id =
                                  h->document_version_id.set ? h->document_version_id.value : 0,
                              .zone_hash = h->zone_hash };
        TRY(words_of(cx->arena, h->feeds, &v.feeds));
        TRY(LIST_PUSH(cx->arena, &list, v));
    }
    *ret = list;
    return RC_OK;
}

Rc calendar_version_read(Ctx *cx, CalendarVersion *v)
{
    CalendarVersionTextRow text;
    CalendarRules extra;

    TRY(q_calendar_version_text(cx, v->id, &text));
    TRY(calendar_rules_read(cx->arena, text.rules, &v->rules));
    TRY(calendar_rules_read(cx->arena, text.feed_days, &extra));
    v->feed_days = extra.holidays;
    return RC_OK;
}

size_t calendar_version_at(const CalendarVersions *list, Ms at)
{
    size_t i = 0;

    while (i + 1 < list->n && list->at[i + 1].from <= at)
        i++;
    return i;
}

/* ---- making versions ---- */

static Str joined(Ctx *cx, const StrList *list)
{
    Str s = STR("");

    for (size_t i = 0; i < list->n; i++)
        s = str_fmt(cx->arena, "%.*s%s%.*s", STR_ARG(s), i > 0 ? " " : "", STR_ARG(list->at[i]));
    return s;
}

static Str hash_of(Ctx *cx, Str rules, Str feed_days)
{
    return sha256_hex(cx->arena,
                      str_fmt(cx->arena, "%.*s\n%.*s", STR_ARG(rules), STR_ARG(feed_days)));
}

static Rc draw_token(Ctx *cx)
{
    int64_t token;

    random_bytes(&token, sizeof token);
    return q_calendar_token_put(cx, token & INT64_MAX, NULL);
}

/* Keeps the zone's data of now.  *ret_hash is its hash. */
static Rc keep_zone(Ctx *cx, Str name, Str *ret_hash, Str *ret_bytes)
{
    if (!zone_file(cx->arena, name, ret_bytes))
        return fail_field(
            cx, RC_INVALID, "zone", "unknown_zone",
            TEXT("There is no time zone {0}; write a name such as Europe/Stockholm.", name));
    *ret_hash = sha256_hex(cx->arena, *ret_bytes);
    return q_zone_data_put(cx, *ret_hash, *ret_bytes, cx->now_ms, NULL);
}

/* Whether rules and the days of feeds make a calendar with a zone's data. */
static Rc check(Ctx *cx, const CalendarRules *own, Str feed_days, Str zone_bytes)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(KEPT_ARENA);
    Zone *z = zone_read(zone_bytes);
    CalendarRules r = *own, extra;
    Calendar *c;
    CalendarFault fault;
    Rc rc = calendar_rules_read(cx->arena, feed_days, &extra);

    r.holidays = (CalendarHolidays){ 0 };
    for (size_t i = 0; rc == RC_OK && i < own->holidays.n; i++)
        rc = LIST_PUSH(cx->arena, &r.holidays, own->holidays.at[i]);
    for (size_t i = 0; rc == RC_OK && i < extra.holidays.n; i++)
        rc = LIST_PUSH(cx->arena, &r.holidays, extra.holidays.at[i]);
    if (rc == RC_OK)
        rc = calendar_compile(a, &r, z, &c, &fault);
    zone_free(z);
    return rc == RC_INVALID ? fail_field(cx, RC_INVALID, "hours", fault.code, fault.text) : rc;
}

/* The days of the feeds that a version names and of those given by hand, as lines of rules. */
static Rc days_of_feeds(Ctx *cx, Str key, Str feeds, Str *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    CalendarFeedsRow row;
    StrList named = { 0 };
    Str days = STR("");

    TRY(words_of(cx->arena, feeds, &named));
    TRY(q_calendar_feeds(cx, key, &rows));
    while (q_calendar_feeds_next(&rows, &row)) {
        bool counts = row.uploaded;
        for (size_t i = 0; i < named.n; i++)
            counts = counts || str_eq(named.at[i], row.feed);
        if (counts)
            days = str_fmt(cx->arena, "%.*s%.*s", STR_ARG(days), STR_ARG(row.days));
    }
    TRY(rows_result(&rows));
    *ret = days;
    return RC_OK;
}

typedef struct NewVersion {
    Str key, rules, feeds, feed_days, zone_hash;
    Ms from;
    int64_t document_version_id;
    const char *cause;
} NewVersion;

static Rc insert(Ctx *cx, const NewVersion *v)
{
    CalendarVersionInsertRow row;
    OptInt document = v->document_version_id != 0 ? OPT_INT(v->document_version_id) : OPT_NONE;
    EventChange changes[] = {
        { .field = STR("calendar"), .to = v->key },
        { .field = STR("version") },
        { .field = STR("from"),
          .to = v->from == FROM_EVER ? STR_NULL : clock_rfc3339(cx->arena, v->from) },
        { .field = STR("cause"), .to = str_z(v->cause) },
    };

    TRY(q_calendar_version_insert(cx, v->key, v->from, v->rules, v->feeds, v->feed_days,
                                  hash_of(cx, v->rules, v->feed_days), v->zone_hash, document,
                                  str_z(v->cause), cx->now_ms, &row));
    TRY(draw_token(cx));
    changes[1].to = str_fmt(cx->arena, "%lld", (long long)row.number);
    return event_add(cx,
                     &(Event){ .kind = "calendar.in_force",
                               .object = "calendar",
                               .object_id = row.id,
                               .changes = changes,
                               .changes_n = COUNT_OF(changes) },
                     NULL);
}

static size_t head_at(const VersionHeads *list, Ms at)
{
    size_t i = 0;

    while (i + 1 < list->n && list->at[i + 1].from_ms <= at)
        i++;
    return i;
}

/* Where the clock was set back, what was in force already has been measured with: it stays, and the next
 * version begins after it. */
static Ms now_after(const VersionHeads *list, Ms now)
{
    Ms at = now;

    for (size_t i = 0; i < list->n; i++) {
        const VersionHead *h = &list->at[i];
        if (h->from_ms > now && h->from_ms <= h->made_ms && h->from_ms >= at)
            at = h->from_ms + 1;
    }
    return at;
}

static Rc put_version(Ctx *cx, const CalendarPublication *in)
{
    VersionHeads heads = { 0 };
    NewVersion v = { .key = in->key,
                     .feeds = joined(cx, &in->feeds),
                     .from = in->from == MS_NONE ? cx->now_ms : in->from,
                     .document_version_id = in->document_version_id,
                     .cause = "published" };
    Str bytes;
    int64_t dropped = 0;

    if (v.from < cx->now_ms)
        return fail_field(cx, RC_INVALID, "from", "past",
                          TEXT("A calendar cannot change in the past, which has been measured "
                               "already. Leave the moment empty for now."));
    TRY(calendar_rules_text(cx->arena, in->rules, &v.rules));
    TRY(keep_zone(cx, in->rules->zone, &v.zone_hash, &bytes));
    TRY(days_of_feeds(cx, in->key, v.feeds, &v.feed_days));
    TRY(check(cx, in->rules, v.feed_days, bytes));
    Rc rc = heads_of(cx, in->key, &heads);
    if (rc == RC_NOT_FOUND) {
        v.from = FROM_EVER;
        return insert(cx, &v);
    }
    TRY(rc);
    Ms earliest = now_after(&heads, cx->now_ms);
    if (v.from < earliest)
        v.from = earliest;
    TRY(q_calendar_version_drop(cx, in->key, v.from, &dropped));
    const VersionHead *last = &heads.at[head_at(&heads, v.from - 1)];
    if (str_eq(last->rules_hash, hash_of(cx, v.rules, v.feed_days))
        && str_eq(last->zone_hash, v.zone_hash) && str_eq(last->feeds, v.feeds))
        return dropped > 0 ? draw_token(cx) : RC_OK;
    return insert(cx, &v);
}

Rc calendar_publish(Ctx *cx, GrantedCatalog g, const CalendarPublication *in)
{
    UNUSED(g); /* the proof */
    return put_version(cx, in);
}

Rc calendar_adopt(Ctx *cx, const CalendarPublication *in)
{
    VersionHeads heads = { 0 };
    Rc rc = heads_of(cx, in->key, &heads);

    return rc == RC_NOT_FOUND ? put_version(cx, in) : rc;
}

/* A version from now on where the days of feeds or the zone's data differ from what is in force; what
 * is not in force yet is changed where it stands. */
static Rc renew(Ctx *cx, Str key, const char *cause)
{
    VersionHeads heads = { 0 };
    CalendarVersionTextRow text;
    CalendarRules r;
    Str bytes;

    TRY(heads_of(cx, key, &heads));
    Ms now = now_after(&heads, cx->now_ms);
    for (size_t i = head_at(&heads, now); i < heads.n; i++) {
        const VersionHead *h = &heads.at[i];
        NewVersion v = { .key = key,
                         .feeds = h->feeds,
                         .from = now,
                         .document_version_id =
                             h->document_version_id.set ? h->document_version_id.value : 0,
                         .cause = cause };
        TRY(q_calendar_version_text(cx, h->id, &text));
        v.rules = text.rules;
        TRY(calendar_rules_read(cx->arena, text.rules, &r));
        TRY(keep_zone(cx, r.zone, &v.zone_hash, &bytes));
        TRY(days_of_feeds(cx, key, h->feeds, &v.feed_days));
        Str hash = hash_of(cx, v.rules, v.feed_days);
        if (str_eq(hash, h->rules_hash) && str_eq(v.zone_hash, h->zone_hash))
            continue;
        TRY(check(cx, &r, v.feed_days, bytes));
        if (!str_eq(v.zone_hash, h->zone_hash))
            v.cause = "zone";
        if (h->from_ms >= now) {
            TRY(q_calendar_version_change(cx, h->id, v.feed_days, hash, v.zone_hash, NULL));
            TRY(draw_token(cx));
        } else {
            TRY(insert(cx, &v));
        }
    }
    return RC_OK;
}

/* ---- feeds ---- */

Rc calendar_feeds(Ctx *cx, Str key, CalendarFeeds *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    CalendarFeedsRow row;
    CalendarFeeds list = { 0 };

    TRY(q_calendar_feeds(cx, key, &rows));
    while (q_calendar_feeds_next(&rows, &row)) {
        CalendarRules r;
        TRY(calendar_rules_read(cx->arena, row.days, &r));
        TRY(LIST_PUSH(
            cx->arena, &list,
            (CalendarFeed){ .name = row.feed,
                            .uploaded = row.uploaded,
                            .hash = row.hash,
                            .days = r.holidays,
                            .read_ms = row.read_ms != 0 ? row.read_ms : MS_NONE,
                            .trouble = row.trouble,
                            .trouble_ms = row.trouble_ms != 0 ? row.trouble_ms : MS_NONE }));
    }
    TRY(rows_result(&rows));
    *ret = list;
    return RC_OK;
}

static Rc is_known(Ctx *cx, Str key)
{
    VersionHeads heads = { 0 };
    return heads_of(cx, key, &heads);
}

/* Takes the days of a file in.  RC_INVALID with the sentence in cx; then nothing has changed. */
static Rc take_in(Ctx *cx, Str key, Str name, bool uploaded, Str ics, size_t *ret_days)
{
    CalendarRules days = { 0 };
    Text why;
    Str text;
    size_t timed;

    Rc rc = calendar_feed_parse(cx->arena, ics, cx->now_ms, &days.holidays, &timed, &why);
    if (rc == RC_INVALID)
        return fail_field(cx, RC_INVALID, "file", "bad_feed", why);
    TRY(rc);
    TRY(calendar_rules_text(cx->arena, &days, &text));
    Str first = str_cut(&text, '\n'); /* zone and day_hours say nothing here */
    first = str_cut(&text, '\n');
    UNUSED(first);
    TRY(q_calendar_feed_put(cx, key, name, uploaded, sha256_hex(cx->arena, ics),
                            text.len > 0 ? text : STR(""), cx->now_ms, NULL));
    *ret_days = days.holidays.n;
    return renew(cx, key, "feed");
}

Rc calendar_feed_upload(Ctx *cx, GrantedCatalog g, Str key, Str name, Str ics, size_t *ret_days)
{
    CalendarFeeds feeds;
    size_t others = 0;

    UNUSED(g); /* the proof */
    if (!calendar_feed_name_is_safe(name))
        return fail_field(cx, RC_INVALID, "file", "bad_name",
                          TEXT("A file of holidays has a name such as sweden.ics: letters, digits, "
                               "dots, hyphens and underscores."));
    TRY(is_known(cx, key));
    TRY(calendar_feeds(cx, key, &feeds));
    for (size_t i = 0; i < feeds.n; i++)
        others += str_eq(feeds.at[i].name, name) ? 0 : 1;
    if (others >= CALENDAR_FEEDS_MAX)
        return fail_field(cx, RC_INVALID, "file", "too_many",
                          TEXT("A calendar has at most {0} files of holidays. Take one out first.",
                               CALENDAR_FEEDS_MAX));
    return take_in(cx, key, name, true, ics, ret_days);
}

Rc calendar_feed_remove(Ctx *cx, GrantedCatalog g, Str key, Str name)
{
    int64_t changed = 0;

    UNUSED(g); /* the proof */
    TRY(is_known(cx, key));
    TRY(q_calendar_feed_drop(cx, key, name, &changed));
    return changed == 0 ? RC_NOT_FOUND : renew(cx, key, "feed");
}

/* ---- once a day ---- */

/* The file of a feed into `to`.  False: *ret_why says why not, in English, for those who keep the
 * machine. */
static bool read_feed(Ctx *cx, Str folder, Str name, Buf *to, Str *ret_why)
{
    if (folder.len == 0) {
        *ret_why = STR("The setting feeds names no folder.");
        return false;
    }
    const char *path =
        str_dup_z(cx->arena, str_fmt(cx->arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(name)));
    FILE *f = fopen(path, "re");
    size_t room = CALENDAR_FEED_MAX_BYTES + 1; /* one more, so that too long is seen as such */
    if (f == NULL) {
        *ret_why = str_fmt(cx->arena, "The file cannot be read: %s.", strerror(errno));
        return false;
    }
    char *bytes = buf_room(to, room);
    to->len = bytes != NULL ? fread(bytes, 1, room, f) : 0;
    bool failed = bytes == NULL || ferror(f) != 0;
    fclose(f);
    *ret_why = STR("The file cannot be read.");
    return !failed;
}

typedef struct TakeIn {
    Ctx *cx;
    Str key, name, ics;
} TakeIn;

/* In a savepoint: days that make no version leave the ones before. */
static Rc take_in_whole(DbConn *c, void *arg)
{
    TakeIn *t = arg;
    size_t days;

    UNUSED(c);
    return take_in(t->cx, t->key, t->name, false, t->ics, &days);
}

static Rc refresh_feed(Ctx *cx, Str folder, Str key, Str name, const CalendarFeeds *known)
{
    const Reader english = { LANG_EN, zone_utc(), cx->now_ms };
    const CalendarFeed *before = NULL;
    CLEANUP(buf_done) Buf bytes = { 0 };
    Str why;

    for (size_t i = 0; i < known->n; i++)
        if (str_eq(known->at[i].name, name))
            before = &known->at[i];
    if (before != NULL && before->uploaded)
        return RC_OK; /* a file of this name was given by hand */
    buf_init(&bytes, CALENDAR_FEED_MAX_BYTES + 1);
    if (read_feed(cx, folder, name, &bytes, &why)) {
        Str ics = buf_str(&bytes);
        if (before != NULL && before->trouble.len == 0 && cx->now_ms - before->read_ms < FEED_FRESH
            && str_eq(before->hash, sha256_hex(cx->arena, ics)))
            return RC_OK;
        Rc rc = db_savepoint(cx->db, take_in_whole, &(TakeIn){ cx, key, name, ics });
        if (rc != RC_INVALID)
            return rc;
        why = cx->errors.n > 0 ? words_text(cx->arena, &english, &cx->errors.at[0].text)
                               : STR("The file cannot be taken in.");
        cx->errors.n = 0;
        cx->failed = false;
    }
    log_error("calendar", "feed %.*s of %.*s: %.*s", STR_ARG(name), STR_ARG(key), STR_ARG(why));
    return q_calendar_feed_trouble(cx, key, name, false, why, cx->now_ms, NULL);
}

static Rc refresh_one(Ctx *cx, Str folder, Str key)
{
    VersionHeads heads = { 0 };
    CalendarFeeds known;
    StrList names = { 0 };

    TRY(heads_of(cx, key, &heads));
    TRY(calendar_feeds(cx, key, &known));
    for (size_t i = head_at(&heads, cx->now_ms); i < heads.n; i++)
        TRY(words_of(cx->arena, heads.at[i].feeds, &names));
    for (size_t i = 0; i < names.n; i++)
        TRY(refresh_feed(cx, folder, key, names.at[i], &known));
    return renew(cx, key, "zone");
}

typedef struct Refresh {
    Ctx *cx;
    Str folder, key;
} Refresh;

/* In a savepoint: a calendar that fails half way is as it was. */
static Rc refresh_whole(DbConn *c, void *arg)
{
    Refresh *r = arg;

    UNUSED(c);
    return refresh_one(r->cx, r->folder, r->key);
}

Rc calendar_refresh(Ctx *cx, Str folder)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    CalendarKeysRow row;
    StrList keys = { 0 };

    TRY(q_calendar_keys(cx, &rows));
    while (q_calendar_keys_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &keys, row.calendar));
    TRY(rows_result(&rows));
    for (size_t i = 0; i < keys.n; i++) {
        /* One calendar that fails does not keep the others from being looked at. */
        Rc rc = db_savepoint(cx->db, refresh_whole, &(Refresh){ cx, folder, keys.at[i] });
        if (rc != RC_OK)
            log_error("calendar", "%.*s is not refreshed: %s", STR_ARG(keys.at[i]), rc_name(rc));
        cx->errors.n = 0;
        cx->failed = false;
    }
    return RC_OK;
}
