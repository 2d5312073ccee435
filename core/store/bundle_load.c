/* SPDX-License-Identifier: MIT */
/*
 * From a bundle to columns. A small bundle is fetched whole, of a large one only the parts asked
 * for; numbers that lie in the file as the engine wants them are used where they landed. Memory
 * comes from a pool that forgets everything at once and then has one block as large as was needed.
 */
#include "config.h"

#include "core/store/bundle_load.h"

#include <string.h>

#include "core/base/i18n.h"

enum { WHOLE = 64 * 1024, FIRST = 1024, POOL_BLOCK = 1 << 20, POOL_ALIGN = 16 };

/* Memory ---------------------------------------------------------------------------------- */

struct shy_pool_block {
    struct shy_pool_block *before;
    size_t size, used;
};

void *shy_pool_take(struct shy_pool_block **pool, size_t size)
{
    size_t head = (sizeof(struct shy_pool_block) + POOL_ALIGN - 1) & ~(size_t)(POOL_ALIGN - 1);
    size_t wanted = (size + POOL_ALIGN - 1) & ~(size_t)(POOL_ALIGN - 1);
    struct shy_pool_block *b = *pool;
    if (wanted < size)
        return NULL;
    if (b == NULL || b->size - b->used < wanted) {
        size_t fresh = wanted > POOL_BLOCK ? wanted : POOL_BLOCK;
        /* Not shy_alloc: what is about to be overwritten need not be zero. */
        b = fresh + head < fresh ? NULL : shy_realloc(NULL, fresh + head, 1);
        if (b == NULL)
            return NULL;
        *b = (struct shy_pool_block){*pool, fresh, 0};
        *pool = b;
    }
    void *at = (unsigned char *)b + head + b->used;
    b->used += wanted;
    return at;
}

void shy_pool_free(struct shy_pool_block **pool)
{
    while (*pool != NULL) {
        struct shy_pool_block *before = (*pool)->before;
        shy_free(*pool);
        *pool = before;
    }
}

/* Several blocks become one of their size, so that the next partition needs only that. */
void shy_pool_empty(struct shy_pool_block **pool)
{
    size_t size = 0;
    if (*pool != NULL && (*pool)->before != NULL) {
        for (struct shy_pool_block *b = *pool; b != NULL; b = b->before)
            size += b->size;
        shy_pool_free(pool);
        (void)shy_pool_take(pool, size);
    }
    if (*pool != NULL)
        (*pool)->used = 0;
}

/* A bundle -------------------------------------------------------------------------------- */

/* A bundle while it is read. */
struct loading {
    struct shy_bundle_source *source;
    const struct shy_bundle_place *place;
    const struct shy_contract *contract;
    const char *names;
    struct shy_bundle bundle;
    const unsigned char *bytes; /* of the whole, NULL where it is too large */
    const uint32_t *lengths;    /* of its runs */
};

static int fail_bundle(const struct loading *l, struct shihyo_error *err)
{
    (void)shy_database_damaged(l->source->db, err, _("the rows of '%s', delivery %lld"),
                               l->contract->id, (long long)l->place->delivery);
    shy_hint(err, _("Import the source again with --force."));
    return SHY_E_STORE_DAMAGED;
}

/* Memory from the pool, or out of the function. */
#define TAKE(l, out, size) \
    do { \
        (out) = shy_pool_take(&(l)->source->pool, (size)); \
        if ((out) == NULL) \
            return shy_fail_nomem(err); \
    } while (0)

static int read_blob(const struct loading *l, void *to, size_t size, size_t at,
                     struct shihyo_error *err)
{
    if (sqlite3_blob_read(l->source->blob, to, (int)size, (int)at) != SQLITE_OK)
        return shy_database_fail(l->source->db, err);
    return 0;
}

static int seek_blob(const struct loading *l, size_t *size, struct shihyo_error *err)
{
    struct shy_bundle_source *r = l->source;
    int result = r->blob == NULL ? sqlite3_blob_open(r->db->handle, "main", "bundles", "data",
                                                     l->place->segment, 0, &r->blob)
                                 : sqlite3_blob_reopen(r->blob, l->place->segment);
    if (result != SQLITE_OK) {
        int code = shy_database_fail(r->db, err);
        (void)sqlite3_blob_close(r->blob);
        r->blob = NULL;
        return code;
    }
    *size = (size_t)sqlite3_blob_bytes(r->blob);
    return 0;
}

static int open_bundle(struct loading *l, struct shihyo_error *err)
{
    size_t size = 0, directory;
    unsigned char *bytes;
    SHY_TRY(seek_blob(l, &size, err));
    size_t first = size <= WHOLE ? size : FIRST;
    TAKE(l, bytes, first);
    SHY_TRY(read_blob(l, bytes, first, 0, err));
    directory = shy_bundle_directory(bytes, first);
    if (directory == 0 || directory > size)
        return fail_bundle(l, err);
    if (directory > first) {
        TAKE(l, bytes, directory);
        SHY_TRY(read_blob(l, bytes, directory, 0, err));
    }
    l->bytes = size <= WHOLE ? bytes : NULL;
    return shy_bundle_open(bytes, l->place->checksum, l->place->rows, size, &l->bundle)
               ? 0
               : fail_bundle(l, err);
}

