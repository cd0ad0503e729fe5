/**
 * {@code .gitlab-ci.yml} to a {@link dev.runner.pipeline.Pipeline}: includes, inputs, {@code extends}, rules and
 * variables are worked out for one event, so that the pipeline has just the jobs that GitLab would create.
 *
 * <p>Doors: {@link dev.runner.frontend.gitlab.GitLabPipelines} (reads), {@link dev.runner.frontend.gitlab.GitLabEvent}
 * (what happened, and the predefined variables that follow from it), {@link dev.runner.frontend.gitlab.GitLabProject}
 * (the files around it) and {@link dev.runner.frontend.gitlab.GitLabLint}.
 *
 * <p>In: text and an event. Out: a pipeline, or every fault with its place. Imports {@code source}, {@code expression}
 * and {@code pipeline}.
 */
@NullMarked
package dev.runner.frontend.gitlab;

import org.jspecify.annotations.NullMarked;
