package dev.runner.build.embedded.store;

import dev.runner.oci.Digest;
import dev.runner.oci.layer.TarEntry;
import dev.runner.oci.layer.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Makes small layers for tests, in the order of the calls. */
final class LayerMaker {
    static final long TIME = 1_500_000_000L * 1_000_000_000L;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarWriter tar = new TarWriter(bytes);
    private boolean ended;

    LayerMaker file(String path, String content) {
        return file(path, content, 0644);
    }

    LayerMaker file(String path, String content, int mode) {
        return file(path, content, TarEntry.Attributes.of(mode, 0, 0, TIME));
    }

    LayerMaker file(String path, String content, TarEntry.Attributes attributes) {
        byte[] data = content.getBytes(StandardCharsets.UTF_8);
        try {
            tar.put(TarEntry.File.of(path, attributes, data.length), data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    LayerMaker folder(String path, int mode) {
        return put(new TarEntry.Directory(path, TarEntry.Attributes.of(mode, 0, 0, TIME)));
    }

    LayerMaker symlink(String path, String target) {
        return put(new TarEntry.Symlink(path, TarEntry.Attributes.of(0777, 0, 0, TIME), target));
    }

    LayerMaker hardLink(String path, String target) {
        return put(new TarEntry.HardLink(path, TarEntry.Attributes.of(0644, 0, 0, TIME), target));
    }

    LayerMaker xattrs(String path, Map<String, byte[]> xattrs) {
        return file(path, "", TarEntry.Attributes.of(0755, 0, 0, TIME).withXattrs(xattrs));
    }

    LayerMaker put(TarEntry entry) {
        try {
            tar.put(entry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    byte[] bytes() {
        if (!ended) {
            ended = true;
            try {
                tar.finish();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return bytes.toByteArray();
    }

    Digest diffId() {
        return Digest.of(bytes());
    }

    InputStream stream() {
        return new ByteArrayInputStream(bytes());
    }

    Snapshot in(Store store) throws IOException {
        return store.snapshots().apply(diffId(), stream());
    }
}
