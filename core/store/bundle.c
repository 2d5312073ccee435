/* SPDX-License-Identifier: MIT */
/*
 * Reading bundles. Every number of head and directory is checked before it is used: a checksum
 * keeps out accidents, not a file made by someone. Most parts of what a plan reads are numbers of
 * one or two bytes that an engine takes as they lie.
 */
#include "config.h"

#include "core/store/bundle.h"

#include <string.h>

#include "core/base/hash.h"
#include "core/store/chunk.h"

_Static_assert(sizeof(struct shy_bundle_head) == 32 && sizeof(struct shy_bundle_part) == 40,
               "the file has these sizes");

static size_t padded(size_t size)
{
    return (size + SHY_BUNDLE_ALIGN - 1) & ~(size_t)(SHY_BUNDLE_ALIGN - 1);
}

size_t shy_bundle_values(const struct shy_bundle *b, const struct shy_bundle_part *part)
{
    return (part->flags & SHY_PART_PER_RUN) != 0 ? b->head.runs : b->head.rows;
}

/* Where inside a part the values end, the few that stand apart, and the states. */
struct places {
    size_t few, full, states, end;
};

static struct places places_of(const struct shy_bundle *b, const struct shy_bundle_part *part)
{
    size_t count = shy_bundle_values(b, part);
    struct places p;
    p.few = padded(shy_packed_size(part->bits, count));
    p.full = p.few + padded(part->few * sizeof(uint32_t));
    p.states = p.full + part->few * sizeof(uint64_t);
    p.end = padded(p.states + shy_packed_size(part->state_bits, count));
    return p;
}

static bool is_part(const struct shy_bundle *b, const struct shy_bundle_part *part)
{
    unsigned bits = part->bits, states = part->state_bits, width = part->width;
    bool known = part->kind <= SHY_PART_CLAIMS &&
                 part->flags <= (SHY_PART_PER_RUN | SHY_PART_DELTA | SHY_PART_FEW);
    bool good_bits = bits <= 64 && (bits % 8 == 0 || bits == 1 || bits == 2 || bits == 4);
    bool good_states = states == 0 || states == 1 || states == 2 || states == 4;
    bool good_width = width == 0 || width == 1 || width == 2 || width == 4 || width == 8;
    /* A packed number is never wider than what the engine gets, unless it is a difference. */
    bool fits = bits <= width * 8 || (part->flags & SHY_PART_DELTA) != 0;
    bool few = part->few == 0 || (bits >= 8 && part->few <= shy_bundle_values(b, part));
    /* There are runs to belong to, and rows: every part has at least one value. */
    known = known && shy_bundle_values(b, part) > 0;
    return known && good_bits && good_states && good_width && fits && few &&
           places_of(b, part).end == part->size && part->offset % SHY_BUNDLE_ALIGN == 0 &&
           part->offset <= b->head.size && part->size <= b->head.size - part->offset;
}

size_t shy_bundle_directory(const void *bytes, size_t size)
{
    struct shy_bundle_head head;
    if (size < sizeof head)
        return 0;
    memcpy(&head, bytes, sizeof head);
    if (head.magic != SHY_BUNDLE_MAGIC || head.parts == 0 || head.parts > SHY_BUNDLE_PARTS)
        return 0;
    return sizeof head + head.parts * sizeof(struct shy_bundle_part);
}

bool shy_bundle_open(const void *bytes, uint64_t segment, int64_t rows, size_t size,
                     struct shy_bundle *out)
{
    /* The checksum stands in the last eight bytes of the head; there it counts as the segment's. */
    unsigned char
        copy[sizeof(struct shy_bundle_head) + SHY_BUNDLE_PARTS * sizeof(struct shy_bundle_part)];
    struct shy_bundle_head *head = &out->head;
    memcpy(head, bytes, sizeof *head);
    size_t directory = sizeof *head + head->parts * sizeof(struct shy_bundle_part);
    memcpy(copy, bytes, directory);
    memcpy(copy + offsetof(struct shy_bundle_head, checksum), &segment, sizeof segment);
    if (shy_checksum(copy, directory) != head->checksum || head->rows != rows ||
        head->size != size || head->runs > head->rows)
        return false;
    out->parts = (const struct shy_bundle_part *)(const void *)((const char *)bytes + sizeof *head);
    for (uint32_t i = 0; i < head->parts; i++) {
        if (!is_part(out, &out->parts[i]))
            return false;
    }
    return true;
}

