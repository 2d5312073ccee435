/* SPDX-License-Identifier: MIT */
/* Widths follow Unicode Standard Annex #11 (East Asian Width): W and F are two columns. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/report/report.h"

static void test_width_counts_columns(void **state)
{
    (void)state;
    assert_int_equal(shy_text_width(""), 0);
    assert_int_equal(shy_text_width("abc"), 3);
    assert_int_equal(shy_text_width("訪問診療"), 8);
    assert_int_equal(shy_text_width("ｱｲｳ"), 3);      /* half-width katakana */
    assert_int_equal(shy_text_width("Ａ１"), 4);     /* full-width Latin */
    assert_int_equal(shy_text_width("が"), 2);       /* one character */
    assert_int_equal(shy_text_width("か\u3099"), 2); /* with a combining mark */
    assert_int_equal(shy_text_width("\xff\xfe"), 2); /* not UTF-8 */
}

static void test_pad_fills_and_cuts(void **state)
{
    struct shy_text t = {0};
    (void)state;
    shy_text_pad(&t, "奈良", 6, false);
    shy_text_adds(&t, "|");
    shy_text_pad(&t, "12", 4, true);
    shy_text_adds(&t, "|");
    shy_text_pad(&t, "北和医療圏", 6, false);
    shy_text_adds(&t, "|");
    assert_string_equal(t.text, "奈良  |  12|北和… |");
    shy_text_free(&t);
}

static void test_draw_aligns_columns(void **state)
{
    static const char *const cells[] = {"圏域", "値", "奈良", "1,234", "東和", "*"};
    struct shy_text t = {0};
    (void)state;
    assert_int_equal(shy_draw_table(&t, cells, 3, 2, "lr", 0, NULL), 0);
    assert_string_equal(t.text, "圏域     値\n"
                                "----  -----\n"
                                "奈良  1,234\n"
                                "東和      *\n");
    shy_text_free(&t);
}

static void test_draw_narrows_text_not_numbers(void **state)
{
    static const char *const cells[] = {"name", "value", "在宅患者訪問診療料（１）", "123456789"};
    struct shy_text t = {0};
    (void)state;
    assert_int_equal(shy_draw_table(&t, cells, 2, 2, "lr", 25, NULL), 0);
    assert_non_null(strstr(t.text, "123456789"));
    assert_non_null(strstr(t.text, "…"));
    for (char *line = strtok(t.text, "\n"); line != NULL; line = strtok(NULL, "\n"))
        assert_true(shy_text_width(line) <= 25);
    shy_text_free(&t);
}

static void test_draw_survives_lack_of_memory(void **state)
{
    static const char *const cells[] = {"a", "b", "c", "d"};
    (void)state;
    for (uint64_t n = 1; n < 40; n++) {
        struct shy_text t = {0};
        struct shihyo_error err = SHY_ERROR_INIT;
        shy_mem_fail_after(n);
        int code = shy_draw_table(&t, cells, 2, 2, "ll", 0, &err);
        shy_mem_fail_after(0);
        assert_true(code == 0 || code == SHY_E_NOMEM);
        if (code == 0)
            assert_string_equal(t.text, "a  b\n-  -\nc  d\n");
        shy_text_free(&t);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_width_counts_columns),
        cmocka_unit_test(test_pad_fills_and_cuts),
        cmocka_unit_test(test_draw_aligns_columns),
        cmocka_unit_test(test_draw_narrows_text_not_numbers),
        cmocka_unit_test(test_draw_survives_lack_of_memory),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
