/**
 * BuildKit's cache format: the digests by which BuildKit knows steps of a build, and the records in which it writes down
 * what they made, so that its caches serve this engine and this engine's serve it.
 *
 * <p>Doors: operations ({@link dev.runner.build.embedded.buildkit.ImageSource}, {@link
 * dev.runner.build.embedded.buildkit.ExecOperation}, {@link dev.runner.build.embedded.buildkit.FileOperation}, {@link
 * dev.runner.build.embedded.buildkit.MergeOperation}) give the digests of a {@link
 * dev.runner.build.embedded.buildkit.CacheKey}; {@link dev.runner.build.embedded.buildkit.ImportedCache} finds layers by
 * keys, {@link dev.runner.build.embedded.buildkit.ExportedCache} writes them down, both as a {@link
 * dev.runner.build.embedded.buildkit.CacheConfig}. In: what steps do, and files to hash. Out: layers, JSON.
 *
 * <p>The digests are those of BuildKit 0.11 and later with the Dockerfile front-end that came with it. One that is made
 * otherwise, by an older front-end or a newer one, is another digest, and finds nothing.
 */
@NullMarked
package dev.runner.build.embedded.buildkit;

import org.jspecify.annotations.NullMarked;
