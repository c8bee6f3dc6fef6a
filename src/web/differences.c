/* differences.c - see differences.h. */
#include "web/differences.h"

static bool is_told(const Widget *w)
{
    return w->kind != WIDGET_HIDDEN && w->kind != WIDGET_PASSWORD && w->kind != WIDGET_FILE
           && w->kind != WIDGET_TABLE;
}

static bool is_chosen(const Widget *w, const WidgetOption *o)
{
    return w->kind == WIDGET_SEVERAL ? o->chosen : str_eq(o->value, w->value);
}

/* What the field says: the words of what is chosen, else what was typed. */
static Str words_of(const Form *f, const Reader *reader, const Widget *w)
{
    Str words = STR("");
    bool check = w->kind == WIDGET_CHECK || w->kind == WIDGET_YES_NO;
    bool several = w->kind == WIDGET_SEVERAL, any = false;

    if (check) {
        bool yes = str_eq_z(w->value, "true") || str_eq_z(w->value, "1");
        Text text = yes ? TEXT("Yes") : TEXT("No");
        return w->kind == WIDGET_YES_NO && w->value.len == 0 ? words
                                                             : words_text(f->arena, reader, &text);
    }
    for (size_t i = 0; w->kind != WIDGET_MONEY && i < w->options.n; i++) {
        if (!is_chosen(w, &w->options.at[i]))
            continue;
        words = str_fmt(f->arena, "%.*s%s%.*s", STR_ARG(words), any ? ", " : "",
                        STR_ARG(words_text(f->arena, reader, &w->options.at[i].label)));
        any = true;
    }
    if (any || several)
        return words;
    if (w->kind == WIDGET_MONEY && w->value.len > 0)
        return str_fmt(f->arena, "%.*s %.*s", STR_ARG(w->value), STR_ARG(w->currency));
    return str_is_null(w->value) ? STR("") : str_trim(w->value);
}

Rc form_differences(Form *f, const Call *call, Differences *ret)
{
    Reader reader = { call->cx.lang, call->cx.zone, call->cx.now_ms };
    Differences all = { 0 }, list = { 0 };

    for (size_t i = 0; i < f->widgets.n; i++) {
        const Widget *w = &f->widgets.at[i];
        TRY(LIST_PUSH(f->arena, &all, (Difference){ w->label, words_of(f, &reader, w), STR("") }));
    }
    form_fill(f, &call->form);
    for (size_t i = 0; i < f->widgets.n; i++) {
        const Widget *w = &f->widgets.at[i];
        Difference d = all.at[i];
        d.yours = words_of(f, &reader, w);
        if (is_told(w) && !str_eq(d.now, d.yours))
            TRY(LIST_PUSH(f->arena, &list, d));
    }
    *ret = list;
    return RC_OK;
}

Rc form_refuse_version(Form *f, Call *call, Differences *ret, int64_t *version)
{
    int64_t sent;

    if (call->refused == RC_STALE)
        TRY(form_differences(f, call, ret));
    else if (str_to_i64(call_form(call, "version"), &sent))
        *version = sent;
    return form_refuse(f, call);
}
