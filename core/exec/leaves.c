/* SPDX-License-Identifier: MIT */
/* Rows to cells: counts, distinct counts and sums. semantics.md, "Rows to cells". */
#include "config.h"

#include "core/exec/naive.h"

#include <stdlib.h>
#include <string.h>

enum { STATES = SHIHYO_STATE_PARTIAL + 1 };

/* A value seen in a group; sorted and counted once each. */
struct pair {
    uint64_t group;
    uint64_t id;
};
struct pairs {
    struct pair *items;
    size_t count, capacity;
};

struct leaf {
    struct run *run;
    const struct frame *f;
    const struct shy_node *n;
    shy_node_id id;
    struct source *s;
    const struct shy_period *period;
    bool monthly, native, weighted;
    int months, delivered; /* of the period; -1 where the rows have none */
    struct bound value, times;
    int scale;
    struct shy_map texts; /* of DISTINCT */
    struct pairs distinct, persons, institutions;
    struct tally *tallies;
    size_t combos, groups;
};

/* Pairs ------------------------------------------------------------------------------------- */

static int add_pair(struct leaf *l, struct pairs *p, uint64_t group, uint64_t id)
{
    if (!SHY_GROW(p->items, p->count, p->capacity))
        return shy_fail_nomem(l->run->err);
    p->items[p->count++] = (struct pair){group, id};
    return 0;
}

static int compare_pairs(const void *a, const void *b)
{
    const struct pair *p = a, *q = b;
    if (p->group != q->group)
        return p->group < q->group ? -1 : 1;
    return p->id < q->id ? -1 : p->id > q->id;
}

/* Calls for every different pair; `divide` brings a group back to its cell. */
static void count_pairs(struct leaf *l, struct pairs *p, uint64_t divide, size_t member)
{
    if (p->count > 1)
        qsort(p->items, p->count, sizeof *p->items, compare_pairs);
    for (size_t i = 0; i < p->count; i++) {
        if (i > 0 && compare_pairs(&p->items[i], &p->items[i - 1]) == 0)
            continue;
        char *tally = (char *)&l->tallies[p->items[i].group / divide];
        ++*(int64_t *)(void *)(tally + member);
    }
}

/* Gathering --------------------------------------------------------------------------------- */

/* Persons and claims have common numbers already; other texts get numbers of this count. */
static int distinct_id(struct leaf *l, uint32_t row, uint64_t *id, bool *known)
{
    struct value v;
    *known = true;
    switch (l->n->op) {
    case SHY_OP_PERSONS:
        *id = l->s->persons[row];
        *known = *id != NONE;
        return 0;
    case SHY_OP_CLAIMS:
        *id = l->s->claims[row];
        *known = *id != NONE;
        return 0;
    default:
        break;
    }
    shy_value_of(&l->value, row, &v);
    *known = v.state == SHIHYO_STATE_OK || v.state == SHIHYO_STATE_PARTIAL;
    *id = (uint64_t)v.number;
    if (!*known || v.text == NULL)
        return 0;
    uint32_t number = shy_map_adds(&l->texts, v.text);
    *id = number;
    return number == SHY_MAP_NONE ? shy_fail_nomem(l->run->err) : 0;
}

/* These need every id once; rows and sums only need the rows. */
static bool is_distinct(enum shy_op op)
{
    return op == SHY_OP_PERSONS || op == SHY_OP_CLAIMS || op == SHY_OP_DISTINCT;
}

/* The month of the period a row is in, for monthly figures. */
static uint64_t month_group(const struct leaf *l, uint32_t row)
{
    int32_t first, last;
    if (!l->monthly)
        return 0;
    shy_row_months(l->s, row, &first, &last);
    return (uint64_t)(first - l->period->first_month);
}

/* In a cell with shares every value is counted in millionths; `weighted` is set before the first
 * part is added. */
enum { MILLIONTHS = 6, WHOLE = 1000000 };

