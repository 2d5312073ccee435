/* SPDX-License-Identifier: MIT */
/*
 * Rows of persons as a table, for the naive evaluator and everything else that takes
 * shy_store_read. A person appears under a pseudonym made of partition and local number, a claim
 * under one of its place in the store: the delivered numbers are not there.
 */
#include "config.h"

#include <string.h>

#include "core/base/period.h"
#include "core/store/bundle_load.h"
#include "core/store/person_rows.h"

/* The shared dictionary of a table's column, and its numbers as those of the table's own. */
struct translated {
    struct shy_map map;
    uint32_t *numbers; /* plus one; 0 = not met yet */
    bool shared;
};

struct shy_person_rows {
    struct shy_store *store;
    const struct shy_contract *contract;
    struct shy_table *table;
    struct shy_store_persons persons;
    struct shy_bundle_source source;
    struct translated *columns; /* as the table's */
    int *indices;               /* of the table's columns in the contract */
    sqlite3_stmt *find;
};

static const struct shy_map *find_dictionary(void *self, const struct shy_contract *contract,
                                             int column)
{
    struct shy_person_rows *r = self;
    for (size_t i = 0; i < r->table->column_count; i++) {
        if (r->table->columns[i].def == &contract->columns[column])
            return &r->columns[i].map;
    }
    return NULL;
}

static int read_dictionary(struct shy_person_rows *r, size_t i, struct shihyo_error *err)
{
    const struct shy_column *def = r->table->columns[i].def;
    struct translated *t = &r->columns[i];
    t->shared = shy_store_has_texts(def->type) && def->role != SHY_ROLE_CLAIM &&
                def->role != SHY_ROLE_PERSON;
    if (!t->shared)
        return 0;
    SHY_TRY(shy_store_dictionary(r->store, r->contract, r->indices[i], &t->map, err));
    t->numbers = shy_alloc(t->map.count + 1, sizeof *t->numbers);
    return t->numbers == NULL ? shy_fail_nomem(err) : 0;
}

int shy_person_rows_open(struct shy_store *store, struct shy_table *table,
                         struct shy_person_rows **out, struct shihyo_error *err)
{
    struct shy_person_rows *r = *out = shy_alloc(1, sizeof *r);
    if (r == NULL)
        return shy_fail_nomem(err);
    r->store = store;
    r->contract = table->contract;
    r->table = table;
    r->source = (struct shy_bundle_source){
        .db = &store->db, .persons = &r->persons, .dictionary = find_dictionary, .self = r};
    r->columns = shy_alloc(table->column_count + 1, sizeof *r->columns);
    r->indices = shy_alloc(table->column_count + 1, sizeof *r->indices);
    if (r->columns == NULL || r->indices == NULL)
        return shy_fail_nomem(err);
    SHY_TRY(shy_store_read_persons(store, &r->persons, err));
    for (size_t i = 0; i < table->column_count; i++) {
        r->indices[i] = shy_contract_column(r->contract, table->columns[i].def->name);
        SHY_TRY(read_dictionary(r, i, err));
    }
    return shy_database_prepare(&store->db, "SELECT 1 FROM bundles WHERE segment = ?", &r->find,
                                err);
}

void shy_person_rows_close(struct shy_person_rows *r)
{
    if (r == NULL)
        return;
    for (size_t i = 0; r->columns != NULL && i < r->table->column_count; i++) {
        shy_map_free(&r->columns[i].map);
        shy_free(r->columns[i].numbers);
    }
    (void)sqlite3_finalize(r->find);
    (void)sqlite3_blob_close(r->source.blob);
    shy_pool_free(&r->source.pool);
    shy_store_persons_free(&r->persons);
    shy_free(r->columns);
    shy_free(r->indices);
    shy_free(r);
}

/* Rows ------------------------------------------------------------------------------------ */

static int64_t value_at(const struct shy_strip *s, size_t i)
{
    uint64_t v = 0;
    if (s->width > 0)
        memcpy(&v, (const unsigned char *)s->values + i * s->width, s->width);
    return (int64_t)((uint64_t)s->base + v);
}

static void name_person(const struct shy_bundle_place *place, int64_t number, char *out,
                        size_t size)
{
    (void)snprintf(out, size, "%02u-%07lld", place->partition, (long long)number);
}

/* A claim's number counts within partition, delivery and month. */
static void name_claim(const struct shy_bundle_place *place, int64_t number, char *out, size_t size)
{
    int year = place->month / 12, month = place->month % 12 + 1;
    (void)snprintf(out, size, "%02u-%04d%02d-%06lld-%07lld", place->partition, year, month,
                   (long long)place->delivery, (long long)number);
}

