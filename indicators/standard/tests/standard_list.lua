-- SPDX-License-Identifier: MIT
-- 届ける表（layouts/standard_list.lua）の例: 別表11のどの項目も、届いた値がそのまま指標の値になる。数値は架空
local list = require "lib.standard_list"
local cases = require "tests.cases"

-- 項目の番号を値にする: 29201 は番号、29202 は0、29203 は未報告、29204 は行がない
for number, item in ipairs(list.items) do
  for _, id in ipairs(item.ids) do
    id = type(id) == "table" and id[1] or id
    local code = id:gsub("^homecare%.", "")
    example("届けられた表: " .. item.name .. "（" .. code .. "）") {
      period = "FY2023",
      given  = {
        standard_list = {
          { area = "29201", item = code, value = number },
          { area = "29202", item = code, value = 0 },
          { area = "29203", item = code, value = "unreported" },
          { area = "29204", item = "another", value = 9 },
        },
        population = cases.kdb("x", "y").population,
      },
      expect = {
        [id] = {
          { area = "29201", value = number },
          { area = "29202", value = 0 },
          { area = "29203", state = "unreported" },
          { area = "29204", state = "missing" },
          { area = "29201", measure = "rate:10000:75+", value = number * 2 },      -- 5,000人
          { area = "29201", measure = "rate:100000:65+", value = number * 12.5 },  -- 8,000人
          { area = "29201", measure = "rate:100000:all", value = number * 5 },     -- 20,000人
        },
      },
    }
  end
end

example "届けられた表: 医師数は小数でもよく、圏域と県の値は市町村の和" {
  period = "FY2023",
  areas  = { secondary = { ["2901"] = { "29201", "29202" } } },
  given  = { standard_list = { { area = "29201", item = "support.physicians", value = 3.5 },
                               { area = "29202", item = "support.physicians", value = 1.2 } } },
  expect = { ["homecare.support.physicians"] = { ["29201"] = 3.5, ["2901"] = 4.7, ["29"] = 4.7 } },
}

example "届けられた表: 行のない市町村があれば、圏域の値はない" {
  period = "FY2023",
  areas  = { secondary = { ["2901"] = { "29201", "29202" } } },
  given  = { standard_list = { { area = "29201", item = "support.clinics", value = 3 },
                               { area = "29202", item = "support.hospitals", value = 1 } } },
  expect = { ["homecare.support.clinics"] = { ["29201"] = 3, ["29202"] = "missing", ["2901"] = "missing" } },
}

example "国保データベースがあれば、届けられた表よりそちらを使う" {
  period = "FY2022",
  given  = (function()
    local given = cases.kdb("114001110", "114030310")
    given.standard_list = { { area = "29201", item = "visit_care.institutions", value = 90 } }
    return given
  end)(),
  expect = { ["homecare.visit_care.institutions"] = cases.institutions },
}
