/* SPDX-License-Identifier: MIT */
/* Values per population. semantics.md, "Rates". */
#include "config.h"

#include "core/exec/naive.h"

/* The population stays the denominator as it is: a reader can check it against the table. */
static void divide_by(const struct val *in, int64_t persons, int64_t per, struct val *out)
{
    struct shy_fraction num, den = {persons, 1};
    if (!in->exact) {
        out->exact = false;
        out->value = in->value * (double)per / (double)persons;
    } else if (shy_val_fraction(in, &num)) {
        shy_val_number(out, num, den, per);
    } else {
        shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_OVERFLOW);
    }
}

static void note_population(const struct shy_population *p, struct val *out)
{
    if (p->other_year)
        shy_val_note(out, SHY_NOTE_POPULATION_YEAR, 0);
    if (p->projection)
        shy_val_note(out, SHY_NOTE_PROJECTION, 0);
}

/* The basis is noted for values without a number too; they may get one next year. */
void shy_rate(const struct run *run, const struct frame *f, uint32_t area,
              const struct shy_rate *rate, uint32_t basis, const struct val *in, struct val *out)
{
    const struct shy_population_filter filter = {rate->population.sex, rate->population.age_from,
                                                 rate->population.age_to};
    struct shy_population p;
    bool number = shy_val_from(out, &in, 1);
    if ((basis & (SHIHYO_BASIS_INSTITUTION | SHIHYO_BASIS_INSURER)) != 0)
        shy_val_note(out, SHY_NOTE_MIXED_BASIS, 0);
    if (!number)
        return;
    shy_areas_population(run->areas, f->set, area, &run->periods[f->period], &filter,
                         rate->population.same_year ? SHY_POPULATION_SAME : SHY_POPULATION_LATEST,
                         &p);
    if (p.state == SHIHYO_STATE_MISSING) {
        shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_NO_POPULATION);
    } else if (p.state != SHIHYO_STATE_OK) {
        shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_POPULATION_BANDS);
    } else if (p.persons == 0) {
        shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_ZERO_DENOMINATOR);
    } else {
        divide_by(in, p.persons, rate->per, out);
        note_population(&p, out);
    }
}
