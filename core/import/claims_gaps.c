/* SPDX-License-Identifier: MIT */
/* What a delivery lacks without any row being wrong: files that gave no row, months without rows.
 * A file that is empty or was cut off between two lines can be told by nothing else. */
#include "config.h"

#include "core/base/i18n.h"
#include "core/base/period.h"
#include "core/import/claims_internal.h"

enum { TOLD_MOST = 10 };

/* Files ---------------------------------------------------------------------------------- */

static bool place_of(const struct shy_claims *c, int kind, uint32_t split, struct shihyo_error *to)
{
    const struct shy_claims_table *t = &c->tables[kind];
    *to = (struct shihyo_error)SHY_ERROR_INIT;
    return shy_source_locate(c->job.source, t->contract, t->names, t->column_count, split, 0, to) ==
               0 &&
           to->file[0] != '\0';
}

/* A file may be read in several parts, and parts of one file follow each other. */
static bool other_part_has_rows(const struct shy_claims *c, int kind, uint32_t split,
                                const char *file)
{
    const struct shy_claims_table *t = &c->tables[kind];
    struct shihyo_error place;
    for (int step = -1; step <= 1; step += 2) {
        for (int64_t s = (int64_t)split + step; s >= 0 && s < t->splits; s += step) {
            if (!place_of(c, kind, (uint32_t)s, &place) || strcmp(place.file, file) != 0)
                break;
            if (t->split_seen[s])
                return true;
        }
    }
    return false;
}

static void tell_file(struct shy_claims *c, const char *file, const char *contract)
{
    struct shihyo_error found = SHY_ERROR_INIT;
    if (contract == NULL)
        (void)shy_fail(&found, SHY_E_FILE_WITHOUT_ROWS, _("The file is empty."));
    else
        (void)shy_fail(&found, SHY_E_FILE_WITHOUT_ROWS, _("The file gave no row of '%s'."),
                       contract);
    shy_at(&found, file, 0, 0);
    if (contract != NULL)
        shy_hint(&found, _("Is it cut off? Do the layout's conditions fit none of its lines?"));
    shy_problems_add(&c->job.report->problems, SHY_WARNING, &found);
}

/* Plugins need not make a table of a file without a byte, so these are found by their size. */
void shy_claims_check_files(struct shy_claims *c)
{
    const struct shy_delivery *d = c->job.delivery;
    for (size_t i = 0; d != NULL && i < d->file_count; i++) {
        if (d->files[i].size == 0)
            tell_file(c, d->files[i].path, NULL);
    }
    for (int kind = 0; kind < SHY_KIND_COUNT; kind++) {
        const struct shy_claims_table *t = &c->tables[kind];
        char last[sizeof((struct shihyo_error *)0)->file] = "";
        struct shihyo_error place;
        for (uint32_t s = 0; t->contract != NULL && s < t->splits; s++) {
            if (t->split_seen[s] || !place_of(c, kind, s, &place) ||
                strcmp(place.file, last) == 0 || other_part_has_rows(c, kind, s, place.file))
                continue;
            shy_copy_text(last, sizeof last, place.file, strlen(place.file));
            tell_file(c, place.file, t->contract->id);
        }
    }
}

/* Months --------------------------------------------------------------------------------- */

struct months {
    int32_t *items;
    size_t count;
};

static void span_text(int32_t first, int32_t last, char out[2 * SHY_PERIOD_TEXT + 2])
{
    struct shy_period p = shy_months(first, first);
    shy_period_text(&p, out);
    if (first == last)
        return;
    size_t at = strlen(out);
    memcpy(out + at, "..", 3);
    p = shy_months(last, last);
    shy_period_text(&p, out + at + 2);
}

/* The months from first to last that are not in the list, as spans. */
static int tell_gaps(struct shy_claims *c, const char *contract, const struct months *m,
                     int32_t first, int32_t last, struct shihyo_error *err)
{
    struct shy_text list = {0};
    size_t at = 0, told = 0;
    for (int32_t month = first; month <= last;) {
        while (at < m->count && m->items[at] < month)
            at++;
        int32_t end = at < m->count && m->items[at] <= last ? m->items[at] : last + 1;
        char text[2 * SHY_PERIOD_TEXT + 2];
        if (end > month && told++ < TOLD_MOST) {
            span_text(month, end - 1, text);
            shy_text_addf(&list, "%s%s", told > 1 ? ", " : "", text);
        }
        month = end + 1;
    }
    if (told > TOLD_MOST)
        shy_text_adds(&list, " …");
    if (told > 0 && !list.failed) {
        struct shihyo_error found = SHY_ERROR_INIT;
        (void)shy_fail(&found, SHY_E_MONTH_WITHOUT_ROWS,
                       _("There are no rows of '%s' for months between others: %s."), contract,
                       shy_text_get(&list));
        shy_hint(&found, _("Is a file missing or empty, or a month written wrongly? Values that "
                           "need these months are partial or not computable."));
        shy_problems_add(&c->job.report->problems, SHY_WARNING, &found);
    }
    int code = list.failed ? shy_fail_nomem(err) : 0;
    shy_text_free(&list);
    return code;
}

/* Claims and their lines are of the same months: from the first month of either to the last. */
int shy_claims_check_months(struct shy_claims *c, struct shihyo_error *err)
{
    static const int pairs[][2] = {{SHY_KIND_MEDICAL_CLAIMS, SHY_KIND_MEDICAL_ITEMS},
                                   {SHY_KIND_CARE_CLAIMS, SHY_KIND_CARE_ITEMS}};
    int code = 0;
    for (size_t p = 0; p < sizeof pairs / sizeof pairs[0] && code == 0; p++) {
        struct months of[2] = {{0}};
        int32_t first = INT32_MAX, last = INT32_MIN;
        for (int i = 0; i < 2 && code == 0; i++) {
            const struct shy_contract *contract = c->tables[pairs[p][i]].contract;
            if (contract != NULL)
                code =
                    shy_store_months_known(c->job.store, contract, &of[i].items, &of[i].count, err);
            if (of[i].count == 0)
                continue;
            int32_t end = of[i].items[of[i].count - 1];
            first = of[i].items[0] < first ? of[i].items[0] : first;
            last = end > last ? end : last;
        }
        for (int i = 0; i < 2 && code == 0 && first <= last; i++) {
            const struct shy_contract *contract = c->tables[pairs[p][i]].contract;
            if (contract != NULL)
                code = tell_gaps(c, contract->id, &of[i], first, last, err);
        }
        shy_free(of[0].items);
        shy_free(of[1].items);
    }
    return code;
}
