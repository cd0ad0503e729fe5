package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runner.frontend.github.Concurrency;
import dev.runner.schedule.StepExecutor.Turn;
import dev.runner.schedule.StepExecutor.Waits;
import dev.runner.source.InvalidSourceException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs of one concurrency group in several runs on a machine. */
@Timeout(60)
class ConcurrencyGroupTests {
    @TempDir
    Path folder;

    private ConcurrencyGroup.Place place;

    @BeforeEach
    void repository() {
        place = new ConcurrencyGroup.Place(folder, "octocat/app");
    }

    /** A job that wants its turn, has it until it is told to end, and hears of others. */
    private final class Job implements Waits {
        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        final CountDownLatch end = new CountDownLatch(1);
        final CompletableFuture<Void> done = new CompletableFuture<>();
        final Thread thread;

        Job(boolean cancelRunning, boolean queues) {
            thread = Thread.ofPlatform().daemon().start(() -> {
                Turn turn = new Turn("Deploy", cancelRunning, queues);
                try (ConcurrencyGroup _ = ConcurrencyGroup.take(turn, place, this)) {
                    heard.add("begun");
                    end.await();
                } catch (InterruptedException e) {
                    heard.add("ended");
                } catch (IOException e) {
                    heard.add(e.toString());
                }
                done.complete(null);
            });
        }

        @Override
        public void begin() {
            heard.add("waits");
        }

        /** As the scheduler does. */
        @Override
        public void replaced() {
            heard.add("replaced");
            thread.interrupt();
        }

        String next() throws InterruptedException {
            return String.valueOf(heard.poll(20, TimeUnit.SECONDS));
        }
    }

    private static final Waits NOBODY = new Waits() {
        @Override
        public void begin() {}

        @Override
        public void replaced() {}
    };

    private Job first() throws InterruptedException {
        Job first = new Job(false, false);
        assertThat(first.next()).isEqualTo("begun");
        return first;
    }

    @Test
    void a_job_waits_for_the_one_that_has_begun() throws Exception {
        Job first = first();
        Job second = new Job(false, false);
        assertThat(second.next()).isEqualTo("waits");
        first.end.countDown();
        assertThat(second.next()).isEqualTo("begun");
        second.end.countDown();
        second.done.get();
        try (var left = Files.walk(folder)) {
            assertThat(left.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString()))
                    .containsOnly("running", "pending");
        }
        ConcurrencyGroup.Place other = new ConcurrencyGroup.Place(folder, "octocat/other");
        Job third = first();
        place = other;
        first().end.countDown();
        third.end.countDown();
    }

    @Test
    void a_newer_job_takes_the_place_of_the_one_that_waits() throws Exception {
        Job first = first();
        Job second = new Job(false, false);
        assertThat(second.next()).isEqualTo("waits");
        Job third = new Job(false, false);
        assertThat(second.next()).isEqualTo("replaced");
        assertThat(second.next()).isEqualTo("ended");
        assertThat(third.next()).isEqualTo("waits");
        first.end.countDown();
        assertThat(third.next()).isEqualTo("begun");
        third.end.countDown();
    }

    @Test
    void jobs_that_queue_take_nobodys_place() throws Exception {
        Job first = first();
        Job second = new Job(false, true);
        assertThat(second.next()).isEqualTo("waits");
        Job third = new Job(false, true);
        assertThat(third.next()).isEqualTo("waits");
        first.end.countDown();
        second.end.countDown();
        third.end.countDown();
        assertThat(second.next()).isEqualTo("begun");
        assertThat(third.next()).isEqualTo("begun");
    }

    @Test
    void a_newer_job_cancels_the_one_that_runs_if_it_says_so() throws Exception {
        Job first = first();
        Job second = new Job(true, false);
        assertThat(first.next()).isEqualTo("replaced");
        assertThat(second.next()).isEqualTo("waits");
        assertThat(second.next()).isEqualTo("begun");
        second.end.countDown();
    }

    @Test
    void a_job_that_would_wait_for_its_own_workflow_says_so() throws Exception {
        PrintWriter nobody = new PrintWriter(new StringWriter());
        Turn turn = new Turn("deploy", false, false);
        try (ConcurrencyGroup _ = ConcurrencyGroup.enter(new Concurrency("Deploy", false, false), place, nobody)) {
            assertThatThrownBy(() -> ConcurrencyGroup.take(turn, place, NOBODY))
                    .isInstanceOf(InvalidSourceException.class)
                    .hasMessageContaining("the job would wait for ever");
        }
        assertThat(first().heard).isEmpty();
    }

    private Path workflow(String name, String concurrency) throws IOException {
        Path file = Files.createDirectories(folder.resolve("repository/.github/workflows"))
                .resolve(name + ".yml");
        return Files.writeString(
                file,
                """
                on: push
                jobs:
                  job:
                    runs-on: x
                    concurrency: CONCURRENCY
                    steps: [{run: 'touch FOLDER/NAME-begun; while [ ! -e FOLDER/NAME-may-end ]; do sleep 0.02; done'}]
                  other:
                    runs-on: x
                    steps: [{run: echo other}]
                """.replace("CONCURRENCY", concurrency).replace("NAME", name).replace("FOLDER", folder.toString()));
    }

    private Process start(Path workflow) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        ProgramProcess.command("exec", "--jobs", "4", "--output", "plain", workflow.toString()))
                .redirectErrorStream(true);
        builder.environment().put("HOME", folder.toString());
        builder.environment().keySet().removeIf(name -> name.startsWith("XDG_"));
        return builder.redirectOutput(
                        folder.resolve(workflow.getFileName() + ".log").toFile())
                .start();
    }

    @Test
    void a_job_of_another_program_is_cancelled_and_no_job_beside_it() throws Exception {
        Process first = start(workflow("first", "Deploy"));
        try {
            while (!Files.exists(folder.resolve("first-begun"))) {
                assertThat(first.isAlive()).isTrue();
                TimeUnit.MILLISECONDS.sleep(20);
            }
            Files.createFile(folder.resolve("second-may-end"));
            Process second = start(workflow("second", "{group: deploy, cancel-in-progress: true}"));
            assertThat(second.waitFor()).isZero();
            assertThat(first.waitFor()).isEqualTo(ExitCode.CANCELLED);
            assertThat(folder.resolve("first.yml.log"))
                    .content()
                    .contains("✓ other")
                    .contains("job | cancelled");
            assertThat(folder.resolve("second.yml.log")).content().contains("Waits for its turn");
        } finally {
            first.destroyForcibly();
        }
    }
}
