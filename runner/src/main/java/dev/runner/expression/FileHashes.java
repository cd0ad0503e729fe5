package dev.runner.expression;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What {@code hashFiles} computes: SHA-256 over the raw SHA-256 digests of the files that patterns match. */
public final class FileHashes {
    private static final String FOLLOW = "--follow-symbolic-links";

    private FileHashes() {}

    /**
     * Hashes the files of a workspace that match, in the order GitHub's glob finds them. Files outside of the workspace
     * do not count, even when a pattern leads there.
     *
     * @param patterns as given to {@code hashFiles}; each may hold several lines; a first one of
     *     {@code --follow-symbolic-links} is an option
     * @return 64 lower-case hexadecimal digits, or the empty string when no file matches
     * @throws IllegalArgumentException when a pattern or option is not allowed, with the reason
     */
    public static String hash(Path workspace, List<String> patterns) throws IOException {
        boolean follow = !patterns.isEmpty() && patterns.getFirst().equalsIgnoreCase(FOLLOW);
        if (!follow && !patterns.isEmpty() && patterns.getFirst().startsWith("--")) {
            throw new IllegalArgumentException(
                    "hashFiles does not know the option '" + patterns.getFirst() + "', only " + FOLLOW);
        }
        List<String> lines = new ArrayList<>();
        patterns.subList(follow ? 1 : 0, patterns.size())
                .forEach(pattern -> lines.addAll(pattern.lines().toList()));
        Path root = workspace.toAbsolutePath().normalize();
        MessageDigest all = sha256();
        boolean any = false;
        for (Path file : FileGlob.of(root, lines, follow).find()) {
            if (file.startsWith(root) && !Files.isDirectory(file)) {
                all.update(digest(file));
                any = true;
            }
        }
        return any ? HexFormat.of().formatHex(all.digest()) : "";
    }

    private static byte[] digest(Path file) throws IOException {
        MessageDigest one = sha256();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                one.update(buffer, 0, n);
            }
        }
        return one.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
