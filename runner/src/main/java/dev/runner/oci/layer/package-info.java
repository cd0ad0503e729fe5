/**
 * Layers as streams: tar in and out, compression, digests. Nothing here touches a file system.
 *
 * <p>Doors: {@link dev.runner.oci.layer.LayerWriter} (tar, both digests, compression and the sink in one pass) with its
 * {@link dev.runner.oci.layer.TarWriter}; {@link dev.runner.oci.layer.TarReader} over
 * {@link dev.runner.oci.layer.Compression#decompress}; {@link dev.runner.oci.layer.TarEntry}, what both speak.
 *
 * <p>In: streams. Out: streams, {@link dev.runner.oci.layer.LayerDigests}; bytes that are no layer are a
 * {@link dev.runner.oci.MalformedContentException}, a layer that exceeds its {@link dev.runner.oci.layer.LayerLimits} a
 * {@link dev.runner.oci.layer.LayerLimitException}. Imports only {@code oci}.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/layer.md">image-spec, Layer</a>
 */
@NullMarked
package dev.runner.oci.layer;

import org.jspecify.annotations.NullMarked;
