/* SPDX-License-Identifier: MIT */
#include "core/text/csv.h"

#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/base/os/os.h"
#include "core/text/archive.h"
#include "core/text/csv_lines.h"
#include "core/text/csv_scan.h"
#include "core/text/csv_witness.h"
#include "core/text/encoding.h"

/* Bytes: large beside a record, so that starting an unfinished one over costs little, and small
 * beside a processor's cache. */
enum { WINDOW = 1 << 18 };

struct shihyo_csv {
    char *name;
    struct shy_mapping mapping; /* empty where the bytes are somebody else's */
    const unsigned char *bytes;
    size_t size;
    struct shy_encoding encoding;
    struct shy_csv_scanner *scanner; /* one of the two */
    struct shy_csv_lines *lines;
    struct shihyo_error failure; /* code 0: none so far */

    /* Of a text that has to be converted. */
    bool windowed;
    iconv_t converter;
    size_t taken; /* bytes of the file that are converted */
    bool broken;  /* what follows them cannot be */
    char *window;
    size_t window_used, window_size;
    bool converted; /* to the end */

    /* Of a mapped file whose lines are read: who is told of its blocks, the next of them, and
     * where the part ends. */
    struct shy_hashed_file *witness;
    size_t block, part_end;

    /* Of a file in an archive: the window holds what is unpacked. */
    struct shy_archive_reader *archive;

    struct shy_arena scratch; /* fields of a batch that is put together from single records */
};

struct part {
    uint64_t from, to;
    bool lines;
    const char *member;
};

/* Converting ----------------------------------------------------------------------------- */

/* Fills the free part of the window. Of iconv's three ways to stop, E2BIG only says that the window
 * is full; after EILSEQ and EINVAL nothing more of the file can be read, but what was converted
 * before is given out first, so that the message comes at the right record. */
static void convert(struct shihyo_csv *csv)
{
    char *from = (char *)(uintptr_t)(csv->bytes + csv->taken);
    char *to = csv->window + csv->window_used;
    size_t from_left = csv->size - csv->taken, to_left = csv->window_size - csv->window_used;
    size_t result = iconv(csv->converter, &from, &from_left, &to, &to_left);
    /* Some converters hold the last character back until they hear that it is the last. */
    if (result != (size_t)-1)
        result = iconv(csv->converter, NULL, NULL, &to, &to_left);
    csv->converted = result != (size_t)-1;
    csv->broken = !csv->converted && errno != E2BIG;
    csv->taken = csv->size - from_left;
    csv->window_used = csv->window_size - to_left;
}

/*
 * Moves the unfinished record to the start of the window and converts more of the file. The
 * scanner starts over at the unfinished record, which costs little: a window holds many, and
 * it doubles for one that is long, so that the work stays in proportion to the text.
 */
static int slide(struct shihyo_csv *csv, struct shihyo_error *err)
{
    size_t at = shy_csv_scanner_at(csv->scanner), rest = csv->window_used - at;
    if (rest > 0)
        memmove(csv->window, csv->window + at, rest);
    csv->window_used = rest;
    if (rest > csv->window_size / 2) {
        char *larger = shy_realloc(csv->window, csv->window_size, 2);
        if (larger == NULL)
            return shy_fail_nomem(err);
        csv->window = larger;
        csv->window_size *= 2;
    }
    convert(csv);
    shy_csv_scanner_range(csv->scanner, (const unsigned char *)csv->window, 0, csv->window_used,
                          shy_csv_scanner_next_line(csv->scanner), csv->converted);
    return 0;
}

static int fail_conversion(struct shihyo_csv *csv, struct shihyo_error *err)
{
    size_t at = shy_csv_scanner_at(csv->scanner);
    const unsigned char *rest = (const unsigned char *)csv->window + at;
    (void)shy_fail_encoding(err, csv->encoding.name, csv->bytes, csv->size, csv->taken);
    shy_at(err, NULL,
           shy_csv_scanner_next_line(csv->scanner) + shy_count_lines(rest, csv->window_used - at),
           0);
    return SHY_E_ENCODING;
}

/* Opening -------------------------------------------------------------------------------- */

static int start_window(struct shihyo_csv *csv, struct shihyo_error *err)
{
    csv->windowed = true;
    csv->converter = iconv_open("UTF-8", csv->encoding.name);
    if (csv->converter == (iconv_t)-1)
        return shy_fail_os(err, errno, _("The text cannot be converted"), csv->name);
    csv->window = shy_alloc(WINDOW, 1);
    if (csv->window == NULL)
        return shy_fail_nomem(err);
    csv->window_size = WINDOW;
    csv->taken = csv->encoding.mark;
    return slide(csv, err);
}

