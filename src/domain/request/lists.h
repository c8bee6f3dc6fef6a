/* lists.h - lists over many requests: each in a constant number of statements, paged by key.
 *
 * Every list carries the one scope condition of the subject; a badge never counts what the person may
 * not see.  Newest first unless said otherwise.
 */
#pragma once

#include "domain/request/request.h"

/* Which requests.  Members that are empty do not narrow. */
typedef enum ListKind {
    LIST_VISIBLE, /* everything the person sees */
    LIST_MINE,    /* requester, beneficiary or submitter is the subject; own drafts too */
    LIST_QUEUE,   /* in the queue of `team`, or of any of the subject's teams when that is empty */
    LIST_WORK,    /* assigned to the subject */
    LIST_WATCHED, /* participant or watcher */
} ListKind;

typedef struct RequestFilter {
    ListKind kind;
    Str      team;      /* key */
    StrList  states;    /* words; at most 8 */
    OptInt   open;      /* 1: not closed; 0: closed only */
    Str      outcome;
    Str      assignee;  /* "me", "nobody" or a login */
    Str      record;    /* request incident problem change */
    Str      item;      /* key of the model */
    Str      requester; /* login of requester or beneficiary */
    bool     awake;     /* without what the subject has put aside, or is put aside for everybody */
    Str      words;     /* all must occur in title or number; at most 4 count */
    int64_t  before_id; /* the last request already shown; 0: from the newest */
    int64_t  size;      /* 1..100 */
} RequestFilter;
/* `*ret_next` is the before_id of the next page, 0 at the end.  Errors: RC_INVALID (an unknown word). */
CHECKED Rc request_list(Ctx *cx, ScopeRequests s, const RequestFilter *f, RequestHeads *ret,
                        int64_t *ret_next);

/* The heads of these requests, in this order; those that the subject does not see are left out.  At most
 * 200. */
CHECKED Rc request_heads(Ctx *cx, ScopeRequests s, const int64_t *ids, size_t n, RequestHeads *ret);

/* The same for requests that the subject sees and whose `parts` this very snapshot has shown: what has not changed comes
 * from memory. */
typedef struct SeenRequest { int64_t id, parts; } SeenRequest;
CHECKED Rc request_heads_found(Ctx *cx, ScopeRequests s, const SeenRequest *found, size_t n, RequestHeads *ret);
/* What cards of a board show of a request besides its head. */
typedef struct CardParts {
    StrList tags;  /* by name */
    int64_t files; /* those that everybody sees who sees the request: files of internal notes are not counted */
} CardParts;
/* One for each of `ids` (at most 200), in their order: an array in the arena.  Of requests that the subject does not see
 * nothing is said.  Two statements. */
CHECKED Rc cards_parts(Ctx *cx, ScopeRequests s, const int64_t *ids, size_t n, CardParts **ret);

/* A task as a piece of time. */
typedef struct TaskSpan {
    int64_t request_id;
    Str     key, title, state;
    StrList after;      /* keys of tasks before it */
    Ms      at_ms, due_ms, started_ms, finished_ms; /* MS_NONE: not */
    int64_t effort_min; /* planned minutes of work; 0: nobody said */
} TaskSpan;
LIST_OF(TaskSpan, TaskSpans);
/* The tasks of these requests (at most 200), each request's in the order of its plan; skipped and cancelled ones are left out, at most
 * 2,000 in all.  Those of requests that the subject does not see are none.  One statement. */
CHECKED Rc task_spans(Ctx *cx, ScopeRequests s, const int64_t *ids, size_t n, TaskSpans *ret);

/* What stands in the list beside one request: the newest that are open in the subject's teams, at most
 * `size` (1..100). */
typedef struct PaneRequest {
    int64_t   id;
    Str       number, title, state, outcome;
    PersonRef requester;
} PaneRequest;
LIST_OF(PaneRequest, PaneRequests);
CHECKED Rc request_pane(Ctx *cx, ScopeRequests s, int64_t size, PaneRequests *ret);

/* What somebody may mean who types in the palette: the visible requests of this number ("REQ-12",
 * "12"), then open ones that are their own or assigned to them and have all the words, at most
 * `most` (1..20) together.  Nothing for no words.  Costs no more than a person's own lists. */
CHECKED Rc request_find(Ctx *cx, ScopeRequests s, Str words, size_t most, RequestHeads *ret);
/* The first of it alone: the visible requests of this number, one of each series.  Nothing for what is no number. */
CHECKED Rc request_numbered(Ctx *cx, ScopeRequests s, Str words, RequestHeads *ret);

/* --- tasks ------------------------------------------------------------------------------------ */

typedef struct TaskLine {
    int64_t   id;
    Str       key, title, state;
    TeamRef   team;
    PersonRef assignee;
    bool      for_requester, test, accept;
    Str       sign_off;
    int64_t   effort_min;
    Ms        due_ms, at_ms, started_ms;
    int64_t   version;
    int64_t   request_id;
    Str       number, request_title, request_state, level;
    PersonRef requester;
} TaskLine;
LIST_OF(TaskLine, TaskLines);

