/* router.c - from method and path to a route row: a tree of path segments. */
#include "http/dispatch.h"

#include <assert.h>

#define SEGMENTS_MAX 12
#define METHODS      (HTTP_OPTIONS + 1)

typedef struct Node {
    Str literal;        /* empty for the node of a parameter */
    struct Node *child; /* literals */
    struct Node *next;  /* sibling */
    struct Node *param; /* {x} */
    const Route *route[METHODS];
    bool is_api;
} Node;

struct Router {
    Arena *arena;
    Node root;
};

static bool is_param(Str segment)
{
    return segment.len > 2 && segment.ptr[0] == '{' && segment.ptr[segment.len - 1] == '}';
}

static Node *child_of(Arena *a, Node *n, Str segment)
{
    if (is_param(segment)) {
        if (n->param == NULL)
            n->param = ARENA_NEW(a, Node);
        return n->param;
    }
    for (Node *c = n->child; c != NULL; c = c->next)
        if (str_eq(c->literal, segment))
            return c;
    Node *c = ARENA_NEW(a, Node);
    c->literal = segment;
    c->next = n->child;
    n->child = c;
    return c;
}

static Rc refuse(Arena *a, const Route *row, const char *why, Str *ret_why)
{
    if (ret_why != NULL)
        *ret_why = str_fmt(a, "route %s %s: %s", http_method_name(row->method).ptr,
                           row->path != NULL ? row->path : "?", why);
    return RC_INVALID;
}

static Rc add(Router *r, const Route *row, bool is_api, Str *ret_why, Arena *a)
{
    if (row->path == NULL || row->path[0] != '/')
        return refuse(a, row, "the path must begin with a slash", ret_why);
    if (row->right <= RIGHT_NONE || row->right >= RIGHT_COUNT)
        return refuse(a, row, "no right is named", ret_why);
    if (row->handler == NULL || row->text == NULL)
        return refuse(a, row, "handler and text are needed", ret_why);
    bool is_read = row->method == HTTP_GET;
    if (is_read != (row->tx == TX_READ || row->tx == TX_NONE || row->tx == TX_STREAM))
        return refuse(a, row, "GET reads, everything else writes", ret_why);

    Node *n = &r->root;
    Str rest = str_skip(str_z(row->path), 1);
    int depth = 0;
    while (rest.len > 0) {
        if (++depth > SEGMENTS_MAX)
            return refuse(a, row, "too many segments", ret_why);
        n = child_of(r->arena, n, str_cut(&rest, '/'));
    }
    if (n->route[row->method] != NULL)
        return refuse(a, row, "the same row stands there twice", ret_why);
    n->route[row->method] = row;
    n->is_api = is_api;
    return RC_OK;
}

Rc router_new(const Module *const *modules, size_t n, Router **ret, Str *ret_why, Arena *a)
{
    Arena *own = arena_new(1024 * 1024);
    Router *r = ARENA_NEW(own, Router);
    Rc rc = RC_OK;

    r->arena = own;
    for (size_t i = 0; i < n && rc == RC_OK; i++) {
        const RouteTable *tables[] = { modules[i]->pages, modules[i]->api };
        for (size_t t = 0; t < COUNT_OF(tables); t++)
            for (size_t k = 0; tables[t] != NULL && k < tables[t]->n && rc == RC_OK; k++)
                rc = add(r, &tables[t]->rows[k], t == 1, ret_why, a);
    }
    if (rc != RC_OK) {
        router_free(r);
        return rc;
    }
    *ret = r;
    return RC_OK;
}

void router_free(Router *r)
{
    if (r != NULL)
        arena_free(r->arena);
}

/* Depth first: a literal wins over a parameter, so that /people/new is not the person "new". */
static const Node *match(const Node *n, Str rest, Str *params, size_t n_params)
{
    if (rest.len == 0) {
        for (int m = 0; m < METHODS; m++)
            if (n->route[m] != NULL)
                return n;
        return NULL;
    }
    Str segment = str_cut(&rest, '/');
    if (segment.len == 0)
        return NULL;
    for (const Node *c = n->child; c != NULL; c = c->next) {
        if (!str_eq(c->literal, segment))
            continue;
        const Node *found = match(c, rest, params, n_params);
        if (found != NULL)
            return found;
    }
    if (n->param == NULL || n_params >= COUNT_OF(((Call *)0)->param))
        return NULL;
    params[n_params] = segment;
    return match(n->param, rest, params, n_params + 1);
}

const Route *router_find(const Router *r, HttpMethod method, Str path, Str *ret_params,
                         bool *ret_other, bool *ret_api)
{
    Str params[COUNT_OF(((Call *)0)->param)] = { 0 };
    const Node *n = NULL;

    if (method == HTTP_HEAD)
        method = HTTP_GET;
    *ret_other = false;
    *ret_api = str_starts(path, STR("/api/"));
    /* A slash at the end names something else, which we do not have. */
    if (path.len > 0 && path.ptr[0] == '/' && (path.len == 1 || path.ptr[path.len - 1] != '/'))
        n = match(&r->root, str_skip(path, 1), params, 0);
    if (n == NULL)
        return NULL;
    *ret_api = n->is_api;
    if (n->route[method] == NULL) {
        *ret_other = true;
        return NULL;
    }
    for (size_t i = 0; i < COUNT_OF(params); i++)
        ret_params[i] = params[i];
    return n->route[method];
}
