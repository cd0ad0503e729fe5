package dev.runner.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The whole program in this process, with a store and a home of its own. */
final class Program {
    private final Map<String, String> environment = new LinkedHashMap<>();

    private Program(Path home) {
        environment.put("HOME", home.toString());
        environment.put("XDG_CACHE_HOME", home.resolve("cache").toString());
        environment.put("XDG_CONFIG_HOME", home.resolve("config").toString());
        environment.put("XDG_DATA_HOME", home.resolve("data").toString());
        environment.put("XDG_STATE_HOME", home.resolve("state").toString());
        environment.put("DOCKER_CONFIG", home.resolve("docker").toString());
        environment.put("PATH", System.getenv().getOrDefault("PATH", ""));
    }

    static Program at(Path home) {
        return new Program(home);
    }

    Program with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** How a command ended, and what it wrote. */
    record Outcome(int code, String out, String err) {
        Outcome passed() {
            if (code != 0) {
                throw new AssertionError("exit code " + code + "\n" + out + err);
            }
            return this;
        }
    }

    Outcome run(String... words) {
        return runWith(new byte[0], words);
    }

    /** Whether a build is answered without a build. */
    boolean isAnswered(String... words) {
        StringWriter text = new StringWriter();
        Integer code = UnchangedBuild.answer(List.of(words), environment, new PrintWriter(text), new PrintWriter(text));
        return code != null && code == ExitCode.PASSED;
    }

    Outcome runWith(String input, String... words) {
        return runWith(input.getBytes(StandardCharsets.UTF_8), words);
    }

    /** With what a run of a pipeline reports, which goes past the other output. */
    Outcome logged(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        int code = Main.run(
                new RunnerCommand(
                        List.of(words),
                        environment,
                        InputStream.nullInputStream(),
                        new PrintWriter(out),
                        new PrintWriter(err),
                        () -> log),
                List.of(words));
        return new Outcome(code, out + log.toString(StandardCharsets.UTF_8), err.toString());
    }

    Outcome runWith(byte[] input, String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(
                List.of(words),
                environment,
                new ByteArrayInputStream(input),
                new PrintWriter(out),
                new PrintWriter(err));
        return new Outcome(code, out.toString(), err.toString());
    }
}
