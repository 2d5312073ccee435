/* SPDX-License-Identifier: MIT */
/* Rates as values, means, standardised figures. semantics.md, "Statistics". */
#include "config.h"

#include "core/exec/naive.h"

#include <math.h>

/* Rates ------------------------------------------------------------------------------------- */

static const char *sex_of(enum shy_sex sex)
{
    return sex == SHY_SEX_FEMALE ? "female" : sex == SHY_SEX_MALE ? "male" : NULL;
}

/* As the rates beside an indicator are made, so that both are one number. */
int shy_rate_node(struct run *run, const struct frame *f, const struct shy_node *n,
                  struct block *out)
{
    const struct block *in;
    struct shy_rate rate = {.per = n->factor,
                            .population = {.sex = sex_of(n->sex),
                                           .age_from = n->age_from,
                                           .age_to = n->age_to >= 150 ? -1 : n->age_to,
                                           .same_year = n->same_year}};
    uint32_t basis = shy_bases_of(run, n->inputs[0], f->basis);
    SHY_TRY(shy_cells(run, f, n->inputs[0], &in));
    SHY_TRY(shy_block_make(run, f, out));
    for (size_t i = 0; i < out->areas * out->combos; i++)
        shy_rate(run, f, (uint32_t)(i / out->combos), &rate, basis, &in->vals[i], &out->vals[i]);
    return 0;
}

/* Means ------------------------------------------------------------------------------------- */

/* (n * squares - sum^2) / (n (n - 1)), exactly as long as it fits: the difference of two large
 * numbers is where digits are lost. */
static double variance_of(struct shy_fraction n, struct shy_fraction sum,
                          struct shy_fraction squares)
{
    struct shy_fraction a, b, one = {1, 1}, under;
    if (shy_fraction_mul(n, squares, &a) && shy_fraction_mul(sum, sum, &b) &&
        shy_fraction_sub(a, b, &a) && shy_fraction_sub(n, one, &under) &&
        shy_fraction_mul(n, under, &under) && shy_fraction_div(a, under, &a))
        return shy_fraction_double(a);
    double count = (double)n.num, mean = shy_fraction_double(sum) / count;
    double rest = shy_fraction_double(squares) / count - mean * mean;
    return rest <= 0 ? 0 : rest * count / (count - 1);
}

static void mean(const struct val *sum, const struct val *squares, const struct val *rows,
                 struct val *out, struct extra *extra)
{
    const struct val *const inputs[] = {sum, rows};
    struct shy_fraction total, n, square;
    if (!shy_val_from(out, inputs, 2))
        return;
    if (rows->num.num == 0) {
        shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_ZERO_DENOMINATOR);
        return;
    }
    if (!shy_val_fraction(sum, &total) || !shy_val_fraction(rows, &n)) {
        shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_OVERFLOW);
        return;
    }
    shy_val_number(out, total, n, 1);
    extra->estimate = (struct shy_estimate){.kind = SHY_STATISTIC_MEAN, .value = out->value};
    if (!shy_val_has_number(squares) || !shy_val_fraction(squares, &square))
        return; /* no limits: a count of 0 says so */
    extra->estimate.count = (double)n.num;
    if (n.num > 1)
        extra->estimate.scale = sqrt(variance_of(n, total, square) / (double)n.num);
}

int shy_mean_node(struct run *run, const struct frame *f, const struct shy_node *n,
                  struct block *out)
{
    const struct block *in[3];
    for (int i = 0; i < 3; i++)
        SHY_TRY(shy_cells(run, f, n->of[i], &in[i]));
    SHY_TRY(shy_block_make(run, f, out));
    SHY_TRY(shy_extras_make(run, out));
    for (size_t i = 0; i < out->areas * out->combos; i++)
        mean(&in[0]->vals[i], &in[1]->vals[i], &in[2]->vals[i], &out->vals[i], &out->extras[i]);
    return 0;
}

/* Standardised figures ---------------------------------------------------------------------- */

struct standardising {
    struct run *run;
    const struct frame *frame;
    const struct shy_node *n;
    const struct block *observed; /* all events of an area; NULL = those of the age groups */
    const struct block *events[SHY_STRATA_MOST];
    const struct block *reference[SHY_STRATA_MOST]; /* of the set that gives the rates */
    struct frame with;
    size_t combos;
};

