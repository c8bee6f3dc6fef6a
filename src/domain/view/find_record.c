/* find_record.c - what the evaluator knows: the reader's words, and one request in memory. */
#include "domain/view/fields.h"

#include "domain/request/read_mark.h"
#include "domain/view/view_q.h"
#include "domain/request/words.h"

static bool reader_word(const FindReader *r, const CondName *name, CondValue *ret)
{
    if (name->id == FIND_WORD_ME) {
        *ret = (CondValue){ .type = COND_PERSON, .text = r->login };
        return r->login.len > 0;
    }
    *ret = (CondValue){ .type = COND_KEYS, .keys = r->teams.at, .keys_n = r->teams.n };
    return r->teams.n > 0;
}

/* An answer as its rows hold it: the type of the question is not among that. */
typedef struct Raw {
    const Str *texts;
    size_t texts_n;
    OptInt number;
    const Money *money;
} Raw;

static Raw raw_answer(Arena *a, const CondValue *v, Str *one)
{
    Raw raw = { .texts = one };

    switch (v->type) {
    case COND_TEXT:
    case COND_KEY:
    case COND_PERSON:
        *one = v->text;
        raw.texts_n = 1;
        break;
    case COND_KEYS:
        raw.texts = v->keys;
        raw.texts_n = v->keys_n;
        break;
    case COND_NUMBER: raw.number = OPT_INT(v->number); break;
    case COND_MONEY:
        raw.number = OPT_INT(v->money.minor);
        raw.money = &v->money;
        break;
    case COND_YES_NO: raw.number = OPT_INT(v->yes ? 1 : 0); break;
    case COND_DATE:
        *one = clock_date(a, v->at);
        raw.texts_n = 1;
        raw.number = OPT_INT(v->at);
        break;
    case COND_DATETIME: raw.number = OPT_INT(v->at); break;
    case COND_EMPTY:
    case COND_SPAN:
    case COND_TABLE: break;
    }
    return raw;
}

/* Two models may ask different things by one id: both back ends then read what lies there as what the name
 * says. */
static bool read_raw(const Raw *raw, CondType type, CondValue *ret)
{
    *ret = (CondValue){ .type = type, .number = raw->number.value, .at = raw->number.value };
    switch (type) {
    case COND_TEXT:
    case COND_KEY:
    case COND_PERSON:
        if (raw->texts_n > 0)
            ret->text = raw->texts[0];
        return raw->texts_n > 0;
    case COND_KEYS:
        ret->keys = raw->texts;
        ret->keys_n = raw->texts_n;
        return raw->texts_n > 0;
    case COND_NUMBER:
    case COND_DATE:
    case COND_DATETIME: return raw->number.set;
    case COND_YES_NO:
        ret->yes = raw->number.value == 1;
        return raw->number.set && (raw->number.value == 0 || raw->number.value == 1);
    case COND_MONEY:
        if (raw->money != NULL)
            ret->money = *raw->money;
        return raw->money != NULL;
    case COND_EMPTY:
    case COND_SPAN:
    case COND_TABLE: break;
    }
    return false;
}

static bool answer_value(const FindRecord *r, Str question, CondType type, CondValue *ret)
{
    const AnswerSet *s = &r->view->form;
    Str *one = arena_array(r->arena, 1, sizeof *one);

    for (size_t i = 0; i < s->n && one != NULL; i++) {
        if (!str_eq(s->at[i].question->id, question))
            continue;
        Raw raw = raw_answer(r->arena, &s->at[i].value, one);
        return read_raw(&raw, type, ret);
    }
    return false;
}

static bool own_value(const FindRecord *r, const TeamField *f, CondValue *ret)
{
    for (size_t i = 0; i < r->own.n; i++)
        if (r->own.at[i].field->id == f->id) {
            *ret = r->own.at[i].value;
            return r->own.at[i].filled;
        }
    return false;
}

static bool get(void *arg, const CondName *name, size_t row, CondValue *ret)
{
    const FindEval *e = arg;
    const FindSchema *s = e->query->schema;

    UNUSED(row);
    if (name->word)
        return reader_word(&e->query->reader, name, ret);
    if (e->record == NULL)
        return false;
    if (name->id >= FIND_ANSWER_FIRST)
        return answer_value(e->record, s->questions[name->id - FIND_ANSWER_FIRST]->id, name->type,
                            ret);
    const TeamField *own = find_own(s, name);
    if (own != NULL)
        return own_value(e->record, own, ret);
    return find_fields[name->id].get(e->record, ret);
}

static bool is_value(const CondValue *v, Str word)
{
    if (v->type != COND_KEYS)
        return str_eq(v->text, word);
    for (size_t i = 0; i < v->keys_n; i++)
        if (str_eq(v->keys[i], word))
            return true;
    return false;
}

