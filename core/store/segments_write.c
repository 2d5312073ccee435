/* SPDX-License-Identifier: MIT */
/* Segments of a delivery: their rows in `segments`, their bytes in `bundles`. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/store/bundle.h"
#include "core/store/segment.h"

static int insert_row(struct shy_store *store, const char *contract,
                      const struct shy_store_segment *s, uint64_t checksum,
                      struct shihyo_error *err)
{
    sqlite3_stmt *row = store->writer->segment;
    (void)sqlite3_bind_int64(row, 1, s->delivery);
    shy_database_bind_text(row, 2, contract);
    (void)sqlite3_bind_int64(row, 3, s->partition);
    if (s->has_month)
        (void)sqlite3_bind_int64(row, 4, s->month);
    else
        (void)sqlite3_bind_null(row, 4);
    (void)sqlite3_bind_int64(row, 5, s->class);
    (void)sqlite3_bind_int64(row, 6, s->sequence);
    (void)sqlite3_bind_int64(row, 7, s->rows);
    shy_database_bind_text(row, 8, s->columns);
    (void)sqlite3_bind_int64(row, 9, (int64_t)checksum);
    return shy_database_run(&store->db, row, err);
}

static int insert_bundle(struct shy_store *store, const struct shy_packed_segment *p, size_t i,
                         struct shihyo_error *err)
{
    struct shy_packed_bundle *b = &p->bundles[i];
    sqlite3_stmt *row = store->writer->bundle;
    struct shy_store_segment s = {.delivery = store->writer->delivery,
                                  .partition = p->partition,
                                  .has_month = p->month != SHY_NO_MONTH,
                                  .month = p->month,
                                  .class = p->class,
                                  .sequence = (int64_t)i,
                                  .rows = (int64_t)b->rows,
                                  .columns = p->columns};
    uint64_t checksum = shy_store_segment_checksum(p->contract->id, &s);
    SHY_TRY(insert_row(store, p->contract->id, &s, checksum, err));
    shy_bundle_seal(b, checksum);
    (void)sqlite3_bind_int64(row, 1, sqlite3_last_insert_rowid(store->db.handle));
    (void)sqlite3_bind_blob64(row, 2, b->bytes, b->size, SQLITE_STATIC);
    int code = shy_database_run(&store->db, row, err);
    (void)sqlite3_clear_bindings(row);
    return code;
}

static int add_segment(struct shy_store *store, const struct shy_packed_segment *s,
                       struct shihyo_error *err)
{
    struct shy_gathering *g;
    /* So much is coming that pages must be written before the commit: the readers wait from here.
     */
    if (!store->writer->persons)
        SHY_TRY(shy_database_lock(&store->db, err));
    store->writer->persons = true;
    SHY_TRY(shy_gathering_find(store, s->contract, &g, err));
    for (size_t i = 0; i < s->count; i++) {
        SHY_TRY(insert_bundle(store, s, i, err));
        g->written += (int64_t)s->bundles[i].rows;
        if (s->month != SHY_NO_MONTH)
            SHY_TRY(shy_gathering_month(g, s->month, (int64_t)s->bundles[i].rows, err));
    }
    return 0;
}

int shy_store_add_segment(struct shy_store *store, const struct shy_packed_segment *segment,
                          struct shihyo_error *err)
{
    if (store->writer == NULL)
        return shy_store_not_begun(err);
    int code = add_segment(store, segment, err);
    if (code != 0)
        shy_store_rollback(store);
    return code;
}

int shy_store_forget_persons(struct shy_store *store, struct shihyo_error *err)
{
    int64_t left;
    SHY_TRY(shy_database_number(&store->db, "SELECT EXISTS (SELECT 1 FROM bundles)", &left, err));
    if (left != 0)
        return 0;
    return shy_database_exec(&store->db,
                             "DELETE FROM register;"
                             "DELETE FROM partitions;"
                             "DELETE FROM link_rates;"
                             "DELETE FROM dictionaries WHERE segment IS NULL",
                             err);
}

/* Claims known ---------------------------------------------------------------------------- */

struct known {
    struct shy_store *store;
    sqlite3_stmt *bytes;
    uint32_t partition;
    int32_t month;
    uint64_t *hashes;
    size_t count, capacity;
};

static int fail_damaged(struct shy_store *store, const char *contract, int64_t delivery,
                        struct shihyo_error *err)
{
    (void)shy_database_damaged(&store->db, err, _("the rows of '%s', delivery %lld"), contract,
                               (long long)delivery);
    shy_hint(err, _("Import the source again with --force."));
    return SHY_E_STORE_DAMAGED;
}

