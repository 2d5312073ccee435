/* SPDX-License-Identifier: MIT */
/*
 * For the tests of core/exec: a small world of tables written as text, definitions written as JSON
 * (with ' for "), and cells read as text:
 *
 *   "12"                 ok, exact          "~3"              partial
 *   "5/12"               numerator/denominator (where it is not 1)
 *   "1/4*100"            with a factor
 *   "masked source"      a state and its reason
 *
 * followed, where asked for by value_full, by " p=2 i=1" (supports) and the ids of the notes.
 */
#ifndef SHY_TEST_WORLD_H
#define SHY_TEST_WORLD_H

#include "core/contract/test_rows.h"
#include "core/exec/test_partitions.h"

#include "core/base/mem.h"
#include "core/exec/exec.h"

enum { WORLD_TABLES = 24 };

struct world {
    struct shy_catalogue *catalogue;
    struct shy_table *tables[WORLD_TABLES];
    int32_t months[WORLD_TABLES][240];
    size_t month_count[WORLD_TABLES], table_count;
    struct shy_table *places, *members, *population, *changes, *weights;
    int32_t as_of; /* 0 = 2024-03-18 */
    struct shy_areas *areas;
    struct shy_plan *plan;
    struct shy_problems problems;
    struct shy_choice *choices;
    struct shy_result result;
    struct shy_functions functions;
    uint64_t salt;         /* how rows are parted for the native engine */
    size_t compared;       /* runs of both engines */
    uint64_t native_fails; /* this allocation of the native engine fails; 0 = none */
    bool naive_alone;      /* rows that no store would have */
};
static struct world world;

/* Tables ----------------------------------------------------------------------------------- */

#define MEASURE_FLAGS (SHY_COLUMN_MEASURE | SHY_COLUMN_NULLABLE)
#define FACT_PLACE \
    {.name = "area_set", .type = SHY_CODE_T, .role = SHY_ROLE_AREA_SET, .min = 1}, \
        {.name = "area", \
         .type = SHY_CODE_T, \
         .role = SHY_ROLE_AREA, \
         .min = 1, \
         .flags = SHY_COLUMN_KEY}, \
    { \
        .name = "period", .type = SHY_PERIOD_T, .role = SHY_ROLE_PERIOD, .min = 1, \
        .flags = SHY_COLUMN_KEY \
    }

/* Tables of a prefecture's own, as the facts plugin declares them. */
static inline void world_declare(void)
{
    static const struct shy_column rules[] = {
        FACT_PLACE,
        {.name = "in_force", .type = SHY_BOOL_T, .max = 1, .flags = SHY_COLUMN_NULLABLE},
    };
    static const struct shy_column training[] = {
        FACT_PLACE,
        {.name = "course", .type = SHY_CODE_T, .min = 1, .flags = SHY_COLUMN_NULLABLE},
        {.name = "held", .type = SHY_INT_T, .min = 1, .flags = MEASURE_FLAGS},
        {.name = "hours", .type = SHY_DECIMAL_T, .scale = 1, .min = 1, .flags = MEASURE_FLAGS},
    };
    static const struct shy_contract contracts[] = {
        {.id = "facts.rules",
         .label_ja = "ルール",
         .label_en = "Rules",
         .columns = rules,
         .column_count = 4},
        {.id = "facts.training",
         .label_ja = "研修",
         .label_en = "Training",
         .clock = SHIHYO_CLOCK_SURVEY,
         .columns = training,
         .column_count = 6},
    };
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(shy_catalogue_declare(world.catalogue, &contracts[i], NULL), 0);
}

static inline int world_setup(void **state)
{
    (void)state;
    world = (struct world){0};
    world.catalogue = shy_catalogue_new();
    if (world.catalogue == NULL)
        return 1;
    world_declare();
    return 0;
}

static inline void world_clear_run(void)
{
    shy_result_free(&world.result);
    shy_problems_free(&world.problems);
    world.problems = (struct shy_problems){0};
    shy_plan_free(world.plan);
    world.plan = NULL;
    shy_free(world.choices);
    world.choices = NULL;
}

static inline int world_teardown(void **state)
{
    (void)state;
    world_clear_run();
    shy_areas_free(world.areas);
    for (size_t i = 0; i < world.table_count; i++)
        shy_table_free(world.tables[i]);
    shy_table_free(world.places);
    shy_table_free(world.members);
    shy_table_free(world.population);
    shy_table_free(world.changes);
    shy_table_free(world.weights);
    shy_catalogue_free(world.catalogue);
    return 0;
}

