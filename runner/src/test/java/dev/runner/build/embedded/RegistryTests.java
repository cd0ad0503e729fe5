package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.build.BuildEvent;
import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildRequest.CacheOptions;
import dev.runner.build.BuildResult;
import dev.runner.build.CacheReference;
import dev.runner.build.Output;
import dev.runner.oci.Descriptor;
import dev.runner.oci.Index;
import dev.runner.oci.Reference;
import dev.runner.registry.DockerRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds that pull from and push to a real registry. */
class RegistryTests {
    private static final String APP = """
            FROM scratch AS builder
            COPY src /in
            FROM %s
            COPY --from=builder /in /app
            LABEL built=yes
            """;

    @TempDir
    Path folder;

    private Path context;
    private Machine machine;
    private DockerRegistry registry;

    @BeforeEach
    void open() throws Exception {
        context = Files.createDirectories(folder.resolve("context"));
        Machine.write(context.resolve("base/etc/passwd"), "app:x:7:8::/home/app:/bin/sh\n");
        Machine.write(context.resolve("src/main.txt"), "main");
        registry = DockerRegistry.start(folder.resolve("registry"));
        machine = Machine.at(folder.resolve("state"));
    }

    @AfterEach
    void close() throws Exception {
        machine.close();
        registry.close();
    }

    private Reference name(String text) {
        return Reference.parse(registry.domain() + "/" + text);
    }

    private BuildResult push(Machine on, String dockerfile, String... names) throws Exception {
        return on.build(
                context,
                dockerfile,
                request -> request.platforms(Machine.platforms("linux/amd64", "linux/arm64"))
                        .output(new Output.Push(
                                List.of(names).stream().map(this::name).toList())));
    }

    private String app() {
        return APP.formatted(name("acme/base:1"));
    }

    private CacheOptions caches(List<CacheReference> from, List<CacheReference> to) {
        return new CacheOptions(from, to, false, List.of(), false);
    }

