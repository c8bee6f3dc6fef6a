/* cmd_calendar.c - errand calendar: working-time calculations, one case a line; files of holidays.
 *
 * A case is a JSON object: `calendar` { tz, hours { mon..sun: [[from, to], ...] }, holidays [date],
 * annual_holidays [MM-DD], breaks { date: [[from, to], ...] } }, `op`, `start`, and as the operation
 * needs them `seconds`, `end`, and `pauses` [[from, to], ...] in which the clock stands still.  Other
 * members pass.  Out come the same lines in the same order, each with "actual" or "error" added.
 */
#include "cli/commands.h"

#include "core/json.h"
#include "domain/access/access.h"
#include "domain/calendar/calendar.h"

#include <errno.h>

#define LINE_MAX_BYTES (1024 * 1024)
#define LINE_ARENA     (16 * 1024 * 1024)
#define KEPT_ARENA     (8 * 1024 * 1024)
#define KEPT_CALENDARS 16 /* compiled ones, since cases of a file share a few */

/* ---- a case ---- */

typedef struct Pause {
    Ms from, to;
} Pause;
LIST_OF(Pause, Pauses);

typedef struct Case {
    Arena *arena;
    const Json *json;
    const CalendarLine *calendar;
    Ms start, end;
    int64_t ms;
    Pauses pauses; /* ascending, not touching */
    Str error;     /* why this case has no answer */
} Case;

/* Compiled calendars by the text of their JSON; the oldest makes room. */
typedef struct Kept {
    Arena *arena;
    Str text;
    const CalendarLine *line;
} Kept;
typedef struct Work {
    Kept kept[KEPT_CALENDARS];
    size_t next;
} Work;

static Rc wrong(Case *c, const char *what)
{
    c->error = str_z(what);
    return RC_INVALID;
}

static Rc clock_of(Case *c, const Json *j, int32_t *ret)
{
    int64_t h, m;
    Str s = j->text;

    if (j->kind != JSON_TEXT || s.len != 5 || s.ptr[2] != ':' || !str_to_i64(str_sub(s, 0, 2), &h)
        || !str_to_i64(str_skip(s, 3), &m) || h < 0 || m < 0 || m > 59 || h * 60 + m > 24 * 60)
        return wrong(c, "a time of a day is written as \"09:30\", at most \"24:00\"");
    *ret = (int32_t)(h * 60 + m);
    return RC_OK;
}

static Rc windows_of(Case *c, Arena *a, const Json *j, CalendarWindows *ret)
{
    if (j->kind != JSON_ARRAY)
        return wrong(c, "windows are a list of [from, to]");
    for (size_t i = 0; i < j->n; i++) {
        CalendarWindow w;
        const Json *pair = j->items[i];
        if (pair->kind != JSON_ARRAY || pair->n != 2)
            return wrong(c, "a window is [from, to]");
        TRY(clock_of(c, pair->items[0], &w.from_min));
        TRY(clock_of(c, pair->items[1], &w.to_min));
        TRY(LIST_PUSH(a, ret, w));
    }
    return RC_OK;
}

