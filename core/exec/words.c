/* SPDX-License-Identifier: MIT */
/* Words for states, reasons and notes: the ids that files and other programs read, and the
 * sentences that people read. docs/semantics.md lists them. */
#include "config.h"

#include "core/base/i18n.h"
#include "core/exec/exec.h"

static const struct {
    const char *id, *sign;
} states[] = {
    [SHIHYO_STATE_OK] = {"ok", ""},
    [SHIHYO_STATE_MISSING] = {"missing", "…"},
    [SHIHYO_STATE_MASKED] = {"masked", "*"},
    [SHIHYO_STATE_NOT_APPLICABLE] = {"not_applicable", "・"},
    [SHIHYO_STATE_NOT_COMPUTABLE] = {"not_computable", "-"},
    [SHIHYO_STATE_UNREPORTED] = {"unreported", "未報告"},
    [SHIHYO_STATE_PARTIAL] = {"partial", ""},
};

const char *shy_state_id(enum shihyo_state state)
{
    SHY_BUG_ON((size_t)state >= sizeof states / sizeof states[0]);
    return states[state].id;
}

const char *shy_state_sign(enum shihyo_state state)
{
    SHY_BUG_ON((size_t)state >= sizeof states / sizeof states[0]);
    return states[state].sign;
}

struct word {
    const char *id, *text;
};

static const struct word reasons[SHY_REASON_COUNT_] = {
    [SHY_REASON_NONE] = {"", ""},
    [SHY_REASON_NO_ROWS] = {"no_rows", N_("The source has no figure for it.")},
    [SHY_REASON_SOURCE] = {"source", N_("It stands so in the source.")},
    [SHY_REASON_MASKED_PART] = {"masked_part", N_("A part of the sum is masked.")},
    [SHY_REASON_UNREPORTED_AREAS] = {"unreported_areas", N_("Some areas did not answer.")},
    [SHY_REASON_MONTHS_MISSING] = {"months_missing",
                                   N_("Months of the period were not delivered.")},
    [SHY_REASON_WINDOW_OPEN] = {"window_open", N_("The follow-up reaches beyond the data.")},
    [SHY_REASON_ZERO_DENOMINATOR] = {"zero_denominator", N_("The denominator is zero.")},
    [SHY_REASON_NO_POPULATION] =
        {"no_population", N_("There is no population for the area, or not for all areas in it.")},
    [SHY_REASON_POPULATION_BANDS] = {"population_bands",
                                     N_("The age bands of the population cut across the ages "
                                        "asked for.")},
    [SHY_REASON_INPUT] = {"input", N_("A value it is computed from is in this state.")},
    [SHY_REASON_NOT_ADDITIVE] = {"not_additive",
                                 N_("The figure is not published for the area, and those of its "
                                    "parts may not be added.")},
    [SHY_REASON_NO_EARLIER] = {"no_earlier", N_("There is no earlier value to compare with.")},
    [SHY_REASON_FUNCTION] = {"function", N_("The script's function gave no number.")},
    [SHY_REASON_OVERFLOW] = {"overflow", N_("The number is too large.")},
    [SHY_REASON_AREA_SPLIT] = {"area_split",
                               N_("It was counted for a larger area, or one that was split, and "
                                  "no shares are stated.")},
    [SHY_REASON_NOT_DELIVERED] = {"not_delivered", N_("Receipts of this kind were not delivered.")},
    [SHY_REASON_CODES_INCOMPLETE] = {"codes_incomplete",
                                     N_("A code list that it counts by does not have all codes of "
                                        "the time; the run's warnings name it.")},
    [SHY_REASON_NO_CODES] = {"no_codes", N_("Nothing of the kind existed in the period.")},
    [SHY_REASON_FEW_EVENTS] = {"few_events", N_("There are fewer than ten events.")},
    [SHY_REASON_FEW_AREAS] = {"few_areas", N_("Fewer areas have a figure than groups are asked.")},
    [SHY_REASON_FEW_POINTS] = {"few_points",
                               N_("The trend cannot be calculated: a year has no sound figure.")},
    [SHY_REASON_SERIES_BREAK] = {"series_break",
                                 N_("A new series began in between; the figures are not "
                                    "comparable.")},
    [SHY_REASON_ITSELF] = {"itself", N_("The area is its own benchmark.")},
    [SHY_REASON_NO_CHOICE] = {"no_choice", N_("None of the cases it distinguishes applies.")},
    [SHY_REASON_OUTSIDE_LINE] = {"outside_line",
                                 N_("The period lies before or after those it is interpolated "
                                    "between.")},
    [SHY_REASON_TIE] = {"tie", N_("Several answers are equally frequent.")},
    [SHY_REASON_NO_LIMITS] = {"no_limits", N_("No limits of confidence can be computed for it.")},
};

