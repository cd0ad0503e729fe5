package dev.runner.oci;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes an OCI image layout as a tar stream; the same content gives the same bytes. */
final class LayoutTar {
    private static final int READ_ONLY = 0444;
    private static final int FOLDER = 0755;

    private final TarArchiveOutputStream tar;

    private LayoutTar(TarArchiveOutputStream tar) {
        this.tar = tar;
    }

    /** A document at the top of the archive, beside {@code index.json}. */
    record Document(String name, byte[] content) {}

    /** Writes blobs, the index, the marker and further documents. Does not close the stream. */
    static void write(OutputStream out, Index index, List<Document> documents, ContentSource content)
            throws IOException {
        List<Descriptor> blobs = new ArrayList<>(ImageWalk.reachable(index.manifests(), content));
        blobs.sort(Comparator.comparing(Descriptor::digest));
        TarArchiveOutputStream stream = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
        stream.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        LayoutTar tar = new LayoutTar(stream);
        tar.folder("blobs/");
        for (String algorithm : new TreeSet<>(
                blobs.stream().map(blob -> blob.digest().algorithm()).toList())) {
            tar.folder("blobs/" + algorithm + "/");
        }
        for (Descriptor blob : blobs) {
            tar.blob(blob, content);
        }
        tar.document(new Document(OciLayout.INDEX, index.toJson()));
        for (Document document : documents) {
            tar.document(document);
        }
        tar.document(new Document(OciLayout.MARKER, OciLayout.markerJson()));
        stream.finish();
        stream.flush();
    }

    private void folder(String name) throws IOException {
        tar.putArchiveEntry(entry(name, 0, FOLDER));
        tar.closeArchiveEntry();
    }

    private void blob(Descriptor blob, ContentSource content) throws IOException {
        tar.putArchiveEntry(entry(OciLayout.blobName(blob.digest()), blob.size(), READ_ONLY));
        try (InputStream in = content.open(blob)) {
            long copied = in.transferTo(tar);
            if (copied != blob.size()) {
                throw new MalformedContentException(
                        blob.digest() + " has " + copied + " bytes, not " + blob.size(), null);
            }
        }
        tar.closeArchiveEntry();
    }

    private void document(Document document) throws IOException {
        tar.putArchiveEntry(entry(document.name(), document.content().length, READ_ONLY));
        tar.write(document.content());
        tar.closeArchiveEntry();
    }

    private static TarArchiveEntry entry(String name, long size, int mode) {
        TarArchiveEntry entry =
                new TarArchiveEntry(name, name.endsWith("/") ? TarConstants.LF_DIR : TarConstants.LF_NORMAL);
        entry.setSize(size);
        entry.setMode(mode);
        entry.setModTime(0);
        return entry;
    }
}
