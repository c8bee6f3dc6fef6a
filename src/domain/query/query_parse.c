/* query_parse.c - from tokens to the typed tree.
 *
 *     or      = and { "or" and }
 *     and     = not { "and" not }
 *     not     = "not" not | compare
 *     compare = add [ ("=" | "!=" | "<" | "<=" | ">" | ">=" | "~") add
 *                   | ["not"] "in" ( "(" add { "," add } ")" | name )
 *                   | "is" ["not"] "empty" ]
 *     add     = mul { ("+" | "-") mul }
 *     mul     = sign { "*" sign }
 *     sign    = "-" sign | "(" or ")" | constant | name | function
 *
 * Types are checked while parsing.  A bare word is a name on the left of a comparison; on the right
 * of a key it is a key, so that texts of people never need quotes for the words of the system.
 */
#include "domain/query/query_lex.h"
#include "domain/query/query_parse.h"

#include <assert.h>

const char *const COUNT_STATES[8] = {
    "draft", "submitted", "assessing", "awaiting_approval", "fulfilling", "pending", "fulfilled", "closed",
};
const char *const COUNT_OUTCOMES[6] = { "", "fulfilled", "partly", "rejected", "withdrawn", "cancelled" };

const CondName *cond_name_find(const CondSchema *s, Str name)
{
    for (size_t i = 0; i < s->n; i++)
        if (str_eq(s->at[i].name, name))
            return &s->at[i];
    return NULL;
}

/* ---- small helpers ---- */

Rc parser_fail(Parser *p, uint32_t column, Str code, Str text)
{
    return cond_error(p->error, column, code, text);
}

static Str token_said(Parser *p, const Token *t)
{
    if (t->kind == TOKEN_END)
        return STR("the end");
    return str_fmt(p->arena, "\"%.*s\"", STR_ARG(t->text));
}

Rc parser_expected(Parser *p, const Token *t, const char *what)
{
    Str said = token_said(p, t);
    return parser_fail(p, t->column, STR("syntax"),
                       str_fmt(p->arena, "%s is expected here, not %.*s.", what, STR_ARG(said)));
}

const Token *parser_peek(const Parser *p)
{
    return &p->tokens.at[p->at];
}

const Token *parser_next(Parser *p)
{
    const Token *t = &p->tokens.at[p->at];

    if (t->kind != TOKEN_END)
        p->at++;
    return t;
}

bool parser_sign(Parser *p, const char *sign)
{
    const Token *t = parser_peek(p);

    if (t->kind != TOKEN_SIGN || !str_eq_z(t->text, sign))
        return false;
    p->at++;
    return true;
}

bool parser_word(Parser *p, const char *word)
{
    const Token *t = parser_peek(p);

    if (t->kind != TOKEN_WORD || !str_eq_z(t->text, word))
        return false;
    p->at++;
    return true;
}

static bool is_test(const Cond *c)
{
    switch (c->op) {
    case COND_AND:
    case COND_OR:
    case COND_NOT:
    case COND_EQ:
    case COND_LT:
    case COND_LE:
    case COND_GT:
    case COND_GE:
    case COND_IN:
    case COND_IS_EMPTY:
    case COND_MATCH:
        return true;
    case COND_CONST:
    case COND_NAME:
    case COND_NOW:
    case COND_START_OF:
    case COND_ADD:
    case COND_SUB:
    case COND_MUL:
    case COND_NEG:
    case COND_SUM:
    case COND_COUNT:
        return false;
    }
    return false;
}

static uint32_t depth_of(const Cond *c)
{
    return c == NULL ? 0 : c->depth;
}

Rc parser_node(Parser *p, Cond node, const Cond **ret)
{
    uint32_t depth = depth_of(node.a) > depth_of(node.b) ? depth_of(node.a) : depth_of(node.b);

    for (size_t i = 0; i < node.list_n; i++)
        depth = depth_of(node.list[i]) > depth ? depth_of(node.list[i]) : depth;
    node.depth = depth + 1;
    if (node.depth > COND_DEPTH_MAX) {
        (void)parser_fail(p, node.column, STR("limit"),
                          str_fmt(p->arena, "This is nested more than %d deep; make it simpler.",
                                  COND_DEPTH_MAX));
        return RC_LIMIT;
    }
    Cond *c = arena_try(p->arena, sizeof *c);
    if (c == NULL)
        return RC_LIMIT;
    *c = node;
    *ret = c;
    return RC_OK;
}

static Rc constant(Parser *p, uint32_t column, CondValue v, const Cond **ret)
{
    return parser_node(p, (Cond){ .op = COND_CONST, .type = v.type, .column = column, .value = v }, ret);
}

