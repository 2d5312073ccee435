/* SPDX-License-Identifier: MIT */
/*
 * Limits, standardised figures, comparisons, trends and quantiles in cells, by both engines.
 * Expected limits: the Office for Health Improvement and Disparities' test data (rates: 5 and 20
 * events of 100; proportions: 5 and 20 of 100), Student 1908, and 60-digit computations of the
 * formulas (core/stat/test_stat.c says how).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "core/exec/test_world.h"

#define TRAINING "area_set|area|period|course|held|hours"
#define HELD(course) \
    "{'op':'sum','column':'held','rows':{'op':'scan','contract':'facts.training','where':[" \
    "{'column':'course','in':['" course "']}]}}"
#define PER_100 "{'op':'rate','per':100,'value':" HELD("a") "}"

/* An indicator "x" with limits. */
static void run(const char *value, const char *fields, const char *sets, const char *periods)
{
    char text[8192];
    (void)snprintf(text, sizeof text,
                   "{'format':1,'indicators':[{'id':'x','name':'x','unit':'x',%s"
                   "'answers':[{'value':%s}]}]}",
                   fields, value);
    world_run(text, sets, periods);
}

static const struct shy_cell *cell(const char *measure, const char *place, const char *period)
{
    char set[64];
    const char *slash = strchr(place, '/');
    (void)snprintf(set, sizeof set, "%.*s", (int)(slash - place), place);
    const struct shy_cell *c = world_cell("x", measure, set, slash + 1, period, "");
    assert_non_null(c);
    return c;
}

static void limits_are(const struct shy_cell *c, const char *method, int i, int level, double lower,
                       double upper)
{
    assert_non_null(c->limits);
    assert_string_equal(c->limits->method, method);
    assert_true(c->limits->intervals && i < c->limits->count);
    assert_int_equal(c->limits->level[i], level);
    const struct shy_interval *got = &c->limits->limits[i];
    if (!(fabs(got->lower - lower) <= 1e-12 * lower && fabs(got->upper - upper) <= 1e-12 * upper))
        fail_msg("%.17g to %.17g instead of %.17g to %.17g", got->lower, got->upper, lower, upper);
}

static const char *judgement(const struct shy_cell *c)
{
    return c->limits == NULL ? "none" : shy_judgement_id(c->limits->judgement);
}

/* Two areas of 100 persons each; 5 and 20 of a in them, of b 100. */
static void hundreds(const char *const *lines)
{
    world_areas(TEST_LINES("secondary|2901|奈良", "secondary|2902|東和", "secondary|2401|北勢",
                           "secondary|2402|中勢"),
                TEST_LINES("prefecture|29|secondary|2901", "prefecture|29|secondary|2902",
                           "prefecture|24|secondary|2401"),
                TEST_LINES("secondary|2901|2020-10-01|both|0||false|100",
                           "secondary|2902|2020-10-01|both|0||false|100",
                           "secondary|2401|2020-10-01|both|0||false|100"));
    world_give("facts.training", NULL, NULL, TRAINING, lines);
}

/* Limits ------------------------------------------------------------------------------------ */

static void test_statistics_limits_of_counts(void **state)
{
    (void)state;
    hundreds(TEST_LINES("secondary|2901|FY2023|a|5|", "secondary|2902|FY2023|a|20|",
                        "secondary|2401|FY2023|a|0|"));
    run(HELD("a"),
        "'limits':{'levels':[95,99.8]},'rates':[{'per':100000,'population':{'age_from':0}}],",
        "secondary", "FY2023");
    limits_are(cell("count", "secondary/2901", "FY2023"), "exact", 0, 9500, 1.62348639011842,
               11.668332079322669);
    limits_are(cell("count", "secondary/2901", "FY2023"), "exact", 1, 9980, 0.739371731917839,
               16.454745203680105);
    limits_are(cell("count", "secondary/2902", "FY2023"), "byar", 0, 9500, 12.211428834875937,
               30.889880369197066);
    limits_are(cell("rate:100000:all", "secondary/2901", "FY2023"), "exact", 1, 9980,
               739.37173191783893, 16454.745203680104);
    limits_are(cell("rate:100000:all", "secondary/2902", "FY2023"), "byar", 0, 9500,
               12211.428834875936, 30889.880369197064);
    /* No event has an upper limit. */
    limits_are(cell("count", "secondary/2401", "FY2023"), "exact", 0, 9500, 0,
               3.6888794541139363028524);
}

