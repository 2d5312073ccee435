/* SPDX-License-Identifier: MIT */
/* What the tests of core/plan share: a catalogue with two tables of a prefecture's own, and the
 * compilation of a document written in the test. */
#ifndef SHY_PLAN_TEST_HELP_H
#define SHY_PLAN_TEST_HELP_H

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/plan/operators.h"

/* A compiled document; freed by compiled_free. */
struct compiled {
    struct shy_catalogue *catalogue;
    struct shy_plan *plan;
    struct shy_problems problems;
    struct shihyo_error err;
    int rc;
};

static inline int declare_facts(struct shy_catalogue *catalogue)
{
    static const struct shy_column rules[] = {
        {.name = "area_set", .type = SHY_CODE_T, .role = SHY_ROLE_AREA_SET, .min = 1},
        {.name = "area",
         .type = SHY_CODE_T,
         .role = SHY_ROLE_AREA,
         .min = 1,
         .flags = SHY_COLUMN_KEY},
        {.name = "period",
         .type = SHY_PERIOD_T,
         .role = SHY_ROLE_PERIOD,
         .min = 1,
         .flags = SHY_COLUMN_KEY},
        {.name = "in_force", .type = SHY_BOOL_T, .max = 1, .flags = SHY_COLUMN_NULLABLE},
        {.name = "since", .type = SHY_DATE_T, .min = 1, .flags = SHY_COLUMN_NULLABLE},
    };
    static const struct shy_column training[] = {
        {.name = "area_set", .type = SHY_CODE_T, .role = SHY_ROLE_AREA_SET, .min = 1},
        {.name = "area",
         .type = SHY_CODE_T,
         .role = SHY_ROLE_AREA,
         .min = 1,
         .flags = SHY_COLUMN_KEY},
        {.name = "period",
         .type = SHY_PERIOD_T,
         .role = SHY_ROLE_PERIOD,
         .min = 1,
         .flags = SHY_COLUMN_KEY},
        {.name = "held",
         .type = SHY_INT_T,
         .min = 1,
         .unit = "回",
         .flags = SHY_COLUMN_MEASURE | SHY_COLUMN_NULLABLE},
        {.name = "share_known",
         .type = SHY_DECIMAL_T,
         .scale = 1,
         .min = 1,
         .unit = "%",
         .flags = SHY_COLUMN_MEASURE | SHY_COLUMN_NULLABLE},
    };
    static const struct shy_contract contracts[] = {
        {.id = "facts.discharge_rules",
         .label_ja = "退院支援ルール",
         .label_en = "Discharge rules",
         .columns = rules,
         .column_count = 5},
        {.id = "facts.acp_outreach",
         .label_ja = "ACPの普及啓発",
         .label_en = "ACP outreach",
         .columns = training,
         .column_count = 5},
    };
    int rc = shy_catalogue_declare(catalogue, &contracts[0], NULL);
    return rc != 0 ? rc : shy_catalogue_declare(catalogue, &contracts[1], NULL);
}

/* Texts in the tests are written with ' for ", which no test needs otherwise. */
static inline json_t *parse_json(const char *text)
{
    char *copy = strdup(text);
    for (char *p = copy; *p != '\0'; p++)
        *p = *p == '\'' ? '"' : *p;
    json_error_t error;
    json_t *json = json_loads(copy, 0, &error);
    if (json == NULL)
        (void)fprintf(stderr, "%s (line %d) in %s\n", error.text, error.line, copy);
    free(copy);
    return json;
}

static inline void compile_json(struct compiled *x, const json_t *const *documents, size_t count)
{
    *x = (struct compiled){.err = SHY_ERROR_INIT};
    x->catalogue = shy_catalogue_new();
    x->rc = x->catalogue == NULL ? SHY_E_NOMEM : declare_facts(x->catalogue);
    if (x->rc == 0)
        x->rc = shy_plan_compile(documents, count, x->catalogue, &x->plan, &x->problems, &x->err);
}

static inline void compile_text(struct compiled *x, const char *text)
{
    json_t *json = parse_json(text);
    compile_json(x, (const json_t *const *)&json, 1);
    json_decref(json);
}

static inline void compiled_free(struct compiled *x)
{
    shy_plan_free(x->plan);
    shy_problems_free(&x->problems);
    shy_catalogue_free(x->catalogue);
}

#endif
