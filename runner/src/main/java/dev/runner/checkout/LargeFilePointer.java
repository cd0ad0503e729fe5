package dev.runner.checkout;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What git keeps in place of a file of Git LFS.
 *
 * @param id the SHA-256 of the content, in hexadecimal
 * @param size of the content, in bytes
 * @see <a href="https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md">the specification of the pointer</a>
 */
record LargeFilePointer(String id, long size) {
    private static final int LIMIT = 1024;
    private static final byte[] START = "version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.UTF_8);
    private static final Pattern ID = Pattern.compile("^oid sha256:([0-9a-f]{64})$", Pattern.MULTILINE);
    private static final Pattern SIZE = Pattern.compile("^size (\\d{1,18})$", Pattern.MULTILINE);

    /** The pointer that a blob is; null when it is none. */
    static @Nullable LargeFilePointer parse(byte[] content) {
        if (content.length >= LIMIT
                || content.length <= START.length
                || !Arrays.equals(content, 0, START.length, START, 0, START.length)) {
            return null;
        }
        String text = new String(content, StandardCharsets.UTF_8);
        Matcher id = ID.matcher(text);
        Matcher size = SIZE.matcher(text);
        return id.find() && size.find() ? new LargeFilePointer(id.group(1), Long.parseLong(size.group(1))) : null;
    }

    /** Where a repository keeps the content, below its {@code .git}. */
    String place() {
        return "lfs/objects/" + id.substring(0, 2) + "/" + id.substring(2, 4) + "/" + id;
    }
}
