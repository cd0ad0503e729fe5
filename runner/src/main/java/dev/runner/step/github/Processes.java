package dev.runner.step.github;

import dev.runner.host.process.CommandNotFoundException;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepFailure.Kind;
import dev.runner.schedule.StepOutput.Stream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs processes of steps where the job runs, with everything they hand back. */
final class Processes {
    private Processes() {}

    /**
     * Runs one, obeys what it says and reads its files, also when it fails.
     *
     * @param more variables besides the step's
     * @param directory as the process sees it
     * @return its exit code
     */
    static int run(Frame frame, List<String> command, Map<String, String> more, String directory)
            throws IOException, InterruptedException {
        FileCommands files = FileCommands.create(frame);
        try {
            StepPlace place = frame.job().place();
            Map<String, String> environment = new LinkedHashMap<>(frame.environment(more));
            environment.putAll(files.variables(place));
            CommandHandler commands = new CommandHandler(frame);
            int code = place.run(
                    new StepPlace.Launch(command, environment, directory),
                    new OutputLines(frame, commands, Stream.STDOUT),
                    new OutputLines(frame, commands, Stream.STDERR),
                    frame.step().cancellation());
            files.process();
            return code;
        } finally {
            files.remove();
        }
    }

    /** How a process's end is told, in GitHub's words; null when it ended well. */
    static @Nullable StepFailure failure(int code) {
        return code == 0
                ? null
                : new StepFailure(
                        Kind.FAILED, "Process completed with exit code " + code + ".", null, code, false, null);
    }

    static StepFailure failure(IOException e) {
        if (e instanceof CommandNotFoundException missing) {
            return StepFailure.of(
                    Kind.MACHINE_LACKS,
                    missing.program() + ": command not found",
                    "install it, or let an earlier step put it into PATH");
        }
        return StepFailure.of(Kind.FAILED, String.valueOf(e.getMessage()), null).withCause(e);
    }
}
