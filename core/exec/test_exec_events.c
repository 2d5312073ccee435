/* SPDX-License-Identifier: MIT */
/* Person-level rows: links, conditions, matches, discharges, windows, counts. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/exec/test_world.h"

#define PERSONS \
    "person|sex|birth_month|scheme|insurer|insurer_area|residence_area|valid_from|valid_to"
#define CLAIMS "claim|person|month|institution|setting|type|days|points"
#define ITEMS "claim|person|month|institution|item|quantity|points"
#define CARE "person|month|service|office|care_level|units"

#define SCAN(contract) "{'op':'scan','contract':'" contract "'}"
#define SCAN_WHERE(contract, where) "{'op':'scan','contract':'" contract "','where':[" where "]}"
#define WHERE(rows, where) "{'op':'where','rows':" rows ",'where':[" where "]}"
#define COUNT(op, rows) "{'op':'" op "','rows':" rows "}"
#define AVERAGE(cells) "{'op':'monthly_average','value':" cells "}"
#define DISCHARGES(rows, more) "{'op':'discharges','rows':" rows more "}"
#define WINDOW(op, rows, other, from, to) \
    "{'op':'" op "','rows':" rows ",'other':" other ",'from_month':" from ",'to_month':" to "}"

/* A moved from 奈良市 to 桜井市 in 2023-07; B turned 75 in 2023-10 (two rows in that month); C is
 * 64 until 2023-05; nobody knows D. Birth months are invented. */
static void persons(void)
{
    world_nara();
    world_give("persons", NULL, NULL, PERSONS,
               TEST_LINES("A|female|1950-01|nhi|290018|29201|29201|2020-04|2023-06",
                          "A|female|1950-01|nhi|290065|29206|29206|2023-07|",
                          "B|male|1948-10|nhi|290018|29201|29203|2020-04|2023-10",
                          "B|male|1948-10|late_elderly|39290018|29201|29203|2023-10|",
                          "C|male|1958-06|nhi|290034|29203|29203|2020-04|"));
    world_give("institutions", NULL, NULL, "institution|name|institution_area",
               TEST_LINES("H1|x|29201", "H2|x|29206", "H3|x|"));
}

/* 6 lines, 5 claims, 3 persons (and D). */
static void items(void)
{
    world_give("medical_items", "2023-04", "2024-03", ITEMS,
               TEST_LINES("c1|A|2023-04|H1|100|1|10", "c1|A|2023-04|H1|100|2|10",
                          "c2|A|2023-07|H1|100|1|10", "c3|B|2023-10|H2|100|1|10",
                          "c4|B|2023-11|H2|200|1|10", "c5|C|2023-05|H3|100|4|10",
                          "c6|D|2023-05|H2|100|1|10"));
}

static uint32_t notes_with_limits(const char *value)
{
    char text[1024];
    (void)snprintf(text, sizeof text,
                   "{'format':1,'indicators':[{'id':'x','name':'x','unit':'x',"
                   "'limits':{'levels':[95]},'answers':[{'by':{'basis':'insurer'},'value':%s}]}]}",
                   value);
    world_run(text, "prefecture", "FY2023");
    const struct shy_cell *c = world_cell("x", "count", "prefecture", "29", "FY2023", "");
    assert_non_null(c);
    assert_non_null(c->limits);
    return c->notes;
}

/* Of six lines three are of one person: they are no six independent events. */
static void test_events_repeated(void **state)
{
    (void)state;
    persons();
    items();
    assert_true(notes_with_limits(COUNT("rows", SCAN("medical_items"))) & SHY_NOTE_REPEATED);
    assert_true(notes_with_limits(COUNT("claims", SCAN("medical_items"))) & SHY_NOTE_REPEATED);
    assert_false(notes_with_limits(COUNT("persons", SCAN("medical_items"))) & SHY_NOTE_REPEATED);
}

/* Counts ------------------------------------------------------------------------------------ */

