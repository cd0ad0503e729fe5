package dev.runner.host.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ProcessImageTests {
    @Test
    void theEndComesAtOnceWithItsCodeWhateverStillRuns() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Leaving.class.getName()))
                .redirectErrorStream(true)
                .start();

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(7);
        assertThat(said).isEqualTo("leaving\n");
    }

    /** A program whose other thread never ends, and whose shutdown hook would never end either. */
    static final class Leaving {
        private Leaving() {}

        @SuppressWarnings("SystemOut") // what it says is what the test reads
        public static void main(String[] arguments) {
            CountDownLatch never = new CountDownLatch(1);
            Runnable waiting = () -> {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            };
            Thread.ofPlatform().start(waiting);
            Runtime.getRuntime().addShutdownHook(new Thread(waiting));
            System.out.println("leaving");
            ProcessImage.end(7);
        }
    }
}
