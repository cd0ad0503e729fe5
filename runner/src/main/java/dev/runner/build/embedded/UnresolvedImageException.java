package dev.runner.build.embedded;

import dev.runner.oci.Platform;
import dev.runner.oci.Reference;
import dev.runner.source.Span;

/** An image that an instruction names could not be found; carries where it is named. */
final class UnresolvedImageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Reference image;
    private final String stage;
    private final transient Platform platform;
    private final transient Span span;

    UnresolvedImageException(Reference image, String stage, Platform platform, Span span, Throwable cause) {
        super(cause.getMessage(), cause);
        this.image = image;
        this.stage = stage;
        this.platform = platform;
        this.span = span;
    }

    Reference image() {
        return image;
    }

    String stage() {
        return stage;
    }

    Platform platform() {
        return platform;
    }

    Span span() {
        return span;
    }
}
