/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/os/os.h"
#include "core/contract/test_rows.h"
#include "core/result/result_internal.h"

static void check_code(int code, const struct shihyo_error *err, int line)
{
    if (code != 0)
        fail_msg("line %d: SHY-%04d %s [%s] %s", line, code, err->message, err->file, err->hint);
}
#define OK(call) check_code((call), &err, __LINE__)

/* What is saved -------------------------------------------------------------------------- */

static const char document[] =
    "{\"format\": 1, \"pack\": {\"id\": \"test\", \"version\": \"1.0\", \"name\": \"試験\"},"
    " \"indicators\": ["
    "  {\"id\": \"beds\", \"name\": \"病床数\", \"name_en\": \"Beds\", \"unit\": \"床\","
    "   \"decimals\": 1, \"metadata\": {\"caveats\": [\"病床機能報告による\"]},"
    "   \"answers\": [{\"value\": {\"op\": \"sum\", \"rows\": {\"op\": \"scan\","
    "     \"contract\": \"beds\"}}, \"by\": {\"basis\": \"institution\"}}],"
    "   \"rates\": [{\"per\": 1000, \"population\": {\"age_from\": 75}}]},"
    "  {\"id\": \"wards\", \"name\": \"病棟数\", \"unit\": \"件\","
    "   \"answers\": [{\"value\": {\"op\": \"rows\", \"rows\": {\"op\": \"scan\","
    "     \"contract\": \"beds\"}}, \"by\": {\"basis\": \"institution\"}}]}]}";

static struct shy_catalogue *catalogue;
static struct shy_plan *plan;
static struct shy_areas *areas;
static struct shy_choice choices[2];
static struct shy_results *results;
static char path[256];

static void make_areas(void)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_problems problems = {0};
    const char *const lines[] = {"secondary|2901|奈良||", "secondary|2902|東和||", NULL};
    int32_t day = shy_date_of(2024, 4, 1);
    struct shy_table *t = test_rows(shy_catalogue_find(catalogue, "areas"),
                                    "area_set|area|name|valid_from|valid_to", lines);
    OK(shy_areas_new(t, NULL, NULL, day, &areas, &problems, &err));
    shy_problems_free(&problems);
    shy_table_free(t);
}

static int group_setup(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_problems problems = {0};
    (void)state;
    catalogue = shy_catalogue_new();
    make_areas();
    json_t *json = json_loads(document, 0, NULL);
    const json_t *documents[] = {json};
    OK(shy_plan_compile(documents, 1, catalogue, &plan, &problems, &err));
    json_decref(json);
    if (problems.count > 0)
        fail_msg("%s", problems.items[0].error.message);
    assert_int_equal(shy_plan_definition_count(plan), 2);
    for (size_t i = 0; i < 2; i++) {
        choices[i].answer = shy_plan_definition(plan, i)->answers;
        choices[i].source = "beds_r7";
    }
    (void)snprintf(choices[1].reason, sizeof choices[1].reason, "answer 1: no source");
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    shy_plan_free(plan);
    shy_areas_free(areas);
    shy_catalogue_free(catalogue);
    return 0;
}

static void remove_file(void)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    char name[300];
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        (void)snprintf(name, sizeof name, "%s%s", path, ends[i]);
        (void)unlink(name);
    }
}

static int setup(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    (void)snprintf(path, sizeof path, "%s/test_result_%ld.db", SHY_TEST_BUILDDIR, (long)getpid());
    remove_file();
    OK(shy_results_open(path, true, &results, &err));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    shy_mem_fail_after(0);
    shy_results_close(results);
    results = NULL;
    remove_file();
    return 0;
}

enum { CELLS = 6 };

static const struct shy_cell_limits four_levels = {
    .method = "byar",
    .intervals = true,
    .count = 4,
    .level = {9500, 9980, 9990, 9999},
    .limits = {{99.49, 143.49}, {89.1, 157.9}, {87, 160.5}, {81.25, 168}}};
