/* calendar_api.c - calendars over the API. */
#include "api/schema.h"
#include "domain/catalog/calendar_input.h"
#include "http/dispatch.h"

static void lines_json(JsonOut *o, const StrList *list)
{
    json_array(o);
    for (size_t i = 0; i < list->n; i++)
        json_text(o, list->at[i]);
    json_array_end(o);
}

static void hours_json(JsonOut *o, const CalendarText *t)
{
    json_object(o);
    for (size_t d = 0; d < COUNT_OF(calendar_day_keys); d++) {
        Str rest = t->hours[d];
        json_key(o, str_z(calendar_day_keys[d]));
        json_array(o);
        while (rest.len > 0)
            json_text(o, str_cut(&rest, ' '));
        json_array_end(o);
    }
    json_object_end(o);
}

static Rc calendar_json(Ctx *cx, JsonOut *o, const CalendarNow *now)
{
    const CalendarVersion *v = now->published;
    CalendarText t;

    TRY(calendar_to_text(cx->arena, &v->rules, &v->feeds, &t));
    json_object(o);
    json_field_text(o, "key", t.key);
    json_field_text(o, "zone", t.zone);
    json_key_lit(o, "hours");
    hours_json(o, &t);
    json_key_lit(o, "holidays");
    lines_json(o, &t.holidays);
    json_key_lit(o, "yearly_holidays");
    lines_json(o, &t.yearly);
    json_key_lit(o, "breaks");
    lines_json(o, &t.breaks);
    json_key_lit(o, "feeds");
    lines_json(o, &t.feeds);
    json_field_text(o, "day_hours", t.day_hours);
    json_key_lit(o, "versions");
    json_array(o);
    for (size_t i = 0; i < now->versions.n; i++) {
        const CalendarVersion *one = &now->versions.at[i];
        json_object(o);
        json_field_int(o, "number", one->number);
        json_field_time(o, "from", one->from);
        json_field_text(o, "cause", one->cause);
        json_field_bool(o, "in_force", i == now->in_force);
        json_object_end(o);
    }
    json_array_end(o);
    json_field_int(o, "version", now->document.published_number);
    json_object_end(o);
    return RC_OK;
}

static Rc api_calendars(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedCatalog g;
    Documents list = { 0 };
    JsonOut o;

    TRY(access_catalog(cx, false, 0, &g));
    TRY(document_list(cx, g, STR("calendar"), &list));
    json_out_init(&o, &call->body);
    json_object(&o);
    json_key_lit(&o, "items");
    json_array(&o);
    for (size_t i = 0; i < list.n; i++) {
        CalendarNow now;
        Rc rc = calendar_now(cx, g, list.at[i].key, &now);
        if (rc == RC_NOT_FOUND) /* a draft only */
            continue;
        TRY(rc);
        TRY(calendar_json(cx, &o, &now));
    }
    json_array_end(&o);
    json_key_lit(&o, "next");
    json_null(&o);
    json_object_end(&o);
    return RC_OK;
}

static Rc api_calendar(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedCatalog g;
    CalendarNow now;
    JsonOut o;

    TRY(access_catalog(cx, false, 0, &g));
    TRY(calendar_now(cx, g, call_param(call, "key"), &now));
    json_out_init(&o, &call->body);
    call->etag = str_fmt(cx->arena, "\"%lld\"", (long long)now.document.published_number);
    return calendar_json(cx, &o, &now);
}

/* ---- writing ---- */

typedef struct CalendarBody {
    Str key, zone, day_hours, note;
    const Json *hours;
    StrList holidays, yearly, breaks, feeds;
    OptInt from;
} CalendarBody;

#define CALENDAR_FIELDS                                                                            \
    { "hours", IN_JSON, offsetof(CalendarBody, hours),                                             \
      .about = "mon ... sun, each a list of 08:00-12:00; 22:00-06:00 runs past midnight" },        \
        { "holidays", IN_STRINGS, offsetof(CalendarBody, holidays), .max = 5000,                   \
          .about = "a date and its name: 2027-01-06 Epiphany" },                                   \
        { "yearly_holidays", IN_STRINGS, offsetof(CalendarBody, yearly), .max = 366,               \
          .about = "month, day and name: 12-25 Christmas Day" },                                   \
        { "breaks", IN_STRINGS, offsetof(CalendarBody, breaks), .max = 5000,                       \
          .about = "date, hours and name: 2027-03-04 13:00-15:00 Meeting" },                       \
        { "feeds", IN_STRINGS, offsetof(CalendarBody, feeds),                                      \
          .about = "names of iCalendar files in the folder of feeds" },                            \
        { "day_hours", IN_TEXT, offsetof(CalendarBody, day_hours),                                 \
          .about = "what one day of effort means: 8, 7.5" },                                       \
        { "from", IN_TIME, offsetof(CalendarBody, from),                                           \
          .about = "in force from then on; absent: from now; never in the past" },                 \
    {                                                                                              \
        "note", IN_TEXT, offsetof(CalendarBody, note), .about = "what has changed"                 \
    }

