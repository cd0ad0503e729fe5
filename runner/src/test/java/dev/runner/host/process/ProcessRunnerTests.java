package dev.runner.host.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessRunnerTests {
    private final ProcessRunner runner = new ProcessRunner();

    @AfterEach
    void close() {
        runner.close();
    }

    private static Command shell(String script) {
        return Command.of("sh", "-c", script);
    }

    @Test
    void output_and_exit_code_come_back() throws Exception {
        ProcessResult result = runner.run(shell("echo out; echo err >&2; exit 7"));
        assertThat(result.exitCode()).isEqualTo(7);
        assertThat(result.stdoutText()).isEqualTo("out\n");
        assertThat(result.stderrText()).isEqualTo("err\n");
    }

    @Test
    void an_exit_by_signal_is_128_and_the_number() throws Exception {
        assertThat(runner.run(shell("kill -TERM $$")).exitCode()).isEqualTo(143);
    }

    @Test
    void large_output_is_complete() throws Exception {
        ProcessResult result = runner.run(shell("head -c 5000000 /dev/zero; printf end"));
        assertThat(result.stdout()).hasSize(5000003);
        assertThat(new String(result.stdout(), 5000000, 3, StandardCharsets.UTF_8))
                .isEqualTo("end");
    }

    @Test
    void the_environment_is_exactly_what_was_given() throws Exception {
        Command command = Command.of("env").withEnvironment(Map.of("PATH", "/usr/bin", "A", "b c"));
        assertThat(runner.runChecked(command).lines()).containsExactlyInAnyOrder("PATH=/usr/bin", "A=b c");
    }

    @Test
    void the_folder_and_input_are_those_given(@TempDir Path folder) throws Exception {
        Command command = shell("pwd; cat")
                .in(folder)
                .reading(new ByteArrayInputStream("hello".getBytes(StandardCharsets.UTF_8)));
        assertThat(runner.runChecked(command)).isEqualTo(folder.toRealPath() + "\nhello");
    }

    @Test
    void one_sink_for_both_streams_keeps_the_order() throws Exception {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        OutputSink both = OutputSink.lines(lines::add);
        runner.start(shell("for i in 1 2 3; do echo o$i; echo e$i >&2; done; printf last"), both, both)
                .await();
        assertThat(lines).containsExactly("o1", "e1", "o2", "e2", "o3", "e3", "last");
    }

    @Test
    void a_background_process_does_not_hold_up_the_end_and_dies_with_the_owner() throws Exception {
        ProcessResult result = runner.run(shell("sleep 1000 & echo $!; printf tail"));
        List<String> lines = result.stdoutText().lines().toList();
        assertThat(lines).hasSize(2).last().isEqualTo("tail");
        ProcessHandle background =
                ProcessHandle.of(Long.parseLong(lines.getFirst())).orElseThrow();
        runner.close();
        background.onExit().get();
    }

    @Test
    void terminate_asks_first_and_then_kills_the_whole_tree() throws Exception {
        LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
        RunningProcess polite = runner.start(
                shell("trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.01; done"),
                OutputSink.lines(lines::add),
                OutputSink.discard());
        assertThat(lines.take()).isEqualTo("ready");
        polite.terminate(Duration.ofSeconds(20));
        assertThat(polite.await()).isEqualTo(3);
        assertThat(lines).containsExactly("bye");

        lines.clear();
        RunningProcess stubborn = runner.start(
                shell("trap '' TERM; (sleep 1000 & echo $!); echo ready; while :; do sleep 0.01; done"),
                OutputSink.lines(lines::add),
                OutputSink.discard());
        long child = Long.parseLong(lines.take());
        assertThat(lines.take()).isEqualTo("ready");
        stubborn.terminate(Duration.ofMillis(20));
        assertThat(stubborn.await()).isEqualTo(137);
        assertThat(ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
    }

    @Test
    void a_failure_carries_the_name_the_code_and_the_tail_but_no_arguments() {
        assertThatThrownBy(() -> runner.runChecked(shell("echo trouble >&2; exit 4 # s3cret")))
                .isInstanceOfSatisfying(ProcessFailedException.class, e -> {
                    assertThat(e.program()).isEqualTo("sh");
                    assertThat(e.exitCode()).isEqualTo(4);
                    assertThat(e.tail()).isEqualTo("trouble\n");
                    assertThat(e.getMessage()).doesNotContain("s3cret");
                });
        assertThat(shell("s3cret").toString()).doesNotContain("s3cret");
    }

    @Test
    void a_missing_program_is_told_before_anything_starts() {
        assertThatThrownBy(() -> runner.run(Command.of("no-such-program-here")))
                .isInstanceOf(CommandNotFoundException.class)
                .hasMessageContaining("no-such-program-here: not found in PATH");
    }

    @Test
    void a_sink_that_fails_ends_the_process_and_is_reported() throws Exception {
        RunningProcess process = runner.start(
                shell("while :; do echo x; done"),
                (bytes, offset, length) -> {
                    throw new IOException("full");
                },
                OutputSink.discard());
        assertThatThrownBy(process::await).isInstanceOf(IOException.class).hasMessage("full");
    }

    @Test
    void starts_from_threads_that_end_at_once_live_on() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        RunningProcess[] process = new RunningProcess[1];
        LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
        java.io.PipedOutputStream input = new java.io.PipedOutputStream();
        Command command = shell("read x; echo got $x").reading(new java.io.PipedInputStream(input));
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                process[0] = runner.start(command, OutputSink.lines(lines::add), OutputSink.discard());
                started.countDown();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        started.await();
        thread.join();
        input.write("it\n".getBytes(StandardCharsets.UTF_8));
        input.flush();
        assertThat(process[0].await()).isZero();
        assertThat(lines).containsExactly("got it");
    }

    @Test
    void a_hard_kill_of_the_program_takes_the_whole_tree_with_it() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ChildProgram.class.getName());
        Process program = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<ProcessHandle> tree = new ArrayList<>();
        try (var reader = program.inputReader()) {
            for (int i = 0; i < 2; i++) {
                String line = reader.readLine();
                assertThat(line).isNotNull();
                tree.add(ProcessHandle.of(Long.parseLong(line)).orElseThrow());
            }
            program.destroyForcibly().waitFor();
        }
        for (ProcessHandle process : tree) {
            process.onExit().get();
        }
    }

    /** A program that starts a tree of two, tells their numbers and waits to be killed. */
    static final class ChildProgram {
        private ChildProgram() {}

        public static void main(String[] arguments) throws Exception {
            try (ProcessRunner runner = new ProcessRunner()) {
                runner.start(
                                shell("sleep 1000 & echo $$; echo $!; wait"),
                                OutputSink.to(System.out),
                                OutputSink.discard())
                        .await();
            }
        }
    }
}
