/* asked_web.c - what a page of a view is asked for, and what all of these pages share. */
#include "domain/view/view_web.h"

#include <string.h>

enum {
    COUNTED_TABS = 12, /* tabs that are counted */
    COUNT_MS = 150,    /* after so long the other tabs stay uncounted */
    LIVE_TEAMS = 7,    /* a stream follows eight names (live.c), and one is the reader's own */
};

/* ---- addresses ---- */

void view_url_part(Buf *b, const char *name, Str value)
{
    buf_add_fmt(b, "%s%s=", memchr(b->ptr != NULL ? b->ptr : "", '?', b->len) ? "&" : "?", name);
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                     || c == '-' || c == '_' || c == '.';
        if (plain)
            buf_add_char(b, (char)c);
        else
            buf_add_fmt(b, "%%%02X", c);
    }
}

Str asked_url(Arena *a, const char *path, const Asked *k, Str q, Str cursor)
{
    CLEANUP(buf_done) Buf b = { 0 };

    buf_init(&b, 32 * 1024);
    buf_add(&b, str_z(path));
    if (k->has_view)
        view_url_part(&b, "view", k->view.key);
    if (!str_is_null(q))
        view_url_part(&b, "q", q);
    for (size_t i = 0; k->chosen && i < k->columns.n; i++)
        view_url_part(&b, "c", k->columns.at[i]);
    if (k->regrouped)
        view_url_part(&b, "group", k->grouping);
    if (cursor.len > 0)
        view_url_part(&b, "cursor", cursor);
    return str_dup(a, buf_str(&b));
}

Str asked_typed(const Asked *k)
{
    return k->typed ? k->q : STR_NULL;
}

/* Are these the columns that the view has anyway? */
static Rc are_usual(Ctx *cx, const StrList *chosen, const StrList *of_view, bool *ret)
{
    ViewColumns a, b;

    TRY(view_columns_of(cx, chosen, &a));
    TRY(view_columns_of(cx, of_view, &b));
    *ret = a.n == b.n;
    for (size_t i = 0; i < a.n && *ret; i++)
        *ret = str_eq_z(str_z(a.at[i]->name), b.at[i]->name);
    return RC_OK;
}

static Rc read_columns(Call *call, Asked *k)
{
    StrList chosen = { 0 };
    bool usual = true;

    for (size_t i = 0; i < call->query.n; i++)
        if (str_eq_z(call->query.at[i].name, "c") && call->query.at[i].value.len > 0)
            TRY(LIST_PUSH(call->arena, &chosen, call->query.at[i].value));
    k->columns = k->view.columns;
    if (chosen.n > 0)
        TRY(are_usual(&call->cx, &chosen, &k->view.columns, &usual));
    if (!usual) {
        k->columns = chosen;
        k->chosen = true;
    }
    return RC_OK;
}

static Rc read_grouping(Call *call, Asked *k)
{
    Str group = call_query(call, "group");
    bool known = false;

    k->grouping = k->has_view ? k->view.grouping : STR("");
    if (str_is_null(group) || str_eq(group, k->grouping))
        return RC_OK;
    TRY(group_is_field(&call->cx, group, &known));
    if (!known)
        return fail_field(&call->cx, RC_INVALID, "group", "unknown_word",
                          TEXT("A list cannot be grouped by {0}.", group));
    k->grouping = group;
    k->regrouped = true;
    return RC_OK;
}

Rc asked_read(Call *call, const SavedViews *views, GrantedSelf g, Asked *k)
{
    Ctx *cx = &call->cx;
    Str key = call_query(call, "view"), q = call_query(call, "q");

    *k = (Asked){ .typed = !str_is_null(q), .cursor = call_query(call, "cursor") };
    if (key.len > 0) {
        TRY(view_get(cx, g, key, &k->view));
        k->has_view = true;
    } else if (!k->typed && views->n > 0 && views->at[0].pinned) {
        k->view = views->at[0];
        k->has_view = true;
    }
    k->q = k->typed ? str_trim(q) : k->has_view ? k->view.query : STR("");
    if (k->has_view && str_eq(k->q, k->view.query))
        k->typed = false;
    TRY(read_grouping(call, k));
    return read_columns(call, k);
}