static inline struct shy_table *world_table(const char *contract, const char *header,
                                            const char *const *lines)
{
    return test_rows(shy_catalogue_find(world.catalogue, contract), header, lines);
}

/* Rows of a contract; of care contracts with the months delivered from first to last. */
static inline void world_give(const char *contract, const char *first, const char *last,
                              const char *header, const char *const *lines)
{
    size_t i = world.table_count++;
    struct shy_period from, to;
    assert_true(i < WORLD_TABLES);
    world.tables[i] = world_table(contract, header, lines);
    if (first == NULL)
        return;
    assert_true(shy_period_parse(first, &from) && shy_period_parse(last, &to));
    for (int32_t m = from.first_month; m <= to.first_month; m++)
        world.months[i][world.month_count[i]++] = m;
}

/* A month that was not delivered after all. */
static inline void world_lose_month(const char *contract, const char *month)
{
    struct shy_period p;
    assert_true(shy_period_parse(month, &p));
    for (size_t i = 0; i < world.table_count; i++) {
        size_t kept = 0;
        if (strcmp(world.tables[i]->contract->id, contract) != 0)
            continue;
        for (size_t k = 0; k < world.month_count[i]; k++) {
            if (world.months[i][k] != p.first_month)
                world.months[i][kept++] = world.months[i][k];
        }
        world.month_count[i] = kept;
    }
}

static inline void world_areas(const char *const *places, const char *const *members,
                               const char *const *population)
{
    world.places = world_table("areas", "area_set|area|name", places);
    world.members = world_table("area_members", "area_set|area|member_set|member", members);
    world.population = world_table(
        "population", "area_set|area|period|sex|age_from|age_to|projection|value", population);
    const struct shy_area_tables tables = {world.places, world.members, world.population,
                                           world.changes, world.weights};
    assert_int_equal(
        shy_areas_build(&tables, world.as_of == 0 ? 19800 : world.as_of, &world.areas, NULL, NULL),
        0);
}

/* Before the areas: codes that change, shares of those that are split. */
static inline void world_change(const char *const *changes, const char *const *weights)
{
    world.changes = world_table("area_changes", "area_set|changed_on|before|after", changes);
    world.weights = world_table("area_weights",
                                "area_set|changed_on|from_area|to_area|weight|grounds", weights);
}

/* Two secondary areas of Nara with two municipalities each, and one of Mie. */
static inline void world_nara(void)
{
    world_areas(TEST_LINES("municipality|29201|奈良市", "municipality|29203|大和郡山市",
                           "municipality|29206|桜井市", "municipality|29205|橿原市",
                           "municipality|24205|桑名市", "secondary|2901|奈良",
                           "secondary|2902|東和", "secondary|2401|北勢", "home_care|h1|北",
                           "home_care|h2|南"),
                TEST_LINES("secondary|2901|municipality|29201", "secondary|2901|municipality|29203",
                           "secondary|2902|municipality|29206", "secondary|2902|municipality|29205",
                           "secondary|2401|municipality|24205", "home_care|h1|municipality|29201",
                           "home_care|h2|municipality|29206"),
                TEST_LINES("secondary|2901|2020-10-01|both|0|74|false|900",
                           "secondary|2901|2020-10-01|both|75||false|100",
                           "secondary|2902|2020-10-01|both|0|74|false|400",
                           "secondary|2902|2020-10-01|both|75||false|50",
                           "municipality|29201|2020-10-01|both|75||false|0"));
}

/* Data set --------------------------------------------------------------------------------- */

static inline int world_get_table(void *self, const struct shy_contract *contract,
                                  const char *const *columns, size_t count,
                                  const struct shy_table **out, struct shihyo_error *err)
{
    struct world *w = self;
    (void)columns;
    (void)count;
    (void)err;
    *out = NULL;
    for (size_t i = 0; i < w->table_count; i++) {
        if (strcmp(w->tables[i]->contract->id, contract->id) == 0)
            *out = w->tables[i];
    }
    return 0;
}

