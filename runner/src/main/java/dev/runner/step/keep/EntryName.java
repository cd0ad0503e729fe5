package dev.runner.step.keep;

import java.nio.file.Path;

/** Names inside of what is kept: nothing that leads out of the folder they are put into. */
final class EntryName {
    private EntryName() {}

    static String of(Path relative) {
        return relative.toString().replace('\\', '/');
    }

    /** The name itself, or an {@link IllegalArgumentException}. */
    static String checked(String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("no name of a file: '" + name + "'");
        }
        for (String part : name.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw new IllegalArgumentException("the name '" + name + "' leads elsewhere");
            }
        }
        return name;
    }
}
