/* SPDX-License-Identifier: MIT */
/* The project that reads the data: project.lua and the tables of areas. */
#include "config.h"

#include "core/base/os/os.h"
#include "core/synth/files.h"

static const char project_text[] =
    "-- shihyo synth が作った合成データのプロジェクト。人も受診も架空である（docs/synth.md）。\n"
    "-- A project of synthetic data: nobody in it exists.\n"
    "local areas = { name = \"areas\", plugin = \"facts\", options = { files = "
    "\"areas/areas.csv\",\n"
    "  contract = \"areas\", columns = {\n"
    "    { name = \"area_set\", from = \"設定\", type = \"area_set\" },\n"
    "    { name = \"area\", from = \"地域\" },\n"
    "    { name = \"name\", from = \"名称\", type = \"text\" } } } }\n"
    "local members = { name = \"members\", plugin = \"facts\",\n"
    "  options = { files = \"areas/members.csv\", contract = \"area_members\", columns = {\n"
    "    { name = \"area_set\", from = \"設定\", type = \"area_set\" },\n"
    "    { name = \"area\", from = \"地域\" },\n"
    "    { name = \"member_set\", from = \"構成する設定\", type = \"area_set\" },\n"
    "    { name = \"member\", from = \"構成する地域\", type = \"area\" } } } }\n"
    "return {\n"
    "  title = \"合成データ（架空）\",\n"
    "  prefecture = \"%s\",\n"
    "  packs = { \"standard\" },\n"
    "  area_sets = { \"municipality\", \"secondary\", \"prefecture\" },\n"
    "  sources = { { name = \"kdb\", plugin = \"kdb\", options = { folder = \"data\" } }, areas, "
    "members },\n"
    "}\n";

/* Names of a file may hold anything but a comma; a quote is doubled. */
static void add_name(struct shy_text *out, const char *name)
{
    shy_text_addc(out, '"');
    for (; *name != '\0'; name++) {
        if (*name == '"')
            shy_text_addc(out, '"');
        shy_text_addc(out, *name);
    }
    shy_text_adds(out, "\"\n");
}

static void add_area(struct shy_text *out, const char *set, const char *code, const char *name)
{
    shy_text_addf(out, "%s,%s,", set, code);
    add_name(out, name);
}

static void list_areas(const struct shy_synth_world *w, struct shy_text *out)
{
    shy_text_adds(out, "設定,地域,名称\n");
    for (uint32_t i = 0; i < w->place_count; i++)
        add_area(out, "municipality", w->places[i].code, w->places[i].name);
    for (uint32_t i = 0; i < w->elsewhere_count; i++)
        add_area(out, "municipality", w->elsewhere[i]->code, w->elsewhere[i]->name);
    for (uint32_t i = 0; i < w->secondary_count; i++)
        add_area(out, "secondary", w->secondaries[i].code, w->secondaries[i].name);
    add_area(out, "prefecture", w->prefecture, w->prefecture);
}

static void list_members(const struct shy_synth_world *w, struct shy_text *out)
{
    shy_text_adds(out, "設定,地域,構成する設定,構成する地域\n");
    for (uint32_t i = 0; i < w->place_count; i++)
        shy_text_addf(out, "secondary,%s,municipality,%s\n",
                      w->secondaries[w->places[i].secondary].code, w->places[i].code);
    for (uint32_t i = 0; i < w->secondary_count; i++)
        shy_text_addf(out, "prefecture,%s,secondary,%s\n", w->prefecture, w->secondaries[i].code);
}

static int write_text(const char *directory, const char *name, struct shy_text *text,
                      struct shihyo_error *err)
{
    char *path = shy_os_join(directory, name);
    int code = path == NULL || text->failed
                   ? shy_fail_nomem(err)
                   : shy_os_write_file(path, shy_text_get(text), text->length, err);
    shy_free(path);
    shy_text_free(text);
    return code;
}

int shy_synth_write_project(const struct shy_synth_world *world, const char *directory,
                            struct shihyo_error *err)
{
    struct shy_text project = {0}, areas = {0}, members = {0};
    shy_text_addf(&project, project_text, world->prefecture);
    list_areas(world, &areas);
    list_members(world, &members);
    int code = write_text(directory, "project.lua", &project, err);
    int next = code == 0 ? write_text(directory, "areas/areas.csv", &areas, err) : 0;
    code = code != 0 ? code : next;
    next = code == 0 ? write_text(directory, "areas/members.csv", &members, err) : 0;
    shy_text_free(&areas);
    shy_text_free(&members);
    return code != 0 ? code : next;
}
