/* SPDX-License-Identifier: MIT */
/*
 * The import of receipts when the disk fails or is full, or the process is killed: at every single
 * change of a file the store is left with what it held before or, where the import was reported as
 * done, with what it was to become. Files of a synthetic prefecture go the whole way: plugin,
 * linking, the file beside the store for what does not fit in memory, segments, register.
 */
#include "config.h"

#include "core/store/test_faults.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "core/base/os/os.h"
#include "core/base/test_every.h"
#include "core/project/project.h"
#include "core/synth/synth.h"

static char folder[32], store_path[64];
static struct shy_project *project;
static struct shy_import_options options;
static struct shy_mapping saved; /* the store before the import that is disturbed */
static char before[SHY_HASH_TEXT], after[SHY_HASH_TEXT];

/* The file beside the store ---------------------------------------------------------------- */

/* SQLite's files come by the shim of test_faults.h; these are called for the others. A file that
 * has no name is the import's own. */
static bool has_no_name(int fd)
{
    struct stat st;
    return plan.at != 0 && fstat(fd, &st) == 0 && st.st_nlink == 0;
}

static int64_t unnamed_writes, unnamed_reads;

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at)
{
    if (has_no_name(fd)) {
        unnamed_writes++;
        if (fails(true)) {
            /* On a disk that is getting full, a part of what is written goes in. */
            if (plan.kind == FAULT_FULL && plan.count == plan.at && size > 1)
                return syscall(SYS_pwrite64, fd, bytes, size / 2, at);
            errno = plan.kind == FAULT_FULL ? ENOSPC : EIO;
            return -1;
        }
    }
    return syscall(SYS_pwrite64, fd, bytes, size, at);
}

ssize_t pread(int fd, void *bytes, size_t size, off_t at)
{
    if (has_no_name(fd)) {
        unnamed_reads++;
        if (fails(false)) {
            errno = EIO;
            return -1;
        }
    }
    return syscall(SYS_pread64, fd, bytes, size, at);
}

/* The project ------------------------------------------------------------------------------ */

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info, (void)type, (void)where;
    return remove(path);
}

static int import(struct shihyo_error *err)
{
    struct shy_import_report report = {0};
    int code = shy_project_import(project, "kdb", &options, &report, err);
    shy_import_report_free(&report);
    return code;
}

/* Receipts of a month, away from the folder that is imported or back there. */
static void move_month(const char *month, bool away)
{
    static const char *const names[] = {"医療レセプト", "レセプト摘要", "介護レセプト", "介護明細"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char here[160], there[160];
        (void)snprintf(here, sizeof here, "%s/p/data/%s_%s.csv", folder, names[i], month);
        (void)snprintf(there, sizeof there, "%s/%zu.csv", folder, i);
        assert_int_equal(rename(away ? here : there, away ? there : here), 0);
    }
}

static void make_project(uint32_t persons, int32_t months)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_synth_totals totals;
    char path[40];
    (void)snprintf(folder, sizeof folder, "/tmp/shihyo-faults-XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/p", folder);
    (void)snprintf(store_path, sizeof store_path, "%s/claims.store", path);
    struct shy_synth_options o = {.directory = path,
                                  .persons = persons,
                                  .first_month = 2023 * 12 + 3, /* 2023-04 */
                                  .months = months,
                                  .prefecture = "29",
                                  .seed = 5};
    OK(shy_synth(&o, &totals, &err));
    OK(shy_project_open(path, &project, &err));
    options = (struct shy_import_options){.reject_limit = 0.01, .threads = 1};
}

