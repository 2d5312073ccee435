/* SPDX-License-Identifier: MIT */
/* Shared by the formats of core/report. */
#ifndef SHY_REPORT_PRIVATE_H
#define SHY_REPORT_PRIVATE_H

#include "core/report/report.h"

int shy_show_table(struct shy_results *results, const struct shy_value_filter *filter,
                   const struct shy_show_options *options, FILE *out, struct shihyo_error *err);
int shy_show_csv(struct shy_results *results, const struct shy_value_filter *filter,
                 const struct shy_show_options *options, FILE *out, struct shihyo_error *err);
int shy_show_json(struct shy_results *results, const struct shy_value_filter *filter, FILE *out,
                  struct shihyo_error *err);

/* The columns of `show --format csv` (docs/cli.md), in their order; only ever added at the end. */
enum { SHY_SHOW_COLUMNS = 35 };
extern const char *const shy_show_column_names[SHY_SHOW_COLUMNS];

/* The texts of one row: cells[i] points into the row or into buffers; NULL = no value. */
struct shy_show_line {
    const char *cells[SHY_SHOW_COLUMNS];
    char buffers[20][48];
};
void shy_show_line(const struct shy_value_row *row, struct shy_show_line *line);
/* What stands in a table: the value with its limits, the word of a judgement; 192 bytes. */
void shy_value_table_text(const struct shy_value_row *row, char *out, size_t size);
/* True for the columns that are numbers in JSON. */
bool shy_show_is_number(size_t column);

/* Words for what values carry: the state by id ("masked"), the reason by id, and the sentences
 * of a row's notes ("cumulative;unreported:3"), each preceded by a blank. */
const char *shy_state_label(const char *id);
const char *shy_reason_sentence(const char *id);
/* The word of a judgement by its id ("better"). */
const char *shy_judgement_label(const char *id);
void shy_notes_sentences(struct shy_text *out, const char *notes);

#endif
