package dev.runner.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Tasks in virtual threads that end together: the first failure, or an interrupt, stops the others. */
final class Together {
    private Together() {}

    /**
     * Runs tasks and waits for all.
     *
     * @throws InterruptedException when the caller is to stop; the tasks are stopped then
     * @throws RuntimeException the first failure
     */
    static void run(List<Runnable> tasks) throws InterruptedException {
        List<Future<Void>> futures = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletionService<Void> ended = new ExecutorCompletionService<>(threads);
            try {
                for (Runnable task : tasks) {
                    futures.add(ended.submit(task, null));
                }
                for (int i = 0; i < futures.size(); i++) {
                    ended.take().get();
                }
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException failure
                        ? failure
                        : new IllegalStateException(e.getCause());
            } finally {
                futures.forEach(future -> future.cancel(true));
            }
        }
    }
}
