/* SPDX-License-Identifier: MIT */
/*
 * Random tables of published figures, against a second reading of "Published figures" in
 * semantics.md: for one cell at a time, by looking at every row. Seeds are fixed.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/test_every.h"
#include "core/exec/test_world.h"

enum { PLACES = 11, ITEMS = 2, PERIODS = 4, MOST_ROWS = 200, CASES = 3000 };

/* set: an index of sets; in: the places it lies in, as bits. */
struct place {
    const char *set, *code;
};
static const struct place places[PLACES] = {
    {"nation", "00"},          {"prefecture", "29"},      {"prefecture", "24"},
    {"secondary", "2901"},     {"secondary", "2902"},     {"secondary", "2401"},
    {"municipality", "29201"}, {"municipality", "29203"}, {"municipality", "29206"},
    {"municipality", "24205"}, {"unassigned", "99"},
};
/* Areas of each set in the world, 奈良 with 橿原市, which never has a row. */
static const char *const sets[] = {"nation", "secondary", "municipality", "prefecture",
                                   "unassigned"};
static const char *const periods[PERIODS] = {"FY2022", "2022-04", "2022-05", "2022"};

struct figure {
    int item, place, period, sex, age; /* sex, age: -1 = none */
    int value;
    enum shihyo_state state;
};
struct cell {
    long numbers, masked, unreported, missing, not_applicable, partial; /* rows by state */
    long sum, missing_areas;
    bool not_additive, added, some_months;
};

static uint64_t seed;
static struct figure figures[MOST_ROWS];
static int figure_count;
static bool items_asked[ITEMS];
static int sex_asked, age_asked; /* -1 = not */
static bool patients, lower_bound;
static struct shy_period asked;

static int dice(int n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((seed >> 33) % (uint64_t)n);
}

/* Tables ------------------------------------------------------------------------------------ */

static void add_figure(int item, int place, int period, int sex, int age)
{
    static const enum shihyo_state states[] = {SHIHYO_STATE_MASKED, SHIHYO_STATE_UNREPORTED,
                                               SHIHYO_STATE_NOT_APPLICABLE, SHIHYO_STATE_MISSING,
                                               SHIHYO_STATE_PARTIAL};
    if (figure_count == MOST_ROWS || dice(8) == 0)
        return;
    figures[figure_count++] = (struct figure){
        item, place, period, sex, age, dice(50), dice(6) == 0 ? states[dice(5)] : SHIHYO_STATE_OK};
}

static void make_figures(void)
{
    bool has_set[ITEMS][5], has_period[PERIODS];
    figure_count = 0;
    for (int i = 0; i < PERIODS; i++)
        has_period[i] = dice(2) == 0;
    for (int i = 0; i < ITEMS * 5; i++)
        has_set[i / 5][i % 5] = dice(2) == 0;
    for (int item = 0; item < ITEMS; item++) {
        for (int p = 0; p < PLACES; p++) {
            int set = 0;
            while (strcmp(sets[set], places[p].set) != 0)
                set++;
            for (int t = 0; t < PERIODS; t++) {
                if (!has_set[item][set] || !has_period[t])
                    continue;
                add_figure(item, p, t, -1, -1);
                for (int b = 0; b < 4 && dice(3) == 0; b++)
                    add_figure(item, p, t, b % 2, b / 2 * 75);
            }
        }
    }
}

