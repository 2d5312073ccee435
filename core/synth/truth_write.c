/* SPDX-License-Identifier: MIT */
/* The truth as files: UTF-8, LF, a header line. docs/synth.md has the columns. */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/os/os.h"
#include "core/synth/truth.h"

enum { APRIL = 3, SEVERITIES = 4, LEVELS = SHY_SYNTH_LEVELS + 1, WINDOW = 6 };

static const char *place_code(const struct shy_synth_truth *t, uint32_t place)
{
    return place < t->world->place_count ? t->world->places[place].code : "";
}

static void area_of(const struct shy_synth_truth *t, uint32_t area, const char **set,
                    const char **code)
{
    const struct shy_synth_world *w = t->world;
    *set = area < w->place_count                        ? "municipality"
           : area < w->place_count + w->secondary_count ? "secondary"
                                                        : "prefecture";
    *code = area < w->place_count ? w->places[area].code
            : area < w->place_count + w->secondary_count
                ? w->secondaries[area - w->place_count].code
                : w->prefecture;
}

static void totals(const struct shy_synth_truth *t, struct shy_text *out)
{
    static const char *const names[] = {"persons",       "care_persons", "medical_claims",
                                        "medical_items", "care_claims",  "care_items",
                                        "institutions",  "care_offices", "insurers"};
    shy_text_adds(out, "what,value\n");
    shy_text_addf(out, "linked_persons,%" PRId64 "\n", t->persons);
    shy_text_addf(out, "medical_numbers,%" PRId64 "\n", t->medical_numbers);
    shy_text_addf(out, "care_numbers,%" PRId64 "\n", t->care_numbers);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        shy_text_addf(out, "lines:%s,%" PRId64 "\n", names[i], t->lines[i]);
    shy_text_addf(out, "lines:medical_items:home_care,%" PRId64 "\n", t->home_lines);
}

static void links(const struct shy_synth_truth *t, struct shy_text *out)
{
    shy_text_adds(out, "area,care_numbers,linked,ambiguous\n");
    for (uint32_t i = 0; i < t->world->place_count; i++) {
        if (t->links[i][0] > 0)
            shy_text_addf(out, "%s,%" PRId64 ",%" PRId64 ",%" PRId64 "\n", place_code(t, i),
                          t->links[i][0], t->links[i][1], t->links[i][2]);
    }
}

static void patients(const struct shy_synth_truth *t, struct shy_text *out)
{
    static const char *const schemes[] = {"nhi", "late_elderly"};
    static const char *const residences[] = {"在宅時", "施設入居時等"};
    static const char *const severities[] = {"重症", "重症以外・月2回以上", "重症以外・月1回",
                                             "計"};
    shy_text_adds(out, "period,scheme,area,residence,severity,care_level,person_months\n");
    for (int32_t y = 0; y < t->years; y++) {
        const int64_t *cell = t->year[y].patients;
        for (unsigned scheme = 0; scheme < 2; scheme++) {
            for (uint32_t place = 0; place <= t->world->place_count; place++) {
                for (unsigned i = 0; i < 2 * SEVERITIES * LEVELS; i++, cell++) {
                    unsigned level = i % LEVELS;
                    if (*cell == 0)
                        continue;
                    shy_text_addf(
                        out, "FY%d,%s,%s,%s,%s,%s,%" PRId64 "\n", t->first_year + y,
                        schemes[scheme], place_code(t, place), residences[i / LEVELS / SEVERITIES],
                        severities[i / LEVELS % SEVERITIES],
                        level == SHY_SYNTH_NO_LEVEL ? "" : shy_synth_levels[level], *cell);
                }
            }
        }
    }
}

/* The sums of the places that lie in the area. */
static struct shy_synth_supply supply_in(const struct shy_synth_truth *t, int32_t year,
                                         uint32_t area, unsigned row)
{
    const struct shy_synth_world *w = t->world;
    size_t areas = (size_t)w->place_count + w->secondary_count + 1;
    struct shy_synth_supply sum = t->supply[((size_t)year * areas + area) * SHY_SYNTH_ROWS + row];
    for (uint32_t place = 0; place < w->place_count; place++) {
        const struct shy_synth_supply *s =
            &t->year[year].supply[(size_t)place * SHY_SYNTH_ROWS + row];
        if (!shy_synth_lies_in(w, area, place))
            continue;
        sum.persons += s->persons;
        sum.claims += s->claims;
        sum.quantity += s->quantity;
    }
    sum.institutions = shy_synth_institutions_in(t, t->year[year].institutions, area, row);
    return sum;
}

static void supply(const struct shy_synth_truth *t, struct shy_text *out)
{
    uint32_t areas = t->world->place_count + t->world->secondary_count + 1;
    shy_text_adds(out, "period,area_set,area,row,person_months,claims,quantity,institutions,"
                       "institution_months\n");
    for (int32_t y = 0; y < t->years; y++) {
        for (uint32_t area = 0; area < areas; area++) {
            for (unsigned row = 1; row < SHY_SYNTH_ROWS; row++) {
                struct shy_synth_supply s = supply_in(t, y, area, row);
                const char *set, *code;
                if (s.claims == 0)
                    continue;
                area_of(t, area, &set, &code);
                shy_text_addf(out,
                              "FY%d,%s,%s,%02u,%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64
                              ",%" PRId64 "\n",
                              t->first_year + y, set, code, row, s.persons, s.claims, s.quantity,
                              s.institutions, s.institution_months);
            }
        }
    }
}

