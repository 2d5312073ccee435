/* SPDX-License-Identifier: MIT */
/*
 * The reference knows every name of the language and no other, and the pages made of it are the
 * ones in the tree; SHIHYO_UPDATE_GOLDEN=1 writes them anew.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "core/base/os/os.h"
#include "core/plan/operators.h"
#include "core/script/pack.h"
#include "core/script/person.h"
#include "core/script/reference.h"
#include "core/script/test_script.h"

static bool described(enum shy_ref_of of, const char *name)
{
    for (size_t i = 0; i < shy_reference_count(); i++)
        if (shy_reference_at(i)->of == of && strcmp(shy_reference_at(i)->name, name) == 0)
            return true;
    return false;
}

static size_t check_list(enum shy_ref_of of, const char *prefix, const luaL_Reg *list)
{
    size_t count = 0;
    for (; list->name != NULL; list++, count++) {
        char name[100];
        (void)snprintf(name, sizeof name, "%s%s", prefix, list->name);
        if (!described(of, name))
            fail_msg("the reference lacks '%s'", name);
    }
    return count;
}

static void test_reference_complete(void **state)
{
    (void)state;
    size_t count = check_list(SHY_REF_GLOBAL, "", shy_condition_functions) +
                   check_list(SHY_REF_GLOBAL, "", shy_expression_functions) +
                   check_list(SHY_REF_GLOBAL, "", shy_axis_functions) +
                   check_list(SHY_REF_GLOBAL, "", shy_definition_functions) +
                   check_list(SHY_REF_GLOBAL, "", shy_list_functions) +
                   check_list(SHY_REF_GLOBAL, "", shy_statistics_functions) +
                   check_list(SHY_REF_GLOBAL, "", shy_score_functions) +
                   check_list(SHY_REF_GLOBAL, "", shy_logic_functions) +
                   check_list(SHY_REF_GLOBAL, "areas.", shy_area_functions) +
                   check_list(SHY_REF_ROWS, "", shy_rows_methods) +
                   check_list(SHY_REF_CELLS, "", shy_cells_methods) +
                   check_list(SHY_REF_DIM, "", shy_dim_methods) +
                   check_list(SHY_REF_PERSON, "", shy_person_methods);
    assert_int_equal(count + 2, shy_reference_count()); /* and codes, require */
}

/* Options of an operator are described under the names that the plan gives them. */
static void test_reference_options(void **state)
{
    (void)state;
    for (size_t i = 0; i < shy_reference_count(); i++) {
        const struct shy_reference *r = shy_reference_at(i);
        const struct shy_operator *o = shy_operator_find(r->name);
        size_t first = r->call == SHY_REF_OPTIONS ? r->first_option : 0;
        if (o == NULL || (r->call != SHY_REF_OPTIONS && r->call != SHY_REF_FIELDS) ||
            strcmp(r->name, "compute") == 0 || strcmp(r->name, "each_person") == 0 ||
            strcmp(r->name, "indicator") == 0 || strcmp(r->name, "grade") == 0 ||
            strcmp(r->name, "composite") == 0 || strcmp(r->name, "most_frequent") == 0 ||
            strcmp(r->name, "person_rows") == 0 || strcmp(r->name, "directly_standardised") == 0 ||
            strcmp(r->name, "indirectly_standardised") == 0)
            continue;
        for (size_t k = first; r->params[k].name != NULL; k++)
            if (shy_operator_param(o, r->params[k].name) == NULL)
                fail_msg("'%s' has no option '%s'", r->name, r->params[k].name);
    }
}

