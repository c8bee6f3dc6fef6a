/* out.h - PageOut: where a page is written, and the sinks that write values into it.
 *
 * Templates (docs/templates.md) are the usual way to write a page; the functions here are what they
 * compile to.  A sink is chosen twice: by the place where the value stands (text, attribute, address)
 * and by the C type of the value.  A type that has no meaning in a place does not compile, so text
 * cannot get into a page without the escaping of that place:
 *
 *   Str           text of people or from the database, escaped
 *   const char *  a message id (T("...")), translated, then escaped
 *   integers      digits;  Money, Span, Size, When, Text, LangText  in the words of the reader
 *   Html          markup that is already safe, written as it is
 */
#pragma once

#include "app/words.h"
#include "core/buf.h"

/* Markup that is safe to write as it is.  Made only by html_of_page (what a template wrote) and by
 * the sanitizer; never from text. */
typedef struct Html {
    Str markup;
} Html;

typedef struct PageOut {
    Buf *buf;     /* grows to the page's stated maximum; a page that is too long fails at its end */
    Arena *arena; /* for the words of dates, amounts and sentences */
    Reader reader; /* language, zone, now */
    Str csrf;      /* token of this session for the forms of the page */
} PageOut;

/* RC_OK, or RC_LIMIT when the page did not fit into its buffer. */
static inline Rc page_result(const PageOut *o)
{
    return buf_result(o->buf);
}

/* Markup known when the program is built.  Takes a literal only. */
#define OUT_LIT(o, literal) buf_add_bytes((o)->buf, "" literal "", sizeof(literal) - 1)

/* -- text between tags -- */
void out_str(PageOut *o, Str s);
void out_msg(PageOut *o, const char *msgid);
void out_int(PageOut *o, int64_t v);
void out_uint(PageOut *o, uint64_t v);
void out_opt_int(PageOut *o, OptInt v); /* nothing when absent */
/* <time datetime="..." title="the exact instant">words</time>; nothing for MS_NONE. */
void out_when(PageOut *o, When w);
void out_span(PageOut *o, Span s);
void out_money(PageOut *o, Money m);
void out_size(PageOut *o, Size s);
void out_grouped(PageOut *o, Grouped n);
void out_text(PageOut *o, Text t); /* the message's own text and its values are escaped */
/* Marks a text that exists only in another language with <span lang>. */
void out_lang(PageOut *o, LangText t);
void out_html(PageOut *o, Html h);

/* -- inside a quoted attribute: the same words without markup -- */
void attr_str(PageOut *o, Str s);
void attr_msg(PageOut *o, const char *msgid);  /* translated: aria-label, title, placeholder, alt */
void attr_plain(PageOut *o, const char *text); /* not translated: class, id, value, name */
void attr_when(PageOut *o, When w);
void attr_span(PageOut *o, Span s);
void attr_money(PageOut *o, Money m);
void attr_size(PageOut *o, Size s);
void attr_grouped(PageOut *o, Grouped n);
void attr_text(PageOut *o, Text t);
void attr_lang(PageOut *o, LangText t);

/* -- addresses -- */
/* A whole address: "/path", "?query", "#part", https:, http: or mailto:.  Anything else, such as
 * javascript: or //host, is written as "#". */
void url_str(PageOut *o, Str s);
void url_plain(PageOut *o, const char *s);
/* A piece of an address behind its constant beginning: percent-encoded, "/" included. */
void url_part_str(PageOut *o, Str s);
void url_part_plain(PageOut *o, const char *s);

/* An icon of the sprite by a name known at run time; an unknown name is an empty box. */
void icon_str(PageOut *o, Str name);
void icon_plain(PageOut *o, const char *name);
/* The hidden field that proves that a form comes from one of our pages. */
void out_csrf(PageOut *o);

/* -- choosing the sink by type; used by compiled templates -- */

