package dev.runner.build;

import org.jspecify.annotations.Nullable;

/**
 * How an image's layers are packed and its documents named.
 *
 * @param compression of layers that the build made
 * @param level null for the compression's default
 * @param force layers of base images are packed so, too
 * @param docker Docker's media types instead of the OCI's
 * @see <a href="https://docs.docker.com/build/exporters/#compression">Docker's docs, Exporters</a>
 */
public record Packaging(Compression compression, @Nullable Integer level, boolean force, boolean docker) {
    public static final Packaging DEFAULT = new Packaging(Compression.GZIP, null, false, false);

    /** What the bytes of a layer are. */
    public enum Compression {
        GZIP(1, 9),
        ZSTD(1, 22),
        UNCOMPRESSED(0, 0),
        /** Gzip in pieces with a table of contents, so that a file is read without the rest. */
        ESTARGZ(1, 9);

        private final int least;
        private final int most;

        Compression(int least, int most) {
            this.least = least;
            this.most = most;
        }
    }

    public Packaging {
        if (level != null && (level < compression.least || level > compression.most)) {
            throw new IllegalArgumentException("compression-level of "
                    + compression.name().toLowerCase(java.util.Locale.ROOT) + " is " + compression.least + " to "
                    + compression.most + ", not " + level);
        }
        if (docker && (compression == Compression.ZSTD || compression == Compression.ESTARGZ)) {
            throw new IllegalArgumentException("oci-mediatypes=false has no name for "
                    + compression.name().toLowerCase(java.util.Locale.ROOT) + " layers");
        }
    }
}
