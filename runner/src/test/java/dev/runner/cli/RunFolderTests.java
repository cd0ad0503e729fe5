package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTests {
    @TempDir
    Path parent;

    @Test
    void what_a_dead_run_left_is_cleared_once_and_a_living_runs_is_not() throws Exception {
        Path dead = Files.createDirectories(parent.resolve("run-dead/inner")).getParent();
        Files.createFile(parent.resolve("run-dead.lock"));
        List<Path> cleared = new ArrayList<>();
        try (RunFolder living = RunFolder.open(parent, cleared::add);
                RunFolder other = RunFolder.open(parent, cleared::add)) {
            assertThat(cleared).containsExactly(dead);
            assertThat(dead).doesNotExist();
            assertThat(living.path()).isDirectory();
            assertThat(other.path()).isDirectory();
        }
        assertThat(parent).isEmptyDirectory();
    }
}
