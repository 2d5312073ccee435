/* SPDX-License-Identifier: MIT */
/* Which answer is taken: what the offers of sources lack, in words. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/plan/test_plan_help.h"

/* Patients of home visits from KDB or, failing that, from NDB open data; and an indicator over it
 * (domain of the ministry's comparison: KDB by insurer, NDB by institution). */
static const char document[] =
    "{'format':1,'code_lists':[{'id':'visit_care','entries':[{'code':'114001110'}]}],"
    "'indicators':["
    "{'id':'visit.patients','name':'n','answers':["
    "{'name':'KDB','unit':'人/月','by':{'basis':'insurer'},'value':{'op':'monthly_average',"
    "'value':{'op':'persons','rows':{'op':'scan','contract':'medical_items','where':["
    "{'column':'item','codes':'visit_care'}]}}}},"
    "{'name':'NDB','unit':'人/年','by':{'basis':'institution'},'value':{'op':'sum','rows':"
    "{'op':'scan','contract':'ndb_patients','where':[{'column':'item','codes':'visit_care'}]}}}]},"
    "{'id':'visit.rank','name':'n','unit':'位','answers':[{'value':{'op':'rank','value':"
    "{'op':'indicator','id':'visit.patients'}}}]},"
    "{'id':'visit.points','name':'n','unit':'点','answers':[{'by':{'basis':'insurer'},'value':"
    "{'op':'sum','column':'points','rows':{'op':'scan','contract':'medical_items'}}}]}]}";

static const char *const ndb_columns[] = {"item",     "kind",  "setting", "addition", "name",
                                          "area_set", "area",  "period",  "sex",      "age_from",
                                          "age_to",   "value", NULL};
static const char *const item_columns[] = {"claim", "person",   "month", "institution",
                                           "item",  "quantity", NULL};

static const struct shy_offer ndb = {"ndb", "ndb_patients", ndb_columns, SHIHYO_BASIS_INSTITUTION,
                                     SHIHYO_LEVEL_SECONDARY};
static const struct shy_offer kdb_items = {"kdb", "medical_items", item_columns,
                                           SHIHYO_BASIS_INSURER | SHIHYO_BASIS_INSTITUTION,
                                           SHIHYO_LEVEL_MUNICIPALITY};
static const struct shy_offer kdb_persons = {"kdb", "persons", NULL, SHIHYO_BASIS_INSURER,
                                             SHIHYO_LEVEL_MUNICIPALITY};
static const struct shy_offer uke_items = {"uke", "medical_items", NULL, SHIHYO_BASIS_INSTITUTION,
                                           SHIHYO_LEVEL_MUNICIPALITY};

static int setup(void **state)
{
    struct compiled *x = malloc(sizeof *x);
    compile_text(x, document);
    *state = x;
    return x->rc != 0 || x->problems.errors > 0;
}

static int teardown(void **state)
{
    compiled_free(*state);
    free(*state);
    return 0;
}

static int choose(void **state, const char *id, const struct shy_offer *offers, size_t count,
                  struct shy_choice *choice, struct shihyo_error *err)
{
    struct compiled *x = *state;
    shy_error_reset(err);
    return shy_plan_choose(x->plan, shy_plan_find(x->plan, id), offers, count, choice, err);
}

static void test_choose_first(void **state)
{
    const struct shy_offer offers[] = {ndb, kdb_items, kdb_persons};
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_choice choice;
    assert_int_equal(choose(state, "visit.patients", offers, 3, &choice, &err), 0);
    assert_string_equal(choice.answer->name, "KDB");
    assert_string_equal(choice.source, "kdb");
    assert_string_equal(choice.reason, "");
}

static void test_choose_second_and_why(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_choice choice;
    assert_int_equal(choose(state, "visit.patients", &ndb, 1, &choice, &err), 0);
    assert_string_equal(choice.answer->name, "NDB");
    assert_string_equal(choice.source, "ndb");
    assert_string_equal(choice.reason, "KDB: no source of the project gives medical_items "
                                       "(Items of medical claims)");
}