Rc asked_query(Call *call, Asked *k, const FindQuery **ret, CondError *error)
{
    Ctx *cx = &call->cx;
    bool changed = false;
    Str words;

    Rc rc = find_parse(cx, k->q, ret, error);
    if (asked_refused(rc, error) && k->typed && find_from_words(cx->arena, k->q, &words)) {
        k->q = words;
        rc = find_parse(cx, k->q, ret, error);
    }
    TRY(rc);
    TRY(narrow_query(call, ret, &changed, error));
    if (!changed)
        return RC_OK;
    TRY(find_text(cx, *ret, &k->q));
    k->typed = !k->has_view || !str_eq(k->q, k->view.query);
    return RC_OK;
}

Rc asked_grouping(Ctx *cx, ScopeRequests s, const Asked *k, const FindQuery *q,
                  const Grouping **ret)
{
    const FindQuery *in_order;

    TRY(find_fair(cx, q, &in_order));
    return grouping_open(cx, s, in_order, k->grouping, k->cursor, ret);
}

/* ---- counts ---- */

Str asked_count_text(Arena *a, int64_t n)
{
    return n >= FIND_COUNT_MOST ? STR("999+") : str_fmt(a, "%lld", (long long)n);
}

/* Empty where the query is wrong by now or takes too long: a tab is no place for a failure. */
static Str count_of(Ctx *cx, ScopeRequests s, const FindQuery *beside, Str query)
{
    const FindQuery *q = NULL;
    CondError error = { 0 };
    int64_t n = 0;

    if (find_parse_beside(cx, beside, query, &q, &error) != RC_OK
        || find_count(cx, s, q, &n) != RC_OK)
        return STR("");
    return asked_count_text(cx->arena, n);
}

static const struct {
    const char *path, *label;
} ways[] = {
    [WAY_LIST] = { "/work/list", T("List") },
    [WAY_BOARD] = { "/work/board", T("Board") },
    [WAY_CALENDAR] = { "/work/calendar", T("Calendar") },
    [WAY_TIMELINE] = { "/work/timeline", T("Timeline") },
};

Rc asked_ways(Ctx *cx, const Asked *k, AskedWay here, ViewWays *ret)
{
    for (size_t i = 0; i < COUNT_OF(ways); i++)
        TRY(LIST_PUSH(
            cx->arena, ret,
            ((ViewWay){ .url = asked_url(cx->arena, ways[i].path, k, asked_typed(k), STR("")),
                        .label = ways[i].label,
                        .current = i == here })));
    return RC_OK;
}

Rc asked_tabs(Ctx *cx, ScopeRequests s, const SavedViews *views, const Asked *k, const FindQuery *q,
              Str count, AskedWay here, ViewTabs *ret)
{
    Ms begun = clock_monotonic_ms();

    for (size_t i = 0; i < views->n && views->at[i].pinned; i++) {
        const SavedView *v = &views->at[i];
        ViewTab tab = { .url = str_fmt(cx->arena, "%s?view=%.*s", ways[here].path, STR_ARG(v->key)),
                        .name = view_name(v),
                        .current = k->has_view && str_eq(k->view.key, v->key) };
        if (tab.current && !k->typed && count.len > 0)
            tab.count = count;
        else if (i < COUNTED_TABS && clock_monotonic_ms() - begun < COUNT_MS)
            tab.count = count_of(cx, s, q, v->query);
        TRY(LIST_PUSH(cx->arena, ret, tab));
    }
    return RC_OK;
}

void asked_cut(Str q, uint32_t column, Str *ret_before, Str *ret_at)
{
    size_t at = 0;

    for (uint32_t c = 1; c < column && at < q.len; c++)
        (void)str_next_char(q, &at);
    *ret_before = (Str){ q.ptr, at };
    *ret_at = (Str){ q.ptr + at, q.len - at };
}

Rc asked_live(Ctx *cx, Str *ret)
{
    TeamRefs teams = { 0 };
    Str s = str_fmt(cx->arena, "person:%lld", (long long)cx->subject->person_id);

    TRY(person_teams(cx, cx->subject->person_id, &teams));
    for (size_t i = 0; i < teams.n && i < LIVE_TEAMS; i++)
        s = str_fmt(cx->arena, "%.*s,queue:%lld", STR_ARG(s), (long long)teams.at[i].id);
    *ret = s;
    return RC_OK;
}

bool asked_refused(Rc rc, const CondError *error)
{
    return (rc == RC_INVALID || rc == RC_LIMIT) && error->code.len > 0;
}
