/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/plan/compile.h"

#include <stdlib.h>
#include <string.h>

void shy_plan_free(struct shy_plan *plan)
{
    if (plan == NULL)
        return;
    for (size_t i = 0; i < plan->definition_count; i++)
        json_decref((json_t *)(uintptr_t)plan->definitions[i].metadata);
    shy_free(plan->nodes);
    shy_arena_free(&plan->arena);
    shy_free(plan);
}

const struct shy_node *shy_plan_node(const struct shy_plan *plan, shy_node_id id)
{
    return id == 0 || id > plan->node_count ? NULL : &plan->nodes[id];
}

size_t shy_plan_node_count(const struct shy_plan *plan)
{
    return plan->node_count;
}

size_t shy_plan_definition_count(const struct shy_plan *plan)
{
    return plan->definition_count;
}

const struct shy_definition *shy_plan_definition(const struct shy_plan *plan, size_t i)
{
    return i < plan->definition_count ? &plan->definitions[i] : NULL;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct shy_definition *)a)->id, ((const struct shy_definition *)b)->id);
}

const struct shy_definition *shy_plan_find(const struct shy_plan *plan, const char *id)
{
    struct shy_definition key = {.id = id};
    if (plan->definition_count == 0)
        return NULL;
    return bsearch(&key, plan->definitions, plan->definition_count, sizeof key, by_id);
}
