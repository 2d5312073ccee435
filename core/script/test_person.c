/* SPDX-License-Identifier: MIT */
/*
 * each_person from the script to the cell: what a function sees and returns, what it cannot do, and
 * that it gives what the operators give. Functions run over the world of core/exec/test_world.h.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/test_every.h"
#include "core/script/test_person.h"

static void run_function(const char *before, const char *needs, const char *function)
{
    char text[8192];
    script_of(text, sizeof text, before, needs, function);
    run_script(text, "FY2023");
}

static void gives(const char *function, const char *value)
{
    run_function("", "medical_items {}, care_claims {}", function);
    if (world.problems.count > 0)
        fail_msg("%s in %s", problem(), function);
    assert_string_equal(value_at("nation/00", "FY2023"), value);
}

/* The run goes on without the definition, and says why in words that hold no value. */
static void fails(const char *function, const char *says)
{
    run_function("", "medical_items {}, care_claims {}", function);
    assert_int_equal(world.problems.errors, 1);
    if (strstr(problem(), says) == NULL)
        fail_msg("%s in %s", problem(), function);
    assert_null(strstr(problem(), "secret"));
    assert_int_equal(world.result.count, 0);
}

static void refused(const char *before, const char *function, const char *says)
{
    char text[8192];
    script_of(text, sizeof text, before, "medical_items {}, care_claims {}", function);
    assert_int_equal(load_script(text), 0);
    if (strstr(problem(), says) == NULL)
        fail_msg("'%s' in %s", problem(), text);
}

/* Three persons; p1 is in hospital h0 in May, June and August; care in September. */
static void give_small(void)
{
    world_nara();
    world_give("persons", NULL, NULL,
               "person|sex|birth_month|scheme|insurer|insurer_area|valid_from|valid_to",
               TEST_LINES("p1|female|1948-06|nhi|i1|29201|2020-01|2023-06",
                          "p1|female|1948-06|late_elderly|i9|29203|2023-07|",
                          "p2|male|1930-01|late_elderly|i9|29206|2020-01|",
                          "p3|male|1930-01|late_elderly|i9|29206|2020-01|"));
    world_give("medical_items", "2023-04", "2024-03",
               "claim|person|month|institution|item|quantity",
               TEST_LINES("c1|p1|2023-06|h0|secret1|3", "c0|p1|2023-05|h0|secret1|2",
                          "c2|p1|2023-08|h0|secret2|1", "c3|p2|2023-05|h0|secret1|",
                          "c4|p2|2024-03|h0|secret2|7"));
    world_give("care_claims", "2023-04", "2024-03", "person|month|service|office|care_level|units",
               TEST_LINES("p1|2023-09|11|o1||100", "p2|2023-06|12|o1|25|50"));
}

/* What is seen and returned ---------------------------------------------------------------- */

static void test_person_sees_rows(void **state)
{
    (void)state;
    give_small();
    gives("count = function(p) return p:first(\"medical_items\").month end", "2");
    gives("count = function(p) for r in p:rows(\"medical_items\") do "
          "if r.item == \"secret2\" then return r.month end end end",
          "2");
    gives("sum = function(p) local n, m = 0 for r in p:rows(\"medical_items\") do "
          "n = n + (r.quantity or 0) m = r.month end return m, n end",
          "13");
    gives("count = function(p) for r in p:rows(\"care_claims\") do "
          "if r.care_level == nil then return r.month end end end",
          "1");
    gives("count = function(p) if p.sex == \"female\" then return p:last(\"care_claims\").month "
          "end end",
          "1");
    gives("count = function(p) return nil end", "0");
    /* Months are in order, comparable, printable, and count. */
    gives("count = function(p) local a, b = p:first(\"medical_items\").month, "
          "p:last(\"medical_items\").month\n"
          "assert(a <= b and not (b < a) and a + (b - a) == b and b - 1 < b)\n"
          "if tostring(a) == \"2023-05\" and a.year == 2023 and a.month == 5 and "
          "a.fiscal_year == 2023 and (b.fiscal_year == 2023) then return a end end",
          "2");
}

