package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.bake.Bake;
import dev.runner.cli.Program.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * Bake files and what is made of them. The folders of {@code src/test/resources/bake} hold files, the words of a call in
 * {@code args}, and in {@code expected.json} what Buildx 0.29.1 prints for them.
 */
class BakeCommandTests {
    private static final Path CASES = Path.of("src/test/resources/bake").toAbsolutePath();

    @TempDir
    Path folder;

    private Program program;

    @BeforeEach
    void start() {
        program = Program.at(folder.resolve("home"));
    }

    @TestFactory
    Stream<DynamicTest> the_targets_are_those_that_buildx_prints() throws IOException {
        try (Stream<Path> cases = Files.list(CASES)) {
            return cases.sorted().toList().stream()
                    .map(one -> DynamicTest.dynamicTest(one.getFileName().toString(), () -> print(one)));
        }
    }

    private void print(Path one) throws IOException {
        List<String> words = new ArrayList<>(List.of("bake", "--print"));
        List<String> written = Files.exists(one.resolve("args"))
                ? List.of(Files.readString(one.resolve("args")).strip().split(" "))
                : List.of();
        if (!written.contains("-f")) {
            for (String name : Bake.DEFAULT_FILES) {
                if (Files.exists(one.resolve(name))) {
                    words.addAll(List.of("-f", one.resolve(name).toString()));
                }
            }
        }
        for (String word : written) {
            boolean file = !words.isEmpty() && words.getLast().equals("-f");
            words.add(file ? one.resolve(word).toString() : word);
        }

        Outcome outcome = program.run(words.toArray(String[]::new)).passed();

        assertThat(outcome.out()).isEqualTo(Files.readString(one.resolve("expected.json")));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void every_fault_of_a_file_is_told_with_its_place() throws IOException {
        Path file = write("docker-bake.hcl", """
                target "default" {
                  tgas = ["x"]
                  args = { a = foo }
                  platforms = "linux/amd64"
                }
                taget "x" {}
                """);

        Outcome outcome = program.run("bake", "-f", file.toString());

        assertThat(outcome.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(outcome.err())
                .contains(file + ":2:3: error: unknown attribute of a target 'tgas'", "did you mean 'tags'?")
                .contains(file + ":3:16: error: there is no variable 'foo'")
                .contains(file + ":4:15: error: 'platforms' does not fit: a list is needed, not a string")
                .contains(file + ":6:1: error: unknown block 'taget'");
    }

    @Test
    void a_syntax_fault_shows_its_line_and_how_to_mend_it() throws IOException {
        Path file = write("docker-bake.hcl", "target \"default\" {\n  tags = [\"a\" \"b\"]\n}\n");

        Outcome outcome = program.run("bake", "-f", file.toString());

        assertThat(outcome.err())
                .contains(":2:15: error: a list is not closed, or a comma is missing", "tags = [\"a\"");
    }

    @Test
    void what_depends_on_itself_is_a_fault() throws IOException {
        Path file = write("docker-bake.hcl", """
                A = B
                B = A
                function "f" {
                  params = [x]
                  result = f(x)
                }
                target "default" { args = { x = f(1) } }
                """);

        Outcome outcome = program.run("bake", "-f", file.toString());

        assertThat(outcome.err())
                .contains("the variable 'A' depends on itself")
                .contains("f: the function depends on itself");
    }

    @Test
    void a_value_from_outside_has_the_kind_of_the_variable() throws IOException {
        Path file = write("docker-bake.hcl", """
                variable "N" { default = 1 }
                variable "L" {
                  type    = list(string)
                  default = []
                }
                target "default" { args = { n = N + 1, l = join("|", L) } }
                """);

        Outcome good = program.with("N", "4").with("L", "a,\"b,c\"").run("bake", "--print", "-f", file.toString());
        Outcome given = program.run("bake", "--print", "--var", "N=7", "-f", file.toString());
        Outcome bad = program.with("N", "x").run("bake", "--print", "-f", file.toString());

        assertThat(good.out()).contains("\"n\": \"5\"", "\"l\": \"a|b,c\"");
        assertThat(given.out()).contains("\"n\": \"8\"");
        assertThat(bad.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(bad.err()).contains("the value of 'N' does not fit: a number is needed, not \"x\"");
    }

    @Test
    void a_rule_of_a_variable_is_told_in_its_own_words() throws IOException {
        Path file = write("docker-bake.hcl", """
                variable "N" {
                  default = -1
                  validation {
                    condition     = N > 0
                    error_message = "N counts, so it is positive"
                  }
                }
                target "default" {}
                """);

        assertThat(program.run("bake", "--print", "-f", file.toString()).err())
                .contains(":4:21: error: N counts, so it is positive");
    }

    @Test
    void a_target_that_is_not_there_is_named() throws IOException {
        Path file = write("docker-bake.hcl", "target \"apps\" {}\n");

        assertThat(program.run("bake", "-f", file.toString(), "app").err())
                .contains("failed to find target app (did you mean apps?)");
    }

    @Test
    void files_outside_and_entitlements_must_be_allowed() throws IOException {
        Path file = write("docker-bake.hcl", """
                target "default" {
                  context      = "/etc"
                  entitlements = ["security.insecure"]
                  output       = ["type=tar,dest=/outside.tar"]
                }
                """);

        Outcome outcome = program.run("bake", "-f", file.toString());

        assertThat(outcome.code()).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(outcome.err())
                .contains("--allow fs.read=/etc", "--allow fs.write=/outside.tar", "--allow security.insecure");
    }

    @Test
    void a_target_is_the_context_of_another() throws IOException {
        Files.createDirectories(folder.resolve("src"));
        write("src/file", "content");
        Path file = write("docker-bake.hcl", """
                variable "DIR" {}
                target "base" {
                  context           = DIR
                  dockerfile-inline = <<EOT
                FROM scratch
                COPY file /from-base
                ENV LEVEL=base
                EOT
                  platforms = ["linux/amd64", "linux/arm64"]
                }
                target "app" {
                  context           = DIR
                  contexts          = { below = "target:base" }
                  dockerfile-inline = "FROM below\\nCOPY --from=below /from-base /copied\\n"
                  platforms         = ["linux/amd64", "linux/arm64"]
                  output            = ["type=oci,tar=false,dest=${DIR}/../layout"]
                }
                """);
        String source = folder.resolve("src").toString();

        Outcome outcome = program.run(
                        "bake",
                        "--var",
                        "DIR=" + source,
                        "--allow",
                        "fs=" + folder,
                        "-f",
                        file.toString(),
                        "app",
                        "--metadata-file",
                        folder.resolve("metadata.json").toString())
                .passed();

        assertThat(outcome.err()).contains("[app linux/", "[base linux/");
        assertThat(outcome.out()).contains("app sha256:", "base sha256:");
        assertThat(folder.resolve("layout/index.json")).exists();
        var metadata = JsonMapper.shared().readTree(Files.readString(folder.resolve("metadata.json")));
        assertThat(metadata.path("app").path("containerimage.digest").asString())
                .startsWith("sha256:");
    }

    @Test
    void a_failing_target_ends_those_that_wait_for_it() throws IOException {
        Path file = write("docker-bake.hcl", """
                target "base" {
                  context           = "src/test/resources/bake"
                  dockerfile-inline = "FROM scratch\\nCOPY not-there /\\n"
                }
                target "app" {
                  context           = "src/test/resources/bake"
                  contexts          = { below = "target:base" }
                  dockerfile-inline = "FROM below\\n"
                }
                """);

        Outcome outcome = program.run("bake", "-f", file.toString(), "app");

        assertThat(outcome.code()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err()).contains("not-there");
    }

    @Test
    void targets_and_variables_are_listed() throws IOException {
        Path file = write("docker-bake.hcl", """
                variable "V" {
                  type        = number
                  default     = 3
                  description = "a number"
                }
                target "app" { description = "the app" }
                group "all" { targets = ["app"] }
                """);

        assertThat(program.run("bake", "-f", file.toString(), "--list=targets").out())
                .isEqualTo("TARGET    DESCRIPTION\nall       app\napp       the app\n");
        assertThat(program.run("bake", "-f", file.toString(), "--list=type=variables,format=json")
                        .out())
                .contains(
                        "\"name\": \"V\"", "\"type\": \"number\"", "\"value\": \"3\"", "\"description\": \"a number\"");
    }

    @Test
    void the_files_of_a_repository_are_baked_with_its_folders() throws Exception {
        Path origin = Files.createDirectories(folder.resolve("origin/app"));
        Files.writeString(origin.resolve("Dockerfile"), "FROM scratch\nCOPY file other /\n");
        Files.writeString(origin.resolve("file"), "committed");
        Files.writeString(origin.resolve("other"), "committed");
        Files.writeString(folder.resolve("origin/docker-bake.hcl"), """
                target "default" {
                  context  = "app"
                  contexts = { here = "cwd://here" }
                  output   = ["type=local,dest=out"]
                  args     = { FROM = BAKE_CMD_CONTEXT }
                }
                target "outside" {
                  context = "../../etc"
                }
                """);
        for (String words :
                List.of("init -q -b main", "add .", "-c user.name=a -c user.email=a@b commit -q -m first")) {
            List<String> command = new ArrayList<>(
                    List.of("git", "-C", folder.resolve("origin").toString()));
            command.addAll(List.of(words.split(" ")));
            assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                    .isZero();
        }
        Files.writeString(origin.resolve("file"), "not committed");
        String remote = "file://" + folder.resolve("origin") + "#main";
        Path out = folder.resolve("out");

        program.run("bake", "--set", "*.output=type=local,dest=" + out, "--allow", "fs=" + folder, remote)
                .passed();

        assertThat(out.resolve("file")).hasContent("committed");
        assertThat(program.run("bake", "--print", remote).passed().out()).contains("\"FROM\": \"" + remote + "\"");
        assertThat(program.run("bake", "--allow", "fs=/", remote, "outside").err())
                .contains("../../etc leads out of the repository");
        assertThat(program.run("bake", "https://example.com/x.hcl").err())
                .contains("bake files come from a git repository");
    }
}