const struct shy_bundle_part *shy_bundle_part(const struct shy_bundle *b, int kind, int place)
{
    for (uint32_t i = 0; i < b->head.parts; i++) {
        if (b->parts[i].kind == kind && b->parts[i].place == place)
            return &b->parts[i];
    }
    return NULL;
}

bool shy_bundle_sound(const struct shy_bundle_part *part, const void *bytes)
{
    return shy_checksum(bytes, part->size) == part->checksum;
}

bool shy_bundle_in_place(const struct shy_bundle_part *part)
{
    return part->flags == 0 && part->bits == part->width * 8;
}

/* Values ---------------------------------------------------------------------------------- */

static uint64_t get_value(const struct shy_bundle_part *part, const unsigned char *bytes, size_t i)
{
    uint64_t v = 0;
    if (part->bits >= 8) {
        size_t width = part->bits / 8u;
        memcpy(&v, bytes + i * width, width);
    } else if (part->bits > 0) {
        size_t per_byte = 8u / part->bits;
        v = (uint64_t)bytes[i / per_byte] >> (i % per_byte * part->bits);
        v &= (1u << part->bits) - 1;
    }
    return v;
}

/* A constant number of values at a time: loops that the compiler makes into vector instructions. */
enum { BLOCK = 64 };

/* BLOCK packed values from the i-th, a multiple of BLOCK, as 32 bits; i + BLOCK <= count. */
static void get_block(const struct shy_bundle_part *part, const unsigned char *bytes, size_t i,
                      uint32_t out[BLOCK])
{
    const uint16_t *wide = (const uint16_t *)(const void *)bytes + i;
    const unsigned char *from = bytes + i * part->bits / 8;
    switch (part->bits) {
    case 1:
        for (size_t k = 0; k < BLOCK; k++)
            out[k] = (uint32_t)(from[k / 8] >> (k % 8) & 1);
        break;
    case 2:
        for (size_t k = 0; k < BLOCK; k++)
            out[k] = (uint32_t)(from[k / 4] >> (k % 4 * 2) & 3);
        break;
    case 4:
        for (size_t k = 0; k < BLOCK; k++)
            out[k] = (uint32_t)(from[k / 2] >> (k % 2 * 4) & 15);
        break;
    case 8:
        for (size_t k = 0; k < BLOCK; k++)
            out[k] = from[k];
        break;
    case 16:
        for (size_t k = 0; k < BLOCK; k++)
            out[k] = wide[k];
        break;
    case 24:
        for (size_t k = 0; k < BLOCK; k++)
            out[k] = from[3 * k] | (uint32_t)from[3 * k + 1] << 8 | (uint32_t)from[3 * k + 2] << 16;
        break;
    case 32:
        memcpy(out, from, BLOCK * sizeof *out);
        break;
    default:
        memset(out, 0, BLOCK * sizeof *out);
        break;
    }
}

#define STORE(type) \
    do { \
        type *to_ = (type *)out + i; \
        for (size_t k = 0; k < BLOCK; k++) \
            to_[k] = (type)values[k]; \
    } while (0)

static void put_block(void *out, uint32_t width, size_t i, const uint32_t values[BLOCK])
{
    if (width == 1)
        STORE(uint8_t);
    else if (width == 2)
        STORE(uint16_t);
    else if (width == 4)
        STORE(uint32_t);
    else if (width == 8)
        STORE(uint64_t);
}

static void put_value(void *out, uint32_t width, size_t i, uint64_t v)
{
    memcpy((unsigned char *)out + i * width, &v, width);
}

/* Eight values of 1, 2 or 4 bits, the first in the lowest, as the bytes of one number. */
static uint64_t spread(uint64_t packed, uint32_t bits)
{
    uint64_t x = packed;
    if (bits == 1) {
        x = x * 0x0101010101010101u & 0x8040201008040201u;
        return (x + 0x7f7f7f7f7f7f7f7fu) >> 7 & 0x0101010101010101u;
    }
    if (bits == 2) {
        x = (x | x << 24) & 0x000000ff000000ffu;
        x = (x | x << 12) & 0x000f000f000f000fu;
        return (x | x << 6) & 0x0303030303030303u;
    }
    x = (x | x << 16) & 0x0000ffff0000ffffu;
    x = (x | x << 8) & 0x00ff00ff00ff00ffu;
    return (x | x << 4) & 0x0f0f0f0f0f0f0f0fu;
}

