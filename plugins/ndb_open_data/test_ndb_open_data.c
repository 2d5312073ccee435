/* SPDX-License-Identifier: MIT */
/* Workbooks of our own in the ministry's layout through the loaded plugin. Expected rows were
 * written by hand from make_fixtures.py. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/rows.h"

#define FIXTURES SHY_TEST_SRCDIR "/plugins/ndb_open_data/fixtures/"
#define HEAD \
    "item\tname\tsection\tkind\tsetting\taddition\tarea_set\tarea\tperiod\tsex\tage_from\t" \
    "age_to\tvalue\n"

static struct shihyo_error err;
static struct shy_text rows;

static int set_up(void **state)
{
    (void)state;
    err = (struct shihyo_error)SHY_ERROR_INIT;
    shy_text_clear(&rows);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    shy_text_free(&rows);
    return 0;
}

static int read_files(const json_t *files, const char *contract)
{
    json_t *given = json_pack("{s:O}", "files", files);
    assert_non_null(given);
    int code = rows_of_source("ndb_open_data", given, contract, &rows, &err);
    json_decref(given);
    return code;
}

static int read_file(const char *name, const char *contract)
{
    char path[1024];
    (void)snprintf(path, sizeof path, "%s%s", name[0] == '/' ? "" : FIXTURES, name);
    json_t *files = json_string(path);
    int code = read_files(files, contract);
    json_decref(files);
    return code;
}

static void expect(const char *expected)
{
    if (err.code != 0)
        fail_msg("SHY-%u %s (%s:%lld)", err.code, err.message, err.file, (long long)err.row);
    assert_string_equal(shy_text_get(&rows), expected);
}

#define OSHIN "114000110\t往診料\tC000\tmedical\tall\t0\t"
#define SPECIAL "114001610\t特別往診料\tC000\tmedical\tall\t0\t"
#define VISIT "114001110\t在宅患者訪問診療料（１）１\tC001\tmedical\tall\t0\t"
#define SUGAR "114005910\t血糖自己測定器加算\tC150\tmedical\tall\t1\t"
#define SUGAR2 "114006010\t血糖自己測定器加算（２）\tC150\tmedical\tall\t1\t"
#define TIME "114013770\t患家診療時間加算\t\tmedical\tall\t1\t"
#define NATION(item, total) item "nation\t00\tFY2022\t\t\t\t" total "\n"
#define FIVE(item, a, b, c, d, rest) \
    item "secondary\t0101\tFY2022\t\t\t\t" a "\n" item "secondary\t0102\tFY2022\t\t\t\t" b \
         "\n" item "secondary\t2901\tFY2022\t\t\t\t" c "\n" item \
         "secondary\t2902\tFY2022\t\t\t\t" d "\n" item "unassigned\t00\tFY2022\t\t\t\t" rest "\n"

static void test_ndb_by_area(void **state)
{
    (void)state;
    assert_int_equal(read_file("area_items.xlsx", "ndb_items"), 0);
    expect(HEAD FIVE(OSHIN, "100", "!masked", "30", "0", "0") FIVE(SPECIAL, "0", "0", "!masked",
                                                                   "0", "0")
               FIVE(VISIT, "400", "300", "200", "90", "10") FIVE(SUGAR, "20", "10", "10", "10", "0")
                   FIVE(SUGAR2, "0", "0", "0", "0", "0") FIVE(TIME, "40", "0", "0", "0", "0")
                       NATION(OSHIN, "140") NATION(SPECIAL, "!masked") NATION(VISIT, "1000")
                           NATION(SUGAR, "50") NATION(SUGAR2, "0") NATION(TIME, "40"));
}

/* The same procedure in two tables: its total stands once. */
static void test_ndb_total_once(void **state)
{
    (void)state;
    json_t *files = json_pack("[s,s]", FIXTURES "prefecture_items.xlsx", FIXTURES "area_it*.xlsx");
    assert_int_equal(read_files(files, "ndb_items"), 0);
    json_decref(files);
    assert_non_null(strstr(shy_text_get(&rows), OSHIN "prefecture\t29\tFY2022\t\t\t\t30\n"));
    assert_non_null(strstr(shy_text_get(&rows), OSHIN "prefecture\t01\tFY2022\t\t\t\t110\n"));
    const char *total = strstr(shy_text_get(&rows), OSHIN "nation\t00");
    assert_non_null(total);
    assert_null(strstr(total + 1, OSHIN "nation\t00"));
}

static void test_ndb_sex_age(void **state)
{
    (void)state;
#define OUT "114000110\t往診料\tC000\tmedical\toutpatient\t0\tnation\t00\tFY2023\t"
    assert_int_equal(read_file("sex_age_patients.xlsx", "ndb_patients"), 0);
    expect(HEAD OUT "male\t0\t4\t20\n" OUT "male\t90\t\t!masked\n" OUT "female\t0\t4\t!masked\n" OUT
                    "female\t90\t\t15\n" OUT "\t\t\t60\n");
}

