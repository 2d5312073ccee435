/* SPDX-License-Identifier: MIT */
/* Targets of a project: setting them, listing them, seeing how far they have come, carrying over
 * what was not reached. docs/targets.md. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/os/os.h"
#include "core/cli/command.h"
#include "core/report/targets_out.h"

static const struct shy_cli_option options[] = {
    {"run", 0, "N", N_("of run N (default: the latest)")},
    {"until", 0, "PERIOD", N_("evaluate: values up to this period only")},
    {"unchanged", 0, "PERCENT", N_("evaluate: change of the baseline that grades call none (5)")},
    {"reason", 0, "TEXT", N_("carry-over: why")},
    {"format", 0, "FORMAT", N_("table (default), csv or json")},
    {NULL, 0, NULL, NULL},
};

static int read_run(struct shy_cli *cli, int64_t *out)
{
    const char *text = shy_cli_value(cli, "run");
    char *end;
    *out = 0;
    if (text == NULL)
        return 0;
    errno = 0;
    *out = strtoll(text, &end, 10);
    if (errno != 0 || *text < '0' || *text > '9' || *end != '\0' || *out < 1)
        return shy_fail(&cli->err, SHY_E_RUN_UNKNOWN, _("There is no run '%s'."), text);
    return 0;
}

static int open_results(struct shy_cli *cli, struct shy_project *p, struct shy_results **out)
{
    if (shy_os_exists(p->results_path))
        return shy_results_open(p->results_path, false, out, &cli->err);
    int code = shy_fail(&cli->err, SHY_E_TARGET_NONE, _("The project has no targets yet."));
    shy_hint(&cli->err, _("`shihyo targets set FILE` sets them."));
    return code;
}

/* set, carry-over ---------------------------------------------------------------------------- */

static int print_set(struct shy_cli *cli, const char *what, const struct shy_targets_report *report)
{
    if (cli->json)
        return shy_cli_print_json(
            cli, json_pack("{s:I,s:I,s:b,s:I,s:I,s:o}", "table", (json_int_t)report->table,
                           "targets", (json_int_t)report->targets, "unchanged",
                           (int)report->unchanged, "baselines_from_run",
                           (json_int_t)report->baselines, "carried", (json_int_t)report->carried,
                           "problems", shy_cli_problems_json(&cli->problems)));
    if (cli->verbosity < SHIHYO_LOG_WARNING)
        return 0;
    if (report->unchanged)
        fprintf(stderr, _("%s: nothing new; table %lld stays in force\n"), what,
                (long long)report->table);
    else
        fprintf(stderr, _("%s: %zu targets, now in force as table %lld\n"), what, report->targets,
                (long long)report->table);
    if (report->baselines > 0)
        fprintf(stderr, _("%s: %zu baselines taken from the latest run\n"), what,
                report->baselines);
    if (report->carried > 0)
        fprintf(stderr, _("%s: %zu targets take on what was not reached before\n"), what,
                report->carried);
    return 0;
}

static int run_set(struct shy_cli *cli, struct shy_project *p)
{
    struct shy_targets_report report;
    SHY_TRY(shy_cli_expect(cli, 2, 2));
    SHY_TRY(shy_project_set_targets(p, cli->arguments[1], &report, &cli->problems, &cli->err));
    int code = shy_cli_first_error(cli);
    if (code != 0)
        return code;
    return print_set(cli, cli->arguments[1], &report);
}

static int run_carry(struct shy_cli *cli, struct shy_project *p)
{
    struct shy_targets_report report;
    struct shy_carry_options carry = {.reason = shy_cli_value(cli, "reason")};
    SHY_TRY(shy_cli_expect(cli, 3, 3));
    carry.from = cli->arguments[1];
    carry.to = cli->arguments[2];
    SHY_TRY(read_run(cli, &carry.run));
    if (carry.reason == NULL || carry.reason[0] == '\0') {
        int code = shy_fail(&cli->err, SHY_E_USAGE, _("A carry-over needs a reason."));
        shy_hint(&cli->err, _("Add --reason TEXT: it is kept with the targets."));
        return code;
    }
    SHY_TRY(shy_project_carry_targets(p, &carry, &report, &cli->problems, &cli->err));
    return print_set(cli, carry.to, &report);
}

