/**
 * The engine without a daemon: a graph of vertices keyed by content, solved in this process, RUN steps in sandboxes.
 *
 * <p>Door: {@link dev.runner.build.embedded.EmbeddedBuilder}, which gives the {@link dev.runner.build.Engine}, the
 * {@link dev.runner.build.Images} and the {@link dev.runner.build.Containers} of one state folder.
 *
 * <p>In: a {@link dev.runner.build.BuildRequest}. Out: blobs, snapshots and cache keys in the state folder; images in
 * registries and archives.
 */
@NullMarked
package dev.runner.build.embedded;

import org.jspecify.annotations.NullMarked;
