/* model_shape.c - the shapes of models and bundles: every key, in the canonical order. */
#include "domain/model/folder.h"
#include "domain/model/model_words.h"
#include "domain/model/shape.h"

#define AT(Struct, member) .offset = offsetof(Struct, member)

/* ---- custom pieces ---- */

/* options: { key: { en: ... }, ... } */
static Rc read_options(Doc *d, const Yaml *y, void *to)
{
    OptionList *list = to;

    if (!doc_is(d, y, YAML_IS_MAP, "options"))
        return RC_OK;
    if (y->n > MODEL_OPTIONS_MAX) {
        doc_error(d, y->pos, "too_many", "options has %zu entries; at most %d are allowed.", y->n, MODEL_OPTIONS_MAX);
        return RC_OK;
    }
    for (size_t i = 0; i < y->n; i++) {
        Option o = { .pos = y->keys[i]->pos };
        if (!doc_key(d, y->keys[i], "An option", &o.key))
            continue;
        (void)doc_words(d, y->items[i], &o.name);
        TRY(LIST_PUSH(d->arena, list, o));
    }
    return RC_OK;
}

static Rc write_options(Arena *a, const void *from, Yaml **ret)
{
    const OptionList *list = from;
    Yaml             *map = yaml_map(a);

    for (size_t i = 0; i < list->n; i++) {
        Yaml *name = words_to_yaml(a, &list->at[i].name);
        TRY(yaml_put(a, map, list->at[i].key, name != NULL ? name : yaml_map(a)));
    }
    *ret = map->n > 0 ? map : NULL;
    return RC_OK;
}

/* required: stands in the document unless required_if does. */
static Rc read_required(Doc *d, const Yaml *y, void *to)
{
    doc_bool(d, y, "required", &((Question *)to)->required);
    return RC_OK;
}

static Rc write_required(Arena *a, const void *from, Yaml **ret)
{
    const Question *q = from;

    *ret = NULL;
    if (q->required || q->required_if.text.len == 0)
        *ret = yaml_scalar(a, q->required ? STR("true") : STR("false"), YAML_PLAIN);
    return RC_OK;
}

/* default: a scalar, or a list for several.  Truth values keep their words; the type decides later. */
static bool read_scalar(Doc *d, const Yaml *y, const char *what, Str *ret)
{
    if (y->kind == YAML_IS_SCALAR && y->style == YAML_PLAIN &&
        (str_eq_z(y->text, "true") || str_eq_z(y->text, "false"))) {
        *ret = y->text;
        return true;
    }
    return doc_text(d, y, what, ret);
}

static Rc read_default(Doc *d, const Yaml *y, void *to)
{
    StrList *list = to;
    Str      s;

    if (y->kind == YAML_IS_LIST)
        return doc_list(d, y, "default", MODEL_OPTIONS_MAX, read_scalar, list);
    if (read_scalar(d, y, "default", &s))
        TRY(LIST_PUSH(d->arena, list, s));
    return RC_OK;
}

/* Numbers, dates and truth values as they are; words in quotes where they need them. */
static YamlStyle value_style(Str s)
{
    int64_t number;
    Money   money;
    Ms      at;

    if (decimal_parse(s, &number) || money_parse_text(s, &money) || clock_parse_date(s, &at) ||
        str_eq_z(s, "true") || str_eq_z(s, "false"))
        return YAML_PLAIN;
    return YAML_TEXT;
}

static Rc write_values(Arena *a, const StrList *values, Yaml **ret)
{
    *ret = NULL;
    if (values->n == 1)
        *ret = yaml_scalar(a, values->at[0], value_style(values->at[0]));
    else if (values->n > 1)
        return strings_to_yaml(a, values, YAML_TEXT, ret);
    return RC_OK;
}

static Rc write_default(Arena *a, const void *from, Yaml **ret)
{
    return write_values(a, from, ret);
}

/* min and max: kept as text until the type of the question is known (model_bind.c). */
static Rc read_bound(Doc *d, const Yaml *y, void *to)
{
    CondValue *v = to;

    if (doc_text(d, y, "A bound", &v->text))
        v->type = COND_TEXT;
    return RC_OK;
}

