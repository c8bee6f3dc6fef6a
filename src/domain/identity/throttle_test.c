#include "domain/identity/inner.h"
#include "support/db_test.h"

#define HERE STR("192.0.2.7")

static GrantedSignIn sign_in(Ctx *cx)
{
    GrantedSignIn g;
    EXPECT_RC(RC_OK, access_sign_in(cx, &g));
    return g;
}

static int64_t wait_for(Ctx *cx, const char *login, Str address)
{
    Delays d;
    EXPECT_RC(RC_OK, delays_read(cx, sign_in(cx), str_z(login), address, &d));
    return delays_wait(&d, cx->now_ms);
}

static void fail_once(Ctx *cx, const char *login, Str address)
{
    Delays d;
    EXPECT_RC(RC_OK, delays_read(cx, sign_in(cx), str_z(login), address, &d));
    EXPECT_RC(RC_OK, delays_failure(cx, sign_in(cx), &d));
}

static void succeed(Ctx *cx, const char *login, Str address)
{
    Delays d;
    EXPECT_RC(RC_OK, delays_read(cx, sign_in(cx), str_z(login), address, &d));
    EXPECT_RC(RC_OK, delays_success(cx, sign_in(cx), &d));
}

DB_TEST(throttle_grows_for_an_account_and_stays_below_its_cap)
{
    static const int64_t seconds[] = {
        0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900
    };
    for (size_t i = 0; i < COUNT_OF(seconds); i++) {
        /* From ever new addresses, so that only the account counts; in one instant. */
        Str address = str_fmt(cx->arena, "10.0.%zu.1", i);
        fail_once(cx, "robin", address);
        EXPECT_INT_AT((int)i, seconds[i] * 1000, wait_for(cx, "robin", STR("10.9.9.9")));
    }
    EXPECT_INT(0, wait_for(cx, "jo", STR("10.9.9.9")));
}

DB_TEST(throttle_opens_at_its_instant_and_not_before)
{
    for (int i = 0; i < 6; i++)
        fail_once(cx, "robin", HERE);
    EXPECT_INT(2000, wait_for(cx, "robin", HERE));
    cx->now_ms += 1999;
    EXPECT_INT(1, wait_for(cx, "robin", HERE));
    cx->now_ms += 1;
    EXPECT_INT(0, wait_for(cx, "robin", HERE));
}

DB_TEST(throttle_forgets_with_time)
{
    for (int i = 0; i < 10; i++)
        fail_once(cx, "robin", HERE);
    cx->now_ms += 5 * 15 * MS_MINUTE;
    fail_once(cx, "robin", HERE); /* five are forgotten: the sixth, as above */
    EXPECT_INT(2000, wait_for(cx, "robin", HERE));
    cx->now_ms += MS_DAY;
    fail_once(cx, "robin", HERE);
    EXPECT_INT(0, wait_for(cx, "robin", HERE));
}

DB_TEST(throttle_counts_an_address_over_all_accounts)
{
    for (int i = 0; i < 19; i++)
        fail_once(cx, str_dup_z(cx->arena, str_fmt(cx->arena, "p%d", i)), HERE);
    EXPECT_INT(0, wait_for(cx, "new", HERE));
    fail_once(cx, "p19", HERE);
    EXPECT_INT(1000, wait_for(cx, "new", HERE));
    EXPECT_INT(1000, wait_for(cx, "new", STR("192.0.2.250"))); /* the same prefix */
    EXPECT_INT(0, wait_for(cx, "new", STR("192.0.3.7")));
    fail_once(cx, "p20", HERE);
    EXPECT_INT(2000, wait_for(cx, "new", HERE));
}

DB_TEST(throttle_slows_everybody_when_failures_come_from_everywhere)
{
    for (int i = 0; i < 299; i++)
        fail_once(cx, str_dup_z(cx->arena, str_fmt(cx->arena, "p%d", i)),
                  str_fmt(cx->arena, "10.%d.%d.1", i / 200, i % 200));
    EXPECT_INT(0, wait_for(cx, "robin", HERE));
    fail_once(cx, "q", STR("10.250.1.1"));
    EXPECT_INT(100, wait_for(cx, "robin", HERE));
    for (int i = 0; i < 20; i++)
        fail_once(cx, str_dup_z(cx->arena, str_fmt(cx->arena, "r%d", i)),
                  str_fmt(cx->arena, "10.251.%d.1", i));
    EXPECT_INT(5000, wait_for(cx, "robin", HERE));
    cx->now_ms += 5000;
    EXPECT_INT(0, wait_for(cx, "robin", HERE));
}

