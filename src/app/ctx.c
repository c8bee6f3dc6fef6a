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

void view_add(Ctx *cx, int64_t request_id, int64_t file_id)
{
    if (cx->views == NULL)
        cx->views = ARENA_NEW(cx->arena, Views);
    Views *v = cx->views;
    for (size_t i = 0; i < v->n; i++) {
        if (v->at[i].request_id != request_id)
            continue;
        if (file_id != 0)
            v->at[i].file_id = file_id;
        return;
    }
    if (v->n == VIEWS_MAX)
        v->full = true;
    else
        v->at[v->n++] = (View){ request_id, file_id };
}

Rc fail_result(const Ctx *cx)
{
    return cx->failed ? RC_INVALID : RC_OK;
}
