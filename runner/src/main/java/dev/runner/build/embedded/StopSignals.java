package dev.runner.build.embedded;

import java.util.Locale;
import java.util.Set;

/** The signals that STOPSIGNAL takes: Linux's names, with or without SIG, and numbers. */
final class StopSignals {
    private static final int LAST = 64;

    private static final Set<String> NAMES = Set.of(
            "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE",
            "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU",
            "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ", "RTMIN", "RTMAX");

    private StopSignals() {}

    /** @throws IllegalArgumentException with a message for people */
    static void check(String signal) {
        if (signal.matches("[+-]?[0-9]{1,9}")) {
            if (Integer.parseInt(signal) == 0) {
                throw invalid(signal);
            }
            return;
        }
        String name = signal.toUpperCase(Locale.ROOT);
        name = name.startsWith("SIG") ? name.substring(3) : name;
        if (!NAMES.contains(name) && !isRealTime(name)) {
            throw invalid(signal);
        }
    }

    /** RTMIN+1 to RTMIN+15, RTMAX-14 to RTMAX-1. */
    private static boolean isRealTime(String name) {
        if (!name.matches("RT(MIN\\+|MAX-)[0-9]{1,2}")) {
            return false;
        }
        int offset = Integer.parseInt(name.substring(6));
        return offset >= 1 && offset <= (name.startsWith("RTMIN") ? 15 : 14);
    }

    private static IllegalArgumentException invalid(String signal) {
        return new IllegalArgumentException(
                "invalid signal: " + signal + " (a name such as SIGTERM, or 1 to " + LAST + ")");
    }
}
