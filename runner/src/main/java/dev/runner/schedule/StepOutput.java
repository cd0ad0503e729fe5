package dev.runner.schedule;

import dev.runner.schedule.RunEvent.Annotation;
import dev.runner.schedule.RunEvent.Built;
import dev.runner.schedule.RunEvent.Published;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Where a step's output goes; safe for several threads. Secrets are masked on the way. */
public interface StepOutput {
    /** One line, without its line break; a text of several lines gives as many events. */
    default void line(Stream stream, String text) {
        line(stream, text, null);
    }

    /**
     * The same for a build of one platform.
     *
     * @param platform such as {@code linux/arm64}, or null
     */
    void line(Stream stream, String text, @Nullable String platform);

    /**
     * A stream of UTF-8 text that is cut into lines; a rest without line break becomes a line when it is closed. Secrets
     * are found across writes.
     */
    OutputStream stream(Stream stream);

    /** A remark about a file or the run. */
    void annotate(Annotation.Level level, String message, Annotation.@Nullable Place place);

    /** Tells that an image can now be pulled under these names. */
    void published(Published.Image image);

    /** Tells what was built. */
    void built(Built.Image image);

    /** Which of a process's streams a line came on; {@code INFO} is what the step itself has to say. */
    enum Stream {
        STDOUT,
        STDERR,
        INFO
    }
}
