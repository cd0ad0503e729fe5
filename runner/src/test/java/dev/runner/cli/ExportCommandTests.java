package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.registry.DockerRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pipelines that are written for other systems, and run by the readers of these systems' files. */
class ExportCommandTests {
    @TempDir
    Path folder;

    private Program.Outcome export(String system, String pipeline, String... more) throws IOException {
        Path file = Files.writeString(folder.resolve("p.yml"), pipeline);
        List<String> words = new ArrayList<>(List.of("export", system, file.toString()));
        words.addAll(List.of(more));
        return Program.at(folder.resolve("home")).run(words.toArray(String[]::new));
    }

    private static final String IMAGE = """
            name: hello
            secrets: [PASSWORD, OTHER]
            platforms: [linux/amd64, linux/arm64, linux/arm/v7, linux/riscv64]
            jobs:
              image:
                if: commit.branch == 'main'
                timeout: 10m
                steps:
                  - checkout: {depth: 0}
                  - login: {username: ci, password: "${{ secrets.PASSWORD }}"}
                  - {id: app, build: {}}
                  - publish: {image: "${{ steps.app.outputs.digest }}", to: acme/app, tags: [sha]}
              tell:
                needs: [image]
                if: failure()
                steps: [{run: "echo ${{ secrets.OTHER }}"}]
            """;

    @Test
    void each_platform_is_built_on_a_machine_of_its_architecture_or_the_nearest() throws Exception {
        String github = export("github", IMAGE).passed().out();
        String gitlab = export("gitlab", IMAGE, "--machine", "linux/riscv64=visionfive")
                .passed()
                .out();

        assertThat(github)
                .startsWith("# Generated from " + folder.resolve("p.yml") + ", which is the place for changes.")
                .contains("runner export github " + folder.resolve("p.yml") + " --output ")
                .contains("- {platforms: \"linux/amd64,linux/riscv64\", machine: ubuntu-24.04}")
                .contains("- {platforms: \"linux/arm64,linux/arm/v7\", machine: ubuntu-24.04-arm}")
                .contains("needs: [image-builds]")
                .contains("fetch-depth: 0")
                .contains("timeout-minutes: 25")
                .contains("PASSWORD: \"${{ secrets.PASSWORD }}\"")
                .contains("github.ref_name")
                .contains("if: always()");
        assertThat(gitlab)
                .contains("--machine linux/riscv64=visionfive")
                .contains("{PLATFORMS: linux/riscv64, MACHINE: visionfive}")
                .contains("saas-linux-medium-arm64")
                .contains("job-image:")
                .contains("$CI_COMMIT_BRANCH =~ /^main$/i")
                .contains("# The project's variables must have: PASSWORD, OTHER");
        assertThat(export("github", IMAGE, "--whole", "image").passed().out()).doesNotContain("image-builds");
        assertThat(export("gitlab", IMAGE, "--whole").passed().out())
                .contains("all:")
                .doesNotContain("--job");
    }

