/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/os/os.h"
#include "core/script/test_script.h"

#define GOOD "return { id = 'p', version = '1.2.0', name = '例', api = 1 }"
#define INDICATOR(id) \
    "indicator { id = '" id "', name = 'x', unit = '人', value = persons {}:rows() }\n"

/* A folder in the build tree, emptied first. */
static char root[512];

static void write_file(const char *name, const char *text)
{
    char path[700];
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)snprintf(path, sizeof path, "%s/%s", root, name);
    char *folder = shy_os_dirname(path);
    assert_int_equal(shy_os_mkdir(folder, &err), 0);
    shy_free(folder);
    assert_int_equal(shy_os_write_file(path, text, strlen(text), &err), 0);
}

static int set_up(void **state)
{
    (void)state;
    char command[700];
    (void)snprintf(root, sizeof root, "%s/core/script/test_pack.tmp", SHY_TEST_BUILDDIR);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", root);
    return system(command);
}

static int load(struct fixture *f, const char *name)
{
    char path[700];
    fixture_open(f);
    (void)snprintf(path, sizeof path, "%s/%s", root, name);
    return shy_pack_load(path, f->catalogue, NULL, &f->pack, &f->problems, &f->err);
}

static size_t indicators(const struct fixture *f)
{
    return json_array_size(json_object_get(shy_pack_document(f->pack), "indicators"));
}

static void test_pack_manifest(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int code;
        const char *says, *hint;
    } cases[] = {
        {"return { version = '1.0.0', name = 'x', api = 1 }", SHY_E_PACK_INVALID, "'id'", ""},
        {"return { id = 'p', name = 'x', api = 1 }", SHY_E_PACK_INVALID, "'version'", ""},
        {"return { id = 'P', version = '1.0.0', name = 'x', api = 1 }", SHY_E_PACK_INVALID, "'P'",
         ""},
        {"return { id = '../x', version = '1.0.0', name = 'x', api = 1 }", SHY_E_PACK_INVALID,
         "'../x'", ""},
        {"return { id = 'p', version = '1.0', name = 'x', api = 1 }", SHY_E_PACK_INVALID, "'1.0'",
         ""},
        {"return { id = 'p', version = '1.0.0', name = 'x' }", SHY_E_PACK_API, "api = 1", ""},
        {"return { id = 'p', version = '1.0.0', name = 'x', api = 2 }", SHY_E_PACK_API, "api", ""},
        {"return { id = 'p', version = '1.0.0', name = 'x', api = 1, licens = 'MIT' }",
         SHY_E_PACK_INVALID, "'licens'", "'licence'"},
        {"return { id = 'p', version = '1.0.0', name = 5, api = 1 }", SHY_E_PACK_INVALID, "'name'",
         ""},
        {"return { id = 'p', version = '1.0.0', name = 'x', api = 1, depends = { q = 1 } }",
         SHY_E_PACK_INVALID, "'q'", ""},
        {"return { id = 'p', version = '1.0.0', name = 'x', api = 1, files = 'a.lua' }",
         SHY_E_PACK_INVALID, "'files'", ""},
        {"return 5", SHY_E_SCRIPT_VALUE, "table", ""},
        {"return {", SHY_E_SCRIPT_SYNTAX, "", ""},
        {"\x1bLua", SHY_E_SCRIPT_BYTECODE, "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture f;
        write_file("m/pack.lua", cases[i].text);
        int code = load(&f, "m");
        if (code != cases[i].code || strstr(f.err.message, cases[i].says) == NULL ||
            strstr(f.err.hint, cases[i].hint) == NULL)
            fail_msg("%s: %d %s (%s)", cases[i].text, code, f.err.message, f.err.hint);
        assert_null(f.pack);
        assert_non_null(strstr(f.err.file, "pack.lua"));
        fixture_close(&f);
    }
}

