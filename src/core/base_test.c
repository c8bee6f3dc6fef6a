#include "support/test.h"

TEST(base_rc_name_knows_every_code)
{
    EXPECT_STR("OK", rc_name(RC_OK));
    EXPECT_STR("STALE", rc_name(RC_STALE));
    EXPECT_STR("INTERNAL", rc_name(RC_INTERNAL));
    EXPECT_STR("UNKNOWN", rc_name((Rc)99));
}
