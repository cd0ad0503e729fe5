package dev.runner.build;

import dev.runner.oci.Reference;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** A place where build results are kept for other machines, as {@code --cache-from} and {@code --cache-to} name it. */
public sealed interface CacheReference {
    /**
     * An image whose config holds a cache record, or, for export, a cache image of its own.
     *
     * @param ignoreError a failing export is a warning
     */
    record Registry(Reference reference, Mode mode, boolean ignoreError) implements CacheReference {
        /** As messages name it. */
        @Override
        public String toString() {
            return reference.toString();
        }
    }

    /** A record in the config of the built image itself; export only. */
    record Inline() implements CacheReference {}

    /** An OCI layout folder. */
    record Local(Path path, Mode mode, boolean ignoreError) implements CacheReference {
        /** As messages name it. */
        @Override
        public String toString() {
            return "in " + path;
        }
    }

    /** Whether only the layers of the result are kept, or those of every vertex. */
    enum Mode {
        MIN,
        MAX
    }

    /**
     * Reads {@code type=registry,ref=…[,mode=…]}, {@code type=inline}, {@code type=local,src=…|dest=…} or a bare image
     * reference.
     *
     * @throws IllegalArgumentException with a message for people
     */
    static CacheReference parse(String text) {
        if (!text.contains("=")) {
            return new Registry(Reference.parse(text).withDefaultTag(), Mode.MIN, false);
        }
        Map<String, String> parts = CommaFields.parse(text);
        return of(parts, text);
    }

    /**
     * Reads {@code IMAGE} or {@code type=registry,ref=IMAGE}: where folders of cache mounts come from and go to.
     *
     * @throws IllegalArgumentException with a message for people
     */
    static Reference parseMounts(String text) {
        if (!text.contains("=")) {
            return Reference.parse(text);
        }
        Map<String, String> fields = CommaFields.parse(text);
        if (!fields.keySet().equals(Set.of("type", "ref")) || !"registry".equals(fields.get("type"))) {
            throw new IllegalArgumentException(
                    "cache mounts are kept in type=registry,ref=IMAGE, not in '" + text + "'");
        }
        return Reference.parse(fields.getOrDefault("ref", ""));
    }

    private static CacheReference of(Map<String, String> parts, String text) {
        String type = parts.getOrDefault("type", "registry");
        boolean ignoreError = Boolean.parseBoolean(parts.getOrDefault("ignore-error", "false"));
        return switch (type) {
            case "inline" -> new Inline();
            case "registry" ->
                new Registry(Reference.parse(need(parts, "ref", text)).withDefaultTag(), mode(parts), ignoreError);
            case "local" ->
                new Local(
                        Path.of(parts.containsKey("src") ? need(parts, "src", text) : need(parts, "dest", text)),
                        mode(parts),
                        ignoreError);
            default ->
                throw new IllegalArgumentException(
                        "the cache type '" + type + "' is not one of: inline, registry, local");
        };
    }

    private static String need(Map<String, String> parts, String name, String text) {
        String value = parts.get(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("'" + text + "' lacks " + name + "=");
        }
        return value;
    }

    private static Mode mode(Map<String, String> parts) {
        String mode = parts.getOrDefault("mode", "min");
        return switch (mode) {
            case "min" -> Mode.MIN;
            case "max" -> Mode.MAX;
            default -> throw new IllegalArgumentException("the cache mode '" + mode + "' is not min or max");
        };
    }
}
