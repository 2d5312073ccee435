/* SPDX-License-Identifier: MIT */
/* Reading a contract of a source as batches that lie where the plugin put them: the way of tables
 * with millions of rows. Choosing files, and finding where a row came from. */
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/os/os.h"
#include "core/plugin/persons.h"
#include "core/plugin/source_read.h"
#include "core/text/csv_witness.h"

struct reading {
    struct shy_source *source;
    const struct shy_contract *contract;
    const char *const *names;
    const struct shy_batch_visitor *visitor;
    struct shy_batch_column *columns;
    size_t column_count;
    int64_t rows;
    int stopped; /* what the visitor said of a reject or a note */
    struct shihyo_error why;
};

bool shy_source_offers(const struct shy_source *s, const char *contract, const char *column)
{
    const struct shihyo_offer *offer = shy_source_offer(s, contract);
    if (offer == NULL || offer->columns == NULL)
        return offer != NULL;
    for (const char *const *c = offer->columns; *c != NULL; c++) {
        if (strcmp(*c, column) == 0)
            return true;
    }
    return false;
}

/* Files ---------------------------------------------------------------------------------- */

bool shy_source_chooses(const struct shy_source *s)
{
    return s->plugin->descriptor->choose_files != NULL;
}

int shy_source_choose_files(struct shy_source *s, const unsigned char *chosen, size_t count,
                            struct shihyo_error *err)
{
    struct shihyo_error said = SHY_ERROR_INIT;
    if (!shy_source_chooses(s))
        return shy_fail(err, SHY_E_PLUGIN_UNSUPPORTED,
                        _("Source '%s': the plugin '%s' cannot read some of its files only."),
                        s->name, s->plugin->name);
    bool persons = s->persons;
    shy_persons_begin(persons);
    int status = s->plugin->descriptor->choose_files(s->inner, chosen, count, &said);
    shy_persons_end(persons, s->name);
    if (status != 0)
        return shy_source_fail(s, NULL, &said, status, "choose_files", err);
    /* Other files may be other tables, and other splits. */
    (void)pthread_mutex_lock(&s->lock);
    s->tables_known = false;
    (void)pthread_mutex_unlock(&s->lock);
    return 0;
}

static struct shihyo_stream_request request_of(const struct shy_contract *contract,
                                               const char *const *columns, size_t count,
                                               uint32_t split)
{
    return (struct shihyo_stream_request){
        SHIHYO_ABI_INIT(struct shihyo_stream_request),
        .contract = contract->id,
        .columns = columns,
        .column_count = count,
        .split = split,
    };
}

int shy_source_locate(struct shy_source *s, const struct shy_contract *contract,
                      const char *const *columns, size_t column_count, uint32_t split, int64_t row,
                      struct shihyo_error *place)
{
    struct shihyo_error said = SHY_ERROR_INIT;
    if (s->plugin->descriptor->locate == NULL)
        return SHY_E_PLUGIN_UNSUPPORTED;
    const struct shihyo_stream_request request = request_of(contract, columns, column_count, split);
    shy_persons_begin(contract->person_level);
    int status = s->plugin->descriptor->locate(s->inner, &request, row, &said);
    shy_persons_end(contract->person_level, s->name);
    if (status != 0)
        return SHY_E_PLUGIN_STREAM;
    said.file[sizeof said.file - 1] = said.sheet[sizeof said.sheet - 1] = '\0';
    said.code = SHY_E_CONTRACT_VALUE;
    if (contract->person_level)
        shy_persons_veil(contract, &said);
    shy_at(place, said.file, said.row, said.column);
    return 0;
}

/* Batches -------------------------------------------------------------------------------- */

/* The plugin's word on rows, made safe as every error of its is. */
static void take_words(const struct reading *r, const struct shihyo_error *given,
                       struct shihyo_error *said, struct shihyo_error *found)
{
    if (given != NULL && given->struct_size >= 8)
        memcpy(said, given, given->struct_size < sizeof *said ? given->struct_size : sizeof *said);
    (void)shy_source_fail(r->source, r->contract, said, SHIHYO_DATA, "reject", found);
}

static int take_reject(void *arg, const struct shihyo_error *given)
{
    struct reading *r = arg;
    struct shihyo_error found = SHY_ERROR_INIT, said = SHY_ERROR_INIT;
    if (r->stopped != 0)
        return SHIHYO_LIMIT;
    take_words(r, given, &said, &found);
    r->stopped = r->visitor->reject(r->visitor->arg, &found, &r->why);
    return r->stopped == 0 ? 0 : SHIHYO_LIMIT;
}

/* Two capital letters say what kind of record a line is, and nothing of a person. */
static bool is_record_kind(const char *value)
{
    return value[0] >= 'A' && value[0] <= 'Z' && value[1] >= 'A' && value[1] <= 'Z' &&
           value[2] == '\0';
}

static int take_note(void *arg, const struct shihyo_error *given, int64_t count)
{
    struct reading *r = arg;
    struct shihyo_error found = SHY_ERROR_INIT, said = SHY_ERROR_INIT;
    if (r->stopped != 0)
        return SHIHYO_LIMIT;
    take_words(r, given, &said, &found);
    if (is_record_kind(said.value))
        shy_copy_text(found.value, sizeof found.value, said.value, 2);
    r->stopped = r->visitor->note(r->visitor->arg, &found, count, &r->why);
    return r->stopped == 0 ? 0 : SHIHYO_LIMIT;
}