/* As the fragments find_was and find_since say it in SQL. */
static bool was(void *arg, const CondName *name, const CondValue *value, Ms from, Ms before)
{
    const FindEval *e = arg;
    const FindRecord *r = e->record;
    CondValue now;

    if (r == NULL || name->id >= (int32_t)find_fields_n)
        return false;
    const Field *f = &find_fields[name->id];
    Ms since = r->view->head.created_ms;
    for (size_t i = 0; i < r->past.n; i++) {
        const FindPast *p = &r->past.at[i];
        if (p->field != f->past)
            continue;
        since = p->until;
        if (is_value(value, p->value) && p->until > from && p->from < before)
            return true;
    }
    return since < before && f->get(r, &now) && is_value(value, now.text);
}

CondRecord find_record(FindEval *e)
{
    return (CondRecord){ .get = get, .was = was, .arg = e, .zone = e->query->zone };
}

/* ---- constants ---- */

static void see_field(const Cond *node, void *arg)
{
    bool *seen = arg;

    *seen |= (node->op == COND_NAME && !node->name->word) || node->op == COND_SUM
             || node->op == COND_COUNT;
}

bool find_is_constant(const Cond *c)
{
    bool seen = false;

    cond_walk(c, see_field, &seen);
    return !seen;
}

Rc find_constant(const FindQuery *q, const Cond *c, CondValue *ret)
{
    FindEval e = { .query = q };
    CondRecord reader = find_record(&e);

    return cond_eval_value(c, &reader, q->now, ret);
}

/* ---- one request ---- */

/* Did any cycle of any of its own clocks end too late, or is it late now? */
static Rc was_breached(Ctx *cx, GrantedRequest g, Ms now, bool *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    FindClocksRow row;

    *ret = false;
    TRY(q_find_clocks(cx, g, &rows));
    while (q_find_clocks_next(&rows, &row))
        *ret |=
            row.due_ms.set && (row.stopped_ms.set ? row.stopped_ms.value : now) > row.due_ms.value;
    return rows_result(&rows);
}

static Rc past_word(Ctx *cx, FieldPast field, int64_t value, Str *ret)
{
    const Field *f = find_fields;
    PersonRef person;
    TeamRef team;

    *ret = STR("");
    while (f->past != field)
        f++;
    switch (f->store) {
    case STORE_PERSON:
        TRY(person_ref(cx, value, &person));
        *ret = person.id != 0 ? person.login : STR("");
        return RC_OK;
    case STORE_TEAM:
        TRY(team_ref(cx, value, &team));
        *ret = team.id != 0 ? team.key : STR("");
        return RC_OK;
    case STORE_WORD:
    case STORE_RANK:
        if (value >= 1 && value <= (int64_t)f->keys_n)
            *ret = str_z(f->keys[value - 1]);
        return RC_OK;
    case STORE_FOLDED:
    case STORE_TITLE:
    case STORE_WORDS:
    case STORE_NUMBER:
    case STORE_INSTANT:
    case STORE_MONEY:
    case STORE_YES: break;
    }
    return RC_INTERNAL;
}

LIST_OF(FindPastRow, PastRows);

static Rc load_past(Ctx *cx, GrantedRequest g, FindPasts *ret)
{
    PastRows found = { 0 };

    {
        CLEANUP(rows_close) Rows rows = { 0 };
        FindPastRow row;
        TRY(q_find_past(cx, g, &rows));
        while (q_find_past_next(&rows, &row))
            TRY(LIST_PUSH(cx->arena, &found, row));
        TRY(rows_result(&rows));
    }
    for (size_t i = 0; i < found.n; i++) {
        const FindPastRow *row = &found.at[i];
        FindPast p = { .field = (FieldPast)row->field,
                       .from = row->from_ms,
                       .until = row->until_ms };
        TRY(past_word(cx, p.field, row->value, &p.value));
        TRY(LIST_PUSH(cx->arena, ret, p));
    }
    return RC_OK;
}

Rc find_load(Ctx *cx, GrantedRequest g, Ms now, FindRecord *ret)
{
    RequestView *v = arena_try(cx->arena, sizeof *v);
    FindRecord r = { .view = v, .arena = cx->arena };
    FindOrgRow org;
    RequestWords words;
    bool found = false;

    if (v == NULL)
        return RC_LIMIT;
    TRY(request_view(cx, g, v));
    TRY(person_get(cx, v->head.requester.id, &r.requester));
    TRY(q_find_org(cx, v->head.requester.id, &org, &found));
    r.requester_org = found ? org.key : STR("");
    TRY(was_breached(cx, g, now, &r.breached));
    TRY(words_of(cx, g, &words));
    r.text = words.all;
    TRY(read_is_unread(cx, g, &r.unread));
    TRY(field_list(cx, g, &r.own));
    TRY(load_past(cx, g, &r.past));
    *ret = r;
    return RC_OK;
}

Rc find_eval(const FindQuery *q, const FindRecord *r, bool *ret)
{
    FindEval e = { .query = q, .record = r };
    CondRecord record = find_record(&e);

    return cond_eval(q->list.where, &record, q->now, ret);
}

Rc find_holds(Ctx *cx, GrantedRequest g, const FindQuery *q, bool *ret)
{
    FindRecord r;

    TRY(find_load(cx, g, q->now, &r));
    return find_eval(q, &r, ret);
}
