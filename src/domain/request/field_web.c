/* field_web.c - fields of a team: which there are, and what a request has in them. */
#include "domain/request/field_page.h"
#include "domain/request/work_web.h"
#include "http/dispatch.h"
#include "tmpl/team_field.h"
#include "tmpl/team_fields.h"

static Str or_empty(Str s)
{
    return str_is_null(s) ? STR("") : s;
}

/* ---- on the page of a request ---- */

static Rc add_option(Ctx *cx, Widget *w, Str value, Text label)
{
    return LIST_PUSH(cx->arena, &w->options, (WidgetOption){ .value = value, .label = label });
}

static Rc options_of(Ctx *cx, const FieldValue *v, Widget *w)
{
    const FieldOptions *list = &v->field->options;
    bool known = v->text.len == 0;

    TRY(add_option(cx, w, STR(""), TEXT("Nothing")));
    if (v->field->kind == FIELD_YES_NO) {
        TRY(add_option(cx, w, STR("yes"), TEXT("Yes")));
        return add_option(cx, w, STR("no"), TEXT("No"));
    }
    for (size_t i = 0; i < list->n; i++) {
        known |= str_eq(list->at[i].key, v->text);
        TRY(add_option(cx, w, list->at[i].key, TEXT("{0}", &list->at[i].name)));
    }
    return known ? RC_OK : add_option(cx, w, v->text, TEXT("{0}", v->text));
}

static Rc add_widget(Ctx *cx, const FieldValue *v, Form *form)
{
    static const WidgetKind kinds[FIELD_KINDS] = {
        [FIELD_TEXT] = WIDGET_TEXT,     [FIELD_NUMBER] = WIDGET_TEXT,
        [FIELD_MONEY] = WIDGET_TEXT,    [FIELD_DATE] = WIDGET_DATE,
        [FIELD_CHOICE] = WIDGET_SELECT, [FIELD_PERSON] = WIDGET_PICK,
        [FIELD_YES_NO] = WIDGET_SELECT,
    };
    FieldKind kind = v->field->kind;
    Widget w = { .kind = kinds[kind],
                 .name = str_fmt(cx->arena, "field.%.*s", STR_ARG(v->field->key)),
                 .label = TEXT("{0}", &v->field->name),
                 .value = v->text };

    if (kind == FIELD_TEXT)
        w.max_chars = FIELD_TEXT_MAX;
    if (kind == FIELD_NUMBER)
        w.inputmode = "decimal";
    if (kind == FIELD_MONEY)
        w.help = TEXT("An amount with its currency, as in 1500 EUR.");
    if (kind == FIELD_PERSON) {
        w.suggest_url = STR("/people/suggest");
        w.chosen_name = v->person.id != 0 ? TEXT("{0}", v->person.name) : (Text){ 0 };
    }
    if (w.kind == WIDGET_SELECT) {
        TRY(options_of(cx, v, &w));
        widget_choose(&w, v->text);
    }
    TRY(form_add(form, w));
    return form_add(form, (Widget){ .kind = WIDGET_HIDDEN,
                                    .name = str_fmt(cx->arena, "was.%.*s", STR_ARG(v->field->key)),
                                    .value = v->text });
}

/* What was typed comes back.  What somebody else wrote meanwhile is what stood there now: who saves once more, has
 * read of it. */
static Rc after_refusal(Call *call, const FieldValues *values, Form *form)
{
    TRY(form_refuse(form, call));
    for (size_t i = 0; call->refused == RC_STALE && i < values->n; i++) {
        Str name = str_fmt(call->arena, "was.%.*s", STR_ARG(values->at[i].field->key));
        Widget *w = form_widget(form, name);
        if (w != NULL)
            w->value = values->at[i].text;
    }
    return RC_OK;
}

