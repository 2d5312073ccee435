/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <inttypes.h>

#include "core/base/i18n.h"
#include "core/base/log.h"
#include "core/cli/command.h"

static const struct shy_cli_option options[] = {
    {"force", 'f', NULL, N_("import again though the same files were imported before")},
    {NULL, 0, NULL, NULL},
};

static void progress(void *arg, const char *source, int64_t rows, double share)
{
    (void)source;
    shy_progress_show(arg, rows, share);
}

static void print_report(const char *source, const struct shy_import_report *report)
{
    if (report->unchanged) {
        fprintf(stderr, _("%s: unchanged since the last import\n"), source);
        return;
    }
    for (size_t i = 0; i < report->table_count; i++) {
        const struct shy_import_table *t = &report->tables[i];
        fprintf(stderr,
                _("%s: %s: %" PRId64 " rows read, %" PRId64 " kept, %" PRId64 " rejected\n"),
                source, t->contract, t->rows_read, t->rows_kept, t->rows_rejected);
        if (t->values_rounded > 0)
            fprintf(stderr, _("%s: %s: %" PRId64 " values had more decimals than are kept\n"),
                    source, t->contract, t->values_rounded);
    }
}

static json_t *report_json(const char *source, const struct shy_import_report *report)
{
    json_t *tables = json_array();
    for (size_t i = 0; tables != NULL && i < report->table_count; i++) {
        const struct shy_import_table *t = &report->tables[i];
        json_array_append_new(tables,
                              json_pack("{s:s,s:I,s:I,s:I,s:I}", "contract", t->contract, "read",
                                        (json_int_t)t->rows_read, "kept", (json_int_t)t->rows_kept,
                                        "rejected", (json_int_t)t->rows_rejected, "rounded",
                                        (json_int_t)t->values_rounded));
    }
    return json_pack("{s:s,s:b,s:I,s:I,s:o,s:o}", "source", source, "unchanged",
                     (int)report->unchanged, "files", (json_int_t)report->files, "bytes",
                     (json_int_t)report->bytes, "tables", tables, "problems",
                     shy_cli_problems_json(&report->problems));
}

static int import_one(struct shy_cli *cli, struct shy_project *project, const char *source,
                      json_t *reports)
{
    struct shy_import_report report = {0};
    struct shy_progress bar;
    struct shy_import_options import_options = {
        .force = shy_cli_value(cli, "force") != NULL,
        .reject_limit = project->reject_limit,
        .progress = progress,
        .progress_arg = &bar,
    };
    shy_progress_start(&bar, cli, source);
    int code = shy_project_import(project, source, &import_options, &report, &cli->err);
    shy_progress_end(&bar);
    for (size_t i = 0; i < report.problems.count; i++)
        shy_problems_add(&cli->problems, report.problems.items[i].severity,
                         &report.problems.items[i].error);
    if (code == 0 && cli->verbosity >= SHIHYO_LOG_WARNING)
        print_report(source, &report);
    if (code == 0)
        json_array_append_new(reports, report_json(source, &report));
    shy_import_report_free(&report);
    return code;
}

static int import_all(struct shy_cli *cli, struct shy_project *project, json_t *reports)
{
    for (size_t i = 0; i < cli->argument_count; i++)
        SHY_TRY(import_one(cli, project, cli->arguments[i], reports));
    if (cli->argument_count > 0)
        return 0;
    if (project->source_count == 0) {
        int code = shy_fail(&cli->err, SHY_E_SOURCE_UNKNOWN, _("The project names no sources."));
        shy_hint(&cli->err, _("Add them to project.lua; `shihyo sources` lists the plugins."));
        return code;
    }
    for (size_t i = 0; i < project->source_count; i++)
        SHY_TRY(import_one(cli, project, project->sources[i].name, reports));
    return 0;
}

static int run(struct shy_cli *cli)
{
    struct shy_project *project;
    SHY_TRY(shy_cli_project(cli, &project));
    json_t *reports = json_array();
    int code = reports == NULL ? shy_fail_nomem(&cli->err) : import_all(cli, project, reports);
    shy_project_close(project);
    if (code == 0 && cli->json)
        return shy_cli_print_json(cli, reports);
    json_decref(reports);
    return code;
}

const struct shy_cli_command shy_command_import = {
    .name = "import",
    .arguments = "[SOURCE…]",
    .summary = N_("read the sources' files into the store"),
    .options = options,
    .run = run,
};
