/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/script/fields.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/period.h"

enum { NAMES_MOST = 64 };

void shy_form_report(struct shy_form *form, struct shihyo_error *err)
{
    form->bad = true;
    if (form->id != NULL)
        shy_context(err, "%s", form->id);
    shy_problem(form->L, err);
}

void shy_form_fail(struct shy_form *form, enum shy_code code, const char *text)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)shy_fail(&err, code, "%s", text);
    shy_form_report(form, &err);
}

static void wrong_kind(struct shy_form *form, const struct shy_field_spec *spec, const char *wanted,
                       int index)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("'%s' of '%s' must be %s, not %s."), spec->name,
                   form->of, wanted, shy_kind_at(form->L, index));
    const struct shy_box *box = shy_box_at(form->L, index);
    if (spec->type == SHY_FIELD_CELLS && box != NULL &&
        (box->kind == SHY_BOX_ROWS || box->kind == SHY_BOX_CONTRACT))
        shy_hint(&err, _("Say what is counted: ':persons()', ':rows()', ':distinct \"column\"' or "
                         "':sum()'."));
    if (spec->type == SHY_FIELD_BY)
        shy_hint(&err, _("Write by = areas.of \"institution\" (or insurer, residence)."));
    shy_form_report(form, &err);
}

/* The object that gets the field. Metadata is made when the first field of it comes: a definition
 * without has none. */
static json_t *target(struct shy_form *form, const struct shy_field_spec *spec)
{
    if (!spec->metadata)
        return form->object;
    json_t *metadata = json_object_get(form->object, "metadata");
    if (metadata == NULL) {
        metadata = json_object();
        shy_json_set(form->L, form->object, "metadata", metadata);
    }
    return metadata;
}

/* Not empty and without a NUL, behind which C would not see the rest. */
static bool good_text(lua_State *L, int index)
{
    size_t length;
    if (lua_type(L, index) != LUA_TSTRING)
        return false;
    const char *text = lua_tolstring(L, index, &length);
    return length > 0 && strlen(text) == length;
}

static void read_texts(struct shy_form *form, const struct shy_field_spec *spec, int index)
{
    lua_State *L = form->L;
    size_t count = 0;
    json_t *list = json_array();
    shy_json_set(L, target(form, spec), spec->name, list);
    if (good_text(L, index)) {
        shy_json_append(L, list, shy_json_text(L, index));
        return;
    }
    bool good = shy_is_list(L, index, &count);
    for (size_t i = 1; good && i <= count; i++) {
        lua_rawgeti(L, index, (lua_Integer)i);
        good = good_text(L, -1);
        if (good)
            shy_json_append(L, list, shy_json_text(L, -1));
        lua_pop(L, 1);
    }
    if (!good)
        wrong_kind(form, spec, _("a list of texts"), index);
}

/* The value is one of a few words; the nearest and all of them are told. */
static void read_choice(struct shy_form *form, const struct shy_field_spec *spec, int index)
{
    size_t count = 0;
    if (!good_text(form->L, index)) {
        wrong_kind(form, spec, _("a text"), index);
        return;
    }
    const char *text = lua_tostring(form->L, index);
    for (; spec->choices[count] != NULL; count++) {
        if (strcmp(spec->choices[count], text) == 0) {
            shy_json_set(form->L, target(form, spec), spec->name, json_string(text));
            return;
        }
    }
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("'%s' cannot be '%s'."), spec->name, text);
    shy_nearest(&err, text, spec->choices, count);
    struct shy_text list = {0};
    for (size_t i = 0; i < count; i++)
        shy_text_addf(&list, "%s\"%s\"", i > 0 ? ", " : "", spec->choices[i]);
    shy_hint(&err, _("It is one of: %s."), shy_text_get(&list));
    shy_text_free(&list);
    shy_form_report(form, &err);
}

/* One rate may stand without a list around it. */
static void read_rates(struct shy_form *form, const struct shy_field_spec *spec, int index)
{
    lua_State *L = form->L;
    size_t count = 0;
    json_t *list = json_array();
    shy_json_set(L, form->object, spec->name, list);
    if (shy_box_is(L, index, SHY_BOX_RATE)) {
        shy_json_append_box(L, form->box, list, index);
        return;
    }
    bool good = shy_is_list(L, index, &count);
    for (size_t i = 1; good && i <= count; i++) {
        lua_rawgeti(L, index, (lua_Integer)i);
        if (shy_box_is(L, -1, SHY_BOX_INVALID))
            form->bad = true;
        else if (!(good = shy_box_is(L, -1, SHY_BOX_RATE)))
            wrong_kind(form, spec, _("a list of per(n, population { … })"), lua_gettop(L));
        else
            shy_json_append_box(L, form->box, list, lua_gettop(L));
        lua_pop(L, 1);
    }
    if (!good && count == 0)
        wrong_kind(form, spec, _("a list of per(n, population { … })"), index);
}

static void read_limits(struct shy_form *form, const struct shy_field_spec *spec, int index)
{
    json_t *limits = json_object();
    shy_json_set(form->L, form->object, spec->name, limits);
    if (!shy_limits_value(form->L, limits, index))
        wrong_kind(form, spec, _("levels of confidence like { 95, 99.8 }"), index);
}

