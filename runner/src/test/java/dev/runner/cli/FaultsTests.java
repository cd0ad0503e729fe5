package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultsTests {
    @TempDir
    Path folder;

    private final StringWriter said = new StringWriter();

    @Test
    void an_interrupted_wait_for_a_lock_is_a_cancellation() throws Exception {
        IOException failure = interrupted();

        assertThat(Faults.explain(failure, new PrintWriter(said))).isEqualTo(ExitCode.CANCELLED);
        assertThat(Faults.explain(new UncheckedIOException(failure), new PrintWriter(said)))
                .isEqualTo(ExitCode.CANCELLED);
        assertThat(said).hasToString("cancelled\ncancelled\n");
    }

    private IOException interrupted() throws IOException {
        try (FileChannel channel =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            Thread.currentThread().interrupt();
            channel.lock();
            throw new AssertionError("the lock was had");
        } catch (IOException e) {
            return e;
        } finally {
            Thread.interrupted();
        }
    }
}
