/* SPDX-License-Identifier: MIT */
/* Whichever allocation fails, ours or jansson's, compiling says so and leaves nothing behind. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/plan/test_plan_help.h"

static const char document[] =
    "{'format':1,'pack':{'id':'p'},'code_lists':[{'id':'fee','attributes':['severity'],'entries':["
    "{'code':'1','to':'2016-03-31','values':{'severity':'heavy'}},{'code':'2','at':'x.lua:2'}]}],"
    "'indicators':[{'id':'a','name':'n','unit':'人','at':'t.lua:3','metadata':{'stages':['x']},"
    "'answers':[{'by':{'basis':'insurer'},'value':{'op':'monthly_average','value':{'op':'persons',"
    "'rows':{'op':'having','rows':{'op':'scan','contract':'medical_claims','where':[{'column':"
    "'setting','in':['inpatient']},{'column':'age','from':65}]},'other':{'op':'scan','contract':"
    "'medical_items','where':[{'column':'item','codes':'fee'}]}}}}},{'value':{'op':'compute',"
    "'function':'f','values':[{'name':'a','value':{'op':'sum','rows':{'op':'scan','contract':"
    "'ndb_patients'}}}]}}],'rates':[{'per':1000,'population':{}}]},"
    "{'id':'b','name':'n','unit':'人','answers':[{'value':{'op':'rank','value':{'op':'indicator',"
    "'id':'a'}}}]},"
    "{'id':'c','name':'n','unit':'人','at':'t.lua:9','answers':[{'value':{'op':'sums'}}]}],"
    "'cross_tables':[{'id':'x','name':'n','unit':'人','by':{'basis':'insurer'},'rows':[{'label':"
    "'l','column':'severity'},{'label':'m','column':'scheme'}],'measures':[{'value':{'op':"
    "'persons','rows':{'op':'scan','contract':'medical_items','where':[{'column':'item','codes':"
    "'fee'}]}}}]}]}";

static void *counted_alloc(size_t size)
{
    return shy_alloc(size, 1);
}

static void test_plan_memory_every_failure(void **state)
{
    json_t *json = parse_json(document);
    const json_t *const documents[] = {json};
    struct shy_catalogue *catalogue = shy_catalogue_new();
    uint64_t failures = 0;
    int rc = SHY_E_NOMEM;
    (void)state;
    assert_true(json != NULL && catalogue != NULL);
    for (uint64_t n = 1; rc != 0 && n < 100000; n++) {
        struct shy_problems problems = {0};
        struct shihyo_error err = SHY_ERROR_INIT;
        struct shy_plan *plan = NULL;
        shy_mem_fail_after(n);
        rc = shy_plan_compile(documents, 1, catalogue, &plan, &problems, &err);
        shy_mem_fail_after(0);
        if (rc != 0) {
            assert_int_equal(rc, SHY_E_NOMEM);
            assert_null(plan);
            failures++;
        } else {
            assert_true(shy_plan_find(plan, "x")->ok);
            assert_false(shy_plan_find(plan, "c")->ok);
        }
        shy_plan_free(plan);
        shy_problems_free(&problems);
    }
    assert_int_equal(rc, 0);
    assert_true(failures > 200);
    shy_catalogue_free(catalogue);
    json_decref(json);
}

static void test_plan_memory_choose(void **state)
{
    struct compiled x;
    (void)state;
    compile_text(&x, document);
    assert_int_equal(x.rc, 0);
    for (uint64_t n = 1; n < 20; n++) {
        struct shihyo_error err = SHY_ERROR_INIT;
        struct shy_problems problems = {0};
        struct shy_period period;
        struct shy_choice choice;
        assert_true(shy_period_parse("2014", &period));
        shy_mem_fail_after(n);
        int rc = shy_plan_choose(x.plan, shy_plan_find(x.plan, "a"), NULL, 0, &choice, &err);
        shy_mem_fail_after(n);
        shy_plan_check_period(x.plan, shy_plan_find(x.plan, "a"), &period, &problems);
        shy_mem_fail_after(0);
        assert_true(rc == SHY_E_NOMEM || rc == SHY_E_NO_ANSWER);
        assert_null(choice.answer);
        shy_problems_free(&problems);
    }
    compiled_free(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan_memory_every_failure),
        cmocka_unit_test(test_plan_memory_choose),
    };
    json_set_alloc_funcs(counted_alloc, shy_free);
    return cmocka_run_group_tests_name("plan memory", tests, NULL, NULL);
}
