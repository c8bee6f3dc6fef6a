/* query_parse.c - from tokens to the typed tree.
 *
 *     or      = and { "or" and }
 *     and     = not { "and" not }
 *     not     = "not" not | compare
 *     compare = add [ ("=" | "!=" | "<" | "<=" | ">" | ">=" | "~") add
 *                   | ["not"] "in" ( "(" add { "," add } ")" | name )
 *                   | "is" ["not"] "empty"
 *                   | "was" add ["after" add] ["before" add] ]
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
    "draft",      "submitted", "assessing", "awaiting_approval",
    "fulfilling", "pending",   "fulfilled", "closed",
};
const char *const COUNT_OUTCOMES[7] = { "",          "fulfilled", "partly", "rejected",
                                        "withdrawn", "cancelled", "merged" };

const CondName *cond_name_find(const CondSchema *s, Str name)
{
    for (size_t i = 0; i < s->n; i++)
        if (str_eq(s->at[i].name, name))
            return &s->at[i];
    return NULL;
}

/* ---- small helpers ---- */

Rc parser_fail(Parser *p, uint32_t column, Str code, Text text)
{
    return cond_error(p->error, column, code, text);
}

Rc parser_expected(Parser *p, const Token *t, const char *what)
{
    return parser_fail(p, t->column, STR("syntax"), token_expected(t, what));
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

bool cond_is_test(const Cond *c)
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
    case COND_WAS: return true;
    case COND_CONST:
    case COND_NAME:
    case COND_NOW:
    case COND_START_OF:
    case COND_ADD:
    case COND_SUB:
    case COND_MUL:
    case COND_NEG:
    case COND_SUM:
    case COND_COUNT: return false;
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
        (void)parser_fail(
            p, node.column, STR("limit"),
            TEXT("This is nested more than {0} deep; make it simpler.", COND_DEPTH_MAX));
        return RC_LIMIT;
    }
    Cond *c = arena_try(p->arena, sizeof *c);
    if (c == NULL)
        return RC_LIMIT;
    *c = node;
    *ret = c;
    return RC_OK;
}

/* ---- comparisons ---- */

static Rc parse_in(Parser *p, const Cond *left, uint32_t column, const Cond **ret)
{
    struct {
        const Cond **at;
        size_t n, cap;
    } list = { 0 };
    const Cond *item;

    if (!parser_sign(p, "(")) {
        /* team in my_teams */
        const Token *t = parser_peek(p);
        const CondName *name = t->kind == TOKEN_WORD ? cond_name_find(p->names, t->text) : NULL;
        if (name == NULL || name->type != COND_KEYS || !cond_is_keylike(left->type))
            return parser_expected(p, t, T("A list such as (a, b)"));
        parser_next(p);
        TRY(parser_name(p, name, t->column, &item));
        TRY(LIST_PUSH(p->arena, &list, item));
    } else {
        do {
            if (list.n == COND_LIST_MAX) {
                (void)parser_fail(p, parser_peek(p)->column, STR("limit"),
                                  TEXT("A list has at most {0} values.", COND_LIST_MAX));
                return RC_LIMIT;
            }
            const Token *t = parser_peek(p);
            if (parser_word(p, "empty"))
                TRY(parser_constant(p, t->column, (CondValue){ .type = COND_EMPTY }, &item));
            else
                TRY(parse_operand(p, left, &item));
            TRY(LIST_PUSH(p->arena, &list, item));
        } while (parser_sign(p, ","));
        if (!parser_sign(p, ")"))
            return parser_expected(p, parser_peek(p), T(", or )"));
    }
    return parser_node(p,
                       (Cond){ .op = COND_IN,
                               .type = COND_YES_NO,
                               .column = column,
                               .a = left,
                               .list = list.at,
                               .list_n = list.n },
                       ret);
}

static Rc negate(Parser *p, const Cond *c, const Cond **ret)
{
    return parser_node(
        p, (Cond){ .op = COND_NOT, .type = COND_YES_NO, .column = c->column, .a = c }, ret);
}

/* Left sides that give nothing to compare. */
static Rc left_is_a_value(Parser *p, const Cond *left)
{
    if (cond_is_test(left))
        return parser_fail(p, left->column, STR("type"), TEXT("A condition cannot be compared."));
    if (left->type == COND_SPAN)
        return parser_fail(
            p, left->column, STR("type"),
            TEXT("A span of time is added to a moment, as in now + 2d; it is not compared."));
    return RC_OK;
}

