/**
 * Caches and artifacts, in the stores of this machine instead of GitHub's services.
 *
 * <p>Doors: a {@link dev.runner.step.github.BuiltinAction} for each. In: paths, keys and names. Out: files that later steps,
 * jobs and runs find again ({@link dev.runner.step.keep}).
 */
@NullMarked
package dev.runner.step.action.storage;

import org.jspecify.annotations.NullMarked;
