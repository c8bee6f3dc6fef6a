/* catalog_api.c - models and lists over the API. */
#include "api/schema.h"
#include "domain/catalog/catalog.h"
#include "domain/identity/identity.h"

static void document_json(JsonOut *o, const Document *d)
{
    json_object(o);
    json_field_text(o, "kind", d->kind);
    json_field_text(o, "key", d->key);
    json_key_lit(o, "published");
    if (d->published_id != 0)
        json_int(o, d->published_number);
    else
        json_null(o);
    json_field_time(o, "published_at", d->published_ms);
    json_field_bool(o, "draft", d->draft_version != 0);
    json_object_end(o);
}

static Rc list_kind(Call *call, Str kind)
{
    Ctx *cx = &call->cx;
    GrantedCatalog g;
    Documents list = { 0 };
    JsonOut o;

    TRY(access_catalog(cx, false, 0, &g));
    TRY(document_list(cx, g, kind, &list));
    json_out_init(&o, &call->body);
    json_object(&o);
    json_key_lit(&o, "items");
    json_array(&o);
    for (size_t i = 0; i < list.n; i++)
        document_json(&o, &list.at[i]);
    json_array_end(&o);
    json_key_lit(&o, "next");
    json_null(&o);
    json_object_end(&o);
    return RC_OK;
}

static Rc api_models(Call *call)
{
    return list_kind(call, STR("model"));
}
static Rc api_lists(Call *call)
{
    return list_kind(call, STR("list"));
}

static Rc api_model(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedCatalog g;
    Document d;
    DocumentVersion v;
    int64_t number = 0;
    Str wanted = call_query(call, "version");
    JsonOut o;

    TRY(access_catalog(cx, false, 0, &g));
    TRY(document_get(cx, g, STR("model"), call_param(call, "key"), &d));
    number = d.published_number;
    if (wanted.len > 0 && !str_to_i64(wanted, &number))
        return RC_NOT_FOUND;
    TRY(version_get(cx, g, d.id, number, &v));
    json_out_init(&o, &call->body);
    json_object(&o);
    json_field_text(&o, "key", d.key);
    json_field_int(&o, "version", v.number);
    json_field_text(&o, "yaml", v.body);
    json_field_text(&o, "note", v.note.len > 0 ? v.note : STR_NULL);
    json_field_time(&o, "published_at", v.published_ms);
    json_object_end(&o);
    return RC_OK;
}

static Rc api_list(Call *call)
{
    Ctx *cx = &call->cx;
    const ManagedList *l = NULL;
    JsonOut o;

    TRY(catalog_list(cx, call_param(call, "key"), &l));
    json_out_init(&o, &call->body);
    json_object(&o);
    json_field_text(&o, "key", l->key);
    json_field_text(&o, "name", lang_text(&l->name, cx->lang, NULL));
    json_key_lit(&o, "entries");
    json_array(&o);
    for (size_t i = 0; i < l->entries.n; i++) {
        json_object(&o);
        json_field_text(&o, "key", l->entries.at[i].key);
        json_field_text(&o, "name", lang_text(&l->entries.at[i].name, cx->lang, NULL));
        json_field_text(&o, "kind",
                        l->entries.at[i].kind.len > 0 ? l->entries.at[i].kind : STR_NULL);
        json_field_bool(&o, "retired", l->entries.at[i].retired);
        json_object_end(&o);
    }
    json_array_end(&o);
    json_object_end(&o);
    return RC_OK;
}

const RouteTable catalog_api =
    ROUTES({ HTTP_GET, "/api/v1/models", api_models, RIGHT_CATALOG_READ, BODY_NONE, TX_READ,
             .text = "List models", .reply = "[Document]" },
           { HTTP_GET, "/api/v1/models/{key}", api_model, RIGHT_CATALOG_READ, BODY_NONE, TX_READ,
             .text = "A version of a model as YAML", .reply = "Model", .query = "version" },
           { HTTP_GET, "/api/v1/lists", api_lists, RIGHT_CATALOG_READ, BODY_NONE, TX_READ,
             .text = "List managed lists", .reply = "[Document]" },
           { HTTP_GET, "/api/v1/lists/{key}", api_list, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
             .text = "Entries of a managed list", .reply = "List" }, );

const SchemaTable catalog_schemas =
    SCHEMAS(SCHEMA("Document", { "kind", "text", NULL }, { "key", "text", NULL },
                   { "published", "int?", "number of the version" },
                   { "published_at", "time?", NULL }, { "draft", "bool", NULL }),
            SCHEMA("Model", { "key", "text", NULL }, { "version", "int", NULL },
                   { "yaml", "text", "canonical" }, { "note", "text?", NULL },
                   { "published_at", "time", NULL }),
            SCHEMA("List", { "key", "text", NULL }, { "name", "text", NULL },
                   { "entries", "[ListEntry]", NULL }),
            SCHEMA("ListEntry", { "key", "text", NULL }, { "name", "text", NULL },
                   { "kind", "text?", "what sort of thing it is" }, { "retired", "bool", NULL }), );
