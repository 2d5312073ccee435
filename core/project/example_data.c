/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/project/example.h"

/* The period of published figures whose row names none, and the date areas are taken as of. */
#define DEFAULT_PERIOD "FY2024"

struct builder {
    const json_t *example;
    const struct shy_catalogue *catalogue;
    struct shy_example_data *out;
    struct shihyo_error *err;
};

/* Words of states stand in place of a figure: "masked" is what a table prints as an asterisk. */
static int state_of_word(const char *word)
{
    for (int s = SHIHYO_STATE_MISSING; s <= SHIHYO_STATE_PARTIAL; s++)
        if (strcmp(shy_state_id((enum shihyo_state)s), word) == 0)
            return s;
    return -1;
}

static int wrong_value(struct builder *b, const struct shy_column *column)
{
    int code = shy_fail(b->err, SHY_E_EXAMPLE_INVALID,
                        _("The example's value of '%s' does not fit its type (%s)."), column->name,
                        shy_type_name(column->type));
    shy_at_column(b->err, column->name);
    return code;
}

static int set_month(struct builder *b, struct shy_table *t, size_t row, int c, const char *text)
{
    struct shy_period p;
    const struct shy_column *column = t->columns[c].def;
    if (!shy_period_parse_any(text, strlen(text), &p) || p.kind != SHY_PERIOD_MONTH)
        return wrong_value(b, column);
    shy_table_set_int(t, row, c, p.first_month);
    return 0;
}

/* Canonical first: "2024-10-01" is a day, whatever a looser reading would make of it. */
static int set_period(struct builder *b, struct shy_table *t, size_t row, int c, const char *text)
{
    struct shy_period p;
    char canonical[SHY_PERIOD_TEXT];
    if (!shy_period_parse(text, &p) && !shy_period_parse_any(text, strlen(text), &p))
        return wrong_value(b, t->columns[c].def);
    shy_period_text(&p, canonical);
    return shy_table_set_text(t, row, c, canonical, strlen(canonical), b->err);
}

static int set_date(struct builder *b, struct shy_table *t, size_t row, int c, const char *text)
{
    int32_t date;
    if (!shy_date_parse(text, strlen(text), &date))
        return wrong_value(b, t->columns[c].def);
    shy_table_set_int(t, row, c, date);
    return 0;
}

/* A word for a state is one only where the column holds figures; a code may be called "missing". */
static int set_string(struct builder *b, struct shy_table *t, size_t row, int c, const char *text)
{
    const struct shy_column *column = t->columns[c].def;
    int state = state_of_word(text);
    switch (column->type) {
    case SHY_CODE_T:
    case SHY_TEXT_T:
        return shy_table_set_text(t, row, c, text, strlen(text), b->err);
    case SHY_PERIOD_T:
        return set_period(b, t, row, c, text);
    case SHY_MONTH_T:
        return set_month(b, t, row, c, text);
    case SHY_DATE_T:
        return set_date(b, t, row, c, text);
    default:
        if (state < 0)
            return wrong_value(b, column);
        shy_table_set_state(t, row, c, (enum shihyo_state)state);
        return 0;
    }
}

/* A number of Lua, at the column's scale and exactly: 0.1 is one tenth, not its nearest double. */
static int set_number(struct builder *b, struct shy_table *t, size_t row, int c,
                      const json_t *value)
{
    const struct shy_column *column = t->columns[c].def;
    char text[64];
    int64_t mantissa, scaled;
    int scale;
    bool lost = false;
    if (json_is_integer(value))
        snprintf(text, sizeof text, "%lld", (long long)json_integer_value(value));
    else
        shy_double_shortest(json_real_value(value), text, sizeof text);
    if (column->type == SHY_CODE_T)
        return shy_table_set_text(t, row, c, text, strlen(text), b->err);
    int to = column->type == SHY_DECIMAL_T ? column->scale : 0;
    if ((column->type != SHY_INT_T && column->type != SHY_DECIMAL_T) ||
        !shy_decimal_parse(text, strlen(text), &mantissa, &scale) ||
        !shy_decimal_rescale(mantissa, scale, to, &scaled, &lost) || lost)
        return wrong_value(b, column);
    shy_table_set_int(t, row, c, scaled);
    return 0;
}

