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
#define NEED(name_, kinds_, help_) { name_, kinds_, true, NULL, N_(help_) }
#define MAY(name_, kinds_, help_) { name_, kinds_, false, NULL, N_(help_) }
#define DEFAULT(name_, kinds_, default_, help_) { name_, kinds_, false, default_, N_(help_) }

static const struct shy_field document[] = {
    NEED("format", INT, "the number 1"),
    MAY("pack", OBJECT, "id, version and name of the pack"),
    MAY("code_lists", LIST, "code lists"),
    MAY("indicators", LIST, "indicators"),
    MAY("cross_tables", LIST, "cross tables"),
    MAY("examples", LIST, "the authors' own cases"),
};
static const struct shy_field code_list[] = {
    NEED("id", TEXT, "by which conditions name it"),
    MAY("label", TEXT, "its name for people"),
    MAY("system", TEXT, "whose codes they are"),
    MAY("source", TEXT, "where the codes were taken from"),
    MAY("attributes", LIST, "names of what the list says of each code"),
    NEED("entries", LIST, "the codes"),
};
static const struct shy_field code_entry[] = {
    NEED("code", TEXT, "the code"),
    MAY("label", TEXT, "its name for people"),
    MAY("from", TEXT, "first day it is valid"),
    MAY("to", TEXT, "last day it is valid"),
    MAY("values", OBJECT, "its attributes"),
};
static const struct shy_field indicator[] = {
    NEED("id", TEXT, "unique, of a-z, 0-9, '_', '-' and '.'"),
    NEED("name", TEXT, "its name for people"),
    MAY("name_en", TEXT, "its English name"),
    MAY("unit", TEXT, "of answers that do not give their own"),
    MAY("decimals", INT, "digits shown after the point; by default 1 where the value is divided, "
                         "else 0"),
    MAY("metadata", OBJECT, "stages, kind, marked, definition, caveats and the like"),
    NEED("answers", LIST, "ways to compute it, the preferred first"),
    MAY("rates", LIST, "rates per population shown beside the value"),
};
static const struct shy_field answer[] = {
    MAY("name", TEXT, "of the source, for people"),
    MAY("unit", TEXT, "by default the indicator's"),
    NEED("value", OBJECT, "a cell operator"),
    MAY("by", OBJECT, "the area axis"),
    MAY("note", TEXT, "what a reader must know"),
    MAY("comparable", TEXT, "answers of one such name may stand in one series"),
};
static const struct shy_field rate[] = {
    NEED("per", INT, "10000 for a rate per 10,000 people"),
    NEED("population", OBJECT, "the people counted below"),
};
static const struct shy_field population[] = {
    MAY("sex", TEXT, "female or male; both by default"),
    DEFAULT("age_from", INT, "0", "youngest age"),
    MAY("age_to", INT, "oldest age, included; open by default"),
    DEFAULT("year", TEXT, "latest", "which population: the latest, or the same year's"),
};
static const struct shy_field cross_table[] = {
    NEED("id", TEXT, "unique, of a-z, 0-9, '_', '-' and '.'"),
    NEED("name", TEXT, "its title"),
    MAY("name_en", TEXT, "its English title"),
    MAY("unit", TEXT, "of measures that do not give their own"),
    MAY("decimals", INT, "digits shown after the point"),
    MAY("metadata", OBJECT, "definition, caveats and the like"),
    MAY("by", OBJECT, "the area axis"),
    MAY("rows", LIST, "dimensions down"),
    MAY("columns", LIST, "dimensions across"),
    NEED("measures", LIST, "what is counted"),
};
static const struct shy_field measure[] = {
    MAY("label", TEXT, "its heading"),
    MAY("unit", TEXT, "by default the table's"),
    NEED("value", OBJECT, "a cell operator"),
};
static const struct shy_field by[] = {
    NEED("basis", TEXT, "institution, insurer, residence or none"),
    DEFAULT("position", INT, "0", "row dimensions of a cross table printed before the areas"),
};
static const struct shy_field dim[] = {
    NEED("label", TEXT, "its heading"),
    MAY("column", TEXT, "the column that gives its values"),
    MAY("attribute", TEXT, "LIST.ATTRIBUTE: what a code list says of the column's code"),
    MAY("same_month", OBJECT, "rows of the same person and month that give the value"),
    MAY("missing", TEXT, "label where there is no value; by default such rows are left out"),
    MAY("total", TEXT, "label of the total; none by default"),
};
static const struct shy_field condition[] = {
    MAY("column", TEXT, "the column tested"),
    MAY("attribute", TEXT, "LIST.ATTRIBUTE: what a code list says of the column's code"),
    MAY("in", LIST, "values allowed"),
    MAY("codes", TEXT, "a code list"),
    MAY("from", TEXT | NUMBER, "lowest value allowed"),
    MAY("to", TEXT | NUMBER, "highest value allowed, included"),
    MAY("state", TEXT, "the state of the value"),
    DEFAULT("not", BOOL, "false", "the opposite"),
};
static const struct shy_field column[] = {
    MAY("column", TEXT, "the column"),
    MAY("attribute", TEXT, "LIST.ATTRIBUTE: what a code list says of the column's code"),
};
static const struct shy_field named_cells[] = {
    NEED("name", TEXT, "the name in the function"),
    NEED("value", OBJECT, "a cell operator"),
};
static const struct shy_field example[] = {
    NEED("name", TEXT, "what the case shows"),
    MAY("given", OBJECT, "rows by contract"),
    MAY("areas", ANY, "areas that exist"),
    MAY("period", TEXT, "the period computed"),
    NEED("expect", OBJECT, "figures by id"),
};

#define SHAPE(id, name_) \
    [SHY_SHAPE_##id] = { N_(#name_), name_, sizeof name_ / sizeof name_[0] }
static const struct shy_shape shapes[SHY_SHAPE_COUNT_] = {
    SHAPE(DOCUMENT, document),       SHAPE(CODE_LIST, code_list),
    SHAPE(CODE_ENTRY, code_entry),   SHAPE(INDICATOR, indicator),
    SHAPE(ANSWER, answer),           SHAPE(RATE, rate),
    SHAPE(POPULATION, population),   SHAPE(CROSS_TABLE, cross_table),
    SHAPE(MEASURE, measure),         SHAPE(BY, by),
    SHAPE(DIM, dim),                 SHAPE(CONDITION, condition),
    SHAPE(COLUMN, column),           SHAPE(NAMED_CELLS, named_cells),
    SHAPE(EXAMPLE, example),
};
/* clang-format on */

const struct shy_shape *shy_shape(enum shy_shape_id id)
{
    return &shapes[id];
}
