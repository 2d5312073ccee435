/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/script/reference.h"

#include <string.h>

#define ROWS "shihyo.rows|shihyo.contract"
#define TEXTS "string|string[]"

/* clang-format off */
#define METADATA \
    {"kind", "\"structure\"|\"process\"|\"outcome\"", true, "ストラクチャー・プロセス・アウトカム", \
     "What is measured: structure, process or outcome"}, \
    {"stages", TEXTS, true, "在宅医療の体制の段階（複数可）", "Stages of home care it belongs to"}, \
    {"marked", "boolean", true, "重点指標", "One of the marked (●) indicators"}, \
    {"definition", "string", true, "定義の文章", "The definition in words"}, \
    {"caveats", TEXTS, true, "読むときの注意", "What a reader must know"}, \
    {"better", "\"higher\"|\"lower\"", true, "望ましい方向", "Which direction is better"}, \
    {"obligation", "\"must\"|\"where_possible\"", true, "目標設定の求められ方", \
     "Whether a target is demanded"}, \
    {"substitute_for", "string", true, "代わりに用いている指標のもとの指標", \
     "The indicator that it stands in for"}, \
    {"check", "string", true, "値が0でない地域があるとき、計算のたびにこの文で警告する", \
     "A warning that every run gives, with this text, of areas where the value is not 0"}, \
    {"references", TEXTS, true, "出典", "Sources of the definition"}, \
    {"tags", TEXTS, true, "分類のための語", "Words to find it by"}, \
    {"breaks", TEXTS, true, "系列が改まった期間（\"FY2017\" など）。それより前の値と比べない", \
     "Periods with which a new series begins (\"FY2017\"); values are not compared with those before"}, \
    {"decimals", "integer", true, "表示する小数の桁数", "Digits shown after the point"}, \
    {"period", "string", true, "いつもこの期間で計算する（研究の対象期間など）", "Always computed for this period: that of a study"}

#define LIMITS \
    {"limits", "number|table", true, "値と率に付ける信頼区間の水準（%、4つまで）: 95、{ 95, 99.8 }、{ 95, method = \"wilson\" }", \
     "Limits of confidence of the value and its rates, at most four levels: 95, { 95, 99.8 }, { 95, method = \"wilson\" }"}
#define BETTER \
    {"better", "\"higher\"|\"lower\"|\"neither\"", true, "望ましい方向（既定は指標の better）", \
     "Which direction is better; by default as the indicator says"}
#define METHOD \
    {"method", "\"auto\"|\"wilson\"|\"poisson\"", true, "信頼区間の求め方（比が割合なら wilson、件数の率なら poisson）", \
     "How limits are computed: of a ratio, wilson for a share, poisson for events"}
#define STANDARDISED \
    {"rows", ROWS, false, "数える行（年齢で分けて数える）", "The rows counted, by age"}, \
    {"count", "\"persons\"|\"rows\"|\"claims\"|\"sum\"", true, "何を数えるか（既定は、個人の行なら実人数、公表表なら合計）", \
     "What is counted: persons by default, of published tables their sum"}, \
    {"sex", "\"both\"|\"female\"|\"male\"", true, "性別（既定は男女計。行と人口の両方に効く）", "Of rows and population; both by default"}, \
    {"year", "\"latest\"|\"same\"", true, "どの年の人口か（既定は直近）", "Which year's population"}

#define READS \
    {"reads", "string[]", true, "関数が見る列のうち、どのデータにもあるとは限らないもの（days、admitted_on、outcome など）。ないデータでは計算できない", "Columns it sees of those that not every source has (days, admitted_on, outcome …); a source without them cannot answer"}