/* A node for a name of the schema.  The row is copied, so that the tree outlives the schema. */
static Rc name_node(Parser *p, const CondName *name, uint32_t column, const Cond **ret)
{
    if (name->column) {
        Str rest = name->name;
        Str table = str_cut(&rest, '.');
        if (!p->in_sum)
            return parser_fail(p, column, STR("type"),
                               str_fmt(p->arena, "%.*s has a value in each row; write sum(%.*s).",
                                       STR_ARG(name->name), STR_ARG(name->name)));
        if (p->sum_table.len != 0 && !str_eq(p->sum_table, table))
            return parser_fail(p, column, STR("type"),
                               STR("One sum(...) takes the columns of one table."));
        p->sum_table = str_dup(p->arena, table);
    }
    CondName *copy = arena_try(p->arena, sizeof *copy);
    Str      *keys = arena_array(p->arena, name->keys_n, sizeof *keys);
    if (copy == NULL || (keys == NULL && name->keys_n != 0))
        return RC_LIMIT;
    *copy = *name;
    copy->name = str_dup(p->arena, name->name);
    for (size_t i = 0; i < name->keys_n; i++)
        keys[i] = str_dup(p->arena, name->keys[i]);
    copy->keys = keys;
    return parser_node(p, (Cond){ .op = COND_NAME, .type = name->type, .column = column, .name = copy },
                       ret);
}

static bool is_keylike(CondType t)
{
    return t == COND_KEY || t == COND_KEYS || t == COND_PERSON;
}

/* ---- what may stand on the right ---- */

/* Names that are near to `word`: the same but for case or one character more, less or different. */
static bool is_near(Str a, Str b)
{
    if (str_eq_nocase(a, b))
        return true;
    if (a.len > b.len) {
        Str swap = a;
        a = b;
        b = swap;
    }
    if (a.len < 3 || b.len - a.len > 1)
        return false;
    size_t same = 0;
    while (same < a.len && a.ptr[same] == b.ptr[same])
        same++;
    size_t skip = b.len > a.len ? 0 : 1;
    return str_eq(str_skip(a, same + skip), str_skip(b, same + 1));
}

static Rc unknown_name(Parser *p, const Token *t)
{
    static const struct {
        const char *word, *instead;
    } spelled[] = { { "AND", "and" }, { "OR", "or" },   { "NOT", "not" },   { "IN", "in" },
                    { "IS", "is" },   { "true", "yes" }, { "false", "no" }, { "null", "is empty" },
                    { "today", "start_of(day)" } };

    for (size_t i = 0; i < COUNT_OF(spelled); i++)
        if (str_eq_z(t->text, spelled[i].word))
            return parser_fail(p, t->column, STR("syntax"),
                               str_fmt(p->arena, "Write %s instead of %s.", spelled[i].instead,
                                       spelled[i].word));
    for (size_t i = 0; i < p->names->n; i++)
        if (is_near(t->text, p->names->at[i].name))
            return parser_fail(p, t->column, STR("unknown_name"),
                               str_fmt(p->arena, "There is no %.*s %s. Is %.*s meant?", STR_ARG(t->text),
                                       p->names->who ? p->names->who : "here",
                                       STR_ARG(p->names->at[i].name)));
    return parser_fail(p, t->column, STR("unknown_name"),
                       str_fmt(p->arena, "There is no %.*s %s.", STR_ARG(t->text),
                               p->names->who ? p->names->who : "here"));
}

static Str list_keys(Parser *p, const CondName *name)
{
    Str all = STR("");

    for (size_t i = 0; i < name->keys_n && i < 12; i++)
        all = str_fmt(p->arena, "%.*s%s%.*s", STR_ARG(all), i == 0 ? "" : ", ", STR_ARG(name->keys[i]));
    return name->keys_n > 12 ? str_fmt(p->arena, "%.*s ...", STR_ARG(all)) : all;
}

static Rc key_known(Parser *p, const CondName *name, const Token *t)
{
    if (name == NULL || name->keys_n == 0)
        return RC_OK;
    for (size_t i = 0; i < name->keys_n; i++)
        if (str_eq(name->keys[i], t->text))
            return RC_OK;
    Str keys = list_keys(p, name);
    return parser_fail(p, t->column, STR("unknown_key"),
                       str_fmt(p->arena, "%.*s is never \"%.*s\"; it is one of: %.*s.",
                               STR_ARG(name->name), STR_ARG(t->text), STR_ARG(keys)));
}

