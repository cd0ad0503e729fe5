package dev.runner.build.embedded.containers;

import java.util.List;
import java.util.Locale;

/** Signals by name and number, as {@code kill} takes them; the names of the first 31 in order. */
public final class Signals {
    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");

    private static final int FIRST_REAL_TIME = 34;
    private static final int LAST_REAL_TIME = 64;

    private Signals() {}

    /** @throws IllegalArgumentException with a message for people */
    public static int number(String signal) {
        String name = signal.toUpperCase(Locale.ROOT).replaceFirst("^SIG", "");
        if (name.matches("[0-9]{1,3}")) {
            int number = Integer.parseInt(name);
            if (number > 0 && number <= LAST_REAL_TIME) {
                return number;
            }
        } else if (NAMES.contains(name)) {
            return NAMES.indexOf(name) + 1;
        } else if (name.matches("RTMIN(\\+[0-9]{1,2})?")) {
            return FIRST_REAL_TIME + (name.length() > 5 ? Integer.parseInt(name.substring(6)) : 0);
        } else if (name.matches("RTMAX(-[0-9]{1,2})?")) {
            return LAST_REAL_TIME - (name.length() > 5 ? Integer.parseInt(name.substring(6)) : 0);
        }
        throw new IllegalArgumentException(
                "invalid signal: " + signal + " (a name such as SIGTERM, or 1 to " + LAST_REAL_TIME + ")");
    }
}
