/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/synth/truth.h"

#include <string.h>

enum { APRIL = 3, SEVERITIES = 4, ANY = 3, LEVELS = SHY_SYNTH_LEVELS + 1, WINDOW = 6 };

static uint32_t places_of(const struct shy_synth_truth *t)
{
    return t->world->place_count + 1;
}

static size_t patient_cells(const struct shy_synth_truth *t)
{
    return (size_t)2 * places_of(t) * 2 * SEVERITIES * LEVELS;
}

static size_t supply_cells(const struct shy_synth_truth *t)
{
    return (size_t)places_of(t) * SHY_SYNTH_ROWS;
}

static uint32_t areas_of(const struct shy_synth_truth *t)
{
    return t->world->place_count + t->world->secondary_count + 1;
}

static size_t institutions_of(const struct shy_synth_truth *t)
{
    return (size_t)t->world->inside + t->world->outside + t->world->unknown;
}

static size_t treated_cells(const struct shy_synth_truth *t)
{
    return institutions_of(t) * SHY_SYNTH_ROWS;
}

static size_t flow_cells(const struct shy_synth_truth *t)
{
    return (size_t)places_of(t) * SHY_SYNTH_VISITS * (shy_synth_targets(t->world) + 1);
}

static size_t care_cells(const struct shy_synth_truth *t)
{
    return (size_t)places_of(t) * SHY_SYNTH_CARE_ROWS;
}

/* Cells ------------------------------------------------------------------------------------ */

int shy_synth_cells_open(const struct shy_synth_truth *truth, struct shy_synth_cells *cells,
                         struct shihyo_error *err)
{
    cells->patients = shy_alloc(patient_cells(truth), sizeof *cells->patients);
    cells->supply = shy_alloc(supply_cells(truth), sizeof *cells->supply);
    cells->institutions =
        shy_alloc(supply_cells(truth) * truth->words, sizeof *cells->institutions);
    cells->treated = shy_alloc(treated_cells(truth) + 1, sizeof *cells->treated);
    cells->flow = shy_alloc(flow_cells(truth), sizeof *cells->flow);
    cells->care = shy_alloc(care_cells(truth), sizeof *cells->care);
    if (cells->patients == NULL || cells->supply == NULL || cells->institutions == NULL ||
        cells->treated == NULL || cells->flow == NULL || cells->care == NULL)
        return shy_fail_nomem(err);
    return 0;
}

void shy_synth_cells_free(struct shy_synth_cells *cells)
{
    shy_free(cells->patients);
    shy_free(cells->supply);
    shy_free(cells->institutions);
    shy_free(cells->treated);
    shy_free(cells->flow);
    shy_free(cells->care);
    *cells = (struct shy_synth_cells){0};
}

void shy_synth_cells_clear(const struct shy_synth_truth *truth, struct shy_synth_cells *cells)
{
    memset(cells->patients, 0, patient_cells(truth) * sizeof *cells->patients);
    memset(cells->supply, 0, supply_cells(truth) * sizeof *cells->supply);
    memset(cells->institutions, 0,
           supply_cells(truth) * truth->words * sizeof *cells->institutions);
    memset(cells->treated, 0, treated_cells(truth) * sizeof *cells->treated);
    memset(cells->flow, 0, flow_cells(truth) * sizeof *cells->flow);
    memset(cells->care, 0, care_cells(truth) * sizeof *cells->care);
}

/* Where a person counts: the municipality of the insurer; an association has none. */
static uint32_t place_of(const struct shy_synth_truth *t, const struct shy_synth_person *p,
                         int32_t month)
{
    bool nowhere = p->association >= 0 && shy_synth_number_at(p, month) == 0;
    return nowhere ? t->world->place_count : shy_synth_place_at(p, month);
}

/* The highest level of the month's receipts that can be tied to the person. */
static unsigned level_of(const struct shy_synth_truth *t, const struct shy_synth_person *p,
                         const struct shy_synth_month *made)
{
    unsigned level = SHY_SYNTH_NO_LEVEL;
    if (made->cares == 0 || !shy_synth_care_linked(t->world, p))
        return level;
    for (unsigned i = 0; i < made->cares; i++) {
        if (level == SHY_SYNTH_NO_LEVEL || made->care[i].level > level)
            level = made->care[i].level;
    }
    return level;
}

