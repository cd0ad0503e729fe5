package dev.runner.step;

import dev.runner.expression.FileGlob;
import dev.runner.pipeline.Belongings;
import dev.runner.pipeline.Job;
import dev.runner.pipeline.Pipeline;
import dev.runner.pipeline.Step;
import dev.runner.schedule.ExtraStep;
import dev.runner.schedule.JobOpening;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepExecutor;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.schedule.StepResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Executes the steps of native jobs, with what they hand each other: artifacts, and builds that several machines share.
 * One instance serves one run.
 */
public final class SharedSteps implements StepExecutor {
    private final Steps steps;
    private final SharedBuild builds;
    private final SharedFolder folder;
    private final JobPart part;
    private final Pipeline pipeline;

    /**
     * @param pipeline as it is written, with all its steps
     * @param part what of the jobs is done here
     */
    public SharedSteps(Tools tools, Pipeline pipeline, JobPart part, SharedFolder folder) {
        JoinedImages joined = new JoinedImages(tools.images(), tools.registry());
        this.steps = new Steps(part instanceof JobPart.Join ? tools.withImages(joined) : tools);
        this.builds = new SharedBuild(
                new BuildStep(tools.building(), tools.checkout(), tools.images()), tools.registry(), folder, joined);
        this.folder = folder;
        this.part = part;
        this.pipeline = pipeline;
    }

    @Override
    public JobOpening open(JobOpening.Site site) throws IOException {
        Job job = site.job().job();
        boolean keeps = job.belongings().artifacts() != null && !(part instanceof JobPart.Builds);
        boolean takes = !job.belongings().sources().isEmpty();
        boolean checksOut = job.steps().stream().anyMatch(Step.Checkout.class::isInstance);
        if (!keeps && !takes) {
            return JobOpening.NONE;
        }
        ExtraStep before = new ExtraStep("take artifacts", "take", null, context -> {
            if (keeps) {
                context.addAfter(new ExtraStep("keep artifacts", "keep", null, after -> keep(job, after)));
            }
            // A checkout wants an empty folder; the files come after it.
            return checksOut ? StepResult.success() : take(job, context);
        });
        return new JobOpening(Map.of(), List.of(before), this);
    }

    private StepResult take(Job job, StepContext context) {
        for (Belongings.Source source : job.belongings().sources()) {
            try {
                int count = folder.take(source.job(), context.workspace());
                if (count > 0) {
                    context.output()
                            .line(Stream.INFO, count + (count == 1 ? " file" : " files") + " of " + source.job());
                }
            } catch (IOException e) {
                return failed("the artifacts of " + source.job() + " cannot be taken: " + e.getMessage(), null);
            }
        }
        return StepResult.success();
    }

    private StepResult keep(Job job, StepContext context) {
        Path workspace = context.workspace();
        List<String> patterns =
                Objects.requireNonNull(job.belongings().artifacts()).paths();
        try {
            List<Path> found = FileGlob.of(workspace, patterns, new FileGlob.Options(false, true, true))
                    .findAll();
            for (Path file : found) {
                if (!file.startsWith(workspace)) {
                    return failed(file + " lies outside of the workspace", "keep files of the workspace");
                }
            }
            if (found.isEmpty()) {
                return failed("no file is there for 'artifacts': " + String.join(", ", patterns), null);
            }
            int count = folder.keep(context.job().key(), job.id(), workspace, found);
            context.output().line(Stream.INFO, count + (count == 1 ? " file" : " files"));
            return StepResult.success();
        } catch (IllegalArgumentException e) {
            return failed(String.valueOf(e.getMessage()), null);
        } catch (IOException e) {
            return failed("the artifacts cannot be kept: " + e.getMessage(), null);
        }
    }

    private static StepResult failed(String message, @Nullable String remedy) {
        return StepResult.failed(StepFailure.of(StepFailure.Kind.FAILED, message, remedy));
    }

    @Override
    public StepResult execute(Step step, StepContext context) throws InterruptedException {
        if (step instanceof Step.Publish && part instanceof JobPart.Builds) {
            context.output().line(Stream.INFO, "left to the machine that joins what all have built");
            return StepResult.success();
        }
        StepResult result =
                step instanceof Step.Build build && !(part instanceof JobPart.Whole) && isShared(build, context)
                        ? shared(build, context)
                        : steps.execute(step, context);
        boolean first = step instanceof Step.Checkout && result.isSuccess();
        if (!first) {
            return result;
        }
        StepResult taken = take(context.job().job(), context);
        return taken.isSuccess() ? result : taken;
    }

    private static boolean isShared(Step.Build build, StepContext context) {
        return JobPart.isShared(build) && !build.results().check().isTrue(context.scope());
    }

    private StepResult shared(Step.Build build, StepContext context) throws InterruptedException {
        Job job = Objects.requireNonNull(pipeline.find(context.job().id()));
        try {
            return part instanceof JobPart.Builds here
                    ? builds.build(build, here.platforms(), job, context)
                    : builds.join(build, job, context);
        } catch (RuntimeException e) {
            return StepResult.failed(Steps.failure(e));
        }
    }
}
