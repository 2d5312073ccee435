/* SPDX-License-Identifier: MIT */
/* Counts of areas, cells to cells, rates, dimensions, order. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "core/exec/test_world.h"

#define RULES "area_set|area|period|in_force"
#define TRAINING "area_set|area|period|course|held|hours"
#define HELD(course) \
    "{'op':'sum','column':'held','rows':{'op':'scan','contract':'facts.training','where':[" \
    "{'column':'course','in':['" course "']}]}}"
#define IN_FORCE \
    "{'op':'scan','contract':'facts.rules','where':[{'column':'in_force','in':[true]}]}"

/* Areas ------------------------------------------------------------------------------------- */

/* 奈良市 has, 大和郡山市 has not, 桜井市 did not answer, 橿原市 is not in the table. */
static void rules(void)
{
    world_nara();
    world_give("facts.rules", NULL, NULL, RULES,
               TEST_LINES("municipality|29201|FY2023|true", "municipality|29203|FY2023|false",
                          "municipality|29206|FY2023|?", "municipality|24205|FY2023|true"));
}

static void count_areas(const char *op, const char *policy, const char *sets)
{
    char value[1024];
    if (strcmp(op, "areas") == 0)
        (void)snprintf(value, sizeof value,
                       "{'op':'areas','set':'municipality','unreported':'%s','rows':" IN_FORCE "}",
                       policy);
    else
        (void)snprintf(value, sizeof value,
                       "{'op':'%s','set':'municipality','unreported':'%s','value':{'op':'areas',"
                       "'set':'municipality','unreported':'%s','rows':" IN_FORCE "}}",
                       op, policy, policy);
    world_value(value, NULL, sets, "FY2023");
}

static void test_cells_areas_policies(void **state)
{
    (void)state;
    const char *tests[][3] = {
        {"areas", "partial", "~1 unreported_areas p=-1 i=-1 unreported 2"},
        {"areas", "exclude", "1 p=-1 i=-1 unreported 2"},
        {"areas", "refuse", "not_computable unreported_areas p=-1 i=-1 unreported 2"},
        {"areas", "no", "1 p=-1 i=-1 unreported 2"},
        {"share", "partial", "~1/4*100 unreported_areas p=-1 i=-1 unreported 2"},
        {"share", "exclude", "1/2*100 p=-1 i=-1 unreported 2"},
        {"share", "refuse", "not_computable unreported_areas p=-1 i=-1 unreported 2"},
        {"share", "no", "1/4*100 p=-1 i=-1 unreported 2"},
        {"all_of", "partial", "0 p=-1 i=-1 unreported 2"}, /* 大和郡山市 decides */
        {"all_of", "exclude", "0 p=-1 i=-1 unreported 2"},
        {"all_of", "refuse", "not_computable unreported_areas p=-1 i=-1 unreported 2"},
        {"all_of", "no", "0 p=-1 i=-1 unreported 2"},
    };
    rules();
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        count_areas(tests[i][0], tests[i][1], "prefecture");
        assert_string_equal(value_full("prefecture/29", "FY2023"), tests[i][2]);
    }
}

static void test_cells_areas_inside(void **state)
{
    (void)state;
    rules();
    count_areas("share", "partial", "secondary,municipality,home_care");
    assert_string_equal(value_at("secondary/2901", "FY2023"), "1/2*100");
    assert_string_equal(value_at("secondary/2401", "FY2023"), "1*100");
    /* nobody answered */
    assert_string_equal(value_at("secondary/2902", "FY2023"), "unreported unreported_areas");
    assert_string_equal(value_at("municipality/29201", "FY2023"), "1*100");
    assert_string_equal(value_at("home_care/h1", "FY2023"), "1*100");
    count_areas("share", "no", "secondary,prefecture");
    assert_string_equal(value_at("secondary/2902", "FY2023"), "0/2*100");
    assert_string_equal(value_at("prefecture/13", "FY2023"), "not_applicable");
    count_areas("all_of", "partial", "secondary");
    assert_string_equal(value_at("secondary/2401", "FY2023"), "1");
}

static void test_cells_all_of_unknown(void **state)
{
    (void)state;
    world_nara();
    world_give("facts.rules", NULL, NULL, RULES,
               TEST_LINES("municipality|29201|FY2023|true", "municipality|29203|FY2023|"));
    count_areas("all_of", "partial", "secondary");
    assert_string_equal(value_at("secondary/2901", "FY2023"), "~0 unreported_areas");
    count_areas("all_of", "exclude", "secondary");
    assert_string_equal(value_at("secondary/2901", "FY2023"), "1");
    count_areas("all_of", "no", "secondary");
    assert_string_equal(value_at("secondary/2901", "FY2023"), "0");
}

