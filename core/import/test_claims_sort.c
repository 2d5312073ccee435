/* SPDX-License-Identifier: MIT */
/* Sorting by numbers against qsort, and keys of texts against the texts themselves. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/import/claims_ids.h"
#include "core/import/claims_sort.h"

enum { COUNT = 20000, TEXTS = 5000 };

static struct shihyo_error err;

#define OK(call) assert_int_equal((call), 0)

static uint64_t seed = 20261122;

/* xorshift64*, by Vigna. */
static uint64_t next(void)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return seed * UINT64_C(0x2545f4914f6cdd1d);
}

static int by_place(const void *arg, uint32_t a, uint32_t b)
{
    assert_ptr_equal(arg, &seed);
    return (a > b) - (a < b);
}

static int by_key(const void *a, const void *b)
{
    const struct shy_sort_item *x = a, *y = b;
    return x->key != y->key ? (x->key > y->key) - (x->key < y->key)
                            : (x->at > y->at) - (x->at < y->at);
}

static void check_sort(uint64_t mask, size_t count)
{
    static struct shy_sort_item items[COUNT], expected[COUNT];
    for (size_t i = 0; i < count; i++)
        expected[i] = items[i] = (struct shy_sort_item){next() & mask, (uint32_t)(next() % COUNT)};
    OK(shy_sort_items(items, count, by_place, &seed, &err));
    qsort(expected, count, sizeof *expected, by_key);
    for (size_t i = 0; i < count; i++) {
        assert_true(items[i].key == expected[i].key);
        assert_int_equal(items[i].at, expected[i].at);
    }
}

static void test_sort_items(void **state)
{
    (void)state;
    /* All bits, few, none, some with gaps between them, the highest. */
    static const uint64_t masks[] = {UINT64_MAX, 0x7, 0, UINT64_C(0xff0000000000ff00),
                                     UINT64_C(1) << 63};
    for (size_t i = 0; i < sizeof masks / sizeof masks[0]; i++)
        check_sort(masks[i], COUNT);
    check_sort(UINT64_MAX, 1);
    check_sort(UINT64_MAX, 0);
}

static void test_sort_prefix(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "A", "A0", "AB", "ABCDEFGH", "ABCDEFGHI", "B", "\xe3"};
    for (size_t i = 0; i + 1 < sizeof texts / sizeof texts[0]; i++) {
        const char *a = texts[i], *b = texts[i + 1];
        assert_true(shy_sort_prefix(a, strlen(a), 0, 64) <= shy_sort_prefix(b, strlen(b), 0, 64));
        assert_true(shy_sort_prefix(a, strlen(a), 0, 13) <= shy_sort_prefix(b, strlen(b), 0, 13));
    }
    assert_int_equal(shy_sort_prefix("xyA", 3, 2, 8), 'A');
    assert_int_equal(shy_sort_shared("ABC", 3, "ABD", 3, 9), 2);
    assert_int_equal(shy_sort_shared("ABC", 3, "AB", 2, 9), 2);
    assert_int_equal(shy_sort_shared("ABC", 3, "ABC", 3, 1), 1);
}

/* A text of 0 to 14 bytes, among them ends that a key could take for a length. */
static size_t make_text(char *text)
{
    static const char ends[] = {'\0', '\1', '\013', '0', '\xf4', '\xf5', '\xff'};
    size_t length = next() % 15;
    for (size_t i = 0; i < length; i++)
        text[i] = (char)('0' + next() % 3);
    if (length > 0 && next() % 2 == 0)
        text[length - 1] = ends[next() % sizeof ends];
    return length;
}

/* Two texts have one key where they are one text. */
static void test_keys_tell_texts_apart(void **state)
{
    (void)state;
    static char texts[TEXTS][16];
    static size_t lengths[TEXTS];
    static struct shy_id_key keys[TEXTS];
    for (size_t i = 0; i < TEXTS; i++) {
        lengths[i] = make_text(texts[i]);
        keys[i] = shy_id_key_of(shy_id_of(texts[i], lengths[i]));
        for (size_t k = 0; k < i; k++) {
            bool same = lengths[i] == lengths[k] && memcmp(texts[i], texts[k], lengths[i]) == 0;
            bool one = keys[i].low == keys[k].low && keys[i].high == keys[k].high;
            assert_int_equal(one, same);
        }
    }
}

/* The key of a view is that of its text, whatever stands behind a short one. */
static void test_keys_of_views(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEXTS; i++) {
        char text[16], view[16];
        bool rare;
        uint32_t length = (uint32_t)make_text(text);
        memset(view, (int)(next() & 0xff), sizeof view);
        memcpy(view, &length, sizeof length);
        memcpy(view + 4, text, length < 12 ? length : 12);
        struct shy_id_key made = shy_id_key_of_view(view, &rare);
        struct shy_id_key due = shy_id_key_of(shy_id_of(text, length));
        bool last = length == 12 && (unsigned char)text[11] >= 0xf4;
        assert_int_equal(rare, length > 12 || last);
        if (!rare)
            assert_true(made.low == due.low && made.high == due.high);
    }
}

/* What is found at a glance is what is found; what is not there is never found. */
static void test_ids_glance(void **state)
{
    (void)state;
    struct shy_ids ids = {0};
    size_t glanced = 0;
    for (uint32_t i = 0; i < TEXTS; i++) {
        uint32_t out;
        assert_true(shy_ids_add(&ids, shy_id_of_numbers(i, 7), i, &out));
        assert_int_equal(out, i);
    }
    for (uint32_t i = 0; i < 2 * TEXTS; i++) {
        struct shy_id_key key = shy_id_key_of(shy_id_of_numbers(i, 7));
        uint32_t found = shy_ids_find_key(&ids, key), seen = shy_ids_glance(&ids, key);
        assert_int_equal(found, i < TEXTS ? i : SHY_ID_NONE);
        assert_true(seen == 0 || seen == i + 1);
        assert_true(seen == 0 || i < TEXTS);
        glanced += seen != 0;
    }
    assert_true(glanced > TEXTS * 8 / 10);
    shy_ids_free(&ids);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sort_items),
        cmocka_unit_test(test_sort_prefix),
        cmocka_unit_test(test_keys_tell_texts_apart),
        cmocka_unit_test(test_keys_of_views),
        cmocka_unit_test(test_ids_glance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
