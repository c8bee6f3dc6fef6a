/* absence.c - absences, hours of work, skills. */
#include "domain/calendar/calendar.h"
#include "domain/presence/presence_inner.h"
#include "domain/presence/presence_q.h"

#define SPAN_MAX (3660 * MS_DAY)

static const char *const kinds[] = { "holiday", "sick", "training", "other" };

Rc presence_event(Ctx *cx, const char *kind, int64_t person_id, const char *object,
                  int64_t object_id, const EventChange *changes, size_t n, int64_t *ret_id)
{
    Event ev = { .kind = kind,
                 .object = object,
                 .object_id = object_id,
                 .on_behalf_of = person_id == cx->subject->person_id ? 0 : person_id,
                 .changes = changes,
                 .changes_n = n };
    return event_add(cx, &ev, ret_id);
}

Rc presence_ids(Ctx *cx, const int64_t *ids, size_t n, Str *ret)
{
    CLEANUP(buf_done) Buf buf = { 0 };
    JsonOut o;

    buf_init(&buf, 24 * n + 16);
    json_out_init(&o, &buf);
    json_array(&o);
    for (size_t i = 0; i < n; i++)
        json_int(&o, ids[i]);
    json_array_end(&o);
    TRY(buf_result(&buf));
    *ret = str_dup(cx->arena, buf_str(&buf));
    return RC_OK;
}

Rc principal_add(Ctx *cx, PrincipalIds *list, int64_t id)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i] == id)
            return RC_OK;
    return LIST_PUSH(cx->arena, list, id);
}

/* --- spans ---------------------------------------------------------------------------------- */

/* The start of a local day, `later` days after it. */
static Ms local_day(const Zone *zone, Ms date, int32_t later)
{
    CivilTime t = clock_civil_utc(date);

    t.day += later;
    t.hour = t.minute = t.second = t.ms = 0;
    return zone_instant(zone, &t);
}

static Rc zone_of_person(Ctx *cx, int64_t person_id, const Zone **ret)
{
    Person p;

    TRY(person_get(cx, person_id, &p));
    const Zone *zone = zone_get(p.zone);
    *ret = zone != NULL ? zone : zone_utc();
    return RC_OK;
}

Rc presence_from_now(Ctx *cx, int64_t person_id, PresenceSpan *io)
{
    const Zone *zone = NULL;

    if (io->from_ms >= cx->now_ms)
        return RC_OK;
    TRY(zone_of_person(cx, person_id, &zone));
    CivilTime today = zone_civil(zone, cx->now_ms);
    today.hour = today.minute = today.second = today.ms = 0;
    if (io->from_ms < zone_instant(zone, &today))
        return fail_field(cx, RC_INVALID, "from", "past", TEXT("Choose today or a later day."));
    io->from_ms = cx->now_ms;
    return RC_OK;
}

static bool read_end(const Zone *zone, Str text, int32_t later, Ms *ret)
{
    Ms date;

    if (clock_parse_date(text, &date)) {
        *ret = local_day(zone, date, later);
        return true;
    }
    return clock_parse_rfc3339(text, ret);
}

Rc presence_span(Ctx *cx, int64_t person_id, Str from, Str to, const char *end, PresenceSpan *ret)
{
    const Zone *zone = NULL;
    PresenceSpan span = { 0 };
    Str at = str_fmt(cx->arena, "/%s", end);

    TRY(zone_of_person(cx, person_id, &zone));
    bool first = read_end(zone, str_trim(from), 0, &span.from_ms);
    bool last = read_end(zone, str_trim(to), 1, &span.to_ms);
    if (!first)
        fail_add(cx, STR("/from"), "malformed", TEXT("Choose the first day."));
    if (!last)
        fail_add(cx, at, "malformed", TEXT("Choose the last day."));
    if (first && last && span.to_ms <= span.from_ms)
        fail_add(cx, at, "order", TEXT("The last day comes before the first one."));
    else if (first && last && span.to_ms - span.from_ms > SPAN_MAX)
        fail_add(cx, at, "too_long", TEXT("At most ten years at a time."));
    else if (last && span.to_ms <= cx->now_ms)
        fail_add(cx, at, "past", TEXT("This is over already."));
    TRY(fail_result(cx));
    *ret = span;
    return RC_OK;
}