/* The checked bytes of a part. */
static int fetch(const struct loading *l, const struct shy_bundle_part *part,
                 const unsigned char **out, struct shihyo_error *err)
{
    unsigned char *copy;
    if (l->bytes != NULL) {
        *out = l->bytes + part->offset;
    } else {
        TAKE(l, copy, part->size);
        SHY_TRY(read_blob(l, copy, part->size, part->offset, err));
        *out = copy;
    }
    return shy_bundle_sound(part, *out) ? 0 : fail_bundle(l, err);
}

/* A number that the dictionary does not have would lead an engine out of its tables. */
static bool codes_fit(const struct shy_map *map, const struct shy_bundle_part *part,
                      const void *values, size_t count)
{
    size_t texts = map == NULL ? 0 : map->count;
    if (part->state_bits > 0 && texts == 0 && part->width == 0 && part->start == 0)
        return true; /* no value at all */
    return part->start >= 0 && (uint64_t)part->start < texts &&
           shy_bundle_most(values, part->width, count) < texts - (uint64_t)part->start;
}

static int decode_states(const struct loading *l, const struct shy_bundle_part *part,
                         const unsigned char *bytes, const uint8_t **out, struct shihyo_error *err)
{
    size_t rows = l->place->rows;
    bool per_run = (part->flags & SHY_PART_PER_RUN) != 0;
    uint8_t *states, *expanded;
    *out = NULL;
    if (part->state_bits == 0)
        return 0;
    TAKE(l, states, shy_bundle_values(&l->bundle, part));
    if (!shy_bundle_states(&l->bundle, part, bytes, states))
        return fail_bundle(l, err);
    *out = states;
    if (!per_run)
        return 0;
    TAKE(l, expanded, rows + SHY_BUNDLE_SLACK);
    shy_bundle_expand(&l->bundle, l->lengths, 1, states, expanded);
    *out = expanded;
    return 0;
}

static int decode_values(const struct loading *l, const struct shy_bundle_part *part,
                         const unsigned char *bytes, const void **out, struct shihyo_error *err)
{
    size_t count = shy_bundle_values(&l->bundle, part);
    void *values;
    *out = part->width == 0 ? NULL : bytes;
    if (part->width == 0 || shy_bundle_in_place(part))
        return 0;
    TAKE(l, values, count * part->width);
    *out = values;
    return shy_bundle_decode(&l->bundle, part, bytes, part->width, values) ? 0
                                                                           : fail_bundle(l, err);
}

/* map: of a code column; codes says whether it is one. */
static int load_strip(const struct loading *l, const struct shy_bundle_part *part, bool codes,
                      const struct shy_map *map, struct shy_strip *out, struct shihyo_error *err)
{
    const unsigned char *bytes;
    const void *values;
    void *expanded;
    SHY_TRY(fetch(l, part, &bytes, err));
    SHY_TRY(decode_values(l, part, bytes, &values, err));
    if (codes && !codes_fit(map, part, values, shy_bundle_values(&l->bundle, part)))
        return fail_bundle(l, err);
    *out = (struct shy_strip){.values = values, .base = part->start, .width = part->width};
    SHY_TRY(decode_states(l, part, bytes, &out->state, err));
    if ((part->flags & SHY_PART_PER_RUN) == 0 || part->width == 0)
        return 0;
    TAKE(l, expanded, (size_t)l->place->rows * part->width + SHY_BUNDLE_SLACK);
    shy_bundle_expand(&l->bundle, l->lengths, part->width, values, expanded);
    out->values = expanded;
    return 0;
}

/* A part's values, start included, as 32 bits. */
static int load_numbers(const struct loading *l, const struct shy_bundle_part *part, uint32_t **out,
                        struct shihyo_error *err)
{
    size_t count = shy_bundle_values(&l->bundle, part);
    const unsigned char *bytes;
    uint32_t *numbers;
    if (part->width > sizeof *numbers || part->state_bits > 0)
        return fail_bundle(l, err);
    SHY_TRY(fetch(l, part, &bytes, err));
    TAKE(l, numbers, count * sizeof *numbers);
    *out = numbers;
    if (!shy_bundle_decode(&l->bundle, part, bytes, sizeof *numbers, numbers))
        return fail_bundle(l, err);
    for (size_t i = 0; part->start != 0 && i < count; i++)
        numbers[i] += (uint32_t)part->start;
    return 0;
}