Rc fields_part(Call *call, GrantedRequest g, const RequestView *v, bool staff, FieldsPart *ret)
{
    Ctx *cx = &call->cx;
    FieldValues values;
    FieldsPart p = { .number = v->head.number, .form = { .arena = call->arena } };
    bool works = staff && (v->may & MAY_WORK) != 0;

    TRY(field_list(cx, g, &values));
    for (size_t i = 0; i < values.n; i++) {
        const FieldValue *f = &values.at[i];
        bool here = works && !f->field->retired && f->field->team_id == v->head.team.id;
        p.may_write |= here;
        if (here)
            TRY(add_widget(cx, f, &p.form));
        else if (f->filled)
            TRY(LIST_PUSH(cx->arena, &p.looks,
                          ((FieldLook){ TEXT("{0}", &f->field->name), field_words(f) })));
    }
    p.there = p.may_write || p.looks.n > 0;
    if (call->is_again && str_ends(str_z(call->route->path), STR("/fields")))
        TRY(after_refusal(call, &values, &p.form));
    *ret = p;
    return RC_OK;
}

static Rc act_set(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    FieldSet in = { 0 };

    /* asked again by field_set, and by the page, which a refusal shows */
    TRY(access_request_number(cx, call_param(call, "number"), MAY_SEE, &g));
    for (size_t i = 0; i < call->form.n; i++) {
        Str key = call->form.at[i].name;
        if (!str_eq_z(str_cut(&key, '.'), "field"))
            continue;
        Str was = call_form(
            call, str_dup_z(cx->arena, str_fmt(cx->arena, "was.%.*s", STR_ARG(or_empty(key)))));
        TRY(LIST_PUSH(cx->arena, &in.list,
                      ((FieldSetOne){ or_empty(key), call->form.at[i].value, was })));
    }
    TRY(field_set(cx, g, &in));
    call_flash(call, "saved", STR(""));
    return call_redirect(call,
                         str_fmt(cx->arena, "/work/%.*s", STR_ARG(call_param(call, "number"))));
}

/* ---- the fields of a team ---- */

static const struct {
    const char *name, *label;
} names[LANG_COUNT] = {
    { "name_en", T("Name in English") },
    { "name_sv", T("Name in Swedish") },
    { "name_zh", T("Name in Chinese") },
};

static Rc form_of(Ctx *cx, const TeamField *f, Form *form)
{
    Widget kind = { .kind = WIDGET_SELECT, .name = STR("kind"), .label = TEXT("What it holds") };

    if (f == NULL) {
        TRY(form_add(form, (Widget){ .kind = WIDGET_TEXT,
                                     .name = STR("key"),
                                     .label = TEXT("Key"),
                                     .help = TEXT("A short word by which queries name it. It stays "
                                                  "as it is."),
                                     .required = true,
                                     .max_chars = TEAM_FIELD_KEY_MAX }));
        for (int i = 0; i < FIELD_KINDS; i++)
            TRY(add_option(cx, &kind, field_kind_word((FieldKind)i),
                           (Text){ .msgid = field_kind_label((FieldKind)i) }));
        TRY(form_add(form, kind));
    }
    for (int i = 0; i < LANG_COUNT; i++)
        TRY(form_add(form, (Widget){ .kind = WIDGET_TEXT,
                                     .name = str_z(names[i].name),
                                     .label = (Text){ .msgid = names[i].label },
                                     .optional_word = i != LANG_EN,
                                     .value = f != NULL ? or_empty(f->name.in[i]) : STR(""),
                                     .max_chars = TEAM_FIELD_NAME_MAX }));
    if (f == NULL || f->kind == FIELD_CHOICE)
        TRY(form_add(
            form,
            (Widget){ .kind = WIDGET_LONG_TEXT,
                      .name = STR("options"),
                      .label = TEXT("Options"),
                      .help = TEXT("Only for a choice. A line for each: its key, then its names in "
                                   "English, Swedish and Chinese, as in blue = Blue / Blå / 蓝."),
                      .code = true,
                      .value = f != NULL ? field_options_text(cx->arena, &f->options) : STR("") }));
    if (f == NULL)
        return RC_OK;
    return form_add(form, (Widget){ .kind = WIDGET_CHECK,
                                    .name = STR("retired"),
                                    .label = TEXT("No longer filled in"),
                                    .help = TEXT("What was written stays and is found."),
                                    .value = f->retired ? STR("true") : STR(""),
                                    .checked = f->retired });
}

