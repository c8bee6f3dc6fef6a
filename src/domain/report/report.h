/* report.h - figures: what was asked, how long it took, what is still open; and the logs of other systems.
 *
 * A log of another system is replayed into requests with their events: one request per number, one event per
 * line.  Such a request is history: it is seen by the usual rights, has a number of its own besides that of the
 * log, and nobody acts on it.  What the log says in its own words (teams, persons, states, verdicts) is kept as
 * it stands: no person or team of the organisation is made of it, and a verdict is never a clock.  How to write
 * a map and what follows from it: docs/import.md.
 *
 * Figures are counted from rows and say the same however often they are counted.  Requests of one log and the
 * organisation's own are never mixed.  What each figure means: docs/domain/report.md.
 */
#pragma once

#include "core/csv.h"
#include "core/json.h"
#include "domain/promise/promise.h"
#include "domain/access/access.h"
#include "domain/identity/identity.h"

/* --- the map of a log ------------------------------------------------------------------------ */

typedef enum ImportField {
    IMPORT_PRIORITY,
    IMPORT_IMPACT,
    IMPORT_URGENCY,
    IMPORT_TEAM,
    IMPORT_ASSIGNEE,
    IMPORT_CHANNEL,
    IMPORT_CATEGORY,
    IMPORT_OPENED,
    IMPORT_RESOLVED,
    IMPORT_CLOSED,
    IMPORT_MADE_TARGET,
    IMPORT_REASSIGNMENTS,
    IMPORT_REOPENINGS,
    IMPORT_FIELDS,
} ImportField;
extern const char *const IMPORT_FIELD_WORDS[IMPORT_FIELDS]; /* "priority" ... */

typedef struct ImportState {
    Str word;  /* of the log */
    Str state; /* submitted | assessing | ... | closed; no draft */
} ImportState;
LIST_OF(ImportState, ImportStates);

typedef struct ImportMap {
    Str          source; /* key of the log */
    Str          record; /* request | incident | problem | change */
    Str          number, time, state; /* columns */
    Str          time_format; /* import_time; STR_NULL: RFC 3339 */
    const Zone  *zone;        /* of times without an offset */
    StrList      empty;       /* values that mean unknown, besides the empty field */
    bool         by_time;     /* lines of a number in the order of their time, not of the file */
    ImportStates states;
    bool         keep;        /* states that are not in the map are kept as words */
    Str          field[IMPORT_FIELDS]; /* columns; STR_NULL: the log has none */
} ImportMap;

/* Is this a state that a map may name? */
bool import_is_state(Str state);
/* %Y %y %m %d %b %H %I %p %M %S %f %z %s %T %F %%; other characters stand for themselves.  `zone` is that of
 * times without %z.  False: does not fit, or no such time. */
CHECKED bool import_time(Str text, Str format, const Zone *zone, Ms *ret);
/* Is every % of a format one of those, and is there enough to make an instant of it? */
bool import_format_is_good(Str format);

/* --- lines ------------------------------------------------------------------------------------ */

#define IMPORT_WORD_CHARS  200   /* the longest value that is kept */
#define IMPORT_LINES_MAX   50000 /* lines of one number */
#define IMPORT_BATCH_LINES 100000 /* taken in by one transaction, at most */

/* Why a line is bad: a sentence in English with at most one value. */
typedef struct ImportFault {
    const char *what; /* "%.*s" in it stands for the value */
    Str         value;
} ImportFault;

typedef struct ImportLine {
    int64_t  line;
    Str      number;
    Ms       at;
    uint64_t mark;     /* of all its fields: the same line again has the same */
    Str      state;    /* word of the log, "" for unknown */
    Str      to_state; /* what the map makes of it; STR_NULL: nothing */
    Str      word[IMPORT_FIELDS]; /* as kept: instants in RFC 3339, "" for unknown */
    OptInt   value[IMPORT_FIELDS]; /* instants, counts, 0 and 1 */
} ImportLine;
LIST_OF(ImportLine, ImportLines);

/* Reads lines by a map.  Keeps pointers into the map. */
typedef struct ImportReader ImportReader;
/* `header` is the first record.  Errors: RC_INVALID (a column is missing or stands there twice; `ret_why`). */
CHECKED Rc import_reader(Arena *a, const ImportMap *m, const CsvRow *header, ImportReader **ret,
                         ImportFault *ret_why);
/* One record; texts are copied into `a`.  Errors: RC_INVALID (`ret_why`), RC_LIMIT. */
CHECKED Rc import_read(ImportReader *r, const CsvRow *row, Arena *a, ImportLine *ret,
                       ImportFault *ret_why);

/* --- replaying -------------------------------------------------------------------------------- */

/* A log in the database. */
typedef struct ImportSource {
    int64_t id, team_id, person_id, version_id;
    Str     key, record, unknown;
    int64_t requests, events, version;
    Ms      first_ms, last_ms, updated_ms;
} ImportSource;
LIST_OF(ImportSource, ImportSources);

