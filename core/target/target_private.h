/* SPDX-License-Identifier: MIT */
/* Shared by the files of core/target. */
#ifndef SHY_TARGET_PRIVATE_H
#define SHY_TARGET_PRIVATE_H

#include "core/target/target.h"

struct shy_target_word {
    const char *id, *japanese; /* what files may say */
};
extern const struct shy_target_word shy_target_kind_words[SHY_TARGET_KINDS_];
extern const struct shy_target_word shy_target_direction_words[SHY_TARGET_LOWER + 1];

/* The columns of a target table, in the order in which they are written. */
enum shy_target_column {
    SHY_TC_PLAN,
    SHY_TC_INDICATOR,
    SHY_TC_AREA_SET,
    SHY_TC_AREA,
    SHY_TC_MEASURE,
    SHY_TC_DIMENSIONS,
    SHY_TC_KIND,
    SHY_TC_DIRECTION,
    SHY_TC_BASELINE,
    SHY_TC_BASELINE_PERIOD,
    SHY_TC_BASELINE_SOURCE,
    SHY_TC_PERIOD,
    SHY_TC_VALUE,
    SHY_TC_UPPER,
    SHY_TC_GROUP,
    SHY_TC_SOURCE,
    SHY_TC_REASON,
    SHY_TC_IMPROVEMENT,
    SHY_TC_NOTE,
    SHY_TC_SUBSTITUTE,
    SHY_TC_CARRIED_FROM,
    SHY_TC_CARRIED,
    SHY_TC_CARRIED_REASON,
    SHY_TC_COUNT
};
extern const struct shy_target_word shy_target_columns[SHY_TC_COUNT];

/* A row of a table: a text per column, "" = empty. Adds a target, or a point to the one of its key.
 * What is wrong becomes a problem at file:line; fails only when memory runs out. */
struct shy_target_reader {
    struct shy_target_table *table;
    struct shy_problems *problems;
    const char *file;
};
int shy_target_add_row(struct shy_target_reader *r, const char *const cells[SHY_TC_COUNT],
                       int64_t line, struct shihyo_error *err);
/* After the last row: points in order, years after the baseline, the hash. */
int shy_target_finish(struct shy_target_reader *r, struct shihyo_error *err);

#endif
