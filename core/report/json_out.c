/* SPDX-License-Identifier: MIT */
/*
 * `show --format json`: one list of objects with the columns of the CSV. Numbers are JSON numbers
 * with all their digits; a reader that needs more than a double has takes numerator and
 * denominator.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/report/report_private.h"
#include "core/text/encoding.h"

struct json_out {
    FILE *out;
    struct shy_text line;
    bool any;
    struct shihyo_error *err;
};

/* RFC 8259, section 8.1: JSON is UTF-8. A text that is not is refused, since whoever reads the
 * output would refuse all of it; the scanner and the packs let none in, a damaged file might. */
static int check_text(const char *text, struct shihyo_error *err)
{
    size_t length = strlen(text), valid = shy_utf8_valid((const unsigned char *)text, length);
    if (valid == length)
        return 0;
    return shy_fail_encoding(err, "UTF-8", (const unsigned char *)text, length, valid);
}

/* Escaped is what section 7 of RFC 8259 demands, nothing more. */
static void add_string(struct shy_text *t, const char *text)
{
    shy_text_addc(t, '"');
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            shy_text_addc(t, '\\');
        if (*p < 0x20)
            shy_text_addf(t, "\\u%04x", *p);
        else
            shy_text_addc(t, (char)*p);
    }
    shy_text_addc(t, '"');
}

static int write_text(struct json_out *json)
{
    if (json->line.failed)
        return shy_fail_nomem(json->err);
    if (fwrite(shy_text_get(&json->line), 1, json->line.length, json->out) != json->line.length)
        return shy_fail_os(json->err, errno, _("write the values"), "");
    return 0;
}

/* "inf" and "nan" are no numbers of JSON; both begin, behind the sign, with a letter. */
static int add_cell(struct json_out *json, const char *cell, bool number)
{
    if (cell == NULL || (number && strpbrk(cell, "in") != NULL)) {
        shy_text_adds(&json->line, "null");
    } else if (number) {
        shy_text_adds(&json->line, cell);
    } else {
        SHY_TRY(check_text(cell, json->err));
        add_string(&json->line, cell);
    }
    return 0;
}

/* An object to a line: such a list can be compared by lines and cut by simple tools. */
static int visit(void *arg, const struct shy_value_row *row)
{
    struct json_out *json = arg;
    struct shy_show_line line;
    shy_show_line(row, &line);
    shy_text_clear(&json->line);
    shy_text_adds(&json->line, json->any ? ",\n{" : "[\n{");
    json->any = true;
    for (size_t c = 0; c < SHY_SHOW_COLUMNS; c++) {
        if (c > 0)
            shy_text_addc(&json->line, ',');
        add_string(&json->line, shy_show_column_names[c]);
        shy_text_addc(&json->line, ':');
        SHY_TRY(add_cell(json, line.cells[c], shy_show_is_number(c)));
    }
    shy_text_addc(&json->line, '}');
    return write_text(json);
}

int shy_show_json(struct shy_results *results, const struct shy_value_filter *filter, FILE *out,
                  struct shihyo_error *err)
{
    struct json_out json = {.out = out, .err = err};
    /* Nothing is written before the first value: what fails at once leaves no half of a list. */
    int code = shy_results_each(results, filter, visit, &json, err);
    shy_text_clear(&json.line);
    shy_text_adds(&json.line, json.any ? "\n]\n" : "[\n]\n");
    if (code == 0)
        code = write_text(&json);
    shy_text_free(&json.line);
    return code;
}
