/* SPDX-License-Identifier: MIT */
/* Arrow batches into tables. */
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/contract/batch.h"
#include "core/contract/table.h"

/* The text of one row to its number in the dictionary. */
static int read_text(struct shy_table_column *c, size_t row, const struct shy_batch_column *from,
                     int64_t i, struct shihyo_error *err)
{
    size_t length;
    const char *text = shy_batch_text(from, i, &length);
    /* Neighbours are mostly equal: rows come sorted by person, area or code. */
    if (row > 0 && c->state[row - 1] == SHIHYO_STATE_OK) {
        int64_t before = c->data[row - 1];
        if (c->dict.lengths[before] == length && memcmp(c->dict.keys[before], text, length) == 0) {
            c->data[row] = before;
            return 0;
        }
    }
    if (!shy_text_is_clean(text, length)) {
        int code = shy_batch_broken(err, from->name, _("a text is not valid UTF-8."));
        shy_at(err, NULL, i + 1, 0);
        return code;
    }
    uint32_t number = shy_map_add(&c->dict, text, length);
    if (number == SHY_MAP_NONE)
        return shy_fail_nomem(err);
    c->data[row] = number;
    return 0;
}

static int read_value(struct shy_table_column *c, size_t row, const struct shy_batch_column *from,
                      int64_t i, struct shihyo_error *err)
{
    switch (c->def->type) {
    case SHY_CODE_T:
    case SHY_TEXT_T:
    case SHY_PERIOD_T:
        return read_text(c, row, from, i, err);
    case SHY_INT_T:
    case SHY_BOOL_T:
    case SHY_DATE_T:
        c->data[row] = shy_batch_int(from, i);
        return 0;
    case SHY_MONTH_T:
        c->data[row] = shy_month_of(shy_batch_int(from, i));
        return 0;
    case SHY_DECIMAL_T:
        return shy_batch_decimal(from, i, &c->data[row], err);
    case SHY_STATE_T:
        break;
    }
    return shy_fail(err, SHY_E_INTERNAL, _("A table has a column of a type that it cannot have."));
}

static int read_column(struct shy_table *t, struct shy_table_column *c,
                       const struct shy_batch_column *from, struct shihyo_error *err)
{
    for (int64_t i = 0; i < from->rows; i++) {
        size_t row = t->rows + (size_t)i;
        c->data[row] = 0;
        SHY_TRY(shy_batch_state(from, i, &c->state[row], err));
        if (shy_batch_has(from, i))
            SHY_TRY(read_value(c, row, from, i, err));
    }
    return 0;
}

int shy_table_append_arrow(struct shy_table *t, const struct ArrowSchema *schema,
                           const struct ArrowArray *batch, struct shihyo_error *err)
{
    struct shy_batch_column from;
    SHY_TRY(shy_batch_check(schema, batch, err));
    SHY_TRY(shy_table_reserve(t, (size_t)batch->length, err));
    for (size_t i = 0; i < t->column_count; i++) {
        SHY_TRY(shy_batch_open(t->columns[i].def, schema, batch, &from, err));
        SHY_TRY(read_column(t, &t->columns[i], &from, err));
    }
    t->rows += (size_t)batch->length;
    return 0;
}
