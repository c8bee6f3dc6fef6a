#include "domain/request/words_fixture.h"

#include "domain/request/words.h"

void words_follow(Office *o)
{
    followers_clear();
    follower_register(words_follower());
    office_nobody(o);
    for (int64_t before = -1, now = 0; before != now;) {
        before = now;
        EXPECT_RC(RC_OK, followers_step(o->cx));
        now = fixture_int(o->cx,
                          "SELECT coalesce(max(event_id), 0) FROM follower WHERE name = 'words'");
    }
    followers_clear();
}
