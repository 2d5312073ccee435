/* SPDX-License-Identifier: MIT */
/* Makes ready what was asked: columns, months and codes to be read, tables for conditions. */
#include "config.h"

#include "core/exec/native.h"

#include <string.h>

/* Shelves ----------------------------------------------------------------------------------- */

static int column_named(const struct shy_contract *c, const char *name)
{
    return shy_contract_column(c, name);
}

int shy_native_shelf(struct native *n, const struct shy_contract *c, struct shelf_plan **out)
{
    int rc = 0;
    for (*out = n->shelf_list; *out != NULL; *out = (*out)->next) {
        if (strcmp((*out)->contract->id, c->id) == 0)
            return 0;
    }
    struct shelf_plan *s = shy_run_alloc(n->run, 1, sizeof *s, &rc);
    if (rc != 0)
        return rc;
    s->needed = shy_run_alloc(n->run, c->column_count, sizeof *s->needed, &rc);
    s->present = shy_run_alloc(n->run, c->column_count, sizeof *s->present, &rc);
    s->scans = shy_run_alloc(n->run, shy_plan_node_count(n->run->plan), sizeof *s->scans, &rc);
    if (rc != 0)
        return rc;
    s->contract = c;
    s->number = n->shelf_count++;
    s->month = shy_contract_role(c, SHY_ROLE_MONTH);
    s->claim = shy_contract_role(c, SHY_ROLE_CLAIM);
    s->institution = shy_contract_role(c, SHY_ROLE_INSTITUTION);
    s->valid_from = s->month >= 0 ? -1 : column_named(c, "valid_from");
    s->valid_to = s->month >= 0 ? -1 : column_named(c, "valid_to");
    s->key = -1;
    s->first = INT32_MAX;
    s->last = INT32_MIN;
    for (int i = 0; i < (int)c->column_count; i++)
        s->present[i] = c->made || n->data->has_column(n->data->self, c, i);
    s->next = n->shelf_list;
    n->shelf_list = s;
    *out = s;
    return 0;
}

static void need(struct shelf_plan *s, int column)
{
    if (column >= 0 && s->present[column])
        s->needed[column] = true;
}

static void need_named(struct shelf_plan *s, const char *name)
{
    need(s, column_named(s->contract, name));
}

/* Nodes ------------------------------------------------------------------------------------- */

static const struct month_range everything = {INT32_MIN, INT32_MAX};

struct walk {
    struct native *n;
    bool *seen, *may_doubt;
};

static struct month_range shift(struct month_range r, int from, int to)
{
    int64_t first = (int64_t)r.first + from, last = (int64_t)r.last + to;
    r.first = r.first == INT32_MIN || first < INT32_MIN ? INT32_MIN : (int32_t)first;
    r.last = r.last == INT32_MAX || last > INT32_MAX ? INT32_MAX : (int32_t)last;
    return r;
}

/* Conditions of a scan on one code column become bits; the others are asked row by row. */
static int make_sieves(struct walk *w, shy_node_id id)
{
    int rc = 0;
    struct native *n = w->n;
    const struct shy_node *node = shy_plan_node(n->run->plan, id);
    struct shelf_plan *s;
    struct sieves *list = &n->sieves[id];
    SHY_TRY(shy_native_shelf(n, node->contract, &s));
    list->items = shy_run_alloc(n->run, node->where_count, sizeof *list->items, &rc);
    for (size_t i = 0; rc == 0 && i < node->where_count; i++)
        rc = shy_sieve_make(n, s, &node->where[i], &list->items[list->count++]);
    return rc;
}

static bool is_window(enum shy_op op)
{
    return op == SHY_OP_FOLLOWED_BY || op == SHY_OP_NOT_FOLLOWED_BY || op == SHY_OP_PRECEDED_BY ||
           op == SHY_OP_NOT_PRECEDED_BY;
}

