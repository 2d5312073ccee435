/* SPDX-License-Identifier: MIT */
/*
 * Calling a function for one person after another, in a state that holds nothing else. What it
 * captured is looked at after every call, so that nothing of one person is there for the next; what
 * it says when it fails is never repeated, since a text can carry values.
 */
#include "config.h"

#include "core/script/person.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"

/* Of one person, and of all of a run. A person has a few hundred rows: a million steps are a loop
 * that went wrong. */
enum { PERSON_STEPS = 1000000, PERSON_MEMORY = 16 << 20, PERSON_SECONDS = 10, LIST_MOST = 1200 };
static const uint64_t all_steps = 20000000000u;
/* Whole numbers up to here are exact in a double. */
#define DECIMAL_MOST 9e15

/* What was returned ------------------------------------------------------------------------ */

static void add_told(lua_State *L, struct shy_person_state *s, int32_t month, int64_t value)
{
    if (!SHY_GROW(s->told, s->told_count, s->told_capacity))
        shy_trip_now(L, SHY_TRIP_MEMORY);
    s->told[s->told_count++] = (struct shy_told){.month = month, .value = value};
}

static int64_t need_number(lua_State *L, int index)
{
    int is = 0;
    lua_Integer n = lua_type(L, index) == LUA_TNUMBER ? lua_tointegerx(L, index, &is) : 0;
    if (!is)
        (void)shy_person_fail(
            L, _("With 'sum' the function returns a month and a whole number, or nil."));
    return n;
}

/* Rows ------------------------------------------------------------------------------------- */

static int64_t need_code(lua_State *L, int index, const struct shy_column *c)
{
    const char *text = lua_type(L, index) == LUA_TSTRING ? lua_tostring(L, index) : "";
    for (int64_t i = 0; c->values[i] != NULL; i++) {
        if (strcmp(c->values[i], text) == 0)
            return i;
    }
    (void)shy_person_fail(L, _("A row has a text that is not among the values of its column."));
    return 0;
}

/* Rounded half away from zero. */
static int64_t need_decimal(lua_State *L, int index)
{
    double value = lua_type(L, index) == LUA_TNUMBER ? lua_tonumber(L, index) : NAN;
    for (int i = 0; i < SHY_MADE_SCALE; i++)
        value *= 10;
    if (!(value > -DECIMAL_MOST && value < DECIMAL_MOST))
        (void)shy_person_fail(L, _("A row has something else than a number where its column is of "
                                   "numbers, or one that is too large."));
    return llround(value);
}

static int64_t need_made(lua_State *L, int index, const struct shy_column *c)
{
    int is = 0;
    if (c->type == SHY_CODE_T)
        return need_code(L, index, c);
    if (c->type == SHY_DECIMAL_T)
        return need_decimal(L, index);
    lua_Integer n = lua_type(L, index) == LUA_TNUMBER ? lua_tointegerx(L, index, &is) : 0;
    if (!is)
        (void)shy_person_fail(L, _("A row has something else than a whole number where its column "
                                   "is of whole numbers."));
    return n;
}

static size_t count_entries(lua_State *L, int table)
{
    size_t count = 0;
    for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1))
        count++;
    return count;
}

/* { month, name = value, … }: what is not there is not known; a name that is no column's is
 * misspelt. */
static void read_row(lua_State *L, struct shy_person_state *s, int row)
{
    const struct shy_node *node = s->node;
    int32_t month;
    size_t named = 0;
    lua_rawgeti(L, row, 1);
    if (!shy_person_month(L, -1, &month))
        (void)shy_person_fail(L, _("A row begins with its month: { month, name = value, … }."));
    lua_pop(L, 1);
    add_told(L, s, month, (int64_t)s->value_count);
    s->told[s->told_count - 1].rows = true;
    for (size_t i = 0; i < node->made_count; i++) {
        if (!SHY_GROW(s->values, s->value_count, s->value_capacity))
            shy_trip_now(L, SHY_TRIP_MEMORY);
        struct shy_told_value *value = &s->values[s->value_count++];
        *value = (struct shy_told_value){0};
        lua_pushstring(L, node->made[i].name);
        lua_rawget(L, row);
        if (!lua_isnil(L, -1)) {
            value->known = true;
            value->number = need_made(L, lua_gettop(L), &node->made[i]);
            named++;
        }
        lua_pop(L, 1);
    }
    if (count_entries(L, row) != named + 1)
        (void)shy_person_fail(L, _("A row has more in it than its month and its columns."));
}