static int open_columns(struct reading *r, const struct ArrowSchema *schema,
                        const struct ArrowArray *batch, struct shihyo_error *err)
{
    for (size_t i = 0; i < r->column_count; i++) {
        int at;
        SHY_TRY(shy_contract_require(r->contract, r->names[i], &at, err));
        const struct shy_column *def = &r->contract->columns[at];
        SHY_TRY(r->visitor->runs ? shy_batch_open_runs(def, schema, batch, &r->columns[i], err)
                                 : shy_batch_open(def, schema, batch, &r->columns[i], err));
    }
    return 0;
}

static int read_batch(struct reading *r, const struct ArrowSchema *schema,
                      const struct ArrowArray *batch, struct shihyo_error *err)
{
    int code = shy_batch_check(schema, batch, err);
    if (code == 0)
        code = open_columns(r, schema, batch, err);
    if (code != 0) {
        if (err != NULL && err->row > 0)
            err->row += r->rows;
        shy_context(err, _("Source '%s', %s"), r->source->name, r->contract->id);
        return code;
    }
    const struct shy_batch view = {.contract = r->contract,
                                   .rows = batch->length,
                                   .columns = r->columns,
                                   .column_count = r->column_count};
    if (batch->length > 0)
        SHY_TRY(r->visitor->rows(r->visitor->arg, &view, err));
    r->rows += batch->length;
    return shy_os_cancelled() ? shy_fail(err, SHY_E_CANCELLED, _("Stopped.")) : 0;
}

/* A stream that ends because the rows rejected were too many ends for that reason. */
static int stream_failed(const struct reading *r, struct ArrowArrayStream *stream,
                         struct shihyo_error *err)
{
    if (r->stopped != 0) {
        if (err != NULL)
            *err = r->why;
        return r->stopped;
    }
    if (shy_os_cancelled())
        return shy_fail(err, SHY_E_CANCELLED, _("Stopped."));
    const char *said = stream->get_last_error == NULL ? NULL : stream->get_last_error(stream);
    if (said != NULL && r->contract->person_level)
        said = _("the plugin's own words are not shown, since the table is about persons.");
    return shy_fail(err, SHY_E_PLUGIN_STREAM,
                    _("Source '%s', %s: the stream failed after %lld rows: %s"), r->source->name,
                    r->contract->id, (long long)r->rows,
                    said == NULL ? _("the plugin did not say why.") : said);
}

static int read_stream(struct reading *r, struct ArrowArrayStream *stream,
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
            return r->stopped != 0 ? stream_failed(r, stream, err) : 0;
        int code = read_batch(r, schema, &batch, err);
        batch.release(&batch);
        if (code != 0)
            return code;
    }
}

static int open_stream(struct reading *r, uint32_t split, struct ArrowArrayStream *stream,
                       struct shihyo_error *err)
{
    struct shihyo_error said = SHY_ERROR_INIT;
    struct shihyo_stream_request request =
        request_of(r->contract, r->names, r->column_count, split);
    request.reject = r->visitor->reject == NULL ? NULL : take_reject;
    request.rejects = r;
    request.runs = r->visitor->runs;
    request.note = r->visitor->note == NULL ? NULL : take_note;
    int status = r->source->plugin->descriptor->stream(r->source->inner, &request, stream, &said);
    if (status == 0)
        return stream->release == NULL || stream->get_schema == NULL || stream->get_next == NULL
                   ? shy_source_broken(r->source, err, _("gave no stream."))
                   : 0;
    /* As everywhere in the interface: a call that failed gave nothing. */
    *stream = (struct ArrowArrayStream){0};
    if (r->stopped != 0) {
        if (err != NULL)
            *err = r->why;
        return r->stopped;
    }
    return shy_source_fail(r->source, r->contract, &said, status, "stream", err);
}

int shy_source_read_batches(struct shy_source *s, const struct shy_contract *contract,
                            const char *const *columns, size_t column_count, uint32_t split,
                            const struct shy_batch_visitor *visitor, struct shihyo_error *err)
{
    struct ArrowArrayStream stream = {0};
    struct ArrowSchema schema = {0};
    struct reading r = {.source = s,
                        .contract = contract,
                        .names = columns,
                        .column_count = column_count,
                        .visitor = visitor,
                        .why = SHY_ERROR_INIT};
    r.columns = shy_alloc(column_count + 1, sizeof *r.columns);
    int code = r.columns == NULL ? shy_fail_nomem(err) : shy_source_ready(s, err);
    shy_persons_begin(contract->person_level);
    shy_csv_set_witness(visitor->hashed);
    if (code == 0)
        code = open_stream(&r, split, &stream, err);
    if (code == 0 && stream.get_schema(&stream, &schema) != 0)
        code = stream_failed(&r, &stream, err);
    if (code == 0)
        code = read_stream(&r, &stream, &schema, err);
    if (schema.release != NULL)
        schema.release(&schema);
    if (stream.release != NULL)
        stream.release(&stream);
    shy_csv_set_witness(NULL);
    shy_persons_end(contract->person_level, s->name);
    shy_free(r.columns);
    return code;
}
