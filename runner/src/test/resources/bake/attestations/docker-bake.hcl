# https://docs.docker.com/build/bake/reference/#targetattest
target "default" {
  attest = [{ type = "provenance", mode = "max" }]
  cache-from = [{ type = "gha", scope = "x" }, "type=s3,region=eu-west-1,bucket=b"]
  secret = [{ id = "S", env = "HOME" }]
  output = [{ type = "local", dest = "out" }, "plain", "-"]
  call = "check"
  extra-hosts = { a = "1.1.1.1" }
}
