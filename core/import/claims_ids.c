/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/import/claims_ids.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { FIRST_SLOTS = 256, SPARSE_SLOTS = 1 << 12, FEWER_SLOTS = 1 << 14 };

#define FIRST(n) (UINT64_MAX >> (64 - 8 * (n)))
const uint64_t shy_id_masks[SHY_VIEW_INLINE + 1][2] = {
    {FIRST(4), 0},        {FIRST(5), 0},        {FIRST(6), 0},        {FIRST(7), 0},
    {FIRST(8), 0},        {FIRST(8), FIRST(1)}, {FIRST(8), FIRST(2)}, {FIRST(8), FIRST(3)},
    {FIRST(8), FIRST(4)}, {FIRST(8), FIRST(5)}, {FIRST(8), FIRST(6)}, {FIRST(8), FIRST(7)},
    {FIRST(8), FIRST(8)},
};

#define SHAPE(n, low, high) \
    { \
        low, high, (n) < SHY_VIEW_INLINE ? (0xf4u + (n)) << 24 : 0 \
    }
const struct shy_id_shape shy_id_shapes[SHY_VIEW_INLINE + 1] = {
    SHAPE(0, 0, 0),
    SHAPE(1, FIRST(1), 0),
    SHAPE(2, FIRST(2), 0),
    SHAPE(3, FIRST(3), 0),
    SHAPE(4, FIRST(4), 0),
    SHAPE(5, FIRST(5), 0),
    SHAPE(6, FIRST(6), 0),
    SHAPE(7, FIRST(7), 0),
    SHAPE(8, FIRST(8), 0),
    SHAPE(9, FIRST(8), (uint32_t)FIRST(1)),
    SHAPE(10, FIRST(8), (uint32_t)FIRST(2)),
    SHAPE(11, FIRST(8), (uint32_t)FIRST(3)),
    SHAPE(12, FIRST(8), (uint32_t)FIRST(4)),
};

struct shy_id shy_id_of(const char *text, size_t length)
{
    struct shy_id id = {0, 0};
    unsigned char bytes[16] = {0};
    uint32_t size = length > UINT32_MAX ? UINT32_MAX : (uint32_t)length;
    memcpy(bytes, &size, 4);
    if (length <= SHY_VIEW_INLINE) {
        memcpy(bytes + 4, text, length);
    } else {
        XXH128_hash_t hash = XXH3_128bits(text, length);
        memcpy(bytes + 4, &hash.low64, 8);
        memcpy(bytes + 12, &hash.high64, 4);
    }
    memcpy(&id, bytes, sizeof id);
    return id;
}

struct shy_id shy_id_of_numbers(uint32_t a, uint32_t b)
{
    const uint32_t numbers[3] = {a, b, 0};
    return shy_id_of((const char *)numbers, sizeof numbers);
}

/* A text of twelve bytes that is not UTF-8 is in no table; its key is that of no other text. */
struct shy_id_key shy_id_key_of_broken(struct shy_id id)
{
    XXH128_hash_t hash = XXH3_128bits(&id, sizeof id);
    return (struct shy_id_key){hash.low64, (uint32_t)hash.high64};
}

static struct shy_id_slot *slot_of(const struct shy_ids *ids, struct shy_id_key key)
{
    size_t mask = ids->slot_count - 1, at = (size_t)shy_id_hash(key) & mask;
    while (ids->slots[at].value != 0 && !shy_id_slot_of(&ids->slots[at], key))
        at = (at + 1) & mask;
    return &ids->slots[at];
}

/* At most two thirds of the slots are taken: beyond that, runs of taken slots grow long. Of smaller
 * tables, which are asked for every row, fewer: then the first look mostly finds. */
static bool is_full(size_t count, size_t slot_count)
{
    return slot_count <= SPARSE_SLOTS  ? count * 6 > slot_count
           : slot_count <= FEWER_SLOTS ? count * 5 > slot_count * 2
                                       : count * 3 > slot_count * 2;
}

bool shy_ids_reserve(struct shy_ids *ids, size_t more)
{
    struct shy_ids grown = *ids;
    if (ids->slot_count > 0 && !is_full(ids->count + more, ids->slot_count))
        return true;
    grown.slot_count = ids->slot_count == 0 ? FIRST_SLOTS : ids->slot_count * 2;
    while (is_full(ids->count + more, grown.slot_count))
        grown.slot_count *= 2;
    grown.slots = shy_alloc(grown.slot_count, sizeof *grown.slots);
    if (grown.slots == NULL)
        return false;
    for (size_t i = 0; i < ids->slot_count; i++) {
        const struct shy_id_slot *slot = &ids->slots[i];
        if (slot->value != 0)
            *slot_of(&grown, (struct shy_id_key){slot->low, slot->high}) = *slot;
    }
    shy_free(ids->slots);
    *ids = grown;
    return true;
}

bool shy_ids_add(struct shy_ids *ids, struct shy_id id, uint32_t value, uint32_t *out)
{
    if (!shy_ids_reserve(ids, 1))
        return false;
    const struct shy_id_key key = shy_id_key_of(id);
    struct shy_id_slot *slot = slot_of(ids, key);
    if (slot->value == 0) {
        *slot = (struct shy_id_slot){key.low, key.high, value + 1};
        ids->count++;
    }
    *out = slot->value - 1;
    return true;
}

void shy_ids_set(struct shy_ids *ids, struct shy_id id, uint32_t value)
{
    slot_of(ids, shy_id_key_of(id))->value = value + 1;
}

void shy_ids_free(struct shy_ids *ids)
{
    shy_free(ids->slots);
    *ids = (struct shy_ids){0};
}
