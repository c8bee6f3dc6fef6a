/* saved.h - views: saved queries over requests with their columns, and the tabs of a person.  For this
 * concept's own faces.
 *
 * A view is private (its author alone), of a team (its members) or public (all staff).  It decides what is
 * listed and how; what a reader sees of it is what they see of requests anyway, and `me` and `my_teams` are
 * the reader's.  Some come with the program, by what the reader does (built-in: no row, names translated, nobody
 * changes them).  A person pins views as tabs and orders them; others never notice.
 *
 * A view is changed and dropped by its author, by leads of its team, and a public one by administrators.
 */
#pragma once

#include "domain/request/team_field.h"
#include "domain/view/group.h"

#define VIEW_NAME_MAX   80  /* characters */
#define VIEWS_OWN_MAX   200 /* of one author: view_create refuses more */
#define VIEW_COLUMNS_MAX 16

typedef struct SavedView {
    Str         key;
    Str         name;  /* in its author's words; STR_NULL of a built-in one */
    const char *label; /* msgid of a built-in one, NULL otherwise */
    Str         query; /* as find_parse takes it; it may have become wrong since: a question is gone, a team */
    StrList     columns; /* names of view_columns; none: the usual ones */
    Str         grouping; /* a field of group.h; "": none */
    Str         board;    /* field of the columns of its board (board.h); "": state */
    Str         limits;   /* most cards of a column: "fulfilling=6 pending=10"; "": none */
    bool        strict;   /* a move into a full column is refused */
    Str         sharing; /* private | team | public; "" of a built-in one */
    PersonRef   owner;   /* id 0 of a built-in one */
    TeamRef     team;    /* id 0 unless sharing is "team" */
    int64_t     id, version; /* 0 of a built-in one */
    Ms          created_ms, changed_ms;
    bool        pinned;
    bool        may_change;
} SavedView;
LIST_OF(SavedView, SavedViews);

/* Its name, in the reader's language where it comes with the program. */
Text view_name(const SavedView *v);

/* What the reader may use: pinned ones first, as the reader ordered them, then the others: those that come
 * with the program, then by name. */
CHECKED Rc view_list(Ctx *cx, GrantedSelf g, SavedViews *ret);
/* Errors: RC_NOT_FOUND (unknown, or not the reader's to use). */
CHECKED Rc view_get(Ctx *cx, GrantedSelf g, Str key, SavedView *ret);

typedef struct ViewInput {
    Str     key;      /* with view_create; "": made of the name */
    Str     name;     /* 1..VIEW_NAME_MAX characters, one line */
    Str     query;    /* kept in its one form */
    StrList columns;  /* each once; none: the usual ones */
    Str     grouping; /* as in SavedView */
    Str     sharing;
    Str     team;     /* key; with sharing "team" only, one of the author's teams */
    OptInt  version;  /* with view_change */
} ViewInput;
/* Records "view.created", "view.changed" (nothing when nothing changed), "view.dropped"; names and queries are words of a
 * person and stand in event_text.  A new view is pinned for its author.
 * Errors: RC_INVALID (field errors: name, key, query with code and column, columns, grouping, sharing, team),
 * RC_CONFLICT (key taken), RC_LIMIT (VIEWS_OWN_MAX), RC_FORBIDDEN (not theirs to change, or it comes with the
 * program), RC_NOT_FOUND, RC_STALE. */
CHECKED Rc view_create(Ctx *cx, GrantedSelf g, const ViewInput *in, Str *ret_key);
CHECKED Rc view_change(Ctx *cx, GrantedSelf g, Str key, const ViewInput *in);
CHECKED Rc view_drop(Ctx *cx, GrantedSelf g, Str key, OptInt version);

#define VIEW_LIMITS_MAX 16  /* limits of one view */
#define VIEW_LIMIT_MOST 999 /* cards of a column */
typedef struct ViewBoard {
    Str     board;   /* a field that a board can have columns of (board.h) */
    StrList limits;  /* "fulfilling=6": key of a column, most cards; a column named twice has the last one */
    bool    strict;
    OptInt  version;
} ViewBoard;
/* How the board of a view is.  Who may change the view may; the event is "view.changed" (nothing when nothing
 * changed).  Errors: as view_change; RC_INVALID at board, limits. */
