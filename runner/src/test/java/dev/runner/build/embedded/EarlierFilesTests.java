package dev.runner.build.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runner.build.GcPolicy;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.sandbox.SandboxKind;
import dev.runner.host.sandbox.Sandboxes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A step over files of which most are laid under it from an earlier build sees what it would see of all of them. */
class EarlierFilesTests {
    private static final String DOCKERFILE = """
            FROM scratch AS base
            COPY bin /bin
            RUN mkdir -p /app/folder && echo base > /app/folder/file-7 && echo base > /app/folder/of-base && \
                touch -d '2020-01-01 00:00:00' /app/folder/* /app/folder /app
            FROM base
            COPY files /app
            RUN cd /app && find . | sort | while read f; do stat -c '%A %u:%g %Y %n' "$f"; done && \
                find . -type f | sort | while read f; do stat -c '%h %s' "$f"; done && find . -type f | sort | xargs md5sum
            """;

    @TempDir
    Path folder;

    private Path files;
    private Machine machine;

    @BeforeEach
    void open() throws IOException {
        Path busybox = Path.of("/bin/busybox");
        Assumptions.assumeTrue(Files.isExecutable(busybox), "busybox-static is not installed");
        try (ProcessRunner processes = new ProcessRunner()) {
            List<SandboxKind> kinds = new Sandboxes(processes, folder.resolve("probe")).available();
            Assumptions.assumeTrue(
                    kinds.stream().anyMatch(SandboxKind::available), () -> "no sandbox works here: " + kinds);
        }
        files = Files.createDirectories(folder.resolve("context/files"));
        Path programs = Files.createDirectories(folder.resolve("context/bin"));
        Files.copy(busybox, programs.resolve("busybox"));
        for (String name : List.of("sh", "find", "sort", "stat", "md5sum", "xargs", "mkdir", "touch", "true")) {
            Files.createSymbolicLink(programs.resolve(name), Path.of("busybox"));
        }
        for (int number = 0; number < 100; number++) {
            Machine.write(files.resolve((number % 2 == 0 ? "folder/file-" : "other/file-") + number), "of " + number);
        }
        machine = Machine.at(folder.resolve("state"));
    }

    @AfterEach
    void close() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @Test
    void changed_and_new_files_are_laid_over_the_old_ones() throws Exception {
        build(machine);
        assertThat(laidOver()).isZero();
        Machine.write(files.resolve("folder/file-8"), "changed");
        Machine.write(files.resolve("new/folder/file"), "new");
        Files.setPosixFilePermissions(files.resolve("other/file-9"), PosixFilePermissions.fromString("rwx------"));
        Files.setLastModifiedTime(files.resolve("other/file-11"), FileTime.fromMillis(1_500_000_000_000L));
        buildAsOnAnother();
        assertThat(laidOver()).isEqualTo(1);
        Machine.write(files.resolve("folder/file-8"), "changed again");
        buildAsOnAnother();
        assertThat(laidOver()).isEqualTo(2);
    }

    @Test
    void what_was_removed_or_is_another_kind_of_file_is_not_seen_and_what_the_base_has_there_is() throws Exception {
        Machine.write(files.resolve("folder/file-7"), "over the base's");
        build(machine);
        Files.delete(files.resolve("folder/file-7"));
        List<String> seen = buildAsOnAnother();
        assertThat(seen).anyMatch(line -> line.endsWith("folder/file-7"));
        Files.delete(files.resolve("folder/file-2"));
        Files.createSymbolicLink(files.resolve("folder/file-2"), Path.of("file-4"));
        buildAsOnAnother();
        Files.delete(files.resolve("other/file-1"));
        Machine.write(files.resolve("other/file-1/below"), "a folder now");
        buildAsOnAnother();
        Files.createLink(files.resolve("other/second-name"), files.resolve("other/file-3"));
        buildAsOnAnother();
    }

    @Test
    void files_that_were_pruned_are_made_again() throws Exception {
        build(machine);
        Machine.write(files.resolve("folder/file-8"), "changed");
        List<String> seen = build(machine);
        assertThat(laidOver()).isEqualTo(1);
        machine.close();
        Path snapshots = folder.resolve("state/store/snapshots");
        try (Stream<Path> all = Files.walk(snapshots, 2)) {
            Path under = all.filter(path -> path.endsWith("under")).findFirst().orElseThrow();
            Path whole =
                    snapshots.resolve("by-diff").resolve(Files.readString(under).substring("sha256:".length()));
            Files.delete(whole);
        }
        machine = Machine.at(folder.resolve("state"));
        assertThat(machine.build(folder.resolve("context"), DOCKERFILE + "RUN true\n", request -> {}))
                .isNotNull();
        assertThat(laidOver()).isZero();
        Machine.write(files.resolve("folder/file-8"), "of 8");
        Machine.write(files.resolve("folder/file-10"), "changed");
        buildAsOnAnother();
        machine.close();
        machine = Machine.at(folder.resolve("state"));
        machine.builder.cache().prune(GcPolicy.Rule.EVERYTHING);
        Machine.write(files.resolve("folder/file-8"), "changed");
        assertThat(buildAsOnAnother()).isNotEqualTo(seen);
    }

    private List<String> build(Machine on) throws Exception {
        on.build(folder.resolve("context"), DOCKERFILE);
        return on.output();
    }

    private List<String> buildAsOnAnother() throws Exception {
        List<String> seen = build(machine);
        try (Machine fresh = Machine.at(folder.resolve("fresh-" + System.nanoTime()))) {
            assertThat(seen).hasSizeGreaterThan(300).containsExactlyInAnyOrderElementsOf(build(fresh));
        }
        return seen;
    }

    /** How many snapshots of the machine lie over another. */
    private long laidOver() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("state/store/snapshots"), 2)) {
            return all.filter(path -> path.endsWith("under")).count();
        }
    }
}
