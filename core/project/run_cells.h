/* SPDX-License-Identifier: MIT */
/*
 * What becomes of a run's cells: those that were asked for and lie in the project's prefecture are
 * kept, and written by a thread of their own while the next definition is evaluated.
 */
#ifndef SHY_PROJECT_RUN_CELLS_H
#define SHY_PROJECT_RUN_CELLS_H

#include "core/project/project_private.h"

/* Writing ------------------------------------------------------------------------------------ */

/* A thread that adds cells to a run that is being saved. Between start and stop the run is its. */
struct shy_writer;
int shy_writer_start(struct shy_saving *saving, struct shy_writer **out, struct shihyo_error *err);
/* The cells are copied; what the writer could not write before is told here. */
int shy_writer_give(struct shy_writer *w, const struct shy_result *cells, struct shihyo_error *err);
/* Waits until all is written, tells the first failure, and frees w. NULL is allowed. */
int shy_writer_stop(struct shy_writer *w, struct shihyo_error *err);

/* Keeping ------------------------------------------------------------------------------------ */

/* Zero-initialised but for the first two; freed with shy_keeping_free. */
struct shy_keeping {
    struct shy_session *session;
    const struct shy_areas *areas;
    uint32_t nation, prefectures, prefecture; /* set, set, area of it; NONE = all cells are kept */
    bool **strays;                            /* by set and area: has values, lies nowhere */
    size_t *stray_counts;                     /* by set */
    struct shy_problems *problems;            /* warnings of values that should be 0 */
    bool says_something;                      /* some cell has a figure, or says why it has none */
};
int shy_keeping_begin(struct shy_keeping *k, struct shihyo_error *err);
/* Leaves of one definition's cells those to keep, and notes on them what belongs there. */
int shy_keeping_choose(struct shy_keeping *k, struct shy_result *cells, struct shihyo_error *err);
/* When all cells were seen: areas whose values are not kept though nobody knows where they lie. */
int shy_keeping_report(const struct shy_keeping *k, struct shy_problems *problems,
                       struct shihyo_error *err);
void shy_keeping_free(struct shy_keeping *k);

#endif
