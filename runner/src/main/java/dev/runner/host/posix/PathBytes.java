package dev.runner.host.posix;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The bytes of a path as the kernel sees them. A file name is bytes, and need not be text in any encoding; Java's path
 * keeps the bytes but its string loses those that its locale cannot read. Its URI does not.
 */
public final class PathBytes {
    private PathBytes() {}

    public static byte[] of(Path path) {
        String text = path.toString();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return fromUri(path);
            }
        }
        return text.isEmpty() ? new byte[] {'.'} : text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] fromUri(Path path) {
        String raw = path.toUri().getRawPath();
        // A folder's URI ends with a slash, and only the root's path does.
        int end = raw.length() > 1 && raw.endsWith("/") ? raw.length() - 1 : raw.length();
        byte[] bytes = new byte[end];
        int length = 0;
        for (int i = 0; i < end; i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                bytes[length++] = (byte) Integer.parseInt(raw.substring(i + 1, i + 3), 16);
                i += 2;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        return java.util.Arrays.copyOf(bytes, length);
    }
}
