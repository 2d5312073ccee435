/* SPDX-License-Identifier: MIT */
/*
 * Composites, grades, most frequent answers, figures over areas and shares, by both engines. The
 * figures are small enough to be reckoned by hand; each case says how.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/exec/test_world.h"

#define TRAINING "area_set|area|period|course|held|hours"
#define HELD(course) \
    "{'op':'sum','column':'held','rows':{'op':'scan','contract':'facts.training','where':[" \
    "{'column':'course','in':['" course "']}]}}"
#define HOURS(course) \
    "{'op':'sum','column':'hours','rows':{'op':'scan','contract':'facts.training','where':[" \
    "{'column':'course','in':['" course "']}]}}"
#define RULE(answer) \
    "{'op':'areas','rows':{'op':'scan','contract':'facts.rules','where':[{'column':'in_force'," \
    "'in':[" answer "]}]}}"

static void run(const char *value, const char *sets)
{
    char text[8192];
    (void)snprintf(text, sizeof text,
                   "{'format':1,'indicators':[{'id':'x','name':'x','unit':'x',"
                   "'answers':[{'value':%s}]}]}",
                   value);
    world_run(text, sets, "FY2023");
}

static const struct shy_cell *cell(const char *set, const char *area)
{
    const struct shy_cell *c = world_cell("x", "count", set, area, "FY2023", "");
    assert_non_null(c);
    return c;
}

static const char *at(const char *place)
{
    return value_at(place, "FY2023");
}

static const char *full(const char *place)
{
    return value_full(place, "FY2023");
}

/* Composites -------------------------------------------------------------------------------- */

#define PARTS "'of':[" HELD("a") "," HELD("b") "," HELD("c") "]"

static void three_parts(void)
{
    world_nara();
    world_give("facts.training", NULL, NULL, TRAINING,
               TEST_LINES("municipality|29201|FY2023|a|3|", "municipality|29201|FY2023|b|0|",
                          "municipality|29201|FY2023|c|2|", "municipality|29203|FY2023|a|1|",
                          "municipality|29203|FY2023|b|1|", "municipality|29206|FY2023|a|4|",
                          "municipality|29206|FY2023|b|*|", "municipality|29206|FY2023|c|1|",
                          "municipality|29205|FY2023|b|0|"));
}

/* 29201: 3, 0, 2. 29203: 1, 1, none. 29206: 4, masked, 1. 29205: none, 0, none. 24205: none. */
static void test_scores_sum(void **state)
{
    (void)state;
    three_parts();
    run("{'op':'composite'," PARTS ",'weights':[10,5,0.5]}", "municipality");
    assert_string_equal(at("municipality/29201"), "31"); /* 30 + 0 + 1 */
    assert_string_equal(at("municipality/29203"), "missing input");
    assert_string_equal(at("municipality/29206"), "masked input");
    run("{'op':'composite'," PARTS ",'weights':[10,5,0.5],'missing':'partial'}", "municipality");
    assert_string_equal(at("municipality/29201"), "31");
    assert_string_equal(full("municipality/29203"), "~15 input p=-1 i=-1 left_out 1");
    /* Without the masked part the sum would tell it as soon as the whole is known. */
    assert_string_equal(at("municipality/29206"), "masked input");
    assert_string_equal(full("municipality/29205"), "~0 input p=-1 i=-1 left_out 2");
    assert_string_equal(at("municipality/24205"), "missing input");
}

static void test_scores_mean_and_best(void **state)
{
    (void)state;
    three_parts();
    run("{'op':'composite','how':'mean'," PARTS ",'weights':[2,1,1],'missing':'partial'}",
        "municipality");
    assert_string_equal(at("municipality/29201"), "8/4"); /* (6 + 0 + 2) / 4 */
    assert_string_equal(at("municipality/29203"), "~3/3 input");
    run("{'op':'composite','how':'best'," PARTS ",'weights':[1,20,10]}", "municipality");
    assert_string_equal(at("municipality/29201"), "20"); /* 3, 0, 20 */
    assert_string_equal(at("municipality/29203"), "missing input");
    run("{'op':'composite','how':'mean'," PARTS ",'weights':[1,0,0],'missing':'partial'}",
        "municipality");
    assert_string_equal(at("municipality/29205"), "not_computable zero_denominator");
}

