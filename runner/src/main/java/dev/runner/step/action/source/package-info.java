/**
 * What brings files into a job's workspace, and scripts that act on GitHub.
 *
 * <p>Doors: {@link dev.runner.step.action.source.CheckoutAction}, {@link dev.runner.step.action.source.ScriptAction} and, for
 * builds whose context is the repository itself, {@link dev.runner.step.action.source.OwnRepository}.
 */
@NullMarked
package dev.runner.step.action.source;

import org.jspecify.annotations.NullMarked;
