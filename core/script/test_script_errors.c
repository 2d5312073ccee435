/* SPDX-License-Identifier: MIT */
/* What an author is told: code, line, sentence and the nearest names. In English, the message ids.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/foreign.h"
#include "core/script/test_script.h"

struct mistake {
    const char *text;
    int code, line;
    const char *says; /* the whole message, or its beginning before a '…' */
    const char *hint; /* a part of it; NULL = any */
};

static void matches(const struct mistake *m, const struct shihyo_error *err)
{
    size_t length = strlen(m->says);
    const char *dots = strstr(m->says, "…");
    bool same = dots != NULL ? strncmp(m->says, err->message, (size_t)(dots - m->says)) == 0
                             : strcmp(m->says, err->message) == 0;
    (void)length;
    if ((int)err->code != m->code || !same || err->row != m->line)
        fail_msg("%s\n  gave %d at line %d: %s", m->text, (int)err->code, (int)err->row,
                 err->message);
    if (m->hint != NULL && strstr(err->hint, m->hint) == NULL)
        fail_msg("%s\n  hint: %s", m->text, err->hint);
    assert_string_equal(err->file, "test.lua");
}

static void check(const struct mistake *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct fixture f;
        fixture_open(&f);
        assert_int_equal(fixture_text(&f, list[i].text), 0);
        if (f.problems.count != 1)
            fail_msg("%s\n  gave %d problems: %s", list[i].text, (int)f.problems.count,
                     f.problems.count > 1 ? f.problems.items[1].error.message : "");
        matches(&list[i], &f.problems.items[0].error);
        fixture_close(&f);
    }
}

#define CHECK(list) check(list, sizeof list / sizeof list[0])

static void test_script_errors_statistics(void **state)
{
    (void)state;
    static const struct mistake list[] = {
        {"local v = medical_items {}\nlocal d = directly_standardised { rows = v, per = 1000, "
         "standard "
         "= 'japan_1995' }",
         SHY_E_SCRIPT_NAME, 2, "There is no standard population 'japan_1995'.", "japan_1985"},
        {"local d = directly_standardised { rows = medical_items {}, standard = 'japan_2015' }",
         SHY_E_SCRIPT_MISSING, 1, "'directly_standardised' lacks the field 'per'.", NULL},
        {"local d = directly_standardised { rows = medical_items {}, per = 1000, standrd = 'x' }",
         SHY_E_SCRIPT_FIELD, 1, "'directly_standardised' has no field 'standrd'.", "'standard'"},
        {"local d = directly_standardised { per = 1000, standard = 'japan_2015' }",
         SHY_E_SCRIPT_MISSING, 1, "'directly_standardised' lacks the field 'rows'.", NULL},
        {"local d = directly_standardised { rows = medical_items {}, count = 'heads', per = 1000, "
         "standard = 'japan_2015' }",
         SHY_E_SCRIPT_TYPE, 1, "'count' cannot be 'heads'.", NULL},
        {"local d = directly_standardised { rows = medical_items {}, per = 1000, standard = { "
         "label = "
         "'x', 5 } }",
         SHY_E_SCRIPT_TYPE, 1, "'standard' has age groups…", NULL},
        {"local d = indirectly_standardised { rows = medical_items {} }", SHY_E_SCRIPT_MISSING, 1,
         "'indirectly_standardised' needs either with…", NULL},
        {"local d = indirectly_standardised { rows = medical_items {}, with = 'nation' }",
         SHY_E_SCRIPT_TYPE, 1, "'with' is areas.all…", NULL},
        {"local d = indirectly_standardised { rows = medical_items {}, with = areas.all 'nation', "
         "ages "
         "= { a = 1 } }",
         SHY_E_SCRIPT_TYPE, 1, "'ages' is a list…", NULL},
        {"local d = indirectly_standardised { rows = medical_items {}, reference = { { from = 'x' "
         "} } "
         "}",
         SHY_E_SCRIPT_TYPE, 1, "from must be a whole number, not text.", NULL},
        {"local v = medical_items {}:persons():per(1000, 5)", SHY_E_SCRIPT_TYPE, 1,
         "per(n, …) needs population…", NULL},
        {"local v = medical_items {}:persons():compare { wth = 'prefecture' }", SHY_E_SCRIPT_FIELD,
         1, "'compare' has no field 'wth'.", "'with'"},
        {"local v = medical_items {}:persons():compare { levels = 'high' }", SHY_E_SCRIPT_TYPE, 1,
         "'levels' is a level of confidence…", NULL},
        {"local v = medical_items {}:persons():quantile { groups = 1 }", SHY_E_SCRIPT_TYPE, 1,
         "'groups' must be from 2 to 100.", NULL},
        {"indicator { id = 'a', name = 'a', unit = 'x', value = medical_items {}:persons(), by = "
         "areas.of 'insurer',\n limits = { 95, levl = 3 } }",
         SHY_E_SCRIPT_TYPE, 1, "a: 'limits' of 'indicator' must be levels of confidence…", NULL},
        {"indicator { id = 'a', name = 'a', unit = 'x', value = medical_items {}:persons(), by = "
         "areas.of 'insurer', limits = {} }",
         SHY_E_SCRIPT_TYPE, 1, "a: 'limits' of 'indicator' must be levels of confidence…", NULL},
    };
    CHECK(list);
}

