/* SPDX-License-Identifier: MIT */
/* One part of a file as an Arrow stream. */
#include <errno.h>
#include <stdlib.h>

#include "kdb.h"

struct stream {
    struct shihyo_source *source;
    const struct kdb_part *part;
    const struct column_def *columns[BATCH_COLUMNS];
    size_t column_count;
    int (*reject)(void *rejects, const struct shihyo_error *err);
    void *rejects;

    struct shihyo_csv *csv;
    struct kdb_program *program;
    struct batch_pool *pool;
    struct batch batch;
    struct shihyo_csv_batch batch_of_lines;
    struct kdb_records records; /* the same, for the program */
    uint32_t run_of[KDB_LINES];
    struct kdb_verdict *verdict;
    uint32_t select[KDB_LINES];
    int64_t lines[KDB_LINES];
    int64_t lines_before; /* -1: not known yet */
    int64_t first_line;   /* of the first row, in the file's first part */
    bool ended;
    int64_t *row_lines; /* line of every row of a batch, where they are asked for; or NULL */

    struct shihyo_error error; /* of what ended the stream */
};

static void free_stream(struct stream *s)
{
    if (s == NULL)
        return;
    if (s->csv != NULL)
        s->source->host->text->csv_close(s->csv);
    batch_drop(&s->batch);
    kdb_program_free(s->program);
    batch_pool_leave(s->pool);
    free(s->batch_of_lines.fields);
    free(s->verdict);
    free(s->row_lines);
    free(s);
}

/* Rejects ---------------------------------------------------------------------------------- */

/* Completes the place. Lines are counted from the file's begin only now that somebody asks. */
static int tell(struct stream *s, struct shihyo_error *found)
{
    const struct shihyo_source *source = s->source;
    if (s->lines_before < 0) {
        int code = kdb_lines_before(source, s->part, &s->lines_before, &s->error);
        if (code != 0) {
            s->lines_before = -1;
            return code;
        }
    }
    const char *path = source->files[s->part->input->file].path;
    found->row += s->lines_before;
    common_copy(found->file, sizeof found->file, path, strlen(path));
    if (s->reject != NULL)
        return s->reject(s->rejects, found);
    /* Nobody counts: a row that is left out without a word would be worse than an end. */
    s->error = *found;
    return SHIHYO_DATA;
}

/* What struct shihyo_csv_batch calls broken. */
static int take_broken(void *arg, const struct shihyo_error *err)
{
    struct stream *s = arg;
    struct shihyo_error found = *err;
    if (s->part->number == 0 && err->row < s->first_line)
        return 0;
    return tell(s, &found);
}

static const char *sentence(uint32_t code)
{
    switch (code) {
    case E_PERIOD:
        return N_("The month is none, or written in another form than the layout says.");
    case E_NUMBER:
        return N_("The field should hold a whole number and does not.");
    case E_VALUE:
        return N_("The layout's recode does not name the text that the field holds.");
    default:
        return N_("The text is too short for what the layout takes of it, or too long.");
    }
}

/* In the order of the lines, whichever column was wrong. */
static int tell_verdict(struct stream *s, size_t count)
{
    const struct kdb_verdict *v = s->verdict;
    for (size_t i = 0; i < count; i++) {
        struct shihyo_error found = {SHIHYO_ABI_INIT(struct shihyo_error)};
        if (v->bad[i] == 0)
            continue;
        (void)s->source->host->error(&found, SHIHYO_DATA, v->bad[i], sentence(v->bad[i]));
        const char *name = s->columns[v->column[i]]->name;
        common_copy(found.column_name, sizeof found.column_name, name, strlen(name));
        found.row = s->lines[s->select[i]];
        int status = tell(s, &found);
        if (status != 0)
            return status;
    }
    return 0;
}

/* Reading ---------------------------------------------------------------------------------- */

static int nomem(struct stream *s)
{
    return common_nomem(s->source->host, &s->error);
}

