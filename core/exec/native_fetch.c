/* SPDX-License-Identifier: MIT */
/*
 * Operands of a plan for many rows at once. Whatever depends on a code alone (rows of small tables,
 * attributes, code lists, places) becomes a table by the code's dictionary number, one for each
 * span of months in which nothing changes.
 */
#include "config.h"

#include "core/exec/native.h"

#include <stdlib.h>
#include <string.h>

/* Months ------------------------------------------------------------------------------------ */

int shy_classes_add(struct native *n, struct classes *c, int32_t month)
{
    size_t at = 0;
    while (at < c->count && c->breaks[at] < month)
        at++;
    if (at < c->count && c->breaks[at] == month)
        return 0;
    if (c->count == c->capacity) {
        int rc = 0;
        int32_t *more = shy_run_alloc(n->run, c->count * 2 + 8, sizeof *more, &rc);
        if (rc != 0)
            return rc;
        if (c->count > 0)
            memcpy(more, c->breaks, c->count * sizeof *more);
        c->breaks = more;
        c->capacity = c->count * 2 + 8;
    }
    memmove(&c->breaks[at + 1], &c->breaks[at], (c->count - at) * sizeof *c->breaks);
    c->breaks[at] = month;
    c->count++;
    return 0;
}

/* A month of class k, for which a table is made. Rows without months of care have no time. */
void shy_class_months(const struct classes *c, const struct shelf_plan *base, size_t k,
                      int32_t *month, bool *open)
{
    *open = base->month < 0;
    *month = c->count == 0 ? 0 : k == 0 ? c->breaks[0] - 1 : c->breaks[k - 1];
}

static int32_t month_of_date(int32_t date)
{
    char text[11];
    shy_date_text(date, text);
    return shy_month((int)strtol(text, NULL, 10), (int)strtol(text + 5, NULL, 10));
}

/* Entries are valid by the day, rows are of a month: a code counts in every month it touches. */
static int add_list_months(struct native *n, const struct shelf_plan *base,
                           const struct shy_code_list *list, struct classes *c)
{
    for (size_t i = 0; base->month >= 0 && i < list->entry_count; i++) {
        if (list->entries[i].valid_from != INT32_MIN)
            SHY_TRY(shy_classes_add(n, c, month_of_date(list->entries[i].valid_from)));
        if (list->entries[i].valid_to != INT32_MAX)
            SHY_TRY(shy_classes_add(n, c, month_of_date(list->entries[i].valid_to) + 1));
    }
    return 0;
}

static const struct shy_code_entry *entry_at(const struct shy_code_list *list, const char *code,
                                             int32_t month, bool open)
{
    if (open)
        return shy_entry_in(list, code, INT32_MIN, INT32_MAX);
    int32_t first = shy_date_of(shy_month_year(month), shy_month_of_year(month), 1);
    int32_t next = shy_date_of(shy_month_year(month + 1), shy_month_of_year(month + 1), 1);
    return shy_entry_in(list, code, first, next - 1);
}

/* Tables ------------------------------------------------------------------------------------ */

static int make_map(struct native *n, struct code_map *m, size_t size)
{
    int rc = 0;
    m->size = size;
    m->to = shy_run_alloc(n->run, (m->classes.count + 1) * size, sizeof *m->to, &rc);
    if (rc == 0)
        memset(m->to, 0xff, (m->classes.count + 1) * size * sizeof *m->to);
    return rc;
}

static int new_map(struct native *n, struct code_map **out)
{
    int rc = 0;
    *out = shy_run_alloc(n->run, 1, sizeof **out, &rc);
    return rc;
}

/* Rows of a small table by the code that names them. */
static int make_link(struct native *n, const struct shelf_plan *base, const char *const *texts,
                     size_t count, struct source *to, struct code_map **out)
{
    struct key_index index;
    bool have;
    struct code_map *m;
    SHY_TRY(new_map(n, out));
    m = *out;
    SHY_TRY(shy_key_index(n->run, to, &index, &have));
    for (uint32_t row = 0; have && base->month >= 0 && row < to->rows; row++) {
        int32_t first, last;
        shy_row_months(to, row, &first, &last);
        if (first != INT32_MIN)
            SHY_TRY(shy_classes_add(n, &m->classes, first));
        if (last != INT32_MAX)
            SHY_TRY(shy_classes_add(n, &m->classes, last + 1));
    }
    SHY_TRY(make_map(n, m, count));
    for (size_t k = 0; have && k <= m->classes.count; k++) {
        int32_t month;
        bool open;
        shy_class_months(&m->classes, base, k, &month, &open);
        for (size_t i = 0; i < count; i++) {
            uint32_t code = shy_map_finds(index.dict, texts[i]);
            if (code != SHY_MAP_NONE)
                m->to[k * count + i] = shy_best_row(to, &index, code, open ? INT32_MIN : month,
                                                    open ? INT32_MAX : month);
        }
    }
    return 0;
}

