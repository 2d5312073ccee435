/* SPDX-License-Identifier: MIT */
/* What partition_open.c finds out once, and the readers of partition_read.c share unchanged. */
#ifndef SHY_STORE_PARTITION_INTERNAL_H
#define SHY_STORE_PARTITION_INTERNAL_H

#include "core/store/bundle_load.h"

struct shy_stored_contract {
    char *id;
    int32_t *months;
    size_t month_count, month_capacity;
    uint8_t *class_of; /* of the dictionary's numbers, where rows are kept apart by code */
    size_t class_count;
};

/* A segment's list of columns: few differ. */
struct shy_column_list {
    uint16_t contract;
    char *names;
};

struct shy_shared_dictionary {
    char *meaning;
    struct shy_map map;
};

struct shy_partition_set {
    struct shy_store *store; /* holds the file as it is, in a transaction */
    struct shy_store_persons persons;
    struct shy_bundle_place *places; /* by partition, contract, month, delivery, class, sequence */
    size_t place_count, place_capacity;
    struct shy_stored_contract *contracts;
    size_t contract_count, contract_capacity;
    struct shy_column_list *lists;
    size_t list_count, list_capacity;
    struct shy_shared_dictionary *dictionaries;
    size_t dictionary_count, dictionary_capacity;
};

/* Number of a stored contract, or -1. */
int shy_partition_contract(const struct shy_partition_set *set, const struct shy_contract *c);
const struct shy_map *shy_partition_dictionary(const struct shy_partition_set *set,
                                               const struct shy_contract *c, int column);
int shy_partition_reader_open(struct shy_partition_set *set, struct shy_partition_reader *out,
                              struct shihyo_error *err);

#endif