static Rc write_bound(Arena *a, const void *from, Yaml **ret)
{
    const CondValue *v = from;
    Str              s = STR("");

    if (v->type == COND_NUMBER)
        s = decimal_text(a, v->number);
    else if (v->type == COND_MONEY)
        s = money_text(a, v->money);
    else if (v->type == COND_DATE)
        s = clock_date(a, v->at);
    *ret = s.len > 0 ? yaml_scalar(a, s, YAML_PLAIN) : NULL;
    return RC_OK;
}

/* amount: 900 EUR, or an expression in quotes. */
static Rc write_amount(Arena *a, const void *from, Yaml **ret)
{
    Str   text = ((const ModelCond *)from)->text;
    Money m;

    if (money_parse_text(text, &m))
        *ret = yaml_scalar(a, money_text(a, m), YAML_PLAIN);
    else
        *ret = yaml_scalar(a, text, YAML_QUOTED);
    return RC_OK;
}

static Rc read_expression(Doc *d, const Yaml *y, void *to)
{
    ModelCond *c = to;

    if (!doc_text(d, y, "This", &c->text))
        return RC_OK;
    c->pos = y->pos;
    c->exact = y->exact && y->text.len == c->text.len;
    c->pos.column += y->style == YAML_PLAIN ? 0 : 1;
    return RC_OK;
}

/* at: answer.until */
static Rc write_moment(Arena *a, const void *from, Yaml **ret)
{
    Str text = ((const ModelCond *)from)->text;

    *ret = text.len > 0 ? yaml_scalar(a, text, YAML_TEXT) : NULL;
    return RC_OK;
}

/* priority: { impact: person, urgency: answer.urgency } */
static void read_level(Doc *d, const Yaml *map, const char *key, const char *const words[4], WordOrAnswer *to)
{
    const Yaml *y = yaml_get(map, key);
    Str         s;

    if (y == NULL || !doc_text(d, y, key, &s))
        return;
    if (str_starts(s, STR("answer."))) {
        *to = (WordOrAnswer){ .question = str_skip(s, 7) };
        return;
    }
    for (size_t i = 0; i < 4; i++) {
        if (str_eq_z(s, words[i])) {
            *to = (WordOrAnswer){ .word = s };
            return;
        }
    }
    doc_error(d, y->pos, "bad_word", "%s is %s, %s, %s, %s or answer.question; not %.*s.", key, words[0], words[1],
              words[2], words[3], STR_ARG(s));
}

static Rc read_priority(Doc *d, const Yaml *y, void *to)
{
    static const char *const keys[] = { "impact", "urgency" };
    ModelPriority *p = to;

    p->pos = y->pos;
    if (!doc_is(d, y, YAML_IS_MAP, "priority"))
        return RC_OK;
    doc_known_keys(d, y, keys, COUNT_OF(keys), "priority");
    read_level(d, y, "impact", IMPACT_WORDS, &p->impact);
    read_level(d, y, "urgency", URGENCY_WORDS, &p->urgency);
    return RC_OK;
}

static Yaml *write_level(Arena *a, const WordOrAnswer *l)
{
    Str s = l->question.len > 0 ? str_fmt(a, "answer.%.*s", STR_ARG(l->question)) : l->word;
    return yaml_scalar(a, s, YAML_TEXT);
}

static Rc write_priority(Arena *a, const void *from, Yaml **ret)
{
    const ModelPriority *p = from;

    *ret = yaml_map(a);
    TRY(yaml_put(a, *ret, STR("impact"), write_level(a, &p->impact)));
    return yaml_put(a, *ret, STR("urgency"), write_level(a, &p->urgency));
}

