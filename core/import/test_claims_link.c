/* SPDX-License-Identifier: MIT */
/* Who is who: cases by hand, and random ones against a search that looks at all pairs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/import/claims_link.h"

static struct shy_people people;
static struct shihyo_error err;

#define OK(call) assert_int_equal((call), 0)
#define MONTH(year, month) ((int32_t)((year)*12 + (month)-1))

static int setup(void **state)
{
    (void)state;
    shy_error_reset(&err);
    people = (struct shy_people){0};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    shy_people_free(&people);
    return 0;
}

static uint32_t add(const char *number, uint8_t sex, int32_t birth, bool medical)
{
    uint32_t node;
    OK(shy_people_add(&people, number, strlen(number), &node, &err));
    people.nodes[node].sex = sex;
    people.nodes[node].birth = birth;
    people.nodes[node].medical = medical;
    people.nodes[node].care = !medical;
    return node;
}

static bool hash_of(const char *insurer, const char *symbol, const char *number, uint8_t sex,
                    int32_t birth, unsigned char out[SHY_EVIDENCE_BYTES])
{
    const struct shy_five_items items = {.insurer = insurer,
                                         .insurer_length = strlen(insurer),
                                         .symbol = symbol,
                                         .symbol_length = strlen(symbol),
                                         .number = number,
                                         .number_length = strlen(number),
                                         .sex = sex,
                                         .birth = birth};
    return shy_five_items_hash(&items, out);
}

/* Evidence of a node's own sex and birth. */
static void seen(uint32_t node, const char *insurer, const char *number, int32_t first,
                 int32_t last)
{
    struct shy_evidence e = {.node = node, .first = first, .last = last};
    const struct shy_person_node *n = &people.nodes[node];
    if (hash_of(insurer, "S", number, n->sex, n->birth, e.hash))
        OK(shy_people_add_evidence(&people, &e, &err));
}

static void link_all(uint32_t partitions)
{
    OK(shy_people_link(&people, &err));
    OK(shy_people_number(&people, &partitions, &err));
}

static bool same(uint32_t a, uint32_t b)
{
    return shy_people_root(&people, a) == shy_people_root(&people, b);
}

/* Items ---------------------------------------------------------------------------------- */

static void test_link_items(void **state)
{
    unsigned char a[SHY_EVIDENCE_BYTES], b[SHY_EVIDENCE_BYTES];
    (void)state;
    /* Full width, blanks (also wide ones), hyphens and leading zeros do not tell persons apart. */
    assert_true(hash_of("00290000", "奈－１", "0012", 1, 5, a));
    assert_true(hash_of("290000", "奈 -1", "１２", 1, 5, b));
    assert_memory_equal(a, b, sizeof a);
    assert_true(hash_of("290000", "奈\xe3\x80\x80-1", "12", 1, 5, b));
    assert_memory_equal(a, b, sizeof a);
    /* A zero before a letter is part of a text. */
    assert_true(hash_of("1", "0A", "1", 1, 5, a));
    assert_true(hash_of("1", "A", "1", 1, 5, b));
    assert_memory_not_equal(a, b, sizeof a);
    /* Where one item ends and the next begins matters. */
    assert_true(hash_of("12", "", "3", 1, 5, a));
    assert_true(hash_of("1", "", "23", 1, 5, b));
    assert_memory_not_equal(a, b, sizeof a);
    assert_true(hash_of("12", "", "3", 2, 5, b));
    assert_memory_not_equal(a, b, sizeof a);
    /* Without insurer or number there is no evidence; late-stage elderly have no symbol. */
    assert_false(hash_of("", "S", "1", 1, 5, a));
    assert_false(hash_of("1", "S", " ", 1, 5, a));
    assert_true(hash_of("39290001", "", "1", 1, 5, a));
}

/* Cases by hand -------------------------------------------------------------------------- */

