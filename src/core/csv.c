/* csv.c - see csv.h. */
#include "core/csv.h"

#include "core/log.h"

struct Csv {
    CsvRead *read;
    void *arg;
    char *bytes; /* the window: what was read and not yet given out begins at `at` */
    size_t at, end, cap;
    bool ended; /* the stream has no more */
    bool failed;
    int64_t line; /* of bytes[at] */
    Str fields[CSV_FIELDS];
};

/* Room for the longest record, so that a faulty one can be read again from its second line. */
enum { WINDOW = 4 * CSV_RECORD_BYTES };

Csv *csv_open(CsvRead *read, void *arg)
{
    Csv *c = calloc(1, sizeof *c);

    if (c != NULL)
        c->bytes = malloc(WINDOW);
    if (c == NULL || c->bytes == NULL)
        log_fatal("out of memory", "opening a CSV file");
    c->read = read;
    c->arg = arg;
    c->cap = WINDOW;
    c->line = 1;
    return c;
}

void csv_close(Csv **c)
{
    if (*c == NULL)
        return;
    free((*c)->bytes);
    free(*c);
    *c = NULL;
}

/* Makes sure that the window holds a whole record of the longest kind, or all that is left. */
static void fill(Csv *c)
{
    if (c->end - c->at > CSV_RECORD_BYTES || c->ended)
        return;
    memmove(c->bytes, c->bytes + c->at, c->end - c->at);
    c->end -= c->at;
    c->at = 0;
    while (!c->ended && c->end < c->cap) {
        long n = c->read(c->arg, c->bytes + c->end, c->cap - c->end);
        if (n <= 0) {
            c->ended = true;
            c->failed = n < 0;
        } else {
            c->end += (size_t)n;
        }
    }
}

/* Looks only, and changes nothing: is the record whole?  `ret_end` is behind its line end. */
static CsvFault measure(const char *p, const char *end, bool last, const char **ret_end,
                        int64_t *ret_lines)
{
    int64_t lines = 0;

    for (;;) {
        if (p < end && *p == '"') {
            p++;
            for (;;) {
                const char *q = memchr(p, '"', (size_t)(end - p));
                const char *to = q != NULL ? q : end;
                for (const char *l = p; l < to && (l = memchr(l, '\n', (size_t)(to - l))) != NULL;
                     l++)
                    lines++;
                if (q == NULL)
                    return CSV_QUOTE_OPEN;
                p = q + 1;
                if (p < end && *p == '"') {
                    p++;
                    continue;
                }
                break;
            }
            if (p + 1 < end && p[0] == '\r' && p[1] == '\n')
                p++;
            if (p < end && *p != ',' && *p != '\n')
                return CSV_QUOTE_BEHIND;
        } else {
            while (p < end && *p != ',' && *p != '\n') {
                if (*p == '"')
                    return CSV_QUOTE_INSIDE;
                p++;
            }
        }
        if (p == end) {
            *ret_end = end;
            *ret_lines = lines;
            return last ? CSV_FINE : CSV_TOO_LONG;
        }
        if (*p++ == '\n') {
            *ret_end = p;
            *ret_lines = lines + 1;
            return CSV_FINE;
        }
    }
}

/* Cuts a record that measure found whole into its fields. */
static CsvFault cut(Csv *c, char *p, const char *end, CsvRow *row)
{
    if (end > p && end[-1] == '\n')
        end--;
    if (end > p && end[-1] == '\r')
        end--;
    for (row->n = 0;;) {
        char *from = p, *to = p;
        if (row->n == CSV_FIELDS)
            return CSV_TOO_MANY;
        if (p < end && *p == '"') {
            from = to = ++p;
            while (p < end) {
                if (*p == '"') {
                    if (p + 1 == end || p[1] != '"')
                        break;
                    p++;
                }
                *to++ = *p++;
            }
            p++; /* the closing quote */
        } else {
            char *comma = memchr(p, ',', (size_t)(end - p));
            to = p = comma != NULL ? comma : p + (end - p);
        }
        c->fields[row->n++] = (Str){ from, (size_t)(to - from) };
        if (p >= end)
            return CSV_FINE;
        p++; /* the comma */
    }
}

/* Passes over the line that begins at c->at, however long it is. */
static void skip_line(Csv *c)
{
    for (;;) {
        const char *nl = memchr(c->bytes + c->at, '\n', c->end - c->at);
        if (nl != NULL) {
            c->at = (size_t)(nl - c->bytes) + 1;
            break;
        }
        c->at = c->end;
        if (c->ended)
            break;
        fill(c);
    }
    c->line++;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* False: nothing is left. */
static bool begin(Csv *c)
{
    static const char mark[] = "\xEF\xBB\xBF";
    bool start = c->line == 1 && c->at == 0 && c->end == 0;

    fill(c);
    if (start && c->end >= 3 && memcmp(c->bytes, mark, 3) == 0)
        c->at = 3;
    for (;;) {
        fill(c);
        size_t left = c->end - c->at;
        const char *p = c->bytes + c->at;
        size_t skip = left > 0 && p[0] == '\n'                   ? 1
                      : left > 1 && p[0] == '\r' && p[1] == '\n' ? 2
                                                                 : 0;
        if (skip == 0)
            return left > 0;
        c->at += skip;
        c->line++;
    }
}

Rc csv_next(Csv *c, CsvRow *ret)
{
    const char *end = NULL;
    int64_t lines = 0;

    if (!begin(c))
        return c->failed ? RC_INTERNAL : RC_NOT_FOUND;
    char *from = c->bytes + c->at;
    size_t room = least(c->end - c->at, CSV_RECORD_BYTES);
    bool last = c->ended && room == c->end - c->at;
    *ret = (CsvRow){ .line = c->line, .fields = c->fields };
    ret->fault = measure(from, from + room, last, &end, &lines);
    if (ret->fault == CSV_FINE && !str_is_utf8((Str){ from, (size_t)(end - from) }))
        ret->fault = CSV_NOT_UTF8;
    if (ret->fault == CSV_FINE)
        ret->fault = cut(c, from, end, ret);
    if (ret->fault != CSV_FINE) {
        ret->n = 0;
        skip_line(c);
        return RC_OK;
    }
    c->at += (size_t)(end - from);
    c->line += lines;
    return RC_OK;
}
