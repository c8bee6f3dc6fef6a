/* board_move.c - a card moves to another column: which act that is, and what becomes of it. */
#include "domain/view/board.h"

#include "domain/request/bulk.h"

#include "domain/view/fields.h"

#include <string.h>

/* ---- which act ---- */

static BoardWay plain(void)
{
    return (BoardWay){ .there = true };
}

static BoardWay with_words(Text asked)
{
    return (BoardWay){ .there = true, .needs_text = true, .asked = asked };
}

static BoardWay none(Text why_not)
{
    return (BoardWay){ .why_not = why_not };
}

/* The states that a request has while somebody works on it. */
static bool is_under_way(Str state)
{
    return str_eq_z(state, "assessing") || str_eq_z(state, "awaiting_approval")
           || str_eq_z(state, "fulfilling");
}

/* A state follows from what was done; some of that can be done from a board. */
static BoardWay state_way(const RequestHead *h, Str to)
{
    if (str_eq_z(to, "draft") || str_eq_z(to, "submitted") || str_eq_z(to, "closed"))
        return none(TEXT("Nothing is moved there from a board; open the request."));
    if (str_eq_z(h->state, "draft"))
        return none(TEXT("A draft is sent by who wrote it."));
    if (str_eq_z(h->state, "closed"))
        return none(TEXT("It is closed; open the request to reopen it."));
    if (str_eq_z(to, "pending"))
        return is_under_way(h->state) ? with_words(TEXT("What does it wait for?"))
                                      : none(TEXT("It is fulfilled and waits for nothing."));
    if (str_eq_z(h->state, "pending"))
        return str_eq(to, h->phase) ? plain()
                                    : none(TEXT("It goes on where it stood before: {0}.",
                                                request_state_label(h->phase, STR(""))));
    if (str_eq_z(h->state, "fulfilled"))
        return str_eq_z(to, "fulfilling") ? with_words(TEXT("Why is it not done?"))
                                          : none(TEXT("From here it only goes back to work."));
    if (str_eq_z(to, "fulfilled"))
        return str_eq_z(h->state, "fulfilling")
                   ? with_words(TEXT("What was done? The requester reads this."))
                   : none(TEXT("It is not in work yet."));
    if (str_eq_z(h->state, "assessing"))
        return none(TEXT("It goes on when its assessment is answered; open the request."));
    if (str_eq_z(h->state, "awaiting_approval"))
        return none(TEXT("It goes on when those who are asked have decided."));
    return none(TEXT("It does not go back to what is behind it."));
}

static BoardWay stage_way(Str from, Str to)
{
    bool ready = str_eq_z(from, "ready"), started = str_eq_z(from, "started");

    if (ready && str_eq_z(to, "started"))
        return plain();
    if ((ready || started) && str_eq_z(to, "done"))
        return with_words(TEXT("What was done at the last task?"));
    return none(TEXT("Tasks go forward: a ready one is begun, and the last one is finished."));
}

BoardWay board_way(Str by, const RequestHead *h, Str from, Str to)
{
    if (str_eq_z(to, BOARD_OTHERS))
        return none(TEXT("Nothing is moved into this column."));
    if (str_eq_z(by, "state"))
        return state_way(h, to);
    if (str_eq_z(by, "tasks.stage"))
        return stage_way(from, to);
    if (str_eq_z(h->state, "closed"))
        return none(TEXT("It is closed; open the request to reopen it."));
    if (str_eq_z(by, "priority"))
        return with_words(TEXT("Why? The requester reads this."));
    return plain();
}

/* ---- where it stands ---- */

#define ANSWER "answer."
#define OWN    "field."

static bool is_own(Str by)
{
    return str_starts(by, STR(OWN));
}

static Str answer_key(const RequestView *v, Str question)
{
    for (size_t i = 0; i < v->form.n; i++) {
        const Answer *a = &v->form.at[i];
        if (str_eq(a->question->id, question) && a->value.type == COND_KEY)
            return a->value.text;
    }
    return STR("");
}

static Rc field_key(Ctx *cx, GrantedRequest g, Str field, Str *ret)
{
    FieldValues values = { 0 };

    TRY(field_list(cx, g, &values));
    for (size_t i = 0; i < values.n; i++)
        if (str_eq(values.at[i].field->key, field))
            *ret = values.at[i].text;
    return RC_OK;
}

