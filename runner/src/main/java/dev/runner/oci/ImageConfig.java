package dev.runner.oci;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An image's configuration.
 *
 * @param created RFC 3339, or null
 * @param diffIds digests of the uncompressed layers, base first
 * @param history the non-empty entries equal the layers in number and order
 * @param extra other top-level members as raw JSON by name, such as {@code moby.buildkit.cache.v0}
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/config.md">image-spec, Image Configuration</a>
 */
public record ImageConfig(
        @Nullable String created,
        @Nullable String author,
        Platform platform,
        Execution config,
        List<Digest> diffIds,
        List<History> history,
        Map<String, String> extra) {
    public ImageConfig {
        diffIds = List.copyOf(diffIds);
        history = List.copyOf(history);
        extra = Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    /** The config of {@code FROM scratch}. */
    public static ImageConfig scratch(Platform platform) {
        return new ImageConfig(null, null, platform, Execution.EMPTY, List.of(), List.of(), Map.of());
    }

    /**
     * Reads a config.
     *
     * @throws MalformedContentException when it is not JSON or lacks what the specification requires
     */
    public static ImageConfig parse(byte[] json) {
        return ConfigJson.read(json);
    }

    /** Its JSON, members in BuildKit's order, without white space: equal configs give equal bytes. */
    public byte[] toJson() {
        return ConfigJson.write(this);
    }

    public ImageConfig withConfig(Execution value) {
        return new ImageConfig(created, author, platform, value, diffIds, history, extra);
    }

    public ImageConfig withExtra(Map<String, String> value) {
        return new ImageConfig(created, author, platform, config, diffIds, history, value);
    }

    /**
     * How to run the image.
     *
     * @param env {@code NAME=value}, in order
     * @param entrypoint null when unset, which an empty list is not
     * @param command null when unset, which an empty list is not
     * @param exposedPorts {@code port/protocol}, sorted
     * @param volumes paths, sorted
     * @param shell Docker's extension: the words that a shell-form RUN, CMD or ENTRYPOINT is put behind
     * @param onBuild Docker's extension: instructions for builds on top of this image
     */
    public record Execution(
            String user,
            List<String> env,
            @Nullable List<String> entrypoint,
            @Nullable List<String> command,
            String workingDirectory,
            List<String> exposedPorts,
            List<String> volumes,
            Map<String, String> labels,
            String stopSignal,
            @Nullable Healthcheck healthcheck,
            @Nullable List<String> shell,
            List<String> onBuild,
            boolean argsEscaped) {
        /** Nothing set. */
        public static final Execution EMPTY = new Execution(
                "", List.of(), null, null, "", List.of(), List.of(), Map.of(), "", null, null, List.of(), false);

        public Execution {
            env = List.copyOf(env);
            entrypoint = entrypoint == null ? null : List.copyOf(entrypoint);
            command = command == null ? null : List.copyOf(command);
            exposedPorts = exposedPorts.stream().distinct().sorted().toList();
            volumes = volumes.stream().distinct().sorted().toList();
            labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
            shell = shell == null ? null : List.copyOf(shell);
            onBuild = List.copyOf(onBuild);
        }
    }

    /**
     * Docker's HEALTHCHECK; durations in nanoseconds, 0 for the default.
     *
     * @param test {@code ["NONE"]}, {@code ["CMD", …]} or {@code ["CMD-SHELL", text]}
     */
    public record Healthcheck(
            List<String> test, long interval, long timeout, long startPeriod, long startInterval, int retries) {
        public Healthcheck {
            test = List.copyOf(test);
        }
    }

    /** How a layer came to be; {@code emptyLayer} when the instruction made none. */
    public record History(
            @Nullable String created,
            @Nullable String createdBy,
            @Nullable String author,
            @Nullable String comment,
            boolean emptyLayer) {}
}
