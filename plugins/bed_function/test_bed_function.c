/* SPDX-License-Identifier: MIT */
/*
 * Workbooks in the ministry's layouts through the loaded plugin. fixtures/NAME.expected was
 * written from the tables in make_bed_fixtures.py.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/os/os.h"
#include "core/plugin/plugin_host.h"
#include "tests/rows.h"

#define FIXTURES SHY_TEST_SRCDIR "/plugins/bed_function/fixtures/"

static struct shihyo_error err;
static struct shy_text rows;
static char cut_file[] = "/tmp/bed_function-XXXXXX";

static int set_up(void **state)
{
    (void)state;
    shy_error_reset(&err);
    shy_text_clear(&rows);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    shy_mem_fail_after(0);
    shy_text_free(&rows);
    return 0;
}

/* options: JSON without `files`, or NULL. Returns the message code. */
static int read_path(const char *path, const char *options, const char *contract)
{
    json_t *given = json_loads(options == NULL ? "{}" : options, 0, NULL);
    assert_non_null(given);
    assert_int_equal(json_object_set_new(given, "files", json_string(path)), 0);
    int code = rows_of_source("bed_function", given, contract, &rows, &err);
    json_decref(given);
    return code;
}

static void expect_file(const char *name)
{
    struct shy_mapping expected;
    char path[512];
    if (err.code != 0)
        fail_msg("SHY-%u %s (%s[%s]:%lld)", err.code, err.message, err.file, err.sheet,
                 (long long)err.row);
    (void)snprintf(path, sizeof path, FIXTURES "%s.expected", name);
    assert_int_equal(shy_os_map(path, &expected, &err), 0);
    char *text = shy_strndup((const char *)expected.data, expected.size);
    shy_os_unmap(&expected);
    assert_string_equal(shy_text_get(&rows), text);
    shy_free(text);
}

static void test_bed_function_tables(void **state)
{
    (void)state;
    static const char *const tables[][2] = {
        {"institutions", "bed_institutions"},
        {"beds", "beds"},
        {"demand", "home_care_demand"},
        {"facility", "discharge_destinations"},
    };
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char path[512];
        (void)snprintf(path, sizeof path, FIXTURES "%s.xlsx", tables[i][0]);
        shy_text_clear(&rows);
        assert_int_equal(read_path(path, NULL, tables[i][1]), 0);
        expect_file(tables[i][0]);
        /* A workbook has no rows of another kind. */
        shy_text_clear(&rows);
        assert_int_equal(read_path(path, NULL, tables[(i + 1) % 4][1]), 0);
        assert_string_equal(shy_text_get(&rows), "");
    }
}

/* Several workbooks in one source, told apart by their content. */
static void test_bed_function_many_files(void **state)
{
    (void)state;
    json_t *given = json_pack("{s:[s,s,s,s]}", "files", FIXTURES "facility.xlsx",
                              FIXTURES "demand.xlsx", FIXTURES "b[e]ds.xlsx", FIXTURES "beds.xlsx");
    assert_int_equal(rows_of_source("bed_function", given, "beds", &rows, &err), 0);
    expect_file("beds");
    json_decref(given);
}

static void test_bed_function_as_of(void **state)
{
    (void)state;
    assert_int_equal(read_path(FIXTURES "institutions.xlsx", "{\"as_of\":\"令和6年7月1日\"}",
                               "bed_institutions"),
                     0);
    assert_non_null(strstr(shy_text_get(&rows), "vision\t0101\t2024-07-01\t"));
    assert_null(strstr(shy_text_get(&rows), "2025-07-01"));
    assert_int_equal(
        read_path(FIXTURES "institutions.xlsx", "{\"as_of\":\"いつか\"}", "bed_institutions"),
        SHY_E_PERIOD);
    assert_non_null(strstr(err.message, "いつか"));
}