/* Where a person is counted: by the insurer of the month returned; p1 turned 75 in June. */
static void test_person_place_and_age(void **state)
{
    (void)state;
    give_small();
    gives("count = function(p) local m = p:first(\"medical_items\").month "
          "if p:age(m) == 74 and p:scheme(m) == \"nhi\" then return m end end",
          "1");
    assert_string_equal(value_full("municipality/29201", "FY2023"), "1 p=1 i=-1");
    assert_string_equal(value_at("municipality/29203", "FY2023"), "0");
    gives("count = function(p) local m = p:last(\"medical_items\").month "
          "if p:age(m) == 75 and p:scheme(m) == \"late_elderly\" then return m end end",
          "1");
    assert_string_equal(value_at("municipality/29203", "FY2023"), "1");
}

/* A list counts a person once in a period, and its numbers every time. */
static void test_person_lists(void **state)
{
    (void)state;
    give_small();
    gives("count = function(p) local l = {} for r in p:rows(\"medical_items\") do "
          "l[#l + 1] = r.month end return l end",
          "2");
    assert_string_equal(value_at("municipality/29201", "FY2023"), "1");
    assert_string_equal(value_at("municipality/29203", "FY2023"), "1");
    gives("sum = function(p) local l = {} for r in p:rows(\"medical_items\") do "
          "l[#l + 1] = { r.month, 1 } end return l end",
          "5");
}

static void test_person_stays(void **state)
{
    (void)state;
    give_small();
    /* p1: May to June, August; p2: May, March (its end is not known). */
    gives("sum = function(p) local l = {} for s in p:stays(\"medical_items\") do "
          "l[#l + 1] = { s.first, 1 } end return l end",
          "4");
    gives("sum = function(p) local l = {} for s in p:stays(\"medical_items\") do "
          "if s.discharged then l[#l + 1] = { s.discharged, s.last - s.first + 1 } end end "
          "return l end",
          "~4 window_open");
    gives("count = function(p) for s in p:stays(\"medical_items\") do if s.discharged and "
          "p:readmitted(s.discharged, months(1, 2), \"medical_items\") then return s.discharged "
          "end end end",
          "~1 window_open");
    gives(
        "count = function(p) for s in p:stays(\"medical_items\") do local m = s.last "
        "if m.month > 3 and m.month < 9 and p:readmitted(m, months(1, 2), \"medical_items\") then "
        "return m end end end",
        "1");
}

/* As followed_by: a window that was not delivered puts its month in doubt, found or not. */
static void test_person_windows(void **state)
{
    (void)state;
    give_small();
    gives("count = function(p) local m = p:first(\"medical_items\").month "
          "if p:any(\"care_claims\", m, months(1, 1)) then return m end end",
          "1");
    gives("count = function(p) local m = p:first(\"medical_items\").month "
          "if not p:any(\"care_claims\", m, months(1, 11)) then return m end end",
          "not_computable window_open");
    gives("count = function(p) local m = p:last(\"care_claims\").month "
          "if p:any_before(\"medical_items\", m, months(1, 2)) then return m end end",
          "2");
    gives("count = function(p) local m = p:first(\"medical_items\").month "
          "if p:any_before(\"care_claims\", m, months(1, 2)) then return m end end",
          "not_computable window_open");
    assert_string_equal(value_full("municipality/29201", "FY2023"),
                        "not_computable window_open p=0 i=-1 window_excluded 1");
}

/* Purity ----------------------------------------------------------------------------------- */

static void test_person_captured(void **state)
{
    (void)state;
    give_small();
    run_function("local w, n, name, floor = months(1, 1), 2, \"care_claims\", math.floor\n"
                 "local function later(p, m) return floor(n / 2) == 1 and p:any(name, m, w) end",
                 "medical_items {}, care_claims {}",
                 "count = function(p) local m = p:first(\"medical_items\").month "
                 "if later(p, m) then return m end end");
    assert_string_equal(value_at("nation/00", "FY2023"), "1");
    refused("local t = {}", "count = function(p) t[1] = p end", "uses 't' from outside");
    refused("local rows = medical_items {}", "count = function(p) return rows end",
            "uses 'rows' from outside");
    refused("local f = (\"x\"):gmatch(\".\")", "count = function(p) return f() end",
            "uses 'f' from outside");
    refused("", "count = math.floor", "each_person calls a function");
    refused("", "count = function() end, sum = function() end", "either 'count' or 'sum'");
    refused("", "", "either 'count' or 'sum'");
}

