package dev.runner.oci.layer;

import java.io.IOException;

/** A layer that holds more than it may. A retry does not help. */
public final class LayerLimitException extends IOException {
    private static final long serialVersionUID = 1L;

    private final LayerLimits.Kind kind;
    private final long limit;

    public LayerLimitException(LayerLimits.Kind kind, long limit) {
        super("the archive exceeds the limit of " + limit + " " + kind.unit()
                + (kind == LayerLimits.Kind.UNPACKED_BYTES ? "; --max-layer-size allows more" : ""));
        this.kind = kind;
        this.limit = limit;
    }

    public LayerLimits.Kind kind() {
        return kind;
    }

    public long limit() {
        return limit;
    }
}
