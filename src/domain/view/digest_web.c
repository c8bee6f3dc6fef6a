/* digest_web.c - the page of the views that somebody is told of. */
#include "domain/view/digest_page.h"
#include "domain/view/view_web.h"

#include "tmpl/digest.h"
#include "web/page.h"

static const char *const weekdays[7] = { T("Monday"), T("Tuesday"),  T("Wednesday"), T("Thursday"),
                                         T("Friday"), T("Saturday"), T("Sunday") };

static Text when_of(Arena *a, const DigestRule *r)
{
    Str hour = str_fmt(a, "%02lld:00", (long long)r->hour);
    Text t = { .msgid = T("{0}, {1}"), .n = 2 };

    if (str_eq_z(r->every, "day"))
        return TEXT("Each day that you work, {0}", hour);
    t.args[0] = arg_msg(weekdays[r->weekday]);
    t.args[1] = arg_str(hour);
    return t;
}

static Rc add_line(Ctx *cx, const Digest *d, DigestPage *p)
{
    DigestLine line = { .key = d->key,
                        .list_url = str_fmt(cx->arena, "/work/list?view=%.*s", STR_ARG(d->key)),
                        .name = d->name,
                        .when = when_of(cx->arena, &d->rule),
                        .has_next = d->next_ms != MS_NONE,
                        .next_ms = d->next_ms,
                        .told = d->told_ms != MS_NONE,
                        .told_ms = d->told_ms,
                        .found = asked_count_text(cx->arena, d->found),
                        .fresh = asked_count_text(cx->arena, d->fresh) };

    for (size_t i = 0; i < d->first.n; i++)
        TRY(LIST_PUSH(cx->arena, &line.first,
                      ((DigestHit){ d->first.at[i].number, d->first.at[i].title })));
    return LIST_PUSH(cx->arena, &p->lines, line);
}

/* ---- the form ---- */

static Rc add_option(Ctx *cx, Widget *w, Str value, Text label)
{
    return LIST_PUSH(cx->arena, &w->options, (WidgetOption){ .value = value, .label = label });
}

static Rc add_views(Ctx *cx, GrantedSelf g, Form *f, Str chosen)
{
    Widget w = { .kind = WIDGET_SELECT, .name = STR("view"), .label = TEXT("View") };
    SavedViews views = { 0 };

    TRY(view_list(cx, g, &views));
    for (size_t i = 0; i < views.n; i++)
        TRY(add_option(cx, &w, views.at[i].key, view_name(&views.at[i])));
    widget_choose(&w, chosen);
    return form_add(f, w);
}

static Rc add_when(Ctx *cx, Form *f, const DigestRule *rule)
{
    Widget every = { .kind = WIDGET_SELECT, .name = STR("every"), .label = TEXT("How often") };
    Widget day = { .kind = WIDGET_SELECT,
                   .name = STR("weekday"),
                   .label = TEXT("On which day"),
                   .help = TEXT("Only where it is once a week.") };
    Widget hour = { .kind = WIDGET_SELECT, .name = STR("hour"), .label = TEXT("At what time") };

    TRY(add_option(cx, &every, STR("day"), TEXT("Each day that I work")));
    TRY(add_option(cx, &every, STR("week"), TEXT("Once a week")));
    widget_choose(&every, rule->every);
    for (size_t i = 0; i < COUNT_OF(weekdays); i++)
        TRY(add_option(cx, &day, str_fmt(cx->arena, "%zu", i), (Text){ .msgid = weekdays[i] }));
    widget_choose(&day, str_fmt(cx->arena, "%lld", (long long)rule->weekday));
    for (int i = 0; i < 24; i++)
        TRY(add_option(cx, &hour, str_fmt(cx->arena, "%d", i),
                       TEXT("{0}", str_fmt(cx->arena, "%02d:00", i))));
    widget_choose(&hour, str_fmt(cx->arena, "%lld", (long long)rule->hour));
    TRY(form_add(f, every));
    TRY(form_add(f, day));
    return form_add(f, hour);
}

static Rc page_digests(Call *call)
{
    Ctx *cx = &call->cx;
    Str view = call_query(call, "view");
    DigestRule rule = { STR("day"), 0, 8 };
    DigestPage p = { .form = { .arena = call->arena } };
    Digests list = { 0 };
    GrantedSelf g;
    PageFrame frame;
    PageOut out;

    TRY(access_self(cx, &g));
    TRY(digest_list(cx, g, &list));
    for (size_t i = 0; i < list.n; i++) {
        TRY(add_line(cx, &list.at[i], &p));
        if (str_eq(list.at[i].key, view))
            rule = list.at[i].rule;
    }
    TRY(add_views(cx, g, &p.form, view));
    TRY(add_when(cx, &p.form, &rule));
    if (call->is_again)
        TRY(form_refuse(&p.form, call));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = TEXT("Views that you are told of");
    return PAGE(&out, &frame, tmpl_digest, &p);
}

typedef struct DigestForm {
    Str view, every;
    OptInt weekday, hour;
} DigestForm;
static const Input digest_form =
    INPUT(DigestForm, "DigestForm",
          { "view", IN_KEY, offsetof(DigestForm, view), IN_REQUIRED, .about = NULL },
          { "every", IN_KEY, offsetof(DigestForm, every), IN_REQUIRED, .about = NULL },
          { "weekday", IN_INT, offsetof(DigestForm, weekday), .about = NULL },
          { "hour", IN_INT, offsetof(DigestForm, hour), IN_REQUIRED, .about = NULL });

static Rc act_set(Call *call)
{
    DigestForm f = { 0 };
    GrantedSelf g;

    TRY(call_input(call, &digest_form, &f));
    TRY(access_self(&call->cx, &g));
    bool weekly = str_eq_z(f.every, "week");
    TRY(digest_set(&call->cx, g, f.view,
                   &(DigestRule){ f.every, weekly ? f.weekday.value : 0, f.hour.value }));
    call_flash(call, "saved", STR(""));
    return call_redirect(call, STR("/work/digests"));
}

static Rc act_end(Call *call)
{
    GrantedSelf g;

    TRY(access_self(&call->cx, &g));
    TRY(digest_end(&call->cx, g, call_param(call, "key")));
    call_flash(call, "saved", STR(""));
    return call_redirect(call, STR("/work/digests"));
}

extern const RouteTable digest_pages;
const RouteTable digest_pages =
    ROUTES({ HTTP_GET, "/work/digests", page_digests, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Views that one is told of" },
           { HTTP_POST, "/work/digests", act_set, RIGHT_STAFF, BODY_FORM, TX_WRITE,
             .text = "Be told of a view once a day or a week", .again = page_digests },
           { HTTP_POST, "/work/digests/{key}/end", act_end, RIGHT_STAFF, BODY_FORM, TX_WRITE,
             .text = "Be told of a view no longer" }, );
