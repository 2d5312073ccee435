/* SPDX-License-Identifier: MIT */
/* Reading a contract of a source: one Arrow stream, checked, cut into tables. */
#include "core/plugin/source_read.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/os/os.h"
#include "core/plugin/persons.h"

/* Rows given to visit at once, and those taken over at once; and when a dictionary is thrown away
 * between two visits. */
enum { SLICE = 4096, TAKEN = 1 << 14, DICTIONARY_MOST = 1 << 16 };

struct reader {
    struct shy_source *source;
    const struct shy_contract *contract;
    const char **columns;
    size_t column_count;
    struct shy_table *rows;
    int64_t rows_read;
    int (*visit)(void *arg, const struct shy_table *rows, struct shihyo_error *err);
    int (*take)(void *arg, struct shy_table *rows, struct shihyo_error *err); /* or this one */
    void *arg;
};

/* Columns -------------------------------------------------------------------------------- */

static bool offers_column(const struct shihyo_offer *offer, const char *name)
{
    if (offer->columns == NULL)
        return true;
    for (const char *const *c = offer->columns; *c != NULL; c++) {
        if (strcmp(*c, name) == 0)
            return true;
    }
    return false;
}

/* All columns of the contract that the plugin offers. */
static int all_columns(struct reader *r, const struct shihyo_offer *offer, struct shihyo_error *err)
{
    r->columns = shy_alloc(r->contract->column_count, sizeof *r->columns);
    if (r->columns == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < r->contract->column_count; i++) {
        const char *name = r->contract->columns[i].name;
        if (offers_column(offer, name))
            r->columns[r->column_count++] = name;
    }
    return 0;
}

static int choose_columns(struct reader *r, const char *const *columns, size_t count,
                          struct shihyo_error *err)
{
    const struct shihyo_offer *offer = shy_source_offer(r->source, r->contract->id);
    if (offer == NULL)
        return shy_fail(err, SHY_E_PLUGIN_UNSUPPORTED,
                        _("Source '%s': the plugin '%s' does not offer '%s'."), r->source->name,
                        r->source->plugin->name, r->contract->id);
    if (columns == NULL)
        return all_columns(r, offer, err);
    r->columns = shy_alloc(count, sizeof *r->columns);
    if (r->columns == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < count; i++) {
        int at;
        SHY_TRY(shy_contract_require(r->contract, columns[i], &at, err));
        if (!offers_column(offer, columns[i]))
            return shy_fail(err, SHY_E_PLUGIN_UNSUPPORTED,
                            _("Source '%s': the plugin '%s' does not offer the column '%s' of "
                              "'%s'."),
                            r->source->name, r->source->plugin->name, columns[i], r->contract->id);
        r->columns[r->column_count++] = columns[i];
    }
    return 0;
}

/* Schema --------------------------------------------------------------------------------- */

/* name is base followed by suffix. */
static bool is_named(const char *name, const char *base, const char *suffix)
{
    size_t length = strlen(base);
    return strncmp(name, base, length) == 0 && strcmp(name + length, suffix) == 0;
}

/* Exactly the columns asked for, in that order, a column's state behind it where it has one.
 * Formats are checked with the batches. */
static int check_schema(const struct reader *r, const struct ArrowSchema *schema,
                        struct shihyo_error *err)
{
    if (schema->release == NULL || schema->format == NULL || strcmp(schema->format, "+s") != 0 ||
        schema->n_children < 0 || (schema->n_children > 0 && schema->children == NULL))
        return shy_source_broken(r->source, err, _("gave a stream whose schema is not a struct."));
    int64_t at = 0;
    for (size_t i = 0; i < r->column_count; i++) {
        const struct ArrowSchema *child = at < schema->n_children ? schema->children[at] : NULL;
        if (child == NULL || child->name == NULL || strcmp(child->name, r->columns[i]) != 0) {
            int code = shy_source_broken(
                r->source, err, _("gave a stream with other columns than those asked for."));
            shy_at_column(err, r->columns[i]);
            return code;
        }
        at++;
        int column = shy_contract_column(r->contract, r->columns[i]);
        bool stated = shy_column_tells_state(&r->contract->columns[column]);
        child = at < schema->n_children ? schema->children[at] : NULL;
        if (stated && child != NULL && child->name != NULL &&
            is_named(child->name, r->columns[i], "_state"))
            at++;
    }
    if (at != schema->n_children)
        return shy_source_broken(r->source, err,
                                 _("gave a stream with more columns than those asked for."));
    return 0;
}