typedef enum TaskListKind {
    TASKS_MINE,       /* ready or started: assigned to the subject, or theirs as requester */
    TASKS_TEAMS,      /* ready and assigned to nobody, in a team of the subject */
    TASKS_SIGN_OFF,   /* wait for the sign-off of a person or team of the subject */
} TaskListKind;
typedef struct TaskFilter {
    TaskListKind kind;
    Str          team;      /* key, with TASKS_TEAMS */
    bool         awake;     /* as in RequestFilter */
    int64_t      before_id, size;
} TaskFilter;
CHECKED Rc task_list(Ctx *cx, ScopeRequests s, const TaskFilter *f, TaskLines *ret,
                     int64_t *ret_next);

/* --- approvals --------------------------------------------------------------------------------- */

typedef struct ApprovalLine {
    ViewApproval approval;
    RequestHead  request;
    ViewAnswers  answers;  /* what is decided about: those of the form, in order; for asked ones only */
    Str          risk;     /* as RequestView.risk */
    LangText     risk_why;
    PersonRef    delegate_of; /* the principal, when the subject decides in their place */
    Text         then;     /* what follows an approval: "If you approve, Finance decides next." */
} ApprovalLine;
LIST_OF(ApprovalLine, ApprovalLines);

typedef struct ApprovalFilter {
    Str     state;    /* "asked" (oldest first), "decided" (by me, newest first) */
    int64_t after_id; /* the last one already shown; 0: from the start */
    int64_t size;     /* 1..100 */
} ApprovalFilter;
/* Approvals of the subject: as approver or delegate.  Asked ones show answers: confidential requests among
 * them are added to cx->views.  Decided ones show the subject's own decision and reason only.  Errors: RC_INVALID (state). */
CHECKED Rc approval_list(Ctx *cx, GrantedSelf g, const ApprovalFilter *f, ApprovalLines *ret,
                         int64_t *ret_next);

/* --- badges ------------------------------------------------------------------------------------ */

/* Exact to 99; 100 stands for more. */
typedef struct Badges {
    int64_t approvals;   /* asked of me */
    int64_t work;        /* tasks and requests that are mine to do now */
    int64_t queue;       /* unassigned in my teams */
    int64_t mine;        /* my open requests that wait for me: answer, confirm, correct */
    int64_t unread;      /* notifications */
} Badges;
CHECKED Rc badges(Ctx *cx, GrantedSelf g, ScopeRequests s, Badges *ret);
/* The two that every page shows, without counting the others. */
CHECKED Rc badges_waiting(Ctx *cx, GrantedSelf g, int64_t *ret_approvals, int64_t *ret_unread);

/* --- notifications ------------------------------------------------------------------------------ */

typedef struct Notification {
    int64_t   id;
    Str       kind;      /* approve, task, answer, message, fulfilled ...: codes of EFFECT_TELL, "message",
                            "note", "assigned", "participant" */
    Text      text;      /* the sentence, with the number and who did it */
    int64_t   request_id;
    Str       number, title; /* STR_NULL when the person may not see the request any more */
    PersonRef actor;
    PersonRef behalf;  /* of what is about a person: who it is about, when it is not the actor */
    Ms        at_ms, read_ms; /* read_ms MS_NONE: unread */
} Notification;
LIST_OF(Notification, Notifications);
CHECKED Rc notification_list(Ctx *cx, GrantedSelf g, bool only_unread, int64_t before_id,
                             int64_t size, Notifications *ret, int64_t *ret_next);
/* One (id), those of one request (id 0, request_id), or all (both 0). */
CHECKED Rc notification_read(Ctx *cx, GrantedSelf g, int64_t id, int64_t request_id);

/* --- suppliers ---------------------------------------------------------------------------------- */

/* What a supplier sees: their tasks, and of the request only its number, item, and the answers that
 * the task's own conditions name. */
typedef struct SupplierTask {
    ViewTask    task;
    Str         number;
    Str         item;    /* key of the model */
    LangText    item_name;
    ViewAnswers answers;
    ViewFiles   files;   /* attached at the task */
} SupplierTask;
LIST_OF(SupplierTask, SupplierTasks);
/* done: finished, skipped or cancelled ones instead of open ones. */
CHECKED Rc supplier_tasks(Ctx *cx, GrantedSelf g, bool done, int64_t before_id, int64_t size,
                          SupplierTasks *ret, int64_t *ret_next);
/* `g` from access_task(cx, id, 0, &g). Errors: RC_NOT_FOUND (not a task of theirs). */
CHECKED Rc supplier_task(Ctx *cx, GrantedRequest g, int64_t task_id, SupplierTask *ret);
