package dev.runner.build.embedded.buildkit;

import dev.runner.build.embedded.store.NameOrder;
import dev.runner.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What a COPY or ADD reads of one input.
 *
 * @param paths absolute and clean, maybe with wildcards, in the order of the instruction
 */
public record Selection(List<String> paths) {
    public Selection {
        paths = List.copyOf(paths);
    }

    /** Tells apart what different operations read of an input that is known by its definition. */
    public Digest selector() {
        return Digest.of(bytes(String.join(
                "\0", paths.stream().sorted(NameOrder.BYTES.reversed()).toList())));
    }

    /** The digest of what is read. */
    public Digest content(ContentHash files) throws IOException {
        List<String> digests = new ArrayList<>();
        for (String path : distinct()) {
            digests.add((hasWildcard(path) ? files.matching(path) : files.at(path)).toString());
        }
        return Digest.of(bytes(String.join("\0", digests)));
    }

    /** The digest of reading one file that a here-document is. */
    public static Digest content(int mode, byte[] document) {
        return Digest.of(bytes(ContentHash.of(mode, document).toString()));
    }

    /** Sorted, and a path that lies in another only once. */
    private List<String> distinct() {
        TreeSet<String> plain = new TreeSet<>(NameOrder.BYTES);
        List<String> distinct = new ArrayList<>();
        for (String path : paths) {
            (hasWildcard(path) ? distinct : plain).add(path);
        }
        for (String path : plain) {
            boolean covered = plain.stream()
                    .anyMatch(
                            above -> !above.equals(path) && path.startsWith(above.endsWith("/") ? above : above + "/"));
            if (!covered) {
                distinct.add(path);
            }
        }
        distinct.sort(NameOrder.BYTES);
        return distinct;
    }

    /** As BuildKit sees it: a backslash alone makes no pattern. */
    static boolean hasWildcard(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '*' || c == '?' || c == '[') {
                return true;
            }
        }
        return false;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
