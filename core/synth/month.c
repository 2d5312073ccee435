/* SPDX-License-Identifier: MIT */
/* What a month brings a person. Every rate is assumed; docs/synth.md lists them. */
#include "config.h"

#include "core/synth/person.h"

#include "core/base/period.h"

enum { SALT_LATE = 16, SALT_MONTH = 17, SALT_OTHERS = 18, SALT_STAY = 19, SALT_AFTER = 20 };
enum { MEDICAL = 1, DENTAL = 3, PHARMACY = 4, HOME_NURSING = 6 };

struct making {
    const struct shy_synth_world *w;
    const struct shy_synth_person *p;
    int32_t month;
    uint32_t place;
    bool home, ward, hospital;
    unsigned home_line; /* the first of the receipt of home care */
    struct shy_dice dice;
    struct shy_synth_month *out;
};

static struct shy_dice dice_of(const struct shy_synth_world *w, uint32_t index, int32_t month,
                               uint32_t salt)
{
    return shy_dice_of(w->options->seed, index, (uint64_t)salt << 32 | (uint32_t)month);
}

bool shy_synth_is_late(const struct shy_synth_world *world, uint32_t index, int32_t month)
{
    struct shy_dice d = dice_of(world, index, month, SALT_LATE);
    return shy_chance(&d, 100);
}

/* Claims ----------------------------------------------------------------------------------- */

static struct shy_synth_claim *open_claim(struct making *m, uint8_t type, uint32_t institution)
{
    struct shy_synth_month *o = m->out;
    struct shy_synth_claim *c = &o->claim[o->claims];
    if (o->claims + 1 < SHY_SYNTH_CLAIMS_MOST)
        o->claims++;
    *c = (struct shy_synth_claim){.institution = institution, .type = type};
    c->first_line = (uint16_t)o->lines;
    c->number = (uint8_t)shy_synth_number_at(m->p, m->month);
    return c;
}

static void add(struct making *m, struct shy_synth_claim *c, uint32_t item, uint32_t quantity)
{
    struct shy_synth_month *o = m->out;
    if (o->lines >= SHY_SYNTH_LINES_MOST)
        return;
    uint32_t points = shy_synth_items[item].points;
    o->line[o->lines++] = (struct shy_synth_line){(uint16_t)item, (uint16_t)quantity, points};
    c->lines++;
    c->points += points * quantity;
}

static void maybe(struct making *m, struct shy_synth_claim *c, uint32_t item, uint32_t chance)
{
    if (shy_chance(&m->dice, chance))
        add(m, c, item, 1);
}

/* Lines of no interest here, the first codes of the list most often. */
static void add_others(struct making *m, struct shy_synth_claim *c, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t item =
            SHY_ITEM_OTHER + shy_skewed(&m->dice, shy_synth_item_count - SHY_ITEM_OTHER);
        uint32_t roll = shy_roll(&m->dice);
        add(m, c, item, roll >> 29 != 0 ? 1 : 1 + (roll >> 24 & 31));
    }
}

/* Outpatients ------------------------------------------------------------------------------ */

/* Poisson with means 0.35, 0.85, 1.6 and 3.0, cut off at 8. */
static const uint16_t visits_until[4][8] = {
    {46182, 62346, 65175, 65505, 65534, 65535, 65535, 65535},
    {28011, 51820, 61939, 64807, 65416, 65519, 65534, 65535},
    {13231, 34402, 51338, 60371, 63984, 65140, 65448, 65519},
    {3263, 13051, 27734, 42417, 53429, 60036, 63340, 64756},
};

static void visit(struct making *m, unsigned which)
{
    uint32_t institution = shy_synth_pick_institution(m->w, &m->dice, m->place, 8400, 300);
    struct shy_synth_claim *c = open_claim(m, MEDICAL, institution);
    /* In the month of the 75th birthday some receipts carry the new number already. */
    if (m->month == m->p->turns_75 && which % 2 == 1 && m->p->renumbered_with_items &&
        shy_synth_has_number(m->w, m->p, 1))
        c->number = 1;
    c->days = (uint8_t)(1 + shy_below(&m->dice, 4));
    maybe(m, c, SHY_ITEM_HOUSE_CALL, 40);
    if (shy_chance(&m->dice, 900))
        add(m, c, SHY_ITEM_EXTRA + shy_below(&m->dice, SHY_ITEM_OTHER - SHY_ITEM_EXTRA), 1);
    add_others(m, c, 2 + shy_exponential(&m->dice, 5));
}

