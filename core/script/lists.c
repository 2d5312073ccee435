/* SPDX-License-Identifier: MIT */
/* code_list { … } and example "name" { … }. */
#include "config.h"

#include "core/script/fields.h"

#include <string.h>

#include "core/base/i18n.h"

#define COUNT(list) (sizeof list / sizeof list[0])

/* Code lists ----------------------------------------------------------------------------- */

static const struct shy_field_spec list_fields[] = {
    {"adds_to", SHY_FIELD_TEXTS},
    {"attributes", SHY_FIELD_TEXTS},
    {"complete", SHY_FIELD_OTHER},
    {"entries", SHY_FIELD_OTHER},
    {"id", SHY_FIELD_TEXT, .required = true},
    {"label", SHY_FIELD_TEXT, .required = true},
    {"source", SHY_FIELD_TEXT},
    {"system", SHY_FIELD_TEXT},
};

enum { ATTRIBUTES_MOST = 16, ENTRY_OWN = 4 };

/* The fields that an entry of this list may have: its own, then the attributes. Attributes are
 * fields of the entry, so that a table of codes reads like one. */
struct entry_fields {
    struct shy_field_spec specs[ENTRY_OWN + ATTRIBUTES_MOST];
    size_t count;
};

static void entry_fields_of(struct shy_form *form, struct entry_fields *out)
{
    static const struct shy_field_spec own[ENTRY_OWN] = {
        {"code", SHY_FIELD_OTHER},
        {"label", SHY_FIELD_OTHER},
        {"from", SHY_FIELD_DATE},
        {"to", SHY_FIELD_DATE},
    };
    size_t i;
    json_t *name;
    memcpy(out->specs, own, sizeof own);
    out->count = ENTRY_OWN;
    json_array_foreach(json_object_get(form->object, "attributes"), i, name)
    {
        const char *text = json_string_value(name);
        bool taken = false;
        for (size_t k = 0; k < out->count; k++)
            taken = taken || strcmp(out->specs[k].name, text) == 0;
        if (taken || out->count == COUNT(out->specs)) {
            shy_form_fail(form, SHY_E_SCRIPT_FIELD,
                          _("'attributes' has a name twice, a name that entries have anyway, or "
                            "too many names."));
            return;
        }
        out->specs[out->count++] = (struct shy_field_spec){.name = text, .type = SHY_FIELD_OTHER};
    }
}

/* Texts, all of them: an attribute is a value of a dimension. */
static void entry_values(struct shy_form *entry, const struct entry_fields *fields)
{
    lua_State *L = entry->L;
    json_t *values = json_object();
    shy_json_set(L, entry->object, "values", values);
    for (size_t i = ENTRY_OWN; i < fields->count; i++) {
        struct shy_form part = *entry;
        part.object = values;
        lua_pushstring(L, fields->specs[i].name);
        lua_rawget(L, entry->table);
        if (!lua_isnil(L, -1)) {
            struct shy_field_spec spec = {.name = fields->specs[i].name, .type = SHY_FIELD_TEXT};
            shy_form_value(&part, &spec, lua_gettop(L));
        }
        lua_pop(L, 1);
        entry->bad = entry->bad || part.bad;
    }
}

/* Texts of this form compare like dates. */
static void check_span(struct shy_form *entry)
{
    const char *from = json_string_value(json_object_get(entry->object, "from"));
    const char *to = json_string_value(json_object_get(entry->object, "to"));
    if (from == NULL || to == NULL || strcmp(from, to) <= 0)
        return;
    struct shihyo_error err = SHY_ERROR_INIT;
    const char *code = json_string_value(json_object_get(entry->object, "code"));
    (void)shy_fail(&err, SHY_E_SCRIPT_TYPE,
                   _("The code '%s' has a 'from' (%s) that is later than its 'to' (%s)."),
                   code == NULL ? "" : code, from, to);
    shy_form_report(entry, &err);
}

