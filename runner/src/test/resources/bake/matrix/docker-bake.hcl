# https://docs.docker.com/build/bake/matrices/
target "app" {
  name   = "app-${item.tgt}-${replace(item.version, ".", "-")}"
  matrix = {
    item = [
      { tgt = "lint", version = "1.0" },
      { tgt = "build", version = "2.0" },
    ]
  }
  target = item.tgt
  args   = { VERSION = item.version }
  tags   = ["app:${item.version}"]
}
target "lib" {
  matrix = { v = ["a"] }
  args   = { V = v }
}
group "all" {
  targets = ["app", "lib"]
}
