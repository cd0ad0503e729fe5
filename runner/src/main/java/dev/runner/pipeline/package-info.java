/**
 * The pipeline as written, whatever the dialect: immutable, without I/O.
 *
 * <p>Doors: {@link dev.runner.pipeline.Pipeline}, {@link dev.runner.pipeline.Job} and the sealed
 * {@link dev.runner.pipeline.Step}. What may hold <code>${{ }}</code> is a
 * {@link dev.runner.expression.Template} or one of the settings made of it: {@link dev.runner.pipeline.Flag} (true or
 * false), {@link dev.runner.pipeline.Count} (a number), {@link dev.runner.pipeline.TimeLimit} (a duration),
 * {@link dev.runner.pipeline.TemplateList}, {@link dev.runner.pipeline.TemplateMap} and
 * {@link dev.runner.pipeline.ValueTree} (any shape, as in a matrix).
 *
 * <p>In: what a front-end has read and found good. Out: the same, with evaluation against a scope. Imports
 * {@code source}, {@code expression} and {@code oci}.
 */
@NullMarked
package dev.runner.pipeline;

import org.jspecify.annotations.NullMarked;
