/* collate.h - the order of names as people of a language expect it (ICU: å ä ö after z in Swedish,
 * pinyin in Chinese).  For lists that are sorted in memory.  Pure; safe from any thread.
 */
#pragma once

#include "app/i18n.h"

/* <0, 0, >0.  Texts that only differ in form are ordered by bytes, so that 0 means equal. */
int collate(Lang lang, Str a, Str b);
