/* SPDX-License-Identifier: MIT */
/* Which files there are, what their headers say, and the parts in which they are read. */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kdb.h"

/* Finding ---------------------------------------------------------------------------------- */

struct finding {
    struct shihyo_source *source;
    struct kdb_dataset *dataset;
    size_t file; /* whose members are listed */
    int failed;  /* what listing them came to; err says why */
    struct shihyo_error *err;
};

/* Files are kept in the order of their paths, whichever dataset named them first. */
static bool add_path(struct shihyo_source *s, const char *path)
{
    for (size_t i = 0; i < s->file_count; i++) {
        if (strcmp(s->files[i].path, path) == 0)
            return true;
    }
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
        (struct shihyo_file){SHIHYO_ABI_INIT(struct shihyo_file), .path = copy};
    return true;
}

static size_t path_index(const struct shihyo_source *s, const char *path)
{
    size_t i = 0;
    while (i < s->file_count && strcmp(s->files[i].path, path) != 0)
        i++;
    return i;
}

static bool has_input(const struct shihyo_source *s, const struct kdb_dataset *d, size_t file,
                      const char *member)
{
    for (size_t i = 0; i < s->input_count; i++) {
        const struct kdb_input *input = &s->inputs[i];
        if (input->dataset == d && input->file == file &&
            (member == NULL || strcmp(input->member, member) == 0))
            return true;
    }
    return false;
}

/* member: copied; NULL = the file itself. */
static int add_input(struct finding *f, size_t file, const char *member, uint64_t size)
{
    struct shihyo_source *s = f->source;
    if (has_input(s, f->dataset, file, member))
        return 0;
    if (s->input_count == s->input_capacity) {
        size_t capacity = s->input_capacity == 0 ? 64 : s->input_capacity * 2;
        struct kdb_input *items = realloc(s->inputs, capacity * sizeof *items);
        if (items == NULL)
            return SHIHYO_NOMEM;
        s->inputs = items;
        s->input_capacity = capacity;
    }
    char *copy = member == NULL ? NULL : strdup(member);
    if (member != NULL && copy == NULL)
        return SHIHYO_NOMEM;
    s->inputs[s->input_count++] =
        (struct kdb_input){.dataset = f->dataset, .file = file, .member = copy, .size = size};
    s->files[file].note = f->dataset->contract->id;
    return 0;
}

/* A pattern without a folder is about the last part of a name. */
static bool matches(const struct shihyo_value *patterns, const char *name)
{
    const char *pattern, *slash = strrchr(name, '/');
    for (size_t i = 0; (pattern = common_text_at(patterns, i)) != NULL; i++) {
        const char *against = strchr(pattern, '/') != NULL || slash == NULL ? name : slash + 1;
        if (fnmatch(pattern, against, 0) == 0)
            return true;
    }
    return false;
}

/* Visitor of host->text->each_member. */
static int add_member(void *arg, const char *name, uint64_t size)
{
    struct finding *f = arg;
    if (!matches(common_member(f->dataset->value, "members"), name))
        return 0;
    return add_input(f, f->file, name, size);
}

/* Visitor of host->each_file. */
static int add_file(void *arg, const char *path)
{
    struct finding *f = arg;
    struct shihyo_source *s = f->source;
    if (!add_path(s, path))
        return SHIHYO_NOMEM;
    f->file = path_index(s, path);
    if (common_member(f->dataset->value, "members") == NULL)
        return add_input(f, f->file, NULL, 0);
    f->failed = s->host->text->each_member(path, add_member, f, f->err);
    return f->failed;
}

/* folder/name as a pattern. A folder that is there is no pattern, whatever its name has in it. */
char *kdb_join_pattern(const char *folder, const char *name)
{
    bool plain = access(folder, F_OK) == 0;
    char *out = malloc(strlen(folder) * 2 + strlen(name) + 2), *to = out;
    if (out == NULL)
        return NULL;
    for (const char *p = folder; *p != '\0'; p++) {
        if (plain && strchr("*?[\\", *p) != NULL)
            *to++ = '\\';
        *to++ = *p;
    }
    *to++ = '/';
    strcpy(to, name);
    return out;
}

/* One pattern in one folder. That nothing is there is no error: the report says what is missing. */
static int find_pattern(struct finding *f, const char *folder, const char *name,
                        struct shihyo_error *err)
{
    const struct shihyo_host *host = f->source->host;
    struct shihyo_error none = {SHIHYO_ABI_INIT(struct shihyo_error)};
    char *pattern = kdb_join_pattern(folder, name);
    int status = pattern == NULL ? SHIHYO_NOMEM : host->each_file(pattern, add_file, f, &none);
    free(pattern);
    if (status == SHIHYO_NOMEM)
        return common_nomem(host, err);
    if (f->failed != 0)
        return f->failed;
    if (status == SHIHYO_NOT_FOUND)
        return 0;
    if (status != 0 && err != NULL)
        *err = none;
    return status;
}

