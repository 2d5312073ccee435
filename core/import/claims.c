/* SPDX-License-Identifier: MIT */
/* Person-level tables: the three passes of docs/claims.md, one after another. */
#include "config.h"

#include <stdlib.h>

#include "core/base/i18n.h"
#include "core/base/log.h"
#include "core/base/os/os.h"
#include "core/import/claims_internal.h"

#define DEFAULT_MEMORY ((int64_t)64 << 20)

static const char *const kinds[SHY_KIND_COUNT] = {
    "persons", "care_persons", "medical_claims", "medical_items", "care_claims", "care_items",
};

bool shy_claims_takes(const char *contract)
{
    for (int kind = 0; kind < SHY_KIND_COUNT; kind++) {
        if (strcmp(kinds[kind], contract) == 0)
            return true;
    }
    return false;
}

/* Tables --------------------------------------------------------------------------------- */

static int add_column(struct shy_claims *c, struct shy_claims_table *t, int index,
                      struct shihyo_error *err)
{
    const struct shy_column *def = &t->contract->columns[index];
    int at = (int)t->column_count;
    SHY_BUG_ON(at == SHY_CLAIMS_COLUMNS);
    t->names[at] = def->name;
    t->columns[at] = index;
    t->meanings[at] = -1;
    t->column_count++;
    bool kept = (def->flags & SHY_COLUMN_LINK) == 0;
    if (def->type == SHY_CODE_T && kept && def->role != SHY_ROLE_PERSON &&
        def->role != SHY_ROLE_CLAIM)
        SHY_TRY(shy_codes_meaning(&c->codes, t->contract, index, &t->meanings[at], err));
    if (def->role == SHY_ROLE_PERSON)
        t->person = at;
    else if (def->role == SHY_ROLE_MONTH)
        t->month = at;
    else if (def->role == SHY_ROLE_CLAIM)
        t->claim = at;
    else if (def->role == SHY_ROLE_INSTITUTION)
        t->institution = at;
    else
        t->lines[t->line_count++] = at;
    return 0;
}

/* Every column that the plugin offers; those that a row cannot do without must be. */
static int open_table(struct shy_claims *c, int kind, const struct shihyo_table_info *info,
                      struct shihyo_error *err)
{
    struct shy_claims_table *t = &c->tables[kind];
    SHY_TRY(shy_catalogue_require(c->job.catalogue, kinds[kind], &t->contract, err));
    t->splits = info->splits;
    t->split_seen = shy_alloc((size_t)t->splits + 1, sizeof *t->split_seen);
    if (t->split_seen == NULL)
        return shy_fail_nomem(err);
    t->person = t->month = t->claim = t->institution = -1;
    for (size_t i = 0; i < t->contract->column_count; i++) {
        const struct shy_column *def = &t->contract->columns[i];
        if (shy_source_offers(c->job.source, kinds[kind], def->name))
            SHY_TRY(add_column(c, t, (int)i, err));
        else if ((def->flags & (SHY_COLUMN_OPTIONAL | SHY_COLUMN_NULLABLE)) == 0)
            return shy_fail(err, SHY_E_PLUGIN_UNSUPPORTED,
                            _("The plugin does not offer the column '%s' of '%s', without which "
                              "no row can be kept."),
                            def->name, kinds[kind]);
    }
    return 0;
}

static int open_tables(struct shy_claims *c, struct shihyo_error *err)
{
    const struct shihyo_table_info *tables;
    size_t count;
    SHY_TRY(shy_source_tables(c->job.source, NULL, &tables, &count, err));
    for (int kind = 0; kind < SHY_KIND_COUNT; kind++) {
        for (size_t i = 0; i < count; i++) {
            if (strcmp(tables[i].contract, kinds[kind]) == 0)
                SHY_TRY(open_table(c, kind, &tables[i], err));
        }
    }
    return 0;
}

/* Institutions --------------------------------------------------------------------------- */