static void test_pack_not_there(void **state)
{
    (void)state;
    struct fixture f;
    assert_int_equal(load(&f, "nowhere"), SHY_E_PACK_NOT_FOUND);
    assert_non_null(strstr(f.err.hint, "pack.lua"));
    fixture_close(&f);
}

static void test_pack_files_in_order(void **state)
{
    (void)state;
    struct fixture f;
    write_file("o/pack.lua", GOOD);
    write_file("o/a.lua", "local v = medical_items { item = codes.late }\n" INDICATOR("p.a"));
    write_file("o/sub/b.lua",
               "local lib = require 'zz.lib'\nassert(lib.answer == 42)\n" INDICATOR("p.b"));
    write_file("o/zz/lib.lua", "return { answer = 42 }");
    write_file("o/zz/codes.lua", "code_list { id = 'late', label = 'x', entries = { '1' } }");
    write_file("o/tests/t.lua", "example 'x' { expect = { ['p.a'] = 1 } }");
    write_file("o/.hidden.lua", "error('read')");
    write_file("o/readme.txt", "no script");
    assert_int_equal(load(&f, "o"), 0);
    for (size_t i = 0; i < f.problems.count; i++)
        fail_msg("%s", f.problems.items[i].error.message);
    assert_int_equal(indicators(&f), 2);
    assert_int_equal(json_array_size(json_object_get(shy_pack_document(f.pack), "examples")), 1);
    assert_string_equal(shy_pack_id(f.pack), "p");
    assert_string_equal(shy_pack_version(f.pack), "1.2.0");
    fixture_close(&f);
}

static void test_pack_listed_files_only(void **state)
{
    (void)state;
    struct fixture f;
    write_file("l/pack.lua", "return { id = 'p', version = '1.0.0', name = 'x', api = 1, "
                             "files = { 'a.lua', 'c.lua' } }");
    write_file("l/a.lua", INDICATOR("p.a"));
    write_file("l/b.lua", "error('read')");
    assert_int_equal(load(&f, "l"), 0);
    assert_int_equal(f.problems.count, 1);
    assert_int_equal(f.problems.items[0].error.code, SHY_E_PACK_FILE);
    assert_non_null(strstr(f.problems.items[0].error.message, "'c.lua'"));
    assert_non_null(strstr(f.problems.items[0].error.file, "/l/pack.lua"));
    assert_int_equal(indicators(&f), 1);
    fixture_close(&f);
}

/* A mistake in one file leaves the others. */
static void test_pack_bad_file(void **state)
{
    (void)state;
    struct fixture f;
    write_file("b/pack.lua", GOOD);
    write_file("b/a.lua", "this is no Lua");
    write_file("b/b.lua", "error('stopped')");
    write_file("b/c.lua", "while true do pcall(error) end");
    write_file("b/d.lua", INDICATOR("p.d") "indicator { id = 'p.d' }");
    fixture_open(&f);
    char path[700];
    (void)snprintf(path, sizeof path, "%s/b", root);
    struct shy_limits limits = {.steps = 200000};
    assert_int_equal(shy_pack_load(path, f.catalogue, &limits, &f.pack, &f.problems, &f.err), 0);
    assert_int_equal(indicators(&f), 1);
    assert_int_equal(f.problems.items[0].error.code, SHY_E_SCRIPT_SYNTAX);
    assert_int_equal(f.problems.items[1].error.code, SHY_E_SCRIPT_ERROR);
    assert_int_equal(f.problems.items[2].error.code, SHY_E_SCRIPT_STEPS);
    const struct shihyo_error *last = &f.problems.items[f.problems.count - 1].error;
    assert_int_equal(last->code, SHY_E_ID_TWICE);
    assert_non_null(strstr(last->hint, "d.lua:1"));
    fixture_close(&f);
}