static void test_events_counts(void **state)
{
    (void)state;
    persons();
    items();
    world_value(COUNT("rows", SCAN("medical_items")), "insurer", "prefecture,secondary", "FY2023");
    assert_string_equal(value_full("prefecture/29", "FY2023"), "6 p=3 i=3 unknown_area 1");
    world_value(COUNT("claims", SCAN("medical_items")), "insurer", "prefecture", "FY2023");
    assert_string_equal(value_at("prefecture/29", "FY2023"), "5");
    world_value(COUNT("persons", SCAN("medical_items")), "insurer", "prefecture,secondary",
                "FY2023");
    assert_string_equal(value_at("prefecture/29", "FY2023"), "3");
    /* A is a person of both areas; the total is not their sum */
    assert_string_equal(value_full("secondary/2901", "FY2023"), "3 p=3 i=3 unknown_area 1");
    assert_string_equal(value_at("secondary/2902", "FY2023"), "1");
    world_value("{'op':'sum','column':'quantity','rows':" SCAN("medical_items") "}", "insurer",
                "prefecture,secondary", "FY2023");
    assert_string_equal(value_at("prefecture/29", "FY2023"), "10");
    assert_string_equal(value_at("secondary/2401", "FY2023"), "0");
}

static void test_events_unknown_reported(void **state)
{
    (void)state;
    persons();
    items();
    world_value(COUNT("rows", SCAN("medical_items")), "insurer", "prefecture", "FY2023");
    assert_int_equal(world.problems.count, 1);
    assert_int_equal(world.problems.items[0].error.code, SHY_E_EXEC_AREA_UNKNOWN);
    assert_null(strstr(world.problems.items[0].error.message, "D"));
    assert_string_equal(world.problems.items[0].error.value, "");
}

/* The month decides where A belongs; nothing is counted twice by the move. */
static void test_events_moves(void **state)
{
    (void)state;
    persons();
    items();
    world_value(COUNT("rows", SCAN("medical_items")), "insurer", "municipality",
                "2023-04,2023-07,2023-10");
    assert_string_equal(value_at("municipality/29201", "2023-04"), "2");
    assert_string_equal(value_at("municipality/29201", "2023-07"), "0");
    assert_string_equal(value_at("municipality/29206", "2023-07"), "1");
    assert_string_equal(value_at("municipality/29201", "2023-10"), "1");
}

/* Of two rows in the month of the 75th birthday the later eligibility is taken. */
static void test_events_two_rows_in_a_month(void **state)
{
    (void)state;
    persons();
    items();
    world_value(
        COUNT("persons", SCAN_WHERE("medical_items", "{'column':'scheme','in':['late_elderly']}")),
        "insurer", "prefecture", "2023-10");
    assert_string_equal(value_at("prefecture/29", "2023-10"), "1");
    world_value(COUNT("persons", SCAN_WHERE("medical_items", "{'column':'scheme','in':['nhi']}")),
                "insurer", "prefecture", "2023-10,2023-05");
    assert_string_equal(value_at("prefecture/29", "2023-10"), "0");
    assert_string_equal(value_at("prefecture/29", "2023-05"), "1");
}

/* Three bases, three answers for B: insured by 奈良市, lives in 大和郡山市, treated in 桜井市. */
static void test_events_bases(void **state)
{
    (void)state;
    const char *rows = COUNT("rows", SCAN("medical_items"));
    persons();
    items();
    world_value(rows, "insurer", "municipality", "2023-11");
    assert_string_equal(value_at("municipality/29201", "2023-11"), "1");
    world_value(rows, "residence", "municipality", "2023-11");
    assert_string_equal(value_at("municipality/29203", "2023-11"), "1");
    world_value(rows, "institution", "municipality", "2023-11,2023-05");
    assert_string_equal(value_at("municipality/29206", "2023-11"), "1");
    /* H3 has no place: left out and said */
    assert_string_equal(value_full("municipality/29206", "2023-05"), "1 p=1 i=1 unknown_area 1");
}

/* Who has no row of `persons` in the month is where the care insurer is (semantics.md, "Place"): D
 * has none at all, B moved away from medical insurance in 2023-08. C's medical insurer has no
 * municipality and is not replaced; nobody knows E. */
