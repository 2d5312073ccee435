/* SPDX-License-Identifier: MIT */
/* Functions over persons, from a script to cells: what their tests share. They run over the world
 * of core/exec/test_world.h, by both engines. */
#ifndef SHY_SCRIPT_TEST_PERSON_H
#define SHY_SCRIPT_TEST_PERSON_H

#include "core/exec/test_world.h"
#include "core/script/script.h"

static struct shy_pack *pack;

static inline int setup(void **state)
{
    pack = NULL;
    return world_setup(state);
}

static inline int teardown(void **state)
{
    shy_pack_free(pack);
    return world_teardown(state);
}

/* Scripts ---------------------------------------------------------------------------------- */

/* An each_person "x"; the functions' text uses " for texts. */
static inline void script_of(char *out, size_t size, const char *before, const char *needs,
                             const char *function)
{
    (void)snprintf(out, size,
                   "%s\neach_person { id = \"x\", name = \"x\", unit = \"人\",\n"
                   "by = areas.of \"insurer\", needs = { %s },\n%s }\n",
                   before, needs, function);
}

static inline int load_script(const char *text)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_limits limits = {.memory = 32 << 20};
    shy_pack_free(pack);
    pack = NULL;
    shy_problems_free(&world.problems);
    world.problems = (struct shy_problems){0};
    return shy_pack_load_text(text, strlen(text), "p.lua", world.catalogue, &limits, &pack,
                              &world.problems, &err);
}

/* The first message, with its place. */
static inline const char *problem(void)
{
    static char text[4096];
    if (world.problems.count == 0)
        return "";
    const struct shihyo_error *e = &world.problems.items[0].error;
    (void)snprintf(text, sizeof text, "%s:%lld %d %s", e->file, (long long)e->row, (int)e->code,
                   e->message);
    return text;
}

/* Loads, compiles and runs; the problems of the run stay in the world. */
static inline void run_script(const char *text, const char *periods)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    assert_int_equal(load_script(text), 0);
    if (world.problems.count > 0)
        fail_msg("%s in %s", problem(), text);
    world_clear_run();
    const json_t *document = shy_pack_document(pack);
    assert_int_equal(
        shy_plan_compile(&document, 1, world.catalogue, &world.plan, &world.problems, &err), 0);
    if (world.problems.count > 0)
        fail_msg("%s in %s", problem(), text);
    size_t n = shy_plan_definition_count(world.plan);
    world.choices = shy_alloc(n + 1, sizeof *world.choices);
    for (size_t i = 0; i < n; i++)
        world.choices[i].answer = shy_plan_definition(world.plan, i)->answers;
    world.functions = *shy_pack_functions(pack);
    assert_int_equal(world_exec("municipality,nation", periods, &err), 0);
}

/* Random rows ------------------------------------------------------------------------------ */

enum { CASES = 60, RANDOM_ROWS = 40 };
static uint64_t seed = 20240401;

static inline int dice(int n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((seed >> 33) % (uint64_t)n);
}

/* Six persons over two years, of which some months were not delivered. */
static inline void give_random(void)
{
    static char text[2][RANDOM_ROWS][96];
    const char *lines[2][RANDOM_ROWS + 1] = {{0}};
    world_nara();
    world_give(
        "persons", NULL, NULL, "person|birth_month|scheme|insurer|insurer_area|valid_from|valid_to",
        TEST_LINES("p0|1940-02|nhi|i1|29201|2020-01|2023-05",
                   "p0|1940-02|late_elderly|i2|29203|2023-06|", "p1|1950-03|nhi|i1|29201|2020-01|",
                   "p2|1948-07|nhi|i3|29206|2020-01|", "p3|1930-01|nhi|i3||2020-01|",
                   "p4|1930-01|nhi|i3|29205|2023-03|2023-11"));
    /* p5 has no medical number: its care insurer places it. */
    world_give("care_persons", NULL, NULL,
               "person|birth_month|insurer|insurer_area|valid_from|valid_to",
               TEST_LINES("p5|1935-05|k1|29206|2020-01|2023-08", "p5|1935-05|k2|29201|2023-08|"));
    for (int i = 0; i < RANDOM_ROWS; i++) {
        int m = dice(20), n = dice(20);
        (void)snprintf(text[0][i], 96, "c%02d|p%d|%d-%02d|h%d|k%d|%d", i, dice(5), 2023 + m / 12,
                       m % 12 + 1, dice(3), dice(3), dice(4));
        (void)snprintf(text[1][i], 96, "p%d|%d-%02d|s%d|o%d|%d", dice(6), 2023 + n / 12, n % 12 + 1,
                       dice(3), dice(3), dice(4));
        lines[0][i] = text[0][i];
        lines[1][i] = text[1][i];
    }
    world_give("medical_items", "2023-01", "2024-08",
               "claim|person|month|institution|item|quantity", lines[0]);
    world_give("care_claims", "2023-01", "2024-08", "person|month|service|office|units", lines[1]);
    if (dice(2) == 0)
        world_lose_month("care_claims", "2024-04"); /* after all periods, within windows */
    if (dice(3) == 0)
        world_lose_month("medical_items", dice(2) == 0 ? "2023-09" : "2024-08");
}

#endif