/* The set the rows name, and a coarser one: an area has if a part of it has. */
static void test_cells_areas_sets(void **state)
{
    (void)state;
    rules();
    world_value("{'op':'areas','unreported':'no','rows':" IN_FORCE "}", NULL, "prefecture,nation",
                "FY2023");
    assert_string_equal(value_at("nation/00", "FY2023"), "2");
    world_value("{'op':'areas','unreported':'no','set':'secondary','rows':" IN_FORCE "}", NULL,
                "prefecture,municipality", "FY2023");
    assert_string_equal(value_at("prefecture/29", "FY2023"), "1");
    assert_string_equal(value_at("municipality/29201", "FY2023"), "not_applicable");
}

/* An item's masked figure leaves open whether there is one; no row of the item at all too. */
static void test_cells_areas_of_figures(void **state)
{
    (void)state;
    world_nara();
    world_give("ndb_items", NULL, NULL,
               "item|kind|setting|area_set|area|period|sex|age_from|age_to|value",
               TEST_LINES("1|medical|all|secondary|2901|FY2022||||3",
                          "1|medical|all|secondary|2902|FY2022||||*",
                          "2|medical|all|secondary|2401|FY2022||||9"));
    world_value("{'op':'areas','set':'secondary','rows':{'op':'scan','contract':'ndb_items',"
                "'where':[{'column':'item','in':['1']},{'column':'value','from':1}]}}",
                NULL, "nation,prefecture", "FY2022");
    assert_string_equal(value_full("nation/00", "FY2022"),
                        "~1 unreported_areas p=-1 i=-1 unreported 2");
    assert_string_equal(value_at("prefecture/24", "FY2022"), "unreported unreported_areas");
}

/* Entities know no unreported areas: who has none, has none. */
static void test_cells_areas_of_entities(void **state)
{
    (void)state;
    world_nara();
    world_give("bed_institutions", NULL, NULL,
               "institution|area_set|area|period|home_care_support|beds|name",
               TEST_LINES("A|municipality|29201|2024-07-01|true|100|x",
                          "B|municipality|29201|2024-07-01|true|20|x",
                          "C|municipality|29203|2024-07-01|false|5|x"));
    world_value("{'op':'share','set':'secondary','value':{'op':'areas','set':'secondary','rows':{"
                "'op':'scan','contract':'bed_institutions','where':[{'column':'home_care_support',"
                "'in':[true]}]}}}",
                NULL, "prefecture", "FY2024");
    assert_string_equal(value_full("prefecture/29", "FY2024"), "1/2*100 p=-1 i=2");
}

/* Arithmetic -------------------------------------------------------------------------------- */

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
    world_value(value, NULL, "secondary", "FY2022,FY2023");
    assert_string_equal(value_at(place, period), expected);
}

static void test_cells_ratio(void **state)
{
    (void)state;
    const char *ratio = "{'op':'ratio','factor':100,'num':" HELD("a") ",'den':" HELD("b") "}";
    trainings();
    check(ratio, "secondary/2901", "FY2022", "4/6*100");
    check(ratio, "secondary/2901", "FY2023", "not_computable zero_denominator");
    check(ratio, "secondary/2902", "FY2022", "masked input");
    check(ratio, "secondary/2902", "FY2023", "~3/2*100 input");
    check(ratio, "secondary/2401", "FY2022", "missing input");
}

static void test_cells_total_and_difference(void **state)
{
    (void)state;
    const char *total = "{'op':'total','of':[" HELD("a") "," HELD("b") "," HELD("a") "]}";
    const char *difference = "{'op':'difference','of':[" HELD("a") "," HELD("b") "]}";
    trainings();
    check(total, "secondary/2901", "FY2022", "14");
    check(total, "secondary/2902", "FY2022", "masked input");
    check(total, "secondary/2902", "FY2023", "~8 input");
    check(difference, "secondary/2901", "FY2022", "-2");
    check(difference, "secondary/2401", "FY2023", "0");
}

static void test_cells_growth(void **state)
{
    (void)state;
    const char *years = "{'op':'growth','years':1,'value':" HELD("a") "}";
    const char *since = "{'op':'growth','since':'FY2022','value':" HELD("a") "}";
    const char *zero = "{'op':'growth','since':'FY2023','value':" HELD("b") "}";
    trainings();
    check(years, "secondary/2901", "FY2023", "1/4*100");
    check(years, "secondary/2901", "FY2022", "not_computable no_earlier");
    check(years, "secondary/2902", "FY2023", "masked input");
    check(years, "secondary/2401", "FY2023", "not_computable no_earlier");
    check(years, "secondary/2401", "FY2022", "missing input");
    check(since, "secondary/2901", "FY2022", "0/4*100");
    check(zero, "secondary/2901", "FY2022", "not_computable zero_denominator");
}

