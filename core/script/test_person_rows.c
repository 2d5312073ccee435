/* SPDX-License-Identifier: MIT */
/*
 * person_rows and dates: what a function can give, what it is refused, and that both engines and
 * the operators agree on rows that functions make.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/test_every.h"
#include "core/script/test_person.h"

/* Two persons, two stays of one of them; what a source need not have is there. */
static void give_stays(void)
{
    world_nara();
    world_give("persons", NULL, NULL,
               "person|sex|birth_month|scheme|insurer|insurer_area|valid_from",
               TEST_LINES("p1|female|1940-01|late_elderly|i9|29201|2020-01",
                          "p2|male|1950-01|nhi|i1|29203|2020-01"));
    world_give("medical_claims", "2023-04", "2024-03",
               "claim|person|month|institution|setting|type|days|admitted_on|outcome",
               TEST_LINES("c1|p1|2023-05|h0|inpatient|medical|10|2023-05-22|alive",
                          "c2|p1|2024-02|h1|inpatient|dpc|29|2024-02-01|",
                          "c3|p2|2023-06|h0|outpatient|medical|||death",
                          "c4|p2|2023-06|h2|inpatient|medical|3||alive"));
}

static void script_rows(char *text, size_t size, const char *columns, const char *function,
                        const char *value)
{
    (void)snprintf(
        text, size,
        "local made = person_rows { needs = { claims = medical_claims {} },\n"
        "reads = { \"days\", \"admitted_on\", \"outcome\" }, columns = { %s },\n"
        "rows = function(p)\n%s end }\n"
        "indicator { id = \"x\", name = \"x\", unit = \"人\", by = areas.of \"insurer\", "
        "value = %s }\n",
        columns, function, value);
}

static void gives(const char *columns, const char *function, const char *value,
                  const char *expected)
{
    char text[8192];
    script_rows(text, sizeof text, columns, function, value);
    run_script(text, "FY2023");
    if (world.problems.count > 0)
        fail_msg("%s in %s", problem(), text);
    assert_string_equal(value_at("nation/00", "FY2023"), expected);
}

/* Each claim as a row. */
#define EACH \
    "local l = {} for r in p:rows() do l[#l + 1] = { r.month, days = r.days, share = r.days and " \
    "r.days / 3, place = r.outcome == \"death\" and \"gone\" or \"here\" } end return l"
#define COLUMNS "days = \"int\", share = \"decimal\", place = { \"here\", \"gone\" }"

static void test_person_rows_values(void **state)
{
    (void)state;
    give_stays();
    gives(COLUMNS, EACH, "made:rows()", "4");
    gives(COLUMNS, EACH, "made:persons()", "2");
    gives(COLUMNS, EACH, "made:where { days = from(1) }:sum \"days\"", "42"); /* 10 + 29 + 3 */
    gives(COLUMNS, EACH, "made:where { days = from(1) }:mean \"days\"", "42/3");
    /* 10/3, 29/3 and 1, each at four digits: 3.3333 + 9.6667 + 1. */
    gives(COLUMNS, EACH, "made:where { days = from(1) }:sum \"share\"", "14");
    gives(COLUMNS, EACH, "made:where { place = \"gone\" }:rows()", "1");
    gives(COLUMNS, EACH, "made:where { place = except \"gone\" }:rows()", "3");
    gives(COLUMNS, EACH, "made:where { days = missing() }:rows()", "1");
    gives(COLUMNS, EACH, "made:where { days = between(4, 10) }:persons()", "1");
    gives(COLUMNS, EACH, "made:distinct \"place\"", "2");
    gives(COLUMNS, EACH, "made:where { sex = \"male\", age = to(80) }:rows()", "2");
    gives(COLUMNS, EACH, "made:earliest():sum \"days\"", "missing source");
    gives(COLUMNS, EACH, "ratio(made:where { place = \"here\" }:rows(), made:rows())", "3/4");
    gives(COLUMNS, "return { p:first().month, days = 7 }", "made:sum \"days\"", "14");
    gives(COLUMNS, "return nil", "made:rows()", "0");
    gives(COLUMNS, "return {}", "made:rows()", "0");
}

