/* SPDX-License-Identifier: MIT */
/*
 * For tests: tables of rows as partitions of persons, the way a store would give them: local
 * numbers, shared dictionaries, stretches by month, delivery and class, strips of any width.
 */
#ifndef SHY_TEST_PARTITIONS_H
#define SHY_TEST_PARTITIONS_H

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/contract/partition.h"
#include "core/contract/table.h"

enum { PARTED_TABLES = 16, PARTED_DICTS = 96, PARTED_MOST = 8, PARTED_DELIVERIES = 3 };

struct parted_table {
    const struct shy_table *table;
    const int32_t *months;
    size_t month_count;
    uint32_t *partition, *person, *claim; /* by row; claim: number in its delivery and month */
    int64_t *delivery;
    uint32_t *class;
    uint32_t *code[64]; /* by the table's column */
};
struct parted {
    struct parted_table tables[PARTED_TABLES];
    size_t table_count;
    uint32_t count;
    uint64_t salt;
    struct shy_map persons[PARTED_MOST];
    struct shy_map dicts[PARTED_DICTS]; /* by column name */
    const char *dict_names[PARTED_DICTS];
    size_t dict_count;
};

static inline uint64_t parted_hash(const struct parted *p, const char *text, uint64_t more)
{
    uint64_t h = p->salt * 0x9e3779b97f4a7c15u + more;
    for (; *text != '\0'; text++)
        h = (h ^ (unsigned char)*text) * 0x100000001b3u;
    return (h ^ h >> 31) * 0x9e3779b97f4a7c15u >> 20;
}

static inline bool parted_is_text(const struct shy_column *c)
{
    return (c->type == SHY_CODE_T || c->type == SHY_TEXT_T || c->type == SHY_PERIOD_T) &&
           c->role != SHY_ROLE_PERSON && c->role != SHY_ROLE_CLAIM;
}

static inline struct shy_map *parted_dict(struct parted *p, const char *name)
{
    for (size_t i = 0; i < p->dict_count; i++) {
        if (strcmp(p->dict_names[i], name) == 0)
            return &p->dicts[i];
    }
    p->dict_names[p->dict_count] = name;
    return &p->dicts[p->dict_count++];
}

/* Rows of one claim must be of one person and month, every row of a person and month. */
static inline bool parted_fits(const struct shy_table *t)
{
    int person = shy_table_role(t, SHY_ROLE_PERSON), month = shy_table_role(t, SHY_ROLE_MONTH);
    int claim = shy_table_role(t, SHY_ROLE_CLAIM);
    bool events = shy_contract_role(t->contract, SHY_ROLE_MONTH) >= 0;
    if (person < 0 || (events && month < 0))
        return false;
    for (size_t r = 0; r < t->rows; r++) {
        if (t->columns[person].state[r] != SHIHYO_STATE_OK ||
            (events && t->columns[month].state[r] != SHIHYO_STATE_OK))
            return false;
    }
    (void)claim;
    return true;
}

static inline const char *parted_claim(const struct shy_table *t, int column, size_t row)
{
    return t->columns[column].state[row] == SHIHYO_STATE_OK ? shy_table_text(t, row, column) : NULL;
}

/* Claims keep their order across deliveries, as texts of a store do. */
static inline void parted_number_claims(struct parted *p, struct parted_table *t)
{
    int claim = shy_table_role(t->table, SHY_ROLE_CLAIM);
    for (size_t r = 0; r < t->table->rows; r++) {
        const char *text = claim < 0 ? NULL : parted_claim(t->table, claim, r);
        if (text == NULL) {
            bool spans = shy_contract_role(t->table->contract, SHY_ROLE_MONTH) < 0;
            t->delivery[r] = spans ? (r < parted_hash(p, "cut", 0) % (t->table->rows + 1) ? 1 : 2)
                                   : 1 + (int64_t)(parted_hash(p, "d", r) % PARTED_DELIVERIES);
            continue;
        }
        /* one cut for all contracts: claims and their items are of one delivery */
        t->delivery[r] = strcmp(text, p->salt % 2 == 0 ? "c03" : "c9") < 0 ? 1 : 2;
        uint32_t number = (uint32_t)strtoul(text + strcspn(text, "0123456789"), NULL, 10);
        t->claim[r] = number;
    }
}

