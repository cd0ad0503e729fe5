TAG = "two"
target "web" {
  platforms = ["linux/amd64"]
}
