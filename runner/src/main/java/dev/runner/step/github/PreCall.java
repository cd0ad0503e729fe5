package dev.runner.step.github;

import dev.runner.expression.Expression;
import dev.runner.expression.Value;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepResult;
import dev.runner.step.github.ActionManifest.Phases;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The first phase of an action that the job's steps use: its own program, or for a composite action the first phases of its
 * parts, in their order and whatever the parts' {@code if} will say. It sees no results of steps.
 *
 * @param index of the step in the job, or of the part in its action
 * @param name the context's {@code github.action}
 * @param parts those of a composite action that have a first phase
 */
record PreCall(int index, String name, ActionCall call, List<PreCall> parts) {
    PreCall {
        parts = List.copyOf(parts);
    }

    /** Whether there is anything to do. */
    boolean isNeeded() {
        Phases phases = call.manifest().phases();
        return !parts.isEmpty() || phases != null && phases.pre() != null;
    }

    /** When it runs: for a composite action always, since each part decides for itself. */
    @Nullable
    Expression condition() {
        Phases phases = call.manifest().phases();
        return phases == null ? ActionManifestReader.always() : phases.preCondition();
    }

    /** Runs it; null when it ended well. */
    @Nullable
    StepFailure run(Frame frame) throws IOException, InterruptedException {
        Map<String, String> inputs = Inputs.of(call.step(), call.manifest(), frame);
        Phases phases = call.manifest().phases();
        StepFailure failure = phases == null || phases.pre() == null
                ? runParts(inputs, frame)
                : ActionPhases.phase(call, phases.pre(), inputs, frame, false);
        frame.job().saveState(frame);
        return failure;
    }

    private @Nullable StepFailure runParts(Map<String, String> inputs, Frame frame) throws InterruptedException {
        Map<String, Value> contexts = Map.of("inputs", Value.of(inputs), "steps", Value.of(Map.of()));
        StepFailure failure = null;
        for (PreCall part : parts) {
            StepFailure one = part.runAsPart(contexts, frame, failure != null);
            failure = failure == null ? one : failure;
        }
        return failure;
    }

    private @Nullable StepFailure runAsPart(Map<String, Value> contexts, Frame around, boolean failed)
            throws InterruptedException {
        return GithubJob.guarded(() -> {
                    Frame frame = around.part(
                                    index,
                                    name,
                                    scope -> call.step().head().env().texts(scope),
                                    contexts,
                                    failed)
                            .in(call.fields(around.job().place()));
                    frame.job().prepared(frame);
                    return isWanted(frame, failed) ? frame.result(run(frame)) : StepResult.success();
                })
                .failure();
    }

    private boolean isWanted(Frame frame, boolean failed) {
        Expression condition = condition();
        return condition == null
                ? !failed
                : (condition.usesStatusFunction() || !failed)
                        && condition.evaluate(frame.scope()).truthy();
    }
}