static uint64_t count_claim(const struct shy_synth_truth *t, struct shy_synth_cells *cells,
                            uint32_t place, const struct shy_synth_month *made,
                            const struct shy_synth_claim *c, unsigned *managed)
{
    uint64_t rows = 0;
    for (unsigned i = c->first_line; i < (unsigned)c->first_line + c->lines; i++) {
        const struct shy_synth_item *item = &shy_synth_items[made->line[i].item];
        if (item->row == 0)
            continue;
        size_t cell = (size_t)place * SHY_SYNTH_ROWS + item->row;
        cells->supply[cell].quantity += made->line[i].quantity;
        cells->institutions[cell * t->words + c->institution / 64] |= UINT64_C(1)
                                                                      << c->institution % 64;
        rows |= UINT64_C(1) << item->row;
        if (item->residence >= 0)
            *managed |= 1u << (3 * item->residence + item->severity);
    }
    for (int row = 1; row < SHY_SYNTH_ROWS; row++)
        cells->supply[(size_t)place * SHY_SYNTH_ROWS + (unsigned)row].claims += rows >> row & 1;
    return rows;
}

/* The municipality of an institution among shy_synth_targets. */
static uint32_t target_of(const struct shy_synth_world *w, uint32_t institution)
{
    uint32_t place = 0;
    if (institution >= w->inside + w->outside)
        return shy_synth_targets(w) - 1;
    if (institution >= w->inside)
        return w->place_count + (institution - w->inside) % w->elsewhere_count;
    while (institution >= w->places[place].first_institution + w->places[place].institutions)
        place++;
    return place;
}

/* A month's rows of one person at one institution, and then in one municipality. */
struct met {
    uint32_t number;
    uint64_t rows;
};

static size_t meet(struct met *all, size_t count, uint32_t number, uint64_t rows)
{
    size_t i = 0;
    while (i < count && all[i].number != number)
        i++;
    if (i == count)
        all[count++] = (struct met){number, 0};
    all[i].rows |= rows;
    return count;
}

/* Rows 1 to 3 are visits: of those who live elsewhere, in one building, and without a kind. */
static void count_flow(int64_t *cells, uint32_t targets, uint32_t target, uint64_t rows)
{
    cells[0 * (targets + 1) + target] += rows >> 1 & 1;
    cells[1 * (targets + 1) + target] += rows >> 2 & 1;
    cells[2 * (targets + 1) + target] += (rows & 0xe) != 0;
}

static void count_institutions(const struct shy_synth_truth *t, struct shy_synth_cells *cells,
                               uint32_t place, const struct shy_synth_month *made,
                               const uint64_t *rows)
{
    struct met institutions[SHY_SYNTH_CLAIMS_MOST], municipalities[SHY_SYNTH_CLAIMS_MOST];
    size_t count = 0, targets_met = 0;
    uint32_t targets = shy_synth_targets(t->world);
    int64_t *flow = cells->flow + (size_t)place * SHY_SYNTH_VISITS * (targets + 1);
    uint64_t any = 0;
    for (unsigned i = 0; i < made->claims; i++) {
        uint32_t institution = made->claim[i].institution;
        if (rows[i] == 0)
            continue;
        count = meet(institutions, count, institution, rows[i]);
        targets_met = meet(municipalities, targets_met, target_of(t->world, institution), rows[i]);
        any |= rows[i];
    }
    for (size_t i = 0; i < count; i++) {
        for (unsigned row = 1; row < SHY_SYNTH_ROWS; row++)
            cells->treated[(size_t)institutions[i].number * SHY_SYNTH_ROWS + row] +=
                institutions[i].rows >> row & 1;
    }
    for (size_t i = 0; i < targets_met; i++)
        count_flow(flow, targets, municipalities[i].number, municipalities[i].rows);
    count_flow(flow, targets, targets, any);
}

