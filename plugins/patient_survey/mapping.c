/* SPDX-License-Identifier: MIT */
/* From labels of the survey's tables to codes of the contract, and what parts make which whole. */
#include "patient_survey.h"

#include <stdlib.h>
#include <string.h>

static const char *const codes[TO_COUNT] = {
    [TO_TOTAL] = "total",
    [TO_HOME] = "home",
    [TO_HOME_COMMUTING_HERE] = "home_commuting_here",
    [TO_HOME_COMMUTING_OTHER] = "home_commuting_other",
    [TO_HOME_HOME_CARE] = "home_home_care",
    [TO_HOME_OTHER] = "home_other",
    [TO_HOSPITAL] = "hospital",
    [TO_HOSPITAL_SUPPORT] = "hospital_support",
    [TO_HOSPITAL_OTHER] = "hospital_other",
    [TO_HOSPITAL_CLINIC] = "hospital_clinic",
    [TO_ROUKEN] = "rouken",
    [TO_TOKUYOU] = "tokuyou",
    [TO_CARE_MEDICAL_FACILITY] = "care_medical_facility",
    [TO_WELFARE_FACILITY] = "welfare_facility",
    [TO_DEATH] = "death",
    [TO_OTHER] = "other",
};

struct label {
    const char *label; /* normalised; labels above it before '|' */
    const char *code;
};

/* The labels of the slide 「在宅医療の整備目標の設定プロセスについて（患者調査の活用）」; that of
 * 介護医療院 is of the survey's tables since 2020. */
static const struct label destination_labels[] = {
    {"総数", "total"},
    {"家庭", "home"},
    {"家庭|当院に通院", "home_commuting_here"},
    {"家庭|他の病院・診療所に通院", "home_commuting_other"},
    {"家庭|在宅医療(訪問診療・訪問看護等)", "home_home_care"},
    {"家庭|その他", "home_other"},
    {"他の病院・診療所に入院", "hospital"},
    {"他の病院・診療所に入院|地域医療支援病院・特定機能病院", "hospital_support"},
    {"他の病院・診療所に入院|その他の病院", "hospital_other"},
    {"他の病院・診療所に入院|診療所", "hospital_clinic"},
    {"介護老人保健施設に入所", "rouken"},
    {"介護老人福祉施設に入所", "tokuyou"},
    {"介護医療院に入所", "care_medical_facility"},
    {"社会福祉施設に入所", "welfare_facility"},
    {"その他(死亡・不明等)", "other"},
    {NULL, NULL},
};

static const struct label ward_labels[] = {
    {"総数", "all"},
    {"精神病床", "psychiatric"},
    {"感染症病床", "infectious"},
    {"結核病床", "tuberculosis"},
    {"療養病床", "long_term_care"},
    {"療養病床|医療保険適用病床", "medical_long_term_care"},
    {"療養病床|介護保険適用病床", "care_long_term_care"},
    {"一般病床", "general"},
    {NULL, NULL},
};

/* Length of label where the path is label, or ends in it after a '|'; else 0. */
static size_t match(const char *path, const char *label)
{
    size_t length = strlen(path), end = strlen(label);
    if (end == 0 || end > length || strcmp(path + length - end, label) != 0)
        return 0;
    return end == length || path[length - end - 1] == '|' ? end : 0;
}

static const char *find_given(const struct shihyo_source *s, const struct shihyo_value *map,
                              const char *path)
{
    const char *code = NULL;
    size_t best = 0;
    for (uint32_t i = 0; map != NULL && i < map->count; i++) {
        char label[PATH_SIZE];
        size_t length =
            s->host->text->normalise_label(map->keys[i], strlen(map->keys[i]), label, sizeof label);
        size_t matched = length < sizeof label ? match(path, label) : 0;
        if (matched > best) {
            best = matched;
            code = map->items[i]->string;
        }
    }
    return code;
}

static const char *find_label(const struct label *labels, const char *path)
{
    const char *code = NULL;
    size_t best = 0;
    for (; labels->label != NULL; labels++) {
        size_t matched = match(path, labels->label);
        if (matched > best) {
            best = matched;
            code = labels->code;
        }
    }
    return code;
}

const char *survey_destination(const struct shihyo_source *s, const char *path)
{
    const char *given = find_given(s, s->destinations, path);
    return given != NULL ? given : find_label(destination_labels, path);
}

const char *survey_ward(const struct shihyo_source *s, const char *path)
{
    const char *given = find_given(s, s->wards, path);
    return given != NULL ? given : find_label(ward_labels, path);
}

enum survey_destination survey_destination_number(const char *code)
{
    for (int i = 0; i < TO_COUNT; i++) {
        if (strcmp(codes[i], code) == 0)
            return (enum survey_destination)i;
    }
    return TO_COUNT;
}

/* Sums ----------------------------------------------------------------------------------- */

static const struct sum {
    enum survey_destination whole, parts[8];
    int count;
} sums[] = {
    {TO_TOTAL,
     {TO_HOME, TO_HOSPITAL, TO_ROUKEN, TO_TOKUYOU, TO_CARE_MEDICAL_FACILITY, TO_WELFARE_FACILITY,
      TO_DEATH, TO_OTHER},
     8},
    {TO_HOME,
     {TO_HOME_COMMUTING_HERE, TO_HOME_COMMUTING_OTHER, TO_HOME_HOME_CARE, TO_HOME_OTHER},
     4},
    {TO_HOSPITAL, {TO_HOSPITAL_SUPPORT, TO_HOSPITAL_OTHER, TO_HOSPITAL_CLINIC}, 3},
};

static void check_sum(const struct shihyo_source *s, const char *file, const char *ward,
                      const struct survey_figure *figures, int64_t unit, const struct sum *sum)
{
    int64_t parts = 0, whole = figures[sum->whole].value;
    int known = 0;
    for (int i = 0; i < sum->count; i++) {
        if (figures[sum->parts[i]].known) {
            parts += figures[sum->parts[i]].value;
            known++;
        }
    }
    if (!figures[sum->whole].known || known < 2 || parts == whole)
        return;
    /* Each figure, the whole too, may be off by half a unit. */
    bool rounding = llabs(parts - whole) * 2 <= (known + 1) * unit;
    s->host->log(rounding ? SHIHYO_LOG_INFO : SHIHYO_LOG_WARNING, "patient_survey",
                 rounding ? N_("%s, %s: the parts of '%s' add up to %lld, printed is %lld; the "
                               "rounding of the figures explains it. All stay as printed.")
                          : N_("%s, %s: the parts of '%s' add up to %lld, printed is %lld; this is "
                               "more than rounding explains. All stay as printed."),
                 file, ward, codes[sum->whole], (long long)parts, (long long)whole);
}

void survey_check_sums(const struct shihyo_source *s, const char *file, const char *ward,
                       const struct survey_figure *figures, int64_t unit)
{
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++)
        check_sum(s, file, ward, figures, unit, &sums[i]);
}
