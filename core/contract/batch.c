/* SPDX-License-Identifier: MIT */
#include "core/contract/batch.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/contract/table.h"

/* No batch is this long; larger numbers are broken ones, and sums of two stay in range. */
#define MOST_ROWS ((int64_t)1 << 40)

int shy_batch_broken(struct shihyo_error *err, const char *column, const char *what)
{
    (void)shy_fail(err, SHY_E_PLUGIN_STREAM,
                   _("A batch of the stream breaks the Arrow interface: %s"), what);
    shy_at_column(err, column);
    return SHY_E_PLUGIN_STREAM;
}

/* Formats -------------------------------------------------------------------------------- */

const char *shy_arrow_format(const struct shy_column *column)
{
    static const char *const decimals[] = {
        "d:18,0",  "d:18,1",  "d:18,2",  "d:18,3",  "d:18,4",  "d:18,5",  "d:18,6",
        "d:18,7",  "d:18,8",  "d:18,9",  "d:18,10", "d:18,11", "d:18,12", "d:18,13",
        "d:18,14", "d:18,15", "d:18,16", "d:18,17", "d:18,18",
    };
    switch (column->type) {
    case SHY_CODE_T:
    case SHY_TEXT_T:
    case SHY_PERIOD_T:
        return "u";
    case SHY_INT_T:
        return "l";
    case SHY_BOOL_T:
        return "b";
    case SHY_MONTH_T:
        return "i";
    case SHY_DATE_T:
        return "tdD";
    case SHY_STATE_T:
        return "C";
    case SHY_DECIMAL_T:
        break;
    }
    return decimals[column->scale >= 0 && column->scale <= 18 ? column->scale : 0];
}

/* "w:N" with 1 <= N <= 65536; 0 where it is not that. */
static int64_t fixed_width(const char *format)
{
    char *end;
    if (strncmp(format, "w:", 2) != 0 || format[2] < '0' || format[2] > '9')
        return 0;
    long width = strtol(format + 2, &end, 10);
    return *end == '\0' && width >= 1 && width <= 65536 ? width : 0;
}

/* "d:P,S" of 128 bits (also written "d:P,S,128") with the column's scale. */
static bool decimal_fits(const char *format, int scale)
{
    char *end;
    if (strncmp(format, "d:", 2) != 0)
        return false;
    long precision = strtol(format + 2, &end, 10);
    if (*end != ',' || precision < 1 || precision > 38)
        return false;
    long given = strtol(end + 1, &end, 10);
    return given == scale && (*end == '\0' || strcmp(end, ",128") == 0);
}

static bool is_text(const struct shy_column *def)
{
    return def->type == SHY_CODE_T || def->type == SHY_TEXT_T || def->type == SHY_PERIOD_T;
}

static bool text_fits(const char *format, struct shy_batch_column *c)
{
    c->layout = SHY_LAYOUT_OFFSETS32;
    if (strcmp(format, "u") == 0)
        return true;
    c->layout = SHY_LAYOUT_VIEWS;
    if (strcmp(format, "vu") == 0)
        return true;
    c->layout = SHY_LAYOUT_OFFSETS64;
    if (strcmp(format, "U") == 0)
        return true;
    c->layout = SHY_LAYOUT_FIXED;
    c->width = fixed_width(format);
    return c->width > 0;
}

/* 32 and 64 bits where both are taken. */
static bool int_fits(const char *format, struct shy_batch_column *c)
{
    c->layout = strcmp(format, "i") == 0 ? SHY_LAYOUT_INT32 : SHY_LAYOUT_INT64;
    return strcmp(format, "i") == 0 || strcmp(format, "l") == 0;
}

/* Besides the format of our own streams, those that other libraries write for the same kind of
 * column and that lose nothing. */
static bool format_fits(const struct shy_column *def, const char *format,
                        struct shy_batch_column *c)
{
    c->width = 0;
    if (is_text(def))
        return text_fits(format, c);
    switch (def->type) {
    case SHY_INT_T:
    case SHY_MONTH_T:
        return int_fits(format, c);
    case SHY_DATE_T:
        c->layout = SHY_LAYOUT_INT32;
        break;
    case SHY_BOOL_T:
        c->layout = SHY_LAYOUT_BITS;
        break;
    case SHY_DECIMAL_T:
        c->layout = SHY_LAYOUT_INT128;
        if (decimal_fits(format, def->scale))
            return true;
        c->layout = SHY_LAYOUT_INT64;
        return def->scale == 0 && strcmp(format, "l") == 0;
    default:
        c->layout = SHY_LAYOUT_BYTES;
        break;
    }
    return strcmp(format, shy_arrow_format(def)) == 0;
}