static void test_events_care_insurer(void **state)
{
    (void)state;
    const char *rows = COUNT("persons", SCAN("care_claims"));
    world_nara();
    world_give("persons", NULL, NULL, PERSONS,
               TEST_LINES("A|female|1940-01|nhi|290018|29201|29201|2020-04|",
                          "B|male|1948-10|nhi|290018|29201|29201|2020-04|2023-07",
                          "C|male|1950-06|nhi|290999||29203|2020-04|"));
    world_give("care_persons", NULL, NULL,
               "person|sex|birth_month|insurer|insurer_area|valid_from|"
               "valid_to",
               TEST_LINES("A|female|1940-01|290065|29206|2020-04|",
                          "B|male|1948-10|290065|29206|2020-04|",
                          "C|male|1950-06|290065|29206|2020-04|",
                          "D|male|1930-01|290065|29206|2020-04|2023-09",
                          "D|male|1930-01|290034|29203|2023-10|"));
    world_give("care_claims", "2023-04", "2024-03", CARE,
               TEST_LINES("A|2023-04|11||21|1", "B|2023-04|11||21|1", "C|2023-04|11||21|1",
                          "D|2023-04|11||21|1", "E|2023-04|11||21|1", "B|2023-08|11||21|1",
                          "D|2023-11|11||21|1"));
    world_value(rows, "insurer", "municipality,prefecture", "2023-04,2023-08,2023-11");
    assert_string_equal(value_full("municipality/29201", "2023-04"), "2 p=2 i=0 unknown_area 2");
    assert_string_equal(value_full("municipality/29206", "2023-04"), "1 p=1 i=0 unknown_area 2");
    assert_string_equal(value_full("municipality/29206", "2023-08"), "1 p=1 i=0");
    assert_string_equal(value_full("municipality/29203", "2023-11"), "1 p=1 i=0");
    assert_string_equal(value_full("municipality/29206", "2023-11"), "0 p=0 i=0");
    /* residence is not what a register of insurers knows, and D has no sex for a condition */
    world_value(rows, "residence", "municipality", "2023-11");
    assert_string_equal(value_full("municipality/29203", "2023-11"), "0 p=0 i=0 unknown_area 1");
    world_value(
        COUNT("persons", SCAN_WHERE("care_claims", "{'column':'person.sex','in':['male']}")),
        "insurer", "municipality", "2023-11");
    assert_string_equal(value_at("municipality/29203", "2023-11"), "0");
}

static void test_events_distinct_institutions(void **state)
{
    (void)state;
    persons();
    items();
    world_value("{'op':'distinct','column':'institution','rows':" SCAN("medical_items") "}",
                "insurer", "municipality,prefecture", "FY2023");
    assert_string_equal(value_at("municipality/29201", "FY2023"), "2");
    assert_string_equal(value_at("municipality/29206", "FY2023"), "1");
    assert_string_equal(value_at("municipality/29203", "FY2023"), "1");
    assert_string_equal(value_at("prefecture/29", "FY2023"), "3"); /* not 4 */
}

static void test_events_months_missing(void **state)
{
    (void)state;
    const char *rows = COUNT("rows", SCAN("medical_items"));
    persons();
    items();
    world_lose_month("medical_items", "2023-06");
    world_value(rows, "insurer", "prefecture", "FY2023,FY2022,2023-06,2023-05");
    assert_string_equal(value_at("prefecture/29", "FY2023"), "~6 months_missing");
    assert_string_equal(value_at("prefecture/29", "FY2022"), "not_computable months_missing");
    assert_string_equal(value_at("prefecture/29", "2023-06"), "not_computable months_missing");
    assert_string_equal(value_at("prefecture/29", "2023-05"), "1");
}

/* Monthly averages -------------------------------------------------------------------------- */

static void test_events_average(void **state)
{
    (void)state;
    persons();
    items();
    /* April 1, May 1, July 1, October 1, November 1: 5 over 12, empty months count 0 */
    world_value(AVERAGE(COUNT("persons", SCAN("medical_items"))), "insurer", "prefecture,secondary",
                "FY2023,2023-05");
    assert_string_equal(value_full("prefecture/29", "FY2023"), "5/12 p=3 i=3 unknown_area 1");
    assert_string_equal(value_at("prefecture/29", "2023-05"), "1");
    assert_string_equal(value_at("secondary/2902", "FY2023"), "1/12");
    assert_string_equal(value_at("secondary/2401", "FY2023"), "0/12");
    world_value(AVERAGE("{'op':'sum','column':'quantity','rows':" SCAN("medical_items") "}"),
                "insurer", "prefecture", "FY2023");
    assert_string_equal(value_at("prefecture/29", "FY2023"), "10/12");
    world_lose_month("medical_items", "2023-06");
    world_value(AVERAGE(COUNT("persons", SCAN("medical_items"))), "insurer", "prefecture",
                "FY2023");
    assert_string_equal(value_at("prefecture/29", "FY2023"), "not_computable months_missing");
}

static void test_events_average_of_areas(void **state)
{
    (void)state;
    persons();
    items();
    world_value(AVERAGE("{'op':'areas','set':'municipality','rows':" SCAN("medical_items") "}"),
                "insurer", "prefecture", "FY2023");
    assert_string_equal(value_full("prefecture/29", "FY2023"), "5/12 p=3 i=3");
}

