/* SPDX-License-Identifier: MIT */
/*
 * Rows of one partition: of every stretch those that some scan may want, put in the order of
 * person, month and claim. Stretches come by month and are sorted by person, so that counting the
 * rows of each person is all the sorting there is to do.
 */
#include "config.h"

#include "core/exec/native.h"

#include <stdlib.h>
#include <string.h>

/* Strips ------------------------------------------------------------------------------------ */

#define COPY_ROWS(type) \
    do { \
        const type *v = strip->values; \
        for (size_t i = 0; i < n; i++) \
            to[at[i]] = (int32_t)(strip->base + (int64_t)v[row[i]]); \
    } while (0)

/* Values of rows row[0..n) of a strip to the places at[0..n). */
static void copy_narrow(const struct shy_strip *strip, const uint32_t *row, const uint32_t *at,
                        size_t n, int32_t *to)
{
    switch (strip->width) {
    case 1:
        COPY_ROWS(uint8_t);
        break;
    case 2:
        COPY_ROWS(uint16_t);
        break;
    case 4:
        COPY_ROWS(uint32_t);
        break;
    case 8:
        COPY_ROWS(uint64_t);
        break;
    default:
        for (size_t i = 0; i < n; i++)
            to[at[i]] = (int32_t)strip->base;
    }
}

#define COPY_WIDE_ROWS(type) \
    do { \
        const type *v = strip->values; \
        for (size_t i = 0; i < n; i++) \
            to[at[i]] = (int64_t)((uint64_t)strip->base + (uint64_t)v[row[i]]); \
    } while (0)

static void copy_wide(const struct shy_strip *strip, const uint32_t *row, const uint32_t *at,
                      size_t n, int64_t *to)
{
    switch (strip->width) {
    case 1:
        COPY_WIDE_ROWS(uint8_t);
        break;
    case 2:
        COPY_WIDE_ROWS(uint16_t);
        break;
    case 4:
        COPY_WIDE_ROWS(uint32_t);
        break;
    case 8:
        COPY_WIDE_ROWS(uint64_t);
        break;
    default:
        for (size_t i = 0; i < n; i++)
            to[at[i]] = strip->base;
    }
}

static int64_t value_at(const struct shy_strip *strip, size_t row)
{
    switch (strip->width) {
    case 1:
        return strip->base + ((const uint8_t *)strip->values)[row];
    case 2:
        return strip->base + ((const uint16_t *)strip->values)[row];
    case 4:
        return strip->base + ((const uint32_t *)strip->values)[row];
    case 8:
        return (int64_t)((uint64_t)strip->base + ((const uint64_t *)strip->values)[row]);
    default:
        return strip->base;
    }
}

/* Choosing ---------------------------------------------------------------------------------- */

#define CHOOSE(type) \
    do { \
        const type *v = strip->values; \
        for (size_t i = 0; i < rows; i++) { \
            out[n] = (uint32_t)i; \
            n += hot[(size_t)strip->base + v[i]]; \
        } \
    } while (0)

/* Rows of a stretch whose code is hot; without branches, because few rows are. */
static size_t choose(const struct shelf_plan *plan, const struct shy_strip *strip, size_t rows,
                     const uint8_t *hot, uint32_t *out)
{
    size_t n = 0;
    if (strip->state == NULL && strip->width == 1) {
        CHOOSE(uint8_t);
    } else if (strip->state == NULL && strip->width == 2) {
        CHOOSE(uint16_t);
    } else if (strip->state == NULL && strip->width == 4) {
        CHOOSE(uint32_t);
    } else {
        for (size_t i = 0; i < rows; i++) {
            bool known = strip->state == NULL || strip->state[i] == SHIHYO_STATE_OK;
            out[n] = (uint32_t)i;
            n += hot[known ? (size_t)value_at(strip, i) : plan->size];
        }
    }
    return n;
}

/* Rows chosen of each stretch, one list after the other. */
struct chosen {
    uint32_t *row;
    size_t *ends; /* by stretch */
    size_t count;
};

/* Those of them whose persons are marked; of a person beyond the partition is told later. */
static size_t keep_marked(const struct worker *w, const struct shy_stretch *t, const uint8_t *marks,
                          uint32_t *row, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t person = t->person[row[i]];
        row[kept] = row[i];
        kept += person >= w->persons || marks[person] != 0 ? 1 : 0;
    }
    return kept;
}

