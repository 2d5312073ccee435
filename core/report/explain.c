/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/report/explain.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/report/formula.h"
#include "core/report/report_private.h"

enum { ROWS_SHOWN = 20 };

/* Calculations longer than this stand before what is put beside them: a figure agreed on is read
 * behind the one it replaces. */
enum { LONG = 3 };

/* One indicator of the calculation. */
struct line {
    size_t definition;
    shy_node_id value;
};

/* What a run says of an indicator in the area and one period. */
struct known {
    char *key, *value, *exact, *reason, *notes, *hash;
    enum shihyo_state state;
};

struct explaining {
    const struct shy_plan *plan;
    const struct shy_choice *choices;
    const struct shy_dataset *data;
    const struct shy_explain_options *options;
    struct line *lines;
    size_t line_count, line_capacity;
    struct known *known;
    size_t known_count, known_capacity;
    struct shy_map keys; /* of known, by "id period" */
    struct shy_arena arena;
    struct shy_period period;
    char area_set[64], area[32], area_name[256], period_text[SHY_PERIOD_TEXT];
    int *heights;
    int64_t run;
    bool found, changed, failed;
    json_t *rows; /* of the line at work */
    struct shihyo_error *err;
};

/* The order of the calculation -------------------------------------------------------------- */

static size_t index_of(const struct shy_plan *plan, const char *id)
{
    size_t i = 0;
    while (i < shy_plan_definition_count(plan) && strcmp(shy_plan_definition(plan, i)->id, id) != 0)
        i++;
    return i;
}

static shy_node_id value_of(const struct explaining *x, size_t definition)
{
    const struct shy_answer *a = x->choices[definition].answer;
    return a == NULL ? 0 : a->value;
}

/* Indicators directly below a node, in the order of the expression. */
struct refs {
    size_t items[256];
    size_t count;
};

static void find_refs(const struct explaining *x, shy_node_id id, struct refs *out)
{
    const struct shy_node *n = id == 0 ? NULL : shy_plan_node(x->plan, id);
    if (n == NULL || shy_op_is_rows(n->op) ||
        out->count == sizeof out->items / sizeof out->items[0])
        return;
    if (n->op == SHY_OP_INDICATOR) {
        size_t i = index_of(x->plan, n->indicator);
        if (i < shy_plan_definition_count(x->plan))
            out->items[out->count++] = i;
        return;
    }
    for (int i = 0; i < 2; i++)
        find_refs(x, n->inputs[i], out);
    for (size_t i = 0; i < n->of_count; i++)
        find_refs(x, n->of[i], out);
}

/* Steps from the rows to the definition's value; remembered one higher. */
static int height(struct explaining *x, size_t definition)
{
    struct refs refs = {.count = 0};
    if (x->heights[definition] > 0)
        return x->heights[definition] - 1;
    int most = 0;
    find_refs(x, value_of(x, definition), &refs);
    for (size_t i = 0; i < refs.count; i++) {
        int below = height(x, refs.items[i]) + 1;
        most = below > most ? below : most;
    }
    x->heights[definition] = most + 1;
    return most;
}

static int add_line(struct explaining *x, size_t definition);

static int add_below(struct explaining *x, shy_node_id id)
{
    struct refs refs = {.count = 0};
    find_refs(x, id, &refs);
    for (int turn = 0; turn < 2; turn++) {
        for (size_t i = 0; i < refs.count; i++)
            if ((height(x, refs.items[i]) >= LONG) == (turn == 0))
                SHY_TRY(add_line(x, refs.items[i]));
    }
    return 0;
}

/* Behind what it is computed from; each once. */
static int add_line(struct explaining *x, size_t definition)
{
    for (size_t k = 0; k < x->line_count; k++)
        if (x->lines[k].definition == definition)
            return 0;
    SHY_TRY(add_below(x, value_of(x, definition)));
    if (!SHY_GROW(x->lines, x->line_count, x->line_capacity))
        return shy_fail_nomem(x->err);
    x->lines[x->line_count++] = (struct line){definition, value_of(x, definition)};
    return 0;
}

