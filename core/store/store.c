/* SPDX-License-Identifier: MIT */
/*
 * The store's tables, opening it, and the checksums of what is not in chunks: the lists of
 * deliveries, files and contracts are as dear as the rows, so they are checked at each reading.
 */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/store/store_internal.h"

/* docs/store.md says what each column means. Chunks and dictionaries hang on their segment, a
 * segment on its delivery: removing a delivery removes everything of it. */
static const char *const steps[] = {
    "CREATE TABLE deliveries ("
    " delivery INTEGER PRIMARY KEY,"
    " source TEXT NOT NULL,"
    " plugin TEXT NOT NULL,"
    " plugin_version TEXT NOT NULL,"
    " options TEXT NOT NULL,"
    " hash TEXT NOT NULL UNIQUE,"
    " received TEXT NOT NULL,"
    " rows INTEGER NOT NULL,"
    " checksum INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE delivery_files ("
    " delivery INTEGER NOT NULL REFERENCES deliveries ON DELETE CASCADE,"
    " n INTEGER NOT NULL,"
    " path TEXT NOT NULL,"
    " note TEXT NOT NULL,"
    " hash TEXT NOT NULL,"
    " size INTEGER NOT NULL,"
    " PRIMARY KEY (delivery, n)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE contracts ("
    " delivery INTEGER NOT NULL REFERENCES deliveries ON DELETE CASCADE,"
    " contract TEXT NOT NULL,"
    " declared INTEGER NOT NULL,"
    " definition TEXT NOT NULL,"
    " rows INTEGER NOT NULL,"
    " PRIMARY KEY (delivery, contract)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE months ("
    " delivery INTEGER NOT NULL,"
    " contract TEXT NOT NULL,"
    " month INTEGER NOT NULL,"
    " rows INTEGER NOT NULL,"
    " PRIMARY KEY (delivery, contract, month),"
    " FOREIGN KEY (delivery, contract) REFERENCES contracts ON DELETE CASCADE"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE segments ("
    " segment INTEGER PRIMARY KEY,"
    " delivery INTEGER NOT NULL,"
    " contract TEXT NOT NULL,"
    " partition INTEGER NOT NULL,"
    " month INTEGER,"
    " class INTEGER NOT NULL,"
    " sequence INTEGER NOT NULL,"
    " rows INTEGER NOT NULL,"
    " columns TEXT NOT NULL,"
    " checksum INTEGER NOT NULL,"
    " FOREIGN KEY (delivery, contract) REFERENCES contracts ON DELETE CASCADE"
    ") STRICT;"
    "CREATE UNIQUE INDEX segments_place"
    " ON segments (delivery, contract, partition, month, class, sequence);"
    "CREATE TABLE dictionaries ("
    " dictionary INTEGER PRIMARY KEY,"
    " segment INTEGER REFERENCES segments ON DELETE CASCADE,"
    " contract TEXT NOT NULL,"
    " name TEXT NOT NULL,"
    " entries INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX dictionaries_segment ON dictionaries (segment);"
    "CREATE TABLE dictionary_parts ("
    " part INTEGER PRIMARY KEY,"
    " dictionary INTEGER NOT NULL REFERENCES dictionaries ON DELETE CASCADE,"
    " first INTEGER NOT NULL,"
    " entries INTEGER NOT NULL,"
    " checksum INTEGER NOT NULL,"
    " data BLOB NOT NULL"
    ") STRICT;"
    "CREATE UNIQUE INDEX dictionary_parts_place ON dictionary_parts (dictionary, first);"
    "CREATE TABLE chunks ("
    " chunk INTEGER PRIMARY KEY,"
    " segment INTEGER NOT NULL REFERENCES segments ON DELETE CASCADE,"
    " name TEXT NOT NULL,"
    " first_row INTEGER NOT NULL,"
    " rows INTEGER NOT NULL,"
    " encoding INTEGER NOT NULL,"
    " bits INTEGER NOT NULL,"
    " base INTEGER NOT NULL,"
    " states INTEGER NOT NULL,"
    " dictionary INTEGER,"
    " checksum INTEGER NOT NULL,"
    " data BLOB NOT NULL"
    ") STRICT;"
    "CREATE UNIQUE INDEX chunks_place ON chunks (segment, name, first_row);",
    /* 2: rows of persons. A bundle is all of a segment; the register says who a number is. */
    "CREATE TABLE bundles ("
    " segment INTEGER PRIMARY KEY REFERENCES segments ON DELETE CASCADE,"
    " data BLOB NOT NULL"
    ") STRICT;"
    "CREATE TABLE partitions ("
    " partition INTEGER PRIMARY KEY,"
    " persons INTEGER NOT NULL,"
    " links BLOB NOT NULL,"
    " checksum INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE register ("
    " partition INTEGER PRIMARY KEY REFERENCES partitions ON DELETE CASCADE,"
    " entries INTEGER NOT NULL,"
    " keys INTEGER NOT NULL,"
    " checksum INTEGER NOT NULL,"
    " data BLOB NOT NULL"
    ") STRICT;"
    "CREATE TABLE link_rates ("
    " area TEXT PRIMARY KEY,"
    " persons INTEGER NOT NULL,"
    " linked INTEGER NOT NULL,"
    " ambiguous INTEGER NOT NULL,"
    " checksum INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;",
    /* 3: what files were when they were read. */
    "CREATE TABLE file_stamps ("
    " path TEXT PRIMARY KEY,"
    " hash TEXT NOT NULL,"
    " size INTEGER NOT NULL,"
    " modified INTEGER NOT NULL,"
    " changed INTEGER NOT NULL,"
    " inode INTEGER NOT NULL,"
    " checksum INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;",
};

const struct shy_database_format shy_store_format = {
    .title = N_("the store"),
    .application_id = 0x73687953, /* "shyS" */
    .version = 3,
    .steps = steps,
    .page_size = 65536,
    .secure_delete = true, /* rows of persons must not stay behind in free pages */
};

bool shy_store_has_texts(enum shy_type type)
{
    return type == SHY_CODE_T || type == SHY_TEXT_T || type == SHY_PERIOD_T;
}

/* Opening -------------------------------------------------------------------------------- */

int shy_store_open(const char *path, enum shy_store_mode mode, struct shy_store **out,
                   struct shihyo_error *err)
{
    *out = NULL;
    struct shy_store *store = shy_alloc(1, sizeof *store);
    if (store == NULL)
        return shy_fail_nomem(err);
    int code = shy_database_open(path, &shy_store_format,
                                 mode == SHY_STORE_WRITE ? SHY_DATABASE_CREATE : SHY_DATABASE_READ,
                                 &store->db, err);
    if (code != 0) {
        if (code == SHY_E_STORE_OPEN && err != NULL && err->hint[0] == '\0')
            shy_hint(err, _("Import a source first: shihyo import."));
        if (code == SHY_E_STORE_DAMAGED)
            shy_hint(err, _("Remove the file and import the deliveries again."));
        shy_store_close(store);
        return code;
    }
    *out = store;
    return 0;
}

void shy_store_close(struct shy_store *store)
{
    if (store == NULL)
        return;
    shy_store_rollback(store);
    shy_database_close(&store->db);
    shy_arena_free(&store->listed);
    shy_text_free(&store->provenance);
    shy_free(store->only);
    shy_free(store);
}

int shy_store_only(struct shy_store *store, const char *const *sources, size_t count,
                   struct shihyo_error *err)
{
    struct shy_text names = {0};
    char *only = NULL;
    shy_text_addc(&names, ',');
    for (size_t i = 0; sources != NULL && i < count; i++)
        shy_text_addf(&names, "%s,", sources[i]);
    if (sources != NULL && !names.failed)
        only = shy_strdup(names.text);
    shy_text_free(&names);
    if (sources != NULL && only == NULL)
        return shy_fail_nomem(err);
    shy_free(store->only);
    store->only = only;
    return 0;
}

bool shy_store_reads(const struct shy_store *store, const char *source)
{
    size_t length = strlen(source);
    for (const char *p = store->only; p != NULL && p[1] != '\0'; p = strchr(p + 1, ','))
        if (strncmp(p + 1, source, length) == 0 && p[1 + length] == ',')
            return true;
    return store->only == NULL;
}

void shy_store_wait(struct shy_store *store, int milliseconds)
{
    (void)sqlite3_busy_timeout(store->db.handle, milliseconds);
}

/* Checksums of what is not in chunks ------------------------------------------------------ */

/* Every value with its length, so that no two lists of values give the same text. */
static int add_values(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct shy_text *text = arg;
    (void)err;
    for (int i = 0; i < sqlite3_column_count(row); i++) {
        const char *value = shy_database_text(row, i);
        size_t length = (size_t)sqlite3_column_bytes(row, i);
        shy_text_addf(text, "%zu:", length);
        shy_text_add(text, value, length);
    }
    shy_text_addc(text, '\n');
    return 0;
}

int shy_store_manifest(struct shy_store *store, int64_t delivery, uint64_t *out,
                       struct shihyo_error *err)
{
    static const char *const queries[] = {
        "SELECT source, plugin, plugin_version, options, hash, received, rows FROM deliveries"
        " WHERE delivery = ?",
        "SELECT n, path, note, hash, size FROM delivery_files WHERE delivery = ? ORDER BY n",
        "SELECT contract, declared, definition, rows FROM contracts WHERE delivery = ?"
        " ORDER BY contract",
        "SELECT contract, month, rows FROM months WHERE delivery = ? ORDER BY contract, month",
    };
    struct shy_text text = {0};
    sqlite3_stmt *statement;
    int code = 0;
    for (size_t i = 0; i < sizeof queries / sizeof queries[0] && code == 0; i++) {
        code = shy_database_prepare(&store->db, queries[i], &statement, err);
        if (code != 0)
            break;
        (void)sqlite3_bind_int64(statement, 1, delivery);
        code = shy_database_each(&store->db, statement, add_values, &text, err);
    }
    if (code == 0 && text.failed)
        code = shy_fail_nomem(err);
    *out = shy_checksum(shy_text_get(&text), text.length);
    shy_text_free(&text);
    return code;
}

static int check_manifest(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct shy_store *store = arg;
    uint64_t found;
    int64_t delivery = sqlite3_column_int64(row, 0);
    SHY_TRY(shy_store_manifest(store, delivery, &found, err));
    if (found == (uint64_t)sqlite3_column_int64(row, 2))
        return 0;
    (void)shy_database_damaged(&store->db, err,
                               _("the checksum of delivery %lld of source '%s' does not fit"),
                               (long long)delivery, shy_database_text(row, 1));
    return SHY_E_STORE_DAMAGED;
}

int shy_store_check_manifests(struct shy_store *store, struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    SHY_TRY(shy_database_prepare(
        &store->db, "SELECT delivery, source, checksum FROM deliveries ORDER BY delivery",
        &statement, err));
    return shy_database_each(&store->db, statement, check_manifest, store, err);
}

uint64_t shy_store_segment_checksum(const char *contract, const struct shy_store_segment *s)
{
    const int64_t numbers[] = {s->partition, s->has_month, s->has_month ? s->month : 0,
                               s->class,     s->sequence,  s->rows};
    return shy_chunk_checksum(contract, s->columns, numbers, sizeof numbers / sizeof numbers[0], "",
                              0);
}
