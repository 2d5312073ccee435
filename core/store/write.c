/* SPDX-License-Identifier: MIT */
/* Adding a delivery: one transaction from shy_store_begin to shy_store_commit. */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/contract/core_contracts.h"
#include "core/store/contract_json.h"
#include "core/store/segment.h"
#include "core/store/segments.h"

/* Making and ending ---------------------------------------------------------------------- */

static void free_writer(struct shy_store *store)
{
    struct shy_store_writer *w = store->writer;
    if (w == NULL)
        return;
    for (size_t i = 0; i < w->count; i++)
        shy_gathering_free(&w->items[i]);
    shy_free(w->items);
    shy_free(w->bytes);
    (void)sqlite3_finalize(w->segment);
    (void)sqlite3_finalize(w->dictionary);
    (void)sqlite3_finalize(w->part);
    (void)sqlite3_finalize(w->chunk);
    (void)sqlite3_finalize(w->bundle);
    shy_free(w);
    store->writer = NULL;
}

void shy_store_rollback(struct shy_store *store)
{
    free_writer(store);
    shy_database_rollback(&store->db);
}

/* The statements are prepared once for a delivery: one of a million rows has some hundred chunks.
 * They live as long as the transaction. */
static int new_writer(struct shy_store *store, struct shihyo_error *err)
{
    struct shy_store_writer *w = shy_alloc(1, sizeof *w);
    if (w == NULL)
        return shy_fail_nomem(err);
    store->writer = w;
    SHY_TRY(shy_database_prepare(&store->db,
                                 "INSERT INTO segments (delivery, contract, partition, month,"
                                 " class, sequence, rows, columns, checksum)"
                                 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                 &w->segment, err));
    SHY_TRY(shy_database_prepare(&store->db,
                                 "INSERT INTO dictionaries (segment, contract, name, entries)"
                                 " VALUES (?, ?, ?, ?)",
                                 &w->dictionary, err));
    SHY_TRY(shy_database_prepare(&store->db,
                                 "INSERT INTO dictionary_parts (dictionary, first, entries,"
                                 " checksum, data) VALUES (?, ?, ?, ?, ?)",
                                 &w->part, err));
    SHY_TRY(shy_database_prepare(&store->db, "INSERT INTO bundles (segment, data) VALUES (?, ?)",
                                 &w->bundle, err));
    return shy_database_prepare(&store->db,
                                "INSERT INTO chunks (segment, name, first_row, rows, encoding,"
                                " bits, base, states, dictionary, checksum, data)"
                                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                &w->chunk, err);
}

/* *number: of the first row, 0 where there is none; number NULL = not wanted. */
static int run_with_text(struct shy_store *store, const char *sql, const char *text,
                         int64_t *number, struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    bool row = false;
    SHY_TRY(shy_database_prepare(&store->db, sql, &statement, err));
    shy_database_bind_text(statement, 1, text);
    int code = shy_database_step(&store->db, statement, &row, err);
    if (number != NULL)
        *number = row ? sqlite3_column_int64(statement, 0) : 0;
    (void)sqlite3_finalize(statement);
    return code;
}

/* What a new delivery takes the place of. */
struct place {
    bool source;    /* all deliveries of its source */
    int64_t number; /* this one; 0 = none */
};

/* A delivery of the same hash that the new one would stand beside. One whose source is no longer
 * read has only been renamed, and goes: its rows are the new delivery's. */
static int check_known(struct shy_store *store, const struct shy_delivery *delivery,
                       const struct place *place, struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    bool row;
    int code = shy_database_prepare(&store->db,
                                    "SELECT source, received, delivery FROM deliveries"
                                    " WHERE hash = ?",
                                    &statement, err);
    if (code == 0) {
        shy_database_bind_text(statement, 1, delivery->hash);
        code = shy_database_step(&store->db, statement, &row, err);
    }
    bool forgotten = code == 0 && row && !shy_store_reads(store, shy_database_text(statement, 0));
    bool goes =
        code == 0 && row &&
        ((place->source && strcmp(shy_database_text(statement, 0), delivery->source) == 0) ||
         place->number == sqlite3_column_int64(statement, 2));
    if (code == 0 && row && !forgotten && !goes) {
        code = shy_fail(err, SHY_E_DELIVERY_KNOWN,
                        _("The same files were imported by source '%s' at %s."),
                        shy_database_text(statement, 0), shy_database_text(statement, 1));
        shy_hint(err, _("Twice the same files would count every row twice: remove one of the "
                        "sources from project.lua, or change its files."));
    }
    (void)sqlite3_finalize(statement);
    if (forgotten)
        code = run_with_text(store, "DELETE FROM deliveries WHERE hash = ?", delivery->hash, NULL,
                             err);
    return code;
}