/* The log of the map, made with its team, person and model when it is new.
 * Errors: RC_CONFLICT (the key belongs to another record, or a name it needs is taken; a sentence in cx). */
CHECKED Rc import_open(Ctx *cx, GrantedImport g, const ImportMap *m, ImportSource *ret);

typedef struct ImportCounts {
    int64_t  events, requests; /* new */
    int64_t  known;            /* lines that were there already */
    int64_t  unknown;          /* unknown values of mapped columns, in new lines */
    int64_t  over;             /* lines beyond IMPORT_LINES_MAX of their number */
    int64_t  over_line;        /* the first of them */
} ImportCounts;

/* Takes lines in: makes requests, events and what the last line says.  The same line a second time is known
 * and adds nothing, so running it again from any point is harmless.  In the caller's transaction. */
CHECKED Rc import_apply(Ctx *cx, GrantedImport g, const ImportMap *m, const ImportSource *s,
                        const ImportLines *lines, ImportCounts *ret);

/* --- figures ----------------------------------------------------------------------------------- */

#define REPORT_OWN   "own" /* in place of a log: the organisation's own requests */
#define FIGURE_WORDS 60    /* the most frequent ones that are kept */

/* What was promised, as the clocks of the request say it together: of our own the clocks of a measure, of a log
 * the verdict of the other system.  The words are those of the address of a list. */
typedef enum Verdict {
    VERDICT_NONE, /* nothing was promised */
    VERDICT_KEPT,
    VERDICT_MISSED,  /* none runs, and one stopped later than it was due */
    VERDICT_RUNNING, /* one still runs: not judged yet */
    VERDICT_LATE,    /* one still runs and is late already */
    VERDICT_COUNT,
} Verdict;
extern const char *const VERDICT_WORDS[VERDICT_COUNT]; /* "" "yes" "no" "running" "late" */
typedef enum Promised { PROMISED_FULFIL, PROMISED_ANSWER, PROMISES } Promised;

/* judged: kept or missed; what runs is never among them. */
typedef struct Verdicts {
    int64_t judged, kept, running, late; /* late ones are not among the running */
} Verdicts;

/* How many requests have a word (a state, a team ...), the most frequent first, then by their bytes. */
typedef struct FigureWord {
    Str      word; /* "" unknown */
    int64_t  n;
    Verdicts promised[PROMISES];
} FigureWord;
LIST_OF(FigureWord, FigureWords);

/* A distribution of times, in milliseconds. */
typedef struct Spread {
    int64_t n, negative;
    double  mean, median;
    int64_t p80, p90, p95, max;
} Spread;

typedef enum SpreadKind { SPREAD_ANSWER, SPREAD_FULFIL, SPREAD_CLOSE, SPREADS } SpreadKind;

typedef struct FigureMonth {
    int32_t year, month;
    int64_t opened, closed;
    int64_t backlog; /* open at the midnight with which it begins */
    Verdicts promised[PROMISES]; /* of those that were opened in it */
} FigureMonth;
LIST_OF(FigureMonth, FigureMonths);

/* Time that requests waited for somebody, by why: requester, supplier, date, other. */
typedef struct FigureWait {
    Str     why;
    int64_t n;           /* waits; one that lasts is counted until now */
    int64_t ms, work_ms; /* work_ms: by the calendars of those that have one */
} FigureWait;
LIST_OF(FigureWait, FigureWaits);

/* A version of a model was published. */
typedef struct FigureChange {
    Str     model;
    int64_t number;
    Ms      at;
} FigureChange;
LIST_OF(FigureChange, FigureChanges);

#define FIGURE_HOURS (7 * 24)

typedef struct FigureDays {
    int64_t  first; /* day number of the first midnight */
    int64_t *at;    /* open at each midnight */
    size_t   n;
} FigureDays;

typedef struct Figures {
    int64_t      requests, events, open;
    Ms           first_ms, until_ms; /* first opening; the end of what was counted */
    int64_t      reopened, reassigned, reassignments;
    Verdicts     promised[PROMISES];
    FigureWords  events_by_state; /* logs only */
    FigureWords  states, priorities, teams, categories, channels;
    FigureWords  models; /* own only: keys */
    int64_t      more_teams, more_categories, more_models; /* words beyond FIGURE_WORDS */
    Spread       time[SPREADS], work[SPREADS];
    bool         has_work;
    FigureMonths months; /* without gaps */
    int64_t      arrivals[FIGURE_HOURS]; /* opened by weekday, Monday first, and hour, in the zone of the calendar; else of who asks, of a log UTC */
    FigureWaits   waits;   /* own only */
    FigureChanges changes; /* own only: of models that are counted, ascending */
    FigureDays   days;
} Figures;

typedef struct ReportAsk {
    Str source;   /* key of a log, or REPORT_OWN */
    Str calendar; /* key of a calendar for working times; STR_NULL: of a log none, of own requests the calendar of
                     each one's clocks */
} ReportAsk;

