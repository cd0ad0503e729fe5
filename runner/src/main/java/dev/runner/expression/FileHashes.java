package dev.runner.expression;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What {@code hashFiles} computes: SHA-256 over the raw SHA-256 digests of the files that patterns match. */
public final class FileHashes {
    private FileHashes() {}

    /**
     * Hashes the files of a workspace that match, in the order GitHub's glob finds them.
     *
     * @param patterns as given to {@code hashFiles}; a first one of {@code --follow-symbolic-links} is an option
     * @return 64 lower-case hexadecimal digits, or the empty string when no file matches
     * @throws IllegalArgumentException when a pattern or option is not allowed, with the reason
     */
    public static String hash(Path workspace, List<String> patterns) throws IOException {
        throw new UnsupportedOperationException(workspace + " " + patterns);
    }
}
