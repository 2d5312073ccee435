/* SPDX-License-Identifier: MIT */
/* How many areas have a row, the share of those that have, and whether all have. */
#include "config.h"

#include "core/exec/naive.h"

#include <stdlib.h>
#include <string.h>

/* One evaluation. By area counted over (and combination): who has, who is not known. */
struct count {
    struct run *run;
    const struct frame *f;
    const struct shy_node *n; /* AREAS, SHARE or ALL_OF */
    shy_node_id leaf;
    struct source *s;
    const struct shy_period *period;
    uint32_t among;
    size_t areas, combos;
    bool *has, *doubt_end, *doubt_window, *split; /* areas * combos */
    bool *reported, *undetermined;                /* areas */
    const struct places *places;
    const struct rows *rows;
    int months, delivered;
};

/* Numbers of one cell. */
struct sums {
    int64_t areas, have, unreported, doubt_end, doubt_window, split;
};

/* Which set --------------------------------------------------------------------------------- */

/* Without a set the finest that the rows are published for: areas are counted where they were
 * asked. */
static int choose_among(struct count *c)
{
    const struct shy_node *leaf = shy_plan_node(c->run->plan, c->leaf);
    const char *id = c->n->among_set != NULL ? c->n->among_set : leaf->among_set;
    if (id != NULL)
        return shy_areas_require_set(c->run->areas, id, &c->among, c->run->err);
    c->among = shy_areas_set(c->run->areas, "municipality");
    size_t most = 0;
    for (uint32_t row = 0; shy_is_published(c->s) && row < c->s->rows; row++) {
        uint32_t set = c->places->set[row];
        if (set == NONE || set == SET_UNASSIGNED || !shy_row_in_period(c->s, row, c->period))
            continue;
        if (shy_areas_count(c->run->areas, set) > most) {
            most = shy_areas_count(c->run->areas, set);
            c->among = set;
        }
    }
    return 0;
}

/* The area counted over in which a row lies. */
static uint32_t area_of(const struct count *c, uint32_t row)
{
    uint32_t set = c->places->set[row];
    if (set == NONE || set == SET_UNASSIGNED)
        return NONE;
    return shy_areas_within(c->run->areas, set, c->places->area[row], c->among);
}

/* Who has ----------------------------------------------------------------------------------- */

/* Of a selected row, its dimensions included. */
static int doubt_of(const struct count *c, size_t i, uint8_t *out)
{
    bool known;
    SHY_TRY(shy_dims_known(c->run, c->f->dims, c->s, c->rows->row[i], &known));
    *out = known ? c->rows->doubt[i] : (uint8_t)DOUBT_WINDOW;
    return 0;
}

/* The areas in which a row of a place that was split may lie. */
static bool next_split(const struct count *c, uint32_t row, size_t *at, uint32_t *area)
{
    const struct frame over = {.set = c->among};
    int64_t share;
    return shy_lift_spread(c->run, &over, c->places->set[row], c->places->area[row], at, area,
                           &share);
}

/* A row in doubt may make its area have: that is kept apart, not counted. So is one of a place that
 * was split. */
static int mark_rows(struct count *c)
{
    uint32_t combos[SHY_ROW_COMBOS];
    size_t count;
    for (size_t i = 0; i < c->rows->count; i++) {
        uint32_t row = c->rows->row[i], area = area_of(c, row), part;
        size_t at = 0;
        if (!shy_row_in_period(c->s, row, c->period))
            continue;
        while (area == NONE && next_split(c, row, &at, &part)) {
            SHY_TRY(
                shy_dims_of_row(c->run, c->f->dims, c->leaf, c->f->period, row, combos, &count));
            for (size_t k = 0; k < count; k++)
                c->split[part * c->combos + combos[k]] = true;
        }
        if (area == NONE)
            continue;
        SHY_TRY(shy_dims_of_row(c->run, c->f->dims, c->leaf, c->f->period, row, combos, &count));
        uint8_t doubt;
        SHY_TRY(doubt_of(c, i, &doubt));
        bool *marks = doubt == SURE ? c->has : doubt == DOUBT_END ? c->doubt_end : c->doubt_window;
        for (size_t k = 0; k < count; k++)
            marks[area * c->combos + combos[k]] = true;
    }
    return 0;
}