/* Checking one array --------------------------------------------------------------------- */

/* NULL where the array is sound as far as can be told; the offsets of texts are looked at later,
 * when their number is known to be sane. */
static const char *array_fault(const struct ArrowArray *a, int64_t n_buffers)
{
    if (a == NULL || a->release == NULL)
        return _("an array is missing or was released.");
    if (a->length < 0 || a->length > MOST_ROWS || a->offset < 0 || a->offset > MOST_ROWS)
        return _("the length or offset of an array cannot be.");
    if (a->null_count < -1 || a->null_count > a->length)
        return _("the number of nulls of an array cannot be.");
    /* Views have as many buffers of text as they like, and one with their sizes. */
    bool count = n_buffers < 0 ? a->n_buffers >= -n_buffers : a->n_buffers == n_buffers;
    if (!count || (a->buffers == NULL && n_buffers != 0))
        return _("an array has another number of buffers than its type.");
    if (a->null_count > 0 && a->buffers[0] == NULL)
        return _("an array counts nulls and has no validity bitmap.");
    return NULL;
}

/* Offsets of texts: never negative, never falling. */
static bool offsets_hold(const struct shy_batch_column *c)
{
    int64_t last = 0;
    for (int64_t i = 0; i <= c->rows; i++) {
        int64_t at = c->layout == SHY_LAYOUT_OFFSETS64 ? ((const int64_t *)c->values)[c->first + i]
                                                       : ((const int32_t *)c->values)[c->first + i];
        if (at < last)
            return false;
        last = at;
    }
    return last == 0 || c->bytes != NULL;
}

/* Views, also of rows without a value, lie in the buffers whose sizes the array tells. */
static bool views_hold(const struct shy_batch_column *c, const struct ArrowArray *array)
{
    int64_t blocks = array->n_buffers - 3;
    const int64_t *sizes = array->buffers[array->n_buffers - 1];
    const char *at = (const char *)c->values + c->first * 16;
    if (blocks > 0 && sizes == NULL)
        return false;
    for (int64_t i = 0; i < c->rows; i++, at += 16) {
        struct shy_text_view view;
        memcpy(&view, at, sizeof view);
        if (view.length >= 0 && view.length <= SHY_VIEW_INLINE)
            continue;
        if (view.length < 0 || view.block < 0 || view.block >= blocks || view.offset < 0 ||
            (int64_t)view.offset + view.length > sizes[view.block] || c->blocks[view.block] == NULL)
            return false;
    }
    return true;
}

static const char *texts_fault(const struct shy_batch_column *c, const struct ArrowArray *array)
{
    if (c->layout == SHY_LAYOUT_VIEWS)
        return views_hold(c, array) ? NULL : _("a view of a text lies outside of its buffers.");
    if (c->layout == SHY_LAYOUT_OFFSETS32 || c->layout == SHY_LAYOUT_OFFSETS64)
        return offsets_hold(c) ? NULL : _("the offsets of texts fall, or there is no text.");
    return NULL;
}

/* Buffers that a layout has; -n: at least n. */
static int64_t buffers_of(enum shy_layout layout)
{
    if (layout == SHY_LAYOUT_VIEWS)
        return -3;
    return layout == SHY_LAYOUT_OFFSETS32 || layout == SHY_LAYOUT_OFFSETS64 ? 3 : 2;
}

/* Everything that is wrong with a column is found here, before its first value is read; what
 * remains for the loop over rows are the values themselves. rows: from row `first` on. */
static int view_values(const struct shy_column *def, const char *name,
                       const struct ArrowSchema *schema, const struct ArrowArray *array,
                       int64_t first, int64_t rows, struct shy_batch_column *c,
                       struct shihyo_error *err)
{
    *c = (struct shy_batch_column){.def = def, .name = name};
    if (schema->format == NULL || !format_fits(def, schema->format, c) ||
        schema->dictionary != NULL || schema->n_children != 0) {
        (void)shy_fail(err, SHY_E_CONTRACT_TYPE,
                       _("The column '%s' of the stream has the Arrow format '%s'; '%s' is due."),
                       name, schema->format == NULL ? "" : schema->format, shy_arrow_format(def));
        shy_at_column(err, name);
        return SHY_E_CONTRACT_TYPE;
    }
    const char *fault = array_fault(array, buffers_of(c->layout));
    if (fault != NULL)
        return shy_batch_broken(err, name, fault);
    if (array->length < first + rows)
        return shy_batch_broken(err, name, _("a column is shorter than the batch."));
    c->first = array->offset + first;
    c->rows = rows;
    c->validity = array->null_count == 0 ? NULL : array->buffers[0];
    c->values = array->buffers[1];
    c->bytes = buffers_of(c->layout) == 3 ? array->buffers[2] : NULL;
    c->blocks = c->layout == SHY_LAYOUT_VIEWS ? array->buffers + 2 : NULL;
    if (c->rows > 0 && c->values == NULL)
        return shy_batch_broken(err, name, _("a column has no values."));
    fault = c->rows > 0 ? texts_fault(c, array) : NULL;
    return fault == NULL ? 0 : shy_batch_broken(err, name, fault);
}