static void test_pack_require(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int code;
        const char *says;
    } cases[] = {
        {"require '../m/pack'", SHY_E_SCRIPT_BLOCKED, "no file of the pack"},
        {"require '/etc/passwd'", SHY_E_SCRIPT_BLOCKED, "no file of the pack"},
        {"require 'a'", SHY_E_PACK_FILE, "circle"},
        {"require 'x'", SHY_E_SCRIPT_ERROR, "inside"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture f;
        write_file("r/pack.lua", GOOD);
        write_file("r/a.lua", cases[i].text);
        write_file("r/x.lua", "error('inside')");
        assert_int_equal(load(&f, "r"), 0);
        assert_true(f.problems.count >= 1);
        const struct shihyo_error *err = &f.problems.items[0].error;
        if ((int)err->code != cases[i].code || strstr(err->message, cases[i].says) == NULL)
            fail_msg("%s: %d %s", cases[i].text, (int)err->code, err->message);
        fixture_close(&f);
    }
}

static void test_pack_links_out(void **state)
{
    (void)state;
    struct fixture f;
    char path[700];
    write_file("s/pack.lua", GOOD);
    write_file("s/real.lua", INDICATOR("p.real"));
    (void)snprintf(path, sizeof path, "%s/s/inside.txt", root);
    assert_int_equal(symlink("real.lua", path), 0);
    assert_int_equal(load(&f, "s"), 0);
    assert_int_equal(indicators(&f), 1);
    fixture_close(&f);
    (void)snprintf(path, sizeof path, "%s/s/out.lua", root);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    assert_int_equal(load(&f, "s"), SHY_E_PACK_FILE);
    assert_non_null(strstr(f.err.message, "out.lua"));
    fixture_close(&f);
}

static void test_pack_hash(void **state)
{
    (void)state;
    struct fixture f;
    char first[SHY_HASH_TEXT];
    write_file("h/pack.lua", GOOD);
    write_file("h/data.csv", "1");
    assert_int_equal(load(&f, "h"), 0);
    assert_int_equal(strlen(shy_pack_hash(f.pack)), SHY_HASH_TEXT - 1);
    memcpy(first, shy_pack_hash(f.pack), sizeof first);
    fixture_close(&f);
    write_file("h/data.csv", "2");
    assert_int_equal(load(&f, "h"), 0);
    assert_string_not_equal(first, shy_pack_hash(f.pack));
    fixture_close(&f);
    write_file("h/data.csv", "1");
    assert_int_equal(load(&f, "h/"), 0);
    assert_string_equal(first, shy_pack_hash(f.pack));
    fixture_close(&f);
}

static void test_pack_depends(void **state)
{
    (void)state;
    struct fixture base, f;
    char path[700];
    write_file("base/pack.lua", GOOD);
    write_file("base/codes.lua", "code_list { id = 'c', label = 'x', entries = { '1' } }");
    write_file("top/pack.lua", "return { id = 'q', version = '1.0.0', name = 'x', api = 1, "
                               "depends = { p = '1.1.0' } }");
    write_file("top/a.lua", "local v = medical_items { item = codes.c }\n" INDICATOR("q.a"));
    assert_int_equal(load(&base, "base"), 0);
    assert_int_equal(load(&f, "top"), SHY_E_PACK_DEPENDS);
    assert_non_null(strstr(f.err.message, "'p'"));
    (void)snprintf(path, sizeof path, "%s/top", root);
    const struct shy_pack *packs[] = {base.pack};
    assert_int_equal(
        shy_pack_load_with(path, f.catalogue, packs, 1, NULL, &f.pack, &f.problems, &f.err), 0);
    assert_int_equal(f.problems.count, 0);
    /* The list stays the other pack's: it is not in this document too. */
    assert_int_equal(json_array_size(json_object_get(shy_pack_document(f.pack), "code_lists")), 0);
    fixture_close(&f);
    write_file("top/pack.lua", "return { id = 'q', version = '1.0.0', name = 'x', api = 1, "
                               "depends = { p = '2.0.0' } }");
    fixture_open(&f);
    assert_int_equal(
        shy_pack_load_with(path, f.catalogue, packs, 1, NULL, &f.pack, &f.problems, &f.err),
        SHY_E_PACK_DEPENDS);
    assert_non_null(strstr(f.err.message, "2.0.0"));
    fixture_close(&f);
    fixture_close(&base);
}