static const struct shy_cell_limits judged = {
    .method = "wilson", .judgement = SHY_JUDGED_WORSE, .count = 1, .level = {9980}};

/* Cells with every kind of value. 120 beds for 41,000 people are 2.9268… for a thousand. */
static void make_result(struct shy_result *r)
{
    static struct shy_cell cells[CELLS];
    struct shy_period fy2022 = shy_fiscal_year(2022), fy2023 = shy_fiscal_year(2023);
    *r = (struct shy_result){.cells = cells, .count = CELLS};
    uint32_t count = shy_map_adds(&r->measures, "count");
    uint32_t rate = shy_map_adds(&r->measures, "rate:1000:75+");
    uint32_t none = shy_map_adds(&r->dims, ""),
             dims = shy_map_adds(&r->dims, "機能=急性期;年度=計");
    const struct shy_cell plain = {.period = fy2022,
                                   .numerator = {0, 1},
                                   .denominator = {1, 1},
                                   .factor = 1,
                                   .exact = true,
                                   .dims = none,
                                   .measure = count,
                                   .persons = SHY_SUPPORT_UNKNOWN,
                                   .institutions = SHY_SUPPORT_UNKNOWN};
    for (size_t i = 0; i < CELLS; i++)
        cells[i] = plain;
    cells[0].numerator.num = 120;
    cells[0].value = 120;
    cells[0].institutions = 4;
    cells[1].period = fy2023;
    cells[1].state = SHIHYO_STATE_MASKED;
    cells[1].reason = SHY_REASON_MASKED_PART;
    cells[1].denominator = (struct shy_fraction){1, 1};
    cells[2].measure = rate;
    cells[2].numerator.num = 120;
    cells[2].denominator.num = 41000;
    cells[2].factor = 1000;
    cells[2].value = 120000.0 / 41000.0;
    cells[2].persons = 0;
    cells[2].notes = SHY_NOTE_POPULATION_YEAR | SHY_NOTE_UNREPORTED;
    cells[2].note_count = 3;
    cells[3].area = 1;
    cells[3].measure = rate;
    cells[3].state = SHIHYO_STATE_PARTIAL;
    cells[3].reason = SHY_REASON_UNREPORTED_AREAS;
    cells[3].exact = false;
    cells[3].value = 0.1;
    cells[3].notes = SHY_NOTE_UNREPORTED | SHY_NOTE_UNKNOWN_AREA;
    cells[3].note_count = 5;
    cells[4].definition = 1;
    cells[4].dims = dims;
    cells[4].numerator = (struct shy_fraction){-5, 2};
    cells[4].value = -2.5;
    cells[5].definition = 1;
    cells[5].area = 1;
    cells[5].state = SHIHYO_STATE_MISSING;
    cells[5].reason = SHY_REASON_NO_ROWS;
    uint32_t set = shy_areas_set(areas, "secondary");
    for (size_t i = 0; i < CELLS; i++)
        cells[i].area_set = set;
    cells[0].limits = &four_levels;
    cells[1].limits = &four_levels; /* masked: they must not be kept */
    cells[4].limits = &judged;
}

static const struct shy_run_pack packs[] = {{"test", "1.0", "aa"}};
static const struct shy_run_source sources[] = {{"beds_r7", "bed_function", "bb"},
                                                {"people", "facts", "cc"}};
static const struct shy_run_info info = {.program_version = "0.1.0",
                                         .command = "run beds wards",
                                         .started = "2024-04-01T09:00:00Z",
                                         .engine = "naive",
                                         .prefecture = "29",
                                         .packs = packs,
                                         .pack_count = 1,
                                         .sources = sources,
                                         .source_count = 2};

