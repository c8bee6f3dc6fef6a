/* portal_page.h - what the requester's pages show: home, my requests, one request. */
#pragma once

#include "domain/request/field_page.h"
#include "domain/request/lists.h"
#include "domain/request/me_too_page.h"
#include "domain/request/order_page.h"
#include "domain/request/talk.h"
#include "web/page.h"

static inline Size bytes_of(int64_t n) { return size_bytes((uint64_t)n); }

/* One request in a short list for its requester. */
typedef struct Trip {
    Str         number, title;
    Text        status;
    const char *state_icon, *state_class, *state_label;
    RouteStops  stops;      /* mini route */
    int64_t     step, steps;
    Ms          updated_ms;
    bool        draft, closed;
    Text        part_of;    /* the bundle it was ordered in; msgid NULL: none */
} Trip;
LIST_OF(Trip, Trips);

/* Something that waits for this person. */
typedef struct Waiting {
    Str  number, title;
    Text what;
    Str  url;
    bool confirm;   /* done: is it? */
    Str  hash;
} Waiting;
LIST_OF(Waiting, Waitings);

typedef struct HomePage {
    Str        first_name;
    Waitings   waiting;
    int64_t    approvals;
    Trips      trips;
    ItemGroups groups;
    ItemCards  often;
    Str        else_key;
} HomePage;

typedef struct MinePage {
    Trips trips;
    bool  open, closed, all;
    Str   q;
    Str   next_url;
} MinePage;

/* The requests of one order of a bundle. */
typedef struct BundleOrderPage {
    BundleView order;
    Trips      trips;
} BundleOrderPage;

/* An entry of the conversation. */
typedef struct TalkEntry {
    bool        said, note, mine;    /* message or note */
    Str         who, initials;
    const char *hue;
    Text        what;                /* event */
    Str         words;
    StrList     paragraphs;
    Ms          at_ms;
    ViewFiles   files;
    bool        you;
} TalkEntry;
LIST_OF(TalkEntry, TalkEntries);

typedef struct TalkGroup {
    bool        folded;              /* several steps of the system */
    TalkEntries entries;
} TalkGroup;
LIST_OF(TalkGroup, TalkGroups);

/* A page of the conversation, oldest first. */
typedef struct TalkPart {
    TalkGroups groups;
    int64_t    messages;              /* among them */
    bool       whole;                 /* it is all there is, so that `messages` counts all */
    Str        older_url, newest_url; /* "": this page begins with the first, ends with the newest */
    int64_t    newest_seq;            /* of its newest entry; 0: it does not end with the newest of all */
} TalkPart;

typedef struct WhoLine {
    Str     name, initials;
    const char *hue;
    Text    role;
} WhoLine;
LIST_OF(WhoLine, WhoLines);

/* A task that the requester does. */
typedef struct OwnTask {
    int64_t    id;
    Str        title;
    ViewChecks checklist;
    Str        number;
} OwnTask;
LIST_OF(OwnTask, OwnTasks);

typedef struct RequestPage {
    RequestView v;
    const char *state_label, *state_icon, *state_class;
    RouteStops  stops;
    Text        status;              /* where it is; the reader is "you" */
    Text        expected;            /* when to expect it, from history; msgid NULL: it is not under way */
    Text        target;              /* when the target of the team is due; msgid NULL: none */
    Text        moved;               /* that it moved, and why */
    TextList    facts;               /* what it was worked out from */
    bool        soon;                /* there is a time to plan with */
    Text        by;                  /* that time */
    Text        hint;                /* "You need not do anything." */
    bool        may_edit, may_withdraw, may_confirm, may_reopen, may_submit, may_say;
    OwnTasks    own_tasks;
    OwnTask     accept;              /* the task that "it is done" finishes; id 0: none */
    bool        not_yet;             /* "it does not work yet" was chosen and refused */
    TalkPart    talk;
    WhoLines    who;
    ViewAnswers answers;
    ViewFiles   files;
    bool        has_cost;
    Money       cost;
    Str         reader_name;         /* whom a message goes to */
    Form        form;                /* composer, when refused */
    Str         typed;               /* what was typed into the composer or below "Not yet" */
    Str         kept;                /* what was typed elsewhere */
    bool        staff;               /* there is a workspace page too */
    bool may_repeat; /* asked for by the reader, and sent */
    bool has_agreed;
    Str             into; /* number of the request it was merged into */
    FieldsPart fields;               /* what the team wrote down */
    MeTooPart  me_too;
} RequestPage;