/* A table is explained by the indicators in its columns. */
static int find_lines(struct explaining *x)
{
    const struct shy_definition *d = shy_plan_find(x->plan, x->options->id);
    if (d == NULL) {
        size_t count = shy_plan_definition_count(x->plan);
        const char **known = shy_alloc(count, sizeof *known);
        if (known == NULL)
            return shy_fail_nomem(x->err);
        for (size_t i = 0; i < count; i++)
            known[i] = shy_plan_definition(x->plan, i)->id;
        int code = shy_fail(x->err, SHY_E_INDICATOR_UNKNOWN, _("There is no indicator '%s'."),
                            x->options->id);
        shy_nearest(x->err, x->options->id, known, count);
        shy_free(known);
        return code;
    }
    for (size_t i = 0; i < d->measure_count; i++)
        SHY_TRY(add_below(x, d->measures[i].value));
    return d->kind == SHY_INDICATOR ? add_line(x, index_of(x->plan, d->id)) : 0;
}

/* Is the value the same in every period, because all it takes is of fixed ones? */
static bool is_fixed(const struct explaining *x, shy_node_id id, bool inside)
{
    const struct shy_node *n = shy_plan_node(x->plan, id);
    if (n->op == SHY_OP_SINCE)
        return false;
    if (shy_op_is_leaf(n->op))
        return inside;
    if (n->op == SHY_OP_INDICATOR) {
        size_t i = index_of(x->plan, n->indicator);
        shy_node_id value = i < shy_plan_definition_count(x->plan) ? value_of(x, i) : 0;
        return value != 0 && is_fixed(x, value, inside);
    }
    inside = inside || (n->op == SHY_OP_EARLIER && n->growth_years == 0);
    if (n->op == SHY_OP_INTERPOLATE)
        return false;
    for (int i = 0; i < 2; i++)
        if (n->inputs[i] != 0 && !shy_op_is_rows(shy_plan_node(x->plan, n->inputs[i])->op) &&
            !is_fixed(x, n->inputs[i], inside))
            return false;
    for (size_t i = 0; i < n->of_count; i++)
        if (!is_fixed(x, n->of[i], inside))
            return false;
    return true;
}

static int line_number(const struct explaining *x, const char *id)
{
    for (size_t i = 0; i < x->line_count; i++)
        if (strcmp(shy_plan_definition(x->plan, x->lines[i].definition)->id, id) == 0)
            return (int)i + 1;
    return 0;
}

/* Values ------------------------------------------------------------------------------------ */

static bool is_area(const struct explaining *x, const struct shy_value_row *row)
{
    const struct shy_explain_options *o = x->options;
    if (o->area_set != NULL && strcmp(o->area_set, row->area_set) != 0)
        return false;
    return strcmp(o->area, row->area_code) == 0 || strcmp(o->area, row->area_name) == 0;
}

/* The digits that a pocket calculator needs: all there are, or a fraction. */
static void exact_text(const struct shy_value_row *row, char out[48])
{
    struct shy_fraction f, factor = {row->factor, 1};
    if (!shy_value_shown(row))
        (void)snprintf(out, 48, "%s", shy_state_sign(row->state));
    else if (row->exact && shy_fraction_mul(row->numerator, factor, &f) &&
             shy_fraction_div(f, row->denominator, &f))
        shy_target_number_text(f, out);
    else
        shy_double_shortest(row->value, out, 48);
}

