/* SPDX-License-Identifier: MIT */
/*
 * Logic models with the latest values of their indicators in one area and how far its targets have
 * come: a list for people, CSV and JSON, and a drawing (SVG, black on white, no fonts or files from
 * elsewhere). docs/logic_models.md.
 */
#ifndef SHY_REPORT_LOGIC_OUT_H
#define SHY_REPORT_LOGIC_OUT_H

#include "core/plan/logic.h"
#include "core/report/report.h"
#include "core/result/progress.h"

/* What stands beside an item. Texts are "" where there is nothing. */
struct shy_logic_beside {
    const char *value, *unit, *period, *state; /* the value as people read it */
    const char *number;                        /* unrounded */
    const char *progress;                      /* id of the standing: "on_track" */
    const char *target;                        /* for people: "medical8: on track" */
};
struct shy_logic_values {
    struct shy_logic_beside *items; /* one per item of the model */
    const char *area, *area_name;   /* area_name "" where the run has no such area */
    struct shy_arena arena;
};

/* Which values. The first set of the run that has the area is meant where area_set is NULL. */
struct shy_logic_ask {
    const char *area;     /* code or name */
    const char *area_set; /* or NULL */
    const char *plan;     /* targets of this plan; NULL: of every plan in force */
    int64_t run;          /* 0: the latest */
    bool must;            /* a run that knows no such area is an error */
};

/* results NULL: nothing was computed yet. */
int shy_logic_values_get(const struct shy_logic_model *m, struct shy_results *results,
                         const struct shy_logic_ask *ask, struct shy_logic_values *out,
                         struct shihyo_error *err);
void shy_logic_values_free(struct shy_logic_values *v);

/* Of the options format, width and japanese are used. */
int shy_show_logic(const struct shy_logic_model *m, const struct shy_logic_values *v,
                   const struct shy_show_options *options, struct shy_text *out,
                   struct shihyo_error *err);
int shy_draw_logic(const struct shy_logic_model *m, const struct shy_logic_values *v,
                   struct shy_text *out, struct shihyo_error *err);

#endif
