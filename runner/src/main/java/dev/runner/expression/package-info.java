/**
 * GitHub's <code>${{ }}</code> expression language.
 *
 * <p>Doors: {@link dev.runner.expression.Expression} (one expression), {@link dev.runner.expression.Template} (text with
 * <code>${{ }}</code> parts), {@link dev.runner.expression.Value} (what they evaluate to),
 * {@link dev.runner.expression.Scope} (where names get their values), {@link dev.runner.expression.AllowedNames} (which
 * names a place may use) and {@link dev.runner.expression.FileHashes} (what {@code hashFiles} computes) and {@link dev.runner.expression.FileGlob} (how files are found).
 *
 * <p>In: text and its {@link dev.runner.source.Span}. Out: diagnostics with positions, then values. Imports only
 * {@code source}. The rules are those of GitHub's "Evaluate expressions in workflows and actions" and, where that page is
 * silent, what the runner does.
 */
@NullMarked
package dev.runner.expression;

import org.jspecify.annotations.NullMarked;
