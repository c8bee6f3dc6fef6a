/* i18n.h - languages and the catalogue of messages.
 *
 * The English text is the id of a message.  T("New request") marks it for translation and is the
 * plain English text at run time; it is translated where it is written out, because only there the
 * reader is known.  The catalogues locale/sv.po and locale/zh.po are compiled into the program by
 * tools/pogen.py, which also reports messages that are missing, obsolete or whose placeholders
 * differ.  Sentences with values in them, dates, amounts: app/words.h.
 *
 * Everything here is pure and safe from any thread.
 */
#pragma once

#include "core/str.h"

typedef enum Lang { LANG_EN, LANG_SV, LANG_ZH, LANG_COUNT } Lang;

/* Marks a message.  Takes a literal only; the tool finds it by this word. */
#define T(literal) ("" literal "")

/* The message in the reader's language; an id that is in no catalogue comes back as it is. */
Str i18n_text(Lang lang, const char *msgid);
/* The form for `n` things, still with its placeholders.  English and Swedish have two forms,
 * Chinese has one. */
Str i18n_plural(Lang lang, const char *one, const char *many, int64_t n);

/* "en", "sv", "zh": the key in settings, catalogues and models. */
const char *lang_key(Lang lang);
CHECKED bool lang_from_key(Str key, Lang *ret);
/* "en", "sv", "zh-Hans": for the lang attribute and Content-Language. */
const char *lang_tag(Lang lang);
/* Its own name: "English", "Svenska", "简体中文". */
const char *lang_name(Lang lang);
/* The best language of an Accept-Language header (RFC 9110, 12.5.4), `otherwise` when it names none
 * of ours.  A region or script is ignored: sv-FI is Swedish, zh-TW is Chinese. */
Lang lang_accept(Str header, Lang otherwise);

/* A text that its author wrote in several languages (names of models, questions, options).
 * Absent ones are STR_NULL. */
typedef struct LangText {
    Str in[LANG_COUNT];
} LangText;

/* The text in `lang`, else in English, else in any language, else STR_NULL.  `ret_lang` (may be
 * NULL) gets the language of what is returned, so that a page can mark a foreign piece. */
Str lang_text(const LangText *t, Lang lang, Lang *ret_lang);
