/* suppliers.c - what people of a supplier see: their tasks, and of the request what these name.
 *
 * A supplier has no right to a request (MAY_SUPPLY, never MAY_SEE).  The queries here begin with the
 * person's own teams and their supplier, so there is no list to filter afterwards.
 */
#include "domain/request/lists.h"
#include "domain/request/lists_q.h"
#include "domain/request/talk.h"
#include "domain/request/view.h"

Rc supplier_has_task(Ctx *cx, int64_t task_id, bool *ret)
{
    GrantedSelf self;
    SupplierRow row;

    *ret = false;
    if (!(cx->subject->roles & ROLE_SUPPLIER))
        return RC_OK;
    TRY(access_self(cx, &self));
    return q_supplier_has(cx, self, task_id, &row, ret);
}

/* ---- the answers that a task names ---- */

typedef struct Named {
    const AnswerSet *set;
    bool *named;
    const char *prefix; /* of the names of these answers: "answer." or "assess." */
} Named;

static void note_name(const Cond *node, void *arg)
{
    Named *n = arg;
    Str name, prefix = str_z(n->prefix);

    if (node->op != COND_NAME && node->op != COND_SUM)
        return;
    name = node->op == COND_SUM ? node->table : node->name->name;
    if (str_starts(name, prefix))
        name = str_skip(name, prefix.len);
    for (size_t i = 0; i < n->set->n; i++)
        if (str_eq(n->set->at[i].question->id, name))
            n->named[i] = true;
}

/* Conditions and moments of the task, and what its checklist is about, are what it names. */
static Rc named_answers(Ctx *cx, const PlanTask *plan, const AnswerSet *set, const char *prefix,
                        ViewAnswers *ret)
{
    Named n = { .set = set, .prefix = prefix };
    ViewAnswers all = { 0 };

    if (plan == NULL || set->n == 0)
        return RC_OK;
    n.named = ARENA_ARRAY(cx->arena, bool, set->n);
    if (n.named == NULL)
        return RC_LIMIT;
    cond_walk(plan->when.cond, note_name, &n);
    cond_walk(plan->at.cond, note_name, &n);
    TRY(answers_in_words(cx, set, &all));
    for (size_t i = 0; i < all.n; i++)
        if (n.named[all.at[i].answer - set->at])
            TRY(LIST_PUSH(cx->arena, ret, all.at[i]));
    return RC_OK;
}

/* ---- a page of tasks, in a constant number of statements ---- */

LIST_OF(SupplierRow, SupplierRows);
LIST_OF(SupplierAnswersRow, SupplierAnswers);

typedef struct Page {
    SupplierRows rows;
    TaskRows tasks;
    TaskParts parts;
    SupplierAnswers answers;
    FileRows files;
    Aggregate self; /* holds what the subject is, for all of them */
} Page;

static Rc read_tasks(Ctx *cx, GrantedSelf g, Str ids, Page *p)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    TaskRow row;

    TRY(q_supplier_task_rows(cx, g, ids, &rows));
    while (q_supplier_task_rows_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &p->tasks, row));
    return rows_result(&rows);
}

static Rc read_checks(Ctx *cx, GrantedSelf g, Str ids, Page *p)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    SupplierChecksRow row;

    TRY(q_supplier_checks(cx, g, ids, &rows));
    while (q_supplier_checks_next(&rows, &row)) {
        TaskCheckRowsRow check = { row.task_id, row.position, row.text, row.done_ms, row.done_by };
        TRY(LIST_PUSH(cx->arena, &p->parts.checks, check));
    }
    return rows_result(&rows);
}

static Rc read_answers(Ctx *cx, GrantedSelf g, Str ids, Page *p)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    SupplierAnswersRow row;

    TRY(q_supplier_answers(cx, g, ids, &rows));
    while (q_supplier_answers_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &p->answers, row));
    return rows_result(&rows);
}

static Rc read_files(Ctx *cx, GrantedSelf g, Str ids, Page *p)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    FileRow row;

    TRY(q_supplier_files(cx, g, ids, &rows));
    while (q_supplier_files_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &p->files, row));
    return rows_result(&rows);
}

static Rc load_persons(Ctx *cx, const Page *p)
{
    IdList ids = { 0 };

    for (size_t i = 0; i < p->tasks.n; i++) {
        TRY(LIST_PUSH(cx->arena, &ids, p->tasks.at[i].assignee_id.value));
        TRY(LIST_PUSH(cx->arena, &ids, p->tasks.at[i].finished_by.value));
        TRY(LIST_PUSH(cx->arena, &ids, p->tasks.at[i].sign_off_by.value));
    }
    for (size_t i = 0; i < p->parts.checks.n; i++)
        TRY(LIST_PUSH(cx->arena, &ids, p->parts.checks.at[i].done_by.value));
    for (size_t i = 0; i < p->files.n; i++)
        TRY(LIST_PUSH(cx->arena, &ids, p->files.at[i].added_by));
    return person_refs_load(cx, ids.at, ids.n);
}

