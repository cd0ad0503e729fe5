package dev.runner.host.process;

import dev.runner.host.posix.ReadablePipe;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Starts children and owns them: closing it ends all that still run.
 *
 * <p>Each child leads a session, by {@code setsid}, and asks the kernel to be killed when we die, by {@code setpriv
 * --pdeathsig}. The kernel takes "we" to be the <em>thread</em> that started it, so one thread, which lives as long as
 * this owner, starts all of them. What the children themselves started is the {@link Guardian}'s.
 */
public final class ProcessRunner implements AutoCloseable {
    private static final int TAIL = 4096;

    private final ExecutorService starter = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("process-starter").factory());
    private final Set<ProcessGroup> running = ConcurrentHashMap.newKeySet();
    private final List<String> session = new ArrayList<>();
    private final List<String> leash = new ArrayList<>();
    private volatile @Nullable Guardian guardian;
    private volatile boolean closed;

    public ProcessRunner() {
        Path setsid = Executables.find("setsid");
        if (setsid != null) {
            session.add(setsid.toString());
        }
        Path setpriv = Executables.find("setpriv");
        // Busybox has a setpriv that knows no --pdeathsig.
        if (setpriv != null && !isBusybox(setpriv)) {
            leash.addAll(List.of(setpriv.toString(), "--pdeathsig", "KILL", "--"));
        }
    }

    private static boolean isBusybox(Path program) {
        try {
            return program.toRealPath().getFileName().toString().contains("busybox");
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Starts a child.
     *
     * @throws CommandNotFoundException when there is no such program
     */
    public RunningProcess start(Command command, OutputSink stdout, OutputSink stderr) throws IOException {
        return start(command, stdout, stderr, null);
    }

    /** What a thread does to itself before it starts a child, which inherits it. */
    @FunctionalInterface
    public interface Confinement {
        void confine() throws IOException;
    }

    /**
     * As {@link #start(Command, OutputSink, OutputSink)}, by a thread of its own, which has confined itself and stays
     * until the child has ended.
     */
    public RunningProcess start(
            Command command, OutputSink stdout, OutputSink stderr, @Nullable Confinement confinement)
            throws IOException {
        if (closed) {
            throw new IllegalStateException("the owner of processes is closed");
        }
        ProcessBuilder builder = new ProcessBuilder(wrapped(command));
        builder.environment().clear();
        builder.environment().putAll(command.environment());
        if (command.directory() != null) {
            builder.directory(command.directory().toFile());
        }
        InputStream stdin = command.stdin();
        builder.redirectInput(
                stdin == null ? ProcessBuilder.Redirect.from(new File("/dev/null")) : ProcessBuilder.Redirect.PIPE);
        ReadablePipe out = ReadablePipe.open();
        ReadablePipe err = stdout == stderr ? out : ReadablePipe.open();
        builder.redirectOutput(ProcessBuilder.Redirect.to(out.writeEnd().toFile()));
        builder.redirectError(ProcessBuilder.Redirect.to(err.writeEnd().toFile()));
        builder.redirectErrorStream(out == err);
        Process process;
        try {
            process = confinement == null ? onStarter(builder) : confined(builder, confinement);
        } catch (IOException | RuntimeException e) {
            out.close();
            err.close();
            throw e;
        }
        out.closeWriteEnd();
        err.closeWriteEnd();
        feed(process, stdin);
        return pumped(process, command.name(), out, stdout, out == err ? null : err, stderr);
    }

    private ProcessGroup pumped(
            Process process,
            String name,
            ReadablePipe out,
            OutputSink stdout,
            @Nullable ReadablePipe err,
            OutputSink stderr) {
        List<Pump> pumps = new ArrayList<>();
        ProcessGroup group = new ProcessGroup(process, pumps, this, !session.isEmpty());
        pumps.add(new Pump(out, stdout, process::destroy));
        if (err != null) {
            pumps.add(new Pump(err, stderr, process::destroy));
        }
        running.add(group);
        if (closed) {
            group.kill();
        }
        for (Pump pump : pumps) {
            Thread.ofPlatform().daemon().name("output of " + name).start(pump::run);
        }
        return group;
    }

    private List<String> wrapped(Command command) throws IOException {
        String program = command.argv().getFirst();
        Path found;
        if (program.contains("/")) {
            Path base = command.directory() == null ? Path.of("") : command.directory();
            found = Executables.find(base.resolve(program).toAbsolutePath().toString());
        } else {
            found = Executables.find(program, Executables.pathOf(command.environment()));
        }
        if (found == null) {
            throw new CommandNotFoundException(program, Executables.pathOf(command.environment()));
        }
        List<String> argv = new ArrayList<>(session);
        argv.addAll(leash);
        argv.add(program.contains("/") ? program : found.toString());
        argv.addAll(command.argv().subList(1, command.argv().size()));
        return argv;
    }

    private Process onStarter(ProcessBuilder builder) throws IOException {
        return result(starter.submit(() -> {
            Process process = builder.start();
            try {
                guard(process.pid());
            } catch (IOException e) {
                process.destroyForcibly();
                throw e;
            }
            return process;
        }));
    }

    private static Process result(Future<Process> started) throws IOException {
        try {
            return started.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IOException("the process could not be started", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while a process was started");
        }
    }

    private Process confined(ProcessBuilder builder, Confinement confinement) throws IOException {
        CompletableFuture<Process> started = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("confined starter").start(() -> {
            try {
                confinement.confine();
                Process process = builder.start();
                started.complete(process);
                process.waitFor();
            } catch (IOException | RuntimeException e) {
                started.completeExceptionally(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Process process = result(started);
        try {
            result(starter.submit(() -> {
                guard(process.pid());
                return process;
            }));
            return process;
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Runs on the starter's thread. Without a session of their own the children have no group to be killed by. */
    private void guard(long group) throws IOException {
        if (session.isEmpty()) {
            return;
        }
        Guardian current = guardian;
        if (current == null || !current.isAlive()) {
            current = Guardian.start(session);
            guardian = current;
            for (ProcessGroup alive : running) {
                current.watch(alive.pid());
            }
        }
        current.watch(group);
    }

    private static void feed(Process process, @Nullable InputStream stdin) {
        if (stdin == null) {
            return;
        }
        Thread.ofVirtual().name("input of " + process.pid()).start(() -> {
            try (OutputStream sink = process.getOutputStream()) {
                byte[] buffer = new byte[8192];
                for (int n = stdin.read(buffer); n >= 0; n = stdin.read(buffer)) {
                    sink.write(buffer, 0, n);
                    sink.flush();
                }
            } catch (IOException e) {
                // The child stopped reading or ended: its own affair.
            }
        });
    }

    /** Runs a short program to its end and keeps what it wrote. An interrupt ends the program. */
    public ProcessResult run(Command command) throws IOException, InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        RunningProcess process = start(command, OutputSink.to(out), OutputSink.to(err));
        try {
            int exitCode = process.await();
            return new ProcessResult(exitCode, out.toByteArray(), err.toByteArray());
        } catch (InterruptedException e) {
            process.terminate(Duration.ofSeconds(2));
            throw e;
        }
    }

    /**
     * As {@link #run}, and any exit code but zero is a failure.
     *
     * @return what it wrote on standard output
     * @throws ProcessFailedException with the end of its standard error
     */
    public String runChecked(Command command) throws IOException, InterruptedException {
        ProcessResult result = run(command);
        if (!result.succeeded()) {
            String text = result.stderrText();
            String tail = text.length() > TAIL ? text.substring(text.length() - TAIL) : text;
            throw new ProcessFailedException(command.name(), result.exitCode(), tail);
        }
        return result.stdoutText();
    }

    void forget(ProcessGroup group) {
        Guardian current = guardian;
        if (running.remove(group) && current != null) {
            try {
                current.forget(group.pid());
            } catch (IOException e) {
                // It died; the next start makes a new one, which is told of all that live then.
            }
        }
    }

    /** Kills all that was started, and what they started. */
    @Override
    public void close() {
        closed = true;
        // An empty task: a start that was under way when we closed has ended after it.
        try {
            starter.submit(() -> {}).get();
        } catch (ExecutionException | java.util.concurrent.RejectedExecutionException e) {
            // Closed twice.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (ProcessGroup group : List.copyOf(running)) {
            group.kill();
        }
        starter.shutdown();
        Guardian current = guardian;
        if (current != null) {
            try {
                current.close();
            } catch (IOException e) {
                // It is dead already.
            }
        }
    }
}
