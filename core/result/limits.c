/* SPDX-License-Identifier: MIT */
/* Limits of confidence and judgements of values: a table of their own, since few values have any.
 */
#include "config.h"

#include "core/result/result_internal.h"

/* Only beside a value that may be shown: limits tell the count they were made from. */
void shy_result_fill_limits(const struct shy_cell *cell, struct shy_value_row *row)
{
    const struct shy_cell_limits *limits = cell->limits;
    bool number = cell->state == SHIHYO_STATE_OK || cell->state == SHIHYO_STATE_PARTIAL;
    row->method = row->judgement = "";
    if (limits == NULL || !number)
        return;
    row->method = limits->method;
    row->judgement = shy_judgement_word(limits);
    row->levels = limits->count;
    row->intervals = limits->intervals;
    for (int i = 0; i < limits->count; i++) {
        row->level[i] = limits->level[i];
        if (!limits->intervals)
            continue;
        /* SQLite may keep a zero as an integer, without its sign. */
        row->limits[i].lower = limits->limits[i].lower == 0 ? 0 : limits->limits[i].lower;
        row->limits[i].upper = limits->limits[i].upper == 0 ? 0 : limits->limits[i].upper;
    }
}

static void bind_level(sqlite3_stmt *s, int first, const struct shy_value_row *row, int i)
{
    if (i < row->levels && row->intervals) {
        (void)sqlite3_bind_double(s, first, row->limits[i].lower);
        (void)sqlite3_bind_double(s, first + 1, row->limits[i].upper);
    } else {
        (void)sqlite3_bind_null(s, first);
        (void)sqlite3_bind_null(s, first + 1);
    }
    if (i < row->levels)
        (void)sqlite3_bind_double(s, first + 2, row->level[i] / 100.0);
    else
        (void)sqlite3_bind_null(s, first + 2);
}

int shy_result_save_limits(struct shy_results *r, sqlite3_stmt **insert, int64_t run, int64_t n,
                           const struct shy_value_row *row, struct shihyo_error *err)
{
    if (row->method[0] == '\0')
        return 0;
    if (*insert == NULL)
        SHY_TRY(shy_database_prepare(&r->db,
                                     "INSERT INTO run_limits (run, n, " SHY_RESULT_LIMITS ")"
                                     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                     insert, err));
    (void)sqlite3_bind_int64(*insert, 1, run);
    (void)sqlite3_bind_int64(*insert, 2, n);
    shy_database_bind_text(*insert, 3, row->method);
    shy_database_bind_text(*insert, 4, row->judgement);
    for (int i = 0; i < SHY_LEVELS_MOST; i++)
        bind_level(*insert, 5 + 3 * i, row, i);
    return shy_database_run(&r->db, *insert, err);
}

static bool is_null(sqlite3_stmt *s, int column)
{
    return sqlite3_column_type(s, column) == SQLITE_NULL;
}

void shy_result_get_limits(sqlite3_stmt *s, int first, struct shy_value_row *row)
{
    row->method = shy_database_text(s, first);
    row->judgement = shy_database_text(s, first + 1);
    for (int i = 0; i < SHY_LEVELS_MOST; i++) {
        int column = first + 2 + 3 * i;
        if (is_null(s, column + 2))
            break;
        row->levels = i + 1;
        row->level[i] = (int)(sqlite3_column_double(s, column + 2) * 100 + 0.5);
        row->intervals = !is_null(s, column);
        row->limits[i].lower = sqlite3_column_double(s, column);
        row->limits[i].upper = sqlite3_column_double(s, column + 1);
    }
}