/* Receipts of care: of who is not linked, where the care insurer is. */
static void count_care(const struct shy_synth_truth *t, struct shy_synth_cells *cells,
                       const struct shy_synth_person *p, int32_t month,
                       const struct shy_synth_month *made)
{
    static const char codes[SHY_SYNTH_CARE_ROWS][3] = {"13", "63", "14", "64", "31", "34"};
    bool linked = shy_synth_care_linked(t->world, p);
    uint32_t place = linked ? place_of(t, p, month) : shy_synth_place_at(p, month);
    unsigned met = 0;
    for (unsigned i = 0; i < made->cares; i++) {
        const char *code = shy_synth_services[made->care[i].service].code[made->care[i].level < 2];
        for (unsigned k = 0; k < SHY_SYNTH_CARE_ROWS; k++)
            met |= strcmp(code, codes[k]) == 0 ? 1u << k : 0;
    }
    for (unsigned k = 0; k < SHY_SYNTH_CARE_ROWS; k++)
        cells->care[(size_t)place * SHY_SYNTH_CARE_ROWS + k] += met >> k & 1;
}

void shy_synth_cells_count(const struct shy_synth_truth *truth, struct shy_synth_cells *cells,
                           const struct shy_synth_person *p, int32_t month,
                           const struct shy_synth_month *made)
{
    uint32_t place = place_of(truth, p, month);
    uint64_t rows = 0, of_claim[SHY_SYNTH_CLAIMS_MOST];
    unsigned managed = 0;
    count_care(truth, cells, p, month, made);
    if (!made->delivered)
        return;
    for (unsigned i = 0; i < made->claims; i++) {
        of_claim[i] = count_claim(truth, cells, place, made, &made->claim[i], &managed);
        rows |= of_claim[i];
    }
    if (rows != 0)
        count_institutions(truth, cells, place, made, of_claim);
    for (int row = 1; rows != 0 && row < SHY_SYNTH_ROWS; row++)
        cells->supply[(size_t)place * SHY_SYNTH_ROWS + (unsigned)row].persons += rows >> row & 1;
    if (managed == 0)
        return;
    unsigned level = level_of(truth, p, made), scheme = (unsigned)shy_synth_number_at(p, month);
    for (unsigned r = 0; r < 2; r++) {
        int64_t *cell = cells->patients +
                        (((size_t)scheme * places_of(truth) + place) * 2 + r) * SEVERITIES * LEVELS;
        for (unsigned s = 0; s < 3; s++)
            cell[s * LEVELS + level] += managed >> (3 * r + s) & 1;
        cell[ANY * LEVELS + level] += (managed >> 3 * r & 7) != 0;
    }
}

/* Years ------------------------------------------------------------------------------------ */

bool shy_synth_lies_in(const struct shy_synth_world *w, uint32_t area, uint32_t place)
{
    if (area < w->place_count)
        return place == area;
    return area == w->place_count + w->secondary_count ||
           w->places[place].secondary == area - w->place_count;
}

int64_t shy_synth_institutions_in(const struct shy_synth_truth *t, const uint64_t *sets,
                                  uint32_t area, unsigned row)
{
    int64_t count = 0;
    for (size_t word = 0; word < t->words; word++) {
        uint64_t bits = 0;
        for (uint32_t place = 0; place < t->world->place_count; place++) {
            if (shy_synth_lies_in(t->world, area, place))
                bits |= sets[((size_t)place * SHY_SYNTH_ROWS + row) * t->words + word];
        }
        count += __builtin_popcountll(bits);
    }
    return count;
}

static struct shy_synth_supply *supply_of(const struct shy_synth_truth *t, int32_t year,
                                          uint32_t area, unsigned row)
{
    return &t->supply[((size_t)year * areas_of(t) + area) * SHY_SYNTH_ROWS + row];
}

static int32_t year_of(const struct shy_synth_truth *t, int32_t month)
{
    return (t->world->options->first_month + month - APRIL) / 12 - t->first_year;
}