static int take_institutions(void *arg, const struct shy_table *rows, struct shihyo_error *err)
{
    int column = shy_table_role(rows, SHY_ROLE_INSTITUTION);
    for (size_t i = 0; i < rows->rows && column >= 0; i++) {
        const char *code = shy_table_text(rows, i, column);
        if (code != NULL && shy_map_adds(arg, code) == SHY_MAP_NONE)
            return shy_fail_nomem(err);
    }
    return 0;
}

static int read_institutions(struct shy_claims *c, const char *list, struct shy_map *out,
                             struct shihyo_error *err)
{
    const struct shy_contract *contract = shy_catalogue_find(c->job.catalogue, list);
    const struct shihyo_table_info *tables;
    struct shy_table *stored;
    size_t count = 0;
    SHY_TRY(shy_store_read(c->job.store, contract, NULL, 0, &stored, err));
    int code = stored == NULL ? 0 : take_institutions(out, stored, err);
    shy_table_free(stored);
    if (code == 0)
        code = shy_source_tables(c->job.source, NULL, &tables, &count, err);
    for (size_t i = 0; i < count && code == 0; i++) {
        bool mine = strcmp(tables[i].contract, list) == 0;
        for (uint32_t s = 0; mine && s < tables[i].splits && code == 0; s++)
            code =
                shy_source_read(c->job.source, contract, NULL, 0, s, take_institutions, out, err);
    }
    return code;
}

/* Lines of institutions that the list does not have: no reject, since their rows are good. */
static int check_institutions(struct shy_claims *c, const struct shy_meaning *m,
                              struct shihyo_error *err)
{
    struct shy_map known = {0}, unknown = {0};
    int64_t lines = 0;
    int code = read_institutions(c, m->name, &known, err);
    for (size_t t = 0; t < c->threads && code == 0 && known.count > 0; t++) {
        const struct shy_numbering *n = &m->threads[t];
        for (size_t i = 0; i < n->count && code == 0; i++) {
            if (n->lines[i] == 0 ||
                shy_map_find(&known, n->texts[i], n->lengths[i]) != SHY_MAP_NONE)
                continue;
            lines += n->lines[i];
            if (shy_map_add(&unknown, n->texts[i], n->lengths[i]) == SHY_MAP_NONE)
                code = shy_fail_nomem(err);
        }
    }
    if (code == 0 && unknown.count > 0) {
        struct shihyo_error found = SHY_ERROR_INIT;
        (void)shy_fail(&found, SHY_E_INSTITUTION_UNKNOWN,
                       _("%lld rows name %lld institutions that '%s' does not have."),
                       (long long)lines, (long long)unknown.count, m->name);
        shy_hint(&found, _("They have no municipality; their rows are kept."));
        shy_problems_add(&c->job.report->problems, SHY_WARNING, &found);
    }
    shy_map_free(&known);
    shy_map_free(&unknown);
    return code;
}

static int check_places(struct shy_claims *c, struct shihyo_error *err)
{
    for (size_t i = 0; i < c->codes.meaning_count; i++) {
        const struct shy_meaning *m = &c->codes.meanings[i];
        if (m->contract->columns[m->column].role == SHY_ROLE_INSTITUTION)
            SHY_TRY(check_institutions(c, m, err));
    }
    return 0;
}

/* Report --------------------------------------------------------------------------------- */

static void locate(void *arg, int kind, uint32_t split, int64_t row, struct shihyo_error *to)
{
    struct shy_claims *c = arg;
    const struct shy_claims_table *t = &c->tables[kind];
    if (shy_source_locate(c->job.source, t->contract, t->names, t->column_count, split, row, to) !=
        0)
        shy_context(to, _("Row %lld of part %lld of '%s'"), (long long)row + 1,
                    (long long)split + 1, t->contract->id);
}

