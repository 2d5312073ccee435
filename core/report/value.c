/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/report/report_private.h"

bool shy_value_shown(const struct shy_value_row *row)
{
    return row->state == SHIHYO_STATE_OK || row->state == SHIHYO_STATE_PARTIAL;
}

/* False where the product does not fit: the double is then as good as can be shown. */
static bool exact_value(const struct shy_value_row *row, struct shy_fraction *out)
{
    struct shy_fraction factor;
    return row->exact && shy_fraction_make(row->factor, 1, &factor) &&
           shy_fraction_mul(row->numerator, factor, out) &&
           shy_fraction_div(*out, row->denominator, out);
}

/* A rate of a count without decimals is still shown with one. */
static int decimals_of(const struct shy_value_row *row)
{
    bool rate = strncmp(row->measure, "rate:", 5) == 0;
    return rate && row->decimals < 1 ? 1 : row->decimals;
}

/* "(10.1–14.9)", with the digits of the value. */
static void add_interval(const struct shy_value_row *row, char *out, size_t size)
{
    char lower[48], upper[48];
    size_t length = strlen(out);
    shy_double_format(row->limits[0].lower, decimals_of(row), true, lower, sizeof lower);
    shy_double_format(row->limits[0].upper, decimals_of(row), true, upper, sizeof upper);
    if (length < size)
        snprintf(out + length, size - length, " (%s–%s)", lower, upper);
}

/* "better (99.8 %)": the word, and the highest level at which it holds. */
static void judgement_text(const struct shy_value_row *row, char *out, size_t size)
{
    int strength = row->value < 0 ? (int)-row->value : (int)row->value;
    char level[48];
    snprintf(out, size, "%s", shy_judgement_label(row->judgement));
    if (strength < 1 || strength > row->levels)
        return;
    size_t length = strlen(out);
    shy_double_shortest(row->level[strength - 1] / 100.0, level, sizeof level);
    snprintf(out + length, size - length, " (%s %%)", level);
}

/* What stands in a table: the value with its limits, the word of a judgement or grade; points with
 * their grade. */
void shy_value_table_text(const struct shy_value_row *row, char *out, size_t size)
{
    bool judged = row->judgement != NULL && row->judgement[0] != '\0';
    bool points = judged && strcmp(row->method, "points") == 0;
    if (shy_value_shown(row) && judged && !row->intervals && !points) {
        judgement_text(row, out, size);
        return;
    }
    shy_value_display(row, out, size);
    if (!shy_value_shown(row) || (!points && (row->levels == 0 || !row->intervals)))
        return;
    if (!points)
        add_interval(row, out, size);
    size_t length = strlen(out);
    if (judged && length < size)
        snprintf(out + length, size - length, " %s", shy_judgement_label(row->judgement));
}

/* From the fraction wherever there is one. A double of 1.005 lies below it and would round to 1.00.
 */
void shy_value_display(const struct shy_value_row *row, char *out, size_t size)
{
    struct shy_fraction f;
    if (!shy_value_shown(row))
        snprintf(out, size, "%s", shy_state_sign(row->state));
    else if (exact_value(row, &f))
        shy_fraction_format(f, decimals_of(row), true, out, size);
    else
        shy_double_format(row->value, decimals_of(row), true, out, size);
}
