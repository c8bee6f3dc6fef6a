/* board.h - the board of a view: its requests in columns ("lanes"), and moves from one column into another.
 *
 * A board has columns of one field: state, tasks.stage, assignee, priority, answer.ID of a question or field.KEY of a
 * team, with few options.  Each request of the view stands in one column and in no other.  A column is the query of the view
 * and one comparison more, so it is counted, ordered and seen as every list is: hidden requests change nothing.
 *
 * A move is an ordinary command of the request (request.h) with its checks, rights, events and refusals;
 * nothing here sets a state by hand.  docs/domain/view.md says which move is which act.
 */
#pragma once

#include "domain/request/lists.h"
#include "domain/view/saved.h"

#define BOARD_LANES_MAX 12
#define BOARD_CARDS     16  /* of one column: all of them together are what request_heads takes */
#define BOARD_NOBODY    "-" /* key of the column of what has none: nobody has it, no answer, nothing chosen, no tasks */
#define BOARD_OTHERS    "+" /* key of the column of everybody else, of other options; nothing is moved there */

typedef struct BoardCard {
    RequestHead head;
    CardParts   parts;
} BoardCard;
LIST_OF(BoardCard, BoardCards);

typedef struct BoardLane {
    Str        key;     /* word of the state, level or stage; login; key of an option; BOARD_NOBODY, BOARD_OTHERS */
    Text       name;
    const FindQuery *asked; /* what is in it */
    Str        query;   /* the same as a text, for the list; STR_NULL: too long to be typed */
    int64_t    count;   /* to 999, 1000 stands for more */
    bool       exact;   /* false: there are more */
    int64_t    most;    /* its limit; 0: none */
    bool       target;  /* cards can be moved here */
    bool       quiet;   /* shown only while something is in it */
    BoardCards cards;   /* the first ones in the order of the view */
    bool       more;    /* there are others */
} BoardLane;
LIST_OF(BoardLane, BoardLanes);

typedef struct Board {
    Str        by;
    BoardLanes lanes;
    bool       cut; /* what comes after the first FIND_SORTED_MOST is in no column */
} Board;

/* Fields that a board can have columns of, for a choice: questions and fields of teams by their words. */
typedef struct BoardField {
    Str  name;
    Text label;
} BoardField;
LIST_OF(BoardField, BoardFields);
CHECKED Rc board_fields(Ctx *cx, BoardFields *ret);
CHECKED Rc board_is_field(Ctx *cx, Str name, bool *ret);

/* The board of what `q` finds, in the order of `q`.  `by` "": state.  `limits` as in SavedView.  A number of statements
 * that follows from the columns, not from the requests.
 * Errors: RC_INVALID (field "by"), RC_LIMIT (took too long). */
CHECKED Rc board_get(Ctx *cx, ScopeRequests s, const FindQuery *q, Str by, Str limits, Board *ret);
/* The same without cards: the columns, and how many requests are in each. */
CHECKED Rc board_lanes(Ctx *cx, ScopeRequests s, const FindQuery *q, Str by, Str limits, Board *ret);
/* The limit of a column; 0: none. */
int64_t board_limit(Str limits, Str key);

/* What a move of this request would take: for menus and forms, by its head alone.  The command decides. */
typedef struct BoardWay {
    bool there;      /* there is such a move */
    bool needs_text; /* it takes words */
    Text asked;      /* which */
    Text why_not;    /* when there is none */
} BoardWay;
BoardWay board_way(Str by, const RequestHead *h, Str from, Str to);

typedef struct BoardMove {
    Str  by;     /* as Board.by */
    Str  from;   /* the column where it was seen; "": not checked */
    Str  to;
    Str  text;   /* reason or resolution, where the move takes words */
    Str  limits; /* those of the view where it refuses moves into full columns, else "" */
    Rc   fault;
} BoardMove;
typedef struct BoardMoved {
    int64_t undo_id; /* what bulk_undo takes; 0: none */
    bool    waits;   /* it was put on hold */
} BoardMoved;
/* Moves a request to another column of the board of what `q` finds, in the caller's transaction: all of it or nothing.
 * Where it stands there already nothing happens.  Moves by assignee, priority, answer and field are taken back with bulk_undo,
 * what was put on hold goes on with ACT_RESUME; there is no way back of one press for the others.
 * Errors: as the act's; RC_FORBIDDEN; RC_STALE (it is not in `from` any more); RC_CONFLICT (there is no such move, with
 * the reason; the act would lead elsewhere; "full"); then `fault`; RC_INVALID (by, to, text). */
CHECKED Rc board_move(Ctx *cx, GrantedRequest g, ScopeRequests s, const FindQuery *q, const BoardMove *in,
                      BoardMoved *ret);
