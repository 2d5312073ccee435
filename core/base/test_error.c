/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/i18n.h"
#include "core/base/mem.h"

static int setup(void **state)
{
    (void)state;
    shy_i18n_init("en");
    return 0;
}

static void test_error_fail(void **state)
{
    struct shihyo_error err;
    (void)state;
    memset(&err, 'x', sizeof err); /* nothing that was there before may stay */
    int code = shy_fail(&err, SHY_E_ENCODING, "%s is %d", "it", 3);
    assert_int_equal(code, 1203);
    assert_int_equal(err.code, 1203);
    assert_string_equal(err.message, "it is 3");
    assert_int_equal(err.struct_size, sizeof err);
    assert_int_equal(err.abi_version, SHIHYO_ABI_VERSION);
    assert_int_equal(err.row, 0);
    assert_int_equal(err.column, 0);
    assert_string_equal(err.file, "");
    assert_string_equal(err.sheet, "");
    assert_string_equal(err.column_name, "");
    assert_string_equal(err.value, "");
    assert_string_equal(err.hint, "");
    assert_int_equal(shy_fail(NULL, SHY_E_NUMBER, "x"), SHY_E_NUMBER);
}

/* An error may be told anew in terms of itself. */
static void test_error_fail_with_own_text(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    (void)shy_fail(&err, SHY_E_NUMBER, "inner");
    (void)shy_fail(&err, SHY_E_LAYOUT, "outer, %s", err.message);
    assert_string_equal(err.message, "outer, inner");
}

static void test_error_null_is_allowed(void **state)
{
    static const char *const names[] = {"a"};
    (void)state;
    shy_error_reset(NULL);
    shy_at(NULL, "f", 1, 1);
    shy_at_column(NULL, "c");
    shy_value(NULL, "v", 1);
    shy_context(NULL, "%d", 1);
    shy_hint(NULL, "%d", 1);
    shy_nearest(NULL, "a", names, 1);
    assert_int_equal(shy_fail_nomem(NULL), SHY_E_NOMEM);
    assert_int_equal(shy_fail_os(NULL, EACCES, "x", "f"), SHY_E_OS);
}

static void test_error_places(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    (void)shy_fail(&err, SHY_E_NUMBER, "m");
    shy_at(&err, NULL, 7, 0);
    shy_at(&err, "a.csv", 9, 3); /* fills what is not known yet, and no more */
    shy_at_column(&err, "患者数");
    shy_at_column(&err, "another");
    assert_string_equal(err.file, "a.csv");
    assert_int_equal(err.row, 7);
    assert_int_equal(err.column, 3);
    assert_string_equal(err.column_name, "患者数");
    shy_value(&err, "12x4", 3);
    assert_string_equal(err.value, "12x");
    shy_context(&err, "Source '%s'", "ndb");
    assert_string_equal(err.message, "Source 'ndb': m");
    shy_hint(&err, "First.");
    shy_hint(&err, "Second.");
    assert_string_equal(err.hint, "First. Second.");
    shy_error_reset(&err);
    shy_hint(&err, "一。");
    shy_hint(&err, "二。");
    assert_string_equal(err.hint, "一。二。");
}

static void test_error_os(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    assert_int_equal(shy_fail_os(&err, EACCES, "Cannot", "/x"), SHY_E_OS);
    assert_string_equal(err.message, "Cannot: Permission denied");
    assert_string_equal(err.file, "/x");
    assert_int_equal(shy_fail_os(&err, ENOENT, "Cannot", "/x"), SHY_E_FILE_NOT_FOUND);
    assert_int_equal(shy_fail_os(&err, ENOMEM, "Cannot", "/x"), SHY_E_NOMEM);
}