/* A part that is known not to hold decides; a masked one masks in any case. */
static void test_scores_all_or_nothing(void **state)
{
    (void)state;
    three_parts();
    run("{'op':'composite','how':'all'," PARTS "}", "municipality");
    assert_string_equal(at("municipality/29201"), "0");
    assert_string_equal(at("municipality/29203"), "missing input");
    assert_string_equal(at("municipality/29206"), "masked input");
    assert_string_equal(at("municipality/29205"), "0"); /* none, 0, none */
    run("{'op':'composite','how':'all'," PARTS ",'missing':'partial'}", "municipality");
    assert_string_equal(full("municipality/29203"), "~1 input p=-1 i=-1 left_out 1");
    run("{'op':'composite','how':'any'," PARTS "}", "municipality");
    assert_string_equal(at("municipality/29203"), "1");
    assert_string_equal(at("municipality/29205"), "missing input");
    assert_string_equal(at("municipality/29206"), "masked input");
    run("{'op':'composite','how':'count'," PARTS "}", "municipality");
    assert_string_equal(at("municipality/29201"), "2");
}

/* Grades ------------------------------------------------------------------------------------ */

static void test_scores_grade(void **state)
{
    (void)state;
    world_nara();
    world_give("facts.training", NULL, NULL, TRAINING,
               TEST_LINES("municipality|29201|FY2023|a||80.0", "municipality|29203|FY2023|a||79.9",
                          "municipality|29206|FY2023|a||49.9", "municipality|29205|FY2023|a||*"));
    run("{'op':'grade','value':" HOURS("a") ",'steps':[{'label':'A','from':80},"
                                            "{'label':'B','from':49.95},{'label':'C'}]}",
        "municipality");
    assert_string_equal(at("municipality/29201"), "1");
    assert_string_equal(shy_judgement_word(cell("municipality", "29201")->limits), "A");
    assert_string_equal(cell("municipality", "29201")->limits->method, "grade");
    assert_string_equal(at("municipality/29203"), "2");
    assert_string_equal(at("municipality/29206"), "3");
    assert_string_equal(shy_judgement_word(cell("municipality", "29206")->limits), "C");
    /* Nothing of a masked figure, not even its step. */
    assert_string_equal(at("municipality/29205"), "masked input");
    assert_null(cell("municipality", "29205")->limits);
    run("{'op':'grade','value':" HOURS(
            "a") ",'steps':[{'label':'low','to':49.9,'points':0.5},"
                 "{'label':'middle','below':80,'points':2},{'label':'high','points':3}]}",
        "municipality");
    assert_string_equal(at("municipality/29206"), "1:2");
    assert_string_equal(at("municipality/29203"), "2");
    assert_string_equal(at("municipality/29201"), "3");
    assert_string_equal(cell("municipality", "29201")->limits->method, "points");
}

/* Most frequent answers --------------------------------------------------------------------- */

/* Of 2901 both say yes; of 2902 one says yes and one no; 2401 did not answer. */
static void test_scores_most_frequent(void **state)
{
    (void)state;
    world_nara();
    world_give("facts.rules", NULL, NULL, "area_set|area|period|in_force",
               TEST_LINES("municipality|29201|FY2023|true", "municipality|29203|FY2023|true",
                          "municipality|29206|FY2023|true", "municipality|29205|FY2023|false"));
#define ANSWERS \
    "'answers':[{'name':'yes','value':" RULE("true") "},{'name':'no','value':" RULE("false") "}]"
    run("{'op':'most_frequent'," ANSWERS "}", "secondary");
    assert_string_equal(at("secondary/2901"), "1");
    assert_string_equal(shy_judgement_word(cell("secondary", "2901")->limits), "yes");
    assert_string_equal(full("secondary/2902"), "1 p=-1 i=-1 tie 2");
    assert_string_equal(at("secondary/2401"), "unreported input");
    run("{'op':'most_frequent','ties':'last'," ANSWERS "}", "secondary");
    assert_string_equal(at("secondary/2902"), "2");
    assert_string_equal(shy_judgement_word(cell("secondary", "2902")->limits), "no");
    run("{'op':'most_frequent','ties':'refuse'," ANSWERS "}", "secondary");
    assert_string_equal(at("secondary/2902"), "not_computable tie");
    assert_string_equal(at("secondary/2901"), "1");
}

static void test_scores_no_answer_at_all(void **state)
{
    (void)state;
    world_nara();
    world_give("facts.training", NULL, NULL, TRAINING,
               TEST_LINES("municipality|29201|FY2023|a|0|", "municipality|29201|FY2023|b|0|"));
    run("{'op':'most_frequent','answers':[{'name':'a','value':" HELD(
            "a") "},{'name':'b','value':" HELD("b") "}]}",
        "municipality");
    assert_string_equal(at("municipality/29201"), "missing no_rows");
}

/* Areas in areas ---------------------------------------------------------------------------- */

