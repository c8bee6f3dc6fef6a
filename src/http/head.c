#include "http/head.h"

static bool fail(HeadFault *fault, int status, Str why)
{
    *fault = (HeadFault){ status, why };
    return false;
}

static HeadState bad(HeadFault *fault, int status, Str why)
{
    *fault = (HeadFault){ status, why };
    return HEAD_BAD;
}

/* --- bytes ------------------------------------------------------------------------------------ */

HeadState head_scan(HeadScan *s, const HeadLimits *limits, Str bytes, HeadFault *fault)
{
    if (s->at == 0)
        s->blank = true;

    for (; s->at < bytes.len; s->at++) {
        const unsigned char c = (unsigned char)bytes.ptr[s->at];
        const bool first_line = s->lines == 0;

        if (s->before == '\r') {
            if (c != '\n')
                return bad(fault, 400, STR("A line must end in CR LF."));
            if (s->blank) {
                s->at++;
                return HEAD_DONE;
            }
            if (first_line)
                s->block = s->at + 1;
            else if (s->at + 1 - s->block > limits->head_bytes)
                return bad(fault, 431, STR("The header lines are too long."));
            s->lines++;
            s->blank = true;
            s->before = (char)c;
            continue;
        }
        if (c == '\r') {
            if (s->blank && first_line)
                return bad(fault, 400, STR("The request line is empty."));
            s->before = (char)c;
            continue;
        }
        if ((c < 0x20 && (c != '\t' || first_line)) || c == 0x7f)
            return bad(fault, 400, STR("Control characters are not allowed here."));
        if (s->blank) {
            if (c == ' ' || c == '\t')
                return bad(fault, 400, STR("A line must not start with a blank."));
            if (!first_line && s->lines > limits->headers)
                return bad(fault, 431, STR("There are too many header lines."));
            s->blank = false;
        }
        if (first_line) {
            if (s->at >= limits->line_bytes)
                return bad(fault, 414, STR("The address is too long."));
        } else if (s->at - s->block >= limits->head_bytes) {
            return bad(fault, 431, STR("The header lines are too long."));
        }
        s->before = (char)c;
    }
    return HEAD_MORE;
}

/* --- small grammar ---------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_token_char(char c)
{
    return is_alpha(c) || is_digit(c) || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

bool head_is_token(Str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!is_token_char(s.ptr[i]))
            return false;
    }
    return s.len > 0;
}

static Str trim_blanks(Str s)
{
    while (s.len > 0 && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
        s = str_skip(s, 1);
    while (s.len > 0 && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
        s.len--;
    return s;
}

bool head_list_has(Str list, Str token)
{
    while (!str_is_null(list)) {
        if (str_eq_nocase(trim_blanks(str_cut(&list, ',')), token))
            return true;
    }
    return false;
}

int head_hex(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* --- request line ----------------------------------------------------------------------------- */

static const Str method_names[] = {
    [HTTP_GET] = STR_INIT("GET"),         [HTTP_HEAD] = STR_INIT("HEAD"),
    [HTTP_POST] = STR_INIT("POST"),       [HTTP_PUT] = STR_INIT("PUT"),
    [HTTP_PATCH] = STR_INIT("PATCH"),     [HTTP_DELETE] = STR_INIT("DELETE"),
    [HTTP_OPTIONS] = STR_INIT("OPTIONS"),
};

Str http_method_name(HttpMethod method)
{
    return method_names[method];
}

static bool parse_method(Str name, HttpMethod *ret, HeadFault *fault)
{
    for (size_t i = 0; i < COUNT_OF(method_names); i++) {
        if (str_eq(name, method_names[i])) {
            *ret = (HttpMethod)i;
            return true;
        }
    }
    if (!head_is_token(name))
        return fail(fault, 400, STR("The request line is malformed."));
    return fail(fault, 501, STR("This method is not supported."));
}

static bool parse_version(Str version, int *ret_minor, HeadFault *fault)
{
    if (str_eq(version, STR("HTTP/1.1")))
        *ret_minor = 1;
    else if (str_eq(version, STR("HTTP/1.0")))
        *ret_minor = 0;
    else if (version.len == 8 && str_starts(version, STR("HTTP/")) && is_digit(version.ptr[5])
             && version.ptr[6] == '.' && is_digit(version.ptr[7]))
        return fail(fault, 505, STR("Only HTTP/1.1 and HTTP/1.0 are spoken here."));
    else
        return fail(fault, 400, STR("The request line is malformed."));
    return true;
}

static bool has_dot_segment(Str path)
{
    while (!str_is_null(path)) {
        Str segment = str_cut(&path, '/');
        if (str_eq(segment, STR(".")) || str_eq(segment, STR("..")))
            return true;
    }
    return false;
}

