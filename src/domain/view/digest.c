/* digest.c - telling somebody of a view once a day or once a week. */
#include "domain/view/digest.h"

#include "app/event.h"
#include "app/timer.h"
#include "domain/presence/presence.h"
#include "domain/request/lists.h"
#include "domain/view/digest_q.h"

#include <string.h>

#define TIMER_OF_DIGEST "view.digest"

enum { DAYS_AHEAD = 400 };

/* ---- when ---- */

static Ms day_of(const Zone *zone, Ms at)
{
    CivilTime t = zone_civil(zone, at);
    return clock_days(t.year, t.month, t.day) * MS_DAY;
}

static Ms instant_of(const Zone *zone, Ms day, int64_t hour)
{
    CivilTime t = clock_civil_utc(day + hour * MS_HOUR);
    return zone_instant(zone, &t);
}

static Rc calendar_of(Ctx *cx, Str *ret)
{
    TeamRefs teams = { 0 };
    Team team;

    *ret = STR("");
    TRY(person_teams(cx, cx->subject->person_id, &teams));
    if (teams.n == 0)
        return RC_OK;
    TRY(team_by_key(cx, teams.at[0].key, &team));
    *ret = team.calendar;
    return RC_OK;
}

/* The day on which the person works next, from `day` on; MS_NONE: not in sight. */
static Rc working_day(Ctx *cx, Str calendar, Ms day, Ms *ret)
{
    Ms works;

    TRY(person_works_from(cx, cx->subject->person_id, calendar, instant_of(cx->zone, day, 0),
                          &works));
    *ret = works == MS_NONE ? MS_NONE : day_of(cx->zone, works);
    return RC_OK;
}

Rc digest_next(Ctx *cx, const DigestRule *rule, Ms after, Ms *ret)
{
    Ms day = day_of(cx->zone, after), last = day + DAYS_AHEAD * MS_DAY;
    bool weekly = str_eq_z(rule->every, "week");
    Str calendar;

    *ret = MS_NONE;
    if (instant_of(cx->zone, day, rule->hour) <= after)
        day += MS_DAY;
    TRY(calendar_of(cx, &calendar));
    if (!weekly)
        TRY(working_day(cx, calendar, day, &day));
    while (weekly && clock_civil_utc(day).weekday != rule->weekday)
        day += MS_DAY;
    if (day != MS_NONE && day <= last)
        *ret = instant_of(cx->zone, day, rule->hour);
    return RC_OK;
}

/* ---- beginning and ending ---- */

static Rc said(Ctx *cx, const char *kind, int64_t id, int64_t *ret_event)
{
    return event_add(cx, &(Event){ .kind = kind, .object = "digest", .object_id = id }, ret_event);
}

static Rc check(Ctx *cx, const DigestRule *r)
{
    if (!str_eq_z(r->every, "day") && !str_eq_z(r->every, "week"))
        fail_add(cx, STR("/every"), "unknown_word", TEXT("Choose day or week."));
    if (r->weekday < 0 || r->weekday > 6)
        fail_add(cx, STR("/weekday"), "out_of_range",
                 TEXT("A day of the week is 0, Monday, to 6, Sunday."));
    if (r->hour < 0 || r->hour > 23)
        fail_add(cx, STR("/hour"), "out_of_range", TEXT("An hour is 0 to 23."));
    return fail_result(cx);
}

static Rc count_of(Ctx *cx, GrantedSelf g, size_t *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    DigestRow row;

    *ret = 0;
    TRY(q_digest_list(cx, g, &rows));
    while (q_digest_list_next(&rows, &row))
        ++*ret;
    return rows_result(&rows);
}

Rc digest_set(Ctx *cx, GrantedSelf g, Str key, const DigestRule *rule)
{
    DigestPutRow put;
    DigestRow was;
    SavedView v;
    bool found = false;
    size_t n;
    Ms next;

    TRY(view_get(cx, g, key, &v));
    TRY(check(cx, rule));
    TRY(q_digest_get(cx, g, key, &was, &found));
    TRY(count_of(cx, g, &n));
    if (!found && n >= DIGESTS_MAX)
        return fail(cx, RC_LIMIT, "too_many",
                    TEXT("You are told of {0} views. End one first.", DIGESTS_MAX));
    TRY(q_digest_put(cx, g, key, rule->every, rule->weekday, rule->hour, cx->now_ms, &put));
    TRY(digest_next(cx, rule, cx->now_ms, &next));
    TRY(timer_put(cx, TIMER_OF_DIGEST, put.id, STR(""), next));
    return said(cx, "view.told_from", put.id, NULL);
}

Rc digest_end(Ctx *cx, GrantedSelf g, Str key)
{
    DigestRow row;
    bool found = false;

    TRY(q_digest_get(cx, g, key, &row, &found));
    if (!found)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("You are not told of this view."));
    TRY(q_digest_end(cx, g, key, NULL));
    TRY(timer_drop(cx, TIMER_OF_DIGEST, row.id, STR("")));
    return said(cx, "view.told_no_more", row.id, NULL);
}

