/* SPDX-License-Identifier: MIT */
/*
 * Packing a segment. A receipt has a dozen lines that share person, claim and institution, so what
 * they share is kept once for a run of lines; numbers that rise with the rows (persons, claims) are
 * kept as differences; everything else in as few bytes as its range needs, with a few large values
 * apart so that one operation in a month does not widen sixty thousand lines.
 */
#include "config.h"

#include "core/store/bundle.h"

#include <string.h>

#include "core/base/hash.h"
#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/store/chunk.h"

enum { FEW_COST = sizeof(uint32_t) + sizeof(uint64_t), RADIX = 256 };

/* Values at a time in loops over every row: a constant number, so that the compiler makes them into
 * vector instructions. */
enum { BLOCK = 32 };

/* The values of a part, one after another. */
struct numbers {
    const int32_t *small;
    const int64_t *large;
    size_t count;
};

struct packing {
    const struct shy_segment_rows *rows;
    size_t first, count; /* the rows of this bundle */
    uint32_t *starts;    /* first row of every run, counted from `first` */
    size_t runs;
    int32_t *small; /* scratch: count values each */
    int64_t *large;
    uint8_t *states;
    unsigned char *bytes;
    size_t size, capacity;
    struct shy_bundle_part *parts;
    size_t part_count;
};

/* Widths ---------------------------------------------------------------------------------- */

static uint8_t bits_of(uint64_t range)
{
    static const uint8_t steps[] = {0, 1, 2, 4, 8, 16, 24, 32, 40, 48, 56};
    for (size_t i = 0; i < sizeof steps; i++) {
        if (range >> steps[i] == 0)
            return steps[i];
    }
    return 64;
}

static uint8_t width_of(uint64_t range)
{
    uint8_t bytes = (uint8_t)((bits_of(range) + 7) / 8);
    return bytes <= 2 ? bytes : bytes <= 4 ? 4 : 8;
}

static int64_t number_at(const struct numbers *n, size_t i)
{
    return n->small != NULL ? n->small[i] : n->large[i];
}

static void range_of_small(const int32_t *v, size_t count, int64_t *least, int64_t *most)
{
    int32_t low[BLOCK], high[BLOCK];
    size_t i = 0;
    for (size_t k = 0; k < BLOCK; k++)
        low[k] = high[k] = v[0];
    for (; i + BLOCK <= count; i += BLOCK) {
        for (size_t k = 0; k < BLOCK; k++) {
            low[k] = v[i + k] < low[k] ? v[i + k] : low[k];
            high[k] = v[i + k] > high[k] ? v[i + k] : high[k];
        }
    }
    for (size_t k = 0; i < count; i++, k++) {
        low[k] = v[i] < low[k] ? v[i] : low[k];
        high[k] = v[i] > high[k] ? v[i] : high[k];
    }
    *least = low[0];
    *most = high[0];
    for (size_t k = 1; k < BLOCK; k++) {
        *least = low[k] < *least ? low[k] : *least;
        *most = high[k] > *most ? high[k] : *most;
    }
}

static void range_of(const struct numbers *n, int64_t *least, int64_t *most)
{
    *least = *most = n->count == 0 ? 0 : number_at(n, 0);
    if (n->small != NULL && n->count > 0) {
        range_of_small(n->small, n->count, least, most);
        return;
    }
    for (size_t i = 0; i < n->count; i++) {
        *least = n->large[i] < *least ? n->large[i] : *least;
        *most = n->large[i] > *most ? n->large[i] : *most;
    }
}

/* Values that need more than `bits`. */
static size_t count_wider(const struct numbers *n, int64_t base, uint8_t bits)
{
    size_t wider = 0, i = 0;
    if (n->small != NULL) {
        uint32_t most = (1u << bits) - 1, lanes[BLOCK] = {0};
        for (; i + BLOCK <= n->count; i += BLOCK) {
            for (size_t k = 0; k < BLOCK; k++)
                lanes[k] += (uint32_t)n->small[i + k] - (uint32_t)base > most;
        }
        for (; i < n->count; i++)
            wider += (uint32_t)n->small[i] - (uint32_t)base > most;
        for (size_t k = 0; k < BLOCK; k++)
            wider += lanes[k];
        return wider;
    }
    for (; i < n->count; i++)
        wider += ((uint64_t)n->large[i] - (uint64_t)base) >> bits != 0;
    return wider;
}