static int choose_rows(struct worker *w, const struct shelf_plan *plan,
                       const struct shy_stretches *in, int key, struct chosen *out)
{
    int rc = 0;
    size_t all = 0;
    const uint8_t *marks;
    SHY_TRY(shy_reach_marks(w, plan, &marks));
    for (size_t i = 0; i < in->count; i++)
        all += in->items[i].rows;
    out->row = shy_scratch(w, all + 1, sizeof *out->row, &rc);
    out->ends = shy_scratch(w, in->count + 1, sizeof *out->ends, &rc);
    if (rc != 0)
        return rc;
    out->count = 0;
    for (size_t i = 0; i < in->count; i++) {
        const struct shy_stretch *t = &in->items[i];
        uint32_t *row = &out->row[out->count];
        size_t count = t->rows;
        if (key >= 0 && plan->hot != NULL) {
            const uint8_t *hot = &plan->hot[class_of(&plan->classes, t->month) * (plan->size + 1)];
            count = choose(plan, &t->columns[key], t->rows, hot, row);
        } else {
            for (size_t k = 0; k < t->rows; k++)
                row[k] = (uint32_t)k;
        }
        out->count += marks == NULL ? count : keep_marked(w, t, marks, row, count);
        out->ends[i] = out->count;
    }
    return 0;
}

/* Placing ----------------------------------------------------------------------------------- */

/* Where each chosen row goes: after all rows of earlier persons and of the person's own earlier
 * stretches. */
static int place_rows(struct worker *w, const struct shy_stretches *in, const struct chosen *chosen,
                      struct shelf *s, uint32_t **out)
{
    int rc = 0;
    uint32_t *at = *out = shy_scratch(w, chosen->count + 1, sizeof *at, &rc);
    uint32_t *next = shy_scratch(w, (size_t)w->persons + 1, sizeof *next, &rc);
    s->start = shy_scratch(w, (size_t)w->persons + 2, sizeof *s->start, &rc);
    s->person = shy_scratch(w, chosen->count + 1, sizeof *s->person, &rc);
    if (rc != 0)
        return rc;
    memset(s->start, 0, ((size_t)w->persons + 2) * sizeof *s->start);
    for (size_t t = 0, i = 0; t < in->count; t++) {
        const uint32_t *person = in->items[t].person;
        for (; i < chosen->ends[t]; i++) {
            if (person[chosen->row[i]] >= w->persons)
                return shy_fail(&w->err, SHY_E_INTERNAL, "a person beyond partition %u",
                                w->partition);
            s->start[person[chosen->row[i]] + 1]++;
        }
    }
    for (uint32_t p = 0; p < w->persons; p++) {
        s->start[p + 1] += s->start[p];
        next[p] = s->start[p];
    }
    for (size_t t = 0, i = 0; t < in->count; t++) {
        const uint32_t *person = in->items[t].person;
        for (; i < chosen->ends[t]; i++) {
            uint32_t p = person[chosen->row[i]];
            at[i] = next[p]++;
            s->person[at[i]] = p;
        }
    }
    s->rows = chosen->count;
    return 0;
}

/* Filling ----------------------------------------------------------------------------------- */

static bool is_wide(const struct shelf_plan *plan, int column)
{
    enum shy_type t = plan->contract->columns[column].type;
    return t == SHY_INT_T || t == SHY_DECIMAL_T;
}

/* How the answer of the reader is laid out: strips by the contract's columns. */
struct layout {
    int *columns; /* asked for */
    size_t count;
    int *strip; /* by column; -1 */
};

/* The chosen rows of one stretch and their places on the shelf. */
struct slice {
    const struct shy_stretch *stretch;
    const uint32_t *row, *at;
    size_t n;
};

static bool fits_narrow(const struct shy_strip *strip)
{
    if (strip->width > 4)
        return false;
    int64_t most = ((int64_t)1 << (8 * strip->width)) - 1;
    return strip->base >= INT32_MIN && strip->base <= INT32_MAX - most;
}

