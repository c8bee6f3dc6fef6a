/* order_form_web.c - the form of a model as widgets, and what follows from its answers. */
#include "domain/request/order_web.h"

#include "domain/request/talk.h"

static Text lang_or_none(const LangText *t)
{
    return lang_text(t, LANG_EN, NULL).len > 0 ? TEXT("{0}", *t) : (Text){ 0 };
}

static bool uses(const ListEntry *e, Str login)
{
    for (size_t i = 0; i < e->users.n; i++)
        if (str_eq(e->users.at[i], login))
            return true;
    return false;
}

static Rc options_of_list(Ctx *cx, Str list, WidgetOptions *ret)
{
    const ManagedList *l = NULL;
    Rc rc = catalog_list(cx, list, &l);

    if (rc == RC_NOT_FOUND)
        return RC_OK; /* a list that is gone offers nothing; the question says so by being empty */
    TRY(rc);
    /* What one uses oneself comes first. */
    for (int mine = 1; mine >= 0; mine--) {
        for (size_t i = 0; i < l->entries.n; i++) {
            const ListEntry *e = &l->entries.at[i];
            if (e->retired || uses(e, cx->subject->login) != (mine == 1))
                continue;
            TRY(LIST_PUSH(cx->arena, ret,
                          (WidgetOption){ .value = e->key, .label = TEXT("{0}", e->name) }));
        }
    }
    return RC_OK;
}

static Rc options_of_teams(Ctx *cx, WidgetOptions *ret)
{
    Teams teams = { 0 };

    TRY(team_list(cx, true, &teams));
    for (size_t i = 0; i < teams.n; i++)
        TRY(LIST_PUSH(
            cx->arena, ret,
            (WidgetOption){ .value = teams.at[i].key, .label = TEXT("{0}", teams.at[i].name) }));
    return RC_OK;
}

static WidgetKind kind_of(const Question *q)
{
    switch (q->type) {
    case QUESTION_TEXT: return WIDGET_TEXT;
    case QUESTION_LONG_TEXT: return WIDGET_LONG_TEXT;
    case QUESTION_CHOICE: return WIDGET_CHOICE;
    case QUESTION_SEVERAL: return WIDGET_SEVERAL;
    case QUESTION_YES_NO: return WIDGET_YES_NO;
    case QUESTION_NUMBER: return WIDGET_NUMBER;
    case QUESTION_MONEY: return WIDGET_MONEY;
    case QUESTION_DATE: return WIDGET_DATE;
    case QUESTION_DATETIME: return WIDGET_DATETIME;
    case QUESTION_PERSON: return WIDGET_PICK;
    case QUESTION_TEAM:
    case QUESTION_LIST:
    case QUESTION_ITEM: return WIDGET_SELECT;
    case QUESTION_FILE: return WIDGET_FILE;
    case QUESTION_TABLE: return WIDGET_TABLE;
    case QUESTION_TYPE_COUNT: break;
    }
    return WIDGET_TEXT;
}

static Str bound(Ctx *cx, const Question *q, const CondValue *v)
{
    if (v->type == COND_NUMBER && q->type == QUESTION_NUMBER)
        return decimal_text(cx->arena, v->number);
    if (v->type == COND_DATE && q->type == QUESTION_DATE)
        return clock_date(cx->arena, v->at);
    return STR_NULL;
}

static Rc widget_of(Ctx *cx, const Question *q, Widget *ret)
{
    Widget w = { .kind = kind_of(q),
                 .name = q->id,
                 .label = TEXT("{0}", q->ask),
                 .help = lang_or_none(&q->help),
                 .example = lang_or_none(&q->example),
                 .required = q->required,
                 .optional_word = !q->required && q->required_if.cond == NULL,
                 .min = bound(cx, q, &q->min),
                 .max = bound(cx, q, &q->max) };

    if (q->type == QUESTION_CHOICE || q->type == QUESTION_SEVERAL)
        for (size_t i = 0; i < q->options.n; i++)
            TRY(LIST_PUSH(cx->arena, &w.options,
                          (WidgetOption){ .value = q->options.at[i].key,
                                          .label = TEXT("{0}", q->options.at[i].name) }));
    else if (question_is_entry(q))
        TRY(options_of_list(cx, q->list, &w.options));
    else if (q->type == QUESTION_TEAM)
        TRY(options_of_teams(cx, &w.options));
    else if (q->type == QUESTION_PERSON)
        w.suggest_url = STR("/people/suggest");
    else if (q->type == QUESTION_MONEY) {
        w.one_currency = q->currency.len > 0;
        w.currency = q->currency.len > 0 ? q->currency : STR("EUR");
        static const char *const currencies[] = { "EUR", "SEK", "GBP", "CNY", "USD" };
        for (size_t i = 0; i < COUNT_OF(currencies) && !w.one_currency; i++)
            TRY(LIST_PUSH(cx->arena, &w.options,
                          (WidgetOption){ .value = str_z(currencies[i]),
                                          .label = TEXT("{0}", str_z(currencies[i])) }));
    } else if (q->type == QUESTION_TABLE) {
        for (size_t i = 0; i < q->columns.n; i++) {
            Widget column;
            TRY(widget_of(cx, &q->columns.at[i], &column));
            column.optional_word = false;
            TRY(LIST_PUSH(cx->arena, &w.columns, column));
        }
    }
    *ret = w;
    return RC_OK;
}

