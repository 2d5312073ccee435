/* SPDX-License-Identifier: MIT */
/* `shihyo import --dry-run`: how the files would be understood. docs/kdb.md says what is shown of
 * files about persons, and what is not. */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/command.h"
#include "core/report/report.h"

/* Text ----------------------------------------------------------------------------------- */

static void add_pair(struct shy_text *out, const struct shy_preview_pair *pair)
{
    const char *read = pair->read[0] == '\0' ? _("(blank)") : pair->read;
    if (pair->wrong)
        shy_text_addf(out, "%s → %s", read, _("rejected"));
    else if (strcmp(pair->read, pair->understood) == 0)
        shy_text_adds(out, read);
    else
        shy_text_addf(out, "%s → %s", read,
                      pair->understood[0] == '\0' ? _("no value") : pair->understood);
}

static const char *pairs_text(struct shy_arena *arena, const struct shy_preview_column *c)
{
    struct shy_text text = {0};
    for (size_t i = 0; i < c->pair_count; i++) {
        shy_text_adds(&text, i == 0 ? "" : ", ");
        add_pair(&text, &c->pairs[i]);
    }
    if (c->shown_of > c->pair_count)
        shy_text_adds(&text, ", …");
    const char *kept = text.failed ? NULL : shy_arena_strdup(arena, shy_text_get(&text));
    shy_text_free(&text);
    return kept;
}

static int draw_columns(struct shy_text *out, const struct shy_preview_table *t,
                        struct shihyo_error *err)
{
    struct shy_arena arena = {0};
    size_t rows = t->column_count + 1;
    const char **cells = shy_arena_alloc(&arena, rows * 3, sizeof *cells);
    int code = cells == NULL ? shy_fail_nomem(err) : 0;
    for (size_t i = 0; code == 0 && i < t->column_count; i++) {
        cells[3 * i + 3] = t->columns[i].name;
        cells[3 * i + 4] = t->columns[i].from;
        cells[3 * i + 5] = pairs_text(&arena, &t->columns[i]);
        if (cells[3 * i + 5] == NULL)
            code = shy_fail_nomem(err);
    }
    if (code == 0) {
        cells[0] = _("column");
        cells[1] = _("taken from");
        cells[2] = _("as read → as understood");
        code = shy_draw_table(out, cells, rows, 3, "lll", 0, err);
    }
    shy_arena_free(&arena);
    return code;
}

static void add_list(struct shy_text *out, const char *title, const char *const *texts,
                     size_t count)
{
    if (count == 0)
        return;
    shy_text_adds(out, title);
    for (size_t i = 0; i < count; i++)
        shy_text_addf(out, "%s%s", i == 0 ? " " : ", ", texts[i]);
    shy_text_addc(out, '\n');
}

static int add_table(struct shy_text *out, const struct shy_preview_table *t,
                     struct shihyo_error *err)
{
    const struct shy_contract *c = t->contract;
    if (t->files == 0) {
        shy_text_addf(out, _("%s (%s): no files\n\n"), c->id,
                      shy_i18n_pick(c->label_ja, c->label_en));
        return 0;
    }
    shy_text_addf(out, _("%s (%s): %zu files, %zu columns\n"), c->id,
                  shy_i18n_pick(c->label_ja, c->label_en), t->files, t->column_count);
    if (t->file != NULL) {
        size_t rows = t->column_count > 0 ? t->columns[0].values : 0;
        shy_text_addf(out, _("the first %zu rows of %s:\n"), rows, t->file);
    }
    if (t->column_count > 0)
        SHY_TRY(draw_columns(out, t, err));
    add_list(out, _("labels that no column is taken from:"), t->unused, t->unused_count);
    shy_text_addc(out, '\n');
    return 0;
}

static int print_text(struct shy_cli *cli, const char *source, const struct shy_preview *p)
{
    struct shy_text out = {0};
    int code = 0;
    shy_text_addf(&out, "%s\n\n", source);
    for (size_t i = 0; code == 0 && i < p->table_count; i++)
        code = add_table(&out, &p->tables[i], &cli->err);
    add_list(&out, _("files that no table is read from:"), p->files, p->file_count);
    shy_text_addf(
        &out, "%s\n",
        _("Of tables about persons no row is shown: each column stands by itself, sorted, "
          "and numbers of persons and claims by their shape (9 a digit, A a letter).\n"
          "Nothing was imported."));
    if (code == 0)
        code = shy_cli_print(cli, &out);
    shy_text_free(&out);
    return code;
}

/* JSON ----------------------------------------------------------------------------------- */

static json_t *list_json(const char *const *texts, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; list != NULL && i < count; i++)
        json_array_append_new(list, json_string(texts[i]));
    return list;
}

static json_t *column_json(const struct shy_preview_column *c)
{
    json_t *values = json_array();
    for (size_t i = 0; values != NULL && i < c->pair_count; i++)
        json_array_append_new(values, json_pack("{s:s,s:s,s:b}", "read", c->pairs[i].read,
                                                "understood", c->pairs[i].understood, "rejected",
                                                (int)c->pairs[i].wrong));
    return json_pack("{s:s,s:s,s:o}", "column", c->name, "from", c->from, "values", values);
}

static json_t *preview_json(const char *source, const struct shy_preview *p)
{
    json_t *tables = json_array();
    for (size_t i = 0; tables != NULL && i < p->table_count; i++) {
        const struct shy_preview_table *t = &p->tables[i];
        json_t *columns = json_array();
        for (size_t k = 0; columns != NULL && k < t->column_count; k++)
            json_array_append_new(columns, column_json(&t->columns[k]));
        json_array_append_new(tables,
                              json_pack("{s:s,s:I,s:s?,s:o,s:o}", "contract", t->contract->id,
                                        "files", (json_int_t)t->files, "file", t->file, "columns",
                                        columns, "unused", list_json(t->unused, t->unused_count)));
    }
    return json_pack("{s:s,s:o,s:o}", "source", source, "tables", tables, "unused_files",
                     list_json(p->files, p->file_count));
}

int shy_cli_import_preview(struct shy_cli *cli, struct shy_project *project, const char *source,
                           json_t *reports)
{
    struct shy_preview preview = {0};
    int code = shy_project_preview(project, source, &preview, &cli->err);
    /* One of all sources: the others are shown. */
    if (code == SHY_E_PLUGIN_UNSUPPORTED && cli->argument_count == 0) {
        shy_problems_add(&cli->problems, SHY_NOTE, &cli->err);
        shy_error_reset(&cli->err);
        code = 0;
    }
    if (code == 0 && cli->json)
        json_array_append_new(reports, preview_json(source, &preview));
    else if (code == 0)
        code = print_text(cli, source, &preview);
    shy_preview_free(&preview);
    return code;
}
