/* SPDX-License-Identifier: MIT */
/* The nation's totals: read with every workbook, compared and written when all were read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ndb.h"

static char *copy(const char *text, size_t length)
{
    char *p = malloc(length + 1);
    if (p == NULL)
        return NULL;
    memcpy(p, text, length);
    p[length] = '\0';
    return p;
}

int ndb_totals_add(struct ndb_totals *t, const struct ndb_sheet *s, const struct ndb_item *item,
                   const struct shihyo_number *value)
{
    if (t->count == t->capacity) {
        size_t capacity = t->capacity == 0 ? 256 : t->capacity * 2;
        struct ndb_total *items = realloc(t->items, capacity * sizeof *items);
        if (items == NULL)
            return common_nomem(s->host, s->err);
        t->items = items;
        t->capacity = capacity;
    }
    struct ndb_total *total = &t->items[t->count];
    *total = (struct ndb_total){
        .kind = s->kind,
        .setting = s->setting,
        .addition = s->addition,
        .name = copy(item->name.text, item->name.length),
        .section = copy(item->section, strlen(item->section)),
        .value = *value,
        .sheet = s->number,
        .column = s->total,
        .row = item->row,
    };
    (void)snprintf(total->code, sizeof total->code, "%.9s", item->code);
    (void)snprintf(total->period, sizeof total->period, "%s", s->period);
    t->count++;
    return total->name == NULL || total->section == NULL ? common_nomem(s->host, s->err) : 0;
}

void ndb_totals_free(struct ndb_totals *t)
{
    for (size_t i = 0; i < t->count; i++) {
        free(t->items[i].name);
        free(t->items[i].section);
    }
    free(t->items);
    *t = (struct ndb_totals){0};
}

/* Comparing -------------------------------------------------------------------------------- */

/* Totals written so far, by procedure: open addressing, at most half full. */
struct written {
    const struct ndb_total **slots;
    const char **paths;
    size_t slot_count;
};

static bool same_procedure(const struct ndb_total *a, const struct ndb_total *b)
{
    return strcmp(a->code, b->code) == 0 && strcmp(a->kind, b->kind) == 0 &&
           strcmp(a->setting, b->setting) == 0 && a->addition == b->addition &&
           strcmp(a->period, b->period) == 0;
}

static size_t slot_of(const struct written *w, const struct ndb_total *total)
{
    uint64_t h = strtoull(total->code, NULL, 10) * 0x9e3779b97f4a7c15u;
    size_t at = (size_t)(h >> 32) & (w->slot_count - 1);
    while (w->slots[at] != NULL && !same_procedure(w->slots[at], total))
        at = (at + 1) & (w->slot_count - 1);
    return at;
}

/* The name of a sheet is asked for only where a message needs it. */
static void place(const struct shihyo_host *host, const char *path, const struct ndb_total *total,
                  struct shihyo_error *err)
{
    struct shihyo_workbook *book = NULL;
    if (err == NULL)
        return;
    common_copy(err->file, sizeof err->file, path, strlen(path));
    err->row = total->row;
    err->column = (int64_t)total->column + 1;
    common_copy(err->column_name, sizeof err->column_name, "総計", strlen("総計"));
    if (total->value.state == SHIHYO_STATE_OK)
        (void)snprintf(err->value, sizeof err->value, "%lld", (long long)total->value.mantissa);
    else
        common_copy(err->value, sizeof err->value, "-", 1);
    if (host->text->workbook_open(path, &book, NULL) == 0) {
        const char *name = host->text->sheet_name(book, total->sheet);
        if (name != NULL)
            common_copy(err->sheet, sizeof err->sheet, name, strlen(name));
        host->text->workbook_close(book);
    }
}

static int fail_differs(const struct shihyo_host *host, const char *path, const char *before,
                        const struct ndb_total *total, struct shihyo_error *err)
{
    int code =
        host->error(err, SHIHYO_DATA, E_LAYOUT,
                    N_("The total of %.9s is not the one that '%s' gives."), total->code, before);
    host->hint(err, N_("The files may be of different rounds, or one was changed."));
    place(host, path, total, err);
    return code;
}

/* Writing ---------------------------------------------------------------------------------- */

static int write_total(struct ndb_sheet *s, const struct ndb_total *total)
{
    static const struct ndb_column nation = {
        .area_set = "nation", .area = "00", .age_from = -1, .age_to = -1};
    struct ndb_item item = {
        .name = {total->name, strlen(total->name)}, .section = total->section, .row = total->row};
    memcpy(item.code, total->code, sizeof total->code);
    memcpy(s->period, total->period, sizeof total->period);
    s->kind = total->kind;
    s->setting = total->setting;
    s->addition = total->addition;
    return ndb_write_figure(s, &item, &nation, &total->value);
}

static int write_book(struct ndb_sheet *s, const struct ndb_totals *book, struct written *written)
{
    for (size_t i = 0; i < book->count; i++) {
        const struct ndb_total *total = &book->items[i];
        size_t slot = slot_of(written, total);
        const struct ndb_total *before = written->slots[slot];
        if (before != NULL && (before->value.state != total->value.state ||
                               before->value.mantissa != total->value.mantissa))
            return fail_differs(s->host, s->file, written->paths[slot], total, s->err);
        if (before != NULL)
            continue;
        written->slots[slot] = total;
        written->paths[slot] = s->file;
        int code = write_total(s, total);
        if (code != 0)
            return code;
    }
    return 0;
}

int ndb_totals_write(const struct shihyo_host *host, const struct ndb_totals *books,
                     const char *const *paths, size_t count, struct shihyo_builder *builder,
                     struct shihyo_error *err)
{
    struct ndb_sheet *s = calloc(1, sizeof *s);
    struct written written = {.slot_count = 1024};
    size_t all = 0;
    int code = 0;
    for (size_t i = 0; i < count; i++)
        all += books[i].count;
    while (written.slot_count < all * 2)
        written.slot_count *= 2;
    written.slots = calloc(written.slot_count, sizeof *written.slots);
    written.paths = calloc(written.slot_count, sizeof *written.paths);
    if (s == NULL || written.slots == NULL || written.paths == NULL) {
        code = common_nomem(host, err);
        goto out;
    }
    s->host = host;
    s->builder = builder;
    s->err = err;
    ndb_find_targets(s);
    for (size_t i = 0; code == 0 && i < count; i++) {
        s->file = paths[i];
        code = write_book(s, &books[i], &written);
    }
out:
    free(written.slots);
    free(written.paths);
    free(s);
    return code;
}