/* A product is as good as the worse of its two factors. */
static void add_value(struct leaf *l, struct tally *t, uint32_t row, uint32_t share)
{
    struct value v, w = {.state = SHIHYO_STATE_OK, .number = 1};
    int64_t product;
    shy_value_of(&l->value, row, &v);
    if (l->n->times.column != NULL)
        shy_value_of(&l->times, row, &w);
    if (shy_state_rank(w.state) > shy_state_rank(v.state))
        v.state = w.state;
    t->by_state[v.state]++;
    if (v.state != SHIHYO_STATE_OK && v.state != SHIHYO_STATE_PARTIAL)
        return;
    if (!shy_mul_i64(v.number, w.number, &product))
        t->overflow = true;
    else
        t->sum += (shy_wide)product * (!l->weighted ? 1 : share == 0 ? WHOLE : (shy_wide)share - 1);
}

/* Publication rules look at the persons and institutions behind a cell, whatever it shows. */
static int add_support(struct leaf *l, uint64_t group, uint32_t row)
{
    if (l->s->persons != NULL && l->s->persons[row] != NONE)
        SHY_TRY(add_pair(l, &l->persons, group, l->s->persons[row]));
    if (shy_is_entity(l->s, row))
        SHY_TRY(add_pair(l, &l->institutions, group,
                         (uint64_t)l->s->table->columns[l->s->institution].data[row]));
    return 0;
}

/* Monthly figures count a value once in each month: the month is a part of the group. */
static int add_row(struct leaf *l, uint64_t group, uint32_t row, uint32_t share)
{
    struct tally *t = &l->tallies[group];
    uint64_t id;
    bool known = true;
    if (is_distinct(l->n->op)) {
        uint64_t parts = l->monthly ? (uint64_t)l->months : 1;
        SHY_TRY(distinct_id(l, row, &id, &known));
        if (known)
            SHY_TRY(add_pair(l, &l->distinct, group * parts + month_group(l, row), id));
    } else if (l->n->op == SHY_OP_SUM) {
        add_value(l, t, row, share);
    }
    t->rows++;
    return add_support(l, group, row);
}

static int add_part(struct leaf *l, const struct part *p, uint32_t combo)
{
    uint64_t group = (uint64_t)p->area * l->combos + combo;
    struct tally *t = &l->tallies[group];
    t->added = t->added || p->added;
    t->some_months = t->some_months || p->some_months;
    t->rebased = t->rebased || (p->rebased && p->kind == PART_VALUE);
    t->weighted = t->weighted || p->share > 0;
    switch ((enum part_kind)p->kind) {
    case PART_VALUE:
        return add_row(l, group, p->row, p->share);
    case PART_SPLIT:
        t->split++;
        break;
    case PART_MISSING:
        t->missing_areas += p->count;
        break;
    case PART_NOT_ADDITIVE:
        t->not_additive++;
        break;
    case PART_DOUBT_END:
        t->doubt_end++;
        break;
    case PART_DOUBT_WINDOW:
        t->doubt_window++;
        break;
    }
    return 0;
}

/* Supports are of the whole period, so their pairs carry no month. */
static int gather(struct leaf *l, const struct parts *parts)
{
    uint32_t combos[SHY_ROW_COMBOS];
    size_t count;
    for (size_t i = 0; i < parts->count; i++)
        l->weighted = l->weighted || parts->items[i].share > 0;
    l->scale += l->weighted ? MILLIONTHS : 0;
    for (size_t i = 0; i < parts->count; i++) {
        struct part p = parts->items[i];
        bool known;
        SHY_TRY(shy_dims_known(l->run, l->f->dims, l->s, p.row, &known));
        if (!known && p.kind != PART_SPLIT)
            p.kind = PART_DOUBT_WINDOW;
        SHY_TRY(shy_dims_of_row(l->run, l->f->dims, l->id, l->f->period, p.row, combos, &count));
        for (size_t c = 0; c < count; c++)
            SHY_TRY(add_part(l, &p, combos[c]));
    }
    count_pairs(l, &l->distinct, l->monthly ? (uint64_t)l->months : 1,
                offsetof(struct tally, distinct));
    count_pairs(l, &l->persons, 1, offsetof(struct tally, persons));
    count_pairs(l, &l->institutions, 1, offsetof(struct tally, institutions));
    return 0;
}

/* Finishing --------------------------------------------------------------------------------- */

static int64_t rows_in(const struct tally *t)
{
    int64_t n = 0;
    for (int i = 0; i < STATES; i++)
        n += t->by_state[i];
    return n;
}