/* Numbers that fit are kept in 32 bits. */
static int make_column(struct worker *w, const struct shy_stretches *in, const struct shelf *s,
                       int column, int strip, struct shelf_column *c)
{
    int rc = 0;
    bool states = false, wide = false;
    for (size_t t = 0; t < in->count; t++) {
        const struct shy_strip *v = &in->items[t].columns[strip];
        states = states || v->state != NULL;
        wide = wide || (is_wide(s->plan, column) && !fits_narrow(v));
    }
    if (wide)
        c->wide = shy_scratch(w, s->rows + 1, sizeof *c->wide, &rc);
    else
        c->narrow = shy_scratch(w, s->rows + 1, sizeof *c->narrow, &rc);
    if (states)
        c->state = shy_scratch(w, s->rows + 1, 1, &rc);
    return rc;
}

static int make_columns(struct worker *w, const struct shy_stretches *in, const struct layout *l,
                        struct shelf *s)
{
    int rc = 0;
    const struct shelf_plan *p = s->plan;
    size_t columns = p->contract->column_count;
    s->columns = shy_scratch(w, columns, sizeof *s->columns, &rc);
    s->first = shy_scratch(w, s->rows + 1, sizeof *s->first, &rc);
    s->last = p->month < 0 ? shy_scratch(w, s->rows + 1, sizeof *s->last, &rc) : s->first;
    if (p->needs_claims && p->claim >= 0)
        s->claim = shy_scratch(w, s->rows + 1, sizeof *s->claim, &rc);
    if (p->words > 0)
        s->kind = shy_scratch(w, s->rows + 1, sizeof *s->kind, &rc);
    if (rc != 0)
        return rc;
    memset(s->columns, 0, columns * sizeof *s->columns);
    for (size_t i = 0; rc == 0 && i < l->count; i++) {
        if (l->columns[i] != p->claim)
            rc = make_column(w, in, s, l->columns[i], (int)i, &s->columns[l->columns[i]]);
    }
    return rc;
}

static void fill_column(const struct slice *from, const struct shy_strip *strip,
                        struct shelf_column *c)
{
    if (c->wide != NULL)
        copy_wide(strip, from->row, from->at, from->n, c->wide);
    else
        copy_narrow(strip, from->row, from->at, from->n, c->narrow);
    for (size_t i = 0; c->state != NULL && i < from->n; i++)
        c->state[from->at[i]] =
            strip->state == NULL ? (uint8_t)SHIHYO_STATE_OK : strip->state[from->row[i]];
}

/* A claim is known by its delivery and its number there; it lies within one month of a person. */
static void fill_claims(const struct slice *from, const struct layout *l, struct shelf *s)
{
    int strip = l->strip[s->plan->claim];
    uint64_t delivery = (uint64_t)from->stretch->delivery << 32;
    struct shy_strip claims = strip < 0 ? (struct shy_strip){0} : from->stretch->columns[strip];
    if (strip >= 0 && claims.state == NULL) {
        claims.base = (int64_t)(delivery + (uint64_t)claims.base);
        copy_wide(&claims, from->row, from->at, from->n, (int64_t *)s->claim);
        return;
    }
    for (size_t i = 0; i < from->n; i++) {
        uint32_t row = from->row[i];
        bool known = strip >= 0 && claims.state[row] == SHIHYO_STATE_OK;
        s->claim[from->at[i]] = known ? delivery | (uint32_t)value_at(&claims, row) : NO_KEY;
    }
}

#define KIND_ROWS(type) \
    do { \
        const type *v = key->values; \
        for (size_t i = 0; i < from->n; i++) \
            s->kind[from->at[i]] = kinds[(size_t)key->base + v[from->row[i]]]; \
    } while (0)

/* Which scans want a row. */
static void fill_kinds(const struct slice *from, const struct layout *l, struct shelf *s)
{
    const struct shelf_plan *p = s->plan;
    const uint32_t *kinds = &p->kinds[class_of(&p->classes, from->stretch->month) * (p->size + 1)];
    const struct shy_strip *key =
        l->strip[p->key] < 0 ? NULL : &from->stretch->columns[l->strip[p->key]];
    if (key != NULL && key->state == NULL && key->width == 1) {
        KIND_ROWS(uint8_t);
    } else if (key != NULL && key->state == NULL && key->width == 2) {
        KIND_ROWS(uint16_t);
    } else {
        for (size_t i = 0; i < from->n; i++) {
            uint32_t row = from->row[i];
            bool known = key != NULL && (key->state == NULL || key->state[row] == SHIHYO_STATE_OK);
            s->kind[from->at[i]] = kinds[known ? (size_t)value_at(key, row) : p->size];
        }
    }
}

