/* SPDX-License-Identifier: MIT */
/* Rows on codes that change, areas below the municipality, projected populations. Every value is
 * computed by both engines. Changes and persons are invented on codes of Nara. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/exec/test_world.h"

#define PERSONS "person|sex|birth_month|scheme|insurer|insurer_area|valid_from|valid_to"
#define ITEMS "claim|person|month|institution|item|quantity|points"
#define COUNT "{'op':'persons','rows':{'op':'scan','contract':'medical_items'}}"
#define HELD "{'op':'sum','column':'held','rows':{'op':'scan','contract':'facts.training'}}"

/* 29203 joins 29201 on 2023-10-01; a part of 29206 goes to 29205 on 2023-07-01. */
static void changes(const char *const *weights)
{
    world_change(
        TEST_LINES("municipality|2023-10-01|29203|29201", "municipality|2023-10-01|29201|29201",
                   "municipality|2023-07-01|29206|29206", "municipality|2023-07-01|29206|29205",
                   "municipality|2023-07-01|29205|29205"),
        weights);
    world_nara();
}

/* A has rows under both codes of one town and is one person there; B has rows of before only. C is
 * somewhere in what 29206 was, D is in 29205. */
static void test_changes_persons(void **state)
{
    (void)state;
    changes(TEST_LINES("municipality|2023-07-01|29206|29206|0.5|面積",
                       "municipality|2023-07-01|29206|29205|0.5|面積"));
    world_give("persons", NULL, NULL, PERSONS,
               TEST_LINES("A|female|1950-01|nhi|290034|29203|2020-04|2023-09",
                          "A|female|1950-01|nhi|290018|29201|2023-10|",
                          "B|male|1948-10|nhi|290034|29203|2020-04|2023-09",
                          "C|male|1958-06|nhi|290065|29206|2020-04|2023-06",
                          "D|male|1951-06|nhi|290059|29205|2020-04|"));
    world_give("institutions", NULL, NULL, "institution|institution_area", TEST_LINES("H1|29201"));
    world_give("medical_items", "2023-04", "2024-03", ITEMS,
               TEST_LINES("c1|A|2023-05|H1|100|1|10", "c2|A|2023-11|H1|100|1|10",
                          "c3|B|2023-06|H1|100|1|10", "c4|C|2023-05|H1|100|1|10",
                          "c5|D|2023-08|H1|100|1|10"));
    world_value(COUNT, "insurer", "municipality,secondary,prefecture", "FY2023");
    assert_string_equal(value_full("municipality/29201", "FY2023"), "2 p=2 i=1 rebased");
    assert_string_equal(value_at("municipality/29206", "FY2023"), "not_computable area_split");
    assert_string_equal(value_at("municipality/29205", "FY2023"), "not_computable area_split");
    assert_string_equal(value_full("secondary/2902", "FY2023"), "2 p=2 i=1 rebased");
    assert_string_equal(value_full("prefecture/29", "FY2023"), "4 p=4 i=1 rebased");
    /* in a month after the split its code means the smaller town */
    world_value(COUNT, "insurer", "municipality", "2023-08");
    assert_string_equal(value_full("municipality/29205", "2023-08"), "1 p=1 i=1");
    assert_string_equal(value_full("municipality/29206", "2023-08"), "0 p=0 i=0");
}

/* Figures are divided by the same shares that persons are not. */
static void test_changes_figures(void **state)
{
    (void)state;
    changes(TEST_LINES("municipality|2023-07-01|29206|29206|0.25|面積",
                       "municipality|2023-07-01|29206|29205|0.75|面積"));
    world_give("facts.training", NULL, NULL, "area_set|area|period|course|held",
               TEST_LINES("municipality|29201|FY2022|a|10", "municipality|29203|FY2022|a|5",
                          "municipality|29206|FY2022|a|8", "municipality|29205|FY2022|a|1",
                          "municipality|29201|FY2021|a|10", "municipality|29206|FY2023|a|7"));
    world_value(HELD, "none", "municipality,secondary", "FY2021,FY2022,FY2023");
    assert_string_equal(value_full("municipality/29201", "FY2022"), "15 p=-1 i=-1 rebased");
    assert_string_equal(value_full("municipality/29206", "FY2022"), "2 p=-1 i=-1 rebased weighted");
    assert_string_equal(value_full("municipality/29205", "FY2022"), "7 p=-1 i=-1 rebased weighted");
    assert_string_equal(value_full("secondary/2902", "FY2022"), "9 p=-1 i=-1 areas_added rebased");
    assert_string_equal(value_at("municipality/29201", "FY2021"), "missing unreported_areas");
    assert_string_equal(value_full("municipality/29206", "FY2023"), "7 p=-1 i=-1");
}

/* 日常生活圏域 lie below the municipality and are there in tables that carry them. */
static void test_changes_daily_life(void **state)
{
    (void)state;
    world_areas(TEST_LINES("municipality|29201|奈良市", "municipality|29203|大和郡山市",
                           "daily_life|d1|東部", "daily_life|d2|西部"),
                TEST_LINES("municipality|29201|daily_life|d1", "municipality|29201|daily_life|d2"),
                NULL);
    world_give("facts.training", NULL, NULL, "area_set|area|period|course|held",
               TEST_LINES("daily_life|d1|FY2022|a|3", "daily_life|d2|FY2022|a|4"));
    world_value(HELD, "none", "daily_life,municipality,prefecture", "FY2022");
    assert_string_equal(value_full("daily_life/d1", "FY2022"), "3 p=-1 i=-1");
    assert_string_equal(value_full("municipality/29201", "FY2022"), "7 p=-1 i=-1 areas_added");
    assert_string_equal(value_at("municipality/29203", "FY2022"), "missing no_rows");
    assert_string_equal(value_full("prefecture/29", "FY2022"), "7 p=-1 i=-1 areas_added");
}

/* A projected population as denominator is told of. */
static void test_changes_projection(void **state)
{
    (void)state;
    world_areas(TEST_LINES("municipality|29201|奈良市"), NULL,
                TEST_LINES("municipality|29201|2025|both|75||true|70000",
                           "municipality|29201|2020-10-01|both|75||false|60000"));
    world_give("facts.training", NULL, NULL, "area_set|area|period|course|held",
               TEST_LINES("municipality|29201|2025|a|7", "municipality|29201|2020|a|6"));
    world_run("{'format':1,'indicators':[{'id':'t1','name':'x','answers':[{'value':" HELD "}],"
              "'rates':[{'per':1000,'population':{'age_from':75}}]}]}",
              "municipality", "2025,2020");
    assert_string_equal(
        world_text(world_cell("t1", "rate:1000:75+", "municipality", "29201", "2025", ""), true),
        "7/70000*1000 p=-1 i=-1 projection");
    assert_string_equal(
        world_text(world_cell("t1", "rate:1000:75+", "municipality", "29201", "2020", ""), true),
        "6/60000*1000 p=-1 i=-1");
}

int main(int argc, char **argv)
{
#define T(name) cmocka_unit_test_setup_teardown(test_changes_##name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(persons),
        T(figures),
        T(daily_life),
        T(projection),
    };
#undef T
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