static int fail_no_delivery(int64_t number, struct shihyo_error *err)
{
    (void)shy_fail(err, SHY_E_DELIVERY_UNKNOWN, _("There is no delivery %lld."), (long long)number);
    shy_hint(err, _("shihyo import --list shows the deliveries and their numbers."));
    return SHY_E_DELIVERY_UNKNOWN;
}

/* source NULL = of any. */
static int delete_delivery(struct shy_store *store, int64_t number, const char *source,
                           struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    SHY_TRY(shy_database_prepare(
        &store->db, "DELETE FROM deliveries WHERE delivery = ?1 AND (?2 IS NULL OR source = ?2)",
        &statement, err));
    (void)sqlite3_bind_int64(statement, 1, number);
    shy_database_bind_text(statement, 2, source);
    int code = shy_database_run(&store->db, statement, err);
    (void)sqlite3_finalize(statement);
    if (code == 0 && sqlite3_changes(store->db.handle) == 0)
        code = fail_no_delivery(number, err);
    return code;
}

/* A delivery that replaces another takes its place in the order of rows. */
static int choose_number(struct shy_store *store, const char *source, const struct place *place,
                         int64_t *out, struct shihyo_error *err)
{
    *out = place->number;
    if (place->number != 0)
        return delete_delivery(store, place->number, source, err);
    if (place->source) {
        SHY_TRY(run_with_text(store,
                              "SELECT coalesce(min(delivery), 0) FROM deliveries WHERE source = ?",
                              source, out, err));
        SHY_TRY(run_with_text(store, "DELETE FROM deliveries WHERE source = ?", source, NULL, err));
        /* All is read anew: without persons of another source, who they were is made anew, too. */
        SHY_TRY(shy_store_forget_persons(store, err));
    }
    if (*out != 0)
        return 0;
    return shy_database_number(&store->db, "SELECT coalesce(max(delivery), 0) + 1 FROM deliveries",
                               out, err);
}

/* The files stay named in the store though their rows alone are read: their hashes are what a
 * second import compares, and what a reader of results can look up. */
static int insert_files(struct shy_store *store, const struct shy_delivery *d,
                        struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    int code = 0;
    SHY_TRY(shy_database_prepare(&store->db,
                                 "INSERT INTO delivery_files (delivery, n, path, note, hash, size)"
                                 " VALUES (?, ?, ?, ?, ?, ?)",
                                 &statement, err));
    for (size_t i = 0; i < d->file_count && code == 0; i++) {
        const struct shy_delivery_file *f = &d->files[i];
        (void)sqlite3_bind_int64(statement, 1, store->writer->delivery);
        (void)sqlite3_bind_int64(statement, 2, (int64_t)i + 1);
        shy_database_bind_text(statement, 3, f->path);
        shy_database_bind_text(statement, 4, f->note == NULL ? "" : f->note);
        shy_database_bind_text(statement, 5, f->hash);
        (void)sqlite3_bind_int64(statement, 6, f->size);
        code = shy_database_run(&store->db, statement, err);
    }
    (void)sqlite3_finalize(statement);
    return code;
}

/* Rows and checksum are 0 until the end: a delivery in this state is never seen, since it is
 * committed whole or not at all. */
static int insert_delivery(struct shy_store *store, const struct shy_delivery *d,
                           struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    SHY_TRY(shy_database_prepare(&store->db,
                                 "INSERT INTO deliveries (delivery, source, plugin,"
                                 " plugin_version, options, hash, received, rows, checksum)"
                                 " VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)",
                                 &statement, err));
    const char *texts[] = {d->source,  d->plugin, d->plugin_version,
                           d->options, d->hash,   d->received};
    (void)sqlite3_bind_int64(statement, 1, store->writer->delivery);
    for (int i = 0; i < 6; i++)
        shy_database_bind_text(statement, i + 2, texts[i] == NULL ? "" : texts[i]);
    int code = shy_database_run(&store->db, statement, err);
    (void)sqlite3_finalize(statement);
    return code == 0 ? insert_files(store, d, err) : code;
}

static int begin(struct shy_store *store, const struct shy_delivery *delivery,
                 const struct place *place, struct shihyo_error *err)
{
    SHY_BUG_ON(store->writer != NULL);
    store->checked = false;
    SHY_TRY(shy_database_begin(&store->db, true, err));
    int code = check_known(store, delivery, place, err);
    if (code == 0)
        code = new_writer(store, err);
    if (code == 0)
        code = shy_partitions_count(store, &store->writer->partitions, err);
    if (code == 0)
        code = choose_number(store, delivery->source, place, &store->writer->delivery, err);
    if (code == 0)
        code = insert_delivery(store, delivery, err);
    if (code != 0)
        shy_store_rollback(store);
    return code;
}

