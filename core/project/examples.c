/* SPDX-License-Identifier: MIT */
/* Runs the examples of packs: rows in, cells out, held against what the author expects. */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/project/example.h"
#include "core/project/project_private.h"

struct trial {
    struct shy_session *session;
    const json_t *example;
    struct shy_example_data data;
    struct shy_choice *choices;
    struct shy_result result;
    struct shy_problems *problems;
    bool failed;
};

/* One expected figure; NULL = not said. */
struct expectation {
    const char *id, *area, *set, *period, *measure, *dimensions, *state, *judgement;
    const json_t *value, *lower, *upper;
};

/* "file:line", as the script host writes it. */
static void place(const json_t *example, struct shihyo_error *err)
{
    const char *at = json_string_value(json_object_get(example, "at"));
    const char *colon = at != NULL ? strrchr(at, ':') : NULL;
    char file[256];
    if (colon == NULL)
        return;
    shy_copy_text(file, sizeof file, at, (size_t)(colon - at));
    shy_at(err, file, strtoll(colon + 1, NULL, 10), 0);
}

/* With the example's name in front: a pack has many. */
static void report(struct trial *t, struct shihyo_error *err)
{
    const char *name = json_string_value(json_object_get(t->example, "name"));
    shy_context(err, _("Example '%s'"), name != NULL ? name : "");
    place(t->example, err);
    shy_problems_add(t->problems, SHY_ERROR, err);
    t->failed = true;
}

/* The example's rows can answer on every basis: whether a real source could is no question of the
 * definition. */
static int offers_of(const struct shy_example_data *d, struct shy_offer **out,
                     struct shihyo_error *err)
{
    *out = shy_alloc(d->count, sizeof **out);
    if (*out == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < d->count; i++)
        (*out)[i] = (struct shy_offer){
            .source = "example",
            .contract = d->tables[i]->contract->id,
            .bases = SHIHYO_BASIS_RESIDENCE | SHIHYO_BASIS_INSTITUTION | SHIHYO_BASIS_INSURER |
                     SHIHYO_BASIS_NONE,
            .finest_level = SHIHYO_LEVEL_ANY,
        };
    return 0;
}

/* What a chosen definition uses must be computed too, whether or not something is expected of it.
 * What cannot be answered leaves the value not computable, as it would in a run. */
static bool choose_used(struct trial *t, const struct shy_offer *offers)
{
    const struct shy_plan *plan = t->session->plan;
    bool any = false;
    for (size_t i = 0; i < shy_plan_definition_count(plan); i++) {
        const struct shy_answer *a = t->choices[i].answer;
        for (size_t r = 0; a != NULL && r < a->ref_count; r++) {
            size_t used = 0;
            while (strcmp(shy_plan_definition(plan, used)->id, a->refs[r]) != 0)
                used++;
            const struct shy_definition *d = shy_plan_definition(plan, used);
            struct shihyo_error local = SHY_ERROR_INIT;
            if (t->choices[used].answer == NULL && d->ok &&
                shy_plan_choose(plan, d, offers, t->data.count, &t->choices[used], &local) == 0)
                any = true;
        }
    }
    return any;
}

/* The definitions that the example expects something of; an unknown id is reported. */
static int choose(struct trial *t, struct shihyo_error *err)
{
    const struct shy_plan *plan = t->session->plan;
    struct shy_offer *offers;
    const char *id;
    json_t *ignored;
    t->choices = shy_alloc(shy_plan_definition_count(plan), sizeof *t->choices);
    if (t->choices == NULL)
        return shy_fail_nomem(err);
    SHY_TRY(offers_of(&t->data, &offers, err));
    json_object_foreach(json_object_get(t->example, "expect"), id, ignored)
    {
        struct shihyo_error local = SHY_ERROR_INIT;
        const struct shy_definition *d = shy_plan_find(plan, id);
        size_t i = 0;
        while (d != NULL && shy_plan_definition(plan, i) != d)
            i++;
        if (d == NULL) {
            (void)shy_fail(&local, SHY_E_INDICATOR_UNKNOWN, _("There is no indicator '%s'."), id);
            report(t, &local);
        } else if (d->ok &&
                   shy_plan_choose(plan, d, offers, t->data.count, &t->choices[i], &local) != 0) {
            report(t, &local);
        }
    }
    while (choose_used(t, offers))
        ;
    shy_free(offers);
    return 0;
}

/* For every set of areas there is, since an expectation may name any of them. */
static int evaluate(struct trial *t, struct shihyo_error *err)
{
    const struct shy_areas *areas = t->data.areas;
    size_t count = shy_areas_set_count(areas);
    const char **sets = shy_alloc(count, sizeof *sets);
    struct shy_dataset dataset = shy_example_dataset(&t->data);
    struct shy_functions functions = shy_session_functions(t->session);
    struct shy_period period;
    const char *text = json_string_value(json_object_get(t->example, "period"));
    bool given = text != NULL && shy_period_parse_any(text, strlen(text), &period);
    if (sets == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < count; i++)
        sets[i] = shy_areas_set_id(areas, (uint32_t)i);
    struct shy_request request = {
        .choices = t->choices,
        .area_sets = sets,
        .area_set_count = count,
        .periods = given ? &period : NULL,
        .period_count = given ? 1 : 0,
    };
    int code = shy_exec_naive(t->session->plan, &dataset, areas, &functions, &request, &t->result,
                              t->problems, err);
    shy_free(sets);
    return code;
}