static void test_bed_function_facilities(void **state)
{
    (void)state;
    assert_int_equal(
        read_path(FIXTURES "facility.xlsx",
                  "{\"facilities\":{\"試験クリニック\":{\"institution\":\"2410000001\","
                  "\"area\":\"2410\",\"ward\":\"general\"}}}",
                  "discharge_destinations"),
        0);
    assert_non_null(
        strstr(shy_text_get(&rows), "vision\t2410\tFY2023\t2410000001\tgeneral\thome\t123\n"));
    shy_text_clear(&rows);
    assert_int_equal(
        read_path(FIXTURES "facility.xlsx",
                  "{\"facilities\":{\"試験クリニック\":{\"area\":\"24204\",\"area_set\":"
                  "\"municipality\"}}}",
                  "discharge_destinations"),
        0);
    assert_non_null(strstr(shy_text_get(&rows),
                           "municipality\t24204\tFY2023\t試験クリニック\tall\tdeath\t15\n"));
    assert_int_equal(read_path(FIXTURES "facility.xlsx",
                               "{\"facilities\":{\"試験クリニック\":{\"aera\":\"2410\"}}}",
                               "discharge_destinations"),
                     SHY_E_OPTION_UNKNOWN);
}

static void test_bed_function_faults(void **state)
{
    (void)state;
    static const struct {
        const char *file, *contract;
        int code;
        int64_t row, column;
        const char *name, *value, *hint;
    } cases[] = {
        {"bad_column_missing", "bed_institutions", SHY_E_HEADER_MISSING, 14, 0,
         "医療機関機能|在宅療養支援", "", "医療機関機能|在宅"},
        {"bad_column_twice", "bed_institutions", SHY_E_HEADER_TWICE, 14, 0, "一般・療養病床|急性期",
         "", ""},
        {"bad_figure", "bed_institutions", SHY_E_NUMBER, 14, 10, "一般・療養病床|高度急性期", "百",
         "未報告"},
        {"bad_flag", "bed_institutions", SHY_E_LAYOUT, 15, 22, "医療機関機能|在宅療養支援", "支援",
         ""},
        {"bad_area", "bed_institutions", SHY_E_AREA_CODE, 8, 1, "構想区域", "102", ""},
        {"bad_order", "bed_institutions", SHY_E_LAYOUT, 15, 1, "番号", "1", ""},
        {"bad_year_twice", "beds", SHY_E_HEADER_TWICE, 11, 10, "2024実績", "2024実績", ""},
        {"bad_function", "beds", SHY_E_LAYOUT, 0, 0, "急性期", "", ""},
        {"bad_code", "beds", SHY_E_AREA_CODE, 6, 6, "構想区域", "南渡島", ""},
        {"bad_demand_code", "home_care_demand", SHY_E_LAYOUT, 0, 0, "", "", ""},
        {"bad_demand_years", "home_care_demand", SHY_E_HEADER_TWICE, 5, 7,
         "2030年度(推計)|レセプト件数/月", "レセプト件数/月", ""},
        {"bad_item", "discharge_destinations", SHY_E_LAYOUT, 0, 0, "", "", ""},
        {"bad_period", "discharge_destinations", SHY_E_PERIOD, 0, 0, "", "", ""},
        {"other", "beds", SHY_E_LAYOUT, 0, 0, "", "", "様式１診療所票"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char path[512];
        (void)snprintf(path, sizeof path, FIXTURES "%s.xlsx", cases[i].file);
        shy_error_reset(&err);
        int code = read_path(path, NULL, cases[i].contract);
        if (code != cases[i].code)
            fail_msg("%s: %d %s", cases[i].file, code, err.message);
        assert_string_equal(err.file, path);
        assert_int_equal(err.row, cases[i].row);
        assert_int_equal(err.column, cases[i].column);
        assert_string_equal(err.column_name, cases[i].name);
        assert_string_equal(err.value, cases[i].value);
        if (strstr(err.hint, cases[i].hint) == NULL)
            fail_msg("%s: the hint is: %s", cases[i].file, err.hint);
    }
    shy_error_reset(&err);
    assert_int_equal(read_path(FIXTURES "bad_figure.xlsx", NULL, "bed_institutions"), SHY_E_NUMBER);
    assert_string_equal(err.sheet, "101北海道南渡島");
}

static void test_bed_function_no_workbook(void **state)
{
    (void)state;
    struct shy_mapping whole;
    assert_int_equal(read_path(FIXTURES "beds.expected", NULL, "beds"), SHY_E_XLSX_NOT);
    assert_string_equal(err.file, FIXTURES "beds.expected");
    assert_int_equal(read_path(FIXTURES "none.xlsx", NULL, "beds"), SHY_E_OPTION_NO_FILE);
    /* Half a workbook. */
    assert_int_equal(shy_os_map(FIXTURES "beds.xlsx", &whole, &err), 0);
    int fd = mkstemp(cut_file);
    assert_true(fd >= 0);
    ssize_t written = write(fd, whole.data, whole.size / 2);
    assert_int_equal(written, whole.size / 2);
    assert_int_equal(close(fd), 0);
    shy_os_unmap(&whole);
    int code = read_path(cut_file, NULL, "beds");
    (void)unlink(cut_file);
    assert_int_equal(code, SHY_E_XLSX_DAMAGED);
    assert_string_equal(err.file, cut_file);
}

/* Memory that runs out anywhere in the core is an error, and nothing else. */
static void test_bed_function_no_memory(void **state)
{
    (void)state;
    int code = SHY_E_NOMEM;
    for (uint64_t n = 40; code != 0 && n < 100000; n = n * 5 / 4) {
        shy_error_reset(&err);
        shy_text_free(&rows);
        shy_mem_fail_after(n);
        code = read_path(FIXTURES "institutions.xlsx", NULL, "bed_institutions");
        shy_mem_fail_after(0);
        assert_true(code == 0 || err.message[0] != '\0');
    }
    assert_int_equal(code, 0);
    expect_file("institutions");
}

/* Slide 13 of the ministry's comparison (2018-03-02): yearly, 1 October, ○ △ × △ ○. */
static void test_bed_function_capabilities(void **state)
{
    (void)state;
    static const struct {
        const char *question;
        uint32_t answer;
    } slide[] = {{"discharge_destination", SHIHYO_ANSWER_YES},
                 {"medical_category", SHIHYO_ANSWER_PARTLY},
                 {"services_after_discharge", SHIHYO_ANSWER_NO},
                 {"area_granularity", SHIHYO_ANSWER_PARTLY},
                 {"workload", SHIHYO_ANSWER_YES}};
    struct shy_plugins *plugins;
    struct shy_plugin *plugin;
    assert_int_equal(shy_plugins_new(&plugins, &err), 0);
    assert_int_equal(shy_plugins_load(plugins, "bed_function", &plugin, &err), 0);
    const struct shihyo_capabilities *c = shy_plugin_descriptor(plugin)->capabilities;
    assert_string_equal(c->cycle.ja, "毎年");
    assert_string_equal(c->as_of.ja, "10月1日");
    for (size_t i = 0; i < sizeof slide / sizeof slide[0]; i++) {
        assert_string_equal(c->claims[i]->question, slide[i].question);
        assert_int_equal(c->claims[i]->answer, slide[i].answer);
    }
    assert_null(c->claims[5]);
    shy_plugins_free(plugins);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(test_bed_function_tables),    TEST(test_bed_function_many_files),
        TEST(test_bed_function_as_of),     TEST(test_bed_function_facilities),
        TEST(test_bed_function_faults),    TEST(test_bed_function_no_workbook),
        TEST(test_bed_function_no_memory), TEST(test_bed_function_capabilities),
    };
    (void)setenv("SHIHYO_PLUGIN_PATH", SHY_TEST_BUILDDIR "/plugins", 1);
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
