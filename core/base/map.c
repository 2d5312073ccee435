/* SPDX-License-Identifier: MIT */
/*
 * Open addressing with linear probing. A slot holds the key's number plus one, 0 when empty;
 * at most two thirds of the slots are taken. The hash is not kept: growing is rare, and the slots
 * stay four bytes each, which matters for dictionaries of millions of codes. The texts of keys
 * stand in blocks that grow with the map.
 */
#include "core/base/map.h"

#include <string.h>

#include "core/base/hash.h"
#include "core/base/mem.h"

enum { FIRST_SLOTS = 16, FIRST_BLOCK = 128, LARGEST_BLOCK = 1 << 16 };

struct shy_map_block {
    struct shy_map_block *before;
    size_t size, used;
    char text[];
};

static char *copy_key(struct shy_map *map, const char *key, size_t length)
{
    struct shy_map_block *b = map->last;
    if (b == NULL || b->size - b->used <= length) {
        size_t size = b == NULL ? FIRST_BLOCK : b->size < LARGEST_BLOCK ? 2 * b->size : b->size;
        size = size <= length ? length + 1 : size;
        b = shy_realloc(NULL, 1, sizeof *b + size);
        if (b == NULL)
            return NULL;
        *b = (struct shy_map_block){.before = map->last, .size = size};
        map->last = b;
    }
    char *copy = b->text + b->used;
    memcpy(copy, key, length);
    copy[length] = '\0';
    b->used += length + 1;
    return copy;
}

/* The slot of the key, or the empty slot where it would go. slot_count is a power of two. */
static size_t find_slot(const struct shy_map *map, const char *key, size_t length)
{
    size_t mask = map->slot_count - 1;
    size_t slot = (size_t)shy_checksum(key, length) & mask;
    while (map->slots[slot] != 0) {
        uint32_t i = map->slots[slot] - 1;
        if (map->lengths[i] == length && memcmp(map->keys[i], key, length) == 0)
            break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

/* The old slots go only once there are new ones: a failure leaves the map as it was. */
static bool grow_slots(struct shy_map *map, size_t wanted)
{
    uint32_t *slots = shy_realloc(NULL, wanted, sizeof *slots);
    if (slots == NULL)
        return false;
    memset(slots, 0, wanted * sizeof *slots); /* written before it is read: pages come once */
    shy_free(map->slots);
    map->slots = slots;
    map->slot_count = wanted;
    for (size_t i = 0; i < map->count; i++)
        slots[find_slot(map, map->keys[i], map->lengths[i])] = (uint32_t)i + 1;
    return true;
}

/* keys and lengths share one capacity, which moves only when both have grown. */
static bool grow_keys(struct shy_map *map, size_t need)
{
    size_t keys_capacity = map->capacity, lengths_capacity = map->capacity;
    if (need <= map->capacity)
        return true;
    if (!shy_grow_((void **)&map->keys, &keys_capacity, need, sizeof *map->keys) ||
        !shy_grow_((void **)&map->lengths, &lengths_capacity, need, sizeof *map->lengths))
        return false;
    map->capacity = keys_capacity;
    return true;
}

uint32_t shy_map_add(struct shy_map *map, const char *key, size_t length)
{
    if (key == NULL) {
        key = "";
        length = 0;
    }
    size_t slot = map->slot_count == 0 ? 0 : find_slot(map, key, length);
    if (map->slot_count > 0 && map->slots[slot] != 0)
        return map->slots[slot] - 1;
    if (length >= UINT32_MAX || map->count >= UINT32_MAX - 1)
        return SHY_MAP_NONE;
    if ((map->count + 1) * 3 > map->slot_count * 2) {
        if (!grow_slots(map, map->slot_count == 0 ? FIRST_SLOTS : map->slot_count * 2))
            return SHY_MAP_NONE;
        slot = find_slot(map, key, length);
    }
    if (!grow_keys(map, map->count + 1))
        return SHY_MAP_NONE;
    char *copy = copy_key(map, key, length);
    if (copy == NULL)
        return SHY_MAP_NONE;
    uint32_t number = (uint32_t)map->count;
    map->slots[slot] = number + 1;
    map->keys[number] = copy;
    map->lengths[number] = (uint32_t)length;
    map->count++;
    return number;
}

bool shy_map_reserve(struct shy_map *map, size_t count)
{
    size_t need = map->count + count, slots = map->slot_count == 0 ? FIRST_SLOTS : map->slot_count;
    while (need * 3 > slots * 2)
        slots *= 2;
    return (slots == map->slot_count || grow_slots(map, slots)) && grow_keys(map, need);
}

uint32_t shy_map_find(const struct shy_map *map, const char *key, size_t length)
{
    if (map->slot_count == 0)
        return SHY_MAP_NONE;
    /* Null values of a column come as (NULL, 0): the same as the empty text. */
    uint32_t taken = map->slots[key == NULL ? find_slot(map, "", 0) : find_slot(map, key, length)];
    return taken == 0 ? SHY_MAP_NONE : taken - 1;
}

uint32_t shy_map_adds(struct shy_map *map, const char *key)
{
    return shy_map_add(map, key, strlen(key));
}

uint32_t shy_map_finds(const struct shy_map *map, const char *key)
{
    return shy_map_find(map, key, strlen(key));
}

void shy_map_free(struct shy_map *map)
{
    while (map->last != NULL) {
        struct shy_map_block *before = map->last->before;
        shy_free(map->last);
        map->last = before;
    }
    shy_free(map->keys);
    shy_free(map->lengths);
    shy_free(map->slots);
    *map = (struct shy_map){0};
}