/* Codes of few kinds, as bytes: returns how many are done. */
static size_t decode_small(const struct shy_bundle_part *part, const unsigned char *bytes,
                           size_t count, uint8_t *out)
{
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        uint32_t packed = 0;
        memcpy(&packed, bytes + i * part->bits / 8, part->bits);
        uint64_t values = spread(packed, part->bits);
        memcpy(out + i, &values, sizeof values);
    }
    return i;
}

#define WIDEN(type) \
    do { \
        type *to_ = out; \
        for (; i + BLOCK <= count; i += BLOCK) { \
            for (size_t k = 0; k < BLOCK; k++) \
                to_[i + k] = bytes[i + k]; \
        } \
    } while (0)

/* What needs no blocks of 32 bits on its way: returns how many are done. */
static size_t decode_straight(const struct shy_bundle_part *part, const unsigned char *bytes,
                              size_t count, uint32_t width, void *out)
{
    size_t i = 0;
    if (width == 1 && (part->bits == 1 || part->bits == 2 || part->bits == 4))
        return decode_small(part, bytes, count, out);
    if (width == 2 && part->bits == 8)
        WIDEN(uint16_t);
    if (width == 4 && part->bits == 8)
        WIDEN(uint32_t);
    return i;
}

static void decode_plain(const struct shy_bundle_part *part, const unsigned char *bytes,
                         size_t count, uint32_t width, void *out)
{
    uint32_t block[BLOCK];
    if (part->bits == width * 8) {
        memcpy(out, bytes, count * width);
        return;
    }
    size_t i = decode_straight(part, bytes, count, width, out);
    for (; part->bits <= 32 && i % BLOCK == 0 && i + BLOCK <= count; i += BLOCK) {
        get_block(part, bytes, i, block);
        put_block(out, width, i, block);
    }
    for (; i < count; i++)
        put_value(out, width, i, get_value(part, bytes, i));
}

/* The first difference is not one: the values begin at the part's start, which is zero here. The
 * sums are taken with 64 bits, but where no value is wider than 32 a block may take fewer. */
static bool decode_rising(const struct shy_bundle_part *part, const unsigned char *bytes,
                          size_t count, uint32_t width, void *out)
{
    uint64_t step = (uint64_t)part->base, sum = 0, first = get_value(part, bytes, 0) + step;
    uint32_t block[BLOCK];
    size_t i = 0;
    sum -= first;
    for (; part->bits <= 32 && width <= 4 && i + BLOCK <= count; i += BLOCK) {
        uint32_t here = (uint32_t)sum;
        get_block(part, bytes, i, block);
        for (size_t k = 0; k < BLOCK; k++) {
            sum += step + block[k];
            block[k] = here += (uint32_t)step + block[k];
        }
        put_block(out, width, i, block);
    }
    for (; i < count; i++) {
        sum += step + get_value(part, bytes, i);
        put_value(out, width, i, sum);
    }
    return width == 8 || sum >> (width * 8) == 0;
}

/* Values that stand apart; false where one is at no place of the part. */
static bool decode_few(const struct shy_bundle *b, const struct shy_bundle_part *part,
                       const unsigned char *bytes, uint32_t width, void *out)
{
    struct places p = places_of(b, part);
    size_t count = shy_bundle_values(b, part);
    for (size_t i = 0; i < part->few; i++) {
        uint32_t at;
        uint64_t v;
        memcpy(&at, bytes + p.few + i * sizeof at, sizeof at);
        memcpy(&v, bytes + p.full + i * sizeof v, sizeof v);
        if (at >= count)
            return false;
        put_value(out, width, at, v);
    }
    return true;
}

#define ADD_UP(type) \
    do { \
        type *v_ = out; \
        v_[0] = 0; \
        for (size_t i = 1; i < count; i++) { \
            sum += step + v_[i]; \
            v_[i] = (type)sum; \
        } \
    } while (0)