/* The right side of a key: a key, or a name that stands for one. */
static Rc key_operand(Parser *p, const Cond *left, const Cond **ret)
{
    const Token *t = parser_next(p);

    if (t->kind == TOKEN_WORD) {
        const CondName *name = cond_name_find(p->names, t->text);
        if (name != NULL && (name->word || str_find(name->name, '.') < name->name.len)) {
            if (!is_keylike(name->type))
                return parser_fail(p, t->column, STR("type"),
                                   str_fmt(p->arena, "%.*s is %s and cannot be compared with %s.",
                                           STR_ARG(name->name), cond_type_name(name->type),
                                           cond_type_name(left->type)));
            return name_node(p, name, t->column, ret);
        }
        if (str_eq_z(t->text, "empty"))
            return parser_fail(p, t->column, STR("syntax"), STR("Write \"is empty\" instead of \"= empty\"."));
        if (t->text.ptr[0] == '$')
            return unknown_name(p, t);
    } else if (t->kind == TOKEN_END || t->kind == TOKEN_SIGN) {
        return parser_expected(p, t, "A key");
    }
    TRY(key_known(p, left->op == COND_NAME ? left->name : NULL, t));
    return constant(p, t->column,
                    (CondValue){ .type = left->type == COND_PERSON ? COND_PERSON : COND_KEY,
                                 .text = str_dup(p->arena, t->text) },
                    ret);
}

static Rc yes_no_operand(Parser *p, const Cond **ret)
{
    const Token *t = parser_next(p);

    if (t->kind == TOKEN_WORD) {
        const CondName *name = cond_name_find(p->names, t->text);
        if (str_eq_z(t->text, "yes") || str_eq_z(t->text, "no"))
            return constant(p, t->column,
                            (CondValue){ .type = COND_YES_NO, .yes = str_eq_z(t->text, "yes") }, ret);
        if (name != NULL && name->type == COND_YES_NO)
            return name_node(p, name, t->column, ret);
    }
    return parser_expected(p, t, "yes or no");
}

static Rc text_operand(Parser *p, const Cond **ret)
{
    const Token *t = parser_next(p);

    if (t->kind == TOKEN_STRING)
        return constant(p, t->column,
                        (CondValue){ .type = COND_TEXT, .text = str_dup(p->arena, t->text) }, ret);
    if (t->kind == TOKEN_WORD) {
        const CondName *name = cond_name_find(p->names, t->text);
        if (name != NULL && name->type == COND_TEXT)
            return name_node(p, name, t->column, ret);
        return parser_fail(p, t->column, STR("type"),
                           str_fmt(p->arena, "Texts stand in quotes: write \"%.*s\".", STR_ARG(t->text)));
    }
    return parser_expected(p, t, "A text in quotes");
}

/* ---- values ---- */

static Rc parse_or(Parser *p, const Cond **ret);
static Rc parse_add(Parser *p, const Cond **ret);

static Rc type_clash(Parser *p, uint32_t column, const char *sign, const Cond *a, const Cond *b)
{
    return parser_fail(p, column, STR("type"),
                       str_fmt(p->arena, "%s %s %s does not go together.", cond_type_name(a->type), sign,
                               cond_type_name(b->type)));
}

static Rc parse_sum(Parser *p, const Token *word, const Cond **ret)
{
    const Cond *inner;

    if (p->in_sum)
        return parser_fail(p, word->column, STR("syntax"), STR("sum(...) cannot stand inside sum(...)."));
    if (!parser_sign(p, "("))
        return parser_expected(p, parser_peek(p), "(");
    p->in_sum = true;
    p->sum_table = STR("");
    TRY(parse_add(p, &inner));
    p->in_sum = false;
    if (!parser_sign(p, ")"))
        return parser_expected(p, parser_peek(p), ")");
    if (p->sum_table.len == 0)
        return parser_fail(p, word->column, STR("type"),
                           STR("sum(...) needs a column of a table, as in sum(lines.quantity * lines.price)."));
    if (inner->type != COND_NUMBER && inner->type != COND_MONEY)
        return parser_fail(p, inner->column, STR("type"),
                           str_fmt(p->arena, "sum(...) adds numbers or money, not %s.",
                                   cond_type_name(inner->type)));
    return parser_node(p,
                       (Cond){ .op = COND_SUM, .type = inner->type, .column = word->column, .a = inner,
                               .table = p->sum_table },
                       ret);
}

