/* SPDX-License-Identifier: MIT */
#include "core/text/archive.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/text/encoding.h"

struct shy_archive_reader {
    zip_t *zip;
    zip_file_t *file;
    char *path;
};

static int fail_archive(const char *path, const char *message, struct shihyo_error *err)
{
    (void)shy_fail(err, SHY_E_ARCHIVE, "%s", message);
    shy_at(err, path, 0, 0);
    return SHY_E_ARCHIVE;
}

/* libzip's own sentences are English and name no file. */
static int fail_zip(zip_error_t *error, const char *path, struct shihyo_error *err)
{
    int code = zip_error_code_zip(error), system = zip_error_code_system(error);
    if (code == ZIP_ER_MEMORY)
        return shy_fail_nomem(err);
    if (code == ZIP_ER_OPEN || code == ZIP_ER_READ || code == ZIP_ER_SEEK || code == ZIP_ER_NOENT)
        return shy_fail_os(err, system != 0 ? system : EIO, _("The file cannot be read"), path);
    if (code == ZIP_ER_NOPASSWD || code == ZIP_ER_WRONGPASSWD || code == ZIP_ER_ENCRNOTSUPP)
        return fail_archive(path, _("The zip archive is protected by a password."), err);
    if (code == ZIP_ER_COMPNOTSUPP)
        return fail_archive(path, _("The zip archive is packed in a way that is not known here."),
                            err);
    int failed = fail_archive(path, _("The zip archive is damaged or cut off, or is none."), err);
    shy_hint(err, _("Get the file again, and compare its size with the one that was sent."));
    return failed;
}

static int open_zip(const char *path, zip_t **out, struct shihyo_error *err)
{
    zip_error_t error;
    int number = 0;
    *out = zip_open(path, ZIP_RDONLY, &number);
    if (*out != NULL)
        return 0;
    zip_error_init_with_code(&error, number);
    int code = fail_zip(&error, path, err);
    zip_error_fini(&error);
    return code;
}

/* Name of a file in the archive, shy_free'd by the caller; *out = NULL for a folder. */
static int take_name(zip_t *zip, zip_uint64_t index, const char *path, char **out,
                     struct shihyo_error *err)
{
    const char *raw = zip_get_name(zip, index, ZIP_FL_ENC_RAW);
    *out = NULL;
    if (raw == NULL)
        return fail_zip(zip_get_error(zip), path, err);
    size_t length = strlen(raw), used = 0;
    if (length == 0 || raw[length - 1] == '/')
        return 0;
    if (shy_utf8_valid((const unsigned char *)raw, length) == length) {
        *out = shy_strdup(raw);
        return *out == NULL ? shy_fail_nomem(err) : 0;
    }
    SHY_TRY(shy_cp932_ready(err));
    char *name = shy_alloc(length + 1, 3);
    if (name == NULL)
        return shy_fail_nomem(err);
    size_t written = shy_cp932_decode(raw, length, name, &used);
    name[written] = '\0';
    if (used < length) {
        shy_free(name);
        return fail_archive(path, _("A name in the zip archive is neither UTF-8 nor CP932."), err);
    }
    *out = name;
    return 0;
}

/* Reading -------------------------------------------------------------------------------- */

static int open_member(struct shy_archive_reader *r, const char *member, struct shihyo_error *err)
{
    zip_int64_t count = zip_get_num_entries(r->zip, 0);
    for (zip_int64_t i = 0; i < count; i++) {
        char *name;
        SHY_TRY(take_name(r->zip, (zip_uint64_t)i, r->path, &name, err));
        bool found = name != NULL && strcmp(name, member) == 0;
        shy_free(name);
        if (!found)
            continue;
        r->file = zip_fopen_index(r->zip, (zip_uint64_t)i, 0);
        return r->file == NULL ? fail_zip(zip_get_error(r->zip), r->path, err) : 0;
    }
    return fail_archive(r->path, _("The zip archive does not hold the file."), err);
}

int shy_archive_open(const char *path, const char *member, struct shy_archive_reader **out,
                     struct shihyo_error *err)
{
    struct shy_archive_reader *r = shy_alloc(1, sizeof *r);
    *out = NULL;
    if (r == NULL)
        return shy_fail_nomem(err);
    r->path = shy_strdup(path);
    int code = r->path == NULL ? shy_fail_nomem(err) : open_zip(path, &r->zip, err);
    if (code == 0)
        code = open_member(r, member, err);
    if (code != 0)
        shy_archive_close(r);
    else
        *out = r;
    return code;
}

int shy_archive_read(struct shy_archive_reader *r, void *to, size_t size, size_t *got,
                     struct shihyo_error *err)
{
    *got = 0;
    while (*got < size) {
        zip_int64_t part = zip_fread(r->file, (char *)to + *got, size - *got);
        if (part < 0)
            return fail_zip(zip_file_get_error(r->file), r->path, err);
        if (part == 0)
            break;
        *got += (size_t)part;
    }
    return 0;
}

void shy_archive_close(struct shy_archive_reader *r)
{
    if (r == NULL)
        return;
    if (r->file != NULL)
        (void)zip_fclose(r->file);
    if (r->zip != NULL)
        zip_discard(r->zip);
    shy_free(r->path);
    shy_free(r);
}

/* Listing -------------------------------------------------------------------------------- */

struct member {
    char *name;
    uint64_t size;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct member *)a)->name, ((const struct member *)b)->name);
}

static int list_members(zip_t *zip, const char *path, struct member *members, size_t *count,
                        struct shihyo_error *err)
{
    zip_int64_t entries = zip_get_num_entries(zip, 0);
    for (zip_int64_t i = 0; i < entries; i++) {
        zip_stat_t stat;
        struct member *m = &members[*count];
        SHY_TRY(take_name(zip, (zip_uint64_t)i, path, &m->name, err));
        if (m->name == NULL)
            continue;
        ++*count;
        if (zip_stat_index(zip, (zip_uint64_t)i, 0, &stat) == 0 && (stat.valid & ZIP_STAT_SIZE))
            m->size = stat.size;
    }
    qsort(members, *count, sizeof *members, by_name);
    return 0;
}

int shy_archive_list(const char *path, int (*visit)(void *arg, const char *name, uint64_t size),
                     void *arg, int *stopped, struct shihyo_error *err)
{
    zip_t *zip;
    size_t count = 0;
    *stopped = 0;
    SHY_TRY(open_zip(path, &zip, err));
    zip_int64_t entries = zip_get_num_entries(zip, 0);
    struct member *members = shy_alloc(entries < 0 ? 0 : (size_t)entries, sizeof *members);
    int code =
        members == NULL ? shy_fail_nomem(err) : list_members(zip, path, members, &count, err);
    for (size_t i = 0; code == 0 && *stopped == 0 && i < count; i++)
        *stopped = visit(arg, members[i].name, members[i].size);
    for (size_t i = 0; members != NULL && i < count; i++)
        shy_free(members[i].name);
    shy_free(members);
    zip_discard(zip);
    return code;
}