/* The cells in two pieces. */
static int save_result(const struct shy_result *r, const char *const *provenance,
                       const struct shy_problems *problems, int64_t *run, struct shihyo_error *err)
{
    struct shy_saved_cells first = {r->cells, 2, r->measures.keys, r->dims.keys}, rest = first;
    struct shy_saving *saving;
    rest.items += first.count;
    rest.count = r->count - first.count;
    SHY_TRY(shy_saving_begin(results, &info, plan, choices, provenance, areas, &saving, err));
    int code = shy_saving_add(saving, &first, err);
    if (code == 0)
        code = shy_saving_add(saving, &rest, err);
    if (code == 0)
        return shy_saving_end(saving, problems, run, err);
    shy_saving_cancel(saving);
    return code;
}

static int save(int64_t *run, struct shihyo_error *err)
{
    static const char *const provenance[] = {"beds_r7:bb,people:cc", "beds_r7:bb"};
    struct shy_result r;
    struct shy_problems problems = {0};
    struct shihyo_error note = SHY_ERROR_INIT;
    make_result(&r);
    (void)shy_fail(&note, SHY_E_EXEC_AREA_UNKNOWN, "unknown areas");
    shy_at(&note, "beds.xlsx", 7, 2);
    shy_problems_add(&problems, SHY_WARNING, &note);
    int code = save_result(&r, provenance, &problems, run, err);
    shy_problems_free(&problems);
    shy_map_free(&r.measures);
    shy_map_free(&r.dims);
    return code;
}

/* Reading -------------------------------------------------------------------------------- */

static int write_row(void *arg, const struct shy_value_row *row)
{
    char value[64];
    shy_double_shortest(row->value, value, sizeof value);
    shy_text_addf(arg,
                  "%d|%s|%s|%s|%s|%s|%s|%s|%s|%lld/%lld|%lld/%lld|%lld|%s|%s|%s|%s|%lld|%lld|%s|%s|"
                  "%s|%d|%d\n",
                  (int)row->run, row->indicator, row->name, row->area_set, row->area_code,
                  row->area_name, row->period, row->measure, row->dimensions,
                  (long long)row->numerator.num, (long long)row->numerator.den,
                  (long long)row->denominator.num, (long long)row->denominator.den,
                  (long long)row->factor, value, row->unit, shy_state_id(row->state), row->reason,
                  (long long)row->persons, (long long)row->institutions, row->source, row->basis,
                  row->notes, row->decimals, row->exact);
    return 0;
}

static const char golden[] =
    "1|beds|病床数|secondary|2901|奈良|FY2022|count||120/1|1/1|1|120|床|ok||-1|4|beds_r7;people|"
    "institution||1|1\n"
    "1|beds|病床数|secondary|2901|奈良|FY2023|count||0/1|1/1|1|0|床|masked|masked_part|-1|-1|"
    "beds_r7;people|institution||1|0\n"
    "1|beds|病床数|secondary|2901|奈良|FY2022|rate:1000:75+||120/1|41000/1|1000|"
    "2.926829268292683|床（75歳以上人口千対）|ok||0|-1|beds_r7;people|institution|"
    "population_year;unreported:3|1|1\n"
    "1|beds|病床数|secondary|2902|東和|FY2022|rate:1000:75+||0/1|1/1|1|0.1|"
    "床（75歳以上人口千対）|partial|unreported_areas|-1|-1|beds_r7;people|institution|"
    "unreported;unknown_area|1|0\n"
    "1|wards|病棟数|secondary|2901|奈良|FY2022|count|機能=急性期;年度=計|-5/2|1/1|1|-2.5|件|ok||"
    "-1|-1|beds_r7|institution||0|1\n"
    "1|wards|病棟数|secondary|2902|東和|FY2022|count||0/1|1/1|1|0|件|missing|no_rows|-1|-1|"
    "beds_r7|institution||0|0\n";