/* The 75th birthday: another number, another insurer; the care register knew both. */
static void test_link_birthday(void **state)
{
    (void)state;
    int32_t birth = MONTH(1945, 6);
    uint32_t before = add("P1", 2, birth, true), after = add("P2", 2, birth, true),
             care = add("C1", 2, birth, false), other = add("P3", 2, birth, true);
    seen(before, "290000", "1", MONTH(2018, 4), MONTH(2020, 6));
    seen(after, "39290001", "7", MONTH(2020, 6), SHY_MONTH_OPEN);
    seen(care, "290000", "1", MONTH(2019, 1), MONTH(2020, 5));
    seen(care, "39290001", "7", MONTH(2020, 6), SHY_MONTH_OPEN);
    seen(other, "39290001", "8", MONTH(2020, 6), SHY_MONTH_OPEN);
    link_all(4);
    assert_true(same(before, after) && same(before, care));
    assert_false(same(before, other));
    assert_int_equal(people.nodes[before].person, people.nodes[care].person);
    assert_false(people.nodes[care].ambiguous);
}

/* Twins of one household share all five items. */
static void test_link_twins(void **state)
{
    (void)state;
    int32_t birth = MONTH(1950, 3);
    uint32_t one = add("P1", 1, birth, true), two = add("P2", 1, birth, true),
             care = add("C1", 1, birth, false);
    seen(one, "290000", "1", MONTH(2018, 4), SHY_MONTH_OPEN);
    seen(two, "290000", "1", MONTH(2018, 4), SHY_MONTH_OPEN);
    seen(care, "290000", "1", MONTH(2019, 4), SHY_MONTH_OPEN);
    link_all(1);
    assert_false(same(one, two) || same(one, care) || same(two, care));
    assert_true(people.nodes[one].ambiguous && people.nodes[two].ambiguous &&
                people.nodes[care].ambiguous);
    assert_int_equal(people.persons[0], 3);
}

/* The same insurer gives a new number: one person, in the month of the change as well. */
static void test_link_new_number(void **state)
{
    (void)state;
    uint32_t one = add("P1", 1, 5, true), two = add("P2", 1, 5, true);
    seen(one, "290000", "1", MONTH(2018, 4), MONTH(2020, 9));
    seen(two, "290000", "1", MONTH(2020, 9), SHY_MONTH_OPEN);
    link_all(1);
    assert_true(same(one, two));
    /* Two months together are no change. */
    uint32_t three = add("P3", 1, 6, true), four = add("P4", 1, 6, true);
    seen(three, "290000", "1", MONTH(2018, 4), MONTH(2020, 10));
    seen(four, "290000", "1", MONTH(2020, 9), SHY_MONTH_OPEN);
    link_all(1);
    assert_false(same(three, four));
}

/* A move: the same person under another insurer stays apart without more evidence; a row of the
 * same number needs none. */
static void test_link_move(void **state)
{
    (void)state;
    uint32_t one = add("P1", 1, 5, true), two = add("P2", 1, 5, true);
    seen(one, "290000", "1", MONTH(2018, 4), MONTH(2020, 9));
    seen(one, "290001", "4", MONTH(2020, 10), SHY_MONTH_OPEN);
    seen(two, "290002", "1", MONTH(2018, 4), SHY_MONTH_OPEN);
    link_all(1);
    assert_false(same(one, two));
    assert_int_equal(people.persons[0], 2);
}

static void test_link_care_without_number(void **state)
{
    (void)state;
    uint32_t one = add("P1", 1, 5, true), care = add("C1", 1, 5, false),
             more = add("C2", 1, 5, false);
    seen(one, "290000", "1", MONTH(2018, 4), SHY_MONTH_OPEN);
    seen(care, "", "", MONTH(2018, 4), SHY_MONTH_OPEN);
    seen(more, "", "", MONTH(2018, 4), SHY_MONTH_OPEN);
    link_all(1);
    assert_false(same(one, care) || same(care, more));
    assert_false(people.nodes[care].ambiguous);
}

