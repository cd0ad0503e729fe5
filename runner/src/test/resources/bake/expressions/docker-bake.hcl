# https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
variable "LIST" { default = ["a", "b", "c"] }
variable "MAP" {
  default = {
    x = { n = 1 }, y = { n = 2 }
  }
}
variable "NUM" { default = 5 }
variable "YES" { default = true }
target "default" {
  args = {
    arithmetic = 1 + 2 * 3 - 4 / 2 % 3
    comparison = NUM > 4 && NUM <= 5 || !YES
    conditional = YES ? "yes" : "no"
    conditionalnumber = YES ? 1 : "no"
    nested = YES ? (NUM == 5 ? "five" : "other") : "no"
    splat = join(",", [for m in values(MAP) : "${m.n}"])
    fullsplat = join(",", values(MAP)[*].n)
    attrsplat = join(",", values(MAP).*.n)
    forif = join(",", [for i, v in LIST : "${i}${v}" if v != "b"])
    forobject = jsonencode({ for k, v in MAP : upper(k) => v.n })
    forgroup = jsonencode({ for v in ["aa", "ab", "b"] : substr(v, 0, 1) => v... })
    index = LIST[1]
    dotindex = LIST.2
    quotedkey = { "a b" = "c" }["a b"]
    spread = max([1, 9, 3]...)
    template = "n=${NUM} ${upper("x")} $${literal} %%{literal} \"q\" \u00e9\t|"
    directive = "%{ if YES }on%{ else }off%{ endif } %{ for v in LIST }<${v}>%{ endfor }"
    trimmed = "a   ${~ "b" ~}   c"
    heredoc = <<EOT
line one ${NUM}
  line "two"
EOT
    indented = <<-EOT
      first
        second ${LIST[0]}
      third
    EOT
    negative = -NUM
    exponent = 1e3
    fraction = 1.50
    big = 12345678901234567890123
    nullkept = null
    parens = (1 +
      2)
  }
  tags = [
    "a", # a comment
    "b", // another
    /* and one */ "c",
  ]
  labels = { for v in LIST : "l.${v}" => v }
}
