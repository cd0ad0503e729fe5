package dev.runner.registry.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request begins with.
 *
 * @param path raw
 * @param query raw; empty when there is none
 * @param headers by lower-case name; of several with one name the first
 * @param keepAlive whether the client wants to go on with the connection
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112, HTTP/1.1</a>
 */
record RequestHead(String method, String path, String query, Map<String, String> headers, boolean keepAlive) {
    private static final int LARGEST = 64 << 10;

    /** A request that is no HTTP; the connection is of no more use. */
    static final class Malformed extends IOException {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    /** Reads a head; null when the client has closed the connection instead. */
    static @Nullable RequestHead read(InputStream in) throws IOException {
        int[] left = {LARGEST};
        String line = readLine(in, left);
        while (line != null && line.isEmpty()) {
            line = readLine(in, left);
        }
        if (line == null) {
            return null;
        }
        String[] words = line.split(" ", -1);
        if (words.length != 3 || !words[2].startsWith("HTTP/1.") || words[1].isEmpty()) {
            throw new Malformed("not a request line");
        }
        Map<String, String> headers = readHeaders(in, left);
        String target = words[1].startsWith("/") ? words[1] : withoutOrigin(words[1]);
        int mark = target.indexOf('?');
        String connection = headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
        boolean keepAlive =
                words[2].equals("HTTP/1.0") ? connection.contains("keep-alive") : !connection.contains("close");
        return new RequestHead(
                words[0],
                mark < 0 ? target : target.substring(0, mark),
                mark < 0 ? "" : target.substring(mark + 1),
                headers,
                keepAlive);
    }

    private static Map<String, String> readHeaders(InputStream in, int[] left) throws IOException {
        Map<String, String> headers = new HashMap<>();
        while (true) {
            String line = readLine(in, left);
            if (line == null) {
                throw new Malformed("the head breaks off");
            }
            if (line.isEmpty()) {
                return headers;
            }
            int colon = line.indexOf(':');
            if (colon <= 0
                    || Character.isWhitespace(line.charAt(colon - 1))
                    || Character.isWhitespace(line.charAt(0))) {
                throw new Malformed("not a header");
            }
            headers.putIfAbsent(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
    }

    /** The path of a target that names its host too, as for proxies. */
    private static String withoutOrigin(String target) throws Malformed {
        int slashes = target.indexOf("://");
        int path = slashes < 0 ? -1 : target.indexOf('/', slashes + 3);
        if (path < 0) {
            throw new Malformed("not a target");
        }
        return target.substring(path);
    }

    static @Nullable String readLine(InputStream in, int[] left) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int next = in.read();
            if (next < 0) {
                if (line.isEmpty()) {
                    return null;
                }
                throw new Malformed("a line breaks off");
            }
            if (--left[0] < 0) {
                throw new Malformed("the head is too long");
            }
            if (next == '\n') {
                int end = line.length();
                return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
            }
            line.append((char) next);
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
