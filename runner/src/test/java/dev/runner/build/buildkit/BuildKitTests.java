package dev.runner.build.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.runner.build.BuildContext;
import dev.runner.build.BuildEvent;
import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildListener;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildRequest.CacheOptions;
import dev.runner.build.BuildResult;
import dev.runner.build.BuildSecret;
import dev.runner.build.BuilderSpec;
import dev.runner.build.CacheReference;
import dev.runner.build.Images;
import dev.runner.build.Output;
import dev.runner.build.SshAgent;
import dev.runner.build.embedded.DockerEngine;
import dev.runner.build.embedded.EmbeddedBuilder;
import dev.runner.build.embedded.cache.GithubCacheService;
import dev.runner.host.sandbox.Limits;
import dev.runner.oci.ImageConfig;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.registry.CredentialSource;
import dev.runner.registry.DockerRegistry;
import dev.runner.registry.RegistryClient;
import dev.runner.registry.RegistryConfiguration;
import dev.runner.registry.TransferListener;
import dev.runner.secret.Masker;
import dev.runner.secret.Secret;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The BuildKit of a real Docker Engine, reached in every way that can be had on one machine. */
class BuildKitTests {
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final String BASE = "FROM scratch\nCOPY busybox /bin/busybox\n";
    private static final BuildKit.Patience SHORT = new BuildKit.Patience(Duration.ofSeconds(1), Duration.ofSeconds(1));

    @TempDir
    static Path folder;

    private static DockerEngine engine;
    private static DockerRegistry registry;
    private static RegistryClient client;
    private static EmbeddedBuilder store;
    private static Path context;
    private static Path work;
    private static Map<String, String> environment;

