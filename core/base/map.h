/* SPDX-License-Identifier: MIT */
/*
 * A map from byte strings to small dense numbers 0, 1, 2… in the order of first insertion: the
 * building block of dictionaries and name tables. Threads: readers may share it, a writer may not.
 */
#ifndef SHY_BASE_MAP_H
#define SHY_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHY_MAP_NONE UINT32_MAX

struct shy_map_block; /* texts of keys, one after the other */

/* Zero-initialised is empty. keys[i] has lengths[i] bytes and is NUL-terminated; owned. */
struct shy_map {
    char **keys;
    uint32_t *lengths;
    size_t count, capacity;
    uint32_t *slots;
    size_t slot_count;
    struct shy_map_block *last;
};

/* Number of the key, added if new; SHY_MAP_NONE when out of memory. */
uint32_t shy_map_add(struct shy_map *map, const char *key, size_t length);
/* Number of the key or SHY_MAP_NONE. */
uint32_t shy_map_find(const struct shy_map *map, const char *key, size_t length);
uint32_t shy_map_adds(struct shy_map *map, const char *key);
/* Makes room for keys to come, so that adding them moves nothing; false when out of memory. */
bool shy_map_reserve(struct shy_map *map, size_t count);
uint32_t shy_map_finds(const struct shy_map *map, const char *key);
void shy_map_free(struct shy_map *map);

#endif
