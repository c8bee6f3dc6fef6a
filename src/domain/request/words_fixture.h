/* words_fixture.h - for tests of what is found by words. */
#pragma once

#include "domain/request/office_fixture.h"

/* Everything that happened so far, by the follower "words" as it is when it begins at its last event. */
void words_follow(Office *o);
