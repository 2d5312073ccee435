/* SPDX-License-Identifier: MIT */
/*
 * Keys seen so far: two rows of a contract with equal key columns are one fact told twice. Only a
 * hash of 128 bits is kept of each key, 16 bytes a row; that two different keys of a delivery of
 * a thousand million rows share one is less likely than 1 in 10^20. Threads: one at a time.
 */
#ifndef SHY_IMPORT_KEYS_H
#define SHY_IMPORT_KEYS_H

#include "core/base/hash.h"
#include "core/base/mem.h"
#include "core/contract/table.h"

/* Zero-initialised is empty. */
struct shy_keys {
    struct shy_key *slots; /* both halves 0: empty */
    size_t count, slot_count;
};

/* Adds the keys of all rows but those with skip[row] (NULL = none), in their order. seen[row]: a
 * row with these key values was added before; 0 for rows skipped. A table without key columns has
 * no doubles. */
int shy_keys_add(struct shy_keys *keys, const struct shy_table *rows, const uint8_t *skip,
                 uint8_t *seen, struct shihyo_error *err);
void shy_keys_free(struct shy_keys *keys);

/* "area=2901, period=FY2022": the key as a message shows it; never for person-level contracts. */
void shy_keys_describe(const struct shy_table *rows, size_t row, struct shy_text *out);

#endif
