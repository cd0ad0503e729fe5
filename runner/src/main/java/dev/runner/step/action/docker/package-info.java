/**
 * Docker's own actions, done by our engine, registry client and emulators.
 *
 * <p>Doors: a {@link dev.runner.step.github.BuiltinAction} for each. In: the inputs of the published actions. Out: images,
 * logins, registered emulators; and the outputs that later steps read.
 */
@NullMarked
package dev.runner.step.action.docker;

import org.jspecify.annotations.NullMarked;
