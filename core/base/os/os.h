/* SPDX-License-Identifier: MIT */
/*
 * The calls to the operating system, in one place so that a port has one folder to change.
 * Paths are UTF-8. Functions return 0 or a message code.
 */
#ifndef SHY_BASE_OS_H
#define SHY_BASE_OS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/base/error.h"

/* Whole file, read-only. data is NULL when size is 0. Close with shy_os_unmap. */
struct shy_mapping {
    const unsigned char *data;
    size_t size;
    void *owned; /* NULL, or the copy where the file could not be mapped */
};
/* The bytes stay valid until shy_os_unmap, also where the file is removed or replaced meanwhile;
 * they must not be shortened in place. SHY_E_FILE_NOT_FOUND, SHY_E_FILE_IO. */
int shy_os_map(const char *path, struct shy_mapping *out, struct shihyo_error *err);
void shy_os_unmap(struct shy_mapping *mapping);

/* What tells that a file is still the one it was; times in nanoseconds since 1970. */
struct shy_os_stamp {
    int64_t size, modified, changed, inode;
};
bool shy_os_stamp(const char *path, struct shy_os_stamp *out); /* false: it cannot be told */
bool shy_os_exists(const char *path);
bool shy_os_is_directory(const char *path);
/* SHY_E_OS where the file or folder is there and may not be written to; what is the sentence. */
int shy_os_check_writable(const char *path, const char *what, struct shihyo_error *err);
int shy_os_mkdir(const char *path, struct shihyo_error *err); /* parents too; existing is fine */
/* Writes a temporary file beside path, syncs, renames: afterwards path is the old file or the new
 * one as a whole. The rights of a file that was there are kept. */
int shy_os_write_file(const char *path, const void *bytes, size_t size, struct shihyo_error *err);
/* A file to write to as a stream. A regular file appears, or is replaced, only when it is closed
 * with keep; what is no regular file (a device, a pipe) is written to as it stands, never removed.
 */
struct shy_output {
    FILE *file;
    char *path, *beside; /* beside: what is renamed at the end, NULL for a device */
};
int shy_os_output_open(const char *path, struct shy_output *out, struct shihyo_error *err);
int shy_os_output_close(struct shy_output *out, bool keep, struct shihyo_error *err);
/* A file without a name in the directory, for this process alone: it is gone when it is closed,
 * whatever happens. name: for messages. */
int shy_os_unnamed_file(const char *directory, int *out, struct shihyo_error *err);
int shy_os_write_at(int fd, int64_t offset, const void *bytes, size_t length, const char *name,
                    struct shihyo_error *err);
int shy_os_read_at(int fd, int64_t offset, void *bytes, size_t length, const char *name,
                   struct shihyo_error *err);
/* What stands there is not read again: its room in memory and on the disk is given back where the
 * file system can. */
void shy_os_forget_range(int fd, int64_t offset, int64_t length);
void shy_os_close(int fd); /* -1: nothing */

/* base/name, or name where it is absolute; malloc'd with shy_alloc. */
char *shy_os_join(const char *base, const char *name);
const char *shy_os_basename(const char *path);
char *shy_os_dirname(const char *path); /* shy_alloc'd */
/* The path without symbolic links, '.' and '..'; shy_alloc'd, NULL where there is no such file. */
char *shy_os_real_path(const char *path);

/* Sorted list of paths. Zero-initialised is empty; the list owns its texts. */
struct shy_paths {
    char **items;
    size_t count, capacity;
};
/* Files (no folders) matching a pattern with * ? [..], sorted by bytes; none is not an error. The
 * longest folder at its start that is there under that very name is taken as it is written. */
int shy_os_glob(const char *pattern, struct shy_paths *out, struct shihyo_error *err);
/* Entries of a directory (names only, sorted by bytes, without . and ..). *out is empty after a
 * failure. */
int shy_os_list(const char *directory, struct shy_paths *out, struct shihyo_error *err);
void shy_paths_free(struct shy_paths *paths);

/* An exclusive lock held through a file that names its owner (process id, host, command). */
struct shy_lock {
    int fd;
    char *path;
};
/* SHY_E_PROJECT_LOCKED with the owner's line as value when held by another process. */
int shy_os_lock(const char *path, const char *purpose, struct shy_lock *out,
                struct shihyo_error *err);
void shy_os_unlock(struct shy_lock *lock);

int64_t shy_os_now(void);                       /* seconds since 1970, UTC */
void shy_os_utc(int64_t seconds, char out[21]); /* "2024-04-01T09:00:00Z" */
int64_t shy_os_monotonic_ns(void);
int64_t shy_os_peak_memory(void); /* bytes */
bool shy_os_is_terminal(FILE *f);
int shy_os_terminal_width(FILE *f); /* 80 when unknown */
void shy_os_install_cancel(void);   /* SIGINT, SIGTERM set the flag of shy_os_cancelled */
bool shy_os_cancelled(void);
/* For this thread shy_os_cancelled is true as well once *stop is; NULL = no longer. */
void shy_os_watch(const atomic_bool *stop);
size_t shy_os_processors(void); /* at least 1 */
/* Fills the places of standard streams that were closed, so that no file of ours takes the number
 * of one and gets what is printed. First thing in main. */
void shy_os_keep_streams(void);

#endif
