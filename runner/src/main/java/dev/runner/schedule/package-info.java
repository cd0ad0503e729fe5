/**
 * Runs a plan: concurrency, conditions, cancellation, timeouts, retries.
 *
 * <p>Doors: {@link dev.runner.schedule.Scheduler} (starts a {@link dev.runner.schedule.Run}),
 * {@link dev.runner.schedule.Inputs} (variables, secrets, contexts, and their check),
 * {@link dev.runner.schedule.StepExecutor} (what executes a step, given a {@link dev.runner.schedule.StepContext}),
 * {@link dev.runner.schedule.Workspaces} (where jobs work) and the sealed {@link dev.runner.schedule.RunEvent} (what
 * happens, told to {@link dev.runner.schedule.RunListener}s in order, from one thread).
 *
 * <p>In: a {@link dev.runner.plan.Plan} and inputs. Out: events and a {@link dev.runner.schedule.RunResult}. Every text
 * that leaves has its secrets masked. Imports {@code plan} and {@code secret}, and through {@code plan} the model.
 */
@NullMarked
package dev.runner.schedule;

import org.jspecify.annotations.NullMarked;
