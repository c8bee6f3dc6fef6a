/* compiles */
#include "core/json.h"

CHECKED Rc sound(Arena *a, Str s, const Json **ret);

Rc sound(Arena *a, Str s, const Json **ret)
{
    CLEANUP(buf_done) Buf b;

    buf_init(&b, 10);
    buf_add(&b, STR("text"));
    TRY(buf_result(&b));
    return json_parse(a, s, ret, NULL);
}
