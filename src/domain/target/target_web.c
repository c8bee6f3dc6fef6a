/* target_web.c - managing targets: list, one target, its versions. */
#include "domain/identity/identity.h"
#include "domain/target/target_page.h"
#include "http/dispatch.h"
#include "tmpl/target_edit.h"
#include "tmpl/target_list.h"

#define SPARE_ROWS 2
#define ROWS_MAX   50

static const struct {
    const char *measure, *label;
} measures[] = {
    { "respond", T("Time until the first answer") },
    { "approve", T("Time for approvals") },
    { "fulfil", T("Time until it is fulfilled") },
    { "update", T("Time between two words to the requester") },
    { "task", T("Time for each step") },
};

static Text measure_text(Measure m)
{
    return (Text){ .msgid = measures[m].label };
}

static const TargetVersion *latest(const TargetDoc *d)
{
    return &d->versions.at[d->versions.n - 1];
}

/* "4 working hours, 2 days": the goals of its lines. */
static Str spans_of(Ctx *cx, const TargetInput *in)
{
    Reader reader = { cx->lang, cx->zone, cx->now_ms };
    Str all = STR("");
    TimeSpan span;

    for (size_t i = 0; i < in->lines.n && i < 3; i++) {
        if (!timespan_parse(in->lines.at[i].span, &span))
            continue; /* no version is published with one */
        Text text = span_text(span, true);
        all = str_fmt(cx->arena, "%.*s%s%.*s", STR_ARG(all), all.len > 0 ? ", " : "",
                      STR_ARG(words_text(cx->arena, &reader, &text)));
    }
    return in->lines.n > 3 ? str_fmt(cx->arena, "%.*s ...", STR_ARG(all)) : all;
}

static Rc page_targets(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedCatalog g;
    TargetDocs list;
    TargetsPage p = { .may_write = access_right(cx->subject, RIGHT_CATALOG_WRITE) };
    PageFrame frame;
    PageOut out;

    TRY(access_catalog(cx, false, 0, &g));
    TRY(target_list(cx, &list));
    for (size_t i = 0; i < list.n; i++) {
        const TargetVersion *v = latest(&list.at[i]);
        TRY(LIST_PUSH(cx->arena, &p.rows,
                      (TargetRow){ .key = list.at[i].key,
                                   .name = v->spec->name,
                                   .measure = measure_text(v->spec->measure),
                                   .span = spans_of(cx, &v->input),
                                   .of = v->spec->team.len > 0 ? v->spec->team : v->spec->supplier,
                                   .number = v->spec->number,
                                   .from_ms = v->spec->from_ms,
                                   .retired = v->spec->retired,
                                   .later = v->spec->from_ms > cx->now_ms }));
    }
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_MODELS;
    frame.title = TEXT("Targets");
    return PAGE(&out, &frame, tmpl_target_list, &p);
}

/* ---- the form ---- */

static const char *const name_labels[LANG_COUNT] = { T("Name in English"), T("Name in Swedish"),
                                                     T("Name in Chinese") };

static Str name_field(Arena *a, int lang)
{
    return str_fmt(a, "name_%s", lang_key((Lang)lang));
}

static Widget text_widget(const char *name, Text label, Text help, Str value)
{
    return (Widget){
        .kind = WIDGET_TEXT, .name = str_z(name), .label = label, .help = help, .value = value
    };
}

static Rc add_measure(Form *f, const TargetInput *in)
{
    Widget w = { .kind = WIDGET_SELECT,
                 .name = STR("measure"),
                 .label = TEXT("What it measures"),
                 .required = true };

    for (size_t i = 0; i < COUNT_OF(measures); i++)
        TRY(LIST_PUSH(f->arena, &w.options,
                      (WidgetOption){ .value = str_z(measures[i].measure),
                                      .label = (Text){ .msgid = measures[i].label } }));
    widget_choose(&w, in->measure);
    return form_add(f, w);
}

static Rc add_column(Arena *a, Widget *table, const char *name, Text label)
{
    return LIST_PUSH(a, &table->columns,
                     (Widget){ .kind = WIDGET_TEXT, .name = str_z(name), .label = label });
}

