/* SPDX-License-Identifier: MIT */
/*
 * Person-level rows on their way into the store: segments sorted by person, dictionaries shared by
 * all segments, and the register of persons. docs/claims.md says why, docs/store.md the bytes.
 *
 * Packing a segment is work for any thread; writing is for the one that holds the store, between
 * shy_store_begin and shy_store_commit.
 */
#ifndef SHY_STORE_SEGMENTS_H
#define SHY_STORE_SEGMENTS_H

#include "core/contract/partition.h"
#include "core/store/store.h"

/* Besides the number of the claim (column of role CLAIM), rows of the contract whose key the claim
 * is have a hash of its identity: for shy_store_claims_known only, never read by an engine. */
#define SHY_CLAIM_HASH (-1)

/* Values of one column: 32-bit numbers, or 64-bit for what needs them (hashes of claims). */
struct shy_segment_column {
    int index;            /* in the contract, or SHY_CLAIM_HASH */
    const int32_t *small; /* one of the two is given */
    const int64_t *large;
    const uint8_t *state; /* enum shihyo_state; NULL = all OK */
};

/* Rows of one contract, partition, month and class, sorted by person (and claim). */
struct shy_segment_rows {
    const struct shy_contract *contract;
    uint32_t partition;
    int32_t month; /* SHY_NO_MONTH where the contract has none */
    uint32_t class;
    size_t rows;
    const uint32_t *person;                   /* local numbers */
    const struct shy_segment_column *columns; /* but person and month */
    size_t column_count;
};

/* A segment as bytes; ends with shy_packed_segment_free. */
struct shy_packed_segment;
int shy_segment_pack(const struct shy_segment_rows *rows, struct shy_packed_segment **out,
                     struct shihyo_error *err);
size_t shy_packed_segment_size(const struct shy_packed_segment *s);
/* Rows of no class of their own where others have one: of little interest to most plans. A writer
 * adds them behind the others of their partition, so that what is read together lies together. */
bool shy_packed_segment_is_rest(const struct shy_packed_segment *s);
void shy_packed_segment_free(struct shy_packed_segment *s);
int shy_store_add_segment(struct shy_store *store, const struct shy_packed_segment *segment,
                          struct shihyo_error *err);

/* Class of a code: 0 = everything not in a class of its own. docs/claims.md. */
uint32_t shy_code_class(const struct shy_contract *contract, const char *code, size_t length);
/* The column whose code it is, -1 where all rows are of class 0. */
int shy_code_class_column(const struct shy_contract *contract);

/* The shared dictionary of a column's meaning (shy_code_meaning). Reading gives all numbers so far;
 * new texts are added in the order given and get the next numbers. */
int shy_store_dictionary(struct shy_store *store, const struct shy_contract *contract, int column,
                         struct shy_map *out, struct shihyo_error *err);
int shy_store_dictionary_add(struct shy_store *store, const struct shy_contract *contract,
                             int column, const char *const *texts, const size_t *lengths,
                             size_t count, struct shihyo_error *err);

/* Number of partitions: 0 where none was chosen yet; chosen once, inside a delivery. */
uint32_t shy_store_partitions(const struct shy_store *store);
int shy_store_set_partitions(struct shy_store *store, uint32_t count, struct shihyo_error *err);

/* The register: every delivered number, who it is, and by which evidence it was linked. */
struct shy_register_entry {
    const char *number; /* as delivered */
    size_t length;
    uint32_t partition, person; /* local number as first given */
    uint32_t joined;            /* local number it counts as now; = person unless joined since */
    unsigned char sex;          /* of the partition's hash: 1 male, 2 female */
    int32_t birth_month;        /* ordinal */
    bool care;                  /* from the care register */
};
/* Evidence: a hash of the five items seen with a number, over a span of months. */
struct shy_register_key {
    unsigned char hash[16];
    uint32_t entry; /* index of the register's entry */
    int32_t first_month, last_month;
};
struct shy_register {
    struct shy_register_entry *entries; /* by partition, then the number's bytes */
    size_t entry_count;
    struct shy_register_key *keys;
    size_t key_count;
    void *memory; /* of the store's */
};
int shy_store_read_register(struct shy_store *store, struct shy_register *out,
                            struct shihyo_error *err);
void shy_register_free(struct shy_register *r);
/* Replaces the whole register, inside a delivery. Entries come by partition, then by number; what
 * `joined` says is final (nobody is joined to one who is joined). persons[p]: persons of partition
 * p so far. */
int shy_store_write_register(struct shy_store *store, const struct shy_register *r,
                             const uint32_t *persons, struct shihyo_error *err);

/* Months of which committed deliveries have rows of the contract; shy_free'd by the caller. */
int shy_store_months_known(struct shy_store *store, const struct shy_contract *contract,
                           int32_t **out, size_t *count, struct shihyo_error *err);

/* Hashes of the claim ids stored for a contract, partition and month, sorted, for finding doubles
 * of other deliveries; shy_free'd by the caller. */
int shy_store_claims_known(struct shy_store *store, uint32_t partition, int32_t month,
                           uint64_t **out, size_t *count, struct shihyo_error *err);

/* Rows of an events contract without claims, for the same: each by its person and the code columns
 * named (dictionary numbers, -1 = none). */
struct shy_known_rows;
int shy_known_rows_open(struct shy_store *store, struct shy_known_rows **out,
                        struct shihyo_error *err); /* to be closed after a failure as well */
void shy_known_rows_close(struct shy_known_rows *k);
/* Keys of what is stored of a partition and month, sorted; shy_free'd by the caller. */
int shy_known_rows_read(struct shy_known_rows *k, const struct shy_contract *contract,
                        const int *columns, size_t column_count, uint32_t partition, int32_t month,
                        uint64_t **out, size_t *count, struct shihyo_error *err);
/* The key of a row: of 0 and the person, then of that and each column in turn. */
static inline uint64_t shy_known_key(uint64_t key, int64_t value)
{
    key = (key ^ ((uint64_t)value + 1)) * 0xff51afd7ed558ccdu;
    return (key ^ key >> 32) * 0xc4ceb9fe1a85ec53u ^ key >> 29;
}

/* Link rates by municipality of the care insurer, replaced by every delivery. */
struct shy_link_rate {
    char area[8]; /* "" = unknown */
    int64_t persons, linked, ambiguous;
};
int shy_store_write_link_rates(struct shy_store *store, const struct shy_link_rate *rates,
                               size_t count, struct shihyo_error *err);
int shy_store_link_rates(struct shy_store *store, struct shy_link_rate **out, size_t *count,
                         struct shihyo_error *err);

/* As shy_store_begin, but the delivery takes the place (and the number) of delivery `number` of the
 * same source; 0 = it stands beside the others. */
int shy_store_begin_instead(struct shy_store *store, const struct shy_delivery *delivery,
                            int64_t number, struct shihyo_error *err);
/* Removes one delivery, in a transaction of its own. SHY_E_DELIVERY_UNKNOWN where there is none of
 * that number. The register stays: who a number is does not change. */
int shy_store_remove_delivery(struct shy_store *store, int64_t number, struct shihyo_error *err);

/* The store as partitions for an engine; path is opened anew, read-only, by every reader.
 * sources: as shy_store_only. Ends with shy_store_close_partitions. */
int shy_store_open_partitions(const char *path, const char *const *sources, size_t count,
                              struct shy_partitions *out, struct shihyo_error *err);
void shy_store_close_partitions(struct shy_partitions *p);

#endif
