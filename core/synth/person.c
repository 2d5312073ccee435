/* SPDX-License-Identifier: MIT */
/* Who a person is. Every rate here is assumed unless docs/synth.md names a source. */
#include "config.h"

#include "core/synth/person.h"

#include "core/base/period.h"

enum { SALT_TWINS = 2, SALT_BODY = 3, SALT_COURSE = 4 };

/* Band, sex, month of birth and place. */
static void draw_body(const struct shy_synth_world *w, struct shy_dice *d,
                      struct shy_synth_person *p)
{
    uint64_t whole = w->bands[2 * SHY_SYNTH_BANDS - 1];
    uint64_t at = (uint64_t)(((unsigned __int128)whole * shy_roll(d)) >> 32);
    int32_t band = 0;
    while (w->bands[band] <= at)
        band++;
    p->male = band < SHY_SYNTH_BANDS;
    band %= SHY_SYNTH_BANDS;
    p->birth = w->options->first_month - band * 60 - 1 - (int32_t)shy_below(d, 60);
    p->turns_75 = p->birth + 75 * 12 - w->options->first_month;
    p->place[0] = shy_synth_pick_place(w, d, band < 13 ? 0 : band < 15 ? 1 : 2);
    p->association = (int8_t)(shy_chance(d, 250) ? (int)shy_below(d, SHY_SYNTH_ASSOCIATIONS) : -1);
}

/* Two of a pair are twins: both insured by the same household, neither moves nor turns 75. */
static bool are_twins(const struct shy_synth_world *w, uint32_t pair, struct shy_synth_person *p)
{
    struct shy_dice d = shy_dice_of(w->options->seed, pair, SALT_TWINS);
    if (!shy_chance(&d, 60) || pair + 1 >= w->options->persons)
        return false;
    draw_body(w, &d, p);
    int32_t age = w->options->first_month - p->birth;
    return age >= 20 * 12 && p->turns_75 > w->options->months + 2;
}

/* 0 to 3, more of it with age. */
static uint8_t draw_frailty(struct shy_dice *d, int32_t age)
{
    static const uint16_t until[4][3] = {
        {6500, 9200, 9850}, {4500, 8200, 9500}, {2600, 6600, 8900}, {1600, 5000, 8000}};
    int row = age < 40 * 12 ? 0 : age < 65 * 12 ? 1 : age < 80 * 12 ? 2 : 3;
    uint32_t u = shy_below(d, 10000);
    uint8_t f = 0;
    while (f < 3 && u >= until[row][f])
        f++;
    return f;
}

static void draw_eligibility(const struct shy_synth_world *w, struct shy_dice *d,
                             struct shy_synth_person *p)
{
    int32_t months = w->options->months;
    bool late = p->turns_75 < 0;
    p->first = -60 - (int32_t)shy_below(d, 180);
    p->last = SHY_SYNTH_NEVER;
    p->moved = SHY_SYNTH_NEVER;
    p->place[1] = p->place[0];
    if (p->twin)
        return;
    /* Deaths per year of 1,000: about 55 of those over 75, 5 of others; and those who leave for
     * employees' insurance or come from it. */
    uint32_t years12 = (uint32_t)months;
    if (shy_below(d, 120000) < years12 * (late ? 550 : 50)) {
        p->last = (int32_t)shy_below(d, years12);
        p->dies = true;
    } else if (!late && shy_below(d, 120000) < years12 * 400) {
        p->last = (int32_t)shy_below(d, years12);
    } else if (!late && shy_below(d, 120000) < years12 * 400) {
        p->first = (int32_t)shy_below(d, years12);
    }
    if (p->first > p->turns_75 - 2 && p->first < p->turns_75 + 3)
        p->first = -60;
    if (p->last < p->first)
        p->first = -60;
    if (shy_below(d, 120000) < years12 * 60) {
        int32_t at = (int32_t)shy_below(d, years12), gap = at - p->turns_75;
        if (at > p->first + 1 && at < p->last && (gap < -2 || gap > 2)) {
            p->moved = at;
            p->place[1] = shy_synth_pick_place(w, d, 1);
        }
        if (p->place[1] == p->place[0])
            p->moved = SHY_SYNTH_NEVER;
    }
}