/* A function may look at all it sees, and at who the person is. */
static int meet_function(struct walk *w, const struct shy_node *node, struct shelf_plan *s)
{
    static const char *const columns[] = {"sex", "birth_month", "scheme"};
    struct shelf_plan *t;
    for (size_t i = 0; i < node->of_count; i++) {
        const struct shy_contract *c = shy_plan_node(w->n->run->plan, node->of[i])->contract;
        SHY_TRY(shy_native_shelf(w->n, c, &t));
        for (size_t k = 0; k < c->column_count; k++) {
            if (shy_person_sees(node, c, k))
                need(t, (int)k);
        }
    }
    const struct shy_contract *persons = shy_persons_contract(w->n->run);
    if (persons == NULL)
        return shy_fail(w->n->run->err, SHY_E_INTERNAL, "a function over nobody");
    SHY_TRY(shy_native_shelf(w->n, persons, &t));
    t->used = t->linked = true;
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        need_named(t, columns[i]);
    return shy_each_plan(w->n, node, s, t);
}

/* What a node needs besides its conditions, once. */
static int meet(struct walk *w, shy_node_id id)
{
    const struct shy_node *node = shy_plan_node(w->n->run->plan, id);
    struct shelf_plan *s, *t;
    SHY_TRY(shy_native_shelf(w->n, node->contract, &s));
    s->used = true;
    w->n->node_shelf[id] = s;
    w->n->by_period[id] = shy_depends_on_period(w->n->run, id);
    w->may_doubt[id] =
        node->op == SHY_OP_DISCHARGES || is_window(node->op) || node->op == SHY_OP_EACH_PERSON;
    if (node->op == SHY_OP_EACH_PERSON)
        SHY_TRY(meet_function(w, node, s));
    if (node->op == SHY_OP_SCAN)
        s->scans[s->scan_count++] = id;
    if (node->op == SHY_OP_PICK || node->op == SHY_OP_DISCHARGES)
        s->chooses = true;
    if ((node->op == SHY_OP_HAVING || node->op == SHY_OP_LACKING) &&
        node->match == SHY_MATCH_CLAIM) {
        SHY_TRY(
            shy_native_shelf(w->n, shy_plan_node(w->n->run->plan, node->inputs[1])->contract, &t));
        s->needs_claims = t->needs_claims = true;
    }
    return make_sieves(w, id);
}

static int walk(struct walk *w, shy_node_id id, struct month_range r);

/* The months in which rows of the first input may matter for rows in r. */
static struct month_range input_range(const struct walk *w, const struct shy_node *node,
                                      struct month_range r)
{
    if (node->op == SHY_OP_PICK || w->may_doubt[node->inputs[0]])
        return everything;
    if (node->op != SHY_OP_DISCHARGES)
        return r;
    /* The earliest of a fiscal year may lie before r. */
    if (node->keep == SHY_KEEP_EARLIEST && node->scope == SHY_SCOPE_FISCAL_YEAR)
        r = shift(r, -11, 0);
    return shift(r, 0, node->gap);
}

static struct month_range joined(struct month_range a, struct month_range b)
{
    return (struct month_range){a.first < b.first ? a.first : b.first,
                                a.last > b.last ? a.last : b.last};
}

/* The months of rows that are looked at beside those in r, from `from` to `to` months on. What
 * depends on the period asked for may need all its months; r has them. */
static struct month_range window_range(const struct walk *w, shy_node_id other,
                                       struct month_range r, int from, int to)
{
    struct month_range shifted = shift(r, from, to);
    return shy_depends_on_period(w->n->run, other) ? joined(shifted, r) : shifted;
}

static struct month_range other_range(const struct walk *w, const struct shy_node *node,
                                      struct month_range r)
{
    const struct shy_contract *c = node->contract;
    if (shy_contract_role(c, SHY_ROLE_MONTH) < 0)
        return everything;
    if (node->op == SHY_OP_FOLLOWED_BY || node->op == SHY_OP_NOT_FOLLOWED_BY)
        return window_range(w, node->inputs[1], r, node->from_month, node->to_month);
    if (is_window(node->op))
        return window_range(w, node->inputs[1], r, -node->to_month, -node->from_month);
    return node->match == SHY_MATCH_PERSON ? everything : r;
}

