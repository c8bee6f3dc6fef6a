/* find_parse.c - a query of a person: parsed, checked for what a list can answer, names looked up.
 *
 * What a list cannot answer is refused here, before either back end: calculating with a field (the other side
 * of the comparison can be calculated), comparing two fields that lie differently, people and teams that do
 * not exist.
 */
#include "domain/view/fields.h"

typedef struct Check {
    Ctx *cx;
    const FindQuery *query;
    CondError *error;
} Check;

static Rc refuse(Check *k, uint32_t column, const char *code, Text text)
{
    *k->error = (CondError){ .column = column, .code = str_z(code), .text = text };
    return RC_INVALID;
}

/* ---- constants ---- */

static Rc check_person(Check *k, uint32_t column, Str login)
{
    Person p;
    Rc rc = person_by_login(k->cx, login, &p);

    if (rc == RC_NOT_FOUND)
        return refuse(k, column, "unknown_person",
                      TEXT("There is nobody with the login {0}.", login));
    return rc;
}

static Rc check_team(Check *k, uint32_t column, Str key)
{
    Team t;
    Rc rc = team_by_key(k->cx, key, &t);

    if (rc == RC_NOT_FOUND)
        return refuse(k, column, "unknown_team", TEXT("There is no team {0}.", key));
    return rc;
}

static Rc check_constant(Check *k, const Field *f, const Cond *c)
{
    if (c->op != COND_CONST || (c->type != COND_KEY && c->type != COND_PERSON))
        return RC_OK;
    if (f->store == STORE_PERSON)
        return check_person(k, c->column, c->value.text);
    if (f->store == STORE_TEAM)
        return check_team(k, c->column, c->value.text);
    return RC_OK;
}

/* ---- tests ---- */

static bool is_field(const Check *k, const Cond *c, FieldUse *ret)
{
    return c->op == COND_NAME && find_field(k->query->schema, c->name, ret);
}

static Rc calculates(Check *k, const Cond *c)
{
    return refuse(
        k, c->column, "not_here",
        TEXT(
            "A list compares a field as it is; calculate on the other side, as in due < now + 2d."));
}

static Rc only_words(Check *k, const Cond *c)
{
    return refuse(k, c->column, "not_here",
                  TEXT("In text words are looked for: write text ~ \"vpn\"."));
}

static Rc check_pair(Check *k, const Cond *c)
{
    FieldUse left, right;
    const Cond *a = c->a, *b = c->b;

    if (find_is_constant(a) && find_is_constant(b))
        return RC_OK;
    if (find_is_constant(a)) {
        a = c->b;
        b = c->a;
    }
    if (!is_field(k, a, &left))
        return calculates(k, a);
    if (left.field.store == STORE_WORDS)
        return only_words(k, c);
    if (find_is_constant(b))
        return check_constant(k, &left.field, b);
    if (!is_field(k, b, &right))
        return calculates(k, b);
    if (left.field.has != NULL || right.field.has != NULL)
        return refuse(
            k, c->column, "not_here",
            TEXT("What has several values is compared with a value, not with another field."));
    if (left.field.store != right.field.store || left.field.type != right.field.type)
        return refuse(k, c->column, "not_here",
                      TEXT("These two fields are of different kinds and cannot be compared."));
    return RC_OK;
}

static Rc check_match(Check *k, const Cond *c)
{
    FieldUse use;

    if (find_is_constant(c->a) && find_is_constant(c->b))
        return RC_OK;
    if (!is_field(k, c->a, &use)
        || (use.field.store != STORE_TITLE && use.field.store != STORE_WORDS))
        return refuse(k, c->column, "not_here",
                      TEXT("Words are looked for in text and in title, as in text ~ \"vpn\"."));
    if (!find_is_constant(c->b))
        return refuse(k, c->b->column, "not_here", TEXT("The words to look for stand in quotes."));
    return RC_OK;
}

static Rc check_list(Check *k, const Cond *c)
{
    FieldUse left;
    bool constant = find_is_constant(c->a);

    if (!constant && !is_field(k, c->a, &left))
        return calculates(k, c->a);
    if (!constant && left.field.store == STORE_WORDS)
        return only_words(k, c);
    for (size_t i = 0; i < c->list_n; i++) {
        if (!find_is_constant(c->list[i]))
            return refuse(
                k, c->list[i]->column, "not_here",
                TEXT("A list of values holds no fields; write or between two comparisons."));
        if (!constant)
            TRY(check_constant(k, &left.field, c->list[i]));
    }
    return RC_OK;
}

static Rc check_was(Check *k, const Cond *c)
{
    const Cond *const parts[] = { c->b, c->list[0], c->list[1] };
    FieldUse use;

    if (!is_field(k, c->a, &use))
        return calculates(k, c->a);
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (!find_is_constant(parts[i]))
            return refuse(k, parts[i]->column, "not_here",
                          TEXT("The past is compared with a value, not with another field."));
    return check_constant(k, &use.field, c->b);
}

