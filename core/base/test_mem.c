/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "core/base/mem.h"

static int teardown(void **state)
{
    (void)state;
    shy_mem_fail_after(0);
    return 0;
}

static void test_mem_alloc(void **state)
{
    (void)state;
    unsigned char *p = shy_alloc(100, 3);
    assert_non_null(p);
    for (size_t i = 0; i < 300; i++)
        assert_int_equal(p[i], 0);
    shy_free(p);
    void *a = shy_alloc(0, 8), *b = shy_alloc(8, 0);
    assert_non_null(a);
    assert_non_null(b);
    assert_ptr_not_equal(a, b);
    shy_free(a);
    shy_free(b);
    assert_null(shy_alloc(SIZE_MAX / 2, 3)); /* the product does not fit */
}

static void test_mem_realloc(void **state)
{
    (void)state;
    char *p = shy_alloc(4, 1);
    assert_non_null(p);
    memcpy(p, "abc", 4);
    assert_null(shy_realloc(p, SIZE_MAX, 2));
    assert_string_equal(p, "abc"); /* unchanged */
    char *q = shy_realloc(p, 4000, 1);
    assert_non_null(q);
    assert_string_equal(q, "abc");
    q = shy_realloc(q, 0, 1);
    assert_non_null(q);
    shy_free(q);
}

static void test_mem_strings(void **state)
{
    (void)state;
    assert_null(shy_strdup(NULL));
    char *a = shy_strdup("指標"), *b = shy_strndup("指標", 3);
    assert_string_equal(a, "指標");
    assert_string_equal(b, "指");
    shy_free(a);
    shy_free(b);
}

static void test_mem_fail_after(void **state)
{
    (void)state;
    shy_mem_fail_after(3);
    void *a = shy_alloc(1, 1), *b = shy_strdup("x");
    void *c = shy_alloc(1, 1), *d = shy_realloc(NULL, 1, 1);
    shy_mem_fail_after(0);
    void *e = shy_alloc(1, 1);
    assert_non_null(a);
    assert_non_null(b);
    assert_null(c); /* the third, and every later one */
    assert_null(d);
    assert_non_null(e);
    shy_free(a);
    shy_free(b);
    shy_free(e);
}

static atomic_int thread_successes;

static void *allocate_thousand(void *argument)
{
    for (int i = 0; i < 1000; i++) {
        void *p = shy_alloc(1, 8);
        if (p != NULL)
            atomic_fetch_add(&thread_successes, 1);
        shy_free(p);
    }
    return argument;
}

/* Of 4000 allocations in four threads exactly the first 1499 succeed. */
static void test_mem_fail_after_threads(void **state)
{
    pthread_t threads[4];
    (void)state;
    atomic_store(&thread_successes, 0);
    shy_mem_fail_after(1500);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, allocate_thousand, NULL), 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    shy_mem_fail_after(0);
    assert_int_equal(atomic_load(&thread_successes), 1499);
}

static void test_mem_grow(void **state)
{
    int64_t *items = NULL;
    size_t count = 0, capacity = 0, moves = 0;
    (void)state;
    for (; count < 1000; count++) {
        size_t before = capacity;
        assert_true(SHY_GROW(items, count, capacity));
        assert_true(capacity > count);
        moves += capacity != before;
        items[count] = (int64_t)count * 3;
    }
    assert_true(moves < 12); /* doubles rather than creeps */
    for (size_t i = 0; i < count; i++)
        assert_int_equal(items[i], i * 3);
    shy_mem_fail_after(1);
    size_t full = capacity;
    assert_false(SHY_GROW(items, full, capacity));
    assert_int_equal(capacity, full);
    assert_int_equal(items[999], 2997);
    shy_mem_fail_after(0);
    size_t huge = SIZE_MAX / 2 + 2;
    assert_false(shy_grow_((void **)&items, &capacity, huge, sizeof *items));
    shy_free(items);
}

static void test_mem_arena(void **state)
{
    struct shy_arena arena = {0};
    unsigned char *pieces[500];
    (void)state;
    for (size_t i = 0; i < 500; i++) {
        pieces[i] = shy_arena_alloc(&arena, i, 7);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % 16, 0);
        for (size_t j = 0; j < i * 7; j++)
            assert_int_equal(pieces[i][j], 0);
        memset(pieces[i], (int)(i & 0xff), i * 7);
    }
    for (size_t i = 0; i < 500; i++) {
        for (size_t j = 0; j < i * 7; j++)
            assert_int_equal(pieces[i][j], i & 0xff); /* no piece lies over another */
    }
    unsigned char *large = shy_arena_alloc(&arena, 3, 1 << 20);
    assert_non_null(large);
    memset(large, 1, 3u << 20);
    assert_string_equal(shy_arena_strdup(&arena, "二次医療圏"), "二次医療圏");
    assert_string_equal(shy_arena_strndup(&arena, "abcdef", 2), "ab");
    assert_null(shy_arena_strdup(&arena, NULL));
    assert_null(shy_arena_alloc(&arena, SIZE_MAX / 2, 4));
    assert_null(shy_arena_alloc(&arena, SIZE_MAX - 4, 1));
    shy_mem_fail_after(1);
    assert_null(shy_arena_alloc(&arena, 1, 1));
    shy_mem_fail_after(0);
    shy_arena_free(&arena);
    assert_null(arena.last);
}

static void test_mem_text(void **state)
{
    struct shy_text t = {0};
    (void)state;
    assert_string_equal(shy_text_get(&t), "");
    shy_text_adds(&t, "在宅");
    shy_text_addc(&t, ' ');
    shy_text_addf(&t, "%d %s", 42, "訪問診療");
    shy_text_add(&t, "xyz", 1);
    assert_string_equal(shy_text_get(&t), "在宅 42 訪問診療x");
    assert_int_equal(t.length, strlen(t.text));
    for (int i = 0; i < 1000; i++)
        shy_text_addf(&t, "%d,", i);
    assert_false(t.failed);
    assert_string_equal(t.text + t.length - 8, "998,999,");
    shy_text_clear(&t);
    assert_string_equal(shy_text_get(&t), "");
    shy_text_free(&t);
    assert_string_equal(shy_text_get(&t), "");
}

/* After a failure nothing more is added, so that a hole in the text cannot go unseen. */
static void test_mem_text_failure_is_sticky(void **state)
{
    struct shy_text t = {0};
    (void)state;
    shy_text_adds(&t, "ab");
    shy_mem_fail_after(1);
    shy_text_addf(&t, "%0100d", 1);
    shy_mem_fail_after(0);
    assert_true(t.failed);
    shy_text_adds(&t, "c");
    assert_string_equal(shy_text_get(&t), "ab");
    shy_text_clear(&t);
    shy_text_adds(&t, "c");
    assert_false(t.failed);
    assert_string_equal(shy_text_get(&t), "c");
    shy_text_free(&t);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mem_alloc),
        cmocka_unit_test(test_mem_realloc),
        cmocka_unit_test(test_mem_strings),
        cmocka_unit_test_teardown(test_mem_fail_after, teardown),
        cmocka_unit_test_teardown(test_mem_fail_after_threads, teardown),
        cmocka_unit_test_teardown(test_mem_grow, teardown),
        cmocka_unit_test_teardown(test_mem_arena, teardown),
        cmocka_unit_test(test_mem_text),
        cmocka_unit_test_teardown(test_mem_text_failure_is_sticky, teardown),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
