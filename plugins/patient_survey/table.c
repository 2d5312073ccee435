/* SPDX-License-Identifier: MIT */
/*
 * A table in the shape of e-Stat's CSV of the patient survey:
 *
 *   平成26年,患者調査,平成26年9月,千人        year, survey, when, unit
 *   推計退院患者数，退院後の行き先×病床の種類  title, in one or more fields
 *   ,,療養病床,                               header rows, merged cells left empty
 *   ,,医療保険適用病床,介護保険適用病床
 *   ,,,                                       a record of empty fields ends the header
 *   総数,総数,44.1,3.0                        label columns, then figures
 *   ,　家庭,21.2,1.1                          empty = as above; spaces in front = part of
 */
#include "patient_survey.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL_SIZE = 256, MOST_LEVELS = 16, MOST_HEADER_ROWS = 8 };

struct level {
    int indent;
    char label[LABEL_SIZE];
};

struct table {
    const struct shihyo_source *source;
    const struct shihyo_host *host;
    struct shihyo_builder *builder;
    struct shihyo_csv *csv;
    struct shihyo_error *err;
    const char *file;
    const struct shihyo_field *fields; /* the record being read; count 0 = end */
    size_t count;

    char period[16];
    bool thousands;
    struct shihyo_header *header;
    size_t label_columns;
    struct level groups[MOST_LEVELS]; /* label columns but the last */
    struct level levels[MOST_LEVELS]; /* of the last: a label and those it is part of */
    size_t level_count;
    char path[PATH_SIZE]; /* of the record */

    char wards[MOST_WARDS][LABEL_SIZE];
    struct survey_figure figures[MOST_WARDS][TO_COUNT];
    bool seen[MOST_WARDS][TO_COUNT];
    size_t ward_count;
    bool left_out; /* a destination was ignored: parts need not make their whole */
};

/* Errors --------------------------------------------------------------------------------- */

static int place(const struct table *t, size_t column, const char *column_name, int status)
{
    struct shihyo_error *err = t->err;
    if (err == NULL)
        return status;
    common_copy(err->file, sizeof err->file, t->file, strlen(t->file));
    err->row = t->csv == NULL ? 0 : t->host->text->csv_line(t->csv);
    if (column_name != NULL)
        common_copy(err->column_name, sizeof err->column_name, column_name, strlen(column_name));
    if (column == SIZE_MAX)
        return status;
    err->column = (int64_t)column + 1;
    if (column < t->count)
        common_copy(err->value, sizeof err->value, t->fields[column].text, t->fields[column].length);
    return status;
}

/* Records -------------------------------------------------------------------------------- */

static int next(struct table *t)
{
    int status = t->host->text->csv_next(t->csv, &t->fields, &t->count, t->err);
    if (status == SHIHYO_OK && t->count == 0) {
        status = t->host->error(t->err, SHIHYO_DATA, E_LAYOUT,
                                N_("The file ends before its table begins."));
        (void)place(t, SIZE_MAX, NULL, status);
    }
    return status;
}

static void label_of(const struct table *t, size_t column, char out[LABEL_SIZE])
{
    const bool there = column < t->count;
    common_label(t->host, there ? t->fields[column].text : "",
                 there ? t->fields[column].length : 0, out, LABEL_SIZE);
}

static bool is_empty(const struct table *t, size_t from)
{
    char label[LABEL_SIZE];
    for (size_t c = from; c < t->count; c++) {
        label_of(t, c, label);
        if (label[0] != '\0' || t->fields[c].length >= LABEL_SIZE)
            return false;
    }
    return true;
}

/* Top ------------------------------------------------------------------------------------ */

static int read_period(struct table *t)
{
    char year[16];
    const struct shihyo_text_services *text = t->host->text;
    int status = text->parse_period(t->fields[2].text, t->fields[2].length, t->period);
    if (status != SHIHYO_OK) {
        (void)t->host->error(t->err, status, E_PERIOD,
                             N_("The third field of the first line is not the time of a survey, "
                                "like 平成26年9月."));
        return place(t, 2, NULL, status);
    }
    status = text->parse_period(t->fields[0].text, t->fields[0].length, year);
    if (status == SHIHYO_OK && strlen(year) == 4 && strncmp(year, t->period, 4) == 0)
        return SHIHYO_OK;
    status =
        t->host->error(t->err, SHIHYO_DATA, E_PERIOD,
                       N_("The first line begins with another year than that of %s."), t->period);
    return place(t, 0, NULL, status);
}