void shy_synth_truth_add(struct shy_synth_truth *truth, const struct shy_synth_cells *cells,
                         int32_t month)
{
    int32_t year = year_of(truth, month);
    if (year < 0 || year >= truth->years)
        return;
    (void)pthread_mutex_lock(&truth->lock);
    struct shy_synth_cells *sum = &truth->year[year];
    for (size_t i = 0; i < patient_cells(truth); i++)
        sum->patients[i] += cells->patients[i];
    for (size_t i = 0; i < supply_cells(truth); i++) {
        sum->supply[i].persons += cells->supply[i].persons;
        sum->supply[i].claims += cells->supply[i].claims;
        sum->supply[i].quantity += cells->supply[i].quantity;
    }
    for (size_t i = 0; i < supply_cells(truth) * truth->words; i++)
        sum->institutions[i] |= cells->institutions[i];
    for (size_t i = 0; i < treated_cells(truth); i++)
        sum->treated[i] += cells->treated[i];
    for (size_t i = 0; i < flow_cells(truth); i++)
        sum->flow[i] += cells->flow[i];
    for (size_t i = 0; i < care_cells(truth); i++)
        sum->care[i] += cells->care[i];
    for (uint32_t area = 0; area < areas_of(truth); area++) {
        for (unsigned row = 1; row < SHY_SYNTH_ROWS; row++)
            supply_of(truth, year, area, row)->institution_months +=
                shy_synth_institutions_in(truth, cells->institutions, area, row);
    }
    (void)pthread_mutex_unlock(&truth->lock);
}

/* Persons ---------------------------------------------------------------------------------- */

/* What the data show of a person in one month. */
struct seen {
    bool inpatient, category_1, home, facility, service;
    uint8_t level;
};

static struct seen look(const struct shy_synth_truth *t, const struct shy_synth_person *p,
                        const struct shy_synth_month *made)
{
    struct seen s = {.level = (uint8_t)level_of(t, p, made)};
    bool linked = s.level != SHY_SYNTH_NO_LEVEL;
    for (unsigned i = 0; made->delivered && i < made->claims; i++) {
        s.inpatient = s.inpatient || made->claim[i].inpatient;
        for (unsigned k = 0; k < made->claim[i].lines; k++) {
            unsigned flags = shy_synth_items[made->line[made->claim[i].first_line + k].item].flags;
            s.category_1 = s.category_1 || (flags & SHY_ITEM_CATEGORY_1) != 0;
            s.home = s.home || (flags & SHY_ITEM_HOME) != 0;
        }
    }
    for (unsigned i = 0; linked && i < made->cares; i++) {
        const char *code = shy_synth_services[made->care[i].service].code[made->care[i].level < 2];
        s.facility = s.facility || strcmp(code, "51") == 0 || strcmp(code, "52") == 0 ||
                     strcmp(code, "54") == 0;
        s.service = s.service || !(strcmp(code, "17") == 0 || strcmp(code, "67") == 0 ||
                                   strcmp(code, "43") == 0 || strcmp(code, "46") == 0);
    }
    return s;
}

static void count_discharge(struct shy_synth_discharges *d, const struct seen *seen, int32_t at,
                            int32_t last)
{
    bool home = false, facility = false, service = false;
    unsigned level = SHY_SYNTH_NO_LEVEL;
    for (int32_t m = at + 1; m <= at + WINDOW && m <= last; m++) {
        home = home || seen[m].home;
        facility = facility || seen[m].facility;
        service = service || seen[m].service;
        if (level == SHY_SYNTH_NO_LEVEL)
            level = seen[m].level;
    }
    d->all++;
    d->home += home;
    d->facility += facility;
    d->both += home && facility;
    d->neither += !home && !facility;
    d->service += service;
    d->level[level]++;
}

/* Was category 1 billed in the fiscal year of month `at`? */
static bool category_1_in_year(const struct shy_synth_truth *t, const struct seen *seen,
                               int32_t first, int32_t last, int32_t at)
{
    for (int32_t m = first; m <= last; m++) {
        if (seen[m].category_1 && year_of(t, m) == year_of(t, at))
            return true;
    }
    return false;
}

