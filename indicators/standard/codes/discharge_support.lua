-- SPDX-License-Identifier: MIT
-- 退院支援
-- 出典、有効期間、そろっている月は lib/masters.lua。
local masters = require "lib.masters"

-- 入退院支援加算1・2・3。注の加算（入院時支援加算、総合機能評価加算など）は含まない。
code_list(masters.medical {
  id         = "discharge_support",
  label      = "入退院支援加算（A246）",
  attributes = { "support" },
  entries    = {
    { "190192310", "入退院支援加算１（一般病棟入院基本料等の場合）（退院時１回）",
      support = "加算1 一般病棟等" },
    { "190192410", "入退院支援加算１（療養病棟入院基本料等の場合）（退院時１回）",
      support = "加算1 療養病棟等" },
    { "190192510", "入退院支援加算２（一般病棟入院基本料等の場合）（退院時１回）",
      support = "加算2 一般病棟等" },
    { "190192610", "入退院支援加算２（療養病棟入院基本料等の場合）（退院時１回）",
      support = "加算2 療養病棟等" },
    { "190192710", "入退院支援加算３（退院時１回）",
      support = "加算3" },
    { "190192910", "入退院支援加算（特定地域）（一般病棟入院基本料等の場合）",
      support = "特定地域 一般病棟等" },
    { "190193010", "入退院支援加算（特定地域）（療養病棟入院基本料等の場合）",
      support = "特定地域 療養病棟等" },
  },
})

code_list(masters.medical {
  id         = "care_link",
  label      = "介護支援等連携指導料（B005-1-2）",
  entries    = {
    { "113011710", "介護支援等連携指導料" },
  },
})

-- 在宅療養を担う医療機関が算定する。精神科退院時共同指導料（B015）は含まない。
code_list(masters.medical {
  id         = "joint_guidance_1",
  label      = "退院時共同指導料1（B004）",
  attributes = { "place" },
  entries    = {
    { "113008610", "退院時共同指導料１（在宅療養支援診療所の場合）",
      place = "在宅療養支援診療所" },
    { "113008710", "退院時共同指導料１（１以外の場合）",
      place = "それ以外" },
  },
})

-- 入院している医療機関が算定する。
code_list(masters.medical {
  id         = "joint_guidance_2",
  label      = "退院時共同指導料2（B005）",
  entries    = {
    { "113008910", "退院時共同指導料２" },
  },
})

code_list(masters.medical {
  id         = "post_discharge_visit",
  label      = "退院後訪問指導料（B007-2）",
  entries    = {
    { "113022910", "退院後訪問指導料" },
  },
})
