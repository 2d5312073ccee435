/* SPDX-License-Identifier: MIT */
/* Published figures: series, breakdowns, periods, areas, states. semantics.md, "Place". */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/exec/test_world.h"

#define ITEMS "item|kind|setting|area_set|area|period|sex|age_from|age_to|value"
#define SCAN_ITEM(contract, item) \
    "{'op':'scan','contract':'" contract "','where':[{'column':'item','in':['" item "']}]}"
#define SUM(rows) "{'op':'sum','rows':" rows "}"
#define ROW(item, set, area, value) item "|medical|outpatient|" set "|" area "|FY2022||||" value

/* Shape of NDB open data: a nation's total, areas, some masked, one column without area. */
static void ndb(const char *contract)
{
    world_nara();
    world_give(
        contract, NULL, NULL, ITEMS,
        TEST_LINES(
            ROW("114001110", "nation", "00", "165"), ROW("114001110", "secondary", "2901", "100"),
            ROW("114001110", "secondary", "2902", "40"),
            ROW("114001110", "secondary", "2401", "20"), ROW("114001110", "unassigned", "99", "5"),
            "114001110|medical|outpatient|nation|00|FY2022|female|75|79|60",
            "114001110|medical|outpatient|nation|00|FY2022|male|75|79|50",
            "114001110|medical|outpatient|nation|00|FY2022|female|80||30",
            "114001110|medical|outpatient|nation|00|FY2022|male|80||25",
            ROW("114042110", "secondary", "2901", "10"), ROW("114042110", "secondary", "2902", "*"),
            ROW("114042110", "secondary", "2401", "0")));
}

static void test_figures_own_set(void **state)
{
    (void)state;
    ndb("ndb_items");
    world_value(SUM(SCAN_ITEM("ndb_items", "114001110")), NULL, "secondary,nation", "FY2022");
    assert_string_equal(value_full("secondary/2901", "FY2022"), "100 p=-1 i=-1");
    assert_string_equal(value_at("secondary/2401", "FY2022"), "20");
    /* the nation's own figure, not the sum of parts, not the sum over sex and age */
    assert_string_equal(value_full("nation/00", "FY2022"), "165 p=-1 i=-1");
}

static void test_figures_masked_and_zero(void **state)
{
    (void)state;
    ndb("ndb_items");
    world_value(SUM(SCAN_ITEM("ndb_items", "114042110")), NULL, "secondary", "FY2022");
    assert_string_equal(value_at("secondary/2902", "FY2022"), "masked source");
    assert_string_equal(value_at("secondary/2401", "FY2022"), "0");
}

/* No row is missing, never 0. */
static void test_figures_no_rows(void **state)
{
    (void)state;
    ndb("ndb_items");
    world_value(SUM(SCAN_ITEM("ndb_items", "999999999")), NULL, "secondary", "FY2022");
    assert_string_equal(value_at("secondary/2901", "FY2022"), "missing no_rows");
    world_value(SUM(SCAN_ITEM("ndb_items", "114001110")), NULL, "secondary", "FY2021");
    assert_string_equal(value_at("secondary/2901", "FY2021"), "missing no_rows");
    /* finer than published */
    world_value(SUM(SCAN_ITEM("ndb_items", "114001110")), NULL, "municipality", "FY2022");
    assert_string_equal(value_at("municipality/29201", "FY2022"), "missing no_rows");
}

static void test_figures_areas_added(void **state)
{
    (void)state;
    ndb("ndb_items");
    world_value(SUM(SCAN_ITEM("ndb_items", "114001110")), NULL, "prefecture", "FY2022");
    assert_string_equal(value_full("prefecture/29", "FY2022"), "140 p=-1 i=-1 areas_added");
    assert_string_equal(value_at("prefecture/24", "FY2022"), "20");
    assert_string_equal(value_at("prefecture/13", "FY2022"), "missing no_rows");
    /* 10 and a masked part */
    world_value(SUM(SCAN_ITEM("ndb_items", "114042110")), NULL, "prefecture", "FY2022");
    assert_string_equal(value_at("prefecture/29", "FY2022"), "masked masked_part");
}

