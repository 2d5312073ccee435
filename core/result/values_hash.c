/* SPDX-License-Identifier: MIT */
/*
 * Rows become bytes in a way that can be turned back, so that no two lists of rows give the same
 * bytes. Most texts of a row are those of the row before and take one byte: hashing them again in
 * every row would be half of the work of saving.
 */
#include "config.h"

#include "core/result/values_hash.h"

#include <string.h>

/* Blocks are hashed in a chain: each with the hash of those before it behind it. */
enum { BLOCK = 1 << 16 };

enum { SAME_AS_BEFORE = 0, TEXT_FOLLOWS = 1 };
enum { LIMITS_FOLLOW = 256 }; /* added to the state */

static void add_text(struct shy_values_hash *h, size_t column, const char *text)
{
    struct shy_text *last = &h->last[column];
    text = text == NULL ? "" : text;
    uint64_t length = strlen(text);
    if (h->count > 0 && length == last->length && memcmp(shy_text_get(last), text, length) == 0) {
        shy_text_addc(&h->block, SAME_AS_BEFORE);
        return;
    }
    shy_text_addc(&h->block, TEXT_FOLLOWS);
    shy_text_add(&h->block, (const char *)&length, sizeof length);
    shy_text_add(&h->block, text, length);
    shy_text_clear(last);
    shy_text_add(last, text, length);
    if (last->failed)
        h->block.failed = true;
}

/* Told by the state, so that rows without them give the bytes they always gave. */
static void add_limits(struct shy_values_hash *h, const struct shy_value_row *row)
{
    const int64_t levels[] = {row->levels, row->intervals, row->level[0], row->level[1]};
    const double limits[] = {row->limits[0].lower, row->limits[0].upper, row->limits[1].lower,
                             row->limits[1].upper};
    shy_text_add(&h->block, row->method, strlen(row->method) + 1);
    shy_text_add(&h->block, row->judgement, strlen(row->judgement) + 1);
    shy_text_add(&h->block, (const char *)levels, sizeof levels);
    shy_text_add(&h->block, (const char *)limits, sizeof limits);
    /* Further levels came later: rows without them keep the hash that they had. */
    for (int i = 2; i < row->levels; i++) {
        const int64_t level = row->level[i];
        const double more[] = {row->limits[i].lower, row->limits[i].upper};
        shy_text_add(&h->block, (const char *)&level, sizeof level);
        shy_text_add(&h->block, (const char *)more, sizeof more);
    }
}

static void end_block(struct shy_values_hash *h)
{
    shy_text_adds(&h->block, h->hash);
    if (h->block.failed)
        return;
    shy_hash_bytes(h->block.text, h->block.length, h->hash);
    shy_text_clear(&h->block);
}

/* Numbers as they lie in memory: configure refuses machines of another byte order. */
int shy_values_hash_add(struct shy_values_hash *h, const struct shy_value_row *row,
                        struct shihyo_error *err)
{
    const char *const texts[SHY_VALUES_HASH_TEXTS] = {
        row->indicator, row->name,    row->area_set,   row->area_code,      row->area_name,
        row->period,    row->measure, row->unit,       row->reason,         row->source,
        row->basis,     row->notes,   row->dimensions, row->definition_hash};
    int64_t limited = row->method != NULL && row->method[0] != '\0' ? LIMITS_FOLLOW : 0;
    const int64_t numbers[] = {row->exact,           row->numerator.num,   row->numerator.den,
                               row->denominator.num, row->denominator.den, row->factor,
                               row->state | limited, row->persons,         row->institutions};
    for (size_t i = 0; i < SHY_VALUES_HASH_TEXTS; i++)
        add_text(h, i, texts[i]);
    shy_text_add(&h->block, (const char *)numbers, sizeof numbers);
    shy_text_add(&h->block, (const char *)&row->value, sizeof row->value);
    if (limited != 0)
        add_limits(h, row);
    h->count++;
    if (!h->block.failed && h->block.length >= BLOCK)
        end_block(h);
    return h->block.failed ? shy_fail_nomem(err) : 0;
}

int shy_values_hash_end(struct shy_values_hash *h, char out[SHY_HASH_TEXT],
                        struct shihyo_error *err)
{
    end_block(h);
    if (h->block.failed)
        return shy_fail_nomem(err);
    memcpy(out, h->hash, SHY_HASH_TEXT);
    return 0;
}

void shy_values_hash_free(struct shy_values_hash *h)
{
    shy_text_free(&h->block);
    for (size_t i = 0; i < SHY_VALUES_HASH_TEXTS; i++)
        shy_text_free(&h->last[i]);
}