static Rc parse_sign_compare(Parser *p, const Cond *left, const Token *sign, const Cond **ret)
{
    static const struct {
        const char *sign;
        CondOp op;
        bool negated;
    } ops[] = {
        { "=", COND_EQ, false },    { "!=", COND_EQ, true }, { "<", COND_LT, false },
        { "<=", COND_LE, false },   { ">", COND_GT, false }, { ">=", COND_GE, false },
        { "~", COND_MATCH, false },
    };
    const Cond *right, *c;
    size_t i = 0;

    while (i < COUNT_OF(ops) && !str_eq_z(sign->text, ops[i].sign))
        i++;
    if (i == COUNT_OF(ops))
        return parser_expected(p, sign, T("A comparison"));
    if (left->type == COND_TABLE)
        return parser_fail(
            p, left->column, STR("type"),
            TEXT("A table can only be asked whether it is empty, or summed by its columns."));
    if (ops[i].op == COND_MATCH) {
        if (left->type != COND_TEXT)
            return parser_fail(
                p, sign->column, STR("type"),
                TEXT("~ looks for words in a text; this is {0}.", cond_type_name(left->type)));
    } else if (ops[i].op != COND_EQ) {
        bool ordered_key = left->op == COND_NAME && left->type == COND_KEY && left->name->ordered;
        if (left->type == COND_TEXT || left->type == COND_YES_NO
            || (cond_is_keylike(left->type) && !ordered_key))
            return parser_fail(
                p, sign->column, STR("type"),
                TEXT("{0} is not greater or smaller; use = or in.", cond_type_name(left->type)));
    }
    TRY(parse_operand(p, left, &right));
    bool ordering = ops[i].op != COND_MATCH && ops[i].op != COND_EQ;
    if (ordering && left->type == COND_KEY && right->op != COND_CONST && !right->name->ordered)
        return parser_clash(p, sign->column, ops[i].sign, left, right);
    TRY(parser_node(
        p,
        (Cond){
            .op = ops[i].op, .type = COND_YES_NO, .column = sign->column, .a = left, .b = right },
        &c));
    if (ops[i].negated)
        return negate(p, c, ret);
    *ret = c;
    return RC_OK;
}

/* A moment behind a word, or an empty constant where the word does not come. */
static Rc parse_bound(Parser *p, const char *word, const Cond **ret)
{
    uint32_t column = parser_peek(p)->column;

    return parser_word(p, word)
               ? parser_moment(p, ret)
               : parser_constant(p, column, (CondValue){ .type = COND_EMPTY }, ret);
}

/* assignee was ada after 2027-01-01 before now - 2d */
static Rc parse_was(Parser *p, const Cond *left, uint32_t column, const Cond **ret)
{
    const Cond *right, **bounds = arena_array(p->arena, 2, sizeof *bounds);

    if (bounds == NULL)
        return RC_LIMIT;
    if (left->op != COND_NAME || !left->name->past)
        return parser_fail(p, column, STR("type"),
                           left->op == COND_NAME
                               ? TEXT("What {0} was before is not kept.", left->name->name)
                               : TEXT("was asks for the past of a field."));
    TRY(parse_operand(p, left, &right));
    TRY(parse_bound(p, "after", &bounds[0]));
    TRY(parse_bound(p, "before", &bounds[1]));
    return parser_node(p,
                       (Cond){ .op = COND_WAS,
                               .type = COND_YES_NO,
                               .column = column,
                               .a = left,
                               .b = right,
                               .list = bounds,
                               .list_n = 2 },
                       ret);
}

