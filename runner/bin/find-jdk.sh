# Sourced by the scripts beside it: where the JDK and Maven are.

# Prints the feature version of the JDK in $1, or nothing. Its release file says so without starting a JVM.
jdk_version() {
  [ -r "$1/release" ] || return 0
  while IFS= read -r jv_line; do
    case $jv_line in
      JAVA_VERSION=*) jv_line=${jv_line#*\"}; echo "${jv_line%%[!0-9]*}"; return 0 ;;
    esac
  done < "$1/release"
}

# find_jdk TOOL: sets JDK to the home of a JDK 25 or newer that has bin/TOOL, or says what to install and returns 3.
# Looked at, in this order: JAVA_HOME, the java in PATH, /usr/lib/jvm, SDKMAN, Homebrew, macOS's own place.
find_jdk() {
  fj_path=$(command -v java 2>/dev/null || true)
  if [ -n "$fj_path" ]; then
    fj_path=$(readlink -f "$fj_path" 2>/dev/null || echo "$fj_path")
    fj_path=${fj_path%/bin/java}
  fi
  for JDK in "${JAVA_HOME:-}" "$fj_path" /usr/lib/jvm/* \
    "${SDKMAN_DIR:-${HOME:-/nonexistent}/.sdkman}"/candidates/java/* \
    /opt/homebrew/opt/openjdk* /usr/local/opt/openjdk* /home/linuxbrew/.linuxbrew/opt/openjdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$JDK" ] && [ -x "$JDK/bin/$1" ] || continue
    fj_version=$(jdk_version "$JDK")
    [ "${fj_version:-0}" -lt 25 ] || return 0
  done
  echo "runner needs a JDK 25 or newer: none in JAVA_HOME, PATH, /usr/lib/jvm, SDKMAN or Homebrew." >&2
  echo "Install one ('apt install openjdk-25-jdk', 'sdk install java 25-tem' or 'brew install openjdk') and try again." >&2
  return 3
}

# Says what to install and returns 3 when there is no Maven.
find_maven() {
  command -v mvn >/dev/null 2>&1 && return 0
  echo "runner is built from its sources with Maven, and there is no 'mvn' in PATH." >&2
  echo "Install it ('apt install maven', 'sdk install maven' or 'brew install maven') and try again." >&2
  return 3
}