static inline int world_get_months(void *self, const struct shy_contract *contract,
                                   const int32_t **months, size_t *count, struct shihyo_error *err)
{
    struct world *w = self;
    (void)err;
    *months = NULL;
    *count = 0;
    for (size_t i = 0; i < w->table_count; i++) {
        if (strcmp(w->tables[i]->contract->id, contract->id) == 0) {
            *months = w->months[i];
            *count = w->month_count[i];
        }
    }
    return 0;
}

/* Running ---------------------------------------------------------------------------------- */

static inline json_t *world_json(const char *text)
{
    char *copy = strdup(text);
    json_error_t error;
    for (char *p = copy; *p != '\0'; p++)
        *p = *p == '\'' ? '"' : *p;
    json_t *json = json_loads(copy, 0, &error);
    if (json == NULL)
        print_error("%s (line %d, column %d) in %s\n", error.text, error.line, error.column, copy);
    free(copy);
    assert_non_null(json);
    return json;
}

static inline void world_compile(const char *text)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    json_t *json = world_json(text);
    int rc = shy_plan_compile((const json_t *const *)&json, 1, world.catalogue, &world.plan,
                              &world.problems, &err);
    json_decref(json);
    for (size_t i = 0; i < world.problems.count; i++) {
        if (world.problems.items[i].severity == SHY_ERROR)
            shy_error_print(stderr, SHY_ERROR, &world.problems.items[i].error);
    }
    assert_int_equal(rc, 0);
    assert_int_equal(world.problems.errors, 0);
    shy_problems_free(&world.problems);
    world.problems = (struct shy_problems){0};
    size_t n = shy_plan_definition_count(world.plan);
    world.choices = shy_alloc(n + 1, sizeof *world.choices);
    for (size_t i = 0; i < n; i++)
        world.choices[i].answer = shy_plan_definition(world.plan, i)->answers;
}

/* Splits "a,b" into at most most texts inside copy. */
static inline size_t world_split(char *copy, const char **out, size_t most)
{
    size_t count = 0;
    for (char *at = copy, *next; at != NULL && count < most; at = next) {
        next = strchr(at, ',');
        if (next != NULL)
            *next++ = '\0';
        out[count++] = at;
    }
    return count;
}

