/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/area/area.h"
#include "core/base/mem.h"
#include "core/contract/test_rows.h"

/* Codes and names of Nara and Mie are facts of JIS X 0401/0402 and of the medical plans; the
 * memberships of Mie's areas (several areas of the vision inside one secondary area) are as the
 * prefecture publishes them, shortened. Populations are invented. */

#define AREAS "area_set|area|name|valid_from|valid_to"
#define MEMBERS "area_set|area|member_set|member|valid_from|valid_to"
#define POPULATION "area_set|area|period|sex|age_from|age_to|projection|value"

static struct shy_catalogue *catalogue;
static struct shy_table *areas_table, *members_table, *population_table;
static struct shy_problems problems;
static struct shy_areas *world;

static int setup(void **state)
{
    (void)state;
    catalogue = shy_catalogue_new();
    return catalogue == NULL;
}

static int clear(void **state)
{
    (void)state;
    shy_areas_free(world);
    world = NULL;
    shy_table_free(areas_table);
    shy_table_free(members_table);
    shy_table_free(population_table);
    areas_table = members_table = population_table = NULL;
    shy_problems_free(&problems);
    problems = (struct shy_problems){0};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    shy_catalogue_free(catalogue);
    return 0;
}

static struct shy_table *table(const char *contract, const char *header, const char *const *lines)
{
    return test_rows(shy_catalogue_find(catalogue, contract), header, lines);
}

static void build(const char *date)
{
    int32_t as_of;
    assert_true(shy_date_parse(date, strlen(date), &as_of));
    assert_int_equal(
        shy_areas_new(areas_table, members_table, population_table, as_of, &world, &problems, NULL),
        0);
}

static uint32_t set(const char *id)
{
    uint32_t s = shy_areas_set(world, id);
    assert_int_not_equal(s, SHY_AREA_NONE);
    return s;
}

/* Code of the area of to_set in which the area lies, or "-". */
static const char *lies_in(const char *set_id, const char *code, const char *to)
{
    uint32_t a = shy_areas_find(world, set(set_id), code);
    assert_int_not_equal(a, SHY_AREA_NONE);
    uint32_t in = shy_areas_within(world, set(set_id), a, set(to));
    return in == SHY_AREA_NONE ? "-" : shy_areas_code(world, set(to), in);
}

static void nara_and_mie(void)
{
    areas_table =
        table("areas", AREAS,
              TEST_LINES("municipality|29201|奈良市||", "municipality|29203|大和郡山市||",
                         "municipality|24205|桑名市||", "municipality|24202|四日市市||",
                         "secondary|2901|奈良||", "secondary|2401|北勢||", "vision|2405|桑員||",
                         "vision|2406|三泗||", "home_care|n1|奈良市||", "prefecture|29|奈良県||"));
    members_table =
        table("area_members", MEMBERS,
              TEST_LINES("secondary|2901|municipality|29201||",
                         "secondary|2901|municipality|29203||", "secondary|2401|vision|2405||",
                         "secondary|2401|vision|2406||", "vision|2405|municipality|24205||",
                         "vision|2406|municipality|24202||", "home_care|n1|municipality|29201||"));
}

/* Without any table there are still the nation and the prefectures. */
static void test_area_empty(void **state)
{
    (void)state;
    build("2024-04-01");
    assert_int_equal(shy_areas_count(world, set("prefecture")), 47);
    assert_string_equal(shy_areas_name(world, set("prefecture"), 28), "奈良県");
    assert_string_equal(shy_areas_code(world, set("prefecture"), 28), "29");
    assert_int_equal(shy_areas_count(world, set("nation")), 1);
    assert_int_equal(shy_areas_count(world, set("municipality")), 0);
    assert_string_equal(lies_in("prefecture", "29", "nation"), "00");
    assert_int_equal(shy_areas_set(world, "secondary"), SHY_AREA_NONE);
    assert_int_equal(problems.count, 0);
}

