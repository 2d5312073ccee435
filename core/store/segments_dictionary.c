/* SPDX-License-Identifier: MIT */
/*
 * Dictionaries shared by all segments whose column means the same. Numbers are only added, so a
 * segment is never rewritten because a later delivery has a new code.
 */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/store/segment.h"
#include "core/store/segments_internal.h"

/* Where the meaning's dictionary stands: 0 = nowhere yet. */
static int find_dictionary(struct shy_store *store, const char *meaning, int64_t *dictionary,
                           int64_t *entries, struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    bool row;
    SHY_TRY(shy_database_prepare(&store->db,
                                 "SELECT dictionary, entries FROM dictionaries"
                                 " WHERE segment IS NULL AND contract = ? AND name = ''",
                                 &statement, err));
    shy_database_bind_text(statement, 1, meaning);
    int code = shy_database_step(&store->db, statement, &row, err);
    *dictionary = code == 0 && row ? sqlite3_column_int64(statement, 0) : 0;
    *entries = code == 0 && row ? sqlite3_column_int64(statement, 1) : 0;
    (void)sqlite3_finalize(statement);
    return code;
}

static int fail_damaged(struct shy_store *store, const char *meaning, struct shihyo_error *err)
{
    (void)shy_database_damaged(&store->db, err, _("the dictionary of '%s'"), meaning);
    shy_hint(err, _("Remove the file and import the deliveries again."));
    return SHY_E_STORE_DAMAGED;
}

struct reading {
    struct shy_store *store;
    const char *meaning;
    struct shy_map *out;
};

static int add_part(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct reading *r = arg;
    const int64_t numbers[] = {sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1)};
    size_t size = (size_t)sqlite3_column_bytes(row, 3), length, entries = (size_t)numbers[1];
    const unsigned char *bytes = sqlite3_column_blob(row, 3);
    const char *text;
    if (numbers[0] != (int64_t)r->out->count || numbers[1] <= 0 ||
        entries > size / sizeof(uint32_t) ||
        shy_chunk_checksum(r->meaning, "", numbers, 2, bytes, size) !=
            (uint64_t)sqlite3_column_int64(row, 2))
        return fail_damaged(r->store, r->meaning, err);
    for (size_t i = 0; i < entries; i++) {
        if (!shy_texts_at(bytes, size, entries, i, &text, &length))
            return fail_damaged(r->store, r->meaning, err);
        uint32_t number = shy_map_add(r->out, text, length);
        if (number == SHY_MAP_NONE)
            return shy_fail_nomem(err);
        if (number != (uint32_t)numbers[0] + i)
            return fail_damaged(r->store, r->meaning, err);
    }
    return 0;
}

int shy_store_meaning(struct shy_store *store, const char *meaning, struct shy_map *out,
                      struct shihyo_error *err)
{
    struct reading r = {store, meaning, out};
    sqlite3_stmt *statement;
    int64_t dictionary, entries;
    *out = (struct shy_map){0};
    SHY_TRY(find_dictionary(store, meaning, &dictionary, &entries, err));
    int code = shy_database_prepare(&store->db,
                                    "SELECT first, entries, checksum, data FROM dictionary_parts"
                                    " WHERE dictionary = ? ORDER BY first",
                                    &statement, err);
    if (code == 0) {
        (void)sqlite3_bind_int64(statement, 1, dictionary);
        code = shy_database_each(&store->db, statement, add_part, &r, err);
    }
    if (code == 0 && (int64_t)out->count != entries)
        code = fail_damaged(store, meaning, err);
    if (code != 0)
        shy_map_free(out);
    return code;
}

int shy_store_dictionary(struct shy_store *store, const struct shy_contract *contract, int column,
                         struct shy_map *out, struct shihyo_error *err)
{
    char meaning[SHY_MEANING_TEXT];
    shy_code_meaning(contract, column, meaning);
    return shy_store_meaning(store, meaning, out, err);
}

/* Adding ---------------------------------------------------------------------------------- */

struct added {
    const char *meaning;
    int64_t dictionary, first;
    const char *const *texts;
    const size_t *lengths;
    size_t count;
};

static int insert_dictionary(struct shy_store *store, struct added *a, struct shihyo_error *err)
{
    sqlite3_stmt *row = store->writer->dictionary;
    (void)sqlite3_bind_null(row, 1);
    shy_database_bind_text(row, 2, a->meaning);
    shy_database_bind_text(row, 3, "");
    (void)sqlite3_bind_int64(row, 4, 0);
    SHY_TRY(shy_database_run(&store->db, row, err));
    a->dictionary = sqlite3_last_insert_rowid(store->db.handle);
    return 0;
}