/* The logs that the subject may see, by key; the operator sees all. */
CHECKED Rc report_logs(Ctx *cx, ImportSources *ret);
/* What errand report shows when nothing is named: the log when there is one, else the own requests.
 * Errors: RC_CONFLICT (there are several logs; a sentence names them). */
CHECKED Rc report_usual(Ctx *cx, Str *ret_source);

/* Counts all rows now, in pieces that hold no snapshot for long; for the command line and the thread of the
 * server, never for a page.  `who` sees what is counted.  `ret` lives in `a`.
 * Errors: RC_NOT_FOUND (no such log or calendar, or not theirs; a sentence in `ret_why`). */
CHECKED Rc report_count(Db *db, const Subject *who, const ReportAsk *ask, Ms now, Arena *a, Figures *ret,
                        Str *ret_why);
/* Counts a log after it was replayed and keeps the figures for the page. */
CHECKED Rc report_count_log(Db *db, const ImportSource *s);

/* Figures for a page, at once: kept ones that are still right, or few rows counted now.  Otherwise kept ones of
 * an age that the page shows, or none yet (`ret->counted_ms` MS_NONE); then the thread of the server is asked
 * to count, and the page is better in a while. */
typedef struct ReportShown {
    Figures figures;
    Ms      counted_ms; /* as of then */
    bool    fresh;      /* nothing has changed since */
} ReportShown;
CHECKED Rc report_show(Ctx *cx, const ReportAsk *ask, ReportShown *ret);

/* The thread of the server: counts what pages asked for, one after the other.  True: something was done. */
bool report_turn(Db *db, Ms now);

/* The requests behind a figure: what narrows nothing is STR_NULL, MS_NONE or false. */
typedef struct ReportFilter {
    Str  source;
    Str  state, priority, team, category, channel; /* words as in Figures; "" asks for what is unknown */
    Str  model; /* key; own only */
    Str  wait;  /* had a wait of this kind: requester supplier date other; own only */
    Ms   opened_from, opened_before, closed_from, closed_before;
    Ms   open_at;   /* open at this instant, as the backlog counts it */
    bool open, reopened, reassigned, negative; /* open: now; negative: fulfilled before it was opened */
    Verdict promised[PROMISES]; /* VERDICT_NONE narrows nothing; of a log only kept and missed */
    OptInt hour;       /* opened in this hour of the week, as Figures.arrivals counts it: 0 ... FIGURE_HOURS - 1 */
    Str    calendar;   /* in whose zone, as ReportAsk.calendar */
    int64_t before_id; /* the last one shown; 0: from the newest */
    int64_t size;      /* 1..100 */
    int64_t piece;     /* 0; a test looks at so many requests and ends the page there */
} ReportFilter;
typedef struct ReportLine {
    int64_t id;
    Str     number, title, state, outcome;
    Str     foreign_number, foreign_state; /* of the log; "" for own requests */
    Str     team;
    Ms      opened_ms, fulfilled_ms, closed_ms;
} ReportLine;
LIST_OF(ReportLine, ReportLines);
/* Newest first, only what the subject sees; requests of a log by when they were opened or closed where that or
 * `open` is asked for, else in the order of their ids.  `ret_next`: the before_id of the next page, 0 at the end.  A page ends when it is full or
 * when some 25 ms were spent on looking, so it may have fewer lines than asked for, or none, and yet a next one.
 * Errors: RC_NOT_FOUND (no such log or calendar, or what only the other kind of requests has). */
CHECKED Rc report_list(Ctx *cx, const ReportFilter *f, ReportLines *ret, int64_t *ret_next);
/* The list as CSV (RFC 4180, UTF-8, a head of column names), from `before_id` on: at most REPORT_CSV_MOST rows, and no longer
 * than some pages of a list take.  Words of states as keys, of a log as it has them; instants as RFC 3339; cells that a
 * spreadsheet would take for a formula are made texts.  `ret_next`: as report_list. */
#define REPORT_CSV_MOST 5000
CHECKED Rc report_list_csv(Ctx *cx, const ReportFilter *f, Buf *to, int64_t *ret_next);

/* Requests of a log as lives for promise_backtest: from the opening to the fulfilment, with the states of the log in between.
 * Similar are those of the same category and priority, as the log has them at its end; the kind is the priority.
 * Reads a piece of `size` ids, the newest first; *io_before is 0 at first and 1 when all were read.  Added to
 * `io_lives`, which lives in the arena of `cx`.  Errors: RC_NOT_FOUND (no such log, or not theirs). */
CHECKED Rc report_lives(Ctx *cx, Str source, int64_t size, int64_t *io_before, PromiseLives *io_lives);

/* {"incidents", "events", ...}: what errand report kpi --json prints of a log; `full` adds what the page shows
 * besides.  One object, indented. */
void report_json(const Figures *f, Str unknown, bool full, Buf *to);
/* The figures as CSV (kind,key,value); cells that a spreadsheet would take for a formula are made texts. */
void report_csv(const Figures *f, Str unknown, Buf *to);
