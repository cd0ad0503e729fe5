package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.BuildResult;
import dev.runner.host.posix.PosixFiles;
import dev.runner.oci.ImageConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheTests {
    private static final String STAGES = """
            FROM scratch AS files
            COPY a.txt /in/a
            FROM scratch
            COPY --from=files /in /out
            COPY b.txt /b
            """;

    @TempDir
    Path folder;

    private Path context;
    private Machine machine;

    @BeforeEach
    void open() throws IOException {
        context = Files.createDirectories(folder.resolve("context"));
        Machine.write(context.resolve("a.txt"), "a");
        Machine.write(context.resolve("b.txt"), "b");
        machine = Machine.at(folder.resolve("state"));
    }

    @AfterEach
    void close() throws IOException {
        machine.close();
    }

    @Test
    void the_second_build_does_nothing_and_gives_the_same_image() throws Exception {
        BuildResult first = machine.build(context, STAGES);
        assertThat(machine.ran()).isEqualTo(3);
        BuildResult second = machine.build(context, STAGES);
        assertThat(machine.ran()).isZero();
        assertThat(second.image()).isEqualTo(first.image());
        assertThat(second.platforms().values().iterator().next().cachedVertices())
                .isEqualTo(2);
    }

    @Test
    void times_of_files_are_in_no_key_and_modes_are() throws Exception {
        BuildResult first = machine.build(context, STAGES);
        Files.setLastModifiedTime(context.resolve("a.txt"), FileTime.fromMillis(1_750_000_000_000L));
        assertThat(machine.build(context, STAGES).image()).isEqualTo(first.image());
        assertThat(machine.ran()).isZero();
        Files.setPosixFilePermissions(
                context.resolve("a.txt"), java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(machine.build(context, STAGES).image()).isNotEqualTo(first.image());
    }

    @Test
    void a_changed_file_rebuilds_what_reads_it_and_what_stands_above() throws Exception {
        machine.build(context, STAGES);
        Machine.write(context.resolve("b.txt"), "changed");
        machine.build(context, STAGES);
        assertThat(machine.ran()).isEqualTo(1);
    }

    @Test
    void a_stage_that_was_built_again_with_the_same_result_changes_nothing_above() throws Exception {
        BuildResult first = machine.build(context, STAGES);
        Machine.write(context.resolve("c.txt"), "unused");
        BuildResult second =
                machine.build(context, STAGES.replace("COPY a.txt /in/a", "COPY c.txt /elsewhere\nCOPY a.txt /in/a"));
        assertThat(second.image()).isEqualTo(first.image());
    }

    @Test
    void platforms_share_a_layer_that_is_the_same_for_all() throws Exception {
        BuildResult result = machine.build(
                context,
                STAGES,
                request -> request.platforms(Machine.platforms("linux/amd64", "linux/arm64", "linux/arm/v7")));
        assertThat(machine.ran()).isEqualTo(3);
        assertThat(result.platforms().keySet().stream().map(Object::toString).collect(Collectors.joining(" ")))
                .isEqualTo("linux/amd64 linux/arm64 linux/arm/v7");
        assertThat(result.platforms().values().stream()
                        .map(platform -> {
                            try {
                                return machine.manifest(platform.manifest().digest())
                                        .layers();
                            } catch (IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        })
                        .distinct())
                .hasSize(1);
    }

    @Test
    void without_the_cache_everything_is_made_again() throws Exception {
        machine.build(context, STAGES);
        machine.build(
                context,
                STAGES,
                request -> request.cache(new dev.runner.build.BuildRequest.CacheOptions(
                        java.util.List.of(), java.util.List.of(), true, java.util.List.of(), false)));
        assertThat(machine.ran()).isEqualTo(3);
    }

    @Test
    void an_epoch_makes_two_machines_agree() throws Exception {
        dev.runner.build.BuildRequest.ImageOptions options = new dev.runner.build.BuildRequest.ImageOptions(
                java.util.Map.of(), java.util.List.of(), 1_700_000_000L, true);
        BuildResult first = machine.build(context, STAGES, request -> request.image(options));
        try (Machine other = Machine.at(folder.resolve("other"))) {
            Files.setLastModifiedTime(context.resolve("a.txt"), FileTime.fromMillis(1_750_000_000_000L));
            assertThat(other.build(context, STAGES, request -> request.image(options))
                            .image())
                    .isEqualTo(first.image());
        }
    }

    private static final String OWNED = """
            FROM scratch AS files
            COPY --chown=%1$s --chmod=%2$s a.txt /f
            COPY b.txt /unused-%3$s
            FROM scratch
            COPY --from=files /f /g
            """;

    @Test
    void owners_and_modes_of_what_a_stage_has_are_in_the_key_of_its_copy_and_nothing_beside_it_is() throws Exception {
        BuildResult first = machine.build(context, OWNED.formatted("7:8", "640", "a"));
        assertThat(machine.layer(first, 0)).containsExactly("f640 7:8 g");
        assertThat(machine.build(context, OWNED.formatted("7:8", "640", "b")).image())
                .isEqualTo(first.image());
        assertThat(machine.layer(machine.build(context, OWNED.formatted("9:8", "640", "a")), 0))
                .containsExactly("f640 9:8 g");
        assertThat(machine.layer(machine.build(context, OWNED.formatted("7:9", "640", "a")), 0))
                .containsExactly("f640 7:9 g");
        assertThat(machine.layer(machine.build(context, OWNED.formatted("7:8", "600", "a")), 0))
                .containsExactly("f600 7:8 g");
    }

    /** BuildKit, too, takes files of a context for root's: two users of one checkout share what they build. */
    @Test
    void owners_of_the_context_are_in_no_key() throws Exception {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "giving a file away needs root");
        BuildResult first = machine.build(context, STAGES);
        PosixFiles.lchown(context.resolve("a.txt"), 1000, 1000);
        assertThat(machine.build(context, STAGES).image()).isEqualTo(first.image());
        assertThat(machine.ran()).isZero();
    }

    @Test
    void histories_entries_that_are_not_empty_are_the_layers_in_order() throws Exception {
        BuildResult result = machine.build(context, """
                FROM scratch AS base
                ARG A=1
                COPY a.txt /
                ENV B=2
                WORKDIR /
                WORKDIR /made
                FROM base
                LABEL c=d
                COPY b.txt nothing* ./
                ADD --chmod=600 a.txt /once/again
                CMD ["x"]
                COPY --link a.txt b.txt /linked/
                VOLUME /v
                WORKDIR /v/w
                USER 7
                """);
        ImageConfig config = machine.image(result).config();
        assertThat(config.history())
                .filteredOn(entry -> !entry.emptyLayer())
                .extracting(ImageConfig.History::createdBy)
                .containsExactly(
                        "COPY a.txt / # buildkit",
                        "WORKDIR /made",
                        "COPY b.txt nothing* ./ # buildkit",
                        "ADD --chmod=600 a.txt /once/again # buildkit",
                        "COPY a.txt b.txt /linked/ # buildkit",
                        "WORKDIR /v/w");
        assertThat(config.diffIds())
                .hasSize(6)
                .hasSameSizeAs(machine.manifest(machine.image(result).manifest().digest())
                        .layers());
        List<String> last = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            last.add(machine.layer(result, i).getLast());
        }
        assertThat(last)
                .containsExactly(
                        "f644 0:0 a.txt",
                        "d755 0:0 made",
                        "f644 0:0 made/b.txt",
                        "f600 0:0 once/again",
                        "f644 0:0 linked/b.txt",
                        "d755 0:0 v/w");
    }
}