static void visits(struct making *m)
{
    uint32_t roll = shy_roll(&m->dice) >> 16;
    const uint16_t *until = visits_until[m->p->frailty];
    unsigned count = 0;
    while (count < 8 && roll >= until[count])
        count++;
    for (unsigned i = 0; i < count; i++)
        visit(m, i);
}

/* Home care -------------------------------------------------------------------------------- */

static void manage(struct making *m, struct shy_synth_claim *c)
{
    unsigned residence = m->p->residence ^ (unsigned)shy_chance(&m->dice, 200);
    unsigned severity = shy_chance(&m->dice, 300) ? shy_below(&m->dice, 3) : m->p->severity;
    unsigned many = shy_chance(&m->dice, residence != 0 ? 7000 : 1500);
    add(m, c, SHY_ITEM_MANAGED_00 + 6 * residence + 2 * severity + many, 1);
    if (shy_chance(&m->dice, 200)) /* a second fee in one month */
        add(m, c, SHY_ITEM_MANAGED_00 + 2 * shy_below(&m->dice, 6), 1);
    uint32_t visited = (severity < 2 ? 2 : 1) + shy_below(&m->dice, 3);
    bool same = residence != 0 || shy_chance(&m->dice, 1000);
    add(m, c, same ? SHY_ITEM_VISIT_SAME : SHY_ITEM_VISIT_OTHER, visited);
}

static void home_care(struct making *m, bool first)
{
    static const struct {
        uint8_t item;
        uint16_t chance;
    } sometimes[] = {
        {SHY_ITEM_NURSING_ORDER, 3000},  {SHY_ITEM_GUIDE_OXYGEN, 700},
        {SHY_ITEM_PHARMACIST, 600},      {SHY_ITEM_GUIDE_CATHETER, 300},
        {SHY_ITEM_NURSING_VISIT, 300},   {SHY_ITEM_REHABILITATION, 200},
        {SHY_ITEM_GUIDE_NUTRITION, 200}, {SHY_ITEM_DIETICIAN, 100},
        {SHY_ITEM_GUIDE_TRACHEA, 100},   {SHY_ITEM_GUIDE_VENTILATOR, 100},
        {SHY_ITEM_CANCER, 100},
    };
    uint32_t institution = first ? m->p->home_institution
                                 : shy_synth_pick_institution(m->w, &m->dice, m->place, 8000, 300);
    struct shy_synth_claim *c = open_claim(m, MEDICAL, institution);
    c->days = (uint8_t)(1 + shy_below(&m->dice, 4));
    if (first)
        m->home_line = c->first_line;
    if (first)
        manage(m, c);
    else
        add(m, c, SHY_ITEM_VISIT_REFERRED, 1);
    if (shy_chance(&m->dice, 1200)) {
        add(m, c, SHY_ITEM_HOUSE_CALL, 1 + shy_below(&m->dice, 2));
        maybe(m, c, SHY_ITEM_URGENT, 5000);
    }
    for (unsigned i = 0; first && i < sizeof sometimes / sizeof sometimes[0]; i++)
        maybe(m, c, sometimes[i].item, sometimes[i].chance);
    if (first && m->month == m->p->home_from)
        maybe(m, c, SHY_ITEM_JOINT_GUIDANCE_1, 2000);
    struct shy_dice after = dice_of(m->w, m->p->index, m->month, SALT_AFTER);
    if (first && m->month == m->p->home_from && shy_chance(&after, 1000))
        add(m, c, SHY_ITEM_AFTER_DISCHARGE, 1 + shy_below(&after, 3));
    if (first && m->p->dies && m->month == m->p->last) {
        maybe(m, c, SHY_ITEM_DEATHBED, 5000);
        maybe(m, c, SHY_ITEM_DEATH_CERTIFIED, 4500);
        maybe(m, c, SHY_ITEM_TERMINAL_CARE, 4000);
    }
    uint32_t extra = shy_exponential(&m->dice, 7);
    for (uint32_t i = 0; i < extra; i++)
        add(m, c, SHY_ITEM_EXTRA + shy_below(&m->dice, SHY_ITEM_OTHER - SHY_ITEM_EXTRA), 1);
    add_others(m, c, 2 + shy_exponential(&m->dice, 3));
}

/* Inpatients ------------------------------------------------------------------------------- */

static uint8_t length_of(const struct making *m, int32_t month)
{
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t ordinal = m->w->options->first_month + month;
    int year = shy_month_year(ordinal), at = shy_month_of_year(ordinal) - 1;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return (uint8_t)(lengths[at] + (at == 1 && leap));
}

/* Days of a stay of months: from some day of the first to some day of the last. The days follow
 * from the stay, so that each of its months knows them. */