/* list --------------------------------------------------------------------------------------- */

static int add_table(void *arg, const struct shy_target_row *row)
{
    json_t *list = arg;
    return json_array_append_new(list,
                                 json_pack("{s:s,s:I,s:I,s:s,s:s,s:b}", "plan", row->plan, "table",
                                           (json_int_t)row->number, "targets",
                                           (json_int_t)row->targets, "set_at", row->set_at, "file",
                                           row->file, "in_force", (int)row->in_force)) != 0
               ? SHY_E_NOMEM
               : 0;
}

static int print_tables(struct shy_cli *cli, json_t *list)
{
    size_t n;
    json_t *row;
    struct shy_text text = {0};
    json_array_foreach(list, n, row)
    {
        const char *plan, *set_at, *file;
        json_int_t table, targets;
        int in_force;
        if (json_unpack(row, "{s:s,s:I,s:I,s:s,s:s,s:b}", "plan", &plan, "table", &table, "targets",
                        &targets, "set_at", &set_at, "file", &file, "in_force", &in_force) != 0)
            continue;
        shy_text_addf(&text, "%s  %lld  %s  %lld  ", plan, (long long)table, set_at,
                      (long long)targets);
        shy_text_show(&text, file);
        shy_text_addf(&text, "%s\n", in_force ? _("  (in force)") : "");
    }
    int code = text.failed ? shy_fail_nomem(&cli->err) : shy_cli_print(cli, &text);
    shy_text_free(&text);
    return code;
}

/* Every table ever set; the plans that have none are found in docs. */
static int list_tables(struct shy_cli *cli, struct shy_results *r)
{
    json_t *list = json_array();
    int code = list == NULL ? shy_fail_nomem(&cli->err)
                            : shy_results_target_tables(r, add_table, list, &cli->err);
    if (code == 0 && cli->json)
        return shy_cli_print_json(cli, json_pack("{s:o}", "tables", list));
    if (code == 0)
        code = print_tables(cli, list);
    json_decref(list);
    return code;
}

/* One plan's targets in the columns in which they are set. */
static int list_targets(struct shy_cli *cli, struct shy_results *r, const char *plan)
{
    struct shy_target_table *table;
    struct shy_text text = {0};
    int64_t number;
    SHY_TRY(shy_results_targets(r, plan, &table, &number, &cli->err));
    shy_target_table_write(table, &text);
    int code = text.failed ? shy_fail_nomem(&cli->err) : shy_cli_print(cli, &text);
    shy_text_free(&text);
    shy_target_table_free(table);
    return code;
}

static int run_list(struct shy_cli *cli, struct shy_project *p)
{
    struct shy_results *r;
    SHY_TRY(shy_cli_expect(cli, 1, 2));
    SHY_TRY(open_results(cli, p, &r));
    int code =
        cli->argument_count == 2 ? list_targets(cli, r, cli->arguments[1]) : list_tables(cli, r);
    shy_results_close(r);
    return code;
}

/* evaluate ------------------------------------------------------------------------------------ */

static int read_options(struct shy_cli *cli, struct shy_progress_options *out,
                        struct shy_period *until)
{
    const char *period = shy_cli_value(cli, "until"), *percent = shy_cli_value(cli, "unchanged");
    int64_t mantissa;
    int scale;
    out->unchanged = (struct shy_fraction){5, 1};
    SHY_TRY(read_run(cli, &out->run));
    if (percent != NULL &&
        (!shy_decimal_parse(percent, strlen(percent), &mantissa, &scale) || mantissa < 0 ||
         !shy_fraction_decimal(mantissa, scale, &out->unchanged)))
        return shy_fail(&cli->err, SHY_E_USAGE, _("'%s' is not a number of percent."), percent);
    if (period == NULL)
        return 0;
    out->until = until;
    if (shy_period_parse_any(period, strlen(period), until))
        return 0;
    int code = shy_fail(&cli->err, SHY_E_PERIOD_INVALID, _("'%s' is not a period."), period);
    shy_hint(&cli->err, _("Examples: FY2022, 令和4年度, 2022, 2022-10, 2025-07-01."));
    return code;
}

