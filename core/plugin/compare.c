/* SPDX-License-Identifier: MIT */
#include "core/plugin/compare.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/plugin/internal.h"

struct comparison {
    struct shy_comparison shown; /* first: what callers see */
    const struct shihyo_capabilities **sources;
    struct shy_arena arena;
};

struct question {
    const char *id;
    const char *label; /* English, translated when shown */
};

static const struct question properties[] = {
    {"cycle", N_("Cycle")},
    {"as_of", N_("As of")},
    {"published", N_("Published")},
};
enum { PROPERTIES = sizeof properties / sizeof properties[0] };

static const struct question questions[] = {
    {"discharge_destination", N_("Destination after discharge")},
    {"medical_category", N_("Medical category of the discharged")},
    {"services_after_discharge", N_("Services used after discharge")},
    {"area_granularity", N_("Finest area")},
    {"workload", N_("Work to use it")},
};
enum { QUESTIONS = sizeof questions / sizeof questions[0] };

static const char *pick(const struct shihyo_text *text)
{
    return shy_i18n_pick(text->ja, text->en);
}

static const char *mark(uint32_t answer)
{
    switch (answer) {
    case SHIHYO_ANSWER_NO:
        return "×";
    case SHIHYO_ANSWER_PARTLY:
        return "△";
    case SHIHYO_ANSWER_YES:
        return "○";
    case SHIHYO_ANSWER_NOT_ASKED:
        return "・";
    default:
        return "";
    }
}

/* NULL: the plugin says nothing about the question, which is not the same as "no". */
static const struct shihyo_claim *find_claim(const struct shihyo_capabilities *c, const char *id)
{
    for (const struct shihyo_claim *const *claim = c->claims; *claim != NULL; claim++) {
        if (strcmp((*claim)->question, id) == 0)
            return *claim;
    }
    return NULL;
}

static bool is_known(const char *id)
{
    for (size_t i = 0; i < QUESTIONS; i++) {
        if (strcmp(questions[i].id, id) == 0)
            return true;
    }
    return false;
}

/* Rows ----------------------------------------------------------------------------------- */

static struct shy_comparison_row *add_row(struct comparison *c, const char *question,
                                          const char *label)
{
    struct shy_comparison_row *row = &c->shown.rows[c->shown.row_count];
    row->cells = shy_arena_alloc(&c->arena, c->shown.source_count, sizeof *row->cells);
    if (row->cells == NULL)
        return NULL;
    row->question = question;
    row->label = label;
    c->shown.row_count++;
    return row;
}

/* Rows that hold a text instead of an answer. */
static bool add_property(struct comparison *c, size_t which)
{
    struct shy_comparison_row *row = add_row(c, properties[which].id, _(properties[which].label));
    if (row == NULL)
        return false;
    for (size_t i = 0; i < c->shown.source_count; i++) {
        const struct shihyo_capabilities *s = c->sources[i];
        const struct shihyo_text *texts[PROPERTIES] = {&s->cycle, &s->as_of, &s->published};
        row->cells[i] = (struct shy_comparison_cell){"", pick(texts[which])};
    }
    return true;
}

static bool add_question(struct comparison *c, const char *id, const char *label)
{
    struct shy_comparison_row *row = add_row(c, id, label);
    if (row == NULL)
        return false;
    for (size_t i = 0; i < c->shown.source_count; i++) {
        const struct shihyo_claim *claim = find_claim(c->sources[i], id);
        row->cells[i] =
            claim == NULL ? (struct shy_comparison_cell){"", ""}
                          : (struct shy_comparison_cell){mark(claim->answer), pick(&claim->remark)};
    }
    return true;
}

static int by_question(const void *a, const void *b)
{
    const struct shihyo_claim *const *left = a, *const *right = b;
    return strcmp((*left)->question, (*right)->question);
}

/* The plugins' own questions, each once, by id; the first label given is shown. */
static bool add_own_questions(struct comparison *c, size_t most)
{
    size_t count = 0;
    const struct shihyo_claim **own = shy_arena_alloc(&c->arena, most, sizeof *own);
    if (own == NULL)
        return false;
    for (size_t i = 0; i < c->shown.source_count; i++) {
        for (const struct shihyo_claim *const *p = c->sources[i]->claims; *p != NULL; p++) {
            bool known = is_known((*p)->question);
            for (size_t k = 0; k < count && !known; k++)
                known = strcmp(own[k]->question, (*p)->question) == 0;
            if (!known)
                own[count++] = *p;
        }
    }
    qsort(own, count, sizeof *own, by_question);
    for (size_t i = 0; i < count; i++) {
        const char *label = pick(&own[i]->label);
        if (!add_question(c, own[i]->question, label[0] == '\0' ? own[i]->question : label))
            return false;
    }
    return true;
}

static bool add_rows(struct comparison *c)
{
    size_t claims = 0;
    for (size_t i = 0; i < c->shown.source_count; i++) {
        for (const struct shihyo_claim *const *p = c->sources[i]->claims; *p != NULL; p++)
            claims++;
    }
    size_t most = PROPERTIES + QUESTIONS + claims;
    c->shown.rows = shy_arena_alloc(&c->arena, most, sizeof *c->shown.rows);
    bool ok = c->shown.rows != NULL;
    for (size_t i = 0; ok && i < PROPERTIES; i++)
        ok = add_property(c, i);
    for (size_t i = 0; ok && i < QUESTIONS; i++)
        ok = add_question(c, questions[i].id, _(questions[i].label));
    return ok && add_own_questions(c, claims);
}

/* The whole ------------------------------------------------------------------------------ */

int shy_comparison_new(struct shy_plugin *const *plugins, size_t count, struct shy_comparison **out,
                       struct shihyo_error *err)
{
    *out = NULL;
    struct comparison *c = shy_alloc(1, sizeof *c);
    if (c == NULL)
        return shy_fail_nomem(err);
    c->shown.names = shy_arena_alloc(&c->arena, count, sizeof *c->shown.names);
    c->shown.titles = shy_arena_alloc(&c->arena, count, sizeof *c->shown.titles);
    c->sources = shy_arena_alloc(&c->arena, count, sizeof *c->sources);
    bool ok = c->shown.names != NULL && c->shown.titles != NULL && c->sources != NULL;
    for (size_t i = 0; ok && i < count; i++) {
        const struct shihyo_plugin *p = shy_plugin_descriptor(plugins[i]);
        if (p->capabilities->claims[0] == NULL)
            continue;
        size_t at = c->shown.source_count++;
        c->shown.names[at] = p->name;
        c->shown.titles[at] = pick(&p->capabilities->title);
        c->sources[at] = p->capabilities;
    }
    if (!ok || !add_rows(c)) {
        shy_comparison_free(&c->shown);
        return shy_fail_nomem(err);
    }
    *out = &c->shown;
    return 0;
}

void shy_comparison_free(struct shy_comparison *shown)
{
    struct comparison *c = (struct comparison *)shown;
    if (c == NULL)
        return;
    shy_arena_free(&c->arena);
    shy_free(c);
}
