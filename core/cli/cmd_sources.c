/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/command.h"
#include "core/plugin/compare.h"
#include "core/plugin/plugin_host.h"
#include "core/report/report.h"

static const struct shy_cli_option options[] = {
    {"compare", 'c', NULL, N_("a table of what each source can answer")},
    {NULL, 0, NULL, NULL},
};

static const char *pick(const struct shihyo_text *text)
{
    return shy_i18n_pick(text->ja, text->en);
}

static const char *value_word(uint32_t type)
{
    switch (type) {
    case SHIHYO_VALUE_BOOL:
        return "true/false";
    case SHIHYO_VALUE_INT:
    case SHIHYO_VALUE_NUMBER:
        return _("number");
    case SHIHYO_VALUE_STRING:
        return _("text");
    case SHIHYO_VALUE_LIST:
        return _("list");
    case SHIHYO_VALUE_MAP:
        return _("table");
    default:
        return "";
    }
}

static void add_options(struct shy_text *out, const struct shihyo_option *option, int depth)
{
    for (; option != NULL && option->name != NULL; option++) {
        for (int i = 0; i < depth; i++)
            shy_text_adds(out, "  ");
        shy_text_addf(out, "    %s (%s%s%s%s): %s\n", option->name, value_word(option->type),
                      option->flags & SHIHYO_OPTION_REQUIRED ? _(", required") : "",
                      option->default_text != NULL ? _(", default ") : "",
                      option->default_text != NULL ? option->default_text : "",
                      shy_i18n_pick(option->help_ja, option->help_en));
        add_options(out, option->children, depth + 1);
    }
}

static void add_bases(struct shy_text *out, uint32_t bases)
{
    if (bases & SHIHYO_BASIS_RESIDENCE)
        shy_text_addf(out, " %s", _("residence"));
    if (bases & SHIHYO_BASIS_INSTITUTION)
        shy_text_addf(out, " %s", _("institution"));
    if (bases & SHIHYO_BASIS_INSURER)
        shy_text_addf(out, " %s", _("insurer"));
    if (bases & SHIHYO_BASIS_NONE)
        shy_text_addf(out, " %s", _("as the table says"));
}

static void add_capabilities(struct shy_text *out, const struct shihyo_capabilities *c)
{
    shy_text_addf(out, _("  covers: %s\n"), pick(&c->population));
    for (const struct shihyo_offer *const *o = c->offers; o != NULL && *o != NULL; o++) {
        shy_text_addf(out, _("  gives: %s; place:"), (*o)->contract);
        add_bases(out, (*o)->bases);
        shy_text_addc(out, '\n');
    }
    for (const struct shihyo_text *t = c->caveats; t != NULL && (t->ja || t->en); t++)
        shy_text_addf(out, _("  caveat: %s\n"), pick(t));
}

static void add_plugin(struct shy_text *out, const struct shy_plugin *plugin)
{
    const struct shihyo_plugin *d = shy_plugin_descriptor(plugin);
    shy_text_addf(out, "%s %s  %s\n", d->name, d->version, pick(&d->summary));
    shy_text_addf(out, _("  file: %s\n"), shy_plugin_file(plugin));
    if (d->capabilities != NULL)
        add_capabilities(out, d->capabilities);
    shy_text_addf(out, _("  options:\n"));
    add_options(out, d->options, 0);
}

static int list_json(struct shy_cli *cli, struct shy_plugin *const *plugins, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; list != NULL && i < count; i++) {
        const struct shihyo_plugin *d = shy_plugin_descriptor(plugins[i]);
        json_t *contracts = json_array(), *names = json_array();
        const struct shihyo_offer *const *o = d->capabilities ? d->capabilities->offers : NULL;
        for (; o != NULL && *o != NULL; o++)
            json_array_append_new(contracts, json_string((*o)->contract));
        for (const struct shihyo_option *p = d->options; p != NULL && p->name != NULL; p++)
            json_array_append_new(names, json_string(p->name));
        json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:s,s:o,s:o}", "name", d->name,
                                              "version", d->version, "summary", pick(&d->summary),
                                              "file", shy_plugin_file(plugins[i]), "contracts",
                                              contracts, "options", names));
    }
    return shy_cli_print_json(cli, json_pack("{s:o,s:o}", "plugins", list, "problems",
                                             shy_cli_problems_json(&cli->problems)));
}

