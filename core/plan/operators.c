/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/plan/operators.h"

#include <string.h>

#include "core/base/i18n.h"

/* Digits of a number written in a script, and of one that is rounded. */
#define NUMBER_MOST 1000000000000000
#define DIGITS_MOST 9
/* How far back a figure may be taken from: a plan's time and its predecessor's. */
#define YEARS_MOST 20
/* Longest window and gap: a plan spans years, not lifetimes. */
#define MONTHS_MOST 600
#define FACTOR_MOST 1000000000
#define AGE_MOST 150
#define STEPS_MOST 100
#define AMOUNT_MOST 1000000000000000

static const char *const matches[] = {"claim", "month", "person", "period", NULL};
static const char *const keep_discharges[] = {"earliest", "all", NULL};
static const int keep_discharges_values[] = {SHY_KEEP_EARLIEST, SHY_KEEP_ALL};
static const char *const keep_pick[] = {"earliest", "latest", NULL};
static const char *const scopes[] = {"period", "fiscal_year", NULL};
static const char *const masks[] = {"propagate", "partial", NULL};
static const char *const unreported[] = {"partial", "exclude", "refuse", "no", NULL};
static const char *const orders[] = {"ascending", "descending", NULL};
static const char *const gives[] = {"months", "numbers", "rows", NULL};
static const char *const sexes[] = {"both", "female", "male", NULL};
static const char *const years[] = {"latest", "same", NULL};
static const char *const betters[] = {"higher", "lower", "neither", NULL};
static const char *const methods[] = {"auto", "wilson", "poisson", NULL};
static const char *const roundings[] = {"half_up", "up", "down", NULL};
static const char *const aboves[] = {"sum", "none", NULL};
static const char *const ties[] = {"min", "max", "dense", NULL};
static const char *const joints[] = {"sum", "mean", "best", "all", "any", "count", NULL};
static const char *const over_joints[] = {"sum",     "mean",  "median", "lowest",
                                          "highest", "count", "share",  NULL};
static const int over_values[] = {SHY_JOINT_SUM,    SHY_JOINT_MEAN,    SHY_JOINT_MEDIAN,
                                  SHY_JOINT_LOWEST, SHY_JOINT_HIGHEST, SHY_JOINT_COUNT,
                                  SHY_JOINT_SHARE};
static const char *const lackings[] = {"refuse", "partial", NULL};
static const char *const tie_rules[] = {"first", "last", "refuse", NULL};
static const char *const rests[] = {"largest_remainder", "down", NULL};

const char *const shy_basis_names[] = {"institution", "insurer", "residence", "none", NULL};
const uint32_t shy_basis_bits[] = {SHIHYO_BASIS_INSTITUTION, SHIHYO_BASIS_INSURER,
                                   SHIHYO_BASIS_RESIDENCE, SHIHYO_BASIS_NONE};
const char *const shy_state_names[] = {
    "ok", "missing", "masked", "not_applicable", "not_computable", "unreported", "partial", NULL};

/* clang-format off */
/* A row of the tables below: which member of struct shy_node a parameter goes to, and its size. */
#define AT(member) .offset = offsetof(struct shy_node, member), \
    .size = sizeof(((struct shy_node *)0)->member)
#define NODE(name_, type_, slot, help_) \
    { .name = name_, .type = SHY_PARAM_##type_, .required = true, .help = help_, \
      AT(inputs[slot]) }
#define LIST(name_, type_, least, most, help_) \
    { .name = name_, .type = SHY_PARAM_##type_, .required = true, .min = least, .max = most, \
      .help = help_, AT(of) }
#define CHOICE(name_, choices_, default_, member, help_) \
    { .name = name_, .type = SHY_PARAM_CHOICE, .choices = choices_, .default_text = default_, \
      .help = help_, AT(member) }
#define INTEGER(name_, required_, default_, least, most, member, help_) \
    { .name = name_, .type = SHY_PARAM_INT, .required = required_, .default_text = default_, \
      .min = least, .max = most, .help = help_, AT(member) }
#define OTHER(name_, type_, required_, member, help_) \
    { .name = name_, .type = SHY_PARAM_##type_, .required = required_, .help = help_, \
      AT(member) }

