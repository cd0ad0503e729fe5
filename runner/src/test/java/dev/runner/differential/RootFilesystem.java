package dev.runner.differential;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What one sees when all layers are laid over each other, by the rules of the image spec: a whiteout acts on lower layers
 * only, which needs no care here because each builder's layers name a path once; an opaque marker empties its folder; a
 * folder over a folder replaces attributes; anything else replaces the tree that stood there. A hard link is shown as the
 * file it names.
 */
final class RootFilesystem {
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";

    private final NavigableMap<String, String> entries = new TreeMap<>();

    void apply(String name, String line) {
        String path = cleaned(name);
        int slash = path.lastIndexOf('/');
        String parent = slash < 0 ? "" : path.substring(0, slash + 1);
        String last = path.substring(slash + 1);
        if (last.equals(OPAQUE)) {
            below(parent).clear();
        } else if (last.startsWith(WHITEOUT)) {
            remove(parent + last.substring(WHITEOUT.length()));
        } else {
            String old = entries.get(path);
            if (old != null && !(old.startsWith("folder") && line.startsWith("folder"))) {
                remove(path);
            }
            entries.put(path, line.startsWith("hard link") ? target(line) : line);
        }
    }

    Map<String, String> facts() {
        return entries;
    }

    private String target(String line) {
        int start = line.indexOf(" -> ") + 4;
        String target = cleaned(line.substring(start, line.lastIndexOf(" at ")));
        return entries.getOrDefault(target, "a hard link to nothing: " + target);
    }

    private void remove(String path) {
        entries.remove(path);
        below(path + "/").clear();
    }

    /** All below a folder's path with its slash. */
    private NavigableMap<String, String> below(String folder) {
        return folder.isEmpty()
                ? entries
                : entries.subMap(folder, true, folder.substring(0, folder.length() - 1) + '0', false);
    }

    private static String cleaned(String name) {
        String path = name.startsWith("./") ? name.substring(2) : name;
        path = path.startsWith("/") ? path.substring(1) : path;
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
