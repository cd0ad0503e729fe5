package dev.runner.oci;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * An OCI image layout in a folder: {@code oci-layout}, {@code index.json} and {@code blobs/<algorithm>/<hex>}. Files
 * appear whole or not at all: they are written beside, synced and renamed.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-layout.md">image-spec, Image Layout</a>
 */
public final class OciLayout implements ContentSource {
    /** The annotation of a manifest in {@code index.json} that holds its tag. */
    public static final String REF_NAME = "org.opencontainers.image.ref.name";

    /** The annotation by which containerd and Docker know the full name. */
    public static final String IMAGE_NAME = "io.containerd.image.name";

    static final String MARKER = "oci-layout";
    static final String INDEX = "index.json";
    private static final String VERSION = "1.0.0";
    private static final Pattern BLOB = Pattern.compile("(?:\\./)?blobs/([a-z0-9]+)/([a-f0-9]+)");

    private final Path folder;

    private OciLayout(Path folder) {
        this.folder = folder;
    }

    /** Makes an empty layout; keeps what is there if the folder is one already. */
    public static OciLayout create(Path folder) throws IOException {
        OciLayout layout = new OciLayout(folder);
        Files.createDirectories(folder.resolve("blobs").resolve("sha256"));
        if (!Files.exists(folder.resolve(MARKER))) {
            layout.write(folder.resolve(MARKER), markerJson());
        }
        if (!Files.exists(folder.resolve(INDEX))) {
            layout.putIndex(Index.of(MediaTypes.OCI_INDEX, List.of()));
        }
        return layout;
    }

    /**
     * Opens a layout.
     *
     * @throws MalformedContentException when the folder is none, or one of another version
     */
    public static OciLayout at(Path folder) throws IOException {
        byte[] marker;
        try {
            marker = Files.readAllBytes(folder.resolve(MARKER));
        } catch (NoSuchFileException e) {
            throw new MalformedContentException(folder + " is not an OCI image layout: it has no 'oci-layout'", e);
        }
        String version = Json.textOr(Json.readObject(marker, MARKER), "imageLayoutVersion", "");
        if (!version.startsWith("1.")) {
            throw new MalformedContentException(
                    folder + " is an OCI image layout of version '" + version + "', not 1.x", null);
        }
        return new OciLayout(folder);
    }

    /** Unpacks a tar stream of a layout, such as {@code docker save} and BuildKit write, into a folder. */
    public static OciLayout unpack(InputStream tar, Path folder) throws IOException {
        OciLayout layout = create(folder);
        TarArchiveInputStream in = new TarArchiveInputStream(tar);
        for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
            var blob = BLOB.matcher(entry.getName());
            if (!entry.isFile()) {
                continue;
            } else if (blob.matches()) {
                Digest digest = Json.digest(blob.group(1) + ":" + blob.group(2), "archive");
                layout.put(Descriptor.of("application/octet-stream", digest, entry.getSize()), in);
            } else if (entry.getName().replaceFirst("^\\./", "").equals(INDEX)) {
                layout.putIndex(Index.parse(in.readAllBytes()));
            } else if (entry.getName().replaceFirst("^\\./", "").equals(MARKER)) {
                layout.write(folder.resolve(MARKER), in.readAllBytes());
            }
        }
        return at(folder);
    }

    /** Writes a layout of some manifests and all they refer to as a tar stream. Does not close the stream. */
    public static void writeTar(OutputStream out, Index index, ContentSource content) throws IOException {
        LayoutTar.write(out, index, List.of(), content);
    }

    /** The layout's folder. */
    public Path folder() {
        return folder;
    }

    /** What {@code index.json} says. */
    public Index index() throws IOException {
        return Index.parse(Files.readAllBytes(folder.resolve(INDEX)));
    }

    /** Replaces {@code index.json}. */
    public void putIndex(Index index) throws IOException {
        write(folder.resolve(INDEX), index.toJson());
    }

    public boolean has(Digest digest) {
        return Files.exists(folder.resolve(blobName(digest)));
    }

    @Override
    public InputStream open(Descriptor descriptor) throws IOException {
        return Files.newInputStream(folder.resolve(blobName(descriptor.digest())));
    }

    /**
     * Adds a blob; reads the stream to its end and does not close it.
     *
     * @throws MalformedContentException when the content is not what the descriptor says
     */
    public void put(Descriptor blob, InputStream content) throws IOException {
        Path target = folder.resolve(blobName(blob.digest()));
        MessageDigest hash = blob.digest().newHash();
        Path temporary = temporary(target);
        try {
            try (FileChannel file = FileChannel.open(temporary, StandardOpenOption.WRITE);
                    DigestOutputStream out = new DigestOutputStream(Channels.newOutputStream(file), hash)) {
                long size = content.transferTo(out);
                if (size != blob.size()
                        || !HexFormat.of()
                                .formatHex(hash.digest())
                                .equals(blob.digest().hex())) {
                    throw new MalformedContentException("the content of " + blob.digest() + " is corrupt", null);
                }
                file.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Adds some manifests' whole images from elsewhere, blobs first; {@code index.json} stays as it is. */
    public void copy(List<Descriptor> manifests, ContentSource from) throws IOException {
        for (Descriptor blob : ImageWalk.reachable(manifests, from)) {
            if (!has(blob.digest())) {
                try (InputStream in = from.open(blob)) {
                    put(blob, in);
                }
            }
        }
    }

    /** Deletes content that {@code index.json} does not lead to and that was last written before some time. */
    public void deleteUnnamed(Instant before) throws IOException {
        Set<Path> named = new HashSet<>();
        for (Descriptor blob : ImageWalk.reachable(index().manifests(), this)) {
            named.add(folder.resolve(blobName(blob.digest())));
        }
        List<Path> all;
        try (Stream<Path> files = Files.list(folder.resolve("blobs").resolve("sha256"))) {
            all = files.toList();
        }
        for (Path file : all) {
            if (!named.contains(file) && isOlder(file, before)) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static boolean isOlder(Path file, Instant time) throws IOException {
        try {
            return Files.getLastModifiedTime(file).toInstant().isBefore(time);
        } catch (NoSuchFileException e) {
            // Another process has renamed it just now.
            return false;
        }
    }

    static String blobName(Digest digest) {
        return "blobs/" + digest.algorithm() + "/" + digest.hex();
    }

    static byte[] markerJson() {
        return Json.write(Json.object().put("imageLayoutVersion", VERSION));
    }

    private void write(Path target, byte[] content) throws IOException {
        Path temporary = temporary(target);
        try {
            try (FileChannel file = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                Channels.newOutputStream(file).write(content);
                file.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** A file beside the target, readable as other files are, which those of {@code createTempFile} are not. */
    private static Path temporary(Path target) throws IOException {
        Files.createDirectories(target.getParent());
        return Files.createFile(target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID()));
    }
}