static Rc load_page(Ctx *cx, GrantedSelf g, Page *p)
{
    IdList ids = { 0 };
    Str json;
    uint32_t as;

    for (size_t i = 0; i < p->rows.n; i++)
        TRY(LIST_PUSH(cx->arena, &ids, p->rows.at[i].id));
    TRY(ids_json(cx->arena, &ids, &json));
    TRY(read_tasks(cx, g, json, p));
    TRY(read_checks(cx, g, json, p));
    TRY(read_answers(cx, g, json, p));
    TRY(read_files(cx, g, json, p));
    TRY(load_persons(cx, p));
    return aggregate_as(cx, &p->self, ENGINE_NO_INDEX, &as);
}

/* A request of which only this one task is known. */
static Rc part_of(Ctx *cx, const Page *p, size_t i, Aggregate *ret)
{
    const SupplierRow *row = &p->rows.at[i];
    Aggregate r = { .mine = p->self.mine, .suppliers = p->self.suppliers, .mine_known = true };
    AnswerRows answers = { 0 };

    TRY(catalog_model_known(cx, row->model_version_id, row->model_hash, &r.model));
    if (!phase_from_word(row->phase, &r.state.phase))
        return RC_INTERNAL;
    for (size_t k = 0; k < p->tasks.n; k++)
        if (p->tasks.at[k].id == row->id)
            TRY(aggregate_add_task(cx, &r, &p->tasks.at[k]));
    for (size_t k = 0; k < p->answers.n; k++) {
        const SupplierAnswersRow *a = &p->answers.at[k];
        if (a->task_id == row->id)
            TRY(LIST_PUSH(
                cx->arena, &answers,
                (AnswerRow){ a->question, a->line, a->field, a->text, a->number, a->currency }));
    }
    TRY(answers_read(cx->arena, r.model, &answers, &r.form, &r.assess));
    *ret = r;
    return r.tasks.n == 1 ? RC_OK : RC_INTERNAL;
}

static Rc make_task(Ctx *cx, const Page *p, size_t i, SupplierTask *ret)
{
    const SupplierRow *row = &p->rows.at[i];
    SupplierTask t = { .number = request_number(cx->arena, row->record, row->serial) };
    Aggregate r;

    TRY(part_of(cx, p, i, &r));
    t.item = r.model->key;
    t.item_name = r.model->name;
    TRY(task_from_row(cx, &r, 0, &p->parts, &t.task));
    t.task.after = (StrList){ 0 }; /* other tasks are not theirs to know of */
    const PlanTask *plan = model_task(r.model, t.task.key);
    TRY(named_answers(cx, plan, &r.form, "answer.", &t.answers));
    TRY(named_answers(cx, plan, &r.assess, "assess.", &t.answers));
    for (size_t k = 0; k < p->files.n; k++) {
        ViewFile f;
        if (p->files.at[k].object_id != row->id)
            continue;
        TRY(file_from_row(cx, &p->files.at[k], &f));
        TRY(LIST_PUSH(cx->arena, &t.files, f));
    }
    *ret = t;
    return RC_OK;
}

Rc supplier_task(Ctx *cx, GrantedRequest g, int64_t task_id, SupplierTask *ret)
{
    Page p = { 0 };
    GrantedSelf self;
    SupplierRow row;
    bool theirs = false;

    TRY(access_self(cx, &self));
    TRY(q_supplier_has(cx, self, task_id, &row, &theirs));
    if (!theirs || row.request_id != granted_request_id(g))
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such task."));
    TRY(LIST_PUSH(cx->arena, &p.rows, row));
    TRY(load_page(cx, self, &p));
    return make_task(cx, &p, 0, ret);
}

Rc supplier_tasks(Ctx *cx, GrantedSelf g, bool done, int64_t before_id, int64_t size,
                  SupplierTasks *ret, int64_t *ret_next)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    Page p = { 0 };
    SupplierRow row;
    SupplierTasks list = { 0 };

    size = page_size(size);
    TRY(q_supplier_rows(cx, g, done, page_before(before_id), size + 1, &rows));
    while (q_supplier_rows_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &p.rows, row));
    TRY(rows_result(&rows));
    *ret_next = 0;
    if (p.rows.n > (size_t)size) {
        p.rows.n = (size_t)size;
        *ret_next = p.rows.at[p.rows.n - 1].id;
    }
    TRY(load_page(cx, g, &p));
    for (size_t i = 0; i < p.rows.n; i++) {
        SupplierTask t;
        TRY(make_task(cx, &p, i, &t));
        TRY(LIST_PUSH(cx->arena, &list, t));
    }
    *ret = list;
    return RC_OK;
}