/* Attributes that a list gives to codes; their texts get numbers in the order they are met. */
static int make_attribute(struct native *n, struct fetch *f, const struct shy_operand *o)
{
    struct shy_map names = {0};
    struct code_map *m;
    int rc = 0;
    SHY_TRY(new_map(n, &m));
    SHY_TRY(add_list_months(n, f->base, o->list, &m->classes));
    SHY_TRY(make_map(n, m, f->text_count));
    for (size_t k = 0; k <= m->classes.count; k++) {
        int32_t month;
        bool open;
        shy_class_months(&m->classes, f->base, k, &month, &open);
        for (size_t i = 0; i < f->text_count; i++) {
            const struct shy_code_entry *e = entry_at(o->list, f->texts[i], month, open);
            const char *text = e == NULL ? NULL : e->attribute_values[o->attribute_index];
            if (text != NULL &&
                (m->to[k * m->size + i] = shy_map_adds(&names, text)) == SHY_MAP_NONE)
                rc = shy_fail_nomem(n->run->err);
        }
    }
    const char **texts = shy_run_alloc(n->run, names.count, sizeof *texts, &rc);
    for (size_t i = 0; rc == 0 && i < names.count; i++) {
        texts[i] = shy_arena_strdup(&n->run->arena, names.keys[i]);
        if (texts[i] == NULL)
            rc = shy_fail_nomem(n->run->err);
    }
    f->last = m;
    f->texts = texts;
    f->text_count = names.count;
    shy_map_free(&names);
    return rc;
}

/* The code itself, a linked row's code, and an attribute of it in one look-up. */
static int flatten(struct native *n, struct fetch *f, size_t codes)
{
    struct code_map *m;
    if (f->tail == NULL && f->last == NULL)
        return 0;
    SHY_TRY(new_map(n, &m));
    for (size_t i = 0; f->link != NULL && i < f->link->classes.count; i++)
        SHY_TRY(shy_classes_add(n, &m->classes, f->link->classes.breaks[i]));
    for (size_t i = 0; f->last != NULL && i < f->last->classes.count; i++)
        SHY_TRY(shy_classes_add(n, &m->classes, f->last->classes.breaks[i]));
    SHY_TRY(make_map(n, m, codes));
    for (size_t k = 0; k <= m->classes.count; k++) {
        int32_t month = k == 0 ? INT32_MIN : m->classes.breaks[k - 1];
        for (size_t i = 0; i < codes; i++) {
            uint32_t code = (uint32_t)i;
            if (f->link != NULL)
                code = f->link->to[class_of(&f->link->classes, month) * codes + i];
            if (code != NONE && f->tail != NULL)
                code =
                    f->tail->state[code] == SHIHYO_STATE_OK ? (uint32_t)f->tail->data[code] : NONE;
            if (code != NONE && f->last != NULL)
                code = f->last->to[class_of(&f->last->classes, month) * f->last->size + code];
            m->to[k * codes + i] = code;
        }
    }
    f->flat = m;
    return 0;
}

/* Codes to other numbers that a map by the last code gives: places. */
static int redirect(struct native *n, struct fetch *f, size_t codes, const struct code_map *to)
{
    struct code_map *m;
    SHY_TRY(new_map(n, &m));
    const struct code_map *from = f->flat;
    for (size_t i = 0; from != NULL && i < from->classes.count; i++)
        SHY_TRY(shy_classes_add(n, &m->classes, from->classes.breaks[i]));
    for (size_t i = 0; i < to->classes.count; i++)
        SHY_TRY(shy_classes_add(n, &m->classes, to->classes.breaks[i]));
    SHY_TRY(make_map(n, m, codes));
    for (size_t k = 0; k <= m->classes.count; k++) {
        int32_t month = k == 0 ? INT32_MIN : m->classes.breaks[k - 1];
        const uint32_t *places = to->to + class_of(&to->classes, month) * to->size;
        for (size_t i = 0; i < codes; i++) {
            uint32_t code = from == NULL
                                ? (uint32_t)i
                                : from->to[class_of(&from->classes, month) * from->size + i];
            m->to[k * codes + i] = code == NONE ? NONE : places[code];
        }
    }
    f->flat = m;
    return 0;
}

