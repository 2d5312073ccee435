/* SPDX-License-Identifier: MIT */
/*
 * How a value came about, line by line: the indicators it is computed from in the order of the
 * calculation, each with its value, formula, rule and sources, and the rows of published tables
 * that it takes. Rows about persons are never shown.
 */
#ifndef SHY_REPORT_EXPLAIN_H
#define SHY_REPORT_EXPLAIN_H

#include "core/report/report.h"

struct shy_explain_options {
    const char *id;       /* an indicator or a cross table */
    const char *area;     /* code or name */
    const char *area_set; /* NULL = whichever has such an area */
    const char *period;   /* canonical; NULL = the last that the run has of it */
    int64_t run;          /* 0 = the latest */
    bool japanese;        /* labels of periods */
};

/* choices: those of the definitions now, one for each. *out is decref'd by the caller:
 * { run, indicator, name, area_set, area, area_name, period, period_label, changed, lines: [ {
 * number, indicator, name, value, unit, state, reason, formula, figures, rule, sources: [],
 * caveats: [], notes, rows: [ { table, cells: [ { label, value } ] } ] } ] } */
int shy_explain(const struct shy_plan *plan, const struct shy_choice *choices,
                struct shy_results *results, const struct shy_dataset *data,
                const struct shy_explain_options *options, json_t **out, struct shihyo_error *err);
/* The same as a text for people. */
int shy_explain_text(const json_t *explanation, struct shy_text *out, struct shihyo_error *err);

#endif