static Rc add_lines(Form *f, const TargetInput *in)
{
    Widget w = { .kind = WIDGET_TABLE,
                 .name = STR("lines"),
                 .label = TEXT("How long it may take"),
                 .help =
                     TEXT("The first line whose condition holds counts. Times: 30m, 4h, 1d, and "
                          "4wh or 2wd in working time.") };
    Str cells[ROWS_MAX * 3] = { 0 };
    size_t n = in->lines.n < ROWS_MAX ? in->lines.n : ROWS_MAX;

    TRY(add_column(f->arena, &w, "when", TEXT("When (empty: always)")));
    TRY(add_column(f->arena, &w, "span", TEXT("Time")));
    TRY(add_column(f->arena, &w, "calendar", TEXT("Calendar")));
    for (size_t i = 0; i < n; i++) {
        cells[i * 3] = in->lines.at[i].when;
        cells[i * 3 + 1] = in->lines.at[i].span;
        cells[i * 3 + 2] = in->lines.at[i].calendar;
    }
    TRY(widget_rows(f->arena, &w, cells, n, SPARE_ROWS));
    return form_add(f, w);
}

static Rc add_steps(Form *f, const TargetInput *in)
{
    Widget w = { .kind = WIDGET_TABLE,
                 .name = STR("escalate"),
                 .label = TEXT("Who else is told"),
                 .help =
                     TEXT("At a share of the time (75%), a time left (30m left) or when it is "
                          "late (breach); to assignee, lead, manager, or team and its key. With "
                          "transfer and its key that team takes it over.") };
    Str cells[ROWS_MAX * 2] = { 0 };
    size_t n = in->escalate.n < ROWS_MAX ? in->escalate.n : ROWS_MAX;

    TRY(add_column(f->arena, &w, "at", TEXT("When")));
    TRY(add_column(f->arena, &w, "to", TEXT("Whom")));
    for (size_t i = 0; i < n; i++) {
        cells[i * 2] = in->escalate.at[i].at;
        cells[i * 2 + 1] = in->escalate.at[i].to;
    }
    TRY(widget_rows(f->arena, &w, cells, n, SPARE_ROWS));
    return form_add(f, w);
}

static Str joined(Arena *a, const StrList *list)
{
    Str all = STR("");

    for (size_t i = 0; i < list->n; i++)
        all = str_fmt(a, "%.*s%s%.*s", STR_ARG(all), i > 0 ? ", " : "", STR_ARG(list->at[i]));
    return all;
}

static Rc add_condition(Form *f, const char *name, Text label, Str value, Str usual)
{
    Text help = usual.len > 0 ? TEXT("Empty: {0}", usual) : (Text){ 0 };
    Widget w = text_widget(name, label, help, value);

    w.optional_word = true;
    return form_add(f, w);
}

static Rc add_conditions(Form *f, const TargetInput *in)
{
    Measure m = MEASURE_FULFIL;

    (void)!measure_from_word(in->measure, &m);
    bool known = in->measure.len > 0;
    Str start = known ? clock_usual(m, USUAL_START).text : STR("");
    Str pause = known ? clock_usual(m, USUAL_PAUSE).text : STR("");
    Str stop = known ? clock_usual(m, USUAL_STOP).text : STR("");
    TRY(add_condition(f, "start", TEXT("Begins when"), in->start, start));
    TRY(add_condition(f, "pause", TEXT("Pauses while"), in->pause, pause));
    return add_condition(f, "stop", TEXT("Ends when"), in->stop, stop);
}

static Rc target_form(TargetPage *p, const TargetInput *in)
{
    Form *f = &p->form;

    if (p->is_new) {
        TRY(form_add(f, text_widget("key", TEXT("Key"),
                                    TEXT("A short word for its clocks. It stays as it is."),
                                    in->key)));
        TRY(add_measure(f, in));
    }
    for (int i = 0; i < LANG_COUNT; i++) {
        Widget w = { .kind = WIDGET_TEXT,
                     .name = name_field(f->arena, i),
                     .label = (Text){ .msgid = name_labels[i] },
                     .optional_word = i != LANG_EN,
                     .value = in->name.in[i] };
        TRY(form_add(f, w));
    }
    if (p->is_new || str_eq_z(in->measure, "task")) {
        TRY(form_add(f,
                     text_widget("team", TEXT("Team"),
                                 TEXT("Only for steps: key of the team whose steps it holds for."),
                                 in->team)));
        TRY(form_add(f, text_widget("supplier", TEXT("Supplier"),
                                    TEXT("Only for steps: key of the supplier that does them."),
                                    in->supplier)));
    }
    TRY(add_lines(f, in));
    TRY(add_conditions(f, in));
    TRY(form_add(f, text_widget("warn", TEXT("Warn whoever has it at"),
                                TEXT("75%, 30m left: several with commas between them."),
                                joined(f->arena, &in->warn))));
    TRY(add_steps(f, in));
    TRY(form_add(f, (Widget){ .kind = WIDGET_DATETIME,
                              .name = STR("from"),
                              .label = TEXT("In force from"),
                              .help = TEXT("Empty: from now on. What was measured stays."),
                              .optional_word = true }));
    if (!p->is_new)
        TRY(form_add(f, (Widget){ .kind = WIDGET_CHECK,
                                  .name = STR("retired"),
                                  .label = TEXT("It ends: no new clock begins"),
                                  .value = in->retired ? STR("true") : STR(""),
                                  .checked = in->retired }));
    return form_add(f, text_widget("note", TEXT("What changes, and why"), (Text){ 0 }, STR("")));
}