/* Cut where a character ends: 指 is three bytes, 𠮷 four, é two. */
static void test_error_copy_text(void **state)
{
    static const struct {
        const char *src;
        size_t size;
        const char *expected;
    } cases[] = {
        {"指標", 7, "指標"}, {"指標", 6, "指"},  {"指標", 5, "指"}, {"指標", 4, "指"},
        {"指標", 3, ""},     {"a𠮷b", 6, "a𠮷"}, {"a𠮷b", 5, "a"},  {"a𠮷b", 3, "a"},
        {"éé", 4, "é"},      {"éé", 3, "é"},     {"abc", 3, "ab"},  {"abc", 1, ""},
    };
    char out[16];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        memset(out, 'x', sizeof out);
        shy_copy_text(out, cases[i].size, cases[i].src, strlen(cases[i].src));
        assert_string_equal(out, cases[i].expected);
        assert_int_equal(out[cases[i].size], 'x');
    }
    shy_copy_text(out, sizeof out, NULL, 5);
    assert_string_equal(out, "");
    shy_copy_text(out, 4, "\x80\x80\x80\x80\x80\x80", 6); /* not text: cut anywhere */
    assert_int_equal(strlen(out), 3);
}

static void test_error_long_texts(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    char text[2001] = "";
    (void)state;
    for (int i = 0; i < 500; i++)
        memcpy(text + i * 3, "指", 4);
    (void)shy_fail(&err, SHY_E_NUMBER, "a%s", text);
    assert_int_equal(strlen(err.message), 1 + 170 * 3); /* of 511 bytes, whole characters */
    shy_context(&err, "bc");
    assert_int_equal(strlen(err.message), 5 + 168 * 3);
    shy_context(&err, "%s", text);
    assert_int_equal(strlen(err.message), 170 * 3);
    shy_value(&err, text, strlen(text));
    assert_int_equal(strlen(err.value), 42 * 3);
    for (int i = 0; i < 3; i++)
        shy_hint(&err, "%s", text);
    assert_int_equal(strlen(err.hint), 170 * 3);
}

static const char *nearest(const char *wanted, const char *const *names, size_t count)
{
    static struct shihyo_error err;
    shy_error_reset(&err);
    shy_nearest(&err, wanted, names, count);
    return err.hint;
}

static void test_error_nearest(void **state)
{
    static const char *const names[] = {
        "residence", "institution", "insurer", "numerator", "denominator", "訪問診療", "訪問看護",
    };
    size_t count = sizeof names / sizeof names[0];
    (void)state;
    assert_string_equal(nearest("resident", names, count), "Did you mean 'residence'?");
    assert_string_equal(nearest("RESIDENCE", names, count), "Did you mean 'residence'?");
    assert_string_equal(nearest("nmuerator", names, count), "Did you mean 'numerator'?");
    assert_string_equal(nearest("inst", names, count), "Did you mean 'institution'?");
    assert_string_equal(nearest("訪問診寮", names, count), "Did you mean '訪問診療'?");
    assert_string_equal(nearest("訪問", names, count), "Did you mean '訪問看護' or '訪問診療'?");
    assert_string_equal(nearest("population", names, count), "");
    assert_string_equal(nearest("", names, count), "");
    assert_string_equal(nearest("x", names, count), "");
    assert_string_equal(nearest("訪問歯科衛生", names, 0), "");
}

/* At most three, the nearest first, equal ones by name, whatever the order they come in. */
static void test_error_nearest_order(void **state)
{
    static const char *const names[] = {"rate_e", "rate_d", "rates", NULL,  "rate_c",
                                        "rate_b", "rates",  "rate",  "tare"};
    static const char *const turned[] = {"tare",   "rate",  "rates",  "rate_b",
                                         "rate_c", "rates", "rate_d", "rate_e"};
    const char *expected = "Did you mean 'rate', 'rates' or 'rate_b'?";
    (void)state;
    assert_string_equal(nearest("rate", names, 9), expected);
    assert_string_equal(nearest("rate", turned, 8), expected);
}

static void test_error_nearest_long_names(void **state)
{
    char name[200];
    const char *names[] = {name};
    (void)state;
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_string_equal(nearest(name, names, 1), ""); /* too long to be compared */
    name[64] = '\0';
    assert_int_equal(strncmp(nearest(name, names, 1), "Did you mean 'aaa", 17), 0);
}

