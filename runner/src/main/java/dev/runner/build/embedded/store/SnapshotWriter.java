package dev.runner.build.embedded.store;

import dev.runner.oci.layer.TarEntry;
import dev.runner.oci.layer.TarReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts the files of a layer into a snapshot before there is a layer: what unpacking it would make, without packing it
 * first. For one thread, but for {@link #open}. Closing it without {@link #seal} leaves no trace.
 */
public final class SnapshotWriter implements AutoCloseable {
    /** Beside the files: the diffId of the layer that they are laid over. */
    static final String UNDER = "under";

    /** Beside the files: whatever who wrote them wants to know of them later. */
    private static final String NOTES = "notes";

    private static final int BUFFER = 128 * 1024;
    private static final long SECOND = 1_000_000_000L;

    private final SnapshotStore store;
    private final Snapshot made;
    private final Path files;
    private final Sys sys = new Sys();
    private final SysPool readers = new SysPool();
    private final int root;
    private final LayerUnpacker unpacker;
    private byte[] buffer = new byte[0];
    private boolean sealed;

    SnapshotWriter(SnapshotStore store, Snapshot made, Privileges privileges) throws IOException {
        this.store = store;
        this.made = made;
        this.files = made.path();
        this.root = (int) Sys.check(sys.openFolder(Sys.CWD, files.toString()), "open", files.toString());
        this.unpacker = new LayerUnpacker(sys, root, privileges);
    }

    /**
     * Puts an entry in, those of the folders above it having come before. Of its time only whole seconds are kept, as in a
     * layer.
     *
     * @param content of a file, not closed; null for every other
     * @throws EOFException when the content is shorter than the entry says
     */
    public void put(TarEntry entry, @Nullable InputStream content) throws IOException {
        long mtime = entry.attributes().mtime();
        TarEntry whole = entry.withAttributes(entry.attributes().withMtime(Math.floorDiv(mtime, SECOND) * SECOND));
        unpacker.put(whole, sink -> {
            if (whole instanceof TarEntry.File file && content != null) {
                copy(file, content, sink);
            }
        });
    }

    private void copy(TarEntry.File file, InputStream content, TarReader.DataSink sink) throws IOException {
        if (buffer.length == 0) {
            buffer = new byte[BUFFER];
        }
        long position = 0;
        while (position < file.size()) {
            int n = content.read(buffer, 0, (int) Math.min(buffer.length, file.size() - position));
            if (n < 0) {
                throw new EOFException("'" + file.path() + "' became shorter by " + (file.size() - position)
                        + " bytes while it was read");
            }
            sink.data(position, buffer, 0, n);
            position += n;
        }
    }

    /** Opens a file that was put in; null for one whose name makes it a mark in every layer. For any thread. */
    public @Nullable InputStream open(TarEntry.File file) throws IOException {
        String path = file.path();
        if (LayerUnpacker.isMark(path.substring(path.lastIndexOf('/') + 1))) {
            return null;
        }
        return open(files, path);
    }

    /** Opens a file that was not put in, because it is in the snapshot under this one. For any thread. */
    public InputStream openUnder(TarEntry.File file) throws IOException {
        return open(Objects.requireNonNull(made.under()).path(), file.path());
    }

    private InputStream open(Path root, String path) throws IOException {
        return FdInput.open(readers, Sys.CWD, ViewFolders.real(root, path), path);
    }

    /** Keeps some bytes beside the files; {@link #notes} gives them. */
    public void note(byte[] notes) throws IOException {
        Files.write(files.resolveSibling(NOTES), notes);
    }

    /** What was noted of a snapshot; empty for nothing. */
    public static byte[] notes(Snapshot snapshot) throws IOException {
        try {
            return Files.readAllBytes(snapshot.path().resolveSibling(NOTES));
        } catch (NoSuchFileException e) {
            return new byte[0];
        }
    }

    /** Ends the writing; the files may be a lower folder from now on. */
    public Snapshot seal() throws IOException {
        unpacker.finishFolders();
        unpacker.describe(files);
        Snapshot under = made.under();
        if (under != null) {
            String diffId = String.valueOf(under.diffId());
            Files.writeString(files.resolveSibling(UNDER), diffId, StandardCharsets.US_ASCII);
        }
        sealed = true;
        return made;
    }

    @Override
    public void close() throws IOException {
        unpacker.close();
        sys.close(root);
        if (!sealed) {
            store.discard(made.name());
        }
    }
}