static void give_figures(void)
{
    static char text[MOST_ROWS][128];
    const char *lines[MOST_ROWS + 1] = {0};
    static const char *const signs[] = {[SHIHYO_STATE_MASKED] = "*",
                                        [SHIHYO_STATE_UNREPORTED] = "?",
                                        [SHIHYO_STATE_NOT_APPLICABLE] = "."};
    for (int i = 0; i < figure_count; i++) {
        const struct figure *f = &figures[i];
        char value[32] = "";
        if (f->state == SHIHYO_STATE_OK || f->state == SHIHYO_STATE_PARTIAL)
            (void)snprintf(value, sizeof value, "%s%d", f->state == SHIHYO_STATE_PARTIAL ? "~" : "",
                           f->value);
        else if (f->state != SHIHYO_STATE_MISSING)
            (void)snprintf(value, sizeof value, "%s", signs[f->state]);
        (void)snprintf(text[i], 128, "k%d|medical|all|%s|%s|%s|%s|%s|%s", f->item,
                       places[f->place].set, places[f->place].code, periods[f->period],
                       f->sex < 0    ? ""
                       : f->sex == 0 ? "female"
                                     : "male",
                       f->age < 0    ? ""
                       : f->age == 0 ? "0"
                                     : "75",
                       value);
        lines[i] = text[i];
    }
    world_give(patients ? "ndb_patients" : "ndb_items", NULL, NULL,
               "item|kind|setting|area_set|area|period|sex|age_from|value", lines);
}

/* The other reading ------------------------------------------------------------------------- */

static bool within(const char *code, const char *set, const char *outer)
{
    static const char *const north[] = {"29201", "29203", "2901"};
    bool nara = strncmp(code, "29", 2) == 0, in_north = false;
    for (int i = 0; i < 3; i++)
        in_north = in_north || strcmp(code, north[i]) == 0;
    if (strcmp(set, "nation") == 0)
        return true;
    if (strcmp(code, outer) == 0)
        return true;
    if (strcmp(code, "00") == 0 || strcmp(code, "99") == 0 || strlen(code) <= strlen(outer))
        return false;
    if (strcmp(set, "prefecture") == 0)
        return strncmp(code, outer, 2) == 0;
    return strlen(code) == 5 && strcmp(outer, !nara ? "2401" : in_north ? "2901" : "2902") == 0;
}

static int area_count(const char *set)
{
    return strcmp(set, "nation") == 0         ? 1
           : strcmp(set, "secondary") == 0    ? 3
           : strcmp(set, "municipality") == 0 ? 5
           : strcmp(set, "prefecture") == 0   ? 47
                                              : 1000;
}

static bool is_candidate(const struct figure *f, int item, int place)
{
    struct shy_period p;
    (void)shy_period_parse(periods[f->period], &p);
    return f->item == item && f->place == place && items_asked[item] &&
           (sex_asked < 0 || f->sex == sex_asked) && (age_asked < 0 || f->age == age_asked) &&
           shy_period_contains(&asked, &p);
}

/* Bits of the breakdown, sex before age; sorts by how many, then which. */
static int breakdown(const struct figure *f)
{
    int bits = (f->sex >= 0 ? 1 : 0) + (f->age >= 0 ? 2 : 0);
    return bits == 3 ? 100 : bits;
}

static bool is_exact(const struct figure *f)
{
    struct shy_period p;
    (void)shy_period_parse(periods[f->period], &p);
    return p.kind == asked.kind && shy_period_compare(&p, &asked) == 0;
}

/* Is the row one of those that its place is made of? */
static bool is_settled(const struct figure *f, int item, int place)
{
    if (!is_candidate(f, item, place))
        return false;
    for (int i = 0; i < figure_count; i++) {
        const struct figure *g = &figures[i];
        if (!is_candidate(g, item, place))
            continue;
        if (breakdown(g) < breakdown(f))
            return false;
        if (breakdown(g) == breakdown(f) && is_exact(g) && !is_exact(f))
            return false;
    }
    return true;
}

static bool has_settled(int item, int place)
{
    for (int i = 0; i < figure_count; i++) {
        if (is_settled(&figures[i], item, place))
            return true;
    }
    return false;
}

