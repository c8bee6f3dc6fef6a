/* out.c - see out.h. */
#include "web/out.h"

#include "web/asset.h"

/* What escaping does to a byte. */
enum { SAFE, ESCAPED, LEAD_E2 };
static const unsigned char byte_kind[256] = {
    ['&'] = ESCAPED, ['<'] = ESCAPED,  ['>'] = ESCAPED,
    ['"'] = ESCAPED, ['\''] = ESCAPED, [0xe2] = LEAD_E2,
};

static const char *entity(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    default: return "&#39;";
    }
}

/* The number of an invisible character that turns the direction of what follows (U+202A to U+202E,
 * U+2066 to U+2069), 0 for others: with one a name can be made to look like another. */
static unsigned direction_control(const unsigned char *p, size_t n)
{
    if (n < 3 || p[1] != 0x80 + (p[1] & 1u))
        return 0;
    unsigned c = 0x2000u | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ? c : 0;
}

/* Escapes for text and for attributes in either quotes.  `visible` shows direction controls as
 * their number; fields that are sent back keep them as they are. */
static void escape(Buf *b, Str s, bool visible)
{
    const unsigned char *bytes = (const unsigned char *)s.ptr;
    size_t from = 0;

    for (size_t i = 0; i < s.len; i++) {
        while (s.len - i >= 4
               && (byte_kind[bytes[i]] | byte_kind[bytes[i + 1]] | byte_kind[bytes[i + 2]]
                   | byte_kind[bytes[i + 3]])
                      == SAFE)
            i += 4;
        if (i == s.len)
            break;
        unsigned char kind = byte_kind[(unsigned char)s.ptr[i]];
        if (kind == SAFE)
            continue;
        unsigned control = 0;
        if (kind == LEAD_E2) {
            control = visible ? direction_control((const unsigned char *)s.ptr + i, s.len - i) : 0;
            if (control == 0)
                continue;
        }
        buf_add(b, str_sub(s, from, i));
        if (control != 0) {
            buf_add_fmt(b, "[U+%04X]", control);
            i += 2;
        } else {
            buf_add(b, str_z(entity(s.ptr[i])));
        }
        from = i + 1;
    }
    buf_add(b, str_skip(s, from));
}

/* -- text -- */

void out_str(PageOut *o, Str s)
{
    escape(o->buf, s, true);
}
void out_msg(PageOut *o, const char *msgid)
{
    escape(o->buf, i18n_text(o->reader.lang, msgid), true);
}
void out_int(PageOut *o, int64_t v)
{
    buf_add_int(o->buf, v);
}
void out_uint(PageOut *o, uint64_t v)
{
    buf_add_fmt(o->buf, "%llu", (unsigned long long)v);
}

void out_opt_int(PageOut *o, OptInt v)
{
    if (v.set)
        buf_add_int(o->buf, v.value);
}

void out_when(PageOut *o, When w)
{
    if (w.at == MS_NONE)
        return;
    OUT_LIT(o, "<time datetime=\"");
    if (w.form == WHEN_DATE) {
        buf_add(o->buf, clock_date(o->arena, w.at));
    } else {
        buf_add(o->buf, clock_rfc3339(o->arena, w.at));
        OUT_LIT(o, "\" title=\"");
        buf_add(o->buf, words_exact(o->arena, &o->reader, w.at));
    }
    OUT_LIT(o, "\">");
    out_str(o, words_when(o->arena, &o->reader, w));
    OUT_LIT(o, "</time>");
}

void out_span(PageOut *o, Span s)
{
    out_str(o, words_span(o->arena, &o->reader, s));
}
void out_money(PageOut *o, Money m)
{
    out_str(o, words_money(o->arena, &o->reader, m));
}
void out_size(PageOut *o, Size s)
{
    out_str(o, words_size(o->arena, &o->reader, s));
}
void out_grouped(PageOut *o, Grouped n)
{
    out_str(o, words_number(o->arena, &o->reader, n.n));
}
void out_html(PageOut *o, Html h)
{
    buf_add(o->buf, h.markup);
}

void out_lang(PageOut *o, LangText t)
{
    Lang lang = o->reader.lang;
    Str text = lang_text(&t, lang, &lang);

    if (lang == o->reader.lang) {
        out_str(o, text);
        return;
    }
    OUT_LIT(o, "<span lang=\"");
    buf_add(o->buf, str_z(lang_tag(lang)));
    OUT_LIT(o, "\">");
    out_str(o, text);
    OUT_LIT(o, "</span>");
}