static inline bool parted_add(struct parted *p, const struct shy_table *table,
                              const int32_t *months, size_t month_count)
{
    struct parted_table *t = &p->tables[p->table_count++];
    int person = shy_table_role(table, SHY_ROLE_PERSON);
    int item = shy_table_column(table, "item");
    t->table = table;
    t->months = months;
    t->month_count = month_count;
    if (!parted_fits(table))
        return false;
    t->partition = calloc(table->rows + 1, sizeof *t->partition);
    t->person = calloc(table->rows + 1, sizeof *t->person);
    t->claim = calloc(table->rows + 1, sizeof *t->claim);
    t->delivery = calloc(table->rows + 1, sizeof *t->delivery);
    t->class = calloc(table->rows + 1, sizeof *t->class);
    for (size_t r = 0; r < table->rows; r++) {
        const char *text = shy_table_text(table, r, person);
        t->partition[r] = (uint32_t)(parted_hash(p, text, 1) % p->count);
        t->person[r] = shy_map_adds(&p->persons[t->partition[r]], text);
        const char *code = item < 0 ? NULL : shy_table_text(table, r, item);
        t->class[r] = code == NULL ? 0 : (uint32_t)(parted_hash(p, code, 2) % 3);
    }
    parted_number_claims(p, t);
    for (size_t c = 0; c < table->column_count; c++) {
        const struct shy_table_column *column = &table->columns[c];
        if (!parted_is_text(column->def))
            continue;
        t->code[c] = calloc(table->rows + 1, sizeof *t->code[c]);
        struct shy_map *dict = parted_dict(p, column->def->name);
        for (size_t r = 0; r < table->rows; r++) {
            if (column->state[r] == SHIHYO_STATE_OK)
                t->code[c][r] = shy_map_adds(dict, column->dict.keys[column->data[r]]);
        }
    }
    return true;
}

static inline void parted_free(struct parted *p)
{
    for (size_t i = 0; i < p->table_count; i++) {
        struct parted_table *t = &p->tables[i];
        free(t->partition);
        free(t->person);
        free(t->claim);
        free(t->delivery);
        free(t->class);
        for (size_t c = 0; c < 64; c++)
            free(t->code[c]);
    }
    for (size_t i = 0; i < PARTED_MOST; i++)
        shy_map_free(&p->persons[i]);
    for (size_t i = 0; i < p->dict_count; i++)
        shy_map_free(&p->dicts[i]);
}

/* Reading ---------------------------------------------------------------------------------- */

static inline struct parted_table *parted_find(struct parted *p, const struct shy_contract *c)
{
    for (size_t i = p->table_count; i-- > 0;) {
        if (strcmp(p->tables[i].table->contract->id, c->id) == 0)
            return &p->tables[i];
    }
    return NULL;
}

struct parted_reader {
    struct parted *p;
    void **owned;
    size_t owned_count;
};

static inline void *parted_own(struct parted_reader *r, size_t size)
{
    r->owned = realloc(r->owned, (r->owned_count + 1) * sizeof *r->owned);
    return r->owned[r->owned_count++] = calloc(1, size + 8);
}

/* A stretch's place among the others, and its rows' by person and claim. */
struct parted_row {
    uint32_t row, person, claim, class;
    int32_t month;
    int64_t delivery;
};