/* Of one age group; the state of the figure where there is none. */
static bool population_of(const struct standardising *s, const struct frame *f, uint32_t area,
                          const struct shy_band *band, struct val *out, int64_t *persons)
{
    const struct shy_population_filter filter = {sex_of(s->n->sex), band->age_from, band->age_to};
    struct shy_population p;
    shy_areas_population(s->run->areas, f->set, area, &s->run->periods[f->period], &filter,
                         s->n->same_year ? SHY_POPULATION_SAME : SHY_POPULATION_LATEST, &p);
    if (p.state != SHIHYO_STATE_OK) {
        shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE,
                      p.state == SHIHYO_STATE_MISSING ? SHY_REASON_NO_POPULATION
                                                      : SHY_REASON_POPULATION_BANDS);
        return false;
    }
    if (p.other_year)
        shy_val_note(out, SHY_NOTE_POPULATION_YEAR, 0);
    if (p.projection)
        shy_val_note(out, SHY_NOTE_PROJECTION, 0);
    *persons = p.persons;
    return true;
}

static bool whole_number(const struct val *v, struct val *out, int64_t *number)
{
    struct shy_fraction f;
    if (!shy_val_fraction(v, &f) || f.den != 1) {
        shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_OVERFLOW);
        return false;
    }
    *number = f.num;
    return true;
}

/* The rate that each person of the age group has in the reference. */
static bool reference_of(const struct standardising *s, size_t band, uint32_t area, size_t combo,
                         struct val *out, double *rate)
{
    const struct shy_band *b = &s->n->bands[band];
    int64_t events = b->reference_events, persons = b->reference_population;
    if (s->n->with_set != NULL &&
        (!whole_number(&s->reference[band]->vals[area * s->combos + combo], out, &events) ||
         !population_of(s, &s->with, area, b, out, &persons)))
        return false;
    if (persons == 0) {
        shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_ZERO_DENOMINATOR);
        return false;
    }
    *rate = (double)events / (double)persons;
    return true;
}

/* The figure gives no single age group away, so what stands behind it is what stands behind them
 * together: persons are added, of institutions there are as many as behind the greatest group. */
static void add_supports(const struct val *const *events, size_t count, struct val *out)
{
    out->persons = out->institutions = 0;
    for (size_t i = 0; i < count; i++) {
        const struct val *v = events[i];
        if (v->persons == SHY_SUPPORT_UNKNOWN || out->persons == SHY_SUPPORT_UNKNOWN)
            out->persons = SHY_SUPPORT_UNKNOWN;
        else
            out->persons += v->persons;
        if (v->institutions == SHY_SUPPORT_UNKNOWN || out->institutions == SHY_SUPPORT_UNKNOWN)
            out->institutions = SHY_SUPPORT_UNKNOWN;
        else if (v->institutions > out->institutions)
            out->institutions = v->institutions;
    }
}

/* Where an area's events are counted: as a whole, or by age group. */
static size_t counted_of(const struct standardising *s, uint32_t area, size_t combo,
                         const struct val **out)
{
    size_t i = area * s->combos + combo;
    if (s->observed != NULL)
        out[0] = &s->observed->vals[i];
    for (size_t band = 0; s->observed == NULL && band < s->n->of_count; band++)
        out[band] = &s->events[band]->vals[i];
    return s->observed != NULL ? 1 : s->n->of_count;
}

/* States of all that is counted first: a masked age group masks the figure. */
static bool states_of(const struct standardising *s, uint32_t area, uint32_t reference,
                      size_t combo, struct val *out)
{
    const struct val *inputs[2 * SHY_STRATA_MOST];
    size_t count = counted_of(s, area, combo, inputs), all = count;
    for (size_t i = 0; s->n->with_set != NULL && i < s->n->of_count; i++)
        inputs[all++] = &s->reference[i]->vals[reference * s->combos + combo];
    bool number = shy_val_from(out, inputs, all);
    add_supports(inputs, count, out);
    return number;
}

