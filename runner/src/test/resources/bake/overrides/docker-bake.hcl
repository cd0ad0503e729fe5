# https://docs.docker.com/reference/cli/docker/buildx/bake/#set
group "default" { targets = ["app-one", "app-two"] }
target "app-one" {
  tags   = ["one"]
  output = ["type=docker"]
}
target "app-two" {
  tags     = ["two"]
  platforms = ["linux/amd64"]
  no-cache = true
}
