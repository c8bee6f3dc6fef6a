/* model_pieces.c - the parts of models and bundles that have a form of their own. */
#include "domain/model/model_pieces.h"

/* options: { key: { en: ... }, ... } */
Rc piece_options_read(Doc *d, const Yaml *y, void *to)
{
    OptionList *list = to;

    if (!doc_is(d, y, YAML_IS_MAP, "options"))
        return RC_OK;
    if (y->n > MODEL_OPTIONS_MAX) {
        doc_error(d, y->pos, "too_many", "options has %zu entries; at most %d are allowed.", y->n,
                  MODEL_OPTIONS_MAX);
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

Rc piece_options_write(Arena *a, const void *from, Yaml **ret)
{
    const OptionList *list = from;
    Yaml *map = yaml_map(a);

    for (size_t i = 0; i < list->n; i++) {
        Yaml *name = words_to_yaml(a, &list->at[i].name);
        TRY(yaml_put(a, map, list->at[i].key, name != NULL ? name : yaml_map(a)));
    }
    *ret = map->n > 0 ? map : NULL;
    return RC_OK;
}

/* required: stands in the document unless required_if does. */
Rc piece_required_read(Doc *d, const Yaml *y, void *to)
{
    doc_bool(d, y, "required", &((Question *)to)->required);
    return RC_OK;
}

Rc piece_required_write(Arena *a, const void *from, Yaml **ret)
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
    if (y->kind == YAML_IS_SCALAR && y->style == YAML_PLAIN
        && (str_eq_z(y->text, "true") || str_eq_z(y->text, "false"))) {
        *ret = y->text;
        return true;
    }
    return doc_text(d, y, what, ret);
}

Rc piece_default_read(Doc *d, const Yaml *y, void *to)
{
    StrList *list = to;
    Str s;

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
    Money money;
    Ms at;

    if (decimal_parse(s, &number) || money_parse_text(s, &money) || clock_parse_date(s, &at)
        || str_eq_z(s, "true") || str_eq_z(s, "false"))
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

Rc piece_default_write(Arena *a, const void *from, Yaml **ret)
{
    return write_values(a, from, ret);
}

/* min and max: kept as text until the type of the question is known (model_bind.c). */
Rc piece_bound_read(Doc *d, const Yaml *y, void *to)
{
    CondValue *v = to;

    if (doc_text(d, y, "A bound", &v->text))
        v->type = COND_TEXT;
    return RC_OK;
}

Rc piece_bound_write(Arena *a, const void *from, Yaml **ret)
{
    const CondValue *v = from;
    Str s = STR("");

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
Rc piece_amount_write(Arena *a, const void *from, Yaml **ret)
{
    Str text = ((const ModelCond *)from)->text;
    Money m;

    if (money_parse_text(text, &m))
        *ret = yaml_scalar(a, money_text(a, m), YAML_PLAIN);
    else
        *ret = yaml_scalar(a, text, YAML_QUOTED);
    return RC_OK;
}

Rc piece_expression_read(Doc *d, const Yaml *y, void *to)
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
Rc piece_moment_write(Arena *a, const void *from, Yaml **ret)
{
    Str text = ((const ModelCond *)from)->text;

    *ret = text.len > 0 ? yaml_scalar(a, text, YAML_TEXT) : NULL;
    return RC_OK;
}

/* priority: { impact: person, urgency: answer.urgency }; urgency may be ask */
static void read_level(Doc *d, const Yaml *map, const char *key, const char *const words[4],
                       WordOrAnswer *to)
{
    const Yaml *y = yaml_get(map, key);
    Str s;

    if (y == NULL || !doc_text(d, y, key, &s))
        return;
    if (str_starts(s, STR("answer."))) {
        *to = (WordOrAnswer){ .question = str_skip(s, 7) };
        return;
    }
    if (words == URGENCY_WORDS && str_eq_z(s, "ask")) {
        *to = (WordOrAnswer){ .word = STR("normal"), .asked = true };
        return;
    }
    for (size_t i = 0; i < 4; i++) {
        if (str_eq_z(s, words[i])) {
            *to = (WordOrAnswer){ .word = s };
            return;
        }
    }
    doc_error(d, y->pos, "bad_word", "%s is %s, %s, %s, %s or answer.question; not %.*s.", key,
              words[0], words[1], words[2], words[3], STR_ARG(s));
}

Rc piece_priority_read(Doc *d, const Yaml *y, void *to)
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
    Str s = l->asked              ? STR("ask")
            : l->question.len > 0 ? str_fmt(a, "answer.%.*s", STR_ARG(l->question))
                                  : l->word;
    return yaml_scalar(a, s, YAML_TEXT);
}

Rc piece_priority_write(Arena *a, const void *from, Yaml **ret)
{
    const ModelPriority *p = from;

    *ret = yaml_map(a);
    TRY(yaml_put(a, *ret, STR("impact"), write_level(a, &p->impact)));
    return yaml_put(a, *ret, STR("urgency"), write_level(a, &p->urgency));
}

/* follow_up: { remind: [2wd, 3wd], close: 5wd } */
static bool read_follow_span(Doc *d, const Yaml *y, const char *what, TimeSpan *ret)
{
    Str s;

    if (!doc_text(d, y, what, &s))
        return false;
    if (timespan_parse(s, ret) && ret->n > 0)
        return true;
    doc_error(d, y->pos, "bad_span",
              "%s is a span such as 2wd or 36h (m, h, d, wh, wd), longer than nothing; not %.*s.",
              what, STR_ARG(s));
    return false;
}

Rc piece_follow_up_read(Doc *d, const Yaml *y, void *to)
{
    static const char *const keys[] = { "remind", "close" };
    FollowUp *f = to;

    f->pos = y->pos;
    if (!doc_is(d, y, YAML_IS_MAP, "follow_up"))
        return RC_OK;
    doc_known_keys(d, y, keys, COUNT_OF(keys), "follow_up");
    const Yaml *remind = yaml_get(y, "remind"), *close = yaml_get(y, "close");
    if (remind != NULL && doc_is(d, remind, YAML_IS_LIST, "remind")) {
        if (remind->n == 0 || remind->n > FOLLOW_UP_MAX)
            doc_error(d, remind->pos, "too_many", "remind lists 1 to %d spans.", FOLLOW_UP_MAX);
        for (size_t i = 0; i < remind->n && i < FOLLOW_UP_MAX; i++) {
            TimeSpan span;
            if (read_follow_span(d, remind->items[i], "remind", &span))
                TRY(LIST_PUSH(d->arena, &f->remind, span));
        }
    }
    if (close != NULL)
        (void)read_follow_span(d, close, "close", &f->close);
    return RC_OK;
}

Rc piece_follow_up_write(Arena *a, const void *from, Yaml **ret)
{
    const FollowUp *f = from;
    Yaml *list = yaml_list(a, false);

    if (f->remind.n == 0 && f->close.n == 0)
        return RC_OK;
    *ret = yaml_map(a);
    for (size_t i = 0; i < f->remind.n; i++)
        TRY(yaml_add(a, list, yaml_scalar(a, timespan_text(a, f->remind.at[i]), YAML_PLAIN)));
    if (f->remind.n > 0)
        TRY(yaml_put(a, *ret, STR("remind"), list));
    if (f->close.n == 0)
        return RC_OK;
    return yaml_put(a, *ret, STR("close"), yaml_scalar(a, timespan_text(a, f->close), YAML_PLAIN));
}

/* who: manager(beneficiary), or a list of such */
static bool read_one_who(Doc *d, const Yaml *y, Who *ret)
{
    CondError e;
    Str s;

    if (!doc_text(d, y, "who", &s))
        return false;
    if (who_parse(d->arena, s, ret, &e) == RC_OK)
        return true;
    SourcePos pos = y->pos;
    if (y->exact)
        pos.column += e.column - 1 + (y->style == YAML_PLAIN ? 0 : 1);
    doc_error(d, pos, "bad_who", "%.*s", STR_ARG(cond_error_english(d->arena, &e)));
    return false;
}

#define WHO_MAX 20

Rc piece_who_read(Doc *d, const Yaml *y, void *to)
{
    WhoList *list = to;
    Who w;

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

Rc piece_who_write(Arena *a, const void *from, Yaml **ret)
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

Rc piece_sign_off_read(Doc *d, const Yaml *y, void *to)
{
    PlanTask *t = to;

    t->signed_off = read_one_who(d, y, &t->sign_off);
    return RC_OK;
}

Rc piece_sign_off_write(Arena *a, const void *from, Yaml **ret)
{
    const PlanTask *t = from;

    *ret = t->signed_off ? yaml_scalar(a, who_text(a, &t->sign_off), YAML_TEXT) : NULL;
    return RC_OK;
}

/* rule: any | all | quorum 2 | percent 60 */
Rc piece_rule_read(Doc *d, const Yaml *y, void *to)
{
    Stage *stage = to;
    Str s;
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
        doc_error(d, y->pos, "bad_rule",
                  "rule is any, all, quorum 2 or percent 60 (numbers from 1 to 100); not %.*s.",
                  STR_ARG(s));
    }
    return RC_OK;
}

Rc piece_rule_write(Arena *a, const void *from, Yaml **ret)
{
    static const char *const words[] = { "any", "all", "quorum", "percent" };
    const Stage *stage = from;
    Str s = str_z(words[stage->rule]);
    bool several = stage->who.n > 1;

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
Rc piece_task_owner_read(Doc *d, const Yaml *y, void *to)
{
    PlanTask *t = to;
    Str s;

    if (!doc_text(d, y, "owner", &s))
        return RC_OK;
    if (str_eq_z(s, "requester") || str_eq_z(s, "beneficiary"))
        t->owner = str_eq_z(s, "requester") ? TASK_BY_REQUESTER : TASK_BY_BENEFICIARY;
    else
        doc_error(d, y->pos, "bad_word",
                  "owner of a task is requester or beneficiary; a team is written team: %.*s.",
                  STR_ARG(s));
    return RC_OK;
}

Rc piece_task_owner_write(Arena *a, const void *from, Yaml **ret)
{
    const PlanTask *t = from;

    *ret = t->owner != TASK_BY_TEAM ? yaml_scalar(a, str_z(task_owner_words[t->owner]), YAML_PLAIN)
                                    : NULL;
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
    Str s;

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
            doc_error(d, v->pos, "raci_accountable",
                      "A names exactly one; move the others to C or I.");
        else
            line->accountable_given = raci_party(d, v, "A", &line->accountable);
    }
    if ((v = yaml_get(y, "C")) != NULL)
        TRY(doc_list(d, v, "C", 20, raci_party, &line->consulted));
    if ((v = yaml_get(y, "I")) != NULL)
        TRY(doc_list(d, v, "I", 20, raci_party, &line->informed));
    return RC_OK;
}

Rc piece_raci_read(Doc *d, const Yaml *y, void *to)
{
    RaciLineList *list = to;

    if (!doc_is(d, y, YAML_IS_MAP, "raci"))
        return RC_OK;
    if (y->n > MODEL_TASKS_MAX) {
        doc_error(d, y->pos, "too_many", "raci has %zu lines; at most %d are allowed.", y->n,
                  MODEL_TASKS_MAX);
        return RC_OK;
    }
    for (size_t i = 0; i < y->n; i++) {
        RaciLine line = { .task = y->keys[i]->text, .given = true, .pos = y->keys[i]->pos };
        TRY(read_raci_line(d, y->items[i], &line));
        TRY(LIST_PUSH(d->arena, list, line));
    }
    return RC_OK;
}

Rc piece_raci_write(Arena *a, const void *from, Yaml **ret)
{
    const RaciLineList *list = from;
    Yaml *map = yaml_map(a), *v;

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
Rc piece_part_answers_read(Doc *d, const Yaml *y, void *to)
{
    PartAnswers *list = to;

    if (!doc_is(d, y, YAML_IS_MAP, "answers"))
        return RC_OK;
    if (y->n > MODEL_QUESTIONS_MAX) {
        doc_error(d, y->pos, "too_many", "answers has %zu entries; at most %d are allowed.", y->n,
                  MODEL_QUESTIONS_MAX);
        return RC_OK;
    }
    for (size_t i = 0; i < y->n; i++) {
        PartAnswer p = { .pos = y->keys[i]->pos };
        if (!doc_id(d, y->keys[i], "A question", &p.question))
            continue;
        TRY(piece_default_read(d, y->items[i], &p.values));
        if (p.values.n == 1 && str_starts(p.values.at[0], STR("shared."))) {
            p.shared = str_skip(p.values.at[0], 7);
            p.values = (StrList){ 0 };
        }
        TRY(LIST_PUSH(d->arena, list, p));
    }
    return RC_OK;
}

Rc piece_part_answers_write(Arena *a, const void *from, Yaml **ret)
{
    const PartAnswers *list = from;
    Yaml *map = yaml_map(a), *v;

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

/* feedback: ask | none */
Rc piece_feedback_read(Doc *d, const Yaml *y, void *to)
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

Rc piece_feedback_write(Arena *a, const void *from, Yaml **ret)
{
    *ret = yaml_scalar(a, *(const bool *)from ? STR("ask") : STR("none"), YAML_PLAIN);
    return RC_OK;
}

/* with: { login: answer.colleague, group: staff } */
Rc piece_with_read(Doc *d, const Yaml *y, void *to)
{
    ActionValues *list = to;

    if (!doc_is(d, y, YAML_IS_MAP, "with"))
        return RC_OK;
    if (y->n > MODEL_LINES_MAX) {
        doc_error(d, y->pos, "too_many", "with has %zu entries; at most %d are allowed.", y->n,
                  MODEL_LINES_MAX);
        return RC_OK;
    }
    for (size_t i = 0; i < y->n; i++) {
        ActionValue v = { .pos = y->keys[i]->pos };
        if (!doc_id(d, y->keys[i], "A value", &v.name)
            || !doc_text(d, y->items[i], "A value", &v.word))
            continue;
        if (str_starts(v.word, STR("answer.")) || str_starts(v.word, STR("assess."))) {
            v.answer = v.word;
            v.word = STR_NULL;
        }
        TRY(LIST_PUSH(d->arena, list, v));
    }
    return RC_OK;
}

Rc piece_with_write(Arena *a, const void *from, Yaml **ret)
{
    const ActionValues *list = from;
    Yaml *map = yaml_map(a);

    for (size_t i = 0; i < list->n; i++) {
        const ActionValue *v = &list->at[i];
        TRY(yaml_put(a, map, v->name,
                     yaml_scalar(a, v->answer.len > 0 ? v->answer : v->word, YAML_TEXT)));
    }
    *ret = map->n > 0 ? map : NULL;
    return RC_OK;
}

/* warn: 75%, or [50%, 30m] */
static Rc add_mark(Doc *d, const Yaml *y, bool warning, ClockMark *m, ClockMarks *list)
{
    if (list->n >= CLOCK_MARKS_MAX) {
        doc_error(d, y->pos, "too_many", "A target has at most %d thresholds.", CLOCK_MARKS_MAX);
        return RC_OK;
    }
    m->warning = warning;
    return LIST_PUSH(d->arena, list, *m);
}

static bool read_mark(Doc *d, const Yaml *y, const char *what, ClockMark *ret)
{
    Str s;

    if (!doc_text(d, y, what, &s))
        return false;
    if (clock_mark_parse(s, ret))
        return true;
    doc_error(
        d, y->pos, "bad_threshold",
        "%s is a share of the time (75%%), a time left (30m, 2h, 1d, 2wh) or breach; not %.*s.",
        what, STR_ARG(s));
    return false;
}

Rc piece_warn_read(Doc *d, const Yaml *y, void *to)
{
    ClockMarks *list = to;
    ClockMark m;

    if (y->kind != YAML_IS_LIST)
        return read_mark(d, y, "warn", &m) ? add_mark(d, y, true, &m, list) : RC_OK;
    for (size_t i = 0; i < y->n && i <= CLOCK_MARKS_MAX; i++)
        if (read_mark(d, y->items[i], "warn", &m))
            TRY(add_mark(d, y->items[i], true, &m, list));
    return RC_OK;
}

static Yaml *mark_yaml(Arena *a, const ClockMark *m)
{
    return yaml_scalar(a, clock_mark_text(a, m), YAML_TEXT);
}

Rc piece_warn_write(Arena *a, const void *from, Yaml **ret)
{
    const ClockMarks *list = from;
    Yaml *all = yaml_list(a, false);

    for (size_t i = 0; i < list->n; i++)
        if (list->at[i].warning)
            TRY(yaml_add(a, all, mark_yaml(a, &list->at[i])));
    *ret = all->n > 0 ? all : NULL;
    return RC_OK;
}

/* escalate: [{ at: breach, to: lead }] */
Rc piece_escalate_read(Doc *d, const Yaml *y, void *to)
{
    static const char *const keys[] = { "at", "to" };
    ClockMarks *list = to;

    if (!doc_is(d, y, YAML_IS_LIST, "escalate"))
        return RC_OK;
    for (size_t i = 0; i < y->n && i <= CLOCK_MARKS_MAX; i++) {
        const Yaml *step = y->items[i], *at, *whom;
        ClockMark m;
        Str s;
        if (!doc_is(d, step, YAML_IS_MAP, "A step of escalate"))
            continue;
        doc_known_keys(d, step, keys, COUNT_OF(keys), "A step of escalate");
        at = yaml_get(step, "at");
        whom = yaml_get(step, "to");
        if (at == NULL || whom == NULL) {
            doc_error(d, step->pos, "missing_key", "A step of escalate needs at and to.");
            continue;
        }
        if (!read_mark(d, at, "at", &m) || !doc_text(d, whom, "to", &s))
            continue;
        if (!clock_mark_to_parse(s, &m)) {
            doc_error(d, whom->pos, "bad_recipient",
                      "to is assignee, lead, manager, team KEY or transfer KEY; not %.*s.",
                      STR_ARG(s));
            continue;
        }
        TRY(add_mark(d, step, false, &m, list));
    }
    return RC_OK;
}

Rc piece_escalate_write(Arena *a, const void *from, Yaml **ret)
{
    const ClockMarks *list = from;
    Yaml *all = yaml_list(a, false);

    for (size_t i = 0; i < list->n; i++) {
        const ClockMark *m = &list->at[i];
        if (m->warning)
            continue;
        Yaml *step = yaml_map(a);
        TRY(yaml_put(a, step, STR("at"), mark_yaml(a, m)));
        TRY(yaml_put(a, step, STR("to"), yaml_scalar(a, clock_mark_to_text(a, m), YAML_TEXT)));
        TRY(yaml_add(a, all, step));
    }
    *ret = all->n > 0 ? all : NULL;
    return RC_OK;
}
