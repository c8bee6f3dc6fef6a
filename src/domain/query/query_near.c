/* query_near.c - which word is meant by one that is not known. */
#include "domain/query/query.h"

enum { NEAR_CHARS = 40 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Signs to put in, to leave out, to replace or to swap with the next one, until a is b. */
static size_t distance(Str a, Str b)
{
    size_t rows[3][NEAR_CHARS + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];

    for (size_t k = 0; k <= b.len; k++)
        last[k] = k;
    for (size_t i = 1; i <= a.len; i++) {
        now[0] = i;
        for (size_t k = 1; k <= b.len; k++) {
            char x = lower(a.ptr[i - 1]), y = lower(b.ptr[k - 1]);
            now[k] = least(least(last[k] + 1, now[k - 1] + 1), last[k - 1] + (x != y));
            if (i > 1 && k > 1 && x == lower(b.ptr[k - 2]) && lower(a.ptr[i - 2]) == y)
                now[k] = least(now[k], before[k - 2] + 1);
        }
        size_t *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[b.len];
}

bool cond_is_nearer(Str word, Str candidate, size_t *nearest)
{
    if (word.len > NEAR_CHARS || candidate.len > NEAR_CHARS)
        return false;
    size_t most = word.len < 3 ? 0 : word.len < 6 ? 1 : 2;
    size_t d = distance(word, candidate);

    if (d > most || d >= *nearest)
        return false;
    *nearest = d;
    return true;
}