/* One row, or a list of rows. */
static void read_rows(lua_State *L, struct shy_person_state *s, int result, bool *listed)
{
    int32_t month;
    lua_rawgeti(L, result, 1);
    *listed = !shy_person_month(L, -1, &month);
    lua_pop(L, 1);
    if (!*listed) {
        read_row(L, s, result);
        return;
    }
    size_t count = lua_rawlen(L, result);
    if (count > LIST_MOST)
        (void)shy_person_fail(L, _("The function returns too many months."));
    if (count_entries(L, result) != count)
        (void)shy_person_fail(
            L, _("The list that the function returns holds other things than rows."));
    for (size_t i = 1; i <= count; i++) {
        if (lua_rawgeti(L, result, (lua_Integer)i) != LUA_TTABLE)
            (void)shy_person_fail(
                L, _("The list that the function returns holds other things than rows."));
        read_row(L, s, lua_gettop(L));
        lua_pop(L, 1);
    }
}

/* { month, month, … }, or with numbers { { month, number }, … }. */
static void read_list(lua_State *L, struct shy_person_state *s, int list)
{
    bool numbers = s->node->gives == SHY_GIVES_NUMBERS;
    size_t count = lua_rawlen(L, list);
    if (count > LIST_MOST)
        (void)shy_person_fail(L, _("The function returns too many months."));
    for (size_t i = 1; i <= count; i++) {
        int32_t month;
        int64_t value = 0;
        int item = lua_gettop(L) + 1;
        lua_rawgeti(L, list, (lua_Integer)i);
        if (numbers && lua_type(L, item) == LUA_TTABLE) {
            lua_rawgeti(L, item, 2);
            value = need_number(L, item + 1);
            lua_rawgeti(L, item, 1);
            lua_replace(L, item);
        }
        if (!shy_person_month(L, item, &month))
            (void)shy_person_fail(L, _("The list that the function returns holds other things "
                                       "than months."));
        if (numbers && lua_gettop(L) == item)
            (void)need_number(L, item);
        lua_settop(L, item - 1);
        add_told(L, s, month, value);
    }
}

static void read_result(lua_State *L, struct shy_person_state *s, int result, bool *listed)
{
    int32_t month;
    *listed = lua_type(L, result) == LUA_TTABLE;
    if (s->node->gives == SHY_GIVES_ROWS && *listed)
        read_rows(L, s, result, listed);
    else if (s->node->gives == SHY_GIVES_ROWS && !lua_isnil(L, result))
        (void)shy_person_fail(L, _("The function returns a row { month, name = value, … }, a list "
                                   "of rows or nil."));
    else if (*listed)
        read_list(L, s, result);
    else if (shy_person_month(L, result, &month))
        add_told(L, s, month, s->node->gives == SHY_GIVES_NUMBERS ? need_number(L, result + 1) : 0);
    else if (!lua_isnil(L, result))
        (void)shy_person_fail(L, _("The function returns a month, a list of months or nil."));
}

static const struct shy_look *look_from(const struct shy_person_state *s, int32_t month)
{
    for (size_t i = 0; i < s->look_count; i++) {
        if (s->looks[i].month == month)
            return &s->looks[i];
    }
    return NULL;
}

/* Months returned are in doubt where the function looked from them into months that were not
 * delivered; a single one also where it looked so from any other, because it chose among them. What
 * it looked from and did not return may count all the same. */