static void test_result_golden_rows(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_text text = {0};
    struct shy_value_filter all = {0};
    int64_t run;
    (void)state;
    OK(save(&run, &err));
    assert_int_equal(run, 1);
    OK(shy_results_each(results, &all, write_row, &text, &err));
    assert_string_equal(shy_text_get(&text), golden);
    /* The same after closing, and for a second run but for its number. */
    shy_results_close(results);
    OK(shy_results_open(path, false, &results, &err));
    OK(save(&run, &err));
    assert_int_equal(run, 2);
    shy_text_clear(&text);
    OK(shy_results_each(results, &all, write_row, &text, &err));
    assert_int_equal(text.length, strlen(golden));
    assert_int_equal(text.text[0], '2');
    struct shy_value_filter first = {.run = 1};
    shy_text_clear(&text);
    OK(shy_results_each(results, &first, write_row, &text, &err));
    assert_string_equal(shy_text_get(&text), golden);
    shy_text_free(&text);
}

/* Behind the triggers' back. */
static void tamper(const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static int write_limits(void *arg, const struct shy_value_row *row)
{
    shy_text_addf(arg, "%s|%s|%d|%d", row->method, row->judgement, row->levels, row->intervals);
    for (int i = 0; i < row->levels; i++)
        shy_text_addf(arg, "|%d:%g:%g", row->level[i], row->limits[i].lower, row->limits[i].upper);
    shy_text_addc(arg, '\n');
    return 0;
}

/* Limits come back as they were given, of values that may be shown only, and belong to the hash. */
static void test_result_limits(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_problems problems = {0};
    struct shy_text text = {0};
    struct shy_value_filter all = {0};
    (void)state;
    OK(save(NULL, &err));
    OK(shy_results_each(results, &all, write_limits, &text, &err));
    assert_string_equal(shy_text_get(&text), "byar||4|1|9500:99.49:143.49|9980:89.1:157.9"
                                             "|9990:87:160.5|9999:81.25:168\n"
                                             "||0|0\n||0|0\n||0|0\n"
                                             "wilson|worse|1|0|9980:0:0\n"
                                             "||0|0\n");
    shy_text_free(&text);
    OK(shy_results_verify(results, &problems, &err));
    assert_int_equal(problems.count, 0);
    tamper("DROP TRIGGER run_limits_no_update; UPDATE run_limits SET upper = 143.5 WHERE n = 1");
    tamper("CREATE TRIGGER run_limits_no_update BEFORE UPDATE ON run_limits"
           " BEGIN SELECT RAISE(ABORT, 'what a run has written never changes'); END");
    OK(shy_results_verify(results, &problems, &err));
    assert_int_equal(problems.errors, 1);
    shy_problems_free(&problems);
}

static int stop_at_second(void *arg, const struct shy_value_row *row)
{
    int *count = arg;
    (void)row;
    return ++*count == 2 ? 42 : 0;
}

static void test_result_filters(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_text text = {0};
    const char *const wards[] = {"wards"}, *const wrong[] = {"ward"};
    struct shy_value_filter filter = {.ids = wards, .id_count = 1};
    int count = 0;
    (void)state;
    assert_int_equal(shy_results_each(results, &filter, write_row, &text, &err), SHY_E_RUN_UNKNOWN);
    OK(save(NULL, &err));
    OK(shy_results_each(results, &filter, write_row, &text, &err));
    assert_string_equal(shy_text_get(&text), strstr(golden, "1|wards"));
    filter.run = 2;
    assert_int_equal(shy_results_each(results, &filter, write_row, &text, &err), SHY_E_RUN_UNKNOWN);
    filter.run = 0;
    filter.ids = wrong;
    assert_int_equal(shy_results_each(results, &filter, write_row, &text, &err),
                     SHY_E_INDICATOR_UNKNOWN);
    assert_non_null(strstr(err.hint, "wards"));
    filter.ids = NULL;
    assert_int_equal(shy_results_each(results, &filter, stop_at_second, &count, &err), 42);
    assert_int_equal(count, 2);
    shy_text_free(&text);
}

static int write_run(void *arg, const struct shy_run_row *row)
{
    shy_text_addf(arg, "%d|%d|%s|%s|%s|%s\n", (int)row->run, (int)row->values, row->started,
                  row->engine, row->command, row->program_version);
    return 0;
}

static void test_result_runs(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_text text = {0};
    (void)state;
    OK(shy_results_runs(results, write_run, &text, &err));
    assert_string_equal(shy_text_get(&text), "");
    OK(save(NULL, &err));
    OK(save(NULL, &err));
    OK(shy_results_runs(results, write_run, &text, &err));
    assert_string_equal(shy_text_get(&text),
                        "2|6|2024-04-01T09:00:00Z|naive|run beds wards|0.1.0\n"
                        "1|6|2024-04-01T09:00:00Z|naive|run beds wards|0.1.0\n");
    shy_text_free(&text);
}

/* Immutable ------------------------------------------------------------------------------ */

static void test_result_never_changes(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    static const char *const refused[] = {
        "UPDATE run_values SET value = 1",
        "DELETE FROM run_values",
        "UPDATE runs SET started = ''",
        "DELETE FROM runs",
        "INSERT OR REPLACE INTO runs SELECT * FROM runs",
        "INSERT OR REPLACE INTO run_values SELECT * FROM run_values",
        "INSERT INTO run_packs VALUES (1, 9, 'x', '', '')",
        "DELETE FROM run_packs",
        "UPDATE run_sources SET hash = ''",
        "DELETE FROM run_problems",
        "UPDATE run_definitions SET reason = ''",
        "DELETE FROM run_measures",
        "UPDATE definitions SET canonical = ''",
        "DELETE FROM definitions",
        "UPDATE areas SET name = ''",
        "DELETE FROM areas",
    };
    sqlite3 *db;
    (void)state;
    OK(save(NULL, &err));
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (sqlite3_exec(db, refused[i], NULL, NULL, NULL) == SQLITE_OK)
            fail_msg("allowed: %s", refused[i]);
    }
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void test_result_verify(void **state)
{
    static const char trigger[] =
        "CREATE TRIGGER run_values_no_update BEFORE UPDATE ON run_values"
        " BEGIN SELECT RAISE(ABORT, 'what a run has written never changes'); END";
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_problems problems = {0};
    (void)state;
    OK(save(NULL, &err));
    OK(save(NULL, &err));
    OK(shy_results_verify(results, &problems, &err));
    assert_int_equal(problems.count, 0);
    tamper("DROP TRIGGER run_values_no_update;"
           "UPDATE run_values SET value = value + 1 WHERE run = 2 AND n = 1");
    tamper(trigger);
    OK(shy_results_verify(results, &problems, &err));
    assert_int_equal(problems.errors, 1);
    assert_non_null(strstr(problems.items[0].error.message, "run 2"));
    shy_problems_free(&problems);
    shy_results_close(results);
    results = NULL;
    /* A file whose protection was taken away is not opened. */
    tamper("DROP TRIGGER run_values_no_delete");
    assert_int_equal(shy_results_open(path, false, &results, &err), SHY_E_STORE_DAMAGED);
}

static void test_result_open_refuses(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    shy_results_close(results);
    results = NULL;
    remove_file();
    assert_int_equal(shy_results_open(path, false, &results, &err), SHY_E_STORE_OPEN);
    assert_non_null(strstr(err.hint, "shihyo run"));
    tamper("CREATE TABLE x (y)");
    assert_int_equal(shy_results_open(path, true, &results, &err), SHY_E_STORE_FOREIGN);
    remove_file();
    OK(shy_results_open(path, true, &results, &err));
    shy_results_close(results);
    tamper("PRAGMA user_version = 9");
    assert_int_equal(shy_results_open(path, true, &results, &err), SHY_E_STORE_VERSION);
}

/* A file as every earlier version made it is brought to the present one; its runs stay. */
static void test_result_upgrades(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    shy_results_close(results);
    results = NULL;
    for (int version = 1; version < shy_results_format.version; version++) {
        struct shy_database_format old = shy_results_format;
        struct shy_database db;
        int64_t count = 0;
        old.version = version;
        remove_file();
        OK(shy_database_open(path, &old, SHY_DATABASE_CREATE, &db, &err));
        OK(shy_database_exec(&db,
                             "INSERT INTO runs VALUES (1, '2024-04-01T00:00:00Z', '0.0', 'run',"
                             " 'naive', '29', 0, 'x')",
                             &err));
        shy_database_close(&db);
        OK(shy_results_open(path, false, &results, &err));
        OK(shy_database_number(&results->db, "SELECT count(*) FROM runs", &count, &err));
        assert_int_equal(count, 1);
        OK(shy_database_number(&results->db, "SELECT count(*) FROM target_tables", &count, &err));
        assert_int_equal(count, 0);
        OK(save(NULL, &err));
        shy_results_close(results);
        results = NULL;
    }
}

/* Two targets, one with everything, one with next to nothing. */
static struct shy_target_table *make_targets(int64_t value)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_target_table *t;
    struct shy_target_point points[] = {
        {.period = shy_fiscal_year(2020), .value = {value, 3}, .upper = {0, 1}},
        {.period = shy_fiscal_year(2023), .value = {value, 1}, .upper = {0, 1}}};
    const struct shy_target full = {
        .indicator = "beds",
        .area_set = "secondary",
        .area = "2901",
        .measure = "count",
        .dimensions = "機能=急性期",
        .kind = SHY_TARGET_VALUE,
        .direction = SHY_TARGET_LOWER,
        .has_baseline = true,
        .baseline_dated = true,
        .baseline = {10, 7},
        .baseline_period = shy_fiscal_year(2017),
        .baseline_source = "計画 p.3",
        .group = "病床",
        .source = "計画",
        .reason = "理由",
        .improvement = "改善",
        .note = "備考",
        .substitute = true,
        .carried_from = "medical6",
        .carried = {-5, 2},
        .carried_reason = "未達成",
        .definition_hash = "abc",
        .comparable = "ndb",
        .points = points,
        .point_count = 2,
    };
    const struct shy_target bare = {.indicator = "wards",
                                    .area_set = "secondary",
                                    .area = "2902",
                                    .measure = "count",
                                    .kind = SHY_TARGET_NOT_SET,
                                    .carried = {0, 1},
                                    .baseline = {0, 1}};
    OK(shy_target_table_new("medical7", "t.csv", &t, &err));
    OK(shy_target_add(t, &full, &err));
    OK(shy_target_add(t, &bare, &err));
    OK(shy_target_table_seal(t, &err));
    return t;
}

