/* json.c - see json.h. */
#include "core/json.h"

#include "core/clock.h"

#include <assert.h>
#include <math.h>

/* jansson has enumerators and constructors of the same names as ours; here they get a prefix.  None
 * of these constructors is called. */
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY  JANSSON_ARRAY
#define JSON_REAL   JANSSON_REAL
#define JSON_NULL   JANSSON_NULL
#define json_object jansson_object
#define json_array  jansson_array
#define json_real   jansson_real
#define json_null   jansson_null
#include <jansson.h>
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_REAL
#undef JSON_NULL
#undef json_object
#undef json_array
#undef json_real
#undef json_null

#define DEPTH_MAX 32
#define NODES_MAX 10000u

#define POINTER_MEMBER_MAX 128u

/* Digits that read back as the same number, no more than needed: 1.1, not 1.1000000000000001. */
static size_t print_real(double v, char *to, size_t room)
{
    int n = 0;

    for (int digits = 15; digits <= 17; digits++) {
        n = snprintf(to, room, "%.*g", digits, v);
        if (strtod(to, NULL) == v)
            break;
    }
    assert(n > 0 && (size_t)n + 2 < room);
    if (strpbrk(to, ".e") == NULL) { /* stays a real number when it is read again */
        to[n++] = '.';
        to[n++] = '0';
    }
    return (size_t)n;
}

/* ---- reading ---- */

/* What the program itself has stored is nearly always of the plainest form: nothing escaped, no spaces,
 * whole numbers.  A page reads dozens of such texts, and reading them here costs a tenth of what jansson
 * needs.  Whatever is not of that form, malformed text above all, is left to jansson whole. */
typedef struct Plain {
    Arena *arena;
    Str text;
    size_t at, nodes;
} Plain;

enum { PLAIN_DEPTH = 8, PLAIN_NODES = 1000, PLAIN_ITEMS = 32, PLAIN_BYTES = 16 * 1024 };

static bool plain_char(Plain *p, char c)
{
    if (p->at >= p->text.len || p->text.ptr[p->at] != c)
        return false;
    p->at++;
    return true;
}

static bool plain_copy(Arena *a, Str s, Str *ret)
{
    char *copy = arena_bytes(a, s.len + 1);

    if (copy == NULL)
        return false;
    memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    *ret = (Str){ copy, s.len };
    return true;
}

static bool plain_text(Plain *p, Str *ret)
{
    if (!plain_char(p, '"'))
        return false;
    const char *from = p->text.ptr + p->at;
    const char *end = memchr(from, '"', p->text.len - p->at);
    if (end == NULL)
        return false;
    Str s = { from, (size_t)(end - from) };
    p->at += s.len + 1;
    return memchr(s.ptr, '\\', s.len) == NULL && str_is_clean_text(s, false)
           && plain_copy(p->arena, s, ret);
}

static bool plain_number(Plain *p, Json *v)
{
    size_t from = p->at;
    bool minus = plain_char(p, '-');
    size_t first = p->at;
    int64_t n = 0;

    while (p->at < p->text.len && p->text.ptr[p->at] >= '0' && p->text.ptr[p->at] <= '9'
           && p->at - first < 18)
        n = 10 * n + (p->text.ptr[p->at++] - '0');
    char after = p->at < p->text.len ? p->text.ptr[p->at] : ',';
    if (p->at == first || (p->text.ptr[first] == '0' && (minus || p->at - first > 1))
        || (after != ',' && after != ']' && after != '}'))
        return false;
    v->kind = JSON_INT;
    v->integer = minus ? -n : n;
    v->real = (double)v->integer;
    return plain_copy(p->arena, str_sub(p->text, from, p->at), &v->text);
}

