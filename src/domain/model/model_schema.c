/* model_schema.c - see model_schema.h. */
#include "domain/model/model_schema.h"

#include <assert.h>

static const Str record_keys[] = { STR_INIT("request"), STR_INIT("incident"), STR_INIT("problem"),
                                   STR_INIT("change") };
static const Str impact_keys[] = { STR_INIT("person"), STR_INIT("team"), STR_INIT("site"),
                                   STR_INIT("organisation") };
static const Str urgency_keys[] = { STR_INIT("low"), STR_INIT("normal"), STR_INIT("high"),
                                    STR_INIT("critical") };
static const Str risk_keys[] = { STR_INIT("low"), STR_INIT("medium"), STR_INIT("high") };
static const Str channel_keys[] = {
    STR_INIT("portal"), STR_INIT("mail"), STR_INIT("phone"),      STR_INIT("walk_in"),
    STR_INIT("chat"),   STR_INIT("api"),  STR_INIT("monitoring"),
};
static const Str person_kind_keys[] = { STR_INIT("employee"), STR_INIT("customer"),
                                        STR_INIT("vendor") };
static const Str language_keys[] = { STR_INIT("en"), STR_INIT("sv"), STR_INIT("zh") };

#define KEYS(list) .keys = (list), .keys_n = COUNT_OF(list)

static const CondName request_names[] = {
    [REQUEST_IMPACT] = { .name = STR_INIT("request.impact"),
                         .type = COND_KEY,
                         KEYS(impact_keys),
                         .ordered = true },
    [REQUEST_URGENCY] = { .name = STR_INIT("request.urgency"),
                          .type = COND_KEY,
                          KEYS(urgency_keys),
                          .ordered = true },
    [REQUEST_LEVEL] = { .name = STR_INIT("request.level"),
                        .type = COND_KEY,
                        KEYS(urgency_keys),
                        .ordered = true },
    [REQUEST_CHANNEL] = { .name = STR_INIT("request.channel"),
                          .type = COND_KEY,
                          KEYS(channel_keys) },
    [REQUEST_REQUESTER] = { .name = STR_INIT("request.requester"), .type = COND_PERSON },
    [REQUEST_BENEFICIARY] = { .name = STR_INIT("request.beneficiary"), .type = COND_PERSON },
    [REQUEST_TEAM] = { .name = STR_INIT("request.team"), .type = COND_KEY },
    [REQUEST_RECORD] = { .name = STR_INIT("request.record"), .type = COND_KEY, KEYS(record_keys) },
    [REQUEST_RISK] = { .name = STR_INIT("request.risk"),
                       .type = COND_KEY,
                       KEYS(risk_keys),
                       .ordered = true },
};

static const CondName person_names[] = {
    [PERSON_KIND] = { .name = STR_INIT("person.kind"), .type = COND_KEY, KEYS(person_kind_keys) },
    [PERSON_ORG] = { .name = STR_INIT("person.org"), .type = COND_TEXT },
    [PERSON_SITE] = { .name = STR_INIT("person.site"), .type = COND_KEY },
    [PERSON_LANGUAGE] = { .name = STR_INIT("person.language"),
                          .type = COND_KEY,
                          KEYS(language_keys) },
    [PERSON_LOGIN] = { .name = STR_INIT("person.login"), .type = COND_PERSON },
    [PERSON_NAME] = { .name = STR_INIT("person.name"), .type = COND_TEXT },
    [PERSON_EMAIL] = { .name = STR_INIT("person.email"), .type = COND_TEXT },
    [PERSON_MANAGER] = { .name = STR_INIT("person.manager"), .type = COND_PERSON },
};

/* source, question, column: eight bits each, which their limits fit in. */
static int32_t id_of(NameSource source, size_t index, size_t column)
{
    static_assert(MODEL_QUESTIONS_MAX < 256 && MODEL_LINES_MAX < 255,
                  "the parts of a name's id fit in a byte");
    return (int32_t)((size_t)source << 16 | index << 8 | column);
}

NameId name_id(const CondName *name)
{
    uint32_t id = (uint32_t)name->id;
    return (NameId){ (NameSource)(id >> 16), id >> 8 & 0xFF, id & 0xFF };
}

typedef struct UsesQuestion {
    NameSource source;
    size_t index;
    bool found;
} UsesQuestion;

static void uses_question(const Cond *node, void *arg)
{
    UsesQuestion *u = arg;
    NameId id;

    if (node->op != COND_NAME)
        return;
    id = name_id(node->name);
    u->found = u->found || (id.source == u->source && id.index == u->index);
}

bool cond_uses_question(const Cond *c, NameSource source, size_t index)
{
    UsesQuestion u = { source, index, false };

    cond_walk(c, uses_question, &u);
    return u.found;
}

