package dev.runner.build.embedded.buildkit;

import dev.runner.oci.Digest;
import dev.runner.oci.Platform;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** FROM: an image of a registry. It has two keys: what its name means for a platform, and the files it holds. */
public final class ImageSource {
    private ImageSource() {}

    /**
     * The keys of an image.
     *
     * @param root digest of the document that the name means, an index or a manifest; null when it has none
     * @param diffIds bottom first; not empty
     */
    public static List<CacheKey> keys(@Nullable Digest root, Platform platform, List<Digest> diffIds) {
        List<CacheKey> keys = new ArrayList<>();
        if (root != null) {
            byte[] json = new GoJson()
                    .always("Digest", root.toString())
                    .always("OS", platform.os())
                    .always("Arch", platform.architecture())
                    .text("Variant", platform.variant())
                    .text("OSVersion", platform.osVersion())
                    .toBytes();
            keys.add(key(Digest.of(json)));
        }
        keys.add(key(chain(diffIds)));
        return keys;
    }

    private static CacheKey key(Digest identity) {
        return CacheKey.source(Digest.of(("buildkit.source.v0:" + identity).getBytes(StandardCharsets.US_ASCII)));
    }

    /** The chain id of layers, as the OCI image specification defines it. */
    private static Digest chain(List<Digest> diffIds) {
        Digest chain = diffIds.getFirst();
        for (Digest next : diffIds.subList(1, diffIds.size())) {
            chain = Digest.of((chain + " " + next).getBytes(StandardCharsets.US_ASCII));
        }
        return chain;
    }
}
