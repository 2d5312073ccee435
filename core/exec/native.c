/* SPDX-License-Identifier: MIT */
/* The native engine: what is asked, one pass over the partitions, then cells as ever. */
#include "config.h"

#include "core/exec/native.h"

static int begin(struct run *run)
{
    struct native *n = run->native;
    int rc = 0;
    n->asked =
        shy_run_alloc(run, shy_plan_node_count(run->plan) + 1, sizeof(struct memo_ask *), &rc);
    n->grid_end = &n->grid_list;
    return rc;
}

/* Called by shy_exec_run when everything was asked and before the first cell is made. */
int shy_native_answer(struct run *run)
{
    SHY_TRY(shy_native_prepare(run->native));
    return shy_native_pass(run->native, run->err);
}

int shy_exec_native(const struct shy_plan *plan, const struct shy_partitions *partitions,
                    const struct shy_dataset *data, const struct shy_areas *areas,
                    const struct shy_functions *functions, const struct shy_request *request,
                    const struct shy_native_options *options, struct shy_result *out,
                    struct shy_problems *problems, struct shihyo_error *err)
{
    struct native native = {.data = partitions, .options = *options};
    struct run run = {.plan = plan,
                      .data = data,
                      .areas = areas,
                      .functions = functions,
                      .request = request,
                      .out = out,
                      .problems = problems,
                      .err = err,
                      .native = &native,
                      .several = options->threads > 1,
                      .function_error = SHY_ERROR_INIT};
    native.run = &run;
    *out = (struct shy_result){0};
    int rc = begin(&run);
    if (rc == 0)
        rc = shy_exec_run(&run);
    for (size_t i = 0; native.grids != NULL && i < native.grid_count; i++)
        shy_grid_free(&native.grids[i]);
    shy_free(native.grids);
    for (struct grid_plan *g = native.grid_list; g != NULL; g = g->next) {
        shy_free(g->lifts);
        shy_free(g->measures);
    }
    shy_exec_end(&run, rc);
    return rc;
}
