package dev.runner.step.action.docker;

import dev.runner.build.BuildFailedException;
import dev.runner.build.BuildMetadata;
import dev.runner.build.BuildRequest;
import dev.runner.build.BuildResult;
import dev.runner.dockerfile.CheckFinding;
import dev.runner.dockerfile.Outline;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.schedule.RunEvent.Published;
import dev.runner.step.BuildProgress;
import dev.runner.step.action.input.Contract;
import dev.runner.step.action.input.ContractedAction;
import dev.runner.step.github.ActionContext;
import dev.runner.step.github.ActionFailedException;
import java.io.IOException;
import java.util.List;

/**
 * Builds an image with the engine, and pushes it. What is pushed is what Buildx pushes by default: with provenance, of all
 * that is known for a public repository, and in its least form for a private one.
 *
 * @see <a href="https://github.com/docker/build-push-action#readme">docker/build-push-action</a>
 */
public final class BuildPushAction extends ContractedAction {
    public BuildPushAction() {
        super(Contract.named("docker/build-push-action", 2, 7)
                .inputs(
                        "allow",
                        "build-args",
                        "builder",
                        "cache-from",
                        "cache-to",
                        "context",
                        "file",
                        "labels",
                        "outputs",
                        "platforms",
                        "secrets",
                        "secret-files",
                        "ssh",
                        "tags",
                        "target",
                        "add-hosts",
                        "build-contexts",
                        "cgroup-parent",
                        "network",
                        "no-cache-filters",
                        "shm-size",
                        "ulimit")
                .input("load", "false")
                .input("no-cache", "false")
                .input("pull", "false")
                .input("push", "false")
                .input("github-token", "${{ github.token }}")
                .outputs("imageid", "digest", "metadata")
                .from(3)
                .inputs("attests", "provenance", "sbom")
                .from(5)
                .inputs("annotations", "secret-envs")
                .from(6)
                .inputs("call")
                .build());
    }

    @Override
    public void main(ActionContext context) throws IOException, InterruptedException, BuildFailedException {
        BuildInputs inputs = new BuildInputs(context);
        List<Reference> tags = inputs.tags();
        BuildRequest request;
        try {
            request = inputs.request(tags);
        } catch (IllegalArgumentException e) {
            throw ActionFailedException.badInput(String.valueOf(e.getMessage()), null);
        }
        BuildProgress progress = new BuildProgress(context.output());
        switch (context.inputs().get("call")) {
            case "", "build" -> {
                BuildResult result = ForeignBuilder.engine(context).build(request, progress);
                progress.built(result, tags, context.tools().images());
                publish(result, tags, inputs.pushes(), context);
            }
            case "check", "lint" -> report(context.tools().building().checker().check(request, progress), context);
            case "outline" -> outline(context.tools().building().checker().outline(request, progress), context);
            default ->
                throw ActionFailedException.badInput(
                        "'call' is '" + context.inputs().get("call") + "'", "write build, check or outline");
        }
    }

    private static void report(List<CheckFinding> findings, ActionContext context) {
        CheckFinding.report(findings).lines().forEach(context::info);
        if (!findings.isEmpty()) {
            throw ActionFailedException.failed(
                    "the build checks found " + findings.size() + (findings.size() == 1 ? " thing" : " things"), null);
        }
    }

    private static void outline(Outline outline, ActionContext context) {
        context.info("TARGET: " + (outline.name() == null ? "default" : outline.name()));
        outline.arguments()
                .forEach(each ->
                        context.info("BUILD ARG: " + each.name() + "=" + each.value() + "  " + each.description()));
        outline.secrets().forEach(each -> context.info("SECRET: " + each.name() + required(each)));
        outline.agents().forEach(each -> context.info("SSH: " + each.name() + required(each)));
    }

    private static String required(Outline.Source source) {
        return source.required() ? " (required)" : "";
    }

    private static void publish(BuildResult result, List<Reference> tags, boolean pushed, ActionContext context) {
        String digest = result.image().digest().toString();
        if (pushed && !tags.isEmpty()) {
            context.output()
                    .published(new Published.Image(
                            tags.stream()
                                    .map(tag -> tag.withDefaultTag().toString())
                                    .toList(),
                            digest,
                            result.platforms().keySet().stream()
                                    .map(Platform::toString)
                                    .toList()));
        }
        output("ImageID", "imageid", BuildMetadata.imageId(result), context);
        output("Digest", "digest", digest, context);
        output("Metadata", "metadata", BuildMetadata.json(result, tags, true), context);
    }

    private static void output(String title, String name, String value, ActionContext context) {
        context.group(title);
        context.info(value);
        context.endGroup();
        context.setOutput(name, value);
    }
}