static int read_unit(struct table *t)
{
    char label[LABEL_SIZE];
    label_of(t, 3, label);
    t->thousands = strcmp(label, "千人") == 0;
    if (t->thousands || strcmp(label, "人") == 0)
        return SHIHYO_OK;
    return place(t, 3, NULL,
                 t->host->error(t->err, SHIHYO_DATA, E_LAYOUT,
                                N_("The unit in the first line must be 千人 or 人.")));
}

static int read_first_line(struct table *t)
{
    char survey[LABEL_SIZE];
    int status = next(t);
    if (status != SHIHYO_OK)
        return status;
    label_of(t, 1, survey);
    if (t->count < 4 || strstr(survey, "患者調査") == NULL) {
        status = t->host->error(t->err, SHIHYO_DATA, E_LAYOUT,
                                N_("The first line is not that of a table of the patient survey: "
                                   "year, 患者調査, time of the survey, unit."));
        return place(t, SIZE_MAX, NULL, status);
    }
    /* 福島県患者調査: not the nation's. */
    if (strcmp(survey, "患者調査") != 0 && t->source->area == NULL) {
        status = t->host->error(t->err, SHIHYO_DATA, E_LAYOUT,
                                N_("The table is of a survey of its own; which area is it of?"));
        t->host->hint(t->err, N_("Give the options area_set and area."));
        return place(t, 1, NULL, status);
    }
    status = read_period(t);
    return status == SHIHYO_OK ? read_unit(t) : status;
}

static int read_title(struct table *t)
{
    char label[LABEL_SIZE];
    int status = next(t);
    for (size_t c = 0; status == SHIHYO_OK && c < t->count; c++) {
        label_of(t, c, label);
        if (strstr(label, "退院患者") != NULL)
            return SHIHYO_OK;
    }
    if (status != SHIHYO_OK)
        return status;
    return place(t, 0, NULL,
                 t->host->error(t->err, SHIHYO_DATA, E_LAYOUT,
                                N_("The title does not name discharged patients (退院患者).")));
}

static int read_header(struct table *t)
{
    const struct shihyo_text_services *text = t->host->text;
    int status = text->header_new(&t->header, t->err);
    for (int rows = 0; status == SHIHYO_OK; rows++) {
        status = next(t);
        if (status != SHIHYO_OK || is_empty(t, 0))
            break;
        if (rows == MOST_HEADER_ROWS) {
            status = t->host->error(t->err, SHIHYO_DATA, E_LAYOUT,
                                    N_("The header does not end with a line of empty fields."));
            return place(t, SIZE_MAX, NULL, status);
        }
        status = text->header_row(t->header, t->fields, t->count, t->err);
    }
    size_t count = status == SHIHYO_OK ? text->header_count(t->header) : 0;
    for (t->label_columns = 0; t->label_columns < count; t->label_columns++) {
        const char *path = text->header_path(t->header, t->label_columns);
        if (path == NULL)
            return common_nomem(t->host, t->err);
        if (path[0] != '\0')
            break;
    }
    if (status != SHIHYO_OK)
        return status;
    if (t->label_columns > 0 && t->label_columns < count && t->label_columns <= MOST_LEVELS)
        return SHIHYO_OK;
    status = t->host->error(t->err, SHIHYO_DATA, E_HEADER_MISSING,
                            N_("The header must have columns without label for the labels of the "
                               "rows, and columns with labels after them."));
    return place(t, SIZE_MAX, NULL, status);
}

/* Labels of rows ------------------------------------------------------------------------- */

/* Width of the spaces in front: a full-width one is two. */
static int indent_of(const struct shihyo_field *field)
{
    int width = 0;
    for (size_t i = 0; i < field->length;) {
        if (field->text[i] == ' ') {
            width++;
            i++;
        } else if (field->length - i >= 3 && memcmp(field->text + i, "\u3000", 3) == 0) {
            width += 2;
            i += 3;
        } else {
            break;
        }
    }
    return width;
}

static void add_to_path(struct table *t, const char *label)
{
    size_t used = strlen(t->path);
    if (label[0] != '\0')
        (void)snprintf(t->path + used, sizeof t->path - used, "%s%s", used > 0 ? "|" : "", label);
}