/* --- absences ------------------------------------------------------------------------------- */

static bool kind_is_known(Str kind)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (str_eq_z(kind, kinds[i]))
            return true;
    return false;
}

static Rc check_absence(Ctx *cx, const AbsenceInput *in)
{
    if (!kind_is_known(in->kind))
        fail_add(cx, STR("/kind"), "unknown_word",
                 TEXT("Choose holiday, sick, training or other."));
    if (in->note.len > 0
        && (!str_is_clean_text(in->note, true) || str_chars(in->note) > PRESENCE_NOTE_MAX))
        fail_add(cx, STR("/note"), "too_long",
                 TEXT("Write at most {0} characters.", PRESENCE_NOTE_MAX));
    return fail_result(cx);
}

/* Who came back today and is away again today says the same day twice: what is over stays as it was, and
 * the new one begins where that ended. */
static Rc after_what_is_over(Ctx *cx, int64_t person, PresenceSpan *io)
{
    Absences over;

    for (int looks = 0; looks < PRESENCE_ROWS_MAX; looks++) {
        TRY(absences_between(cx, &person, 1, io->from_ms, io->from_ms + 1, &over));
        if (over.n == 0 || over.at[0].to_ms > cx->now_ms)
            return RC_OK;
        io->from_ms = over.at[0].to_ms;
    }
    return RC_OK;
}

Rc absence_add(Ctx *cx, GrantedPresence g, const AbsenceInput *in, int64_t *ret_id)
{
    int64_t person = granted_presence_person(g);
    Str note = str_is_null(in->note) ? STR("") : str_trim(in->note);
    PresenceSpan span;
    AbsenceOverlapsRow other;
    AbsenceCountRow count;
    AbsenceInsertRow made;
    bool overlaps;

    TRY(check_absence(cx, in));
    TRY(presence_span(cx, person, in->from, in->to, "to", &span));
    TRY(after_what_is_over(cx, person, &span));
    TRY(q_absence_count(cx, person, cx->now_ms, &count));
    if (count.n >= PRESENCE_ROWS_MAX)
        return fail(cx, RC_LIMIT, "too_many",
                    TEXT("At most {0} absences can be planned.", PRESENCE_ROWS_MAX));
    TRY(q_absence_overlaps(cx, person, span.from_ms, span.to_ms, &other, &overlaps));
    if (overlaps)
        return fail_field(cx, RC_CONFLICT, "from", "overlap",
                          TEXT("There is an absence at this time already."));
    int64_t self = cx->subject->person_id;
    TRY(q_absence_insert(cx, g, span.from_ms, span.to_ms, self != 0 ? OPT_INT(self) : OPT_NONE,
                         cx->now_ms, &made));
    TRY(q_absence_note_insert(cx, g, made.id, in->kind, note, NULL));
    EventChange changes[] = {
        { STR("from"), STR_NULL, clock_rfc3339(cx->arena, span.from_ms), false },
        { STR("to"), STR_NULL, clock_rfc3339(cx->arena, span.to_ms), false },
        { STR("kind"), STR_NULL, in->kind, true },
        { STR("note"), STR_NULL, note, true },
    };
    TRY(presence_begun(cx, "absence", made.id, span.from_ms));
    TRY(presence_event(cx, "absence.added", person, "absence", made.id, changes,
                       note.len > 0 ? 4 : 3, NULL));
    *ret_id = made.id;
    return RC_OK;
}

Rc absence_end(Ctx *cx, GrantedPresence g, int64_t id)
{
    AbsenceGetRow row;
    bool found;

    TRY(q_absence_get(cx, g, id, &row, &found));
    if (!found)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such absence."));
    if (row.to_ms <= cx->now_ms || row.to_ms <= row.from_ms)
        return fail(cx, RC_CONFLICT, "over", TEXT("This is over already."));
    TRY(q_absence_cut(cx, g, id, cx->now_ms, NULL));
    Ms end = row.from_ms > cx->now_ms ? row.from_ms : cx->now_ms;
    TRY(presence_ended(cx, "absence", id, row.from_ms));
    EventChange change = { STR("to"), clock_rfc3339(cx->arena, row.to_ms),
                           clock_rfc3339(cx->arena, end), false };
    return presence_event(cx, "absence.ended", granted_presence_person(g), "absence", id, &change,
                          1, NULL);
}