static int by_file(const void *a, const void *b)
{
    const struct kdb_input *x = a, *y = b;
    if (x->dataset != y->dataset)
        return x->dataset < y->dataset ? -1 : 1;
    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    return x->member == NULL || y->member == NULL ? 0 : strcmp(x->member, y->member);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct shihyo_file *)a)->path, ((const struct shihyo_file *)b)->path);
}

/* Sorts files by path, so that neither folders' nor datasets' order decides what comes first. */
static int sort_files(struct shihyo_source *s, struct shihyo_error *err)
{
    const char **paths = calloc(s->input_count + 1, sizeof *paths);
    if (paths == NULL)
        return common_nomem(s->host, err);
    for (size_t i = 0; i < s->input_count; i++)
        paths[i] = s->files[s->inputs[i].file].path;
    qsort(s->files, s->file_count, sizeof *s->files, by_path);
    for (size_t i = 0; i < s->input_count; i++)
        s->inputs[i].file = path_index(s, paths[i]);
    qsort(s->inputs, s->input_count, sizeof *s->inputs, by_file);
    free(paths);
    return 0;
}

int kdb_find_files(struct shihyo_source *s, struct shihyo_error *err)
{
    const char *folder, *name;
    for (size_t d = 0; d < s->layout.dataset_count; d++) {
        struct finding f = {.source = s, .dataset = &s->layout.datasets[d], .err = err};
        const struct shihyo_value *names = common_member(f.dataset->value, "files");
        for (size_t i = 0; (folder = common_text_at(s->folders, i)) != NULL; i++) {
            for (size_t k = 0; (name = common_text_at(names, k)) != NULL; k++) {
                int code = find_pattern(&f, folder, name, err);
                if (code != 0)
                    return code;
            }
        }
    }
    if (s->file_count == 0) {
        int code = s->host->error(err, SHIHYO_NOT_FOUND, E_OPTION_NO_FILE,
                                  N_("The folder holds no file that the layout names."));
        s->host->hint(err, N_("`files` of each dataset in the layout says what they are called."));
        return code;
    }
    return sort_files(s, err);
}

/* Opening ---------------------------------------------------------------------------------- */

static int open_text(const struct shihyo_source *s, const struct kdb_input *input,
                     const char *encoding, uint64_t from, uint64_t to, struct shihyo_csv **out,
                     struct shihyo_error *err)
{
    const struct kdb_dataset *d = input->dataset;
    const struct shihyo_csv_options options = {
        SHIHYO_ABI_INIT(struct shihyo_csv_options),
        .encoding = encoding,
        .delimiter = d->delimiter,
        .no_quotes = !d->quotes,
        .lines = !d->multiline,
        .from = from,
        .to = to,
        .member = input->member,
    };
    return s->host->text->csv_open(s->files[input->file].path, &options, out, err);
}

int kdb_open_part(const struct shihyo_source *s, const struct kdb_input *input, uint64_t from,
                  uint64_t to, struct shihyo_csv **out, struct shihyo_error *err)
{
    return open_text(s, input, input->encoding, from, to, out, err);
}

/* Headers ---------------------------------------------------------------------------------- */

struct header {
    char **labels;
    size_t count;
    size_t matched; /* pieces of the layout that were found */
};

static void free_header(struct header *h)
{
    for (size_t i = 0; i < h->count; i++)
        free(h->labels[i]);
    free(h->labels);
}

static char *normal_label(const struct shihyo_host *host, const char *text, size_t length)
{
    size_t need = host->text->normalise_label(text, length, NULL, 0);
    char *label = need == SIZE_MAX ? NULL : malloc(need + 1);
    if (label != NULL)
        (void)host->text->normalise_label(text, length, label, need + 1);
    return label;
}

static int take_labels(const struct shihyo_host *host, const struct shihyo_field *fields,
                       size_t count, struct header *h, struct shihyo_error *err)
{
    h->labels = calloc(count, sizeof *h->labels);
    if (h->labels == NULL)
        return common_nomem(host, err);
    for (h->count = 0; h->count < count; h->count++) {
        h->labels[h->count] = normal_label(host, fields[h->count].text, fields[h->count].length);
        if (h->labels[h->count] == NULL)
            return common_nomem(host, err);
    }
    return 0;
}

