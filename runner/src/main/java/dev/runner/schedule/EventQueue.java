package dev.runner.schedule;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Hands events to the listeners, one after the other, on a thread of its own. Jobs are interrupted when they are
 * cancelled, and an interrupted thread that writes to a channel closes it: that must not happen to standard output, so no
 * listener ever runs on a job's thread. The queue is bounded, so that a slow terminal slows the run instead of filling
 * the memory.
 */
final class EventQueue {
    private static final int CAPACITY = 8192;

    private final BlockingQueue<RunEvent> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final CountDownLatch drained = new CountDownLatch(1);
    private final AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();
    private final List<RunListener> listeners;

    EventQueue(List<RunListener> listeners) {
        this.listeners = listeners;
        Thread.ofPlatform().name("run-events").daemon().start(this::deliver);
    }

    /** Never gives up because of an interrupt: an event is not lost, and the interrupt is kept for later. */
    void emit(RunEvent event) {
        boolean interrupted = false;
        while (true) {
            try {
                queue.put(event);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until {@link RunEvent.RunFinished} has been heard. */
    void awaitEnd() {
        boolean interrupted = false;
        while (true) {
            try {
                drained.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a listener threw first, or null. */
    @Nullable
    Throwable fault() {
        return fault.get();
    }

    private void deliver() {
        boolean more = true;
        while (more) {
            try {
                RunEvent event = queue.take();
                listeners.forEach(listener -> tell(listener, event));
                more = !(event instanceof RunEvent.RunFinished);
            } catch (InterruptedException e) {
                // Nobody but the last event ends this thread.
                continue;
            }
        }
        drained.countDown();
    }

    private void tell(RunListener listener, RunEvent event) {
        try {
            listener.on(event);
        } catch (RuntimeException | Error e) {
            fault.compareAndSet(null, e);
        }
    }
}
