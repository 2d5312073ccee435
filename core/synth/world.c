/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/synth/world.h"

#include <string.h>

/* Shares of a band that national health insurance or the late-stage scheme insures, in per cent:
 * assumed (employees' insurance has most of those at work). */
static const uint32_t insured[SHY_SYNTH_BANDS] = {12, 12, 13, 15, 15, 16, 16, 17, 18, 18, 19,
                                                  22, 40, 68, 82, 98, 99, 99, 99, 99, 99};

static unsigned group_of(int band)
{
    return band < 13 ? 0 : band < 15 ? 1 : 2;
}

/* The prefecture's age groups by its own population, the bands within them by the nation's. */
static void weigh_bands(struct shy_synth_world *w)
{
    uint64_t nation[SHY_SYNTH_GROUPS] = {0}, here[SHY_SYNTH_GROUPS] = {0};
    for (int b = 0; b < SHY_SYNTH_BANDS; b++)
        nation[group_of(b)] += shy_synth_male[b] + shy_synth_female[b];
    for (uint32_t i = 0; i < w->place_count; i++) {
        for (int g = 0; g < SHY_SYNTH_GROUPS; g++)
            here[g] += w->places[i].persons[g];
    }
    uint64_t sum = 0;
    for (int i = 0; i < 2 * SHY_SYNTH_BANDS; i++) {
        int b = i % SHY_SYNTH_BANDS;
        uint64_t persons = i < SHY_SYNTH_BANDS ? shy_synth_male[b] : shy_synth_female[b];
        /* In units of a thousandth of a person, so that small prefectures keep their shape. */
        sum += persons * insured[b] * here[group_of(b)] / (nation[group_of(b)] / 1000);
        w->bands[i] = sum;
    }
}

static int weigh_places(struct shy_synth_world *w, struct shihyo_error *err)
{
    for (int g = 0; g < SHY_SYNTH_GROUPS; g++) {
        w->until[g] = shy_alloc(w->place_count, sizeof *w->until[g]);
        if (w->until[g] == NULL)
            return shy_fail_nomem(err);
        uint64_t sum = 0;
        for (uint32_t i = 0; i < w->place_count; i++) {
            sum += w->places[i].persons[g];
            w->until[g][i] = sum;
        }
        w->groups[g] = sum;
    }
    return 0;
}

/* One institution for 250 insured and one office for 300, at least one everywhere: assumed. */
static void settle(struct shy_synth_world *w)
{
    uint64_t whole = w->groups[0] + w->groups[1] + w->groups[2], persons = w->options->persons;
    for (uint32_t i = 0; i < w->place_count; i++) {
        struct shy_synth_place *p = &w->places[i];
        uint64_t weight = (uint64_t)p->persons[0] + p->persons[1] + p->persons[2];
        p->first_institution = w->inside;
        p->institutions = 1 + (uint32_t)(persons * weight / whole / 250);
        p->first_office = w->offices;
        p->offices = 1 + (uint32_t)(persons * weight / whole / 300);
        w->inside += p->institutions;
        w->offices += p->offices;
    }
    w->outside = 6 + w->inside / 6;
    w->unknown = 2 + w->inside / 50;
    for (const struct shy_synth_municipality *m = shy_synth_elsewhere; m->code[0] != '\0'; m++) {
        if (memcmp(m->code, w->prefecture, 2) != 0)
            w->elsewhere[w->elsewhere_count++] = m;
    }
}

/* Of 1,741 municipalities about 50 lack the number of more than half of their care register (the
 * ministry's notes on KDB); here one in 24 does, and the others lack 2 to 14 per cent: assumed. */
static void choose_links(struct shy_synth_world *w)
{
    for (uint32_t i = 0; i < w->place_count; i++) {
        struct shy_dice dice = shy_dice_of(w->options->seed, i, 1);
        bool many = shy_below(&dice, 24) == 0;
        w->places[i].unlinked = (many ? 5500 : 200) + shy_below(&dice, many ? 2500 : 1200);
    }
}

int shy_synth_world_make(const struct shy_synth_options *options, struct shy_synth_world *world,
                         struct shihyo_error *err)
{
    *world = (struct shy_synth_world){.options = options};
    memcpy(world->prefecture, options->prefecture, 2);
    int code = shy_synth_places(world, err);
    if (code == 0)
        code = weigh_places(world, err);
    if (code != 0)
        return code;
    weigh_bands(world);
    settle(world);
    choose_links(world);
    return 0;
}