/* All columns of one stretch, while its rows and their places are in the cache. */
static void fill_slice(const struct slice *from, const struct layout *l, struct shelf *s)
{
    for (size_t i = 0; i < l->count; i++) {
        if (l->columns[i] != s->plan->claim)
            fill_column(from, &from->stretch->columns[i], &s->columns[l->columns[i]]);
    }
    for (size_t i = 0; s->plan->month >= 0 && i < from->n; i++)
        s->first[from->at[i]] = from->stretch->month;
    if (s->claim != NULL)
        fill_claims(from, l, s);
    if (s->kind != NULL)
        fill_kinds(from, l, s);
}

static int32_t month_or(const struct shelf *s, int column, size_t row, int32_t open)
{
    const struct shelf_column *c = column < 0 ? NULL : &s->columns[column];
    if (c == NULL || c->narrow == NULL || (c->state != NULL && c->state[row] != SHIHYO_STATE_OK))
        return open;
    return c->narrow[row];
}

static void fill_spans(struct shelf *s)
{
    for (size_t row = 0; row < s->rows; row++) {
        s->first[row] = month_or(s, s->plan->valid_from, row, INT32_MIN);
        s->last[row] = month_or(s, s->plan->valid_to, row, INT32_MAX);
    }
}

/* Order within a person --------------------------------------------------------------------- */

static int compare_within(const struct shelf *s, uint32_t a, uint32_t b)
{
    if (s->first[a] != s->first[b])
        return s->first[a] < s->first[b] ? -1 : 1;
    if (s->claim != NULL && s->claim[a] != s->claim[b])
        return s->claim[a] < s->claim[b] ? -1 : 1;
    return 0;
}

static int compare_places(const void *a, const void *b, void *shelf)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    int order = compare_within(shelf, x, y);
    return order != 0 ? order : x < y ? -1 : x > y;
}

/* Rows that change places: what stood at from[i] goes to to[i]. */
struct moves {
    uint32_t *from, *to;
    size_t count;
};

static int permute(struct worker *w, void *array, size_t size, const struct moves *m)
{
    int rc = 0;
    char *bytes = array;
    if (array == NULL)
        return 0;
    char *copy = shy_scratch(w, m->count + 1, size, &rc);
    if (rc != 0)
        return rc;
    for (size_t i = 0; i < m->count; i++)
        memcpy(copy + i * size, bytes + m->from[i] * size, size);
    for (size_t i = 0; i < m->count; i++)
        memcpy(bytes + m->to[i] * size, copy + i * size, size);
    return 0;
}

static int permute_all(struct worker *w, struct shelf *s, const struct moves *m)
{
    for (size_t i = 0; i < s->plan->contract->column_count; i++) {
        struct shelf_column *c = &s->columns[i];
        SHY_TRY(permute(w, c->narrow, sizeof *c->narrow, m));
        SHY_TRY(permute(w, c->wide, sizeof *c->wide, m));
        SHY_TRY(permute(w, c->state, 1, m));
    }
    SHY_TRY(permute(w, s->kind, sizeof *s->kind, m));
    SHY_TRY(permute(w, s->claim, sizeof *s->claim, m));
    if (s->last != s->first)
        SHY_TRY(permute(w, s->last, sizeof *s->last, m));
    return permute(w, s->first, sizeof *s->first, m);
}

static void sort_person(struct shelf *s, uint32_t first, uint32_t end, struct moves *m)
{
    for (uint32_t row = first; row < end; row++)
        m->from[m->count + row - first] = m->to[m->count + row - first] = row;
    qsort_r(&m->from[m->count], end - first, sizeof *m->from, compare_places, s);
    m->count += end - first;
}