/* The narrowest width once the values that do not fit are kept apart; *few says how many. */
static uint8_t choose_bits(const struct numbers *n, int64_t base, uint64_t range, uint16_t *few)
{
    uint8_t best = bits_of(range);
    size_t cost = n->count * best / 8;
    *few = 0;
    for (uint8_t bits = 8; bits <= 24 && bits < best; bits = (uint8_t)(bits + 8)) {
        size_t wider = count_wider(n, base, bits);
        if (wider > UINT16_MAX || n->count * bits / 8 + wider * FEW_COST >= cost * 7 / 8)
            continue;
        *few = (uint16_t)wider;
        return bits;
    }
    return best;
}

/* Bytes ----------------------------------------------------------------------------------- */

/* Room for `size` bytes more, zero, at a multiple of SHY_BUNDLE_ALIGN. */
static unsigned char *take_bytes(struct packing *p, size_t size, struct shihyo_error *err)
{
    size_t padded = (size + SHY_BUNDLE_ALIGN - 1) & ~(size_t)(SHY_BUNDLE_ALIGN - 1);
    size_t wanted = p->size + padded;
    if (wanted > p->capacity &&
        !shy_grow_((void **)&p->bytes, &p->capacity, wanted, sizeof *p->bytes)) {
        (void)shy_fail_nomem(err);
        return NULL;
    }
    unsigned char *at = p->bytes + p->size;
    memset(at, 0, padded);
    p->size = wanted;
    return at;
}

static void put_bits(const struct numbers *n, int64_t base, uint8_t bits, unsigned char *out)
{
    size_t per_byte = 8 / (size_t)bits;
    for (size_t i = 0; i < n->count; i++) {
        uint64_t v = (uint64_t)number_at(n, i) - (uint64_t)base;
        out[i / per_byte] |= (unsigned char)(v << (i % per_byte * bits));
    }
}

#define PUT(type) \
    do { \
        type *to_ = (type *)(void *)out; \
        size_t i = 0; \
        for (; i + BLOCK <= n->count; i += BLOCK) { \
            for (size_t k = 0; k < BLOCK; k++) \
                to_[i + k] = (type)((uint32_t)n->small[i + k] - (uint32_t)base); \
        } \
        for (; i < n->count; i++) \
            to_[i] = (type)((uint32_t)n->small[i] - (uint32_t)base); \
    } while (0)

static void put_bytes(const struct numbers *n, int64_t base, uint8_t bits, unsigned char *out)
{
    size_t width = bits / 8u;
    if (n->small != NULL && width == 1) {
        PUT(uint8_t);
    } else if (n->small != NULL && width == 2) {
        PUT(uint16_t);
    } else {
        for (size_t i = 0; i < n->count; i++) {
            uint64_t v = (uint64_t)number_at(n, i) - (uint64_t)base;
            memcpy(out + i * width, &v, width);
        }
    }
}

/* Their positions, then the numbers in full; the packed ones are zero there. */
static void put_few(const struct numbers *n, const struct shy_bundle_part *part, unsigned char *out,
                    unsigned char *few)
{
    size_t found = 0, width = part->bits / 8u;
    unsigned char *full = few + ((part->few * sizeof(uint32_t) + 7) & ~(size_t)7);
    for (size_t i = 0; i < n->count; i++) {
        uint64_t v = (uint64_t)number_at(n, i) - (uint64_t)part->base;
        uint32_t at = (uint32_t)i;
        if (v >> part->bits == 0)
            continue;
        memcpy(few + found * sizeof at, &at, sizeof at);
        memcpy(full + found * sizeof v, &v, sizeof v);
        memset(out + i * width, 0, width);
        found++;
    }
}

static void put_states(const uint8_t *state, size_t count, uint8_t bits, unsigned char *out)
{
    size_t per_byte = 8 / (size_t)bits;
    for (size_t i = 0; i < count; i++)
        out[i / per_byte] |= (unsigned char)(state[i] << (i % per_byte * bits));
}

/* Parts ----------------------------------------------------------------------------------- */

static uint8_t state_bits_of(const uint8_t *state, size_t count)
{
    uint8_t all = 0;
    for (size_t i = 0; state != NULL && i < count; i++)
        all |= state[i];
    return bits_of(all);
}