static void test_statistics_limits_of_shares(void **state)
{
    (void)state;
    hundreds(TEST_LINES("secondary|2901|FY2023|a|5|", "secondary|2902|FY2023|a|20|",
                        "secondary|2901|FY2023|b|100|", "secondary|2902|FY2023|b|100|",
                        "secondary|2401|FY2023|a|3|", "secondary|2401|FY2023|b|2|"));
    run("{'op':'ratio','factor':100,'num':" HELD("a") ",'den':" HELD("b") "}",
        "'limits':{'levels':[95,99.8]},", "secondary", "FY2023");
    limits_are(cell("count", "secondary/2901", "FY2023"), "wilson", 0, 9500, 2.1543679154367981,
               11.175046923191911);
    limits_are(cell("count", "secondary/2902", "FY2023"), "wilson", 1, 9980, 10.519162066711432,
               34.71109417008609);
    /* 3 of 2 is no share: the value stands, limits do not. */
    assert_string_equal(value_full("secondary/2401", "FY2023"), "3/2*100 p=-1 i=-1 no_limits");
    assert_null(cell("count", "secondary/2401", "FY2023")->limits);
}

/* The value of another indicator has the limits it has there. */
static void test_statistics_limits_of_values_used(void **state)
{
    (void)state;
    hundreds(TEST_LINES("secondary|2901|FY2023|a|5|", "secondary|2901|FY2023|b|100|"));
    world_run("{'format':1,'indicators':[{'id':'x','name':'x','unit':'x','limits':{'levels':[95]},"
              "'answers':[{'value':{'op':'indicator','id':'y'},'by':{'basis':'none'}}]},"
              "{'id':'y','name':'y','unit':'%','answers':[{'value':{'op':'ratio','factor':100,"
              "'num':" HELD("a") ",'den':" HELD("b") "}}]}]}",
              "secondary", "FY2023");
    limits_are(cell("count", "secondary/2901", "FY2023"), "wilson", 0, 9500, 2.1543679154367981,
               11.175046923191911);
}

/* Whatever has no sound number has no limits. */
static void test_statistics_limits_of_states(void **state)
{
    (void)state;
    hundreds(TEST_LINES("secondary|2901|FY2023|a|*|", "secondary|2902|FY2023|a||",
                        "secondary|2901|FY2023|c|*|", "secondary|2901|FY2023|d|4|"));
    run(HELD("a"), "'limits':{'levels':[95]},", "secondary,prefecture", "FY2023");
    assert_string_equal(value_full("secondary/2901", "FY2023"), "masked source p=-1 i=-1");
    assert_string_equal(value_full("secondary/2902", "FY2023"), "missing source p=-1 i=-1");
    assert_null(cell("count", "secondary/2901", "FY2023")->limits);
    assert_null(cell("count", "prefecture/29", "FY2023")->limits);
    run("{'op':'sum','column':'held','masked':'partial','rows':{'op':'scan','contract':"
        "'facts.training','where':[{'column':'course','in':['c','d']}]}}",
        "'limits':{'levels':[95]},", "secondary", "FY2023");
    assert_string_equal(value_full("secondary/2901", "FY2023"),
                        "~4 masked_part p=-1 i=-1 masked_left_out no_limits 1");
    assert_null(cell("count", "secondary/2901", "FY2023")->limits);
}

/* Means ------------------------------------------------------------------------------------- */

