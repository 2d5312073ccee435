/* SPDX-License-Identifier: MIT */
/*
 * The store as partitions. The list of bundles, the dictionaries and the persons who were joined
 * are read once; a handle with an open transaction keeps the file as it is, so that every reader,
 * whenever it is opened, sees the same state.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/contract/core_contracts.h"
#include "core/store/partition_internal.h"

/* What the store has ------------------------------------------------------------------------ */

static int find_contract(const struct shy_partition_set *set, const char *id)
{
    for (size_t i = 0; i < set->contract_count; i++) {
        if (strcmp(set->contracts[i].id, id) == 0)
            return (int)i;
    }
    return -1;
}

int shy_partition_contract(const struct shy_partition_set *set, const struct shy_contract *c)
{
    return find_contract(set, c->id);
}

const struct shy_map *shy_partition_dictionary(const struct shy_partition_set *set,
                                               const struct shy_contract *c, int column)
{
    char meaning[SHY_MEANING_TEXT];
    shy_code_meaning(c, column, meaning);
    for (size_t i = 0; i < set->dictionary_count; i++) {
        if (strcmp(set->dictionaries[i].meaning, meaning) == 0)
            return &set->dictionaries[i].map;
    }
    return NULL;
}

static int note_contract(struct shy_partition_set *set, const char *id, uint16_t *out,
                         struct shihyo_error *err)
{
    int found = find_contract(set, id);
    if (found < 0) {
        if (!SHY_GROW(set->contracts, set->contract_count, set->contract_capacity))
            return shy_fail_nomem(err);
        struct shy_stored_contract *c = &set->contracts[set->contract_count];
        *c = (struct shy_stored_contract){.id = shy_strdup(id)};
        if (c->id == NULL)
            return shy_fail_nomem(err);
        found = (int)set->contract_count++;
    }
    *out = (uint16_t)found;
    return 0;
}

static int note_list(struct shy_partition_set *set, uint16_t contract, const char *names,
                     uint16_t *out, struct shihyo_error *err)
{
    for (size_t i = 0; i < set->list_count; i++) {
        *out = (uint16_t)i;
        if (set->lists[i].contract == contract && strcmp(set->lists[i].names, names) == 0)
            return 0;
    }
    if (set->list_count > UINT16_MAX - 1 ||
        !SHY_GROW(set->lists, set->list_count, set->list_capacity))
        return shy_fail_nomem(err);
    struct shy_column_list *list = &set->lists[set->list_count];
    *list = (struct shy_column_list){contract, shy_strdup(names)};
    if (list->names == NULL)
        return shy_fail_nomem(err);
    *out = (uint16_t)set->list_count++;
    return 0;
}

static int fail_damaged(struct shy_partition_set *set, const char *contract, int64_t delivery,
                        struct shihyo_error *err)
{
    (void)shy_database_damaged(&set->store->db, err, _("the rows of '%s', delivery %lld"), contract,
                               (long long)delivery);
    shy_hint(err, _("Import the source again with --force."));
    return SHY_E_STORE_DAMAGED;
}

/* Numbers in their order. */
struct numbers {
    int64_t *items;
    size_t count, capacity;
};

static int add_number(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct numbers *n = arg;
    if (!SHY_GROW(n->items, n->count, n->capacity))
        return shy_fail_nomem(err);
    n->items[n->count++] = sqlite3_column_int64(row, 0);
    return 0;
}