/* All rows of a table, but for the time at which a delivery came and the checksum over that. */
static void add_rows(sqlite3 *db, const char *table, struct shy_text *to)
{
    sqlite3_stmt *rows;
    char sql[96];
    bool deliveries = strcmp(table, "deliveries") == 0;
    (void)snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY 1, 2", table);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &rows, NULL), SQLITE_OK);
    while (sqlite3_step(rows) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(rows); i++) {
            const char *name = sqlite3_column_name(rows, i);
            const void *bytes = sqlite3_column_blob(rows, i);
            size_t length = (size_t)sqlite3_column_bytes(rows, i);
            if (deliveries && (strcmp(name, "received") == 0 || strcmp(name, "checksum") == 0))
                continue;
            shy_text_add(to, (const char *)&length, sizeof length);
            if (length > 0)
                shy_text_add(to, bytes, length);
        }
    }
    assert_int_equal(sqlite3_finalize(rows), SQLITE_OK);
}

/* A hash of what the store holds. Every checksum in it is right. */
static void content(char out[SHY_HASH_TEXT])
{
    /* What files were when they were read depends on the time at which they were made. */
    static const char list[] = "SELECT name FROM sqlite_schema WHERE type = 'table'"
                               " AND name <> 'file_stamps' ORDER BY 1";
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_problems problems = {0};
    struct shy_text all = {0};
    struct shy_store *store;
    sqlite3_stmt *tables;
    sqlite3 *db;
    OK(shy_store_open(store_path, SHY_STORE_READ, &store, &err));
    OK(shy_store_verify(store, &problems, &err));
    if (problems.count > 0)
        fail_msg("%s", problems.items[0].error.message);
    shy_problems_free(&problems);
    shy_store_close(store);
    assert_int_equal(sqlite3_open_v2(store_path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, list, -1, &tables, NULL), SQLITE_OK);
    while (sqlite3_step(tables) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(tables, 0);
        shy_text_addf(&all, "%s:", table);
        add_rows(db, table, &all);
    }
    assert_int_equal(sqlite3_finalize(tables), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_false(all.failed);
    assert_true(all.length > 100);
    shy_hash_bytes(all.text, all.length, out);
    shy_text_free(&all);
}

static void restore(void)
{
    test_remove(store_path);
    FILE *f = fopen(store_path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(saved.data, 1, saved.size, f), saved.size);
    assert_int_equal(fclose(f), 0);
}

/* The store as it is becomes the one to begin with. */
static void save(void)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    char copy[128];
    content(before);
    (void)snprintf(copy, sizeof copy, "%s/saved", folder);
    OK(shy_os_map(store_path, &saved, &err));
    OK(shy_os_write_file(copy, saved.data, saved.size, &err));
    shy_os_unmap(&saved);
    OK(shy_os_map(copy, &saved, &err));
    OK(import(&err));
    content(after);
    assert_string_not_equal(before, after);
}

static int teardown(void **state)
{
    (void)state;
    plan.at = 0;
    shy_os_unmap(&saved);
    shy_project_close(project);
    project = NULL;
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Nothing is left beside the store but what belongs there; a journal that counts no more may be,
 * and goes with the next import. */
static void expect_no_leavings(void)
{
    char path[40];
    (void)snprintf(path, sizeof path, "%s/p", folder);
    DIR *d = opendir(path);
    assert_non_null(d);
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (strncmp(e->d_name, ".shihyo", 7) == 0)
            assert_string_equal(e->d_name, ".shihyo.lock");
    }
    (void)closedir(d);
}

static void expect(bool done)
{
    char now[SHY_HASH_TEXT];
    content(now);
    assert_string_equal(now, done ? after : before);
}

/* Faults ----------------------------------------------------------------------------------- */

/* One import with the n-th operation failing; false once there are fewer than n. */
static bool run_fault(enum fault kind, int64_t n)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    restore();
    plan.kind = kind;
    plan.count = 0;
    plan.at = n;
    int code = import(&err);
    bool reached = plan.count >= n;
    plan.at = 0;
    if (!reached)
        assert_int_equal(code, 0);
    if (code != 0 && code != SHY_E_STORE_WRITE && code != SHY_E_OS)
        fail_msg("fault %d at %d: SHY-%d %s", kind, (int)n, code, err.message);
    if (code != 0)
        assert_non_null(strstr(err.file, folder));
    expect(code == 0);
    if (kind != FAULT_CRASH)
        expect_no_leavings();
    return reached;
}