/* The first set that has such an area is the one explained. */
static int know_value(void *self, const struct shy_value_row *row)
{
    struct explaining *x = self;
    char value[48], exact[48];
    if (line_number(x, row->indicator) == 0 || !is_area(x, row) ||
        strcmp(row->measure, "count") != 0 || row->dimensions[0] != '\0')
        return 0;
    if (x->area[0] == '\0') {
        (void)snprintf(x->area_set, sizeof x->area_set, "%s", row->area_set);
        (void)snprintf(x->area, sizeof x->area, "%s", row->area_code);
        (void)snprintf(x->area_name, sizeof x->area_name, "%s", row->area_name);
    }
    x->run = row->run;
    if (strcmp(x->area_set, row->area_set) != 0)
        return 0;
    shy_value_display(row, value, sizeof value);
    exact_text(row, exact);
    if (!SHY_GROW(x->known, x->known_count, x->known_capacity))
        return SHY_E_NOMEM;
    struct shy_text key = {0};
    shy_text_addf(&key, "%s %s", row->indicator, row->period);
    struct known *k = &x->known[x->known_count];
    *k = (struct known){.state = row->state,
                        .key = shy_arena_strdup(&x->arena, shy_text_get(&key)),
                        .value = shy_arena_strdup(&x->arena, value),
                        .exact = shy_arena_strdup(&x->arena, exact),
                        .reason = shy_arena_strdup(&x->arena, row->reason),
                        .notes = shy_arena_strdup(&x->arena, row->notes),
                        .hash = shy_arena_strdup(&x->arena, row->definition_hash)};
    shy_text_free(&key);
    if (k->key == NULL || k->value == NULL || k->exact == NULL || k->reason == NULL ||
        k->notes == NULL || k->hash == NULL || shy_map_adds(&x->keys, k->key) != x->known_count)
        return SHY_E_NOMEM;
    x->known_count++;
    return 0;
}

static const struct known *find_known(const struct explaining *x, const char *id,
                                      const struct shy_period *period)
{
    char text[SHY_PERIOD_TEXT];
    struct shy_text key = {0};
    shy_period_text(period, text);
    shy_text_addf(&key, "%s %s", id, text);
    uint32_t at = shy_map_finds(&x->keys, shy_text_get(&key));
    shy_text_free(&key);
    return at == SHY_MAP_NONE ? NULL : &x->known[at];
}

/* The one asked for, else the last that any line has a value for. */
static int find_period(struct explaining *x)
{
    struct shy_period last = {0}, p;
    for (size_t i = 0; i < x->known_count; i++) {
        const char *text = strrchr(x->known[i].key, ' ');
        if (shy_period_parse(text + 1, &p) &&
            (last.kind == SHY_PERIOD_NONE || shy_period_compare(&p, &last) > 0))
            last = p;
    }
    if (x->options->period != NULL && !shy_period_parse(x->options->period, &last))
        return shy_fail(x->err, SHY_E_PERIOD_INVALID, _("'%s' is not a period."),
                        x->options->period);
    x->period = last;
    shy_period_text(&last, x->period_text);
    for (size_t i = 0; i < x->line_count && !x->found; i++)
        x->found =
            find_known(x, shy_plan_definition(x->plan, x->lines[i].definition)->id, &last) != NULL;
    if (x->found)
        return 0;
    int code = shy_fail(x->err, SHY_E_EXPLAIN_NOTHING,
                        _("The run has no value of '%s' in area '%s' for %s."), x->options->id,
                        x->options->area, x->options->period == NULL ? "…" : x->period_text);
    shy_hint(x->err,
             _("`shihyo show %s` prints what it has; an area is given by its code or name."),
             x->options->id);
    return code;
}

/* Formulas ---------------------------------------------------------------------------------- */

static bool other_period(const struct explaining *x, const struct shy_period *period)
{
    return shy_period_compare(period, &x->period) != 0 || period->kind != x->period.kind;
}

static void write_number(void *self, const char *id, const struct shy_period *period,
                         struct shy_text *out)
{
    const struct explaining *x = self;
    char label[64];
    int line = line_number(x, id);
    shy_text_addf(out, "[%d]", line);
    if (!other_period(x, period) || line == 0 || x->lines[line - 1].value == 0 ||
        is_fixed(x, x->lines[line - 1].value, false))
        return;
    shy_period_label(period, x->options->japanese, label, sizeof label);
    shy_text_addf(out, _(" of %s"), label);
}

static void write_figure(void *self, const char *id, const struct shy_period *period,
                         struct shy_text *out)
{
    const struct explaining *x = self;
    const struct known *k = find_known(x, id, period);
    int line = line_number(x, id);
    if (k == NULL && line > 0 && x->lines[line - 1].value != 0 &&
        is_fixed(x, x->lines[line - 1].value, false))
        k = find_known(x, id, &x->period);
    shy_text_adds(out, k == NULL ? "?" : k->exact);
}