/* Canonical dates only: they are compared as texts. */
static void read_date(struct shy_form *form, const struct shy_field_spec *spec, int index)
{
    int32_t date;
    size_t length;
    if (!good_text(form->L, index)) {
        wrong_kind(form, spec, _("a date like \"2024-06-01\""), index);
        return;
    }
    const char *text = lua_tolstring(form->L, index, &length);
    if (shy_date_parse(text, length, &date)) {
        shy_json_set(form->L, form->object, spec->name, json_string(text));
        return;
    }
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("'%s' of '%s' is not a date like \"2024-06-01\"."),
                   spec->name, form->of);
    shy_value(&err, text, length);
    shy_form_report(form, &err);
}

static void read_int(struct shy_form *form, const struct shy_field_spec *spec, int index)
{
    int is = 0;
    lua_Integer n = 0;
    if (lua_type(form->L, index) == LUA_TNUMBER)
        n = lua_tointegerx(form->L, index, &is);
    if (is == 0 || n < spec->min || n > spec->max) {
        char wanted[80];
        (void)snprintf(wanted, sizeof wanted, _("a whole number from %lld to %lld"),
                       (long long)spec->min, (long long)spec->max);
        wrong_kind(form, spec, wanted, index);
        return;
    }
    shy_json_set(form->L, target(form, spec), spec->name, json_integer(n));
}

/* What came out of a wrong expression was told where it is; it does not get here (shy_form_value).
 */
static void read_box(struct shy_form *form, const struct shy_field_spec *spec,
                     enum shy_box_kind kind, const char *wanted, int index)
{
    if (!shy_box_is(form->L, index, kind))
        wrong_kind(form, spec, wanted, index);
    else
        shy_json_set_box(form->L, form->box, form->object, spec->name, index);
}

void shy_form_value(struct shy_form *form, const struct shy_field_spec *spec, int index)
{
    lua_State *L = form->L;
    index = lua_absindex(L, index);
    if (shy_box_is(L, index, SHY_BOX_INVALID)) {
        form->bad = true;
        return;
    }
    switch (spec->type) {
    case SHY_FIELD_OTHER:
        break;
    case SHY_FIELD_TEXT:
        if (good_text(L, index))
            shy_json_set(L, target(form, spec), spec->name, shy_json_text(L, index));
        else
            wrong_kind(form, spec, _("a text"), index);
        break;
    case SHY_FIELD_TEXTS:
        read_texts(form, spec, index);
        break;
    case SHY_FIELD_INT:
        read_int(form, spec, index);
        break;
    case SHY_FIELD_BOOL:
        if (lua_isboolean(L, index))
            shy_json_set(L, target(form, spec), spec->name, json_boolean(lua_toboolean(L, index)));
        else
            wrong_kind(form, spec, _("true or false"), index);
        break;
    case SHY_FIELD_CHOICE:
        read_choice(form, spec, index);
        break;
    case SHY_FIELD_DATE:
        read_date(form, spec, index);
        break;
    case SHY_FIELD_CELLS:
        read_box(form, spec, SHY_BOX_CELLS, _("a value"), index);
        break;
    case SHY_FIELD_BY:
        read_box(form, spec, SHY_BOX_AREAS_OF, _("areas.of \"…\""), index);
        break;
    case SHY_FIELD_RATES:
        read_rates(form, spec, index);
        break;
    case SHY_FIELD_LIMITS:
        read_limits(form, spec, index);
        break;
    case SHY_FIELD_DATA:
        if (lua_type(L, index) == LUA_TTABLE)
            shy_json_set_value(L, form->object, spec->name, index);
        else
            wrong_kind(form, spec, _("a table"), index);
        break;
    }
}

static void read_field(struct shy_form *form, const struct shy_field_spec *spec)
{
    lua_State *L = form->L;
    lua_pushstring(L, spec->name);
    lua_rawget(L, form->table);
    if (!lua_isnil(L, -1)) {
        shy_form_value(form, spec, lua_gettop(L));
    } else if (spec->required) {
        struct shihyo_error err = SHY_ERROR_INIT;
        (void)shy_fail(&err, SHY_E_SCRIPT_MISSING, _("'%s' lacks the field '%s'."), form->of,
                       spec->name);
        shy_form_report(form, &err);
    }
    lua_pop(L, 1);
}

/* Items by number that the caller reads himself, as in { "held", "int", unit = "回" }. */
static bool is_listed(lua_State *L, const struct shy_form *form, int index)
{
    return lua_isinteger(L, index) && lua_tointeger(L, index) >= 1 &&
           lua_tointeger(L, index) <= (lua_Integer)form->listed;
}

