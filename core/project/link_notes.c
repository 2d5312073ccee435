/* SPDX-License-Identifier: MIT */
/*
 * Persons of the care register whose medical number is not known: their care services are not seen
 * beside their medical ones. In some municipalities they are more than half (reference 003, slide
 * 30), so every value that reads both says how many there are in its area.
 */
#include "config.h"

#include <string.h>

#include "core/project/project_private.h"
#include "core/store/segments.h"

/* Which kinds of receipts an answer reads, by itself and through the indicators it uses. */
static void find_kinds(const struct shy_session *s, const struct shy_answer *answer, int depth,
                       bool *care, bool *medical)
{
    for (size_t i = 0; i < answer->need_count; i++) {
        const char *id = answer->needs[i].contract->id;
        *care = *care || strncmp(id, "care_", 5) == 0;
        *medical = *medical || strncmp(id, "medical_", 8) == 0;
    }
    for (size_t r = 0; r < answer->ref_count && depth < SHY_USES_DEEPEST; r++) {
        for (size_t i = 0; i < shy_plan_definition_count(s->plan); i++) {
            if (s->choices[i].answer != NULL &&
                strcmp(shy_plan_definition(s->plan, i)->id, answer->refs[r]) == 0)
                find_kinds(s, s->choices[i].answer, depth + 1, care, medical);
        }
    }
}

/* Whether a definition puts care receipts and medical receipts together. */
static bool reads_both(const struct shy_session *s, uint32_t definition)
{
    bool care = false, medical = false;
    if (s->choices[definition].answer != NULL)
        find_kinds(s, s->choices[definition].answer, 0, &care, &medical);
    return care && medical;
}

/* Numbers of the areas of one set. */
struct unlinked {
    uint32_t set;
    int64_t *persons; /* by area */
};

static int count_set(const struct shy_areas *areas, const struct shy_link_rate *rates, size_t count,
                     uint32_t municipalities, struct unlinked *u, struct shihyo_error *err)
{
    u->persons = shy_alloc(shy_areas_count(areas, u->set), sizeof *u->persons);
    if (u->persons == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < count; i++) {
        uint32_t area = shy_areas_at(areas, municipalities, rates[i].area, INT32_MIN);
        uint32_t in = area == SHY_AREA_NONE ? SHY_AREA_NONE
                                            : shy_areas_within(areas, municipalities, area, u->set);
        if (in != SHY_AREA_NONE)
            u->persons[in] += rates[i].persons - rates[i].linked;
    }
    return 0;
}

static void note(struct shy_cell *cell, int64_t persons)
{
    if (persons <= 0)
        return;
    cell->notes |= SHY_NOTE_UNLINKED;
    if (cell->note_count < persons)
        cell->note_count = persons;
}

/* Cells come set by set within a definition; one set's numbers are kept at a time. */
static int note_cells(const struct shy_session *s, const struct shy_areas *areas,
                      const struct shy_link_rate *rates, size_t count, struct shy_result *result,
                      struct shihyo_error *err)
{
    struct unlinked u = {.set = SHY_AREA_NONE};
    uint32_t municipalities = shy_areas_set(areas, "municipality");
    uint32_t definition = UINT32_MAX;
    bool both = false;
    int code = 0;
    for (size_t i = 0; code == 0 && i < result->count; i++) {
        struct shy_cell *cell = &result->cells[i];
        if (cell->definition != definition) {
            definition = cell->definition;
            both = reads_both(s, definition);
        }
        if (!both)
            continue;
        if (cell->area_set != u.set) {
            shy_free(u.persons);
            u = (struct unlinked){.set = cell->area_set};
            code = count_set(areas, rates, count, municipalities, &u, err);
        }
        if (code == 0)
            note(cell, u.persons[cell->area]);
    }
    shy_free(u.persons);
    return code;
}

int shy_note_unlinked(struct shy_session *s, const struct shy_areas *areas,
                      struct shy_result *result, struct shihyo_error *err)
{
    struct shy_link_rate *rates = NULL;
    size_t count = 0;
    if (shy_areas_set(areas, "municipality") == SHY_AREA_NONE)
        return 0;
    int code = shy_store_link_rates(s->store, &rates, &count, err);
    if (code == 0 && count > 0)
        code = note_cells(s, areas, rates, count, result, err);
    shy_free(rates);
    return code;
}
