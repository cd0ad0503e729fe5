package dev.runner.report;

import dev.runner.secret.Masker;
import dev.runner.source.Printable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Where a report writes. Everything is masked once more on its way, whoever made it. */
final class Lines {
    private final OutputStream out;
    private final Masker masker;
    private volatile boolean broken;

    Lines(OutputStream out, Masker masker) {
        this.out = out;
        this.masker = masker;
    }

    /** Text without secrets and without control characters that would move the cursor; colours stay. */
    String clean(String text) {
        return Printable.output(masker.mask(text));
    }

    String mask(String text) {
        return masker.mask(text);
    }

    /**
     * Writes text that is clean already, in one piece. When nobody reads any more ({@code runner exec … | head}), the
     * rest is dropped: the run goes on, and its exit code tells how it ended.
     */
    void write(String text) {
        if (broken) {
            return;
        }
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            broken = true;
        }
    }
}