static void add_doubts(lua_State *L, struct shy_person_state *s, bool listed)
{
    size_t returned = s->told_count;
    bool open = false;
    for (size_t i = 0; i < s->look_count; i++)
        open = open || s->looks[i].doubt == SHY_TOLD_WINDOW;
    for (size_t i = 0; i < returned; i++) {
        const struct shy_look *from = look_from(s, s->told[i].month);
        s->told[i].doubt = from == NULL ? SHY_TOLD_SURE : from->doubt;
        if (!listed && open)
            s->told[i].doubt = SHY_TOLD_WINDOW;
    }
    for (size_t i = 0; i < s->look_count; i++) {
        bool known = false;
        for (size_t k = 0; k < returned; k++)
            known = known || s->told[k].month == s->looks[i].month;
        if (known)
            continue;
        add_told(L, s, s->looks[i].month, 0);
        s->told[s->told_count - 1].doubt = s->looks[i].doubt;
    }
}

/* Unknown values first. */
static int compare_values(const struct shy_told_value *a, const struct shy_told_value *b)
{
    if (!a->known || !b->known)
        return (int)a->known - (int)b->known;
    return a->number < b->number ? -1 : a->number > b->number;
}

static int compare_told(const void *a, const void *b, void *state)
{
    const struct shy_told *t = a, *u = b;
    const struct shy_person_state *s = state;
    int order = 0;
    if (t->month != u->month)
        return t->month < u->month ? -1 : 1;
    if (t->values == NULL || u->values == NULL)
        return t->value < u->value ? -1 : t->value > u->value;
    for (size_t i = 0; i < s->node->made_count && order == 0; i++)
        order = compare_values(&t->values[i], &u->values[i]);
    return order != 0 ? order : (int)t->doubt - (int)u->doubt;
}

/* The list of values stays where it is from now on. */
static void point_at_values(struct shy_person_state *s)
{
    for (size_t i = 0; i < s->told_count; i++) {
        struct shy_told *told = &s->told[i];
        told->values = told->rows ? s->values + told->value : NULL;
        told->value = told->rows ? 0 : told->value;
    }
}

/* Calling ---------------------------------------------------------------------------------- */

static int call(lua_State *L)
{
    struct shy_person_state *s = lua_touserdata(L, 1);
    bool listed;
    int environment = 2, result = environment + (int)s->ref_count;
    luaL_checkstack(L, (int)s->ref_count + 20, NULL);
    for (size_t i = 0; i < s->ref_count; i++)
        lua_rawgeti(L, LUA_REGISTRYINDEX, s->refs[i]);
    lua_pushvalue(L, environment + 1);
    shy_person_push(L);
    lua_call(L, 1, 2);
    if (!shy_program_intact(L, s->program, environment))
        (void)shy_person_fail(L, _("The function changes what stands outside of it."));
    read_result(L, s, result, &listed);
    add_doubts(L, s, listed);
    return 0;
}

/* Of an error only what is ours is told: a sentence without values, a limit, and the place. */
static int say(const struct shy_person_state *s, const struct shihyo_error *from,
               struct shihyo_error *err)
{
    bool ours = from->code == SHY_E_SCRIPT_PERSON || from->code == SHY_E_SCRIPT_STEPS ||
                from->code == SHY_E_SCRIPT_MEMORY;
    int code = (int)from->code;
    if (code == SHY_E_NOMEM)
        return shy_fail_nomem(err);
    if (ours) {
        shy_fail(err, (enum shy_code)code, "%s", from->message);
    } else {
        code = shy_fail(err, SHY_E_SCRIPT_PERSON,
                        _("The function over persons stopped with an error."));
        shy_hint(err, _("What the error says is not shown: it could hold what is known of a "
                        "person. Try the function with an example of its own."));
    }
    if (from->file[0] != '\0' && from->row > 0)
        shy_at(err, from->file, from->row, 0);
    else if (s->file != NULL)
        shy_at(err, s->file, s->line, 0);
    return code;
}