/* An option of a caller that was built against an older interface may lie beyond its struct. */
#define HAS(options, member) \
    ((options)->struct_size >= \
     offsetof(struct shihyo_csv_options, member) + sizeof(options)->member)

/* Options left out are 0, which the check makes the default. */
static int read_options(const struct shihyo_csv_options *options, const char **encoding,
                        struct shy_csv_dialect *dialect, struct part *part,
                        struct shihyo_error *err)
{
    if (options != NULL) {
        part->from = HAS(options, from) ? options->from : 0;
        part->to = HAS(options, to) ? options->to : 0;
        part->lines = HAS(options, lines) && options->lines != 0;
        part->member = HAS(options, member) ? options->member : NULL;
        if (HAS(options, encoding))
            *encoding = options->encoding;
        /* Beyond ASCII: any value that the check refuses. */
        if (HAS(options, delimiter))
            dialect->delimiter =
                options->delimiter > 0x7f ? 0xff : (unsigned char)options->delimiter;
        dialect->no_quotes = HAS(options, no_quotes) && options->no_quotes != 0;
        dialect->max_record = HAS(options, max_record) ? options->max_record : 0;
        dialect->max_fields = HAS(options, max_fields) ? options->max_fields : 0;
    }
    return shy_csv_dialect_check(dialect, err);
}

/* Where the bytes can be read as they stand, they can be read in parts. */
static int start_scanner(struct shihyo_csv *csv, const struct shy_csv_dialect *dialect,
                         const struct part *part, struct shihyo_error *err)
{
    enum shy_csv_bytes bytes =
        csv->encoding.kind == SHY_ENCODING_UTF8 ? SHY_CSV_UTF8 : SHY_CSV_CP932;
    size_t mark = csv->encoding.mark, begin = mark, end = csv->size;
    int64_t line = 1;
    size_t from = part->from < csv->size ? (size_t)part->from : csv->size;
    size_t to = part->to == 0 || part->to > csv->size ? csv->size : (size_t)part->to;
    if (part->lines) {
        csv->lines = shy_csv_lines_new(dialect, bytes);
        if (csv->lines == NULL)
            return shy_fail_nomem(err);
        begin = from <= mark ? mark : shy_csv_line_begin(csv->bytes, csv->size, from);
        shy_csv_lines_range(csv->lines, csv->bytes, begin, to, csv->size, 1, true);
        csv->witness = csv->mapping.data == NULL ? NULL : shy_csv_witnessed(csv->name, csv->size);
        csv->block = (from + SHY_HASH_BLOCK - 1) / SHY_HASH_BLOCK;
        csv->part_end = to;
        return 0;
    }
    csv->scanner = shy_csv_scanner_new(dialect, bytes);
    if (csv->scanner == NULL)
        return shy_fail_nomem(err);
    if (from > mark)
        begin = shy_csv_boundary(dialect, csv->bytes, mark, csv->size, from, &line);
    if (to < csv->size)
        end = to <= begin ? begin
                          : shy_csv_boundary(dialect, csv->bytes, begin, csv->size, to, &line);
    shy_csv_scanner_range(csv->scanner, csv->bytes, begin, end, 1, true);
    return 0;
}

static int map_file(struct shihyo_csv *csv, struct shihyo_error *err)
{
    SHY_TRY(shy_os_map(csv->name, &csv->mapping, err));
    csv->size = csv->mapping.size;
    csv->bytes = csv->size > 0 ? csv->mapping.data : (const unsigned char *)"";
    return 0;
}

/* Archives ------------------------------------------------------------------------------- */

/* Unpacks into the free part of the window. */
static int unpack(struct shihyo_csv *csv, struct shihyo_error *err)
{
    size_t room = csv->window_size - csv->window_used, got;
    SHY_TRY(shy_archive_read(csv->archive, csv->window + csv->window_used, room, &got, err));
    csv->window_used += got;
    csv->converted = got < room;
    return 0;
}