/* The state of a sum's rows, by precedence; what may be passed over is. */
static void sum_state(const struct leaf *l, struct tally *t, struct val *v)
{
    int64_t n = rows_in(t), masked = t->by_state[SHIHYO_STATE_MASKED];
    int64_t numbers = t->by_state[SHIHYO_STATE_OK] + t->by_state[SHIHYO_STATE_PARTIAL];
    bool lower_bound = l->n->masked == SHY_MASKED_PARTIAL && numbers > 0;
    if (masked > 0 && !lower_bound)
        shy_val_state(v, SHIHYO_STATE_MASKED, n == 1 ? SHY_REASON_SOURCE : SHY_REASON_MASKED_PART);
    else if (t->not_additive > 0)
        shy_val_state(v, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_NOT_ADDITIVE);
    else if (t->by_state[SHIHYO_STATE_NOT_COMPUTABLE] > 0)
        shy_val_state(v, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_SOURCE);
    else if (t->by_state[SHIHYO_STATE_UNREPORTED] > 0)
        shy_val_state(v, SHIHYO_STATE_UNREPORTED, SHY_REASON_SOURCE);
    else if (t->by_state[SHIHYO_STATE_MISSING] > 0)
        shy_val_state(v, SHIHYO_STATE_MISSING, SHY_REASON_SOURCE);
    else if (t->missing_areas > 0)
        shy_val_state(v, SHIHYO_STATE_MISSING, SHY_REASON_UNREPORTED_AREAS);
    else if (n > 0 && numbers == 0)
        shy_val_state(v, SHIHYO_STATE_NOT_APPLICABLE, SHY_REASON_SOURCE);
    else if (n == 0 && shy_is_published(l->s))
        shy_val_state(v, SHIHYO_STATE_MISSING, SHY_REASON_NO_ROWS);
    else if (masked > 0)
        shy_val_partial(v, SHY_REASON_MASKED_PART);
    else if (t->by_state[SHIHYO_STATE_PARTIAL] > 0)
        shy_val_partial(v, SHY_REASON_SOURCE);
    if (masked > 0 && shy_val_has_number(v))
        shy_val_note(v, SHY_NOTE_MASKED_LEFT_OUT, masked);
    if (t->missing_areas > 0)
        shy_val_note(v, SHY_NOTE_UNREPORTED, t->missing_areas);
}

/* What was counted for a larger area than the cell's is no number for it. */
static void place_state(const struct tally *t, struct val *v)
{
    if (t->split > 0 && v->state != SHIHYO_STATE_MASKED)
        shy_val_state(v, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_AREA_SPLIT);
}

/* Months that are not delivered, and rows in doubt. */
static void time_state(const struct leaf *l, const struct tally *t, struct val *v)
{
    int64_t doubt = t->doubt_end + t->doubt_window;
    if (doubt > 0)
        shy_val_note(v, SHY_NOTE_WINDOW_EXCLUDED, doubt);
    if (v->state == SHIHYO_STATE_MASKED)
        return;
    if (l->delivered == 0 || (l->monthly && l->delivered >= 0 && l->delivered < l->months))
        shy_val_state(v, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_MONTHS_MISSING);
    else if (t->doubt_window > 0)
        shy_val_state(v, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_WINDOW_OPEN);
    if (t->some_months || (l->delivered >= 0 && l->delivered < l->months))
        shy_val_partial(v, SHY_REASON_MONTHS_MISSING);
    if (t->doubt_end > 0)
        shy_val_partial(v, SHY_REASON_WINDOW_OPEN);
}

/* The only place where a count becomes a number: what does not fit is said, not cut. */
static void set_number(const struct leaf *l, const struct tally *t, struct val *v)
{
    struct shy_fraction num = {0, 1}, den = {l->monthly ? l->months : 1, 1};
    int64_t count = is_distinct(l->n->op) ? t->distinct : t->rows;
    bool fits = !t->overflow && t->sum >= INT64_MIN && t->sum <= INT64_MAX;
    if (l->n->op == SHY_OP_SUM)
        fits = fits && shy_fraction_decimal((int64_t)t->sum, l->scale, &num);
    else
        fits = fits && shy_fraction_make(count, 1, &num);
    if (!fits)
        shy_val_state(v, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_OVERFLOW);
    else
        shy_val_number(v, num, den, 1);
}

