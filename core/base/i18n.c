/* SPDX-License-Identifier: MIT */
/*
 * The language of messages is a choice of the user, not of the machine: it must come out the same
 * in a container without locales, on a Japanese desktop and on a server set to English. So the
 * locale only proposes, and what is chosen is then forced on gettext.
 */
#include "core/base/i18n.h"

#include <langinfo.h>
#include <locale.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#ifndef SHY_LOCALE_DIR
#define SHY_LOCALE_DIR "/usr/share/locale"
#endif

/* Written once, before there are threads. */
static bool japanese;

static bool is_set(const char *text)
{
    return text != NULL && text[0] != '\0';
}

/* A locale name or language list that begins with the language ja: "ja", "ja_JP.UTF-8", "ja:en". */
static bool names_japanese(const char *name)
{
    return strncmp(name, "ja", 2) == 0 && (name[2] == '\0' || strchr("_.@:-", name[2]) != NULL);
}

/* What the environment asks for, by gettext's rules: LANGUAGE counts unless the locale is C. */
static bool locale_is_japanese(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    const char *locale = "C";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (is_set(value)) {
            locale = value;
            break;
        }
    }
    const char *list = getenv("LANGUAGE");
    bool plain = strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0;
    return names_japanese(is_set(list) && !plain ? list : locale);
}

static bool choose_japanese(const char *lang)
{
    if (!is_set(lang))
        lang = getenv("SHIHYO_LANG");
    return is_set(lang) ? names_japanese(lang) : locale_is_japanese();
}

/* Texts are UTF-8 inside, so a terminal of another encoding is not served: files and messages
 * would differ from machine to machine. */
static void set_character_type(void)
{
    if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        (void)setlocale(LC_CTYPE, "C.UTF-8");
}

/* gettext translates nothing in the C locale, whatever LANGUAGE says, and obeys LANGUAGE in every
 * other one, C.UTF-8 included. So English is the C locale, and Japanese needs no ja_JP locale on
 * the machine. */
static void set_messages(void)
{
    if (!japanese) {
        (void)setlocale(LC_MESSAGES, "C");
        return;
    }
    /* LANGUAGE=en in the environment would win over the locale. */
    (void)setenv("LANGUAGE", "ja", 1);
    if (setlocale(LC_MESSAGES, "ja_JP.UTF-8") == NULL)
        (void)setlocale(LC_MESSAGES, "C.UTF-8");
}

void shy_i18n_init(const char *lang)
{
    /* The variable is for running from the build tree and for relocated installations. */
    const char *directory = getenv("SHIHYO_LOCALE_DIR");
    japanese = choose_japanese(lang);
    set_character_type();
    set_messages();
    (void)bindtextdomain("shihyo", is_set(directory) ? directory : SHY_LOCALE_DIR);
    (void)bind_textdomain_codeset("shihyo", "UTF-8");
}

const char *shy_i18n_language(void)
{
    return japanese ? "ja" : "en";
}

const char *shy_i18n_pick(const char *ja, const char *en)
{
    if (is_set(ja) && (japanese || !is_set(en)))
        return ja;
    return is_set(en) ? en : "";
}
