package dev.runner.build.embedded;

import dev.runner.build.BuildContext;
import dev.runner.build.BuildRequest;
import dev.runner.dockerfile.CheckContext;
import dev.runner.dockerfile.Checks;
import dev.runner.dockerfile.Dockerfile;
import dev.runner.dockerfile.IgnorePatterns;
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

    Checks.Result run(Dockerfile dockerfile) throws IOException {
        Platform target = request.platforms().getFirst();
        Map<String, String> platformArguments =
                new LinkedHashMap<>(BuildArguments.of(dockerfile, Map.of(), target, Platform.host(), null)
                        .global());
        return Checks.run(
                dockerfile,
                new CheckContext(
                        request.definition().arguments(),
                        platformArguments,
                        ignored(),
                        image -> sources.environment(image, target),
                        request.inputs().named().keySet(),
                        request.definition().arguments().get("BUILDKIT_DOCKERFILE_CHECK")));
    }

    private @Nullable IgnorePatterns ignored() throws IOException {
        return request.inputs().context() instanceof BuildContext.Directory context
                ? IgnoreText.find(context.path(), request.definition().file()).patterns()
                : null;
    }
}
