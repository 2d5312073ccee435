-- 入院を日でつなぐ。レセプトは月ごと・医療機関ごとなので、入院年月日と診療実日数から一続きの入院（エピソード）を作る。
-- 関数は1人の行だけを見る純粋な関数なので、そのまま person_rows の関数の中で使える。
local lib = {}

-- レセプトの月の中での入院の最初の日と最後の日。分からなければ nil
function lib.span(row)
  local from = row.admitted_on
  if not from or not row.days or row.days == 0 then return end
  if from < row.month.first_day then from = row.month.first_day end
  local to = from + (row.days - 1)
  return from, to > row.month.last_day and row.month.last_day or to
end

-- 一続きの入院を、始まった順に。前の入院の最後の日かその翌日までに始まるもの（転院、月またぎ）と、入院年月日が同じもの
-- （レセプトの抜け）はつなぐ。日の分からないレセプトが一つでもあれば nil
function lib.episodes(person, span)
  local rows, list = {}, {}
  for row in person:rows "stays" do
    local from, to = span(row)
    if not from then return end
    rows[#rows + 1] = { from = from, to = to, admitted = row.admitted_on, death = row.outcome == "death" }
  end
  table.sort(rows, function(a, b) return a.from < b.from end)
  for _, row in ipairs(rows) do
    local last = list[#list]
    if last and (row.from <= last.to + 1 or row.admitted == last.admitted) then
      if row.to > last.to then last.to = row.to end
      last.death = last.death or row.death
    else
      list[#list + 1] = row
    end
  end
  return list
end

return lib