/* who: manager(beneficiary), or a list of such */
static bool read_one_who(Doc *d, const Yaml *y, Who *ret)
{
    CondError e;
    Str       s;

    if (!doc_text(d, y, "who", &s))
        return false;
    if (who_parse(d->arena, s, ret, &e) == RC_OK)
        return true;
    SourcePos pos = y->pos;
    if (y->exact)
        pos.column += e.column - 1 + (y->style == YAML_PLAIN ? 0 : 1);
    doc_error(d, pos, "bad_who", "%.*s", STR_ARG(e.text));
    return false;
}

#define WHO_MAX 20

static Rc read_who(Doc *d, const Yaml *y, void *to)
{
    WhoList *list = to;
    Who      w;

    if (y->kind == YAML_IS_LIST) {
        if (y->n > WHO_MAX || y->n == 0)
            doc_error(d, y->pos, "too_many", "who names at least one and at most %d.", WHO_MAX);
        for (size_t i = 0; i < y->n && i < WHO_MAX; i++)
            if (read_one_who(d, y->items[i], &w))
                TRY(LIST_PUSH(d->arena, list, w));
    } else if (read_one_who(d, y, &w)) {
        TRY(LIST_PUSH(d->arena, list, w));
    }
    return RC_OK;
}

static Rc write_who(Arena *a, const void *from, Yaml **ret)
{
    const WhoList *list = from;

    if (list->n == 1) {
        *ret = yaml_scalar(a, who_text(a, &list->at[0]), YAML_TEXT);
        return RC_OK;
    }
    *ret = yaml_list(a, false);
    for (size_t i = 0; i < list->n; i++)
        TRY(yaml_add(a, *ret, yaml_scalar(a, who_text(a, &list->at[i]), YAML_TEXT)));
    return RC_OK;
}

static Rc read_sign_off(Doc *d, const Yaml *y, void *to)
{
    PlanTask *t = to;

    t->signed_off = read_one_who(d, y, &t->sign_off);
    return RC_OK;
}

static Rc write_sign_off(Arena *a, const void *from, Yaml **ret)
{
    const PlanTask *t = from;

    *ret = t->signed_off ? yaml_scalar(a, who_text(a, &t->sign_off), YAML_TEXT) : NULL;
    return RC_OK;
}

/* rule: any | all | quorum 2 | percent 60 */
static Rc read_rule(Doc *d, const Yaml *y, void *to)
{
    Stage  *stage = to;
    Str     s;
    int64_t n;

    if (!doc_text(d, y, "rule", &s))
        return RC_OK;
    Str rest = s, word = str_cut(&rest, ' ');
    rest = str_trim(rest);
    bool number = str_to_i64(rest, &n) && n >= 1 && n <= 100;
    if (str_eq_z(s, "any") || str_eq_z(s, "all")) {
        stage->rule = str_eq_z(s, "any") ? RULE_ANY : RULE_ALL;
    } else if (number && (str_eq_z(word, "quorum") || str_eq_z(word, "percent"))) {
        stage->rule = str_eq_z(word, "quorum") ? RULE_QUORUM : RULE_PERCENT;
        stage->rule_n = (int32_t)n;
    } else {
        doc_error(d, y->pos, "bad_rule", "rule is any, all, quorum 2 or percent 60 (numbers from 1 to 100); not %.*s.",
                  STR_ARG(s));
    }
    return RC_OK;
}

static Rc write_rule(Arena *a, const void *from, Yaml **ret)
{
    static const char *const words[] = { "any", "all", "quorum", "percent" };
    const Stage *stage = from;
    Str          s = str_z(words[stage->rule]);
    bool         several = stage->who.n > 1;

    /* Said where more than one may be asked; elsewhere any is understood. */
    for (size_t i = 0; i < stage->who.n; i++)
        several = several || stage->who.at[i].kind == WHO_TEAM;
    *ret = NULL;
    if (stage->rule == RULE_ANY && !several)
        return RC_OK;

    if (stage->rule == RULE_QUORUM || stage->rule == RULE_PERCENT)
        s = str_fmt(a, "%s %d", words[stage->rule], (int)stage->rule_n);
    *ret = yaml_scalar(a, s, YAML_PLAIN);
    return RC_OK;
}

static const char *const task_owner_words[] = { "team", "requester", "beneficiary" };

