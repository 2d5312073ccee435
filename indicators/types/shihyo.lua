---@meta
-- core/script/reference.c から作られます。

---条件
---@class shihyo.condition

---コードリスト
---@class shihyo.codes

---圏域の基準
---@class shihyo.areas_of

---圏域すべて
---@class shihyo.areas_all

---月の範囲
---@class shihyo.months

---人口
---@class shihyo.population

---人口あたり
---@class shihyo.rate

---@class shihyo.answer
---@field name? string データの名前
---@field unit? string 単位
---@field value shihyo.cells 値
---@field by? shihyo.areas_of 圏域の基準
---@field note? string 注記
---@field comparable? string 比較できる測り方に共通の名前

---行
---@class shihyo.rows
---@field [string] shihyo.column
local rows = {}

---データ様式
---@class shihyo.contract: shihyo.rows
---@overload fun(filter: table<string, any>): shihyo.rows

---値
---@class shihyo.cells
local cells = {}

---列
---@class shihyo.column
local column = {}

---区分
---@class shihyo.dim: shihyo.column

---月（比べる、足す、引く、tostring）
---@class shihyo.month
---@field year integer 年
---@field month integer 月
---@field fiscal_year integer 年度
---@operator add(integer): shihyo.month
---@operator sub(integer): shihyo.month

---1人の行
---@class shihyo.row
---@field month shihyo.month 月
---@field [string] string|number|boolean|nil 列

---入院
---@class shihyo.stay
---@field admitted shihyo.month|nil 入院した月
---@field discharged shihyo.month|nil 退院した月
---@field first shihyo.month 行のある最初の月
---@field last shihyo.month 行のある最後の月

---1人
---@class shihyo.person
---@field sex string|nil 性別
local person = {}

areas = {}

---@type table<string, shihyo.codes>
codes = {}

---@class shihyo.indicator.fields
---@field id string 重複しないID（半角英小文字・数字・_・.）
---@field name string 指標名
---@field name_en? string 英語名
---@field unit? string 単位（どの answers にもあれば不要）
---@field value? shihyo.cells 値
---@field by? shihyo.areas_of どこの地域として数えるか
---@field note? string 値の注記
---@field comparable? string 比較できる測り方に共通の名前
---@field answers? shihyo.answer[] 測り方の一覧（上から順に使えるものを使う）
---@field rates? shihyo.rate[] 人口あたりの値
---@field limits? number|table 値と率に付ける信頼区間の水準（%、4つまで）: 95、{ 95, 99.8 }、{ 95, method = "wilson" }
---@field kind? "structure"|"process"|"outcome" ストラクチャー・プロセス・アウトカム
---@field stages? string|string[] 在宅医療の体制の段階（複数可）
---@field marked? boolean 重点指標
---@field definition? string 定義の文章
---@field caveats? string|string[] 読むときの注意
---@field better? "higher"|"lower" 望ましい方向
---@field obligation? "must"|"where_possible" 目標設定の求められ方
---@field substitute_for? string 代わりに用いている指標のもとの指標
---@field check? string 値が0でない地域があるとき、計算のたびにこの文で警告する
---@field references? string|string[] 出典
---@field tags? string|string[] 分類のための語
---@field breaks? string|string[] 系列が改まった期間（"FY2017" など）。それより前の値と比べない
---@field decimals? integer 表示する小数の桁数
---@field period? string いつもこの期間で計算する（研究の対象期間など）

---指標を一つ定義します。value（一つの測り方）か answers（使えるデータの順に並べた測り方）を書きます。
---@param fields shihyo.indicator.fields
function indicator(fields) end

---@class shihyo.cross_table.fields
---@field id string ID
---@field title string 表題
---@field title_en? string 英語の表題
---@field unit? string 単位
---@field rows? (shihyo.areas_of|shihyo.dim|shihyo.column)[] 表側（順に）
---@field columns? (shihyo.dim|shihyo.column|table)[] 表頭: dim か { 見出し, 値, unit = 単位 }
---@field value? shihyo.cells 数える値（columns に値を書かないとき）
---@field limits? number|table 信頼区間の水準（%）。求め方のある値だけに付く
---@field kind? "structure"|"process"|"outcome" ストラクチャー・プロセス・アウトカム
---@field stages? string|string[] 在宅医療の体制の段階（複数可）
---@field marked? boolean 重点指標
---@field definition? string 定義の文章
---@field caveats? string|string[] 読むときの注意
---@field better? "higher"|"lower" 望ましい方向
---@field obligation? "must"|"where_possible" 目標設定の求められ方
---@field substitute_for? string 代わりに用いている指標のもとの指標
---@field check? string 値が0でない地域があるとき、計算のたびにこの文で警告する
---@field references? string|string[] 出典
---@field tags? string|string[] 分類のための語
---@field breaks? string|string[] 系列が改まった期間（"FY2017" など）。それより前の値と比べない
---@field decimals? integer 表示する小数の桁数
---@field period? string いつもこの期間で計算する（研究の対象期間など）

---表の形が決まった集計（クロス表）を定義します。columns に dim と { 見出し, 値 } を並べます。
---@param fields shihyo.cross_table.fields
function cross_table(fields) end