/* Decodes once: what is still an escape afterwards is text. */
static bool parse_path(Arena *a, Str raw, Str *ret, HeadFault *fault)
{
    const Str malformed = STR("The path of the address is malformed.");
    Str path = raw;

    for (size_t i = 0; i < raw.len; i++) {
        if (strchr("\"<>\\", raw.ptr[i]) != NULL)
            return fail(fault, 400, malformed);
    }
    if (str_find(raw, '%') < raw.len) {
        char *to = arena_alloc(a, raw.len); /* at most a request line */
        size_t n = 0;

        for (size_t i = 0; i < raw.len; i++) {
            char c = raw.ptr[i];
            if (c == '%') {
                int high = i + 2 < raw.len ? head_hex(raw.ptr[i + 1]) : -1;
                int low = high >= 0 ? head_hex(raw.ptr[i + 2]) : -1;
                if (low < 0)
                    return fail(fault, 400, malformed);
                c = (char)(high * 16 + low);
                /* Proxies disagree on whether %2F separates segments, and so would rights. */
                if (c == '/' || c == '\\')
                    return fail(fault, 400, malformed);
                i += 2;
            }
            to[n++] = c;
        }
        path = (Str){ to, n };
    }
    if (!str_is_clean_text(path, false) || has_dot_segment(path))
        return fail(fault, 400, malformed);
    *ret = path;
    return true;
}

/* `ret_authority` is STR_NULL for a target that is a path. */
static bool parse_target(Arena *a, HttpHead *head, Str *ret_authority, HeadFault *fault)
{
    Str rest = head->target;

    for (size_t i = 0; i < rest.len; i++) {
        const unsigned char c = (unsigned char)rest.ptr[i];
        if (c <= 0x20 || c >= 0x7f || c == '#')
            return fail(fault, 400, STR("The address holds a character that must be escaped."));
    }
    *ret_authority = STR_NULL;
    const Str schemes[] = { STR_INIT("http://"), STR_INIT("https://") };
    for (size_t i = 0; i < COUNT_OF(schemes); i++) {
        if (str_eq_nocase(str_sub(rest, 0, schemes[i].len), schemes[i])) {
            rest = str_skip(rest, schemes[i].len);
            size_t end = 0;
            while (end < rest.len && rest.ptr[end] != '/' && rest.ptr[end] != '?')
                end++;
            *ret_authority = str_sub(rest, 0, end);
            rest = str_skip(rest, end);
            break;
        }
    }

    Str path = str_cut(&rest, '?');
    head->query = rest;
    for (size_t i = 0; i < rest.len; i++) {
        if (strchr("\"<>", rest.ptr[i]) != NULL)
            return fail(fault, 400, STR("The query of the address is malformed."));
    }
    if (!str_is_null(*ret_authority) && path.len == 0)
        path = STR("/");
    if (!str_starts(path, STR("/")))
        return fail(fault, 400, STR("The address must be a path."));
    return parse_path(a, path, &head->path, fault);
}

/* --- header lines ----------------------------------------------------------------------------- */

enum { HOST, CONTENT_LENGTH, TRANSFER_ENCODING, EXPECT }; /* places in the table below */

/* What decides about framing, rights or effects must not be said twice. */
static const Str once[] = {
    [HOST] = STR_INIT("host"),
    [CONTENT_LENGTH] = STR_INIT("content-length"),
    [TRANSFER_ENCODING] = STR_INIT("transfer-encoding"),
    [EXPECT] = STR_INIT("expect"),
    STR_INIT("content-type"),
    STR_INIT("content-encoding"),
    STR_INIT("authorization"),
    STR_INIT("cookie"),
    STR_INIT("origin"),
    STR_INIT("sec-fetch-site"),
    STR_INIT("idempotency-key"),
    STR_INIT("if-match"),
    STR_INIT("if-none-match"),
    STR_INIT("x-csrf-token"),
};

static size_t count_lines(Str block)
{
    size_t n = 0;
    for (size_t i = 0; i < block.len; i++)
        n += block.ptr[i] == '\n';
    return n;
}

/* One line without its CRLF; the name becomes lower case in place. */
static bool parse_header(char *line, size_t len, HttpHeader *ret, HeadFault *fault)
{
    const Str whole = { line, len };
    size_t colon = str_find(whole, ':');

    if (colon == len || !head_is_token(str_sub(whole, 0, colon)))
        return fail(fault, 400, STR("A header line is malformed."));
    for (size_t i = 0; i < colon; i++) {
        if (line[i] >= 'A' && line[i] <= 'Z')
            line[i] = (char)(line[i] - 'A' + 'a');
    }
    ret->name = str_sub(whole, 0, colon);
    ret->value = trim_blanks(str_skip(whole, colon + 1));
    if (!str_is_clean_text(ret->value, true)) /* a TAB may stand within */
        return fail(fault, 400, STR("A header value is not valid UTF-8 text."));
    return true;
}

static bool check_once(const HttpHead *head, const HttpHeader **found, HeadFault *fault)
{
    for (size_t i = 0; i < head->n_headers; i++) {
        for (size_t k = 0; k < COUNT_OF(once); k++) {
            if (!str_eq(head->headers[i].name, once[k]))
                continue;
            if (found[k] != NULL)
                return fail(fault, 400, STR("A header that may come once came twice."));
            found[k] = &head->headers[i];
        }
    }
    return true;
}

