/* SPDX-License-Identifier: MIT */
/* Municipalities: from the facts of our own, or from a file in the shape of the published table of
 * municipalities and secondary areas. */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/synth/world.h"
#include "core/text/csv.h"

#define PLACES_MOST 299 /* three digits of an insurer's number below those of associations */

static int add_secondary(struct shy_synth_world *w, const char *code, const char *name,
                         size_t *capacity, uint32_t *out, struct shihyo_error *err)
{
    for (*out = 0; *out < w->secondary_count; ++*out) {
        if (strcmp(w->secondaries[*out].code, code) == 0)
            return 0;
    }
    if (!SHY_GROW(w->secondaries, w->secondary_count, *capacity))
        return shy_fail_nomem(err);
    w->secondaries[w->secondary_count++] = (struct shy_synth_area){code, name};
    return 0;
}

static int known_places(struct shy_synth_world *w, struct shihyo_error *err)
{
    size_t capacity = 0, areas = 0;
    for (const struct shy_synth_municipality *m = shy_synth_municipalities; m->code[0] != '\0';
         m++) {
        const struct shy_synth_secondary *s = shy_synth_secondaries;
        if (memcmp(m->code, w->prefecture, 2) != 0)
            continue;
        while (s->code[0] != '\0' && strcmp(s->code, m->secondary) != 0)
            s++;
        if (!SHY_GROW(w->places, w->place_count, capacity))
            return shy_fail_nomem(err);
        struct shy_synth_place *p = &w->places[w->place_count++];
        *p = (struct shy_synth_place){.code = m->code, .name = m->name};
        memcpy(p->persons, m->persons, sizeof p->persons);
        SHY_TRY(add_secondary(w, s->code, s->name, &areas, &p->secondary, err));
    }
    if (w->place_count > 0)
        return 0;
    (void)shy_fail(err, SHY_E_USAGE, _("The municipalities of prefecture '%s' are not known here."),
                   w->prefecture);
    shy_hint(err, _("Known are 24 and 29; for others give --areas FILE (docs/synth.md)."));
    return SHY_E_USAGE;
}

/* Columns of the file. The last three are not in the published table and may be missing. */
enum { MUNI_CODE, MUNI_NAME, AREA_CODE, AREA_NAME, POP_0_64, POP_65_74, POP_75, COLUMNS };
static const char *const labels[COLUMNS] = {"muni_code", "muni_name", "area_code", "area_name",
                                            "pop_0_64",  "pop_65_74", "pop_75"};

struct reading {
    struct shy_synth_world *w;
    const char *path;
    int at[COLUMNS]; /* which field; -1 = not there */
    size_t capacity, areas;
};

static int find_columns(struct reading *r, const struct shihyo_field *fields, size_t count,
                        struct shihyo_error *err)
{
    for (int c = 0; c < COLUMNS; c++) {
        r->at[c] = -1;
        for (size_t i = 0; i < count; i++) {
            if (fields[i].length == strlen(labels[c]) &&
                memcmp(fields[i].text, labels[c], fields[i].length) == 0)
                r->at[c] = (int)i;
        }
        if (r->at[c] < 0 && c < POP_0_64) {
            (void)shy_fail(err, SHY_E_USAGE, _("The list of municipalities has no column '%s'."),
                           labels[c]);
            shy_at(err, r->path, 1, 0);
            return SHY_E_USAGE;
        }
    }
    return 0;
}

static bool read_number(const struct shihyo_field *field, uint32_t *out)
{
    *out = 0;
    for (size_t i = 0; i < field->length; i++) {
        if (field->text[i] < '0' || field->text[i] > '9' || field->length > 8)
            return false;
        *out = *out * 10 + (uint32_t)(field->text[i] - '0');
    }
    return field->length > 0;
}

