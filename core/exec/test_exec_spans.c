/* SPDX-License-Identifier: MIT */
/*
 * Counts by code lists that are complete for some months only (docs/semantics.md, "Code lists").
 * Every value is held against both engines (test_world.h). The codes are invented; '100' is of
 * before, '200' of after a revision in April 2023.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/exec/test_world.h"

#define FEES \
    "{'code':'100','to':'2023-03-31','values':{'grade':'a'}}," \
    "{'code':'200','from':'2023-04-01','values':{'grade':'a'}}"
#define FROM_2023 "'complete':{'from':'2023-04'}"
#define TO_2023 "'complete':{'to':'2023-12'}"
#define PARTIAL "'complete':{'from':'2023-04','outside':'partial'}"
#define NEVER "'complete':false"

#define SCAN(contract) "{'op':'scan','contract':'" contract "'}"
#define BY_LIST \
    "{'op':'scan','contract':'medical_items','where':[{'column':'item','codes':'fees'}]}"
#define COUNT(op, rows) "{'op':'" op "','rows':" rows "}"
#define AVERAGE(cells) "{'op':'monthly_average','value':" cells "}"
#define HAVING(rows, match) \
    "{'op':'having','rows':" rows ",'other':" BY_LIST ",'match':'" match "'}"
#define WINDOW(op, rows, other, from, to) \
    "{'op':'" op "','rows':" rows ",'other':" other ",'from_month':" from ",'to_month':" to "}"
#define DISCHARGES(rows, more) "{'op':'discharges','rows':" rows more "}"

/* One person in every month of two years; a line and a claim in each second month. */
static void rows(void)
{
    enum { LINES = 12 };
    static char texts[2 * LINES][96];
    const char *items[LINES + 1] = {0}, *claims[LINES + 1] = {0};
    world_nara();
    world_give("persons", NULL, NULL,
               "person|sex|birth_month|scheme|insurer|insurer_area|valid_from",
               TEST_LINES("A|female|1950-01|nhi|290018|29201|2020-04"));
    for (int i = 0; i < LINES; i++) {
        int month = 2022 * 12 + 3 + 2 * i;
        (void)snprintf(texts[i], 96, "c%d|A|%04d-%02d|H1|%s", i, month / 12, month % 12 + 1,
                       i < 6 ? "100" : "200");
        (void)snprintf(texts[LINES + i], 96, "c%d|A|%04d-%02d|H1|inpatient", i, month / 12,
                       month % 12 + 1);
        items[i] = texts[i];
        claims[i] = texts[LINES + i];
    }
    world_give("medical_items", "2022-04", "2024-03", "claim|person|month|institution|item", items);
    world_give("medical_claims", "2022-04", "2024-03", "claim|person|month|institution|setting",
               claims);
}

static const char *value(const char *list, const char *entries, const char *count,
                         const char *period)
{
    char text[4096];
    (void)snprintf(text, sizeof text,
                   "{'format':1,'code_lists':[{'id':'fees','attributes':['grade'],%s%s'entries':[%s"
                   "]}],'indicators':[{'id':'x','name':'x','answers':[{'name':'a','unit':'x','by':"
                   "{'basis':'insurer'},'value':%s}]}]}",
                   list, list[0] == '\0' ? "" : ",", entries, count);
    world_run(text, "prefecture", period);
    return value_at("prefecture/29", period);
}

static void test_spans_period(void **state)
{
    static const struct {
        const char *list, *period, *expected;
    } cases[] = {
        /* nothing is said: the count is what the list knows */
        {"", "FY2022", "6"},
        {FROM_2023, "FY2023", "6"},
        {FROM_2023, "FY2022", "not_computable codes_incomplete"},
        {FROM_2023, "2023-04", "1"},
        {FROM_2023, "2023-03", "not_computable codes_incomplete"},
        /* a part of the period is enough to make the whole wrong */
        {FROM_2023, "2023", "not_computable codes_incomplete"},
        {TO_2023, "2023", "6"},
        {TO_2023, "FY2023", "not_computable codes_incomplete"},
        {PARTIAL, "2023", "~6 codes_incomplete"},
        {PARTIAL, "FY2023", "6"},
        {NEVER, "FY2023", "not_computable codes_incomplete"},
        /* what was not delivered is told as that */
        {FROM_2023, "FY2019", "not_computable months_missing"},
    };
    (void)state;
    rows();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(value(cases[i].list, FEES, COUNT("rows", BY_LIST), cases[i].period),
                            cases[i].expected);
    assert_string_equal(value(FROM_2023, FEES, AVERAGE(COUNT("persons", BY_LIST)), "FY2022"),
                        "not_computable codes_incomplete");
    assert_string_equal(value(PARTIAL, FEES, AVERAGE(COUNT("persons", BY_LIST)), "FY2022"),
                        "~6/12 codes_incomplete");
    assert_string_equal(
        value(FROM_2023, FEES, "{'op':'areas','set':'municipality','rows':" BY_LIST "}", "FY2022"),
        "not_computable codes_incomplete");
    /* an input passes it on, with its notes */
    assert_string_equal(value(FROM_2023, FEES,
                              "{'op':'total','of':[" COUNT("rows", BY_LIST) "," COUNT(
                                  "rows", SCAN("medical_items")) "]}",
                              "FY2022"),
                        "not_computable input");
}