/* As slide, for lines: fields that point into the window are the caller's until the next call. */
static int slide_lines(struct shihyo_csv *csv, struct shihyo_error *err)
{
    size_t at = shy_csv_lines_at(csv->lines), rest = csv->window_used - at;
    if (rest > 0)
        memmove(csv->window, csv->window + at, rest);
    csv->window_used = rest;
    if (rest > csv->window_size / 2) {
        char *larger = shy_realloc(csv->window, csv->window_size, 2);
        if (larger == NULL)
            return shy_fail_nomem(err);
        csv->window = larger;
        csv->window_size *= 2;
    }
    SHY_TRY(unpack(csv, err));
    shy_csv_lines_range(csv->lines, (const unsigned char *)csv->window, 0, csv->window_used,
                        csv->window_used, shy_csv_lines_line(csv->lines), csv->converted);
    return 0;
}

/* The bytes up to the last line break: a cut in the middle of a character would be taken for a
 * sign of another encoding. */
static size_t whole_lines(const unsigned char *bytes, size_t size)
{
    size_t end = size;
    while (end > 0 && bytes[end - 1] != '\n' && bytes[end - 1] != '\r')
        end--;
    return end > 0 ? end : size;
}

static int start_archive(struct shihyo_csv *csv, const struct shy_csv_dialect *dialect,
                         const struct part *part, const char *encoding, struct shihyo_error *err)
{
    SHY_TRY(shy_archive_open(csv->name, part->member, &csv->archive, err));
    csv->window = shy_alloc(WINDOW, 4);
    if (csv->window == NULL)
        return shy_fail_nomem(err);
    csv->window_size = 4 * (size_t)WINDOW;
    SHY_TRY(unpack(csv, err));
    const unsigned char *bytes = (const unsigned char *)csv->window;
    size_t known = csv->converted ? csv->window_used : whole_lines(bytes, csv->window_used);
    SHY_TRY(shy_encoding_find(encoding, bytes, known, &csv->encoding, err));
    if (!part->lines || csv->encoding.kind == SHY_ENCODING_OTHER ||
        (csv->encoding.kind == SHY_ENCODING_CP932 && dialect->delimiter >= 0x40)) {
        (void)shy_fail(err, SHY_E_ARCHIVE, _("A file of this make cannot be read in an archive."));
        shy_hint(err, _("Unpack it. In an archive files must be UTF-8 or CP932, every line a "
                        "record, the delimiter a comma, a tab or the like."));
        return SHY_E_ARCHIVE;
    }
    csv->lines = shy_csv_lines_new(
        dialect, csv->encoding.kind == SHY_ENCODING_UTF8 ? SHY_CSV_UTF8 : SHY_CSV_CP932);
    if (csv->lines == NULL)
        return shy_fail_nomem(err);
    /* The whole file is in the part that begins at 0. */
    size_t end = part->from > 0 ? csv->encoding.mark : csv->window_used;
    csv->converted = csv->converted || part->from > 0;
    csv->window_used = end;
    shy_csv_lines_range(csv->lines, bytes, csv->encoding.mark, end, end, 1, csv->converted);
    return 0;
}

static int start(struct shihyo_csv *csv, const struct shihyo_csv_options *options,
                 struct shihyo_error *err)
{
    const char *encoding = NULL;
    struct shy_csv_dialect dialect = {0};
    struct part part = {0};
    SHY_TRY(read_options(options, &encoding, &dialect, &part, err));
    if (part.member != NULL)
        return start_archive(csv, &dialect, &part, encoding, err);
    if (csv->bytes == NULL)
        SHY_TRY(map_file(csv, err));
    /* Of a part that ends no more is looked at, so that all parts of a large file cost no more
     * than the file. */
    size_t looked = part.to > 0 && part.to < csv->size ? (size_t)part.to : csv->size;
    if (looked < csv->size)
        looked = whole_lines(csv->bytes, looked);
    SHY_TRY(shy_encoding_find(encoding, csv->bytes, looked, &csv->encoding, err));
    /* The second byte of a character of CP932 could be taken for such a delimiter. */
    bool hidden = csv->encoding.kind == SHY_ENCODING_CP932 && dialect.delimiter >= 0x40;
    if (!hidden && csv->encoding.kind != SHY_ENCODING_OTHER)
        return start_scanner(csv, &dialect, &part, err);
    csv->scanner = shy_csv_scanner_new(&dialect, SHY_CSV_VALID);
    if (csv->scanner == NULL)
        return shy_fail_nomem(err);
    if (part.from > 0)
        return 0;
    return start_window(csv, err);
}

/* The name is copied, the bytes are not: a plugin may free the path it opened, and a file of
 * gigabytes is read where it lies. */
