/* SPDX-License-Identifier: MIT */
/* Translation of what people read. Message ids are the English sentences. */
#ifndef SHY_BASE_I18N_H
#define SHY_BASE_I18N_H

#include <libintl.h>

#define _(text) dgettext("shihyo", text)
#define N_(text) text

/* Chooses the language: lang is "ja", "en" or NULL (SHIHYO_LANG, then the locale). Sets LC_CTYPE
 * and LC_MESSAGES only: LC_NUMERIC stays "C". Call once, before any thread. */
void shy_i18n_init(const char *lang);

/* "ja" or "en", as chosen. */
const char *shy_i18n_language(void);

/* ja where the language is Japanese and ja is not NULL or empty, else en, else ja, else "". */
const char *shy_i18n_pick(const char *ja, const char *en);

#endif
