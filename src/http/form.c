#include "http/form.h"

#include "http/head.h"

/* Decoding never makes a text longer, so what needs no decoding is not copied either. */
static Rc decode(Arena *a, Str raw, size_t max_bytes, Str *ret)
{
    Str text = raw;

    if (str_find(raw, '%') < raw.len || str_find(raw, '+') < raw.len) {
        char *to = arena_try(a, raw.len);
        size_t n = 0;

        if (to == NULL)
            return RC_LIMIT;
        for (size_t i = 0; i < raw.len; i++) {
            char c = raw.ptr[i];
            if (c == '+') {
                c = ' ';
            } else if (c == '%') {
                int high = i + 2 < raw.len ? head_hex(raw.ptr[i + 1]) : -1;
                int low = high >= 0 ? head_hex(raw.ptr[i + 2]) : -1;
                if (low < 0)
                    return RC_INVALID;
                c = (char)(high * 16 + low);
                i += 2;
            }
            to[n++] = c;
        }
        text = (Str){ to, n };
    }
    if (text.len > max_bytes)
        return RC_LIMIT;
    if (str_find(text, '\0') < text.len || !str_is_utf8(text))
        return RC_INVALID;
    *ret = text;
    return RC_OK;
}

Rc form_parse(Arena *a, Str text, FormFields *ret)
{
    FormFields fields = { 0 };

    if (text.len == 0)
        text = STR_NULL;
    while (!str_is_null(text)) {
        FormField field = { 0 };
        Str value = str_cut(&text, '&');
        Str name = str_cut(&value, '=');

        if (fields.n == FORM_FIELDS_MAX)
            return RC_LIMIT;
        TRY(decode(a, name, FORM_NAME_MAX_BYTES, &field.name));
        if (field.name.len == 0)
            return RC_INVALID;
        TRY(decode(a, str_is_null(value) ? STR("") : value, FORM_FIELD_MAX_BYTES, &field.value));
        TRY(LIST_PUSH(a, &fields, field));
    }
    *ret = fields;
    return RC_OK;
}

Str form_value(const FormFields *fields, Str name)
{
    for (size_t i = 0; i < fields->n; i++)
        if (str_eq(fields->at[i].name, name))
            return fields->at[i].value;
    return STR_NULL;
}