static int walk_inputs(struct walk *w, const struct shy_node *node, shy_node_id id,
                       struct month_range r)
{
    for (int i = 0; i < 2; i++) {
        shy_node_id in = node->inputs[i];
        if (in == 0)
            continue;
        if (i == 0)
            SHY_TRY(walk(w, in, r)); /* so that it is known whether its rows may be in doubt */
        SHY_TRY(walk(w, in, i == 0 ? input_range(w, node, r) : other_range(w, node, r)));
        w->may_doubt[id] = w->may_doubt[id] || w->may_doubt[in];
    }
    for (size_t i = 0; i < node->of_count; i++) {
        SHY_TRY(walk(w, node->of[i], node->op == SHY_OP_EACH_PERSON ? everything : r));
        w->may_doubt[id] = w->may_doubt[id] || w->may_doubt[node->of[i]];
    }
    return 0;
}

static int walk(struct walk *w, shy_node_id id, struct month_range r)
{
    const struct shy_node *node = shy_plan_node(w->n->run->plan, id);
    struct month_range *have = &w->n->ranges[id];
    struct shelf_plan *s;
    if (w->seen[id] && have->first <= r.first && have->last >= r.last)
        return 0;
    if (!w->seen[id]) {
        *have = r;
        w->seen[id] = true;
        SHY_TRY(meet(w, id));
    }
    have->first = r.first < have->first ? r.first : have->first;
    have->last = r.last > have->last ? r.last : have->last;
    SHY_TRY(shy_native_shelf(w->n, node->contract, &s));
    if (node->op == SHY_OP_SCAN) {
        s->first = have->first < s->first ? have->first : s->first;
        s->last = have->last > s->last ? have->last : s->last;
    }
    return walk_inputs(w, node, id, *have);
}

/* Grids ------------------------------------------------------------------------------------- */

static size_t radix_of(const struct dim_plan *d)
{
    return d->fetch.is_text ? d->fetch.text_count + 2 : 0;
}

/* The number that is written so, if there is one. */
static bool number_named(enum shy_type type, const char *label, int64_t *number)
{
    struct shy_period month;
    int32_t date;
    int scale;
    char text[32];
    if (type == SHY_MONTH_T && shy_period_parse(label, &month))
        *number = month.first_month;
    else if (type == SHY_DATE_T && shy_date_parse(label, strlen(label), &date))
        *number = date;
    else if (type == SHY_BOOL_T)
        *number = strcmp(label, "true") == 0 ? 1 : 0;
    else if (!shy_decimal_parse(label, strlen(label), number, &scale))
        return false;
    shy_number_text(type, *number, text);
    return strcmp(text, label) == 0;
}

/* What stands for rows without a value: nothing, a label of its own, or a value of that name. */
static int64_t missing_of(const struct dim_plan *d)
{
    const char *label = d->dim->missing;
    int64_t number;
    if (label == NULL)
        return VALUE_NONE;
    for (size_t i = 0; i < d->fetch.text_count; i++) {
        if (strcmp(d->fetch.texts[i], label) == 0)
            return (int64_t)i;
    }
    if (d->radix == 0 && number_named(d->operand->type, label, &number))
        return number;
    return VALUE_MISSING;
}

