package dev.runner.build;

import org.jspecify.annotations.Nullable;

/** An image could not be moved: a registry, an archive or a daemon failed. */
public final class ImageTransferException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String place;
    private final boolean retryable;

    public ImageTransferException(String message, String place, boolean retryable, @Nullable Throwable cause) {
        super(message, cause);
        this.place = place;
        this.retryable = retryable;
    }

    /** The reference or the path. */
    public String place() {
        return place;
    }

    public boolean retryable() {
        return retryable;
    }
}