/* owner: requester */
static Rc read_task_owner(Doc *d, const Yaml *y, void *to)
{
    PlanTask *t = to;
    Str       s;

    if (!doc_text(d, y, "owner", &s))
        return RC_OK;
    if (str_eq_z(s, "requester") || str_eq_z(s, "beneficiary"))
        t->owner = str_eq_z(s, "requester") ? TASK_BY_REQUESTER : TASK_BY_BENEFICIARY;
    else
        doc_error(d, y->pos, "bad_word", "owner of a task is requester or beneficiary; a team is written team: %.*s.",
                  STR_ARG(s));
    return RC_OK;
}

static Rc write_task_owner(Arena *a, const void *from, Yaml **ret)
{
    const PlanTask *t = from;

    *ret = t->owner != TASK_BY_TEAM ? yaml_scalar(a, str_z(task_owner_words[t->owner]), YAML_PLAIN) : NULL;
    return RC_OK;
}

/* raci: { task: { R: team, A: team, C: [], I: [requester] } } */
static bool raci_party(Doc *d, const Yaml *y, const char *what, Str *ret)
{
    return doc_key(d, y, what, ret);
}

static Rc read_raci_line(Doc *d, const Yaml *y, RaciLine *line)
{
    static const char *const keys[] = { "R", "A", "C", "I" };
    const Yaml *v;
    Str         s;

    if (!doc_is(d, y, YAML_IS_MAP, "A line of raci"))
        return RC_OK;
    doc_known_keys(d, y, keys, COUNT_OF(keys), "A line of raci");
    if ((v = yaml_get(y, "R")) != NULL) {
        if (v->kind == YAML_IS_LIST)
            TRY(doc_list(d, v, "R", 20, raci_party, &line->responsible));
        else if (raci_party(d, v, "R", &s))
            TRY(LIST_PUSH(d->arena, &line->responsible, s));
    }
    if ((v = yaml_get(y, "A")) != NULL) {
        if (v->kind == YAML_IS_LIST)
            doc_error(d, v->pos, "raci_accountable", "A names exactly one; move the others to C or I.");
        else
            line->accountable_given = raci_party(d, v, "A", &line->accountable);
    }
    if ((v = yaml_get(y, "C")) != NULL)
        TRY(doc_list(d, v, "C", 20, raci_party, &line->consulted));
    if ((v = yaml_get(y, "I")) != NULL)
        TRY(doc_list(d, v, "I", 20, raci_party, &line->informed));
    return RC_OK;
}

static Rc read_raci(Doc *d, const Yaml *y, void *to)
{
    RaciLineList *list = to;

    if (!doc_is(d, y, YAML_IS_MAP, "raci"))
        return RC_OK;
    if (y->n > MODEL_TASKS_MAX) {
        doc_error(d, y->pos, "too_many", "raci has %zu lines; at most %d are allowed.", y->n, MODEL_TASKS_MAX);
        return RC_OK;
    }
    for (size_t i = 0; i < y->n; i++) {
        RaciLine line = { .task = y->keys[i]->text, .given = true, .pos = y->keys[i]->pos };
        TRY(read_raci_line(d, y->items[i], &line));
        TRY(LIST_PUSH(d->arena, list, line));
    }
    return RC_OK;
}

static Rc write_raci(Arena *a, const void *from, Yaml **ret)
{
    const RaciLineList *list = from;
    Yaml               *map = yaml_map(a), *v;

    for (size_t i = 0; i < list->n; i++) {
        const RaciLine *l = &list->at[i];
        if (!l->given)
            continue;
        Yaml *line = yaml_map(a);
        TRY(write_values(a, &l->responsible, &v));
        if (v != NULL)
            TRY(yaml_put(a, line, STR("R"), v));
        if (l->accountable_given)
            TRY(yaml_put(a, line, STR("A"), yaml_scalar(a, l->accountable, YAML_TEXT)));
        TRY(strings_to_yaml(a, &l->consulted, YAML_TEXT, &v));
        TRY(yaml_put(a, line, STR("C"), v));
        TRY(strings_to_yaml(a, &l->informed, YAML_TEXT, &v));
        TRY(yaml_put(a, line, STR("I"), v));
        TRY(yaml_put(a, map, l->task, line));
    }
    *ret = map->n > 0 ? map : NULL;
    return RC_OK;
}