/* Student 1908: gains of sleep of ten patients in tenths of an hour, here as points. */
static void test_statistics_mean(void **state)
{
    static const int gains[] = {12, 24, 13, 13, 0, 10, 18, 8, 46, 14};
    static char text[12][96];
    const char *lines[12] = {NULL};
    (void)state;
    world_nara();
    world_give("persons", NULL, NULL,
               "person|sex|birth_month|scheme|insurer|insurer_area|valid_from|valid_to",
               TEST_LINES("p|female|1940-01|nhi|i|29201|2010-04|"));
    for (int i = 0; i < 10; i++) {
        (void)snprintf(text[i], sizeof text[i], "c%d|p|2023-05||inpatient|medical|%d", i, gains[i]);
        lines[i] = text[i];
    }
    world_give("medical_claims", "2023-04", "2024-03",
               "claim|person|month|institution|setting|type|points", lines);
    world_run("{'format':1,'indicators':[{'id':'x','name':'x','unit':'x','limits':{'levels':[95]},"
              "'answers':[{'by':{'basis':'insurer'},'value':{'op':'mean','column':'points','rows':"
              "{'op':'scan','contract':'medical_claims'}}}]}]}",
              "municipality", "FY2023");
    assert_string_equal(value_full("municipality/29201", "FY2023"), "158/10 p=1 i=0");
    const struct shy_cell *c = cell("count", "municipality/29201", "FY2023");
    assert_string_equal(c->limits->method, "t");
    assert_true(fabs(c->limits->limits[0].lower - 7.001142) < 5e-7);
    assert_true(fabs(c->limits->limits[0].upper - 24.598858) < 5e-7);
    assert_string_equal(value_at("municipality/29203", "FY2023"),
                        "not_computable zero_denominator");
}

/* Standardised figures ---------------------------------------------------------------------- */

#define ITEMS "item|kind|setting|area_set|area|period|sex|age_from|age_to|value"
#define YOUNG \
    "{'op':'sum','rows':{'op':'scan','contract':'ndb_items','where':[{'column':'age_from'," \
    "'from':0,'to':74},{'column':'age_to','from':0,'to':74}]}}"
#define OLD \
    "{'op':'sum','rows':{'op':'scan','contract':'ndb_items','where':[{'column':'age_from'," \
    "'from':75}]}}"

static void aged(const char *const *lines)
{
    world_nara();
    world_give("ndb_items", NULL, NULL, ITEMS, lines);
}

#define BANDS(young, old) \
    "'bands':[{'age_from':0,'age_to':74," young "'events':" YOUNG "},{'age_from':75," old \
    "'events':" OLD "}]"
#define DIRECT "{'op':'directly_standardised','per':1000," BANDS("'weight':3,", "'weight':1,") "}"

static void test_statistics_direct(void **state)
{
    (void)state;
    aged(TEST_LINES("1|medical|all|secondary|2901|FY2022||0|74|6",
                    "1|medical|all|secondary|2901|FY2022||75||9",
                    "1|medical|all|secondary|2902|FY2022||0|74|1",
                    "1|medical|all|secondary|2902|FY2022||75||2"));
    run(DIRECT, "'limits':{'levels':[95]},", "secondary,municipality", "FY2022");
    const struct shy_cell *c = cell("count", "secondary/2901", "FY2022");
    assert_string_equal(value_full("secondary/2901", "FY2022"),
                        "=27.5 p=-1 i=-1 population_year mixed_basis");
    limits_are(c, "dobson", 0, 9500, 14.2326995632818522509, 47.0507958618904925322);
    /* Three events are too few, and the reason stands in the row. */
    assert_string_equal(value_at("secondary/2902", "FY2022"), "not_computable few_events");
    assert_string_equal(value_at("secondary/2401", "FY2022"), "missing input");
}

static void test_statistics_direct_states(void **state)
{
    (void)state;
    aged(TEST_LINES("1|medical|all|secondary|2901|FY2022||0|74|*",
                    "1|medical|all|secondary|2901|FY2022||75||9",
                    "1|medical|all|secondary|2401|FY2022||0|74|60",
                    "1|medical|all|secondary|2401|FY2022||75||90"));
    run(DIRECT, "'limits':{'levels':[95]},", "secondary", "FY2022");
    assert_string_equal(value_at("secondary/2901", "FY2022"), "masked input");
    assert_string_equal(value_at("secondary/2401", "FY2022"), "not_computable no_population");
}

/* Reference: the prefecture's own rates, 7 of 1,300 below 75 and 11 of 150 from 75. */
static void test_statistics_indirect(void **state)
{
    (void)state;
    aged(TEST_LINES("1|medical|all|secondary|2901|FY2022||0|74|6",
                    "1|medical|all|secondary|2901|FY2022||75||9",
                    "1|medical|all|secondary|2902|FY2022||0|74|1",
                    "1|medical|all|secondary|2902|FY2022||75||2"));
    run("{'op':'indirectly_standardised','with':'prefecture'," BANDS("", "") "}",
        "'limits':{'levels':[95]},", "secondary,prefecture", "FY2022");
    const struct shy_cell *c = cell("count", "secondary/2901", "FY2022");
    assert_true(fabs(c->value - 123.157894736842105263) < 1e-9);
    limits_are(c, "byar", 0, 9500, 68.8802729505995308613, 203.141815239227591060);
    c = cell("count", "secondary/2902", "FY2022");
    limits_are(c, "exact", 0, 9500, 10.6291686312460132934, 150.627158466938641210);
    assert_true((c->notes & SHY_NOTE_MIXED_BASIS) != 0);
    assert_true(cell("count", "prefecture/29", "FY2022")->value == 100);
}