/* Billed where the institution stands, divided by who lives there. */
static void test_cells_mixed_basis(void **state)
{
    (void)state;
    world_nara();
    world_give("ndb_items", NULL, NULL,
               "item|kind|setting|area_set|area|period|sex|age_from|age_to|value",
               TEST_LINES("1|medical|all|secondary|2901|FY2020||||3"));
    world_give("population", NULL, NULL,
               "area_set|area|period|sex|age_from|age_to|projection|value",
               TEST_LINES("secondary|2901|2020-10-01|both|0||false|900"));
    world_value("{'op':'ratio','num':{'op':'sum','rows':{'op':'scan','contract':'ndb_items'}},"
                "'den':{'op':'sum','rows':{'op':'scan','contract':'population'}}}",
                "none", "secondary", "FY2020");
    assert_string_equal(value_full("secondary/2901", "FY2020"), "3/900 p=-1 i=-1 mixed_basis");
}

/* The smallest support that is known and not zero; a difference is a count by itself. */
/* Items of a year of care by courses counted on a day of it; courses by courses are on one clock.
 */
static void test_cells_mixed_clock(void **state)
{
    (void)state;
    const char *held =
        "{'op':'sum','column':'held','rows':{'op':'scan','contract':'facts.training'}}";
    char text[512];
    world_nara();
    world_give("ndb_items", NULL, NULL,
               "item|kind|setting|area_set|area|period|sex|age_from|age_to|value",
               TEST_LINES("1|medical|all|secondary|2901|FY2020||||3"));
    world_give("facts.training", NULL, NULL, "area_set|area|period|course|held",
               TEST_LINES("secondary|2901|FY2020|a|2"));
    (void)snprintf(text, sizeof text,
                   "{'op':'ratio','num':{'op':'sum','rows':{'op':'scan','contract':'ndb_items'}},"
                   "'den':%s}",
                   held);
    world_value(text, "none", "secondary", "FY2020");
    assert_string_equal(value_full("secondary/2901", "FY2020"), "3/2 p=-1 i=-1 mixed_clock");
    (void)snprintf(text, sizeof text, "{'op':'ratio','num':%s,'den':%s}", held, held);
    world_value(text, "none", "secondary", "FY2020");
    assert_string_equal(value_full("secondary/2901", "FY2020"), "2/2 p=-1 i=-1");
    /* However they are put together: 3 + 2 and 3 - 2. */
    (void)snprintf(text, sizeof text,
                   "{'op':'total','of':[{'op':'sum','rows':{'op':'scan','contract':'ndb_items'}},"
                   "%s]}",
                   held);
    world_value(text, "none", "secondary", "FY2020");
    assert_string_equal(value_full("secondary/2901", "FY2020"), "5 p=-1 i=-1 mixed_clock");
    (void)snprintf(text, sizeof text, "{'op':'difference','of':[%s,%s]}", held, held);
    world_value(text, "none", "secondary", "FY2020");
    assert_string_equal(value_full("secondary/2901", "FY2020"), "0 p=-1 i=-1");
}

static void test_cells_supports(void **state)
{
    (void)state;
    world_nara();
    world_give("bed_institutions", NULL, NULL,
               "institution|area_set|area|period|home_care_support|regional_support|beds|name",
               TEST_LINES("A|municipality|29201|2024-07-01|true|true|1|x",
                          "B|municipality|29201|2024-07-01|true|false|1|x",
                          "C|municipality|29201|2024-07-01|true|false|1|x",
                          "D|municipality|29201|2024-07-01|true|false|1|x"));
#define FLAG(name) \
    "{'op':'rows','rows':{'op':'scan','contract':'bed_institutions','where':[{'column':'" name \
    "','in':[true]}]}}"
#define ALL "{'op':'rows','rows':{'op':'scan','contract':'bed_institutions'}}"
    world_value("{'op':'ratio','num':" FLAG("regional_support") ",'den':" ALL "}", NULL,
                "secondary", "FY2024");
    assert_string_equal(value_full("secondary/2901", "FY2024"), "1/4 p=-1 i=1");
    assert_string_equal(value_full("secondary/2902", "FY2024"),
                        "not_computable zero_denominator p=-1 i=0");
    world_value("{'op':'difference','of':[" ALL ",{'op':'difference','of':[" ALL
                "," FLAG("regional_support") "]}]}",
                NULL, "secondary", "FY2024");
    assert_string_equal(value_full("secondary/2901", "FY2024"), "1 p=-1 i=1");
    world_value("{'op':'difference','of':[" FLAG("home_care_support") "," ALL "]}", NULL,
                "secondary", "FY2024");
    assert_string_equal(value_full("secondary/2901", "FY2024"), "0 p=-1 i=4");
}

/* Ranks ------------------------------------------------------------------------------------- */

static void ranked(void)
{
    world_nara();
    world_give("facts.training", NULL, NULL, TRAINING,
               TEST_LINES("municipality|29201|FY2023|a|9|", "municipality|29203|FY2023|a|5|",
                          "municipality|29206|FY2023|a|5|", "municipality|29205|FY2023|a|*|",
                          "municipality|24205|FY2023|a|~1|"));
}