static void place_stay(struct making *m, struct shy_synth_claim *c, const int32_t stay[2])
{
    struct shy_dice d = dice_of(m->w, m->p->index, stay[0], SALT_STAY);
    uint32_t begin = 1 + shy_below(&d, 10), end = 12 + shy_below(&d, 17);
    bool first = m->month == stay[0], last = m->month == stay[1] - 1;
    uint32_t to = last ? end : length_of(m, m->month);
    c->inpatient = 1;
    c->admitted = stay[0];
    c->admitted_day = (uint8_t)begin;
    c->days = (uint8_t)(first ? to - begin + 1 : to);
}

/* A stay within the month, of so many days. */
static void place_days(struct making *m, struct shy_synth_claim *c, uint8_t days)
{
    struct shy_dice d = dice_of(m->w, m->p->index, m->month, SALT_STAY);
    c->inpatient = 1;
    c->admitted = m->month;
    c->admitted_day = (uint8_t)(1 + shy_below(&d, length_of(m, m->month) - days + 1u));
    c->days = days;
}

static bool lies_in(const int32_t *stay, int32_t month)
{
    return month >= stay[0] && month < stay[1];
}

static void ward(struct making *m)
{
    const struct shy_synth_person *p = m->p;
    if (shy_chance(&m->dice, 150)) /* a month of the stay without a receipt */
        return;
    struct shy_synth_claim *c = open_claim(m, MEDICAL, p->ward);
    m->hospital = true;
    place_stay(m, c, p->stay[lies_in(p->stay[1], m->month)]);
    add(m, c, shy_chance(&m->dice, 9200) ? p->ward_item : SHY_ITEM_WARD_OTHER, c->days);
    if (m->month == p->stay[0][1] - 1 || m->month == p->stay[1][1] - 1) {
        maybe(m, c, SHY_ITEM_DISCHARGE_SUPPORT_1, 2000);
        maybe(m, c, SHY_ITEM_DISCHARGE_SUPPORT_2, 1000);
        maybe(m, c, SHY_ITEM_CARE_CONFERENCE, 5000);
        maybe(m, c, SHY_ITEM_JOINT_GUIDANCE_2, 2500);
    }
    add_others(m, c, 20 + shy_exponential(&m->dice, 25));
}

static void acute(struct making *m)
{
    bool late = m->month > m->p->turns_75, dying = m->p->dies && m->month == m->p->last;
    if (!shy_chance(&m->dice, dying ? m->home ? 4000 : 8000 : late ? 360 : 110))
        return;
    uint32_t institution = shy_chance(&m->dice, 800)
                               ? m->w->inside + shy_skewed(&m->dice, m->w->outside)
                               : shy_synth_pick_hospital(m->w, &m->dice, m->place);
    struct shy_synth_claim *c = open_claim(m, MEDICAL, institution);
    m->hospital = true;
    place_days(m, c, (uint8_t)(1 + shy_below(&m->dice, 28)));
    add(m, c, SHY_ITEM_WARD_ACUTE, c->days);
    add_others(m, c, 25 + shy_exponential(&m->dice, 33));
}

/* How the month's receipts ended. Who dies does so in hospital where there is a stay and nothing
 * was billed for a death at home; nobody has two places of death. Of one who had no care in the
 * month no receipt tells. */
static void outcomes(struct making *m)
{
    struct shy_synth_month *o = m->out;
    struct shy_synth_claim *at = NULL;
    bool certified = false;
    for (unsigned i = 0; i < o->claims; i++)
        o->claim[i].outcome = 1;
    if (!m->p->dies || m->month != m->p->last)
        return;
    for (unsigned i = 0; i < o->lines; i++)
        certified = certified || o->line[i].item == SHY_ITEM_DEATHBED ||
                    o->line[i].item == SHY_ITEM_DEATH_CERTIFIED ||
                    o->line[i].item == SHY_ITEM_TERMINAL_CARE;
    for (unsigned i = 0; i < o->claims; i++) {
        struct shy_synth_claim *c = &o->claim[i];
        bool home = c->lines > 0 && c->first_line == m->home_line;
        if (certified || !m->hospital ? home : c->inpatient)
            at = c;
    }
    if (at != NULL)
        at->outcome = 3;
}

/* Receipts that are asked for -------------------------------------------------------------- */