static int take_hashes(struct known *k, const struct shy_bundle *b, const unsigned char *bytes,
                       bool *sound, struct shihyo_error *err)
{
    const struct shy_bundle_part *part = shy_bundle_part(b, SHY_PART_CLAIMS, 0);
    size_t wanted = k->count + b->head.rows;
    *sound = true;
    if (part == NULL)
        return 0;
    if (wanted > k->capacity &&
        !shy_grow_((void **)&k->hashes, &k->capacity, wanted, sizeof *k->hashes))
        return shy_fail_nomem(err);
    *sound =
        part->width == 8 && shy_bundle_values(b, part) == b->head.rows &&
        shy_bundle_sound(part, bytes + part->offset) &&
        shy_bundle_decode(b, part, bytes + part->offset, sizeof *k->hashes, k->hashes + k->count);
    for (size_t i = k->count; i < wanted; i++)
        k->hashes[i] += (uint64_t)part->start;
    k->count = wanted;
    return 0;
}

/* The blob is copied because SQLite promises no alignment. */
static int read_hashes(struct known *k, const struct shy_store_segment *s, uint64_t checksum,
                       bool *sound, struct shihyo_error *err)
{
    struct shy_bundle bundle;
    bool row;
    (void)sqlite3_bind_int64(k->bytes, 1, s->segment);
    SHY_TRY(shy_database_step(&k->store->db, k->bytes, &row, err));
    size_t size = row ? (size_t)sqlite3_column_bytes(k->bytes, 0) : 0;
    unsigned char *copy = shy_alloc(size + 1, 1);
    int code = copy == NULL ? shy_fail_nomem(err) : 0;
    if (code == 0 && size > 0)
        memcpy(copy, sqlite3_column_blob(k->bytes, 0), size);
    (void)sqlite3_reset(k->bytes);
    size_t directory = code == 0 ? shy_bundle_directory(copy, size) : 0;
    *sound = directory > 0 && directory <= size &&
             shy_bundle_open(copy, checksum, s->rows, size, &bundle);
    if (code == 0 && *sound)
        code = take_hashes(k, &bundle, copy, sound, err);
    shy_free(copy);
    return code;
}

static int add_known(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct known *k = arg;
    const char *contract = shy_database_text(row, 2);
    struct shy_store_segment s = {.segment = sqlite3_column_int64(row, 0),
                                  .delivery = sqlite3_column_int64(row, 1),
                                  .partition = k->partition,
                                  .has_month = true,
                                  .month = k->month,
                                  .class = sqlite3_column_int64(row, 3),
                                  .sequence = sqlite3_column_int64(row, 4),
                                  .rows = sqlite3_column_int64(row, 5),
                                  .columns = shy_database_text(row, 6)};
    uint64_t checksum = (uint64_t)sqlite3_column_int64(row, 7);
    bool sound = checksum == shy_store_segment_checksum(contract, &s) && s.rows > 0;
    if (sound)
        SHY_TRY(read_hashes(k, &s, checksum, &sound, err));
    return sound ? 0 : fail_damaged(k->store, contract, s.delivery, err);
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Only contracts whose key is a claim have hashes; the others' bundles say so by themselves. */
int shy_store_claims_known(struct shy_store *store, uint32_t partition, int32_t month,
                           uint64_t **out, size_t *count, struct shihyo_error *err)
{
    struct known k = {.store = store, .partition = partition, .month = month};
    sqlite3_stmt *segments = NULL;
    *out = NULL;
    *count = 0;
    int code = shy_database_prepare(&store->db, "SELECT data FROM bundles WHERE segment = ?",
                                    &k.bytes, err);
    if (code == 0)
        code = shy_database_prepare(
            &store->db,
            "SELECT segment, delivery, contract, class, sequence, segments.rows,"
            " columns, segments.checksum FROM deliveries CROSS JOIN segments"
            " USING (delivery) WHERE contract = 'medical_claims'"
            " AND partition = ? AND month = ?"
            " ORDER BY delivery, class, sequence",
            &segments, err);
    if (code == 0) {
        (void)sqlite3_bind_int64(segments, 1, partition);
        (void)sqlite3_bind_int64(segments, 2, month);
        code = shy_database_each(&store->db, segments, add_known, &k, err);
    }
    (void)sqlite3_finalize(k.bytes);
    if (code != 0) {
        shy_free(k.hashes);
        return code;
    }
    /* Those of one delivery are sorted already. */
    if (k.count > 1)
        qsort(k.hashes, k.count, sizeof *k.hashes, by_number);
    *out = k.hashes;
    *count = k.count;
    return 0;
}
