/* yaml_write.c - canonical YAML: one way to write each tree. */
#include "domain/model/yaml.h"

#define LINE_MAX_COLUMNS 116

/* Columns of a text in a fixed-width font: characters of East Asian scripts take two. */
static size_t columns_of(Str s)
{
    size_t n = 0;

    for (size_t at = 0; at < s.len;) {
        uint32_t c = str_next_char(s, &at);
        bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF)
                    || (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF)
                    || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60)
                    || (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF)
                    || (c >= 0x20000 && c <= 0x3FFFD);
        n += wide ? 2 : 1;
    }
    return n;
}

Yaml *yaml_scalar(Arena *a, Str text, YamlStyle style)
{
    Yaml *y = ARENA_NEW(a, Yaml);

    *y = (Yaml){ .kind = YAML_IS_SCALAR, .text = text, .style = style };
    return y;
}

Yaml *yaml_list(Arena *a, bool block)
{
    Yaml *y = ARENA_NEW(a, Yaml);

    *y = (Yaml){ .kind = YAML_IS_LIST, .block = block };
    return y;
}

Yaml *yaml_map(Arena *a)
{
    Yaml *y = ARENA_NEW(a, Yaml);

    *y = (Yaml){ .kind = YAML_IS_MAP };
    return y;
}

Rc yaml_add(Arena *a, Yaml *list, Yaml *item)
{
    TRY(arena_grow(a, (void **)&list->items, &list->cap, list->n + 1, sizeof(Yaml *)));
    list->items[list->n++] = item;
    return RC_OK;
}

Rc yaml_put(Arena *a, Yaml *map, Str key, Yaml *item)
{
    TRY(arena_grow(a, (void **)&map->items, &map->cap, map->n + 1, sizeof(Yaml *)));
    TRY(arena_grow(a, (void **)&map->keys, &map->keys_cap, map->n + 1, sizeof(Yaml *)));
    map->items[map->n] = item;
    map->keys[map->n] = yaml_scalar(a, key, YAML_TEXT);
    map->n++;
    return RC_OK;
}

/* ---- scalars ---- */

/* Line breaks of YAML that are not LF, and the byte order mark. */
static const struct {
    const char *bytes, *escape;
} escapes[] = {
    { "\"", "\\\"" },
    { "\\", "\\\\" },
    { "\n", "\\n" },
    { "\t", "\\t" },
    { "\xE2\x80\xA8", "\\L" },
    { "\xE2\x80\xA9", "\\P" },
    { "\xEF\xBB\xBF", "\\uFEFF" },
};

/* May a text stand without quotes, in a line of its own as well as between { and }?  Cautious: it
 * begins with a letter, so that no reader takes it for a number, a date or a sign of YAML. */
static bool is_plain(Str s)
{
    char first = s.len > 0 ? s.ptr[0] : ' ', last = s.len > 0 ? s.ptr[s.len - 1] : ' ';
    bool letter =
        (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || (first & 0x80) != 0;

    if (!letter || last == ' ' || last == ':' || yaml_is_word(s))
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == ',' || c == '[' || c == ']' || c == '{' || c == '}' || c == '\n' || c == '\t'
            || c == '"' || c == '\\' || c == '?')
            return false;
        if (i > 0 && c == '#' && s.ptr[i - 1] == ' ')
            return false;
        if (i > 0 && c == ' ' && s.ptr[i - 1] == ':')
            return false;
    }
    for (size_t i = 4; i < COUNT_OF(escapes); i++)
        if (str_contains(s, str_z(escapes[i].bytes)))
            return false;
    return true;
}

static void write_quoted(Str s, Buf *to)
{
    buf_add_char(to, '"');
    while (s.len > 0) {
        size_t i = 0;
        while (i < COUNT_OF(escapes) && !str_starts(s, str_z(escapes[i].bytes)))
            i++;
        if (i < COUNT_OF(escapes)) {
            buf_add(to, str_z(escapes[i].escape));
            s = str_skip(s, str_z(escapes[i].bytes).len);
        } else {
            buf_add_char(to, s.ptr[0]);
            s = str_skip(s, 1);
        }
    }
    buf_add_char(to, '"');
}

