/* query_operand.c - names, keys, constants and arithmetic: what stands on either side of a comparison.
 *
 * A bare word is a name on the left of a comparison; on the right of a key it is a key, so that the
 * words of the system need no quotes.  The grammar is in query_parse.c.
 */
#include "domain/query/query_parse.h"

Rc parser_constant(Parser *p, uint32_t column, CondValue v, const Cond **ret)
{
    return parser_node(p, (Cond){ .op = COND_CONST, .type = v.type, .column = column, .value = v },
                       ret);
}

/* A node for a name of the schema.  The row is copied, so that the tree outlives the schema. */
Rc parser_name(Parser *p, const CondName *name, uint32_t column, const Cond **ret)
{
    if (name->column) {
        Str rest = name->name;
        Str table = str_cut(&rest, '.');
        if (!p->in_sum)
            return parser_fail(
                p, column, STR("type"),
                TEXT("{0} has a value in each row; write sum({1}).", name->name, name->name));
        if (p->sum_table.len != 0 && !str_eq(p->sum_table, table))
            return parser_fail(p, column, STR("type"),
                               TEXT("One sum(...) takes the columns of one table."));
        p->sum_table = str_dup(p->arena, table);
    }
    CondName *copy = arena_try(p->arena, sizeof *copy);
    Str *keys = arena_array(p->arena, name->keys_n, sizeof *keys);
    if (copy == NULL || (keys == NULL && name->keys_n != 0))
        return RC_LIMIT;
    *copy = *name;
    copy->name = str_dup(p->arena, name->name);
    for (size_t i = 0; i < name->keys_n; i++)
        keys[i] = str_dup(p->arena, name->keys[i]);
    copy->keys = keys;
    return parser_node(
        p, (Cond){ .op = COND_NAME, .type = name->type, .column = column, .name = copy }, ret);
}

bool cond_is_keylike(CondType t)
{
    return t == COND_KEY || t == COND_KEYS || t == COND_PERSON;
}

/* ---- what may stand on the right ---- */

Rc parser_unknown(Parser *p, const Token *t)
{
    static const struct {
        const char *word, *instead;
    } spelled[] = { { "AND", "and" },  { "OR", "or" },         { "NOT", "not" },
                    { "IN", "in" },    { "IS", "is" },         { "true", "yes" },
                    { "false", "no" }, { "null", "is empty" }, { "today", "start_of(day)" } };

    for (size_t i = 0; i < COUNT_OF(spelled); i++)
        if (str_eq_z(t->text, spelled[i].word))
            return parser_fail(
                p, t->column, STR("syntax"),
                TEXT("Write {0} instead of {1}.", spelled[i].instead, spelled[i].word));
    const CondName *nearest = NULL;
    size_t distance = SIZE_MAX;
    for (size_t i = 0; i < p->names->n; i++)
        if (cond_is_nearer(t->text, p->names->at[i].name, &distance))
            nearest = &p->names->at[i];
    if (nearest != NULL)
        return parser_fail(p, t->column, STR("unknown_name"),
                           TEXT("There is no {0} here. Is {1} meant?", t->text, nearest->name));
    return parser_fail(
        p, t->column, STR("unknown_name"),
        TEXT("There is no {0} {1}.", t->text, p->names->who != NULL ? p->names->who : T("here")));
}

static Str list_keys(Parser *p, const CondName *name)
{
    Str all = STR("");

    for (size_t i = 0; i < name->keys_n && i < 12; i++)
        all = str_fmt(p->arena, "%.*s%s%.*s", STR_ARG(all), i == 0 ? "" : ", ",
                      STR_ARG(name->keys[i]));
    return name->keys_n > 12 ? str_fmt(p->arena, "%.*s ...", STR_ARG(all)) : all;
}

