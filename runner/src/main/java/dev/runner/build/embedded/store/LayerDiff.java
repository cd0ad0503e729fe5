package dev.runner.build.embedded.store;

import dev.runner.oci.layer.LayerWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the upper folder of an overlay as an OCI layer. */
public final class LayerDiff {
    private LayerDiff() {}

    /** How a layer is written. */
    public record Options(@Nullable Long epochSeconds, Owners owners, Set<String> without) {
        /** As it is on the disk. */
        public static final Options PLAIN = new Options(null, Owners.SAME, Set.of());

        /**
         * @param epochSeconds {@code SOURCE_DATE_EPOCH}: later times become this one; null leaves them
         * @param owners from the disk's owner to the layer's
         * @param without paths that are left out with all beneath, such as {@code etc/resolv.conf} that the sandbox mounted
         *     on; a folder of which nothing else changed goes with them
         */
        public Options {
            without = Set.copyOf(without);
        }
    }

    /** Maps an owner on the disk to the layer's. */
    public interface Owners {
        Owners SAME = new Owners() {
            @Override
            public long user(long uid) {
                return uid;
            }

            @Override
            public long group(long gid) {
                return gid;
            }
        };

        long user(long uid);

        long group(long gid);
    }

    /**
     * Writes the layer's entries in the order of their paths; the caller finishes the writer.
     *
     * @return how many entries were written; zero means that nothing changed
     */
    public static long write(Path upper, LayerWriter layer, Options options) throws IOException {
        throw new UnsupportedOperationException();
    }
}
