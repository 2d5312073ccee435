/* SPDX-License-Identifier: MIT */
/*
 * Rows of the registers that a later delivery tells again. An eligibility that was open and is
 * closed now comes with its person, its first month, its scheme and insurer; what a later delivery
 * says of it is what engines see, and the earlier segments stay as they were written. Rows of one
 * delivery never put out each other: a person may have had two numbers.
 */
#include "config.h"

#include "core/store/superseded.h"

#include <string.h>

/* What a row is told again by, and the last delivery that told it. */
struct told {
    uint64_t person, insured;
    int64_t delivery; /* 0 = free */
};
struct shy_told_rows {
    struct told *items;
    size_t count, size; /* size: a power of two */
};

static const char *const key_names[] = {"valid_from", "scheme", "insurer"};
enum { KEYS = 3 };

bool shy_store_is_register(const struct shy_contract *contract)
{
    return contract->person_level && shy_contract_role(contract, SHY_ROLE_MONTH) < 0 &&
           shy_contract_role(contract, SHY_ROLE_PERSON) >= 0 &&
           shy_contract_column(contract, key_names[0]) >= 0;
}

size_t shy_register_columns(const struct shy_contract *contract, int out[SHY_REGISTER_COLUMNS])
{
    size_t count = 0;
    for (int i = 0; i < KEYS; i++) {
        int column = shy_contract_column(contract, key_names[i]);
        if (column >= 0)
            out[count++] = column;
    }
    return count;
}

