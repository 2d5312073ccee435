/* SPDX-License-Identifier: MIT */
/* Tables through the loaded plugin. Expected rows were written by hand from the tables above
 * them. */
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

static struct shihyo_error err;
static struct shy_text rows;
static char file[] = "/tmp/facts-XXXXXX.csv";

static int set_up(void **state)
{
    (void)state;
    err = (struct shihyo_error)SHY_ERROR_INIT;
    shy_text_clear(&rows);
    strcpy(file, "/tmp/facts-XXXXXX.csv");
    int fd = mkstemps(file, 4);
    return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
    (void)state;
    (void)unlink(file);
    shy_text_free(&rows);
    return 0;
}

static void write_file(const char *text, size_t length)
{
    FILE *f = fopen(file, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, length, f), length);
    assert_int_equal(fclose(f), 0);
}

/* options: JSON without `files`. Returns the message code. */
static int read_path(const char *path, const char *options, const char *contract)
{
    json_error_t json_error;
    json_t *given = json_loads(options, 0, &json_error);
    if (given == NULL)
        fail_msg("%s in %s", json_error.text, options);
    assert_int_equal(json_object_set_new(given, "files", json_string(path)), 0);
    int code = rows_of_source("facts", given, contract, &rows, &err);
    json_decref(given);
    return code;
}

static int read_text(const char *text, const char *options, const char *contract)
{
    write_file(text, strlen(text));
    return read_path(file, options, contract);
}

static void expect(const char *expected)
{
    if (err.code != 0)
        fail_msg("SHY-%u %s (%s:%lld %s '%s')", err.code, err.message, err.file, (long long)err.row,
                 err.column_name, err.value);
    assert_string_equal(shy_text_get(&rows), expected);
}

/* The place and the value of the error. */
static void expect_at(int64_t row, int64_t column, const char *name, const char *value)
{
    assert_string_equal(err.file, file);
    assert_int_equal(err.row, row);
    assert_int_equal(err.column, column);
    assert_string_equal(err.column_name, name);
    assert_string_equal(err.value, value);
}

static void test_facts_own_table(void **state)
{
    (void)state;
    assert_int_equal(
        read_text("市町村コード,年度,開催回数,計画に記載,担当課\n"
                  "29201,令和6年度,3,○,地域包括ケア推進課\n"
                  "292028,R6年度,０,無,\n"
                  "２９２０３,2024年度,未回答,,福祉課\n"
                  "29204,FY2024,…,はい,\n",
                  "{\"table\":\"acp_outreach\",\"columns\":["
                  "{\"name\":\"area\",\"from\":\"市町村コード\",\"level\":\"municipality\"},"
                  "{\"name\":\"period\",\"from\":\"年度\"},"
                  "{\"name\":\"held\",\"from\":\"開催回数\",\"type\":\"int\",\"unit\":\"回\"},"
                  "{\"name\":\"planned\",\"from\":\"計画に記載\",\"type\":\"bool\"},"
                  "{\"name\":\"office\",\"from\":\"担当課\",\"type\":\"text\"}]}",
                  "facts.acp_outreach"),
        0);
    expect("area\tperiod\theld\tplanned\toffice\tarea_set\n"
           "29201\tFY2024\t3\t1\t地域包括ケア推進課\tmunicipality\n"
           "29202\tFY2024\t0\t0\t\tmunicipality\n"
           "29203\tFY2024\t!unreported\t\t福祉課\tmunicipality\n"
           "29204\tFY2024\t!missing\t1\t\tmunicipality\n");
}

