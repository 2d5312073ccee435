/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/contract/core_contracts.h"

/* Months of care that can occur: 2000-01 to 2099-12, as ordinals. */
#define MONTH_MIN (2000 * 12)
#define MONTH_MAX (2099 * 12 + 11)
/* Birth months: 1860-01 to 2099-12. */
#define BIRTH_MIN (1860 * 12)
/* What one claim can come to; larger numbers are another column's. Negative: a correction. */
#define POINTS_MAX 1000000000

#define NULLABLE SHY_COLUMN_NULLABLE
#define OPTIONAL (SHY_COLUMN_OPTIONAL | SHY_COLUMN_NULLABLE)
#define KEY SHY_COLUMN_KEY
#define LINK (SHY_COLUMN_LINK | OPTIONAL)
#define MEASURE (SHY_COLUMN_MEASURE | SHY_COLUMN_NULLABLE)
#define ANY_RANGE .min = 1, .max = 0

/* clang-format off */
#define CODE(n, role_, flags_, ja, en, ...) \
    { .name = n, .type = SHY_CODE_T, .role = SHY_ROLE_##role_, .flags = flags_, ANY_RANGE, \
      .label_ja = ja, .label_en = en, __VA_ARGS__ }
#define TEXT(n, flags_, ja, en) \
    { .name = n, .type = SHY_TEXT_T, .flags = flags_, ANY_RANGE, .label_ja = ja, .label_en = en }
#define INT(n, flags_, ja, en, lo, hi) \
    { .name = n, .type = SHY_INT_T, .flags = flags_, .label_ja = ja, .label_en = en, \
      .min = lo, .max = hi }
#define BOOL(n, flags_, ja, en) \
    { .name = n, .type = SHY_BOOL_T, .flags = flags_, .label_ja = ja, .label_en = en, \
      .min = 0, .max = 1 }
#define DATE(n, flags_, ja, en) \
    { .name = n, .type = SHY_DATE_T, .flags = flags_, ANY_RANGE, .label_ja = ja, .label_en = en }
#define MONTH(n, role_, flags_, ja, en, lo) \
    { .name = n, .type = SHY_MONTH_T, .role = SHY_ROLE_##role_, .flags = flags_, \
      .label_ja = ja, .label_en = en, .min = lo, .max = MONTH_MAX }
#define PERIOD(flags_) \
    { .name = "period", .type = SHY_PERIOD_T, .role = SHY_ROLE_PERIOD, .flags = flags_, ANY_RANGE, \
      .label_ja = "期間", .label_en = "Period" }
#define COUNT(n, ja, en, unit_) \
    { .name = n, .type = SHY_INT_T, .flags = MEASURE, ANY_RANGE, .label_ja = ja, .label_en = en, \
      .unit = unit_ }
#define DECIMAL(n, scale_, ja, en, unit_) \
    { .name = n, .type = SHY_DECIMAL_T, .flags = MEASURE, .scale = scale_, ANY_RANGE, \
      .label_ja = ja, .label_en = en, .unit = unit_ }
#define AREA_SET(flags_) CODE("area_set", AREA_SET, flags_, "圏域の種類", "Area set")
#define AREA(flags_) CODE("area", AREA, flags_, "圏域", "Area")
#define SEX(flags_) CODE("sex", NONE, flags_, "性別", "Sex", .values = sexes)

