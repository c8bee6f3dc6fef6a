/* fields.h - inside this folder: the field table of the query language and what stands behind each name. */
#pragma once

#include "db/part.h"
#include "domain/request/team_field.h"
#include "domain/view/view.h"
#include "domain/view/view_q.h"

/* How the value lies in the database, and so how a constant is handed to it. */
typedef enum FieldStore {
    STORE_WORD,    /* a word as it is */
    STORE_RANK,    /* the place of a word among the keys of the field, from 1 */
    STORE_PERSON,  /* a person's id */
    STORE_TEAM,    /* a team's id */
    STORE_FOLDED,  /* a text as it is compared (app/fold.h) */
    STORE_TITLE,   /* the same, and in the index of words */
    STORE_WORDS,   /* the index of words alone: only ~ asks it */
    STORE_NUMBER,  /* thousandths */
    STORE_INSTANT, /* ms; of a date: the start of the day in UTC */
    STORE_MONEY,   /* smallest units, the currency beside it */
    STORE_YES,     /* 0 or 1 */
} FieldStore;

/* What the fragments of a field take before anything else. */
typedef enum FieldLead {
    LEAD_NOTHING,
    LEAD_NOW,      /* the present instant */
    LEAD_READER,   /* the reader's person id */
    LEAD_QUESTION, /* the id of the question */
    LEAD_OWN,      /* the id of a team's field */
} FieldLead;

/* Of which fields what they were before is kept (request_past.field). */
typedef enum FieldPast {
    PAST_NOTHING = 0,
    PAST_STATE = 1,
    PAST_ASSIGNEE = 2,
    PAST_TEAM = 3,
    PAST_PRIORITY = 4,
} FieldPast;

/* A value that a field had and has no longer. */
typedef struct FindPast {
    FieldPast field;
    Str       value; /* a word, a login, a key; "": it was empty */
    Ms        from, until;
} FindPast;
LIST_OF(FindPast, FindPasts);

/* What is known of one request in memory. */
typedef struct FindRecord {
    const RequestView *view;
    Person             requester;
    Str                requester_org; /* key; STR_NULL: none */
    Str                text;          /* everything by which it is found */
    bool               breached;
    bool               unread;        /* for the reader of the query */
    FieldValues        own;           /* what it has in fields of teams */
    FindPasts          past;          /* by field, in the order of time */
    Arena             *arena;
} FindRecord;

typedef struct Field {
    const char        *name;
    const char        *what; /* for people, in one line */
    const char        *example; /* a value that it may have; NULL: one of its keys, or as its type says (find_example) */
    CondType           type;
    FieldStore         store;
    const char *const *keys;
    size_t             keys_n;
    FieldPast          past;
    FieldLead          lead;
    const DbFragment  *value; /* one value */
    const DbFragment  *currency;
    const DbFragment  *has, *any; /* several: is this one among them, is there any */
    const DbFragment  *is;        /* one value: is it this one, by an index; NULL: value = ... */
    bool             (*get)(const FindRecord *r, CondValue *ret);
    const DbFragment  *sort;          /* an int, never NULL, with an index */
    int64_t          (*key)(const FoundRow *row); /* the same of a row */
} Field;

extern const Field find_fields[];
extern const size_t find_fields_n;

/* Ids of names in the schema: a field by its place, a word, a team's field by its place in `own`, an
 * answer by the place in `questions`. */
enum { FIND_WORD_ME = 10000, FIND_WORD_MY_TEAMS, FIND_OWN_FIRST = 11000, FIND_ANSWER_FIRST = 20000 };

typedef struct FindSchema {
    CondSchema       names;
    const Question **questions; /* behind answer.ID, by id - FIND_ANSWER_FIRST */
    size_t           questions_n;
    TeamFields       own;       /* behind field.KEY, by id - FIND_OWN_FIRST */
} FindSchema;
CHECKED Rc find_schema(Ctx *cx, const FindSchema **ret);

/* A short filter of search with the field, for help: "state:fulfilling". */
Str find_example(Arena *a, const FindSchema *s, const CondName *name);

/* What a name of the tree is: a field of the table, or one made for an answer. */
typedef struct FieldUse {
    Field   field;
    Str     question; /* LEAD_QUESTION */
    int64_t own;      /* LEAD_OWN */
} FieldUse;
/* The field of that name; NULL: none, or a word. */
const CondName *find_name(const FindSchema *s, Str name);
/* The team's field behind a name; NULL: it is none. */
const TeamField *find_own(const FindSchema *s, const CondName *name);
/* False for a word. */
bool find_field(const FindSchema *s, const CondName *name, FieldUse *ret);

/* The reader's words me and my_teams. */
typedef struct FindReader {
    Str     login;
    StrList teams; /* keys */
} FindReader;