#define ROWS_IN NODE("rows", ROWS, 0, N_("the rows it works on"))
#define UNREPORTED CHOICE("unreported", unreported, "partial", unreported, \
    N_("what is done with areas that did not report: counted as no and the value partial; left " \
       "out of both sides; the value refused; counted as no"))

/* Rows. */
static const struct shy_param scan_params[] = {
    OTHER("contract", CONTRACT, true, contract, N_("the contract whose rows are read")),
    OTHER("where", CONDITIONS, false, where, N_("conditions that must all hold; none by default")),
};
static const struct shy_param where_params[] = {
    ROWS_IN,
    OTHER("where", CONDITIONS, true, where, N_("conditions that must all hold")),
};
static const struct shy_param having_params[] = {
    ROWS_IN,
    NODE("other", ROWS, 1, N_("the rows looked for")),
    CHOICE("match", matches, NULL, match,
        N_("what the two rows have in common: the claim, the person "
           "and month, or the person; by default the claim where both have claims, else the month "
           "where both have months, else the person")),
};
static const struct shy_param discharges_params[] = {
    ROWS_IN,
    { .name = "keep", .type = SHY_PARAM_CHOICE, .choices = keep_discharges,
      .values = keep_discharges_values, .default_text = "earliest",
      .help = N_("the first discharge of a person, or every one"), AT(keep) },
    CHOICE("scope", scopes, "period", scope, N_("within what the earliest is taken")),
    INTEGER("gap", false, "1", 1, MONTHS_MOST, gap,
            N_("months without a claim that make an end of the stay")),
};
static const struct shy_param window_params[] = {
    ROWS_IN,
    NODE("other", ROWS, 1, N_("the rows looked for")),
    INTEGER("from_month", true, NULL, 0, MONTHS_MOST, from_month,
            N_("first month of the window, counted from the row's month (0)")),
    INTEGER("to_month", true, NULL, 0, MONTHS_MOST, to_month,
        N_("last month of the window, included")),
};
static const struct shy_param pick_params[] = {
    ROWS_IN,
    { .name = "keep", .type = SHY_PARAM_CHOICE, .required = true, .choices = keep_pick,
      .help = N_("which row of each person"), AT(keep) },
};
static const struct shy_param union_params[] = {
    LIST("of", ROWS_LIST, 1, 0, N_("the rows put together, all of one contract")),
};
static const struct shy_param each_person_params[] = {
    LIST("needs", NAMED_ROWS, 1, 0, N_("the rows that the function sees, each with its name")),
    OTHER("function", FUNCTION, true, function, N_("the script's function, as its host calls it")),
    OTHER("text_hash", TEXT, false, text_hash,
          N_("identity of the function's text; it then stands for the function")),
    CHOICE("gives", gives, "months", gives,
           N_("what it returns: the months in which a person counts, months with numbers, or rows")),
    OTHER("columns", MADE, false, made, N_("where it gives rows, what they have beside a month")),
    OTHER("reads", READS, false, reads,
          N_("columns it sees of those that not every source has")),
};
/* Rows to cells. */
static const struct shy_param leaf_params[] = { ROWS_IN };
static const struct shy_param distinct_params[] = {
    ROWS_IN,
    OTHER("column", COLUMN, true, operand, N_("the column whose different values are counted")),
};
static const struct shy_param sum_params[] = {
    ROWS_IN,
    OTHER("column", MEASURE, false, operand,
        N_("the column added up; by default the only measure")),
    OTHER("times", MEASURE, false, times, N_("a column each value is multiplied by")),
    CHOICE("masked", masks, "propagate", masked,
           N_("a masked part masks the sum, or is left out and the sum is partial")),
};
static const struct shy_param areas_params[] = {
    ROWS_IN,
    OTHER("set", AREA_SET, false, among_set,
          N_("the area set counted over; by default the one the rows name")),
    UNREPORTED,
};
/* Cells to cells. */
static const struct shy_param average_params[] = {
    NODE("value", CELLS, 0, N_("what is counted every month")),
};
static const struct shy_param share_params[] = {
    NODE("value", CELLS, 0, N_("the areas that have a row")),
    OTHER("set", AREA_SET, false, among_set, N_("the area set; by default that of the areas")),
    CHOICE("unreported", unreported, NULL, unreported,
           N_("what is done with areas that did not report; by default as the areas say")),
};
static const struct shy_param ratio_params[] = {
    NODE("num", CELLS, 0, N_("the numerator")),
    NODE("den", CELLS, 1, N_("the denominator")),
    INTEGER("factor", false, "1", 1, FACTOR_MOST, factor, N_("what the ratio is multiplied by")),
};
static const struct shy_param total_params[] = {
    LIST("of", CELLS_LIST, 1, 0, N_("the terms added")),
};
static const struct shy_param difference_params[] = {
    LIST("of", CELLS_LIST, 2, 2, N_("the first minus the second")),
};
static const struct shy_param if_delivered_params[] = {
    NODE("value", CELLS, 0, N_("the figure that says nothing without these rows")),
    NODE("rows", ROWS, 1, N_("rows that every delivered month has")),
};
static const struct shy_param growth_params[] = {
    NODE("value", CELLS, 0, N_("the figure compared with its earlier one")),
    INTEGER("years", false, NULL, 1, 100, growth_years,
            N_("how many years before; 1 where `since` is not given")),
    OTHER("since", PERIOD, false, growth_since,
        N_("the period compared with, in place of `years`")),
};
static const struct shy_param rank_params[] = {
    NODE("value", CELLS, 0, N_("the figure ranked")),
    CHOICE("order", orders, "descending", descending, N_("the highest or the lowest first")),
    CHOICE("ties", ties, "min", ties, N_("equal figures all get the best place, the worst, or the "
           "best with no place skipped after them")),
    OTHER("within", AREA_SET, false, within_set,
          N_("areas are compared inside one area of this set; all of them by default")),
};
static const struct shy_param compute_params[] = {
    LIST("values", NAMED_CELLS, 1, 0, N_("the figures given to the function, each with its name")),
    OTHER("function", FUNCTION, true, function, N_("the script's function, as its host calls it")),
    OTHER("text_hash", TEXT, false, text_hash,
          N_("identity of the function's text; it then stands for the function")),
};
#define POPULATION \
    CHOICE("sex", sexes, "both", sex, N_("whom the population counts")), \
    CHOICE("year", years, "latest", same_year, \
        N_("which population: the latest, or the same year's"))