static const char *const sexes[] = { "female", "male", NULL };
static const char *const sexes_or_both[] = { "both", "female", "male", NULL };
static const char *const settings[] = { "inpatient", "outpatient", NULL };
static const char *const ndb_settings[] = { "all", "inpatient", "outpatient", NULL };
static const char *const ndb_kinds[] = { "dental", "medical", "pharmacy", NULL };
static const char *const outcomes[] = { "alive", "death", NULL };
static const char *const claim_types[] = { "dental", "dpc", "home_nursing", "medical", "pharmacy", NULL };
static const char *const schemes[] = { "late_elderly", "nhi", NULL };
static const char *const bed_functions[] = { "acute", "chronic", "high_acute", "recovery", "total", NULL };
static const char *const bed_statuses[] = { "actual", "expected", "required", NULL };
static const char *const standings[] = { "achieved", "behind", "cannot", "on_track", "worse", NULL };
static const char *const demand_kinds[] = { "home_visit", "outpatient", NULL };
static const char *const destinations[] = {
    "care_medical_facility", "death", "home", "home_commuting_here", "home_commuting_other",
    "home_home_care", "home_other", "hospital", "hospital_clinic", "hospital_other",
    "hospital_support", "other", "rouken", "tokuyou", "total", "welfare_facility", NULL };

static const struct shy_column areas_columns[] = {
    AREA_SET(KEY), AREA(KEY),
    TEXT("name", 0, "名称", "Name"),
    TEXT("name_en", OPTIONAL, "英語名", "English name"),
    DATE("valid_from", KEY | NULLABLE, "有効開始日", "Valid from"),
    DATE("valid_to", NULLABLE, "有効終了日", "Valid to"),
};

static const struct shy_column area_members_columns[] = {
    AREA_SET(KEY), AREA(KEY),
    CODE("member_set", NONE, KEY, "属する圏域の種類", "Set of the member"),
    CODE("member", NONE, KEY, "属する圏域", "Member"),
    DATE("valid_from", KEY | NULLABLE, "有効開始日", "Valid from"),
    DATE("valid_to", NULLABLE, "有効終了日", "Valid to"),
};

static const struct shy_column area_changes_columns[] = {
    AREA_SET(0),
    DATE("changed_on", 0, "変更日", "Day of the change"),
    CODE("before", NONE, 0, "変更前", "Before"),
    CODE("after", NONE, 0, "変更後", "After"),
    TEXT("before_name", OPTIONAL, "変更前の名称", "Name before"),
    TEXT("after_name", OPTIONAL, "変更後の名称", "Name after"),
};

static const struct shy_column area_weights_columns[] = {
    AREA_SET(KEY),
    DATE("changed_on", KEY, "変更日", "Day of the change"),
    CODE("from_area", NONE, KEY, "分割される圏域", "Area that is divided"),
    CODE("to_area", NONE, KEY, "分割先", "Area it is divided to"),
    DECIMAL("weight", 6, "割合", "Share", NULL),
    TEXT("grounds", 0, "根拠", "Grounds"),
};

static const struct shy_column population_columns[] = {
    AREA_SET(KEY), AREA(KEY), PERIOD(KEY),
    CODE("sex", NONE, KEY, "性別", "Sex", .values = sexes_or_both),
    INT("age_from", KEY | NULLABLE, "年齢（から）", "Age from", 0, 130),
    INT("age_to", NULLABLE, "年齢（まで）", "Age to", 0, 130),
    BOOL("projection", 0, "将来推計", "Projection"),
    COUNT("value", "人口", "Population", "人"),
};

#define NDB_COLUMNS(label_ja_, label_en_, unit_) \
    CODE("item", NONE, KEY, "診療行為コード", "Procedure code", .links = "code_master"), \
    TEXT("name", 0, "診療行為", "Procedure"), \
    CODE("section", NONE, NULLABLE, "分類コード", "Section of the fee schedule"), \
    CODE("kind", NONE, KEY, "医科・歯科・調剤", "Medical, dental, pharmacy", .values = ndb_kinds), \
    CODE("setting", NONE, KEY, "入外", "Setting", .values = ndb_settings), \
    BOOL("addition", KEY, "加算", "Addition"), \
    AREA_SET(KEY), AREA(KEY), PERIOD(KEY), \
    CODE("sex", NONE, KEY | NULLABLE, "性別", "Sex", .values = sexes), \
    INT("age_from", KEY | NULLABLE, "年齢（から）", "Age from", 0, 130), \
    INT("age_to", NULLABLE, "年齢（まで）", "Age to", 0, 130), \
    COUNT("value", label_ja_, label_en_, unit_)