static Rc parse_start_of(Parser *p, const Token *word, const Cond **ret)
{
    static const struct {
        const char *word;
        CondPeriod  period;
    } periods[] = { { "day", COND_DAY }, { "week", COND_WEEK }, { "month", COND_MONTH }, { "year", COND_YEAR } };

    if (!parser_sign(p, "("))
        return parser_expected(p, parser_peek(p), "(");
    for (size_t i = 0; i < COUNT_OF(periods); i++) {
        if (!parser_word(p, periods[i].word))
            continue;
        if (!parser_sign(p, ")"))
            return parser_expected(p, parser_peek(p), ")");
        return parser_node(p,
                           (Cond){ .op = COND_START_OF, .type = COND_DATETIME, .column = word->column,
                                   .period = periods[i].period },
                           ret);
    }
    return parser_expected(p, parser_peek(p), "day, week, month or year");
}

static Rc parse_word(Parser *p, const Token *t, const Cond **ret)
{
    const Token *after = parser_peek(p);
    bool         call = after->kind == TOKEN_SIGN && str_eq_z(after->text, "(");

    if (str_eq_z(t->text, "now") && !call)
        return parser_node(p, (Cond){ .op = COND_NOW, .type = COND_DATETIME, .column = t->column }, ret);
    if (str_eq_z(t->text, "sum") && call)
        return parse_sum(p, t, ret);
    if (str_eq_z(t->text, "start_of") && call)
        return parse_start_of(p, t, ret);
    if (str_eq_z(t->text, "count") && call)
        return parse_count(p, t, ret);

    const CondName *name = cond_name_find(p->names, t->text);
    if (name == NULL && call)
        return parser_fail(p, t->column, STR("unknown_name"),
                           str_fmt(p->arena, "There is no function %.*s; there are sum, count and start_of.",
                                   STR_ARG(t->text)));
    if (name == NULL)
        return unknown_name(p, t);
    return name_node(p, name, t->column, ret);
}

static Rc parse_number(Parser *p, const Token *t, const Cond **ret)
{
    const Token *after = parser_peek(p);
    Money        money;

    if (after->kind == TOKEN_WORD && after->text.len == 3 && after->text.ptr[0] >= 'A' &&
        after->text.ptr[0] <= 'Z') {
        parser_next(p);
        if (!money_parse(t->text, after->text, &money))
            return parser_fail(p, t->column, STR("syntax"),
                               str_fmt(p->arena, "%.*s %.*s is not an amount of money; write for example 1500 EUR.",
                                       STR_ARG(t->text), STR_ARG(after->text)));
        return constant(p, t->column, (CondValue){ .type = COND_MONEY, .money = money }, ret);
    }
    return constant(p, t->column, (CondValue){ .type = COND_NUMBER, .number = t->number }, ret);
}

static Rc parse_sign(Parser *p, const Cond **ret)
{
    if (++p->depth > COND_DEPTH_MAX) {
        (void)parser_fail(p, parser_peek(p)->column, STR("limit"),
                          str_fmt(p->arena, "This is nested more than %d deep; make it simpler.",
                                  COND_DEPTH_MAX));
        return RC_LIMIT;
    }
    const Token *t = parser_next(p);
    Rc           rc = RC_OK;

    switch (t->kind) {
    case TOKEN_WORD:
        rc = parse_word(p, t, ret);
        break;
    case TOKEN_NUMBER:
        rc = parse_number(p, t, ret);
        break;
    case TOKEN_STRING:
        rc = constant(p, t->column, (CondValue){ .type = COND_TEXT, .text = str_dup(p->arena, t->text) }, ret);
        break;
    case TOKEN_DATE:
        rc = constant(p, t->column, (CondValue){ .type = COND_DATE, .at = t->at }, ret);
        break;
    case TOKEN_DATETIME:
        rc = constant(p, t->column, (CondValue){ .type = COND_DATETIME, .at = t->at }, ret);
        break;
    case TOKEN_SPAN:
        if (timespan_is_working(t->span) && !p->names->working)
            rc = parser_fail(p, t->column, STR("type"),
                             STR("Working time (wh, wd) has no calendar here; write h or d."));
        else
            rc = constant(p, t->column, (CondValue){ .type = COND_SPAN, .span = t->span }, ret);
        break;
    case TOKEN_SIGN:
        if (str_eq_z(t->text, "(")) {
            rc = parse_or(p, ret);
            if (rc == RC_OK && !parser_sign(p, ")"))
                rc = parser_expected(p, parser_peek(p), ")");
        } else if (str_eq_z(t->text, "-")) {
            const Cond *inner;
            rc = parse_sign(p, &inner);
            if (rc != RC_OK)
                break;
            if (inner->type != COND_NUMBER && inner->type != COND_MONEY)
                rc = parser_fail(p, t->column, STR("type"),
                                 str_fmt(p->arena, "A minus stands before a number or money, not %s.",
                                         cond_type_name(inner->type)));
            else
                rc = parser_node(p, (Cond){ .op = COND_NEG, .type = inner->type, .column = t->column, .a = inner },
                                 ret);
        } else {
            rc = parser_expected(p, t, "A name or a value");
        }
        break;
    case TOKEN_END:
        rc = parser_expected(p, t, "A name or a value");
        break;
    }
    p->depth--;
    return rc;
}

