/* narrow_web.c - team, state and who has it as choices beside the query line: each stands for a part of the query. */
#include "domain/view/view_web.h"

typedef struct NarrowWord {
    const char *value, *label; /* msgid */
} NarrowWord;

static const NarrowWord states[] = {
    { "assessing", T("Being checked") },
    { "awaiting_approval", T("Waiting for approval") },
    { "fulfilling", T("In work") },
    { "pending", T("Waiting") },
    { "fulfilled", T("Done, not confirmed") },
    { "closed", T("Closed") },
};

static const NarrowWord people[] = { { "me", T("Me") }, { "nobody", T("Nobody yet") } };

/* A word that the language has another use for stands in quotes: state = "closed". */
static Str quoted(Arena *a, const char *choice, Str value)
{
    return str_fmt(a, "%s = \"%.*s\"", choice, STR_ARG(value));
}

static bool is_word(Str value)
{
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'))
            return false;
    }
    return true;
}

/* The condition that a choice stands for; "" for none. */
static Str condition(Arena *a, const char *choice, Str value)
{
    if (value.len == 0)
        return STR("");
    if (str_eq_z(str_z(choice), "assignee") && str_eq_z(value, "nobody"))
        return STR("assignee is empty");
    return is_word(value) ? str_fmt(a, "%s = %.*s", choice, STR_ARG(value))
                          : quoted(a, choice, value);
}

static bool holds(Arena *a, const StrList *parts, const char *choice, Str value, Str *ret)
{
    const Str forms[] = { condition(a, choice, value), quoted(a, choice, value) };

    for (size_t i = 0; i < parts->n; i++)
        for (size_t f = 0; f < COUNT_OF(forms); f++)
            if (str_eq(parts->at[i], forms[f])) {
                *ret = parts->at[i];
                return true;
            }
    return false;
}

/* ---- what is chosen ---- */

static Rc add(Ctx *cx, NarrowChoice *c, const StrList *parts, Str value, Text label)
{
    Str part;
    bool chosen =
        c->chosen.len == 0 && value.len > 0 && holds(cx->arena, parts, c->name, value, &part);

    if (chosen)
        c->chosen = value;
    return LIST_PUSH(cx->arena, &c->options,
                     (WidgetOption){ .value = value, .label = label, .chosen = chosen });
}

static Rc add_all(Ctx *cx, NarrowChoice *c, const StrList *parts, const NarrowWord *of, size_t n)
{
    for (size_t i = 0; i < n; i++)
        TRY(add(cx, c, parts, str_z(of[i].value), (Text){ .msgid = of[i].label }));
    return RC_OK;
}

Rc narrow_choices(Ctx *cx, const FindQuery *q, const TeamRefs *teams, NarrowChoices *ret)
{
    NarrowChoice team = { .name = "team", .label = T("Team") },
                 state = { .name = "state", .label = T("State") },
                 who = { .name = "assignee", .label = T("Who has it") };
    StrList parts = { 0 };

    *ret = (NarrowChoices){ 0 };
    if (q != NULL)
        TRY(find_parts(cx, q, &parts));
    TRY(add(cx, &team, &parts, STR(""), TEXT("Any team")));
    TRY(add(cx, &team, &parts, STR("my_teams"), TEXT("My teams")));
    for (size_t i = 0; i < teams->n; i++)
        TRY(add(cx, &team, &parts, teams->at[i].key, TEXT("{0}", teams->at[i].name)));
    TRY(add(cx, &state, &parts, STR(""), TEXT("Any state")));
    TRY(add_all(cx, &state, &parts, states, COUNT_OF(states)));
    TRY(add(cx, &who, &parts, STR(""), TEXT("Anybody")));
    TRY(add_all(cx, &who, &parts, people, COUNT_OF(people)));
    TRY(LIST_PUSH(cx->arena, ret, team));
    TRY(LIST_PUSH(cx->arena, ret, state));
    return LIST_PUSH(cx->arena, ret, who);
}

/* ---- what was chosen ---- */

/* Could not end the quotes that it stands in. */
static bool is_value(Str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '"' || s.ptr[i] == '\\' || (unsigned char)s.ptr[i] < ' ')
            return false;
    return true;
}

Rc narrow_query(Call *call, const FindQuery **io, bool *ret_changed, CondError *ret_error)
{
    static const char *const names[][2] = { { "team", "team0" },
                                            { "state", "state0" },
                                            { "assignee", "assignee0" } };
    Ctx *cx = &call->cx;

    *ret_changed = false;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        Str now = call_query(call, names[i][0]), was = call_query(call, names[i][1]);
        StrList parts;
        Str part = STR("");
        if (str_is_null(now) || str_eq(now, was) || !is_value(now) || !is_value(was))
            continue;
        TRY(find_parts(cx, *io, &parts));
        if (was.len > 0 && !holds(cx->arena, &parts, names[i][0], was, &part))
            part = STR("");
        TRY(find_exchange(cx, *io, part, condition(cx->arena, names[i][0], now), io, ret_error));
        *ret_changed = true;
    }
    return RC_OK;
}
