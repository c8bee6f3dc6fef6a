/* call.h - Call: one exchange as a handler sees it; Route: the row that says all about an entry point.
 *
 * A handler is a plain synchronous function `static Rc page_list(Call *call)`.  It reads the input,
 * takes a grant, calls one domain function, then renders (read routes) or says what to show (write
 * routes).  Where it runs follows from the transaction column:
 *
 *   TX_NONE   on the loop thread, without database
 *   TX_READ   on the loop thread, in one snapshot of its own reading connection
 *   TX_WRITE  on the writer thread, in a savepoint; may run again from the start
 *
 * `prepare` runs before the handler on a worker thread (password hashing, directory look-ups), with a
 * reading connection; it leaves its result in call->prepared.  Bodies with files are always taken
 * apart and stored on a worker first.
 */
#pragma once

#include "app/input.h"
#include "http/form.h"
#include "http/server.h"

typedef struct Call  Call;
typedef struct Route Route;
typedef Rc (*Handler)(Call *call);

typedef enum Body {
    BODY_NONE,
    BODY_FORM,      /* urlencoded, or multipart without files */
    BODY_JSON,
    BODY_MULTIPART, /* form with files, or urlencoded; files become uploads */
    BODY_UPLOAD,    /* the bytes of one file */
} Body;

typedef enum Tx { TX_NONE, TX_READ, TX_WRITE, TX_STREAM } Tx;

struct Route {
    HttpMethod  method;
    const char *path;    /* "/requests/{number}/actions/{act}"; {x} matches one segment */
    Handler     handler;
    Right       right;
    Body        body;
    Tx          tx;
    const char *text;    /* what it does, for people: the reference, the audit.  Rows write .text = "..." */
    /* rarely needed: */
    Handler      prepare; /* slow part on a worker thread */
    Handler      again;   /* write pages: the GET handler that shows the refused form again */
    const Input *input;   /* API: rows of the body, for the OpenAPI document */
    const char  *reply;   /* API: "Request", or "[Request]" for a page of them (api/schema.h) */
    int          status;  /* API: status of success when not 200 */
    const char  *query;   /* API: names of query parameters, "q order limit cursor" */
    bool         versioned; /* API: takes If-Match (call_if_match); every PATCH does */
};

typedef struct RouteTable {
    const Route *rows;
    size_t       n;
} RouteTable;

#define ROUTES(...)                                                                                \
    { .rows = (const Route[]){ __VA_ARGS__ },                                                      \
      .n = sizeof((const Route[]){ __VA_ARGS__ }) / sizeof(Route) }

/* What a concept, or a part of it, offers to the program; src/cli/modules.c lists them. */
typedef struct Module {
    const char       *name;
    const RouteTable *pages;
    const RouteTable *api;
    const struct SchemaTable *schemas; /* of the answers of `api` (api/schema.h) */
    const char       *about; /* one line on `api` for its document; NULL without one */
} Module;

/* A file that came with the body; its bytes are stored and durable before the handler runs. */
typedef struct CallFile {
    Str     field; /* form field; "" for BODY_UPLOAD */
    Str     name;  /* as the client named it; data, never a path */
    Str     type;  /* found by our own table of magic numbers */
    Str     sha256;
    int64_t size;  /* bytes */
    Str     id;    /* of the upload that keeps it: stays even when the handler refuses the call, so
                      that nobody has to choose the file again */
} CallFile;
LIST_OF(CallFile, CallFiles);

struct Call {
    Ctx          cx;
    Arena       *arena;    /* same as cx.arena */
    HttpCall    *http;
    const Route *route;
    FormFields   query;    /* decoded */
    FormFields   form;     /* BODY_FORM, BODY_MULTIPART */
    const Json  *json;     /* BODY_JSON */
    CallFiles    files;
    void        *prepared; /* what `prepare` left */
    bool         is_api;
    bool         is_again; /* the page is shown again because the form was refused */
    Rc           refused;  /* why, when is_again */

