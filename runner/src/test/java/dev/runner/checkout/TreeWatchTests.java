package dev.runner.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What wakes a watcher, and what does not. */
@Timeout(90)
class TreeWatchTests {
    @TempDir
    Path folder;

    /** Whether the watcher wakes after something was done; a busy machine may take its time. */
    private boolean wakes(TreeWatch watch, Change change) throws Exception {
        return wakes(watch, 30, change);
    }

    private boolean wakes(TreeWatch watch, int seconds, Change change) throws Exception {
        CountDownLatch woken = new CountDownLatch(1);
        Thread watcher = Thread.ofVirtual().start(() -> {
            try {
                watch.awaitChange();
                woken.countDown();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Thread.sleep(100);
        change.make();
        boolean is = woken.await(seconds, TimeUnit.SECONDS);
        watcher.interrupt();
        watcher.join();
        return is;
    }

    @FunctionalInterface
    private interface Change {
        void make() throws IOException;
    }

    @Test
    void a_changed_file_a_new_one_and_one_in_a_new_folder_wake_it() throws Exception {
        Files.writeString(folder.resolve("a"), "1");
        try (TreeWatch watch = new Checkout().watch(folder)) {
            assertThat(wakes(watch, () -> Files.writeString(folder.resolve("a"), "22")))
                    .isTrue();
            assertThat(wakes(watch, () -> Files.writeString(folder.resolve("b"), "1")))
                    .isTrue();
            assertThat(wakes(
                            watch,
                            () -> Files.writeString(
                                    Files.createDirectories(folder.resolve("c/d"))
                                            .resolve("e"),
                                    "1")))
                    .isTrue();
            assertThat(wakes(watch, () -> Files.writeString(folder.resolve("c/d/e"), "22")))
                    .isTrue();
            assertThat(wakes(watch, () -> Files.delete(folder.resolve("b")))).isTrue();
        }
    }

    @Test
    void what_was_changed_before_anybody_waits_is_not_missed() throws Exception {
        try (TreeWatch watch = new Checkout().watch(folder)) {
            Files.writeString(folder.resolve("a"), "1");

            assertThat(wakes(watch, () -> {})).isTrue();
        }
    }

    @Test
    void ignored_files_and_gits_own_wake_nobody() throws Exception {
        try (Repository repository =
                new FileRepositoryBuilder().setWorkTree(folder.toFile()).build()) {
            repository.create();
        }
        Files.writeString(folder.resolve(".gitignore"), "*.log\nout/\n");
        Files.createDirectories(folder.resolve("out"));
        try (TreeWatch watch = new Checkout().watch(folder)) {
            assertThat(wakes(watch, 2, () -> {
                        Files.writeString(folder.resolve("x.log"), "1");
                        Files.writeString(folder.resolve("out/x"), "1");
                        Files.writeString(folder.resolve(".git/x"), "1");
                    }))
                    .isFalse();
            assertThat(wakes(watch, () -> Files.writeString(folder.resolve("x"), "1")))
                    .isTrue();
        }
    }
}
