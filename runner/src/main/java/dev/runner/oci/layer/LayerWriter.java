package dev.runner.oci.layer;

import dev.runner.oci.Descriptor;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes one layer: tar in, and in one pass its compression, both digests and the sink.
 *
 * <p>For one thread. A layer larger than one block is compressed by as many threads as there are cores, while one more
 * hashes and writes the sink in order; the bytes are the same whatever the number of cores. The sink is not closed here.
 */
public final class LayerWriter implements Closeable {
    private final BlockPipeline pipeline;
    private final TarWriter tar;
    private final String mediaType;
    private boolean rawUsed;

    private LayerWriter(BlockPipeline pipeline, String mediaType) {
        this.pipeline = pipeline;
        this.tar = new TarWriter(pipeline);
        this.mediaType = mediaType;
    }

    /** A layer with OCI media types. */
    public static LayerWriter open(OutputStream sink, Compression compression) {
        return open(sink, compression, false);
    }

    /**
     * A layer with OCI media types that takes packed blocks of an earlier one.
     *
     * @param before null for none
     */
    public static LayerWriter open(OutputStream sink, Compression compression, @Nullable PackedBlocks before) {
        return open(sink, compression, false, Runtime.getRuntime().availableProcessors(), before);
    }

    /** A layer, with Docker's media types if asked. */
    public static LayerWriter open(OutputStream sink, Compression compression, boolean docker) {
        return open(sink, compression, docker, Runtime.getRuntime().availableProcessors());
    }

    static LayerWriter open(OutputStream sink, Compression compression, boolean docker, int cores) {
        return open(sink, compression, docker, cores, null);
    }

    static LayerWriter open(
            OutputStream sink, Compression compression, boolean docker, int cores, @Nullable PackedBlocks before) {
        BlockEncoder encoder = BlockEncoder.of(compression, sink, before);
        return new LayerWriter(new BlockPipeline(encoder, cores), compression.mediaType(docker));
    }

    /** Where the entries go. */
    public TarWriter tar() {
        return tar;
    }

    /** A whole tar instead of entries, such as the content of another layer that is packed anew. Do not mix the two. */
    public OutputStream raw() {
        rawUsed = true;
        return pipeline;
    }

    /** Ends the archive, waits until the sink has all, and tells what was written. */
    public LayerDigests finish() throws IOException {
        if (!rawUsed) {
            tar.finish();
        }
        BlockEncoder.Result result = pipeline.finish();
        Descriptor blob = Descriptor.of(mediaType, result.blob(), result.blobSize());
        return new LayerDigests(blob, result.content(), result.contentSize());
    }

    /** Gives up what is not finished; the sink then holds part of a layer. Does nothing after {@link #finish}. */
    @Override
    public void close() {
        pipeline.close();
    }
}
