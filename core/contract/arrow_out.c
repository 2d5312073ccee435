/* SPDX-License-Identifier: MIT */
/*
 * Tables out as Arrow streams. Every child owns its buffers, so that a consumer may move single
 * columns out of a batch, as the specification allows.
 */
#include "core/contract/table.h"

#include <errno.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/contract/batch.h"

enum { BATCH_ROWS = 65536, BUFFERS = 3 };

/* One column of the stream: a column of the table, or the state beside it. */
struct out_column {
    const struct shy_table_column *from;
    bool state;
};

struct out_stream {
    struct shy_table *table;
    struct out_column *columns;
    size_t column_count;
    size_t next;
    const char *error;
};

/* Schema --------------------------------------------------------------------------------- */

/* Children that a consumer moved away have no release any more and are left alone. */
static void release_schema(struct ArrowSchema *s)
{
    for (int64_t i = 0; i < s->n_children; i++) {
        if (s->children[i] != NULL && s->children[i]->release != NULL)
            s->children[i]->release(s->children[i]);
        shy_free(s->children[i]);
    }
    shy_free(s->children);
    shy_free((void *)s->name);
    s->release = NULL;
}

static int fill_column_schema(const struct out_column *c, struct ArrowSchema *out)
{
    static const struct shy_column state = {.type = SHY_STATE_T};
    struct shy_text name = {0};
    shy_text_addf(&name, "%s%s", c->from->def->name, c->state ? "_state" : "");
    if (name.failed) {
        shy_text_free(&name);
        return ENOMEM;
    }
    bool nullable = !c->state && (c->from->def->flags & SHY_COLUMN_NULLABLE) != 0;
    *out = (struct ArrowSchema){
        .format = shy_arrow_format(c->state ? &state : c->from->def),
        .name = name.text,
        .flags = nullable ? ARROW_FLAG_NULLABLE : 0,
        .release = release_schema,
    };
    return 0;
}

/* On failure nothing is left in out: the specification lets a consumer ignore it then. */
static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    struct out_stream *s = stream->private_data;
    *out = (struct ArrowSchema){.format = "+s", .release = release_schema};
    out->children = shy_alloc(s->column_count, sizeof *out->children);
    int code = out->children == NULL ? ENOMEM : 0;
    for (size_t i = 0; code == 0 && i < s->column_count; i++) {
        out->children[i] = shy_alloc(1, sizeof **out->children);
        out->n_children++;
        code = out->children[i] == NULL ? ENOMEM
                                        : fill_column_schema(&s->columns[i], out->children[i]);
    }
    if (code != 0) {
        s->error = _("There is not enough memory.");
        release_schema(out);
    }
    return code;
}

/* Arrays --------------------------------------------------------------------------------- */

static void release_array(struct ArrowArray *a)
{
    for (int64_t i = 0; i < a->n_children; i++) {
        if (a->children[i] != NULL && a->children[i]->release != NULL)
            a->children[i]->release(a->children[i]);
        shy_free(a->children[i]);
    }
    shy_free(a->children);
    for (int64_t i = 0; i < a->n_buffers; i++)
        shy_free((void *)a->buffers[i]);
    shy_free((void *)a->buffers);
    a->release = NULL;
}

/* An array with room for its buffers. */
static int new_array(size_t rows, int64_t n_buffers, struct ArrowArray *out)
{
    *out = (struct ArrowArray){.length = (int64_t)rows, .release = release_array};
    out->buffers = shy_alloc(BUFFERS, sizeof *out->buffers);
    if (out->buffers == NULL)
        return ENOMEM;
    out->n_buffers = n_buffers;
    return 0;
}

static bool has_value(const struct shy_table_column *c, size_t row)
{
    return c->state[row] == SHIHYO_STATE_OK || c->state[row] == SHIHYO_STATE_PARTIAL;
}