static Rc check_test(Check *k, const Cond *c)
{
    FieldUse use;

    switch (c->op) {
    case COND_AND:
    case COND_OR:
        for (size_t i = 0; i < c->list_n; i++)
            TRY(check_test(k, c->list[i]));
        return RC_OK;
    case COND_NOT: return check_test(k, c->a);
    case COND_EQ:
    case COND_LT:
    case COND_LE:
    case COND_GT:
    case COND_GE: return check_pair(k, c);
    case COND_IN: return check_list(k, c);
    case COND_IS_EMPTY:
        if (find_is_constant(c->a))
            return RC_OK;
        if (!is_field(k, c->a, &use))
            return calculates(k, c->a);
        return use.field.store == STORE_WORDS ? only_words(k, c) : RC_OK;
    case COND_MATCH: return check_match(k, c);
    case COND_WAS: return check_was(k, c);
    case COND_CONST:
    case COND_NAME:
    case COND_NOW:
    case COND_START_OF:
    case COND_ADD:
    case COND_SUB:
    case COND_MUL:
    case COND_NEG:
    case COND_SUM:
    case COND_COUNT: break;
    }
    return RC_INTERNAL;
}

/* ---- the reader ---- */

static Rc load_reader(Ctx *cx, FindReader *ret)
{
    TeamRefs teams = { 0 };
    FindReader r = { .login = cx->subject->login };

    if (cx->subject->person_id != 0)
        TRY(person_teams(cx, cx->subject->person_id, &teams));
    for (size_t i = 0; i < teams.n; i++)
        TRY(LIST_PUSH(cx->arena, &r.teams, teams.at[i].key));
    *ret = r;
    return RC_OK;
}

Rc find_parse(Ctx *cx, Str text, const FindQuery **ret, CondError *ret_error)
{
    return find_parse_beside(cx, NULL, text, ret, ret_error);
}

Rc find_parse_beside(Ctx *cx, const FindQuery *other, Str text, const FindQuery **ret,
                     CondError *ret_error)
{
    FindQuery *q = arena_try(cx->arena, sizeof *q);
    Check k = { .cx = cx, .query = q, .error = ret_error };

    if (q == NULL)
        return RC_LIMIT;
    *q = (FindQuery){ .zone = cx->zone,
                      .now = cx->now_ms,
                      .words_most = FIND_WORDS_MOST,
                      .sorted_most = FIND_SORTED_MOST };
    if (other != NULL) {
        q->schema = other->schema;
        q->reader = other->reader;
    } else {
        TRY(find_schema(cx, &q->schema));
        TRY(load_reader(cx, &q->reader));
    }
    TRY(cond_parse_list(cx->arena, text, &q->schema->names, &q->list, ret_error));
    if (q->list.where != NULL)
        TRY(check_test(&k, q->list.where));
    *ret = q;
    return RC_OK;
}

/* Both conditions; the lists of an "and" are its own, so neither tree is touched. */
static Rc both(Ctx *cx, const Cond *a, const Cond *b, const Cond **ret)
{
    Cond *c = arena_try(cx->arena, sizeof *c);
    const Cond **list = arena_array(cx->arena, 2, sizeof *list);

    if (c == NULL || list == NULL)
        return RC_LIMIT;
    list[0] = a;
    list[1] = b;
    *c = (Cond){ .op = COND_AND,
                 .type = COND_YES_NO,
                 .column = 1,
                 .depth = 1 + (a->depth > b->depth ? a->depth : b->depth),
                 .list = list,
                 .list_n = 2 };
    *ret = c;
    return RC_OK;
}

Rc find_narrow(Ctx *cx, const FindQuery *q, Str asked, const FindQuery **ret, CondError *ret_error)
{
    FindQuery *made = arena_try(cx->arena, sizeof *made);
    Check k = { .cx = cx, .query = q, .error = ret_error };
    CondList more = { 0 };

    if (made == NULL)
        return RC_LIMIT;
    *made = *q;
    TRY(cond_parse_list(cx->arena, asked, &q->schema->names, &more, ret_error));
    if (more.where != NULL)
        TRY(check_test(&k, more.where));
    if (more.where != NULL && q->list.where != NULL)
        TRY(both(cx, q->list.where, more.where, &made->list.where));
    else if (more.where != NULL)
        made->list.where = more.where;
    *ret = made;
    return RC_OK;
}

const Cond *find_where(const FindQuery *q)
{
    return q->list.where;
}

static const char *const word_texts[] = { T("Yourself"), T("The teams you are a member of") };

Rc find_names(Ctx *cx, FindNames *ret)
{
    const FindSchema *s;
    FindNames list = { 0 };

    TRY(find_schema(cx, &s));
    for (size_t i = 0; i < s->names.n; i++) {
        const CondName *n = &s->names.at[i];
        FindName name = { .name = n->name,
                          .type = n->type,
                          .keys = n->keys,
                          .keys_n = n->keys_n,
                          .sortable = n->sortable,
                          .example = find_example(cx->arena, s, n) };
        if (n->word)
            name.what = word_texts[n->id - FIND_WORD_ME];
        else if (find_own(s, n) != NULL)
            name.asked = &find_own(s, n)->name;
        else if (n->id < FIND_ANSWER_FIRST)
            name.what = find_fields[n->id].what;
        else
            name.asked = &s->questions[n->id - FIND_ANSWER_FIRST]->ask;
        TRY(LIST_PUSH(cx->arena, &list, name));
    }
    *ret = list;
    return RC_OK;
}
