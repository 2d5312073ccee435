/* SPDX-License-Identifier: MIT */
/*
 * The store as what the evaluator reads. A table is read when it is first asked for and kept for
 * the run; which of its sources count is settled here: those that project.lua names
 * (shy_store_only), and no row of them twice.
 */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/import/keys.h"
#include "core/project/project_private.h"

/* Asked for again by every node that looks at time. */
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

/* Names of the key columns; 0 = rows of the contract have no key, so none is told twice. */
static size_t key_columns(const struct shy_contract *contract, const char **names)
{
    size_t count = 0;
    for (size_t i = 0; i < contract->column_count; i++)
        if (contract->columns[i].flags & SHY_COLUMN_KEY)
            names[count++] = contract->columns[i].name;
    return count;
}

static int told_twice(const struct shy_table *rows, size_t row, const char *sources,
                      struct shihyo_error *err)
{
    struct shy_text key = {0};
    shy_keys_describe(rows, row, &key);
    int code = shy_fail(err, SHY_E_CONTRACT_KEY, _("Two sources give the same row of '%s'."),
                        rows->contract->id);
    shy_value(err, shy_text_get(&key), key.length);
    shy_hint(err,
             _("Adding both would count it twice. They are: %s. Name one of them in "
               "project.lua, or take the rows out of one."),
             sources);
    shy_text_free(&key);
    return code;
}

static int find_double(const struct shy_table *rows, const char *sources, struct shihyo_error *err)
{
    struct shy_keys keys = {0};
    uint8_t *seen = shy_alloc(rows->rows, sizeof *seen);
    int code = seen == NULL ? shy_fail_nomem(err) : shy_keys_add(&keys, rows, NULL, seen, err);
    const uint8_t *first = code == 0 ? memchr(seen, 1, rows->rows) : NULL;
    if (first != NULL)
        code = told_twice(rows, (size_t)(first - seen), sources, err);
    shy_keys_free(&keys);
    shy_free(seen);
    return code;
}

/* Whether provenance ("ndb9:3f2a…,ndb10:…") names one source, be it with several deliveries. */
static bool is_one_source(const char *sources)
{
    size_t length = strcspn(sources, ":");
    for (const char *at = sources; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        if (strcspn(at, ":") != length || memcmp(at, sources, length) != 0)
            return false;
    }
    return true;
}

static bool is_of_areas(const struct shy_contract *contract)
{
    return strcmp(contract->id, "areas") == 0 || strcmp(contract->id, "area_members") == 0 ||
           strcmp(contract->id, "area_changes") == 0;
}

/*
 * Import refuses a key twice in one delivery; here those of several sources meet. What areas,
 * memberships and changes say twice is core/area's to judge, by dates.
 */
static int check_keys(struct shy_store_data *d, const struct shy_contract *contract,
                      struct shihyo_error *err)
{
    const char *sources;
    struct shy_table *rows = NULL;
    if (contract->person_level || is_of_areas(contract))
        return 0;
    SHY_TRY(shy_store_provenance(d->store, contract->id, &sources, err));
    if (strchr(sources, ',') == NULL || is_one_source(sources))
        return 0;
    char *kept = shy_strdup(sources);
    const char **names = shy_alloc(contract->column_count, sizeof *names);
    size_t count = names != NULL ? key_columns(contract, names) : 0;
    int code = kept == NULL || names == NULL ? shy_fail_nomem(err) : 0;
    if (code == 0 && count > 0)
        code = shy_store_read(d->store, contract, names, count, &rows, err);
    if (code == 0 && rows != NULL)
        code = find_double(rows, kept, err);
    shy_table_free(rows);
    shy_free(names);
    shy_free(kept);
    return code;
}

/* Lists that come again ------------------------------------------------------------------ */

static int copy_row(const struct shy_table *from, size_t row, struct shy_table *to,
                    struct shihyo_error *err)
{
    size_t at;
    SHY_TRY(shy_table_add_row(to, &at, err));
    for (size_t i = 0; i < from->column_count; i++) {
        const struct shy_table_column *c = &from->columns[i];
        bool texts = c->def->type == SHY_CODE_T || c->def->type == SHY_TEXT_T ||
                     c->def->type == SHY_PERIOD_T;
        const char *text = texts ? shy_table_text(from, row, (int)i) : NULL;
        if (text != NULL)
            SHY_TRY(shy_table_set_text(to, at, (int)i, text, strlen(text), err));
        else
            to->columns[i].data[at] = texts ? 0 : c->data[row];
        to->columns[i].state[at] = c->state[row];
    }
    return 0;
}