static int read_labels(struct table *t)
{
    size_t last = t->label_columns - 1;
    char label[LABEL_SIZE];
    for (size_t c = 0; c < last; c++) {
        label_of(t, c, label);
        if (label[0] == '\0')
            continue;
        common_copy(t->groups[c].label, LABEL_SIZE, label, strlen(label));
        for (size_t below = c + 1; below < last; below++)
            t->groups[below].label[0] = '\0';
        t->level_count = 0;
    }
    label_of(t, last, label);
    if (label[0] != '\0') {
        int indent = indent_of(&t->fields[last]);
        while (t->level_count > 0 && t->levels[t->level_count - 1].indent >= indent)
            t->level_count--;
        if (t->level_count == MOST_LEVELS)
            return place(t, last, NULL,
                         t->host->error(t->err, SHIHYO_LIMIT, E_LAYOUT,
                                        N_("The labels are parts of parts more than %d deep."),
                                        MOST_LEVELS));
        t->levels[t->level_count].indent = indent;
        common_copy(t->levels[t->level_count++].label, LABEL_SIZE, label, strlen(label));
    } else {
        t->level_count = 0;
    }
    t->path[0] = '\0';
    for (size_t c = 0; c < last; c++)
        add_to_path(t, t->groups[c].label);
    for (size_t i = 0; i < t->level_count; i++)
        add_to_path(t, t->levels[i].label);
    return SHIHYO_OK;
}

/* Figures -------------------------------------------------------------------------------- */

static int find_ward(struct table *t, const char *code, size_t *out)
{
    for (*out = 0; *out < t->ward_count; ++*out) {
        if (strcmp(t->wards[*out], code) == 0)
            return SHIHYO_OK;
    }
    if (t->ward_count == MOST_WARDS || strlen(code) >= LABEL_SIZE)
        return t->host->error(t->err, SHIHYO_LIMIT, E_LAYOUT,
                              N_("The table has more than %d kinds of wards."), MOST_WARDS);
    common_copy(t->wards[t->ward_count++], LABEL_SIZE, code, strlen(code));
    return SHIHYO_OK;
}

static int read_figure(struct table *t, size_t column, struct shihyo_number *out)
{
    struct shihyo_signs signs = *t->host->text->signs_default;
    const char *text = column < t->count ? t->fields[column].text : "";
    size_t length = column < t->count ? t->fields[column].length : 0;
    signs.hyphen = SHIHYO_STATE_OK; /* none */
    signs.thousands = t->thousands ? 1 : 0;
    *out = (struct shihyo_number){SHIHYO_ABI_INIT(struct shihyo_number)};
    int status = t->host->text->parse_number(text, length, &signs, out);
    if (status == SHIHYO_OK)
        return SHIHYO_OK;
    (void)t->host->error(t->err, status, E_NUMBER, N_("The cell is not a number."));
    t->host->hint(t->err, N_("Signs known here: - (none), ･ (not applicable), … (not known)."));
    return place(t, column, t->path, status);
}

static void remember(struct table *t, size_t ward, enum survey_destination to,
                     const struct shihyo_number *number)
{
    int64_t value = number->mantissa;
    for (int32_t scale = number->scale; scale > 0; scale--)
        value /= 10;
    t->figures[ward][to] =
        (struct survey_figure){.known = number->state == SHIHYO_STATE_OK, .value = value};
}

static void set(const struct table *t, const char *column, const char *text)
{
    const struct shihyo_builder_services *build = t->host->builder;
    build->set_text(t->builder, build->column(t->builder, column), text, strlen(text));
}

static int add_row(struct table *t, size_t column, const char *ward_code, const char *code)
{
    struct shihyo_number number;
    enum survey_destination to = survey_destination_number(code);
    size_t ward;
    int status = find_ward(t, ward_code, &ward);
    if (status == SHIHYO_OK && t->seen[ward][to])
        status = t->host->error(t->err, SHIHYO_DATA, E_HEADER_TWICE,
                                N_("The table has '%s' of '%s' twice."), code, ward_code);
    if (status != SHIHYO_OK)
        return place(t, column, t->path, status);
    t->seen[ward][to] = true;
    status = read_figure(t, column, &number);
    if (status != SHIHYO_OK)
        return status;
    remember(t, ward, to, &number);
    set(t, "area_set", t->source->area == NULL ? "nation" : t->source->area_set);
    set(t, "area", t->source->area == NULL ? "00" : t->source->area);
    set(t, "period", t->period);
    set(t, "ward", ward_code);
    set(t, "destination", code);
    t->host->builder->set_number(t->builder, t->host->builder->column(t->builder, "value"),
                                 &number);
    status = t->host->builder->end_row(t->builder, t->err);
    return status == SHIHYO_OK ? status : place(t, column, NULL, status);
}

