package dev.runner.cli;

import dev.runner.report.Report;
import dev.runner.report.Reports;
import dev.runner.report.Terminal;
import dev.runner.secret.Masker;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Chooses who is told of a run: the console, in the way of the CI system that it belongs to, and files. */
final class RunReports {
    private final ExecFlags flags;
    private final Map<String, String> environment;
    private final Masker masker;

    RunReports(ExecFlags flags, Map<String, String> environment, Masker masker) {
        this.flags = flags;
        this.environment = environment;
        this.masker = masker;
    }

    /** @param out where the console's goes */
    List<Report> to(OutputStream out) {
        List<Report> reports = new ArrayList<>();
        String style = style();
        Terminal terminal = Terminal.of(1, environment);
        // Logs of CI systems show colours, though they are no terminals.
        boolean colours = environment.getOrDefault("NO_COLOR", "").isEmpty();
        reports.add(
                switch (style) {
                    case "auto" -> Reports.console(out, terminal, masker);
                    case "plain" -> Reports.plain(out, terminal.colours(), masker);
                    case "tty" -> Reports.live(out, terminal, masker);
                    case "github" -> Reports.github(out, colours, folder("GITHUB_WORKSPACE"), masker);
                    case "gitlab" -> Reports.gitlab(out, colours, folder("CI_PROJECT_DIR"), masker);
                    case "json" -> Reports.json(out, masker);
                    default ->
                        throw new UsageException(
                                "--output is auto, plain, tty, github, gitlab or json, not '" + flags.output + "'");
                });
        Path summary = folder("GITHUB_STEP_SUMMARY");
        if (style.equals("github") && summary != null) {
            reports.add(Reports.summary(summary, masker));
        }
        flags.reports.forEach(written -> reports.add(file(written)));
        return reports;
    }

    private String style() {
        if (!flags.output.equals("auto")) {
            return flags.output;
        }
        if (flags.actions.shellOnFailure) {
            return "plain"; // A shell and lines that are drawn anew would fight for the terminal.
        }
        if (environment.getOrDefault("GITHUB_ACTIONS", "").equals("true")) {
            return "github";
        }
        return environment.getOrDefault("GITLAB_CI", "").equals("true") ? "gitlab" : "auto";
    }

    private @Nullable Path folder(String variable) {
        String value = environment.getOrDefault(variable, "");
        return value.isEmpty() ? null : Path.of(value);
    }

    private Report file(String written) {
        int equals = written.indexOf('=');
        String kind = equals < 0 ? written : written.substring(0, equals);
        Path file = Path.of(written.substring(equals + 1));
        return switch (equals < 0 ? "" : kind) {
            case "junit" -> Reports.junit(file, masker);
            case "summary" -> Reports.summary(file, masker);
            case "dotenv" -> Reports.dotenv(file, masker);
            case "outputs" -> Reports.outputs(file, masker);
            default ->
                throw new UsageException(
                        "--report takes junit=FILE, summary=FILE or dotenv=FILE, not '" + written + "'");
        };
    }
}
