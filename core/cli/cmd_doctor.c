/* SPDX-License-Identifier: MIT */
/* Looks at everything a run depends on and says in words what is wrong; changes nothing. */
#include "config.h"

#include "core/base/i18n.h"
#include "core/base/os/os.h"
#include "core/cli/command.h"
#include "core/plugin/plugin_host.h"

static const struct shy_cli_option options[] = {
    {NULL, 0, NULL, NULL},
};

struct doctor {
    struct shy_cli *cli;
    json_t *findings;
    size_t errors; /* among the problems, at the last line */
};

static size_t count_errors(const struct shy_problems *problems)
{
    size_t errors = 0;
    for (size_t i = 0; i < problems->count; i++)
        errors += problems->items[i].severity == SHY_ERROR;
    return errors;
}

/* One line of the report; a failure is a problem too. Verification reports damage as problems and
 * itself succeeds: errors that are new since the last line make this one wrong. */
static void finding(struct doctor *d, const char *what, int code, const struct shihyo_error *err)
{
    if (code != 0)
        shy_problems_add(&d->cli->problems, SHY_ERROR, err);
    size_t errors = count_errors(&d->cli->problems);
    if (errors > d->errors)
        code = SHY_E_INTERNAL;
    d->errors = errors;
    if (d->cli->json)
        json_array_append_new(d->findings,
                              json_pack("{s:s,s:b}", "checked", what, "ok", code == 0));
    else
        printf("%-3s %s\n", code == 0 ? "ok" : "NG", what);
}

static void check_plugins(struct doctor *d)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_plugins *plugins;
    struct shy_plugin *const *list;
    size_t count = 0;
    int code = shy_plugins_new(&plugins, &err);
    if (code == 0) {
        code = shy_plugins_all(plugins, &list, &count, &d->cli->problems, &err);
        if (code == 0 && count == 0) {
            code = shy_fail(&err, SHY_E_PLUGIN_NOT_FOUND, _("No plugin was found at all."));
            shy_hint(&err, _("The installation is incomplete, or SHIHYO_PLUGIN_PATH is wrong."));
        }
        shy_plugins_free(plugins);
    }
    finding(d, _("plugins"), code, &err);
}

static void check_store(struct doctor *d, const struct shy_project *p)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store;
    if (!shy_os_exists(p->store_path)) {
        finding(d, _("store: nothing imported yet"), 0, &err);
        return;
    }
    int code = shy_store_open(p->store_path, SHY_STORE_READ, &store, &err);
    if (code == 0) {
        code = shy_store_verify(store, &d->cli->problems, &err);
        shy_store_close(store);
    }
    finding(d, _("store: every chunk read and its checksum compared"), code, &err);
}

static void check_results(struct doctor *d, const struct shy_project *p)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_results *results;
    if (!shy_os_exists(p->results_path)) {
        finding(d, _("results: no run yet"), 0, &err);
        return;
    }
    int code = shy_results_open(p->results_path, false, &results, &err);
    if (code == 0) {
        code = shy_results_verify(results, &d->cli->problems, &err);
        shy_results_close(results);
    }
    finding(d, _("results"), code, &err);
}

static void check_definitions(struct doctor *d, struct shy_project *p)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_session_options session_options = {0};
    struct shy_session *session;
    int code = shy_session_open(p, &session_options, &session, &d->cli->problems, &err);
    if (code == 0)
        shy_session_close(session);
    finding(d, _("packs and definitions"), code, &err);
}

static void check_lock(struct doctor *d, const struct shy_project *p)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_lock lock;
    int code = shy_os_lock(p->lock_path, "shihyo doctor", &lock, &err);
    if (code == 0) {
        /* The lock file alone may be one that anybody writes to. */
        const char *const paths[] = {d->cli->directory, p->store_path, p->results_path};
        for (size_t i = 0; i < sizeof paths / sizeof paths[0] && code == 0; i++)
            code = shy_os_check_writable(paths[i], _("The project cannot be written to"), &err);
        shy_os_unlock(&lock);
    }
    finding(d, _("the project can be written and nobody else is working on it"), code, &err);
}

static int run(struct shy_cli *cli)
{
    SHY_TRY(shy_cli_expect(cli, 0, 0));
    struct doctor d = {.cli = cli, .findings = json_array()};
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_project *project = NULL;
    if (d.findings == NULL)
        return shy_fail_nomem(&cli->err);
    if (!cli->json)
        printf("shihyo %s, %s\n", PACKAGE_VERSION, shy_i18n_language());
    check_plugins(&d);
    int code = shy_project_open(cli->directory, &project, &err);
    finding(&d, "project.lua", code, &err);
    if (code == 0) {
        check_lock(&d, project);
        check_store(&d, project);
        check_results(&d, project);
        check_definitions(&d, project);
        shy_project_close(project);
    }
    if (cli->json)
        SHY_TRY(shy_cli_print_json(cli, json_pack("{s:s,s:o,s:o}", "version", PACKAGE_VERSION,
                                                  "findings", d.findings, "problems",
                                                  shy_cli_problems_json(&cli->problems))));
    else
        json_decref(d.findings);
    return shy_cli_first_error(cli);
}

const struct shy_cli_command shy_command_doctor = {
    .name = "doctor",
    .arguments = "",
    .summary = N_("look for what is wrong with the installation and the project"),
    .options = options,
    .run = run,
};