static struct shihyo_csv *new_reader(const char *name)
{
    struct shihyo_csv *csv = shy_alloc(1, sizeof *csv);
    char *copy = shy_strdup(name);
    if (csv == NULL || copy == NULL) {
        shy_free(csv);
        shy_free(copy);
        return NULL;
    }
    shy_error_reset(&csv->failure);
    csv->name = copy;
    csv->converter = (iconv_t)-1;
    csv->bytes = (const unsigned char *)"";
    return csv;
}

/* What failed to open is closed here, so that callers have nothing to free. */
static int finish_open(struct shihyo_csv *csv, int code, struct shihyo_csv **out,
                       struct shihyo_error *err)
{
    if (code != 0) {
        shy_at(err, csv->name, 0, 0);
        shy_csv_close(csv);
        return code;
    }
    *out = csv;
    return 0;
}

int shy_csv_open(const char *path, const struct shihyo_csv_options *options,
                 struct shihyo_csv **out, struct shihyo_error *err)
{
    *out = NULL;
    struct shihyo_csv *csv = new_reader(path);
    if (csv == NULL)
        return shy_fail_nomem(err);
    csv->bytes = NULL;
    return finish_open(csv, start(csv, options, err), out, err);
}

int shy_csv_open_bytes(const char *name, const void *bytes, size_t size,
                       const struct shihyo_csv_options *options, struct shihyo_csv **out,
                       struct shihyo_error *err)
{
    *out = NULL;
    struct shihyo_csv *csv = new_reader(name);
    if (csv == NULL)
        return shy_fail_nomem(err);
    csv->size = size;
    if (size > 0)
        csv->bytes = bytes;
    return finish_open(csv, start(csv, options, err), out, err);
}

void shy_csv_close(struct shihyo_csv *csv)
{
    if (csv == NULL)
        return;
    if (csv->converter != (iconv_t)-1)
        (void)iconv_close(csv->converter);
    shy_csv_scanner_free(csv->scanner);
    shy_csv_lines_free(csv->lines);
    shy_archive_close(csv->archive);
    shy_arena_free(&csv->scratch);
    shy_free(csv->window);
    shy_os_unmap(&csv->mapping);
    shy_free(csv->name);
    shy_free(csv);
}

/* Reading -------------------------------------------------------------------------------- */

static int next(struct shihyo_csv *csv, const struct shihyo_field **fields, size_t *count,
                struct shihyo_error *err)
{
    while (csv->lines != NULL) {
        SHY_TRY(shy_csv_lines_one(csv->lines, fields, count, err));
        if (*count > 0 || csv->archive == NULL || csv->converted)
            return 0;
        SHY_TRY(slide_lines(csv, err));
    }
    for (;;) {
        SHY_TRY(shy_csv_scanner_next(csv->scanner, fields, count, err));
        if (*count > 0 || !csv->windowed)
            return 0;
        if (csv->broken)
            return fail_conversion(csv, err);
        if (csv->converted)
            return 0;
        SHY_TRY(slide(csv, err));
    }
}

/* The first failure is kept and given again: behind a broken record nobody knows where the next one
 * begins, and a caller that goes on all the same must not get rows that look sound. */
int shy_csv_next(struct shihyo_csv *csv, const struct shihyo_field **fields, size_t *count,
                 struct shihyo_error *err)
{
    *fields = NULL;
    *count = 0;
    if (csv->failure.code == 0) {
        if (next(csv, fields, count, &csv->failure) == 0)
            return 0;
        shy_at(&csv->failure, csv->name, 0, 0);
        *fields = NULL;
        *count = 0;
    }
    if (err != NULL)
        *err = csv->failure;
    return (int)csv->failure.code;
}

/* Batches -------------------------------------------------------------------------------- */

static int tell_count(const struct shihyo_csv *csv, const struct shihyo_csv_batch *batch,
                      size_t count, size_t needed)
{
    struct shihyo_error found = SHY_ERROR_INIT;
    (void)shy_fail(&found, SHY_E_CSV_FIELDS, _("The line has %zu fields; %zu are due."), count,
                   needed);
    shy_at(&found, NULL, shy_csv_line(csv), 0);
    return batch->broken == NULL ? 0 : batch->broken(batch->arg, &found);
}