static int tell(void *self, const struct shy_seen *person, const struct shy_told **out,
                size_t *count, struct shihyo_error *err)
{
    struct shy_person_state *s = self;
    struct shihyo_error local = SHY_ERROR_INIT;
    struct shy_spent *spent = shy_program_spent(s->program);
    s->look_count = s->told_count = s->value_count = 0;
    s->seen = person;
    int code = shy_host_run(s->host, call, s, &local);
    s->seen = NULL;
    if (code != 0)
        return say(s, &local, err);
    if (atomic_fetch_add(&spent->steps, s->host->steps) + s->host->steps > all_steps) {
        (void)shy_fail(&local, SHY_E_SCRIPT_STEPS,
                       _("The function took more than %llu steps for all persons together."),
                       (unsigned long long)all_steps);
        return say(s, &local, err);
    }
    point_at_values(s);
    if (s->told_count > 1)
        qsort_r(s->told, s->told_count, sizeof *s->told, compare_told, s);
    *out = s->told;
    *count = s->told_count;
    return 0;
}

/* Life ------------------------------------------------------------------------------------- */

static int load(lua_State *L)
{
    struct shy_person_state *s = lua_touserdata(L, 1);
    shy_person_values(L);
    shy_program_load(L, s->program);
    for (size_t i = 0; i < s->ref_count; i++) {
        lua_pushvalue(L, 2 + (int)i);
        s->refs[i] = luaL_ref(L, LUA_REGISTRYINDEX);
    }
    return 0;
}

static void close_state(void *self)
{
    struct shy_person_state *s = self;
    shy_program_spent(s->program)->open--;
    shy_host_free(s->host);
    shy_free((void *)s->contracts);
    shy_free(s->refs);
    shy_free(s->looks);
    shy_free(s->told);
    shy_free(s->values);
    shy_free(s);
}

/* The files are named as in the pack, so that errors have their place. */
static int copy_files(struct shy_host *to, const struct shy_host *from)
{
    for (size_t i = 0; i < from->file_count; i++) {
        if (!SHY_GROW(to->files, to->file_count, to->file_capacity) ||
            !SHY_GROW(to->texts, to->file_count, to->text_capacity))
            return SHY_E_NOMEM;
        to->texts[to->file_count] = NULL;
        to->files[to->file_count] = shy_strdup(from->files[i]);
        if (to->files[to->file_count++] == NULL)
            return SHY_E_NOMEM;
    }
    return 0;
}

static int fill(struct shy_person_state *s, const struct shy_pack *pack,
                const struct shy_plan *plan, struct shihyo_error *err)
{
    static const struct shy_limits limits = {
        .memory = PERSON_MEMORY, .steps = PERSON_STEPS, .seconds = PERSON_SECONDS};
    const struct shy_node *node = s->node;
    s->ref_count = shy_program_functions(s->program) + 1;
    s->refs = shy_alloc(s->ref_count, sizeof *s->refs);
    s->contracts = shy_alloc(node->of_count, sizeof(const struct shy_contract *));
    if (s->refs == NULL || s->contracts == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < node->of_count; i++)
        s->contracts[i] = shy_plan_node(plan, node->of[i])->contract;
    s->file = node->file;
    s->line = node->line;
    SHY_TRY(shy_host_new(&limits, &shy_person_names, s, &s->host, err));
    if (copy_files(s->host, pack->host) != 0)
        return shy_fail_nomem(err);
    return shy_host_run(s->host, load, s, err);
}

int shy_person_open(void *self, const struct shy_plan *plan, const struct shy_node *node,
                    const struct shy_seen_months *months, struct shy_teller *out,
                    struct shihyo_error *err)
{
    const struct shy_pack *pack = self;
    struct shy_program *program = shy_function_program(pack, node->function);
    if (program == NULL)
        return shy_fail(err, SHY_E_INTERNAL, _("The pack has no function '%s'."), node->function);
    struct shy_person_state *s = shy_alloc(1, sizeof *s);
    if (s == NULL)
        return shy_fail_nomem(err);
    s->program = program;
    s->node = node;
    s->months = months;
    if (shy_program_spent(program)->open++ == 0)
        atomic_store(&shy_program_spent(program)->steps, 0);
    int code = fill(s, pack, plan, err);
    if (code != 0) {
        close_state(s);
        return code;
    }
    *out = (struct shy_teller){.self = s, .tell = tell, .close = close_state};
    return 0;
}