static Rc lane_of(Ctx *cx, GrantedRequest g, const RequestView *v, Str by, Str *ret)
{
    Str key = STR("");

    if (str_eq_z(by, "state"))
        key = v->head.state;
    else if (str_eq_z(by, "priority"))
        key = v->head.level;
    else if (str_eq_z(by, "assignee"))
        key = v->head.assignee.id != 0 ? v->head.assignee.login : STR("");
    else if (str_eq_z(by, "tasks.stage"))
        key = view_tasks_stage(&v->tasks);
    else if (is_own(by))
        TRY(field_key(cx, g, str_skip(by, strlen(OWN)), &key));
    else
        key = answer_key(v, str_skip(by, strlen(ANSWER)));
    *ret = key.len > 0 ? key : STR(BOARD_NOBODY);
    return RC_OK;
}

/* ---- the acts ---- */

typedef struct Moving {
    Ctx *cx;
    GrantedRequest g;
    const BoardMove *in;
    Str by, from;
    Rc fault;
    RequestView view;
    BoardMoved done;
} Moving;

static Rc move_state(Moving *m)
{
    Str to = m->in->to;
    ActKind kind = str_eq_z(to, "pending")                     ? ACT_PEND
                   : str_eq_z(m->view.head.state, "pending")   ? ACT_RESUME
                   : str_eq_z(m->view.head.state, "fulfilled") ? ACT_REOPEN
                                                               : ACT_FULFIL;
    Str words = kind == ACT_RESUME ? STR("") : m->in->text;

    m->done.waits = kind == ACT_PEND;
    return request_act(m->cx, m->g, &(RequestAct){ .kind = kind, .text = words, .fault = m->fault },
                       NULL);
}

static const ViewTask *task_in(const ViewTasks *list, const char *state)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq_z(list->at[i].state, state))
            return &list->at[i];
    return NULL;
}

/* The one task that is left; NULL: there are several. */
static const ViewTask *last_task(const ViewTasks *list)
{
    const ViewTask *last = NULL;

    for (size_t i = 0; i < list->n; i++) {
        const ViewTask *t = &list->at[i];
        bool is_open = str_eq_z(t->state, "waiting") || str_eq_z(t->state, "ready")
                       || str_eq_z(t->state, "started");
        if (is_open && last != NULL)
            return NULL;
        if (is_open)
            last = t;
    }
    return last;
}

static Rc move_task(Moving *m)
{
    bool start = str_eq_z(m->in->to, "started");
    const ViewTask *t = start ? task_in(&m->view.tasks, "ready") : last_task(&m->view.tasks);
    GrantedRequest g;

    if (t == NULL)
        return fail(m->cx, RC_CONFLICT, "several_tasks",
                    TEXT("Several tasks are left; finish them on its page."));
    if (!start && t->test)
        return fail(m->cx, RC_CONFLICT, "test_task",
                    TEXT("The last task is a test; say on its page whether it passed."));
    TRY(access_task(m->cx, t->id, 0, &g));
    return task_act(m->cx, g, t->id,
                    &(TaskAct){ .kind = start ? TASK_ACT_START : TASK_ACT_FINISH,
                                .text = start ? STR("") : m->in->text,
                                .fault = m->fault });
}

/* What can be taken back goes the way of acts that are kept. */
static Rc move_kept(Moving *m, BulkKind kind, Str value)
{
    GrantedSelf self;

    TRY(access_self(m->cx, &self));
    return bulk_alone(m->cx, self, m->view.head.number, kind,
                      &(BulkInput){ .value = value, .text = m->in->text, .fault = m->fault },
                      &m->done.undo_id);
}

static Rc move_option(Moving *m, BulkKind kind, const char *before, Str to)
{
    Str about = str_skip(m->by, strlen(before));

    return move_kept(m, kind, str_fmt(m->cx->arena, "%.*s %.*s", STR_ARG(about), STR_ARG(to)));
}