/* In all kinds of faults, every so-many-th operation. */
static void run_faults(int step)
{
    for (int kind = 0; kind < FAULTS; kind++) {
        int64_t n = 1, tried = 0;
        for (; run_fault((enum fault)kind, n); n += step)
            tried++;
        print_message("kind %d: %d of %d operations\n", kind, (int)tried, (int)n);
        assert_true(n > 10);
    }
    struct shihyo_error err = SHY_ERROR_INIT;
    restore();
    OK(import(&err));
    expect(true);
}

/* A child that imports and is killed at its n-th operation; false where it came to its end. */
static bool run_killed(int64_t n)
{
    int status;
    restore();
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct shihyo_error err = SHY_ERROR_INIT;
        plan.kind = FAULT_KILL;
        plan.count = 0;
        plan.at = n;
        _exit(import(&err) == 0 ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    bool killed = WIFSIGNALED(status);
    if (killed)
        assert_int_equal(WTERMSIG(status), SIGKILL);
    else
        assert_int_equal(status, 0);
    char now[SHY_HASH_TEXT];
    content(now);
    /* The last operation takes the journal away: by then the import is done. */
    if (strcmp(now, killed ? before : after) != 0)
        assert_string_equal(now, after);
    expect_no_leavings();
    return killed;
}

static void run_kills(int step)
{
    int64_t n = 1, killed = 0;
    for (; run_killed(n); n += step)
        killed++;
    print_message("killed at %d of %d operations\n", (int)killed, (int)n);
    assert_true(killed > 0);
}

/* A month more, few persons: every operation. */
static void setup_month(void)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    make_project(30, 2);
    move_month("202305", true);
    OK(import(&err));
    move_month("202305", false);
    save();
}

static void test_import_faults_month(void **state)
{
    (void)state;
    setup_month();
    run_faults(test_every());
}

static void test_import_faults_killed(void **state)
{
    (void)state;
    setup_month();
    run_kills(test_every());
}

/* A first delivery into a new store, read in two threads, with more lines than may be in memory. */
static void setup_spill(size_t threads)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store;
    make_project(3000, 4);
    options.threads = threads;
    options.memory = 1;
    OK(shy_store_open(store_path, SHY_STORE_WRITE, &store, &err));
    shy_store_close(store);
    save();
}

static void test_import_faults_beside(void **state)
{
    (void)state;
    setup_spill(1);
    plan.at = INT64_MAX; /* only counts */
    struct shihyo_error err = SHY_ERROR_INIT;
    unnamed_writes = unnamed_reads = 0;
    restore();
    OK(import(&err));
    plan.at = 0;
    print_message("%d writes and %d reads beside the store\n", (int)unnamed_writes,
                  (int)unnamed_reads);
    assert_true(unnamed_writes > 3 && unnamed_reads > 3);
    run_faults(3 * test_every());
    run_kills(5 * test_every());
}

static void test_import_faults_threads(void **state)
{
    (void)state;
    setup_spill(2);
    run_faults(11 * test_every());
    run_kills(17 * test_every());
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_import_faults_month, teardown),
        cmocka_unit_test_teardown(test_import_faults_killed, teardown),
        cmocka_unit_test_teardown(test_import_faults_beside, teardown),
        cmocka_unit_test_teardown(test_import_faults_threads, teardown),
    };
    (void)setenv("SHIHYO_PLUGIN_PATH", SHY_TEST_BUILDDIR "/plugins", 1);
    (void)setenv("SHIHYO_LAYOUT_PATH", SHY_TEST_SRCDIR "/plugins", 1);
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, register_shim, unregister_shim);
}