static int view_array(const struct shy_column *def, const struct ArrowSchema *schema,
                      const struct ArrowArray *array, const struct ArrowArray *batch,
                      struct shy_batch_column *c, struct shihyo_error *err)
{
    SHY_TRY(view_values(def, schema->name, schema, array, batch->offset, batch->length, c, err));
    c->parent = batch->null_count == 0 ? NULL : batch->buffers[0];
    c->parent_first = batch->offset;
    return 0;
}

/* Batches -------------------------------------------------------------------------------- */

/* Index of the column called name followed by suffix, or -1. */
static int64_t find_child(const struct ArrowSchema *schema, const char *name, const char *suffix)
{
    size_t length = strlen(name);
    for (int64_t i = 0; i < schema->n_children; i++) {
        const char *child = schema->children[i]->name;
        if (strncmp(child, name, length) == 0 && strcmp(child + length, suffix) == 0)
            return i;
    }
    return -1;
}

int shy_batch_check(const struct ArrowSchema *schema, const struct ArrowArray *batch,
                    struct shihyo_error *err)
{
    if (schema == NULL || schema->release == NULL || schema->format == NULL ||
        strcmp(schema->format, "+s") != 0 || schema->n_children < 0 ||
        (schema->n_children > 0 && schema->children == NULL))
        return shy_batch_broken(err, NULL, _("the schema is not that of a struct."));
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (schema->children[i] == NULL || schema->children[i]->name == NULL)
            return shy_batch_broken(err, NULL,
                                    _("a column of the schema is missing or has no name."));
    }
    const char *fault = array_fault(batch, 1);
    if (fault != NULL)
        return shy_batch_broken(err, NULL, fault);
    if (batch->n_children != schema->n_children ||
        (batch->n_children > 0 && batch->children == NULL))
        return shy_batch_broken(err, NULL,
                                _("the batch has another number of columns than its schema."));
    /* Before memory is taken for a length that no column has. */
    for (int64_t i = 0; i < batch->n_children; i++) {
        if (batch->children[i] != NULL && batch->children[i]->length < batch->length)
            return shy_batch_broken(err, schema->children[i]->name,
                                    _("a column is shorter than the batch."));
    }
    return 0;
}

/* By name: the order of the stream is the business of whoever asked for it. */
int shy_batch_open(const struct shy_column *def, const struct ArrowSchema *schema,
                   const struct ArrowArray *batch, struct shy_batch_column *out,
                   struct shihyo_error *err)
{
    /* The state column of a measure, for messages. */
    static const struct shy_column state_def = {.name = "", .type = SHY_STATE_T};
    struct shy_batch_column states;
    int64_t at = find_child(schema, def->name, "");
    if (at < 0)
        return shy_fail(err, SHY_E_PLUGIN_STREAM, _("The stream has no column '%s'."), def->name);
    SHY_TRY(view_array(def, schema->children[at], batch->children[at], batch, out, err));
    at = shy_column_tells_state(def) ? find_child(schema, def->name, "_state") : -1;
    if (at < 0)
        return 0;
    SHY_TRY(view_array(&state_def, schema->children[at], batch->children[at], batch, &states, err));
    out->state_name = states.name;
    out->states = states.values;
    out->state_validity = states.validity;
    out->state_first = states.first;
    return 0;
}

/* Runs ----------------------------------------------------------------------------------- */

static bool in_runs(const struct ArrowSchema *schema)
{
    return schema->format != NULL && strcmp(schema->format, "+r") == 0 && schema->n_children == 2 &&
           schema->children != NULL && schema->children[0] != NULL && schema->children[1] != NULL &&
           schema->children[0]->format != NULL && strcmp(schema->children[0]->format, "i") == 0;
}

/* Ends rise, and reach to the last of the rows. */
static const char *ends_fault(const struct ArrowArray *ends, int64_t rows)
{
    const char *fault = array_fault(ends, 2);
    if (fault != NULL)
        return fault;
    const int32_t *at = ends->buffers[1];
    int32_t last = 0;
    bool rise = at != NULL && ends->null_count == 0;
    for (int64_t i = 0; rise && i < ends->length; i++) {
        rise = at[ends->offset + i] > last;
        last = at[ends->offset + i];
    }
    return rise && last >= rows ? NULL : _("the ends of runs do not rise, or end too early.");
}