static void test_pack_facts(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f);
    assert_int_equal(fixture_text(&f, "facts_table { id = 'a', label = '表', columns = { "
                                      "{ 'held', 'int', unit = '回', label = '開催回数' }, "
                                      "{ 'kind', 'code', key = true }, "
                                      "{ 'rate', 'decimal', scale = 2 } } }"),
                     0);
    assert_int_equal(f.problems.count, 0);
    assert_int_equal(shy_pack_declare(f.pack, f.catalogue, &f.err), 0);
    assert_int_equal(shy_pack_declare(f.pack, f.catalogue, &f.err), 0);
    const struct shy_contract *c = shy_catalogue_find(f.catalogue, "facts.a");
    assert_non_null(c);
    assert_string_equal(c->label_ja, "表");
    assert_int_equal(c->column_count, 6);
    assert_int_equal(shy_contract_role(c, SHY_ROLE_AREA_SET), 0);
    assert_int_equal(shy_contract_role(c, SHY_ROLE_PERIOD), 2);
    const struct shy_column *held = &c->columns[shy_contract_column(c, "held")];
    assert_int_equal(held->type, SHY_INT_T);
    assert_true((held->flags & SHY_COLUMN_MEASURE) != 0);
    assert_string_equal(held->unit, "回");
    assert_int_equal(c->columns[shy_contract_column(c, "kind")].flags, SHY_COLUMN_KEY);
    assert_int_equal(c->columns[shy_contract_column(c, "rate")].scale, 2);
    fixture_close(&f);
}

/* Every allocation fails in turn: an error or a problem, never a crash or a leak. */
static void test_pack_out_of_memory(void **state)
{
    (void)state;
    static const char text[] =
        "code_list { id = 'c', label = 'x', attributes = { 'a' }, entries = { { '1', 'y', a = 'z' "
        "} } }\n"
        "facts_table { id = 'f', label = 'x', columns = { { 'n', 'int' } } }\n"
        "local v = medical_items { item = codes.c }:having(care_claims {})\n"
        "cross_table { id = 't', title = 'x', rows = { dim('a', v.a) }, value = v:persons() }\n"
        "indicator { id = 'i', name = 'x', unit = '人', value = compute { values = { a = v:rows() "
        "},"
        " fn = function(x) return x.a end }, rates = per(10, population { age = from(75) }) }\n";
    bool whole = false;
    for (uint64_t n = 1; !whole && n < 20000; n += n < 1500 ? 1 : 7) {
        struct fixture f;
        fixture_open(&f);
        shy_mem_fail_after(n);
        int code = fixture_text(&f, text);
        shy_mem_fail_after(0);
        if (code != 0 && code != SHY_E_NOMEM)
            fail_msg("allocation %d: %d %s", (int)n, code, f.err.message);
        whole = code == 0 && f.problems.count == 0 && f.problems.errors == 0;
        fixture_close(&f);
    }
    assert_true(whole);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pack_manifest),       cmocka_unit_test(test_pack_not_there),
        cmocka_unit_test(test_pack_files_in_order), cmocka_unit_test(test_pack_listed_files_only),
        cmocka_unit_test(test_pack_bad_file),       cmocka_unit_test(test_pack_require),
        cmocka_unit_test(test_pack_links_out),      cmocka_unit_test(test_pack_hash),
        cmocka_unit_test(test_pack_depends),        cmocka_unit_test(test_pack_facts),
        cmocka_unit_test(test_pack_out_of_memory),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, set_up, set_up);
}
