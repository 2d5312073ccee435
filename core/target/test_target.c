/* SPDX-License-Identifier: MIT */
/*
 * Target tables and their evaluation. Expected values: what prefectures wrote of home visits (slide
 * 40 of the ministry's material, see docs/targets.md); 健康日本21（第二次）最終評価報告書, chapter
 * 2, pages 6 and 7, for grades; the rest by hand from docs/targets.md.
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

#include "core/target/target.h"

static const char header[] = "計画,指標,圏域の種類,地域コード,種類,向き,策定時,策定時の年度,"
                             "目標年度,目標値,上限,改善の方向性\n";

/* Reads a table of these rows; the number of errors to *errors. */
static struct shy_target_table *read_text(const char *head, const char *rows, size_t *errors,
                                          struct shy_problems *problems)
{
    char path[] = SHY_TEST_BUILDDIR "/test_target_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *f = fdopen(fd, "w");
    assert_non_null(f);
    fputs(head, f);
    fputs(rows, f);
    assert_int_equal(fclose(f), 0);
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_target_table *t = NULL;
    int code = shy_target_table_read(path, &t, problems, &err);
    assert_int_equal(unlink(path), 0);
    if (code != 0) {
        shy_problems_add(problems, SHY_ERROR, &err);
        assert_null(t);
    }
    *errors = problems->errors;
    return t;
}

static struct shy_target_table *read_good(const char *rows)
{
    struct shy_problems problems = {0};
    size_t errors;
    struct shy_target_table *t = read_text(header, rows, &errors, &problems);
    for (size_t i = 0; i < problems.count; i++)
        print_message("%s\n", problems.items[i].error.message);
    assert_int_equal(errors, 0);
    assert_non_null(t);
    shy_problems_free(&problems);
    return t;
}

/* Reading is refused with this code, and with one problem only. */
static void expect_refused(const char *head, const char *rows, int code)
{
    struct shy_problems problems = {0};
    size_t errors;
    struct shy_target_table *t = read_text(head, rows, &errors, &problems);
    assert_int_equal(errors, 1);
    assert_int_equal(problems.items[0].error.code, code);
    shy_target_table_free(t);
    shy_problems_free(&problems);
}

static struct shy_fraction decimal(const char *text)
{
    int64_t mantissa;
    int scale;
    struct shy_fraction f;
    assert_true(shy_decimal_parse(text, strlen(text), &mantissa, &scale));
    assert_true(shy_fraction_decimal(mantissa, scale, &f));
    return f;
}

static struct shy_actual actual_of(const char *value, const char *period)
{
    struct shy_actual a = {.found = true, .ok = true, .definition_hash = "", .comparable = ""};
    a.value = decimal(value);
    assert_true(shy_period_parse(period, &a.period));
    return a;
}

static struct shy_evaluation evaluate(const struct shy_target_table *t, size_t n, size_t point,
                                      const char *value, const char *period)
{
    struct shy_actual actual = actual_of(value, period);
    struct shy_evaluation e;
    shy_target_evaluate(&t->targets[n], point, SHY_TARGET_ANY, &actual, (struct shy_fraction){5, 1},
                        &e);
    return e;
}

static void expect_fraction(struct shy_fraction f, const char *text)
{
    char shown[48];
    shy_fraction_format(f, 3, false, shown, sizeof shown);
    assert_string_equal(shown, text);
}

/* 鹿児島: 訪問診療を実施している医療機関の割合 30.7 % -> 35.7 % (page 40); the years are ours. */
static const char kagoshima[] =
    "medical7,visit.share,都道府県,46,割合,,30.7%,H29年度,R5年度,35.7%,,\n";

static void test_evaluate_line(void **state)
{
    (void)state;
    static const struct {
        const char *value, *period, *rate;
        enum shy_standing standing;
        enum shy_grade grade;
    } cases[] = {
        /* FY2020 is half of the way from FY2017 to FY2023: the line stands at 33.2. */
        {"33.2", "FY2020", "0.500", SHY_STANDING_ON_TRACK, SHY_GRADE_B},
        {"33.1", "FY2020", "0.480", SHY_STANDING_BEHIND, SHY_GRADE_B_STAR},
        /* less than 5 % of 30.7 (1.535) is no change */
        {"32.2", "FY2020", "0.300", SHY_STANDING_BEHIND, SHY_GRADE_C},
        {"30.6", "FY2020", "-0.020", SHY_STANDING_WORSE, SHY_GRADE_C},
        {"29.1", "FY2020", "-0.320", SHY_STANDING_WORSE, SHY_GRADE_D},
        {"35.7", "FY2020", "1.000", SHY_STANDING_ACHIEVED, SHY_GRADE_A},
        /* Shown as 35.7, and yet not reached. */
        {"35.69", "FY2023", "0.998", SHY_STANDING_BEHIND, SHY_GRADE_B_STAR},
    };
    struct shy_target_table *t = read_good(kagoshima);
    assert_string_equal(t->targets[0].area_set, "prefecture");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct shy_evaluation e = evaluate(t, 0, 0, cases[i].value, cases[i].period);
        assert_int_equal(e.standing, cases[i].standing);
        assert_int_equal(e.grade, cases[i].grade);
        assert_true(e.has_rate);
        expect_fraction(e.rate, cases[i].rate);
        assert_int_equal(e.missed, strcmp(cases[i].period, "FY2023") == 0);
    }
    shy_target_table_free(t);
}

