package dev.runner.build.embedded.store;

import java.io.IOException;

/** A path that leads through too many symbolic links. */
public final class LinkLoopException extends IOException {
    private static final long serialVersionUID = 1L;

    LinkLoopException(String path) {
        super("'" + path + "' leads through more than " + MergedView.LINK_LIMIT + " symbolic links");
    }
}
