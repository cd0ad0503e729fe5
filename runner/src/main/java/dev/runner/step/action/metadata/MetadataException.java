package dev.runner.step.action.metadata;

/** An entry that means nothing; the message names it. */
public final class MetadataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MetadataException(String message) {
        super(message);
    }
}