static void check_ranks(const char *op, const char *more, const char *const expected[5])
{
    static const char *const places[] = {"municipality/29201", "municipality/29203",
                                         "municipality/29206", "municipality/29205",
                                         "municipality/24205"};
    char value[1024];
    (void)snprintf(value, sizeof value, "{'op':'%s','value':" HELD("a") "%s}", op, more);
    world_value(value, NULL, "municipality", "FY2023");
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(value_at(places[i], "FY2023"), expected[i]);
}

static void test_cells_rank(void **state)
{
    (void)state;
    ranked();
#define RANKS(...) ((const char *const[]){__VA_ARGS__})
    check_ranks("rank", "", RANKS("1", "2", "2", "masked input", "~4 input"));
    check_ranks("rank", ",'ties':'max'", RANKS("1", "3", "3", "masked input", "~4 input"));
    check_ranks("rank", ",'ties':'dense'", RANKS("1", "2", "2", "masked input", "~3 input"));
    check_ranks("rank", ",'order':'ascending'", RANKS("4", "2", "2", "masked input", "~1 input"));
    check_ranks("rank", ",'within':'prefecture'", RANKS("1", "2", "2", "masked input", "~1 input"));
    check_ranks("rank", ",'within':'home_care'",
                RANKS("1", "not_applicable", "1", "masked input", "not_applicable"));
}

/* Four areas have a value: the upper two, and who is tied with the second. */
static void test_cells_top_half(void **state)
{
    (void)state;
    ranked();
    check_ranks("top_half", "", RANKS("1", "1", "1", "masked input", "~0 input"));
    check_ranks("top_half", ",'ties':'max'", RANKS("1", "0", "0", "masked input", "~0 input"));
    check_ranks("top_half", ",'order':'ascending'",
                RANKS("0", "1", "1", "masked input", "~1 input"));
}

/* Functions --------------------------------------------------------------------------------- */

static int calls;

static int call(void *self, const char *function, const struct shy_named_value *values,
                size_t count, enum shihyo_state *state, double *value, struct shihyo_error *err)
{
    (void)self;
    calls++;
    *state = SHIHYO_STATE_OK;
    *value = 0;
    for (size_t i = 0; i < count; i++)
        *value = *value * 10 + values[i].value;
    if (strcmp(function, "nothing") == 0)
        *state = SHIHYO_STATE_MISSING;
    if (strcmp(function, "infinite") == 0)
        *value = INFINITY;
    if (strcmp(function, "broken") == 0)
        return shy_fail(err, SHY_E_EXEC_FUNCTION, "it stopped");
    return 0;
}

static void compute(const char *function)
{
    char value[1024];
    calls = 0;
    (void)snprintf(value, sizeof value,
                   "{'op':'compute','function':'%s','values':[{'name':'p','value':" HELD(
                       "a") "},{'name':'q','value':" HELD("b") "}]}",
                   function);
    world_value(value, NULL, "secondary", "FY2022,FY2023");
}

static void test_cells_compute(void **state)
{
    (void)state;
    trainings();
    world.naive_alone = true; /* calls are counted */
    compute("join");          /* nobody can run it */
    assert_string_equal(value_at("secondary/2901", "FY2022"), "not_computable function");
    world.functions.call = call;
    compute("join");
    assert_string_equal(value_at("secondary/2901", "FY2022"), "=46");
    assert_string_equal(value_at("secondary/2902", "FY2023"), "~=32 input");
    /* not asked where a value has no number */
    assert_string_equal(value_at("secondary/2902", "FY2022"), "masked input");
    assert_string_equal(value_at("secondary/2401", "FY2022"), "missing input");
    assert_int_equal(calls, 4);
    compute("nothing");
    assert_string_equal(value_at("secondary/2901", "FY2022"), "missing function");
    compute("infinite");
    assert_string_equal(value_at("secondary/2901", "FY2022"), "not_computable function");
    assert_int_equal(world.problems.count, 0);
    compute("broken");
    assert_string_equal(value_at("secondary/2901", "FY2022"), "not_computable function");
    assert_int_equal(world.problems.count, 1); /* said once */
    assert_int_equal(world.problems.items[0].error.code, SHY_E_EXEC_FUNCTION);
}

/* Other indicators -------------------------------------------------------------------------- */

static void test_cells_indicator(void **state)
{
    (void)state;
    const char *document =
        "{'format':1,'indicators':[{'id':'y','name':'y','answers':[{'name':'a','unit':'x','value'"
        ":" HELD("a") "}]},{'id':'x','name':'x','answers':[{'name':'a','unit':'x','value':{'op':"
                      "'ratio','num':{'op':'indicator','id':'y'},'den':" HELD("b") "}}]}]}";
    trainings();
    world_run(document, "secondary", "FY2022");
    assert_string_equal(value_at("secondary/2901", "FY2022"), "4/6");
    shy_result_free(&world.result);
    world.choices[1].answer = NULL; /* y */
    assert_int_equal(world_exec("secondary", "FY2022", NULL), 0);
    assert_string_equal(value_at("secondary/2901", "FY2022"), "not_computable input");
    assert_null(world_cell("y", "count", "secondary", "2901", "FY2022", ""));
}

