/* SPDX-License-Identifier: MIT */
/*
 * Packing. The widths are powers of two so that no value straddles a byte below eight bits and
 * every value is a plain load above; codes of a segment mostly fit in 8 or 16 bits, a column that
 * is everywhere the same takes none. Differences are taken unsigned: the range of two int64 needs
 * 64 bits and would overflow as signed.
 */
#include "config.h"

#include "core/store/chunk.h"

#include <string.h>

#include <shihyo/plugin.h>

#include "core/base/hash.h"

static bool has_value(const uint8_t *state, size_t i)
{
    return state == NULL || state[i] == SHIHYO_STATE_OK || state[i] == SHIHYO_STATE_PARTIAL;
}

/* The narrowest of 0, 1, 2, 4 … 64 bits that holds the range. */
static uint32_t width_of(uint64_t range)
{
    uint32_t bits = 0;
    if (range == 0)
        return 0;
    for (bits = 1; bits < 64 && range >> bits != 0; bits *= 2)
        continue;
    return bits;
}

/* A power of two, or 0; the number comes from a file. */
static bool is_width(uint32_t bits)
{
    return bits <= 64 && (bits & (bits - 1)) == 0;
}

struct shy_packing shy_packing_of(const int64_t *values, const uint8_t *state, size_t count)
{
    int64_t least = 0, most = 0;
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (!has_value(state, i))
            continue;
        if (!any || values[i] < least)
            least = values[i];
        if (!any || values[i] > most)
            most = values[i];
        any = true;
    }
    return (struct shy_packing){least, width_of((uint64_t)most - (uint64_t)least)};
}

size_t shy_packed_size(uint32_t bits, size_t count)
{
    return (count * bits + 7) / 8;
}

/* Widths below a byte: the first value in the lowest bits. */
static void pack_bits(struct shy_packing p, const int64_t *values, const uint8_t *state,
                      size_t count, unsigned char *out)
{
    size_t per_byte = 8 / p.bits;
    memset(out, 0, shy_packed_size(p.bits, count));
    for (size_t i = 0; i < count; i++) {
        uint64_t v = has_value(state, i) ? (uint64_t)values[i] - (uint64_t)p.base : 0;
        out[i / per_byte] |= (unsigned char)(v << (i % per_byte * p.bits));
    }
}

/* Little-endian: configure refuses other machines. */
static void pack_bytes(struct shy_packing p, const int64_t *values, const uint8_t *state,
                       size_t count, unsigned char *out)
{
    size_t width = p.bits / 8;
    for (size_t i = 0; i < count; i++) {
        uint64_t v = has_value(state, i) ? (uint64_t)values[i] - (uint64_t)p.base : 0;
        memcpy(out + i * width, &v, width);
    }
}

void shy_pack_values(struct shy_packing packing, const int64_t *values, const uint8_t *state,
                     size_t count, unsigned char *out)
{
    if (packing.bits >= 8)
        pack_bytes(packing, values, state, count, out);
    else if (packing.bits > 0)
        pack_bits(packing, values, state, count, out);
}

bool shy_unpack_values(struct shy_packing packing, const unsigned char *bytes, size_t count,
                       int64_t *values)
{
    uint64_t base = (uint64_t)packing.base;
    uint32_t bits = packing.bits;
    if (!is_width(bits))
        return false;
    if (bits >= 8) {
        for (size_t i = 0; i < count; i++) {
            uint64_t v = 0;
            memcpy(&v, bytes + i * (bits / 8), bits / 8);
            values[i] = (int64_t)(base + v);
        }
        return true;
    }
    size_t per_byte = bits == 0 ? 1 : 8 / bits;
    for (size_t i = 0; i < count; i++) {
        uint64_t v = bits == 0 ? 0 : (uint64_t)bytes[i / per_byte] >> (i % per_byte * bits);
        values[i] = (int64_t)(base + (v & ((1u << bits) - 1)));
    }
    return true;
}

void shy_pack_states(const uint8_t *state, size_t count, unsigned char *out)
{
    memset(out, 0, shy_packed_size(SHY_CHUNK_STATE_BITS, count));
    for (size_t i = 0; i < count; i++)
        out[i / 2] |= (unsigned char)(state[i] << (i % 2 * SHY_CHUNK_STATE_BITS));
}

bool shy_unpack_states(const unsigned char *bytes, size_t count, uint8_t *state)
{
    uint8_t most = 0;
    for (size_t i = 0; i < count; i++) {
        state[i] = (uint8_t)(bytes[i / 2] >> (i % 2 * SHY_CHUNK_STATE_BITS) & 15);
        most = state[i] > most ? state[i] : most;
    }
    return most <= SHIHYO_STATE_PARTIAL;
}

bool shy_texts_at(const unsigned char *bytes, size_t size, size_t count, size_t i,
                  const char **text, size_t *length)
{
    uint32_t range[2];
    size_t head = (count + 1) * sizeof(uint32_t);
    if (size < head || i >= count)
        return false;
    memcpy(range, bytes + i * sizeof(uint32_t), sizeof range);
    if (range[0] > range[1] || range[1] > size - head)
        return false;
    *text = (const char *)bytes + head + range[0];
    *length = range[1] - range[0];
    return true;
}

uint64_t shy_chunk_checksum(const char *contract, const char *column, const int64_t *numbers,
                            size_t count, const void *bytes, size_t size)
{
    /* The texts enter by their checksums: "ab" + "c" and "a" + "bc" are not to be the same. */
    uint64_t parts[16] = {shy_checksum(contract, strlen(contract)),
                          shy_checksum(column, strlen(column)), shy_checksum(bytes, size)};
    SHY_BUG_ON(count > 13);
    for (size_t i = 0; i < count; i++)
        parts[3 + i] = (uint64_t)numbers[i];
    return shy_checksum(parts, sizeof parts[0] * (3 + count));
}
