/* SPDX-License-Identifier: MIT */
/* facts_table { … }: a table of one's own becomes a contract. */
#include "config.h"

#include "core/script/fields.h"

#include <string.h>

#include "core/base/i18n.h"

#define COUNT(list) (sizeof list / sizeof list[0])

static const struct shy_field_spec facts_fields[] = {
    {"columns", SHY_FIELD_OTHER},
    {"id", SHY_FIELD_TEXT, .required = true},
    {"label", SHY_FIELD_TEXT, .required = true},
    {"label_en", SHY_FIELD_TEXT},
};

static const struct shy_field_spec column_fields[] = {
    {"key", SHY_FIELD_BOOL},
    {"label", SHY_FIELD_TEXT},
    {"scale", SHY_FIELD_INT, .max = 12},
    {"unit", SHY_FIELD_TEXT},
};

enum { COLUMNS_MOST = 100 };

struct facts_columns {
    struct shy_column items[COLUMNS_MOST];
    size_t count;
};

/* Contracts outlive the script: their texts belong to the pack. */
static const char *keep(lua_State *L, const char *text)
{
    const char *kept = shy_arena_strdup(&shy_pack_of(L)->arena, text);
    if (text != NULL && kept == NULL)
        shy_trip_now(L, SHY_TRIP_MEMORY);
    return kept;
}

static bool has_column(const struct facts_columns *columns, const char *name)
{
    for (size_t i = 0; i < columns->count; i++)
        if (strcmp(columns->items[i].name, name) == 0)
            return true;
    return false;
}

/* What every facts table has: which area, of which set, when. */
static void add_place_and_time(struct facts_columns *columns)
{
    static const struct shy_column standard[] = {
        {.name = "area_set",
         .type = SHY_CODE_T,
         .role = SHY_ROLE_AREA_SET,
         .flags = SHY_COLUMN_KEY,
         .min = 1,
         .label_ja = "圏域の種類",
         .label_en = "Area set"},
        {.name = "area",
         .type = SHY_CODE_T,
         .role = SHY_ROLE_AREA,
         .flags = SHY_COLUMN_KEY,
         .min = 1,
         .label_ja = "圏域",
         .label_en = "Area"},
        {.name = "period",
         .type = SHY_PERIOD_T,
         .role = SHY_ROLE_PERIOD,
         .flags = SHY_COLUMN_KEY,
         .min = 1,
         .label_ja = "期間",
         .label_en = "Period"},
    };
    for (size_t i = 0; i < COUNT(standard); i++)
        columns->items[columns->count++] = standard[i];
}

/* A filter, a mapping and a message all write it without quotes. */
static bool column_name_ok(const char *name)
{
    return name[0] >= 'a' && name[0] <= 'z' && strlen(name) <= 60 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

/* Whether the entry names area_set, area or period, which are there anyway. */
static bool is_standard(struct shy_form *part, const struct facts_columns *columns,
                        const char *name, enum shy_type type)
{
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(columns->items[i].name, name) != 0)
            continue;
        if (columns->items[i].type != type)
            shy_form_fail(part, SHY_E_SCRIPT_TYPE,
                          _("'area' and 'area_set' are of type \"code\", 'period' of \"period\"."));
        return true;
    }
    return false;
}

static bool column_type(struct shy_form *part, const char *name, enum shy_type *type)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    static const char *const types[] = {"bool", "code",  "date",   "decimal",
                                        "int",  "month", "period", "text"};
    if (shy_type_parse(name, type) && *type != SHY_STATE_T)
        return true;
    (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("There is no column type '%s'."), name);
    shy_nearest(&err, name, types, COUNT(types));
    shy_form_report(part, &err);
    return false;
}