/* What belongs to no area is a part of the nation where the nation is added up. */
static void test_figures_unassigned(void **state)
{
    (void)state;
    world_nara();
    world_give("ndb_items", NULL, NULL, ITEMS,
               TEST_LINES(ROW("1", "secondary", "2901", "1"), ROW("1", "secondary", "2902", "2"),
                          ROW("1", "secondary", "2401", "4"), ROW("1", "unassigned", "99", "8")));
    world_value(SUM(SCAN_ITEM("ndb_items", "1")), NULL, "nation,prefecture", "FY2022");
    assert_string_equal(value_full("nation/00", "FY2022"), "15 p=-1 i=-1 areas_added");
    assert_string_equal(value_at("prefecture/29", "FY2022"), "3");
    assert_int_equal(world.problems.count, 0);
}

static void test_figures_missing_part(void **state)
{
    (void)state;
    world_nara();
    world_give("ndb_items", NULL, NULL, ITEMS, TEST_LINES(ROW("1", "secondary", "2901", "1")));
    world_value(SUM(SCAN_ITEM("ndb_items", "1")), NULL, "prefecture", "FY2022");
    assert_string_equal(value_full("prefecture/29", "FY2022"),
                        "missing unreported_areas p=-1 i=-1 unreported areas_added 1");
}

/* Patients may not be added over areas. */
static void test_figures_not_additive(void **state)
{
    (void)state;
    ndb("ndb_patients");
    world_value(SUM(SCAN_ITEM("ndb_patients", "114001110")), NULL, "prefecture,nation", "FY2022");
    assert_string_equal(value_at("prefecture/29", "FY2022"), "not_computable not_additive");
    assert_string_equal(value_at("prefecture/13", "FY2022"), "missing no_rows");
    assert_string_equal(value_full("nation/00", "FY2022"), "165 p=-1 i=-1");
}

/* A sum over codes of patients is 延べ; over one code it is not. */
static void test_figures_cumulative(void **state)
{
    (void)state;
    const char *both = "{'op':'sum','rows':{'op':'scan','contract':'ndb_patients','where':["
                       "{'column':'item','in':['114001110','114042110']}]}}";
    ndb("ndb_patients");
    world_value(both, NULL, "secondary", "FY2022");
    assert_string_equal(value_full("secondary/2901", "FY2022"), "110 p=-1 i=-1 cumulative");
    assert_string_equal(value_at("secondary/2902", "FY2022"), "masked masked_part");
    world_value(SUM(SCAN_ITEM("ndb_patients", "114001110")), NULL, "secondary", "FY2022");
    assert_string_equal(value_full("secondary/2901", "FY2022"), "100 p=-1 i=-1");
}

static void test_figures_masked_left_out(void **state)
{
    (void)state;
    const char *both = "{'op':'sum','masked':'partial','rows':{'op':'scan','contract':'ndb_items',"
                       "'where':[{'column':'item','in':['114001110','114042110']}]}}";
    ndb("ndb_items");
    world_value(both, NULL, "secondary", "FY2022");
    assert_string_equal(value_full("secondary/2902", "FY2022"),
                        "~40 masked_part p=-1 i=-1 masked_left_out 1");
    world_value("{'op':'sum','masked':'partial','rows':" SCAN_ITEM("ndb_items", "114042110") "}",
                NULL, "secondary", "FY2022");
    assert_string_equal(value_at("secondary/2902", "FY2022"), "masked source");
}

static void test_figures_breakdown(void **state)
{
    (void)state;
    ndb("ndb_patients");
    world_value("{'op':'sum','rows':{'op':'scan','contract':'ndb_patients','where':["
                "{'column':'item','in':['114001110']},{'column':'age_from','from':80}]}}",
                NULL, "nation", "FY2022");
    assert_string_equal(value_full("nation/00", "FY2022"), "55 p=-1 i=-1");
    world_value("{'op':'sum','rows':{'op':'scan','contract':'ndb_patients','where':["
                "{'column':'item','in':['114001110']},{'column':'sex','in':['male']}]}}",
                NULL, "nation", "FY2022");
    assert_string_equal(value_at("nation/00", "FY2022"), "75");
}

