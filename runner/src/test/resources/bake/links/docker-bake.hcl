# https://docs.docker.com/build/bake/contexts/
target "base" {
  dockerfile-inline = <<EOT
FROM scratch
ENV X=$${Y}
EOT
}
target "mid" {
  contexts = { base = "target:base" }
  entitlements = ["network.host"]
}
target "app" {
  contexts = {
    alpine = "docker-image://alpine:3.20"
    mid    = "target:mid"
    src    = "./src"
    gone   = ""
  }
  network = "none"
}
