package dev.runner.build.buildkit;

import dev.runner.host.posix.Posix;
import dev.runner.host.process.Executables;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.PumpStreamHandler;
import org.jspecify.annotations.Nullable;

/**
 * One call of Buildx, run by commons-exec without a shell. Its thread is one of the platform's and stays until the call has
 * ended: the kernel ends a child whose starting thread is gone, which is what ends the call when this program is killed.
 */
final class BuildxCall implements AutoCloseable {
    /** How long a build may take to be cancelled on its builder. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final CompletableFuture<Process> started = new CompletableFuture<>();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    private BuildxCall() {}

    static BuildxCall start(List<String> command, Map<String, String> environment, OutputStream out, OutputStream err)
            throws IOException {
        BuildxCall call = new BuildxCall();
        Thread.ofPlatform().daemon().name("buildx").start(() -> call.execute(command, environment, out, err));
        try {
            call.started.get();
            return call;
        } catch (ExecutionException e) {
            throw new IOException("cannot start " + command.getFirst(), e.getCause());
        } catch (InterruptedException e) {
            var unused = call.started.thenAccept(Process::destroy);
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while Buildx was started");
        }
    }

    private void execute(List<String> command, Map<String, String> environment, OutputStream out, OutputStream err) {
        List<String> leashed = leashed(command);
        CommandLine line = new CommandLine(Path.of(leashed.getFirst()));
        leashed.subList(1, leashed.size()).forEach(word -> line.addArgument(word, false));
        PumpStreamHandler streams = new PumpStreamHandler(out, err);
        streams.setStopTimeout(Duration.ofSeconds(5));
        Launching executor = new Launching();
        executor.setStreamHandler(streams);
        executor.setExitValues(null); // Whoever called looks at the code.
        try {
            ended.complete(executor.execute(line, environment));
        } catch (IOException | RuntimeException e) {
            started.completeExceptionally(e);
            ended.completeExceptionally(e);
        }
    }

    /** Ends with this program, as gently as by Ctrl-C: Buildx cancels its build. */
    private static List<String> leashed(List<String> command) {
        Path setpriv = Executables.find("setpriv");
        if (setpriv == null || isBusybox(setpriv)) {
            return command;
        }
        List<String> all = new ArrayList<>(List.of(setpriv.toString(), "--pdeathsig", "TERM", "--"));
        all.addAll(command);
        return all;
    }

    private static boolean isBusybox(Path program) {
        try {
            return program.toRealPath().getFileName().toString().contains("busybox");
        } catch (IOException e) {
            return false;
        }
    }

    /** Tells which process it is. */
    @SuppressWarnings("deprecation") // The builder, which is meant instead, makes no subclass.
    private final class Launching extends DefaultExecutor {
        @Override
        protected Process launch(CommandLine command, Map<String, String> env, Path directory) throws IOException {
            Process process = super.launch(command, env, directory);
            started.complete(process);
            return process;
        }
    }

    /**
     * Waits for its end.
     *
     * @return the exit code; null when it still runs
     */
    @Nullable
    Integer await(Duration atMost) throws IOException, InterruptedException {
        try {
            return ended.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            throw new IOException("cannot read what Buildx says", e.getCause());
        }
    }

    /** Ctrl-C: Buildx tells the builder, which ends the build. What does not end by that is killed. */
    void cancel() {
        Process process = started.join();
        try {
            Posix.signal(process.pid(), Posix.SIGINT);
        } catch (IOException e) {
            process.destroy();
        }
        awaitQuietly(process, GRACE);
        kill();
    }

    void kill() {
        Process process = started.join();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        awaitQuietly(process, Duration.ofSeconds(2));
    }

    private static void awaitQuietly(Process process, Duration atMost) {
        boolean interrupted = false;
        long deadline = System.nanoTime() + atMost.toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            try {
                process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (!ended.isDone()) {
            cancel();
        }
    }
}
