#include "app/loc.h"

#include <assert.h>

#include "core/json.h"

/* Longer than any text of a team or task with all its languages. */
#define LOC_MAX_BYTES (64 * 1024)

LangText loc_read(Arena *a, Str json)
{
    const Json *object;
    LangText t = { 0 };

    if (json.len == 0 || json.len > LOC_MAX_BYTES || json_parse(a, json, &object, NULL) != RC_OK
        || object->kind != JSON_OBJECT)
        return t;
    const Json *plain = json_get(object, STR(""));
    for (int i = 0; i < LANG_COUNT; i++) {
        const Json *text = json_get(object, str_z(lang_key((Lang)i)));
        if (text == NULL)
            text = plain;
        if (text != NULL && text->kind == JSON_TEXT && text->text.len > 0)
            t.in[i] = text->text;
    }
    return t;
}

Str loc_json(Arena *a, const LangText *t)
{
    CLEANUP(buf_done) Buf buf;
    JsonOut out;

    buf_init(&buf, LOC_MAX_BYTES);
    json_out_init(&out, &buf);
    json_object(&out);
    for (int i = 0; i < LANG_COUNT; i++) {
        if (t->in[i].len == 0)
            continue;
        json_key(&out, str_z(lang_key((Lang)i)));
        json_text(&out, t->in[i]);
    }
    json_object_end(&out);
    assert(buf_result(&buf) == RC_OK);
    return str_dup(a, buf_str(&buf));
}

Str loc_text(Ctx *cx, Str json)
{
    LangText t = loc_read(cx->arena, json);
    Str text = lang_text(&t, cx->lang, NULL);
    return str_is_null(text) ? STR("") : text;
}
