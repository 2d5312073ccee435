/* SPDX-License-Identifier: MIT */
/* Which of a run's cells are kept, one definition after the other. */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/project/run_cells.h"

/* Areas named in a sentence about areas; the rest is their number. */
enum { AREAS_NAMED = 3 };

int shy_keeping_begin(struct shy_keeping *k, struct shihyo_error *err)
{
    const char *code = k->session->project->prefecture;
    size_t sets = shy_areas_set_count(k->areas);
    k->nation = shy_areas_set(k->areas, "nation");
    k->prefectures = shy_areas_set(k->areas, "prefecture");
    k->prefecture = SHY_AREA_NONE;
    /* "00" is the nation: a project of all prefectures. */
    if (strcmp(code, "00") != 0 && k->prefectures != SHY_AREA_NONE)
        k->prefecture = shy_areas_find(k->areas, k->prefectures, code);
    k->strays = shy_alloc(sets, sizeof *k->strays);
    k->stray_counts = shy_alloc(sets, sizeof *k->stray_counts);
    return k->strays == NULL || k->stray_counts == NULL ? shy_fail_nomem(err) : 0;
}

void shy_keeping_free(struct shy_keeping *k)
{
    for (size_t i = 0; k->strays != NULL && i < shy_areas_set_count(k->areas); i++)
        shy_free(k->strays[i]);
    shy_free(k->strays);
    shy_free(k->stray_counts);
}

/* Is there a figure, or a word of a source on why there is none? */
static bool says_something(const struct shy_cell *c)
{
    return c->state != SHIHYO_STATE_MISSING && c->reason != SHY_REASON_MONTHS_MISSING;
}

/* An area with values that lies in no prefecture. */
static int mark_stray(struct shy_keeping *k, const struct shy_cell *cell, struct shihyo_error *err)
{
    bool **marks = &k->strays[cell->area_set];
    if (*marks == NULL)
        *marks = shy_alloc(shy_areas_count(k->areas, cell->area_set), sizeof **marks);
    if (*marks == NULL)
        return shy_fail_nomem(err);
    k->stray_counts[cell->area_set] += (*marks)[cell->area] ? 0 : 1;
    (*marks)[cell->area] = true;
    return 0;
}

/* A prefecture keeps its own areas, and the nation's cells, which are read beside them; ranks were
 * made among all there are. */
static int keep_prefecture(struct shy_keeping *k, struct shy_result *cells,
                           struct shihyo_error *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < cells->count; i++) {
        const struct shy_cell *cell = &cells->cells[i];
        uint32_t in = SHY_AREA_NONE;
        if (cell->area_set != k->nation)
            in = shy_areas_within(k->areas, cell->area_set, cell->area, k->prefectures);
        if (cell->area_set != k->nation && in == SHY_AREA_NONE)
            SHY_TRY(mark_stray(k, cell, err));
        if (cell->area_set == k->nation || in == k->prefecture)
            cells->cells[kept++] = *cell;
    }
    cells->count = kept;
    return 0;
}

/* A value of its own, not the sum of smaller areas, which are named themselves. */
static bool breaks_check(const struct shy_cell *c)
{
    bool number = c->state == SHIHYO_STATE_OK || c->state == SHIHYO_STATE_PARTIAL;
    return number && (c->notes & SHY_NOTE_AREAS_ADDED) == 0 &&
           (c->exact ? c->numerator.num != 0 : c->value != 0);
}

/* "check": what the pack's author calls wrong where the value is not 0. */
static int warn_of_checks(const struct shy_keeping *k, const struct shy_result *cells,
                          struct shihyo_error *err)
{
    const struct shy_definition *d =
        shy_plan_definition(k->session->plan, cells->cells[0].definition);
    const char *text = json_string_value(json_object_get(d->metadata, "check"));
    struct shihyo_error e = SHY_ERROR_INIT;
    struct shy_text places = {0};
    size_t count = 0;
    for (size_t i = 0; text != NULL && i < cells->count; i++) {
        const struct shy_cell *c = &cells->cells[i];
        char period[SHY_PERIOD_TEXT], value[48];
        if (!breaks_check(c) || count++ >= AREAS_NAMED)
            continue;
        shy_period_text(&c->period, period);
        shy_double_shortest(c->value, value, sizeof value);
        shy_text_addf(&places, "%s%s %s %s: %s", count == 1 ? "" : "; ",
                      shy_areas_code(k->areas, c->area_set, c->area),
                      shy_areas_name(k->areas, c->area_set, c->area), period, value);
    }
    if (count > 0) {
        (void)shy_fail(&e, SHY_E_EXEC_CHECK, "%s: %s", d->id, text);
        shy_value(&e, shy_text_get(&places), places.length);
        shy_hint(&e,
                 _("%zu values are not 0; `shihyo explain %s --area AREA` shows how one was "
                   "computed."),
                 count, d->id);
        shy_problems_add(k->problems, SHY_WARNING, &e);
    }
    bool failed = places.failed;
    shy_text_free(&places);
    return failed ? shy_fail_nomem(err) : 0;
}

/* Indicators that were computed only because others use them have no cells of their own. */
int shy_keeping_choose(struct shy_keeping *k, struct shy_result *cells, struct shihyo_error *err)
{
    if (cells->count == 0 || !k->session->asked[cells->cells[0].definition]) {
        cells->count = 0;
        return 0;
    }
    for (size_t i = 0; i < cells->count && !k->says_something; i++)
        k->says_something = says_something(&cells->cells[i]);
    if (k->prefecture != SHY_AREA_NONE)
        SHY_TRY(keep_prefecture(k, cells, err));
    if (cells->count > 0)
        SHY_TRY(warn_of_checks(k, cells, err));
    return shy_note_unlinked(k->session, k->areas, cells, err);
}

static int report_set(const struct shy_keeping *k, uint32_t set, struct shy_problems *problems,
                      struct shihyo_error *err)
{
    struct shihyo_error e = SHY_ERROR_INIT;
    struct shy_text names = {0};
    size_t named = 0, count = k->stray_counts[set];
    for (uint32_t a = 0; a < shy_areas_count(k->areas, set) && named < AREAS_NAMED; a++) {
        if (!k->strays[set][a])
            continue;
        const char *name = shy_areas_name(k->areas, set, a);
        shy_text_addf(&names, "%s%s%s%s", named++ == 0 ? "" : ", ",
                      shy_areas_code(k->areas, set, a), name[0] == '\0' ? "" : " ", name);
    }
    (void)shy_fail(&e, SHY_E_AREA_STRAY,
                   _("%zu areas of the set '%s' lie in no prefecture; their values are not kept: "
                     "%s%s"),
                   count, shy_areas_set_id(k->areas, set), shy_text_get(&names),
                   count > named ? " …" : "");
    shy_hint(&e, _("A source of the contract area_members says in which prefecture areas lie, "
                   "or which areas of another set they consist of."));
    shy_problems_add(problems, SHY_WARNING, &e);
    bool failed = names.failed;
    shy_text_free(&names);
    return failed ? shy_fail_nomem(err) : 0;
}

/* A prefecture's own area without a membership would otherwise vanish like another prefecture's. */
int shy_keeping_report(const struct shy_keeping *k, struct shy_problems *problems,
                       struct shihyo_error *err)
{
    for (uint32_t set = 0; set < shy_areas_set_count(k->areas); set++) {
        if (k->stray_counts[set] > 0)
            SHY_TRY(report_set(k, set, problems, err));
    }
    return 0;
}
