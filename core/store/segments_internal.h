/* SPDX-License-Identifier: MIT */
/* What the files of the store that deal with rows of persons share. */
#ifndef SHY_STORE_SEGMENTS_INTERNAL_H
#define SHY_STORE_SEGMENTS_INTERNAL_H

#include "core/store/bundle.h"
#include "core/store/store_internal.h"

/* The shared dictionary of a meaning; empty where there is none. */
int shy_store_meaning(struct shy_store *store, const char *meaning, struct shy_map *out,
                      struct shihyo_error *err);

/* What a reader needs to know of the persons of all partitions. */
struct shy_store_persons {
    uint32_t count;    /* partitions */
    uint32_t *numbers; /* persons of each */
    /* joined[p][local] is the local number it counts as now; NULL where nobody was joined. */
    uint32_t **joined;
};
int shy_store_read_persons(struct shy_store *store, struct shy_store_persons *out,
                           struct shihyo_error *err);
void shy_store_persons_free(struct shy_store_persons *p);

/* Part of shy_store_verify: register, partitions, dictionaries and link rates. */
int shy_store_verify_persons(struct shy_store *store, struct shy_problems *problems,
                             struct shihyo_error *err);

#endif