static void test_area_within(void **state)
{
    (void)state;
    nara_and_mie();
    build("2024-04-01");
    assert_int_equal(problems.count, 0);
    assert_string_equal(lies_in("municipality", "29201", "municipality"), "29201");
    assert_string_equal(lies_in("municipality", "29201", "secondary"), "2901");
    assert_string_equal(lies_in("municipality", "29201", "prefecture"), "29");
    assert_string_equal(lies_in("municipality", "29201", "nation"), "00");
    assert_string_equal(lies_in("municipality", "29203", "home_care"), "-");
    /* through another set */
    assert_string_equal(lies_in("municipality", "24205", "secondary"), "2401");
    /* a whole lies where all its parts lie */
    assert_string_equal(lies_in("secondary", "2901", "prefecture"), "29");
    assert_string_equal(lies_in("secondary", "2401", "nation"), "00");
    assert_string_equal(lies_in("secondary", "2401", "vision"), "-");
    assert_string_equal(lies_in("vision", "2405", "prefecture"), "24");
    /* but not downwards: 2405 has one municipality here, and Nara one secondary area */
    assert_string_equal(lies_in("vision", "2405", "municipality"), "-");
    assert_string_equal(lies_in("prefecture", "29", "secondary"), "-");
    assert_string_equal(lies_in("nation", "00", "prefecture"), "-");
    assert_string_equal(lies_in("home_care", "n1", "nation"), "00");
}

/* An area of which nothing else is known is a part of the nation. */
static void test_area_in_the_nation(void **state)
{
    (void)state;
    areas_table = table("areas", AREAS, TEST_LINES("vision|2401|三泗||", "municipality|99999|x||"));
    build("2024-04-01");
    assert_string_equal(lies_in("vision", "2401", "nation"), "00");
    assert_string_equal(lies_in("vision", "2401", "prefecture"), "-");
    assert_string_equal(lies_in("municipality", "99999", "nation"), "00");
}

static void test_area_names_and_labels(void **state)
{
    (void)state;
    nara_and_mie();
    build("2024-04-01");
    uint32_t m = set("municipality");
    assert_int_equal(shy_areas_count(world, m), 4);
    assert_string_equal(shy_areas_code(world, m, 0), "24202"); /* by code */
    assert_string_equal(shy_areas_name(world, m, 0), "四日市市");
    assert_int_equal(shy_areas_find(world, m, "99999"), SHY_AREA_NONE);
    assert_string_equal(shy_areas_set_label(world, m, true), "市区町村");
    assert_string_equal(shy_areas_set_label(world, set("secondary"), false),
                        "Secondary medical areas");
}

static void test_area_require_set(void **state)
{
    (void)state;
    struct shihyo_error err = SHY_ERROR_INIT;
    uint32_t s;
    nara_and_mie();
    build("2024-04-01");
    assert_int_equal(shy_areas_require_set(world, "secondary", &s, &err), 0);
    assert_int_equal(s, set("secondary"));
    assert_int_equal(shy_areas_require_set(world, "secondry", &s, &err), SHY_E_AREA_SET_UNKNOWN);
    assert_non_null(strstr(err.hint, "secondary"));
}

/* 宇陀市 was made on 2006-01-01 out of four towns (典拠: 日本郵便 の市町村合併情報). */
static void test_area_as_of(void **state)
{
    (void)state;
    areas_table = table("areas", AREAS,
                        TEST_LINES("municipality|29382|榛原町||2005-12-31",
                                   "municipality|29212|宇陀市|2006-01-01|"));
    build("2005-12-31");
    assert_int_not_equal(shy_areas_find(world, set("municipality"), "29382"), SHY_AREA_NONE);
    assert_int_equal(shy_areas_find(world, set("municipality"), "29212"), SHY_AREA_NONE);
    shy_areas_free(world);
    build("2006-01-01");
    assert_int_equal(shy_areas_find(world, set("municipality"), "29382"), SHY_AREA_NONE);
    assert_int_not_equal(shy_areas_find(world, set("municipality"), "29212"), SHY_AREA_NONE);
}

static void test_area_membership_as_of(void **state)
{
    (void)state;
    members_table = table("area_members", MEMBERS,
                          TEST_LINES("secondary|2901|municipality|29201||2017-03-31",
                                     "secondary|2902|municipality|29201|2017-04-01|"));
    build("2017-03-31");
    assert_string_equal(lies_in("municipality", "29201", "secondary"), "2901");
    shy_areas_free(world);
    build("2017-04-01");
    assert_string_equal(lies_in("municipality", "29201", "secondary"), "2902");
    assert_int_equal(problems.count, 0);
}

static void test_area_unknown_member(void **state)
{
    (void)state;
    areas_table = table("areas", AREAS, TEST_LINES("municipality|29201|奈良市||"));
    members_table = table(
        "area_members", MEMBERS,
        TEST_LINES("secondary|2901|municipality|29201||", "secondary|2901|municipality|29999||"));
    build("2024-04-01");
    assert_int_equal(problems.count, 1);
    assert_int_equal(problems.items[0].error.code, SHY_E_AREA_UNKNOWN);
    assert_string_equal(problems.items[0].error.value, "29999");
    assert_string_equal(lies_in("municipality", "29201", "secondary"), "2901");
}