/* A number that is missing makes the sum so, as with any rows. */
static void test_person_rows_missing(void **state)
{
    (void)state;
    give_stays();
    char text[8192];
    script_rows(text, sizeof text, COLUMNS, EACH, "made:sum \"days\"");
    run_script(text, "FY2023");
    assert_string_equal(value_at("nation/00", "FY2023"), "missing source");
    assert_string_equal(value_at("municipality/29201", "FY2023"), "39");
}

/* Rules of publication look at the persons behind a value: those of its rows, also where the value
 * is a sum of numbers or a mean, and of a ratio those of the smaller part. */
static void test_person_rows_supports(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"made:rows()", "4 p=2"},
        {"made:where { days = from(1) }:sum \"days\"", "42 p=2"},
        {"made:where { days = from(1) }:mean \"days\"", "42/3 p=2"},
        {"made:where { days = from(10) }:mean \"days\"", "39/2 p=1"},
        {"ratio(made:where { place = \"gone\" }:rows(), made:rows())", "1/4 p=1"},
    };
    give_stays();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[8192];
        script_rows(text, sizeof text, COLUMNS, EACH, cases[i][0]);
        run_script(text, "FY2023");
        const char *value = value_full("nation/00", "FY2023");
        if (strncmp(value, cases[i][1], strlen(cases[i][1])) != 0)
            fail_msg("'%s' of %s", value, cases[i][0]);
    }
}

static void test_person_rows_dimensions(void **state)
{
    (void)state;
    give_stays();
    run_script(
        "local made = person_rows { needs = { medical_claims {} }, reads = { \"outcome\" },\n"
        "columns = { place = { \"here\", \"gone\" } }, rows = function(p)\n"
        "local l = {} for r in p:rows() do l[#l + 1] = { r.month, place = r.outcome == "
        "\"death\" and \"gone\" or r.outcome and \"here\" } end return l end }\n"
        "cross_table { id = \"x\", title = \"x\", unit = \"件\", rows = { areas.of "
        "\"insurer\" }, columns = { dim(\"d\", made.place):missing(\"?\"):with_total(\"all\"), "
        "{ \"rows\", made:rows() } } }\n",
        "FY2023");
    static const char *const expected[][2] = {
        {"d=gone", "1"}, {"d=here", "2"}, {"d=?", "1"}, {"d=all", "4"}};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct shy_cell *c =
            world_cell("x", "rows", "nation", "00", "FY2023", expected[i][0]);
        assert_string_equal(world_text(c, false), expected[i][1]);
    }
}

/* Days as a calendar has them: 1 March 2024 is 30 days after 31 January, 2023 had 365 days. */
static void test_person_dates(void **state)
{
    (void)state;
    static const char *const holds[] = {
        "r.admitted_on + 9 == r.month.last_day",
        "r.month.last_day - r.month.first_day == 30",
        "r.month.days == 31 and (r.month + 9).days == 29",
        "(r.month + 8).first_day + 30 == (r.month + 8).last_day",
        "(r.month + 8).last_day + 30 == (r.month + 10).first_day",
        "r.admitted_on.month == r.month and r.admitted_on.day == 22",
        "r.admitted_on < r.admitted_on + 1 and r.admitted_on - 1 <= r.admitted_on",
        "1 + r.admitted_on > r.admitted_on and r.admitted_on >= r.admitted_on",
        "tostring(r.admitted_on) == \"2023-05-22\" and tostring(r.admitted_on - 142) == "
        "\"2022-12-31\"",
        "(r.admitted_on - 142).month == r.month - 5 and (r.month - 5).year == 2022",
        "r.outcome == \"alive\" and r.days == 10",
    };
    give_stays();
    for (size_t i = 0; i < sizeof holds / sizeof holds[0]; i++) {
        char function[512];
        (void)snprintf(function, sizeof function,
                       "local r = p:first() if r.admitted_on and %s then return { r.month } end",
                       holds[i]);
        gives("", function, "made:rows()", "1");
    }
}

