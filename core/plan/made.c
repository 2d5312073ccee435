/* SPDX-License-Identifier: MIT */
/*
 * The rows that a function makes: their columns beside person and month, and the columns that not
 * every source has of those that the function reads.
 */
#include "config.h"

#include "core/plan/compile.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"

enum { COLUMNS_MOST = 16, VALUES_MOST = 200 };

static bool problem(struct shy_compiler *c, const char *name, struct shihyo_error *err)
{
    shy_value(err, name, strlen(name));
    return shy_plan_report(c, SHY_ERROR, err);
}

/* Columns ---------------------------------------------------------------------------------- */

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* In the order of their bytes: so engines number them, however they are written. */
static bool read_values(struct shy_compiler *c, const json_t *list, struct shy_column *out)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    size_t count = json_array_size(list);
    const char **values = shy_arena_alloc(&c->plan->arena, count + 1, sizeof *values);
    if (values == NULL)
        return shy_plan_nomem(c);
    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(json_array_get(list, i));
        values[i] = shy_keep_text(c, text == NULL ? "" : text);
        if (values[i] == NULL)
            return false;
    }
    qsort(values, count, sizeof *values, by_bytes);
    bool good = count > 0 && count <= VALUES_MOST && values[0][0] != '\0';
    for (size_t i = 1; i < count; i++)
        good = good && strcmp(values[i - 1], values[i]) != 0;
    out->values = values;
    if (good)
        return true;
    shy_fail(&err, SHY_E_PLAN_PARAMETER,
             _("The values of the column '%s' are texts, each once, none empty, at most %d."),
             out->name, (int)VALUES_MOST);
    return problem(c, out->name, &err);
}

static bool check_name(struct shy_compiler *c, const struct shy_column *columns, size_t i)
{
    static const char *const taken[] = {"person", "month", "age"};
    struct shihyo_error err = SHY_ERROR_INIT;
    const char *name = columns[i].name;
    bool good = name[0] >= 'a' && name[0] <= 'z' &&
                strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
    for (size_t k = 0; k < sizeof taken / sizeof taken[0]; k++)
        good = good && strcmp(taken[k], name) != 0;
    for (size_t k = 0; k < i; k++)
        good = good && strcmp(columns[k].name, name) != 0;
    if (good)
        return true;
    shy_fail(&err, SHY_E_PLAN_PARAMETER,
             _("'%s' cannot name a column of the rows that a function makes."), name);
    shy_hint(&err, _("A name begins with a letter a to z; then letters a to z, digits and '_'; "
                     "each once, and not person, month or age, which the rows have anyway."));
    return problem(c, name, &err);
}

static bool read_column(struct shy_compiler *c, const json_t *json, struct shy_column *columns,
                        size_t i)
{
    static const struct {
        const char *name;
        struct shy_column column;
    } kinds[] = {
        {"int", {.type = SHY_INT_T, .flags = SHY_COLUMN_MEASURE | SHY_COLUMN_NULLABLE, .min = 1}},
        {"decimal",
         {.type = SHY_DECIMAL_T,
          .flags = SHY_COLUMN_MEASURE | SHY_COLUMN_NULLABLE,
          .scale = SHY_MADE_SCALE,
          .min = 1}},
        {"code", {.type = SHY_CODE_T, .flags = SHY_COLUMN_NULLABLE, .min = 1}},
    };
    struct shihyo_error err = SHY_ERROR_INIT;
    if (!shy_shape_check(c, json, SHY_SHAPE_MADE_COLUMN))
        return false;
    const char *name = shy_member_keep(c, json, "name"), *type = shy_member_text(json, "type");
    if (name == NULL)
        return false;
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        if (strcmp(kinds[k].name, type) != 0)
            continue;
        columns[i] = kinds[k].column;
        columns[i].name = columns[i].label_ja = columns[i].label_en = name;
        return check_name(c, columns, i) &&
               (columns[i].type != SHY_CODE_T ||
                read_values(c, shy_member(json, "values"), &columns[i]));
    }
    shy_fail(&err, SHY_E_PLAN_PARAMETER,
             _("The column '%s' is \"int\", \"decimal\" or \"code\", not \"%s\"."), name, type);
    return problem(c, type, &err);
}

bool shy_plan_made_columns(struct shy_compiler *c, const json_t *list, struct shy_node *node)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    size_t count = json_array_size(list);
    bool good = true;
    if (count > COLUMNS_MOST) {
        shy_fail(&err, SHY_E_PLAN_PARAMETER, _("A function gives at most %d columns."),
                 (int)COLUMNS_MOST);
        return shy_plan_report(c, SHY_ERROR, &err);
    }
    struct shy_column *columns = shy_arena_alloc(&c->plan->arena, count + 1, sizeof *columns);
    if (columns == NULL)
        return shy_plan_nomem(c);
    for (size_t i = 0; i < count && good && !c->nomem; i++)
        good = read_column(c, json_array_get(list, i), columns, i);
    node->made = columns;
    node->made_count = count;
    return good && !c->nomem;
}

json_t *shy_canonical_made(struct shy_compiler *c, const struct shy_node *node)
{
    json_t *list = shy_canonical_list(c);
    for (size_t i = 0; i < node->made_count && !c->nomem; i++) {
        const struct shy_column *column = &node->made[i];
        json_t *one = shy_canonical_object(c);
        shy_canonical_text(c, one, "name", column->name);
        shy_canonical_text(c, one, "type", shy_type_name(column->type));
        if (column->values != NULL) {
            json_t *values = shy_canonical_list(c);
            for (size_t k = 0; column->values[k] != NULL && !c->nomem; k++)
                shy_canonical_add(c, values, json_string(column->values[k]));
            shy_canonical_set(c, one, "values", values);
        }
        shy_canonical_add(c, list, one);
    }
    return list;
}

/* What is read ----------------------------------------------------------------------------- */

/* A function asks for a column that not every source has by its name: it is of every need that has
 * it. */
bool shy_plan_reads(struct shy_compiler *c, const json_t *list, struct shy_node *node)
{
    size_t count = json_array_size(list);
    const char **names = shy_arena_alloc(&c->plan->arena, count + 1, sizeof *names);
    if (names == NULL)
        return shy_plan_nomem(c);
    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(json_array_get(list, i));
        names[i] = shy_keep_text(c, text == NULL ? "" : text);
        if (names[i] == NULL)
            return false;
    }
    qsort(names, count, sizeof *names, by_bytes);
    node->reads = names;
    node->read_count = count;
    return true;
}

json_t *shy_canonical_reads(struct shy_compiler *c, const struct shy_node *node)
{
    json_t *list = shy_canonical_list(c);
    for (size_t i = 0; i < node->read_count && !c->nomem; i++)
        shy_canonical_add(c, list, json_string(node->reads[i]));
    return list;
}