/* Fields of a single record are gone with the next: they are copied. */
static int keep_fields(struct shihyo_csv *csv, struct shihyo_csv_batch *batch,
                       const struct shihyo_field *fields, struct shihyo_error *err)
{
    if (batch->repeating > 0)
        batch->run_of[batch->count] = (uint32_t)batch->count;
    for (size_t k = 0; k < batch->wanted_count; k++) {
        const struct shihyo_field *f = &fields[batch->wanted[k]];
        char *copy = shy_arena_alloc(&csv->scratch, f->length + SHIHYO_CSV_SLACK, 1);
        if (copy == NULL)
            return shy_fail_nomem(err);
        if (f->length > 0)
            memcpy(copy, f->text, f->length);
        batch->fields[k * batch->most + batch->count] = (struct shihyo_field){copy, f->length};
    }
    if (batch->lines != NULL)
        batch->lines[batch->count] = shy_csv_line(csv);
    batch->count++;
    return 0;
}

static int batch_of_records(struct shihyo_csv *csv, struct shihyo_csv_batch *batch,
                            struct shihyo_error *err)
{
    size_t needed = batch->expected;
    for (size_t k = 0; k < batch->wanted_count; k++)
        needed = batch->wanted[k] + 1 > needed ? batch->wanted[k] + 1 : needed;
    shy_arena_free(&csv->scratch);
    batch->slack = SHIHYO_CSV_SLACK;
    while (batch->count < batch->most) {
        const struct shihyo_field *fields;
        size_t count;
        SHY_TRY(next(csv, &fields, &count, err));
        if (count == 0)
            return 0;
        if (count == 1 && fields[0].length == 0)
            continue;
        int code = count < needed || (batch->expected != 0 && count != batch->expected)
                       ? tell_count(csv, batch, count, needed)
                       : keep_fields(csv, batch, fields, err);
        if (code != 0)
            return code;
    }
    return 0;
}

/* What was read is near at hand still. A line that goes beyond the part is of the next block. */
static void witness(struct shihyo_csv *csv, bool ended)
{
    if (csv->witness == NULL)
        return;
    size_t at = ended ? csv->part_end : shy_csv_lines_at(csv->lines);
    shy_csv_note_blocks(csv->witness, csv->bytes, &csv->block,
                        at < csv->part_end ? at : csv->part_end);
}

static int batch_of_lines(struct shihyo_csv *csv, struct shihyo_csv_batch *batch,
                          struct shihyo_error *err)
{
    for (;;) {
        SHY_TRY(shy_csv_lines_next(csv->lines, batch, err));
        witness(csv, batch->count == 0);
        if (batch->count > 0 || csv->archive == NULL || csv->converted)
            return 0;
        SHY_TRY(slide_lines(csv, err));
    }
}

static int next_batch(struct shihyo_csv *csv, struct shihyo_csv_batch *batch,
                      struct shihyo_error *err)
{
    batch->count = 0;
    batch->slack = 0;
    if (csv->failure.code == 0) {
        int code = csv->lines != NULL ? batch_of_lines(csv, batch, &csv->failure)
                                      : batch_of_records(csv, batch, &csv->failure);
        /* A status of the caller's own is no failure of the file. */
        if (csv->failure.code == 0)
            return code;
        shy_at(&csv->failure, csv->name, 0, 0);
        batch->count = 0;
    }
    if (err != NULL)
        *err = csv->failure;
    return (int)csv->failure.code;
}

/* A batch of a caller that was built against an older interface has no runs. */
int shy_csv_batch(struct shihyo_csv *csv, struct shihyo_csv_batch *batch, struct shihyo_error *err)
{
    if (batch->struct_size >= sizeof *batch)
        return next_batch(csv, batch, err);
    struct shihyo_csv_batch all = {.most = batch->most};
    memcpy(&all, batch, batch->struct_size);
    int code = next_batch(csv, &all, err);
    batch->count = all.count;
    batch->slack = all.slack;
    return code;
}

int64_t shy_csv_line(const struct shihyo_csv *csv)
{
    return csv->lines != NULL ? shy_csv_lines_line(csv->lines) - 1
                              : shy_csv_scanner_line(csv->scanner);
}

const char *shy_csv_encoding(const struct shihyo_csv *csv)
{
    return csv->encoding.name;
}

void shy_csv_cell(struct shy_text *out, const char *text, bool first)
{
    if (!first)
        shy_text_addc(out, ',');
    if (strpbrk(text, "\",\r\n") == NULL) {
        shy_text_adds(out, text);
        return;
    }
    shy_text_addc(out, '"');
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"')
            shy_text_addc(out, '"');
        shy_text_addc(out, *p);
    }
    shy_text_addc(out, '"');
}
