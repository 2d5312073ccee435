/* SPDX-License-Identifier: MIT */
/*
 * Choices, rounding, other periods and other areas. Every expected value is reckoned by hand from
 * the rows of trainings() and docs/semantics.md, "Choices, periods and areas".
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/exec/test_world.h"

#define TRAINING "area_set|area|period|course|held|hours"
#define SCAN(course) \
    "{'op':'scan','contract':'facts.training','where':[{'column':'course','in':['" course "']}]}"
#define HELD(course) "{'op':'sum','column':'held','rows':" SCAN(course) "}"
#define NUMBER(n) "{'op':'number','number':" #n "}"
#define ANY "{'op':'scan','contract':'facts.training'}"

/* 2901: a 4, b 6; a year later a 5, b 0. 2902: a masked, b 2; then a 3 (partial), b 2. 2401: only
 * the later year, 3 and 3. */
static void trainings(void)
{
    world_nara();
    world_give("facts.training", NULL, NULL, TRAINING,
               TEST_LINES("secondary|2901|FY2022|a|4|", "secondary|2901|FY2022|b|6|",
                          "secondary|2901|FY2023|a|5|", "secondary|2901|FY2023|b|0|",
                          "secondary|2902|FY2022|a|*|", "secondary|2902|FY2022|b|2|",
                          "secondary|2902|FY2023|a|~3|", "secondary|2902|FY2023|b|2|",
                          "secondary|2401|FY2023|a|3|", "secondary|2401|FY2023|b|3|"));
}

static void check(const char *value, const char *place, const char *period, const char *expected)
{
    world_value(value, NULL, "nation,prefecture,secondary,municipality", period);
    assert_string_equal(value_at(place, period), expected);
}

static void test_chosen_numbers(void **state)
{
    (void)state;
    const char *more = "{'op':'total','of':[" HELD("a") ",{'op':'number','number':75,'digits':1}]}";
    const char *since = "{'op':'total','of':[{'op':'since','period':'FY2023'}," HELD("b") "]}";
    trainings();
    check(more, "secondary/2901", "FY2022", "23:2");
    check(since, "secondary/2901", "FY2022", "6");
    check(since, "secondary/2902", "FY2023", "3");
}

static void test_chosen_highest_and_lowest(void **state)
{
    (void)state;
    const char *highest = "{'op':'highest','of':[" HELD("a") "," HELD("b") "," NUMBER(3) "]}";
    const char *lowest = "{'op':'lowest','of':[" HELD("a") "," HELD("b") "]}";
    trainings();
    check(highest, "secondary/2901", "FY2022", "6");
    check(highest, "secondary/2901", "FY2023", "5");
    check(highest, "secondary/2902", "FY2023", "~3 input");
    check(highest, "secondary/2902", "FY2022", "masked input");
    check(highest, "secondary/2401", "FY2022", "missing input");
    check(lowest, "secondary/2901", "FY2023", "0");
}

/* Only what is missing is passed over. */
static void test_chosen_first_of(void **state)
{
    (void)state;
    const char *value = "{'op':'first_of','of':[" HELD("a") "," HELD("c") "," NUMBER(9) "]}";
    const char *none = "{'op':'first_of','of':[" HELD("c") "," HELD("d") "]}";
    trainings();
    check(value, "secondary/2901", "FY2022", "4");
    check(value, "secondary/2902", "FY2022", "masked source");
    check(value, "secondary/2401", "FY2022", "9");
    check(none, "secondary/2901", "FY2022", "missing no_rows");
}

/* What was not chosen does not count; a condition that nobody knows decides nothing. */
static void test_chosen_choose(void **state)
{
    (void)state;
    const char *value =
        "{'op':'choose','of':[" HELD("b") "," NUMBER(7) "," HELD("a") "," NUMBER(8) "]}";
    const char *other = "{'op':'choose','of':[" NUMBER(0) "," HELD("a") "," HELD("b") "]}";
    trainings();
    check(value, "secondary/2902", "FY2022", "7"); /* a is masked and not looked at */
    check(value, "secondary/2901", "FY2023", "8"); /* b is 0 */
    check(value, "secondary/2401", "FY2022", "missing input");
    check(other, "secondary/2902", "FY2022", "2");
    check("{'op':'choose','of':[" NUMBER(0) "," HELD("b") "]}", "secondary/2901", "FY2022",
          "not_computable no_choice");
}

