/**
 * Runs GitLab's jobs as its runner does: variables read each other when the job starts, before_script and script share a
 * shell that shows each command, after_script has its own, and artifacts, dotenv reports and caches go from job to job.
 *
 * <p>Door: {@link dev.runner.step.gitlab.GitLabSteps}, a {@link dev.runner.schedule.StepExecutor} that leaves all other
 * steps to another one.
 *
 * <p>In: scripts and {@link dev.runner.pipeline.Belongings}. Out: their results. Imports {@code schedule}, {@code plan},
 * {@code build}, {@code host} and {@code step.keep}, and through them the model.
 */
@NullMarked
package dev.runner.step.gitlab;

import org.jspecify.annotations.NullMarked;
