/* body.c - from the bytes of a body to form fields, JSON and stored files. */
#include "http/dispatch_state.h"
#include "http/multipart.h"

#define FILE_MAX_BYTES (25 * 1024 * 1024)

static Rc malformed(Exchange *x, Text text)
{
    return fail(&x->call.cx, RC_INVALID, "malformed", text);
}

static Rc wrong_media(Exchange *x)
{
    return fail(&x->call.cx, RC_INVALID, "unsupported_media_type",
                TEXT("The body is of a kind that is not accepted here."));
}

/* The media type without parameters, lower case. */
static Str media_type(Exchange *x)
{
    Str value = http_header(x->call.http, STR("content-type"));
    Str type = str_cut(&value, ';');
    return str_lower_ascii(x->call.arena, str_trim(type));
}

static Rc read_form(Exchange *x)
{
    Rc rc = form_parse(x->call.arena, x->body, &x->call.form);
    return rc == RC_OK || rc == RC_LIMIT ? rc : malformed(x, TEXT("The form could not be read."));
}

static Rc read_json(Exchange *x)
{
    Str where = STR_NULL;

    /* An act without input may come without a body. */
    Str text = str_trim(x->body).len == 0 ? STR("{}") : x->body;
    Rc rc = json_parse(x->call.arena, text, &x->call.json, &where);
    return rc == RC_OK || rc == RC_LIMIT
               ? rc
               : malformed(x, TEXT("The body is not valid JSON: {0}.", where));
}

bool body_needs_worker(const Exchange *x)
{
    const Route *route = x->call.route;
    return route->body == BODY_UPLOAD || route->prepare != NULL
           || (route->body == BODY_MULTIPART
               && str_starts(http_header(x->call.http, STR("content-type")), STR("multipart/")));
}

Rc body_read(Exchange *x)
{
    Str type = media_type(x);

    if (x->call.route->body == BODY_NONE)
        return RC_OK;
    if (http_body(x->call.http, &x->body) != RC_OK)
        return RC_INTERNAL;
    switch (x->call.route->body) {
    case BODY_NONE:
    case BODY_UPLOAD: return RC_OK;
    case BODY_JSON:
        if (!str_eq_z(type, "application/json") && !str_eq_z(type, "application/merge-patch+json")
            && !(x->body.len == 0 && type.len == 0))
            return wrong_media(x);
        return read_json(x);
    case BODY_FORM:
    case BODY_MULTIPART:
        if (str_eq_z(type, "application/x-www-form-urlencoded"))
            return read_form(x);
        if (x->call.route->body == BODY_MULTIPART && str_eq_z(type, "multipart/form-data"))
            return RC_OK; /* on a worker */
        return wrong_media(x);
    }
    return RC_INTERNAL;
}

static Rc store_file(Exchange *x, Str field, Str name, Str bytes)
{
    CallFile f = { .field = field, .size = (int64_t)bytes.len, .type = filetype_of(bytes) };

    if (bytes.len > FILE_MAX_BYTES) {
        fail_add(&x->call.cx, str_fmt(x->call.arena, "/%.*s", STR_ARG(field)), "too_large",
                 TEXT("A file may have at most {0}.", size_bytes(FILE_MAX_BYTES)));
        return RC_LIMIT;
    }
    f.name = filename_clean(x->call.arena, name);
    TRY(store_put(x->d->store, x->call.arena, bytes, &f.sha256));
    return LIST_PUSH(x->call.arena, &x->call.files, f);
}

static Rc store_multipart(Exchange *x)
{
    Str boundary, why = STR_NULL;
    MultipartParts parts = { 0 };
    Rc rc = multipart_boundary(http_header(x->call.http, STR("content-type")), &boundary);

    if (rc == RC_OK)
        rc = multipart_parse(x->call.arena, x->body, boundary, &parts, &why);
    if (rc == RC_LIMIT)
        return rc;
    if (rc != RC_OK)
        return malformed(x, TEXT("The form could not be read."));
    /* Everything that was typed first: a file that is refused must not take it along. */
    for (size_t i = 0; i < parts.n; i++)
        if (!parts.at[i].is_file)
            TRY(LIST_PUSH(x->call.arena, &x->call.form,
                          (FormField){ parts.at[i].name, parts.at[i].bytes }));
    rc = RC_OK;
    for (size_t i = 0; i < parts.n && (rc == RC_OK || rc == RC_LIMIT); i++) {
        const MultipartPart *p = &parts.at[i];
        if (!p->is_file || (p->file_name.len == 0 && p->bytes.len == 0))
            continue;
        Rc stored = store_file(x, p->name, p->file_name, p->bytes);
        rc = stored != RC_OK ? stored : rc;
    }
    return rc;
}

Rc body_store_files(Exchange *x)
{
    if (x->call.route->body == BODY_UPLOAD) {
        Str name = form_value(&x->call.query, STR("name"));
        return store_file(x, STR(""), name, x->body);
    }
    if (x->call.route->body == BODY_MULTIPART
        && str_starts(http_header(x->call.http, STR("content-type")), STR("multipart/")))
        return store_multipart(x);
    return RC_OK;
}

void body_read_typed(Exchange *x)
{
    Str boundary;
    MultipartParts parts = { 0 };

    if (x->call.route == NULL
        || (x->call.route->body != BODY_FORM && x->call.route->body != BODY_MULTIPART)
        || http_body(x->call.http, &x->body) != RC_OK)
        return;
    if (str_eq_z(media_type(x), "application/x-www-form-urlencoded")) {
        if (form_parse(x->call.arena, x->body, &x->call.form) != RC_OK)
            x->call.form = (FormFields){ 0 };
        return;
    }
    if (multipart_boundary(http_header(x->call.http, STR("content-type")), &boundary) != RC_OK
        || multipart_parse(x->call.arena, x->body, boundary, &parts, NULL) != RC_OK)
        return;
    for (size_t i = 0; i < parts.n; i++)
        if (!parts.at[i].is_file
            && LIST_PUSH(x->call.arena, &x->call.form,
                         (FormField){ parts.at[i].name, parts.at[i].bytes })
                   != RC_OK)
            return;
}
