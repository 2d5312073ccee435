/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/plugin/compare.h"
#include "core/plugin/internal.h"

/* The claims are those of slide 13 of the ministry's material for the planning of home care
 * (患者調査, 病床機能報告 and 国保データベース compared). */
#define CLAIM(name, question_, answer_, ja_, en_) \
    static const struct shihyo_claim name = { \
        SHIHYO_ABI_INIT(struct shihyo_claim), .question = question_, \
        .answer = SHIHYO_ANSWER_##answer_, .remark = {ja_, en_}}

CLAIM(survey_destination, "discharge_destination", YES, NULL, NULL);
CLAIM(survey_category, "medical_category", NO, NULL, NULL);
CLAIM(survey_own, "zz_sample", PARTLY, "標本調査", "a sample");
CLAIM(report_category, "medical_category", PARTLY, "入院患者のみ", "of those in the ward only");
CLAIM(report_own, "aa_wards", NOT_ASKED, NULL, NULL);
static const struct shihyo_claim *const survey_claims[] = {&survey_own, &survey_destination,
                                                           &survey_category, NULL};
static const struct shihyo_claim *const report_claims[] = {&report_category, &report_own, NULL};
static const struct shihyo_claim *const no_claims[] = {NULL};

static const struct shihyo_capabilities caps[] = {
    {SHIHYO_ABI_INIT(struct shihyo_capabilities), .title = {"患者調査", "Patient survey"},
     .cycle = {"３年に１度", "every 3 years"}, .as_of = {"９月", "September"},
     .claims = survey_claims},
    {SHIHYO_ABI_INIT(struct shihyo_capabilities), .title = {"何か", "Facts"}, .claims = no_claims},
    {SHIHYO_ABI_INIT(struct shihyo_capabilities), .title = {"病床機能報告", NULL},
     .cycle = {"毎年", "yearly"}, .claims = report_claims},
};
static const struct shihyo_plugin descriptors[] = {
    {SHIHYO_ABI_INIT(struct shihyo_plugin), .name = "survey", .capabilities = &caps[0]},
    {SHIHYO_ABI_INIT(struct shihyo_plugin), .name = "facts", .capabilities = &caps[1]},
    {SHIHYO_ABI_INIT(struct shihyo_plugin), .name = "report", .capabilities = &caps[2]},
};
static struct shy_plugin modules[] = {{.descriptor = &descriptors[0]},
                                      {.descriptor = &descriptors[1]},
                                      {.descriptor = &descriptors[2]}};
static struct shy_plugin *const plugins[] = {&modules[0], &modules[1], &modules[2]};

static struct shy_comparison *made;
static struct shihyo_error err;

static int setup(void **state)
{
    (void)state;
    made = NULL;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    shy_mem_fail_after(0);
    shy_comparison_free(made);
    return 0;
}

static const struct shy_comparison_row *row(const char *question)
{
    for (size_t i = 0; i < made->row_count; i++) {
        if (strcmp(made->rows[i].question, question) == 0)
            return &made->rows[i];
    }
    fail_msg("no row %s", question);
    return NULL;
}

static void test_compare_table(void **state)
{
    (void)state;
    static const char *const order[] = {"cycle",
                                        "as_of",
                                        "published",
                                        "discharge_destination",
                                        "medical_category",
                                        "services_after_discharge",
                                        "area_granularity",
                                        "workload",
                                        "aa_wards",
                                        "zz_sample"};
    assert_int_equal(shy_comparison_new(plugins, 3, &made, &err), 0);
    assert_int_equal(made->source_count, 2);
    assert_string_equal(made->names[1], "report");
    assert_int_equal(made->row_count, sizeof order / sizeof order[0]);
    for (size_t i = 0; i < made->row_count; i++)
        assert_string_equal(made->rows[i].question, order[i]);
    assert_string_equal(row("discharge_destination")->cells[0].mark, "○");
    assert_string_equal(row("discharge_destination")->cells[1].mark, "");
    assert_string_equal(row("medical_category")->cells[0].mark, "×");
    assert_string_equal(row("medical_category")->cells[1].mark, "△");
    assert_string_equal(row("aa_wards")->cells[1].mark, "・");
    assert_string_equal(row("zz_sample")->label, "zz_sample");
}

static void test_compare_language(void **state)
{
    (void)state;
    shy_i18n_init("ja");
    assert_int_equal(shy_comparison_new(plugins, 3, &made, &err), 0);
    assert_string_equal(made->titles[0], "患者調査");
    assert_string_equal(row("cycle")->cells[0].remark, "３年に１度");
    assert_string_equal(row("medical_category")->cells[1].remark, "入院患者のみ");
    shy_comparison_free(made);
    shy_i18n_init("en");
    assert_int_equal(shy_comparison_new(plugins, 3, &made, &err), 0);
    assert_string_equal(made->titles[0], "Patient survey");
    assert_string_equal(made->titles[1], "病床機能報告");
    assert_string_equal(row("medical_category")->cells[1].remark, "of those in the ward only");
    assert_string_equal(row("published")->cells[0].remark, "");
}

static void test_compare_nothing(void **state)
{
    (void)state;
    assert_int_equal(shy_comparison_new(NULL, 0, &made, &err), 0);
    assert_int_equal(made->source_count, 0);
}

static void test_compare_out_of_memory(void **state)
{
    (void)state;
    int code = SHY_E_NOMEM;
    for (uint64_t n = 1; code != 0; n++) {
        assert_true(n < 100);
        shy_mem_fail_after(n);
        code = shy_comparison_new(plugins, 3, &made, &err);
        shy_mem_fail_after(0);
        assert_true(code == 0 || code == SHY_E_NOMEM);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_compare_table, setup, teardown),
        cmocka_unit_test_setup_teardown(test_compare_language, setup, teardown),
        cmocka_unit_test_setup_teardown(test_compare_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_compare_out_of_memory, setup, teardown),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
