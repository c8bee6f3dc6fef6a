/* help_web.c - the query language, told to people. */
#include "domain/view/help_page.h"
#include "http/dispatch.h"
#include "tmpl/query_help.h"
#include "web/page.h"

static const struct {
    const char *query, *what;
} examples[] = {
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
    { "open = yes order by priority desc, due", T("order by at the end; desc turns it round") },
};

static Rc show_examples(Ctx *cx, HelpExamples *to)
{
    for (size_t i = 0; i < COUNT_OF(examples); i++)
        TRY(LIST_PUSH(cx->arena, to, (HelpExample){ str_z(examples[i].query), examples[i].what }));
    return RC_OK;
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
    TRY(show_examples(cx, &p.examples));
    for (size_t i = 0; i < names.n; i++) {
        const FindName *n = &names.at[i];
        HelpField f = { .name = n->name,
                        .type = cond_type_name(n->type),
                        .keys = keys_of(cx->arena, n),
                        .sortable = n->sortable };
        f.what = n->what != NULL ? (Text){ .msgid = n->what } : TEXT("{0}", n->asked);
        HelpFields *to = n->what != NULL                      ? &p.fields
                         : str_starts(n->name, STR("field.")) ? &p.own
                                                              : &p.answers;
        TRY(LIST_PUSH(cx->arena, to, f));
    }
    page_open(call, FRAME_WORK, &out, &frame);
    frame.title = TEXT("The query language");
    return PAGE(&out, &frame, tmpl_query_help, &p);
}

extern const RouteTable query_pages;
const RouteTable query_pages =
    ROUTES({ HTTP_GET, "/help/query", page_help, RIGHT_CATALOG_READ, BODY_NONE, TX_READ,
             .text = "The query language and its fields" }, );
