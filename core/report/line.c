/* SPDX-License-Identifier: MIT */
/* One value as the texts that CSV and JSON share, so that the two can never say different things.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/report/report_private.h"

enum {
    RUN,
    INDICATOR,
    NAME,
    AREA_SET,
    AREA_CODE,
    AREA_NAME,
    PERIOD,
    MEASURE,
    DIMENSIONS,
    NUMERATOR,
    DENOMINATOR,
    VALUE,
    UNIT,
    LOWER,
    UPPER,
    CONFIDENCE,
    METHOD,
    STATE,
    REASON,
    PERSONS,
    INSTITUTIONS,
    SOURCE,
    BASIS,
    NOTES,
    LOWER_2,
    UPPER_2,
    CONFIDENCE_2,
    JUDGEMENT,
    LOWER_3,
    UPPER_3,
    CONFIDENCE_3,
    LOWER_4,
    UPPER_4,
    CONFIDENCE_4,
    PERIOD_JA,
};

const char *const shy_show_column_names[SHY_SHOW_COLUMNS] = {
    [RUN] = "run",
    [INDICATOR] = "indicator",
    [NAME] = "name",
    [AREA_SET] = "area_set",
    [AREA_CODE] = "area_code",
    [AREA_NAME] = "area_name",
    [PERIOD] = "period",
    [MEASURE] = "measure",
    [DIMENSIONS] = "dimensions",
    [NUMERATOR] = "numerator",
    [DENOMINATOR] = "denominator",
    [VALUE] = "value",
    [UNIT] = "unit",
    [LOWER] = "lower",
    [UPPER] = "upper",
    [CONFIDENCE] = "confidence",
    [METHOD] = "method",
    [STATE] = "state",
    [REASON] = "reason",
    [PERSONS] = "persons",
    [INSTITUTIONS] = "institutions",
    [SOURCE] = "source",
    [BASIS] = "basis",
    [NOTES] = "notes",
    [LOWER_2] = "lower_2",
    [UPPER_2] = "upper_2",
    [CONFIDENCE_2] = "confidence_2",
    [JUDGEMENT] = "judgement",
    [LOWER_3] = "lower_3",
    [UPPER_3] = "upper_3",
    [CONFIDENCE_3] = "confidence_3",
    [LOWER_4] = "lower_4",
    [UPPER_4] = "upper_4",
    [CONFIDENCE_4] = "confidence_4",
    [PERIOD_JA] = "period_ja",
};

/* What is not listed is a text, also where it looks like a number: an area code keeps its zero. */
bool shy_show_is_number(size_t column)
{
    switch (column) {
    case RUN:
    case NUMERATOR:
    case DENOMINATOR:
    case VALUE:
    case LOWER:
    case UPPER:
    case CONFIDENCE:
    case LOWER_2:
    case UPPER_2:
    case CONFIDENCE_2:
    case LOWER_3:
    case UPPER_3:
    case CONFIDENCE_3:
    case LOWER_4:
    case UPPER_4:
    case CONFIDENCE_4:
    case PERSONS:
    case INSTITUTIONS:
        return true;
    default:
        return false;
    }
}

/* Exactly where it is a decimal fraction, else the nearest double. */
static const char *fraction_text(struct shy_fraction f, char out[48])
{
    for (int decimals = 0; decimals <= 18; decimals++) {
        if (shy_pow10(decimals) % f.den == 0) {
            shy_fraction_format(f, decimals, false, out, 48);
            return out;
        }
    }
    shy_double_shortest(shy_fraction_double(f), out, 48);
    return out;
}

/* Unknown supports are negative inside and empty outside: 0 would mean nobody. */
static const char *count_text(int64_t count, char out[48])
{
    if (count < 0)
        return NULL;
    snprintf(out, 48, "%" PRId64, count);
    return out;
}

static const char *double_text(double value, char out[48])
{
    shy_double_shortest(value, out, 48);
    return out;
}

/* The first level stands beside the value, further ones at the end of the line. */
static void add_limits(const struct shy_value_row *row, struct shy_show_line *line)
{
    static const int columns[SHY_LEVELS_MOST][3] = {{LOWER, UPPER, CONFIDENCE},
                                                    {LOWER_2, UPPER_2, CONFIDENCE_2},
                                                    {LOWER_3, UPPER_3, CONFIDENCE_3},
                                                    {LOWER_4, UPPER_4, CONFIDENCE_4}};
    line->cells[METHOD] = row->method;
    line->cells[JUDGEMENT] = row->judgement;
    for (int i = 0; i < row->levels; i++) {
        char(*buffers)[48] = &line->buffers[7 + 3 * i];
        line->cells[columns[i][2]] = double_text(row->level[i] / 100.0, buffers[2]);
        if (!row->intervals)
            continue;
        line->cells[columns[i][0]] = double_text(row->limits[i].lower, buffers[0]);
        line->cells[columns[i][1]] = double_text(row->limits[i].upper, buffers[1]);
    }
}

/* As Japanese readers write it, whatever the language of messages: a table must not depend on who
 * printed it. */
static const char *japanese_period(const char *canonical, char out[48])
{
    struct shy_period p;
    if (!shy_period_parse(canonical, &p))
        return canonical;
    shy_period_label(&p, true, out, 48);
    return out;
}

/* Figures stand only beside a value that may be shown: what is masked shows neither numerator nor
 * denominator nor how many persons are behind it. */
void shy_show_line(const struct shy_value_row *row, struct shy_show_line *line)
{
    *line = (struct shy_show_line){0};
    line->cells[RUN] = count_text(row->run, line->buffers[0]);
    line->cells[INDICATOR] = row->indicator;
    line->cells[NAME] = row->name;
    line->cells[AREA_SET] = row->area_set;
    line->cells[AREA_CODE] = row->area_code;
    line->cells[AREA_NAME] = row->area_name;
    line->cells[PERIOD] = row->period;
    line->cells[PERIOD_JA] = japanese_period(row->period, line->buffers[6]);
    line->cells[MEASURE] = row->measure;
    line->cells[DIMENSIONS] = row->dimensions;
    line->cells[UNIT] = row->unit;
    line->cells[STATE] = shy_state_id(row->state);
    line->cells[REASON] = row->reason;
    line->cells[SOURCE] = row->source;
    line->cells[BASIS] = row->basis;
    line->cells[NOTES] = row->notes;
    if (!shy_value_shown(row))
        return;
    if (row->exact) {
        line->cells[NUMERATOR] = fraction_text(row->numerator, line->buffers[1]);
        line->cells[DENOMINATOR] = fraction_text(row->denominator, line->buffers[2]);
    }
    shy_double_shortest(row->value, line->buffers[3], sizeof line->buffers[3]);
    line->cells[VALUE] = line->buffers[3];
    line->cells[PERSONS] = count_text(row->persons, line->buffers[4]);
    line->cells[INSTITUTIONS] = count_text(row->institutions, line->buffers[5]);
    add_limits(row, line);
}
