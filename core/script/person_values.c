/* SPDX-License-Identifier: MIT */
/*
 * What a function over persons has in its hands: the person, rows, stays, months, dates, windows.
 * All are light values, numbers that tell their kind and what they stand for. So nothing is
 * allocated for a row, values that stand for the same are equal, and none outlives its call: what
 * it stands for is looked up in the person at hand.
 */
#include "config.h"

#include "core/script/person.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/period.h"

enum kind { KIND_PERSON = 1, KIND_MONTH, KIND_ROW, KIND_STAY, KIND_WINDOW, KIND_NEED, KIND_DATE };

/* DAYS_MOST: a thousand years. */
enum { SHIFT_MOST = 12000, DAYS_MOST = 366000, LOOKS_MOST = 1000, WINDOW_MOST = 600 };

static void push_light(lua_State *L, enum kind kind, uint32_t high, uint32_t low)
{
    uintptr_t bits = (uintptr_t)kind << 48 | (uintptr_t)(high & 0xffff) << 32 | low;
    lua_pushlightuserdata(L, (void *)bits); /* never followed: it is a number */
}

static bool light_at(lua_State *L, int index, enum kind kind, uint32_t *high, uint32_t *low)
{
    bool is = lua_type(L, index) == LUA_TLIGHTUSERDATA;
    uintptr_t bits = is ? (uintptr_t)lua_touserdata(L, index) : 0;
    *high = (uint32_t)(bits >> 32) & 0xffff;
    *low = (uint32_t)bits;
    return bits >> 48 == (uintptr_t)kind;
}

static struct shy_person_state *state_of(lua_State *L)
{
    return shy_host_of(L)->owner;
}

/* The sentence is ours and has no value in it, so that it may be shown. */
int shy_person_fail(lua_State *L, const char *text)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)shy_fail(&err, SHY_E_SCRIPT_PERSON, "%s", text);
    return shy_raise(L, &err);
}

/* Months ----------------------------------------------------------------------------------- */

static void push_month(lua_State *L, int32_t month)
{
    push_light(L, KIND_MONTH, 0, (uint32_t)month);
}

bool shy_person_month(lua_State *L, int index, int32_t *month)
{
    uint32_t high, low;
    bool is = light_at(L, index, KIND_MONTH, &high, &low);
    *month = is ? (int32_t)low : 0;
    return is;
}

static int32_t need_month(lua_State *L, int index)
{
    int32_t month;
    if (!shy_person_month(L, index, &month))
        (void)shy_person_fail(L, _("A month is needed here."));
    return month;
}

/* Dates ------------------------------------------------------------------------------------ */

static void push_date(lua_State *L, int32_t day)
{
    push_light(L, KIND_DATE, 0, (uint32_t)day);
}

static bool date_at(lua_State *L, int index, int32_t *day)
{
    uint32_t high, low;
    bool is = light_at(L, index, KIND_DATE, &high, &low);
    *day = is ? (int32_t)low : 0;
    return is;
}

/* Comparing and counting --------------------------------------------------------------------- */

/* Two months, or two dates. */
static void need_pair(lua_State *L, int32_t *a, int32_t *b)
{
    if (date_at(L, 1, a) && date_at(L, 2, b))
        return;
    if (!shy_person_month(L, 1, a) || !shy_person_month(L, 2, b))
        (void)shy_person_fail(L, _("Months go with months and dates with dates here."));
}

static int less(lua_State *L)
{
    int32_t a, b;
    need_pair(L, &a, &b);
    lua_pushboolean(L, a < b);
    return 1;
}

static int less_or_equal(lua_State *L)
{
    int32_t a, b;
    need_pair(L, &a, &b);
    lua_pushboolean(L, a <= b);
    return 1;
}

static int32_t need_shift(lua_State *L, int index, int32_t most)
{
    int is = 0;
    lua_Integer n = lua_type(L, index) == LUA_TNUMBER ? lua_tointegerx(L, index, &is) : 0;
    if (!is || n > most || n < -most)
        (void)shy_person_fail(L, _("A month is moved by a whole number of months, a date by a "
                                   "whole number of days."));
    return (int32_t)n;
}

static void push_shifted(lua_State *L, int from, int by, int sign)
{
    int32_t month, day;
    if (date_at(L, from, &day)) {
        day += sign * need_shift(L, by, DAYS_MOST);
        if (day < -DAYS_MOST || day > DAYS_MOST)
            (void)shy_person_fail(L, _("There is no such day."));
        push_date(L, day);
        return;
    }
    month = need_month(L, from);
    month += sign * need_shift(L, by, SHIFT_MOST);
    if (month < 0 || month > SHIFT_MOST * 4)
        (void)shy_person_fail(L, _("There is no such month."));
    push_month(L, month);
}

