/* priority.c - matrices of impact and urgency. */
#include "domain/request/aggregate.h"
#include "domain/request/priority.h"
#include "domain/request/priority_q.h"

static const PriorityMatrix builtin = {
    .org_key = STR_INIT(""),
    .org = STR_INIT(""),
    .cells = {
        /* low normal high critical */
        { 1, 2, 3, 3 }, /* person */
        { 1, 2, 3, 4 }, /* team */
        { 2, 3, 3, 4 }, /* site */
        { 2, 3, 4, 4 }, /* organisation */
    },
    .at_ms = MS_NONE,
};

PriorityMatrix priority_builtin(void)
{
    return builtin;
}

static size_t word_at(Str s, const char *const *words, size_t n, size_t otherwise)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq_z(s, words[i]))
            return i;
    return otherwise;
}

int64_t matrix_level(const PriorityMatrix *m, Str impact, Str urgency)
{
    size_t row = word_at(impact, IMPACT_WORDS, COUNT_OF(IMPACT_WORDS), 0);
    size_t column = word_at(urgency, URGENCY_WORDS, COUNT_OF(URGENCY_WORDS), 1);
    return m->cells[row][column];
}

/* ---- reading ---- */

static Rc from_row(Ctx *cx, const MatrixRow *row, PriorityMatrix *m)
{
    m->id = row->id;
    m->org_id = row->org_id;
    m->version = row->version;
    m->at_ms = row->at_ms;
    TRY(person_ref(cx, row->by_id.value, &m->by));
    for (size_t i = 0; i < 16 && row->cells.len == 16; i++)
        m->cells[i / 4][i % 4] = (int8_t)(row->cells.ptr[i] - '0');
    return RC_OK;
}

/* Its own one; `ret_own` false: it has none, and `ret` holds the number of its versions only. */
static Rc own_matrix(Ctx *cx, int64_t org, PriorityMatrix *ret, bool *ret_own)
{
    MatrixRow row;
    bool found;

    *ret_own = false;
    TRY(q_matrix_latest(cx, org, &row, &found));
    if (!found)
        return RC_OK;
    *ret_own = row.cells.len == 16;
    TRY(from_row(cx, &row, ret));
    if (!*ret_own)
        ret->id = 0;
    return RC_OK;
}

static Rc matrix_of_org(Ctx *cx, int64_t org, PriorityMatrix *ret)
{
    PriorityMatrix own = builtin, all = builtin;
    bool has_own = false, has_all;

    if (org != 0)
        TRY(own_matrix(cx, org, &own, &has_own));
    if (!has_own)
        TRY(own_matrix(cx, 0, &all, &has_all));
    *ret = has_own ? own : all;
    if (!has_own && all.id == 0)
        *ret = builtin;
    return RC_OK;
}

Rc priority_matrix_for(Ctx *cx, int64_t person_id, PriorityMatrix *ret)
{
    Person p;

    TRY(person_get(cx, person_id, &p));
    TRY(matrix_of_org(cx, p.org_id, ret));
    if (ret->org_id != 0)
        ret->org = p.org;
    return RC_OK;
}

/* With the version of its own line, whether it has a matrix now or not. */
static Rc with_version(Ctx *cx, int64_t org, PriorityMatrix *ret)
{
    PriorityMatrix own = builtin;
    bool has_own;

    TRY(own_matrix(cx, org, &own, &has_own));
    TRY(matrix_of_org(cx, org, ret));
    ret->version = own.version;
    ret->inherited = !has_own;
    ret->org_id = org;
    ret->org_key = ret->org = STR("");
    return RC_OK;
}

static Rc find_org(Ctx *cx, Str key, int64_t *ret, Str *ret_name)
{
    MatrixOrgRow row = { 0 };
    bool found = true;

    *ret_name = STR("");
    *ret = 0;
    if (str_eq_z(key, "default"))
        return RC_OK;
    TRY(q_matrix_org(cx, key, &row, &found));
    if (!found)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such organisation."));
    *ret = row.id;
    *ret_name = row.name;
    return RC_OK;
}

Rc priority_matrix_get(Ctx *cx, GrantedPeople g, Str org_key, PriorityMatrix *ret)
{
    int64_t org;
    Str name;

    UNUSED(g);
    TRY(find_org(cx, org_key, &org, &name));
    TRY(with_version(cx, org, ret));
    if (org != 0) {
        ret->org_key = org_key;
        ret->org = name;
    }
    return RC_OK;
}

LIST_OF(MatrixOrgsRow, OrgRows);