static void test_person_remembers_nothing(void **state)
{
    (void)state;
    give_small();
    static const char *const writers[] = {
        "local n = 0",   "local n = \"a\"",      "local n",
        "local n = 1.0", "local n = math.floor", "local function n() end",
    };
    for (size_t i = 0; i < sizeof writers / sizeof writers[0]; i++) {
        run_function(writers[i], "medical_items {}", "count = function(p) n = 1 return nil end");
        assert_int_equal(world.problems.errors, 1);
        assert_non_null(strstr(problem(), "changes what stands outside"));
    }
    /* A counter that two functions share. */
    run_function("local n = 0 local function up() n = n + 1 end local function get() return n end",
                 "medical_items {}",
                 "count = function(p) up() up() if get() ~= 2 then return end "
                 "return p:first(\"medical_items\").month end");
    assert_non_null(strstr(problem(), "changes what stands outside"));
    fails("count = function(p) x = 1 end", "stopped with an error");
    fails("count = function(p) _ENV = {} end", "changes what stands outside");
    fails("count = function(p) p.seen = 1 end", "cannot be written to");
    fails("count = function(p) getmetatable(p).x = 1 end", "stopped with an error");
    fails("count = function(p) setmetatable(p, {}) end", "stopped with an error");
    fails("count = function(p) string.x = 1 end", "stopped with an error");
    /* A value that is kept tells nothing of the next person. */
    gives("count = function(p) local r = p:first(\"medical_items\") pcall(error, r) return r.month "
          "end",
          "2");
}

/* What an error says may be a value; only where it happened is told. */
static void test_person_errors_say_nothing(void **state)
{
    (void)state;
    give_small();
    static const char *const leaks[] = {
        "count = function(p)\nerror(p:first(\"medical_items\").item) end",
        "count = function(p)\nerror({ p:first(\"medical_items\").item }) end",
        "count = function(p)\nlocal x = nil + p:first(\"medical_items\").item end",
        "count = function(p)\nlocal x = _ENV[p:first(\"medical_items\").item] end",
        "count = function(p)\nlocal x = os[p:first(\"medical_items\").item]() end",
        "count = function(p)\nlocal x = p[p:first(\"medical_items\").item] end",
        "count = function(p)\nassert(false, p:first(\"medical_items\").item) end",
        "count = function(p)\nerror(p) end",
        "count = function(p)\nreturn p:first(\"medical_items\").item end",
        "count = function(p)\nreturn { p:first(\"medical_items\").item } end",
        "count = function(p)\nprint(p:first(\"medical_items\").item) end",
    };
    for (size_t i = 0; i < sizeof leaks / sizeof leaks[0]; i++) {
        fails(leaks[i], "1615");
        const struct shihyo_error *e = &world.problems.items[0].error;
        assert_string_equal(e->file, "p.lua");
        assert_true(e->row >= 2);
        assert_string_equal(e->value, "");
        assert_null(strstr(e->hint, "secret"));
    }
    fails("count = function(p) return p:first(\"medical_items\").person end", "no such field");
    fails("count = function(p) return p:first(\"medical_items\").claim end", "no such field");
    fails("count = function(p) return 5 end", "returns a month");
    fails("sum = function(p) return p:first().month, 1 end", "Say which rows");
    fails("sum = function(p) return p:first(\"medical_items\").month, 1.5 end", "whole number");
    fails("sum = function(p) return p:first(\"medical_items\").month end", "whole number");
    fails("count = function(p) return p:rows(\"nothing\") end", "no rows of this name");
    fails("count = function(p) p:any(\"care_claims\", 5, months(1, 2)) end", "month is needed");
    fails("count = function(p) p:any(\"care_claims\", p:first(\"medical_items\").month, 1) end",
          "window is needed");
}

/* Limits ----------------------------------------------------------------------------------- */

