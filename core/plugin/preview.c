/* SPDX-License-Identifier: MIT */
#include "core/plugin/preview.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/contract/core_contracts.h"
#include "core/plugin/internal.h"
#include "core/plugin/persons.h"
#include "core/plugin/source_read.h"

/* A code longer than this is shown by its shape; so is one that is another one in every row. */
enum { LONGEST_CODE = 10, SHORT_CODE = 5, LONGEST_TEXT = 40, ALIKE_FROM = 10 };

struct previewing {
    struct shy_source *source;
    struct shy_preview *out;
    int code;
    struct shihyo_error *err;
};

struct counted {
    struct shy_preview_pair pair; /* as read, not masked */
    size_t count;
};

/* A column while its cells are gathered. */
struct gathered {
    const struct shy_column *def;
    struct shy_preview_column *out;
    struct counted *pairs;
    bool masked;
};

void shy_preview_free(struct shy_preview *p)
{
    for (size_t i = 0; i < p->table_count; i++)
        shy_free(p->tables[i].columns);
    shy_free(p->tables);
    shy_arena_free(&p->arena);
    *p = (struct shy_preview){0};
}

/* Masking -------------------------------------------------------------------------------- */

enum { DIGIT, UPPER, LOWER, SIGN, OTHER };

static int class_of(unsigned char c)
{
    if (c >= '0' && c <= '9')
        return DIGIT;
    if (c >= 'A' && c <= 'Z')
        return UPPER;
    if (c >= 'a' && c <= 'z')
        return LOWER;
    return c < 0x80 ? SIGN : OTHER;
}

/* Which kinds of characters, and how many of all: "0012AB" is "9A{6}". */
static const char *shape(struct shy_arena *arena, const char *text)
{
    static const char *const names[] = {"9", "A", "a", "#", "字"};
    bool seen[OTHER + 1] = {false};
    struct shy_text out = {0};
    size_t length = 0;
    for (const char *p = text; *p != '\0'; p++) {
        if (((unsigned char)*p & 0xc0) == 0x80)
            continue;
        seen[class_of((unsigned char)*p)] = true;
        length++;
    }
    for (size_t i = 0; i <= OTHER; i++)
        shy_text_adds(&out, seen[i] ? names[i] : "");
    if (length > 0)
        shy_text_addf(&out, "{%zu}", length);
    const char *kept = out.failed ? NULL : shy_arena_strdup(arena, shy_text_get(&out));
    shy_text_free(&out);
    return kept;
}

static bool is_plain_code(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (class_of((unsigned char)*p) > LOWER)
            return false;
    }
    return strlen(text) <= LONGEST_CODE;
}

/* Columns whose values stand for a person, whatever they look like. */
static bool is_personal(const struct shy_column *def)
{
    return def->role == SHY_ROLE_PERSON || def->role == SHY_ROLE_CLAIM ||
           (def->flags & SHY_COLUMN_LINK) != 0 || def->type == SHY_TEXT_T;
}

/* Different in every row, and long: it may be a person's number in the wrong column. */
static bool looks_personal(const struct gathered *g)
{
    size_t texts = 0, rows = 0;
    bool lengthy = false;
    for (size_t i = 0; i < g->out->different; i++) {
        if (g->pairs[i].pair.read[0] == '\0')
            continue;
        texts++;
        rows += g->pairs[i].count;
        lengthy |= strlen(g->pairs[i].pair.read) > SHORT_CODE;
    }
    return g->def->type == SHY_CODE_T && g->def->values == NULL && lengthy && texts >= ALIKE_FROM &&
           texts == rows;
}

/* Whether a text is also one of a masked column. */
static bool is_masked_elsewhere(const struct gathered *columns, size_t count, const char *text)
{
    for (size_t c = 0; c < count; c++) {
        for (size_t i = 0; columns[c].masked && i < columns[c].out->different; i++) {
            if (strlen(text) > SHORT_CODE && strcmp(columns[c].pairs[i].pair.read, text) == 0)
                return true;
        }
    }
    return false;
}

/* A text as read: shown where it is what it should be, and so is no text of a person. */
static bool may_show(const struct gathered *columns, size_t count, const struct gathered *g,
                     const struct shy_preview_pair *pair)
{
    if (g->masked || pair->wrong || is_masked_elsewhere(columns, count, pair->read))
        return false;
    switch (g->def->type) {
    case SHY_MONTH_T:
    case SHY_INT_T:
        return strlen(pair->read) <= LONGEST_CODE;
    default:
        return g->def->values != NULL ? strlen(pair->read) <= 8 : is_plain_code(pair->read);
    }
}