static void institutions(const struct shy_synth_truth *t, struct shy_text *out)
{
    const struct shy_synth_world *w = t->world;
    shy_text_adds(out, "period,institution,row,person_months\n");
    for (int32_t y = 0; y < t->years; y++) {
        for (uint32_t i = 0; i < w->inside + w->outside + w->unknown; i++) {
            char code[11];
            shy_synth_institution_code(w, i, 1, code);
            for (unsigned row = 1; row < SHY_SYNTH_ROWS; row++) {
                int64_t n = t->year[y].treated[(size_t)i * SHY_SYNTH_ROWS + row];
                if (n != 0)
                    shy_text_addf(out, "FY%d,%s,%02u,%" PRId64 "\n", t->first_year + y, code, row,
                                  n);
            }
        }
    }
}

static const char *target_code(const struct shy_synth_world *w, uint32_t target)
{
    if (target < w->place_count)
        return w->places[target].code;
    return target < w->place_count + w->elsewhere_count
               ? w->elsewhere[target - w->place_count]->code
               : "";
}

static void flow(const struct shy_synth_truth *t, struct shy_text *out)
{
    static const char *const kinds[SHY_SYNTH_VISITS] = {"同一建物居住者以外", "同一建物居住者",
                                                        "合計"};
    const struct shy_synth_world *w = t->world;
    uint32_t targets = shy_synth_targets(w);
    shy_text_adds(out, "period,area,visit,institution_area,person_months\n");
    for (int32_t y = 0; y < t->years; y++) {
        const int64_t *cell = t->year[y].flow;
        for (uint32_t place = 0; place <= w->place_count; place++) {
            for (unsigned kind = 0; kind < SHY_SYNTH_VISITS; kind++) {
                for (uint32_t target = 0; target <= targets; target++, cell++) {
                    if (*cell != 0)
                        shy_text_addf(out, "FY%d,%s,%s,%s,%" PRId64 "\n", t->first_year + y,
                                      place_code(t, place), kinds[kind],
                                      target == targets ? "計" : target_code(w, target), *cell);
                }
            }
        }
    }
}

static void care(const struct shy_synth_truth *t, struct shy_text *out)
{
    shy_text_adds(out, "period,area,row,person_months\n");
    for (int32_t y = 0; y < t->years; y++) {
        const int64_t *cell = t->year[y].care;
        for (uint32_t place = 0; place <= t->world->place_count; place++) {
            for (unsigned row = 0; row < SHY_SYNTH_CARE_ROWS; row++, cell++) {
                if (*cell != 0)
                    shy_text_addf(out, "FY%d,%s,%u,%" PRId64 "\n", t->first_year + y,
                                  place_code(t, place), 38 + row, *cell);
            }
        }
    }
}

/* Years after which the whole window lies in the data; of others nothing is known. */
static void discharges(const struct shy_synth_truth *t, struct shy_text *out)
{
    const struct shy_synth_options *o = t->world->options;
    shy_text_adds(out, "period,area,discharged,home_care,facility,both,neither,care_service");
    for (int i = 0; i < SHY_SYNTH_LEVELS; i++)
        shy_text_addf(out, ",level_%s", shy_synth_levels[i]);
    shy_text_adds(out, ",level_none\n");
    for (int32_t y = 0; y < t->years; y++) {
        int32_t end = (t->first_year + y + 1) * 12 + APRIL - 1;
        if (end + WINDOW >= o->first_month + o->months)
            break;
        for (uint32_t place = 0; place <= t->world->place_count; place++) {
            const struct shy_synth_discharges *d =
                &t->discharges[(size_t)y * (t->world->place_count + 1) + place];
            if (d->all == 0)
                continue;
            shy_text_addf(
                out, "FY%d,%s,%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64,
                t->first_year + y, place_code(t, place), d->all, d->home, d->facility, d->both,
                d->neither, d->service);
            for (int i = 0; i < LEVELS; i++)
                shy_text_addf(out, ",%" PRId64, d->level[i]);
            shy_text_addc(out, '\n');
        }
    }
}

int shy_synth_truth_write(const struct shy_synth_truth *truth, const char *directory,
                          struct shihyo_error *err)
{
    static const struct {
        const char *name;
        void (*print)(const struct shy_synth_truth *t, struct shy_text *out);
    } files[] = {{"totals.csv", totals},
                 {"links.csv", links},
                 {"patients.csv", patients},
                 {"supply.csv", supply},
                 {"institutions.csv", institutions},
                 {"flow.csv", flow},
                 {"care.csv", care},
                 {"discharges.csv", discharges}};
    int code = 0;
    for (size_t i = 0; i < sizeof files / sizeof files[0] && code == 0; i++) {
        struct shy_text text = {0};
        char *path = shy_os_join(directory, files[i].name);
        files[i].print(truth, &text);
        code = path == NULL || text.failed
                   ? shy_fail_nomem(err)
                   : shy_os_write_file(path, shy_text_get(&text), text.length, err);
        shy_text_free(&text);
        shy_free(path);
    }
    return code;
}