---@class shihyo.each_person.fields
---@field id string 重複しないID（半角英小文字・数字・_・.）
---@field name string 指標名
---@field name_en? string 英語名
---@field unit string 単位
---@field needs table 関数が見る行。一覧ならデータ様式の名前、名前 = 行 ならその名前で使う
---@field by? shihyo.areas_of どこの地域として数えるか（数えた月の）
---@field count? fun(person: shihyo.person): shihyo.month|shihyo.month[]|nil 数える月を返す関数（月の一覧でもよい。nil なら数えない）
---@field sum? fun(person: shihyo.person): shihyo.month|table|nil, integer? 月と整数を返す関数（合計する）。{ { 月, 整数 }, … } でもよい
---@field reads? string[] 関数が見る列のうち、どのデータにもあるとは限らないもの（days、admitted_on、outcome など）。ないデータでは計算できない
---@field note? string 値の注記
---@field comparable? string 比較できる測り方に共通の名前
---@field rates? shihyo.rate[] 人口あたりの値
---@field limits? number|table 値と率に付ける信頼区間の水準（%、4つまで）: 95、{ 95, 99.8 }、{ 95, method = "wilson" }
---@field kind? "structure"|"process"|"outcome" ストラクチャー・プロセス・アウトカム
---@field stages? string|string[] 在宅医療の体制の段階（複数可）
---@field marked? boolean 重点指標
---@field definition? string 定義の文章
---@field caveats? string|string[] 読むときの注意
---@field better? "higher"|"lower" 望ましい方向
---@field obligation? "must"|"where_possible" 目標設定の求められ方
---@field substitute_for? string 代わりに用いている指標のもとの指標
---@field check? string 値が0でない地域があるとき、計算のたびにこの文で警告する
---@field references? string|string[] 出典
---@field tags? string|string[] 分類のための語
---@field breaks? string|string[] 系列が改まった期間（"FY2017" など）。それより前の値と比べない
---@field decimals? integer 表示する小数の桁数
---@field period? string いつもこの期間で計算する（研究の対象期間など）

---演算子で書けない測り方を、1人ずつ呼ばれる関数で定義します。関数はその人の needs の行だけを見ます。
---@param fields shihyo.each_person.fields
function each_person(fields) end

---@class shihyo.person_rows.fields
---@field needs table 関数が見る行。一覧ならデータ様式の名前、名前 = 行 ならその名前で使う
---@field reads? string[] 関数が見る列のうち、どのデータにもあるとは限らないもの（days、admitted_on、outcome など）。ないデータでは計算できない
---@field columns table<string, "int"|"decimal"|string[]> 作る行の列: 整数（int）、小数第4位までの数（decimal）、とりうる値の一覧（区分）
---@field rows fun(person: shihyo.person): table? 行 { 月, 列 = 値, … }、行の一覧、または nil を返す関数

---1人ずつ呼ばれる関数から行を作ります。行は月と columns の値を持ち、ほかの行と同じように絞り込み、数え、合計・平均し、区分にできます。1人に1行なら人単位、エピソードごとに1行ならエピソード単位の測り方になります。
---@param fields shihyo.person_rows.fields
---@return shihyo.rows
function person_rows(fields) end

---@class shihyo.code_list.fields
---@field id string ID
---@field label string 名称
---@field system? string コード体系
---@field source? string 出典
---@field attributes? string|string[] コードごとに付ける属性の名前
---@field complete? { from?: string, to?: string, outside?: "refuse"|"partial" }|false すべてのコードがそろっている月（{ from = "2020-04", to = "2026-05" }）。ほかの月の値は計算しない（outside = "partial" なら、一部だけの値とする）。まだ1つもそろっていなければ false
---@field adds_to? string|string[] このコードを加える、ほかの一覧の ID（その一覧を直さずに、足りないコードを補う）
---@field entries table[] { コード, 名称, from = 開始日, to = 終了日, 属性 = 値 } の一覧

---コードの一覧を、有効期間と属性つきで定義します。codes.ID で使います。
---@param fields shihyo.code_list.fields
---@return shihyo.codes
function code_list(fields) end

---@class shihyo.facts_table.fields
---@field id string ID（facts "ID" で使う）
---@field label string 名称
---@field label_en? string 英語名
---@field columns table[] { 列名, 型, unit = 単位, label = 見出し, key = true, scale = 小数桁 } の一覧。型は code, text, int, decimal, bool, month, date, period

---独自調査などの表を定義します。area_set・area・period の列は書かなくてもあります。
---@param fields shihyo.facts_table.fields
---@return shihyo.contract
function facts_table(fields) end

---@class shihyo.logic_model.fields
---@field id string ID
---@field name string 名称
---@field activity? (string|table)[] 活動
---@field output? (string|table)[] アウトプット
---@field intermediate? (string|table)[] 中間アウトカム
---@field final? (string|table)[] 最終アウトカム
---@field links { from: string, to: string, note: string }[] つながり（from から to へ、なぜそう考えるかを note に）
---@field references? string|string[] 出典

---ロジックモデル（活動→アウトプット→中間アウトカム→最終アウトカム）を定義します。`shihyo logic` が一覧と図にします。各項目は指標のIDか、{ id = …, name = …, indicator = …, note = … }。
---@param fields shihyo.logic_model.fields
function logic_model(fields) end

---@class shihyo.example.fields
---@field given? table 表ごとの行
---@field areas? table ある地域
---@field period? string 計算する期間
---@field as_of? string どの日の圏域で数えるか（既定は2025-04-01）
---@field months? string[] データのある最初と最後の月
---@field expect table 指標ごとの期待する値

---自分の指標を小さなデータで試します。データのある環境がなくても実行できます。
---@param name string 何を試すか
---@return fun(fields: shihyo.example.fields)
function example(name) end

---独自調査などの表を名前で使います。
---@param id string 表のID
---@return shihyo.contract
function facts(id) end

---同じ名前の関数があるデータ様式（areas, population）などを、名前で使います。
---@param id string データ様式のID
---@return shihyo.contract
function contract(id) end

---いずれかに含まれる行（同じ行は一度だけ）。
---@param ... shihyo.rows|shihyo.contract 同じ表の行
---@return shihyo.rows
function union(...) end

