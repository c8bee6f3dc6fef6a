/* words.h - values as words: sentences with values in them, dates, spans, amounts, sizes.
 *
 * A page, a mail or an API answer gives typed values (When, Money, Text) and a Reader; the words
 * are made here, in the reader's language and time zone.  The rules of each language stand in one
 * table in words.c; nothing comes from the system's locale.
 *
 * Results live in the arena.  Everything here is pure.
 */
#pragma once

#include "app/i18n.h"
#include "core/clock.h"

/* For whom words are made. */
typedef struct Reader {
    Lang lang;
    const Zone *zone; /* never NULL */
    Ms now_ms;        /* "today" is the day of this instant in that zone */
} Reader;

/* How an instant is said.  The year is added when it is not the present one. */
typedef enum WhenForm {
    WHEN_MOMENT, /* Wed 25 Nov, 09:20 | today, 09:20      for things that happened */
    WHEN_DAY,    /* Friday 4 December                     for a date to plan with */
    WHEN_SHORT,  /* Fri 4 Dec | today, 16:00              for a due time in a narrow place */
    WHEN_PAST,   /* Tuesday (sv: i tisdags) | yesterday   after "since" */
    WHEN_CLOCK,  /* 09:20 */
    WHEN_DATE,   /* Friday 4 December of a calendar date kept as its start in UTC */
    WHEN_MONTH, /* Dec 2026: the month of such a date, always with its year */
} WhenForm;

/* An instant and how to say it; at == MS_NONE says nothing. */
typedef struct When {
    Ms at;
    WhenForm form;
} When;

static inline When when_moment(Ms at)
{
    return (When){ at, WHEN_MOMENT };
}
static inline When when_day(Ms at)
{
    return (When){ at, WHEN_DAY };
}
static inline When when_short(Ms at)
{
    return (When){ at, WHEN_SHORT };
}
static inline When when_past(Ms at)
{
    return (When){ at, WHEN_PAST };
}
static inline When when_clock(Ms at)
{
    return (When){ at, WHEN_CLOCK };
}
static inline When when_date(Ms at)
{
    return (When){ at, WHEN_DATE };
}
static inline When when_month(Ms at)
{
    return (When){ at, WHEN_MONTH };
}

/* A length of time: "1 h 10 min", "25 min", "2 d 1 h".  The two largest units; under a minute
 * "0 min".  Negative spans keep their minus sign. */
typedef struct Span {
    int64_t ms;
} Span;
static inline Span span_ms(int64_t ms)
{
    return (Span){ ms };
}

/* An amount in the smallest unit of its currency (cents), with the ISO 4217 code. */
typedef struct Money {
    int64_t minor;
    char currency[4];
} Money;
/* Digits after the point: 2 for most currencies, 0 for JPY, 3 for KWD. */
int money_digits(const char *currency);

/* A size in bytes: "184 kB", "3.1 MB". */
typedef struct Size {
    uint64_t bytes;
} Size;
static inline Size size_bytes(uint64_t bytes)
{
    return (Size){ bytes };
}

/* How many: "12,345". */
typedef struct Grouped {
    int64_t n;
} Grouped;
static inline Grouped grouped_of(int64_t n)
{
    return (Grouped){ n };
}

Str words_when(Arena *a, const Reader *r, When w);
/* The exact instant for a tooltip: "2026-11-25 09:20:31 +01:00". */
Str words_exact(Arena *a, const Reader *r, Ms at);
Str words_span(Arena *a, const Reader *r, Span s);
Str words_money(Arena *a, const Reader *r, Money m); /* €2,400 | 2 400 € */
Str words_size(Arena *a, const Reader *r, Size s);
Str words_number(Arena *a, const Reader *r, int64_t n); /* 12,345 | 12 345 */

/* A value inside a sentence.  Made by TEXT, not by hand. */
typedef enum ArgKind {
    ARG_STR, /* text of a person or from the database */
    ARG_MSG, /* a message id, translated */
    ARG_INT,
    ARG_WHEN,
    ARG_SPAN,
    ARG_MONEY,
    ARG_SIZE,
    ARG_LANG,   /* a text in several languages */
    ARG_MARKUP, /* constant or safe HTML; only web/out.h makes it, and only for pages */
} ArgKind;

typedef struct Arg {
    ArgKind kind;
    union {
        Str str;
        const char *msg;
        int64_t number;
        When when;
        Span span;
        Money money;
        Size size;
        LangText lang;
    };
} Arg;

#define TEXT_ARGS_MAX 4

/* A message with its values, not yet in any language. {0} to {3} in the message stand for the
 * values, %d for the count.  Holds pointers to what it was given. */
typedef struct Text {
    const char *msgid; /* NULL says nothing */
    const char *many;  /* the plural form, NULL where nothing is counted */
    int64_t count;
    size_t n;
    Arg args[TEXT_ARGS_MAX];
} Text;

/* TEXT("Waiting for {0} since {1}.", person.name, when_past(asked_ms))
 * TEXT_N("%d task", "%d tasks", list.n)     TEXT_N("%d task for {0}", "%d tasks for {0}", n, who) */
#define TEXT(...)                                                                                  \
    TEXT_PICK_(__VA_ARGS__, TEXT_4_, TEXT_3_, TEXT_2_, TEXT_1_, TEXT_0_, )(__VA_ARGS__)
