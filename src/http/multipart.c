#include "http/multipart.h"

#include "http/head.h"

#define BOUNDARY_MAX 70 /* RFC 2046, section 5.1.1 */

static Rc fail(Str *ret_why, Rc rc, Str why)
{
    if (ret_why != NULL)
        *ret_why = why;
    return rc;
}

/* --- parameters ------------------------------------------------------------------------------- */

static Str skip_blanks(Str s)
{
    while (s.len > 0 && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
        s = str_skip(s, 1);
    return s;
}

/* The next "; name=value" of a header value.  A quoted value keeps its escapes.  `*rest` is empty
 * after the last one. */
static bool next_param(Str *rest, Str *ret_name, Str *ret_value, bool *ret_quoted)
{
    Str s = skip_blanks(*rest);

    if (!str_starts(s, STR(";")))
        return false;
    s = skip_blanks(str_skip(s, 1));
    size_t equals = str_find(s, '=');
    *ret_name = str_sub(s, 0, equals);
    if (!head_is_token(*ret_name) || equals == s.len)
        return false;
    s = str_skip(s, equals + 1);
    *ret_quoted = str_starts(s, STR("\""));
    size_t end = *ret_quoted ? 1 : 0;
    if (*ret_quoted) {
        while (end < s.len && s.ptr[end] != '"')
            end += s.ptr[end] == '\\' && end + 1 < s.len && s.ptr[end + 1] == '"' ? 2 : 1;
        if (end >= s.len)
            return false;
        *ret_value = str_sub(s, 1, end);
        end++;
    } else {
        while (end < s.len && s.ptr[end] != ';' && s.ptr[end] != ' ' && s.ptr[end] != '\t')
            end++;
        *ret_value = str_sub(s, 0, end);
        if (!head_is_token(*ret_value))
            return false;
    }
    *rest = skip_blanks(str_skip(s, end));
    return true;
}

static bool is_boundary(Str s)
{
    if (s.len < 1 || s.len > BOUNDARY_MAX || s.ptr[s.len - 1] == ' ')
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!plain && (c == '\0' || strchr("'()+_,-./:=? ", c) == NULL))
            return false;
    }
    return true;
}

Rc multipart_boundary(Str content_type, Str *ret)
{
    const Str type = STR("multipart/form-data");
    Str rest = str_skip(content_type, type.len);
    Str found = STR_NULL;

    if (!str_eq_nocase(str_sub(content_type, 0, type.len), type)
        || (rest.len > 0 && rest.ptr[0] != ';' && rest.ptr[0] != ' '))
        return RC_NOT_FOUND;
    while (rest.len > 0) {
        Str name, value;
        bool quoted;
        if (!next_param(&rest, &name, &value, &quoted))
            return RC_INVALID;
        if (!str_eq_nocase(name, STR("boundary")))
            continue;
        if (!str_is_null(found) || !is_boundary(value))
            return RC_INVALID;
        found = value;
    }
    if (str_is_null(found))
        return RC_INVALID;
    *ret = found;
    return RC_OK;
}

/* --- one part --------------------------------------------------------------------------------- */

/* How the escapes of the two kinds of senders are undone: browsers write %22 %0D %0A for the three
 * characters that would break the line (WHATWG HTML, section 4.10.21.8), others write \" as in
 * RFC 9110.  Everything else is the name itself, '%' and '\' included. */
static Rc unescape(Arena *a, Str raw, Str *ret)
{
    char *to = NULL;
    size_t n = 0;

    if (str_find(raw, '%') == raw.len && str_find(raw, '\\') == raw.len) {
        *ret = raw;
        return RC_OK;
    }
    to = arena_try(a, raw.len);
    if (to == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < raw.len; i++) {
        Str next = str_sub(raw, i, i + 3);
        char c = raw.ptr[i];
        if (str_eq(next, STR("%22"))) {
            c = '"';
            i += 2;
        } else if (str_eq_nocase(next, STR("%0d"))) {
            c = '\r';
            i += 2;
        } else if (str_eq_nocase(next, STR("%0a"))) {
            c = '\n';
            i += 2;
        } else if (str_starts(next, STR("\\\""))) {
            c = '"';
            i += 1;
        }
        to[n++] = c;
    }
    *ret = (Str){ to, n };
    return RC_OK;
}

static Rc parse_disposition(Arena *a, Str value, MultipartPart *part, Str *ret_why)
{
    const Str malformed = STR("A part of the form has a malformed Content-Disposition.");
    Str type = STR("form-data");

    if (!str_eq_nocase(str_sub(value, 0, type.len), type))
        return fail(ret_why, RC_INVALID, malformed);
    value = skip_blanks(str_skip(value, type.len));
    while (value.len > 0) {
        Str key, raw, text;
        bool quoted;
        if (!next_param(&value, &key, &raw, &quoted))
            return fail(ret_why, RC_INVALID, malformed);
        if (quoted)
            TRY(unescape(a, raw, &text));
        else
            text = raw;
        bool is_name = str_eq_nocase(key, STR("name"));
        bool is_file = str_eq_nocase(key, STR("filename"));
        if (!is_name && !is_file) /* filename* too: RFC 7578, section 4.2 */
            return fail(ret_why, RC_INVALID, malformed);
        if (text.len > MULTIPART_NAME_MAX_BYTES)
            return fail(ret_why, RC_LIMIT, STR("The name of a field or file is too long."));
        if (!str_is_clean_text(text, false))
            return fail(ret_why, RC_INVALID,
                        STR("The name of a field or file holds control characters."));
        if (is_name ? !str_is_null(part->name) : part->is_file)
            return fail(ret_why, RC_INVALID, malformed);
        if (is_name) {
            part->name = text;
        } else {
            part->is_file = true;
            part->file_name = text;
        }
    }
    if (part->name.len == 0)
        return fail(ret_why, RC_INVALID, malformed);
    return RC_OK;
}