/* Timers of others find nothing and are gone. */
Rc digest_end_all(Ctx *cx, GrantedSelf g, Str key)
{
    return q_digest_end_all(cx, g, key, NULL);
}

/* ---- reading ---- */

typedef struct Last {
    Str key, first;
    int64_t found, fresh;
    Ms at;
} Last;
LIST_OF(Last, Lasts);

static Rc load_last(Ctx *cx, GrantedSelf g, Lasts *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    DigestLastRow row;

    TRY(q_digest_last(cx, g, &rows));
    while (q_digest_last_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret,
                      ((Last){ row.key, row.first, row.found, row.fresh, row.at_ms })));
    return rows_result(&rows);
}

static size_t ids_of(Ctx *cx, Str json, int64_t *ret)
{
    const Json *list = NULL;
    size_t n = 0;

    if (json_parse(cx->arena, json, &list, NULL) != RC_OK)
        return 0;
    for (size_t i = 0; list->kind == JSON_ARRAY && i < list->n && n < DIGEST_FIRST; i++)
        if (list->items[i]->kind == JSON_INT)
            ret[n++] = list->items[i]->integer;
    return n;
}

static Rc add_last(Ctx *cx, const Lasts *lasts, RequestHeads *heads, int64_t (*ids)[DIGEST_FIRST],
                   const size_t *ids_n, Digest *d)
{
    for (size_t i = 0; i < lasts->n; i++) {
        if (!str_eq(lasts->at[i].key, d->key))
            continue;
        d->told_ms = lasts->at[i].at;
        d->found = lasts->at[i].found;
        d->fresh = lasts->at[i].fresh;
        for (size_t k = 0; k < ids_n[i]; k++)
            for (size_t h = 0; h < heads->n; h++)
                if (heads->at[h].id == ids[i][k])
                    TRY(LIST_PUSH(cx->arena, &d->first, heads->at[h]));
    }
    return RC_OK;
}

/* The first requests of all notices, each once, in one go. */
static Rc load_first(Ctx *cx, const Lasts *lasts, int64_t (*ids)[DIGEST_FIRST], size_t *ids_n,
                     RequestHeads *ret)
{
    int64_t all[DIGESTS_MAX * DIGEST_FIRST];
    size_t n = 0;
    ScopeRequests s;

    for (size_t i = 0; i < lasts->n && i < DIGESTS_MAX; i++) {
        ids_n[i] = ids_of(cx, lasts->at[i].first, ids[i]);
        for (size_t k = 0; k < ids_n[i]; k++) {
            bool known = false;
            for (size_t a = 0; a < n; a++)
                known |= all[a] == ids[i][k];
            if (!known)
                all[n++] = ids[i][k];
        }
    }
    TRY(access_requests(cx, &s));
    return request_heads(cx, s, all, n, ret);
}

static Text name_in(const SavedViews *views, Str key)
{
    for (size_t i = 0; i < views->n; i++)
        if (str_eq(views->at[i].key, key))
            return view_name(&views->at[i]);
    return TEXT("{0}", key);
}

Rc digest_list(Ctx *cx, GrantedSelf g, Digests *ret)
{
    int64_t ids[DIGESTS_MAX][DIGEST_FIRST];
    size_t ids_n[DIGESTS_MAX] = { 0 };
    RequestHeads heads = { 0 };
    SavedViews views = { 0 };
    Lasts lasts = { 0 };
    Digests list = { 0 };

    {
        CLEANUP(rows_close) Rows rows = { 0 };
        DigestRow row;
        TRY(q_digest_list(cx, g, &rows));
        while (q_digest_list_next(&rows, &row))
            TRY(LIST_PUSH(cx->arena, &list,
                          ((Digest){ .key = row.key,
                                     .rule = { row.every, row.weekday, row.hour },
                                     .told_ms = MS_NONE })));
        TRY(rows_result(&rows));
    }
    TRY(view_list(cx, g, &views));
    TRY(load_last(cx, g, &lasts));
    if (lasts.n > DIGESTS_MAX)
        lasts.n = DIGESTS_MAX;
    TRY(load_first(cx, &lasts, ids, ids_n, &heads));
    for (size_t i = 0; i < list.n; i++) {
        Digest *d = &list.at[i];
        d->name = name_in(&views, d->key);
        TRY(digest_next(cx, &d->rule, cx->now_ms, &d->next_ms));
        TRY(add_last(cx, &lasts, &heads, ids, ids_n, d));
    }
    *ret = list;
    return RC_OK;
}

Rc digest_get(Ctx *cx, GrantedSelf g, Str key, Digest *ret)
{
    Digests list = { 0 };
    SavedView v;

    TRY(view_get(cx, g, key, &v));
    TRY(digest_list(cx, g, &list));
    for (size_t i = 0; i < list.n; i++)
        if (str_eq(list.at[i].key, key)) {
            *ret = list.at[i];
            return RC_OK;
        }
    return fail(cx, RC_NOT_FOUND, "not_found", TEXT("You are not told of this view."));
}

