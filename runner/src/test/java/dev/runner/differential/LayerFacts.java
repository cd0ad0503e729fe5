package dev.runner.differential;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** The entries of a layer, one line each, by a tar reader that is not the engine's own. */
final class LayerFacts {
    private static final String XATTR = "SCHILY.xattr.";

    private LayerFacts() {}

    /**
     * Reads a layer.
     *
     * @param each takes path and line of each entry in the archive's order
     * @return line by path; a second entry of one path gets a number behind its path
     */
    static Map<String, String> read(Path blob, BiConsumer<String, String> each) throws IOException {
        Map<String, String> facts = new TreeMap<>();
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(blob), 1 << 16);
                TarArchiveInputStream tar = new TarArchiveInputStream(unzipped(raw), "UTF-8")) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String path = entry.getName();
                String line = line(entry, tar);
                each.accept(path, line);
                String key = path;
                for (int i = 2; facts.containsKey(key); i++) {
                    key = path + " (entry " + i + ")";
                }
                facts.put(key, line);
            }
        }
        return facts;
    }

    private static InputStream unzipped(InputStream raw) throws IOException {
        raw.mark(4);
        int first = raw.read();
        int second = raw.read();
        raw.reset();
        return first == 0x1f && second == 0x8b ? new GZIPInputStream(raw, 1 << 16) : raw;
    }

    private static String line(TarArchiveEntry entry, InputStream content) throws IOException {
        StringBuilder line = new StringBuilder(kind(entry));
        line.append(" %04o %d:%d".formatted(entry.getMode() & 07777, entry.getLongUserId(), entry.getLongGroupId()));
        if (!entry.getUserName().isEmpty() || !entry.getGroupName().isEmpty()) {
            line.append(" names ").append(entry.getUserName()).append(':').append(entry.getGroupName());
        }
        if (!entry.getLinkName().isEmpty()) {
            line.append(" -> ").append(entry.getLinkName());
        }
        if (entry.isCharacterDevice() || entry.isBlockDevice()) {
            line.append(" device ").append(entry.getDevMajor()).append(',').append(entry.getDevMinor());
        }
        if (entry.isFile() && !entry.isLink()) {
            line.append(" size ").append(entry.getRealSize()).append(" sha256 ").append(digest(content));
        }
        new TreeMap<>(entry.getExtraPaxHeaders()).forEach((name, value) -> {
            if (name.startsWith(XATTR)) {
                line.append(' ')
                        .append(name.substring(XATTR.length()))
                        .append('=')
                        .append(hex(value));
            }
        });
        return line.append(" at ")
                .append(ImageFacts.time(entry.getLastModifiedTime().toInstant()))
                .toString();
    }

    private static String kind(TarArchiveEntry entry) {
        if (entry.isDirectory()) {
            return "folder";
        }
        return switch (entry.getLinkFlag()) {
            case TarConstants.LF_LINK -> "hard link";
            case TarConstants.LF_SYMLINK -> "symlink";
            case TarConstants.LF_CHR -> "character device";
            case TarConstants.LF_BLK -> "block device";
            case TarConstants.LF_FIFO -> "fifo";
            case TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM, TarConstants.LF_GNUTYPE_SPARSE -> "file";
            default -> "kind " + (char) entry.getLinkFlag();
        };
    }

    private static String digest(InputStream content) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int n = content.read(buffer); n > 0; n = content.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String hex(String value) {
        return HexFormat.of().formatHex(value.getBytes(StandardCharsets.UTF_8));
    }
}
