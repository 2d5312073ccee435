/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/log.h"
#include "core/cli/command.h"

static const struct shy_cli_option options[] = {
    {"dry-run", 'n', NULL, N_("show how the files would be read, and import nothing")},
    {"force", 'f', NULL, N_("import again though the same files were imported before")},
    {"verify-files", 0, NULL, N_("read files again that seem to be as they were")},
    {"replace", 0, "N", N_("put what is found in the place of delivery N (one source)")},
    {"remove", 0, "N", N_("remove delivery N from the store")},
    {"list", 0, NULL, N_("list the deliveries in the store")},
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
    const struct shy_import_links *l = &report->links;
    if (l->numbers > 0)
        fprintf(stderr,
                _("%s: %" PRId64 " person numbers are %" PRId64 " persons; %" PRId64
                  " numbers may be of several persons\n"),
                source, l->numbers, l->persons, l->ambiguous);
    if (l->care > 0)
        fprintf(stderr,
                _("%s: of %" PRId64 " numbers of the care register %" PRId64 " are linked, %" PRId64
                  " may be of several persons, %" PRId64 " have no medical number\n"),
                source, l->care, l->linked, l->care - l->linked - l->unlinked, l->unlinked);
    if (report->files_passed_over > 0)
        fprintf(stderr, _("%s: %" PRId64 " files were imported before and passed over\n"), source,
                report->files_passed_over);
}

static json_t *links_json(const struct shy_import_links *l)
{
    return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "numbers", (json_int_t)l->numbers, "persons",
                     (json_int_t)l->persons, "joined", (json_int_t)l->joined, "ambiguous",
                     (json_int_t)l->ambiguous, "care", (json_int_t)l->care, "linked",
                     (json_int_t)l->linked, "unlinked", (json_int_t)l->unlinked);
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
    return json_pack("{s:s,s:b,s:I,s:I,s:I,s:I,s:o,s:o,s:o}", "source", source, "unchanged",
                     (int)report->unchanged, "delivery", (json_int_t)report->delivery, "files",
                     (json_int_t)report->files, "passed_over",
                     (json_int_t)report->files_passed_over, "bytes", (json_int_t)report->bytes,
                     "tables", tables, "links", links_json(&report->links), "problems",
                     shy_cli_problems_json(&report->problems));
}

/* Tables that say which areas there are: one that is wrong is best told where it comes in. */
static bool tells_of_areas(const struct shy_import_report *report)
{
    for (size_t i = 0; i < report->table_count; i++)
        if (strncmp(report->tables[i].contract, "area", strlen("area")) == 0)
            return true;
    return false;
}

