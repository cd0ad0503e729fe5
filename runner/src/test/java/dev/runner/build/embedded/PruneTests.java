package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.BuildCache;
import dev.runner.build.BuildResult;
import dev.runner.build.CacheFilter;
import dev.runner.build.CacheItem;
import dev.runner.build.GcPolicy;
import dev.runner.build.GcPolicy.Limits;
import dev.runner.build.GcPolicy.Space;
import dev.runner.build.Output;
import dev.runner.build.embedded.store.Store;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the cache says it holds, and what prune and policies take from it. */
class PruneTests {
    private static final String DOCKERFILE = "FROM scratch\nCOPY a.txt /a\nCOPY b.txt /b\n";
    private static final GcPolicy.Rule PLAIN = new GcPolicy.Rule(CacheFilter.all(), Duration.ZERO, false, Limits.NONE);

    @TempDir
    Path folder;

    private Path context;

    @BeforeEach
    void write() throws IOException {
        context = Files.createDirectories(folder.resolve("context"));
        Machine.write(context.resolve("a.txt"), "a".repeat(100_000));
        Machine.write(context.resolve("b.txt"), "b");
    }

    @Test
    void a_named_image_survives_a_plain_prune_and_everything_goes_with_all() throws Exception {
        BuildResult named = build(DOCKERFILE, "acme/app:1");
        build("FROM scratch\nCOPY a.txt /other\n", null);
        try (Machine machine = Machine.at(folder.resolve("state"))) {
            BuildCache cache = machine.builder.cache();
            assertThat(cache.list())
                    .extracting(item -> item.type() + " " + item.use().shared())
                    .contains("regular true", "regular false", "internal true", "internal false");
            List<CacheItem> gone = cache.prune(PLAIN);
            assertThat(gone).isNotEmpty().allMatch(item -> !item.use().shared());
            assertThat(machine.manifest(machine.image(named).manifest().digest())
                            .layers())
                    .allMatch(layer -> machine.builder.store().blobs().has(layer.digest()));
        }
        try (Machine machine = Machine.at(folder.resolve("state"))) {
            BuildCache cache = machine.builder.cache();
            cache.prune(GcPolicy.Rule.EVERYTHING);
            assertThat(cache.list()).isEmpty();
            assertThat(machine.builder.images().find(Reference.parse("acme/app:1")))
                    .isNull();
            machine.build(context, DOCKERFILE);
            assertThat(machine.ran()).isEqualTo(2);
        }
    }

    @Test
    void what_a_living_builder_holds_stays_and_uses_are_counted() throws Exception {
        build(DOCKERFILE, null);
        build(DOCKERFILE, null);
        try (Machine holder = Machine.at(folder.resolve("state"));
                Machine other = Machine.at(folder.resolve("state"))) {
            BuildResult result = holder.build(context, DOCKERFILE);
            Set<String> layers = holder.manifest(holder.image(result).manifest().digest()).layers().stream()
                    .map(layer -> layer.digest().toString())
                    .collect(Collectors.toSet());
            assertThat(other.builder.cache().list())
                    .filteredOn(item -> layers.contains(item.id()))
                    .hasSize(2)
                    .allMatch(item -> item.use().now() && item.use().runs() == 2);
            other.builder.cache().prune(GcPolicy.Rule.EVERYTHING);
            assertThat(holder.build(context, DOCKERFILE).image()).isEqualTo(result.image());
            assertThat(other.builder.cache().list()).extracting(CacheItem::id).containsAll(layers);
        }
    }

