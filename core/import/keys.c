/* SPDX-License-Identifier: MIT */
/*
 * Hashes of keys in open addressing; keys.h says why a hash is enough. A key's hash is that of the
 * hashes of its values, so that a text that thousands of rows share is hashed once a table.
 */
#include "config.h"

#include "core/import/keys.h"

#include <string.h>

/* BLOCK rows at a time: their slots, which lie all over the memory, are fetched together. PAGE: the
 * system's unit of memory, or a part of it. */
enum { FIRST_SLOTS = 1024, BLOCK = 64, PAGE = 4096 };

/* A key column; hashes of its dictionary's texts. */
struct key_column {
    const struct shy_table_column *column;
    struct shy_key *texts;
};

/* What a value adds to its row's key: two values of a column give the same only when equal. */
struct part {
    struct shy_key value;
    uint64_t kind;
};

struct key_columns {
    struct key_column *items;
    struct part *parts; /* of one row */
    size_t count;
};

static bool has_texts(const struct shy_table_column *c)
{
    return c->def->type == SHY_CODE_T || c->def->type == SHY_TEXT_T || c->def->type == SHY_PERIOD_T;
}

static bool is_key(const struct shy_table_column *column)
{
    return (column->def->flags & SHY_COLUMN_KEY) != 0;
}

/* Columns ---------------------------------------------------------------------------------- */

static void free_columns(struct key_columns *k)
{
    for (size_t i = 0; i < k->count; i++)
        shy_free(k->items[i].texts);
    shy_free(k->items);
    shy_free(k->parts);
}

static int hash_texts(struct key_column *k, struct shihyo_error *err)
{
    const struct shy_map *dict = &k->column->dict;
    if (!has_texts(k->column))
        return 0;
    k->texts = shy_alloc(dict->count, sizeof *k->texts);
    if (k->texts == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < dict->count; i++)
        k->texts[i] = shy_hash_key(dict->keys[i], dict->lengths[i]);
    return 0;
}

static int find_columns(const struct shy_table *rows, struct key_columns *out,
                        struct shihyo_error *err)
{
    out->items = shy_alloc(rows->column_count, sizeof *out->items);
    out->parts = shy_alloc(rows->column_count, sizeof *out->parts);
    if (out->items == NULL || out->parts == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < rows->column_count; i++) {
        if (!is_key(&rows->columns[i]))
            continue;
        out->items[out->count].column = &rows->columns[i];
        SHY_TRY(hash_texts(&out->items[out->count++], err));
    }
    return 0;
}

/* The kind keeps a value apart from none: 0 is not missing. */
static struct part part_of(const struct key_column *k, size_t row)
{
    const struct shy_table_column *c = k->column;
    uint64_t value = (uint64_t)c->data[row], kind = c->state[row];
    if (kind != SHIHYO_STATE_OK)
        return (struct part){{0, 0}, kind};
    if (k->texts == NULL)
        return (struct part){{value, 0}, kind};
    SHY_BUG_ON(value >= c->dict.count);
    return (struct part){k->texts[value], kind};
}

static struct shy_key hash_row(const struct key_columns *k, size_t row)
{
    for (size_t i = 0; i < k->count; i++)
        k->parts[i] = part_of(&k->items[i], row);
    struct shy_key key = shy_hash_key(k->parts, k->count * sizeof *k->parts);
    if (key.low == 0 && key.high == 0)
        key.low = 1;
    return key;
}

/* Slots ------------------------------------------------------------------------------------ */

static size_t find_slot(const struct shy_keys *keys, struct shy_key key)
{
    size_t mask = keys->slot_count - 1, slot = (size_t)key.low & mask;
    while ((keys->slots[slot].low != 0 || keys->slots[slot].high != 0) &&
           (keys->slots[slot].low != key.low || keys->slots[slot].high != key.high))
        slot = (slot + 1) & mask;
    return slot;
}

/* New memory is the system's page of zeros until it is written. Slots are read before they are
 * written, so each page would be fetched twice, and the second time every other processor would be
 * told that the page has moved: a tenth of an import. */
static void touch(struct shy_key *slots, size_t count)
{
    for (size_t i = 0; i < count; i += PAGE / sizeof *slots)
        *(volatile uint64_t *)&slots[i].low = 0;
}

/* At most two thirds of the slots are taken: beyond that, runs of taken slots grow long. */
static bool make_room(struct shy_keys *keys, size_t more)
{
    struct shy_keys grown = *keys;
    grown.slot_count = keys->slot_count == 0 ? FIRST_SLOTS : keys->slot_count;
    while ((keys->count + more) * 3 > grown.slot_count * 2)
        grown.slot_count *= 2;
    if (grown.slot_count == keys->slot_count)
        return true;
    grown.slots = shy_alloc(grown.slot_count, sizeof *grown.slots);
    if (grown.slots == NULL)
        return false;
    touch(grown.slots, grown.slot_count);
    for (size_t i = 0; i < keys->slot_count; i++) {
        if (keys->slots[i].low != 0 || keys->slots[i].high != 0)
            grown.slots[find_slot(&grown, keys->slots[i])] = keys->slots[i];
    }
    shy_free(keys->slots);
    *keys = grown;
    return true;
}

static uint8_t add_key(struct shy_keys *keys, struct shy_key key)
{
    struct shy_key *slot = &keys->slots[find_slot(keys, key)];
    bool seen = slot->low != 0 || slot->high != 0;
    keys->count += seen ? 0 : 1;
    *slot = key;
    return seen;
}

static int add_block(struct shy_keys *keys, const struct key_columns *columns, size_t first,
                     size_t count, const uint8_t *skip, uint8_t *seen, struct shihyo_error *err)
{
    struct shy_key block[BLOCK];
    if (!make_room(keys, count))
        return shy_fail_nomem(err);
    for (size_t i = 0; i < count; i++) {
        block[i] = hash_row(columns, first + i);
        /* The table is larger than the caches: what the second loop looks up is on its way while
         * the other rows are hashed. A builtin, since C has no word for it; gcc and clang do. */
        __builtin_prefetch(&keys->slots[(size_t)block[i].low & (keys->slot_count - 1)], 1);
    }
    for (size_t i = 0; i < count; i++) {
        bool skipped = skip != NULL && skip[first + i];
        seen[first + i] = skipped ? 0 : add_key(keys, block[i]);
    }
    return 0;
}

int shy_keys_add(struct shy_keys *keys, const struct shy_table *rows, const uint8_t *skip,
                 uint8_t *seen, struct shihyo_error *err)
{
    struct key_columns columns = {0};
    int code = find_columns(rows, &columns, err);
    memset(seen, 0, rows->rows);
    for (size_t first = 0; code == 0 && columns.count > 0 && first < rows->rows; first += BLOCK) {
        size_t left = rows->rows - first;
        code = add_block(keys, &columns, first, left < BLOCK ? left : BLOCK, skip, seen, err);
    }
    free_columns(&columns);
    return code;
}

void shy_keys_free(struct shy_keys *keys)
{
    shy_free(keys->slots);
    *keys = (struct shy_keys){0};
}

void shy_keys_describe(const struct shy_table *rows, size_t row, struct shy_text *out)
{
    char value[128];
    for (size_t i = 0; i < rows->column_count; i++) {
        const struct shy_table_column *c = &rows->columns[i];
        if (!is_key(c) || c->state[row] != SHIHYO_STATE_OK)
            continue;
        shy_text_addf(out, "%s%s=", out->length == 0 ? "" : ", ", c->def->name);
        shy_table_value_text(rows, row, (int)i, value, sizeof value);
        shy_text_adds(out, value);
    }
}