/* Batches -------------------------------------------------------------------------------- */

/* Dictionaries are kept from one visit to the next, since neighbouring rows have the same codes;
 * one of persons would grow to millions of texts, so it is dropped when it is large. */
static void forget_rows(struct shy_table *t)
{
    t->rows = 0;
    for (size_t i = 0; i < t->column_count; i++) {
        if (t->columns[i].dict.count > DICTIONARY_MOST)
            shy_map_free(&t->columns[i].dict);
    }
}

/* Adds the number of the rows before to an error's row, which counts from the slice's begin. */
static int in_stream(const struct reader *r, int code, struct shihyo_error *err)
{
    if (code != 0 && err != NULL && err->row > 0)
        err->row += r->rows_read;
    if (code != 0)
        shy_context(err, _("Source '%s', %s"), r->source->name, r->contract->id);
    return code;
}

static int new_rows(struct reader *r, struct shihyo_error *err)
{
    return shy_table_new(r->contract, r->columns, r->column_count, &r->rows, err);
}

static int give_rows(struct reader *r, struct shihyo_error *err)
{
    if (r->take == NULL) {
        SHY_TRY(r->visit(r->arg, r->rows, err));
        forget_rows(r->rows);
        return 0;
    }
    struct shy_table *rows = r->rows;
    r->rows = NULL;
    SHY_TRY(r->take(r->arg, rows, err));
    return new_rows(r, err);
}

/* Slices share the batch's buffers: an Arrow array is cut by moving its offset. An empty batch goes
 * through once, so that its types are checked. */
static int read_batch(struct reader *r, const struct ArrowSchema *schema,
                      const struct ArrowArray *batch, struct shihyo_error *err)
{
    struct ArrowArray slice = *batch;
    int64_t done = 0, most = r->take == NULL ? SLICE : TAKEN;
    if (batch->length < 0 || batch->offset < 0 || batch->offset > INT64_MAX - batch->length)
        return shy_source_broken(r->source, err, _("gave a batch of a length that cannot be."));
    if (slice.null_count > 0)
        slice.null_count = -1;
    do {
        slice.length = batch->length - done < most ? batch->length - done : most;
        slice.offset = batch->offset + done;
        SHY_TRY(in_stream(r, shy_table_append_arrow(r->rows, schema, &slice, err), err));
        if (slice.length > 0)
            SHY_TRY(give_rows(r, err));
        done += slice.length;
        r->rows_read += slice.length;
        if (shy_os_cancelled())
            return shy_fail(err, SHY_E_CANCELLED, _("Stopped."));
    } while (done < batch->length);
    return 0;
}

static int stream_failed(const struct reader *r, struct ArrowArrayStream *stream,
                         struct shihyo_error *err)
{
    const char *said = stream->get_last_error == NULL ? NULL : stream->get_last_error(stream);
    if (said != NULL && r->contract->person_level)
        said = _("the plugin's own words are not shown, since the table is about persons.");
    (void)shy_fail(err, SHY_E_PLUGIN_STREAM,
                   _("Source '%s', %s: the stream failed after %lld rows: %s"), r->source->name,
                   r->contract->id, (long long)r->rows_read,
                   said == NULL ? _("the plugin did not say why.") : said);
    return SHY_E_PLUGIN_STREAM;
}

static int read_batches(struct reader *r, struct ArrowArrayStream *stream,
                        const struct ArrowSchema *schema, struct shihyo_error *err)
{
    for (;;) {
        struct ArrowArray batch = {0};
        if (stream->get_next(stream, &batch) != 0) {
            if (batch.release != NULL)
                batch.release(&batch);
            return stream_failed(r, stream, err);
        }
        if (batch.release == NULL)
            return 0;
        int code = read_batch(r, schema, &batch, err);
        batch.release(&batch);
        if (code != 0)
            return code;
    }
}