/* "○" and the remark in one cell. */
static const char *cell_text(struct shy_arena *arena, const struct shy_comparison_cell *cell)
{
    char text[512];
    bool both = cell->mark[0] != '\0' && cell->remark[0] != '\0';
    snprintf(text, sizeof text, "%s%s%s", cell->mark, both ? " " : "", cell->remark);
    return shy_arena_strdup(arena, text);
}

static int fill_comparison(const struct shy_comparison *c, struct shy_arena *arena,
                           const char **cells, struct shihyo_error *err)
{
    size_t columns = c->source_count + 1;
    cells[0] = "";
    for (size_t s = 0; s < c->source_count; s++)
        cells[s + 1] = c->titles[s];
    for (size_t r = 0; r < c->row_count; r++) {
        const char **row = cells + (r + 1) * columns;
        row[0] = c->rows[r].label;
        for (size_t s = 0; s < c->source_count; s++) {
            row[s + 1] = cell_text(arena, &c->rows[r].cells[s]);
            if (row[s + 1] == NULL)
                return shy_fail_nomem(err);
        }
    }
    return 0;
}

static int draw_comparison(struct shy_cli *cli, const struct shy_comparison *c)
{
    struct shy_arena arena = {0};
    struct shy_text text = {0};
    size_t columns = c->source_count + 1;
    const char **cells = shy_arena_alloc(&arena, (c->row_count + 1) * columns, sizeof *cells);
    char *align = shy_arena_alloc(&arena, columns, 1);
    int code = cells == NULL || align == NULL ? shy_fail_nomem(&cli->err) : 0;
    if (code == 0) {
        memset(align, 'l', columns);
        code = fill_comparison(c, &arena, cells, &cli->err);
    }
    if (code == 0)
        code = shy_draw_table(&text, cells, c->row_count + 1, columns, align, 0, &cli->err);
    if (code == 0)
        code = shy_cli_print(cli, &text);
    shy_text_free(&text);
    shy_arena_free(&arena);
    return code;
}

static json_t *comparison_json(const struct shy_comparison *c)
{
    json_t *list = json_array();
    for (size_t r = 0; list != NULL && r < c->row_count; r++)
        for (size_t s = 0; s < c->source_count; s++)
            json_array_append_new(list,
                                  json_pack("{s:s,s:s,s:s,s:s}", "question", c->rows[r].question,
                                            "source", c->names[s], "mark", c->rows[r].cells[s].mark,
                                            "remark", c->rows[r].cells[s].remark));
    return list;
}

static int print_comparison(struct shy_cli *cli, struct shy_plugin *const *plugins, size_t count)
{
    struct shy_comparison *table;
    SHY_TRY(shy_comparison_new(plugins, count, &table, &cli->err));
    int code =
        cli->json ? shy_cli_print_json(cli, comparison_json(table)) : draw_comparison(cli, table);
    shy_comparison_free(table);
    return code;
}

static int print_list(struct shy_cli *cli, struct shy_plugin *const *plugins, size_t count)
{
    struct shy_text text = {0};
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            shy_text_addc(&text, '\n');
        add_plugin(&text, plugins[i]);
    }
    int code = shy_cli_print(cli, &text);
    shy_text_free(&text);
    return code;
}

static int run(struct shy_cli *cli)
{
    struct shy_plugins *plugins;
    struct shy_plugin *const *list;
    size_t count;
    SHY_TRY(shy_cli_expect(cli, 0, 0));
    SHY_TRY(shy_plugins_new(&plugins, &cli->err));
    int code = shy_plugins_all(plugins, &list, &count, &cli->problems, &cli->err);
    if (code == 0 && shy_cli_value(cli, "compare") != NULL)
        code = print_comparison(cli, list, count);
    else if (code == 0 && cli->json)
        code = list_json(cli, list, count);
    else if (code == 0)
        code = print_list(cli, list, count);
    shy_plugins_free(plugins);
    return code != 0 ? code : shy_cli_first_error(cli);
}

const struct shy_cli_command shy_command_sources = {
    .name = "sources",
    .arguments = "",
    .summary = N_("list the plugins, their options and what they can answer"),
    .options = options,
    .run = run,
};
