/* SPDX-License-Identifier: MIT */
/*
 * A store with changed bytes. The input is a list of changes (three bytes: which of the bytes in
 * use; one byte: what to combine it with) and, where a change's fourth byte is 0, a cut after that
 * byte. What can be read without an error must be what was written.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/os/os.h"
#include "core/store/store.h"
#include "tests/fuzz/fuzz.h"

enum { ROWS = 300, CHANGES = 64 };

static const struct shy_column columns[] = {
    {.name = "code", .type = SHY_CODE_T, .min = 1},
    {.name = "number", .type = SHY_INT_T, .flags = SHY_COLUMN_NULLABLE, .min = 1},
};
static const struct shy_contract contract = {
    .id = "facts.fuzz", .columns = columns, .column_count = 2};

static char path[64];
static unsigned char *sound;
static size_t sound_size;
static size_t *used;
static size_t used_count;

static void must(int good)
{
    if (!good)
        abort();
}

static void remove_file(void)
{
    (void)unlink(path);
}

static int64_t number_of(size_t row)
{
    return (int64_t)row * 977 - 1000;
}

static struct shy_table *make_rows(void)
{
    struct shy_table *t;
    char text[32];
    must(shy_table_new(&contract, NULL, 0, &t, NULL) == 0);
    for (size_t i = 0; i < ROWS; i++) {
        size_t row;
        must(shy_table_add_row(t, &row, NULL) == 0);
        int length = snprintf(text, sizeof text, "c%d", (int)(i % 40));
        must(shy_table_set_text(t, row, 0, text, (size_t)length, NULL) == 0);
        if (i % 9 != 0)
            shy_table_set_int(t, row, 1, number_of(i));
    }
    return t;
}

static void make_store(void)
{
    struct shy_store *store;
    struct shy_mapping file;
    struct shy_delivery d = {.source = "a",
                             .plugin = "p",
                             .plugin_version = "1",
                             .options = "{}",
                             .received = "2024-04-01T00:00:00Z"};
    shy_hash_bytes("a", 1, d.hash);
    (void)snprintf(path, sizeof path, "fuzz_store_%ld.tmp", (long)getpid());
    remove_file();
    (void)atexit(remove_file);
    struct shy_table *rows = make_rows();
    must(shy_store_open(path, SHY_STORE_WRITE, &store, NULL) == 0);
    must(shy_store_begin(store, &d, true, NULL) == 0);
    must(shy_store_append(store, rows, NULL) == 0);
    must(shy_store_commit(store, NULL, NULL) == 0);
    shy_store_close(store);
    shy_table_free(rows);
    must(shy_os_map(path, &file, NULL) == 0);
    sound_size = file.size;
    sound = malloc(sound_size);
    used = malloc(sound_size * sizeof *used);
    must(sound != NULL && used != NULL);
    memcpy(sound, file.data, sound_size);
    shy_os_unmap(&file);
    for (size_t i = 0; i < sound_size; i++) {
        if (sound[i] != 0)
            used[used_count++] = i;
    }
}

static void write_changed(const uint8_t *data, size_t size)
{
    unsigned char *bytes = malloc(sound_size);
    size_t left = sound_size;
    must(bytes != NULL);
    memcpy(bytes, sound, sound_size);
    for (size_t i = 0; i + 4 <= size && i < (size_t)CHANGES * 4; i += 4) {
        size_t which = (size_t)data[i] << 16 | (size_t)data[i + 1] << 8 | data[i + 2];
        size_t at = used[which % used_count];
        bytes[at] ^= data[i + 3];
        if (data[i + 3] == 0 && at < left)
            left = at;
    }
    FILE *f = fopen(path, "wb");
    must(f != NULL && fwrite(bytes, 1, left, f) == left && fclose(f) == 0);
    free(bytes);
}

static void check_rows(const struct shy_table *t)
{
    must(t != NULL && t->rows == ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        char text[32];
        (void)snprintf(text, sizeof text, "c%d", (int)(i % 40));
        const char *there = shy_table_text(t, i, 0);
        must(there != NULL && strcmp(there, text) == 0);
        must((t->columns[1].state[i] == SHIHYO_STATE_OK) == (i % 9 != 0));
        must(i % 9 == 0 || t->columns[1].data[i] == number_of(i));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_problems problems = {0};
    struct shy_store *store;
    struct shy_table *rows = NULL;
    if (sound == NULL)
        make_store();
    write_changed(data, size);
    int code = shy_store_open(path, SHY_STORE_READ, &store, &err);
    if (code == 0)
        code = shy_store_read(store, &contract, NULL, 0, &rows, &err);
    if (code == 0)
        check_rows(rows);
    if (store != NULL)
        (void)shy_store_verify(store, &problems, &err);
    shy_problems_free(&problems);
    shy_table_free(rows);
    shy_store_close(store);
    return 0;
}
