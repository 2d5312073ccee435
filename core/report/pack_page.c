/* SPDX-License-Identifier: MIT */
/*
 * A page about a pack, made from what its definitions say of themselves (Markdown). In Japanese
 * whatever the language of messages: it is about labels that people read in plans.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/report/report.h"

static const char *text_of(const json_t *metadata, const char *name)
{
    const char *text = json_string_value(json_object_get(metadata, name));
    return text == NULL ? "" : text;
}

static const char *kind_word(const struct shy_definition *d)
{
    static const struct {
        const char *id, *word;
    } words[] = {
        {"structure", "ストラクチャー"}, {"process", "プロセス"}, {"outcome", "アウトカム"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].id, text_of(d->metadata, "kind")) == 0)
            return words[i].word;
    return "";
}

/* A definition without a unit of its own has those of its answers. */
static const char *unit_of(const struct shy_definition *d)
{
    if (d->unit != NULL)
        return d->unit;
    return d->answer_count > 0 && d->answers[0].unit != NULL ? d->answers[0].unit : "";
}

/* A text, or a list of them, parted by a sign. */
static void add_list(struct shy_text *out, const json_t *value, const char *between)
{
    size_t n;
    json_t *item;
    if (json_is_string(value))
        shy_text_adds(out, json_string_value(value));
    json_array_foreach((json_t *)value, n, item)
    {
        if (json_is_string(item))
            shy_text_addf(out, "%s%s", n > 0 ? between : "", json_string_value(item));
    }
}

/* A bar would end a cell of the table. */
static void add_cell(struct shy_text *out, const char *text)
{
    shy_text_adds(out, " ");
    for (const char *p = text; *p != '\0'; p++)
        shy_text_addf(out, *p == '|' ? "\\%c" : "%c", *p);
    shy_text_adds(out, " |");
}

static void add_row(struct shy_text *out, const struct shy_definition *d)
{
    struct shy_text stages = {0};
    add_list(&stages, json_object_get(d->metadata, "stages"), "、");
    shy_text_adds(out, "|");
    add_cell(out, json_is_true(json_object_get(d->metadata, "marked")) ? "●" : "");
    add_cell(out, d->name);
    shy_text_addf(out, " `%s` |", d->id);
    add_cell(out, shy_text_get(&stages));
    add_cell(out, kind_word(d));
    add_cell(out, unit_of(d));
    shy_text_addc(out, '\n');
    out->failed |= stages.failed;
    shy_text_free(&stages);
}

static void add_line(struct shy_text *out, const char *label, const json_t *value)
{
    if (value == NULL || (json_is_string(value) && json_string_length(value) == 0))
        return;
    shy_text_addf(out, "- %s：", label);
    add_list(out, value, "／");
    shy_text_addc(out, '\n');
}

static void add_answers(struct shy_text *out, const struct shy_definition *d)
{
    for (size_t i = 0; i < d->answer_count; i++) {
        const struct shy_answer *a = &d->answers[i];
        shy_text_addf(out, "- 測り方%s：", d->answer_count > 1 ? "（上から順に使えるもの）" : "");
        if (a->name != NULL)
            shy_text_addf(out, "%s。", a->name);
        shy_text_adds(out, "使うデータ");
        for (size_t n = 0; n < a->need_count; n++)
            shy_text_addf(out, "%s %s", n > 0 ? "、" : "", a->needs[n].contract->label_ja);
        for (size_t n = 0; n < a->ref_count; n++)
            shy_text_addf(out, "%s `%s`", a->need_count + n > 0 ? "、" : "", a->refs[n]);
        if (a->note != NULL)
            shy_text_addf(out, "。%s", a->note);
        shy_text_addc(out, '\n');
    }
}

static const char *list_label(const struct shy_code_list *list)
{
    return list->label == NULL ? list->id : list->label;
}

/* "- コードの一覧：在宅患者訪問診療料（`visit_care`）、…" */
struct lists_line {
    struct shy_text *out;
    bool begun;
};

static int add_list_name(void *self, const struct shy_code_list *list)
{
    struct lists_line *line = self;
    shy_text_addf(line->out, "%s%s（`%s`）", line->begun ? "、" : "- コードの一覧：",
                  list_label(list), list->id);
    line->begun = true;
    return 0;
}

static int add_lists(struct shy_text *out, const struct shy_plan *plan,
                     const struct shy_definition *d, struct shihyo_error *err)
{
    struct lists_line line = {out, false};
    int code = shy_plan_each_list(plan, d, &line, add_list_name, err);
    if (line.begun)
        shy_text_addc(out, '\n');
    return code;
}