static void finish(const struct leaf *l, struct tally *t, struct val *v)
{
    shy_val_state(v, SHIHYO_STATE_OK, SHY_REASON_NONE);
    if (l->n->op == SHY_OP_SUM)
        sum_state(l, t, v);
    place_state(t, v);
    time_state(l, t, v);
    if (shy_val_has_number(v))
        set_number(l, t, v);
    bool persons = shy_contract_role(l->s->contract, SHY_ROLE_PERSON) >= 0;
    bool institutions = shy_contract_role(l->s->contract, SHY_ROLE_INSTITUTION) >= 0;
    v->persons = persons ? t->persons : SHY_SUPPORT_UNKNOWN;
    v->institutions = institutions ? t->institutions : SHY_SUPPORT_UNKNOWN;
    if (t->added)
        shy_val_note(v, SHY_NOTE_AREAS_ADDED, 0);
    if (t->rebased)
        shy_val_note(v, SHY_NOTE_REBASED, 0);
    if (t->weighted)
        shy_val_note(v, SHY_NOTE_WEIGHTED, 0);
}

/* Counts over figures: 0 only where the contract has a row, of entities anywhere in the period. */
static int find_reported(const struct leaf *l, bool *reported, bool *any)
{
    const struct places *places;
    *any = false;
    SHY_TRY(shy_source_places(l->run, l->s, l->f->basis, &places));
    for (uint32_t row = 0; row < l->s->rows; row++) {
        if (!shy_row_in_period(l->s, row, l->period))
            continue;
        *any = true;
        uint32_t area = shy_lift(l->run, l->f, places->set[row], places->area[row]);
        size_t at = 0;
        int64_t weight;
        if (area != NONE)
            reported[area] = true;
        while (area == NONE && shy_lift_spread(l->run, l->f, places->set[row], places->area[row],
                                               &at, &area, &weight)) {
            reported[area] = true;
            area = NONE;
        }
    }
    return 0;
}

/* For events an area without rows has none. A published table may simply not cover it. */
static int mark_unknown_counts(const struct leaf *l, struct block *out)
{
    bool any, entities = shy_contract_role(l->s->contract, SHY_ROLE_INSTITUTION) >= 0;
    if (!shy_is_published(l->s) || l->n->op == SHY_OP_SUM)
        return 0;
    bool *reported = shy_alloc(out->areas + 1, sizeof *reported);
    if (reported == NULL)
        return shy_fail_nomem(l->run->err);
    int rc = find_reported(l, reported, &any);
    for (size_t i = 0; rc == 0 && i < l->groups; i++) {
        bool known = entities ? any : reported[i / l->combos];
        if (!known && l->tallies[i].rows == 0 && l->tallies[i].split == 0)
            shy_val_state(&out->vals[i], SHIHYO_STATE_MISSING, SHY_REASON_NO_ROWS);
    }
    shy_free(reported);
    return rc;
}

static int finish_all(struct leaf *l, const struct parts *parts, struct block *out)
{
    for (size_t i = 0; i < l->groups; i++) {
        struct val *v = &out->vals[i];
        finish(l, &l->tallies[i], v);
        if (parts->cumulative && l->tallies[i].rows > 0)
            shy_val_note(v, SHY_NOTE_CUMULATIVE, 0);
        if (parts->unknown > 0)
            shy_val_note(v, SHY_NOTE_UNKNOWN_AREA, parts->unknown);
    }
    return mark_unknown_counts(l, out);
}

/* The leaf itself --------------------------------------------------------------------------- */

/* Of the period's months, those about which all rows were delivered. */
static int count_months(struct leaf *l)
{
    bool have;
    l->months = shy_period_months(l->period);
    l->delivered = -1;
    SHY_TRY(shy_has_months(l->run, l->n->inputs[0], &have));
    if (!have)
        return 0;
    l->delivered = 0;
    for (int32_t m = l->period->first_month; m <= l->period->last_month; m++) {
        SHY_TRY(shy_delivered(l->run, l->n->inputs[0], m, &have));
        l->delivered += have ? 1 : 0;
    }
    return 0;
}

