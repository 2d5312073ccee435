/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/log.h"
#include "core/base/os/os.h"
#include "core/cli/command.h"

const struct shy_cli_command *const shy_cli_commands[] = {
    &shy_command_init,   &shy_command_sources, &shy_command_import,
    &shy_command_run,    &shy_command_show,    &shy_command_explain,
    &shy_command_report, &shy_command_check,   &shy_command_test,
    &shy_command_diff,   &shy_command_targets, &shy_command_logic,
    &shy_command_doctor, &shy_command_synth,   &shy_command_help,
    NULL,
};

/* The general options may stand anywhere; they are taken out of argv, which keeps the rest. */
struct general {
    const char *directory, *lang;
    bool json, quiet, verbose, version, help;
};

static bool is_word(const char *word, const char *letter, const char *name)
{
    return strcmp(word, letter) == 0 || strcmp(word, name) == 0;
}

static bool take_general_switch(struct general *g, const char *word)
{
    if (is_word(word, "-q", "--quiet"))
        g->quiet = true;
    else if (is_word(word, "-v", "--verbose"))
        g->verbose = true;
    else if (strcmp(word, "--json") == 0)
        g->json = true;
    else if (strcmp(word, "--version") == 0)
        g->version = true;
    else if (is_word(word, "-h", "--help"))
        g->help = true;
    else
        return false;
    return true;
}

/* Where the value of a general option goes, and the text behind its "=", or NULL; NULL: the word is
 * none of them. */
static const char **general_value(struct general *g, const char *word, const char **text)
{
    static const char project[] = "--project", lang[] = "--lang";
    const char *equals = strchr(word, '=');
    size_t length = equals != NULL ? (size_t)(equals - word) : strlen(word);
    *text = equals != NULL ? equals + 1 : NULL;
    if (length == sizeof project - 1 && memcmp(word, project, length) == 0)
        return &g->directory;
    if (length == sizeof lang - 1 && memcmp(word, lang, length) == 0)
        return &g->lang;
    return strcmp(word, "-p") == 0 ? &g->directory : NULL;
}

/* Returns the number of words left, or -1 where a value is missing. */
static int take_general(struct general *g, int argc, char **argv)
{
    int kept = 1;
    for (int i = 1; i < argc; i++) {
        const char *text;
        if (strcmp(argv[i], "--") == 0) {
            while (i < argc)
                argv[kept++] = argv[i++];
            break;
        }
        if (take_general_switch(g, argv[i]))
            continue;
        const char **value = general_value(g, argv[i], &text);
        if (value == NULL) {
            argv[kept++] = argv[i];
        } else if (text != NULL) {
            *value = text;
        } else if (i + 1 < argc) {
            *value = argv[++i];
        } else {
            return -1;
        }
    }
    return kept;
}

static const struct shy_cli_command *find_command(struct shy_cli *cli, const char *name)
{
    const char *names[32];
    size_t count = 0;
    for (; shy_cli_commands[count] != NULL; count++) {
        names[count] = shy_cli_commands[count]->name;
        if (strcmp(names[count], name) == 0)
            return shy_cli_commands[count];
    }
    (void)shy_fail(&cli->err, SHY_E_UNKNOWN_COMMAND, _("There is no command '%s'."), name);
    shy_nearest(&cli->err, name, names, count);
    shy_hint(&cli->err, _("`shihyo help` lists the commands."));
    return NULL;
}

static enum shihyo_log_level verbosity(const struct general *g)
{
    if (g->quiet)
        return SHIHYO_LOG_ERROR;
    return g->verbose ? SHIHYO_LOG_INFO : SHIHYO_LOG_WARNING;
}

static int run_command(struct shy_cli *cli, const struct general *g, int argc, char **argv)
{
    if (argc < 2) {
        shy_cli_print_help(g->help ? stdout : stderr, NULL);
        return g->help ? 0 : shy_fail(&cli->err, SHY_E_USAGE, _("No command was given."));
    }
    cli->command = find_command(cli, argv[1]);
    if (cli->command == NULL)
        return SHY_E_UNKNOWN_COMMAND;
    if (g->help) {
        shy_cli_print_help(stdout, cli->command);
        return 0;
    }
    SHY_TRY(shy_cli_parse(cli, argc, argv, 2));
    return cli->command->run(cli);
}

/* Output that could not be written (a full disk) is a failure, not silence. */
static int close_output(struct shy_cli *cli, int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    return code != 0 ? code : shy_fail_os(&cli->err, errno, _("write the output"), "");
}

static int finish(struct shy_cli *cli, int code)
{
    shy_cli_print_problems(cli);
    if (code != 0 && cli->err.code != 0) {
        shy_log_error(SHIHYO_LOG_ERROR, &cli->err);
        shy_error_print(stderr, SHY_ERROR, &cli->err);
    }
    shy_problems_free(&cli->problems);
    shy_free(cli->values);
    shy_free(cli->arguments);
    struct shihyo_error ignored = SHY_ERROR_INIT;
    (void)shy_log_file(NULL, &ignored);
    return (int)shy_code_exit(code);
}

int main(int argc, char **argv)
{
    struct general g = {0};
    struct shy_cli cli = {.err = SHY_ERROR_INIT};
    shy_os_keep_streams();
    int words = take_general(&g, argc, argv);
    int code;
    shy_i18n_init(g.lang);
    shy_os_install_cancel();
    cli.directory = g.directory != NULL ? g.directory : ".";
    cli.json = g.json;
    cli.verbosity = verbosity(&g);
    shy_log_verbosity(cli.verbosity);
    if (g.version) {
        puts("shihyo " PACKAGE_VERSION);
        code = 0;
    } else if (words < 0) {
        code = shy_fail(&cli.err, SHY_E_USAGE, _("The option '%s' needs a value."), argv[argc - 1]);
    } else if (g.lang != NULL && strcmp(g.lang, "ja") != 0 && strcmp(g.lang, "en") != 0) {
        code = shy_fail(&cli.err, SHY_E_USAGE, _("There is no language '%s'."), g.lang);
        shy_hint(&cli.err, _("The languages are ja and en."));
    } else {
        code = run_command(&cli, &g, words, argv);
    }
    if (code != 0 && cli.json && !cli.printed)
        shy_cli_print_failure(&cli);
    return finish(&cli, close_output(&cli, code));
}