/* Packs values whose kind, place, flags and start are set already. */
static int put_part(struct packing *p, struct shy_bundle_part part, const struct numbers *n,
                    const uint8_t *state, struct shihyo_error *err)
{
    int64_t least, most;
    range_of(n, &least, &most);
    uint64_t range = (uint64_t)most - (uint64_t)least;
    bool delta = (part.flags & SHY_PART_DELTA) != 0;
    part.base = least;
    part.bits = choose_bits(n, least, range, &part.few);
    part.flags = (uint8_t)(part.flags | (part.few > 0 ? SHY_PART_FEW : 0));
    part.state_bits = state_bits_of(state, n->count);
    if (!delta) {
        part.start = least;
        part.width = width_of(range);
    }
    size_t at = p->size;
    size_t packed = shy_packed_size(part.bits, n->count);
    size_t values = (packed + 7) & ~(size_t)7;
    size_t few = part.few == 0 ? 0
                               : ((part.few * sizeof(uint32_t) + 7) & ~(size_t)7) +
                                     part.few * sizeof(uint64_t);
    size_t states = shy_packed_size(part.state_bits, n->count);
    unsigned char *out = take_bytes(p, values + few + states, err);
    if (out == NULL)
        return SHY_E_NOMEM;
    if (part.bits >= 8)
        put_bytes(n, least, part.bits, out);
    else if (part.bits > 0)
        put_bits(n, least, part.bits, out);
    if (part.few > 0)
        put_few(n, &part, out, out + values);
    if (part.state_bits > 0)
        put_states(state, n->count, part.state_bits, out + values + few);
    SHY_BUG_ON(p->size > UINT32_MAX);
    part.offset = (uint32_t)at;
    part.size = (uint32_t)(p->size - at);
    part.checksum = shy_checksum(p->bytes + at, part.size);
    p->parts[p->part_count++] = part;
    return 0;
}

static bool is_rising(const struct numbers *n)
{
    bool rising = n->count > 0;
    for (size_t i = 1; rising && i < n->count; i++)
        rising = n->small[i] >= n->small[i - 1];
    return rising;
}

/* Turns numbers (in p->small) into differences to the one before; the first gets `step`, one of
 * theirs, so that it does not widen them: the reader begins at `start`. */
static void put_differences(struct packing *p, struct shy_bundle_part *part, struct numbers *n)
{
    int32_t *v = p->small;
    part->flags = (uint8_t)(part->flags | SHY_PART_DELTA);
    part->start = v[0];
    part->width = width_of((uint64_t)((int64_t)v[n->count - 1] - v[0]));
    for (size_t i = n->count - 1; i > 0; i--)
        v[i] -= v[i - 1];
    v[0] = n->count > 1 ? v[1] : 0;
}

/* Where there is no value, the least one stands, so that the packed number is zero. */
static void fill_gaps(int32_t *small, int64_t *large, const uint8_t *state, size_t count)
{
    int64_t least = 0;
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        int64_t v = small != NULL ? small[i] : large[i];
        if ((state[i] == SHIHYO_STATE_OK || state[i] == SHIHYO_STATE_PARTIAL) &&
            (!any || v < least)) {
            least = v;
            any = true;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (state[i] == SHIHYO_STATE_OK || state[i] == SHIHYO_STATE_PARTIAL)
            continue;
        if (small != NULL)
            small[i] = (int32_t)least;
        else
            large[i] = least;
    }
}

/* The values of a column: as they stand, or gathered where runs or states ask for it. */
static const uint8_t *gather(struct packing *p, const struct shy_segment_column *c, bool per_run,
                             struct numbers *n)
{
    size_t first = p->first;
    n->count = per_run ? p->runs : p->count;
    n->small = c->small == NULL ? NULL : c->small + first;
    n->large = c->small == NULL ? c->large + first : NULL;
    if (!per_run && c->state == NULL)
        return NULL;
    for (size_t i = 0; i < n->count; i++) {
        size_t row = per_run ? p->starts[i] : i;
        if (n->small != NULL)
            p->small[i] = n->small[row];
        else
            p->large[i] = n->large[row];
        if (c->state != NULL)
            p->states[i] = c->state[first + row];
    }
    n->small = n->small == NULL ? NULL : p->small;
    n->large = n->large == NULL ? NULL : p->large;
    if (c->state == NULL || state_bits_of(p->states, n->count) == 0)
        return NULL;
    fill_gaps(n->small == NULL ? NULL : p->small, n->large == NULL ? NULL : p->large, p->states,
              n->count);
    return p->states;
}

static bool in_runs(const struct packing *p, int column)
{
    const struct shy_contract *c = p->rows->contract;
    enum shy_role role = c->columns[column].role;
    return p->runs > 0 && (role == SHY_ROLE_CLAIM || role == SHY_ROLE_INSTITUTION);
}