/* What a function may not do; no value of a person is told. */
static void test_person_rows_fail(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"return p:first().month", "returns a row"},
        {"return 5", "returns a row"},
        {"return { days = 3 }", "holds other things than rows"},
        {"return { 5 }", "holds other things than rows"},
        {"return { { 5 } }", "begins with its month"},
        {"return { p:first().month, days = 1.5 }", "whole number"},
        {"return { p:first().month, days = \"3\" }", "whole number"},
        {"return { p:first().month, share = \"3\" }", "number"},
        {"return { p:first().month, share = 0/0 }", "number"},
        {"return { p:first().month, share = 1e300 }", "number"},
        {"return { p:first().month, place = \"h0\" }", "not among the values"},
        {"return { p:first().month, place = 1 }", "not among the values"},
        {"return { p:first().month, dais = 1 }", "more in it"},
        {"return { p:first().month, 3 }", "more in it"},
        {"return { p:first().month, p:first().admitted_on }", "more in it"},
        {"return { p:first().admitted_on }", "holds other things"},
        {"return { p:first().month + p:first().month }", "whole number of months"},
        {"return p:first().month < p:first().admitted_on and nil", "dates with dates"},
        {"return p:first().month - p:first().admitted_on and nil", "dates with dates"},
        {"return p:first().admitted_on + 1.5 and nil", "whole number of days"},
        {"return p:first().admitted_on + 366000 and nil", "no such day"},
        {"return p:first().admitted_on.year and nil", "no such field"},
        {"return p:first().points and nil", "no such field"},
    };
    give_stays();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[8192], function[512];
        (void)snprintf(function, sizeof function, "if p:first().admitted_on then %s end",
                       cases[i][0]);
        script_rows(text, sizeof text, COLUMNS, function, "made:rows()");
        run_script(text, "FY2023");
        if (world.problems.errors != 1 || strstr(problem(), cases[i][1]) == NULL)
            fail_msg("'%s' in %s", problem(), cases[i][0]);
        assert_int_equal(world.result.count, 0);
    }
}

static void test_person_rows_definition(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"columns = {}, rows = 5", "function(person)"},
        {"columns = 5, rows = function(p) end", "columns = {"},
        {"columns = { a = 5 }, rows = function(p) end", "a"},
        {"columns = { a = \"int\" }, rows = function(p) end, reads = 5", "list of names"},
        {"columns = { a = \"int\" }, rows = function(p) end, read = {}", "read"},
        {"rows = function(p) end", "columns"},
    };
    world_nara();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[1024];
        (void)snprintf(text, sizeof text,
                       "local m = person_rows { needs = { medical_claims {} }, %s }", cases[i][0]);
        assert_int_equal(load_script(text), 0);
        if (world.problems.count == 0 || strstr(problem(), cases[i][1]) == NULL)
            fail_msg("'%s' in %s", problem(), text);
    }
    assert_int_equal(
        load_script("local m = person_rows { needs = { medical_claims {} }, columns = { "
                    "days = \"int\" }, rows = function(p) end }\n"
                    "local x = m:sum \"dais\""),
        0);
    assert_non_null(strstr(problem(), "dais"));
}

/* What the plan refuses: names, types, values, columns that no need has. */
static void test_person_rows_plan(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"columns = { month = \"int\" }", "cannot name a column"},
        {"columns = { Days = \"int\" }", "cannot name a column"},
        {"columns = { days = \"number\" }", "\"int\", \"decimal\" or \"code\""},
        {"columns = { place = {} }", "values of the column 'place'"},
        {"columns = { place = { \"a\", \"a\" } }", "values of the column 'place'"},
        {"columns = { place = { \"\" } }", "values of the column 'place'"},
        {"columns = { a = \"int\" }, reads = { \"dais\" }", "'reads' names 'dais'"},
        {"columns = { a = \"int\" }, reads = { \"institution\" }", "'reads' names 'institution'"},
    };
    world_nara();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[1024];
        struct shihyo_error err = SHY_ERROR_INIT;
        (void)snprintf(
            text, sizeof text,
            "local m = person_rows { needs = { medical_claims {} }, %s, rows = function(p) "
            "end } indicator { id = \"x\", name = \"x\", unit = \"件\", value = m:rows(), "
            "by = areas.of \"insurer\" }",
            cases[i][0]);
        assert_int_equal(load_script(text), 0);
        assert_int_equal(world.problems.count, 0);
        world_clear_run();
        const json_t *document = shy_pack_document(pack);
        assert_int_equal(
            shy_plan_compile(&document, 1, world.catalogue, &world.plan, &world.problems, &err), 0);
        if (world.problems.count == 0 || strstr(problem(), cases[i][1]) == NULL)
            fail_msg("'%s' in %s", problem(), text);
    }
}

