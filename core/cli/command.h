/* SPDX-License-Identifier: MIT */
/*
 * The command line: words to actions of core/project, and printing. A command is a name, a table
 * of options and a function; main.c finds it, parses its words and turns what it returns into an
 * exit code. Standard output carries results only; messages and progress go to standard error.
 */
#ifndef SHY_CLI_COMMAND_H
#define SHY_CLI_COMMAND_H

#include "core/base/mem.h"
#include "core/project/project.h"
#include "core/report/report.h"

struct shy_cli_option {
    const char *name;       /* "period"; NULL ends a table */
    char letter;            /* 0 = none */
    const char *value_name; /* "PERIOD"; NULL = a switch */
    const char *help;       /* untranslated */
};

struct shy_cli;

struct shy_cli_command {
    const char *name;
    const char *arguments; /* "[SOURCE…]" */
    const char *summary;   /* untranslated */
    const struct shy_cli_option *options;
    int (*run)(struct shy_cli *cli); /* 0 or a message code with cli->err filled */
};

struct shy_cli_value {
    const struct shy_cli_option *option;
    const char *text; /* NULL of a switch */
};

/* One call of the program. */
struct shy_cli {
    const char *directory; /* -p */
    bool json;             /* --json */
    enum shihyo_log_level verbosity;
    const struct shy_cli_command *command;
    struct shy_cli_value *values;
    size_t value_count, value_capacity;
    const char **arguments;
    size_t argument_count, argument_capacity;
    struct shy_problems problems; /* reported at the end */
    struct shihyo_error err;
    bool printed; /* results, or a report, went to standard output */
};

extern const struct shy_cli_command *const shy_cli_commands[]; /* NULL-ended, in help's order */

/* Splits argv[first..) by the command's options. */
int shy_cli_parse(struct shy_cli *cli, int argc, char **argv, int first);
/* The last value given of an option, NULL where it was not given ("" of a switch). */
const char *shy_cli_value(const struct shy_cli *cli, const char *name);
/* All values of a repeated option; shy_free'd by the caller, NULL when out of memory. */
const char **shy_cli_values(const struct shy_cli *cli, const char *name, size_t *count);
/* SHY_E_USAGE where the number of arguments lies outside. */
int shy_cli_expect(struct shy_cli *cli, size_t least, size_t most);
/* Opens the project of -p and its log. */
int shy_cli_project(struct shy_cli *cli, struct shy_project **out);

void shy_cli_print_help(FILE *out, const struct shy_cli_command *command); /* NULL = all */
/* Errors, warnings and (with -v) notes, each once; to standard error. */
void shy_cli_print_problems(const struct shy_cli *cli);
/* The problems as a JSON array for --json reports. NULL when out of memory. */
json_t *shy_cli_problems_json(const struct shy_problems *problems);
/* Prints a JSON object to standard output and frees it. */
int shy_cli_print_json(struct shy_cli *cli, json_t *report);
/* Where --json was asked for and the command failed before it printed anything: its errors. */
void shy_cli_print_failure(struct shy_cli *cli);
/* The code of the first error among the problems, or 0. */
int shy_cli_first_error(const struct shy_cli *cli);
/* Writes text to standard output. */
int shy_cli_print(struct shy_cli *cli, const struct shy_text *text);

/* "table", "csv" or "json" of --format; table, or json with --json, where it was not given. */
int shy_cli_format(struct shy_cli *cli, enum shy_format *out);

/* A line that is redrawn on a terminal, and nothing elsewhere. */
struct shy_progress {
    bool active;
    int64_t started, last;
    char label[64];
};
void shy_progress_start(struct shy_progress *p, const struct shy_cli *cli, const char *label);
/* rows -1: not told; share below 0: not known. */
void shy_progress_show(struct shy_progress *p, int64_t rows, double share);
void shy_progress_end(struct shy_progress *p);

/* `import --dry-run` of one source: printed, or added to reports. */
int shy_cli_import_preview(struct shy_cli *cli, struct shy_project *project, const char *source,
                           json_t *reports);

extern const struct shy_cli_command shy_command_init, shy_command_sources, shy_command_import,
    shy_command_run, shy_command_show, shy_command_report, shy_command_check, shy_command_test,
    shy_command_explain, shy_command_targets, shy_command_diff, shy_command_logic,
    shy_command_doctor, shy_command_synth, shy_command_help;

#endif