/* Zeroed memory is "all null"; a bit is set where there is a value. */
static int fill_validity(const struct shy_table_column *c, size_t first, size_t rows,
                         struct ArrowArray *out)
{
    uint8_t *bits = shy_alloc((rows + 7) / 8, 1);
    if (bits == NULL)
        return ENOMEM;
    out->buffers[0] = bits;
    for (size_t i = 0; i < rows; i++) {
        if (has_value(c, first + i))
            bits[i / 8] = (uint8_t)(bits[i / 8] | 1u << i % 8);
        else
            out->null_count++;
    }
    return 0;
}

/* The text of a row, "" where there is none. */
static const char *row_text(const struct shy_table_column *c, size_t row, size_t *length)
{
    *length = 0;
    if (!has_value(c, row) || (uint64_t)c->data[row] >= c->dict.count)
        return "";
    *length = c->dict.lengths[c->data[row]];
    return c->dict.keys[c->data[row]];
}

/* Offsets first, as their last tells how much memory the texts need. 32 bits do for a batch; one
 * that needs more is refused rather than written in another format than the schema says. */
static int fill_texts(const struct shy_table_column *c, size_t first, size_t rows,
                      struct ArrowArray *out)
{
    size_t total = 0, length;
    int32_t *offsets = shy_alloc(rows + 1, sizeof *offsets);
    if (offsets == NULL)
        return ENOMEM;
    out->buffers[1] = offsets;
    for (size_t i = 0; i < rows; i++) {
        (void)row_text(c, first + i, &length);
        total += length;
        if (total > INT32_MAX)
            return EOVERFLOW;
        offsets[i + 1] = (int32_t)total;
    }
    char *bytes = shy_alloc(total, 1);
    if (bytes == NULL)
        return ENOMEM;
    out->buffers[2] = bytes;
    for (size_t i = 0; i < rows; i++) {
        const char *text = row_text(c, first + i, &length);
        memcpy(bytes + offsets[i], text, length);
    }
    return 0;
}

static void put_number(enum shy_type type, void *values, size_t i, int64_t value)
{
    switch (type) {
    case SHY_MONTH_T:
        ((int32_t *)values)[i] = (int32_t)(value / 12 * 100 + value % 12 + 1);
        break;
    case SHY_DATE_T:
        ((int32_t *)values)[i] = (int32_t)value;
        break;
    case SHY_DECIMAL_T:
        ((int64_t *)values)[2 * i] = value;
        ((int64_t *)values)[2 * i + 1] = value < 0 ? -1 : 0;
        break;
    case SHY_BOOL_T:
        if (value != 0)
            ((uint8_t *)values)[i / 8] = (uint8_t)(((uint8_t *)values)[i / 8] | 1u << i % 8);
        break;
    default:
        ((int64_t *)values)[i] = value;
        break;
    }
}

static int fill_numbers(const struct shy_table_column *c, size_t first, size_t rows,
                        struct ArrowArray *out)
{
    enum shy_type type = c->def->type;
    size_t width = type == SHY_DECIMAL_T ? 16 : type == SHY_MONTH_T || type == SHY_DATE_T ? 4 : 8;
    void *values = shy_alloc(rows, width);
    if (values == NULL)
        return ENOMEM;
    out->buffers[1] = values;
    for (size_t i = 0; i < rows; i++) {
        if (has_value(c, first + i))
            put_number(type, values, i, c->data[first + i]);
    }
    return 0;
}

static int fill_states(const struct shy_table_column *c, size_t first, size_t rows,
                       struct ArrowArray *out)
{
    uint8_t *states = shy_alloc(rows, 1);
    if (states == NULL)
        return ENOMEM;
    out->buffers[1] = states;
    if (rows > 0)
        memcpy(states, c->state + first, rows);
    return 0;
}