/* Operands ---------------------------------------------------------------------------------- */

static bool is_text(enum shy_type type)
{
    return type == SHY_CODE_T || type == SHY_TEXT_T || type == SHY_PERIOD_T;
}

static int texts_of(struct native *n, const struct shelf_plan *s, int column,
                    const char *const **texts, size_t *count)
{
    if (s->contract->made) { /* they have no dictionary: their values are in the plan */
        *texts = s->contract->columns[column].values;
        for (*count = 0; *texts != NULL && (*texts)[*count] != NULL;)
            ++*count;
        return 0;
    }
    const struct shy_map *dict = n->data->dictionary(n->data->self, s->contract, column);
    *texts = dict == NULL ? NULL : (const char *const *)dict->keys;
    *count = dict == NULL ? 0 : dict->count;
    return 0;
}

/* A column of the small table that the rows' own code `link` names. */
static int make_tail(struct native *n, struct fetch *f, int link, const struct shy_contract *to,
                     int there)
{
    struct source *s;
    struct code_map *map;
    const char *const *texts;
    size_t count;
    SHY_TRY(texts_of(n, f->base, link, &texts, &count));
    SHY_TRY(shy_source(n->run, to, &s));
    f->from = FROM_OWN;
    f->source = f->base;
    f->column = link;
    if (s->table == NULL || s->columns[there] < 0) {
        f->from = FROM_NOTHING;
        return 0;
    }
    SHY_TRY(make_link(n, f->base, texts, count, s, &map));
    f->link = map;
    f->tail = &s->table->columns[s->columns[there]];
    f->is_text = is_text(f->tail->def->type);
    f->texts = f->is_text ? (const char *const *)f->tail->dict.keys : NULL;
    f->text_count = f->is_text ? f->tail->dict.count : 0;
    return 0;
}

/* Rows of persons and claims are found by the row's own person and claim. */
static int make_rows_link(struct native *n, struct fetch *f, const struct shy_contract *to,
                          enum fetch_from from)
{
    struct shelf_plan *source;
    SHY_TRY(shy_native_shelf(n, to, &source));
    source->used = source->linked = true;
    f->from = from;
    f->source = source;
    if (from == FROM_PERSON)
        n->persons = source;
    if (from == FROM_REGISTER)
        n->registered = source;
    if (from == FROM_CLAIM) {
        n->claims = source;
        source->needs_claims = true;
        ((struct shelf_plan *)f->base)->needs_claims = true;
    }
    return 0;
}

static int find_column(struct native *n, struct shelf_plan *base, const char *link,
                       const struct shy_contract *contract, int index, struct fetch *f)
{
    int own = link == NULL ? index : shy_contract_column(base->contract, link);
    *f = (struct fetch){.from = FROM_OWN, .base = base, .source = base, .column = own};
    if (link != NULL && own >= 0 && !contract->person_level)
        return make_tail(n, f, own, contract, index);
    if (link != NULL && own >= 0) {
        bool person = base->contract->columns[own].role == SHY_ROLE_PERSON;
        SHY_TRY(make_rows_link(n, f, contract, person ? FROM_PERSON : FROM_CLAIM));
        f->column = index;
    }
    if (f->column < 0 || !f->source->present[f->column]) {
        f->from = FROM_NOTHING;
        return 0;
    }
    f->is_text = is_text(f->source->contract->columns[f->column].type);
    return f->is_text ? texts_of(n, f->source, f->column, &f->texts, &f->text_count) : 0;
}

/* Only now is it known that the column will be read. */
static void need_column(const struct fetch *f)
{
    if (f->from != FROM_NOTHING && f->column >= 0)
        f->source->needed[f->column] = true;
}

static size_t codes_of(struct native *n, const struct fetch *f)
{
    const char *const *texts;
    size_t count = 0;
    if (f->from != FROM_NOTHING)
        (void)texts_of(n, f->source, f->column, &texts, &count);
    return count;
}

