/* SPDX-License-Identifier: MIT */
/*
 * The pack in testdata/pack has the scripts that the language is designed for, word for word, and
 * one that uses every other operator. Its document was read against docs/plan.md by a person;
 * SHIHYO_UPDATE_GOLDEN=1 writes it anew.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "core/base/os/os.h"
#include "core/plan/operators.h"
#include "core/script/test_script.h"

#define PACK SHY_TEST_SRCDIR "/core/script/testdata/pack"
#define GOLDEN SHY_TEST_SRCDIR "/core/script/testdata/pack.json"

static void load_pack(struct fixture *f)
{
    fixture_open(f);
    int code = shy_pack_load(PACK, f->catalogue, NULL, &f->pack, &f->problems, &f->err);
    if (code != 0)
        fail_msg("%s", f->err.message);
    if (f->problems.count > 0)
        fail_msg("%s:%d: %s", f->problems.items[0].error.file, (int)f->problems.items[0].error.row,
                 f->problems.items[0].error.message);
}

/* The places without the folder that this copy of the tree lies in. */
static void strip_places(json_t *value)
{
    const char *key;
    json_t *member;
    size_t i;
    json_object_foreach(value, key, member)
    {
        if (strcmp(key, "at") != 0) {
            strip_places(member);
            continue;
        }
        const char *at = json_string_value(member);
        assert_int_equal(strncmp(at, PACK "/", sizeof PACK), 0);
        char *rest = strdup(at + sizeof PACK);
        json_string_set(member, rest);
        free(rest);
    }
    json_array_foreach(value, i, member) strip_places(member);
}

static void test_language_golden(void **state)
{
    (void)state;
    struct fixture f;
    load_pack(&f);
    json_t *document = json_deep_copy(shy_pack_document(f.pack));
    strip_places(document);
    if (getenv("SHIHYO_UPDATE_GOLDEN") != NULL)
        assert_int_equal(json_dump_file(document, GOLDEN, JSON_INDENT(1) | JSON_SORT_KEYS), 0);
    json_error_t error;
    json_t *golden = json_load_file(GOLDEN, 0, &error);
    if (golden == NULL)
        fail_msg("%s: %s", GOLDEN, error.text);
    if (!json_equal(golden, document)) {
        char *dump = json_dumps(document, JSON_INDENT(1) | JSON_SORT_KEYS);
        print_message("%s\n", dump);
        free(dump);
        fail_msg("the document differs from %s", GOLDEN);
    }
    json_decref(golden);
    json_decref(document);
    fixture_close(&f);
}

/* The compiler takes what the language makes. */
static void test_language_compiles(void **state)
{
    (void)state;
    struct fixture f;
    struct shy_plan *plan = NULL;
    load_pack(&f);
    assert_int_equal(shy_pack_declare(f.pack, f.catalogue, &f.err), 0);
    const json_t *document = shy_pack_document(f.pack);
    assert_int_equal(shy_plan_compile(&document, 1, f.catalogue, &plan, &f.problems, &f.err), 0);
    for (size_t i = 0; i < f.problems.count; i++)
        if (f.problems.items[i].severity == SHY_ERROR)
            fail_msg("%s", f.problems.items[i].error.message);
    assert_int_equal(shy_plan_definition_count(plan), 40);
    const struct shy_definition *d = shy_plan_find(plan, "homecare.visit_care.patients");
    assert_non_null(d);
    assert_true(d->ok);
    assert_int_equal(d->answer_count, 2);
    assert_string_equal(d->answers[0].unit, "人/月");
    assert_string_equal(d->rates[0].measure, "rate:10000:75+");
    shy_plan_free(plan);
    fixture_close(&f);
}

/* Every operator of the plan is used by the pack: none is out of reach of an author. */
static bool uses_operator(const json_t *value, const char *name)
{
    const char *key;
    json_t *member;
    size_t i;
    const char *op = json_string_value(json_object_get(value, "op"));
    if (op != NULL && strcmp(op, name) == 0)
        return true;
    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        if (uses_operator(member, name))
            return true;
    }
    json_array_foreach(value, i, member)
    {
        if (uses_operator(member, name))
            return true;
    }
    return false;
}

