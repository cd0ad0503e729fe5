# Sourced by the launcher and by build-program, with $home set: whether the program is there, and newer than its sources.

built=$home/target/.built
newer() { [ -e "$1" ] && [ -z "$(find "$home/src/main" "$home/pom.xml" -newer "$1" -print -quit)" ]; }
is_built() { [ -e "$home/target/runner-all.jar" ] && newer "$built"; }