/* Fund plans must say how a missed goal will be improved (reference: docs/targets.md). */
static void warn_of_missed(struct shy_cli *cli, const struct shy_target_progress *progress)
{
    for (size_t i = 0; i < progress->count; i++) {
        const struct shy_target_line *line = &progress->lines[i];
        struct shihyo_error e = SHY_ERROR_INIT;
        if (!line->evaluation.missed || line->target->improvement[0] != '\0')
            continue;
        (void)shy_fail(&e, SHY_E_TARGET_MISSED,
                       _("The target for '%s' in area %s was missed, and no direction of "
                         "improvement is stated."),
                       line->target->indicator, line->target->area);
        shy_hint(&e,
                 _("Write it into the column 改善の方向性 (improvement) and set the table "
                   "again; `shihyo targets list %s` prints it."),
                 progress->table->plan);
        shy_problems_add(&cli->problems, SHY_WARNING, &e);
    }
}

static int run_evaluate(struct shy_cli *cli, struct shy_project *p)
{
    struct shy_results *r;
    struct shy_period until;
    struct shy_target_progress progress;
    struct shy_progress_options ask = {0};
    struct shy_show_options show = {
        .width = shy_os_is_terminal(stdout) ? shy_os_terminal_width(stdout) : 0,
        .japanese = strcmp(shy_i18n_language(), "ja") == 0,
    };
    SHY_TRY(shy_cli_expect(cli, 2, 2));
    ask.plan = cli->arguments[1];
    SHY_TRY(read_options(cli, &ask, &until));
    SHY_TRY(shy_cli_format(cli, &show.format));
    SHY_TRY(open_results(cli, p, &r));
    int code = shy_results_progress(r, &ask, &progress, &cli->err);
    if (code == 0) {
        warn_of_missed(cli, &progress);
        code = shy_show_progress(&progress, &show, stdout, &cli->err);
        cli->printed = code == 0;
    }
    shy_target_progress_free(&progress);
    shy_results_close(r);
    return code;
}

/* ------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    int (*run)(struct shy_cli *cli, struct shy_project *p);
} actions[] = {
    {"set", run_set},
    {"list", run_list},
    {"evaluate", run_evaluate},
    {"carry-over", run_carry},
};

static int run(struct shy_cli *cli)
{
    const char *names[sizeof actions / sizeof actions[0]];
    struct shy_project *p;
    SHY_TRY(shy_cli_expect(cli, 1, 3));
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        names[i] = actions[i].name;
        if (strcmp(actions[i].name, cli->arguments[0]) != 0)
            continue;
        SHY_TRY(shy_cli_project(cli, &p));
        int code = actions[i].run(cli, p);
        shy_project_close(p);
        return code;
    }
    int code =
        shy_fail(&cli->err, SHY_E_USAGE, _("`shihyo targets` cannot '%s'."), cli->arguments[0]);
    shy_nearest(&cli->err, cli->arguments[0], names, sizeof names / sizeof names[0]);
    shy_hint(&cli->err, "shihyo targets set FILE | list [PLAN] | evaluate PLAN | "
                        "carry-over FROM TO");
    return code;
}

const struct shy_cli_command shy_command_targets = {
    .name = "targets",
    .arguments = "set FILE | list [PLAN] | evaluate PLAN | carry-over FROM TO",
    .summary = N_("set, list, evaluate and carry over the targets of a plan"),
    .options = options,
    .run = run,
};
