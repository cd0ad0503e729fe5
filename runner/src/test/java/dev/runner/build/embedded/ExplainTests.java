package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.BuildEvent;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildRequest.CacheOptions;
import dev.runner.build.CacheReference;
import dev.runner.build.GcPolicy;
import dev.runner.build.Miss;
import dev.runner.build.NetworkMode;
import dev.runner.build.Output;
import dev.runner.host.sandbox.Limits;
import dev.runner.oci.Digest;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.registry.DockerRegistry;
import dev.runner.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why steps were not in a cache. */
class ExplainTests {
    private static final String DOCKERFILE = """
            FROM scratch AS files
            COPY src /in
            FROM scratch
            ARG PLACE=/out
            COPY --from=files /in ${PLACE}
            COPY a.txt /a
            COPY b.txt /b
            """;

    @TempDir
    Path folder;

    private Path context;

    @BeforeEach
    void write() throws IOException {
        context = Files.createDirectories(folder.resolve("context"));
        for (String name : List.of("a.txt", "b.txt", "src/one", "src/two", "src/deep/three")) {
            Machine.write(context.resolve(name), name);
        }
    }

    @Test
    void files_are_named_with_what_changed_of_them_and_what_stands_above_says_so() throws Exception {
        assertThat(build(DOCKERFILE)).allMatch(miss -> miss.startsWith("new")).hasSize(4);
        assertThat(build(DOCKERFILE)).isEmpty();

        Machine.write(context.resolve("src/deep/three"), "changed");
        Machine.write(context.resolve("src/four"), "new");
        Files.setPosixFilePermissions(context.resolve("src/one"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.delete(context.resolve("src/two"));
        assertThat(build(DOCKERFILE))
                .containsExactlyInAnyOrder(
                        "changed src/deep/three: content changed|src/four: added|src/one: mode 644 became 755|src/two: removed",
                        "changed in/deep/three: content changed|in/four: added|in/one: mode 644 became 755|in/two: removed",
                        "below below it ran [stage-1 1/3] COPY --from=files /in ${PLACE}",
                        "below below it ran [stage-1 1/3] COPY --from=files /in ${PLACE}");
    }

    @Test
    void instructions_arguments_and_evicted_layers_are_told_apart() throws Exception {
        build(DOCKERFILE);
        assertThat(build(DOCKERFILE.replace("COPY b.txt /b", "COPY b.txt /c")))
                .containsExactly("changed the instruction changed, it was: COPY b.txt /b|the destination changed");
        assertThat(build(DOCKERFILE, request -> request.argument("PLACE", "/s3cret")))
                .hasSize(3)
                .contains("changed the destination changed")
                .noneMatch(miss -> miss.contains("s3cret"));
        assertThat(build(
                        DOCKERFILE,
                        request -> request.cache(
                                new BuildRequest.CacheOptions(List.of(), List.of(), true, List.of(), false))))
                .hasSize(4)
                .allMatch("not-asked "::equals);

        try (Machine machine = Machine.at(folder.resolve("state"))) {
            GcPolicy.Rule everything = GcPolicy.Rule.EVERYTHING;
            machine.builder
                    .cache()
                    .prune(new GcPolicy.Rule(everything.filter(), everything.keep(), false, everything.limits()));
        }
        assertThat(build(DOCKERFILE)).hasSize(4).allMatch("evicted "::equals);
    }

    @Test
    void a_build_argument_of_a_step_is_named_without_its_value() throws Exception {
        String dockerfile = "FROM scratch\nARG VERSION\nARG TOKEN\nCOPY src /src\nRUN --network=none [\"/none\"]\n";
        Vertex.Run before = run(dockerfile, "1", "hush");
        Vertex.Run after = run(dockerfile, "2", "hush");
        assertThat(VertexParts.of(before, null, none(), null).keySet())
                .contains("build argument VERSION", "build argument TOKEN", "the network mode");
        var changed = VertexParts.of(after, null, none(), null);
        changed.entrySet().removeAll(VertexParts.of(before, null, none(), null).entrySet());
        assertThat(changed.keySet()).containsExactly("build argument VERSION");
        assertThat(changed.toString()).doesNotContain("hush");
    }

    private static Vertex.Run run(String dockerfile, String version, String token) {
        var place = new Vertex.Where(
                "",
                Platform.host(),
                "[1/1] RUN",
                Source.of("Dockerfile", dockerfile).span(0, 0));
        var command = new Vertex.Command(
                List.of("/none"),
                null,
                Map.of("VERSION", version, "TOKEN", token, "PATH", "/bin"),
                Set.of("VERSION", "TOKEN"),
                Map.of(),
                "/",
                "");
        var isolation = new Vertex.Isolation(
                NetworkMode.NONE, false, false, Map.of(), Limits.NONE, new Vertex.Surroundings(null, ""));
        return new Vertex.Run(
                place, new Vertex.State(Base.scratch(Platform.host()), null), false, command, isolation, List.of());
    }

    /** Of a step that reads no files. */
    private static VertexKeys.ContentDigests none() {
        return new VertexKeys.ContentDigests() {
            @Override
            public Digest context(ContextTree tree, List<String> sources, boolean parents, List<String> excludes) {
                throw new AssertionError(sources);
            }

            @Override
            public Digest address(String address, Vertex.Copy.Remote wanted) {
                throw new AssertionError(address);
            }

            @Override
            public Digest stage(Vertex.State state) {
                throw new AssertionError(state);
            }
        };
    }

    private List<String> build(String dockerfile) throws Exception {
        return build(dockerfile, request -> {});
    }

    /** The kinds and changes of all misses. */
    private List<String> build(String dockerfile, Consumer<BuildRequest.Builder> more) throws Exception {
        try (Machine machine = Machine.at(folder.resolve("state"))) {
            machine.build(context, dockerfile, more);
            return misses(machine);
        }
    }

    private static List<String> misses(Machine machine) {
        return machine.events.stream()
                .map(event -> event instanceof BuildEvent.VertexFinished finished ? finished.miss() : null)
                .filter(Objects::nonNull)
                .map(ExplainTests::show)
                .toList();
    }

    private static String show(Miss miss) {
        return miss.kind() + " " + String.join("|", miss.changes());
    }

    @Test
    void a_machine_that_knows_nothing_compares_with_what_was_imported() throws Exception {
        CacheReference place = CacheReference.parse("type=local,mode=max,src=" + folder.resolve("cache"));
        CacheOptions writing = new CacheOptions(List.of(), List.of(place), false, List.of(), false);
        CacheOptions reading = new CacheOptions(List.of(place), List.of(), false, List.of(), false);
        try (Machine first = Machine.at(folder.resolve("elsewhere"))) {
            first.build(context, DOCKERFILE, request -> request.cache(writing));
        }
        assertThat(cold("nothing", DOCKERFILE, reading)).isEmpty();
        assertThat(cold("instruction", DOCKERFILE.replace("COPY b.txt /b", "COPY b.txt /c"), reading))
                .containsExactly("changed the instruction changed, it was: COPY b.txt /b|the destination changed");
        assertThat(cold("argument", DOCKERFILE.replace("/out", "/there"), reading))
                .contains("changed the destination changed");
        Machine.write(context.resolve("a.txt"), "changed");
        assertThat(cold("files", DOCKERFILE, reading))
                .containsExactlyInAnyOrder(
                        "changed a.txt: content changed", "below below it ran [stage-1 2/3] COPY a.txt /a");
        Files.setPosixFilePermissions(context.resolve("src/one"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(context.resolve("src/two"), context.resolve("src/deep/two"));
        assertThat(cold("more files", DOCKERFILE, reading))
                .contains("changed src/deep/two: added|src/one: mode or owner changed|one file was removed");
    }

    @Test
    void a_cold_machine_names_files_by_an_image_with_inline_cache_even_after_a_build_that_made_nothing()
            throws Exception {
        try (DockerRegistry registry = DockerRegistry.start(folder.resolve("registry"))) {
            CacheOptions both = new CacheOptions(
                    List.of(CacheReference.parse("type=registry,ref=" + registry.domain() + "/app:1")),
                    List.of(new CacheReference.Inline()),
                    false,
                    List.of(),
                    false);
            Set<Digest> images = new HashSet<>();
            for (String machine : List.of("first", "second")) {
                try (Machine cold = Machine.at(folder.resolve(machine))) {
                    images.add(cold.build(
                                    context,
                                    DOCKERFILE,
                                    request -> request.cache(both)
                                            .output(new Output.Push(
                                                    List.of(Reference.parse(registry.domain() + "/app:1")))))
                            .image()
                            .digest());
                }
            }
            assertThat(images).hasSize(1);
            Machine.write(context.resolve("b.txt"), "changed");
            assertThat(cold("inline", DOCKERFILE, both)).containsExactly("changed b.txt: content changed");
        }
    }

    private List<String> cold(String name, String dockerfile, CacheOptions cache) throws Exception {
        try (Machine machine = Machine.at(folder.resolve("cold " + name))) {
            machine.build(context, dockerfile, request -> request.cache(cache));
            return misses(machine);
        }
    }
}