int shy_store_begin(struct shy_store *store, const struct shy_delivery *delivery, bool replace,
                    struct shihyo_error *err)
{
    const struct place place = {.source = replace};
    return begin(store, delivery, &place, err);
}

int shy_store_begin_instead(struct shy_store *store, const struct shy_delivery *delivery,
                            int64_t number, struct shihyo_error *err)
{
    const struct place place = {.number = number};
    return begin(store, delivery, &place, err);
}

/* Contracts of a delivery ---------------------------------------------------------------- */

/* By a source, as facts.NAME; the core's own contracts are known to every program that reads the
 * store, and need not be read back from it. */
static bool is_declared(const struct shy_contract *contract)
{
    for (size_t i = 0; shy_core_contracts[i] != NULL; i++) {
        if (strcmp(shy_core_contracts[i]->id, contract->id) == 0)
            return false;
    }
    return true;
}

struct shape {
    struct shy_store *store;
    const struct shy_contract *contract;
};

/* The catalogue decides, as it will when a run reads both. */
static int compare_shape(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    const struct shape *s = arg;
    struct shy_arena arena = {0};
    const struct shy_contract *stored;
    struct shy_catalogue *both = shy_catalogue_new();
    int code = both == NULL ? shy_fail_nomem(err)
                            : shy_store_definition(s->store, s->contract->id,
                                                   shy_database_text(row, 1), &arena, &stored, err);
    if (code == 0)
        code = shy_catalogue_declare(both, stored, err);
    if (code == 0)
        code = shy_catalogue_declare(both, s->contract, err);
    if (code == SHY_E_ID_TWICE) {
        shy_context(err, _("Source '%s' has other columns"), shy_database_text(row, 0));
        shy_hint(err, _("Where the mappings of both have changed, take the other source out of "
                        "project.lua until this one is imported."));
    }
    shy_catalogue_free(both);
    shy_arena_free(&arena);
    return code;
}

/* Two sources may fill one declared contract, but not with two shapes. Only definitions that are
 * not the same to the letter are compared. */
static int check_shapes(struct shy_store *store, const struct shy_contract *contract,
                        const char *definition, struct shihyo_error *err)
{
    struct shape shape = {store, contract};
    sqlite3_stmt *statement;
    SHY_TRY(shy_database_prepare(&store->db,
                                 "SELECT source, definition FROM contracts"
                                 " JOIN deliveries USING (delivery)"
                                 " WHERE contract = ?1 AND definition <> ?2"
                                 " AND " SHY_STORE_IS_READ(3) " ORDER BY source",
                                 &statement, err));
    shy_database_bind_text(statement, 1, contract->id);
    shy_database_bind_text(statement, 2, definition);
    shy_database_bind_text(statement, 3, store->only);
    return shy_database_each(&store->db, statement, compare_shape, &shape, err);
}

static int insert_contract(struct shy_store *store, const struct shy_contract *contract,
                           struct shihyo_error *err)
{
    sqlite3_stmt *statement = NULL;
    char *definition;
    bool declared = is_declared(contract);
    SHY_TRY(shy_contract_write_json(contract, &definition, err));
    int code = declared ? check_shapes(store, contract, definition, err) : 0;
    if (code == 0)
        code = shy_database_prepare(&store->db,
                                    "INSERT INTO contracts (delivery, contract, declared,"
                                    " definition, rows) VALUES (?, ?, ?, ?, 0)",
                                    &statement, err);
    if (code == 0) {
        (void)sqlite3_bind_int64(statement, 1, store->writer->delivery);
        shy_database_bind_text(statement, 2, contract->id);
        (void)sqlite3_bind_int64(statement, 3, declared);
        shy_database_bind_text(statement, 4, definition);
        code = shy_database_run(&store->db, statement, err);
    }
    (void)sqlite3_finalize(statement);
    shy_free(definition);
    return code;
}

/* The contract is written when its first batch comes, also an empty one: "no rows" is a finding. */
int shy_gathering_find(struct shy_store *store, const struct shy_contract *contract,
                       struct shy_gathering **out, struct shihyo_error *err)
{
    struct shy_store_writer *w = store->writer;
    for (size_t i = 0; i < w->count; i++) {
        *out = &w->items[i];
        if (strcmp((*out)->contract->id, contract->id) == 0)
            return 0;
    }
    if (!SHY_GROW(w->items, w->count, w->capacity))
        return shy_fail_nomem(err);
    SHY_TRY(insert_contract(store, contract, err));
    *out = &w->items[w->count++];
    **out = (struct shy_gathering){.contract = contract};
    return 0;
}

/* Rows ----------------------------------------------------------------------------------- */

