package dev.runner.schedule;

import dev.runner.schedule.RunEvent.Annotation;
import dev.runner.schedule.RunEvent.Built;
import dev.runner.schedule.RunEvent.OutputLine;
import dev.runner.schedule.RunEvent.Published;
import dev.runner.secret.Masker;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step's output as events. Ends with the step: streams that are still open then are closed, so that their last line is
 * not lost, and what a stray thread says later is dropped, so that nothing of a step comes after its end.
 */
final class StepEmitter implements StepOutput, AutoCloseable {
    private final StepRef step;
    private final EventQueue events;
    private final Masker masker;
    private final List<OutputStream> streams = new ArrayList<>();
    private boolean closed;

    StepEmitter(StepRef step, EventQueue events, Masker masker) {
        this.step = step;
        this.events = events;
        this.masker = masker;
    }

    @Override
    public void line(Stream stream, String text, @Nullable String platform) {
        String masked = masker.mask(text);
        if (masked.indexOf('\n') < 0) {
            emit(stream, masked, platform);
        } else {
            masked.lines().forEach(line -> emit(stream, line, platform));
        }
    }

    private void emit(Stream stream, String line, @Nullable String platform) {
        say(new OutputLine(Instant.now(), step, stream, line, platform));
    }

    private synchronized void say(RunEvent event) {
        if (!closed) {
            events.emit(event);
        }
    }

    @Override
    public OutputStream stream(Stream stream) {
        OutputStream masked = masker.mask(new LineStream(line -> emit(stream, line, null)));
        synchronized (this) {
            streams.add(masked);
        }
        return masked;
    }

    @Override
    public void annotate(Annotation.Level level, String message, Annotation.@Nullable Place place) {
        say(new Annotation(Instant.now(), step.job(), step, level, masker.mask(message), place));
    }

    @Override
    public void published(Published.Image image) {
        say(new Published(Instant.now(), step, image));
    }

    @Override
    public void built(Built.Image image) {
        say(new Built(Instant.now(), step, image));
    }

    @Override
    public void close() {
        List<OutputStream> open;
        synchronized (this) {
            open = List.copyOf(streams);
        }
        for (OutputStream stream : open) {
            try {
                stream.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        synchronized (this) {
            closed = true;
        }
    }
}
