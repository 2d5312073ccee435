/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/period.h"
#include "core/cli/command.h"
#include "core/synth/synth.h"

static const struct shy_cli_option options[] = {
    {"persons", 0, "N", N_("insured persons (default 10000)")},
    {"months", 0, "N", N_("months of data (default 24)")},
    {"from", 0, "MONTH", N_("the first month (default 2022-04)")},
    {"prefecture", 0, "CODE", N_("prefecture, two digits: 24, 29 (default), or any with --areas")},
    {"areas", 0, "FILE", N_("table of municipalities and secondary areas (docs/synth.md)")},
    {"seed", 0, "N", N_("another seed makes other persons (default 1)")},
    {"with", 0, "KINDS", N_("receipts besides: dental,pharmacy,home_nursing")},
    {NULL, 0, NULL, NULL},
};

static int take_number(struct shy_cli *cli, const char *name, uint64_t most, uint64_t *out)
{
    const char *text = shy_cli_value(cli, name);
    char *end;
    if (text == NULL)
        return 0;
    errno = 0;
    *out = strtoull(text, &end, 10);
    if (errno == 0 && *end == '\0' && text[0] >= '0' && text[0] <= '9' && *out <= most)
        return 0;
    int code = shy_fail(&cli->err, SHY_E_USAGE, _("The option --%s needs a whole number."), name);
    shy_value(&cli->err, text, strlen(text));
    return code;
}

static int take_month(struct shy_cli *cli, int32_t *out)
{
    const char *text = shy_cli_value(cli, "from");
    struct shy_period period;
    if (text == NULL)
        return 0;
    if (!shy_period_parse(text, &period) || period.kind != SHY_PERIOD_MONTH) {
        int code = shy_fail(&cli->err, SHY_E_USAGE, _("'%s' is not a month."), text);
        shy_hint(&cli->err, _("Write it as 2022-04."));
        return code;
    }
    *out = period.first_month;
    return 0;
}

/* Words between commas. */
static int take_kinds(struct shy_cli *cli, unsigned *out)
{
    static const char *const names[] = {"dental", "pharmacy", "home_nursing"};
    const char *text = shy_cli_value(cli, "with");
    while (text != NULL && *text != '\0') {
        size_t length = strcspn(text, ","), i = 0;
        while (i < 3 && (strlen(names[i]) != length || memcmp(names[i], text, length) != 0))
            i++;
        if (i == 3) {
            char word[64];
            shy_copy_text(word, sizeof word, text, length);
            int code =
                shy_fail(&cli->err, SHY_E_USAGE, _("There are no receipts of kind '%s'."), word);
            shy_nearest(&cli->err, word, names, 3);
            return code;
        }
        *out |= 1u << i;
        text += length + (text[length] == ',');
    }
    return 0;
}

static void show_progress(void *arg, int64_t lines, double share)
{
    shy_progress_show(arg, lines, share);
}

static int print_totals(struct shy_cli *cli, const char *directory,
                        const struct shy_synth_totals *t)
{
    if (cli->json)
        return shy_cli_print_json(
            cli, json_pack("{s:s,s:I,s:I,s:I,s:I}", "project", directory, "persons",
                           (json_int_t)t->persons, "lines", (json_int_t)t->lines, "items",
                           (json_int_t)t->items, "home_items", (json_int_t)t->home_items));
    if (cli->verbosity >= SHIHYO_LOG_WARNING)
        fprintf(stderr,
                _("Made %s: %" PRId64 " lines, of them %" PRId64 " of receipts' items.\n"
                  "Next: `shihyo -p %s import` and `shihyo -p %s run`.\n"),
                directory, t->lines, t->items, directory, directory);
    return 0;
}

static int run(struct shy_cli *cli)
{
    uint64_t persons = 10000, months = 24, seed = 1;
    struct shy_progress bar;
    struct shy_synth_totals totals;
    struct shy_synth_options o = {.first_month = shy_month(2022, 4),
                                  .prefecture = "29",
                                  .areas = shy_cli_value(cli, "areas"),
                                  .progress = show_progress,
                                  .progress_arg = &bar};
    SHY_TRY(shy_cli_expect(cli, 1, 1));
    SHY_TRY(take_number(cli, "persons", SHY_SYNTH_PERSONS_MOST, &persons));
    SHY_TRY(take_number(cli, "months", SHY_SYNTH_MONTHS_MOST, &months));
    SHY_TRY(take_number(cli, "seed", UINT64_MAX, &seed));
    SHY_TRY(take_month(cli, &o.first_month));
    SHY_TRY(take_kinds(cli, &o.with));
    if (shy_cli_value(cli, "prefecture") != NULL)
        o.prefecture = shy_cli_value(cli, "prefecture");
    o.directory = cli->arguments[0];
    o.persons = (uint32_t)persons;
    o.months = (int32_t)months;
    o.seed = seed;
    shy_progress_start(&bar, cli, o.directory);
    int code = shy_synth(&o, &totals, &cli->err);
    shy_progress_end(&bar);
    return code != 0 ? code : print_totals(cli, o.directory, &totals);
}

const struct shy_cli_command shy_command_synth = {
    .name = "synth",
    .arguments = "DIR",
    .summary = N_("make a project with synthetic receipts of any size, and what is true of them"),
    .options = options,
    .run = run,
};
