package dev.runner.report;

import dev.runner.secret.Masker;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;

/** Makes reports. Streams that are given stay open when the report is closed. */
public final class Reports {
    private Reports() {}

    /** Lines with a prefix for each job; for logs, pipes and terminals that cannot redraw. */
    public static Report plain(OutputStream out, boolean colours, Masker masker) {
        return new PlainReport(new Lines(out, masker), new Style(colours));
    }

    /** Lines that are redrawn while steps run, with the time and the tail of what each says. */
    public static Report live(OutputStream out, Terminal terminal, Masker masker) {
        LiveReport report = new LiveReport(
                new Lines(out, masker), terminal.size(), new Style(terminal.colours()), Clock.systemUTC());
        report.startTicking();
        return report;
    }

    /** Whichever of {@link #live} and {@link #plain} suits the terminal. */
    public static Report console(OutputStream out, Terminal terminal, Masker masker) {
        return terminal.redraws() ? live(out, terminal, masker) : plain(out, terminal.colours(), masker);
    }

    /** One JSON object a line for each event; see {@link JsonReport} for the fields. */
    public static Report json(OutputStream out, Masker masker) {
        return new JsonReport(new Lines(out, masker));
    }

    /** A JUnit XML file, written when the run ends: a test suite for each job, a test case for each step. */
    public static Report junit(Path file, Masker masker) {
        return new JUnitReport(file, masker);
    }
}