/* By ids and texts, as the author writes them. */
static bool matches(const struct trial *t, const struct expectation *e, const struct shy_cell *cell)
{
    const struct shy_areas *areas = t->data.areas;
    char period[SHY_PERIOD_TEXT];
    shy_period_text(&cell->period, period);
    return strcmp(shy_plan_definition(t->session->plan, cell->definition)->id, e->id) == 0 &&
           strcmp(shy_areas_code(areas, cell->area_set, cell->area), e->area) == 0 &&
           (e->set == NULL || strcmp(shy_areas_set_id(areas, cell->area_set), e->set) == 0) &&
           (e->period == NULL || strcmp(period, e->period) == 0) &&
           strcmp(t->result.measures.keys[cell->measure], e->measure) == 0 &&
           strcmp(t->result.dims.keys[cell->dims], e->dimensions) == 0;
}

/* Nine digits: an author writes 0.333333333 for a third. */
static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fmax(1, fmax(fabs(a), fabs(b)));
}

/* A value that is expected is not met by a cell without a number, whatever is left in it. */
static void compare(struct trial *t, const struct expectation *e, const struct shy_cell *cell)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const char *state = shy_state_id(cell->state);
    bool shown = cell->state == SHIHYO_STATE_OK || cell->state == SHIHYO_STATE_PARTIAL;
    char got[64], wanted[64] = "";
    if (shown)
        shy_double_shortest(cell->value, got, sizeof got);
    else
        snprintf(got, sizeof got, "%s", state);
    if (e->value != NULL)
        shy_double_shortest(json_number_value(e->value), wanted, sizeof wanted);
    bool wrong_state = e->state != NULL && strcmp(e->state, state) != 0;
    bool wrong_value =
        e->value != NULL && !(shown && near(cell->value, json_number_value(e->value)));
    if (!wrong_state && !wrong_value)
        return;
    (void)shy_fail(&err, SHY_E_EXAMPLE_FAILED, _("%s in area %s: expected %s%s%s, got %s."), e->id,
                   e->area, wanted, e->value != NULL && e->state != NULL ? ", " : "",
                   e->state != NULL ? e->state : "", got);
    if (cell->reason != SHY_REASON_NONE)
        shy_hint(&err, "%s", shy_reason_text(cell->reason));
    report(t, &err);
}

/* A number that was expected: a limit of the first level. */
static void compare_limit(struct trial *t, const struct expectation *e, const char *name,
                          const json_t *expected, bool there, double got)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    char texts[2][64] = {"", "-"};
    if (expected == NULL || (there && near(got, json_number_value(expected))))
        return;
    shy_double_shortest(json_number_value(expected), texts[0], sizeof texts[0]);
    if (there)
        shy_double_shortest(got, texts[1], sizeof texts[1]);
    (void)shy_fail(&err, SHY_E_EXAMPLE_FAILED, _("%s in area %s: expected %s %s, got %s."), e->id,
                   e->area, name, texts[0], texts[1]);
    report(t, &err);
}

static void compare_limits(struct trial *t, const struct expectation *e,
                           const struct shy_cell *cell)
{
    const struct shy_cell_limits *l = cell->limits;
    struct shihyo_error err = SHY_ERROR_INIT;
    bool there = l != NULL && l->intervals && l->count > 0;
    const char *judgement = shy_judgement_word(l);
    compare_limit(t, e, "lower", e->lower, there, there ? l->limits[0].lower : 0);
    compare_limit(t, e, "upper", e->upper, there, there ? l->limits[0].upper : 0);
    if (e->judgement == NULL || strcmp(e->judgement, judgement) == 0)
        return;
    (void)shy_fail(&err, SHY_E_EXAMPLE_FAILED, _("%s in area %s: expected %s %s, got %s."), e->id,
                   e->area, "judgement", e->judgement, judgement[0] == '\0' ? "-" : judgement);
    report(t, &err);
}

static void check(struct trial *t, const struct expectation *e)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const struct shy_cell *found = NULL;
    for (size_t i = 0; i < t->result.count; i++) {
        if (!matches(t, e, &t->result.cells[i]))
            continue;
        if (found != NULL) {
            (void)shy_fail(&err, SHY_E_EXAMPLE_INVALID, _("%s has several values in area %s."),
                           e->id, e->area);
            shy_hint(&err, _("Say which with set and period."));
            report(t, &err);
            return;
        }
        found = &t->result.cells[i];
    }
    if (found != NULL) {
        compare(t, e, found);
        compare_limits(t, e, found);
        return;
    }
    (void)shy_fail(&err, SHY_E_EXAMPLE_FAILED,
                   _("%s has no value in area %s (measure %s, "
                     "dimensions '%s')."),
                   e->id, e->area, e->measure, e->dimensions);
    report(t, &err);
}