/* Where a stay ends with home care, in a facility, with death, or nothing that is seen. */
enum fate { FATE_NONE, FATE_HOME, FATE_FACILITY, FATE_BOTH, FATE_DEATH };

static enum fate draw_stays(const struct shy_synth_world *w, struct shy_dice *d,
                            struct shy_synth_person *p)
{
    static const uint8_t items[] = {SHY_ITEM_WARD_1,    SHY_ITEM_WARD_1,      SHY_ITEM_WARD_2,
                                    SHY_ITEM_WARD_3,    SHY_ITEM_WARD_CLINIC, SHY_ITEM_WARD_OTHER,
                                    SHY_ITEM_WARD_OTHER};
    int32_t *s = p->stay[0], *t = p->stay[1];
    s[0] = s[1] = t[0] = t[1] = SHY_SYNTH_NEVER;
    bool late = p->turns_75 < 0;
    if (p->twin || !shy_chance(d, late ? 200 : 15 * (p->turns_75 < 180)))
        return FATE_NONE;
    s[0] = (int32_t)shy_below(d, (uint32_t)w->options->months + 8) - 8;
    s[1] = s[0] + 1 + (int32_t)shy_below(d, 14);
    if (shy_chance(d, 2500)) { /* back again */
        t[0] = s[1] + 2 + (int32_t)shy_below(d, 4);
        t[1] = t[0] + 1 + (int32_t)shy_below(d, 6);
    }
    p->ward = shy_synth_pick_hospital(
        w, d, shy_chance(d, 7500) ? p->place[0] : shy_synth_pick_place(w, d, 2));
    p->ward_item = items[shy_below(d, sizeof items)];
    uint32_t u = shy_below(d, 100);
    return u < 22   ? FATE_HOME
           : u < 48 ? FATE_FACILITY
           : u < 55 ? FATE_BOTH
           : u < 67 ? FATE_DEATH
                    : FATE_NONE;
}

static void draw_home_care(const struct shy_synth_world *w, struct shy_dice *d, enum fate fate,
                           struct shy_synth_person *p)
{
    bool after = fate == FATE_HOME || fate == FATE_BOTH;
    int32_t age = w->options->first_month - p->birth;
    uint32_t share = p->twin          ? 0
                     : age >= 85 * 12 ? 1700
                     : age >= 75 * 12 ? 620
                     : age >= 65 * 12 ? 110
                                      : 25;
    p->home_from = p->home_to = SHY_SYNTH_NEVER;
    if (after) {
        p->home_from = p->stay[0][1] + (int32_t)shy_below(d, 4);
        p->home_to = p->home_from + 1 + (int32_t)shy_below(d, 20);
    } else if (fate == FATE_NONE && p->stay[0][0] == SHY_SYNTH_NEVER && shy_chance(d, share)) {
        p->home_from = (int32_t)shy_below(d, (uint32_t)w->options->months + 12) - 12;
        p->home_to = p->home_from + 3 + (int32_t)shy_below(d, 30);
    }
    p->residence = shy_chance(d, 3800);
    uint32_t u = shy_below(d, 100);
    p->severity = u < 20 ? 0 : u < 72 ? 1 : 2;
    p->home_institution = shy_synth_pick_institution(w, d, p->place[0], 7700, 500);
}

