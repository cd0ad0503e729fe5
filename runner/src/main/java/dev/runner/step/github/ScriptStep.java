package dev.runner.step.github;

import dev.runner.expression.Template;
import dev.runner.pipeline.Step;
import dev.runner.schedule.StepFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A step with {@code run}. */
final class ScriptStep {
    private ScriptStep() {}

    /** Runs it; null when it ended well. */
    static @Nullable StepFailure run(Step.Run step, Frame frame) throws IOException, InterruptedException {
        StepPlace place = frame.job().place();
        ScriptShell shell = ScriptShell.of(text(step.shell(), frame), place);
        Path script = ScriptShell.file(frame.job().layout().temporary(), shell.extension());
        String written = step.script().text(frame.scope());
        try {
            Files.writeString(script, shell.script(written));
            List<String> command = shell.command(place.inside(script), place);
            frame.job().debug(frame.step().output(), "shell: " + shell.shown());
            return Processes.failure(Processes.run(frame, command, Map.of(), directory(step, frame, place)));
        } finally {
            Files.deleteIfExists(script);
        }
    }

    /** As processes see it; relative to the workspace. */
    private static String directory(Step.Run step, Frame frame, StepPlace place) {
        String written = text(step.workingDirectory(), frame);
        Path workspace = frame.step().workspace();
        if (written == null) {
            return place.inside(workspace);
        }
        Path directory = Path.of(written).isAbsolute()
                ? place.outside(Path.of(written))
                : workspace.resolve(written).normalize();
        if (place instanceof HostPlace && !Files.isDirectory(directory)) {
            throw ActionFailedException.badInput(
                    "the working directory '" + written + "' is not there",
                    "check it out or make it in an earlier step");
        }
        return Path.of(written).isAbsolute() ? written : place.inside(directory);
    }

    private static @Nullable String text(@Nullable Template template, Frame frame) {
        String text = template == null ? "" : template.text(frame.scope());
        return text.isBlank() ? null : text;
    }
}
