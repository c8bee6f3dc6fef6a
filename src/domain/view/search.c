/* search.c - requests by words: titles first, then everything else, each newest first. */
#include "domain/view/search.h"

#include "app/tokens.h"
#include "core/buf.h"
#include "domain/request/lists.h"
#include "domain/request/words.h"
#include "domain/view/fields.h"
#include "domain/view/search_q.h"

enum {
    SIZE_MOST = 50,
    MARKS_MOST = 12,
    BEFORE_BYTES = 60, /* of a snippet, before the first mark */
    SNIPPET_BYTES = 240,
};

/* ---- marks ---- */

/* One letter or digit alone is a whole word: everything that begins with it would be half of the index. */
static bool is_whole(const TextTokens *t)
{
    return t->n > 0 && t->at[t->n - 1].text.len == 1;
}

static Rc add_text(Ctx *cx, Str text, bool hit, SearchPieces *to)
{
    return text.len > 0 ? LIST_PUSH(cx->arena, to, ((SearchPiece){ text, hit })) : RC_OK;
}

static Rc pieces_between(Ctx *cx, Str text, const TextMarks *marks, size_t from, size_t to,
                         SearchPieces *ret)
{
    size_t at = from;

    for (size_t i = 0; i < marks->n; i++) {
        const TextMark *m = &marks->at[i];
        if (m->from < at || m->to > to)
            continue;
        TRY(add_text(cx, str_sub(text, at, m->from), false, ret));
        TRY(add_text(cx, str_sub(text, m->from, m->to), true, ret));
        at = m->to;
    }
    return add_text(cx, str_sub(text, at, to), false, ret);
}

static Rc marks_of(Ctx *cx, const TextTokens *t, Str text, TextMarks *ret)
{
    *ret = (TextMarks){ 0 };
    return t->n > 0 ? text_marks(cx->arena, text, t, is_whole(t), MARKS_MOST, ret) : RC_OK;
}

static Rc mark_all(Ctx *cx, const TextTokens *t, Str text, SearchPieces *ret)
{
    TextMarks marks;

    TRY(marks_of(cx, t, text, &marks));
    return pieces_between(cx, text, &marks, 0, text.len, ret);
}

Rc search_mark(Ctx *cx, const SearchAsked *q, Str text, SearchPieces *ret)
{
    TextTokens t;

    *ret = (SearchPieces){ 0 };
    TRY(text_tokens(cx->arena, q->words, WORDS_ASKED_MAX, &t));
    return mark_all(cx, &t, text, ret);
}

/* ---- snippets ---- */

typedef struct Best {
    Str text;
    TextMarks marks;
    SearchPlace place;
} Best;

static bool inside_a_char(Str s, size_t at)
{
    return at < s.len && ((unsigned char)s.ptr[at] & 0xC0) == 0x80;
}

/* From a little before the first mark on, not from the middle of a word where a blank is near. */
static Rc cut_snippet(Ctx *cx, const Best *b, SearchPieces *ret)
{
    Str text = b->text;
    size_t first = b->marks.at[0].from;
    size_t from = first > BEFORE_BYTES ? first - BEFORE_BYTES : 0, to = from + SNIPPET_BYTES;

    for (size_t i = from; from > 0 && i < first; i++)
        if (text.ptr[i] == ' ' || text.ptr[i] == '\n') {
            from = i + 1;
            break;
        }
    if (to < b->marks.at[0].to)
        to = b->marks.at[0].to;
    if (to > text.len)
        to = text.len;
    while (inside_a_char(text, from))
        from++;
    while (inside_a_char(text, to))
        to--;
    if (from > 0)
        TRY(add_text(cx, STR("\xE2\x80\xA6 "), false, ret));
    TRY(pieces_between(cx, text, &b->marks, from, to, ret));
    return to < text.len ? add_text(cx, STR(" \xE2\x80\xA6"), false, ret) : RC_OK;
}

typedef struct Snippets {
    Ctx *cx;
    const TextTokens *tokens;
    SearchHits *hits;
    Best best[SIZE_MOST + 8];
} Snippets;

/* The text with the most marks, of equal ones the first. */
static Rc offer(Snippets *w, const SearchTextRow *row, SearchPlace place)
{
    TextMarks marks;
    size_t i = 0;

    while (i < w->hits->n && w->hits->at[i].head.id != row->request_id)
        i++;
    if (i == w->hits->n || w->hits->at[i].in_title || w->best[i].marks.n >= w->tokens->n)
        return RC_OK;
    TRY(marks_of(w->cx, w->tokens, row->text, &marks));
    if (marks.n > w->best[i].marks.n)
        w->best[i] = (Best){ row->text, marks, place };
    return RC_OK;
}

static Rc ids_of(Ctx *cx, const SearchHits *hits, Str *ret)
{
    Str s = STR("[");

    for (size_t i = 0; i < hits->n; i++)
        s = str_fmt(cx->arena, "%.*s%s%lld", STR_ARG(s), i == 0 ? "" : ",",
                    (long long)hits->at[i].head.id);
    *ret = str_fmt(cx->arena, "%.*s]", STR_ARG(s));
    return RC_OK;
}

