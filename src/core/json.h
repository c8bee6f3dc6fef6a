/* json.h - strict reading by jansson into arena values, and a writer that streams into a Buf.
 *
 * Reading refuses invalid UTF-8, duplicate keys, NUL, depth over 32 and more than 10,000 nodes.
 */
#pragma once

#include "core/buf.h"

#include <assert.h>

typedef enum JsonKind {
    JSON_NULL,
    JSON_BOOL,
    JSON_INT,
    JSON_REAL,
    JSON_TEXT,
    JSON_ARRAY,
    JSON_OBJECT,
} JsonKind;

typedef struct Json Json;
struct Json {
    JsonKind kind;
    bool     boolean;
    int64_t  integer; /* JSON_INT */
    double   real;    /* JSON_REAL and JSON_INT */
    Str      text;    /* JSON_TEXT: decoded; JSON_INT: digits; JSON_REAL: the shortest digits that
                         read back as the same number */
    size_t   n;       /* JSON_ARRAY, JSON_OBJECT */
    Json   **items;   /* values */
    Str     *keys;    /* JSON_OBJECT: keys[i] belongs to items[i], in the order of the text */
};

/* `ret_where` (may be NULL) gets a short English description of what is wrong and where.
 * Errors: RC_INVALID (malformed), RC_LIMIT (depth, nodes, arena). */
CHECKED Rc json_parse(Arena *a, Str text, const Json **ret, Str *ret_where);
const Json *json_get(const Json *object, Str key); /* NULL when absent or not an object */
/* A pointer (RFC 6901) with one member more: "/lines/2" and "a/b" give "/lines/2/a~1b".  Of a member
 * that nobody would recognise any more, 128 bytes are named. */
Str json_pointer(Arena *a, Str before, Str member);

/* Writer: commas are placed by itself; nesting must be closed by the caller (assert at depth 32). */
typedef struct JsonOut {
    Buf    *buf;
    int     depth;
    bool    first[33];
    bool    after_key;
} JsonOut;

/* jansson exports functions of these names and calls them itself.  Ours get their own symbols, or
 * the linker would hand jansson our writer. */
#define JSON_OWN_SYMBOL(name) __asm__("errand_" name)

void json_out_init(JsonOut *o, Buf *buf);
void json_object(JsonOut *o) JSON_OWN_SYMBOL("json_object");
void json_object_end(JsonOut *o);
void json_array(JsonOut *o) JSON_OWN_SYMBOL("json_array");
void json_array_end(JsonOut *o);
void json_key(JsonOut *o, Str key);
void json_text(JsonOut *o, Str s); /* STR_NULL writes null */
void json_int(JsonOut *o, int64_t v);
void json_real(JsonOut *o, double v) JSON_OWN_SYMBOL("json_real"); /* finite */
void json_bool(JsonOut *o, bool v);
void json_null(JsonOut *o) JSON_OWN_SYMBOL("json_null");
void json_time(JsonOut *o, Ms at); /* RFC 3339, MS_NONE writes null */
void json_value(JsonOut *o, const Json *v);
void json_raw(JsonOut *o, Str json); /* a piece that is known to be valid JSON */

/* A key that needs no escape, written with the comma before it, its quotes and its colon in one piece;
 * answers have hundreds of them, so it stands here for the compiler to take apart. */
static inline void json_key_plain(JsonOut *o, Str comma_and_quoted)
{
    assert(!o->after_key);
    o->after_key = true;
    if (o->first[o->depth])
        buf_add_bytes(o->buf, comma_and_quoted.ptr + 1, comma_and_quoted.len - 1);
    else
        buf_add_bytes(o->buf, comma_and_quoted.ptr, comma_and_quoted.len);
    o->first[o->depth] = false;
}
#define json_key_lit(o, literal)       json_key_plain((o), STR(",\"" literal "\":"))
#define json_field_text(o, literal, v) (json_key_lit((o), literal), json_text((o), (v)))
#define json_field_int(o, literal, v)  (json_key_lit((o), literal), json_int((o), (v)))
#define json_field_bool(o, literal, v) (json_key_lit((o), literal), json_bool((o), (v)))
#define json_field_time(o, literal, v) (json_key_lit((o), literal), json_time((o), (v)))