/* A place that went nowhere would change the sums in silence. */
static int fail_destination(const struct table *t, const char *path)
{
    int status = t->host->error(t->err, SHIHYO_DATA, E_LAYOUT,
                                N_("No destination is known for the label '%s'."), path);
    t->host->hint(t->err, N_("Give it one in the option destinations, or 'ignore'."));
    return place(t, SIZE_MAX, path, status);
}

/* Wards of columns nobody mapped are left out, once and openly. */
static void report_columns(struct table *t)
{
    const struct shihyo_text_services *text = t->host->text;
    for (size_t c = t->label_columns; c < text->header_count(t->header); c++) {
        const char *path = text->header_path(t->header, c);
        if (path != NULL && path[0] != '\0' && survey_ward(t->source, path) == NULL)
            t->host->log(SHIHYO_LOG_INFO, "patient_survey",
                         N_("%s: the column '%s' is no known ward and is not read (option wards)."),
                         t->file, path);
    }
}

static int read_cell(struct table *t, size_t column)
{
    const char *across = t->host->text->header_path(t->header, column);
    if (across == NULL)
        return common_nomem(t->host, t->err);
    if (across[0] == '\0')
        return SHIHYO_OK;
    const char *of_destination = t->source->destinations_in_columns ? across : t->path;
    const char *of_ward = t->source->destinations_in_columns ? t->path : across;
    const char *ward = survey_ward(t->source, of_ward);
    if (ward == NULL || strcmp(ward, SURVEY_IGNORE) == 0)
        return SHIHYO_OK;
    const char *code = survey_destination(t->source, of_destination);
    if (code == NULL)
        return fail_destination(t, of_destination);
    if (strcmp(code, SURVEY_IGNORE) != 0)
        return add_row(t, column, ward, code);
    t->left_out = true;
    return SHIHYO_OK;
}

static int read_rows(struct table *t)
{
    size_t count = t->host->text->header_count(t->header);
    for (;;) {
        int status = t->host->text->csv_next(t->csv, &t->fields, &t->count, t->err);
        if (status != SHIHYO_OK || t->count == 0)
            return status;
        if (t->host->cancelled())
            return t->host->error(t->err, SHIHYO_CANCELLED, 0, N_("The reading was stopped."));
        if (is_empty(t, 0))
            continue;
        status = read_labels(t);
        /* A label alone is a heading, or a note below the table. */
        if (status == SHIHYO_OK && is_empty(t, t->label_columns))
            continue;
        for (size_t c = t->label_columns; status == SHIHYO_OK && c < count; c++)
            status = read_cell(t, c);
        if (status != SHIHYO_OK)
            return status;
    }
}

static int read_table(struct table *t)
{
    int status = read_first_line(t);
    if (status == SHIHYO_OK)
        status = read_title(t);
    if (status == SHIHYO_OK)
        status = read_header(t);
    if (status == SHIHYO_OK && !t->source->destinations_in_columns)
        report_columns(t);
    if (status == SHIHYO_OK)
        status = read_rows(t);
    if (status == SHIHYO_OK && t->ward_count == 0) {
        status = t->host->error(t->err, SHIHYO_NOT_FOUND, E_HEADER_MISSING,
                                N_("The table has no ward that is known."));
        t->host->hint(t->err, N_("Give the labels of its wards in the option wards."));
        (void)place(t, SIZE_MAX, NULL, status);
    }
    for (size_t i = 0; status == SHIHYO_OK && !t->left_out && i < t->ward_count; i++)
        survey_check_sums(t->source, t->file, t->wards[i], t->figures[i], t->thousands ? 100 : 1);
    return status;
}

int survey_read(const struct shihyo_source *s, const char *path, struct shihyo_builder *builder,
                struct shihyo_error *err)
{
    struct table *t = calloc(1, sizeof *t);
    if (t == NULL)
        return common_nomem(s->host, err);
    t->source = s;
    t->host = s->host;
    t->builder = builder;
    t->err = err;
    t->file = path;
    int status = s->host->text->csv_open(path, NULL, &t->csv, err);
    if (status == SHIHYO_OK)
        status = read_table(t);
    if (t->header != NULL)
        s->host->text->header_free(t->header);
    if (t->csv != NULL)
        s->host->text->csv_close(t->csv);
    free(t);
    return status;
}
