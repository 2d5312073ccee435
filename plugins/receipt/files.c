/* SPDX-License-Identifier: MIT */
/* Which files there are, and the parts in which they are read. */
#define _GNU_SOURCE /* FNM_CASEFOLD */
#include <fcntl.h>
#include <fnmatch.h>
#include <stdint.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "receipt.h"

/* Finding ---------------------------------------------------------------------------------- */

struct finding {
    struct shihyo_source *source;
    size_t file;      /* whose members are listed */
    const char *list; /* the list of institutions' places */
    int failed;       /* what listing them came to; err says why */
    struct shihyo_error *err;
};

static size_t path_index(const struct shihyo_source *s, const char *path)
{
    size_t i = 0;
    while (i < s->file_count && strcmp(s->files[i].path, path) != 0)
        i++;
    return i;
}

static bool add_path(struct shihyo_source *s, const char *path, const char *note)
{
    if (path_index(s, path) < s->file_count)
        return true;
    if (s->file_count == s->file_capacity) {
        size_t capacity = s->file_capacity == 0 ? 64 : s->file_capacity * 2;
        struct shihyo_file *items = realloc(s->files, capacity * sizeof *items);
        if (items == NULL)
            return false;
        s->files = items;
        s->file_capacity = capacity;
    }
    char *copy = strdup(path);
    if (copy == NULL)
        return false;
    s->files[s->file_count++] =
        (struct shihyo_file){SHIHYO_ABI_INIT(struct shihyo_file), .path = copy, .note = note};
    return true;
}

static int add_input(struct shihyo_source *s, size_t file, const char *member)
{
    for (size_t i = 0; i < s->input_count; i++) {
        if (s->inputs[i].file == file &&
            (member == NULL || strcmp(s->inputs[i].member, member) == 0))
            return 0;
    }
    if (s->input_count == s->input_capacity) {
        size_t capacity = s->input_capacity == 0 ? 64 : s->input_capacity * 2;
        struct receipt_input *items = realloc(s->inputs, capacity * sizeof *items);
        if (items == NULL)
            return SHIHYO_NOMEM;
        s->inputs = items;
        s->input_capacity = capacity;
    }
    char *copy = member == NULL ? NULL : strdup(member);
    if (member != NULL && copy == NULL)
        return SHIHYO_NOMEM;
    s->inputs[s->input_count++] = (struct receipt_input){.file = file, .member = copy};
    return 0;
}

/* Visitor of host->text->each_member. The specification has names in capitals; people have not. */
static int add_member(void *arg, const char *name, uint64_t size)
{
    struct finding *f = arg;
    const struct shihyo_value *patterns = common_member(f->source->options, "members");
    const char *slash = strrchr(name, '/'), *last = slash == NULL ? name : slash + 1, *pattern;
    bool found = patterns == NULL && fnmatch("*.uke", last, FNM_CASEFOLD) == 0;
    (void)size;
    for (size_t i = 0; (pattern = common_text_at(patterns, i)) != NULL; i++)
        found = found ||
                fnmatch(pattern, strchr(pattern, '/') != NULL ? name : last, FNM_CASEFOLD) == 0;
    return found ? add_input(f->source, f->file, name) : 0;
}

static bool is_archive(const char *path)
{
    size_t length = strlen(path);
    return length > 4 && strcasecmp(path + length - 4, ".zip") == 0;
}

/* Visitor of host->each_file. */
static int add_file(void *arg, const char *path)
{
    struct finding *f = arg;
    if (!add_path(f->source, path, "medical_claims"))
        return SHIHYO_NOMEM;
    f->file = path_index(f->source, path);
    if (!is_archive(path))
        return add_input(f->source, f->file, NULL);
    f->failed = f->source->host->text->each_member(path, add_member, f, f->err);
    return f->failed;
}

/* Visitor of host->each_file, of the list of institutions' places. */
static int add_list(void *arg, const char *path)
{
    struct finding *f = arg;
    if (!add_path(f->source, path, "institutions"))
        return SHIHYO_NOMEM;
    f->list = f->source->files[path_index(f->source, path)].path;
    return 0;
}

