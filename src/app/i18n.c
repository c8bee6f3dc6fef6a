/* i18n.c - see i18n.h.  The table of translations comes from tools/pogen.py. */
#include "app/i18n.h"

#include "app/i18n_table.h"

static const struct {
    const char *key, *tag, *name;
} languages[LANG_COUNT] = {
    [LANG_EN] = { "en", "en", "English" },
    [LANG_SV] = { "sv", "sv", "Svenska" },
    [LANG_ZH] = { "zh", "zh-Hans", "简体中文" },
};

/* The entry of a message, NULL when it is in no catalogue. */
static const I18nEntry *find(const char *msgid)
{
    Str id = str_z(msgid);

    for (size_t at = (size_t)str_hash(id) & i18n_mask;; at = (at + 1) & i18n_mask) {
        const I18nEntry *e = i18n_slots[at];
        if (e == NULL || strcmp(e->id, msgid) == 0)
            return e;
    }
}

Str i18n_text(Lang lang, const char *msgid)
{
    if (lang != LANG_EN && msgid != NULL) {
        const I18nEntry *e = find(msgid);
        if (e != NULL && e->text[lang][0] != NULL)
            return str_z(e->text[lang][0]);
    }
    return str_z(msgid);
}

Str i18n_plural(Lang lang, const char *one, const char *many, int64_t n)
{
    if (lang != LANG_EN) {
        const I18nEntry *e = find(one);
        if (e != NULL && e->text[lang][0] != NULL) {
            const char *plural = e->text[lang][1]; /* NULL: the language has one form only */
            return str_z(n == 1 || plural == NULL ? e->text[lang][0] : plural);
        }
    }
    return str_z(n == 1 ? one : many);
}

const char *lang_key(Lang lang)
{
    return languages[lang].key;
}
const char *lang_tag(Lang lang)
{
    return languages[lang].tag;
}
const char *lang_name(Lang lang)
{
    return languages[lang].name;
}

bool lang_from_key(Str key, Lang *ret)
{
    for (int i = 0; i < LANG_COUNT; i++) {
        if (str_eq_z(key, languages[i].key)) {
            *ret = (Lang)i;
            return true;
        }
    }
    return false;
}

/* The weight of ";q=0.8" in thousandths; 1000 when there is none, 0 when it cannot be read. */
static int weight(Str params)
{
    Str q = str_trim(params);

    if (q.len == 0)
        return 1000;
    if (!str_starts(q, STR("q=")) && !str_starts(q, STR("Q=")))
        return 0;
    q = str_skip(q, 2);
    if (q.len == 0 || (q.ptr[0] != '0' && q.ptr[0] != '1') || q.len > 5)
        return 0;
    int w = (q.ptr[0] - '0') * 1000;
    if (q.len > 1 && q.ptr[1] != '.')
        return 0;
    int unit = 100;
    for (size_t i = 2; i < q.len; i++, unit /= 10) {
        if (q.ptr[i] < '0' || q.ptr[i] > '9')
            return 0;
        w += (q.ptr[i] - '0') * unit;
    }
    return w > 1000 ? 0 : w;
}

Lang lang_accept(Str header, Lang otherwise)
{
    Lang best = otherwise;
    int best_weight = 0;

    while (!str_is_null(header)) {
        Str params = str_cut(&header, ',');
        Str range = str_trim(str_cut(&params, ';'));
        Str primary = str_cut(&range, '-');
        int w = weight(params);
        bool any = str_eq_z(primary, "*");
        for (int i = 0; i < LANG_COUNT; i++) {
            bool same =
                any ? (Lang)i == otherwise : str_eq_nocase(primary, str_z(languages[i].key));
            if (same && w > best_weight) {
                best = (Lang)i;
                best_weight = w;
            }
        }
    }
    return best;
}

Str lang_text(const LangText *t, Lang lang, Lang *ret_lang)
{
    const Lang order[] = { lang, LANG_EN, LANG_SV, LANG_ZH };

    for (size_t i = 0; i < COUNT_OF(order); i++) {
        if (t->in[order[i]].len > 0) {
            if (ret_lang != NULL)
                *ret_lang = order[i];
            return t->in[order[i]];
        }
    }
    if (ret_lang != NULL)
        *ret_lang = lang;
    return STR_NULL;
}
