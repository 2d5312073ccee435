/* SPDX-License-Identifier: MIT */
/*
 * Files. Only POSIX and flock; every descriptor is close-on-exec. Reading an input that is missing
 * or unreadable is the input's fault (exit class 11); all else that the system refuses is its own.
 */
#include "core/base/os/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"

#ifndef HOST_NAME_MAX
#define HOST_NAME_MAX 64
#endif

/* Reading -------------------------------------------------------------------------------- */

/* A file that is there and cannot be read is the input's fault, like one that is not there. */
static int fail_read(struct shihyo_error *err, int errno_value, const char *path)
{
    int code = shy_fail_os(err, errno_value, _("The file cannot be read"), path);
    if (code != SHY_E_OS)
        return code;
    if (err != NULL)
        err->code = SHY_E_FILE_IO;
    return SHY_E_FILE_IO;
}

/* A signal (the user pressing Ctrl-C once) must not look like a broken file. */
static ssize_t read_again(int fd, void *buffer, size_t size)
{
    ssize_t got;
    do {
        got = read(fd, buffer, size);
    } while (got < 0 && errno == EINTR);
    return got;
}

/* Pipes and the like, which have no size and cannot be mapped. */
static int read_all(int fd, const char *path, struct shy_mapping *out, struct shihyo_error *err)
{
    unsigned char *bytes = NULL;
    size_t count = 0, capacity = 0;
    for (;;) {
        if (count == capacity && !shy_grow_((void **)&bytes, &capacity, count + 65536, 1)) {
            shy_free(bytes);
            return shy_fail_nomem(err);
        }
        ssize_t got = read_again(fd, bytes + count, capacity - count);
        if (got < 0) {
            int error = errno;
            shy_free(bytes);
            return fail_read(err, error, path);
        }
        if (got == 0)
            break;
        count += (size_t)got;
    }
    if (count == 0) {
        shy_free(bytes);
        bytes = NULL;
    }
    *out = (struct shy_mapping){bytes, count, bytes};
    return 0;
}

static int map_descriptor(int fd, const char *path, struct shy_mapping *out,
                          struct shihyo_error *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return fail_read(err, errno, path);
    if (S_ISDIR(st.st_mode))
        return fail_read(err, EISDIR, path);
    /* Files of /proc say that they are empty and are not: read those. */
    if (!S_ISREG(st.st_mode) || st.st_size == 0)
        return read_all(fd, path, out, err);
    size_t size = (size_t)st.st_size;
    /* A file system that cannot map is no reason to fail. */
    void *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED)
        return read_all(fd, path, out, err);
    /* Tables are read from front to back, once. */
    (void)madvise(data, size, MADV_SEQUENTIAL);
    *out = (struct shy_mapping){data, size, NULL};
    return 0;
}

int shy_os_map(const char *path, struct shy_mapping *out, struct shihyo_error *err)
{
    *out = (struct shy_mapping){0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_read(err, errno, path);
    int code = map_descriptor(fd, path, out, err);
    (void)close(fd);
    return code;
}

/* owned tells the two ways apart; a second call finds zeroes and does nothing. */
void shy_os_unmap(struct shy_mapping *mapping)
{
    if (mapping->owned != NULL)
        shy_free(mapping->owned);
    else if (mapping->data != NULL)
        (void)munmap((void *)(uintptr_t)mapping->data, mapping->size);
    *mapping = (struct shy_mapping){0};
}

char *shy_os_real_path(const char *path)
{
    char *real = realpath(path, NULL);
    char *copy = real == NULL ? NULL : shy_strdup(real);
    free(real);
    return copy;
}

/* Says nothing about whether it may be opened: the one who opens it reports that with the true
 * reason. */
static int64_t nanoseconds(const struct timespec *t)
{
    return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

bool shy_os_stamp(const char *path, struct shy_os_stamp *out)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return false;
    *out = (struct shy_os_stamp){.size = st.st_size,
                                 .modified = nanoseconds(&st.st_mtim),
                                 .changed = nanoseconds(&st.st_ctim),
                                 .inode = (int64_t)st.st_ino};
    return true;
}

bool shy_os_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool shy_os_is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int shy_os_check_writable(const char *path, const char *what, struct shihyo_error *err)
{
    if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 || errno == ENOENT)
        return 0;
    return shy_fail_os(err, errno, what, path);
}

/* Paths ---------------------------------------------------------------------------------- */