static void test_statistics_indirect_table(void **state)
{
    (void)state;
    aged(TEST_LINES("1|medical|all|secondary|2901|FY2022||0|74|6",
                    "1|medical|all|secondary|2901|FY2022||75||9"));
    run("{'op':'indirectly_standardised'," BANDS(
            "'reference_events':7,'reference_population':1300,",
            "'reference_events':11,'reference_population':150,") "}",
        "", "secondary", "FY2022");
    assert_true(fabs(cell("count", "secondary/2901", "FY2022")->value - 123.157894736842105263) <
                1e-9);
}

/* As the NDB open data are published: an area's items without ages, the reference's by age. */
static void test_statistics_indirect_observed(void **state)
{
    (void)state;
    aged(TEST_LINES("1|medical|all|secondary|2901|FY2022||||15",
                    "1|medical|all|secondary|2902|FY2022||||*",
                    "1|medical|all|prefecture|29|FY2022||0|74|7",
                    "1|medical|all|prefecture|29|FY2022||75||11"));
    run("{'op':'indirectly_standardised','with':'prefecture','observed':{'op':'sum','rows':{'op':"
        "'scan','contract':'ndb_items'}}," BANDS("", "") "}",
        "'limits':{'levels':[95]},", "secondary", "FY2022");
    limits_are(cell("count", "secondary/2901", "FY2022"), "byar", 0, 9500, 68.8802729505995308613,
               203.141815239227591060);
    assert_string_equal(value_at("secondary/2902", "FY2022"), "masked input");
    /* A reference in numbers needs no events by age at all. */
    run("{'op':'indirectly_standardised','observed':{'op':'sum','rows':{'op':'scan','contract':"
        "'ndb_items'}},'bands':[{'age_from':0,'age_to':74,'reference_events':7,"
        "'reference_population':1300},{'age_from':75,'reference_events':11,"
        "'reference_population':150}]}",
        "", "secondary", "FY2022");
    assert_true(fabs(cell("count", "secondary/2901", "FY2022")->value - 123.157894736842105263) <
                1e-9);
}

/* Comparisons -------------------------------------------------------------------------------- */

/* 29: 5 and 40 of 200, so 22.5 per 100 people. */
static void test_statistics_compare(void **state)
{
    (void)state;
    hundreds(TEST_LINES("secondary|2901|FY2023|a|5|", "secondary|2902|FY2023|a|40|",
                        "secondary|2401|FY2023|a|7|"));
    run("{'op':'compare','with':'prefecture','levels':[95,99.8],'better':'lower','value':" PER_100
        "}",
        "", "secondary,prefecture", "FY2023");
    /* 16.45 at 99.8 % lies below 22.5, and low is good. */
    assert_string_equal(value_at("secondary/2901", "FY2023"), "2");
    assert_string_equal(judgement(cell("count", "secondary/2901", "FY2023")), "better");
    /* Byar's 28.57 at 95 % lies above, 23.6 at 99.8 % too. */
    assert_string_equal(judgement(cell("count", "secondary/2902", "FY2023")), "worse");
    assert_string_equal(value_at("secondary/2902", "FY2023"), "-2");
    /* The only area of its prefecture, and the prefecture itself. */
    assert_string_equal(value_at("secondary/2401", "FY2023"), "not_applicable itself");
    assert_string_equal(value_at("prefecture/29", "FY2023"), "not_applicable itself");
    /* An area in no prefecture has no benchmark; its code begins with 24, but it is no member. */
    assert_null(cell("count", "secondary/2402", "FY2023")->limits);
}

static void test_statistics_compare_states(void **state)
{
    (void)state;
    hundreds(TEST_LINES("secondary|2901|FY2023|a|*|", "secondary|2902|FY2023|a|20|"));
    run("{'op':'compare','with':'prefecture','value':" PER_100 "}", "", "secondary", "FY2023");
    assert_string_equal(value_at("secondary/2901", "FY2023"), "masked input");
    /* The benchmark holds the masked part. */
    assert_string_equal(value_at("secondary/2902", "FY2023"), "masked input");
}