/* Where no total is published, the breakdown is added. */
static void test_figures_breakdown_only(void **state)
{
    (void)state;
    world_nara();
    world_give("ndb_items", NULL, NULL, ITEMS,
               TEST_LINES("1|medical|outpatient|nation|00|FY2022|female|0|74|6",
                          "1|medical|outpatient|nation|00|FY2022|male|0|74|5",
                          "1|medical|outpatient|nation|00|FY2022|male|75||3"));
    world_value(SUM(SCAN_ITEM("ndb_items", "1")), NULL, "nation", "FY2022");
    assert_string_equal(value_at("nation/00", "FY2022"), "14");
}

/* Settings and kinds are ordinary keys. */
static void test_figures_keys_added(void **state)
{
    (void)state;
    world_nara();
    world_give("ndb_items", NULL, NULL, ITEMS,
               TEST_LINES("1|medical|outpatient|secondary|2901|FY2022||||6",
                          "1|medical|inpatient|secondary|2901|FY2022||||5"));
    world_value(SUM(SCAN_ITEM("ndb_items", "1")), NULL, "secondary", "FY2022");
    assert_string_equal(value_at("secondary/2901", "FY2022"), "11");
}

/* The population table: unknown ages are a part, both sexes go before the sexes. */
static void test_figures_population(void **state)
{
    (void)state;
    world_nara();
    world_give("population", NULL, NULL,
               "area_set|area|period|sex|age_from|age_to|projection|value",
               TEST_LINES("secondary|2901|2020-10-01|both|0|74|false|900",
                          "secondary|2901|2020-10-01|both|75||false|100",
                          "secondary|2901|2020-10-01|both|||false|7",
                          "secondary|2901|2020-10-01|male|75||false|40",
                          "secondary|2901|2020-10-01|female|75||false|60",
                          "secondary|2902|2020-10-01|male|75||false|4",
                          "secondary|2902|2020-10-01|female|75||false|6"));
    world_value("{'op':'sum','rows':{'op':'scan','contract':'population'}}", NULL, "secondary",
                "FY2020");
    assert_string_equal(value_at("secondary/2901", "FY2020"), "1007");
    world_value("{'op':'sum','rows':{'op':'scan','contract':'population','where':["
                "{'column':'age_from','from':75}]}}",
                NULL, "secondary", "FY2020");
    assert_string_equal(value_at("secondary/2901", "FY2020"), "100");
    world_value("{'op':'sum','rows':{'op':'scan','contract':'population','where':["
                "{'column':'sex','in':['male']}]}}",
                NULL, "secondary", "FY2020");
    assert_string_equal(value_at("secondary/2901", "FY2020"), "40");
}

/* Periods ----------------------------------------------------------------------------------- */

#define TRAINING "area_set|area|period|course|held|hours"

static void test_figures_periods_added(void **state)
{
    (void)state;
    world_nara();
    world_give("facts.training", NULL, NULL, TRAINING,
               TEST_LINES("secondary|2901|2023-04|a|1|", "secondary|2901|2023-05|a|2|",
                          "secondary|2902|FY2023|a|9|", "secondary|2902|2023-04|b|1|",
                          "secondary|2901|2024-05|b|5|"));
    world_value("{'op':'sum','column':'held','rows':{'op':'scan','contract':'facts.training'}}",
                NULL, "secondary", "FY2023,2023-04,2024");
    /* two months of twelve */
    assert_string_equal(value_at("secondary/2901", "FY2023"), "~3 months_missing");
    assert_string_equal(value_at("secondary/2901", "2023-04"), "1");
    assert_string_equal(value_at("secondary/2901", "2024"), "5");
}

/* Stocks may not be added over time; one snapshot stands for the year. */
static void test_figures_snapshots(void **state)
{
    (void)state;
    world_nara();
    world_give("beds", NULL, NULL, "area_set|area|period|function|status|value",
               TEST_LINES("secondary|2901|2024-07-01|acute|actual|10",
                          "secondary|2901|2025-07-01|acute|actual|11",
                          "secondary|2901|2024-07-01|chronic|actual|5"));
    world_value(SUM("{'op':'scan','contract':'beds'}"), NULL, "secondary", "FY2024,2024");
    assert_string_equal(value_at("secondary/2901", "FY2024"), "15");
    world_clear_run();
    shy_table_free(world.tables[--world.table_count]);
    world_give("beds", NULL, NULL, "area_set|area|period|function|status|value",
               TEST_LINES("secondary|2901|2024-07-01|acute|actual|10",
                          "secondary|2901|2024-10-01|acute|actual|11"));
    world_value(SUM("{'op':'scan','contract':'beds'}"), NULL, "secondary", "FY2024,2024-10");
    assert_string_equal(value_at("secondary/2901", "FY2024"), "not_computable not_additive");
    assert_string_equal(value_at("secondary/2901", "2024-10"), "11");
}

