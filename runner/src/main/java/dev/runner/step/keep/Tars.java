package dev.runner.step.keep;

import dev.runner.oci.layer.Compression;
import dev.runner.oci.layer.LayerLimits;
import dev.runner.oci.layer.LayerWriter;
import dev.runner.oci.layer.TarEntry;
import dev.runner.oci.layer.TarReader;
import dev.runner.oci.layer.TarWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Map;

/** File sets as tar, packed with Zstandard. */
final class Tars {
    private Tars() {}

    static void write(FileSet files, Path to) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(to), 1 << 16);
                LayerWriter writer = LayerWriter.open(out, Compression.ZSTD)) {
            for (Map.Entry<String, Path> entry : files.entries().entrySet()) {
                put(writer.tar(), entry.getKey(), entry.getValue(), files.keepsModes());
            }
            writer.finish();
        }
    }

    private static void put(TarWriter tar, String name, Path path, boolean modes) throws IOException {
        PosixFileAttributes status = Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        int mode = modes ? Unpacking.mode(status.permissions()) : status.isDirectory() ? 0755 : 0644;
        long mtime = status.lastModifiedTime().toMillis() * 1_000_000;
        TarEntry.Attributes attributes = TarEntry.Attributes.of(mode, 0, 0, mtime);
        if (status.isDirectory()) {
            tar.put(new TarEntry.Directory(name, attributes));
        } else if (status.isSymbolicLink()) {
            tar.put(new TarEntry.Symlink(
                    name, attributes, Files.readSymbolicLink(path).toString()));
        } else if (status.size() == 0) {
            tar.put(TarEntry.File.of(name, attributes, 0));
        } else {
            try (InputStream content = Files.newInputStream(path)) {
                tar.put(TarEntry.File.of(name, attributes, status.size()), content);
            }
        }
    }

    /** @param roots as {@link Unpacking} takes them */
    static void unpack(InputStream packed, Map<String, Path> roots) throws IOException {
        Unpacking into = new Unpacking(roots);
        try (TarReader tar = new TarReader(Compression.decompress(packed), LayerLimits.DEFAULT)) {
            for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
                long mtime = entry.attributes().mtime() / 1_000_000;
                int mode = entry.attributes().mode();
                switch (entry) {
                    case TarEntry.Directory folder -> into.folder(folder.path(), mode, mtime);
                    case TarEntry.Symlink link -> into.link(link.path(), link.target());
                    case TarEntry.File file -> {
                        Path path = into.fresh(file.path());
                        Files.copy(tar.content(), path);
                        Unpacking.attributes(path, mode, mtime);
                    }
                    case TarEntry.HardLink _, TarEntry.Device _, TarEntry.Fifo _ ->
                        throw new IOException("'" + entry.path() + "' is nothing that was kept here");
                }
            }
        }
        into.finish();
    }
}
