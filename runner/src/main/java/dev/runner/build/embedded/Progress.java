package dev.runner.build.embedded;

import dev.runner.build.BuildEvent;
import dev.runner.build.BuildListener;
import dev.runner.build.Miss;
import dev.runner.secret.Masker;
import dev.runner.source.Diagnostic;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Tells the listener what happens, one event at a time, without secrets. */
final class Progress {
    private static final int TAIL = 40;

    private final BuildListener listener;
    private final Masker masker;
    private final AtomicInteger numbers = new AtomicInteger();

    Progress(BuildListener listener, Masker masker) {
        this.listener = listener;
        this.masker = masker;
    }

    Masker masker() {
        return masker;
    }

    synchronized void emit(BuildEvent event) {
        listener.on(event);
    }

    void warn(String message) {
        emit(new BuildEvent.Warning(masker.mask(message), null));
    }

    void warn(Diagnostic diagnostic) {
        emit(new BuildEvent.Warning(diagnostic.message(), diagnostic));
    }

    /** A vertex begins. */
    Vertex start(String name) {
        return new Vertex(masker.mask(name));
    }

    /** One vertex at work. */
    final class Vertex {
        private final String id = Integer.toString(numbers.incrementAndGet());
        private final String name;
        private final long started = System.nanoTime();
        private final Deque<String> tail = new ArrayDeque<>();

        private Vertex(String name) {
            this.name = name;
            emit(new BuildEvent.VertexStarted(id, name));
        }

        void output(BuildEvent.Stream stream, String line) {
            String masked = masker.mask(line);
            synchronized (tail) {
                tail.addLast(masked);
                if (tail.size() > TAIL) {
                    tail.removeFirst();
                }
            }
            emit(new BuildEvent.VertexOutput(id, stream, masked));
        }

        List<String> tail() {
            synchronized (tail) {
                return new ArrayList<>(tail);
            }
        }

        /** @param miss why it was not cached; null when it was, or when no cache can know it */
        void finished(boolean cached, @Nullable Miss miss) {
            Miss shown = miss == null ? null : miss.mapped(masker::mask);
            emit(new BuildEvent.VertexFinished(id, cached, Duration.ofNanos(System.nanoTime() - started), shown));
        }

        void failed(boolean cancelled, String message) {
            emit(new BuildEvent.VertexFailed(id, cancelled, masker.mask(message)));
        }

        String name() {
            return name;
        }
    }
}