/* answers: { device: shared.device, reason: Onboarding } */
static Rc read_part_answers(Doc *d, const Yaml *y, void *to)
{
    PartAnswers *list = to;

    if (!doc_is(d, y, YAML_IS_MAP, "answers"))
        return RC_OK;
    if (y->n > MODEL_QUESTIONS_MAX) {
        doc_error(d, y->pos, "too_many", "answers has %zu entries; at most %d are allowed.", y->n, MODEL_QUESTIONS_MAX);
        return RC_OK;
    }
    for (size_t i = 0; i < y->n; i++) {
        PartAnswer p = { .pos = y->keys[i]->pos };
        if (!doc_id(d, y->keys[i], "A question", &p.question))
            continue;
        TRY(read_default(d, y->items[i], &p.values));
        if (p.values.n == 1 && str_starts(p.values.at[0], STR("shared."))) {
            p.shared = str_skip(p.values.at[0], 7);
            p.values = (StrList){ 0 };
        }
        TRY(LIST_PUSH(d->arena, list, p));
    }
    return RC_OK;
}

static Rc write_part_answers(Arena *a, const void *from, Yaml **ret)
{
    const PartAnswers *list = from;
    Yaml              *map = yaml_map(a), *v;

    for (size_t i = 0; i < list->n; i++) {
        const PartAnswer *p = &list->at[i];
        if (p->shared.len > 0)
            v = yaml_scalar(a, str_fmt(a, "shared.%.*s", STR_ARG(p->shared)), YAML_TEXT);
        else
            TRY(write_values(a, &p->values, &v));
        if (v != NULL)
            TRY(yaml_put(a, map, p->question, v));
    }
    *ret = map->n > 0 ? map : NULL;
    return RC_OK;
}

/* ---- the tables ---- */

/* feedback: ask | none */
static Rc read_feedback(Doc *d, const Yaml *y, void *to)
{
    Str s;

    if (!doc_text(d, y, "feedback", &s))
        return RC_OK;
    if (str_eq_z(s, "ask") || str_eq_z(s, "none"))
        *(bool *)to = str_eq_z(s, "ask");
    else
        doc_error(d, y->pos, "bad_word", "feedback is ask or none; not %.*s.", STR_ARG(s));
    return RC_OK;
}

static Rc write_feedback(Arena *a, const void *from, Yaml **ret)
{
    *ret = yaml_scalar(a, *(const bool *)from ? STR("ask") : STR("none"), YAML_PLAIN);
    return RC_OK;
}

/* ---- the tables ---- */

#define KEY(name, Struct, member, about_) \
    { .key = name, .kind = FIELD_KEY, AT(Struct, member), .about = about_ }
#define WORDS(name, Struct, member, about_) \
    { .key = name, .kind = FIELD_WORDS, AT(Struct, member), .about = about_ }
#define COND(name, Struct, member, about_) \
    { .key = name, .kind = FIELD_COND, AT(Struct, member), .about = about_ }
#define BOOL(name, Struct, member, about_) \
    { .key = name, .kind = FIELD_BOOL, AT(Struct, member), .about = about_ }
#define CUSTOM(name, at, read_, write_, form_, about_) \
    { .key = name, .kind = FIELD_CUSTOM, .offset = (at), .read = (read_), .write = (write_), .form = form_, .about = about_ }
#define LIST(name, Struct, member, shape_, max_, about_) \
    { .key = name, .kind = FIELD_LIST, AT(Struct, member), .shape = &(shape_), .max = (max_), .about = about_ }
#define SHAPE(name_, Struct, rows, pos_) \
    { .name = name_, .fields = rows, .n = COUNT_OF(rows), .size = sizeof(Struct), .pos = pos_ }