static void test_script_errors_names(void **state)
{
    (void)state;
    static const struct mistake list[] = {
        {"local v = medical_itmes { item = '1' }", SHY_E_SCRIPT_NAME, 1,
         "There is no name 'medical_itmes'.", "'medical_items'"},
        {"\nindicater { id = 'a' }", SHY_E_SCRIPT_NAME, 2, "There is no name 'indicater'.",
         "'indicator'"},
        {"local v = medical_items { itm = '1' }", SHY_E_SCRIPT_FIELD, 1,
         "'medical_items' has no column 'itm'.", "'item'"},
        {"local v = medical_items { item = codes.visit }", SHY_E_SCRIPT_NAME, 1,
         "There is no code list 'visit'.", "codes.lua"},
        {"code_list { id = 'visit_care', label = 'x', entries = { '1' } }\n"
         "local v = medical_items { item = codes.visitcare }",
         SHY_E_SCRIPT_NAME, 2, "There is no code list 'visitcare'.", "'visit_care'"},
        {"local v = medical_items {}:person()", SHY_E_SCRIPT_NAME, 1,
         "Rows have no method 'person'.", "'persons'"},
        {"local v = medical_items {}:persns()", SHY_E_SCRIPT_FIELD, 1,
         "'medical_items' has no column 'persns'.", "'persons'"},
        {"local v = facts 'x' {}:persns()", SHY_E_SCRIPT_NAME, 1, "Rows have no method 'persns'.",
         "'persons'"},
        {"local v = medical_items {}:persons():monthly_averag()", SHY_E_SCRIPT_NAME, 1,
         "'value' has no 'monthly_averag'.", "'monthly_average'"},
        {"local v = medical_items {}:monthly_average()", SHY_E_SCRIPT_NAME, 1,
         "'rows' has no 'monthly_average'.", ":persons():monthly_average"},
        {"local v = areas.off 'insurer'", SHY_E_SCRIPT_FIELD, 1, "'areas' has no field 'off'.",
         "'of'"},
        {"local v = areas.of 'insurers'", SHY_E_SCRIPT_NAME, 1, "There are no areas of 'insurers'.",
         "'insurer'"},
        {"local v = contract 'populations'", SHY_E_CONTRACT_UNKNOWN, 1, "…", "'population'"},
        {"local v = { held = state 'maskd' }", SHY_E_SCRIPT_TYPE, 1, "There is no state 'maskd'.",
         "'masked'"},
    };
    CHECK(list);
}

