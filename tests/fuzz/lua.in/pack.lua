return {
  id        = "authoring",
  version   = "1.0.0",
  name      = "書き方の例",
  publisher = "shihyo",
  licence   = "MIT",
  api       = 1,
}