---n以上。
---@param n number|string 下限（含む）
---@return shihyo.condition
function from(n) end

---n以下。
---@param n number|string 上限（含む）
---@return shihyo.condition
function to(n) end

---a以上b以下。
---@param a number|string 下限（含む）
---@param b number|string 上限（含む）
---@return shihyo.condition
function between(a, b) end

---それ以外。値のない行は含みません。
---@param ... any 除く値・一覧・条件
---@return shihyo.condition
function except(...) end

---値がない行。
---@return shihyo.condition
function missing() end

---値の状態（ok, missing, masked, unreported など）による条件。
---@param name string 状態の名前
---@return shihyo.condition
function state(name) end

---行の月を0として、aか月後からbか月後まで。
---@param a integer 最初の月
---@param b integer 最後の月（含む）
---@return shihyo.months
function months(a, b) end

---どこの地域として数えるか: 医療機関の所在地、保険者、住所地。
---@param basis "institution"|"insurer"|"residence"|"none" 基準
---@return shihyo.areas_of
function areas.of(basis) end

---ある種類の圏域すべて。
---@param set string 圏域の種類（municipality, secondary, prefecture, home_care など）
---@return shihyo.areas_all
function areas.all(set) end

---@class shihyo.population.fields
---@field age? shihyo.condition|integer 年齢: from(75), to(14), between(65, 74)
---@field sex? "female"|"male" 性別（書かなければ男女計）
---@field year? "latest"|"same" どの年の人口か（既定は直近）

---分母とする人口。
---@param fields shihyo.population.fields
---@return shihyo.population
function population(fields) end

---人口n人あたり。
---@param n integer 人数
---@param population shihyo.population 分母
---@return shihyo.rate
function per(n, population) end

---列に見出しを付けて、集計の区分にします。
---@param label string 見出し
---@param column shihyo.column|shihyo.dim 列（行.列名）
---@return shihyo.dim
function dim(label, column) end

---@class shihyo.share.fields
---@field unreported? "partial"|"exclude"|"refuse"|"no" 未報告の扱い（既定は partial）

---圏域のうち、該当する圏域の割合（%）。
---@param areas shihyo.cells|shihyo.rows|shihyo.contract 該当する圏域（行を渡せば、行のある圏域）
---@param all shihyo.areas_all 全体の圏域
---@param fields shihyo.share.fields
---@return shihyo.cells
function share(areas, all, fields) end

---@class shihyo.all_of.fields
---@field unreported? "partial"|"exclude"|"refuse"|"no" 未報告の扱い（既定は partial）

---すべての圏域が該当すれば1、そうでなければ0。
---@param all shihyo.areas_all 全体の圏域
---@param areas shihyo.cells|shihyo.rows|shihyo.contract 該当する圏域
---@param fields shihyo.all_of.fields
---@return shihyo.cells
function all_of(all, areas, fields) end

---@class shihyo.ratio.fields
---@field factor? integer 掛ける数（既定は1）

---割り算（num ÷ den × factor）。
---@param num shihyo.cells|number 分子
---@param den shihyo.cells|number 分母
---@param fields shihyo.ratio.fields
---@return shihyo.cells
function ratio(num, den, fields) end

---割合（%）。
---@param num shihyo.cells 分子
---@param den shihyo.cells 分母
---@return shihyo.cells
function percent(num, den) end

---合計。
---@param ... shihyo.cells|number 値か数（一つの一覧でもよい）
---@return shihyo.cells
function total(...) end

---差（a − b）。
---@param a shihyo.cells|number 引かれる値か数
---@param b shihyo.cells|number 引く値か数
---@return shihyo.cells
function difference(a, b) end

---@class shihyo.compute.fields
---@field values table<string, shihyo.cells> 名前を付けた値
---@field fn fun(v: table<string, number>): number? 関数

---集計した値の計算を関数で書きます。関数は数だけを受け取り、数か nil を返します。
---@param fields shihyo.compute.fields
---@return shihyo.cells
function compute(fields) end

---最も大きい値。
---@param ... shihyo.cells|number 値か数（一つの一覧でもよい）
---@return shihyo.cells
function highest(...) end

---最も小さい値。
---@param ... shihyo.cells|number 値か数（一つの一覧でもよい）
---@return shihyo.cells
function lowest(...) end

---前から順に見て、最初にデータのある値（協議で決めた値があればそれ、なければ計算した値、など）。
---@param ... shihyo.cells|number 値か数（一つの一覧でもよい）
---@return shihyo.cells
function first_of(...) end

---場合分け。前から順に条件を見て、最初に0でない条件の値をとります。選ばなかった値の状態は影響しません。
---@param cases table { 条件, 値 } の一覧。最後に条件なしの値を置ける（どの条件にも当たらないとき）
---@return shihyo.cells
function choose(cases) end

---その期間から1、それより前は0（年度で計算の仕方が変わるときの条件）。
---@param period string 期間（"FY2023" など）
---@return shihyo.cells
function since(period) end

---@class shihyo.composite.fields
---@field [integer] shihyo.cells|{ [1]: shihyo.cells, [2]?: number } 部分: 値か、{ 値, 重み・点数（既定は1） }
---@field how? "sum"|"mean"|"best"|"all"|"any"|"count" まとめ方（既定は sum）
---@field missing? "refuse"|"partial" 値のない部分があるとき: 計算しない（既定）か、除いて一部の値とする。0とはみなさない。秘匿された部分があれば必ず秘匿