/* The field of one of the labels; UINT32_MAX where none is there, -2 where two are. */
static int find_label(const struct shihyo_host *host, const struct header *h,
                      const struct shihyo_value *labels, uint32_t *field, struct shihyo_error *err)
{
    const char *text;
    *field = UINT32_MAX;
    for (size_t i = 0; *field == UINT32_MAX && (text = common_text_at(labels, i)) != NULL; i++) {
        char *wanted = normal_label(host, text, strlen(text));
        if (wanted == NULL)
            return common_nomem(host, err);
        for (size_t k = 0; k < h->count; k++) {
            if (strcmp(h->labels[k], wanted) != 0)
                continue;
            *field = *field == UINT32_MAX ? (uint32_t)k : UINT32_MAX - 1;
        }
        free(wanted);
    }
    return 0;
}

/* Tells what the header has. A line of rows taken for a header has none of the labels, and is then
 * not shown; nor is a label with more than a few digits, since it might still be a value. */
static void tell_labels(const struct shihyo_host *host, const struct header *h,
                        struct shihyo_error *err)
{
    char text[400] = "";
    size_t used = 0;
    if (h->matched == 0) {
        host->hint(err,
                   N_("None of the layout's labels is in the line: it may be no header, or in "
                      "another encoding. Its %zu fields are not shown, since they may be "
                      "about a person."),
                   h->count);
        return;
    }
    for (size_t i = 0; i < h->count && used + 8 < sizeof text; i++) {
        size_t digits = 0;
        for (const char *p = h->labels[i]; *p != '\0'; p++)
            digits += *p >= '0' && *p <= '9';
        const char *label = digits > 2 ? "…" : h->labels[i];
        if (used + strlen(label) + 8 >= sizeof text) {
            used += (size_t)snprintf(text + used, sizeof text - used, ", …");
            break;
        }
        used +=
            (size_t)snprintf(text + used, sizeof text - used, "%s%s", i == 0 ? "" : ", ", label);
    }
    host->hint(err, N_("The header has: %s."), text);
}

struct looking {
    struct shihyo_source *source;
    struct kdb_input *input;
    struct header header;
    struct shihyo_error *err;
};

static int fail_piece(const struct looking *k, const struct kdb_column *c,
                      const struct kdb_piece *p, bool twice)
{
    const struct shihyo_host *host = k->source->host;
    const struct kdb_input *input = k->input;
    int code;
    if (p->labels == NULL)
        code = host->error(k->err, SHIHYO_INVALID_ARG, E_LAYOUT_COLUMN,
                           N_("%s, column %s: the file's lines have %lu fields, and the layout "
                              "asks for number %lld."),
                           input->dataset->contract->id, c->name, (unsigned long)input->expected,
                           (long long)p->position);
    else if (twice)
        code = host->error(k->err, SHIHYO_INVALID_ARG, E_LAYOUT_COLUMN,
                           N_("%s, column %s: the label '%s' stands twice in the header; name the "
                              "field by its position."),
                           input->dataset->contract->id, c->name, common_text_at(p->labels, 0));
    else
        code = host->error(k->err, SHIHYO_INVALID_ARG, E_LAYOUT_COLUMN,
                           N_("%s, column %s: the header has no label '%s'."),
                           input->dataset->contract->id, c->name, common_text_at(p->labels, 0));
    if (k->err != NULL) {
        const char *path = k->source->files[input->file].path;
        common_copy(k->err->file, sizeof k->err->file, path, strlen(path));
        k->err->row = input->first_line - 1;
        common_copy(k->err->column_name, sizeof k->err->column_name, c->name, strlen(c->name));
    }
    if (p->labels != NULL)
        tell_labels(host, &k->header, k->err);
    return code;
}

static int place_piece(struct looking *k, const struct kdb_piece *p, uint32_t *field)
{
    *field = UINT32_MAX;
    if (p->constant != NULL)
        return 0;
    if (p->labels != NULL) {
        int code = find_label(k->source->host, &k->header, p->labels, field, k->err);
        k->header.matched += *field < UINT32_MAX - 1;
        return code;
    }
    if (p->position <= (int64_t)k->input->expected)
        *field = (uint32_t)(p->position - 1);
    return 0;
}

/* All pieces first: what a message may show depends on whether any label was found. */
static int place_columns(struct looking *k, struct kdb_column *columns, size_t count, size_t stride,
                         uint32_t *fields, size_t *used)
{
    for (size_t i = 0; i < count; i++) {
        const struct kdb_column *c = (const void *)((const char *)columns + i * stride);
        for (size_t p = 0; p < c->piece_count; p++) {
            int code = place_piece(k, &c->pieces[p], &fields[(*used)++]);
            if (code != 0)
                return code;
        }
    }
    return 0;
}