static const struct shy_reference references[] = {
/* Definitions */
{"indicator", SHY_REF_GLOBAL, SHY_REF_FIELDS, "",
 "指標を一つ定義します。value（一つの測り方）か answers（使えるデータの順に並べた測り方）を書きます。",
 "Defines one indicator, by `value` (one way to measure) or `answers` (several, by preference).",
 "indicator { id = \"homecare.visit_care.patients\", name = \"訪問診療を受けた患者数\", unit = \"人/月\",\n"
 "  value = visits:persons():monthly_average(), by = areas.of \"insurer\",\n"
 "  rates = { per(10000, population { age = from(75) }) } }", 0, {
    {"id", "string", false, "重複しないID（半角英小文字・数字・_・.）", "Unique id of a-z, 0-9, _ and ."},
    {"name", "string", false, "指標名", "Its name"},
    {"name_en", "string", true, "英語名", "Its English name"},
    {"unit", "string", true, "単位（どの answers にもあれば不要）", "Its unit; not needed where every answer has one"},
    {"value", "shihyo.cells", true, "値", "The value"},
    {"by", "shihyo.areas_of", true, "どこの地域として数えるか", "By which place rows are counted"},
    {"note", "string", true, "値の注記", "What a reader of the value must know"},
    {"comparable", "string", true, "比較できる測り方に共通の名前", "Name shared by answers that may be compared"},
    {"answers", "shihyo.answer[]", true, "測り方の一覧（上から順に使えるものを使う）", "Ways to measure; the first that can be used is used"},
    {"rates", "shihyo.rate[]", true, "人口あたりの値", "Rates per population"},
    LIMITS,
    METADATA, {0} }},
{"cross_table", SHY_REF_GLOBAL, SHY_REF_FIELDS, "",
 "表の形が決まった集計（クロス表）を定義します。columns に dim と { 見出し, 値 } を並べます。",
 "Defines a table with a layout. Columns are dimensions, or { label, value } pairs.",
 "cross_table { id = \"demand.care_level\", title = \"在宅医療を受けている患者数\",\n"
 "  rows = { areas.of \"insurer\" }, columns = { dim(\"要介護度\", care_claims.care_level):same_month() },\n"
 "  value = managed:persons():monthly_average() }", 0, {
    {"id", "string", false, "ID", "Unique id"},
    {"title", "string", false, "表題", "Its title"},
    {"title_en", "string", true, "英語の表題", "Its English title"},
    {"unit", "string", true, "単位", "Its unit"},
    {"rows", "(shihyo.areas_of|shihyo.dim|shihyo.column)[]", true, "表側（順に）", "Down the side, in order"},
    {"columns", "(shihyo.dim|shihyo.column|table)[]", true, "表頭: dim か { 見出し, 値, unit = 単位 }", "Across: dimensions or { label, value, unit = … }"},
    {"value", "shihyo.cells", true, "数える値（columns に値を書かないとき）", "What is counted, where columns have no values"},
    {"limits", "number|table", true, "信頼区間の水準（%）。求め方のある値だけに付く", "Confidence limits in percent, of the values for which a method is known"},
    METADATA, {0} }},
{"each_person", SHY_REF_GLOBAL, SHY_REF_FIELDS, "",
 "演算子で書けない測り方を、1人ずつ呼ばれる関数で定義します。関数はその人の needs の行だけを見ます。",
 "Defines an indicator by a function that is called once for each person and sees that person's rows of `needs` alone.",
 "each_person { id = \"research.bounce_back\", name = \"退院後、訪問診療のないまま再入院した人\", unit = \"人\",\n"
 "  needs = { medical_claims { setting = \"inpatient\" }, medical_items { item = codes.home_care } },\n"
 "  by = areas.of \"insurer\",\n"
 "  count = function(person)\n"
 "    for stay in person:stays() do\n"
 "      if stay.discharged and not person:any(\"medical_items\", stay.discharged, months(0, 1))\n"
 "         and person:readmitted(stay.discharged, months(2, 3)) then return stay.discharged end\n"
 "    end\n"
 "  end }", 0, {
    {"id", "string", false, "重複しないID（半角英小文字・数字・_・.）", "Unique id of a-z, 0-9, _ and ."},
    {"name", "string", false, "指標名", "Its name"},
    {"name_en", "string", true, "英語名", "Its English name"},
    {"unit", "string", false, "単位", "Its unit"},
    {"needs", "table", false, "関数が見る行。一覧ならデータ様式の名前、名前 = 行 ならその名前で使う", "The rows it sees; those of a list go by their contract's name, name = rows by that name"},
    {"by", "shihyo.areas_of", true, "どこの地域として数えるか（数えた月の）", "By which place persons are counted, in the month returned"},
    {"count", "fun(person: shihyo.person): shihyo.month|shihyo.month[]|nil", true, "数える月を返す関数（月の一覧でもよい。nil なら数えない）", "Returns the month in which the person counts, a list of months, or nil"},
    {"sum", "fun(person: shihyo.person): shihyo.month|table|nil, integer?", true, "月と整数を返す関数（合計する）。{ { 月, 整数 }, … } でもよい", "Returns a month and a whole number to be added, or a list { { month, number }, … }"},
    READS,
    {"note", "string", true, "値の注記", "What a reader of the value must know"},
    {"comparable", "string", true, "比較できる測り方に共通の名前", "Name shared by answers that may be compared"},
    {"rates", "shihyo.rate[]", true, "人口あたりの値", "Rates per population"},
    LIMITS,
    METADATA, {0} }},
{"person_rows", SHY_REF_GLOBAL, SHY_REF_FIELDS, "shihyo.rows",
 "1人ずつ呼ばれる関数から行を作ります。行は月と columns の値を持ち、ほかの行と同じように絞り込み、数え、合計・平均し、区分にできます。1人に1行なら人単位、エピソードごとに1行ならエピソード単位の測り方になります。",
 "Rows made by a function that is called once for each person. They have a month and the values of `columns`, and are filtered, counted, added, averaged and used as dimensions like any rows: one for each person measures persons, one for each episode measures episodes.",
 "person_rows { needs = { stays = medical_claims { setting = \"inpatient\" } }, reads = { \"days\" },\n"
 "  columns = { days = \"int\", length = { \"短い\", \"長い\" } },\n"
 "  rows = function(person)\n"
 "    local list = {}\n"
 "    for row in person:rows() do\n"
 "      list[#list + 1] = { row.month, days = row.days, length = (row.days or 0) > 14 and \"長い\" or \"短い\" }\n"
 "    end\n"
 "    return list\n"
 "  end }:mean \"days\"", 0, {
    {"needs", "table", false, "関数が見る行。一覧ならデータ様式の名前、名前 = 行 ならその名前で使う", "The rows it sees; those of a list go by their contract's name, name = rows by that name"},
    READS,
    {"columns", "table<string, \"int\"|\"decimal\"|string[]>", false, "作る行の列: 整数（int）、小数第4位までの数（decimal）、とりうる値の一覧（区分）", "What its rows have: whole numbers (int), numbers of four digits after the point (decimal), or the list of texts a code can be"},
    {"rows", "fun(person: shihyo.person): table?", false, "行 { 月, 列 = 値, … }、行の一覧、または nil を返す関数", "Returns a row { month, column = value, … }, a list of rows, or nil"}, {0} }},
{"code_list", SHY_REF_GLOBAL, SHY_REF_FIELDS, "shihyo.codes",
 "コードの一覧を、有効期間と属性つきで定義します。codes.ID で使います。",
 "Defines a list of codes with validity dates and attributes, used as codes.ID.",
 "code_list { id = \"visit_care\", label = \"在宅患者訪問診療料\",\n"
 "  entries = { { \"114001110\", \"在宅患者訪問診療料（1）1\", from = \"2018-04-01\" } } }", 0, {
    {"id", "string", false, "ID", "Unique id"},
    {"label", "string", false, "名称", "Its name"},
    {"system", "string", true, "コード体系", "The coding system"},
    {"source", "string", true, "出典", "Where it comes from"},
    {"attributes", TEXTS, true, "コードごとに付ける属性の名前", "Names of what is said of each code"},
    {"complete", "{ from?: string, to?: string, outside?: \"refuse\"|\"partial\" }|false", true, "すべてのコードがそろっている月（{ from = \"2020-04\", to = \"2026-05\" }）。ほかの月の値は計算しない（outside = \"partial\" なら、一部だけの値とする）。まだ1つもそろっていなければ false", "The months it has all codes of; counts of other months are not computed (outside = \"partial\": are partial); false: of none yet"},
    {"adds_to", TEXTS, true, "このコードを加える、ほかの一覧の ID（その一覧を直さずに、足りないコードを補う）", "Ids of other lists that get these codes too, so that they need not be edited"},
    {"entries", "table[]", false, "{ コード, 名称, from = 開始日, to = 終了日, 属性 = 値 } の一覧", "{ code, label, from = date, to = date, attribute = value } each"}, {0} }},
{"facts_table", SHY_REF_GLOBAL, SHY_REF_FIELDS, "shihyo.contract",
 "独自調査などの表を定義します。area_set・area・period の列は書かなくてもあります。",
 "Declares a table of one's own. Columns area_set, area and period are there anyway.",
 "facts_table { id = \"acp_outreach\", label = \"ACPの普及啓発\",\n"
 "  columns = { { \"held\", \"int\", unit = \"回\", label = \"開催回数\" } } }", 0, {
    {"id", "string", false, "ID（facts \"ID\" で使う）", "Its id, used as facts \"ID\""},
    {"label", "string", false, "名称", "Its name"},
    {"label_en", "string", true, "英語名", "Its English name"},
    {"columns", "table[]", false, "{ 列名, 型, unit = 単位, label = 見出し, key = true, scale = 小数桁 } の一覧。型は code, text, int, decimal, bool, month, date, period", "{ name, type, unit = …, label = …, key = true, scale = n } each; types: code, text, int, decimal, bool, month, date, period"}, {0} }},
{"logic_model", SHY_REF_GLOBAL, SHY_REF_FIELDS, "",
 "ロジックモデル（活動→アウトプット→中間アウトカム→最終アウトカム）を定義します。`shihyo logic` が一覧と図にします。各項目は指標のIDか、{ id = …, name = …, indicator = …, note = … }。",
 "Defines a logic model: activities, outputs, intermediate and final outcomes, and links between them. `shihyo logic` lists and draws it. An item is an indicator's id or { id = …, name = …, indicator = …, note = … }.",
 "logic_model { id = \"home_care\", name = \"在宅医療\",\n"
 "  activity = { { id = \"training\", name = \"研修会の開催\" } }, output = { { id = \"trained\", name = \"研修を修了した医師\" } },\n"
 "  links = { { from = \"training\", to = \"trained\", note = \"研修を受けて修了する\" } } }", 0, {
    {"id", "string", false, "ID", "Its id"},
    {"name", "string", false, "名称", "Its name"},
    {"activity", "(string|table)[]", true, "活動", "Activities"},
    {"output", "(string|table)[]", true, "アウトプット", "Outputs"},
    {"intermediate", "(string|table)[]", true, "中間アウトカム", "Intermediate outcomes"},
    {"final", "(string|table)[]", true, "最終アウトカム", "Final outcomes"},
    {"links", "{ from: string, to: string, note: string }[]", false, "つながり（from から to へ、なぜそう考えるかを note に）", "Links, each with a note that says why"},
    {"references", TEXTS, true, "出典", "Sources"}, {0} }},
{"example", SHY_REF_GLOBAL, SHY_REF_OPTIONS, "",
 "自分の指標を小さなデータで試します。データのある環境がなくても実行できます。",
 "A case of one's own: rows in, figures out, run without any project.",
 "example \"ルールのある圏域だけ数える\" {\n"
 "  given = { discharge_rules = { { area = \"2901\", in_force = true } } },\n"
 "  expect = { [\"pref.discharge_rule.areas\"] = 1 } }", 1, {
    {"name", "string", false, "何を試すか", "What it shows"},
    {"given", "table", true, "表ごとの行", "Rows by contract"},
    {"areas", "table", true, "ある地域", "Areas that exist"},
    {"period", "string", true, "計算する期間", "The period computed"},
    {"as_of", "string", true, "どの日の圏域で数えるか（既定は2025-04-01）", "The day whose areas are counted (2025-04-01)"},
    {"months", "string[]", true, "データのある最初と最後の月", "First and last month delivered"},
    {"expect", "table", false, "指標ごとの期待する値", "Figures expected, by id"}, {0} }},
/* Rows */
{"codes", SHY_REF_GLOBAL, SHY_REF_INDEX, "shihyo.codes",
 "コードの一覧を名前で使います。このパックと、依存するパックの一覧が使えます。",
 "A code list by its name: those of the pack and of the packs it depends on.",
 "medical_items { item = codes.visit_care }", 0, {{0}}},
{"facts", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.contract",
 "独自調査などの表を名前で使います。", "A facts table by its name.",
 "local acp = facts \"acp_outreach\"", 0, {
    {"id", "string", false, "表のID", "Id of the table"}, {0} }},
{"contract", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.contract",
 "同じ名前の関数があるデータ様式（areas, population）などを、名前で使います。",
 "A contract by its name, for those whose name is a function's (areas, population).",
 "contract \"population\" { age = from(75) }", 0, {
    {"id", "string", false, "データ様式のID", "Id of the contract"}, {0} }},
{"union", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.rows",
 "いずれかに含まれる行（同じ行は一度だけ）。", "The rows of any of several, each once.",
 "union(visits, house_calls):persons()", 0, {
    {"...", ROWS, false, "同じ表の行", "Rows of one contract"}, {0} }},
{"from", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.condition",
 "n以上。", "n or more.", "{ age = from(65) }", 0, {
    {"n", "number|string", false, "下限（含む）", "Lowest value, included"}, {0} }},
{"to", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.condition",
 "n以下。", "n or less.", "{ age = to(14) }", 0, {
    {"n", "number|string", false, "上限（含む）", "Highest value, included"}, {0} }},
{"between", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.condition",
 "a以上b以下。", "From a to b, both included.", "{ age = between(65, 74) }", 0, {
    {"a", "number|string", false, "下限（含む）", "Lowest value"},
    {"b", "number|string", false, "上限（含む）", "Highest value"}, {0} }},
{"except", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.condition",
 "それ以外。値のない行は含みません。", "Anything but this. Rows without a value are not in it.",
 "{ setting = except \"all\" }", 0, {
    {"...", "any", false, "除く値・一覧・条件", "Values, a list or a condition"}, {0} }},
{"missing", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.condition",
 "値がない行。", "Rows where the value is missing.", "{ institution = missing() }", 0, {{0}}},
{"state", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.condition",
 "値の状態（ok, missing, masked, unreported など）による条件。",
 "By the value's state: ok, missing, masked, unreported …",
 "{ value = state \"masked\" }", 0, {
    {"name", "string", false, "状態の名前", "Name of the state"}, {0} }},
{"months", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.months",
 "行の月を0として、aか月後からbか月後まで。", "A window of months counted from the row's month, 0.",
 "months(1, 6)", 0, {
    {"a", "integer", false, "最初の月", "First month"},
    {"b", "integer", false, "最後の月（含む）", "Last month, included"}, {0} }},
/* Places */
{"areas.of", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.areas_of",
 "どこの地域として数えるか: 医療機関の所在地、保険者、住所地。",
 "The place by which rows are counted: of the institution, the insurer or the residence.",
 "by = areas.of \"insurer\"", 0, {
    {"basis", "\"institution\"|\"insurer\"|\"residence\"|\"none\"", false, "基準", "The basis"}, {0} }},
{"areas.all", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.areas_all",
 "ある種類の圏域すべて。", "All areas of a set.", "areas.all \"municipality\"", 0, {
    {"set", "string", false, "圏域の種類（municipality, secondary, prefecture, home_care など）", "Area set: municipality, secondary, prefecture, home_care …"}, {0} }},
{"population", SHY_REF_GLOBAL, SHY_REF_FIELDS, "shihyo.population",
 "分母とする人口。", "The people below a rate.", "population { age = from(75), sex = \"female\" }", 0, {
    {"age", "shihyo.condition|integer", true, "年齢: from(75), to(14), between(65, 74)", "Ages: from(75), to(14), between(65, 74)"},
    {"sex", "\"female\"|\"male\"", true, "性別（書かなければ男女計）", "Both by default"},
    {"year", "\"latest\"|\"same\"", true, "どの年の人口か（既定は直近）", "Which year's: the latest (default) or the same"}, {0} }},
{"per", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.rate",
 "人口n人あたり。", "Per n people.", "per(10000, population { age = from(75) })", 0, {
    {"n", "integer", false, "人数", "How many people"},
    {"population", "shihyo.population", false, "分母", "The people"}, {0} }},
{"dim", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.dim",
 "列に見出しを付けて、集計の区分にします。", "A column with a label, as a dimension of a table.",
 "dim(\"制度\", managed.scheme):with_total(\"合計\")", 0, {
    {"label", "string", false, "見出し", "Its heading"},
    {"column", "shihyo.column|shihyo.dim", false, "列（行.列名）", "The column: rows.column"}, {0} }},
/* Values */
{"share", SHY_REF_GLOBAL, SHY_REF_OPTIONS, "shihyo.cells",
 "圏域のうち、該当する圏域の割合（%）。", "The share of areas that have, in percent.",
 "share(acp { held = from(1) }:areas(), areas.all \"municipality\", { unreported = \"exclude\" })", 2, {
    {"areas", "shihyo.cells|" ROWS, false, "該当する圏域（行を渡せば、行のある圏域）", "Areas that have; rows stand for areas with a row"},
    {"all", "shihyo.areas_all", false, "全体の圏域", "Out of which areas"},
    {"unreported", "\"partial\"|\"exclude\"|\"refuse\"|\"no\"", true, "未報告の扱い（既定は partial）", "What is done with areas that did not report; partial by default"}, {0} }},
{"all_of", SHY_REF_GLOBAL, SHY_REF_OPTIONS, "shihyo.cells",
 "すべての圏域が該当すれば1、そうでなければ0。", "1 if every area has, else 0.",
 "all_of(areas.all \"home_care\", rules { in_force = true })", 2, {
    {"all", "shihyo.areas_all", false, "全体の圏域", "Which areas"},
    {"areas", "shihyo.cells|" ROWS, false, "該当する圏域", "Areas that have"},
    {"unreported", "\"partial\"|\"exclude\"|\"refuse\"|\"no\"", true, "未報告の扱い（既定は partial）", "What is done with areas that did not report"}, {0} }},
{"ratio", SHY_REF_GLOBAL, SHY_REF_OPTIONS, "shihyo.cells",
 "割り算（num ÷ den × factor）。", "One value divided by another, times `factor`.",
 "ratio(visits:rows(), visits:persons())", 2, {
    {"num", "shihyo.cells|number", false, "分子", "Numerator"},
    {"den", "shihyo.cells|number", false, "分母", "Denominator"},
    {"factor", "integer", true, "掛ける数（既定は1）", "Factor, 1 by default"}, {0} }},
{"percent", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.cells",
 "割合（%）。", "One value in percent of another.", "percent(returned:persons(), left:persons())", 0, {
    {"num", "shihyo.cells", false, "分子", "Numerator"},
    {"den", "shihyo.cells", false, "分母", "Denominator"}, {0} }},
{"total", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.cells",
 "合計。", "The sum of values.", "total { value_of \"a\", value_of \"b\" }", 0, {
    {"...", "shihyo.cells|number", false, "値か数（一つの一覧でもよい）", "Values or numbers, or one list of them"}, {0} }},
{"difference", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.cells",
 "差（a − b）。", "a minus b.", "difference(value_of \"need\", value_of \"supply\")", 0, {
    {"a", "shihyo.cells|number", false, "引かれる値か数", "First, a value or a number"},
    {"b", "shihyo.cells|number", false, "引く値か数", "Second"}, {0} }},
{"compute", SHY_REF_GLOBAL, SHY_REF_FIELDS, "shihyo.cells",
 "集計した値の計算を関数で書きます。関数は数だけを受け取り、数か nil を返します。",
 "Arithmetic over values as a function: numbers in, one number or nil out.",
 "compute { values = { a = value_of \"a\", b = value_of \"b\" },\n"
 "  fn = function(v) if v.b > 0 then return v.a / v.b end end }", 0, {
    {"values", "table<string, shihyo.cells>", false, "名前を付けた値", "Values by name"},
    {"fn", "fun(v: table<string, number>): number?", false, "関数", "The function"}, {0} }},
{"highest", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.cells",
 "最も大きい値。", "The greatest of values.", "highest(difference(value_of \"need\", value_of \"supply\"), 0)", 0, {
    {"...", "shihyo.cells|number", false, "値か数（一つの一覧でもよい）", "Values or numbers, or one list of them"}, {0} }},
{"lowest", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.cells",
 "最も小さい値。", "The least of values.", "lowest(value_of \"unmet\", value_of \"ceiling\")", 0, {
    {"...", "shihyo.cells|number", false, "値か数（一つの一覧でもよい）", "Values or numbers, or one list of them"}, {0} }},
{"first_of", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.cells",
 "前から順に見て、最初にデータのある値（協議で決めた値があればそれ、なければ計算した値、など）。",
 "The first of values that is not missing: the figure agreed on where there is one, else the computed one.",
 "first_of(agreed:sum(), value_of \"computed\")", 0, {
    {"...", "shihyo.cells|number", false, "値か数（一つの一覧でもよい）", "Values or numbers, or one list of them"}, {0} }},
{"choose", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.cells",
 "場合分け。前から順に条件を見て、最初に0でない条件の値をとります。選ばなかった値の状態は影響しません。",
 "The value of the first condition that is not 0. States of values that were not chosen do not matter.",
 "choose { { choice { data = \"kdb\" }:rows(), value_of \"ratio.kdb\" },\n"
 "         { choice { data = \"survey\" }:rows(), 3 } }", 0, {
    {"cases", "table", false, "{ 条件, 値 } の一覧。最後に条件なしの値を置ける（どの条件にも当たらないとき）",
     "A list of { condition, value }; a last value without condition is taken where none holds"}, {0} }},
{"since", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.cells",
 "その期間から1、それより前は0（年度で計算の仕方が変わるときの条件）。",
 "1 from the period on, 0 before it: a condition for what is computed in another way from a year on.",
 "choose { { since \"FY2023\", value_of \"all_beds\" }, value_of \"survey\" }", 0, {
    {"period", "string", false, "期間（\"FY2023\" など）", "The period, \"FY2023\""}, {0} }},
{"composite", SHY_REF_GLOBAL, SHY_REF_FIELDS, "shihyo.cells",
 "いくつかの値を一つにまとめます。部分を { 値, 重み（点数） } で並べ、how でまとめ方を選びます: 重みつきの合計 sum（既定）、平均 mean、最大 best（ア・イの段階のうち高い方）、すべて0でない all、いずれかが0でない any、0でない数 count。",
 "Puts values together, each written { value, weight }: their weighted sum (default) or mean, the best of them (the higher of two levels), whether all or any are other than 0, or how many.",
 "composite { { rules { in_force = true }:areas(), 10 }, { acp { held = from(1) }:areas(), 5 }, how = \"sum\" }", 0, {
    {"[integer]", "shihyo.cells|{ [1]: shihyo.cells, [2]?: number }", false, "部分: 値か、{ 値, 重み・点数（既定は1） }", "A part: a value, or { value, weight or points (1 by default) }"},
    {"how", "\"sum\"|\"mean\"|\"best\"|\"all\"|\"any\"|\"count\"", true, "まとめ方（既定は sum）", "How; sum by default"},
    {"missing", "\"refuse\"|\"partial\"", true, "値のない部分があるとき: 計算しない（既定）か、除いて一部の値とする。0とはみなさない。秘匿された部分があれば必ず秘匿", "Parts without a value: not computed (default), or left out and the value partial; never taken for 0. Masked parts always mask"}, {0} }},
{"most_frequent", SHY_REF_GLOBAL, SHY_REF_FIELDS, "shihyo.cells",
 "最も多い回答を選びます（二次医療圏の回答を都道府県で最も多い選択肢に集約するなど）。{ 名前, 回答した圏域の数 } を並べます。値は一覧の何番目か、名前は判定の欄に出ます。",
 "The most frequent answer, as its place in the list of { name, how often it was given }; its name is shown as the judgement.",
 "most_frequent { { \"使用\", rules { in_force = true }:areas() }, { \"不使用\", rules { in_force = false }:areas() } }", 0, {
    {"[integer]", "{ [1]: string, [2]: shihyo.cells }", false, "回答: { 名前, 回答した数 }", "An answer: { its name, how often it was given }"},
    {"ties", "\"first\"|\"last\"|\"refuse\"", true, "同数のとき: 一覧で先のもの（既定）、後のもの、決めない", "Of equally frequent ones: the first in the list (default), the last, or none"}, {0} }},
{"value_of", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "shihyo.cells",
 "ほかの指標の値。", "The value of another indicator.", "value_of \"homecare.visit_care.patients\"", 0, {
    {"id", "string", false, "指標のID", "Id of the indicator"}, {0} }},
{"directly_standardised", SHY_REF_GLOBAL, SHY_REF_FIELDS, "shihyo.cells",
 "年齢調整率（直接法）。基準人口の年齢構成だったとした場合の率。10件未満は計算しません。",
 "Directly standardised rate: the rate with the ages of a standard population. Not computed under ten events.",
 "directly_standardised { rows = visits, standard = \"japan_2015\", per = 100000 }", 0, {
    STANDARDISED,
    {"standard", "string|table", false, "基準人口: \"japan_1985\"（昭和60年モデル人口）、\"japan_2015\"（平成27年モデル人口）、または { label = 名称, { from = 0, to = 4, persons = 人数 }, … }", "Standard population: \"japan_1985\", \"japan_2015\" or { label = …, { from = 0, to = 4, persons = … }, … }"},
    {"per", "integer", false, "人口何人あたり", "Per how many people"}, {0} }},
{"indirectly_standardised", SHY_REF_GLOBAL, SHY_REF_FIELDS, "shihyo.cells",
 "標準化比（間接法。SCRなど）。実際の件数 ÷ 基準の年齢別率から期待される件数 × 100。",
 "Indirectly standardised ratio (SCR, SMR): events of those expected by the reference's rates of each age, times 100.",
 "indirectly_standardised { rows = visits, with = areas.all \"nation\" }", 0, {
    STANDARDISED,
    {"with", "shihyo.areas_all", true, "基準とする圏域の種類（その地域が属する圏域の年齢別率）", "The area of this set in which an area lies gives the rates"},
    {"reference", "table[]", true, "基準の率の表: { from = 0, to = 4, events = 件数, population = 人口 } の一覧（with の代わり）", "Rates as a table, in place of `with`: { from = 0, to = 4, events = …, population = … } each"},
    {"ages", "integer[]", true, "年齢階級の始まりの一覧（既定は5歳階級、85歳以上まで）", "Ages at which groups begin; every five years to 85 by default"},
    {"factor", "integer", true, "掛ける数（既定は100）", "Factor, 100 by default"}, {0} }},
{"require", SHY_REF_GLOBAL, SHY_REF_ARGUMENTS, "any",
 "同じパックのファイルを読み、その戻り値を使います。", "The value of another file of the same pack.",
 "local lib = require \"lib.windows\"", 0, {
    {"name", "string", false, "ファイル名（lib.windows は lib/windows.lua）", "File: lib.windows is lib/windows.lua"}, {0} }},
/* Methods of rows */
{"where", SHY_REF_ROWS, SHY_REF_FILTER, "shihyo.rows",
 "条件に合う行だけにします。", "Only the rows that satisfy the filter.", "discharged:where { age = from(65) }", 0, {
    {"filter", "table<string, any>", false, "列名 = 条件", "column = condition"}, {0} }},
{"having", SHY_REF_ROWS, SHY_REF_OPTIONS, "shihyo.rows",
 "other に対応する行がある行。", "Rows with a matching row in `other`.",
 "medical_claims { setting = \"inpatient\" }:having(medical_items { item = codes.chronic_ward_category1 })", 1, {
    {"other", ROWS, false, "探す行", "The rows looked for"},
    {"match", "\"claim\"|\"month\"|\"person\"|\"period\"", true, "何が同じか（既定は、あればレセプト、次に月、次に人）。period は、その期間の同じ人の行", "What they share: the claim where both have it, else the month, else the person. period: the person, in the period asked for"}, {0} }},
{"lacking", SHY_REF_ROWS, SHY_REF_OPTIONS, "shihyo.rows",
 "other に対応する行がない行。", "Rows without a matching row in `other`.", "stay:lacking(medical_items { item = codes.home_care })", 1, {
    {"other", ROWS, false, "探す行", "The rows looked for"},
    {"match", "\"claim\"|\"month\"|\"person\"|\"period\"", true, "何が同じか", "What they share"}, {0} }},
{"discharges", SHY_REF_ROWS, SHY_REF_FIELDS, "shihyo.rows",
 "退院: 翌月からgapか月、行のない月の直前の月。", "Discharges: months after which `gap` months have no row.",
 "stay:discharges { keep = \"earliest\" }", 0, {
    {"keep", "\"earliest\"|\"all\"", true, "最初の退院か、すべてか（既定は最初）", "The first of a person or all; the first by default"},
    {"scope", "\"period\"|\"fiscal_year\"", true, "最初を選ぶ範囲（既定は期間）", "Within what the first is taken; the period by default"},
    {"gap", "integer", true, "行のない月数（既定は1）", "Months without a row; 1 by default"}, {0} }},
{"followed_by", SHY_REF_ROWS, SHY_REF_ARGUMENTS, "shihyo.rows",
 "その人に、期間内に other の行がある行。", "Rows after which the person has a row of `other` in the window.",
 "discharged:followed_by(care_claims {}, months(1, 6))", 0, {
    {"other", ROWS, false, "探す行", "The rows looked for"},
    {"window", "shihyo.months", false, "月の範囲", "The months"}, {0} }},
{"not_followed_by", SHY_REF_ROWS, SHY_REF_ARGUMENTS, "shihyo.rows",
 "その人に、期間内に other の行がない行。", "Rows after which the person has no row of `other` in the window.",
 "discharged:not_followed_by(care_claims {}, months(1, 6))", 0, {
    {"other", ROWS, false, "探す行", "The rows looked for"},
    {"window", "shihyo.months", false, "月の範囲", "The months"}, {0} }},
{"preceded_by", SHY_REF_ROWS, SHY_REF_ARGUMENTS, "shihyo.rows",
 "その人に、さかのぼる期間内に other の行がある行。", "Rows before which the person has a row of `other` in the window.",
 "stay:preceded_by(visits, months(1, 1))", 0, {
    {"other", ROWS, false, "探す行", "The rows looked for"},
    {"window", "shihyo.months", false, "月の範囲（さかのぼる月数）", "The months, counted back"}, {0} }},
{"not_preceded_by", SHY_REF_ROWS, SHY_REF_ARGUMENTS, "shihyo.rows",
 "その人に、さかのぼる期間内に other の行がない行。", "Rows before which the person has no row of `other` in the window.",
 "stay:not_preceded_by(visits, months(1, 1))", 0, {
    {"other", ROWS, false, "探す行", "The rows looked for"},
    {"window", "shihyo.months", false, "月の範囲（さかのぼる月数）", "The months, counted back"}, {0} }},
{"earliest", SHY_REF_ROWS, SHY_REF_ARGUMENTS, "shihyo.rows",
 "1人につき最初の行。", "The first row of each person.", "visits:earliest()", 0, {{0}}},
{"latest", SHY_REF_ROWS, SHY_REF_ARGUMENTS, "shihyo.rows",
 "1人につき最後の行。", "The last row of each person.", "visits:latest()", 0, {{0}}},
{"column", SHY_REF_ROWS, SHY_REF_ARGUMENTS, "shihyo.column",
 "列（行.列名 と同じ。列名がメソッド名と同じときに使う）。", "A column, as rows.name; for columns named like a method.",
 "rules:column \"areas\"", 0, {
    {"name", "string", false, "列名", "Its name"}, {0} }},
{"rows", SHY_REF_ROWS, SHY_REF_ARGUMENTS, "shihyo.cells",
 "行の数。", "The number of rows.", "visits:rows()", 0, {{0}}},
{"persons", SHY_REF_ROWS, SHY_REF_ARGUMENTS, "shihyo.cells",
 "実人数。", "The number of different persons.", "visits:persons()", 0, {{0}}},
{"claims", SHY_REF_ROWS, SHY_REF_ARGUMENTS, "shihyo.cells",
 "レセプトの数。", "The number of different claims.", "visits:claims()", 0, {{0}}},
{"distinct", SHY_REF_ROWS, SHY_REF_ARGUMENTS, "shihyo.cells",
 "異なる値の数（実施設数など）。", "The number of different values of a column.", "visits:distinct \"institution\"", 0, {
    {"column", "string|shihyo.column", false, "列", "The column"}, {0} }},
{"sum", SHY_REF_ROWS, SHY_REF_OPTIONS, "shihyo.cells",
 "列の合計（書かなければ、表の唯一の数値の列）。", "The sum of a column; of the only measure by default.",
 "medical_items { item = codes.visit_care }:sum(\"quantity\", { masked = \"partial\" })", 1, {
    {"column", "string|shihyo.column", true, "列", "The column"},
    {"times", "string|shihyo.column", true, "掛ける列", "A column to multiply by"},
    {"masked", "\"propagate\"|\"partial\"", true, "秘匿された値の扱い（既定は propagate: 合計も秘匿）", "Masked parts mask the sum (propagate, default) or are left out (partial)"}, {0} }},
{"mean", SHY_REF_ROWS, SHY_REF_ARGUMENTS, "shihyo.cells",
 "列の平均（行ごとの値の平均）。", "The mean of a column over the rows.", "stay:mean \"days\"", 0, {
    {"column", "string|shihyo.column", true, "列（書かなければ、表の唯一の数値の列）", "The column; the only measure by default"}, {0} }},
{"areas", SHY_REF_ROWS, SHY_REF_FIELDS, "shihyo.cells",
 "行のある圏域の数。", "The number of areas that have a row.", "rules { in_force = true }:areas()", 0, {
    {"set", "string|shihyo.areas_all", true, "圏域の種類（既定は行の圏域）", "Area set; the rows' own by default"},
    {"unreported", "\"partial\"|\"exclude\"|\"refuse\"|\"no\"", true, "未報告の扱い（既定は partial）", "What is done with areas that did not report"}, {0} }},
/* Methods of values */
{"monthly_average", SHY_REF_CELLS, SHY_REF_ARGUMENTS, "shihyo.cells",
 "月ごとの値の平均（期間の月数で割る）。", "Monthly figures added, divided by the months of the period.",
 "visits:persons():monthly_average()", 0, {{0}}},
{"if_delivered", SHY_REF_CELLS, SHY_REF_ARGUMENTS, "shihyo.cells",
 "期間の月に、その種類のレセプトが届いていなければ未報告とします（0とはしません）。",
 "Unreported, not 0, where no month of the period has such receipts; partial where some have none.",
 "visits:persons():monthly_average():if_delivered(medical_claims { type = \"dental\" })", 0, {
    {"rows", "shihyo.rows|shihyo.contract", false, "届いているはずの行", "Rows that every delivered month has"}, {0} }},
{"growth", SHY_REF_CELLS, SHY_REF_FIELDS, "shihyo.cells",
 "増減率（%）。", "Percent change against an earlier period.", "value_of \"x\":growth { years = 1 }", 0, {
    {"years", "integer", true, "何年前と比べるか（既定は1）", "How many years before; 1 by default"},
    {"since", "string", true, "比べる期間（\"FY2017\" など）", "The period compared with, \"FY2017\""}, {0} }},
{"rounded", SHY_REF_CELLS, SHY_REF_FIELDS, "shihyo.cells",
 "端数を処理した値（既定は四捨五入で整数に）。表示だけでなく、あとの計算にもこの値を使います。",
 "The value rounded, to a whole number by default: not for display alone, what follows is computed with it.",
 "value_of \"x\":rounded { digits = 0, how = \"up\" }", 0, {
    {"digits", "integer", true, "残す小数の桁数（既定は0）", "Digits kept behind the point; 0 by default"},
    {"how", "\"half_up\"|\"up\"|\"down\"", true, "四捨五入（既定）・切り上げ・切り捨て", "To the nearest, a half away from zero (default); away from zero; towards zero"}, {0} }},
{"earlier", SHY_REF_CELLS, SHY_REF_FIELDS, "shihyo.cells",
 "前の期間の値。", "The value of an earlier period.", "value_of \"x\":earlier { years = 3 }", 0, {
    {"years", "integer", true, "何年前か（既定は1）", "How many years before; 1 by default"},
    {"since", "string", true, "その期間（\"FY2017\" など。years の代わり）", "The period, \"FY2017\", in place of years"}, {0} }},
{"interpolate", SHY_REF_CELLS, SHY_REF_FIELDS, "shihyo.cells",
 "2つの期間の末の間を、月数に比例して結んだ値。", "The value on a straight line between the ends of two periods, by months.",
 "demand:interpolate { from = \"FY2017\", to = \"FY2025\", start = 0 }", 0, {
    {"from", "string", false, "始まりの期間（その末）", "The line begins at the end of this period"},
    {"to", "string", false, "終わりの期間（その末）", "The line ends at the end of this period"},
    {"start", "shihyo.cells|number", true, "始まりの値（書かなければ、その期間の値）", "Where it begins; by default the value of that period"}, {0} }},
{"most_recent", SHY_REF_CELLS, SHY_REF_FIELDS, "shihyo.cells",
 "その期間の値。なければ、前の年の中で最も近い年の値（何年前の値かを注記します）。",
 "The value of the period; where there is none, of the nearest year before it that has one, with a note.",
 "value_of \"ratio.kdb\":most_recent { years = 6 }", 0, {
    {"years", "integer", true, "何年前までさかのぼるか（1〜20、既定は5）", "How many years back at most, 1 to 20; 5 by default"}, {0} }},
{"each_area", SHY_REF_CELLS, SHY_REF_OPTIONS, "shihyo.cells",
 "圏域ごとに計算した値。それより広い地域では、中にある圏域の値を単純に足し上げます。",
 "The value computed for each area of a set; a larger area has the sum of those that lie in it.",
 "highest(difference(demand, supply), 0):each_area(areas.all \"secondary\")", 1, {
    {"areas", "shihyo.areas_all|" ROWS, false, "圏域の種類。行を渡せば、その行の圏域の種類", "The set; rows stand for the set that they name"},
    {"above", "\"sum\"|\"none\"", true, "広い地域の値: 足し上げる（既定）か、該当なしとするか", "What a larger area has: the sum (default), or nothing"}, {0} }},
{"rank", SHY_REF_CELLS, SHY_REF_FIELDS, "shihyo.cells",
 "順位。", "The place among the areas of the set.", "value_of \"x\":rank { order = \"descending\" }", 0, {
    {"order", "\"descending\"|\"ascending\"", true, "高い順か低い順か（既定は高い順）", "The highest (default) or the lowest first"},
    {"ties", "\"min\"|\"max\"|\"dense\"", true, "同じ値の順位（既定は min）", "Place of equal values"},
    {"within", "string|shihyo.areas_all", true, "この圏域の中で比べる", "Compared inside areas of this set"}, {0} }},
{"top_half", SHY_REF_CELLS, SHY_REF_FIELDS, "shihyo.cells",
 "上位5割なら1、そうでなければ0。", "1 in the upper half of the areas with a value, else 0.", "value_of \"x\":top_half()", 0, {
    {"order", "\"descending\"|\"ascending\"", true, "高い順か低い順か", "The highest (default) or the lowest first"},
    {"ties", "\"min\"|\"max\"|\"dense\"", true, "境目で同じ値の扱い", "Equal values at the boundary"},
    {"within", "string|shihyo.areas_all", true, "この圏域の中で比べる", "Compared inside areas of this set"}, {0} }},
{"per", SHY_REF_CELLS, SHY_REF_ARGUMENTS, "shihyo.cells",
 "人口n人あたりの値（比較や推移に使える値になる）。", "The value per n people, as a value to compare or follow.",
 "value_of \"x\":per(10000, population { age = from(75) })", 0, {
    {"n", "integer", false, "人数", "How many people"},
    {"population", "shihyo.population", false, "分母", "The people"}, {0} }},
{"compare", SHY_REF_CELLS, SHY_REF_FIELDS, "shihyo.cells",
 "属する圏域の値と比べて、良い・同程度・悪いを信頼区間で判定します（1, 0, -1。2つ目の水準でも違えば2, -2）。自分自身とは比べません。",
 "Better, similar or worse than the area it lies in, by limits of confidence: 1, 0, -1; 2 and -2 at the second level too. Never against itself.",
 "value_of \"x\":compare { with = areas.all \"prefecture\", levels = { 95, 99.8 } }", 0, {
    {"with", "shihyo.areas_all", false, "比べる相手の圏域の種類", "Area set of the benchmark"},
    {"levels", "number|number[]", true, "信頼水準（%。既定は95）", "Levels of confidence in percent; 95 by default"},
    BETTER, METHOD, {0} }},
{"funnel", SHY_REF_CELLS, SHY_REF_FIELDS, "shihyo.cells",
 "値に、属する圏域の値を中心とする管理限界（ファンネルプロット）を付けます。",
 "The value with the control limits of a funnel plot around the value of the area it lies in.",
 "value_of \"x\":funnel { with = areas.all \"prefecture\" }", 0, {
    {"with", "shihyo.areas_all", false, "中心とする圏域の種類", "Area set of the benchmark"},
    {"levels", "number|number[]", true, "水準（%。既定は95と99.8）", "Levels in percent; 95 and 99.8 by default"},
    BETTER, METHOD, {0} }},
{"trend", SHY_REF_CELLS, SHY_REF_FIELDS, "shihyo.cells",
 "直近5年の推移: 上がっていれば1、下がっていれば-1、どちらとも言えなければ0（better があれば、改善が1、悪化が-1）。計算できないときはその理由。",
 "The last five years: 1 rising, -1 falling, 0 neither (with `better`: 1 improving, -1 worsening); not computable with the reason.",
 "value_of \"x\":per(10000, population {}):trend()", 0, {
    {"points", "integer", true, "年の数（5〜20、既定は5）", "How many years, 5 to 20; 5 by default"},
    {"level", "number", true, "検定の水準（%。既定は99.8）", "Level of the test in percent; 99.8 by default"},
    BETTER, METHOD, {0} }},
{"quantile", SHY_REF_CELLS, SHY_REF_FIELDS, "shihyo.cells",
 "圏域を値の順に等分した組の番号（四分位は4、五分位は5）。圏域が組の数より少なければ計算しません。",
 "The group of an area among equal groups of areas; refused where there are fewer areas than groups.",
 "value_of \"x\":quantile { groups = 5 }", 0, {
    {"groups", "integer", false, "組の数（4=四分位、5=五分位）", "How many groups: 4 for quartiles, 5 for quintiles"},
    {"order", "\"ascending\"|\"descending\"", true, "組1が低い側（既定）か高い側か", "Whether group 1 has the lowest (default) or the highest"},
    {"within", "string|shihyo.areas_all", true, "この圏域の中で分ける", "Grouped inside areas of this set"}, {0} }},
{"grade", SHY_REF_CELLS, SHY_REF_FIELDS, "shihyo.cells",
 "段階の表で評価します。{ \"A\", from = 80, points = 3 } を順に並べ、どの値もちょうど一つの段階に入るようにします（すき間や重なりは誤り）。値は points、書かなければ一覧の何番目か。段階の名前は判定の欄に出ます。",
 "Grades a value by steps { \"A\", from = 80, points = 3 }, which leave no gap and do not overlap. The value is the points, or the step's place in the list; its name is shown as the judgement.",
 "value_of \"x\":grade { scheme = \"3段階\", { \"A\", from = 80 }, { \"B\", from = 50 }, { \"C\" } }", 0, {
    {"[integer]", "{ [1]: string, from?: number, above?: number, below?: number, to?: number, points?: number }", false,
     "段階: 名前、下限（from 以上 か above 超）、上限（to 以下 か below 未満）、点数（書くなら全段階に）。隣の段階から分かる限りは書かなくてよい",
     "A step: its name, lower bound (from, included, or above), upper bound (to, included, or below), points (of all steps or none). A bound that the neighbour states may be left out"},
    {"scheme", "string", true, "段階の表の名称", "Name of the steps"}, {0} }},
{"over", SHY_REF_CELLS, SHY_REF_OPTIONS, "shihyo.cells",
 "その地域に含まれる小さな圏域の値を、平均・合計などにまとめます。",
 "Puts the figures of the smaller areas in an area together: their mean, sum …",
 "value_of \"x\":over(areas.all \"municipality\", { how = \"mean\" })", 1, {
    {"set", "shihyo.areas_all", false, "まとめる圏域の種類", "The areas put together"},
    {"how", "\"sum\"|\"mean\"|\"median\"|\"lowest\"|\"highest\"|\"count\"|\"share\"", true, "まとめ方（既定は mean）。count と share は、from から to までの値の圏域の数と割合", "How; the mean by default. count and share: how many areas, or what share, have a value from `from` to `to`"},
    {"from", "number", true, "数える値の下限（含む）", "Lowest value counted"},
    {"to", "number", true, "数える値の上限（含む）", "Highest value counted"},
    {"missing", "\"refuse\"|\"partial\"", true, "値のない圏域があるとき: 計算しない（既定）か、除いて一部の値とする。秘匿された値があれば必ず秘匿", "Areas without a value: not computed (default), or left out and the value partial; masked ones always mask"}, {0} }},
{"allocate", SHY_REF_CELLS, SHY_REF_FIELDS, "shihyo.cells",
 "額を、点数に応じて圏域に配分します。単位未満を切り捨て、残りは端数の大きい順に1単位ずつ配るので、配分の合計は額に一致します。",
 "Shares an amount among the areas by their scores: rounded down to whole units, and what is left goes by units to the largest remainders, so that the shares add up to the amount.",
 "value_of \"x\":each_area(areas.all \"municipality\", { above = \"none\" }):allocate { amount = 19000000000, unit = 1000 }", 0, {
    {"amount", "integer", false, "配分する額", "What is shared"},
    {"unit", "integer", true, "配分の単位（千円なら1000。既定は1）", "Shares are multiples of it; 1 by default"},
    {"rounding", "\"largest_remainder\"|\"down\"", true, "端数の扱い（既定は largest_remainder。down は切り捨てたまま残す）", "What becomes of the rest: to the largest remainders (default), or left"},
    {"within", "string|shihyo.areas_all", true, "この圏域ごとに額を配分する", "The amount is shared inside each area of this set"},
    {"missing", "\"refuse\"|\"partial\"", true, "点数のない圏域があるとき: 計算しない（既定）か、除いて配分する。秘匿された点数があれば全体を秘匿", "Areas without a score: nothing is shared (default), or they are left out; a masked score masks all shares"}, {0} }},
/* Methods of columns and dimensions */
{"with_total", SHY_REF_DIM, SHY_REF_ARGUMENTS, "shihyo.dim",
 "合計の区分を加えます。", "Adds a total.", "dim(\"制度\", managed.scheme):with_total(\"合計\")", 0, {
    {"label", "string", false, "合計の見出し", "Its label"}, {0} }},
{"missing", SHY_REF_DIM, SHY_REF_ARGUMENTS, "shihyo.dim",
 "値のないときの区分（書かなければ、その行は合計だけに入る）。", "The label where there is no value; without it such rows are in the total only.",
 "dim(\"要介護度\", care_claims.care_level):same_month():missing(\"未認定\")", 0, {
    {"label", "string", false, "見出し", "The label"}, {0} }},
{"within", SHY_REF_DIM, SHY_REF_ARGUMENTS, "shihyo.dim",
 "同じ人の、行の月から数えた期間内の行から値をとります（最も早い月の値。同じ月に複数あれば大きいもの）。",
 "Takes the value from the person's rows in a window after the row's month: that of the earliest month, of several there the greatest.",
 "dim(\"要介護度\", care_claims.care_level):within(months(1, 6)):missing(\"利用なし\")", 0, {
    {"window", "shihyo.months", false, "months(a, b)", "months(a, b)"}, {0} }},
{"same_month", SHY_REF_DIM, SHY_REF_ARGUMENTS, "shihyo.dim",
 "同じ人の同じ月の行から値をとります。", "Takes the value from rows of the same person and month.",
 "dim(\"要介護度\", care_claims.care_level):same_month()", 0, {{0}}},
/* Methods of a person */
{"rows", SHY_REF_PERSON, SHY_REF_ARGUMENTS, "fun(): shihyo.row",
 "その人の行を月の順に。行は month と列（どのデータにもある列と reads の列。個人番号・レセプト番号はない）を持ちます。月は month.first_day、month.last_day、month.days（日数）を、年月日は date.month と date.day を持ち、引き算と ± 日数・月数、比較ができます。",
 "The person's rows in the order of months. A row has month and the columns that every source has or `reads` names, but neither person nor claim. A month has first_day, last_day and days (how many); a date has month and day; both are subtracted, moved by whole months or days and compared.",
 "for row in person:rows \"medical_items\" do if row.quantity then return row.month end end", 0, {
    {"name", "string", true, "needs の名前（一つなら不要）", "Name among `needs`; not needed where there is one"}, {0} }},
{"first", SHY_REF_PERSON, SHY_REF_ARGUMENTS, "shihyo.row?",
 "最初の行。", "The first row.", "return person:first \"medical_items\"", 0, {
    {"name", "string", true, "needs の名前", "Name among `needs`"}, {0} }},
{"last", SHY_REF_PERSON, SHY_REF_ARGUMENTS, "shihyo.row?",
 "最後の行。", "The last row.", "return person:last \"medical_items\"", 0, {
    {"name", "string", true, "needs の名前", "Name among `needs`"}, {0} }},
{"stays", SHY_REF_PERSON, SHY_REF_ARGUMENTS, "fun(): shihyo.stay",
 "行のある月が続く間を一つの入院として、順に。stay.admitted と stay.discharged は月で、前後の月のデータがなければ nil。stay.first と stay.last は行のある最初と最後の月。",
 "Months with rows that follow each other are one stay. stay.admitted and stay.discharged are months, nil where the month beside was not delivered; stay.first and stay.last are the first and last month with a row.",
 "for stay in person:stays() do return stay.discharged end", 0, {
    {"name", "string", true, "needs の名前（書かなければ medical_claims）", "Name among `needs`; medical_claims by default"}, {0} }},
{"any", SHY_REF_PERSON, SHY_REF_ARGUMENTS, "boolean",
 "月から数えた期間に行があるか。期間のデータがそろっていなければ、その月は数えられるかどうか分からない月になります。",
 "Is there a row in the window after the month? Where the window was not delivered, the month is in doubt.",
 "return person:any(\"medical_items\", stay.discharged, months(0, 1))", 0, {
    {"name", "string", false, "needs の名前", "Name among `needs`"},
    {"month", "shihyo.month", false, "月", "The month"},
    {"window", "shihyo.months", false, "月の範囲", "The months"}, {0} }},
{"any_before", SHY_REF_PERSON, SHY_REF_ARGUMENTS, "boolean",
 "月からさかのぼる期間に行があるか。", "Is there a row in the window before the month?",
 "return person:any_before(\"medical_items\", stay.admitted, months(1, 3))", 0, {
    {"name", "string", false, "needs の名前", "Name among `needs`"},
    {"month", "shihyo.month", false, "月", "The month"},
    {"window", "shihyo.months", false, "月の範囲（さかのぼる月数）", "The months, counted back"}, {0} }},
{"readmitted", SHY_REF_PERSON, SHY_REF_ARGUMENTS, "boolean",
 "月から数えた期間に、新たな入院が始まるか。", "Does a stay begin in the window after the month?",
 "return person:readmitted(stay.discharged, months(2, 3))", 0, {
    {"month", "shihyo.month", false, "月", "The month"},
    {"window", "shihyo.months", false, "月の範囲", "The months"},
    {"name", "string", true, "needs の名前（書かなければ medical_claims）", "Name among `needs`; medical_claims by default"}, {0} }},
{"age", SHY_REF_PERSON, SHY_REF_ARGUMENTS, "integer?",
 "その月の満年齢。資格のない月は nil。", "Completed years in the month; nil where the person was not insured.",
 "return person:age(stay.discharged)", 0, {
    {"month", "shihyo.month", false, "月", "The month"}, {0} }},
{"scheme", SHY_REF_PERSON, SHY_REF_ARGUMENTS, "string?",
 "その月の制度（nhi, late_elderly）。性別は person.sex。", "The scheme of the month (nhi, late_elderly). The sex is person.sex.",
 "return person:scheme(stay.discharged)", 0, {
    {"month", "shihyo.month", false, "月", "The month"}, {0} }},
};
/* clang-format on */

