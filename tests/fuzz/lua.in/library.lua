setmetatable({}, { __gc = 1 }) table.sort({ 3, 1, 2 }, function(a, b) return true end) string.rep("x", -1) ("x"):rep(9, "y"):gsub("x(.-)y", "%1")