/* The figure of exactly the period goes before its parts. */
static void test_figures_exact_period(void **state)
{
    (void)state;
    world_nara();
    world_give("facts.training", NULL, NULL, TRAINING,
               TEST_LINES("secondary|2901|FY2023|a|12|", "secondary|2901|2023-04|a|1|",
                          "secondary|2901|2023-05|a|2|"));
    world_value("{'op':'sum','column':'held','rows':{'op':'scan','contract':'facts.training'}}",
                NULL, "secondary", "FY2023");
    assert_string_equal(value_at("secondary/2901", "FY2023"), "12");
}

static void test_figures_periods_carried(void **state)
{
    (void)state;
    world_nara();
    world_give("facts.training", NULL, NULL, TRAINING,
               TEST_LINES("secondary|2901|FY2023|a|12|", "secondary|2901|FY2021|b|1|"));
    world_value("{'op':'sum','column':'held','rows':{'op':'scan','contract':'facts.training',"
                "'where':[{'column':'course','in':['a']}]}}",
                NULL, "secondary", NULL);
    assert_string_equal(value_at("secondary/2901", "FY2023"), "12");
    /* carried by the table, but without any figure of this definition */
    assert_string_equal(value_at("secondary/2901", "FY2021"), "no cell");
}

/* States ------------------------------------------------------------------------------------ */

static void test_figures_states(void **state)
{
    (void)state;
    world_nara();
    world_give("facts.training", NULL, NULL, TRAINING,
               TEST_LINES("secondary|2901|FY2020|a|?|", "secondary|2901|FY2020|b|3|",
                          "secondary|2901|FY2021|a|.|", "secondary|2901|FY2021|b|3|",
                          "secondary|2901|FY2022|a|.|", "secondary|2901|FY2023|a|~4|",
                          "secondary|2901|FY2023|b|3|", "secondary|2901|FY2024|a||",
                          "secondary|2901|FY2024|b|*|", "secondary|2901|FY2024|c|?|"));
    world_value("{'op':'sum','column':'held','rows':{'op':'scan','contract':'facts.training'}}",
                NULL, "secondary", NULL);
    assert_string_equal(value_at("secondary/2901", "FY2020"), "unreported source");
    assert_string_equal(value_at("secondary/2901", "FY2021"), "3");
    assert_string_equal(value_at("secondary/2901", "FY2022"), "not_applicable source");
    assert_string_equal(value_at("secondary/2901", "FY2023"), "~7 source");
    assert_string_equal(value_at("secondary/2901", "FY2024"), "masked masked_part");
}

/* Decimals stay exact: 1.5 + 2.25 hours, and 2 x 1.5. */
static void test_figures_decimals(void **state)
{
    (void)state;
    world_nara();
    world_give("facts.training", NULL, NULL, TRAINING,
               TEST_LINES("secondary|2901|FY2020|a|2|1.5", "secondary|2901|FY2020|b|1|2.2"));
    world_value("{'op':'sum','column':'hours','rows':{'op':'scan','contract':'facts.training'}}",
                NULL, "secondary", "FY2020");
    assert_string_equal(value_at("secondary/2901", "FY2020"), "37:10");
    world_value("{'op':'sum','column':'held','times':'hours','rows':{'op':'scan','contract':"
                "'facts.training'}}",
                NULL, "secondary", "FY2020");
    assert_string_equal(value_at("secondary/2901", "FY2020"), "26:5");
}