struct FindQuery {
    const FindSchema *schema;
    CondList          list;
    FindReader        reader;
    const Zone       *zone;
    Ms                now;
    int64_t           words_most; /* of the requests with its words (find_asks_words) only the newest are looked through */
    int64_t           sorted_most; /* FIND_SORTED_MOST; less in tests */
    bool              led;         /* something narrow stands beside it in the statement */
    bool              newest;      /* of what the reader may see only the requests from newest_from on */
    int64_t           newest_from;
    bool              all_seen;    /* and that is all of it */
};
#define FIND_WORDS_MOST 20000
/* Must a request have certain words, whatever else is asked? */
bool find_asks_words(const FindQuery *q);
/* Whatever else it asks, it finds open requests only. */
bool find_asks_open(const FindQuery *q);

/* The value of an expression without fields: false where it has some.  *ret COND_EMPTY when it is empty. */
bool       find_is_constant(const Cond *c);
CHECKED Rc find_constant(const FindQuery *q, const Cond *c, CondValue *ret);
/* A record for the evaluator: `r` NULL knows the reader's words alone. */
typedef struct FindEval {
    const FindQuery  *query;
    const FindRecord *record;
} FindEval;
CondRecord find_record(FindEval *e);

/* One request in memory, as of `now`, and what the query says of it. */
CHECKED Rc find_load(Ctx *cx, GrantedRequest g, Ms now, FindRecord *ret);
CHECKED Rc find_eval(const FindQuery *q, const FindRecord *r, bool *ret);

/* How many (as find_count), and the ids of the first `size` in the order of the query; 0: none of them. */
typedef struct FindCounted {
    int64_t  count;
    int64_t *ids;
    size_t   n;
    bool     more; /* there are others */
} FindCounted;
CHECKED Rc find_counted(Ctx *cx, ScopeRequests s, const FindQuery *q, int64_t size, FindCounted *ret);
/* Ids alone, ordered by a field of instants, earliest first, whatever the query says; at most `size`. */
CHECKED Rc find_ids_by(Ctx *cx, ScopeRequests s, const FindQuery *q, const Field *by, int64_t size, int64_t **ret,
                       size_t *ret_n, bool *ret_more);

/* The condition and the order as SQL (find_sql.c).  `after` NULL: from the first row; else one value for each
 * field of the order, and the id. */
typedef struct FindSql {
    DbPart *asked, *sorted;
} FindSql;
CHECKED Rc find_sql(Ctx *cx, const FindQuery *q, DbDialect d, const int64_t *after, FindSql *ret);

/* ---- find_lead.c ---- */

/* The way to what the reader may see, and AND; nothing where an index of what is asked is better. */
CHECKED Rc find_put_lead(Ctx *cx, const FindQuery *q, DbPart *to);
#define FIND_TWICE 2  /* rows of a reader for each request that is wanted: they may see it in several ways */
#define FIND_MORE  20 /* where so many were too few, so many times as many */
/* The same query among the newest `n` or more below `below` that have its words, or that the reader may see.  *ret_there
 * false: no use, the query is looked for as it stands. */
CHECKED Rc find_newest(Ctx *cx, ScopeRequests s, const FindQuery *q, int64_t below, int64_t n, FindQuery *ret,
                       bool *ret_there);

/* The order of a query: what it says, and the id after it.  Where that is how the fair order begins (`order by due`), the rest
 * of the fair order decides ties.  `n` counts without the id. */
typedef struct FindOrder {
    const Field *fields[COND_ORDER_MAX];
    bool         descending[COND_ORDER_MAX];
    size_t       n;
    bool         id_descending;
} FindOrder;
FindOrder find_order(const FindQuery *q);
/* Behind the row with these values, as AND ...; and what follows ORDER BY. */
void find_put_after(DbPart *to, const FindOrder *o, const int64_t *after);
void find_put_order(DbPart *to, const FindOrder *o);
/* What stands in the field, of one that takes no reader and no instant. */
void find_put_value(DbPart *to, const FieldUse *u);

/* ---- find.c: pages ---- */

LIST_OF(FoundRow, FoundRows);
#define FIND_AFTER_MAX (COND_ORDER_MAX + 1)
/* Where a page begins, "17.3.204": a number for each field of the order and the id.
 * Errors: RC_INVALID (field "cursor"). */
CHECKED Rc find_read_after(Ctx *cx, Str after, const FindOrder *o, int64_t *ret);
Str        find_write_after(Arena *a, const FindOrder *o, const FoundRow *row);
/* The first `most` in the order of the query, each with the word that stands in a field; NULL where nothing does. */
typedef struct FindSpread {
    FindSpreadRow *at;
    size_t         n, cap;
} FindSpread;
CHECKED Rc find_spread(Ctx *cx, ScopeRequests s, const FindQuery *q, Str field, int64_t most, FindSpread *ret);
CHECKED Rc find_heads(Ctx *cx, ScopeRequests s, const FoundRows *found, RequestHeads *ret);
