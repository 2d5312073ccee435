/* SPDX-License-Identifier: MIT */
/* Tables in e-Stat's shape through the loaded plugin. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/log.h"
#include "core/base/os/os.h"
#include "core/plugin/plugin_host.h"
#include "tests/rows.h"

#define PACK_DATA SHY_TEST_SRCDIR "/indicators/standard/data/patient_survey/"
#define HEADING "area_set\tarea\tperiod\tward\tdestination\tvalue\n"

static struct shihyo_error err;
static struct shy_text rows;
static char file[32], log_file[32];

static int make_file(char *name, const char *pattern)
{
    strcpy(name, pattern);
    int fd = mkstemp(name);
    return fd < 0 ? -1 : close(fd);
}

static int set_up(void **state)
{
    (void)state;
    shy_error_reset(&err);
    shy_text_clear(&rows);
    if (make_file(file, "/tmp/survey-XXXXXX") != 0 ||
        make_file(log_file, "/tmp/survey-log-XXXXXX") != 0)
        return -1;
    return shy_log_file(log_file, &err);
}

static int tear_down(void **state)
{
    (void)state;
    shy_mem_fail_after(0);
    (void)shy_log_file(NULL, NULL);
    (void)unlink(file);
    (void)unlink(log_file);
    shy_text_free(&rows);
    return 0;
}

/* options: JSON without `files`, or NULL. Returns the message code. */
static int read_path(const char *path, const char *options)
{
    json_t *given = json_loads(options == NULL ? "{}" : options, 0, NULL);
    assert_non_null(given);
    assert_int_equal(json_object_set_new(given, "files", json_string(path)), 0);
    shy_error_reset(&err);
    shy_text_clear(&rows);
    int code = rows_of_source("patient_survey", given, "discharge_destinations", &rows, &err);
    json_decref(given);
    return code;
}

static int read_text(const char *text, const char *options)
{
    assert_int_equal(shy_os_write_file(file, text, strlen(text), &err), 0);
    return read_path(file, options);
}

static void expect(const char *expected)
{
    if (err.code != 0)
        fail_msg("SHY-%u %s (%s:%lld %s)", err.code, err.message, err.file, (long long)err.row,
                 err.column_name);
    assert_string_equal(shy_text_get(&rows), expected);
}

/* Lines of the log that hold a text. */
static int logged(const char *text)
{
    struct shy_mapping log;
    int lines = 0;
    assert_int_equal(shy_os_map(log_file, &log, &err), 0);
    char *all = shy_strndup(log.data == NULL ? "" : (const char *)log.data, log.size);
    shy_os_unmap(&log);
    for (char *line = strtok(all, "\n"); line != NULL; line = strtok(NULL, "\n"))
        lines += strstr(line, text) != NULL;
    shy_free(all);
    return lines;
}

/* Figures of the slide 「在宅医療の整備目標の設定プロセスについて（患者調査の活用）」, in
 * thousands: H20, H23, H26. */
static const struct {
    const char *destination;
    const char *values[3];
} slide[] = {
    {"total", {"37700", "38500", "44100"}},
    {"home", {"19100", "18300", "21200"}},
    {"home_commuting_here", {"10100", "9100", "9600"}},
    {"home_commuting_other", {"6200", "6700", "8800"}},
    {"home_home_care", {"1300", "1200", "1500"}},
    {"home_other", {"1500", "1300", "1400"}},
    {"hospital", {"5300", "4700", "5000"}},
    {"hospital_support", {"800", "1100", "1200"}},
    {"hospital_other", {"4300", "3500", "3700"}},
    {"hospital_clinic", {"100", "100", "100"}},
    {"rouken", {"2900", "3000", "3100"}},
    {"tokuyou", {"1600", "1400", "1700"}},
    {"welfare_facility", {"800", "1300", "1400"}},
    {"other", {"8100", "9900", "11700"}},
};

static void test_patient_survey_slide(void **state)
{
    (void)state;
    static const char *const periods[] = {"2008-09", "2011-09", "2014-09"};
    struct shy_text expected = {0};
    shy_text_adds(&expected, HEADING);
    for (int year = 0; year < 3; year++) {
        for (size_t i = 0; i < sizeof slide / sizeof slide[0]; i++)
            shy_text_addf(&expected, "nation\t00\t%s\tmedical_long_term_care\t%s\t%s\n",
                          periods[year], slide[i].destination, slide[i].values[year]);
    }
    assert_int_equal(read_path(PACK_DATA "*.csv", NULL), 0);
    expect(shy_text_get(&expected));
    shy_text_free(&expected);
    /* By hand: 37.8 and 38.6 against the printed 37.7 and 38.5, 44.1 agrees; of the parts, 5.2
     * against 5.3 (hospitals, H20) and 21.3 against 21.2 (home, H26). */
    assert_int_equal(logged("'total' add up to 37800, printed is 37700"), 1);
    assert_int_equal(logged("'total' add up to 38600, printed is 38500"), 1);
    assert_int_equal(logged("'hospital' add up to 5200, printed is 5300"), 1);
    assert_int_equal(logged("'home' add up to 21300, printed is 21200"), 1);
    assert_int_equal(logged("add up to"), 4);
    assert_int_equal(logged("more than rounding"), 0);
}