/* The command speaks of /name/sv, the form has a field name_sv. */
static void name_errors(Ctx *cx)
{
    for (size_t i = 0; i < cx->errors.n; i++) {
        Str rest = str_skip(cx->errors.at[i].pointer, 1), first = str_cut(&rest, '/');
        if (str_eq_z(first, "name"))
            cx->errors.at[i].pointer = str_fmt(cx->arena, "/name_%.*s", STR_ARG(rest));
        else if (str_eq_z(first, "options"))
            cx->errors.at[i].pointer = STR("/options");
    }
}

static Rc read_input(Call *call, TeamFieldInput *ret)
{
    *ret = (TeamFieldInput){ .key = str_trim(or_empty(call_form(call, "key"))),
                             .kind = or_empty(call_form(call, "kind")),
                             .retired = str_eq_z(call_form(call, "retired"), "true") };
    for (int i = 0; i < LANG_COUNT; i++)
        ret->name.in[i] = call_form(call, names[i].name);
    return field_options_read(&call->cx, or_empty(call_form(call, "options")), &ret->options);
}

static Rc team_named(Call *call, Team *ret)
{
    return team_by_key(&call->cx, call_param(call, "key"), ret);
}

/* Those who work for the team and those who look after it see its fields; its leads and administrators write them. */
static Rc may_write(Ctx *cx, int64_t team, bool *ret)
{
    GrantedLoad g;
    Text said = cx->detail;
    Str type = cx->type;

    TRY(access_load(cx, team, false, &g));
    *ret = access_load(cx, team, true, &g) == RC_OK;
    cx->detail = said;
    cx->type = type;
    return RC_OK;
}

static Rc page_fields(Call *call)
{
    Ctx *cx = &call->cx;
    TeamFieldsPage p = { .form = { .arena = call->arena } };
    TeamFields list;
    Team team;
    PageFrame frame;
    PageOut out;

    TRY(team_named(call, &team));
    TRY(may_write(cx, team.id, &p.may_write));
    TRY(team_fields(cx, &list));
    p.team = team.key;
    p.team_name = team.name;
    for (size_t i = 0; i < list.n; i++) {
        const TeamField *f = &list.at[i];
        if (f->team_id != team.id)
            continue;
        TRY(LIST_PUSH(cx->arena, &p.rows,
                      ((TeamFieldLine){ .key = f->key,
                                        .url = str_fmt(cx->arena, "/work/teams/%.*s/fields/%.*s",
                                                       STR_ARG(team.key), STR_ARG(f->key)),
                                        .name = TEXT("{0}", &list.at[i].name),
                                        .kind = field_kind_label(f->kind),
                                        .query = str_fmt(cx->arena, "field.%.*s", STR_ARG(f->key)),
                                        .retired = f->retired,
                                        .up = f->place - 1,
                                        .down = f->place + 1 })));
    }
    if (p.rows.n > 0)
        p.rows.at[p.rows.n - 1].down = 0;
    TRY(form_of(cx, NULL, &p.form));
    if (call->is_again) {
        name_errors(cx);
        TRY(form_refuse(&p.form, call));
    }
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = TEXT("Fields of {0}", team.name);
    return PAGE(&out, &frame, tmpl_team_fields, &p);
}

static Rc act_create(Call *call)
{
    Ctx *cx = &call->cx;
    TeamFieldInput in;
    GrantedLoad g;
    Team team;

    TRY(team_named(call, &team));
    TRY(access_load(cx, team.id, true, &g));
    TRY(read_input(call, &in));
    TRY(team_field_create(cx, g, &in));
    call_flash(call, "saved", STR(""));
    return call_redirect(call, str_fmt(cx->arena, "/work/teams/%.*s/fields", STR_ARG(team.key)));
}

