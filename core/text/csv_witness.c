/* SPDX-License-Identifier: MIT */
#include "core/text/csv_witness.h"

#include <stdatomic.h>
#include <string.h>

static _Thread_local const struct shy_hashed_files *present;

void shy_csv_set_witness(const struct shy_hashed_files *files)
{
    present = files;
}

struct shy_hashed_file *shy_csv_witnessed(const char *path, size_t size)
{
    for (size_t i = 0; present != NULL && i < present->count; i++) {
        if (present->files[i].size == (int64_t)size && strcmp(present->files[i].path, path) == 0)
            return &present->files[i];
    }
    return NULL;
}

void shy_csv_note_blocks(struct shy_hashed_file *file, const unsigned char *data, size_t *block,
                         size_t end)
{
    size_t size = (size_t)file->size;
    for (; *block * SHY_HASH_BLOCK < size; ++*block) {
        size_t from = *block * SHY_HASH_BLOCK;
        size_t length = size - from < SHY_HASH_BLOCK ? size - from : SHY_HASH_BLOCK;
        struct shy_block_hash hash;
        if (from + length > end)
            return;
        shy_hash_block(data + from, length, &hash);
        /* Parts of a file may be read more than once, to find the line of a broken one. */
        if (atomic_exchange(&file->done[*block], 1) == 0)
            file->blocks[*block] = hash;
    }
}
