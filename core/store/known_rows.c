/* SPDX-License-Identifier: MIT */
/* Rows of care that earlier deliveries have: they carry no id of a claim, so a row is known by its
 * person and its codes, in one partition and month. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/store/bundle_load.h"

enum { MAPS_MOST = 8 };

struct months {
    int32_t *items;
    size_t count, capacity;
};

static int add_month(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct months *m = arg;
    if (!SHY_GROW(m->items, m->count, m->capacity))
        return shy_fail_nomem(err);
    m->items[m->count++] = (int32_t)sqlite3_column_int64(row, 0);
    return 0;
}

int shy_store_months_known(struct shy_store *store, const struct shy_contract *contract,
                           int32_t **out, size_t *count, struct shihyo_error *err)
{
    struct months m = {0};
    sqlite3_stmt *months;
    SHY_TRY(shy_database_prepare(&store->db,
                                 "SELECT DISTINCT month FROM deliveries CROSS JOIN segments"
                                 " USING (delivery) WHERE contract = ? AND month IS NOT NULL"
                                 " ORDER BY month",
                                 &months, err));
    shy_database_bind_text(months, 1, contract->id);
    int code = shy_database_each(&store->db, months, add_month, &m, err);
    if (code != 0) {
        shy_free(m.items);
        m = (struct months){0};
    }
    *out = m.items;
    *count = m.count;
    return code;
}

struct shy_known_rows {
    struct shy_store *store;
    struct shy_store_persons persons;
    struct shy_bundle_source source;
    struct {
        char meaning[SHY_MEANING_TEXT];
        struct shy_map map;
    } maps[MAPS_MOST];
    size_t map_count;
};

/* One reading. */
struct finding {
    struct shy_known_rows *k;
    const struct shy_contract *contract;
    const int *columns;
    size_t column_count;
    uint32_t partition;
    int32_t month;
    uint64_t *keys;
    size_t count, capacity;
};

static const struct shy_map *find_dictionary(void *self, const struct shy_contract *contract,
                                             int column)
{
    struct shy_known_rows *k = self;
    char meaning[SHY_MEANING_TEXT];
    shy_code_meaning(contract, column, meaning);
    for (size_t i = 0; i < k->map_count; i++) {
        if (strcmp(k->maps[i].meaning, meaning) == 0)
            return &k->maps[i].map;
    }
    return NULL;
}

static int need_dictionary(struct shy_known_rows *k, const struct shy_contract *contract,
                           int column, struct shihyo_error *err)
{
    if (find_dictionary(k, contract, column) != NULL || k->map_count == MAPS_MOST)
        return 0;
    shy_code_meaning(contract, column, k->maps[k->map_count].meaning);
    int code = shy_store_dictionary(k->store, contract, column, &k->maps[k->map_count].map, err);
    k->map_count++;
    return code;
}

int shy_known_rows_open(struct shy_store *store, struct shy_known_rows **out,
                        struct shihyo_error *err)
{
    struct shy_known_rows *k = *out = shy_alloc(1, sizeof *k);
    if (k == NULL)
        return shy_fail_nomem(err);
    k->store = store;
    k->source = (struct shy_bundle_source){
        .db = &store->db, .persons = &k->persons, .dictionary = find_dictionary, .self = k};
    return shy_store_read_persons(store, &k->persons, err);
}

void shy_known_rows_close(struct shy_known_rows *k)
{
    if (k == NULL)
        return;
    for (size_t i = 0; i < k->map_count; i++)
        shy_map_free(&k->maps[i].map);
    (void)sqlite3_blob_close(k->source.blob);
    shy_pool_free(&k->source.pool);
    shy_store_persons_free(&k->persons);
    shy_free(k);
}

static int64_t value_at(const struct shy_strip *s, size_t i)
{
    uint64_t v = 0;
    if (s->state != NULL && s->state[i] != 0)
        return -1;
    if (s->width > 0)
        memcpy(&v, (const unsigned char *)s->values + i * s->width, s->width);
    return (int64_t)((uint64_t)s->base + v);
}