static int put_column(struct packing *p, const struct shy_segment_column *c, size_t place,
                      struct shihyo_error *err)
{
    struct numbers n;
    bool per_run = in_runs(p, c->index);
    struct shy_bundle_part part = {.kind = SHY_PART_COLUMN, .place = (uint8_t)place};
    const uint8_t *state = gather(p, c, per_run, &n);
    part.flags = per_run ? SHY_PART_PER_RUN : 0;
    if (p->rows->contract->columns[c->index].role == SHY_ROLE_CLAIM && state == NULL &&
        n.small != NULL && is_rising(&n)) {
        if (n.small != p->small)
            memcpy(p->small, n.small, n.count * sizeof *p->small);
        n.small = p->small;
        put_differences(p, &part, &n);
    }
    return put_part(p, part, &n, state, err);
}

static int put_persons(struct packing *p, struct shihyo_error *err)
{
    struct numbers n = {.small = p->small, .count = p->runs > 0 ? p->runs : p->count};
    struct shy_bundle_part part = {.kind = SHY_PART_PERSON,
                                   .flags = p->runs > 0 ? SHY_PART_PER_RUN : 0};
    for (size_t i = 0; i < n.count; i++)
        p->small[i] = (int32_t)p->rows->person[p->first + (p->runs > 0 ? p->starts[i] : i)];
    if (is_rising(&n))
        put_differences(p, &part, &n);
    return put_part(p, part, &n, NULL, err);
}

static int put_runs(struct packing *p, struct shihyo_error *err)
{
    struct numbers n = {.small = p->small, .count = p->runs};
    struct shy_bundle_part part = {.kind = SHY_PART_RUNS, .flags = SHY_PART_PER_RUN};
    for (size_t i = 0; i < p->runs; i++) {
        size_t end = i + 1 < p->runs ? p->starts[i + 1] : p->count;
        p->small[i] = (int32_t)(end - p->starts[i]);
    }
    return put_part(p, part, &n, NULL, err);
}

/* Least significant byte first: the hashes are spread evenly, and seven thousand of them sort
 * faster so than by comparing. */
static int64_t *sort_hashes(int64_t *a, int64_t *b, size_t count)
{
    for (unsigned shift = 0; shift < 64; shift += 8) {
        size_t at[RADIX] = {0}, sum = 0;
        for (size_t i = 0; i < count; i++)
            at[(uint64_t)a[i] >> shift & (RADIX - 1)]++;
        for (size_t k = 0; k < RADIX; k++) {
            size_t here = at[k];
            at[k] = sum;
            sum += here;
        }
        for (size_t i = 0; i < count; i++)
            b[at[(uint64_t)a[i] >> shift & (RADIX - 1)]++] = a[i];
        int64_t *swap = a;
        a = b;
        b = swap;
    }
    return a;
}

/* The hashes of claims are a set: sorted, their differences are shorter than they are. */
static int put_claims(struct packing *p, const struct shy_segment_column *c,
                      struct shihyo_error *err)
{
    struct numbers n = {.count = p->count};
    struct shy_bundle_part part = {.kind = SHY_PART_CLAIMS, .flags = SHY_PART_DELTA, .width = 8};
    int64_t *other = shy_alloc(p->count, sizeof *other);
    if (other == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < p->count; i++)
        p->large[i] = c->large != NULL ? c->large[p->first + i] : c->small[p->first + i];
    int64_t *sorted = sort_hashes(p->large, other, p->count);
    part.start = sorted[0];
    for (size_t i = p->count - 1; i > 0; i--)
        sorted[i] = (int64_t)((uint64_t)sorted[i] - (uint64_t)sorted[i - 1]);
    sorted[0] = p->count > 1 ? sorted[1] : 0;
    n.large = sorted;
    int code = put_part(p, part, &n, NULL, err);
    shy_free(other);
    return code;
}

/* Runs ------------------------------------------------------------------------------------ */

#define MARK(values) \
    do { \
        size_t i = 1; \
        for (; i + BLOCK <= count; i += BLOCK) { \
            for (size_t k = 0; k < BLOCK; k++) \
                marks[i + k] |= (values)[i + k] != (values)[i + k - 1]; \
        } \
        for (; i < count; i++) \
            marks[i] |= (values)[i] != (values)[i - 1]; \
    } while (0)

