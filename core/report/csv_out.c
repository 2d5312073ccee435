/* SPDX-License-Identifier: MIT */
/*
 * `show --format csv` and `report`: RFC 4180 with the columns of docs/cli.md. Full precision
 * always; only what is meant for a spreadsheet gets a byte-order mark (without it Excel reads
 * UTF-8 as CP932), CRLF, and an apostrophe before what it would compute.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/report/report_private.h"
#include "core/text/csv.h"
#include "core/text/encoding.h"

struct csv_out {
    const struct shy_show_options *options;
    FILE *out;
    struct shy_text line, guarded;
    struct shihyo_error *err;
};

/* A spreadsheet takes a text that begins so for a formula, a Japanese one also where the sign is
 * full-width (＝ ＋ － ＠); an apostrophe keeps it a text. The list is OWASP's, "CSV Injection". */
static bool looks_like_formula(const char *text)
{
    static const char *const starts[] = {"=",  "+",  "-",  "@",  "\t", "\r",
                                         "\n", "＝", "＋", "－", "＠"};
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
        if (strncmp(text, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

/* No value is an empty field, not a quoted one. Numbers are never guarded: "-5" must stay one. */
static void add_field(struct csv_out *csv, const char *text, bool number)
{
    if (text == NULL)
        return;
    if (!csv->options->spreadsheet || number || !looks_like_formula(text)) {
        shy_csv_cell(&csv->line, text, true);
        return;
    }
    shy_text_clear(&csv->guarded);
    shy_text_addc(&csv->guarded, '\'');
    shy_text_adds(&csv->guarded, text);
    csv->line.failed |= csv->guarded.failed;
    shy_csv_cell(&csv->line, shy_text_get(&csv->guarded), true);
}

static int write_bytes(struct csv_out *csv, const char *bytes, size_t length)
{
    if (fwrite(bytes, 1, length, csv->out) != length)
        return shy_fail_os(csv->err, errno, _("write the values"), "");
    return 0;
}

/* Line by line, so that memory does not grow with the run; what an encoding cannot say stops the
 * output at its line. */
static int write_line(struct csv_out *csv)
{
    shy_text_adds(&csv->line, csv->options->spreadsheet ? "\r\n" : "\n");
    if (csv->line.failed)
        return shy_fail_nomem(csv->err);
    const char *encoding = csv->options->encoding;
    if (encoding == NULL || strcmp(encoding, "utf-8") == 0)
        return write_bytes(csv, csv->line.text, csv->line.length);
    struct shy_text encoded = {0};
    int code = shy_cp932_encode(csv->line.text, csv->line.length, &encoded, csv->err);
    if (code == 0)
        code = write_bytes(csv, shy_text_get(&encoded), encoded.length);
    shy_text_free(&encoded);
    return code;
}

static int write_fields(struct csv_out *csv, const char *const *cells, bool header)
{
    shy_text_clear(&csv->line);
    for (size_t c = 0; c < SHY_SHOW_COLUMNS; c++) {
        if (c > 0)
            shy_text_addc(&csv->line, ',');
        add_field(csv, cells[c], !header && shy_show_is_number(c));
    }
    return write_line(csv);
}

static int visit(void *arg, const struct shy_value_row *row)
{
    struct shy_show_line line;
    shy_show_line(row, &line);
    return write_fields(arg, line.cells, false);
}

static int check_encoding(const struct shy_show_options *options, struct shihyo_error *err)
{
    const char *e = options->encoding;
    if (e == NULL || strcmp(e, "utf-8") == 0 || strcmp(e, "cp932") == 0)
        return 0;
    int code = shy_fail(err, SHY_E_USAGE, _("There is no output encoding '%s'."), e);
    shy_hint(err, _("The encodings are utf-8 and cp932."));
    return code;
}

int shy_show_csv(struct shy_results *results, const struct shy_value_filter *filter,
                 const struct shy_show_options *options, FILE *out, struct shihyo_error *err)
{
    struct csv_out csv = {.options = options, .out = out, .err = err};
    SHY_TRY(check_encoding(options, err));
    int code = 0;
    if (options->spreadsheet && (options->encoding == NULL || options->encoding[0] == 'u'))
        code = write_bytes(&csv, "\xEF\xBB\xBF", 3);
    if (code == 0)
        code = write_fields(&csv, shy_show_column_names, true);
    if (code == 0)
        code = shy_results_each(results, filter, visit, &csv, err);
    shy_text_free(&csv.line);
    shy_text_free(&csv.guarded);
    return code;
}