---いくつかの値を一つにまとめます。部分を { 値, 重み（点数） } で並べ、how でまとめ方を選びます: 重みつきの合計 sum（既定）、平均 mean、最大 best（ア・イの段階のうち高い方）、すべて0でない all、いずれかが0でない any、0でない数 count。
---@param fields shihyo.composite.fields
---@return shihyo.cells
function composite(fields) end

---@class shihyo.most_frequent.fields
---@field [integer] { [1]: string, [2]: shihyo.cells } 回答: { 名前, 回答した数 }
---@field ties? "first"|"last"|"refuse" 同数のとき: 一覧で先のもの（既定）、後のもの、決めない

---最も多い回答を選びます（二次医療圏の回答を都道府県で最も多い選択肢に集約するなど）。{ 名前, 回答した圏域の数 } を並べます。値は一覧の何番目か、名前は判定の欄に出ます。
---@param fields shihyo.most_frequent.fields
---@return shihyo.cells
function most_frequent(fields) end

---ほかの指標の値。
---@param id string 指標のID
---@return shihyo.cells
function value_of(id) end

---@class shihyo.directly_standardised.fields
---@field rows shihyo.rows|shihyo.contract 数える行（年齢で分けて数える）
---@field count? "persons"|"rows"|"claims"|"sum" 何を数えるか（既定は、個人の行なら実人数、公表表なら合計）
---@field sex? "both"|"female"|"male" 性別（既定は男女計。行と人口の両方に効く）
---@field year? "latest"|"same" どの年の人口か（既定は直近）
---@field standard string|table 基準人口: "japan_1985"（昭和60年モデル人口）、"japan_2015"（平成27年モデル人口）、または { label = 名称, { from = 0, to = 4, persons = 人数 }, … }
---@field per integer 人口何人あたり

---年齢調整率（直接法）。基準人口の年齢構成だったとした場合の率。10件未満は計算しません。
---@param fields shihyo.directly_standardised.fields
---@return shihyo.cells
function directly_standardised(fields) end

---@class shihyo.indirectly_standardised.fields
---@field rows shihyo.rows|shihyo.contract 数える行（年齢で分けて数える）
---@field count? "persons"|"rows"|"claims"|"sum" 何を数えるか（既定は、個人の行なら実人数、公表表なら合計）
---@field sex? "both"|"female"|"male" 性別（既定は男女計。行と人口の両方に効く）
---@field year? "latest"|"same" どの年の人口か（既定は直近）
---@field with? shihyo.areas_all 基準とする圏域の種類（その地域が属する圏域の年齢別率）
---@field reference? table[] 基準の率の表: { from = 0, to = 4, events = 件数, population = 人口 } の一覧（with の代わり）
---@field ages? integer[] 年齢階級の始まりの一覧（既定は5歳階級、85歳以上まで）
---@field factor? integer 掛ける数（既定は100）

---標準化比（間接法。SCRなど）。実際の件数 ÷ 基準の年齢別率から期待される件数 × 100。
---@param fields shihyo.indirectly_standardised.fields
---@return shihyo.cells
function indirectly_standardised(fields) end

---条件に合う行だけにします。
---@param filter table<string, any> 列名 = 条件
---@return shihyo.rows
function rows:where(filter) end

---@class shihyo.rows.having.fields
---@field match? "claim"|"month"|"person"|"period" 何が同じか（既定は、あればレセプト、次に月、次に人）。period は、その期間の同じ人の行

---other に対応する行がある行。
---@param other shihyo.rows|shihyo.contract 探す行
---@param fields? shihyo.rows.having.fields
---@return shihyo.rows
function rows:having(other, fields) end

---@class shihyo.rows.lacking.fields
---@field match? "claim"|"month"|"person"|"period" 何が同じか

---other に対応する行がない行。
---@param other shihyo.rows|shihyo.contract 探す行
---@param fields? shihyo.rows.lacking.fields
---@return shihyo.rows
function rows:lacking(other, fields) end

---@class shihyo.rows.discharges.fields
---@field keep? "earliest"|"all" 最初の退院か、すべてか（既定は最初）
---@field scope? "period"|"fiscal_year" 最初を選ぶ範囲（既定は期間）
---@field gap? integer 行のない月数（既定は1）

---退院: 翌月からgapか月、行のない月の直前の月。
---@param fields? shihyo.rows.discharges.fields
---@return shihyo.rows
function rows:discharges(fields) end

---その人に、期間内に other の行がある行。
---@param other shihyo.rows|shihyo.contract 探す行
---@param window shihyo.months 月の範囲
---@return shihyo.rows
function rows:followed_by(other, window) end

---その人に、期間内に other の行がない行。
---@param other shihyo.rows|shihyo.contract 探す行
---@param window shihyo.months 月の範囲
---@return shihyo.rows
function rows:not_followed_by(other, window) end

---その人に、さかのぼる期間内に other の行がある行。
---@param other shihyo.rows|shihyo.contract 探す行
---@param window shihyo.months 月の範囲（さかのぼる月数）
---@return shihyo.rows
function rows:preceded_by(other, window) end

---その人に、さかのぼる期間内に other の行がない行。
---@param other shihyo.rows|shihyo.contract 探す行
---@param window shihyo.months 月の範囲（さかのぼる月数）
---@return shihyo.rows
function rows:not_preceded_by(other, window) end

---1人につき最初の行。
---@return shihyo.rows
function rows:earliest() end

---1人につき最後の行。
---@return shihyo.rows
function rows:latest() end

---列（行.列名 と同じ。列名がメソッド名と同じときに使う）。
---@param name string 列名
---@return shihyo.column
function rows:column(name) end

---行の数。
---@return shihyo.cells
function rows:rows() end

---実人数。
---@return shihyo.cells
function rows:persons() end

---レセプトの数。
---@return shihyo.cells
function rows:claims() end