static bool has_number(const struct numbers *n, int64_t number)
{
    size_t low = 0, high = n->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (n->items[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n->count && n->items[low] == number;
}

/* A segment without chunks is one of rows of persons. Which have chunks, and which deliveries are
 * read, is known before: there are thousands of segments, and asking for each is most of the time.
 */
struct placing {
    struct shy_partition_set *set;
    struct numbers chunked, deliveries;
};

static int add_place(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    const struct placing *placing = arg;
    struct shy_partition_set *set = placing->set;
    if (has_number(&placing->chunked, sqlite3_column_int64(row, 0)) ||
        !has_number(&placing->deliveries, sqlite3_column_int64(row, 1)))
        return 0;
    const char *contract = shy_database_text(row, 2);
    struct shy_store_segment s = {.segment = sqlite3_column_int64(row, 0),
                                  .delivery = sqlite3_column_int64(row, 1),
                                  .partition = sqlite3_column_int64(row, 3),
                                  .has_month = sqlite3_column_type(row, 4) != SQLITE_NULL,
                                  .month = sqlite3_column_int64(row, 4),
                                  .class = sqlite3_column_int64(row, 5),
                                  .sequence = sqlite3_column_int64(row, 6),
                                  .rows = sqlite3_column_int64(row, 7),
                                  .columns = shy_database_text(row, 8)};
    uint64_t checksum = (uint64_t)sqlite3_column_int64(row, 9);
    if (shy_store_segment_checksum(contract, &s) != checksum || s.partition < 0 ||
        s.partition >= set->persons.count || s.rows <= 0 || s.rows > UINT32_MAX || s.class < 0 ||
        s.class > 31)
        return fail_damaged(set, contract, s.delivery, err);
    if (!SHY_GROW(set->places, set->place_count, set->place_capacity))
        return shy_fail_nomem(err);
    struct shy_bundle_place *p = &set->places[set->place_count++];
    *p = (struct shy_bundle_place){.segment = s.segment,
                                   .delivery = s.delivery,
                                   .checksum = checksum,
                                   .partition = (uint32_t)s.partition,
                                   .class = (uint32_t)s.class,
                                   .sequence = (uint32_t)s.sequence,
                                   .rows = (uint32_t)s.rows,
                                   .month = s.has_month ? (int32_t)s.month : SHY_NO_MONTH};
    SHY_TRY(note_contract(set, contract, &p->contract, err));
    return note_list(set, p->contract, s.columns, &p->list, err);
}

#define COMPARE(a, b, member) \
    do { \
        if ((a)->member != (b)->member) \
            return (a)->member < (b)->member ? -1 : 1; \
    } while (0)

static int by_place(const void *x, const void *y)
{
    const struct shy_bundle_place *a = x, *b = y;
    COMPARE(a, b, partition);
    COMPARE(a, b, contract);
    COMPARE(a, b, month);
    COMPARE(a, b, delivery);
    COMPARE(a, b, class);
    COMPARE(a, b, sequence);
    return 0;
}

static int add_month(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct shy_partition_set *set = arg;
    int found = find_contract(set, shy_database_text(row, 0));
    if (found < 0)
        return 0;
    struct shy_stored_contract *c = &set->contracts[found];
    if (!SHY_GROW(c->months, c->month_count, c->month_capacity))
        return shy_fail_nomem(err);
    c->months[c->month_count++] = (int32_t)sqlite3_column_int64(row, 1);
    return 0;
}

static int list_numbers(struct shy_partition_set *set, const char *sql, bool only,
                        struct numbers *out, struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    SHY_TRY(shy_database_prepare(&set->store->db, sql, &statement, err));
    if (only)
        shy_database_bind_text(statement, 1, set->store->only);
    return shy_database_each(&set->store->db, statement, add_number, out, err);
}

static int list_places(struct placing *placing, struct shihyo_error *err)
{
    struct shy_partition_set *set = placing->set;
    sqlite3_stmt *statement;
    SHY_TRY(list_numbers(set, "SELECT DISTINCT segment FROM chunks ORDER BY segment", false,
                         &placing->chunked, err));
    SHY_TRY(list_numbers(
        set, "SELECT delivery FROM deliveries WHERE " SHY_STORE_IS_READ(1) " ORDER BY delivery",
        true, &placing->deliveries, err));
    SHY_TRY(shy_database_prepare(&set->store->db,
                                 "SELECT segment, delivery, contract, partition, month, class,"
                                 " sequence, rows, columns, checksum FROM segments",
                                 &statement, err));
    return shy_database_each(&set->store->db, statement, add_place, placing, err);
}

/* The list's own order is that of the file: sorting here is cheaper than an index there. */
static int read_places(struct shy_partition_set *set, struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    struct placing placing = {.set = set};
    int code = list_places(&placing, err);
    shy_free(placing.chunked.items);
    shy_free(placing.deliveries.items);
    if (code != 0)
        return code;
    if (set->place_count > 1)
        qsort(set->places, set->place_count, sizeof *set->places, by_place);
    SHY_TRY(shy_database_prepare(&set->store->db,
                                 "SELECT DISTINCT contract, months.month FROM months"
                                 " JOIN deliveries USING (delivery) WHERE " SHY_STORE_IS_READ(
                                     1) " ORDER BY contract, months.month",
                                 &statement, err));
    shy_database_bind_text(statement, 1, set->store->only);
    return shy_database_each(&set->store->db, statement, add_month, set, err);
}

/* Dictionaries and classes ------------------------------------------------------------------ */

static int add_dictionary(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct shy_partition_set *set = arg;
    if (!SHY_GROW(set->dictionaries, set->dictionary_count, set->dictionary_capacity))
        return shy_fail_nomem(err);
    struct shy_shared_dictionary *d = &set->dictionaries[set->dictionary_count];
    *d = (struct shy_shared_dictionary){.meaning = shy_strdup(shy_database_text(row, 0))};
    if (d->meaning == NULL)
        return shy_fail_nomem(err);
    set->dictionary_count++;
    return shy_store_meaning(set->store, d->meaning, &d->map, err);
}

static int read_dictionaries(struct shy_partition_set *set, struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    SHY_TRY(shy_database_prepare(&set->store->db,
                                 "SELECT contract FROM dictionaries WHERE segment IS NULL"
                                 " ORDER BY contract",
                                 &statement, err));
    return shy_database_each(&set->store->db, statement, add_dictionary, set, err);
}

static int find_classes(struct shy_partition_set *set, const struct shy_contract *contract,
                        struct shihyo_error *err)
{
    int stored = find_contract(set, contract->id), column = shy_code_class_column(contract);
    if (stored < 0 || column < 0)
        return 0;
    const struct shy_map *map = shy_partition_dictionary(set, contract, column);
    struct shy_stored_contract *c = &set->contracts[stored];
    if (map == NULL)
        return 0;
    c->class_of = shy_alloc(map->count + 1, 1);
    if (c->class_of == NULL)
        return shy_fail_nomem(err);
    c->class_count = map->count;
    for (size_t i = 0; i < map->count; i++)
        c->class_of[i] = (uint8_t)shy_code_class(contract, map->keys[i], map->lengths[i]);
    return 0;
}

/* The interface ----------------------------------------------------------------------------- */

static uint32_t count_persons(void *self, uint32_t partition)
{
    const struct shy_partition_set *set = self;
    return partition < set->persons.count ? set->persons.numbers[partition] : 0;
}

static const struct shy_map *get_dictionary(void *self, const struct shy_contract *contract,
                                            int column)
{
    return shy_partition_dictionary(self, contract, column);
}

static const int32_t *get_months(void *self, const struct shy_contract *contract, size_t *count)
{
    const struct shy_partition_set *set = self;
    int found = shy_partition_contract(set, contract);
    *count = found < 0 ? 0 : set->contracts[found].month_count;
    return found < 0 ? NULL : set->contracts[found].months;
}

static bool has_column(void *self, const struct shy_contract *contract, int column)
{
    const struct shy_partition_set *set = self;
    int found = shy_partition_contract(set, contract);
    for (size_t i = 0; i < set->list_count; i++) {
        if (set->lists[i].contract == found &&
            shy_column_place(set->lists[i].names, contract->columns[column].name) >= 0)
            return true;
    }
    return false;
}

static int open_reader(void *self, struct shy_partition_reader *out, struct shihyo_error *err)
{
    return shy_partition_reader_open(self, out, err);
}

static int read_set(struct shy_store *store, void *arg, struct shihyo_error *err)
{
    struct shy_partition_set *set = arg;
    SHY_TRY(shy_store_read_persons(store, &set->persons, err));
    SHY_TRY(read_places(set, err));
    SHY_TRY(read_dictionaries(set, err));
    for (size_t i = 0; shy_core_contracts[i] != NULL; i++)
        SHY_TRY(find_classes(set, shy_core_contracts[i], err));
    return 0;
}

int shy_store_open_partitions(const char *path, const char *const *sources, size_t count,
                              struct shy_partitions *out, struct shihyo_error *err)
{
    struct shy_partition_set *set = shy_alloc(1, sizeof *set);
    *out = (struct shy_partitions){.self = set,
                                   .persons = count_persons,
                                   .dictionary = get_dictionary,
                                   .months = get_months,
                                   .has_column = has_column,
                                   .reader = open_reader};
    if (set == NULL)
        return shy_fail_nomem(err);
    int code = shy_store_open(path, SHY_STORE_READ, &set->store, err);
    if (code == 0)
        code = shy_store_only(set->store, sources, count, err);
    /* The transaction stays open until the end: from the first reading on nobody may write. */
    if (code == 0)
        code = shy_database_begin(&set->store->db, false, err);
    if (code == 0)
        code = shy_store_reading(set->store, read_set, set, err);
    if (code != 0)
        shy_store_close_partitions(out);
    else
        out->count = set->persons.count;
    return code;
}

void shy_store_close_partitions(struct shy_partitions *p)
{
    struct shy_partition_set *set = p->self;
    if (set == NULL)
        return;
    for (size_t i = 0; i < set->contract_count; i++) {
        shy_free(set->contracts[i].id);
        shy_free(set->contracts[i].months);
        shy_free(set->contracts[i].class_of);
    }
    for (size_t i = 0; i < set->list_count; i++)
        shy_free(set->lists[i].names);
    for (size_t i = 0; i < set->dictionary_count; i++) {
        shy_free(set->dictionaries[i].meaning);
        shy_map_free(&set->dictionaries[i].map);
    }
    shy_free(set->contracts);
    shy_free(set->lists);
    shy_free(set->dictionaries);
    shy_free(set->places);
    shy_store_persons_free(&set->persons);
    shy_store_close(set->store);
    shy_free(set);
    *p = (struct shy_partitions){0};
}
