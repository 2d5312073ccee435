/* SPDX-License-Identifier: MIT */
/* What is not invented: places, codes, the ages of the nation. Sources are named in facts_*.c. */
#ifndef SHY_SYNTH_FACTS_H
#define SHY_SYNTH_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#define SHY_SYNTH_BANDS 21 /* five-year bands; the last is 100 and over */
#define SHY_SYNTH_GROUPS 3 /* 0-64, 65-74, 75 and over */
#define SHY_SYNTH_ROWS 38  /* of the table of supply; 0 = in none */
#define SHY_SYNTH_LEVELS 7
#define SHY_SYNTH_SERVICES 17
#define SHY_SYNTH_AT_HOME 11 /* the first so many services are not facilities */

struct shy_synth_secondary {
    char code[5];
    const char *name;
};
struct shy_synth_municipality {
    char code[6];
    const char *name;
    char secondary[5];
    uint32_t persons[SHY_SYNTH_GROUPS];
};
/* Each list ends with an empty code. */
extern const struct shy_synth_secondary *const shy_synth_secondaries;
extern const struct shy_synth_municipality *const shy_synth_municipalities;
extern const struct shy_synth_municipality *const shy_synth_elsewhere;
extern const uint32_t *const shy_synth_male, *const shy_synth_female; /* SHY_SYNTH_BANDS */

enum { SHY_ITEM_HOME = 1, SHY_ITEM_CATEGORY_1 = 2 }; /* one of the three of T5; the ward charge */
struct shy_synth_item {
    char code[2][10]; /* until 2024-05-31, from 2024-06-01 */
    uint16_t points;
    uint8_t row;
    int8_t residence, severity; /* of a management fee; else -1 */
    uint8_t flags;
};
/* MANAGED_rs: residence r (0 在宅時, 1 施設入居時等), severity s (0 重症, 1 月2回以上, 2 月1回). */
enum shy_synth_item_number {
    SHY_ITEM_VISIT_OTHER,
    SHY_ITEM_VISIT_SAME,
    SHY_ITEM_VISIT_REFERRED,
    SHY_ITEM_HOUSE_CALL,
    SHY_ITEM_URGENT,
    SHY_ITEM_CANCER,
    SHY_ITEM_MANAGED_00,
    SHY_ITEM_MANAGED_00_MANY,
    SHY_ITEM_MANAGED_01,
    SHY_ITEM_MANAGED_01_MANY,
    SHY_ITEM_MANAGED_02,
    SHY_ITEM_MANAGED_02_MANY,
    SHY_ITEM_MANAGED_10,
    SHY_ITEM_MANAGED_10_MANY,
    SHY_ITEM_MANAGED_11,
    SHY_ITEM_MANAGED_11_MANY,
    SHY_ITEM_MANAGED_12,
    SHY_ITEM_MANAGED_12_MANY,
    SHY_ITEM_GUIDE_NUTRITION,
    SHY_ITEM_GUIDE_CATHETER,
    SHY_ITEM_GUIDE_VENTILATOR,
    SHY_ITEM_GUIDE_TRACHEA,
    SHY_ITEM_GUIDE_OXYGEN,
    SHY_ITEM_NURSING_ORDER,
    SHY_ITEM_NURSING_VISIT,
    SHY_ITEM_PHARMACIST,
    SHY_ITEM_REHABILITATION,
    SHY_ITEM_DIETICIAN,
    SHY_ITEM_CARE_CONFERENCE,
    SHY_ITEM_DISCHARGE_SUPPORT_1,
    SHY_ITEM_DISCHARGE_SUPPORT_2,
    SHY_ITEM_JOINT_GUIDANCE_1,
    SHY_ITEM_JOINT_GUIDANCE_2,
    SHY_ITEM_DEATHBED,
    SHY_ITEM_DEATH_CERTIFIED,
    SHY_ITEM_TERMINAL_CARE,
    SHY_ITEM_WARD_1,
    SHY_ITEM_WARD_2,
    SHY_ITEM_WARD_3,
    SHY_ITEM_WARD_CLINIC,
    SHY_ITEM_WARD_OTHER,
    SHY_ITEM_WARD_ACUTE,
    SHY_ITEM_AFTER_DISCHARGE,
    SHY_ITEM_DENTAL_VISIT,
    SHY_ITEM_DENTAL_ASSISTED,
    SHY_ITEM_DENTAL_HYGIENE,
    SHY_ITEM_DENTAL_MANAGED,
    SHY_ITEM_DENTAL_NUTRITION,
    SHY_ITEM_NAMED,
    SHY_ITEM_EXTRA = SHY_ITEM_NAMED,
    SHY_ITEM_OTHER = SHY_ITEM_EXTRA + 12,
};
extern const struct shy_synth_item *const shy_synth_items;
extern const uint32_t shy_synth_item_count;

struct shy_synth_service {
    char code[2][3];
    bool resident; /* of who lives there */
};
extern const struct shy_synth_service *const shy_synth_services;
extern const char *const shy_synth_levels[SHY_SYNTH_LEVELS];

#endif
