/* cmd_import.c - errand import events FILE --map MAP [--source NAME]. */
#include "cli/commands.h"
#include "cli/folder.h"
#include "cli/import_map.h"

#include "core/clock.h"

#include <errno.h>
#include <pthread.h>
#include <zlib.h>

#define REASONS     20 /* bad lines that are told one by one */
#define GZIP_BUFFER (256 * 1024)
#define BATCH_BYTES (256 * 1024 * 1024)
#define WORK_BYTES  (256 * 1024 * 1024)

/* While a batch is written nobody else writes, so one takes about as long as a page may wait; on a machine that has much
 * else to do it has fewer lines. */
enum { BATCH_LEAST = 500, BATCH_MS = 40 };

/* In a process of its own nobody waits.  A page of an index that many lines change is written once for each batch, so batches
 * grow with what is there already: an eighth of it. */
enum { BATCH_ALONE = 20000, BATCH_SHARE = 8 };

typedef struct Bad {
    int64_t line;
    Str why;
} Bad;

/* Lines on their way into the database; everything of them lives in `texts`. */
typedef struct Batch {
    struct Import *import;
    Arena *texts;
    ImportLines lines;
    ImportCounts counts;
    Ms began, took; /* the writing, with its commit */
    Rc rc;
} Batch;

/* One batch is read from the file while the one before is written: reading takes a quarter of the time. */
typedef struct Import {
    Command *c; /* its arena belongs to the thread that writes, while there is one */
    ImportMap map;
    ImportSource source;
    Batch batch[2];
    int present;        /* which one is being filled */
    size_t batch_lines; /* so many are written at once */
    pthread_t writer;   /* writes the other one, while `writing` */
    bool writing;
    Arena *notes, *work;
    ImportCounts total;
    int64_t read, bad_n;
    Bad bad[REASONS];
    Str stopped; /* why the file was not read to its end; STR_NULL: it was */
} Import;

static long read_gzip(void *arg, char *to, size_t n)
{
    return gzread(arg, to, (unsigned)n);
}

static void close_gzip(gzFile *f)
{
    if (*f != NULL)
        gzclose(*f);
}

/* The sentence of a fault, with its value in its place. */
static Str why_text(Import *i, ImportFault why)
{
    const char *place = strstr(why.what, "%.*s");
    int before = place != NULL ? (int)(place - why.what) : (int)strlen(why.what);

    return str_fmt(i->notes, "%.*s%.*s%s", before, why.what, STR_ARG(str_shortened(why.value, 200)),
                   place != NULL ? place + 4 : "");
}

static void note_bad(Import *i, int64_t line, ImportFault why)
{
    if (i->bad_n < REASONS)
        i->bad[i->bad_n] = (Bad){ line, why_text(i, why) };
    i->bad_n++;
}

/* ---- the database ---- */

static Rc open_source(Ctx *cx, void *arg)
{
    Import *i = arg;
    GrantedImport g;

    TRY(access_import(cx, &g));
    return import_open(cx, g, &i->map, &i->source);
}

static Rc apply(Ctx *cx, void *arg)
{
    Batch *b = arg;
    Import *i = b->import;
    GrantedImport g;

    /* It may run more than once, each time from the lines. */
    arena_reset(i->work);
    cx->arena = i->work;
    b->counts = (ImportCounts){ 0 };
    b->began = clock_monotonic_ms();
    TRY(access_import(cx, &g));
    return import_apply(cx, g, &i->map, &i->source, &b->lines, &b->counts);
}

static void *write_batch(void *arg)
{
    Batch *b = arg;

    b->rc = command_write_long(b->import->c, apply, b);
    b->took = clock_monotonic_ms() - b->began;
    return NULL;
}

