package dev.runner.frontend.github;

import dev.runner.source.Span;

/**
 * A script of a workflow, for those who check scripts.
 *
 * @param text with a letter for each character of an expression
 * @param shell as written, or empty for the default
 */
public record GithubScript(String text, String shell, Span span) {}