#define POS(Struct) ((ptrdiff_t)offsetof(Struct, pos))

#define ID(name, Struct, member, about_) \
    { .key = name, .kind = FIELD_ID, AT(Struct, member), .flags = FIELD_REQUIRED, .about = about_ }
#define SPAN(name, Struct, member, about_) \
    { .key = name, .kind = FIELD_SPAN, AT(Struct, member), .about = about_ }

static const ShapeField question_fields[] = {
    ID("id", Question, id, "name of the answer in conditions and in the API; keeps its type for ever"),
    { .key = "ask", .kind = FIELD_WORDS, AT(Question, ask), .flags = FIELD_REQUIRED, .about = "the question" },
    WORDS("help", Question, help, "shown with the question"),
    WORDS("example", Question, example, "an answer as an example"),
    { .key = "type", .kind = FIELD_WORD, AT(Question, type), .flags = FIELD_REQUIRED | FIELD_ALWAYS,
      .words = QUESTION_TYPE_WORDS, .words_n = QUESTION_TYPE_COUNT, .about = "what kind of answer" },
    COND("show", Question, show, "asked only when this holds; not in columns"),
    CUSTOM("required", 0, read_required, write_required, "true or false", "must be answered where it is shown"),
    COND("required_if", Question, required_if, "must be answered when this holds; instead of required"),
    KEY("list", Question, list, "type list: the managed list"),
    CUSTOM("options", offsetof(Question, options), read_options, write_options, "mapping of keys to words",
           "types choice and several"),
    LIST("columns", Question, columns, question_shape, MODEL_LINES_MAX, "type table: questions of simple types"),
    CUSTOM("min", offsetof(Question, min), read_bound, write_bound, "value",
           "smallest number, amount or date; least characters, choices or rows"),
    CUSTOM("max", offsetof(Question, max), read_bound, write_bound, "value",
           "largest number, amount or date; most characters, choices or rows"),
    { .key = "currency", .kind = FIELD_CURRENCY, AT(Question, currency), .about = "type money: the only currency" },
    CUSTOM("default", offsetof(Question, default_), read_default, write_default, "value, or list of keys",
           "stands in the form before anybody answers"),
    { .key = "prefill", .kind = FIELD_LINE, AT(Question, prefill),
      .about = "taken from the person it is for, as in person.site" },
    { .key = "reapprove", .kind = FIELD_BOOL, AT(Question, reapprove), .standard = true, .flags = FIELD_SAYS_NO,
      .about = "false: changing the answer asks no approval again" },
};
const Shape question_shape = SHAPE("A question", Question, question_fields, POS(Question));

static const ShapeField entitlement_fields[] = {
    { .key = "check", .kind = FIELD_COND, AT(Entitlement, check), .flags = FIELD_REQUIRED,
      .about = "must hold, or nothing can be ordered; may use count(...)" },
    { .key = "message", .kind = FIELD_WORDS, AT(Entitlement, message), .flags = FIELD_REQUIRED,
      .about = "said when it does not hold" },
};
static const Shape entitlement_shape = SHAPE("An entitlement check", Entitlement, entitlement_fields, POS(Entitlement));

static const ShapeField cost_fields[] = {
    COND("when", CostLine, when, "the line counts when this holds; the first one that holds is taken"),
    { .key = "amount", .kind = FIELD_CUSTOM, AT(CostLine, amount), .flags = FIELD_REQUIRED, .read = read_expression,
      .write = write_amount, .form = "money, or an expression of money", .about = "the price" },
};
static const Shape cost_shape = SHAPE("A line of cost", CostLine, cost_fields, POS(CostLine));

static const ShapeField target_fields[] = {
    COND("when", Target, when, "the line counts when this holds; the first one that holds is taken"),
    SPAN("respond", Target, respond, "until the first answer by a person"),
    SPAN("approve", Target, approve, "until everything is approved"),
    SPAN("fulfil", Target, fulfil, "until it is fulfilled"),
    KEY("calendar", Target, calendar, "whose hours wh and wd count; around the clock without it"),
};
static const Shape target_shape = SHAPE("A target", Target, target_fields, POS(Target));