/* The set whose rows are taken for a set asked for; NULL where there is none. */
static const char *level(int item, const char *set)
{
    const char *best = NULL;
    for (int p = 0; p < PLACES; p++) {
        bool lies = strcmp(set, "nation") == 0;
        for (int q = 0; q < PLACES && !lies; q++)
            lies = strcmp(places[q].set, set) == 0 && within(places[p].code, set, places[q].code);
        if (!has_settled(item, p) || !lies)
            continue;
        if (strcmp(places[p].set, set) == 0)
            return set;
        if (best == NULL || area_count(places[p].set) < area_count(best))
            best = places[p].set;
    }
    return best;
}

static void count_row(struct cell *c, const struct figure *f)
{
    c->numbers += f->state == SHIHYO_STATE_OK ? 1 : 0;
    c->partial += f->state == SHIHYO_STATE_PARTIAL ? 1 : 0;
    c->masked += f->state == SHIHYO_STATE_MASKED ? 1 : 0;
    c->unreported += f->state == SHIHYO_STATE_UNREPORTED ? 1 : 0;
    c->missing += f->state == SHIHYO_STATE_MISSING ? 1 : 0;
    c->not_applicable += f->state == SHIHYO_STATE_NOT_APPLICABLE ? 1 : 0;
    if (f->state == SHIHYO_STATE_OK || f->state == SHIHYO_STATE_PARTIAL)
        c->sum += f->value;
}

/* Rows of the place; several periods that leave months of the year open are noted. */
static void count_place(struct cell *c, int item, int place)
{
    bool seen[PERIODS] = {false};
    int different = 0;
    for (int i = 0; i < figure_count; i++) {
        if (!is_settled(&figures[i], item, place))
            continue;
        count_row(c, &figures[i]);
        different += seen[figures[i].period] ? 0 : 1;
        seen[figures[i].period] = true;
    }
    c->some_months = c->some_months || different > 1; /* April and May of a year */
}

static void count_item(struct cell *c, int item, const char *set, const char *code)
{
    const char *from = level(item, set);
    bool added = from != NULL && strcmp(from, set) != 0;
    int parts = 0, own_parts = 0;
    for (int p = 0; p < PLACES; p++) {
        bool joins =
            from != NULL &&
            (strcmp(places[p].set, from) == 0 ||
             (added && strcmp(places[p].set, "unassigned") == 0 && strcmp(set, "nation") == 0));
        if (!joins || !has_settled(item, p) || !within(places[p].code, set, code))
            continue;
        parts++;
        own_parts += strcmp(places[p].set, from) == 0 ? 1 : 0;
        if (!(added && patients))
            count_place(c, item, p);
    }
    if (parts == 0 || !added)
        return;
    if (patients) {
        c->not_additive = true;
        return;
    }
    c->added = true;
    if (own_parts == 0 || strcmp(from, "unassigned") == 0)
        return;
    int needed = 0;
    for (int p = 0; p < PLACES; p++)
        needed += strcmp(places[p].set, from) == 0 && within(places[p].code, set, code) ? 1 : 0;
    if (strcmp(from, "municipality") == 0 && within("29205", set, code))
        needed++; /* 橿原市 */
    if (strcmp(from, "prefecture") == 0)
        needed = 47;
    c->missing_areas += needed - own_parts;
}

/* Does any row of the item count in any area of the set? */
static bool counts(int item, const char *set)
{
    return level(item, set) != NULL;
}

static size_t state_text(const struct cell *c, char *out, size_t size)
{
    long rows =
        c->numbers + c->partial + c->masked + c->unreported + c->missing + c->not_applicable;
    long numbers = c->numbers + c->partial;
    bool bound = lower_bound && numbers > 0;
    const char *text = NULL, *why = "";
    if (c->masked > 0 && !bound)
        text = rows == 1 ? "masked source" : "masked masked_part";
    else if (c->not_additive)
        text = "not_computable not_additive";
    else if (c->unreported > 0)
        text = "unreported source";
    else if (c->missing > 0)
        text = "missing source";
    else if (c->missing_areas > 0)
        text = "missing unreported_areas";
    else if (rows == 0)
        text = "missing no_rows";
    else if (numbers == 0)
        text = "not_applicable source";
    else if (c->masked > 0)
        why = " masked_part";
    else if (c->partial > 0)
        why = " source";
    else if (c->some_months)
        why = " months_missing";
    if (text != NULL)
        return world_put(out, size, 0, "%s", text);
    return world_put(out, size, 0, "%s%ld%s", why[0] == '\0' ? "" : "~", c->sum, why);
}