static int set_value(struct builder *b, struct shy_table *t, size_t row, int c, const json_t *value)
{
    if (json_is_string(value))
        return set_string(b, t, row, c, json_string_value(value));
    if (json_is_number(value))
        return set_number(b, t, row, c, value);
    if (json_is_boolean(value) && t->columns[c].def->type == SHY_BOOL_T) {
        shy_table_set_int(t, row, c, json_is_true(value));
        return 0;
    }
    return wrong_value(b, t->columns[c].def);
}

/* The set that the example's `areas` gives the code, else the one its length tells. */
static const char *set_of_code(const json_t *areas, const char *code)
{
    const char *set;
    json_t *members;
    json_object_foreach((json_t *)areas, set, members)
    {
        size_t i;
        json_t *item;
        if (json_is_object(members) && json_object_get(members, code) != NULL)
            return set;
        json_array_foreach(members, i, item)
        {
            const char *text = json_string_value(item);
            if (text != NULL && strcmp(text, code) == 0)
                return set;
        }
    }
    switch (strlen(code)) {
    case 2:
        return strcmp(code, "00") == 0 ? "nation" : "prefecture";
    case 4:
        return "secondary";
    default:
        return "municipality";
    }
}

/* Also for columns that the table has not (-1). */
static bool is_ok(const struct shy_table *t, size_t row, int c)
{
    return c >= 0 && t->columns[c].state[row] == SHIHYO_STATE_OK;
}

/* What a row may leave out: the area set, the period, texts nobody filters on, and "no" to a
 * yes-or-no column such as addition or projection. */
static int fill_defaults(struct builder *b, struct shy_table *t, size_t row)
{
    int area = shy_table_role(t, SHY_ROLE_AREA), set = shy_table_role(t, SHY_ROLE_AREA_SET);
    int period = shy_table_role(t, SHY_ROLE_PERIOD);
    if (set >= 0 && !is_ok(t, row, set) && is_ok(t, row, area)) {
        const char *id =
            set_of_code(json_object_get(b->example, "areas"), shy_table_text(t, row, area));
        SHY_TRY(shy_table_set_text(t, row, set, id, strlen(id), b->err));
    }
    if (period >= 0 && !is_ok(t, row, period)) {
        const char *text = json_string_value(json_object_get(b->example, "period"));
        SHY_TRY(set_period(b, t, row, period, text != NULL ? text : DEFAULT_PERIOD));
    }
    for (size_t c = 0; c < t->column_count; c++) {
        const struct shy_column *column = t->columns[c].def;
        bool required = (column->flags & SHY_COLUMN_NULLABLE) == 0;
        if (!required || is_ok(t, row, (int)c))
            continue;
        if (column->type == SHY_TEXT_T)
            SHY_TRY(shy_table_set_text(t, row, (int)c, "", 0, b->err));
        else if (column->type == SHY_BOOL_T && t->contract->person_level == false &&
                 strncmp(t->contract->id, "facts.", 6) != 0)
            shy_table_set_int(t, row, (int)c, 0);
    }
    return 0;
}

/* Checked like a row of an import, so that an example cannot show what real data could never be. */
static int add_row(struct builder *b, struct shy_table *t, const json_t *given)
{
    size_t row;
    const char *name;
    json_t *value;
    SHY_TRY(shy_table_add_row(t, &row, b->err));
    json_object_foreach((json_t *)given, name, value)
    {
        int index;
        if (strcmp(name, "at") == 0)
            continue;
        SHY_TRY(shy_contract_require(t->contract, name, &index, b->err));
        SHY_TRY(set_value(b, t, row, shy_table_column(t, name), value));
    }
    SHY_TRY(fill_defaults(b, t, row));
    return shy_table_check_row(t, row, b->err);
}

