package dev.runner.registry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Content that can be read again from the start, as often as a retry needs. */
@FunctionalInterface
public interface BlobSource {
    /** A fresh stream of the whole content; the client closes it. */
    InputStream open() throws IOException;

    static BlobSource of(byte[] content) {
        byte[] copy = content.clone();
        return () -> new ByteArrayInputStream(copy);
    }

    static BlobSource of(Path file) {
        return () -> Files.newInputStream(file);
    }
}
