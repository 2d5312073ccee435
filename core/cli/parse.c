/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/log.h"
#include "core/cli/command.h"

static const struct shy_cli_option *find_long(const struct shy_cli *cli, const char *name,
                                              size_t length)
{
    for (const struct shy_cli_option *o = cli->command->options; o->name != NULL; o++)
        if (strlen(o->name) == length && memcmp(o->name, name, length) == 0)
            return o;
    return NULL;
}

static const struct shy_cli_option *find_letter(const struct shy_cli *cli, char letter)
{
    for (const struct shy_cli_option *o = cli->command->options; o->name != NULL; o++)
        if (o->letter == letter)
            return o;
    return NULL;
}

static int unknown_option(struct shy_cli *cli, const char *word)
{
    const char *names[32];
    size_t count = 0;
    const char *bare = word + strspn(word, "-");
    for (const struct shy_cli_option *o = cli->command->options; o->name != NULL && count < 32; o++)
        names[count++] = o->name;
    int code = shy_fail(&cli->err, SHY_E_UNKNOWN_OPTION, _("`shihyo %s` has no option '%s'."),
                        cli->command->name, word);
    shy_nearest(&cli->err, bare, names, count);
    shy_hint(&cli->err, _("`shihyo help %s` lists its options."), cli->command->name);
    return code;
}

static int add_value(struct shy_cli *cli, const struct shy_cli_option *option, const char *text)
{
    if (!SHY_GROW(cli->values, cli->value_count, cli->value_capacity))
        return shy_fail_nomem(&cli->err);
    cli->values[cli->value_count++] = (struct shy_cli_value){option, text};
    return 0;
}

static int missing_value(struct shy_cli *cli, const struct shy_cli_option *option)
{
    return shy_fail(&cli->err, SHY_E_USAGE, _("The option --%s needs a value (%s)."), option->name,
                    option->value_name);
}

/* Takes argv[*i] and, where the option wants it, argv[*i + 1]. */
static int take_option(struct shy_cli *cli, int argc, char **argv, int *i)
{
    const char *word = argv[*i];
    bool is_long = word[1] == '-';
    const char *equals = is_long ? strchr(word, '=') : NULL;
    size_t length = equals != NULL ? (size_t)(equals - word) - 2 : strlen(word) - 2;
    const struct shy_cli_option *option =
        is_long ? find_long(cli, word + 2, length)
                : (word[2] == '\0' ? find_letter(cli, word[1]) : NULL);
    if (option == NULL)
        return unknown_option(cli, word);
    if (option->value_name == NULL && equals != NULL)
        return shy_fail(&cli->err, SHY_E_USAGE, _("The option --%s takes no value."), option->name);
    if (option->value_name == NULL)
        return add_value(cli, option, "");
    if (equals != NULL)
        return add_value(cli, option, equals + 1);
    if (*i + 1 >= argc)
        return missing_value(cli, option);
    return add_value(cli, option, argv[++*i]);
}

int shy_cli_parse(struct shy_cli *cli, int argc, char **argv, int first)
{
    bool only_arguments = false;
    for (int i = first; i < argc; i++) {
        if (!only_arguments && strcmp(argv[i], "--") == 0) {
            only_arguments = true;
        } else if (!only_arguments && argv[i][0] == '-' && argv[i][1] != '\0') {
            SHY_TRY(take_option(cli, argc, argv, &i));
        } else {
            if (!SHY_GROW(cli->arguments, cli->argument_count, cli->argument_capacity))
                return shy_fail_nomem(&cli->err);
            cli->arguments[cli->argument_count++] = argv[i];
        }
    }
    return 0;
}

const char *shy_cli_value(const struct shy_cli *cli, const char *name)
{
    const char *found = NULL;
    for (size_t i = 0; i < cli->value_count; i++)
        if (strcmp(cli->values[i].option->name, name) == 0)
            found = cli->values[i].text;
    return found;
}

const char **shy_cli_values(const struct shy_cli *cli, const char *name, size_t *count)
{
    const char **list = shy_alloc(cli->value_count, sizeof *list);
    *count = 0;
    for (size_t i = 0; list != NULL && i < cli->value_count; i++)
        if (strcmp(cli->values[i].option->name, name) == 0)
            list[(*count)++] = cli->values[i].text;
    return list;
}

int shy_cli_expect(struct shy_cli *cli, size_t least, size_t most)
{
    if (cli->argument_count >= least && cli->argument_count <= most)
        return 0;
    int code = shy_fail(&cli->err, SHY_E_USAGE,
                        cli->argument_count < least ? _("`shihyo %s` needs more words.")
                                                    : _("`shihyo %s` does not take so many words."),
                        cli->command->name);
    shy_hint(&cli->err, "shihyo %s %s", cli->command->name, cli->command->arguments);
    return code;
}

int shy_cli_project(struct shy_cli *cli, struct shy_project **out)
{
    SHY_TRY(shy_project_open(cli->directory, out, &cli->err));
    /* A folder that cannot be written to can still be read from: no log is no failure. */
    struct shihyo_error ignored = SHY_ERROR_INIT;
    if (shy_log_file((*out)->log_path, &ignored) == 0)
        shy_log(SHIHYO_LOG_DEBUG, "shihyo %s %s", PACKAGE_VERSION, cli->command->name);
    return 0;
}