/* Who reported ------------------------------------------------------------------------------ */

/* Conditions on keys choose what is asked of an area, the others what it has answered. */
static bool on_key(const struct shy_condition *c)
{
    const struct shy_operand *o = &c->operand;
    return o->link == NULL && o->derived == SHY_DERIVED_NO && o->index >= 0 &&
           (o->contract->columns[o->index].flags & SHY_COLUMN_KEY) != 0;
}

/* asked[row]: the conditions on key columns hold; verdict[row]: all conditions. */
static int judge_conditions(struct count *c, const struct shy_node *n, uint8_t *asked,
                            uint8_t *verdict)
{
    struct test *tests;
    SHY_TRY(shy_tests(c->run, c->s, n->where, n->where_count, &tests));
    for (uint32_t row = 0; row < c->s->rows; row++) {
        for (size_t i = 0; i < n->where_count; i++) {
            int one = shy_test(&tests[i], row);
            if (on_key(&n->where[i]) && one != HAVE)
                asked[row] = 0;
            if (one == NOT_HAVE || (one == UNKNOWN && verdict[row] == HAVE))
                verdict[row] = (uint8_t)one;
        }
    }
    return 0;
}

static int judge(struct count *c, shy_node_id id, uint8_t *asked, uint8_t *verdict);

/* Asked in any term; a row that is in one of the terms, or may be in one. */
static int judge_union(struct count *c, const struct shy_node *n, uint8_t *asked, uint8_t *verdict)
{
    int rc = 0;
    uint8_t *a = shy_run_alloc(c->run, c->s->rows, 1, &rc);
    uint8_t *v = shy_run_alloc(c->run, c->s->rows, 1, &rc);
    if (rc != 0)
        return rc;
    memset(asked, 0, c->s->rows);
    memset(verdict, NOT_HAVE, c->s->rows);
    for (size_t t = 0; t < n->of_count; t++) {
        SHY_TRY(judge(c, n->of[t], a, v));
        for (size_t row = 0; row < c->s->rows; row++) {
            asked[row] |= a[row];
            if (v[row] == HAVE || (v[row] == UNKNOWN && verdict[row] == NOT_HAVE))
                verdict[row] = v[row];
        }
    }
    return 0;
}

static int judge(struct count *c, shy_node_id id, uint8_t *asked, uint8_t *verdict)
{
    const struct shy_node *n = shy_plan_node(c->run->plan, id);
    if (n->op == SHY_OP_UNION)
        return judge_union(c, n, asked, verdict);
    if (n->op == SHY_OP_SCAN) {
        memset(asked, 1, c->s->rows);
        memset(verdict, HAVE, c->s->rows);
    } else {
        SHY_TRY(judge(c, n->inputs[0], asked, verdict));
    }
    return n->op == SHY_OP_SCAN || n->op == SHY_OP_WHERE ? judge_conditions(c, n, asked, verdict)
                                                         : 0;
}

/* An answer that is masked or missing leaves open whether the area has. */
static int mark_reports(struct count *c)
{
    int rc = 0;
    uint8_t *asked = shy_run_alloc(c->run, c->s->rows, 1, &rc);
    uint8_t *verdict = shy_run_alloc(c->run, c->s->rows, 1, &rc);
    if (rc != 0)
        return rc;
    SHY_TRY(judge(c, shy_plan_node(c->run->plan, c->leaf)->inputs[0], asked, verdict));
    for (uint32_t row = 0; row < c->s->rows; row++) {
        uint32_t area = area_of(c, row);
        if (area == NONE || !asked[row] || !shy_row_in_period(c->s, row, c->period))
            continue;
        c->reported[area] = true;
        if (verdict[row] == UNKNOWN)
            c->undetermined[area] = true;
    }
    return 0;
}