static void test_script_errors_fields(void **state)
{
    (void)state;
    static const struct mistake list[] = {
        {"indicator { id = 'a', nam = 'x', name = 'x', unit = '人', value = persons {}:rows() }",
         SHY_E_SCRIPT_FIELD, 1, "a: 'indicator' has no field 'nam'.", "'name'"},
        {"indicator { id = 'a', unit = '人', value = persons {}:rows() }", SHY_E_SCRIPT_MISSING, 1,
         "a: 'indicator' lacks the field 'name'.", NULL},
        {"indicator { id = 'a', name = 'x', value = persons {}:rows() }", SHY_E_SCRIPT_MISSING, 1,
         "a: 'indicator' lacks the field 'unit'.", NULL},
        {"indicator { id = 'a', name = 'x', unit = '人' }", SHY_E_SCRIPT_MISSING, 1,
         "a: An indicator needs 'value' or 'answers'.", NULL},
        {"indicator { id = 'a', name = 5, unit = '人', value = persons {}:rows() }",
         SHY_E_SCRIPT_TYPE, 1, "a: 'name' of 'indicator' must be a text, not number.", NULL},
        {"indicator { id = 'a', name = 'x', unit = '人', value = persons {} }", SHY_E_SCRIPT_TYPE,
         1, "a: 'value' of 'indicator' must be a value, not rows.", ":persons()"},
        {"indicator { id = 'a', name = 'x', unit = '人', value = persons {}:rows(), by = 'insurer' "
         "}",
         SHY_E_SCRIPT_TYPE, 1, "a: 'by' of 'indicator' must be areas.of \"…", "areas.of"},
        {"indicator { id = 'a', name = 'x', unit = '人', value = persons {}:rows(), kind = "
         "'proces' }",
         SHY_E_SCRIPT_TYPE, 1, "a: 'kind' cannot be 'proces'.", "'process'"},
        {"indicator { id = 'a', name = 'x', unit = '人', value = persons {}:rows(), decimals = 1.5 "
         "}",
         SHY_E_SCRIPT_TYPE, 1,
         "a: 'decimals' of 'indicator' must be a whole number from 0 to 9, "
         "not number.",
         NULL},
        /* As many as the plan takes (core/plan/definition.c), not more. */
        {"indicator { id = 'a', name = 'x', unit = '人', value = persons {}:rows(), decimals = 10 "
         "}",
         SHY_E_SCRIPT_TYPE, 1,
         "a: 'decimals' of 'indicator' must be a whole number from 0 to 9, not number.", NULL},
        {"indicator { id = 'A', name = 'x', unit = '人', value = persons {}:rows() }",
         SHY_E_ID_INVALID, 1, "The id 'A' is not allowed.", "begins with a letter"},
        {"indicator { id = '指標', name = 'x', unit = '人', value = persons {}:rows() }",
         SHY_E_ID_INVALID, 1, "The id '指標' is not allowed.", "'name'"},
        {"indicator { id = 'a', name = 'x', unit = '人', value = persons {}:rows() }\n\n"
         "indicator { id = 'a', name = 'y', unit = '人', value = persons {}:rows() }",
         SHY_E_ID_TWICE, 3, "The id 'a' is defined twice.", "test.lua:1"},
        {"indicator 'a'", SHY_E_SCRIPT_TYPE, 1, "'indicator' is written as a table { … }, not…",
         NULL},
        {"indicator { id = 'a', name = 'x', unit = '人', value = persons {}:rows(), "
         "rates = { population {} } }",
         SHY_E_SCRIPT_TYPE, 1, "a: 'rates' of 'indicator' must be a list of per(n, population…",
         NULL},
        {"cross_table { id = 'a', title = 'x', rows = { 'insurer' }, value = persons {}:rows() }",
         SHY_E_SCRIPT_TYPE, 1, "a: 'rows' of a cross table has in it: text.", "areas.of"},
        {"cross_table { id = 'a', title = 'x', rows = { areas.of 'insurer' } }",
         SHY_E_SCRIPT_MISSING, 1, "a: A cross table has either 'value' or columns…", NULL},
        {"code_list { id = 'a', label = 'x', entries = { 114001110 } }", SHY_E_SCRIPT_TYPE, 1,
         "a: 'entry' is written as a table { … }, not…", NULL},
        {"code_list { id = 'a', label = 'x', entries = { { 114001110, 'y' } } }", SHY_E_SCRIPT_TYPE,
         1, "a: The code of an entry must be a text.", "zeros"},
        {"code_list { id = 'a', label = 'x', entries = { { '1', 'y', frm = '2020-01-01' } } }",
         SHY_E_SCRIPT_FIELD, 1, "a: 'entry' has no field 'frm'.", "'from'"},
        {"code_list { id = 'a', label = 'x', entries = { { '1', 'y', from = '2020-13-01' } } }",
         SHY_E_SCRIPT_TYPE, 1, "a: 'from' of 'entry' is not a date like \"2024-06-01\".", NULL},
        {"facts_table { id = 'a', label = 'x', columns = { { 'n', 'integer' } } }",
         SHY_E_SCRIPT_TYPE, 1, "a: There is no column type 'integer'.", NULL},
        {"example 'x' { given = {}, expct = { a = 1 }, expect = { a = 1 } }", SHY_E_SCRIPT_FIELD, 1,
         "'example' has no field 'expct'.", "'expect'"},
    };
    CHECK(list);
}