static void visit_by_dentist(struct making *m, struct shy_synth_claim *c)
{
    struct shy_dice *d = &m->dice;
    add(m, c, SHY_ITEM_DENTAL_VISIT, c->days);
    if (shy_chance(d, 4500))
        add(m, c, SHY_ITEM_DENTAL_ASSISTED, c->days);
    maybe(m, c, SHY_ITEM_DENTAL_MANAGED, 6000);
    maybe(m, c, SHY_ITEM_DENTAL_NUTRITION, 1000);
    if (shy_chance(d, 5000))
        add(m, c, SHY_ITEM_DENTAL_HYGIENE, 1 + shy_below(d, 4));
}

/* Apart from the others' dice: with or without them everything else is the same. */
static void other_receipts(struct making *m)
{
    unsigned with = m->w->options->with, outpatients = 0;
    m->dice = dice_of(m->w, m->p->index, m->month, SALT_OTHERS);
    for (unsigned i = 0; i < m->out->claims; i++)
        outpatients += !m->out->claim[i].inpatient;
    for (unsigned i = 0; i < outpatients && (with & SHY_SYNTH_PHARMACY) != 0; i++) {
        if (!shy_chance(&m->dice, 5500))
            continue;
        uint32_t at = shy_synth_pick_institution(m->w, &m->dice, m->place, 9300, 100);
        struct shy_synth_claim *c = open_claim(m, PHARMACY, at);
        c->days = 1;
        c->points = 100 + shy_below(&m->dice, 2000);
    }
    if ((with & SHY_SYNTH_DENTAL) != 0 && !m->ward && shy_chance(&m->dice, 1300)) {
        uint32_t at = shy_synth_pick_institution(m->w, &m->dice, m->place, 8800, 200);
        struct shy_synth_claim *c = open_claim(m, DENTAL, at);
        c->days = (uint8_t)(1 + shy_below(&m->dice, 4));
        c->points += 200 + shy_below(&m->dice, 1500);
        if (m->home)
            visit_by_dentist(m, c);
    }
    if ((with & SHY_SYNTH_HOME_NURSING) != 0 && m->home && shy_chance(&m->dice, 2500)) {
        uint32_t at = shy_synth_pick_institution(m->w, &m->dice, m->place, 9300, 100);
        struct shy_synth_claim *c = open_claim(m, HOME_NURSING, at);
        c->days = (uint8_t)(1 + shy_below(&m->dice, 12));
        c->points = 500u * c->days;
    }
}

/* Long-term care --------------------------------------------------------------------------- */

static void care(struct making *m)
{
    const struct shy_synth_person *p = m->p;
    const struct shy_synth_place *place = &m->w->places[m->place];
    if (p->care_from == SHY_SYNTH_NEVER || m->month < p->care_from || m->ward ||
        shy_chance(&m->dice, 400))
        return;
    unsigned level = p->level + (unsigned)(m->month - p->care_from) / 14;
    if (level >= SHY_SYNTH_LEVELS)
        level = SHY_SYNTH_LEVELS - 1;
    for (unsigned i = 0; i < p->services; i++) {
        struct shy_synth_care *c = &m->out->care[m->out->cares++];
        bool changed = i == 1 && level + 1 < SHY_SYNTH_LEVELS && shy_chance(&m->dice, 120);
        c->service = p->service[i];
        c->level = (uint8_t)(level + changed);
        c->office = place->first_office + shy_skewed(&m->dice, place->offices);
        c->units = 200 + shy_below(&m->dice, 30000);
        c->items = (uint8_t)(1 + shy_below(&m->dice, 3));
    }
}

void shy_synth_month_make(const struct shy_synth_world *world, const struct shy_synth_person *p,
                          int32_t month, struct shy_synth_month *out)
{
    struct making m = {.w = world,
                       .p = p,
                       .month = month,
                       .place = shy_synth_place_at(p, month),
                       .home_line = UINT32_MAX,
                       .dice = dice_of(world, p->index, month, SALT_MONTH),
                       .out = out};
    out->claims = out->lines = out->cares = 0;
    out->late = shy_synth_is_late(world, p->index, month);
    out->delivered = !out->late || month + SHY_SYNTH_LATE_BY < world->options->months;
    if (month < p->first || month > p->last)
        return;
    m.ward = lies_in(p->stay[0], month) || lies_in(p->stay[1], month);
    m.home = !m.ward && month >= p->home_from && month < p->home_to && !shy_chance(&m.dice, 300);
    if (m.ward)
        ward(&m);
    else
        visits(&m);
    if (!m.ward)
        acute(&m);
    if (m.home)
        home_care(&m, true);
    if (m.home && shy_chance(&m.dice, 600))
        home_care(&m, false);
    outcomes(&m);
    care(&m);
    if (world->options->with != 0)
        other_receipts(&m);
}
