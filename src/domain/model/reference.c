/* reference.c - prints the reference of all documents from the tables that read them. */
#include "domain/model/model_schema.h"
#include "domain/model/shape.h"

static const char *form_of(const ShapeField *f)
{
    switch (f->kind) {
    case FIELD_KEY: return "key";
    case FIELD_ID: return "id";
    case FIELD_LOGIN: return "login";
    case FIELD_LINE:
    case FIELD_NAME: return "one line";
    case FIELD_CURRENCY: return "currency, as in EUR";
    case FIELD_WORDS: return "words by language";
    case FIELD_WORDS_LIST: return "list of words by language";
    case FIELD_SYNONYMS: return "lists of words by language";
    case FIELD_BOOL: return "true or false";
    case FIELD_WORD:
    case FIELD_LANG: return "one of";
    case FIELD_KEYS: return "list of keys";
    case FIELD_LOGINS: return "list of logins";
    case FIELD_COND: return "condition";
    case FIELD_SPAN: return (f->flags & FIELD_DAYS) != 0 ? "span in m, h or d" : "span";
    case FIELD_DATE: return "date";
    case FIELD_LIST: return "list";
    case FIELD_CUSTOM: return f->form;
    }
    return "";
}

/* "A question" -> "question". */
static Str noun_of(const Shape *s)
{
    Str name = str_z(s->name);
    size_t blank = str_find(name, ' ');

    return blank < name.len ? str_skip(name, blank + 1) : name;
}

static void print_field(const ShapeField *f, Buf *to)
{
    buf_add_fmt(to, "| `%s`%s | %s", f->key, (f->flags & FIELD_REQUIRED) != 0 ? " *" : "",
                form_of(f));
    for (size_t i = 0; i < f->words_n; i++)
        buf_add_fmt(to, "%s `%s`", i == 0 ? "" : ",", f->words[i]);
    if (f->kind == FIELD_LIST) {
        buf_add_lit(to, " of [");
        buf_add(to, noun_of(f->shape));
        buf_add_lit(to, "](#");
        Str noun = noun_of(f->shape);
        for (size_t i = 0; i < noun.len; i++)
            buf_add_char(to, noun.ptr[i] == ' ' ? '-' : noun.ptr[i]);
        buf_add_lit(to, ")");
    }
    if (f->max > 0)
        buf_add_fmt(to, ", at most %zu", f->max);
    buf_add_fmt(to, " | %s |\n", f->about);
}

static bool is_printed(const Shape *const *done, size_t n, const Shape *s)
{
    for (size_t i = 0; i < n; i++)
        if (done[i] == s)
            return true;
    return false;
}

#define SHAPES_MAX 32

/* A shape, then those it holds, each once. */
static void print_shape(const Shape *s, const Shape **done, size_t *n, Buf *to)
{
    if (*n == SHAPES_MAX || is_printed(done, *n, s))
        return;
    done[(*n)++] = s;
    buf_add_lit(to, "\n### ");
    buf_add(to, noun_of(s));
    buf_add_lit(to, "\n\n| key | form | meaning |\n|---|---|---|\n");
    for (size_t i = 0; i < s->n; i++)
        print_field(&s->fields[i], to);
    for (size_t i = 0; i < s->n; i++)
        if (s->fields[i].shape != NULL)
            print_shape(s->fields[i].shape, done, n, to);
}

static void print_names(Buf *to)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(1u << 20);
    CondSchema names;

    buf_add_lit(
        to,
        "\n## Names in conditions\n\nQuestions stand under their id, or as `answer.id`; columns as "
        "`table.column` inside `sum(...)`;\nanswers of the assessment as `assess.id`.\n\n| name | "
        "kind |\n|---|---|\n");
    if (names_make(a, NAMES_ALL, NULL, NULL, false, &names) != RC_OK)
        return;
    for (size_t i = 0; i < names.n; i++) {
        const CondName *name = &names.at[i];
        buf_add_fmt(to, "| `%.*s` | %s", STR_ARG(name->name), cond_type_name(name->type));
        for (size_t k = 0; k < name->keys_n; k++)
            buf_add_fmt(to, "%s `%.*s`", k == 0 ? ":" : ",", STR_ARG(name->keys[k]));
        buf_add_fmt(to, "%s |\n", name->ordered ? " (ascending)" : "");
    }
}

void model_reference(Buf *to)
{
    const Shape *roots[] = { &model_shape,    &bundle_shape, &list_shape,
                             &calendar_shape, &teams_shape,  &people_shape };
    const Shape *done[SHAPES_MAX];
    size_t n = 0;

    buf_add_lit(
        to,
        "# Reference of catalog documents\n\n"
        "Printed from the tables that read the documents; a test keeps it current. The manual with "
        "examples is\n[models.md](models.md). A star marks a key that is always needed. The order "
        "of "
        "the keys is the canonical one.\n\n## Documents\n");
    for (size_t i = 0; i < COUNT_OF(roots); i++)
        print_shape(roots[i], done, &n, to);
    print_names(to);
    buf_add_lit(to, "\n## Diagnoses\n\n| code | meaning |\n|---|---|\n");
    for (size_t i = 0; i < DIAGNOSTIC_CODES_N; i++)
        buf_add_fmt(to, "| `%s` | %s |\n", DIAGNOSTIC_CODES[i].code, DIAGNOSTIC_CODES[i].meaning);
}
