/* SPDX-License-Identifier: MIT */
/* The pages made of the reference: one for readers, one for editors (LuaLS annotations). */
#include "config.h"

#include "core/script/reference.h"

#include <string.h>

#include "core/contract/contract.h"
#include "core/contract/core_contracts.h"

static const char *const titles[SHY_REF_OF_COUNT_] = {
    [SHY_REF_GLOBAL] = "関数 Functions",
    [SHY_REF_ROWS] = "行のメソッド Methods of rows",
    [SHY_REF_CELLS] = "値のメソッド Methods of values",
    [SHY_REF_DIM] = "列と区分のメソッド Methods of columns and dimensions",
    [SHY_REF_PERSON] =
        ("人のメソッド（each_person の関数の中） Methods of a person, in the function of "
         "each_person"),
};

static size_t param_count(const struct shy_reference *r)
{
    size_t n = 0;
    while (n < SHY_REF_PARAMS_MOST && r->params[n].name != NULL)
        n++;
    return n;
}

/* In a table of Markdown the bar divides cells. */
static void print_cell(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|')
            (void)fputc('\\', out);
        (void)fputc(*text, out);
    }
}

static void markdown_entry(FILE *out, const struct shy_reference *r)
{
    enum { LONGEST = 6 };
    char signature[1024];
    if (r->call == SHY_REF_FIELDS && param_count(r) > LONGEST)
        (void)snprintf(signature, sizeof signature, "%s { … }", r->name);
    else
        shy_reference_signature(r, signature, sizeof signature);
    (void)fprintf(out, "### `%s`\n\n%s\n\n%s\n\n", signature, r->ja, r->en);
    if (param_count(r) > 0) {
        (void)fputs("| | 型 type | | |\n|---|---|---|---|\n", out);
        for (size_t i = 0; i < param_count(r); i++) {
            const struct shy_ref_param *p = &r->params[i];
            (void)fprintf(out, "| `%s`%s | ", p->name, p->optional ? " (任意 optional)" : "");
            print_cell(out, p->type);
            (void)fprintf(out, " | %s | %s |\n", p->ja, p->en);
        }
        (void)fputc('\n', out);
    }
    (void)fprintf(out, "```lua\n%s\n```\n\n", r->example);
}

static void markdown_contracts(FILE *out)
{
    (void)fputs("## データ様式 Contracts\n\n"
                "名前で呼ぶと行になります: `medical_items { item = codes.visit_care }`。列は "
                "contracts.md にあります。Called by name a contract gives its rows; contracts.md "
                "has the columns.\n\n| | | |\n|---|---|---|\n",
                out);
    for (size_t i = 0; shy_core_contracts[i] != NULL; i++) {
        const struct shy_contract *c = shy_core_contracts[i];
        (void)fprintf(out, "| `%s` | %s | %s |\n", c->id, c->label_ja, c->label_en);
    }
    (void)fputs("\n`areas` と `population` は `contract \"population\"` のように書きます。"
                "`areas` and `population` are written `contract \"population\"`.\n",
                out);
}

bool shy_reference_markdown(FILE *out)
{
    (void)fputs("# 指標を書く言葉 The authors' language\n\n"
                "このページは core/script/reference.c から作られます。This page is made from "
                "core/script/reference.c.\n\n"
                "型 Types: `shihyo.rows` 行 rows, `shihyo.cells` 値 values, `shihyo.column` 列 "
                "columns, `shihyo.dim` 区分 dimensions, `shihyo.condition` 条件 conditions.\n\n",
                out);
    for (int of = 0; of < SHY_REF_OF_COUNT_; of++) {
        (void)fprintf(out, "## %s\n\n", titles[of]);
        for (size_t i = 0; i < shy_reference_count(); i++)
            if ((int)shy_reference_at(i)->of == of)
                markdown_entry(out, shy_reference_at(i));
    }
    markdown_contracts(out);
    return ferror(out) == 0;
}

/* Types for editors ------------------------------------------------------------------------ */

static void type_fields(FILE *out, const struct shy_reference *r, size_t first, const char *class)
{
    (void)fprintf(out, "---@class %s\n", class);
    for (size_t i = first; i < param_count(r); i++) {
        const struct shy_ref_param *p = &r->params[i];
        (void)fprintf(out, "---@field %s%s %s %s\n", p->name, p->optional ? "?" : "", p->type,
                      p->ja);
    }
    (void)fputc('\n', out);
}

static const char *owner_of(const struct shy_reference *r)
{
    static const char *const owners[SHY_REF_OF_COUNT_] = {"", "rows", "cells", "column", "person"};
    return owners[r->of];
}

