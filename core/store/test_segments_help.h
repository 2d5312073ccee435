/* SPDX-License-Identifier: MIT */
/* Random rows of persons, kept in memory beside the store: what the tests compare with. */
#ifndef SHY_STORE_TEST_SEGMENTS_HELP_H
#define SHY_STORE_TEST_SEGMENTS_HELP_H

#include "core/store/test_help.h"

#include "core/base/hash.h"
#include "core/contract/core_contracts.h"
#include "core/store/segments.h"

enum { TEST_PARTITIONS = 4, TEST_PERSONS = 300, TEST_MONTHS = 5, TEST_FIRST_MONTH = 2023 * 12 + 3 };

static inline uint32_t test_random(uint64_t *seed, uint32_t below)
{
    *seed += 0x9e3779b97f4a7c15u;
    uint64_t z = shy_checksum(seed, sizeof *seed);
    return (uint32_t)((z >> 32) * below >> 32);
}

static inline const struct shy_contract *test_core(const char *id)
{
    for (size_t i = 0; shy_core_contracts[i] != NULL; i++) {
        if (strcmp(shy_core_contracts[i]->id, id) == 0)
            return shy_core_contracts[i];
    }
    fail_msg("no contract %s", id);
    return NULL;
}

/* One row as it was given; codes are texts, numbers as they are. */
enum { TEST_COLUMNS = 8 };
struct test_line {
    uint32_t person;
    int64_t value[TEST_COLUMNS];
    uint8_t state[TEST_COLUMNS];
};

/* The rows of one segment. */
struct test_segment {
    const struct shy_contract *contract;
    int64_t delivery;
    uint32_t partition, class;
    int32_t month;
    int columns[TEST_COLUMNS];
    size_t column_count, rows;
    struct test_line *lines;
};

static inline void test_segment_free(struct test_segment *s)
{
    shy_free(s->lines);
    s->lines = NULL;
}

/* Adds the segment to the open delivery. hashes: of claims, NULL = none. */
static inline int test_add_segment(struct shy_store *store, const struct test_segment *s,
                                   const int64_t *hashes, struct shihyo_error *err)
{
    struct shy_segment_column columns[TEST_COLUMNS + 1] = {{0}};
    uint32_t *person = shy_alloc(s->rows, sizeof *person);
    struct shy_packed_segment *packed;
    for (size_t i = 0; i < s->rows; i++)
        person[i] = s->lines[i].person;
    for (size_t k = 0; k < s->column_count; k++) {
        int32_t *small = shy_alloc(s->rows, sizeof *small);
        int64_t *large = shy_alloc(s->rows, sizeof *large);
        uint8_t *state = shy_alloc(s->rows, 1);
        bool fits = true, all_ok = true;
        for (size_t i = 0; i < s->rows; i++) {
            large[i] = s->lines[i].value[k];
            small[i] = (int32_t)large[i];
            fits = fits && small[i] == large[i];
            state[i] = s->lines[i].state[k];
            all_ok = all_ok && state[i] == SHIHYO_STATE_OK;
        }
        columns[k] = (struct shy_segment_column){s->columns[k], fits ? small : NULL,
                                                 fits ? NULL : large, all_ok ? NULL : state};
        if (!fits)
            shy_free(small);
        else
            shy_free(large);
        if (all_ok)
            shy_free(state);
    }
    columns[s->column_count] = (struct shy_segment_column){SHY_CLAIM_HASH, NULL, hashes, NULL};
    struct shy_segment_rows rows = {.contract = s->contract,
                                    .partition = s->partition,
                                    .month = s->month,
                                    .class = s->class,
                                    .rows = s->rows,
                                    .person = person,
                                    .columns = columns,
                                    .column_count = s->column_count + (hashes != NULL)};
    int code = shy_segment_pack(&rows, &packed, err);
    if (code == 0) {
        code = shy_store_add_segment(store, packed, err);
        shy_packed_segment_free(packed);
    }
    for (size_t k = 0; k < s->column_count; k++) {
        shy_free((void *)(uintptr_t)columns[k].small);
        shy_free((void *)(uintptr_t)columns[k].large);
        shy_free((void *)(uintptr_t)columns[k].state);
    }
    shy_free(person);
    return code;
}

#endif