static bool plain_word(Plain *p, Json *v)
{
    static const struct {
        Str word;
        JsonKind kind;
        bool is;
    } words[] = { { STR_INIT("true"), JSON_BOOL, true },
                  { STR_INIT("false"), JSON_BOOL, false },
                  { STR_INIT("null"), JSON_NULL, false } };

    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (!str_starts(str_skip(p->text, p->at), words[i].word))
            continue;
        p->at += words[i].word.len;
        v->kind = words[i].kind;
        v->boolean = words[i].is;
        return true;
    }
    return false;
}

static bool plain_value(Plain *p, int depth, Json **ret);

/* Items are gathered on the stack, because their number is known only at the end. */
static bool plain_items(Plain *p, int depth, Json *v)
{
    Str keys[PLAIN_ITEMS];
    Json *items[PLAIN_ITEMS];
    bool object = v->kind == JSON_OBJECT;
    char end = object ? '}' : ']';
    size_t n = 0;

    if (!plain_char(p, end)) {
        do {
            if (n == PLAIN_ITEMS || (object && (!plain_text(p, &keys[n]) || !plain_char(p, ':'))))
                return false;
            for (size_t i = 0; object && i < n; i++)
                if (str_eq(keys[i], keys[n]))
                    return false;
            if (!plain_value(p, depth + 1, &items[n++]))
                return false;
        } while (plain_char(p, ','));
        if (!plain_char(p, end))
            return false;
    }
    v->n = n;
    v->items = ARENA_ARRAY(p->arena, Json *, n);
    v->keys = object ? ARENA_ARRAY(p->arena, Str, n) : NULL;
    if (v->items == NULL || (object && v->keys == NULL))
        return false;
    if (n > 0)
        memcpy(v->items, items, n * sizeof *items);
    if (n > 0 && object)
        memcpy(v->keys, keys, n * sizeof *keys);
    return true;
}

static bool plain_value(Plain *p, int depth, Json **ret)
{
    if (depth > PLAIN_DEPTH || ++p->nodes > PLAIN_NODES || p->at >= p->text.len)
        return false;
    Json *v = arena_try(p->arena, sizeof *v);
    if (v == NULL)
        return false;
    *ret = v;
    switch (p->text.ptr[p->at]) {
    case '{':
        p->at++;
        v->kind = JSON_OBJECT;
        return plain_items(p, depth, v);
    case '[':
        p->at++;
        v->kind = JSON_ARRAY;
        return plain_items(p, depth, v);
    case '"': v->kind = JSON_TEXT; return plain_text(p, &v->text);
    case 't':
    case 'f':
    case 'n': return plain_word(p, v);
    default: return plain_number(p, v);
    }
}

/* False: it is not of the plain form, or there is no room for it. */
static bool read_plain(Arena *a, Str text, const Json **ret)
{
    Plain p = { a, text, 0, 0 };
    Json *v = NULL;

    if (text.len == 0 || text.len > PLAIN_BYTES || !plain_value(&p, 1, &v) || p.at != text.len)
        return false;
    *ret = v;
    return true;
}

/* Depth and size are judged before jansson builds anything: it allows a depth of 2048 and any
 * number of values.  NUL is refused here because jansson 2.14 takes one after the value for the end
 * of the text.  What is inside strings is skipped; other malformed text is left to jansson. */
static Rc scan_limits(Str s, const char **ret_what)
{
    int depth = 0;
    size_t opened = 0, commas = 0;
    bool in_text = false;

    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '\0') {
            *ret_what = "a NUL byte";
            return RC_INVALID;
        }
        if (in_text) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_text = false;
        } else if (c == '"') {
            in_text = true;
        } else if (c == '[' || c == '{') {
            opened++;
            depth++;
        } else if (c == ']' || c == '}') {
            depth--;
        } else if (c == ',') {
            commas++;
        }
        if (depth > DEPTH_MAX) {
            *ret_what = "nested deeper than 32 levels";
            return RC_LIMIT;
        }
        if (opened > NODES_MAX || commas >= NODES_MAX) {
            *ret_what = "more than 10000 values";
            return RC_LIMIT;
        }
    }
    return RC_OK;
}