static Rc show(Call *call, TargetPage *p, const TargetInput *in)
{
    PageFrame frame;
    PageOut out;

    p->form.arena = call->arena;
    TRY(target_form(p, in));
    for (int i = 0; call->is_again && i < (int)call->cx.errors.n; i++)
        if (str_eq_z(call->cx.errors.at[i].pointer, "/name"))
            call->cx.errors.at[i].pointer = STR("/name_en");
    if (call->is_again)
        TRY(form_refuse(&p->form, call));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_MODELS;
    frame.title = p->is_new ? TEXT("New target") : TEXT("{0}", p->name);
    return PAGE(&out, &frame, tmpl_target_edit, p);
}

static Rc page_new(Call *call)
{
    GrantedCatalog g;
    TargetPage p = { .is_new = true, .may_write = true, .action = STR("/admin/targets") };

    TRY(access_catalog(&call->cx, true, 0, &g));
    return show(call, &p, &(TargetInput){ 0 });
}

static Rc add_versions(Ctx *cx, const TargetDoc *d, VersionLines *ret)
{
    bool found = false;

    for (size_t i = d->versions.n; i-- > 0;) {
        const TargetVersion *v = &d->versions.at[i];
        PersonRef by;
        bool now = !found && v->spec->from_ms <= cx->now_ms;
        found = found || now;
        TRY(person_ref(cx, v->publisher_id, &by));
        TRY(LIST_PUSH(cx->arena, ret,
                      (VersionLine){ .number = v->spec->number,
                                     .from_ms = v->spec->from_ms,
                                     .published_ms = v->published_ms,
                                     .who = by.name,
                                     .note = v->note,
                                     .now = now }));
    }
    return RC_OK;
}

static Rc page_target(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedCatalog g;
    TargetDoc d;
    TargetPage p = { .may_write = access_right(cx->subject, RIGHT_CATALOG_WRITE) };

    TRY(access_catalog(cx, false, 0, &g));
    TRY(target_get(cx, call_param(call, "key"), &d));
    const TargetVersion *v = latest(&d);
    p.key = d.key;
    p.name = v->spec->name;
    p.measure = measure_text(v->spec->measure);
    p.version = v->spec->number;
    p.retired = v->spec->retired;
    p.action = str_fmt(cx->arena, "/admin/targets/%.*s", STR_ARG(d.key));
    TRY(add_versions(cx, &d, &p.versions));
    return show(call, &p, &v->input);
}

/* ---- writing ---- */

static Str cell(Call *call, const char *table, size_t row, const char *column)
{
    return str_trim(call_form(
        call, str_dup_z(call->arena, str_fmt(call->arena, "%s.%zu.%s", table, row, column))));
}

static Rc read_tables(Call *call, TargetInput *in)
{
    for (size_t i = 0; i < ROWS_MAX + SPARE_ROWS; i++) {
        TargetLineInput line = { cell(call, "lines", i, "when"), cell(call, "lines", i, "span"),
                                 cell(call, "lines", i, "calendar") };
        TargetStepInput step = { cell(call, "escalate", i, "at"), cell(call, "escalate", i, "to") };
        if (line.when.len + line.span.len + line.calendar.len > 0)
            TRY(LIST_PUSH(call->arena, &in->lines, line));
        if (step.at.len + step.to.len > 0)
            TRY(LIST_PUSH(call->arena, &in->escalate, step));
    }
    return RC_OK;
}

