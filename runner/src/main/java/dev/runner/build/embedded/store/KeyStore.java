package dev.runner.build.embedded.store;

import dev.runner.oci.Digest;
import java.io.IOException;
import java.time.Instant;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** A durable map from cache key to a small record, shared by processes. */
public final class KeyStore {
    KeyStore() {}

    /** The record of a key, also if another process has just put it; null when there is none. Notes the use. */
    public byte @Nullable [] get(Digest key) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Puts a record in place of what was there. */
    public void put(Digest key, byte[] value) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** When a record was last put or got, to about an hour; null when there is none. */
    public @Nullable Instant lastUsed(Digest key) throws IOException {
        throw new UnsupportedOperationException();
    }

    public void remove(Digest key) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Removes the records whose key and last use the filter picks; tells how many. */
    public int removeIf(BiPredicate<Digest, Instant> filter) throws IOException {
        throw new UnsupportedOperationException();
    }
}