/* Rates ------------------------------------------------------------------------------------- */

#define RATES \
    "'rates':[{'per':1000,'population':{'age_from':75}},{'per':10,'population':{'age_from':80}}," \
    "{'per':10,'population':{'age_from':75,'year':'same'}}]"

static void rates(const char *value, const char *period)
{
    char text[2048];
    (void)snprintf(text, sizeof text,
                   "{'format':1,'indicators':[{'id':'x','name':'x','answers':[{'name':'a','unit':"
                   "'x','value':%s}]," RATES "}]}",
                   value);
    world_run(text, "secondary,municipality", period);
}

static const char *rate(const char *measure, const char *set, const char *code, const char *period)
{
    return world_text(world_cell("x", measure, set, code, period, ""), true);
}

static void test_cells_rates(void **state)
{
    (void)state;
    trainings();
    rates(HELD("a"), "FY2022,FY2023");
    assert_string_equal(rate("rate:1000:75+", "secondary", "2901", "FY2022"),
                        "4/100*1000 p=-1 i=-1 population_year");
    assert_string_equal(rate("rate:1000:75+", "secondary", "2902", "FY2022"),
                        "masked input p=-1 i=-1");
    assert_string_equal(rate("rate:1000:75+", "secondary", "2902", "FY2023"),
                        "~3/50*1000 input p=-1 i=-1 population_year");
    assert_string_equal(rate("rate:1000:75+", "secondary", "2401", "FY2023"),
                        "not_computable no_population p=-1 i=-1");
    assert_string_equal(rate("rate:10:80+", "secondary", "2901", "FY2022"),
                        "not_computable population_bands p=-1 i=-1");
}

static void test_cells_rates_same_year(void **state)
{
    (void)state;
    world_nara();
    world_give("ndb_items", NULL, NULL,
               "item|kind|setting|area_set|area|period|sex|age_from|age_to|value",
               TEST_LINES("1|medical|all|secondary|2901|FY2020||||3",
                          "1|medical|all|municipality|29201|FY2020||||3"));
    rates("{'op':'sum','rows':{'op':'scan','contract':'ndb_items'}}", "FY2020");
    assert_string_equal(rate("rate:1000:75+", "secondary", "2901", "FY2020"),
                        "3/100*1000 p=-1 i=-1 mixed_basis");
    assert_string_equal(rate("rate:1000:75+", "municipality", "29201", "FY2020"),
                        "not_computable zero_denominator p=-1 i=-1 mixed_basis");
    rates("{'op':'sum','rows':{'op':'scan','contract':'ndb_items'}}", "FY2021");
    assert_string_equal(rate("count", "secondary", "2901", "FY2021"), "missing no_rows p=-1 i=-1");
}

/* Cross tables ------------------------------------------------------------------------------ */

#define PERSONS "person|sex|birth_month|scheme|insurer|insurer_area|valid_from|valid_to"
#define ITEMS "claim|person|month|institution|item|quantity|points"
#define CARE "person|month|service|office|care_level|units"

/* A has two management fees in April (two values, one person in the total) and two care levels;
 * B has none of a care claim. */
static void cross(void)
{
    world_nara();
    world_give("persons", NULL, NULL, PERSONS,
               TEST_LINES("A|female|1940-01|nhi|1|29201|2020-04|",
                          "B|male|1940-01|late_elderly|2|29201|2020-04|",
                          "C|male|1940-01|nhi|2|29206|2020-04|"));
    world_give("medical_items", "2023-04", "2024-03", ITEMS,
               TEST_LINES("1|A|2023-04|H|m1|1|1", "1|A|2023-04|H|m2|1|1", "2|A|2023-05|H|m1|1|1",
                          "3|B|2023-04|H|m1|1|1", "4|C|2023-04|H|m3|1|1"));
    world_give("care_claims", "2023-04", "2024-03", CARE,
               TEST_LINES("A|2023-04|11||13|1", "A|2023-04|15||21|1", "A|2023-06|11||25|1",
                          "C|2023-04|11|||1"));
}

#define MANAGED "{'op':'scan','contract':'medical_items'}"
#define CROSS \
    "{'format':1,'code_lists':[{'id':'fees','label':'x','attributes':['home'],'entries':[" \
    "{'code':'m1','label':'x','values':{'home':'在宅'}},{'code':'m2','label':'x','values':{" \
    "'home':'施設'}},{'code':'m3','label':'x'}]}],'cross_tables':[{'id':'t','name':'t','by':{" \
    "'basis':'insurer'},'rows':[{'label':'居住','column':'item','attribute':'fees.home'," \
    "'total':'計'}],'columns':[{'label':'介護度','column':'care_level','other':{'op':'scan'," \
    "'contract':'care_claims'},'missing':'未認定'}],'measures':[{'label':'患者','unit':'人'," \
    "'value':{'op':'persons','rows':" MANAGED "}},{'label':'月平均','unit':'人','value':{'op':" \
    "'monthly_average','value':{'op':'persons','rows':" MANAGED "}}}]}]}"