/* Persons of receipts: the native engine must be asked for the benchmark's areas and for earlier
 * years, too. 30 of 60 in 29201 and 3 of 60 in 29203 were inpatients, 27.5 % together. */
static void test_statistics_of_persons(void **state)
{
    static char people[120][96], claims[120][96];
    const char *person_lines[121] = {NULL}, *claim_lines[121] = {NULL};
    (void)state;
    world_nara();
    for (int i = 0; i < 120; i++) {
        bool first = i < 60, inpatient = first ? i < 30 : i < 63;
        (void)snprintf(people[i], sizeof people[i], "p%d|female|1940-01|nhi|i|%s|2010-04|", i,
                       first ? "29201" : "29203");
        (void)snprintf(claims[i], sizeof claims[i], "c%d|p%d|2023-05||%s|medical|1", i, i,
                       inpatient ? "inpatient" : "outpatient");
        person_lines[i] = people[i];
        claim_lines[i] = claims[i];
    }
    world_give("persons", NULL, NULL,
               "person|sex|birth_month|scheme|insurer|insurer_area|valid_from|valid_to",
               person_lines);
    world_give("medical_claims", "2019-04", "2024-03",
               "claim|person|month|institution|setting|type|points", claim_lines);
#define ADMITTED \
    "{'op':'ratio','factor':100,'num':{'op':'persons','rows':{'op':'scan','contract':" \
    "'medical_claims','where':[{'column':'setting','in':['inpatient']}]}},'den':{'op':'persons'," \
    "'rows':{'op':'scan','contract':'medical_claims'}}}"
    world_value("{'op':'compare','with':'secondary','value':" ADMITTED "}", "insurer",
                "municipality", "FY2023");
    assert_string_equal(value_full("municipality/29201", "FY2023"), "1 p=30 i=0");
    assert_string_equal(judgement(cell("count", "municipality/29201", "FY2023")), "higher");
    assert_string_equal(value_at("municipality/29203", "FY2023"), "-1");
    /* 2902 has no person at all. */
    assert_string_equal(value_at("municipality/29206", "FY2023"), "not_computable input");
    world_value("{'op':'trend','value':" ADMITTED "}", "insurer", "municipality", "FY2023");
    assert_string_equal(value_at("municipality/29201", "FY2023"), "not_computable few_points");
    world_value("{'op':'trend','value':{'op':'persons','rows':{'op':'scan','contract':"
                "'medical_claims'}}}",
                "insurer", "municipality", "FY2023");
    /* 0, 0, 0, 0 and 60 persons: without the last year there is no slope. */
    assert_string_equal(value_at("municipality/29201", "FY2023"), "0");
}

/* 45 of 200 expected as 22.5 of 100; limits of a Poisson number of mean 22.5. */
static void test_statistics_funnel(void **state)
{
    struct shy_interval expected;
    (void)state;
    hundreds(TEST_LINES("secondary|2901|FY2023|a|5|", "secondary|2902|FY2023|a|35|"));
    run("{'op':'funnel','with':'prefecture','value':" PER_100 "}", "", "secondary", "FY2023");
    assert_int_equal(shy_funnel_events(20, 9500, &expected), SHY_STAT_OK);
    const struct shy_cell *c = cell("count", "secondary/2901", "FY2023");
    /* 20 of 100 expected: core/stat/test_stat.c, 11.205 to 28.746 and 7.169 to 34.714. */
    limits_are(c, "funnel", 0, 9500, 11.2050010384488415454, 28.7457686700402644748);
    limits_are(c, "funnel", 1, 9980, 7.16918710777041968780, 34.7135285737985491441);
    assert_string_equal(value_at("secondary/2901", "FY2023"), "5/100*100");
    assert_string_equal(judgement(c), "lower");
    assert_string_equal(judgement(cell("count", "secondary/2902", "FY2023")), "higher");
}

/* Trends ------------------------------------------------------------------------------------ */