static int by_file(const void *a, const void *b)
{
    const struct receipt_input *x = a, *y = b;
    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    return x->member == NULL || y->member == NULL ? 0 : strcmp(x->member, y->member);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct shihyo_file *)a)->path, ((const struct shihyo_file *)b)->path);
}

/* Sorts files by path, so that the order of patterns does not decide what comes first. */
static int sort_files(struct shihyo_source *s, const char *list, struct shihyo_error *err)
{
    const char **paths = calloc(s->input_count + 1, sizeof *paths);
    if (paths == NULL)
        return common_nomem(s->host, err);
    for (size_t i = 0; i < s->input_count; i++)
        paths[i] = s->files[s->inputs[i].file].path;
    qsort(s->files, s->file_count, sizeof *s->files, by_path);
    for (size_t i = 0; i < s->input_count; i++)
        s->inputs[i].file = path_index(s, paths[i]);
    if (s->input_count > 0)
        qsort(s->inputs, s->input_count, sizeof *s->inputs, by_file);
    free(paths);
    s->list_file = list == NULL ? SIZE_MAX : path_index(s, list);
    return 0;
}

int receipt_find_files(struct shihyo_source *s, struct shihyo_error *err)
{
    struct finding f = {.source = s, .err = err};
    const struct shihyo_value *patterns = common_member(s->options, "files");
    const char *pattern, *list = common_text_at(common_member(s->options, "institutions"), 0);
    int code = 0;
    for (size_t i = 0; code == 0 && (pattern = common_text_at(patterns, i)) != NULL; i++)
        code = s->host->each_file(pattern, add_file, &f, err);
    if (code == 0 && s->input_count == 0)
        return s->host->error(err, SHIHYO_INVALID_ARG, E_OPTION_MISSING,
                              N_("The option 'files' names no claim file."));
    if (code == 0 && list != NULL)
        code = s->host->each_file(list, add_list, &f, err);
    if (code == SHIHYO_NOMEM)
        return common_nomem(s->host, err);
    return code != 0 ? code : sort_files(s, f.list, err);
}

void receipt_free_files(struct shihyo_source *s)
{
    for (size_t i = 0; i < s->input_count; i++)
        free(s->inputs[i].member);
    for (size_t i = 0; i < s->file_count; i++)
        free((char *)s->files[i].path);
    free(s->inputs);
    free(s->files);
    free(s->chosen);
}

/* Bytes ------------------------------------------------------------------------------------
 *
 * Line breaks and capitals can be told in the bytes as they stand: no second byte of a character
 * of CP932 is a line break, and no character begins a line with two capitals and a comma.
 */
struct bytes {
    const char *data;
    size_t size;
};

static int map_file(const struct shihyo_source *s, const char *path, struct bytes *out,
                    struct shihyo_error *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    *out = (struct bytes){"", 0};
    bool good = fd >= 0 && fstat(fd, &st) == 0;
    if (good && st.st_size > 0) {
        void *data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        good = data != MAP_FAILED;
        if (good)
            *out = (struct bytes){data, (size_t)st.st_size};
    }
    if (fd >= 0)
        (void)close(fd);
    return good ? 0 : s->host->error(err, SHIHYO_IO, 0, N_("The file cannot be read: %s"), path);
}

static void unmap(const struct bytes *b)
{
    if (b->size > 0)
        (void)munmap((void *)(uintptr_t)b->data, b->size);
}

static bool is_break(char c)
{
    return c == '\n' || c == '\r';
}

/* Behind the next line break at or after offset. */
static size_t next_line(const struct bytes *b, size_t offset)
{
    while (offset < b->size && !is_break(b->data[offset]))
        offset++;
    if (offset + 1 < b->size && b->data[offset] == '\r' && b->data[offset + 1] == '\n')
        offset++;
    return offset < b->size ? offset + 1 : b->size;
}

