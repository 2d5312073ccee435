/* SPDX-License-Identifier: MIT */
/* What claim files can answer. They hold what KDB's medical receipts hold, of whoever is in them,
 * and nothing of long-term care. */
#include "receipt.h"

#define OFFER(var, id, columns_, bases_, person) \
    static const struct shihyo_offer var = { \
        SHIHYO_ABI_INIT(struct shihyo_offer), \
        .contract = id, \
        .columns = columns_, \
        .bases = bases_, \
        .finest_level = SHIHYO_LEVEL_MUNICIPALITY, \
        .person_level = person, \
    }

/* The municipality of the insurer is filled by import from the table of insurers. */
static const char *const persons_columns[] = {
    "person",         "sex",          "birth_month", "scheme",   "insurer", "insured_symbol",
    "insured_number", "insurer_area", "valid_from",  "valid_to", NULL};
static const char *const institutions_columns[] = {"institution", "name", "institution_area", NULL};

/* Of rows about persons the place is that of the insurer, by the table of insurers; and, through
 * the institution named in a claim, that of the institution. */
OFFER(persons, "persons", persons_columns, SHIHYO_BASIS_INSURER, 1);
OFFER(medical_claims, "medical_claims", NULL, SHIHYO_BASIS_INSURER | SHIHYO_BASIS_INSTITUTION, 1);
OFFER(medical_items, "medical_items", NULL, SHIHYO_BASIS_INSURER | SHIHYO_BASIS_INSTITUTION, 1);
OFFER(institutions, "institutions", institutions_columns, SHIHYO_BASIS_INSTITUTION, 0);

static const struct shihyo_offer *const offers[] = {&persons, &medical_claims, &medical_items,
                                                    &institutions, NULL};

#define CLAIM(var, question_, answer_, ja, en) \
    static const struct shihyo_claim var = { \
        SHIHYO_ABI_INIT(struct shihyo_claim), \
        .question = question_, \
        .answer = SHIHYO_ANSWER_##answer_, \
        .remark = {ja, en}, \
    }

CLAIM(destination, "discharge_destination", PARTLY,
      "退院後のレセプトの有無から分かるが、介護レセプトがない",
      "by the presence and absence of receipts afterwards, without those of long-term care");
CLAIM(category, "medical_category", YES, "医療区分１の退院患者に限定した集計が可能",
      "can be limited to the discharged of medical category 1");
CLAIM(services, "services_after_discharge", PARTLY, "医療のサービスだけ把握できる",
      "only medical services are known");
CLAIM(granularity, "area_granularity", YES,
      "保険者・医療機関の市町村単位の集計が可能（市町村の表が別に必要）",
      "by municipality of the insurer or institution, with tables of where these are");
CLAIM(workload, "workload", PARTLY, "患者単位のデータであり、データ量が膨大",
      "person by person, and very many rows");

static const struct shihyo_claim *const claims[] = {&destination, &category, &services,
                                                    &granularity, &workload, NULL};

static const struct shihyo_text caveats[] = {
    {"受け取った請求ファイルにある、国保・後期高齢者医療のレセプトだけ。返戻・査定の結果は反映され"
     "ない"
     "ことがある",
     "only receipts of national health insurance and of the late-stage elderly that are in the "
     "claim "
     "files at hand; what examination returned or reduced may not show"},
    {"介護レセプトは含まれない", "there are no receipts of long-term care"},
    {"被保険者の台帳がないため、レセプトのない人は分からず、75歳で保険者が変わると別の人として数え"
     "る",
     "there is no register of the insured: who has no receipt is not known, and who changes the "
     "insurer (at 75) counts as another person"},
    {"医療機関の所在地はレセプトに記録されない。別の表がなければ、医療機関所在地での集計はできない",
     "receipts do not say where an institution stands: by place of the institution only with a "
     "table of it"},
    {NULL, NULL},
};

const struct shihyo_capabilities receipt_capabilities = {
    SHIHYO_ABI_INIT(struct shihyo_capabilities),
    .title = {"レセプト電算（UKE）", "Claim files (UKE)"},
    .cycle = {"毎月", "monthly"},
    .as_of = {"診療月", "month of care"},
    .published = {"公表なし", "not published"},
    .population = {"受け取ったファイルにある国民健康保険と後期高齢者医療の受診者",
                   "patients of national health insurance and of the late-stage elderly in the "
                   "files at hand"},
    .offers = offers,
    .claims = claims,
    .caveats = caveats,
};
