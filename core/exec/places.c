/* SPDX-License-Identifier: MIT */
/* Where rows are, on each basis, and in which area of another set that is. */
#include "config.h"

#include "core/exec/naive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/contract/core_contracts.h"

enum { LISTED = 10 };

/* Codes that nobody knows, each once, for the report. */
struct unknown {
    const struct shy_contract *contract;
    uint32_t basis;
    struct shy_map codes;
    size_t rows;
    struct unknown *next;
};

/* Rows are counted, codes are listed: a code mistyped in a thousand rows is one mistake to mend. */
static int note_unknown(struct run *run, struct unknown *u, const char *code)
{
    u->rows++;
    if (code == NULL)
        code = "";
    return shy_map_adds(&u->codes, code) == SHY_MAP_NONE ? shy_fail_nomem(run->err) : 0;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Codes are names of areas, not of persons, and may be shown; in their order, whoever met them. */
static int report_unknown(struct run *run, const struct unknown *u)
{
    struct shihyo_error e = SHY_ERROR_INIT;
    struct shy_text list = {0};
    const char **codes = shy_alloc(u->codes.count + 1, sizeof *codes);
    if (codes == NULL)
        return shy_fail_nomem(run->err);
    for (size_t i = 0; i < u->codes.count; i++)
        codes[i] = u->codes.keys[i];
    if (u->codes.count > 1)
        qsort(codes, u->codes.count, sizeof *codes, compare_texts);
    for (size_t i = 0, shown = 0; i < u->codes.count && shown < LISTED; i++) {
        if (codes[i][0] != '\0')
            shy_text_addf(&list, "%s%s", shown++ == 0 ? "" : ", ", codes[i]);
    }
    shy_free(codes);
    if (u->rows > 0) {
        (void)shy_fail(&e, SHY_E_EXEC_AREA_UNKNOWN,
                       _("Contract '%s': %zu rows are of areas that nobody knows and count in no "
                         "area."),
                       u->contract->id, u->rows);
        shy_value(&e, shy_text_get(&list), list.length);
        shy_hint(&e, _("Add the areas to the source of areas, or correct the codes in the "
                       "delivery."));
        shy_problems_add(run->problems, SHY_WARNING, &e);
    }
    int rc = list.failed ? shy_fail_nomem(run->err) : 0;
    shy_text_free(&list);
    return rc;
}

static int compare_unknown(const struct unknown *a, const struct unknown *b)
{
    int order = strcmp(a->contract->id, b->contract->id);
    return order != 0 ? order : a->basis < b->basis ? -1 : a->basis > b->basis;
}

int shy_note_unknown(struct run *run, const struct shy_contract *contract, uint32_t basis,
                     int64_t rows, struct shy_map **codes)
{
    struct unknown wanted = {.contract = contract, .basis = basis};
    struct unknown **at = &run->unknown;
    int rc = 0;
    while (*at != NULL && compare_unknown(*at, &wanted) < 0)
        at = &(*at)->next;
    if (*at == NULL || compare_unknown(*at, &wanted) != 0) {
        struct unknown *u = shy_run_alloc(run, 1, sizeof *u, &rc);
        if (rc != 0)
            return rc;
        wanted.next = *at;
        *u = wanted;
        *at = u;
    }
    (*at)->rows = (size_t)rows > (*at)->rows ? (size_t)rows : (*at)->rows;
    *codes = &(*at)->codes;
    return 0;
}

int shy_report_unknown(struct run *run)
{
    for (const struct unknown *u = run->unknown; u != NULL; u = u->next)
        SHY_TRY(report_unknown(run, u));
    return 0;
}

void shy_unknown_free(struct run *run)
{
    for (struct unknown *u = run->unknown; u != NULL; u = u->next)
        shy_map_free(&u->codes);
    run->unknown = NULL;
}

/* Finding ---------------------------------------------------------------------------------- */

/* The set `unassigned` needs no areas of its own to be known. */
static bool find_place(const struct run *run, const char *set_id, const char *code, int32_t day,
                       uint32_t *set, uint32_t *area)
{
    *set = *area = NONE;
    if (set_id != NULL && strcmp(set_id, "unassigned") == 0) {
        *set = SET_UNASSIGNED;
        *area = 0;
        return true;
    }
    uint32_t s = set_id == NULL ? NONE : shy_areas_set(run->areas, set_id);
    uint32_t a = s == NONE || code == NULL ? NONE : shy_areas_at(run->areas, s, code, day);
    if (a == NONE)
        return false;
    *set = s;
    *area = a;
    return true;
}

int32_t shy_day_of_month(int32_t month)
{
    if (month < 0) /* before any code */
        return INT32_MIN + 1;
    return shy_date_of(shy_month_year(month + 1), shy_month_of_year(month + 1), 1) - 1;
}

/* Figures are on the codes of the last day of their period, unless the table says by a column that
 * it is on those of another. */
static int32_t figure_day(const struct source *s, int as_of, uint32_t row)
{
    if (as_of >= 0 && s->table->columns[as_of].state[row] == SHIHYO_STATE_OK)
        return (int32_t)s->table->columns[as_of].data[row];
    if (s->period < 0 || s->table->columns[s->period].state[row] != SHIHYO_STATE_OK)
        return INT32_MIN;
    const struct shy_period *p = &s->periods[s->table->columns[s->period].data[row]];
    if (p->kind == SHY_PERIOD_NONE)
        return INT32_MIN;
    if (p->kind == SHY_PERIOD_DAY)
        return shy_date_of(shy_month_year(p->first_month), shy_month_of_year(p->first_month),
                           p->day);
    return shy_day_of_month(p->last_month);
}

/* Does a code of some set mean one thing today and another yesterday? */
static bool codes_change(const struct run *run)
{
    const int32_t *days;
    for (uint32_t set = 0; set < shy_areas_set_count(run->areas); set++) {
        if (shy_areas_change_days(run->areas, set, &days) > 0)
            return true;
    }
    return false;
}

/* Places of figures: every pair of set and area is looked up once, where codes do not change. */
static int published_places(struct run *run, struct source *s, struct places *p, struct unknown *u)
{
    const struct shy_table_column *codes = &s->table->columns[s->area];
    const struct shy_table_column *sets = s->area_set < 0 ? NULL : &s->table->columns[s->area_set];
    size_t set_count = sets == NULL ? 1 : sets->dict.count;
    int rc = 0;
    bool change = codes_change(run);
    int as_of = shy_contract_column(s->contract, "areas_as_of");
    as_of = as_of < 0 || s->contract->columns[as_of].type != SHY_DATE_T ? -1 : s->columns[as_of];
    uint64_t *known = shy_run_alloc(run, codes->dict.count * set_count, sizeof *known, &rc);
    for (uint32_t row = 0; rc == 0 && row < s->rows; row++) {
        bool given = codes->state[row] == SHIHYO_STATE_OK &&
                     (sets == NULL || sets->state[row] == SHIHYO_STATE_OK);
        const char *set =
            sets == NULL ? "municipality" : shy_table_text(s->table, row, s->area_set);
        const char *code = shy_table_text(s->table, row, s->area);
        size_t pair = !given ? 0
                             : (size_t)codes->data[row] * set_count +
                                   (sets == NULL ? 0 : (size_t)sets->data[row]);
        if (!given || change || known[pair] == 0) {
            find_place(run, set, code, figure_day(s, as_of, row), &p->set[row], &p->area[row]);
            if (given)
                known[pair] = 1 + ((uint64_t)p->set[row] << 32 | p->area[row]);
        } else {
            p->set[row] = (uint32_t)((known[pair] - 1) >> 32);
            p->area[row] = (uint32_t)(known[pair] - 1);
        }
        if (p->set[row] == NONE)
            rc = note_unknown(run, u, code);
    }
    return rc;
}

/* A contract that a core contract links to; declared contracts link to nothing. */
const struct shy_contract *shy_linked_contract(const char *id)
{
    for (const struct shy_contract *const *c = shy_core_contracts; id != NULL && *c != NULL; c++) {
        if (strcmp((*c)->id, id) == 0)
            return *c;
    }
    return NULL;
}

/* The column with the municipality on a basis: of the rows, or of a contract they link to. */
void shy_place_column(const struct shy_contract *c, enum shy_role role, const char **link,
                      const struct shy_contract **to, int *column)
{
    *link = NULL;
    *to = c;
    *column = shy_contract_role(c, role);
    for (size_t i = 0; *column < 0 && i < c->column_count; i++) {
        const struct shy_contract *linked = shy_linked_contract(c->columns[i].links);
        *column = linked == NULL ? -1 : shy_contract_role(linked, role);
        *to = linked;
        *link = c->columns[i].name;
    }
}

const struct shy_contract *shy_place_otherwise(const struct shy_contract *c, enum shy_role role,
                                               const char **link, int *column)
{
    int person = shy_contract_role(c, SHY_ROLE_PERSON);
    const struct shy_contract *to =
        person < 0 ? NULL : shy_linked_contract(c->columns[person].or_links);
    *column = to == NULL ? -1 : shy_contract_role(to, role);
    *link = person < 0 ? NULL : c->columns[person].name;
    return *column < 0 ? NULL : to;
}

/* The municipality that a code means in a month; areas[] where that is the same in all months. */
static uint32_t event_area(const struct run *run, const struct source *s, uint32_t row,
                           uint32_t municipality, const char *code, const uint32_t *areas,
                           int64_t number)
{
    int32_t first, last;
    const int32_t *days;
    if (s->month < 0 || shy_areas_change_days(run->areas, municipality, &days) == 0)
        return areas[number];
    shy_row_months(s, row, &first, &last);
    return shy_areas_at(run->areas, municipality, code, shy_day_of_month(last));
}

/* Who is in the care register alone is insured where the care insurer is. */
static int place_otherwise(struct run *run, struct source *s, enum shy_role role,
                           const uint32_t *taken, struct places *p)
{
    const char *name;
    int column, rc = 0;
    const struct link *link;
    const struct shy_contract *to = shy_place_otherwise(s->contract, role, &name, &column);
    uint32_t municipality = shy_areas_set(run->areas, "municipality");
    if (to == NULL || taken == NULL)
        return 0;
    SHY_TRY(shy_source_link(run, s, name, to, &link));
    column = link->to->columns[column];
    if (column < 0)
        return 0;
    const struct shy_table_column *c = &link->to->table->columns[column];
    uint32_t *areas = shy_run_alloc(run, c->dict.count, sizeof *areas, &rc);
    for (size_t i = 0; rc == 0 && i < c->dict.count; i++)
        areas[i] = shy_areas_at(run->areas, municipality, c->dict.keys[i], INT32_MIN);
    for (uint32_t row = 0; rc == 0 && row < s->rows; row++) {
        uint32_t there = link->row[row];
        if (taken[row] != NONE || there == NONE || c->state[there] != SHIHYO_STATE_OK)
            continue;
        p->area[row] = event_area(run, s, row, municipality, c->dict.keys[c->data[there]], areas,
                                  c->data[there]);
        p->set[row] = p->area[row] == NONE ? NONE : municipality;
    }
    return rc;
}

static int find_column(struct run *run, struct source *s, enum shy_role role, struct source **from,
                       const uint32_t **link, int *column)
{
    const struct shy_contract *to;
    const struct link *found;
    const char *name;
    int there;
    *from = s;
    *link = NULL;
    shy_place_column(s->contract, role, &name, &to, &there);
    if (there >= 0 && name != NULL) {
        SHY_TRY(shy_source_link(run, s, name, to, &found));
        *from = found->to;
        *link = found->row;
    }
    *column = there < 0 ? -1 : (*from)->columns[there];
    return 0;
}

/* Places of events: the municipality of the insurer, residence or institution. Rows without a month
 * are taken to be on the newest codes. */
static int event_places(struct run *run, struct source *s, enum shy_role role, struct places *p)
{
    struct source *from;
    const uint32_t *link;
    int column, rc = 0;
    SHY_TRY(find_column(run, s, role, &from, &link, &column));
    size_t count = column < 0 ? 0 : from->table->columns[column].dict.count;
    uint32_t municipality = shy_areas_set(run->areas, "municipality");
    uint32_t *areas = shy_run_alloc(run, count, sizeof *areas, &rc);
    for (size_t i = 0; rc == 0 && i < count; i++)
        areas[i] = shy_areas_at(run->areas, municipality, from->table->columns[column].dict.keys[i],
                                INT32_MIN);
    for (uint32_t row = 0; rc == 0 && row < s->rows; row++) {
        uint32_t there = link == NULL ? row : link[row];
        const struct shy_table_column *c = column < 0 ? NULL : &from->table->columns[column];
        bool given = c != NULL && there != NONE && c->state[there] == SHIHYO_STATE_OK;
        p->area[row] = !given ? NONE
                              : event_area(run, s, row, municipality, c->dict.keys[c->data[there]],
                                           areas, c->data[there]);
        p->set[row] = p->area[row] == NONE ? NONE : municipality;
    }
    return rc != 0 ? rc : place_otherwise(run, s, role, link, p);
}

int shy_note_unknown_rows(struct run *run, const struct frame *f, struct source *s,
                          const struct rows *rows)
{
    const struct shy_period *p = &run->periods[f->period];
    const struct places *places;
    struct unknown u = {.rows = 0};
    struct source *from;
    const uint32_t *link;
    struct shy_map *codes;
    int column, rc = 0;
    if (f->whole || shy_basis_role(f->basis) == SHY_ROLE_NONE)
        return 0;
    SHY_TRY(shy_source_places(run, s, f->basis, &places));
    SHY_TRY(find_column(run, s, shy_basis_role(f->basis), &from, &link, &column));
    for (size_t i = 0; rc == 0 && i < rows->count; i++) {
        uint32_t row = rows->row[i], there = link == NULL ? row : link[row];
        if (places->set[row] != NONE || !shy_row_in_period(s, row, p))
            continue;
        bool given = column >= 0 && there != NONE &&
                     from->table->columns[column].state[there] == SHIHYO_STATE_OK;
        rc = note_unknown(run, &u, given ? shy_table_text(from->table, there, column) : NULL);
    }
    if (rc == 0 && u.rows > 0)
        rc = shy_note_unknown(run, s->contract, f->basis, (int64_t)u.rows, &codes);
    for (size_t i = 0; rc == 0 && i < u.codes.count; i++)
        rc = shy_map_adds(codes, u.codes.keys[i]) == SHY_MAP_NONE ? shy_fail_nomem(run->err) : 0;
    shy_map_free(&u.codes);
    return rc;
}

/* NONE for tables that state no basis: their areas are what they say. */
enum shy_role shy_basis_role(uint32_t basis)
{
    switch (basis) {
    case SHIHYO_BASIS_RESIDENCE:
        return SHY_ROLE_AREA_RESIDENCE;
    case SHIHYO_BASIS_INSURER:
        return SHY_ROLE_AREA_INSURER;
    case SHIHYO_BASIS_INSTITUTION:
        return SHY_ROLE_AREA_INSTITUTION;
    default:
        return SHY_ROLE_NONE;
    }
}

/* Where every row of the table is. Kept by basis: the same rows may be asked for by insurer in
 * one definition and by institution in the next. */
int shy_source_places(struct run *run, struct source *s, uint32_t basis, const struct places **out)
{
    int rc = 0;
    struct places *p = &s->places[s->area >= 0 ? 0 : basis & 15]; /* figures name their own */
    struct unknown u = {.contract = s->contract};
    *out = p;
    if (p->set != NULL)
        return 0;
    uint32_t *sets = shy_run_alloc(run, s->rows, sizeof *sets, &rc);
    p->area = shy_run_alloc(run, s->rows, sizeof *p->area, &rc);
    if (rc != 0)
        return rc;
    p->set = sets;
    if (s->area >= 0)
        rc = published_places(run, s, p, &u);
    else if (shy_basis_role(basis) != SHY_ROLE_NONE)
        rc = event_places(run, s, shy_basis_role(basis), p);
    else
        for (size_t row = 0; row < s->rows; row++)
            p->set[row] = SET_UNASSIGNED;
    if (rc == 0)
        rc = report_unknown(run, &u);
    shy_map_free(&u.codes);
    return rc;
}

/* The nation alone has room for what belongs to no area. */
uint32_t shy_lift(const struct run *run, const struct frame *f, uint32_t set, uint32_t area)
{
    if (f->whole)
        return 0;
    if (set == SET_UNASSIGNED)
        return f->set == run->nation ? 0 : NONE;
    return set == NONE ? NONE : shy_areas_within(run->areas, set, area, f->set);
}

uint32_t shy_group_of(const struct run *run, const struct frame *f, uint32_t area, uint32_t within)
{
    if (within == NONE || f->whole)
        return 0;
    return shy_areas_within(run->areas, f->set, area, within);
}

bool shy_is_former(const struct run *run, uint32_t set, uint32_t area)
{
    return set != SET_UNASSIGNED && set != NONE && area != NONE &&
           area >= shy_areas_count(run->areas, set);
}

bool shy_lift_spread(const struct run *run, const struct frame *f, uint32_t set, uint32_t area,
                     size_t *at, uint32_t *target, int64_t *weight)
{
    struct shy_spread spread;
    if (f->whole || !shy_is_former(run, set, area))
        return false;
    shy_areas_spread(run->areas, set, area, &spread);
    for (; spread.split && *at < spread.count; ++*at) {
        bool told = false;
        *target = shy_lift(run, f, set, spread.areas[*at]);
        for (size_t i = 0; i < *at && !told; i++)
            told = shy_lift(run, f, set, spread.areas[i]) == *target;
        if (*target == NONE || told)
            continue;
        *weight = spread.weights == NULL ? -1 : 0;
        for (size_t i = *at; spread.weights != NULL && i < spread.count; i++)
            *weight += shy_lift(run, f, set, spread.areas[i]) == *target ? spread.weights[i] : 0;
        ++*at;
        return true;
    }
    return false;
}
