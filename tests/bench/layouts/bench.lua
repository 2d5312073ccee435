-- SPDX-License-Identifier: MIT
-- The benchmark's files (tests/bench): UTF-8 without quotes, one line of labels, months yyyymm.
-- Municipalities have codes of four digits, 1001 and later, and stand in the insurer's number from
-- the fifth digit on: 00271001 for national health insurance, 39271001 for the late-stage elderly.
-- 9999 is outside the prefecture. Their last two digits behind 277 look like codes of municipalities:
-- 27701 and later, 27799 outside. (No municipality ever had those; 27140 was divided.)

return {
  description = "files of the benchmark",
  encoding = "UTF-8",
  quotes = true,

  persons = {
    files = "persons.csv",
    columns = {
      person = { from = "pid" },
      sex = { from = "sex", recode = { ["1"] = "male", ["2"] = "female" } },
      birth_month = { from = "birth_ym" },
      scheme = { from = "system", recode = { ["1"] = "nhi", ["2"] = "late_elderly" } },
      insurer = { from = "insurer" },
      insurer_area = { join = { { value = "277" }, { from = "insurer", take = "7-8" } } },
      valid_from = { from = "from_ym" },
      valid_to = { from = "to_ym" },
    },
  },

  medical_claims = {
    files = "med_receipts.csv",
    columns = {
      claim = { from = "rid" },
      person = { from = "pid" },
      month = { from = "ym" },
      institution = { from = "inst" },
      setting = { from = "type", recode = { ["1"] = "inpatient", ["2"] = "outpatient" } },
      type = { value = "medical" },
      days = { from = "days" },
      points = { from = "points" },
    },
  },

  medical_items = {
    files = "med_items.csv",
    columns = {
      claim = { from = "rid" },
      person = { from = "pid" },
      month = { from = "ym" },
      institution = { from = "inst" },
      item = { from = "item" },
      quantity = { from = "qty" },
      points = { from = "points" },
    },
  },

  care_claims = {
    files = "ltc_receipts.csv",
    columns = {
      person = { from = "pid" },
      month = { from = "ym" },
      service = { from = "svc" },
      office = { from = "office" },
      care_level = { from = "care" },
      units = { from = "units" },
    },
  },

  institutions = {
    files = "institutions.csv",
    columns = {
      institution = { from = "inst" },
      institution_area = { join = { { value = "277" }, { from = "muni", take = "3-4" } } },
    },
  },
}
