/* dispatch.h - from a call on the wire to a handler and back.
 *
 * Order for each call: route -> origin check (CSRF part one) -> session or token -> right of the row ->
 * body -> CSRF token -> [worker: files, prepare] -> handler on its thread -> answer.  Everything a
 * handler may assume is settled before it runs.
 */
#pragma once

#include "http/call.h"
#include "http/static.h"
#include "app/store.h"

/* What the dispatcher needs of identity and access; they fill it (src/cli/serve.c wires it). */
typedef struct AuthTable {
    /* From a session cookie or a bearer token to the subject.  RC_NOT_FOUND: not valid (any more). */
    Rc (*session)(Ctx *cx, Str token, Subject *ret, bool *ret_touch);
    Rc (*token)(Ctx *cx, Str token, Subject *ret, bool *ret_touch);
    Rc (*touch)(Ctx *cx); /* write: the session or token was used */
    bool (*right)(const Subject *s, Right right, bool writes); /* writes: not GET or HEAD */
    Str (*csrf)(Arena *a, const Subject *s); /* a masked token for a page */
    bool (*csrf_ok)(const Subject *s, Str token);
    Rc (*viewed)(Ctx *cx); /* write: cx->views were read */
    Rc (*opened)(Ctx *cx); /* write: cx->opened was opened; NULL: nobody wants to know */
    void (*denied)(const Subject *s, const Route *route, Ms now_ms); /* bounded, in memory */
} AuthTable;

/* How failures look; src/web and src/api fill it. */
typedef struct FailureTable {
    Rc (*page)(Call *call, int status); /* writes the page into call->body */
    Rc (*problem)(Call *call, int status);
} FailureTable;

/* Makes the upload of a stored file, owned by cx->subject, and fills in f->id. */
typedef Rc (*KeepFile)(Ctx *cx, CallFile *f);

typedef struct DispatchConfig {
    Db                 *db;
    const Module *const *modules;
    size_t              modules_n;
    AuthTable           auth;
    FailureTable        failure;
    KeepFile            keep_file;
    AssetTable          assets;
    Str                 listen_address;
    int                 listen_port;
    const Str          *hosts;
    size_t              n_hosts;
    Str                 base_url;     /* "http://127.0.0.1:8080", no slash at the end */
    bool                loopback;     /* listens on loopback only: demo accounts may sign in */
    bool                secure;       /* base_url is https */
    Str                 files_dir;    /* content store */
    int                 loops;
    int64_t             api_rate;     /* calls a second per token */
} DispatchConfig;

typedef struct Dispatch Dispatch;

/* Checks every row (right, handler, path) and starts to serve.  A row without a right is refused. */
CHECKED Rc dispatch_start(const DispatchConfig *config, Dispatch **ret, Str *ret_why, Arena *a);
int        dispatch_port(const Dispatch *d);
void       dispatch_stop(Dispatch *d);
const DispatchConfig *dispatch_config(const Call *call);

/* The content store, for downloads and uploads. */
Store *dispatch_store(const Call *call);

/* The token for the forms of this page. */
Str dispatch_csrf(Call *call);

/* The route of a method and path; NULL when there is none.  `ret_other` is set when the path exists
 * with another method.  Used by redirects (`next`) and by the authorization matrix. */
typedef struct Router Router;
CHECKED Rc router_new(const Module *const *modules, size_t n, Router **ret, Str *ret_why, Arena *a);
void         router_free(Router *r);
const Route *router_find(const Router *r, HttpMethod method, Str path, Str *ret_params,
                         bool *ret_other, bool *ret_api);
const Router *dispatch_router(const Call *call);