static void test_language_reaches_all_operators(void **state)
{
    (void)state;
    struct fixture f;
    load_pack(&f);
    for (int op = SHY_OP_NONE + 1; op < SHY_OP_COUNT_; op++) {
        const struct shy_operator *o = shy_operator((enum shy_op)op);
        if (o != NULL && !uses_operator(shy_pack_document(f.pack), o->name))
            fail_msg("no script uses '%s'", o->name);
    }
    fixture_close(&f);
}

/* Two states hash their tables differently; their documents are the same. */
static void test_language_deterministic(void **state)
{
    (void)state;
    struct fixture f, g;
    load_pack(&f);
    load_pack(&g);
    char *a = json_dumps(shy_pack_document(f.pack), JSON_COMPACT);
    char *b = json_dumps(shy_pack_document(g.pack), JSON_COMPACT);
    assert_string_equal(a, b);
    assert_string_equal(shy_pack_hash(f.pack), shy_pack_hash(g.pack));
    free(a);
    free(b);
    fixture_close(&f);
    fixture_close(&g);
}

/* Functions of compute ------------------------------------------------------------------- */

static int call(struct fixture *f, const char *name, double need, double supply, int *state,
                double *value)
{
    const struct shy_named_value values[] = {
        {"need", SHIHYO_STATE_OK, need},
        {"supply", SHIHYO_STATE_OK, supply},
    };
    const struct shy_functions *functions = shy_pack_functions(f->pack);
    enum shihyo_state s;
    int code = functions->call(functions->self, name, values, 2, &s, value, &f->err);
    *state = (int)s;
    return code;
}

static void test_language_compute(void **state)
{
    (void)state;
    struct fixture f;
    int s;
    double value;
    load_pack(&f);
    assert_int_equal(call(&f, "authoring#1", 30, 4, &s, &value), 0);
    assert_int_equal(s, SHIHYO_STATE_OK);
    assert_true(value == 30 * 0.5 / 4);
    assert_int_equal(call(&f, "authoring#1", 30, 0, &s, &value), 0);
    assert_int_equal(s, SHIHYO_STATE_NOT_COMPUTABLE);
    assert_int_not_equal(call(&f, "authoring#9", 1, 1, &s, &value), 0);
    fixture_close(&f);
}

static const char compute_head[] =
    "indicator { id = 'x', name = 'x', unit = 'x', value = compute { "
    "values = { need = value_of 'a', supply = value_of 'b' }, fn = ";

static void load_function(struct fixture *f, const char *before, const char *function)
{
    char text[2048];
    (void)snprintf(text, sizeof text, "%s %s %s } }", before, compute_head, function);
    fixture_open(f);
    assert_int_equal(fixture_text(f, text), 0);
}

/* No call leaves anything for the next one. */
static void test_language_compute_pure(void **state)
{
    (void)state;
    struct fixture f;
    int s;
    double value;
    load_function(&f, "local n = 0", "function(v) n = n + 1 return n end");
    assert_int_equal(f.problems.count, 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(call(&f, "script#1", 0, 0, &s, &value), 0);
        assert_true(value == 1);
    }
    fixture_close(&f);
    load_function(&f, "local t = { 0 }", "function(v) t[1] = t[1] + 1 return t[1] end");
    assert_int_equal(f.problems.count, 1);
    assert_int_equal(f.problems.items[0].error.code, SHY_E_SCRIPT_FUNCTION);
    assert_non_null(strstr(f.problems.items[0].error.message, "'t'"));
    fixture_close(&f);
}

/* What Lua's own functions give may count along, and so may a table that stands for all names:
 * what a call gives would depend on the calls before it. */