Rc absence_list(Ctx *cx, GrantedPresence g, Absences *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    AbsenceRowsRow row;
    Absences list = { 0 };
    int64_t person = granted_presence_person(g);

    TRY(q_absence_rows(cx, g, cx->now_ms, &rows));
    while (q_absence_rows_next(&rows, &row)) {
        Absence a = { row.id, person, row.from_ms, row.to_ms, row.kind, row.note };
        TRY(LIST_PUSH(cx->arena, &list, a));
    }
    TRY(rows_result(&rows));
    *ret = list;
    return RC_OK;
}

Rc absences_between(Ctx *cx, const int64_t *ids, size_t n, Ms from, Ms to, Absences *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    AbsencesOfRow row;
    Absences list = { 0 };
    Str json;

    *ret = list;
    if (n == 0)
        return RC_OK;
    TRY(presence_ids(cx, ids, n, &json));
    TRY(q_absences_of(cx, json, from, to, &rows));
    while (q_absences_of_next(&rows, &row))
        TRY(LIST_PUSH(
            cx->arena, &list,
            (Absence){ row.id, row.person_id, row.from_ms, row.to_ms, STR_NULL, STR_NULL }));
    TRY(rows_result(&rows));
    *ret = list;
    return RC_OK;
}

Rc person_away_until(Ctx *cx, int64_t person_id, Ms at, Ms *ret)
{
    Absences list;
    Ms until = MS_NONE;

    TRY(absences_between(cx, &person_id, 1, at, at + SPAN_MAX, &list));
    for (size_t i = 0; i < list.n; i++) {
        const Absence *a = &list.at[i];
        if (a->from_ms > (until == MS_NONE ? at : until))
            break;
        until = a->to_ms;
    }
    *ret = until;
    return RC_OK;
}

Text person_away_text(const Zone *zone, Ms until)
{
    CivilTime t = zone_civil(zone, until);

    if (t.hour == 0 && t.minute == 0 && t.second == 0 && t.ms == 0)
        return TEXT("Away up to and including {0}", when_day(until - 1));
    return TEXT("Away until {0}", when_moment(until));
}

/* --- hours ---------------------------------------------------------------------------------- */

Rc work_hours_get(Ctx *cx, int64_t person_id, WorkHours *ret)
{
    WorkHoursGetRow row = { 0 };
    bool found;

    TRY(q_work_hours_get(cx, person_id, &row, &found));
    *ret = found ? (WorkHours){ row.weekly_min, row.calendar, row.version }
                 : (WorkHours){ .calendar = STR("") };
    return RC_OK;
}

static Rc stale(Ctx *cx)
{
    return fail(cx, RC_STALE, "stale", TEXT("Somebody else has changed this meanwhile."));
}

static Str minutes_text(Ctx *cx, OptInt min)
{
    return min.set ? str_fmt(cx->arena, "%lld", (long long)min.value) : STR_NULL;
}

static Rc check_calendar(Ctx *cx, Str key)
{
    const CalendarLine *line = NULL;
    Ctx look = *cx; /* what it says of its own failure is not for the caller */

    if (key.len == 0)
        return RC_OK;
    Rc rc = str_is_key(key) ? calendar_get(&look, key, &line) : RC_NOT_FOUND;
    if (rc == RC_NOT_FOUND) {
        fail_add(cx, STR("/calendar"), "not_found", TEXT("Choose a calendar from the list."));
        rc = RC_OK;
    }
    return rc;
}

