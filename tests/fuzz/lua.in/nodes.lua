local r = persons {} while true do r = r:having(r) end
