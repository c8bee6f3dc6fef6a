/* diagnostics.c - collects what is wrong with documents and prints it. */
#include "domain/model/yaml.h"

#include <assert.h>
#include <stdarg.h>

void diagnostics_init(Diagnostics *d, Arena *a)
{
    *d = (Diagnostics){ .arena = a };
}

#define TEXT_BYTES 1024

void diagnose(Diagnostics *d, DiagnosticLevel level, const char *code, Str file, SourcePos pos,
              const char *format, ...)
{
    char text[TEXT_BYTES];
    va_list args;

    assert(diagnostic_is_known(code)); /* the reference names every code */
    if (level == DIAGNOSTIC_ERROR)
        d->errors++;
    else
        d->warnings++;
    if (d->n == DIAGNOSTICS_MAX)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    Str sentence = str_z(text);
    while (!str_is_utf8(sentence)) /* cut in the middle of a character */
        sentence.len--;
    /* The counts already say that something is wrong, should the arena be full. */
    (void)!LIST_PUSH(
        d->arena, d,
        ((Diagnostic){ level, code, str_dup(d->arena, file), pos, str_dup(d->arena, sentence) }));
}

static int by_place(const void *a, const void *b)
{
    const Diagnostic *x = a, *y = b;
    int files = str_cmp(x->file, y->file);

    if (files != 0)
        return files;
    if (x->pos.line != y->pos.line)
        return x->pos.line < y->pos.line ? -1 : 1;
    if (x->pos.column != y->pos.column)
        return x->pos.column < y->pos.column ? -1 : 1;
    return str_cmp(x->text, y->text);
}

void diagnostics_print(const Diagnostics *d, Buf *to)
{
    if (d->n == 0)
        return;
    Diagnostic *sorted = ARENA_ARRAY(d->arena, Diagnostic, d->n);
    if (sorted == NULL)
        return;
    memcpy(sorted, d->at, d->n * sizeof *sorted);
    qsort(sorted, d->n, sizeof *sorted, by_place);
    for (size_t i = 0; i < d->n; i++) {
        const Diagnostic *x = &sorted[i];
        buf_add(to, x->file);
        if (x->pos.line > 0)
            buf_add_fmt(to, ":%u:%u", x->pos.line, x->pos.column);
        buf_add_fmt(to, ": %s: ", x->level == DIAGNOSTIC_ERROR ? "error" : "warning");
        buf_add(to, x->text);
        buf_add_fmt(to, " [%s]\n", x->code);
    }
}
