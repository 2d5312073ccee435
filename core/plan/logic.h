/* SPDX-License-Identifier: MIT */
/*
 * Logic models: how activities are thought to lead over outputs and intermediate outcomes to final
 * ones, with indicators in their places. They are read from the documents of packs and checked
 * against the plan; nothing is computed by them. docs/logic_models.md.
 */
#ifndef SHY_PLAN_LOGIC_H
#define SHY_PLAN_LOGIC_H

#include "core/base/mem.h"
#include "core/plan/plan.h"

enum shy_logic_level {
    SHY_LOGIC_ACTIVITY,
    SHY_LOGIC_OUTPUT,
    SHY_LOGIC_INTERMEDIATE,
    SHY_LOGIC_FINAL,
    SHY_LOGIC_LEVELS_
};
const char *shy_logic_level_id(enum shy_logic_level level);    /* "intermediate" */
const char *shy_logic_level_label(enum shy_logic_level level); /* translated: 中間アウトカム */

struct shy_logic_item {
    const char *id, *name;
    const struct shy_definition *definition; /* NULL: an item without an indicator */
    const char *note;                        /* "" = none */
    enum shy_logic_level level;
};
struct shy_logic_link {
    size_t from, to; /* of items */
    const char *note;
};
struct shy_logic_model {
    const char *id, *name;
    struct shy_logic_item *items; /* by level, then as written */
    size_t item_count;
    struct shy_logic_link *links; /* by from, then to */
    size_t link_count;
};
/* The models without mistakes, by id. */
struct shy_logic_models {
    struct shy_logic_model *models;
    size_t count;
    struct shy_arena arena;
};

/* Unknown indicators, circles, links that lead back are errors of their model, which is left out;
 * skipped levels and items that nothing leads to or from are warnings. Only memory makes it fail;
 * *out ends with shy_logic_free in any case. The plan must outlive it. */
int shy_logic_read(const json_t *const *documents, size_t count, const struct shy_plan *plan,
                   struct shy_logic_models *out, struct shy_problems *problems,
                   struct shihyo_error *err);
void shy_logic_free(struct shy_logic_models *m);

#endif