char *shy_os_join(const char *base, const char *name)
{
    struct shy_text t = {0};
    if (name[0] != '/' && base != NULL && base[0] != '\0') {
        shy_text_adds(&t, base);
        if (base[strlen(base) - 1] != '/')
            shy_text_addc(&t, '/');
    }
    shy_text_adds(&t, name);
    if (t.failed) {
        shy_text_free(&t);
        return NULL;
    }
    return t.text;
}

const char *shy_os_basename(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

char *shy_os_dirname(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return shy_strdup(".");
    while (slash > path && slash[-1] == '/')
        slash--;
    return slash == path ? shy_strdup("/") : shy_strndup(path, (size_t)(slash - path));
}

/* Another process may make it at the same moment; what counts is that it is there. */
static int make_directory(const char *path, struct shihyo_error *err)
{
    if (mkdir(path, 0777) == 0)
        return 0;
    int error = errno;
    if (error == EEXIST && shy_os_is_directory(path))
        return 0;
    return shy_fail_os(err, error, _("The folder cannot be made"), path);
}

int shy_os_mkdir(const char *path, struct shihyo_error *err)
{
    char *copy = shy_strdup(path);
    int code = 0;
    if (copy == NULL)
        return shy_fail_nomem(err);
    for (char *p = copy; *p != '\0' && code == 0; p++) {
        if (*p != '/' || p == copy || p[-1] == '/')
            continue;
        *p = '\0';
        if (!shy_os_is_directory(copy))
            code = make_directory(copy, err);
        *p = '/';
    }
    if (code == 0)
        code = make_directory(copy, err);
    shy_free(copy);
    return code;
}

/* Writing -------------------------------------------------------------------------------- */

/* write may take a part only, on a full disk or a pipe; the rest is tried until there is an error.
 */
static int write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t put = write(fd, bytes, size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return errno;
        bytes += put;
        size -= (size_t)put;
    }
    return 0;
}

/* A new file beside path. Its rights are those of a file made by open, or of the file that it
 * will replace: mkstemp would give neither. */
static int open_beside(const char *path, struct shy_text *name)
{
    static _Atomic unsigned counter;
    struct stat st;
    int fd = -1;
    errno = EEXIST;
    for (int i = 0; i < 100 && fd < 0 && errno == EEXIST; i++) {
        shy_text_clear(name);
        shy_text_addf(name, "%s.%ld-%u.tmp", path, (long)getpid(), atomic_fetch_add(&counter, 1));
        if (name->failed) {
            errno = ENOMEM;
            return -1;
        }
        fd = open(name->text, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    }
    if (fd >= 0 && stat(path, &st) == 0)
        (void)fchmod(fd, st.st_mode & 07777);
    return fd;
}

/* The rename is lasting only when the directory is on the disk as well. File systems that cannot
 * sync a directory say EINVAL; there is nothing more to do then. */
static int sync_directory(const char *path)
{
    char *directory = shy_os_dirname(path);
    if (directory == NULL)
        return ENOMEM;
    int error = 0;
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    shy_free(directory);
    if (fd < 0)
        return errno;
    if (fsync(fd) != 0 && errno != EINVAL)
        error = errno;
    (void)close(fd);
    return error;
}

/* 0 or an errno value. Until the rename the old file is whole, after it the new one is: a reader,
 * or a machine that loses power, never finds half a file. */
static int replace_file(const char *path, const void *bytes, size_t size, struct shy_text *name)
{
    int fd = open_beside(path, name);
    if (fd < 0)
        return errno;
    int error = write_all(fd, bytes, size);
    if (error == 0 && fsync(fd) != 0)
        error = errno;
    if (close(fd) != 0 && error == 0)
        error = errno;
    if (error == 0 && rename(name->text, path) != 0)
        error = errno;
    if (error != 0) {
        (void)unlink(name->text);
        return error;
    }
    return sync_directory(path);
}

int shy_os_write_file(const char *path, const void *bytes, size_t size, struct shihyo_error *err)
{
    struct shy_text name = {0};
    int error = replace_file(path, bytes, size, &name);
    shy_text_free(&name);
    if (error == 0)
        return 0;
    return shy_fail_os(err, error, _("The file cannot be written"), path);
}

/* Streams -------------------------------------------------------------------------------- */

/* What is missing is a folder of the path, not an input: never the code of a file not found. */
static int fail_output(struct shihyo_error *err, int error, const char *path)
{
    int code = shy_fail_os(err, error, _("The file cannot be written"), path);
    if (error != ENOENT)
        return code;
    shy_hint(err, _("The folder of the file is not there: make it first."));
    if (err != NULL)
        err->code = SHY_E_OS;
    return SHY_E_OS;
}

int shy_os_output_open(const char *path, struct shy_output *out, struct shihyo_error *err)
{
    struct stat st;
    struct shy_text name = {0};
    *out = (struct shy_output){.path = shy_strdup(path)};
    if (out->path == NULL)
        return shy_fail_nomem(err);
    int error = 0;
    /* A link, which /dev/stdout is, is followed and not replaced. */
    if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
        out->file = fopen(path, "wbe");
        error = out->file == NULL ? errno : 0;
    } else {
        int fd = open_beside(path, &name);
        out->beside = fd >= 0 ? shy_strdup(shy_text_get(&name)) : NULL;
        out->file = out->beside != NULL ? fdopen(fd, "wb") : NULL;
        error = out->file != NULL ? 0 : fd >= 0 && out->beside == NULL ? ENOMEM : errno;
        if (out->file == NULL && fd >= 0) {
            (void)close(fd);
            (void)unlink(shy_text_get(&name));
        }
    }
    shy_text_free(&name);
    if (out->file != NULL)
        return 0;
    int code = fail_output(err, error, path);
    shy_free(out->beside);
    shy_free(out->path);
    *out = (struct shy_output){0};
    return code;
}