/* Rows -------------------------------------------------------------------------------------- */

static bool passes(const struct shy_table *t, size_t row, const struct shy_node *scan)
{
    for (size_t i = 0; i < scan->where_count; i++) {
        const struct shy_condition *c = &scan->where[i];
        int column = c->operand.link == NULL && c->operand.derived == SHY_DERIVED_NO
                         ? shy_table_column(t, c->operand.column)
                         : -1;
        if (c->kind != SHY_COND_IN || c->texts == NULL || column < 0)
            continue;
        const char *text = shy_table_text(t, row, column);
        bool in = false;
        for (size_t k = 0; text != NULL && k < c->count; k++)
            in = in || strcmp(c->texts[k], text) == 0;
        if (in == c->negated)
            return false;
    }
    return true;
}

static const char *text_of(const struct shy_table *t, size_t row, enum shy_role role)
{
    int column = shy_table_role(t, role);
    const char *text = column < 0 ? NULL : shy_table_text(t, row, column);
    return text == NULL ? "" : text;
}

static bool is_here(const struct explaining *x, const struct shy_table *t, size_t row,
                    const struct shy_node *scan)
{
    return strcmp(text_of(t, row, SHY_ROLE_AREA), x->area) == 0 &&
           strcmp(text_of(t, row, SHY_ROLE_AREA_SET), x->area_set) == 0 && passes(t, row, scan);
}

/* The nearest period not after the one asked for that the area has a row of. */
static bool nearest(const struct explaining *x, const struct shy_table *t,
                    const struct shy_node *scan, const struct shy_period *period,
                    struct shy_period *out)
{
    bool any = false;
    for (size_t row = 0; row < t->rows; row++) {
        struct shy_period p;
        if (!is_here(x, t, row, scan) || !shy_period_parse(text_of(t, row, SHY_ROLE_PERIOD), &p) ||
            shy_period_compare(&p, period) > 0)
            continue;
        if (!any || shy_period_compare(&p, out) > 0)
            *out = p;
        any = true;
    }
    return any;
}

/* Everything that the row says but its area. */
static json_t *cells_of(const struct shy_table *t, size_t row, const char *area, bool japanese)
{
    json_t *cells = json_array();
    for (size_t c = 0; c < t->column_count; c++) {
        const struct shy_table_column *column = &t->columns[c];
        enum shihyo_state state = (enum shihyo_state)column->state[row];
        char text[64] = "";
        const char *value = text;
        enum shy_role role = column->def->role;
        if (role == SHY_ROLE_PERIOD) {
            struct shy_period p;
            if (state == SHIHYO_STATE_OK && shy_period_parse(shy_table_text(t, row, (int)c), &p))
                shy_period_label(&p, japanese, text, sizeof text);
        }
        if (role == SHY_ROLE_AREA || role == SHY_ROLE_AREA_SET ||
            state == SHIHYO_STATE_NOT_APPLICABLE || (state == SHIHYO_STATE_MISSING && role != 0))
            continue;
        if (state != SHIHYO_STATE_OK)
            value = shy_state_sign(state);
        else if (text[0] == '\0' && shy_table_text(t, row, (int)c) != NULL)
            value = shy_table_text(t, row, (int)c);
        else if (text[0] == '\0')
            shy_table_value_text(t, row, (int)c, text, sizeof text);
        if (role == SHY_ROLE_NONE && strcmp(value, area) == 0)
            continue;
        const char *label = shy_i18n_pick(column->def->label_ja, column->def->label_en);
        (void)json_array_append_new(cells, json_pack("{s:s,s:s}", "label",
                                                     role == SHY_ROLE_PERIOD ? ""
                                                     : label == NULL || label[0] == '\0'
                                                         ? column->def->name
                                                         : label,
                                                     "value", value));
    }
    return cells;
}

static bool is_public(const struct shy_contract *c)
{
    return c != NULL && !c->person_level && !c->made && shy_contract_role(c, SHY_ROLE_AREA) >= 0 &&
           shy_contract_role(c, SHY_ROLE_PERIOD) >= 0 &&
           shy_contract_role(c, SHY_ROLE_PERSON) < 0 &&
           shy_contract_role(c, SHY_ROLE_INSTITUTION) < 0;
}