static int check_columns(const struct looking *k, const struct kdb_column *columns, size_t count,
                         size_t stride, const uint32_t *fields, size_t *used)
{
    for (size_t i = 0; i < count; i++) {
        const struct kdb_column *c = (const void *)((const char *)columns + i * stride);
        for (size_t p = 0; p < c->piece_count; p++) {
            uint32_t field = fields[(*used)++];
            bool missing = field == UINT32_MAX && c->pieces[p].constant == NULL && !c->optional;
            if (missing || field == UINT32_MAX - 1)
                return fail_piece(k, c, &c->pieces[p], field == UINT32_MAX - 1);
        }
    }
    return 0;
}

static int place_all(struct looking *k)
{
    struct kdb_dataset *d = k->input->dataset;
    size_t placed = 0, checked = 0;
    uint32_t *fields = calloc(d->piece_count + 1, sizeof *fields);
    if (fields == NULL)
        return common_nomem(k->source->host, k->err);
    free(k->input->fields);
    k->input->fields = fields;
    int code = place_columns(k, d->columns, d->column_count, sizeof *d->columns, fields, &placed);
    if (code == 0 && d->where_count > 0)
        code =
            place_columns(k, &d->where->column, d->where_count, sizeof *d->where, fields, &placed);
    if (code == 0)
        code = check_columns(k, d->columns, d->column_count, sizeof *d->columns, fields, &checked);
    if (code == 0 && d->where_count > 0)
        code =
            check_columns(k, &d->where->column, d->where_count, sizeof *d->where, fields, &checked);
    return code;
}

/* The line of labels, or the first of the rows where there is none. An empty file has neither, and
 * gives no rows. */
static int read_first(struct looking *k, struct shihyo_csv *csv, bool *empty)
{
    const struct shihyo_text_services *text = k->source->host->text;
    struct kdb_input *input = k->input;
    const struct shihyo_field *fields = NULL;
    size_t count = 0;
    *empty = false;
    for (int64_t skip = 0; skip <= input->dataset->skip_lines; skip++) {
        int code = text->csv_next(csv, &fields, &count, k->err);
        if (code != 0)
            return code;
        if (count == 0) {
            *empty = true;
            return 0;
        }
    }
    input->first_line = text->csv_line(csv) + (input->dataset->header ? 1 : 0);
    input->expected = (uint32_t)count;
    if (!input->dataset->header && input->dataset->fields > 0)
        input->expected = (uint32_t)input->dataset->fields;
    common_copy(input->encoding, sizeof input->encoding, text->csv_encoding(csv),
                strlen(text->csv_encoding(csv)));
    return input->dataset->header ? take_labels(k->source->host, fields, count, &k->header, k->err)
                                  : 0;
}

static int look_at(struct shihyo_source *s, struct kdb_input *input, bool *empty,
                   struct shihyo_error *err)
{
    struct looking k = {.source = s, .input = input, .err = err};
    struct shihyo_csv *csv = NULL;
    struct stat st;
    const char *path = s->files[input->file].path;
    if (input->member == NULL && stat(path, &st) != 0)
        return s->host->error(err, SHIHYO_IO, 0, N_("The file cannot be read: %s"), path);
    if (input->member == NULL)
        input->size = (uint64_t)st.st_size;
    /* How far into the file an encoding that is not named is looked for. */
    uint64_t to = input->size <= KDB_LOOKED ? 0 : KDB_LOOKED;
    int code = open_text(s, input, input->dataset->encoding, 0, to, &csv, err);
    if (code == 0)
        code = read_first(&k, csv, empty);
    if (csv != NULL)
        s->host->text->csv_close(csv);
    if (code == 0 && !*empty)
        code = place_all(&k);
    free_header(&k.header);
    return code;
}

/* Parts ------------------------------------------------------------------------------------ */

/* Records with line breaks in quotes can only be told from the file's begin on, and archives can
 * only be unpacked from there: one part. */
static size_t parts_of(const struct kdb_input *input)
{
    if (input->dataset->multiline || input->member != NULL ||
        strncmp(input->encoding, "UTF-16", 6) == 0)
        return 1;
    return (size_t)((input->size + input->part_bytes - 1) / input->part_bytes);
}

/* Of a file of few parts some threads would wait for the last: it is cut smaller, into eight. */
static uint64_t bytes_of_part(const struct shihyo_source *s, const struct kdb_input *input)
{
    const uint64_t step = UINT64_C(1) << 20;
    uint64_t bytes = (input->size / 8 + step - 1) / step * step;
    bytes = bytes < KDB_LEAST_SPLIT ? KDB_LEAST_SPLIT : bytes;
    return bytes < s->split_bytes ? bytes : s->split_bytes;
}

