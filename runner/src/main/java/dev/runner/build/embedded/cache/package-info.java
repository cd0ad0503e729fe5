/**
 * Where caches lie, apart from what they mean to a build.
 *
 * <p>Door: {@link dev.runner.build.embedded.cache.CachePlace}, one implementation for each kind of place: an image in a
 * registry, a folder, a service. A place holds {@link dev.runner.build.embedded.cache.CacheDocument}s, which say by what
 * keys layers are found, and the layers. {@link dev.runner.build.embedded.cache.CacheRecord} is what a document says, the
 * same wherever it lies.
 *
 * <p>In: records and layers to keep. Out: what a place knows, at the cost of its documents alone; layers are read when
 * somebody asks for one. Knows nothing of vertices, stages or stores.
 */
@NullMarked
package dev.runner.build.embedded.cache;

import org.jspecify.annotations.NullMarked;