/* What is set comes back the same; the last table is in force, the others stay. */
static void test_result_targets(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_target_table *first = make_targets(100), *second = make_targets(90), *back;
    int64_t number = 0;
    (void)state;
    assert_int_equal(shy_results_targets(results, "medical7", &back, &number, &err),
                     SHY_E_TARGET_NONE);
    OK(shy_results_set_targets(results, first, "2026-11-22T00:00:00Z", "0.1.0", &number, &err));
    assert_int_equal(number, 1);
    OK(shy_results_targets(results, "medical7", &back, &number, &err));
    assert_string_equal(back->hash, first->hash);
    assert_int_equal(back->targets[0].point_count, 2);
    assert_int_equal(back->targets[0].carried.num, -5);
    assert_false(back->targets[1].has_baseline);
    shy_target_table_free(back);
    OK(shy_results_set_targets(results, second, "2026-11-22T00:00:01Z", "0.1.0", &number, &err));
    OK(shy_results_targets(results, "medical7", &back, &number, &err));
    assert_int_equal(number, 2);
    assert_string_equal(back->hash, second->hash);
    shy_target_table_free(back);
    shy_target_table_free(first);
    shy_target_table_free(second);
    assert_int_not_equal(
        shy_database_exec(&results->db, "UPDATE targets SET note = 'x' WHERE n = 1", &err), 0);
    assert_int_not_equal(shy_database_exec(&results->db, "DELETE FROM target_points", &err), 0);
    assert_int_not_equal(
        shy_database_exec(&results->db,
                          "INSERT INTO target_points VALUES (1, 1, 'FY2029', 1, 1, 0, 1)", &err),
        0);
}