DB_TEST(throttle_never_locks_out_the_owner_at_a_known_place)
{
    succeed(cx, "robin", HERE);
    for (int i = 0; i < 30; i++)
        fail_once(cx, "robin", STR("203.0.113.9")); /* a stranger elsewhere */
    EXPECT(wait_for(cx, "robin", STR("203.0.113.9")) > 0);
    EXPECT(wait_for(cx, "robin", STR("198.51.100.1")) > 0);
    EXPECT_INT(0, wait_for(cx, "robin", HERE));

    /* At the known place there are delays too, of its own. */
    for (int i = 0; i < 9; i++)
        fail_once(cx, "robin", HERE);
    EXPECT_INT(0, wait_for(cx, "robin", HERE));
    fail_once(cx, "robin", HERE);
    EXPECT_INT(1000, wait_for(cx, "robin", HERE));
    succeed(cx, "robin", HERE);
    EXPECT_INT(0, wait_for(cx, "robin", HERE));
    EXPECT(wait_for(cx, "robin", STR("198.51.100.1")) > 0); /* the stranger's failures stay */
}

DB_TEST(throttle_forgets_a_known_place_after_three_months)
{
    succeed(cx, "robin", HERE);
    cx->now_ms += 90 * MS_DAY - 1;
    for (int i = 0; i < 6; i++)
        fail_once(cx, "robin", STR("203.0.113.9"));
    EXPECT_INT(0, wait_for(cx, "robin", HERE));
    cx->now_ms += 1;
    EXPECT(wait_for(cx, "robin", HERE) > 0);
}

DB_TEST(throttle_holds_up_known_accounts_where_somebody_tries_them_all)
{
    succeed(cx, "robin", HERE);
    for (int i = 0; i < 199; i++)
        fail_once(cx, str_dup_z(cx->arena, str_fmt(cx->arena, "p%d", i)), HERE);
    EXPECT_INT(0, wait_for(cx, "robin", HERE));
    fail_once(cx, "p200", HERE);
    EXPECT(wait_for(cx, "robin", HERE) > 0);
}

DB_TEST(throttle_success_elsewhere_clears_the_account)
{
    for (int i = 0; i < 8; i++)
        fail_once(cx, "robin", STR("203.0.113.9"));
    cx->now_ms += 10 * MS_SECOND;
    succeed(cx, "robin", STR("198.51.100.1"));
    fail_once(cx, "robin", STR("203.0.113.9"));
    EXPECT_INT(0, wait_for(cx, "robin", STR("10.1.1.1")));
}

DB_TEST(throttle_without_a_delay_holds_up_no_call_that_began_earlier)
{
    fail_once(cx, "robin", HERE);
    cx->now_ms -= 5;
    EXPECT_INT(0, wait_for(cx, "robin", HERE));
    cx->now_ms += 5;
    succeed(cx, "robin", HERE);
    cx->now_ms -= 5;
    EXPECT_INT(0, wait_for(cx, "robin", HERE));
}

DB_TEST(throttle_rows_do_not_pile_up)
{
    for (int i = 0; i < 120; i++)
        fail_once(cx, str_dup_z(cx->arena, str_fmt(cx->arena, "p%d", i)),
                  str_fmt(cx->arena, "10.0.%d.1", i));
    succeed(cx, "robin", HERE);
    cx->now_ms += 2 * MS_DAY;
    for (int i = 0; i < 8; i++)
        fail_once(cx, "jo", STR("10.200.0.1"));
    /* jo's account, its address, all, and the known place */
    EXPECT_INT(4, fixture_int(cx, "SELECT count(*) FROM sign_in_throttle"));
}

TEST(address_prefix_is_what_one_customer_holds)
{
    static const struct {
        int line;
        const char *address, *prefix;
    } cases[] = {
        { __LINE__, "192.0.2.77", "192.0.2.0/24" },
        { __LINE__, "127.0.0.1", "127.0.0.0/24" },
        { __LINE__, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64" },
        { __LINE__, "::1", "::/64" },
        { __LINE__, "::ffff:192.0.2.77", "192.0.2.0/24" },
        { __LINE__, "", "" },
        { __LINE__, "not an address", "not an address" },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        EXPECT_STR_AT(cases[i].line, cases[i].prefix,
                      address_prefix(test_arena(), str_z(cases[i].address)));
}