static const struct shy_column ndb_items_columns[] = {
    NDB_COLUMNS("算定回数", "Items billed", "回"),
};
static const struct shy_column ndb_patients_columns[] = {
    NDB_COLUMNS("患者数", "Patients", "人"),
};

static const struct shy_column beds_columns[] = {
    AREA_SET(KEY), AREA(KEY), PERIOD(KEY),
    CODE("function", NONE, KEY, "病床機能", "Bed function", .values = bed_functions),
    CODE("status", NONE, KEY, "実績・見込量・必要数", "Actual, expected, required", .values = bed_statuses),
    COUNT("value", "病床数", "Beds", "床"),
};

static const struct shy_column bed_institutions_columns[] = {
    CODE("institution", INSTITUTION, KEY, "医療機関", "Institution"),
    TEXT("name", 0, "医療機関名", "Name"),
    TEXT("place", NULLABLE, "所在地", "Place"),
    AREA_SET(KEY), AREA(KEY), PERIOD(KEY),
    BOOL("home_care_support", NULLABLE, "在宅療養支援", "Home-care support"),
    BOOL("regional_support", NULLABLE, "地域医療支援", "Regional support hospital"),
    COUNT("beds", "一般・療養病床", "Beds", "床"),
    COUNT("beds_high_acute", "高度急性期", "High acute", "床"),
    COUNT("beds_acute", "急性期", "Acute", "床"),
    COUNT("beds_recovery", "回復期", "Recovery", "床"),
    COUNT("beds_chronic", "慢性期", "Chronic", "床"),
    COUNT("beds_dormant", "休棟中等", "Dormant", "床"),
    COUNT("ambulances", "救急車の受入件数", "Ambulances received", "件"),
};

static const struct shy_column home_care_demand_columns[] = {
    AREA_SET(KEY), AREA(KEY), PERIOD(KEY),
    CODE("kind", NONE, KEY, "在宅・外来", "Home visits, outpatients", .values = demand_kinds),
    BOOL("projection", 0, "将来推計", "Projection"),
    DECIMAL("value", 4, "レセプト件数", "Receipts", "件/月"),
};

static const struct shy_column discharge_destinations_columns[] = {
    AREA_SET(KEY), AREA(KEY), PERIOD(KEY),
    CODE("institution", INSTITUTION, KEY | NULLABLE, "医療機関", "Institution"),
    CODE("ward", NONE, KEY, "退院元の病床", "Ward left"),
    CODE("destination", NONE, KEY, "退院先", "Destination", .values = destinations),
    COUNT("value", "退院患者数", "Patients discharged", "人"),
};

static const struct shy_column targets_columns[] = {
    CODE("target", INSTITUTION, KEY, "目標", "Target"),
    CODE("plan", NONE, 0, "計画", "Plan"),
    CODE("indicator", NONE, 0, "指標", "Indicator"),
    CODE("measure", NONE, 0, "測り方", "Measure"),
    CODE("stage", NONE, KEY | NULLABLE, "段階", "Stage of home care"),
    CODE("kind", NONE, 0, "目標の種類", "Kind of target"),
    CODE("indicator_kind", NONE, NULLABLE, "指標の種類", "Kind of indicator"),
    AREA_SET(KEY), AREA(KEY), PERIOD(KEY),
    CODE("policy", NONE, NULLABLE, "施策", "Policy"),
    BOOL("set", 0, "目標が設定されている", "A target was set"),
    BOOL("has_figure", 0, "数値がある", "It has a figure"),
    BOOL("substitute", 0, "代替", "It stands for another"),
    BOOL("explained", 0, "理由の記載", "A reason is given"),
    BOOL("improvement", 0, "改善の方向性の記載", "A direction of improvement is given"),
    BOOL("carried_over", 0, "引き継いだ分がある", "It takes on what an earlier plan left"),
    BOOL("due", NULLABLE, "次の目標", "It is the goal that is next"),
    CODE("outcome", NONE, NULLABLE, "達成状況", "Standing", .values = standings),
    CODE("reason", NONE, NULLABLE, "評価できない理由", "Why it cannot be evaluated"),
    CODE("grade", NONE, NULLABLE, "評価", "Grade"),
    BOOL("missed", NULLABLE, "未達成", "Missed"),
};

