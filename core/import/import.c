/* SPDX-License-Identifier: MIT */
/*
 * One source into the store, in one transaction: hash the files, see whether they were imported
 * already, read every table, check every row, and keep all or nothing. Rows are checked here and
 * not in plugins, so that a rule of a contract holds for every source alike.
 */
#include "config.h"

#include "core/import/import.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/log.h"
#include "core/base/os/os.h"
#include "core/import/claims.h"
#include "core/import/deliveries.h"
#include "core/import/keys.h"
#include "core/import/readers.h"

/* Rejects shown of each reason, and rows between two calls of progress. */
enum { SHOWN = 10, PROGRESS_ROWS = 50000 };

/* Rows rejected for one reason: a code, a contract, a column. */
struct reason {
    int code;
    size_t table; /* of the report */
    char column[64];
    int64_t count;
};

struct importing {
    struct shy_source *source;
    const char *name;
    struct shy_store *store;
    const struct shy_import_options *options;
    struct shy_import_report *report;
    struct shy_catalogue *catalogue;     /* the core's contracts and the source's own */
    const struct shy_contract *contract; /* being read */
    size_t table;                        /* of the report */
    const char *only_file;               /* where the source has one file only */
    struct shy_keys keys;
    struct reason *reasons;
    size_t reason_count, reason_capacity;
    struct shy_table *kept; /* rows of a batch in which some were rejected */
    int64_t rows, rows_told;
    size_t splits, splits_done;
    bool persons; /* there are tables that go the way of claims.h */
};

void shy_import_report_free(struct shy_import_report *r)
{
    shy_free(r->tables);
    shy_problems_free(&r->problems);
    *r = (struct shy_import_report){0};
}

/* Rejects -------------------------------------------------------------------------------- */

static struct reason *find_reason(struct importing *in, int code, const char *column)
{
    for (size_t i = 0; i < in->reason_count; i++) {
        struct reason *r = &in->reasons[i];
        if (r->code == code && r->table == in->table && strcmp(r->column, column) == 0)
            return r;
    }
    if (!SHY_GROW(in->reasons, in->reason_count, in->reason_capacity))
        return NULL;
    struct reason *r = &in->reasons[in->reason_count++];
    *r = (struct reason){.code = code, .table = in->table};
    shy_copy_text(r->column, sizeof r->column, column, strlen(column));
    return r;
}

/* row counts from 1 over all the source gave of the contract. */
static int reject(struct importing *in, int64_t row, struct shihyo_error *found,
                  struct shihyo_error *err)
{
    in->report->tables[in->table].rows_rejected++;
    struct reason *r = find_reason(in, (int)found->code, found->column_name);
    if (r == NULL)
        return shy_fail_nomem(err);
    if (++r->count > SHOWN)
        return 0;
    if (in->only_file != NULL)
        shy_at(found, in->only_file, 0, 0);
    shy_context(found, _("Row %lld of '%s'"), (long long)row, in->contract->id);
    shy_problems_add(&in->report->problems, SHY_WARNING, found);
    return 0;
}

/* Of two rows with one key the first stays: which one is right, no program knows. */
static int fail_double(struct importing *in, const struct shy_table *rows, size_t row,
                       struct shihyo_error *found)
{
    (void)shy_fail(found, SHY_E_CONTRACT_KEY, _("An earlier row of '%s' has the same key."),
                   in->contract->id);
    if (in->contract->person_level)
        return SHY_E_CONTRACT_KEY;
    struct shy_text key = {0};
    shy_keys_describe(rows, row, &key);
    shy_value(found, shy_text_get(&key), key.length);
    shy_text_free(&key);
    return SHY_E_CONTRACT_KEY;
}

/* A row that is not kept: what is wrong with it is found out again, to say so. Being rejected is
 * no failure; running out of memory is. */
static int reject_row(struct importing *in, const struct shy_table *rows, size_t row,
                      struct shihyo_error *err)
{
    struct shihyo_error found = SHY_ERROR_INIT;
    if (shy_table_check_row(rows, row, &found) == 0)
        (void)fail_double(in, rows, row, &found);
    return reject(in, in->report->tables[in->table].rows_read + (int64_t)row + 1, &found, err);
}

