package dev.runner.build;

import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A container to run, as {@code docker run --rm}.
 *
 * @param platform null for this machine's, or the image's own when it has one only
 * @param command replaces the image's command; empty to keep it
 */
public record ContainerRun(
        Reference image,
        @Nullable Platform platform,
        List<String> command,
        Overrides overrides,
        List<Volume> volumes,
        NetworkMode network,
        Pull pull) {
    public ContainerRun {
        command = List.copyOf(command);
        volumes = List.copyOf(volumes);
    }

    /** The image as it says to run it, with a command in place of its own. */
    public static ContainerRun of(Reference image, @Nullable Platform platform, List<String> command) {
        return new ContainerRun(image, platform, command, Overrides.NONE, List.of(), NetworkMode.HOST, Pull.MISSING);
    }

    /**
     * What stands in place of the image's config.
     *
     * @param user {@code name|uid[:group|gid]}
     * @param workingDirectory absolute
     * @param entrypoint an empty list for none
     * @param environment added to the image's
     */
    public record Overrides(
            @Nullable String user,
            @Nullable String workingDirectory,
            @Nullable List<String> entrypoint,
            Map<String, String> environment) {
        public static final Overrides NONE = new Overrides(null, null, null, Map.of());

        public Overrides {
            entrypoint = entrypoint == null ? null : List.copyOf(entrypoint);
            environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        }
    }

    /** A folder or file of this machine at an absolute path in the container. */
    public record Volume(Path source, String target, boolean readOnly) {}

    /** When the registry is asked. */
    public enum Pull {
        MISSING,
        ALWAYS,
        NEVER
    }
}