#define OVER(how, more) \
    "{'op':'over','set':'municipality','how':'" how "'" more ",'value':" HELD("a") "}"

static void test_scores_over(void **state)
{
    (void)state;
    world_nara();
    world_give("facts.training", NULL, NULL, TRAINING,
               TEST_LINES("municipality|29201|FY2023|a|3|", "municipality|29203|FY2023|a|4|",
                          "municipality|29206|FY2023|a|5|", "municipality|24205|FY2023|a|*|"));
    run(OVER("mean", ""), "secondary,municipality,nation");
    assert_string_equal(at("secondary/2901"), "7/2");
    assert_string_equal(at("secondary/2902"), "missing input");
    assert_string_equal(at("secondary/2401"), "masked input");
    assert_string_equal(at("nation/00"), "masked input");
    assert_string_equal(at("municipality/29201"), "3"); /* itself alone */
    run(OVER("sum", ",'missing':'partial'"), "secondary");
    assert_string_equal(full("secondary/2902"), "~5 input p=-1 i=-1 left_out 1");
    assert_string_equal(at("secondary/2401"), "masked input");
    run(OVER("highest", ""), "secondary");
    assert_string_equal(at("secondary/2901"), "4");
    run(OVER("lowest", ""), "secondary");
    assert_string_equal(at("secondary/2901"), "3");
    run(OVER("median", ""), "secondary");
    assert_string_equal(at("secondary/2901"), "7/2");
    run(OVER("count", ",'from':4"), "secondary");
    assert_string_equal(at("secondary/2901"), "1");
    run(OVER("share", ",'from':3.5,'to':10"), "secondary");
    assert_string_equal(at("secondary/2901"), "1/2*100");
    /* Municipalities have no secondary areas in them. */
    run("{'op':'over','set':'secondary','value':" HELD("a") "}", "municipality");
    assert_string_equal(at("municipality/29201"), "not_applicable");
}

/* Three areas: an odd number has a middle. */
static void test_scores_median(void **state)
{
    (void)state;
    world_areas(TEST_LINES("municipality|29201|a", "municipality|29203|b", "municipality|29206|c",
                           "secondary|2901|x"),
                TEST_LINES("secondary|2901|municipality|29201", "secondary|2901|municipality|29203",
                           "secondary|2901|municipality|29206"),
                TEST_LINES("secondary|2901|2020-10-01|both|0||false|100"));
    world_give("facts.training", NULL, NULL, TRAINING,
               TEST_LINES("municipality|29201|FY2023|a|9|", "municipality|29203|FY2023|a|1|",
                          "municipality|29206|FY2023|a|2|"));
    run(OVER("median", ""), "secondary");
    assert_string_equal(at("secondary/2901"), "2");
}

/* Shares ------------------------------------------------------------------------------------ */

#define SHARE(more) "{'op':'allocate','amount':100" more ",'value':" HELD("a") "}"

/* 100 by 1 : 1 : 1 : 4: of 14.29, 14.29, 14.29 and 57.14 the rest goes to the largest remainders
 * (100 / 7 = 14 rest 2, 400 / 7 = 57 rest 1), of equal ones to the first by code. */
static void test_scores_allocate(void **state)
{
    (void)state;
    world_nara();
    world_give("facts.training", NULL, NULL, TRAINING,
               TEST_LINES("municipality|24205|FY2023|a|1|", "municipality|29201|FY2023|a|1|",
                          "municipality|29203|FY2023|a|1|", "municipality|29205|FY2023|a|4|",
                          "municipality|29206|FY2023|a|0|"));
    run(SHARE(""), "municipality");
    assert_string_equal(at("municipality/24205"), "15");
    assert_string_equal(at("municipality/29201"), "14");
    assert_string_equal(at("municipality/29203"), "14");
    assert_string_equal(at("municipality/29205"), "57");
    assert_string_equal(at("municipality/29206"), "0");
    run(SHARE(",'rounding':'down'"), "municipality");
    assert_string_equal(at("municipality/24205"), "14");
    /* In tens: 10 units by 1 : 1 : 1 : 4 are 1.43 three times and 5.71. */
    run(SHARE(",'unit':10"), "municipality");
    assert_string_equal(at("municipality/29205"), "60");
    assert_string_equal(at("municipality/24205"), "20");
    assert_string_equal(at("municipality/29203"), "10");
    run(SHARE(",'within':'secondary'"), "municipality");
    assert_string_equal(at("municipality/24205"), "100");
    assert_string_equal(at("municipality/29201"), "50");
    assert_string_equal(at("municipality/29205"), "100");
}

