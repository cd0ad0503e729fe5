package dev.runner.build.embedded.store;

import dev.runner.oci.Descriptor;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Images this machine knows: from a reference, or a digest, to the root descriptor, whose content is in the blobs. A file for
 * each name, of four lines: name, media type, digest, size.
 */
public final class ImageStore {
    private final Path folder;
    private final Supplier<Path> temporary;

    /** @param temporary gives new names of files that are swept if they are left */
    ImageStore(Path folder, Supplier<Path> temporary) {
        this.folder = folder;
        this.temporary = temporary;
    }

    /**
     * The images of a store that is not open: for one who only gives a known image another name. A sweep may take what is
     * half written, and then {@link #put} fails.
     *
     * @param store the store's folder
     */
    public static ImageStore at(Path store) {
        Path folder = store.resolve("tmp");
        return new ImageStore(
                store.resolve("images"), () -> folder.resolve("name-" + Long.toHexString(System.nanoTime())));
    }

    /** @param name a reference in its full form, or a digest */
    public @Nullable Descriptor find(String name) throws IOException {
        try {
            Entry entry = parse(Files.readString(file(name)), Instant.EPOCH);
            return entry == null || !entry.name.equals(name) ? null : entry.root;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Puts a name on an image, taking it from another if need be, in one step. */
    public void put(String name, Descriptor root) throws IOException {
        if (name.isEmpty() || name.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("not a name: '" + name + "'");
        }
        Path fresh = temporary.get();
        Files.writeString(fresh, name + "\n" + root.mediaType() + "\n" + root.digest() + "\n" + root.size() + "\n");
        Files.move(fresh, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    public void remove(String name) throws IOException {
        Files.deleteIfExists(file(name));
    }

    /** All names, sorted. */
    public List<Entry> list() throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Instant updated = Files.getLastModifiedTime(file).toInstant();
                Entry entry = parse(Files.readString(file), updated);
                if (entry != null) {
                    entries.add(entry);
                }
            }
        } catch (NoSuchFileException e) {
            // Removed meanwhile: a second look is as good as any.
            return list();
        }
        entries.sort(Comparator.comparing(Entry::name));
        return entries;
    }

    /** A name and what it stands for. */
    public record Entry(String name, Descriptor root, Instant updated) {}

    /** Null if the power failed before the content was on the disk. */
    private static @Nullable Entry parse(String text, Instant updated) {
        String[] lines = text.split("\n", -1);
        if (lines.length != 5) {
            return null;
        }
        Descriptor root = Descriptor.of(lines[1], Digest.parse(lines[2]), Long.parseLong(lines[3]));
        return new Entry(lines[0], root, updated);
    }

    private Path file(String name) {
        return folder.resolve(Digest.of(name.getBytes(StandardCharsets.UTF_8)).hex());
    }
}
