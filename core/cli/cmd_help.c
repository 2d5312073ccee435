/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/command.h"
#include "core/script/reference.h"

static const struct shy_cli_option options[] = {
    {NULL, 0, NULL, NULL},
};

static void print_name(const struct shy_reference *r)
{
    char signature[512];
    shy_reference_signature(r, signature, sizeof signature);
    printf("%s\n  %s\n", signature, shy_i18n_pick(r->ja, r->en));
    for (const struct shy_ref_param *p = r->params; p->name != NULL; p++)
        printf("    %s (%s%s): %s\n", p->name, p->type, p->optional ? _(", optional") : "",
               shy_i18n_pick(p->ja, p->en));
    if (r->example != NULL && r->example[0] != '\0')
        printf("\n%s\n", r->example);
}

/* A name of the authors' language may belong to several things: all of them are shown. */
static size_t print_names(const char *name)
{
    const struct shy_reference *r;
    size_t found = 0;
    while ((r = shy_reference_find(name, found)) != NULL) {
        if (found++ > 0)
            putchar('\n');
        print_name(r);
    }
    return found;
}

static int unknown_name(struct shy_cli *cli, const char *name)
{
    size_t count = 0, known = shy_reference_count();
    const char **names = shy_alloc(known + 32, sizeof *names);
    if (names == NULL)
        return shy_fail_nomem(&cli->err);
    while (shy_cli_commands[count] != NULL && count < 32) {
        names[count] = shy_cli_commands[count]->name;
        count++;
    }
    for (size_t i = 0; i < known; i++)
        names[count++] = shy_reference_at(i)->name;
    int code = shy_fail(&cli->err, SHY_E_UNKNOWN_COMMAND,
                        _("There is no command and no name of the language '%s'."), name);
    shy_nearest(&cli->err, name, names, count);
    shy_free(names);
    return code;
}

static int run(struct shy_cli *cli)
{
    SHY_TRY(shy_cli_expect(cli, 0, 1));
    if (cli->argument_count == 0) {
        shy_cli_print_help(stdout, NULL);
        return 0;
    }
    const char *name = cli->arguments[0];
    for (size_t i = 0; shy_cli_commands[i] != NULL; i++) {
        if (strcmp(shy_cli_commands[i]->name, name) == 0) {
            shy_cli_print_help(stdout, shy_cli_commands[i]);
            return 0;
        }
    }
    return print_names(name) > 0 ? 0 : unknown_name(cli, name);
}

const struct shy_cli_command shy_command_help = {
    .name = "help",
    .arguments = "[COMMAND | NAME]",
    .summary = N_("list the commands, or explain a command or a name of the language"),
    .options = options,
    .run = run,
};
