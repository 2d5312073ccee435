-- SPDX-License-Identifier: MIT
-- 施設の名簿（届出や県の調査から）と、市町村ごとの数
facts_table { id = "listed_institutions", label = "施設の名簿", columns = {
  { "institution", "code", key = true, label = "施設" }, { "designation", "code", key = true, label = "届出・指定・取組" } } }
facts_table { id = "medical_register", label = "医療機関の名簿", columns = {
  { "institution", "code", key = true, label = "医療機関" }, { "type", "code", label = "種別" },
  { "internal", "bool", label = "内科" }, { "supporting", "bool", label = "在宅療養支援" } } }
facts_table { id = "municipal_counts", label = "市町村ごとの数", columns = {
  { "subject", "code", key = true, label = "対象" }, { "number", "int", label = "数" } } }
