# https://docs.docker.com/build/bake/variables/
variable "TAG" { default = "latest" }
variable "REPO" { default = "user/app" }
variable "FULL" { default = "${REPO}:${TAG}" }
variable "FLAG" { default = false }
variable "COUNT" {
  type    = number
  default = 2
  validation {
    condition     = COUNT > 0
    error_message = "COUNT must be positive"
  }
}
variable "NAMES" {
  type        = list(string)
  default     = ["x"]
  description = "some names"
}
variable "OBJ" {
  type    = object({ a = string, b = optional(number) })
  default = { a = 1 }
}
SHARED = "s-${TAG}"
function "tagged" {
  params          = [name]
  variadic_params = rest
  result          = "${name}:${TAG}${join("", [for r in rest : "-${r}"])}"
}
target "default" {
  tags = [FULL, tagged("one"), tagged("two", "a", "b")]
  args = {
    FLAG   = FLAG
    COUNT  = COUNT * 2
    NAMES  = join("+", NAMES)
    OBJ    = OBJ.b == null ? OBJ.a : "none"
    SHARED = SHARED
    LOCAL  = BAKE_CMD_CONTEXT
    EMPTY  = ""
  }
}