static Rc hours_of(Case *c, Arena *a, const Json *hours, CalendarRules *r)
{
    static const char *const days[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

    if (hours == NULL || hours->kind != JSON_OBJECT)
        return wrong(c, "the calendar lacks hours");
    for (size_t i = 0; i < hours->n; i++) {
        size_t d = 0;
        while (d < COUNT_OF(days) && !str_eq_z(hours->keys[i], days[d]))
            d++;
        if (d == COUNT_OF(days))
            return wrong(c, "hours are given for mon tue wed thu fri sat sun");
        TRY(windows_of(c, a, hours->items[i], &r->hours[d]));
    }
    return RC_OK;
}

static Rc holidays_of(Case *c, Arena *a, const Json *list, CalendarRules *r)
{
    if (list != NULL && list->kind != JSON_ARRAY)
        return wrong(c, "holidays are a list of dates");
    for (size_t i = 0; list != NULL && i < list->n; i++) {
        CalendarHoliday h = { 0 };
        if (list->items[i]->kind != JSON_TEXT || !clock_parse_date(list->items[i]->text, &h.date))
            return wrong(c, "a holiday is a date such as \"2027-06-01\"");
        TRY(LIST_PUSH(a, &r->holidays, h));
    }
    return RC_OK;
}

static Rc yearly_of(Case *c, Arena *a, const Json *list, CalendarRules *r)
{
    if (list != NULL && list->kind != JSON_ARRAY)
        return wrong(c, "annual_holidays are a list of days");
    for (size_t i = 0; list != NULL && i < list->n; i++) {
        Ms date;
        if (list->items[i]->kind != JSON_TEXT
            || !clock_parse_date(str_fmt(c->arena, "2000-%.*s", STR_ARG(list->items[i]->text)),
                                 &date))
            return wrong(c, "an annual holiday is a day such as \"12-25\"");
        CivilTime t = clock_civil_utc(date);
        TRY(LIST_PUSH(a, &r->yearly, (CalendarYearly){ .month = t.month, .day = t.day }));
    }
    return RC_OK;
}

static Rc breaks_of(Case *c, Arena *a, const Json *breaks, CalendarRules *r)
{
    if (breaks != NULL && breaks->kind != JSON_OBJECT)
        return wrong(c, "breaks are windows by date");
    for (size_t i = 0; breaks != NULL && i < breaks->n; i++) {
        CalendarBreak b = { 0 };
        if (!clock_parse_date(breaks->keys[i], &b.date))
            return wrong(c, "a break is on a date such as \"2027-06-01\"");
        TRY(windows_of(c, a, breaks->items[i], &b.closed));
        TRY(LIST_PUSH(a, &r->breaks, b));
    }
    return RC_OK;
}

static Rc compile(Case *c, Arena *a, const Json *j, const CalendarLine **ret)
{
    CalendarRules r = { 0 };
    const Json *tz = json_get(j, STR("tz"));
    Calendar *calendar;
    CalendarFault fault;

    if (tz == NULL || tz->kind != JSON_TEXT)
        return wrong(c, "the calendar lacks tz, the name of its time zone");
    r.zone = tz->text;
    TRY(hours_of(c, a, json_get(j, STR("hours")), &r));
    TRY(holidays_of(c, a, json_get(j, STR("holidays")), &r));
    TRY(yearly_of(c, a, json_get(j, STR("annual_holidays")), &r));
    TRY(breaks_of(c, a, json_get(j, STR("breaks")), &r));
    Rc rc = calendar_compile(a, &r, zone_get(r.zone), &calendar, &fault);
    if (rc == RC_INVALID)
        c->error = words_text(c->arena, &(Reader){ .zone = zone_utc() }, &fault.text);
    TRY(rc);
    CalendarSpan span = { .calendar = calendar };
    return calendar_line(a, &span, 1, ret);
}

/* The compiled calendar of a case, from what is kept or made anew. */
static Rc find_calendar(Case *c, Work *w)
{
    const Json *j = json_get(c->json, STR("calendar"));
    CLEANUP(buf_done) Buf text = { 0 };
    JsonOut out;

    if (j == NULL || j->kind != JSON_OBJECT)
        return wrong(c, "the case lacks a calendar");
    buf_init(&text, LINE_MAX_BYTES);
    json_out_init(&out, &text);
    json_value(&out, j);
    TRY(buf_result(&text));
    for (size_t i = 0; i < KEPT_CALENDARS; i++) {
        if (w->kept[i].line != NULL && str_eq(w->kept[i].text, buf_str(&text))) {
            c->calendar = w->kept[i].line;
            return RC_OK;
        }
    }
    Kept *k = &w->kept[w->next];
    if (k->arena == NULL)
        k->arena = arena_new(KEPT_ARENA);
    k->line = NULL;
    arena_reset(k->arena);
    TRY(compile(c, k->arena, j, &c->calendar));
    k->text = str_dup(k->arena, buf_str(&text));
    k->line = c->calendar;
    w->next = (w->next + 1) % KEPT_CALENDARS;
    return RC_OK;
}

static Rc instant_of(Case *c, const char *name, Ms *ret)
{
    const Json *j = json_get(c->json, str_z(name));

    if (j == NULL || j->kind != JSON_TEXT || !clock_parse_rfc3339(j->text, ret)) {
        c->error = str_fmt(c->arena, "%s is an instant such as \"2027-06-01T09:00:00Z\"", name);
        return RC_INVALID;
    }
    return RC_OK;
}

static Rc seconds_of(Case *c)
{
    const Json *j = json_get(c->json, STR("seconds"));
    const int64_t most = INT64_MAX / MS_SECOND - 1;

    if (j == NULL || j->kind != JSON_INT || j->integer < 0 || j->integer > most)
        return wrong(c, "seconds is a whole number, not below 0");
    c->ms = j->integer * MS_SECOND;
    return RC_OK;
}

static int by_start(const void *a, const void *b)
{
    Ms x = ((const Pause *)a)->from, y = ((const Pause *)b)->from;
    return (x > y) - (x < y);
}

static Rc pauses_of(Case *c)
{
    const Json *list = json_get(c->json, STR("pauses"));
    size_t n = 0;

    if (list != NULL && list->kind != JSON_ARRAY)
        return wrong(c, "pauses are a list of [from, to]");
    for (size_t i = 0; list != NULL && i < list->n; i++) {
        const Json *p = list->items[i];
        Pause pause;
        if (p->kind != JSON_ARRAY || p->n != 2 || p->items[0]->kind != JSON_TEXT
            || p->items[1]->kind != JSON_TEXT
            || !clock_parse_rfc3339(p->items[0]->text, &pause.from)
            || !clock_parse_rfc3339(p->items[1]->text, &pause.to) || pause.to < pause.from)
            return wrong(c, "a pause is two instants, the second not before the first");
        TRY(LIST_PUSH(c->arena, &c->pauses, pause));
    }
    if (c->pauses.n == 0)
        return RC_OK;
    qsort(c->pauses.at, c->pauses.n, sizeof(Pause), by_start);
    for (size_t i = 1; i < c->pauses.n; i++) {
        Pause *last = &c->pauses.at[n], *next = &c->pauses.at[i];
        if (next->from > last->to)
            c->pauses.at[++n] = *next;
        else if (next->to > last->to)
            last->to = next->to;
    }
    c->pauses.n = n + 1;
    return RC_OK;
}

/* ---- the operations, over what the pauses leave ---- */

static Ms add(const Case *c)
{
    Ms at = c->start;
    int64_t left = c->ms;

    for (size_t i = 0; i < c->pauses.n && left > 0; i++) {
        Pause p = c->pauses.at[i];
        if (p.to <= at)
            continue;
        int64_t until = calendar_between(c->calendar, at, p.from);
        if (left <= until)
            break;
        left -= until;
        at = p.to;
    }
    return calendar_add(c->calendar, at, left);
}

static Ms sub(const Case *c)
{
    Ms at = c->start;
    int64_t left = c->ms;

    for (size_t i = c->pauses.n; i > 0 && left > 0; i--) {
        Pause p = c->pauses.at[i - 1];
        if (p.from >= at)
            continue;
        int64_t since = calendar_between(c->calendar, p.to, at);
        if (left <= since)
            break;
        left -= since;
        at = p.from;
    }
    return calendar_sub(c->calendar, at, left);
}

static int64_t between(const Case *c)
{
    int64_t ms = calendar_between(c->calendar, c->start, c->end);

    for (size_t i = 0; i < c->pauses.n; i++) {
        Pause p = c->pauses.at[i];
        ms -= calendar_between(c->calendar, p.from > c->start ? p.from : c->start,
                               p.to < c->end ? p.to : c->end);
    }
    return ms;
}

static Ms next_open(const Case *c)
{
    Ms at = calendar_next_open(c->calendar, c->start);

    for (size_t i = 0; i < c->pauses.n; i++)
        if (at >= c->pauses.at[i].from && at < c->pauses.at[i].to)
            at = calendar_next_open(c->calendar, c->pauses.at[i].to);
    return at;
}

static Ms prev_close(const Case *c)
{
    Ms at = calendar_prev_close(c->calendar, c->start);

    for (size_t i = c->pauses.n; i > 0; i--)
        if (at > c->pauses.at[i - 1].from && at <= c->pauses.at[i - 1].to)
            at = calendar_prev_close(c->calendar, c->pauses.at[i - 1].from);
    return at;
}

static Rc instant_out(Case *c, JsonOut *o, Ms at)
{
    char text[CLOCK_RFC3339_BYTES];
    size_t n = clock_write_rfc3339(text, at);

    if (n == 0)
        return wrong(c, "the result is beyond the year 9999");
    json_text(o, (Str){ text, n });
    return RC_OK;
}

static Rc answer(Case *c, Work *w, JsonOut *o)
{
    const Json *op = json_get(c->json, STR("op"));

    if (op == NULL || op->kind != JSON_TEXT)
        return wrong(c, "the case lacks op");
    TRY(find_calendar(c, w));
    TRY(instant_of(c, "start", &c->start));
    TRY(pauses_of(c));
    if (str_eq_z(op->text, "add") || str_eq_z(op->text, "sub")) {
        TRY(seconds_of(c));
        return instant_out(c, o, str_eq_z(op->text, "add") ? add(c) : sub(c));
    }
    if (str_eq_z(op->text, "next_open"))
        return instant_out(c, o, next_open(c));
    if (str_eq_z(op->text, "prev_close"))
        return instant_out(c, o, prev_close(c));
    if (!str_eq_z(op->text, "between"))
        return wrong(c, "op is one of: add, sub, between, next_open, prev_close");
    TRY(instant_of(c, "end", &c->end));
    int64_t ms = between(c);
    if (ms % MS_SECOND == 0)
        json_int(o, ms / MS_SECOND);
    else
        json_real(o, (double)ms / (double)MS_SECOND);
    return RC_OK;
}

/* ---- lines ---- */

/* The members of the line but those that this command writes, as they stood where possible. */
static void line_again(JsonOut *o, const Json *j)
{
    for (size_t i = 0; i < j->n; i++) {
        if (str_eq_z(j->keys[i], "actual") || str_eq_z(j->keys[i], "error"))
            continue;
        json_key(o, j->keys[i]);
        json_value(o, j->items[i]);
    }
}

static Rc one_line(Arena *a, Work *w, Str text, int64_t number, Buf *out)
{
    Case c = { .arena = a };
    CLEANUP(buf_done) Buf actual = { 0 };
    JsonOut o, value;
    Rc rc = json_parse(a, text, &c.json, &c.error);

    buf_init(&actual, 4096);
    json_out_init(&value, &actual);
    if (rc == RC_OK && c.json->kind != JSON_OBJECT)
        rc = wrong(&c, "a case is a JSON object");
    if (rc == RC_OK)
        rc = answer(&c, w, &value);
    json_out_init(&o, out);
    json_object(&o);
    if (c.json != NULL && c.json->kind == JSON_OBJECT)
        line_again(&o, c.json);
    else
        json_field_int(&o, "line", number);
    if (rc == RC_OK) {
        json_key_lit(&o, "actual");
        json_raw(&o, buf_str(&actual));
    } else {
        json_field_text(&o, "error",
                        c.error.len > 0 ? c.error : STR("the case is too large to be read"));
    }
    json_object_end(&o);
    buf_add_char(out, '\n');
    return buf_result(out);
}

static ExitCode due(Command *c)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(LINE_ARENA);
    CLEANUP(buf_done) Buf out = { 0 };
    Work *work = ARENA_NEW(c->arena, Work);
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    bool failed = false;

    if (!command_is_done(c) || c->from == NULL) /* the server has no input to hand on */
        return EXIT_USAGE;
    buf_init(&out, 4 * LINE_MAX_BYTES);
    for (int64_t number = 1; !failed && (n = getline(&line, &room, c->from)) >= 0; number++) {
        Str text = str_trim((Str){ line, (size_t)n });
        arena_reset(a);
        buf_clear(&out);
        if (text.len > LINE_MAX_BYTES)
            buf_add_fmt(&out, "{\"line\":%lld,\"error\":\"a line has at most 1 MiB\"}\n",
                        (long long)number);
        else if (one_line(a, work, text, number, &out) != RC_OK)
            failed = true;
        failed = failed || fwrite(out.ptr, 1, out.len, c->to) != out.len;
    }
    failed = failed || ferror(c->from) != 0 || fflush(c->to) != 0;
    free(line);
    for (size_t i = 0; i < KEPT_CALENDARS; i++)
        arena_free(work->kept[i].arena);
    if (failed)
        command_complain(c, "The cases could not be read or the results not written: %s.",
                         errno != 0 ? strerror(errno) : "a line is too large");
    return failed ? EXIT_CANNOT : EXIT_DONE;
}