/* A hospital that is not in a list of hospitals is not there; an area that is not in a table of
 * areas did not answer. */
static bool knows_unreported(const struct count *c)
{
    return shy_is_published(c->s) && shy_contract_role(c->s->contract, SHY_ROLE_INSTITUTION) < 0;
}

/* Values ------------------------------------------------------------------------------------ */

/* Adds every area counted over to the cell it lies in. */
static void sum_areas(const struct count *c, struct sums *sums)
{
    for (uint32_t a = 0; a < c->areas; a++) {
        uint32_t target = shy_lift(c->run, c->f, c->among, a);
        for (size_t k = 0; target != NONE && k < c->combos; k++) {
            struct sums *s = &sums[target * c->combos + k];
            size_t i = a * c->combos + k;
            s->areas++;
            if (c->has[i])
                s->have++;
            else if (c->split[i])
                s->split++;
            else if (c->doubt_window[i])
                s->doubt_window++;
            else if (c->doubt_end[i])
                s->doubt_end++;
            else if (knows_unreported(c) && (!c->reported[a] || c->undetermined[a]))
                s->unreported++;
        }
    }
}

static void set_number(const struct count *c, const struct sums *s, struct val *v)
{
    bool excluded = c->n->unreported == SHY_UNREPORTED_EXCLUDE;
    int64_t out_of = excluded ? s->areas - s->unreported : s->areas;
    struct shy_fraction have = {s->have, 1}, all = {out_of, 1}, one = {1, 1};
    struct shy_fraction every = {s->have == out_of ? 1 : 0, 1};
    if (c->n->op == SHY_OP_SHARE)
        shy_val_number(v, have, all, 100);
    else
        shy_val_number(v, c->n->op == SHY_OP_ALL_OF ? every : have, one, 1);
}

/* What the policy makes of unreported areas; false where there is no number. */
static bool apply_policy(const struct count *c, const struct sums *s, struct val *v)
{
    enum shy_unreported policy = c->n->unreported;
    if (s->unreported == 0)
        return true;
    shy_val_note(v, SHY_NOTE_UNREPORTED, s->unreported);
    if (policy == SHY_UNREPORTED_REFUSE) {
        shy_val_state(v, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_UNREPORTED_AREAS);
        return false;
    }
    if (policy != SHY_UNREPORTED_NO && s->unreported == s->areas) {
        shy_val_state(v, SHIHYO_STATE_UNREPORTED, SHY_REASON_UNREPORTED_AREAS);
        return false;
    }
    bool decided = c->n->op == SHY_OP_ALL_OF && s->have + s->unreported < s->areas;
    if (policy == SHY_UNREPORTED_PARTIAL && !decided)
        shy_val_partial(v, SHY_REASON_UNREPORTED_AREAS);
    return true;
}

/* In the order of what a reader must know first: nothing to count, nobody answered, no data. */
static void finish(const struct count *c, const struct sums *s, struct val *v)
{
    shy_val_state(v, SHIHYO_STATE_OK, SHY_REASON_NONE);
    if (s->doubt_end + s->doubt_window > 0)
        shy_val_note(v, SHY_NOTE_WINDOW_EXCLUDED, s->doubt_end + s->doubt_window);
    if (s->areas == 0) {
        shy_val_state(v, SHIHYO_STATE_NOT_APPLICABLE, SHY_REASON_NONE);
        return;
    }
    if (!apply_policy(c, s, v))
        return;
    if (c->delivered == 0) {
        shy_val_state(v, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_MONTHS_MISSING);
        return;
    }
    if (s->split > 0) {
        shy_val_state(v, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_AREA_SPLIT);
        return;
    }
    if (s->doubt_window > 0) {
        shy_val_state(v, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_WINDOW_OPEN);
        return;
    }
    if (c->delivered > 0 && c->delivered < c->months)
        shy_val_partial(v, SHY_REASON_MONTHS_MISSING);
    if (s->doubt_end > 0)
        shy_val_partial(v, SHY_REASON_WINDOW_OPEN);
    set_number(c, s, v);
}

