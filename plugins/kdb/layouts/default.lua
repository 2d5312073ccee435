-- SPDX-License-Identifier: MIT
-- The layout that is taken where a project names none. No layout of KDB extracts is published:
-- this one is our assumption. Where the files at hand are made otherwise, copy this file, change
-- it and name the copy in project.lua; docs/kdb.md is the reference.
--
-- 公表された KDB 抽出データの様式はないため、これは想定による様式である。手元のファイルと違うときは、
-- このファイルを写して直し、project.lua の layout に書く（docs/kdb.md）。

local sexes = { ["1"] = "male", ["2"] = "female" }

return {
  description = "想定による KDB 抽出データの様式（CP932、コンマ区切り、見出し一行、年月 yyyymm）",
  encoding = "CP932",
  delimiter = ",",
  quotes = true,
  header = true,

  persons = {
    files = "被保険者台帳*.csv",
    columns = {
      person = { from = "個人番号" },
      scheme = { from = "制度", recode = { ["1"] = "nhi", ["2"] = "late_elderly" } },
      insurer = { from = "保険者番号" },
      insured_symbol = { from = "記号" },
      insured_number = { from = "番号" },
      sex = { from = "性別", recode = sexes },
      birth_month = { from = "生年月" },
      valid_from = { from = "資格取得年月" },
      valid_to = { from = "資格喪失年月" }, -- the last month; blank = open
      residence_area = { from = "住所地市町村コード" },
    },
  },

  care_persons = {
    files = "介護受給者台帳*.csv",
    columns = {
      person = { from = "個人番号" },
      insurer = { from = "介護保険者番号" },
      medical_insurer = { from = "医療保険者番号" },
      insured_symbol = { from = "記号" },
      insured_number = { from = "番号" },
      sex = { from = "性別", recode = sexes },
      birth_month = { from = "生年月" },
      valid_from = { from = "資格取得年月" },
      valid_to = { from = "資格喪失年月" },
    },
  },

  medical_claims = {
    files = "医療レセプト*.csv",
    columns = {
      claim = { from = "レセプト番号" },
      person = { from = "個人番号" },
      month = { from = "診療年月" },
      institution = { from = "医療機関コード" },
      setting = { from = "入外", recode = { ["1"] = "inpatient", ["2"] = "outpatient" } },
      type = {
        from = "レセプト種別",
        recode = {
          ["1"] = "medical",
          ["2"] = "dpc",
          ["3"] = "dental",
          ["4"] = "pharmacy",
          ["6"] = "home_nursing",
        },
      },
      days = { from = "診療実日数" },
      points = { from = "点数" },
      admitted_on = { from = "入院年月日", optional = true }, -- yyyymmdd
      outcome = {
        from = "転帰区分", -- blank: not known
        recode = { ["1"] = "alive", ["2"] = "alive", ["3"] = "death", ["4"] = "alive" },
        optional = true,
      },
    },
  },

  medical_items = {
    files = "レセプト摘要*.csv",
    columns = {
      claim = { from = "レセプト番号" },
      person = { from = "個人番号" },
      month = { from = "診療年月" },
      institution = { from = "医療機関コード" },
      item = { from = "診療行為コード", digits = 9 },
      quantity = { from = "回数" },
      points = { from = "点数" },
    },
  },

  care_claims = {
    files = "介護レセプト*.csv",
    columns = {
      person = { from = "個人番号" },
      month = { from = "サービス提供年月" },
      service = { from = "サービス種類コード" },
      office = { from = "事業所番号" },
      care_level = { from = "要介護状態区分" },
      units = { from = "単位数" },
    },
  },

  care_items = {
    files = "介護明細*.csv",
    columns = {
      person = { from = "個人番号" },
      month = { from = "サービス提供年月" },
      office = { from = "事業所番号" },
      item = { from = "サービスコード" },
      quantity = { from = "回数" },
    },
  },

  institutions = {
    files = "医療機関*.csv",
    columns = {
      institution = { from = "医療機関コード" },
      name = { from = "名称" },
      institution_area = { from = "市町村コード" },
      kind = { from = "種別", optional = true },
    },
  },

  care_offices = {
    files = "介護事業所*.csv",
    columns = {
      office = { from = "事業所番号" },
      name = { from = "名称" },
      institution_area = { from = "市町村コード" },
    },
  },

  insurers = {
    files = "保険者*.csv",
    columns = {
      insurer = { from = "保険者番号" },
      name = { from = "名称" },
      insurer_area = { from = "市町村コード" }, -- blank for associations and 39xxxxxx
    },
  },
}
