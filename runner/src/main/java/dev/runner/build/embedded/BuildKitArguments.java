package dev.runner.build.embedded;

import dev.runner.build.BuildRequest;
import dev.runner.dockerfile.Dockerfile;
import dev.runner.dockerfile.Instruction;
import dev.runner.dockerfile.PredefinedArguments;
import dev.runner.source.NearNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Arguments that speak to the builder and not to the Dockerfile.
 *
 * @param epoch seconds since 1970 of {@code SOURCE_DATE_EPOCH}; null when it is not given
 * @param multiPlatform whether an image of one platform has an index, too
 * @param hostname of RUN steps; null for the usual one
 * @param cacheNamespace keeps cache mounts apart from those of other builds; empty for none
 * @see <a href="https://docs.docker.com/reference/dockerfile/#buildkit-built-in-build-args">Dockerfile reference, BuildKit
 *     built-in build args</a>
 */
record BuildKitArguments(
        @Nullable Long epoch,
        boolean multiPlatform,
        @Nullable String hostname,
        String cacheNamespace) {
    private static final String PREFIX = "BUILDKIT_";
    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");

    /** @throws IllegalArgumentException with a message for people */
    static BuildKitArguments of(BuildRequest request) {
        Map<String, String> given = request.definition().arguments();
        String multi = given.getOrDefault("BUILDKIT_MULTI_PLATFORM", "");
        boolean many = request.platforms().size() > 1;
        boolean multiPlatform = multi.isEmpty() ? many : flag(given, "BUILDKIT_MULTI_PLATFORM");
        if (many && !multiPlatform) {
            throw new IllegalArgumentException("BUILDKIT_MULTI_PLATFORM=" + multi + " allows one platform, and "
                    + request.platforms().size() + " are asked for");
        }
        String hostname = given.getOrDefault("BUILDKIT_SANDBOX_HOSTNAME", "");
        if (!hostname.matches("|[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?")) {
            throw new IllegalArgumentException("BUILDKIT_SANDBOX_HOSTNAME is a host's name, not '" + hostname + "'");
        }
        String syntax = given.getOrDefault("BUILDKIT_SYNTAX", "");
        if (!syntax.isEmpty() && !Dockerfile.knowsFrontend(syntax)) {
            throw new IllegalArgumentException("unknown front-end '" + syntax
                    + "' in BUILDKIT_SYNTAX: only docker/dockerfile is understood, and it is built in");
        }
        flag(given, "BUILDKIT_INLINE_CACHE");
        flag(given, BuildRequest.KEEP_GIT_DIR);
        return new BuildKitArguments(
                epoch(request),
                multiPlatform,
                hostname.isEmpty() ? null : hostname,
                given.getOrDefault("BUILDKIT_CACHE_MOUNT_NS", ""));
    }

    /** Whether the arguments ask for a cache record in the image itself. */
    static boolean inlineCache(BuildRequest request) {
        return flag(request.definition().arguments(), "BUILDKIT_INLINE_CACHE");
    }

    private static boolean flag(Map<String, String> given, String name) {
        String value = given.getOrDefault(name, "");
        if (!value.isEmpty() && !TRUE.contains(value) && !FALSE.contains(value)) {
            throw new IllegalArgumentException(name + " is true or false, not '" + value + "'");
        }
        return TRUE.contains(value);
    }

    private static @Nullable Long epoch(BuildRequest request) {
        String argument = request.definition().arguments().getOrDefault("SOURCE_DATE_EPOCH", "");
        if (request.image().sourceDateEpoch() != null || argument.isEmpty()) {
            return request.image().sourceDateEpoch();
        }
        if (!argument.matches("[0-9]{1,12}")) {
            throw new IllegalArgumentException("SOURCE_DATE_EPOCH is seconds since 1970, not '" + argument + "'");
        }
        return Long.valueOf(argument);
    }

    /** What is to be said of arguments that no ARG takes and that mean nothing here. */
    static List<String> remarks(BuildRequest request, Dockerfile dockerfile) {
        Set<String> declared = new HashSet<>();
        Stream.concat(
                        dockerfile.metaArguments().stream(),
                        dockerfile.stages().stream().flatMap(stage -> stage.instructions().stream()))
                .filter(Instruction.Arg.class::isInstance)
                .flatMap(arg -> ((Instruction.Arg) arg).arguments().stream())
                .forEach(argument -> declared.add(argument.name()));
        List<String> remarks = new ArrayList<>();
        for (String name : request.definition().arguments().keySet()) {
            if (declared.contains(name) || !name.startsWith(PREFIX)) {
                continue;
            }
            if (name.equals("BUILDKIT_BUILD_NAME")) {
                remarks.add(name + " names a build in BuildKit's history; this engine keeps none");
            } else if (PredefinedArguments.SBOM_SCANS.contains(name)) {
                remarks.add(name + " has no effect without an ARG of that name in the Dockerfile");
            } else if (!PredefinedArguments.BUILDKIT.contains(name)) {
                String near = NearNames.nearest(name, PredefinedArguments.BUILDKIT);
                remarks.add("the build argument " + name + " has no meaning, and no ARG takes it"
                        + (near == null ? "" : "; did you mean " + near + "?"));
            }
        }
        return remarks;
    }
}
