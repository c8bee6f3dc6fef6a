/* query.h - the condition language: one small language for lists, models, approvals and clocks.
 *
 *     device != standard and cost > 1500 EUR
 *     assignee is empty and priority >= high order by created
 *     count(model = laptop and beneficiary = $beneficiary and created > now - 3y) < 1
 *
 * This folder holds the parser, the typed tree and the evaluator for a single record; it knows no
 * database.  The manual of the language for people who write models: docs/models.md.
 *
 * Rules.  Two-valued logic: a comparison with an empty value is false, `a != b` is `not a = b`.
 * A list of keys compares by its members: `areas = lab` asks whether lab is among them.  Text
 * compares folded (app/fold.h); keys compare as they are.  Money compares within one
 * currency, another currency is false.  Numbers are exact thousandths, money is exact in the
 * smallest unit; no floating point.  A result that does not fit is empty.
 *
 * Everything is pure, and reentrant: the tree is never written after parsing and may be shared by
 * threads.  Names and constants point into the arena given to the parser, never into the input.
 */
#pragma once

#include "app/words.h"
#include "core/buf.h"
#include "core/clock.h"

/* ---- values ---- */

typedef enum CondType {
    COND_EMPTY = 0, /* no value */
    COND_TEXT,      /* words of a person; compared folded */
    COND_KEY,       /* key of a state, team, option, list entry, item; compared as it is */
    COND_KEYS,      /* several keys */
    COND_PERSON,    /* login of a person */
    COND_NUMBER,    /* thousandths */
    COND_MONEY,
    COND_YES_NO,
    COND_DATE,     /* start of the day in UTC */
    COND_DATETIME, /* instant */
    COND_SPAN,
    COND_TABLE, /* rows; can only be asked whether it is empty; its columns go into sum() */
} CondType;

/* "number", "yes_no" ...: for programs */
const char *cond_type_word(CondType t);
const char *cond_type_name(CondType t); /* msgid: "a number", "a date" ... */

typedef enum SpanUnit {
    SPAN_MINUTES,
    SPAN_HOURS,
    SPAN_DAYS,
    SPAN_YEARS,
    SPAN_WORK_HOURS,
    SPAN_WORK_DAYS,
} SpanUnit;

/* "4wh": four working hours. n == 0: no span. */
typedef struct TimeSpan {
    int32_t  n; /* 1..100000 */
    SpanUnit unit;
} TimeSpan;

/* "15m 4h 2d 3y 4wh 5wd". */
CHECKED bool timespan_parse(Str s, TimeSpan *ret);
Str          timespan_text(Arena *a, TimeSpan s); /* "4wh"; n == 0 gives "" */
bool         timespan_is_working(TimeSpan s);
/* `at` moved by `sign` (+1, -1) times a plain span: d is 24 hours, y the same date and local time of
 * another year (29 February becomes the 28th).  Working time is refused (false): it needs a calendar. */
CHECKED bool timespan_move(Ms at, TimeSpan s, int sign, const Zone *zone, Ms *ret);

typedef struct CondValue {
    CondType   type;
    Str        text;   /* TEXT, KEY, PERSON */
    const Str *keys;   /* KEYS; n == 0 is empty */
    size_t     keys_n; /* KEYS; TABLE: number of rows */
    int64_t    number; /* NUMBER: thousandths */
    Money      money;
    Ms         at;  /* DATE, DATETIME */
    bool       yes; /* YES_NO */
    TimeSpan   span;
} CondValue;

/* True for COND_EMPTY, text and keys without content, tables without rows. */
bool cond_value_is_empty(const CondValue *v);

/* "1500", "1500.5", "-3": thousandths.  False: not a number, more than three decimals, too big. */
CHECKED bool decimal_parse(Str s, int64_t *ret_thousandths);
Str          decimal_text(Arena *a, int64_t thousandths); /* "1500", "0.5" */
/* amount "1500.00", currency "EUR".  False: not a number, more decimals than the currency has, not
 * three capital letters, beyond +-10^15 units. */
CHECKED bool money_parse(Str amount, Str currency, Money *ret);
/* "1500.00 EUR" */
CHECKED bool money_parse_text(Str s, Money *ret);
Str          money_amount(Arena *a, Money m); /* "1500.00" with the digits of its currency */
Str          money_text(Arena *a, Money m);   /* "1500 EUR", "1500.50 EUR": the form of models */

/* ---- what may be named ---- */

/* One name that conditions may use. */
typedef struct CondName {
    Str        name; /* "device", "request.urgency", "lines.price" */
    CondType   type;
    bool       column; /* column of a table "table.column": only inside sum() */
    bool       word;   /* stands for a value where a key is expected: me, my_teams */
    const Str *keys;   /* what a KEY or KEYS may be compared with; keys_n == 0: any key */
    size_t     keys_n;
    bool       ordered; /* the keys ascend, so that < and > compare: low normal high critical */
    int32_t    id;      /* for the owner of the schema; handed to CondRecord.get */
    bool       sortable;
    bool       past; /* what it was before is kept: `was` may ask for it */
} CondName;
LIST_OF(CondName, CondNameList);