/* Conditions -------------------------------------------------------------------------------- */

static void count_where(const char *where, const char *period)
{
    char value[1024];
    (void)snprintf(value, sizeof value,
                   "{'op':'rows','rows':{'op':'scan','contract':'medical_items','where':[%s]}}",
                   where);
    world_value(value, "insurer", "prefecture", period);
}

/* C, born in June 1958, is 64 in May 2023 and 65 in June. */
static void test_events_age(void **state)
{
    (void)state;
    persons();
    world_give("medical_items", "2023-04", "2024-03", ITEMS,
               TEST_LINES("1|C|2023-05|H1|1|1|1", "2|C|2023-06|H1|1|1|1", "3|C|2023-07|H1|1|1|1",
                          "4|D|2023-07|H1|1|1|1"));
    count_where("{'column':'age','from':65}", "FY2023");
    assert_string_equal(value_at("prefecture/29", "FY2023"), "2");
    count_where("{'column':'age','to':64}", "FY2023");
    assert_string_equal(value_at("prefecture/29", "FY2023"), "1");
}

/* Missing values satisfy neither a condition nor its negation. */
static void test_events_missing_values(void **state)
{
    (void)state;
    persons();
    world_give("care_claims", "2023-04", "2024-03", CARE,
               TEST_LINES("A|2023-04|11||12|5", "A|2023-04|13||21|5", "A|2023-04|15|||",
                          "B|2023-04|11||12|*"));
    const char *tests[][2] = {
        {"{'column':'care_level','in':['12']}", "2"},
        {"{'column':'care_level','in':['12'],'not':true}", "1"},
        {"{'column':'care_level','state':'missing'}", "1"},
        {"{'column':'care_level','state':'missing','not':true}", "3"},
        {"{'column':'units','from':0}", "2"},
        {"{'column':'units','from':0,'not':true}", "0"},
        {"{'column':'units','state':'masked'}", "1"},
        {"{'column':'care_level','in':['12']},{'column':'service','in':['11','13']}", "2"},
    };
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        char value[512];
        (void)snprintf(value, sizeof value,
                       "{'op':'rows','rows':{'op':'scan','contract':'care_claims','where':[%s]}}",
                       tests[i][0]);
        world_value(value, "insurer", "prefecture", "FY2023");
        assert_string_equal(value_at("prefecture/29", "FY2023"), tests[i][1]);
    }
}

/* Codes count from and to the day they are valid: 100 until May 2023, 200 from June. */
static void test_events_code_lists(void **state)
{
    (void)state;
    const char *format =
        "{'format':1,'code_lists':[{'id':'fees','label':'x','attributes':['grade'],'entries':["
        "{'code':'100','label':'x','to':'2023-05-31','values':{'grade':'old'}},"
        "{'code':'100','label':'x','from':'2023-10-01','values':{'grade':'new'}},"
        "{'code':'200','label':'x','from':'2023-06-01'}]}],"
        "'indicators':[{'id':'x','name':'x','answers':[{'name':'a','unit':'x','by':{'basis':"
        "'insurer'},'value':{'op':'rows','rows':{'op':'scan','contract':'medical_items','where':["
        "%s]}}}]}]}";
    const char *tests[][2] = {
        {"{'column':'item','codes':'fees'}", "4"},
        {"{'column':'item','codes':'fees','not':true}", "2"},
        {"{'column':'item','attribute':'fees.grade','in':['old']}", "2"},
        {"{'column':'item','attribute':'fees.grade','in':['new']}", "1"},
        {"{'column':'item','attribute':'fees.grade','state':'missing'}", "3"},
    };
    persons();
    world_give("medical_items", "2023-04", "2024-03", ITEMS,
               TEST_LINES("1|A|2023-04|H1|100|1|1", "2|A|2023-05|H1|100|1|1",
                          "3|A|2023-06|H1|100|1|1", "4|A|2023-10|H1|100|1|1",
                          "5|A|2023-05|H1|200|1|1", "6|A|2023-06|H1|200|1|1"));
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        char text[2048];
        (void)snprintf(text, sizeof text, format, tests[i][0]);
        world_run(text, "prefecture", "FY2023");
        assert_string_equal(value_at("prefecture/29", "FY2023"), tests[i][1]);
    }
}

/* Rows -------------------------------------------------------------------------------------- */