static int make_dims(struct walk *w, struct grid_plan *g)
{
    int rc = 0;
    struct native *n = w->n;
    g->dim_count = g->dims_of == NULL ? 0 : g->dims_of->dim_count;
    if (g->dim_count > MAX_DIMS)
        g->dim_count = 0; /* refused by the common evaluator */
    g->dims = shy_run_alloc(n->run, g->dim_count, sizeof *g->dims, &rc);
    for (size_t i = 0; rc == 0 && i < g->dim_count; i++) {
        struct dim_plan *d = &g->dims[i];
        struct shelf_plan *base = g->shelf;
        d->dim = &g->dims_of->dims[i];
        d->operand = shy_dim_operand(d->dim, g->leaf);
        d->other = d->dim->other;
        if (d->operand == NULL)
            return shy_fail(n->run->err, SHY_E_INTERNAL, "no dimension '%s' for a measure",
                            d->dim->label);
        if (d->other != 0) {
            struct month_range r = {g->first, g->last};
            g->looks = true;
            r = window_range(w, d->other, r, d->dim->from_month, d->dim->to_month);
            SHY_TRY(walk(w, d->other, r));
            SHY_TRY(shy_native_shelf(n, shy_plan_node(n->run->plan, d->other)->contract, &base));
        }
        SHY_TRY(shy_fetch_make(n, base, d->operand, &d->fetch));
        d->radix = radix_of(d);
        d->missing = missing_of(d);
        d->none = d->radix == 0 ? 0 : (uint32_t)digit_of(d, d->missing);
    }
    return rc;
}

static int make_measures(struct native *n, struct grid_plan *g)
{
    if (g->counts[COUNT_CLAIMS])
        g->shelf->needs_claims = true;
    for (size_t i = 0; i < g->measure_count; i++) {
        struct measure *m = &g->measures[i];
        if (m->operand != NULL)
            SHY_TRY(shy_fetch_make(n, g->shelf, m->operand, &m->value));
        if (m->times != NULL)
            SHY_TRY(shy_fetch_make(n, g->shelf, m->times, &m->factor));
        m->coded = m->kind == MEASURE_DISTINCT && m->value.is_text;
        while (m->coded && m->monthly && (int64_t)g->last - g->first >= (int64_t)1 << m->month_bits)
            m->month_bits++;
        m->universe = m->coded ? m->value.text_count << m->month_bits : 0;
        if (m->universe > UINT32_MAX)
            return shy_fail(n->run->err, SHY_E_INTERNAL, "too many codes in too many months");
    }
    return 0;
}

static uint32_t lifted(const struct run *run, const struct grid_plan *g, const struct lift *l,
                       uint32_t municipality)
{
    struct frame f = {.whole = g->whole, .set = l->set};
    uint32_t set =
        municipality == SET_UNASSIGNED ? SET_UNASSIGNED : shy_areas_set(run->areas, "municipality");
    if (l->among == NONE)
        return shy_lift(run, &f, set, municipality == SET_UNASSIGNED ? 0 : municipality);
    if (set == SET_UNASSIGNED)
        return NONE;
    uint32_t area = shy_areas_within(run->areas, set, municipality, l->among);
    return area == NONE ? NONE : shy_lift(run, &f, l->among, area);
}

static int find_alone(struct native *n, const struct grid_plan *g, struct lift *l)
{
    int rc = 0;
    l->alone = shy_run_alloc(n->run, g->slot_count, sizeof *l->alone, &rc);
    for (size_t s = 0; rc == 0 && s < g->slot_count; s++) {
        l->alone[s] = l->column[s] != NONE;
        for (size_t k = 0; k < g->slot_count && l->alone[s]; k++)
            l->alone[s] = k == s || l->column[k] != l->column[s];
    }
    return rc;
}

static void add_columns(struct grid_plan *g, size_t slot, bool alone, uint32_t *at)
{
    for (size_t i = 0; i < g->lift_count; i++) {
        struct lift *l = &g->lifts[i];
        if (l->column[slot] == NONE || l->alone[slot] != alone)
            continue;
        l->index[slot] = *at - g->slot_first[slot];
        g->slot_columns[(*at)++] = l->column[slot];
    }
}