static inline int parted_compare(const void *a, const void *b)
{
    const struct parted_row *x = a, *y = b;
    if (x->month != y->month)
        return x->month < y->month ? -1 : 1;
    if (x->delivery != y->delivery)
        return x->delivery < y->delivery ? -1 : 1;
    if (x->class != y->class)
        return x->class < y->class ? -1 : 1;
    if (x->person != y->person)
        return x->person < y->person ? -1 : 1;
    if (x->claim != y->claim)
        return x->claim < y->claim ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static inline int64_t parted_value(const struct parted_table *t, int column, uint32_t row,
                                   uint8_t *state)
{
    const struct shy_table_column *c = &t->table->columns[column];
    *state = c->state[row];
    if (*state != SHIHYO_STATE_OK && *state != SHIHYO_STATE_PARTIAL)
        return 0;
    if (c->def->role == SHY_ROLE_CLAIM)
        return t->claim[row];
    return t->code[column] != NULL ? (int64_t)t->code[column][row] : c->data[row];
}

static inline void parted_strip(struct parted_reader *r, const struct parted_table *t, int column,
                                const struct parted_row *rows, size_t n, struct shy_strip *out)
{
    int64_t least = INT64_MAX, most = INT64_MIN;
    uint8_t state, *states = parted_own(r, n);
    bool all = true;
    for (size_t i = 0; i < n; i++) {
        int64_t v = parted_value(t, column, rows[i].row, &state);
        least = v < least ? v : least;
        most = v > most ? v : most;
        states[i] = state;
        all = all && state == SHIHYO_STATE_OK;
    }
    uint64_t span = (uint64_t)most - (uint64_t)least;
    uint32_t width = span == 0 ? 0 : span < 256 ? 1 : span < 65536 ? 2 : span >> 32 == 0 ? 4 : 8;
    if (width == 0 && r->p->salt % 3 == 0)
        width = 1;
    if (r->p->salt % 5 == 0)
        width = width == 0 ? 4 : 8;
    uint8_t *values = parted_own(r, n * 8);
    for (size_t i = 0; i < n; i++) {
        uint64_t v = (uint64_t)parted_value(t, column, rows[i].row, &state) - (uint64_t)least;
        memcpy(values + i * width, &v, width);
    }
    *out = (struct shy_strip){width == 0 ? NULL : values, all ? NULL : states, least, width};
}

static inline bool parted_class_wanted(const struct parted_table *t, uint32_t partition,
                                       uint32_t class, const struct shy_partition_request *request)
{
    int code = request->wanted == NULL
                   ? -1
                   : shy_table_column(t->table, request->contract->columns[request->code].name);
    bool any = code < 0;
    for (size_t r = 0; code >= 0 && r < t->table->rows && !any; r++)
        any = t->partition[r] == partition && t->class[r] == class &&
              (t->table->columns[code].state[r] != SHIHYO_STATE_OK ||
               request->wanted[t->code[code][r]] != 0);
    return any;
}

static inline int parted_read(void *self, uint32_t partition,
                              const struct shy_partition_request *request,
                              struct shy_stretches *out, struct shihyo_error *err)
{
    struct parted_reader *r = self;
    struct parted_table *t = parted_find(r->p, request->contract);
    (void)err;
    *out = (struct shy_stretches){0};
    if (t == NULL)
        return 0;
    size_t n = 0;
    int month = shy_table_role(t->table, SHY_ROLE_MONTH);
    struct parted_row *rows = parted_own(r, t->table->rows * sizeof *rows);
    for (uint32_t i = 0; i < t->table->rows; i++) {
        int32_t m = month < 0 ? SHY_NO_MONTH : (int32_t)t->table->columns[month].data[i];
        bool in = month < 0 || (m >= request->first_month && m <= request->last_month);
        if (t->partition[i] == partition && in &&
            parted_class_wanted(t, partition, t->class[i], request))
            rows[n++] =
                (struct parted_row){i, t->person[i], t->claim[i], t->class[i], m, t -> delivery[i]};
    }
    qsort(rows, n, sizeof *rows, parted_compare);
    out->items = parted_own(r, n * sizeof *out->items);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && rows[end].month == rows[i].month &&
                          rows[end].delivery == rows[i].delivery &&
                          rows[end].class == rows[i].class;)
            end++;
        uint32_t *person = parted_own(r, (end - i) * sizeof *person);
        struct shy_strip *strips = parted_own(r, request->column_count * sizeof *strips);
        for (size_t k = i; k < end; k++)
            person[k - i] = rows[k].person;
        for (size_t c = 0; c < request->column_count; c++)
            parted_strip(
                r, t,
                shy_table_column(t->table, request->contract->columns[request->columns[c]].name),
                &rows[i], end - i, &strips[c]);
        out->items[out->count++] =
            (struct shy_stretch){rows[i].month, rows[i].delivery, end - i, person, strips};
    }
    return 0;
}

static inline void parted_release(void *self)
{
    struct parted_reader *r = self;
    for (size_t i = 0; i < r->owned_count; i++)
        free(r->owned[i]);
    r->owned_count = 0;
}

static inline void parted_close(void *self)
{
    struct parted_reader *r = self;
    parted_release(r);
    free(r->owned);
    free(r);
}

static inline int parted_reader_new(void *self, struct shy_partition_reader *out,
                                    struct shihyo_error *err)
{
    struct parted_reader *r = calloc(1, sizeof *r);
    (void)err;
    r->p = self;
    *out = (struct shy_partition_reader){r, parted_read, parted_release, parted_close};
    return 0;
}

static inline uint32_t parted_persons(void *self, uint32_t partition)
{
    return (uint32_t)((struct parted *)self)->persons[partition].count;
}

static inline const struct shy_map *parted_dictionary(void *self, const struct shy_contract *c,
                                                      int column)
{
    struct parted *p = self;
    struct parted_table *t = parted_find(p, c);
    if (t == NULL || !parted_is_text(&c->columns[column]) ||
        shy_table_column(t->table, c->columns[column].name) < 0)
        return NULL;
    return parted_dict(p, c->columns[column].name);
}

static inline const int32_t *parted_months(void *self, const struct shy_contract *c, size_t *count)
{
    struct parted_table *t = parted_find(self, c);
    *count = t == NULL ? 0 : t->month_count;
    return t == NULL ? NULL : t->months;
}

static inline bool parted_has_column(void *self, const struct shy_contract *c, int column)
{
    struct parted_table *t = parted_find(self, c);
    return t != NULL && shy_table_column(t->table, c->columns[column].name) >= 0;
}

static inline struct shy_partitions parted_partitions(struct parted *p)
{
    return (struct shy_partitions){p,
                                   p->count,
                                   parted_persons,
                                   parted_dictionary,
                                   parted_months,
                                   parted_has_column,
                                   parted_reader_new};
}

#endif