static void test_facts_core_contract(void **state)
{
    (void)state;
    assert_int_equal(
        read_text("コード,圏域,性別,0-4,100以上,不詳,総数\n"
                  "101,南渡島,男,10,1,2,13\n"
                  "0102,南檜山,女,\"1,020\",,0,1021\n"
                  "0102,南檜山,計,2,2,0,4\n",
                  "{\"contract\":\"population\",\"columns\":["
                  "{\"name\":\"area\",\"from\":\"コード\"},{\"name\":\"sex\",\"from\":\"性別\"}],"
                  "\"constants\":{\"area_set\":\"vision\",\"period\":\"令和2年10月1日\","
                  "\"projection\":false},"
                  "\"recode\":{\"sex\":{\"男\":\"male\",\"女\":\"female\"}},"
                  "\"where\":[{\"column\":\"性別\",\"is_not\":\"計\"}],"
                  "\"unpivot\":{\"columns\":[\"{age_from}-{age_to}\","
                  "{\"from\":\"100以上\",\"age_from\":100},{\"from\":\"不詳\"}]}}",
                  "population"),
        0);
    expect("area_set\tarea\tperiod\tsex\tage_from\tage_to\tprojection\tvalue\n"
           "vision\t0101\t2020-10-01\tmale\t100\t\t0\t1\n"
           "vision\t0101\t2020-10-01\tmale\t\t\t0\t2\n"
           "vision\t0101\t2020-10-01\tmale\t0\t4\t0\t10\n"
           "vision\t0102\t2020-10-01\tfemale\t100\t\t0\t!missing\n"
           "vision\t0102\t2020-10-01\tfemale\t\t\t0\t0\n"
           "vision\t0102\t2020-10-01\tfemale\t0\t4\t0\t1020\n");
}

static void test_facts_distinct_take(void **state)
{
    (void)state;
    assert_int_equal(
        read_text("area_code,pref_code\n0104,01\n0104,01\n4701,47\n2405,24\n",
                  "{\"contract\":\"area_members\",\"distinct\":true,\"columns\":["
                  "{\"name\":\"area\",\"from\":\"area_code\",\"level\":\"secondary\","
                  "\"take\":\"1-2\"},"
                  "{\"name\":\"member\",\"from\":\"area_code\",\"level\":\"secondary\"}],"
                  "\"constants\":{\"area_set\":\"prefecture\",\"member_set\":\"secondary\"},"
                  "\"where\":[{\"column\":\"pref_code\",\"is_not\":[\"24\"]}]}",
                  "area_members"),
        0);
    expect("area_set\tarea\tmember_set\tmember\tvalid_from\tvalid_to\n"
           "prefecture\t01\tsecondary\t0104\t\t\n"
           "prefecture\t47\tsecondary\t4701\t\t\n");
}

static const char training[] =
    "{\"table\":\"training\",\"sheet\":\"研修\",\"header\":\"団体コード\",\"header_rows\":2,"
    "\"columns\":[{\"name\":\"area\",\"from\":\"団体コード\",\"level\":\"municipality\"},"
    "{\"name\":\"prefecture\",\"from\":\"都道府県名\",\"type\":\"text\"},"
    "{\"name\":\"held\",\"from\":\"研修|開催回数\",\"type\":\"int\"},"
    "{\"name\":\"people\",\"from\":\"参加者数（千人）\",\"type\":\"decimal\","
    "\"thousands\":true}],"
    "\"constants\":{\"period\":\"R6年度\"},"
    "\"signs\":{\"hyphen\":\"%s\"},"
    "\"blank_means_above\":[\"都道府県名\"],"
    "\"where\":[{\"column\":\"団体コード\",\"blank\":false}]}";

static void test_facts_workbook(void **state)
{
    (void)state;
    char options[2048];
    (void)snprintf(options, sizeof options, training, "zero");
    assert_int_equal(read_path(SHY_TEST_SRCDIR "/plugins/facts/fixtures/training.xlsx", options,
                               "facts.training"),
                     0);
    expect("area\tprefecture\theld\tpeople\tperiod\tarea_set\n"
           "29201\t奈良県\t4\t1200\tFY2024\tmunicipality\n"
           "29202\t奈良県\t0\t!missing\tFY2024\tmunicipality\n"
           "29203\t奈良県\t!unreported\t!masked\tFY2024\tmunicipality\n"
           "24201\t三重県\t0\t350\tFY2024\tmunicipality\n");
}

static void test_facts_sheet_unknown(void **state)
{
    (void)state;
    assert_int_equal(read_path(SHY_TEST_SRCDIR "/plugins/facts/fixtures/training.xlsx",
                               "{\"table\":\"t\",\"columns\":[{\"name\":\"a\",\"from\":\"x\"}],"
                               "\"sheet\":\"研修会\"}",
                               "facts.t"),
                     SHY_E_XLSX_SHEET);
    assert_non_null(strstr(err.hint, "研修"));
    assert_int_equal(read_path(SHY_TEST_SRCDIR "/plugins/facts/fixtures/training.xlsx",
                               "{\"table\":\"t\",\"columns\":[{\"name\":\"a\",\"from\":\"x\"}]}",
                               "facts.t"),
                     SHY_E_XLSX_SHEET);
}