/* clang-format off */
static const Input create_input =
    INPUT(CalendarBody, "CalendarCreate",
          { "key", IN_KEY, offsetof(CalendarBody, key), .flags = IN_REQUIRED },
          { "zone", IN_TEXT, offsetof(CalendarBody, zone), .flags = IN_REQUIRED, .about = "Europe/Stockholm" },
          CALENDAR_FIELDS);
static const Input edit_input =
    INPUT(CalendarBody, "CalendarEdit",
          { "zone", IN_TEXT, offsetof(CalendarBody, zone), .about = "Europe/Stockholm" },
          CALENDAR_FIELDS);
/* clang-format on */

static Rc wrong_hours(Ctx *cx, Str day)
{
    fail_add(cx, json_pointer(cx->arena, STR("/hours"), day), "bad_hours",
             TEXT("Hours are lists such as 08:00-12:00 for mon, tue, wed, thu, fri, sat and sun."));
    return RC_INVALID;
}

static Rc read_hours(Ctx *cx, const Json *j, CalendarText *t)
{
    if (j->kind != JSON_OBJECT)
        return wrong_hours(cx, STR(""));
    memset(t->hours, 0, sizeof t->hours);
    for (size_t i = 0; i < j->n; i++) {
        const Json *list = j->items[i];
        size_t d = 0;
        while (d < COUNT_OF(calendar_day_keys) && !str_eq_z(j->keys[i], calendar_day_keys[d]))
            d++;
        if (d == COUNT_OF(calendar_day_keys) || list->kind != JSON_ARRAY
            || list->n > CALENDAR_WINDOWS_MAX)
            return wrong_hours(cx, j->keys[i]);
        t->hours[d] = STR("");
        for (size_t k = 0; k < list->n; k++) {
            if (list->items[k]->kind != JSON_TEXT || list->items[k]->text.len > 40)
                return wrong_hours(cx, j->keys[i]);
            t->hours[d] = str_fmt(cx->arena, "%.*s %.*s", STR_ARG(t->hours[d]),
                                  STR_ARG(list->items[k]->text));
        }
    }
    return RC_OK;
}

/* A member that is there replaces what the calendar had. */
static Rc take_body(Call *call, const CalendarBody *b, CalendarText *t)
{
    static const struct {
        const char *name;
        size_t from, to;
    } lists[] = {
        { "holidays", offsetof(CalendarBody, holidays), offsetof(CalendarText, holidays) },
        { "yearly_holidays", offsetof(CalendarBody, yearly), offsetof(CalendarText, yearly) },
        { "breaks", offsetof(CalendarBody, breaks), offsetof(CalendarText, breaks) },
        { "feeds", offsetof(CalendarBody, feeds), offsetof(CalendarText, feeds) },
    };

    if (b->zone.len > 0)
        t->zone = b->zone;
    if (b->day_hours.len > 0)
        t->day_hours = b->day_hours;
    for (size_t i = 0; i < COUNT_OF(lists); i++)
        if (json_get(call->json, str_z(lists[i].name)) != NULL)
            *(StrList *)(void *)((char *)t + lists[i].to) =
                *(const StrList *)(const void *)((const char *)b + lists[i].from);
    return b->hours != NULL ? read_hours(&call->cx, b->hours, t) : RC_OK;
}

/* What the document says against it stands in the errors, too. */
static Rc publish(Call *call, GrantedCatalog g, const CalendarText *t, const CalendarBody *b,
                  int64_t version)
{
    Ctx *cx = &call->cx;
    CalendarDoc doc;
    Diagnostics d;
    int64_t number;

    diagnostics_init(&d, cx->arena);
    TRY(calendar_from_text(cx, t, &doc));
    Rc rc = calendar_document_publish(cx, g, &doc, version, b->from.set ? b->from.value : MS_NONE,
                                      b->note.len > 0 ? b->note : STR(""), &d, &number);
    for (size_t i = 0; rc == RC_INVALID && i < d.n; i++)
        fail_add(cx, STR("/hours"), d.at[i].code, TEXT("{0}", d.at[i].text));
    TRY(rc);
    return call_show(call, version == 0 ? 201 : 200,
                     str_fmt(call->arena, "/api/v1/calendars/%.*s", STR_ARG(t->key)));
}