static int add(lua_State *L)
{
    bool first = lua_type(L, 1) == LUA_TLIGHTUSERDATA;
    push_shifted(L, first ? 1 : 2, first ? 2 : 1, 1);
    return 1;
}

static int subtract(lua_State *L)
{
    int32_t a, b;
    if (lua_type(L, 2) == LUA_TLIGHTUSERDATA) {
        need_pair(L, &a, &b);
        lua_pushinteger(L, a - b);
    } else {
        push_shifted(L, 1, 2, -1);
    }
    return 1;
}

static int to_text(lua_State *L)
{
    static const char *const names[] = {
        [KIND_PERSON] = "person", [KIND_MONTH] = "month",   [KIND_ROW] = "row",
        [KIND_STAY] = "stay",     [KIND_WINDOW] = "months", [KIND_NEED] = "rows"};
    int32_t month, day;
    if (date_at(L, 1, &day)) {
        char text[11];
        shy_date_text(day, text);
        lua_pushstring(L, text);
        return 1;
    }
    if (shy_person_month(L, 1, &month)) {
        char text[SHY_PERIOD_TEXT];
        struct shy_period p = {SHY_PERIOD_MONTH, month, month, 0};
        shy_period_text(&p, text);
        lua_pushstring(L, text);
        return 1;
    }
    uintptr_t kind = (uintptr_t)lua_touserdata(L, 1) >> 48;
    lua_pushstring(L, kind >= KIND_PERSON && kind <= KIND_NEED ? names[kind] : "?");
    return 1;
}

static int32_t first_day(int32_t month)
{
    return shy_date_of(shy_month_year(month), shy_month_of_year(month), 1);
}

static bool month_field(lua_State *L, int32_t month, const char *key)
{
    if (strcmp(key, "year") == 0)
        lua_pushinteger(L, shy_month_year(month));
    else if (strcmp(key, "month") == 0)
        lua_pushinteger(L, shy_month_of_year(month));
    else if (strcmp(key, "fiscal_year") == 0)
        lua_pushinteger(L, shy_month_year(month - 3));
    else if (strcmp(key, "first_day") == 0)
        push_date(L, first_day(month));
    else if (strcmp(key, "last_day") == 0)
        push_date(L, first_day(month + 1) - 1);
    else if (strcmp(key, "days") == 0)
        lua_pushinteger(L, first_day(month + 1) - first_day(month));
    else
        return false;
    return true;
}

static bool date_field(lua_State *L, int32_t day, const char *key)
{
    int32_t month = shy_date_month(day);
    if (strcmp(key, "month") == 0)
        push_month(L, month);
    else if (strcmp(key, "day") == 0)
        lua_pushinteger(L, day - first_day(month) + 1);
    else
        return false;
    return true;
}

/* Windows ---------------------------------------------------------------------------------- */

void shy_window_push(lua_State *L, int from, int to)
{
    push_light(L, KIND_WINDOW, (uint32_t)from, (uint32_t)to);
}

bool shy_window_at(lua_State *L, int index, int *from, int *to)
{
    const struct shy_box *box = shy_box_at(L, index);
    if (box == NULL || box->kind != SHY_BOX_MONTHS)
        return false;
    *from = (int)json_integer_value(json_object_get(box->json, "from"));
    *to = (int)json_integer_value(json_object_get(box->json, "to"));
    return true;
}

static int months(lua_State *L)
{
    int is_from = 0, is_to = 0;
    lua_Integer from = lua_tointegerx(L, 1, &is_from), to = lua_tointegerx(L, 2, &is_to);
    if (!is_from || !is_to || from < 0 || from > to || to > WINDOW_MOST)
        return shy_person_fail(
            L, _("months(a, b): a and b count from the row's month (0), a not above b."));
    shy_window_push(L, (int)from, (int)to);
    return 1;
}

static void add_names(lua_State *L, struct shy_host *h)
{
    (void)h;
    lua_pushcfunction(L, months);
    lua_setfield(L, -2, "months");
}

const struct shy_host_names shy_person_names = {.add = add_names};

