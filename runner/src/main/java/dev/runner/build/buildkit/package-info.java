/**
 * Builds on BuildKit, through Buildx: the same request, the same events and the same result as with the embedded engine,
 * where one machine is too small.
 *
 * <p>Door: {@link dev.runner.build.buildkit.BuildKit}, which makes an {@link dev.runner.build.Engine} for a builder, makes
 * and removes builders, and runs {@link dev.runner.build.buildkit.Buildx}. In: a {@link dev.runner.build.BuildRequest} and a
 * {@link dev.runner.build.BuilderSpec}. Out: {@link dev.runner.build.BuildEvent}s and a
 * {@link dev.runner.build.BuildResult}, or one of
 *
 * <ul>
 *   <li>{@link dev.runner.build.BuildFailedException}: the build is at fault,
 *   <li>{@link dev.runner.build.buildkit.BuilderLostException}: the builder is,
 *   <li>{@link dev.runner.build.buildkit.BuildxMissingException}: this machine has no Buildx,
 *   <li>{@link dev.runner.build.buildkit.UnmappedOptionException}: BuildKit has no such option.
 * </ul>
 */
@NullMarked
package dev.runner.build.buildkit;

import org.jspecify.annotations.NullMarked;
