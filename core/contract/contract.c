/* SPDX-License-Identifier: MIT */
#include "core/contract/contract.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/contract/core_contracts.h"

/* The core's contracts are pointed at, declared ones are copied into the arena. */
struct shy_catalogue {
    const struct shy_contract **items; /* sorted by id */
    size_t count, capacity;
    struct shy_arena arena;
};

/* Types ---------------------------------------------------------------------------------- */

static const char *const type_names[] = {
    [SHY_CODE_T] = "code",     [SHY_TEXT_T] = "text",       [SHY_INT_T] = "int",
    [SHY_BOOL_T] = "bool",     [SHY_MONTH_T] = "month",     [SHY_DATE_T] = "date",
    [SHY_PERIOD_T] = "period", [SHY_DECIMAL_T] = "decimal", [SHY_STATE_T] = "state",
};
enum { TYPE_COUNT = sizeof type_names / sizeof type_names[0] };

const char *shy_type_name(enum shy_type type)
{
    return (size_t)type < TYPE_COUNT ? type_names[type] : "unknown";
}

bool shy_type_parse(const char *name, enum shy_type *out)
{
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        if (strcmp(name, type_names[i]) == 0) {
            *out = (enum shy_type)i;
            return true;
        }
    }
    return false;
}

/* One contract --------------------------------------------------------------------------- */

