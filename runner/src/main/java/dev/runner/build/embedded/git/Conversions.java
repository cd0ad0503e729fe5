package dev.runner.build.embedded.git;

import dev.runner.dockerfile.GoMatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which files git may write otherwise than their objects are, as attributes say. Believed to be more than there are: a line
 * that gives such an attribute counts for all it might match, and no later one takes it back.
 *
 * @see <a href="https://git-scm.com/docs/gitattributes">gitattributes</a>
 */
final class Conversions {
    private static final String NAME = ".gitattributes";
    private static final String EVERYTHING = "*";
    private static final Set<String> CHANGING =
            Set.of("text", "crlf", "eol", "filter", "ident", "working-tree-encoding");

    private final Path top;
    private final IndexFile index;
    private final List<String> everywhere = new ArrayList<>();
    private final Map<String, List<String>> byFolder = new HashMap<>();

    /**
     * For a working tree.
     *
     * @param others files of attributes besides those in it
     */
    Conversions(Path top, IndexFile index, List<Path> others) throws IOException {
        this.top = top;
        this.index = index;
        for (Path file : others) {
            everywhere.addAll(patterns(file));
        }
    }

    /** Whether a file may be other bytes than its object. */
    synchronized boolean mayChange(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        boolean changed = matches(everywhere, name) || matches(inFolder(""), name);
        for (int slash = path.indexOf('/'); slash >= 0 && !changed; slash = path.indexOf('/', slash + 1)) {
            changed = matches(inFolder(path.substring(0, slash + 1)), name);
        }
        return changed;
    }

    private static boolean matches(List<String> patterns, String name) {
        for (String pattern : patterns) {
            if (pattern.equals(EVERYTHING) || GoMatch.match(pattern, name)) {
                return true;
            }
        }
        return false;
    }

    private List<String> inFolder(String folder) {
        return byFolder.computeIfAbsent(folder, same -> {
            Path file = top.resolve(folder).resolve(NAME);
            try {
                boolean there = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
                // Git takes the index's where it has been deleted.
                return there ? patterns(file) : index.has(folder + NAME) ? List.of(EVERYTHING) : List.of();
            } catch (IOException e) {
                return List.of(EVERYTHING);
            }
        });
    }

    /** Of the lines of a file that give a changing attribute: what they match by name. */
    private static List<String> patterns(Path file) throws IOException {
        List<String> patterns = new ArrayList<>();
        if (Files.exists(file)) {
            for (String line :
                    Files.readString(file, StandardCharsets.ISO_8859_1).split("\n")) {
                String[] words = line.strip().split("[ \t]+");
                if (!words[0].startsWith("#") && changes(words)) {
                    patterns.add(byName(words[0]));
                }
            }
        }
        return patterns;
    }

    private static boolean changes(String[] words) {
        for (int i = 1; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            // With a minus or an exclamation mark before it, it is taken away.
            if (CHANGING.contains(equals < 0 ? words[i] : words[i].substring(0, equals))) {
                return true;
            }
        }
        // A quoted pattern may have spaces, and a macro may stand for anything.
        return words[0].startsWith("\"") || words[0].startsWith("[");
    }

    private static String byName(String pattern) {
        boolean plain = pattern.chars().allMatch(c -> Character.isLetterOrDigit(c) || ".*?_-+".indexOf(c) >= 0);
        return plain && isAscii(pattern) ? pattern : EVERYTHING;
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 128);
    }
}
