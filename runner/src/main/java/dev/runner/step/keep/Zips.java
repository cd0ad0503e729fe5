package dev.runner.step.keep;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Collections;
import java.util.Map;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** File sets as zip, with modes and links as Info-ZIP writes them. */
final class Zips {
    private static final int FOLDER = 040755;
    private static final int FILE = 0100644;

    private Zips() {}

    /**
     * Writes a zip.
     *
     * @param level 0 (not packed) to 9 (small)
     * @param before a zip whose files are in the new one, too, unless the set has others under their names; or null
     */
    static void write(FileSet files, int level, @Nullable Path before, Path to) throws IOException {
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(to)) {
            zip.setLevel(level);
            if (before != null) {
                copy(before, files, zip);
            }
            for (Map.Entry<String, Path> entry : files.entries().entrySet()) {
                put(zip, entry.getKey(), entry.getValue(), files.keepsModes());
            }
        }
    }

    private static void copy(Path before, FileSet but, ZipArchiveOutputStream zip) throws IOException {
        try (ZipFile old = open(before)) {
            for (ZipArchiveEntry entry : Collections.list(old.getEntriesInPhysicalOrder())) {
                if (!but.entries().containsKey(name(entry))) {
                    zip.addRawArchiveEntry(entry, old.getRawInputStream(entry));
                }
            }
        }
    }

    private static void put(ZipArchiveOutputStream zip, String name, Path path, boolean modes) throws IOException {
        PosixFileAttributes status = Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        ZipArchiveEntry entry = new ZipArchiveEntry(status.isDirectory() ? name + "/" : name);
        int mode = modes ? Unpacking.mode(status.permissions()) : status.isDirectory() ? 0755 : 0644;
        int kind = status.isSymbolicLink() ? 0120000 : status.isDirectory() ? 0040000 : 0100000;
        entry.setUnixMode(kind | mode);
        entry.setTime(status.lastModifiedTime());
        if (status.isRegularFile()) {
            entry.setSize(status.size());
        }
        zip.putArchiveEntry(entry);
        if (status.isSymbolicLink()) {
            zip.write(Files.readSymbolicLink(path).toString().getBytes(StandardCharsets.UTF_8));
        } else if (status.isRegularFile()) {
            try (InputStream content = Files.newInputStream(path)) {
                content.transferTo(zip);
            }
        }
        zip.closeArchiveEntry();
    }

    /** Puts all files of a zip into a folder. */
    static void unpack(Path file, Path into) throws IOException {
        Unpacking unpacking = new Unpacking(Map.of("", into));
        try (ZipFile zip = open(file)) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntriesInPhysicalOrder())) {
                long mtime = entry.getLastModifiedTime().toMillis();
                if (entry.isDirectory()) {
                    unpacking.folder(name(entry), mode(entry, FOLDER), mtime);
                    continue;
                }
                try (InputStream content = zip.getInputStream(entry)) {
                    if (entry.isUnixSymlink()) {
                        unpacking.link(name(entry), new String(content.readAllBytes(), StandardCharsets.UTF_8));
                        continue;
                    }
                    Path path = unpacking.fresh(name(entry));
                    try (OutputStream out = Files.newOutputStream(path)) {
                        content.transferTo(out);
                    }
                    Unpacking.attributes(path, mode(entry, FILE), mtime);
                }
            }
        }
        unpacking.finish();
    }

    /** How many entries a zip has. */
    static int count(Path file) throws IOException {
        try (ZipFile zip = open(file)) {
            return Collections.list(zip.getEntries()).size();
        }
    }

    private static ZipFile open(Path file) throws IOException {
        return ZipFile.builder().setPath(file).get();
    }

    private static String name(ZipArchiveEntry entry) {
        String name = entry.getName();
        return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }

    private static int mode(ZipArchiveEntry entry, int otherwise) {
        int mode = entry.getUnixMode();
        return (mode == 0 ? otherwise : mode) & 0777;
    }
}
