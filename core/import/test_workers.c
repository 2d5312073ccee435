/* SPDX-License-Identifier: MIT */
/* What tasks leave is written in their order, once each, and no more of it waits than may. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdatomic.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/import/workers.h"

enum { TASKS = 200, MOST = 3000, SIZE = 1000, NOBODY = 1 << 30 };

static struct shihyo_error err;

static struct {
    struct shy_turns turns;
    size_t written[TASKS], count;
    _Atomic int64_t left, most_left;
    _Atomic size_t freed;
    size_t fail_task, fail_write;
} run;

static int write_one(void *arg, void *left, struct shihyo_error *e)
{
    size_t task = *(const size_t *)left;
    assert_ptr_equal(arg, &run);
    run.written[run.count++] = task;
    (void)atomic_fetch_sub(&run.left, SIZE);
    return task == run.fail_write ? shy_fail(e, SHY_E_IMPORT_REJECTED, "written") : 0;
}

static void free_one(void *left)
{
    (void)atomic_fetch_add(&run.freed, 1);
    free(left);
}

static int make_one(void *arg, size_t task, size_t thread, struct shihyo_error *e)
{
    (void)arg;
    (void)thread;
    if (task == run.fail_task) {
        shy_turns_stop(&run.turns);
        return shy_fail(e, SHY_E_NOMEM, "made");
    }
    size_t *left = malloc(sizeof *left);
    *left = task;
    int64_t now = atomic_fetch_add(&run.left, SIZE) + SIZE, most = atomic_load(&run.most_left);
    while (now > most && !atomic_compare_exchange_weak(&run.most_left, &most, now))
        continue;
    /* The first takes its time: the others have to wait for it. */
    for (volatile size_t i = 0; task == 0 && i < 10000000; i++)
        continue;
    return shy_turns_leave(&run.turns, task, left, SIZE, e);
}

static int go(size_t threads, size_t fail_task, size_t fail_write)
{
    const struct shy_turns_work turns = {
        .tasks = TASKS, .most = MOST, .write = write_one, .free = free_one, .arg = &run};
    const struct shy_work work = {.threads = threads, .tasks = TASKS, .task = make_one};
    run.count = 0;
    atomic_store(&run.left, 0);
    atomic_store(&run.most_left, 0);
    atomic_store(&run.freed, 0);
    run.fail_task = fail_task;
    run.fail_write = fail_write;
    shy_error_reset(&err);
    assert_int_equal(shy_turns_open(&run.turns, &turns, &err), 0);
    int code = shy_work_run(&work, &err);
    shy_turns_close(&run.turns);
    return code;
}

static void check_order(void)
{
    for (size_t i = 0; i < run.count; i++)
        assert_int_equal(run.written[i], i);
}

static void test_turns_in_order(void **state)
{
    (void)state;
    for (size_t threads = 1; threads <= 4; threads++) {
        assert_int_equal(go(threads, NOBODY, NOBODY), 0);
        assert_int_equal(run.count, TASKS);
        assert_int_equal(atomic_load(&run.freed), TASKS);
        check_order();
        /* One more than fits may be left, and each thread may be making one. */
        assert_true(atomic_load(&run.most_left) <= MOST + SIZE + (int64_t)threads * SIZE);
    }
}

static void test_turns_after_a_failed_task(void **state)
{
    (void)state;
    assert_int_equal(go(3, 20, NOBODY), SHY_E_NOMEM);
    assert_true(run.count <= 20);
    check_order();
}

static void test_turns_after_a_failed_write(void **state)
{
    (void)state;
    assert_int_equal(go(3, NOBODY, 20), SHY_E_IMPORT_REJECTED);
    assert_int_equal(run.count, 21);
    check_order();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_turns_in_order),
        cmocka_unit_test(test_turns_after_a_failed_task),
        cmocka_unit_test(test_turns_after_a_failed_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