/* clang-format off */
#define INT_CASES_(signed_fn, unsigned_fn)                                                         \
    signed char: signed_fn, short: signed_fn, int: signed_fn, long: signed_fn,                     \
    long long: signed_fn, unsigned char: unsigned_fn, unsigned short: unsigned_fn,                 \
    unsigned: unsigned_fn, unsigned long: unsigned_fn, unsigned long long: unsigned_fn

#define OUT_TEXT(o, x)                                                                             \
    _Generic((x), Str: out_str, const char *: out_msg, char *: out_msg, When: out_when,            \
             Span: out_span, Money: out_money, Size: out_size, Text: out_text, LangText: out_lang, \
             Grouped: out_grouped, Html: out_html, OptInt: out_opt_int, INT_CASES_(out_int, out_uint))((o), (x))
#define OUT_WORDS_ATTR(o, x)                                                                       \
    _Generic((x), Str: attr_str, const char *: attr_msg, char *: attr_msg, When: attr_when,        \
             Span: attr_span, Money: attr_money, Size: attr_size, Text: attr_text,                 \
             Grouped: attr_grouped, LangText: attr_lang, OptInt: out_opt_int, INT_CASES_(out_int, out_uint))((o), (x))
#define OUT_ATTR(o, x)                                                                             \
    _Generic((x), Str: attr_str, const char *: attr_plain, char *: attr_plain,                     \
             OptInt: out_opt_int, INT_CASES_(out_int, out_uint))((o), (x))
#define OUT_URL(o, x) _Generic((x), Str: url_str, const char *: url_plain, char *: url_plain)((o), (x))
#define OUT_URL_PART(o, x)                                                                         \
    _Generic((x), Str: url_part_str, const char *: url_part_plain, char *: url_part_plain,         \
             INT_CASES_(out_int, out_uint))((o), (x))
#define OUT_ICON(o, x) _Generic((x), Str: icon_str, const char *: icon_plain, char *: icon_plain)((o), (x))
/* clang-format on */

/* -- conditions: {{?x}} and {{^x}} -- */
static inline bool is_str(Str v)
{
    return v.len != 0;
}
static inline bool is_bool(bool v)
{
    return v;
}
static inline bool is_pointer(const void *v)
{
    return v != NULL;
}
static inline bool is_when(When v)
{
    return v.at != MS_NONE;
}
static inline bool is_text(Text v)
{
    return v.msgid != NULL;
}
static inline bool is_html(Html v)
{
    return v.markup.len != 0;
}
static inline bool is_opt_int(OptInt v)
{
    return v.set;
}
static inline bool is_lang(LangText v)
{
    return lang_text(&v, LANG_EN, NULL).len != 0;
}
static inline bool is_plain(const char *v)
{
    return v != NULL && v[0] != '\0';
}
static inline bool is_int(int64_t v)
{
    return v != 0;
}
static inline bool is_uint(uint64_t v)
{
    return v != 0;
}

/* A list is asked by its length, {{?rows.n}}; other structs do not compile. */
/* clang-format off */
#define IS_TRUE(x)                                                                                 \
    _Generic((x), bool: is_bool, Str: is_str, When: is_when, Text: is_text, Html: is_html,         \
             OptInt: is_opt_int, LangText: is_lang, const char *: is_plain, char *: is_plain,      \
             INT_CASES_(is_int, is_uint), default: is_pointer)(x)
/* clang-format on */

/* -- values inside {{T "..." values}} -- */
static inline Arg arg_html(Html v)
{
    return (Arg){ .kind = ARG_MARKUP, .str = v.markup };
}
static inline Arg arg_markup(const char *literal)
{
    return (Arg){ .kind = ARG_MARKUP, .str = str_z(literal) };
}
#define OUT_ARG(x) _Generic((x), Html : arg_html, ARG_CASES_)(x)

/* A struct or a pointer to it, for a partial. */
#define TEMPLATE_ARG(T, x) _Generic((x), T : &(x), T * : (x), const T * : (x))
/* What was written since `mark`, taken out of the page again: {{=name}}. */
Html html_take(PageOut *o, size_t mark);