/* Texts [from, end), size bytes together. */
static int insert_part(struct shy_store *store, const struct added *a, size_t from, size_t end,
                       size_t size, struct shihyo_error *err)
{
    sqlite3_stmt *row = store->writer->part;
    const int64_t numbers[] = {a->first + (int64_t)from, (int64_t)(end - from)};
    size_t head = (end - from + 1) * sizeof(uint32_t), at = 0;
    unsigned char *bytes = shy_alloc(head + size + 1, 1);
    if (bytes == NULL)
        return shy_fail_nomem(err);
    for (size_t i = from; i <= end; i++) {
        uint32_t offset = (uint32_t)at;
        memcpy(bytes + (i - from) * sizeof offset, &offset, sizeof offset);
        if (i == end)
            break;
        memcpy(bytes + head + at, a->texts[i], a->lengths[i]);
        at += a->lengths[i];
    }
    uint64_t checksum = shy_chunk_checksum(a->meaning, "", numbers, 2, bytes, head + size);
    (void)sqlite3_bind_int64(row, 1, a->dictionary);
    (void)sqlite3_bind_int64(row, 2, numbers[0]);
    (void)sqlite3_bind_int64(row, 3, numbers[1]);
    (void)sqlite3_bind_int64(row, 4, (int64_t)checksum);
    (void)sqlite3_bind_blob64(row, 5, bytes, head + size, SQLITE_STATIC);
    int code = shy_database_run(&store->db, row, err);
    (void)sqlite3_clear_bindings(row);
    shy_free(bytes);
    return code;
}

static int insert_parts(struct shy_store *store, const struct added *a, struct shihyo_error *err)
{
    for (size_t from = 0; from < a->count;) {
        size_t size = a->lengths[from], end = from + 1;
        while (end < a->count && size + a->lengths[end] < SHY_CHUNK_BYTES)
            size += a->lengths[end++];
        SHY_TRY(insert_part(store, a, from, end, size, err));
        from = end;
    }
    return 0;
}

static int set_entries(struct shy_store *store, const struct added *a, struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    SHY_TRY(shy_database_prepare(
        &store->db, "UPDATE dictionaries SET entries = ? WHERE dictionary = ?", &statement, err));
    (void)sqlite3_bind_int64(statement, 1, a->first + (int64_t)a->count);
    (void)sqlite3_bind_int64(statement, 2, a->dictionary);
    int code = shy_database_run(&store->db, statement, err);
    (void)sqlite3_finalize(statement);
    return code;
}

/* A text that is there already, or twice among the new ones, would get two numbers. */
static int check_new(struct shy_store *store, const struct added *a, struct shihyo_error *err)
{
    struct shy_map known;
    SHY_TRY(shy_store_meaning(store, a->meaning, &known, err));
    int code = 0;
    for (size_t i = 0; i < a->count && code == 0; i++) {
        uint32_t number = shy_map_add(&known, a->texts[i], a->lengths[i]);
        if (number == SHY_MAP_NONE)
            code = shy_fail_nomem(err);
        else if (number != a->first + (int64_t)i)
            code = shy_fail(err, SHY_E_INTERNAL, _("A code of '%s' would get two numbers."),
                            a->meaning);
    }
    shy_map_free(&known);
    return code;
}

static int add_texts(struct shy_store *store, struct added *a, struct shihyo_error *err)
{
    SHY_TRY(find_dictionary(store, a->meaning, &a->dictionary, &a->first, err));
    SHY_TRY(check_new(store, a, err));
    if (a->dictionary == 0)
        SHY_TRY(insert_dictionary(store, a, err));
    SHY_TRY(insert_parts(store, a, err));
    return set_entries(store, a, err);
}

int shy_store_dictionary_add(struct shy_store *store, const struct shy_contract *contract,
                             int column, const char *const *texts, const size_t *lengths,
                             size_t count, struct shihyo_error *err)
{
    char meaning[SHY_MEANING_TEXT];
    struct added a = {.meaning = meaning, .texts = texts, .lengths = lengths, .count = count};
    if (store->writer == NULL)
        return shy_store_not_begun(err);
    if (count == 0)
        return 0;
    shy_code_meaning(contract, column, meaning);
    int code = add_texts(store, &a, err);
    if (code != 0)
        shy_store_rollback(store);
    return code;
}
