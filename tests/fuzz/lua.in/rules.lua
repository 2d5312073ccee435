-- 自分の指標を試す（データなしで動く）
example "ルールのある圏域だけ数える" {
  given  = { discharge_rules = { {area="2901", in_force=true}, {area="2902", in_force=false} } },
  expect = { ["pref.discharge_rule.areas"] = 1 },
}
