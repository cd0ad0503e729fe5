package dev.runner.build.embedded;

import dev.runner.build.BuildFailedException;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one build. The first that fails interrupts all others, and {@link #run} throws what it threw; nothing
 * runs any more when {@link #run} returns.
 */
final class Tasks {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** Work whose result others wait for. */
    static final class Task<T> {
        private final FutureTask<T> future;

        private Task(FutureTask<T> future) {
            this.future = future;
        }

        /** A result that is there already. */
        static <T> Task<T> done(T value) {
            FutureTask<T> future = new FutureTask<>(() -> value);
            future.run();
            return new Task<>(future);
        }

        boolean isDone() {
            return future.isDone();
        }

        /** The result, or what the work threw. */
        T await() throws BuildFailedException, IOException, InterruptedException {
            try {
                return future.get();
            } catch (CancellationException e) {
                throw interrupted(e);
            } catch (ExecutionException e) {
                throw rethrow(e.getCause() == null ? e : e.getCause());
            }
        }
    }

    /** Starts work whose failure is everybody's: all other work ends. */
    <T> Task<T> start(Callable<T> work) {
        return submit(new FutureTask<>(() -> {
            try {
                return work.call();
            } catch (Throwable e) {
                fail(e);
                throw e;
            }
        }));
    }

    /** Starts work whose failure is told to who waits for it, and to nobody else: they know what it was for. */
    <T> Task<T> startFor(Callable<T> work) {
        return submit(new FutureTask<>(work));
    }

    private <T> Task<T> submit(FutureTask<T> future) {
        try {
            threads.execute(future);
        } catch (RejectedExecutionException e) {
            future.cancel(false);
        }
        return new Task<>(future);
    }

    private void fail(Throwable e) {
        if (!isCancellation(e) && failure.compareAndSet(null, e)) {
            threads.shutdownNow();
        }
    }

    /** Whether something was only stopped because something else failed, or the user wished it. */
    static boolean isCancellation(Throwable e) {
        for (Throwable at = e; at != null; at = at.getCause()) {
            if (at instanceof InterruptedException
                    || at instanceof CancellationException
                    || at instanceof java.nio.channels.ClosedByInterruptException
                    || at instanceof java.nio.channels.FileLockInterruptionException
                    || at instanceof dev.runner.registry.RegistryException registry
                            && registry.kind() == dev.runner.registry.RegistryException.Kind.CANCELLED) {
                return true;
            }
        }
        return false;
    }

    /** Runs the whole work and all that it starts. */
    <T> T run(Callable<T> work) throws BuildFailedException, IOException, InterruptedException {
        Task<T> root = start(work);
        try {
            T result = root.future.get();
            threads.shutdown();
            awaitAll();
            Throwable failed = failure.get();
            if (failed != null) {
                throw rethrow(failed);
            }
            return result;
        } catch (ExecutionException | CancellationException e) {
            threads.shutdownNow();
            awaitAll();
            Throwable first = failure.get();
            throw rethrow(first != null ? first : e.getCause() != null ? e.getCause() : e);
        } catch (InterruptedException e) {
            threads.shutdownNow();
            awaitAll();
            throw e;
        }
    }

    /** Waits through interrupts: whoever returns from a build must leave nothing running. */
    private void awaitAll() {
        boolean interrupted = false;
        while (true) {
            try {
                if (threads.awaitTermination(1, TimeUnit.DAYS)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
                threads.shutdownNow();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static InterruptedException interrupted(Throwable cause) {
        InterruptedException e = new InterruptedException("cancelled");
        e.initCause(cause);
        return e;
    }

    /** Throws what the work threw; the return type serves the compiler only. */
    private static RuntimeException rethrow(Throwable e)
            throws BuildFailedException, IOException, InterruptedException {
        switch (e) {
            case BuildFailedException failed -> throw failed;
            case IOException io -> throw io;
            case InterruptedException stopped -> throw stopped;
            case RuntimeException runtime -> throw runtime;
            case Error error -> throw error;
            default -> throw new IllegalStateException("no work throws this", e);
        }
    }
}
