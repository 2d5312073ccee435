/* SPDX-License-Identifier: MIT */
/*
 * What the files of the plugin share: the source and its mappings (patient_survey.c, mapping.c),
 * and a table being read (table.c). README.md has the layout.
 */
#ifndef PATIENT_SURVEY_H
#define PATIENT_SURVEY_H

#include <stdbool.h>

#include <shihyo/plugin.h>

#include "common/common.h"

enum { PATH_SIZE = 1024, MOST_WARDS = 64 };

/* Destinations of the contract, in the order of their codes in mapping.c. */
enum survey_destination {
    TO_TOTAL,
    TO_HOME,
    TO_HOME_COMMUTING_HERE,
    TO_HOME_COMMUTING_OTHER,
    TO_HOME_HOME_CARE,
    TO_HOME_OTHER,
    TO_HOSPITAL,
    TO_HOSPITAL_SUPPORT,
    TO_HOSPITAL_OTHER,
    TO_HOSPITAL_CLINIC,
    TO_ROUKEN,
    TO_TOKUYOU,
    TO_CARE_MEDICAL_FACILITY,
    TO_WELFARE_FACILITY,
    TO_DEATH,
    TO_OTHER,
    TO_COUNT,
};
#define SURVEY_IGNORE "ignore"

struct shihyo_source {
    const struct shihyo_host *host;
    char *area_set, *area; /* of every figure; NULL: the nation */
    bool destinations_in_columns;
    const struct shihyo_value *destinations, *wards; /* options, or NULL */
    struct common_files files;
    struct shihyo_table_info table;
};

/* Codes that the labels of a path stand for: the project's mapping comes before our own; of
 * several labels that the path is or ends in, the longest. NULL: none. Both know the code
 * SURVEY_IGNORE. */
const char *survey_destination(const struct shihyo_source *s, const char *path);
const char *survey_ward(const struct shihyo_source *s, const char *path);
/* Number of a destination's code, or TO_COUNT. */
enum survey_destination survey_destination_number(const char *code);

int survey_read(const struct shihyo_source *s, const char *path, struct shihyo_builder *builder,
                struct shihyo_error *err);

/* Figures of one ward as they were read; TO_COUNT places. unit: the last printed digit. Tells
 * through the log where parts do not add up to their whole. */
struct survey_figure {
    bool known;
    int64_t value;
};
void survey_check_sums(const struct shihyo_source *s, const char *file, const char *ward,
                       const struct survey_figure *figures, int64_t unit);

#endif
