/* figures_json.c - figures as they are kept, and back. */
#include "domain/report/figures.h"

static const char *const spread_names[SPREADS] = { "answer", "fulfil", "close" };

static void promised_write(JsonOut *o, const Verdicts *v)
{
    for (size_t i = 0; i < PROMISES; i++) {
        json_int(o, v[i].judged);
        json_int(o, v[i].kept);
        json_int(o, v[i].running);
        json_int(o, v[i].late);
    }
}

static void words_write(JsonOut *o, const char *name, const FigureWords *w)
{
    json_key(o, str_z(name));
    json_array(o);
    for (size_t i = 0; i < w->n; i++) {
        json_array(o);
        json_text(o, w->at[i].word);
        json_int(o, w->at[i].n);
        promised_write(o, w->at[i].promised);
        json_array_end(o);
    }
    json_array_end(o);
}

static void spread_write(JsonOut *o, const Spread *s)
{
    json_array(o);
    json_int(o, s->n);
    json_int(o, s->negative);
    json_real(o, s->mean);
    json_real(o, s->median);
    json_int(o, s->p80);
    json_int(o, s->p90);
    json_int(o, s->p95);
    json_int(o, s->max);
    json_array_end(o);
}

static void spreads_write(JsonOut *o, const char *name, const Spread *s)
{
    json_key(o, str_z(name));
    json_object(o);
    for (size_t i = 0; i < SPREADS; i++) {
        json_key(o, str_z(spread_names[i]));
        spread_write(o, &s[i]);
    }
    json_object_end(o);
}

static void instant_write(JsonOut *o, const char *name, Ms at)
{
    json_key(o, str_z(name));
    if (at == MS_NONE)
        json_null(o);
    else
        json_int(o, at);
}

/* The plain numbers: name and place. */
static const struct {
    const char *name;
    size_t offset;
} numbers[] = {
    { "requests", offsetof(Figures, requests) },
    { "events", offsetof(Figures, events) },
    { "open", offsetof(Figures, open) },
    { "reopened", offsetof(Figures, reopened) },
    { "reassigned", offsetof(Figures, reassigned) },
    { "reassignments", offsetof(Figures, reassignments) },
    { "more_teams", offsetof(Figures, more_teams) },
    { "more_categories", offsetof(Figures, more_categories) },
    { "more_models", offsetof(Figures, more_models) },
};
static const struct {
    const char *name;
    size_t offset;
} words[] = {
    { "events_by_state", offsetof(Figures, events_by_state) },
    { "states", offsetof(Figures, states) },
    { "priorities", offsetof(Figures, priorities) },
    { "teams", offsetof(Figures, teams) },
    { "categories", offsetof(Figures, categories) },
    { "channels", offsetof(Figures, channels) },
    { "models", offsetof(Figures, models) },
};

static const void *place(const Figures *f, size_t offset)
{
    return (const char *)f + offset;
}

static void *room(Figures *f, size_t offset)
{
    return (char *)f + offset;
}

static void series_write(JsonOut *o, const Figures *f)
{
    json_key_lit(o, "arrivals");
    json_array(o);
    for (size_t i = 0; i < FIGURE_HOURS; i++)
        json_int(o, f->arrivals[i]);
    json_array_end(o);
    json_key_lit(o, "waits");
    json_array(o);
    for (size_t i = 0; i < f->waits.n; i++) {
        json_array(o);
        json_text(o, f->waits.at[i].why);
        json_int(o, f->waits.at[i].n);
        json_int(o, f->waits.at[i].ms);
        json_int(o, f->waits.at[i].work_ms);
        json_array_end(o);
    }
    json_array_end(o);
    json_key_lit(o, "changes");
    json_array(o);
    for (size_t i = 0; i < f->changes.n; i++) {
        json_array(o);
        json_text(o, f->changes.at[i].model);
        json_int(o, f->changes.at[i].number);
        json_int(o, f->changes.at[i].at);
        json_array_end(o);
    }
    json_array_end(o);
}