struct window {
    int32_t from, to;
};
static struct window need_window(lua_State *L, int index)
{
    uint32_t from, to;
    if (!light_at(L, index, KIND_WINDOW, &from, &to))
        (void)shy_person_fail(L, _("A window is needed here: months(a, b)."));
    return (struct window){(int32_t)from, (int32_t)to};
}

/* Needs ------------------------------------------------------------------------------------ */

/* Which rows are meant: by name; without one, those that can only be meant. `of`: the contract
 * among several. */
static size_t need_at(lua_State *L, int index, const char *of)
{
    const struct shy_person_state *s = state_of(L);
    size_t found = s->node->of_count, count = 0;
    if (!lua_isnoneornil(L, index)) {
        const char *name = lua_type(L, index) == LUA_TSTRING ? lua_tostring(L, index) : "";
        for (size_t i = 0; i < s->node->of_count; i++) {
            if (strcmp(s->node->names[i], name) == 0)
                return i;
        }
        (void)shy_person_fail(L, _("There are no rows of this name among its needs."));
    }
    if (s->node->of_count == 1)
        return 0;
    for (size_t i = 0; of != NULL && i < s->node->of_count; i++) {
        if (strcmp(s->contracts[i]->id, of) == 0) {
            found = i;
            count++;
        }
    }
    if (count != 1)
        (void)shy_person_fail(L, _("Say which rows are meant, by their name among its needs."));
    return found;
}

static bool is_delivered(const struct shy_person_state *s, size_t need, int32_t month)
{
    const struct shy_seen_months *m = &s->months[need];
    return month >= m->base && (size_t)(month - m->base) < m->count && m->known[month - m->base];
}

/* The function cannot know what is in months that were not delivered: the month it looked from is
 * in doubt. */
static void doubt(lua_State *L, int32_t month, enum shy_told_doubt doubt)
{
    struct shy_person_state *s = state_of(L);
    for (size_t i = 0; i < s->look_count; i++) {
        if (s->looks[i].month == month) {
            if (doubt > s->looks[i].doubt)
                s->looks[i].doubt = doubt;
            return;
        }
    }
    if (s->look_count == LOOKS_MOST)
        (void)shy_person_fail(L, _("The function looks at too many months."));
    if (!SHY_GROW(s->looks, s->look_count, s->look_capacity))
        shy_trip_now(L, SHY_TRIP_MEMORY);
    s->looks[s->look_count++] = (struct shy_look){month, doubt};
}

static void look(lua_State *L, size_t need, int32_t month, int32_t first, int32_t last)
{
    for (int32_t m = first; m <= last; m++) {
        if (!is_delivered(state_of(L), need, m)) {
            doubt(L, month, SHY_TOLD_WINDOW);
            return;
        }
    }
}

