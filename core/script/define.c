/* SPDX-License-Identifier: MIT */
/*
 * indicator { … } and cross_table { … }. All mistakes of a definition are reported, then it is
 * left out; a definition is added to the document only when it is whole.
 */
#include "config.h"

#include "core/script/fields.h"

#include <string.h>

#include "core/base/i18n.h"

static const char *const kinds[] = {"structure", "process", "outcome", NULL};
static const char *const obligations[] = {"must", "where_possible", NULL};
static const char *const better[] = {"higher", "lower", NULL};

/* What describes a definition beside its value; kept as metadata. */
#define METADATA_FIELDS \
    {"better", SHY_FIELD_CHOICE, .choices = better, .metadata = true}, \
        {"breaks", SHY_FIELD_TEXTS, .metadata = true}, \
        {"caveats", SHY_FIELD_TEXTS, .metadata = true}, \
        {"definition", SHY_FIELD_TEXT, .metadata = true}, \
        {"kind", SHY_FIELD_CHOICE, .choices = kinds, .metadata = true}, \
        {"marked", SHY_FIELD_BOOL, .metadata = true}, \
        {"obligation", SHY_FIELD_CHOICE, .choices = obligations, .metadata = true}, \
        {"references", SHY_FIELD_TEXTS, .metadata = true}, \
        {"stages", SHY_FIELD_TEXTS, .metadata = true}, \
        {"substitute_for", SHY_FIELD_TEXT, .metadata = true}, \
        {"check", SHY_FIELD_TEXT, .metadata = true}, \
    { \
        "tags", SHY_FIELD_TEXTS, .metadata = true \
    }

static const struct shy_field_spec answer_fields[] = {
    {"by", SHY_FIELD_BY},     {"comparable", SHY_FIELD_TEXT},
    {"name", SHY_FIELD_TEXT}, {"note", SHY_FIELD_TEXT},
    {"unit", SHY_FIELD_TEXT}, {"value", SHY_FIELD_CELLS, .required = true},
};

static const struct shy_field_spec indicator_fields[] = {
    {"answers", SHY_FIELD_OTHER},
    {"by", SHY_FIELD_OTHER},
    {"comparable", SHY_FIELD_OTHER},
    {"decimals", SHY_FIELD_INT, .max = 9},
    {"id", SHY_FIELD_TEXT, .required = true},
    {"limits", SHY_FIELD_LIMITS},
    {"name", SHY_FIELD_TEXT, .required = true},
    {"name_en", SHY_FIELD_TEXT},
    {"note", SHY_FIELD_OTHER},
    {"period", SHY_FIELD_TEXT},
    {"rates", SHY_FIELD_RATES},
    {"unit", SHY_FIELD_TEXT},
    {"value", SHY_FIELD_OTHER},
    METADATA_FIELDS,
};

static const struct shy_field_spec table_fields[] = {
    {"columns", SHY_FIELD_OTHER},
    {"decimals", SHY_FIELD_INT, .max = 9},
    {"id", SHY_FIELD_TEXT, .required = true},
    {"limits", SHY_FIELD_LIMITS},
    {"period", SHY_FIELD_TEXT},
    {"rows", SHY_FIELD_OTHER},
    {"title", SHY_FIELD_TEXT, .required = true},
    {"title_en", SHY_FIELD_TEXT},
    {"unit", SHY_FIELD_TEXT},
    {"value", SHY_FIELD_OTHER},
    METADATA_FIELDS,
};

static const struct shy_field_spec each_person_fields[] = {
    {"by", SHY_FIELD_OTHER},
    {"comparable", SHY_FIELD_OTHER},
    {"count", SHY_FIELD_OTHER},
    {"decimals", SHY_FIELD_INT, .max = 9},
    {"id", SHY_FIELD_TEXT, .required = true},
    {"limits", SHY_FIELD_LIMITS},
    {"name", SHY_FIELD_TEXT, .required = true},
    {"name_en", SHY_FIELD_TEXT},
    {"needs", SHY_FIELD_OTHER},
    {"note", SHY_FIELD_OTHER},
    {"period", SHY_FIELD_TEXT},
    {"rates", SHY_FIELD_RATES},
    {"reads", SHY_FIELD_OTHER},
    {"sum", SHY_FIELD_OTHER},
    {"unit", SHY_FIELD_TEXT, .required = true},
    METADATA_FIELDS,
};