/* Two columns of one row may be counted by one line. */
static void add_row_once(struct explaining *x, json_t *row)
{
    size_t i;
    json_t *other;
    json_array_foreach(x->rows, i, other)
    {
        if (json_equal(other, row)) {
            json_decref(row);
            return;
        }
    }
    (void)json_array_append_new(x->rows, row);
}

static void add_rows(void *self, shy_node_id id, const struct shy_period *period, bool recent)
{
    struct explaining *x = self;
    const struct shy_node *scan = shy_plan_node(x->plan, id);
    const struct shy_table *t = NULL;
    struct shy_period taken = *period;
    while (scan->op == SHY_OP_WHERE)
        scan = shy_plan_node(x->plan, scan->inputs[0]);
    if (x->failed || scan->op != SHY_OP_SCAN || !is_public(scan->contract))
        return;
    if (x->data->table(x->data->self, scan->contract, NULL, 0, &t, x->err) != 0) {
        x->failed = true;
        return;
    }
    if (t == NULL || (recent && !nearest(x, t, scan, period, &taken)))
        return;
    const char *label = shy_i18n_pick(scan->contract->label_ja, scan->contract->label_en);
    for (size_t row = 0; row < t->rows && json_array_size(x->rows) < ROWS_SHOWN; row++) {
        struct shy_period p;
        if (is_here(x, t, row, scan) && shy_period_parse(text_of(t, row, SHY_ROLE_PERIOD), &p) &&
            shy_period_contains(&taken, &p))
            add_row_once(x, json_pack("{s:s,s:o}", "table", label, "cells",
                                      cells_of(t, row, x->area, x->options->japanese)));
    }
}

/* Lines ------------------------------------------------------------------------------------- */

static json_t *texts_of(const json_t *metadata, const char *name)
{
    json_t *value = json_object_get(metadata, name), *list = json_array();
    if (json_is_string(value))
        (void)json_array_append(list, value);
    else if (json_is_array(value))
        (void)json_array_extend(list, value);
    return list;
}

/* Added up from smaller areas, a value has no formula of its own. */
static bool is_sum_of_areas(const struct known *k)
{
    return k != NULL && strstr(k->notes, "areas_added") != NULL;
}

static const char *unit_of(const struct explaining *x, const struct line *line)
{
    const struct shy_answer *a = x->choices[line->definition].answer;
    const struct shy_definition *d = shy_plan_definition(x->plan, line->definition);
    const char *unit = a != NULL && a->unit != NULL ? a->unit : d->unit;
    return unit == NULL ? "" : unit;
}

/* What the values a line is computed from say already is not said again. */
static void add_notes(const struct explaining *x, const struct line *line, const struct known *k,
                      struct shy_text *out)
{
    struct refs refs = {.count = 0};
    struct shy_text own = {0};
    find_refs(x, line->value, &refs);
    for (const char *at = k->notes; *at != '\0';) {
        size_t length = strcspn(at, ";");
        bool told = false;
        for (size_t i = 0; i < refs.count && !told; i++) {
            const struct known *below =
                find_known(x, shy_plan_definition(x->plan, refs.items[i])->id, &x->period);
            for (const char *p = below == NULL ? "" : below->notes; *p != '\0' && !told;) {
                size_t n = strcspn(p, ";");
                told = n == length && strncmp(p, at, n) == 0;
                p += n + (p[n] == ';');
            }
        }
        if (!told)
            shy_text_addf(&own, "%s%.*s", own.length == 0 ? "" : ";", (int)length, at);
        at += length + (at[length] == ';');
    }
    shy_notes_sentences(out, shy_text_get(&own));
    shy_text_free(&own);
}

/* A run without --period keeps an indicator's own periods: of a year in between it has no value,
 * though what is computed from it has one. */
static const char *reason_of(const struct explaining *x, const struct known *k,
                             struct shy_text *room)
{
    if (k != NULL)
        return shy_reason_sentence(k->reason);
    shy_text_addf(room,
                  _("The run kept no value of this line for %s. `shihyo run --period %s` computes "
                    "every line of that period."),
                  x->period_text, x->period_text);
    return shy_text_get(room);
}