int shy_fetch_make(struct native *n, struct shelf_plan *base, const struct shy_operand *o,
                   struct fetch *out)
{
    SHY_TRY(find_column(n, base, o->link, o->contract, o->index, out));
    need_column(out);
    out->age = o->derived == SHY_DERIVED_AGE;
    if (o->derived == SHY_DERIVED_CODE_ATTRIBUTE && out->from != FROM_NOTHING)
        SHY_TRY(make_attribute(n, out, o));
    return out->is_text && out->from != FROM_NOTHING ? flatten(n, out, codes_of(n, out)) : 0;
}

/* Places ------------------------------------------------------------------------------------ */

/* Months of the grid in which a code may begin to mean another place. */
static int months_of_change(struct native *n, const struct grid_plan *g, uint32_t set,
                            struct classes *out)
{
    const int32_t *days;
    size_t count = shy_areas_change_days(n->run->areas, set, &days);
    for (size_t i = 0; i < count && g->shelf->month >= 0; i++) {
        int32_t month = month_of_date(days[i]);
        if (month > g->first && month <= g->last)
            SHY_TRY(shy_classes_add(n, out, month));
    }
    return 0;
}

/* The day that stands for a class of months; of rows without a month, none. */
static int32_t day_of_class(const struct grid_plan *g, const struct classes *c, size_t k)
{
    if (g->shelf->month < 0)
        return INT32_MIN;
    return shy_day_of_month(k == 0 ? g->first : c->breaks[k - 1]);
}

static uint32_t slot_of(struct grid_plan *g, uint32_t place)
{
    uint32_t slot = 0;
    if (place == NONE)
        return NONE;
    while (slot < g->slot_count && g->slots[slot] != place)
        slot++;
    if (slot == g->slot_count)
        g->slots[g->slot_count++] = place;
    return slot;
}

/* The places that the texts name, numbered as slots, by month. */
static int make_slots(struct native *n, struct grid_plan *g, struct code_map **out)
{
    int rc = 0;
    const struct fetch *f = &g->place;
    uint32_t municipality = shy_areas_set(n->run->areas, "municipality");
    SHY_TRY(new_map(n, out));
    struct code_map *m = *out;
    SHY_TRY(months_of_change(n, g, municipality, &m->classes));
    SHY_TRY(make_map(n, m, f->text_count));
    g->slots = shy_run_alloc(n->run, (m->classes.count + 1) * f->text_count, sizeof *g->slots, &rc);
    for (size_t k = 0; rc == 0 && k <= m->classes.count; k++) {
        int32_t day = day_of_class(g, &m->classes, k);
        for (size_t i = 0; i < f->text_count; i++)
            m->to[k * f->text_count + i] =
                slot_of(g, shy_areas_at(n->run->areas, municipality, f->texts[i], day));
    }
    return rc;
}

/* One place for all rows: no area axis, or rows that belong to the nation only. */
static int one_place(struct native *n, struct grid_plan *g)
{
    int rc = 0;
    g->place = (struct fetch){.from = FROM_NOTHING, .base = g->shelf};
    g->slots = shy_run_alloc(n->run, 1, sizeof *g->slots, &rc);
    g->slot_count = 1;
    if (rc == 0)
        g->slots[0] = SET_UNASSIGNED;
    return rc;
}

/* Who is in the care register alone is insured where the care insurer is (places.c). Both columns
 * are of areas and have one dictionary. */
static int find_otherwise(struct native *n, struct grid_plan *g, enum shy_role role)
{
    const char *link;
    int column;
    const struct shy_contract *to = shy_place_otherwise(g->shelf->contract, role, &link, &column);
    struct fetch persons = {.base = g->shelf}, *f = &g->otherwise;
    *f = (struct fetch){.from = FROM_NOTHING, .base = g->shelf};
    if (to == NULL)
        return 0;
    if (n->persons == NULL) {
        const struct shy_column *person =
            &g->shelf->contract->columns[shy_contract_column(g->shelf->contract, link)];
        SHY_TRY(make_rows_link(n, &persons, shy_linked_contract(person->links), FROM_PERSON));
    }
    SHY_TRY(make_rows_link(n, f, to, FROM_REGISTER));
    f->column = column;
    if (!f->source->present[column]) {
        f->from = FROM_NOTHING;
        return 0;
    }
    need_column(f);
    f->is_text = true;
    SHY_TRY(texts_of(n, f->source, column, &f->texts, &f->text_count));
    if (g->place.from == FROM_NOTHING) {
        g->place.texts = f->texts;
        g->place.text_count = f->text_count;
    }
    return 0;
}

