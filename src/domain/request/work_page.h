/* work_page.h - what the pages of the workspace show. */
#pragma once

#include "domain/request/clocks.h"
#include "domain/request/me_too_page.h"
#include "domain/request/portal_page.h"
#include "domain/request/unsent.h"

/* A due time as it looks. */
typedef struct DueLook {
    bool        there, soon, over;
    Ms          ms;
    const char *css, *icon;
} DueLook;

/* One row of a list of requests. */
typedef struct WorkRow {
    Str         number, title, requester, team, assignee, assignee_initials;
    const char *assignee_hue;
    const char *prio_css, *prio_icon, *prio_label;
    const char *state_css, *state_icon, *state_label;
    const char *risk; /* label of a high one; NULL */
    Text        step;
    Ms          updated_ms;
    DueLook     due; /* the next one of its clocks */
    bool        current;
} WorkRow;
LIST_OF(WorkRow, WorkRows);

typedef struct WorkTask {
    int64_t     id;
    Str         title, number, request_title, requester, team;
    Str         standing_for; /* name of whom the reader stands in for; empty: it is their own */
    const char *prio_css, *prio_icon, *prio_label;
    bool        started, mine;
    Ms          at_ms;
    DueLook     due;
} WorkTask;
LIST_OF(WorkTask, WorkTasks);

typedef struct MyWorkPage {
    WorkTasks mine, sign_off, open; /* to do, to sign off, to take from my teams */
    WorkRows  requests;             /* assigned to me */
    WorkRows  unassigned;           /* in my teams */
    UnsentLines unsent;             /* what the reader has typed and not sent */
    TeamRefs  teams;                /* of the reader, for the way to who is there */
    bool      supplier;             /* only sees tasks of suppliers */
    bool      nothing;
} MyWorkPage;

typedef struct ActButton {
    const char *act;      /* word */
    Text        label;
    Text        ask;      /* label of the text field */
    bool        needs_text, main, bad;
    Text        why_not;  /* not now */
} ActButton;
LIST_OF(ActButton, ActButtons);

typedef struct TaskLook {
    const ViewTask *t;
    const char     *css, *icon;
    Text            small;    /* who, or what it waits for */
    bool            start, finish, skip, assign, sign_off, test, check;
    Str             number;
    ViewChecks      checklist;
    Str             sop;
    Str             failed;   /* why it could not be done by itself */
} TaskLook;
LIST_OF(TaskLook, TaskLooks);

/* A clock at the side of a request. */
typedef struct ClockLook {
    const ViewClock *c;
    Text        name;
    Str         of;      /* title of the task that is measured */
    Text        left;    /* until it is due, or by how much it is late */
    const char *css, *icon;
    bool        running, paused, ask; /* ask: it is late and nobody said why */
    Str         number;
    Text        small;   /* due, met, paused ... */
} ClockLook;
LIST_OF(ClockLook, ClockLooks);

typedef struct ApprovalLook {
    Str         stage, who;
    const char *label, *icon, *css;
    Text        small;
    Str         reason;
} ApprovalLook;
LIST_OF(ApprovalLook, ApprovalLooks);

typedef struct AsideLook {
    Ms   until_ms;
    Text who;
    Str  reason;
} AsideLook;
LIST_OF(AsideLook, AsideLooks);

/* Who else is at the request. */
typedef struct HerePart {
    Str      stream, number; /* name of the live stream: "desk:17" */
    TextList lines;
} HerePart;

typedef struct WorkRequestPage {
    RequestView   v;
    WorkRows      queue;         /* the pane at the side */
    const char   *state_label, *state_icon, *state_css;
    const char   *prio_css, *prio_icon, *prio_label;
    const char   *risk;          /* its label; NULL: none */
    TalkPart      talk;
    TaskLooks     tasks;
    ClockLooks    clocks;
    ApprovalLooks approvals;
    ActButtons    buttons, menu; /* in the head, behind the dots */
    QueueTurn turn; /* while nobody has it */
    bool may_assign, may_take, may_assess, may_transfer, may_note, may_say, may_ask, may_pend, may_adhoc_task,
        may_priority, may_convert, may_merge, may_unmerge, may_split, may_link, offered, note_chosen;
    Str           into;          /* number of the request it was merged into */
    Widgets       assess;        /* questions of the assessment */
    WidgetOptions teams, people, levels, incidents;
    bool          many_teams; /* they are looked up, and `teams` is empty */
    AsideLooks    aside;         /* put aside, for the reader or for everybody */
    bool          may_aside, may_agree, has_agreed;
    Str           assignee_login;
    Form          form;
    HerePart      here;          /* for those who work on it */
    MeTooPart     me_too;
    bool          in_list;       /* one came from a list: of a view, else of a query */
    Str           in_view, in_query;
    Str           before, after; /* else the numbers beside it in the pane; "": none */
    Str           typed;         /* into the composer: refused, or a draft */
    bool          has_draft;     /* it was kept, and is not what was refused */
    StrList       kept;          /* typed into a dialog, when refused */
    bool          has_cost;
    Money         cost;
    Text          expected, moved; /* msgid NULL: it is not under way */
    TextList      facts;
    bool          has_slack;     /* between the expected time and the target */
    bool          late;          /* the target comes first */
    const char   *slack_css;
    Span          slack;
    Ms            target_ms;
    Str           me;
    FieldsPart    fields;        /* of its team */
} WorkRequestPage;

typedef struct SupplierPage {
    SupplierTasks tasks;
    bool          done;
} SupplierPage;

typedef struct NewForPage {
    Str        person, channel;
    ItemGroups groups;
    WidgetOptions channels;
} NewForPage;