static int report(struct shy_claims *c, struct shihyo_error *err)
{
    struct shy_import_report *r = c->job.report;
    const struct shy_contract *contracts[SHY_KIND_COUNT];
    for (int kind = 0; kind < SHY_KIND_COUNT; kind++) {
        struct shy_claims_table *t = &c->tables[kind];
        contracts[kind] = t->contract;
        if (t->contract == NULL)
            continue;
        if (!SHY_GROW(r->tables, r->table_count, r->table_capacity))
            return shy_fail_nomem(err);
        struct shy_import_table *told = &r->tables[r->table_count++];
        *told = (struct shy_import_table){.rows_read = t->rows_read,
                                          .rows_rejected = t->rows_rejected,
                                          .rows_kept = t->rows_read - t->rows_rejected};
        shy_copy_text(told->contract, sizeof told->contract, kinds[kind], strlen(kinds[kind]));
    }
    shy_rejects_report(&c->rejects, contracts, locate, c, &r->problems);
    return 0;
}

/* All is read now, and what comes can only reject more: too much already is too much at the end,
 * and the work on the partitions is spared. The counts do not depend on threads. */
static int check_limit(const struct shy_claims *c, struct shihyo_error *err)
{
    const struct shy_import_report *r = c->job.report;
    int64_t read = 0, rejected = 0;
    for (size_t i = 0; i < r->table_count; i++) {
        read += r->tables[i].rows_read;
        rejected += r->tables[i].rows_rejected;
    }
    for (int kind = 0; kind < SHY_KIND_COUNT; kind++) {
        read += c->tables[kind].rows_read;
        rejected += c->tables[kind].rows_rejected;
    }
    return shy_import_check_limit(c->job.options, read, rejected, err);
}

/* The passes ----------------------------------------------------------------------------- */

static int run_passes(struct shy_claims *c, struct shihyo_error *err)
{
    SHY_TRY(open_tables(c, err));
    SHY_TRY(shy_claims_read_people(c, err));
    SHY_TRY(
        shy_spill_open(&c->spill, c->job.spill_beside, c->threads, c->partitions, c->memory, err));
    SHY_TRY(shy_claims_read_rows(c, err));
    SHY_TRY(check_limit(c, err));
    SHY_TRY(check_places(c, err));
    shy_claims_check_files(c);
    SHY_TRY(shy_codes_finish(&c->codes, c->job.store, err));
    SHY_TRY(shy_claims_write_parts(c, err));
    return shy_claims_check_months(c, err);
}

static void free_claims(struct shy_claims *c)
{
    shy_spill_close(&c->spill);
    shy_ids_free(&c->numbers);
    shy_people_free(&c->people);
    shy_claims_free_insurers(c);
    shy_rejects_close(&c->rejects);
    shy_codes_free(&c->codes);
    for (int kind = 0; kind < SHY_KIND_COUNT; kind++)
        shy_free(c->tables[kind].split_seen);
    (void)pthread_mutex_destroy(&c->store_lock);
    shy_free(c);
}

int shy_claims_import(const struct shy_claims_job *job, struct shihyo_error *err)
{
    struct shy_claims *c = shy_alloc(1, sizeof *c);
    if (c == NULL)
        return shy_fail_nomem(err);
    c->job = *job;
    c->threads = job->options->threads > 0 ? job->options->threads : shy_os_processors();
    c->memory = job->options->memory > 0 ? job->options->memory : DEFAULT_MEMORY;
    (void)pthread_mutex_init(&c->store_lock, NULL);
    shy_rejects_open(&c->rejects);
    int code = shy_codes_open(&c->codes, c->threads + 1, err);
    if (code == 0)
        code = run_passes(c, err);
    /* What was rejected is told also where it was too much, or something else went wrong. */
    struct shihyo_error ignored = SHY_ERROR_INIT;
    int told = report(c, code == 0 ? err : &ignored);
    free_claims(c);
    return code == 0 ? told : code;
}
