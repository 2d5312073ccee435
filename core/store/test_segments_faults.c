/* SPDX-License-Identifier: MIT */
/*
 * Rows of persons when the disk fails, the disk is full, memory runs out or the process dies: after
 * every single fault the store holds what it held before, or, where the change was reported as
 * done, what it was to become: segments, register and dictionaries alike.
 */
#include "core/store/test_faults.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "core/base/os/os.h"
#include "core/base/test_every.h"
#include "core/store/test_segments_help.h"

static char path[256];
static struct shy_mapping saved; /* the file as it was before */

/* What is done to a store that holds delivery 1. */
enum action { ADD, REPLACE, REMOVE, ACTIONS };

static struct model before, after[ACTIONS];

static int act(enum action action, struct model *m, struct shihyo_error *err)
{
    struct shy_store *store;
    int code = shy_store_open(path, SHY_STORE_WRITE, &store, err);
    /* So small a cache that pages are written before the commit as well. */
    if (code == 0)
        code = shy_database_exec(&store->db, "PRAGMA cache_size = 4", err);
    if (code == 0 && action == REMOVE)
        code = shy_store_remove_delivery(store, 1, err);
    else if (code == 0)
        code = deliver(m, store, "second", action == REPLACE ? 1 : 0, err);
    shy_store_close(store);
    return code;
}

static int act_once(enum action action, struct shihyo_error *err)
{
    struct model copy = model_copy(&before);
    int code = act(action, &copy, err);
    model_free(&copy);
    return code;
}

/* Without a sync: a thousand of them would be all that the test does. */
static void restore(void)
{
    test_remove(path);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(saved.data, 1, saved.size, f), saved.size);
    assert_int_equal(fclose(f), 0);
}

static void make_states(void)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store;
    char copy[300];
    before = (struct model){.seed = 7, .months = 1, .rows = 60};
    OK(shy_store_open(path, SHY_STORE_WRITE, &store, &err));
    OK(deliver(&before, store, "first", 0, &err));
    shy_store_close(store);
    /* A copy, because the file itself is going to change below the mapping. */
    (void)snprintf(copy, sizeof copy, "%s.saved", path);
    OK(shy_os_map(path, &saved, &err));
    OK(shy_os_write_file(copy, saved.data, saved.size, &err));
    shy_os_unmap(&saved);
    OK(shy_os_map(copy, &saved, &err));
    for (int action = 0; action < ACTIONS; action++) {
        restore();
        after[action] = model_copy(&before);
        OK(act((enum action)action, &after[action], &err));
        if (action == REMOVE)
            model_remove(&after[action], 1);
        expect_all(&after[action], path);
    }
}

static int setup(void **state)
{
    int failed = register_shim(state);
    plan.at = 0;
    plan.count = 0;
    test_path(path, "segfaults");
    test_remove(path);
    make_states();
    return failed;
}

static int teardown(void **state)
{
    char copy[300];
    plan.at = 0;
    shy_os_unmap(&saved);
    (void)snprintf(copy, sizeof copy, "%s.saved", path);
    test_remove(copy);
    test_remove(path);
    model_free(&before);
    for (int action = 0; action < ACTIONS; action++)
        model_free(&after[action]);
    return unregister_shim(state);
}

/* One change with the n-th operation failing; false once there are fewer than n. */
static bool run_fault(enum fault kind, int64_t n, enum action action)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    restore();
    plan.kind = kind;
    plan.count = 0;
    plan.at = n;
    int code = act_once(action, &err);
    bool reached = plan.count >= n;
    plan.at = 0;
    if (!reached)
        assert_int_equal(code, 0);
    else if (code != 0 && code != SHY_E_STORE_WRITE)
        fail_msg("fault %d at %d of %d: SHY-%d %s", kind, (int)n, action, code, err.message);
    expect_all(code == 0 ? &after[action] : &before, path);
    return reached;
}

static void test_segments_every_fault(void **state)
{
    int64_t faults = 0;
    (void)state;
    for (int kind = 0; kind < FAULTS; kind++) {
        for (int action = 0; action < ACTIONS; action++) {
            int64_t n = 1;
            for (; run_fault((enum fault)kind, n, (enum action)action); faults++)
                n += test_every();
            assert_true(n > 10);
        }
    }
    print_message("%d faults\n", (int)faults);
}

/* The register and the dictionaries are part of the transaction, too: see expect_all, which reads
 * codes by them. After a fault the same file takes the same delivery. */
static void test_segments_again_after_fault(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    restore();
    for (int64_t n = 3; n < 40; n += 12) {
        plan.kind = FAULT_CRASH;
        plan.count = 0;
        plan.at = n;
        assert_int_equal(act_once(ADD, &err), SHY_E_STORE_WRITE);
        plan.at = 0;
    }
    OK(act_once(ADD, &err));
    expect_all(&after[ADD], path);
}

