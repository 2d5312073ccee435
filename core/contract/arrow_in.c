/* SPDX-License-Identifier: MIT */
/*
 * Arrow batches into tables. The arrays come from a plugin, perhaps a wrong one: what the
 * interface lets us check is checked before a byte is read (it does not tell the size of buffers).
 */
#include "core/contract/table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"

/* No batch is this long; larger numbers are broken ones, and sums of two stay in range. */
#define MOST_ROWS ((int64_t)1 << 40)

/* The state column of a measure, for messages. */
static const struct shy_column state_def = {.name = "", .type = SHY_STATE_T};

/* One column of a batch. first counts from the beginning of the buffers. */
struct view {
    const char *name;
    const struct ArrowArray *array;
    const uint8_t *validity; /* NULL = all valid */
    int64_t first, rows;
    const void *values;
    const char *bytes; /* of texts */
    int64_t width;     /* of "w:N", else 0 */
    bool wide;         /* "U": 64-bit offsets; "l" for what is stored in 32 bits otherwise */
};

static int broken(struct shihyo_error *err, const char *column, const char *what)
{
    (void)shy_fail(err, SHY_E_PLUGIN_STREAM,
                   _("A batch of the stream breaks the Arrow interface: %s"), what);
    shy_at_column(err, column);
    return SHY_E_PLUGIN_STREAM;
}