static Rc read_from(Call *call, OptInt *ret)
{
    Str text = str_trim(call_form(call, "from"));
    Ms at;
    CivilTime local;

    *ret = OPT_NONE;
    if (text.len == 0)
        return RC_OK;
    Str rest = text, day = str_cut(&rest, 'T');
    int64_t hour = 0, minute = 0;
    Str h = str_cut(&rest, ':'), m = str_sub(rest, 0, 2);
    bool fine = clock_parse_date(day, &at) && str_to_i64(h, &hour) && str_to_i64(m, &minute)
                && hour >= 0 && hour < 24 && minute >= 0 && minute < 60;
    if (!fine)
        return fail_field(&call->cx, RC_INVALID, "from", "not_a_date",
                          TEXT("Give a date and a time."));
    local = clock_civil_utc(at);
    local.hour = (int32_t)hour;
    local.minute = (int32_t)minute;
    *ret = OPT_INT(zone_instant(call->cx.zone, &local));
    return RC_OK;
}

static Rc read_form(Call *call, TargetInput *in)
{
    Str warn = call_form(call, "warn");

    for (int i = 0; i < LANG_COUNT; i++)
        in->name.in[i] =
            str_trim(call_form(call, str_dup_z(call->arena, name_field(call->arena, i))));
    in->start = str_trim(call_form(call, "start"));
    in->pause = str_trim(call_form(call, "pause"));
    in->stop = str_trim(call_form(call, "stop"));
    in->note = str_trim(call_form(call, "note"));
    in->retired = call_form(call, "retired").len > 0;
    in->lines = (TargetLineInputs){ 0 };
    in->escalate = (TargetStepInputs){ 0 };
    in->warn = (StrList){ 0 };
    while (warn.len > 0) {
        Str one = str_trim(str_cut(&warn, ','));
        if (one.len > 0)
            TRY(LIST_PUSH(call->arena, &in->warn, one));
    }
    TRY(read_tables(call, in));
    return read_from(call, &in->from_ms);
}

static Rc show_saved(Call *call, Str key)
{
    call_flash(call, "saved", STR(""));
    return call_redirect(call, str_fmt(call->arena, "/admin/targets/%.*s", STR_ARG(key)));
}

static Rc act_create(Call *call)
{
    GrantedCatalog g;
    TargetInput in = { .key = str_trim(call_form(call, "key")),
                       .measure = call_form(call, "measure"),
                       .team = str_trim(call_form(call, "team")),
                       .supplier = str_trim(call_form(call, "supplier")) };

    TRY(access_catalog(&call->cx, true, 0, &g));
    TRY(read_form(call, &in));
    TRY(target_create(&call->cx, g, &in));
    return show_saved(call, in.key);
}

static Rc act_save(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedCatalog g;
    TargetDoc d;
    int64_t version = 0;

    TRY(access_catalog(cx, true, 0, &g));
    TRY(target_get(cx, call_param(call, "key"), &d));
    TargetInput in = latest(&d)->input;
    if (!str_to_i64(call_form(call, "version"), &version))
        return fail(cx, RC_INVALID, "malformed",
                    TEXT("This form is incomplete. Open the page again."));
    if (str_eq_z(in.measure, "task")) {
        in.team = str_trim(call_form(call, "team"));
        in.supplier = str_trim(call_form(call, "supplier"));
    }
    TRY(read_form(call, &in));
    in.version = OPT_INT(version);
    TRY(target_change(cx, g, d.key, &in));
    return show_saved(call, d.key);
}

extern const RouteTable target_pages;
const RouteTable target_pages =
    ROUTES({ HTTP_GET, "/admin/targets", page_targets, RIGHT_CATALOG_READ, BODY_NONE, TX_READ,
             .text = "Targets" },
           { HTTP_POST, "/admin/targets", act_create, RIGHT_CATALOG_WRITE, BODY_FORM, TX_WRITE,
             .text = "Make a target", .again = page_new },
           { HTTP_GET, "/admin/targets/new", page_new, RIGHT_CATALOG_WRITE, BODY_NONE, TX_READ,
             .text = "Form for a new target" },
           { HTTP_GET, "/admin/targets/{key}", page_target, RIGHT_CATALOG_READ, BODY_NONE, TX_READ,
             .text = "One target" },
           { HTTP_POST, "/admin/targets/{key}", act_save, RIGHT_CATALOG_WRITE, BODY_FORM, TX_WRITE,
             .text = "Publish another version of a target", .again = page_target }, );
