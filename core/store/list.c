/* SPDX-License-Identifier: MIT */
/* What the store says about itself: deliveries, declared contracts, provenance, months. */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/store/contract_json.h"
#include "core/store/store_internal.h"

/* Every reading checks the manifests; but a file that nobody wrote to since they were checked has
 * not got others. */
static int check_manifests(struct shy_store *store, struct shihyo_error *err)
{
    int64_t version;
    SHY_TRY(shy_database_number(&store->db, "PRAGMA data_version", &version, err));
    if (store->checked && store->checked_version == version)
        return 0;
    SHY_TRY(shy_store_check_manifests(store, err));
    store->checked = true;
    store->checked_version = version;
    return 0;
}

int shy_store_reading(struct shy_store *store,
                      int (*work)(struct shy_store *store, void *arg, struct shihyo_error *err),
                      void *arg, struct shihyo_error *err)
{
    bool own = sqlite3_get_autocommit(store->db.handle) != 0;
    if (own)
        SHY_TRY(shy_database_begin(&store->db, false, err));
    /* A delivery just being written has no checksum yet. */
    int code = store->writer == NULL ? check_manifests(store, err) : 0;
    if (code == 0)
        code = work(store, arg, err);
    if (own)
        shy_database_rollback(&store->db);
    return code;
}

/* Deliveries ----------------------------------------------------------------------------- */

struct list {
    struct shy_store *store;
    struct shy_delivery *deliveries;
    struct shy_delivery_file *files; /* of one delivery */
    size_t count, capacity, file_count, file_capacity;
};

/* Copies the text of a column; *failed is set where memory is exhausted. */
static const char *keep_text(struct shy_store *store, sqlite3_stmt *row, int column, bool *failed)
{
    const char *copy = shy_arena_strdup(&store->listed, shy_database_text(row, column));
    *failed = *failed || copy == NULL;
    return copy;
}

static void copy_hash(char out[SHY_HASH_TEXT], sqlite3_stmt *row, int column)
{
    const char *text = shy_database_text(row, column);
    shy_copy_text(out, SHY_HASH_TEXT, text, strlen(text));
}

static int list_file(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct list *list = arg;
    bool failed = false;
    if (!SHY_GROW(list->files, list->file_count, list->file_capacity))
        return shy_fail_nomem(err);
    struct shy_delivery_file *f = &list->files[list->file_count++];
    f->path = keep_text(list->store, row, 0, &failed);
    f->note = keep_text(list->store, row, 1, &failed);
    copy_hash(f->hash, row, 2);
    f->size = sqlite3_column_int64(row, 3);
    return failed ? shy_fail_nomem(err) : 0;
}

/* Moves an array built up on the heap to the arena. */
static int keep_array(struct shy_store *store, const void *items, size_t count, size_t size,
                      const void **out, struct shihyo_error *err)
{
    *out = NULL;
    if (count == 0)
        return 0;
    void *kept = shy_arena_alloc(&store->listed, count, size);
    if (kept == NULL)
        return shy_fail_nomem(err);
    memcpy(kept, items, count * size);
    *out = kept;
    return 0;
}

static int list_files(struct list *list, struct shy_delivery *d, struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    const void *files;
    SHY_TRY(shy_database_prepare(&list->store->db,
                                 "SELECT path, note, hash, size FROM delivery_files"
                                 " WHERE delivery = ? ORDER BY n",
                                 &statement, err));
    (void)sqlite3_bind_int64(statement, 1, d->id);
    list->file_count = 0;
    SHY_TRY(shy_database_each(&list->store->db, statement, list_file, list, err));
    SHY_TRY(
        keep_array(list->store, list->files, list->file_count, sizeof *list->files, &files, err));
    d->files = files;
    d->file_count = list->file_count;
    return 0;
}

static int list_delivery(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct list *list = arg;
    bool failed = false;
    if (!SHY_GROW(list->deliveries, list->count, list->capacity))
        return shy_fail_nomem(err);
    struct shy_delivery *d = &list->deliveries[list->count++];
    *d = (struct shy_delivery){
        .id = sqlite3_column_int64(row, 0),
        .source = keep_text(list->store, row, 1, &failed),
        .plugin = keep_text(list->store, row, 2, &failed),
        .plugin_version = keep_text(list->store, row, 3, &failed),
        .options = keep_text(list->store, row, 4, &failed),
        .received = keep_text(list->store, row, 5, &failed),
        .rows = sqlite3_column_int64(row, 7),
    };
    copy_hash(d->hash, row, 6);
    return failed ? shy_fail_nomem(err) : list_files(list, d, err);
}

static int list_deliveries(struct shy_store *store, void *arg, struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    SHY_TRY(shy_database_prepare(&store->db,
                                 "SELECT delivery, source, plugin, plugin_version, options,"
                                 " received, hash, rows FROM deliveries ORDER BY delivery",
                                 &statement, err));
    return shy_database_each(&store->db, statement, list_delivery, arg, err);
}

