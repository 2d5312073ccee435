/* SPDX-License-Identifier: MIT */
/*
 * A bundle that someone made: its checksums are put right, as a forger would, so that only the
 * checks of its numbers stand between it and an engine. What is read must lie inside the rows, the
 * dictionary and the register.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/contract/core_contracts.h"
#include "core/store/bundle_load.h"
#include "tests/fuzz/fuzz.h"

enum { PERSONS = 200, CODES = 50, ROWS_MOST = 4096 };

static const char *const names = "person,month,claim,institution,item,quantity,points";
static struct shy_database db;
static struct shy_map codes;
static sqlite3_stmt *put;
static const struct shy_contract *contract;

static void must(int good)
{
    if (!good)
        abort();
}

static const struct shy_map *find_codes(void *self, const struct shy_contract *c, int column)
{
    (void)self, (void)c, (void)column;
    return &codes;
}

static void prepare(void)
{
    static char path[] = "bundle";
    char text[16];
    db.path = path;
    db.format = &shy_store_format;
    must(sqlite3_open(":memory:", &db.handle) == SQLITE_OK);
    must(sqlite3_exec(db.handle, "CREATE TABLE bundles (segment INTEGER PRIMARY KEY, data BLOB)",
                      NULL, NULL, NULL) == SQLITE_OK);
    must(sqlite3_prepare_v2(db.handle, "INSERT OR REPLACE INTO bundles VALUES (1, ?)", -1, &put,
                            NULL) == SQLITE_OK);
    for (int i = 0; i < CODES; i++) {
        (void)snprintf(text, sizeof text, "%d", i);
        must(shy_map_adds(&codes, text) == (uint32_t)i);
    }
    for (size_t i = 0; shy_core_contracts[i] != NULL; i++) {
        if (strcmp(shy_core_contracts[i]->id, "medical_items") == 0)
            contract = shy_core_contracts[i];
    }
}

/* Checksums and size as they should be; the rows, 0 where it is not to be tried. */
static uint32_t forge(unsigned char *bytes, size_t size)
{
    struct shy_bundle_head head;
    size_t directory = shy_bundle_directory(bytes, size);
    if (directory == 0 || directory > size)
        return 0;
    memcpy(&head, bytes, sizeof head);
    head.size = size;
    memcpy(bytes, &head, sizeof head);
    for (uint32_t i = 0; i < head.parts; i++) {
        struct shy_bundle_part part;
        unsigned char *at = bytes + sizeof head + i * sizeof part;
        memcpy(&part, at, sizeof part);
        if (part.offset <= size && part.size <= size - part.offset)
            part.checksum = shy_checksum(bytes + part.offset, part.size);
        memcpy(at, &part, sizeof part);
    }
    struct shy_packed_bundle bundle = {bytes, size, head.rows};
    shy_bundle_seal(&bundle, 1);
    return head.rows <= ROWS_MOST ? head.rows : 0;
}

static void look(const struct shy_stretch *s)
{
    for (size_t i = 0; i < s->rows; i++)
        must(s->person[i] < PERSONS);
    for (size_t c = 0; c < contract->column_count; c++) {
        const struct shy_strip *strip = &s->columns[c];
        const struct shy_column *def = &contract->columns[c];
        int is_code = shy_store_has_texts(def->type) && def->role != SHY_ROLE_CLAIM &&
                      def->role != SHY_ROLE_PERSON;
        for (size_t i = 0; i < s->rows; i++) {
            uint64_t v = 0;
            if (strip->width > 0)
                memcpy(&v, (const char *)strip->values + i * strip->width, strip->width);
            must(strip->state == NULL || strip->state[i] <= SHIHYO_STATE_PARTIAL);
            if (is_code && (strip->state == NULL || strip->state[i] == SHIHYO_STATE_OK))
                must((uint64_t)strip->base + v < CODES);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t numbers[] = {PERSONS}, *joined[] = {NULL};
    struct shy_store_persons persons = {1, numbers, joined};
    struct shy_bundle_source source = {.db = &db, .persons = &persons, .dictionary = find_codes};
    struct shy_bundle_place place = {.segment = 1, .checksum = 1, .month = 24280};
    struct shy_stretch stretch;
    int columns[16];
    if (contract == NULL)
        prepare();
    unsigned char *bytes = malloc(size + 1);
    must(bytes != NULL);
    memcpy(bytes, data, size);
    place.rows = forge(bytes, size);
    for (size_t c = 0; c < contract->column_count; c++)
        columns[c] = (int)c;
    if (place.rows > 0) {
        (void)sqlite3_bind_blob64(put, 1, bytes, size, SQLITE_STATIC);
        must(sqlite3_step(put) == SQLITE_DONE);
        (void)sqlite3_reset(put);
        int code = shy_bundle_load(&source, &place, names, contract, columns,
                                   contract->column_count, &stretch, NULL);
        must(code == 0 || code == SHY_E_STORE_DAMAGED);
        if (code == 0)
            look(&stretch);
        (void)sqlite3_blob_close(source.blob);
    }
    shy_pool_free(&source.pool);
    free(bytes);
    return 0;
}
