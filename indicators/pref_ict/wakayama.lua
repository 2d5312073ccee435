-- SPDX-License-Identifier: MIT
-- 和歌山県: わかやま在宅医療推進安心ネットワーク構築保健所管轄区域数
indicator { id = "wakayama.safety_network.areas", name = "わかやま在宅医療推進安心ネットワーク構築保健所管轄区域数", unit = "区域",
  kind = "process", stages = { "日常の療養支援" }, better = "higher",
  value = facts "networks" { network = "安心ネットワーク", ready = true }:areas { set = "health_centre" }, by = areas.of "none" }