static void mark_changes(const struct shy_segment_column *c, size_t first, size_t count,
                         uint8_t *marks)
{
    if (c->small != NULL)
        MARK(c->small + first);
    else
        MARK(c->large + first);
    if (c->state != NULL)
        MARK(c->state + first);
}

static void mark_persons(const uint32_t *person, size_t count, uint8_t *marks)
{
    MARK(person);
}

/* Runs pay where they are at most half as many as the rows. */
static void find_runs(struct packing *p)
{
    const struct shy_segment_rows *r = p->rows;
    uint8_t *marks = p->states;
    size_t runs = 0;
    p->runs = 1; /* for in_runs */
    memset(marks, 0, p->count);
    marks[0] = 1;
    mark_persons(r->person + p->first, p->count, marks);
    for (size_t k = 0; k < r->column_count; k++) {
        if (r->columns[k].index >= 0 && in_runs(p, r->columns[k].index))
            mark_changes(&r->columns[k], p->first, p->count, marks);
    }
    for (size_t i = 0; i < p->count; i++)
        runs += marks[i];
    p->runs = runs * 2 <= p->count ? runs : 0;
    /* Without a branch: where runs begin cannot be foreseen. starts has one place to spare. */
    for (size_t i = 0, run = 0; p->runs > 0 && i < p->count; i++) {
        p->starts[run] = (uint32_t)i;
        run += marks[i];
    }
}

/* Bundles --------------------------------------------------------------------------------- */

static void free_packing(struct packing *p)
{
    shy_free(p->starts);
    shy_free(p->small);
    shy_free(p->large);
    shy_free(p->states);
    shy_free(p->bytes);
    shy_free(p->parts);
}

static int new_packing(struct packing *p, struct shihyo_error *err)
{
    p->starts = shy_alloc(p->count + 1, sizeof *p->starts);
    p->small = shy_alloc(p->count, sizeof *p->small);
    p->large = shy_alloc(p->count, sizeof *p->large);
    p->states = shy_alloc(p->count, sizeof *p->states);
    p->parts = shy_alloc(p->rows->column_count + 3, sizeof *p->parts);
    bool good = p->starts != NULL && p->small != NULL && p->large != NULL && p->states != NULL &&
                p->parts != NULL;
    return good ? 0 : shy_fail_nomem(err);
}

/* Place of the column in the segment's list: person and month stand in front. */
static size_t first_place(const struct shy_contract *c)
{
    return shy_contract_role(c, SHY_ROLE_MONTH) >= 0 ? 2 : 1;
}

static int put_parts(struct packing *p, struct shihyo_error *err)
{
    const struct shy_segment_rows *r = p->rows;
    size_t place = first_place(r->contract);
    SHY_TRY(put_persons(p, err));
    if (p->runs > 0)
        SHY_TRY(put_runs(p, err));
    for (size_t i = 0; i < r->column_count; i++) {
        if (r->columns[i].index != SHY_CLAIM_HASH)
            SHY_TRY(put_column(p, &r->columns[i], place++, err));
    }
    for (size_t i = 0; i < r->column_count; i++) {
        if (r->columns[i].index == SHY_CLAIM_HASH)
            SHY_TRY(put_claims(p, &r->columns[i], err));
    }
    return 0;
}

static int pack_bundle(struct packing *p, struct shy_packed_bundle *out, struct shihyo_error *err)
{
    size_t parts = p->rows->column_count + 1;
    SHY_TRY(new_packing(p, err));
    find_runs(p);
    parts += p->runs > 0;
    if (take_bytes(p, sizeof(struct shy_bundle_head) + parts * sizeof *p->parts, err) == NULL)
        return SHY_E_NOMEM;
    SHY_TRY(put_parts(p, err));
    SHY_BUG_ON(p->part_count != parts);
    struct shy_bundle_head head = {.magic = SHY_BUNDLE_MAGIC,
                                   .parts = (uint32_t)parts,
                                   .rows = (uint32_t)p->count,
                                   .runs = (uint32_t)p->runs,
                                   .size = p->size};
    memcpy(p->bytes, &head, sizeof head);
    memcpy(p->bytes + sizeof head, p->parts, parts * sizeof *p->parts);
    /* A partition's segments wait for their turn together: without the room to grow. */
    unsigned char *bytes = shy_realloc(p->bytes, p->size, 1);
    *out = (struct shy_packed_bundle){bytes != NULL ? bytes : p->bytes, p->size, p->count};
    p->bytes = NULL;
    return 0;
}

