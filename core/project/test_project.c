/* SPDX-License-Identifier: MIT */
/*
 * A project folder in a temporary directory: what project.lua may say, what sessions refuse, and
 * import and run over a few rows whose sums are added by hand beside them.
 */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/os/os.h"
#include "core/contract/test_rows.h"
#include "core/project/project_private.h"

static char folder[64];
static struct shy_project *project;
static struct shy_session *session;
static struct shy_problems problems;
static struct shihyo_error err;

#define OK(call) check_code((call), __LINE__)
static void check_code(int code, int line)
{
    if (code != 0)
        fail_msg("line %d: SHY-%04d %s [%s] %s", line, code, err.message, err.file, err.hint);
}

static const char *at(const char *name)
{
    static char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void put(const char *name, const char *text)
{
    struct shihyo_error local = SHY_ERROR_INIT;
    char *parent = shy_os_dirname(at(name));
    assert_int_equal(shy_os_mkdir(parent, &local), 0);
    shy_free(parent);
    assert_int_equal(shy_os_write_file(at(name), text, strlen(text), &local), 0);
}

static int setup(void **state)
{
    (void)state;
    shy_error_reset(&err);
    (void)snprintf(folder, sizeof folder, "/tmp/shihyo-project-XXXXXX");
    return mkdtemp(folder) == NULL;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static int teardown(void **state)
{
    (void)state;
    shy_session_close(session);
    session = NULL;
    shy_project_close(project);
    project = NULL;
    shy_problems_free(&problems);
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* project.lua ---------------------------------------------------------------------------- */

static int open_text(const char *lua)
{
    put("project.lua", lua);
    shy_error_reset(&err);
    int code = shy_project_open(folder, &project, &err);
    if (code != 0)
        project = NULL;
    return code;
}

static void test_project_has_defaults(void **state)
{
    (void)state;
    OK(open_text("return { prefecture = '29', sources = {}, packs = {}, area_sets = {} }"));
    assert_string_equal(project->prefecture, "29");
    assert_string_equal(project->title, "");
    assert_int_equal(project->source_count, 0);
    assert_int_equal(project->pack_count, 0);
    assert_int_equal(project->as_of, 20179); /* date -u -d 2025-04-01 +%s, by 86400 */
    assert_true(project->reject_limit == 0.001);
    assert_string_equal(project->store_path, at("claims.store"));
    assert_string_equal(project->results_path, at("project.db"));
}

static void test_project_reads_every_field(void **state)
{
    (void)state;
    OK(open_text(
        "return { title = '奈良', prefecture = '00', as_of = '2024-02-29', store = 'a/b',\n"
        "results = '/tmp/r.db', reject_limit = 1, packs = { 'standard', './p' },\n"
        "area_sets = { 'vision' }, sources = {\n"
        " { name = 'a_1', plugin = 'facts', options = {} },\n"
        " { name = 'b', plugin = 'x', options = { files = 'data/*.csv' } } } }"));
    assert_string_equal(project->title, "奈良");
    assert_int_equal(project->as_of, 19782); /* date -u -d 2024-02-29 +%s, by 86400 */
    assert_true(project->reject_limit == 1);
    assert_string_equal(project->store_path, at("a/b"));
    assert_string_equal(project->results_path, "/tmp/r.db");
    assert_int_equal(project->pack_count, 2);
    assert_string_equal(project->packs[1], "./p");
    assert_string_equal(project->area_sets[0], "vision");
    assert_int_equal(project->source_count, 2);
    assert_string_equal(project->sources[1].name, "b");
    assert_string_equal(json_string_value(json_object_get(project->sources[1].options, "files")),
                        "data/*.csv");
}

static void test_project_refuses_what_it_does_not_understand(void **state)
{
    static const struct {
        const char *lua;
        int code;
        const char *says; /* in message or hint */
    } cases[] = {
        {"return {", SHY_E_SCRIPT_SYNTAX, ""},
        {"return 5", SHY_E_SCRIPT_VALUE, ""},
        {"return { 'a' }", SHY_E_PROJECT_INVALID, "table"},
        {"return {}", SHY_E_PROJECT_INVALID, "'prefecture' is missing"},
        {"return { prefecture = '29', pack = {} }", SHY_E_PROJECT_INVALID, "'packs'"},
        {"return { prefecture = 29 }", SHY_E_PROJECT_INVALID, "'prefecture' must be a text"},
        {"return { prefecture = '48' }", SHY_E_PROJECT_INVALID, "'48'"},
        {"return { prefecture = '1' }", SHY_E_PROJECT_INVALID, "'1'"},
        {"return { prefecture = '0x' }", SHY_E_PROJECT_INVALID, "'0x'"},
        {"return { prefecture = '29', packs = 'standard' }", SHY_E_PROJECT_INVALID, "a list"},
        {"return { prefecture = '29', packs = { 'a', 5 } }", SHY_E_PROJECT_INVALID, "Item 2"},
        {"return { prefecture = '29', packs = { x = 'a' } }", SHY_E_PROJECT_INVALID, "a list"},
        {"return { prefecture = '29', as_of = '2025-02-29' }", SHY_E_PROJECT_INVALID, "2025-02-29"},
        {"return { prefecture = '29', as_of = '2025-4-1' }", SHY_E_PROJECT_INVALID, "2025-4-1"},
        {"return { prefecture = '29', reject_limit = 1.01 }", SHY_E_PROJECT_INVALID, "0 and 1"},
        {"return { prefecture = '29', reject_limit = -0.1 }", SHY_E_PROJECT_INVALID, "0 and 1"},
        {"return { prefecture = '29', answers = { ['a.b'] = 1 } }", SHY_E_PROJECT_INVALID, "'a.b'"},
        {"return { prefecture = '29', sources = { 'a' } }", SHY_E_PROJECT_INVALID, "Source 1"},
        {"return { prefecture = '29', sources = { { name = 'a' } } }", SHY_E_PROJECT_INVALID,
         "Source 1: The field 'plugin'"},
        {"return { prefecture = '29', sources = { { name = 'A', plugin = 'x' } } }",
         SHY_E_PROJECT_INVALID, "lower-case"},
        {"return { prefecture = '29', sources = { { name = '', plugin = 'x' } } }",
         SHY_E_PROJECT_INVALID, "lower-case"},
        {"return { prefecture = '29', sources = { { name = 'a,b', plugin = 'x' } } }",
         SHY_E_PROJECT_INVALID, "lower-case"},
        {"return { prefecture = '29', sources = { { name = 'a', plugin = 'x' },"
         " { name = 'a', plugin = 'y' } } }",
         SHY_E_ID_TWICE, "'a'"},
        {"return { prefecture = '29', sources = { { name = 'a', plugin = 'x', option = {} } } }",
         SHY_E_PROJECT_INVALID, "'options'"},
        {"return { prefecture = os.getenv('P') }", SHY_E_SCRIPT_BLOCKED, "os"},
        {"while true do end", SHY_E_SCRIPT_STEPS, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int code = open_text(cases[i].lua);
        if (code != cases[i].code)
            fail_msg("%s: SHY-%04d %s", cases[i].lua, code, err.message);
        if (strstr(err.message, cases[i].says) == NULL && strstr(err.hint, cases[i].says) == NULL)
            fail_msg("%s: '%s' is not in: %s %s", cases[i].lua, cases[i].says, err.message,
                     err.hint);
        assert_non_null(strstr(err.file, "project.lua"));
    }
}

static void test_project_is_not_there(void **state)
{
    (void)state;
    assert_int_equal(shy_project_open(folder, &project, &err), SHY_E_PROJECT_NOT_FOUND);
    project = NULL;
    assert_non_null(strstr(err.hint, "shihyo init"));
}

static void test_project_survives_lack_of_memory(void **state)
{
    static const char lua[] = "return { prefecture = '29', packs = { 'a' }, area_sets = { 'b' },"
                              " sources = { { name = 'c', plugin = 'd' } } }";
    int code = SHY_E_NOMEM;
    (void)state;
    put("project.lua", lua);
    for (uint64_t n = 1; n < 2000 && code != 0; n++) {
        shy_mem_fail_after(n);
        code = shy_project_open(folder, &project, &err);
        shy_mem_fail_after(0);
        if (code != 0) {
            project = NULL;
            assert_true(code == SHY_E_NOMEM || code == SHY_E_SCRIPT_MEMORY);
        }
    }
    assert_int_equal(code, 0);
}

static void test_init_makes_a_project_and_spoils_none(void **state)
{
    (void)state;
    assert_int_equal(shy_project_init(folder, "48", &err), SHY_E_USAGE);
    OK(shy_project_init(folder, "13", &err));
    OK(shy_project_open(folder, &project, &err));
    assert_string_equal(project->prefecture, "13");
    assert_non_null(strstr(project->title, "東京都"));
    assert_true(shy_os_is_directory(at("data")));
    assert_int_equal(shy_project_init(folder, "29", &err), SHY_E_PROJECT_EXISTS);
}

/* JIS X 0401. */
static void test_prefecture_names(void **state)
{
    static const char *const none[] = {"48", "0", "", "4a", "a1", "290", "50"};
    (void)state;
    assert_string_equal(shy_prefecture_name("00"), "全国");
    assert_string_equal(shy_prefecture_name("01"), "北海道");
    assert_string_equal(shy_prefecture_name("13"), "東京都");
    assert_string_equal(shy_prefecture_name("29"), "奈良県");
    assert_string_equal(shy_prefecture_name("47"), "沖縄県");
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_null(shy_prefecture_name(none[i]));
}

/* Sessions ------------------------------------------------------------------------------- */

static void put_pack(const char *name, const char *id, const char *more, const char *script)
{
    char path[128], text[512];
    (void)snprintf(path, sizeof path, "%s/pack.lua", name);
    (void)snprintf(text, sizeof text,
                   "return { id = '%s', version = '1.0.0', api = 1, name = 'x'%s }", id, more);
    put(path, text);
    (void)snprintf(path, sizeof path, "%s/i.lua", name);
    put(path, script);
}

static int open_session(const struct shy_session_options *options)
{
    shy_session_close(session);
    session = NULL;
    shy_problems_free(&problems);
    shy_error_reset(&err);
    int code = shy_session_open(project, options, &session, &problems, &err);
    if (code != 0)
        session = NULL;
    return code;
}

static void test_session_refuses_what_is_not_there(void **state)
{
    static const char *const unknown[] = {"no_such_pack"}, *const unknown_ids[] = {"t.sun"};
    static const char *const wrong[] = {"FY22"}, *const right[] = {"令和4年度", "FY2023"};
    (void)state;
    OK(open_text("return { prefecture = '29', packs = { './p' } }"));
    put_pack("p", "t", "",
             "local a = facts_table { id = 'a', label = '表',\n"
             "  columns = { { 'held', 'int', unit = '回' } } }\n"
             "indicator { id = 't.sum', name = '回数', unit = '回', value = a:sum('held'),\n"
             "  by = areas.of 'none' }\n");
    OK(open_session(&(struct shy_session_options){0}));
    assert_int_equal(shy_plan_definition_count(shy_session_plan(session)), 1);
    assert_null(shy_session_choices(session)[0].answer); /* nothing is imported */
    assert_int_equal(open_session(&(struct shy_session_options){.packs = unknown, .pack_count = 1}),
                     SHY_E_PACK_NOT_FOUND);
    assert_int_equal(open_session(&(struct shy_session_options){.ids = unknown_ids, .id_count = 1}),
                     SHY_E_INDICATOR_UNKNOWN);
    assert_non_null(strstr(err.hint, "t.sum"));
    assert_int_equal(
        open_session(&(struct shy_session_options){.periods = wrong, .period_count = 1}),
        SHY_E_PERIOD_INVALID);
    assert_int_equal(open_session(&(struct shy_session_options){.engine = "fast"}), SHY_E_USAGE);
    OK(open_session(&(struct shy_session_options){.periods = right, .period_count = 2}));
    struct shy_run_report report;
    assert_int_equal(shy_session_run(session, &report, &problems, &err), SHY_E_NO_ANSWER);
    assert_int_equal(report.run, 0);
    assert_false(shy_os_exists(at("project.db")));
}

/* Of the session's problems, of which some are only notes. */
static const struct shihyo_error *first_error(void)
{
    for (size_t i = 0; i < problems.count; i++)
        if (problems.items[i].severity == SHY_ERROR)
            return &problems.items[i].error;
    fail_msg("no error");
    return &err;
}

/* Packs are known by their ids: a second one of the same id must not vanish in silence. */
static void test_session_tells_packs_of_one_id(void **state)
{
    (void)state;
    put_pack("p", "t", "", "");
    put_pack("q", "t", "", "");
    OK(open_text("return { prefecture = '29', packs = { './p', './q', './p/' } }"));
    OK(open_session(&(struct shy_session_options){0}));
    assert_int_equal(problems.errors, 1);
    assert_int_equal(first_error()->code, SHY_E_ID_TWICE);
    assert_non_null(strstr(first_error()->message, "'t'"));
    assert_int_equal(session->pack_count, 1);
}

static void test_session_finds_circles_of_packs(void **state)
{
    (void)state;
    put_pack("p", "p", ", depends = { 'q' }", "");
    put_pack("q", "q", ", depends = { 'p' }", "");
    OK(open_text("return { prefecture = '29', packs = { './p' } }"));
    (void)setenv("SHIHYO_PACK_PATH", folder, 1);
    assert_int_equal(open_session(&(struct shy_session_options){0}), SHY_E_PACK_INVALID);
    assert_non_null(strstr(err.message, "circle"));
    (void)unsetenv("SHIHYO_PACK_PATH");
}

/* What is found under a name need not have that id. */
static void test_session_depends_on_another_id(void **state)
{
    (void)state;
    put_pack("p", "p", ", depends = { q = '1.0.0' }", "");
    put_pack("q", "other", "", "");
    OK(open_text("return { prefecture = '29', packs = { './p' } }"));
    (void)setenv("SHIHYO_PACK_PATH", folder, 1);
    assert_int_equal(open_session(&(struct shy_session_options){0}), SHY_E_PACK_DEPENDS);
    assert_non_null(strstr(err.message, "'q'"));
    (void)unsetenv("SHIHYO_PACK_PATH");
}

/* Import and run ------------------------------------------------------------------------- */

#define AREAS \
    "{ name = 'areas', plugin = 'facts', options = { contract = 'areas', files = 'areas.csv'," \
    "  columns = { { name = 'area', from = 'area', level = 'municipality' }," \
    "  { name = 'name', from = 'name' } }, constants = { area_set = 'municipality' } } }"
#define ACP(name, files) \
    "{ name = '" name "', plugin = 'facts', options = { table = 'a', files = '" files "'," \
    "  columns = { { name = 'area', from = 'area', level = 'municipality', key = true }," \
    "  { name = 'held', from = 'held', type = 'int', unit = '回' } }," \
    "  constants = { period = 'FY2023' } } }"

static void small_project(const char *sources)
{
    char lua[2048];
    (void)snprintf(lua, sizeof lua,
                   "return { prefecture = '29', packs = { './p' }, sources = { " AREAS ", %s },\n"
                   "  area_sets = { 'municipality', 'prefecture' } }",
                   sources);
    put("areas.csv", "area,name\n29201,奈良市\n29202,大和高田市\n13101,千代田区\n");
    put("a.csv", "area,held\n29201,3\n29202,4\n13101,50\n");
    put_pack("p", "t", "",
             "local a = facts_table { id = 'a', label = '表',\n"
             "  columns = { { 'held', 'int', unit = '回' } } }\n"
             "indicator { id = 't.sum', name = '回数', unit = '回', value = a:sum('held'),\n"
             "  by = areas.of 'none' }\n"
             "indicator { id = 't.beds', name = '病床', unit = '床', value = contract "
             "'beds':sum('value'),\n"
             "  by = areas.of 'institution' }\n");
    OK(open_text(lua));
}

static int import_source(const char *name, bool *unchanged)
{
    struct shy_import_options options = {0};
    struct shy_import_report report = {0};
    shy_error_reset(&err);
    int code = shy_project_import(project, name, &options, &report, &err);
    if (unchanged != NULL)
        *unchanged = report.unchanged;
    shy_import_report_free(&report);
    return code;
}

struct seen {
    char text[512];
    size_t used;
};

static int see(void *arg, const struct shy_value_row *row)
{
    struct seen *s = arg;
    s->used += (size_t)snprintf(s->text + s->used, sizeof s->text - s->used, "%s %s %s=%g%s\n",
                                row->indicator, row->area_set, row->area_code, row->value,
                                row->state == SHIHYO_STATE_OK ? "" : " !");
    return 0;
}

static void check_values(const char *expected)
{
    struct shy_results *results;
    struct shy_value_filter latest = {0};
    struct seen s = {"", 0};
    OK(shy_results_open(project->results_path, false, &results, &err));
    int code = shy_results_each(results, &latest, see, &s, &err);
    shy_results_close(results);
    OK(code);
    assert_string_equal(s.text, expected);
}

/* 3 + 4 = 7 in Nara; Tokyo's 50 is imported and, being another prefecture's, not kept. */
static void test_import_and_run_give_the_sums(void **state)
{
    struct shy_run_report report;
    bool unchanged;
    (void)state;
    small_project(ACP("acp", "a.csv"));
    OK(import_source("areas", &unchanged));
    assert_false(unchanged);
    OK(import_source("acp", NULL));
    OK(import_source("acp", &unchanged));
    assert_true(unchanged);
    OK(open_session(&(struct shy_session_options){0}));
    OK(shy_session_run(session, &report, &problems, &err));
    assert_int_equal(problems.errors, 0);
    assert_int_equal(report.run, 1);
    assert_int_equal(report.indicators_ok, 1);
    assert_int_equal(report.indicators_failed, 0);
    assert_int_equal(report.indicators_without_source, 1); /* nobody delivered beds */
    assert_int_equal(report.values, 3);
    check_values("t.sum municipality 29201=3\nt.sum municipality 29202=4\n"
                 "t.sum prefecture 29=7\n");
    OK(shy_session_run(session, &report, &problems, &err));
    assert_int_equal(report.run, 2);
}

static void test_import_says_what_is_wrong_and_keeps_the_store(void **state)
{
    (void)state;
    small_project(ACP("acp", "a.csv"));
    assert_int_equal(import_source("apc", NULL), SHY_E_SOURCE_UNKNOWN);
    assert_non_null(strstr(err.hint, "acp"));
    OK(import_source("areas", NULL));
    OK(import_source("acp", NULL));
    /* A row that cannot be understood stops the import; what was delivered before stays. */
    put("a.csv", "area,held\n29201,3\n29202,vier\n");
    int code = import_source("acp", NULL);
    assert_int_not_equal(code, 0);
    assert_int_equal(shy_code_exit(code), SHY_EXIT_INPUT);
    assert_non_null(strstr(err.message, "'acp'"));
    OK(open_session(&(struct shy_session_options){0}));
    struct shy_run_report report;
    OK(shy_session_run(session, &report, &problems, &err));
    check_values("t.sum municipality 29201=3\nt.sum municipality 29202=4\n"
                 "t.sum prefecture 29=7\n");
}

static void test_import_and_run_keep_others_out(void **state)
{
    struct shy_run_report report;
    struct shy_lock lock;
    (void)state;
    small_project(ACP("acp", "a.csv"));
    OK(import_source("areas", NULL));
    OK(import_source("acp", NULL));
    OK(open_session(&(struct shy_session_options){0}));
    OK(shy_os_lock(project->lock_path, "a test", &lock, &err));
    assert_int_equal(import_source("acp", NULL), SHY_E_PROJECT_LOCKED);
    assert_non_null(strstr(err.value, "a test"));
    assert_int_equal(shy_session_run(session, &report, &problems, &err), SHY_E_PROJECT_LOCKED);
    assert_int_equal(open_session(&(struct shy_session_options){.to_run = true}),
                     SHY_E_PROJECT_LOCKED);
    shy_os_unlock(&lock);
    /* From the look at the store to the end of the run nobody imports in between. */
    OK(open_session(&(struct shy_session_options){.to_run = true}));
    assert_int_equal(import_source("acp", NULL), SHY_E_PROJECT_LOCKED);
    OK(shy_session_run(session, &report, &problems, &err));
    assert_int_equal(import_source("acp", NULL), SHY_E_PROJECT_LOCKED);
    shy_session_close(session);
    session = NULL;
    OK(import_source("acp", NULL));
}

/* The second file lists towns that held one each: its mapping gives the figure as a constant, and a
 * blank cell of the first has a state. 3 + 1 = 4. A source of other columns is told apart. */
static void test_run_one_table_of_two_layouts(void **state)
{
    struct shy_run_report report;
    (void)state;
    small_project(
        ACP("acp",
            "a.csv") ", "
                     "{ name = 'more', plugin = 'facts', options = { table = 'a', files = 'b.csv',"
                     "  columns = { { name = 'area', from = 'area', level = 'municipality',"
                     "  key = true } }, constants = { period = 'FY2023', held = 1 },"
                     "  label = '別の表' } },"
                     "{ name = 'other', plugin = 'facts', options = { table = 'a', files = 'c.csv',"
                     "  columns = { { name = 'area', from = 'area', level = 'municipality',"
                     "  key = true }, { name = 'held', from = 'held' } },"
                     "  constants = { period = 'FY2023' } } }");
    put("areas.csv", "area,name\n29201,奈良市\n29202,大和高田市\n29203,大和郡山市\n");
    put("a.csv", "area,held\n29201,3\n29202,未回答\n");
    put("b.csv", "area\n29203\n");
    put("c.csv", "area,held\n29204,yes\n");
    OK(import_source("areas", NULL));
    OK(import_source("more", NULL));
    OK(import_source("acp", NULL));
    OK(open_session(&(struct shy_session_options){
        .area_sets = (const char *const[]){"municipality"}, .area_set_count = 1}));
    OK(shy_session_run(session, &report, &problems, &err));
    check_values("t.sum municipality 29201=3\nt.sum municipality 29202=0 !\n"
                 "t.sum municipality 29203=1\n");
    assert_int_equal(import_source("other", NULL), SHY_E_ID_TWICE);
    assert_non_null(strstr(err.message, "'acp'"));
    assert_non_null(strstr(err.message, "'held' is a"));
    assert_non_null(strstr(err.hint, "import its sources anew"));
}

/* Home-care areas HC1 and HC2 were made, but only HC1 was said to consist of Nara's 29201. */
static void test_run_tells_of_areas_in_no_prefecture(void **state)
{
    struct shy_run_report report;
    (void)state;
    small_project(
        "{ name = 'hc', plugin = 'facts', options = { contract = 'areas', files = 'hc.csv',"
        "  columns = { { name = 'area', from = 'area' }, { name = 'name', from = 'name' } },"
        "  constants = { area_set = 'home_care' } } },"
        "{ name = 'in_hc', plugin = 'facts', options = { contract = 'area_members',"
        "  files = 'in_hc.csv', columns = { { name = 'area', from = 'area' },"
        "  { name = 'member', from = 'member' } }, constants = { area_set = 'home_care',"
        "  member_set = 'municipality' } } }, " ACP("acp", "a.csv"));
    put("hc.csv", "area,name\nhc1,奈良\nhc2,中和\n");
    put("in_hc.csv", "area,member\nhc1,29201\n");
    OK(import_source("areas", NULL));
    OK(import_source("hc", NULL));
    OK(import_source("in_hc", NULL));
    OK(import_source("acp", NULL));
    OK(open_session(&(struct shy_session_options){
        .area_sets = (const char *const[]){"home_care", "prefecture"}, .area_set_count = 2}));
    OK(shy_session_run(session, &report, &problems, &err));
    check_values("t.sum home_care hc1=3\nt.sum prefecture 29=7\n");
    assert_int_equal(problems.warnings, 2);
    const struct shihyo_error *e = NULL, *omitted = NULL;
    for (size_t i = 0; i < problems.count; i++) {
        if (problems.items[i].error.code == SHY_E_AREA_STRAY)
            e = &problems.items[i].error;
        else if (problems.items[i].severity == SHY_WARNING)
            omitted = &problems.items[i].error;
    }
    assert_int_equal(omitted->code, SHY_E_AREA_OMITTED);
    assert_non_null(strstr(omitted->message, "29202"));
    assert_string_equal(e->message, "1 areas of the set 'home_care' lie in no prefecture; their "
                                    "values are not kept: hc2 中和");
}

/* Two sources may share a table, each with its own rows: 3 + 4 + 5 = 12. With one row in both the
 * indicator fails: neither 3 nor 3 + 3 is right. */
static void test_run_adds_sources_but_no_row_twice(void **state)
{
    struct shy_run_report report;
    (void)state;
    small_project(ACP("acp", "a.csv") ", " ACP("more", "b.csv"));
    put("areas.csv", "area,name\n29201,奈良市\n29202,大和高田市\n29203,大和郡山市\n");
    put("a.csv", "area,held\n29201,3\n29202,4\n");
    put("b.csv", "area,held\n29203,5\n");
    OK(import_source("areas", NULL));
    OK(import_source("acp", NULL));
    OK(import_source("more", NULL));
    OK(open_session(&(struct shy_session_options){0}));
    OK(shy_session_run(session, &report, &problems, &err));
    check_values("t.sum municipality 29201=3\nt.sum municipality 29202=4\n"
                 "t.sum municipality 29203=5\nt.sum prefecture 29=12\n");
    put("b.csv", "area,held\n29203,5\n29201,3\n");
    OK(import_source("more", NULL));
    OK(open_session(&(struct shy_session_options){0}));
    OK(shy_session_run(session, &report, &problems, &err));
    assert_int_equal(report.indicators_ok, 0);
    assert_int_equal(report.indicators_failed, 1);
    assert_int_equal(report.run, 0);
    const struct shihyo_error *e = first_error();
    assert_int_equal(e->code, SHY_E_CONTRACT_KEY);
    assert_non_null(strstr(e->value, "29201"));
}

/* Wider than a form has fields: the last column is read, and the same row of two sources is found
 * out all the same. */
static void test_run_reads_wide_tables(void **state)
{
    struct shy_run_report report;
    char row[4096] = "29201", head[4096] = "area";
    (void)state;
    for (int i = 1; i <= 250; i++) {
        (void)snprintf(head + strlen(head), sizeof head - strlen(head), ",c%d", i);
        (void)snprintf(row + strlen(row), sizeof row - strlen(row), ",%d", i % 10 + 1);
    }
    char text[sizeof head + sizeof row + 2];
    (void)snprintf(text, sizeof text, "%s\n%s\n", head, row);
    put("w.csv", text);
    row[strlen(row) - 1] = '9';
    (void)snprintf(text, sizeof text, "%s\n%s\n", head, row);
    put("w2.csv", text);
    put("areas.csv", "area,name\n29201,奈良市\n");
    put_pack("p", "t", "",
             "indicator { id = 't.wide', name = '回数', unit = '回', by = areas.of 'none',\n"
             "  value = contract 'facts.w':sum('c250') }\n");
    OK(open_text(
        "local columns = { { name = 'area', from = 'area', level = 'municipality',\n"
        "  key = true } }\n"
        "for i = 1, 250 do\n"
        "  columns[i + 1] = { name = 'c' .. i, from = 'c' .. i, type = 'int' }\n"
        "end\n"
        "local function wide(name, files) return { name = name, plugin = 'facts', options = {\n"
        "  table = 'w', files = files, columns = columns,\n"
        "  constants = { period = 'FY2023', area_set = 'municipality' } } } end\n"
        "return { prefecture = '29', packs = { './p' }, area_sets = { 'municipality' },\n"
        "  sources = { wide('a', 'w.csv'), wide('b', 'w2.csv'), " AREAS " } }"));
    OK(import_source("areas", NULL));
    OK(import_source("a", NULL));
    OK(open_session(&(struct shy_session_options){0}));
    OK(shy_session_run(session, &report, &problems, &err));
    assert_int_equal(problems.errors, 0);
    check_values("t.wide municipality 29201=1\n"); /* 250 % 10 + 1 */
    OK(import_source("b", NULL));
    OK(open_session(&(struct shy_session_options){0}));
    OK(shy_session_run(session, &report, &problems, &err));
    assert_int_equal(report.indicators_failed, 1);
    assert_int_equal(first_error()->code, SHY_E_CONTRACT_KEY);
}

/* The store as a dataset ----------------------------------------------------------------- */

static const char heads[] = "area_set|area|period|sex|age_from|age_to|projection|value";

static void deliver(struct shy_store *store, const struct shy_catalogue *catalogue,
                    const char *source, const char *contract, const char *header,
                    const char *const *lines)
{
    struct shy_delivery delivery = {.source = source,
                                    .plugin = "test",
                                    .plugin_version = "1",
                                    .options = "{}",
                                    .received = "2025-01-01T00:00:00Z"};
    int64_t id;
    (void)snprintf(delivery.hash, sizeof delivery.hash, "%s-%s", source, contract);
    struct shy_table *t = test_rows(shy_catalogue_find(catalogue, contract), header, lines);
    OK(shy_store_begin(store, &delivery, true, &err));
    OK(shy_store_append(store, t, &err));
    OK(shy_store_commit(store, &id, &err));
    shy_table_free(t);
}

/* Delivers the lines of two sources and reads the contract; the code of the reading. */
static int read_both(const char *contract, const char *header, const char *const *first,
                     const char *const *second, const char *const *only, size_t only_count,
                     size_t *rows)
{
    struct shy_catalogue *catalogue = shy_catalogue_new();
    const struct shy_contract *c = shy_catalogue_find(catalogue, contract);
    const struct shy_table *table;
    struct shy_store *store;
    struct shy_store_data *data;
    const char *names[] = {"area"};
    (void)unlink(at("s.store"));
    OK(shy_store_open(at("s.store"), SHY_STORE_WRITE, &store, &err));
    deliver(store, catalogue, "a", contract, header, first);
    deliver(store, catalogue, "b", contract, header, second);
    OK(shy_store_only(store, only, only_count, &err));
    OK(shy_store_data_new(store, &data, &err));
    struct shy_dataset dataset = shy_store_dataset(data);
    int code = dataset.table(dataset.self, c, names, 1, &table, &err);
    *rows = code == 0 && table != NULL ? table->rows : 0;
    const struct shy_table *again = NULL;
    if (code == 0) { /* kept, not read anew */
        OK(dataset.table(dataset.self, c, names, 1, &again, &err));
        assert_ptr_equal(again, table);
    }
    shy_store_data_free(data);
    shy_store_close(store);
    shy_catalogue_free(catalogue);
    return code;
}

static void test_dataset_refuses_a_key_of_two_sources(void **state)
{
    static const char *const base[] = {"municipality|29201|2022-10-01|both|||false|100", NULL};
    static const char *const other[] = {"municipality|29202|2022-10-01|both|||false|100", NULL};
    static const char *const aged[] = {"municipality|29201|2022-10-01|both|65||false|40", NULL};
    /* The same key with another figure, and with another column that is no key. */
    static const char *const figure[] = {"municipality|29201|2022-10-01|both|||false|101", NULL};
    static const char *const a[] = {"a"}, *const b[] = {"b"};
    size_t rows;
    (void)state;
    assert_int_equal(read_both("population", heads, base, other, NULL, 0, &rows), 0);
    assert_int_equal(rows, 2);
    assert_int_equal(read_both("population", heads, base, aged, NULL, 0, &rows), 0);
    assert_int_equal(rows, 2);
    assert_int_equal(read_both("population", heads, base, figure, NULL, 0, &rows),
                     SHY_E_CONTRACT_KEY);
    assert_non_null(strstr(err.value, "area=29201"));
    assert_non_null(strstr(err.hint, "a:"));
    assert_non_null(strstr(err.hint, "b:"));
    /* What project.lua does not name cannot be told twice. */
    assert_int_equal(read_both("population", heads, base, figure, a, 1, &rows), 0);
    assert_int_equal(rows, 1);
    assert_int_equal(read_both("population", heads, base, figure, b, 1, &rows), 0);
    assert_int_equal(rows, 1);
}

/* A name may come from one table and from another; core/area says what that means. */
static void test_dataset_leaves_areas_to_core_area(void **state)
{
    static const char *const lines[] = {"municipality|29201|奈良市||", NULL};
    size_t rows;
    (void)state;
    assert_int_equal(
        read_both("areas", "area_set|area|name|valid_from|valid_to", lines, lines, NULL, 0, &rows),
        0);
    assert_int_equal(rows, 2);
}

/* Without a store there are no rows and no months, and no error. */
static void test_dataset_of_nothing(void **state)
{
    struct shy_catalogue *catalogue = shy_catalogue_new();
    const struct shy_table *table;
    const int32_t *months;
    size_t count;
    struct shy_store_data *data;
    const char *names[] = {"area"};
    (void)state;
    OK(shy_store_data_new(NULL, &data, &err));
    struct shy_dataset d = shy_store_dataset(data);
    OK(d.table(d.self, shy_catalogue_find(catalogue, "population"), names, 1, &table, &err));
    assert_null(table);
    OK(d.months(d.self, shy_catalogue_find(catalogue, "medical_items"), &months, &count, &err));
    assert_int_equal(count, 0);
    shy_store_data_free(data);
    shy_catalogue_free(catalogue);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_project_has_defaults),
        TEST(test_project_reads_every_field),
        TEST(test_project_refuses_what_it_does_not_understand),
        TEST(test_project_is_not_there),
        TEST(test_project_survives_lack_of_memory),
        TEST(test_init_makes_a_project_and_spoils_none),
        TEST(test_prefecture_names),
        TEST(test_session_refuses_what_is_not_there),
        TEST(test_session_tells_packs_of_one_id),
        TEST(test_session_finds_circles_of_packs),
        TEST(test_session_depends_on_another_id),
        TEST(test_import_and_run_give_the_sums),
        TEST(test_import_says_what_is_wrong_and_keeps_the_store),
        TEST(test_import_and_run_keep_others_out),
        TEST(test_run_adds_sources_but_no_row_twice),
        TEST(test_run_one_table_of_two_layouts),
        TEST(test_run_tells_of_areas_in_no_prefecture),
        TEST(test_run_reads_wide_tables),
        TEST(test_dataset_refuses_a_key_of_two_sources),
        TEST(test_dataset_leaves_areas_to_core_area),
        TEST(test_dataset_of_nothing),
    };
    (void)setenv("SHIHYO_PLUGIN_PATH", SHY_TEST_BUILDDIR "/plugins", 1);
    (void)unsetenv("SHIHYO_PACK_PATH");
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("project", tests, NULL, NULL);
}