/* What the queries of texts have in common. */
typedef Rc TextsQuery(Ctx *cx, ScopeRequests s, Str ids, Rows *rows);
typedef bool TextsNext(Rows *rows, SearchTextRow *row);

static Rc offer_all(Snippets *w, ScopeRequests s, Str ids, TextsQuery *query, TextsNext *next,
                    SearchPlace place)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    SearchTextRow row;

    TRY(query(w->cx, s, ids, &rows));
    while (next(&rows, &row))
        TRY(offer(w, &row, place));
    return rows_result(&rows);
}

static Rc add_snippets(Ctx *cx, ScopeRequests s, const TextTokens *t, SearchHits *hits)
{
    Snippets *w = arena_array(cx->arena, 1, sizeof *w);
    Str ids;

    if (w == NULL)
        return RC_LIMIT;
    *w = (Snippets){ .cx = cx, .tokens = t, .hits = hits };
    TRY(ids_of(cx, hits, &ids));
    TRY(offer_all(w, s, ids, q_search_messages, q_search_messages_next, SEARCH_MESSAGE));
    TRY(offer_all(w, s, ids, q_search_answers, q_search_answers_next, SEARCH_ANSWER));
    TRY(offer_all(w, s, ids, q_search_resolutions, q_search_resolutions_next, SEARCH_RESOLUTION));
    for (size_t i = 0; i < hits->n; i++) {
        if (w->best[i].marks.n == 0)
            continue;
        hits->at[i].place = w->best[i].place;
        TRY(cut_snippet(cx, &w->best[i], &hits->at[i].snippet));
    }
    return RC_OK;
}

/* ---- what is found ---- */

typedef struct Found {
    int64_t ids[SIZE_MOST + 1];
    bool in_title[SIZE_MOST + 1];
    size_t n, want;
    bool cut;
} Found;

typedef struct Looking {
    Ctx *cx;
    ScopeRequests s;
    const SearchAsked *asked;
    const TextTokens *tokens;
    Found *found;
    WordsReader by;
    FindSql sql;
    Ms ms; /* for a statement */
} Looking;

typedef struct Newest {
    int64_t ids[SIZE_MOST + 1];
    size_t n;
} Newest;

static Rc read_newest(Rows *rows, bool (*next)(Rows *, SearchIdRow *), Newest *ret)
{
    SearchIdRow row;

    while (ret->n < COUNT_OF(ret->ids) && next(rows, &row))
        ret->ids[ret->n++] = row.id;
    return rows_result(rows);
}

/* Of both the newest first, each once. */
static void add_newest(Found *f, const Newest *a, const Newest *b, bool in_title)
{
    for (size_t i = 0, j = 0; f->n < f->want && (i < a->n || j < b->n); f->n++) {
        int64_t id = j == b->n || (i < a->n && a->ids[i] > b->ids[j]) ? a->ids[i] : b->ids[j];
        i += i < a->n && a->ids[i] == id;
        j += j < b->n && b->ids[j] == id;
        f->ids[f->n] = id;
        f->in_title[f->n] = in_title;
    }
}

/* Among what the reader has as a person, or everything. */
static Rc look_own(Looking *k, const WordsMatch *m, int64_t before, int64_t want, Newest *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };

    TRY(q_search_rows(k->cx, k->s, k->sql.asked, m->words, m->readers, before, want, &rows));
    return read_newest(&rows, q_search_rows_next, ret);
}

/* Among what their teams have. */
static Rc look_teams(Looking *k, const WordsMatch *m, int64_t before, int64_t want, Newest *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };

    TRY(q_search_team_rows(k->cx, k->s, k->sql.asked, m->teams, before, want, &rows));
    return read_newest(&rows, q_search_team_rows_next, ret);
}

static Rc look(Looking *k, const WordsMatch *m, bool in_title, int64_t before)
{
    int64_t want = (int64_t)(k->found->want - k->found->n);
    Newest own = { 0 }, teams = { 0 };
    Rc rc = look_own(k, m, before, want, &own);

    if (rc == RC_OK && k->by.teams.n > 0)
        rc = look_teams(k, m, before, want, &teams);
    add_newest(k->found, &own, &teams, in_title); /* also what was found until the time was over */
    return rc;
}

/* One tier, from `before` on.  The end of its time is no failure: what was found is there. */
static Rc tier(Looking *k, WordsPlace place, int64_t before)
{
    WordsAsk ask = { k->asked->words, place, is_whole(k->tokens) };
    WordsMatch m;

    if (k->found->n == k->found->want)
        return RC_OK;
    TRY(words_match(k->cx, DB_SQLITE, &k->by, &ask, &m));
    Ms usual = db_statement_time(k->cx->db, k->ms);
    Rc rc = look(k, &m, place == WORDS_TITLE, before);
    (void)db_statement_time(k->cx->db, usual);
    if (rc == RC_LIMIT) {
        k->found->cut = true;
        return RC_OK;
    }
    return rc;
}

