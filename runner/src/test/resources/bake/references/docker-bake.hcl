# https://docs.docker.com/build/bake/expressions/
target "foo" {
  dockerfile = "foo.Dockerfile"
  args       = { A = "1", B = 2 }
  tags       = ["x", "y"]
}
target "default" {
  dockerfile = target.foo.dockerfile
  args       = { A = target.foo.args.A, N = length(target.foo.tags), G = join(",", group.all.targets) }
  tags       = target.foo.tags
}
group "all" {
  description = "everything"
  targets     = ["foo", "default"]
}