static void write_scalar(const Yaml *y, Buf *to)
{
    if (y->style == YAML_PLAIN || (y->style == YAML_TEXT && is_plain(y->text)))
        buf_add(to, y->text);
    else
        write_quoted(y->text, to);
}

/* ---- one line ---- */

/* False: something in it wants a line of its own. */
static bool write_flow(const Yaml *y, Buf *to)
{
    switch (y->kind) {
    case YAML_IS_SCALAR: write_scalar(y, to); return true;
    case YAML_IS_LIST:
        if (y->block && y->n > 0)
            return false;
        buf_add_char(to, '[');
        for (size_t i = 0; i < y->n; i++) {
            if (i > 0)
                buf_add_lit(to, ", ");
            if (!write_flow(y->items[i], to))
                return false;
        }
        buf_add_char(to, ']');
        return true;
    case YAML_IS_MAP:
        if (y->n == 0) {
            buf_add_lit(to, "{}");
            return true;
        }
        buf_add_lit(to, "{ ");
        for (size_t i = 0; i < y->n; i++) {
            if (i > 0)
                buf_add_lit(to, ", ");
            write_scalar(y->keys[i], to);
            buf_add_lit(to, ": ");
            if (!write_flow(y->items[i], to))
                return false;
        }
        buf_add_lit(to, " }");
        return true;
    }
    return false;
}

/* Writes the value behind what already stands in this line (`used` characters) when it fits; takes it
 * back when it does not. */
static bool fits(const Yaml *y, size_t used, Buf *to)
{
    size_t before = to->len;

    if (write_flow(y, to)
        && used + columns_of((Str){ to->ptr + before, to->len - before }) <= LINE_MAX_COLUMNS)
        return true;
    to->len = before;
    return false;
}

/* ---- several lines ---- */

static void indent(size_t n, Buf *to)
{
    for (size_t i = 0; i < n; i++)
        buf_add_char(to, ' ');
}

static void write_map(const Yaml *y, size_t depth, bool first_indented, Buf *to);

static void write_list(const Yaml *y, size_t depth, Buf *to)
{
    for (size_t i = 0; i < y->n; i++) {
        const Yaml *item = y->items[i];
        indent(depth, to);
        buf_add_lit(to, "- ");
        if (item->kind == YAML_IS_SCALAR)
            write_scalar(item, to);
        else if (!fits(item, depth + 2, to)) {
            /* Lists of lists do not occur in documents, so this is a map. */
            write_map(item, depth + 2, true, to);
            continue;
        }
        buf_add_char(to, '\n');
    }
}

static void write_map(const Yaml *y, size_t depth, bool first_indented, Buf *to)
{
    for (size_t i = 0; i < y->n; i++) {
        const Yaml *item = y->items[i];
        size_t start = to->len;
        if (i > 0 || !first_indented)
            indent(depth, to);
        write_scalar(y->keys[i], to);
        buf_add_char(to, ':');
        size_t used = columns_of((Str){ to->ptr + start, to->len - start }) + 1
                      + (i == 0 && first_indented ? depth : 0);
        buf_add_char(to, ' ');
        if (item->kind == YAML_IS_SCALAR) {
            write_scalar(item, to);
            buf_add_char(to, '\n');
        } else if (fits(item, used, to)) {
            buf_add_char(to, '\n');
        } else {
            if (!to->full)
                to->len--; /* the blank after the colon */
            buf_add_char(to, '\n');
            if (item->kind == YAML_IS_LIST)
                write_list(item, depth + 2, to);
            else
                write_map(item, depth + 2, false, to);
        }
    }
}

void yaml_write(const Yaml *root, Buf *to)
{
    if (root->kind == YAML_IS_MAP) {
        write_map(root, 0, false, to);
    } else {
        (void)write_flow(root, to);
        buf_add_char(to, '\n');
    }
}