static const char *field(const json_t *item, const char *name, const char *fallback)
{
    const char *text = json_string_value(json_object_get(item, name));
    return text != NULL ? text : fallback;
}

/* An expectation that says nothing would pass whatever comes out, so it is a mistake. */
static void refuse(struct trial *t, const char *id)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)shy_fail(&err, SHY_E_EXAMPLE_INVALID, _("What is expected of '%s' cannot be checked."),
                   id);
    shy_hint(&err,
             _("Give a number, a state (\"masked\"), numbers and states by area code, or a "
               "list of { area, set, period, measure, dimensions, value, state, lower, upper, "
               "judgement }."));
    report(t, &err);
}

static void check_wanted(struct trial *t, struct expectation *e, const json_t *value)
{
    e->value = json_is_number(value) ? value : NULL;
    e->state = json_string_value(value);
    if (e->value == NULL && e->state == NULL)
        refuse(t, e->id);
    else
        check(t, e);
}

/* Every field known and of its kind, and one that says what is expected. */
static bool is_expectation(const json_t *item)
{
    static const char *const texts[] = {"area",       "set",   "period",    "measure",
                                        "dimensions", "state", "judgement", NULL};
    static const char *const numbers[] = {"value", "lower", "upper"};
    bool says =
        json_object_get(item, "state") != NULL || json_object_get(item, "judgement") != NULL;
    const char *key;
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)item, key, member)
    {
        size_t i = 0;
        while (texts[i] != NULL && strcmp(texts[i], key) != 0)
            i++;
        bool number = false;
        for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++)
            number = number || strcmp(key, numbers[k]) == 0;
        if (texts[i] != NULL ? !json_is_string(member) : !number || !json_is_number(member))
            return false;
        says = says || number;
    }
    return says;
}

/* expect[id] = a number or state (of the nation), { AREA = number or state } or a list of
 * { area, set, period, measure, dimensions, value, state, lower, upper, judgement }. */
static void check_id(struct trial *t, const char *id, const json_t *expected)
{
    struct expectation e = {.id = id, .area = "00", .measure = "count", .dimensions = ""};
    size_t i;
    json_t *item;
    const char *area;
    if (!json_is_object(expected) && json_array_size(expected) == 0)
        check_wanted(t, &e, expected);
    json_array_foreach((json_t *)expected, i, item)
    {
        if (!is_expectation(item)) {
            refuse(t, id);
            continue;
        }
        e = (struct expectation){
            .id = id,
            .area = field(item, "area", "00"),
            .set = field(item, "set", NULL),
            .period = field(item, "period", NULL),
            .measure = field(item, "measure", "count"),
            .dimensions = field(item, "dimensions", ""),
            .state = field(item, "state", NULL),
            .judgement = field(item, "judgement", NULL),
            .value = json_object_get(item, "value"),
            .lower = json_object_get(item, "lower"),
            .upper = json_object_get(item, "upper"),
        };
        check(t, &e);
    }
    if (!json_is_object(expected))
        return;
    json_object_foreach((json_t *)expected, area, item)
    {
        e.area = area;
        check_wanted(t, &e, item);
    }
}

/* An example that cannot be built is a failure of it alone; only want of memory ends the test. */
static int try_example(struct trial *t, struct shihyo_error *err)
{
    struct shihyo_error local = SHY_ERROR_INIT;
    const char *id;
    json_t *expected;
    struct shy_period period;
    const char *text = json_string_value(json_object_get(t->example, "period"));
    if (text != NULL && !shy_period_parse_any(text, strlen(text), &period)) {
        (void)shy_fail(&local, SHY_E_EXAMPLE_INVALID, _("'%s' is not a period."), text);
        report(t, &local);
        return 0;
    }
    int code =
        shy_example_data_build(t->example, t->session->catalogue, &t->data, t->problems, &local);
    if (code == SHY_E_NOMEM)
        return shy_fail_nomem(err);
    if (code != 0) {
        report(t, &local);
        return 0;
    }
    SHY_TRY(choose(t, err));
    size_t errors = t->problems->errors;
    SHY_TRY(evaluate(t, err));
    t->failed |= t->problems->errors > errors;
    json_object_foreach(json_object_get(t->example, "expect"), id, expected)
    {
        if (shy_plan_find(t->session->plan, id) != NULL)
            check_id(t, id, expected);
    }
    return 0;
}

int shy_session_test(struct shy_session *s, struct shy_test_report *r,
                     struct shy_problems *problems, struct shihyo_error *err)
{
    *r = (struct shy_test_report){0};
    for (size_t p = 0; p < s->pack_count; p++) {
        const json_t *examples = json_object_get(shy_pack_document(s->packs[p]), "examples");
        for (size_t i = 0; i < json_array_size(examples); i++) {
            struct trial t = {
                .session = s,
                .example = json_array_get(examples, i),
                .problems = problems,
            };
            int code = try_example(&t, err);
            shy_free(t.choices);
            shy_result_free(&t.result);
            shy_example_data_free(&t.data);
            SHY_TRY(code);
            if (t.failed)
                r->failed++;
            else
                r->passed++;
        }
    }
    return 0;
}
