/* SPDX-License-Identifier: MIT */
/* The layout as the options give it, checked as far as it can be without a file. */
#include <stdio.h>
#include <stdlib.h>

#include "kdb.h"

struct reading {
    const struct shihyo_host *host;
    const struct shihyo_value *defaults; /* the layout: what its datasets do not say themselves */
    const struct kdb_dataset *dataset;
    struct shihyo_error *err;
};

/* The place is the column of the layout, as "persons.month". */
static int fail(const struct reading *r, const char *column, const char *format, const char *text)
{
    int code = r->host->error(r->err, SHIHYO_INVALID_ARG, E_OPTION_TYPE, format, text);
    if (r->err != NULL)
        (void)snprintf(r->err->column_name, sizeof r->err->column_name, "layout.%s.%s",
                       r->dataset->contract->id, column);
    r->host->hint(r->err, N_("docs/kdb.md has the reference of layouts."));
    return code;
}

static bool flag(const struct shihyo_value *map, const char *key, bool otherwise)
{
    const struct shihyo_value *value = common_member(map, key);
    return value == NULL ? otherwise : value->integer != 0;
}

/* A dataset's option, else the layout's. */
static const struct shihyo_value *format_option(const struct reading *r, const char *key)
{
    const struct shihyo_value *own = common_member(r->dataset->value, key);
    return own != NULL ? own : common_member(r->defaults, key);
}

/* Pieces ----------------------------------------------------------------------------------- */

static int read_take(const struct reading *r, const char *column, const char *text,
                     struct kdb_piece *piece)
{
    char *end;
    long first = strtol(text, &end, 10), last = first;
    if (*end == '-')
        last = strtol(end + 1, &end, 10);
    if (*end != '\0' || first < 1 || last < first || last > KDB_MOST_TEXT)
        return fail(r, column, N_("'%s' is no range of characters; write 5-8."), text);
    piece->take_first = (int)first;
    piece->take_last = (int)last;
    return 0;
}

static int read_piece(const struct reading *r, const char *column, const struct shihyo_value *map,
                      struct kdb_piece *piece)
{
    const char *take = common_text_at(common_member(map, "take"), 0);
    const struct shihyo_value *position = common_member(map, "position");
    piece->labels = common_member(map, "from");
    piece->constant = common_text_at(common_member(map, "value"), 0);
    piece->position = position == NULL ? 0 : position->integer;
    int given = (piece->labels != NULL) + (position != NULL) + (piece->constant != NULL);
    if (given != 1)
        return fail(r, column,
                    N_("Say where it comes from with one of from, position, value or join."), "");
    if (position != NULL && (piece->position < 1 || piece->position > 16384))
        return fail(r, column, N_("Positions are counted from 1."), "");
    if (piece->labels != NULL && !r->dataset->header)
        return fail(
            r, column,
            N_("The files have no header, so a field is named by its position, not by from."), "");
    if (piece->constant != NULL && strlen(piece->constant) >= KDB_MOST_TEXT)
        return fail(r, column, N_("The value is too long."), "");
    return take == NULL ? 0 : read_take(r, column, take, piece);
}

static int read_pieces(const struct reading *r, const struct shihyo_value *map,
                       struct kdb_column *c)
{
    static const char *const alone[] = {"from", "position", "value", "take"};
    const struct shihyo_value *join = common_member(map, "join");
    size_t count = join == NULL ? 1 : join->count;
    if (count < 1 || count > KDB_MOST_PIECES)
        return fail(r, c->name, N_("join takes one to eight pieces."), "");
    for (size_t i = 0; join != NULL && i < sizeof alone / sizeof alone[0]; i++) {
        if (common_member(map, alone[i]) != NULL)
            return fail(r, c->name, N_("'%s' goes into the pieces of join, not beside it."),
                        alone[i]);
    }
    c->pieces = calloc(count, sizeof *c->pieces);
    if (c->pieces == NULL)
        return common_nomem(r->host, r->err);
    c->piece_count = count;
    for (size_t i = 0; i < count; i++) {
        int code = read_piece(r, c->name, join == NULL ? map : join->items[i], &c->pieces[i]);
        if (code != 0)
            return code;
    }
    return 0;
}

/* Columns ---------------------------------------------------------------------------------- */