static int fill_column(const struct out_column *c, size_t first, size_t rows,
                       struct ArrowArray *out)
{
    enum shy_type type = c->state ? SHY_STATE_T : c->from->def->type;
    bool texts = type == SHY_CODE_T || type == SHY_TEXT_T || type == SHY_PERIOD_T;
    int code = new_array(rows, texts ? 3 : 2, out);
    if (code == 0 && c->state)
        return fill_states(c->from, first, rows, out);
    if (code == 0)
        code = fill_validity(c->from, first, rows, out);
    if (code == 0)
        code =
            texts ? fill_texts(c->from, first, rows, out) : fill_numbers(c->from, first, rows, out);
    return code;
}

/* A stream does not end by an error: a caller that could free memory may ask for the same batch
 * again. */
static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    struct out_stream *s = stream->private_data;
    size_t rows = s->table->rows - s->next;
    if (rows == 0) {
        *out = (struct ArrowArray){0};
        return 0;
    }
    if (rows > BATCH_ROWS)
        rows = BATCH_ROWS;
    int code = new_array(rows, 1, out);
    if (code == 0) {
        out->children = shy_alloc(s->column_count, sizeof *out->children);
        code = out->children == NULL ? ENOMEM : 0;
    }
    for (size_t i = 0; code == 0 && i < s->column_count; i++) {
        out->children[i] = shy_alloc(1, sizeof **out->children);
        out->n_children++;
        code = out->children[i] == NULL
                   ? ENOMEM
                   : fill_column(&s->columns[i], s->next, rows, out->children[i]);
    }
    if (code != 0) {
        s->error = code == ENOMEM ? _("There is not enough memory.")
                                  : _("The texts of a batch are longer than 2 GiB.");
        release_array(out);
        return code;
    }
    s->next += rows;
    return 0;
}

static const char *get_last_error(struct ArrowArrayStream *stream)
{
    return ((struct out_stream *)stream->private_data)->error;
}

static void free_stream(struct out_stream *s)
{
    if (s == NULL)
        return;
    shy_table_free(s->table);
    shy_free(s->columns);
    shy_free(s);
}

static void release_stream(struct ArrowArrayStream *stream)
{
    free_stream(stream->private_data);
    stream->release = NULL;
}

/* Without Arrow ---------------------------------------------------------------------------- */

static bool has_columns(const struct out_stream *s, const char *const *names, size_t count)
{
    size_t at = 0;
    for (size_t i = 0; i < s->column_count; i++) {
        if (s->columns[i].state)
            continue;
        if (at == count || strcmp(s->columns[i].from->def->name, names[at++]) != 0)
            return false;
    }
    return at == count && s->table->column_count == count;
}

static bool is_text(const struct shy_column *def)
{
    return def->type == SHY_CODE_T || def->type == SHY_TEXT_T || def->type == SHY_PERIOD_T;
}

/* The contract may be another copy of the table's, but not another contract. */
static bool fits_contract(const struct shy_table *t, const struct shy_contract *contract)
{
    bool fits = strcmp(t->contract->id, contract->id) == 0;
    for (size_t i = 0; fits && i < t->column_count; i++) {
        int at = shy_contract_column(contract, t->columns[i].def->name);
        const struct shy_column *def = at < 0 ? NULL : &contract->columns[at];
        fits = def != NULL && def->type == t->columns[i].def->type &&
               def->scale == t->columns[i].def->scale && def->flags == t->columns[i].def->flags;
    }
    return fits;
}

static bool has_clean_texts(const struct shy_table *t)
{
    for (size_t i = 0; i < t->column_count; i++) {
        const struct shy_map *dict = &t->columns[i].dict;
        for (size_t k = 0; k < dict->count; k++) {
            if (!shy_text_is_clean(dict->keys[k], dict->lengths[k]))
                return false;
        }
    }
    return true;
}

/* What an Arrow array cannot say gets lost: of a column without states beside it only whether there
 * is a value, of a truth only whether it is 0, and the number behind a missing value. */
static void settle(struct shy_table_column *c, size_t rows)
{
    bool stated = shy_column_tells_state(c->def);
    for (size_t i = 0; i < rows; i++) {
        bool there = has_value(c, i);
        if (!there)
            c->data[i] = 0;
        if (!stated)
            c->state[i] = there ? SHIHYO_STATE_OK : SHIHYO_STATE_MISSING;
        if (c->def->type == SHY_BOOL_T)
            c->data[i] = c->data[i] != 0;
    }
}

