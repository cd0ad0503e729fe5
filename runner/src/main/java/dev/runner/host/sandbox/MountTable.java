package dev.runner.host.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Many mounts for one call of {@code mount --all}: starting it for each takes a millisecond each. */
final class MountTable {
    private final Path root;
    private final List<String> lines = new ArrayList<>();

    MountTable(Path root) {
        this.root = root;
    }

    /** Mounts a source on a target, which is a path inside the root. */
    void add(String source, String target, String type, String options) {
        String where = root.resolve(target.substring(1)).toString();
        lines.add(escape(source) + " " + escape(where) + " " + type + " " + options + " 0 0");
    }

    /** Mounts a source on a path of this machine. */
    void addOutside(String source, Path target, String type, String options) {
        lines.add(escape(source) + " " + escape(target.toString()) + " " + type + " " + options + " 0 0");
    }

    /** Mounts a place inside the root over itself. */
    void addInside(String target, String options) {
        add(root.resolve(target.substring(1)).toString(), target, "none", options);
    }

    /** Writes the table to the run's folder; the shell line that mounts it. */
    String mountAll(String mount, Layout layout) throws IOException {
        Path file = Files.createTempFile(layout.folder(), "fstab", "");
        Files.write(file, lines);
        return mount + " --all --fstab " + Shell.quote(file);
    }

    /** As getmntent(3) reads it. */
    private static String escape(String field) {
        return field.replace("\\", "\\134")
                .replace(" ", "\\040")
                .replace("\t", "\\011")
                .replace("\n", "\\012")
                .replace("#", "\\043");
    }
}