static json_t *line_of(struct explaining *x, size_t i)
{
    const struct line *line = &x->lines[i];
    const struct shy_definition *d = shy_plan_definition(x->plan, line->definition);
    const struct known *k = find_known(x, d->id, &x->period);
    const char *rule = json_string_value(json_object_get(d->metadata, "definition"));
    struct shy_text formula = {0}, figures = {0}, notes = {0}, room = {0};
    struct shy_formula_names names = {x, write_number};
    x->rows = json_array();
    if (k != NULL && strcmp(k->hash, d->hash) != 0)
        x->changed = true;
    if (line->value != 0 && !is_sum_of_areas(k)) {
        shy_formula(x->plan, line->value, &x->period, x->options->japanese, &names, &formula);
        names.indicator = write_figure;
        shy_formula(x->plan, line->value, &x->period, x->options->japanese, &names, &figures);
        shy_formula_rows(x->plan, line->value, &x->period, false, x, add_rows);
    }
    if (k != NULL)
        add_notes(x, line, k, &notes);
    bool same = strcmp(shy_text_get(&formula), shy_text_get(&figures)) == 0;
    json_t *out =
        json_pack("{s:i,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:o,s:o}", "number", (int)i + 1,
                  "indicator", d->id, "name", shy_i18n_pick(d->name, d->name_en), "value",
                  k == NULL ? "" : k->value, "unit", unit_of(x, line), "state",
                  k == NULL ? "" : shy_state_id(k->state), "reason", reason_of(x, k, &room),
                  "formula", shy_text_get(&formula), "figures", same ? "" : shy_text_get(&figures),
                  "rule", rule == NULL ? "" : rule, "notes", shy_text_get(&notes), "sources",
                  texts_of(d->metadata, "references"), "caveats", texts_of(d->metadata, "caveats"),
                  "rows", x->rows);
    x->failed = x->failed || formula.failed || figures.failed || notes.failed || room.failed;
    shy_text_free(&room);
    shy_text_free(&formula);
    shy_text_free(&figures);
    shy_text_free(&notes);
    return out;
}

static int write_lines(struct explaining *x, json_t **out)
{
    const struct shy_definition *d = shy_plan_find(x->plan, x->options->id);
    json_t *lines = json_array();
    char label[64];
    for (size_t i = 0; i < x->line_count; i++)
        (void)json_array_append_new(lines, line_of(x, i));
    shy_period_label(&x->period, x->options->japanese, label, sizeof label);
    bool whole = json_array_size(lines) == x->line_count;
    *out =
        json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:b,s:o}", "run", (json_int_t)x->run,
                  "indicator", d->id, "name", shy_i18n_pick(d->name, d->name_en), "area_set",
                  x->area_set, "area", x->area, "area_name", x->area_name, "period", x->period_text,
                  "period_label", label, "changed", (int)x->changed, "lines", lines);
    if (x->failed && x->err != NULL && x->err->code != 0)
        return (int)x->err->code;
    return *out == NULL || !whole || x->failed ? shy_fail_nomem(x->err) : 0;
}

int shy_explain(const struct shy_plan *plan, const struct shy_choice *choices,
                struct shy_results *results, const struct shy_dataset *data,
                const struct shy_explain_options *options, json_t **out, struct shihyo_error *err)
{
    struct explaining x = {
        .plan = plan, .choices = choices, .data = data, .options = options, .err = err};
    const struct shy_value_filter filter = {.run = options->run};
    *out = NULL;
    x.heights = shy_alloc(shy_plan_definition_count(plan), sizeof *x.heights);
    int code = x.heights == NULL ? shy_fail_nomem(err) : find_lines(&x);
    if (code == 0)
        code = shy_results_each(results, &filter, know_value, &x, err);
    if (code == SHY_E_NOMEM)
        code = shy_fail_nomem(err);
    if (code == 0)
        code = find_period(&x);
    if (code == 0)
        code = write_lines(&x, out);
    if (code != 0) {
        json_decref(*out);
        *out = NULL;
    }
    shy_free(x.heights);
    shy_free(x.lines);
    shy_free(x.known);
    shy_map_free(&x.keys);
    shy_arena_free(&x.arena);
    return code;
}