size_t shy_reference_count(void)
{
    return sizeof references / sizeof references[0];
}

const struct shy_reference *shy_reference_at(size_t i)
{
    return &references[i];
}

static const char *prefix_of(const struct shy_reference *r)
{
    static const char *const prefixes[SHY_REF_OF_COUNT_] = {
        "", "rows:", "value:", "column:", "person:"};
    return prefixes[r->of];
}

const struct shy_reference *shy_reference_find(const char *name, size_t n)
{
    for (size_t i = 0; i < shy_reference_count(); i++) {
        const struct shy_reference *r = &references[i];
        size_t length = strlen(prefix_of(r));
        bool full = strncmp(name, prefix_of(r), length) == 0 && strcmp(name + length, r->name) == 0;
        if ((full || strcmp(name, r->name) == 0) && n-- == 0)
            return r;
    }
    return NULL;
}

static void add(char *out, size_t size, const char *text)
{
    size_t length = strlen(out);
    if (length + 1 < size)
        (void)snprintf(out + length, size - length, "%s", text);
}

void shy_reference_signature(const struct shy_reference *r, char *out, size_t size)
{
    bool fields = r->call == SHY_REF_FIELDS || r->call == SHY_REF_FILTER;
    bool open = fields;
    (void)snprintf(out, size, "%s%s", prefix_of(r), r->name);
    if (r->call == SHY_REF_INDEX) {
        add(out, size, ".NAME");
        return;
    }
    add(out, size, fields ? " { " : "(");
    for (size_t i = 0; i < SHY_REF_PARAMS_MOST && r->params[i].name != NULL; i++) {
        add(out, size, i > 0 ? ", " : "");
        if (r->call == SHY_REF_OPTIONS && i == r->first_option) {
            add(out, size, "{ ");
            open = true;
        }
        bool listed = r->params[i].name[0] == '['; /* items of the table's list */
        add(out, size, listed ? "{ … }" : r->params[i].name);
        if (open && !listed)
            add(out, size, " = …");
        else if (r->params[i].optional)
            add(out, size, "?");
    }
    if (r->call == SHY_REF_OPTIONS && open)
        add(out, size, " }");
    add(out, size, fields ? " }" : ")");
}
