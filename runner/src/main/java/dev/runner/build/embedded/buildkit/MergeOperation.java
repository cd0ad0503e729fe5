package dev.runner.build.embedded.buildkit;

import dev.runner.oci.Digest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** COPY --link: the files of a step laid over those before it. */
public final class MergeOperation {
    private static final Digest ID = CacheKey.source(digest()).id();

    private MergeOperation() {}

    /** The key of what is laid on top; null when the key is of another operation. */
    static @Nullable CacheKey top(CacheKey key) {
        return key.id().equals(ID) ? key.inputs().getLast().getFirst().key() : null;
    }

    /** The digest of merging two inputs, the first below. */
    public static Digest digest() {
        GoJson merge = new GoJson().structs("inputs", List.of(new GoJson(), new GoJson().number("input", 1)));
        return Digest.of(new GoJson()
                .always("Type", "buildkit.merge.v0")
                .struct("Merge", merge)
                .toBytes());
    }
}
