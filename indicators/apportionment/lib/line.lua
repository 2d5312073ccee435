-- SPDX-License-Identifier: MIT
-- 計算の1行を定義する。どの行も圏域ごとに計算し、都道府県では圏域の値を単純に足し上げる。
local slides = "在宅医療・介護連携推進に関する資料（参考資料003）"
local line = {
  demand     = facts "apportionment_demand",
  first_year = "FY2017", -- この年度末に0として、
  final_year = "FY2025", -- 令和7年度末の推計まで、月数に比例して増えるとする
  abolished  = "FY2023", -- 指定介護療養型医療施設の廃止の期限（令和5年度末）
  term       = "FY2021", -- 第8期の初年度。この年度から、前の期の積み残しを上乗せする
  items      = { { "conversion", "①療養病床からの移行" }, { "facility", "②その他の介護施設" }, { "home", "③在宅医療" } },
  added_up   = "市町村・二次医療圏（構想区域）の値を、都道府県では単純に積み上げている（資料8枚目の注）",
  s = {
    whole   = slides .. " 6枚目・19枚目 追加的需要に対する在宅医療の考え方",
    notice  = slides .. " 5枚目 平成29年8月10日3課長通知 3(2) 追加的需要に対する在宅医療の考え方",
    review  = slides .. " 7枚目 目標の中間見直しについて",
    status  = slides .. " 8～9枚目 追加的需要に対応するサービスごとの目標・見込み量の設定状況",
    survey  = slides .. " 11枚目 患者調査の活用",
    kdb     = slides .. " 12枚目 国保データベースの活用、20～21枚目 按分用データ",
    compare = slides .. " 13枚目 データの長所・短所の整理",
  },
}

function line.define(id, name, value, definition, references, more)
  local d = { id = "apportionment." .. id, name = name, unit = "人/日", decimals = 0, kind = "structure",
              stages = { "地域医療構想" }, value = value:each_area(line.demand), definition = definition,
              references = references, caveats = { line.added_up } }
  for key, v in pairs(more or {}) do d[key] = v end
  indicator(d)
end

function line.of(id) return value_of("apportionment." .. id) end
return line