    /* The answer of a read route: written by the handler. */
    Buf         body;
    const char *type;      /* content type; "text/html; charset=utf-8" when NULL */
    int         status;    /* 200 when 0 */
    Str         etag;      /* with quotes */
    HttpHeader  headers[12];
    size_t      n_headers;
    int         file_fd;   /* TX_READ: send this file instead of body; -1 for none */
    int64_t     file_bytes;
    /* The answer of a write route. */
    Str         show;      /* path to show after the commit */
    Str         location;  /* Location header (API, 201) */
    Handler     next;      /* call_go_on */
    int64_t     next_id;
    Str         param[6];  /* values of the {x} of the path */
    void       *dispatch;  /* the dispatcher's own */
};

/* Value of {name} in the route's path; STR_NULL when the row has none of that name (assert). */
Str call_param(const Call *call, const char *name);
/* Query parameter, STR_NULL when absent. */
Str call_query(const Call *call, const char *name);
/* First form field of that name, STR_NULL when absent. */
Str call_form(const Call *call, const char *name);
/* The same without blanks around it, "" when absent. */
Str call_form_text(const Call *call, const char *name);

/* Fills the input struct from JSON or from the form, by the input rows. */
CHECKED Rc call_input(Call *call, const Input *in, void *ret);

/* Pages: answer 303 to this path (a path of ours, escaped); write routes after the commit. */
CHECKED Rc call_redirect(Call *call, Str path);
/* Write routes, API: after the commit answer `status` with what GET `path` shows. */
CHECKED Rc call_show(Call *call, int status, Str path);
/* Write routes, pages: changes nothing and shows the form again as it was filled in (200): a row was
 * added, a question depends on what was chosen. */
CHECKED Rc call_again(Call *call);
/* Write routes, pages: the act is refused, and yet what was written is kept, because a failed try must
 * count.  The form is shown again with the status of `rc` and what cx says is wrong.  Returns RC_OK. */
CHECKED Rc call_refuse(Call *call, Rc rc);
/* Write routes, pages: what was written is kept, and `again` shows the page at once (200) instead of a
 * redirect: for a secret that is told once and must stand in no address. */
CHECKED Rc call_tell(Call *call);
/* Write routes: there is more to do than one turn of the writer should take.  What was written is committed, then
 * `next` runs in a transaction of its own, with the same input, the time of then and call->next_id; it says anew what to show, and
 * may go on again.  Should it fail, its own changes are undone, and the answer is what the handler before it
 * said: what it shows must tell how far the work came.  An Idempotency-Key is kept with the first part. */
void call_go_on(Call *call, Handler next, int64_t id);
/* Write routes: 204, for the API and for scripts that want no page. */
CHECKED Rc call_done(Call *call);
/* A short notice shown once on the page that comes next ("Sent as REQ-17."): `flash` is a code that
 * src/web knows, `arg` one value of it. */
void call_flash(Call *call, const char *flash, Str arg);
/* The notice that a write call left for this page, once; false when there is none. */
bool call_flash_shown(const Call *call, Str *ret_flash, Str *ret_arg);
void call_header(Call *call, Str name, Str value);
/* Sets or deletes the session cookie on the answer of a write route. */
void call_session(Call *call, Str token, int64_t max_age_s);

/* If-Match of this call as a version number. Errors: RC_INVALID type "precondition_required" (428) when
 * absent, RC_STALE when it is no version of ours. */
CHECKED Rc call_if_match(Call *call, int64_t *ret_version);
/* `?limit=` 1..100, 50 when absent.  Errors: RC_INVALID with a field error. */
CHECKED Rc call_limit(Call *call, int64_t *ret);
/* `?cursor=`: the key values of the last row shown, opaque and checked.  Absent gives zeros. */
CHECKED Rc call_cursor(Call *call, int64_t *ret_a, int64_t *ret_b);
Str        cursor_make(Arena *a, int64_t key_a, int64_t key_b);
