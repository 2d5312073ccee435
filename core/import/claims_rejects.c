/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/import/claims_rejects.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"

void shy_rejects_open(struct shy_rejects *r)
{
    *r = (struct shy_rejects){0};
    (void)pthread_mutex_init(&r->lock, NULL);
}

void shy_rejects_close(struct shy_rejects *r)
{
    for (size_t i = 0; i < r->count; i++) {
        for (size_t k = 0; k < r->reasons[i].place_count; k++)
            shy_free(r->reasons[i].places[k].told);
    }
    shy_free(r->reasons);
    (void)pthread_mutex_destroy(&r->lock);
    *r = (struct shy_rejects){0};
}

static struct shy_reject_reason *find_reason(struct shy_rejects *r, int kind, int code,
                                             const char *column, bool note)
{
    for (size_t i = 0; i < r->count; i++) {
        struct shy_reject_reason *at = &r->reasons[i];
        if (at->code == code && at->kind == kind && at->note == note &&
            strcmp(at->column, column) == 0)
            return at;
    }
    if (!SHY_GROW(r->reasons, r->count, r->capacity))
        return NULL;
    struct shy_reject_reason *at = &r->reasons[r->count++];
    *at = (struct shy_reject_reason){.kind = kind, .code = code, .note = note};
    shy_copy_text(at->column, sizeof at->column, column, strlen(column));
    return at;
}

static bool before(const struct shy_reject_place *a, uint32_t split, int64_t row)
{
    return a->split < split || (a->split == split && a->row <= row);
}

/* Keeps the first ten: a place after them is none of them. */
static bool keep_place(struct shy_reject_reason *at, uint32_t split, int64_t row,
                       const struct shihyo_error *told)
{
    size_t i = at->place_count;
    while (i > 0 && !before(&at->places[i - 1], split, row))
        i--;
    if (i == SHY_REJECTS_SHOWN)
        return true;
    struct shihyo_error *copy = NULL;
    if (told != NULL) {
        copy = shy_alloc(1, sizeof *copy);
        if (copy == NULL)
            return false;
        *copy = *told;
    }
    if (at->place_count == SHY_REJECTS_SHOWN)
        shy_free(at->places[--at->place_count].told);
    memmove(&at->places[i + 1], &at->places[i], (at->place_count - i) * sizeof at->places[0]);
    at->places[i] = (struct shy_reject_place){split, row, copy};
    at->place_count++;
    return true;
}

int shy_rejects_add(struct shy_rejects *r, int kind, int code, const char *column, uint32_t split,
                    int64_t row, int64_t rows, const struct shihyo_error *told,
                    struct shihyo_error *err)
{
    (void)pthread_mutex_lock(&r->lock);
    struct shy_reject_reason *at = find_reason(r, kind, code, column == NULL ? "" : column, false);
    bool good = at != NULL;
    if (good) {
        at->rows += rows;
        good = keep_place(at, split, row, told);
    }
    (void)pthread_mutex_unlock(&r->lock);
    return good ? 0 : shy_fail_nomem(err);
}

int shy_rejects_note(struct shy_rejects *r, int kind, uint32_t split,
                     const struct shihyo_error *found, int64_t count, struct shihyo_error *err)
{
    (void)pthread_mutex_lock(&r->lock);
    struct shy_reject_reason *at = find_reason(r, kind, (int)found->code, found->value, true);
    bool good = at != NULL;
    if (good) {
        at->rows += count;
        good = keep_place(at, split, found->row, found);
    }
    (void)pthread_mutex_unlock(&r->lock);
    return good ? 0 : shy_fail_nomem(err);
}

/* Telling -------------------------------------------------------------------------------- */

static int by_kind(const void *a, const void *b)
{
    const struct shy_reject_reason *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind - y->kind;
    return x->code != y->code ? x->code - y->code : strcmp(x->column, y->column);
}

