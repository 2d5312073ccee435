/* SPDX-License-Identifier: MIT */
/*
 * A definition document of any bytes, as JSON. Whatever it says, compiling ends with a plan; what
 * is not ok has a message with a code; what is ok has the hash of its canonical form, and nodes
 * whose inputs come first.
 */
#include <string.h>

#include "core/base/mem.h"
#include "core/plan/operators.h"
#include "tests/fuzz/fuzz.h"

/* Shared by all inputs: making it costs more than a small document. */
static const struct shy_catalogue *catalogue(void)
{
    static struct shy_catalogue *made;
    if (made == NULL)
        made = shy_catalogue_new();
    SHY_BUG_ON(made == NULL);
    return made;
}

static void check_nodes(const struct shy_plan *plan)
{
    for (size_t id = 1; id <= shy_plan_node_count(plan); id++) {
        const struct shy_node *node = shy_plan_node(plan, (shy_node_id)id);
        SHY_BUG_ON(shy_operator(node->op) == NULL);
        SHY_BUG_ON(node->inputs[0] >= id || node->inputs[1] >= id);
        SHY_BUG_ON(shy_op_is_rows(node->op) != (node->contract != NULL));
        for (size_t i = 0; i < node->of_count; i++)
            SHY_BUG_ON(node->of[i] == 0 || node->of[i] >= id);
    }
}

static void check_definitions(const struct shy_plan *plan, const struct shy_problems *problems)
{
    for (size_t i = 0; i < shy_plan_definition_count(plan); i++) {
        const struct shy_definition *d = shy_plan_definition(plan, i);
        struct shy_problems of_period = {0};
        struct shy_period period;
        struct shihyo_error err = SHY_ERROR_INIT;
        struct shy_choice choice;
        SHY_BUG_ON(shy_plan_find(plan, d->id) != d);
        if (!d->ok) {
            SHY_BUG_ON(problems->errors == 0);
            continue;
        }
        char hash[SHY_HASH_TEXT];
        shy_hash_bytes(d->canonical, strlen(d->canonical), hash);
        SHY_BUG_ON(strcmp(hash, d->hash) != 0);
        SHY_BUG_ON(d->answer_count == 0);
        SHY_BUG_ON(!shy_period_parse("FY2024", &period));
        shy_plan_check_period(plan, d, &period, &of_period);
        shy_problems_free(&of_period);
        if (shy_plan_choose(plan, d, NULL, 0, &choice, &err) == 0)
            SHY_BUG_ON(choice.answer == NULL || choice.answer->need_count > 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct shy_problems problems = {0};
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_plan *plan = NULL;
    json_t *document = json_loadb((const char *)data, size, 0, NULL);
    if (document == NULL)
        return 0;
    const json_t *const documents[] = {document};
    SHY_BUG_ON(shy_plan_compile(documents, 1, catalogue(), &plan, &problems, &err) != 0);
    for (size_t i = 0; i < problems.count; i++) {
        SHY_BUG_ON(problems.items[i].error.code == 0);
        SHY_BUG_ON(problems.items[i].error.message[0] == '\0');
    }
    check_nodes(plan);
    check_definitions(plan, &problems);
    shy_plan_free(plan);
    shy_problems_free(&problems);
    json_decref(document);
    return 0;
}
