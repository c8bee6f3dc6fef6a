/* similar.c - see similar.h. */
#include "domain/request/similar.h"

#include "app/tokens.h"
#include "core/buf.h"
#include "domain/request/lists.h"
#include "domain/request/me_too.h"
#include "domain/request/similar_q.h"
#include "domain/request/talk.h"
#include "domain/request/words.h"
#include "domain/request/words_q.h"

enum {
    WORDS_LOOKED = 8,
    COMMON = 40, /* a word in more open requests says nothing */
    TEXT_TOKENS_MAX = 400,
    NAMES_MAX = 60,
    CANDIDATES = WORDS_LOOKED * COMMON,
    LETTERS_MIN = 3,
};

/* ---- words that say something ---- */

static bool is_filler(Str word)
{
    static const char *const fillers[] = {
        "the",   "and",        "for",    "not",         "with",      "from",  "this",
        "that",  "have",       "has",    "had",         "was",       "are",   "were",
        "you",   "your",       "can",    "cannot",      "cant",      "does",  "doesnt",
        "dont",  "did",        "but",    "when",        "what",      "where", "how",
        "why",   "who",        "please", "need",        "needs",     "want",  "would",
        "could", "should",     "there",  "they",        "them",      "och",   "att",
        "det",   "den",        "som",    "inte",        "jag",       "har",   "hade",
        "med",   "f\xC3\xB6r", "till",   "fr\xC3\xA5n", "kan",       "vill",  "beh\xC3\xB6ver",
        "min",   "mitt",       "mina",   "n\xC3\xA4r",  "vad",       "hur",   "d\xC3\xA4r",
        "eller", "ett",        "men",    "vara",        "\xC3\xA4r", "var",
    };

    for (size_t i = 0; i < COUNT_OF(fillers); i++)
        if (str_eq_z(word, fillers[i]))
            return true;
    return false;
}

static bool is_in(const StrList *list, Str word)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->at[i], word))
            return true;
    return false;
}

/* Letters alone as they are; of ideographs two that stand side by side, since one says little. */
static Rc add_words(Ctx *cx, Str text, size_t max, StrList *to)
{
    TextTokens t;

    TRY(text_tokens(cx->arena, text, max, &t));
    for (size_t i = 0; i < t.n; i++) {
        Str word = t.at[i].text;
        bool goes_on = i + 1 < t.n && t.at[i + 1].word == t.at[i].word;
        bool went_on = i > 0 && t.at[i - 1].word == t.at[i].word;
        if (goes_on)
            word = str_fmt(cx->arena, "%.*s%.*s", STR_ARG(word), STR_ARG(t.at[i + 1].text));
        else if (went_on || str_chars(word) < LETTERS_MIN)
            continue;
        if (!is_filler(word) && !is_in(to, word))
            TRY(LIST_PUSH(cx->arena, to, word));
    }
    return RC_OK;
}

/* Long words are rarer than short ones, as a rule; two ideographs are as much as six letters. */
static size_t weight(Str word)
{
    return (unsigned char)word.ptr[0] >= 0xE3 && str_chars(word) == 2 ? 6 : str_chars(word);
}

static Rc choose_words(Ctx *cx, const SimilarAsk *ask, StrList *ret)
{
    StrList all = { 0 }, names = { 0 };

    *ret = (StrList){ 0 };
    for (int lang = 0; lang < LANG_COUNT; lang++)
        TRY(add_words(cx, ask->name.in[lang], NAMES_MAX, &names));
    TRY(add_words(cx, ask->text, TEXT_TOKENS_MAX, &all));
    while (ret->n < WORDS_LOOKED) {
        size_t best = all.n;
        for (size_t i = 0; i < all.n; i++)
            if (!is_in(&names, all.at[i]) && !is_in(ret, all.at[i])
                && (best == all.n || weight(all.at[i]) > weight(all.at[best])))
                best = i;
        if (best == all.n)
            break;
        TRY(LIST_PUSH(cx->arena, ret, all.at[best]));
    }
    return RC_OK;
}

/* ---- what shares them ---- */

typedef struct Candidate {
    int64_t id;
    uint32_t words; /* bits: places in the list of words */
} Candidate;

