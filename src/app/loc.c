#include "app/loc.h"

#include <assert.h>

#include "core/json.h"

/* Longer than any stored text of a team or task with all its languages. */
#define LOC_MAX_BYTES (64 * 1024)

/* ---- reading ------------------------------------------------------------------------------- */

/* Texts as loc_json writes them nearly always are {"en":"...","sv":"..."} without any escape.  A page
 * reads dozens; telling that form by its quotes costs a fiftieth of parsing JSON. */

/* What stands between the next two quotes of `rest`, when `before` is all that comes ahead of them. */
static bool quoted(Str *rest, char before, Str *ret)
{
    if (rest->len < 3 || rest->ptr[0] != before || rest->ptr[1] != '"')
        return false;
    const char *from = rest->ptr + 2;
    const char *end = memchr(from, '"', rest->len - 2);
    if (end == NULL)
        return false;
    *ret = (Str){ from, (size_t)(end - from) };
    rest->len -= (size_t)(end + 1 - rest->ptr);
    rest->ptr = end + 1;
    return true;
}

/* As lang_from_key; every key has two letters. */
static bool known_key(Str key, Lang *ret)
{
    for (int i = 0; i < LANG_COUNT && key.len == 2; i++) {
        const char *known = lang_key((Lang)i);
        if (key.ptr[0] == known[0] && key.ptr[1] == known[1]) {
            *ret = (Lang)i;
            return true;
        }
    }
    return false;
}

/* False when the text has another form; then only a parser can tell what it says.  That the texts are
 * clean is for the caller to see. */
static bool read_plain(Str json, LangText *ret)
{
    LangText t = { 0 };
    char before = '{';
    Str key, text;
    Lang lang;

    if (json.len == 0 || memchr(json.ptr, '\\', json.len) != NULL)
        return false;
    do {
        if (!quoted(&json, before, &key) || !known_key(key, &lang) || !str_is_null(t.in[lang])
            || !quoted(&json, ':', &text) || text.len == 0)
            return false;
        t.in[lang] = text;
        before = ',';
    } while (!str_eq_z(json, "}"));
    *ret = t;
    return true;
}

static bool all_clean(const LangText *t)
{
    for (int i = 0; i < LANG_COUNT; i++)
        if (!str_is_clean_text(t->in[i], false))
            return false;
    return true;
}

LangText loc_read(Arena *a, Str json)
{
    const Json *object;
    LangText t = { 0 };

    if (read_plain(json, &t) && all_clean(&t))
        return t;
    t = (LangText){ 0 };
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
    size_t room = 2;

    /* What a form brings may be longer than what will be kept: it is written to be compared. */
    for (int i = 0; i < LANG_COUNT; i++)
        room += sizeof "\"en\":\"\"," + 6 * t->in[i].len; /* \u0007 */
    buf_init(&buf, room);
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
    LangText t;

    if (read_plain(json, &t)) { /* only the one that is shown is looked at */
        Str plain = lang_text(&t, cx->lang, NULL);
        if (str_is_clean_text(plain, false))
            return plain;
    }
    t = loc_read(cx->arena, json);
    Str text = lang_text(&t, cx->lang, NULL);
    return str_is_null(text) ? STR("") : text;
}
