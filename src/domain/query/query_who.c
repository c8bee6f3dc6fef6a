/* query_who.c - who: manager(beneficiary), lead(team), owner(answer.x) and their kin. */
#include "domain/query/query_lex.h"

static const char *const party_words[] = { "requester", "beneficiary" };

static const struct {
    const char *word;
    WhoKind kind;
} functions[] = {
    { "manager", WHO_MANAGER }, { "lead", WHO_LEAD },     { "team", WHO_TEAM },
    { "owner", WHO_OWNER },     { "person", WHO_PERSON },
};

typedef struct WhoParser {
    Arena *arena;
    const Token *at;
    CondError *error;
} WhoParser;

static const char *const expected_who =
    T("manager(beneficiary), lead(team), team(key), "
      "owner(answer.question), person(login) or answer.question");

static Rc who_fail(WhoParser *p, const Token *t, const char *what)
{
    return cond_error(p->error, t->column, STR("syntax"), token_expected(t, what));
}

static bool take_sign(WhoParser *p, const char *sign)
{
    if (p->at->kind != TOKEN_SIGN || !str_eq_z(p->at->text, sign))
        return false;
    p->at++;
    return true;
}

/* "answer.x": the question's id. */
static bool answer_of(const Token *t, Str *ret)
{
    if (t->kind != TOKEN_WORD || !str_starts(t->text, STR("answer.")) || t->text.len == 7)
        return false;
    *ret = str_skip(t->text, 7);
    return true;
}

static Rc parse_party(WhoParser *p, Who *w)
{
    const Token *t = p->at;

    for (size_t i = 0; i < COUNT_OF(party_words); i++) {
        if (t->kind == TOKEN_WORD && str_eq_z(t->text, party_words[i])) {
            w->party = (WhoParty)i;
            p->at++;
            return RC_OK;
        }
    }
    if (!answer_of(t, &w->name))
        return who_fail(p, t, T("requester, beneficiary, answer.question or manager(...)"));
    w->party = PARTY_ANSWER;
    p->at++;
    return RC_OK;
}

static Rc parse_call(WhoParser *p, WhoKind kind, Who *w)
{
    const Token *t = p->at;

    w->kind = kind;
    switch (kind) {
    case WHO_MANAGER:
        w->depth = 1;
        while (t->kind == TOKEN_WORD && str_eq_z(t->text, "manager") && w->depth <= WHO_DEPTH_MAX) {
            p->at++;
            if (!take_sign(p, "("))
                return who_fail(p, p->at, "(");
            w->depth++;
            t = p->at;
        }
        if (w->depth > WHO_DEPTH_MAX)
            return cond_error(p->error, t->column, STR("limit"),
                              TEXT("At most {0} managers up can be named.", WHO_DEPTH_MAX));
        TRY(parse_party(p, w));
        for (int32_t i = 1; i < w->depth; i++)
            if (!take_sign(p, ")"))
                return who_fail(p, p->at, ")");
        return RC_OK;
    case WHO_OWNER:
        if (!answer_of(t, &w->name))
            return who_fail(p, t, T("answer.question"));
        p->at++;
        return RC_OK;
    case WHO_LEAD:
    case WHO_TEAM:
    case WHO_PERSON:
    case WHO_ANSWER: break;
    }
    if (t->kind != TOKEN_WORD && t->kind != TOKEN_NUMBER)
        return who_fail(p, t, kind == WHO_PERSON ? T("A login") : T("The key of a team"));
    if (kind != WHO_PERSON && !str_is_key(t->text))
        return who_fail(p, t, T("The key of a team"));
    w->name = t->text;
    p->at++;
    return RC_OK;
}

Rc who_parse(Arena *a, Str text, Who *ret, CondError *ret_error)
{
    Tokens tokens;
    Who w = { 0 };
    WhoParser p = { .arena = a, .error = ret_error };

    *ret_error =
        (CondError){ .column = 1, .code = STR("limit"), .text = TEXT("This is too large.") };
    TRY(cond_lex(a, text, &tokens, ret_error));
    p.at = tokens.at;

    const Token *t = p.at;
    if (answer_of(t, &w.name)) {
        w.kind = WHO_ANSWER;
        p.at++;
    } else {
        size_t i = 0;
        while (i < COUNT_OF(functions)
               && !(t->kind == TOKEN_WORD && str_eq_z(t->text, functions[i].word)))
            i++;
        if (i == COUNT_OF(functions))
            return who_fail(&p, t, expected_who);
        p.at++;
        if (!take_sign(&p, "("))
            return who_fail(&p, p.at, "(");
        TRY(parse_call(&p, functions[i].kind, &w));
        if (!take_sign(&p, ")"))
            return who_fail(&p, p.at, ")");
    }
    if (p.at->kind != TOKEN_END)
        return who_fail(&p, p.at, T("The end; several people are written as a list [ , ]"));
    w.name = str_dup(a, w.name);
    *ret = w;
    return RC_OK;
}

Str who_text(Arena *a, const Who *w)
{
    Str text;

    switch (w->kind) {
    case WHO_MANAGER:
        text = w->party == PARTY_ANSWER ? str_fmt(a, "answer.%.*s", STR_ARG(w->name))
                                        : str_z(party_words[w->party]);
        for (int32_t i = 0; i < w->depth; i++)
            text = str_fmt(a, "manager(%.*s)", STR_ARG(text));
        return text;
    case WHO_LEAD: return str_fmt(a, "lead(%.*s)", STR_ARG(w->name));
    case WHO_TEAM: return str_fmt(a, "team(%.*s)", STR_ARG(w->name));
    case WHO_OWNER: return str_fmt(a, "owner(answer.%.*s)", STR_ARG(w->name));
    case WHO_PERSON: return str_fmt(a, "person(%.*s)", STR_ARG(w->name));
    case WHO_ANSWER: return str_fmt(a, "answer.%.*s", STR_ARG(w->name));
    }
    return STR("");
}
