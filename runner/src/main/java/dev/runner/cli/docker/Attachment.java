package dev.runner.cli.docker;

import dev.runner.build.ContainerFailedException;
import dev.runner.build.container.JobContainers;
import dev.runner.build.container.LogQuery;
import dev.runner.build.container.RunningContainer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A kept container that this program runs to its end while its output is shown. */
final class Attachment {
    private static final Duration GRACE = Duration.ofSeconds(10);

    private Attachment() {}

    private static boolean hasBegun(RunningContainer container, Instant since) {
        Instant started = container.state().started();
        return started != null && !started.isBefore(since);
    }

    /** The exit code of the container. */
    static int run(Call call, RunningContainer container) throws IOException, InterruptedException {
        JobContainers containers = call.around().jobContainers();
        Instant before = Instant.now();
        FutureTask<Integer> running = new FutureTask<>(() -> containers.supervise(container.id()));
        Thread.ofPlatform().daemon().name("container").start(running);
        try {
            while (!running.isDone() && !hasBegun(container, before)) {
                Thread.sleep(Duration.ofMillis(2));
            }
            LogQuery query = new LogQuery(-1, before, null, true, false);
            container.logs(query, call.around().outputBytes(), call.around().errorBytes());
            return running.get();
        } catch (InterruptedException e) {
            container.stop(null, GRACE);
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ContainerFailedException failed) {
                throw RunCommands.failed(failed);
            }
            throw new IOException(e.getCause());
        }
    }
}
