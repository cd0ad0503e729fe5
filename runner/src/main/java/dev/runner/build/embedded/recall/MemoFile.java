package dev.runner.build.embedded.recall;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A memo in a file: the members in the order of the records, a list after its length. Not JSON, because reading JSON first
 * takes longer than everything else that is done with a memo. A file that cannot be read is no memo.
 */
final class MemoFile {
    private static final int VERSION = 3;
    private static final int MOST = 1 << 26;

    private final Path file;

    MemoFile(Path file) {
        this.file = file;
    }

    /** The memo; null when there is none that can be read. */
    @Nullable
    Memo read() throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return null;
        }
        try (Reader in = new Reader(bytes)) {
            return in.in.readInt() == VERSION ? in.memo() : null;
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }

    /** Writes the file in one step; only its owner may read it. */
    void write(Memo memo) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Writer out = new Writer(bytes)) {
            out.out.writeInt(VERSION);
            out.memo(memo);
        }
        Path fresh = Files.createTempFile(
                file.getParent(),
                "new-",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.write(fresh, bytes.toByteArray(), StandardOpenOption.TRUNCATE_EXISTING);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** Writes one member. */
    @FunctionalInterface
    private interface Put<T> {
        void put(T value) throws IOException;
    }

    /** Reads one member. */
    @FunctionalInterface
    private interface Take<T> {
        T take() throws IOException;
    }

    private static final class Writer implements AutoCloseable {
        private final DataOutputStream out;

        private Writer(ByteArrayOutputStream bytes) {
            out = new DataOutputStream(bytes);
        }

        private void memo(Memo memo) throws IOException {
            list(memo.note(), this::text);
            text(memo.watched().dockerfile());
            list(memo.watched().texts(), this::text);
            list(memo.watched().trees(), this::tree);
            list(memo.watched().images(), this::image);
            Memo.Outcome outcome = memo.outcome();
            descriptor(outcome.image());
            bytes(outcome.document());
            out.writeBoolean(outcome.pushed());
            list(outcome.platforms(), this::platform);
            list(outcome.vertices(), this::text);
            list(outcome.warnings(), this::warning);
        }

        private <T> void list(List<T> values, Put<T> each) throws IOException {
            out.writeInt(values.size());
            for (T value : values) {
                each.put(value);
            }
        }

        private void bytes(byte[] value) throws IOException {
            out.writeInt(value.length);
            out.write(value);
        }

        private void text(String value) throws IOException {
            bytes(value.getBytes(StandardCharsets.UTF_8));
        }

        private void maybe(@Nullable String value) throws IOException {
            out.writeBoolean(value != null);
            if (value != null) {
                text(value);
            }
        }

        private void text(Memo.Text value) throws IOException {
            text(value.path().toString());
            maybe(value.content());
        }

        private void tree(Memo.Tree tree) throws IOException {
            text(tree.root().toString());
            maybe(tree.ignore() == null ? null : tree.ignore().toString());
            list(tree.folders(), folder -> {
                text(folder.path());
                bytes(folder.listing());
            });
        }

        private void image(Memo.Image image) throws IOException {
            text(image.name().toString());
            text(image.digest().toString());
            out.writeBoolean(image.local());
        }

        private void descriptor(Descriptor descriptor) throws IOException {
            text(descriptor.mediaType());
            text(descriptor.digest().toString());
            out.writeLong(descriptor.size());
        }

        private void platform(Memo.PlatformImage image) throws IOException {
            text(image.platform().toString());
            descriptor(image.manifest());
            text(image.config().toString());
            out.writeInt(image.vertices());
            list(image.layers(), layer -> text(layer.toString()));
            list(image.diffIds(), diffId -> text(diffId.toString()));
        }

        private void warning(Memo.Warning warning) throws IOException {
            out.writeInt(warning.start());
            out.writeInt(warning.end());
            text(warning.message());
            maybe(warning.remedy());
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    private static final class Reader implements AutoCloseable {
        private final DataInputStream in;

        private Reader(byte[] bytes) {
            in = new DataInputStream(new ByteArrayInputStream(bytes));
        }

        private Memo memo() throws IOException {
            List<String> note = list(this::text);
            Memo.Watched watched =
                    new Memo.Watched(text(), list(this::watchedText), list(this::tree), list(this::image));
            Memo.Outcome outcome = new Memo.Outcome(
                    descriptor(),
                    bytes(),
                    in.readBoolean(),
                    list(this::platform),
                    list(this::text),
                    list(this::warning));
            return new Memo(note, watched, outcome);
        }

        private int length() throws IOException {
            int length = in.readInt();
            if (length < 0 || length > MOST) {
                throw new IOException("not a length: " + length);
            }
            return length;
        }

        private <T> List<T> list(Take<T> each) throws IOException {
            int length = length();
            List<T> values = new ArrayList<>();
            for (int i = 0; i < length; i++) {
                values.add(each.take());
            }
            return values;
        }

        private byte[] bytes() throws IOException {
            byte[] value = new byte[length()];
            in.readFully(value);
            return value;
        }

        private String text() throws IOException {
            return new String(bytes(), StandardCharsets.UTF_8);
        }

        private @Nullable String maybe() throws IOException {
            return in.readBoolean() ? text() : null;
        }

        private Memo.Text watchedText() throws IOException {
            return new Memo.Text(Path.of(text()), maybe());
        }

        private Memo.Tree tree() throws IOException {
            Path root = Path.of(text());
            String ignore = maybe();
            return new Memo.Tree(
                    root, ignore == null ? null : Path.of(ignore), list(() -> new Memo.Folder(text(), bytes())));
        }

        private Memo.Image image() throws IOException {
            return new Memo.Image(Reference.parse(text()), Digest.parse(text()), in.readBoolean());
        }

        private Descriptor descriptor() throws IOException {
            return Descriptor.of(text(), Digest.parse(text()), in.readLong());
        }

        private Memo.PlatformImage platform() throws IOException {
            return new Memo.PlatformImage(
                    Platform.parse(text()),
                    descriptor(),
                    Digest.parse(text()),
                    in.readInt(),
                    list(() -> Digest.parse(text())),
                    list(() -> Digest.parse(text())));
        }

        private Memo.Warning warning() throws IOException {
            return new Memo.Warning(in.readInt(), in.readInt(), text(), maybe());
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
