/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/os/os.h"
#include "core/cli/command.h"
#include "core/report/report.h"

static const struct shy_cli_option check_options[] = {
    {"period", 0, "PERIOD", N_("also check that codes are valid in this period")},
    {"page", 0, NULL, N_("print a page about the pack (Markdown) instead")},
    {NULL, 0, NULL, NULL},
};
static const struct shy_cli_option test_options[] = {
    {"complete", 0, NULL, N_("fail where no example expects a value of an indicator")},
    {NULL, 0, NULL, NULL},
};

/* The packs named, or the project's where none is. A project is not needed for the former. */
static int open_session(struct shy_cli *cli, struct shy_project **project,
                        struct shy_session **session, bool with_project)
{
    const char *period = shy_cli_value(cli, "period");
    struct shy_session_options options = {
        .packs = cli->arguments,
        .pack_count = cli->argument_count,
        .periods = &period,
        .period_count = period == NULL ? 0 : 1,
    };
    char *config = shy_os_join(cli->directory, "project.lua");
    bool exists = config != NULL && shy_os_exists(config);
    shy_free(config);
    *project = NULL;
    if (exists || cli->argument_count == 0)
        SHY_TRY(shy_cli_project(cli, project));
    if (*project != NULL && cli->argument_count == 0) {
        options.packs = (*project)->packs;
        options.pack_count = (*project)->pack_count;
    }
    if (*project != NULL)
        options.base = (*project)->directory;
    int code = shy_session_open(with_project ? *project : NULL, &options, session, &cli->problems,
                                &cli->err);
    if (code != 0) {
        shy_project_close(*project);
        *project = NULL;
    }
    return code;
}

static void add_definition(struct shy_text *out, const struct shy_definition *d,
                           const struct shy_choice *choice)
{
    shy_text_addf(out, "%s  %s\n", d->id, d->name);
    if (!d->ok)
        shy_text_addf(out, "    %s\n", _("has errors"));
    else if (choice == NULL)
        for (size_t i = 0; i < d->answer_count; i++)
            for (size_t n = 0; n < d->answers[i].need_count; n++)
                shy_text_addf(out, _("    needs %s\n"), d->answers[i].needs[n].contract->id);
    else if (choice->answer == NULL)
        shy_text_addf(out, "    %s\n", _("no source of the project can answer"));
    else
        shy_text_addf(out, _("    from source '%s'%s%s\n"), choice->source,
                      choice->answer->name != NULL ? ": " : "",
                      choice->answer->name != NULL ? choice->answer->name : "");
    if (choice != NULL && choice->answer != NULL && choice->reason[0] != '\0')
        shy_text_addf(out, "    %s\n", choice->reason);
}

static int print_check(struct shy_cli *cli, struct shy_session *session)
{
    const struct shy_plan *plan = shy_session_plan(session);
    const struct shy_choice *choices = shy_session_choices(session);
    struct shy_text text = {0};
    size_t count = shy_plan_definition_count(plan), wrong = 0;
    for (size_t i = 0; i < count; i++) {
        const struct shy_definition *d = shy_plan_definition(plan, i);
        wrong += !d->ok;
        if (!cli->json)
            add_definition(&text, d, choices != NULL ? &choices[i] : NULL);
    }
    int code;
    if (cli->json) {
        code = shy_cli_print_json(cli, json_pack("{s:I,s:I,s:o}", "definitions", (json_int_t)count,
                                                 "with_errors", (json_int_t)wrong, "problems",
                                                 shy_cli_problems_json(&cli->problems)));
    } else {
        shy_text_addf(&text, _("%zu definitions, %zu with errors\n"), count, wrong);
        code = shy_cli_print(cli, &text);
    }
    shy_text_free(&text);
    return code != 0 ? code : shy_cli_first_error(cli);
}