/* Text -------------------------------------------------------------------------------------- */

static const char *member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text == NULL ? "" : text;
}

static void add_part(struct shy_text *out, const char *label, const char *text)
{
    if (text[0] == '\0')
        return;
    shy_text_addf(out, "      %s", label);
    shy_text_show(out, text);
    shy_text_addc(out, '\n');
}

static void add_row(struct shy_text *out, const json_t *row)
{
    size_t i;
    json_t *cell;
    shy_text_addf(out, "      %s", _("Row: "));
    shy_text_show(out, member(row, "table"));
    json_array_foreach(json_object_get(row, "cells"), i, cell)
    {
        shy_text_adds(out, i == 0 ? " | " : ", ");
        shy_text_show(out, member(cell, "label"));
        shy_text_adds(out, member(cell, "label")[0] == '\0' ? "" : " ");
        shy_text_show(out, member(cell, "value"));
    }
    shy_text_addc(out, '\n');
}

/* The number and name, the value at the right; below it how, why and from where. */
static void add_line_text(struct shy_text *out, const json_t *line)
{
    struct shy_text value = {0}, name = {0};
    size_t i;
    json_t *item;
    shy_text_addf(&name, "[%lld] ", (long long)json_integer_value(json_object_get(line, "number")));
    shy_text_adds(&name, member(line, "name"));
    shy_text_addf(&value, "%s %s", member(line, "value"), member(line, "unit"));
    shy_text_pad(out, shy_text_get(&name), 56, false);
    shy_text_addc(out, ' ');
    shy_text_pad(out, shy_text_get(&value), 18, true);
    shy_text_addc(out, '\n');
    add_part(out, "= ", member(line, "formula"));
    add_part(out, "= ", member(line, "figures"));
    add_part(out, _("Rule: "), member(line, "rule"));
    json_array_foreach(json_object_get(line, "sources"), i, item)
        add_part(out, _("Source: "), json_string_value(item));
    json_array_foreach(json_object_get(line, "rows"), i, item) add_row(out, item);
    add_part(out, _("No figure: "), member(line, "reason"));
    add_part(out, _("Note:"), member(line, "notes"));
    shy_text_free(&value);
    shy_text_free(&name);
}

/* What many lines warn of is said once. */
static void add_caveats(struct shy_text *out, const json_t *lines)
{
    struct shy_map told = {0};
    size_t i, k;
    json_t *line, *item;
    json_array_foreach(lines, i, line)
    {
        json_array_foreach(json_object_get(line, "caveats"), k, item)(void)
            shy_map_adds(&told, json_string_value(item));
    }
    for (size_t n = 0; n < told.count; n++) {
        shy_text_adds(out, n == 0 ? "\n* " : "* ");
        shy_text_show(out, told.keys[n]);
        shy_text_addc(out, '\n');
    }
    shy_map_free(&told);
}

int shy_explain_text(const json_t *explanation, struct shy_text *out, struct shihyo_error *err)
{
    const json_t *lines = json_object_get(explanation, "lines");
    size_t i;
    json_t *line;
    shy_text_show(out, member(explanation, "name"));
    shy_text_addf(out, " (%s)\n", member(explanation, "indicator"));
    shy_text_show(out, member(explanation, "area_name"));
    shy_text_addf(out, " (%s)  %s  ", member(explanation, "area"),
                  member(explanation, "period_label"));
    shy_text_addf(out, _("run %lld\n\n"),
                  (long long)json_integer_value(json_object_get(explanation, "run")));
    if (json_is_true(json_object_get(explanation, "changed")))
        shy_text_adds(out, _("Definitions changed since the run: values are those of the run, "
                             "rules and formulas those of now.\n\n"));
    json_array_foreach(lines, i, line) add_line_text(out, line);
    add_caveats(out, lines);
    return out->failed ? shy_fail_nomem(err) : 0;
}