static int import_one(struct shy_cli *cli, struct shy_project *project, const char *source,
                      int64_t replace, json_t *reports, bool *areas)
{
    struct shy_import_report report = {0};
    struct shy_progress bar;
    if (shy_cli_value(cli, "dry-run") != NULL)
        return shy_cli_import_preview(cli, project, source, reports);
    struct shy_import_options import_options = {
        .force = shy_cli_value(cli, "force") != NULL,
        .verify_files = shy_cli_value(cli, "verify-files") != NULL,
        .replace = replace,
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
    *areas = *areas || (code == 0 && tells_of_areas(&report));
    shy_import_report_free(&report);
    return code;
}

/* The number of a delivery given with an option; 0 where it was not given. */
static int number_of(struct shy_cli *cli, const char *option, int64_t *out)
{
    const char *text = shy_cli_value(cli, option);
    char *end;
    *out = 0;
    if (text == NULL)
        return 0;
    long long number = strtoll(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || number < 1)
        return shy_fail(&cli->err, SHY_E_USAGE, _("--%s: '%s' is not the number of a delivery."),
                        option, text);
    *out = number;
    return 0;
}

static int import_all(struct shy_cli *cli, struct shy_project *project, json_t *reports,
                      bool *areas)
{
    int64_t replace = 0;
    SHY_TRY(number_of(cli, "replace", &replace));
    if (replace != 0)
        SHY_TRY(shy_cli_expect(cli, 1, 1));
    for (size_t i = 0; i < cli->argument_count; i++)
        SHY_TRY(import_one(cli, project, cli->arguments[i], replace, reports, areas));
    if (cli->argument_count > 0)
        return 0;
    if (project->source_count == 0) {
        int code = shy_fail(&cli->err, SHY_E_SOURCE_UNKNOWN, _("The project names no sources."));
        shy_hint(&cli->err, _("Add them to project.lua; `shihyo sources` lists the plugins."));
        return code;
    }
    for (size_t i = 0; i < project->source_count; i++)
        SHY_TRY(import_one(cli, project, project->sources[i].name, 0, reports, areas));
    return 0;
}

static int import_sources(struct shy_cli *cli, struct shy_project *project)
{
    json_t *reports = json_array();
    bool areas = false;
    int code =
        reports == NULL ? shy_fail_nomem(&cli->err) : import_all(cli, project, reports, &areas);
    if (code == 0 && areas)
        code = shy_project_check_areas(project, &cli->problems, &cli->err);
    if (code == 0 && cli->json)
        return shy_cli_print_json(cli, reports);
    json_decref(reports);
    return code;
}

/* Deliveries ----------------------------------------------------------------------------- */

static int add_line(void *arg, const struct shy_delivery *d)
{
    struct shy_text *t = arg;
    shy_text_addf(t, _("%lld  %s  %s  %lld rows\n"), (long long)d->id, d->received, d->source,
                  (long long)d->rows);
    for (size_t i = 0; i < d->file_count; i++)
        shy_text_addf(t, "      %s\n", d->files[i].path);
    return t->failed ? -1 : 0;
}

static int add_json(void *arg, const struct shy_delivery *d)
{
    json_t *files = json_array();
    for (size_t i = 0; files != NULL && i < d->file_count; i++)
        json_array_append_new(files,
                              json_pack("{s:s,s:s,s:I}", "path", d->files[i].path, "hash",
                                        d->files[i].hash, "size", (json_int_t)d->files[i].size));
    return json_array_append_new(arg, json_pack("{s:I,s:s,s:s,s:s,s:I,s:o}", "delivery",
                                                (json_int_t)d->id, "source", d->source, "received",
                                                d->received, "hash", d->hash, "rows",
                                                (json_int_t)d->rows, "files", files));
}

static int list_deliveries(struct shy_cli *cli, struct shy_project *project)
{
    struct shy_text text = {0};
    json_t *list = cli->json ? json_array() : NULL;
    int code = cli->json ? shy_project_each_delivery(project, add_json, list, &cli->err)
                         : shy_project_each_delivery(project, add_line, &text, &cli->err);
    if (code == 0 && cli->json)
        return shy_cli_print_json(cli, list);
    json_decref(list);
    if (code == 0)
        code = shy_cli_print(cli, &text);
    shy_text_free(&text);
    return code;
}

static int remove_delivery(struct shy_cli *cli, struct shy_project *project)
{
    int64_t number;
    SHY_TRY(shy_cli_expect(cli, 0, 0));
    SHY_TRY(number_of(cli, "remove", &number));
    SHY_TRY(shy_project_remove_delivery(project, number, &cli->err));
    if (cli->verbosity >= SHIHYO_LOG_WARNING)
        fprintf(stderr, _("delivery %lld was removed\n"), (long long)number);
    return 0;
}

static int run(struct shy_cli *cli)
{
    struct shy_project *project;
    SHY_TRY(shy_cli_project(cli, &project));
    int code = shy_cli_value(cli, "list") != NULL     ? list_deliveries(cli, project)
               : shy_cli_value(cli, "remove") != NULL ? remove_delivery(cli, project)
                                                      : import_sources(cli, project);
    shy_project_close(project);
    return code;
}

const struct shy_cli_command shy_command_import = {
    .name = "import",
    .arguments = "[SOURCE…]",
    .summary = N_("read the sources' files into the store"),
    .options = options,
    .run = run,
};