/* One sentence for each reason; columns are named, values never. */
static void describe(const struct shy_reject_reason *at, const char *contract,
                     struct shihyo_error *out)
{
    enum shy_code code = (enum shy_code)at->code;
    switch (at->code) {
    case SHY_E_CONTRACT_NULL:
        (void)shy_fail(out, code, _("The column '%s' of '%s' must have a value and has none."),
                       at->column, contract);
        break;
    case SHY_E_CONTRACT_VALUE:
        (void)shy_fail(out, code,
                       _("The column '%s' of '%s' has a value that the contract does "
                         "not allow."),
                       at->column, contract);
        break;
    case SHY_E_CONTRACT_KEY:
        (void)shy_fail(out, code, _("An earlier row of '%s' has the same key."), contract);
        break;
    case SHY_E_PERSON_UNKNOWN:
        (void)shy_fail(out, code, _("A row of '%s' has a person number that no register has."),
                       contract);
        shy_hint(out, _("Import the register of persons of that time, together with these files "
                        "or before them."));
        break;
    case SHY_E_PERSON_CONTRADICTION:
        (void)shy_fail(out, code,
                       _("A person number of '%s' has two sexes or two months of "
                         "birth."),
                       contract);
        break;
    case SHY_E_CLAIM_UNKNOWN:
        (void)shy_fail(out, code, _("Lines of '%s' belong to a claim that is not in the delivery."),
                       contract);
        break;
    case SHY_E_CLAIM_KNOWN:
        (void)shy_fail(out, code, _("A claim of '%s' was delivered before."), contract);
        shy_hint(out, _("The delivery overlaps with an earlier one: `shihyo import --list` shows "
                        "them, --replace N puts this one in the place of number N."));
        break;
    default:
        (void)shy_fail(out, code, _("A row of '%s' could not be read."), contract);
        break;
    }
    shy_at_column(out, at->column);
}

/* The plugin's own words are not shown: it reads a table about persons. */
static void describe_note(const struct shy_reject_reason *at, struct shihyo_error *out)
{
    enum shy_code code = (enum shy_code)at->code;
    long long count = (long long)at->rows;
    switch (at->code) {
    case SHY_E_RECORD_UNKNOWN:
        (void)shy_fail(out, code,
                       _("%lld records of the kind '%s', which is not known, were "
                         "passed over."),
                       count, at->column);
        break;
    case SHY_E_RECORD_STRAY:
        (void)shy_fail(out, code, _("%lld records belong to no receipt and were passed over."),
                       count);
        break;
    case SHY_E_RECEIPT_POINTS:
        (void)shy_fail(out, code,
                       _("%lld receipts have a total of points that is not the sum of their "
                         "lines; they are kept."),
                       count);
        break;
    case SHY_E_RECEIPT_TOTALS:
        (void)shy_fail(out, code,
                       _("%lld totals at the end of a file are not those of its receipts; these "
                         "are kept."),
                       count);
        break;
    case SHY_E_RECEIPT_OTHER:
        (void)shy_fail(out, code,
                       _("%lld receipts are neither of national health insurance nor of the "
                         "late-stage elderly and were left out."),
                       count);
        break;
    default:
        (void)shy_fail(out, code, _("The plugin tells of something in the files, %lld times."),
                       count);
        break;
    }
    shy_at(out, at->places[0].told->file, at->places[0].told->row, 0);
}

void shy_rejects_report(struct shy_rejects *r, const struct shy_contract *const *contracts,
                        void (*place)(void *arg, int kind, uint32_t split, int64_t row,
                                      struct shihyo_error *to),
                        void *arg, struct shy_problems *problems)
{
    if (r->count > 0)
        qsort(r->reasons, r->count, sizeof *r->reasons, by_kind);
    for (size_t i = 0; i < r->count; i++) {
        const struct shy_reject_reason *at = &r->reasons[i];
        const char *contract = contracts[at->kind]->id;
        if (at->note) {
            struct shihyo_error note = SHY_ERROR_INIT;
            describe_note(at, &note);
            shy_problems_add(problems, SHY_WARNING, &note);
            continue;
        }
        for (size_t k = 0; k < at->place_count; k++) {
            struct shihyo_error found = SHY_ERROR_INIT;
            if (at->places[k].told != NULL)
                found = *at->places[k].told;
            else
                describe(at, contract, &found);
            if (at->places[k].told == NULL && place != NULL)
                place(arg, at->kind, at->places[k].split, at->places[k].row, &found);
            if (k > 0) /* what to do is said once */
                found.hint[0] = '\0';
            shy_problems_add(problems, SHY_WARNING, &found);
        }
        if (at->rows <= (int64_t)at->place_count)
            continue;
        struct shihyo_error more = SHY_ERROR_INIT;
        (void)shy_fail(&more, (enum shy_code)at->code,
                       _("In all, %lld rows of '%s' were rejected for this reason."),
                       (long long)at->rows, contract);
        shy_at_column(&more, at->column);
        shy_problems_add(problems, SHY_WARNING, &more);
    }
}
