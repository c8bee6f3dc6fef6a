/* board_page.h - what the board of a view shows. */
#pragma once

#include "domain/view/board.h"
#include "domain/view/view_page.h"

/* A column into which a card can be moved. */
typedef struct BoardGo {
    Str  key, name;
    bool words; /* it takes some, for which a page asks */
} BoardGo;
LIST_OF(BoardGo, BoardGoes);

typedef struct BoardCardLook {
    Str         number, title, from, assignee, initials;
    const char *hue, *prio_css, *prio_icon, *prio_label, *risk;
    bool        is_due, due_soon, due_over;
    Ms          due_ms;
    const char *due_css, *due_icon;
    StrList     tags;
    int64_t     files;
    BoardGoes   ways;
} BoardCardLook;
LIST_OF(BoardCardLook, BoardCardLooks);

typedef struct BoardLaneLook {
    Str            key, count, more_url;
    Text           name;
    int64_t        most; /* 0: no limit */
    bool           full, over, target;
    BoardCardLooks cards;
} BoardLaneLook;
LIST_OF(BoardLaneLook, BoardLaneLooks);

typedef struct BoardPage {
    ViewTabs       tabs;
    ViewWays       ways;
    Text           name;
    Str            view, q, by;
    bool           wrong;
    Text           why_wrong;
    Str            before, at;
    WidgetOptions  fields; /* what columns can be made of */
    BoardLaneLooks lanes;
    Text           refused; /* a move that was, and why; msgid NULL: none */
    Str            refused_number;
    Str            move_url, here_url;
    bool           empty;
    Str            cut; /* only so many of the view are on the board; empty: all */
    bool           may_limit; /* the view is the reader's to change */
    bool           strict;
    int64_t        version;
} BoardPage;

/* The words that a move takes. */
typedef struct BoardWordsPage {
    Str  number, title, from, to, to_name, move_url, back_url;
    Form form;
} BoardWordsPage;