static struct shihyo_field line_at(const struct bytes *b, size_t offset)
{
    size_t end = offset;
    while (end < b->size && !is_break(b->data[end]))
        end++;
    return (struct shihyo_field){b->data + offset, end - offset};
}

static uint32_t record_at(const struct bytes *b, size_t offset)
{
    struct shihyo_field line = line_at(b, offset);
    return receipt_record(line.text, line.length);
}

/* Whether a part may begin with the line: a receipt that another sums up stays with that one. */
static bool begins(const struct shihyo_field *line)
{
    struct shihyo_field fields[RECEIPT_FIELDS];
    uint32_t record = receipt_record(line->text, line->length);
    if (record != RECORD('R', 'E'))
        return record == RECORD('I', 'R');
    size_t count = receipt_split(line->text, line->length, fields, RECEIPT_FIELDS);
    const struct shihyo_field *kind = count > RE_SUMMARY ? &fields[RE_SUMMARY] : NULL;
    return kind == NULL || kind->length != 1 || (kind->text[0] != '2' && kind->text[0] != '3');
}

/* Where the part that is to begin at offset does. */
static size_t boundary(const struct bytes *b, size_t offset)
{
    size_t at = offset == 0 ? 0 : next_line(b, offset - 1);
    while (at < b->size) {
        struct shihyo_field line = line_at(b, at);
        if (begins(&line))
            break;
        at = next_line(b, at);
    }
    return at;
}

/* Parts ------------------------------------------------------------------------------------ */

static int add_part(struct shihyo_source *s, const struct receipt_input *input, size_t number,
                    uint64_t from, uint64_t to, struct shihyo_error *err)
{
    if (s->part_count % 64 == 0) {
        struct receipt_part *parts = realloc(s->parts, (s->part_count + 64) * sizeof *parts);
        if (parts == NULL)
            return common_nomem(s->host, err);
        s->parts = parts;
    }
    struct receipt_part *part = &s->parts[s->part_count++];
    *part = (struct receipt_part){.input = input, .number = number, .from = from, .to = to};
    atomic_init(&part->lines, -1);
    return 0;
}

static int cut_file(struct shihyo_source *s, const struct receipt_input *input,
                    struct shihyo_error *err)
{
    struct bytes b;
    size_t number = 0;
    int code = map_file(s, s->files[input->file].path, &b, err);
    for (size_t from = 0; code == 0 && from < b.size;) {
        size_t wanted = b.size - from <= s->split_bytes ? b.size : from + (size_t)s->split_bytes;
        size_t to = wanted == b.size ? b.size : boundary(&b, wanted);
        code = add_part(s, input, number++, from, to == b.size ? 0 : to, err);
        from = to;
    }
    unmap(&b);
    return code;
}

static void free_part(struct receipt_part *part)
{
    free(part->notes);
    free(part->totals);
}

void receipt_free_parts(struct shihyo_source *s)
{
    for (size_t i = 0; i < s->part_count; i++)
        free_part(&s->parts[i]);
    free(s->parts);
    s->parts = NULL;
    s->part_count = 0;
}

int receipt_make_parts(struct shihyo_source *s, struct shihyo_error *err)
{
    receipt_free_scan(s);
    receipt_free_parts(s);
    int code = 0;
    for (size_t i = 0; code == 0 && i < s->input_count; i++) {
        const struct receipt_input *input = &s->inputs[i];
        if (s->chosen != NULL && !s->chosen[input->file])
            continue;
        code = input->member != NULL ? add_part(s, input, 0, 0, 0, err) : cut_file(s, input, err);
    }
    return code;
}

/* Opening ---------------------------------------------------------------------------------- */

/* The whole line is one field: records have different numbers of items, of which few are wanted. */
static int open_lines(const struct shihyo_source *s, const struct receipt_input *input,
                      uint64_t from, uint64_t to, struct shihyo_csv **out, struct shihyo_error *err)
{
    const struct shihyo_csv_options options = {
        SHIHYO_ABI_INIT(struct shihyo_csv_options),
        .encoding = s->encoding,
        .delimiter = '\x01',
        .no_quotes = 1,
        .lines = 1,
        .from = from,
        .to = to,
        .member = input->member,
    };
    return s->host->text->csv_open(s->files[input->file].path, &options, out, err);
}

