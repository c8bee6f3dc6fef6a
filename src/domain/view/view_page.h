/* view_page.h - what the pages of views show. */
#pragma once

#include "domain/view/saved.h"
#include "web/widgets.h"

/* A view above the list. */
typedef struct ViewTab {
    Str  url;
    Text name;
    Str  count; /* "7", "999+"; empty: not counted */
    bool current;
} ViewTab;
LIST_OF(ViewTab, ViewTabs);

typedef struct ListHead {
    Text        label;
    const char *css;
    Str         url;  /* empty: the list cannot be ordered by it */
    const char *sorted; /* "ascending", "descending"; NULL */
    bool        down;
} ListHead;
LIST_OF(ListHead, ListHeads);

/* Of the is_ members one is set at most; none: an empty cell. */
typedef struct ListCell {
    const char *css;   /* of the cell */
    bool        is_words, is_title, is_prio, is_state, is_due, is_moment, is_person, is_text;
    Str         words; /* also: number of the request, for the title */
    Str         number;
    Text        text;
    const char *look, *icon, *label; /* priority, state */
    const char *risk;
    const char *hue;
    Str         initials;
    Ms          ms;
    bool        over, near;
} ListCell;
LIST_OF(ListCell, ListCells);

typedef struct ListRow {
    bool      begins; /* of a group: its head comes before this row */
    Text      group;
    Str       number;
    bool      unread; /* by the reader */
    ListCells cells;
} ListRow;
LIST_OF(ListRow, ListRows);

typedef struct ListPage {
    ViewTabs      tabs;
    Text          name;
    Str           view;   /* key; empty: none */
    Str           q;      /* in the query line */
    bool          wrong;
    Text          why_wrong;
    Str           before, at; /* of what was typed: up to the mistake, and from there on */
    ListHeads     heads;
    int64_t       columns_n;
    ListRows      rows;
    TextList      order;
    bool          fair;   /* nobody said another order */
    Str           count;
    WidgetOptions columns, groupings;
    bool          narrowed; /* the query says anything at all */
    Str           next_url, first_url, csv_url, save_url, edit_url, here_url;
    bool          changed; /* not as the view was saved */
} ListPage;

typedef struct ViewLine {
    Str  key, url;
    Text name;
    Str  query;
    Text whose;
    bool pinned, may_change, first, last;
} ViewLine;
LIST_OF(ViewLine, ViewLines);

typedef struct ViewsPage {
    ViewLines tabs, others;
} ViewsPage;

typedef struct ViewEditPage {
    bool    is_new;
    Str     key;
    int64_t version;
    Form    form;
    Str     action, link, back_url;
} ViewEditPage;

typedef struct WhyPart {
    Text head;  /* "All of these" */
    Str  text, now;
    bool holds;
    const char *css;
} WhyPart;
LIST_OF(WhyPart, WhyParts);

typedef struct WhyPage {
    Str       view, q, number, title, list_url;
    Text      name;
    bool      asked, known, holds, everything;
    WhyParts  parts;
} WhyPage;