#define COUNT(list) (sizeof list / sizeof list[0])

/* Answers -------------------------------------------------------------------------------- */

/* Answers are read to the end even where one has a mistake: one check shows all. */
static bool add_answer(lua_State *L, struct shy_form *form, json_t *answers, int index)
{
    json_t *answer = json_object();
    shy_json_append(L, answers, answer);
    struct shy_form part = {.L = L,
                            .box = form->box,
                            .object = answer,
                            .of = "answer",
                            .table = lua_absindex(L, index),
                            .bad = false};
    shy_form_read(&part, answer_fields, COUNT(answer_fields));
    return !part.bad;
}

static void read_answers(struct shy_form *form)
{
    lua_State *L = form->L;
    json_t *answers = json_array();
    size_t count;
    shy_json_set(L, form->object, "answers", answers);
    lua_getfield(L, form->table, "answers");
    lua_getfield(L, form->table, "value");
    bool listed = !lua_isnil(L, -2), single = !lua_isnil(L, -1);
    lua_pop(L, 1);
    if (listed == single) {
        shy_form_fail(form, listed ? SHY_E_SCRIPT_FIELD : SHY_E_SCRIPT_MISSING,
                      listed ? _("An indicator has either 'value' or 'answers', not both.")
                             : _("An indicator needs 'value' or 'answers'."));
    } else if (!listed) {
        /* The table itself is its only answer; its other fields are not the answer's. */
        json_t *answer = json_object();
        shy_json_append(L, answers, answer);
        static const char *const shared[] = {"by", "comparable", "note", "value"};
        struct shy_form part = *form;
        part.object = answer;
        for (size_t i = 0; i < COUNT(shared); i++)
            shy_form_field(&part, answer_fields, COUNT(answer_fields), shared[i]);
        form->bad = form->bad || part.bad;
    } else if (!shy_is_list(L, -1, &count) || count == 0) {
        shy_form_fail(form, SHY_E_SCRIPT_TYPE, _("'answers' is a list of tables { … }."));
    } else {
        for (size_t i = 1; i <= count; i++) {
            lua_rawgeti(L, -1, (lua_Integer)i);
            if (!add_answer(L, form, answers, -1))
                form->bad = true;
            lua_pop(L, 1);
        }
    }
    lua_pop(L, 1);
}

/* Puts the finished definition into the document. The id is claimed even where the definition has
 * mistakes: a second one of that id is a mistake too. */
static int finish(lua_State *L, const struct shy_form *form, const char *list, const char *id)
{
    struct shy_pack *pack = shy_pack_of(L);
    bool mine = id[0] != '\0' && shy_claim_id(L, &pack->definitions, id);
    if (mine && !form->bad)
        shy_json_append(L, json_object_get(pack->document, list), json_incref(form->object));
    return 0;
}

/* A unit stands on the indicator or on every answer. */
static void check_units(struct shy_form *form)
{
    size_t i;
    json_t *answer;
    bool lacking = false;
    json_array_foreach(json_object_get(form->object, "answers"), i, answer)
    {
        lacking = lacking || json_object_get(answer, "unit") == NULL;
    }
    if (lacking && !form->bad && json_object_get(form->object, "unit") == NULL)
        shy_form_fail(form, SHY_E_SCRIPT_MISSING, _("'indicator' lacks the field 'unit'."));
}

static int indicator(lua_State *L)
{
    struct shy_form form;
    shy_form_open(L, &form, "indicator");
    shy_form_read(&form, indicator_fields, COUNT(indicator_fields));
    read_answers(&form);
    check_units(&form);
    const char *id = json_string_value(json_object_get(form.object, "id"));
    return finish(L, &form, "indicators", id == NULL ? "" : id);
}

