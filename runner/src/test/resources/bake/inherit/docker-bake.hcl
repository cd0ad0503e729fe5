# https://docs.docker.com/build/bake/inheritance/
target "_common" {
  args        = { GO = "1.22", X = "common" }
  labels      = { a = "1" }
  tags        = ["common"]
  annotations = ["k=v"]
  cache-from  = ["user/cache:main"]
  cache-to    = ["type=inline"]
  platforms   = ["linux/amd64", "linux/arm64"]
  attest      = ["type=provenance,mode=min"]
  secret      = ["id=TOKEN,env=HOME"]
  pull        = true
}
target "_release" {
  args     = { X = "release" }
  attest   = ["type=provenance,mode=max", "type=sbom"]
  cache-to = ["type=registry,ref=user/cache:main,mode=max"]
}
target "app" {
  inherits   = ["_common", "_release"]
  context    = "./app"
  dockerfile = "app.Dockerfile"
  args       = { Y = null, Z = "app" }
  tags       = ["user/app:1", "user/app:1", ""]
  target     = "final"
  no-cache-filter = ["deps"]
  annotations = ["k2=v2", "k=v"]
  output     = ["type=registry", "type=oci,dest=out.tar"]
  ulimits    = ["nofile=1024:1024"]
  shm-size   = "64m"
}
target "app" {
  args = { W = "merged" }
}
group "default" { targets = ["app"] }
