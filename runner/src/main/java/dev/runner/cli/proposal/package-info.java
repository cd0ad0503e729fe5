/**
 * What {@code runner init} proposes for a repository: a native pipeline, and where they are missing a Dockerfile and the CI
 * system's file.
 *
 * <p>Door: {@link dev.runner.cli.proposal.Proposal}. In: a {@link dev.runner.cli.proposal.Project}, which is a folder and what git
 * knows of it. Out: files with their texts, what they were made from, and what could not be taken over. Writes nothing.
 *
 * <p>What existing files say wins over what is usual: builds of GitHub workflows and {@code .gitlab-ci.yml}, then bake and compose
 * files, then each Dockerfile, then the language.
 */
@NullMarked
package dev.runner.cli.proposal;

import org.jspecify.annotations.NullMarked;
