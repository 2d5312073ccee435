/* SPDX-License-Identifier: MIT */
/* Logic models: what is thought to lead to what, with the latest values. docs/logic_models.md. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/os/os.h"
#include "core/cli/command.h"
#include "core/report/logic_out.h"

static const struct shy_cli_option options[] = {
    {"pack", 0, "PACK", N_("models of this pack; by default those of the project")},
    {"area", 0, "AREA", N_("code or name of the area; by default the project's prefecture")},
    {"by", 0, "SET", N_("area set of the area, where several have the code")},
    {"run", 0, "N", N_("of run N (default: the latest)")},
    {"plan", 0, "PLAN", N_("targets of this plan alone")},
    {"format", 0, "FORMAT", N_("table (default), csv or json")},
    {"draw", 0, "PATH", N_("write a drawing (SVG) to this file instead")},
    {NULL, 0, NULL, NULL},
};

static int find_model(struct shy_cli *cli, const struct shy_logic_models *all,
                      const struct shy_logic_model **out)
{
    const char *id = cli->argument_count > 0 ? cli->arguments[0] : NULL;
    const char *ids[50]; /* the nearest of the first ones is help enough */
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (count < sizeof ids / sizeof ids[0])
            ids[count++] = all->models[i].id;
        if (id == NULL ? all->count == 1 : strcmp(all->models[i].id, id) == 0) {
            *out = &all->models[i];
            return 0;
        }
    }
    if (all->count == 0) {
        int code = shy_fail(&cli->err, SHY_E_LOGIC_UNKNOWN, _("The packs have no logic model."));
        shy_hint(&cli->err, _("A pack defines one with logic_model { … } (docs/logic_models.md)."));
        return code;
    }
    struct shy_text names = {0};
    for (size_t i = 0; i < count; i++)
        shy_text_addf(&names, "%s%s", i == 0 ? "" : ", ", ids[i]);
    int code =
        id == NULL
            ? shy_fail(&cli->err, SHY_E_LOGIC_UNKNOWN, _("There are several logic models."))
            : shy_fail(&cli->err, SHY_E_LOGIC_UNKNOWN, _("There is no logic model '%s'."), id);
    if (id != NULL)
        shy_nearest(&cli->err, id, ids, count);
    if (cli->err.hint[0] == '\0')
        shy_hint(&cli->err, _("There are: %s."), shy_text_get(&names));
    shy_text_free(&names);
    return code;
}

static int write_drawing(struct shy_cli *cli, const char *path, const struct shy_text *text)
{
    struct shy_output out;
    SHY_TRY(shy_os_output_open(path, &out, &cli->err));
    bool written = fwrite(text->text, 1, text->length, out.file) == text->length;
    int code = written ? 0 : shy_fail_os(&cli->err, errno, _("write the drawing"), path);
    /* Where it failed, a file that was there before stays as it was. */
    struct shihyo_error ignored = SHY_ERROR_INIT;
    int closed = shy_os_output_close(&out, written, written ? &cli->err : &ignored);
    return code != 0 ? code : closed;
}

static int show(struct shy_cli *cli, const struct shy_project *p, const struct shy_logic_model *m)
{
    struct shy_show_options format = {.japanese = strcmp(shy_i18n_language(), "ja") == 0};
    const char *run = shy_cli_value(cli, "run"), *path = shy_cli_value(cli, "draw");
    struct shy_logic_ask ask = {.area = shy_cli_value(cli, "area"),
                                .area_set = shy_cli_value(cli, "by"),
                                .plan = shy_cli_value(cli, "plan")};
    struct shy_results *results = NULL;
    struct shy_logic_values values = {0};
    struct shy_text text = {0};
    char *end = NULL;
    ask.run = run == NULL ? 0 : strtoll(run, &end, 10);
    ask.must = ask.area != NULL;
    SHY_TRY(shy_cli_format(cli, &format.format));
    if (run != NULL && (*end != '\0' || ask.run < 1))
        return shy_fail(&cli->err, SHY_E_RUN_UNKNOWN, _("There is no run '%s'."), run);
    if (p != NULL && shy_os_exists(p->results_path))
        SHY_TRY(shy_results_open(p->results_path, false, &results, &cli->err));
    if (ask.area == NULL)
        ask.area = p == NULL ? "00" : p->prefecture;
    int code = shy_logic_values_get(m, results, &ask, &values, &cli->err);
    if (code == 0)
        code = path != NULL ? shy_draw_logic(m, &values, &text, &cli->err)
                            : shy_show_logic(m, &values, &format, &text, &cli->err);
    if (code == 0)
        code = path != NULL ? write_drawing(cli, path, &text) : shy_cli_print(cli, &text);
    cli->printed = cli->printed || (code == 0 && path == NULL);
    shy_text_free(&text);
    shy_logic_values_free(&values);
    shy_results_close(results);
    return code;
}

/* A pack can be looked at without a project. */
static int run_logic(struct shy_cli *cli)
{
    const char *pack = shy_cli_value(cli, "pack");
    struct shy_project *p = NULL;
    struct shy_session *session;
    const struct shy_logic_model *model = NULL;
    SHY_TRY(shy_cli_expect(cli, 0, 1));
    char *config = shy_os_join(cli->directory, "project.lua");
    bool exists = config != NULL && shy_os_exists(config);
    shy_free(config);
    if (pack == NULL || exists)
        SHY_TRY(shy_cli_project(cli, &p));
    struct shy_session_options ask = {.packs = pack != NULL ? &pack : p->packs,
                                      .pack_count = pack != NULL ? 1 : p->pack_count,
                                      .base = p == NULL ? NULL : p->directory};
    int code = shy_session_open(NULL, &ask, &session, &cli->problems, &cli->err);
    if (code == 0) {
        code = find_model(cli, shy_session_logic(session), &model);
        if (code != 0 && shy_cli_first_error(cli) != 0)
            code = shy_cli_first_error(cli); /* the model is not there because it has mistakes */
        if (code == 0)
            code = show(cli, p, model);
        shy_session_close(session);
    }
    shy_project_close(p);
    return code;
}

const struct shy_cli_command shy_command_logic = {
    .name = "logic",
    .arguments = "[MODEL]",
    .summary = N_("list or draw a logic model with the latest values"),
    .options = options,
    .run = run_logic,
};
