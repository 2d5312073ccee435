/* SPDX-License-Identifier: MIT */
/*
 * The names of the authors' language. Every function of it runs guarded: its error is written
 * down with the place, the expression becomes an invalid object, and the script goes on, so that
 * one mistake does not hide the next.
 */
#include "config.h"

#include "core/script/pack.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/script/reference.h"

enum { PROBLEMS_MOST = 100, NAMES_MOST = 256 };

struct shy_pack *shy_pack_of(lua_State *L)
{
    return shy_host_of(L)->owner;
}

/* Problems ------------------------------------------------------------------------------- */

/* A mistake in a loop is met at every turn; the last hundred messages are enough to see it. */
static bool known_problem(const struct shy_pack *pack, const struct shihyo_error *err)
{
    const struct shy_problems *list = pack->problems;
    for (size_t i = list->count; i > 0 && i > list->count - PROBLEMS_MOST; i--) {
        const struct shihyo_error *other = &list->items[i - 1].error;
        if (other->code == err->code && other->row == err->row &&
            strcmp(other->file, err->file) == 0 && strcmp(other->message, err->message) == 0)
            return true;
        if (i == 1)
            break;
    }
    return false;
}

/* The place is the innermost line of a script, not of C: it is what the author can mend. */
void shy_problem(lua_State *L, struct shihyo_error *err)
{
    struct shy_pack *pack = shy_pack_of(L);
    const char *file;
    int line;
    shy_where(L, &file, &line);
    if (err->file[0] == '\0' && line > 0)
        shy_at(err, file, line, 0);
    if (pack->problems == NULL || known_problem(pack, err))
        return;
    if (pack->problem_count == PROBLEMS_MOST) {
        (void)shy_raisef(L, SHY_E_SCRIPT_ERROR,
                         _("There are more mistakes than the %d shown; the rest is not read."),
                         (int)PROBLEMS_MOST);
    }
    pack->problem_count++;
    shy_problems_add(pack->problems, SHY_ERROR, err);
}

/* Code 0 is the sign that all was said before. */
int shy_give_up(lua_State *L)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    return shy_raise(L, &err);
}

int shy_unknown_field(lua_State *L, const char *field, const char *of, const char *const *known,
                      size_t count)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)shy_fail(&err, SHY_E_SCRIPT_FIELD, _("'%s' has no field '%s'."), of, field);
    shy_nearest(&err, field, known, count);
    return shy_raise(L, &err);
}

/* Calls upvalue 1. An invalid argument makes the result invalid without a further message. */
static int guarded(lua_State *L)
{
    int count = lua_gettop(L);
    if (shy_pack_of(L)->sealed)
        return shy_raisef(L, SHY_E_SCRIPT_BLOCKED,
                          _("blocked: nothing can be defined when figures are computed."));
    for (int i = 1; i <= count; i++) {
        if (shy_box_is(L, i, SHY_BOX_INVALID)) {
            (void)shy_box_push(L, SHY_BOX_INVALID);
            return 1;
        }
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    if (shy_host_pcall(L, count, LUA_MULTRET) == LUA_OK)
        return lua_gettop(L);
    struct shihyo_error *err = shy_error_at(L, -1);
    if (err != NULL && err->code != 0)
        shy_problem(L, err);
    (void)shy_box_push(L, SHY_BOX_INVALID);
    return 1;
}

void shy_guard(lua_State *L)
{
    lua_pushcclosure(L, guarded, 1);
}

void shy_push_guarded(lua_State *L, lua_CFunction f)
{
    lua_pushcfunction(L, f);
    shy_guard(L);
}

/* Arguments ------------------------------------------------------------------------------ */

void shy_set_at(lua_State *L, json_t *object)
{
    const char *file;
    int line;
    shy_where(L, &file, &line);
    if (line > 0)
        shy_json_set(L, object, "at", json_sprintf("%s:%d", file, line));
}

const char *shy_need_text(lua_State *L, int index, const char *what)
{
    if (lua_type(L, index) == LUA_TSTRING) {
        size_t length;
        const char *text = lua_tolstring(L, index, &length);
        if (strlen(text) == length)
            return text;
    }
    (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("%s must be a text, not %s."), what,
                     shy_kind_at(L, index));
    return "";
}

int64_t shy_need_int(lua_State *L, int index, const char *what)
{
    int is = 0;
    lua_Integer n = lua_type(L, index) == LUA_TNUMBER ? lua_tointegerx(L, index, &is) : 0;
    if (is == 0)
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("%s must be a whole number, not %s."), what,
                         shy_kind_at(L, index));
    return n;
}

