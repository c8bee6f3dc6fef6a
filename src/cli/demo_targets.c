/* demo_targets.c - the targets of the demo organisation beside those of its models. */
#include "cli/demo.h"
#include "domain/target/target.h"

static const struct DemoTarget {
    const char *key, *measure, *team, *supplier;
    const char *name[LANG_COUNT];
    struct {
        const char *when, *span, *calendar;
    } lines[2];
    const char *warn;
    struct {
        const char *at, *to;
    } escalate[2];
} targets[] = {
    { "procurement-steps",
      "task",
      "procurement",
      "",
      { "Procurement: each step within a working day", "Inköp: varje steg inom en arbetsdag",
        "采购组：每个步骤一个工作日内完成" },
      { { "", "1wd", "office" } },
      "75%",
      { { "breach", "lead" } } },
    { "acme-delivery",
      "task",
      "",
      "acme",
      { "Acme delivers within three working days", "Acme levererar inom tre arbetsdagar",
        "Acme 三个工作日内交货" },
      { { "", "3wd", "office" } },
      "1d left",
      { { "breach", "lead" }, { "150%", "manager" } } },
    { "incident-updates",
      "update",
      "",
      "",
      { "A word to the requester during an incident", "Besked till den som anmälde ett fel",
        "故障处理期间向请求人通报进展" },
      { { "record = incident and level = critical", "4h", "" },
        { "record = incident", "2wd", "office" } },
      "75%",
      { { "breach", "lead" } } },
};

static Rc make(Ctx *cx, GrantedCatalog g, const struct DemoTarget *t)
{
    TargetInput in = { .key = str_z(t->key),
                       .measure = str_z(t->measure),
                       .team = str_z(t->team),
                       .supplier = str_z(t->supplier) };

    for (int i = 0; i < LANG_COUNT; i++)
        in.name.in[i] = str_z(t->name[i]);
    for (size_t i = 0; i < COUNT_OF(t->lines) && t->lines[i].span != NULL; i++)
        TRY(LIST_PUSH(cx->arena, &in.lines,
                      (TargetLineInput){ str_z(t->lines[i].when), str_z(t->lines[i].span),
                                         str_z(t->lines[i].calendar) }));
    TRY(LIST_PUSH(cx->arena, &in.warn, str_z(t->warn)));
    for (size_t i = 0; i < COUNT_OF(t->escalate) && t->escalate[i].at != NULL; i++)
        TRY(LIST_PUSH(cx->arena, &in.escalate,
                      (TargetStepInput){ str_z(t->escalate[i].at), str_z(t->escalate[i].to) }));
    return target_create(cx, g, &in);
}

Rc demo_targets(Ctx *cx, Ms since)
{
    Ctx then = *cx;
    GrantedCatalog g;

    then.now_ms = since; /* the stories are measured by them */
    TRY(access_internal_catalog(&then, INTERNAL_DEMO, &g));
    for (size_t i = 0; i < COUNT_OF(targets); i++) {
        Rc rc = make(&then, g, &targets[i]);
        cx->errors = then.errors;
        cx->failed = then.failed;
        cx->detail = then.detail;
        TRY(rc);
    }
    return RC_OK;
}
