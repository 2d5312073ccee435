/* SPDX-License-Identifier: MIT */
/*
 * What happens to the store when the disk fails or the process dies: after every single fault the
 * file opens, its checksums fit, and it holds the rows from before, or, where the import was
 * reported as done, the new ones.
 *
 * A layer between SQLite and the operating system makes the n-th change of a file fail.
 */
#include "core/store/test_faults.h"

#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <time.h>

#include "core/base/os/os.h"
#include "core/base/test_every.h"
#include "core/store/store_internal.h"

static char path[256];

static int setup(void **state)
{
    (void)state;
    plan.at = 0;
    plan.count = 0;
    test_path(path, "faults");
    test_remove(path);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    plan.at = 0;
    test_remove(path);
    return 0;
}

enum { OLD_ROWS = 2000, NEW_FIRST = 5000, NEW_ROWS = 3000 };

static void make_old(void)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store;
    test_remove(path);
    OK(shy_store_open(path, SHY_STORE_WRITE, &store, &err));
    OK(test_import(store, "a", "old", 0, OLD_ROWS, 1000, &err));
    shy_store_close(store);
}

/* Opens, or gives the code of the failure: which may be the fault's. The cache is made so small
 * that pages are written before the commit as well. */
static int import_new(bool replace, struct shihyo_error *err)
{
    struct shy_store *store;
    int code = shy_store_open(path, SHY_STORE_WRITE, &store, err);
    if (code != 0)
        return code;
    code = shy_database_exec(&store->db, "PRAGMA cache_size = 4", err);
    if (code == 0)
        code = test_import(store, replace ? "a" : "b", "new", NEW_FIRST, NEW_ROWS, 1000, err);
    shy_store_close(store);
    return code;
}

static void expect_content(bool new, bool replace)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_problems problems = {0};
    struct shy_store *store;
    struct shy_table *there;
    OK(shy_store_open(path, SHY_STORE_READ, &store, &err));
    OK(shy_store_verify(store, &problems, &err));
    if (problems.count > 0)
        fail_msg("%s", problems.items[0].error.message);
    shy_problems_free(&problems);
    OK(shy_store_read(store, &test_contract, NULL, 0, &there, &err));
    size_t old_rows = new &&replace ? 0 : OLD_ROWS, new_rows = new ? NEW_ROWS : 0;
    assert_int_equal(there->rows, old_rows + new_rows);
    struct shy_table *old = test_rows(0, OLD_ROWS), *added = test_rows(NEW_FIRST, NEW_ROWS);
    for (size_t i = 0; i < there->rows; i++) {
        bool is_old = i < old_rows;
        if (!test_same(is_old ? old : added, is_old ? i : i - old_rows, there, i))
            fail_msg("row %zu", i);
    }
    shy_table_free(old);
    shy_table_free(added);
    shy_table_free(there);
    shy_store_close(store);
}

/* One import with the n-th change failing; false once there are fewer changes than n. */
static bool run_fault(enum fault kind, int64_t n, bool replace)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    plan.kind = kind;
    plan.count = 0;
    plan.at = n;
    int code = import_new(replace, &err);
    bool reached = plan.count >= n;
    plan.at = 0;
    if (!reached)
        assert_int_equal(code, 0);
    else if (code != 0 && code != SHY_E_STORE_WRITE)
        fail_msg("fault %d at %d: SHY-%d %s", kind, (int)n, code, err.message);
    if (code != 0)
        assert_string_equal(err.file, path);
    expect_content(code == 0, replace);
    return reached;
}

static void test_faults_every_change(void **state)
{
    int64_t changes = 0;
    (void)state;
    for (int kind = 0; kind < FAULTS; kind++) {
        for (int replace = 0; replace < 2; replace++) {
            int64_t n = 1;
            make_old();
            while (run_fault((enum fault)kind, n, replace == 1)) {
                make_old();
                n += test_every();
                changes++;
            }
            assert_true(n > 10);
        }
    }
    print_message("%d faults\n", (int)changes);
}

/* After a fault the same file takes the same import. */
static void test_faults_then_again(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    make_old();
    for (int64_t n = 2; n < 30; n += 9) {
        plan.kind = FAULT_CRASH;
        plan.count = 0;
        plan.at = n;
        assert_int_equal(import_new(false, &err), SHY_E_STORE_WRITE);
        plan.at = 0;
    }
    OK(import_new(false, &err));
    expect_content(true, false);
}

static void test_faults_while_creating(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store;
    bool reached = true;
    int64_t n = 0;
    (void)state;
    while (reached) {
        test_remove(path);
        plan.kind = FAULT_CRASH;
        plan.count = 0;
        plan.at = ++n;
        int code = shy_store_open(path, SHY_STORE_WRITE, &store, &err);
        shy_store_close(store);
        reached = plan.count >= n;
        plan.at = 0;
        assert_int_equal(code, reached ? SHY_E_STORE_WRITE : 0);
        code = shy_store_open(path, SHY_STORE_READ, &store, &err);
        assert_int_equal(code, reached ? SHY_E_STORE_OPEN : 0);
        shy_store_close(store);
        OK(shy_store_open(path, SHY_STORE_WRITE, &store, &err));
        OK(test_import(store, "a", "old", 0, OLD_ROWS, 1000, &err));
        shy_store_close(store);
        expect_content(false, false);
    }
    assert_true(n > 3);
}

/* The process dies ------------------------------------------------------------------------- */

static pid_t start_import(void)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct shihyo_error err = SHY_ERROR_INIT;
        _exit(import_new(true, &err) == 0 ? 0 : 1);
    }
    return child;
}

static void test_faults_killed(void **state)
{
    int rounds = 25, killed = 0;
    (void)state;
    make_old();
    int64_t start = shy_os_monotonic_ns();
    int status;
    pid_t child = start_import();
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    int64_t duration = shy_os_monotonic_ns() - start;
    for (int i = 0; i < rounds; i += test_every()) {
        make_old();
        child = start_import();
        int64_t wait = duration * i / (rounds - 1);
        struct timespec pause = {wait / 1000000000, wait % 1000000000};
        (void)nanosleep(&pause, NULL);
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, &status, 0), child);
        killed += WIFSIGNALED(status);
        /* Killed after its commit, or ended before the signal came: both are the new state. */
        struct shihyo_error err = SHY_ERROR_INIT;
        struct shy_store *store;
        const struct shy_delivery *list;
        size_t count;
        OK(shy_store_open(path, SHY_STORE_READ, &store, &err));
        OK(shy_store_deliveries(store, &list, &count, &err));
        assert_int_equal(count, 1);
        bool new = list[0].rows == NEW_ROWS;
        shy_store_close(store);
        if (WIFEXITED(status))
            assert_true(new);
        expect_content(new, true);
    }
    assert_true(killed > 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_faults_every_change, setup, teardown),
        cmocka_unit_test_setup_teardown(test_faults_then_again, setup, teardown),
        cmocka_unit_test_setup_teardown(test_faults_while_creating, setup, teardown),
        cmocka_unit_test_setup_teardown(test_faults_killed, setup, teardown),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, register_shim, unregister_shim);
}
