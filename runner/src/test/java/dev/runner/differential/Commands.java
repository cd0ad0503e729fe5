package dev.runner.differential;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Runs the peers' commands. */
final class Commands {
    private Commands() {}

    /** @param output both streams */
    record Outcome(int code, String output) {}

    /**
     * Runs a command to its end.
     *
     * @param environment {@code NAME=VALUE} to add
     */
    static Outcome attempt(Path folder, List<String> environment, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().remove("SOURCE_DATE_EPOCH");
        for (String each : environment) {
            int equals = each.indexOf('=');
            builder.environment().put(each.substring(0, equals), each.substring(equals + 1));
        }
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }

    /** Runs a command that must succeed; gives its output. */
    static String run(Path folder, List<String> environment, List<String> command)
            throws IOException, InterruptedException {
        Outcome outcome = attempt(folder, environment, command);
        if (outcome.code() != 0) {
            throw new IOException(
                    String.join(" ", command) + " exited with " + outcome.code() + ":\n" + outcome.output());
        }
        return outcome.output();
    }
}
