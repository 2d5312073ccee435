-- SPDX-License-Identifier: MIT
-- 石川県: いしかわ診療情報共有ネットワークの登録患者数
indicator { id = "ishikawa.network.patients", name = "いしかわ診療情報共有ネットワークの登録患者数", unit = "人",
  kind = "process", stages = { "日常の療養支援" }, better = "higher",
  value = facts "networks" { network = "いしかわ診療情報共有ネットワーク" }:sum "patients", by = areas.of "none" }
