/* Whatever the bytes: lives that end after they began, or a sentence with a line. */
#include "fuzz/fuzz.h"

#include "domain/promise/promise.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64u << 20);
    PromiseLives lives = { 0 };
    Text why = { 0 };

    Rc rc = promise_lives_read(a, (Str){ (const char *)data, size }, &lives, &why);
    assert(rc == RC_OK || rc == RC_LIMIT || (rc == RC_INVALID && why.msgid != NULL));
    for (size_t i = 0; rc == RC_OK && i < lives.n; i++) {
        const PromiseLife *l = &lives.at[i];
        assert(l->model.len > 0 && str_is_utf8(l->model) && str_is_utf8(l->kind));
        assert(l->ended_ms == MS_NONE || l->ended_ms >= l->sent_ms);
        for (size_t k = 0; k < l->phases.n; k++)
            assert(l->phases.at[k].entered_ms >= l->sent_ms);
    }
    return 0;
}