static void test_error_catalogue(void **state)
{
    (void)state;
    assert_string_equal(shy_code_name(SHY_E_ENCODING), "ENCODING");
    assert_string_equal(shy_code_title(SHY_E_NOMEM), "Out of memory");
    assert_string_equal(shy_code_name(9999), "UNKNOWN");
    assert_string_equal(shy_code_title(9999), "");
    /* One of each class, as in docs/cli.md. */
    assert_int_equal(shy_code_exit(0), 0);
    assert_int_equal(shy_code_exit(9999), 1);
    assert_int_equal(shy_code_exit(SHY_E_INTERNAL), 1);
    assert_int_equal(shy_code_exit(SHY_E_USAGE), 2);
    assert_int_equal(shy_code_exit(SHY_E_SCRIPT_SYNTAX), 10);
    assert_int_equal(shy_code_exit(SHY_E_ENCODING), 11);
    assert_int_equal(shy_code_exit(SHY_E_NO_ANSWER), 12);
    assert_int_equal(shy_code_exit(SHY_E_EXAMPLE_FAILED), 13);
    assert_int_equal(shy_code_exit(SHY_E_STORE_DAMAGED), 15);
}

static char *printed(const struct shihyo_error *err)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    shy_error_print(out, SHY_ERROR, err);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void test_error_print(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    (void)shy_fail(&err, SHY_E_NUMBER, "Not a number.");
    char *text = printed(&err);
    assert_string_equal(text, "error SHY-1220: Not a number.\n");
    free(text);
    shy_at(&err, "b.xlsx", 12, 4);
    shy_copy_text(err.sheet, sizeof err.sheet, "表1", strlen("表1"));
    shy_at_column(&err, "総数");
    shy_value(&err, "1\n\x1b[2J", 6);
    shy_hint(&err, "Look.");
    text = printed(&err);
    assert_string_equal(text, "error SHY-1220: Not a number.\n"
                              "  at b.xlsx[表1]:12:4 column '総数'\n"
                              "  value: 1  [2J\n"
                              "  Look.\n");
    free(text);
}

static void test_error_print_without_file(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    (void)shy_fail(&err, SHY_E_NUMBER, "Not a number.");
    shy_at_column(&err, "総数");
    char *text = printed(&err);
    assert_string_equal(text, "error SHY-1220: Not a number.\n  at column '総数'\n");
    free(text);
    shy_at(&err, NULL, 12, 0);
    text = printed(&err);
    assert_string_equal(text, "error SHY-1220: Not a number.\n  at ?:12 column '総数'\n");
    free(text);
}

static void test_error_problems(void **state)
{
    struct shy_problems list = {0};
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    for (int i = 0; i < 20; i++) {
        (void)shy_fail(&err, SHY_E_NUMBER, "%d", i);
        shy_problems_add(&list, i % 2 == 0 ? SHY_ERROR : SHY_WARNING, &err);
    }
    shy_problems_add(&list, SHY_NOTE, &err);
    assert_int_equal(list.count, 21);
    assert_int_equal(list.errors, 10);
    assert_int_equal(list.warnings, 10);
    assert_int_equal(list.notes, 1);
    assert_string_equal(list.items[7].error.message, "7");
    assert_int_equal(list.items[7].severity, SHY_WARNING);
    shy_problems_free(&list);
    shy_mem_fail_after(1);
    shy_problems_add(&list, SHY_ERROR, &err);
    shy_mem_fail_after(0);
    assert_int_equal(list.count, 0);
    assert_int_equal(list.errors, 1); /* counted although it could not be kept */
    shy_problems_free(&list);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_fail),
        cmocka_unit_test(test_error_fail_with_own_text),
        cmocka_unit_test(test_error_null_is_allowed),
        cmocka_unit_test(test_error_places),
        cmocka_unit_test(test_error_os),
        cmocka_unit_test(test_error_copy_text),
        cmocka_unit_test(test_error_long_texts),
        cmocka_unit_test(test_error_nearest),
        cmocka_unit_test(test_error_nearest_order),
        cmocka_unit_test(test_error_nearest_long_names),
        cmocka_unit_test(test_error_catalogue),
        cmocka_unit_test(test_error_print),
        cmocka_unit_test(test_error_print_without_file),
        cmocka_unit_test(test_error_problems),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, setup, NULL);
}
