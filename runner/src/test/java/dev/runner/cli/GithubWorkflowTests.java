package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Workflows in folders, each with what GitHub does with it: {@code workflow.yml} with other files of its repository,
 * {@code args} (a word a line, if any) and {@code expected}, the plain report without times and with {@code exit N} as its
 * last line. {@code actions/OWNER/NAME} in a folder is what {@code --actions-from} has. {@code -Dgolden.write=true} writes
 * what is seen, to be read before it is kept.
 */
class GithubWorkflowTests {
    private static final Path CASES = Path.of("src/test/resources/github-workflows");

    @TempDir
    Path folder;

    static Stream<String> cases() throws IOException {
        try (Stream<Path> all = Files.list(CASES)) {
            return all.filter(Files::isDirectory).map(one -> one.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void runs_as_on_github(String name) throws Exception {
        Path golden = CASES.resolve(name);
        String seen = run(golden);
        Path expected = golden.resolve("expected");
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(expected, seen);
        }
        assertThat(Files.readString(golden.resolve("workflow.yml")))
                .as("the page that says so")
                .contains("https://docs.github.com/");
        assertThat(seen).isEqualTo(Files.readString(expected));
    }

    private String run(Path golden) throws Exception {
        Path repository = Files.createDirectory(folder.resolve("repository"));
        copy(golden, repository);
        Path workflows = Files.createDirectories(repository.resolve(".github/workflows"));
        Files.move(repository.resolve("workflow.yml"), workflows.resolve("workflow.yml"));
        commit(repository);
        List<String> arguments = new ArrayList<>(List.of("exec", "--output", "plain", "--jobs", "1"));
        if (Files.exists(golden.resolve("args"))) {
            arguments.addAll(Files.readAllLines(golden.resolve("args")));
        }
        if (Files.isDirectory(golden.resolve("actions"))) {
            arguments.addAll(
                    List.of("--actions-from", repository.resolve("actions").toString()));
        }
        arguments.add(workflows.resolve("workflow.yml").toString());
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintWriter out = new PrintWriter(log, true, StandardCharsets.UTF_8);
        RunnerCommand root =
                new RunnerCommand(arguments, environment(golden), InputStream.nullInputStream(), out, out, () -> log);
        int code = Main.run(root, arguments);
        out.flush();
        return normal(log.toString(StandardCharsets.UTF_8)) + "exit " + code + "\n";
    }

    private Map<String, String> environment(Path golden) throws IOException {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
        environment.put("HOME", folder.toString());
        environment.put("LC_ALL", "C.UTF-8");
        Path given = golden.resolve("environment");
        if (Files.exists(given)) {
            for (String line : Files.readAllLines(given)) {
                environment.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
            }
        }
        return environment;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static void commit(Path repository) throws Exception {
        try (Git git = Git.init()
                .setDirectory(repository.toFile())
                .setInitialBranch("main")
                .call()) {
            git.add().addFilepattern(".").call();
            git.commit()
                    .setMessage("first")
                    .setAuthor("Ann", "ann@example.com")
                    .setCommitter("Ann", "ann@example.com")
                    .setSign(false)
                    .call();
        }
    }

    /** Without what differs from run to run: times, temporary names, SHAs. */
    private String normal(String text) {
        return text.replace(folder.toString(), "FOLDER")
                .replaceAll("run-[\\d-]+/job-\\d+", "JOB")
                .replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID")
                .replaceAll("\\b[0-9a-f]{40}\\b", "SHA")
                .replaceAll("\\b[0-9a-f]{64}\\b", "DIGEST")
                .replaceAll("\\b1[0-9]{12}\\b", "ID")
                .replaceAll("\\b\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z", "WHEN")
                .replaceAll("(size is |Size: |\\()\\d+(?= bytes|,| B\\))", "$1N")
                .replaceAll("(?m)( in| after|) +(?:\\d+m\\d+s|\\d+\\.\\d+s|\\d+s)(?=$|:| \\(|\\n)", "$1 TIME");
    }
}