/* The other shares would tell the sum of the scores, and so the masked one. */
static void test_scores_allocate_masked(void **state)
{
    (void)state;
    world_nara();
    world_give("facts.training", NULL, NULL, TRAINING,
               TEST_LINES("municipality|24205|FY2023|a|*|", "municipality|29201|FY2023|a|1|",
                          "municipality|29203|FY2023|a|1|", "municipality|29205|FY2023|a|4|",
                          "municipality|29206|FY2023|a|0|"));
    run(SHARE(",'missing':'partial'"), "municipality");
    assert_string_equal(at("municipality/29201"), "masked input");
    assert_string_equal(at("municipality/24205"), "masked input");
    run(SHARE(",'missing':'partial','within':'secondary'"), "municipality");
    assert_string_equal(at("municipality/29201"), "50");
}

static void test_scores_allocate_missing(void **state)
{
    (void)state;
    world_nara();
    world_give("facts.training", NULL, NULL, TRAINING,
               TEST_LINES("municipality|29201|FY2023|a|1|", "municipality|29203|FY2023|a|3|",
                          "municipality|29205|FY2023|a|0|"));
    run(SHARE(""), "municipality");
    assert_string_equal(at("municipality/29201"), "not_computable input");
    assert_string_equal(at("municipality/24205"), "missing input");
    run(SHARE(",'missing':'partial'"), "municipality");
    assert_string_equal(full("municipality/29201"), "~25 input p=-1 i=-1 left_out 2");
    assert_string_equal(at("municipality/29203"), "~75 input");
    run(SHARE(",'missing':'partial','within':'secondary'"), "municipality");
    assert_string_equal(at("municipality/29205"), "not_computable zero_denominator");
}

/* Fractions of a score: 1/2 and 1/3 of 100 are 60 and 40. */
static void test_scores_allocate_fractions(void **state)
{
    (void)state;
    world_areas(TEST_LINES("municipality|29201|a", "municipality|29203|b"), TEST_LINES(NULL),
                TEST_LINES("municipality|29201|2020-10-01|both|0||false|100"));
    world_give("facts.training", NULL, NULL, TRAINING,
               TEST_LINES("municipality|29201|FY2023|a|1|", "municipality|29201|FY2023|b|2|",
                          "municipality|29203|FY2023|a|1|", "municipality|29203|FY2023|b|3|"));
    run("{'op':'allocate','amount':100,'value':{'op':'ratio','num':" HELD("a") ",'den':" HELD(
            "b") "}}",
        "municipality");
    assert_string_equal(at("municipality/29201"), "60");
    assert_string_equal(at("municipality/29203"), "40");
}

/* Both engines, with persons: the score of an area that nobody asked for is computed as well. */
static void test_scores_of_persons(void **state)
{
    (void)state;
    world_nara();
    world_give("persons", NULL, NULL,
               "person|sex|birth_month|scheme|insurer|insurer_area|valid_from|valid_to",
               TEST_LINES("p1|female|1940-01|nhi|i|29201|2010-04|",
                          "p2|male|1940-01|nhi|i|29201|2010-04|",
                          "p3|male|1940-01|nhi|i|29203|2010-04|"));
    world_give("medical_claims", "2023-04", "2024-03",
               "claim|person|month|institution|setting|type|points",
               TEST_LINES("c1|p1|2023-05||inpatient|medical|1",
                          "c2|p2|2023-05||inpatient|medical|1",
                          "c3|p3|2023-05||inpatient|medical|1"));
    world_value("{'op':'over','set':'municipality','value':{'op':'persons','rows':{'op':'scan',"
                "'contract':'medical_claims'}}}",
                "insurer", "secondary", "FY2023");
    assert_string_equal(full("secondary/2901"), "3/2 p=1 i=0");
    assert_string_equal(full("secondary/2902"), "0/2 p=0 i=0");
    world_value("{'op':'over','set':'municipality','how':'count','from':2,'value':{'op':'each_area'"
                ",'above':'none',"
                "'set':'municipality','value':{'op':'persons','rows':{'op':'scan','contract':"
                "'medical_claims'}}}}",
                "insurer", "secondary", "FY2023");
    assert_string_equal(at("secondary/2901"), "1");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_scores_sum),
        TEST(test_scores_mean_and_best),
        TEST(test_scores_all_or_nothing),
        TEST(test_scores_grade),
        TEST(test_scores_most_frequent),
        TEST(test_scores_no_answer_at_all),
        TEST(test_scores_over),
        TEST(test_scores_median),
        TEST(test_scores_allocate),
        TEST(test_scores_allocate_masked),
        TEST(test_scores_allocate_missing),
        TEST(test_scores_allocate_fractions),
        TEST(test_scores_of_persons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
