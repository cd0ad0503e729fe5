package dev.runner.build.embedded;

import dev.runner.build.BuildArguments;
import dev.runner.build.BuildContext;
import dev.runner.build.BuildRequest;
import dev.runner.dockerfile.CheckContext;
import dev.runner.dockerfile.Checks;
import dev.runner.dockerfile.Dockerfile;
import dev.runner.dockerfile.IgnorePatterns;
import dev.runner.dockerfile.Outline;
import dev.runner.oci.Platform;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells the build checks what only a build knows: its arguments, its context, and its base images. */
final class BuildChecks {
    private final BuildRequest request;
    private final BuildSources sources;

    BuildChecks(BuildRequest request, BuildSources sources) {
        this.request = request;
        this.sources = sources;
    }

    /** What is to be warned of: nothing that the target has no need of. */
    Checks.Result run(Dockerfile dockerfile) throws IOException {
        String target = request.definition().target();
        boolean named = target != null && !target.isEmpty();
        return Checks.run(
                dockerfile,
                context(dockerfile)
                        .withTarget(
                                named
                                        ? target
                                        : String.valueOf(dockerfile.stages().size() - 1)));
    }

    /** The same of every stage, unless the user names a target. */
    Checks.Result all(Dockerfile dockerfile) throws IOException {
        return Checks.run(dockerfile, context(dockerfile));
    }

    /** What the target takes from outside. */
    Outline outline(Dockerfile dockerfile) throws IOException {
        return Outline.of(dockerfile, context(dockerfile));
    }

    private CheckContext context(Dockerfile dockerfile) throws IOException {
        Platform platform = request.platforms().getFirst();
        Map<String, String> platformArguments =
                new LinkedHashMap<>(BuildArguments.of(dockerfile, Map.of(), platform, Platform.host(), null)
                        .global());
        String target = request.definition().target();
        return new CheckContext(
                request.definition().arguments(),
                platformArguments,
                ignored(),
                (image, from) -> sources.known(image, from == null ? platform : Platform.tryParse(from)),
                request.inputs().named().keySet(),
                request.definition().arguments().get("BUILDKIT_DOCKERFILE_CHECK"),
                target == null || target.isEmpty() ? null : target);
    }

    private @Nullable IgnorePatterns ignored() throws IOException {
        return request.inputs().context() instanceof BuildContext.Directory context
                ? IgnoreText.find(context.path(), request.definition().file(), sources.digests())
                        .patterns()
                : null;
    }
}