static const struct shy_column persons_columns[] = {
    CODE("person", PERSON, KEY, "個人番号", "Person"),
    SEX(0),
    MONTH("birth_month", NONE, 0, "生年月", "Month of birth", BIRTH_MIN),
    CODE("scheme", NONE, 0, "制度", "Scheme", .values = schemes),
    CODE("insurer", NONE, 0, "保険者番号", "Insurer"),
    CODE("insured_symbol", NONE, LINK, "被保険者証記号", "Insured symbol"),
    CODE("insured_number", NONE, LINK, "被保険者証番号", "Insured number"),
    CODE("insurer_area", AREA_INSURER, NULLABLE, "保険者の市町村", "Municipality of the insurer"),
    CODE("residence_area", AREA_RESIDENCE, OPTIONAL, "住所地の市町村", "Municipality of residence"),
    MONTH("valid_from", NONE, KEY, "資格開始月", "Eligible from", MONTH_MIN - 600),
    MONTH("valid_to", NONE, NULLABLE, "資格終了月", "Eligible to", MONTH_MIN - 600),
};

static const struct shy_column care_persons_columns[] = {
    CODE("person", PERSON, KEY, "個人番号", "Person"),
    SEX(0),
    MONTH("birth_month", NONE, 0, "生年月", "Month of birth", BIRTH_MIN),
    CODE("insurer", NONE, 0, "介護保険者番号", "Long-term-care insurer"),
    CODE("insurer_area", AREA_INSURER, NULLABLE, "保険者の市町村", "Municipality of the insurer"),
    CODE("medical_insurer", NONE, LINK, "医療保険の保険者番号", "Medical insurer"),
    CODE("insured_symbol", NONE, LINK, "医療保険の被保険者証記号", "Insured symbol of the medical insurer"),
    CODE("insured_number", NONE, LINK, "医療保険の被保険者証番号", "Insured number of the medical insurer"),
    MONTH("valid_from", NONE, KEY, "資格開始月", "Eligible from", MONTH_MIN - 600),
    MONTH("valid_to", NONE, NULLABLE, "資格終了月", "Eligible to", MONTH_MIN - 600),
};

static const struct shy_column insurers_columns[] = {
    CODE("insurer", NONE, KEY, "保険者番号", "Insurer"),
    TEXT("name", NULLABLE, "名称", "Name"),
    CODE("insurer_area", AREA_INSURER, NULLABLE, "市町村", "Municipality"),
};

static const struct shy_column medical_claims_columns[] = {
    CODE("claim", CLAIM, KEY, "レセプト", "Claim"),
    CODE("person", PERSON, 0, "個人番号", "Person", .links = "persons"),
    MONTH("month", MONTH, 0, "診療年月", "Month of care", MONTH_MIN),
    CODE("institution", INSTITUTION, NULLABLE, "医療機関", "Institution", .links = "institutions"),
    CODE("setting", NONE, 0, "入外", "Setting", .values = settings),
    CODE("type", NONE, 0, "レセプト種別", "Type of claim", .values = claim_types),
    INT("days", OPTIONAL, "診療実日数", "Days of care", 0, 31),
    INT("points", OPTIONAL, "点数", "Points", -POINTS_MAX, POINTS_MAX),
    DATE("admitted_on", OPTIONAL, "入院年月日", "Day of admission"),
    CODE("outcome", NONE, OPTIONAL, "転帰（死亡か）", "Outcome", .values = outcomes),
};

