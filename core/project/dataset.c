/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "core/project/project_private.h"

struct kept_months {
    const struct shy_contract *contract;
    int32_t *months;
    size_t count;
};

struct shy_store_data {
    struct shy_store *store;
    struct shy_table **tables;
    size_t table_count, table_capacity;
    struct kept_months *months;
    size_t month_count, month_capacity;
};

int shy_store_data_new(struct shy_store *store, struct shy_store_data **out,
                       struct shihyo_error *err)
{
    *out = shy_alloc(1, sizeof **out);
    if (*out == NULL)
        return shy_fail_nomem(err);
    (*out)->store = store;
    return 0;
}

void shy_store_data_free(struct shy_store_data *d)
{
    if (d == NULL)
        return;
    for (size_t i = 0; i < d->table_count; i++)
        shy_table_free(d->tables[i]);
    for (size_t i = 0; i < d->month_count; i++)
        shy_free(d->months[i].months);
    shy_free(d->tables);
    shy_free(d->months);
    shy_free(d);
}

static bool has_columns(const struct shy_table *t, const char *const *columns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (shy_table_column(t, columns[i]) < 0)
            return false;
    return true;
}

static int table(void *self, const struct shy_contract *contract, const char *const *columns,
                 size_t count, const struct shy_table **out, struct shihyo_error *err)
{
    struct shy_store_data *d = self;
    for (size_t i = 0; i < d->table_count; i++) {
        if (d->tables[i]->contract == contract && has_columns(d->tables[i], columns, count)) {
            *out = d->tables[i];
            return 0;
        }
    }
    if (!SHY_GROW(d->tables, d->table_count, d->table_capacity))
        return shy_fail_nomem(err);
    struct shy_table *read = NULL;
    *out = NULL;
    if (d->store != NULL)
        SHY_TRY(shy_store_read(d->store, contract, columns, count, &read, err));
    if (read != NULL)
        d->tables[d->table_count++] = read;
    *out = read;
    return 0;
}

static int months(void *self, const struct shy_contract *contract, const int32_t **out,
                  size_t *count, struct shihyo_error *err)
{
    struct shy_store_data *d = self;
    *count = 0;
    *out = NULL;
    if (d->store == NULL || !contract->person_level)
        return 0;
    for (size_t i = 0; i < d->month_count; i++) {
        if (d->months[i].contract == contract) {
            *out = d->months[i].months;
            *count = d->months[i].count;
            return 0;
        }
    }
    if (!SHY_GROW(d->months, d->month_count, d->month_capacity))
        return shy_fail_nomem(err);
    struct kept_months kept = {.contract = contract};
    SHY_TRY(shy_store_months(d->store, contract->id, &kept.months, &kept.count, err));
    d->months[d->month_count++] = kept;
    *out = kept.months;
    *count = kept.count;
    return 0;
}

struct shy_dataset shy_store_dataset(struct shy_store_data *d)
{
    return (struct shy_dataset){.self = d, .table = table, .months = months};
}