typedef struct Comparing {
    Ctx *cx;
    ScopeRequests s;
    const SimilarAsk *ask;
    StrList words;
    WordsReader by;
    Candidate all[CANDIDATES];
    size_t n;
} Comparing;

static void note_word(Comparing *c, int64_t id, size_t word)
{
    size_t i = 0;

    while (i < c->n && c->all[i].id != id)
        i++;
    if (i == CANDIDATES)
        return;
    if (i == c->n)
        c->all[c->n++] = (Candidate){ .id = id };
    c->all[i].words |= 1U << word;
}

static Rc look_for(Comparing *c, size_t word)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    WordsAsk ask = { c->words.at[word], WORDS_OPEN, true };
    int64_t ids[COMMON + 1];
    size_t n = 0;
    SimilarRowsRow row;
    WordsMatch m;

    TRY(words_match(c->cx, DB_SQLITE, &c->by, &ask, &m));
    TRY(q_similar_rows(c->cx, c->s, m.words, m.readers, m.teams, c->ask->except, COMMON + 1,
                       &rows));
    while (n < COUNT_OF(ids) && q_similar_rows_next(&rows, &row))
        ids[n++] = row.id;
    TRY(rows_result(&rows));
    for (size_t i = 0; n <= COMMON && i < n; i++)
        note_word(c, ids[i], word);
    return RC_OK;
}

static int shared_n(uint32_t bits)
{
    return __builtin_popcount(bits);
}

static bool comes_before(const Candidate *a, const Candidate *b)
{
    int x = shared_n(a->words), y = shared_n(b->words);

    return x != y ? x > y : a->id > b->id;
}

/* The best of them first, at most `most`. */
static void best_first(Comparing *c, size_t most)
{
    for (size_t i = 0; i < c->n && i < most; i++) {
        size_t best = i;
        for (size_t k = i + 1; k < c->n; k++)
            if (comes_before(&c->all[k], &c->all[best]))
                best = k;
        Candidate first = c->all[best];
        c->all[best] = c->all[i];
        c->all[i] = first;
    }
    c->n = c->n < most ? c->n : most;
}

/* ---- what is told of them ---- */

static uint32_t words_of_candidate(const Comparing *c, int64_t id)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->all[i].id == id)
            return c->all[i].words;
    return 0;
}

static Rc add_similar(Comparing *c, const RequestHead *h, Similars *to)
{
    Ctx *cx = c->cx;
    int64_t self = cx->subject->person_id;
    uint32_t bits = words_of_candidate(c, h->id);
    Similar one = { .head = *h,
                    .same_item = c->ask->item.len > 0 && str_eq(h->item, c->ask->item),
                    .own = h->requester.id == self || h->beneficiary.id == self };

    if (shared_n(bits) < (one.same_item && c->words.n <= 2 ? 1 : 2))
        return RC_OK;
    for (size_t i = 0; i < c->words.n; i++)
        if ((bits & (1U << i)) != 0)
            TRY(LIST_PUSH(cx->arena, &one.shared, c->words.at[i]));
    /* Of equally many words the same item first. */
    size_t at = to->n;
    TRY(LIST_PUSH(cx->arena, to, one));
    for (; at > 0 && one.same_item && !to->at[at - 1].same_item
           && to->at[at - 1].shared.n == one.shared.n;
         at--)
        to->at[at] = to->at[at - 1];
    to->at[at] = one;
    return RC_OK;
}

static Rc mark_followed(Comparing *c, Similars *list)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    Str ids = STR("[");
    SimilarFollowedRow row;

    for (size_t i = 0; i < list->n; i++)
        ids = str_fmt(c->cx->arena, "%.*s%s%lld", STR_ARG(ids), i == 0 ? "" : ",",
                      (long long)list->at[i].head.id);
    ids = str_fmt(c->cx->arena, "%.*s]", STR_ARG(ids));
    TRY(q_similar_followed(c->cx, c->s, ids, &rows));
    while (q_similar_followed_next(&rows, &row))
        for (size_t i = 0; i < list->n; i++)
            list->at[i].follows = list->at[i].follows || list->at[i].head.id == row.id;
    return rows_result(&rows);
}

