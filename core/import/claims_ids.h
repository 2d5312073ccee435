/* SPDX-License-Identifier: MIT */
/*
 * Texts as 16 bytes, and tables of them. A text of up to twelve bytes is its own key (its length,
 * then its bytes); a longer one is its length and 96 bits of a hash. Two different texts with one
 * key among 10^8 are less likely than 1 in 10^12. Threads: readers may share a table.
 */
#ifndef SHY_IMPORT_CLAIMS_IDS_H
#define SHY_IMPORT_CLAIMS_IDS_H

#include "core/base/mem.h"
#include "core/contract/batch.h"

struct shy_id {
    uint64_t low, high;
};

extern const uint64_t shy_id_masks[SHY_VIEW_INLINE + 1][2];
struct shy_id shy_id_of(const char *text, size_t length);

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

/* 64 well mixed bits. */
static inline uint64_t shy_id_hash(struct shy_id id)
{
    unsigned __int128 product =
        (unsigned __int128)(id.low ^ 0xa0761d6478bd642fu) * (id.high ^ 0xe7037ed1a0b428dbu);
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

struct shy_id_slot {
    struct shy_id id;
    uint32_t value; /* + 1; 0 = empty */
};
/* Zero-initialised is empty. */
struct shy_ids {
    struct shy_id_slot *slots;
    size_t count, slot_count; /* a power of two */
};

#define SHY_ID_NONE UINT32_MAX

static inline uint32_t shy_ids_find(const struct shy_ids *ids, struct shy_id id)
{
    if (ids->slot_count == 0)
        return SHY_ID_NONE;
    size_t mask = ids->slot_count - 1, at = (size_t)shy_id_hash(id) & mask;
    while (ids->slots[at].value != 0) {
        if (shy_id_same(ids->slots[at].id, id))
            return ids->slots[at].value - 1;
        at = (at + 1) & mask;
    }
    return SHY_ID_NONE;
}

/* Brings what stands at p nearer. The empty instruction keeps the compiler from taking a function
 * that does no more than this for one that does nothing, and leaving out its call. */
static inline void shy_fetch(const void *p)
{
    __builtin_prefetch(p);
    __asm__ volatile("" : : "r"(p));
}

/* Brings what a look for id will need nearer. */
static inline void shy_ids_prefetch(const struct shy_ids *ids, struct shy_id id)
{
    if (ids->slot_count == 0)
        return;
    /* A slot may lie across two lines of the processor's memory. */
    const struct shy_id_slot *slot = &ids->slots[(size_t)shy_id_hash(id) & (ids->slot_count - 1)];
    shy_fetch(slot);
    shy_fetch(&slot->value);
}

/* The value that stands for id: the present one, or `value` where id is new. false: no memory. */
bool shy_ids_add(struct shy_ids *ids, struct shy_id id, uint32_t value, uint32_t *out);
/* Of an id that is there. */
void shy_ids_set(struct shy_ids *ids, struct shy_id id, uint32_t value);
bool shy_ids_reserve(struct shy_ids *ids, size_t more);
void shy_ids_free(struct shy_ids *ids);

#endif