/* "114001110" or { "114001110", "label", from = …, to = …, attribute = … } */
static bool read_entry(struct shy_form *form, const struct entry_fields *fields, json_t *entries,
                       int index)
{
    lua_State *L = form->L;
    json_t *object = json_object();
    shy_json_append(L, entries, object);
    form->box->size++;
    if (lua_type(L, index) == LUA_TSTRING) {
        shy_json_set(L, object, "code", shy_json_text(L, index));
        return true;
    }
    struct shy_form entry = {.L = L,
                             .box = form->box,
                             .object = object,
                             .of = "entry",
                             .id = form->id,
                             .table = lua_absindex(L, index),
                             .listed = 2};
    shy_form_read(&entry, fields->specs, fields->count);
    if (entry.bad)
        return false;
    if (shy_form_item(&entry, 1, "code", true))
        (void)shy_form_item(&entry, 2, "label", false);
    entry_values(&entry, fields);
    check_span(&entry);
    return !entry.bad;
}

/* complete = { from = "2020-04", to = "2026-05", outside = "partial" }, or false. The plan looks
 * at the months. */
static void read_complete(struct shy_form *form)
{
    static const char *const outside[] = {"refuse", "partial", NULL};
    static const struct shy_field_spec fields[] = {
        {"from", SHY_FIELD_TEXT},
        {"outside", SHY_FIELD_CHOICE, .choices = outside},
        {"to", SHY_FIELD_TEXT},
    };
    lua_State *L = form->L;
    lua_getfield(L, 1, "complete");
    if (lua_isboolean(L, -1)) {
        shy_json_set(L, form->object, "complete", json_boolean(lua_toboolean(L, -1)));
    } else if (lua_istable(L, -1)) {
        json_t *object = json_object();
        shy_json_set(L, form->object, "complete", object);
        struct shy_form span = {.L = L,
                                .box = form->box,
                                .object = object,
                                .of = "complete",
                                .id = form->id,
                                .table = lua_gettop(L)};
        shy_form_read(&span, fields, COUNT(fields));
        form->bad = form->bad || span.bad;
    } else if (!lua_isnil(L, -1)) {
        shy_form_fail(form, SHY_E_SCRIPT_TYPE,
                      _("'complete' is { from = \"2020-04\", to = \"2026-05\" }, or false for a "
                        "list whose codes are still to be supplied."));
    }
    lua_pop(L, 1);
}

/* A list built by a loop that found nothing would take no row at all; it is a mistake, not an empty
 * list, unless it says for which months it is complete. */