static size_t next_size(const Batch *b)
{
    if (str_is_null(b->import->c->folder)) {
        size_t share = (size_t)b->import->read / BATCH_SHARE;
        return share < BATCH_ALONE          ? BATCH_ALONE
               : share > IMPORT_BATCH_LINES ? IMPORT_BATCH_LINES
                                            : share;
    }
    size_t n = b->took > 0 ? b->lines.n * BATCH_MS / (size_t)b->took : IMPORT_BATCH_LINES;

    return n < BATCH_LEAST ? BATCH_LEAST : n > IMPORT_BATCH_LINES ? IMPORT_BATCH_LINES : n;
}

/* Waits for the batch that is being written, and counts what came of it. */
static Rc end_writing(Import *i)
{
    Batch *b = &i->batch[1 - i->present];

    if (!i->writing)
        return RC_OK;
    pthread_join(i->writer, NULL);
    i->writing = false;
    TRY(b->rc);
    i->batch_lines = next_size(b);
    i->total.events += b->counts.events;
    i->total.requests += b->counts.requests;
    i->total.known += b->counts.known;
    i->total.unknown += b->counts.unknown;
    if (b->counts.over > 0)
        note_bad(i, b->counts.over_line,
                 (ImportFault){
                     "its number has more than 50000 lines; this one and those after it are left "
                     "out",
                     STR_NULL });
    i->bad_n += b->counts.over > 1 ? b->counts.over - 1 : 0;
    return RC_OK;
}

static Rc take_batch(Import *i)
{
    Batch *b = &i->batch[i->present];

    TRY(end_writing(i));
    if (b->lines.n == 0)
        return RC_OK;
    if (pthread_create(&i->writer, NULL, write_batch, b) != 0)
        return RC_INTERNAL;
    i->writing = true;
    i->present = 1 - i->present;
    arena_reset(i->batch[i->present].texts);
    i->batch[i->present].lines = (ImportLines){ 0 };
    return RC_OK;
}

/* ---- the file ---- */

static Rc stop(Import *i, const char *why)
{
    i->stopped = str_z(why);
    return RC_OK;
}

static Rc open_columns(Import *i, Csv *csv, ImportReader **ret)
{
    ImportFault why;
    CsvRow row;

    *ret = NULL;
    Rc rc = csv_next(csv, &row);
    if (rc == RC_NOT_FOUND)
        return stop(i, "it is empty");
    if (rc != RC_OK)
        return stop(i, "it cannot be read");
    if (row.fault != CSV_FINE)
        return stop(i, "its first line, which names the columns, cannot be read");
    rc = import_reader(i->notes, &i->map, &row, ret, &why);
    if (rc != RC_INVALID)
        return rc;
    i->stopped = why_text(i, why);
    return RC_OK;
}

static Rc take_lines(Import *i, Csv *csv)
{
    ImportReader *reader = NULL;
    ImportFault why;
    ImportLine line;
    CsvRow row;
    Rc rc;

    TRY(open_columns(i, csv, &reader));
    if (reader == NULL)
        return RC_OK;
    TRY(command_write(i->c, open_source, i));
    while ((rc = csv_next(csv, &row)) == RC_OK) {
        Batch *b = &i->batch[i->present];
        i->read++;
        rc = import_read(reader, &row, b->texts, &line, &why);
        if (rc == RC_INVALID) {
            note_bad(i, row.line, why);
            continue;
        }
        TRY(rc);
        TRY(LIST_PUSH(b->texts, &b->lines, line));
        if (b->lines.n >= i->batch_lines)
            TRY(take_batch(i));
    }
    TRY(take_batch(i));
    TRY(end_writing(i));
    return rc == RC_NOT_FOUND ? RC_OK : stop(i, "it ends in the middle or cannot be read further");
}

/* ---- the command ---- */