/* A list that knows its time and has no code of it: nothing of the kind existed. */
static void test_spans_no_codes(void **state)
{
    (void)state;
    rows();
    assert_string_equal(value(FROM_2023, "", COUNT("persons", BY_LIST), "FY2023"),
                        "not_applicable no_codes");
    assert_string_equal(value(FROM_2023, "", COUNT("persons", BY_LIST), "FY2022"),
                        "not_computable codes_incomplete");
    assert_string_equal(value(FROM_2023, "{'code':'100','to':'2023-03-31'}",
                              AVERAGE(COUNT("persons", BY_LIST)), "FY2023"),
                        "not_applicable no_codes");
    /* a condition on an attribute of a list whose codes are to be supplied is no mistake */
    assert_string_equal(
        value(FROM_2023, "",
              COUNT("persons", "{'op':'where','where':[{'column':'item','attribute':'fees.grade',"
                               "'in':['a']}],'rows':" BY_LIST "}"),
              "FY2023"),
        "not_applicable no_codes");
    /* what lacks such a code is everything */
    assert_string_equal(value(FROM_2023, "",
                              COUNT("rows", "{'op':'lacking','match':'month','rows':" SCAN(
                                                "medical_claims") ",'other':" BY_LIST "}"),
                              "FY2023"),
                        "6");
    assert_string_equal(
        value(FROM_2023, "",
              COUNT("rows", "{'op':'scan','contract':'medical_items','where':[{'column':'item',"
                            "'codes':'fees','not':true}]}"),
              "FY2023"),
        "6");
}

/* Operators that look at other months than those of the period. */
static void test_spans_operators(void **state)
{
    (void)state;
    rows();
#define CLAIMS SCAN("medical_claims")
    assert_string_equal(value(FROM_2023, FEES, COUNT("rows", HAVING(CLAIMS, "claim")), "FY2023"),
                        "6");
    assert_string_equal(value(FROM_2023, FEES, COUNT("rows", HAVING(CLAIMS, "month")), "FY2022"),
                        "not_computable codes_incomplete");
    /* by person, any month of the data counts, and those of before are not known */
    assert_string_equal(value(FROM_2023, FEES, COUNT("rows", HAVING(CLAIMS, "person")), "FY2023"),
                        "~6 codes_incomplete");
    assert_string_equal(value(FROM_2023, FEES, COUNT("rows", HAVING(CLAIMS, "person")), "FY2022"),
                        "not_computable codes_incomplete");
    assert_string_equal(value("'complete':{'from':'2022-04'}", FEES,
                              COUNT("rows", HAVING(CLAIMS, "person")), "FY2023"),
                        "6");
    /* in the period, those of the period alone */
    assert_string_equal(value(FROM_2023, FEES, COUNT("rows", HAVING(CLAIMS, "period")), "FY2023"),
                        "6");
    assert_string_equal(value(FROM_2023, FEES, COUNT("rows", HAVING(CLAIMS, "period")), "FY2022"),
                        "not_computable codes_incomplete");
    /* windows look at other months than their rows'; a row is in every even month */
    assert_string_equal(value(TO_2023, FEES,
                              COUNT("rows", WINDOW("followed_by", CLAIMS, BY_LIST, "1", "2")),
                              "2023-09"),
                        "0");
    assert_string_equal(value(TO_2023, FEES,
                              COUNT("rows", WINDOW("followed_by", CLAIMS, BY_LIST, "1", "2")),
                              "2023-10"),
                        "1");
    assert_string_equal(value(TO_2023, FEES,
                              COUNT("rows", WINDOW("followed_by", CLAIMS, BY_LIST, "1", "2")),
                              "2023-12"),
                        "not_computable codes_incomplete");
    assert_string_equal(value(FROM_2023, FEES,
                              COUNT("rows", WINDOW("preceded_by", CLAIMS, BY_LIST, "1", "2")),
                              "2023-06"),
                        "1");
    assert_string_equal(value(FROM_2023, FEES,
                              COUNT("rows", WINDOW("preceded_by", CLAIMS, BY_LIST, "1", "2")),
                              "2023-05"),
                        "not_computable codes_incomplete");
    /* the month after a stay must be known; 'earliest of the fiscal year' is of all of it */
    assert_string_equal(
        value(TO_2023, FEES, COUNT("rows", DISCHARGES(BY_LIST, ",'keep':'all'")), "2023-10"), "1");
    assert_string_equal(
        value(TO_2023, FEES, COUNT("rows", DISCHARGES(BY_LIST, ",'keep':'all'")), "2023-12"),
        "not_computable codes_incomplete");
    assert_string_equal(value(TO_2023, FEES,
                              COUNT("rows", DISCHARGES(BY_LIST, ",'scope':'fiscal_year'")),
                              "2023-04"),
                        "not_computable codes_incomplete");
    assert_string_equal(value(FROM_2023, FEES,
                              COUNT("rows", "{'op':'pick','keep':'earliest','rows':" BY_LIST "}"),
                              "FY2023"),
                        "~0 codes_incomplete");
#undef CLAIMS
}

/* Dimensions look codes up, too. */
static void test_spans_dimensions(void **state)
{
    static const char document[] =
        "{'format':1,'code_lists':[{'id':'fees','attributes':['grade']," FROM_2023
        ",'entries':[" FEES "]}],'cross_tables':[{'id':'x','name':'x','unit':'x','by':{'basis':"
        "'insurer'},'rows':[{'label':'d','column':'item','attribute':'fees.grade','missing':'?',"
        "'other':" SCAN("medical_items") "}],'measures':[{'label':'m','value':" COUNT(
            "rows", SCAN("medical_claims")) "}]}]}";
    (void)state;
    rows();
    world_run(document, "prefecture", "FY2022,FY2023");
    assert_string_equal(
        world_text(world_cell("x", "m", "prefecture", "29", "FY2023", "d=a"), false), "6");
    assert_string_equal(
        world_text(world_cell("x", "m", "prefecture", "29", "FY2022", "d=a"), false),
        "not_computable codes_incomplete");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(test_spans_##name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(period),
        T(no_codes),
        T(operators),
        T(dimensions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