static const struct shy_column medical_items_columns[] = {
    CODE("claim", CLAIM, 0, "レセプト", "Claim", .links = "medical_claims"),
    CODE("person", PERSON, 0, "個人番号", "Person", .links = "persons"),
    MONTH("month", MONTH, 0, "診療年月", "Month of care", MONTH_MIN),
    CODE("institution", INSTITUTION, NULLABLE, "医療機関", "Institution", .links = "institutions"),
    CODE("item", NONE, 0, "診療行為コード", "Procedure code", .links = "code_master"),
    COUNT("quantity", "算定回数", "Times billed", "回"),
    INT("points", OPTIONAL, "点数", "Points", -POINTS_MAX, POINTS_MAX),
};

static const struct shy_column care_claims_columns[] = {
    CODE("person", PERSON, 0, "個人番号", "Person", .links = "persons", .or_links = "care_persons"),
    MONTH("month", MONTH, 0, "サービス提供年月", "Month of service", MONTH_MIN),
    CODE("service", NONE, 0, "サービス種類コード", "Type of service"),
    CODE("office", INSTITUTION, NULLABLE, "事業所", "Office", .links = "care_offices"),
    CODE("care_level", NONE, NULLABLE, "要介護状態区分", "Care level"),
    COUNT("units", "単位数", "Units", "単位"),
};

static const struct shy_column care_items_columns[] = {
    CODE("person", PERSON, 0, "個人番号", "Person", .links = "persons", .or_links = "care_persons"),
    MONTH("month", MONTH, 0, "サービス提供年月", "Month of service", MONTH_MIN),
    CODE("office", INSTITUTION, NULLABLE, "事業所", "Office", .links = "care_offices"),
    CODE("item", NONE, 0, "サービスコード", "Service code"),
    COUNT("quantity", "回数", "Times", "回"),
};

static const struct shy_column institutions_columns[] = {
    CODE("institution", INSTITUTION, KEY, "医療機関", "Institution"),
    TEXT("name", NULLABLE, "名称", "Name"),
    CODE("institution_area", AREA_INSTITUTION, NULLABLE, "所在地の市町村", "Municipality"),
    CODE("kind", NONE, OPTIONAL, "種別", "Kind"),
};

static const struct shy_column care_offices_columns[] = {
    CODE("office", INSTITUTION, KEY, "事業所", "Office"),
    TEXT("name", NULLABLE, "名称", "Name"),
    CODE("institution_area", AREA_INSTITUTION, NULLABLE, "所在地の市町村", "Municipality"),
};

static const struct shy_column code_master_columns[] = {
    CODE("item", NONE, KEY, "コード", "Code"),
    TEXT("name", 0, "名称", "Name"),
    DATE("valid_from", KEY | NULLABLE, "有効開始日", "Valid from"),
    DATE("valid_to", NULLABLE, "有効終了日", "Valid to"),
};
/* clang-format on */

#define COLUMNS(name) \
    .columns = name##_columns, .column_count = sizeof name##_columns / sizeof name##_columns[0]