#define PER OTHER_INT("per", factor, N_("per how many people"))
#define OTHER_INT(name_, member, help_) \
    INTEGER(name_, true, NULL, 1, FACTOR_MOST, member, help_)
#define BANDS(help_) \
    { .name = "bands", .type = SHY_PARAM_BANDS, .required = true, .min = 1, \
      .max = SHY_STRATA_MOST, .help = help_, AT(of) }
#define LEVELS(name_, most, default_, help_) \
    { .name = name_, .type = SHY_PARAM_LEVELS, .default_text = default_, .min = 1, .max = most, \
      .help = help_, AT(levels) }
#define BETTER CHOICE("better", betters, NULL, better, \
    N_("which side is the good one; by default as the indicator's metadata say"))
#define METHOD CHOICE("method", methods, "auto", method, \
    N_("how limits are computed where the value does not say it: wilson for a share, poisson for " \
       "events"))
#define WITH(required_, help_) OTHER("with", AREA_SET, required_, with_set, help_)

static const struct shy_param rate_params[] = {
    NODE("value", CELLS, 0, N_("the figure above the line")),
    PER,
    CHOICE("sex", sexes, "both", sex, N_("whom the population counts")),
    INTEGER("age_from", false, "0", 0, AGE_MOST, age_from, N_("youngest age")),
    INTEGER("age_to", false, "150", 0, AGE_MOST, age_to, N_("oldest age; 150 is open")),
    CHOICE("year", years, "latest", same_year,
        N_("which population: the latest, or the same year's")),
};
static const struct shy_param mean_params[] = {
    ROWS_IN,
    OTHER("column", MEASURE, false, operand,
        N_("the column whose mean is taken; by default the only measure")),
};
static const struct shy_param direct_params[] = {
    BANDS(N_("age groups with the weight of each in the standard population, and its events")),
    PER,
    POPULATION,
    OTHER("standard", TEXT, false, standard, N_("name of the standard population, for people")),
};
static const struct shy_param indirect_params[] = {
    { .name = "observed", .type = SHY_PARAM_CELLS, AT(inputs[0]),
      .help = N_("all events of an area; by default those of its age groups added") },
    BANDS(N_("age groups with their events, and those of the reference where no area set gives "
             "them")),
    WITH(false, N_("the area of this set in which an area lies gives the rates expected of it")),
    INTEGER("factor", false, "100", 1, FACTOR_MOST, factor,
            N_("what the ratio is multiplied by")),
    POPULATION,
};
static const struct shy_param compare_params[] = {
    NODE("value", CELLS, 0, N_("the figure compared")),
    WITH(true, N_("the area of this set in which an area lies is its benchmark")),
    LEVELS("levels", SHY_COMPARED_MOST, "95", N_("levels of confidence in percent")),
    BETTER,
    METHOD,
};
static const struct shy_param funnel_params[] = {
    NODE("value", CELLS, 0, N_("the figure shown between control limits")),
    WITH(true, N_("the area of this set in which an area lies is its benchmark")),
    LEVELS("levels", SHY_LEVELS_MOST, "95 99.8", N_("levels of confidence in percent")),
    BETTER,
    METHOD,
};
static const struct shy_param trend_params[] = {
    NODE("value", CELLS, 0, N_("the figure whose years are looked at")),
    INTEGER("points", false, "5", SHY_POINTS_LEAST, SHY_POINTS_MOST, points,
            N_("how many years, the cell's period the last")),
    LEVELS("level", 1, "99.8", N_("level of confidence of the test, in percent")),
    BETTER,
    METHOD,
};
static const struct shy_param quantile_params[] = {
    NODE("value", CELLS, 0, N_("the figure by which areas are grouped")),
    INTEGER("groups", true, NULL, SHY_GROUPS_LEAST, SHY_GROUPS_MOST, groups,
            N_("how many groups: 4 for quartiles, 5 for quintiles")),
    CHOICE("order", orders, "ascending", descending,
        N_("whether group 1 has the lowest or the highest figures")),
    OTHER("within", AREA_SET, false, within_set,
          N_("areas are grouped inside one area of this set; all of them by default")),
};
static const struct shy_param number_params[] = {
    INTEGER("number", true, NULL, -NUMBER_MOST, NUMBER_MOST, number,
            N_("the number's digits, without its point")),
    INTEGER("digits", false, "0", 0, DIGITS_MOST, digits, N_("how many of them follow the point")),
};
static const struct shy_param since_params[] = {
    OTHER("period", PERIOD, true, growth_since, N_("the first period of which it holds")),
};
static const struct shy_param terms_params[] = {
    LIST("of", CELLS_LIST, 1, 0, N_("the figures chosen among")),
};
static const struct shy_param choose_params[] = {
    LIST("of", CELLS_LIST, 2, 0, N_("by turns a condition and the figure where it is the first "
         "that is not 0; a last one without condition is the figure where none holds")),
};
static const struct shy_param rounded_params[] = {
    NODE("value", CELLS, 0, N_("the figure rounded")),
    INTEGER("digits", false, "0", 0, DIGITS_MOST, digits, N_("digits kept behind the point")),
    CHOICE("how", roundings, "half_up", how, N_("to the nearest, a half away from zero; up; down")),
};
static const struct shy_param earlier_params[] = {
    NODE("value", CELLS, 0, N_("the figure whose earlier one is taken")),
    INTEGER("years", false, NULL, 1, 100, growth_years,
            N_("how many years before; 1 where `since` is not given")),
    OTHER("since", PERIOD, false, growth_since, N_("the period it is taken of, in place of "
          "`years`")),
};
static const struct shy_param interpolate_params[] = {
    NODE("value", CELLS, 0, N_("the figure, as it is at the end of the line")),
    { .name = "start", .type = SHY_PARAM_CELLS, AT(inputs[1]),
      .help = N_("the figure where the line begins; by default the value of that period") },
    OTHER("from", PERIOD, true, from_period, N_("the line begins at the end of this period")),
    OTHER("to", PERIOD, true, to_period, N_("and ends at the end of this one")),
};
static const struct shy_param most_recent_params[] = {
    NODE("value", CELLS, 0, N_("the figure, of this period or of the nearest before it")),
    INTEGER("years", false, "5", 1, YEARS_MOST, years_most, N_("how many years back it may be")),
};
static const struct shy_param each_area_params[] = {
    NODE("value", CELLS, 0, N_("the figure of each area")),
    { .name = "rows", .type = SHY_PARAM_ROWS, AT(inputs[1]),
      .help = N_("the areas are of the set that these rows name, where `set` does not say it") },
    OTHER("set", AREA_SET, false, within_set, N_("the set of the areas")),
    CHOICE("above", aboves, "sum", above,
           N_("what a larger area has: the sum of those that lie in it, or nothing")),
};
#define LACKING(help_) CHOICE("missing", lackings, "refuse", lacking, help_)
static const struct shy_param composite_params[] = {
    LIST("of", CELLS_LIST, 1, 0, N_("the parts")),
    OTHER("weights", NUMBERS, false, weights,
        N_("what each part is multiplied by, in their order; 1 each by default")),
    CHOICE("how", joints, "sum", joint, N_("the weighted parts added, their weighted mean, or the "
           "greatest of them; 1 if all parts, or any, are other than 0; or how many are")),
    LACKING(N_("parts without a figure: refuse makes the result one without a figure, partial "
               "leaves them out and says so; masked parts mask it in either case")),
};
static const struct shy_param frequent_params[] = {
    LIST("answers", NAMED_CELLS, 2, 0, N_("how often each answer was given, with its name")),
    CHOICE("ties", tie_rules, "first", tie,
        N_("of equally frequent answers: the first in the list, the last, or none")),
};
static const struct shy_param grade_params[] = {
    NODE("value", CELLS, 0, N_("the figure graded")),
    { .name = "steps", .type = SHY_PARAM_STEPS, .required = true, .min = 1, .max = STEPS_MOST,
      .help = N_("the steps: every figure lies in exactly one"), AT(steps) },
    OTHER("scheme", TEXT, false, scheme, N_("name of the steps, for people")),
};
static const struct shy_param over_params[] = {
    NODE("value", CELLS, 0, N_("the figure of each area")),
    OTHER("set", AREA_SET, true, among_set, N_("the areas whose figures are put together")),
    { .name = "how", .type = SHY_PARAM_CHOICE, .choices = over_joints, .values = over_values,
      .default_text = "mean", .help = N_("their sum, mean, median, lowest or highest figure; how "
      "many of them, or what share, have a figure within the bounds"), AT(joint) },
    OTHER("from", NUMBER, false, least, N_("lowest figure counted, included")),
    OTHER("to", NUMBER, false, most, N_("highest figure counted, included")),
    LACKING(N_("areas without a figure: refuse makes the result one without a figure, partial "
               "leaves them out and says so; masked figures mask it in either case")),
};
static const struct shy_param allocate_params[] = {
    NODE("value", CELLS, 0, N_("the score by which it is shared")),
    INTEGER("amount", true, NULL, 1, AMOUNT_MOST, amount, N_("what is shared")),
    INTEGER("unit", false, "1", 1, AMOUNT_MOST, portion,
        N_("shares are whole multiples of it: 1000 for thousands of yen")),
    CHOICE("rounding", rests, "largest_remainder", rest,
        N_("shares are rounded down, and what is left goes by units to the largest remainders; or "
           "is left")),
    OTHER("within", AREA_SET, false, within_set,
          N_("the amount is shared inside each area of this set; among all by default")),
    LACKING(N_("areas without a score: refuse shares nothing, partial leaves them out and says "
               "so; a masked score masks all shares in either case")),
};
static const struct shy_param indicator_params[] = {
    OTHER("id", INDICATOR, true, indicator, N_("the indicator whose value is used")),
};

