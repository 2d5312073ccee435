local a = nothing for i = 1, 10 do a = a + a.b(a) .. a end indicator(a) total(a, 1) cross_table { a }