#define TOP "平成26年,患者調査,平成26年9月,千人\n推計退院患者数，退院後の行き先×病床の種類\n"

/* Signs, several wards, a column nobody knows, 再掲, a note below. */
static void test_patient_survey_signs(void **state)
{
    (void)state;
    assert_int_equal(read_text(TOP ",,病院,,一般診療所,\n"
                                   ",,一般病床,療養病床,特別な病床,一般病床（再掲）\n"
                                   ",,,,,\n"
                                   "総数 ,総数,１２．３,-,1.0,0.0\n"
                                   ",  家庭,･,0.0,1.0,0.0\n"
                                   ",    その他,…,,1.0,0.0\n"
                                   "\n"
                                   "注：「家庭」には通院を含む,,,,,\n",
                               "{\"wards\":{\"一般病床(再掲)\":\"ignore\"}}"),
                     0);
    expect(HEADING "nation\t00\t2014-09\tgeneral\ttotal\t12300\n"
                   "nation\t00\t2014-09\tlong_term_care\ttotal\t0\n"
                   "nation\t00\t2014-09\tgeneral\thome\t!not_applicable\n"
                   "nation\t00\t2014-09\tlong_term_care\thome\t0\n"
                   "nation\t00\t2014-09\tgeneral\thome_other\t!missing\n"
                   "nation\t00\t2014-09\tlong_term_care\thome_other\t!missing\n");
    assert_int_equal(logged("特別な病床"), 1);
}

/* Destinations across, wards down; labels of the project; an area of its own; persons as unit. */
static void test_patient_survey_mapping(void **state)
{
    (void)state;
    static const char table[] = "令和2年,福島県患者調査,令和2年9月,人\n"
                                "第3表 推計退院患者数,病床の種類×退院後の行き先\n"
                                ",総数,自宅,施設,\n"
                                ",,,老健,グループホーム\n"
                                ",,,,\n"
                                "総数,100,60,30,10\n"
                                "　地域の病床,40,20,10,5\n";
    assert_int_equal(
        read_text(table,
                  "{\"destinations_in\":\"columns\",\"area\":\"07\","
                  "\"destinations\":{\"自宅\":\"home\",\"施設|老健\":\"rouken\","
                  "\"グループホーム\":\"ignore\"},\"wards\":{\"総数|地域の病床\":\"local\"}}"),
        0);
    expect(HEADING "prefecture\t07\t2020-09\tall\ttotal\t100\n"
                   "prefecture\t07\t2020-09\tall\thome\t60\n"
                   "prefecture\t07\t2020-09\tall\trouken\t30\n"
                   "prefecture\t07\t2020-09\tlocal\ttotal\t40\n"
                   "prefecture\t07\t2020-09\tlocal\thome\t20\n"
                   "prefecture\t07\t2020-09\tlocal\trouken\t10\n");
    /* Who leaves a destination out does not want its sums. */
    assert_int_equal(logged("add up to"), 0);
    assert_int_equal(read_text(table,
                               "{\"destinations_in\":\"columns\",\"area\":\"07203\","
                               "\"area_set\":\"municipality\",\"destinations\":{\"自宅\":\"home\","
                               "\"施設|老健\":\"rouken\",\"グループホーム\":\"welfare_facility\"},"
                               "\"wards\":{\"総数|地域の病床\":\"local\"}}"),
                     0);
    assert_non_null(strstr(shy_text_get(&rows),
                           "municipality\t07203\t2020-09\tlocal\twelfare_facility\t5\n"));
    /* 35 of 40 persons is no rounding. */
    assert_int_equal(logged("add up to 35, printed is 40; this is more than rounding"), 1);
    assert_int_equal(logged("add up to"), 1);
}

#define HEAD ",,療養病床\n,,医療保険適用病床\n,,\n"

