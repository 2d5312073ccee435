/* SPDX-License-Identifier: MIT */
/* Rows of one contract on their way into segments: gathered, then written with their
 * dictionaries and chunks. Part of a delivery's transaction. */
#ifndef SHY_STORE_SEGMENT_H
#define SHY_STORE_SEGMENT_H

#include "core/store/store_internal.h"

/* A column of the segment being gathered. Codes and texts are numbers of dict. */
struct shy_gathered {
    const struct shy_column *def;
    int64_t *data;
    uint8_t *state;
    bool states; /* some state is not OK */
    struct shy_map dict;
};

struct shy_month_rows {
    int32_t month;
    int64_t rows;
};

/* What is written of one contract. */
struct shy_gathering {
    const struct shy_contract *contract;
    struct shy_gathered *columns;
    size_t column_count;
    size_t rows, capacity;
    int64_t segments, written;
    struct shy_month_rows *months; /* sorted */
    size_t month_count, month_capacity;
};

struct shy_store_writer {
    int64_t delivery;
    struct shy_gathering *items;
    size_t count, capacity;
    sqlite3_stmt *segment, *dictionary, *part, *chunk, *bundle;
    bool persons;         /* rows of persons were added */
    uint32_t partitions;  /* as they are in this transaction */
    unsigned char *bytes; /* a chunk being put together */
    size_t byte_capacity;
};

void shy_gathering_free(struct shy_gathering *g);
/* Adds rows; writes every segment that becomes full. */
int shy_gathering_append(struct shy_store *store, struct shy_gathering *g,
                         const struct shy_table *rows, struct shihyo_error *err);
/* Counts rows of a month of care. */
int shy_gathering_month(struct shy_gathering *g, int32_t month, int64_t rows,
                        struct shihyo_error *err);
/* How many there are; 0 = none chosen yet. */
int shy_partitions_count(struct shy_store *store, uint32_t *out, struct shihyo_error *err);
/* That of a contract of the delivery being written; the contract is made known where it is not. */
int shy_gathering_find(struct shy_store *store, const struct shy_contract *contract,
                       struct shy_gathering **out, struct shihyo_error *err);
/* Writes what is gathered. */
int shy_gathering_flush(struct shy_store *store, struct shy_gathering *g, struct shihyo_error *err);

#endif