static void test_chosen_rounded(void **state)
{
    (void)state;
    static const struct {
        const char *number, *how, *expected;
    } cases[] = {
        {"25,'digits':1", "half_up", "3"},   {"24,'digits':1", "half_up", "2"},
        {"-25,'digits':1", "half_up", "-3"}, {"-24,'digits':1", "half_up", "-2"},
        {"21,'digits':1", "up", "3"},        {"-21,'digits':1", "up", "-3"},
        {"29,'digits':1", "down", "2"},      {"-29,'digits':1", "down", "-2"},
        {"30,'digits':1", "up", "3"},
    };
    char value[512];
    trainings();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)snprintf(value, sizeof value,
                       "{'op':'rounded','how':'%s','value':{'op':'total','of':[{'op':'number',"
                       "'number':%s},{'op':'difference','of':[" HELD("b") "," HELD("b") "]}]}}",
                       cases[i].how, cases[i].number);
        check(value, "secondary/2901", "FY2022", cases[i].expected);
    }
    /* 6 / 4 = 1.5; 5 / 3 to one digit is 1.7 */
    check("{'op':'rounded','value':{'op':'ratio','num':" HELD("b") ",'den':" HELD("a") "}}",
          "secondary/2901", "FY2022", "2");
    check("{'op':'rounded','digits':1,'value':{'op':'ratio','num':" HELD("a") ",'den':" NUMBER(
              3) "}}",
          "secondary/2901", "FY2023", "17:10");
}

static void test_chosen_other_periods(void **state)
{
    (void)state;
    const char *earlier = "{'op':'earlier','years':1,'value':" HELD("a") "}";
    const char *since = "{'op':'earlier','since':'FY2022','value':" HELD("b") "}";
    const char *recent = "{'op':'most_recent','years':2,'value':" HELD("a") "}";
    trainings();
    check(earlier, "secondary/2901", "FY2023", "4");
    check(earlier, "secondary/2902", "FY2023", "masked source");
    check(since, "secondary/2901", "FY2024", "6");
    check(recent, "secondary/2901", "FY2024", "5");
    assert_string_equal(value_full("secondary/2901", "FY2024"), "5 p=-1 i=-1 earlier_period 1");
    check(recent, "secondary/2901", "FY2023", "5");
    check(recent, "secondary/2901", "FY2026", "missing no_rows");
    check(recent, "secondary/2902", "FY2022", "masked source");
    check(recent, "secondary/2901", "FY2025", "5"); /* two years before; not from FY2022 */
}

/* From FY2022 to FY2030 there are 96 months: FY2023 is an eighth of the way. */
static void test_chosen_interpolate(void **state)
{
    (void)state;
    const char *value = "{'op':'interpolate','from':'FY2015','to':'FY2023','start':" NUMBER(
        0) ",'value':" HELD("a") "}";
    const char *between =
        "{'op':'interpolate','from':'FY2022','to':'FY2023','value':" HELD("b") "}";
    trainings();
    check(value, "secondary/2901", "FY2023", "5");
    check(value, "secondary/2901", "FY2018", "15:8"); /* 5 * 36 / 96 */
    assert_string_equal(value_full("secondary/2901", "FY2018"), "15:8 p=-1 i=-1 interpolated");
    check(value, "secondary/2901", "FY2015", "0");
    check(value, "secondary/2901", "FY2024", "not_computable outside_line");
    check(value, "secondary/2901", "FY2014", "not_computable outside_line");
    check(value, "secondary/2902", "FY2018", "~9:8 input");
    check(between, "secondary/2901", "2023-09", "3"); /* half-way from 6 to 0 */
    check(between, "secondary/2401", "2023-09", "missing input");
    check(between, "secondary/2401", "FY2023", "3"); /* where it begins does not matter */
}

/* Of the prefecture: 1 + 0, not what the two areas give together (5 + 3 - 4 = 4). */
static void test_chosen_each_area(void **state)
{
    (void)state;
#define OVER \
    "{'op':'highest','of':[{'op':'difference','of':[" HELD("a") "," NUMBER(4) "]}," NUMBER(0) "]}"
    const char *set = "{'op':'each_area','set':'secondary','value':" OVER "}";
    const char *rows = "{'op':'each_area','rows':" ANY ",'value':" OVER "}";
    const char *none = "{'op':'each_area','above':'none','rows':" ANY ",'value':" OVER "}";
    trainings();
    check(set, "secondary/2901", "FY2023", "1");
    check(set, "prefecture/29", "FY2023", "~1 input");
    assert_string_equal(value_full("prefecture/29", "FY2023"), "~1 input p=-1 i=-1 areas_added");
    check(set, "nation/00", "FY2023", "~1 input");
    check(set, "municipality/29201", "FY2023", "not_applicable");
    check(set, "prefecture/29", "FY2022", "masked input");
    check(set, "prefecture/24", "FY2022", "missing input");
    check(rows, "prefecture/29", "FY2023", "~1 input");
    check(none, "secondary/2901", "FY2023", "1");
    check(none, "prefecture/29", "FY2023", "not_applicable");
}

int main(int argc, char **argv)
{
#define T(name) cmocka_unit_test_setup_teardown(test_chosen_##name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(numbers), T(highest_and_lowest), T(first_of),    T(choose),
        T(rounded), T(other_periods),      T(interpolate), T(each_area),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