static const char *in_table(const char *measure, const char *place, const char *dims)
{
    char set[64];
    const char *slash = strchr(place, '/');
    (void)snprintf(set, sizeof set, "%.*s", (int)(slash - place), place);
    return world_text(world_cell("t", measure, set, slash + 1, "FY2023", dims), true);
}

/* Months, truth values and numbers as people write them, also where the value is looked for in
 * other rows. A has claims of one unit in April, B has none, A's visit of May stands alone. */
static void test_cells_dimensions_of_all_types(void **state)
{
    (void)state;
    cross();
    world_give("facts.rules", NULL, NULL, "area_set|area|period|in_force",
               TEST_LINES("municipality|29201|FY2023|true", "municipality|29203|FY2023|false",
                          "municipality|29206|FY2023|true"));
    world_run("{'format':1,'cross_tables':[{'id':'t','name':'t','by':{'basis':'insurer'},"
              "'rows':[{'label':'月','column':'month'}],'columns':[{'label':'単位',"
              "'column':'units','other':{'op':'scan','contract':'care_claims'},"
              "'missing':'なし'}],'measures':[{'label':'患者','unit':'人',"
              "'value':{'op':'persons','rows':" MANAGED "}}]}]}",
              "municipality", "FY2023");
    assert_string_equal(in_table("患者", "municipality/29201", "月=2023-04;単位=1"), "1 p=1 i=1");
    assert_string_equal(in_table("患者", "municipality/29201", "月=2023-04;単位=なし"),
                        "1 p=1 i=1");
    assert_string_equal(in_table("患者", "municipality/29201", "月=2023-05;単位=なし"),
                        "1 p=1 i=1");
    world_run("{'format':1,'cross_tables':[{'id':'t','name':'t','rows':[{'label':'設定',"
              "'column':'in_force'}],'measures':[{'label':'数','unit':'件',"
              "'value':{'op':'rows','rows':{'op':'scan','contract':'facts.rules'}}}]}]}",
              "nation", "FY2023");
    assert_string_equal(in_table("数", "nation/00", "設定=true"), "2 p=-1 i=-1");
    assert_string_equal(in_table("数", "nation/00", "設定=false"), "1 p=-1 i=-1");
}

static void test_cells_cross_table(void **state)
{
    (void)state;
    cross();
    world_run(CROSS, "municipality,prefecture", "FY2023");
    /* the higher of two levels; another month's level does not count */
    assert_string_equal(in_table("患者", "municipality/29201", "居住=在宅;介護度=21"), "1 p=1 i=1");
    assert_string_equal(in_table("患者", "municipality/29201", "居住=施設;介護度=21"), "1 p=1 i=1");
    assert_string_equal(in_table("患者", "municipality/29201", "居住=計;介護度=21"), "1 p=1 i=1");
    assert_string_equal(in_table("患者", "municipality/29201", "居住=在宅;介護度=13"), "no cell");
    /* B, and A in May: no care claim in the month */
    assert_string_equal(in_table("患者", "municipality/29201", "居住=在宅;介護度=未認定"),
                        "2 p=2 i=1");
    /* C's fee has no attribute: in the total only; its care claim has no level */
    assert_string_equal(in_table("患者", "municipality/29206", "居住=計;介護度=未認定"),
                        "1 p=1 i=1");
    assert_string_equal(in_table("患者", "municipality/29206", "居住=在宅;介護度=未認定"),
                        "0 p=0 i=0");
    assert_string_equal(in_table("患者", "prefecture/29", "居住=計;介護度=未認定"), "3 p=3 i=1");
    assert_string_equal(in_table("月平均", "prefecture/29", "居住=計;介護度=未認定"),
                        "3/12 p=3 i=1");
}

#define WITHIN(from, to) \
    "{'format':1,'cross_tables':[{'id':'t','name':'t','by':{'basis':'insurer'},'columns':[{" \
    "'label':'介護度','column':'care_level','other':{'op':'scan','contract':'care_claims'}," \
    "'from_month':" from ",'to_month':" to ",'missing':'なし'}],'measures':[{'label':'患者'," \
    "'unit':'人','value':{'op':'persons','rows':" MANAGED "}}]}]}"

/* The first level within the months that follow; none of what comes before or after. */
static void test_cells_dimension_in_window(void **state)
{
    (void)state;
    cross();
    world_run(WITHIN("1", "2"), "municipality", "FY2023");
    /* A's level in June, for the fees of April and of May; April's own 13 and 21 do not count */
    assert_string_equal(in_table("患者", "municipality/29201", "介護度=25"), "1 p=1 i=1");
    assert_string_equal(in_table("患者", "municipality/29201", "介護度=なし"), "1 p=1 i=1");
    assert_string_equal(in_table("患者", "municipality/29206", "介護度=なし"), "1 p=1 i=1");
    assert_string_equal(in_table("患者", "municipality/29201", "介護度=21"), "no cell");
    world_run(WITHIN("0", "2"), "municipality", "FY2023");
    /* the earliest month with a level: April for A's April fees, June for that of May */
    assert_string_equal(in_table("患者", "municipality/29201", "介護度=21"), "1 p=1 i=1");
    assert_string_equal(in_table("患者", "municipality/29201", "介護度=25"), "1 p=1 i=1");
}