static Rc parse_mul(Parser *p, const Cond **ret)
{
    const Cond *a, *b;

    TRY(parse_sign(p, &a));
    while (parser_peek(p)->kind == TOKEN_SIGN && str_eq_z(parser_peek(p)->text, "*")) {
        uint32_t column = parser_next(p)->column;
        TRY(parse_sign(p, &b));
        bool numbers = a->type == COND_NUMBER && b->type == COND_NUMBER;
        bool money = (a->type == COND_NUMBER && b->type == COND_MONEY) ||
                     (a->type == COND_MONEY && b->type == COND_NUMBER);
        if (!numbers && !money)
            return type_clash(p, column, "*", a, b);
        TRY(parser_node(p,
                        (Cond){ .op = COND_MUL, .type = numbers ? COND_NUMBER : COND_MONEY, .column = column,
                                .a = a, .b = b },
                        &a));
    }
    *ret = a;
    return RC_OK;
}

/* The type of a + b or a - b; COND_EMPTY when they do not go together. */
static CondType add_type(const Cond *a, const Cond *b)
{
    if (a->type == b->type && (a->type == COND_NUMBER || a->type == COND_MONEY))
        return a->type;
    if (b->type == COND_SPAN && b->op == COND_CONST && (a->type == COND_DATE || a->type == COND_DATETIME)) {
        SpanUnit u = b->value.span.unit;
        bool     days = u == SPAN_DAYS || u == SPAN_YEARS || u == SPAN_WORK_DAYS;
        return days ? a->type : COND_DATETIME;
    }
    return COND_EMPTY;
}

static Rc parse_add(Parser *p, const Cond **ret)
{
    const Cond *a, *b;

    TRY(parse_mul(p, &a));
    for (;;) {
        const Token *t = parser_peek(p);
        bool         plus = t->kind == TOKEN_SIGN && str_eq_z(t->text, "+");
        if (!plus && !(t->kind == TOKEN_SIGN && str_eq_z(t->text, "-")))
            break;
        uint32_t column = parser_next(p)->column;
        TRY(parse_mul(p, &b));
        CondType type = add_type(a, b);
        if (type == COND_EMPTY)
            return type_clash(p, column, plus ? "+" : "-", a, b);
        TRY(parser_node(p,
                        (Cond){ .op = plus ? COND_ADD : COND_SUB, .type = type, .column = column, .a = a, .b = b },
                        &a));
    }
    *ret = a;
    return RC_OK;
}

Rc parser_moment(Parser *p, const Cond **ret)
{
    TRY(parse_add(p, ret));
    if ((*ret)->type != COND_DATE && (*ret)->type != COND_DATETIME)
        return parser_fail(p, (*ret)->column, STR("type"),
                           str_fmt(p->arena, "A date or a moment is expected here, not %s.",
                                   cond_type_name((*ret)->type)));
    return RC_OK;
}

/* ---- comparisons ---- */

static bool is_moment(CondType t)
{
    return t == COND_DATE || t == COND_DATETIME;
}

/* Reads what `left` is compared with, by sign or in a list. */
static Rc operand_for(Parser *p, const Cond *left, const Cond **ret)
{
    if (is_keylike(left->type))
        return key_operand(p, left, ret);
    if (left->type == COND_TEXT)
        return text_operand(p, ret);
    if (left->type == COND_YES_NO)
        return yes_no_operand(p, ret);
    TRY(parse_add(p, ret));
    if (is_test(*ret))
        return parser_fail(p, (*ret)->column, STR("type"), STR("A condition cannot be compared."));
    if ((*ret)->type == left->type || (is_moment((*ret)->type) && is_moment(left->type)))
        return RC_OK;
    if (left->type == COND_MONEY && (*ret)->type == COND_NUMBER)
        return parser_fail(p, (*ret)->column, STR("type"),
                           STR("Money is compared with money; write the currency, as in 1500 EUR."));
    return parser_fail(p, (*ret)->column, STR("type"),
                       str_fmt(p->arena, "This compares %s with %s.", cond_type_name(left->type),
                               cond_type_name((*ret)->type)));
}

