/* SPDX-License-Identifier: MIT */
/* Single values: numbers, states, notes, supports, and how they pass from inputs to results. */
#include "config.h"

#include "core/exec/naive.h"

/* Numbers are wiped, so that nothing of a masked value can leak through a field nobody looks at. */
void shy_val_state(struct val *v, enum shihyo_state state, enum shy_reason reason)
{
    v->state = state;
    v->reason = reason;
    v->exact = true;
    v->num = (struct shy_fraction){0, 1};
    v->den = (struct shy_fraction){1, 1};
    v->factor = 1;
    v->value = 0;
}

bool shy_val_has_number(const struct val *v)
{
    return v->state == SHIHYO_STATE_OK || v->state == SHIHYO_STATE_PARTIAL;
}

/* Exact value of a cell: numerator times factor over denominator. */
bool shy_val_fraction(const struct val *v, struct shy_fraction *out)
{
    struct shy_fraction f = {v->factor, 1};
    if (v->exact && v->factor == 1 && v->num.den == 1 && v->den.den == 1) /* most are */
        return shy_fraction_make(v->num.num, v->den.num, out);
    return v->exact && shy_fraction_mul(v->num, f, &f) && shy_fraction_div(f, v->den, out);
}

/* Keeps the state; what does not fit makes it not computable. */
void shy_val_number(struct val *v, struct shy_fraction num, struct shy_fraction den, int64_t factor)
{
    struct shy_fraction value;
    v->exact = true;
    v->num = num;
    v->den = den;
    v->factor = factor;
    if (shy_val_fraction(v, &value))
        v->value = shy_fraction_double(value);
    else
        shy_val_state(v, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_OVERFLOW);
}

/* The first reason stays: it is the one nearest to the data. */
void shy_val_partial(struct val *v, enum shy_reason reason)
{
    if (v->state != SHIHYO_STATE_OK)
        return;
    v->state = SHIHYO_STATE_PARTIAL;
    v->reason = reason;
}

void shy_val_note(struct val *v, uint32_t note, int64_t count)
{
    v->notes |= note;
    if (count > v->note_count)
        v->note_count = count;
}

/* semantics.md, "States and reasons": masked goes before all else, so that nothing derived from a
 * masked value shows how it was masked. */
int shy_state_rank(enum shihyo_state state)
{
    static const int ranks[] = {
        [SHIHYO_STATE_OK] = 0,
        [SHIHYO_STATE_PARTIAL] = 1,
        [SHIHYO_STATE_NOT_APPLICABLE] = 2,
        [SHIHYO_STATE_MISSING] = 3,
        [SHIHYO_STATE_UNREPORTED] = 4,
        [SHIHYO_STATE_NOT_COMPUTABLE] = 5,
        [SHIHYO_STATE_MASKED] = 6,
    };
    return ranks[state];
}

/* Zero is nobody and protects nobody; unknown is not small. */
int64_t shy_support_least(int64_t a, int64_t b)
{
    if (a == SHY_SUPPORT_UNKNOWN || b == SHY_SUPPORT_UNKNOWN)
        return a == SHY_SUPPORT_UNKNOWN ? b : a;
    if (a == 0 || b == 0)
        return a == 0 ? b : a;
    return a < b ? a : b;
}

/* What a reader must know of an input he must know of the result: notes are gathered from all, also
 * from those that have no number. */
bool shy_val_from(struct val *out, const struct val *const *inputs, size_t count)
{
    enum shihyo_state worst = SHIHYO_STATE_OK;
    *out = (struct val){.persons = SHY_SUPPORT_UNKNOWN, .institutions = SHY_SUPPORT_UNKNOWN};
    for (size_t i = 0; i < count; i++) {
        const struct val *in = inputs[i];
        if (shy_state_rank(in->state) > shy_state_rank(worst))
            worst = in->state;
        out->persons = shy_support_least(out->persons, in->persons);
        out->institutions = shy_support_least(out->institutions, in->institutions);
        shy_val_note(out, in->notes, in->note_count);
    }
    shy_val_state(out, worst, worst == SHIHYO_STATE_OK ? SHY_REASON_NONE : SHY_REASON_INPUT);
    return shy_val_has_number(out);
}