/* The upload behind a file answer, so that the form shows its name. */
static Rc add_file(Ctx *cx, Widget *w, Str id)
{
    GrantedSelf g;
    Upload u;

    TRY(access_self(cx, &g));
    Rc rc = upload_get(cx, g, id, &u);
    if (rc == RC_NOT_FOUND)
        return LIST_PUSH(cx->arena, &w->files, (WidgetFile){ .id = id, .name = id });
    TRY(rc);
    return LIST_PUSH(
        cx->arena, &w->files,
        (WidgetFile){ .id = id, .name = u.name, .size = size_bytes((uint64_t)u.size) });
}

static Rc fill_table(Ctx *cx, Widget *w, Str id, const AnswerInputs *values, size_t spare)
{
    size_t columns = w->columns.n, rows = 0;

    for (size_t i = 0; i < values->n; i++)
        if (str_eq(values->at[i].question, id) && values->at[i].row >= 0
            && (size_t)values->at[i].row + 1 > rows && (size_t)values->at[i].row < ANSWER_ROWS_MAX)
            rows = (size_t)values->at[i].row + 1;
    Str *cells = ARENA_ARRAY(cx->arena, Str, rows * columns + 1);
    if (cells == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < values->n; i++) {
        const AnswerInput *v = &values->at[i];
        if (!str_eq(v->question, id) || v->row < 0 || (size_t)v->row >= rows)
            continue;
        for (size_t k = 0; k < columns; k++)
            if (str_eq(w->columns.at[k].name, v->column))
                cells[(size_t)v->row * columns + k] = v->text;
    }
    return widget_rows(cx->arena, w, cells, rows, spare);
}

/* `id` is the question; the name of its field may have a part before it. */
static Rc fill(Ctx *cx, Widget *w, Str id, const AnswerInputs *values)
{
    if (w->kind == WIDGET_TABLE)
        return fill_table(cx, w, id, values, 2);
    for (size_t i = 0; i < values->n; i++) {
        const AnswerInput *v = &values->at[i];
        if (!str_eq(v->question, id) || v->row >= 0)
            continue;
        if (w->kind == WIDGET_FILE)
            TRY(add_file(cx, w, v->text));
        else if (w->options.n > 0 && w->kind != WIDGET_MONEY)
            widget_choose(w, v->text);
        else
            w->value = v->text;
        if (w->kind == WIDGET_MONEY && v->currency.len > 0)
            w->currency = v->currency;
    }
    return RC_OK;
}

Rc order_form(Ctx *cx, Str prefix, const QuestionList *questions, const AnswerInputs *values,
              const bool *shown, Form *ret)
{
    Form form = { .arena = cx->arena, .pointer_prefix = STR("/answers") };

    for (size_t i = 0; i < questions->n; i++) {
        const Question *q = &questions->at[i];
        Widget w;
        TRY(widget_of(cx, q, &w));
        w.name = str_fmt(cx->arena, "%.*s%.*s", STR_ARG(prefix), STR_ARG(q->id));
        w.conditional = q->show.cond != NULL;
        w.hidden = shown != NULL && !shown[i];
        TRY(fill(cx, &w, q->id, values));
        TRY(form_add(&form, w));
    }
    *ret = form;
    return RC_OK;
}

Rc order_answers(Call *call, AnswerInputs *ret)
{
    const FormFields *f = &call->form;
    Str dropped = call_form(call, "_drop");

    for (size_t i = 0; i < f->n; i++) {
        if (str_starts(f->at[i].name, STR("_"))
            || (dropped.len > 0 && str_eq(f->at[i].value, dropped)))
            continue;
        TRY(answers_from_field(call->arena, f->at[i].name, f->at[i].value, ret));
    }
    for (size_t i = 0; i < call->files.n; i++) {
        const CallFile *file = &call->files.at[i];
        /* A new file takes the place of the one that was kept. */
        for (size_t k = 0; k < ret->n; k++)
            if (str_eq(ret->at[k].question, file->field))
                ret->at[k] = ret->at[--ret->n];
        TRY(answers_from_field(call->arena, file->field, file->id, ret));
    }
    return RC_OK;
}

/* --- what happens next --------------------------------------------------------------------------------- */

static Str names_of(Ctx *cx, const PersonRefs *who)
{
    Buf b;

    buf_init(&b, 4096);
    for (size_t i = 0; i < who->n && i < 3; i++) {
        if (i > 0)
            buf_add_lit(&b, ", ");
        buf_add(&b, who->at[i].name);
    }
    Str s = str_dup(cx->arena, buf_str(&b));
    buf_done(&b);
    return s;
}