/* Supports ---------------------------------------------------------------------------------- */

struct seen {
    uint64_t cell;
    uint32_t id;
};

static int compare_seen(const void *a, const void *b)
{
    const struct seen *s = a, *t = b;
    if (s->cell != t->cell)
        return s->cell < t->cell ? -1 : 1;
    return s->id < t->id ? -1 : s->id > t->id;
}

/* Distinct ids in the rows of the areas that have. */
static int supports(const struct count *c, bool persons, struct block *out)
{
    struct seen *seen = NULL;
    size_t count = 0, capacity = 0, n;
    uint32_t combos[SHY_ROW_COMBOS];
    int rc = 0;
    for (size_t i = 0; i < c->rows->count && rc == 0; i++) {
        uint32_t row = c->rows->row[i], area = area_of(c, row);
        uint32_t target = area == NONE ? NONE : shy_lift(c->run, c->f, c->among, area);
        bool counts = persons ? c->s->persons[row] != NONE : shy_is_entity(c->s, row);
        uint8_t doubt;
        if (target == NONE || !counts || !shy_row_in_period(c->s, row, c->period))
            continue;
        rc = doubt_of(c, i, &doubt);
        if (rc != 0 || doubt != SURE)
            continue;
        rc = shy_dims_of_row(c->run, c->f->dims, c->leaf, c->f->period, row, combos, &n);
        for (size_t k = 0; k < n && rc == 0; k++) {
            if (!SHY_GROW(seen, count, capacity)) {
                rc = shy_fail_nomem(c->run->err);
                break;
            }
            uint32_t id = persons ? c->s->persons[row]
                                  : (uint32_t)c->s->table->columns[c->s->institution].data[row];
            seen[count++] = (struct seen){(uint64_t)target * c->combos + combos[k], id};
        }
    }
    if (count > 1)
        qsort(seen, count, sizeof *seen, compare_seen);
    for (size_t i = 0; i < count && rc == 0; i++) {
        struct val *v = &out->vals[seen[i].cell];
        if (i == 0 || compare_seen(&seen[i], &seen[i - 1]) != 0)
            ++*(persons ? &v->persons : &v->institutions);
    }
    shy_free(seen);
    return rc;
}

static int add_supports(const struct count *c, struct block *out)
{
    bool persons = shy_contract_role(c->s->contract, SHY_ROLE_PERSON) >= 0;
    bool institutions = shy_contract_role(c->s->contract, SHY_ROLE_INSTITUTION) >= 0;
    for (size_t i = 0; i < out->areas * out->combos; i++) {
        out->vals[i].persons = persons ? 0 : SHY_SUPPORT_UNKNOWN;
        out->vals[i].institutions = institutions ? 0 : SHY_SUPPORT_UNKNOWN;
    }
    if (persons) {
        SHY_TRY(shy_source_persons(c->run, c->s));
        SHY_TRY(supports(c, true, out));
    }
    return institutions ? supports(c, false, out) : 0;
}

/* All of it --------------------------------------------------------------------------------- */

/* -1 for tables without months of care: their figures are there or not, nothing is delivered month
 * by month. */
static int count_months(struct count *c)
{
    shy_node_id rows = shy_plan_node(c->run->plan, c->leaf)->inputs[0];
    bool have;
    c->months = shy_period_months(c->period);
    c->delivered = -1;
    SHY_TRY(shy_has_months(c->run, rows, &have));
    if (!have)
        return 0;
    c->delivered = 0;
    for (int32_t m = c->period->first_month; m <= c->period->last_month; m++) {
        SHY_TRY(shy_delivered(c->run, rows, m, &have));
        c->delivered += have ? 1 : 0;
    }
    return 0;
}