static const char one_figure[] =
    "{\"table\":\"t\",\"columns\":[{\"name\":\"area\",\"from\":\"コード\","
    "\"level\":\"municipality\"},"
    "{\"name\":\"held\",\"from\":\"回数\",\"type\":\"int\"},"
    "{\"name\":\"done\",\"from\":\"実施\",\"type\":\"bool\",\"optional\":true}],"
    "\"constants\":{\"period\":\"FY2024\"}}";

static void test_facts_wrong_cells(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int code;
        int64_t row, column;
        const char *name, *value;
    } cases[] = {
        {"コード,回数\n29201,3\n29202,三回\n", SHY_E_NUMBER, 3, 2, "回数", "三回"},
        {"コード,回数\n29000,3\n", SHY_E_AREA_CODE, 2, 1, "コード", "29000"},
        {"コード,回数\n292011,3\n", SHY_E_AREA_CODE, 2, 1, "コード", "292011"},
        {"コード,実施,回数\n29201,たぶん,3\n", SHY_E_LAYOUT, 2, 2, "実施", "たぶん"},
        {"注\nコード,回数\n", SHY_E_HEADER_MISSING, 1, 0, "", ""},
        {"コード,件数\n29201,3\n", SHY_E_HEADER_MISSING, 1, 0, "", ""},
        {"コード,回数,回数\n29201,3,4\n", SHY_E_HEADER_TWICE, 1, 0, "", ""},
        {"", SHY_E_LAYOUT, 0, 0, "", ""},
        {"コード,回数\n29201,99999999999999999999\n", SHY_E_NUMBER, 2, 2, "回数",
         "99999999999999999999"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        err = (struct shihyo_error)SHY_ERROR_INIT;
        int code = read_text(cases[i].text, one_figure, "facts.t");
        if (code != cases[i].code)
            print_error("case %zu: %s\n", i, err.message);
        assert_int_equal(code, cases[i].code);
        if (cases[i].row > 0 && cases[i].code != SHY_E_HEADER_MISSING &&
            cases[i].code != SHY_E_HEADER_TWICE)
            expect_at(cases[i].row, cases[i].column, cases[i].name, cases[i].value);
        else
            assert_string_equal(err.file, file);
    }
}

/* Every wrong cell is said: the first as the error, how many others in the hint. */
static void test_facts_counts_wrong_cells(void **state)
{
    (void)state;
    assert_int_equal(
        read_text("コード,回数\n29201,a\n29202,1\n29203,b\n1,c\n", one_figure, "facts.t"),
        SHY_E_NUMBER);
    expect_at(2, 2, "回数", "a");
    assert_non_null(strstr(err.hint, "3"));
}

/* 1 and ９ of two digits are 01 and 09; a date made of a code is not a code. */
static void test_facts_width(void **state)
{
    (void)state;
    static const char wide[] =
        "{\"table\":\"t\",\"columns\":[{\"name\":\"area\",\"from\":\"コード\","
        "\"level\":\"municipality\"},{\"name\":\"kind\",\"from\":\"区分\",\"width\":%d}],"
        "\"constants\":{\"period\":\"FY2024\"}}";
    static const char *const wrong[] = {"100", "1-2", "1.0", "A"};
    char options[512], text[128];
    (void)snprintf(options, sizeof options, wide, 2);
    assert_int_equal(
        read_text("コード,区分\n29201,1\n29202,９\n29203,10\n29204,\n", options, "facts.t"), 0);
    expect("area\tkind\tperiod\tarea_set\n29201\t01\tFY2024\tmunicipality\n"
           "29202\t09\tFY2024\tmunicipality\n29203\t10\tFY2024\tmunicipality\n"
           "29204\t\tFY2024\tmunicipality\n");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        (void)snprintf(text, sizeof text, "コード,区分\n29201,%s\n", wrong[i]);
        assert_int_equal(read_text(text, options, "facts.t"), SHY_E_LAYOUT);
        expect_at(2, 2, "区分", wrong[i]);
    }
    (void)snprintf(options, sizeof options, wide, 19);
    assert_int_equal(read_text("コード,区分\n29201,1\n", options, "facts.t"), SHY_E_OPTION_TYPE);
}

