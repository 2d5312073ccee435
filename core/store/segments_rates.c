/* SPDX-License-Identifier: MIT */
/* Link rates by municipality, and the verification of what stands beside the rows of persons. */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/store/segment.h"
#include "core/store/segments_internal.h"

static uint64_t rate_checksum(const struct shy_link_rate *r)
{
    const int64_t numbers[] = {r->persons, r->linked, r->ambiguous};
    return shy_chunk_checksum("link_rates", r->area, numbers, 3, "", 0);
}

static int insert_rate(struct shy_store *store, sqlite3_stmt *row, const struct shy_link_rate *r,
                       struct shihyo_error *err)
{
    shy_database_bind_text(row, 1, r->area);
    (void)sqlite3_bind_int64(row, 2, r->persons);
    (void)sqlite3_bind_int64(row, 3, r->linked);
    (void)sqlite3_bind_int64(row, 4, r->ambiguous);
    (void)sqlite3_bind_int64(row, 5, (int64_t)rate_checksum(r));
    return shy_database_run(&store->db, row, err);
}

int shy_store_write_link_rates(struct shy_store *store, const struct shy_link_rate *rates,
                               size_t count, struct shihyo_error *err)
{
    sqlite3_stmt *row = NULL;
    if (store->writer == NULL)
        return shy_store_not_begun(err);
    int code = shy_database_exec(&store->db, "DELETE FROM link_rates", err);
    if (code == 0)
        code = shy_database_prepare(&store->db,
                                    "INSERT INTO link_rates (area, persons, linked, ambiguous,"
                                    " checksum) VALUES (?, ?, ?, ?, ?)",
                                    &row, err);
    for (size_t i = 0; i < count && code == 0; i++)
        code = insert_rate(store, row, &rates[i], err);
    (void)sqlite3_finalize(row);
    if (code != 0)
        shy_store_rollback(store);
    return code;
}

struct list {
    struct shy_store *store;
    struct shy_link_rate *items;
    size_t count, capacity;
};

static int add_rate(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct list *list = arg;
    if (!SHY_GROW(list->items, list->count, list->capacity))
        return shy_fail_nomem(err);
    struct shy_link_rate *r = &list->items[list->count++];
    const char *area = shy_database_text(row, 0);
    *r = (struct shy_link_rate){.persons = sqlite3_column_int64(row, 1),
                                .linked = sqlite3_column_int64(row, 2),
                                .ambiguous = sqlite3_column_int64(row, 3)};
    shy_copy_text(r->area, sizeof r->area, area, strlen(area));
    if (rate_checksum(r) == (uint64_t)sqlite3_column_int64(row, 4))
        return 0;
    (void)shy_database_damaged(&list->store->db, err, "%s", _("the link rates"));
    shy_hint(err, _("Remove the file and import the deliveries again."));
    return SHY_E_STORE_DAMAGED;
}

static int list_rates(struct shy_store *store, void *arg, struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    SHY_TRY(shy_database_prepare(&store->db,
                                 "SELECT area, persons, linked, ambiguous, checksum"
                                 " FROM link_rates ORDER BY area",
                                 &statement, err));
    return shy_database_each(&store->db, statement, add_rate, arg, err);
}

int shy_store_link_rates(struct shy_store *store, struct shy_link_rate **out, size_t *count,
                         struct shihyo_error *err)
{
    struct list list = {.store = store};
    int code = shy_store_reading(store, list_rates, &list, err);
    if (code != 0) {
        shy_free(list.items);
        list = (struct list){0};
    }
    *out = list.items;
    *count = list.count;
    return code;
}

/* Verifying ------------------------------------------------------------------------------- */

static int note(int code, struct shy_problems *problems, struct shihyo_error *err)
{
    if (code != SHY_E_STORE_DAMAGED)
        return code;
    shy_problems_add(problems, SHY_ERROR, err);
    return 0;
}

struct meanings {
    struct shy_store *store;
    struct shy_problems *problems;
};

static int verify_meaning(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct meanings *m = arg;
    struct shy_map map;
    int code = shy_store_meaning(m->store, shy_database_text(row, 0), &map, err);
    if (code == 0)
        shy_map_free(&map);
    return note(code, m->problems, err);
}

int shy_store_verify_persons(struct shy_store *store, struct shy_problems *problems,
                             struct shihyo_error *err)
{
    struct meanings meanings = {store, problems};
    struct list rates = {.store = store};
    struct shy_register r;
    sqlite3_stmt *statement;
    int code = shy_store_read_register(store, &r, err);
    if (code == 0)
        shy_register_free(&r);
    SHY_TRY(note(code, problems, err));
    code = list_rates(store, &rates, err);
    shy_free(rates.items);
    SHY_TRY(note(code, problems, err));
    SHY_TRY(shy_database_prepare(&store->db,
                                 "SELECT contract FROM dictionaries WHERE segment IS NULL"
                                 " ORDER BY contract",
                                 &statement, err));
    return shy_database_each(&store->db, statement, verify_meaning, &meanings, err);
}