static Rc key_known(Parser *p, const CondName *name, const Token *t)
{
    if (name == NULL || name->keys_n == 0)
        return RC_OK;
    for (size_t i = 0; i < name->keys_n; i++)
        if (str_eq(name->keys[i], t->text))
            return RC_OK;
    const Str *nearest = NULL;
    size_t distance = SIZE_MAX;
    for (size_t i = 0; i < name->keys_n; i++)
        if (cond_is_nearer(t->text, name->keys[i], &distance))
            nearest = &name->keys[i];
    Str keys = list_keys(p, name);
    if (nearest != NULL)
        return parser_fail(p, t->column, STR("unknown_key"),
                           TEXT("{0} is never \"{1}\". Is {2} meant? It is one of: {3}.",
                                name->name, t->text, *nearest, keys));
    return parser_fail(p, t->column, STR("unknown_key"),
                       TEXT("{0} is never \"{1}\"; it is one of: {2}.", name->name, t->text, keys));
}

/* The right side of a key: a key, or a name that stands for one. */
static Rc key_operand(Parser *p, const Cond *left, const Cond **ret)
{
    const Token *t = parser_next(p);

    if (t->kind == TOKEN_WORD) {
        const CondName *name = cond_name_find(p->names, t->text);
        if (name != NULL && (name->word || str_find(name->name, '.') < name->name.len)) {
            if (!cond_is_keylike(name->type))
                return parser_fail(p, t->column, STR("type"),
                                   TEXT("{0} is {1} and cannot be compared with {2}.", name->name,
                                        cond_type_name(name->type), cond_type_name(left->type)));
            return parser_name(p, name, t->column, ret);
        }
        if (str_eq_z(t->text, "empty"))
            return parser_fail(p, t->column, STR("syntax"),
                               TEXT("Write \"is empty\" instead of \"= empty\"."));
        if (t->text.ptr[0] == '$')
            return parser_unknown(p, t);
    } else if (t->kind == TOKEN_END || t->kind == TOKEN_SIGN) {
        return parser_expected(p, t, T("A key"));
    }
    TRY(key_known(p, left->op == COND_NAME ? left->name : NULL, t));
    return parser_constant(p, t->column,
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
            return parser_constant(
                p, t->column, (CondValue){ .type = COND_YES_NO, .yes = str_eq_z(t->text, "yes") },
                ret);
        if (name != NULL && name->type == COND_YES_NO)
            return parser_name(p, name, t->column, ret);
    }
    return parser_expected(p, t, T("yes or no"));
}

static Rc text_operand(Parser *p, const Cond **ret)
{
    const Token *t = parser_next(p);

    if (t->kind == TOKEN_STRING)
        return parser_constant(p, t->column,
                               (CondValue){ .type = COND_TEXT, .text = str_dup(p->arena, t->text) },
                               ret);
    if (t->kind == TOKEN_WORD) {
        const CondName *name = cond_name_find(p->names, t->text);
        if (name != NULL && name->type == COND_TEXT)
            return parser_name(p, name, t->column, ret);
        return parser_fail(p, t->column, STR("type"),
                           TEXT("Texts stand in quotes: write \"{0}\".", t->text));
    }
    return parser_expected(p, t, T("A text in quotes"));
}

/* ---- values ---- */

Rc parser_clash(Parser *p, uint32_t column, const char *sign, const Cond *a, const Cond *b)
{
    return parser_fail(p, column, STR("type"),
                       TEXT("{0} {1} {2} does not go together.", cond_type_name(a->type), sign,
                            cond_type_name(b->type)));
}

static Rc parse_sum(Parser *p, const Token *word, const Cond **ret)
{
    const Cond *inner;

    if (p->in_sum)
        return parser_fail(p, word->column, STR("syntax"),
                           TEXT("sum(...) cannot stand inside sum(...)."));
    if (!parser_sign(p, "("))
        return parser_expected(p, parser_peek(p), "(");
    p->in_sum = true;
    p->sum_table = STR("");
    TRY(parse_add(p, &inner));
    p->in_sum = false;
    if (!parser_sign(p, ")"))
        return parser_expected(p, parser_peek(p), ")");
    if (p->sum_table.len == 0)
        return parser_fail(
            p, word->column, STR("type"),
            TEXT("sum(...) needs a column of a table, as in sum(lines.quantity * lines.price)."));
    if (inner->type != COND_NUMBER && inner->type != COND_MONEY)
        return parser_fail(
            p, inner->column, STR("type"),
            TEXT("sum(...) adds numbers or money, not {0}.", cond_type_name(inner->type)));
    return parser_node(p,
                       (Cond){ .op = COND_SUM,
                               .type = inner->type,
                               .column = word->column,
                               .a = inner,
                               .table = p->sum_table },
                       ret);
}