    @Test
    void limits_take_the_least_recently_used_first_and_no_more_than_needed() throws Exception {
        Path state = folder.resolve("state");
        try (Store store = Store.open(state.resolve("store"))) {
            for (int i = 0; i < 4; i++) {
                byte[] content = new byte[40_000];
                content[0] = (byte) i;
                Path blob = store.blobs().path(store.blobs().put(content));
                Files.setAttribute(
                        blob,
                        "lastAccessTime",
                        java.nio.file.attribute.FileTime.from(Instant.ofEpochSecond(1_000 + i)));
            }
        }
        try (Store store = Store.open(state.resolve("store"))) {
            EmbeddedCache cache = new EmbeddedCache(
                    store, new Origins(store.keys()), Clock.fixed(Instant.ofEpochSecond(1_002), ZoneOffset.UTC));
            Limits most = new Limits(Space.NONE, Space.ofBytes(100_000), Space.NONE);
            Limits reserved = new Limits(Space.ofBytes(1_000_000), Space.ofBytes(1), Space.ofPercent(100));
            assertThat(cache.prune(new GcPolicy.Rule(CacheFilter.all(), Duration.ZERO, false, reserved)))
                    .isEmpty();
            assertThat(cache.prune(new GcPolicy.Rule(CacheFilter.all(), Duration.ofSeconds(1), false, most)))
                    .extracting(item -> item.use().last().getEpochSecond())
                    .containsExactly(1_000L);
            assertThat(cache.prune(new GcPolicy.Rule(
                            CacheFilter.parse("type=exec.cachemount"), Duration.ZERO, true, Limits.NONE)))
                    .isEmpty();
            assertThat(cache.collect(
                            new GcPolicy(List.of(new GcPolicy.Rule(CacheFilter.all(), Duration.ZERO, false, most)))))
                    .extracting(item -> item.use().last().getEpochSecond())
                    .containsExactly(1_001L);
        }
    }

    @Test
    void it_is_time_to_collect_when_much_was_added_and_never_when_nothing_was() throws Exception {
        Path root = folder.resolve("store");
        try (Store store = Store.open(root)) {
            store.collected(0);
            store.blobs().put(new byte[30 << 20]);
            assertThat(store.isTimeToCollect()).isFalse();
        }
        try (Store store = Store.open(root)) {
            assertThat(store.isTimeToCollect()).isFalse();
            store.blobs().put(new byte[35 << 20]);
            assertThat(store.isTimeToCollect()).isTrue();
        }
        try (Store store = Store.open(root)) {
            store.blobs().put(new byte[1 << 20]);
            assertThat(store.isTimeToCollect()).isFalse();
        }
    }

    @Test
    void builds_of_several_processes_are_whole_while_others_prune_and_some_are_killed() throws Exception {
        Path state = folder.resolve("state");
        Process first = building(state, "first", 12);
        Process second = building(state, "second", 12);
        long pruned = 0;
        for (int round = 0; first.isAlive() || second.isAlive(); round++) {
            Process killed = round < 3 ? building(state, "killed" + round, 100) : null;
            try (Machine machine = Machine.at(state)) {
                for (int i = 0; i < 3; i++) {
                    pruned += machine.builder
                            .cache()
                            .prune(GcPolicy.Rule.EVERYTHING)
                            .size();
                }
            }
            if (killed != null) {
                killed.inputReader().readLine();
                killed.destroyForcibly().waitFor();
            }
        }
        for (Process process : List.of(first, second)) {
            assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .endsWith("built 11\n");
            assertThat(process.waitFor()).isZero();
        }
        assertThat(pruned).isPositive();
        try (Machine machine = Machine.at(state)) {
            machine.builder.cache().prune(GcPolicy.Rule.EVERYTHING);
            assertThat(machine.builder.cache().list()).isEmpty();
            BuildingProgram.check(machine, machine.build(context, BuildingProgram.DOCKERFILE));
        }
    }

    private Process building(Path state, String name, int rounds) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BuildingProgram.class.getName(),
                        state.toString(),
                        context.toString(),
                        name,
                        Integer.toString(rounds))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private BuildResult build(String dockerfile, @Nullable String name) throws Exception {
        try (Machine machine = Machine.at(folder.resolve("state"))) {
            return machine.build(context, dockerfile, request -> {
                if (name != null) {
                    request.output(new Output.Store(List.of(Reference.parse(name))));
                }
            });
        }
    }
}