static int read_form(const struct reading *r, const char *text, struct kdb_column *c)
{
    static const char *const names[] = {
        [KDB_YYYYMM] = "yyyymm",         [KDB_YYYY_MM] = "yyyy-mm", [KDB_YYYYMMDD] = "yyyymmdd",
        [KDB_YYYY_MM_DD] = "yyyy-mm-dd", [KDB_GYYMM] = "gyymm",     [KDB_GYYMMDD] = "gyymmdd"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], text) == 0) {
            c->form = (enum kdb_form)i;
            return 0;
        }
    }
    return fail(r, c->name,
                N_("'%s' is no form of months: write yyyymm, yyyy-mm, yyyymmdd, yyyy-mm-dd, gyymm "
                   "or gyymmdd."),
                text);
}

static int read_recode(const struct reading *r, const struct shihyo_value *map,
                       struct kdb_column *c)
{
    c->recode = common_member(map, "recode");
    c->other = common_text_at(common_member(map, "default"), 0);
    for (uint32_t i = 0; c->recode != NULL && i < c->recode->count; i++) {
        const char *to = common_text_at(c->recode->items[i], 0);
        if (to == NULL || strlen(to) >= KDB_MOST_TEXT)
            return fail(r, c->name, N_("recode must give a text in quotes for '%s'."),
                        c->recode->keys[i]);
    }
    if (c->other != NULL && c->recode == NULL)
        return fail(r, c->name, N_("default means something with recode only."), "");
    return 0;
}

static int read_column(const struct reading *r, const struct column_def *def,
                       const struct shihyo_value *map, struct kdb_column *c)
{
    const struct shihyo_value *pad = common_member(map, "pad");
    const struct shihyo_value *digits = common_member(map, "digits");
    const char *form = common_text_at(common_member(map, "form"), 0);
    c->def = def;
    c->name = def->name;
    c->empty = common_member(map, "empty");
    c->optional = flag(map, "optional", false);
    if (pad != NULL && (pad->integer < 1 || pad->integer > 32))
        return fail(r, c->name, N_("pad takes a length from 1 to 32."), "");
    c->pad = pad == NULL ? 0 : (int)pad->integer;
    if (digits != NULL && (def->type != COLUMN_CODE || digits->integer < 1 || digits->integer > 32))
        return fail(r, c->name, N_("digits takes a length from 1 to 32, of a code."), "");
    c->digits = digits == NULL ? 0 : (int)digits->integer;
    c->form = def->type == COLUMN_DATE ? KDB_YYYYMMDD : KDB_YYYYMM;
    if (form != NULL && def->type != COLUMN_MONTH && def->type != COLUMN_DATE)
        return fail(r, c->name, N_("form is for months and dates."), "");
    int code = form == NULL ? 0 : read_form(r, form, c);
    if (code == 0 && def->type == COLUMN_DATE && !kdb_form_has_day(c->form))
        return fail(r, c->name,
                    N_("A date needs its day: write form yyyymmdd, yyyy-mm-dd or gyymmdd."), "");
    if (code == 0)
        code = read_recode(r, map, c);
    return code != 0 ? code : read_pieces(r, map, c);
}

static int read_columns(const struct reading *r, struct kdb_dataset *d)
{
    const struct shihyo_value *map = common_member(d->value, "columns");
    d->columns = calloc(BATCH_COLUMNS, sizeof *d->columns);
    if (d->columns == NULL)
        return common_nomem(r->host, r->err);
    for (const struct column_def *def = d->contract->columns; def->name != NULL; def++) {
        const struct shihyo_value *given = common_member(map, def->name);
        if (given == NULL)
            continue;
        int code = read_column(r, def, given, &d->columns[d->column_count++]);
        if (code != 0)
            return code;
    }
    if (d->column_count == 0)
        return fail(r, "", N_("columns is empty."), "");
    return 0;
}

static int read_where(const struct reading *r, struct kdb_dataset *d)
{
    const struct shihyo_value *list = common_member(d->value, "where");
    if (list == NULL || list->count == 0)
        return 0;
    d->where = calloc(list->count, sizeof *d->where);
    if (d->where == NULL)
        return common_nomem(r->host, r->err);
    for (uint32_t i = 0; i < list->count; i++) {
        const struct shihyo_value *map = list->items[i];
        const struct shihyo_value *blank = common_member(map, "blank");
        struct kdb_where *w = &d->where[d->where_count++];
        w->column.name = "where";
        w->is = common_member(map, "is");
        w->is_not = common_member(map, "is_not");
        w->prefix = common_member(map, "prefix");
        w->from = common_text_at(common_member(map, "at_least"), 0);
        w->to = common_text_at(common_member(map, "at_most"), 0);
        w->blank = blank == NULL ? -1 : blank->integer != 0;
        if (w->is == NULL && w->is_not == NULL && w->prefix == NULL && w->from == NULL &&
            w->to == NULL && blank == NULL)
            return fail(
                r, "where",
                N_("Say which texts to keep with is, is_not, prefix, at_least, at_most or blank."),
                "");
        int code = read_pieces(r, map, &w->column);
        if (code != 0)
            return code;
    }
    return 0;
}

