/* gap.c - searches that found nothing: noted in memory, written by the writer between two turns. */
#include "domain/catalog/gap.h"

#include "app/fold.h"
#include "domain/catalog/gap_q.h"

#include <pthread.h>
#include <string.h>

enum { NOTED_MAX = 256, WORDS_BYTES = 4 * GAP_WORDS_MAX };

typedef struct Noted {
    char words[WORDS_BYTES];
    size_t len;
    int64_t times;
} Noted;

static struct {
    pthread_mutex_t lock;
    Noted at[NOTED_MAX];
    size_t n;
    Noted going[NOTED_MAX]; /* written, perhaps not committed yet; of the writer thread alone */
    size_t going_n;
} noted = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void count(Str words)
{
    for (size_t i = 0; i < noted.n; i++) {
        if (str_eq((Str){ noted.at[i].words, noted.at[i].len }, words)) {
            noted.at[i].times++;
            return;
        }
    }
    if (noted.n == NOTED_MAX)
        return;
    Noted *one = &noted.at[noted.n++];
    memcpy(one->words, words.ptr, words.len);
    one->len = words.len;
    one->times = 1;
}

/* An address, a number of a phone, a person or a request: not about the catalog. */
static bool is_about_somebody(Str words)
{
    size_t digits = 0;

    for (size_t i = 0; i < words.len; i++) {
        if (words.ptr[i] == '@')
            return true;
        digits += words.ptr[i] >= '0' && words.ptr[i] <= '9';
    }
    return digits >= 4;
}

static Str cut_to(Str s, size_t chars)
{
    size_t at = 0;

    for (size_t n = 0; n < chars && at < s.len; n++) {
        size_t len = 0;
        (void)str_next_char(str_skip(s, at), &len);
        at += len;
    }
    return str_trim(str_sub(s, 0, at));
}

Rc gap_note(Ctx *cx, Str words)
{
    Str folded;

    TRY(text_fold(cx->arena, str_trim(words), &folded));
    folded = cut_to(folded, GAP_WORDS_MAX);
    if (folded.len == 0 || is_about_somebody(folded))
        return RC_OK;
    pthread_mutex_lock(&noted.lock);
    count(folded);
    pthread_mutex_unlock(&noted.lock);
    return RC_OK;
}

static void take(void)
{
    pthread_mutex_lock(&noted.lock);
    memcpy(noted.going, noted.at, noted.n * sizeof noted.at[0]);
    noted.going_n = noted.n;
    noted.n = 0;
    pthread_mutex_unlock(&noted.lock);
}

Rc gap_flush(Ctx *cx)
{
    GrantedTimers g;
    Ms day = cx->now_ms - cx->now_ms % MS_DAY;

    if (noted.going_n == 0)
        take();
    if (noted.going_n == 0)
        return RC_OK;
    TRY(access_internal_timers(cx, INTERNAL_TIMER, &g));
    for (size_t i = 0; i < noted.going_n; i++) {
        const Noted *one = &noted.going[i];
        TRY(q_gap_put(cx, g, (Str){ one->words, one->len }, one->times, day, NULL));
    }
    return q_gap_forget(cx, g, day - GAP_REST, NULL);
}

void gap_committed(void)
{
    noted.going_n = 0;
}

Rc gap_list(Ctx *cx, GrantedCatalog g, int64_t size, Gaps *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    GapListRow row;

    *ret = (Gaps){ 0 };
    TRY(q_gap_list(cx, g, size, &rows));
    while (q_gap_list_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret,
                      ((Gap){ row.words, row.times, row.first_day, row.last_day })));
    return rows_result(&rows);
}