static int fail_row(const struct reading *r, int64_t line, int column, struct shihyo_error *err)
{
    (void)shy_fail(err, SHY_E_USAGE, _("The list of municipalities has a value that cannot be."));
    shy_at(err, r->path, line, 0);
    shy_at_column(err, labels[column]);
    return SHY_E_USAGE;
}

/* Without populations municipalities are taken to fall off as one over their rank in the list. */
static int add_row(struct reading *r, const struct shihyo_field *fields, size_t count, int64_t line,
                   struct shihyo_error *err)
{
    struct shy_synth_world *w = r->w;
    const char *texts[POP_0_64];
    struct shy_synth_place p = {0};
    const struct shihyo_field *code = &fields[r->at[MUNI_CODE]];
    if ((size_t)r->at[MUNI_CODE] >= count || code->length < 2 ||
        memcmp(code->text, w->prefecture, 2) != 0)
        return 0;
    for (int c = 0; c < POP_0_64; c++) {
        if ((size_t)r->at[c] >= count || fields[r->at[c]].length == 0 ||
            memchr(fields[r->at[c]].text, ',', fields[r->at[c]].length) != NULL)
            return fail_row(r, line, c, err);
        texts[c] = shy_arena_strndup(&w->texts, fields[r->at[c]].text, fields[r->at[c]].length);
        if (texts[c] == NULL)
            return shy_fail_nomem(err);
    }
    if (strlen(texts[MUNI_CODE]) != 5)
        return fail_row(r, line, MUNI_CODE, err);
    p.code = texts[MUNI_CODE];
    p.name = texts[MUNI_NAME];
    for (int g = 0; g < SHY_SYNTH_GROUPS; g++) {
        int at = r->at[POP_0_64 + g];
        p.persons[g] = 300000 / (w->place_count + 1);
        if (at >= 0 && ((size_t)at >= count || !read_number(&fields[at], &p.persons[g])))
            return fail_row(r, line, POP_0_64 + g, err);
    }
    SHY_TRY(add_secondary(w, texts[AREA_CODE], texts[AREA_NAME], &r->areas, &p.secondary, err));
    if (w->place_count >= PLACES_MOST)
        return fail_row(r, line, MUNI_CODE, err);
    if (!SHY_GROW(w->places, w->place_count, r->capacity))
        return shy_fail_nomem(err);
    w->places[w->place_count++] = p;
    return 0;
}

static int check_places(const struct reading *r, struct shihyo_error *err)
{
    uint64_t sums[SHY_SYNTH_GROUPS] = {0};
    for (uint32_t i = 0; i < r->w->place_count; i++) {
        for (int g = 0; g < SHY_SYNTH_GROUPS; g++)
            sums[g] += r->w->places[i].persons[g];
    }
    if (sums[0] > 0 && sums[1] > 0 && sums[2] > 0)
        return 0;
    (void)shy_fail(err, SHY_E_USAGE, _("The file has no persons of prefecture '%s'."),
                   r->w->prefecture);
    shy_at(err, r->path, 0, 0);
    return SHY_E_USAGE;
}

static int read_places(struct shy_synth_world *w, struct shihyo_error *err)
{
    struct reading r = {.w = w, .path = w->options->areas};
    const struct shihyo_field *fields;
    struct shihyo_csv *csv;
    size_t count;
    SHY_TRY(shy_csv_open(r.path, NULL, &csv, err));
    int code = shy_csv_next(csv, &fields, &count, err);
    if (code == 0)
        code = find_columns(&r, fields, count, err);
    while (code == 0) {
        code = shy_csv_next(csv, &fields, &count, err);
        if (code != 0 || count == 0)
            break;
        code = add_row(&r, fields, count, shy_csv_line(csv), err);
    }
    shy_csv_close(csv);
    return code != 0 ? code : check_places(&r, err);
}

int shy_synth_places(struct shy_synth_world *world, struct shihyo_error *err)
{
    return world->options->areas != NULL ? read_places(world, err) : known_places(world, err);
}
