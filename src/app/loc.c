#include "app/loc.h"

#include <assert.h>

#include "core/json.h"

/* Longer than any text of a team or task with all its languages. */
#define LOC_MAX_BYTES (64 * 1024)

/* ---- reading ------------------------------------------------------------------------------- */

/* Texts as loc_json writes them nearly always are {"en":"...","sv":"..."} without any escape.  A page
 * reads dozens; telling that form by its quotes costs a fiftieth of parsing JSON. */

/* What stands between the next two quotes of `rest`, when `before` is all that comes ahead of them. */
static bool quoted(Str *rest, const char *before, Str *ret)
{
    size_t ahead = strlen(before);

    if (!str_starts(*rest, str_z(before)) || rest->len == ahead || rest->ptr[ahead] != '"')
        return false;
    Str inner = str_skip(*rest, ahead + 1);
    size_t end = 0;
    while (end < inner.len && inner.ptr[end] != '"' && inner.ptr[end] != '\\'
           && (unsigned char)inner.ptr[end] >= 0x20)
        end++;
    if (end == inner.len || inner.ptr[end] != '"')
        return false;
    *ret = str_sub(inner, 0, end);
    *rest = str_skip(inner, end + 1);
    return true;
}

/* False when the text has another form; then only a parser can tell what it says. */
static bool read_plain(Str json, LangText *ret)
{
    LangText t = { 0 };
    const char *before = "{";
    Str key, text;
    Lang lang;

    do {
        if (!quoted(&json, before, &key) || !lang_from_key(key, &lang) || !str_is_null(t.in[lang])
            || !quoted(&json, ":", &text) || text.len == 0 || !str_is_clean_text(text, true))
            return false;
        t.in[lang] = text;
        before = ",";
    } while (!str_eq_z(json, "}"));
    *ret = t;
    return true;
}

LangText loc_read(Arena *a, Str json)
{
    const Json *object;
    LangText t = { 0 };

    if (read_plain(json, &t))
        return t;
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