typedef struct Covers {
    const Cond *by;
    bool any, all;
} Covers;

static void covers(const Cond *node, void *arg)
{
    Covers *c = arg;
    NameId id;

    if (node->op != COND_NAME)
        return;
    id = name_id(node->name);
    if (id.source != NAME_QUESTION && id.source != NAME_ASSESS)
        return;
    c->any = true;
    c->all = c->all && cond_uses_question(c->by, id.source, id.index);
}

bool cond_covers(const Cond *c, const Cond *of)
{
    Covers state = { c, false, true };

    cond_walk(of, covers, &state);
    return state.any && state.all;
}

/* Keys of a choice for the messages of the parser; other questions may take any key. */
static Rc option_keys(Arena *a, const Question *q, CondName *name)
{
    Str *keys = arena_array(a, q->options.n, sizeof *keys);

    if (keys == NULL && q->options.n > 0)
        return RC_LIMIT;
    for (size_t i = 0; i < q->options.n; i++)
        keys[i] = q->options.at[i].key;
    name->keys = keys;
    name->keys_n = q->options.n;
    return RC_OK;
}

static Rc add_question(Arena *a, CondNameList *list, NameSource source, const char *prefix,
                       size_t index, const Question *q)
{
    CondName name = {
        .name = str_fmt(a, "%s%.*s", prefix, STR_ARG(q->id)),
        .type = question_cond_type(q),
        .id = id_of(source, index, 0),
    };

    TRY(option_keys(a, q, &name));
    TRY(LIST_PUSH(a, list, name));
    for (size_t i = 0; i < q->columns.n; i++) {
        const Question *c = &q->columns.at[i];
        CondName column = {
            .name = str_fmt(a, "%.*s.%.*s", STR_ARG(q->id), STR_ARG(c->id)),
            .type = question_cond_type(c),
            .column = true,
            .id = id_of(source, index, i + 1),
        };
        if (prefix[0] == '\0') /* sum(...) takes the short name only */
            TRY(LIST_PUSH(a, list, column));
    }
    return RC_OK;
}

static Rc add_fixed(Arena *a, CondNameList *list, NameSource source, const CondName *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        CondName name = rows[i];
        name.id = id_of(source, i, 0);
        TRY(LIST_PUSH(a, list, name));
    }
    return RC_OK;
}

Rc names_make(Arena *a, NamesFor scope, const QuestionList *questions, const QuestionList *assess,
              bool shared, CondSchema *ret)
{
    static const char *const hints[] = {
        [NAMES_AUDIENCE] =
            "here; an audience is about person.kind, person.org, person.site and their kin",
        [NAMES_FORM] = "here; there are the questions of the form, person.kind and its kin, and "
                       "request.urgency and its kin",
        [NAMES_ENTITLEMENT] = "here; there are the questions of the form, cost, count(...), "
                              "person.kind and its kin, and request.urgency and its kin",
        [NAMES_RISK] = "here; there are the questions of the form, cost, person.kind and its kin, "
                       "and request.urgency and its kin",
        [NAMES_TARGET] = "here; there are the questions of the form, cost, person.kind and its "
                         "kin, and request.urgency and its kin",
        [NAMES_ALL] = "here; there are the questions of the form, assess.question, cost, "
                      "person.kind and its kin, and request.urgency and its kin",
    };
    CondNameList list = { 0 };

    for (size_t i = 0; scope != NAMES_AUDIENCE && questions != NULL && i < questions->n; i++) {
        TRY(add_question(a, &list, NAME_QUESTION, "", i, &questions->at[i]));
        TRY(add_question(a, &list, NAME_QUESTION, shared ? "shared." : "answer.", i,
                         &questions->at[i]));
    }
    for (size_t i = 0; scope == NAMES_ALL && assess != NULL && i < assess->n; i++)
        TRY(add_question(a, &list, NAME_ASSESS, "assess.", i, &assess->at[i]));
    TRY(add_fixed(a, &list, NAME_PERSON, person_names, COUNT_OF(person_names)));
    if (scope != NAMES_AUDIENCE)
        TRY(add_fixed(a, &list, NAME_REQUEST, request_names,
                      scope >= NAMES_TARGET ? COUNT_OF(request_names) : REQUEST_RISK));
    if (scope >= NAMES_ENTITLEMENT)
        TRY(LIST_PUSH(
            a, &list,
            ((CondName){ .name = STR("cost"), .type = COND_MONEY, .id = id_of(NAME_COST, 0, 0) })));
    *ret = (CondSchema){
        .at = list.at, .n = list.n, .counts = scope == NAMES_ENTITLEMENT, .who = hints[scope]
    };
    return RC_OK;
}
