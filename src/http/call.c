/* call.c - what a handler reads from its call and leaves in it. */
#include "http/call.h"

#include "core/random.h"

#include <assert.h>

Str call_param(const Call *call, const char *name)
{
    Str rest = str_skip(str_z(call->route->path), 1);
    size_t i = 0;

    while (rest.len > 0) {
        Str segment = str_cut(&rest, '/');
        if (segment.len < 3 || segment.ptr[0] != '{')
            continue;
        if (str_eq_z(str_sub(segment, 1, segment.len - 1), name))
            return call->param[i];
        i++;
    }
    assert(!"the route has no such parameter");
    return STR_NULL;
}

Str call_query(const Call *call, const char *name)
{
    return form_value(&call->query, str_z(name));
}

Str call_form(const Call *call, const char *name)
{
    return form_value(&call->form, str_z(name));
}

Str call_form_text(const Call *call, const char *name)
{
    Str s = call_form(call, name);
    return str_is_null(s) ? STR("") : str_trim(s);
}

Rc call_input(Call *call, const Input *in, void *ret)
{
    if (call->route->body == BODY_JSON)
        return input_from_json(&call->cx, in, call->json, ret);

    InputPair *pairs = ARENA_ARRAY(call->arena, InputPair, call->form.n + 1);
    if (pairs == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < call->form.n; i++)
        pairs[i] = (InputPair){ call->form.at[i].name, call->form.at[i].value };
    return input_from_pairs(&call->cx, in, pairs, call->form.n, NULL, ret);
}

Rc call_redirect(Call *call, Str path)
{
    assert(path.len > 0 && path.ptr[0] == '/' && (path.len == 1 || path.ptr[1] != '/'));
    call->show = path;
    call->status = 303;
    return RC_OK;
}

Rc call_show(Call *call, int status, Str path)
{
    assert(str_starts(path, STR("/api/")));
    call->show = path;
    call->status = status;
    if (status == 201)
        call->location = path;
    return RC_OK;
}

Rc call_again(Call *call)
{
    call->cx.type = STR("again");
    return RC_INVALID;
}

Rc call_refuse(Call *call, Rc rc)
{
    assert(call->route->again != NULL && rc != RC_OK);
    call->refused = rc;
    return RC_OK;
}

Rc call_tell(Call *call)
{
    call->cx.type = STR("again");
    return call_refuse(call, RC_INVALID);
}

void call_go_on(Call *call, Handler next, int64_t id)
{
    call->next = next;
    call->next_id = id;
}

Rc call_done(Call *call)
{
    call->status = 204;
    return RC_OK;
}

void call_header(Call *call, Str name, Str value)
{
    assert(call->n_headers < COUNT_OF(call->headers));
    call->headers[call->n_headers++] = (HttpHeader){ name, value };
}

Rc call_if_match(Call *call, int64_t *ret_version)
{
    Str value = http_header(call->http, STR("if-match"));

    if (str_is_null(value))
        return fail(&call->cx, RC_INVALID, "precondition_required",
                    TEXT("Send If-Match with the ETag of the object that you read."));
    if (value.len < 3 || value.ptr[0] != '"' || value.ptr[value.len - 1] != '"'
        || !str_to_i64(str_sub(value, 1, value.len - 1), ret_version))
        return fail(
            &call->cx, RC_STALE, "stale",
            TEXT("Somebody else changed this meanwhile. Read it again, then repeat your change."));
    return RC_OK;
}

Rc call_limit(Call *call, int64_t *ret)
{
    Str value = call_query(call, "limit");
    int64_t limit = 50;

    if (!str_is_null(value) && (!str_to_i64(value, &limit) || limit < 1 || limit > 100))
        return fail_field(&call->cx, RC_INVALID, "limit", "out_of_range",
                          TEXT("Give a whole number from 1 to 100."));
    *ret = limit;
    return RC_OK;
}

/* A cursor is two key values and a checksum over them: it reveals nothing, and a mistyped one is
 * refused instead of showing a wrong page. */
typedef struct CursorBytes {
    int64_t a, b;
    uint8_t check[8];
} CursorBytes;

static CursorBytes cursor_bytes(int64_t a, int64_t b)
{
    CursorBytes c = { .a = a, .b = b };
    Sha256 sum = sha256((Str){ (const char *)&c, offsetof(CursorBytes, check) });
    memcpy(c.check, sum.bytes, sizeof c.check);
    return c;
}

Str cursor_make(Arena *arena, int64_t key_a, int64_t key_b)
{
    CursorBytes c = cursor_bytes(key_a, key_b);
    return base64url_encode(arena, &c, sizeof c);
}

Rc call_cursor(Call *call, int64_t *ret_a, int64_t *ret_b)
{
    Str value = call_query(call, "cursor"), bytes;
    CursorBytes c = { 0 };

    *ret_a = *ret_b = 0;
    if (str_is_empty(value))
        return RC_OK;
    if (base64url_decode(call->arena, value, &bytes) && bytes.len == sizeof c) {
        memcpy(&c, bytes.ptr, sizeof c);
        CursorBytes want = cursor_bytes(c.a, c.b);
        if (memcmp(c.check, want.check, sizeof c.check) == 0) {
            *ret_a = c.a;
            *ret_b = c.b;
            return RC_OK;
        }
    }
    return fail_field(&call->cx, RC_INVALID, "cursor", "malformed",
                      TEXT("This is no cursor of ours. Begin again without one."));
}