static void read_entries(struct shy_form *form)
{
    lua_State *L = form->L;
    struct entry_fields fields;
    size_t count = 0;
    json_t *entries = json_array();
    shy_json_set(L, form->object, "entries", entries);
    entry_fields_of(form, &fields);
    lua_getfield(L, 1, "entries");
    bool listed = shy_is_list(L, -1, &count);
    if (!listed || (count == 0 && json_object_get(form->object, "complete") == NULL))
        shy_form_fail(form, SHY_E_SCRIPT_MISSING,
                      _("A code list needs entries = { { \"code\", \"label\" }, … }."));
    for (size_t i = 1; i <= count; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i);
        if (!read_entry(form, &fields, entries, lua_gettop(L)))
            form->bad = true;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* The id is claimed before mistakes are counted, for the same reason as in define.c. */
static int code_list(lua_State *L)
{
    struct shy_pack *pack = shy_pack_of(L);
    struct shy_form form;
    shy_form_open(L, &form, "code_list");
    shy_form_read(&form, list_fields, COUNT(list_fields));
    read_complete(&form);
    read_entries(&form);
    const char *id = json_string_value(json_object_get(form.object, "id"));
    if (id == NULL || !shy_claim_id(L, &pack->lists, id))
        return shy_give_up(L);
    /* A list with a mistake is known all the same, so that its uses are not mistakes too. */
    shy_json_set(L, pack->code_lists, id, json_incref(form.object));
    if (form.bad)
        return shy_give_up(L);
    shy_json_append(L, json_object_get(pack->document, "code_lists"), json_incref(form.object));
    struct shy_box *box = shy_box_push(L, SHY_BOX_CODES);
    shy_json_set(L, box->json, "codes", json_string(id));
    return 1;
}

/* Examples ------------------------------------------------------------------------------- */

static const struct shy_field_spec example_fields[] = {
    {"areas", SHY_FIELD_DATA},  {"as_of", SHY_FIELD_TEXT},   {"expect", SHY_FIELD_OTHER},
    {"given", SHY_FIELD_OTHER}, {"months", SHY_FIELD_TEXTS}, {"period", SHY_FIELD_TEXT},
};

/* example "name" */
static int example(lua_State *L)
{
    lua_settop(L, 1);
    (void)shy_need_text(L, 1, _("The name of an example"));
    struct shy_box *box = shy_box_push(L, SHY_BOX_EXAMPLE);
    shy_json_set(L, box->json, "name", shy_json_text(L, 1));
    return 1;
}

/* given: { contract = { row, … } }; facts tables may stand without "facts.". */
static void read_given(struct shy_form *form)
{
    lua_State *L = form->L;
    struct shy_pack *pack = shy_pack_of(L);
    json_t *given = json_object();
    shy_json_set(L, form->object, "given", given);
    lua_getfield(L, form->table, "given");
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        return;
    }
    struct shy_box *data = shy_box_push(L, SHY_BOX_RAW);
    shy_json_set_value(L, data->json, "given", lua_gettop(L) - 1);
    const char *name;
    json_t *rows;
    if (!json_is_object(json_object_get(data->json, "given")))
        shy_form_fail(form, SHY_E_SCRIPT_TYPE, _("'given' is { contract = { row, … } }."));
    json_object_foreach(json_object_get(data->json, "given"), name, rows)
    {
        char full[160];
        bool known = shy_pack_contract(pack, name) != NULL || strchr(name, '.') != NULL;
        (void)snprintf(full, sizeof full, "%s%.100s", known ? "" : "facts.", name);
        if (!json_is_array(rows))
            shy_form_fail(form, SHY_E_SCRIPT_TYPE, _("'given' is { contract = { row, … } }."));
        shy_json_set(L, given, full, json_incref(rows));
    }
    lua_pop(L, 2);
}

/* An example that expects nothing would always pass. */
static void read_expect(struct shy_form *form)
{
    lua_State *L = form->L;
    lua_getfield(L, form->table, "expect");
    if (lua_type(L, -1) == LUA_TTABLE)
        shy_json_set_value(L, form->object, "expect", lua_gettop(L));
    if (!json_is_object(json_object_get(form->object, "expect")))
        shy_form_fail(form, SHY_E_SCRIPT_MISSING,
                      _("An example says what it expects: expect = { [\"id\"] = number }."));
    lua_pop(L, 1);
}

int shy_example_rows(lua_State *L)
{
    lua_settop(L, 2);
    json_t *name = json_object_get(shy_box_at(L, 1)->json, "name");
    lua_insert(L, 1);
    struct shy_form form = {.L = L, .of = "example", .table = 1};
    form.box = shy_box_push(L, SHY_BOX_RAW);
    form.object = form.box->json;
    shy_set_at(L, form.object);
    shy_json_set(L, form.object, "name", json_incref(name));
    shy_form_read(&form, example_fields, COUNT(example_fields));
    if (form.bad)
        return 0;
    read_given(&form);
    read_expect(&form);
    if (!form.bad)
        shy_json_append(L, json_object_get(shy_pack_of(L)->document, "examples"),
                        json_incref(form.object));
    return 0;
}

const luaL_Reg shy_list_functions[] = {
    {"code_list", code_list},
    {"example", example},
    {"facts_table", shy_facts_table},
    {NULL, NULL},
};
