/* items.c - what of the catalog is meant by some words. */
#include "domain/request/items.h"

#include "app/fold.h"

/* How well the text answers all words: 0 not at all. */
static int words_in(Ctx *cx, Str text, const StrList *words)
{
    Str folded;
    int score = 0;

    if (text.len == 0 || text_fold(cx->arena, text, &folded) != RC_OK)
        return 0;
    for (size_t i = 0; i < words->n; i++) {
        if (!str_contains(folded, words->at[i]))
            return 0;
        score += str_starts(folded, words->at[i]) ? 3 : 2;
    }
    return score;
}

static int score_of(Ctx *cx, const ModelVersion *m, const StrList *words)
{
    int best = 0;

    for (int lang = 0; lang < LANG_COUNT; lang++) {
        int s = 10 * words_in(cx, m->name.in[lang], words);
        best = s > best ? s : best;
        for (size_t k = 0; k < m->synonyms[lang].n; k++) {
            s = 8 * words_in(cx, m->synonyms[lang].at[k], words);
            best = s > best ? s : best;
        }
        s = words_in(cx, m->summary.in[lang], words);
        best = s > best ? s : best;
    }
    return best;
}

/* Restricted Damerau-Levenshtein distance of two short words, at most 3. */
static int distance(Str a, Str b)
{
    enum { MOST = 24 };
    int d[MOST + 1][MOST + 1];

    if (a.len > MOST || b.len > MOST)
        return 3;
    for (size_t i = 0; i <= a.len; i++)
        d[i][0] = (int)i;
    for (size_t j = 0; j <= b.len; j++)
        d[0][j] = (int)j;
    for (size_t i = 1; i <= a.len; i++) {
        for (size_t j = 1; j <= b.len; j++) {
            int change = d[i - 1][j - 1] + (a.ptr[i - 1] != b.ptr[j - 1]);
            int less = d[i - 1][j] + 1, more = d[i][j - 1] + 1;
            int best = change < less ? change : less;
            best = best < more ? best : more;
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1]
                && d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    }
    return d[a.len][b.len] < 3 ? d[a.len][b.len] : 3;
}

static Str nearest_word(Ctx *cx, Str text, Str word, int *best, Str so_far)
{
    Str folded;

    if (text_fold(cx->arena, text, &folded) != RC_OK)
        return so_far;
    while (folded.len > 0) {
        Str part = str_cut(&folded, ' ');
        int d = part.len > 2 ? distance(part, word) : 3;
        if (d < *best) {
            *best = d;
            so_far = part;
        }
    }
    return so_far;
}

typedef struct Search {
    Ctx *cx;
    StrList words;
    ItemHits hits;
    Str meant;
    int best;
    RequestFacts facts;
} Search;

static Rc search_one(Search *s, const ModelVersion *m, bool bundle)
{
    Ctx *cx = s->cx;

    if (!model_audience_holds(m, &s->facts, cx->now_ms))
        return RC_OK;
    int score = score_of(cx, m, &s->words);
    if (score > 0)
        TRY(LIST_PUSH(cx->arena, &s->hits,
                      (ItemHit){ .key = m->key,
                                 .name = m->name,
                                 .summary = m->summary,
                                 .bundle = bundle,
                                 .score = score }));
    s->meant = nearest_word(cx, m->name.in[cx->lang], s->words.at[0], &s->best, s->meant);
    for (size_t k = 0; k < m->synonyms[cx->lang].n; k++)
        s->meant =
            nearest_word(cx, m->synonyms[cx->lang].at[k], s->words.at[0], &s->best, s->meant);
    return RC_OK;
}

static Rc search_all(Search *s)
{
    Ctx *cx = s->cx;
    CatalogModels models = { 0 };
    CatalogBundles bundles = { 0 };

    TRY(request_facts_person(cx, cx->subject->person_id, NULL, &s->facts));
    TRY(catalog_models(cx, &models));
    for (size_t i = 0; i < models.n; i++)
        if (models.at[i].team_id != 0)
            TRY(search_one(s, models.at[i].model, false));
    TRY(catalog_bundles(cx, &bundles));
    for (size_t i = 0; i < bundles.n; i++)
        TRY(search_one(s, bundles.at[i].bundle->form, true));
    return RC_OK;
}

/* Best first; equal ones stay in the order of keys. */
static void best_first(ItemHits *hits)
{
    for (size_t i = 1; i < hits->n; i++) {
        ItemHit h = hits->at[i];
        size_t k = i;
        for (; k > 0 && hits->at[k - 1].score < h.score; k--)
            hits->at[k] = hits->at[k - 1];
        hits->at[k] = h;
    }
}

Rc items_find(Ctx *cx, Str words, ItemHits *ret, Str *ret_meant)
{
    Search s = { .cx = cx, .best = 3 };
    Str folded;

    *ret = (ItemHits){ 0 };
    *ret_meant = STR_NULL;
    TRY(text_fold(cx->arena, words, &folded));
    while (folded.len > 0 && s.words.n < 16) {
        Str word = str_trim(str_cut(&folded, ' '));
        if (word.len > 0)
            TRY(LIST_PUSH(cx->arena, &s.words, word));
    }
    if (s.words.n == 0)
        return RC_OK;
    TRY(search_all(&s));
    best_first(&s.hits);
    *ret = s.hits;
    if (s.hits.n == 0)
        *ret_meant = s.meant;
    return RC_OK;
}