/* Errors of a file that is thrown away do not matter: only with keep is anything reported. The name
 * appears by rename, after the bytes are on the disk. */
int shy_os_output_close(struct shy_output *out, bool keep, struct shihyo_error *err)
{
    int error = 0;
    bool beside = out->beside != NULL;
    if (keep && (fflush(out->file) != 0 || (beside && fsync(fileno(out->file)) != 0)))
        error = errno;
    if (fclose(out->file) != 0 && keep && error == 0)
        error = errno;
    if (keep && error == 0 && beside && rename(out->beside, out->path) != 0)
        error = errno;
    if (beside && (!keep || error != 0))
        (void)unlink(out->beside);
    int code = error == 0 ? 0 : fail_output(err, error, out->path);
    shy_free(out->beside);
    shy_free(out->path);
    *out = (struct shy_output){0};
    return code;
}

/* Lists ---------------------------------------------------------------------------------- */

/* Counted only when the copy is there, so that shy_paths_free always finds whole entries. */
static bool add_path(struct shy_paths *paths, const char *path)
{
    if (!SHY_GROW(paths->items, paths->count, paths->capacity))
        return false;
    char *copy = shy_strdup(path);
    if (copy == NULL)
        return false;
    paths->items[paths->count++] = copy;
    return true;
}

/* The same order on every machine. */
static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_paths(struct shy_paths *paths)
{
    if (paths->count > 1)
        qsort(paths->items, paths->count, sizeof *paths->items, by_bytes);
}

void shy_paths_free(struct shy_paths *paths)
{
    for (size_t i = 0; i < paths->count; i++)
        shy_free(paths->items[i]);
    shy_free(paths->items);
    *paths = (struct shy_paths){0};
}

/* Bytes of the longest folder at the start of a path that is there under just this name. */
static size_t literal_folder(const char *path)
{
    char *folder = shy_strdup(path);
    size_t length = 0;
    for (char *slash = folder == NULL ? NULL : strrchr(folder, '/'); slash != NULL && length == 0;
         slash = strrchr(folder, '/')) {
        *slash = '\0';
        if (shy_os_is_directory(folder))
            length = (size_t)(slash - folder);
    }
    shy_free(folder);
    return length;
}

/* The pattern with what stands for other characters in its folder's own name escaped: a project may
 * lie in a folder called "[R6]計画". NULL = out of memory. */
static char *spare_folder(const char *pattern)
{
    struct shy_text t = {0};
    size_t length = literal_folder(pattern);
    for (size_t i = 0; i < length; i++) {
        if (strchr("*?[\\", pattern[i]) != NULL)
            shy_text_addc(&t, '\\');
        shy_text_addc(&t, pattern[i]);
    }
    shy_text_adds(&t, pattern + length);
    if (t.failed) {
        shy_text_free(&t);
        return NULL;
    }
    return t.text;
}

/* A pattern means files: a pipe that lies among them would be waited for. Who names one means it. */
static bool is_found(const char *pattern, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return true; /* a link to nothing: told when it is read */
    return S_ISREG(st.st_mode) || (!S_ISDIR(st.st_mode) && strcmp(pattern, path) == 0);
}

