/* priority_api.c - matrices of impact and urgency, over the API. */
#include "api/schema.h"
#include "domain/request/priority.h"
#include "http/dispatch.h"

static void matrix_json(JsonOut *o, const PriorityMatrix *m)
{
    json_object(o);
    json_field_text(o, "org", m->org_id == 0 ? STR("default") : m->org_key);
    json_field_text(o, "name", m->org.len > 0 ? m->org : STR_NULL);
    json_field_int(o, "version", m->version);
    json_field_bool(o, "own", !m->inherited);
    json_key_lit(o, "levels");
    json_object(o);
    for (size_t i = 0; i < 4; i++) {
        json_key(o, str_z(IMPACT_WORDS[i]));
        json_array(o);
        for (size_t k = 0; k < 4; k++)
            json_text(o, str_z(URGENCY_WORDS[m->cells[i][k] - 1]));
        json_array_end(o);
    }
    json_object_end(o);
    json_object_end(o);
}

static Rc api_matrices(Call *call)
{
    PriorityMatrices list;
    GrantedPeople g;
    JsonOut o;

    TRY(access_people(&call->cx, true, &g));
    TRY(priority_matrix_list(&call->cx, g, &list));
    json_out_init(&o, &call->body);
    json_object(&o);
    json_key_lit(&o, "items");
    json_array(&o);
    for (size_t i = 0; i < list.n; i++)
        matrix_json(&o, &list.at[i]);
    json_array_end(&o);
    json_key_lit(&o, "next");
    json_null(&o);
    json_object_end(&o);
    return RC_OK;
}

static Rc api_matrix(Call *call)
{
    PriorityMatrix m;
    GrantedPeople g;
    JsonOut o;

    TRY(access_people(&call->cx, true, &g));
    TRY(priority_matrix_get(&call->cx, g, call_param(call, "org"), &m));
    call->etag = str_fmt(call->arena, "\"%lld\"", (long long)m.version);
    json_out_init(&o, &call->body);
    matrix_json(&o, &m);
    return RC_OK;
}

typedef struct MatrixBody {
    StrList rows[4];
} MatrixBody;

static const Input matrix_input =
    INPUT(MatrixBody, "PriorityMatrixEdit",
          { "person", IN_STRINGS, offsetof(MatrixBody, rows[0]), .flags = IN_REQUIRED,
            .about = "four levels: of urgency low, normal, high, critical" },
          { "team", IN_STRINGS, offsetof(MatrixBody, rows[1]), .flags = IN_REQUIRED },
          { "site", IN_STRINGS, offsetof(MatrixBody, rows[2]), .flags = IN_REQUIRED },
          { "organisation", IN_STRINGS, offsetof(MatrixBody, rows[3]), .flags = IN_REQUIRED });

/* 0 for what is no level: the command says so. */
static int8_t level_named(const StrList *row, size_t i)
{
    for (int8_t k = 0; row->n == 4 && k < 4; k++)
        if (str_eq_z(row->at[i], URGENCY_WORDS[k]))
            return (int8_t)(k + 1);
    return 0;
}

static Rc show(Call *call)
{
    return call_show(
        call, 200,
        str_fmt(call->arena, "/api/v1/priority-matrices/%.*s", STR_ARG(call_param(call, "org"))));
}

static Rc api_matrix_put(Call *call)
{
    Ctx *cx = &call->cx;
    MatrixBody body = { 0 };
    int8_t cells[4][4];
    int64_t version;
    GrantedPeople g;

    TRY(call_if_match(call, &version));
    TRY(call_input(call, &matrix_input, &body));
    TRY(access_people(cx, true, &g));
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < 4; k++)
            cells[i][k] = level_named(&body.rows[i], k);
    TRY(priority_matrix_put(cx, g, call_param(call, "org"), version, cells));
    return show(call);
}

static Rc api_matrix_drop(Call *call)
{
    int64_t version;
    GrantedPeople g;

    TRY(call_if_match(call, &version));
    TRY(access_people(&call->cx, true, &g));
    TRY(priority_matrix_drop(&call->cx, g, call_param(call, "org"), version));
    return show(call);
}

extern const RouteTable priority_api;
const RouteTable priority_api = ROUTES(
    { HTTP_GET, "/api/v1/priority-matrices", api_matrices, RIGHT_PEOPLE_WRITE, BODY_NONE, TX_READ,
      .text = "How impact and urgency make a priority", .reply = "[PriorityMatrix]" },
    { HTTP_GET, "/api/v1/priority-matrices/{org}", api_matrix, RIGHT_PEOPLE_WRITE, BODY_NONE,
      TX_READ, .text = "The matrix of an organisation", .reply = "PriorityMatrix" },
    { HTTP_PUT, "/api/v1/priority-matrices/{org}", api_matrix_put, RIGHT_PEOPLE_WRITE, BODY_JSON,
      TX_WRITE, .text = "Change a matrix", .input = &matrix_input, .reply = "PriorityMatrix",
      .versioned = true },
    { HTTP_POST, "/api/v1/priority-matrices/{org}/actions/drop", api_matrix_drop,
      RIGHT_PEOPLE_WRITE, BODY_NONE, TX_WRITE, .text = "Use the matrix for everybody again",
      .reply = "PriorityMatrix", .versioned = true }, );

extern const SchemaTable priority_schemas;
const SchemaTable priority_schemas =
    SCHEMAS(SCHEMA("PriorityMatrix", { "org", "text", "key; default: for everybody" },
                   { "name", "text?", NULL }, { "version", "int", "0: never changed" },
                   { "own", "bool", "false: it uses the matrix for everybody" },
                   { "levels", "any", "by impact: four levels, of urgency low to critical" }), );