    @Test
    void what_cannot_be_done_elsewhere_is_refused_where_it_is_written_with_all_at_once() throws Exception {
        Program.Outcome refused = export("gitlab", """
                registry: embedded
                secrets: {PASSWORD: {generate: true}}
                platforms: [linux/amd64, linux/arm64]
                jobs:
                  first:
                    strategy: {matrix: {a: [1, 2]}, max-parallel: 1}
                    steps: [{run: "echo ${{ secrets.PASSWORD }}"}]
                  second:
                    needs: [first]
                    strategy: {matrix: "${{ fromJSON(needs.first.outputs.m) }}"}
                    steps: [{id: b, build: {push: true, tags: a/b}}]
                  third:
                    steps:
                      - {id: one, build: {outputs: ["type=oci,dest=x.tar"]}}
                      - run: echo ${{ steps.one.outputs.digest }} ${{ secrets.PASSWORD }}
                      - {id: two, build: {push: true, tags: a/b}}
                export: {gitlab: {jobs: {first: {script: [x]}}}}
                """.replace("outputs.m", "result"));

        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err())
                .contains("p.yml:1:11: error: a registry in the process ends with the process")
                .contains("p.yml:2:11: error: 'PASSWORD' is made anew by every process")
                .contains("p.yml:6:51: error: GitLab cannot limit how many runs of a job there are at once")
                .contains("p.yml:10:15: error: this matrix is worked out while the pipeline runs")
                .contains("p.yml:14:9: error: this image goes to no registry")
                .contains("p.yml:14:37: error: this output would hold only what one machine has built")
                .contains("p.yml:15:23: error: a step above the job's last build reads what 'one' gives")
                .contains("'script' is written by the export itself")
                .contains("--whole third");
    }

    @Test
    void a_stale_file_is_told_from_a_fresh_one() throws Exception {
        String target = folder.resolve("x/.gitlab-ci.yml").toString();

        assertThat(export("gitlab", IMAGE, "--output", target, "--check").code())
                .isEqualTo(1);
        export("gitlab", IMAGE, "--output", target).passed();
        export("gitlab", IMAGE, "--output", target, "--check").passed();
        Program.Outcome stale = export("gitlab", IMAGE.replace("10m", "20m"), "--output", target, "--check");
        assertThat(stale.code()).isEqualTo(1);
        assertThat(stale.err()).contains(".gitlab-ci.yml is stale; write it with: runner export gitlab ");
    }

    @Test
    void the_projects_own_files_are_written_from_its_pipeline() throws Exception {
        for (String system : List.of("github", "gitlab")) {
            Program.at(folder)
                    .run("export", system, "../pipelines/release.yml", "--check")
                    .passed();
        }
        for (String file : List.of("../.github/workflows/ci.yml", "../.gitlab-ci.yml")) {
            Program.at(folder).run("lint", "--offline", file).passed();
        }
    }

    private String run(Map<String, String> more, String... words) throws Exception {
        List<String> command = ProgramProcess.command();
        command.addAll(List.of(words));
        if (words[0].equals("git")) {
            command = List.of(words);
        }
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("RUNNER_") || name.startsWith("XDG_"));
        for (String place : List.of("CACHE", "DATA", "STATE", "CONFIG")) {
            builder.environment()
                    .put(
                            "XDG_" + place + "_HOME",
                            folder.resolve(".xdg-" + place).toString());
        }
        builder.environment().put("SOURCE_DATE_EPOCH", "1");
        builder.environment().putAll(more);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(out).isZero();
        return out;
    }

    /** Both systems' files of one pipeline, run here with all their jobs; each gives what one machine gives. */
    @Test
    void an_exported_pipeline_publishes_the_image_that_one_machine_publishes() throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder.resolve(".registry"))) {
            String image = registry.domain() + "/acme/app";
            Files.writeString(
                    folder.resolve("Dockerfile"), "FROM scratch\nARG TARGETARCH\nCOPY Dockerfile /$TARGETARCH\n");
            Files.writeString(folder.resolve(".gitignore"), ".xdg-*\n.registry\n.runner-results\n");
            Files.writeString(folder.resolve("pipeline.yml"), """
                    name: app
                    variables: {TAG: whole, IMAGE: %s}
                    platforms: [linux/amd64, linux/arm64, linux/arm/v7]
                    jobs:
                      test:
                        outputs: {word: "${{ steps.say.outputs.word }}"}
                        steps: [{id: say, run: "echo word=go >> $RUNNER_OUTPUT"}]
                      image:
                        needs: [test]
                        steps:
                          - checkout: {}
                          - {id: app, build: {labels: {word: "${{ needs.test.outputs.word }}"}}}
                          - publish: {image: "${{ steps.app.outputs.digest }}", to: "${{ variables.IMAGE }}", tags: ["${{ variables.TAG }}"]}
                    export:
                      github: {jobs: {image: {env: {A: b}}}}
                      gitlab: {top: {default: {interruptible: true}}}
                    """.formatted(image));
            for (String words :
                    List.of("init -q -b main", "add .", "-c user.name=a -c user.email=a@b commit -q -m x")) {
                run(Map.of(), ("git " + words).split(" "));
            }
            run(Map.of(), "exec", "pipeline.yml");
            for (String[] one : List.of(
                    new String[] {"github", ".github/workflows/app.yml"}, new String[] {"gitlab", ".gitlab-ci.yml"})) {
                Path pipeline = folder.resolve("pipeline.yml");
                Files.writeString(pipeline, Files.readString(pipeline).replaceFirst("TAG: \\w+", "TAG: " + one[0]));
                run(Map.of(), "export", one[0], "pipeline.yml", "--output", one[1]);
                run(Map.of(), "lint", one[1]);
                for (String words : List.of("add .", "-c user.name=a -c user.email=a@b commit -q -m " + one[0])) {
                    run(Map.of(), ("git " + words).split(" "));
                }
                String log = one[0].equals("gitlab")
                        ? run(Map.of(), "exec", one[1], "--host")
                        : run(Map.of(), "exec", one[1]);
                assertThat(log).contains("joined linux/amd64, linux/arm64, linux/arm/v7 to sha256:");
                assertThat(run(Map.of(), "inspect", image + ":" + one[0], "--raw"))
                        .contains("\"arm64\"")
                        .isEqualTo(run(Map.of(), "inspect", image + ":whole", "--raw"));
            }
        }
    }
}
