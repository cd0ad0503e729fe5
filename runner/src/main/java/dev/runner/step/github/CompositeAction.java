package dev.runner.step.github;

import dev.runner.expression.EvaluationException;
import dev.runner.expression.Expression;
import dev.runner.expression.Scope;
import dev.runner.expression.Template;
import dev.runner.expression.Value;
import dev.runner.pipeline.Step;
import dev.runner.schedule.RunEvent.Annotation;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.schedule.StepResult;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An action that is steps. Its parts see the action's inputs, the results of each other and nothing of the steps around it;
 * a part that fails ends it unless that part continues on error, and later ones run only if their condition says so.
 */
final class CompositeAction {
    private final List<Step> parts;
    private final Frame frame;
    private final Value inputs;
    private final Map<String, Value> results = new LinkedHashMap<>();
    private @Nullable StepFailure failure;

    private CompositeAction(List<Step> parts, Map<String, String> inputs, Frame frame) {
        this.parts = parts;
        this.frame = frame;
        this.inputs = Value.of(inputs);
    }

    static @Nullable StepFailure run(ActionManifest manifest, List<Step> parts, Map<String, String> inputs, Frame frame)
            throws IOException, InterruptedException {
        CompositeAction action = new CompositeAction(parts, inputs, frame);
        action.runParts();
        Scope scope = frame.with(action.contexts()).scope();
        for (Map.Entry<String, Template> output : manifest.outputs().entrySet()) {
            frame.trace().output(output.getKey(), output.getValue().text(scope));
        }
        return action.failure;
    }

    private Map<String, Value> contexts() {
        return Map.of("inputs", inputs, "steps", new Value.Obj(results));
    }

    private void runParts() throws IOException, InterruptedException {
        List<String> names = StepNames.of(parts);
        for (int i = 0; i < parts.size(); i++) {
            Step part = parts.get(i);
            run(part, i, names.get(i));
        }
    }

    private void run(Step part, int index, String name) throws IOException, InterruptedException {
        Step.Head head = part.head();
        Frame inner;
        boolean tolerant;
        try {
            Frame bare = frame.part(index, name, _ -> Map.of(), contexts(), failure != null);
            if (!isWanted(head.condition(), bare.scope())) {
                record(head.id(), Map.of(), "skipped", "skipped");
                return;
            }
            inner = frame.part(index, name, scope -> head.env().texts(scope), contexts(), failure != null);
            tolerant = head.continueOnError().isTrue(inner.scope());
        } catch (EvaluationException e) {
            fail(GithubJob.guarded(() -> {
                        throw e;
                    })
                    .failure());
            record(head.id(), Map.of(), "failure", "failure");
            return;
        }
        String title = title(part, inner.scope());
        inner.step().output().line(Stream.INFO, title);
        StepResult result = GithubJob.guarded(() -> inner.result(inner.job().perform(part, inner, title)));
        StepFailure end = inner.failureOr(result.failure());
        record(
                head.id(),
                inner.trace().outputs(),
                end == null ? "success" : "failure",
                end == null || tolerant ? "success" : "failure");
        if (end != null && tolerant) {
            inner.step().output().annotate(Annotation.Level.ERROR, end.message(), null);
        } else if (end != null) {
            fail(end);
        }
    }

    private void fail(@Nullable StepFailure first) {
        failure = failure == null ? first : failure;
    }

    private boolean isWanted(@Nullable Expression condition, Scope scope) {
        boolean well = failure == null && !scope.call("cancelled", List.of()).truthy();
        if (condition == null || !condition.usesStatusFunction() && !well) {
            return well;
        }
        return condition.evaluate(scope).truthy();
    }

    private static String title(Step part, Scope scope) {
        Template name = part.head().name();
        if (name != null) {
            return name.text(scope);
        }
        return "Run "
                + switch (part) {
                    case Step.Run run ->
                        run.script().text(scope).strip().lines().findFirst().orElse("");
                    case Step.Uses uses -> uses.action();
                    case Step.Checkout _,
                            Step.Binfmt _,
                            Step.Login _,
                            Step.Build _,
                            Step.Publish _,
                            Step.Script _,
                            Step.Function _,
                            Step.Downstream _ -> part.kind();
                };
    }

    private void record(@Nullable String id, Map<String, String> outputs, String outcome, String conclusion) {
        if (id != null) {
            Map<String, Value> entry = new HashMap<>();
            entry.put("outputs", Value.of(outputs));
            entry.put("outcome", Value.of(outcome));
            entry.put("conclusion", Value.of(conclusion));
            results.put(id, new Value.Obj(entry));
        }
    }
}