/* Why there is no answer is kept in every column but keys. */
static void test_facts_states_of_answers(void **state)
{
    (void)state;
    assert_int_equal(
        read_text("コード,区分,実施,開始,様式\n29201,a,未回答,未定,非公表\n29202,未回答,,R6.4,A\n"
                  "29203,b,*,不明,該当なし\n29204,c,×,R6.5,B\n",
                  "{\"table\":\"t\",\"states\":{\"未定\":\"not_applicable\"},\"columns\":["
                  "{\"name\":\"area\",\"from\":\"コード\",\"level\":\"municipality\"},"
                  "{\"name\":\"kind\",\"from\":\"区分\",\"key\":true},"
                  "{\"name\":\"done\",\"from\":\"実施\",\"type\":\"bool\"},"
                  "{\"name\":\"since\",\"from\":\"開始\",\"type\":\"month\"},"
                  "{\"name\":\"form\",\"from\":\"様式\"}],"
                  "\"constants\":{\"period\":\"FY2024\"}}",
                  "facts.t"),
        0);
    expect("area\tkind\tdone\tsince\tform\tperiod\tarea_set\n"
           "29201\ta\t!unreported\t!not_applicable\t!masked\tFY2024\tmunicipality\n"
           "29202\t\t\t2024-04\tA\tFY2024\tmunicipality\n"
           "29203\tb\t!masked\t\t!not_applicable\tFY2024\tmunicipality\n"
           "29204\tc\t0\t2024-05\tB\tFY2024\tmunicipality\n");
}

/* 2.50 times is no number of times; 1.25 thousand are 1250, and 0.0005 thousand half a one. */
static void test_facts_fractions(void **state)
{
    (void)state;
    static const char thousands[] =
        "{\"table\":\"t\",\"columns\":[{\"name\":\"area\",\"from\":\"コード\","
        "\"level\":\"municipality\"},{\"name\":\"held\",\"from\":\"回数\","
        "\"type\":\"int\",\"thousands\":true}],\"constants\":{\"period\":\"FY2024\"}}";
    assert_int_equal(
        read_text("コード,回数\n29201,3.0\n29202,2.50\n29203,1.2\n", one_figure, "facts.t"),
        SHY_E_NUMBER);
    expect_at(3, 2, "回数", "2.50");
    assert_non_null(strstr(err.hint, "decimal"));
    assert_non_null(strstr(err.hint, "1 more"));
    err = (struct shihyo_error)SHY_ERROR_INIT;
    assert_int_equal(read_text("コード,回数\n29201,1.25\n", thousands, "facts.t"), 0);
    expect("area\theld\tperiod\tarea_set\n29201\t1250\tFY2024\tmunicipality\n");
    assert_int_equal(read_text("コード,回数\n29201,0.0005\n", thousands, "facts.t"), SHY_E_NUMBER);
    expect_at(2, 2, "回数", "0.0005");
}

static void test_facts_recode_unknown(void **state)
{
    (void)state;
    assert_int_equal(
        read_text("コード,性別\n29201,男性\n",
                  "{\"table\":\"t\",\"columns\":[{\"name\":\"code\",\"from\":\"コード\"},"
                  "{\"name\":\"sex\",\"from\":\"性別\"}],"
                  "\"recode\":{\"sex\":{\"男\":\"male\",\"女\":\"female\"}}}",
                  "facts.t"),
        SHY_E_LAYOUT);
    expect_at(2, 2, "性別", "男性");
    assert_non_null(strstr(err.hint, "'男'"));
}