static void test_language_compute_keeps_no_counter(void **state)
{
    (void)state;
    static const struct {
        const char *before, *function, *name;
    } cases[] = {
        {"local it = ('1 2 3'):gmatch('%d')", "function(v) return tonumber(it()) end", "'it'"},
        {"local nx = pairs({ 10, 20 })", "function(v) local k, x = nx({ 10, 20 }) return x end",
         "'nx'"},
        {"local _ENV = { n = 0, indicator = indicator, compute = compute, value_of = value_of }",
         "function(v) n = n + 1 return n end", "'_ENV'"},
        {"local rows = medical_items {} local p = rows.persons", "function(v) return p(v) end",
         "'p'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture f;
        load_function(&f, cases[i].before, cases[i].function);
        if (f.problems.count != 1)
            fail_msg("%s: %zu problems", cases[i].before, f.problems.count);
        assert_int_equal(f.problems.items[0].error.code, SHY_E_SCRIPT_FUNCTION);
        assert_non_null(strstr(f.problems.items[0].error.message, cases[i].name));
        fixture_close(&f);
    }
}

static void test_language_compute_limits(void **state)
{
    (void)state;
    static const struct {
        const char *function;
        int code;
    } cases[] = {
        {"function(v) while true do end end", SHY_E_SCRIPT_STEPS},
        {"function(v) local s = 'x' while true do s = s .. s end end", SHY_E_SCRIPT_MEMORY},
        {"function(v) return medical_items {} end", SHY_E_SCRIPT_BLOCKED},
        {"function(v) return v.need .. {} end", SHY_E_SCRIPT_ERROR},
        {"function(v) return 0 / 0 end", 0},
        {"function(v) return 'text' end", 0},
        {"function(v) return nothing end", SHY_E_SCRIPT_NAME},
        {"function(v) x = 1 end", SHY_E_SCRIPT_NAME},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture f;
        int s;
        double value;
        load_function(&f, "", cases[i].function);
        assert_int_equal(f.problems.count, 0);
        int code = call(&f, "script#1", 1, 2, &s, &value);
        if (code != cases[i].code)
            fail_msg("%s: %d %s", cases[i].function, code, f.err.message);
        assert_int_equal(s, SHIHYO_STATE_NOT_COMPUTABLE);
        fixture_close(&f);
    }
}

/* The identity follows the text and what it captured, not the place. */
static const char *text_hash(struct fixture *f)
{
    const json_t *indicator =
        json_array_get(json_object_get(shy_pack_document(f->pack), "indicators"), 0);
    const json_t *answer = json_array_get(json_object_get(indicator, "answers"), 0);
    return json_string_value(json_object_get(json_object_get(answer, "value"), "text_hash"));
}

static void test_language_compute_identity(void **state)
{
    (void)state;
    struct fixture a, b, c;
    load_function(&a, "local k = 1\n", "\nfunction(v) return v.need * k end\n");
    load_function(&b, "local k = 1\n\n\n", "\nfunction(v) return v.need * k end\n");
    load_function(&c, "local k = 2\n", "\nfunction(v) return v.need * k end\n");
    assert_string_equal(text_hash(&a), text_hash(&b));
    assert_string_not_equal(text_hash(&a), text_hash(&c));
    fixture_close(&a);
    fixture_close(&b);
    fixture_close(&c);
    /* Functions of the language by their names: floor is not ceil. */
    load_function(&a, "local f = math.floor\n", "\nfunction(v) return f(v.need) end\n");
    load_function(&b, "local f, g = math['floor'], 1\n", "\nfunction(v) return f(v.need) end\n");
    load_function(&c, "local f = math.ceil\n", "\nfunction(v) return f(v.need) end\n");
    assert_int_equal(a.problems.count + b.problems.count + c.problems.count, 0);
    assert_string_equal(text_hash(&a), text_hash(&b));
    assert_string_not_equal(text_hash(&a), text_hash(&c));
    fixture_close(&a);
    fixture_close(&b);
    fixture_close(&c);
    /* Two numbers that look alike at 14 digits are two numbers. */
    load_function(&a, "local k = 0.1\n", "\nfunction(v) return v.need * k end\n");
    load_function(&b, "local k = 0.1 + 1e-16\n", "\nfunction(v) return v.need * k end\n");
    load_function(&c, "local k = '0.1'\n", "\nfunction(v) return v.need * k end\n");
    assert_string_not_equal(text_hash(&a), text_hash(&b));
    assert_string_not_equal(text_hash(&a), text_hash(&c));
    fixture_close(&a);
    fixture_close(&b);
    fixture_close(&c);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_language_golden),
        cmocka_unit_test(test_language_compiles),
        cmocka_unit_test(test_language_reaches_all_operators),
        cmocka_unit_test(test_language_deterministic),
        cmocka_unit_test(test_language_compute),
        cmocka_unit_test(test_language_compute_pure),
        cmocka_unit_test(test_language_compute_keeps_no_counter),
        cmocka_unit_test(test_language_compute_limits),
        cmocka_unit_test(test_language_compute_identity),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