static Rc parse_line(Arena *a, Str line, MultipartPart *part, bool *disposed, Str *ret_why)
{
    Str value = line;
    Str key = str_cut(&value, ':');

    if (str_is_null(value) || !head_is_token(key) || !str_is_clean_text(value, false))
        return fail(ret_why, RC_INVALID, STR("A part of the form has a malformed header line."));
    value = str_trim(value);
    if (str_eq_nocase(key, STR("content-disposition"))) {
        if (*disposed)
            return fail(ret_why, RC_INVALID, STR("A part of the form is described twice."));
        *disposed = true;
        return parse_disposition(a, value, part, ret_why);
    }
    if (str_eq_nocase(key, STR("content-type"))) {
        if (!str_is_null(part->type))
            return fail(ret_why, RC_INVALID, STR("A part of the form is described twice."));
        part->type = value;
    } else if (str_eq_nocase(key, STR("content-transfer-encoding"))
               && !str_eq_nocase(value, STR("7bit")) && !str_eq_nocase(value, STR("8bit"))
               && !str_eq_nocase(value, STR("binary"))) {
        return fail(ret_why, RC_INVALID,
                    STR("A part of the form has an encoding that is not "
                        "supported."));
    }
    return RC_OK;
}

/* Header lines up to and with the empty line; `*rest` becomes what follows. */
static Rc parse_head(Arena *a, Str *rest, MultipartPart *part, Str *ret_why)
{
    const Str too_long = STR("The header lines of a part of the form are too long.");
    Str s = *rest;
    bool disposed = false;
    size_t used = 0;

    for (size_t lines = 0;; lines++) {
        Str window = str_sub(s, used, MULTIPART_HEAD_MAX_BYTES + 2);
        size_t end = str_find(window, '\r');
        if (end + 1 >= window.len || window.ptr[end + 1] != '\n') {
            bool cut = end + 1 >= window.len && s.len > MULTIPART_HEAD_MAX_BYTES + 1;
            return cut ? fail(ret_why, RC_LIMIT, too_long)
                       : fail(ret_why, RC_INVALID,
                              STR("A part of the form has no end of its "
                                  "header lines."));
        }
        used += end + 2;
        if (end == 0)
            break;
        if (lines == MULTIPART_HEADERS_MAX || used > MULTIPART_HEAD_MAX_BYTES)
            return fail(ret_why, RC_LIMIT, too_long);
        TRY(parse_line(a, str_sub(window, 0, end), part, &disposed, ret_why));
    }
    if (!disposed)
        return fail(ret_why, RC_INVALID, STR("A part of the form has no name."));
    *rest = str_skip(s, used);
    return RC_OK;
}

static Rc check_field(const MultipartPart *part, Str *ret_why)
{
    if (part->bytes.len > MULTIPART_FIELD_MAX_BYTES)
        return fail(ret_why, RC_LIMIT, STR("A field of the form is too long."));
    if (str_find(part->bytes, '\0') < part->bytes.len || !str_is_utf8(part->bytes))
        return fail(ret_why, RC_INVALID, STR("A field of the form is not valid UTF-8."));
    return RC_OK;
}

/* --- the whole -------------------------------------------------------------------------------- */

Rc multipart_parse(Arena *a, Str body, Str boundary, MultipartParts *ret, Str *ret_why)
{
    const Str malformed = STR("The form does not keep to its boundary.");
    MultipartParts parts = { 0 };
    size_t files = 0;
    Str rest = body;
    /* A line break belongs to the delimiter; the first delimiter has none before it. */
    char delimiter[4 + BOUNDARY_MAX] = "\r\n--";
    size_t n = 4 + boundary.len;

    if (ret_why != NULL)
        *ret_why = STR("The form is too large.");
    if (!is_boundary(boundary))
        return fail(ret_why, RC_INVALID, malformed);
    memcpy(delimiter + 4, boundary.ptr, boundary.len);
    if (!str_starts(rest, (Str){ delimiter + 2, n - 2 }))
        return fail(ret_why, RC_INVALID, malformed);
    rest = str_skip(rest, n - 2);

    while (str_starts(rest, STR("\r\n"))) {
        MultipartPart part = { 0 };

        rest = str_skip(rest, 2);
        if (parts.n == MULTIPART_PARTS_MAX)
            return fail(ret_why, RC_LIMIT, STR("The form has too many parts."));
        TRY(parse_head(a, &rest, &part, ret_why));
        const char *end = memmem(rest.ptr, rest.len, delimiter, n);
        if (end == NULL)
            return fail(ret_why, RC_INVALID, malformed);
        part.bytes = str_sub(rest, 0, (size_t)(end - rest.ptr));
        rest = str_skip(rest, part.bytes.len + n);
        if (!part.is_file)
            TRY(check_field(&part, ret_why));
        else if (part.file_name.len > 0 && ++files > MULTIPART_FILES_MAX)
            return fail(ret_why, RC_LIMIT, STR("There are too many files in the form."));
        TRY(LIST_PUSH(a, &parts, part));
    }
    if (!str_eq(rest, STR("--")) && !str_eq(rest, STR("--\r\n")))
        return fail(ret_why, RC_INVALID, malformed);
    *ret = parts;
    return RC_OK;
}
