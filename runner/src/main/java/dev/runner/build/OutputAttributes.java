package dev.runner.build;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an {@code --output} says of the image beside where it goes.
 *
 * @param packaging null when it says nothing of it
 * @param rewriteTimestamp whether times later than {@code SOURCE_DATE_EPOCH} shall become it
 * @see <a href="https://docs.docker.com/build/exporters/image-registry/">Docker's docs, Image and registry exporters</a>
 */
public record OutputAttributes(@Nullable Packaging packaging, List<Annotation> annotations, boolean rewriteTimestamp) {
    /** Keys that say where the image goes. */
    private static final Set<String> PLACE =
            Set.of("type", "dest", "name", "tar", "push", "push-by-digest", "name-canonical", "store", "unpack");

    private static final Set<String> PACKAGING =
            Set.of("compression", "compression-level", "force-compression", "oci-mediatypes");

    private static final String REWRITE = "rewrite-timestamp";

    public OutputAttributes {
        annotations = List.copyOf(annotations);
    }

    /**
     * Reads the keys of one output.
     *
     * @throws IllegalArgumentException with a message for people, also for a key that nobody knows
     */
    public static OutputAttributes parse(Map<String, String> keys) {
        List<Annotation> annotations = new ArrayList<>();
        boolean packaged = false;
        for (Map.Entry<String, String> key : keys.entrySet()) {
            if (key.getKey().startsWith("annotation")) {
                annotations.add(annotation(key.getKey(), key.getValue()));
            } else if (PACKAGING.contains(key.getKey())) {
                packaged = true;
            } else if (!PLACE.contains(key.getKey()) && !key.getKey().equals(REWRITE)) {
                throw new IllegalArgumentException("an output has no key '" + key.getKey() + "'; it has "
                        + String.join(", ", known()) + " and annotation.KEY");
            }
        }
        return new OutputAttributes(packaged ? packaging(keys) : null, annotations, flag(keys, REWRITE, false));
    }

    private static Set<String> known() {
        Set<String> known = new TreeSet<>(PLACE);
        known.addAll(PACKAGING);
        known.add(REWRITE);
        return known;
    }

    /** {@code annotation.KEY}, {@code annotation-index.KEY}, {@code annotation-manifest[linux/arm64].KEY}, … */
    private static Annotation annotation(String name, String value) {
        String rest = name.substring("annotation".length());
        int bracket = rest.indexOf(']');
        int dot = rest.indexOf('.', Math.max(0, bracket));
        if (dot < 0 || !rest.isEmpty() && !rest.startsWith("-") && !rest.startsWith(".") && !rest.startsWith("[")) {
            throw new IllegalArgumentException("'" + name + "' is no annotation: write annotation.KEY=VALUE");
        }
        String level = rest.substring(0, dot);
        String key = rest.substring(dot + 1);
        if (level.startsWith("-")) {
            level = level.substring(1);
        } else {
            level = "manifest" + level;
        }
        return Annotation.parse(level + ":" + key + "=" + value);
    }

    static Packaging packaging(Map<String, String> keys) {
        String name = keys.getOrDefault("compression", "gzip");
        Packaging.Compression compression = switch (name) {
            case "gzip" -> Packaging.Compression.GZIP;
            case "zstd" -> Packaging.Compression.ZSTD;
            case "uncompressed" -> Packaging.Compression.UNCOMPRESSED;
            case "estargz" -> Packaging.Compression.ESTARGZ;
            default ->
                throw new IllegalArgumentException(
                        "compression is gzip, zstd, uncompressed or estargz, not '" + name + "'");
        };
        String level = keys.get("compression-level");
        if (level != null && !level.matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("compression-level is a number, not '" + level + "'");
        }
        return new Packaging(
                compression,
                level == null ? null : Integer.valueOf(level),
                flag(keys, "force-compression", false),
                !flag(keys, "oci-mediatypes", true));
    }

    /** A switch: a bare key turns it on. */
    public static boolean flag(Map<String, String> keys, String key, boolean otherwise) {
        String value = keys.get(key);
        return switch (value == null ? "" : value.toLowerCase(Locale.ROOT)) {
            case "" -> value == null ? otherwise : true;
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw new IllegalArgumentException(key + " is true or false, not '" + value + "'");
        };
    }

    /**
     * What several outputs say together.
     *
     * @throws IllegalArgumentException when they want the image packed in different ways
     */
    public static OutputAttributes all(List<OutputAttributes> each) {
        Packaging packaging = null;
        List<Annotation> annotations = new ArrayList<>();
        boolean rewrite = false;
        for (OutputAttributes one : each) {
            if (packaging != null && one.packaging != null && !packaging.equals(one.packaging)) {
                throw new IllegalArgumentException(
                        "one build makes one image: all outputs take the same compression and media types");
            }
            packaging = one.packaging == null ? packaging : one.packaging;
            annotations.addAll(one.annotations);
            rewrite |= one.rewriteTimestamp;
        }
        return new OutputAttributes(packaging, annotations, rewrite);
    }
}
