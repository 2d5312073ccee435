/* SPDX-License-Identifier: MIT */
/* Cells given to the thread that writes come out in their order, or there is no run. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/contract/test_rows.h"
#include "core/project/run_cells.h"

static void check_code(int code, const struct shihyo_error *err, int line)
{
    if (code != 0)
        fail_msg("line %d: SHY-%04d %s [%s] %s", line, code, err->message, err->file, err->hint);
}
#define OK(call) check_code((call), &err, __LINE__)

static const char document[] =
    "{\"format\": 1, \"pack\": {\"id\": \"test\", \"version\": \"1.0\", \"name\": \"試験\"},"
    " \"indicators\": ["
    "  {\"id\": \"beds\", \"name\": \"病床数\", \"unit\": \"床\","
    "   \"answers\": [{\"value\": {\"op\": \"sum\", \"rows\": {\"op\": \"scan\","
    "     \"contract\": \"beds\"}}, \"by\": {\"basis\": \"institution\"}}]}]}";

/* More than wait at a time, so that who gives must wait, too; in pieces of uneven size. */
enum { CELLS = 45000, PIECE = 7001 };

static struct shy_catalogue *catalogue;
static struct shy_plan *plan;
static struct shy_areas *areas;
static struct shy_choice choice;
static struct shy_results *results;
static char path[256];

static void remove_file(void)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    char name[300];
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        (void)snprintf(name, sizeof name, "%s%s", path, ends[i]);
        (void)unlink(name);
    }
}

static int setup(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_problems problems = {0};
    const char *const lines[] = {"secondary|2901|奈良||", NULL};
    (void)state;
    (void)snprintf(path, sizeof path, "%s/test_run_write_%ld.db", SHY_TEST_BUILDDIR,
                   (long)getpid());
    remove_file();
    catalogue = shy_catalogue_new();
    struct shy_table *t = test_rows(shy_catalogue_find(catalogue, "areas"),
                                    "area_set|area|name|valid_from|valid_to", lines);
    OK(shy_areas_new(t, NULL, NULL, shy_date_of(2024, 4, 1), &areas, &problems, &err));
    shy_table_free(t);
    json_t *json = json_loads(document, 0, NULL);
    const json_t *documents[] = {json};
    OK(shy_plan_compile(documents, 1, catalogue, &plan, &problems, &err));
    json_decref(json);
    assert_int_equal(problems.count, 0);
    shy_problems_free(&problems);
    choice = (struct shy_choice){.answer = shy_plan_definition(plan, 0)->answers, .source = "beds"};
    OK(shy_results_open(path, true, &results, &err));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    shy_mem_fail_after(0);
    shy_results_close(results);
    shy_plan_free(plan);
    shy_areas_free(areas);
    shy_catalogue_free(catalogue);
    remove_file();
    return 0;
}

static void dims_of(int64_t n, char out[32])
{
    (void)snprintf(out, 32, "区分=%lld", (long long)(n % 300));
}

/* Cells first to end - 1; the texts are those of a map that grows with the cells. */
static int give_piece(struct shy_writer *w, struct shy_result *r, int64_t first, int64_t end,
                      struct shihyo_error *err)
{
    static struct shy_cell cells[PIECE];
    r->cells = cells;
    r->count = 0;
    for (int64_t n = first; n < end; n++) {
        char dims[32];
        dims_of(n, dims);
        uint32_t number = shy_map_adds(&r->dims, dims);
        if (number == SHY_MAP_NONE)
            return shy_fail_nomem(err);
        cells[r->count++] = (struct shy_cell){.area_set = shy_areas_set(areas, "secondary"),
                                              .period = shy_fiscal_year(2022),
                                              .dims = number,
                                              .exact = true,
                                              .numerator = {n, 1},
                                              .denominator = {1, 1},
                                              .factor = 1,
                                              .value = (double)n};
    }
    return shy_writer_give(w, r, err);
}

static int give_all(struct shy_writer *w, int64_t count, struct shihyo_error *err)
{
    struct shy_result r = {0};
    int code = shy_map_adds(&r.measures, "count") == SHY_MAP_NONE ? shy_fail_nomem(err) : 0;
    for (int64_t n = 0; n < count && code == 0; n += PIECE)
        code = give_piece(w, &r, n, n + PIECE < count ? n + PIECE : count, err);
    /* The evaluator is gone with all it had before the last cell is written. */
    shy_map_free(&r.measures);
    shy_map_free(&r.dims);
    return code;
}

static int write_run(int64_t count, struct shihyo_error *err)
{
    static const struct shy_run_info info = {.program_version = "0.1.0",
                                             .command = "run",
                                             .started = "2024-04-01T09:00:00Z",
                                             .engine = "naive",
                                             .prefecture = "29"};
    struct shy_saving *saving;
    struct shy_writer *w;
    SHY_TRY(shy_saving_begin(results, &info, plan, &choice, NULL, areas, &saving, err));
    int code = shy_writer_start(saving, &w, err);
    if (code == 0) {
        code = give_all(w, count, err);
        int written = shy_writer_stop(w, err);
        code = code == 0 ? written : code;
    }
    if (code == 0)
        return shy_saving_end(saving, NULL, NULL, err);
    shy_saving_cancel(saving);
    return code;
}

static int check_row(void *arg, const struct shy_value_row *row)
{
    int64_t *n = arg;
    char dims[32];
    dims_of(*n, dims);
    assert_int_equal(row->numerator.num, *n);
    assert_string_equal(row->dimensions, dims);
    assert_string_equal(row->measure, "count");
    ++*n;
    return 0;
}

static void test_run_write_order(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_value_filter filter = {0};
    int64_t n = 0;
    (void)state;
    OK(write_run(CELLS, &err));
    OK(shy_results_each(results, &filter, check_row, &n, &err));
    assert_int_equal(n, CELLS);
}

static int count_run(void *arg, const struct shy_run_row *row)
{
    (void)row;
    ++*(int *)arg;
    return 0;
}

/* Whichever thread finds no memory: it is told, and nothing of the run is left. */
static void test_run_write_no_memory(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    int code = SHY_E_NOMEM, failures = 0;
    (void)state;
    for (uint64_t n = 1; code != 0; n += 1 + n / 8) {
        int runs = 0;
        shy_mem_fail_after(n);
        code = write_run(PIECE, &err);
        shy_mem_fail_after(0);
        assert_true(code == 0 || code == SHY_E_NOMEM);
        failures += code != 0;
        OK(shy_results_runs(results, count_run, &runs, &err));
        assert_int_equal(runs, code == 0 ? 1 : 0);
    }
    assert_true(failures > 10);
}

/* No cells at all. */
static void test_run_write_nothing(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    OK(write_run(0, &err));
    OK(shy_writer_stop(NULL, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_run_write_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_run_write_no_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(test_run_write_nothing, setup, teardown),
    };
    return cmocka_run_group_tests_name("run_write", tests, NULL, NULL);
}
