package dev.runner.build;

import org.jspecify.annotations.Nullable;

/** A container could not be started; its message says what the machine or the image lacks. A retry does not help. */
public final class ContainerFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ContainerFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