/* Two stated points: the line breaks at the first. */
static void test_evaluate_milestones(void **state)
{
    (void)state;
    struct shy_target_table *t = read_good("medical7,a,市町村,29201,値,,100,FY2017,FY2020,160,,\n"
                                           "medical7,a,市町村,29201,値,,,,FY2023,190,,\n");
    assert_int_equal(t->count, 1);
    assert_int_equal(t->targets[0].point_count, 2);
    struct shy_evaluation e = evaluate(t, 0, 1, "175", "FY2022");
    expect_fraction(e.expected, "180.000"); /* 160 + 30 * 2 / 3 */
    assert_int_equal(e.standing, SHY_STANDING_BEHIND);
    e = evaluate(t, 0, 1, "125", "FY2018");
    expect_fraction(e.expected, "120.000"); /* of the first point's line: 100 + 60 / 3 */
    assert_int_equal(e.standing, SHY_STANDING_ON_TRACK);
    e = evaluate(t, 0, 0, "165", "FY2020");
    assert_int_equal(e.standing, SHY_STANDING_ACHIEVED);
    shy_target_table_free(t);
}

/* Page 40 has 増加率, 現状維持, 増加, and 推計値 that is no goal. */
static void test_evaluate_kinds(void **state)
{
    (void)state;
    struct shy_target_table *t =
        read_good("medical7,a,prefecture,01,増加率,,200,FY2017,FY2023,10,,\n"
                  "medical7,b,prefecture,01,現状維持,,200,FY2017,FY2023,,,\n"
                  "medical7,c,prefecture,01,増加,,200,FY2017,FY2023,,,\n"
                  "medical7,d,prefecture,01,推計値,,200,FY2017,FY2023,220,,\n"
                  "medical7,e,prefecture,01,設定なし,,,,,,,\n"
                  "medical7,f,prefecture,01,範囲,,30,FY2017,FY2023,10,20,\n"
                  "medical7,g,prefecture,01,減少,,50,FY2017,FY2023,,,\n");
    static const struct {
        size_t target;
        const char *value, *period;
        enum shy_standing standing;
    } cases[] = {
        {0, "220", "FY2023", SHY_STANDING_ACHIEVED}, /* 200 and 10 % */
        {0, "219", "FY2023", SHY_STANDING_BEHIND},
        {1, "200", "FY2023", SHY_STANDING_ACHIEVED},
        {1, "199", "FY2023", SHY_STANDING_WORSE},
        {1, "200", "FY2020", SHY_STANDING_ON_TRACK},
        {2, "201", "FY2023", SHY_STANDING_ACHIEVED},
        {2, "200", "FY2023", SHY_STANDING_BEHIND},
        {2, "201", "FY2020", SHY_STANDING_ON_TRACK},
        {3, "230", "FY2023", SHY_STANDING_CANNOT},
        {4, "230", "FY2023", SHY_STANDING_CANNOT},
        {5, "10", "FY2020", SHY_STANDING_ACHIEVED},
        {5, "20", "FY2023", SHY_STANDING_ACHIEVED},
        {5, "25", "FY2020", SHY_STANDING_ON_TRACK}, /* half of the distance of 10 is left */
        {5, "26", "FY2020", SHY_STANDING_BEHIND},
        {5, "31", "FY2020", SHY_STANDING_WORSE},
        {5, "9", "FY2023", SHY_STANDING_BEHIND},
        {6, "49", "FY2023", SHY_STANDING_ACHIEVED},
        {6, "51", "FY2023", SHY_STANDING_WORSE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(evaluate(t, cases[i].target, 0, cases[i].value, cases[i].period).standing,
                         cases[i].standing);
    assert_int_equal(evaluate(t, 3, 0, "230", "FY2023").reason, SHY_STANDING_ESTIMATE);
    assert_int_equal(evaluate(t, 4, 0, "230", "FY2023").reason, SHY_STANDING_NOT_SET);
    assert_int_equal(t->targets[4].point_count, 0);
    shy_target_table_free(t);
}

/* 福井's rule: no information on discharge 2割 -> 1割; lower is better without being said. */
static void test_evaluate_lower(void **state)
{
    (void)state;
    struct shy_target_table *t =
        read_good("medical7,leak,prefecture,18,割合,,20,FY2017,FY2023,10,,\n"
                  "medical7,leak2,prefecture,18,割合,lower,,,FY2023,10,,\n");
    struct shy_evaluation e = evaluate(t, 0, 0, "15", "FY2020");
    assert_int_equal(e.standing, SHY_STANDING_ON_TRACK);
    expect_fraction(e.rate, "0.500");
    assert_int_equal(evaluate(t, 0, 0, "21", "FY2020").standing, SHY_STANDING_WORSE);
    assert_int_equal(evaluate(t, 0, 0, "9", "FY2020").standing, SHY_STANDING_ACHIEVED);
    /* Without a baseline only the goal itself can be compared with. */
    assert_int_equal(evaluate(t, 1, 0, "9", "FY2020").standing, SHY_STANDING_ACHIEVED);
    e = evaluate(t, 1, 0, "15", "FY2020");
    assert_int_equal(e.standing, SHY_STANDING_CANNOT);
    assert_int_equal(e.reason, SHY_STANDING_NO_BASELINE);
    assert_int_equal(evaluate(t, 1, 0, "15", "FY2023").standing, SHY_STANDING_BEHIND);
    shy_target_table_free(t);
}

static void test_evaluate_refused(void **state)
{
    (void)state;
    struct shy_target_table *t = read_good(kagoshima);
    struct shy_actual a = actual_of("36", "FY2023");
    struct shy_evaluation e;
    const struct shy_fraction five = {5, 1};
    t->targets[0].definition_hash = "old";
    a.definition_hash = "new";
    shy_target_evaluate(&t->targets[0], 0, SHY_TARGET_ANY, &a, five, &e);
    assert_int_equal(e.reason, SHY_STANDING_DEFINITION);
    assert_int_equal(e.grade, SHY_GRADE_E);
    a.definition_hash = "old";
    a.comparable = "ndb";
    shy_target_evaluate(&t->targets[0], 0, SHY_TARGET_ANY, &a, five, &e);
    assert_int_equal(e.reason, SHY_STANDING_ANSWER);
    a.comparable = "";
    a.ok = false;
    shy_target_evaluate(&t->targets[0], 0, SHY_TARGET_ANY, &a, five, &e);
    assert_int_equal(e.reason, SHY_STANDING_NOT_NUMBER);
    a.found = false;
    shy_target_evaluate(&t->targets[0], 0, SHY_TARGET_ANY, &a, five, &e);
    assert_int_equal(e.reason, SHY_STANDING_NO_VALUE);
    a = actual_of("36", "FY2017");
    t->targets[0].definition_hash = "";
    shy_target_evaluate(&t->targets[0], 0, SHY_TARGET_ANY, &a, five, &e);
    assert_int_equal(e.reason, SHY_STANDING_TOO_EARLY);
    shy_target_table_free(t);
}

/* A series that begins anew after the baseline (FY2017) and by the value is not held against it;
 * one that began with the baseline or begins later is. */
static void test_evaluate_series(void **state)
{
    (void)state;
    struct shy_target_table *t = read_good(kagoshima);
    struct shy_actual a = actual_of("36", "FY2023");
    const struct {
        const char *breaks;
        enum shy_standing_reason reason;
    } cases[] = {{"FY2017", SHY_STANDING_REASON_NONE},
                 {"平成30年度", SHY_STANDING_SERIES},
                 {"FY2023", SHY_STANDING_SERIES},
                 {"FY2024", SHY_STANDING_REASON_NONE},
                 {"FY2010\nFY2020\nFY2030", SHY_STANDING_SERIES}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct shy_evaluation e;
        a.breaks = cases[i].breaks;
        shy_target_evaluate(&t->targets[0], 0, SHY_TARGET_ANY, &a, (struct shy_fraction){5, 1}, &e);
        assert_int_equal(e.reason, cases[i].reason);
    }
    shy_target_table_free(t);
}

/* The report's examples, page 7: (D + B* + D) / 3 = 2.7 -> C; A + B -> B; A + B* -> B*. */
static void test_grade_group(void **state)
{
    (void)state;
    const enum shy_grade one[] = {SHY_GRADE_D, SHY_GRADE_B_STAR, SHY_GRADE_D};
    const enum shy_grade two[] = {SHY_GRADE_A, SHY_GRADE_B};
    const enum shy_grade three[] = {SHY_GRADE_A, SHY_GRADE_B_STAR};
    const enum shy_grade four[] = {SHY_GRADE_E, SHY_GRADE_C, SHY_GRADE_E};
    const enum shy_grade five[] = {SHY_GRADE_E};
    const enum shy_grade six[] = {SHY_GRADE_A, SHY_GRADE_A, SHY_GRADE_B_STAR}; /* 4.7 */
    assert_int_equal(shy_grade_group(one, 3), SHY_GRADE_C);
    assert_int_equal(shy_grade_group(two, 2), SHY_GRADE_B);
    assert_int_equal(shy_grade_group(three, 2), SHY_GRADE_B_STAR);
    assert_int_equal(shy_grade_group(four, 3), SHY_GRADE_C);
    assert_int_equal(shy_grade_group(five, 1), SHY_GRADE_E);
    assert_int_equal(shy_grade_group(six, 3), SHY_GRADE_A);
}

/* Missed is what was not reached when its time had come: then a direction of improvement is due,
 * and the rest can be carried over. */
static void test_evaluate_missed(void **state)
{
    (void)state;
    struct shy_target_table *t = read_good("care7,d,市町村,29201,値,,10,FY2017,FY2020,50,,\n"
                                           "care7,e,市町村,29201,増加,,10,FY2017,FY2020,,,\n");
    assert_true(evaluate(t, 0, 0, "38", "FY2020").missed);
    assert_true(evaluate(t, 0, 0, "38", "FY2021").missed);
    assert_false(evaluate(t, 0, 0, "38", "FY2019").missed); /* there is a year left */
    assert_false(evaluate(t, 0, 0, "50", "FY2020").missed);
    assert_true(evaluate(t, 1, 0, "10", "FY2020").missed);
    shy_target_table_free(t);
}

static void test_read_refused(void **state)
{
    (void)state;
    expect_refused(header, "medical7,a,市町村,29201,値,,,,FY2023,,,\n", SHY_E_TARGET_FIELD);
    expect_refused(header, "medical7,a,市町村,29201,維持,,,,FY2023,5,,\n", SHY_E_TARGET_FIELD);
    expect_refused(header, "medical7,a,市町村,29201,値,,,,FY2023,五,,\n", SHY_E_TARGET_FIELD);
    expect_refused(header, "medical7,a,市町村,29201,値,,,,0年度,5,,\n", SHY_E_TARGET_FIELD);
    expect_refused(header, "medical7,a,市町村,29201,範囲,,,,FY2023,5,,\n", SHY_E_TARGET_FIELD);
    expect_refused(header, "medical7,a,市町村,29201,範囲,,,,FY2023,5,4,\n", SHY_E_TARGET_FIELD);
    expect_refused(header, "medical7,a,市町村,29201,現状維持,,,,FY2023,,,\n", SHY_E_TARGET_FIELD);
    expect_refused(header, "medical7,a,市町村,29201,人口対,,,,FY2023,5,,\n", SHY_E_TARGET_MEASURE);
    expect_refused(header, "medical7,a,市町村,292018,値,,,,FY2023,5,,\n", SHY_E_AREA_CODE);
    expect_refused(header, "medical7,a,市町村,29201,値,,5,FY2023,FY2023,5,,\n",
                   SHY_E_TARGET_PERIOD);
    expect_refused(header,
                   "medical7,a,市町村,29201,値,,,,FY2023,5,,\n"
                   "medical7,a,市町村,29201,値,,,,R5年度,6,,\n",
                   SHY_E_TARGET_TWICE);
    expect_refused(header,
                   "medical7,a,市町村,29201,値,,,,FY2020,5,,\n"
                   "medical7,a,市町村,29201,割合,,,,FY2023,6,,\n",
                   SHY_E_TARGET_TWICE);
    expect_refused(header,
                   "medical7,a,市町村,29201,値,,,,FY2020,5,,\n"
                   "medical8,b,市町村,29201,値,,,,FY2026,6,,\n",
                   SHY_E_TARGET_TABLE);
    expect_refused("計画,指標,圏域の種類,地域コード,種類,目標\n", "", SHY_E_TARGET_TABLE);
    expect_refused("計画,指標,圏域の種類,種類\n", "", SHY_E_HEADER_MISSING);
    expect_refused("計画,計画,指標\n", "", SHY_E_HEADER_TWICE);
}

/* A spreadsheet took the zero of 北海道's codes. */
static void test_read_lost_zero(void **state)
{
    (void)state;
    struct shy_target_table *t = read_good("medical7,a,市町村,1100,値,,,,FY2023,5,,\n"
                                           "medical7,a,都道府県,1,値,,,,FY2023,5,,\n");
    assert_string_equal(t->targets[0].area, "01100");
    assert_string_equal(t->targets[1].area, "01");
    shy_target_table_free(t);
}

/* What is written reads as the same table: same text, same hash. */
static void test_write_round_trip(void **state)
{
    (void)state;
    struct shy_target_table *t = read_good("medical7,a,市町村,29201,値,,1/3,FY2017,FY2020,160.25,,"
                                           "\"研修, \"\"訪問\"\"\"\n"
                                           "medical7,a,市町村,29201,値,,,,FY2023,190,,\n"
                                           "medical7,b,二次医療圏,2901,範囲,lower,,,2023-09,1,2,\n"
                                           "medical7,e,prefecture,01,設定なし,,,,,,,\n");
    struct shy_problems problems = {0};
    struct shy_text one = {0}, two = {0};
    size_t errors;
    t->targets[0].carried_from = "medical6";
    t->targets[0].carried = (struct shy_fraction){5, 2};
    shy_target_table_write(t, &one);
    assert_false(one.failed);
    struct shy_target_table *again = read_text("", one.text, &errors, &problems);
    assert_int_equal(errors, 0);
    shy_target_table_write(again, &two);
    assert_string_equal(one.text, two.text);
    assert_int_equal(again->count, 3);
    assert_int_equal(again->targets[0].baseline.den, 3);
    assert_string_equal(again->targets[0].improvement, "研修, \"訪問\"");
    shy_text_free(&one);
    shy_text_free(&two);
    shy_problems_free(&problems);
    shy_target_table_free(again);
    shy_target_table_free(t);
}

/* Lua and CSV say the same in two ways. */
static void test_read_json(void **state)
{
    (void)state;
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_problems problems = {0};
    json_t *list = json_loads(
        "[{\"plan\":\"medical7\",\"indicator\":\"a\",\"area_set\":\"municipality\","
        "\"area\":\"29201\",\"kind\":\"value\",\"baseline\":100,\"baseline_period\":\"FY2017\","
        "\"points\":[[\"FY2020\",160],[\"FY2023\",190.5]]}]",
        0, NULL);
    struct shy_target_table *t = NULL,
                            *csv = read_good("medical7,a,市町村,29201,値,,100,FY2017,FY2020,160,,\n"
                                             "medical7,a,市町村,29201,値,,,,FY2023,190.5,,\n");
    assert_non_null(list);
    assert_int_equal(shy_target_table_from_json(list, "t.lua", &t, &problems, &err), 0);
    assert_int_equal(problems.errors, 0);
    assert_string_equal(t->hash, csv->hash);
    shy_target_table_free(t);
    json_object_set_new(json_array_get(list, 0), "indicater", json_string("x"));
    assert_int_equal(shy_target_table_from_json(list, "t.lua", &t, &problems, &err), 0);
    assert_int_equal(problems.errors, 1);
    assert_non_null(strstr(problems.items[0].error.hint, "indicator"));
    shy_target_table_free(t);
    shy_target_table_free(csv);
    shy_problems_free(&problems);
    json_decref(list);
}

static void test_check_years(void **state)
{
    (void)state;
    struct shy_problems problems = {0};
    size_t count;
    const struct shy_target_plan *plans = shy_target_plans(&count);
    assert_string_equal(plans[0].id, "medical7");
    struct shy_target_table *t = read_good("medical7,a,市町村,29201,値,,,,FY2023,5,,\n"
                                           "medical7,b,市町村,29201,値,,,,FY2024,5,,\n");
    shy_target_check_years(t, &plans[0], &problems);
    assert_int_equal(problems.warnings, 1);
    assert_int_equal(problems.items[0].error.row, 3);
    shy_problems_free(&problems);
    shy_target_table_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_evaluate_line),    cmocka_unit_test(test_evaluate_milestones),
        cmocka_unit_test(test_evaluate_kinds),   cmocka_unit_test(test_evaluate_lower),
        cmocka_unit_test(test_evaluate_refused), cmocka_unit_test(test_evaluate_series),
        cmocka_unit_test(test_grade_group),      cmocka_unit_test(test_evaluate_missed),
        cmocka_unit_test(test_read_refused),     cmocka_unit_test(test_read_lost_zero),
        cmocka_unit_test(test_write_round_trip), cmocka_unit_test(test_read_json),
        cmocka_unit_test(test_check_years),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
