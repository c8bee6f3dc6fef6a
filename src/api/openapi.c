/* openapi.c - the OpenAPI 3.1 document, from the route rows, input rows and schema rows. */
#include "api/schema.h"

static void put_type(JsonOut *o, Str type);

static void put_plain(JsonOut *o, const char *type, const char *format)
{
    json_field_text(o, "type", str_z(type));
    if (format != NULL)
        json_field_text(o, "format", str_z(format));
}

static void put_ref(JsonOut *o, Str name)
{
    char ref[160];
    int n = snprintf(ref, sizeof ref, "#/components/schemas/%.*s", STR_ARG(name));
    json_key_lit(o, "$ref");
    json_text(o, (Str){ ref, (size_t)n });
}

static void put_type(JsonOut *o, Str type)
{
    static const struct {
        const char *word, *type, *format;
    } plain[] = {
        { "text", "string", NULL },        { "int", "integer", NULL },
        { "number", "number", NULL },      { "bool", "boolean", NULL },
        { "time", "string", "date-time" }, { "date", "string", "date" },
        { "span", "string", "duration" },
    };
    json_object(o);
    if (type.len > 1 && type.ptr[type.len - 1] == '?') {
        json_key_lit(o, "anyOf");
        json_array(o);
        put_type(o, str_sub(type, 0, type.len - 1));
        json_object(o);
        json_field_text(o, "type", STR("null"));
        json_object_end(o);
        json_array_end(o);
    } else if (type.len > 2 && type.ptr[0] == '[') {
        json_field_text(o, "type", STR("array"));
        json_key_lit(o, "items");
        put_type(o, str_sub(type, 1, type.len - 1));
    } else if (type.len > 2 && type.ptr[0] == '{') {
        json_field_text(o, "type", STR("object"));
        json_key_lit(o, "additionalProperties");
        put_type(o, str_sub(type, 1, type.len - 1));
    } else if (!str_eq_z(type, "any")) {
        bool found = false;
        for (size_t i = 0; i < COUNT_OF(plain) && !found; i++) {
            if (str_eq_z(type, plain[i].word)) {
                put_plain(o, plain[i].type, plain[i].format);
                found = true;
            }
        }
        if (!found)
            put_ref(o, type);
    }
    json_object_end(o);
}

static void put_schema(JsonOut *o, const Schema *s)
{
    json_key(o, str_z(s->name));
    json_object(o);
    json_field_text(o, "type", STR("object"));
    json_key_lit(o, "required");
    json_array(o);
    for (size_t i = 0; i < s->n; i++)
        json_text(o, str_z(s->fields[i].name));
    json_array_end(o);
    json_field_bool(o, "additionalProperties", false);
    json_key_lit(o, "properties");
    json_object(o);
    for (size_t i = 0; i < s->n; i++) {
        json_key(o, str_z(s->fields[i].name));
        if (s->fields[i].about == NULL) {
            put_type(o, str_z(s->fields[i].type));
            continue;
        }
        json_object(o);
        json_field_text(o, "description", str_z(s->fields[i].about));
        json_key_lit(o, "allOf");
        json_array(o);
        put_type(o, str_z(s->fields[i].type));
        json_array_end(o);
        json_object_end(o);
    }
    json_object_end(o);
    json_object_end(o);
}

static void put_words(JsonOut *o, const char *words)
{
    Str rest = str_z(words);
    json_key_lit(o, "enum");
    json_array(o);
    while (rest.len > 0)
        json_text(o, str_cut(&rest, ' '));
    json_array_end(o);
}

