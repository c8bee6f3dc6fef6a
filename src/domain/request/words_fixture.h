/* words_fixture.h - for tests of what is found by words. */
#pragma once

#include "domain/request/office_fixture.h"

/* Everything that happened so far, by the follower "words" as it is when it begins at its last event. */
void words_follow(Office *o);
/* The entries of teams, made of those that there are as an older database makes them. */
void words_migrate(Ctx *cx);
/* The requests that there are, fewer than 1,000, again and again, with what lists ask of them: readers, events, answers,
 * tasks, clocks and words. */
void words_copy(Office *o, int times);
