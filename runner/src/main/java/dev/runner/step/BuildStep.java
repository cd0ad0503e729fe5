package dev.runner.step;

import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildResult;
import dev.runner.build.Engine;
import dev.runner.build.EngineKind;
import dev.runner.build.Images;
import dev.runner.checkout.Checkout;
import dev.runner.dockerfile.CheckFinding;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.pipeline.BuildEngine;
import dev.runner.pipeline.Step;
import dev.runner.schedule.RunEvent.Published;
import dev.runner.schedule.StepContext;
import dev.runner.schedule.StepFailure;
import dev.runner.schedule.StepOutput.Stream;
import dev.runner.schedule.StepResult;
import java.util.List;

/** Builds an image with the engine. */
final class BuildStep {
    private final Tools.Building building;
    private final Checkout checkout;
    private final Images images;

    BuildStep(Tools.Building building, Checkout checkout, Images images) {
        this.building = building;
        this.checkout = checkout;
        this.images = images;
    }

    StepResult execute(Step.Build step, StepContext context) throws InterruptedException {
        List<Reference> tags = references(step.marks().tags().words(context.scope()));
        boolean push = step.results().push().isTrue(context.scope());
        if (push && tags.isEmpty()) {
            throw new BadStepException("'push' needs a name to push to", "add 'tags: [registry/name:tag]'");
        }
        BuildRequest request = new BuildRequestReader(step, context, building.contexts(), checkout).read(tags, push);
        BuildProgress progress = new BuildProgress(context.output());
        try {
            if (step.results().check().isTrue(context.scope())) {
                return checked(building.checker().check(request, progress), context);
            }
            BuildResult result = engine(step, context).build(request, progress);
            progress.built(result, tags, images);
            if (push) {
                context.output().published(published(tags, result));
            }
            return StepResult.success().withOutputs(BuildOutputs.of(result, tags));
        } catch (BuildFailedException e) {
            return StepResult.failed(Failures.of(e));
        }
    }

    private Engine engine(Step.Build step, StepContext context) {
        BuildEngine said = step.recipe().engine();
        EngineKind kind =
                said.kind() == null ? null : EngineKind.valueOf(said.kind().name());
        return building.engines()
                .engine(kind, new BuilderReader(context.scope(), context.workspace()).read(said.builder()));
    }

    private static StepResult checked(List<CheckFinding> findings, StepContext context) {
        CheckFinding.report(findings).lines().forEach(line -> context.output().line(Stream.STDOUT, line, null));
        if (findings.isEmpty()) {
            return StepResult.success();
        }
        String many = findings.size() == 1 ? " thing" : " things";
        return StepResult.failed(
                StepFailure.of(StepFailure.Kind.FAILED, "the build checks found " + findings.size() + many, null));
    }

    private static Published.Image published(List<Reference> tags, BuildResult result) {
        return new Published.Image(
                tags.stream().map(name -> name.withDefaultTag().toString()).toList(),
                result.image().digest().toString(),
                result.platforms().keySet().stream().map(Platform::toString).toList());
    }

    private static List<Reference> references(List<String> names) {
        try {
            return names.stream().map(Reference::parse).toList();
        } catch (IllegalArgumentException e) {
            throw new BadStepException(String.valueOf(e.getMessage()), null);
        }
    }
}