static Rc move_by(Moving *m)
{
    Str to = str_eq_z(m->in->to, BOARD_NOBODY) ? STR("") : m->in->to;

    if (str_eq_z(m->by, "state"))
        return move_state(m);
    if (str_eq_z(m->by, "tasks.stage"))
        return move_task(m);
    if (str_eq_z(m->by, "assignee"))
        return move_kept(m, BULK_ASSIGN, to);
    if (str_eq_z(m->by, "priority"))
        return move_kept(m, BULK_PRIORITY, to);
    return is_own(m->by) ? move_option(m, BULK_FIELD, OWN, to)
                         : move_option(m, BULK_ANSWER, ANSWER, to);
}

/* ---- before and after ---- */

/* Is there any act at all that they could do here?  Which of them is theirs, the act itself says. */
static Rc check_theirs(Moving *m)
{
    const uint32_t any = MAY_WORK | MAY_LEAD | MAY_TASK | MAY_ASK_SIDE;

    if ((m->view.may & any) != 0)
        return RC_OK;
    return fail_whole(m->cx, RC_FORBIDDEN, "not_yours",
                      TEXT("You see this request, and moving it is for others."));
}

static Rc check_from(Moving *m)
{
    Str from = m->in->from;

    if (from.len == 0 || str_eq(from, m->from)
        || (str_eq_z(from, BOARD_OTHERS) && !str_eq_z(m->from, BOARD_NOBODY)))
        return RC_OK;
    return fail_whole(m->cx, RC_STALE, "moved",
                      TEXT("Somebody has moved it meanwhile; it stands in another column now."));
}

/* The column by its key, without what is in it. */
static Rc lane_named(Moving *m, ScopeRequests s, const FindQuery *q, const BoardLane **ret)
{
    Board board;

    *ret = NULL;
    TRY(board_lanes(m->cx, s, q, m->by, m->in->limits, &board));
    for (size_t i = 0; i < board.lanes.n; i++)
        if (str_eq(board.lanes.at[i].key, m->in->to))
            *ret = &board.lanes.at[i];
    return RC_OK;
}

/* A person who is no column of the reader's board can have it all the same: the act says whether. */
static Rc check_lane(Moving *m, ScopeRequests s, const FindQuery *q)
{
    const BoardLane *lane;

    TRY(lane_named(m, s, q, &lane));
    if (lane == NULL && !str_eq_z(m->by, "assignee"))
        return fail_field(m->cx, RC_INVALID, "to", "unknown_word",
                          TEXT("There is no such column."));
    if (lane != NULL && lane->most > 0 && lane->count >= lane->most)
        return fail_whole(m->cx, RC_CONFLICT, "full",
                          TEXT("This column is full: {0} of {1}. Move something out of it first.",
                               lane->count, lane->most));
    return RC_OK;
}

static Rc expect_there(Moving *m)
{
    RequestView after;
    Str lane;

    TRY(request_view(m->cx, m->g, &after));
    TRY(lane_of(m->cx, m->g, &after, m->by, &lane));
    if (str_eq(lane, m->in->to))
        return RC_OK;
    return fail_whole(m->cx, RC_CONFLICT, "elsewhere",
                      TEXT("This move would leave it in another column; open the request."));
}

Rc board_move(Ctx *cx, GrantedRequest g, ScopeRequests s, const FindQuery *q, const BoardMove *in,
              BoardMoved *ret)
{
    Moving m = {
        .cx = cx, .g = g, .in = in, .by = in->by.len > 0 ? in->by : STR("state"), .fault = in->fault
    };

    *ret = (BoardMoved){ 0 };
    TRY(request_view(cx, g, &m.view));
    TRY(lane_of(cx, g, &m.view, m.by, &m.from));
    TRY(check_theirs(&m));
    TRY(check_from(&m));
    if (str_eq(m.from, in->to))
        return in->fault;
    BoardWay way = board_way(m.by, &m.view.head, m.from, in->to);
    if (!way.there)
        return fail_whole(cx, RC_CONFLICT, "no_way", way.why_not);
    TRY(check_lane(&m, s, q));
    if (m.fault == RC_OK && way.needs_text && str_trim(in->text).len == 0)
        m.fault =
            fail_field(cx, RC_INVALID, "text", "reason_required", TEXT("Write something here."));
    TRY(move_by(&m));
    TRY(expect_there(&m));
    *ret = m.done;
    return RC_OK;
}