/* The process dies ------------------------------------------------------------------------ */

static pid_t start(enum action action)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct shihyo_error err = SHY_ERROR_INIT;
        _exit(act_once(action, &err) == 0 ? 0 : 1);
    }
    return child;
}

static bool holds_second(void)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store;
    const struct shy_delivery *list;
    char hash[SHY_HASH_TEXT];
    size_t count;
    bool found = false;
    shy_hash_bytes("second", 6, hash);
    OK(shy_store_open(path, SHY_STORE_READ, &store, &err));
    OK(shy_store_deliveries(store, &list, &count, &err));
    for (size_t i = 0; i < count; i++)
        found = found || strcmp(list[i].hash, hash) == 0;
    shy_store_close(store);
    return found;
}

static void test_segments_killed(void **state)
{
    enum { ROUNDS = 30 };
    int killed = 0, status;
    uint64_t seed = 11;
    (void)state;
    for (int i = 0; i < ROUNDS; i += i < 2 ? 1 : test_every()) {
        enum action action = i % 2 == 0 ? ADD : REPLACE;
        restore();
        pid_t child = start(action);
        int64_t wait = i < 2 ? 2000000000 : (int64_t)test_random(&seed, 40000000);
        struct timespec pause = {wait / 1000000000, wait % 1000000000};
        if (i < 2)
            assert_int_equal(waitpid(child, &status, 0), child);
        else
            (void)nanosleep(&pause, NULL);
        if (i >= 2) {
            assert_int_equal(kill(child, SIGKILL), 0);
            assert_int_equal(waitpid(child, &status, 0), child);
        }
        killed += WIFSIGNALED(status);
        bool new = holds_second();
        if (WIFEXITED(status))
            assert_true(new);
        expect_all(new ? &after[action] : &before, path);
    }
    assert_true(killed > 0);
}

/* A limit on the file's size acts as a full disk, through the system itself. */
static void test_segments_no_room(void **state)
{
    int status;
    (void)state;
    for (int64_t room = 0; room < 3; room++) {
        restore();
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct shihyo_error err = SHY_ERROR_INIT;
            rlim_t most = (rlim_t)((int64_t)saved.size + room * 65536);
            struct rlimit limit = {most, most};
            (void)signal(SIGXFSZ, SIG_IGN);
            bool set = setrlimit(RLIMIT_FSIZE, &limit) == 0;
            struct model large = model_copy(&before);
            large.rows = 5000;
            _exit(set && act(ADD, &large, &err) == SHY_E_STORE_WRITE ? 0 : 1);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
        expect_all(&before, path);
    }
}

/* Others read ----------------------------------------------------------------------------- */

static void test_segments_reader_first(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct model copy = model_copy(&before);
    struct shy_partitions all;
    struct shy_store *store;
    (void)state;
    restore();
    OK(shy_store_open_partitions(path, NULL, 0, &all, &err));
    OK(shy_store_open(path, SHY_STORE_WRITE, &store, &err));
    shy_store_wait(store, 20);
    /* The writer says so at its first segment, not after hours. */
    assert_int_equal(deliver(&copy, store, "second", 0, &err), SHY_E_STORE_BUSY);
    shy_store_close_partitions(&all);
    shy_store_close(store);
    expect_all(&before, path);
    model_free(&copy);
}

static void test_segments_writer_first(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_delivery d = test_delivery("kdb", "second");
    struct model copy = model_copy(&before);
    const struct shy_delivery *list;
    struct shy_store *writer, *reader;
    size_t count;
    (void)state;
    restore();
    OK(shy_store_open(path, SHY_STORE_WRITE, &writer, &err));
    OK(shy_store_open(path, SHY_STORE_READ, &reader, &err));
    shy_store_wait(reader, 20);
    OK(shy_store_begin_instead(writer, &d, 0, &err));
    OK(shy_store_deliveries(reader, &list, &count, &err));
    assert_int_equal(count, 1);
    expect_partitions(&before, path);
    OK(add_segment(&copy, writer, 2, "persons", 0, SHY_NO_MONTH, 0, &err));
    assert_int_equal(shy_store_deliveries(reader, &list, &count, &err), SHY_E_STORE_BUSY);
    shy_store_rollback(writer);
    OK(shy_store_deliveries(reader, &list, &count, &err));
    assert_int_equal(count, 1);
    shy_store_close(writer);
    shy_store_close(reader);
    model_free(&copy);
}

/* Memory ---------------------------------------------------------------------------------- */