static Rc copy_text(Arena *a, const char *text, size_t len, Str *ret)
{
    char *copy = arena_try(a, len + 1);

    if (copy == NULL)
        return RC_LIMIT;
    memcpy(copy, text, len);
    *ret = (Str){ copy, len };
    return RC_OK;
}

static Rc convert(Arena *a, json_t *from, size_t *nodes, Json **ret);

static Rc convert_array(Arena *a, json_t *from, size_t *nodes, Json *v)
{
    v->n = json_array_size(from);
    v->items = ARENA_ARRAY(a, Json *, v->n);
    if (v->items == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < v->n; i++)
        TRY(convert(a, json_array_get(from, i), nodes, &v->items[i]));
    return RC_OK;
}

static Rc convert_object(Arena *a, json_t *from, size_t *nodes, Json *v)
{
    size_t i = 0;

    v->n = json_object_size(from);
    v->items = ARENA_ARRAY(a, Json *, v->n);
    v->keys = ARENA_ARRAY(a, Str, v->n);
    if (v->items == NULL || v->keys == NULL)
        return RC_LIMIT;
    for (void *at = json_object_iter(from); at != NULL; at = json_object_iter_next(from, at), i++) {
        const char *key = json_object_iter_key(at);
        TRY(copy_text(a, key, strlen(key), &v->keys[i]));
        TRY(convert(a, json_object_iter_value(at), nodes, &v->items[i]));
    }
    return RC_OK;
}

/* Recursion is bounded by scan_limits. */
static Rc convert(Arena *a, json_t *from, size_t *nodes, Json **ret)
{
    Json *v = arena_try(a, sizeof *v);
    char number[40];
    int n;

    if (v == NULL || ++*nodes > NODES_MAX)
        return RC_LIMIT;
    *ret = v;
    switch (json_typeof(from)) {
    case JANSSON_OBJECT: v->kind = JSON_OBJECT; return convert_object(a, from, nodes, v);
    case JANSSON_ARRAY: v->kind = JSON_ARRAY; return convert_array(a, from, nodes, v);
    case JSON_STRING:
        v->kind = JSON_TEXT;
        return copy_text(a, json_string_value(from), json_string_length(from), &v->text);
    case JSON_INTEGER:
        v->kind = JSON_INT;
        v->integer = json_integer_value(from);
        v->real = (double)v->integer;
        n = snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(from));
        return copy_text(a, number, (size_t)n, &v->text);
    case JANSSON_REAL:
        v->kind = JSON_REAL;
        v->real = json_real_value(from);
        return copy_text(a, number, print_real(v->real, number, sizeof number), &v->text);
    case JSON_TRUE:
    case JSON_FALSE:
        v->kind = JSON_BOOL;
        v->boolean = json_typeof(from) == JSON_TRUE;
        return RC_OK;
    case JANSSON_NULL: v->kind = JSON_NULL; return RC_OK;
    }
    return RC_INTERNAL;
}

static void tell(Str *ret_where, Str text)
{
    if (ret_where != NULL)
        *ret_where = text;
}

static void release(json_t **v)
{
    json_decref(*v);
}