static void out_arg(PageOut *o, const Arg *arg)
{
    switch (arg->kind) {
    case ARG_MARKUP: buf_add(o->buf, arg->str); break;
    case ARG_WHEN: out_when(o, arg->when); break;
    case ARG_LANG: out_lang(o, arg->lang); break;
    case ARG_STR:
    case ARG_MSG:
    case ARG_INT:
    case ARG_SPAN:
    case ARG_MONEY:
    case ARG_SIZE: out_str(o, words_arg(o->arena, &o->reader, arg)); break;
    }
}

void out_text(PageOut *o, Text t)
{
    Str rest = t.msgid == NULL ? STR_NULL : text_pattern(&o->reader, &t);
    Str piece;
    int slot;

    while (text_next(&rest, &piece, &slot)) {
        out_str(o, piece);
        if (slot == TEXT_COUNT_SLOT)
            out_str(o, words_number(o->arena, &o->reader, t.count));
        else if (slot != TEXT_NO_SLOT && (size_t)slot < t.n)
            out_arg(o, &t.args[slot]);
    }
}

/* -- attributes -- */

void attr_str(PageOut *o, Str s)
{
    escape(o->buf, s, false);
}
void attr_msg(PageOut *o, const char *msgid)
{
    escape(o->buf, i18n_text(o->reader.lang, msgid), false);
}
void attr_plain(PageOut *o, const char *text)
{
    escape(o->buf, str_z(text), false);
}
void attr_when(PageOut *o, When w)
{
    attr_str(o, words_when(o->arena, &o->reader, w));
}
void attr_span(PageOut *o, Span s)
{
    attr_str(o, words_span(o->arena, &o->reader, s));
}
void attr_money(PageOut *o, Money m)
{
    attr_str(o, words_money(o->arena, &o->reader, m));
}
void attr_size(PageOut *o, Size s)
{
    attr_str(o, words_size(o->arena, &o->reader, s));
}
void attr_grouped(PageOut *o, Grouped n)
{
    attr_str(o, words_number(o->arena, &o->reader, n.n));
}
void attr_text(PageOut *o, Text t)
{
    attr_str(o, words_text(o->arena, &o->reader, &t));
}
void attr_lang(PageOut *o, LangText t)
{
    attr_str(o, lang_text(&t, o->reader.lang, NULL));
}

/* -- addresses -- */

static bool is_safe_address(Str s)
{
    static const char *const schemes[] = { "https://", "http://", "mailto:" };

    if (s.len == 0)
        return false;
    /* Browsers drop TAB and line ends and take \ for /, which would make another host of "/\host". */
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] <= ' ' || s.ptr[i] == '\\' || s.ptr[i] == 0x7f)
            return false;
    if (s.ptr[0] == '/')
        return s.len == 1 || s.ptr[1] != '/';
    if (s.ptr[0] == '#' || s.ptr[0] == '?')
        return true;
    for (size_t i = 0; i < COUNT_OF(schemes); i++) {
        Str scheme = str_z(schemes[i]);
        if (s.len > scheme.len && str_eq_nocase(str_sub(s, 0, scheme.len), scheme))
            return true;
    }
    return false;
}

void url_str(PageOut *o, Str s)
{
    if (is_safe_address(s))
        escape(o->buf, s, false);
    else
        OUT_LIT(o, "#");
}

void url_plain(PageOut *o, const char *s)
{
    url_str(o, str_z(s));
}

void url_part_str(PageOut *o, Str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        /* unreserved, RFC 3986 section 2.3 */
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                     || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain)
            buf_add_char(o->buf, (char)c);
        else
            buf_add_fmt(o->buf, "%%%02X", c);
    }
}

void url_part_plain(PageOut *o, const char *s)
{
    url_part_str(o, str_z(s));
}

/* -- pieces -- */

void icon_str(PageOut *o, Str name)
{
    OUT_LIT(o, "<svg class=\"i\" aria-hidden=\"true\"><use href=\"" ASSET_icons_svg "#");
    url_part_str(o, name);
    OUT_LIT(o, "\"/></svg>");
}

void icon_plain(PageOut *o, const char *name)
{
    icon_str(o, str_z(name));
}

void out_csrf(PageOut *o)
{
    OUT_LIT(o, "<input type=\"hidden\" name=\"_csrf\" value=\"");
    attr_str(o, o->csrf);
    OUT_LIT(o, "\">");
}

Html html_take(PageOut *o, size_t mark)
{
    if (o->buf->full || mark > o->buf->len)
        return (Html){ STR_NULL };
    Html taken = { str_dup(o->arena, (Str){ o->buf->ptr + mark, o->buf->len - mark }) };
    o->buf->len = mark;
    return taken;
}