/* A contract has a dozen columns: a walk over them is as fast as an index and needs no memory. */
int shy_contract_column(const struct shy_contract *c, const char *name)
{
    for (size_t i = 0; i < c->column_count; i++) {
        if (strcmp(c->columns[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

int shy_contract_role(const struct shy_contract *c, enum shy_role role)
{
    for (size_t i = 0; i < c->column_count; i++) {
        if (c->columns[i].role == role)
            return (int)i;
    }
    return -1;
}

void shy_code_meaning(const struct shy_contract *c, int column, char out[SHY_MEANING_TEXT])
{
    const struct shy_column *def = &c->columns[column];
    bool area = def->role == SHY_ROLE_AREA || def->role == SHY_ROLE_AREA_RESIDENCE ||
                def->role == SHY_ROLE_AREA_INSURER || def->role == SHY_ROLE_AREA_INSTITUTION;
    if (def->links != NULL)
        (void)snprintf(out, SHY_MEANING_TEXT, "%s", def->links);
    else if (area)
        (void)snprintf(out, SHY_MEANING_TEXT, "area");
    else
        (void)snprintf(out, SHY_MEANING_TEXT, "%s.%s", c->id, def->name);
}

/* The list of near names is a help, not a duty: without memory for it the error stays the same. */
/* Where no name is near, those that there are. */
static void hint_columns(const struct shy_contract *c, struct shihyo_error *err)
{
    struct shy_text listed = {0};
    for (size_t i = 0; i < c->column_count; i++)
        shy_text_addf(&listed, "%s%s", i > 0 ? ", " : "", c->columns[i].name);
    shy_hint(err, _("Its columns are: %s."), shy_text_get(&listed));
    shy_text_free(&listed);
}

int shy_contract_require(const struct shy_contract *c, const char *column, int *out,
                         struct shihyo_error *err)
{
    int found = shy_contract_column(c, column);
    if (found >= 0) {
        *out = found;
        return 0;
    }
    int code = shy_fail(err, SHY_E_CONTRACT_COLUMN, _("The contract '%s' has no column '%s'."),
                        c->id, column);
    const char **names = shy_alloc(c->column_count, sizeof *names);
    if (names != NULL) {
        for (size_t i = 0; i < c->column_count; i++)
            names[i] = c->columns[i].name;
        shy_nearest(err, column, names, c->column_count);
        shy_free((void *)names);
    }
    if (err != NULL && err->hint[0] == '\0')
        hint_columns(c, err);
    return code;
}

/* Catalogue ------------------------------------------------------------------------------ */

struct shy_catalogue *shy_catalogue_new(void)
{
    struct shy_catalogue *cat = shy_alloc(1, sizeof *cat);
    if (cat == NULL)
        return NULL;
    for (size_t i = 0; shy_core_contracts[i] != NULL; i++) {
        if (!SHY_GROW(cat->items, cat->count, cat->capacity)) {
            shy_catalogue_free(cat);
            return NULL;
        }
        cat->items[cat->count++] = shy_core_contracts[i];
    }
    return cat;
}

void shy_catalogue_free(struct shy_catalogue *cat)
{
    if (cat == NULL)
        return;
    shy_arena_free(&cat->arena);
    shy_free((void *)cat->items);
    shy_free(cat);
}

/* Index of the id, or of the place where it belongs. */
static size_t find_place(const struct shy_catalogue *cat, const char *id, bool *found)
{
    size_t low = 0, high = cat->count;
    *found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(cat->items[middle]->id, id);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct shy_contract *shy_catalogue_find(const struct shy_catalogue *cat, const char *id)
{
    bool found;
    size_t at = find_place(cat, id, &found);
    return found ? cat->items[at] : NULL;
}

size_t shy_catalogue_count(const struct shy_catalogue *cat)
{
    return cat->count;
}

const struct shy_contract *shy_catalogue_at(const struct shy_catalogue *cat, size_t i)
{
    return i < cat->count ? cat->items[i] : NULL;
}

int shy_catalogue_require(const struct shy_catalogue *cat, const char *id,
                          const struct shy_contract **out, struct shihyo_error *err)
{
    *out = shy_catalogue_find(cat, id);
    if (*out != NULL)
        return 0;
    int code = shy_fail(err, SHY_E_CONTRACT_UNKNOWN, _("There is no contract '%s'."), id);
    const char **ids = shy_alloc(cat->count, sizeof *ids);
    if (ids != NULL) {
        for (size_t i = 0; i < cat->count; i++)
            ids[i] = cat->items[i]->id;
        shy_nearest(err, id, ids, cat->count);
        shy_free((void *)ids);
    }
    return code;
}

/* Declaring ------------------------------------------------------------------------------ */

/* Ids are ASCII: parts of letters, digits and underscores that begin with a letter, joined by
 * points where parts allows more than one. */
static bool valid_id(const char *id, bool parts)
{
    bool start = true;
    if (id == NULL)
        return false;
    for (const char *p = id; *p != '\0'; p++) {
        bool letter = *p >= 'a' && *p <= 'z';
        bool other = (*p >= '0' && *p <= '9') || *p == '_';
        if (*p == '.' && parts && !start)
            start = true;
        else if (letter || (other && !start))
            start = false;
        else
            return false;
    }
    return !start;
}

/* A missing key tells rows apart like any value of it, so why it is missing has no place there. */
bool shy_column_tells_state(const struct shy_column *column)
{
    return (column->flags & SHY_COLUMN_MEASURE) != 0 ||
           ((column->flags & SHY_COLUMN_NULLABLE) != 0 && (column->flags & SHY_COLUMN_KEY) == 0);
}

/* The column whose state column would have this very name, or -1. */
static int column_of_state(const struct shy_contract *c, const char *name)
{
    static const char suffix[] = "_state";
    size_t length = strlen(name);
    if (length < sizeof suffix || strcmp(name + length - (sizeof suffix - 1), suffix) != 0)
        return -1;
    length -= sizeof suffix - 1;
    for (size_t i = 0; i < c->column_count; i++) {
        const struct shy_column *column = &c->columns[i];
        if (shy_column_tells_state(column) && strlen(column->name) == length &&
            strncmp(column->name, name, length) == 0)
            return (int)i;
    }
    return -1;
}

/* What the core contracts keep by construction (their test says so), a declared one must keep too:
 * operators find columns by role, and a measure's state must not collide with a column. */
static int check_column(const struct shy_contract *c, size_t i, struct shihyo_error *err)
{
    const struct shy_column *column = &c->columns[i];
    if (!valid_id(column->name, false))
        return shy_fail(err, SHY_E_ID_INVALID,
                        _("'%s' cannot be the name of a column of '%s': names are lower-case "
                          "letters, digits and underscores, beginning with a letter."),
                        column->name == NULL ? "" : column->name, c->id);
    if (shy_contract_column(c, column->name) != (int)i)
        return shy_fail(err, SHY_E_ID_TWICE, _("The contract '%s' has two columns '%s'."), c->id,
                        column->name);
    if (column_of_state(c, column->name) >= 0)
        return shy_fail(err, SHY_E_ID_TWICE,
                        _("The column '%s' of '%s' has the name of another column's state."),
                        column->name, c->id);
    if (column->role != SHY_ROLE_NONE && shy_contract_role(c, column->role) != (int)i)
        return shy_fail(err, SHY_E_ID_TWICE,
                        _("The column '%s' of '%s' has a role that another column has already."),
                        column->name, c->id);
    bool number = column->type == SHY_INT_T || column->type == SHY_DECIMAL_T;
    if ((size_t)column->type >= TYPE_COUNT || column->type == SHY_STATE_T || column->scale < 0 ||
        column->scale > 18 || ((column->flags & SHY_COLUMN_MEASURE) != 0 && !number))
        return shy_fail(err, SHY_E_CONTRACT_TYPE, _("The column '%s' of '%s' cannot be a %s."),
                        column->name, c->id, shy_type_name(column->type));
    return 0;
}

static int check_contract(const struct shy_contract *c, struct shihyo_error *err)
{
    if (!valid_id(c->id, true))
        return shy_fail(err, SHY_E_ID_INVALID,
                        _("'%s' cannot be the id of a contract: ids are lower-case letters, "
                          "digits and underscores in parts joined by points."),
                        c->id == NULL ? "" : c->id);
    if (c->column_count == 0)
        return shy_fail(err, SHY_E_CONTRACT_COLUMN, _("The contract '%s' has no columns."), c->id);
    for (size_t i = 0; i < c->column_count; i++)
        SHY_TRY(check_column(c, i, err));
    return 0;
}

/* The first column of a that b lacks or has otherwise, or NULL; *other becomes b's. Labels, units,
 * constraints and keys do not make another contract: a pack and a source may word them
 * differently. Nor does a state beside the numbers: a mapping where a file has no such column gives
 * a constant, which needs none. */
static const struct shy_column *difference(const struct shy_contract *a,
                                           const struct shy_contract *b,
                                           const struct shy_column **other)
{
    *other = NULL;
    for (size_t i = 0; i < a->column_count; i++) {
        const struct shy_column *column = &a->columns[i];
        int at = shy_contract_column(b, column->name);
        *other = at < 0 ? NULL : &b->columns[at];
        if (at < 0 || column->type != (*other)->type || column->role != (*other)->role ||
            column->scale != (*other)->scale)
            return column;
    }
    return NULL;
}

static int fail_different(const struct shy_contract *known, const struct shy_contract *contract,
                          struct shihyo_error *err)
{
    const struct shy_column *other, *column = difference(known, contract, &other);
    if (column == NULL)
        column = difference(contract, known, &other);
    if (other == NULL)
        (void)shy_fail(err, SHY_E_ID_TWICE,
                       _("The contract '%s' is declared twice; only one of the two has the column "
                         "'%s'."),
                       contract->id, column->name);
    else
        (void)shy_fail(err, SHY_E_ID_TWICE,
                       _("The contract '%s' is declared twice; its column '%s' is a %s in one and "
                         "a %s in the other, or has other digits or another part to play."),
                       contract->id, column->name, shy_type_name(column->type),
                       shy_type_name(other->type));
    shy_hint(err, _("If they are one table, give the columns the same names and types in all "
                    "mappings and packs, and import its sources anew; else give one another id."));
    return SHY_E_ID_TWICE;
}

/* What is kept must do for the rows of both: where one has no value, or a state, the other may. */
static void widen(const struct shy_contract *known, const struct shy_contract *contract)
{
    for (size_t i = 0; i < known->column_count; i++) {
        /* The catalogue's own copy, const for its readers. */
        struct shy_column *column = (struct shy_column *)(uintptr_t)&known->columns[i];
        int at = shy_contract_column(contract, column->name);
        uint32_t more = contract->columns[at].flags & (SHY_COLUMN_MEASURE | SHY_COLUMN_NULLABLE);
        if ((column->flags & SHY_COLUMN_KEY) != 0)
            more &= SHY_COLUMN_NULLABLE;
        column->flags |= more;
    }
}

/* The copy in the arena, NULL stays NULL; *ok turns false when memory is exhausted. */
static const char *copy_text(struct shy_arena *arena, const char *text, bool *ok)
{
    if (text == NULL)
        return NULL;
    char *copy = shy_arena_strdup(arena, text);
    if (copy == NULL)
        *ok = false;
    return copy;
}

static const char *const *copy_values(struct shy_arena *arena, const char *const *values, bool *ok)
{
    size_t count = 0;
    if (values == NULL)
        return NULL;
    while (values[count] != NULL)
        count++;
    const char **copy = shy_arena_alloc(arena, count + 1, sizeof *copy);
    if (copy == NULL) {
        *ok = false;
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        copy[i] = copy_text(arena, values[i], ok);
    return copy;
}

/* Sources are closed and packs freed while results still name their contracts, so nothing of the
 * declaration is kept by reference. */
static const struct shy_contract *copy_contract(struct shy_arena *arena,
                                                const struct shy_contract *from)
{
    struct shy_contract *copy = shy_arena_alloc(arena, 1, sizeof *copy);
    struct shy_column *columns = shy_arena_alloc(arena, from->column_count, sizeof *columns);
    bool ok = copy != NULL && columns != NULL;
    if (!ok)
        return NULL;
    *copy = *from;
    copy->id = copy_text(arena, from->id, &ok);
    copy->label_ja = copy_text(arena, from->label_ja, &ok);
    copy->label_en = copy_text(arena, from->label_en, &ok);
    copy->description = copy_text(arena, from->description, &ok);
    copy->columns = columns;
    for (size_t i = 0; i < from->column_count; i++) {
        const struct shy_column *column = &from->columns[i];
        columns[i] = *column;
        columns[i].name = copy_text(arena, column->name, &ok);
        columns[i].label_ja = copy_text(arena, column->label_ja, &ok);
        columns[i].label_en = copy_text(arena, column->label_en, &ok);
        columns[i].unit = copy_text(arena, column->unit, &ok);
        columns[i].links = copy_text(arena, column->links, &ok);
        columns[i].or_links = copy_text(arena, column->or_links, &ok);
        columns[i].values = copy_values(arena, column->values, &ok);
        columns[i].note = copy_text(arena, column->note, &ok);
    }
    return ok ? copy : NULL;
}

int shy_catalogue_declare(struct shy_catalogue *cat, const struct shy_contract *contract,
                          struct shihyo_error *err)
{
    SHY_TRY(check_contract(contract, err));
    bool found;
    size_t at = find_place(cat, contract->id, &found);
    if (found) {
        const struct shy_column *other;
        if (difference(cat->items[at], contract, &other) != NULL ||
            difference(contract, cat->items[at], &other) != NULL)
            return fail_different(cat->items[at], contract, err);
        widen(cat->items[at], contract);
        return 0;
    }
    if (!SHY_GROW(cat->items, cat->count, cat->capacity))
        return shy_fail_nomem(err);
    const struct shy_contract *copy = copy_contract(&cat->arena, contract);
    if (copy == NULL)
        return shy_fail_nomem(err);
    memmove((void *)(cat->items + at + 1), (const void *)(cat->items + at),
            (cat->count - at) * sizeof *cat->items);
    cat->items[at] = copy;
    cat->count++;
    return 0;
}
