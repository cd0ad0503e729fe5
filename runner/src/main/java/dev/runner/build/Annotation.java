package dev.runner.build;

import dev.runner.oci.Platform;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An OCI annotation and where it goes.
 *
 * @param platform only there; null for every platform
 * @see <a href="https://docs.docker.com/build/metadata/annotations/">Docker's docs, Annotations</a>
 */
public record Annotation(Set<Level> levels, @Nullable Platform platform, String key, String value) {
    /** A place in the tree of documents. */
    public enum Level {
        INDEX,
        INDEX_DESCRIPTOR,
        MANIFEST,
        MANIFEST_DESCRIPTOR
    }

    public Annotation {
        levels = Set.copyOf(levels);
    }

    /**
     * Reads {@code [LEVEL[,LEVEL][PLATFORM]:]KEY=VALUE}, such as {@code index,manifest[linux/arm64]:a=b}; without a
     * level the manifest is meant.
     *
     * @throws IllegalArgumentException with a message for people
     */
    public static Annotation parse(String text) {
        int equals = text.indexOf('=');
        if (equals <= 0) {
            throw new IllegalArgumentException("'" + text + "' is no annotation: write KEY=VALUE");
        }
        String value = text.substring(equals + 1);
        int colon = text.lastIndexOf(':', equals);
        if (colon < 0) {
            return new Annotation(Set.of(Level.MANIFEST), null, text.substring(0, equals), value);
        }
        Set<Level> levels = EnumSet.noneOf(Level.class);
        Platform platform = null;
        for (String part : text.substring(0, colon).split(",")) {
            int bracket = part.indexOf('[');
            String name = bracket < 0 ? part : part.substring(0, bracket);
            if (bracket >= 0 && part.endsWith("]")) {
                platform = Platform.parse(part.substring(bracket + 1, part.length() - 1));
            }
            levels.add(level(name));
        }
        return new Annotation(levels, platform, text.substring(colon + 1, equals), value);
    }

    /** The entries of those that belong to a level of a platform; null stands for what has no platform. */
    public static Map<String, String> at(List<Annotation> all, Level level, @Nullable Platform platform) {
        Map<String, String> found = new LinkedHashMap<>();
        for (Annotation annotation : all) {
            boolean here = annotation.platform() == null
                    || platform != null && annotation.platform().matches(platform);
            if (annotation.levels().contains(level) && here) {
                found.put(annotation.key(), annotation.value());
            }
        }
        return found;
    }

    private static Level level(String name) {
        return switch (name) {
            case "index" -> Level.INDEX;
            case "index-descriptor" -> Level.INDEX_DESCRIPTOR;
            case "manifest" -> Level.MANIFEST;
            case "manifest-descriptor" -> Level.MANIFEST_DESCRIPTOR;
            default ->
                throw new IllegalArgumentException("'" + name.toLowerCase(Locale.ROOT)
                        + "' is no annotation level: index, index-descriptor, manifest, manifest-descriptor");
        };
    }
}
