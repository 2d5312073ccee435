/* SPDX-License-Identifier: MIT */
/* logic_model { … }: kept as it is written. The plan, which knows every indicator, reads it. */
#include "config.h"

#include "core/script/fields.h"

static const struct shy_field_spec fields[] = {
    {"activity", SHY_FIELD_DATA},
    {"final", SHY_FIELD_DATA},
    {"id", SHY_FIELD_TEXT, .required = true},
    {"intermediate", SHY_FIELD_DATA},
    {"links", SHY_FIELD_DATA, .required = true},
    {"name", SHY_FIELD_TEXT, .required = true},
    {"output", SHY_FIELD_DATA},
    {"references", SHY_FIELD_TEXTS},
};

static int logic_model(lua_State *L)
{
    struct shy_form form;
    json_t *document = shy_pack_of(L)->document;
    shy_form_open(L, &form, "logic_model");
    shy_form_read(&form, fields, sizeof fields / sizeof fields[0]);
    if (form.bad)
        return 0;
    if (json_object_get(document, "logic_models") == NULL)
        shy_json_set(L, document, "logic_models", json_array());
    shy_json_append(L, json_object_get(document, "logic_models"), json_incref(form.object));
    return 0;
}

const luaL_Reg shy_logic_functions[] = {
    {"logic_model", logic_model},
    {NULL, NULL},
};
