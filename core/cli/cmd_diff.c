/* SPDX-License-Identifier: MIT */
/* What changed between two runs, and why; or between a run and what was published. docs/diff.md. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/os/os.h"
#include "core/cli/command.h"
#include "core/report/diff_out.h"

static const struct shy_cli_option options[] = {
    {"against", 0, "FILE", N_("a published table (CSV with the columns of show) instead of a run")},
    {"format", 0, "FORMAT", N_("table (default), csv or json")},
    {NULL, 0, NULL, NULL},
};

/* The words before the ids: at most `most` numbers of runs. */
static int read_runs(struct shy_cli *cli, size_t most, int64_t *runs, size_t *count)
{
    *count = 0;
    while (*count < most && *count < cli->argument_count) {
        const char *word = cli->arguments[*count];
        if (word[0] == '\0' || strspn(word, "0123456789") != strlen(word))
            break;
        errno = 0;
        runs[*count] = strtoll(word, NULL, 10);
        if (errno != 0 || runs[*count] < 1)
            return shy_fail(&cli->err, SHY_E_RUN_UNKNOWN, _("There is no run '%s'."), word);
        ++*count;
    }
    return 0;
}

/* `diff`: the last two; `diff N`: N and the latest; `diff N M`; `diff --against FILE [N]`. */
static int read_sides(struct shy_cli *cli, bool table, struct shy_diff_options *out)
{
    int64_t runs[2] = {0, 0};
    size_t count;
    SHY_TRY(read_runs(cli, table ? 1 : 2, runs, &count));
    out->before = table ? 0 : runs[0];
    out->after = table ? runs[0] : runs[1];
    out->id_count = cli->argument_count - count;
    out->ids = out->id_count > 0 ? cli->arguments + count : NULL;
    return 0;
}

static int compare(struct shy_cli *cli, struct shy_project *p, struct shy_diff_options *sides,
                   const struct shy_show_options *show)
{
    struct shy_diff_counts counts;
    struct shy_results *r;
    if (!shy_os_exists(p->results_path)) {
        int code = shy_fail(&cli->err, SHY_E_RUN_UNKNOWN, _("The project has no run yet."));
        shy_hint(&cli->err, _("`shihyo import` and `shihyo run` make one."));
        return code;
    }
    SHY_TRY(shy_results_open(p->results_path, false, &r, &cli->err));
    int code = shy_show_diff(r, sides, shy_cli_value(cli, "against"), show, stdout, &counts,
                             &cli->problems, &cli->err);
    shy_results_close(r);
    if (code == 0)
        code = shy_cli_first_error(cli);
    cli->printed = code == 0;
    return code;
}

static int run(struct shy_cli *cli)
{
    struct shy_project *p;
    struct shy_diff_options sides = {0};
    struct shy_show_options show = {
        .width = shy_os_is_terminal(stdout) ? shy_os_terminal_width(stdout) : 0,
        .japanese = strcmp(shy_i18n_language(), "ja") == 0,
    };
    SHY_TRY(read_sides(cli, shy_cli_value(cli, "against") != NULL, &sides));
    SHY_TRY(shy_cli_format(cli, &show.format));
    SHY_TRY(shy_cli_project(cli, &p));
    int code = compare(cli, p, &sides, &show);
    shy_project_close(p);
    return code;
}

const struct shy_cli_command shy_command_diff = {
    .name = "diff",
    .arguments = "[OLD [NEW]] [ID…]",
    .summary = N_("what differs between two runs, or a run and a published table, and why"),
    .options = options,
    .run = run,
};