/* Each person ---------------------------------------------------------------------------- */

static int each_person(lua_State *L)
{
    static const char *const shared[] = {"by", "comparable", "note"};
    struct shy_form form;
    shy_form_open(L, &form, "each_person");
    shy_form_read(&form, each_person_fields, COUNT(each_person_fields));
    json_t *answers = json_array(), *answer = json_object();
    shy_json_set(L, form.object, "answers", answers);
    shy_json_append(L, answers, answer);
    struct shy_form part = form;
    part.object = answer;
    for (size_t i = 0; i < COUNT(shared); i++)
        shy_form_field(&part, answer_fields, COUNT(answer_fields), shared[i]);
    shy_each_person_value(&part);
    form.bad = form.bad || part.bad;
    const char *id = json_string_value(json_object_get(form.object, "id"));
    return finish(L, &form, "indicators", id == NULL ? "" : id);
}

/* Cross tables --------------------------------------------------------------------------- */

/* A column of a core contract has a label of its own; an attribute of a list has none. */
static bool need_label(struct shy_form *form, const struct shy_box *box)
{
    if (json_object_get(box->json, "label") != NULL)
        return true;
    const char *name = json_string_value(json_object_get(box->json, "column"));
    int at = box->contract == NULL ? -1 : shy_contract_column(box->contract, name);
    const char *label = at < 0 ? NULL : box->contract->columns[at].label_ja;
    if (label != NULL && json_object_get(box->json, "attribute") == NULL)
        return true;
    shy_form_fail(form, SHY_E_SCRIPT_MISSING,
                  _("A dimension has no label: write dim(\"label\", column)."));
    return false;
}

static void add_dim(struct shy_form *form, json_t *list, int index)
{
    lua_State *L = form->L;
    const struct shy_box *box = shy_box_at(L, index);
    if (!need_label(form, box))
        return;
    shy_json_append_box(L, form->box, list, index);
    json_t *dim = json_array_get(list, json_array_size(list) - 1);
    if (json_object_get(dim, "label") != NULL)
        return;
    /* The JSON of the box is shared and stays as it is; the list gets a copy with a label. */
    const char *name = json_string_value(json_object_get(dim, "column"));
    const char *label = box->contract->columns[shy_contract_column(box->contract, name)].label_ja;
    json_t *copy = json_copy(dim);
    if (copy == NULL || json_array_set_new(list, json_array_size(list) - 1, copy) != 0)
        shy_trip_now(L, SHY_TRIP_MEMORY);
    shy_json_set(L, copy, "label", json_string(label));
}

/* { "label", value, unit = "人" }. Its label and value stand without names, in this order. */
static void add_measure(struct shy_form *form, json_t *measures, int index)
{
    lua_State *L = form->L;
    static const struct shy_field_spec fields[] = {{"unit", SHY_FIELD_TEXT}};
    json_t *measure = json_object();
    shy_json_append(L, measures, measure);
    struct shy_form part = {.L = L,
                            .box = form->box,
                            .object = measure,
                            .of = "column",
                            .table = lua_absindex(L, index),
                            .listed = 2};
    shy_form_read(&part, fields, COUNT(fields));
    lua_rawgeti(L, part.table, 1);
    lua_rawgeti(L, part.table, 2);
    shy_form_value(&part, &(struct shy_field_spec){"label", SHY_FIELD_TEXT, .required = true},
                   lua_gettop(L) - 1);
    shy_form_value(&part, &(struct shy_field_spec){"value", SHY_FIELD_CELLS, .required = true},
                   lua_gettop(L));
    lua_pop(L, 2);
    form->bad = form->bad || part.bad;
}

