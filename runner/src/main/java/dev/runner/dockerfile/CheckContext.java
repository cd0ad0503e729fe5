package dev.runner.dockerfile;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a check must know beside the Dockerfile.
 *
 * @param buildArguments arguments of the build, as {@code --build-arg} gives them
 * @param platformArguments values of {@link PredefinedArguments#PLATFORM}
 * @param ignore the context's {@code .dockerignore}, null if it is not known: CopyIgnoredFile is then not checked
 * @param images what FROM names, or null for an image that is not known: what its stage uses is then taken to be set
 * @param namedContexts names of {@code --build-context}: what looks like an image or stage may be one of them
 * @param options options that outweigh {@code # check=}, as {@code BUILDKIT_DOCKERFILE_CHECK} gives them, or null
 * @param target the stage to build, by name or number: stages that it does not need are not followed; null to follow all
 */
public record CheckContext(
        Map<String, String> buildArguments,
        Map<String, String> platformArguments,
        @Nullable IgnorePatterns ignore,
        Images images,
        Set<String> namedContexts,
        @Nullable String options,
        @Nullable String target) {
    /** Knows images. */
    @FunctionalInterface
    public interface Images {
        /**
         * What FROM names.
         *
         * @param platform what its {@code --platform} says, null for the target's
         * @return null for an image that is not known
         */
        @Nullable
        BaseImage find(String name, @Nullable String platform);
    }

    /**
     * What is known of an image.
     *
     * @param environment variables of its config
     * @param triggers its ONBUILD instructions
     * @param hasShell whether its config has a shell of its own
     * @param platform {@code os/architecture} with its variant
     */
    public record BaseImage(Map<String, String> environment, List<String> triggers, boolean hasShell, String platform) {
        public BaseImage {
            environment = Map.copyOf(environment);
            triggers = List.copyOf(triggers);
        }
    }

    public CheckContext {
        buildArguments = Map.copyOf(Objects.requireNonNull(buildArguments));
        platformArguments = Map.copyOf(Objects.requireNonNull(platformArguments));
        namedContexts = Set.copyOf(namedContexts);
    }

    /** No arguments and no context, for a platform of {@code linux/amd64}. */
    public static CheckContext bare() {
        return new CheckContext(Map.of(), linuxAmd64(), null, (image, platform) -> null, Set.of(), null, null);
    }

    public CheckContext withIgnore(IgnorePatterns patterns) {
        return new CheckContext(buildArguments, platformArguments, patterns, images, namedContexts, options, target);
    }

    public CheckContext withImages(Images known) {
        return new CheckContext(buildArguments, platformArguments, ignore, known, namedContexts, options, target);
    }

    /** As when the user gives no argument. */
    CheckContext withoutArguments() {
        return new CheckContext(Map.of(), platformArguments, ignore, images, namedContexts, options, target);
    }

    public CheckContext withTarget(@Nullable String stage) {
        return new CheckContext(buildArguments, platformArguments, ignore, images, namedContexts, options, stage);
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
