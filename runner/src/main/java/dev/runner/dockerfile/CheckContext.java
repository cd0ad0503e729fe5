package dev.runner.dockerfile;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a check must know beside the Dockerfile.
 *
 * @param buildArguments arguments of the build, as {@code --build-arg} gives them
 * @param platformArguments values of {@link PredefinedArguments#PLATFORM}
 * @param ignore the context's {@code .dockerignore}, null if it is not known: CopyIgnoredFile is then not checked
 * @param imageEnvironment variables of an image's config, or null for an image that is not known: what its stage uses is
 *     then taken to be set
 * @param namedContexts names of {@code --build-context}: what looks like an image or stage may be one of them
 * @param options options that outweigh {@code # check=}, as {@code BUILDKIT_DOCKERFILE_CHECK} gives them, or null
 */
public record CheckContext(
        Map<String, String> buildArguments,
        Map<String, String> platformArguments,
        @Nullable IgnorePatterns ignore,
        Function<String, @Nullable Map<String, String>> imageEnvironment,
        Set<String> namedContexts,
        @Nullable String options) {
    public CheckContext {
        buildArguments = Map.copyOf(Objects.requireNonNull(buildArguments));
        platformArguments = Map.copyOf(Objects.requireNonNull(platformArguments));
        namedContexts = Set.copyOf(namedContexts);
    }

    /** No arguments and no context, for a platform of {@code linux/amd64}. */
    public static CheckContext bare() {
        return new CheckContext(Map.of(), linuxAmd64(), null, image -> null, Set.of(), null);
    }

    public CheckContext withIgnore(IgnorePatterns patterns) {
        return new CheckContext(buildArguments, platformArguments, patterns, imageEnvironment, namedContexts, options);
    }

    public CheckContext withImageEnvironment(Function<String, @Nullable Map<String, String>> environment) {
        return new CheckContext(buildArguments, platformArguments, ignore, environment, namedContexts, options);
    }

    public CheckContext withBuildArguments(Map<String, String> arguments) {
        return new CheckContext(arguments, platformArguments, ignore, imageEnvironment, namedContexts, options);
    }

    private static Map<String, String> linuxAmd64() {
        return Map.of(
                "TARGETPLATFORM", "linux/amd64",
                "TARGETOS", "linux",
                "TARGETARCH", "amd64",
                "TARGETVARIANT", "",
                "BUILDPLATFORM", "linux/amd64",
                "BUILDOS", "linux",
                "BUILDARCH", "amd64",
                "BUILDVARIANT", "");
    }
}