static Rc mark_me_too(Comparing *c, Similars *list)
{
    int64_t ids[SIMILAR_MAX];
    IdList said = { 0 };

    for (size_t i = 0; i < list->n; i++)
        ids[i] = list->at[i].head.id;
    TRY(me_too_of(c->cx, c->s, ids, list->n, &said));
    for (size_t i = 0; i < list->n; i++)
        for (size_t k = 0; k < said.n; k++)
            list->at[i].me_too = list->at[i].me_too || said.at[k] == list->at[i].head.id;
    return RC_OK;
}

/* Whoever only reads follows nothing: the right to say something decides. */
static Rc mark_followable(Ctx *cx, Similars *list)
{
    for (size_t i = 0; i < list->n; i++) {
        Similar *one = &list->at[i];
        GrantedRequest g;
        /* asked again: the scope left out what is not seen */
        TRY(access_request(cx, one->head.id, MAY_SEE, &g));
        one->may_merge = granted_may(g, MAY_SAY | MAY_NOTE);
        one->may_me_too = !one->own && !one->me_too && granted_may(g, MAY_SAY);
        one->may_follow = one->may_me_too && !one->follows;
    }
    return RC_OK;
}

static Rc tell(Comparing *c, Similars *ret)
{
    int64_t ids[4 * SIMILAR_MAX];
    RequestHeads heads = { 0 };

    best_first(c, COUNT_OF(ids));
    for (size_t i = 0; i < c->n; i++)
        ids[i] = c->all[i].id;
    TRY(request_heads(c->cx, c->s, ids, c->n, &heads));
    for (size_t i = 0; i < heads.n; i++)
        TRY(add_similar(c, &heads.at[i], ret));
    if (ret->n > SIMILAR_MAX)
        ret->n = SIMILAR_MAX;
    if (ret->n == 0)
        return RC_OK;
    TRY(mark_followed(c, ret));
    TRY(mark_me_too(c, ret));
    return mark_followable(c->cx, ret);
}

static Rc compare(Ctx *cx, ScopeRequests s, const SimilarAsk *ask, Similars *ret)
{
    Comparing *c = arena_array(cx->arena, 1, sizeof *c);

    *ret = (Similars){ 0 };
    if (c == NULL)
        return RC_LIMIT;
    *c = (Comparing){ .cx = cx, .s = s, .ask = ask };
    TRY(choose_words(cx, ask, &c->words));
    if (c->words.n == 0)
        return RC_OK;
    TRY(words_reader(cx, DB_SQLITE, &c->by));
    for (size_t i = 0; i < c->words.n; i++)
        TRY(look_for(c, i));
    return c->n > 0 ? tell(c, ret) : RC_OK;
}

/* What is not there yet is merged into nothing. */
Rc similar_requests(Ctx *cx, ScopeRequests s, const SimilarAsk *ask, Similars *ret)
{
    TRY(compare(cx, s, ask, ret));
    for (size_t i = 0; i < ret->n; i++)
        ret->at[i].may_merge = false;
    return RC_OK;
}

Rc similar_to(Ctx *cx, GrantedRequest g, ScopeRequests s, Similars *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    CLEANUP(buf_done) Buf text = { 0 };
    int64_t id = granted_request_id(g);
    RequestHeads self = { 0 };
    WordsAnswersRow answer;

    *ret = (Similars){ 0 };
    if (granted_confidential(g))
        return RC_OK;
    TRY(request_heads(cx, s, &id, 1, &self));
    if (self.n == 0)
        return RC_OK;
    buf_init(&text, 1024 * 1024);
    buf_add(&text, self.at[0].title);
    TRY(q_words_answers(cx, g, &rows));
    while (q_words_answers_next(&rows, &answer)) {
        buf_add_char(&text, '\n');
        buf_add(&text, answer.text);
    }
    TRY(rows_result(&rows));
    TRY(buf_result(&text));
    SimilarAsk ask = {
        .text = buf_str(&text), .item = self.at[0].item, .name = self.at[0].item_name, .except = id
    };
    TRY(compare(cx, s, &ask, ret));
    bool open = !str_eq_z(self.at[0].state, "draft") && !str_eq_z(self.at[0].state, "closed");
    for (size_t i = 0; i < ret->n; i++)
        ret->at[i].may_merge &= open && granted_may(g, MAY_WORK);
    return RC_OK;
}