/* The Office's series: 621 of 3,454 … 447 of 3,121 falls; 5405 of 18,095 … does not. */
static void test_statistics_trend(void **state)
{
    (void)state;
    hundreds(TEST_LINES("secondary|2901|FY2019|a|621|", "secondary|2901|FY2019|b|3454|",
                        "secondary|2901|FY2020|a|599|", "secondary|2901|FY2020|b|3195|",
                        "secondary|2901|FY2021|a|556|", "secondary|2901|FY2021|b|3256|",
                        "secondary|2901|FY2022|a|535|", "secondary|2901|FY2022|b|3227|",
                        "secondary|2901|FY2023|a|447|", "secondary|2901|FY2023|b|3121|",
                        "secondary|2902|FY2019|a|5405|", "secondary|2902|FY2019|b|18095|",
                        "secondary|2902|FY2020|a|5500|", "secondary|2902|FY2020|b|18170|",
                        "secondary|2902|FY2021|a|5435|", "secondary|2902|FY2021|b|18005|",
                        "secondary|2902|FY2022|a|5480|", "secondary|2902|FY2022|b|17890|",
                        "secondary|2902|FY2023|a|5315|", "secondary|2902|FY2023|b|17860|",
                        "secondary|2401|FY2022|a|5480|", "secondary|2401|FY2022|b|17890|",
                        "secondary|2401|FY2023|a|5315|", "secondary|2401|FY2023|b|17860|"));
    run("{'op':'trend','better':'lower','value':{'op':'ratio','factor':100,'num':" HELD(
            "a") ",'den':" HELD("b") "}}",
        "", "secondary", "FY2022,FY2023");
    assert_string_equal(value_at("secondary/2901", "FY2023"), "1");
    assert_string_equal(judgement(cell("count", "secondary/2901", "FY2023")), "improving");
    assert_int_equal(cell("count", "secondary/2901", "FY2023")->limits->level[0], 9980);
    assert_string_equal(value_at("secondary/2902", "FY2023"), "0");
    assert_string_equal(judgement(cell("count", "secondary/2902", "FY2023")), "no_change");
    assert_string_equal(value_at("secondary/2401", "FY2023"), "not_computable few_points");
    assert_string_equal(value_at("secondary/2901", "FY2022"), "not_computable few_points");
}

static void test_statistics_trend_masked(void **state)
{
    (void)state;
    hundreds(TEST_LINES("secondary|2901|FY2019|a|621|", "secondary|2901|FY2020|a|*|",
                        "secondary|2901|FY2021|a|556|", "secondary|2901|FY2022|a|535|",
                        "secondary|2901|FY2023|a|447|"));
    run("{'op':'trend','value':" HELD("a") "}", "", "secondary", "FY2023");
    assert_string_equal(value_at("secondary/2901", "FY2023"), "masked input");
}

/* Quantiles --------------------------------------------------------------------------------- */

static void test_statistics_quantile(void **state)
{
    (void)state;
    hundreds(TEST_LINES("secondary|2901|FY2023|a|5|", "secondary|2902|FY2023|a|20|",
                        "secondary|2401|FY2023|a|7|", "secondary|2402|FY2023|a|9|"));
    run("{'op':'quantile','groups':4,'value':" HELD("a") "}", "", "secondary", "FY2023");
    assert_string_equal(value_at("secondary/2901", "FY2023"), "1");
    assert_string_equal(value_at("secondary/2401", "FY2023"), "2");
    assert_string_equal(value_at("secondary/2402", "FY2023"), "3");
    assert_string_equal(value_at("secondary/2902", "FY2023"), "4");
    run("{'op':'quantile','groups':4,'order':'descending','value':" HELD("a") "}", "", "secondary",
        "FY2023");
    assert_string_equal(value_at("secondary/2902", "FY2023"), "1");
    run("{'op':'quantile','groups':5,'value':" HELD("a") "}", "", "secondary", "FY2023");
    assert_string_equal(value_at("secondary/2902", "FY2023"), "not_computable few_areas");
}

#define TEST(name) \
    cmocka_unit_test_setup_teardown(test_statistics_##name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(limits_of_counts),
        TEST(limits_of_shares),
        TEST(limits_of_values_used),
        TEST(limits_of_states),
        TEST(mean),
        TEST(direct),
        TEST(direct_states),
        TEST(indirect),
        TEST(indirect_table),
        TEST(indirect_observed),
        TEST(compare),
        TEST(compare_states),
        TEST(funnel),
        TEST(of_persons),
        TEST(trend),
        TEST(trend_masked),
        TEST(quantile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
