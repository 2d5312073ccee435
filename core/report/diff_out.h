/* SPDX-License-Identifier: MIT */
/* What differs between two runs, or a run and a published table, as people and programs read it. */
#ifndef SHY_REPORT_DIFF_OUT_H
#define SHY_REPORT_DIFF_OUT_H

#include "core/report/report.h"
#include "core/result/diff.h"

/* Compares and writes; table NULL = two runs. Of show the format, width and japanese are used. */
int shy_show_diff(struct shy_results *results, struct shy_diff_options *options, const char *table,
                  const struct shy_show_options *show, FILE *out, struct shy_diff_counts *counts,
                  struct shy_problems *problems, struct shihyo_error *err);

#endif