static void test_patient_survey_faults(void **state)
{
    (void)state;
    static const struct {
        const char *text, *options;
        int code;
        int64_t row, column;
        const char *value, *hint;
    } cases[] = {
        {"", NULL, SHY_E_LAYOUT, 0, 0, "", ""},
        {"病床,数\n", NULL, SHY_E_LAYOUT, 1, 0, "", ""},
        {"平成26年,患者調査,九月,千人\n", NULL, SHY_E_PERIOD, 1, 3, "九月", ""},
        {"平成23年,患者調査,平成26年9月,千人\n", NULL, SHY_E_PERIOD, 1, 1, "平成23年", ""},
        {"平成26年,患者調査,平成26年9月,万人\n", NULL, SHY_E_LAYOUT, 1, 4, "万人", ""},
        {"平成26年,福島県患者調査,平成26年9月,千人\n", NULL, SHY_E_LAYOUT, 1, 2, "福島県患者調査",
         "area_set"},
        {"平成26年,患者調査,平成26年10月,千人\n推計入院患者数\n", NULL, SHY_E_LAYOUT, 2, 1,
         "推計入院患者数", ""},
        {TOP ",,総数\n", NULL, SHY_E_LAYOUT, 3, 0, "", ""},
        {TOP "総数,計\n,\n", NULL, SHY_E_HEADER_MISSING, 4, 0, "", ""},
        {TOP ",,特別な病床\n,,\n総数,総数,1.0\n", NULL, SHY_E_HEADER_MISSING, 5, 0, "", "wards"},
        {TOP HEAD "総数,総数,多数\n", NULL, SHY_E_NUMBER, 6, 3, "多数", "･"},
        {TOP HEAD "総数,総数,1.0\n,　宇宙,1.0\n", NULL, SHY_E_LAYOUT, 7, 0, "", "ignore"},
        {TOP HEAD "総数,総数,1.0\n,　総数,1.0\n", NULL, SHY_E_HEADER_TWICE, 7, 3, "1.0", ""},
        {TOP HEAD, "{\"destinations\":{\"宇宙\":\"space\"}}", SHY_E_OPTION_TYPE, 0, 0, "",
         "discharge_destinations"},
        {TOP HEAD, "{\"destinations_in\":\"cells\"}", SHY_E_OPTION_TYPE, 0, 0, "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int code = read_text(cases[i].text, cases[i].options);
        if (code != cases[i].code)
            fail_msg("case %zu: %d %s", i, code, err.message);
        if (code != SHY_E_OPTION_TYPE)
            assert_string_equal(err.file, file);
        if (err.row != cases[i].row || err.column != cases[i].column)
            fail_msg("case %zu: %lld, %lld", i, (long long)err.row, (long long)err.column);
        assert_string_equal(err.value, cases[i].value);
        if (strstr(err.hint, cases[i].hint) == NULL)
            fail_msg("case %zu: the hint is: %s", i, err.hint);
    }
    assert_int_equal(read_path("/tmp/there-is-no-such-file.csv", NULL), SHY_E_OPTION_NO_FILE);
}

/* Memory that runs out anywhere in the core is an error, and nothing else. */
static void test_patient_survey_no_memory(void **state)
{
    (void)state;
    int code = SHY_E_NOMEM;
    for (uint64_t n = 30; code != 0 && n < 100000; n = n * 6 / 5) {
        shy_mem_fail_after(n);
        json_t *given = json_pack("{s:s}", "files", PACK_DATA "h26.csv");
        shy_error_reset(&err);
        shy_text_free(&rows);
        code = rows_of_source("patient_survey", given, "discharge_destinations", &rows, &err);
        shy_mem_fail_after(0);
        json_decref(given);
        assert_true(code == 0 || err.message[0] != '\0');
    }
    assert_int_equal(code, 0);
    assert_non_null(strstr(shy_text_get(&rows), "\thome_home_care\t1500\n"));
}

/* Slide 13 of the ministry's comparison (2018-03-02): every 3 years, September, ○ × × △ ○. */
static void test_patient_survey_capabilities(void **state)
{
    (void)state;
    static const struct {
        const char *question;
        uint32_t answer;
    } said[] = {{"discharge_destination", SHIHYO_ANSWER_YES},
                {"medical_category", SHIHYO_ANSWER_NO},
                {"services_after_discharge", SHIHYO_ANSWER_NO},
                {"area_granularity", SHIHYO_ANSWER_PARTLY},
                {"workload", SHIHYO_ANSWER_YES}};
    struct shy_plugins *plugins;
    struct shy_plugin *plugin;
    assert_int_equal(shy_plugins_new(&plugins, &err), 0);
    assert_int_equal(shy_plugins_load(plugins, "patient_survey", &plugin, &err), 0);
    const struct shihyo_capabilities *c = shy_plugin_descriptor(plugin)->capabilities;
    assert_string_equal(c->cycle.ja, "３年に１度");
    assert_string_equal(c->as_of.ja, "９月");
    assert_string_equal(c->published.ja, "調査翌年");
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        assert_string_equal(c->claims[i]->question, said[i].question);
        assert_int_equal(c->claims[i]->answer, said[i].answer);
    }
    assert_null(c->claims[5]);
    shy_plugins_free(plugins);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(test_patient_survey_slide),     TEST(test_patient_survey_signs),
        TEST(test_patient_survey_mapping),   TEST(test_patient_survey_faults),
        TEST(test_patient_survey_no_memory), TEST(test_patient_survey_capabilities),
    };
    (void)setenv("SHIHYO_PLUGIN_PATH", SHY_TEST_BUILDDIR "/plugins", 1);
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("patient_survey", tests, NULL, NULL);
}
