/* SPDX-License-Identifier: MIT */
/* One thread's reader: which bundles a request needs, and a handle of its own to fetch them. */
#include "config.h"

#include <string.h>

#include "core/store/partition_internal.h"
#include "core/store/superseded.h"

struct reader {
    struct shy_partition_set *set;
    struct shy_database db;
    struct shy_bundle_source source;
};

/* Bit n: rows of class n may be needed. */
static uint32_t classes_wanted(const struct reader *r, int contract,
                               const struct shy_partition_request *request)
{
    const struct shy_stored_contract *c = &r->set->contracts[contract];
    uint32_t classes = 0;
    if (request->wanted == NULL || c->class_of == NULL ||
        request->code != shy_code_class_column(request->contract))
        return UINT32_MAX;
    for (size_t i = 0; i < c->class_count && i < request->wanted_count; i++) {
        if (request->wanted[i] != 0)
            classes |= 1u << c->class_of[i];
    }
    return classes;
}

/* First place of the partition and contract, or where it would be. */
static size_t find_place(const struct shy_partition_set *set, uint32_t partition, int contract)
{
    size_t low = 0, high = set->place_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct shy_bundle_place *p = &set->places[middle];
        if (p->partition < partition || (p->partition == partition && p->contract < contract))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_wanted(const struct shy_bundle_place *p, const struct shy_partition_request *request,
                      uint32_t classes)
{
    bool in_time = p->month == SHY_NO_MONTH ||
                   (p->month >= request->first_month && p->month <= request->last_month);
    return in_time && (classes >> p->class & 1) != 0;
}

static int read_places(struct reader *r, uint32_t partition,
                       const struct shy_partition_request *request, struct shy_stretches *out,
                       struct shihyo_error *err)
{
    const struct shy_partition_set *set = r->set;
    int contract = shy_partition_contract(set, request->contract);
    *out = (struct shy_stretches){0};
    if (contract < 0)
        return 0;
    uint32_t classes = classes_wanted(r, contract, request);
    size_t first = find_place(set, partition, contract), end = first;
    while (end < set->place_count && set->places[end].partition == partition &&
           set->places[end].contract == contract)
        end++;
    out->items = shy_pool_take(&r->source.pool, (end - first + 1) * sizeof *out->items);
    if (out->items == NULL)
        return shy_fail_nomem(err);
    for (size_t i = first; i < end; i++) {
        const struct shy_bundle_place *p = &set->places[i];
        if (is_wanted(p, request, classes))
            SHY_TRY(shy_bundle_load(&r->source, p, set->lists[p->list].names, request->contract,
                                    request->columns, request->column_count,
                                    &out->items[out->count++], err));
    }
    return 0;
}

/* Of a register what later deliveries tell again is left out: the columns that show it are read
 * behind those asked for. */
static int read_register(struct reader *r, uint32_t partition,
                         const struct shy_partition_request *request, struct shy_stretches *out,
                         struct shihyo_error *err)
{
    int keys[SHY_REGISTER_COLUMNS];
    size_t asked = request->column_count, count = shy_register_columns(request->contract, keys);
    int *columns = shy_pool_take(&r->source.pool, (asked + count) * sizeof *columns);
    struct shy_partition_request wider = *request;
    if (columns == NULL)
        return shy_fail_nomem(err);
    if (asked > 0)
        memcpy(columns, request->columns, asked * sizeof *columns);
    memcpy(columns + asked, keys, count * sizeof *columns);
    wider.columns = columns;
    wider.column_count = asked + count;
    SHY_TRY(read_places(r, partition, &wider, out, err));
    return shy_stretches_supersede(&r->source.pool, out, asked, count, err);
}

static int read_partition(void *self, uint32_t partition,
                          const struct shy_partition_request *request, struct shy_stretches *out,
                          struct shihyo_error *err)
{
    return shy_store_is_register(request->contract)
               ? read_register(self, partition, request, out, err)
               : read_places(self, partition, request, out, err);
}

static void release(void *self)
{
    struct reader *r = self;
    shy_pool_empty(&r->source.pool);
}

static void close_reader(void *self)
{
    struct reader *r = self;
    if (r == NULL)
        return;
    shy_pool_free(&r->source.pool);
    (void)sqlite3_blob_close(r->source.blob);
    shy_database_close(&r->db);
    shy_free(r);
}

static const struct shy_map *find_dictionary(void *self, const struct shy_contract *contract,
                                             int column)
{
    return shy_partition_dictionary(self, contract, column);
}

int shy_partition_reader_open(struct shy_partition_set *set, struct shy_partition_reader *out,
                              struct shihyo_error *err)
{
    struct reader *r = shy_alloc(1, sizeof *r);
    *out = (struct shy_partition_reader){
        .self = r, .read = read_partition, .release = release, .close = close_reader};
    if (r == NULL)
        return shy_fail_nomem(err);
    r->set = set;
    r->source = (struct shy_bundle_source){
        .db = &r->db, .persons = &set->persons, .dictionary = find_dictionary, .self = set};
    int code = shy_database_open_beside(&set->store->db, &r->db, err);
    if (code == 0)
        code = shy_database_begin(&r->db, false, err);
    if (code != 0) {
        close_reader(r);
        out->self = NULL;
    }
    return code;
}