static Rc unknown_page(Ctx *cx)
{
    return fail_field(cx, RC_INVALID, "cursor", "unknown_page",
                      TEXT("This page belongs to another list; start from the first page."));
}

/* "t17": in the titles, before 17; "e9": elsewhere, before 9. */
static Rc read_after(Ctx *cx, Str after, bool *ret_titles, int64_t *ret_before)
{
    *ret_titles = true;
    *ret_before = INT64_MAX;
    if (after.len == 0)
        return RC_OK;
    *ret_titles = after.ptr[0] == 't';
    if ((!*ret_titles && after.ptr[0] != 'e') || !str_to_i64(str_skip(after, 1), ret_before))
        return unknown_page(cx);
    return RC_OK;
}

static Rc find_ids(Ctx *cx, ScopeRequests s, const SearchAsked *q, const TextTokens *t,
                   SearchPage page, Found *f)
{
    Looking k = { .cx = cx, .s = s, .asked = q, .tokens = t, .found = f };
    FindQuery where = *q->where;
    bool titles;
    int64_t before;

    where.led = true; /* by the words */
    k.ms = page.ms == 0 ? SEARCH_MS : page.ms;
    TRY(read_after(cx, page.after, &titles, &before));
    TRY(words_reader(cx, DB_SQLITE, &k.by));
    TRY(find_sql(cx, &where, DB_SQLITE, NULL, &k.sql));
    if (titles) {
        TRY(tier(&k, WORDS_TITLE, before));
        before = INT64_MAX;
    }
    return tier(&k, WORDS_ELSEWHERE, before);
}

static Rc add_hit(Ctx *cx, const RequestHead *h, const TextTokens *t, SearchHit hit,
                  SearchHits *ret)
{
    hit.head = *h;
    TRY(mark_all(cx, t, h->title, &hit.title));
    return LIST_PUSH(cx->arena, ret, hit);
}

static bool is_among(const RequestHeads *list, int64_t id)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->at[i].id == id)
            return true;
    return false;
}

static bool found_in_title(const Found *f, int64_t id)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->ids[i] == id)
            return f->in_title[i];
    return false;
}

static Rc by_words(Ctx *cx, ScopeRequests s, const SearchAsked *q, SearchPage page,
                   const TextTokens *t, SearchHits *ret, Str *ret_next, bool *ret_cut)
{
    Found f = { .want = (size_t)page.size + 1 };
    RequestHeads heads = { 0 }, numbered = { 0 };

    TRY(request_numbered(cx, s, q->words, &numbered));
    for (size_t i = 0; page.after.len == 0 && i < numbered.n; i++)
        TRY(add_hit(cx, &numbered.at[i], t, (SearchHit){ .exact = true }, ret));
    TRY(find_ids(cx, s, q, t, page, &f));
    *ret_cut = f.cut;
    if (f.n == f.want) {
        f.n--;
        *ret_next = str_fmt(cx->arena, "%s%lld", f.in_title[f.n - 1] ? "t" : "e",
                            (long long)f.ids[f.n - 1]);
    }
    TRY(request_heads(cx, s, f.ids, f.n, &heads));
    for (size_t i = 0; i < heads.n; i++) {
        SearchHit hit = { .in_title = found_in_title(&f, heads.at[i].id) };
        if (!is_among(&numbered, heads.at[i].id))
            TRY(add_hit(cx, &heads.at[i], t, hit, ret));
    }
    return page.snippets && ret->n > 0 ? add_snippets(cx, s, t, ret) : RC_OK;
}

static Rc by_query(Ctx *cx, ScopeRequests s, const SearchAsked *q, SearchPage page,
                   const TextTokens *t, SearchHits *ret, Str *ret_next)
{
    RequestHeads heads = { 0 };

    TRY(find_list(cx, s, q->where, (FindPage){ page.after, page.size }, &heads, ret_next));
    for (size_t i = 0; i < heads.n; i++)
        TRY(add_hit(cx, &heads.at[i], t, (SearchHit){ 0 }, ret));
    return RC_OK;
}

Rc search_requests(Ctx *cx, ScopeRequests s, const SearchAsked *q, SearchPage page, SearchHits *ret,
                   Str *ret_next, bool *ret_cut)
{
    TextTokens t;

    *ret = (SearchHits){ 0 };
    *ret_next = STR("");
    *ret_cut = false;
    page.size = page.size < 1 ? 1 : page.size > SIZE_MOST ? SIZE_MOST : page.size;
    TRY(text_tokens(cx->arena, q->words, WORDS_ASKED_MAX, &t));
    if (q->wrong.msgid != NULL || (t.n == 0 && !q->narrowed))
        return RC_OK;
    return t.n > 0 ? by_words(cx, s, q, page, &t, ret, ret_next, ret_cut)
                   : by_query(cx, s, q, page, &t, ret, ret_next);
}