int receipt_open_part(const struct shihyo_source *s, const struct receipt_part *part,
                      struct shihyo_csv **out, struct shihyo_error *err)
{
    return open_lines(s, part->input, part->from, part->to, out, err);
}

int receipt_last_institution(const struct shihyo_source *s, const struct receipt_part *part,
                             struct shihyo_csv **csv, struct shihyo_field *line,
                             struct shihyo_error *err)
{
    struct bytes b;
    *csv = NULL;
    if (part->from == 0 || part->input->member != NULL)
        return 0;
    int code = map_file(s, s->files[part->input->file].path, &b, err);
    if (code != 0)
        return code;
    size_t at = part->from < b.size ? (size_t)part->from : b.size;
    bool found = false;
    while (!found && at > 0) {
        for (at--; at > 0 && !is_break(b.data[at - 1]);)
            at--;
        found = record_at(&b, at) == RECORD('I', 'R');
    }
    /* Behind a hole nobody knows whether there was another. */
    found = found && memchr(b.data + at, '\0', (size_t)part->from - at) == NULL;
    unmap(&b);
    const struct shihyo_field *fields = NULL;
    size_t count = 0;
    if (found)
        code = open_lines(s, part->input, at, at + 1, csv, err);
    /* An IR that cannot be read leaves the institution unknown, as it does within the part. */
    if (*csv != NULL && s->host->text->csv_next(*csv, &fields, &count, NULL) == 0 && count > 0)
        *line = fields[0];
    else
        *line = (struct shihyo_field){"", 0};
    return code;
}

/* Lines ------------------------------------------------------------------------------------ */

/* Reads a part for nothing but the number of its lines: no line has so many fields, so all are
 * read in one go and none is kept. */
static int count_lines(const struct shihyo_source *s, const struct receipt_part *part,
                       int64_t *lines, struct shihyo_error *err)
{
    const struct shihyo_text_services *text = s->host->text;
    struct shihyo_csv_batch batch = {SHIHYO_ABI_INIT(struct shihyo_csv_batch),
                                     .expected = UINT32_MAX, .most = RECEIPT_LINES};
    struct shihyo_csv *csv;
    int code = receipt_open_part(s, part, &csv, err);
    if (code != 0)
        return code;
    code = text->csv_batch(csv, &batch, err);
    *lines = text->csv_line(csv);
    text->csv_close(csv);
    return code;
}

int receipt_lines_before(const struct shihyo_source *s, const struct receipt_part *part,
                         int64_t *lines, struct shihyo_error *err)
{
    *lines = 0;
    for (size_t i = 1; i <= part->number; i++) {
        struct receipt_part *before = &s->parts[part - s->parts - (ptrdiff_t)i];
        int64_t known = atomic_load(&before->lines);
        int code = known >= 0 ? 0 : count_lines(s, before, &known, err);
        if (code != 0)
            return code;
        atomic_store(&before->lines, known);
        *lines += known;
    }
    return 0;
}

uint32_t receipt_peek_record(struct receipt_peek *p, const struct shihyo_source *s,
                             const struct receipt_part *part, int64_t line)
{
    struct bytes b = {p->data, p->size};
    if (p->data == NULL && !p->closed) {
        p->closed = part->input->member != NULL ||
                    map_file(s, s->files[part->input->file].path, &b, NULL) != 0 || b.size == 0;
        p->data = b.data;
        p->size = b.size;
        p->at = (size_t)part->from;
        p->line = 1;
    }
    if (p->closed)
        return 0;
    for (; p->line < line && p->at < p->size; p->line++)
        p->at = next_line(&b, p->at);
    return record_at(&b, p->at);
}

void receipt_peek_close(struct receipt_peek *p)
{
    const struct bytes b = {p->data, p->closed ? 0 : p->size};
    if (p->data != NULL)
        unmap(&b);
}