/* The first break of each fiscal year in the months of one number, or of both that are joined. */
static void discharges(struct shy_synth_truth *t, const struct shy_synth_person *p,
                       const struct seen *seen, int32_t first, int32_t last)
{
    int32_t counted = INT32_MIN;
    for (int32_t m = first; m <= last && m + 1 < t->world->options->months; m++) {
        int32_t year = year_of(t, m);
        if (!category_1_in_year(t, seen, first, last, m) || !seen[m].inpatient ||
            (m < last && seen[m + 1].inpatient) || year == counted)
            continue;
        counted = year;
        int32_t age = (t->world->options->first_month + m - p->birth) / 12;
        if (age >= 65 && year >= 0 && year < t->years)
            count_discharge(&t->discharges[(size_t)year * places_of(t) + place_of(t, p, m)], seen,
                            m, last);
    }
}

void shy_synth_truth_person(struct shy_synth_truth *truth, const struct shy_synth_person *p,
                            struct shy_synth_month *room)
{
    const struct shy_synth_world *w = truth->world;
    struct seen seen[SHY_SYNTH_MONTHS_MOST];
    bool before = shy_synth_has_number(w, p, 0), after = shy_synth_has_number(w, p, 1);
    bool care = shy_synth_has_care(w, p), linked = shy_synth_care_linked(w, p);
    bool joined = before && after && shy_synth_numbers_joined(w, p);
    int32_t last = w->options->months - 1;
    truth->medical_numbers += before + after;
    truth->care_numbers += care;
    truth->persons += before + after + care - joined - linked;
    if (care) {
        int64_t *link = truth->links[shy_synth_place_at(p, p->last < last ? p->last : last)];
        link[0]++;
        link[1] += linked;
        link[2] += p->twin && p->care_items;
    }
    if (p->stay[0][0] == SHY_SYNTH_NEVER)
        return;
    for (int32_t m = 0; m <= last; m++) {
        shy_synth_month_make(w, p, m, room);
        seen[m] = look(truth, p, room);
    }
    if (!before || !after || joined) {
        discharges(truth, p, seen, 0, last);
    } else {
        discharges(truth, p, seen, 0, p->turns_75);
        discharges(truth, p, seen, p->turns_75 + 1, last);
    }
}

/* Whole ------------------------------------------------------------------------------------ */

int shy_synth_truth_open(const struct shy_synth_world *world, struct shy_synth_truth *truth,
                         struct shihyo_error *err)
{
    const struct shy_synth_options *o = world->options;
    *truth = (struct shy_synth_truth){.world = world};
    (void)pthread_mutex_init(&truth->lock, NULL);
    truth->words = ((size_t)world->inside + world->outside + world->unknown + 63) / 64;
    truth->first_year = (o->first_month - APRIL + 11) / 12;
    int32_t begin = truth->first_year * 12 + APRIL, end = o->first_month + o->months;
    truth->years = end >= begin + 12 ? (end - begin) / 12 : 0;
    size_t years = (size_t)truth->years + 1;
    truth->year = shy_alloc(years, sizeof *truth->year);
    truth->supply = shy_alloc(years * areas_of(truth) * SHY_SYNTH_ROWS, sizeof *truth->supply);
    truth->discharges = shy_alloc(years * places_of(truth), sizeof *truth->discharges);
    truth->links = shy_alloc(places_of(truth), sizeof *truth->links);
    if (truth->year == NULL || truth->supply == NULL || truth->discharges == NULL ||
        truth->links == NULL)
        return shy_fail_nomem(err);
    for (int32_t y = 0; y < truth->years; y++)
        SHY_TRY(shy_synth_cells_open(truth, &truth->year[y], err));
    return 0;
}

void shy_synth_truth_close(struct shy_synth_truth *truth)
{
    for (int32_t y = 0; truth->year != NULL && y < truth->years; y++)
        shy_synth_cells_free(&truth->year[y]);
    shy_free(truth->year);
    shy_free(truth->supply);
    shy_free(truth->discharges);
    shy_free(truth->links);
    (void)pthread_mutex_destroy(&truth->lock);
    *truth = (struct shy_synth_truth){0};
}
