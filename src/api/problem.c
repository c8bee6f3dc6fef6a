/* problem.c - one shape for every failure of the API. */
#include "api/problem.h"

typedef struct ProblemRow {
    int status;
    const char *type;
    const char *title;
    const char *detail; /* when the command left no sentence */
} ProblemRow;

static const ProblemRow rows[] = {
    { 400, "malformed", T("The call could not be read"), T("Check the body, then send it again.") },
    { 401, "not_signed_in", T("Not signed in"), T("Send a valid token.") },
    { 403, "forbidden", T("Not yours to do"), T("You can see this, but the act is not yours.") },
    { 404, "not_found", T("Not found"), T("There is nothing here, or it is not visible to you.") },
    { 405, "method", T("Not possible here"), T("This address does not take that method.") },
    { 409, "conflict", T("Not possible now"), T("The present state does not allow it.") },
    { 412, "stale", T("Changed meanwhile"),
      T("Somebody else changed this meanwhile. Read it again, then repeat your change.") },
    { 413, "too_large", T("Too large"), T("Send less at once.") },
    { 415, "unsupported_media_type", T("Wrong kind of body"),
      T("The body is of a kind that is not accepted here.") },
    { 422, "invalid", T("Not valid"), T("Some values need a correction.") },
    { 428, "precondition_required", T("If-Match is missing"),
      T("Send If-Match with the ETag of the object that you read.") },
    { 429, "too_many", T("Too many calls"), T("Wait a moment, then go on more slowly.") },
    { 500, "internal", T("That did not work"),
      T("The fault is ours. Nothing was saved. Try again later and quote the reference number.") },
    { 503, "busy", T("Too busy"), T("Nothing was saved. Try again in a moment.") },
};

static const ProblemRow *row_of(int status)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (rows[i].status == status)
            return &rows[i];
    return &rows[COUNT_OF(rows) - 2];
}

Rc problem_write(Call *call, int status)
{
    Ctx *cx = &call->cx;
    const ProblemRow *row = row_of(status);
    Reader reader = { cx->lang, cx->zone, cx->now_ms };
    JsonOut o;
    /* What is not there has no story to tell: unknown and invisible answer alike. */
    bool quiet = status == 404 || status == 500;
    Str type = !quiet && cx->type.len > 0 ? cx->type : str_z(row->type);
    Str detail = !quiet && cx->detail.msgid != NULL ? words_text(cx->arena, &reader, &cx->detail)
                                                    : i18n_text(cx->lang, row->detail);

    json_out_init(&o, &call->body);
    json_object(&o);
    json_field_text(&o, "type", str_fmt(cx->arena, "urn:errand:problem:%.*s", STR_ARG(type)));
    json_field_text(&o, "title", i18n_text(cx->lang, row->title));
    json_field_int(&o, "status", status);
    json_field_text(&o, "detail", detail);
    json_field_text(&o, "request_id", cx->call_ref);
    json_key_lit(&o, "errors");
    json_array(&o);
    for (size_t i = 0; !quiet && i < cx->errors.n; i++) {
        const FieldError *e = &cx->errors.at[i];
        json_object(&o);
        json_field_text(&o, "pointer", e->pointer);
        json_field_text(&o, "code", e->code);
        json_field_text(&o, "detail", words_text(cx->arena, &reader, &e->text));
        json_object_end(&o);
    }
    json_array_end(&o);
    json_object_end(&o);
    return buf_result(&call->body);
}
