/* SPDX-License-Identifier: MIT */
/*
 * The places of a project: made from the rows in the store as of a date, and looked over. What is
 * wrong with them (a municipality in two areas of a set, or in none) is told by import and check as
 * by a run.
 */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/project/project_private.h"

static int read_reference(const struct shy_catalogue *catalogue, const struct shy_dataset *dataset,
                          const char *contract, const struct shy_table **out,
                          struct shihyo_error *err)
{
    const struct shy_contract *c = shy_catalogue_find(catalogue, contract);
    const char *names[32];
    size_t count = 0;
    SHY_BUG_ON(c == NULL || c->column_count > sizeof names / sizeof names[0]);
    for (size_t i = 0; i < c->column_count; i++)
        names[count++] = c->columns[i].name;
    return dataset->table(dataset->self, c, names, count, out, err);
}

int shy_project_areas(const struct shy_catalogue *catalogue, const struct shy_dataset *dataset,
                      int32_t as_of, bool population, struct shy_areas **out,
                      struct shy_problems *problems, struct shihyo_error *err)
{
    struct shy_area_tables t = {0};
    SHY_TRY(read_reference(catalogue, dataset, "areas", &t.areas, err));
    SHY_TRY(read_reference(catalogue, dataset, "area_members", &t.members, err));
    SHY_TRY(read_reference(catalogue, dataset, "area_changes", &t.changes, err));
    SHY_TRY(read_reference(catalogue, dataset, "area_weights", &t.weights, err));
    if (population)
        SHY_TRY(read_reference(catalogue, dataset, "population", &t.population, err));
    return shy_areas_build(&t, as_of, out, problems, err);
}

/* Municipalities that no area holds -------------------------------------------------------- */

enum { AREAS_NAMED = 5 };

/* One set, within a prefecture (or SHY_AREA_NONE, all of them). */
struct omitted {
    const struct shy_areas *areas;
    uint32_t set, municipality, prefecture, of;
};

static bool is_of(const struct omitted *o, uint32_t set, uint32_t area)
{
    return o->of == SHY_AREA_NONE || shy_areas_within(o->areas, set, area, o->prefecture) == o->of;
}

/* Sets whose areas hold no municipality of the prefecture at all say nothing of it: those below
 * the municipality, or another prefecture's. */
static bool holds_some(const struct omitted *o)
{
    for (uint32_t i = 0; i < shy_areas_count(o->areas, o->municipality); i++) {
        if (is_of(o, o->municipality, i) &&
            shy_areas_within(o->areas, o->municipality, i, o->set) != SHY_AREA_NONE)
            return true;
    }
    return false;
}

static int report_set(const struct omitted *o, struct shy_problems *problems,
                      struct shihyo_error *err)
{
    struct shihyo_error e = SHY_ERROR_INIT;
    struct shy_text names = {0};
    size_t count = 0;
    for (uint32_t i = 0; i < shy_areas_count(o->areas, o->municipality); i++) {
        if (!is_of(o, o->municipality, i) ||
            shy_areas_within(o->areas, o->municipality, i, o->set) != SHY_AREA_NONE)
            continue;
        const char *name = shy_areas_name(o->areas, o->municipality, i);
        if (count++ < AREAS_NAMED)
            shy_text_addf(&names, "%s%s%s%s", count == 1 ? "" : ", ",
                          shy_areas_code(o->areas, o->municipality, i), name[0] == '\0' ? "" : " ",
                          name);
    }
    if (count > 0) {
        (void)shy_fail(&e, SHY_E_AREA_OMITTED,
                       _("Area set '%s' leaves out municipalities (%zu): %s%s"),
                       shy_areas_set_id(o->areas, o->set), count, shy_text_get(&names),
                       count > AREAS_NAMED ? " …" : "");
        shy_hint(&e, _("What belongs to them counts in none of its areas. If that is not meant, "
                       "add them to a source of the contract area_members."));
        shy_problems_add(problems, SHY_WARNING, &e);
    }
    bool failed = names.failed;
    shy_text_free(&names);
    return failed ? shy_fail_nomem(err) : 0;
}

int shy_project_omitted(const struct shy_areas *areas, const char *prefecture,
                        const char *const *sets, size_t count, struct shy_problems *problems,
                        struct shihyo_error *err)
{
    struct omitted o = {.areas = areas,
                        .municipality = shy_areas_set(areas, "municipality"),
                        .prefecture = shy_areas_set(areas, "prefecture")};
    o.of = strcmp(prefecture, "00") == 0 ? SHY_AREA_NONE
                                         : shy_areas_find(areas, o.prefecture, prefecture);
    for (size_t i = 0; i < count; i++) {
        o.set = shy_areas_set(areas, sets[i]);
        if (o.set == SHY_AREA_NONE || o.set == o.municipality || !holds_some(&o))
            continue;
        SHY_TRY(report_set(&o, problems, err));
    }
    return 0;
}

/* Looking over a store ----------------------------------------------------------------------- */

/* All sets that the project's tables know, but those made by rule. */
static int look_over(struct shy_project *p, struct shy_store *store,
                     const struct shy_catalogue *catalogue, struct shy_problems *problems,
                     struct shihyo_error *err)
{
    struct shy_store_data *data;
    struct shy_areas *areas = NULL;
    SHY_TRY(shy_store_data_new(store, &data, err));
    struct shy_dataset dataset = shy_store_dataset(data);
    const char **ids = NULL;
    int code = shy_project_areas(catalogue, &dataset, p->as_of, false, &areas, problems, err);
    if (code == 0) {
        size_t count = shy_areas_set_count(areas);
        ids = shy_alloc(count, sizeof *ids);
        code = ids == NULL ? shy_fail_nomem(err) : 0;
        for (uint32_t i = 0; code == 0 && i < count; i++)
            ids[i] = shy_areas_set_id(areas, i);
        if (code == 0)
            code = shy_project_omitted(areas, p->prefecture, ids, count, problems, err);
    }
    shy_free(ids);
    shy_areas_free(areas);
    shy_store_data_free(data);
    return code;
}

int shy_project_check_areas(struct shy_project *p, struct shy_problems *problems,
                            struct shihyo_error *err)
{
    struct shy_store *store = NULL;
    if (!shy_os_exists(p->store_path))
        return 0;
    SHY_TRY(shy_store_open(p->store_path, SHY_STORE_READ, &store, err));
    struct shy_catalogue *catalogue = shy_catalogue_new();
    int code = catalogue == NULL ? shy_fail_nomem(err) : shy_project_read_own(p, store, err);
    if (code == 0)
        code = look_over(p, store, catalogue, problems, err);
    shy_catalogue_free(catalogue);
    shy_store_close(store);
    return code;
}