static void test_figures_overflow(void **state)
{
    (void)state;
    world_nara();
    world_give(
        "facts.training", NULL, NULL, TRAINING,
        TEST_LINES("secondary|2901|FY2020|a|9223372036854775807|", "secondary|2901|FY2020|b|1|"));
    world_value("{'op':'sum','column':'held','rows':{'op':'scan','contract':'facts.training'}}",
                NULL, "secondary", "FY2020");
    assert_string_equal(value_at("secondary/2901", "FY2020"), "not_computable overflow");
}

/* Places ------------------------------------------------------------------------------------ */

static void test_figures_unknown_area(void **state)
{
    (void)state;
    world_nara();
    world_give("ndb_items", NULL, NULL, ITEMS,
               TEST_LINES(ROW("1", "secondary", "2901", "1"), ROW("1", "secondary", "2999", "2")));
    world_value(SUM(SCAN_ITEM("ndb_items", "1")), NULL, "secondary", "FY2022");
    assert_string_equal(value_full("secondary/2901", "FY2022"), "1 p=-1 i=-1 unknown_area 1");
    assert_int_equal(world.problems.count, 1);
    assert_int_equal(world.problems.items[0].error.code, SHY_E_EXEC_AREA_UNKNOWN);
    assert_string_equal(world.problems.items[0].error.value, "2999");
}

/* Institutions are added wherever they stand; an area may have none. */
static void test_figures_entities(void **state)
{
    (void)state;
    world_nara();
    world_give("bed_institutions", NULL, NULL,
               "institution|area_set|area|period|home_care_support|beds|name",
               TEST_LINES("A|municipality|29201|2024-07-01|true|100|x",
                          "B|municipality|29203|2024-07-01|true|20|x",
                          "C|municipality|29203|2024-07-01|false|*|x",
                          "D|municipality|24205|2024-07-01|true|7|x"));
    world_value("{'op':'rows','rows':{'op':'scan','contract':'bed_institutions','where':["
                "{'column':'home_care_support','in':[true]}]}}",
                NULL, "municipality,secondary,prefecture", "FY2024,FY2020");
    assert_string_equal(value_full("secondary/2901", "FY2024"), "2 p=-1 i=2");
    assert_string_equal(value_full("secondary/2902", "FY2024"), "0 p=-1 i=0");
    assert_string_equal(value_at("prefecture/29", "FY2024"), "2");
    assert_string_equal(value_at("municipality/29206", "FY2024"), "0");
    assert_string_equal(value_at("secondary/2901", "FY2020"), "missing no_rows");
    world_value("{'op':'sum','column':'beds','rows':{'op':'scan','contract':'bed_institutions'}}",
                NULL, "secondary", "FY2024");
    assert_string_equal(value_at("secondary/2901", "FY2024"), "masked masked_part");
    assert_string_equal(value_full("secondary/2401", "FY2024"), "7 p=-1 i=1");
    assert_string_equal(value_at("secondary/2902", "FY2024"), "missing no_rows");
}

/* Counting rows of figures: 0 only where the table has something to say. */
static void test_figures_counted(void **state)
{
    (void)state;
    world_nara();
    world_give("facts.training", NULL, NULL, TRAINING,
               TEST_LINES("municipality|29201|FY2020|a|2|", "municipality|29201|FY2020|b|1|",
                          "municipality|29203|FY2020|c|1|"));
    world_value("{'op':'rows','rows':{'op':'scan','contract':'facts.training','where':["
                "{'column':'course','in':['a','b']}]}}",
                NULL, "municipality,secondary", "FY2020");
    assert_string_equal(value_at("municipality/29201", "FY2020"), "2");
    assert_string_equal(value_at("municipality/29203", "FY2020"), "0");
    assert_string_equal(value_at("municipality/29206", "FY2020"), "missing no_rows");
    assert_string_equal(value_at("secondary/2901", "FY2020"), "2");
}

int main(int argc, char **argv)
{
#define T(name) cmocka_unit_test_setup_teardown(test_figures_##name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(own_set),        T(masked_and_zero), T(no_rows),    T(areas_added),     T(unassigned),
        T(missing_part),   T(not_additive),    T(cumulative), T(masked_left_out), T(breakdown),
        T(breakdown_only), T(keys_added),      T(population), T(periods_added),   T(snapshots),
        T(exact_period),   T(periods_carried), T(states),     T(decimals),        T(overflow),
        T(unknown_area),   T(entities),        T(counted),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
