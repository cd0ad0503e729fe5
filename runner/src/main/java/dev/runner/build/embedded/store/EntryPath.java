package dev.runner.build.embedded.store;

import java.util.ArrayList;
import java.util.List;

/** Paths of layers and views as text: parts between slashes, without empty ones, {@code .} and {@code ..}. */
final class EntryPath {
    private EntryPath() {}

    /**
     * The parts of a path of a layer.
     *
     * @throws UnsafeEntryException when {@code ..} would leave the root
     */
    static List<String> inside(String path) throws UnsafeEntryException {
        List<String> parts = new ArrayList<>();
        for (String part : split(path)) {
            if (part.equals("..")) {
                if (parts.isEmpty()) {
                    throw new UnsafeEntryException(path, "climbs out of the root");
                }
                parts.removeLast();
            } else {
                parts.add(part);
            }
        }
        return parts;
    }

    /** The parts of a path as a process inside would see it: {@code ..} at the root is the root. */
    static List<String> clamped(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : split(path)) {
            if (!part.equals("..")) {
                parts.add(part);
            } else if (!parts.isEmpty()) {
                parts.removeLast();
            }
        }
        return parts;
    }

    /** The parts, {@code ..} among them. */
    static List<String> split(String path) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        while (start <= path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            if (end > start && !(end == start + 1 && path.charAt(start) == '.')) {
                parts.add(path.substring(start, end));
            }
            start = end + 1;
        }
        return parts;
    }
}