int shy_store_deliveries(struct shy_store *store, const struct shy_delivery **out, size_t *count,
                         struct shihyo_error *err)
{
    struct list list = {.store = store};
    const void *kept = NULL;
    shy_arena_free(&store->listed);
    int code = shy_store_reading(store, list_deliveries, &list, err);
    if (code == 0)
        code = keep_array(store, list.deliveries, list.count, sizeof *list.deliveries, &kept, err);
    *out = kept;
    *count = kept == NULL ? 0 : list.count;
    shy_free(list.deliveries);
    shy_free(list.files);
    return code;
}

/* Contracts ------------------------------------------------------------------------------ */

struct declaring {
    struct shy_store *store;
    struct shy_catalogue *catalogue;
};

int shy_store_definition(struct shy_store *store, const char *contract, const char *json,
                         struct shy_arena *arena, const struct shy_contract **out,
                         struct shihyo_error *err)
{
    bool no_memory;
    if (shy_contract_read_json(json, arena, out, &no_memory))
        return 0;
    return no_memory ? shy_fail_nomem(err)
                     : shy_database_damaged(&store->db, err, _("the definition of contract '%s'"),
                                            contract);
}

static int declare(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct declaring *to = arg;
    struct shy_arena arena = {0};
    const struct shy_contract *contract;
    int code = shy_store_definition(to->store, shy_database_text(row, 0), shy_database_text(row, 1),
                                    &arena, &contract, err);
    if (code == 0)
        code = shy_catalogue_declare(to->catalogue, contract, err);
    shy_arena_free(&arena);
    return code;
}

static int declare_all(struct shy_store *store, void *arg, struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    SHY_TRY(shy_database_prepare(
        &store->db,
        "SELECT contract, definition FROM contracts"
        " JOIN deliveries USING (delivery)"
        " WHERE declared = 1 AND " SHY_STORE_IS_READ(1) " ORDER BY delivery, contract",
        &statement, err));
    shy_database_bind_text(statement, 1, store->only);
    return shy_database_each(&store->db, statement, declare, arg, err);
}

int shy_store_load_catalogue(struct shy_store *store, struct shy_catalogue *catalogue,
                             struct shihyo_error *err)
{
    struct declaring to = {store, catalogue};
    return shy_store_reading(store, declare_all, &to, err);
}

/* Provenance and months ------------------------------------------------------------------ */

static int add_source(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct shy_text *text = arg;
    (void)err;
    shy_text_addf(text, "%s%s:%s", text->length == 0 ? "" : ",", shy_database_text(row, 0),
                  shy_database_text(row, 1));
    return 0;
}

/* A contract of which a delivery had no rows was not delivered by it; but a delivery without any
 * row at all, which is kept only where its source may be empty, says that there are none. */
static int add_sources(struct shy_store *store, void *arg, struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    const char *contract = arg;
    SHY_TRY(shy_database_prepare(&store->db,
                                 "SELECT source, hash FROM deliveries JOIN contracts"
                                 " USING (delivery) WHERE contract = ?1 AND (contracts.rows > 0 OR"
                                 " NOT EXISTS (SELECT 1 FROM contracts AS c WHERE"
                                 " c.delivery = deliveries.delivery AND c.rows > 0))"
                                 " AND " SHY_STORE_IS_READ(2) " ORDER BY delivery",
                                 &statement, err));
    shy_database_bind_text(statement, 1, contract);
    shy_database_bind_text(statement, 2, store->only);
    SHY_TRY(shy_database_each(&store->db, statement, add_source, &store->provenance, err));
    return store->provenance.failed ? shy_fail_nomem(err) : 0;
}

int shy_store_provenance(struct shy_store *store, const char *contract, const char **out,
                         struct shihyo_error *err)
{
    shy_text_clear(&store->provenance);
    *out = "";
    SHY_TRY(shy_store_reading(store, add_sources, (void *)(uintptr_t)contract, err));
    *out = shy_text_get(&store->provenance);
    return 0;
}

struct months {
    const char *contract;
    int32_t *items;
    size_t count, capacity;
};

static int add_month(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct months *months = arg;
    if (!SHY_GROW(months->items, months->count, months->capacity))
        return shy_fail_nomem(err);
    months->items[months->count++] = (int32_t)sqlite3_column_int64(row, 0);
    return 0;
}

static int add_months(struct shy_store *store, void *arg, struct shihyo_error *err)
{
    struct months *months = arg;
    sqlite3_stmt *statement;
    SHY_TRY(shy_database_prepare(
        &store->db,
        "SELECT DISTINCT months.month FROM months JOIN deliveries USING (delivery)"
        " WHERE contract = ?1 AND " SHY_STORE_IS_READ(2) " ORDER BY months.month",
        &statement, err));
    shy_database_bind_text(statement, 1, months->contract);
    shy_database_bind_text(statement, 2, store->only);
    return shy_database_each(&store->db, statement, add_month, months, err);
}

int shy_store_months(struct shy_store *store, const char *contract, int32_t **out, size_t *count,
                     struct shihyo_error *err)
{
    struct months months = {.contract = contract};
    int code = shy_store_reading(store, add_months, &months, err);
    if (code != 0) {
        shy_free(months.items);
        months = (struct months){0};
    }
    *out = months.items;
    *count = months.count;
    return code;
}
