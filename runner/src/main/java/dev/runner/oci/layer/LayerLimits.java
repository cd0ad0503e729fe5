package dev.runner.oci.layer;

/**
 * What a layer may hold, so that a small archive cannot fill a machine.
 *
 * @param entries how many entries
 * @param unpackedBytes the archive's bytes after decompression plus the sizes of its sparse files
 * @param pathBytes the longest path or link target
 * @param headerBytes the longest extended header: names and extended attributes of one entry
 */
public record LayerLimits(long entries, long unpackedBytes, int pathBytes, int headerBytes) {
    /** Generous to every image that is meant well: five million entries, 256 GiB, Linux's longest path, 1 MiB. */
    public static final LayerLimits DEFAULT = new LayerLimits(5_000_000, 256L << 30, 4096, 1 << 20);

    public LayerLimits {
        if (entries <= 0 || unpackedBytes <= 0 || pathBytes <= 0 || headerBytes <= 0) {
            throw new IllegalArgumentException("limits are positive");
        }
    }

    /** Which limit. */
    public enum Kind {
        ENTRIES("entries"),
        UNPACKED_BYTES("bytes unpacked"),
        PATH_BYTES("bytes in a path"),
        HEADER_BYTES("bytes in an extended header");

        private final String unit;

        Kind(String unit) {
            this.unit = unit;
        }

        String unit() {
            return unit;
        }
    }
}