/* Sorted here: glob's own order depends on the locale. */
int shy_os_glob(const char *pattern, struct shy_paths *out, struct shihyo_error *err)
{
    glob_t found;
    *out = (struct shy_paths){0};
    char *spared = spare_folder(pattern);
    if (spared == NULL)
        return shy_fail_nomem(err);
    errno = 0;
    int result = glob(spared, GLOB_NOSORT, NULL, &found);
    int error = errno;
    shy_free(spared);
    if (result == GLOB_NOMATCH)
        return 0;
    if (result == GLOB_NOSPACE)
        return shy_fail_nomem(err);
    if (result != 0)
        return fail_read(err, error != 0 ? error : EIO, pattern);
    bool complete = true;
    for (size_t i = 0; i < found.gl_pathc && complete; i++) {
        if (is_found(pattern, found.gl_pathv[i]))
            complete = add_path(out, found.gl_pathv[i]);
    }
    globfree(&found);
    if (!complete) {
        shy_paths_free(out);
        return shy_fail_nomem(err);
    }
    sort_paths(out);
    return 0;
}

/* 0 or an errno value. */
static int list_entries(DIR *directory, struct shy_paths *out)
{
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(directory);
        if (entry == NULL)
            return errno;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (!add_path(out, entry->d_name))
            return ENOMEM;
    }
}

int shy_os_list(const char *directory, struct shy_paths *out, struct shihyo_error *err)
{
    *out = (struct shy_paths){0};
    DIR *opened = opendir(directory);
    if (opened == NULL)
        return shy_fail_os(err, errno, _("The folder cannot be read"), directory);
    int error = list_entries(opened, out);
    (void)closedir(opened);
    if (error != 0) {
        shy_paths_free(out);
        return shy_fail_os(err, error, _("The folder cannot be read"), directory);
    }
    sort_paths(out);
    return 0;
}

/* Lock ----------------------------------------------------------------------------------- */

/*
 * The lock is the kernel's and goes with the process that holds it, so a file left behind by a
 * crash locks nothing. The file is never removed: another process may be about to lock it.
 */
static void write_owner(int fd, const char *purpose)
{
    char host[HOST_NAME_MAX + 1] = "", now[21];
    struct shy_text line = {0};
    (void)gethostname(host, sizeof host - 1);
    shy_os_utc(shy_os_now(), now);
    shy_text_addf(&line, "pid %ld, host %s, %s, since %s\n", (long)getpid(), host, purpose, now);
    /* The line only helps people; the lock holds without it. */
    if (!line.failed && ftruncate(fd, 0) == 0)
        (void)write_all(fd, line.text, line.length);
    shy_text_free(&line);
}

/* The owner wrote its line when it took the lock; between the two the file may be empty, and then
 * there is no name to show. */
static int fail_locked(int fd, const char *path, struct shihyo_error *err)
{
    char owner[256];
    ssize_t got = read_again(fd, owner, sizeof owner);
    size_t length = got > 0 ? (size_t)got : 0;
    while (length > 0 && owner[length - 1] == '\n')
        length--;
    (void)shy_fail(err, SHY_E_PROJECT_LOCKED, _("Another process is working on the project."));
    shy_at(err, path, 0, 0);
    shy_value(err, owner, length);
    shy_hint(err, _("Wait until it has ended, then try again."));
    return SHY_E_PROJECT_LOCKED;
}

/* flock rather than fcntl: it also keeps out a second handle of the same process, and closing some
 * other descriptor of the file does not drop it. */
static int take_lock(int fd)
{
    int result;
    do {
        result = flock(fd, LOCK_EX | LOCK_NB);
    } while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
}

int shy_os_lock(const char *path, const char *purpose, struct shy_lock *out,
                struct shihyo_error *err)
{
    *out = (struct shy_lock){-1, NULL};
    char *copy = shy_strdup(path);
    if (copy == NULL)
        return shy_fail_nomem(err);
    int code = 0;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    int error = fd < 0 ? errno : take_lock(fd);
    if (fd >= 0 && error == EWOULDBLOCK)
        code = fail_locked(fd, path, err);
    else if (error != 0)
        code = shy_fail_os(err, error, _("The lock file cannot be used"), path);
    if (code != 0) {
        if (fd >= 0)
            (void)close(fd);
        shy_free(copy);
        return code;
    }
    write_owner(fd, purpose);
    *out = (struct shy_lock){fd, copy};
    return 0;
}

void shy_os_unlock(struct shy_lock *lock)
{
    /* A zero-initialised lock was never taken: descriptor 0 is not ours. */
    if (lock->path != NULL && lock->fd >= 0) {
        /* Emptied while still held, so that nobody reads the name of an owner that is gone. */
        if (ftruncate(lock->fd, 0) != 0)
            errno = 0;
        (void)close(lock->fd);
    }
    shy_free(lock->path);
    *lock = (struct shy_lock){-1, NULL};
}