/* Differences of which some stand apart: they are put in their places, then all are added up. */
static bool decode_rising_few(const struct shy_bundle *b, const struct shy_bundle_part *part,
                              const unsigned char *bytes, uint32_t width, void *out)
{
    size_t count = shy_bundle_values(b, part);
    uint64_t sum = 0, step = (uint64_t)part->base;
    if (part->bits > width * 8)
        return false; /* no such value */
    decode_plain(part, bytes, count, width, out);
    if (!decode_few(b, part, bytes, width, out))
        return false;
    if (width == 1)
        ADD_UP(uint8_t);
    else if (width == 2)
        ADD_UP(uint16_t);
    else if (width == 4)
        ADD_UP(uint32_t);
    else
        ADD_UP(uint64_t);
    return width == 8 || sum >> (width * 8) == 0;
}

bool shy_bundle_decode(const struct shy_bundle *b, const struct shy_bundle_part *part,
                       const unsigned char *bytes, uint32_t width, void *out)
{
    size_t count = shy_bundle_values(b, part);
    if ((part->flags & SHY_PART_DELTA) == 0) {
        decode_plain(part, bytes, count, width, out);
        return decode_few(b, part, bytes, width, out);
    }
    return part->few > 0 ? decode_rising_few(b, part, bytes, width, out)
                         : decode_rising(part, bytes, count, width, out);
}

#define MOST(type) \
    do { \
        const type *v_ = values; \
        type lanes[BLOCK / sizeof(type)] = {0}; \
        size_t i = 0, step = sizeof lanes / sizeof lanes[0]; \
        for (; i + sizeof lanes / sizeof lanes[0] <= count; i += step) { \
            for (size_t k = 0; k < sizeof lanes / sizeof lanes[0]; k++) \
                lanes[k] = v_[i + k] > lanes[k] ? v_[i + k] : lanes[k]; \
        } \
        for (; i < count; i++) \
            lanes[0] = v_[i] > lanes[0] ? v_[i] : lanes[0]; \
        for (size_t k = 0; k < step; k++) \
            most = lanes[k] > most ? lanes[k] : most; \
    } while (0)

uint64_t shy_bundle_most(const void *values, uint32_t width, size_t count)
{
    uint64_t most = 0;
    if (width == 1)
        MOST(uint8_t);
    else if (width == 2)
        MOST(uint16_t);
    else if (width == 4)
        MOST(uint32_t);
    else if (width == 8)
        MOST(uint64_t);
    return most;
}

bool shy_bundle_states(const struct shy_bundle *b, const struct shy_bundle_part *part,
                       const unsigned char *bytes, uint8_t *out)
{
    size_t count = shy_bundle_values(b, part), bits = part->state_bits, per_byte = 8 / bits;
    const unsigned char *from = bytes + places_of(b, part).states;
    uint8_t most = 0;
    for (size_t i = 0; i < count; i++) {
        out[i] = (uint8_t)(from[i / per_byte] >> (i % per_byte * bits) & ((1u << bits) - 1));
        most = out[i] > most ? out[i] : most;
    }
    return most <= SHIHYO_STATE_PARTIAL;
}

/* Eight at a time, and over the run's end: the next run comes to lie over what is too much, and
 * behind the last there is SHY_BUNDLE_SLACK. */
#define EXPAND(type) \
    do { \
        const type *values_ = from; \
        type *to_ = to; \
        for (uint32_t run = 0; run < b->head.runs; run++) { \
            for (uint32_t at = 0; at < lengths[run]; at += 8) { \
                for (uint32_t k = 0; k < 8; k++) \
                    to_[at + k] = values_[run]; \
            } \
            to_ += lengths[run]; \
        } \
    } while (0)

void shy_bundle_expand(const struct shy_bundle *b, const uint32_t *lengths, uint32_t width,
                       const void *from, void *to)
{
    switch (width) {
    case 1:
        EXPAND(uint8_t);
        break;
    case 2:
        EXPAND(uint16_t);
        break;
    case 4:
        EXPAND(uint32_t);
        break;
    case 8:
        EXPAND(uint64_t);
        break;
    default:
        break;
    }
}
