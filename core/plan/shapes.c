/* SPDX-License-Identifier: MIT */
/* The objects of a definition document that are not operators. */
#include "config.h"

#include "core/plan/operators.h"

#include "core/base/i18n.h"

#define TEXT SHY_JSON_TEXT
#define INT SHY_JSON_INT
#define BOOL SHY_JSON_BOOL
#define OBJECT SHY_JSON_OBJECT
#define LIST SHY_JSON_LIST
#define NUMBER (SHY_JSON_INT | SHY_JSON_REAL)
#define ANY (TEXT | NUMBER | BOOL | OBJECT | LIST)

/* clang-format off */
#define NEED(name_, kinds_, help_) { name_, kinds_, true, NULL, help_ }
#define MAY(name_, kinds_, help_) { name_, kinds_, false, NULL, help_ }
#define DEFAULT(name_, kinds_, default_, help_) { name_, kinds_, false, default_, help_ }

static const struct shy_field document[] = {
    NEED("format", INT, N_("the number 1")),
    MAY("pack", OBJECT, N_("id, version and name of the pack")),
    MAY("code_lists", LIST, N_("code lists")),
    MAY("indicators", LIST, N_("indicators")),
    MAY("cross_tables", LIST, N_("cross tables")),
    MAY("logic_models", LIST, N_("logic models: what is thought to lead to what")),
    MAY("examples", LIST, N_("the authors' own cases")),
};
static const struct shy_field code_list[] = {
    NEED("id", TEXT, N_("by which conditions name it")),
    MAY("label", TEXT, N_("its name for people")),
    MAY("system", TEXT, N_("whose codes they are")),
    MAY("source", TEXT, N_("where the codes were taken from")),
    MAY("attributes", LIST, N_("names of what the list says of each code")),
    MAY("complete", OBJECT | BOOL, N_("the months it has all codes of; false: of none yet")),
    MAY("adds_to", LIST, N_("lists that have these codes too")),
    NEED("entries", LIST, N_("the codes")),
};
static const struct shy_field span[] = {
    MAY("from", TEXT, N_("first month; open by default")),
    MAY("to", TEXT, N_("last month; open by default")),
    DEFAULT("outside", TEXT, "refuse", N_("refuse or partial: counts of other months")),
};
static const struct shy_field code_entry[] = {
    NEED("code", TEXT, N_("the code")),
    MAY("label", TEXT, N_("its name for people")),
    MAY("from", TEXT, N_("first day it is valid")),
    MAY("to", TEXT, N_("last day it is valid")),
    MAY("values", OBJECT, N_("its attributes")),
};
static const struct shy_field indicator[] = {
    NEED("id", TEXT, N_("unique, of a-z, 0-9, '_', '-' and '.'")),
    NEED("name", TEXT, N_("its name for people")),
    MAY("name_en", TEXT, N_("its English name")),
    MAY("unit", TEXT, N_("of answers that do not give their own")),
    MAY("decimals", INT,
        N_("digits shown after the point; by default 1 where the value is divided, "
                         "else 0")),
    MAY("period", TEXT, N_("always computed for this one: a study period")),
    MAY("metadata", OBJECT, N_("stages, kind, marked, definition, caveats and the like")),
    NEED("answers", LIST, N_("ways to compute it, the preferred first")),
    MAY("rates", LIST, N_("rates per population shown beside the value")),
    MAY("limits", OBJECT, N_("limits of confidence of the value and its rates")),
};
static const struct shy_field answer[] = {
    MAY("name", TEXT, N_("of the source, for people")),
    MAY("unit", TEXT, N_("by default the indicator's")),
    NEED("value", OBJECT, N_("a cell operator")),
    MAY("by", OBJECT, N_("the area axis")),
    MAY("note", TEXT, N_("what a reader must know")),
    MAY("comparable", TEXT, N_("answers of one such name may stand in one series")),
};
static const struct shy_field rate[] = {
    NEED("per", INT, N_("10000 for a rate per 10,000 people")),
    NEED("population", OBJECT, N_("the people counted below")),
};
static const struct shy_field population[] = {
    MAY("sex", TEXT, N_("female or male; both by default")),
    DEFAULT("age_from", INT, "0", N_("youngest age")),
    MAY("age_to", INT, N_("oldest age, included; open by default")),
    DEFAULT("year", TEXT, "latest", N_("which population: the latest, or the same year's")),
};
static const struct shy_field cross_table[] = {
    NEED("id", TEXT, N_("unique, of a-z, 0-9, '_', '-' and '.'")),
    NEED("name", TEXT, N_("its title")),
    MAY("name_en", TEXT, N_("its English title")),
    MAY("unit", TEXT, N_("of measures that do not give their own")),
    MAY("decimals", INT, N_("digits shown after the point")),
    MAY("period", TEXT, N_("always computed for this one: a study period")),
    MAY("metadata", OBJECT, N_("definition, caveats and the like")),
    MAY("by", OBJECT, N_("the area axis")),
    MAY("rows", LIST, N_("dimensions down")),
    MAY("columns", LIST, N_("dimensions across")),
    NEED("measures", LIST, N_("what is counted")),
    MAY("limits", OBJECT, N_("limits of confidence of the measures that can have them")),
};
static const struct shy_field measure[] = {
    MAY("label", TEXT, N_("its heading")),
    MAY("unit", TEXT, N_("by default the table's")),
    NEED("value", OBJECT, N_("a cell operator")),
};
static const struct shy_field by[] = {
    NEED("basis", TEXT, N_("institution, insurer, residence or none")),
    DEFAULT("position", INT, "0", N_("row dimensions of a cross table printed before the areas")),
};
static const struct shy_field dim[] = {
    NEED("label", TEXT, N_("its heading")),
    MAY("column", TEXT, N_("the column that gives its values")),
    MAY("attribute", TEXT, N_("LIST.ATTRIBUTE: what a code list says of the column's code")),
    MAY("other", OBJECT, N_("rows of the same person that give the value")),
    DEFAULT("from_month", INT, "0", N_("of `other`: first month, counted from the row's (0)")),
    DEFAULT("to_month", INT, "0", N_("of `other`: last month, included")),
    MAY("missing", TEXT, N_("label where there is no value; by default such rows are left out")),
    MAY("total", TEXT, N_("label of the total; none by default")),
};
static const struct shy_field condition[] = {
    MAY("column", TEXT, N_("the column tested")),
    MAY("attribute", TEXT, N_("LIST.ATTRIBUTE: what a code list says of the column's code")),
    MAY("in", LIST, N_("values allowed")),
    MAY("codes", TEXT, N_("a code list")),
    MAY("from", TEXT | NUMBER, N_("lowest value allowed")),
    MAY("to", TEXT | NUMBER, N_("highest value allowed, included")),
    MAY("state", TEXT, N_("the state of the value")),
    DEFAULT("not", BOOL, "false", N_("the opposite")),
};
static const struct shy_field column[] = {
    MAY("column", TEXT, N_("the column")),
    MAY("attribute", TEXT, N_("LIST.ATTRIBUTE: what a code list says of the column's code")),
};
static const struct shy_field named_cells[] = {
    NEED("name", TEXT, N_("the name in the function")),
    NEED("value", OBJECT, N_("a cell operator")),
};
static const struct shy_field example[] = {
    NEED("name", TEXT, N_("what the case shows")),
    MAY("given", OBJECT, N_("rows by contract")),
    MAY("areas", ANY, N_("areas that exist")),
    MAY("period", TEXT, N_("the period computed")),
    MAY("months", LIST, N_("first and last month delivered")),
    NEED("expect", OBJECT, N_("figures by id")),
};
static const struct shy_field limits[] = {
    NEED("levels", LIST, N_("levels of confidence in percent")),
    DEFAULT("method", TEXT, "auto", N_("auto, wilson (a share) or poisson (events)")),
};
static const struct shy_field band[] = {
    NEED("age_from", INT, N_("youngest age")),
    MAY("age_to", INT, N_("oldest age, included; open by default")),
    MAY("weight", INT, N_("persons of the standard population")),
    MAY("reference_events", INT, N_("events of the reference")),
    MAY("reference_population", INT, N_("persons of the reference")),
    MAY("events", OBJECT, N_("a cell operator: the events of this age group; not needed beside "
                             "`observed` and a reference in numbers")),
};

