package dev.runner.step.gitlab;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.runner.pipeline.Belongings;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.step.keep.FileSet;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a job's end means outside of it: its coverage, its release, its environment. Here all of it is only told. */
final class JobNotes {
    private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)?");

    private final Belongings.Notes notes;
    private final JobFiles files;
    private final @Nullable Pattern pattern;
    private volatile @Nullable String coverage;

    JobNotes(Belongings.Notes notes, JobFiles files) {
        this.notes = notes;
        this.files = files;
        this.pattern = notes.coverage() == null ? null : Pattern.compile(notes.coverage());
    }

    /** The stream, read along when the job has a pattern for its coverage. */
    OutputStream reading(OutputStream out) {
        return pattern == null ? out : new Lines(out);
    }

    /** The number in the last group of the last match of the last line that has one counts. */
    private void look(String line) {
        Pattern wanted = pattern;
        if (wanted == null) {
            return;
        }
        String last = null;
        Matcher matcher = wanted.matcher(line);
        while (matcher.find()) {
            last = matcher.group(matcher.groupCount());
        }
        Matcher number = NUMBER.matcher(last == null ? "" : last);
        if (number.find()) {
            coverage = number.group();
        }
    }

    void tell(RunnerVariables variables, boolean passed, StepContext context) {
        if (coverage != null) {
            context.output().line(Stream.INFO, GitLabSteps.COVERAGE + coverage + "%");
        }
        if (!passed) {
            return;
        }
        if (!notes.environment().isEmpty()) {
            context.output().line(Stream.INFO, environment(variables));
        }
        if (!notes.release().isEmpty()) {
            release(variables, context);
        }
    }

    private String environment(RunnerVariables variables) {
        Map<String, String> all = expanded(notes.environment(), variables);
        StringBuilder text = new StringBuilder(GitLabSteps.ENVIRONMENT + all.getOrDefault("name", "") + ", "
                + all.getOrDefault("action", "start") + " (local: nothing is recorded)");
        String url = all.get("url");
        text.append(url == null ? "" : ", at " + url);
        String stop = all.get("on_stop");
        text.append(stop == null ? "" : ", stopped by the job " + stop);
        String time = all.get("auto_stop_in");
        text.append(time == null ? "" : ", on GitLab stopped after " + time);
        return text.toString();
    }

    private void release(RunnerVariables variables, StepContext context) {
        Map<String, String> all = expanded(notes.release(), variables);
        all.computeIfAbsent("name", _ -> all.getOrDefault("tag_name", ""));
        all.computeIfAbsent("ref", _ -> variables.expand("$CI_COMMIT_SHA"));
        all.computeIfPresent("description", (_, text) -> described(text, context.workspace()));
        StringBuilder text = new StringBuilder("Release (local: nothing is published)\n");
        all.forEach((name, value) -> text.append("  ")
                .append(name)
                .append(": ")
                .append(value.strip())
                .append('\n'));
        context.output().line(Stream.INFO, text.toString().stripTrailing());
        try {
            Path file = Files.writeString(context.temporary().resolve("release.txt"), text);
            files.save("release", new FileSet().add("release.txt", file), null);
        } catch (IOException e) {
            context.output().line(Stream.STDERR, "WARNING: the release's text cannot be kept: " + e.getMessage());
        }
    }

    /** A description may name a file of the workspace that holds it. */
    private static String described(String text, Path workspace) {
        try {
            Path file = workspace.resolve(text).normalize();
            boolean inside = file.startsWith(workspace) && Files.isRegularFile(file);
            return inside ? Files.readString(file) : text;
        } catch (InvalidPathException | IOException e) {
            return text;
        }
    }

    private static Map<String, String> expanded(Map<String, String> entries, RunnerVariables variables) {
        Map<String, String> all = new LinkedHashMap<>();
        entries.forEach((name, value) -> all.put(name, variables.expand(value)));
        return all;
    }

    /** Looks at every whole line that passes. */
    private final class Lines extends FilterOutputStream {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        Lines(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int i = offset; i < offset + length; i++) {
                if (bytes[i] == '\n') {
                    end();
                } else {
                    line.write(bytes[i]);
                }
            }
            out.write(bytes, offset, length);
        }

        private void end() {
            look(line.toString(StandardCharsets.UTF_8));
            line.reset();
        }

        @Override
        public void close() throws IOException {
            end();
            super.close();
        }
    }
}