static void claims(void)
{
    world_give(
        "medical_claims", "2023-04", "2024-03", CLAIMS,
        TEST_LINES(
            "c1|A|2023-04|H1|outpatient|medical|1|1", "c2|A|2023-07|H1|inpatient|medical|1|1",
            "c3|B|2023-10|H2|outpatient|medical|1|1", "c4|B|2023-11|H2|outpatient|medical|1|1",
            "c5|C|2023-05|H3|outpatient|medical|1|1", "c7|C|2023-05|H1|outpatient|medical|1|1",
            "c8|C|2023-06|H1|outpatient|medical|1|1"));
}

static void test_events_having(void **state)
{
    (void)state;
    const char *tests[][3] = {
        {"having", "claim", "5"},  {"lacking", "claim", "2"}, {"having", "month", "6"},
        {"lacking", "month", "1"}, {"having", "person", "7"}, {"lacking", "person", "0"},
    };
    persons();
    items();
    claims();
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        char value[512];
        (void)snprintf(value, sizeof value,
                       "{'op':'claims','rows':{'op':'%s','match':'%s','rows':" SCAN(
                           "medical_claims") ",'other':" SCAN("medical_items") "}}",
                       tests[i][0], tests[i][1]);
        world_value(value, "insurer", "prefecture", "FY2023");
        assert_string_equal(value_at("prefecture/29", "FY2023"), tests[i][2]);
    }
}

static void test_events_union(void **state)
{
    (void)state;
    persons();
    items();
    world_value(
        "{'op':'rows','rows':{'op':'union','of':[" SCAN_WHERE(
            "medical_items", "{'column':'item','in':['100']}") "," SCAN_WHERE("medical_items",
                                                                              "{'column':'quantity'"
                                                                              ",'from':2}") "]}}",
        "insurer", "prefecture", "FY2023");
    assert_string_equal(value_at("prefecture/29", "FY2023"), "5");
}

static void test_events_pick(void **state)
{
    (void)state;
    persons();
    items();
    world_value(COUNT("rows", "{'op':'pick','keep':'earliest','rows':" SCAN("medical_items") "}"),
                "insurer", "municipality", "FY2023,2023-07");
    assert_string_equal(value_at("municipality/29201", "FY2023"), "2"); /* A and B */
    assert_string_equal(value_at("municipality/29206", "2023-07"), "0");
    /* of two lines in April the one with the smaller quantity */
    world_value(
        "{'op':'sum','column':'quantity','rows':{'op':'pick','keep':'earliest','rows':" SCAN(
            "medical_items") "}}",
        "insurer", "municipality", "2023-04");
    assert_string_equal(value_at("municipality/29201", "2023-04"), "1");
    world_value(COUNT("rows", "{'op':'pick','keep':'latest','rows':" SCAN("medical_items") "}"),
                "insurer", "municipality", "2023-04,2023-07");
    assert_string_equal(value_at("municipality/29201", "2023-04"), "0");
    assert_string_equal(value_at("municipality/29206", "2023-07"), "1");
}

/* Of several rows in the month chosen the smallest by the contract's columns: first by the claim,
 * whatever the order in which rows were delivered, then by institution, item, quantity; empty
 * first. */
static void test_events_pick_ties(void **state)
{
    (void)state;
    persons();
    world_give("medical_items", "2023-01", "2023-12",
               "claim|person|month|institution|item|quantity",
               TEST_LINES("c9|A|2023-04|H1|x|1", "c2|A|2023-04|H2|x|2", "c2|A|2023-04|H1|y|4",
                          "c2|A|2023-04|H1|x|9", "c2|A|2023-04|H1|x|8", "c5|A|2023-04||x|16",
                          "c1|A|2023-05|H1|x|32", "c8|A|2023-09|H1|x|64", "c3|A|2023-09|H2|x|128",
                          "c3|A|2023-09||x|256", "c4|A|2023-08|H1|x|512"));
    world_value(
        "{'op':'sum','column':'quantity','rows':{'op':'pick','keep':'earliest','rows':" SCAN(
            "medical_items") "}}",
        "insurer", "nation", "2023");
    assert_string_equal(value_at("nation/00", "2023"), "8");
    world_value("{'op':'sum','column':'quantity','rows':{'op':'pick','keep':'latest','rows':" SCAN(
                    "medical_items") "}}",
                "insurer", "nation", "2023");
    assert_string_equal(value_at("nation/00", "2023"), "256");
    /* what has no value stands in the order of its state, wherever its row does */
    world_give("medical_items", "2023-01", "2023-12",
               "claim|person|month|institution|item|quantity",
               TEST_LINES("c1|A|2023-04|H1|x|*", "c1|A|2023-04|H1|x|", "c2|B|2023-04|H1|x|",
                          "c2|B|2023-04|H1|x|*"));
    world_value(
        "{'op':'sum','column':'quantity','rows':{'op':'pick','keep':'earliest','rows':" SCAN(
            "medical_items") "}}",
        "insurer", "nation", "2023");
    assert_string_equal(value_at("nation/00", "2023"), "missing source");
}