static void test_person_limits(void **state)
{
    (void)state;
    give_small();
    /* More than so many steps, or so much memory, or, where every step is slow, seconds. */
    fails("count = function(p) while true do end end", "for more than");
    fails("count = function(p) while true do pcall(error) end end", "for more than");
    fails("count = function(p) local t = {} while true do t[#t + 1] = {} end end", "more than");
    fails("count = function(p) return string.rep(\"secret\", 1e9) end", "");
    fails("count = function(p) local s = \"secret\" while true do s = s .. s end end", "more than");
    fails("count = function(p) local function f() return 1 + f() end return f() end", "more than");
    fails("count = function(p) coroutine.wrap(function() end)() end", "stopped with an error");
    fails("count = function(p) load(\"x = 1\")() end", "stopped with an error");
    fails("count = function(p) string.dump(function() end) end", "stopped with an error");
    fails("count = function(p) local l = {} for i = 1, 2000 do l[i] = "
          "p:first(\"medical_items\").month end return l end",
          "too many months");
    fails("count = function(p) local m = p:first(\"medical_items\").month for i = 1, 2000 do "
          "p:any(\"care_claims\", m + i, months(600, 600)) end end",
          "too many months");
    fails("count = function(p) return p:first(\"medical_items\").month + 1e9 end", "whole number");
}

/* One that fails does not stop the others. */
static void test_person_others_go_on(void **state)
{
    (void)state;
    give_small();
    run_script("each_person { id = \"bad\", name = \"x\", unit = \"人\", by = areas.of "
               "\"insurer\", needs = { medical_items {} }, count = function(p) error(1) end }\n"
               "each_person { id = \"x\", name = \"x\", unit = \"人\", by = areas.of \"insurer\","
               " needs = { medical_items {} }, count = function(p) return p:first().month end }",
               "FY2023");
    assert_int_equal(world.problems.errors, 1);
    assert_string_equal(value_at("nation/00", "FY2023"), "2");
}

/* Definitions ------------------------------------------------------------------------------ */

/* The same function on other lines, or with its needs in another order, is the same definition. */
static void test_person_identity(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        {"", "needs = { medical_items {}, care_claims {} },\ncount = function(p) return nil end"},
        {"\n\n",
         "needs = { care_claims {}, medical_items {} },\ncount = function(p) return nil end"},
        {"", "needs = { medical_items {} },\ncount = function(p) return nil end"},
        {"", "needs = { medical_items {}, care_claims {} },\nsum = function(p) return nil end"},
        {"local w = months(1, 2)",
         "needs = { medical_items {}, care_claims {} },\ncount = function(p) return w end"},
        {"local w = months(1, 3)",
         "needs = { medical_items {}, care_claims {} },\ncount = function(p) return w end"},
    };
    char hashes[6][SHY_HASH_TEXT], text[1024];
    give_small();
    for (size_t i = 0; i < 6; i++) {
        (void)snprintf(text, sizeof text,
                       "%s\neach_person { id = \"x\", name = \"x\", unit = \"人\", by = areas.of "
                       "\"insurer\",\n%s }",
                       texts[i][0], texts[i][1]);
        if (i < 4)
            run_script(text, "FY2023");
        else
            assert_int_equal(load_script(text), 0);
        if (i >= 4) {
            const json_t *document = shy_pack_document(pack);
            struct shihyo_error err = SHY_ERROR_INIT;
            world_clear_run();
            assert_int_equal(
                shy_plan_compile(&document, 1, world.catalogue, &world.plan, &world.problems, &err),
                0);
        }
        memcpy(hashes[i], shy_plan_definition(world.plan, 0)->answers[0].hash, SHY_HASH_TEXT);
    }
    assert_string_equal(hashes[0], hashes[1]);
    for (size_t i = 1; i < 6; i++) {
        for (size_t k = i + 1; k < 6; k++)
            assert_string_not_equal(hashes[i], hashes[k]);
    }
}