    @Test
    void what_is_pushed_is_an_index_in_the_requested_order_that_skopeo_reads() throws Exception {
        push(machine, "FROM scratch\nCOPY base /\n", "acme/base:1");
        BuildResult result = push(machine, app(), "acme/app:1", "acme/app:latest", "other/app:1");
        String raw =
                DockerRegistry.skopeo("inspect", "--raw", "--tls-verify=false", "docker://" + name("acme/app:latest"));
        Index index = Index.parse(raw.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(index.manifests().stream().map(Descriptor::platform).map(Object::toString))
                .containsExactly("linux/amd64", "linux/arm64");
        assertThat(Descriptor.of("x", raw.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .digest())
                .isEqualTo(result.image().digest());
        DockerRegistry.skopeo(
                "copy",
                "--all",
                "--src-tls-verify=false",
                "docker://" + name("other/app:1"),
                "dir:" + Files.createDirectories(folder.resolve("copy")));
        assertThat(folder.resolve("copy/manifest.json")).content().isEqualTo(raw);
    }

    @Test
    void an_unchanged_image_under_a_new_tag_costs_a_handful_of_requests() throws Exception {
        push(machine, "FROM scratch\nCOPY base /\n", "acme/base:1");
        push(machine, app(), "acme/app:1");
        push(machine, app(), "acme/app:2");
        assertThat(machine.ran()).isZero();
        assertThat(machine.requests).hasSizeLessThanOrEqualTo(5);
        assertThat(machine.requests).noneMatch(request -> request.contains("/blobs/"));
    }

    @Test
    void a_second_machine_takes_everything_from_the_inline_cache_and_pulls_no_layer() throws Exception {
        push(machine, "FROM scratch\nCOPY base /\n", "acme/base:1");
        BuildResult first = machine.build(
                context,
                app(),
                request -> request.platforms(Machine.platforms("linux/amd64", "linux/arm64"))
                        .cache(caches(List.of(), List.of(new CacheReference.Inline())))
                        .output(new Output.Push(List.of(name("acme/app:1")))));
        try (Machine other = Machine.at(folder.resolve("other"))) {
            BuildResult second = other.build(
                    context,
                    app(),
                    request -> request.platforms(Machine.platforms("linux/amd64", "linux/arm64"))
                            .cache(caches(
                                    List.of(CacheReference.parse(
                                            name("acme/app:1").toString())),
                                    List.of(new CacheReference.Inline())))
                            .output(new Output.Push(List.of(name("acme/app:2")))));
            assertThat(other.ran()).isZero();
            assertThat(second.image()).isEqualTo(first.image());
            for (var platform : second.platforms().values()) {
                for (Descriptor layer :
                        other.manifest(platform.manifest().digest()).layers()) {
                    assertThat(other.builder.store().blobs().has(layer.digest()))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void a_second_machine_with_a_change_runs_only_what_the_change_touches() throws Exception {
        push(machine, "FROM scratch\nCOPY base /\n", "acme/base:1");
        String two = app() + "COPY base/etc/passwd /last\n";
        machine.build(
                context,
                two,
                request -> request.cache(caches(List.of(), List.of(new CacheReference.Inline())))
                        .output(new Output.Push(List.of(name("acme/app:1")))));
        try (Machine other = Machine.at(folder.resolve("other"))) {
            Machine.write(context.resolve("base/etc/passwd"), "changed");
            other.build(
                    context,
                    two,
                    request -> request.cache(caches(
                                    List.of(CacheReference.parse("type=registry,ref=" + name("acme/app:1"))),
                                    List.of()))
                            .output(new Output.Push(List.of(name("acme/app:2")))));
            assertThat(other.ran()).isEqualTo(1);
        }
    }

    @Test
    void a_registry_cache_of_all_stages_is_taken_by_another_machine_and_grows() throws Exception {
        CacheReference place = CacheReference.parse("type=registry,mode=max,ref=" + name("acme/cache:1"));
        String dockerfile = app().replace(name("acme/base:1").toString(), "scratch");
        machine.build(context, dockerfile, request -> request.cache(caches(List.of(place), List.of(place))));
        machine.build(
                context,
                "FROM scratch\nCOPY base /base\n",
                request -> request.cache(caches(List.of(place), List.of(place))));
        try (Machine other = Machine.at(folder.resolve("other"))) {
            other.build(context, dockerfile, request -> request.cache(caches(List.of(place), List.of())));
            assertThat(other.ran()).isZero();
            other.build(
                    context,
                    "FROM scratch\nCOPY base /base\n",
                    request -> request.cache(caches(List.of(place), List.of())));
            assertThat(other.ran()).isZero();
        }
    }

    @Test
    void a_local_cache_folder_is_taken_by_another_machine() throws Exception {
        CacheReference place = CacheReference.parse("type=local,mode=max,dest=" + folder.resolve("cache"));
        machine.build(
                context,
                "FROM scratch\nCOPY base /base\n",
                request -> request.cache(caches(List.of(), List.of(place))));
        try (Machine other = Machine.at(folder.resolve("other"))) {
            other.build(
                    context,
                    "FROM scratch\nCOPY base /base\n",
                    request -> request.cache(caches(List.of(place), List.of())));
            assertThat(other.ran()).isZero();
        }
    }

    @Test
    void a_cache_that_is_not_there_is_a_warning() throws Exception {
        machine.build(
                context,
                "FROM scratch\nCOPY base /\n",
                request -> request.cache(
                        caches(List.of(CacheReference.parse(name("acme/none:1").toString())), List.of())));
        assertThat(machine.events).anyMatch(event -> event instanceof BuildEvent.Warning);
        assertThat(machine.ran()).isEqualTo(1);
    }

    @Test
    void names_of_users_come_from_the_base_image() throws Exception {
        push(machine, "FROM scratch\nCOPY base /\n", "acme/base:1");
        BuildResult result = machine.build(context, "FROM " + name("acme/base:1") + "\nCOPY --chown=app src /src\n");
        assertThat(machine.layer(result, 1)).containsExactly("d755 7:8 src", "f644 7:8 src/main.txt");
        // BuildKit takes root for a name that the image's files do not have.
        BuildResult nobody = machine.build(context, "FROM " + name("acme/base:1") + "\nCOPY --chown=nobody src /src\n");
        assertThat(machine.layer(nobody, 1)).containsExactly("d755 0:0 src", "f644 0:0 src/main.txt");
    }

    @Test
    void an_image_that_is_not_there_is_blamed_on_its_line() {
        assertThatThrownBy(
                        () -> machine.build(context, "FROM scratch\nCOPY base /\nFROM " + name("acme/none:9") + "\n"))
                .isInstanceOfSatisfying(
                        BuildFailedException.class,
                        e -> assertThat(e.diagnostic())
                                .isNotNull()
                                .extracting(diagnostic -> diagnostic.span().line())
                                .isEqualTo(3));
    }

    @Test
    void images_are_pulled_pushed_and_exported() throws Exception {
        BuildResult result = push(machine, "FROM scratch\nCOPY base /\n", "acme/base:1");
        try (Machine other = Machine.at(folder.resolve("other"))) {
            Descriptor pulled = other.builder.images().pull(name("acme/base:1"), List.of(), other.listener());
            assertThat(pulled.digest()).isEqualTo(result.image().digest());
            other.builder.images().push(pulled.digest(), List.of(name("new/place:1")), other.listener());
            Path archive = folder.resolve("out.tar");
            other.builder
                    .images()
                    .export(
                            pulled.digest(),
                            new Output.OciArchive(new Output.Sink.File(archive), List.of(name("x:1"))),
                            other.listener());
            assertThat(DockerRegistry.skopeo("inspect", "--raw", "oci-archive:" + archive))
                    .contains("arm64");
            other.builder
                    .images()
                    .export(pulled.digest(), new Output.LocalFiles(folder.resolve("files")), other.listener());
            assertThat(folder.resolve("files/linux_arm64/etc/passwd")).exists();
        }
        assertThat(DockerRegistry.skopeo("inspect", "--raw", "--tls-verify=false", "docker://" + name("new/place:1")))
                .contains("arm64");
    }

    @Test
    void a_docker_archive_of_one_platform_is_read_by_skopeo() throws Exception {
        Path archive = folder.resolve("docker.tar");
        machine.build(
                context,
                "FROM scratch\nCOPY base /\n",
                request -> request.output(
                        new Output.DockerArchive(new Output.Sink.File(archive), List.of(Reference.parse("x:1")))));
        assertThat(DockerRegistry.skopeo("inspect", "docker-archive:" + archive))
                .contains("amd64");
    }
}
