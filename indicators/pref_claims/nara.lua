-- SPDX-License-Identifier: MIT
-- 奈良県: 死亡診断加算の算定件数（KDBがあればKDB、なければNDBオープンデータ）
indicator { id = "nara.death_certified.items", name = "死亡診断加算の算定件数", unit = "件",
  kind = "outcome", stages = { "看取り" }, better = "higher",
  answers = {
    { name = "KDB", value = medical_items { item = codes.death_certified }:sum "quantity", by = areas.of "insurer", note = "国保・後期高齢者のみ" },
    { name = "NDBオープンデータ", value = ndb_items { item = codes.death_certified }:sum("value", { masked = "partial" }), by = areas.of "institution" },
  } }
