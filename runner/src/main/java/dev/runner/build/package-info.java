/**
 * Instructions and a context to an image index: what to build, who builds it, and what can be done with the result.
 *
 * <p>Doors: {@link dev.runner.build.BuildRequest} (what to build), {@link dev.runner.build.Engine} (builds it, reporting
 * {@link dev.runner.build.BuildEvent}s, giving a {@link dev.runner.build.BuildResult}),
 * {@link dev.runner.build.Checker} (the build checks alone), {@link dev.runner.build.Contexts} (brings contexts from
 * elsewhere), {@link dev.runner.build.Images} (push, pull, export, name what the local store holds),
 * {@link dev.runner.build.BuildCache} (what builds keep, and {@link dev.runner.build.GcPolicy}: what of it may go) and
 * {@link dev.runner.build.Containers} (run an image). {@link dev.runner.build.embedded} makes them all without a
 * daemon. The words of {@code docker buildx build} are read here for everybody: {@link dev.runner.build.OutputOption},
 * {@link dev.runner.build.AttestationOptions}, {@link dev.runner.build.RunLimits} and the {@code parse} of what they give.
 *
 * <p>In: a Dockerfile, a context, platforms, arguments, caches. Out: an image in the local store, in registries, in
 * archives. Imports {@code dockerfile}, {@code oci}, {@code registry}, {@code host}, {@code secret}, {@code source}.
 */
@NullMarked
package dev.runner.build;

import org.jspecify.annotations.NullMarked;