int shy_store_not_begun(struct shihyo_error *err)
{
    return shy_fail(err, SHY_E_INTERNAL, _("No delivery has been begun."));
}

int shy_store_append(struct shy_store *store, const struct shy_table *rows,
                     struct shihyo_error *err)
{
    struct shy_gathering *g = NULL;
    if (store->writer == NULL)
        return shy_store_not_begun(err);
    int code = shy_gathering_find(store, rows->contract, &g, err);
    if (code == 0)
        code = shy_gathering_append(store, g, rows, err);
    if (code != 0)
        shy_store_rollback(store);
    return code;
}

/* Ending --------------------------------------------------------------------------------- */

/* The months of care that a delivery has rows of: values of other months are missing, not 0. */
static int insert_months(struct shy_store *store, const struct shy_gathering *g,
                         struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    int code = 0;
    SHY_TRY(shy_database_prepare(
        &store->db, "INSERT INTO months (delivery, contract, month, rows) VALUES (?, ?, ?, ?)",
        &statement, err));
    for (size_t i = 0; i < g->month_count && code == 0; i++) {
        (void)sqlite3_bind_int64(statement, 1, store->writer->delivery);
        shy_database_bind_text(statement, 2, g->contract->id);
        (void)sqlite3_bind_int64(statement, 3, g->months[i].month);
        (void)sqlite3_bind_int64(statement, 4, g->months[i].rows);
        code = shy_database_run(&store->db, statement, err);
    }
    (void)sqlite3_finalize(statement);
    return code;
}

/* Runs "UPDATE … SET x = ? WHERE delivery = ? [AND contract = ?]". */
static int update(struct shy_store *store, const char *sql, int64_t value, const char *contract,
                  struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    SHY_TRY(shy_database_prepare(&store->db, sql, &statement, err));
    (void)sqlite3_bind_int64(statement, 1, value);
    (void)sqlite3_bind_int64(statement, 2, store->writer->delivery);
    if (contract != NULL)
        shy_database_bind_text(statement, 3, contract);
    int code = shy_database_run(&store->db, statement, err);
    (void)sqlite3_finalize(statement);
    return code;
}

/* The manifest comes last: it covers the counts that are only known now. */
static int finish(struct shy_store *store, struct shihyo_error *err)
{
    struct shy_store_writer *w = store->writer;
    int64_t rows = 0;
    uint64_t manifest;
    for (size_t i = 0; i < w->count; i++) {
        struct shy_gathering *g = &w->items[i];
        SHY_TRY(shy_gathering_flush(store, g, err));
        SHY_TRY(insert_months(store, g, err));
        SHY_TRY(update(store, "UPDATE contracts SET rows = ? WHERE delivery = ? AND contract = ?",
                       g->written, g->contract->id, err));
        rows += g->written;
    }
    SHY_TRY(update(store, "UPDATE deliveries SET rows = ? WHERE delivery = ?", rows, NULL, err));
    SHY_TRY(shy_store_manifest(store, w->delivery, &manifest, err));
    return update(store, "UPDATE deliveries SET checksum = ? WHERE delivery = ?", (int64_t)manifest,
                  NULL, err);
}

int shy_store_commit(struct shy_store *store, int64_t *delivery, struct shihyo_error *err)
{
    if (store->writer == NULL)
        return shy_store_not_begun(err);
    int code = finish(store, err);
    int64_t number = store->writer->delivery;
    free_writer(store);
    if (code == 0)
        code = shy_database_commit(&store->db, err);
    else
        shy_database_rollback(&store->db);
    if (code == 0 && delivery != NULL)
        *delivery = number;
    return code;
}

/* Ends a transaction that removed something. Without persons left, who a number was goes, too. */
static int end_removal(struct shy_store *store, int code, struct shihyo_error *err)
{
    if (code == 0)
        code = shy_store_forget_persons(store, err);
    if (code == 0)
        return shy_database_commit(&store->db, err);
    shy_database_rollback(&store->db);
    return code;
}

/* All deliveries of the source; what hangs on them goes by ON DELETE CASCADE. */
int shy_store_remove(struct shy_store *store, const char *source, struct shihyo_error *err)
{
    SHY_BUG_ON(store->writer != NULL);
    store->checked = false;
    SHY_TRY(shy_database_begin(&store->db, true, err));
    int code = run_with_text(store, "DELETE FROM deliveries WHERE source = ?", source, NULL, err);
    return end_removal(store, code, err);
}

int shy_store_remove_delivery(struct shy_store *store, int64_t number, struct shihyo_error *err)
{
    SHY_BUG_ON(store->writer != NULL);
    store->checked = false;
    SHY_TRY(shy_database_begin(&store->db, true, err));
    return end_removal(store, delete_delivery(store, number, NULL, err), err);
}