static bool is_host(Str s)
{
    size_t at = 0;

    if (s.len > 0 && s.ptr[0] == '[') {
        at = str_find(s, ']');
        if (at == s.len || at < 3)
            return false;
        for (size_t i = 1; i < at; i++) {
            if (head_hex(s.ptr[i]) < 0 && s.ptr[i] != ':' && s.ptr[i] != '.')
                return false;
        }
        at++;
    } else {
        while (at < s.len
               && (is_alpha(s.ptr[at]) || is_digit(s.ptr[at]) || s.ptr[at] == '-'
                   || s.ptr[at] == '.' || s.ptr[at] == '_'))
            at++;
    }
    if (at == 0 || at > 255)
        return false;
    if (at == s.len)
        return true;
    Str port = str_skip(s, at + 1);
    if (s.ptr[at] != ':' || port.len < 1 || port.len > 5)
        return false;
    for (size_t i = 0; i < port.len; i++) {
        if (!is_digit(port.ptr[i]))
            return false;
    }
    return true;
}

static bool parse_length(Str value, int64_t *ret, HeadFault *fault)
{
    for (size_t i = 0; i < value.len; i++) {
        if (!is_digit(value.ptr[i]))
            return fail(fault, 400, STR("The Content-Length is malformed."));
    }
    if (value.len > 15)
        return fail(fault, 413, STR("The body is too large."));
    if (!str_to_i64(value, ret))
        return fail(fault, 400, STR("The Content-Length is malformed."));
    return true;
}

static bool parse_framing(HttpHead *head, const HttpHeader **found, HeadFault *fault)
{
    head->content_length = -1;
    if (found[CONTENT_LENGTH]
        && !parse_length(found[CONTENT_LENGTH]->value, &head->content_length, fault))
        return false;
    if (found[TRANSFER_ENCODING]) {
        if (found[CONTENT_LENGTH] || head->minor == 0)
            return fail(fault, 400, STR("Transfer-Encoding is not allowed here."));
        if (!str_eq_nocase(found[TRANSFER_ENCODING]->value, STR("chunked")))
            return fail(fault, 501, STR("This Transfer-Encoding is not supported."));
        head->chunked = true;
    }
    if (found[EXPECT]) {
        if (head->minor == 0 || !str_eq_nocase(found[EXPECT]->value, STR("100-continue")))
            return fail(fault, 417, STR("This expectation cannot be met."));
        head->expects_continue = true;
    }
    head->close = head->minor == 0;
    for (size_t i = 0; i < head->n_headers; i++) {
        if (str_eq(head->headers[i].name, STR("connection"))
            && head_list_has(head->headers[i].value, STR("close")))
            head->close = true;
    }
    return true;
}

bool head_parse(Arena *a, Str bytes, HttpHead *ret, HeadFault *fault)
{
    const Str malformed = STR("The request line is malformed.");
    HttpHead head = { 0 };
    Str authority = STR_NULL;
    char *copy = arena_try(a, bytes.len + 1);

    if (copy == NULL)
        return fail(fault, 431, STR("The header lines are too long."));
    memcpy(copy, bytes.ptr, bytes.len);

    Str rest = { copy, bytes.len };
    size_t line_len = str_find(rest, '\r');
    Str line = str_sub(rest, 0, line_len);
    Str method = str_cut(&line, ' ');
    head.target = str_cut(&line, ' ');
    if (str_is_null(line) || head.target.len == 0)
        return fail(fault, 400, malformed);
    /* The version first: nothing else of another protocol's head means what it seems to. */
    if (!parse_version(line, &head.minor, fault) || !parse_method(method, &head.method, fault)
        || !parse_target(a, &head, &authority, fault))
        return false;

    rest = str_skip(rest, line_len + 2);
    head.headers = ARENA_ARRAY(a, HttpHeader, count_lines(rest));
    if (head.headers == NULL)
        return fail(fault, 431, STR("There are too many header lines."));
    char *at = copy + line_len + 2;
    while (*at != '\r') {
        size_t len = str_find((Str){ at, bytes.len - (size_t)(at - copy) }, '\r');
        if (!parse_header(at, len, &head.headers[head.n_headers], fault))
            return false;
        head.n_headers++;
        at += len + 2;
    }

    const HttpHeader *found[COUNT_OF(once)] = { NULL };
    if (!check_once(&head, found, fault))
        return false;
    if (found[HOST] == NULL || !is_host(found[HOST]->value))
        return fail(fault, 400, STR("The Host header is missing or malformed."));
    head.host = str_lower_ascii(a, found[HOST]->value);
    if (!str_is_null(authority) && !str_eq_nocase(authority, head.host))
        return fail(fault, 400, STR("The address names another host than the Host header."));
    if (!parse_framing(&head, found, fault))
        return false;
    *ret = head;
    return true;
}

Str head_get(const HttpHead *head, Str lower_name)
{
    for (size_t i = 0; i < head->n_headers; i++) {
        if (str_eq(head->headers[i].name, lower_name))
            return head->headers[i].value;
    }
    return STR_NULL;
}