/* Placed by number, so that looking one up is an index and a forgotten one is a hole that a test
 * finds. */
#define OP(op_, name_, level_, params_, help_) \
    [SHY_OP_##op_] = { SHY_OP_##op_, name_, SHY_LEVEL_##level_, params_, \
                       sizeof params_ / sizeof params_[0], help_ }

static const struct shy_operator operators[SHY_OP_COUNT_] = {
    OP(SCAN, "scan", ROWS, scan_params, N_("the rows of a contract")),
    OP(WHERE, "where", ROWS, where_params, N_("the rows for which every condition holds")),
    OP(HAVING, "having", ROWS, having_params, N_("the rows with a matching row among others")),
    OP(LACKING, "lacking", ROWS, having_params, N_("the rows without a matching row among others")),
    OP(DISCHARGES, "discharges", ROWS, discharges_params,
       N_("one event for every discharge, in its month")),
    OP(FOLLOWED_BY, "followed_by", ROWS, window_params,
       N_("the rows after which the person has one of the others in the window")),
    OP(NOT_FOLLOWED_BY, "not_followed_by", ROWS, window_params,
       N_("the rows after which the person has none of the others in the window")),
    OP(PRECEDED_BY, "preceded_by", ROWS, window_params,
       N_("the rows before which the person has one of the others in the window")),
    OP(NOT_PRECEDED_BY, "not_preceded_by", ROWS, window_params,
       N_("the rows before which the person has none of the others in the window")),
    OP(PICK, "pick", ROWS, pick_params, N_("one row for every person")),
    OP(UNION, "union", ROWS, union_params, N_("the rows of any of several, each once")),
    OP(EACH_PERSON, "each_person", ROWS, each_person_params,
       N_("the months that a function of the script returns for each person")),
    OP(ROWS, "rows", LEAF, leaf_params, N_("how many rows")),
    OP(PERSONS, "persons", LEAF, leaf_params, N_("how many different persons")),
    OP(CLAIMS, "claims", LEAF, leaf_params, N_("how many different claims")),
    OP(DISTINCT, "distinct", LEAF, distinct_params, N_("how many different values of a column")),
    OP(SUM, "sum", LEAF, sum_params, N_("the sum of a column")),
    OP(AREAS, "areas", LEAF, areas_params, N_("how many areas have a row")),
    OP(MONTHLY_AVERAGE, "monthly_average", CELLS, average_params,
       N_("the figures of the months added and divided by the months of the period")),
    OP(SHARE, "share", CELLS, share_params, N_("areas that have a row, of 100 areas")),
    OP(ALL_OF, "all_of", CELLS, share_params, N_("1 if every area has a row, else 0")),
    OP(RATIO, "ratio", CELLS, ratio_params, N_("one figure divided by another")),
    OP(TOTAL, "total", CELLS, total_params, N_("figures added up")),
    OP(DIFFERENCE, "difference", CELLS, difference_params, N_("one figure less another")),
    OP(GROWTH, "growth", CELLS, growth_params, N_("percent change against an earlier period")),
    OP(RANK, "rank", CELLS, rank_params, N_("the place of an area among the areas of its set")),
    OP(TOP_HALF, "top_half", CELLS, rank_params,
       N_("1 in the upper half of the areas that have a figure, else 0")),
    OP(COMPUTE, "compute", CELLS, compute_params,
        N_("what a function of the script makes of figures")),
    OP(IF_DELIVERED, "if_delivered", CELLS, if_delivered_params,
       N_("the figure where such rows were delivered; else it is unreported")),
    OP(INDICATOR, "indicator", CELLS, indicator_params, N_("the value of another indicator")),
    OP(RATE, "rate", CELLS, rate_params, N_("a figure per population")),
    OP(MEAN, "mean", CELLS, mean_params, N_("the mean of a column")),
    OP(DIRECTLY_STANDARDISED, "directly_standardised", CELLS, direct_params,
       N_("the rate that a standard population would have with the area's rates of each age")),
    OP(INDIRECTLY_STANDARDISED, "indirectly_standardised", CELLS, indirect_params,
       N_("events, of those expected if the reference's rates of each age held")),
    OP(COMPARE, "compare", CELLS, compare_params,
       N_("better, similar or worse than the benchmark, by limits of confidence")),
    OP(FUNNEL, "funnel", CELLS, funnel_params,
       N_("the figure with the control limits around its benchmark")),
    OP(TREND, "trend", CELLS, trend_params,
       N_("whether the last years rise, fall, or do neither")),
    OP(QUANTILE, "quantile", CELLS, quantile_params,
       N_("the group of an area among as many equal groups of areas")),
    OP(NUMBER, "number", CELLS, number_params, N_("a number that the script says")),
    OP(SINCE, "since", CELLS, since_params, N_("1 from a period on, 0 before it")),
    OP(HIGHEST, "highest", CELLS, terms_params, N_("the greatest of figures")),
    OP(LOWEST, "lowest", CELLS, terms_params, N_("the least of figures")),
    OP(FIRST_OF, "first_of", CELLS, terms_params,
       N_("the first of figures that is not missing")),
    OP(CHOOSE, "choose", CELLS, choose_params,
       N_("the figure of the first condition that holds")),
    OP(ROUNDED, "rounded", CELLS, rounded_params, N_("a figure with fewer digits")),
    OP(EARLIER, "earlier", CELLS, earlier_params, N_("the figure of an earlier period")),
    OP(INTERPOLATE, "interpolate", CELLS, interpolate_params,
       N_("the figure on a straight line between two periods")),
    OP(MOST_RECENT, "most_recent", CELLS, most_recent_params,
       N_("the figure of the period, or of the nearest year before it that has one")),
    OP(EACH_AREA, "each_area", CELLS, each_area_params,
       N_("a figure computed for each area of a set, and added up for larger ones")),
    OP(COMPOSITE, "composite", CELLS, composite_params,
       N_("parts with weights: their sum, mean or best, or whether all or any hold")),
    OP(MOST_FREQUENT, "most_frequent", CELLS, frequent_params,
       N_("the place of the most frequent answer in the list")),
    OP(GRADE, "grade", CELLS, grade_params, N_("the step in which a figure lies, or its points")),
    OP(OVER, "over", CELLS, over_params,
       N_("the figures of the smaller areas in an area put together")),
    OP(ALLOCATE, "allocate", CELLS, allocate_params,
       N_("an amount shared among the areas of a set by their scores")),
};
/* clang-format on */