/* What a builder of ours made need not go through Arrow and back. */
static bool read_own(struct reader *r, struct ArrowArrayStream *stream, int *code,
                     struct shihyo_error *err)
{
    if (r->take == NULL)
        return false;
    struct shy_table *rows = shy_table_from_own(stream, r->contract, r->columns, r->column_count);
    if (rows == NULL)
        return false;
    r->rows_read = (int64_t)rows->rows;
    if (rows->rows > 0)
        *code = r->take(r->arg, rows, err);
    else
        shy_table_free(rows);
    return true;
}

/* Whatever happens, schema and batches are released here and the stream by the caller. */
static int read_stream(struct reader *r, struct ArrowArrayStream *stream, struct shihyo_error *err)
{
    struct ArrowSchema schema = {0};
    if (stream->release == NULL || stream->get_schema == NULL || stream->get_next == NULL)
        return shy_source_broken(r->source, err, _("gave no stream."));
    int code = 0;
    if (read_own(r, stream, &code, err))
        return code;
    code = stream->get_schema(stream, &schema) != 0 ? stream_failed(r, stream, err) : 0;
    if (code == 0)
        code = check_schema(r, &schema, err);
    if (code == 0)
        code = read_batches(r, stream, &schema, err);
    if (schema.release != NULL)
        schema.release(&schema);
    return code;
}

/* The whole ------------------------------------------------------------------------------ */

static int check_split(struct reader *r, uint32_t split, struct shihyo_error *err)
{
    SHY_TRY(shy_source_ready(r->source, err));
    for (size_t i = 0; i < r->source->table_count; i++) {
        const struct shihyo_table_info *table = &r->source->tables[i];
        if (strcmp(table->contract, r->contract->id) == 0 && split < table->splits)
            return 0;
    }
    return shy_fail(err, SHY_E_PLUGIN_UNSUPPORTED, _("Source '%s' has no table '%s' to give."),
                    r->source->name, r->contract->id);
}

static int open_stream(struct reader *r, uint32_t split, struct ArrowArrayStream *stream,
                       struct shihyo_error *err)
{
    struct shihyo_error said = SHY_ERROR_INIT;
    const struct shihyo_stream_request request = {
        SHIHYO_ABI_INIT(struct shihyo_stream_request),
        .contract = r->contract->id,
        .columns = r->columns,
        .column_count = r->column_count,
        .split = split,
    };
    int status = r->source->plugin->descriptor->stream(r->source->inner, &request, stream, &said);
    if (status == 0)
        return 0;
    /* As everywhere in the interface: a call that failed gave nothing. */
    *stream = (struct ArrowArrayStream){0};
    return shy_source_fail(r->source, r->contract, &said, status, "stream", err);
}

static int read_split(struct reader *r, const char *const *columns, size_t column_count,
                      uint32_t split, struct shihyo_error *err)
{
    struct ArrowArrayStream stream = {0};
    int code = check_split(r, split, err);
    shy_persons_begin(r->contract->person_level);
    if (code == 0)
        code = choose_columns(r, columns, column_count, err);
    if (code == 0)
        code = new_rows(r, err);
    if (code == 0)
        code = open_stream(r, split, &stream, err);
    if (code == 0)
        code = read_stream(r, &stream, err);
    if (stream.release != NULL)
        stream.release(&stream);
    shy_persons_end(r->contract->person_level, r->source->name);
    shy_table_free(r->rows);
    shy_free((void *)r->columns);
    return code;
}

int shy_source_read(struct shy_source *s, const struct shy_contract *contract,
                    const char *const *columns, size_t column_count, uint32_t split,
                    int (*visit)(void *arg, const struct shy_table *rows, struct shihyo_error *err),
                    void *arg, struct shihyo_error *err)
{
    struct reader r = {.source = s, .contract = contract, .visit = visit, .arg = arg};
    return read_split(&r, columns, column_count, split, err);
}

int shy_source_take(struct shy_source *s, const struct shy_contract *contract, uint32_t split,
                    int (*take)(void *arg, struct shy_table *rows, struct shihyo_error *err),
                    void *arg, struct shihyo_error *err)
{
    struct reader r = {.source = s, .contract = contract, .take = take, .arg = arg};
    return read_split(&r, NULL, 0, split, err);
}