static Rc parse_compare(Parser *p, const Cond **ret)
{
    const Cond *left;

    TRY(parse_add(p, &left));
    const Token *t = parser_peek(p);

    if (t->kind == TOKEN_SIGN && !str_eq_z(t->text, ")") && !str_eq_z(t->text, ",")) {
        if (str_eq_z(t->text, "("))
            return parser_expected(p, t, T("A comparison"));
        TRY(left_is_a_value(p, left));
        parser_next(p);
        return parse_sign_compare(p, left, t, ret);
    }
    if (parser_word(p, "in")) {
        TRY(left_is_a_value(p, left));
        return parse_in(p, left, t->column, ret);
    }
    if (t->kind == TOKEN_WORD && str_eq_z(t->text, "not")
        && str_eq_z(p->tokens.at[p->at + 1].text, "in")) {
        const Cond *c;
        p->at += 2;
        TRY(left_is_a_value(p, left));
        TRY(parse_in(p, left, t->column, &c));
        return negate(p, c, ret);
    }
    if (parser_word(p, "was"))
        return parse_was(p, left, t->column, ret);
    if (parser_word(p, "is")) {
        bool negated = parser_word(p, "not");
        const Cond *c;
        TRY(left_is_a_value(p, left));
        if (!parser_word(p, "empty"))
            return parser_expected(p, parser_peek(p), T("empty"));
        TRY(parser_node(
            p, (Cond){ .op = COND_IS_EMPTY, .type = COND_YES_NO, .column = t->column, .a = left },
            &c));
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
    if (cond_is_test(c))
        return RC_OK;
    if (c->op == COND_NAME && c->type == COND_YES_NO)
        return parser_fail(p, c->column, STR("type"),
                           TEXT("Compare it: write {0} = yes.", c->name->name));
    if (c->op == COND_NAME)
        return parser_fail(p, c->column, STR("type"),
                           TEXT("Say what {0} is compared with, or write {1} is empty.",
                                c->name->name, c->name->name));
    return parser_fail(
        p, c->column, STR("type"),
        TEXT("A comparison is expected here, not {0} alone.", cond_type_name(c->type)));
}

static Rc parse_not(Parser *p, const Cond **ret)
{
    const Token *t = parser_peek(p);

    if (!parser_word(p, "not"))
        return parse_compare(p, ret);
    const Cond *inner;
    if (++p->depth > COND_DEPTH_MAX) {
        (void)parser_fail(p, t->column, STR("limit"), TEXT("There are too many nots in a row."));
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
    uint32_t column = parser_peek(p)->column;

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
    return parser_node(
        p,
        (Cond){
            .op = op, .type = COND_YES_NO, .column = column, .list = list.at, .list_n = list.n },
        ret);
}

static Rc parse_and(Parser *p, const Cond **ret)
{
    return parse_chain(p, "and", COND_AND, parse_not, ret);
}

Rc parse_or(Parser *p, const Cond **ret)
{
    return parse_chain(p, "or", COND_OR, parse_and, ret);
}

/* ---- entry points ---- */

static Rc parser_start(Parser *p, Arena *a, Str text, const CondSchema *names, CondError *ret_error)
{
    *p = (Parser){ .arena = a, .names = names, .error = ret_error };
    *ret_error =
        (CondError){ .column = 1, .code = STR("limit"), .text = TEXT("This is too large.") };
    return cond_lex(a, text, &p->tokens, ret_error);
}

static Rc at_end(Parser *p)
{
    const Token *t = parser_peek(p);

    if (t->kind == TOKEN_END)
        return RC_OK;
    if (t->kind == TOKEN_WORD)
        return parser_expected(p, t, T("and, or, a comparison or the end"));
    return parser_expected(p, t, T("The end"));
}

Rc cond_parse(Arena *a, Str text, const CondSchema *names, const Cond **ret, CondError *ret_error)
{
    Parser p;
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
    Parser p;
    const Cond *c;

    TRY(parser_start(&p, a, text, names, ret_error));
    TRY(parse_add(&p, &c));
    TRY(at_end(&p));
    if (cond_is_test(c) || (types >> (unsigned)c->type & 1U) == 0) {
        Str wanted = STR("");
        for (unsigned i = 0; i <= COND_TABLE; i++)
            if (types >> i & 1U)
                wanted = str_fmt(a, "%.*s%s%s", STR_ARG(wanted), wanted.len == 0 ? "" : " or ",
                                 cond_type_name((CondType)i));
        return parser_fail(&p, c->column, STR("type"),
                           TEXT("This gives {0}; {1} is expected.",
                                cond_is_test(c) ? T("yes or no") : cond_type_name(c->type),
                                wanted));
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
                              TEXT("Order by at most {0} fields.", COND_ORDER_MAX));
            return RC_LIMIT;
        }
        if (t->kind != TOKEN_WORD)
            return parser_expected(p, t, T("A field to order by"));
        const CondName *name = cond_name_find(p->names, t->text);
        if (name == NULL)
            return parser_unknown(p, t);
        if (!name->sortable)
            return parser_fail(p, t->column, STR("type"),
                               TEXT("A list cannot be ordered by {0}.", t->text));
        bool descending = parser_word(p, "desc");
        if (!descending)
            (void)parser_word(p, "asc");
        list->order[list->order_n++] = (CondOrder){ name, descending };
    } while (parser_sign(p, ","));
    return RC_OK;
}

Rc cond_parse_list(Arena *a, Str text, const CondSchema *names, CondList *ret, CondError *ret_error)
{
    Parser p;
    CondList list = { 0 };

    TRY(parser_start(&p, a, text, names, ret_error));
    const Token *t = parser_peek(&p);
    bool ordered_only = t->kind == TOKEN_WORD && str_eq_z(t->text, "order");
    if (t->kind != TOKEN_END && !ordered_only) {
        TRY(parse_or(&p, &list.where));
        TRY(want_test(&p, list.where));
    }
    if (parser_word(&p, "order")) {
        if (!parser_word(&p, "by"))
            return parser_expected(&p, parser_peek(&p), T("by"));
        TRY(parse_order(&p, &list));
    }
    TRY(at_end(&p));
    *ret = list;
    return RC_OK;
}
