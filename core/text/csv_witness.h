/* SPDX-License-Identifier: MIT */
/*
 * The hash of a file while it is read: who reads lines of it notes the hash of each block that it
 * has gone through, so that gigabytes need not be read once more to know what they were. Threads:
 * each says for itself who is told; the files may be shared.
 */
#ifndef SHY_TEXT_CSV_WITNESS_H
#define SHY_TEXT_CSV_WITNESS_H

#include "core/base/hash.h"

/* Told of what this thread reads from now on; NULL = nobody. */
void shy_csv_set_witness(const struct shy_hashed_files *files);
/* The file of this name and size, or NULL. */
struct shy_hashed_file *shy_csv_witnessed(const char *path, size_t size);
/* Notes the blocks from *block on that end at `end` or before; data is the whole file. */
void shy_csv_note_blocks(struct shy_hashed_file *file, const unsigned char *data, size_t *block,
                         size_t end);

#endif
