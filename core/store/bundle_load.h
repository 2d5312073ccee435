/* SPDX-License-Identifier: MIT */
/* Bundles as columns of memory: for the engine's readers and for shy_store_read. */
#ifndef SHY_STORE_BUNDLE_LOAD_H
#define SHY_STORE_BUNDLE_LOAD_H

#include "core/store/segments_internal.h"

/* Where a bundle is and what it holds. */
struct shy_bundle_place {
    int64_t segment, delivery;
    uint64_t checksum; /* of the segment */
    uint32_t partition, class, sequence, rows;
    int32_t month;
    uint16_t contract, list; /* numbers in the dataset */
};

/* Memory for what is read, not zeroed; NULL where there is none. Emptying forgets everything but
 * keeps the memory. An empty pool is NULL. */
struct shy_pool_block;
void *shy_pool_take(struct shy_pool_block **pool, size_t size);
void shy_pool_empty(struct shy_pool_block **pool);
void shy_pool_free(struct shy_pool_block **pool);

/* Where bundles come from; db, persons and dictionaries are the caller's. */
struct shy_bundle_source {
    struct shy_database *db;
    sqlite3_blob *blob; /* to be closed before db */
    struct shy_pool_block *pool;
    const struct shy_store_persons *persons;
    const struct shy_map *(*dictionary)(void *self, const struct shy_contract *contract,
                                        int column);
    void *self;
};

/* Place of a name in "person,month,item", or -1. */
int shy_column_place(const char *names, const char *name);
/* The columns of a bundle, in the pool. names: the segment's list of columns. */
int shy_bundle_load(struct shy_bundle_source *source, const struct shy_bundle_place *place,
                    const char *names, const struct shy_contract *contract, const int *columns,
                    size_t count, struct shy_stretch *out, struct shihyo_error *err);
/* Compares every checksum of a bundle. */
int shy_bundle_check(struct shy_bundle_source *source, const struct shy_bundle_place *place,
                     const struct shy_contract *contract, struct shihyo_error *err);

#endif
