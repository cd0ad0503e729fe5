package dev.runner.build.embedded.cache;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Reference;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Somewhere blobs can be had. */
public interface BlobHolder {
    /** Whether it has a blob now. */
    boolean has(Descriptor blob) throws IOException;

    /** A blob's content; whoever reads it checks the digest. */
    InputStream open(Descriptor blob) throws IOException;

    /** The repository it is, from which a registry can mount blobs; null when it is none. */
    @Nullable
    Reference repository();
}