static int take_rows(struct finding *f, const struct shy_stretch *s, struct shihyo_error *err)
{
    if (!shy_grow_((void **)&f->keys, &f->capacity, f->count + s->rows, sizeof *f->keys))
        return shy_fail_nomem(err);
    for (size_t i = 0; i < s->rows; i++) {
        uint64_t key = shy_known_key(0, s->person[i]);
        for (size_t c = 0; c < f->column_count; c++)
            key = shy_known_key(key, value_at(&s->columns[c], i));
        f->keys[f->count++] = key;
    }
    return 0;
}

static int take_segment(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct finding *f = arg;
    struct shy_stretch stretch;
    struct shy_store_segment s = {.segment = sqlite3_column_int64(row, 0),
                                  .delivery = sqlite3_column_int64(row, 1),
                                  .partition = f->partition,
                                  .has_month = true,
                                  .month = f->month,
                                  .class = sqlite3_column_int64(row, 2),
                                  .sequence = sqlite3_column_int64(row, 3),
                                  .rows = sqlite3_column_int64(row, 4),
                                  .columns = shy_database_text(row, 5)};
    uint64_t checksum = (uint64_t)sqlite3_column_int64(row, 6);
    struct shy_bundle_place place = {.segment = s.segment,
                                     .delivery = s.delivery,
                                     .checksum = checksum,
                                     .partition = f->partition,
                                     .class = (uint32_t)s.class,
                                     .sequence = (uint32_t)s.sequence,
                                     .rows = (uint32_t)s.rows,
                                     .month = f->month};
    if (checksum != shy_store_segment_checksum(f->contract->id, &s) || s.rows <= 0 ||
        s.rows > UINT32_MAX || f->partition >= f->k->persons.count) {
        (void)shy_database_damaged(&f->k->store->db, err, _("the rows of '%s', delivery %lld"),
                                   f->contract->id, (long long)s.delivery);
        shy_hint(err, _("Import the source again with --force."));
        return SHY_E_STORE_DAMAGED;
    }
    shy_pool_empty(&f->k->source.pool);
    SHY_TRY(shy_bundle_load(&f->k->source, &place, s.columns, f->contract, f->columns,
                            f->column_count, &stretch, err));
    return take_rows(f, &stretch, err);
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

int shy_known_rows_read(struct shy_known_rows *k, const struct shy_contract *contract,
                        const int *columns, size_t column_count, uint32_t partition, int32_t month,
                        uint64_t **out, size_t *count, struct shihyo_error *err)
{
    struct finding f = {.k = k,
                        .contract = contract,
                        .columns = columns,
                        .column_count = column_count,
                        .partition = partition,
                        .month = month};
    sqlite3_stmt *segments;
    *out = NULL;
    *count = 0;
    for (size_t i = 0; i < column_count; i++)
        SHY_TRY(need_dictionary(k, contract, columns[i], err));
    SHY_TRY(shy_database_prepare(&k->store->db,
                                 "SELECT segment, delivery, class, sequence, segments.rows,"
                                 " columns, segments.checksum FROM deliveries CROSS JOIN segments"
                                 " USING (delivery) WHERE contract = ?1 AND partition = ?2"
                                 " AND month = ?3 ORDER BY delivery, class, sequence",
                                 &segments, err));
    shy_database_bind_text(segments, 1, contract->id);
    (void)sqlite3_bind_int64(segments, 2, partition);
    (void)sqlite3_bind_int64(segments, 3, month);
    int code = shy_database_each(&k->store->db, segments, take_segment, &f, err);
    if (code != 0) {
        shy_free(f.keys);
        return code;
    }
    if (f.count > 1)
        qsort(f.keys, f.count, sizeof *f.keys, by_number);
    *out = f.keys;
    *count = f.count;
    return 0;
}