/* A month that was looked from and not returned may have been any row: conditions on what the
 * function makes do not leave it out. */
static void test_person_rows_doubt(void **state)
{
    (void)state;
    /* 20 months after any of these lie beyond the data. Of the first stay a row is returned, of the
     * others none. */
    static const char function[] =
        "local l = {} for r in p:rows() do if p:any(\"claims\", r.month, months(1, 20)) then "
        "l[#l + 1] = { r.month, place = \"here\" } end end return l";
    static const char open[] = "not_computable window_open";
    give_stays();
    gives(COLUMNS, function, "made:rows()", open);
    gives(COLUMNS, function, "made:where { place = \"here\" }:rows()", open);
    gives(COLUMNS, function, "made:where { place = \"gone\" }:rows()", open);
    gives(COLUMNS, function, "made:where { days = from(3) }:rows()", open);
    gives(COLUMNS, function, "made:where { days = from(3) }:where { place = \"gone\" }:rows()",
          open);
    gives(COLUMNS, function, "made:where { month = \"2023-05\", days = from(3) }:rows()", open);
    /* What is known of a row decides. */
    gives(COLUMNS, function, "made:where { month = \"2023-05\", place = \"gone\" }:rows()", "0");
    gives(COLUMNS, function, "made:where { month = \"2023-07\" }:rows()", "0");
    gives(COLUMNS, function, "made:where { age = to(20) }:rows()", "0");
}

/* Random worlds and scripts: both engines give the same (test_world.h), and rows that a function
 * hands through count as the rows themselves. */
static void random_script(char *text, size_t size)
{
    static const char *const filters[] = {"",
                                          ":where { n = from(1) }",
                                          ":where { k = \"k1\" }",
                                          ":where { k = except \"k1\" }",
                                          ":where { n = missing() }",
                                          ":where { d = to(1), k = { \"k0\", \"k2\" } }",
                                          ":where { age = from(75) }",
                                          ":earliest()",
                                          ":latest()",
                                          ":having(care)",
                                          ":followed_by(care, months(1, 2))",
                                          ":not_preceded_by(care, months(0, 1))"};
    static const char *const counts[] = {
        ":rows()",     ":persons()",  ":sum \"n\"",      ":sum \"d\"",
        ":mean \"n\"", ":mean \"d\"", ":distinct \"k\"", ":rows():monthly_average()"};
    static const char *const functions[] = {
        "local l = {} for r in p:rows(\"items\") do l[#l + 1] = { r.month, n = r.quantity, k = "
        "r.item, d = r.quantity and r.quantity / 7 } end return l",
        "local l = {} for s in p:stays(\"items\") do if s.discharged then l[#l + 1] = "
        "{ s.discharged, n = s.last - s.first, k = p:any(\"care\", s.discharged, months(1, 2)) and "
        "\"k0\" or \"k1\" } end end return l",
        "for r in p:rows(\"items\") do if p:any_before(\"care\", r.month, months(1, 1)) then "
        "return "
        "{ r.month, n = 1, d = 0.5, k = r.item } end end",
        "local l = {} for r in p:rows(\"care\") do if r.units and r.units > 1 then l[#l + 1] = "
        "{ r.month, k = \"k2\" } end end return l",
    };
    int used =
        snprintf(text, size,
                 "local items, care = medical_items {}, care_claims {}\n"
                 "local made = person_rows { needs = { items = items, care = care },\n"
                 "columns = { n = \"int\", d = \"decimal\", k = { \"k2\", \"k0\", \"k1\" } },\n"
                 "rows = function(p) %s end }\n",
                 functions[dice(4)]);
    for (int i = 0; i < 6; i++) {
        const char *first = filters[dice(12)], *second = filters[dice(7)];
        if (dice(3) == 0)
            used += snprintf(text + used, size - (size_t)used,
                             "cross_table { id = \"t%d\", title = \"x\", unit = \"件\", rows = { "
                             "areas.of \"insurer\" }, columns = { dim(\"k\", made.k)%s, { \"v\", "
                             "made%s%s } } }\n",
                             i, dice(2) ? ":with_total(\"all\")" : ":missing(\"none\")", second,
                             counts[dice(8)]);
        else
            used += snprintf(text + used, size - (size_t)used,
                             "indicator { id = \"i%d\", name = \"x\", unit = \"件\", by = areas.of "
                             "\"insurer\", value = made%s%s%s }\n",
                             i, second, first, counts[dice(8)]);
    }
    assert_true(used > 0 && (size_t)used < size);
}

