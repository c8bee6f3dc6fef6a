/* help_web.c - the query language, told to people. */
#include "domain/view/help_page.h"
#include "domain/view/view_web.h"
#include "tmpl/query_help.h"
#include "web/page.h"

typedef struct Example {
    const char *query, *what;
} Example;

static const Example filters[] = {
    { "vpn log", T("words alone: all of them must be there, the last one may be unfinished") },
    { "REQ-12", T("the request of that number") },
    { "state:pending", T("a field, a colon, a value") },
    { "state:pending laptop", T("filters and words together: all of them must hold") },
    { "state:pending,fulfilling", T("one of several, with commas and without blanks") },
    { "priority:>=high", T("compared: >, >=, < and <=") },
    { "-channel:portal", T("a minus in front turns it round") },
    { "title:\"new laptop\"", T("a value with blanks stands in double quotes") },
};

static const Example examples[] = {
    { "state = pending", T("= compares; the words of the system stand without quotes") },
    { "team = workplace and priority >= high", T("and, or, not join; parentheses group") },
    { "assignee = me or team in my_teams",
      T("me is yourself, my_teams are the teams you belong to") },
    { "state in (fulfilling, pending)", T("in: one of several") },
    { "state != closed and outcome is empty",
      T("!= is the opposite of =; is empty asks for nothing there") },
    { "text ~ \"vpn log\"",
      T("~ looks for words, the last one may be unfinished; texts stand in double quotes") },
    { "due < now + 2d", T("spans: 30m, 4h, 2d, 1y") },
    { "created >= start_of(week)", T("day, week, month or year that holds now") },
    { "closed >= 2027-01-01", T("a date; a moment is 2027-01-01T09:00Z") },
    { "assignee was ada before now - 7d",
      T("was asks for the past: of state, assignee, team and priority; after and before bound it") },
    { "cost > 1500 EUR", T("money names its currency") },
    { "open = yes order by priority desc, due",
      T("order by at the end; desc turns it round. Without it open work comes by what is due first, all else newest first") },
};

static Rc show_examples(Ctx *cx, const Example *list, size_t n, HelpExamples *to)
{
    for (size_t i = 0; i < n; i++)
        TRY(LIST_PUSH(cx->arena, to, (HelpExample){ str_z(list[i].query), list[i].what }));
    return RC_OK;
}

static Str search_url(Arena *a, Str q)
{
    CLEANUP(buf_done) Buf b = { 0 };

    buf_init(&b, 1024);
    buf_add_lit(&b, "/search");
    view_url_part(&b, "q", q);
    return str_dup(a, buf_str(&b));
}

/* What forms ask and what teams note is for those who work with them. */
static bool is_staff(const Subject *s)
{
    return (s->roles & (ROLE_AGENT | ROLE_LEAD | ROLE_OWNER | ROLE_ADMIN | ROLE_AUDITOR)) != 0;
}

static Str keys_of(Arena *a, const FindName *n)
{
    Str all = STR("");

    for (size_t i = 0; i < n->keys_n; i++)
        all = str_fmt(a, "%.*s%s%.*s", STR_ARG(all), i == 0 ? "" : ", ", STR_ARG(n->keys[i]));
    return all;
}

static Rc page_help(Call *call)
{
    Ctx *cx = &call->cx;
    QueryHelpPage p = { 0 };
    FindNames names;
    PageFrame frame;
    PageOut out;

    TRY(find_names(cx, &names));
    p.staff = is_staff(cx->subject);
    TRY(show_examples(cx, filters, COUNT_OF(filters), &p.filters));
    TRY(show_examples(cx, examples, COUNT_OF(examples), &p.examples));
    for (size_t i = 0; i < names.n; i++) {
        const FindName *n = &names.at[i];
        if (n->what == NULL && !p.staff)
            continue;
        HelpField f = { .name = n->name,
                        .type = cond_type_name(n->type),
                        .keys = keys_of(cx->arena, n),
                        .example = n->example,
                        .url = search_url(cx->arena, n->example),
                        .sortable = n->sortable };
        f.what = n->what != NULL ? (Text){ .msgid = n->what } : TEXT("{0}", n->asked);
        HelpFields *to = n->what != NULL                      ? &p.fields
                         : str_starts(n->name, STR("field.")) ? &p.own
                                                              : &p.answers;
        TRY(LIST_PUSH(cx->arena, to, f));
    }
    page_open(call, p.staff ? FRAME_WORK : FRAME_PORTAL, &out, &frame);
    frame.title = TEXT("The query language");
    return PAGE(&out, &frame, tmpl_query_help, &p);
}

extern const RouteTable query_pages;
const RouteTable query_pages =
    ROUTES({ HTTP_GET, "/help/query", page_help, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
             .text = "The query language and its fields" }, );
