/* names_api.c - the names of the query language, for help and completion. */
#include "api/schema.h"
#include "domain/view/view.h"
#include "http/dispatch.h"

static void name_json(JsonOut *o, const Ctx *cx, const FindName *n)
{
    json_object(o);
    json_field_text(o, "name", n->name);
    json_field_text(o, "type", str_z(cond_type_word(n->type)));
    json_field_text(o, "about",
                    n->what != NULL ? i18n_text(cx->lang, n->what)
                                    : lang_text(n->asked, cx->lang, NULL));
    json_field_text(o, "example", n->example.len > 0 ? n->example : STR_NULL);
    json_field_bool(o, "sortable", n->sortable);
    json_key_lit(o, "keys");
    json_array(o);
    for (size_t i = 0; i < n->keys_n; i++)
        json_text(o, n->keys[i]);
    json_array_end(o);
    json_object_end(o);
}

static Rc api_names(Call *call)
{
    Ctx *cx = &call->cx;
    FindNames names;
    JsonOut o;

    TRY(find_names(cx, &names));
    json_out_init(&o, &call->body);
    json_object(&o);
    json_key_lit(&o, "items");
    json_array(&o);
    for (size_t i = 0; i < names.n; i++)
        name_json(&o, cx, &names.at[i]);
    json_array_end(&o);
    json_key_lit(&o, "next");
    json_null(&o);
    json_object_end(&o);
    return RC_OK;
}

extern const RouteTable query_api;
const RouteTable query_api =
    ROUTES({ HTTP_GET, "/api/v1/query/names", api_names, RIGHT_CATALOG_READ, BODY_NONE, TX_READ,
             .text = "What a query may name", .reply = "[QueryName]" }, );

extern const SchemaTable query_schemas;
const SchemaTable query_schemas = SCHEMAS(
    SCHEMA("QueryName", { "name", "text", "a field, a word such as me, or answer.QUESTION" },
           { "type", "text", "text, key, keys, person, number, money, yes_no, date or datetime" },
           { "about", "text", "in the language of the call" },
           { "example", "text?", "a short filter of search; null: of a word" },
           { "sortable", "bool", "a list can be ordered by it" },
           { "keys", "[text]", "what it may be compared with; none: any" }), );