static void print(const Import *i)
{
    Command *c = i->c;

    command_say(c, "%lld lines of %.*s: %lld new events, %lld new requests, %lld known, %lld bad",
                (long long)i->read, STR_ARG(i->map.source), (long long)i->total.events,
                (long long)i->total.requests, (long long)i->total.known, (long long)i->bad_n);
    if (i->total.unknown > 0)
        command_say(c, "%lld values are unknown to the log", (long long)i->total.unknown);
    for (int64_t k = 0; k < i->bad_n && k < REASONS; k++)
        command_say(c, "line %lld: %.*s", (long long)i->bad[k].line, STR_ARG(i->bad[k].why));
    if (i->bad_n > REASONS)
        command_say(c, "... and %lld more", (long long)(i->bad_n - REASONS));
}

static bool read_map(Command *c, Str path, Str source, ImportMap *ret)
{
    Diagnostics d;
    Str text;

    if (!file_read(c, path, &text))
        return false;
    diagnostics_init(&d, c->arena);
    Rc rc = import_map_read(c->arena, text, path, source, ret, &d);
    diagnostics_print(&d, c->err);
    return rc == RC_OK;
}

/* "maps/servicenow.yaml" -> "servicenow" */
static Str source_of(Str map)
{
    while (str_find(map, '/') < map.len)
        map = str_skip(map, str_find(map, '/') + 1);
    return str_sub(map, 0, str_find(map, '.'));
}

static ExitCode run(Import *i, Str path)
{
    CLEANUP(arena_free_at) Arena *one = arena_new(BATCH_BYTES);
    CLEANUP(arena_free_at) Arena *other = arena_new(BATCH_BYTES);
    CLEANUP(arena_free_at) Arena *notes = arena_new(1024 * 1024);
    CLEANUP(arena_free_at) Arena *work = arena_new(WORK_BYTES);
    CLEANUP(close_gzip) gzFile file = gzopen(str_dup_z(i->c->arena, path), "rb");
    CLEANUP(csv_close) Csv *csv = NULL;

    if (file == NULL) {
        command_complain(i->c, "errand: %.*s: %s", STR_ARG(path), strerror(errno));
        return EXIT_CANNOT;
    }
    gzbuffer(file, GZIP_BUFFER);
    i->batch[0] = (Batch){ .import = i, .texts = one };
    i->batch[1] = (Batch){ .import = i, .texts = other };
    i->batch_lines = str_is_null(i->c->folder) ? BATCH_ALONE : BATCH_LEAST;
    i->notes = notes;
    i->work = work;
    csv = csv_open(read_gzip, file);
    Rc rc = take_lines(i, csv);
    if (i->writing) /* reading failed meanwhile */
        pthread_join(i->writer, NULL);
    if (rc == RC_OK && str_is_null(i->stopped))
        rc = report_count_log(i->c->db, &i->source);
    print(i);
    if (rc != RC_OK)
        return command_failed(i->c, rc);
    if (!str_is_null(i->stopped)) {
        command_complain(i->c, "errand: %.*s: %.*s", STR_ARG(path), STR_ARG(i->stopped));
        return EXIT_CANNOT;
    }
    return i->bad_n > 0 ? EXIT_NO : EXIT_DONE;
}

ExitCode cmd_import(Command *c)
{
    Str what = command_word(c), map = command_option(c, "map"),
        source = command_option(c, "source");
    Str file = command_word(c);
    Import i = { .c = c };

    if (!str_eq_z(what, "events") || str_is_null(file) || str_is_null(map) || !command_is_done(c))
        return EXIT_USAGE;
    if (str_is_null(source))
        source = str_lower_ascii(c->arena, source_of(map));
    if (!str_is_key(source) || str_eq_z(source, REPORT_OWN)) {
        command_complain(
            c,
            "errand: \"%.*s\" cannot name a log: give it another name with --source, of a-z, "
            "0-9, - and _, and not \"" REPORT_OWN "\"",
            STR_ARG(source));
        return EXIT_USAGE;
    }
    if (!read_map(c, command_path(c, map), source, &i.map))
        return EXIT_NO;
    return run(&i, command_path(c, file));
}
