/* words.c - the index of words: what stands in it for a request. */
#include "domain/request/words.h"

#include "app/tokens.h"
#include "domain/request/words_q.h"

enum { INDEXED_MAX = 4000, INDEXED_BYTES = 128 * 1024, TEAMS_BYTES = 1 << 29 };

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

/* "new laptop" for the principal 26: " 26.new 26.laptop". */
static void add_of_team(Buf *to, Str principal, Str words)
{
    while (words.len > 0) {
        buf_add_lit(to, " ");
        buf_add(to, principal);
        buf_add_lit(to, ".");
        buf_add(to, str_cut(&words, ' '));
    }
}

/* The words once for each team among the readers, and " 26!open" behind those of each where `open`. */
static Rc for_teams(Arena *a, Str words, Str readers, bool open, Str *ret)
{
    CLEANUP(buf_done) Buf b = { 0 };

    buf_init(&b, TEAMS_BYTES);
    while (readers.len > 0) {
        Str principal = str_skip(str_cut(&readers, ' '), 1);
        int64_t n;
        if (!str_to_i64(principal, &n) || !access_principal_is_team(n))
            continue;
        add_of_team(&b, principal, words);
        if (open)
            buf_add_fmt(&b, " %.*s!open", STR_ARG(principal));
    }
    TRY(buf_result(&b));
    *ret = str_dup(a, buf_str(&b));
    return RC_OK;
}

/* The second index keeps no texts: what stands in it is told by the entry of the first. */
static Rc teams_of(Ctx *cx, const WordsGetRow *e, Str *ret_title, Str *ret_body)
{
    bool open = str_starts(e->readers, STR("open"));

    TRY(for_teams(cx->arena, e->title, e->readers, false, ret_title));
    return for_teams(cx->arena, e->body, e->readers, open, ret_body);
}

static Rc drop(Ctx *cx, GrantedRequest g, const WordsGetRow *old)
{
    Str title, body;

    TRY(teams_of(cx, old, &title, &body));
    TRY(q_words_teams_drop(cx, g, title, body, NULL));
    return q_words_drop(cx, g, NULL);
}

static Rc put(Ctx *cx, GrantedRequest g, const WordsGetRow *e)
{
    Str title, body;

    TRY(teams_of(cx, e, &title, &body));
    TRY(q_words_teams_put(cx, g, title, body, NULL));
    return q_words_put(cx, g, e->title, e->body, e->readers, NULL);
}

static Rc renew(Ctx *cx, GrantedRequest g)
{
    WordsGetRow old, now;
    RequestWords words;
    bool there = false;

    TRY(words_of(cx, g, &words));
    now = (WordsGetRow){ .title = words.title, .body = words.all };
    TRY(readers_of(cx, g, words.open, &now.readers));
    TRY(q_words_get(cx, g, &old, &there));
    if (there && str_eq(old.title, now.title) && str_eq(old.body, now.body)
        && str_eq(old.readers, now.readers))
        return RC_OK;
    if (there)
        TRY(drop(cx, g, &old));
    return put(cx, g, &now);
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