/* The next records that the conditions keep, as numbers in s->select. */
static int next_records(struct stream *s, size_t *count)
{
    *count = 0;
    int code = s->source->host->text->csv_batch(s->csv, &s->batch_of_lines, &s->error);
    if (code != 0)
        return code;
    s->records.slack = s->batch_of_lines.slack >= SHIHYO_CSV_SLACK;
    if (s->batch_of_lines.count == 0) {
        s->ended = true;
        atomic_store(&s->part->input->part_lines[s->part->number],
                     s->source->host->text->csv_line(s->csv));
        return 0;
    }
    size_t kept = kdb_program_filter(s->program, &s->records, s->batch_of_lines.count, s->select),
           first = 0;
    if (s->part->number == 0) {
        while (first < kept && s->lines[s->select[first]] < s->first_line)
            first++;
        memmove(s->select, s->select + first, (kept - first) * sizeof s->select[0]);
    }
    *count = kept - first;
    return kdb_program_distinct(s->program, &s->records, s->select, count) ? 0 : nomem(s);
}

static void keep_lines(struct stream *s, size_t first, size_t count)
{
    size_t row = first;
    for (size_t i = 0; s->row_lines != NULL && i < count; i++) {
        if (s->verdict->bad[i] == 0)
            s->row_lines[row++] = s->lines[s->select[i]];
    }
}

static int fill_batch(struct stream *s)
{
    if (!batch_begin(&s->batch, s->pool))
        return nomem(s);
    while (!s->ended && s->batch.rows + KDB_LINES <= BATCH_ROWS) {
        size_t count, first = s->batch.rows;
        int code = next_records(s, &count);
        if (code != 0)
            return code;
        if (!kdb_program_run(s->program, &s->records, s->select, count, &s->batch, s->verdict))
            return nomem(s);
        keep_lines(s, first, count);
        if (s->verdict->bad_count == 0)
            continue;
        batch_compact(&s->batch, first, count, s->verdict->bad);
        code = tell_verdict(s, count);
        if (code != 0)
            return code;
    }
    return 0;
}

/* Whether a row is the same as the one before it, the first row of a part can only tell from the
 * part before. The last lines of that are read, more of them while the conditions keep none. */
static int look_back(struct stream *s)
{
    struct kdb_input *input = s->part->input;
    struct shihyo_csv *own = s->csv;
    uint64_t from = s->part->from;
    int code = 0;
    for (uint64_t back = 64 * 1024; code == 0 && from > 0 && !kdb_program_remembers(s->program);
         back *= 4) {
        size_t count = 1;
        from = s->part->from > back ? s->part->from - back : 0;
        s->batch_of_lines.broken = NULL;
        code = kdb_open_part(s->source, input, from, s->part->from, &s->csv, &s->error);
        while (code == 0 && !s->ended)
            code = next_records(s, &count);
        if (s->csv != NULL)
            s->source->host->text->csv_close(s->csv);
        s->csv = NULL;
        s->ended = false;
        s->batch_of_lines.broken = take_broken;
    }
    /* What was read here was not the part. */
    atomic_store(&input->part_lines[s->part->number], -1);
    s->csv = own;
    return code;
}

/* Arrow ------------------------------------------------------------------------------------ */

static int errno_of(int status)
{
    return status == SHIHYO_NOMEM ? ENOMEM : status == SHIHYO_CANCELLED ? ECANCELED : EIO;
}

static int get_schema(struct ArrowArrayStream *self, struct ArrowSchema *out)
{
    struct stream *s = self->private_data;
    return (s->batch.in_runs ? batch_make_schema_in_runs(s->columns, s->column_count, out)
                             : batch_make_schema(s->columns, s->column_count, out))
               ? 0
               : ENOMEM;
}

