package dev.runner.build.container;

import dev.runner.build.RunLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what the flags of {@code docker create} say of mounts. Paths without a beginning are of the working folder. Every
 * fault is an {@link IllegalArgumentException} with the text that Docker gives.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/container/run/">docker container run</a>
 */
public final class MountWords {
    private MountWords() {}

    /** {@code SOURCE:TARGET[:OPTIONS]} of {@code --volume}, or {@code TARGET} for a nameless volume. */
    public static ContainerMount volume(String text) {
        String[] parts = text.split(":");
        if (parts.length > 3 || parts[parts.length > 1 ? 1 : 0].isEmpty()) {
            throw new IllegalArgumentException(
                    "Error response from daemon: invalid volume specification: '" + text + "'");
        }
        String target = parts.length == 1 ? parts[0] : parts[1];
        if (!target.startsWith("/")) {
            throw new IllegalArgumentException("Error response from daemon: invalid volume specification: '" + text
                    + "': invalid mount config for type \"volume\": invalid mount path: '" + target
                    + "' mount path must be absolute");
        }
        boolean readOnly = parts.length == 3 && List.of(parts[2].split(",")).contains("ro");
        if (parts.length > 1 && (parts[0].startsWith("/") || parts[0].startsWith("."))) {
            return new ContainerMount.Bind(Path.of(parts[0]).toAbsolutePath().normalize(), target, readOnly);
        }
        return new ContainerMount.Volume(parts.length == 1 ? "" : named(parts[0]), target, readOnly);
    }

    private static String named(String name) {
        if (!name.isEmpty() && !name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]+")) {
            throw new IllegalArgumentException("Error response from daemon: create " + name + ": \"" + name
                    + "\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are"
                    + " allowed. If you intended to pass a host directory, use absolute path");
        }
        return name;
    }

    /** {@code type=…,source=…,target=…} of {@code --mount}. The source of a bind must be there. */
    public static ContainerMount mount(String text) {
        Map<String, String> fields = fields(text);
        String source = fields.getOrDefault("source", fields.getOrDefault("src", ""));
        String target =
                fields.getOrDefault("target", fields.getOrDefault("destination", fields.getOrDefault("dst", "")));
        if (target.isEmpty()) {
            throw new IllegalArgumentException(
                    "invalid argument \"" + text + "\" for \"--mount\" flag: target is required");
        }
        boolean readOnly =
                !List.of("false", "0").contains(fields.getOrDefault("readonly", fields.getOrDefault("ro", "0")));
        String type = fields.getOrDefault("type", "volume");
        return switch (type) {
            case "bind" -> {
                Path path = Path.of(source).toAbsolutePath().normalize();
                if (!Files.exists(path)) {
                    throw new IllegalArgumentException("Error response from daemon: invalid mount config for type"
                            + " \"bind\": bind source path does not exist: " + path);
                }
                yield new ContainerMount.Bind(path, target, readOnly);
            }
            case "volume" -> new ContainerMount.Volume(named(source), target, readOnly);
            case "tmpfs" ->
                tmpfs(target + ":size=" + fields.getOrDefault("tmpfs-size", "0") + ",mode="
                        + fields.getOrDefault("tmpfs-mode", "1777"));
            default ->
                throw new IllegalArgumentException(
                        "invalid argument \"" + text + "\" for \"--mount\" flag: invalid mount type '" + type + "'");
        };
    }

    /** {@code NAME=VALUE} with commas between them. */
    private static Map<String, String> fields(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String part : text.split(",")) {
            int equals = part.indexOf('=');
            fields.put(equals < 0 ? part : part.substring(0, equals), equals < 0 ? "true" : part.substring(equals + 1));
        }
        return fields;
    }

    /** {@code TARGET[:size=…,mode=…]} of {@code --tmpfs}. */
    public static ContainerMount tmpfs(String text) {
        int colon = text.indexOf(':');
        String options = colon < 0 ? "" : text.substring(colon + 1);
        long size = 0;
        int mode = 01777;
        try {
            for (String option : options.split(",")) {
                if (option.startsWith("size=") && !option.equals("size=0")) {
                    size = RunLimits.bytes("--tmpfs", option.substring("size=".length()));
                } else if (option.startsWith("mode=")) {
                    mode = Integer.parseInt(option.substring("mode=".length()), 8);
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "invalid argument \"" + text + "\" for \"--tmpfs\" flag: " + e.getMessage(), e);
        }
        return new ContainerMount.Tmpfs(colon < 0 ? text : text.substring(0, colon), size, mode);
    }

    /** {@code SOURCE[:TARGET[:rwm]]} of {@code --device}. Whatever is written of rights, it may be read and written. */
    public static ContainerMount device(String text) {
        String[] parts = text.split(":");
        Path source = Path.of(parts[0]);
        boolean rightsOnly = parts.length == 2 && parts[1].matches("[rwm]+");
        if (parts.length > 3 || parts.length == 3 && !parts[2].matches("[rwm]+")) {
            throw new IllegalArgumentException(
                    "invalid argument \"" + text + "\" for \"--device\" flag: bad format for path: " + text);
        }
        if (!Files.exists(source)) {
            throw new IllegalArgumentException("Error response from daemon: error gathering device information while"
                    + " adding custom device \"" + source + "\": no such file or directory");
        }
        return new ContainerMount.Device(source, parts.length == 1 || rightsOnly ? parts[0] : parts[1]);
    }
}