/* The rest of each reason's rejects, as one sentence. */
static void report_reasons(struct importing *in)
{
    struct shihyo_error more = SHY_ERROR_INIT;
    for (size_t i = 0; i < in->reason_count; i++) {
        const struct reason *r = &in->reasons[i];
        if (r->count <= SHOWN)
            continue;
        (void)shy_fail(&more, (enum shy_code)r->code,
                       _("In all, %lld rows of '%s' were rejected for this reason."),
                       (long long)r->count, in->report->tables[r->table].contract);
        shy_at_column(&more, r->column);
        shy_problems_add(&in->report->problems, SHY_WARNING, &more);
    }
}

/* Rows ----------------------------------------------------------------------------------- */

static int copy_row(const struct shy_table *from, size_t row, struct shy_table *to,
                    struct shihyo_error *err)
{
    size_t at;
    SHY_TRY(shy_table_add_row(to, &at, err));
    for (size_t i = 0; i < from->column_count; i++) {
        const struct shy_table_column *c = &from->columns[i];
        const char *text = shy_table_text(from, row, (int)i);
        bool texts = c->def->type == SHY_CODE_T || c->def->type == SHY_TEXT_T ||
                     c->def->type == SHY_PERIOD_T;
        if (texts && text != NULL)
            SHY_TRY(shy_table_set_text(to, at, (int)i, text, c->dict.lengths[c->data[row]], err));
        else
            to->columns[i].data[at] = texts ? 0 : c->data[row];
        to->columns[i].state[at] = c->state[row];
    }
    return 0;
}

/* A table of the same columns, for the rows that are kept of a batch. */
static int start_kept(struct importing *in, const struct shy_table *rows, size_t good,
                      struct shihyo_error *err)
{
    const char **names = shy_alloc(rows->column_count, sizeof *names);
    if (names == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < rows->column_count; i++)
        names[i] = rows->columns[i].def->name;
    int code = shy_table_new(rows->contract, names, rows->column_count, &in->kept, err);
    shy_free((void *)names);
    for (size_t i = 0; i < good && code == 0; i++)
        code = copy_row(rows, i, in->kept, err);
    return code;
}

/* Rows are copied only in batches where some are rejected. */
static int keep_good(struct importing *in, const struct shy_table *rows, const uint8_t *bad,
                     const uint8_t *seen, struct shihyo_error *err)
{
    for (size_t i = 0; i < rows->rows; i++) {
        if (!bad[i] && !seen[i]) {
            if (in->kept != NULL)
                SHY_TRY(copy_row(rows, i, in->kept, err));
            continue;
        }
        SHY_TRY(reject_row(in, rows, i, err));
        if (in->kept == NULL)
            SHY_TRY(start_kept(in, rows, i, err));
    }
    return 0;
}

static int check_rows(struct importing *in, const struct shy_table *rows, struct shihyo_error *err)
{
    uint8_t *bad = shy_alloc(rows->rows, 2 * sizeof *bad);
    if (bad == NULL)
        return shy_fail_nomem(err);
    uint8_t *seen = bad + rows->rows;
    int code = shy_table_mark_bad(rows, bad, err);
    if (code == 0)
        code = shy_keys_add(&in->keys, rows, bad, seen, err);
    if (code == 0)
        code = keep_good(in, rows, bad, seen, err);
    shy_free(bad);
    return code;
}

static void tell(struct importing *in)
{
    if (in->options->progress == NULL)
        return;
    double share = in->splits == 0 ? -1 : (double)in->splits_done / (double)in->splits;
    in->options->progress(in->options->progress_arg, in->name, in->rows, share);
    in->rows_told = in->rows;
}

static int take_rows(struct importing *in, const struct shy_table *rows, struct shihyo_error *err)
{
    struct shy_import_table *table = &in->report->tables[in->table];
    int code = check_rows(in, rows, err);
    const struct shy_table *kept = in->kept == NULL ? rows : in->kept;
    if (code == 0)
        code = shy_store_append(in->store, kept, err);
    if (code == 0) {
        table->rows_read += (int64_t)rows->rows;
        table->rows_kept += (int64_t)kept->rows;
        in->rows += (int64_t)rows->rows;
    }
    shy_table_free(in->kept);
    in->kept = NULL;
    if (code == 0 && in->rows - in->rows_told >= PROGRESS_ROWS)
        tell(in);
    return code;
}

/* Contracts ------------------------------------------------------------------------------ */

/* Makes the contract known to the store also where it will have no rows. */
static int announce(struct importing *in, struct shihyo_error *err)
{
    struct shy_table *empty;
    SHY_TRY(shy_table_new(in->contract, NULL, 0, &empty, err));
    int code = shy_store_append(in->store, empty, err);
    shy_table_free(empty);
    return code;
}