/* A cell of one place and one combination alone needs no counting: its atom tells. */
static int list_columns(struct native *n, struct grid_plan *g)
{
    int rc = 0;
    uint32_t at = 0;
    size_t most = g->slot_count * g->lift_count;
    g->slot_first = shy_run_alloc(n->run, g->slot_count + 1, sizeof *g->slot_first, &rc);
    g->slot_shared = shy_run_alloc(n->run, g->slot_count + 1, sizeof *g->slot_shared, &rc);
    g->slot_columns = shy_run_alloc(n->run, most, sizeof *g->slot_columns, &rc);
    for (size_t s = 0; rc == 0 && s < g->slot_count; s++) {
        g->slot_first[s] = at;
        add_columns(g, s, false, &at);
        g->slot_shared[s] = at;
        add_columns(g, s, true, &at);
    }
    if (rc == 0)
        g->slot_first[g->slot_count] = at;
    return rc;
}

/* Every area of every set that some place lies in is a column of the grid's cells. */
static int make_lifts(struct native *n, struct grid_plan *g)
{
    int rc = 0;
    for (size_t i = 0; i < g->lift_count && rc == 0; i++) {
        struct lift *l = &g->lifts[i];
        l->area = shy_run_alloc(n->run, g->slot_count, sizeof *l->area, &rc);
        l->column = shy_run_alloc(n->run, g->slot_count, sizeof *l->column, &rc);
        l->index = shy_run_alloc(n->run, g->slot_count, sizeof *l->index, &rc);
        for (size_t s = 0; rc == 0 && s < g->slot_count; s++) {
            l->area[s] = lifted(n->run, g, l, g->slots[s]);
            l->column[s] = NONE;
            for (size_t k = 0; k < s && l->area[s] != NONE; k++)
                l->column[s] = l->area[k] == l->area[s] ? l->column[k] : l->column[s];
            if (l->area[s] != NONE && l->column[s] == NONE)
                l->column[s] = (uint32_t)g->width++;
        }
        rc = rc != 0 ? rc : find_alone(n, g, l);
    }
    return rc != 0 ? rc : list_columns(n, g);
}

static int make_grid(struct walk *w, struct grid_plan *g)
{
    SHY_TRY(walk(w, g->rows, (struct month_range){g->first, g->last}));
    need(g->shelf, g->shelf->institution);
    SHY_TRY(make_dims(w, g));
    SHY_TRY(make_measures(w->n, g));
    SHY_TRY(shy_fetch_place(w->n, g));
    SHY_TRY(make_lifts(w->n, g));
    shy_grid_shape(g, &w->n->flat);
    return 0;
}

/* Months ------------------------------------------------------------------------------------ */

static int know_months(struct native *n, shy_node_id id, int32_t first, int32_t last)
{
    int rc = 0;
    struct months_known *k = &n->months_known[id];
    if (k->known != NULL)
        return 0;
    k->base = first;
    k->count = first > last ? 0 : (size_t)(last - first) + 1;
    k->known = shy_run_alloc(n->run, k->count, 1, &rc);
    for (size_t i = 0; rc == 0 && i < k->count; i++) {
        bool have;
        SHY_TRY(shy_delivered(n->run, id, first + (int32_t)i, &have));
        k->known[i] = have;
    }
    return rc != 0 ? rc : shy_delivered(n->run, id, INT32_MAX, &k->outside);
}

static int know_all_months(struct walk *w)
{
    struct native *n = w->n;
    int32_t first = INT32_MAX, last = INT32_MIN;
    for (const struct shelf_plan *s = n->shelf_list; s != NULL; s = s->next) {
        struct source *source;
        SHY_TRY(shy_source(n->run, s->contract, &source));
        if (source->month_count == 0)
            continue;
        first = source->months[0] < first ? source->months[0] : first;
        int32_t end = source->months[source->month_count - 1];
        last = end > last ? end : last;
    }
    for (const struct grid_plan *g = n->grid_list; g != NULL; g = g->next) {
        for (size_t d = 0; d < g->dim_count; d++) {
            if (g->dims[d].other != 0)
                SHY_TRY(know_months(n, g->dims[d].other, first, last));
        }
    }
    for (shy_node_id id = 1; id <= shy_plan_node_count(n->run->plan); id++) {
        const struct shy_node *node = shy_plan_node(n->run->plan, id);
        if (w->seen[id] && node->op == SHY_OP_DISCHARGES)
            SHY_TRY(know_months(n, node->inputs[0], first, last));
        if (w->seen[id] && is_window(node->op))
            SHY_TRY(know_months(n, node->inputs[1], first, last));
    }
    return 0;
}

