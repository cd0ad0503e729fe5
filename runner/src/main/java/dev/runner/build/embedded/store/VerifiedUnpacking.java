package dev.runner.build.embedded.store;

import dev.runner.oci.Digest;
import dev.runner.oci.layer.Compression;
import dev.runner.oci.layer.LayerLimits;
import dev.runner.oci.layer.TarReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Unpacks a layer and checks on the way that it is the one that was promised. */
final class VerifiedUnpacking {
    private final Sys sys;
    private final Privileges privileges;
    private final Digest diffId;
    private final LayerLimits limits;

    VerifiedUnpacking(Sys sys, Privileges privileges, Digest diffId, LayerLimits limits) {
        this.sys = sys;
        this.privileges = privileges;
        this.diffId = diffId;
        this.limits = limits;
    }

    /** Unpacks into an empty folder, and beside it writes which folders the layer has no entry for. */
    void run(InputStream layer, Path files) throws IOException {
        int root = (int) Sys.check(sys.openFolder(Sys.CWD, files.toString()), "open", files.toString());
        try {
            MessageDigest hash = diffId.newHash();
            try (InputStream content = new DigestInputStream(Compression.decompress(new Unclosed(layer)), hash);
                    ReadAhead ahead = new ReadAhead(content);
                    TarReader reader = new TarReader(ahead, limits);
                    LayerUnpacker unpacker = new LayerUnpacker(sys, root, privileges)) {
                unpacker.unpack(reader);
                unpacker.describe(files);
            }
            Digest actual = new Digest(diffId.algorithm(), HexFormat.of().formatHex(hash.digest()));
            if (!actual.equals(diffId)) {
                throw new DigestMismatchException(diffId.toString(), actual.toString());
            }
        } finally {
            sys.close(root);
        }
    }

    /** The layer's stream belongs to the caller, the unpacker around it to us. */
    private static final class Unclosed extends FilterInputStream {
        Unclosed(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return in.read(bytes, offset, length);
        }

        @Override
        public void close() {}
    }
}
