package dev.runner.oci;

import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;

/** Where content lies by its descriptor: a store, a layout, a registry. */
@FunctionalInterface
public interface ContentSource {
    /** A fresh stream of the content; the caller closes it. */
    InputStream open(Descriptor descriptor) throws IOException;

    /**
     * The whole content, verified; for manifests and configs.
     *
     * @throws MalformedContentException when it is not what the descriptor says
     */
    default byte[] read(Descriptor descriptor) throws IOException {
        if (descriptor.size() > LARGEST_DOCUMENT) {
            throw new MalformedContentException(
                    descriptor.digest() + " claims " + descriptor.size() + " bytes, too many for a document", null);
        }
        try (InputStream in = open(descriptor)) {
            byte[] content = in.readNBytes((int) descriptor.size() + 1);
            byte[] hash = descriptor.digest().newHash().digest(content);
            if (!descriptor.digest().hex().equals(HexFormat.of().formatHex(hash))) {
                throw new MalformedContentException("the content of " + descriptor.digest() + " is corrupt", null);
            }
            return content;
        }
    }

    /** The largest manifest, index or config that is read into memory, in bytes. */
    int LARGEST_DOCUMENT = 64 << 20;
}
