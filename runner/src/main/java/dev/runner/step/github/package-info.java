/**
 * The steps of a GitHub workflow: scripts and actions, executed as GitHub's own runner executes them.
 *
 * <p>Doors: {@link dev.runner.step.github.GithubSteps} (the {@link dev.runner.schedule.StepExecutor} of the dialect),
 * {@link dev.runner.step.github.BuiltinAction} (an action written in Java, which replaces the one of that name) with the
 * {@link dev.runner.step.github.ActionContext} it is given, and {@link dev.runner.step.github.BuiltinActions} (which
 * there are).
 *
 * <p>In: {@link dev.runner.pipeline.Step.Run} and {@link dev.runner.pipeline.Step.Uses} with their contexts. Out: a
 * {@link dev.runner.schedule.StepResult}; lines, annotations, summaries and steps that run when the job's own are done.
 */
@NullMarked
package dev.runner.step.github;

import org.jspecify.annotations.NullMarked;
