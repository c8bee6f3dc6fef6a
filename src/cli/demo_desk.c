/* demo_desk.c - ready replies and macros of the demo organisation. */
#include "cli/demo.h"
#include "domain/identity/identity.h"
#include "domain/request/macro.h"
#include "domain/request/ready.h"

static const struct DemoReply {
    const char *team, *name;
    const char *words[LANG_COUNT];
} replies[] = {
    { "",
      "We have it",
      { "Hello {requester.first_name},\n\nwe have your request {number}. {assignee.name} looks after it.",
        "Hej {requester.first_name}!\n\nVi har fått ditt ärende {number}. {assignee.name} tar hand om det.",
        "{requester.name}，您好！\n\n我们已收到您的请求 {number}，由 {assignee.name} 负责处理。" } },
    { "workplace",
      "One more question",
      { "Hello {requester.first_name},\n\nbefore we go on with {number}: what exactly happens, and since when?",
        "Hej {requester.first_name}!\n\nInnan vi går vidare med {number}: vad händer, och sedan när?",
        "{requester.name}，您好！\n\n在继续处理 {number} 之前，请告诉我们具体情况以及从何时开始。" } },
    { "workplace",
      "Done by then",
      { "Hello {requester.first_name},\n\n{title}: it will be done by {due}.",
        "Hej {requester.first_name}!\n\n{title}: det blir klart {due}.",
        "{requester.name}，您好！\n\n“{title}”将于 {due} 完成。" } },
};

static const struct DemoMacro {
    const char *team, *name;
    struct {
        const char *act, *value;
        int reply; /* from 1; 0: none */
    } steps[4];
} macros[] = {
    { "", "Take it and say so", { { "assign", "me", 0 }, { "reply", "", 1 } } },
    { "workplace",
      "Ask and wait three days",
      { { "assign", "me", 0 }, { "tag", "asked-back", 0 }, { "ask", "3", 2 } } },
};

static Rc make_reply(Ctx *cx, const struct DemoReply *r, int64_t *ret_id)
{
    ReadyInput in = { .team = str_z(r->team), .name = str_z(r->name) };

    for (int i = 0; i < LANG_COUNT; i++)
        in.words.in[i] = str_z(r->words[i]);
    return ready_create(cx, &in, ret_id);
}

static Rc make_macro(Ctx *cx, const struct DemoMacro *m, const int64_t *ids)
{
    MacroInput in = { .team = str_z(m->team), .name = str_z(m->name) };
    int64_t id = 0;

    for (size_t i = 0; i < COUNT_OF(m->steps) && m->steps[i].act != NULL; i++)
        TRY(LIST_PUSH(
            cx->arena, &in.steps,
            (MacroStep){ .act = str_z(m->steps[i].act),
                         .value = str_z(m->steps[i].value),
                         .ready_id = m->steps[i].reply > 0 ? ids[m->steps[i].reply - 1] : 0 }));
    return macro_create(cx, &in, &id);
}

Rc demo_desk(Ctx *cx, GrantedPeople people)
{
    int64_t ids[COUNT_OF(replies)], admin = 0;
    Ctx own = *cx;
    Subject subject;

    TRY(person_id(cx, STR("admin"), &admin));
    TRY(person_subject(cx, people, admin, &subject));
    subject.origin = STR("cli");
    own.subject = &subject;
    own.identity = NULL;
    for (size_t i = 0; i < COUNT_OF(replies); i++)
        TRY(make_reply(&own, &replies[i], &ids[i]));
    for (size_t i = 0; i < COUNT_OF(macros); i++)
        TRY(make_macro(&own, &macros[i], ids));
    return RC_OK;
}