/* Of the person, in the period asked for: A's x of 2022 says nothing about 2023. */
static void test_events_having_in_period(void **state)
{
    (void)state;
    persons();
    world_give("medical_items", "2022-04", "2024-03",
               "claim|person|month|institution|item|quantity",
               TEST_LINES("c1|A|2022-12|H1|x|1", "c2|A|2023-04|H1|y|1", "c3|B|2023-05|H1|y|1",
                          "c4|B|2024-01|H1|x|1"));
    static const char having[] = "{'op':'%s','match':'period','rows':" SCAN(
        "medical_items") ",'other':"
                         "{'op':'scan','contract':'medical_items','where':[{'column':'item','in':['"
                         "x']}]}}";
    char rows[512], value[600];
    for (int lacking = 0; lacking < 2; lacking++) {
        (void)snprintf(rows, sizeof rows, having, lacking ? "lacking" : "having");
        (void)snprintf(value, sizeof value, "{'op':'rows','rows':%s}", rows);
        world_value(value, "insurer", "nation", "FY2022,FY2023,2023");
        assert_string_equal(value_at("nation/00", "FY2022"), lacking ? "0" : "1");
        assert_string_equal(value_at("nation/00", "FY2023"), lacking ? "1" : "2");
        /* the calendar year has no x at all; of its first months nothing is known: none */
        assert_string_equal(value_at("nation/00", "2023"), lacking ? "2" : "0");
    }
}

/* Discharges -------------------------------------------------------------------------------- */

#define STAY(id, person, month) id "|" person "|" month "|H1|inpatient|medical|1|1"
#define INPATIENT SCAN("medical_claims")

/* A: April-May, July, then no more. B: until the end of the data. C: April and June. */
static void stays(void)
{
    persons();
    world_give("medical_claims", "2023-04", "2024-03", CLAIMS,
               TEST_LINES(STAY("1", "A", "2023-04"), STAY("2", "A", "2023-05"),
                          STAY("3", "A", "2023-07"), STAY("4", "B", "2024-02"),
                          STAY("5", "B", "2024-03"), STAY("6", "C", "2023-04"),
                          STAY("7", "C", "2023-06"), STAY("8", "C", "2023-06")));
}

static void test_events_discharges(void **state)
{
    (void)state;
    stays();
    world_value(COUNT("rows", DISCHARGES(INPATIENT, ",'keep':'all'")), "insurer", "municipality",
                "FY2023,2023-05,2023-06");
    assert_string_equal(value_at("municipality/29201", "2023-05"), "1");
    /* A again in July, when it was insured elsewhere; B's break at the end is in doubt */
    assert_string_equal(value_at("municipality/29206", "FY2023"), "1");
    assert_string_equal(value_full("municipality/29201", "FY2023"),
                        "~1 window_open p=1 i=1 window_excluded 1");
    assert_string_equal(value_at("municipality/29203", "FY2023"), "2");  /* C: April, June */
    assert_string_equal(value_at("municipality/29203", "2023-06"), "1"); /* once per month */
}

static void test_events_discharge_earliest(void **state)
{
    (void)state;
    stays();
    world_value(COUNT("rows", DISCHARGES(INPATIENT, "")), "insurer", "municipality",
                "FY2023,2023-06,2023-07");
    assert_string_equal(value_at("municipality/29206", "FY2023"), "0");
    assert_string_equal(value_at("municipality/29203", "FY2023"), "1");
    /* the earliest within each period asked for */
    assert_string_equal(value_at("municipality/29206", "2023-07"), "1");
    assert_string_equal(value_at("municipality/29203", "2023-06"), "1");
    /* the earliest of the fiscal year, whatever the period */
    world_value(COUNT("rows", DISCHARGES(INPATIENT, ",'scope':'fiscal_year'")), "insurer",
                "municipality", "2023-06,2023-07,2023-05");
    assert_string_equal(value_at("municipality/29206", "2023-07"), "0");
    assert_string_equal(value_at("municipality/29203", "2023-06"), "0");
    assert_string_equal(value_at("municipality/29201", "2023-05"), "1");
}