static const ShapeField stage_fields[] = {
    ID("stage", Stage, key, "name of the stage"),
    WORDS("name", Stage, name, "what people read; else the entry of the list steps, else the key"),
    { .key = "who", .kind = FIELD_CUSTOM, AT(Stage, who), .flags = FIELD_REQUIRED, .read = read_who, .write = write_who,
      .form = "who, or a list of them", .about = "who is asked" },
    CUSTOM("rule", 0, read_rule, write_rule, "any, all, quorum 2 or percent 60", "whose decision counts; any without it"),
    COND("when", Stage, when, "the stage is needed when this holds"),
    COND("unless", Stage, unless, "pre-approved when this holds"),
    BOOL("verify", Stage, verify, "a verification: the decision needs a note of what was checked"),
    WORDS("evidence", Stage, evidence, "what that note should say"),
};
static const Shape stage_shape = SHAPE("An approval stage", Stage, stage_fields, POS(Stage));

static const ShapeField task_fields[] = {
    ID("task", PlanTask, key, "name of the task"),
    WORDS("name", PlanTask, name, "what people read; else the entry of the list steps, else the key"),
    KEY("team", PlanTask, team, "who does it"),
    CUSTOM("owner", 0, read_task_owner, write_task_owner, "requester or beneficiary", "who does it, instead of a team"),
    { .key = "effort", .kind = FIELD_SPAN, AT(PlanTask, effort), .flags = FIELD_DAYS, .about = "planned work, in m, h or d" },
    KEY("supplier", PlanTask, supplier, "entry of the list suppliers that takes part"),
    { .key = "skills", .kind = FIELD_KEYS, AT(PlanTask, skills), .max = 20, .about = "what one must know for it" },
    { .key = "after", .kind = FIELD_IDS, AT(PlanTask, after), .max = MODEL_TASKS_MAX,
      .about = "tasks that must be finished or skipped before" },
    KEY("sop", PlanTask, sop, "procedure to follow"),
    { .key = "checklist", .kind = FIELD_WORDS_LIST, AT(PlanTask, checklist), .max = MODEL_LINES_MAX,
      .about = "points to tick off" },
    COND("when", PlanTask, when, "done only when this holds"),
    CUSTOM("at", offsetof(PlanTask, at), read_expression, write_moment, "an expression of a date or moment",
           "not before this moment"),
    CUSTOM("sign_off", 0, read_sign_off, write_sign_off, "who", "must sign before what comes after may start"),
    BOOL("test", PlanTask, test, "a test: must pass before the request is fulfilled"),
    BOOL("accept", PlanTask, accept, "finishing it is the requester's confirmation"),
};
static const Shape task_shape = SHAPE("A task", PlanTask, task_fields, POS(PlanTask));

#define SYNONYM_MAX 30

#define CATALOG_HEAD(Struct)                                                                                     \
    KEY("service", Struct, service, "the service it belongs to"),                                                \
    KEY("category", Struct, category, "section of the catalog, as in hardware/computers"),                       \
    KEY("owner", Struct, owner, "team answerable for it")
#define CATALOG_TEXTS(Struct)                                                                                    \
    { .key = "name", .kind = FIELD_WORDS, AT(Struct, name), .flags = FIELD_REQUIRED, .about = "name in the catalog" }, \
    WORDS("summary", Struct, summary, "what one gets, in a sentence"),                                           \
    { .key = "synonyms", .kind = FIELD_SYNONYMS, AT(Struct, synonyms), .max = SYNONYM_MAX,                       \
      .about = "other words people search for" },                                                                \
    COND("audience", Struct, audience, "who may order it: conditions on person")