#define TEXT_N(one, many_, ...)                                                                    \
    TEXT_PICK_(__VA_ARGS__, TEXT_N4_, TEXT_N3_, TEXT_N2_, TEXT_N1_, TEXT_N0_, )                    \
    (one, many_, __VA_ARGS__)

/* The sentence in the reader's language as plain text. */
Str words_text(Arena *a, const Reader *r, const Text *t);
/* The words of one value, as they stand inside a sentence. */
Str words_arg(Arena *a, const Reader *r, const Arg *arg);

/* -- for writers of other forms than plain text (web/out.c) -- */

/* The message of a Text in the reader's language, still with its placeholders. */
Str text_pattern(const Reader *r, const Text *t);
/* Cuts the text before the next placeholder off *rest.  *ret_slot is the number of the value,
 * TEXT_COUNT_SLOT for %d, TEXT_NO_SLOT for the last piece.  False at the end. */
#define TEXT_NO_SLOT    (-1)
#define TEXT_COUNT_SLOT (-2)
CHECKED bool text_next(Str *rest, Str *ret_piece, int *ret_slot);

/* -- what the macros above need -- */

static inline Arg arg_str(Str v)
{
    return (Arg){ .kind = ARG_STR, .str = v };
}
static inline Arg arg_msg(const char *v)
{
    return (Arg){ .kind = ARG_MSG, .msg = v };
}
static inline Arg arg_int(int64_t v)
{
    return (Arg){ .kind = ARG_INT, .number = v };
}
static inline Arg arg_uint(uint64_t v)
{
    return (Arg){ .kind = ARG_INT, .number = (int64_t)v };
}
static inline Arg arg_when(When v)
{
    return (Arg){ .kind = ARG_WHEN, .when = v };
}
static inline Arg arg_span(Span v)
{
    return (Arg){ .kind = ARG_SPAN, .span = v };
}
static inline Arg arg_money(Money v)
{
    return (Arg){ .kind = ARG_MONEY, .money = v };
}
static inline Arg arg_size(Size v)
{
    return (Arg){ .kind = ARG_SIZE, .size = v };
}
static inline Arg arg_lang(LangText v)
{
    return (Arg){ .kind = ARG_LANG, .lang = v };
}
static inline Arg arg_lang_at(const LangText *v)
{
    return arg_lang(*v);
}

/* clang-format off */
#define ARG_CASES_                                                                                 \
    Str: arg_str, const char *: arg_msg, char *: arg_msg,                                          \
    signed char: arg_int, short: arg_int, int: arg_int, long: arg_int, long long: arg_int,         \
    unsigned char: arg_uint, unsigned short: arg_uint, unsigned: arg_uint,                         \
    unsigned long: arg_uint, unsigned long long: arg_uint,                                         \
    When: arg_when, Span: arg_span, Money: arg_money, Size: arg_size,                              \
    LangText: arg_lang, const LangText *: arg_lang_at, LangText *: arg_lang_at
#define ARG(x) _Generic((x), ARG_CASES_)(x)
/* clang-format on */

#define TEXT_PICK_(a, b, c, d, e, name, ...) name
#define TEXT_0_(id)                          ((Text){ .msgid = "" id "" })
#define TEXT_1_(id, a)                       ((Text){ .msgid = "" id "", .n = 1, .args = { ARG(a) } })
#define TEXT_2_(id, a, b)                    ((Text){ .msgid = "" id "", .n = 2, .args = { ARG(a), ARG(b) } })
#define TEXT_3_(id, a, b, c)                                                                       \
    ((Text){ .msgid = "" id "", .n = 3, .args = { ARG(a), ARG(b), ARG(c) } })
#define TEXT_4_(id, a, b, c, d)                                                                    \
    ((Text){ .msgid = "" id "", .n = 4, .args = { ARG(a), ARG(b), ARG(c), ARG(d) } })
#define TEXT_N0_(one, m, c) ((Text){ .msgid = "" one "", .many = "" m "", .count = (int64_t)(c) })
#define TEXT_N1_(one, m, c, a0)                                                                    \
    ((Text){                                                                                       \
        .msgid = "" one "", .many = "" m "", .count = (int64_t)(c), .n = 1, .args = { ARG(a0) } })
#define TEXT_N2_(one, m, c, a0, a1)                                                                \
    ((Text){ .msgid = "" one "",                                                                   \
             .many = "" m "",                                                                      \
             .count = (int64_t)(c),                                                                \
             .n = 2,                                                                               \
             .args = { ARG(a0), ARG(a1) } })
#define TEXT_N3_(one, m, c, a0, a1, a2)                                                            \
    ((Text){ .msgid = "" one "",                                                                   \
             .many = "" m "",                                                                      \
             .count = (int64_t)(c),                                                                \
             .n = 3,                                                                               \
             .args = { ARG(a0), ARG(a1), ARG(a2) } })
#define TEXT_N4_(one, m, c, a0, a1, a2, a3)                                                        \
    ((Text){ .msgid = "" one "",                                                                   \
             .many = "" m "",                                                                      \
             .count = (int64_t)(c),                                                                \
             .n = 4,                                                                               \
             .args = { ARG(a0), ARG(a1), ARG(a2), ARG(a3) } })