/* The first row not before the month. */
static size_t first_from(const struct shy_seen_rows *rows, int32_t month)
{
    size_t low = 0, high = rows->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (rows->months[middle] < month)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Rows and stays --------------------------------------------------------------------------- */

static const struct shy_seen_rows *rows_of(lua_State *L, uint32_t need)
{
    return &state_of(L)->seen->rows[need];
}

/* A row begins a stay when the month before has none; a stay goes on while months follow. */
static bool begins(const struct shy_seen_rows *rows, size_t i)
{
    return i == 0 || rows->months[i] > rows->months[i - 1] + 1;
}

static size_t last_of_stay(const struct shy_seen_rows *rows, size_t i)
{
    while (i + 1 < rows->count && rows->months[i + 1] <= rows->months[i] + 1)
        i++;
    return i;
}

static void push_value(lua_State *L, uint32_t need, uint32_t row, size_t column)
{
    const struct shy_person_state *s = state_of(L);
    const struct shy_column *c = &s->contracts[need]->columns[column];
    struct shy_seen_value v;
    double scale = 1;
    s->seen->value(s->seen->self, need, row, (int)column, &v);
    if (v.state != SHIHYO_STATE_OK && v.state != SHIHYO_STATE_PARTIAL) {
        lua_pushnil(L);
        return;
    }
    switch (c->type) {
    case SHY_CODE_T:
        lua_pushstring(L, v.text);
        return;
    case SHY_BOOL_T:
        lua_pushboolean(L, v.number != 0);
        return;
    case SHY_MONTH_T:
        push_month(L, (int32_t)v.number);
        return;
    case SHY_DATE_T:
        push_date(L, (int32_t)v.number);
        return;
    case SHY_DECIMAL_T:
        for (int i = 0; i < c->scale; i++)
            scale *= 10;
        lua_pushnumber(L, (double)v.number / scale);
        return;
    default:
        lua_pushinteger(L, v.number);
    }
}

static bool row_field(lua_State *L, uint32_t need, uint32_t row, const char *key)
{
    const struct shy_contract *c = state_of(L)->contracts[need];
    if (row >= rows_of(L, need)->count)
        return false;
    if (strcmp(key, "month") == 0) {
        push_month(L, rows_of(L, need)->months[row]);
        return true;
    }
    int column = shy_contract_column(c, key);
    if (column < 0 || !shy_person_sees(state_of(L)->node, c, (size_t)column))
        return false;
    push_value(L, need, row, (size_t)column);
    return true;
}

/* nil where nobody knows, because the month beside was not delivered; the month is in doubt then.
 */
static void push_known(lua_State *L, uint32_t need, int32_t month, int32_t beside)
{
    if (is_delivered(state_of(L), need, beside)) {
        push_month(L, month);
    } else {
        doubt(L, month, SHY_TOLD_END);
        lua_pushnil(L);
    }
}

static bool stay_field(lua_State *L, uint32_t need, uint32_t row, const char *key)
{
    const struct shy_seen_rows *rows = rows_of(L, need);
    if (row >= rows->count)
        return false;
    int32_t first = rows->months[row], last = rows->months[last_of_stay(rows, row)];
    if (strcmp(key, "first") == 0)
        push_month(L, first);
    else if (strcmp(key, "last") == 0)
        push_month(L, last);
    else if (strcmp(key, "admitted") == 0)
        push_known(L, need, first, first - 1);
    else if (strcmp(key, "discharged") == 0)
        push_known(L, need, last, last + 1);
    else
        return false;
    return true;
}

/* Iterators keep nothing: what comes next follows from what came last. */
static int next_row(lua_State *L)
{
    uint32_t need, high, low = 0, nothing;
    if (!light_at(L, 1, KIND_NEED, &nothing, &need) || need >= state_of(L)->node->of_count)
        return 0;
    if (light_at(L, 2, KIND_ROW, &high, &low))
        low++;
    if (low >= rows_of(L, need)->count)
        return 0;
    push_light(L, KIND_ROW, need, low);
    return 1;
}

static int next_stay(lua_State *L)
{
    uint32_t need, high, low = 0, nothing;
    if (!light_at(L, 1, KIND_NEED, &nothing, &need) || need >= state_of(L)->node->of_count)
        return 0;
    const struct shy_seen_rows *rows = rows_of(L, need);
    if (light_at(L, 2, KIND_STAY, &high, &low) && low < rows->count)
        low = (uint32_t)last_of_stay(rows, low) + 1;
    if (low >= rows->count)
        return 0;
    push_light(L, KIND_STAY, need, low);
    return 1;
}

/* Methods of a person ---------------------------------------------------------------------- */

static int person_rows(lua_State *L)
{
    size_t need = need_at(L, 2, NULL);
    lua_pushcfunction(L, next_row);
    push_light(L, KIND_NEED, 0, (uint32_t)need);
    return 2;
}

static int person_stays(lua_State *L)
{
    size_t need = need_at(L, 2, "medical_claims");
    lua_pushcfunction(L, next_stay);
    push_light(L, KIND_NEED, 0, (uint32_t)need);
    return 2;
}

static int person_first(lua_State *L)
{
    size_t need = need_at(L, 2, NULL);
    if (rows_of(L, (uint32_t)need)->count == 0)
        return 0;
    push_light(L, KIND_ROW, (uint32_t)need, 0);
    return 1;
}

static int person_last(lua_State *L)
{
    size_t need = need_at(L, 2, NULL), count = rows_of(L, (uint32_t)need)->count;
    if (count == 0)
        return 0;
    push_light(L, KIND_ROW, (uint32_t)need, (uint32_t)count - 1);
    return 1;
}

static int any_within(lua_State *L, int32_t from, int32_t to, size_t need, int32_t month)
{
    const struct shy_seen_rows *rows = rows_of(L, (uint32_t)need);
    look(L, need, month, month + from, month + to);
    size_t i = first_from(rows, month + from);
    lua_pushboolean(L, i < rows->count && rows->months[i] <= month + to);
    return 1;
}

static int person_any(lua_State *L)
{
    size_t need = need_at(L, 2, NULL);
    struct window w = need_window(L, 4);
    return any_within(L, w.from, w.to, need, need_month(L, 3));
}

static int person_any_before(lua_State *L)
{
    size_t need = need_at(L, 2, NULL);
    struct window w = need_window(L, 4);
    return any_within(L, -w.to, -w.from, need, need_month(L, 3));
}

/* Whether a row begins a stay is known only with the month before the window. */
static int person_readmitted(lua_State *L)
{
    int32_t month = need_month(L, 2);
    struct window w = need_window(L, 3);
    size_t need = need_at(L, 4, "medical_claims");
    const struct shy_seen_rows *rows = rows_of(L, (uint32_t)need);
    look(L, need, month, month + w.from - 1, month + w.to);
    bool found = false;
    for (size_t i = first_from(rows, month + w.from);
         i < rows->count && rows->months[i] <= month + w.to && !found; i++)
        found = begins(rows, i);
    lua_pushboolean(L, found);
    return 1;
}

static const struct shy_seen_span *span_in(lua_State *L, int32_t month)
{
    const struct shy_seen *seen = state_of(L)->seen;
    for (size_t i = 0; i < seen->span_count; i++) {
        if (seen->spans[i].first <= month && seen->spans[i].last >= month)
            return &seen->spans[i];
    }
    return NULL;
}

/* As the condition `age` has it: completed years; nil where nobody was insured in the month. */
static int person_age(lua_State *L)
{
    int32_t month = need_month(L, 2);
    const struct shy_seen_span *span = span_in(L, month);
    if (span == NULL || span->birth == INT32_MIN || span->birth > month)
        return 0;
    lua_pushinteger(L, (month - span->birth) / 12);
    return 1;
}

static int person_scheme(lua_State *L)
{
    const struct shy_seen_span *span = span_in(L, need_month(L, 2));
    if (span == NULL || span->scheme == NULL)
        return 0;
    lua_pushstring(L, span->scheme);
    return 1;
}

const luaL_Reg shy_person_methods[] = {
    {"age", person_age},
    {"any", person_any},
    {"any_before", person_any_before},
    {"first", person_first},
    {"last", person_last},
    {"readmitted", person_readmitted},
    {"rows", person_rows},
    {"scheme", person_scheme},
    {"stays", person_stays},
    {NULL, NULL},
};

static bool person_field(lua_State *L, const char *key)
{
    const struct shy_seen *seen = state_of(L)->seen;
    if (strcmp(key, "sex") == 0) {
        if (seen->span_count > 0 && seen->spans[0].sex != NULL)
            lua_pushstring(L, seen->spans[0].sex);
        else
            lua_pushnil(L);
        return true;
    }
    for (const luaL_Reg *m = shy_person_methods; m->name != NULL; m++) {
        if (strcmp(m->name, key) == 0) {
            lua_pushcfunction(L, m->func);
            return true;
        }
    }
    return false;
}

/* All of them ------------------------------------------------------------------------------ */

static int index_value(lua_State *L)
{
    uintptr_t bits = (uintptr_t)lua_touserdata(L, 1);
    uint32_t high = (uint32_t)(bits >> 32) & 0xffff, low = (uint32_t)bits;
    const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
    bool found = false;
    switch ((enum kind)(bits >> 48)) {
    case KIND_PERSON:
        found = person_field(L, key);
        break;
    case KIND_MONTH:
        found = month_field(L, (int32_t)low, key);
        break;
    case KIND_DATE:
        found = date_field(L, (int32_t)low, key);
        break;
    case KIND_ROW:
        found = row_field(L, high, low, key);
        break;
    case KIND_STAY:
        found = stay_field(L, high, low, key);
        break;
    case KIND_WINDOW:
    case KIND_NEED:
        break;
    }
    return found ? 1
                 : shy_person_fail(L, _("There is no such field; a person, a row, a stay, a "
                                        "month and a date each have their own."));
}

static int refuse_write(lua_State *L)
{
    return shy_person_fail(L, _("A person, its rows and its months cannot be written to."));
}

void shy_person_values(lua_State *L)
{
    static const luaL_Reg events[] = {
        {"__add", add},
        {"__index", index_value},
        {"__le", less_or_equal},
        {"__lt", less},
        {"__newindex", refuse_write},
        {"__sub", subtract},
        {"__tostring", to_text},
        {NULL, NULL},
    };
    lua_pushlightuserdata(L, NULL);
    lua_newtable(L);
    luaL_setfuncs(L, events, 0);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}

void shy_person_push(lua_State *L)
{
    push_light(L, KIND_PERSON, 0, 0);
}