static const ShapeField model_fields[] = {
    { .key = "model", .kind = FIELD_KEY, AT(ModelVersion, key), .flags = FIELD_REQUIRED,
      .about = "key of the model and of the catalog item; also the name of the file" },
    { .key = "record", .kind = FIELD_WORD, AT(ModelVersion, record), .flags = FIELD_REQUIRED | FIELD_ALWAYS,
      .words = RECORD_WORDS, .words_n = 4, .about = "what is made" },
    { .key = "kind", .kind = FIELD_WORD, AT(ModelVersion, kind), .flags = FIELD_REQUIRED | FIELD_ALWAYS,
      .words = REQUEST_KIND_WORDS, .words_n = 7, .about = "for reports" },
    CATALOG_HEAD(ModelVersion),
    { .key = "team", .kind = FIELD_KEY, AT(ModelVersion, team), .flags = FIELD_REQUIRED, .about = "whose queue it enters" },
    { .key = "confidential", .kind = FIELD_BOOL, AT(ModelVersion, confidential), .flags = FIELD_ALWAYS,
      .about = "only the parties, who is asked, and its own team can see it" },
    CATALOG_TEXTS(ModelVersion),
    { .key = "prerequisites", .kind = FIELD_WORDS_LIST, AT(ModelVersion, prerequisites), .max = MODEL_LINES_MAX,
      .about = "what must be done before asking" },
    LIST("entitlement", ModelVersion, entitlement, entitlement_shape, MODEL_LINES_MAX, "who may have how many"),
    LIST("form", ModelVersion, form, question_shape, MODEL_QUESTIONS_MAX, "the questions"),
    LIST("cost", ModelVersion, cost, cost_shape, MODEL_LINES_MAX, "the price"),
    CUSTOM("priority", offsetof(ModelVersion, priority), read_priority, write_priority,
           "mapping of impact and urgency to a word or answer.question", "where the priority comes from"),
    LIST("targets", ModelVersion, targets, target_shape, MODEL_LINES_MAX, "by when"),
    LIST("assess", ModelVersion, assess, question_shape, MODEL_QUESTIONS_MAX, "questions to the team before work begins"),
    LIST("approvals", ModelVersion, approvals, stage_shape, MODEL_STAGES_MAX, "who decides, one stage after the other"),
    LIST("plan", ModelVersion, plan, task_shape, MODEL_TASKS_MAX, "what is done"),
    CUSTOM("raci", offsetof(ModelVersion, raci), read_raci, write_raci, "mapping of tasks to R, A, C and I",
           "who is responsible, accountable, consulted, informed"),
    SPAN("close_after", ModelVersion, close_after, "closes by itself so long after it was fulfilled"),
    CUSTOM("feedback", offsetof(ModelVersion, feedback), read_feedback, write_feedback, "ask or none",
           "ask the requester how it went"),
    { .key = "review", .kind = FIELD_DATE, AT(ModelVersion, review), .about = "when the model itself is looked at again" },
};
const Shape model_shape = SHAPE("A model", ModelVersion, model_fields, -1);

static const ShapeField part_fields[] = {
    { .key = "item", .kind = FIELD_KEY, AT(BundlePart, item), .flags = FIELD_REQUIRED, .about = "key of the model" },
    CUSTOM("answers", offsetof(BundlePart, answers), read_part_answers, write_part_answers,
           "mapping of questions to shared.question or a value", "answers of the part's form"),
    COND("when", BundlePart, when, "ordered when this holds; conditions on the shared questions"),
};
static const Shape part_shape = SHAPE("A part", BundlePart, part_fields, POS(BundlePart));

static const ShapeField bundle_fields[] = {
    { .key = "bundle", .kind = FIELD_KEY, AT(BundleVersion, key), .flags = FIELD_REQUIRED, .about = "key of the bundle" },
    CATALOG_HEAD(BundleVersion),
    CATALOG_TEXTS(BundleVersion),
    LIST("shared", BundleVersion, shared, question_shape, MODEL_QUESTIONS_MAX, "questions asked once for all parts"),
    { .key = "parts", .kind = FIELD_LIST, AT(BundleVersion, parts), .flags = FIELD_REQUIRED, .shape = &part_shape,
      .max = MODEL_LINES_MAX, .about = "one request each" },
};
const Shape bundle_shape = SHAPE("A bundle", BundleVersion, bundle_fields, -1);
