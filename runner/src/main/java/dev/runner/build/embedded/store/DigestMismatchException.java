package dev.runner.build.embedded.store;

import java.io.IOException;

/** Content that is not what its digest or size says. Fetching it again may help. */
public final class DigestMismatchException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String expected;
    private final String actual;

    DigestMismatchException(String expected, String actual) {
        super("the content is " + actual + ", not " + expected);
        this.expected = expected;
        this.actual = actual;
    }

    /** The digest, or the size in bytes, that was promised. */
    public String expected() {
        return expected;
    }

    /** What came. */
    public String actual() {
        return actual;
    }
}
