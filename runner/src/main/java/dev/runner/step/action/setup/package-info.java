/**
 * Chooses among the tools that a machine has: Java, Node, Python, Go. Nothing is downloaded; a version that is not there is
 * a failure that says which are.
 *
 * <p>Doors: a {@link dev.runner.step.github.BuiltinAction} for each. In: versions and files that name them. Out: variables
 * and {@code PATH} for later steps. The search runs where the job's steps run, in its container if it has one.
 */
@NullMarked
package dev.runner.step.action.setup;

import org.jspecify.annotations.NullMarked;
