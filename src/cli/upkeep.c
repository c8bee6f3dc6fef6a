/* upkeep.c - see upkeep.h. */
#include "cli/upkeep.h"

#include "app/timer.h"
#include "core/log.h"
#include "domain/catalog/catalog.h"
#include "domain/catalog/gap.h"
#include "domain/identity/identity.h"
#include "domain/request/assign.h"
#include "domain/request/upkeep.h"
#include "http/idempotency_q.h"

#define TIMERS_PER_TURN  50
#define UPLOADS_PER_TURN 50
#define ANSWERS_PER_TURN 500
#define ANSWER_REST      MS_DAY /* how long a call with an Idempotency-Key may be repeated */
#define WALK_FILES       1000   /* looked at in one step of the walk */
#define WALK_EVERY       MS_MINUTE
#define CALENDARS_EVERY  MS_DAY
#define FILE_REST        MS_DAY /* a file stored since then is left: its row may be about to come */

/* A part of a turn, in a transaction of its own: one that fails undoes no other. */
typedef struct Turn Turn;
typedef Rc Part(Ctx *cx, Turn *t);

struct Turn {
    Arena *arena;
    DbConn *conn;
    Ms now;
    Part *part;
    bool more;
    TimerClaims claims;
    StrList old;    /* files that the walk has found */
    StrList remove; /* files that no row names */
    Str feeds;      /* folder of iCalendar files */
};

static Rc in_transaction(DbConn *conn, void *arg)
{
    Turn *t = arg;
    Subject subject = { .origin = STR("job"), .zone = zone_utc(), .scopes = SCOPE_ALL };
    Ctx cx = { .arena = t->arena,
               .db = conn,
               .now_ms = t->now,
               .subject = &subject,
               .zone = zone_utc(),
               .call_ref = STR("upkeep") };

    return t->part(&cx, t);
}

static Rc run_part(Turn *t, Part *part)
{
    t->part = part;
    return db_turn_write(t->conn, in_transaction, t);
}

static Rc write_denials(Ctx *cx, Turn *t)
{
    UNUSED(t);
    return denial_flush(cx);
}

static Rc drop_denials(Turn *t)
{
    TRY(run_part(t, write_denials));
    denial_committed();
    return RC_OK;
}

static Rc write_gaps(Ctx *cx, Turn *t)
{
    UNUSED(t);
    return gap_flush(cx);
}

static Rc drop_gaps(Turn *t)
{
    TRY(run_part(t, write_gaps));
    gap_committed();
    return RC_OK;
}

static Rc claim_timers(Ctx *cx, Turn *t)
{
    return timers_claim(cx, timer_owner(), TIMERS_PER_TURN, &t->claims, &t->more);
}

static Rc fire_timers(Ctx *cx, Turn *t)
{
    return timers_fire(cx, timer_owner(), &t->claims);
}

/* The lease is committed before anything runs, so that every other node knows of it. */
static Rc keep_time(Turn *t)
{
    TRY(run_part(t, claim_timers));
    return t->claims.n > 0 ? run_part(t, fire_timers) : RC_OK;
}

static Rc share_out(Ctx *cx, Turn *t)
{
    return request_assignments(cx, TIMERS_PER_TURN, &t->more);
}

static Rc forget_answers(Ctx *cx, Turn *t)
{
    return q_idempotency_forget(cx, t->now - ANSWER_REST, ANSWERS_PER_TURN, NULL);
}

static Rc expire(Ctx *cx, Turn *t)
{
    return uploads_expire(cx, UPLOADS_PER_TURN, &t->remove);
}

static Rc find_unnamed(Ctx *cx, Turn *t)
{
    return uploads_unknown(cx, &t->old, &t->remove);
}

static Rc remove_files(Store *s, const Turn *t)
{
    for (size_t i = 0; i < t->remove.n; i++)
        TRY(store_remove(s, t->remove.at[i], t->now - FILE_REST));
    return RC_OK;
}

static Rc drop_uploads(Upkeep *u, Turn *t)
{
    TRY(run_part(t, expire));
    return remove_files(u->store, t);
}

static Rc walk_on(Upkeep *u, Turn *t)
{
    if (t->now - u->walk_ms < WALK_EVERY)
        return RC_OK;
    u->walk_ms = t->now;
    TRY(store_walk(u->store, t->arena, t->now - FILE_REST, WALK_FILES, &t->old));
    TRY(run_part(t, find_unnamed));
    return remove_files(u->store, t);
}

static Rc look_at_calendars(Ctx *cx, Turn *t)
{
    TRY(calendar_documents_adopt(cx));
    return calendar_refresh(cx, t->feeds);
}

/* At the start and once a day: data of time zones, files of holidays. */
static Rc calendars(Upkeep *u, Turn *t)
{
    if (u->calendars_ms != 0 && t->now >= u->calendars_ms
        && t->now - u->calendars_ms < CALENDARS_EVERY)
        return RC_OK;
    u->calendars_ms = t->now;
    t->feeds = u->feeds;
    return run_part(t, look_at_calendars);
}

static void report(const char *part, Rc rc)
{
    if (rc != RC_OK)
        log_error("upkeep", "%s rc=%s", part, rc_name(rc));
}

bool upkeep_turn_at(Upkeep *u, DbConn *conn, Ms now)
{
    CLEANUP(arena_free_at) Arena *a = NULL;

    if (now - u->last_ms < MS_SECOND)
        return false;
    u->last_ms = now;
    a = arena_new(32 * 1024 * 1024);
    Turn t = { .arena = a, .conn = conn, .now = now };
    report("denials", drop_denials(&t));
    report("searches", drop_gaps(&t));
    report("timers", keep_time(&t));
    bool more = t.more;
    report("assignments", run_part(&t, share_out));
    t.more = t.more || more;
    report("kept answers", run_part(&t, forget_answers));
    report("uploads", drop_uploads(u, &t));
    report("files", walk_on(u, &t));
    report("calendars", calendars(u, &t));
    if (t.more)
        u->last_ms = 0;
    return t.more;
}

/* Of the writer thread alone, once the server runs. */
static Upkeep house;

static bool turn(DbConn *conn, bool wrote, void *arg)
{
    UNUSED(wrote);
    UNUSED(arg);
    return upkeep_turn_at(&house, conn, clock_now_ms());
}

Rc upkeep_start(Db *db, Str files_dir, Str feeds)
{
    house.feeds = feeds;
    TRY(store_open(files_dir, &house.store));
    db_on_turn(db, turn, NULL);
    return RC_OK;
}

void upkeep_end(void)
{
    store_close(house.store);
    house = (Upkeep){ 0 };
}