static Rc api_create(Call *call)
{
    GrantedCatalog g;
    CalendarBody body = { 0 };
    CalendarText t = { 0 };

    TRY(call_input(call, &create_input, &body));
    TRY(access_catalog(&call->cx, true, 0, &g));
    t.key = body.key;
    TRY(take_body(call, &body, &t));
    return publish(call, g, &t, &body, 0);
}

static Rc api_edit(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedCatalog read, g;
    CalendarBody body = { 0 };
    CalendarNow now;
    CalendarText t;
    int64_t version;

    TRY(call_if_match(call, &version));
    TRY(call_input(call, &edit_input, &body));
    TRY(access_catalog(cx, false, 0, &read));
    TRY(calendar_now(cx, read, call_param(call, "key"), &now));
    TRY(access_catalog(cx, true, 0, &g));
    TRY(calendar_to_text(cx->arena, &now.published->rules, &now.published->feeds, &t));
    TRY(take_body(call, &body, &t));
    return publish(call, g, &t, &body, version == 0 ? -1 : version);
}

/* ---- holidays from files ---- */

static Rc api_feed(Call *call)
{
    Ctx *cx = &call->cx;
    CLEANUP(buf_done) Buf bytes = { 0 };
    Str key = call_param(call, "key");
    GrantedCatalog g;
    size_t days = 0;

    TRY(access_catalog(cx, true, 0, &g));
    if (call->files.n != 1 || call->files.at[0].size == 0)
        return fail(cx, RC_INVALID, "malformed", TEXT("Send the bytes of one file."));
    const CallFile *file = &call->files.at[0];
    if (file->size > CALENDAR_FEED_MAX_BYTES)
        return fail_field(cx, RC_INVALID, "file", "too_large",
                          TEXT("The file is too large: holidays fit into {0}.",
                               size_bytes(CALENDAR_FEED_MAX_BYTES)));
    buf_init(&bytes, CALENDAR_FEED_MAX_BYTES);
    TRY(store_read(dispatch_store(call), file->sha256, &bytes));
    TRY(calendar_feed_upload(cx, g, key, call_param(call, "name"), buf_str(&bytes), &days));
    return call_show(call, 200, str_fmt(call->arena, "/api/v1/calendars/%.*s", STR_ARG(key)));
}

const RouteTable calendar_api = ROUTES(
    { HTTP_GET, "/api/v1/calendars", api_calendars, RIGHT_CATALOG_READ, BODY_NONE, TX_READ,
      .text = "List calendars", .reply = "[Calendar]" },
    { HTTP_GET, "/api/v1/calendars/{key}", api_calendar, RIGHT_CATALOG_READ, BODY_NONE, TX_READ,
      .text = "A calendar with its versions", .reply = "Calendar" },
    { HTTP_POST, "/api/v1/calendars", api_create, RIGHT_CATALOG_WRITE, BODY_JSON, TX_WRITE,
      .text = "Make a calendar", .input = &create_input, .reply = "Calendar", .status = 201 },
    { HTTP_PATCH, "/api/v1/calendars/{key}", api_edit, RIGHT_CATALOG_WRITE, BODY_JSON, TX_WRITE,
      .text = "Change a calendar from a moment on", .input = &edit_input, .reply = "Calendar" },
    { HTTP_POST, "/api/v1/calendars/{key}/feeds/{name}", api_feed, RIGHT_CATALOG_WRITE, BODY_UPLOAD,
      TX_WRITE, .text = "Take in the holidays of an iCalendar file", .reply = "Calendar" }, );

const SchemaTable calendar_schemas =
    SCHEMAS(SCHEMA("Calendar", { "key", "text", NULL }, { "zone", "text", "Europe/Stockholm" },
                   { "hours", "any", "mon ... sun, each a list of 08:00-12:00" },
                   { "holidays", "[text]", "a date and its name: 2027-01-06 Epiphany" },
                   { "yearly_holidays", "[text]", "12-25 Christmas Day" },
                   { "breaks", "[text]", "2027-03-04 13:00-15:00 Meeting" },
                   { "feeds", "[text]", "names of iCalendar files in the folder of feeds" },
                   { "day_hours", "text", "what one day of effort means" },
                   { "versions", "[CalendarVersion]", "ascending" },
                   { "version", "int", "of the document; for If-Match" }),
            SCHEMA("CalendarVersion", { "number", "int", NULL },
                   { "from", "time?", "in force from then on; null: from ever" },
                   { "cause", "text", "published, zone (its data has changed) or feed" },
                   { "in_force", "bool", "now" }), );