/* A length that the table's border gives and as many keys in all: then there is no key beside 1 to
 * n. */
bool shy_is_list(lua_State *L, int index, size_t *count)
{
    index = lua_absindex(L, index);
    if (lua_type(L, index) != LUA_TTABLE)
        return false;
    size_t all = 0, listed = lua_rawlen(L, index);
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1))
        all++;
    shy_tick(L, all);
    *count = listed;
    return all == listed;
}

/* Names ---------------------------------------------------------------------------------- */

bool shy_plain_name(const char *id)
{
    return strchr(id, '.') == NULL && strcmp(id, "areas") != 0 && strcmp(id, "population") != 0;
}

/* Suggestions for a misspelt global. */
static void suggest_global(struct shy_pack *pack, struct shihyo_error *err, const char *name)
{
    const char *names[NAMES_MOST];
    size_t count = 0, basic;
    const char *const *library = shy_library_names(&basic);
    for (size_t i = 0; i < basic && count < NAMES_MOST; i++)
        names[count++] = library[i];
    for (size_t i = 0; i < shy_reference_count() && count < NAMES_MOST; i++)
        if (shy_reference_at(i)->of == SHY_REF_GLOBAL)
            names[count++] = shy_reference_at(i)->name;
    for (size_t i = 0; i < shy_catalogue_count(pack->catalogue) && count < NAMES_MOST; i++)
        if (shy_plain_name(shy_catalogue_at(pack->catalogue, i)->id))
            names[count++] = shy_catalogue_at(pack->catalogue, i)->id;
    shy_nearest(err, name, names, count);
}

int shy_unknown_global(lua_State *L, struct shy_host *h, const char *name)
{
    struct shy_pack *pack = h->owner;
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)shy_fail(&err, SHY_E_SCRIPT_NAME, _("There is no name '%s'."), name);
    if (pack->sealed)
        return shy_raise(L, &err);
    suggest_global(pack, &err, name);
    shy_problem(L, &err);
    (void)shy_box_push(L, SHY_BOX_INVALID);
    return 1;
}

/* Objects -------------------------------------------------------------------------------- */

/* A dozen names: a search is as fast as a table of Lua and cannot be changed by a script. */
static lua_CFunction find_method(const luaL_Reg *list, const char *name)
{
    for (; list != NULL && list->name != NULL; list++)
        if (strcmp(list->name, name) == 0)
            return list->func;
    return NULL;
}

static const luaL_Reg *methods_of(enum shy_box_kind kind)
{
    switch (kind) {
    case SHY_BOX_CONTRACT:
    case SHY_BOX_ROWS:
        return shy_rows_methods;
    case SHY_BOX_CELLS:
        return shy_cells_methods;
    case SHY_BOX_COLUMN:
    case SHY_BOX_DIM:
        return shy_dim_methods;
    default:
        return NULL;
    }
}