/* A pack's own table goes before a core contract of its name: the author knows his own. */
static int find_contract(struct builder *b, const char *name, const struct shy_contract **out)
{
    char facts[160];
    snprintf(facts, sizeof facts, "facts.%s", name);
    *out = shy_catalogue_find(b->catalogue, facts);
    return *out != NULL ? 0 : shy_catalogue_require(b->catalogue, name, out, b->err);
}

/* Takes the table over, also when it fails. */
static int keep_table(struct builder *b, struct shy_table *t)
{
    struct shy_example_data *d = b->out;
    if (SHY_GROW(d->tables, d->count, d->capacity)) {
        d->tables[d->count++] = t;
        return 0;
    }
    shy_table_free(t);
    return shy_fail_nomem(b->err);
}

static int new_table(struct builder *b, const char *contract, struct shy_table **out)
{
    const struct shy_contract *c;
    SHY_TRY(find_contract(b, contract, &c));
    SHY_TRY(shy_table_new(c, NULL, 0, out, b->err));
    return keep_table(b, *out);
}

static int add_tables(struct builder *b)
{
    const char *contract;
    json_t *rows;
    json_object_foreach(json_object_get(b->example, "given"), contract, rows)
    {
        struct shy_table *t;
        SHY_TRY(new_table(b, contract, &t));
        for (size_t i = 0; i < json_array_size(rows); i++) {
            int code = add_row(b, t, json_array_get(rows, i));
            if (code != 0) {
                shy_context(b->err, _("Row %zu of '%s'"), i + 1, contract);
                return code;
            }
        }
    }
    return 0;
}

static const struct shy_table *find_table(const struct shy_example_data *d, const char *contract)
{
    for (size_t i = 0; i < d->count; i++)
        if (strcmp(d->tables[i]->contract->id, contract) == 0)
            return d->tables[i];
    return NULL;
}

/* Areas that are only mentioned exist; those of a set of their own lie in the prefecture that
 * their code begins with. */
struct area_builder {
    struct shy_table *areas, *members;
    struct shy_map seen;
};

static int put(struct builder *b, struct shy_table *t, const char *const *texts, size_t count)
{
    size_t row;
    SHY_TRY(shy_table_add_row(t, &row, b->err));
    for (size_t i = 0; i < count; i++)
        SHY_TRY(shy_table_set_text(t, row, (int)i, texts[i], strlen(texts[i]), b->err));
    return 0;
}

static int mention_area(struct builder *b, struct area_builder *a, const char *set,
                        const char *code)
{
    char key[256], prefecture[3] = "";
    snprintf(key, sizeof key, "%s/%s", set, code);
    size_t before = a->seen.count;
    if (shy_map_adds(&a->seen, key) == SHY_MAP_NONE)
        return shy_fail_nomem(b->err);
    if (a->seen.count == before || strcmp(set, "unassigned") == 0)
        return 0;
    SHY_TRY(put(b, a->areas, (const char *const[]){set, code, code}, 3));
    bool own_set = strcmp(set, "municipality") != 0 && strcmp(set, "prefecture") != 0 &&
                   strcmp(set, "nation") != 0;
    /* A code that does not begin with a prefecture's says nothing of where it lies. */
    if (!own_set || strlen(code) < 3 || strspn(code, "0123456789") < 2)
        return 0;
    memcpy(prefecture, code, 2);
    SHY_TRY(put(b, a->members, (const char *const[]){"prefecture", prefecture, set, code}, 4));
    return mention_area(b, a, "prefecture", prefecture);
}