---異なる値の数（実施設数など）。
---@param column string|shihyo.column 列
---@return shihyo.cells
function rows:distinct(column) end

---@class shihyo.rows.sum.fields
---@field times? string|shihyo.column 掛ける列
---@field masked? "propagate"|"partial" 秘匿された値の扱い（既定は propagate: 合計も秘匿）

---列の合計（書かなければ、表の唯一の数値の列）。
---@param column? string|shihyo.column 列
---@param fields? shihyo.rows.sum.fields
---@return shihyo.cells
function rows:sum(column, fields) end

---列の平均（行ごとの値の平均）。
---@param column? string|shihyo.column 列（書かなければ、表の唯一の数値の列）
---@return shihyo.cells
function rows:mean(column) end

---@class shihyo.rows.areas.fields
---@field set? string|shihyo.areas_all 圏域の種類（既定は行の圏域）
---@field unreported? "partial"|"exclude"|"refuse"|"no" 未報告の扱い（既定は partial）

---行のある圏域の数。
---@param fields? shihyo.rows.areas.fields
---@return shihyo.cells
function rows:areas(fields) end

---月ごとの値の平均（期間の月数で割る）。
---@return shihyo.cells
function cells:monthly_average() end

---期間の月に、その種類のレセプトが届いていなければ未報告とします（0とはしません）。
---@param rows shihyo.rows|shihyo.contract 届いているはずの行
---@return shihyo.cells
function cells:if_delivered(rows) end

---@class shihyo.cells.growth.fields
---@field years? integer 何年前と比べるか（既定は1）
---@field since? string 比べる期間（"FY2017" など）

---増減率（%）。
---@param fields? shihyo.cells.growth.fields
---@return shihyo.cells
function cells:growth(fields) end

---@class shihyo.cells.rounded.fields
---@field digits? integer 残す小数の桁数（既定は0）
---@field how? "half_up"|"up"|"down" 四捨五入（既定）・切り上げ・切り捨て

---端数を処理した値（既定は四捨五入で整数に）。表示だけでなく、あとの計算にもこの値を使います。
---@param fields? shihyo.cells.rounded.fields
---@return shihyo.cells
function cells:rounded(fields) end

---@class shihyo.cells.earlier.fields
---@field years? integer 何年前か（既定は1）
---@field since? string その期間（"FY2017" など。years の代わり）

---前の期間の値。
---@param fields? shihyo.cells.earlier.fields
---@return shihyo.cells
function cells:earlier(fields) end

---@class shihyo.cells.interpolate.fields
---@field from string 始まりの期間（その末）
---@field to string 終わりの期間（その末）
---@field start? shihyo.cells|number 始まりの値（書かなければ、その期間の値）

---2つの期間の末の間を、月数に比例して結んだ値。
---@param fields? shihyo.cells.interpolate.fields
---@return shihyo.cells
function cells:interpolate(fields) end

---@class shihyo.cells.most_recent.fields
---@field years? integer 何年前までさかのぼるか（1〜20、既定は5）

---その期間の値。なければ、前の年の中で最も近い年の値（何年前の値かを注記します）。
---@param fields? shihyo.cells.most_recent.fields
---@return shihyo.cells
function cells:most_recent(fields) end

---@class shihyo.cells.each_area.fields
---@field above? "sum"|"none" 広い地域の値: 足し上げる（既定）か、該当なしとするか

---圏域ごとに計算した値。それより広い地域では、中にある圏域の値を単純に足し上げます。
---@param areas shihyo.areas_all|shihyo.rows|shihyo.contract 圏域の種類。行を渡せば、その行の圏域の種類
---@param fields? shihyo.cells.each_area.fields
---@return shihyo.cells
function cells:each_area(areas, fields) end

---@class shihyo.cells.rank.fields
---@field order? "descending"|"ascending" 高い順か低い順か（既定は高い順）
---@field ties? "min"|"max"|"dense" 同じ値の順位（既定は min）
---@field within? string|shihyo.areas_all この圏域の中で比べる

---順位。
---@param fields? shihyo.cells.rank.fields
---@return shihyo.cells
function cells:rank(fields) end

---@class shihyo.cells.top_half.fields
---@field order? "descending"|"ascending" 高い順か低い順か
---@field ties? "min"|"max"|"dense" 境目で同じ値の扱い
---@field within? string|shihyo.areas_all この圏域の中で比べる

---上位5割なら1、そうでなければ0。
---@param fields? shihyo.cells.top_half.fields
---@return shihyo.cells
function cells:top_half(fields) end

---人口n人あたりの値（比較や推移に使える値になる）。
---@param n integer 人数
---@param population shihyo.population 分母
---@return shihyo.cells
function cells:per(n, population) end

---@class shihyo.cells.compare.fields
---@field with shihyo.areas_all 比べる相手の圏域の種類
---@field levels? number|number[] 信頼水準（%。既定は95）
---@field better? "higher"|"lower"|"neither" 望ましい方向（既定は指標の better）
---@field method? "auto"|"wilson"|"poisson" 信頼区間の求め方（比が割合なら wilson、件数の率なら poisson）

---属する圏域の値と比べて、良い・同程度・悪いを信頼区間で判定します（1, 0, -1。2つ目の水準でも違えば2, -2）。自分自身とは比べません。
---@param fields? shihyo.cells.compare.fields
---@return shihyo.cells
function cells:compare(fields) end

---@class shihyo.cells.funnel.fields
---@field with shihyo.areas_all 中心とする圏域の種類
---@field levels? number|number[] 水準（%。既定は95と99.8）
---@field better? "higher"|"lower"|"neither" 望ましい方向（既定は指標の better）
---@field method? "auto"|"wilson"|"poisson" 信頼区間の求め方（比が割合なら wilson、件数の率なら poisson）

