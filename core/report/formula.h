/* SPDX-License-Identifier: MIT */
/* A value of a definition written as a person would: "[3] ÷ (1 + [7])". Thread-safe. */
#ifndef SHY_REPORT_FORMULA_H
#define SHY_REPORT_FORMULA_H

#include "core/base/mem.h"
#include "core/plan/plan.h"

/* How the value of another indicator is written; period: that it is taken of. */
struct shy_formula_names {
    void *self;
    void (*indicator)(void *self, const char *id, const struct shy_period *period,
                      struct shy_text *out);
};
void shy_formula(const struct shy_plan *plan, shy_node_id node, const struct shy_period *period,
                 bool japanese, const struct shy_formula_names *names, struct shy_text *out);

/* Calls visit for the rows that each count below the node takes, with the period they are taken of;
 * not for those of other indicators. recent: of the nearest year before, where that has none. */
void shy_formula_rows(const struct shy_plan *plan, shy_node_id node,
                      const struct shy_period *period, bool recent, void *self,
                      void (*visit)(void *self, shy_node_id rows, const struct shy_period *period,
                                    bool recent));
/* The period that the inputs of the node are taken of; false where there is none. which: of an
 * INTERPOLATE 0 is the end of the line, 1 its start. */
bool shy_formula_period(const struct shy_node *n, int which, const struct shy_period *period,
                        struct shy_period *out);

#endif
