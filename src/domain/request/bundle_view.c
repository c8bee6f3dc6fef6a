/* bundle_view.c - which requests were ordered together, as far as the reader sees them. */
#include "domain/request/bundle.h"
#include "domain/request/bundle_q.h"
#include "domain/request/view.h"

LIST_OF(BundleOfRequestsRow, BundleRows);

static Rc orders_of(Ctx *cx, ScopeRequests s, const IdList *ids, BundleRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    BundleOfRequestsRow row;
    Str json;

    if (ids->n == 0)
        return RC_OK;
    TRY(ids_json(cx->arena, ids, &json));
    TRY(q_bundle_of_requests(cx, s, json, &rows));
    while (q_bundle_of_requests_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

static Rc requests_of(Ctx *cx, ScopeRequests s, int64_t order_id, RequestRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    RequestRow row;

    TRY(q_bundle_order_requests(cx, s, order_id, &rows));
    while (q_bundle_order_requests_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row));
    return rows_result(&rows);
}

static Rc view_of(Ctx *cx, const BundleOfRequestsRow *row, const RequestRows *requests,
                  BundleView *ret)
{
    const BundleVersion *b = NULL;
    BundleView v = { .id = row->order_id, .key = row->key, .created_ms = row->created_ms };

    TRY(catalog_bundle_known(cx, row->version_id, row->hash, &b));
    v.name = b->name;
    TRY(heads_from_rows(cx, requests, &v.requests));
    TRY(person_ref(cx, row->beneficiary_id, &v.beneficiary));
    *ret = v;
    return RC_OK;
}

Rc bundle_view(Ctx *cx, ScopeRequests s, int64_t order_id, BundleView *ret)
{
    RequestRows requests = { 0 };
    BundleRows orders = { 0 };
    IdList one = { 0 };

    TRY(requests_of(cx, s, order_id, &requests));
    if (requests.n == 0)
        return RC_NOT_FOUND;
    TRY(LIST_PUSH(cx->arena, &one, requests.at[0].id));
    TRY(orders_of(cx, s, &one, &orders));
    return orders.n == 0 ? RC_NOT_FOUND : view_of(cx, &orders.at[0], &requests, ret);
}

Rc bundle_of_request(Ctx *cx, GrantedRequest g, BundleView *ret)
{
    ScopeRequests s;
    RequestRows requests = { 0 };
    BundleRows orders = { 0 };
    IdList one = { 0 };
    BundleOrderOfRow order;
    bool found = false;

    *ret = (BundleView){ 0 };
    TRY(access_more(cx, g, MAY_SEE));
    TRY(q_bundle_order_of(cx, g, &order, &found));
    if (!found) /* nearly always */
        return RC_OK;
    TRY(access_requests(cx, &s));
    TRY(LIST_PUSH(cx->arena, &one, granted_request_id(g)));
    TRY(orders_of(cx, s, &one, &orders));
    if (orders.n == 0)
        return RC_OK;
    TRY(requests_of(cx, s, orders.at[0].order_id, &requests));
    size_t kept = 0;
    for (size_t i = 0; i < requests.n; i++)
        if (requests.at[i].id != granted_request_id(g))
            requests.at[kept++] = requests.at[i];
    requests.n = kept;
    return view_of(cx, &orders.at[0], &requests, ret);
}

Rc bundle_names(Ctx *cx, ScopeRequests s, const RequestHeads *heads, LangText **ret)
{
    IdList ids = { 0 };
    BundleRows orders = { 0 };
    LangText *names = ARENA_ARRAY(cx->arena, LangText, heads->n + 1);

    if (names == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < heads->n; i++)
        TRY(LIST_PUSH(cx->arena, &ids, heads->at[i].id));
    TRY(orders_of(cx, s, &ids, &orders));
    for (size_t k = 0; k < orders.n; k++) {
        const BundleVersion *b = NULL;
        TRY(catalog_bundle_known(cx, orders.at[k].version_id, orders.at[k].hash, &b));
        for (size_t i = 0; i < heads->n; i++)
            if (heads->at[i].id == orders.at[k].request_id)
                names[i] = b->name;
    }
    *ret = names;
    return RC_OK;
}