static void type_function(FILE *out, const struct shy_reference *r)
{
    char class[128];
    size_t count = param_count(r);
    bool table = r->call == SHY_REF_FIELDS || r->call == SHY_REF_OPTIONS;
    size_t first = r->call == SHY_REF_FIELDS    ? 0
                   : r->call == SHY_REF_OPTIONS ? r->first_option
                                                : count;
    (void)snprintf(class, sizeof class, "shihyo.%s%s%s.fields", owner_of(r),
                   r->of == SHY_REF_GLOBAL ? "" : ".", r->name);
    if (table)
        type_fields(out, r, first, class);
    (void)fprintf(out, "---%s\n", r->ja);
    for (size_t i = 0; i < first && i < count; i++)
        (void)fprintf(out, "---@param %s%s %s %s\n", r->params[i].name,
                      r->params[i].optional ? "?" : "", r->params[i].type, r->params[i].ja);
    if (table)
        (void)fprintf(out, "---@param fields%s %s\n", r->of == SHY_REF_GLOBAL ? "" : "?", class);
    if (r->gives[0] != '\0')
        (void)fprintf(out, "---@return %s\n", r->gives);
    if (r->of == SHY_REF_GLOBAL)
        (void)fprintf(out, "function %s(", r->name);
    else
        (void)fprintf(out, "function %s:%s(", owner_of(r), r->name);
    for (size_t i = 0; i < first && i < count; i++)
        (void)fprintf(out, "%s%s", i > 0 ? ", " : "", r->params[i].name);
    if (table)
        (void)fprintf(out, "%sfields", first > 0 ? ", " : "");
    (void)fputs(") end\n\n", out);
}

/* example is called twice: example "name" { … }. */
static void type_example(FILE *out, const struct shy_reference *r)
{
    type_fields(out, r, 1, "shihyo.example.fields");
    (void)fprintf(out,
                  "---%s\n---@param name string %s\n"
                  "---@return fun(fields: shihyo.example.fields)\n"
                  "function example(name) end\n\n",
                  r->ja, r->params[0].ja);
}

static void type_contract(FILE *out, const struct shy_contract *c)
{
    (void)fprintf(out, "---@class shihyo.contract.%s: shihyo.contract\n", c->id);
    for (size_t i = 0; i < c->column_count; i++)
        (void)fprintf(out, "---@field %s shihyo.column %s\n", c->columns[i].name,
                      c->columns[i].label_ja);
    if (strcmp(c->id, "areas") != 0 && strcmp(c->id, "population") != 0)
        (void)fprintf(out, "\n---%s\n---@type shihyo.contract.%s\n%s = {}\n", c->label_ja, c->id,
                      c->id);
    (void)fputc('\n', out);
}

static void type_classes(FILE *out)
{
    static const char *const plain[][2] = {
        {"condition", "条件"},       {"codes", "コードリスト"}, {"areas_of", "圏域の基準"},
        {"areas_all", "圏域すべて"}, {"months", "月の範囲"},    {"population", "人口"},
        {"rate", "人口あたり"},
    };
    (void)fputs("---@meta\n-- core/script/reference.c から作られます。\n\n", out);
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        (void)fprintf(out, "---%s\n---@class shihyo.%s\n\n", plain[i][1], plain[i][0]);
    (void)fputs("---@class shihyo.answer\n---@field name? string データの名前\n"
                "---@field unit? string 単位\n---@field value shihyo.cells 値\n"
                "---@field by? shihyo.areas_of 圏域の基準\n---@field note? string 注記\n"
                "---@field comparable? string 比較できる測り方に共通の名前\n\n",
                out);
    (void)fputs(
        "---行\n---@class shihyo.rows\n---@field [string] shihyo.column\nlocal rows = {}\n\n"
        "---データ様式\n---@class shihyo.contract: shihyo.rows\n"
        "---@overload fun(filter: table<string, any>): shihyo.rows\n\n"
        "---値\n---@class shihyo.cells\nlocal cells = {}\n\n"
        "---列\n---@class shihyo.column\nlocal column = {}\n\n"
        "---区分\n---@class shihyo.dim: shihyo.column\n\n"
        "---月（比べる、足す、引く、tostring）\n---@class shihyo.month\n---@field year integer 年\n"
        "---@field month integer 月\n---@field fiscal_year integer 年度\n"
        "---@operator add(integer): shihyo.month\n---@operator sub(integer): shihyo.month\n\n"
        "---1人の行\n---@class shihyo.row\n---@field month shihyo.month 月\n"
        "---@field [string] string|number|boolean|nil 列\n\n"
        "---入院\n---@class shihyo.stay\n---@field admitted shihyo.month|nil 入院した月\n"
        "---@field discharged shihyo.month|nil 退院した月\n"
        "---@field first shihyo.month 行のある最初の月\n---@field last shihyo.month "
        "行のある最後の月\n\n"
        "---1人\n---@class shihyo.person\n---@field sex string|nil 性別\nlocal person = {}\n\n"
        "areas = {}\n\n---@type table<string, shihyo.codes>\ncodes = {}\n\n",
        out);
}

bool shy_reference_types(FILE *out)
{
    type_classes(out);
    for (size_t i = 0; i < shy_reference_count(); i++) {
        const struct shy_reference *r = shy_reference_at(i);
        if (r->call == SHY_REF_INDEX || strcmp(r->name, "require") == 0)
            continue;
        if (strcmp(r->name, "example") == 0)
            type_example(out, r);
        else
            type_function(out, r);
    }
    for (size_t i = 0; shy_core_contracts[i] != NULL; i++)
        type_contract(out, shy_core_contracts[i]);
    return ferror(out) == 0;
}