static void draw_care(const struct shy_synth_world *w, struct shy_dice *d, enum fate fate,
                      struct shy_synth_person *p)
{
    bool home = p->home_from != SHY_SYNTH_NEVER, stay = p->stay[0][0] != SHY_SYNTH_NEVER;
    bool facility = fate == FATE_FACILITY || fate == FATE_BOTH;
    int32_t age = w->options->first_month - p->birth;
    uint32_t share = facility         ? 10000
                     : stay           ? 5000
                     : home           ? 8000
                     : age >= 85 * 12 ? 5200
                     : age >= 75 * 12 ? 1500
                     : age >= 65 * 12 ? 320
                     : age >= 40 * 12 ? 40
                                      : 0;
    p->care_from = SHY_SYNTH_NEVER;
    p->care_items = !shy_chance(d, w->places[p->place[0]].unlinked);
    if (!shy_chance(d, share))
        return;
    p->care_from = (int32_t)shy_below(d, (uint32_t)w->options->months + 30) - 30;
    p->level = (uint8_t)shy_below(d, SHY_SYNTH_LEVELS);
    p->services = (uint8_t)(1 + shy_below(d, 3));
    for (int i = 0; i < 3; i++)
        p->service[i] =
            (uint8_t)((shy_below(d, SHY_SYNTH_AT_HOME - 2) + 3u * (unsigned)i) % SHY_SYNTH_AT_HOME);
    bool resident = facility || (p->residence && shy_chance(d, 4000)) || shy_chance(d, 700);
    if (!resident)
        return;
    p->services = 1;
    p->service[0] =
        (uint8_t)(SHY_SYNTH_AT_HOME + shy_below(d, SHY_SYNTH_SERVICES - SHY_SYNTH_AT_HOME));
    if (facility) { /* 51, 52 or 54, from some time after the stay */
        p->service[0] = (uint8_t)(SHY_SYNTH_AT_HOME + shy_below(d, 3));
        p->care_from = p->stay[0][1] + (int32_t)shy_below(d, 7);
    }
    if (p->level < 4)
        p->level = (uint8_t)(4 + shy_below(d, 3));
}

void shy_synth_person_make(const struct shy_synth_world *world, uint32_t index,
                           struct shy_synth_person *out)
{
    struct shy_dice body = shy_dice_of(world->options->seed, index, SALT_BODY);
    struct shy_dice course = shy_dice_of(world->options->seed, index, SALT_COURSE);
    *out = (struct shy_synth_person){.index = index, .items = index};
    if (are_twins(world, index & ~UINT32_C(1), out)) {
        out->twin = true;
        out->items = index & ~UINT32_C(1);
    } else {
        draw_body(world, &body, out);
    }
    int32_t age = world->options->first_month - out->birth;
    out->frailty = draw_frailty(&course, age);
    out->renumbered_with_items = shy_chance(&course, 9000);
    draw_eligibility(world, &course, out);
    enum fate fate = draw_stays(world, &course, out);
    if (fate == FATE_DEATH && out->stay[0][1] - 1 >= 0 && out->stay[0][1] - 1 > out->first &&
        (out->moved == SHY_SYNTH_NEVER || out->stay[0][1] - 1 > out->moved) &&
        out->stay[0][1] - 1 < world->options->months) {
        out->last = out->stay[0][1] - 1;
        out->dies = true;
    }
    draw_home_care(world, &course, fate, out);
    draw_care(world, &course, fate, out);
    if (out->care_from < out->first && out->care_from != SHY_SYNTH_NEVER)
        out->care_from = out->first;
}

/* Numbers and links ------------------------------------------------------------------------ */

bool shy_synth_has_number(const struct shy_synth_world *world, const struct shy_synth_person *p,
                          int number)
{
    int32_t end = p->last < world->options->months ? p->last : world->options->months - 1;
    if (number == 0)
        return p->turns_75 >= 0 && p->first <= p->turns_75;
    return end > p->turns_75;
}

/* The first month of the row in the care register that the data have. */
static int32_t care_begin(const struct shy_synth_person *p)
{
    int32_t from = p->turns_75 < 0 && p->care_from <= p->turns_75 ? p->turns_75 + 1 : p->care_from;
    return from;
}

bool shy_synth_has_care(const struct shy_synth_world *world, const struct shy_synth_person *p)
{
    return p->care_from != SHY_SYNTH_NEVER && care_begin(p) <= p->last &&
           care_begin(p) < world->options->months;
}

bool shy_synth_care_linked(const struct shy_synth_world *world, const struct shy_synth_person *p)
{
    return shy_synth_has_care(world, p) && p->care_items && !p->twin;
}

bool shy_synth_numbers_joined(const struct shy_synth_world *world, const struct shy_synth_person *p)
{
    return p->renumbered_with_items ||
           (shy_synth_care_linked(world, p) && p->care_from <= p->turns_75);
}