/* One entry of rows or columns; areas and measures may be NULL where they cannot stand. */
static void add_axis_entry(struct shy_form *form, const char *axis, json_t *dims, json_t *measures,
                           int index)
{
    lua_State *L = form->L;
    const struct shy_box *box = shy_box_at(L, index);
    bool rows = strcmp(axis, "rows") == 0;
    if (box != NULL && box->kind == SHY_BOX_INVALID) {
        form->bad = true;
    } else if (box != NULL && (box->kind == SHY_BOX_COLUMN || box->kind == SHY_BOX_DIM)) {
        add_dim(form, dims, index);
    } else if (rows && box != NULL && box->kind == SHY_BOX_AREAS_OF) {
        if (json_object_get(form->object, "by") != NULL)
            shy_form_fail(form, SHY_E_SCRIPT_FIELD, _("A cross table has one areas.of only."));
        json_t *by = json_object();
        shy_json_set(L, form->object, "by", by);
        shy_json_set(L, by, "basis", json_incref(json_object_get(box->json, "basis")));
        shy_json_set(L, by, "position", json_integer((json_int_t)json_array_size(dims)));
    } else if (!rows && lua_type(L, index) == LUA_TTABLE) {
        add_measure(form, measures, index);
    } else {
        struct shihyo_error err = SHY_ERROR_INIT;
        (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("'%s' of a cross table has in it: %s."), axis,
                       shy_kind_at(L, index));
        shy_hint(&err, rows ? _("Rows are areas.of \"…\" and dim(\"label\", column).")
                            : _("Columns are dim(\"label\", column) or { \"label\", value }."));
        shy_form_report(form, &err);
    }
}

/* areas.of may stand between the dimensions; its place is its position in the printed table. */
static void read_axis(struct shy_form *form, const char *axis, json_t *measures)
{
    lua_State *L = form->L;
    json_t *dims = json_array();
    size_t count;
    shy_json_set(L, form->object, axis, dims);
    lua_getfield(L, form->table, axis);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        return;
    }
    if (!shy_is_list(L, -1, &count)) {
        struct shihyo_error err = SHY_ERROR_INIT;
        (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("'%s' of a cross table is a list { …, … }."),
                       axis);
        shy_form_report(form, &err);
        lua_pop(L, 1);
        return;
    }
    for (size_t i = 1; i <= count; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i);
        add_axis_entry(form, axis, dims, measures, lua_gettop(L));
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* A table with one measure needs no heading for it. */
static void read_table_value(struct shy_form *form, json_t *measures)
{
    lua_State *L = form->L;
    lua_getfield(L, form->table, "value");
    if (lua_isnil(L, -1) == (json_array_size(measures) == 0) && !form->bad) {
        shy_form_fail(form, SHY_E_SCRIPT_MISSING,
                      _("A cross table has either 'value' or columns { \"label\", value }."));
    } else if (!lua_isnil(L, -1)) {
        json_t *measure = json_object();
        shy_json_append(L, measures, measure);
        struct shy_form part = *form;
        part.object = measure;
        shy_form_value(&part, &(struct shy_field_spec){"value", SHY_FIELD_CELLS, .required = true},
                       lua_gettop(L));
        form->bad = form->bad || part.bad;
    }
    lua_pop(L, 1);
}

static int cross_table(lua_State *L)
{
    struct shy_form form;
    shy_form_open(L, &form, "cross_table");
    shy_form_read(&form, table_fields, COUNT(table_fields));
    json_t *measures = json_array();
    shy_json_set(L, form.object, "measures", measures);
    read_axis(&form, "rows", NULL);
    read_axis(&form, "columns", measures);
    read_table_value(&form, measures);
    /* The title is the definition's name. */
    static const char *const renamed[][2] = {{"title", "name"}, {"title_en", "name_en"}};
    for (size_t i = 0; i < COUNT(renamed); i++) {
        json_t *text = json_object_get(form.object, renamed[i][0]);
        if (text != NULL)
            shy_json_set(L, form.object, renamed[i][1], json_incref(text));
        (void)json_object_del(form.object, renamed[i][0]);
    }
    const char *id = json_string_value(json_object_get(form.object, "id"));
    return finish(L, &form, "cross_tables", id == NULL ? "" : id);
}

const luaL_Reg shy_definition_functions[] = {
    {"cross_table", cross_table},
    {"each_person", each_person},
    {"indicator", indicator},
    {"person_rows", shy_person_rows},
    {NULL, NULL},
};