Rc work_hours_set(Ctx *cx, GrantedPresence g, const WorkHours *in)
{
    int64_t person = granted_presence_person(g);
    Str calendar = str_is_null(in->calendar) ? STR("") : str_trim(in->calendar);
    EventChange changes[2];
    WorkHours was;
    size_t n = 0;
    int64_t changed = 0;

    TRY(work_hours_get(cx, person, &was));
    if (in->version != was.version)
        return stale(cx);
    if (in->weekly_min.set
        && (in->weekly_min.value < 0 || in->weekly_min.value > 2 * FULL_TIME_MIN))
        fail_add(cx, STR("/weekly_min"), "out_of_range",
                 TEXT("A week has 0 to {0} hours of work.", 2 * FULL_TIME_MIN / 60));
    if (!str_eq(calendar, was.calendar))
        TRY(check_calendar(cx, calendar));
    TRY(fail_result(cx));
    if (was.weekly_min.set != in->weekly_min.set || was.weekly_min.value != in->weekly_min.value)
        changes[n++] = (EventChange){ STR("weekly_min"), minutes_text(cx, was.weekly_min),
                                      minutes_text(cx, in->weekly_min), false };
    if (!str_eq(was.calendar, calendar))
        changes[n++] = (EventChange){ STR("calendar"), was.calendar, calendar, false };
    if (n == 0)
        return RC_OK;
    TRY(q_work_hours_put(cx, g, in->weekly_min, calendar, was.version, &changed));
    if (changed != 1)
        return stale(cx);
    return presence_event(cx, "person.hours", person, "person", person, changes, n, NULL);
}

/* --- skills --------------------------------------------------------------------------------- */

Rc skills_get(Ctx *cx, int64_t person_id, StrList *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    SkillRowsRow row;
    StrList list = { 0 };

    TRY(q_skill_rows(cx, person_id, &rows));
    while (q_skill_rows_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &list, row.skill));
    TRY(rows_result(&rows));
    *ret = list;
    return RC_OK;
}

Rc skills_version(Ctx *cx, int64_t person_id, int64_t *ret)
{
    SkillVersionRow row;
    bool found = false;

    TRY(q_skill_version(cx, person_id, &row, &found));
    *ret = found ? row.version : 0;
    return RC_OK;
}

static Str joined(Ctx *cx, const StrList *list)
{
    Str text = STR("");
    for (size_t i = 0; i < list->n; i++)
        text =
            str_fmt(cx->arena, "%.*s%s%.*s", STR_ARG(text), i > 0 ? " " : "", STR_ARG(list->at[i]));
    return text;
}

static Rc check_skills(Ctx *cx, const StrList *skills)
{
    const ManagedList *list = NULL;

    if (skills->n > PRESENCE_SKILLS_MAX)
        return fail_field(cx, RC_INVALID, "skills", "too_many",
                          TEXT("At most {0} skills.", PRESENCE_SKILLS_MAX));
    Rc rc = catalog_list(cx, STR("skills"), &list);
    if (rc != RC_NOT_FOUND)
        TRY(rc);
    for (size_t i = 0; i < skills->n; i++) {
        const ListEntry *e = list != NULL ? catalog_list_entry(list, skills->at[i]) : NULL;
        if (e == NULL)
            fail_add(cx, STR("/skills"), "unknown",
                     TEXT("The list of skills has no entry {0}.", skills->at[i]));
    }
    return fail_result(cx);
}

Rc skills_set(Ctx *cx, GrantedPresence g, int64_t version, const StrList *skills)
{
    int64_t person = granted_presence_person(g), known, changed = 0;
    StrList was, is;

    TRY(skills_version(cx, person, &known));
    if (version != known)
        return stale(cx);
    TRY(check_skills(cx, skills));
    TRY(skills_get(cx, person, &was));
    TRY(q_skill_clear(cx, g, NULL));
    for (size_t i = 0; i < skills->n; i++)
        TRY(q_skill_put(cx, g, skills->at[i], NULL));
    TRY(skills_get(cx, person, &is));
    EventChange change = { STR("skills"), joined(cx, &was), joined(cx, &is), false };
    if (str_eq(change.from, change.to))
        return RC_OK;
    TRY(q_skill_version_put(cx, g, version, &changed));
    if (changed != 1)
        return stale(cx);
    return presence_event(cx, "person.skills", person, "person", person, &change, 1, NULL);
}