static const struct shy_field step[] = {
    NEED("label", TEXT, N_("what the step is called")),
    MAY("from", NUMBER, N_("lowest figure in it, included")),
    MAY("above", NUMBER, N_("figures above this one; in place of from")),
    MAY("below", NUMBER, N_("figures below this one")),
    MAY("to", NUMBER, N_("highest figure in it, included; in place of below")),
    MAY("points", NUMBER, N_("the number it gives; its place in the list by default")),
};
static const struct shy_field made_column[] = {
    NEED("name", TEXT, N_("the column's name")),
    NEED("type", TEXT, N_("int, decimal or code")),
    MAY("values", LIST, N_("of a code: what it can be")),
};

#define SHAPE(id, name_) \
    [SHY_SHAPE_##id] = { #name_, name_, sizeof name_ / sizeof name_[0] }
static const struct shy_shape shapes[SHY_SHAPE_COUNT_] = {
    SHAPE(DOCUMENT, document),       SHAPE(CODE_LIST, code_list),
    SHAPE(CODE_ENTRY, code_entry),   SHAPE(INDICATOR, indicator),
    SHAPE(ANSWER, answer),           SHAPE(RATE, rate),
    SHAPE(POPULATION, population),   SHAPE(CROSS_TABLE, cross_table),
    SHAPE(MEASURE, measure),         SHAPE(BY, by),
    SHAPE(DIM, dim),                 SHAPE(CONDITION, condition),
    SHAPE(COLUMN, column),           SHAPE(NAMED_CELLS, named_cells),
    SHAPE(EXAMPLE, example),         SHAPE(SPAN, span),
    SHAPE(LIMITS, limits),           SHAPE(BAND, band),
    SHAPE(STEP, step),
    SHAPE(MADE_COLUMN, made_column),
};
/* clang-format on */

const struct shy_shape *shy_shape(enum shy_shape_id id)
{
    return &shapes[id];
}
