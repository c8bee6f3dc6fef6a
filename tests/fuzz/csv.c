/* Whatever the bytes and the pieces in which they come: lines rise, fields are UTF-8, the end comes. */
#include "fuzz/fuzz.h"

#include "core/csv.h"

typedef struct Source {
    const uint8_t *at;
    size_t left, piece;
} Source;

static long give(void *arg, char *to, size_t n)
{
    Source *s = arg;

    n = n < s->piece ? n : s->piece;
    n = n < s->left ? n : s->left;
    if (n > 0)
        memcpy(to, s->at, n);
    s->at += n;
    s->left -= n;
    return (long)n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Source s = { data, size, size > 0 ? 1 + data[0] : 1 };
    CLEANUP(csv_close) Csv *c = csv_open(give, &s);
    CsvRow row;
    int64_t before = 0;
    size_t rows = 0;

    while (csv_next(c, &row) == RC_OK) {
        assert(row.line > before);
        before = row.line;
        assert(row.fault == CSV_FINE ? row.n > 0 && row.n <= CSV_FIELDS : row.n == 0);
        for (size_t i = 0; i < row.n; i++)
            assert(str_is_utf8(row.fields[i]));
        assert(++rows <= size);
    }
    return 0;
}