/* A text without an entry in the dictionary reads as "", which Arrow would have made an entry. */
static bool has_entries(const struct shy_table *t)
{
    for (size_t i = 0; i < t->column_count; i++) {
        const struct shy_table_column *c = &t->columns[i];
        for (size_t row = 0; is_text(c->def) && row < t->rows; row++) {
            if (has_value(c, row) && (uint64_t)c->data[row] >= c->dict.count)
                return false;
        }
    }
    return true;
}

struct shy_table *shy_table_from_own(struct ArrowArrayStream *stream,
                                     const struct shy_contract *contract, const char *const *names,
                                     size_t count)
{
    if (stream->release != release_stream || stream->get_next != get_next)
        return NULL;
    struct out_stream *s = stream->private_data;
    struct shy_table *t = s->table;
    if (t == NULL || s->next != 0 || !has_columns(s, names, count) || !fits_contract(t, contract) ||
        !has_clean_texts(t) || !has_entries(t))
        return NULL;
    for (size_t i = 0; i < t->column_count; i++) {
        settle(&t->columns[i], t->rows);
        int at = shy_contract_column(contract, t->columns[i].def->name);
        t->columns[i].def = &contract->columns[at];
    }
    t->contract = contract;
    s->table = NULL;
    return t;
}

/* Streams -------------------------------------------------------------------------------- */

/* A measure always has its state beside it; another column only where it says more than that there
 * is nothing, which the null says. */
static bool needs_state(const struct shy_table *t, const struct shy_table_column *c)
{
    if ((c->def->flags & SHY_COLUMN_MEASURE) != 0)
        return true;
    bool more = false;
    for (size_t i = 0; i < t->rows && !more; i++)
        more = c->state[i] != SHIHYO_STATE_OK && c->state[i] != SHIHYO_STATE_MISSING;
    return more && shy_column_tells_state(c->def);
}

static int list_columns(struct out_stream *s, const char *const *names, size_t count,
                        struct shihyo_error *err)
{
    const struct shy_table *t = s->table;
    if (names == NULL)
        count = t->column_count;
    s->columns = shy_alloc(2 * count, sizeof *s->columns);
    if (s->columns == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < count; i++) {
        int at = names == NULL ? (int)i : shy_table_column(t, names[i]);
        if (at < 0)
            return shy_fail(err, SHY_E_CONTRACT_COLUMN, _("The table has no column '%s'."),
                            names[i]);
        const struct shy_table_column *column = &t->columns[at];
        s->columns[s->column_count++] = (struct out_column){column, false};
        if (needs_state(t, column))
            s->columns[s->column_count++] = (struct out_column){column, true};
    }
    return 0;
}

int shy_table_take_arrow(struct shy_table *t, const char *const *names, size_t count,
                         struct ArrowArrayStream *out, struct shihyo_error *err)
{
    struct out_stream *s = shy_alloc(1, sizeof *s);
    *out = (struct ArrowArrayStream){0};
    if (s == NULL) {
        shy_table_free(t);
        return shy_fail_nomem(err);
    }
    s->table = t;
    int code = list_columns(s, names, count, err);
    if (code != 0) {
        free_stream(s);
        return code;
    }
    *out = (struct ArrowArrayStream){
        .get_schema = get_schema,
        .get_next = get_next,
        .get_last_error = get_last_error,
        .release = release_stream,
        .private_data = s,
    };
    return 0;
}

int shy_table_to_arrow(const struct shy_table *t, struct ArrowArrayStream *out,
                       struct shihyo_error *err)
{
    struct shy_table *copy;
    *out = (struct ArrowArrayStream){0};
    SHY_TRY(shy_table_copy(t, &copy, err));
    return shy_table_take_arrow(copy, NULL, 0, out, err);
}