static int get_next(struct ArrowArrayStream *self, struct ArrowArray *out)
{
    struct stream *s = self->private_data;
    int code = 0;
    *out = (struct ArrowArray){0};
    /* A part of which no line is kept gives no empty batches on the way. */
    while (code == 0 && !s->ended && s->batch.block == NULL) {
        if (s->source->host->cancelled())
            return ECANCELED;
        code = fill_batch(s);
        if (code != 0 || s->batch.rows == 0)
            batch_drop(&s->batch);
    }
    if (code != 0)
        return errno_of(code);
    if (s->batch.block != NULL)
        batch_finish(&s->batch, out);
    return 0;
}

static const char *get_last_error(struct ArrowArrayStream *self)
{
    struct stream *s = self->private_data;
    return s->error.message[0] == '\0' ? NULL : s->error.message;
}

static void release_stream(struct ArrowArrayStream *self)
{
    free_stream(self->private_data);
    self->release = NULL;
}

/* Opening ---------------------------------------------------------------------------------- */

static const struct column_def *def_named(const struct kdb_contract *contract, const char *name)
{
    for (const struct column_def *def = contract->columns; def->name != NULL; def++) {
        if (strcmp(def->name, name) == 0)
            return def;
    }
    return NULL;
}

static int take_request(struct stream *s, const struct shihyo_stream_request *request,
                        struct shihyo_error *err)
{
    const struct shihyo_host *host = s->source->host;
    const struct kdb_table *table = NULL;
    for (size_t i = 0; i < s->source->table_count; i++) {
        if (strcmp(s->source->tables[i].contract->id, request->contract) == 0)
            table = &s->source->tables[i];
    }
    if (table == NULL || request->split >= table->part_count)
        return host->error(err, SHIHYO_UNSUPPORTED, 0, N_("This source does not give '%s'."),
                           request->contract);
    s->part = &table->parts[request->split];
    for (size_t i = 0; i < request->column_count; i++) {
        const struct column_def *def = def_named(table->contract, request->columns[i]);
        if (def == NULL || s->column_count == BATCH_COLUMNS)
            return host->error(err, SHIHYO_UNSUPPORTED, 0, N_("This source does not give '%s'."),
                               request->columns[i]);
        s->columns[s->column_count++] = def;
    }
    s->reject = request->reject;
    s->rejects = request->rejects;
    s->batch.in_runs = request->struct_size >=
                           offsetof(struct shihyo_stream_request, runs) + sizeof request->runs &&
                       request->runs != 0;
    return 0;
}

static int prepare(struct stream *s, struct shihyo_error *err)
{
    const struct kdb_input *input = s->part->input;
    size_t wanted, repeating;
    int code = kdb_program_new(s->source->host, input, s->columns, s->column_count,
                               s->batch.in_runs, &s->program, err);
    if (code != 0)
        return code;
    const uint32_t *fields = kdb_program_wanted(s->program, &wanted, &repeating);
    s->batch_of_lines = (struct shihyo_csv_batch){
        SHIHYO_ABI_INIT(struct shihyo_csv_batch),
        .wanted = fields,
        .wanted_count = wanted,
        .expected = input->expected,
        .most = KDB_LINES,
        .fields = calloc(KDB_LINES * (wanted + 1), sizeof(struct shihyo_field)),
        .lines = s->lines,
        .broken = take_broken,
        .arg = s,
        .repeating = repeating,
        .run_of = s->run_of,
    };
    s->records = (struct kdb_records){s->batch_of_lines.fields, s->run_of, repeating, false};
    s->verdict = calloc(1, sizeof *s->verdict);
    s->pool = batch_pool_new();
    s->first_line = input->first_line;
    s->lines_before = s->part->number == 0 ? 0 : -1;
    s->batch.columns = s->columns;
    s->batch.column_count = s->column_count;
    if (s->batch_of_lines.fields == NULL || s->verdict == NULL || s->pool == NULL)
        return common_nomem(s->source->host, err);
    return kdb_open_part(s->source, input, s->part->from, s->part->to, &s->csv, err);
}

