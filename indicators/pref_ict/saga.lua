-- SPDX-License-Identifier: MIT
-- 佐賀県: ICTシステム（カナミック）により情報を共有している患者数
indicator { id = "saga.shared_ict.patients", name = "ICTシステム（カナミック）により情報を共有している患者数", unit = "人",
  kind = "structure", stages = { "日常の療養支援" }, better = "higher",
  value = facts "networks" { network = "カナミック" }:sum "patients", by = areas.of "none" }