static void expected(const char *set, const char *code, char *out, size_t size)
{
    struct cell c = {0};
    int series = 0;
    for (int item = 0; item < ITEMS; item++) {
        count_item(&c, item, set, code);
        series += counts(item, set) ? 1 : 0;
    }
    long rows = c.numbers + c.partial + c.masked + c.unreported + c.missing + c.not_applicable;
    size_t at = state_text(&c, out, size);
    bool number = out[0] == '~' || (out[0] >= '0' && out[0] <= '9');
    bool left_out = number && c.masked > 0;
    long most = left_out && c.masked > c.missing_areas ? c.masked : c.missing_areas;
    at = world_put(out, size, at, " p=-1 i=-1%s%s%s%s",
                   patients && series > 1 && rows > 0 ? " cumulative" : "",
                   c.missing_areas > 0 ? " unreported" : "", left_out ? " masked_left_out" : "",
                   c.added ? " areas_added" : "");
    if (most > 0)
        (void)world_put(out, size, at, " %ld", most);
}

/* Cases ------------------------------------------------------------------------------------- */

static void check(const char *period, const char *document)
{
    assert_true(shy_period_parse(period, &asked));
    for (int p = 0; p < PLACES - 1; p++) {
        char wanted[256], place[64];
        (void)snprintf(place, sizeof place, "%s/%s", places[p].set, places[p].code);
        expected(places[p].set, places[p].code, wanted, sizeof wanted);
        const char *got = value_full(place, period);
        if (strcmp(got, wanted) != 0)
            print_error("%s %s: '%s', wanted '%s'\n%s\n", place, period, got, wanted, document);
        assert_string_equal(got, wanted);
    }
}

static void one_case(void)
{
    char value[1024];
    patients = dice(3) == 0;
    lower_bound = dice(3) == 0;
    sex_asked = dice(4) == 0 ? dice(2) : -1;
    age_asked = dice(4) == 0 ? dice(2) * 75 : -1;
    items_asked[0] = true;
    items_asked[1] = dice(2) == 0;
    make_figures();
    world_nara();
    give_figures();
    size_t at = world_put(value, sizeof value, 0,
                          "{'op':'sum','masked':'%s','rows':{'op':'scan','contract':'%s','where':["
                          "{'column':'item','in':['k0'%s]}",
                          lower_bound ? "partial" : "propagate",
                          patients ? "ndb_patients" : "ndb_items", items_asked[1] ? ",'k1'" : "");
    if (sex_asked >= 0)
        at = world_put(value, sizeof value, at, ",{'column':'sex','in':['%s']}",
                       sex_asked == 0 ? "female" : "male");
    if (age_asked >= 0)
        at = world_put(value, sizeof value, at, ",{'column':'age_from','in':[%d]}", age_asked);
    (void)world_put(value, sizeof value, at, "]}}");
    world_value(value, NULL, "nation,prefecture,secondary,municipality", "FY2022,2022-04,2022");
    check("FY2022", value);
    check("2022-04", value);
    check("2022", value);
}

static void test_random_figures(void **state)
{
    long start, end = test_cases(CASES, &start);
    (void)state;
    for (long i = start; i < end; i += test_every()) {
        seed = (uint64_t)i + 1;
        (void)dice(2);
        assert_int_equal(world_setup(NULL), 0);
        one_case();
        world_teardown(NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_figures)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
