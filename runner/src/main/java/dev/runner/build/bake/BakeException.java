package dev.runner.build.bake;

/** A name or an override that the files have no place for; what is wrong inside a file has a position instead. */
public final class BakeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BakeException(String message) {
        super(message);
    }
}