void figures_write(JsonOut *o, const Figures *f)
{
    json_object(o);
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        json_key(o, str_z(numbers[i].name));
        json_int(o, *(const int64_t *)place(f, numbers[i].offset));
    }
    json_key_lit(o, "promised");
    json_array(o);
    promised_write(o, f->promised);
    json_array_end(o);
    instant_write(o, "first", f->first_ms);
    instant_write(o, "until", f->until_ms);
    for (size_t i = 0; i < COUNT_OF(words); i++)
        words_write(o, words[i].name, place(f, words[i].offset));
    spreads_write(o, "time", f->time);
    if (f->has_work)
        spreads_write(o, "work", f->work);
    json_key_lit(o, "months");
    json_array(o);
    for (size_t i = 0; i < f->months.n; i++) {
        const FigureMonth *m = &f->months.at[i];
        json_array(o);
        json_int(o, m->year);
        json_int(o, m->month);
        json_int(o, m->opened);
        json_int(o, m->closed);
        json_int(o, m->backlog);
        promised_write(o, m->promised);
        json_array_end(o);
    }
    json_array_end(o);
    series_write(o, f);
    json_field_int(o, "first_day", f->days.first);
    json_key_lit(o, "days");
    json_array(o);
    for (size_t i = 0; i < f->days.n; i++)
        json_int(o, f->days.at[i]);
    json_array_end(o);
    json_object_end(o);
}

/* ---- reading ---- */

static bool list_in(const Json *v, const Json **ret)
{
    *ret = v;
    return v != NULL && v->kind == JSON_ARRAY;
}

static int64_t int_in(const Json *v, bool *good)
{
    *good = *good && v != NULL && v->kind == JSON_INT;
    return *good ? v->integer : 0;
}

static double real_in(const Json *v, bool *good)
{
    if (v != NULL && v->kind == JSON_INT)
        return (double)v->integer;
    *good = *good && v != NULL && v->kind == JSON_REAL;
    return *good ? v->real : 0;
}

static Ms instant_in(const Json *v, bool *good)
{
    return v != NULL && v->kind == JSON_NULL ? MS_NONE : int_in(v, good);
}

enum { PROMISED_INTS = 4 * PROMISES };

static void promised_in(Json *const *items, Verdicts *ret, bool *good)
{
    for (size_t i = 0; i < PROMISES; i++, items += 4)
        ret[i] = (Verdicts){ int_in(items[0], good), int_in(items[1], good), int_in(items[2], good),
                             int_in(items[3], good) };
}

static Rc words_read(Arena *a, const Json *from, FigureWords *ret)
{
    const Json *list = NULL;
    bool good = true;

    if (!list_in(from, &list))
        return RC_INVALID;
    for (size_t i = 0; i < list->n; i++) {
        const Json *w = list->items[i];
        if (w->kind != JSON_ARRAY || w->n != 2 + PROMISED_INTS || w->items[0]->kind != JSON_TEXT)
            return RC_INVALID;
        FigureWord word = { .word = w->items[0]->text, .n = int_in(w->items[1], &good) };
        promised_in(w->items + 2, word.promised, &good);
        TRY(LIST_PUSH(a, ret, word));
    }
    return good ? RC_OK : RC_INVALID;
}

static Rc spreads_read(const Json *from, Spread *ret)
{
    bool good = true;

    for (size_t i = 0; i < SPREADS; i++) {
        const Json *s = json_get(from, str_z(spread_names[i]));
        if (s == NULL || s->kind != JSON_ARRAY || s->n != 8)
            return RC_INVALID;
        ret[i] = (Spread){ int_in(s->items[0], &good),  int_in(s->items[1], &good),
                           real_in(s->items[2], &good), real_in(s->items[3], &good),
                           int_in(s->items[4], &good),  int_in(s->items[5], &good),
                           int_in(s->items[6], &good),  int_in(s->items[7], &good) };
    }
    return good ? RC_OK : RC_INVALID;
}

