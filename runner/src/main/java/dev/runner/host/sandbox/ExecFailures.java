package dev.runner.host.sandbox;

import java.util.Locale;

/** Explains why a program did not start, from the words of those who tried. */
final class ExecFailures {
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
}