static void test_facts_bad_mapping(void **state)
{
    (void)state;
    static const struct {
        const char *options;
        int code;
    } cases[] = {
        {"{\"columns\":[{\"name\":\"a\",\"from\":\"x\"}]}", SHY_E_OPTION_MISSING},
        {"{\"table\":\"t\",\"contract\":\"areas\",\"columns\":[]}", SHY_E_OPTION_MISSING},
        {"{\"table\":\"t\"}", SHY_E_OPTION_MISSING},
        {"{\"table\":\"t\",\"columns\":[{\"name\":\"a\"}]}", SHY_E_OPTION_TYPE},
        {"{\"table\":\"t\",\"columns\":[{\"name\":\"a\",\"from\":\"x\",\"type\":\"float\"}]}",
         SHY_E_OPTION_TYPE},
        {"{\"table\":\"t\",\"columns\":[{\"name\":\"a\",\"from\":\"x\",\"take\":\"2-1\"}]}",
         SHY_E_OPTION_TYPE},
        {"{\"table\":\"t\",\"columns\":[{\"name\":\"a\",\"form\":\"x\"}]}", SHY_E_OPTION_UNKNOWN},
        {"{\"table\":\"t\",\"columns\":[{\"name\":\"a\",\"from\":\"x\"},"
         "{\"name\":\"a\",\"from\":\"y\"}]}",
         SHY_E_OPTION_TYPE},
        {"{\"table\":\"t\",\"columns\":[{\"name\":\"area\",\"from\":\"x\"}]}", SHY_E_OPTION_TYPE},
        {"{\"table\":\"t\",\"columns\":[{\"name\":\"area\",\"from\":\"x\","
         "\"level\":\"municipality\"}]}",
         SHY_E_OPTION_MISSING},
        {"{\"table\":\"t\",\"columns\":[{\"name\":\"a\",\"from\":\"x\"}],"
         "\"signs\":{\"hyphen\":\"none\"}}",
         SHY_E_OPTION_TYPE},
        {"{\"table\":\"t\",\"columns\":[{\"name\":\"a\",\"from\":\"x\"}],"
         "\"recode\":{\"b\":{\"x\":\"y\"}}}",
         SHY_E_OPTION_TYPE},
        {"{\"table\":\"t\",\"columns\":[{\"name\":\"a\",\"from\":\"x\"}],"
         "\"unpivot\":{\"columns\":[\"{year}\"]}}",
         SHY_E_OPTION_TYPE},
        {"{\"table\":\"t\",\"columns\":[{\"name\":\"a\",\"from\":\"x\"}],\"basis\":\"home\"}",
         SHY_E_OPTION_TYPE},
        {"{\"table\":\"t\",\"columns\":[{\"name\":\"a\",\"from\":\"x\"}],\"clock\":\"never\"}",
         SHY_E_OPTION_TYPE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        err = (struct shihyo_error)SHY_ERROR_INIT;
        int code = read_text("x,y\n1,2\n", cases[i].options, "facts.t");
        if (code != cases[i].code)
            print_error("case %zu: %s\n", i, err.message);
        assert_int_equal(code, cases[i].code);
    }
}

static void test_facts_not_a_workbook(void **state)
{
    (void)state;
    static const char cut[] = "PK\x03\x04\x14\x00\x06\x00";
    write_file(cut, sizeof cut - 1);
    int code = read_path(file, one_figure, "facts.t");
    assert_true(code == SHY_E_XLSX_NOT || code == SHY_E_XLSX_DAMAGED);
    assert_string_equal(err.file, file);
    assert_int_equal(read_path("/tmp/there-is-no-such-file.csv", one_figure, "facts.t"),
                     SHY_E_OPTION_NO_FILE);
}

static void test_facts_encoding(void **state)
{
    (void)state;
    /* コード,回数 in CP932 */
    static const char text[] = "\x83R\x81[\x83h,\x89\xf1\x90\x94\r\n29201,5\r\n";
    write_file(text, sizeof text - 1);
    assert_int_equal(read_path(file, one_figure, "facts.t"), 0);
    expect("area\theld\tdone\tperiod\tarea_set\n29201\t5\t\tFY2024\tmunicipality\n");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(test_facts_own_table),
        TEST(test_facts_core_contract),
        TEST(test_facts_distinct_take),
        TEST(test_facts_workbook),
        TEST(test_facts_sheet_unknown),
        TEST(test_facts_wrong_cells),
        TEST(test_facts_counts_wrong_cells),
        TEST(test_facts_recode_unknown),
        TEST(test_facts_bad_mapping),
        TEST(test_facts_not_a_workbook),
        TEST(test_facts_encoding),
        TEST(test_facts_fractions),
        TEST(test_facts_width),
        TEST(test_facts_states_of_answers),
    };
    (void)setenv("SHIHYO_PLUGIN_PATH", SHY_TEST_BUILDDIR "/plugins", 1);
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("facts", tests, NULL, NULL);
}
