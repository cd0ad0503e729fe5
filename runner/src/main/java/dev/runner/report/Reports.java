package dev.runner.report;

import dev.runner.secret.Masker;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

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

    /** Steps folded, and faults beside the code, as GitHub's log has them; its commands in what steps print mean nothing. */
    public static Report github(OutputStream out, boolean colours, @Nullable Path root, Masker masker) {
        return new FoldedReport(new Lines(out, masker), new Style(colours), new Folding.GitHub(), root);
    }

    /** Steps as sections of a GitLab job's log. */
    public static Report gitlab(OutputStream out, boolean colours, @Nullable Path root, Masker masker) {
        return new FoldedReport(new Lines(out, masker), new Style(colours), new Folding.GitLab(), root);
    }

    /** Images, what was published and jobs as Markdown, added to a file when the run ends. */
    public static Report summary(Path file, Masker masker) {
        return new JobSummary(file, masker);
    }

    /** {@code digest}, {@code imageid} and {@code metadata} of the last image, added to a file as a GitHub step's outputs. */
    public static Report outputs(Path file, Masker masker) {
        return new ImageOutputs(file, ImageOutputs.Form.GITHUB, masker);
    }

    /** {@code IMAGE}, {@code IMAGE_DIGEST} and {@code IMAGE_TAGS} of the last image, as a file for GitLab's dotenv report. */
    public static Report dotenv(Path file, Masker masker) {
        return new ImageOutputs(file, ImageOutputs.Form.DOTENV, masker);
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
