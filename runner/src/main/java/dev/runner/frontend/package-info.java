/**
 * Text to {@link dev.runner.pipeline.Pipeline} or diagnostics: one room a dialect, {@code nativeyaml}, {@code github} and
 * {@code gitlab}.
 */
@NullMarked
package dev.runner.frontend;

import org.jspecify.annotations.NullMarked;