int shy_batch_open_runs(const struct shy_column *def, const struct ArrowSchema *schema,
                        const struct ArrowArray *batch, struct shy_batch_column *out,
                        struct shihyo_error *err)
{
    int64_t at = find_child(schema, def->name, "");
    if (at < 0 || !in_runs(schema->children[at]))
        return shy_batch_open(def, schema, batch, out, err);
    const struct ArrowArray *array = batch->children[at];
    const char *name = schema->children[at]->name, *fault = array_fault(array, 0);
    if (fault == NULL && (array->n_children != 2 || array->children == NULL))
        fault = _("an array has another number of buffers than its type.");
    if (fault == NULL && array->length < batch->offset + batch->length)
        fault = _("a column is shorter than the batch.");
    if (fault == NULL && batch->null_count != 0)
        fault = _("a batch of runs has rows that are not there.");
    if (fault == NULL)
        fault = ends_fault(array->children[0], array->offset + batch->offset + batch->length);
    if (fault != NULL)
        return shy_batch_broken(err, name, fault);
    const struct ArrowArray *ends = array->children[0];
    SHY_TRY(view_values(def, name, schema->children[at]->children[1], array->children[1], 0,
                        ends->length, out, err));
    out->run_ends = (const int32_t *)ends->buffers[1] + ends->offset;
    out->run_count = ends->length;
    out->run_first = array->offset + batch->offset;
    return 0;
}

/* Values --------------------------------------------------------------------------------- */

/* Valid UTF-8 without NUL: a dictionary's texts end up in JSON, in messages and in files. */
bool shy_text_is_clean(const char *text, size_t length)
{
    const unsigned char *p = (const unsigned char *)text, *end = p + length;
    while (p < end) {
        unsigned char c = *p++;
        if (c != 0 && c < 0x80)
            continue;
        int more = c >= 0xc2 && c < 0xe0   ? 1
                   : c >= 0xe0 && c < 0xf0 ? 2
                   : c >= 0xf0 && c < 0xf5 ? 3
                                           : 0;
        if (more == 0 || end - p < more)
            return false;
        uint32_t point = c & (0x3fu >> more);
        for (int i = 0; i < more; i++) {
            if ((*p & 0xc0) != 0x80)
                return false;
            point = point << 6 | (*p++ & 0x3fu);
        }
        if ((more == 2 && (point < 0x800 || (point >= 0xd800 && point < 0xe000))) ||
            (more == 3 && (point < 0x10000 || point > 0x10ffff)))
            return false;
    }
    return true;
}

/* 128 bits, low half first. Only values that fit in 64 bits are ours; a larger one is no count of
 * anything, and cutting it off would be a wrong number. */
int shy_batch_decimal(const struct shy_batch_column *c, int64_t i, int64_t *out,
                      struct shihyo_error *err)
{
    uint64_t low, high;
    if (c->layout != SHY_LAYOUT_INT128) {
        *out = shy_batch_int(c, i);
        return 0;
    }
    const char *bytes = (const char *)c->values + (c->first + i) * 16;
    memcpy(&low, bytes, 8);
    memcpy(&high, bytes + 8, 8);
    *out = (int64_t)low;
    if (high == (*out < 0 ? UINT64_MAX : 0))
        return 0;
    (void)shy_fail(err, SHY_E_OVERFLOW, _("A number of the column '%s' does not fit in 64 bits."),
                   c->name);
    shy_at(err, NULL, i + 1, 0);
    shy_at_column(err, c->name);
    return SHY_E_OVERFLOW;
}

int shy_batch_state(const struct shy_batch_column *c, int64_t i, uint8_t *out,
                    struct shihyo_error *err)
{
    bool valid = shy_batch_has(c, i);
    *out = valid ? SHIHYO_STATE_OK : SHIHYO_STATE_MISSING;
    if (c->states == NULL ||
        (c->state_validity != NULL && !shy_bit(c->state_validity, c->state_first + i)))
        return 0;
    uint8_t state = c->states[c->state_first + i];
    const char *fault = NULL;
    if (state > SHIHYO_STATE_PARTIAL)
        fault = _("a state is none of those there are.");
    else if (!valid && (state == SHIHYO_STATE_OK || state == SHIHYO_STATE_PARTIAL))
        fault = _("a state says that there is a value where there is none.");
    if (fault != NULL) {
        (void)shy_batch_broken(err, c->state_name, fault);
        shy_at(err, NULL, i + 1, 0);
        return SHY_E_PLUGIN_STREAM;
    }
    *out = state;
    return 0;
}