static void test_script_errors_scores(void **state)
{
    (void)state;
#define VALUE "local v = beds {}:sum() "
    static const struct mistake list[] = {
        {VALUE "local c = composite {}", SHY_E_SCRIPT_TYPE, 1,
         "'composite' needs a list, not an empty table.", "{ value, 10 }"},
        {VALUE "local c = composite(v)", SHY_E_SCRIPT_TYPE, 1,
         "'composite' needs a list, not value.", NULL},
        {VALUE "local c = composite { { v, '10' } }", SHY_E_SCRIPT_TYPE, 1,
         "The weight of a part is a number, not text.", NULL},
        {VALUE "local c = composite { { v, 1, 2 } }", SHY_E_SCRIPT_TYPE, 1,
         "An item of 'composite' has more than two things.", NULL},
        {VALUE "local c = composite { beds {} }", SHY_E_SCRIPT_TYPE, 1,
         "A value is needed here, not rows.", ":persons()"},
        {VALUE "local c = composite { v, hou = 'sum' }", SHY_E_SCRIPT_FIELD, 1,
         "'composite' has no field 'hou'.", "'how'"},
        {VALUE "local c = composite { v, how = 'middle' }", SHY_E_SCRIPT_TYPE, 1,
         "'how' cannot be 'middle'.", "\"best\""},
        {VALUE "local c = most_frequent { v, v }", SHY_E_SCRIPT_TYPE, 1, "…", NULL},
        {VALUE "local c = v:grade { 80, 50 }", SHY_E_SCRIPT_TYPE, 1,
         "A step is written { \"A\", from = 80 }, not number.", NULL},
        {VALUE "local c = v:grade { { 'A', form = 80 } }", SHY_E_SCRIPT_FIELD, 1,
         "'grade' has no field 'form'.", "'from'"},
        {VALUE "local c = v:grade { { 'A', from = '80' } }", SHY_E_SCRIPT_TYPE, 1,
         "'from' is a number, not text.", NULL},
        {VALUE "local c = v:over(areas.all 'municipality', { how = 'count', from = 'x' })",
         SHY_E_SCRIPT_TYPE, 1, "'from' is a number, not text.", NULL},
        {VALUE "local c = v:over(5)", SHY_E_SCRIPT_TYPE, 1, "…", NULL},
        {VALUE "local c = v:allocate { amount = 0 }", SHY_E_SCRIPT_TYPE, 1,
         "'amount' must be from 1 to 1000000000000000.", NULL},
    };
    CHECK(list);
#undef VALUE
}