/* A number that contradicts itself is nobody, and joins nobody. */
static void test_link_contradiction(void **state)
{
    (void)state;
    uint32_t one = add("P1", 1, 5, true), two = add("P2", 1, 5, true);
    seen(one, "290000", "1", MONTH(2018, 4), MONTH(2018, 5));
    seen(two, "290000", "1", MONTH(2019, 4), MONTH(2019, 5));
    people.nodes[two].contradicted = true;
    link_all(1);
    assert_false(same(one, two));
    assert_int_equal(people.nodes[two].joined, SHY_ID_NONE);
    assert_int_equal(people.persons[0], 1);
}

/* Numbers inside a partition: by month of birth, sex, delivered number; those known stay. */
static void test_link_numbers(void **state)
{
    (void)state;
    uint32_t a = add("Z", 1, MONTH(1940, 1), true), b = add("B", 2, MONTH(1940, 1), true),
             c = add("A", 2, MONTH(1940, 1), true), d = add("A0", 1, MONTH(1939, 12), true);
    link_all(1);
    assert_int_equal(people.nodes[d].person, 0);
    assert_int_equal(people.nodes[a].person, 1);
    assert_int_equal(people.nodes[c].person, 2);
    assert_int_equal(people.nodes[b].person, 3);
}

/* A later delivery shows that two are one: the lower number stays, the other counts as it. */
static void test_link_later(void **state)
{
    (void)state;
    uint32_t one = add("P1", 1, 5, true), two = add("P2", 1, 5, true),
             three = add("P3", 1, 5, true);
    people.nodes[one] = (struct shy_person_node){.text = people.nodes[one].text,
                                                 .length = 2,
                                                 .birth = 5,
                                                 .sex = 1,
                                                 .known = true,
                                                 .medical = true,
                                                 .parent = one,
                                                 .person = 7,
                                                 .joined = 7};
    people.nodes[two] = (struct shy_person_node){.text = people.nodes[two].text,
                                                 .length = 2,
                                                 .birth = 5,
                                                 .sex = 1,
                                                 .known = true,
                                                 .medical = true,
                                                 .parent = two,
                                                 .person = 3,
                                                 .joined = 3};
    people.persons[0] = 8;
    seen(one, "290000", "1", MONTH(2018, 4), MONTH(2019, 3));
    seen(two, "290000", "1", MONTH(2019, 4), MONTH(2020, 3));
    seen(three, "290000", "1", MONTH(2020, 4), SHY_MONTH_OPEN);
    link_all(1);
    assert_int_equal(people.nodes[one].person, 7);
    assert_int_equal(people.nodes[one].joined, 3);
    assert_int_equal(people.nodes[two].joined, 3);
    assert_int_equal(people.nodes[three].person, 3);
    assert_int_equal(people.joined, 1);
    assert_int_equal(people.persons[0], 8);
}

/* An eligibility that a later delivery ends: the new row of the same first month counts. */
static void test_link_ended_later(void **state)
{
    (void)state;
    uint32_t one = add("P1", 1, 5, true), two = add("P2", 1, 5, true);
    seen(one, "290000", "1", MONTH(2018, 4), SHY_MONTH_OPEN);
    people.evidence[0].known = true;
    seen(one, "290000", "1", MONTH(2018, 4), MONTH(2020, 3));
    seen(two, "290000", "1", MONTH(2020, 4), SHY_MONTH_OPEN);
    link_all(1);
    assert_true(same(one, two));
    assert_int_equal(people.evidence_count, 2);
}

/* Random cases --------------------------------------------------------------------------- */

enum { NODES = 14, SPANS = 24, KEYS = 6 };

static uint32_t random_below(uint64_t *seed, uint32_t below)
{
    *seed += 0x9e3779b97f4a7c15u;
    return (uint32_t)((shy_checksum(seed, sizeof *seed) >> 32) * below >> 32);
}

struct span {
    uint32_t node, key;
    int32_t first, last;
};