/* Datasets --------------------------------------------------------------------------------- */

static int read_format(const struct reading *r, struct kdb_dataset *d)
{
    const struct shihyo_value *skip = format_option(r, "skip_lines");
    const struct shihyo_value *fields = common_member(d->value, "fields");
    const struct shihyo_value *quotes = format_option(r, "quotes");
    const struct shihyo_value *header = format_option(r, "header");
    const struct shihyo_value *multiline = format_option(r, "multiline");
    const char *delimiter = common_text_at(format_option(r, "delimiter"), 0);
    d->encoding = common_text_at(format_option(r, "encoding"), 0);
    d->quotes = quotes == NULL || quotes->integer != 0;
    d->header = header == NULL || header->integer != 0;
    d->multiline = multiline != NULL && multiline->integer != 0;
    d->skip_lines = skip == NULL ? 0 : skip->integer;
    d->fields = fields == NULL ? 0 : fields->integer;
    d->distinct = flag(d->value, "distinct", false);
    if (delimiter != NULL && strlen(delimiter) != 1)
        return fail(r, "delimiter", N_("'%s' is not one character."), delimiter);
    d->delimiter = delimiter == NULL ? 0 : (unsigned char)delimiter[0];
    if (d->skip_lines < 0 || d->skip_lines > 1000)
        return fail(r, "skip_lines", N_("skip_lines is from 0 to 1000."), "");
    if (d->fields < 0 || d->fields > 16384)
        return fail(r, "fields", N_("fields is from 1 to 16384."), "");
    return 0;
}

static void count_pieces(struct kdb_dataset *d)
{
    for (size_t i = 0; i < d->column_count; i++)
        d->piece_count += d->columns[i].piece_count;
    for (size_t i = 0; i < d->where_count; i++)
        d->piece_count += d->where[i].column.piece_count;
}

static int read_dataset(struct kdb_layout *layout, const struct shihyo_value *defaults,
                        const struct kdb_contract *contract, const struct shihyo_value *value,
                        size_t number, struct shihyo_error *err)
{
    struct kdb_dataset *grown =
        realloc(layout->datasets, (layout->dataset_count + 1) * sizeof *layout->datasets);
    if (grown == NULL)
        return common_nomem(layout->host, err);
    layout->datasets = grown;
    struct kdb_dataset *d = &layout->datasets[layout->dataset_count++];
    *d = (struct kdb_dataset){.contract = contract, .value = value, .number = number};
    const struct reading r = {layout->host, defaults, d, err};
    int code = read_format(&r, d);
    if (code == 0)
        code = read_columns(&r, d);
    if (code == 0)
        code = read_where(&r, d);
    count_pieces(d);
    return code;
}

int kdb_layout_read(struct kdb_layout *layout, const struct shihyo_host *host,
                    const struct shihyo_value *value, struct shihyo_error *err)
{
    layout->host = host;
    for (size_t i = 0; i < KDB_CONTRACTS; i++) {
        const struct shihyo_value *given = common_member(value, kdb_contracts[i].id);
        bool list = given != NULL && given->type == SHIHYO_VALUE_LIST;
        size_t count = given == NULL ? 0 : list ? given->count : 1;
        for (size_t k = 0; k < count; k++) {
            int code = read_dataset(layout, value, &kdb_contracts[i],
                                    list ? given->items[k] : given, k, err);
            if (code != 0)
                return code;
        }
    }
    if (layout->dataset_count == 0)
        return host->error(err, SHIHYO_INVALID_ARG, E_OPTION_MISSING,
                           N_("The layout names no dataset: write persons, medical_claims, …"));
    return 0;
}

void kdb_layout_free(struct kdb_layout *layout)
{
    for (size_t i = 0; i < layout->dataset_count; i++) {
        struct kdb_dataset *d = &layout->datasets[i];
        for (size_t k = 0; k < d->column_count; k++)
            free(d->columns[k].pieces);
        for (size_t k = 0; k < d->where_count; k++)
            free(d->where[k].column.pieces);
        free(d->columns);
        free(d->where);
    }
    free(layout->datasets);
}
