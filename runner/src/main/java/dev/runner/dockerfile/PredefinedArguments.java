package dev.runner.dockerfile;

import java.util.List;
import java.util.Set;

/** Arguments that exist without an ARG, as the Dockerfile reference lists them. */
public final class PredefinedArguments {
    private PredefinedArguments() {}

    /**
     * May be passed to any build and are set in RUN without an ARG. They are neither in the image's history nor in a
     * step's cache key, unless an ARG declares them.
     */
    public static final Set<String> PROXY = Set.of(
            "HTTP_PROXY",
            "http_proxy",
            "HTTPS_PROXY",
            "https_proxy",
            "FTP_PROXY",
            "ftp_proxy",
            "NO_PROXY",
            "no_proxy",
            "ALL_PROXY",
            "all_proxy");

    /** Set for every build in FROM; in a stage only once an ARG declares them. */
    public static final List<String> PLATFORM = List.of(
            "TARGETPLATFORM",
            "TARGETOS",
            "TARGETARCH",
            "TARGETVARIANT",
            "BUILDPLATFORM",
            "BUILDOS",
            "BUILDARCH",
            "BUILDVARIANT");

    /** Names the stage that is built; known like the {@link #PLATFORM} arguments. */
    public static final String TARGET_STAGE = "TARGETSTAGE";

    /** What a stage says of the packages to be listed; an ARG must declare them, and they are no variables. */
    public static final Set<String> SBOM_SCANS = Set.of("BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE");

    /** What the builder listens to when a user passes them; they need no ARG. */
    public static final Set<String> BUILDKIT = Set.of(
            "BUILDKIT_BUILD_NAME",
            "BUILDKIT_CACHE_MOUNT_NS",
            "BUILDKIT_CONTEXT_KEEP_GIT_DIR",
            "BUILDKIT_DOCKERFILE_CHECK",
            "BUILDKIT_INLINE_CACHE",
            "BUILDKIT_MULTI_PLATFORM",
            "BUILDKIT_SANDBOX_HOSTNAME",
            "BUILDKIT_SYNTAX",
            "SOURCE_DATE_EPOCH");
}
