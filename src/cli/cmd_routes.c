/* cmd_routes.c - errand routes: every entry point with its right, from the route rows themselves. */
#include "cli/commands.h"
#include "cli/modules.h"

#include "api/schema.h"

static const char *const right_words[RIGHT_COUNT] = {
    [RIGHT_PUBLIC] = "public",
    [RIGHT_SIGNED_IN] = "signed_in",
    [RIGHT_STAFF] = "staff",
    [RIGHT_CATALOG_READ] = "catalog_read",
    [RIGHT_CATALOG_WRITE] = "catalog_write",
    [RIGHT_PEOPLE_READ] = "people_read",
    [RIGHT_PEOPLE_WRITE] = "people_write",
    [RIGHT_AUDIT] = "audit",
};
static const char *const body_words[] = { "none", "form", "json", "multipart", "upload" };
static const char *const tx_words[] = { "none", "read", "write", "stream" };

static void put_json(JsonOut *o, const Module *m, const Route *r, bool api)
{
    json_object(o);
    json_field_text(o, "method", http_method_name(r->method));
    json_field_text(o, "path", str_z(r->path));
    json_field_text(o, "right", str_z(right_words[r->right]));
    json_field_text(o, "body", str_z(body_words[r->body]));
    json_field_text(o, "transaction", str_z(tx_words[r->tx]));
    json_field_bool(o, "api", api);
    json_field_text(o, "module", str_z(m->name));
    json_field_text(o, "text", str_z(r->text));
    json_object_end(o);
}

ExitCode cmd_routes(Command *c)
{
    bool json = command_flag(c, "json"), openapi = command_flag(c, "openapi");
    JsonOut o;

    if (!command_is_done(c))
        return EXIT_USAGE;
    json_out_init(&o, c->out);
    if (openapi) {
        openapi_write(&o, program_modules, program_modules_n, STR("http://127.0.0.1:8080"));
        buf_add_char(c->out, '\n');
        return EXIT_DONE;
    }
    if (json)
        json_array(&o);
    for (size_t i = 0; i < program_modules_n; i++) {
        const Module *m = program_modules[i];
        const RouteTable *tables[] = { m->pages, m->api };
        for (size_t t = 0; t < COUNT_OF(tables); t++) {
            for (size_t k = 0; tables[t] != NULL && k < tables[t]->n; k++) {
                const Route *r = &tables[t]->rows[k];
                if (json)
                    put_json(&o, m, r, t == 1);
                else
                    command_say(c, "%-7.*s %-60s %-14s %s", STR_ARG(http_method_name(r->method)),
                                r->path, right_words[r->right], r->text);
            }
        }
    }
    if (json) {
        json_array_end(&o);
        buf_add_char(c->out, '\n');
    }
    return EXIT_DONE;
}