static void test_reference_find(void **state)
{
    (void)state;
    char signature[200];
    const struct shy_reference *r = shy_reference_find("rows:followed_by", 0);
    assert_non_null(r);
    assert_ptr_equal(r, shy_reference_find("followed_by", 0));
    assert_null(shy_reference_find("followed_by", 1));
    shy_reference_signature(r, signature, sizeof signature);
    assert_string_equal(signature, "rows:followed_by(other, window)");
    shy_reference_signature(shy_reference_find("share", 0), signature, sizeof signature);
    assert_string_equal(signature, "share(areas, all, { unreported = … })");
    shy_reference_signature(shy_reference_find("population", 0), signature, sizeof signature);
    assert_string_equal(signature, "population { age = …, sex = …, year = … }");
    /* 'missing' is a condition and a method of dimensions. */
    assert_int_equal(shy_reference_find("missing", 0)->of, SHY_REF_GLOBAL);
    assert_int_equal(shy_reference_find("missing", 1)->of, SHY_REF_DIM);
    assert_null(shy_reference_find("nothing", 0));
}

/* Every example of the reference is a script without mistakes, given what it takes for granted. */
static void test_reference_examples(void **state)
{
    (void)state;
    static const char before[] =
        "code_list { id = 'visit_care', label = 'x', entries = { '1' } } "
        "code_list { id = 'home_care', label = 'x', entries = { '1' } } "
        "code_list { id = 'chronic_ward_category1', label = 'x', entries = { '1' } } "
        "local visits, stay = medical_items {}, medical_claims {} "
        "local house_calls, managed, returned, left = visits, visits, visits, visits "
        "local discharged, acp, rules = stay, facts 'acp', facts 'rules' "
        "local agreed, choice = facts 'agreed', facts 'choice' "
        "local demand, supply = visits:persons(), visits:rows()\n";
    static const char function[] =
        "each_person { id = 'e', name = 'e', unit = 'x', by = areas.of 'insurer', "
        "needs = { medical_claims {}, medical_items {} }, count = function(person) local stay = "
        "person:stays()() ";
    for (size_t i = 0; i < shy_reference_count(); i++) {
        const struct shy_reference *r = shy_reference_at(i);
        const char *example = r->example;
        bool statement = strncmp(example, "local", 5) == 0 || r->gives[0] == '\0';
        bool assignment = strncmp(example, "by = ", 5) == 0;
        char text[4096];
        struct fixture f;
        bool person = r->of == SHY_REF_PERSON;
        if (strcmp(r->name, "require") == 0)
            continue;
        /* The list of the example must not be there already. */
        (void)snprintf(text, sizeof text, "%s%s%s%s",
                       strcmp(r->name, "code_list") == 0 ? "" : before,
                       person       ? function
                       : statement  ? ""
                       : assignment ? "local "
                                    : "local it = ",
                       example, person ? " end }" : "");
        fixture_open(&f);
        assert_int_equal(fixture_text(&f, text), 0);
        if (f.problems.count > 0)
            fail_msg("%s: %s", r->name, f.problems.items[0].error.message);
        fixture_close(&f);
    }
}

static void check_page(const char *path, bool (*print)(FILE *))
{
    char full[600];
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_mapping committed;
    FILE *made = tmpfile();
    (void)snprintf(full, sizeof full, "%s/%s", SHY_TEST_SRCDIR, path);
    assert_non_null(made);
    assert_true(print(made));
    size_t size = (size_t)ftell(made);
    char *text = malloc(size + 1);
    rewind(made);
    assert_int_equal(fread(text, 1, size, made), size);
    (void)fclose(made);
    if (getenv("SHIHYO_UPDATE_GOLDEN") != NULL)
        assert_int_equal(shy_os_write_file(full, text, size, &err), 0);
    assert_int_equal(shy_os_map(full, &committed, &err), 0);
    bool same = committed.size == size && memcmp(committed.data, text, size) == 0;
    shy_os_unmap(&committed);
    free(text);
    if (!same)
        fail_msg("%s is not up to date: run 'make update-reference'", path);
}

static void test_reference_pages(void **state)
{
    (void)state;
    check_page("docs/lua-reference.md", shy_reference_markdown);
    check_page("indicators/types/shihyo.lua", shy_reference_types);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reference_complete), cmocka_unit_test(test_reference_options),
        cmocka_unit_test(test_reference_find),     cmocka_unit_test(test_reference_examples),
        cmocka_unit_test(test_reference_pages),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
