/* SPDX-License-Identifier: MIT */
/* Headers as e-Stat's 患者調査 and the ministry's workbooks have them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/mem.h"
#include "core/text/header.h"

/* Adds a row given as labels joined by commas. */
static int add_row(struct shihyo_header *header, const char *row, struct shihyo_error *err)
{
    struct shihyo_field cells[32];
    size_t count = 0;
    for (const char *p = row;; p++) {
        size_t length = strcspn(p, ",");
        cells[count++] = (struct shihyo_field){p, length};
        p += length;
        if (*p == '\0')
            return shy_header_row(header, cells, count, err);
    }
}

static struct shihyo_header *make(const char *const *rows)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shihyo_header *header;
    assert_int_equal(shy_header_new(&header, &err), 0);
    for (; *rows != NULL; rows++)
        assert_int_equal(add_row(header, *rows, &err), 0);
    return header;
}

static void assert_paths(const char *const *rows, const char *const *paths)
{
    struct shihyo_header *header = make(rows);
    size_t count = 0;
    for (; paths[count] != NULL; count++)
        assert_string_equal(shy_header_path(header, count), paths[count]);
    assert_int_equal(shy_header_count(header), count);
    assert_string_equal(shy_header_path(header, count), "");
    shy_header_free(header);
}

static void test_header_paths(void **state)
{
    (void)state;
    /* Merged cells left empty, the first row cut at its last label. */
    assert_paths(
        (const char *const[]){",,総数,,男", ",,総数,０〜４歳,総数,０〜４歳", NULL},
        (const char *const[]){"", "", "総数|総数", "総数|0~4歳", "男|総数", "男|0~4歳", NULL});
    /* Labels that stand over all rows. */
    assert_paths((const char *const[]){"コード,名称,病床,", ",,一般,療養", NULL},
                 (const char *const[]){"コード", "名称", "病床|一般", "病床|療養", NULL});
    /* Three rows: a label is not taken from under another heading. */
    assert_paths((const char *const[]){"A,,,B,", "x,,y,,z", "1,2,3,4,5", NULL},
                 (const char *const[]){"A|x|1", "A|x|2", "A|y|3", "B|4", "B|z|5", NULL});
    /* One row: an empty cell has no label. */
    assert_paths((const char *const[]){"a,,c", NULL}, (const char *const[]){"a", "", "c", NULL});
}

static void test_header_find(void **state)
{
    static const char *const rows[] = {"コード,総数,,男,,,女,",
                                       ",総数,65歳以上 (再掲),総数,65歳以上,"
                                       "70歳以上（再掲）,総数,不詳",
                                       NULL};
    static const struct {
        const char *wanted;
        int code;
        size_t column;
    } cases[] = {
        {"コード", 0, 0},
        {"男|総数", 0, 3},
        {"男｜総　数", 0, 3},
        {"総数|総数", 0, 1},
        {"不詳", 0, 7},
        {"65歳以上", 0, 4},      /* exactly so only once */
        {"総数|65歳以上", 0, 2}, /* but for the mark */
        {"70歳以上", 0, 5},
        {"70歳以上(再掲)", 0, 5},
        {"総数", SHY_E_HEADER_TWICE, 0},
        {"男", SHY_E_HEADER_MISSING, 0}, /* a heading is not a column */
        {"数", SHY_E_HEADER_MISSING, 0},
        {"", SHY_E_HEADER_MISSING, 0},
    };
    struct shihyo_header *header = make(rows);
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t column = 0;
        int code = shy_header_find(header, cases[i].wanted, &column, &err);
        if (code != cases[i].code || column != cases[i].column)
            fail_msg("'%s': %d, column %zu", cases[i].wanted, code, column);
    }
    assert_true(shy_header_repeated(header, 2));
    assert_true(shy_header_repeated(header, 5));
    assert_false(shy_header_repeated(header, 4));

    size_t column;
    assert_int_equal(shy_header_find(header, "総数", &column, &err), SHY_E_HEADER_TWICE);
    assert_non_null(strstr(err.hint, "'総数|総数' or '男|総数'"));
    assert_int_equal(shy_header_find(header, "70才以上(再掲)", &column, &err),
                     SHY_E_HEADER_MISSING);
    assert_non_null(strstr(err.hint, "70歳以上(再掲)"));
    assert_string_equal(err.column_name, "70才以上(再掲)");
    shy_header_free(header);
}

static void test_header_group_of_repetition(void **state)
{
    static const char *const rows[] = {"総数,0〜14歳,再掲,,", ",,65歳以上,75歳以上", NULL};
    struct shihyo_header *header = make(rows);
    struct shihyo_error err = SHY_ERROR_INIT;
    size_t column;
    (void)state;
    assert_int_equal(shy_header_find(header, "75歳以上", &column, &err), 0);
    assert_int_equal(column, 3);
    assert_true(shy_header_repeated(header, 2));
    assert_true(shy_header_repeated(header, 3));
    assert_false(shy_header_repeated(header, 1));
    assert_int_equal(shy_header_find(header, " ", &column, &err), SHY_E_HEADER_MISSING);
    shy_header_free(header);
}

static void test_header_same_label_twice(void **state)
{
    static const char *const rows[] = {"a,b,a", NULL};
    struct shihyo_header *header = make(rows);
    struct shihyo_error err = SHY_ERROR_INIT;
    size_t column;
    (void)state;
    assert_int_equal(shy_header_find(header, "a", &column, &err), SHY_E_HEADER_TWICE);
    assert_non_null(strstr(err.message, "columns 1 and 3"));
    shy_header_free(header);
}

static void test_header_out_of_memory(void **state)
{
    (void)state;
    for (uint64_t n = 1;; n++) {
        struct shihyo_error err = SHY_ERROR_INIT;
        struct shihyo_header *header;
        size_t column = 0;
        shy_mem_fail_after(n);
        int code = shy_header_new(&header, &err);
        if (code == 0)
            code = add_row(header, "総数,,男", &err);
        if (code == 0)
            code = add_row(header, "1,65歳以上(再掲),3", &err);
        if (code == 0)
            code = shy_header_find(header, "65歳以上", &column, &err);
        shy_mem_fail_after(0);
        shy_header_free(header);
        if (code == 0) {
            assert_int_equal(column, 1);
            assert_true(n > 10);
            return;
        }
        assert_int_equal(code, SHY_E_NOMEM);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header_paths),
        cmocka_unit_test(test_header_find),
        cmocka_unit_test(test_header_group_of_repetition),
        cmocka_unit_test(test_header_same_label_twice),
        cmocka_unit_test(test_header_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