/* A method of the other kind is the usual mistake: counting comes before comparing. */
static int no_member(lua_State *L, const struct shy_box *box, const char *name)
{
    const char *names[64];
    size_t count = 0;
    const luaL_Reg *list = methods_of(box->kind);
    for (; list != NULL && list->name != NULL && count < 64; list++)
        names[count++] = list->name;
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)shy_fail(&err, SHY_E_SCRIPT_NAME, _("'%s' has no '%s'."), shy_box_kind_name(box->kind),
                   name);
    shy_nearest(&err, name, names, count);
    if (box->kind == SHY_BOX_CELLS && find_method(shy_rows_methods, name) != NULL)
        shy_hint(&err, _("It is a method of rows; this is a value already."));
    if (box->kind == SHY_BOX_ROWS && find_method(shy_cells_methods, name) != NULL)
        shy_hint(&err, _("It is a method of a value: count first, as in ':persons():%s'."), name);
    return shy_raise(L, &err);
}

/* object.name */
static int object_member(lua_State *L)
{
    const struct shy_box *box = shy_box_at(L, 1);
    const char *name = shy_need_text(L, 2, _("A field's name"));
    lua_CFunction method = find_method(methods_of(box->kind), name);
    if (method != NULL) {
        shy_push_guarded(L, method);
        return 1;
    }
    if (box->kind == SHY_BOX_ROWS && find_method(shy_cells_methods, name) != NULL)
        return no_member(L, box, name);
    if (box->kind == SHY_BOX_CONTRACT || box->kind == SHY_BOX_ROWS)
        return shy_push_column(L, 1, name);
    return no_member(L, box, name);
}

/* object(…) */
static int object_call(lua_State *L)
{
    const struct shy_box *box = shy_box_at(L, 1);
    struct shihyo_error err = SHY_ERROR_INIT;
    if (box->kind == SHY_BOX_CONTRACT)
        return shy_contract_rows(L);
    if (box->kind == SHY_BOX_EXAMPLE)
        return shy_example_rows(L);
    if (box->kind == SHY_BOX_COLUMN) {
        const char *name = json_string_value(json_object_get(box->json, "column"));
        (void)shy_fail(&err, SHY_E_SCRIPT_NAME, _("Rows have no method '%s'."), name);
        const char *names[64];
        size_t count = 0;
        for (const luaL_Reg *m = shy_rows_methods; m->name != NULL && count < 64; m++)
            names[count++] = m->name;
        shy_nearest(&err, name, names, count);
    } else if (box->kind == SHY_BOX_ROWS) {
        (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("These are rows already."));
        shy_hint(&err, _("To narrow them write ':where { … }'."));
    } else {
        (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("'%s' cannot be called."),
                       shy_box_kind_name(box->kind));
    }
    return shy_raise(L, &err);
}

/* Arithmetic and comparison of objects: never meant, easily written. */
static int object_operator(lua_State *L)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)shy_fail(&err, SHY_E_SCRIPT_TYPE,
                   _("A description cannot be calculated with: it has no "
                     "number yet."));
    shy_hint(&err, _("Use ratio, total, difference or compute."));
    return shy_raise(L, &err);
}

/* Objects are shared between definitions; what changed one would change the others. */
static int object_newindex(lua_State *L)
{
    return shy_raisef(L, SHY_E_SCRIPT_TYPE, _("'%s' cannot be changed."), shy_kind_at(L, 1));
}

void shy_set_up_objects(lua_State *L)
{
    static const char *const operators[] = {"__add", "__sub",    "__mul", "__div", "__mod",
                                            "__pow", "__unm",    "__lt",  "__le",  "__idiv",
                                            "__len", "__concat", NULL};
    shy_box_metatable(L);
    shy_push_guarded(L, object_member);
    lua_setfield(L, -2, "__index");
    shy_push_guarded(L, object_call);
    lua_setfield(L, -2, "__call");
    shy_push_guarded(L, object_newindex);
    lua_setfield(L, -2, "__newindex");
    for (size_t i = 0; operators[i] != NULL; i++) {
        shy_push_guarded(L, object_operator);
        lua_setfield(L, -2, operators[i]);
    }
    lua_pop(L, 1);
}
