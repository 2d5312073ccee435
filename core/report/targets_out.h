/* SPDX-License-Identifier: MIT */
/* How far the targets of a plan have come, as people and other programs read it. */
#ifndef SHY_REPORT_TARGETS_OUT_H
#define SHY_REPORT_TARGETS_OUT_H

#include "core/report/report.h"
#include "core/result/progress.h"

/* Of the options format, width and japanese are used. */
int shy_show_progress(const struct shy_target_progress *p, const struct shy_show_options *options,
                      FILE *out, struct shihyo_error *err);

#endif
