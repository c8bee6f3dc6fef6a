/* queue_turn.c - whose turn it is: what comes before a request in the queue of its team.
 *
 * The queue is what nobody has and somebody of the team could begin now, in the fair order (what is due first, of that
 * what is more important, of that what waits longest).  Everybody may still take what they like, but whoever takes
 * something out of turn does so visibly.
 */
#include "core/buf.h"
#include "domain/request/aggregate.h"
#include "domain/request/request_q.h"

Rc request_turn(Ctx *cx, GrantedRequest g, QueueTurn *ret)
{
    QueueAheadRow row;
    bool found;

    *ret = (QueueTurn){ 0 };
    TRY(q_queue_ahead(cx, g, cx->now_ms, QUEUE_AHEAD_MOST, &row, &found));
    if (found)
        *ret = (QueueTurn){ true, row.ahead };
    return RC_OK;
}

Rc turn_note(Ctx *cx, const Aggregate *r, QueueTurn turn)
{
    Event ev = { .kind = "request.out_of_turn",
                 .object = "request",
                 .object_id = r->row.id,
                 .internal = true,
                 .data = str_fmt(cx->arena, "{\"ahead\":%lld}", (long long)turn.ahead) };

    if (!turn.queued || turn.ahead == 0 || r->state.assignee == 0)
        return RC_OK;
    return aggregate_note(cx, r->g, &ev, NULL);
}