static Rc parse_in(Parser *p, const Cond *left, uint32_t column, const Cond **ret)
{
    struct {
        const Cond **at;
        size_t n, cap;
    } list = { 0 };
    const Cond *item;

    if (!parser_sign(p, "(")) {
        /* team in my_teams */
        const Token    *t = parser_peek(p);
        const CondName *name = t->kind == TOKEN_WORD ? cond_name_find(p->names, t->text) : NULL;
        if (name == NULL || name->type != COND_KEYS || !is_keylike(left->type))
            return parser_expected(p, t, "A list such as (a, b)");
        parser_next(p);
        TRY(name_node(p, name, t->column, &item));
        TRY(LIST_PUSH(p->arena, &list, item));
    } else {
        do {
            if (list.n == COND_LIST_MAX) {
                (void)parser_fail(p, parser_peek(p)->column, STR("limit"),
                                  str_fmt(p->arena, "A list has at most %d values.", COND_LIST_MAX));
                return RC_LIMIT;
            }
            const Token *t = parser_peek(p);
            if (parser_word(p, "empty"))
                TRY(constant(p, t->column, (CondValue){ .type = COND_EMPTY }, &item));
            else
                TRY(operand_for(p, left, &item));
            TRY(LIST_PUSH(p->arena, &list, item));
        } while (parser_sign(p, ","));
        if (!parser_sign(p, ")"))
            return parser_expected(p, parser_peek(p), ", or )");
    }
    return parser_node(p,
                       (Cond){ .op = COND_IN, .type = COND_YES_NO, .column = column, .a = left,
                               .list = list.at, .list_n = list.n },
                       ret);
}

static Rc negate(Parser *p, const Cond *c, const Cond **ret)
{
    return parser_node(p, (Cond){ .op = COND_NOT, .type = COND_YES_NO, .column = c->column, .a = c }, ret);
}

/* Left sides that give nothing to compare. */
static Rc left_is_a_value(Parser *p, const Cond *left)
{
    if (is_test(left))
        return parser_fail(p, left->column, STR("type"), STR("A condition cannot be compared."));
    if (left->type == COND_SPAN)
        return parser_fail(p, left->column, STR("type"),
                           STR("A span of time is added to a moment, as in now + 2d; it is not compared."));
    return RC_OK;
}

static Rc parse_sign_compare(Parser *p, const Cond *left, const Token *sign, const Cond **ret)
{
    static const struct {
        const char *sign;
        CondOp      op;
        bool        negated;
    } ops[] = {
        { "=", COND_EQ, false },  { "!=", COND_EQ, true },  { "<", COND_LT, false }, { "<=", COND_LE, false },
        { ">", COND_GT, false },  { ">=", COND_GE, false }, { "~", COND_MATCH, false },
    };
    const Cond *right, *c;
    size_t      i = 0;

    while (i < COUNT_OF(ops) && !str_eq_z(sign->text, ops[i].sign))
        i++;
    if (i == COUNT_OF(ops))
        return parser_expected(p, sign, "A comparison");
    if (left->type == COND_TABLE)
        return parser_fail(p, left->column, STR("type"),
                           STR("A table can only be asked whether it is empty, or summed by its columns."));
    if (ops[i].op == COND_MATCH) {
        if (left->type != COND_TEXT)
            return parser_fail(p, sign->column, STR("type"),
                               str_fmt(p->arena, "~ looks for words in a text; this is %s.",
                                       cond_type_name(left->type)));
    } else if (ops[i].op != COND_EQ) {
        bool ordered_key = left->op == COND_NAME && left->type == COND_KEY && left->name->ordered;
        if (left->type == COND_TEXT || left->type == COND_YES_NO || (is_keylike(left->type) && !ordered_key))
            return parser_fail(p, sign->column, STR("type"),
                               str_fmt(p->arena, "%s is not greater or smaller; use = or in.",
                                       cond_type_name(left->type)));
    }
    TRY(operand_for(p, left, &right));
    bool ordering = ops[i].op != COND_MATCH && ops[i].op != COND_EQ;
    if (ordering && left->type == COND_KEY && right->op != COND_CONST && !right->name->ordered)
        return type_clash(p, sign->column, ops[i].sign, left, right);
    TRY(parser_node(p,
                    (Cond){ .op = ops[i].op, .type = COND_YES_NO, .column = sign->column, .a = left, .b = right },
                    &c));
    if (ops[i].negated)
        return negate(p, c, ret);
    *ret = c;
    return RC_OK;
}