Rc json_parse(Arena *a, Str text, const Json **ret, Str *ret_where)
{
    const char *what = "";
    json_error_t e;
    size_t nodes = 0;
    Json *v = NULL;

    if (read_plain(a, text, ret))
        return RC_OK;
    Rc rc = scan_limits(text, &what);
    if (rc != RC_OK) {
        tell(ret_where, str_z(what));
        return rc;
    }
    CLEANUP(release)
    json_t *root = json_loadb(text.ptr == NULL ? "" : text.ptr, text.len,
                              JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
    if (root == NULL) {
        /* The message may quote the text, which need not be UTF-8. */
        Str quoted = str_z(e.text);
        tell(ret_where, !str_is_clean_text(quoted, false)
                            ? str_fmt(a, "line %d, column %d: malformed", e.line, e.column)
                            : str_fmt(a, "line %d, column %d: %s", e.line, e.column, e.text));
        return json_error_code(&e) == json_error_out_of_memory ? RC_LIMIT : RC_INVALID;
    }
    rc = convert(a, root, &nodes, &v);
    if (rc != RC_OK) {
        tell(ret_where, nodes > NODES_MAX ? STR("more than 10000 values") : STR("too large"));
        return rc;
    }
    *ret = v;
    return RC_OK;
}

const Json *json_get(const Json *object, Str key)
{
    if (object == NULL || object->kind != JSON_OBJECT)
        return NULL;
    for (size_t i = 0; i < object->n; i++)
        if (str_eq(object->keys[i], key))
            return object->items[i];
    return NULL;
}

Str json_pointer(Arena *a, Str before, Str member)
{
    char escaped[2 * POINTER_MEMBER_MAX];
    Str named = str_sub(member, 0, POINTER_MEMBER_MAX);
    size_t n = 0;

    while (!str_is_utf8(named)) /* not within a character */
        named.len--;
    for (size_t i = 0; i < named.len; i++) {
        char c = named.ptr[i];
        bool special = c == '~' || c == '/';
        if (special)
            escaped[n++] = '~';
        escaped[n++] = !special ? c : c == '~' ? '0' : '1';
    }
    return str_fmt(a, "%.*s/%.*s", STR_ARG(before), (int)n, escaped);
}

/* ---- writer ---- */

void json_out_init(JsonOut *o, Buf *buf)
{
    *o = (JsonOut){ .buf = buf, .first = { true } };
}

/* What stands before a value or a key. */
static void separate(JsonOut *o)
{
    if (o->after_key)
        o->after_key = false;
    else if (o->first[o->depth])
        o->first[o->depth] = false;
    else
        buf_add_char(o->buf, ',');
}

static void nest(JsonOut *o, char c)
{
    assert(o->depth < DEPTH_MAX);
    separate(o);
    buf_add_char(o->buf, c);
    o->first[++o->depth] = true;
}

static void unnest(JsonOut *o, char c)
{
    assert(o->depth > 0 && !o->after_key);
    o->depth--;
    buf_add_char(o->buf, c);
}

void json_object(JsonOut *o)
{
    nest(o, '{');
}

void json_object_end(JsonOut *o)
{
    unnest(o, '}');
}

void json_array(JsonOut *o)
{
    nest(o, '[');
}

void json_array_end(JsonOut *o)
{
    unnest(o, ']');
}

/* How many bytes from `at` on go out as they are: printable ASCII but " and \\.  Eight at once: a byte
 * shows in its highest bit when it is not ASCII, below a space, DEL, a quote or a backslash; which of the
 * eight it is does not matter here. */
static bool eight_plain(const char *at)
{
    const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
    uint64_t w, quote, back, del;

    memcpy(&w, at, 8);
    quote = w ^ (ones * '"');
    back = w ^ (ones * '\\');
    del = w ^ (ones * 0x7F);
    return ((w | (w - ones * 0x20) | (quote - ones) | (back - ones) | (del - ones)) & tops) == 0;
}

static bool one_plain(char c)
{
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

static size_t plain_run(Str s, size_t at)
{
    size_t from = at;

    while (s.len - at >= 8 && eight_plain(s.ptr + at))
        at += 8;
    /* The rest once more with some of what stands before it. */
    if (s.len - at < 8 && at > from && eight_plain(s.ptr + s.len - 8))
        return s.len - from;
    while (at < s.len && one_plain(s.ptr[at]))
        at++;
    return at - from;
}

/* All of a text of less than eight bytes, which most are: filled up with spaces to eight. */
static bool few_plain(Str s)
{
    char eight[8] = { ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ' };

    if (s.len >= 4) { /* two halves that may overlap */
        memcpy(eight, s.ptr, 4);
        memcpy(eight + 4, s.ptr + s.len - 4, 4);
    } else {
        for (size_t i = 0; i < s.len; i++)
            eight[i] = s.ptr[i];
    }
    return eight_plain(eight);
}

/* Escapes what JSON demands; bytes that are not UTF-8 become U+FFFD, so that the result is valid
 * whatever was stored. */
static void add_string(Buf *b, Str s)
{
    static const char hex[] = "0123456789abcdef";
    size_t at = s.len < 8 && few_plain(s) ? s.len : plain_run(s, 0);
    size_t plain = 0; /* s[plain .. at) goes out as it is */

    if (at == s.len) { /* nearly always */
        bool fits = !b->full && s.len + 2 <= b->cap - b->len;
        char *to = fits ? b->ptr + b->len : buf_room(b, s.len + 2);
        if (to == NULL)
            return;
        to[0] = '"';
        if (s.len > 0)
            memcpy(to + 1, s.ptr, s.len);
        to[s.len + 1] = '"';
        b->len += s.len + 2;
        return;
    }
    buf_add_char(b, '"');
    while (at < s.len) {
        size_t from = at;
        uint32_t c = str_next_char(s, &at);
        bool broken = c == 0xFFFD && at - from == 1;
        if (c >= 0x20 && c != '"' && c != '\\' && !broken) {
            at += plain_run(s, at);
            continue;
        }
        buf_add(b, str_sub(s, plain, from));
        plain = at;
        if (broken) {
            buf_add_lit(b, "\xEF\xBF\xBD");
        } else if (c == '"' || c == '\\') {
            char pair[2] = { '\\', (char)c };
            buf_add_bytes(b, pair, 2);
        } else if (c == '\n') {
            buf_add_lit(b, "\\n");
        } else {
            char escape[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15u] };
            buf_add_bytes(b, escape, 6);
        }
        at += plain_run(s, at);
    }
    buf_add(b, str_sub(s, plain, at));
    buf_add_char(b, '"');
}

void json_key(JsonOut *o, Str key)
{
    assert(!o->after_key);
    separate(o);
    add_string(o->buf, key);
    buf_add_char(o->buf, ':');
    o->after_key = true;
}

void json_text(JsonOut *o, Str s)
{
    if (str_is_null(s)) {
        json_null(o);
        return;
    }
    separate(o);
    add_string(o->buf, s);
}

void json_int(JsonOut *o, int64_t v)
{
    separate(o);
    buf_add_int(o->buf, v);
}

void json_real(JsonOut *o, double v)
{
    char number[40];

    assert(isfinite(v));
    separate(o);
    buf_add_bytes(o->buf, number, print_real(v, number, sizeof number));
}

void json_bool(JsonOut *o, bool v)
{
    json_raw(o, v ? STR("true") : STR("false"));
}

void json_null(JsonOut *o)
{
    json_raw(o, STR("null"));
}

void json_time(JsonOut *o, Ms at)
{
    char text[CLOCK_RFC3339_BYTES + 2] = "\"";
    size_t n = clock_write_rfc3339(text + 1, at);

    if (n == 0) {
        json_null(o);
        return;
    }
    text[n + 1] = '"';
    separate(o);
    buf_add_bytes(o->buf, text, n + 2);
}

void json_raw(JsonOut *o, Str json)
{
    separate(o);
    buf_add(o->buf, json);
}

/* Recursion is bounded by the depth that json_parse lets through. */
void json_value(JsonOut *o, const Json *v)
{
    switch (v->kind) {
    case JSON_NULL: json_null(o); break;
    case JSON_BOOL: json_bool(o, v->boolean); break;
    case JSON_INT: json_int(o, v->integer); break;
    case JSON_REAL: json_real(o, v->real); break;
    case JSON_TEXT: json_text(o, v->text); break;
    case JSON_ARRAY:
        json_array(o);
        for (size_t i = 0; i < v->n; i++)
            json_value(o, v->items[i]);
        json_array_end(o);
        break;
    case JSON_OBJECT:
        json_object(o);
        for (size_t i = 0; i < v->n; i++) {
            json_key(o, v->keys[i]);
            json_value(o, v->items[i]);
        }
        json_object_end(o);
        break;
    }
}