static RouteStop stop_of_stage(Ctx *cx, const StagePreview *s)
{
    RouteStop stop = { .title = TEXT("{0}", s->name), .unsure = s->later || s->open };

    if (s->open && s->who.n == 0)
        stop.who = (Text){ 0 };
    else if (s->pre_approved)
        stop.who = TEXT("Approved already for this choice");
    else if (s->who.n == 0)
        stop.who = TEXT("The owners find somebody to decide");
    else if (s->who.n > 3)
        stop.who = TEXT("One of {0} people", (int64_t)s->who.n);
    else
        stop.who = TEXT("{0}", names_of(cx, &s->who));
    if (s->open)
        stop.note = TEXT("Depends on your answers");
    else if (s->later)
        stop.note = TEXT("Depends on a check by the team");
    return stop;
}

static bool is_asked(const StagePreview *s)
{
    return s->open || (!s->pre_approved && (s->applies || s->later));
}

bool order_needs_approval(const StagePreviews *stages)
{
    for (size_t i = 0; i < stages->n; i++)
        if (is_asked(&stages->at[i]))
            return true;
    return false;
}

Text order_decider(Ctx *cx, const StagePreviews *stages)
{
    const StagePreview *first = NULL;
    size_t n = 0;
    bool open = false;

    for (size_t i = 0; i < stages->n; i++) {
        if (!is_asked(&stages->at[i]))
            continue;
        open |= stages->at[i].open;
        if (n++ == 0)
            first = &stages->at[i];
    }
    if (first == NULL)
        return TEXT("No approval");
    if (open)
        return TEXT("Who decides depends on your answers");
    if (first->who.n == 0)
        return TEXT("The owners find somebody to decide");
    Str who = first->who.n > 3 ? first->name : names_of(cx, &first->who);
    return n > 1 ? TEXT("{0} decides, then others", who) : TEXT("{0} decides", who);
}

bool order_is_by_program(const ModelVersion *m)
{
    bool any = false;

    for (size_t i = 0; i < m->plan.n; i++) {
        if (m->plan.at[i].owner == TASK_BY_TEAM && m->plan.at[i].action.len == 0)
            return false;
        any |= m->plan.at[i].action.len > 0;
    }
    return any;
}

Text order_workers(Ctx *cx, const ModelVersion *m)
{
    Str teams[2] = { STR_NULL, STR_NULL };
    size_t n = 0;
    TeamRef team;
    int64_t id = 0;

    if (order_is_by_program(m))
        return TEXT("Done by itself");
    for (size_t i = 0; i < m->plan.n && n < COUNT_OF(teams); i++) {
        const PlanTask *t = &m->plan.at[i];
        if (t->owner != TASK_BY_TEAM || (n > 0 && str_eq(t->team, teams[0])))
            continue;
        teams[n++] = t->team;
    }
    if (n == 0)
        teams[n++] = m->team;
    for (size_t i = 0; i < n; i++)
        if (team_id(cx, teams[i], &id) == RC_OK && team_ref(cx, id, &team) == RC_OK)
            teams[i] = team.name;
    return n > 1 ? TEXT("{0}, then {1}", teams[0], teams[1]) : TEXT("{0}", teams[0]);
}

Rc order_side(Ctx *cx, const ModelVersion *m, const RequestPreview *p, OrderSide *ret)
{
    OrderSide side = { .refused = ret->refused.msgid != NULL ? ret->refused : p->refused };
    RouteStop sent = { .title = TEXT("You send it"), .now = true };

    TRY(LIST_PUSH(cx->arena, &side.stops, sent));
    for (size_t i = 0; i < p->stages.n && side.stops.n < 4; i++)
        if (p->stages.at[i].applies || p->stages.at[i].pre_approved || p->stages.at[i].later
            || p->stages.at[i].open)
            TRY(LIST_PUSH(cx->arena, &side.stops, stop_of_stage(cx, &p->stages.at[i])));
    RouteStop work = { .title = TEXT("It is done by itself") };
    if (!order_is_by_program(m))
        work = (RouteStop){ .title = TEXT("The team does it"), .who = order_workers(cx, m) };
    TRY(LIST_PUSH(cx->arena, &side.stops, work));
    RouteStop end = { .title = TEXT("Done, and you confirm it") };
    if (p->target != NULL && p->target->fulfil.n > 0)
        end.who = span_text(p->target->fulfil, !str_is_null(p->target->calendar));
    TRY(LIST_PUSH(cx->arena, &side.stops, end));
    if (p->usual.p80 >= 0)
        TRY(promise_usual_text(cx, m, &p->usual, &side.usual));
    if (p->cost.type == COND_MONEY) {
        side.has_cost = true;
        side.cost = p->cost.money;
    }
    route_finish(&side.stops);
    *ret = side;
    return RC_OK;
}
