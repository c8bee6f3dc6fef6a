/* view.h - requests by a query of the language of query.h: lists, counts, and one request at a time.
 *
 *     state in (fulfilling, pending) and team = workplace and due < now + 2d
 *     assignee is empty and priority >= high order by created
 *     model = laptop and answer.device = developer and cost > 1500 EUR
 *
 * Fields stand in fields.c, a row each: a new row is at once in lists, in single decisions, in the help and in
 * the API.  What they mean to people: docs/query-language.md and the page /help/query.
 *
 * Two ways to an answer, which agree on every request: SQL over many (find_list, find_count), and the
 * evaluator of query.h over one that was loaded (find_holds).  The same checks stand before both, so that a query
 * is refused by both or by none.
 *
 * Rights.  Every statement carries the scope of its reader, and a field looks at parts of the request alone
 * that everybody sees who sees the request: neither results nor counts nor errors tell of a hidden one.
 */
#pragma once

#include "domain/query/query.h"
#include "domain/request/request.h"

typedef struct FindQuery FindQuery; /* parsed, typed, its names of people and teams looked up; never changes */

/* A query and its order.  "" finds everything, newest first.  The query keeps whose it is: `me` and `my_teams`
 * are the subject's, days begin in cx->zone, `now` is cx->now_ms.
 * Errors: RC_INVALID and RC_LIMIT with *ret_error (column, a sentence, a code: those of CondError and
 * "unknown_person", "unknown_team", "not_here"). */
CHECKED Rc find_parse(Ctx *cx, Str text, const FindQuery **ret, CondError *ret_error);
/* The same with the names of a query that this call has parsed already; NULL: looks them up. */
CHECKED Rc find_parse_beside(Ctx *cx, const FindQuery *other, Str text, const FindQuery **ret, CondError *ret_error);
/* What holds for `q` and for `asked`, a query without an order, in the order of `q`.  Errors: as find_parse. */
CHECKED Rc find_narrow(Ctx *cx, const FindQuery *q, Str asked, const FindQuery **ret, CondError *ret_error);
/* The same without the order. */
const Cond *find_where(const FindQuery *q);
/* The one text of it (query.h), which gives it again; "" finds everything. */
CHECKED Rc find_text(Ctx *cx, const FindQuery *q, Str *ret);

/* Does the query say an order? */
bool find_has_order(const FindQuery *q);
/* The same query in another order.  `field` must be sortable: RC_INVALID otherwise.  What it was ordered by
 * before comes after it, as far as there is room. */
CHECKED Rc find_order_by(Ctx *cx, const FindQuery *q, Str field, bool descending, const FindQuery **ret);
/* So many requests of a list are sorted one by one where no index does it, into groups or into columns of a board: the first
 * in its order.  What is said of a longer one holds for those, and says so. */
#define FIND_SORTED_MOST 10000

/* The order of lists of open work that say none, "order by due, priority desc, created": what is due first comes first, of
 * that what is more important, of that what waits longest.  A query with an order stays as it is, and so does one that asks
 * for words, as a search does, or for more than what is open: there the newest comes first. */
CHECKED Rc find_fair(Ctx *cx, const FindQuery *q, const FindQuery **ret);
/* By what it is ordered, for words and arrows. */
typedef struct FindSort {
    Str  field;
    bool descending;
} FindSort;
LIST_OF(FindSort, FindSorts);
CHECKED Rc find_sorts(Ctx *cx, const FindQuery *q, FindSorts *ret);

/* ---- narrow.c ---- */

/* What the query joins with `and`, each as its one text; the whole condition where it joins nothing so. */
CHECKED Rc find_parts(Ctx *cx, const FindQuery *q, StrList *ret);
/* The query without the part `from` ("": all stay) and with the condition `to` ("": none), in the same order.
 * Errors: those of find_parse. */
CHECKED Rc find_exchange(Ctx *cx, const FindQuery *q, Str from, Str to, const FindQuery **ret, CondError *ret_error);
/* Words that somebody typed where a query is expected: the query that looks for them.  False: they hold signs
 * of the language, and a mistake in it is more likely. */
CHECKED bool find_from_words(Arena *a, Str typed, Str *ret);

/* ---- find.c ---- */

#define FIND_PAGE_MOST 100
/* A page: at most `size` (1..100) after the row that `after` names, "" for the first page. */
typedef struct FindPage {
    Str     after;
    int64_t size;
} FindPage;
/* *ret_next: `after` of the next page, "" at the end.
 * Errors: RC_INVALID (`after` is none of this query's), RC_LIMIT (took too long). */
CHECKED Rc find_list(Ctx *cx, ScopeRequests s, const FindQuery *q, FindPage page, RequestHeads *ret,
                     Str *ret_next);
/* How many; exact to 999, 1000 stands for more. */
#define FIND_COUNT_MOST 1000
CHECKED Rc find_count(Ctx *cx, ScopeRequests s, const FindQuery *q, int64_t *ret);
/* Does the query hold for this request?  The order does not matter. */
CHECKED Rc find_holds(Ctx *cx, GrantedRequest g, const FindQuery *q, bool *ret);

/* Every name that a query may use, for help and completion: fields, words (me, my_teams), answers as
 * answer.ID. */
typedef struct FindName {
    Str        name;
    CondType   type;
    const Str *keys;
    size_t     keys_n;
    bool       sortable;
    const char     *what;  /* msgid: "When it was sent"; NULL for an answer */
    const LangText *asked; /* of an answer: the question */
    Str             example; /* a short filter of search, which finds something to try: "priority:>=high"; "" of a word */
} FindName;
LIST_OF(FindName, FindNames);
CHECKED Rc find_names(Ctx *cx, FindNames *ret);