static int mention_members(struct builder *b, struct area_builder *a, const char *set,
                           const char *area, const json_t *members)
{
    size_t i;
    json_t *item;
    json_array_foreach((json_t *)members, i, item)
    {
        const char *code = json_string_value(item);
        if (code == NULL)
            return shy_fail(b->err, SHY_E_EXAMPLE_INVALID, _("An area code must be a text."));
        SHY_TRY(mention_area(b, a, "municipality", code));
        SHY_TRY(put(b, a->members, (const char *const[]){set, area, "municipality", code}, 4));
    }
    return 0;
}

/* areas = { SET = { "2901", … } } or { SET = { ["2901"] = { "29201", … } } } */
static int mention_sets(struct builder *b, struct area_builder *a)
{
    const char *set, *area;
    json_t *areas, *members, *item;
    json_object_foreach(json_object_get(b->example, "areas"), set, areas)
    {
        size_t i;
        json_array_foreach(areas, i, item)
        {
            if (!json_is_string(item))
                return shy_fail(b->err, SHY_E_EXAMPLE_INVALID, _("An area code must be a text."));
            SHY_TRY(mention_area(b, a, set, json_string_value(item)));
        }
        if (!json_is_object(areas))
            continue;
        json_object_foreach(areas, area, members)
        {
            SHY_TRY(mention_area(b, a, set, area));
            SHY_TRY(mention_members(b, a, set, area, members));
        }
    }
    return 0;
}

/* Whatever an example names exists, so that no author has to list the areas of the country. */
static int mention_rows(struct builder *b, struct area_builder *a, const struct shy_table *t)
{
    static const enum shy_role roles[] = {SHY_ROLE_AREA_RESIDENCE, SHY_ROLE_AREA_INSURER,
                                          SHY_ROLE_AREA_INSTITUTION};
    int area = shy_table_role(t, SHY_ROLE_AREA), set = shy_table_role(t, SHY_ROLE_AREA_SET);
    for (size_t row = 0; row < t->rows; row++) {
        if (is_ok(t, row, area) && is_ok(t, row, set))
            SHY_TRY(mention_area(b, a, shy_table_text(t, row, set), shy_table_text(t, row, area)));
        for (size_t r = 0; r < sizeof roles / sizeof roles[0]; r++) {
            int c = shy_table_role(t, roles[r]);
            if (is_ok(t, row, c))
                SHY_TRY(mention_area(b, a, "municipality", shy_table_text(t, row, c)));
        }
    }
    return 0;
}

/* Rows of areas given by the author say all there is; then nothing is added to them. */
static int make_up_areas(struct builder *b, struct area_builder *a)
{
    size_t given = b->out->count;
    if (find_table(b->out, "areas") != NULL || find_table(b->out, "area_members") != NULL)
        return 0;
    SHY_TRY(new_table(b, "areas", &a->areas));
    SHY_TRY(new_table(b, "area_members", &a->members));
    SHY_TRY(mention_area(b, a, "nation", "00"));
    SHY_TRY(mention_sets(b, a));
    for (size_t i = 0; i < given; i++)
        SHY_TRY(mention_rows(b, a, b->out->tables[i]));
    return 0;
}

/* Takes in the months of the rows; first > last: none so far. */
static void widen(const struct shy_table *t, int32_t *first, int32_t *last)
{
    int month = shy_table_role(t, SHY_ROLE_MONTH);
    for (size_t row = 0; month >= 0 && row < t->rows; row++) {
        if (t->columns[month].state[row] != SHIHYO_STATE_OK)
            continue;
        int32_t m = (int32_t)t->columns[month].data[row];
        if (m < *first)
            *first = m;
        if (m > *last)
            *last = m;
    }
}

