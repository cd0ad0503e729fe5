package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.registry.DockerRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs of one pipeline on several machines, each with a store of its own; what they share is a folder and a registry. */
class SharedRunTests {
    @TempDir
    Path folder;

    private DockerRegistry registry;
    private Path pipeline = Path.of("shared.yml");

    @BeforeEach
    void startRegistry() throws Exception {
        registry = DockerRegistry.start(folder.resolve("registry"));
        Path source = folder.resolve("source");
        Files.createDirectories(source);
        Files.writeString(source.resolve("Dockerfile"), """
                FROM scratch
                ARG TARGETARCH
                COPY Dockerfile /$TARGETARCH
                """);
        git(source, "init", "-q", "-b", "main");
        git(source, "add", ".");
        git(source, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "first");
    }

    @AfterEach
    void stopRegistry() throws Exception {
        registry.close();
    }

    private static void git(Path at, String... words) throws IOException, InterruptedException {
        String[] command = new String[words.length + 1];
        command[0] = "git";
        System.arraycopy(words, 0, command, 1, words.length);
        Process process = new ProcessBuilder(command)
                .directory(at.toFile())
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
    }

    private void write(String jobs) throws IOException {
        pipeline = Files.writeString(
                folder.resolve("shared.yml"),
                """
                name: shared
                variables:
                  REPO: %s
                  IMAGE: %s/acme/app
                secrets: [ELSEWHERE]
                platforms: [linux/amd64, linux/arm64, linux/arm/v7]
                jobs:
                """.formatted(folder.resolve("source"), registry.domain()) + jobs.indent(2));
    }

    private Program.Outcome machine(String name, String... more) {
        String[] words = new String[more.length + 2];
        words[0] = "exec";
        words[1] = pipeline.toString();
        System.arraycopy(more, 0, words, 2, more.length);
        return Program.at(folder.resolve(name)).with("SOURCE_DATE_EPOCH", "1").logged(words);
    }

    private String digest(String tag) {
        return Program.at(folder.resolve("looking"))
                .run("inspect", registry.domain() + "/acme/app:" + tag, "--raw")
                .passed()
                .out();
    }

    private static final String IMAGE = """
            image:
              needs: [test]
              if: needs.test.outputs.word == 'go'
              outputs: {digest: "${{ steps.app.outputs.digest }}"}
              steps:
                - checkout: {repository: "${{ variables.REPO }}"}
                - id: app
                  build:
                    labels: {word: "${{ needs.test.outputs.word }}"}
                    annotations: {"index,manifest-descriptor:org.acme.word": w}
                    provenance: mode=max
                - publish: {image: "${{ steps.app.outputs.digest }}", to: "${{ variables.IMAGE }}", tags: ["${{ variables.TAG }}"]}
                - run: test -s from-test && echo "shown $(cat from-test) ${{ steps.app.outputs.digest }}"
            """;
    private static final String TEST = """
            test:
              outputs: {word: "${{ steps.say.outputs.word }}"}
              artifacts: [from-test]
              steps:
                - checkout: {repository: "${{ variables.REPO }}"}
                - {id: say, run: "echo word=go >> $RUNNER_OUTPUT; echo hello > from-test; chmod +x from-test"}
            """;
    private static final String AFTER = """
            after:
              needs: [image]
              env: {ELSEWHERE: "${{ secrets.ELSEWHERE }}"}
              steps: [{run: "echo it was ${{ needs.image.outputs.digest }}"}]
            """;

    @Test
    void an_image_that_two_machines_have_built_equals_that_of_one() throws Exception {
        write(TEST + IMAGE + AFTER);
        Files.writeString(pipeline, Files.readString(pipeline).replace("variables:\n", "variables:\n  TAG: latest\n"));
        String results = folder.resolve("results").toString();

        Program.at(folder.resolve("one"))
                .with("SOURCE_DATE_EPOCH", "1")
                .with("ELSEWHERE", "x-y-z")
                .logged("exec", pipeline.toString(), "--var", "TAG=whole")
                .passed();
        machine("two", "--job", "test", "--results", results).passed();
        machine("two", "--job", "image", "--results", results, "--part", "linux/amd64")
                .passed();
        machine("three", "--job", "image", "--results", results, "--part", "linux/arm64,linux/arm/v7")
                .passed();
        Program.Outcome joined =
                machine("four", "--var", "TAG=joined", "--job", "image", "--results", results, "--part", "join");

        assertThat(joined.passed().out()).contains("shown hello sha256:").doesNotContain("FROM scratch");
        assertThat(digest("joined"))
                .contains("\"linux\"")
                .contains("org.acme.word")
                .isEqualTo(digest("whole"));
        Program.Outcome after = machine("five", "--job", "after", "--results", results, "--secret-file", "/dev/null");
        assertThat(after.code()).isEqualTo(2);
        assertThat(after.err()).contains("the secret 'ELSEWHERE' is missing");
        assertThat(Program.at(folder.resolve("five"))
                        .with("ELSEWHERE", "x-y-z")
                        .logged("exec", pipeline.toString(), "--job", "after", "--results", results)
                        .passed()
                        .out())
                .contains("it was sha256:");
    }

    @Test
    void a_platform_that_no_machine_has_built_is_named() throws Exception {
        write(TEST + IMAGE.replace("${{ variables.TAG }}", "latest"));
        String results = folder.resolve("results").toString();

        machine("two", "--job", "test", "--results", results).passed();
        machine("two", "--job", "image", "--results", results, "--part", "linux/amd64")
                .passed();
        Program.Outcome joined = machine("four", "--job", "image", "--results", results, "--part", "join");

        assertThat(joined.code()).isEqualTo(1);
        assertThat(joined.out()).contains("no machine has built linux/arm64, linux/arm/v7");
    }

    @Test
    void a_job_whose_need_has_left_nothing_or_failed_elsewhere_does_not_run() throws Exception {
        write(TEST.replace("echo word=go", "false; echo word=go") + IMAGE.replace("${{ variables.TAG }}", "latest"));
        String results = folder.resolve("results").toString();

        Program.Outcome none = machine("two", "--job", "image", "--results", results, "--part", "linux/amd64");
        assertThat(none.out()).contains("it ran elsewhere and has left no result");
        assertThat(machine("two", "--job", "test", "--results", results).code()).isEqualTo(1);
        Program.Outcome failed = machine("two", "--job", "image", "--results", results, "--part", "linux/amd64");
        assertThat(failed.code()).isZero();
        assertThat(failed.out()).contains("skipped");
    }

    @Test
    void a_part_is_refused_where_there_is_nothing_to_share() throws Exception {
        write(TEST);

        Program.Outcome wrong = machine("one", "--job", "test", "--results", "r", "--part", "join");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).contains("the job 'test' builds nothing that machines could share");
        assertThat(machine("one", "--part", "join").err()).contains("--part goes with --job NAME and --results FOLDER");
    }
}