---値に、属する圏域の値を中心とする管理限界（ファンネルプロット）を付けます。
---@param fields? shihyo.cells.funnel.fields
---@return shihyo.cells
function cells:funnel(fields) end

---@class shihyo.cells.trend.fields
---@field points? integer 年の数（5〜20、既定は5）
---@field level? number 検定の水準（%。既定は99.8）
---@field better? "higher"|"lower"|"neither" 望ましい方向（既定は指標の better）
---@field method? "auto"|"wilson"|"poisson" 信頼区間の求め方（比が割合なら wilson、件数の率なら poisson）

---直近5年の推移: 上がっていれば1、下がっていれば-1、どちらとも言えなければ0（better があれば、改善が1、悪化が-1）。計算できないときはその理由。
---@param fields? shihyo.cells.trend.fields
---@return shihyo.cells
function cells:trend(fields) end

---@class shihyo.cells.quantile.fields
---@field groups integer 組の数（4=四分位、5=五分位）
---@field order? "ascending"|"descending" 組1が低い側（既定）か高い側か
---@field within? string|shihyo.areas_all この圏域の中で分ける

---圏域を値の順に等分した組の番号（四分位は4、五分位は5）。圏域が組の数より少なければ計算しません。
---@param fields? shihyo.cells.quantile.fields
---@return shihyo.cells
function cells:quantile(fields) end

---@class shihyo.cells.grade.fields
---@field [integer] { [1]: string, from?: number, above?: number, below?: number, to?: number, points?: number } 段階: 名前、下限（from 以上 か above 超）、上限（to 以下 か below 未満）、点数（書くなら全段階に）。隣の段階から分かる限りは書かなくてよい
---@field scheme? string 段階の表の名称

---段階の表で評価します。{ "A", from = 80, points = 3 } を順に並べ、どの値もちょうど一つの段階に入るようにします（すき間や重なりは誤り）。値は points、書かなければ一覧の何番目か。段階の名前は判定の欄に出ます。
---@param fields? shihyo.cells.grade.fields
---@return shihyo.cells
function cells:grade(fields) end

---@class shihyo.cells.over.fields
---@field how? "sum"|"mean"|"median"|"lowest"|"highest"|"count"|"share" まとめ方（既定は mean）。count と share は、from から to までの値の圏域の数と割合
---@field from? number 数える値の下限（含む）
---@field to? number 数える値の上限（含む）
---@field missing? "refuse"|"partial" 値のない圏域があるとき: 計算しない（既定）か、除いて一部の値とする。秘匿された値があれば必ず秘匿

---その地域に含まれる小さな圏域の値を、平均・合計などにまとめます。
---@param set shihyo.areas_all まとめる圏域の種類
---@param fields? shihyo.cells.over.fields
---@return shihyo.cells
function cells:over(set, fields) end

---@class shihyo.cells.allocate.fields
---@field amount integer 配分する額
---@field unit? integer 配分の単位（千円なら1000。既定は1）
---@field rounding? "largest_remainder"|"down" 端数の扱い（既定は largest_remainder。down は切り捨てたまま残す）
---@field within? string|shihyo.areas_all この圏域ごとに額を配分する
---@field missing? "refuse"|"partial" 点数のない圏域があるとき: 計算しない（既定）か、除いて配分する。秘匿された点数があれば全体を秘匿

---額を、点数に応じて圏域に配分します。単位未満を切り捨て、残りは端数の大きい順に1単位ずつ配るので、配分の合計は額に一致します。
---@param fields? shihyo.cells.allocate.fields
---@return shihyo.cells
function cells:allocate(fields) end

---合計の区分を加えます。
---@param label string 合計の見出し
---@return shihyo.dim
function column:with_total(label) end

---値のないときの区分（書かなければ、その行は合計だけに入る）。
---@param label string 見出し
---@return shihyo.dim
function column:missing(label) end

---同じ人の、行の月から数えた期間内の行から値をとります（最も早い月の値。同じ月に複数あれば大きいもの）。
---@param window shihyo.months months(a, b)
---@return shihyo.dim
function column:within(window) end

---同じ人の同じ月の行から値をとります。
---@return shihyo.dim
function column:same_month() end

---その人の行を月の順に。行は month と列（どのデータにもある列と reads の列。個人番号・レセプト番号はない）を持ちます。月は month.first_day、month.last_day、month.days（日数）を、年月日は date.month と date.day を持ち、引き算と ± 日数・月数、比較ができます。
---@param name? string needs の名前（一つなら不要）
---@return fun(): shihyo.row
function person:rows(name) end

---最初の行。
---@param name? string needs の名前
---@return shihyo.row?
function person:first(name) end

---最後の行。
---@param name? string needs の名前
---@return shihyo.row?
function person:last(name) end

---行のある月が続く間を一つの入院として、順に。stay.admitted と stay.discharged は月で、前後の月のデータがなければ nil。stay.first と stay.last は行のある最初と最後の月。
---@param name? string needs の名前（書かなければ medical_claims）
---@return fun(): shihyo.stay
function person:stays(name) end

---月から数えた期間に行があるか。期間のデータがそろっていなければ、その月は数えられるかどうか分からない月になります。
---@param name string needs の名前
---@param month shihyo.month 月
---@param window shihyo.months 月の範囲
---@return boolean
function person:any(name, month, window) end

---月からさかのぼる期間に行があるか。
---@param name string needs の名前
---@param month shihyo.month 月
---@param window shihyo.months 月の範囲（さかのぼる月数）
---@return boolean
function person:any_before(name, month, window) end