int shy_fetch_place(struct native *n, struct grid_plan *g)
{
    enum shy_role role = shy_basis_role(g->basis);
    const struct shy_contract *c = g->shelf->contract, *to;
    const char *link;
    int column;
    struct code_map *slots;
    if (g->whole || role == SHY_ROLE_NONE)
        return one_place(n, g);
    shy_place_column(c, role, &link, &to, &column);
    g->place = (struct fetch){.from = FROM_NOTHING, .base = g->shelf};
    if (column >= 0)
        SHY_TRY(find_column(n, g->shelf, link, to, column, &g->place));
    need_column(&g->place);
    if (g->place.from != FROM_NOTHING)
        SHY_TRY(flatten(n, &g->place, codes_of(n, &g->place)));
    SHY_TRY(find_otherwise(n, g, role));
    g->place_text = g->place;
    SHY_TRY(make_slots(n, g, &slots));
    if (g->otherwise.from != FROM_NOTHING)
        SHY_TRY(redirect(n, &g->otherwise, codes_of(n, &g->otherwise), slots));
    return g->place.from == FROM_NOTHING ? 0
                                         : redirect(n, &g->place, codes_of(n, &g->place), slots);
}

/* Conditions -------------------------------------------------------------------------------- */

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int shy_code_test_make(struct native *n, const struct shelf_plan *base,
                       const struct shy_condition *c, const char *const *texts, size_t count,
                       struct code_test *out)
{
    int rc = 0;
    *out = (struct code_test){.size = count};
    if (c->kind == SHY_COND_CODES)
        SHY_TRY(add_list_months(n, base, c->list, &out->classes));
    out->yes = shy_run_alloc(n->run, (out->classes.count + 1) * count, 1, &rc);
    for (size_t k = 0; rc == 0 && k <= out->classes.count; k++) {
        int32_t month;
        bool open, holds;
        shy_class_months(&out->classes, base, k, &month, &open);
        for (size_t i = 0; i < count; i++) {
            if (c->kind == SHY_COND_CODES)
                holds = entry_at(c->list, texts[i], month, open) != NULL;
            else
                holds =
                    bsearch(&texts[i], c->texts, c->count, sizeof *c->texts, compare_texts) != NULL;
            out->yes[k * count + i] = holds != c->negated;
        }
    }
    return rc;
}

int shy_sieve_make(struct native *n, struct shelf_plan *base, const struct shy_condition *c,
                   struct sieve *out)
{
    int rc = 0;
    *out = (struct sieve){.condition = c};
    SHY_TRY(shy_fetch_make(n, base, &c->operand, &out->fetch));
    bool by_text = c->kind == SHY_COND_CODES || (c->kind == SHY_COND_IN && c->texts != NULL);
    if (!by_text || !out->fetch.is_text)
        return 0;
    struct code_test *t = shy_run_alloc(n->run, 1, sizeof *t, &rc);
    if (rc != 0)
        return rc;
    out->test = t;
    return shy_code_test_make(n, base, c, out->fetch.texts, out->fetch.text_count, t);
}

/* Reading ----------------------------------------------------------------------------------- */

static int rows_of(struct worker *w, const struct fetch *f, const uint32_t **through)
{
    struct shelf *base = shelf_of(w, f->base);
    *through = NULL;
    if (f->from == FROM_PERSON) {
        SHY_TRY(shy_shelf_person_rows(w, base));
        *through = base->person_row;
    } else if (f->from == FROM_CLAIM) {
        SHY_TRY(shy_shelf_claim_rows(w, base));
        *through = base->claim_row;
    } else if (f->from == FROM_REGISTER) {
        SHY_TRY(shy_shelf_registered_rows(w, base));
        *through = base->registered_row;
    }
    return 0;
}

/* Complete years at the end of the row's month; who is born later has none. */
static void age_of(const struct fetch *f, int32_t month, int64_t *number, uint8_t *state)
{
    if (f->base->month < 0 || *number > month)
        *state = SHIHYO_STATE_MISSING;
    else
        *number = (month - *number) / 12;
}

