/* assign.c - the choice itself: facts in, a person and a reason for everybody out. */
#include "domain/request/assign.h"

static const char *const way_words[] = {
    [ASSIGN_MANUAL] = "manual",
    [ASSIGN_ROUND_ROBIN] = "round_robin",
    [ASSIGN_LEAST_LOADED] = "least_loaded",
    [ASSIGN_FAIR] = "fair",
};
static const char *const why_words[] = {
    [ASSIGN_CHOSEN] = "chosen", [ASSIGN_HAS_IT] = "has_it",     [ASSIGN_PARTY] = "party",
    [ASSIGN_AWAY] = "away",     [ASSIGN_NO_HOURS] = "no_hours", [ASSIGN_SKILL] = "skill",
    [ASSIGN_FULL] = "full",     [ASSIGN_LATER] = "later",       [ASSIGN_TURN] = "turn",
    [ASSIGN_LOAD] = "load",     [ASSIGN_SHARE] = "share",       [ASSIGN_OTHER] = "other",
};

Str assign_way_word(AssignWay way)
{
    return str_z(way_words[way]);
}

bool assign_way_from_word(Str word, AssignWay *ret)
{
    for (size_t i = 0; i < COUNT_OF(way_words); i++) {
        if (str_eq_z(word, way_words[i])) {
            *ret = (AssignWay)i;
            return true;
        }
    }
    return false;
}

Str assign_why_word(AssignWhy why)
{
    return str_z(why_words[why]);
}

bool assign_why_from_word(Str word, AssignWhy *ret)
{
    for (size_t i = 0; i < COUNT_OF(why_words); i++) {
        if (str_eq_z(word, why_words[i])) {
            *ret = (AssignWhy)i;
            return true;
        }
    }
    return false;
}

/* ---- choosing ---- */

/* Why somebody cannot; ASSIGN_OTHER: they can. */
static AssignWhy hindrance(const AssignFacts *f, const AssignCandidate *c)
{
    if (c->party)
        return ASSIGN_PARTY;
    if (c->away_ms != MS_NONE)
        return ASSIGN_AWAY;
    if (c->works_ms == MS_NONE || c->share <= 0)
        return ASSIGN_NO_HOURS;
    if (c->lacks.n > 0)
        return ASSIGN_SKILL;
    if ((c->load_min + f->effort_min) * 100 > c->hours_min * f->limit_percent)
        return ASSIGN_FULL;
    return ASSIGN_OTHER;
}

/* What speaks for `x` and against `y`: the reason against `y`; ASSIGN_OTHER: nothing, or for `y`. */
static AssignWhy by_way(const AssignFacts *f, const AssignCandidate *x, const AssignCandidate *y)
{
    switch (f->way) {
    case ASSIGN_ROUND_ROBIN: return x->last_ms < y->last_ms ? ASSIGN_TURN : ASSIGN_OTHER;
    case ASSIGN_LEAST_LOADED: return x->load_min < y->load_min ? ASSIGN_LOAD : ASSIGN_OTHER;
    case ASSIGN_MANUAL:
    case ASSIGN_FAIR:
    case ASSIGN_WAYS: break;
    }
    return (x->load_min + f->effort_min) * y->share < (y->load_min + f->effort_min) * x->share
               ? ASSIGN_SHARE
               : ASSIGN_OTHER;
}

static AssignWhy against(const AssignFacts *f, const AssignCandidate *x, const AssignCandidate *y)
{
    if (x->works_ms != y->works_ms)
        return x->works_ms < y->works_ms ? ASSIGN_LATER : ASSIGN_OTHER;
    AssignWhy why = by_way(f, x, y);
    if (why != ASSIGN_OTHER || by_way(f, y, x) != ASSIGN_OTHER)
        return why;
    if (x->last_ms != y->last_ms)
        return x->last_ms < y->last_ms ? ASSIGN_TURN : ASSIGN_OTHER;
    return x->person < y->person ? ASSIGN_TURN : ASSIGN_OTHER;
}

Rc assign_choose(const AssignFacts *f, Arena *a, AssignChoice *ret)
{
    AssignChoice c = { 0 };
    size_t best = SIZE_MAX;
    bool has_it = false;

    for (size_t i = 0; i < f->candidates.n; i++) {
        const AssignCandidate *x = &f->candidates.at[i];
        AssignWhy why = hindrance(f, x);
        TRY(LIST_PUSH(a, &c.why, why));
        if (why != ASSIGN_OTHER || has_it)
            continue;
        has_it = f->has_request != 0 && x->person == f->has_request;
        if (has_it || best == SIZE_MAX || against(f, x, &f->candidates.at[best]) != ASSIGN_OTHER)
            best = i;
    }
    for (size_t i = 0; best != SIZE_MAX && i < c.why.n; i++) {
        if (i == best)
            c.why.at[i] = has_it ? ASSIGN_HAS_IT : ASSIGN_CHOSEN;
        else if (c.why.at[i] == ASSIGN_OTHER && !has_it)
            c.why.at[i] = against(f, &f->candidates.at[best], &f->candidates.at[i]);
    }
    if (best != SIZE_MAX)
        c.person = f->candidates.at[best].person;
    *ret = c;
    return RC_OK;
}