static Rc parse_compare(Parser *p, const Cond **ret)
{
    const Cond *left;

    TRY(parse_add(p, &left));
    const Token *t = parser_peek(p);

    if (t->kind == TOKEN_SIGN && !str_eq_z(t->text, ")") && !str_eq_z(t->text, ",")) {
        if (str_eq_z(t->text, "("))
            return parser_expected(p, t, "A comparison");
        TRY(left_is_a_value(p, left));
        parser_next(p);
        return parse_sign_compare(p, left, t, ret);
    }
    if (parser_word(p, "in")) {
        TRY(left_is_a_value(p, left));
        return parse_in(p, left, t->column, ret);
    }
    if (t->kind == TOKEN_WORD && str_eq_z(t->text, "not") && str_eq_z(p->tokens.at[p->at + 1].text, "in")) {
        const Cond *c;
        p->at += 2;
        TRY(left_is_a_value(p, left));
        TRY(parse_in(p, left, t->column, &c));
        return negate(p, c, ret);
    }
    if (parser_word(p, "is")) {
        bool        negated = parser_word(p, "not");
        const Cond *c;
        TRY(left_is_a_value(p, left));
        if (!parser_word(p, "empty"))
            return parser_expected(p, parser_peek(p), "empty");
        TRY(parser_node(p, (Cond){ .op = COND_IS_EMPTY, .type = COND_YES_NO, .column = t->column, .a = left }, &c));
        if (negated)
            return negate(p, c, ret);
        *ret = c;
        return RC_OK;
    }
    *ret = left;
    return RC_OK;
}

/* A piece that must answer yes or no. */
static Rc want_test(Parser *p, const Cond *c)
{
    if (is_test(c))
        return RC_OK;
    if (c->op == COND_NAME && c->type == COND_YES_NO)
        return parser_fail(p, c->column, STR("type"),
                           str_fmt(p->arena, "Compare it: write %.*s = yes.", STR_ARG(c->name->name)));
    if (c->op == COND_NAME)
        return parser_fail(p, c->column, STR("type"),
                           str_fmt(p->arena, "Say what %.*s is compared with, or write %.*s is empty.",
                                   STR_ARG(c->name->name), STR_ARG(c->name->name)));
    return parser_fail(p, c->column, STR("type"),
                       str_fmt(p->arena, "A comparison is expected here, not %s alone.", cond_type_name(c->type)));
}

static Rc parse_not(Parser *p, const Cond **ret)
{
    const Token *t = parser_peek(p);

    if (!parser_word(p, "not"))
        return parse_compare(p, ret);
    const Cond *inner;
    if (++p->depth > COND_DEPTH_MAX) {
        (void)parser_fail(p, t->column, STR("limit"), STR("There are too many nots in a row."));
        return RC_LIMIT;
    }
    TRY(parse_not(p, &inner));
    p->depth--;
    TRY(want_test(p, inner));
    return negate(p, inner, ret);
}

static Rc parse_chain(Parser *p, const char *word, CondOp op, Rc (*part)(Parser *, const Cond **),
                      const Cond **ret)
{
    struct {
        const Cond **at;
        size_t n, cap;
    } list = { 0 };
    const Cond *c;
    uint32_t    column = parser_peek(p)->column;

    TRY(part(p, &c));
    const Token *t = parser_peek(p);
    if (t->kind != TOKEN_WORD || !str_eq_z(t->text, word)) {
        *ret = c;
        return RC_OK;
    }
    TRY(want_test(p, c));
    TRY(LIST_PUSH(p->arena, &list, c));
    while (parser_word(p, word)) {
        TRY(part(p, &c));
        TRY(want_test(p, c));
        TRY(LIST_PUSH(p->arena, &list, c));
    }
    return parser_node(p,
                       (Cond){ .op = op, .type = COND_YES_NO, .column = column, .list = list.at, .list_n = list.n },
                       ret);
}

static Rc parse_and(Parser *p, const Cond **ret)
{
    return parse_chain(p, "and", COND_AND, parse_not, ret);
}

static Rc parse_or(Parser *p, const Cond **ret)
{
    return parse_chain(p, "or", COND_OR, parse_and, ret);
}

/* ---- entry points ---- */

static Rc parser_start(Parser *p, Arena *a, Str text, const CondSchema *names, CondError *ret_error)
{
    *p = (Parser){ .arena = a, .names = names, .error = ret_error };
    *ret_error = (CondError){ .column = 1, .code = STR("limit"), .text = STR("This is too large.") };
    return cond_lex(a, text, &p->tokens, ret_error);
}