    private final Masker masker = new Masker();
    private final List<BuildEvent> events = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(BUSYBOX), "busybox-static is not installed");
        engine = DockerEngine.start();
        registry = DockerRegistry.start(folder.resolve("registry"));
        client =
                RegistryClient.of(RegistryConfiguration.DEFAULT, CredentialSource.anonymous(), TransferListener.SILENT);
        store = EmbeddedBuilder.open(folder.resolve("state"), client, new Masker(), EmbeddedBuilder.Settings.DEFAULT);
        context = Files.createDirectories(folder.resolve("context"));
        work = Files.createDirectories(folder.resolve("work"));
        Files.copy(BUSYBOX, context.resolve("busybox"));
        environment = new HashMap<>(System.getenv());
        environment.putAll(engine.environment());
        environment.put("BUILDX_CONFIG", folder.resolve("buildx").toString());
    }

    @AfterAll
    static void stop() throws Exception {
        if (store != null) {
            store.close();
            client.close();
            registry.close();
            engine.close();
        }
    }

    private BuildKit buildkit(RegistryConfiguration registries, BuildKit.Patience patience) {
        return new BuildKit(new BuildKit.Parts(
                Buildx.find(environment), work, store.images(), store.localImages(), registries, masker, patience));
    }

    private BuildKit buildkit() {
        return buildkit(RegistryConfiguration.DEFAULT, BuildKit.Patience.DEFAULT);
    }

    private static BuildRequest request(String dockerfile, Consumer<BuildRequest.Builder> more) {
        BuildRequest.Builder builder =
                BuildRequest.builder(new BuildContext.Directory(context), Source.of("Dockerfile", dockerfile));
        more.accept(builder);
        return builder.build();
    }

    private static BuildRequest request(String dockerfile) {
        return request(dockerfile, _ -> {});
    }

    /** A step that no cache knows. */
    private static String busybox(String script) {
        String fresh = ": " + System.nanoTime() + "; ";
        return BASE + "RUN [\"/bin/busybox\", \"sh\", \"-c\", \"" + fresh + script + "\"]\n";
    }

    /** Does something when a step whose name holds a word begins. */
    private BuildListener when(String word, Runnable action) {
        return event -> {
            events.add(event);
            if (event instanceof BuildEvent.VertexStarted started
                    && started.name().contains(word)) {
                action.run();
            }
        };
    }

    private static BuilderSpec remote(String endpoint, Map<String, String> options) {
        return new BuilderSpec(
                null, "remote", List.of(new BuilderSpec.Node(null, endpoint, List.of(), options, null, null)), false);
    }

    private static Path socket() {
        return engine.folder().resolve("docker.sock");
    }

    private static String builders() throws Exception {
        return Buildx.find(environment)
                .run(List.of("ls"), Duration.ofMinutes(1))
                .out();
    }

    private static SSLContext tls(DockerRegistry.Certificates files) throws Exception {
        Path store = folder.resolve("server.p12");
        Process openssl = new ProcessBuilder(
                        "openssl",
                        "pkcs12",
                        "-export",
                        "-passout",
                        "pass:none",
                        "-in",
                        files.certificate().toString(),
                        "-inkey",
                        files.key().toString(),
                        "-out",
                        store.toString())
                .inheritIO()
                .start();
        assertThat(openssl.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), "none".toCharArray());
        KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
        own.init(keys, "none".toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (var in = Files.newInputStream(files.authority())) {
            trusted.setCertificateEntry(
                    "ca",
                    java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory others = TrustManagerFactory.getInstance("PKIX");
        others.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), others.getTrustManagers(), null);
        return context;
    }

    @Test
    void a_remote_builder_is_reached_with_certificates_and_goes_with_the_run() throws Exception {
        var files = DockerRegistry.Certificates.generate(folder.resolve("certificates"));
        try (BuildKitProxy proxy = BuildKitProxy.start(socket(), tls(files));
                BuildKit buildkit = buildkit()) {
            BuilderSpec spec = remote(
                    "tcp://127.0.0.1:" + proxy.port(),
                    Map.of(
                            "cacert", files.authority().toString(),
                            "cert", files.certificate().toString(),
                            "key", files.key().toString(),
                            "servername", "localhost"));
            BuildResult result = buildkit.engine(spec).build(request(busybox("echo over TLS")), events::add);
            assertThat(store.images().find(result.image().digest())).isNotNull();
            assertThat(events)
                    .anyMatch(event -> event instanceof BuildEvent.VertexOutput said
                            && said.line().equals("over TLS"));
            assertThat(builders()).contains("runner-");
        }
        assertThat(builders()).doesNotContain("runner-");
    }

    @Test
    void a_builder_of_a_run_that_was_killed_goes_with_what_is_known_of_the_run() throws Exception {
        Path dead = Files.createDirectories(folder.resolve("dead"));
        Buildx buildx = Buildx.find(environment);
        Map<String, String> other = new HashMap<>(environment);
        other.put("BUILDX_CONFIG", folder.resolve("elsewhere").toString());
        try (BuildKitProxy proxy = BuildKitProxy.start(socket(), null)) {
            BuilderSpec made = remote("tcp://127.0.0.1:" + proxy.port(), Map.of());
            BuilderKeeper killed = new BuilderKeeper(buildx, RegistryConfiguration.DEFAULT, dead);
            killed.ready(new BuilderSpec("kept", made.driver(), made.nodes(), true));
            String name = killed.ready(made).name();
            assertThat(builders()).contains(name, "kept");
            BuildKit.clear(Buildx.find(other), dead);
            assertThat(builders()).doesNotContain(name).contains("kept");
            assertThat(buildx.run(List.of("rm", "--force", "kept"), Duration.ofMinutes(1))
                            .succeeded())
                    .isTrue();
        }
    }

    /** No image of BuildKit can be had here: this one's {@code buildctl} leads to the BuildKit of the engine. */
    @Test
    void a_container_is_a_builder_with_the_settings_that_it_was_given() throws Exception {
        try (BuildKitProxy proxy = BuildKitProxy.start(socket(), null)) {
            Path made = Files.createDirectories(folder.resolve("daemon"));
            Files.copy(BUSYBOX, made.resolve("busybox"));
            script(
                    made.resolve("buildctl"),
                    "case \"$*\" in *dial-stdio*) exec /bin/nc 127.0.0.1 " + proxy.port() + ";; esac");
            script(made.resolve("buildkitd"), "exec /bin/sleep 1000");
            Files.writeString(made.resolve("Dockerfile"), BASE + """
                    RUN ["/bin/busybox", "--install", "-s", "/bin"]
                    COPY buildctl buildkitd /usr/bin/
                    ENTRYPOINT ["/usr/bin/buildkitd"]
                    """);
            engine.build(made, "--load", "-t", "runner/daemon:1");
            RegistryConfiguration registries =
                    RegistryConfiguration.DEFAULT.withMirror("docker.io", URI.create("http://" + registry.domain()));
            BuilderSpec.Node node = new BuilderSpec.Node(
                    null,
                    null,
                    List.of(),
                    Map.of("image", "runner/daemon:1", "network", "host"),
                    "--debug",
                    "[worker.oci]\n  gc = true\n");
            try (BuildKit buildkit = buildkit(registries, BuildKit.Patience.DEFAULT)) {
                BuilderSpec spec = new BuilderSpec("boxed", "docker-container", List.of(node), false);
                BuildResult result = buildkit.engine(spec).build(request(busybox("echo in a container")), events::add);
                assertThat(result.platforms()).hasSize(1);
                assertThat(engine.docker("exec", "buildx_buildkit_boxed0", "cat", "/etc/buildkit/buildkitd.toml"))
                        .contains("gc = true", registry.domain());
                assertThat(engine.docker("inspect", "buildx_buildkit_boxed0", "--format", "{{.Args}}"))
                        .contains("--debug");
            }
            assertThat(engine.docker("ps", "--all", "--format", "{{.Names}}")).doesNotContain("boxed");
            engine.docker("rmi", "--force", "runner/daemon:1");
        }
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void a_builder_that_falls_silent_is_stuck_and_the_build_has_not_failed() throws Exception {
        try (BuildKitProxy proxy = BuildKitProxy.start(socket(), null);
                BuildKit buildkit = buildkit(RegistryConfiguration.DEFAULT, SHORT)) {
            BuilderSpec spec = remote("tcp://127.0.0.1:" + proxy.port(), Map.of());
            assertThatExceptionOfType(BuilderLostException.class)
                    .isThrownBy(() -> buildkit.engine(spec)
                            .build(
                                    request(busybox("echo 1; /bin/busybox sleep 60")),
                                    when("sleep 60", proxy::fallSilent)))
                    .matches(e -> e.reason() == BuilderLostException.Reason.STUCK)
                    .withMessageContaining("is stuck: it has said nothing for");
        }
    }

    @Test
    void a_builder_that_hangs_up_is_gone_and_the_build_has_not_failed() throws Exception {
        try (BuildKitProxy proxy = BuildKitProxy.start(socket(), null);
                BuildKit buildkit = buildkit()) {
            BuilderSpec spec = remote("tcp://127.0.0.1:" + proxy.port(), Map.of());
            assertThatExceptionOfType(BuilderLostException.class)
                    .isThrownBy(() -> buildkit.engine(spec)
                            .build(
                                    request(busybox("echo 2; /bin/busybox sleep 60")),
                                    when("sleep 60", () -> hangUp(proxy))))
                    .matches(e -> e.reason() == BuilderLostException.Reason.GONE)
                    .withMessageContaining("is gone");
        }
    }

    private static void hangUp(BuildKitProxy proxy) {
        try {
            proxy.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void a_long_silent_step_is_not_taken_for_a_stuck_builder() throws Exception {
        try (BuildKit buildkit = buildkit(
                RegistryConfiguration.DEFAULT, new BuildKit.Patience(Duration.ofMillis(500), Duration.ofSeconds(20)))) {
            BuildResult result = buildkit.engine(null).build(request(busybox("/bin/busybox sleep 3")), events::add);
            assertThat(result.platforms()).hasSize(1);
        }
    }

    @Test
    void a_failing_step_is_the_builds_fault_and_shows_its_line() throws Exception {
        try (BuildKit buildkit = buildkit()) {
            assertThatExceptionOfType(BuildFailedException.class)
                    .isThrownBy(() ->
                            buildkit.engine(null).build(request(busybox("echo so; echo far >&2; exit 7")), events::add))
                    .satisfies(e -> {
                        assertThat(e.failure().exitCode()).isEqualTo(7);
                        assertThat(e.failure().output()).containsExactlyInAnyOrder("so", "far");
                        assertThat(Objects.requireNonNull(e.diagnostic()).render())
                                .startsWith("Dockerfile:3:1: error: process");
                    });
            assertThatExceptionOfType(InvalidSourceException.class)
                    .isThrownBy(() -> buildkit.engine(null).build(request("FORM scratch\nRNU x\n"), events::add))
                    .satisfies(e -> assertThat(e.diagnostics()).hasSizeGreaterThan(1));
        }
    }

    @Test
    void a_cancelled_build_ends_on_its_builder_too() throws Exception {
        String mark = "7" + System.nanoTime() % 1_000_000;
        CompletableFuture<Void> running = new CompletableFuture<>();
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        try (BuildKit buildkit = buildkit()) {
            Thread build = Thread.ofPlatform().start(() -> {
                try {
                    buildkit.engine(null).build(request(busybox("echo begun; /bin/busybox sleep " + mark)), event -> {
                        if (event instanceof BuildEvent.VertexOutput) {
                            running.complete(null);
                        }
                    });
                    ended.complete(new AssertionError("not cancelled"));
                } catch (Exception e) {
                    running.complete(null);
                    ended.complete(e);
                }
            });
            running.join();
            build.interrupt();
            assertThat(ended.join()).isInstanceOf(InterruptedException.class);
        }
        for (int i = 0; i < 100 && isRunning("sleep " + mark); i++) {
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
        }
        assertThat(isRunning("sleep " + mark)).isFalse();
    }

    private static boolean isRunning(String words) {
        return commandLines().anyMatch(line -> line.contains(words));
    }

    private static Stream<String> commandLines() {
        return ProcessHandle.allProcesses().map(process -> {
            try {
                return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"))
                        .replace('\0', ' ');
            } catch (IOException e) {
                return ""; // It has ended.
            }
        });
    }

    @Test
    void a_secret_and_an_argument_are_in_no_command_line_and_no_output() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        masker.add("s3cr3t-word");
        String script =
                "/bin/busybox cat /run/secrets/word; echo $TOKEN >/token; /bin/busybox sleep 1; : " + System.nanoTime();
        String dockerfile = BASE + "ARG TOKEN\nRUN --mount=type=secret,id=word [\"/bin/busybox\", \"sh\", \"-c\", \""
                + script + "\"]\n";
        try (BuildKit buildkit = buildkit()) {
            buildkit.engine(null)
                    .build(
                            request(
                                    dockerfile,
                                    builder -> builder.secret(
                                                    new BuildSecret.Value("word", Secret.of("word", "s3cr3t-word\n")))
                                            .argument("TOKEN", "t0ken-value")
                                            .output(new Output.LocalFiles(folder.resolve("files")))),
                            event -> {
                                events.add(event);
                                if (event instanceof BuildEvent.VertexOutput) {
                                    commandLines().forEach(lines::add);
                                }
                            });
        }
        assertThat(lines).anyMatch(line -> line.contains("--builder=")).noneMatch(line -> line.contains("s3cr3t-word"));
        assertThat(lines.stream().filter(line -> line.contains("buildx")))
                .noneMatch(line -> line.contains("t0ken-value"));
        assertThat(events.toString()).doesNotContain("s3cr3t-word").contains("***");
        assertThat(Files.readString(folder.resolve("files/token"))).isEqualTo("t0ken-value\n");
    }

    @Test
    void what_was_pushed_from_the_builder_can_be_published_again_without_its_layers_here() throws Exception {
        Reference name = Reference.parse(registry.domain() + "/far:1");
        try (BuildKit buildkit = buildkit()) {
            BuildResult result = buildkit.engine(null)
                    .build(
                            request(busybox("echo far"), builder -> builder.output(new Output.Push(List.of(name)))),
                            events::add);
            assertThat(store.images().platforms(result.image().digest())).hasSize(1);
            Reference other = Reference.parse(registry.domain() + "/near:2");
            store.images().push(result.image().digest(), List.of(other), BuildListener.silent());
            assertThat(client.head(other)).isNotNull();
        }
    }

    /** Of three platforms those that are asked for, once by FROM with an argument and once by COPY. */
    @Test
    void a_base_image_that_only_our_store_has_is_handed_over() throws Exception {
        List<Platform> two = List.of(Platform.parse("linux/arm64"), Platform.parse("linux/riscv64"));
        Reference base = Reference.parse("made-here/base:1");
        BuildResult made = store.engine()
                .build(
                        request(
                                "FROM scratch\nARG TARGETARCH\nCOPY busybox /$TARGETARCH\nENV FROM_BASE=yes\n",
                                builder -> builder.platforms(
                                                List.of(two.getFirst(), two.getLast(), Platform.parse("linux/s390x")))
                                        .output(new Output.Store(List.of(base, Reference.parse("made-here-too"))))),
                        events::add);
        String dockerfile = "ARG NAME=made-here/base\nFROM $NAME:1\nCOPY --from=made-here-too / /copy/\n";
        try (BuildKit buildkit = buildkit()) {
            BuildResult result =
                    buildkit.engine(null).build(request(dockerfile, builder -> builder.platforms(two)), events::add);
            List<Images.PlatformImage> under =
                    store.images().platforms(made.image().digest());
            List<Images.PlatformImage> over =
                    store.images().platforms(result.image().digest());
            assertThat(over).hasSize(2);
            for (Images.PlatformImage one : over) {
                ImageConfig below = under.stream()
                        .filter(image -> image.platform().equals(one.platform()))
                        .findFirst()
                        .orElseThrow()
                        .config();
                assertThat(one.config().diffIds())
                        .hasSize(2)
                        .startsWith(below.diffIds().getFirst());
                assertThat(one.config().config().env()).contains("FROM_BASE=yes");
            }
        }
    }

    @Test
    void a_cache_of_github_is_written_and_read_by_buildkit_itself() throws Exception {
        try (GithubCacheService service = GithubCacheService.start();
                BuildKit buildkit = buildkit()) {
            Map<String, String> job =
                    Map.of("ACTIONS_RESULTS_URL", service.url(), "ACTIONS_RUNTIME_TOKEN", GithubCacheService.TOKEN);
            String dockerfile = busybox("echo kept");
            CacheOptions to = caches(List.of(), List.of(CacheReference.parse("type=gha,mode=max,scope=a", job)));
            buildkit.engine(null).build(request(dockerfile, builder -> builder.cache(to)), events::add);
            assertThat(service.keys()).anyMatch(key -> key.startsWith("index-a"));
            CacheOptions from = caches(List.of(CacheReference.parse("type=gha,scope=a", job)), List.of());
            buildkit.engine(null).build(request(dockerfile, builder -> builder.cache(from)), events::add);
            assertThat(service.refusals()).isEmpty();
            assertThat(events.toString())
                    .contains("importing cache manifest from gha")
                    .doesNotContain("VertexFailed");
            CacheReference listed = CacheReference.parse("type=gha,repository=a/b,ghtoken=t0ken", job);
            refused(buildkit, "ghtoken: ", builder -> builder.cache(caches(List.of(listed), List.of())));
        }
    }

    private static CacheOptions caches(List<CacheReference> from, List<CacheReference> to) {
        return new CacheOptions(from, to, false, List.of(), false);
    }

    @Test
    void an_agent_is_forwarded_to_the_steps_that_ask_for_it() throws Exception {
        Path socket = folder.resolve("agent.sock");
        Process agent = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BuildKit buildkit = buildkit()) {
            while (!Files.exists(socket)) {
                Thread.onSpinWait();
            }
            String dockerfile = BASE + "RUN --mount=type=ssh,id=forge,required [\"/bin/busybox\", \"sh\", \"-c\", \": "
                    + System.nanoTime() + "; test -S $SSH_AUTH_SOCK && echo reached\"]\n";
            buildkit.engine(null)
                    .build(request(dockerfile, builder -> builder.ssh(new SshAgent("forge", socket))), events::add);
            assertThat(events.toString()).contains("reached");
        } finally {
            agent.destroy();
            agent.waitFor();
        }
    }

    @Test
    void provenance_is_what_was_asked_for_and_a_scanner_that_cannot_be_had_is_named() throws Exception {
        try (BuildKit buildkit = buildkit()) {
            assertThat(provenance(buildkit, "mode=max,builder-id=https://ci.example/7", null))
                    .contains("\"id\":\"https://ci.example/7\"", "\"buildConfig\"");
            assertThat(provenance(buildkit, "mode=min", null))
                    .contains("buildType")
                    .doesNotContain("\"buildConfig\"");
            assertThatExceptionOfType(BuildFailedException.class)
                    .isThrownBy(() -> provenance(buildkit, null, "true"))
                    .withMessageContaining("buildkit-syft-scanner");
        }
    }

    private String provenance(BuildKit buildkit, @Nullable String provenance, @Nullable String sbom) throws Exception {
        BuildResult result = buildkit.engine(null)
                .build(
                        request(
                                BASE,
                                builder -> builder.image(new BuildRequest.ImageOptions(
                                        Map.of(),
                                        List.of(),
                                        null,
                                        false,
                                        dev.runner.build.Packaging.DEFAULT,
                                        dev.runner.build.AttestationOptions.parse(provenance, sbom, List.of())))),
                        events::add);
        return result.provenance().values().toString();
    }

    @Test
    void what_buildkit_has_no_word_for_is_refused_by_name() throws Exception {
        try (BuildKit buildkit = buildkit()) {
            refused(buildkit, "memory: BuildKit limits no single RUN step", builder -> builder.run(limited()));
            refused(
                    buildkit,
                    "cache-mounts: ",
                    builder -> builder.cache(
                            new CacheOptions(List.of(), List.of(), false, List.of(), false, Reference.parse("a/b"))));
            refused(
                    buildkit,
                    "sbom: ",
                    builder -> builder.image(new BuildRequest.ImageOptions(
                            Map.of(),
                            List.of(),
                            null,
                            false,
                            dev.runner.build.Packaging.DEFAULT,
                            dev.runner.build.AttestationOptions.parse(null, "format=cyclonedx", List.of()))));
        }
        RegistryConfiguration rewriting =
                RegistryConfiguration.DEFAULT.withRewrite("example.com", URI.create("http://" + registry.domain()));
        try (BuildKit buildkit = buildkit(rewriting, SHORT)) {
            refused(
                    buildkit,
                    "the setting 'rewrite' of the registry example.com cannot be kept by the builder 'default'",
                    builder -> builder.output(new Output.Push(List.of(Reference.parse("example.com/a:1")))));
        }
    }

    private static BuildRequest.RunOptions limited() {
        return new BuildRequest.RunOptions(
                dev.runner.build.NetworkMode.HOST,
                Map.of(),
                Set.of(),
                new Limits(1L << 30, null, null, null, List.of()));
    }

    private void refused(BuildKit buildkit, String message, Consumer<BuildRequest.Builder> more) {
        assertThatExceptionOfType(UnmappedOptionException.class)
                .isThrownBy(() -> buildkit.engine(null).build(request(BASE, more), events::add))
                .withMessageStartingWith(message)
                .satisfies(e -> assertThat(e.remedy()).isNotBlank());
    }

    @Test
    void nodes_of_a_cluster_are_appended_as_they_are_described() throws Exception {
        Path kube = folder.resolve("kubeconfig");
        Files.writeString(kube, """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
                contexts: [{name: c, context: {cluster: c, user: u, namespace: builds}}]
                users: [{name: u, user: {}}]
                current-context: c
                """);
        Map<String, String> own = new HashMap<>(environment);
        own.put("KUBECONFIG", kube.toString());
        Buildx buildx = Buildx.find(own);
        try (BuilderKeeper keeper =
                new BuilderKeeper(buildx, RegistryConfiguration.DEFAULT.withInsecure("plain.example"), folder)) {
            keeper.create(
                    "fleet",
                    new BuilderSpec(
                            "fleet",
                            "kubernetes",
                            List.of(
                                    new BuilderSpec.Node(
                                            "intel",
                                            null,
                                            List.of("linux/amd64"),
                                            Map.of(
                                                    "namespace",
                                                    "builds",
                                                    "nodeselector",
                                                    "kubernetes.io/arch=amd64,pool=fast"),
                                            "--debug",
                                            null),
                                    new BuilderSpec.Node(
                                            "arm",
                                            null,
                                            List.of("linux/arm64"),
                                            Map.of("namespace", "builds", "nodeselector", "kubernetes.io/arch=arm64"),
                                            null,
                                            "[worker.oci]\n  gc = true\n")),
                            false));
            String instance = Files.readString(folder.resolve("buildx/instances/fleet"));
            assertThat(instance)
                    .contains("\"Driver\":\"kubernetes\"", "\"Name\":\"intel\"", "\"Name\":\"arm\"")
                    .contains("kubernetes.io/arch=amd64,pool=fast", "\"--debug\"", "\"architecture\":\"arm64\"");
            assertThat(buildx.run(List.of("rm", "--force", "fleet"), Duration.ofMinutes(1))
                            .code())
                    .isNotNegative();
        }
        assertThat(DaemonConfig.text(
                        "[worker.oci]\n  gc = true\n",
                        RegistryConfiguration.DEFAULT
                                .withMirror("docker.io", URI.create("http://10.0.0.1:5000/hub"))
                                .withInsecure("plain.example")))
                .isEqualTo("""
                        [worker.oci]
                          gc = true
                        [registry."10.0.0.1:5000"]
                          http = true

                        [registry."docker.io"]
                          mirrors = ["10.0.0.1:5000/hub"]

                        [registry."plain.example"]
                          http = true
                          insecure = true
                        """);
    }

    @Test
    void a_machine_without_buildx_is_told_the_command_that_mends_it() {
        assertThatExceptionOfType(BuildxMissingException.class)
                .isThrownBy(() -> Buildx.find(Map.of("HOME", folder.toString(), Buildx.VARIABLE, "/nowhere")))
                .satisfies(e -> assertThat(e.remedy()).contains("apt-get install docker-buildx"));
    }
}