/* ---- the record ---- */

static void keys_json(JsonOut *o, const char *name, const StrList *keys)
{
    if (keys->n == 0)
        return;
    json_key(o, str_z(name));
    json_array(o);
    for (size_t i = 0; i < keys->n; i++)
        json_text(o, keys->at[i]);
    json_array_end(o);
}

static void number(JsonOut *o, const char *name, int64_t n, int64_t usual)
{
    if (n == usual)
        return;
    json_key(o, str_z(name));
    json_int(o, n);
}

static void candidate_json(JsonOut *o, const AssignCandidate *c, AssignWhy why)
{
    json_object(o);
    json_field_int(o, "person", c->person);
    json_field_text(o, "why", assign_why_word(why));
    number(o, "party", c->party, 0);
    number(o, "away", c->away_ms, MS_NONE);
    number(o, "works", c->works_ms, MS_NONE);
    keys_json(o, "lacks", &c->lacks);
    number(o, "load", c->load_min, 0);
    number(o, "hours", c->hours_min, 0);
    number(o, "share", c->share, 1000);
    number(o, "last", c->last_ms, 0);
    json_object_end(o);
}

void assign_record_json(JsonOut *o, const AssignFacts *f, const AssignChoice *c)
{
    json_object(o);
    json_field_text(o, "way", assign_way_word(f->way));
    json_field_int(o, "at", f->at);
    json_field_int(o, "effort", f->effort_min);
    json_field_int(o, "limit", f->limit_percent);
    number(o, "has_request", f->has_request, 0);
    keys_json(o, "skills", &f->skills);
    number(o, "chosen", c->person, 0);
    json_key_lit(o, "candidates");
    json_array(o);
    for (size_t i = 0; i < f->candidates.n; i++)
        candidate_json(o, &f->candidates.at[i], c->why.at[i]);
    json_array_end(o);
    json_object_end(o);
}

static int64_t int_of(const Json *object, const char *name, int64_t usual)
{
    const Json *v = json_get(object, str_z(name));
    return v != NULL && v->kind == JSON_INT ? v->integer : usual;
}

static Str text_of(const Json *object, const char *name)
{
    const Json *v = json_get(object, str_z(name));
    return v != NULL && v->kind == JSON_TEXT ? v->text : STR("");
}

static Rc keys_of(Arena *a, const Json *object, const char *name, StrList *ret)
{
    const Json *v = json_get(object, str_z(name));

    for (size_t i = 0; v != NULL && v->kind == JSON_ARRAY && i < v->n; i++) {
        if (v->items[i]->kind != JSON_TEXT)
            return RC_INVALID;
        TRY(LIST_PUSH(a, ret, v->items[i]->text));
    }
    return RC_OK;
}

static Rc candidate_of(Arena *a, const Json *v, AssignCandidate *ret, AssignWhy *ret_why)
{
    AssignCandidate c = { .person = int_of(v, "person", 0),
                          .party = int_of(v, "party", 0) != 0,
                          .away_ms = int_of(v, "away", MS_NONE),
                          .works_ms = int_of(v, "works", MS_NONE),
                          .load_min = int_of(v, "load", 0),
                          .hours_min = int_of(v, "hours", 0),
                          .share = int_of(v, "share", 1000),
                          .last_ms = int_of(v, "last", 0) };

    if (v->kind != JSON_OBJECT || c.person == 0
        || !assign_why_from_word(text_of(v, "why"), ret_why))
        return RC_INVALID;
    TRY(keys_of(a, v, "lacks", &c.lacks));
    *ret = c;
    return RC_OK;
}

Rc assign_record_parse(Arena *a, const Json *record, AssignFacts *ret_f, AssignChoice *ret_c)
{
    const Json *list;
    AssignFacts f = { .at = int_of(record, "at", MS_NONE),
                      .effort_min = int_of(record, "effort", 0),
                      .limit_percent = int_of(record, "limit", ASSIGN_LIMIT),
                      .has_request = int_of(record, "has_request", 0) };
    AssignChoice c = { .person = int_of(record, "chosen", 0) };

    list = json_get(record, STR("candidates"));
    if (list == NULL || list->kind != JSON_ARRAY
        || !assign_way_from_word(text_of(record, "way"), &f.way))
        return RC_INVALID;
    TRY(keys_of(a, record, "skills", &f.skills));
    for (size_t i = 0; i < list->n; i++) {
        AssignCandidate one;
        AssignWhy why;
        TRY(candidate_of(a, list->items[i], &one, &why));
        TRY(LIST_PUSH(a, &f.candidates, one));
        TRY(LIST_PUSH(a, &c.why, why));
    }
    *ret_f = f;
    *ret_c = c;
    return RC_OK;
}