static void test_person_rows_random(void **state)
{
    for (int i = 0; i < 3 * CASES; i += test_every()) {
        char text[8192];
        give_random();
        random_script(text, sizeof text);
        run_script(text, "FY2023,2023-07,2024-02");
        assert_true(world.result.count > 0);
        (void)teardown(state);
        assert_int_equal(setup(state), 0);
    }
}

static void test_person_rows_hand_through(void **state)
{
    static const char *const pairs[][2] = {
        {"items:rows()", "made:rows()"},
        {"items:where { quantity = from(2) }:persons()", "made:where { n = from(2) }:persons()"},
        {"items:where { item = \"k1\" }:rows()", "made:where { k = \"k1\" }:rows()"},
        {"items:where { quantity = from(0) }:sum \"quantity\"",
         "made:where { n = from(0) }:sum \"n\""},
        {"items:where { quantity = from(0) }:mean \"quantity\"",
         "made:where { n = from(0) }:mean \"n\""},
        {"items:followed_by(care, months(1, 1)):rows()",
         "made:followed_by(care, months(1, 1)):rows()"},
    };
    for (int i = 0; i < CASES; i += test_every()) {
        const char *const *pair = pairs[dice(6)];
        char text[4096];
        give_random();
        (void)snprintf(
            text, sizeof text,
            "local items, care = medical_items {}, care_claims {}\n"
            "local made = person_rows { needs = { items }, columns = { n = \"int\", k = { "
            "\"k2\", \"k0\", \"k1\" } }, rows = function(p) local l = {} for r in p:rows() "
            "do l[#l + 1] = { r.month, n = r.quantity, k = r.item } end return l end }\n"
            "indicator { id = \"a\", name = \"x\", unit = \"件\", by = areas.of \"insurer\","
            " value = %s }\n"
            "indicator { id = \"b\", name = \"x\", unit = \"件\", by = areas.of \"insurer\","
            " value = %s }\n",
            pair[0], pair[1]);
        run_script(text, "FY2023,2023-07,2024-02");
        size_t half = world.result.count / 2;
        assert_true(half > 10 && half * 2 == world.result.count);
        for (size_t k = 0; k < half; k++) {
            const struct shy_cell *a = &world.result.cells[k], *b = &world.result.cells[half + k];
            if (a->state != b->state || a->reason != b->reason || a->persons != b->persons ||
                a->numerator.num != b->numerator.num)
                fail_msg("%s: '%s', '%s' by the function", pair[0], world_text(a, true),
                         world_text(b, true));
        }
        (void)teardown(state);
        assert_int_equal(setup(state), 0);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_person_rows_values, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_rows_missing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_rows_dimensions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_rows_supports, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_dates, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_rows_fail, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_rows_definition, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_rows_plan, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_rows_doubt, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_rows_random, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_rows_hand_through, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