static void test_area_twice(void **state)
{
    (void)state;
    areas_table = table("areas", AREAS,
                        TEST_LINES("secondary|2901|奈良||", "secondary|2901|Nara||",
                                   "secondary|2902|東和||", "prefecture|29|奈良県||"));
    members_table = table("area_members", MEMBERS,
                          TEST_LINES("secondary|2902|municipality|29201||",
                                     "secondary|2901|municipality|29201||",
                                     "secondary|2901|municipality|29201||"));
    build("2024-04-01");
    assert_int_equal(problems.count, 2);
    assert_int_equal(problems.items[0].error.code, SHY_E_AREA_TWICE);
    assert_int_equal(problems.items[1].error.code, SHY_E_AREA_TWICE);
    assert_int_equal(shy_areas_count(world, set("secondary")), 2);
    /* whatever the order of the rows */
    assert_string_equal(lies_in("municipality", "29201", "secondary"), "2901");
}

static void test_area_circle(void **state)
{
    (void)state;
    members_table = table("area_members", MEMBERS,
                          TEST_LINES("alpha|a|beta|b||", "beta|b|gamma|g||", "gamma|g|alpha|a||",
                                     "prefecture|29|nation|00||"));
    build("2024-04-01");
    assert_int_equal(problems.count, 2);
    assert_int_equal(problems.items[0].error.code, SHY_E_AREA_CYCLE);
    assert_int_equal(problems.items[1].error.code, SHY_E_AREA_CYCLE);
    assert_string_equal(lies_in("prefecture", "29", "nation"), "00");
}

static void test_area_unassigned(void **state)
{
    (void)state;
    areas_table = table("areas", AREAS, TEST_LINES("unassigned|99|判別不可||"));
    build("2024-04-01");
    assert_string_equal(lies_in("unassigned", "99", "nation"), "00");
    assert_string_equal(lies_in("unassigned", "99", "prefecture"), "-");
}

/* Populations ---------------------------------------------------------------------------- */

static struct shy_population population(const char *set_id, const char *code, const char *period,
                                        const char *sex, int from, int to)
{
    struct shy_population out;
    struct shy_period p;
    struct shy_population_filter f = {sex, from, to};
    assert_true(shy_period_parse(period, &p));
    shy_areas_population(world, set(set_id), shy_areas_find(world, set(set_id), code), &p, &f,
                         SHY_POPULATION_LATEST, &out);
    return out;
}

static void bands(void)
{
    nara_and_mie();
    population_table = table("population", POPULATION,
                             TEST_LINES("municipality|29201|2020-10-01|male|0|64|false|100",
                                        "municipality|29201|2020-10-01|male|65|74|false|20",
                                        "municipality|29201|2020-10-01|male|75||false|10",
                                        "municipality|29201|2020-10-01|male|||false|3",
                                        "municipality|29201|2020-10-01|female|0|64|false|110",
                                        "municipality|29201|2020-10-01|female|65|74|false|25",
                                        "municipality|29201|2020-10-01|female|75||false|15",
                                        "municipality|29203|2020-10-01|both|0|64|false|50",
                                        "municipality|29203|2020-10-01|both|65|74|false|8",
                                        "municipality|29203|2020-10-01|both|75||false|7"));
    build("2024-04-01");
}

static void test_area_population_bands(void **state)
{
    (void)state;
    bands();
    assert_int_equal(population("municipality", "29201", "FY2020", NULL, 75, -1).persons, 25);
    assert_int_equal(population("municipality", "29201", "FY2020", "female", 65, -1).persons, 40);
    assert_int_equal(population("municipality", "29201", "FY2020", NULL, 65, 74).persons, 45);
    /* unknown ages belong to the whole only: 130 + 3 + 150 */
    assert_int_equal(population("municipality", "29201", "FY2020", NULL, 0, -1).persons, 283);
    assert_int_equal(population("municipality", "29203", "FY2020", NULL, 65, -1).persons, 15);
}

static void test_area_population_cut(void **state)
{
    (void)state;
    bands();
    assert_int_equal(population("municipality", "29201", "FY2020", NULL, 70, -1).state,
                     SHIHYO_STATE_NOT_COMPUTABLE);
    assert_int_equal(population("municipality", "29201", "FY2020", NULL, 75, 84).state,
                     SHIHYO_STATE_NOT_COMPUTABLE);
    /* only both sexes together are given */
    assert_int_equal(population("municipality", "29203", "FY2020", "male", 75, -1).state,
                     SHIHYO_STATE_NOT_COMPUTABLE);
    assert_int_equal(population("municipality", "24205", "FY2020", NULL, 75, -1).state,
                     SHIHYO_STATE_MISSING);
}

