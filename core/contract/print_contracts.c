/* SPDX-License-Identifier: MIT */
/* Prints docs/contracts.md from the contracts themselves. */
#include <stdio.h>

#include "core/base/period.h"
#include "core/contract/contract.h"
#include "core/contract/core_contracts.h"

static const char *const role_names[] = {
    [SHY_ROLE_NONE] = "",
    [SHY_ROLE_PERSON] = "person",
    [SHY_ROLE_CLAIM] = "claim",
    [SHY_ROLE_INSTITUTION] = "institution",
    [SHY_ROLE_MONTH] = "month",
    [SHY_ROLE_PERIOD] = "period",
    [SHY_ROLE_AREA_SET] = "area set",
    [SHY_ROLE_AREA] = "area",
    [SHY_ROLE_AREA_RESIDENCE] = "area of residence",
    [SHY_ROLE_AREA_INSURER] = "area of the insurer",
    [SHY_ROLE_AREA_INSTITUTION] = "area of the institution",
};

static const char preface[] =
    "<!-- Made by core/contract/print_contracts; `make update-contracts` writes it anew. -->\n"
    "# Contracts\n"
    "\n"
    "A contract is a named shape of a table with meaning. Sources offer contracts, indicators ask "
    "for them, and a definition that uses only core contracts works with every source that offers "
    "them. Values are checked against this page when they are imported.\n"
    "\n"
    "- **Types.** `code`: an identifier or code, compared byte by byte. `text`: for people only. "
    "`int`, `bool`, `date`. `month`: a calendar month. `period`: a canonical text (`FY2024`, "
    "`2024`, `2024-10`, `2024-10-01`). `decimal(n)`: an exact number with n digits after the "
    "point.\n"
    "- **key**: rows are unique by their key columns together. **null**: may have no value. "
    "**measure**: a number with a state beside it (missing, masked, not applicable, …); it may "
    "always have no value. **optional**: a source need not offer it. "
    "**link**: evidence by which import links persons; only a hash of it is kept, and no "
    "indicator can ask for it.\n"
    "- **Role**: what a column means to the operators, whatever its name.\n"
    "- Codes of areas are those of their area set: 2 digits of a prefecture, 4 of a secondary "
    "medical area, 5 of a municipality.\n"
    "- Contracts `facts.NAME` are not on this page: a source declares them when it is opened.\n";

static void print_type(const struct shy_column *c)
{
    if (c->type == SHY_DECIMAL_T)
        (void)printf("decimal(%d)", c->scale);
    else
        (void)fputs(shy_type_name(c->type), stdout);
}

static void print_flags(const struct shy_column *c)
{
    const char *separator = "";
    if ((c->flags & SHY_COLUMN_KEY) != 0) {
        (void)fputs("key", stdout);
        separator = ", ";
    }
    if ((c->flags & SHY_COLUMN_MEASURE) != 0) {
        (void)printf("%smeasure", separator);
        separator = ", ";
    } else if ((c->flags & SHY_COLUMN_NULLABLE) != 0) {
        (void)printf("%snull", separator);
        separator = ", ";
    }
    if ((c->flags & SHY_COLUMN_OPTIONAL) != 0) {
        (void)printf("%soptional", separator);
        separator = ", ";
    }
    if ((c->flags & SHY_COLUMN_LINK) != 0)
        (void)printf("%slink", separator);
}

static void print_bound(const struct shy_column *c, int64_t value)
{
    if (c->type == SHY_MONTH_T)
        (void)printf("%04d-%02d", shy_month_year((int32_t)value),
                     shy_month_of_year((int32_t)value));
    else
        (void)printf("%lld", (long long)value);
}

/* Values allowed, the contract linked to, the unit. */
static void print_constraint(const struct shy_column *c)
{
    if (c->values != NULL) {
        for (size_t i = 0; c->values[i] != NULL; i++)
            (void)printf("%s`%s`", i == 0 ? "" : " ", c->values[i]);
    } else if (c->links != NULL) {
        (void)printf("of `%s`", c->links);
        if (c->or_links != NULL)
            (void)printf(", or of `%s`", c->or_links);
    } else if (c->min <= c->max && c->type != SHY_BOOL_T) {
        print_bound(c, c->min);
        (void)fputs(" to ", stdout);
        print_bound(c, c->max);
    }
    if (c->unit != NULL)
        (void)fputs(c->unit, stdout);
    if (c->note != NULL)
        (void)printf(" %s", c->note);
}

static void print_column(const struct shy_column *c)
{
    (void)printf("| `%s` | ", c->name);
    print_type(c);
    (void)printf(" | %s | %s | ", c->label_ja, c->label_en);
    print_flags(c);
    (void)printf(" | %s | ", role_names[c->role]);
    print_constraint(c);
    (void)fputs(" |\n", stdout);
}

static void print_properties(const struct shy_contract *c)
{
    if (c->person_level)
        (void)fputs(" Rows are about single persons.", stdout);
    if ((c->basis & SHIHYO_BASIS_RESIDENCE) != 0)
        (void)fputs(" Place: residence.", stdout);
    if ((c->basis & SHIHYO_BASIS_INSTITUTION) != 0)
        (void)fputs(" Place: the institution.", stdout);
    if ((c->basis & SHIHYO_BASIS_INSURER) != 0)
        (void)fputs(" Place: the insurer.", stdout);
    if ((c->clock & SHIHYO_CLOCK_CARE) != 0)
        (void)fputs(" Clock: months of care.", stdout);
    if ((c->clock & SHIHYO_CLOCK_SURVEY) != 0)
        (void)fputs(" Clock: survey days.", stdout);
    if ((c->not_additive & SHY_NOT_ADDITIVE_AREA) != 0)
        (void)fputs(" May not be added over areas.", stdout);
    if ((c->not_additive & SHY_NOT_ADDITIVE_ITEM) != 0)
        (void)fputs(" May not be added over items.", stdout);
    if ((c->not_additive & SHY_NOT_ADDITIVE_PERIOD) != 0)
        (void)fputs(" May not be added over periods.", stdout);
}

static void print_contract(const struct shy_contract *c)
{
    (void)printf("\n## %s\n\n%s (%s). %s", c->id, c->label_ja, c->label_en, c->description);
    print_properties(c);
    (void)fputs("\n\n| column | type | 日本語 | English | | role | values |\n"
                "|---|---|---|---|---|---|---|\n",
                stdout);
    for (size_t i = 0; i < c->column_count; i++)
        print_column(&c->columns[i]);
}

int main(void)
{
    (void)fputs(preface, stdout);
    for (size_t i = 0; shy_core_contracts[i] != NULL; i++)
        print_contract(shy_core_contracts[i]);
    return fflush(stdout) == 0 ? 0 : 1;
}