/* ---- a file of holidays ---- */

typedef struct FeedIn {
    Str key, name, ics;
    size_t days;
} FeedIn;

static Rc take_feed(Ctx *cx, void *arg)
{
    FeedIn *in = arg;
    GrantedCatalog g;

    TRY(access_catalog(cx, true, 0, &g));
    Rc rc = calendar_feed_upload(cx, g, in->key, in->name, in->ics, &in->days);
    return rc == RC_NOT_FOUND
               ? fail(cx, rc, "not_found", TEXT("There is no calendar {0}.", in->key))
               : rc;
}

static ExitCode feed(Command *c)
{
    FeedIn in = { .key = command_word(c) };
    Str file = command_word(c), rest = file;
    CLEANUP(buf_done) Buf bytes = { 0 };

    if (!command_is_done(c) || in.key.len == 0 || file.len == 0)
        return EXIT_USAGE;
    while (rest.len > 0) /* the name is what follows the last slash */
        in.name = str_cut(&rest, '/');
    FILE *f = fopen(str_dup_z(c->arena, command_path(c, file)), "re");
    if (f == NULL) {
        command_complain(c, "%.*s cannot be read: %s.", STR_ARG(file), strerror(errno));
        return EXIT_CANNOT;
    }
    buf_init(&bytes, CALENDAR_FEED_MAX_BYTES + 1); /* one more, so that too long is seen as such */
    char *to = buf_room(&bytes, CALENDAR_FEED_MAX_BYTES + 1);
    bytes.len = to != NULL ? fread(to, 1, CALENDAR_FEED_MAX_BYTES + 1, f) : 0;
    fclose(f);
    in.ics = buf_str(&bytes);
    Rc rc = command_write(c, take_feed, &in);
    if (rc != RC_OK)
        return command_failed(c, rc);
    command_say(c, "%zu days of %.*s are holidays of %.*s now.", in.days, STR_ARG(in.name),
                STR_ARG(in.key));
    return EXIT_DONE;
}

ExitCode cmd_calendar(Command *c)
{
    Str what = command_word(c);

    if (str_eq_z(what, "due"))
        return due(c);
    if (str_eq_z(what, "feed"))
        return feed(c);
    return EXIT_USAGE;
}
