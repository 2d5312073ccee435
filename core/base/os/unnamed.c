/* SPDX-License-Identifier: MIT */
/* Files without a name, for what does not fit in memory. */
#include "config.h"

#include "core/base/os/os.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"

/* Where the file system cannot make a file without a name, the name is taken away at once. */
static int make_and_unlink(const char *directory)
{
    struct shy_text name = {0};
    shy_text_addf(&name, "%s/.shihyo-XXXXXX", directory);
    int fd = -1;
    errno = ENOMEM;
    if (!name.failed)
        fd = mkostemp(name.text, O_CLOEXEC);
    if (fd >= 0)
        (void)unlink(name.text);
    int error = errno;
    shy_text_free(&name);
    errno = error;
    return fd;
}

int shy_os_unnamed_file(const char *directory, int *out, struct shihyo_error *err)
{
    int fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0)
        fd = make_and_unlink(directory);
    *out = fd;
    return fd >= 0 ? 0 : shy_fail_os(err, errno, _("A temporary file cannot be made"), directory);
}

void shy_os_close(int fd)
{
    if (fd >= 0)
        (void)close(fd);
}

int shy_os_write_at(int fd, int64_t offset, const void *bytes, size_t length, const char *name,
                    struct shihyo_error *err)
{
    const char *from = bytes;
    while (length > 0) {
        ssize_t done = pwrite(fd, from, length, (off_t)offset);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return shy_fail_os(err, done == 0 ? ENOSPC : errno,
                               _("A temporary file cannot be written"), name);
        from += done;
        offset += done;
        length -= (size_t)done;
    }
    return 0;
}

void shy_os_forget_range(int fd, int64_t offset, int64_t length)
{
    (void)fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)offset, (off_t)length);
}

int shy_os_read_at(int fd, int64_t offset, void *bytes, size_t length, const char *name,
                   struct shihyo_error *err)
{
    char *to = bytes;
    while (length > 0) {
        ssize_t done = pread(fd, to, length, (off_t)offset);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return shy_fail_os(err, done == 0 ? EIO : errno, _("A temporary file cannot be read"),
                               name);
        to += done;
        offset += done;
        length -= (size_t)done;
    }
    return 0;
}
