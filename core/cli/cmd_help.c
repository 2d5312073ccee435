/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/command.h"

static const struct shy_cli_option options[] = {
    {NULL, 0, NULL, NULL},
};

static int run(struct shy_cli *cli)
{
    const char *names[32];
    size_t count = 0;
    SHY_TRY(shy_cli_expect(cli, 0, 1));
    if (cli->argument_count == 0) {
        shy_cli_print_help(stdout, NULL);
        return 0;
    }
    for (; shy_cli_commands[count] != NULL; count++) {
        names[count] = shy_cli_commands[count]->name;
        if (strcmp(names[count], cli->arguments[0]) == 0) {
            shy_cli_print_help(stdout, shy_cli_commands[count]);
            return 0;
        }
    }
    int code = shy_fail(&cli->err, SHY_E_UNKNOWN_COMMAND, _("There is no command '%s'."),
                        cli->arguments[0]);
    shy_nearest(&cli->err, cli->arguments[0], names, count);
    return code;
}

const struct shy_cli_command shy_command_help = {
    .name = "help",
    .arguments = "[COMMAND]",
    .summary = N_("list the commands, or the options of one"),
    .options = options,
    .run = run,
};