/* Does the row belong before the one before it? */
static inline bool is_misplaced(const struct shelf *s, size_t row)
{
    bool together = s->person[row] == s->person[row - 1];
    bool month = s->first[row] < s->first[row - 1], same = s->first[row] == s->first[row - 1];
    return together & (month | (same & (s->claim != NULL && s->claim[row] < s->claim[row - 1])));
}

/* Few persons have anything to sort: those with codes of several classes in one month, those who
 * were joined, spans. */
static int put_in_order(struct worker *w, struct shelf *s)
{
    int rc = 0;
    struct moves m = {0};
    m.from = shy_scratch(w, s->rows + 1, sizeof *m.from, &rc);
    m.to = shy_scratch(w, s->rows + 1, sizeof *m.to, &rc);
    for (uint32_t row = 1; rc == 0 && row < s->rows; row++) {
        if (!is_misplaced(s, row))
            continue;
        uint32_t end = s->start[s->person[row] + 1];
        sort_person(s, s->start[s->person[row]], end, &m);
        row = end - 1;
    }
    return rc != 0 || m.count == 0 ? rc : permute_all(w, s, &m);
}

/* Loading ----------------------------------------------------------------------------------- */

static int make_layout(struct worker *w, const struct shelf_plan *p, struct layout *l)
{
    int rc = 0;
    size_t columns = p->contract->column_count;
    l->columns = shy_scratch(w, columns, sizeof *l->columns, &rc);
    l->strip = shy_scratch(w, columns, sizeof *l->strip, &rc);
    l->count = 0;
    for (int i = 0; rc == 0 && i < (int)columns; i++) {
        enum shy_role role = p->contract->columns[i].role;
        bool there = role == SHY_ROLE_PERSON || role == SHY_ROLE_MONTH;
        bool asked = p->needed[i] || (i == p->claim && p->needs_claims);
        l->strip[i] = -1;
        if (!there && asked && p->present[i]) {
            l->strip[i] = (int)l->count;
            l->columns[l->count++] = i;
        }
    }
    return rc;
}

static int fill(struct worker *w, const struct shy_stretches *in, const struct layout *l,
                struct shelf *s)
{
    const struct shelf_plan *p = s->plan;
    struct chosen chosen;
    uint32_t *at;
    int key = p->key < 0 ? -1 : l->strip[p->key];
    SHY_TRY(choose_rows(w, p, in, key, &chosen));
    SHY_TRY(place_rows(w, in, &chosen, s, &at));
    SHY_TRY(make_columns(w, in, l, s));
    for (size_t t = 0, first = 0; t < in->count; first = chosen.ends[t++]) {
        struct slice slice = {&in->items[t], &chosen.row[first], &at[first],
                              chosen.ends[t] - first};
        fill_slice(&slice, l, s);
    }
    if (p->month < 0)
        fill_spans(s);
    SHY_TRY(put_in_order(w, s));
    if (p->month >= 0)
        s->columns[p->month].narrow = s->first;
    return 0;
}

int shy_shelf_load(struct worker *w, struct shelf *s)
{
    const struct shelf_plan *p = s->plan;
    struct layout l;
    struct shy_stretches in = {0};
    SHY_TRY(make_layout(w, p, &l));
    struct shy_partition_request request = {.contract = p->contract,
                                            .columns = l.columns,
                                            .column_count = l.count,
                                            .first_month = p->first,
                                            .last_month = p->last,
                                            .code = p->key,
                                            .wanted = p->wanted,
                                            .wanted_count = p->wanted == NULL ? 0 : p->size};
    SHY_TRY(w->reader.read(w->reader.self, w->partition, &request, &in, &w->err));
    return fill(w, &in, &l, s);
}

/* Linked rows ------------------------------------------------------------------------------- */

static const char *text_at(struct worker *w, const struct shelf *s, const char *name, uint32_t row)
{
    int i = shy_contract_column(s->plan->contract, name);
    const struct shelf_column *c = i < 0 ? NULL : &s->columns[i];
    if (c == NULL || c->narrow == NULL || (c->state != NULL && c->state[row] != SHIHYO_STATE_OK))
        return "";
    const struct shy_partitions *data = w->native->data;
    return data->dictionary(data->self, s->plan->contract, i)->keys[c->narrow[row]];
}