static void report_unknown(struct shy_form *form, const struct shy_field_spec *specs, size_t count,
                           int index)
{
    lua_State *L = form->L;
    const char *names[NAMES_MOST];
    size_t known = 0;
    struct shihyo_error err = SHY_ERROR_INIT;
    for (; known < count && known < NAMES_MOST; known++)
        names[known] = specs[known].name;
    if (lua_type(L, index) == LUA_TSTRING) {
        const char *name = lua_tostring(L, index);
        (void)shy_fail(&err, SHY_E_SCRIPT_FIELD, _("'%s' has no field '%s'."), form->of, name);
        shy_nearest(&err, name, names, known);
    } else {
        (void)shy_fail(&err, SHY_E_SCRIPT_FIELD, _("'%s' has an item without a name."), form->of);
        shy_hint(&err, _("Its fields are written name = value."));
    }
    shy_form_report(form, &err);
}

static void check_known(struct shy_form *form, const struct shy_field_spec *specs, size_t count)
{
    lua_State *L = form->L;
    size_t keys = shy_sorted_keys(L, form->table);
    for (size_t i = 1; i <= keys; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i);
        bool known = is_listed(L, form, -1);
        for (size_t k = 0; !known && lua_type(L, -1) == LUA_TSTRING && k < count; k++)
            known = strcmp(specs[k].name, lua_tostring(L, -1)) == 0;
        if (!known)
            report_unknown(form, specs, count, -1);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

void shy_form_field(struct shy_form *form, const struct shy_field_spec *specs, size_t count,
                    const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(specs[i].name, name) == 0)
            read_field(form, &specs[i]);
}

void shy_form_read(struct shy_form *form, const struct shy_field_spec *specs, size_t count)
{
    lua_State *L = form->L;
    luaL_checkstack(L, 20, NULL);
    if (lua_type(L, form->table) != LUA_TTABLE) {
        struct shihyo_error err = SHY_ERROR_INIT;
        if (shy_box_is(L, form->table, SHY_BOX_INVALID)) {
            form->bad = true;
            return;
        }
        (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("'%s' is written as a table { … }, not %s."),
                       form->of, shy_kind_at(L, form->table));
        shy_form_report(form, &err);
        return;
    }
    check_known(form, specs, count);
    for (size_t i = 0; i < count; i++)
        read_field(form, &specs[i]);
}

bool shy_form_item(struct shy_form *form, int position, const char *name, bool required)
{
    lua_State *L = form->L;
    lua_rawgeti(L, form->table, position);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushstring(L, name);
        lua_rawget(L, form->table);
    }
    if (lua_type(L, -1) == LUA_TNUMBER) {
        struct shihyo_error err = SHY_ERROR_INIT;
        (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("The %s of an entry must be a text."), name);
        shy_hint(&err, _("Put it in quotes: a code may begin with zeros."));
        shy_form_report(form, &err);
    } else if (!lua_isnil(L, -1) || required) {
        struct shy_field_spec spec = {.name = name, .type = SHY_FIELD_TEXT};
        shy_form_value(form, &spec, lua_gettop(L));
    }
    lua_pop(L, 1);
    return json_object_get(form->object, name) != NULL;
}

void shy_form_open(lua_State *L, struct shy_form *form, const char *of)
{
    lua_settop(L, 1);
    *form = (struct shy_form){.L = L, .of = of, .table = 1};
    if (lua_type(L, 1) != LUA_TTABLE)
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("'%s' is written as a table { … }, not %s."), of,
                         shy_kind_at(L, 1));
    form->box = shy_box_push(L, SHY_BOX_RAW);
    form->object = form->box->json;
    shy_set_at(L, form->object);
    lua_pushliteral(L, "id");
    lua_rawget(L, 1);
    if (good_text(L, -1))
        form->id = lua_tostring(L, -1); /* held by the table */
    lua_pop(L, 1);
}

bool shy_claim_id(lua_State *L, struct shy_ids *ids, const char *id)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    size_t length = strlen(id);
    const char *file;
    int line;
    bool formed = id[0] >= 'a' && id[0] <= 'z' && length <= 100 && id[length - 1] != '.' &&
                  strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_.") == length;
    if (!formed) {
        (void)shy_fail(&err, SHY_E_ID_INVALID, _("The id '%s' is not allowed."), id);
        shy_hint(&err, _("An id begins with a letter a to z; then letters a to z, digits, '_' and "
                         "'.'. Labels in Japanese go into 'name'."));
        shy_problem(L, &err);
        return false;
    }
    shy_where(L, &file, &line);
    uint32_t at = shy_map_finds(&ids->map, id);
    if (at != SHY_MAP_NONE) {
        (void)shy_fail(&err, SHY_E_ID_TWICE, _("The id '%s' is defined twice."), id);
        shy_hint(&err, _("The first definition is at %s."), ids->places[at]);
        shy_problem(L, &err);
        return false;
    }
    struct shy_text place = {0};
    shy_text_addf(&place, "%s:%d", file, line);
    if (!SHY_GROW(ids->places, ids->count, ids->capacity) ||
        (ids->places[ids->count] = shy_strdup(shy_text_get(&place))) == NULL) {
        shy_text_free(&place);
        shy_trip_now(L, SHY_TRIP_MEMORY);
    }
    shy_text_free(&place);
    ids->count++;
    if (shy_map_adds(&ids->map, id) == SHY_MAP_NONE)
        shy_trip_now(L, SHY_TRIP_MEMORY);
    return true;
}
