package dev.runner.step.gitlab;

import java.util.List;

/**
 * A script as GitLab's runner gives it to a shell: options first, then each command behind a line that shows it. Both of
 * its streams are one, so that the log has their lines in order.
 */
final class ScriptText {
    private static final String OPTIONS = """
            if set -o 2>/dev/null | grep pipefail > /dev/null; then set -o pipefail; fi; set -o errexit
            set +o noclobber
            exec 2>&1
            """;

    private ScriptText() {}

    /** @param traced whether the shell shows what it does, as {@code CI_DEBUG_TRACE} asks */
    static String of(List<String> commands, boolean traced) {
        StringBuilder script = new StringBuilder(silent("", traced));
        for (String command : commands) {
            String written = command.strip();
            if (written.isEmpty()) {
                script.append("printf '\\n'\n");
                continue;
            }
            script.append("printf '%s\\n' ").append(quoted(shown(written))).append('\n');
            script.append(written).append('\n');
        }
        return script.toString();
    }

    /** As a function's script is given: nothing shows it. */
    static String silent(String command, boolean traced) {
        return OPTIONS + (traced ? "set -o xtrace\n" : "") + command + "\n";
    }

    private static String shown(String command) {
        int line = command.indexOf('\n');
        String text = line < 0 ? command : command.substring(0, line) + " # collapsed multi-line command";
        return "\u001B[32;1m$ " + text + "\u001B[0;m";
    }

    static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
