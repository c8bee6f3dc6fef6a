/* page.h - the frame around a page: head, navigation, notices, foot.
 *
 * A handler opens the page, fills its page struct, says title and place, and writes:
 *
 *     PageOut   out;
 *     PageFrame frame;
 *     page_open(call, FRAME_WORK, &out, &frame);
 *     frame.title = TEXT("Targets");
 *     frame.nav = NAV_ADMIN;
 *     return PAGE(&out, &frame, tmpl_target_list, &page);
 *
 * A part of a page, fetched by script, is the template alone: return tmpl_target_row(&out, &row).
 * The frames are web/frame_*.html, what they share is in web/partials/.
 */
#pragma once

#include "http/call.h"
#include "web/out.h"

typedef enum FrameKind {
    FRAME_PORTAL, /* requesters and approvers: top bar, centred page, dock on a phone */
    FRAME_WORK,   /* staff: rail and desk */
    FRAME_GATE,   /* sign-in and set-up: no navigation */
} FrameKind;

/* The place that the navigation shows as the present one. */
typedef enum NavPlace {
    NAV_NONE,
    NAV_HOME,
    NAV_CATALOG,
    NAV_REQUESTS,
    NAV_APPROVALS,
    NAV_MY_WORK,
    NAV_QUEUE,
    NAV_INSIGHT,
    NAV_MODELS,
    NAV_PEOPLE,
    NAV_AUDIT,
} NavPlace;

typedef enum FlashKind { FLASH_NONE, FLASH_DONE, FLASH_WARN, FLASH_BAD } FlashKind;

/* What just happened, shown once: FLASH_DONE as a toast, the others as a notice that stays.  The
 * codes that call_flash takes stand in the table of flash.c. */
typedef struct Flash {
    FlashKind kind;
    Text text;
    Str undo_url; /* where to POST to undo the act; empty: it cannot be undone */
} Flash;

typedef struct Crumb {
    Str url;
    Text text;
} Crumb;
LIST_OF(Crumb, CrumbList);

typedef struct PageFrame {
    FrameKind kind;
    NavPlace nav;
    Text title;       /* of the document; the page writes its own h1 */
    CrumbList crumbs; /* portal: the way to this page, without the page itself */
    Text crumb;       /* portal: the page itself at the end of the way, when the title does not fit */
    Str live;         /* "request:17,notifications": streams whose news refresh this page */

    /* Filled by page_open. */
    Str theme;       /* "", "light", "dark" */
    Str person_name; /* empty: nobody is signed in */
    Str person_login;
    bool may_work, may_see_models, may_see_people, may_audit;
    int32_t approvals_waiting, notifications_new;
    bool demo; /* the demo organisation is loaded: every page says so */
    Flash flash;
    Str here_url; /* path and query of this page */
} PageFrame;

/* Fills both from the call: reader, token of the forms, person, counts, notice.  The page is written
 * into call->body. */
void page_open(Call *call, FrameKind kind, PageOut *o, PageFrame *f);

void page_begin(PageOut *o, const PageFrame *f);
void page_end(PageOut *o, const PageFrame *f);

/* Frame, template and data in one; an Rc. */
#define PAGE(o, frame, template, data)                                                             \
    (page_begin((o), (frame)), page_close((o), (frame), template((o), (data))))
/* Ends the frame behind a body that gave `body`; the first failure counts. */
CHECKED Rc page_close(PageOut *o, const PageFrame *f, Rc body);

/* How many asks wait for the subject and how many notifications are new.  Set once at the start by
 * the program, because web knows no domain; without it no counts are shown. */
typedef Rc (*PageCounts)(Ctx *cx, int32_t *ret_approvals, int32_t *ret_notifications);
void page_set_counts(PageCounts fn);
/* Whether the demo organisation is loaded. */
void page_set_demo(bool demo);

/* The page for a failure: what happened, what to do next, the number to quote.  Fits
 * FailureTable.page of http/dispatch.h. */
CHECKED Rc page_failure(Call *call, int status);

/* The notice of a code; FLASH_NONE for an unknown one. */
Flash flash_of(Arena *a, Str code, Str arg);

/* -- small helpers for page structs -- */

/* "KA" of "Kim Alder"; the last character of a Chinese name, by which people are called. */
Str page_initials(Str name, Arena *a);
/* "h1".."h6": the colour class of an avatar, always the same for the same text. */
const char *page_hue(Str text);