/* Months count as delivered in whole fiscal years around the rows, or as `months` says. */
static int set_months(struct builder *b)
{
    int32_t first = INT32_MAX, last = INT32_MIN;
    const json_t *given = json_object_get(b->example, "months");
    struct shy_period p, q;
    const char *from = json_string_value(json_array_get(given, 0));
    const char *to = json_string_value(json_array_get(given, 1));
    if (given != NULL) {
        if (json_array_size(given) != 2 || from == NULL || to == NULL ||
            !shy_period_parse_any(from, strlen(from), &p) ||
            !shy_period_parse_any(to, strlen(to), &q) || p.first_month > q.last_month)
            return shy_fail(b->err, SHY_E_EXAMPLE_INVALID,
                            _("'months' are the first and the last month delivered."));
        first = p.first_month;
        last = q.last_month;
    } else {
        for (size_t i = 0; i < b->out->count; i++)
            if (b->out->tables[i]->contract->person_level)
                widen(b->out->tables[i], &first, &last);
        if (first <= last) {
            /* An ordinal is 0 in January, so April is 3: nine months later it is a multiple of
             * twelve. */
            first = first - (first + 9) % 12; /* April */
            last = last + (11 - (last + 9) % 12);
        }
    }
    if (first > last)
        return 0;
    b->out->month_count = (size_t)(last - first + 1);
    b->out->months = shy_alloc(b->out->month_count, sizeof *b->out->months);
    if (b->out->months == NULL)
        return shy_fail_nomem(b->err);
    for (size_t i = 0; i < b->out->month_count; i++)
        b->out->months[i] = first + (int32_t)i;
    return 0;
}

/* `as_of`: the day whose areas the values are for. */
static int read_as_of(struct builder *b, int32_t *out)
{
    const char *text = json_string_value(json_object_get(b->example, "as_of"));
    struct shy_period p;
    *out = shy_date_of(2025, 4, 1);
    if (text == NULL)
        return 0;
    if (!shy_period_parse_any(text, strlen(text), &p) || p.kind != SHY_PERIOD_DAY)
        return shy_fail(b->err, SHY_E_EXAMPLE_INVALID, _("'%s' is not a date (2025-04-01)."), text);
    *out = shy_date_of(shy_month_year(p.first_month), shy_month_of_year(p.first_month), p.day);
    return 0;
}

int shy_example_data_build(const json_t *example, const struct shy_catalogue *catalogue,
                           struct shy_example_data *out, struct shy_problems *problems,
                           struct shihyo_error *err)
{
    struct builder b = {example, catalogue, out, err};
    struct area_builder a = {0};
    *out = (struct shy_example_data){0};
    SHY_TRY(add_tables(&b));
    int code = make_up_areas(&b, &a);
    shy_map_free(&a.seen);
    SHY_TRY(code);
    SHY_TRY(set_months(&b));
    const struct shy_area_tables tables = {
        .areas = find_table(out, "areas"),
        .members = find_table(out, "area_members"),
        .population = find_table(out, "population"),
        .changes = find_table(out, "area_changes"),
        .weights = find_table(out, "area_weights"),
    };
    int32_t as_of;
    SHY_TRY(read_as_of(&b, &as_of));
    return shy_areas_build(&tables, as_of, &out->areas, problems, err);
}

void shy_example_data_free(struct shy_example_data *d)
{
    shy_areas_free(d->areas);
    for (size_t i = 0; i < d->count; i++)
        shy_table_free(d->tables[i]);
    shy_free(d->tables);
    shy_free(d->months);
    *d = (struct shy_example_data){0};
}

static int table(void *self, const struct shy_contract *contract, const char *const *columns,
                 size_t count, const struct shy_table **out, struct shihyo_error *err)
{
    (void)columns;
    (void)count;
    (void)err;
    *out = find_table(self, contract->id);
    return 0;
}

static int months(void *self, const struct shy_contract *contract, const int32_t **out,
                  size_t *count, struct shihyo_error *err)
{
    const struct shy_example_data *d = self;
    (void)err;
    *out = contract->person_level ? d->months : NULL;
    *count = contract->person_level ? d->month_count : 0;
    return 0;
}

struct shy_dataset shy_example_dataset(struct shy_example_data *d)
{
    return (struct shy_dataset){.self = d, .table = table, .months = months};
}
