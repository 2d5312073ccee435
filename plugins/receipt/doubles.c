/* SPDX-License-Identifier: MIT */
/*
 * Receipts that are there twice, because files overlap. Their lines could not be told apart, so the
 * second must go with all of them. That a number was seen takes one bit: numbers of receipts count
 * up within what an institution sends in a month. Which of two came first is looked up by going
 * through the files once more, where there are any.
 */
#include <stdint.h>
#include <stdlib.h>

#include "receipt.h"

enum { SHARDS = 64, NUMBERS = 512 };

/* 512 numbers in a row of one file of one institution. */
struct block {
    char id[RECEIPT_ID];
    uint64_t bits[NUMBERS / 64];
};

struct shard {
    pthread_mutex_t lock;
    struct block *blocks;
    size_t count, capacity;
    uint32_t *slots; /* number of a block + 1 */
    size_t slot_count;
};

struct first {
    char claim[RECEIPT_ID];
    size_t part;
    int64_t line;
};

struct receipt_doubles {
    struct shard shards[SHARDS];
    pthread_mutex_t lock; /* of what follows */
    struct first *firsts; /* sorted by claim once all are known */
    size_t count, capacity;
};

struct receipt_doubles *receipt_doubles_new(void)
{
    struct receipt_doubles *d = calloc(1, sizeof *d);
    for (size_t i = 0; d != NULL && i < SHARDS; i++)
        (void)pthread_mutex_init(&d->shards[i].lock, NULL);
    if (d != NULL)
        (void)pthread_mutex_init(&d->lock, NULL);
    return d;
}

void receipt_doubles_free(struct receipt_doubles *d)
{
    if (d == NULL)
        return;
    for (size_t i = 0; i < SHARDS; i++) {
        (void)pthread_mutex_destroy(&d->shards[i].lock);
        free(d->shards[i].blocks);
        free(d->shards[i].slots);
    }
    (void)pthread_mutex_destroy(&d->lock);
    free(d->firsts);
    free(d);
}

/* Numbers ---------------------------------------------------------------------------------- */

static size_t slot_of(const struct shard *s, const char id[RECEIPT_ID])
{
    uint64_t bits;
    memcpy(&bits, id + 4, sizeof bits);
    size_t at = (size_t)(bits * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (s->slot_count - 1);
    while (s->slots[at] != 0 && memcmp(s->blocks[s->slots[at] - 1].id, id, RECEIPT_ID) != 0)
        at = (at + 1) & (s->slot_count - 1);
    return at;
}

static bool grow(struct shard *s)
{
    if (s->count == s->capacity) {
        size_t capacity = s->capacity == 0 ? 64 : s->capacity * 2;
        struct block *blocks = realloc(s->blocks, capacity * sizeof *blocks);
        if (blocks == NULL)
            return false;
        s->blocks = blocks;
        s->capacity = capacity;
    }
    if (s->slot_count > 2 * s->count)
        return true;
    size_t count = s->slot_count == 0 ? 256 : s->slot_count * 2;
    uint32_t *slots = calloc(count, sizeof *slots);
    if (slots == NULL)
        return false;
    free(s->slots);
    s->slots = slots;
    s->slot_count = count;
    for (size_t i = 0; i < s->count; i++)
        s->slots[slot_of(s, s->blocks[i].id)] = (uint32_t)i + 1;
    return true;
}

/* Sets the bit; false: out of memory. */
static bool mark(struct receipt_doubles *d, const char id[RECEIPT_ID], size_t number, bool *was)
{
    struct shard *s = &d->shards[(unsigned char)id[0] % SHARDS];
    (void)pthread_mutex_lock(&s->lock);
    bool good = grow(s);
    size_t at = good ? slot_of(s, id) : 0;
    if (good && s->slots[at] == 0) {
        s->blocks[s->count] = (struct block){.bits = {0}};
        memcpy(s->blocks[s->count].id, id, RECEIPT_ID);
        s->slots[at] = (uint32_t)++s->count;
    }
    if (good) {
        uint64_t *word = &s->blocks[s->slots[at] - 1].bits[number / 64], bit = UINT64_C(1)
                                                                               << number % 64;
        *was = (*word & bit) != 0;
        *word |= bit;
    }
    (void)pthread_mutex_unlock(&s->lock);
    return good;
}

static bool add_first(struct receipt_doubles *d, const struct receipt *c)
{
    (void)pthread_mutex_lock(&d->lock);
    bool good = true;
    if (d->count == d->capacity) {
        size_t capacity = d->capacity == 0 ? 64 : d->capacity * 2;
        struct first *firsts = realloc(d->firsts, capacity * sizeof *firsts);
        good = firsts != NULL;
        d->firsts = good ? firsts : d->firsts;
        d->capacity = good ? capacity : d->capacity;
    }
    if (good) {
        struct first *f = &d->firsts[d->count++];
        *f = (struct first){.part = SIZE_MAX};
        memcpy(f->claim, c->claim, RECEIPT_ID);
    }
    (void)pthread_mutex_unlock(&d->lock);
    return good;
}

bool receipt_doubles_add(struct receipt_doubles *d, const struct receipt_reader *r)
{
    const struct receipt *c = &r->current;
    const struct shihyo_field number = {c->number_text, strlen(c->number_text)};
    char id[RECEIPT_ID];
    int64_t value;
    bool blank, was = false;
    /* What is no number has a block of its own. */
    bool counted = receipt_number(&number, &value, &blank) && value >= 0;
    receipt_name_numbers(r, counted ? value / NUMBERS : -1, id);
    if (!mark(d, id, counted ? (size_t)(value % NUMBERS) : 0, &was))
        return false;
    return !was || add_first(d, c);
}

/* Which came first ------------------------------------------------------------------------- */

static int by_claim(const void *a, const void *b)
{
    return memcmp(((const struct first *)a)->claim, ((const struct first *)b)->claim, RECEIPT_ID);
}

/* From now on no number is added. Returns whether there are any doubles. */
bool receipt_doubles_sort(struct receipt_doubles *d)
{
    size_t kept = 0;
    for (size_t i = 0; i < SHARDS; i++) {
        free(d->shards[i].blocks);
        free(d->shards[i].slots);
        d->shards[i].blocks = NULL;
        d->shards[i].slots = NULL;
    }
    if (d->count > 0)
        qsort(d->firsts, d->count, sizeof *d->firsts, by_claim);
    for (size_t i = 0; i < d->count; i++) {
        if (kept == 0 || by_claim(&d->firsts[kept - 1], &d->firsts[i]) != 0)
            d->firsts[kept++] = d->firsts[i];
    }
    d->count = kept;
    return kept > 0;
}

static struct first *find(const struct receipt_doubles *d, const struct receipt *c)
{
    struct first key;
    if (d->count == 0)
        return NULL;
    memcpy(key.claim, c->claim, RECEIPT_ID);
    return bsearch(&key, d->firsts, d->count, sizeof *d->firsts, by_claim);
}

void receipt_doubles_place(struct receipt_doubles *d, const struct receipt *c, size_t part)
{
    struct first *f = find(d, c);
    if (f == NULL)
        return;
    (void)pthread_mutex_lock(&d->lock);
    if (part < f->part || (part == f->part && c->line < f->line)) {
        f->part = part;
        f->line = c->line;
    }
    (void)pthread_mutex_unlock(&d->lock);
}

bool receipt_is_double(const struct receipt_doubles *d, const struct receipt *c, size_t part)
{
    const struct first *f = find(d, c);
    return f != NULL && (f->part != part || f->line != c->line);
}
