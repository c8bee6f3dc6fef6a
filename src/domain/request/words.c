/* words.c - the index of words and its questions. */
#include "domain/request/words.h"

#include "app/tokens.h"
#include "domain/request/words_q.h"

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

/* "req" AND "密 码" AND "lap"*: no token holds a quote. */
static Str sqlite_words(Arena *a, const TextTokens *t, bool whole)
{
    Str s = STR("");

    for (size_t i = 0; i < t->n; i++) {
        bool begins = i == 0 || t->at[i].word != t->at[i - 1].word;
        bool ends = i + 1 == t->n || t->at[i + 1].word != t->at[i].word;
        s = str_fmt(a, "%.*s%s%s%.*s%s%s", STR_ARG(s), i > 0 && begins ? " AND " : "",
                    begins ? "\"" : " ", STR_ARG(t->at[i].text), ends ? "\"" : "",
                    i + 1 == t->n && !whole ? "*" : "");
    }
    return s;
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

static Str match_sqlite(Arena *a, const TextTokens *t, const WordsAsk *ask)
{
    Str all = sqlite_words(a, t, ask->whole);

    switch (ask->place) {
    case WORDS_ANYWHERE: return str_fmt(a, "body : (%.*s)", STR_ARG(all));
    case WORDS_TITLE: return str_fmt(a, "title : (%.*s)", STR_ARG(all));
    case WORDS_ELSEWHERE:
        return str_fmt(a, "((body : (%.*s)) NOT (title : (%.*s)))", STR_ARG(all), STR_ARG(all));
    case WORDS_OPEN: break;
    }
    return str_fmt(a, "(body : (%.*s)) AND (readers : \"open\")", STR_ARG(all));
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

Rc words_match(Arena *a, DbDialect d, const WordsAsk *ask, Str *ret)
{
    TextTokens t;

    TRY(text_tokens(a, ask->words, WORDS_ASKED_MAX, &t));
    *ret = STR_NULL;
    if (t.n > 0)
        *ret = d == DB_SQLITE ? match_sqlite(a, &t, ask) : match_postgres(a, &t, ask);
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