/* The field of the address, of the team of the address. */
static Rc field_named(Call *call, Team *ret_team, TeamField *ret)
{
    TRY(team_named(call, ret_team));
    TRY(team_field_get(&call->cx, call_param(call, "field"), ret));
    return ret->team_id == ret_team->id ? RC_OK : RC_NOT_FOUND;
}

static Rc page_field(Call *call)
{
    Ctx *cx = &call->cx;
    TeamFieldPage p = { .form = { .arena = call->arena } };
    TeamField f;
    Team team;
    PageFrame frame;
    PageOut out;

    TRY(team_named(call, &team));
    TRY(may_write(cx, team.id, &p.may_write));
    TRY(field_named(call, &team, &f));
    p.team = team.key;
    p.team_name = team.name;
    p.key = f.key;
    p.name = TEXT("{0}", &f.name);
    p.kind = field_kind_label(f.kind);
    p.version = f.version;
    TRY(form_of(cx, &f, &p.form));
    if (call->is_again) {
        name_errors(cx);
        TRY(form_refuse(&p.form, call));
    }
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = TEXT("{0}", &f.name);
    return PAGE(&out, &frame, tmpl_team_field, &p);
}

static Rc act_change(Call *call)
{
    Ctx *cx = &call->cx;
    TeamFieldInput in;
    TeamField f;
    GrantedLoad g;
    Team team;
    int64_t version = 0;

    TRY(team_named(call, &team));
    TRY(access_load(cx, team.id, true, &g));
    TRY(field_named(call, &team, &f));
    TRY(read_input(call, &in));
    if (str_to_i64(or_empty(call_form(call, "version")), &version))
        in.version = OPT_INT(version);
    TRY(team_field_change(cx, g, f.key, &in));
    call_flash(call, "saved", STR(""));
    return call_redirect(call, str_fmt(cx->arena, "/work/teams/%.*s/fields", STR_ARG(team.key)));
}

static Rc act_place(Call *call)
{
    Ctx *cx = &call->cx;
    TeamField f;
    GrantedLoad g;
    Team team;
    int64_t place = 0;

    TRY(team_named(call, &team));
    TRY(access_load(cx, team.id, true, &g));
    TRY(field_named(call, &team, &f));
    if (!str_to_i64(or_empty(call_form(call, "place")), &place))
        place = 0; /* which no field has */
    TRY(team_field_change(
        cx, g, f.key,
        &(TeamFieldInput){
            .name = f.name, .options = f.options, .retired = f.retired, .place = OPT_INT(place) }));
    return call_redirect(call, str_fmt(cx->arena, "/work/teams/%.*s/fields", STR_ARG(team.key)));
}

extern const RouteTable field_pages;
const RouteTable field_pages =
    ROUTES({ HTTP_GET, "/work/teams/{key}/fields", page_fields, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Fields of a team" },
           { HTTP_POST, "/work/teams/{key}/fields", act_create, RIGHT_STAFF, BODY_FORM, TX_WRITE,
             .text = "Make a field", .again = page_fields },
           { HTTP_GET, "/work/teams/{key}/fields/{field}", page_field, RIGHT_STAFF, BODY_NONE,
             TX_READ, .text = "One field of a team" },
           { HTTP_POST, "/work/teams/{key}/fields/{field}", act_change, RIGHT_STAFF, BODY_FORM,
             TX_WRITE, .text = "Change a field", .again = page_field },
           { HTTP_POST, "/work/teams/{key}/fields/{field}/place", act_place, RIGHT_STAFF, BODY_FORM,
             TX_WRITE, .text = "Move a field among those of the team", .again = page_fields },
           { HTTP_POST, "/work/{number}/fields", act_set, RIGHT_STAFF, BODY_FORM, TX_WRITE,
             .text = "Write into the fields of a request", .again = page_work_request }, );
