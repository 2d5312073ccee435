-- 三重県の二次医療圏が属する都道府県
-- area_members: the secondary medical areas of Mie lie in Mie.
return {
  contract  = "area_members",
  label     = "都道府県と二次医療圏（三重県）",
  columns   = {
    { name = "area",   from = "parent_iryoken2_code", level = "secondary", take = "1-2" },
    { name = "member", from = "parent_iryoken2_code", level = "secondary" },
  },
  constants = { area_set = "prefecture", member_set = "secondary" },
  distinct  = true,
}