/* Whether two spans of one key belong to two persons: written from docs/claims.md. */
static bool two_persons(const struct span *a, const struct span *b)
{
    if (a->key != b->key || a->node == b->node ||
        people.nodes[a->node].medical != people.nodes[b->node].medical)
        return false;
    int shared = 0;
    for (int32_t m = 0; m < 40; m++)
        shared += m >= a->first && m <= a->last && m >= b->first && m <= b->last;
    bool handed_over = (a->last == b->first && a->first < b->first && a->last < b->last) ||
                       (b->last == a->first && b->first < a->first && b->last < a->last);
    return shared > 0 && !(shared == 1 && handed_over);
}

static void naive(const struct span *spans, size_t count, uint32_t *group)
{
    for (uint32_t i = 0; i < NODES; i++)
        group[i] = i;
    bool several[KEYS] = {false};
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++) {
            if (two_persons(&spans[i], &spans[k]))
                several[spans[i].key] = true;
        }
    }
    for (int round = 0; round < NODES; round++) {
        for (size_t i = 0; i < count; i++) {
            for (size_t k = 0; k < count; k++) {
                uint32_t *a = &group[spans[i].node], *b = &group[spans[k].node];
                if (spans[i].key == spans[k].key && !several[spans[i].key])
                    *a = *b = *a < *b ? *a : *b;
            }
        }
    }
}

static void test_link_random(void **state)
{
    uint64_t seed = 20240401;
    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct span spans[SPANS];
        uint32_t group[NODES];
        size_t count = 0;
        people = (struct shy_people){0};
        for (uint32_t i = 0; i < NODES; i++) {
            char number[16];
            (void)snprintf(number, sizeof number, "N%u", i);
            (void)add(number, 1, 100, random_below(&seed, 3) > 0);
        }
        for (int i = 0; i < SPANS; i++) {
            struct span s = {random_below(&seed, NODES), random_below(&seed, KEYS), 0, 0};
            s.first = (int32_t)random_below(&seed, 30);
            s.last = s.first + (int32_t)random_below(&seed, 8);
            /* A number has one row for a first month. */
            bool taken = false;
            for (size_t k = 0; k < count; k++)
                taken = taken || (spans[k].node == s.node && spans[k].first == s.first);
            if (taken)
                continue;
            char key[16];
            (void)snprintf(key, sizeof key, "%u", s.key + 1);
            seen(s.node, "29", key, s.first, s.last);
            spans[count++] = s;
        }
        link_all(1);
        naive(spans, count, group);
        for (uint32_t i = 0; i < NODES; i++) {
            for (uint32_t k = 0; k < NODES; k++)
                assert_int_equal(same(i, k), group[i] == group[k]);
        }
        shy_people_free(&people);
    }
}

static void test_link_partitions(void **state)
{
    (void)state;
    assert_int_equal(shy_people_partitions(0), 1);
    assert_int_equal(shy_people_partitions(16000), 1);
    assert_int_equal(shy_people_partitions(16001), 2);
    assert_int_equal(shy_people_partitions(600000), 64);
    assert_int_equal(shy_people_partitions(5000000), 64);
    for (int32_t birth = 0; birth < 100; birth++)
        assert_true(shy_people_partition(1, birth, 8) < 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_link_items, setup, teardown),
        cmocka_unit_test_setup_teardown(test_link_birthday, setup, teardown),
        cmocka_unit_test_setup_teardown(test_link_twins, setup, teardown),
        cmocka_unit_test_setup_teardown(test_link_new_number, setup, teardown),
        cmocka_unit_test_setup_teardown(test_link_move, setup, teardown),
        cmocka_unit_test_setup_teardown(test_link_care_without_number, setup, teardown),
        cmocka_unit_test_setup_teardown(test_link_contradiction, setup, teardown),
        cmocka_unit_test_setup_teardown(test_link_numbers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_link_later, setup, teardown),
        cmocka_unit_test_setup_teardown(test_link_ended_later, setup, teardown),
        cmocka_unit_test_setup_teardown(test_link_random, setup, teardown),
        cmocka_unit_test_setup_teardown(test_link_partitions, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