typedef struct CondSchema {
    const CondName *at;
    size_t          n;
    bool            counts;  /* count(...) is allowed */
    bool            working; /* spans in working time are allowed */
    const char     *who;     /* msgid, ends "There is no X ...": "among the questions before this one" */
} CondSchema;

const CondName *cond_name_find(const CondSchema *s, Str name); /* NULL: no such name */

/* ---- the tree ---- */

typedef enum CondOp {
    /* answer yes or no */
    COND_AND,
    COND_OR,  /* list: two or more */
    COND_NOT, /* a */
    COND_EQ,
    COND_LT,
    COND_LE,
    COND_GT,
    COND_GE, /* a, b are values; != is NOT of EQ */
    COND_IN, /* a is one of list (values; a COND_CONST of type COND_EMPTY holds when a is empty) */
    COND_IS_EMPTY, /* a */
    COND_MATCH,    /* a contains all words of b, the last one as the start of a word */
    COND_WAS,      /* the name a had the value b, or has it: list is two moments, at or after the first, before
                      the second; each may be a COND_CONST of type COND_EMPTY: not bounded */
    /* give a value */
    COND_CONST, /* value */
    COND_NAME,  /* name */
    COND_NOW,
    COND_START_OF, /* start of the day, week (Monday), month or year that holds now */
    COND_ADD,
    COND_SUB,
    COND_MUL,
    COND_NEG,
    COND_SUM,   /* a summed over the rows of the table `table` */
    COND_COUNT, /* count: a number, answered by CondRecord.count */
} CondOp;

typedef enum CondPeriod { COND_DAY, COND_WEEK, COND_MONTH, COND_YEAR } CondPeriod;

/* What count(...) asks: how many requests meet all of it.  Each set is empty for "any". */
typedef enum CountWho { COUNT_ANYBODY, COUNT_REQUESTER, COUNT_BENEFICIARY, COUNT_LOGIN } CountWho;
typedef struct CountPerson {
    CountWho who;
    Str      login; /* COUNT_LOGIN */
} CountPerson;
typedef struct CountQuery {
    const Str  *models;
    size_t      models_n;
    uint32_t    states;   /* bit i: COUNT_STATES[i] is wanted; 0: any */
    uint32_t    outcomes; /* bit i: COUNT_OUTCOMES[i] is wanted; 0: any */
    CountPerson beneficiary, requester;
    /* created >= from and created < before; trees of a datetime, NULL: open.  Use count_bounds. */
    const struct Cond *from, *before;
    bool               from_after;   /* the text said > : from itself does not count */
    bool               before_equal; /* the text said <= : before itself counts */
} CountQuery;
/* draft, submitted, assessing, awaiting_approval, fulfilling, pending, fulfilled, closed */
extern const char *const COUNT_STATES[8];
/* "" (empty: still open), fulfilled, partly, rejected, withdrawn, cancelled, merged */
extern const char *const COUNT_OUTCOMES[7];
/* Instants with created >= *ret_from and created < *ret_before; INT64_MIN and INT64_MAX when open. */
void count_bounds(const CountQuery *q, Ms now, const Zone *zone, Ms *ret_from, Ms *ret_before);

typedef struct Cond Cond;
struct Cond {
    CondOp             op;
    CondType           type;   /* of the value; COND_YES_NO for what answers yes or no */
    uint32_t           column; /* 1-based, in characters: where it stands in the text */
    uint32_t           depth;  /* of the tree below, 1 for a leaf; at most COND_DEPTH_MAX */
    const Cond        *a, *b;
    const Cond *const *list; /* COND_AND, COND_OR, COND_IN */
    size_t             list_n;
    CondValue          value;
    const CondName    *name; /* a copy in the arena */
    Str                table;
    CondPeriod         period;
    const CountQuery  *count;
};

#define COND_TEXT_MAX  2048 /* bytes of a condition */
#define COND_LIST_MAX  500  /* values of one in (...) */
#define COND_DEPTH_MAX 32
#define COND_STEPS_MAX 100000

typedef struct CondError {
    uint32_t column; /* 1-based, in characters */
    Text     text;   /* one sentence: what is wrong and what is expected; lives as arena and schema */
    Str      code;   /* "syntax", "unknown_name", "type", "unknown_key", "limit" */
} CondError;
/* The sentence in English, for who writes models. */
Str cond_error_english(Arena *a, const CondError *e);
/* May `candidate` be meant by `word`, and is it nearer than what was found before?  *distance begins as
 * SIZE_MAX. */
bool cond_is_nearer(Str word, Str candidate, size_t *distance);

/* Parses a condition.  Errors: RC_INVALID and RC_LIMIT, with ret_error filled. */
CHECKED Rc cond_parse(Arena *a, Str text, const CondSchema *names, const Cond **ret,
                      CondError *ret_error);
