/**
 * The native pipeline language: {@code pipelines/README.md} is its reference, {@code pipelines/schema.json} its schema.
 *
 * <p>Door: {@link dev.runner.frontend.nativeyaml.NativePipelines}. In: a {@link dev.runner.source.Source}. Out: a
 * {@link dev.runner.pipeline.Pipeline}, or every fault of the text at once. YAML is read as 1.2 with its core schema.
 * Imports {@code source}, {@code expression} and {@code pipeline}.
 */
@NullMarked
package dev.runner.frontend.nativeyaml;

import org.jspecify.annotations.NullMarked;
