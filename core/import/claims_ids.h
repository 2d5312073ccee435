/* SPDX-License-Identifier: MIT */
/*
 * Texts as 16 bytes, and tables of them. A text of up to twelve bytes is its own key (its length,
 * then its bytes); a longer one is its length and 96 bits of a hash. Two different texts with one
 * key among 10^8 are less likely than 1 in 10^12. Threads: readers may share a table.
 */
#ifndef SHY_IMPORT_CLAIMS_IDS_H
#define SHY_IMPORT_CLAIMS_IDS_H

#include <string.h>

#include "core/base/mem.h"
#include "core/contract/batch.h"

struct shy_id {
    uint64_t low, high;
};

extern const uint64_t shy_id_masks[SHY_VIEW_INLINE + 1][2];
struct shy_id shy_id_of(const char *text, size_t length);
struct shy_id shy_id_of_numbers(uint32_t a, uint32_t b);

static inline bool shy_id_same(struct shy_id a, struct shy_id b)
{
    return a.low == b.low && a.high == b.high;
}

/* Key of the text in row i, which must be there. The bytes of a short view are the key already,
 * but for what a plugin may have left behind them. */
static inline struct shy_id shy_id_at(const struct shy_batch_column *c, int64_t i)
{
    size_t length;
    if (c->layout == SHY_LAYOUT_VIEWS) {
        struct shy_id id;
        const char *at = (const char *)c->values + (c->first + i) * 16;
        memcpy(&id, at, sizeof id);
        uint32_t size = (uint32_t)id.low;
        if (size <= SHY_VIEW_INLINE)
            return (struct shy_id){id.low & shy_id_masks[size][0], id.high & shy_id_masks[size][1]};
    }
    const char *text = shy_batch_text(c, i, &length);
    return shy_id_of(text, length);
}

static inline bool shy_id_empty(struct shy_id id)
{
    return (uint32_t)id.low == 0;
}

/* What a table knows a text by: the key without its length, so that a slot is one quarter of a line
 * of the processor's memory. Of a text of less than twelve bytes the last byte tells the length, by
 * values that no byte at the end of a text in UTF-8 has. */
struct shy_id_key {
    uint64_t low;
    uint32_t high;
};
struct shy_id_key shy_id_key_of_broken(struct shy_id id);

static inline struct shy_id_key shy_id_key_of(struct shy_id id)
{
    const uint32_t last = 24, least = 0xf4;
    uint32_t size = (uint32_t)id.low;
    struct shy_id_key key = {id.low >> 32 | id.high << 32, (uint32_t)(id.high >> 32)};
    if (size < SHY_VIEW_INLINE)
        key.high |= (least + size) << last;
    else if (size == SHY_VIEW_INLINE && key.high >= least << last)
        key = shy_id_key_of_broken(id);
    return key;
}

/* By the length of a short text: which bytes of a view are its own, and what its key has behind
 * them. */
struct shy_id_shape {
    uint64_t low;
    uint32_t high, length;
};
extern const struct shy_id_shape shy_id_shapes[SHY_VIEW_INLINE + 1];

/* Key of the text of a view, which stands at `at`. *rare: it is to be made in another way. */
static inline struct shy_id_key shy_id_key_of_view(const char *at, bool *rare)
{
    const uint32_t least = 0xf4000000;
    uint32_t size, high;
    uint64_t low;
    memcpy(&size, at, sizeof size);
    memcpy(&low, at + 4, sizeof low);
    memcpy(&high, at + 12, sizeof high);
    *rare = size > SHY_VIEW_INLINE || (size == SHY_VIEW_INLINE && high >= least);
    const struct shy_id_shape *shape = &shy_id_shapes[size > SHY_VIEW_INLINE ? 0 : size];
    return (struct shy_id_key){low & shape->low, (high & shape->high) | shape->length};
}

/* 64 well mixed bits. */
static inline uint64_t shy_id_hash(struct shy_id_key key)
{
    unsigned __int128 product = (unsigned __int128)(key.low ^ 0xa0761d6478bd642fu) *
                                ((uint64_t)key.high ^ 0xe7037ed1a0b428dbu);
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

struct shy_id_slot {
    uint64_t low; /* of the key */
    uint32_t high;
    uint32_t value; /* + 1; 0 = empty */
};
/* Zero-initialised is empty. */
struct shy_ids {
    struct shy_id_slot *slots;
    size_t count, slot_count; /* a power of two */
};

#define SHY_ID_NONE UINT32_MAX

static inline bool shy_id_slot_of(const struct shy_id_slot *slot, struct shy_id_key key)
{
    return slot->low == key.low && slot->high == key.high;
}

static inline uint32_t shy_ids_find_key(const struct shy_ids *ids, struct shy_id_key key)
{
    if (ids->slot_count == 0)
        return SHY_ID_NONE;
    size_t mask = ids->slot_count - 1, at = (size_t)shy_id_hash(key) & mask;
    while (ids->slots[at].value != 0) {
        if (shy_id_slot_of(&ids->slots[at], key))
            return ids->slots[at].value - 1;
        at = (at + 1) & mask;
    }
    return SHY_ID_NONE;
}

static inline uint32_t shy_ids_find(const struct shy_ids *ids, struct shy_id id)
{
    return shy_ids_find_key(ids, shy_id_key_of(id));
}

/* The value plus one if it stands where one looks first or behind that, as nearly all do; else 0:
 * it is to be found. Without a branch, so that many can be looked for at once. The table must have
 * slots. */
static inline uint32_t shy_ids_glance(const struct shy_ids *ids, struct shy_id_key key)
{
    size_t mask = ids->slot_count - 1, at = (size_t)shy_id_hash(key) & mask;
    const struct shy_id_slot *a = &ids->slots[at], *b = &ids->slots[(at + 1) & mask];
    uint32_t in_a = 0u - (uint32_t)((a->low == key.low) & (a->high == key.high));
    uint32_t in_b = 0u - (uint32_t)((b->low == key.low) & (b->high == key.high));
    return (a->value & in_a) | (b->value & in_b);
}

/* Brings what stands at p nearer. The empty instruction keeps the compiler from taking a function
 * that does no more than this for one that does nothing, and leaving out its call. */
static inline void shy_fetch(const void *p)
{
    __builtin_prefetch(p);
    __asm__ volatile("" : : "r"(p));
}

/* Brings what a look for it will need nearer. */
static inline void shy_ids_prefetch(const struct shy_ids *ids, struct shy_id_key key)
{
    if (ids->slot_count > 0)
        shy_fetch(&ids->slots[(size_t)shy_id_hash(key) & (ids->slot_count - 1)]);
}

/* The value that stands for id: the present one, or `value` where id is new. false: no memory. */
bool shy_ids_add(struct shy_ids *ids, struct shy_id id, uint32_t value, uint32_t *out);
/* Of an id that is there. */
void shy_ids_set(struct shy_ids *ids, struct shy_id id, uint32_t value);
bool shy_ids_reserve(struct shy_ids *ids, size_t more);
void shy_ids_free(struct shy_ids *ids);

#endif