static void follow(const struct fetch *f, int32_t month, int64_t *number, uint8_t *state)
{
    if (*state != SHIHYO_STATE_OK && f->link != NULL) {
        *state = SHIHYO_STATE_MISSING;
        return;
    }
    if (f->link != NULL) {
        uint32_t row =
            f->link->to[class_of(&f->link->classes, month) * f->link->size + (size_t)*number];
        *state = row == NONE ? (uint8_t)SHIHYO_STATE_MISSING : f->tail->state[row];
        *number = row == NONE ? 0 : f->tail->data[row];
    }
    if (*state != SHIHYO_STATE_OK && *state != SHIHYO_STATE_PARTIAL)
        return;
    if (f->age)
        age_of(f, month, number, state);
    if (f->last != NULL) {
        uint32_t code =
            f->last->to[class_of(&f->last->classes, month) * f->last->size + (size_t)*number];
        *state = code == NONE ? (uint8_t)SHIHYO_STATE_MISSING : *state;
        *number = code == NONE ? 0 : code;
    }
}

int shy_fetch_numbers(struct worker *w, const struct fetch *f, const uint32_t *rows, size_t n,
                      int64_t *number, uint8_t *state)
{
    const uint32_t *through;
    memset(state, SHIHYO_STATE_MISSING, n);
    memset(number, 0, n * sizeof *number);
    if (f->from == FROM_NOTHING)
        return 0;
    SHY_TRY(rows_of(w, f, &through));
    const struct shelf *base = shelf_of(w, f->base);
    const struct shelf_column *c = &shelf_of(w, f->source)->columns[f->column];
    bool plain = f->link == NULL && f->last == NULL && !f->age;
    for (size_t i = 0; i < n; i++) {
        uint32_t row = through == NULL ? rows[i] : through[rows[i]];
        if (row == NONE || (c->narrow == NULL && c->wide == NULL))
            continue;
        state[i] = c->state == NULL ? (uint8_t)SHIHYO_STATE_OK : c->state[row];
        number[i] = c->narrow != NULL ? c->narrow[row] : c->wide[row];
        if (!plain)
            follow(f, base->first[rows[i]], &number[i], &state[i]);
    }
    return 0;
}

static void through_map(const struct worker *w, const struct fetch *f, const uint32_t *rows,
                        size_t n, uint32_t *code)
{
    const struct code_map *m = f->flat;
    const int32_t *months = w->shelves[f->base->number].first;
    for (size_t i = 0; i < n; i++) {
        size_t k = m->classes.count == 0 ? 0 : class_of(&m->classes, months[rows[i]]);
        if (code[i] != NONE)
            code[i] = m->to[k * m->size + code[i]];
    }
}

int shy_fetch_codes(struct worker *w, const struct fetch *f, const uint32_t *rows, size_t n,
                    uint32_t *code)
{
    const uint32_t *through;
    memset(code, 0xff, n * sizeof *code);
    if (f->from == FROM_NOTHING)
        return 0;
    SHY_TRY(rows_of(w, f, &through));
    const struct shelf_column *c = &shelf_of(w, f->source)->columns[f->column];
    if (c->narrow == NULL)
        return 0;
    if (through == NULL && c->state == NULL) {
        for (size_t i = 0; i < n; i++)
            code[i] = (uint32_t)c->narrow[rows[i]];
    } else {
        for (size_t i = 0; i < n; i++) {
            uint32_t row = through == NULL ? rows[i] : through[rows[i]];
            if (row != NONE && (c->state == NULL || c->state[row] == SHIHYO_STATE_OK))
                code[i] = (uint32_t)c->narrow[row];
        }
    }
    if (f->flat != NULL)
        through_map(w, f, rows, n, code);
    return 0;
}

int shy_fetch_slots(struct worker *w, const struct grid_plan *g, const uint32_t *rows, size_t n,
                    uint32_t *slot)
{
    uint32_t other[BATCH];
    bool any = false;
    SHY_TRY(shy_fetch_codes(w, &g->place, rows, n, slot));
    for (size_t i = 0; i < n && g->otherwise.from != FROM_NOTHING; i++)
        any = any || slot[i] == NONE;
    if (!any)
        return 0;
    struct shelf *base = shelf_of(w, g->otherwise.base);
    SHY_TRY(shy_shelf_person_rows(w, base));
    SHY_TRY(shy_fetch_codes(w, &g->otherwise, rows, n, other));
    for (size_t i = 0; i < n; i++) {
        if (slot[i] == NONE && base->person_row[rows[i]] == NONE)
            slot[i] = other[i];
    }
    return 0;
}
