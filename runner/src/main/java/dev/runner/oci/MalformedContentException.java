package dev.runner.oci;

import org.jspecify.annotations.Nullable;

/** Bytes that claim to be a manifest, an index, a config or a layer and are not. A retry does not help. */
public final class MalformedContentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedContentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