static int print_page(struct shy_cli *cli, struct shy_session *session)
{
    const json_t *pack = shy_session_pack(session);
    struct shy_text text = {0};
    int code = shy_cli_first_error(cli);
    if (code == 0 && pack != NULL)
        code = shy_pack_page(pack, shy_session_plan(session), &text, &cli->err);
    if (code == 0)
        code = shy_cli_print(cli, &text);
    shy_text_free(&text);
    return code;
}

static int run_check(struct shy_cli *cli)
{
    struct shy_project *project;
    struct shy_session *session;
    SHY_TRY(open_session(cli, &project, &session, true));
    int code = project == NULL ? 0 : shy_project_check_areas(project, &cli->problems, &cli->err);
    if (code == 0)
        code = shy_cli_value(cli, "page") != NULL ? print_page(cli, session)
                                                  : print_check(cli, session);
    shy_session_close(session);
    shy_project_close(project);
    return code;
}

struct untested {
    struct shy_cli *cli;
    struct shy_text text;
    json_t *ids;
    size_t count;
    bool failure;
};

static void add_untested(void *arg, const struct shy_definition *d)
{
    struct untested *u = arg;
    struct shihyo_error err = SHY_ERROR_INIT;
    u->count++;
    shy_text_addf(&u->text, "  %s  %s\n", d->id, d->name);
    json_array_append_new(u->ids, json_string(d->id));
    if (!u->failure)
        return;
    (void)shy_fail(&err, SHY_E_EXAMPLE_NONE, _("No example expects a value of '%s'."), d->id);
    shy_at(&err, d->file, d->line, 0);
    shy_hint(&err,
             _("Give rows in an example and write the value that you reckon by hand: "
               "expect = { [\"%s\"] = … }."),
             d->id);
    shy_problems_add(&u->cli->problems, SHY_ERROR, &err);
}

static int print_test(struct shy_cli *cli, const struct shy_test_report *report,
                      const struct untested *u)
{
    struct shy_text text = {0};
    if (cli->json)
        return shy_cli_print_json(
            cli, json_pack("{s:I,s:I,s:O,s:o}", "passed", (json_int_t)report->passed, "failed",
                           (json_int_t)report->failed, "untested", u->ids, "problems",
                           shy_cli_problems_json(&cli->problems)));
    shy_text_addf(&text, _("%zu examples passed, %zu failed\n"), report->passed, report->failed);
    if (u->count > 0 && !u->failure) {
        shy_text_addf(&text, _("%zu indicators of which no example expects a value:\n"), u->count);
        shy_text_adds(&text, shy_text_get(&u->text));
    }
    int code = shy_cli_print(cli, &text);
    shy_text_free(&text);
    return code;
}

static int run_test(struct shy_cli *cli)
{
    struct shy_project *project;
    struct shy_session *session;
    struct shy_test_report report = {0};
    struct untested untested = {
        .cli = cli, .ids = json_array(), .failure = shy_cli_value(cli, "complete") != NULL};
    int code = untested.ids == NULL ? shy_fail_nomem(&cli->err)
                                    : open_session(cli, &project, &session, false);
    if (code == 0) {
        code = shy_session_test(session, &report, &cli->problems, &cli->err);
        if (code == 0)
            shy_session_each_untested(session, add_untested, &untested);
        shy_session_close(session);
        shy_project_close(project);
    }
    if (code == 0)
        code = print_test(cli, &report, &untested);
    shy_text_free(&untested.text);
    json_decref(untested.ids);
    return code != 0 ? code : shy_cli_first_error(cli);
}

const struct shy_cli_command shy_command_check = {
    .name = "check",
    .arguments = "[PACK…]",
    .summary = N_("check definitions, without any data"),
    .options = check_options,
    .run = run_check,
};

const struct shy_cli_command shy_command_test = {
    .name = "test",
    .arguments = "[PACK…]",
    .summary = N_("run the packs' examples, without any data"),
    .options = test_options,
    .run = run_test,
};
