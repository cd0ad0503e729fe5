package dev.runner.build.embedded.store;

import dev.runner.oci.Descriptor;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Images this machine knows: from a reference, or a digest, to the root descriptor, whose content is in the blobs. */
public final class ImageStore {
    ImageStore() {}

    /** @param name a reference in its full form, or a digest */
    public @Nullable Descriptor find(String name) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Puts a name on an image, taking it from another if need be, in one step. */
    public void put(String name, Descriptor root) throws IOException {
        throw new UnsupportedOperationException();
    }

    public void remove(String name) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** All names, sorted. */
    public List<Entry> list() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** A name and what it stands for. */
    public record Entry(String name, Descriptor root, Instant updated) {}
}