const struct shy_operator *shy_operator(enum shy_op op)
{
    if ((unsigned)op >= SHY_OP_COUNT_ || operators[op].name == NULL)
        return NULL;
    return &operators[op];
}

const struct shy_operator *shy_operator_find(const char *name)
{
    for (int op = SHY_OP_NONE + 1; op < SHY_OP_COUNT_; op++) {
        if (strcmp(operators[op].name, name) == 0)
            return &operators[op];
    }
    return NULL;
}

const struct shy_param *shy_operator_param(const struct shy_operator *o, const char *name)
{
    for (size_t i = 0; i < o->param_count; i++) {
        if (strcmp(o->params[i].name, name) == 0)
            return &o->params[i];
    }
    return NULL;
}

const char *shy_param_type_name(enum shy_param_type type)
{
    static const char *const names[] = {
        [SHY_PARAM_ROWS] = N_("rows"),
        [SHY_PARAM_CELLS] = N_("cells"),
        [SHY_PARAM_ROWS_LIST] = N_("list of rows"),
        [SHY_PARAM_CELLS_LIST] = N_("list of cells"),
        [SHY_PARAM_NAMED_CELLS] = N_("list of named cells"),
        [SHY_PARAM_NAMED_ROWS] = N_("list of named rows"),
        [SHY_PARAM_CONDITIONS] = N_("list of conditions"),
        [SHY_PARAM_CONTRACT] = N_("name of a contract"),
        [SHY_PARAM_COLUMN] = N_("name of a column"),
        [SHY_PARAM_MEASURE] = N_("name of a column of numbers"),
        [SHY_PARAM_CHOICE] = N_("one of a few words"),
        [SHY_PARAM_INT] = N_("whole number"),
        [SHY_PARAM_TEXT] = N_("text"),
        [SHY_PARAM_FUNCTION] = N_("function"),
        [SHY_PARAM_AREA_SET] = N_("name of an area set"),
        [SHY_PARAM_PERIOD] = N_("period"),
        [SHY_PARAM_INDICATOR] = N_("id of an indicator"),
        [SHY_PARAM_LEVELS] = N_("levels of confidence"),
        [SHY_PARAM_BANDS] = N_("age groups"),
        [SHY_PARAM_NUMBER] = N_("number"),
        [SHY_PARAM_NUMBERS] = N_("list of numbers"),
        [SHY_PARAM_STEPS] = N_("list of steps"),
        [SHY_PARAM_MADE] = N_("columns"),
        [SHY_PARAM_READS] = N_("names of columns"),
    };
    return _(names[type]);
}

bool shy_op_is_rows(enum shy_op op)
{
    return shy_operator(op) != NULL && operators[op].level == SHY_LEVEL_ROWS;
}

bool shy_op_is_leaf(enum shy_op op)
{
    return shy_operator(op) != NULL && operators[op].level == SHY_LEVEL_LEAF;
}

const char *shy_op_name(enum shy_op op)
{
    return shy_operator(op) != NULL ? operators[op].name : "";
}
