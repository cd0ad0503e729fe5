package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.BuildRequest.CacheOptions;
import dev.runner.build.BuildResult;
import dev.runner.build.CacheReference;
import dev.runner.build.Output;
import dev.runner.build.embedded.store.FileDigests;
import dev.runner.oci.Reference;
import dev.runner.registry.DockerRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines with empty stores and a clean checkout. */
class GitContextTests {
    private static final String DOCKERFILE = """
            FROM scratch AS files
            COPY src /src
            FROM scratch
            COPY --from=files /src /src
            COPY README /
            """;

    @TempDir
    Path folder;

    private Path origin;

    @BeforeEach
    void commit() throws Exception {
        origin = folder.resolve("origin");
        for (int i = 0; i < 20; i++) {
            Machine.write(origin.resolve("src/file" + i), "content " + i + "\n");
        }
        Machine.write(origin.resolve("README"), "read me\n");
        git(origin, "init", "-q", ".");
        git(origin, "add", ".");
        git(origin, "commit", "-q", "-m", "first");
    }

    private void git(Path at, String... words) throws Exception {
        List<String> command = new java.util.ArrayList<>(
                List.of("git", "-c", "user.name=a", "-c", "user.email=a@localhost", "-C", at.toString()));
        command.addAll(List.of(words));
        Process running = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(running.waitFor()).as(output).isZero();
    }

    /** A clone whose files are older than its index. */
    private Path checkout(String name) throws Exception {
        Path clone = folder.resolve(name);
        git(folder, "clone", "-q", origin.toString(), clone.toString());
        FileTime now = FileTime.from(Instant.now());
        while (Files.getLastModifiedTime(Files.createTempFile(folder, "tick", ""))
                        .compareTo(now)
                <= 0) {
            Thread.onSpinWait();
        }
        // As if the checkout had taken a while; git itself would read what is as young as its index.
        Files.setLastModifiedTime(clone.resolve(".git/index"), FileTime.from(Instant.now()));
        Thread.sleep(60);
        return clone;
    }

    private static BuildResult build(Machine machine, Path context, List<CacheReference> from, List<CacheReference> to)
            throws Exception {
        return machine.build(
                context, DOCKERFILE, request -> request.cache(new CacheOptions(from, to, false, List.of(), false)));
    }

    private static boolean hasRead(Machine machine, Path file) throws Exception {
        return machine.builder.store().files().find(FileDigests.stamp(file)) != null;
    }

    /**
     * When each file was last read, as the kernel has it: with {@code relatime} it notes the first read after a write, which
     * a checkout is.
     */
    private static Map<Path, FileTime> reads(Path checkout) throws Exception {
        Map<Path, FileTime> reads = new HashMap<>();
        try (Stream<Path> files = Files.list(checkout.resolve("src"))) {
            for (Path file : files.toList()) {
                reads.put(file, lastRead(file));
            }
        }
        return reads;
    }

    private static FileTime lastRead(Path file) throws Exception {
        return Files.readAttributes(file, BasicFileAttributes.class).lastAccessTime();
    }

    private void reads_nothing(CacheReference from, List<CacheReference> to, BuildResult made) throws Exception {
        Path checkout = checkout("second");
        Map<Path, FileTime> before = reads(checkout);
        try (Machine second = Machine.at(folder.resolve("machine-2"))) {
            BuildResult again = build(second, checkout, List.of(from), to);
            assertThat(second.ran()).isZero();
            assertThat(again.image()).isEqualTo(made.image());
            assertThat(hasRead(second, checkout.resolve("src/file7"))).isFalse();
            assertThat(hasRead(second, checkout.resolve("README"))).isFalse();
        }
        assertThat(reads(checkout)).hasSize(20).isEqualTo(before);
        Path read = checkout.resolve("src/file7");
        Files.readAllBytes(read);
        assertThat(lastRead(read)).as("the kernel notes reads").isGreaterThan(before.get(read));
        Path dirty = checkout("third");
        Path file = dirty.resolve("src/file7");
        FileTime time = Files.getLastModifiedTime(file);
        Files.writeString(file, "Content 7\n");
        Files.setLastModifiedTime(file, time);
        try (Machine third = Machine.at(folder.resolve("machine-3"))) {
            BuildResult changed = build(third, dirty, List.of(from), List.of());
            assertThat(changed.image()).isNotEqualTo(made.image());
            assertThat(third.layer(changed, 0)).anyMatch(line -> line.endsWith("src/file7"));
            assertThat(third.ran()).isPositive();
        }
    }

    @Test
    void a_cache_image_tells_that_nothing_changed_without_a_look_into_any_file() throws Exception {
        CacheReference place = CacheReference.parse("type=local,mode=max,src=" + folder.resolve("cache"));
        try (Machine first = Machine.at(folder.resolve("machine-1"))) {
            BuildResult made = build(first, checkout("first"), List.of(), List.of(place));
            reads_nothing(place, List.of(), made);
        }
    }

    @Test
    void an_inline_cache_does_so_too_and_the_image_is_the_same_to_the_last_byte() throws Exception {
        CacheReference inline = CacheReference.parse("type=inline");
        try (DockerRegistry registry = DockerRegistry.start(folder.resolve("registry"));
                Machine first = Machine.at(folder.resolve("machine-1"))) {
            Reference name = Reference.parse(registry.domain() + "/acme/app:one");
            BuildResult made = first.build(
                    checkout("first"),
                    DOCKERFILE,
                    request -> request.output(new Output.Push(List.of(name)))
                            .cache(new CacheOptions(List.of(), List.of(inline), false, List.of(), false)));
            reads_nothing(CacheReference.parse("type=registry,ref=" + name), List.of(inline), made);
        }
    }

    @Test
    void a_fresh_checkout_beside_the_same_store_is_not_read_again() throws Exception {
        CacheReference place = CacheReference.parse("type=local,mode=max,src=" + folder.resolve("cache"));
        try (Machine machine = Machine.at(folder.resolve("machine-1"))) {
            build(machine, checkout("first"), List.of(), List.of(place));
            Path second = checkout("second");
            build(machine, second, List.of(), List.of());
            assertThat(machine.ran()).isZero();
            assertThat(hasRead(machine, second.resolve("src/file7"))).isFalse();
        }
    }
}