/* Of two rows of persons valid in one month: semantics.md, "Links". */
bool shy_person_better(struct worker *w, const struct shelf *s, uint32_t a, uint32_t b)
{
    if (s->first[a] != s->first[b])
        return s->first[a] > s->first[b];
    int order = strcmp(text_at(w, s, "scheme", a), text_at(w, s, "scheme", b));
    if (order == 0)
        order = strcmp(text_at(w, s, "insurer", a), text_at(w, s, "insurer", b));
    return order > 0;
}

static uint32_t best_person(struct worker *w, const struct shelf *s, uint32_t person, int32_t month)
{
    uint32_t best = NONE;
    for (uint32_t row = s->start[person]; row < s->start[person + 1]; row++) {
        if (s->first[row] > month || s->last[row] < month)
            continue;
        if (best == NONE || shy_person_better(w, s, row, best))
            best = row;
    }
    return best;
}

/* The register's row of each row's month; rows of one month stand together. */
static int link_persons(struct worker *w, struct shelf *s, const struct shelf_plan *plan,
                        uint32_t **out)
{
    int rc = 0;
    const struct shelf *to = shelf_of(w, plan);
    if (*out != NULL)
        return 0;
    SHY_TRY(shy_shelf_months(w, s));
    uint32_t *found = shy_scratch(w, s->rows + 1, sizeof *found, &rc);
    if (rc != 0)
        return rc;
    for (uint32_t row = 0, best = NONE; row < s->rows; row++) {
        if (s->month_begin[row] == row)
            best = best_person(w, to, s->person[row], s->first[row]);
        found[row] = best;
    }
    *out = found;
    return 0;
}

int shy_shelf_person_rows(struct worker *w, struct shelf *s)
{
    return link_persons(w, s, w->native->persons, &s->person_row);
}

int shy_shelf_registered_rows(struct worker *w, struct shelf *s)
{
    return link_persons(w, s, w->native->registered, &s->registered_row);
}

static int compare_claims(const struct shelf *s, uint32_t a, const struct shelf *t, uint32_t b)
{
    if (s->person[a] != t->person[b])
        return s->person[a] < t->person[b] ? -1 : 1;
    if (s->first[a] != t->first[b])
        return s->first[a] < t->first[b] ? -1 : 1;
    return s->claim[a] < t->claim[b] ? -1 : s->claim[a] > t->claim[b];
}

/* Both sides are in the same order: a merge. */
int shy_shelf_claim_rows(struct worker *w, struct shelf *s)
{
    int rc = 0;
    const struct shelf *to = shelf_of(w, w->native->claims);
    uint32_t there = 0;
    if (s->claim_row != NULL)
        return 0;
    s->claim_row = shy_scratch(w, s->rows + 1, sizeof *s->claim_row, &rc);
    if (rc != 0)
        return rc;
    for (uint32_t row = 0; row < s->rows; row++) {
        while (there < to->rows && compare_claims(to, there, s, row) < 0)
            there++;
        bool found =
            s->claim[row] != NO_KEY && there < to->rows && compare_claims(to, there, s, row) == 0;
        s->claim_row[row] = found ? there : NONE;
    }
    return 0;
}

/* Beginnings -------------------------------------------------------------------------------- */

int shy_shelf_months(struct worker *w, struct shelf *s)
{
    int rc = 0;
    if (s->month_begin != NULL)
        return 0;
    uint32_t *begin = shy_scratch(w, s->rows + 1, sizeof *begin, &rc), at = 0;
    for (uint32_t row = 0; rc == 0 && row < s->rows; row++) {
        bool other = row == s->start[s->person[row]] || s->first[row] != s->first[row - 1];
        at = other ? row : at;
        begin[row] = at;
    }
    s->month_begin = begin;
    return rc;
}

int shy_shelf_claims(struct worker *w, struct shelf *s)
{
    int rc = 0;
    if (s->claim_begin != NULL)
        return 0;
    SHY_TRY(shy_shelf_months(w, s));
    uint32_t *begin = shy_scratch(w, s->rows + 1, sizeof *begin, &rc), at = 0;
    for (uint32_t row = 0; rc == 0 && row < s->rows; row++) {
        at = s->month_begin[row] == row || s->claim[row] != s->claim[row - 1] ? row : at;
        begin[row] = at;
    }
    s->claim_begin = begin;
    return rc;
}
