package dev.runner.cli;

import dev.runner.frontend.github.GithubScript;
import dev.runner.source.Diagnostics;
import dev.runner.source.Span;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks {@code bash -n} about a script: it reads it and runs nothing. */
final class ShellLint {
    private static final List<String> SHELLS = List.of("", "bash", "sh");
    private static final Pattern MESSAGE = Pattern.compile("bash: line (\\d+): (.*)");

    private ShellLint() {}

    static void check(GithubScript script, Diagnostics found) throws InterruptedException {
        if (!SHELLS.contains(script.shell())) {
            return;
        }
        String message;
        try {
            Process bash = new ProcessBuilder("bash", "--norc", "--noprofile", "-n")
                    .redirectErrorStream(true)
                    .start();
            try {
                try (OutputStream in = bash.getOutputStream()) {
                    in.write(script.text().getBytes(StandardCharsets.UTF_8));
                }
                message = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                bash.waitFor();
            } finally {
                bash.destroy();
            }
        } catch (IOException e) {
            return; // Without bash nobody can say.
        }
        Matcher first = MESSAGE.matcher(message);
        if (first.find()) {
            found.warning(
                    line(script.span(), Integer.parseInt(first.group(1))),
                    "the script is no shell: " + first.group(2),
                    null);
        }
    }

    /** A line of the script, where it is written: below the sign of a block, or the text itself. */
    private static Span line(Span span, int number) {
        boolean block = span.text().startsWith("|") || span.text().startsWith(">");
        if (!block) {
            return span;
        }
        Span line = span.source().line(Math.min(span.line() + number, span.endLine()));
        int indent = line.text().length() - line.text().stripLeading().length();
        return line.part(indent, line.text().stripTrailing().length());
    }
}
