#include "http/cookie.h"
#include "support/test.h"

TEST(cookie_is_found_among_others)
{
    Str v = STR_NULL;

    EXPECT_RC(RC_OK, cookie_get(STR("__Host-errand=abc_-123"), STR("__Host-errand"), &v));
    EXPECT_STR("abc_-123", v);
    EXPECT_RC(RC_OK, cookie_get(STR("a=1; x; =y; bad=\x01; a2=\"q\";  s=v=w ;b=2"), STR("s"), &v));
    EXPECT_STR("v=w", v);
    EXPECT_RC(RC_OK, cookie_get(STR("s="), STR("s"), &v));
    EXPECT_STR("", v);
}

TEST(cookie_of_ours_must_be_there_once_and_well_formed)
{
    Str v = STR("untouched");

    EXPECT_RC(RC_NOT_FOUND, cookie_get(STR_NULL, STR("s"), &v));
    EXPECT_RC(RC_NOT_FOUND, cookie_get(STR(""), STR("s"), &v));
    EXPECT_RC(RC_NOT_FOUND, cookie_get(STR("S=1; ss=2; s"), STR("s"), &v));
    EXPECT_RC(RC_INVALID, cookie_get(STR("s=1; s=1"), STR("s"), &v));
    EXPECT_RC(RC_INVALID, cookie_get(STR("s=1; s=2"), STR("s"), &v));
    EXPECT_RC(RC_INVALID, cookie_get(STR("s=; s=2"), STR("s"), &v));
    EXPECT_RC(RC_INVALID, cookie_get(STR("s=a b"), STR("s"), &v));
    EXPECT_RC(RC_INVALID, cookie_get(STR("s=\"a\""), STR("s"), &v));
    EXPECT_RC(RC_INVALID, cookie_get(STR("s=a,b"), STR("s"), &v));
    EXPECT_RC(RC_INVALID, cookie_get(STR("s=\xc3\xa5"), STR("s"), &v));
    EXPECT_STR("untouched", v);
}

TEST(cookie_is_set_as_the_host_prefix_demands)
{
    EXPECT_STR("__Host-errand=abc; Path=/; Secure; HttpOnly; SameSite=Lax",
               cookie_set(test_arena(), STR("__Host-errand"), STR("abc"), COOKIE_SESSION, 0));
    EXPECT_STR("__Host-errand=abc; Max-Age=3600; Path=/; Secure; HttpOnly; SameSite=Lax",
               cookie_set(test_arena(), STR("__Host-errand"), STR("abc"), COOKIE_FOR, 3600));
    EXPECT_STR("__Host-errand=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax",
               cookie_set(test_arena(), STR("__Host-errand"), STR(""), COOKIE_DELETE, 0));
}

static void set_bad_value(void *arg)
{
    UNUSED(arg);
    (void)cookie_set(test_arena(), STR("a"), STR("b; Domain=evil"), COOKIE_SESSION, 0);
}

static void set_bad_name(void *arg)
{
    UNUSED(arg);
    (void)cookie_set(test_arena(), STR("a=b"), STR("c"), COOKIE_SESSION, 0);
}

TEST(cookie_text_that_would_change_its_meaning_is_a_mistake_of_ours)
{
    EXPECT_ABORT(set_bad_value, NULL);
    EXPECT_ABORT(set_bad_name, NULL);
}