static void put_input_field(JsonOut *o, const InputField *f)
{
    json_key(o, str_z(f->name));
    json_object(o);
    switch (f->type) {
    case IN_TEXT:
    case IN_LONG_TEXT:
    case IN_KEY:
    case IN_SECRET:
        put_plain(o, "string", f->type == IN_SECRET ? "password" : NULL);
        if (f->max > 0)
            json_field_int(o, "maxLength", f->max);
        break;
    case IN_INT:
        put_plain(o, "integer", NULL);
        if (f->min != 0 || f->max != 0) {
            json_field_int(o, "minimum", f->min);
            json_field_int(o, "maximum", f->max);
        }
        break;
    case IN_BOOL: put_plain(o, "boolean", NULL); break;
    case IN_TIME: put_plain(o, "string", "date-time"); break;
    case IN_WORD:
        put_plain(o, "string", NULL);
        put_words(o, f->words);
        break;
    case IN_STRINGS:
        put_plain(o, "array", NULL);
        json_key_lit(o, "items");
        put_type(o, STR("text"));
        break;
    case IN_JSON: break;
    }
    if (f->about != NULL)
        json_field_text(o, "description", str_z(f->about));
    json_object_end(o);
}

static void put_input(JsonOut *o, const Input *in)
{
    bool any = false;

    json_key(o, str_z(in->name));
    json_object(o);
    json_field_text(o, "type", STR("object"));
    json_field_bool(o, "additionalProperties", false);
    for (size_t i = 0; i < in->n; i++)
        any |= (in->fields[i].flags & IN_REQUIRED) != 0;
    if (any) {
        json_key_lit(o, "required");
        json_array(o);
        for (size_t i = 0; i < in->n; i++)
            if ((in->fields[i].flags & IN_REQUIRED) != 0)
                json_text(o, str_z(in->fields[i].name));
        json_array_end(o);
    }
    json_key_lit(o, "properties");
    json_object(o);
    for (size_t i = 0; i < in->n; i++)
        put_input_field(o, &in->fields[i]);
    json_object_end(o);
    json_object_end(o);
}

/* --- paths ------------------------------------------------------------------------------------------- */

static void put_parameter(JsonOut *o, Str name, const char *in, bool required, const char *type)
{
    json_object(o);
    json_field_text(o, "name", name);
    json_field_text(o, "in", str_z(in));
    json_field_bool(o, "required", required);
    json_key_lit(o, "schema");
    put_type(o, str_z(type));
    json_object_end(o);
}

static void put_parameters(JsonOut *o, const Route *r)
{
    Str path = str_z(r->path), query = str_z(r->query);

    json_key_lit(o, "parameters");
    json_array(o);
    while (path.len > 0) {
        Str segment = str_cut(&path, '/');
        if (segment.len > 2 && segment.ptr[0] == '{')
            put_parameter(o, str_sub(segment, 1, segment.len - 1), "path", true, "text");
    }
    while (query.len > 0) {
        Str name = str_cut(&query, ' ');
        put_parameter(o, name, "query", false, str_eq_z(name, "limit") ? "int" : "text");
    }
    if (r->method == HTTP_PATCH || r->versioned)
        put_parameter(o, STR("If-Match"), "header", true, "text");
    if (r->method == HTTP_POST)
        put_parameter(o, STR("Idempotency-Key"), "header", false, "text");
    json_array_end(o);
}

static void put_content(JsonOut *o, const char *media, Str type)
{
    json_key_lit(o, "content");
    json_object(o);
    json_key(o, str_z(media));
    json_object(o);
    json_key_lit(o, "schema");
    put_type(o, type);
    json_object_end(o);
    json_object_end(o);
}

/* A page of a list is { items, next }. */
static void put_page_content(JsonOut *o, Str item)
{
    json_key_lit(o, "content");
    json_object(o);
    json_key_lit(o, "application/json");
    json_object(o);
    json_key_lit(o, "schema");
    json_object(o);
    json_field_text(o, "type", STR("object"));
    json_key_lit(o, "required");
    json_array(o);
    json_text(o, STR("items"));
    json_text(o, STR("next"));
    json_array_end(o);
    json_field_bool(o, "additionalProperties", false);
    json_key_lit(o, "properties");
    json_object(o);
    json_key_lit(o, "items");
    json_object(o);
    json_field_text(o, "type", STR("array"));
    json_key_lit(o, "items");
    put_type(o, item);
    json_object_end(o);
    json_key_lit(o, "next");
    put_type(o, STR("text?"));
    json_object_end(o);
    json_object_end(o);
    json_object_end(o);
    json_object_end(o);
}

