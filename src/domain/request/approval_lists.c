/* approval_lists.c - what is asked of a person, with what they decide about. */
#include "domain/request/lists.h"
#include "domain/request/lists_q.h"
#include "domain/request/view.h"

LIST_OF(AnswersByIdsRow, AnswersByIdsRows);

/* Everything that a page of approvals mentions, read once for all of them. */
typedef struct Page {
    ApprovalRows rows;
    RequestRows requests;
    RequestHeads heads;
    StepNames steps;
    Str ids; /* of the requests, as a JSON array */
} Page;

static Rc read_rows(Ctx *cx, GrantedSelf g, const ApprovalFilter *f, bool asked, int64_t size,
                    ApprovalRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    ApprovalRow row;

    TRY(asked ? q_approvals_asked(cx, g, f->after_id, size, &rows)
              : q_approvals_decided(cx, g, page_before(f->after_id), size, &rows));
    while (asked ? q_approvals_asked_next(&rows, &row) : q_approvals_decided_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

static Rc read_requests(Ctx *cx, ScopeRequests s, Page *p)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    RequestRow row;
    IdList ids = { 0 };

    for (size_t i = 0; i < p->rows.n; i++)
        TRY(LIST_PUSH(cx->arena, &ids, p->rows.at[i].request_id));
    TRY(ids_json(cx->arena, &ids, &p->ids));
    TRY(q_requests_by_ids(cx, s, p->ids, &rows));
    while (q_requests_by_ids_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &p->requests, row));
    return rows_result(&rows);
}

static Rc load_persons(Ctx *cx, const Page *p)
{
    IdList ids = { 0 };

    for (size_t i = 0; i < p->rows.n; i++) {
        TRY(LIST_PUSH(cx->arena, &ids, p->rows.at[i].approver_id.value));
        TRY(LIST_PUSH(cx->arena, &ids, p->rows.at[i].delegate_id.value));
        TRY(LIST_PUSH(cx->arena, &ids, p->rows.at[i].decider_id.value));
    }
    return person_refs_load(cx, ids.at, ids.n);
}

/* The answers of one request among those of all of them. */
static Rc answers_of(Ctx *cx, const AnswersByIdsRows *all, int64_t request, const ModelVersion *m,
                     ViewAnswers *ret)
{
    AnswerRows rows = { 0 };
    AnswerSet form, assess;

    for (size_t i = 0; i < all->n; i++) {
        const AnswersByIdsRow *a = &all->at[i];
        if (a->request_id == request)
            TRY(LIST_PUSH(
                cx->arena, &rows,
                (AnswerRow){ a->question, a->line, a->field, a->text, a->number, a->currency }));
    }
    TRY(answers_read(cx->arena, m, &rows, &form, &assess));
    return answers_in_words(cx, &form, ret);
}

static Rc read_answers(Ctx *cx, ScopeRequests s, Str ids, AnswersByIdsRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    AnswersByIdsRow row;

    TRY(q_answers_by_ids(cx, s, ids, &rows));
    while (q_answers_by_ids_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

static size_t request_at(const Page *p, int64_t id)
{
    size_t i = 0;
    while (i < p->requests.n && p->requests.at[i].id != id)
        i++;
    return i;
}

/* What an approval leads to, as far as the model's order of stages tells. */
static Text what_follows(Ctx *cx, const Page *p, const ModelVersion *m, const ApprovalRow *row)
{
    size_t next = (size_t)row->stage_no + 1;
    if (row->stage_no >= STAGE_ADHOC_NO || next > m->approvals.n)
        return (Text){ 0 };
    if (next == m->approvals.n)
        return TEXT("If you approve, the work begins.");
    return TEXT("If you approve, this may follow: {0}.",
                stage_name(cx, &p->steps, m, m->approvals.at[next].key));
}

static Rc approval_of(Ctx *cx, const Page *p, const ApprovalRow *row, const ModelVersion *m,
                      ApprovalLine *ret)
{
    const Stage *stage = model_stage(m, row->stage);
    int64_t self = cx->subject->person_id;
    ViewApproval v = {
        .id = row->id,
        .stage = row->stage,
        .stage_name = stage_name(cx, &p->steps, m, row->stage),
        .stage_no = row->stage_no,
        .round = row->round,
        .rule = row->rule,
        .state = row->state,
        .asked_ms = ms_or_none(row->asked_ms),
        .decided_ms = ms_or_none(row->decided_ms),
        .reason = row->reason,
        .shown_hash = row->shown_hash,
        .verify = stage != NULL && stage->verify,
        .mine = str_eq_z(row->state, "asked"),
        .version = row->version,
    };
    if (stage != NULL)
        v.evidence = stage->evidence;
    TRY(person_ref(cx, row->approver_id.value, &v.approver));
    TRY(person_ref(cx, row->delegate_id.value, &v.delegate));
    TRY(person_ref(cx, row->decider_id.value, &v.decider));
    ret->approval = v;
    if (row->approver_id.value != self)
        ret->delegate_of = v.approver;
    ret->then = what_follows(cx, p, m, row);
    return RC_OK;
}

static Rc lines(Ctx *cx, ScopeRequests s, const Page *p, bool asked, ApprovalLines *ret)
{
    AnswersByIdsRows answers = { 0 };

    if (asked)
        TRY(read_answers(cx, s, p->ids, &answers));
    for (size_t i = 0; i < p->rows.n; i++) {
        const ApprovalRow *row = &p->rows.at[i];
        size_t at = request_at(p, row->request_id);
        ApprovalLine line = { 0 };
        const ModelVersion *m = NULL;
        if (at == p->requests.n)
            continue; /* not visible any more */
        line.request = p->heads.at[at];
        TRY(catalog_model_known(cx, p->requests.at[at].model_version_id,
                                p->requests.at[at].model_hash, &m));
        TRY(approval_of(cx, p, row, m, &line));
        int64_t risk = p->requests.at[at].risk_line;
        line.risk = model_risk_word(m, risk);
        if (line.risk.len > 0)
            line.risk_why = m->risk.at[risk - 1].why;
        if (asked && line.request.confidential)
            view_add(cx, row->request_id, 0);
        if (asked)
            TRY(answers_of(cx, &answers, row->request_id, m, &line.answers));
        TRY(LIST_PUSH(cx->arena, ret, line));
    }
    return RC_OK;
}

Rc approval_list(Ctx *cx, GrantedSelf g, const ApprovalFilter *f, ApprovalLines *ret,
                 int64_t *ret_next)
{
    Page p = { 0 };
    ScopeRequests s;
    ApprovalLines list = { 0 };
    bool asked = str_eq_z(f->state, "asked");
    size_t size = (size_t)page_size(f->size);

    if (!asked && !str_eq_z(f->state, "decided"))
        return fail_field(cx, RC_INVALID, "state", "unknown_word",
                          TEXT("Choose asked or decided."));
    TRY(access_requests(cx, &s));
    TRY(read_rows(cx, g, f, asked, (int64_t)size + 1, &p.rows));
    *ret_next = 0;
    if (p.rows.n > size) {
        p.rows.n = size;
        *ret_next = p.rows.at[size - 1].id;
    }
    TRY(read_requests(cx, s, &p));
    TRY(step_names(cx, &p.steps));
    TRY(load_persons(cx, &p));
    TRY(heads_from_rows(cx, &p.requests, &p.heads));
    TRY(lines(cx, s, &p, asked, &list));
    *ret = list;
    return RC_OK;
}
