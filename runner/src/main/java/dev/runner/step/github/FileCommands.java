package dev.runner.step.github;

import dev.runner.schedule.RunEvent.Annotation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** The five files of one step, by which its processes hand values on: made empty before, read and removed after. */
final class FileCommands {
    /** The context's field and the file's prefix, as GitHub's runner calls them. */
    private static final Map<String, String> PREFIXES = new LinkedHashMap<>();

    static {
        PREFIXES.put("path", "add_path_");
        PREFIXES.put("env", "set_env_");
        PREFIXES.put("step_summary", "step_summary_");
        PREFIXES.put("state", "save_state_");
        PREFIXES.put("output", "set_output_");
    }

    private final Frame frame;
    private final Map<String, Path> files = new LinkedHashMap<>();

    private FileCommands(Frame frame) {
        this.frame = frame;
    }

    static FileCommands create(Frame frame) throws IOException {
        FileCommands commands = new FileCommands(frame);
        Path folder = frame.job().layout().commands();
        String suffix = UUID.randomUUID().toString();
        for (Map.Entry<String, String> entry : PREFIXES.entrySet()) {
            commands.files.put(entry.getKey(), Files.createFile(folder.resolve(entry.getValue() + suffix)));
        }
        return commands;
    }

    /** {@code GITHUB_ENV} and its sisters, as processes in a place see them. */
    Map<String, String> variables(StepPlace place) {
        Map<String, String> variables = new LinkedHashMap<>();
        files.forEach((field, file) ->
                variables.put("GITHUB_" + field.toUpperCase(java.util.Locale.ROOT), place.inside(file)));
        return variables;
    }

    /** Reads what was written; each file that makes no sense is told and fails the step, the others count. */
    void process() throws IOException {
        for (Map.Entry<String, Path> entry : files.entrySet()) {
            try {
                process(entry.getKey(), entry.getValue());
            } catch (EnvironmentFile.Fault e) {
                error("Unable to process file command '" + entry.getKey() + "' successfully.");
                error(String.valueOf(e.getMessage()));
                frame.trace().fail();
            }
        }
    }

    private void process(String field, Path file) throws EnvironmentFile.Fault, IOException {
        if (Files.exists(file) && Files.size(file) == 0) {
            return;
        }
        switch (field) {
            case "path" -> EnvironmentFile.folders(EnvironmentFile.read(file)).forEach(frame.handover()::folder);
            case "env" -> EnvironmentFile.values(EnvironmentFile.read(file)).forEach(this::export);
            case "state" -> EnvironmentFile.values(EnvironmentFile.read(file)).forEach(frame.trace()::save);
            case "output" -> EnvironmentFile.values(EnvironmentFile.read(file)).forEach(frame.trace()::output);
            default -> summarise(file);
        }
    }

    private void export(String name, String value) {
        if (name.equalsIgnoreCase("NODE_OPTIONS")) {
            error("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
        } else {
            frame.handover().variable(name, value);
        }
    }

    private void summarise(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return;
        }
        long size = Files.size(file);
        if (size > Summaries.LIMIT) {
            error("$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of " + Summaries.LIMIT / 1024
                    + "k, got " + size / 1024 + "k. For more information see:"
                    + " https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions"
                    + "#adding-a-markdown-summary");
            return;
        }
        frame.job().summarise(frame.step(), EnvironmentFile.read(file));
    }

    private void error(String message) {
        frame.step().output().annotate(Annotation.Level.ERROR, message, null);
    }

    void remove() {
        files.values().forEach(file -> {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                file.toFile().deleteOnExit(); // The job's end removes the folder anyway.
            }
        });
    }
}