static void put_problem(JsonOut *o, Str about)
{
    json_object(o);
    json_field_text(o, "description", about);
    put_content(o, "application/problem+json", STR("Problem"));
    json_object_end(o);
}

static void put_responses(JsonOut *o, const Route *r)
{
    char code[16];
    Str reply = str_z(r->reply);
    int status = r->status != 0 ? r->status : 200;

    snprintf(code, sizeof code, "%d", status);
    json_key_lit(o, "responses");
    json_object(o);
    json_key(o, str_z(code));
    json_object(o);
    json_field_text(o, "description",
                    status == 204   ? STR("Done")
                    : status == 201 ? STR("Created")
                                    : STR("The answer"));
    if (reply.len > 2 && reply.ptr[0] == '[')
        put_page_content(o, str_sub(reply, 1, reply.len - 1));
    else if (reply.len > 0)
        put_content(o, "application/json", reply);
    json_object_end(o);
    json_key_lit(o, "4XX");
    put_problem(o, STR("What is wrong with the call"));
    json_key_lit(o, "default");
    put_problem(o, STR("Why it did not work"));
    json_object_end(o);
}

/* "get" + "/api/v1/requests/{number}" -> "get_requests_number": stable and unique. */
static void put_operation_id(JsonOut *o, const Route *r)
{
    char id[200] = { 0 };
    size_t n = 0;
    Str method = http_method_name(r->method), path = str_z(r->path);

    for (size_t i = 0; i < method.len && n < sizeof id - 1; i++)
        id[n++] = (char)(method.ptr[i] | 0x20);
    if (str_starts(path, STR("/api/v1")))
        path = str_skip(path, 7);
    for (size_t i = 0; i < path.len && n < sizeof id - 1; i++) {
        char ch = path.ptr[i];
        bool word = (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9');
        if (word)
            id[n++] = ch;
        else if (id[n - 1] != '_')
            id[n++] = '_';
    }
    while (n > 0 && id[n - 1] == '_')
        n--;
    json_field_text(o, "operationId", str_sub(str_z(id), 0, n));
}

static void put_operation(JsonOut *o, const Module *m, const Route *r)
{
    char method[8] = { 0 };
    Str name = http_method_name(r->method);

    for (size_t i = 0; i < name.len && i < sizeof method - 1; i++)
        method[i] = (char)(name.ptr[i] | 0x20);
    json_key(o, str_z(method));
    json_object(o);
    json_field_text(o, "summary", str_z(r->text));
    put_operation_id(o, r);
    json_key_lit(o, "tags");
    json_array(o);
    json_text(o, str_z(m->name));
    json_array_end(o);
    put_parameters(o, r);
    if (r->input != NULL || r->body == BODY_UPLOAD) {
        json_key_lit(o, "requestBody");
        json_object(o);
        json_field_bool(o, "required", r->body == BODY_UPLOAD);
        if (r->input != NULL)
            put_content(o, "application/json", str_z(r->input->name));
        else
            put_content(o, "application/octet-stream", STR("any"));
        json_object_end(o);
    }
    put_responses(o, r);
    if (r->right == RIGHT_PUBLIC) {
        json_key_lit(o, "security");
        json_array(o);
        json_array_end(o);
    }
    json_object_end(o);
}

typedef struct Row {
    const Module *module;
    const Route *route;
} Row;

#define ROWS_MAX 1000

static size_t collect(const Module *const *modules, size_t n, Row rows[ROWS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; modules[i]->api != NULL && k < modules[i]->api->n && count < ROWS_MAX;
             k++)
            rows[count++] = (Row){ modules[i], &modules[i]->api->rows[k] };
    return count;
}

static void put_paths(JsonOut *o, const Row *rows, size_t n)
{
    json_key_lit(o, "paths");
    json_object(o);
    for (size_t i = 0; i < n; i++) {
        bool first = true;
        for (size_t k = 0; k < i && first; k++)
            first = strcmp(rows[k].route->path, rows[i].route->path) != 0;
        if (!first)
            continue;
        json_key(o, str_z(rows[i].route->path));
        json_object(o);
        for (size_t k = i; k < n; k++)
            if (strcmp(rows[k].route->path, rows[i].route->path) == 0)
                put_operation(o, rows[k].module, rows[k].route);
        json_object_end(o);
    }
    json_object_end(o);
}

static const Schema common[] = {
    SCHEMA("Problem", { "type", "text", "urn:errand:problem: and a stable word" },
           { "title", "text", NULL }, { "status", "int", NULL }, { "detail", "text", NULL },
           { "request_id", "text", "quote this when you ask for help" },
           { "errors", "[ProblemError]", NULL }),
    SCHEMA("ProblemError", { "pointer", "text", "JSON pointer into the body that was sent" },
           { "code", "text", "a stable word" }, { "detail", "text", NULL }),
    SCHEMA("Money", { "amount", "text", "decimal number such as 1500.00" },
           { "currency", "text", "ISO 4217 code" }),
    SCHEMA("Person", { "login", "text", NULL }, { "name", "text", NULL }),
    SCHEMA("Team", { "key", "text", NULL }, { "name", "text", NULL }),
};

static void put_components(JsonOut *o, const Module *const *modules, size_t n, const Row *rows,
                           size_t n_rows)
{
    json_key_lit(o, "components");
    json_object(o);
    json_key_lit(o, "securitySchemes");
    json_raw(o, STR("{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"}}"));
    json_key_lit(o, "schemas");
    json_object(o);
    for (size_t i = 0; i < COUNT_OF(common); i++)
        put_schema(o, &common[i]);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; modules[i]->schemas != NULL && k < modules[i]->schemas->n; k++)
            put_schema(o, &modules[i]->schemas->rows[k]);
    for (size_t i = 0; i < n_rows; i++) {
        bool first = rows[i].route->input != NULL;
        for (size_t k = 0; k < i && first; k++)
            first = rows[k].route->input != rows[i].route->input;
        if (first)
            put_input(o, rows[i].route->input);
    }
    json_object_end(o);
    json_object_end(o);
}

void openapi_write(JsonOut *o, const Module *const *modules, size_t n, Str base_url)
{
    Row rows[ROWS_MAX];
    size_t n_rows = collect(modules, n, rows);

    json_object(o);
    json_field_text(o, "openapi", STR("3.1.0"));
    json_key_lit(o, "info");
    json_raw(
        o, STR("{\"title\":\"Errand\",\"version\":\"1\",\"summary\":\"Service request management\","
               "\"license\":{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}}"));
    json_key_lit(o, "servers");
    json_array(o);
    json_object(o);
    json_field_text(o, "url", base_url);
    json_object_end(o);
    json_array_end(o);
    json_key_lit(o, "security");
    json_raw(o, STR("[{\"token\":[]}]"));
    json_key_lit(o, "tags");
    json_array(o);
    for (size_t i = 0; i < n; i++) {
        if (modules[i]->api == NULL)
            continue;
        json_object(o);
        json_field_text(o, "name", str_z(modules[i]->name));
        if (modules[i]->about != NULL)
            json_field_text(o, "description", str_z(modules[i]->about));
        json_object_end(o);
    }
    json_array_end(o);
    put_paths(o, rows, n_rows);
    put_components(o, modules, n, rows, n_rows);
    json_object_end(o);
}
