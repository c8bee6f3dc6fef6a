/* words.c - the index of words and its questions. */
#include "domain/request/words.h"

#include "app/tokens.h"
#include "domain/request/words_q.h"

#include <ctype.h>

enum { INDEXED_MAX = 4000, INDEXED_BYTES = 128 * 1024 };

/* ---- the texts of a request ---- */

static void add_line(Buf *to, Str line)
{
    if (to->len > INDEXED_BYTES)
        return;
    buf_add(to, line);
    buf_add_char(to, '\n');
}

static Rc everything(Ctx *cx, GrantedRequest g, const WordsTitleRow *head, Buf *to)
{
    CLEANUP(rows_close) Rows answers = { 0 }, messages = { 0 };
    WordsAnswersRow answer;
    WordsMessagesRow message;

    add_line(to, head->title);
    add_line(to, request_number(cx->arena, head->record, head->serial));
    add_line(to, head->resolution);
    TRY(q_words_answers(cx, g, &answers));
    while (q_words_answers_next(&answers, &answer))
        add_line(to, answer.text);
    TRY(rows_result(&answers));
    TRY(q_words_messages(cx, g, &messages));
    while (q_words_messages_next(&messages, &message))
        add_line(to, message.text);
    TRY(rows_result(&messages));
    return buf_result(to);
}

static Rc tokens_of(Arena *a, Str text, Str *ret)
{
    TextTokens t;

    TRY(text_tokens(a, text, INDEXED_MAX, &t));
    return tokens_join(a, &t, ret);
}

Rc words_of(Ctx *cx, GrantedRequest g, RequestWords *ret)
{
    CLEANUP(buf_done) Buf text = { 0 };
    WordsTitleRow head;

    buf_init(&text, 4 * INDEXED_BYTES);
    TRY(q_words_title(cx, g, &head));
    ret->open = !str_eq_z(head.state, "closed");
    TRY(everything(cx, g, &head, &text));
    TRY(tokens_of(cx->arena, head.title, &ret->title));
    return tokens_of(cx->arena, buf_str(&text), &ret->all);
}

/* ---- the entry ---- */

/* A word for each principal, and one for open requests. */
static Rc readers_of(Ctx *cx, GrantedRequest g, bool open, Str *ret)
{
    ReaderIds principals;
    Str all = open ? STR("open") : STR("shut");

    TRY(access_principals(cx, g, &principals));
    for (size_t i = 0; i < principals.n; i++)
        all = str_fmt(cx->arena, "%.*s p%lld", STR_ARG(all), (long long)principals.at[i]);
    *ret = all;
    return RC_OK;
}

static Rc renew(Ctx *cx, GrantedRequest g)
{
    RequestWords words;
    WordsGetRow old;
    Str readers;
    bool there = false;

    TRY(words_of(cx, g, &words));
    TRY(readers_of(cx, g, words.open, &readers));
    TRY(q_words_get(cx, g, &old, &there));
    if (there && str_eq(old.title, words.title) && str_eq(old.body, words.all)
        && str_eq(old.readers, readers))
        return RC_OK;
    if (there)
        TRY(q_words_drop(cx, g, NULL));
    return q_words_put(cx, g, words.title, words.all, readers, NULL);
}

/* What changes no word and no reader. */
static bool is_silent(Str kind)
{
    static const char *const kinds[] = { "request.viewed", "request.expected", "request.timer",
                                         "clock.reached",  "clock.reason",     "request.snoozed",
                                         "request.awake",  "request.reminded", "request.risk" };

    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (str_eq_z(kind, kinds[i]))
            return true;
    return false;
}

static Rc on_event(Ctx *cx, const EventRow *ev, void *arg)
{
    GrantedRequest g;

    UNUSED(arg);
    if (ev->request_id == 0 || is_silent(ev->kind))
        return RC_OK;
    TRY(access_internal_request(cx, INTERNAL_NOTIFY, ev->request_id, &g));
    return renew(cx, g);
}

const Follower *words_follower(void)
{
    static const Follower follower = { .name = "words", .on_event = on_event };
    return &follower;
}

LIST_OF(int64_t, Ids);

Rc words_renew(Ctx *cx, int64_t after, int64_t size, int64_t *ret_last)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    WordsNextRow row;
    GrantedTimers timers;
    GrantedRequest g;
    Ids ids = { 0 };

    *ret_last = 0;
    TRY(access_internal_timers(cx, INTERNAL_TIMER, &timers));
    TRY(q_words_next(cx, timers, after, size, &rows));
    while (q_words_next_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &ids, row.id));
    TRY(rows_result(&rows));
    for (size_t i = 0; i < ids.n; i++) {
        TRY(access_internal_request(cx, INTERNAL_NOTIFY, ids.at[i], &g));
        TRY(renew(cx, g));
        *ret_last = ids.at[i];
    }
    return RC_OK;
}

/* ---- questions ---- */

/* How a word goes on that begins with a token. */
typedef struct Beginning {
    StrList words;
    bool known; /* these are all; else the index is asked for the beginning */
} Beginning;
enum {
    BEGINNINGS_MOST = 8,
    INDEXED_BEGINNING = 3
}; /* the index has those of two and three letters */

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