/* A table of targets is there whole or not at all. */
static void test_result_targets_out_of_memory(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_target_table *t = make_targets(100), *back = NULL;
    int64_t number = 0, count = 0;
    int code = SHY_E_NOMEM;
    (void)state;
    for (uint64_t n = 1; n < 500 && code != 0; n++) {
        shy_mem_fail_after(n);
        code = shy_results_targets(results, "medical7", &back, &number, &err);
        shy_mem_fail_after(0);
        assert_null(back);
        if (code == SHY_E_TARGET_NONE)
            break;
        assert_int_equal(code, SHY_E_NOMEM);
    }
    OK(shy_results_set_targets(results, t, "2026-11-22T00:00:00Z", "0.1.0", &number, &err));
    code = SHY_E_NOMEM;
    for (uint64_t n = 1; n < 500 && code != 0; n++) {
        shy_mem_fail_after(n);
        code = shy_results_targets(results, "medical7", &back, &number, &err);
        shy_mem_fail_after(0);
        if (code != 0)
            assert_int_equal(code, SHY_E_NOMEM);
    }
    assert_int_equal(code, 0);
    assert_string_equal(back->hash, t->hash);
    shy_target_table_free(back);
    OK(shy_database_number(&results->db, "SELECT count(*) FROM targets", &count, &err));
    assert_int_equal(count, 2);
    shy_target_table_free(t);
}

