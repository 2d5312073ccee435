-- SPDX-License-Identifier: MIT
-- 介護サービスの種類（lib/care_services.lua）。type は表の見出し: コードと名称
local entries = {}
for _, service in ipairs(require "lib.care_services") do
  local code, name = service[1], service[2]
  table.insert(entries, { code, name, to = service.to, group = service.group, support = service.support or "サービス",
                          type = code .. " " .. name, supply = service.supply })
end

code_list {
  id         = "care_services",
  label      = "介護サービスの種類",
  system     = "サービス種類コード",
  source     = "介護給付費等のサービス種類コード（令和8年6月）。53は介護医療院への転換期限（2024年3月）まで",
  complete   = { from = "2018-04", to = "2027-03" },
  attributes = { "group", "support", "type", "supply" },
  entries    = entries,
}