static void test_area_population_parts(void **state)
{
    (void)state;
    bands();
    assert_int_equal(population("secondary", "2901", "FY2020", NULL, 75, -1).persons, 32);
    assert_int_equal(population("prefecture", "29", "FY2020", NULL, 75, -1).persons, 32);
    /* 桑名 and 四日市 have none: the nation's is not the sum of the others */
    assert_int_equal(population("nation", "00", "FY2020", NULL, 75, -1).state,
                     SHIHYO_STATE_MISSING);
    assert_int_equal(population("prefecture", "24", "FY2020", NULL, 75, -1).state,
                     SHIHYO_STATE_MISSING);
}

static void test_area_population_year(void **state)
{
    (void)state;
    struct shy_period p;
    struct shy_population_filter f = {NULL, 75, -1};
    struct shy_population out;
    population_table = table("population", POPULATION,
                             TEST_LINES("prefecture|29|2015-10-01|both|75||false|10",
                                        "prefecture|29|2020-10-01|both|75||false|20",
                                        "prefecture|29|2025|both|75||true|30",
                                        "prefecture|29|2020-10-01|both|0|74|false|1"));
    build("2024-04-01");
    out = population("prefecture", "29", "FY2022", NULL, 75, -1);
    assert_int_equal(out.persons, 20); /* the latest not after the period */
    assert_true(out.other_year);
    assert_false(out.projection);
    out = population("prefecture", "29", "FY2020", NULL, 75, -1);
    assert_int_equal(out.persons, 20);
    assert_false(out.other_year);
    out = population("prefecture", "29", "FY2010", NULL, 75, -1);
    assert_int_equal(out.persons, 10); /* else the first after it */
    out = population("prefecture", "29", "FY2030", NULL, 75, -1);
    assert_int_equal(out.persons, 30);
    assert_true(out.projection);
    /* the nearest table that can answer: 2025 has no band below 75 */
    out = population("prefecture", "29", "FY2030", NULL, 0, -1);
    assert_int_equal(out.persons, 21);
    assert_true(shy_period_parse("FY2022", &p));
    shy_areas_population(world, set("prefecture"), 28, &p, &f, SHY_POPULATION_SAME, &out);
    assert_int_equal(out.state, SHIHYO_STATE_MISSING);
}

static void test_area_population_masked(void **state)
{
    (void)state;
    population_table =
        table("population", POPULATION, TEST_LINES("prefecture|29|2020|both|75||false|*"));
    build("2024-04-01");
    assert_int_equal(population("prefecture", "29", "FY2020", NULL, 75, -1).state,
                     SHIHYO_STATE_NOT_COMPUTABLE);
}

/* Every allocation fails once; nothing leaks and the error is the right one. */
static void test_area_no_memory(void **state)
{
    (void)state;
    bands();
    shy_areas_free(world);
    world = NULL;
    int failed = 0;
    for (uint64_t n = 1; n < 10000; n++) {
        struct shihyo_error err = SHY_ERROR_INIT;
        shy_mem_fail_after(n);
        int rc =
            shy_areas_new(areas_table, members_table, population_table, 20000, &world, NULL, &err);
        shy_mem_fail_after(0);
        if (rc == 0)
            break;
        assert_int_equal(rc, SHY_E_NOMEM);
        assert_null(world);
        failed++;
    }
    assert_true(failed > 10);
    assert_non_null(world);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_area_empty, clear),
        cmocka_unit_test_teardown(test_area_within, clear),
        cmocka_unit_test_teardown(test_area_in_the_nation, clear),
        cmocka_unit_test_teardown(test_area_names_and_labels, clear),
        cmocka_unit_test_teardown(test_area_require_set, clear),
        cmocka_unit_test_teardown(test_area_as_of, clear),
        cmocka_unit_test_teardown(test_area_membership_as_of, clear),
        cmocka_unit_test_teardown(test_area_unknown_member, clear),
        cmocka_unit_test_teardown(test_area_twice, clear),
        cmocka_unit_test_teardown(test_area_circle, clear),
        cmocka_unit_test_teardown(test_area_unassigned, clear),
        cmocka_unit_test_teardown(test_area_population_bands, clear),
        cmocka_unit_test_teardown(test_area_population_cut, clear),
        cmocka_unit_test_teardown(test_area_population_parts, clear),
        cmocka_unit_test_teardown(test_area_population_year, clear),
        cmocka_unit_test_teardown(test_area_population_masked, clear),
        cmocka_unit_test_teardown(test_area_no_memory, clear),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, setup, teardown);
}
