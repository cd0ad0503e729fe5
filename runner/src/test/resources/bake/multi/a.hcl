target "default" {
  args = { A = "a", B = "a" }
  tags = ["a"]
}