static void test_events_discharge_gap(void **state)
{
    (void)state;
    stays();
    world_value(COUNT("rows", DISCHARGES(INPATIENT, ",'gap':2,'keep':'all'")), "insurer",
                "prefecture", "2023-04,2023-05,2023-06,2023-07");
    assert_string_equal(value_at("prefecture/29", "2023-04"), "0");
    assert_string_equal(value_at("prefecture/29", "2023-05"), "0"); /* back in July */
    assert_string_equal(value_at("prefecture/29", "2023-06"), "1");
    assert_string_equal(value_at("prefecture/29", "2023-07"), "1");
}

/* A month that was not delivered is not a break. */
static void test_events_discharge_lost_month(void **state)
{
    (void)state;
    stays();
    world_lose_month("medical_claims", "2023-06");
    world_value(COUNT("rows", DISCHARGES(INPATIENT, ",'keep':'all'")), "insurer", "municipality",
                "2023-05,2023-07");
    assert_string_equal(value_full("municipality/29201", "2023-05"),
                        "~0 window_open p=0 i=0 window_excluded 1");
    assert_string_equal(value_at("municipality/29206", "2023-07"), "1");
}

/* 64 at the first discharge, 65 at the second: the first counts, so C is not 65+. */
static void test_events_discharge_age(void **state)
{
    (void)state;
    stays();
    world_value(COUNT("persons", WHERE(DISCHARGES(INPATIENT, ""), "{'column':'age','from':65}")),
                "insurer", "municipality", "FY2023");
    assert_string_equal(value_at("municipality/29203", "FY2023"), "0");
    world_value(COUNT("persons",
                      WHERE(DISCHARGES(INPATIENT, ",'keep':'all'"), "{'column':'age','from':65}")),
                "insurer", "municipality", "FY2023");
    assert_string_equal(value_at("municipality/29203", "FY2023"), "1");
}

/* Windows ----------------------------------------------------------------------------------- */

static void followed(void)
{
    stays();
    /* A's first discharge is May 2023: the window is June to November. */
    world_give("care_claims", "2023-04", "2024-03", CARE,
               TEST_LINES("A|2023-11|51||21|1", "C|2023-04|11||21|1", "C|2023-11|11||21|1"));
}

static void test_events_followed_by(void **state)
{
    (void)state;
    const char *care = SCAN("care_claims");
    char value[1024];
    followed();
    (void)snprintf(value, sizeof value,
                   "{'op':'persons','rows':{'op':'followed_by','from_month':1,'to_month':6,"
                   "'rows':" DISCHARGES(INPATIENT, "") ",'other':%s}}",
                   care);
    world_value(value, "insurer", "municipality", "2023-05,2023-04,FY2023");
    assert_string_equal(value_at("municipality/29201", "2023-05"), "1");
    /* C left in April: May to October is empty */
    assert_string_equal(value_at("municipality/29203", "2023-04"), "0");
    /* B's follow-up lies beyond the data */
    assert_string_equal(value_full("municipality/29201", "FY2023"),
                        "not_computable window_open p=1 i=1 window_excluded 1");
    assert_string_equal(value_at("municipality/29203", "FY2023"), "0");
}

/* Who restricts the events to those that can be followed gets the number. */
static void test_events_window_restricted(void **state)
{
    (void)state;
    followed();
    world_value(COUNT("persons",
                      WINDOW("followed_by",
                             WHERE(DISCHARGES(INPATIENT, ""), "{'column':'month','to':'2023-09'}"),
                             SCAN("care_claims"), "1", "6")),
                "insurer", "municipality", "FY2023");
    assert_string_equal(value_at("municipality/29201", "FY2023"), "1");
}

static void test_events_not_followed_by(void **state)
{
    (void)state;
    followed();
    world_value(COUNT("persons", WINDOW("not_followed_by", DISCHARGES(INPATIENT, ""),
                                        SCAN("care_claims"), "1", "6")),
                "insurer", "municipality", "2023-05,2023-04");
    assert_string_equal(value_at("municipality/29201", "2023-05"), "0");
    assert_string_equal(value_at("municipality/29203", "2023-04"), "1");
}