static int open_stream(struct shihyo_source *source, const struct shihyo_stream_request *request,
                       struct stream **out, struct shihyo_error *err)
{
    struct stream *s = *out = calloc(1, sizeof *s);
    if (s == NULL)
        return common_nomem(source->host, err);
    s->source = source;
    s->error = (struct shihyo_error){SHIHYO_ABI_INIT(struct shihyo_error)};
    int code = take_request(s, request, err);
    if (code == 0)
        code = prepare(s, err);
    if (code == 0 && s->part->number > 0) {
        code = look_back(s);
        if (code != 0 && err != NULL)
            *err = s->error;
    }
    if (code != 0) {
        free_stream(s);
        *out = NULL;
    }
    return code;
}

int kdb_stream(struct shihyo_source *source, const struct shihyo_stream_request *request,
               struct ArrowArrayStream *out, struct shihyo_error *err)
{
    struct stream *s;
    int code = open_stream(source, request, &s, err);
    if (code != 0)
        return code;
    *out = (struct ArrowArrayStream){.get_schema = get_schema,
                                     .get_next = get_next,
                                     .get_last_error = get_last_error,
                                     .release = release_stream,
                                     .private_data = s};
    return 0;
}

/* First rows ----------------------------------------------------------------------------- */

int kdb_first_rows(struct shihyo_source *source, const struct shihyo_stream_request *request,
                   int (*visit)(void *arg, const struct kdb_first *rows), void *arg,
                   struct shihyo_error *err)
{
    struct stream *s;
    size_t count = 0;
    int code = open_stream(source, request, &s, err);
    if (code != 0)
        return code;
    code = batch_begin(&s->batch, s->pool) ? 0 : nomem(s);
    while (code == 0 && !s->ended && count == 0)
        code = next_records(s, &count);
    if (code == 0 &&
        !kdb_program_run(s->program, &s->records, s->select, count, &s->batch, s->verdict))
        code = nomem(s);
    if (code != 0 && err != NULL)
        *err = s->error;
    const struct kdb_first first = {s->program, &s->records, s->select,
                                    count,      &s->batch,   s->verdict};
    if (code == 0)
        code = visit(arg, &first);
    free_stream(s);
    return code;
}

/* Where rows came from --------------------------------------------------------------------- */

static int ignore(void *rejects, const struct shihyo_error *err)
{
    (void)rejects;
    (void)err;
    return 0;
}

/* Reads batches until the row is among them. */
static int find_row(struct stream *s, int64_t row, int64_t *line)
{
    int64_t before = 0;
    while (!s->ended) {
        int code = fill_batch(s);
        if (code == 0 && row < before + (int64_t)s->batch.rows) {
            *line = s->row_lines[row - before];
            batch_drop(&s->batch);
            return 0;
        }
        before += (int64_t)s->batch.rows;
        batch_drop(&s->batch);
        if (code != 0)
            return code;
    }
    return 0;
}

int kdb_locate(struct shihyo_source *source, const struct shihyo_stream_request *request,
               int64_t row, struct shihyo_error *place)
{
    struct stream *s;
    int64_t line = 0, before = 0;
    int code = open_stream(source, request, &s, place);
    if (code != 0)
        return code;
    s->reject = ignore;
    s->row_lines = calloc(BATCH_ROWS, sizeof *s->row_lines);
    code = s->row_lines == NULL ? nomem(s) : find_row(s, row, &line);
    if (code == 0)
        code = kdb_lines_before(source, s->part, &before, &s->error);
    if (code != 0 && place != NULL)
        *place = s->error;
    if (code == 0 && place != NULL) {
        const char *path = source->files[s->part->input->file].path;
        common_copy(place->file, sizeof place->file, path, strlen(path));
        place->row = line == 0 ? 0 : line + before;
    }
    free_stream(s);
    return code;
}