static int read_everything(struct shihyo_error *err)
{
    struct shy_partitions all;
    struct shy_partition_reader reader;
    const struct shy_contract *c = test_core("medical_items");
    const int columns[] = {0, 1, 2, 3, 4, 5};
    struct shy_partition_request request = {.contract = c,
                                            .columns = columns,
                                            .column_count = 6,
                                            .first_month = INT32_MIN,
                                            .last_month = INT32_MAX};
    struct shy_stretches got;
    struct shy_register r;
    struct shy_store *store;
    struct shy_table *t = NULL;
    SHY_TRY(shy_store_open_partitions(path, NULL, 0, &all, err));
    int code = all.reader(all.self, &reader, err);
    if (code == 0) {
        code = reader.read(reader.self, 1, &request, &got, err);
        reader.close(reader.self);
    }
    shy_store_close_partitions(&all);
    SHY_TRY(code);
    code = shy_store_open(path, SHY_STORE_READ, &store, err);
    if (code == 0)
        code = shy_store_read(store, c, NULL, 0, &t, err);
    shy_table_free(t);
    if (code == 0) {
        code = shy_store_read_register(store, &r, err);
        if (code == 0)
            shy_register_free(&r);
    }
    shy_store_close(store);
    return code;
}

static void test_segments_out_of_memory(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    int code = SHY_E_NOMEM;
    (void)state;
    restore();
    for (uint64_t n = 1; code != 0; n += (uint64_t)test_every()) {
        shy_mem_fail_after(n);
        code = read_everything(&err);
        shy_mem_fail_after(0);
        assert_true(code == 0 || code == SHY_E_NOMEM);
        assert_true(n < 5000);
    }
}

/* Packing and adding: the delivery is gone, the store as it was. */
static int add_one(struct shy_store *store, const struct shy_segment_rows *rows,
                   struct shihyo_error *err)
{
    struct shy_delivery d = test_delivery("kdb", "second");
    static const char *const texts[] = {"11", "12"};
    static const size_t lengths[] = {2, 2};
    static const uint32_t persons[TEST_PARTITIONS] = {TEST_PERSONS};
    const struct shy_contract *c = test_core("care_items");
    const struct shy_register none = {0};
    struct shy_packed_segment *packed = NULL;
    int code = shy_store_begin_instead(store, &d, 0, err);
    if (code == 0)
        code = shy_store_dictionary_add(store, c, shy_contract_column(c, "item"), texts, lengths, 2,
                                        err);
    /* A step that fails ends the delivery: the ones behind it are not to be called any more. */
    if (code == 0) {
        code = shy_segment_pack(rows, &packed, err);
        if (code == 0)
            code = shy_store_add_segment(store, packed, err);
        else
            shy_store_rollback(store);
        shy_packed_segment_free(packed);
    }
    if (code == 0)
        code = shy_store_write_register(store, &none, persons, err);
    return code == 0 ? shy_store_commit(store, NULL, err) : code;
}

static void test_segments_out_of_memory_writing(void **state)
{
    enum { ROWS = 60 };
    struct shihyo_error err = SHY_ERROR_INIT;
    static uint32_t person[ROWS];
    static int32_t item[ROWS], quantity[ROWS];
    static uint8_t states[ROWS];
    const struct shy_contract *c = test_core("care_items");
    struct shy_store *store;
    int code = SHY_E_NOMEM;
    (void)state;
    for (int i = 0; i < ROWS; i++) {
        person[i] = (uint32_t)i / 4;
        item[i] = i % 2;
        states[i] = i % 5 == 0 ? SHIHYO_STATE_MISSING : SHIHYO_STATE_OK;
        quantity[i] = i % 5 == 0 ? 0 : i * 100;
    }
    struct shy_segment_column columns[] = {
        {shy_contract_column(c, "item"), item, NULL, NULL},
        {shy_contract_column(c, "quantity"), quantity, NULL, states},
    };
    struct shy_segment_rows rows = {.contract = c,
                                    .month = TEST_FIRST_MONTH,
                                    .rows = ROWS,
                                    .person = person,
                                    .columns = columns,
                                    .column_count = 2};
    restore();
    OK(shy_store_open(path, SHY_STORE_WRITE, &store, &err));
    for (uint64_t n = 1; code != 0; n += (uint64_t)test_every()) {
        shy_mem_fail_after(n);
        code = add_one(store, &rows, &err);
        shy_mem_fail_after(0);
        assert_true(code == 0 || code == SHY_E_NOMEM);
        assert_true(n < 5000);
        if (n % 16 == 0 && code != 0) {
            shy_store_close(store);
            expect_all(&before, path);
            OK(shy_store_open(path, SHY_STORE_WRITE, &store, &err));
        }
    }
    shy_store_close(store);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_segments_every_fault),
        cmocka_unit_test(test_segments_again_after_fault),
        cmocka_unit_test(test_segments_killed),
        cmocka_unit_test(test_segments_no_room),
        cmocka_unit_test(test_segments_reader_first),
        cmocka_unit_test(test_segments_writer_first),
        cmocka_unit_test(test_segments_out_of_memory),
        cmocka_unit_test(test_segments_out_of_memory_writing),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, setup, teardown);
}
