/**
 * GitHub workflows: {@code .github/workflows/*.yml}.
 *
 * <p>Door: {@link dev.runner.frontend.github.GithubWorkflows}. In: a {@link dev.runner.source.Source}. Out: a
 * {@link dev.runner.pipeline.Pipeline}, or every fault of the text at once, in GitHub's own words where they are known.
 *
 * <p>A text passes three stages. YAML is resolved by the 1.2 core schema and checked against the workflow schema, which
 * gives a tree of {@code Token}s; the tree is read as a {@code Workflow}, GitHub's own notion of events, jobs and steps;
 * and that becomes the model of all dialects. Imports {@code source}, {@code expression} and {@code pipeline}.
 */
@NullMarked
package dev.runner.frontend.github;

import org.jspecify.annotations.NullMarked;