static int scale_of(const struct shy_operand *o)
{
    return o->column != NULL && o->type == SHY_DECIMAL_T ? o->scale : 0;
}

/* The scale of a product is the sum of its factors' scales. */
static int prepare(struct leaf *l)
{
    const struct shy_contract *c = l->s->contract;
    SHY_TRY(count_months(l));
    l->scale = scale_of(&l->n->operand) + scale_of(&l->n->times);
    if (l->native)
        return 0;
    if (shy_contract_role(c, SHY_ROLE_PERSON) >= 0)
        SHY_TRY(shy_source_persons(l->run, l->s));
    if (l->n->op == SHY_OP_CLAIMS)
        SHY_TRY(shy_source_claims(l->run, l->s));
    if (l->n->op == SHY_OP_DISTINCT || l->n->op == SHY_OP_SUM)
        SHY_TRY(shy_bind(l->run, l->s, &l->n->operand, &l->value));
    if (l->n->op == SHY_OP_SUM && l->n->times.column != NULL)
        SHY_TRY(shy_bind(l->run, l->s, &l->n->times, &l->times));
    return 0;
}

/* Cells that come finished one by one, without a list of what was gathered. */
struct taking {
    const struct leaf *l;
    const struct parts *parts;
    struct val *vals;
};

static void take(void *self, size_t cell, struct tally *t)
{
    const struct taking *to = self;
    struct val *v = &to->vals[cell];
    finish(to->l, t, v);
    if (to->parts->unknown > 0)
        shy_val_note(v, SHY_NOTE_UNKNOWN_AREA, to->parts->unknown);
}

/* A finished value has a factor; those without were not given. */
static int take_cells(struct leaf *l, struct parts *parts, struct block *out, bool *given)
{
    struct taking to = {l, parts, out->vals};
    struct tally none = {0};
    SHY_TRY(shy_native_give(l->run, l->f, l->id, l->monthly, take, &to, &parts->unknown, given));
    for (size_t i = 0; *given && i < l->groups; i++) {
        if (out->vals[i].factor == 0)
            take(&to, i, &none);
    }
    return 0;
}

static int evaluate(struct leaf *l, struct parts *parts, struct block *out)
{
    bool given = false;
    SHY_TRY(prepare(l));
    if (!l->native)
        SHY_TRY(shy_parts(l->run, l->f, l->id, parts));
    SHY_TRY(shy_block_make(l->run, l->f, out));
    l->combos = out->combos;
    l->groups = out->areas * out->combos;
    if (l->native)
        SHY_TRY(take_cells(l, parts, out, &given));
    if (given)
        return shy_codes_known(l->run, l->f, l->id, out);
    l->tallies = shy_realloc(NULL, l->groups + 1, sizeof *l->tallies);
    if (l->tallies == NULL)
        return shy_fail_nomem(l->run->err);
    /* Written before it is read: then the pages come once. */
    memset(l->tallies, 0, (l->groups + 1) * sizeof *l->tallies);
    SHY_TRY(l->native
                ? shy_native_leaf(l->run, l->f, l->id, l->monthly, l->tallies, &parts->unknown)
                : gather(l, parts));
    SHY_TRY(finish_all(l, parts, out));
    return shy_codes_known(l->run, l->f, l->id, out);
}

/* Everything gathered is released here, whatever happened on the way. */
int shy_leaf(struct run *run, const struct frame *f, shy_node_id node, bool monthly,
             struct block *out)
{
    const struct shy_node *n = shy_plan_node(run->plan, node);
    struct leaf l = {.run = run,
                     .f = f,
                     .n = n,
                     .id = node,
                     .monthly = monthly,
                     .native = shy_is_native(run, node),
                     .period = &run->periods[f->period]};
    struct parts parts = {0};
    SHY_TRY(shy_source(run, shy_plan_node(run->plan, n->inputs[0])->contract, &l.s));
    int rc = evaluate(&l, &parts, out);
    shy_free(parts.items);
    shy_free(l.tallies);
    shy_free(l.distinct.items);
    shy_free(l.persons.items);
    shy_free(l.institutions.items);
    shy_map_free(&l.texts);
    return rc;
}
