# Sourced by the launchers, of a checkout and of a release: starts the program. Set before: java, jar, aot, and
# RUNNER_LAUNCHER, the launcher's own absolute name. RUNNER_JAVA_OPTS adds options to the JVM.

# In a locale without UTF-8 the JVM cannot name every file.
case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
*[Uu][Tt][Ff]*8*) ;;
*) LC_ALL=C.UTF-8; export LC_ALL ;;
esac
export RUNNER_LAUNCHER
# A cache of what builds alone need is linked faster.
case ${1:-}:${2:-} in
build:* | docker:build | docker:buildx) if [ -e "${aot%.aot}-build.aot" ]; then aot=${aot%.aot}-build.aot; fi ;;
esac
# Short runs are over before optimised code pays: the first compiler and Serial GC take half the time. The cache (AOT)
# is left aside by itself where it does not fit. With -jar, Java would read the jar's list of files each time. To compile at once what
# was hot when the cache was made costs more than it spares. So do methods that are put into their callers, but for small ones.
exec "$java" -XX:AOTCache="$aot" -XX:AOTMode=auto -Xlog:disable -Xlog:all=off -XX:+UseSerialGC \
  -XX:TieredStopAtLevel=1 -XX:C1MaxInlineSize=18 -XX:-UsePerfData -XX:+UnlockDiagnosticVMOptions -XX:+IgnoreUnrecognizedVMOptions \
  -XX:ArchiveRelocationMode=0 -XX:-AOTReplayTraining --enable-native-access=ALL-UNNAMED \
  --sun-misc-unsafe-memory-access=allow ${RUNNER_JAVA_OPTS:-} -cp "$jar" dev.runner.cli.Main "$@"