static Rc at_end(Parser *p)
{
    const Token *t = parser_peek(p);

    if (t->kind == TOKEN_END)
        return RC_OK;
    if (t->kind == TOKEN_WORD)
        return parser_expected(p, t, "and, or, a comparison or the end");
    return parser_expected(p, t, "The end");
}

Rc cond_parse(Arena *a, Str text, const CondSchema *names, const Cond **ret, CondError *ret_error)
{
    Parser      p;
    const Cond *c;

    TRY(parser_start(&p, a, text, names, ret_error));
    TRY(parse_or(&p, &c));
    TRY(at_end(&p));
    TRY(want_test(&p, c));
    *ret = c;
    return RC_OK;
}

Rc cond_parse_value(Arena *a, Str text, const CondSchema *names, uint32_t types, const Cond **ret,
                    CondError *ret_error)
{
    Parser      p;
    const Cond *c;

    TRY(parser_start(&p, a, text, names, ret_error));
    TRY(parse_add(&p, &c));
    TRY(at_end(&p));
    if (is_test(c) || (types >> (unsigned)c->type & 1U) == 0) {
        Str wanted = STR("");
        for (unsigned i = 0; i <= COND_TABLE; i++)
            if (types >> i & 1U)
                wanted = str_fmt(a, "%.*s%s%s", STR_ARG(wanted), wanted.len == 0 ? "" : " or ",
                                 cond_type_name((CondType)i));
        return parser_fail(&p, c->column, STR("type"),
                           str_fmt(a, "This gives %s; %.*s is expected.",
                                   is_test(c) ? "yes or no" : cond_type_name(c->type), STR_ARG(wanted)));
    }
    *ret = c;
    return RC_OK;
}

static Rc parse_order(Parser *p, CondList *list)
{
    do {
        const Token *t = parser_next(p);
        if (list->order_n == COND_ORDER_MAX) {
            (void)parser_fail(p, t->column, STR("limit"),
                              str_fmt(p->arena, "Order by at most %d fields.", COND_ORDER_MAX));
            return RC_LIMIT;
        }
        if (t->kind != TOKEN_WORD)
            return parser_expected(p, t, "A field to order by");
        const CondName *name = cond_name_find(p->names, t->text);
        if (name == NULL)
            return unknown_name(p, t);
        if (!name->sortable)
            return parser_fail(p, t->column, STR("type"),
                               str_fmt(p->arena, "A list cannot be ordered by %.*s.", STR_ARG(t->text)));
        bool descending = parser_word(p, "desc");
        if (!descending)
            (void)parser_word(p, "asc");
        list->order[list->order_n++] = (CondOrder){ name, descending };
    } while (parser_sign(p, ","));
    return RC_OK;
}

Rc cond_parse_list(Arena *a, Str text, const CondSchema *names, CondList *ret, CondError *ret_error)
{
    Parser   p;
    CondList list = { 0 };

    TRY(parser_start(&p, a, text, names, ret_error));
    const Token *t = parser_peek(&p);
    bool         ordered_only = t->kind == TOKEN_WORD && str_eq_z(t->text, "order");
    if (t->kind != TOKEN_END && !ordered_only) {
        TRY(parse_or(&p, &list.where));
        TRY(want_test(&p, list.where));
    }
    if (parser_word(&p, "order")) {
        if (!parser_word(&p, "by"))
            return parser_expected(&p, parser_peek(&p), "by");
        TRY(parse_order(&p, &list));
    }
    TRY(at_end(&p));
    *ret = list;
    return RC_OK;
}

/* ---- walking ---- */

void cond_walk(const Cond *c, void (*visit)(const Cond *node, void *arg), void *arg)
{
    if (c == NULL)
        return;
    visit(c, arg);
    cond_walk(c->a, visit, arg);
    cond_walk(c->b, visit, arg);
    for (size_t i = 0; i < c->list_n; i++)
        cond_walk(c->list[i], visit, arg);
}

typedef struct Uses {
    Str  name;
    bool found;
} Uses;

static void uses_visit(const Cond *node, void *arg)
{
    Uses *u = arg;

    if (node->op != COND_NAME)
        return;
    Str name = node->name->name;
    if (str_eq(name, u->name) ||
        (str_starts(name, u->name) && name.len > u->name.len && name.ptr[u->name.len] == '.'))
        u->found = true;
}

bool cond_uses(const Cond *c, Str name)
{
    Uses u = { .name = name };

    cond_walk(c, uses_visit, &u);
    return u.found;
}
