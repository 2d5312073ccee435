-- SPDX-License-Identifier: MIT
-- 病床機能報告の区分の名前。表の見出しに使う。
code_list {
  id         = "bed_function",
  label      = "病床機能",
  source     = "病床機能報告",
  attributes = { "function_name" },
  entries    = {
    { "high_acute", function_name = "高度急性期" },
    { "acute",      function_name = "急性期" },
    { "recovery",   function_name = "回復期" },
    { "chronic",    function_name = "慢性期" },
    { "total",      function_name = "合計" },
  },
}

code_list {
  id         = "bed_status",
  label      = "実績・見込量・必要数",
  source     = "病床機能報告、地域医療構想",
  attributes = { "status_name" },
  entries    = {
    { "actual",   status_name = "実績" },
    { "expected", status_name = "見込量" },
    { "required", status_name = "必要数" },
  },
}
