/* Delays after failed sign-ins.
 *
 * Four counters, each with a few free tries and then a delay that doubles with each failure up to a
 * cap; failures are forgotten one by one as time passes.  The delay ends by itself: nobody is locked
 * out.  An account at an address prefix where it signed in within the last months has a counter of
 * its own, and neither the account's nor the general counter holds it up there: a stranger who
 * guesses elsewhere cannot keep the owner out.
 */
#include <arpa/inet.h>

#include "core/random.h"
#include "domain/identity/inner.h"
#include "domain/identity/sign_in_q.h"

typedef struct Pace {
    int64_t free;      /* failures without a delay */
    int64_t forget_ms; /* one failure less for each such span */
    int64_t first_ms;  /* the first delay */
    int64_t cap_ms;
} Pace;

static const Pace pace_account = { 4, 15 * MS_MINUTE, MS_SECOND, 15 * MS_MINUTE };
static const Pace pace_known = { 9, 5 * MS_MINUTE, MS_SECOND, 5 * MS_MINUTE };
static const Pace pace_address = { 19, MS_MINUTE, MS_SECOND, 15 * MS_MINUTE };
static const Pace pace_all = { 299, MS_SECOND, 100, 5 * MS_SECOND };

/* From here on an address holds up known accounts too: somebody there tries one after the other. */
#define ADDRESS_FLOOD 200

#define KNOWN_MS  (90 * MS_DAY)
#define FORGET_MS MS_DAY /* rows that are older say nothing any more */

/* --- addresses ------------------------------------------------------------------------------ */

Str address_prefix(Arena *a, Str address)
{
    char text[INET6_ADDRSTRLEN] = { 0 };
    struct in_addr v4;
    struct in6_addr v6;

    if (address.len == 0 || address.len >= sizeof text)
        return address;
    memcpy(text, address.ptr, address.len);
    if (inet_pton(AF_INET, text, &v4) == 1) {
        const uint8_t *b = (const uint8_t *)&v4.s_addr;
        return str_fmt(a, "%u.%u.%u.0/24", b[0], b[1], b[2]);
    }
    if (inet_pton(AF_INET6, text, &v6) == 1) {
        const uint8_t *b = v6.s6_addr;
        if (IN6_IS_ADDR_V4MAPPED(&v6))
            return str_fmt(a, "%u.%u.%u.0/24", b[12], b[13], b[14]);
        memset(&v6.s6_addr[8], 0, 8);
        if (inet_ntop(AF_INET6, &v6, text, sizeof text) != NULL)
            return str_fmt(a, "%s/64", text);
    }
    return address;
}

/* --- reading -------------------------------------------------------------------------------- */

static Str hashed(Ctx *cx, const char *kind, Str what)
{
    return str_fmt(cx->arena, "%s:%.32s", kind, sha256_hex(cx->arena, what).ptr);
}

Rc delays_read(Ctx *cx, GrantedSignIn g, Str login, Str address, Delays *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ThrottleGetRow row;
    Str prefix = address_prefix(cx->arena, address);
    Delays d = {
        .account.subject = hashed(cx, "account", login),
        .address.subject = hashed(cx, "address", prefix),
        .known.subject =
            hashed(cx, "known", str_fmt(cx->arena, "%.*s %.*s", STR_ARG(login), STR_ARG(prefix))),
        .all.subject = STR("all"),
    };
    Delay *const each[] = { &d.account, &d.address, &d.known, &d.all };

    TRY(q_throttle_get(cx, g, d.account.subject, d.address.subject, d.known.subject, &rows));
    while (q_throttle_get_next(&rows, &row))
        for (size_t i = 0; i < COUNT_OF(each); i++)
            if (str_eq(row.subject, each[i]->subject))
                *each[i] = (Delay){ row.subject, row.failures, row.last_ms, row.open_ms, true };
    TRY(rows_result(&rows));
    if (d.known.stored && d.known.last_ms + KNOWN_MS <= cx->now_ms)
        d.known.stored = false;
    *ret = d;
    return RC_OK;
}

/* --- deciding ------------------------------------------------------------------------------- */

/* Failures that still count. */
static int64_t failures_left(const Delay *d, const Pace *pace, Ms now_ms)
{
    int64_t forgotten = now_ms > d->last_ms ? (now_ms - d->last_ms) / pace->forget_ms : 0;
    return d->failures > forgotten ? d->failures - forgotten : 0;
}

static int64_t wait_of(const Delay *d, Ms now_ms)
{
    return d->stored && d->open_ms > now_ms ? d->open_ms - now_ms : 0;
}

static int64_t greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t delays_wait(const Delays *d, Ms now_ms)
{
    if (!d->known.stored)
        return greater(wait_of(&d->account, now_ms),
                       greater(wait_of(&d->address, now_ms), wait_of(&d->all, now_ms)));
    if (failures_left(&d->address, &pace_address, now_ms) >= ADDRESS_FLOOD)
        return greater(wait_of(&d->known, now_ms), wait_of(&d->address, now_ms));
    return wait_of(&d->known, now_ms);
}

/* --- writing -------------------------------------------------------------------------------- */

static Rc count_failure(Ctx *cx, GrantedSignIn g, Delay *d, const Pace *pace)
{
    int64_t delay_ms = 0;

    d->failures = failures_left(d, pace, cx->now_ms) + 1;
    d->last_ms = cx->now_ms;
    if (d->failures > pace->free) {
        delay_ms = pace->first_ms;
        for (int64_t i = pace->free + 1; i < d->failures && delay_ms < pace->cap_ms; i++)
            delay_ms *= 2;
        if (delay_ms > pace->cap_ms)
            delay_ms = pace->cap_ms;
    }
    /* Without a delay no instant at all: a call that runs beside this one may have begun earlier. */
    d->open_ms = delay_ms > 0 ? cx->now_ms + delay_ms : 0;
    d->stored = true;
    return q_throttle_put(cx, g, d->subject, d->failures, d->last_ms, d->open_ms, NULL);
}

Rc delays_failure(Ctx *cx, GrantedSignIn g, Delays *d)
{
    if (d->known.stored) {
        TRY(count_failure(cx, g, &d->known, &pace_known));
    } else {
        TRY(count_failure(cx, g, &d->account, &pace_account));
        TRY(count_failure(cx, g, &d->all, &pace_all));
    }
    TRY(count_failure(cx, g, &d->address, &pace_address));
    return q_throttle_purge(cx, g, cx->now_ms - FORGET_MS, cx->now_ms - KNOWN_MS, NULL);
}

Rc delays_success(Ctx *cx, GrantedSignIn g, Delays *d)
{
    /* From a known place the account's own counter may be somebody else's doing: it stays. */
    if (!d->known.stored)
        TRY(q_throttle_forget(cx, g, d->account.subject, NULL));
    return q_throttle_put(cx, g, d->known.subject, 0, cx->now_ms, 0, NULL);
}