/* "密 码", the words of one phrase, the last of them as it is said. */
static Str phrase(Arena *a, const TextTokens *t, size_t from, size_t to, Str last)
{
    Str s = STR("\"");

    for (size_t i = from; i + 1 < to; i++)
        s = str_fmt(a, "%.*s%.*s ", STR_ARG(s), STR_ARG(t->at[i].text));
    return str_fmt(a, "%.*s%.*s\"", STR_ARG(s), STR_ARG(last));
}

/* The last word, which may go on. */
static Rc last_word(Ctx *cx, const TextTokens *t, size_t from, Str *ret)
{
    Beginning how = { 0 };
    Str token = t->at[t->n - 1].text;
    Str one = phrase(cx->arena, t, from, t->n, token);

    TRY(beginning(cx, token, &how));
    *ret = how.known ? one : str_fmt(cx->arena, "%.*s*", STR_ARG(one));
    if (!how.known || how.words.n == 0)
        return RC_OK;
    *ret = STR("(");
    for (size_t i = 0; i < how.words.n; i++) {
        one = phrase(cx->arena, t, from, t->n, how.words.at[i]);
        *ret = str_fmt(cx->arena, "%.*s%s%.*s", STR_ARG(*ret), i > 0 ? " OR " : "", STR_ARG(one));
    }
    *ret = str_fmt(cx->arena, "%.*s)", STR_ARG(*ret));
    return RC_OK;
}

/* "req" AND "密 码" AND ("laptop" OR "laptops"): no token holds a quote. */
static Rc sqlite_words(Ctx *cx, const TextTokens *t, bool whole, Str *ret)
{
    *ret = STR("");
    for (size_t i = 0, to; i < t->n; i = to) {
        Str one;
        for (to = i + 1; to < t->n && t->at[to].word == t->at[i].word; to++)
            continue;
        if (to == t->n && !whole)
            TRY(last_word(cx, t, i, &one));
        else
            one = phrase(cx->arena, t, i, to, t->at[to - 1].text);
        *ret = str_fmt(cx->arena, "%.*s%s%.*s", STR_ARG(*ret), i > 0 ? " AND " : "", STR_ARG(one));
    }
    return RC_OK;
}

/* 'req' & '密' <-> '码' & 'lap':*; `weight` "A": of the title. */
static Str postgres_words(Arena *a, const TextTokens *t, bool whole, const char *weight)
{
    Str s = STR("");

    for (size_t i = 0; i < t->n; i++) {
        bool begins = i == 0 || t->at[i].word != t->at[i - 1].word;
        const char *star = i + 1 == t->n && !whole ? "*" : "";
        s = str_fmt(a, "%.*s%s'%.*s'%s%s%s", STR_ARG(s),
                    i == 0   ? ""
                    : begins ? " & "
                             : " <-> ",
                    STR_ARG(t->at[i].text), *star || *weight ? ":" : "", star, weight);
    }
    return s;
}

static Rc match_sqlite(Ctx *cx, const TextTokens *t, const WordsAsk *ask, Str *ret)
{
    Arena *a = cx->arena;
    Str all;

    TRY(sqlite_words(cx, t, ask->whole, &all));
    switch (ask->place) {
    case WORDS_ANYWHERE: *ret = str_fmt(a, "body : (%.*s)", STR_ARG(all)); break;
    case WORDS_TITLE: *ret = str_fmt(a, "title : (%.*s)", STR_ARG(all)); break;
    case WORDS_ELSEWHERE:
        *ret = str_fmt(a, "((body : (%.*s)) NOT (title : (%.*s)))", STR_ARG(all), STR_ARG(all));
        break;
    case WORDS_OPEN:
        *ret = str_fmt(a, "(body : (%.*s)) AND (readers : \"open\")", STR_ARG(all));
        break;
    }
    return RC_OK;
}

/* Which requests are open the statement says there. */
static Str match_postgres(Arena *a, const TextTokens *t, const WordsAsk *ask)
{
    Str all = postgres_words(a, t, ask->whole, ask->place == WORDS_TITLE ? "A" : "");

    if (ask->place != WORDS_ELSEWHERE)
        return all;
    return str_fmt(a, "%.*s & !(%.*s)", STR_ARG(all),
                   STR_ARG(postgres_words(a, t, ask->whole, "A")));
}

Rc words_match(Ctx *cx, DbDialect d, const WordsAsk *ask, Str *ret)
{
    TextTokens t;

    TRY(text_tokens(cx->arena, ask->words, WORDS_ASKED_MAX, &t));
    *ret = STR_NULL;
    if (t.n == 0)
        return RC_OK;
    if (d == DB_SQLITE)
        return match_sqlite(cx, &t, ask, ret);
    *ret = match_postgres(cx->arena, &t, ask);
    return RC_OK;
}

Rc words_readers(Ctx *cx, DbDialect d, Str *ret)
{
    ReaderIds own;
    const char *quote = d == DB_SQLITE ? "\"" : "'";
    Str all = str_fmt(cx->arena, "%snobody%s", quote, quote);

    TRY(access_own_principals(cx, &own));
    for (size_t i = 0; i < own.n; i++)
        all = str_fmt(cx->arena, "%.*s%s%sp%lld%s", STR_ARG(all), d == DB_SQLITE ? " OR " : " | ",
                      quote, (long long)own.at[i], quote);
    *ret = d == DB_SQLITE ? str_fmt(cx->arena, "(readers : (%.*s))", STR_ARG(all)) : all;
    return RC_OK;
}