/* A run is there whole or not at all. */
static void test_result_out_of_memory(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_text text = {0};
    int code = SHY_E_NOMEM;
    int64_t run;
    (void)state;
    OK(save(&run, &err));
    for (uint64_t n = 40; code != 0; n++) {
        /* The first allocations are those of the test's own maps. */
        shy_mem_fail_after(0);
        struct shy_result r;
        make_result(&r);
        shy_mem_fail_after(n - 39);
        code = save_result(&r, NULL, NULL, &run, &err);
        shy_mem_fail_after(0);
        shy_map_free(&r.measures);
        shy_map_free(&r.dims);
        if (code != 0)
            assert_int_equal(code, SHY_E_NOMEM);
        shy_text_clear(&text);
        OK(shy_results_runs(results, write_run, &text, &err));
        assert_int_equal(text.text[0], code == 0 ? '2' : '1');
    }
    shy_text_free(&text);
}

/* The process dies while it writes runs: those that are there are whole. */
static int check_run(void *arg, const struct shy_run_row *row)
{
    int64_t *expected = arg;
    assert_int_equal(row->values, CELLS);
    assert_int_equal(row->run, (*expected)--);
    return 0;
}

/* Writes runs until it is killed, and a byte for each. */
static pid_t start_saving(int *told)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int code = shy_results_open(path, false, &results, &err);
        while (code == 0 && (code = save(NULL, &err)) == 0)
            code = write(ends[1], "", 1) == 1 ? 0 : 1;
        _exit(1);
    }
    assert_int_equal(close(ends[1]), 0);
    *told = ends[0];
    return child;
}

static void test_result_killed(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    int64_t before = 1, start = shy_os_monotonic_ns();
    (void)state;
    OK(save(NULL, &err));
    int64_t duration = shy_os_monotonic_ns() - start;
    for (int round = 0; round < 10; round++) {
        char byte;
        int told;
        shy_results_close(results);
        results = NULL;
        pid_t child = start_saving(&told);
        /* In every other round one run is there before the end comes, however slow the machine;
         * the moments are spread over the next two. */
        if (round % 2 == 0)
            assert_int_equal(read(told, &byte, 1), 1);
        int64_t wait = duration * (10 + 3 * round) / 20;
        struct timespec pause = {wait / 1000000000, wait % 1000000000};
        (void)nanosleep(&pause, NULL);
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(close(told), 0);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        struct shy_problems problems = {0};
        int64_t last;
        OK(shy_results_open(path, false, &results, &err));
        OK(shy_results_verify(results, &problems, &err));
        assert_int_equal(problems.count, 0);
        OK(shy_database_number(&results->db, "SELECT coalesce(max(run), 0) FROM runs", &last,
                               &err));
        assert_true(last >= before);
        before = last;
        OK(shy_results_runs(results, check_run, &last, &err));
        assert_int_equal(last, 0);
    }
    assert_true(before > 5);
}