static Rc parse_start_of(Parser *p, const Token *word, const Cond **ret)
{
    static const struct {
        const char *word;
        CondPeriod period;
    } periods[] = {
        { "day", COND_DAY }, { "week", COND_WEEK }, { "month", COND_MONTH }, { "year", COND_YEAR }
    };

    if (!parser_sign(p, "("))
        return parser_expected(p, parser_peek(p), "(");
    for (size_t i = 0; i < COUNT_OF(periods); i++) {
        if (!parser_word(p, periods[i].word))
            continue;
        if (!parser_sign(p, ")"))
            return parser_expected(p, parser_peek(p), ")");
        return parser_node(p,
                           (Cond){ .op = COND_START_OF,
                                   .type = COND_DATETIME,
                                   .column = word->column,
                                   .period = periods[i].period },
                           ret);
    }
    return parser_expected(p, parser_peek(p), T("day, week, month or year"));
}

static Rc parse_word(Parser *p, const Token *t, const Cond **ret)
{
    const Token *after = parser_peek(p);
    bool call = after->kind == TOKEN_SIGN && str_eq_z(after->text, "(");

    if (str_eq_z(t->text, "now") && !call)
        return parser_node(p, (Cond){ .op = COND_NOW, .type = COND_DATETIME, .column = t->column },
                           ret);
    if (str_eq_z(t->text, "sum") && call)
        return parse_sum(p, t, ret);
    if (str_eq_z(t->text, "start_of") && call)
        return parse_start_of(p, t, ret);
    if (str_eq_z(t->text, "count") && call)
        return parse_count(p, t, ret);

    const CondName *name = cond_name_find(p->names, t->text);
    if (name == NULL && call)
        return parser_fail(
            p, t->column, STR("unknown_name"),
            TEXT("There is no function {0}; there are sum, count and start_of.", t->text));
    if (name == NULL)
        return parser_unknown(p, t);
    return parser_name(p, name, t->column, ret);
}

static Rc parse_number(Parser *p, const Token *t, const Cond **ret)
{
    const Token *after = parser_peek(p);
    Money money;

    if (after->kind == TOKEN_WORD && after->text.len == 3 && after->text.ptr[0] >= 'A'
        && after->text.ptr[0] <= 'Z') {
        parser_next(p);
        if (!money_parse(t->text, after->text, &money))
            return parser_fail(
                p, t->column, STR("syntax"),
                TEXT("{0} {1} is not an amount of money; write for example 1500 EUR.", t->text,
                     after->text));
        return parser_constant(p, t->column, (CondValue){ .type = COND_MONEY, .money = money },
                               ret);
    }
    return parser_constant(p, t->column, (CondValue){ .type = COND_NUMBER, .number = t->number },
                           ret);
}

