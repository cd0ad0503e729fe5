/**
 * One executor for each kind of step, and what a run shares among its steps.
 *
 * <p>Doors: {@link dev.runner.step.Steps} (the {@link dev.runner.schedule.StepExecutor} of all kinds, made from
 * {@link dev.runner.step.Tools}), {@link dev.runner.step.RunServices} (the embedded registry, logins and the private
 * folder of one run), {@link dev.runner.step.RegistryEnvironment} (registry settings handed to child processes) and
 * {@link dev.runner.step.CommitContext} (the context {@code commit}).
 *
 * <p>In: a {@link dev.runner.pipeline.Step} and its context. Out: a {@link dev.runner.schedule.StepResult}; lines,
 * remarks and published images on the way. Imports {@code schedule}, {@code plan}, {@code expression}, {@code checkout},
 * {@code build}, {@code host}, {@code registry} and {@code secret}, and through them the model.
 */
@NullMarked
package dev.runner.step;

import org.jspecify.annotations.NullMarked;