static int add_parts(struct shihyo_source *s, struct kdb_table *table, struct kdb_input *input,
                     struct shihyo_error *err)
{
    input->part_bytes = bytes_of_part(s, input);
    size_t count = parts_of(input);
    struct kdb_part *parts = realloc(table->parts, (table->part_count + count) * sizeof *parts);
    free(input->part_lines);
    input->part_lines = calloc(count, sizeof *input->part_lines);
    if (parts == NULL || input->part_lines == NULL) {
        table->parts = parts == NULL ? table->parts : parts;
        return common_nomem(s->host, err);
    }
    table->parts = parts;
    input->part_count = count;
    for (size_t i = 0; i < count; i++) {
        atomic_init(&input->part_lines[i], -1);
        table->parts[table->part_count++] = (struct kdb_part){
            .input = input,
            .number = i,
            .from = i * input->part_bytes,
            .to = i + 1 == count ? 0 : (i + 1) * input->part_bytes,
        };
    }
    return 0;
}

static int add_table(struct shihyo_source *s, const struct kdb_contract *contract,
                     struct shihyo_error *err)
{
    struct kdb_table *table = &s->tables[s->table_count];
    *table = (struct kdb_table){.contract = contract};
    bool any = false;
    for (size_t i = 0; i < s->input_count; i++) {
        struct kdb_input *input = &s->inputs[i];
        bool empty = false;
        if (input->dataset->contract != contract || (s->chosen != NULL && !s->chosen[input->file]))
            continue;
        int code = look_at(s, input, &empty, err);
        if (code == 0 && !empty)
            code = add_parts(s, table, input, err);
        if (code != 0) {
            s->table_count++; /* to be freed with the others */
            return code;
        }
        any = any || !empty;
    }
    if (!any)
        return 0;
    s->infos[s->table_count++] = (struct shihyo_table_info){
        SHIHYO_ABI_INIT(struct shihyo_table_info),
        .contract = contract->id,
        .splits = (uint32_t)table->part_count,
    };
    return 0;
}

void kdb_free_tables(struct shihyo_source *s)
{
    for (size_t i = 0; i < s->table_count; i++)
        free(s->tables[i].parts);
    s->table_count = 0;
}

int kdb_make_tables(struct shihyo_source *s, struct shihyo_error *err)
{
    kdb_free_tables(s);
    for (size_t i = 0; i < KDB_CONTRACTS; i++) {
        int code = add_table(s, &kdb_contracts[i], err);
        if (code != 0)
            return code;
    }
    return 0;
}

void kdb_free_files(struct shihyo_source *s)
{
    for (size_t i = 0; i < s->input_count; i++) {
        free(s->inputs[i].member);
        free(s->inputs[i].fields);
        free(s->inputs[i].part_lines);
    }
    for (size_t i = 0; i < s->file_count; i++)
        free((char *)s->files[i].path);
    free(s->inputs);
    free(s->files);
    free(s->chosen);
}

/* Lines ------------------------------------------------------------------------------------ */

/* Reads a part for nothing but the number of its lines: only a part in front of one with a broken
 * line is, and each once. */
static int count_lines(const struct shihyo_source *s, const struct kdb_input *input, size_t part,
                       int64_t *lines, struct shihyo_error *err)
{
    const struct shihyo_text_services *text = s->host->text;
    struct shihyo_csv_batch batch = {SHIHYO_ABI_INIT(struct shihyo_csv_batch),
                                     .expected = UINT32_MAX, .most = KDB_LINES};
    struct shihyo_csv *csv;
    int code = kdb_open_part(s, input, part * input->part_bytes, (part + 1) * input->part_bytes,
                             &csv, err);
    if (code != 0)
        return code;
    /* No line has that many fields, so all are read in one go and none is kept. */
    code = text->csv_batch(csv, &batch, err);
    *lines = text->csv_line(csv);
    text->csv_close(csv);
    return code;
}

int kdb_lines_before(const struct shihyo_source *s, const struct kdb_part *part, int64_t *lines,
                     struct shihyo_error *err)
{
    *lines = 0;
    for (size_t i = 0; i < part->number; i++) {
        int64_t known = atomic_load(&part->input->part_lines[i]);
        if (known < 0) {
            int code = count_lines(s, part->input, i, &known, err);
            if (code != 0)
                return code;
            atomic_store(&part->input->part_lines[i], known);
        }
        *lines += known;
    }
    return 0;
}