/* Units ---------------------------------------------------------------------------------- */

static void test_result_units(void **state)
{
    static const struct shy_rate rates[] = {
        {1000, {NULL, 75, -1, false}, "a"},  {10000, {NULL, 65, -1, false}, "b"},
        {100000, {NULL, 0, -1, false}, "c"}, {100000, {"female", 65, 74, false}, "d"},
        {100, {"male", 0, 14, false}, "e"},
    };
    static const struct {
        const char *measure, *unit;
    } cases[] = {
        {"count", "人"},
        {"a", "人（75歳以上人口千対）"},
        {"b", "人（65歳以上人口1万対）"},
        {"c", "人（人口10万対）"},
        {"d", "人（女性65〜74歳人口10万対）"},
        {"e", "人（男性15歳未満人口100対）"},
    };
    const struct shy_definition d = {.unit = "人", .rates = rates, .rate_count = 5};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct shy_text text = {0};
        shy_result_unit(&d, NULL, cases[i].measure, &text);
        assert_string_equal(shy_text_get(&text), cases[i].unit);
        shy_text_free(&text);
    }
    const struct shy_measure measures[] = {{"患者数", "人", 0}, {"件数", NULL, 0}};
    const struct shy_definition table = {.unit = "件", .measures = measures, .measure_count = 2};
    struct shy_text text = {0};
    shy_result_unit(&table, NULL, "患者数", &text);
    shy_result_unit(&table, NULL, "件数", &text);
    assert_string_equal(shy_text_get(&text), "人件");
    shy_text_free(&text);

    /* The only measure of a table need not have a label. */
    const struct shy_measure single = {.label = NULL, .unit = "回"};
    const struct shy_definition plain = {.unit = "件", .measures = &single, .measure_count = 1};
    shy_text_clear(&text);
    shy_result_unit(&plain, NULL, "count", &text);
    assert_string_equal(shy_text_get(&text), "回");
    shy_text_free(&text);
}

/* Documentation -------------------------------------------------------------------------- */

/* Every example of docs/results.md runs, and gives rows, on the results of this test. */
static void test_result_documented_queries(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_mapping page;
    int queries = 0;
    (void)state;
    OK(save(NULL, &err));
    OK(save(NULL, &err));
    OK(shy_os_map(SHY_TEST_SRCDIR "/docs/results.md", &page, &err));
    char *text = shy_strndup((const char *)page.data, page.size);
    for (char *p = strstr(text, "```sql\n"); p != NULL; p = strstr(p, "```sql\n")) {
        p += strlen("```sql\n");
        char *end = strstr(p, "```");
        assert_non_null(end);
        *end = '\0';
        sqlite3_stmt *s;
        OK(shy_database_prepare(&results->db, p, &s, &err));
        if (sqlite3_step(s) != SQLITE_ROW)
            fail_msg("no rows: %s", p);
        (void)sqlite3_finalize(s);
        queries++;
        p = end + 1;
    }
    assert_true(queries >= 5);
    shy_free(text);
    shy_os_unmap(&page);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_result_golden_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_result_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(test_result_filters, setup, teardown),
        cmocka_unit_test_setup_teardown(test_result_runs, setup, teardown),
        cmocka_unit_test_setup_teardown(test_result_never_changes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_result_verify, setup, teardown),
        cmocka_unit_test_setup_teardown(test_result_open_refuses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_result_upgrades, setup, teardown),
        cmocka_unit_test_setup_teardown(test_result_targets, setup, teardown),
        cmocka_unit_test_setup_teardown(test_result_targets_out_of_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(test_result_out_of_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(test_result_killed, setup, teardown),
        cmocka_unit_test(test_result_units),
        cmocka_unit_test_setup_teardown(test_result_documented_queries, setup, teardown),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
