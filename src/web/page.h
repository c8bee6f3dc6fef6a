/* page.h - the frame around a page: head, navigation, notices, foot.
 *
 * A handler fills its page struct, sets title and place in the frame and writes
 *
 *     return PAGE(&out, &frame, tmpl_target_list, &page);
 *
 * The frame is in web/portal.html, web/work.html and web/gate.html; the head and the parts they share
 * are in web/partials/.
 */
#pragma once

#include "web/out.h"

typedef enum FrameKind {
    FRAME_PORTAL, /* requesters and approvers: top bar, centred page, dock on a phone */
    FRAME_WORK,   /* staff: rail and desk */
    FRAME_GATE,   /* sign-in and set-up: no navigation */
} FrameKind;

/* The place that the navigation shows as the present one. */
typedef enum NavPlace {
    NAV_NONE,
    NAV_HOME, NAV_CATALOG, NAV_REQUESTS, NAV_APPROVALS,               /* portal */
    NAV_MY_WORK, NAV_QUEUE, NAV_MODELS, NAV_ADMIN,                    /* workspace */
    NAV_NOTIFICATIONS, NAV_PROFILE,
} NavPlace;

typedef enum Theme { THEME_SYSTEM, THEME_LIGHT, THEME_DARK } Theme;

typedef enum FlashKind { FLASH_NONE, FLASH_DONE, FLASH_WARN, FLASH_BAD } FlashKind;

/* What just happened, shown once.  An act that can be undone carries the form that does it. */
typedef struct Flash {
    FlashKind kind;
    Text      text;
    Str       undo_url; /* POST, with the fields undo_name=undo_value; empty: nothing to undo */
    Str       undo_name, undo_value;
} Flash;

typedef struct Crumb {
    Str url;   /* empty for the present page */
    Str text;
} Crumb;
LIST_OF(Crumb, CrumbList);

typedef struct PageFrame {
    FrameKind kind;
    NavPlace  nav;
    Theme     theme;
    Text      title;      /* of the document; the page writes its own h1 */
    CrumbList crumbs;     /* portal: the way to this page, outermost first */

    /* the person; an empty name means nobody is signed in */
    Str     person_name, person_initials;
    int32_t person_hue;   /* 1..6, colour of the avatar */
    Str     person_team;  /* name of the first team, for the rail */
    bool    may_work, may_manage_models, may_admin, may_audit;

    int32_t approvals_waiting; /* asks that wait for this person */
    int32_t notifications_new;

    bool  demo;           /* the demo organisation is loaded: says so on every page */
    Flash flash;
    Str   here_url;       /* path and query of this page, for the switches of language and theme */
    Str   live;           /* names of live streams, comma-separated; empty: the page never changes */
} PageFrame;

void page_begin(PageOut *o, const PageFrame *f);
void page_end(PageOut *o, const PageFrame *f);

/* Frame, template and data in one; an Rc. */
#define PAGE(o, frame, template, data)                                                             \
    (page_begin((o), (frame)), page_close((o), (frame), template((o), (data))))
/* Ends the frame behind a body that gave `body`; the first failure counts. */
CHECKED Rc page_close(PageOut *o, const PageFrame *f, Rc body);

/* -- small helpers for page structs -- */

/* "KA" of "Kim Alder"; the first character of a Chinese name. */
Str page_initials(Arena *a, Str name);
/* 1..6, always the same for the same text. */
int32_t page_hue(Str text);

/* What happened, what to do, and the number to quote. */
typedef struct ErrorPage {
    int         status;      /* HTTP status */
    const char *what, *todo; /* messages */
    Str         reference;   /* empty when there is nothing to quote */
    Str         back_url;    /* where the main link leads */
    const char *back_text;
} ErrorPage;

/* The texts for a status; `reference` as in the log. */
ErrorPage page_error(int status, Str reference);
