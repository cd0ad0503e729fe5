/**
 * The Dockerfile language: text to typed instructions, without running any of them.
 *
 * <p>Doors: {@link dev.runner.dockerfile.Dockerfile} (stages of {@link dev.runner.dockerfile.Instruction}s),
 * {@link dev.runner.dockerfile.ShellWords} (variables and quotes in a word), {@link dev.runner.dockerfile.IgnoreFile}
 * (what a build must not see of its context), {@link dev.runner.dockerfile.GoMatch} (wildcards of COPY and ADD) and
 * {@link dev.runner.dockerfile.Checks} (the rules of {@code docker build --check}).
 *
 * <p>In: a {@link dev.runner.source.Source}. Out: records that know where they stand, and every fault of the text as a
 * {@link dev.runner.source.Diagnostic}. The rules are those of the Dockerfile reference and, where it is silent, what
 * BuildKit's front-end does. Imports only {@code source}.
 */
@NullMarked
package dev.runner.dockerfile;

import org.jspecify.annotations.NullMarked;