static Rc months_read(Arena *a, const Json *from, FigureMonths *ret)
{
    const Json *list = NULL;
    bool good = true;

    if (!list_in(from, &list))
        return RC_INVALID;
    for (size_t i = 0; i < list->n; i++) {
        const Json *m = list->items[i];
        if (m->kind != JSON_ARRAY || m->n != 5 + PROMISED_INTS)
            return RC_INVALID;
        FigureMonth month = { .year = (int32_t)int_in(m->items[0], &good),
                              .month = (int32_t)int_in(m->items[1], &good),
                              .opened = int_in(m->items[2], &good),
                              .closed = int_in(m->items[3], &good),
                              .backlog = int_in(m->items[4], &good) };
        promised_in(m->items + 5, month.promised, &good);
        TRY(LIST_PUSH(a, ret, month));
    }
    return good ? RC_OK : RC_INVALID;
}

static Rc days_read(Arena *a, const Json *from, FigureDays *ret)
{
    const Json *list = NULL;
    bool good = true;

    ret->first = int_in(json_get(from, STR("first_day")), &good);
    if (!good || !list_in(json_get(from, STR("days")), &list))
        return RC_INVALID;
    ret->at = ARENA_ARRAY(a, int64_t, list->n + 1);
    if (ret->at == NULL)
        return RC_LIMIT;
    for (; ret->n < list->n; ret->n++)
        ret->at[ret->n] = int_in(list->items[ret->n], &good);
    return good ? RC_OK : RC_INVALID;
}

static Rc series_read(Arena *a, const Json *from, Figures *ret)
{
    const Json *hours = NULL, *waits = NULL, *changes = NULL;
    bool good = true;

    if (!list_in(json_get(from, STR("arrivals")), &hours) || hours->n != FIGURE_HOURS
        || !list_in(json_get(from, STR("waits")), &waits)
        || !list_in(json_get(from, STR("changes")), &changes))
        return RC_INVALID;
    for (size_t i = 0; i < FIGURE_HOURS; i++)
        ret->arrivals[i] = int_in(hours->items[i], &good);
    for (size_t i = 0; i < waits->n; i++) {
        const Json *w = waits->items[i];
        if (w->kind != JSON_ARRAY || w->n != 4 || w->items[0]->kind != JSON_TEXT)
            return RC_INVALID;
        TRY(LIST_PUSH(a, &ret->waits,
                      (FigureWait){ w->items[0]->text, int_in(w->items[1], &good),
                                    int_in(w->items[2], &good), int_in(w->items[3], &good) }));
    }
    for (size_t i = 0; i < changes->n; i++) {
        const Json *c = changes->items[i];
        if (c->kind != JSON_ARRAY || c->n != 3 || c->items[0]->kind != JSON_TEXT)
            return RC_INVALID;
        TRY(LIST_PUSH(a, &ret->changes,
                      (FigureChange){ c->items[0]->text, int_in(c->items[1], &good),
                                      int_in(c->items[2], &good) }));
    }
    return good ? RC_OK : RC_INVALID;
}

Rc figures_read(Arena *a, const Json *from, Figures *ret)
{
    Figures f = { 0 };
    bool good = true;

    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        *(int64_t *)room(&f, numbers[i].offset) =
            int_in(json_get(from, str_z(numbers[i].name)), &good);
    const Json *promised = json_get(from, STR("promised"));
    if (promised == NULL || promised->kind != JSON_ARRAY || promised->n != PROMISED_INTS)
        return RC_INVALID;
    promised_in(promised->items, f.promised, &good);
    f.first_ms = instant_in(json_get(from, STR("first")), &good);
    f.until_ms = instant_in(json_get(from, STR("until")), &good);
    if (!good)
        return RC_INVALID;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        TRY(words_read(a, json_get(from, str_z(words[i].name)), room(&f, words[i].offset)));
    TRY(spreads_read(json_get(from, STR("time")), f.time));
    f.has_work = json_get(from, STR("work")) != NULL;
    if (f.has_work)
        TRY(spreads_read(json_get(from, STR("work")), f.work));
    TRY(months_read(a, json_get(from, STR("months")), &f.months));
    TRY(days_read(a, from, &f.days));
    TRY(series_read(a, from, &f));
    *ret = f;
    return RC_OK;
}