/* Without the care receipts of a month nobody knows that a person had no level in it. */
static void test_cells_dimension_not_delivered(void **state)
{
    (void)state;
    world_nara();
    world_give("persons", NULL, NULL, PERSONS, TEST_LINES("A|female|1940-01|nhi|1|29201|2020-04|"));
    world_give("medical_items", "2023-04", "2024-03", ITEMS, TEST_LINES("1|A|2023-04|H|m1|1|1"));
    world_give("care_claims", "2023-05", "2024-03", CARE, TEST_LINES("A|2023-05|11||13|1"));
    world_run(WITHIN("0", "0"), "municipality", "FY2023");
    assert_string_equal(in_table("患者", "municipality/29201", "介護度=なし"),
                        "not_computable window_open p=0 i=0 window_excluded 1");
    world_run(WITHIN("1", "2"), "municipality", "FY2023");
    assert_string_equal(in_table("患者", "municipality/29201", "介護度=13"), "1 p=1 i=1");
}

/* A scheme called like the total would give two lines 制度=nhi, of which one is the total. */
static void test_cells_value_called_like_the_total(void **state)
{
    (void)state;
    cross();
    world_run("{'format':1,'cross_tables':[{'id':'t','name':'t','rows':[{'label':'制度','column':"
              "'scheme','total':'nhi'}],'columns':[],'measures':[{'label':'患者','unit':'人',"
              "'value':{'op':'persons','rows':" MANAGED "}}]}]}",
              "prefecture", "FY2023");
    assert_int_equal(world.result.count, 0);
    assert_int_equal(world.problems.errors, 1);
    const struct shihyo_error *e = &world.problems.items[0].error;
    assert_int_equal(e->code, SHY_E_EXEC_TOTAL_LABEL);
    assert_non_null(strstr(e->message, "'nhi'"));
    assert_non_null(strstr(e->message, "'制度'"));
}

#define DENTAL \
    "{'format':1,'indicators':[{'id':'x','name':'x','answers':[{'name':'a','unit':'人/月','by':{" \
    "'basis':'insurer'},'value':{'op':'if_delivered','rows':{'op':'scan','contract':" \
    "'medical_claims','where':[{'column':'type','in':['dental']}]},'value':{'op':" \
    "'monthly_average','value':{'op':'persons','rows':{'op':'scan','contract':'medical_items'," \
    "'where':[{'column':'item','in':['d1']}]}}}}}]}]}"
#define CLAIMS "claim|person|month|institution|setting|type|days|points"

/* No dental receipts at all are another thing than no visit of a dentist. */
static void test_cells_if_delivered(void **state)
{
    (void)state;
    cross();
    world_give("medical_claims", "2023-04", "2024-03", CLAIMS,
               TEST_LINES("1|A|2023-04|H|outpatient|medical|1|1"));
    world_run(DENTAL, "municipality", "FY2023,2023-04,2023-05");
    assert_string_equal(value_full("municipality/29201", "FY2023"),
                        "unreported not_delivered p=0 i=0");
    world_give(
        "medical_claims", "2023-04", "2024-03", CLAIMS,
        TEST_LINES("1|A|2023-04|H|outpatient|medical|1|1", "7|C|2023-05|D|outpatient|dental|1|1"));
    world_run(DENTAL, "municipality", "FY2023,2023-04,2023-05");
    assert_string_equal(value_full("municipality/29201", "2023-04"),
                        "unreported not_delivered p=0 i=0");
    assert_string_equal(value_full("municipality/29201", "2023-05"), "0 p=0 i=0");
    assert_string_equal(value_full("municipality/29201", "FY2023"), "~0/12 not_delivered p=0 i=0");
}

/* A study period stands, whatever is asked for. */
static void test_cells_study_period(void **state)
{
    (void)state;
    cross();
    world_run("{'format':1,'indicators':[{'id':'x','name':'x','period':'2023-05..2023-07',"
              "'answers':[{'name':'a','unit':'人','by':{'basis':'insurer'},'value':{'op':'persons',"
              "'rows':" MANAGED "}}]}]}",
              "municipality", "FY2023");
    assert_string_equal(value_at("municipality/29201", "2023-05..2023-07"), "1");
    assert_string_equal(value_at("municipality/29206", "2023-05..2023-07"), "0");
    assert_string_equal(value_at("municipality/29201", "FY2023"), "no cell");
}