/* Parses an expression whose value must be of one of the `types` (bits 1 << COND_...). */
CHECKED Rc cond_parse_value(Arena *a, Str text, const CondSchema *names, uint32_t types,
                            const Cond **ret, CondError *ret_error);

/* A condition and "order by a, b desc" after it; either part may be missing (*ret NULL, n 0). */
typedef struct CondOrder {
    const CondName *name;
    bool            descending;
} CondOrder;
#define COND_ORDER_MAX 3
typedef struct CondList {
    const Cond *where;
    CondOrder   order[COND_ORDER_MAX];
    size_t      order_n;
} CondList;
CHECKED Rc cond_parse_list(Arena *a, Str text, const CondSchema *names, CondList *ret,
                           CondError *ret_error);

/* The one text of a tree: single blanks, no needless parentheses, != and not in where they can stand.  Parsed again
 * with the same names it gives the same tree, and that the same text. */
void cond_print(Arena *a, const CondSchema *names, const Cond *c, Buf *to);
void cond_print_list(Arena *a, const CondSchema *names, const CondList *l, Buf *to);

/* Calls `visit` for each node, parents first. */
void cond_walk(const Cond *c, void (*visit)(const Cond *node, void *arg), void *arg);

/* ---- evaluating ---- */

/* One record, by callbacks.  `get` fills *ret with the value of a name (for a column: in the row
 * given) and returns true, or returns false for empty; keys and texts must live as long as the
 * evaluation.  `count` may be NULL when the schema allows no counts. */
typedef struct CondRecord {
    bool (*get)(void *arg, const CondName *name, size_t row, CondValue *ret);
    size_t (*rows)(void *arg, Str table); /* NULL: no tables */
    bool (*count)(void *arg, const CountQuery *q, int64_t *ret);
    /* Did the name have the value (a key, a person, or one of several keys) at some instant in [from, before)?  The
     * present is among them.  May be NULL when no name of the schema keeps its past. */
    bool (*was)(void *arg, const CondName *name, const CondValue *value, Ms from, Ms before);
    void       *arg;
    const Zone *zone; /* in which days begin; NULL: UTC */
} CondRecord;

/* Does the condition hold?  A NULL condition holds.
 * Errors: RC_LIMIT after COND_STEPS_MAX steps; then nothing was decided. */
CHECKED Rc cond_eval(const Cond *c, const CondRecord *rec, Ms now, bool *ret);

typedef enum CondSure { COND_SURE_NO, COND_SURE_YES, COND_SURE_LATER } CondSure;
/* The same while somebody is still answering: what the condition says for certain.  `open` tells
 * which names may still get a value.  A test of one of them is decided LATER, except where it says
 * itself what empty means ("is empty", "in (a, empty)"); and, or, not combine what is certain.  With
 * no open name this agrees with cond_eval. */
CHECKED Rc cond_eval_sure(const Cond *c, const CondRecord *rec, Ms now,
                          bool (*open)(void *arg, const CondName *name), void *arg, CondSure *ret);
/* The value of an expression made by cond_parse_value; COND_EMPTY when a part is empty. */
CHECKED Rc cond_eval_value(const Cond *c, const CondRecord *rec, Ms now, CondValue *ret);

/* ---- who: the people of a stage, a sign-off ---- */

typedef enum WhoKind {
    WHO_MANAGER, /* the party's manager; depth 2: that manager's manager, and so on */
    WHO_LEAD,    /* leads of team `name` */
    WHO_TEAM,    /* members of team `name` */
    WHO_OWNER,   /* owners of the list entry that answer `name` names */
    WHO_PERSON,  /* login `name` */
    WHO_ANSWER,  /* the person (or team: its members) that answer `name` names */
} WhoKind;
typedef enum WhoParty { PARTY_REQUESTER, PARTY_BENEFICIARY, PARTY_ANSWER } WhoParty;

typedef struct Who {
    WhoKind  kind;
    int32_t  depth; /* WHO_MANAGER: 1..5 */
    WhoParty party; /* WHO_MANAGER */
    Str      name;  /* team key, login or question id */
} Who;
LIST_OF(Who, WhoList);

#define WHO_DEPTH_MAX 5

/* "manager(manager(beneficiary))", "lead(workplace)", "answer.keeper".  Errors: RC_INVALID. */
CHECKED Rc who_parse(Arena *a, Str text, Who *ret, CondError *ret_error);
Str        who_text(Arena *a, const Who *w); /* the canonical form of the same */

/* ---- texts as people compare them ---- */

/* Do the folded forms (app/fold.h) agree?  Text that is not UTF-8 equals nothing but itself. */
bool text_fold_eq(Str a, Str b);
/* Does the text hold all the words (of 16 tokens at most), the last one as the start of a word?  Words are cut as
 * app/tokens.h says, so that Chinese ones are found in unspaced sentences.  False for no words. */
bool text_has_words(Str text, Str words);