static inline size_t world_put(char *out, size_t size, size_t at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static inline size_t world_put(char *out, size_t size, size_t at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(out + at, size - at, format, args);
    va_end(args);
    return at + (size_t)n;
}

static inline size_t world_number(const struct shy_cell *c, char *out, size_t size)
{
    char text[64];
    size_t at = 0;
    at = world_put(out, size, at, "%s", c->state == SHIHYO_STATE_PARTIAL ? "~" : "");
    if (!c->exact) {
        shy_double_shortest(c->value, text, sizeof text);
        return world_put(out, size, at, "=%s", text);
    }
    at = world_put(out, size, at, "%lld", (long long)c->numerator.num);
    if (c->numerator.den != 1)
        at = world_put(out, size, at, ":%lld", (long long)c->numerator.den);
    if (c->denominator.num != 1 || c->denominator.den != 1)
        at = world_put(out, size, at, "/%lld", (long long)c->denominator.num);
    if (c->denominator.den != 1)
        at = world_put(out, size, at, ":%lld", (long long)c->denominator.den);
    if (c->factor != 1)
        at = world_put(out, size, at, "*%lld", (long long)c->factor);
    return at;
}

/* The cell as text, with reason; full: with supports and notes too. */
static inline const char *world_text(const struct shy_cell *c, bool full)
{
    static char buffers[4][256];
    static int turn;
    char *out = buffers[turn = (turn + 1) % 4];
    size_t size = sizeof buffers[0], at = 0;
    if (c == NULL)
        return "no cell";
    if (c->state == SHIHYO_STATE_OK || c->state == SHIHYO_STATE_PARTIAL)
        at = world_number(c, out, size);
    else
        at = world_put(out, size, at, "%s", shy_state_id(c->state));
    if (c->reason != SHY_REASON_NONE)
        at = world_put(out, size, at, " %s", shy_reason_id(c->reason));
    if (!full)
        return out;
    at = world_put(out, size, at, " p=%lld i=%lld", (long long)c->persons,
                   (long long)c->institutions);
    for (uint32_t bit = 1; bit <= SHY_NOTE_LAST_; bit <<= 1) {
        if ((c->notes & bit) != 0)
            at = world_put(out, size, at, " %s", shy_note_id(bit));
    }
    if (c->note_count > 0)
        (void)world_put(out, size, at, " %lld", (long long)c->note_count);
    return out;
}

/* What stands beside two values must be the same, to the last bit. */
static inline bool world_same_limits(const struct shy_cell_limits *a,
                                     const struct shy_cell_limits *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcmp(a->method, b->method) == 0 && a->judgement == b->judgement &&
           strcmp(shy_judgement_word(a), shy_judgement_word(b)) == 0 &&
           a->intervals == b->intervals && a->count == b->count &&
           memcmp(a->level, b->level, sizeof a->level) == 0 &&
           memcmp(a->limits, b->limits, sizeof a->limits) == 0;
}

/* Both engines must give the same cells, whatever the partitions, deliveries and threads. */
static inline void world_same_cell(const struct shy_result *a, const struct shy_cell *c,
                                   const struct shy_result *b, const struct shy_cell *d)
{
    bool same = c->definition == d->definition && c->area_set == d->area_set &&
                c->area == d->area && shy_period_compare(&c->period, &d->period) == 0 &&
                strcmp(a->measures.keys[c->measure], b->measures.keys[d->measure]) == 0 &&
                strcmp(a->dims.keys[c->dims], b->dims.keys[d->dims]) == 0 && c->state == d->state &&
                c->reason == d->reason && c->exact == d->exact &&
                c->numerator.num == d->numerator.num && c->numerator.den == d->numerator.den &&
                c->denominator.num == d->denominator.num &&
                c->denominator.den == d->denominator.den && c->factor == d->factor &&
                memcmp(&c->value, &d->value, sizeof c->value) == 0 && c->persons == d->persons &&
                c->institutions == d->institutions && c->notes == d->notes &&
                c->note_count == d->note_count && world_same_limits(c->limits, d->limits);
    if (!same)
        print_error("%s %s/%s %s '%s': native '%s', naive '%s' (salt %llu)\n",
                    a->measures.keys[c->measure], shy_areas_set_id(world.areas, c->area_set),
                    shy_areas_code(world.areas, c->area_set, c->area),
                    shy_plan_definition(world.plan, c->definition)->id, a->dims.keys[c->dims],
                    world_text(d, true), world_text(c, true), (unsigned long long)world.salt);
    assert_true(same);
}

/* The next problem about rows that nobody can place, from *at on; NULL where there is none. */
static inline const struct shihyo_error *world_unplaced(const struct shy_problems *p, size_t *at)
{
    while (*at < p->count) {
        const struct shihyo_error *e = &p->items[(*at)++].error;
        if (e->code == SHY_E_EXEC_AREA_UNKNOWN)
            return e;
    }
    return NULL;
}

/* Both engines count the same rows as unplaced, and name the same codes. */
static inline void world_same_problems(const struct shy_problems *a, const struct shy_problems *b)
{
    size_t i = 0, k = 0;
    const struct shihyo_error *x, *y;
    do {
        x = world_unplaced(a, &i);
        y = world_unplaced(b, &k);
        assert_string_equal(x == NULL ? "none" : x->message, y == NULL ? "none" : y->message);
        if (x != NULL && y != NULL)
            assert_string_equal(x->value, y->value);
    } while (x != NULL && y != NULL);
}

static inline void world_native(const struct shy_dataset *data, const struct shy_request *request,
                                int naive_rc)
{
    struct parted parted = {.count = (uint32_t)(1 + world.salt * 7 % PARTED_MOST),
                            .salt = world.salt};
    struct shy_native_options options = {.threads = (int)(1 + world.salt % 3)};
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_problems problems = {0};
    struct shy_result result;
    bool fits = !world.naive_alone;
    for (size_t i = 0; i < world.table_count && fits; i++) {
        if (world.tables[i]->contract->person_level)
            fits = parted_add(&parted, world.tables[i], world.months[i], world.month_count[i]);
    }
    world.salt = world.salt * 25214903917u + 11;
    if (fits) {
        struct shy_partitions partitions = parted_partitions(&parted);
        shy_mem_fail_after(world.native_fails);
        int rc = shy_exec_native(world.plan, &partitions, data, world.areas,
                                 world.functions.call == NULL ? NULL : &world.functions, request,
                                 &options, &result, &problems, &err);
        shy_mem_fail_after(0);
        if (world.native_fails > 0 && rc != 0) {
            assert_int_equal(rc, SHY_E_NOMEM);
            assert_null(result.cells);
            naive_rc = rc;
            fits = false;
        }
        if (rc != naive_rc)
            shy_error_print(stderr, SHY_ERROR, &err);
        assert_int_equal(rc, naive_rc);
        world.compared += fits ? 1 : 0;
        if (fits && result.count != world.result.count)
            print_error("%zu cells instead of %zu\n", result.count, world.result.count);
        if (fits)
            assert_int_equal(result.count, world.result.count);
        for (size_t i = 0; i < result.count && fits; i++)
            world_same_cell(&world.result, &world.result.cells[i], &result, &result.cells[i]);
        if (fits && rc == 0 && world.native_fails == 0) /* a message may lack memory */
            world_same_problems(&world.problems, &problems);
        shy_result_free(&result);
    }
    shy_problems_free(&problems);
    parted_free(&parted);
}

static inline int world_exec(const char *sets, const char *periods, struct shihyo_error *err)
{
    struct shy_dataset data = {&world, world_get_table, world_get_months};
    char set_copy[256], period_copy[256];
    const char *set_ids[16], *period_texts[16];
    struct shy_period parsed[16];
    struct shy_request request = {.choices = world.choices, .area_sets = set_ids};
    (void)snprintf(set_copy, sizeof set_copy, "%s", sets);
    request.area_set_count = world_split(set_copy, set_ids, 16);
    if (periods != NULL) {
        (void)snprintf(period_copy, sizeof period_copy, "%s", periods);
        request.period_count = world_split(period_copy, period_texts, 16);
        request.periods = parsed;
        for (size_t i = 0; i < request.period_count; i++)
            assert_true(shy_period_parse(period_texts[i], &parsed[i]));
    }
    int rc = shy_exec_naive(world.plan, &data, world.areas,
                            world.functions.call == NULL ? NULL : &world.functions, &request,
                            &world.result, &world.problems, err);
    world_native(&data, &request, rc);
    return rc;
}

/* Compiles and runs a document; the results replace the last ones. */
static inline void world_run(const char *document, const char *sets, const char *periods)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    world_clear_run();
    world_compile(document);
    int rc = world_exec(sets, periods, &err);
    if (rc != 0)
        shy_error_print(stderr, SHY_ERROR, &err);
    assert_int_equal(rc, 0);
}

