/* SPDX-License-Identifier: MIT */
/*
 * The language is chosen once in a process, so every case runs in a child of its own. The
 * catalogue is made here, in the format of the gettext manual ("The Format of GNU MO Files").
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/i18n.h"

static const char msgid[] = "A sentence of the test.";
static const char msgstr[] = "試験の文。";
static const char header[] = "Content-Type: text/plain; charset=UTF-8\n";

static char folder[] = "/tmp/shihyo-i18n-XXXXXX";
static const char *const parts[] = {"/ja", "/ja/LC_MESSAGES", "/ja/LC_MESSAGES/shihyo.mo"};

static void path_of(size_t part, char out[128])
{
    (void)snprintf(out, 128, "%s%s", folder, parts[part]);
}

/* Two messages, the header ("" -> header) and ours: lengths and places of ids, then of texts. */
static int write_catalogue(const char *path)
{
    const uint32_t ids = 28, texts = ids + 16, id_at = texts + 16 + 1;
    const uint32_t header_at = id_at + sizeof msgid, text_at = header_at + sizeof header;
    const uint32_t head[] = {0x950412de, 0,
                             2,          ids,
                             texts,      0,
                             text_at,    0,
                             id_at - 1,  sizeof msgid - 1,
                             id_at,      sizeof header - 1,
                             header_at,  sizeof msgstr - 1,
                             text_at};
    FILE *f = fopen(path, "wb");
    if (f == NULL)
        return -1;
    (void)fwrite(head, 1, sizeof head, f);
    (void)fputc('\0', f);
    (void)fwrite(msgid, 1, sizeof msgid, f);
    (void)fwrite(header, 1, sizeof header, f);
    (void)fwrite(msgstr, 1, sizeof msgstr, f);
    return fclose(f);
}

static int setup(void **state)
{
    char path[128];
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    for (size_t i = 0; i < 2; i++) {
        path_of(i, path);
        if (mkdir(path, 0700) != 0)
            return -1;
    }
    path_of(2, path);
    return write_catalogue(path);
}

static int teardown(void **state)
{
    char path[128];
    (void)state;
    for (size_t i = 3; i-- > 0;) {
        path_of(i, path);
        if (remove(path) != 0)
            return -1;
    }
    return remove(folder);
}

struct environment {
    const char *lang, *lc_all, *language, *shihyo_lang;
};

static void set(const char *name, const char *value)
{
    if (value == NULL)
        (void)unsetenv(name);
    else
        (void)setenv(name, value, 1);
}

/* 0 = as expected; else the number of what was not. */
static int child(const struct environment *env, const char *argument, const char *language)
{
    set("LANG", env->lang);
    set("LC_ALL", env->lc_all);
    set("LC_MESSAGES", NULL);
    set("LANGUAGE", env->language);
    set("SHIHYO_LANG", env->shihyo_lang);
    set("SHIHYO_LOCALE_DIR", folder);
    shy_i18n_init(argument);
    const char *expected = strcmp(language, "ja") == 0 ? msgstr : msgid;
    if (strcmp(shy_i18n_language(), language) != 0)
        return 1;
    if (strcmp(dgettext("shihyo", msgid), expected) != 0)
        return 2;
    if (strcmp(setlocale(LC_NUMERIC, NULL), "C") != 0)
        return 3;
    return 0;
}

static void assert_language(struct environment env, const char *argument, const char *language)
{
    int status;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(child(&env, argument, language));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* No locale but C is needed for Japanese, and a Japanese one is no obstacle to English. */
static void test_i18n_argument(void **state)
{
    (void)state;
    assert_language((struct environment){0}, "ja", "ja");
    assert_language((struct environment){.lc_all = "C"}, "ja", "ja");
    assert_language((struct environment){.lc_all = "POSIX"}, "ja", "ja");
    assert_language((struct environment){.language = "en"}, "ja", "ja");
    assert_language((struct environment){.lang = "xx_YY.UTF-8"}, "ja", "ja");
    assert_language((struct environment){0}, "en", "en");
    assert_language((struct environment){.lang = "ja_JP.UTF-8"}, "en", "en");
    assert_language((struct environment){.lang = "C.UTF-8", .language = "ja"}, "en", "en");
    assert_language((struct environment){.shihyo_lang = "ja"}, "en", "en");
}

static void test_i18n_variable(void **state)
{
    (void)state;
    assert_language((struct environment){.shihyo_lang = "ja"}, NULL, "ja");
    assert_language((struct environment){.shihyo_lang = "ja", .lc_all = "C"}, NULL, "ja");
    assert_language((struct environment){.shihyo_lang = "en", .lang = "ja_JP.UTF-8"}, NULL, "en");
    assert_language((struct environment){.shihyo_lang = "", .lang = "ja_JP.UTF-8"}, NULL, "ja");
}

static void test_i18n_locale(void **state)
{
    (void)state;
    assert_language((struct environment){0}, NULL, "en");
    assert_language((struct environment){.lang = "ja_JP.UTF-8"}, NULL, "ja");
    assert_language((struct environment){.lang = "ja_JP.UTF-8", .lc_all = "C"}, NULL, "en");
    assert_language((struct environment){.lang = "C", .language = "ja"}, NULL, "en");
    assert_language((struct environment){.lang = "C.UTF-8", .language = "ja:en"}, NULL, "ja");
    assert_language((struct environment){.lang = "ja_JP.UTF-8", .language = "en"}, NULL, "en");
    assert_language((struct environment){.lang = "jam_JM.UTF-8"}, NULL, "en");
}

static void test_i18n_pick(void **state)
{
    (void)state;
    shy_i18n_init("en");
    assert_string_equal(shy_i18n_pick("和", "en"), "en");
    assert_string_equal(shy_i18n_pick("和", NULL), "和");
    assert_string_equal(shy_i18n_pick("和", ""), "和");
    assert_string_equal(shy_i18n_pick(NULL, NULL), "");
    shy_i18n_init("ja");
    assert_string_equal(shy_i18n_pick("和", "en"), "和");
    assert_string_equal(shy_i18n_pick("", "en"), "en");
    assert_string_equal(shy_i18n_pick(NULL, "en"), "en");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_i18n_argument),
        cmocka_unit_test(test_i18n_variable),
        cmocka_unit_test(test_i18n_locale),
        cmocka_unit_test(test_i18n_pick),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, setup, teardown);
}