/* Asked for by name, no other is taken, and the result says who passed over the first. */
static void test_choose_named(void **state)
{
    const struct shy_offer offers[] = {kdb_items, kdb_persons, ndb};
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_choice choice;
    const struct compiled *w = *state;
    const struct shy_definition *d = shy_plan_find(w->plan, "visit.patients");
    assert_int_equal(shy_plan_choose_named(w->plan, d, "NDB", offers, 3, &choice, &err), 0);
    assert_string_equal(choice.answer->name, "NDB");
    assert_string_equal(choice.reason, "KDB: the project asks for 'NDB'");
    assert_int_equal(shy_plan_choose_named(w->plan, d, "NDB", offers, 2, &choice, &err),
                     SHY_E_NO_ANSWER);
    assert_null(choice.answer);
    assert_non_null(strstr(choice.reason, "NDB: no source of the project gives ndb_patients"));
}

/* A linked contract counts too: without persons nobody knows the insurer. */
static void test_choose_linked_contract(void **state)
{
    const struct shy_offer offers[] = {kdb_items, ndb};
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_choice choice;
    assert_int_equal(choose(state, "visit.patients", offers, 2, &choice, &err), 0);
    assert_string_equal(choice.answer->name, "NDB");
    assert_string_equal(choice.reason, "KDB: no source of the project gives persons (Persons)");
}

static void test_choose_basis(void **state)
{
    const struct shy_offer offers[] = {uke_items, kdb_persons};
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_choice choice;
    assert_int_equal(choose(state, "visit.patients", offers, 2, &choice, &err), SHY_E_NO_ANSWER);
    assert_null(choice.answer);
    assert_string_equal(choice.reason,
                        "KDB: 'uke' gives medical_items, but not with the area of the insurer; "
                        "NDB: no source of the project gives ndb_patients (NDB open data: "
                        "patients)");
    assert_string_equal(err.message, "No source of the project can answer 'visit.patients'.");
    assert_string_equal(err.hint, choice.reason);
    assert_int_equal(shy_code_exit((int)err.code), SHY_EXIT_CAPABILITY);
}

static void test_choose_column(void **state)
{
    const struct shy_offer offers[] = {kdb_items, kdb_persons};
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_choice choice;
    assert_int_equal(choose(state, "visit.points", offers, 2, &choice, &err), SHY_E_NO_ANSWER);
    assert_string_equal(choice.reason, "'kdb' gives medical_items without the column 'points'");
}

/* An indicator over another can be answered when that one can. */
static void test_choose_over_indicator(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_choice choice;
    assert_int_equal(choose(state, "visit.rank", &ndb, 1, &choice, &err), 0);
    assert_non_null(choice.answer);
    assert_null(choice.source);
    assert_int_equal(choose(state, "visit.rank", &uke_items, 1, &choice, &err), SHY_E_NO_ANSWER);
    assert_string_equal(choice.reason, "the indicator 'visit.patients' cannot be answered");
}

static void test_choose_needs(void **state)
{
    struct compiled *x = *state;
    const struct shy_answer *kdb = &shy_plan_find(x->plan, "visit.patients")->answers[0];
    assert_int_equal(kdb->need_count, 2);
    assert_string_equal(kdb->needs[0].contract->id, "medical_items");
    assert_int_equal(kdb->needs[0].basis, SHIHYO_BASIS_INSURER);
    static const char *const items[] = {"item", "month", "person"};
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(kdb->needs[0].columns[i], items[i]);
    assert_null(kdb->needs[0].columns[3]);
    assert_string_equal(kdb->needs[1].contract->id, "persons");
    assert_int_equal(kdb->needs[1].basis, 0);
    static const char *const persons[] = {"insurer_area", "person", "valid_from", "valid_to"};
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(kdb->needs[1].columns[i], persons[i]);
    assert_null(kdb->needs[1].columns[4]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choose_named),          cmocka_unit_test(test_choose_first),
        cmocka_unit_test(test_choose_second_and_why), cmocka_unit_test(test_choose_linked_contract),
        cmocka_unit_test(test_choose_basis),          cmocka_unit_test(test_choose_column),
        cmocka_unit_test(test_choose_over_indicator), cmocka_unit_test(test_choose_needs),
    };
    return cmocka_run_group_tests_name("choose", tests, setup, teardown);
}