static void test_events_preceded_by(void **state)
{
    (void)state;
    followed();
    /* C's June stays: April lies two months before */
    world_value(
        COUNT("rows", WINDOW("preceded_by", SCAN("medical_claims"), SCAN("care_claims"), "1", "2")),
        "insurer", "municipality", "2023-06,2023-05,2023-04");
    assert_string_equal(value_at("municipality/29203", "2023-06"), "2");
    /* before April 2023 nothing was delivered */
    assert_string_equal(value_at("municipality/29201", "2023-05"), "not_computable window_open");
    world_value(COUNT("rows", WINDOW("not_preceded_by", SCAN("medical_claims"), SCAN("care_claims"),
                                     "0", "0")),
                "insurer", "municipality", "2023-06,2023-04");
    assert_string_equal(value_at("municipality/29203", "2023-06"), "2");
    assert_string_equal(value_at("municipality/29203", "2023-04"), "0");
}

/* Rows in doubt pass through matches. */
static void test_events_doubt_passes(void **state)
{
    (void)state;
    followed();
    world_value("{'op':'rows','rows':{'op':'having','match':'person','rows':" SCAN(
                    "medical_claims") ",'other':" DISCHARGES(INPATIENT, "") "}}",
                "insurer", "municipality", "FY2023");
    assert_string_equal(value_full("municipality/29201", "FY2023"),
                        "~2 window_open p=1 i=1 window_excluded 2");
    world_value("{'op':'rows','rows':{'op':'lacking','match':'person','rows':" SCAN(
                    "medical_claims") ",'other':" DISCHARGES(INPATIENT, "") "}}",
                "insurer", "municipality", "FY2023");
    assert_string_equal(value_full("municipality/29201", "FY2023"),
                        "~0 window_open p=0 i=0 window_excluded 2");
}

/* Reference 003, slide 12: of 251 persons discharged in April-August 2015, 207 used a care service
 * within six months. The extract is made up; its counts are the slide's. */
static void test_events_published_follow_up(void **state)
{
    (void)state;
    enum { DISCHARGED = 251, USED = 207 };
    static char lines[DISCHARGED * 3][96];
    const char *stay[DISCHARGED * 2 + 1] = {0}, *care[USED + 1] = {0}, *who[DISCHARGED + 1] = {0};
    char numbers[256];
    size_t used = 0;
    world_nara();
    for (int i = 0; i < DISCHARGED; i++) {
        int month = 4 + i % 5;
        (void)snprintf(lines[i], 96, "p%d|male|1930-01|nhi|1|29201|29201|2010-04|", i);
        who[i] = lines[i];
        char *stays_line = lines[DISCHARGED + i];
        (void)snprintf(stays_line, 96, "s%d|p%d|2015-%02d|H1|inpatient|medical|1|1", i, i, month);
        stay[i] = stays_line;
        if (i >= USED)
            continue;
        char *care_line = lines[2 * DISCHARGED + i];
        int after = month + 1 + i % 6;
        (void)snprintf(care_line, 96, "p%d|%04d-%02d|11||21|1", i, after > 12 ? 2016 : 2015,
                       after > 12 ? after - 12 : after);
        care[used++] = care_line;
    }
    world_give("persons", NULL, NULL, PERSONS, who);
    world_give("medical_claims", "2015-04", "2016-03", CLAIMS, stay);
    world_give("care_claims", "2015-04", "2016-03", CARE, care);
    world_value(
        "{'op':'ratio','factor':100,'num':" COUNT(
            "persons", WINDOW("followed_by", DISCHARGES(INPATIENT, ""), SCAN("care_claims"), "1",
                              "6")) ",'den':" COUNT("persons", DISCHARGES(INPATIENT, "")) "}",
        "insurer", "municipality", "FY2015");
    (void)snprintf(numbers, sizeof numbers, "%d/%d*100 p=%d i=1", USED, DISCHARGED, USED);
    assert_string_equal(value_full("municipality/29201", "FY2015"), numbers);
}

int main(int argc, char **argv)
{
#define T(name) cmocka_unit_test_setup_teardown(test_events_##name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(counts),
        T(repeated),
        T(unknown_reported),
        T(moves),
        T(two_rows_in_a_month),
        T(bases),
        T(care_insurer),
        T(distinct_institutions),
        T(months_missing),
        T(average),
        T(average_of_areas),
        T(age),
        T(missing_values),
        T(code_lists),
        T(having),
        T(union),
        T(pick),
        T(pick_ties),
        T(having_in_period),
        T(discharges),
        T(discharge_earliest),
        T(discharge_gap),
        T(discharge_lost_month),
        T(discharge_age),
        T(followed_by),
        T(window_restricted),
        T(not_followed_by),
        T(preceded_by),
        T(doubt_passes),
        T(published_follow_up),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