static const struct shy_contract area_members = {
    .id = "area_members",
    .label_ja = "圏域の構成",
    .label_en = "Which area lies in which",
    .description = "One row per membership: `member` of `member_set` lies in `area` of `area_set` "
                   "between the dates. Municipalities lie in their prefecture without a row.",
    COLUMNS(area_members),
};
static const struct shy_contract areas = {
    .id = "areas",
    .label_ja = "圏域",
    .label_en = "Areas",
    .description = "Codes and names of the areas of every area set, with validity dates.",
    COLUMNS(areas),
};
static const struct shy_contract area_changes = {
    .id = "area_changes",
    .label_ja = "圏域コードの変更",
    .label_en = "Changes of area codes",
    .description = "Mergers, splits and renumbering: on the day, `before` became (a part of) "
                   "`after`. A code that goes on while others join it, or leave it, is listed with "
                   "itself.",
    COLUMNS(area_changes),
};
static const struct shy_contract area_weights = {
    .id = "area_weights",
    .label_ja = "分割された圏域の割合",
    .label_en = "Shares of areas that were split",
    .description = "How the figures of an area that was split are divided, and on what grounds. "
                   "The shares of one area and day add up to 1.",
    COLUMNS(area_weights),
};
static const struct shy_contract bed_institutions = {
    .id = "bed_institutions",
    .label_ja = "病床機能報告の医療機関",
    .label_en = "Institutions of the bed-function report",
    .description = "One row per hospital or clinic with beds, with its beds by function and what "
                   "it declares. One that did not report has a row too: its beds are unreported, "
                   "what it declares is empty.",
    .basis = SHIHYO_BASIS_INSTITUTION,
    .clock = SHIHYO_CLOCK_SURVEY,
    COLUMNS(bed_institutions),
};
static const struct shy_contract beds = {
    .id = "beds",
    .label_ja = "病床数",
    .label_en = "Beds",
    .description = "Beds by area, year and function: reported, expected and required.",
    .basis = SHIHYO_BASIS_INSTITUTION,
    .not_additive = SHY_NOT_ADDITIVE_PERIOD,
    .clock = SHIHYO_CLOCK_SURVEY,
    COLUMNS(beds),
};
static const struct shy_contract care_claims = {
    .id = "care_claims",
    .label_ja = "介護レセプト",
    .label_en = "Long-term-care claims",
    .description = "One row per person, month and type of service billed.",
    .person_level = true,
    .clock = SHIHYO_CLOCK_CARE,
    COLUMNS(care_claims),
};
static const struct shy_contract care_items = {
    .id = "care_items",
    .label_ja = "介護レセプト明細",
    .label_en = "Items of long-term-care claims",
    .description = "Service codes billed, for additions such as terminal care.",
    .person_level = true,
    .clock = SHIHYO_CLOCK_CARE,
    COLUMNS(care_items),
};
static const struct shy_contract care_offices = {
    .id = "care_offices",
    .label_ja = "介護事業所",
    .label_en = "Long-term-care offices",
    .description = "Offices and where they stand.",
    COLUMNS(care_offices),
};
static const struct shy_contract care_persons = {
    .id = "care_persons",
    .label_ja = "介護保険の被保険者",
    .label_en = "Persons of the long-term-care register",
    .description = "One row per person number of the care register and span of eligibility. The "
                   "items of the medical insurance tie it to `persons`; a person without them "
                   "stays unlinked.",
    .person_level = true,
    COLUMNS(care_persons),
};
static const struct shy_contract code_master = {
    .id = "code_master",
    .label_ja = "診療行為マスター",
    .label_en = "Procedure master",
    .description = "Procedure codes with their names and validity.",
    COLUMNS(code_master),
};
static const struct shy_contract discharge_destinations = {
    .id = "discharge_destinations",
    .label_ja = "退院先",
    .label_en = "Where the discharged went",
    .description = "Patients discharged by ward left and destination. The patient survey gives "
                   "them for the nation (September), the bed-function report by institution. "
                   "Destinations that lie within another (home_home_care in home) are rows of "
                   "their own: a definition names those it adds.",
    .basis = SHIHYO_BASIS_INSTITUTION,
    .not_additive = SHY_NOT_ADDITIVE_PERIOD,
    .clock = SHIHYO_CLOCK_SURVEY,
    COLUMNS(discharge_destinations),
};
static const struct shy_contract home_care_demand = {
    .id = "home_care_demand",
    .label_ja = "在宅（訪問診療）・外来の需要推計",
    .label_en = "Demand for home visits and outpatient care",
    .description = "Receipts per month, observed and projected, by area of the future regional "
                   "health-care vision.",
    .basis = SHIHYO_BASIS_INSTITUTION,
    .not_additive = SHY_NOT_ADDITIVE_PERIOD,
    .clock = SHIHYO_CLOCK_CARE,
    COLUMNS(home_care_demand),
};
static const struct shy_contract institutions = {
    .id = "institutions",
    .label_ja = "医療機関",
    .label_en = "Institutions",
    .description = "Medical institutions and where they stand.",
    COLUMNS(institutions),
};
static const struct shy_contract insurers = {
    .id = "insurers",
    .label_ja = "保険者",
    .label_en = "Insurers",
    .description = "Insurers and the municipality they stand for. Import takes from it the "
                   "municipality of persons whose rows do not name one; an association of one "
                   "trade (国保組合) has none.",
    COLUMNS(insurers),
};
static const struct shy_contract medical_claims = {
    .id = "medical_claims",
    .label_ja = "医療レセプト",
    .label_en = "Medical claims",
    .description = "One row per claim: a person's care at an institution in a month.",
    .person_level = true,
    .clock = SHIHYO_CLOCK_CARE,
    COLUMNS(medical_claims),
};
static const struct shy_contract medical_items = {
    .id = "medical_items",
    .label_ja = "医療レセプト摘要",
    .label_en = "Items of medical claims",
    .description = "One row per item billed in a claim.",
    .person_level = true,
    .clock = SHIHYO_CLOCK_CARE,
    COLUMNS(medical_items),
};
static const struct shy_contract ndb_items = {
    .id = "ndb_items",
    .label_ja = "NDBオープンデータ（算定回数）",
    .label_en = "NDB open data: items billed",
    .description = "Items billed by procedure code, in one year of care, by area of the "
                   "institution or by sex and age. Rows of area set `nation` are the total; of "
                   "set `unassigned`, items whose secondary area could not be told.",
    .basis = SHIHYO_BASIS_INSTITUTION,
    .clock = SHIHYO_CLOCK_CARE,
    COLUMNS(ndb_items),
};
static const struct shy_contract ndb_patients = {
    .id = "ndb_patients",
    .label_ja = "NDBオープンデータ（患者数）",
    .label_en = "NDB open data: patients",
    .description = "Patients by procedure code, as ndb_items. One person is counted under every "
                   "code and in every area in which it was billed: patients may be added over "
                   "neither; a sum over codes is 延べ.",
    .basis = SHIHYO_BASIS_INSTITUTION,
    .not_additive = SHY_NOT_ADDITIVE_AREA | SHY_NOT_ADDITIVE_ITEM,
    .clock = SHIHYO_CLOCK_CARE,
    COLUMNS(ndb_patients),
};
static const struct shy_contract persons = {
    .id = "persons",
    .label_ja = "被保険者",
    .label_en = "Persons",
    .description = "One row per person and span of eligibility with one insurer and scheme.",
    .person_level = true,
    COLUMNS(persons),
};
static const struct shy_contract population = {
    .id = "population",
    .label_ja = "人口",
    .label_en = "Population",
    .description = "Persons by area, date or year, sex and age band. Bands of one area, period and "
                   "sex do not overlap; a table that has `both` has it for every band it gives. "
                   "age_from empty = age unknown; age_to empty = open.",
    .basis = SHIHYO_BASIS_RESIDENCE,
    .not_additive = SHY_NOT_ADDITIVE_PERIOD,
    COLUMNS(population),
};
static const struct shy_contract targets = {
    .id = "targets",
    .label_ja = "計画の目標",
    .label_en = "Targets of plans",
    .description = "The project's own targets (shihyo targets), one row per goal, in the period of "
                   "its year; one without years in the plan's last. Beside it one row for each "
                   "stage of home care of its indicator: rows without stage are the targets "
                   "themselves, and are taken where no stage is named. What it has come to is that "
                   "of the latest run before; empty where there is none. No source is needed.",
    COLUMNS(targets),
};

const struct shy_contract *const shy_core_contracts[] = {
    &area_changes,     &area_members, &area_weights, &areas,
    &bed_institutions, &beds,         &care_claims,  &care_items,
    &care_offices,     &care_persons, &code_master,  &discharge_destinations,
    &home_care_demand, &institutions, &insurers,     &medical_claims,
    &medical_items,    &ndb_items,    &ndb_patients, &persons,
    &population,       &targets, NULL,
};
