package dev.runner.build.embedded.store;

import java.io.IOException;

/** An entry of a layer that would reach outside of its tree, or cannot be what it claims. A retry does not help. */
public final class UnsafeEntryException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String path;

    UnsafeEntryException(String path, String why) {
        super("layer entry '" + path + "' " + why);
        this.path = path;
    }

    /** The entry's path as the layer has it. */
    public String path() {
        return path;
    }
}
