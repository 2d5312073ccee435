/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/os/os.h"
#include "core/cli/command.h"
#include "core/report/explain.h"

static const struct shy_cli_option explain_options[] = {
    {"area", 0, "AREA", N_("code or name of the area; required")},
    {"period", 0, "PERIOD", N_("the period; by default the last that the run has")},
    {"by", 0, "SET", N_("area set of the area, where several have the code")},
    {"run", 0, "RUN", N_("number of the run; by default the latest")},
    {NULL, 0, NULL, NULL},
};

static int read_options(struct shy_cli *cli, struct shy_explain_options *o,
                        char period[SHY_PERIOD_TEXT])
{
    const char *given = shy_cli_value(cli, "period"), *run = shy_cli_value(cli, "run");
    struct shy_period p;
    char *end = NULL;
    SHY_TRY(shy_cli_expect(cli, 1, 1));
    o->id = cli->arguments[0];
    o->area = shy_cli_value(cli, "area");
    o->area_set = shy_cli_value(cli, "by");
    o->japanese = strcmp(shy_i18n_language(), "ja") == 0;
    o->run = run == NULL ? 0 : strtoll(run, &end, 10);
    if (run != NULL && (end == run || *end != '\0' || o->run <= 0))
        return shy_fail(&cli->err, SHY_E_RUN_UNKNOWN, _("There is no run '%s'."), run);
    if (o->area == NULL) {
        int code = shy_fail(&cli->err, SHY_E_USAGE, _("No area was named."));
        shy_hint(&cli->err, _("Add --area CODE: a calculation is explained for one area."));
        return code;
    }
    if (given == NULL)
        return 0;
    o->period = period;
    if (!shy_period_parse(given, &p) && !shy_period_parse_any(given, strlen(given), &p)) {
        int code = shy_fail(&cli->err, SHY_E_PERIOD_INVALID, _("'%s' is not a period."), given);
        shy_hint(&cli->err, _("Examples: FY2022, 令和4年度, 2022, 2022-10, 2025-07-01."));
        return code;
    }
    shy_period_text(&p, period);
    return 0;
}

static int print(struct shy_cli *cli, json_t *explanation)
{
    struct shy_text text = {0};
    if (cli->json)
        return shy_cli_print_json(cli, explanation);
    int code = shy_explain_text(explanation, &text, &cli->err);
    if (code == 0)
        code = shy_cli_print(cli, &text);
    shy_text_free(&text);
    json_decref(explanation);
    return code;
}

static int explain(struct shy_cli *cli, struct shy_session *session, struct shy_project *project,
                   const struct shy_explain_options *o)
{
    struct shy_results *results;
    struct shy_dataset data;
    json_t *explanation = NULL;
    if (!shy_os_exists(project->results_path)) {
        int code = shy_fail(&cli->err, SHY_E_RUN_UNKNOWN, _("The project has no run yet."));
        shy_hint(&cli->err, _("`shihyo import` and `shihyo run` make one."));
        return code;
    }
    SHY_TRY(shy_session_data(session, &data, &cli->err));
    SHY_TRY(shy_results_open(project->results_path, false, &results, &cli->err));
    int code = shy_explain(shy_session_plan(session), shy_session_choices(session), results, &data,
                           o, &explanation, &cli->err);
    shy_results_close(results);
    return code == 0 ? print(cli, explanation) : code;
}

static int run(struct shy_cli *cli)
{
    struct shy_explain_options o = {0};
    const struct shy_session_options all = {0};
    struct shy_project *project;
    struct shy_session *session;
    char period[SHY_PERIOD_TEXT];
    SHY_TRY(read_options(cli, &o, period));
    SHY_TRY(shy_cli_project(cli, &project));
    int code = shy_session_open(project, &all, &session, &cli->problems, &cli->err);
    if (code == 0) {
        code = explain(cli, session, project, &o);
        shy_session_close(session);
    }
    shy_project_close(project);
    return code;
}

const struct shy_cli_command shy_command_explain = {
    .name = "explain",
    .arguments = "ID --area AREA",
    .summary = N_("show how a value was computed, line by line"),
    .options = explain_options,
    .run = run,
};