static int mask_pair(struct previewing *p, const struct shy_contract *contract,
                     const struct gathered *columns, size_t count, const struct gathered *g,
                     const struct shy_preview_pair *pair, struct shy_preview_pair *out)
{
    struct shy_arena *arena = &p->out->arena;
    *out = *pair;
    if (!contract->person_level) {
        if (strlen(pair->read) > LONGEST_TEXT)
            out->read = shape(arena, pair->read);
    } else if (!may_show(columns, count, g, pair)) {
        bool listed = g->def->values != NULL && !pair->wrong && !g->masked;
        out->read = shape(arena, pair->read);
        if (!listed)
            out->understood = pair->wrong ? "" : shape(arena, pair->understood);
    }
    return out->read == NULL || out->understood == NULL ? shy_fail_nomem(p->err) : 0;
}

static int compare_pairs(const void *a, const void *b)
{
    const struct shy_preview_pair *x = a, *y = b;
    if (x->wrong != y->wrong)
        return x->wrong ? -1 : 1;
    int order = strcmp(x->read, y->read);
    return order != 0 ? order : strcmp(x->understood, y->understood);
}

static int by_text(const void *a, const void *b)
{
    return compare_pairs(&((const struct counted *)a)->pair, &((const struct counted *)b)->pair);
}

/* What is wrong first, then what is frequent: a rare value, such as the oldest birth month, would
 * say more of one person. */
static int by_count(const void *a, const void *b)
{
    const struct counted *x = a, *y = b;
    if (x->pair.wrong != y->pair.wrong)
        return x->pair.wrong ? -1 : 1;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return by_text(a, b);
}

/* After masking many are the same: once more each once. Returns how many there are. */
static size_t merge_pairs(struct counted *pairs, size_t count)
{
    size_t kept = 0;
    if (count > 0)
        qsort(pairs, count, sizeof *pairs, by_text);
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && by_text(&pairs[i], &pairs[kept - 1]) == 0)
            pairs[kept - 1].count += pairs[i].count;
        else
            pairs[kept++] = pairs[i];
    }
    return kept;
}

static int finish_column(struct previewing *p, const struct shy_contract *contract,
                         const struct gathered *columns, size_t count, struct gathered *g)
{
    struct shy_preview_column *out = g->out;
    struct counted *pairs = shy_arena_alloc(&p->out->arena, out->different, sizeof *pairs);
    out->pairs = shy_arena_alloc(&p->out->arena, SHY_PREVIEW_PAIRS, sizeof *out->pairs);
    if (pairs == NULL || out->pairs == NULL)
        return shy_fail_nomem(p->err);
    for (size_t i = 0; i < out->different; i++) {
        pairs[i].count = g->pairs[i].count;
        SHY_TRY(mask_pair(p, contract, columns, count, g, &g->pairs[i].pair, &pairs[i].pair));
    }
    size_t kept = merge_pairs(pairs, out->different);
    if (kept > 0)
        qsort(pairs, kept, sizeof *pairs, by_count);
    out->shown_of = kept;
    out->pair_count = kept < SHY_PREVIEW_PAIRS ? kept : SHY_PREVIEW_PAIRS;
    if (out->pair_count > 0)
        qsort(pairs, out->pair_count, sizeof *pairs, by_text);
    for (size_t i = 0; i < out->pair_count; i++)
        out->pairs[i] = pairs[i].pair;
    return 0;
}

/* Gathering ------------------------------------------------------------------------------ */

static const char *keep(struct previewing *p, const char *text, size_t length)
{
    return text == NULL ? "" : shy_arena_strndup(&p->out->arena, text, length);
}

/* A month as people write it: what a plugin gives is yyyymm. */
static const char *keep_value(struct previewing *p, const struct shy_column *def,
                              const struct shihyo_field *f)
{
    char text[16];
    if (def->type != SHY_MONTH_T || f->text == NULL || f->length != 6)
        return keep(p, f->text, f->length);
    (void)snprintf(text, sizeof text, "%.4s-%.2s", f->text, f->text + 4);
    return shy_arena_strdup(&p->out->arena, text);
}

static int add_pair(struct previewing *p, struct gathered *g,
                    const struct shihyo_preview_cell *cell)
{
    struct shy_preview_pair pair = {
        .read = keep(p, cell->read.text, cell->read.length),
        .understood = keep_value(p, g->def, &cell->understood),
        .wrong = cell->code != 0,
    };
    if (pair.read == NULL || pair.understood == NULL)
        return shy_fail_nomem(p->err);
    g->out->values++;
    for (size_t i = 0; i < g->out->different; i++) {
        if (compare_pairs(&g->pairs[i].pair, &pair) == 0) {
            g->pairs[i].count++;
            return 0;
        }
    }
    g->pairs[g->out->different++] = (struct counted){pair, 1};
    return 0;
}