/* A mark for every area and combination; whether an area reported does not depend on the
 * combination. */
static int make_marks(struct count *c)
{
    int rc = 0;
    size_t n = c->areas * c->combos;
    c->has = shy_run_alloc(c->run, n, sizeof *c->has, &rc);
    c->doubt_end = shy_run_alloc(c->run, n, sizeof *c->has, &rc);
    c->doubt_window = shy_run_alloc(c->run, n, sizeof *c->has, &rc);
    c->split = shy_run_alloc(c->run, n, sizeof *c->has, &rc);
    c->reported = shy_run_alloc(c->run, c->areas, sizeof *c->has, &rc);
    c->undetermined = shy_run_alloc(c->run, c->areas, sizeof *c->has, &rc);
    return rc;
}

static int native_supports(const struct count *c, const struct tally *tallies, struct block *out)
{
    bool institutions = shy_contract_role(c->s->contract, SHY_ROLE_INSTITUTION) >= 0;
    for (size_t i = 0; i < out->areas * out->combos; i++) {
        out->vals[i].persons = tallies[i].persons;
        out->vals[i].institutions = institutions ? tallies[i].institutions : SHY_SUPPORT_UNKNOWN;
    }
    return 0;
}

static int make_sums(struct count *c, struct block *out)
{
    int rc = 0;
    struct sums *sums = shy_run_alloc(c->run, out->areas * out->combos, sizeof *sums, &rc);
    if (rc != 0)
        return rc;
    sum_areas(c, sums);
    for (size_t i = 0; i < out->areas * out->combos; i++)
        finish(c, &sums[i], &out->vals[i]);
    return 0;
}

/* The marks are made elsewhere; rows of persons know no unreported areas. */
static int count_native(struct count *c, struct block *out)
{
    int rc = 0;
    struct tally *tallies = shy_run_alloc(c->run, out->areas * out->combos, sizeof *tallies, &rc);
    if (rc != 0)
        return rc;
    SHY_TRY(shy_native_areas(c->run, c->f, c->leaf, c->among, c->has, c->doubt_end, c->doubt_window,
                             c->split, tallies));
    SHY_TRY(make_sums(c, out));
    return native_supports(c, tallies, out);
}

/* The same for all three operators: they differ in what they make of the sums. */
static int count_areas(struct run *run, const struct frame *f, const struct shy_node *n,
                       shy_node_id leaf, struct block *out)
{
    shy_node_id rows = shy_plan_node(run->plan, leaf)->inputs[0];
    struct count c = {.run = run, .f = f, .n = n, .leaf = leaf, .period = &run->periods[f->period]};
    SHY_TRY(shy_source(run, shy_plan_node(run->plan, rows)->contract, &c.s));
    bool native = shy_is_native(run, leaf);
    if (!native) {
        SHY_TRY(shy_source_places(run, c.s, f->basis, &c.places));
        SHY_TRY(shy_rows(run, rows, f->period, &c.rows));
        if (!shy_is_published(c.s))
            SHY_TRY(shy_note_unknown_rows(run, f, c.s, c.rows));
    }
    SHY_TRY(choose_among(&c));
    SHY_TRY(count_months(&c));
    SHY_TRY(shy_block_make(run, f, out));
    c.areas = shy_areas_count(run->areas, c.among);
    c.combos = out->combos;
    SHY_TRY(make_marks(&c));
    if (native)
        return count_native(&c, out);
    SHY_TRY(mark_rows(&c));
    if (knows_unreported(&c))
        SHY_TRY(mark_reports(&c));
    SHY_TRY(make_sums(&c, out));
    return add_supports(&c, out);
}

int shy_area_count(struct run *run, const struct frame *f, const struct shy_node *n,
                   shy_node_id leaf, struct block *out)
{
    SHY_TRY(count_areas(run, f, n, leaf, out));
    return shy_codes_known(run, f, leaf, out);
}
