package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runner.oci.Digest;
import dev.runner.registry.DockerRegistry;
import dev.runner.source.Source;
import dev.runner.source.YamlNode;
import dev.runner.source.YamlReader;
import dev.runner.step.action.docker.BuildPushAction;
import dev.runner.step.github.ActionInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The project's own GitHub Action ({@code action/}), run by our own front-end as a workflow of a repository uses it: its
 * program comes out of a release archive, whose launcher starts the classes that are tested.
 */
@Timeout(180)
class ActionTests {
    private static final Path ACTION = Path.of("../action").toAbsolutePath().normalize();
    private static final String PASSWORD = "s3cr3t-canary";

    @TempDir
    static Path shared;

    private static DockerRegistry registry;

    @TempDir
    Path folder;

    @BeforeAll
    static void prepare() throws Exception {
        registry = DockerRegistry.startWithUser(shared.resolve("hub"), "ada", PASSWORD);
        release(shared.resolve("release"), "runner-0.1.0-linux-x64");
        release(shared.resolve("release"), "runner-0.1.0-linux-arm64");
    }

    @AfterAll
    static void end() throws InterruptedException {
        registry.close();
    }

    private static void release(Path release, String name) throws Exception {
        Path launcher = release.resolve(name).resolve("bin/runner");
        Files.createDirectories(launcher.getParent());
        Files.writeString(launcher, "#!/bin/sh\nexec '" + ProgramProcess.launcher() + "' \"$@\"\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path archive = release.resolve(name + ".tar.gz");
        Process tar = new ProcessBuilder("tar", "-czf", archive.toString(), "-C", release.toString(), name)
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
        Path sums = release.resolve("SHA256SUMS");
        String before = Files.exists(sums) ? Files.readString(sums) : "";
        Files.writeString(sums, before + Digest.of(Files.readAllBytes(archive)).hex() + "  " + name + ".tar.gz\n");
    }

    private static Path archive() {
        String machine = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x64";
        return shared.resolve("release/runner-0.1.0-linux-" + machine + ".tar.gz");
    }

    /** A repository with the action in it and an image to build; runs a workflow of it. */
    private String run(int code, String steps) throws Exception {
        Path repository = Files.createDirectories(folder.resolve("repository"));
        copy(ACTION, repository.resolve("action"));
        Path app = Files.createDirectories(repository.resolve("app"));
        Files.writeString(app.resolve("hello.txt"), "hello\n");
        Files.writeString(app.resolve("Dockerfile"), """
                FROM scratch
                ARG NOTE
                COPY hello.txt /
                LABEL note=$NOTE
                """);
        Files.writeString(app.resolve("Faulty"), "FROM scratch\nCOPY hello.txt /\nCOPY absent.txt /\n");
        Files.writeString(repository.resolve("pipeline.yml"), """
                name: hello
                variables: {IMAGE: }
                secrets: [PASSWORD]
                platforms: [linux/amd64, linux/arm64]
                jobs:
                  image:
                    steps:
                      - login: {registry: "%s", username: ada, password: "${{ secrets.PASSWORD }}"}
                      - build: {context: app, tags: ["${{ variables.IMAGE }}"], push: true}
                      - run: "true"
                """.formatted(registry.domain()));
        Path workflow =
                Files.createDirectories(repository.resolve(".github/workflows")).resolve("image.yml");
        Files.writeString(
                workflow,
                "on: push\njobs:\n  image:\n    runs-on: ubuntu-24.04\n    steps:\n"
                        + "      - uses: actions/checkout@v4\n"
                        + steps.replace("ARCHIVE", archive().toString()).indent(6));
        try (Git git = Git.init()
                .setDirectory(repository.toFile())
                .setInitialBranch("main")
                .call()) {
            git.add().addFilepattern(".").call();
            git.commit()
                    .setSign(false)
                    .setMessage("one")
                    .setAuthor("a", "a@localhost")
                    .setCommitter("a", "a@localhost")
                    .call();
        }
        List<String> words = List.of(
                "exec",
                "--output",
                "plain",
                "--secret",
                "REGISTRY_PASSWORD",
                "--summary",
                folder.resolve("summary.md").toString(),
                workflow.toString());
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintWriter out = new PrintWriter(log, true, StandardCharsets.UTF_8);
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", System.getenv().getOrDefault("PATH", ""));
        environment.put("HOME", folder.resolve("home").toString());
        environment.put("REGISTRY_PASSWORD", PASSWORD);
        environment.put("RUNNER_TOOL_CACHE", folder.resolve("tools").toString());
        int ended = Main.run(
                new RunnerCommand(words, environment, InputStream.nullInputStream(), out, out, () -> log), words);
        String said = log.toString(StandardCharsets.UTF_8);
        assertThat(ended).as(said).isEqualTo(code);
        assertThat(said).doesNotContain(PASSWORD);
        return said;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> all = Files.list(from)) {
            for (Path file : all.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static String manifest(String name) throws Exception {
        return DockerRegistry.skopeo(
                "inspect",
                "--raw",
                "--tls-verify=false",
                "--creds",
                "ada:" + PASSWORD,
                "docker://" + registry.domain() + "/" + name);
    }

    @Test
    void stands_in_for_the_four_docker_actions() throws Exception {
        String said = run(0, """
                - id: image
                  uses: ./action
                  with:
                    archive: ARCHIVE
                    registry: %1$s
                    username: ada
                    password: ${{ secrets.REGISTRY_PASSWORD }}
                    context: app
                    platforms: linux/amd64,linux/arm64
                    build-args: |
                      NOTE=one, two
                    tags: |
                      %1$s/acme/hello:1
                      %1$s/acme/hello:latest
                    push: true
                - run: |
                    echo "digest=${{ steps.image.outputs.digest }} id=${{ steps.image.outputs.imageid }}"
                    echo "name=${{ fromJSON(steps.image.outputs.metadata)['image.name'] }}"
                """.formatted(registry.domain()));

        String digest = Digest.of(manifest("acme/hello:1").getBytes(StandardCharsets.UTF_8))
                .toString();
        assertThat(said)
                .contains("▸ Log in", "▸ Build", "digest=" + digest + " id=" + digest)
                .contains("name=" + registry.domain() + "/acme/hello:1," + registry.domain() + "/acme/hello:latest");
        assertThat(manifest("acme/hello:latest")).contains("\"arm64\"", "\"amd64\"");
        assertThat(Files.readString(folder.resolve("summary.md")))
                .contains("| image | platform | digest | size | cached steps | time |", "| linux/arm64 | `sha256:");
        // The next step of the machine finds the program unpacked.
        try (Stream<Path> tools = Files.list(folder.resolve("tools/runner"))) {
            assertThat(tools.map(each -> each.getFileName().toString())).anyMatch(each -> each.startsWith("archive-"));
        }
    }

    @Test
    void runs_a_pipeline_with_secrets_from_the_environment() throws Exception {
        String said = run(0, """
                - id: image
                  uses: ./action
                  env:
                    PASSWORD: ${{ secrets.REGISTRY_PASSWORD }}
                  with:
                    archive: ARCHIVE
                    pipeline: pipeline.yml
                    arguments: --var IMAGE=%1$s/acme/piped:1
                - run: echo "digest=${{ steps.image.outputs.digest }}"
                """.formatted(registry.domain()));

        String digest = Digest.of(manifest("acme/piped:1").getBytes(StandardCharsets.UTF_8))
                .toString();
        assertThat(said).contains("digest=" + digest);
    }

    @Test
    void builds_of_a_pipeline_that_name_no_cache_take_that_of_the_environment() throws Exception {
        Path context = Files.createDirectories(folder.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
        Path pipeline = Files.writeString(folder.resolve("pipeline.yml"), """
                jobs:
                  image:
                    steps:
                      - build: {context: %s}
                """.formatted(context));
        Path cache = folder.resolve("cache");

        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintWriter out = new PrintWriter(log, true, StandardCharsets.UTF_8);
        List<String> words = List.of("exec", pipeline.toString());
        Map<String, String> environment =
                Map.of("HOME", folder.toString(), "RUNNER_CACHE_TO", "type=local,dest=" + cache);
        int ended = Main.run(
                new RunnerCommand(words, environment, InputStream.nullInputStream(), out, out, () -> log), words);

        assertThat(ended).as(log.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(cache.resolve("index.json")).exists();
    }

    @Test
    void a_fault_of_the_dockerfile_stands_beside_its_line() throws Exception {
        String said = run(1, """
                - uses: ./action
                  with:
                    archive: ARCHIVE
                    context: app
                    file: app/Faulty
                """);

        assertThat(said).contains("error: app/Faulty:3:1: Build: ");
    }

    @Test
    void an_archive_that_was_changed_is_not_run() throws Exception {
        Path evil = Files.createDirectories(folder.resolve("evil"));
        Files.copy(archive(), evil.resolve(archive().getFileName()));
        Files.writeString(
                evil.resolve("SHA256SUMS"), "0".repeat(64) + "  " + archive().getFileName() + "\n");

        String said = run(1, """
                - uses: ./action
                  with: {archive: "%s", context: app}
                """.formatted(evil.resolve(archive().getFileName())));

        assertThat(said).contains("is not what SHA256SUMS says").doesNotContain("▸ Build");
    }

    @Test
    void has_every_input_and_output_of_build_push_action() throws Exception {
        YamlNode.Mapping manifest = (YamlNode.Mapping) Objects.requireNonNull(YamlReader.read(
                Source.of("action.yml", Files.readString(ACTION.resolve("action.yml"))), YamlReader.Limits.DEFAULT));
        BuildPushAction action = new BuildPushAction();
        int newest = action.majors().getLast();

        assertThat(names(manifest, "inputs"))
                .containsAll(
                        action.inputs(newest).stream().map(ActionInput::name).toList())
                .contains("registry", "username", "password", "qemu", "pipeline");
        assertThat(names(manifest, "outputs"))
                .containsExactlyElementsOf(
                        action.outputs(newest).stream().sorted().toList());
    }

    private static List<String> names(YamlNode.Mapping manifest, String key) {
        List<String> names = new ArrayList<>();
        for (YamlNode.Entry block : manifest.entries()) {
            if (((YamlNode.Scalar) block.key()).value().equals(key)) {
                for (YamlNode.Entry entry : ((YamlNode.Mapping) block.value()).entries()) {
                    names.add(((YamlNode.Scalar) entry.key()).value());
                }
            }
        }
        return names;
    }

    @Test
    void the_program_of_a_release_is_fetched_checked_and_kept() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "curl is not installed");
        String release = "acme/runner/releases/download/v9.9.9/";
        String name = archive().getFileName().toString().replace("0.1.0", "9.9.9");
        Path site = Files.createDirectories(folder.resolve("site/" + release));
        Files.copy(archive(), site.resolve(name));
        Files.writeString(
                site.resolve("SHA256SUMS"),
                Digest.of(Files.readAllBytes(archive())).hex() + "  " + name + "\n");
        try (WebFolder server = WebFolder.of(folder.resolve("site"))) {
            assertThat(fetch(server.url("").replaceFirst("/$", ""), "9.9.9")).isEqualTo("0");
        }
        // Without the server: what is kept is enough.
        assertThat(fetch("http://127.0.0.1:9", "v9.9.9")).isEqualTo("0");
        assertThat(Files.readString(folder.resolve("output")))
                .isEqualTo(("program=" + folder.resolve("tools/runner/9.9.9") + "/"
                                + (name.contains("arm64") ? "arm64" : "x64") + "/bin/runner\n")
                        .repeat(2));
    }

    private String fetch(String server, String version) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(ACTION.resolve("fetch").toString());
        Map<String, String> environment = builder.environment();
        environment.put("GITHUB_OUTPUT", folder.resolve("output").toString());
        environment.put("GITHUB_SERVER_URL", server);
        environment.put("RUNNER_ARCH", archive().toString().contains("arm64") ? "ARM64" : "X64");
        environment.put("RUNNER_TOOL_CACHE", folder.resolve("tools").toString());
        environment.put("PROGRAM_REPOSITORY", "acme/runner");
        environment.put("PROGRAM_VERSION", version);
        environment.put("PROGRAM_ARCHIVE", "");
        environment.put("PROGRAM_REF", "v1");
        return String.valueOf(builder.inheritIO().start().waitFor());
    }
}
