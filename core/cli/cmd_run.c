/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/command.h"

static const struct shy_cli_option options[] = {
    {"pack", 0, "PACK", N_("a pack by id or path, instead of the project's (repeatable)")},
    {"period", 0, "PERIOD", N_("only this period: FY2022, 令和4年度, 2022-10 … (repeatable)")},
    {"by", 0, "SET", N_("area set, instead of the project's (repeatable)")},
    {"as-of", 0, "DATE", N_("the day whose areas results are for, instead of the project's")},
    {"engine", 0, "ENGINE", N_("native (fast) or naive (the reference it is held against)")},
    {"threads", 0, "N", N_("threads of the native engine; by default all processors")},
    {NULL, 0, NULL, NULL},
};

static int print_report(struct shy_cli *cli, const struct shy_run_report *r)
{
    if (cli->json)
        return shy_cli_print_json(
            cli, json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:o}", "run", (json_int_t)r->run, "computed",
                           (json_int_t)r->indicators_ok, "failed", (json_int_t)r->indicators_failed,
                           "without_source", (json_int_t)r->indicators_without_source, "values",
                           (json_int_t)r->values, "compute_ns", (json_int_t)r->compute_ns,
                           "problems", shy_cli_problems_json(&cli->problems)));
    if (cli->verbosity >= SHIHYO_LOG_WARNING && r->run > 0)
        fprintf(stderr,
                _("Run %" PRId64 ": %zu indicators computed (%" PRId64 " values), %zu with errors, "
                  "%zu without a source\n"),
                r->run, r->indicators_ok, r->values, r->indicators_failed,
                r->indicators_without_source);
    return 0;
}

/* Computed values are kept even where some definitions are wrong; the exit code still tells. */
static int outcome(struct shy_cli *cli, const struct shy_run_report *r)
{
    int first = shy_cli_first_error(cli);
    if (first != 0 || r->run > 0)
        return first;
    int code = shy_fail(&cli->err, SHY_E_NO_ANSWER, _("No indicator could be computed."));
    shy_hint(&cli->err, _("`shihyo check` says which sources each indicator needs."));
    return code;
}

static void progress(void *arg, double share)
{
    shy_progress_show(arg, -1, share);
}

static int read_threads(struct shy_cli *cli, int *out)
{
    const char *text = shy_cli_value(cli, "threads");
    char *end = NULL;
    long number = text == NULL ? 0 : strtol(text, &end, 10);
    *out = (int)number;
    if (text == NULL || (end != text && *end == '\0' && number >= 1 && number <= 1024))
        return 0;
    int code =
        shy_fail(&cli->err, SHY_E_USAGE, _("--threads needs a whole number from 1 to %d."), 1024);
    shy_value(&cli->err, text, strlen(text));
    return code;
}

static int run_session(struct shy_cli *cli, struct shy_project *project,
                       const struct shy_session_options *session_options)
{
    struct shy_session *session;
    struct shy_run_report report;
    SHY_TRY(shy_session_open(project, session_options, &session, &cli->problems, &cli->err));
    shy_progress_start(session_options->progress_arg, cli, _("computing"));
    int code = shy_session_run(session, &report, &cli->problems, &cli->err);
    shy_progress_end(session_options->progress_arg);
    shy_session_close(session);
    SHY_TRY(code);
    SHY_TRY(print_report(cli, &report));
    return outcome(cli, &report);
}

static int run(struct shy_cli *cli)
{
    struct shy_project *project;
    struct shy_progress bar;
    struct shy_session_options o = {.progress = progress, .progress_arg = &bar};
    SHY_TRY(read_threads(cli, &o.threads));
    SHY_TRY(shy_cli_project(cli, &project));
    o.ids = cli->arguments;
    o.id_count = cli->argument_count;
    o.to_run = true;
    o.as_of = shy_cli_value(cli, "as-of");
    o.engine = shy_cli_value(cli, "engine");
    o.packs = shy_cli_values(cli, "pack", &o.pack_count);
    o.periods = shy_cli_values(cli, "period", &o.period_count);
    o.area_sets = shy_cli_values(cli, "by", &o.area_set_count);
    int code = o.packs == NULL || o.area_sets == NULL || o.periods == NULL
                   ? shy_fail_nomem(&cli->err)
                   : run_session(cli, project, &o);
    shy_free((void *)o.packs);
    shy_free((void *)o.periods);
    shy_free((void *)o.area_sets);
    shy_project_close(project);
    return code;
}

const struct shy_cli_command shy_command_run = {
    .name = "run",
    .arguments = "[ID…]",
    .summary = N_("compute indicators and keep the results"),
    .options = options,
    .run = run,
};