/* Rows of one person and claim follow each other: the text is looked up when the number changes. */
static int fill_names(struct shy_table_column *to, size_t at, const struct shy_bundle_place *place,
                      const struct shy_strip *from,
                      void (*name)(const struct shy_bundle_place *, int64_t, char *, size_t),
                      struct shihyo_error *err)
{
    int64_t last = 0;
    uint32_t number = SHY_MAP_NONE;
    char text[64];
    for (size_t i = 0; i < place->rows; i++) {
        int64_t v = value_at(from, i);
        if (number == SHY_MAP_NONE || v != last) {
            name(place, v, text, sizeof text);
            number = shy_map_adds(&to->dict, text);
            if (number == SHY_MAP_NONE)
                return shy_fail_nomem(err);
        }
        last = v;
        to->data[at + i] = number;
    }
    return 0;
}

static int fill_codes(struct shy_table_column *to, size_t at, size_t rows,
                      const struct shy_strip *from, struct translated *t, struct shihyo_error *err)
{
    for (size_t i = 0; i < rows; i++) {
        uint64_t v = (uint64_t)value_at(from, i);
        if (to->state[at + i] != SHIHYO_STATE_OK || v >= t->map.count)
            continue;
        if (t->numbers[v] == 0) {
            uint32_t number = shy_map_add(&to->dict, t->map.keys[v], t->map.lengths[v]);
            if (number == SHY_MAP_NONE)
                return shy_fail_nomem(err);
            t->numbers[v] = number + 1;
        }
        to->data[at + i] = (int64_t)t->numbers[v] - 1;
    }
    return 0;
}

static int fill_column(struct shy_person_rows *r, size_t column, size_t at,
                       const struct shy_bundle_place *place, const struct shy_strip *from,
                       struct shihyo_error *err)
{
    struct shy_table_column *to = &r->table->columns[column];
    memset(to->data + at, 0, place->rows * sizeof *to->data);
    if (from->state != NULL)
        memcpy(to->state + at, from->state, place->rows);
    else
        memset(to->state + at, SHIHYO_STATE_OK, place->rows);
    if (to->def->role == SHY_ROLE_PERSON)
        return fill_names(to, at, place, from, name_person, err);
    if (to->def->role == SHY_ROLE_CLAIM)
        return fill_names(to, at, place, from, name_claim, err);
    if (r->columns[column].shared)
        return fill_codes(to, at, place->rows, from, &r->columns[column], err);
    for (size_t i = 0; i < place->rows; i++)
        to->data[at + i] = value_at(from, i);
    return 0;
}

static int has_bundle(struct shy_person_rows *r, int64_t segment, bool *out,
                      struct shihyo_error *err)
{
    (void)sqlite3_bind_int64(r->find, 1, segment);
    SHY_TRY(shy_database_step(&r->store->db, r->find, out, err));
    (void)sqlite3_reset(r->find);
    return 0;
}

int shy_person_rows_read(struct shy_person_rows *r, const struct shy_store_segment *s,
                         uint64_t checksum, bool check, bool *here, struct shihyo_error *err)
{
    struct shy_table *t = r->table;
    struct shy_bundle_place place = {.segment = s->segment,
                                     .delivery = s->delivery,
                                     .checksum = checksum,
                                     .partition = (uint32_t)s->partition,
                                     .class = (uint32_t)s->class,
                                     .sequence = (uint32_t)s->sequence,
                                     .rows = (uint32_t)s->rows,
                                     .month = s->has_month ? (int32_t)s->month : SHY_NO_MONTH};
    struct shy_stretch stretch;
    SHY_TRY(has_bundle(r, s->segment, here, err));
    if (!*here)
        return 0;
    if (s->partition < 0 || s->partition >= r->persons.count || s->rows > UINT32_MAX)
        return SHY_E_STORE_DAMAGED;
    shy_pool_empty(&r->source.pool);
    if (check)
        SHY_TRY(shy_bundle_check(&r->source, &place, r->contract, err));
    SHY_TRY(shy_bundle_load(&r->source, &place, s->columns, r->contract, r->indices,
                            t->column_count, &stretch, err));
    /* What is only checked has been decoded by now; as a table it would take ten times as long. */
    for (size_t i = 0; !check && i < t->column_count; i++)
        SHY_TRY(fill_column(r, i, t->rows, &place, &stretch.columns[i], err));
    return 0;
}