const char *shy_reason_id(enum shy_reason reason)
{
    SHY_BUG_ON((size_t)reason >= SHY_REASON_COUNT_);
    return reasons[reason].id;
}

const char *shy_reason_text(enum shy_reason reason)
{
    SHY_BUG_ON((size_t)reason >= SHY_REASON_COUNT_);
    /* The empty text must not be looked up: it is the catalogue's own header. */
    return reason == SHY_REASON_NONE ? "" : _(reasons[reason].text);
}

static const struct {
    uint32_t bit;
    struct word word;
} notes[] = {
    {SHY_NOTE_CUMULATIVE, {"cumulative", N_("Persons are counted once for every code or area.")}},
    {SHY_NOTE_POPULATION_YEAR, {"population_year", N_("The population is of another year.")}},
    {SHY_NOTE_PROJECTION, {"projection", N_("The population is a projection.")}},
    {SHY_NOTE_MIXED_BASIS,
     {"mixed_basis",
      N_("The figures put together count by different places (residence, institution, "
         "insurer).")}},
    {SHY_NOTE_UNREPORTED, {"unreported", N_("Areas did not answer.")}},
    {SHY_NOTE_MASKED_LEFT_OUT,
     {"masked_left_out", N_("A lower bound: masked parts are left out.")}},
    {SHY_NOTE_WINDOW_EXCLUDED,
     {"window_excluded", N_("Events without enough months after them are left out.")}},
    {SHY_NOTE_AREAS_ADDED, {"areas_added", N_("Added up from smaller areas.")}},
    {SHY_NOTE_UNKNOWN_AREA, {"unknown_area", N_("Rows whose area is not known are left out.")}},
    {SHY_NOTE_MIXED_CLOCK,
     {"mixed_clock", N_("The figures put together count time differently: months of care, months "
                        "of examination, reporting years, survey days.")}},
    {SHY_NOTE_REBASED,
     {"rebased",
      N_("Figures on area codes of another day are counted on the areas of the run's day.")}},
    {SHY_NOTE_WEIGHTED,
     {"weighted", N_("An estimate: the figure of an area that was split is divided by shares.")}},
    {SHY_NOTE_UNLINKED,
     {"unlinked", N_("Care receipts of persons whose medical number is not known are not seen "
                     "beside their medical receipts.")}},
    {SHY_NOTE_INTERPOLATED,
     {"interpolated", N_("In proportion to time, between the values of two periods.")}},
    {SHY_NOTE_EARLIER_PERIOD, {"earlier_period", N_("The value is of an earlier year.")}},
    {SHY_NOTE_TIE, {"tie", N_("Several answers are equally frequent.")}},
    {SHY_NOTE_LEFT_OUT, {"left_out", N_("Parts or areas without a figure are left out.")}},
    {SHY_NOTE_SERIES_BREAK,
     {"series_break", N_("The series begins anew: not comparable with the periods before.")}},
    {SHY_NOTE_REPEATED,
     {"repeated_events", N_("Limits take events for independent; where one person has several they "
                            "are too narrow.")}},
    {SHY_NOTE_NO_LIMITS,
     {"no_limits", N_("No limits: the value is of a part only, or its numerator is no part of "
                      "its denominator.")}},
};

static const struct word *find_note(uint32_t bit)
{
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++) {
        if (notes[i].bit == bit)
            return &notes[i].word;
    }
    shy_bug(__FILE__, __LINE__, "a note without a word");
}

const char *shy_note_id(uint32_t bit)
{
    return find_note(bit)->id;
}

const char *shy_note_text(uint32_t bit)
{
    return _(find_note(bit)->text);
}

const char *shy_judgement_id(enum shy_judgement judgement)
{
    static const char *const ids[SHY_JUDGED_COUNT_] = {
        [SHY_JUDGED_NONE] = "",
        [SHY_JUDGED_BETTER] = "better",
        [SHY_JUDGED_SIMILAR] = "similar",
        [SHY_JUDGED_WORSE] = "worse",
        [SHY_JUDGED_HIGHER] = "higher",
        [SHY_JUDGED_LOWER] = "lower",
        [SHY_JUDGED_IMPROVING] = "improving",
        [SHY_JUDGED_NO_CHANGE] = "no_change",
        [SHY_JUDGED_WORSENING] = "worsening",
        [SHY_JUDGED_INCREASING] = "increasing",
        [SHY_JUDGED_DECREASING] = "decreasing",
    };
    SHY_BUG_ON((size_t)judgement >= SHY_JUDGED_COUNT_);
    return ids[judgement];
}

const char *shy_judgement_word(const struct shy_cell_limits *limits)
{
    if (limits == NULL)
        return "";
    return limits->label != NULL ? limits->label : shy_judgement_id(limits->judgement);
}