static void test_script_errors_expressions(void **state)
{
    (void)state;
    static const struct mistake list[] = {
        {"local v = medical_items {}:followed_by(care_claims {}, 6)", SHY_E_SCRIPT_TYPE, 1,
         "'followed_by' needs a window of months, not number.", "months(1, 6)"},
        {"local v = medical_items {}:having(care_claims {}, { mtch = 'person' })",
         SHY_E_SCRIPT_FIELD, 1, "'having' has no field 'mtch'.", "'match'"},
        {"local v = medical_items {}:having(care_claims {}, { match = 'persons' })",
         SHY_E_SCRIPT_TYPE, 1, "'match' cannot be 'persons'.", "\"person\""},
        {"local v = medical_items {}:having(medical_items {}:persons())", SHY_E_SCRIPT_TYPE, 1,
         "Rows are needed here, not value.", "before they are counted"},
        {"local v = total { medical_items {} }", SHY_E_SCRIPT_TYPE, 1,
         "A value is needed here, not rows.", ":persons()"},
        {"local v = persons {}:rows() / persons {}:rows()", SHY_E_SCRIPT_TYPE, 1,
         "A description cannot be calculated with: it has no number yet.", "ratio"},
        {"local v = medical_items { item = { codes.a } }", SHY_E_SCRIPT_NAME, 1, "…", NULL},
        {"local v = persons { sex = {} }", SHY_E_SCRIPT_TYPE, 1,
         "The list of values for 'sex' is empty.", NULL},
        {"local v = persons { sex = persons }", SHY_E_SCRIPT_TYPE, 1,
         "The condition on 'sex' cannot be: contract.", "between"},
        {"local v = months(6, 1)", SHY_E_SCRIPT_TYPE, 1, "months(a, b): a and b count…", NULL},
        {"local v = between(9, 1)", SHY_E_SCRIPT_TYPE, 1, "between(a, b): a must not…", NULL},
        {"local v = share(persons {}:rows(), areas.all 'x')", SHY_E_SCRIPT_TYPE, 1,
         "'share' needs areas (rows:areas()), not the value of 'rows'.", NULL},
        {"local v = share(persons {}, 'municipality')", SHY_E_SCRIPT_TYPE, 1,
         "'share' needs the areas it is out of, not text.", "areas.all"},
        {"local v = persons {} {}", SHY_E_SCRIPT_TYPE, 1, "These are rows already.", ":where"},
        {"persons.x = 1", SHY_E_SCRIPT_TYPE, 1, "'contract' cannot be changed.", NULL},
        {"local r = persons {} for i = 1, 40 do r = r:having(r) end", SHY_E_SCRIPT_MEMORY, 1,
         "The definition has more than 10000 parts…", NULL},
        {"local p, t = persons {}, {} for i = 1, 200000 do t[i] = p end local v = union(t)",
         SHY_E_SCRIPT_MEMORY, 1, "The definition has more than 10000 parts…", NULL},
        {"local p, t = persons {}:rows(), {} for i = 1, 200000 do t[i] = p end local v = total(t)",
         SHY_E_SCRIPT_MEMORY, 1, "The definition has more than 10000 parts…", NULL},
        {"local v = compute { values = { a = 5 }, fn = function(v) return v.a end }",
         SHY_E_SCRIPT_TYPE, 1, "A value is needed here, not number.", NULL},
        {"local v = per(1000, { age = from(75) })", SHY_E_SCRIPT_TYPE, 1,
         "per(n, …) needs population { … }, not table.", NULL},
        {"local v = population { ages = from(75) }", SHY_E_SCRIPT_FIELD, 1,
         "'population' has no field 'ages'.", "'age'"},
        {"local v = persons {}\nlocal w = v:rows(\n", SHY_E_SCRIPT_SYNTAX, 3,
         "The script is not valid Lua: …", NULL},
        {"require 'os'", SHY_E_SCRIPT_BLOCKED, 1,
         "blocked: require of 'os', which is no file of the pack.", NULL},
        {"os.execute('x')", SHY_E_SCRIPT_BLOCKED, 1,
         "blocked: os.execute may not be used in a script.", NULL},
        {"while true do end", SHY_E_SCRIPT_STEPS, 1,
         "The script ran for more than 3000000 steps and was stopped.", "never ends"},
    };
    CHECK(list);
}

