/* SPDX-License-Identifier: MIT */
/* Hashes of keys in open addressing; keys.h says why a hash is enough. */
#include "config.h"

#include "core/import/keys.h"

#include "core/base/hash.h"

enum { FIRST_SLOTS = 1024 };

static bool is_key(const struct shy_table_column *column)
{
    return (column->def->flags & SHY_COLUMN_KEY) != 0;
}

static void add_bytes(struct shy_text *t, const void *bytes, size_t length)
{
    shy_text_add(t, bytes, length);
}

/* Every value with its kind and length: no two keys give the same bytes. */
static void add_value(struct shy_text *t, const struct shy_table *rows, size_t row, int column)
{
    const struct shy_table_column *c = &rows->columns[column];
    const char *text =
        c->def->type == SHY_CODE_T || c->def->type == SHY_TEXT_T || c->def->type == SHY_PERIOD_T
            ? shy_table_text(rows, row, column)
            : NULL;
    shy_text_addc(t, (char)('0' + c->state[row]));
    if (text != NULL) {
        uint32_t length = c->dict.lengths[c->data[row]];
        add_bytes(t, &length, sizeof length);
        add_bytes(t, text, length);
    } else if (c->state[row] == SHIHYO_STATE_OK) {
        add_bytes(t, &c->data[row], sizeof c->data[row]);
    }
}

static size_t find_slot(const struct shy_keys *keys, struct shy_key key)
{
    size_t mask = keys->slot_count - 1, slot = (size_t)key.low & mask;
    while ((keys->slots[slot].low != 0 || keys->slots[slot].high != 0) &&
           (keys->slots[slot].low != key.low || keys->slots[slot].high != key.high))
        slot = (slot + 1) & mask;
    return slot;
}

/* At most two thirds of the slots are taken: beyond that, runs of taken slots grow long. */
static bool make_room(struct shy_keys *keys)
{
    if ((keys->count + 1) * 3 <= keys->slot_count * 2)
        return true;
    struct shy_keys grown = *keys;
    grown.slot_count = keys->slot_count == 0 ? FIRST_SLOTS : keys->slot_count * 2;
    grown.slots = shy_alloc(grown.slot_count, sizeof *grown.slots);
    if (grown.slots == NULL)
        return false;
    for (size_t i = 0; i < keys->slot_count; i++) {
        if (keys->slots[i].low != 0 || keys->slots[i].high != 0)
            grown.slots[find_slot(&grown, keys->slots[i])] = keys->slots[i];
    }
    shy_free(keys->slots);
    *keys = grown;
    return true;
}

/* Two halves: the second is the checksum of the same bytes with one more in front of the end. */
static struct shy_key hash(struct shy_text *t)
{
    struct shy_key key;
    key.low = shy_checksum(t->text, t->length);
    shy_text_addc(t, '\n');
    key.high = shy_checksum(shy_text_get(t), t->length);
    if (key.low == 0 && key.high == 0)
        key.low = 1;
    return key;
}

int shy_keys_add(struct shy_keys *keys, const struct shy_table *rows, size_t row, bool *seen,
                 struct shihyo_error *err)
{
    *seen = false;
    shy_text_clear(&keys->bytes);
    for (size_t i = 0; i < rows->column_count; i++) {
        if (is_key(&rows->columns[i]))
            add_value(&keys->bytes, rows, row, (int)i);
    }
    if (keys->bytes.length == 0 && !keys->bytes.failed)
        return 0;
    if (keys->bytes.failed || !make_room(keys))
        return shy_fail_nomem(err);
    struct shy_key key = hash(&keys->bytes);
    if (keys->bytes.failed)
        return shy_fail_nomem(err);
    struct shy_key *slot = &keys->slots[find_slot(keys, key)];
    *seen = slot->low != 0 || slot->high != 0;
    keys->count += *seen ? 0 : 1;
    *slot = key;
    return 0;
}

void shy_keys_free(struct shy_keys *keys)
{
    shy_free(keys->slots);
    shy_text_free(&keys->bytes);
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