/* By measure, set, code, period, dimensions: values by bytes, then "none", then the total. */
static void test_cells_order(void **state)
{
    (void)state;
    const char *wanted[] = {"居住=在宅;介護度=21", "居住=在宅;介護度=未認定", "居住=施設;介護度=21",
                            "居住=計;介護度=21", "居住=計;介護度=未認定"};
    cross();
    world_run(CROSS, "prefecture,municipality,prefecture", "FY2023,2023-04");
    size_t per_area = 2 * sizeof wanted / sizeof wanted[0], areas = 5 + 47;
    assert_int_equal(world.result.count, 2 * areas * per_area);
    for (size_t i = 0; i < per_area; i++) {
        const struct shy_cell *c = &world.result.cells[i];
        assert_string_equal(shy_areas_code(world.areas, c->area_set, c->area), "24205");
        assert_string_equal(world.result.dims.keys[c->dims], wanted[i % 5]);
        assert_int_equal(c->period.kind, i < 5 ? SHY_PERIOD_MONTH : SHY_PERIOD_FISCAL_YEAR);
    }
    assert_string_equal(shy_areas_set_id(world.areas, world.result.cells[0].area_set),
                        "municipality");
    assert_int_equal(world.result.cells[areas * per_area].measure, 1);
}

/* Without area axis: one cell for everything, rows of unknown areas too. */
static void test_cells_no_area_axis(void **state)
{
    (void)state;
    cross();
    world_run("{'format':1,'cross_tables':[{'id':'t','name':'t','rows':[{'label':'制度','column':"
              "'scheme','total':'計'}],'columns':[],'measures':[{'label':'患者','unit':'人',"
              "'value':{'op':'persons','rows':" MANAGED "}}]}]}",
              "municipality,prefecture", "FY2023");
    assert_int_equal(world.result.count, 3);
    assert_string_equal(in_table("患者", "nation/00", "制度=nhi"), "2 p=2 i=1");
    assert_string_equal(in_table("患者", "nation/00", "制度=計"), "3 p=3 i=1");
}

/* Failures ---------------------------------------------------------------------------------- */

static void test_cells_unknown_set(void **state)
{
    (void)state;
    struct shihyo_error err = SHY_ERROR_INIT;
    trainings();
    world_compile("{'format':1,'indicators':[{'id':'x','name':'x','answers':[{'name':'a','unit':"
                  "'x','value':" HELD("a") "}]}]}");
    assert_int_equal(world_exec("nowhere", "FY2022", &err), SHY_E_AREA_SET_UNKNOWN);
    assert_int_equal(world.result.count, 0);
}

/* One definition that fails does not stop the others. */
static void test_cells_failing_definition(void **state)
{
    (void)state;
    trainings();
    world_run("{'format':1,'indicators':[{'id':'bad','name':'x','answers':[{'name':'a','unit':'x',"
              "'value':{'op':'areas','set':'nowhere','rows':{'op':'scan','contract':"
              "'facts.training'}}}]},{'id':'x','name':'x','answers':[{'name':'a','unit':'x',"
              "'value':" HELD("a") "}]}]}",
              "secondary", "FY2022");
    assert_string_equal(value_at("secondary/2901", "FY2022"), "4");
    assert_int_equal(world.problems.errors, 1);
    assert_int_equal(world.problems.items[0].error.code, SHY_E_AREA_SET_UNKNOWN);
    assert_non_null(strstr(world.problems.items[0].error.message, "bad"));
}

/* Every allocation fails once: the error is the right one and nothing is left behind. */
static void test_cells_no_memory(void **state)
{
    (void)state;
    int failed = 0;
    cross();
    world.naive_alone = true;
    world_compile(CROSS);
    for (uint64_t n = 1; n < 100000; n++) {
        struct shihyo_error err = SHY_ERROR_INIT;
        shy_mem_fail_after(n);
        int rc = world_exec("municipality", "FY2023", &err);
        shy_mem_fail_after(0);
        if (rc == 0 && world.problems.count == 0)
            break;
        assert_true(rc == SHY_E_NOMEM);
        assert_int_equal(err.code, SHY_E_NOMEM);
        assert_null(world.result.cells);
        failed++;
    }
    assert_true(failed > 50);
    assert_string_equal(in_table("患者", "municipality/29201", "居住=在宅;介護度=21"), "1 p=1 i=1");
}

int main(int argc, char **argv)
{
#define T(name) cmocka_unit_test_setup_teardown(test_cells_##name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(areas_policies),
        T(areas_inside),
        T(all_of_unknown),
        T(areas_sets),
        T(areas_of_figures),
        T(areas_of_entities),
        T(ratio),
        T(total_and_difference),
        T(growth),
        T(supports),
        T(rank),
        T(top_half),
        T(compute),
        T(indicator),
        T(rates),
        T(rates_same_year),
        T(cross_table),
        T(dimensions_of_all_types),
        T(value_called_like_the_total),
        T(order),
        T(dimension_in_window),
        T(if_delivered),
        T(study_period),
        T(dimension_not_delivered),
        T(no_area_axis),
        T(unknown_set),
        T(failing_definition),
        T(no_memory),
        T(mixed_basis),
        T(mixed_clock),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
