package dev.runner.build.context;

import dev.runner.host.posix.Posix;
import dev.runner.host.posix.PosixFiles;
import dev.runner.oci.MalformedContentException;
import dev.runner.oci.layer.LayerLimits;
import dev.runner.oci.layer.TarEntry;
import dev.runner.oci.layer.TarReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Unpacks an archive that is a build context.
 *
 * <p>Every folder on the way to an entry is a folder and no symbolic link, and a file is made where nothing is: so nothing
 * is written outside, whatever the archive says. Devices are left out, for a context has none.
 */
public final class ContextArchive {
    private final Path root;
    private final List<TarEntry.Directory> folders = new ArrayList<>();

    private final boolean owners;

    private ContextArchive(Path root, boolean owners) {
        this.root = root;
        this.owners = owners;
    }

    /** The same, with the owners that the archive says, where this user may give files away. */
    public static void unpackOwned(InputStream in, Path root, LayerLimits limits) throws IOException {
        unpack(in, root, limits, Posix.available() && Posix.effectiveUid() == 0);
    }

    /**
     * Unpacks into an empty folder. The stream is not closed.
     *
     * @throws MalformedContentException when an entry would reach outside, or the archive is broken
     * @throws dev.runner.oci.layer.LayerLimitException when it unpacks to more than the limits allow
     */
    public static void unpack(InputStream in, Path root, LayerLimits limits) throws IOException {
        unpack(in, root, limits, false);
    }

    private static void unpack(InputStream in, Path root, LayerLimits limits, boolean owners) throws IOException {
        ContextArchive archive = new ContextArchive(root, owners);
        @SuppressWarnings("resource") // the caller's stream lies under it
        TarReader tar = new TarReader(ArchiveStream.unpack(in), limits);
        for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
            archive.put(entry, tar);
        }
        for (TarEntry.Directory folder : archive.folders.reversed()) {
            Path place = root.resolve(archive.name(folder.path()));
            if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                archive.attributes(place, folder.attributes(), false);
            }
        }
    }

    private void put(TarEntry entry, TarReader tar) throws IOException {
        String name = name(entry.path());
        if (name.isEmpty()) {
            return;
        }
        Path place = folder(name).resolve(name.substring(name.lastIndexOf('/') + 1));
        switch (entry) {
            case TarEntry.Directory directory -> {
                makeFolder(place, name);
                folders.add(directory);
            }
            case TarEntry.File file -> {
                free(place);
                try (OutputStream out = Files.newOutputStream(place, StandardOpenOption.CREATE_NEW)) {
                    tar.content().transferTo(out);
                }
                attributes(place, file.attributes(), false);
            }
            case TarEntry.Symlink link -> {
                free(place);
                PosixFiles.symlink(link.target(), place);
                attributes(place, link.attributes(), true);
            }
            case TarEntry.HardLink link -> {
                Path existing = root.resolve(name(link.target()));
                folder(name(link.target()));
                if (!Files.isRegularFile(existing, LinkOption.NOFOLLOW_LINKS)) {
                    throw new MalformedContentException(
                            "the archive's hard link '" + link.path() + "' has no file '" + link.target() + "'", null);
                }
                if (!existing.equals(place)) {
                    free(place);
                    PosixFiles.link(existing, place);
                }
            }
            case TarEntry.Fifo fifo -> {
                free(place);
                PosixFiles.mkfifo(place, fifo.attributes().mode());
            }
            case TarEntry.Device device -> {}
        }
    }

    private String name(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                throw new MalformedContentException("the archive's entry '" + path + "' leads out of it", null);
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return String.join("/", parts);
    }

    /** The folder that an entry lies in, made where it is missing. */
    private Path folder(String name) throws IOException {
        Path folder = root;
        for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
            folder = root.resolve(name.substring(0, slash));
            makeFolder(folder, name);
        }
        return folder;
    }

    private static void makeFolder(Path folder, String name) throws IOException {
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new MalformedContentException(
                    "the archive's entry '" + name + "' lies in what is not a folder", null);
        }
        Files.createDirectory(folder);
    }

    /** A later entry of the same name wins; it does not write through what the earlier one was. */
    private static void free(Path place) throws IOException {
        if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            throw new MalformedContentException(
                    "the archive puts a file where it has a folder: " + place.getFileName(), null);
        }
        Files.deleteIfExists(place);
    }

    private void attributes(Path place, TarEntry.Attributes attributes, boolean link) throws IOException {
        if (owners) {
            PosixFiles.lchown(place, (int) attributes.uid(), (int) attributes.gid());
        }
        if (!link) {
            PosixFiles.chmod(place, attributes.mode());
        }
        long time = attributes.mtime();
        PosixFiles.setModified(
                place, Instant.ofEpochSecond(Math.floorDiv(time, 1_000_000_000L), Math.floorMod(time, 1_000_000_000L)));
    }
}