/* Masks ------------------------------------------------------------------------------------- */

static bool on_column(const struct sieve *s, int column)
{
    return s->test != NULL && s->fetch.from == FROM_OWN && s->fetch.flat == NULL &&
           s->fetch.column == column;
}

/* The code column on which most scans have a condition, of several the one with most codes. */
static void choose_key(const struct native *n, struct shelf_plan *s)
{
    size_t best = 0, best_size = 0;
    for (int column = 0; column < (int)s->contract->column_count; column++) {
        size_t count = 0, size = 0;
        for (size_t i = 0; i < s->scan_count; i++) {
            const struct sieves *list = &n->sieves[s->scans[i]];
            bool has = false;
            for (size_t k = 0; k < list->count; k++) {
                if (on_column(&list->items[k], column)) {
                    has = true;
                    size = list->items[k].test->size;
                }
            }
            count += has ? 1 : 0;
        }
        if (count > best || (count == best && count > 0 && size > best_size)) {
            best = count;
            best_size = size;
            s->key = column;
        }
    }
    s->size = best_size;
}

/* Sets the bit of a scan for the codes that its conditions on the key accept, and forgets them. */
static void mask_scan(struct native *n, struct shelf_plan *s, size_t bit)
{
    struct sieves *list = &n->sieves[s->scans[bit]];
    struct month_range in = n->ranges[s->scans[bit]];
    size_t kept = 0;
    bool constrained = false;
    for (size_t k = 0; k <= s->classes.count; k++) {
        int32_t month = k == 0 ? INT32_MIN : s->classes.breaks[k - 1];
        bool inside = s->month < 0 || (month >= in.first && month <= in.last);
        for (size_t code = 0; code <= s->size; code++) {
            bool yes = true;
            for (size_t i = 0; i < list->count; i++) {
                const struct code_test *t = list->items[i].test;
                if (!on_column(&list->items[i], s->key))
                    continue;
                constrained = true;
                yes = yes && code < s->size &&
                      t->yes[class_of(&t->classes, month) * t->size + code] != 0;
            }
            if (yes && inside)
                s->masks[(k * (s->size + 1) + code) * s->words + bit / 64] |= (uint64_t)1
                                                                              << (bit % 64);
        }
    }
    for (size_t i = 0; constrained && i < list->count; i++) {
        if (!on_column(&list->items[i], s->key))
            list->items[kept++] = list->items[i];
    }
    list->count = constrained ? kept : list->count;
    n->scan_bits[s->scans[bit]] = (uint32_t)bit;
}

/* A row is hot when some scan may want it; a contract that others link to is read as a whole. */
static int mark_hot(struct native *n, struct shelf_plan *s, bool linked)
{
    int rc = 0;
    size_t classes = s->classes.count + 1, codes = s->size + 1;
    s->hot = shy_run_alloc(n->run, classes * codes, 1, &rc);
    s->wanted = shy_run_alloc(n->run, codes, 1, &rc);
    if (rc != 0)
        return rc;
    for (size_t i = 0; i < classes * codes; i++) {
        bool any = linked;
        for (size_t k = 0; k < s->words && !any; k++)
            any = s->masks[i * s->words + k] != 0;
        s->hot[i] = any;
        if (any)
            s->wanted[i % codes] = 1;
    }
    if (s->wanted[s->size])
        s->wanted = NULL; /* rows without a code too: all */
    return 0;
}

