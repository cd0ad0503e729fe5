package dev.runner.step.github;

import dev.runner.expression.Expression;
import dev.runner.expression.Scope;
import dev.runner.schedule.ExtraStep;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.schedule.StepResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last phases of what a composite action uses, at any depth. As on GitHub they are one step of the job: the one that was
 * left last runs first, each in its own environment with what its main phase saved, and one that fails stops no other.
 */
final class LateParts {
    /** What stands before the title of what runs late. */
    static final String POST = "Post ";

    private final List<Part> parts = new ArrayList<>();

    /**
     * One last phase.
     *
     * @param condition null for {@code success()}
     * @param main the frame of the main phase
     */
    record Part(String title, @Nullable Expression condition, Frame main, Frame.LateWork work) {}

    /** @param step the job's step that all this belongs to; the first part makes the step at the end */
    void add(Part part, StepContext step) {
        if (parts.isEmpty()) {
            String title = POST + step.step().name();
            step.addAfter(new ExtraStep(title, "post", ActionManifestReader.always(), this::run));
        }
        parts.add(part);
    }

    private StepResult run(StepContext context) throws InterruptedException {
        Handover handover = new Handover();
        StepFailure first = null;
        for (Part part : parts.reversed()) {
            boolean failed = first != null;
            StepFailure failure = GithubJob.guarded(() -> {
                        Frame late = part.main().later(context, handover);
                        if (!isWanted(part.condition(), late.scope(), failed)) {
                            return StepResult.success();
                        }
                        context.output().line(Stream.INFO, POST + part.title());
                        return late.result(part.work().run(late));
                    })
                    .failure();
            first = first == null ? failure : first;
        }
        return new StepResult(first, Map.of(), handover.environment(), handover.path(), Map.of());
    }

    private static boolean isWanted(@Nullable Expression condition, Scope scope, boolean failed) {
        Scope seen = failed ? Scopes.withStatus(scope, true) : scope;
        boolean well = seen.call("success", List.of()).truthy();
        if (condition == null || !condition.usesStatusFunction() && !well) {
            return well;
        }
        return condition.evaluate(seen).truthy();
    }
}
