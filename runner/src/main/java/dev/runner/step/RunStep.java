package dev.runner.step;

import dev.runner.expression.Template;
import dev.runner.expression.Value;
import dev.runner.host.process.Command;
import dev.runner.host.process.CommandNotFoundException;
import dev.runner.host.process.OutputSink;
import dev.runner.host.process.ProcessRunner;
import dev.runner.host.process.RunningProcess;
import dev.runner.pipeline.Step;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepFailure.Kind;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.schedule.StepResult;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs a script in a shell, and takes from its files what it hands on. */
final class RunStep {
    /** Between SIGTERM and SIGKILL. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final String OUTPUT = "RUNNER_OUTPUT";
    private static final String ENVIRONMENT = "RUNNER_ENV";
    private static final String PATH = "RUNNER_PATH";

    private final ProcessRunner processes;
    private final RunServices services;

    RunStep(ProcessRunner processes, RunServices services) {
        this.processes = processes;
        this.services = services;
    }

    StepResult execute(Step.Run step, StepContext context) throws InterruptedException {
        Path files = context.temporary();
        try {
            Map<String, String> environment = environment(context, files);
            Shell shell = Shell.of(text(step.shell(), context), environment);
            Path directory = directory(step, context);
            Path script = Files.writeString(
                    files.resolve("script" + shell.extension()),
                    shell.before() + step.script().text(context.scope()) + shell.after());
            int code = run(new Command(shell.command(script), environment, directory, null), context);
            StepResult result =
                    code == 0 ? StepResult.success() : StepResult.failed(StepFailure.exit(code, Failures.remedy(code)));
            return handedOn(result, files);
        } catch (CommandNotFoundException e) {
            return StepResult.failed(StepFailure.of(
                    Kind.MACHINE_LACKS, String.valueOf(e.getMessage()), "install it, or choose another 'shell'"));
        } catch (IOException e) {
            return StepResult.failed(StepFailure.of(Kind.FAILED, "cannot run the script: " + e.getMessage(), null));
        } finally {
            remove(files);
        }
    }

    private Map<String, String> environment(StepContext context, Path files) throws IOException {
        Map<String, String> environment = services.environment(context.environment());
        environment.putIfAbsent("CI", "true");
        environment.put("RUNNER_WORKSPACE", context.workspace().toString());
        environment.put(
                "RUNNER_TEMP", Files.createDirectories(files.resolve("temp")).toString());
        environment.put("RUNNER_JOB", context.job().key());
        if (context.scope().context(CommitContext.NAME) instanceof Value.Obj commit) {
            for (String name : List.of("sha", "short", "branch", "tag")) {
                Value value = commit.get(name);
                environment.put(
                        "RUNNER_COMMIT_" + name.toUpperCase(java.util.Locale.ROOT), value == null ? "" : value.text());
            }
        }
        for (String name : List.of(OUTPUT, ENVIRONMENT, PATH)) {
            environment.put(name, Files.createFile(files.resolve(name)).toString());
        }
        return environment;
    }

    private static Path directory(Step.Run step, StepContext context) {
        String written = text(step.workingDirectory(), context);
        Path directory =
                written == null ? context.workspace() : context.workspace().resolve(written);
        if (!Files.isDirectory(directory)) {
            throw new BadStepException(
                    "the working directory '" + written + "' is not there",
                    "check it out or make it in an earlier step");
        }
        return directory;
    }

    private static @Nullable String text(@Nullable Template template, StepContext context) {
        String text = template == null ? "" : template.text(context.scope());
        return text.isBlank() ? null : text;
    }

    private int run(Command command, StepContext context) throws IOException, InterruptedException {
        RunningProcess process = processes.start(command, sink(context, Stream.STDOUT), sink(context, Stream.STDERR));
        try (var _ = context.cancellation().onKill(() -> process.terminate(Duration.ZERO))) {
            return process.await();
        } catch (InterruptedException e) {
            process.terminate(context.cancellation().isKilled() ? Duration.ZERO : GRACE);
            throw e;
        } catch (IOException | RuntimeException e) {
            process.terminate(Duration.ZERO);
            throw e;
        }
    }

    private static OutputSink sink(StepContext context, Stream stream) {
        OutputStream out = context.output().stream(stream);
        return new OutputSink() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
                out.flush();
            }

            @Override
            public void end() throws IOException {
                out.close();
            }
        };
    }

    /** What the script wrote into its files counts also when it failed. */
    private static StepResult handedOn(StepResult result, Path files) throws IOException {
        try {
            Map<String, String> outputs = CommandFile.values(OUTPUT, read(files, OUTPUT));
            Map<String, String> environment =
                    new LinkedHashMap<>(CommandFile.values(ENVIRONMENT, read(files, ENVIRONMENT)));
            return result.withOutputs(outputs)
                    .withEnvironment(environment)
                    .withPath(CommandFile.folders(read(files, PATH)));
        } catch (BadStepException e) {
            return result.isSuccess() ? result.withFailure(Failures.of(e)) : result;
        }
    }

    private static String read(Path files, String name) throws IOException {
        Path file = files.resolve(name);
        return Files.exists(file) ? new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.UTF_8) : "";
    }

    /** The job's end removes the folder; the script may hold secrets and goes at once. */
    private static void remove(Path files) {
        for (String name : List.of("script.sh", "script.py", "script.ps1", OUTPUT, ENVIRONMENT, PATH)) {
            try {
                Files.deleteIfExists(files.resolve(name));
            } catch (IOException e) {
                files.resolve(name).toFile().deleteOnExit();
            }
        }
    }
}