---月から数えた期間に、新たな入院が始まるか。
---@param month shihyo.month 月
---@param window shihyo.months 月の範囲
---@param name? string needs の名前（書かなければ medical_claims）
---@return boolean
function person:readmitted(month, window, name) end

---その月の満年齢。資格のない月は nil。
---@param month shihyo.month 月
---@return integer?
function person:age(month) end

---その月の制度（nhi, late_elderly）。性別は person.sex。
---@param month shihyo.month 月
---@return string?
function person:scheme(month) end

---@class shihyo.contract.area_changes: shihyo.contract
---@field area_set shihyo.column 圏域の種類
---@field changed_on shihyo.column 変更日
---@field before shihyo.column 変更前
---@field after shihyo.column 変更後
---@field before_name shihyo.column 変更前の名称
---@field after_name shihyo.column 変更後の名称

---圏域コードの変更
---@type shihyo.contract.area_changes
area_changes = {}

---@class shihyo.contract.area_members: shihyo.contract
---@field area_set shihyo.column 圏域の種類
---@field area shihyo.column 圏域
---@field member_set shihyo.column 属する圏域の種類
---@field member shihyo.column 属する圏域
---@field valid_from shihyo.column 有効開始日
---@field valid_to shihyo.column 有効終了日

---圏域の構成
---@type shihyo.contract.area_members
area_members = {}

---@class shihyo.contract.area_weights: shihyo.contract
---@field area_set shihyo.column 圏域の種類
---@field changed_on shihyo.column 変更日
---@field from_area shihyo.column 分割される圏域
---@field to_area shihyo.column 分割先
---@field weight shihyo.column 割合
---@field grounds shihyo.column 根拠

---分割された圏域の割合
---@type shihyo.contract.area_weights
area_weights = {}

---@class shihyo.contract.areas: shihyo.contract
---@field area_set shihyo.column 圏域の種類
---@field area shihyo.column 圏域
---@field name shihyo.column 名称
---@field name_en shihyo.column 英語名
---@field valid_from shihyo.column 有効開始日
---@field valid_to shihyo.column 有効終了日

---@class shihyo.contract.bed_institutions: shihyo.contract
---@field institution shihyo.column 医療機関
---@field name shihyo.column 医療機関名
---@field place shihyo.column 所在地
---@field area_set shihyo.column 圏域の種類
---@field area shihyo.column 圏域
---@field period shihyo.column 期間
---@field home_care_support shihyo.column 在宅療養支援
---@field regional_support shihyo.column 地域医療支援
---@field beds shihyo.column 一般・療養病床
---@field beds_high_acute shihyo.column 高度急性期
---@field beds_acute shihyo.column 急性期
---@field beds_recovery shihyo.column 回復期
---@field beds_chronic shihyo.column 慢性期
---@field beds_dormant shihyo.column 休棟中等
---@field ambulances shihyo.column 救急車の受入件数

---病床機能報告の医療機関
---@type shihyo.contract.bed_institutions
bed_institutions = {}

---@class shihyo.contract.beds: shihyo.contract
---@field area_set shihyo.column 圏域の種類
---@field area shihyo.column 圏域
---@field period shihyo.column 期間
---@field function shihyo.column 病床機能
---@field status shihyo.column 実績・見込量・必要数
---@field value shihyo.column 病床数

---病床数
---@type shihyo.contract.beds
beds = {}

---@class shihyo.contract.care_claims: shihyo.contract
---@field person shihyo.column 個人番号
---@field month shihyo.column サービス提供年月
---@field service shihyo.column サービス種類コード
---@field office shihyo.column 事業所
---@field care_level shihyo.column 要介護状態区分
---@field units shihyo.column 単位数

---介護レセプト
---@type shihyo.contract.care_claims
care_claims = {}

---@class shihyo.contract.care_items: shihyo.contract
---@field person shihyo.column 個人番号
---@field month shihyo.column サービス提供年月
---@field office shihyo.column 事業所
---@field item shihyo.column サービスコード
---@field quantity shihyo.column 回数

---介護レセプト明細
---@type shihyo.contract.care_items
care_items = {}

---@class shihyo.contract.care_offices: shihyo.contract
---@field office shihyo.column 事業所
---@field name shihyo.column 名称
---@field institution_area shihyo.column 所在地の市町村

---介護事業所
---@type shihyo.contract.care_offices
care_offices = {}

---@class shihyo.contract.care_persons: shihyo.contract
---@field person shihyo.column 個人番号
---@field sex shihyo.column 性別
---@field birth_month shihyo.column 生年月
---@field insurer shihyo.column 介護保険者番号
---@field insurer_area shihyo.column 保険者の市町村
---@field medical_insurer shihyo.column 医療保険の保険者番号
---@field insured_symbol shihyo.column 医療保険の被保険者証記号
---@field insured_number shihyo.column 医療保険の被保険者証番号
---@field valid_from shihyo.column 資格開始月
---@field valid_to shihyo.column 資格終了月

---介護保険の被保険者
---@type shihyo.contract.care_persons
care_persons = {}

---@class shihyo.contract.code_master: shihyo.contract
---@field item shihyo.column コード
---@field name shihyo.column 名称
---@field valid_from shihyo.column 有効開始日
---@field valid_to shihyo.column 有効終了日

---診療行為マスター
---@type shihyo.contract.code_master
code_master = {}

---@class shihyo.contract.discharge_destinations: shihyo.contract
---@field area_set shihyo.column 圏域の種類
---@field area shihyo.column 圏域
---@field period shihyo.column 期間
---@field institution shihyo.column 医療機関
---@field ward shihyo.column 退院元の病床
---@field destination shihyo.column 退院先
---@field value shihyo.column 退院患者数

