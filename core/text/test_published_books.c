/* SPDX-License-Identifier: MIT */
/*
 * Workbooks that ministries publish, read here and by tests/xlsx_dump.py, which shares no code with
 * the reader; and the codes in them. SKIP where the files or Python are not at hand.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/mem.h"
#include "core/base/os/os.h"
#include "core/text/csv.h"
#include "core/text/normalise.h"
#include "core/text/workbook.h"

static const char *const books[] = {
    "areas/juki_age_muni_2025.xlsx",
    "areas/kekkahyo3_4.xlsx",                                /* phonetic readings */
    "bed_function_report/001723127.xlsx",                    /* 339 sheets */
    "bed_function_report/001723349.xlsx",                    /* 5,425 merged ranges */
    "bed_function_report/001728462.xlsx",                    /* doubles with 17 digits */
    "bed_function_report/facility_sheet_R6_1414120016.xlsx", /* formulas */
    "ndb_open_data/001258287.xlsx",                          /* 4 sheets */
    "ndb_open_data/001258471.xlsx",
};

enum { BOOKS = sizeof books / sizeof books[0] };

static char *path_of(const char *name)
{
    const char *root = getenv("SHIHYO_SHARED_DATA");
    return shy_os_join(root != NULL ? root : SHY_TEST_SRCDIR "/../shared/data", name);
}

static int add_row(void *arg, int64_t row, const struct shihyo_field *cells, size_t count)
{
    struct shy_text *dump = arg;
    shy_text_addf(dump, "%" PRId64, row);
    for (size_t i = 0; i < count; i++) {
        shy_text_addc(dump, '\x1f');
        shy_text_add(dump, cells[i].text, cells[i].length);
    }
    shy_text_adds(dump, "\x1e\n");
    return 0;
}

/* All sheets as tests/xlsx_dump.py writes them. */
static void dump_book(const char *path, struct shy_text *dump)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shihyo_workbook *wb;
    if (shy_workbook_open(path, NULL, &wb, &err) != 0)
        fail_msg("%s: %s", path, err.message);
    for (size_t i = 0; i < shy_workbook_sheet_count(wb); i++) {
        shy_text_addf(dump, "[%s]\n", shy_workbook_sheet_name(wb, i));
        if (shy_workbook_read(wb, i, add_row, dump, NULL, &err) != 0)
            fail_msg("%s: %s", path, err.message);
    }
    shy_workbook_close(wb);
    assert_false(dump->failed);
}

static void test_published_books_cells(void **state)
{
    struct shy_text command = {0};
    (void)state;
    if (system("python3 -c '' 2>/dev/null") != 0)
        skip();
    shy_text_adds(&command, "python3 '" SHY_TEST_SRCDIR "/tests/xlsx_dump.py'");
    for (size_t i = 0; i < BOOKS; i++) {
        char *path = path_of(books[i]);
        shy_text_addf(&command, " '%s'", path);
        shy_free(path);
    }
    FILE *other = popen(command.text, "r");
    assert_non_null(other);
    for (size_t i = 0; i < BOOKS; i++) {
        char theirs[SHY_HASH_TEXT] = "", ours[SHY_HASH_TEXT];
        struct shy_text dump = {0};
        char *path = path_of(books[i]);
        assert_int_equal(fscanf(other, "%64s", theirs), 1);
        dump_book(path, &dump);
        shy_hash_bytes(dump.text, dump.length, ours);
        assert_string_equal(ours, theirs);
        shy_free(path);
        shy_text_free(&dump);
    }
    assert_int_equal(pclose(other), 0);
    shy_text_free(&command);
}

static void test_published_books_merges(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shihyo_workbook *wb;
    struct shy_merge *merges;
    size_t count, all = 0;
    char *path = path_of("bed_function_report/001723127.xlsx");
    (void)state;
    assert_int_equal(shy_workbook_open(path, NULL, &wb, &err), 0);
    assert_int_equal(shy_workbook_sheet_count(wb), 339);
    for (size_t i = 0; i < 339; i++) {
        assert_int_equal(shy_workbook_merges(wb, i, &merges, &count, &err), 0);
        all += count;
        shy_free(merges);
    }
    assert_int_equal(all, 32264); /* as often as <mergeCell stands in the sheets */
    shy_workbook_close(wb);
    shy_free(path);
}

/* Codes ---------------------------------------------------------------------------------- */

/* Six digits whose last is the check digit of the others, or not six digits. */
static bool check_code(const struct shihyo_field *f, size_t *codes)
{
    char out[8];
    if (f->length != 6)
        return true;
    for (size_t i = 0; i < 6; i++) {
        if (f->text[i] < '0' || f->text[i] > '9')
            return true;
    }
    ++*codes;
    return shy_area_check_digit(f->text) == f->text[5] &&
           shy_parse_area_code(f->text, 6, SHIHYO_LEVEL_ANY, out) == SHIHYO_OK &&
           memcmp(out, f->text, strlen(out)) == 0;
}

static int check_row(void *arg, int64_t row, const struct shihyo_field *cells, size_t count)
{
    (void)row;
    return count > 0 && !check_code(&cells[0], arg);
}

static void test_published_books_codes(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shihyo_workbook *wb;
    size_t codes = 0;
    int wrong = 0;
    char *path = path_of("areas/juki_age_muni_2025.xlsx");
    (void)state;
    assert_int_equal(shy_workbook_open(path, NULL, &wb, &err), 0);
    assert_int_equal(shy_workbook_read(wb, 0, check_row, &codes, &wrong, &err), 0);
    assert_int_equal(wrong, 0);
    assert_int_equal(codes, 3 * 2273); /* 計, 男, 女 of each; counted by Python's re */
    shy_workbook_close(wb);
    shy_free(path);
}

static void test_published_books_code_changes(void **state)
{
    const struct shihyo_field *fields;
    struct shihyo_csv *csv;
    size_t count, codes = 0;
    char *path = path_of("areas/municipality_code_changes_2005-2018.csv");
    (void)state;
    assert_int_equal(shy_csv_open(path, NULL, &csv, NULL), 0);
    while (shy_csv_next(csv, &fields, &count, NULL) == 0 && count > 0) {
        for (size_t i = 0; i < count; i++)
            assert_true(check_code(&fields[i], &codes));
    }
    assert_int_equal(codes, 2517);
    shy_csv_close(csv);
    shy_free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_books_cells),
        cmocka_unit_test(test_published_books_merges),
        cmocka_unit_test(test_published_books_codes),
        cmocka_unit_test(test_published_books_code_changes),
    };
    for (size_t i = 0; i < BOOKS; i++) {
        char *path = path_of(books[i]);
        bool there = shy_os_exists(path);
        shy_free(path);
        if (!there) {
            puts("the published files are not there");
            return 77;
        }
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
