/* ctx.c - see ctx.h. */
#include "app/ctx.h"

Rc fail(Ctx *cx, Rc rc, const char *code, Text text)
{
    cx->type = str_z(code);
    cx->detail = text;
    return rc;
}

Rc fail_field(Ctx *cx, Rc rc, const char *pointer, const char *code, Text text)
{
    bool whole = pointer[0] == '\0' || pointer[0] == '/';

    fail_add(cx, whole ? str_z(pointer) : str_fmt(cx->arena, "/%s", pointer), code, text);
    cx->type = STR_NULL;
    cx->detail = (Text){ 0 };
    return rc;
}

void fail_add(Ctx *cx, Str pointer, const char *code, Text text)
{
    FieldError e = { .pointer = str_dup(cx->arena, pointer), .code = str_z(code), .text = text };

    /* Where not even that has room, RC_INVALID must still be the answer: the first errors stay. */
    if (LIST_PUSH(cx->arena, &cx->errors, e) != RC_OK && cx->errors.n > 0)
        cx->errors.at[cx->errors.n - 1] = e;
    cx->failed = true;
}

Rc fail_whole(Ctx *cx, Rc rc, const char *code, Text text)
{
    cx->errors = (FieldErrors){ 0 };
    cx->failed = false;
    return fail(cx, rc, code, text);
}

Rc fail_result(const Ctx *cx)
{
    return cx->failed ? RC_INVALID : RC_OK;
}
