/* SPDX-License-Identifier: MIT */
/* What files were when they were read, and the identity of a delivery that is known last. */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/store/segment.h"

static uint64_t checksum_of(const char *path, const char *hash, const struct shy_os_stamp *s)
{
    const int64_t numbers[] = {s->size, s->modified, s->changed, s->inode};
    return shy_chunk_checksum(path, hash, numbers, 4, "", 0);
}

/* One that does not fit, or is damaged, is none: the file is read then. */
int shy_store_find_stamp(struct shy_store *store, const char *path,
                         const struct shy_os_stamp *stamp, char hash[SHY_HASH_TEXT],
                         struct shihyo_error *err)
{
    sqlite3_stmt *row;
    bool found;
    hash[0] = '\0';
    SHY_TRY(shy_database_prepare(&store->db,
                                 "SELECT hash, checksum FROM file_stamps WHERE path = ?"
                                 " AND size = ? AND modified = ? AND changed = ? AND inode = ?",
                                 &row, err));
    const int64_t numbers[] = {stamp->size, stamp->modified, stamp->changed, stamp->inode};
    shy_database_bind_text(row, 1, path);
    for (int i = 0; i < 4; i++)
        (void)sqlite3_bind_int64(row, i + 2, numbers[i]);
    int code = shy_database_step(&store->db, row, &found, err);
    if (code == 0 && found) {
        const char *text = shy_database_text(row, 0);
        if (strlen(text) == SHY_HASH_TEXT - 1 &&
            checksum_of(path, text, stamp) == (uint64_t)sqlite3_column_int64(row, 1))
            memcpy(hash, text, SHY_HASH_TEXT);
    }
    (void)sqlite3_finalize(row);
    return code;
}

int shy_store_note_stamp(struct shy_store *store, const struct shy_file_stamp *stamp,
                         struct shihyo_error *err)
{
    const struct shy_os_stamp *s = &stamp->stamp;
    const int64_t numbers[] = {s->size, s->modified, s->changed, s->inode,
                               (int64_t)checksum_of(stamp->path, stamp->hash, s)};
    sqlite3_stmt *row;
    if (store->writer == NULL)
        return shy_store_not_begun(err);
    SHY_TRY(shy_database_prepare(&store->db,
                                 "INSERT OR REPLACE INTO file_stamps (path, hash, size, modified,"
                                 " changed, inode, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)",
                                 &row, err));
    shy_database_bind_text(row, 1, stamp->path);
    shy_database_bind_text(row, 2, stamp->hash);
    for (int i = 0; i < 5; i++)
        (void)sqlite3_bind_int64(row, i + 3, numbers[i]);
    int code = shy_database_run(&store->db, row, err);
    (void)sqlite3_finalize(row);
    return code;
}

static int set_hash(struct shy_store *store, const char *sql, const char *hash, int64_t n,
                    struct shihyo_error *err)
{
    sqlite3_stmt *row;
    SHY_TRY(shy_database_prepare(&store->db, sql, &row, err));
    shy_database_bind_text(row, 1, hash);
    (void)sqlite3_bind_int64(row, 2, store->writer->delivery);
    if (n > 0)
        (void)sqlite3_bind_int64(row, 3, n);
    int code = shy_database_run(&store->db, row, err);
    (void)sqlite3_finalize(row);
    return code;
}

int shy_store_identify(struct shy_store *store, const struct shy_delivery *delivery,
                       struct shihyo_error *err)
{
    if (store->writer == NULL)
        return shy_store_not_begun(err);
    SHY_TRY(set_hash(store, "UPDATE deliveries SET hash = ? WHERE delivery = ?", delivery->hash, 0,
                     err));
    for (size_t i = 0; i < delivery->file_count; i++)
        SHY_TRY(set_hash(store, "UPDATE delivery_files SET hash = ? WHERE delivery = ? AND n = ?",
                         delivery->files[i].hash, (int64_t)i + 1, err));
    return 0;
}