static struct gathered *column_of(struct previewing *p, const struct shy_contract *contract,
                                  const struct shihyo_preview_cell *cell, struct gathered *columns,
                                  struct shy_preview_table *table, size_t rows)
{
    struct gathered *g = columns;
    while (g < columns + table->column_count && strcmp(g->out->name, cell->column) != 0)
        g++;
    if (g < columns + table->column_count)
        return g;
    int index = shy_contract_column(contract, cell->column);
    g->out = &table->columns[table->column_count];
    g->def = index < 0 ? NULL : &contract->columns[index];
    g->pairs = shy_arena_alloc(&p->out->arena, rows, sizeof *g->pairs);
    g->out->name = keep(p, cell->column, strlen(cell->column));
    g->out->from = keep(p, cell->from, cell->from == NULL ? 0 : strlen(cell->from));
    if (g->def == NULL || g->pairs == NULL || g->out->name == NULL || g->out->from == NULL)
        return NULL;
    table->column_count++;
    return g;
}

static int gather(struct previewing *p, const struct shihyo_preview *given,
                  struct shy_preview_table *table)
{
    const struct shy_contract *contract = table->contract;
    struct gathered *columns =
        shy_arena_alloc(&p->out->arena, contract->column_count + 1, sizeof *columns);
    table->columns = shy_alloc(contract->column_count + 1, sizeof *table->columns);
    if (columns == NULL || table->columns == NULL)
        return shy_fail_nomem(p->err);
    for (size_t i = 0; i < given->cell_count; i++) {
        const struct shihyo_preview_cell *cell =
            i == 0 ? given->cells : shy_struct_at(given->cells, i);
        struct gathered *g = column_of(p, contract, cell, columns, table, given->cell_count);
        if (g == NULL)
            return shy_source_broken(p->source, p->err, _("gave a preview that cannot be."));
        SHY_TRY(add_pair(p, g, cell));
    }
    for (size_t c = 0; c < table->column_count; c++)
        columns[c].masked = is_personal(columns[c].def) || looks_personal(&columns[c]);
    for (size_t c = 0; c < table->column_count; c++)
        SHY_TRY(finish_column(p, contract, columns, table->column_count, &columns[c]));
    return 0;
}

/* Labels with more than a few digits may be values of a row taken for a header. */
static int keep_list(struct previewing *p, const char *const *texts, size_t count, bool labels,
                     const char ***out, size_t *out_count)
{
    *out = shy_arena_alloc(&p->out->arena, count, sizeof **out);
    if (*out == NULL)
        return shy_fail_nomem(p->err);
    for (size_t i = 0; i < count; i++) {
        size_t digits = 0;
        for (const char *c = texts[i]; *c != '\0'; c++)
            digits += *c >= '0' && *c <= '9';
        (*out)[i] = labels && digits > 2 ? shape(&p->out->arena, texts[i])
                                         : keep(p, texts[i], strlen(texts[i]));
        if ((*out)[i] == NULL)
            return shy_fail_nomem(p->err);
    }
    *out_count = count;
    return 0;
}

static int take(struct previewing *p, const struct shihyo_preview *given)
{
    if (given->contract == NULL)
        return keep_list(p, given->unused, given->unused_count, false, &p->out->files,
                         &p->out->file_count);
    if (!SHY_GROW(p->out->tables, p->out->table_count, p->out->table_capacity))
        return shy_fail_nomem(p->err);
    struct shy_preview_table *table = &p->out->tables[p->out->table_count++];
    *table = (struct shy_preview_table){.files = given->files};
    SHY_TRY(shy_catalogue_require(p->source->declared, given->contract, &table->contract, p->err));
    table->file = given->file == NULL ? NULL : keep(p, given->file, strlen(given->file));
    SHY_TRY(keep_list(p, given->unused, given->unused_count, true, &table->unused,
                      &table->unused_count));
    return gather(p, given, table);
}

static int visit(void *arg, const struct shihyo_preview *given)
{
    struct previewing *p = arg;
    struct shihyo_preview copy;
    if (!shy_struct_take(given, &copy, sizeof copy))
        p->code = shy_source_broken(p->source, p->err, _("gave a preview that cannot be."));
    else
        p->code = take(p, &copy);
    return p->code != 0 ? -1 : 0;
}

int shy_source_preview(struct shy_source *s, struct shy_preview *out, struct shihyo_error *err)
{
    struct shihyo_error said = SHY_ERROR_INIT;
    struct previewing p = {.source = s, .out = out, .err = err};
    if (s->plugin->descriptor->preview == NULL)
        return shy_fail(err, SHY_E_PLUGIN_UNSUPPORTED,
                        _("The plugin '%s' cannot show how it understands its files."),
                        s->plugin->name);
    SHY_TRY(shy_source_ready(s, err));
    shy_persons_begin(s->persons);
    int status = s->plugin->descriptor->preview(s->inner, SHY_PREVIEW_ROWS, visit, &p, &said);
    shy_persons_end(s->persons, s->name);
    if (p.code != 0)
        return p.code;
    return status == 0 ? 0 : shy_source_fail(s, NULL, &said, status, "preview", err);
}
