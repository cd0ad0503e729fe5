package dev.runner.step.github;

import dev.runner.host.process.OutputSink;
import dev.runner.schedule.RunEvent.Annotation;
import dev.runner.schedule.StepOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a step's process: commands are obeyed, problems become annotations, everything else goes on. What goes on
 * passes through one masked stream, so that a secret of several lines is found.
 */
final class OutputLines implements OutputSink {
    private static final Pattern COLOUR = Pattern.compile("\u001B\\[[0-9;]*m?");
    /** A longer piece without a line break is no command and no problem; it goes on as it comes. */
    private static final int LONGEST = 1 << 20;

    private final Frame frame;
    private final CommandHandler commands;
    private final OutputStream out;
    private final List<ProblemMatcher.Running> running;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);

    OutputLines(Frame frame, CommandHandler commands, StepOutput.Stream stream) {
        this.frame = frame;
        this.commands = commands;
        this.out = frame.step().output().stream(stream);
        this.running = frame.job().matchers().start();
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        int start = offset;
        for (int at = offset; at < offset + length; at++) {
            if (bytes[at] == '\n') {
                line.write(bytes, start, at + 1 - start);
                take();
                start = at + 1;
            }
        }
        line.write(bytes, start, offset + length - start);
        if (line.size() > LONGEST) {
            line.writeTo(out);
            line.reset();
        }
        out.flush();
    }

    @Override
    public synchronized void end() throws IOException {
        if (line.size() > 0) {
            take();
        }
        out.close();
    }

    private void take() throws IOException {
        String text = line.toString(StandardCharsets.UTF_8);
        String bare = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        bare = bare.endsWith("\r") ? bare.substring(0, bare.length() - 1) : bare;
        if (bare.contains("::") || bare.contains("##[")) {
            // What was said before must not come after what a command says.
            out.flush();
            if (commands.obey(bare)) {
                line.reset();
                return;
            }
        }
        line.writeTo(out);
        line.reset();
        frame.job().matchers().renew(running);
        if (!running.isEmpty()) {
            out.flush();
            match(bare.indexOf('\u001B') < 0 ? bare : COLOUR.matcher(bare).replaceAll(""));
        }
    }

    private void match(String text) {
        for (ProblemMatcher.Running matcher : List.copyOf(running)) {
            ProblemMatcher.Problem problem;
            try {
                problem = matcher.match(text);
            } catch (ProblemMatcher.SlowPatternException e) {
                frame.job().matchers().remove(matcher.owner());
                frame.step()
                        .output()
                        .annotate(
                                Annotation.Level.WARNING,
                                "Removing issue matcher '" + matcher.owner()
                                        + "'. Its pattern needs more than a second for a line of output",
                                null);
                continue;
            }
            if (problem != null) {
                running.stream().filter(other -> other != matcher).forEach(ProblemMatcher.Running::reset);
                if (annotate(problem)) {
                    return;
                }
            }
        }
    }

    private boolean annotate(ProblemMatcher.Problem problem) {
        Annotation.Level level = level(problem.field("severity"));
        if (level == null || problem.field("message").isBlank()) {
            return false;
        }
        Path workspace = frame.step().workspace();
        String file = ProblemMatchers.file(problem, workspace, frame.job().place()::outside);
        String code = problem.field("code").strip();
        frame.step()
                .output()
                .annotate(
                        level,
                        problem.field("message"),
                        new Annotation.Place(
                                code.isEmpty() ? null : code,
                                file.isEmpty() ? null : file,
                                number(problem.field("line")),
                                number(problem.field("column"))));
        return true;
    }

    private static Annotation.@Nullable Level level(String severity) {
        return switch (severity.toLowerCase(Locale.ROOT)) {
            case "", "error" -> Annotation.Level.ERROR;
            case "warning" -> Annotation.Level.WARNING;
            case "notice" -> Annotation.Level.NOTICE;
            default -> null;
        };
    }

    private static int number(String text) {
        return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
    }
}