/* The splits of a table: read in other threads, checked and stored in this one. */
static int take_splits(struct importing *in, struct shy_readers *readers, size_t first,
                       size_t count, struct shihyo_error *err)
{
    int code = 0;
    for (size_t at = first; code == 0 && at < first + count;) {
        struct shy_table *rows;
        code = shy_readers_next(readers, at, &rows, err);
        if (code == 0 && rows != NULL) {
            code = take_rows(in, rows, err);
        } else if (code == 0) {
            at++;
            in->splits_done++;
            tell(in);
        }
        shy_table_free(rows);
    }
    return code;
}

static int take_table(struct importing *in, struct shy_readers *readers,
                      const struct shy_split *splits, size_t first, size_t count,
                      struct shihyo_error *err)
{
    struct shy_import_report *report = in->report;
    if (!SHY_GROW(report->tables, report->table_count, report->table_capacity))
        return shy_fail_nomem(err);
    in->contract = splits[first].contract;
    in->table = report->table_count++;
    report->tables[in->table] = (struct shy_import_table){0};
    shy_copy_text(report->tables[in->table].contract, sizeof report->tables[in->table].contract,
                  in->contract->id, strlen(in->contract->id));
    SHY_TRY(announce(in, err));
    SHY_TRY(take_splits(in, readers, first, count, err));
    report->tables[in->table].values_rounded = shy_source_rounded(in->source, in->contract->id);
    shy_keys_free(&in->keys);
    return 0;
}

/* All splits of the tables to read, in order. */
static int list_splits(struct importing *in, const struct shihyo_table_info *tables, size_t count,
                       struct shy_split **out, struct shihyo_error *err)
{
    size_t n = 0;
    struct shy_split *splits = shy_alloc(in->splits, sizeof *splits);
    *out = splits;
    if (splits == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < count; i++) {
        const struct shy_contract *contract;
        SHY_TRY(shy_catalogue_require(in->catalogue, tables[i].contract, &contract, err));
        for (uint32_t k = 0; k < tables[i].splits; k++)
            splits[n++] = (struct shy_split){contract, k};
    }
    return 0;
}

/* Tables read beside each other: while one is stored, the next is being read. */
static int read_beside(struct importing *in, const struct shihyo_table_info *tables, size_t count,
                       const struct shy_split *splits, struct shihyo_error *err)
{
    struct shy_readers *readers;
    size_t all = 0, first = 0;
    int code = 0;
    for (size_t i = 0; i < count; i++)
        all += tables[i].splits;
    SHY_TRY(shy_readers_start(in->source, splits, all, &readers, err));
    for (size_t i = 0; code == 0 && i < count; i++) {
        code = take_table(in, readers, splits, first, tables[i].splits, err);
        first += tables[i].splits;
    }
    shy_readers_stop(readers);
    return code;
}

static int read_listed(struct importing *in, const struct shihyo_table_info *tables, size_t count,
                       const struct shy_split *splits, struct shihyo_error *err)
{
    for (size_t i = 0, end; i < count; i = end) {
        size_t all = tables[i].splits;
        for (end = i + 1; tables[i].beside && end < count && tables[end].beside; end++)
            all += tables[end].splits;
        SHY_TRY(read_beside(in, tables + i, end - i, splits, err));
        splits += all;
    }
    return 0;
}

/* Tables about persons are left for claims.h; the others are moved to the front of own. */
static size_t choose_tables(struct importing *in, const struct shihyo_table_info *tables,
                            size_t count, struct shihyo_table_info *own)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (shy_claims_takes(tables[i].contract)) {
            in->persons = true;
            continue;
        }
        own[n++] = tables[i];
        in->splits += tables[i].splits;
    }
    return n;
}

static int read_tables(struct importing *in, struct shihyo_error *err)
{
    const struct shihyo_table_info *tables;
    struct shy_split *splits = NULL;
    size_t count;
    in->catalogue = shy_catalogue_new();
    if (in->catalogue == NULL)
        return shy_fail_nomem(err);
    SHY_TRY(shy_source_tables(in->source, in->catalogue, &tables, &count, err));
    struct shihyo_table_info *own = shy_alloc(count, sizeof *own);
    if (own == NULL)
        return shy_fail_nomem(err);
    count = choose_tables(in, tables, count, own);
    tell(in);
    int code = list_splits(in, own, count, &splits, err);
    if (code == 0)
        code = read_listed(in, own, count, splits, err);
    shy_free(splits);
    shy_free(own);
    return code;
}