static bool bit(const uint8_t *bits, int64_t i)
{
    return (bits[i >> 3] >> (i & 7) & 1) != 0;
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

/* Besides the format of our own streams, those that other libraries write for the same kind of
 * column and that lose nothing. */
static bool format_fits(const struct shy_column *def, const char *format, struct view *v)
{
    v->width = 0;
    v->wide = false;
    if (strcmp(format, shy_arrow_format(def)) == 0)
        return true;
    v->wide = true;
    switch (def->type) {
    case SHY_CODE_T:
    case SHY_TEXT_T:
    case SHY_PERIOD_T:
        v->width = fixed_width(format);
        return strcmp(format, "U") == 0 || v->width > 0;
    case SHY_INT_T:
        v->wide = false;
        v->width = 4;
        return strcmp(format, "i") == 0;
    case SHY_MONTH_T:
        return strcmp(format, "l") == 0;
    case SHY_DECIMAL_T:
        if (decimal_fits(format, def->scale)) {
            v->wide = false;
            return true;
        }
        return def->scale == 0 && strcmp(format, "l") == 0;
    default:
        return false;
    }
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
    if (a->n_buffers != n_buffers || (a->buffers == NULL && n_buffers > 0))
        return _("an array has another number of buffers than its type.");
    if (a->null_count > 0 && a->buffers[0] == NULL)
        return _("an array counts nulls and has no validity bitmap.");
    return NULL;
}

/* Offsets of texts: never negative, never falling. */
static bool offsets_hold(const struct view *v)
{
    int64_t last = 0;
    for (int64_t i = 0; i <= v->rows; i++) {
        int64_t at = v->wide ? ((const int64_t *)v->values)[v->first + i]
                             : ((const int32_t *)v->values)[v->first + i];
        if (at < last)
            return false;
        last = at;
    }
    return last == 0 || v->bytes != NULL;
}

/* Everything that is wrong with a column is found here, before its first value is read; what
 * remains for the loop over rows are the values themselves. */
static int view_array(const struct shy_column *def, const struct ArrowSchema *schema,
                      const struct ArrowArray *array, int64_t first, int64_t rows, struct view *v,
                      struct shihyo_error *err)
{
    v->name = schema->name;
    if (schema->format == NULL || !format_fits(def, schema->format, v) ||
        schema->dictionary != NULL || schema->n_children != 0) {
        (void)shy_fail(err, SHY_E_CONTRACT_TYPE,
                       _("The column '%s' of the stream has the Arrow format '%s'; '%s' is due."),
                       schema->name, schema->format == NULL ? "" : schema->format,
                       shy_arrow_format(def));
        shy_at_column(err, schema->name);
        return SHY_E_CONTRACT_TYPE;
    }
    bool texts = def->type == SHY_CODE_T || def->type == SHY_TEXT_T || def->type == SHY_PERIOD_T;
    bool offsets = texts && v->width == 0;
    const char *fault = array_fault(array, offsets ? 3 : 2);
    if (fault != NULL)
        return broken(err, schema->name, fault);
    if (array->length < first + rows)
        return broken(err, schema->name, _("a column is shorter than the batch."));
    v->array = array;
    v->first = array->offset + first;
    v->rows = rows;
    v->validity = array->null_count == 0 ? NULL : array->buffers[0];
    v->values = array->buffers[1];
    v->bytes = offsets ? array->buffers[2] : NULL;
    if (rows > 0 && v->values == NULL)
        return broken(err, schema->name, _("a column has no values."));
    if (rows > 0 && offsets && !offsets_hold(v))
        return broken(err, schema->name, _("the offsets of texts fall, or there is no text."));
    return 0;
}

/* Values --------------------------------------------------------------------------------- */

/* Valid UTF-8 without NUL: a dictionary's texts end up in JSON, in messages and in files. */
static bool clean_text(const char *text, size_t length)
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

static const char *text_at(const struct view *v, int64_t i, size_t *length)
{
    if (v->width > 0) {
        const char *text = (const char *)v->values + (v->first + i) * v->width;
        *length = (size_t)v->width;
        while (*length > 0 && (text[*length - 1] == '\0' || text[*length - 1] == ' '))
            --*length;
        return text;
    }
    int64_t from, to;
    if (v->wide) {
        from = ((const int64_t *)v->values)[v->first + i];
        to = ((const int64_t *)v->values)[v->first + i + 1];
    } else {
        from = ((const int32_t *)v->values)[v->first + i];
        to = ((const int32_t *)v->values)[v->first + i + 1];
    }
    *length = (size_t)(to - from);
    return *length == 0 ? "" : v->bytes + from;
}

/* The text of one row to its number in the dictionary. */
static int read_text(struct shy_table_column *c, size_t row, const struct view *v, int64_t i,
                     struct shihyo_error *err)
{
    size_t length;
    const char *text = text_at(v, i, &length);
    /* Neighbours are mostly equal: rows come sorted by person, area or code. */
    if (row > 0 && c->state[row - 1] == SHIHYO_STATE_OK) {
        int64_t before = c->data[row - 1];
        if (c->dict.lengths[before] == length && memcmp(c->dict.keys[before], text, length) == 0) {
            c->data[row] = before;
            return 0;
        }
    }
    if (!clean_text(text, length)) {
        int code = broken(err, v->name, _("a text is not valid UTF-8."));
        shy_at(err, NULL, i + 1, 0);
        return code;
    }
    uint32_t number = shy_map_add(&c->dict, text, length);
    if (number == SHY_MAP_NONE)
        return shy_fail_nomem(err);
    c->data[row] = number;
    return 0;
}

/* yyyymm to an ordinal, -1 where it is no month. */
static int64_t month_of(int64_t yyyymm)
{
    if (yyyymm < 100 || yyyymm > 999912 || yyyymm % 100 < 1 || yyyymm % 100 > 12)
        return -1;
    return yyyymm / 100 * 12 + yyyymm % 100 - 1;
}

/* 128 bits, low half first. Only values that fit in 64 bits are ours; a larger one is no count of
 * anything, and cutting it off would be a wrong number. */
static int read_decimal(int64_t *out, const struct view *v, int64_t i, struct shihyo_error *err)
{
    uint64_t low, high;
    const char *bytes = (const char *)v->values + (v->first + i) * 16;
    memcpy(&low, bytes, 8);
    memcpy(&high, bytes + 8, 8);
    *out = (int64_t)low;
    if (high == (*out < 0 ? UINT64_MAX : 0))
        return 0;
    (void)shy_fail(err, SHY_E_OVERFLOW, _("A number of the column '%s' does not fit in 64 bits."),
                   v->name);
    shy_at(err, NULL, i + 1, 0);
    shy_at_column(err, v->name);
    return SHY_E_OVERFLOW;
}

static int read_value(struct shy_table_column *c, size_t row, const struct view *v, int64_t i,
                      struct shihyo_error *err)
{
    int64_t at = v->first + i;
    switch (c->def->type) {
    case SHY_CODE_T:
    case SHY_TEXT_T:
    case SHY_PERIOD_T:
        return read_text(c, row, v, i, err);
    case SHY_INT_T:
        c->data[row] =
            v->width == 4 ? ((const int32_t *)v->values)[at] : ((const int64_t *)v->values)[at];
        return 0;
    case SHY_BOOL_T:
        c->data[row] = bit(v->values, at);
        return 0;
    case SHY_MONTH_T:
        c->data[row] =
            month_of(v->wide ? ((const int64_t *)v->values)[at] : ((const int32_t *)v->values)[at]);
        return 0;
    case SHY_DATE_T:
        c->data[row] = ((const int32_t *)v->values)[at];
        return 0;
    case SHY_DECIMAL_T:
        if (!v->wide)
            return read_decimal(&c->data[row], v, i, err);
        c->data[row] = ((const int64_t *)v->values)[at];
        return 0;
    case SHY_STATE_T:
        break;
    }
    return shy_fail(err, SHY_E_INTERNAL, _("A table has a column of a type that it cannot have."));
}

/* State of row i: the state column's where there is one and it has a value. */
static int read_state(const struct view *states, int64_t i, bool valid, uint8_t *out,
                      struct shihyo_error *err)
{
    *out = valid ? SHIHYO_STATE_OK : SHIHYO_STATE_MISSING;
    if (states->array == NULL ||
        (states->validity != NULL && !bit(states->validity, states->first + i)))
        return 0;
    uint8_t state = ((const uint8_t *)states->values)[states->first + i];
    const char *fault = NULL;
    if (state > SHIHYO_STATE_PARTIAL)
        fault = _("a state is none of those there are.");
    else if (!valid && (state == SHIHYO_STATE_OK || state == SHIHYO_STATE_PARTIAL))
        fault = _("a state says that there is a value where there is none.");
    if (fault != NULL) {
        (void)broken(err, states->name, fault);
        shy_at(err, NULL, i + 1, 0);
        return SHY_E_PLUGIN_STREAM;
    }
    *out = state;
    return 0;
}

/* parent: validity of the rows themselves, from bit parent_first. */
static int read_column(struct shy_table *t, struct shy_table_column *c, const struct view *v,
                       const struct view *states, const uint8_t *parent, int64_t parent_first,
                       struct shihyo_error *err)
{
    for (int64_t i = 0; i < v->rows; i++) {
        size_t row = t->rows + (size_t)i;
        bool valid = (v->validity == NULL || bit(v->validity, v->first + i)) &&
                     (parent == NULL || bit(parent, parent_first + i));
        c->data[row] = 0;
        SHY_TRY(read_state(states, i, valid, &c->state[row], err));
        if (valid)
            SHY_TRY(read_value(c, row, v, i, err));
    }
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

static int check_struct(const struct ArrowSchema *schema, const struct ArrowArray *batch,
                        struct shihyo_error *err)
{
    if (schema == NULL || schema->release == NULL || schema->format == NULL ||
        strcmp(schema->format, "+s") != 0 || schema->n_children < 0 ||
        (schema->n_children > 0 && schema->children == NULL))
        return broken(err, NULL, _("the schema is not that of a struct."));
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (schema->children[i] == NULL || schema->children[i]->name == NULL)
            return broken(err, NULL, _("a column of the schema is missing or has no name."));
    }
    const char *fault = array_fault(batch, 1);
    if (fault != NULL)
        return broken(err, NULL, fault);
    if (batch->n_children != schema->n_children ||
        (batch->n_children > 0 && batch->children == NULL))
        return broken(err, NULL, _("the batch has another number of columns than its schema."));
    return 0;
}

/* A column with its state, found by name: the order of the stream is the business of whoever asked
 * for it. */
static int append_column(struct shy_table *t, struct shy_table_column *c,
                         const struct ArrowSchema *schema, const struct ArrowArray *batch,
                         struct shihyo_error *err)
{
    struct view v = {0}, states = {0};
    int64_t at = find_child(schema, c->def->name, "");
    if (at < 0)
        return shy_fail(err, SHY_E_PLUGIN_STREAM, _("The stream has no column '%s'."),
                        c->def->name);
    SHY_TRY(view_array(c->def, schema->children[at], batch->children[at], batch->offset,
                       batch->length, &v, err));
    at =
        (c->def->flags & SHY_COLUMN_MEASURE) != 0 ? find_child(schema, c->def->name, "_state") : -1;
    if (at >= 0)
        SHY_TRY(view_array(&state_def, schema->children[at], batch->children[at], batch->offset,
                           batch->length, &states, err));
    const uint8_t *parent = batch->null_count == 0 ? NULL : batch->buffers[0];
    return read_column(t, c, &v, &states, parent, batch->offset, err);
}

int shy_table_append_arrow(struct shy_table *t, const struct ArrowSchema *schema,
                           const struct ArrowArray *batch, struct shihyo_error *err)
{
    SHY_TRY(check_struct(schema, batch, err));
    for (size_t i = 0; i < t->column_count; i++) {
        /* Before memory is taken for a length that no column has. */
        int64_t at = find_child(schema, t->columns[i].def->name, "");
        const struct ArrowArray *child = at < 0 ? NULL : batch->children[at];
        if (child != NULL && child->length < batch->length)
            return broken(err, t->columns[i].def->name, _("a column is shorter than the batch."));
    }
    SHY_TRY(shy_table_reserve(t, (size_t)batch->length, err));
    for (size_t i = 0; i < t->column_count; i++)
        SHY_TRY(append_column(t, &t->columns[i], schema, batch, err));
    t->rows += (size_t)batch->length;
    return 0;
}