/* How many rows each run has; together as many as there are. */
static int load_lengths(struct loading *l, struct shihyo_error *err)
{
    const struct shy_bundle_part *part = shy_bundle_part(&l->bundle, SHY_PART_RUNS, 0);
    uint32_t *lengths;
    uint64_t rows = 0;
    if (l->bundle.head.runs == 0)
        return 0;
    if (part == NULL || (part->flags & SHY_PART_PER_RUN) == 0)
        return fail_bundle(l, err);
    SHY_TRY(load_numbers(l, part, &lengths, err));
    for (size_t i = 0; i < l->bundle.head.runs; i++)
        rows += lengths[i];
    l->lengths = lengths;
    return rows == l->place->rows ? 0 : fail_bundle(l, err);
}

/* Local numbers as they count now. */
static int load_persons(const struct loading *l, const uint32_t **out, struct shihyo_error *err)
{
    const struct shy_bundle_part *part = shy_bundle_part(&l->bundle, SHY_PART_PERSON, 0);
    const struct shy_store_persons *all = l->source->persons;
    const uint32_t *joined = all->joined[l->place->partition];
    uint32_t *numbers, *expanded;
    if (part == NULL)
        return fail_bundle(l, err);
    size_t count = shy_bundle_values(&l->bundle, part);
    SHY_TRY(load_numbers(l, part, &numbers, err));
    if (shy_bundle_most(numbers, sizeof *numbers, count) >= all->numbers[l->place->partition])
        return fail_bundle(l, err);
    for (size_t i = 0; joined != NULL && i < count; i++)
        numbers[i] = joined[numbers[i]];
    *out = numbers;
    if ((part->flags & SHY_PART_PER_RUN) == 0)
        return 0;
    TAKE(l, expanded, l->place->rows * sizeof *expanded + SHY_BUNDLE_SLACK);
    shy_bundle_expand(&l->bundle, l->lengths, sizeof *expanded, numbers, expanded);
    *out = expanded;
    return 0;
}

/* Columns --------------------------------------------------------------------------------- */

int shy_column_place(const char *names, const char *name)
{
    size_t length = strlen(name);
    int place = 0;
    for (const char *p = names; p != NULL; p = strchr(p, ','), place++) {
        p += *p == ',';
        if (strncmp(p, name, length) == 0 && (p[length] == ',' || p[length] == '\0'))
            return place;
    }
    return -1;
}

/* A column the segment was written without. */
static int missing_strip(const struct loading *l, struct shy_strip *out, struct shihyo_error *err)
{
    uint8_t *states;
    TAKE(l, states, l->place->rows);
    memset(states, SHIHYO_STATE_MISSING, l->place->rows);
    *out = (struct shy_strip){.state = states};
    return 0;
}

static int load_column(const struct loading *l, int column, const struct shy_stretch *stretch,
                       struct shy_strip *out, struct shihyo_error *err)
{
    const struct shy_column *def = &l->contract->columns[column];
    const struct shy_bundle_part *part;
    int place = shy_column_place(l->names, def->name);
    bool codes = shy_store_has_texts(def->type);
    if (place < 0)
        return missing_strip(l, out, err);
    if (def->role == SHY_ROLE_PERSON) {
        *out = (struct shy_strip){.values = stretch->person, .width = sizeof *stretch->person};
        return 0;
    }
    if (def->role == SHY_ROLE_MONTH) {
        *out = (struct shy_strip){.base = l->place->month};
        return 0;
    }
    part = shy_bundle_part(&l->bundle, SHY_PART_COLUMN, place);
    if (part == NULL)
        return fail_bundle(l, err);
    /* A claim's number is counted, not looked up. */
    codes = codes && def->role != SHY_ROLE_CLAIM;
    const struct shy_map *map =
        codes ? l->source->dictionary(l->source->self, l->contract, column) : NULL;
    return load_strip(l, part, codes, map, out, err);
}

int shy_bundle_load(struct shy_bundle_source *source, const struct shy_bundle_place *place,
                    const char *names, const struct shy_contract *contract, const int *columns,
                    size_t count, struct shy_stretch *out, struct shihyo_error *err)
{
    struct loading l = {.source = source, .place = place, .contract = contract, .names = names};
    struct shy_strip *strips;
    *out = (struct shy_stretch){
        .month = place->month, .delivery = place->delivery, .rows = place->rows};
    SHY_TRY(open_bundle(&l, err));
    SHY_TRY(load_lengths(&l, err));
    SHY_TRY(load_persons(&l, &out->person, err));
    TAKE(&l, strips, (count + 1) * sizeof *strips);
    for (size_t i = 0; i < count; i++)
        SHY_TRY(load_column(&l, columns[i], out, &strips[i], err));
    out->columns = strips;
    return 0;
}

int shy_bundle_check(struct shy_bundle_source *source, const struct shy_bundle_place *place,
                     const struct shy_contract *contract, struct shihyo_error *err)
{
    struct loading l = {.source = source, .place = place, .contract = contract};
    const unsigned char *bytes;
    SHY_TRY(open_bundle(&l, err));
    for (uint32_t i = 0; i < l.bundle.head.parts; i++)
        SHY_TRY(fetch(&l, &l.bundle.parts[i], &bytes, err));
    return 0;
}
