/* words_ask.c - questions to the index of words. */
#include "domain/request/words.h"

#include "app/tokens.h"
#include "domain/request/words_q.h"

#include <ctype.h>

/* Stands in no entry, because it is no word: one of the language would have all requests with it gone through. */
#define NOBODY "\xC2\xA7"

/* How a word goes on that begins with a token. */
typedef struct Beginning {
    StrList words;
    bool known; /* these are all; else the index is asked for the beginning */
} Beginning;
enum {
    TEAMS_MOST = 16, /* whoever is in more is looked for among the readers, like everybody else */
    BEGINNINGS_MOST = 8,
    INDEXED_BEGINNING = 3, /* the index has those of two and three letters */
};

static Rc beginning(Ctx *cx, Str token, Beginning *ret)
{
    bool indexed = token.len <= INDEXED_BEGINNING && (unsigned char)token.ptr[0] < 0x80;
    Str from = token;

    if (indexed || isdigit((unsigned char)token.ptr[0]))
        return RC_OK; /* numbers go on in many ways */
    while (ret->words.n <= BEGINNINGS_MOST) {
        WordsFromRow row;
        bool found;
        TRY(q_words_from(cx, from, &row, &found));
        ret->known = !found || !str_starts(row.term, token);
        if (ret->known)
            return RC_OK;
        TRY(LIST_PUSH(cx->arena, &ret->words, str_dup(cx->arena, row.term)));
        from = str_fmt(cx->arena, "%.*s!", STR_ARG(row.term)); /* no token holds that */
    }
    return RC_OK;
}

/* A question.  `of` stands before each word: "", or "26." for the entries of a team. */
typedef struct Asking {
    Ctx *cx;
    const TextTokens *t;
    const WordsAsk *ask;
    Beginning last; /* how the last word goes on */
} Asking;

/* "密 码", the words of one phrase, the last of them as it is said. */
static Str phrase(const Asking *k, Str of, size_t from, size_t to, Str last)
{
    Arena *a = k->cx->arena;
    Str s = STR("\"");

    for (size_t i = from; i + 1 < to; i++)
        s = str_fmt(a, "%.*s%.*s%.*s ", STR_ARG(s), STR_ARG(of), STR_ARG(k->t->at[i].text));
    return str_fmt(a, "%.*s%.*s%.*s\"", STR_ARG(s), STR_ARG(of), STR_ARG(last));
}

/* The last word, which may go on. */
static Str last_word(const Asking *k, Str of, size_t from)
{
    Arena *a = k->cx->arena;
    const TextTokens *t = k->t;
    Str one = phrase(k, of, from, t->n, t->at[t->n - 1].text), all = STR("(");

    if (k->ask->whole)
        return one;
    if (!k->last.known)
        return str_fmt(a, "%.*s*", STR_ARG(one));
    if (k->last.words.n == 0)
        return one;
    for (size_t i = 0; i < k->last.words.n; i++) {
        one = phrase(k, of, from, t->n, k->last.words.at[i]);
        all = str_fmt(a, "%.*s%s%.*s", STR_ARG(all), i > 0 ? " OR " : "", STR_ARG(one));
    }
    return str_fmt(a, "%.*s)", STR_ARG(all));
}

/* "req" AND "密 码" AND ("laptop" OR "laptops"): no token holds a quote. */
static Str all_words(const Asking *k, Str of)
{
    const TextTokens *t = k->t;
    Str s = STR("");

    for (size_t i = 0, to; i < t->n; i = to) {
        for (to = i + 1; to < t->n && t->at[to].word == t->at[i].word; to++)
            continue;
        Str one = to == t->n ? last_word(k, of, i) : phrase(k, of, i, to, t->at[to - 1].text);
        s = str_fmt(k->cx->arena, "%.*s%s%.*s", STR_ARG(s), i > 0 ? " AND " : "", STR_ARG(one));
    }
    return s;
}

/* `open`: what stands in the entries of open requests. */
static Str in_place(const Asking *k, Str of, Str open)
{
    Arena *a = k->cx->arena;
    Str all = all_words(k, of);

    switch (k->ask->place) {
    case WORDS_ANYWHERE: break;
    case WORDS_TITLE: return str_fmt(a, "title : (%.*s)", STR_ARG(all));
    case WORDS_ELSEWHERE:
        return str_fmt(a, "((body : (%.*s)) NOT (title : (%.*s)))", STR_ARG(all), STR_ARG(all));
    case WORDS_OPEN: return str_fmt(a, "(body : (%.*s)) AND (%.*s)", STR_ARG(all), STR_ARG(open));
    }
    return str_fmt(a, "body : (%.*s)", STR_ARG(all));
}

