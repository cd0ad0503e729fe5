package dev.runner.frontend.nativeyaml;

import dev.runner.pipeline.Pipeline;
import dev.runner.source.InvalidSourceException;
import dev.runner.source.Source;

/** Reads pipelines written in the native language. */
public final class NativePipelines {
    private NativePipelines() {}

    /**
     * Reads a pipeline.
     *
     * @throws InvalidSourceException with every fault of the text
     */
    public static Pipeline read(Source source) {
        throw new UnsupportedOperationException(source.name());
    }
}
