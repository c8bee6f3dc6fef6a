#include "support/test.h"

TEST(base_rc_name_knows_every_code)
{
    EXPECT_STR("OK", rc_name(RC_OK));
    EXPECT_STR("STALE", rc_name(RC_STALE));
    EXPECT_STR("INTERNAL", rc_name(RC_INTERNAL));
    EXPECT_STR("UNKNOWN", rc_name((Rc)99));
}

TEST(base_floor_div_rounds_down)
{
    EXPECT_INT(2, floor_div(7, 3));
    EXPECT_INT(-3, floor_div(-7, 3));
    EXPECT_INT(-2, floor_div(-6, 3));
    EXPECT_INT(0, floor_div(0, 3));
    EXPECT_INT(-1, floor_div(-1, INT64_MAX));
    EXPECT_INT(INT64_MIN, floor_div(INT64_MIN, 1));
}
