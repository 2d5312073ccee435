/* SPDX-License-Identifier: MIT */
/*
 * Person-level rows as an engine reads them: partition by partition, in packed columns. The store
 * gives them; tests may give their own. docs/claims.md has the picture.
 *
 * A partition holds every row of its persons, who have local numbers from 0. Rows come in
 * stretches: one per delivery, month of care and class, in the order of month, delivery, class.
 */
#ifndef SHY_CONTRACT_PARTITION_H
#define SHY_CONTRACT_PARTITION_H

#include "core/base/map.h"
#include "core/contract/contract.h"

#define SHY_NO_MONTH INT32_MIN /* of rows without a month of care */

/* A column of a stretch: value i = base + the unsigned number of `width` bytes at i. Codes are
 * numbers of the column's dictionary, months ordinals (period.h), dates day numbers. */
struct shy_strip {
    const void *values;   /* little-endian; NULL where width is 0 */
    const uint8_t *state; /* enum shihyo_state; NULL = all OK. Without a value the number is 0 */
    int64_t base;
    uint32_t width; /* 0 (all rows have base), 1, 2, 4 or 8 bytes */
};

struct shy_stretch {
    int32_t month; /* of care; SHY_NO_MONTH where the contract has none */
    int64_t delivery;
    size_t rows;
    const uint32_t *person; /* local numbers; ascending, except where persons were joined since */
    const struct shy_strip *columns; /* in the order of the request */
};

/* What is asked of one contract of one partition. */
struct shy_partition_request {
    const struct shy_contract *contract;
    const int *columns; /* indices in the contract; person and month are there anyway */
    size_t column_count;
    int32_t first_month, last_month; /* both included; ignored for contracts without month */
    /* wanted[n] != 0: rows whose code (column `code`, dictionary number n) may be needed. Others
     * may be left out, so that whole classes of codes need not be read. NULL = all rows. */
    int code;
    const uint8_t *wanted;
    size_t wanted_count;
};

struct shy_stretches {
    struct shy_stretch *items;
    size_t count;
};

/* Opened for one thread. */
struct shy_partition_reader {
    void *self;
    /* The stretches stay valid until release. */
    int (*read)(void *self, uint32_t partition, const struct shy_partition_request *request,
                struct shy_stretches *out, struct shihyo_error *err);
    /* Forgets everything read so far; memory is kept for the next partition. */
    void (*release)(void *self);
    void (*close)(void *self);
};

/* All partitions of a dataset. Threads: reader() and the getters from any thread. */
struct shy_partitions {
    void *self;
    uint32_t count;
    /* Persons of a partition: local numbers are below. */
    uint32_t (*persons)(void *self, uint32_t partition);
    /* Texts of a code column's numbers, valid until the dataset is closed. Columns of one meaning
     * (institution of claims and of items) have the same dictionary. NULL: no rows. */
    const struct shy_map *(*dictionary)(void *self, const struct shy_contract *contract,
                                        int column);
    /* Months of care delivered: sorted ordinals. */
    const int32_t *(*months)(void *self, const struct shy_contract *contract, size_t *count);
    /* Columns that some segment of the contract has: those a plan may read. */
    bool (*has_column)(void *self, const struct shy_contract *contract, int column);
    int (*reader)(void *self, struct shy_partition_reader *out, struct shihyo_error *err);
};

#endif
