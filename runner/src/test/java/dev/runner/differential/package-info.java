/**
 * The differential suite: the same Dockerfiles built by a real Docker Engine's BuildKit and by the embedded engine, and
 * every observable part of both images compared.
 *
 * <p>Door: {@link dev.runner.differential.DifferentialSuite}, a command, and its JUnit face {@code DifferentialTests}. In:
 * folders of cases ({@code src/test/resources/differential/CASE}), the bases they start from
 * ({@code differential-bases}), a running engine. Out: a table of cases, and each difference with both values.
 */
@NullMarked
package dev.runner.differential;

import org.jspecify.annotations.NullMarked;