/* Rejected rows beyond the project's limit mean a wrong mapping rather than wrong rows: nothing of
 * such a delivery is kept. */
int shy_import_check_limit(const struct shy_import_options *options, int64_t read, int64_t rejected,
                           struct shihyo_error *err)
{
    if ((double)rejected <= options->reject_limit * (double)read)
        return 0;
    (void)shy_fail(err, SHY_E_IMPORT_REJECTED,
                   _("%lld of %lld rows were rejected; the project allows %g %%. Nothing was "
                     "imported."),
                   (long long)rejected, (long long)read, options->reject_limit * 100);
    shy_hint(err, _("Mend the files, or raise reject_limit in project.lua."));
    return SHY_E_IMPORT_REJECTED;
}

static int check_limits(const struct importing *in, struct shihyo_error *err)
{
    int64_t read = 0, rejected = 0;
    for (size_t i = 0; i < in->report->table_count; i++) {
        read += in->report->tables[i].rows_read;
        rejected += in->report->tables[i].rows_rejected;
    }
    SHY_TRY(shy_import_check_limit(in->options, read, rejected, err));
    if (read - rejected > 0 || (read == 0 && in->options->may_be_empty))
        return 0;
    if (rejected > 0) {
        (void)shy_fail(err, SHY_E_IMPORT_EMPTY,
                       _("Every one of the %lld rows was rejected. Nothing was imported."),
                       (long long)rejected);
        return SHY_E_IMPORT_EMPTY;
    }
    (void)shy_fail(err, SHY_E_IMPORT_EMPTY, _("The files hold no rows. Nothing was imported."));
    shy_hint(err, _("Check that the source's options name the right files and sheets."));
    return SHY_E_IMPORT_EMPTY;
}

/* Deliveries ----------------------------------------------------------------------------- */

static int read_persons(struct importing *in, const struct shy_incoming *incoming,
                        const char *spill_beside, struct shihyo_error *err)
{
    const struct shy_claims_job job = {
        .source = in->source,
        .name = in->name,
        .store = in->store,
        .options = in->options,
        .report = in->report,
        .catalogue = in->catalogue,
        .spill_beside = spill_beside,
        .rows_before = in->rows,
        .hashed = &incoming->unread,
        .delivery = &incoming->delivery,
    };
    return in->persons ? shy_claims_import(&job, err) : 0;
}

static int import_delivery(struct importing *in, struct shy_incoming *incoming,
                           const char *spill_beside, struct shihyo_error *err)
{
    SHY_TRY(shy_incoming_begin(incoming, in->options, in->store, err));
    int code = read_tables(in, err);
    if (code == 0)
        code = read_persons(in, incoming, spill_beside, err);
    report_reasons(in);
    if (code == 0)
        code = check_limits(in, err);
    if (code == 0)
        code = shy_incoming_identify(incoming, in->store, err);
    if (code == 0)
        return shy_store_commit(in->store, &in->report->delivery, err);
    shy_store_rollback(in->store);
    return code;
}

static void log_report(const struct importing *in)
{
    for (size_t i = 0; i < in->report->table_count; i++) {
        const struct shy_import_table *t = &in->report->tables[i];
        shy_log(
            SHIHYO_LOG_INFO,
            _("import '%s': %s: %lld rows read, %lld kept, %lld rejected, %lld numbers rounded"),
            in->name, t->contract, (long long)t->rows_read, (long long)t->rows_kept,
            (long long)t->rows_rejected, (long long)t->values_rounded);
    }
}

int shy_import_source(struct shy_source *source, const char *name, const char *options_json,
                      const struct shihyo_plugin *plugin, struct shy_store *store,
                      const char *spill_beside, const struct shy_import_options *options,
                      struct shy_import_report *report, struct shihyo_error *err)
{
    struct importing in = {
        .source = source, .name = name, .store = store, .options = options, .report = report};
    struct shy_incoming incoming;
    int code = shy_incoming_find(source, name, options_json, plugin, store, options, &incoming,
                                 report, err);
    in.only_file = incoming.one_file;
    if (code == 0 && !report->unchanged)
        code = import_delivery(&in, &incoming, spill_beside, err);
    if (code == 0)
        log_report(&in);
    shy_keys_free(&in.keys);
    shy_table_free(in.kept);
    shy_free(in.reasons);
    shy_catalogue_free(in.catalogue);
    shy_incoming_free(&incoming);
    return code;
}