CHECKED Rc view_board_set(Ctx *cx, GrantedSelf g, Str key, const ViewBoard *in);

typedef enum ViewMove { VIEW_PIN, VIEW_UNPIN, VIEW_UP, VIEW_DOWN } ViewMove;
CHECKED bool view_move_from_word(Str word, ViewMove *ret); /* pin unpin up down */
/* The reader's own tabs: pins at the end, unpins, or changes places with the tab before or after it (nothing at the
 * end, or for one that is no tab).  Errors: RC_NOT_FOUND. */
CHECKED Rc view_place(Ctx *cx, GrantedSelf g, Str key, ViewMove move);

/* What is wrong with a query, with its place: "At character 9: ...". */
Text view_wrong(Ctx *cx, const CondError *error);
/* find_parse with its refusal as a field error of `field`: the column stands in the sentence. */
CHECKED Rc view_query(Ctx *cx, const char *field, Str text, const FindQuery **ret);

/* ---- columns ---- */

typedef struct ViewColumn {
    const char *name;  /* stable: in addresses, the API and rows */
    const char *label; /* msgid of its head */
    const char *sort;  /* field of the query language; NULL: a list cannot be ordered by it */
    bool        usual; /* shown unless a view says otherwise */
    bool        wide_only; /* left out on a narrow screen */
    const TeamField *own; /* a team's field: the column is named field.KEY; NULL: none */
} ViewColumn;
extern const ViewColumn view_columns[];
extern const size_t view_columns_n;
LIST_OF(const ViewColumn *, ViewColumns);
/* Its head. */
Text view_column_head(const ViewColumn *c);
/* One by its name, fields of teams too; *ret NULL: there is none. */
CHECKED Rc view_column(Ctx *cx, Str name, const ViewColumn **ret);
/* Those that somebody chooses from: all of the program, fields of the reader's teams that are filled in, and those of
 * `chosen`. */
CHECKED Rc view_columns_offered(Ctx *cx, const ViewColumns *chosen, ViewColumns *ret);
/* What these requests have in fields of teams, when a column shows one; in one statement. */
CHECKED Rc view_own_values(Ctx *cx, ScopeRequests s, const ViewColumns *columns, const RequestHeads *heads,
                           FieldValues *ret);
/* Of one request in the column; NULL: nothing. */
const FieldValue *view_own_value(const FieldValues *values, const ViewColumn *c, const RequestHead *h);
/* Those named, in that order; of none the usual ones.  Errors: RC_INVALID (field "columns"). */
CHECKED Rc view_columns_of(Ctx *cx, const StrList *names, ViewColumns *ret);
/* A cell as plain text; an instant as RFC 3339, money as "1500.00 EUR", words of states as keys: for CSV. */
CHECKED Rc view_cell_text(Ctx *cx, const ViewColumn *c, const RequestHead *h, const FieldValues *own, Str *ret);

/* The list as CSV (RFC 4180, UTF-8, a head of column names), from its first row, at most `most` rows; a cell that a spreadsheet would
 * calculate gets an apostrophe in front.  *ret_more: there were more rows. */
#define VIEW_CSV_MOST 5000
CHECKED Rc view_csv(Ctx *cx, ScopeRequests s, const Grouping *list, const ViewColumns *columns, int64_t most,
                    Buf *to, bool *ret_more);

/* ---- why ---- */

/* A part of a query and what it says of one request.  Parts under "and" and "or" follow their head, one deeper. */
typedef struct ViewReason {
    int32_t depth;
    bool    holds;
    bool    is_all, is_any; /* heads: all of what follows must hold, or one of it */
    bool    negated;        /* ... must not hold */
    Str     text;           /* the part in its one form; "" of heads */
    Str     now;            /* what the request has: "state = pending, priority = high"; "" of heads */
} ViewReason;
LIST_OF(ViewReason, ViewReasons);
/* Why a request is found by the query, or why not.  `g` needs MAY_SEE: of what the reader does not see nothing is
 * said.  *ret_holds: all in all. */
CHECKED Rc view_why(Ctx *cx, GrantedRequest g, const FindQuery *q, ViewReasons *ret, bool *ret_holds);