void shy_bundle_seal(struct shy_packed_bundle *bundle, uint64_t segment)
{
    struct shy_bundle_head head;
    memcpy(&head, bundle->bytes, sizeof head);
    head.checksum = segment;
    memcpy(bundle->bytes, &head, sizeof head);
    head.checksum =
        shy_checksum(bundle->bytes, sizeof head + head.parts * sizeof(struct shy_bundle_part));
    memcpy(bundle->bytes, &head, sizeof head);
}

/* Where a bundle that begins at `first` ends: at the end of a person, if there is one in reach. */
static size_t end_of(const struct shy_segment_rows *r, size_t first)
{
    size_t end = first + SHY_BUNDLE_ROWS;
    if (end >= r->rows)
        return r->rows;
    while (end < r->rows && end < first + 2 * (size_t)SHY_BUNDLE_ROWS &&
           r->person[end] == r->person[end - 1])
        end++;
    return end;
}

/* "person,month,item": the names in the order of the places. */
static int list_columns(const struct shy_segment_rows *r, char **out, struct shihyo_error *err)
{
    const struct shy_contract *c = r->contract;
    int person = shy_contract_role(c, SHY_ROLE_PERSON),
        month = shy_contract_role(c, SHY_ROLE_MONTH);
    struct shy_text names = {0};
    SHY_BUG_ON(person < 0 || r->column_count > SHY_BUNDLE_PARTS - 3);
    shy_text_adds(&names, c->columns[person].name);
    if (month >= 0)
        shy_text_addf(&names, ",%s", c->columns[month].name);
    for (size_t i = 0; i < r->column_count; i++) {
        if (r->columns[i].index != SHY_CLAIM_HASH)
            shy_text_addf(&names, ",%s", c->columns[r->columns[i].index].name);
    }
    *out = names.failed ? NULL : shy_strdup(shy_text_get(&names));
    shy_text_free(&names);
    return *out == NULL ? shy_fail_nomem(err) : 0;
}

static int pack_all(const struct shy_segment_rows *rows, struct shy_packed_segment *s,
                    struct shihyo_error *err)
{
    size_t capacity = 0;
    SHY_TRY(list_columns(rows, &s->columns, err));
    for (size_t first = 0; first < rows->rows;) {
        struct packing p = {.rows = rows, .first = first, .count = end_of(rows, first) - first};
        if (!SHY_GROW(s->bundles, s->count, capacity))
            return shy_fail_nomem(err);
        int code = pack_bundle(&p, &s->bundles[s->count], err);
        free_packing(&p);
        SHY_TRY(code);
        s->count++;
        first += p.count;
    }
    return 0;
}

int shy_segment_pack(const struct shy_segment_rows *rows, struct shy_packed_segment **out,
                     struct shihyo_error *err)
{
    struct shy_packed_segment *s = shy_alloc(1, sizeof *s);
    *out = NULL;
    if (s == NULL)
        return shy_fail_nomem(err);
    s->contract = rows->contract;
    s->partition = rows->partition;
    s->class = rows->class;
    s->month = rows->month;
    int code = pack_all(rows, s, err);
    if (code != 0)
        shy_packed_segment_free(s);
    else
        *out = s;
    return code;
}

size_t shy_packed_segment_size(const struct shy_packed_segment *s)
{
    size_t size = 0;
    for (size_t i = 0; i < s->count; i++)
        size += s->bundles[i].size;
    return size;
}

bool shy_packed_segment_is_rest(const struct shy_packed_segment *s)
{
    return s->class == 0 && shy_code_class_column(s->contract) >= 0;
}

void shy_packed_segment_free(struct shy_packed_segment *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->count; i++)
        shy_free(s->bundles[i].bytes);
    shy_free(s->bundles);
    shy_free(s->columns);
    shy_free(s);
}

/* Classes --------------------------------------------------------------------------------- */

int shy_code_class_column(const struct shy_contract *contract)
{
    return strcmp(contract->id, "medical_items") == 0 ? shy_contract_column(contract, "item") : -1;
}

uint32_t shy_code_class(const struct shy_contract *contract, const char *code, size_t length)
{
    /* Home care; basic charges of inpatients; medical management. docs/claims.md. */
    static const char *const chapters[] = {"114", "190", "113"};
    if (shy_code_class_column(contract) < 0 || length < 3)
        return 0;
    for (uint32_t i = 0; i < sizeof chapters / sizeof chapters[0]; i++) {
        if (memcmp(code, chapters[i], 3) == 0)
            return i + 1;
    }
    return 0;
}