/* Events, populations and weights or expectations of all age groups. */
static bool strata_of(const struct standardising *s, uint32_t area, uint32_t reference,
                      size_t combo, struct val *out, struct shy_stratum *strata)
{
    const struct val *counted[SHY_STRATA_MOST];
    size_t count = counted_of(s, area, combo, counted);
    bool direct = s->n->op == SHY_OP_DIRECTLY_STANDARDISED;
    for (size_t i = 0; i < count; i++) {
        if (!whole_number(counted[i], out, &strata[i].events))
            return false;
    }
    for (size_t i = 0; i < s->n->band_count; i++) {
        const struct shy_band *band = &s->n->bands[i];
        strata[i].weight = band->weight;
        if (!population_of(s, s->frame, area, band, out, &strata[i].population) ||
            (!direct && !reference_of(s, i, reference, combo, out, &strata[i].expected_per_person)))
            return false;
    }
    return true;
}

static void standardise(const struct standardising *s, uint32_t area, uint32_t reference,
                        size_t combo, struct val *out, struct extra *extra)
{
    struct shy_stratum strata[SHY_STRATA_MOST] = {0};
    size_t count = s->n->band_count;
    double factor = (double)s->n->factor;
    if (!states_of(s, area, reference, combo, out) ||
        !strata_of(s, area, reference, combo, out, strata))
        return;
    enum shy_stat state = s->n->op == SHY_OP_DIRECTLY_STANDARDISED
                              ? shy_direct_rate(strata, count, factor, &extra->estimate)
                              : shy_indirect_ratio(strata, count, factor, &extra->estimate);
    if (state != SHY_STAT_OK) {
        shy_val_stat(out, state);
        return;
    }
    out->exact = false;
    out->value = shy_estimate_value(&extra->estimate);
}

/* Events and rates of the reference in the set that gives them. */
static int find_reference(struct standardising *s)
{
    uint32_t set;
    if (s->n->with_set == NULL)
        return 0;
    SHY_TRY(shy_areas_require_set(s->run->areas, s->n->with_set, &set, s->run->err));
    s->with = *s->frame;
    if (!s->frame->whole)
        s->with.set = set;
    for (size_t i = 0; i < s->n->of_count; i++)
        SHY_TRY(shy_cells(s->run, &s->with, s->n->of[i], &s->reference[i]));
    return 0;
}

/* The area's own events; those of the reference where it is asked for. */
static int find_events(struct standardising *s)
{
    if (s->n->inputs[0] != 0)
        return shy_cells(s->run, s->frame, s->n->inputs[0], &s->observed);
    for (size_t i = 0; i < s->n->of_count; i++)
        SHY_TRY(shy_cells(s->run, s->frame, s->n->of[i], &s->events[i]));
    return 0;
}

/* An area that lies in no area of the set has nothing that could be expected of it. */
int shy_standardised_node(struct run *run, const struct frame *f, const struct shy_node *n,
                          struct block *out)
{
    struct standardising s = {.run = run, .frame = f, .n = n};
    uint32_t bases = shy_bases_of(run, n->inputs[0] != 0 ? n->inputs[0] : n->of[0], f->basis);
    bool mixed = (bases & (SHIHYO_BASIS_INSTITUTION | SHIHYO_BASIS_INSURER)) != 0;
    SHY_TRY(find_events(&s));
    SHY_TRY(find_reference(&s));
    SHY_TRY(shy_block_make(run, f, out));
    SHY_TRY(shy_extras_make(run, out));
    s.combos = out->combos;
    for (size_t i = 0; i < out->areas * out->combos; i++) {
        uint32_t area = (uint32_t)(i / out->combos), reference = 0;
        if (n->with_set != NULL && !f->whole)
            reference = shy_areas_within(run->areas, f->set, area, s.with.set);
        if (reference == NONE) {
            out->vals[i] = (s.observed != NULL ? s.observed : s.events[0])->vals[i];
            shy_val_state(&out->vals[i], SHIHYO_STATE_NOT_APPLICABLE, SHY_REASON_NONE);
            continue;
        }
        standardise(&s, area, reference, i % out->combos, &out->vals[i], &out->extras[i]);
        if (mixed)
            shy_val_note(&out->vals[i], SHY_NOTE_MIXED_BASIS, 0);
    }
    return 0;
}