/* One mistake does not hide the next, nor the definitions that are whole. */
static void test_script_errors_go_on(void **state)
{
    (void)state;
    static const char text[] =
        "local a = medical_itms { item = '1' }\n"
        "indicator { id = 'bad.name', name = 'x', unit = '人', value = "
        "a:persons():monthly_average() }\n"
        "indicator { id = 'bad.field', nam = 'x', unt = '人', value = persons {}:rows() }\n"
        "indicator { id = 'good', name = 'x', unit = '人', value = persons {}:rows() }\n"
        "local b = persons { sx = 'male' }\n"
        "local c = total { b:rows(), a:rows() }\n"
        "indicator { id = 'bad.total', name = 'x', unit = '人', value = c }\n";
    static const int lines[] = {1, 3, 3, 3, 5};
    struct fixture f;
    fixture_open(&f);
    assert_int_equal(fixture_text(&f, text), 0);
    /* line 3: two unknown fields, 'name' and 'unit' missing ('unit' only where all else is good) */
    assert_int_equal(f.problems.count, sizeof lines / sizeof lines[0]);
    for (size_t i = 0; i < f.problems.count; i++)
        assert_int_equal(f.problems.items[i].error.row, lines[i]);
    const json_t *good = json_object_get(shy_pack_document(f.pack), "indicators");
    assert_int_equal(json_array_size(good), 1);
    assert_string_equal(json_string_value(json_object_get(json_array_get(good, 0), "id")), "good");
    fixture_close(&f);
}

static void test_script_errors_bounded(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    assert_int_equal(fixture_text(&f, "for i = 1, 100000 do indicator { id = 'x' .. i } end"), 0);
    assert_true(f.problems.count <= 102);
    const struct shihyo_error *last = &f.problems.items[f.problems.count - 1].error;
    assert_non_null(strstr(last->message, "more mistakes"));
    fixture_close(&f);
}

/* Lua's own sentences are those that core/base/foreign.c can say in Japanese. */
static void test_script_errors_of_lua(void **state)
{
    static const char *const scripts[] = {
        "local = 1",
        "local v = medical_items { item = '1'",
        "local v = {\n1, 2\nlocal w",
        "local v = 'abc",
        "local v = [[abc",
        "--[[ abc",
        "local v = 12x",
        "local v = '\\q'",
        "f:x = 1",
        "for i of pairs({}) do end",
        "local function f() return ... end",
        "break",
        "goto here",
        "local c <const> = 1; c = 2",
        "local f; f()",
        "local t = {}; t.x()",
        "local t = {}; t:x()",
        "local t = {}; local v = t.x.y",
        "local v = 1 + {}",
        "local t = {}; local v = t.x + 1",
        "local v = 'a' .. {}",
        "local v; local w = #v",
        "local v = {} < {}",
        "local v = 1 < 'a'",
        "local v = 1 // 0",
        "local v = 1 % 0",
        "local v = 1.5 | 1",
        "local v = {} | 1",
        "for i = 'a', 2 do end",
        "for i = 1, {} do end",
        "for i = 1, 2, 0 do end",
        "local t = {}; t[nil] = 1",
        "local t = {}; t[0 / 0] = 1",
        "for i = 1, 2, {} do end",
        "local v = table.concat(1)",
        "local v = table.concat({ {} })",
        "table.insert({}, 5, 1)",
        "table.insert({})",
        "local v = string.rep()",
        "local v = ('x'):find('[')",
        "local v = ('x'):find('%')",
        "local v = ('x'):rep('y')",
        "local v = string.format('%d', 1.5)",
        "local v = string.format('%y', 1)",
        "local v = string.format('%p', 1)",
    };
    (void)state;
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        struct fixture f;
        fixture_open(&f);
        assert_int_equal(fixture_text(&f, scripts[i]), 0);
        if (f.problems.count == 0)
            fail_msg("%s\n  is no mistake", scripts[i]);
        const char *said = f.problems.items[0].error.message;
        const char *colon = strstr(said, ": ");
        if (colon == NULL || !shy_foreign_known(colon + 2))
            fail_msg("%s\n  gave an unknown sentence: %s", scripts[i], said);
        fixture_close(&f);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_script_errors_of_lua),
        cmocka_unit_test(test_script_errors_statistics),
        cmocka_unit_test(test_script_errors_names),
        cmocka_unit_test(test_script_errors_fields),
        cmocka_unit_test(test_script_errors_scores),
        cmocka_unit_test(test_script_errors_expressions),
        cmocka_unit_test(test_script_errors_go_on),
        cmocka_unit_test(test_script_errors_bounded),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
