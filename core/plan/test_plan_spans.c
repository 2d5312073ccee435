/* SPDX-License-Identifier: MIT */
/* Code lists that say what they are complete for, and lists that add to others (docs/plan.md). */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/plan/test_plan_help.h"

#define USER \
    "'indicators':[{'id':'t','name':'n','unit':'人','at':'t.lua:3','answers':[{'by':{'basis':" \
    "'insurer'},'value':{'op':'persons','rows':{'op':'scan','contract':'medical_items','where':[" \
    "{'column':'item','codes':'fee'}]}}}]}]"
#define BASE(complete) \
    "{'id':'fee','attributes':['row','place'],'complete':" complete ",'entries':[{'code':'2'," \
    "'values':{'row':'a','place':'p'}}]}"

static const char base[] =
    "{'format':1,'code_lists':[" BASE("{'from':'2020-04','to':'2026-05'}") "]," USER "}";
static const char more[] =
    "{'format':1,'code_lists':[{'id':'mine','adds_to':['fee'],'complete':{'from':'2016-04','to':"
    "'2020-03'},'attributes':['place'],'entries':[{'code':'1','to':'2020-03-31','values':{'place':"
    "'q'}},{'code':'3'}]}]}";

static void compile_two(struct compiled *x, const char *first, const char *second)
{
    json_t *documents[] = {parse_json(first), parse_json(second)};
    compile_json(x, (const json_t *const *)documents, 2);
    json_decref(documents[0]);
    json_decref(documents[1]);
    assert_int_equal(x->rc, 0);
    assert_int_equal(x->problems.count, 0);
}

static int32_t day(const char *text)
{
    int32_t date = 0;
    assert_true(shy_date_parse(text, strlen(text), &date));
    return date;
}

static void test_spans_read(void **state)
{
    struct compiled x;
    (void)state;
    compile_text(&x, base);
    const struct shy_code_list *list = shy_plan_code_list(x.plan, "fee");
    assert_true(list->has_span && !list->outside_partial && !list->to_be_supplied);
    assert_int_equal(list->span_from, shy_month(2020, 4));
    assert_int_equal(list->span_to, shy_month(2026, 5));
    compiled_free(&x);
    compile_text(&x, "{'format':1,'code_lists':[{'id':'fee','complete':false,'entries':[]}]}");
    list = shy_plan_code_list(x.plan, "fee");
    assert_int_equal(x.problems.count, 0);
    assert_true(list->has_span && list->to_be_supplied && list->span_from > list->span_to);
    compiled_free(&x);
}

/* What a list is complete for decides what is counted, so it is a part of what the list is. */
static void test_spans_hash(void **state)
{
    static const char *const spans[] = {"{'from':'2020-04'}", "{'from':'2020-05'}",
                                        "{'to':'2020-04'}",
                                        "{'from':'2020-04','outside':'partial'}", "false"};
    char hashes[5][SHY_HASH_TEXT], text[1024];
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        struct compiled x;
        (void)snprintf(text, sizeof text,
                       "{'format':1,'code_lists':[{'id':'l','complete':%s,'entries':[{'code':'1'}]"
                       "}]}",
                       spans[i]);
        compile_text(&x, text);
        assert_int_equal(x.problems.count, 0);
        memcpy(hashes[i], shy_plan_code_list(x.plan, "l")->hash, SHY_HASH_TEXT);
        compiled_free(&x);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(hashes[i], hashes[k]);
    }
}

/* Whichever pack is read first. */
static void test_spans_added(void **state)
{
    char hash[SHY_HASH_TEXT], answer[SHY_HASH_TEXT];
    (void)state;
    struct compiled x;
    compile_text(&x, base);
    memcpy(hash, shy_plan_code_list(x.plan, "fee")->hash, sizeof hash);
    memcpy(answer, shy_plan_find(x.plan, "t")->answers[0].hash, sizeof answer);
    compiled_free(&x);
    for (int turn = 0; turn < 2; turn++) {
        compile_two(&x, turn == 0 ? base : more, turn == 0 ? more : base);
        const struct shy_code_list *list = shy_plan_code_list(x.plan, "fee");
        assert_int_equal(list->entry_count, 3);
        assert_int_equal(list->span_from, shy_month(2016, 4));
        assert_int_equal(list->span_to, shy_month(2026, 5));
        const struct shy_code_entry *entry = shy_code_list_find(list, "1", day("2019-07-01"));
        assert_non_null(entry);
        assert_null(entry->attribute_values[0]);
        assert_string_equal(entry->attribute_values[1], "q");
        assert_null(shy_code_list_find(list, "1", day("2020-04-01")));
        assert_non_null(shy_code_list_find(list, "3", day("2024-04-01")));
        assert_string_equal(shy_code_list_find(list, "2", day("2024-04-01"))->attribute_values[0],
                            "a");
        /* the list that adds stays what it is */
        assert_int_equal(shy_plan_code_list(x.plan, "mine")->entry_count, 2);
        assert_string_not_equal(list->hash, hash);
        assert_string_not_equal(shy_plan_find(x.plan, "t")->answers[0].hash, answer);
        compiled_free(&x);
    }
}

static void test_spans_checked(void **state)
{
    static const struct {
        const char *document, *period, *message;
    } cases[] = {
        {base, "FY2020", NULL},
        {base, "FY2019",
         "t: The code list 'fee' has all codes of 2020-04..2026-05 only: what is counted by it in "
         "FY2019 is not computable."},
        {base, "FY2026",
         "t: The code list 'fee' has all codes of 2020-04..2026-05 only: what is counted by it in "
         "FY2026 is not computable."},
        {"{'format':1,'code_lists':[" BASE("{'to':'2026-05','outside':'partial'}") "]," USER "}",
         "FY2026",
         "t: The code list 'fee' has all codes of ..2026-05 only: what is counted by it in FY2026 "
         "may be too small."},
        {"{'format':1,'code_lists':[{'id':'fee','complete':false,'entries':[]}]," USER "}",
         "FY2022",
         "t: The code list 'fee' has all codes of no month only: what is counted by it in FY2022 "
         "is not computable."},
        /* complete and empty: there was nothing, and that is known */
        {"{'format':1,'code_lists':[{'id':'fee','complete':{'from':'2016-04'},'entries':[]}]," USER
         "}",
         "FY2022", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct compiled x;
        struct shy_period period;
        struct shy_problems problems = {0};
        compile_text(&x, cases[i].document);
        assert_int_equal(x.problems.count, 0);
        assert_true(shy_period_parse(cases[i].period, &period));
        shy_plan_check_period(x.plan, shy_plan_find(x.plan, "t"), &period, &problems);
        assert_int_equal(problems.count, cases[i].message == NULL ? 0 : 1);
        assert_int_equal(problems.warnings + problems.notes, problems.count);
        assert_int_equal(problems.notes, i == 4 ? 1 : 0);
        if (cases[i].message != NULL) {
            assert_string_equal(problems.items[0].error.message, cases[i].message);
            assert_non_null(strstr(problems.items[0].error.hint, "adds_to = \"fee\""));
        }
        shy_problems_free(&problems);
        compiled_free(&x);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spans_read),
        cmocka_unit_test(test_spans_hash),
        cmocka_unit_test(test_spans_added),
        cmocka_unit_test(test_spans_checked),
    };
    return cmocka_run_group_tests_name("spans of code lists", tests, NULL, NULL);
}
