-- 三重県の二次医療圏（mie_area_municipalities.csv）
-- areas: the four secondary medical areas of Mie.
return {
  contract  = "areas",
  label     = "二次医療圏（三重県）",
  columns   = {
    { name = "area", from = "parent_iryoken2_code" },
    { name = "name", from = "parent_iryoken2_name" },
  },
  constants = { area_set = "secondary" },
  distinct  = true,
}