static void test_ndb_dental(void **state)
{
    (void)state;
#define DENTAL1 "303000370\t患家診療時間加算\t\tdental\tinpatient\t1\t"
#define DENTAL2 "303000470\t特別対応加算\t\tdental\tinpatient\t1\t"
    assert_int_equal(read_file("dental_patients.xlsx", "ndb_patients"), 0);
    expect(HEAD FIVE(DENTAL1, "12", "21", "0", "0", "0") FIVE(DENTAL2, "0", "0", "0", "0", "0")
               NATION(DENTAL1, "33") NATION(DENTAL2, "0"));
}

static void test_ndb_bad_workbooks(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int code;
        int64_t row, column;
        const char *column_name, *value, *message; /* a part of it, NULL = any */
    } cases[] = {
        {"bad_sign.xlsx", SHY_E_NUMBER, 8, 9, "29奈良県|2901|奈良", "?", NULL},
        {"bad_number.xlsx", SHY_E_NUMBER, 7, 7, "01北海道|0101|南渡島", "12.5", NULL},
        {"bad_code.xlsx", SHY_E_LAYOUT, 9, 3, "診療行為コード", "11400111", NULL},
        {"bad_title.xlsx", SHY_E_LAYOUT, 7, 0, "", "", "診療年月"},
        {"bad_span.xlsx", SHY_E_LAYOUT, 7, 0, "", "", "診療年月"},
        {"bad_setting.xlsx", SHY_E_LAYOUT, 7, 0, "", "", "外来"},
        {"bad_total.xlsx", SHY_E_HEADER_MISSING, 7, 0, "", "", NULL},
        {"bad_area.xlsx", SHY_E_LAYOUT, 5, 7, "", "", "地域A"},
        {"bad_twice.xlsx", SHY_E_HEADER_TWICE, 5, 0, "", "", "29|奈良"},
        {"bad_other.xlsx", SHY_E_LAYOUT, 0, 0, "", "", "診療行為コード"},
        {"bad_mixed.xlsx", SHY_E_LAYOUT, 7, 0, "", "", "患者数"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        err = (struct shihyo_error)SHY_ERROR_INIT;
        int code = read_file(cases[i].name, "ndb_items");
        if (code != cases[i].code)
            print_error("%s: %s\n", cases[i].name, err.message);
        assert_int_equal(code, cases[i].code);
        assert_non_null(strstr(err.file, cases[i].name));
        assert_int_equal(err.row, cases[i].row);
        assert_int_equal(err.column, cases[i].column);
        assert_string_equal(err.value, cases[i].value);
        if (cases[i].column_name[0] != '\0')
            assert_string_equal(err.column_name, cases[i].column_name);
        if (cases[i].message != NULL)
            assert_non_null(strstr(err.message, cases[i].message));
        assert_string_equal(err.sheet,
                            strcmp(cases[i].name, "bad_mixed.xlsx") == 0 ? "全体（加算）" : "全体");
    }
}

static void test_ndb_totals_differ(void **state)
{
    (void)state;
    json_t *files = json_pack("[s,s]", FIXTURES "area_items.xlsx", FIXTURES "bad_other_total.xlsx");
    assert_int_equal(read_files(files, "ndb_items"), SHY_E_LAYOUT);
    json_decref(files);
    assert_non_null(strstr(err.message, "area_items.xlsx"));
    assert_non_null(strstr(err.file, "bad_other_total.xlsx"));
    assert_int_equal(err.row, 7);
    assert_string_equal(err.sheet, "全体");
    assert_string_equal(err.column_name, "総計");
    assert_string_equal(err.value, "141");
}

static void test_ndb_not_a_workbook(void **state)
{
    (void)state;
    char path[] = "/tmp/ndb-XXXXXX.xlsx", bytes[1024];
    int fd = mkstemps(path, 5);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "no zip", 6), 6);
    assert_int_equal(read_file(path, "ndb_items"), SHY_E_XLSX_NOT);
    assert_string_equal(err.file, path);
    /* The first part of a real one. */
    FILE *whole = fopen(FIXTURES "area_items.xlsx", "rb");
    assert_non_null(whole);
    size_t length = fread(bytes, 1, sizeof bytes, whole);
    (void)fclose(whole);
    assert_int_equal(pwrite(fd, bytes, length, 0), length);
    int code = read_file(path, "ndb_items");
    assert_true(code == SHY_E_XLSX_DAMAGED || code == SHY_E_XLSX_NOT);
    (void)close(fd);
    (void)unlink(path);
}

static void test_ndb_no_files(void **state)
{
    (void)state;
    assert_int_equal(read_file("none_*.xlsx", "ndb_items"), SHY_E_OPTION_NO_FILE);
    json_t *none = json_array();
    assert_true(read_files(none, "ndb_items") != 0);
    json_decref(none);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(test_ndb_by_area),        TEST(test_ndb_total_once),    TEST(test_ndb_sex_age),
        TEST(test_ndb_dental),         TEST(test_ndb_bad_workbooks), TEST(test_ndb_totals_differ),
        TEST(test_ndb_not_a_workbook), TEST(test_ndb_no_files),
    };
    (void)setenv("SHIHYO_PLUGIN_PATH", SHY_TEST_BUILDDIR "/plugins", 1);
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("ndb_open_data", tests, NULL, NULL);
}