static Rc parse_sign(Parser *p, const Cond **ret)
{
    if (++p->depth > COND_DEPTH_MAX) {
        (void)parser_fail(
            p, parser_peek(p)->column, STR("limit"),
            TEXT("This is nested more than {0} deep; make it simpler.", COND_DEPTH_MAX));
        return RC_LIMIT;
    }
    const Token *t = parser_next(p);
    Rc rc = RC_OK;

    switch (t->kind) {
    case TOKEN_WORD: rc = parse_word(p, t, ret); break;
    case TOKEN_NUMBER: rc = parse_number(p, t, ret); break;
    case TOKEN_STRING:
        rc = parser_constant(p, t->column,
                             (CondValue){ .type = COND_TEXT, .text = str_dup(p->arena, t->text) },
                             ret);
        break;
    case TOKEN_DATE:
        rc = parser_constant(p, t->column, (CondValue){ .type = COND_DATE, .at = t->at }, ret);
        break;
    case TOKEN_DATETIME:
        rc = parser_constant(p, t->column, (CondValue){ .type = COND_DATETIME, .at = t->at }, ret);
        break;
    case TOKEN_SPAN:
        if (timespan_is_working(t->span) && !p->names->working)
            rc = parser_fail(p, t->column, STR("type"),
                             TEXT("Working time (wh, wd) has no calendar here; write h or d."));
        else
            rc = parser_constant(p, t->column, (CondValue){ .type = COND_SPAN, .span = t->span },
                                 ret);
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
                                 TEXT("A minus stands before a number or money, not {0}.",
                                      cond_type_name(inner->type)));
            else
                rc = parser_node(
                    p,
                    (Cond){ .op = COND_NEG, .type = inner->type, .column = t->column, .a = inner },
                    ret);
        } else {
            rc = parser_expected(p, t, T("A name or a value"));
        }
        break;
    case TOKEN_END: rc = parser_expected(p, t, T("A name or a value")); break;
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
        bool money = (a->type == COND_NUMBER && b->type == COND_MONEY)
                     || (a->type == COND_MONEY && b->type == COND_NUMBER);
        if (!numbers && !money)
            return parser_clash(p, column, "*", a, b);
        TRY(parser_node(p,
                        (Cond){ .op = COND_MUL,
                                .type = numbers ? COND_NUMBER : COND_MONEY,
                                .column = column,
                                .a = a,
                                .b = b },
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
    if (b->type == COND_SPAN && b->op == COND_CONST
        && (a->type == COND_DATE || a->type == COND_DATETIME)) {
        SpanUnit u = b->value.span.unit;
        bool days = u == SPAN_DAYS || u == SPAN_YEARS || u == SPAN_WORK_DAYS;
        return days ? a->type : COND_DATETIME;
    }
    return COND_EMPTY;
}

Rc parse_add(Parser *p, const Cond **ret)
{
    const Cond *a, *b;

    TRY(parse_mul(p, &a));
    for (;;) {
        const Token *t = parser_peek(p);
        bool plus = t->kind == TOKEN_SIGN && str_eq_z(t->text, "+");
        if (!plus && !(t->kind == TOKEN_SIGN && str_eq_z(t->text, "-")))
            break;
        uint32_t column = parser_next(p)->column;
        TRY(parse_mul(p, &b));
        CondType type = add_type(a, b);
        if (type == COND_EMPTY)
            return parser_clash(p, column, plus ? "+" : "-", a, b);
        TRY(parser_node(
            p,
            (Cond){
                .op = plus ? COND_ADD : COND_SUB, .type = type, .column = column, .a = a, .b = b },
            &a));
    }
    *ret = a;
    return RC_OK;
}

Rc parser_moment(Parser *p, const Cond **ret)
{
    TRY(parse_add(p, ret));
    if ((*ret)->type != COND_DATE && (*ret)->type != COND_DATETIME)
        return parser_fail(
            p, (*ret)->column, STR("type"),
            TEXT("A date or a moment is expected here, not {0}.", cond_type_name((*ret)->type)));
    return RC_OK;
}

static bool is_moment(CondType t)
{
    return t == COND_DATE || t == COND_DATETIME;
}

/* Reads what `left` is compared with, by sign or in a list. */
Rc parse_operand(Parser *p, const Cond *left, const Cond **ret)
{
    if (cond_is_keylike(left->type))
        return key_operand(p, left, ret);
    if (left->type == COND_TEXT)
        return text_operand(p, ret);
    if (left->type == COND_YES_NO)
        return yes_no_operand(p, ret);
    TRY(parse_add(p, ret));
    if (cond_is_test(*ret))
        return parser_fail(p, (*ret)->column, STR("type"), TEXT("A condition cannot be compared."));
    if ((*ret)->type == left->type || (is_moment((*ret)->type) && is_moment(left->type)))
        return RC_OK;
    if (left->type == COND_MONEY && (*ret)->type == COND_NUMBER)
        return parser_fail(
            p, (*ret)->column, STR("type"),
            TEXT("Money is compared with money; write the currency, as in 1500 EUR."));
    return parser_fail(p, (*ret)->column, STR("type"),
                       TEXT("This compares {0} with {1}.", cond_type_name(left->type),
                            cond_type_name((*ret)->type)));
}
