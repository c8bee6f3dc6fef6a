/* system_api.c - the API's own document, health and figures. */
#include "api/schema.h"
#include "app/timer.h"
#include "http/live.h"

static Rc api_openapi(Call *call)
{
    const DispatchConfig *config = dispatch_config(call);
    JsonOut o;

    json_out_init(&o, &call->body);
    openapi_write(&o, config->modules, config->modules_n, config->base_url);
    return RC_OK;
}

static Rc api_healthz(Call *call)
{
    buf_add_lit(&call->body, "{\"status\":\"ok\"}");
    return RC_OK;
}

/* Ready when the database answers and the writer keeps up. */
static Rc api_readyz(Call *call)
{
    DbStats s = db_stats(dispatch_config(call)->db);
    TimerStatus timers;
    Ms now = call->cx.now_ms;
    JsonOut o;

    TRY(timers_status(&call->cx, &timers));
    json_out_init(&o, &call->body);
    json_object(&o);
    json_field_text(&o, "status", STR("ok"));
    json_field_int(&o, "writer_waiting", (int64_t)s.waiting);
    json_field_int(&o, "timers_overdue_ms",
                   timers.overdue_ms == MS_NONE ? 0 : now - timers.overdue_ms);
    json_field_int(&o, "timers_failing", timers.failing);
    json_object_end(&o);
    return RC_OK;
}

static void put_figure(Buf *b, const char *name, const char *type, const char *help, uint64_t value)
{
    buf_add_fmt(b, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", name, help, name, type, name,
                (unsigned long long)value);
}

/* Prometheus text format 0.0.4: totals of the machine's work, nothing about anybody. */
static Rc api_metrics(Call *call)
{
    DbStats s = db_stats(dispatch_config(call)->db);
    Buf *b = &call->body;

    call->type = "text/plain; version=0.0.4; charset=utf-8";
    put_figure(b, "errand_writer_jobs_total", "counter", "Write calls taken by the writer thread.",
               s.jobs);
    put_figure(b, "errand_writer_groups_total", "counter", "Commits of the writer thread.",
               s.groups);
    put_figure(b, "errand_writer_lost_groups_total", "counter",
               "Groups that were rolled back and run again.", s.lost_groups);
    put_figure(b, "errand_writer_refused_total", "counter",
               "Write calls refused because the queue was full.", s.refused);
    put_figure(b, "errand_writer_waiting", "gauge", "Write calls that wait now.", s.waiting);
    put_figure(b, "errand_checkpoints_total", "counter", "Checkpoints of the database.",
               s.checkpoints);
    put_figure(b, "errand_live_streams", "gauge", "Open live pages.", live_streams());
    return RC_OK;
}

const RouteTable system_api =
    ROUTES({ HTTP_GET, "/api/v1/openapi.json", api_openapi, RIGHT_PUBLIC, BODY_NONE, TX_NONE,
             .text = "This document", .reply = "any" },
           { HTTP_GET, "/healthz", api_healthz, RIGHT_PUBLIC, BODY_NONE, TX_NONE, .text = "Alive?",
             .reply = "Health" },
           { HTTP_GET, "/readyz", api_readyz, RIGHT_PUBLIC, BODY_NONE, TX_READ,
             .text = "Ready for work?", .reply = "Readiness" },
           { HTTP_GET, "/metrics", api_metrics, RIGHT_PUBLIC, BODY_NONE, TX_NONE,
             .text = "Figures for Prometheus" }, );

const RouteTable system_pages = ROUTES({ HTTP_GET, "/live", live_open, RIGHT_SIGNED_IN, BODY_NONE,
                                         TX_STREAM, .text = "Live pages: names and versions" }, );

const SchemaTable system_schemas = SCHEMAS(
    SCHEMA("Health", { "status", "text", NULL }),
    SCHEMA("Readiness", { "status", "text", NULL },
           { "writer_waiting", "int", "write calls that wait now" },
           { "timers_overdue_ms", "int", "for how long the oldest timer is overdue; 0: none is" },
           { "timers_failing", "int", "timers that failed and wait to be tried again" }), );
