package dev.runner.build.embedded;

import dev.runner.build.context.ArchiveStream;
import dev.runner.build.embedded.LayerPlan.Content;
import dev.runner.build.embedded.LayerPlan.Item;
import dev.runner.oci.Digest;
import dev.runner.oci.MalformedContentException;
import dev.runner.oci.layer.LayerLimits;
import dev.runner.oci.layer.TarEntry;
import dev.runner.oci.layer.TarReader;
import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks archives for ADD. An archive's content is put aside in one file, since the layer is sorted and the archive is
 * not.
 */
final class Archives {
    private final Path aside;
    private final LayerLimits limits;

    /** @param aside an empty folder */
    Archives(Path aside, LayerLimits limits) {
        this.aside = aside;
        this.limits = limits;
    }

    /** Opens something again and again. */
    @FunctionalInterface
    interface Opener {
        InputStream open() throws IOException;
    }

    /** Whether the content is an archive. */
    static boolean isArchive(Opener source) throws IOException {
        try (InputStream in = source.open()) {
            return ArchiveStream.isArchive(in);
        }
    }

    /**
     * Lays an archive's entries out under a folder.
     *
     * @throws MalformedContentException when an entry would reach outside, or the archive is broken
     */
    void unpack(Opener source, CopyPlanner planner, String destination) throws IOException {
        LayerPlan plan = planner.plan();
        String folder = plan.realPath(destination);
        plan.makeFolders(folder, planner.attributes().archiveFolder());
        Path spool = Files.createTempFile(aside, "add", "");
        try (InputStream in = source.open();
                TarReader tar = new TarReader(ArchiveStream.unpack(in), limits);
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(spool), 1 << 16)) {
            long offset = 0;
            for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
                Spooled content = null;
                if (entry instanceof TarEntry.File file) {
                    content = spool(tar.content(), out, spool, offset, file.size());
                    offset += file.size();
                }
                place(plan, planner.attributes(), folder, entry, content);
            }
        }
    }

    private static Spooled spool(InputStream content, OutputStream out, Path file, long offset, long size)
            throws IOException {
        MessageDigest hash = Digest.sha256();
        byte[] buffer = new byte[1 << 16];
        long copied = 0;
        for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
            hash.update(buffer, 0, count);
            out.write(buffer, 0, count);
            copied += count;
        }
        if (copied != size) {
            throw new MalformedContentException("the archive ends inside a file", null);
        }
        return new Spooled(file, offset, size, Digest.sha256(hash.digest()));
    }

    private static void place(
            LayerPlan plan, CopyPlanner.Attributes attributes, String folder, TarEntry entry, @Nullable Spooled content)
            throws IOException {
        String name = safe(entry.path());
        if (name.isEmpty()) {
            return;
        }
        int slash = name.lastIndexOf('/');
        String parent = plan.realPath(CopySources.join(folder, slash < 0 ? "" : name.substring(0, slash)));
        if (!parent.equals(folder) && !(parent + "/").startsWith(folder.isEmpty() ? "" : folder + "/")) {
            throw new MalformedContentException(
                    "the archive's entry '" + entry.path() + "' leads out of the destination", null);
        }
        plan.makeFolders(parent, attributes.archiveFolder());
        String path = CopySources.join(parent, name.substring(slash + 1));
        TarEntry placed = entry.withPath(path).withAttributes(attributes.ofArchive(entry.attributes()));
        if (placed instanceof TarEntry.HardLink link) {
            placeLink(plan, link, CopySources.join(folder, safe(link.target())));
            return;
        }
        if (placed instanceof TarEntry.File file && file.extents() != null) {
            placed = TarEntry.File.of(path, file.attributes(), file.size());
        }
        plan.replace(new Item(placed, content, content));
    }

    private static void placeLink(LayerPlan plan, TarEntry.HardLink link, String target) throws IOException {
        Item original = plan.get(plan.realPath(target));
        if (original == null || !(original.entry() instanceof TarEntry.File)) {
            throw new MalformedContentException(
                    "the archive's hard link '" + link.path() + "' has no file '" + link.target() + "'", null);
        }
        plan.replace(new Item(original.entry().withPath(link.path()), original.content(), original.inode()));
    }

    private static String safe(String path) {
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                throw new MalformedContentException(
                        "the archive's entry '" + path + "' leads out of the destination", null);
            }
        }
        return CopySources.clean(path);
    }

    /** A part of the file where contents are put aside. */
    private record Spooled(Path file, long offset, long size, Digest digest) implements Content {
        @Override
        public InputStream open() throws IOException {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            channel.position(offset);
            return new Limited(Channels.newInputStream(channel), size);
        }
    }

    private static final class Limited extends FilterInputStream {
        private long left;

        private Limited(InputStream in, long size) {
            super(in);
            this.left = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = super.read(bytes, offset, (int) Math.min(length, left));
            left -= Math.max(0, count);
            return count;
        }
    }
}