static int list_kinds(struct native *n, struct shelf_plan *s, const struct tuples *kinds)
{
    int rc = 0;
    uint32_t at = 0;
    s->kind_count = kinds->count;
    s->kind_first = shy_run_alloc(n->run, kinds->count + 1, sizeof *s->kind_first, &rc);
    s->kind_scans = shy_run_alloc(n->run, kinds->count * s->scan_count, sizeof *s->kind_scans, &rc);
    for (size_t k = 0; rc == 0 && k < kinds->count; k++) {
        s->kind_first[k] = at;
        for (uint32_t bit = 0; bit < s->scan_count; bit++) {
            if ((uint64_t)kinds->values[k * s->words + bit / 64] >> (bit % 64) & 1)
                s->kind_scans[at++] = bit;
        }
    }
    if (rc == 0)
        s->kind_first[kinds->count] = at;
    return rc;
}

/* Many codes, few different masks: a row keeps the number of its mask. */
static int number_kinds(struct native *n, struct shelf_plan *s)
{
    int rc = 0;
    size_t lines = (s->classes.count + 1) * (s->size + 1);
    struct tuples kinds = {.arity = s->words};
    s->kinds = shy_run_alloc(n->run, lines, sizeof *s->kinds, &rc);
    for (size_t i = 0; rc == 0 && i < lines; i++) {
        if (!shy_tuple_number(&kinds, (const int64_t *)&s->masks[i * s->words], &s->kinds[i]))
            rc = shy_fail_nomem(n->run->err);
    }
    if (rc == 0)
        rc = list_kinds(n, s, &kinds);
    shy_tuples_free(&kinds);
    return rc;
}

static int make_masks(struct native *n, struct shelf_plan *s, bool linked)
{
    int rc = 0;
    choose_key(n, s);
    if (s->key < 0)
        return 0;
    for (size_t i = 0; i < s->scan_count; i++) {
        const struct sieves *list = &n->sieves[s->scans[i]];
        struct month_range in = n->ranges[s->scans[i]];
        if (s->month >= 0 && in.first != INT32_MIN)
            SHY_TRY(shy_classes_add(n, &s->classes, in.first));
        if (s->month >= 0 && in.last != INT32_MAX)
            SHY_TRY(shy_classes_add(n, &s->classes, in.last + 1));
        for (size_t k = 0; k < list->count; k++) {
            const struct sieve *v = &list->items[k];
            for (size_t b = 0; on_column(v, s->key) && b < v->test->classes.count; b++)
                SHY_TRY(shy_classes_add(n, &s->classes, v->test->classes.breaks[b]));
        }
    }
    s->words = (s->scan_count + 63) / 64;
    s->masks = shy_run_alloc(n->run, (s->classes.count + 1) * (s->size + 1) * s->words,
                             sizeof *s->masks, &rc);
    if (rc != 0)
        return rc;
    for (size_t i = 0; i < s->scan_count; i++)
        mask_scan(n, s, i);
    need(s, s->key);
    SHY_TRY(number_kinds(n, s));
    return mark_hot(n, s, linked);
}

/* Shelves, at last -------------------------------------------------------------------------- */

/* Which row of a month is taken depends on its columns in order; those behind the last one that
 * anybody looks at cannot change what is seen. */
static void need_order(struct native *n, struct shelf_plan *s)
{
    const struct shy_contract *c = s->contract;
    for (int i = 0; i < (int)c->column_count; i++) {
        if (s->needed[i])
            s->compared = i + 1;
    }
    for (int i = 0; s->chooses && i < s->compared; i++) {
        if (!shy_source_wants(n->run, c, (size_t)i) || !s->present[i])
            continue;
        if (i == s->claim)
            s->needs_claims = true;
        else
            s->needed[i] = true;
    }
}

static int finish_shelf(struct native *n, struct shelf_plan *s)
{
    bool linked = s->scan_count == 0 || s->linked;
    need(s, s->valid_from);
    need(s, s->valid_to);
    if (s->linked) {
        need_named(s, "scheme");
        need_named(s, "insurer");
    }
    if (s->scan_count > 0)
        SHY_TRY(make_masks(n, s, linked));
    need_order(n, s);
    if (s->first > s->last || s->linked) {
        s->first = INT32_MIN;
        s->last = INT32_MAX;
    }
    return 0;
}

