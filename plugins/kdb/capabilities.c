/* SPDX-License-Identifier: MIT */
/* What KDB can answer: slides 13 and 30 of 「在宅医療の整備目標の設定プロセス」 and the documents
 * beside it (厚生労働省, 第１１回医療計画の見直し等に関する検討会, 2017-06-30; 2019). */
#include "kdb.h"

#define OFFER(var, id, bases_, person) \
    static const struct shihyo_offer var = { \
        SHIHYO_ABI_INIT(struct shihyo_offer),      .contract = id,         .bases = bases_, \
        .finest_level = SHIHYO_LEVEL_MUNICIPALITY, .person_level = person, \
    }

/* Of rows about persons the place is that of the person's insurer or residence, and, through the
 * institution named in a claim, that of the institution. */
#define OF_PERSONS (SHIHYO_BASIS_INSURER | SHIHYO_BASIS_RESIDENCE)
#define OF_CLAIMS (OF_PERSONS | SHIHYO_BASIS_INSTITUTION)

OFFER(persons, "persons", OF_PERSONS, 1);
OFFER(care_persons, "care_persons", OF_PERSONS, 1);
OFFER(medical_claims, "medical_claims", OF_CLAIMS, 1);
OFFER(medical_items, "medical_items", OF_CLAIMS, 1);
OFFER(care_claims, "care_claims", OF_CLAIMS, 1);
OFFER(care_items, "care_items", OF_CLAIMS, 1);
OFFER(institutions, "institutions", SHIHYO_BASIS_INSTITUTION, 0);
OFFER(care_offices, "care_offices", SHIHYO_BASIS_INSTITUTION, 0);
OFFER(insurers, "insurers", SHIHYO_BASIS_INSURER, 0);

static const struct shihyo_offer *const offers[] = {
    &persons,    &care_persons, &medical_claims, &medical_items, &care_claims,
    &care_items, &institutions, &care_offices,   &insurers,      NULL};

#define CLAIM(var, question_, answer_, ja, en) \
    static const struct shihyo_claim var = { \
        SHIHYO_ABI_INIT(struct shihyo_claim), \
        .question = question_, \
        .answer = SHIHYO_ANSWER_##answer_, \
        .remark = {ja, en}, \
    }

CLAIM(destination, "discharge_destination", YES, "退院後のレセプトの有無から分かる",
      "by the presence and absence of receipts afterwards");
CLAIM(category, "medical_category", YES, "医療区分１の退院患者に限定した集計が可能",
      "can be limited to the discharged of medical category 1");
CLAIM(services, "services_after_discharge", YES, "サービスごとの利用量を把握できる",
      "the use of each service is known");
CLAIM(granularity, "area_granularity", YES, "患者住所地ベースで、市町村単位の集計が可能",
      "by municipality of the patient (of the insurer)");
CLAIM(workload, "workload", PARTLY, "患者単位のデータであり、データ量が膨大",
      "person by person, and very many rows");

static const struct shihyo_claim *const claims[] = {&destination, &category, &services,
                                                    &granularity, &workload, NULL};

static const struct shihyo_text caveats[] = {
    {"国保・後期高齢者医療の被保険者だけ。被用者保険・医療扶助を含まないため、小児の分析には特に注"
     "意（2019年度時点の留意事項）",
     "only national health insurance and the late-stage elderly: no employees' insurance and no "
     "medical assistance, so beware for children (as stated in fiscal year 2019)"},
    {"訪問看護療養費（訪問看護ステーションの請求）は、レセプトが電子化されるまでの期間は含まれない"
     "（2019年度の時点では未電子化）",
     "home-visit nursing billed by stations is not there for the time before its receipts became "
     "electronic (they were not in fiscal year 2019)"},
    {"市町村によっては医療と介護の情報を突合できない。介護受給者台帳に国保・後期の資格情報がない割"
     "合が50％を超える市町村が約50あった（2019年度時点）",
     "in some municipalities medical and care records cannot be linked: about 50 had no medical "
     "insurance in more than half of their care register (as stated in fiscal year 2019)"},
    {"市町村は保険者の所在地。住所地特例などにより実際の住所と一致しないことがあり、同じ人の医療と"
     "介護の保険者が異なることもある",
     "the municipality is the insurer's: people in facilities elsewhere may stay with the old one "
     "(住所地特例), and one person's medical and care insurer may differ"},
    {"国保データベースの稼働は平成25年10月から", "the KDB system has run since October 2013"},
    {NULL, NULL},
};

const struct shihyo_capabilities kdb_capabilities = {
    SHIHYO_ABI_INIT(struct shihyo_capabilities),
    .title = {"国保データベース（KDB）", "KDB (national health insurance database)"},
    .cycle = {"毎月", "monthly"},
    .as_of = {"診療月", "month of care"},
    .published = {"公表なし", "not published"},
    .population = {"国民健康保険と後期高齢者医療の被保険者",
                   "insured persons of national health insurance and of the late-stage elderly"},
    .offers = offers,
    .claims = claims,
    .caveats = caveats,
};
