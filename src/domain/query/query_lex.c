/* query_lex.c - cuts a condition into tokens. */
#include "domain/query/query_lex.h"

Rc cond_error(CondError *e, uint32_t column, Str code, Text text)
{
    *e = (CondError){ .column = column, .code = code, .text = text };
    return RC_INVALID;
}

Text token_expected(const Token *t, const char *what)
{
    if (t->kind == TOKEN_END)
        return TEXT("{0} is expected here, not the end.", what);
    return TEXT("{0} is expected here, not \"{1}\".", what, t->text);
}

Str cond_error_english(Arena *a, const CondError *e)
{
    Reader reader = { .lang = LANG_EN, .zone = zone_utc() };

    return words_text(a, &reader, &e->text);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* What names, keys, numbers, dates and spans are made of.  A minus and a plus inside belong to the
 * run ("hr-concern", "10:00+01:00"), which is why signs stand between blanks. */
static bool is_run_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '.'
           || c == '-' || c == '/' || c == ':' || c == '@';
}

static bool is_run_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '$';
}

/* "2027-06-01T10:00Z" may leave out its seconds. */
static bool datetime_parse(Arena *a, Str s, Ms *ret)
{
    if (clock_parse_rfc3339(s, ret))
        return true;
    if (s.len < 17 || s.ptr[10] != 'T' || s.ptr[13] != ':' || s.ptr[16] == ':')
        return false;
    Str head = str_sub(s, 0, 16), tail = str_skip(s, 16);
    return clock_parse_rfc3339(str_fmt(a, "%.*s:00%.*s", STR_ARG(head), STR_ARG(tail)), ret);
}

static void classify(Arena *a, Token *t)
{
    if (!is_digit(t->text.ptr[0]))
        t->kind = TOKEN_WORD;
    else if (decimal_parse(t->text, &t->number))
        t->kind = TOKEN_NUMBER;
    else if (timespan_parse(t->text, &t->span))
        t->kind = TOKEN_SPAN;
    else if (clock_parse_date(t->text, &t->at))
        t->kind = TOKEN_DATE;
    else if (datetime_parse(a, t->text, &t->at))
        t->kind = TOKEN_DATETIME;
    else
        t->kind = TOKEN_WORD;
}

static Rc lex_string(Arena *a, Str s, size_t *at, uint32_t *column, Token *t, CondError *e)
{
    size_t from = *at + 1, end = from;
    bool escaped = false;
    uint32_t start = *column;

    while (end < s.len && s.ptr[end] != '"') {
        if (s.ptr[end] == '\\') {
            escaped = true;
            if (end + 1 < s.len && (s.ptr[end + 1] == '"' || s.ptr[end + 1] == '\\'))
                end++;
            else
                return cond_error(
                    e, start, STR("syntax"),
                    TEXT("In a quoted text only \\\" and \\\\ are written with a backslash."));
        }
        end++;
    }
    if (end == s.len)
        return cond_error(e, start, STR("syntax"),
                          TEXT("This quoted text does not end; put \" after it."));

    t->kind = TOKEN_STRING;
    t->text = str_dup(a, str_sub(s, from, end)); /* errors show it after the input is gone */
    if (escaped) {
        char *to = arena_try(a, end - from);
        size_t n = 0;
        if (to == NULL)
            return RC_LIMIT;
        for (size_t i = from; i < end; i++) {
            if (s.ptr[i] == '\\')
                i++;
            to[n++] = s.ptr[i];
        }
        t->text = (Str){ to, n };
    }
    *column += (uint32_t)str_chars(str_sub(s, *at, end + 1));
    *at = end + 1;
    return RC_OK;
}

/* Signs of other languages, with what is meant here. */
static const struct {
    const char *sign, *instead;
} foreign_signs[] = {
    { "==", "=" },  { "&&", "and" }, { "||", "or" }, { "<>", "!=" }, { "=<", "<=" },
    { "=>", ">=" }, { "!~", "not" }, { "&", "and" }, { "|", "or" },
};

static Rc lex_sign(Arena *a, Str s, size_t *at, uint32_t *column, Token *t, CondError *e)
{
    static const char *const signs[] = { "!=", "<=", ">=", "=", "<", ">", "~",
                                         "(",  ")",  ",",  "+", "-", "*" };
    Str rest = str_skip(s, *at);

    for (size_t i = 0; i < COUNT_OF(foreign_signs); i++)
        if (str_starts(rest, str_z(foreign_signs[i].sign)))
            return cond_error(e, *column, STR("syntax"),
                              TEXT("There is no {0} here; write {1}.", foreign_signs[i].sign,
                                   foreign_signs[i].instead));
    for (size_t i = 0; i < COUNT_OF(signs); i++) {
        Str sign = str_z(signs[i]);
        if (!str_starts(rest, sign))
            continue;
        t->kind = TOKEN_SIGN;
        t->text = sign;
        *at += sign.len;
        *column += (uint32_t)sign.len;
        return RC_OK;
    }
    if (rest.ptr[0] == '!')
        return cond_error(e, *column, STR("syntax"), TEXT("There is no ! here; write not."));
    if (rest.ptr[0] == '\'')
        return cond_error(e, *column, STR("syntax"),
                          TEXT("Texts stand in double quotes: \"...\"."));
    size_t end = 0;
    (void)str_next_char(rest, &end);
    return cond_error(e, *column, STR("syntax"),
                      TEXT("\"{0}\" cannot stand here; texts stand in double quotes.",
                           str_dup(a, str_sub(rest, 0, end))));
}

Rc cond_lex(Arena *a, Str text, Tokens *ret, CondError *ret_error)
{
    Tokens list = { 0 };
    size_t at = 0;
    uint32_t column = 1;

    if (text.len > COND_TEXT_MAX) {
        (void)cond_error(ret_error, 1, STR("limit"),
                         TEXT("A condition has at most {0} bytes.", COND_TEXT_MAX));
        return RC_LIMIT;
    }
    if (!str_is_clean_text(text, true))
        return cond_error(ret_error, 1, STR("syntax"),
                          TEXT("A condition is UTF-8 text without control characters."));
    for (;;) {
        while (at < text.len
               && (text.ptr[at] == ' ' || text.ptr[at] == '\t' || text.ptr[at] == '\n')) {
            at++;
            column++;
        }
        Token t = { .kind = TOKEN_END, .column = column };
        if (at == text.len) {
            TRY(LIST_PUSH(a, &list, t));
            break;
        }
        if (text.ptr[at] == '"') {
            TRY(lex_string(a, text, &at, &column, &t, ret_error));
        } else if (is_run_start(text.ptr[at])) {
            size_t from = at++;
            while (at < text.len
                   && (is_run_char(text.ptr[at])
                       || (text.ptr[at] == '+' && is_digit(text.ptr[from]) && at - from >= 13)))
                at++;
            t.text = str_dup(a, str_sub(text, from, at));
            classify(a, &t);
            column += (uint32_t)(at - from);
        } else {
            TRY(lex_sign(a, text, &at, &column, &t, ret_error));
        }
        TRY(LIST_PUSH(a, &list, t));
    }
    *ret = list;
    return RC_OK;
}
