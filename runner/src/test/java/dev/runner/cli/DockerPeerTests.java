package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.buildkit.BuildKitProxy;
import dev.runner.build.embedded.DockerEngine;
import dev.runner.host.ForeignBusybox;
import dev.runner.oci.Platform;
import dev.runner.registry.DockerRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real Docker Engine pulls, loads and runs what is built, and Buildx shows it. */
class DockerPeerTests {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String PASSWORD = "s3cr3t-canary";
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    @TempDir
    static Path folder;

    private static DockerEngine engine;
    private static DockerRegistry registry;
    private static DockerRegistry gitlab;
    private static Program program;
    private static Path context;

    @BeforeAll
    static void start() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(BUSYBOX), "busybox-static is not installed");
        engine = DockerEngine.start();
        registry = DockerRegistry.start(folder.resolve("registry"));
        gitlab = DockerRegistry.startWithUser(folder.resolve("gitlab-registry"), "ada", PASSWORD);
        program = Program.at(folder.resolve("home"));
        context = Files.createDirectories(folder.resolve("context"));
        Files.copy(BUSYBOX, context.resolve("busybox"));
        Files.writeString(context.resolve("Dockerfile"), """
                FROM scratch
                COPY busybox /bin/
                COPY busybox /bin/sh
                WORKDIR /work
                COPY --chown=7:8 Dockerfile ./a
                ENV GREETING=hello
                USER 7
                CMD ["/bin/sh", "-c", "echo $GREETING; /bin/busybox stat -c %%u:%%g a; /bin/busybox id -u"]
                LABEL folder=%s
                """.formatted(folder));
    }

    @AfterAll
    static void stop() throws Exception {
        for (DockerRegistry one : new DockerRegistry[] {registry, gitlab}) {
            if (one != null) {
                one.close();
            }
        }
        if (engine != null) {
            engine.close();
        }
    }

    private static String build(String... words) {
        List<String> all = new ArrayList<>(List.of("build", "-q"));
        all.addAll(List.of(words));
        all.add(context.toString());
        return program.run(all.toArray(String[]::new)).passed().out().strip();
    }

    private static String run(String image) throws Exception {
        return engine.docker("run", "--rm", "--network=none", image);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "compression=gzip",
                "compression=zstd",
                "compression=estargz",
                "compression=uncompressed",
                "oci-mediatypes=false"
            })
    void docker_pulls_and_runs_what_was_pushed(String how) throws Exception {
        String name = registry.domain() + "/" + how.replaceAll("[^a-z]", "") + ":1";
        String digest =
                build("--platform=linux/arm64,linux/amd64", "-o", "type=image,push=true," + how + ",name=" + name);
        assertThat(engine.docker("pull", name)).contains("Digest: " + digest);
        try {
            assertThat(run(name)).isEqualTo("hello\n7:8\n7\n");
        } finally {
            engine.docker("rmi", "--force", name);
        }
    }

    @Test
    void docker_loads_and_runs_archives() throws Exception {
        Path archive = folder.resolve("image.tar");
        for (String type : List.of("docker", "oci")) {
            build("-t", "peer/" + type + ":1", "-o", "type=" + type + ",dest=" + archive);
            engine.docker("load", "--input", archive.toString());
            try {
                assertThat(run("peer/" + type + ":1")).as(type).isEqualTo("hello\n7:8\n7\n");
            } finally {
                engine.docker("rmi", "--force", "peer/" + type + ":1");
            }
        }
    }

    private static JsonNode imagetools(String name, String format) throws Exception {
        return JSON.readTree(engine.docker("buildx", "imagetools", "inspect", "--format", format, name));
    }

    @Test
    void imagetools_shows_platforms_provenance_and_packages() throws Exception {
        String name = registry.domain() + "/shown:1";
        String digest = build(
                "--platform=linux/arm64,linux/amd64",
                "--provenance=mode=max",
                "--sbom=true",
                "--annotation=index:org.example.a=b",
                "-o",
                "type=image,push=true,name=" + name);
        assertThat(engine.docker("buildx", "imagetools", "inspect", name))
                .contains(digest, "linux/arm64", "linux/amd64", "attestation-manifest");
        JsonNode index = imagetools(name, "{{json .Manifest}}");
        assertThat(index.path("digest").asString()).isEqualTo(digest);
        assertThat(index.path("annotations").path("org.example.a").asString()).isEqualTo("b");
        assertThat(imagetools(name, "{{json .Image}}").propertyNames())
                .containsExactlyInAnyOrder("linux/arm64", "linux/amd64");
        JsonNode provenance = imagetools(name, "{{json .Provenance}}").path("linux/amd64");
        assertThat(provenance.toString()).contains("buildDefinition");
        JsonNode packages = imagetools(name, "{{json .SBOM}}").path("linux/arm64");
        assertThat(packages.toString()).contains("SPDX-2.3");
    }

    @Test
    void imagetools_makes_an_image_of_ours_and_reads_it() throws Exception {
        String domain = registry.domain();
        for (String platform : List.of("amd64", "arm64")) {
            build("--platform=linux/" + platform, "-o", "type=image,push=true,name=" + domain + "/part:" + platform);
        }
        engine.docker(
                "buildx",
                "imagetools",
                "create",
                "-t",
                domain + "/whole:1",
                domain + "/part:amd64",
                domain + "/part:arm64");
        JsonNode ours = JSON.readTree(program.run("inspect", "--format", "json", domain + "/whole:1")
                .passed()
                .out());
        assertThat(ours.toString()).contains("linux/amd64", "linux/arm64");
    }

    /** As a process, because the {@code docker} command finds its engine by the environment. */
    private static Program.Outcome load(Map<String, String> environment, String... words) throws Exception {
        List<String> command = ProgramProcess.command("build", "--load");
        command.addAll(List.of(words));
        command.add(context.toString());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("load/cache").toString());
        builder.environment().put("XDG_STATE_HOME", folder.resolve("load/state").toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Program.Outcome(process.waitFor(), said, "");
    }

    @Test
    void load_gives_docker_every_platform_where_it_keeps_them() throws Exception {
        load(engine.environment(), "-t", "peer/load:1", "--platform=linux/amd64,linux/arm64")
                .passed();
        try {
            assertThat(run("peer/load:1")).isEqualTo("hello\n7:8\n7\n");
            assertThat(engine.docker("image", "inspect", "--platform=linux/arm64", "peer/load:1"))
                    .contains("\"Architecture\": \"arm64\"");
        } finally {
            engine.docker("rmi", "--force", "peer/load:1");
        }
    }

    /** The engine of this suite keeps several, so the one that does not is a script that says what such a one says. */
    @Test
    void load_of_several_platforms_tells_what_a_docker_without_containerd_cannot_do() throws Exception {
        Path programs = Files.createDirectories(folder.resolve("programs"));
        Path docker = programs.resolve("docker");
        Files.writeString(
                docker, "#!/bin/sh\necho '[[\"Backing Filesystem\",\"extfs\"],[\"Supports d_type\",\"true\"]]'\n");
        Files.setPosixFilePermissions(docker, PosixFilePermissions.fromString("rwxr-xr-x"));
        Program.Outcome outcome =
                load(Map.of("PATH", programs + ":" + System.getenv("PATH")), "--platform=linux/amd64,linux/arm64");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.out())
                .contains("this Docker keeps one platform of an image, and this one has several")
                .contains("build one with --platform, or turn on Docker's containerd image store");
    }

    /**
     * The peer's own front-end has no {@code --parents}; what it means, a copy of the whole context of which all else is
     * ignored, it has.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--parents a/b/c.txt d/*/e.txt /out/|. /out/|a/b/c.txt d/*/e.txt",
                "--parents a/b /out/|. /out/|a/b",
                "--parents a/./b/c.txt /out/|a /out/|a/b/c.txt",
                "--parents **/*.txt /out/|. /out/|**/*.txt",
                "--parents ./d/**/e.* /out/|. /out/|d/**/e.*"
            })
    void parents_are_copied_as_the_peer_copies_a_context_with_all_else_ignored(
            String ours, String theirs, String wanted) throws Exception {
        Path place = Files.createTempDirectory(folder, "parents");
        RemoteContextTests.sh(place, """
                mkdir -p c/a/b/more c/d/one c/d/two/three c/x
                for file in a/b/c.txt a/b/more/f.txt a/other.txt d/one/e.txt d/two/three/e.md x/y; do echo $file > c/$file; done
                chmod 700 c/a; chmod 1755 c/a/b; chmod 750 c/d; chmod 600 c/a/b/c.txt
                mkdir -p pre/a/b; echo pre > pre/a/b/there; chmod 711 pre/a pre/a/b
                find c pre -exec touch -d '2024-02-03 04:05:06Z' {} +
                """);
        String pre = "--build-context=pre=" + place.resolve("pre");
        Path from = place.resolve("c");
        String before = "FROM scratch\nCOPY --from=pre . /out/\nCOPY ";
        Files.writeString(from.resolve("Dockerfile"), before + ours + "\n");
        program.run("build", "-q", pre, "-o", "type=tar,dest=" + place.resolve("ours.tar"), from.toString())
                .passed();
        Files.writeString(from.resolve("Dockerfile"), before + theirs + "\n");
        Files.writeString(from.resolve(".dockerignore"), "**\n!" + wanted.replace(" ", "\n!") + "\n");
        engine.build(from, pre, "--no-cache", "-o", "type=tar,dest=" + place.resolve("theirs.tar"));
        // Of folders that an engine has received before it may keep the time.
        String list = "tar --utc --full-time -tvf %s | awk '/^d/ {$4=$5=\"\"} !/ out\\/$/' | sort -k6";
        assertThat(RemoteContextTests.sh(place, list.formatted("ours.tar")))
                .contains("out/")
                .isEqualTo(RemoteContextTests.sh(place, list.formatted("theirs.tar")));
    }

    @Test
    void a_builder_elsewhere_is_made_used_shown_and_removed_by_the_real_buildx() throws Exception {
        Program own = Program.at(folder.resolve("elsewhere"));
        engine.environment().forEach(own::with);
        own.with("BUILDX_CONFIG", folder.resolve("elsewhere/buildx").toString());
        try (BuildKitProxy proxy = BuildKitProxy.start(engine.folder().resolve("docker.sock"), null)) {
            String address = "tcp://127.0.0.1:" + proxy.port();
            assertThat(own.run("docker", "buildx", "create", "--name", "far", "--driver", "remote", "--use", address)
                            .passed()
                            .out())
                    .isEqualTo("far\n");
            assertThat(own.run("docker", "buildx", "ls").passed().out())
                    .containsPattern("far\\*\\s+remote")
                    .contains(address);
            assertThat(own.run("docker", "buildx", "inspect", "--bootstrap")
                            .passed()
                            .out())
                    .containsPattern("Driver:\\s+remote")
                    .containsPattern("Status:\\s+running");
            Program.Outcome built =
                    own.run("docker", "buildx", "build", "--load", "-t", "far/away:1", context.toString());
            assertThat(built.passed().err()).contains("building with \"far\" instance using remote driver");
            assertThat(own.run("docker", "images", "--format", "{{.Repository}}")
                            .passed()
                            .out())
                    .contains("far/away");
            assertThat(own.run("docker", "buildx", "rm", "far").passed().err()).contains("far removed");
            assertThat(engine.docker("buildx", "ls")).doesNotContain("far");
        }
        Program none = Program.at(folder.resolve("none")).with("RUNNER_BUILDX", "/nowhere");
        Program.Outcome refused = none.run("docker", "buildx", "create", "--driver", "kubernetes");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("needs Buildx", "apt-get install docker-buildx");
    }

    @Test
    void a_workflow_builds_where_its_setup_buildx_action_says() throws Exception {
        Path repository = Files.createDirectories(folder.resolve("workflow"));
        Files.copy(BUSYBOX, repository.resolve("busybox"));
        Files.writeString(repository.resolve("Dockerfile"), "FROM scratch\nCOPY busybox /bin/busybox\n");
        Path file =
                Files.createDirectories(repository.resolve(".github/workflows")).resolve("image.yml");
        String image = registry.domain() + "/workflow:1";
        try (BuildKitProxy proxy = BuildKitProxy.start(engine.folder().resolve("docker.sock"), null)) {
            Files.writeString(file, """
                    on: push
                    jobs:
                      image:
                        runs-on: ubuntu-latest
                        steps:
                          - uses: actions/checkout@v4
                          - uses: docker/setup-buildx-action@v3
                            with:
                              driver: remote
                              endpoint: tcp://127.0.0.1:%1$d
                              name: away
                              append: |
                                - name: further
                                  endpoint: tcp://localhost:%1$d
                                  platforms: linux/s390x
                          - uses: docker/build-push-action@v6
                            with: {context: ., push: true, tags: %2$s}
                          - run: docker buildx inspect | grep remote && docker buildx build -q .
                    """.formatted(proxy.port(), image));
            RemoteContextTests.sh(repository, """
                    git init -q -b main && git add . &&
                    git -c user.name=a -c user.email=a@example.com commit -qm first
                    """);
            Map<String, String> environment = new HashMap<>(engine.environment());
            environment.put("HOME", folder.resolve("workflow-home").toString());
            environment.put("RUNNER_DOCKER", "runner");
            ByteArrayOutputStream log = new ByteArrayOutputStream();
            PrintWriter out = new PrintWriter(log, true, StandardCharsets.UTF_8);
            List<String> words = List.of("exec", "--output=plain", file.toString());
            int code = Main.run(
                    new RunnerCommand(words, environment, InputStream.nullInputStream(), out, out, () -> log), words);
            String said = log.toString(StandardCharsets.UTF_8);
            assertThat(code).as(said).isZero();
            assertThat(said)
                    .contains("exporting to image", "Driver:", "away removed")
                    .containsPattern("Name: +further")
                    .contains("tcp://localhost:" + proxy.port());
            assertThat(DockerRegistry.skopeo("inspect", "--raw", "--tls-verify=false", "docker://" + image))
                    .contains("attestation-manifest");
        }
    }

    /**
     * As GitLab's docker executor makes a container on a shared runner, and with fewer rights: no root, no capability,
     * Docker's filter of system calls. The whole job image is tried so by {@code pipelines/image/check}.
     */
    @Test
    void a_gitlab_job_in_a_container_without_rights_builds_pushes_and_reports() throws Exception {
        Path project = Files.createDirectories(folder.resolve("gitlab"));
        ForeignBusybox.install(Platform.parse("linux/arm64"), project.resolve("arm64"));
        ForeignBusybox.install(Platform.parse("linux/amd64"), project.resolve("amd64"));
        Files.writeString(project.resolve("Dockerfile"), """
                FROM scratch
                ARG TARGETARCH
                COPY $TARGETARCH /
                ENV PATH=/bin
                RUN uname -m >/machine
                """);
        String name = gitlab.domain() + "/acme/app";
        Files.writeString(project.resolve("pipeline.yml"), """
                platforms: [linux/amd64, linux/arm64]
                jobs:
                  image:
                    steps:
                      - id: image
                        build: {context: .}
                      - publish: {image: "${{ steps.image.outputs.digest }}", to: %s, tags: [one]}
                """.formatted(name));
        List<String> classes = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(":")) {
            classes.add(entry.endsWith(".jar") ? "/jars/" + Path.of(entry).getFileName() : entry);
            if (entry.endsWith(".jar")) { // The user's own folders may be closed to others.
                Files.copy(
                        Path.of(entry),
                        Files.createDirectories(folder.resolve("jars"))
                                .resolve(Path.of(entry).getFileName()));
            }
        }
        script(
                project.resolve("runner"),
                "exec " + System.getProperty("java.home")
                        + "/bin/java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp "
                        + String.join(":", classes)
                        + " dev.runner.cli.Main \"$@\"");
        String script = """
                set -eu
                grep -q '^CapEff:[[:space:]]*0*$' /proc/self/status
                grep -q '^Seccomp:[[:space:]]*2$' /proc/self/status
                ./runner exec --report junit=junit.xml --report dotenv=image.env pipeline.yml
                """;
        RemoteContextTests.sh(project, "chmod -R a+rwX . ../jars");
        build("-t", "peer/job:1", "-o", "type=docker,dest=" + folder.resolve("job.tar"));
        engine.docker("load", "--input", folder.resolve("job.tar").toString());
        String said = asGitLab(project, script);

        assertThat(said)
                .contains("section_start:", "published " + name + ":one")
                .doesNotContain(PASSWORD);
        assertThat(project.resolve("junit.xml")).content().contains("<testsuite");
        assertThat(project.resolve("image.env")).content().contains("IMAGE=" + name);
        assertThat(DockerRegistry.skopeo(
                        "inspect",
                        "--raw",
                        "--tls-verify=false",
                        "--creds=ada:" + PASSWORD,
                        "docker://" + name + ":one"))
                .contains("arm64", "amd64");
    }

    /** The script comes on standard input, and the project is mounted; so are the program and what is installed here. */
    private static String asGitLab(Path project, String script) throws Exception {
        Path classpath = Path.of("target").toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(
                "docker",
                "run",
                "--rm",
                "-i",
                "--network=host",
                "--user=1000:1000",
                "--cap-drop=ALL",
                "--tmpfs=/tmp:exec"));
        for (String place : List.of("/usr", "/lib", "/lib64", "/etc/ssl", classpath.toString())) {
            command.add("--volume=" + place + ":" + place + ":ro");
        }
        command.addAll(List.of(
                "--volume=" + folder.resolve("jars") + ":/jars:ro", "--volume=" + project + ":/builds/acme/app"));
        command.add("--workdir=/builds/acme/app");
        Map<String, String> variables = Map.of(
                "PATH", "/bin:/usr/bin:/usr/sbin",
                "HOME", "/tmp",
                "GITLAB_CI", "true",
                "CI_PROJECT_DIR", "/builds/acme/app",
                "CI_REGISTRY", gitlab.domain(),
                "CI_REGISTRY_USER", "ada",
                "CI_REGISTRY_PASSWORD", PASSWORD);
        variables.forEach((key, value) -> command.add("--env=" + key + "=" + value));
        command.addAll(List.of("peer/job:1", "sh", "-c", "exec sh"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(engine.environment());
        Process process = builder.start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(script.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
