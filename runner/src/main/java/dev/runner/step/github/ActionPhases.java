package dev.runner.step.github;

import dev.runner.schedule.ExtraStep;
import dev.runner.schedule.RunEvent.Annotation;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepFailure;
import dev.runner.step.github.ActionManifest.Phases;
import dev.runner.step.github.ActionManifest.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The phases of an action that is a program: {@code pre} before the job's first step, {@code main} in the step's turn,
 * {@code post} when the job's steps are done. They share what they save.
 */
final class ActionPhases {
    private ActionPhases() {}

    /** Puts the first phase, or those of a composite action's parts, before the job's own steps. */
    static void addPre(GithubJob job, PreCall pre, StepContext preparing) {
        ActionCall call = pre.call();
        preparing.addBefore(new ExtraStep(
                "Pre " + title(call),
                "pre",
                pre.condition(),
                context -> GithubJob.guarded(() -> {
                    Map<String, String> own = call.step().head().env().texts(context.scope());
                    Frame frame = Frame.of(job, context, String.valueOf(pre.index()), pre.name(), own)
                            .in(call.fields(job.place()));
                    return frame.result(pre.run(frame));
                })));
    }

    private static String title(ActionCall call) {
        return "Run " + call.step().action();
    }

    /** Runs the main phase, and puts the last one behind the job's steps. */
    static @Nullable StepFailure run(ActionCall call, Map<String, String> inputs, Frame frame, String title)
            throws IOException, InterruptedException {
        Phases phases = call.manifest().phases();
        if (phases == null) {
            throw new IllegalArgumentException("an action of steps has no phases");
        }
        String post = phases.post();
        if (post != null) {
            frame.leave(title, phases.postCondition(), late -> phase(call, post, inputs, late, false));
        }
        if (phases.pre() != null && call.found().remote() == null) {
            frame.step()
                    .output()
                    .annotate(
                            Annotation.Level.WARNING,
                            "`pre` execution is not supported for local action from '"
                                    + call.step().action() + "'",
                            null);
        } else if (phases.pre() != null && frame.isPart() && !frame.job().isPrepared(frame)) {
            frame.step()
                    .output()
                    .annotate(
                            Annotation.Level.WARNING,
                            "`pre` of '" + call.step().action() + "' has not run: a local action uses it, which was not"
                                    + " read before the job's first step",
                            null);
        }
        return phase(call, phases.main(), inputs, frame, true);
    }

    static @Nullable StepFailure phase(
            ActionCall call, String program, Map<String, String> inputs, Frame frame, boolean main)
            throws IOException, InterruptedException {
        return switch (call.manifest().runs()) {
            case Runs.Node(String using, var _) -> node(call.found().folder(), using, program, inputs, frame);
            case Runs.Docker docker ->
                new ContainerAction(frame).docker(docker, call.found().folder(), program, inputs, main);
            case Runs.Composite _ -> throw new IllegalArgumentException("an action of steps has no phases");
        };
    }

    private static @Nullable StepFailure node(
            Path folder, String using, String program, Map<String, String> inputs, Frame frame)
            throws IOException, InterruptedException {
        StepPlace place = frame.job().place();
        Path file = folder.resolve(program).normalize();
        if (!file.startsWith(frame.job().layout().workspace())
                && !file.startsWith(frame.job().layout().temporary())) {
            throw ActionFailedException.badInput("the program '" + program + "' lies outside of the action", null);
        }
        if (!Files.isRegularFile(file)) {
            throw ActionFailedException.badInput(
                    "File not found: '" + file + "'", "the action's repository must hold what it runs, built");
        }
        List<String> node = place.node();
        if (node.isEmpty()) {
            throw ActionFailedException.lacking(
                    "this action needs Node (" + using + "), and there is no 'node' "
                            + (place instanceof HostPlace
                                    ? "in PATH"
                                    : "in the job's container, and none in this machine's PATH that runs there"),
                    "install Node " + using.substring("node".length()) + " or newer");
        }
        frame.job().debug(frame.step().output(), "node for " + using + ": " + file);
        List<String> command = new ArrayList<>(node);
        command.add(place.inside(file));
        int code = Processes.run(
                frame,
                command,
                Inputs.variables(inputs),
                place.inside(frame.step().workspace()));
        return Processes.failure(code);
    }
}
