/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/report/report.h"

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
