/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/os/os.h"
#include "core/cli/command.h"
#include "core/report/report.h"

static const struct shy_cli_option show_options[] = {
    {"format", 0, "FORMAT", N_("table (default), csv or json")},
    {NULL, 0, NULL, NULL},
};
static const struct shy_cli_option report_options[] = {
    {"format", 0, "FORMAT", N_("csv")},
    {"encoding", 0, "ENCODING", N_("utf-8 (default, with the mark Excel needs) or cp932")},
    {"output", 'o', "PATH", N_("file to write (-o); required")},
    {NULL, 0, NULL, NULL},
};

/* A first word of digits is the run's number; the others are indicators. */
static int read_filter(struct shy_cli *cli, struct shy_value_filter *filter)
{
    size_t first = 0;
    if (cli->argument_count > 0 &&
        strspn(cli->arguments[0], "0123456789") == strlen(cli->arguments[0])) {
        errno = 0;
        filter->run = strtoll(cli->arguments[0], NULL, 10);
        if (errno != 0 || filter->run <= 0)
            return shy_fail(&cli->err, SHY_E_RUN_UNKNOWN, _("There is no run '%s'."),
                            cli->arguments[0]);
        first = 1;
    }
    /* No ids at all are all of them; an empty list would be none. */
    filter->id_count = cli->argument_count - first;
    filter->ids = filter->id_count > 0 ? cli->arguments + first : NULL;
    return 0;
}

static int open_results(struct shy_cli *cli, struct shy_project *project,
                        struct shy_results **results)
{
    if (!shy_os_exists(project->results_path)) {
        int code = shy_fail(&cli->err, SHY_E_RUN_UNKNOWN, _("The project has no run yet."));
        shy_hint(&cli->err, _("`shihyo import` and `shihyo run` make one."));
        return code;
    }
    return shy_results_open(project->results_path, false, results, &cli->err);
}

static int show_to(struct shy_cli *cli, const struct shy_show_options *options, FILE *out)
{
    struct shy_value_filter filter = {0};
    struct shy_project *project;
    struct shy_results *results;
    SHY_TRY(read_filter(cli, &filter));
    SHY_TRY(shy_cli_project(cli, &project));
    int code = open_results(cli, project, &results);
    if (code == 0) {
        code = shy_show(results, &filter, options, out, &cli->err);
        cli->printed = code == 0;
        shy_results_close(results);
    }
    shy_project_close(project);
    return code;
}

int shy_cli_format(struct shy_cli *cli, enum shy_format *out)
{
    static const char *const names[] = {"table", "csv", "json"};
    const char *name = shy_cli_value(cli, "format");
    *out = cli->json ? SHY_FORMAT_JSON : SHY_FORMAT_TABLE;
    if (name == NULL)
        return 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) == 0) {
            *out = (enum shy_format)i;
            return 0;
        }
    }
    int code = shy_fail(&cli->err, SHY_E_USAGE, _("There is no format '%s'."), name);
    shy_hint(&cli->err, _("The formats are table, csv and json."));
    return code;
}

static int run_show(struct shy_cli *cli)
{
    struct shy_show_options options = {
        .width = shy_os_is_terminal(stdout) ? shy_os_terminal_width(stdout) : 0,
        .japanese = strcmp(shy_i18n_language(), "ja") == 0,
    };
    SHY_TRY(shy_cli_format(cli, &options.format));
    return show_to(cli, &options, stdout);
}

static int run_report(struct shy_cli *cli)
{
    struct shy_show_options options = {.format = SHY_FORMAT_CSV, .spreadsheet = true};
    const char *format = shy_cli_value(cli, "format");
    const char *path = shy_cli_value(cli, "output");
    options.encoding = shy_cli_value(cli, "encoding");
    if (format != NULL && strcmp(format, "csv") != 0)
        return shy_fail(&cli->err, SHY_E_USAGE, _("There is no format '%s'."), format);
    if (path == NULL) {
        int code = shy_fail(&cli->err, SHY_E_USAGE, _("No file to write was named."));
        shy_hint(&cli->err, _("Add -o PATH."));
        return code;
    }
    struct shy_output out;
    struct shihyo_error ignored = SHY_ERROR_INIT;
    SHY_TRY(shy_os_output_open(path, &out, &cli->err));
    int code = show_to(cli, &options, out.file);
    /* Where it failed, a file that was there before stays as it was. */
    int closed = shy_os_output_close(&out, code == 0, code == 0 ? &cli->err : &ignored);
    return code != 0 ? code : closed;
}

const struct shy_cli_command shy_command_show = {
    .name = "show",
    .arguments = "[RUN] [ID…]",
    .summary = N_("print the values of a run (default: the latest)"),
    .options = show_options,
    .run = run_show,
};

const struct shy_cli_command shy_command_report = {
    .name = "report",
    .arguments = "[RUN] [ID…] -o PATH",
    .summary = N_("write the values of a run to a file that Excel opens"),
    .options = report_options,
    .run = run_report,
};
