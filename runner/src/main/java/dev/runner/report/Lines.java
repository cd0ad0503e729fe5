package dev.runner.report;

import dev.runner.secret.Masker;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Where a report writes. Everything is masked once more on its way, whoever made it. */
final class Lines {
    private final OutputStream out;
    private final Masker masker;

    Lines(OutputStream out, Masker masker) {
        this.out = out;
        this.masker = masker;
    }

    /** Text without secrets and without control characters that would move the cursor; colours stay. */
    String clean(String text) {
        return Style.printable(masker.mask(text));
    }

    String mask(String text) {
        return masker.mask(text);
    }

    /** Writes text that is clean already, in one piece. */
    void write(String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the report", e);
        }
    }
}