/* last[row]: no later row has its key. */
static int find_last(const struct shy_table *rows, bool *last, struct shihyo_error *err)
{
    struct shy_map keys = {0};
    struct shy_text key = {0};
    int code = 0;
    size_t *at = shy_alloc(rows->rows + 1, sizeof *at);
    if (at == NULL)
        code = shy_fail_nomem(err);
    for (size_t i = 0; i < rows->rows && code == 0; i++) {
        shy_text_clear(&key);
        shy_keys_describe(rows, i, &key);
        size_t before = keys.count;
        uint32_t number = shy_map_add(&keys, shy_text_get(&key), key.length);
        if (number == SHY_MAP_NONE || key.failed) {
            code = shy_fail_nomem(err);
            break;
        }
        if (keys.count == before)
            last[at[number]] = false;
        at[number] = i;
        last[i] = true;
    }
    shy_free(at);
    shy_text_free(&key);
    shy_map_free(&keys);
    return code;
}

/* A source whose deliveries stand beside each other sends its lists (of institutions, insurers)
 * again with every delivery: the last row of a key counts. */
static int keep_last(struct shy_table **table, const char *const *names, size_t count,
                     struct shihyo_error *err)
{
    struct shy_table *rows = *table, *kept = NULL;
    struct shy_keys keys = {0};
    uint8_t *seen = shy_alloc(rows->rows + 1, sizeof *seen);
    bool *last = shy_alloc(rows->rows + 1, sizeof *last);
    int code = seen == NULL || last == NULL ? shy_fail_nomem(err)
                                            : shy_keys_add(&keys, rows, NULL, seen, err);
    bool again = code == 0 && memchr(seen, 1, rows->rows) != NULL;
    if (again)
        code = find_last(rows, last, err);
    if (again && code == 0)
        code = shy_table_new(rows->contract, names, count, &kept, err);
    for (size_t i = 0; i < rows->rows && again && code == 0; i++) {
        if (last[i])
            code = copy_row(rows, i, kept, err);
    }
    shy_keys_free(&keys);
    shy_free(seen);
    shy_free(last);
    if (again && code == 0) {
        shy_table_free(rows);
        *table = kept;
    } else {
        shy_table_free(kept);
    }
    return code;
}

/* A list is read with its key, whatever columns were asked for: doubles are found by it. */
static int read_list(struct shy_store_data *d, const struct shy_contract *contract,
                     const char *const *columns, size_t count, struct shy_table **out,
                     struct shihyo_error *err)
{
    const char **names = shy_alloc(count + contract->column_count + 1, sizeof *names);
    if (names == NULL)
        return shy_fail_nomem(err);
    size_t keys = key_columns(contract, names), n = keys;
    for (size_t i = 0; i < count; i++) {
        bool there = false;
        for (size_t k = 0; k < keys; k++)
            there = there || strcmp(names[k], columns[i]) == 0;
        if (!there)
            names[n++] = columns[i];
    }
    const char *const *wanted = columns == NULL ? NULL : names;
    n = columns == NULL ? 0 : n;
    int code = shy_store_read(d->store, contract, wanted, n, out, err);
    if (code == 0 && *out != NULL && keys > 0)
        code = keep_last(out, wanted, n, err);
    if (code != 0) {
        shy_table_free(*out);
        *out = NULL;
    }
    shy_free((void *)names);
    return code;
}

/* Whether the store has the contract from several deliveries of one source. */
static int comes_again(struct shy_store_data *d, const struct shy_contract *contract, bool *again,
                       struct shihyo_error *err)
{
    const char *sources;
    *again = false;
    if (contract->person_level || is_of_areas(contract))
        return 0;
    SHY_TRY(shy_store_provenance(d->store, contract->id, &sources, err));
    *again = strchr(sources, ',') != NULL && is_one_source(sources);
    return 0;
}

/* By the tables read: one of the contract is read only after its keys were looked at. */
static bool is_checked(const struct shy_store_data *d, const struct shy_contract *contract)
{
    for (size_t i = 0; i < d->table_count; i++)
        if (d->tables[i]->contract == contract)
            return true;
    return false;
}

/* Kept by columns too: a later question may need one more, and then reads anew. Rows keep their
 * numbers, for the store gives them in one order. */
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
    if (d->store != NULL && !is_checked(d, contract))
        SHY_TRY(check_keys(d, contract, err));
    bool again = false;
    if (d->store != NULL)
        SHY_TRY(comes_again(d, contract, &again, err));
    if (d->store != NULL)
        SHY_TRY(again ? read_list(d, contract, columns, count, &read, err)
                      : shy_store_read(d->store, contract, columns, count, &read, err));
    if (read != NULL)
        d->tables[d->table_count++] = read;
    *out = read;
    return 0;
}

int shy_store_data_give(struct shy_store_data *d, struct shy_table *table, struct shihyo_error *err)
{
    if (!SHY_GROW(d->tables, d->table_count, d->table_capacity)) {
        shy_table_free(table);
        return shy_fail_nomem(err);
    }
    d->tables[d->table_count++] = table;
    return 0;
}

/* Figures of tables have periods of their own and no delivered months. */
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
