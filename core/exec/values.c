/* SPDX-License-Identifier: MIT */
/* Values of operands: own columns, columns of linked rows, ages, attributes of code lists. */
#include "config.h"

#include "core/exec/naive.h"

#include <string.h>

int shy_bind(struct run *run, struct source *base, const struct shy_operand *operand,
             struct bound *out)
{
    *out = (struct bound){.operand = operand, .base = base, .from = base, .column = -1};
    if (operand->link != NULL) {
        const struct link *link;
        SHY_TRY(shy_source_link(run, base, operand->link, operand->contract, &link));
        out->from = link->to;
        out->link = link->row;
    }
    if (operand->index >= 0 && out->from->table != NULL)
        out->column = out->from->columns[operand->index];
    return 0;
}

/* Dates ------------------------------------------------------------------------------------ */

/* Day numbers, as codes are valid by them. */
static int32_t first_day(int32_t month)
{
    return shy_date_of(shy_month_year(month), shy_month_of_year(month), 1);
}

/* Codes are valid by the day, rows are of a month or a period: a code valid on any of their days
 * counts. */
void shy_row_dates(const struct source *s, uint32_t row, int32_t *from, int32_t *to)
{
    int32_t first, last;
    *from = INT32_MIN;
    *to = INT32_MAX;
    if (s->period >= 0 && s->table->columns[s->period].state[row] == SHIHYO_STATE_OK) {
        const struct shy_period *p = &s->periods[s->table->columns[s->period].data[row]];
        if (p->kind == SHY_PERIOD_DAY) {
            *from = *to = shy_date_of(shy_month_year(p->first_month),
                                      shy_month_of_year(p->first_month), p->day);
            return;
        }
    }
    if (s->month < 0 && s->period < 0)
        return;
    shy_row_months(s, row, &first, &last);
    if (first > last)
        return;
    *from = first_day(first);
    *to = first_day(last + 1) - 1;
}

/* Code lists ------------------------------------------------------------------------------- */

/* Entries are sorted by code, then valid_from: the last that overlaps is the latest. */
const struct shy_code_entry *shy_entry_in(const struct shy_code_list *list, const char *code,
                                          int32_t from, int32_t to)
{
    size_t low = 0, high = list->entry_count;
    const struct shy_code_entry *found = NULL;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(list->entries[middle].code, code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < list->entry_count && strcmp(list->entries[low].code, code) == 0; low++) {
        if (list->entries[low].valid_from <= to && list->entries[low].valid_to >= from)
            found = &list->entries[low];
    }
    return found;
}

/* Values ----------------------------------------------------------------------------------- */

/* Born in the row's month is age 0; born after it is an error of the data and no age. */
static void age_of(const struct bound *b, uint32_t row, struct value *v)
{
    int32_t first, last;
    shy_row_months(b->base, row, &first, &last);
    if (b->base->month < 0 || first > last || v->number > last) {
        v->state = SHIHYO_STATE_MISSING;
        return;
    }
    v->number = (last - v->number) / 12;
}

/* A code may have had another attribute in another year: the row's dates choose the entry. */
static void attribute_of(const struct bound *b, uint32_t row, struct value *v)
{
    int32_t from, to;
    shy_row_dates(b->base, row, &from, &to);
    const struct shy_code_entry *e = shy_entry_in(b->operand->list, v->text, from, to);
    v->text = e == NULL ? NULL : e->attribute_values[b->operand->attribute_index];
    if (v->text == NULL)
        v->state = SHIHYO_STATE_MISSING;
}

/* In the table all three are numbers of a dictionary. */
static bool is_text(enum shy_type type)
{
    return type == SHY_CODE_T || type == SHY_TEXT_T || type == SHY_PERIOD_T;
}

/* The one way by which conditions, sums, dimensions and distinct counts look at rows. */
void shy_value_of(const struct bound *b, uint32_t row, struct value *out)
{
    uint32_t there = b->link == NULL ? row : b->link[row];
    *out = (struct value){.state = SHIHYO_STATE_MISSING};
    if (b->column < 0 || there == NONE)
        return;
    const struct shy_table_column *c = &b->from->table->columns[b->column];
    out->state = (enum shihyo_state)c->state[there];
    out->number = c->data[there];
    if (out->state != SHIHYO_STATE_OK && out->state != SHIHYO_STATE_PARTIAL)
        return;
    if (is_text(c->def->type))
        out->text = c->dict.keys[out->number];
    if (b->operand->derived == SHY_DERIVED_AGE)
        age_of(b, row, out);
    else if (b->operand->derived == SHY_DERIVED_CODE_ATTRIBUTE)
        attribute_of(b, row, out);
}
