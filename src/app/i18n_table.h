/* i18n_table.h - the compiled catalogues, for i18n.c only.
 *
 * An open table: the slot of a message is its FNV-1a hash under i18n_mask, or the next free one.
 * There is always a free slot.  tools/pogen.py writes it into i18n_table.c.
 */
#pragma once

#include "app/i18n.h"

typedef struct I18nEntry {
    const char *id;
    const char *text[LANG_COUNT][2]; /* singular or only form, plural; NULL: not translated */
} I18nEntry;

extern const I18nEntry *const i18n_slots[];
extern const size_t i18n_mask;