static void test_person_definition(void **state)
{
    (void)state;
    give_small();
    refused("", "count = function(p) end, cuont = 1", "no field 'cuont'");
    char text[1024];
    script_of(text, sizeof text, "", "medical_items {}, medical_items {}",
              "count = function() end");
    assert_int_equal(load_script(text), 0);
    assert_non_null(strstr(problem(), "twice"));
    script_of(text, sizeof text, "", "", "count = function() end");
    assert_int_equal(load_script(text), 0);
    assert_non_null(strstr(problem(), "needs needs"));
    script_of(text, sizeof text, "", "medical_items {}:discharges {}", "count = function() end");
    assert_int_equal(load_script(text), 0);
    const json_t *document = shy_pack_document(pack);
    struct shihyo_error err = SHY_ERROR_INIT;
    assert_int_equal(
        shy_plan_compile(&document, 1, world.catalogue, &world.plan, &world.problems, &err), 0);
    assert_non_null(strstr(problem(), "cannot be events or windows"));
}

/* The operators once more ------------------------------------------------------------------ */

/* An indicator by operators and an each_person that says the same: cell by cell. */
static void same_as_operators(const char *operators, const char *needs, const char *function)
{
    char text[8192];
    (void)snprintf(text, sizeof text,
                   "code_list { id = \"k\", label = \"k\", entries = { \"k0\", \"k1\" } }\n"
                   "local items, care = medical_items { item = codes.k }, care_claims { service = "
                   "except(\"s0\") }\n"
                   "indicator { id = \"a\", name = \"x\", unit = \"人\", by = areas.of "
                   "\"insurer\", value = %s }\n"
                   "each_person { id = \"b\", name = \"x\", unit = \"人\", by = areas.of "
                   "\"insurer\", needs = { %s },\n%s }\n",
                   operators, needs, function);
    run_script(text, "FY2023,2023-07,2024-02,2023");
    size_t half = world.result.count / 2;
    assert_true(half > 10 && half * 2 == world.result.count);
    for (size_t i = 0; i < half; i++) {
        const struct shy_cell *a = &world.result.cells[i], *b = &world.result.cells[half + i];
        bool same = a->state == b->state && a->reason == b->reason &&
                    a->numerator.num == b->numerator.num && a->persons == b->persons;
        if (!same)
            fail_msg("%s: '%s' by operators, '%s' by the function (case of seed %llu)", operators,
                     world_text(a, true), world_text(b, true), (unsigned long long)seed);
    }
}

static void test_person_equals_operators(void **state)
{
    static const char *const pairs[][3] = {
        {"items:discharges { keep = \"all\" }:persons()", "items",
         "count = function(p) local l = {} for s in p:stays() do "
         "l[#l + 1] = s.discharged end return l end"},
        {"items:followed_by(care, months(1, 2)):persons()", "items, care",
         "count = function(p) local l = {} for r in p:rows(\"medical_items\") do "
         "if p:any(\"care_claims\", r.month, months(1, 2)) then l[#l + 1] = r.month end end "
         "return l end"},
        {"items:not_preceded_by(care, months(0, 3)):persons()", "items, care",
         "count = function(p) local l = {} for r in p:rows(\"medical_items\") do "
         "if not p:any_before(\"care_claims\", r.month, months(0, 3)) then l[#l + 1] = r.month "
         "end end return l end"},
        {"items:where { age = from(75), scheme = \"nhi\" }:persons()", "items",
         "count = function(p) local l = {} for r in p:rows() do local a = p:age(r.month) "
         "if a and a >= 75 and p:scheme(r.month) == \"nhi\" then l[#l + 1] = r.month end end "
         "return l end"},
        {"care:persons()", "care",
         "count = function(p) local l = {} for r in p:rows() do l[#l + 1] = r.month end "
         "return l end"},
        {"items:sum(\"quantity\")", "items",
         "sum = function(p) local l = {} for r in p:rows() do l[#l + 1] = { r.month, r.quantity } "
         "end return l end"},
    };
    long start, end = test_cases(CASES, &start);
    for (long i = start; i < end; i += test_every()) {
        seed = 20240401 + (uint64_t)i * 7919;
        (void)dice(2);
        give_random();
        for (size_t k = 0; k < sizeof pairs / sizeof pairs[0]; k++)
            same_as_operators(pairs[k][0], pairs[k][1], pairs[k][2]);
        (void)teardown(state);
        assert_int_equal(setup(state), 0);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_person_sees_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_place_and_age, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_lists, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_stays, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_windows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_captured, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_remembers_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_errors_say_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_others_go_on, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_identity, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_definition, setup, teardown),
        cmocka_unit_test_setup_teardown(test_person_equals_operators, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