static size_t slot_of(const struct shy_told_rows *t, uint64_t person, uint64_t insured)
{
    uint64_t h = (person ^ insured * 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u;
    size_t i = (size_t)(h >> 20) & (t->size - 1);
    while (t->items[i].delivery != 0 &&
           (t->items[i].person != person || t->items[i].insured != insured))
        i = (i + 1) & (t->size - 1);
    return i;
}

static bool grow(struct shy_told_rows *t)
{
    struct shy_told_rows wider = {.size = t->size == 0 ? 1024 : 2 * t->size, .count = t->count};
    wider.items = shy_alloc(wider.size, sizeof *wider.items);
    if (wider.items == NULL)
        return false;
    for (size_t i = 0; i < t->size; i++) {
        if (t->items[i].delivery != 0)
            wider.items[slot_of(&wider, t->items[i].person, t->items[i].insured)] = t->items[i];
    }
    shy_free(t->items);
    *t = wider;
    return true;
}

/* Deliveries come from the last to the first. *again: a later one had the row. */
static bool tell(struct shy_told_rows *t, uint64_t person, const uint64_t key[KEYS],
                 int64_t delivery, bool *again)
{
    if (2 * t->count >= t->size && !grow(t))
        return false;
    uint64_t who = person << 32 | (uint32_t)key[0], insured = key[1] << 32 | (uint32_t)key[2];
    struct told *at = &t->items[slot_of(t, who, insured)];
    *again = at->delivery > delivery;
    if (at->delivery == 0) {
        *at = (struct told){who, insured, delivery};
        t->count++;
    }
    return true;
}

/* Stretches ------------------------------------------------------------------------------- */

static int64_t strip_value(const struct shy_strip *s, size_t i)
{
    uint64_t v = 0;
    if (s->width > 0)
        memcpy(&v, (const unsigned char *)s->values + i * s->width, s->width);
    return (int64_t)((uint64_t)s->base + v);
}

/* Values and one more; 0 where there is none. */
static uint64_t strip_key(const struct shy_strip *s, size_t i)
{
    return s->state != NULL && s->state[i] != 0 ? 0 : (uint64_t)strip_value(s, i) + 1;
}

static bool mark_stretch(struct shy_told_rows *t, const struct shy_stretch *s, size_t first,
                         size_t count, uint8_t *drop, size_t *dropped)
{
    for (size_t i = 0; i < s->rows; i++) {
        uint64_t key[KEYS] = {0};
        bool again;
        for (size_t k = 0; k < count; k++)
            key[k] = strip_key(&s->columns[first + k], i);
        if (!tell(t, s->person[i], key, s->delivery, &again))
            return false;
        drop[i] = again ? 1 : 0;
        *dropped += drop[i];
    }
    return true;
}

/* What stays of n values of `width` bytes. */
static const void *keep(struct shy_pool_block **pool, const void *from, size_t width, size_t n,
                        const uint8_t *drop, size_t kept)
{
    unsigned char *to = shy_pool_take(pool, (kept + 1) * width), *at = to;
    for (size_t i = 0; to != NULL && i < n; i++) {
        if (drop[i])
            continue;
        memcpy(at, (const unsigned char *)from + i * width, width);
        at += width;
    }
    return to;
}

static bool drop_rows(struct shy_pool_block **pool, struct shy_stretch *s, size_t columns,
                      const uint8_t *drop, size_t dropped)
{
    size_t kept = s->rows - dropped;
    struct shy_strip *strips = shy_pool_take(pool, (columns + 1) * sizeof *strips);
    const uint32_t *person = keep(pool, s->person, sizeof *s->person, s->rows, drop, kept);
    bool good = strips != NULL && person != NULL;
    for (size_t i = 0; good && i < columns; i++) {
        struct shy_strip *c = &strips[i];
        *c = s->columns[i];
        if (c->width > 0)
            c->values = keep(pool, c->values, c->width, s->rows, drop, kept);
        if (c->state != NULL)
            c->state = keep(pool, c->state, 1, s->rows, drop, kept);
        good = (c->width == 0 || c->values != NULL) &&
               (s->columns[i].state == NULL || c->state != NULL);
    }
    if (good) {
        s->rows = kept;
        s->person = person;
        s->columns = strips;
    }
    return good;
}

int shy_stretches_supersede(struct shy_pool_block **pool, struct shy_stretches *in, size_t first,
                            size_t count, struct shihyo_error *err)
{
    struct shy_told_rows told = {0};
    bool good = true;
    if (in->count < 2 || in->items[0].delivery == in->items[in->count - 1].delivery)
        return 0;
    for (size_t i = in->count; i-- > 0 && good;) {
        struct shy_stretch *s = &in->items[i];
        size_t dropped = 0;
        uint8_t *drop = shy_pool_take(pool, s->rows + 1);
        good = drop != NULL && mark_stretch(&told, s, first, count, drop, &dropped);
        if (good && dropped > 0)
            good = drop_rows(pool, s, first + count, drop, dropped);
    }
    shy_free(told.items);
    size_t kept = 0;
    for (size_t i = 0; i < in->count; i++) {
        if (in->items[i].rows > 0)
            in->items[kept++] = in->items[i];
    }
    in->count = kept;
    return good ? 0 : shy_fail_nomem(err);
}

/* Tables ---------------------------------------------------------------------------------- */

static uint64_t table_key(const struct shy_table *t, const char *name, size_t row)
{
    int i = shy_table_column(t, name);
    return i < 0 || t->columns[i].state[row] != 0 ? 0 : (uint64_t)t->columns[i].data[row] + 1;
}

static void keep_rows(struct shy_table *t, const uint8_t *drop)
{
    size_t kept = 0;
    for (size_t row = 0; row < t->rows; row++) {
        if (drop[row])
            continue;
        for (size_t i = 0; i < t->column_count; i++) {
            t->columns[i].data[kept] = t->columns[i].data[row];
            t->columns[i].state[kept] = t->columns[i].state[row];
        }
        kept++;
    }
    t->rows = kept;
}

int shy_table_supersede(struct shy_table *t, const int64_t *deliveries, struct shihyo_error *err)
{
    struct shy_told_rows told = {0};
    int person = shy_table_role(t, SHY_ROLE_PERSON);
    uint8_t *drop = shy_alloc(t->rows + 1, 1);
    bool good = drop != NULL;
    for (size_t row = t->rows; row-- > 0 && good;) {
        uint64_t key[KEYS];
        bool again = false;
        for (int k = 0; k < KEYS; k++)
            key[k] = table_key(t, key_names[k], row);
        good = tell(&told, (uint64_t)t->columns[person].data[row], key, deliveries[row], &again);
        drop[row] = again ? 1 : 0;
    }
    if (good)
        keep_rows(t, drop);
    shy_free(told.items);
    shy_free(drop);
    return good ? 0 : shy_fail_nomem(err);
}
