/**
 * A native pipeline as a file of another CI system, whose jobs call this program for their part: each platform is built on a
 * machine of its architecture, and the last job joins what all have built.
 *
 * <p>Door: {@link dev.runner.export.Exporter}. In: a plan, and what the file says of other systems. Out: text, or
 * diagnostics where a system cannot do what the pipeline asks for. Imports {@code plan}, {@code pipeline},
 * {@code expression}, {@code oci} and {@code source}.
 */
@NullMarked
package dev.runner.export;

import org.jspecify.annotations.NullMarked;
