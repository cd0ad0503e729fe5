# https://docs.docker.com/build/bake/overrides/#file-overrides
variable "TAG" { default = "one" }
target "web" {
  args = { FROM_HCL = TAG }
}