/* Inputs have smaller numbers than what is made of them. */
static void find_months(struct walk *w)
{
    struct native *n = w->n;
    for (shy_node_id id = 1; id <= shy_plan_node_count(n->run->plan); id++) {
        const struct shy_node *node = shy_plan_node(n->run->plan, id);
        if (!w->seen[id])
            continue;
        const struct shelf_plan *s = n->node_shelf[id];
        if (node->op == SHY_OP_SCAN)
            n->rows_in[id] = s->words > 0 && s->month >= 0 ? n->ranges[id] : everything;
        else if (node->inputs[0] != 0)
            n->rows_in[id] = n->rows_in[node->inputs[0]];
        else
            n->rows_in[id] = n->rows_in[node->of[0]];
        for (size_t i = 1; i < node->of_count; i++)
            n->rows_in[id] = joined(n->rows_in[id], n->rows_in[node->of[i]]);
    }
}

static int list_all(struct native *n)
{
    int rc = 0;
    n->shelves = shy_run_alloc(n->run, n->shelf_count, sizeof(struct shelf_plan *), &rc);
    n->grid_plans = shy_run_alloc(n->run, n->grid_count, sizeof(struct grid_plan *), &rc);
    n->institutions = shy_run_alloc(n->run, n->shelf_count, sizeof *n->institutions, &rc);
    if (rc != 0)
        return rc;
    for (struct shelf_plan *s = n->shelf_list; s != NULL; s = s->next) {
        const struct shy_map *dict =
            s->institution < 0 ? NULL
                               : n->data->dictionary(n->data->self, s->contract, s->institution);
        n->institutions[s->number] = dict == NULL ? 0 : dict->count;
        n->shelves[s->number] = s;
    }
    for (struct grid_plan *g = n->grid_list; g != NULL; g = g->next)
        n->grid_plans[g->number] = g;
    return 0;
}

int shy_native_prepare(struct native *n)
{
    int rc = 0;
    size_t nodes = shy_plan_node_count(n->run->plan) + 1;
    struct walk w = {.n = n};
    n->ranges = shy_run_alloc(n->run, nodes, sizeof *n->ranges, &rc);
    n->rows_in = shy_run_alloc(n->run, nodes, sizeof *n->rows_in, &rc);
    w.seen = shy_run_alloc(n->run, nodes, sizeof *w.seen, &rc);
    w.may_doubt = shy_run_alloc(n->run, nodes, sizeof *w.may_doubt, &rc);
    n->sieves = shy_run_alloc(n->run, nodes, sizeof *n->sieves, &rc);
    n->node_shelf = shy_run_alloc(n->run, nodes, sizeof *n->node_shelf, &rc);
    n->scan_bits = shy_run_alloc(n->run, nodes, sizeof *n->scan_bits, &rc);
    n->months_known = shy_run_alloc(n->run, nodes, sizeof *n->months_known, &rc);
    n->by_period = shy_run_alloc(n->run, nodes, sizeof *n->by_period, &rc);
    for (struct grid_plan *g = n->grid_list; rc == 0 && g != NULL; g = g->next)
        rc = make_grid(&w, g);
    for (struct presence *p = n->presences; rc == 0 && p != NULL; p = p->next) {
        struct shy_period period = n->run->periods[p->period];
        rc = walk(&w, p->node, (struct month_range){period.first_month, period.last_month});
    }
    if (rc != 0)
        return rc;
    SHY_TRY(know_all_months(&w));
    for (struct shelf_plan *s = n->shelf_list; s != NULL; s = s->next)
        SHY_TRY(finish_shelf(n, s));
    find_months(&w);
    SHY_TRY(shy_reach_plan(n));
    return list_all(n);
}