/* 'req' & '密' <-> '码' & 'lap':*; `weight` "A": of the title. */
static Str postgres_words(const Asking *k, Str of, const char *weight)
{
    Arena *a = k->cx->arena;
    const TextTokens *t = k->t;
    Str s = STR("");

    for (size_t i = 0; i < t->n; i++) {
        bool begins = i == 0 || t->at[i].word != t->at[i - 1].word;
        const char *star = i + 1 == t->n && !k->ask->whole ? "*" : "";
        s = str_fmt(a, "%.*s%s'%.*s%.*s'%s%s%s", STR_ARG(s),
                    i == 0   ? ""
                    : begins ? " & "
                             : " <-> ",
                    STR_ARG(of), STR_ARG(t->at[i].text), *star || *weight ? ":" : "", star, weight);
    }
    return s;
}

/* Which requests are open the statement says there. */
static Str in_place_postgres(const Asking *k, Str of, Str open)
{
    WordsPlace place = k->ask->place;
    Str all = postgres_words(k, of, place == WORDS_TITLE ? "A" : "");

    UNUSED(open);
    if (place != WORDS_ELSEWHERE)
        return all;
    return str_fmt(k->cx->arena, "%.*s & !(%.*s)", STR_ARG(all),
                   STR_ARG(postgres_words(k, of, "A")));
}

/* What differs between the databases. */
typedef struct Tongue {
    const char *quote, *either;
    Str (*in_place)(const Asking *k, Str of, Str open);
} Tongue;
static const Tongue sqlite = { "\"", " OR ", in_place },
                    postgres = { "'", " | ", in_place_postgres };

static const Tongue *tongue_of(DbDialect d)
{
    return d == DB_SQLITE ? &sqlite : &postgres;
}

/* The same of each team: ("26.vpn" AND "26.lap"*) OR ("38.vpn" AND "38.lap"*). */
static Str in_teams(const Asking *k, const Tongue *in, const ReaderIds *teams)
{
    Arena *a = k->cx->arena;
    Str s = str_fmt(a, "%s" NOBODY "%s", in->quote, in->quote);

    for (size_t i = 0; i < teams->n; i++) {
        Str of = str_fmt(a, "%lld.", (long long)teams->at[i]);
        Str open = str_fmt(a, "body : \"%lld!open\"", (long long)teams->at[i]);
        Str one = in->in_place(k, of, open);
        s = i == 0 ? str_fmt(a, "(%.*s)", STR_ARG(one))
                   : str_fmt(a, "%.*s%s(%.*s)", STR_ARG(s), in->either, STR_ARG(one));
    }
    return s;
}

Rc words_match(Ctx *cx, DbDialect d, const WordsReader *by, const WordsAsk *ask, WordsMatch *ret)
{
    TextTokens t;
    Asking k = { .cx = cx, .t = &t, .ask = ask };

    *ret = (WordsMatch){ .words = STR_NULL, .readers = by->readers, .teams = STR_NULL };
    TRY(text_tokens(cx->arena, ask->words, WORDS_ASKED_MAX, &t));
    if (t.n == 0)
        return RC_OK;
    if (d == DB_SQLITE && !ask->whole)
        TRY(beginning(cx, t.at[t.n - 1].text, &k.last));
    ret->words = tongue_of(d)->in_place(&k, STR(""), STR("readers : \"open\""));
    ret->teams = in_teams(&k, tongue_of(d), &by->teams);
    return RC_OK;
}

/* Those that have entries of their own. */
static Rc teams_among(Ctx *cx, const ReaderIds *own, ReaderIds *ret)
{
    for (size_t i = 0; i < own->n; i++)
        if (access_principal_is_team(own->at[i]))
            TRY(LIST_PUSH(cx->arena, ret, own->at[i]));
    if (ret->n > TEAMS_MOST)
        ret->n = 0;
    return RC_OK;
}

Rc words_reader(Ctx *cx, DbDialect d, WordsReader *ret)
{
    const Tongue *in = tongue_of(d);
    Str all = str_fmt(cx->arena, "%s" NOBODY "%s", in->quote, in->quote);
    ReaderIds own;

    *ret = (WordsReader){ 0 };
    TRY(access_own_principals(cx, &own));
    for (size_t i = 0; i < own.n; i++)
        ret->all |= access_principal_is_all(own.at[i]);
    if (!ret->all)
        TRY(teams_among(cx, &own, &ret->teams));
    for (size_t i = 0; i < own.n; i++)
        if (ret->teams.n == 0 || !access_principal_is_team(own.at[i]))
            all = str_fmt(cx->arena, "%.*s%s%sp%lld%s", STR_ARG(all), in->either, in->quote,
                          (long long)own.at[i], in->quote);
    ret->readers = d == DB_SQLITE ? str_fmt(cx->arena, "(readers : (%.*s))", STR_ARG(all)) : all;
    return RC_OK;
}
