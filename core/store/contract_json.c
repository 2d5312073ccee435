/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/store/contract_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* As docs/store.md lists them; the numbers of the enum may change, these words do not. */
static const char *const role_names[] = {
    [SHY_ROLE_NONE] = "",
    [SHY_ROLE_PERSON] = "person",
    [SHY_ROLE_CLAIM] = "claim",
    [SHY_ROLE_INSTITUTION] = "institution",
    [SHY_ROLE_MONTH] = "month",
    [SHY_ROLE_PERIOD] = "period",
    [SHY_ROLE_AREA_SET] = "area_set",
    [SHY_ROLE_AREA] = "area",
    [SHY_ROLE_AREA_RESIDENCE] = "area_residence",
    [SHY_ROLE_AREA_INSURER] = "area_insurer",
    [SHY_ROLE_AREA_INSTITUTION] = "area_institution",
};
enum { ROLES = sizeof role_names / sizeof role_names[0], MOST_COLUMNS = 4096 };

/* Writing -------------------------------------------------------------------------------- */

/* Jansson takes no NULL; a text that is not there is left out. false = out of memory. */
static bool put_text(json_t *object, const char *key, const char *text)
{
    return text == NULL || json_object_set_new(object, key, json_string(text)) == 0;
}

static bool put_number(json_t *object, const char *key, int64_t number)
{
    return json_object_set_new(object, key, json_integer(number)) == 0;
}

static bool put_values(json_t *object, const char *const *values)
{
    if (values == NULL)
        return true;
    json_t *list = json_array();
    bool good = list != NULL;
    for (size_t i = 0; good && values[i] != NULL; i++)
        good = json_array_append_new(list, json_string(values[i])) == 0;
    return json_object_set_new(object, "values", list) == 0 && good;
}

static json_t *column_json(const struct shy_column *c)
{
    json_t *object = json_object();
    bool good = object != NULL && put_text(object, "name", c->name) &&
                put_text(object, "type", shy_type_name(c->type)) &&
                put_text(object, "role", role_names[c->role]) &&
                put_number(object, "flags", c->flags) && put_number(object, "scale", c->scale) &&
                put_text(object, "label_ja", c->label_ja) &&
                put_text(object, "label_en", c->label_en) && put_text(object, "unit", c->unit) &&
                put_text(object, "links", c->links) && put_text(object, "note", c->note) &&
                put_number(object, "min", c->min) && put_number(object, "max", c->max) &&
                put_values(object, c->values);
    if (good)
        return object;
    json_decref(object);
    return NULL;
}

static bool put_columns(json_t *object, const struct shy_contract *c)
{
    json_t *list = json_array();
    bool good = list != NULL;
    for (size_t i = 0; good && i < c->column_count; i++)
        good = json_array_append_new(list, column_json(&c->columns[i])) == 0;
    return json_object_set_new(object, "columns", list) == 0 && good;
}

int shy_contract_write_json(const struct shy_contract *contract, char **out,
                            struct shihyo_error *err)
{
    json_t *object = json_object();
    bool good = object != NULL && put_text(object, "id", contract->id) &&
                put_text(object, "label_ja", contract->label_ja) &&
                put_text(object, "label_en", contract->label_en) &&
                put_text(object, "description", contract->description) &&
                put_number(object, "person_level", contract->person_level) &&
                put_number(object, "basis", contract->basis) &&
                put_number(object, "not_additive", contract->not_additive) &&
                put_number(object, "clock", contract->clock) &&
                put_columns(object, contract);
    char *text = good ? json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    json_decref(object);
    *out = shy_strdup(text);
    free(text);
    return *out == NULL ? shy_fail_nomem(err) : 0;
}

/* Reading -------------------------------------------------------------------------------- */

struct parser {
    struct shy_arena *arena;
    bool no_memory;
};

static void *get_memory(struct parser *p, size_t count, size_t size)
{
    void *memory = shy_arena_alloc(p->arena, count, size);
    p->no_memory = p->no_memory || memory == NULL;
    return memory;
}

/* NULL where there is no text. */
static const char *copy_text(struct parser *p, const json_t *value)
{
    const char *text = json_string_value(value);
    if (text == NULL)
        return NULL;
    const char *copy = shy_arena_strdup(p->arena, text);
    p->no_memory = p->no_memory || copy == NULL;
    return copy;
}

static const char *get_text(struct parser *p, const json_t *object, const char *key)
{
    return copy_text(p, json_object_get(object, key));
}

static int64_t get_number(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static enum shy_role get_role(const json_t *object)
{
    const char *name = json_string_value(json_object_get(object, "role"));
    for (int i = 0; name != NULL && i < ROLES; i++) {
        if (strcmp(role_names[i], name) == 0)
            return (enum shy_role)i;
    }
    return SHY_ROLE_NONE;
}

static bool get_values(struct parser *p, const json_t *object, const char *const **out)
{
    const json_t *list = json_object_get(object, "values");
    *out = NULL;
    if (list == NULL)
        return true;
    size_t count = json_array_size(list);
    const char **values = get_memory(p, count + 1, sizeof *values);
    for (size_t i = 0; values != NULL && i < count; i++) {
        values[i] = copy_text(p, json_array_get(list, i));
        if (values[i] == NULL)
            return false;
    }
    *out = values;
    return values != NULL;
}

static bool read_column(struct parser *p, const json_t *object, struct shy_column *out)
{
    const char *type = json_string_value(json_object_get(object, "type"));
    out->name = get_text(p, object, "name");
    out->role = get_role(object);
    out->flags = (uint32_t)get_number(object, "flags");
    out->scale = (int)get_number(object, "scale");
    out->label_ja = get_text(p, object, "label_ja");
    out->label_en = get_text(p, object, "label_en");
    out->unit = get_text(p, object, "unit");
    out->links = get_text(p, object, "links");
    out->note = get_text(p, object, "note");
    out->min = get_number(object, "min");
    out->max = get_number(object, "max");
    return out->name != NULL && type != NULL && shy_type_parse(type, &out->type) &&
           out->scale >= 0 && out->scale <= 18 && get_values(p, object, &out->values);
}

static bool read_contract(struct parser *p, const json_t *object, struct shy_contract *out)
{
    const json_t *list = json_object_get(object, "columns");
    size_t count = json_array_size(list);
    if (count == 0 || count > MOST_COLUMNS)
        return false;
    struct shy_column *columns = get_memory(p, count, sizeof *columns);
    if (columns == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!read_column(p, json_array_get(list, i), &columns[i]))
            return false;
    }
    out->id = get_text(p, object, "id");
    out->label_ja = get_text(p, object, "label_ja");
    out->label_en = get_text(p, object, "label_en");
    out->description = get_text(p, object, "description");
    out->person_level = get_number(object, "person_level") != 0;
    out->basis = (uint32_t)get_number(object, "basis");
    out->not_additive = (uint32_t)get_number(object, "not_additive");
    out->clock = (uint32_t)get_number(object, "clock");
    out->columns = columns;
    out->column_count = count;
    return out->id != NULL && !p->no_memory;
}

bool shy_contract_read_json(const char *text, struct shy_arena *arena,
                            const struct shy_contract **out, bool *no_memory)
{
    struct parser p = {arena, false};
    json_error_t error;
    json_t *object = json_loads(text, 0, &error);
    struct shy_contract *contract = get_memory(&p, 1, sizeof *contract);
    bool good = contract != NULL && object != NULL && read_contract(&p, object, contract);
    *no_memory =
        p.no_memory || (object == NULL && json_error_code(&error) == json_error_out_of_memory);
    *out = good ? contract : NULL;
    json_decref(object);
    return good;
}
