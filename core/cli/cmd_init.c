/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/base/i18n.h"
#include "core/cli/command.h"

static const struct shy_cli_option options[] = {
    {"prefecture", 0, "CODE", N_("prefecture, two digits; \"00\" = the nation (default)")},
    {NULL, 0, NULL, NULL},
};

static int run(struct shy_cli *cli)
{
    SHY_TRY(shy_cli_expect(cli, 1, 1));
    const char *prefecture = shy_cli_value(cli, "prefecture");
    const char *directory = cli->arguments[0];
    SHY_TRY(shy_project_init(directory, prefecture != NULL ? prefecture : "00", &cli->err));
    if (cli->json)
        return shy_cli_print_json(cli, json_pack("{s:s}", "project", directory));
    if (cli->verbosity >= SHIHYO_LOG_WARNING)
        fprintf(stderr,
                _("Made %s/project.lua: name your data there, then run "
                  "`shihyo -p %s import`.\n"),
                directory, directory);
    return 0;
}

const struct shy_cli_command shy_command_init = {
    .name = "init",
    .arguments = "DIR",
    .summary = N_("make a project folder with a commented project.lua"),
    .options = options,
    .run = run,
};