/* ---- telling ---- */

typedef struct Telling {
    Ctx *cx; /* as the person */
    const DigestRow *row;
    bool gone; /* the view is, or the right to it */
} Telling;

static Str first_json(Arena *a, const RequestHeads *heads)
{
    Str s = STR("[");

    for (size_t i = 0; i < heads->n; i++)
        s = str_fmt(a, "%.*s%s%lld", STR_ARG(s), i > 0 ? "," : "", (long long)heads->at[i].id);
    return str_fmt(a, "%.*s]", STR_ARG(s));
}

static Rc count_fresh(Ctx *cx, ScopeRequests s, const FindQuery *q, Ms since, int64_t *ret)
{
    const FindQuery *fresh;
    CondError error = { 0 };
    Str asked = str_fmt(cx->arena, "created >= %.*s", STR_ARG(clock_rfc3339(cx->arena, since)));

    TRY(find_narrow(cx, q, asked, &fresh, &error));
    return find_count(cx, s, fresh, ret);
}

static Rc tell(DbConn *conn, void *arg)
{
    Telling *t = arg;
    Ctx *cx = t->cx;
    Reader reader = { cx->lang, cx->zone, cx->now_ms };
    RequestHeads first = { 0 };
    GrantedSelf self;
    ScopeRequests s;
    SavedView v;
    const FindQuery *q;
    int64_t found = 0, fresh = 0, event = 0;
    Str next;

    UNUSED(conn);
    TRY(access_self(cx, &self));
    TRY(access_requests(cx, &s));
    Rc rc = view_get(cx, self, t->row->key, &v);
    t->gone = rc == RC_NOT_FOUND;
    TRY(rc);
    TRY(view_query(cx, "query", v.query, &q));
    TRY(find_count(cx, s, q, &found));
    if (found == 0)
        return RC_OK;
    TRY(count_fresh(cx, s, q, t->row->since_ms, &fresh));
    TRY(find_fair(cx, q, &q));
    TRY(find_list(cx, s, q, (FindPage){ STR(""), DIGEST_FIRST }, &first, &next));
    Text name = view_name(&v);
    TRY(said(cx, "view.told", t->row->id, &event));
    TRY(q_digest_said(cx, self, event, v.key, words_text(cx->arena, &reader, &name), found, fresh,
                      first_json(cx->arena, &first), cx->now_ms, NULL));
    return q_digest_notify(cx, self, event, cx->now_ms, NULL);
}

/* The person as they are now. */
static Rc person_of(Ctx *cx, int64_t id, Subject *ret, bool *ret_active)
{
    GrantedPeople g;
    Person p;

    TRY(access_internal_people(cx, INTERNAL_SCHEDULE, &g));
    TRY(person_get(cx, id, &p));
    TRY(person_subject(cx, g, id, ret));
    ret->origin = STR("job");
    *ret_active = p.active;
    return RC_OK;
}

/* A TimerFn. */
static Rc run_digest(Ctx *cx, const Timer *timer, void *arg)
{
    GrantedTimers all;
    Subject person = { 0 };
    DigestRow row;
    bool found = false, active = false;
    Ms next;

    UNUSED(arg);
    TRY(access_internal_timers(cx, INTERNAL_TIMER, &all));
    TRY(q_digest_due(cx, all, timer->object_id, &row, &found));
    if (!found)
        return RC_OK;
    TRY(person_of(cx, row.person_id, &person, &active));
    Ctx as = { .arena = cx->arena,
               .db = cx->db,
               .now_ms = cx->now_ms,
               .subject = &person,
               .lang = person.lang,
               .zone = person.zone,
               .call_ref = cx->call_ref };
    Telling t = { .cx = &as, .row = &row, .gone = !active };
    Rc rc = active ? db_savepoint(cx->db, tell, &t) : RC_OK;
    if (rc == RC_BUSY || rc == RC_INTERNAL)
        return rc; /* the timer tries it again */
    if (t.gone) {
        TRY(q_digest_gone(cx, all, row.id, NULL));
        return said(cx, "view.told_no_more", row.id, NULL);
    }
    DigestRule rule = { row.every, row.weekday, row.hour };
    if (rc == RC_OK)
        TRY(q_digest_ran(cx, all, row.id, cx->now_ms, NULL));
    TRY(digest_next(&as, &rule, cx->now_ms, &next));
    if (next == MS_NONE)
        next = cx->now_ms + 7 * MS_DAY; /* away for longer than can be seen: looked at again */
    return timer_put(cx, TIMER_OF_DIGEST, row.id, STR(""), next);
}

void digest_timers_register(void)
{
    timer_register(TIMER_OF_DIGEST, run_digest, NULL);
}
