/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/log.h"
#include "core/base/os/os.h"
#include "core/cli/command.h"
#include "core/report/report.h"

static void print_options(FILE *out, const struct shy_cli_option *options)
{
    struct shy_text line = {0};
    for (const struct shy_cli_option *o = options; o->name != NULL; o++) {
        char left[64];
        snprintf(left, sizeof left, "  --%s%s%s", o->name, o->value_name ? " " : "",
                 o->value_name ? o->value_name : "");
        shy_text_clear(&line);
        shy_text_pad(&line, left, 28, false);
        fprintf(out, "%s  %s\n", shy_text_get(&line), _(o->help));
    }
    shy_text_free(&line);
}

static const struct shy_cli_option general_options[] = {
    {"project DIR", 'p', NULL, N_("folder of the project (-p DIR); default: here")},
    {"quiet", 'q', NULL, N_("errors only (-q)")},
    {"verbose", 'v', NULL, N_("notes too (-v)")},
    {"json", 0, NULL, N_("a machine-readable report on standard output")},
    {"lang ja|en", 0, NULL, N_("language of messages")},
    {NULL, 0, NULL, NULL},
};

void shy_cli_print_help(FILE *out, const struct shy_cli_command *command)
{
    struct shy_text line = {0};
    if (command != NULL) {
        fprintf(out, "shihyo %s %s\n  %s\n", command->name, command->arguments,
                _(command->summary));
        if (command->options[0].name != NULL)
            fputc('\n', out);
        print_options(out, command->options);
        return;
    }
    fprintf(out, "%s\n\n", _("shihyo COMMAND [WORD…]: indicators of health-care plans"));
    for (size_t i = 0; shy_cli_commands[i] != NULL; i++) {
        char left[96];
        snprintf(left, sizeof left, "  %s %s", shy_cli_commands[i]->name,
                 shy_cli_commands[i]->arguments);
        shy_text_clear(&line);
        shy_text_pad(&line, left, 28, false);
        fprintf(out, "%s  %s\n", shy_text_get(&line), _(shy_cli_commands[i]->summary));
    }
    shy_text_free(&line);
    fputc('\n', out);
    print_options(out, general_options);
}

static const char *severity_word(enum shy_severity severity)
{
    switch (severity) {
    case SHY_ERROR:
        return "error";
    case SHY_WARNING:
        return "warning";
    default:
        return "note";
    }
}

void shy_cli_print_problems(const struct shy_cli *cli)
{
    for (size_t i = 0; i < cli->problems.count; i++) {
        const struct shy_problem *p = &cli->problems.items[i];
        shy_log_error(p->severity == SHY_ERROR     ? SHIHYO_LOG_ERROR
                      : p->severity == SHY_WARNING ? SHIHYO_LOG_WARNING
                                                   : SHIHYO_LOG_INFO,
                      &p->error);
        if (p->severity == SHY_NOTE && cli->verbosity < SHIHYO_LOG_INFO)
            continue;
        if (p->severity == SHY_WARNING && cli->verbosity < SHIHYO_LOG_WARNING)
            continue;
        shy_error_print(stderr, p->severity, &p->error);
    }
}

static json_t *problem_json(enum shy_severity severity, const struct shihyo_error *e)
{
    char code[16];
    snprintf(code, sizeof code, "SHY-%04u", e->code);
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:I,s:I,s:s,s:s,s:s}", "severity",
                     severity_word(severity), "code", code, "message", e->message, "file", e->file,
                     "sheet", e->sheet, "row", (json_int_t)e->row, "column", (json_int_t)e->column,
                     "column_name", e->column_name, "value", e->value, "hint", e->hint);
}

json_t *shy_cli_problems_json(const struct shy_problems *problems)
{
    json_t *list = json_array();
    for (size_t i = 0; list != NULL && i < problems->count; i++) {
        json_t *item = problem_json(problems->items[i].severity, &problems->items[i].error);
        if (item == NULL || json_array_append_new(list, item) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

int shy_cli_print_json(struct shy_cli *cli, json_t *report)
{
    char *text = report != NULL ? json_dumps(report, JSON_INDENT(2)) : NULL;
    json_decref(report);
    if (text == NULL)
        return shy_fail_nomem(&cli->err);
    cli->printed = true;
    bool ok = puts(text) >= 0;
    free(text);
    return ok ? 0 : shy_fail_os(&cli->err, errno, _("write the report"), "");
}

void shy_cli_print_failure(struct shy_cli *cli)
{
    struct shihyo_error saved = cli->err; /* what went wrong first is what is told */
    json_t *list = shy_cli_problems_json(&cli->problems);
    if (list == NULL)
        return;
    if (cli->err.code != 0)
        (void)json_array_append_new(list, problem_json(SHY_ERROR, &cli->err));
    (void)shy_cli_print_json(cli, json_pack("{s:o}", "problems", list));
    cli->err = saved;
}

int shy_cli_print(struct shy_cli *cli, const struct shy_text *text)
{
    if (text->failed)
        return shy_fail_nomem(&cli->err);
    if (text->length > 0 && fwrite(text->text, 1, text->length, stdout) != text->length)
        return shy_fail_os(&cli->err, errno, _("write the output"), "");
    return 0;
}

int shy_cli_first_error(const struct shy_cli *cli)
{
    for (size_t i = 0; i < cli->problems.count; i++)
        if (cli->problems.items[i].severity == SHY_ERROR)
            return (int)cli->problems.items[i].error.code;
    return 0;
}

void shy_progress_start(struct shy_progress *p, const struct shy_cli *cli, const char *label)
{
    *p = (struct shy_progress){0};
    p->active = cli->verbosity >= SHIHYO_LOG_WARNING && shy_os_is_terminal(stderr);
    p->started = p->last = shy_os_monotonic_ns();
    shy_copy_text(p->label, sizeof p->label, label, strlen(label));
}

/* "ndb  [#####---------------]  25 %  1234567 rows  about 12 s left" */
static void draw(const struct shy_progress *p, int64_t rows, double share, int64_t now)
{
    char bar[21];
    double elapsed = (double)(now - p->started) / 1e9;
    fprintf(stderr, "\r%s", p->label);
    if (share >= 0) {
        for (int i = 0; i < 20; i++)
            bar[i] = i < (int)(share * 20) ? '#' : '-';
        bar[20] = '\0';
        fprintf(stderr, "  [%s] %3d %%", bar, (int)(share * 100));
    }
    if (rows >= 0)
        fprintf(stderr, _("  %" PRId64 " rows"), rows);
    if (share > 0.02 && share < 1)
        fprintf(stderr, _("  about %d s left"), (int)(elapsed * (1 - share) / share + 0.5));
    fputs("\033[K", stderr);
    fflush(stderr);
}

void shy_progress_show(struct shy_progress *p, int64_t rows, double share)
{
    int64_t now = shy_os_monotonic_ns();
    if (!p->active || now - p->last < 100000000)
        return;
    p->last = now;
    draw(p, rows, share, now);
}

void shy_progress_end(struct shy_progress *p)
{
    if (p->active)
        fputs("\r\033[K", stderr);
    p->active = false;
}
