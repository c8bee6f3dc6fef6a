/* group.h - a list in groups: by what, in which order, how many are in each.
 *
 * A group has what a request has in one field: its state, team, priority, who has it, who asks, the item, the chosen
 * option of a question (answer.ID) or of a team's field (field.KEY).  By due time groups are spans (late, today ...),
 * by the day of creation the days of the reader's zone.  Groups come in an order that people expect, requests that have
 * nothing there come last, and inside a group the list keeps its own order.
 *
 * Of teams, people and items the GROUPS_MOST that hold most requests are groups; all others share one, "Everything
 * else".  Days are the last GROUPS_MOST.
 *
 * The first FIND_SORTED_MOST of the list are in groups, so that a list of everything is as quick as others: where the list's
 * own order does not lead through the groups it ends with them.  Each page takes one statement more, which counts
 * all groups.
 */
#pragma once

#include "domain/view/view.h"

#define GROUPS_MOST 100

/* By what lists can be grouped. */
typedef struct GroupField {
    Str  name;  /* in addresses, the API and rows of views; "" no groups */
    Text label;
} GroupField;
LIST_OF(GroupField, GroupFields);
/* All of them, "" first. */
CHECKED Rc group_fields(Ctx *cx, GroupFields *ret);
/* "" and those of group_fields. */
CHECKED Rc group_is_field(Ctx *cx, Str name, bool *ret);

typedef struct ListGroup {
    Str     key;   /* a word, key or login; a date; of due times late, today, tomorrow, week, later; "-" nothing, "+" all others */
    Text    name;
    int64_t count;
} ListGroup;
LIST_OF(ListGroup, ListGroups);

/* A list and its groups; lives in the call. */
typedef struct Grouping Grouping;

/* `q` in its order (find_fair), grouped by `by`; a name that is no field (any more) makes no groups.  `after`: the page
 * that is wanted, as grouping_page takes it, "" the first.  Keeps `q`.
 * Errors: RC_INVALID (field "cursor"), RC_LIMIT (took too long). */
CHECKED Rc grouping_open(Ctx *cx, ScopeRequests s, const FindQuery *q, Str by, Str after, const Grouping **ret);
/* Those with requests, in order.  *ret_exact false: there are more requests than were counted. */
const ListGroups *grouping_groups(const Grouping *g, bool *ret_exact);
/* There are more requests than pages of this list show. */
bool grouping_is_cut(const Grouping *g);
/* As find_list, group after group.  ret_of[i]: place of the group of ret->at[i] in grouping_groups; has room for page.size; NULL:
 * not wanted. */
CHECKED Rc grouping_page(Ctx *cx, ScopeRequests s, const Grouping *g, FindPage page, RequestHeads *ret, size_t *ret_of,
                         Str *ret_next);