/* A list that indicators of the page use, in the table at its end; each once. */
struct lists_table {
    struct shy_text *out;
    const struct shy_code_list **seen; /* one place for each list of the plan */
    size_t count;
};

static int add_list_row(void *self, const struct shy_code_list *list)
{
    struct lists_table *table = self;
    char span[SHY_SPAN_TEXT] = "";
    for (size_t i = 0; i < table->count; i++)
        if (table->seen[i] == list)
            return 0;
    if (table->count == 0)
        shy_text_adds(table->out,
                      "\n## コードの一覧\n\n| 一覧 | ID | コード | そろっている月 | 出典 |\n"
                      "|---|---|---|---|---|\n");
    table->seen[table->count++] = list;
    if (list->has_span && list->span_from <= list->span_to)
        shy_code_list_span(list, span);
    else if (list->has_span)
        (void)snprintf(span, sizeof span, "なし（補うもの）");
    shy_text_adds(table->out, "|");
    add_cell(table->out, list_label(list));
    shy_text_addf(table->out, " `%s` | %zu |", list->id, list->entry_count);
    add_cell(table->out, span);
    add_cell(table->out, list->source == NULL ? "" : list->source);
    shy_text_addc(table->out, '\n');
    return 0;
}

static int add_lists_table(struct shy_text *out, const struct shy_plan *plan, const char *pack,
                           struct shihyo_error *err)
{
    int code = 0;
    struct lists_table table = {.out = out};
    table.seen = shy_alloc(shy_plan_code_list_count(plan) + 1, sizeof(struct shy_code_list *));
    if (table.seen == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < shy_plan_definition_count(plan) && code == 0; i++) {
        const struct shy_definition *d = shy_plan_definition(plan, i);
        if (strcmp(d->pack, pack) == 0)
            code = shy_plan_each_list(plan, d, &table, add_list_row, err);
    }
    shy_free(table.seen);
    return code;
}

static int add_section(struct shy_text *out, const struct shy_plan *plan,
                       const struct shy_definition *d, struct shihyo_error *err)
{
    const char *obligation = text_of(d->metadata, "obligation");
    shy_text_addf(out, "\n### %s\n\n`%s`", d->name, d->id);
    if (unit_of(d)[0] != '\0')
        shy_text_addf(out, "（単位：%s）", unit_of(d));
    shy_text_adds(out, "\n\n");
    add_line(out, "定義", json_object_get(d->metadata, "definition"));
    add_answers(out, d);
    int code = add_lists(out, plan, d, err);
    for (size_t i = 0; i < d->rate_count; i++)
        shy_text_addf(out, "%s`%s`%s", i == 0 ? "- 人口あたり：" : "、", d->rates[i].measure,
                      i + 1 == d->rate_count ? "\n" : "");
    if (strcmp(obligation, "must") == 0)
        shy_text_adds(out, "- 目標設定：原則として設定する\n");
    else if (strcmp(obligation, "where_possible") == 0)
        shy_text_adds(out, "- 目標設定：可能な限り設定する\n");
    add_line(out, "代わりに用いている指標", json_object_get(d->metadata, "substitute_for"));
    add_line(out, "注意", json_object_get(d->metadata, "caveats"));
    add_line(out, "出典", json_object_get(d->metadata, "references"));
    return code;
}

int shy_pack_page(const json_t *pack, const struct shy_plan *plan, struct shy_text *out,
                  struct shihyo_error *err)
{
    const char *id = text_of(pack, "id");
    int code = 0;
    shy_text_addf(out, "# %s\n\n`%s` %s\n\n", text_of(pack, "name"), id, text_of(pack, "version"));
    if (text_of(pack, "description")[0] != '\0')
        shy_text_addf(out, "%s\n\n", text_of(pack, "description"));
    shy_text_addf(out, "このページはパックの定義から作られます（`shihyo check --page %s`）。\n\n",
                  id);
    shy_text_adds(out, "| 重点 | 名称 | ID | 段階 | 種類 | 単位 |\n|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < shy_plan_definition_count(plan); i++)
        if (strcmp(shy_plan_definition(plan, i)->pack, id) == 0)
            add_row(out, shy_plan_definition(plan, i));
    for (size_t i = 0; i < shy_plan_definition_count(plan) && code == 0; i++)
        if (strcmp(shy_plan_definition(plan, i)->pack, id) == 0)
            code = add_section(out, plan, shy_plan_definition(plan, i), err);
    if (code == 0)
        code = add_lists_table(out, plan, id, err);
    return code == 0 && out->failed ? shy_fail_nomem(err) : code;
}