Rc priority_matrix_list(Ctx *cx, GrantedPeople g, PriorityMatrices *ret)
{
    PriorityMatrices list = { 0 };
    PriorityMatrix m;
    OrgRows orgs = { 0 };

    UNUSED(g);
    {
        CLEANUP(rows_close) Rows rows = { 0 };
        MatrixOrgsRow row;
        TRY(q_matrix_orgs(cx, &rows));
        while (q_matrix_orgs_next(&rows, &row))
            TRY(LIST_PUSH(cx->arena, &orgs, row));
        TRY(rows_result(&rows));
    }
    TRY(with_version(cx, 0, &m));
    TRY(LIST_PUSH(cx->arena, &list, m));
    for (size_t i = 0; i < orgs.n; i++) {
        TRY(with_version(cx, orgs.at[i].id, &m));
        m.org_key = orgs.at[i].key;
        m.org = orgs.at[i].name;
        TRY(LIST_PUSH(cx->arena, &list, m));
    }
    *ret = list;
    return RC_OK;
}

Rc request_matrix(Ctx *cx, GrantedRequest g, PriorityMatrix *ret)
{
    MatrixOfRequestRow row;
    bool found;

    *ret = builtin;
    TRY(q_matrix_of_request(cx, g, &row, &found));
    if (!found)
        return RC_OK;
    ret->id = row.id;
    ret->org_id = row.org_id;
    ret->org = row.org;
    ret->version = row.version;
    ret->at_ms = row.at_ms;
    return RC_OK;
}

/* ---- writing ---- */

static Rc check_cells(Ctx *cx, int8_t cells[4][4])
{
    bool range = true, order = true;

    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < 4; k++) {
            range = range && cells[i][k] >= 1 && cells[i][k] <= 4;
            order = order && (i == 0 || cells[i - 1][k] <= cells[i][k])
                    && (k == 0 || cells[i][k - 1] <= cells[i][k]);
        }
    if (!range)
        return fail_field(cx, RC_INVALID, "cells", "out_of_range",
                          TEXT("Choose low, normal, high or critical everywhere."));
    if (!order)
        return fail_field(cx, RC_INVALID, "cells", "order",
                          TEXT("More people affected, or more urgency, never makes the priority "
                               "lower."));
    return RC_OK;
}

static Str cells_text(Ctx *cx, int8_t cells[4][4])
{
    char text[16];

    for (size_t i = 0; i < 16; i++)
        text[i] = (char)('0' + cells[i / 4][i % 4]);
    return str_dup(cx->arena, (Str){ text, sizeof text });
}

/* `cells` "": none of its own any more. */
static Rc put(Ctx *cx, GrantedPeople g, Str org_key, int64_t version, Str cells)
{
    PriorityMatrix now;
    MatrixInsertRow made;
    int64_t self = cx->subject->person_id;
    bool done;

    TRY(priority_matrix_get(cx, g, org_key, &now));
    Str was = now.inherited ? STR("") : cells_text(cx, now.cells);
    if (now.version != version)
        return fail(cx, RC_STALE, "stale", TEXT("Somebody else has changed this meanwhile."));
    if (str_eq(was, cells))
        return RC_OK;
    TRY(q_matrix_insert(cx, g, now.org_id, version + 1, cells, cx->now_ms, id_opt(self), &made,
                        &done));
    if (!done)
        return fail(cx, RC_STALE, "stale", TEXT("Somebody else has changed this meanwhile."));
    EventChange change = { STR("cells"), was, cells, false };
    Event ev = { .kind = "priority.changed",
                 .object = "priority_matrix",
                 .object_id = made.id,
                 .changes = &change,
                 .changes_n = 1 };
    return event_add(cx, &ev, NULL);
}

Rc priority_matrix_put(Ctx *cx, GrantedPeople g, Str org_key, int64_t version, int8_t cells[4][4])
{
    TRY(check_cells(cx, cells));
    return put(cx, g, org_key, version, cells_text(cx, cells));
}

Rc priority_matrix_drop(Ctx *cx, GrantedPeople g, Str org_key, int64_t version)
{
    return put(cx, g, org_key, version, STR(""));
}

/* ---- of a request ---- */

Rc level_now(Ctx *cx, int64_t requester, Str impact, Str urgency, int64_t *ret_level,
             int64_t *ret_matrix)
{
    PriorityMatrix m;

    TRY(priority_matrix_for(cx, requester, &m));
    *ret_level = matrix_level(&m, impact, urgency);
    *ret_matrix = m.id;
    return RC_OK;
}

Rc level_keep(Ctx *cx, GrantedRequest g, int64_t matrix)
{
    return matrix != 0 ? q_request_matrix_put(cx, g, matrix, NULL)
                       : q_request_matrix_drop(cx, g, NULL);
}