/* { "held", "int", unit = "回", label = "開催回数" } */
static void read_column(struct shy_form *form, struct facts_columns *columns, int index)
{
    lua_State *L = form->L;
    json_t *object = json_object();
    shy_json_append(L, json_object_get(form->object, "columns"), object);
    struct shy_form part = {.L = L,
                            .box = form->box,
                            .object = object,
                            .of = "column",
                            .id = form->id,
                            .table = lua_absindex(L, index),
                            .listed = 2};
    shy_form_read(&part, column_fields, COUNT(column_fields));
    enum shy_type type = SHY_CODE_T;
    if (!part.bad && shy_form_item(&part, 1, "name", true) &&
        shy_form_item(&part, 2, "type", true)) {
        const char *name = json_string_value(json_object_get(object, "name"));
        bool typed = column_type(&part, json_string_value(json_object_get(object, "type")), &type);
        if (!column_name_ok(name))
            shy_form_fail(&part, SHY_E_ID_INVALID,
                          _("A column's name begins with a letter a to z; then letters a to z, "
                            "digits and '_'."));
        if (typed && !part.bad && !is_standard(&part, columns, name, type)) {
            const char *unit = json_string_value(json_object_get(object, "unit"));
            const char *label = json_string_value(json_object_get(object, "label"));
            bool key = json_is_true(json_object_get(object, "key"));
            bool number = type == SHY_INT_T || type == SHY_DECIMAL_T;
            if (has_column(columns, name) || columns->count == COLUMNS_MOST)
                shy_form_fail(&part, SHY_E_ID_TWICE,
                              _("A column is listed twice, or there are too many."));
            else
                columns->items[columns->count++] = (struct shy_column){
                    .name = keep(L, name),
                    .type = type,
                    .min = type == SHY_BOOL_T ? 0 : 1,
                    .max = type == SHY_BOOL_T ? 1 : 0,
                    .flags = key ? SHY_COLUMN_KEY
                                 : SHY_COLUMN_NULLABLE | (number ? SHY_COLUMN_MEASURE : 0u),
                    .scale = (int)json_integer_value(json_object_get(object, "scale")),
                    .label_ja = keep(L, label == NULL ? name : label),
                    .label_en = keep(L, name),
                    .unit = keep(L, unit)};
        }
    }
    form->bad = form->bad || part.bad;
}

static void read_columns(struct shy_form *form, struct facts_columns *columns)
{
    lua_State *L = form->L;
    size_t count = 0;
    shy_json_set(L, form->object, "columns", json_array());
    add_place_and_time(columns);
    lua_getfield(L, 1, "columns");
    if (!shy_is_list(L, -1, &count) || count == 0)
        shy_form_fail(form, SHY_E_SCRIPT_MISSING,
                      _("A facts table needs columns = { { \"name\", \"type\" }, … }."));
    for (size_t i = 1; i <= count; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i);
        read_column(form, columns, lua_gettop(L));
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* Columns that are no key may be empty, as the plugin facts declares them: a cell of a hand-made
 * table may always be blank. */
static void keep_contract(lua_State *L, const struct shy_form *form, const char *id,
                          const struct facts_columns *columns)
{
    struct shy_pack *pack = shy_pack_of(L);
    const char *label_en = json_string_value(json_object_get(form->object, "label_en"));
    struct shy_contract *c = shy_arena_alloc(&pack->arena, 1, sizeof *c);
    struct shy_column *copy = shy_arena_alloc(&pack->arena, columns->count, sizeof *copy);
    if (c == NULL || copy == NULL ||
        !SHY_GROW(pack->contracts, pack->contract_count, pack->contract_capacity))
        shy_trip_now(L, SHY_TRIP_MEMORY);
    memcpy(copy, columns->items, columns->count * sizeof *copy);
    c->id = keep(L, id);
    c->label_ja = keep(L, json_string_value(json_object_get(form->object, "label")));
    c->label_en = label_en == NULL ? c->id : keep(L, label_en);
    c->description = c->label_ja;
    c->basis = SHIHYO_BASIS_NONE;
    c->columns = copy;
    c->column_count = columns->count;
    pack->contracts[pack->contract_count++] = c;
}

int shy_facts_table(lua_State *L)
{
    struct shy_form form;
    struct facts_columns columns = {.count = 0};
    shy_form_open(L, &form, "facts_table");
    shy_form_read(&form, facts_fields, COUNT(facts_fields));
    read_columns(&form, &columns);
    const char *name = json_string_value(json_object_get(form.object, "id"));
    if (name == NULL || !shy_claim_id(L, &shy_pack_of(L)->facts, name) || form.bad)
        return shy_give_up(L);
    lua_pushfstring(L, "facts.%s", name);
    const char *id = lua_tostring(L, -1);
    keep_contract(L, &form, id, &columns);
    struct shy_box *box = shy_box_push(L, SHY_BOX_CONTRACT);
    box->contract = shy_pack_contract(shy_pack_of(L), id);
    shy_json_set(L, box->json, "contract", json_string(id));
    return 1;
}
