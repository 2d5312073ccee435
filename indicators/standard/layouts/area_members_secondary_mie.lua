-- 三重県: 8つの構想区域が4つの二次医療圏のどれに属するか
-- area_members: in Mie several areas of the vision lie inside one secondary medical area.
return {
  contract  = "area_members",
  label     = "二次医療圏と構想区域（三重県）",
  columns   = {
    { name = "area",   from = "parent_iryoken2_code" },
    { name = "member", from = "area_code", level = "secondary" },
  },
  constants = { area_set = "secondary", member_set = "vision" },
  distinct  = true,
}