---退院先
---@type shihyo.contract.discharge_destinations
discharge_destinations = {}

---@class shihyo.contract.home_care_demand: shihyo.contract
---@field area_set shihyo.column 圏域の種類
---@field area shihyo.column 圏域
---@field period shihyo.column 期間
---@field kind shihyo.column 在宅・外来
---@field projection shihyo.column 将来推計
---@field value shihyo.column レセプト件数

---在宅（訪問診療）・外来の需要推計
---@type shihyo.contract.home_care_demand
home_care_demand = {}

---@class shihyo.contract.institutions: shihyo.contract
---@field institution shihyo.column 医療機関
---@field name shihyo.column 名称
---@field institution_area shihyo.column 所在地の市町村
---@field kind shihyo.column 種別

---医療機関
---@type shihyo.contract.institutions
institutions = {}

---@class shihyo.contract.insurers: shihyo.contract
---@field insurer shihyo.column 保険者番号
---@field name shihyo.column 名称
---@field insurer_area shihyo.column 市町村

---保険者
---@type shihyo.contract.insurers
insurers = {}

---@class shihyo.contract.medical_claims: shihyo.contract
---@field claim shihyo.column レセプト
---@field person shihyo.column 個人番号
---@field month shihyo.column 診療年月
---@field institution shihyo.column 医療機関
---@field setting shihyo.column 入外
---@field type shihyo.column レセプト種別
---@field days shihyo.column 診療実日数
---@field points shihyo.column 点数
---@field admitted_on shihyo.column 入院年月日
---@field outcome shihyo.column 転帰（死亡か）

---医療レセプト
---@type shihyo.contract.medical_claims
medical_claims = {}

---@class shihyo.contract.medical_items: shihyo.contract
---@field claim shihyo.column レセプト
---@field person shihyo.column 個人番号
---@field month shihyo.column 診療年月
---@field institution shihyo.column 医療機関
---@field item shihyo.column 診療行為コード
---@field quantity shihyo.column 算定回数
---@field points shihyo.column 点数

---医療レセプト摘要
---@type shihyo.contract.medical_items
medical_items = {}

---@class shihyo.contract.ndb_items: shihyo.contract
---@field item shihyo.column 診療行為コード
---@field name shihyo.column 診療行為
---@field section shihyo.column 分類コード
---@field kind shihyo.column 医科・歯科・調剤
---@field setting shihyo.column 入外
---@field addition shihyo.column 加算
---@field area_set shihyo.column 圏域の種類
---@field area shihyo.column 圏域
---@field period shihyo.column 期間
---@field sex shihyo.column 性別
---@field age_from shihyo.column 年齢（から）
---@field age_to shihyo.column 年齢（まで）
---@field value shihyo.column 算定回数

---NDBオープンデータ（算定回数）
---@type shihyo.contract.ndb_items
ndb_items = {}

---@class shihyo.contract.ndb_patients: shihyo.contract
---@field item shihyo.column 診療行為コード
---@field name shihyo.column 診療行為
---@field section shihyo.column 分類コード
---@field kind shihyo.column 医科・歯科・調剤
---@field setting shihyo.column 入外
---@field addition shihyo.column 加算
---@field area_set shihyo.column 圏域の種類
---@field area shihyo.column 圏域
---@field period shihyo.column 期間
---@field sex shihyo.column 性別
---@field age_from shihyo.column 年齢（から）
---@field age_to shihyo.column 年齢（まで）
---@field value shihyo.column 患者数

---NDBオープンデータ（患者数）
---@type shihyo.contract.ndb_patients
ndb_patients = {}

---@class shihyo.contract.persons: shihyo.contract
---@field person shihyo.column 個人番号
---@field sex shihyo.column 性別
---@field birth_month shihyo.column 生年月
---@field scheme shihyo.column 制度
---@field insurer shihyo.column 保険者番号
---@field insured_symbol shihyo.column 被保険者証記号
---@field insured_number shihyo.column 被保険者証番号
---@field insurer_area shihyo.column 保険者の市町村
---@field residence_area shihyo.column 住所地の市町村
---@field valid_from shihyo.column 資格開始月
---@field valid_to shihyo.column 資格終了月

---被保険者
---@type shihyo.contract.persons
persons = {}

---@class shihyo.contract.population: shihyo.contract
---@field area_set shihyo.column 圏域の種類
---@field area shihyo.column 圏域
---@field period shihyo.column 期間
---@field sex shihyo.column 性別
---@field age_from shihyo.column 年齢（から）
---@field age_to shihyo.column 年齢（まで）
---@field projection shihyo.column 将来推計
---@field value shihyo.column 人口

---@class shihyo.contract.targets: shihyo.contract
---@field target shihyo.column 目標
---@field plan shihyo.column 計画
---@field indicator shihyo.column 指標
---@field measure shihyo.column 測り方
---@field stage shihyo.column 段階
---@field kind shihyo.column 目標の種類
---@field indicator_kind shihyo.column 指標の種類
---@field area_set shihyo.column 圏域の種類
---@field area shihyo.column 圏域
---@field period shihyo.column 期間
---@field policy shihyo.column 施策
---@field set shihyo.column 目標が設定されている
---@field has_figure shihyo.column 数値がある
---@field substitute shihyo.column 代替
---@field explained shihyo.column 理由の記載
---@field improvement shihyo.column 改善の方向性の記載
---@field carried_over shihyo.column 引き継いだ分がある
---@field due shihyo.column 次の目標
---@field outcome shihyo.column 達成状況
---@field reason shihyo.column 評価できない理由
---@field grade shihyo.column 評価
---@field missed shihyo.column 未達成

---計画の目標
---@type shihyo.contract.targets
targets = {}