/* A document of one indicator "x". */
static inline void world_value(const char *value, const char *by, const char *sets,
                               const char *periods)
{
    char text[8192];
    (void)snprintf(text, sizeof text,
                   "{'format':1,'indicators':[{'id':'x','name':'x','answers':[{'name':'a',"
                   "'unit':'x','value':%s%s%s%s}]}]}",
                   value, by == NULL ? "" : ",'by':{'basis':'", by == NULL ? "" : by,
                   by == NULL ? "" : "'}");
    world_run(text, sets, periods);
}

/* Reading ---------------------------------------------------------------------------------- */

static inline const struct shy_cell *world_cell(const char *id, const char *measure,
                                                const char *set, const char *code,
                                                const char *period, const char *dims)
{
    uint32_t set_number = shy_areas_set(world.areas, set);
    for (size_t i = 0; i < world.result.count; i++) {
        const struct shy_cell *c = &world.result.cells[i];
        char text[SHY_PERIOD_TEXT];
        shy_period_text(&c->period, text);
        if (strcmp(shy_plan_definition(world.plan, c->definition)->id, id) == 0 &&
            strcmp(world.result.measures.keys[c->measure], measure) == 0 &&
            c->area_set == set_number &&
            strcmp(shy_areas_code(world.areas, c->area_set, c->area), code) == 0 &&
            strcmp(text, period) == 0 && strcmp(world.result.dims.keys[c->dims], dims) == 0)
            return c;
    }
    return NULL;
}

/* The value of indicator "x" for "set/code" in a period. */
static inline const char *value_in(const char *place, const char *period, bool full)
{
    char set[64];
    const char *slash = strchr(place, '/');
    (void)snprintf(set, sizeof set, "%.*s", (int)(slash - place), place);
    return world_text(world_cell("x", "count", set, slash + 1, period, ""), full);
}
#define value_at(place, period) value_in(place, period, false)
#define value_full(place, period) value_in(place, period, true)

#endif
