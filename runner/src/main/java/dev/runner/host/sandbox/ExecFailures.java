package dev.runner.host.sandbox;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Explains why a program did not start, from the words of those who tried. */
final class ExecFailures {
    private static final Pattern STARTING =
            Pattern.compile("failed to execute|cannot change|not found|not executable|execve|[Ee]xec format|loader");

    private ExecFailures() {}

    static SandboxException explain(SandboxSpec spec, String message) {
        String program = spec.process().argv().getFirst();
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("exec format error")) {
            return new SandboxException(
                    SandboxException.Reason.WRONG_ARCHITECTURE,
                    "exec format error: " + program + " is for " + spec.target().platform()
                            + ", and no emulator for it is registered; run `runner binfmt`",
                    null);
        }
        if (lower.contains("executable file not found")
                || lower.contains("executable file `" + program.toLowerCase(Locale.ROOT) + "` not found")
                || (lower.contains("no such file or directory") && lower.contains("exec"))) {
            return new SandboxException(
                    SandboxException.Reason.NOT_FOUND, program + ": not found in the image: " + message.strip(), null);
        }
        return new SandboxException(
                SandboxException.Reason.SETUP, "the sandbox could not be set up: " + message.strip(), null);
    }

    /** What the last words of the program that was to start the process mean; null if the process failed by itself. */
    static @Nullable SandboxException diagnose(SandboxSpec spec, int exitCode, String tail, String speaker) {
        if (exitCode != 126 && exitCode != 127 && exitCode != 1) {
            return null;
        }
        for (String line : tail.strip().split("\n")) {
            if (line.startsWith(speaker) && STARTING.matcher(line).find()) {
                return explain(
                        spec,
                        line.replace("failed to execute", "failed to exec")
                                .replaceFirst(
                                        "(?s)'[^']*' (is not executable|not found).*", "executable file not found"));
            }
        }
        return null;
    }
}