void shy_synth_world_free(struct shy_synth_world *world)
{
    shy_free(world->places);
    shy_free(world->secondaries);
    for (int g = 0; g < SHY_SYNTH_GROUPS; g++)
        shy_free(world->until[g]);
    shy_arena_free(&world->texts);
    *world = (struct shy_synth_world){0};
}

uint32_t shy_synth_pick_place(const struct shy_synth_world *world, struct shy_dice *dice,
                              unsigned group)
{
    uint64_t at = ((uint64_t)shy_roll(dice) * world->groups[group]) >> 32;
    uint32_t low = 0, high = world->place_count - 1;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (world->until[group][middle] > at)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

uint32_t shy_synth_pick_institution(const struct shy_synth_world *world, struct shy_dice *dice,
                                    uint32_t place, uint32_t near, uint32_t outside)
{
    uint32_t u = shy_below(dice, 10000);
    if (u < outside)
        return world->inside + shy_skewed(dice, world->outside);
    if (u < outside + 30)
        return world->inside + world->outside + shy_below(dice, world->unknown);
    if (u >= outside + 30 + near)
        place = shy_synth_pick_place(world, dice, 2);
    const struct shy_synth_place *p = &world->places[place];
    return p->first_institution + shy_skewed(dice, p->institutions);
}

uint32_t shy_synth_pick_hospital(const struct shy_synth_world *world, struct shy_dice *dice,
                                 uint32_t place)
{
    const struct shy_synth_place *p = &world->places[place];
    return p->first_institution + 12 * shy_skewed(dice, 1 + (p->institutions - 1) / 12);
}

/* Numbers ---------------------------------------------------------------------------------- */

const char *shy_synth_institution_area(const struct shy_synth_world *world, uint32_t institution)
{
    if (institution >= world->inside + world->outside)
        return NULL;
    if (institution >= world->inside)
        return world->elsewhere[(institution - world->inside) % world->elsewhere_count]->code;
    uint32_t low = 0, high = world->place_count - 1;
    while (low < high) {
        uint32_t middle = (low + high + 1) / 2;
        if (world->places[middle].first_institution <= institution)
            low = middle;
        else
            high = middle - 1;
    }
    return world->places[low].code;
}

/* A multiple modulo a prime: every institution has another number, and neighbours have not
 * neighbouring ones. */
void shy_synth_institution_code(const struct shy_synth_world *world, uint32_t institution, int kind,
                                char out[11])
{
    const char *area = kind == 7 ? NULL : shy_synth_institution_area(world, institution);
    const char *prefecture = area != NULL ? area : world->prefecture;
    uint64_t number = ((uint64_t)institution * 346387 + 17) % 9999991;
    out[0] = prefecture[0];
    out[1] = prefecture[1];
    out[2] = (char)('0' + kind);
    for (int i = 9; i > 2; i--, number /= 10)
        out[i] = (char)('0' + number % 10);
    out[10] = '\0';
}

/* The last digit of an insurer's number: digits times 2, 1, 2 … from the right, digits of the
 * products added, what lacks to the next ten. */
static char check_digit(const char *digits, size_t count)
{
    int sum = 0;
    for (size_t i = 0; i < count; i++) {
        int product = (digits[i] - '0') * ((count - i) % 2 == 1 ? 2 : 1);
        sum += product / 10 + product % 10;
    }
    return (char)('0' + (10 - sum % 10) % 10);
}

void shy_synth_insurer(const struct shy_synth_world *world, enum shy_synth_scheme scheme,
                       uint32_t place, int association, char out[9])
{
    size_t length = scheme == SHY_SYNTH_CARE ? 5 : 7;
    if (scheme == SHY_SYNTH_CARE) {
        memcpy(out, world->places[place].code, 5);
    } else {
        unsigned number = association >= 0 ? 301 + (unsigned)association : 1 + (unsigned)place;
        memcpy(out, scheme == SHY_SYNTH_LATE ? "39" : "00", 2);
        memcpy(out + 2, world->prefecture, 2);
        for (int i = 6; i > 3; i--, number /= 10)
            out[i] = (char)('0' + number % 10);
    }
    out[length] = check_digit(out, length);
    out[length + 1] = '\0';
}
