/* view_page.h - what the pages of views show. */
#pragma once

#include "domain/view/saved.h"
#include "http/form.h"
#include "web/widgets.h"

/* A view above the list. */
typedef struct ViewTab {
    Str  url;
    Text name;
    Str  count; /* "7", "999+"; empty: not counted */
    bool current;
} ViewTab;
LIST_OF(ViewTab, ViewTabs);

/* The same requests shown another way. */
typedef struct ViewWay {
    Str         url;
    const char *label;
    bool        current;
} ViewWay;
LIST_OF(ViewWay, ViewWays);

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
    Str         edit;  /* "assignee.REQ-42": the cell becomes a form; empty: it cannot be changed here */
    const char *name;  /* of the column, for the form and its button */
    bool        is_form, with_reason;
    const char *act;   /* of bulk.h */
    WidgetOptions options;
    Str         back;  /* where the form leads back to */
} ListCell;
LIST_OF(ListCell, ListCells);

typedef struct ListRow {
    bool      begins; /* of a group: its head comes before this row */
    Text      group;
    Str       group_count; /* "7", "99999+" */
    Str       number;
    int64_t   version;  /* of the request */
    Str       view, q;  /* the list it stands in, for the way to the next one */
    bool      unread; /* by the reader */
    ListCells cells;
} ListRow;
LIST_OF(ListRow, ListRows);

/* Team, state and who has it, as choices; each stands for a part of the query. */
typedef struct NarrowChoice {
    const char   *name, *label;
    WidgetOptions options;
    Str           chosen;
} NarrowChoice;
LIST_OF(NarrowChoice, NarrowChoices);

/* What differs from the rows that somebody has before them (view_web.c, `shown`). */
typedef struct ListNews {
    int64_t came, gone; /* rows of this page that they do not have; rows of theirs that are not on it */
    bool    moved;      /* those that both have stand in another order */
    bool    any;
} ListNews;

typedef struct ListPage {
    ViewTabs      tabs;
    ViewWays      ways;
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
    Str           grouped_most; /* so many of a longer list are shown, in groups; empty: all */
    Str           count;
    WidgetOptions columns, groupings;
    NarrowChoices choices;
    bool          has_buttons; /* there are cells that can be changed */
    FormFields    here;     /* what the address of this page says */
    Str           back_url; /* this page */
    bool          narrowed; /* the query says anything at all */
    ListNews      news;
    Str           all_url; /* acts on all that fit; empty: all of them are on this page */
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
