/* SPDX-License-Identifier: MIT */
/*
 * Text files inside zip archives, unpacked as they are read: neither the disk nor the memory ever
 * holds a whole one. Names are UTF-8; Japanese Windows writes them in CP932 without saying so, and
 * they are taken for that where they are no valid UTF-8. A reader belongs to one thread at a time.
 */
#ifndef SHY_TEXT_ARCHIVE_H
#define SHY_TEXT_ARCHIVE_H

#include "core/base/error.h"

struct shy_archive_reader;

/* *out ends with shy_archive_close. SHY_E_ARCHIVE where the archive is damaged, is protected by a
 * password or has no such file. */
int shy_archive_open(const char *path, const char *member, struct shy_archive_reader **out,
                     struct shihyo_error *err);
/* *got < size only at the end. Contents are checked against the archive's checksum there. */
int shy_archive_read(struct shy_archive_reader *r, void *to, size_t size, size_t *got,
                     struct shihyo_error *err);
void shy_archive_close(struct shy_archive_reader *r);

/* The names of all files, sorted, with their sizes unpacked; folders are left out. What visit
 * returns other than 0 ends the walk and goes to *stopped. */
int shy_archive_list(const char *path, int (*visit)(void *arg, const char *name, uint64_t size),
                     void *arg, int *stopped, struct shihyo_error *err);

#endif
